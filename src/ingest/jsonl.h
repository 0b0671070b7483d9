#ifndef LD_INGEST_JSONL_H
#define LD_INGEST_JSONL_H
/* Records as JSON: one object a line, or a document that is one object or an array of objects. */
#include "ingest/container.h"

/* lines: JSONL; else the whole stream is one JSON document. Fails with INVALID when
 * options->fields cannot be read. */
lede_status ld_jsonl_open(const lede_env *env, ld_stream *stream, ld_span name, bool lines,
                          const ld_source_options *options, size_t page_bytes_max,
                          ld_container **container, lede_error *err);
/* Is a field mapping readable? So that a bad one is told before any file is opened. */
lede_status ld_jsonl_check_fields(const char *fields, lede_error *err);

#endif
