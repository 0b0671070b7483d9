#ifndef LEDE_TESTS_FUZZ_READING_H
#define LEDE_TESTS_FUZZ_READING_H
/* Bytes as a file in memory, read through one kind of container to its end. */
#include "ingest/container.h"

typedef lede_status (*reading_open)(const lede_env *env, ld_stream *stream,
                                    ld_container **container, lede_error *err);
/* Every event is looked at; there may not be more of them than bytes, and a few. */
void reading_all(const uint8_t *data, size_t bytes, reading_open open);

#endif
