#ifndef LD_INGEST_WARC_H
#define LD_INGEST_WARC_H
/* Web archives: WARC 0.17 to 1.1 and ARC 1 and 2, plain or gzip, read as a stream. */
#include "ingest/container.h"

/* stream is borrowed and stands at the first byte; name as ld_container.name. */
lede_status ld_warc_open(const lede_env *env, ld_stream *stream, ld_span name,
                         size_t page_bytes_max, ld_container **container, lede_error *err);
lede_status ld_arc_open(const lede_env *env, ld_stream *stream, ld_span name, size_t page_bytes_max,
                        ld_container **container, lede_error *err);

#endif
