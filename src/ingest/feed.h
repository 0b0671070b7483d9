#ifndef LD_INGEST_FEED_H
#define LD_INGEST_FEED_H
/* Articles of a feed: RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0; one capture an item. */
#include "ingest/container.h"

lede_status ld_feed_open(const lede_env *env, ld_stream *stream, ld_span name,
                         size_t page_bytes_max, ld_container **container, lede_error *err);

#endif
