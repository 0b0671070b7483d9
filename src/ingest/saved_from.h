#ifndef LD_INGEST_SAVED_FROM_H
#define LD_INGEST_SAVED_FROM_H
/* Where was this saved page captured? What the program that saved it wrote into its beginning. */
#include "base/span.h"

/* The http(s) address, borrowed from the page and all printable ASCII; empty: not stated. */
ld_span ld_saved_from(ld_span page);

#endif
