#ifndef LD_ENGINE_SYNONYMS_H
#define LD_ENGINE_SYNONYMS_H
/* What is behind a lede_synonyms. */
#include "lede/search.h"
#include "query/synonyms.h"

const ld_synonyms *ld_synonyms_of(const lede_synonyms *synonyms); /* NULL: NULL */

#endif
