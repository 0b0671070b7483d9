#ifndef LD_ENGINE_WIRE_H
#define LD_ENGINE_WIRE_H
/*
 * Captures and articles as bytes between this process and its workers. Same program, same machine:
 * no versions. What a worker wrote is bytes from outside: reading it checks every length, number
 * and text, and copies them first, since the worker could change them under the reader.
 */
#include "base/arena.h"
#include "flow/article.h"
#include "flow/capture.h"

/* How many bytes were written into room [bytes_max]; 0: they do not fit. */
size_t ld_wire_put_capture(const ld_capture *capture, uint8_t *room, size_t bytes_max);
/* The capture's texts are borrowed from the bytes; arrays in the arena. INVALID, NOMEM. */
lede_status ld_wire_get_capture(ld_arena *arena, uint8_t *data, size_t bytes, ld_capture *capture,
                                lede_error *err);
size_t ld_wire_put_article(const ld_article *article, uint8_t *room, size_t bytes_max);
/* All of it in the arena. INVALID where the bytes are no article; NOMEM; LIMIT. */
lede_status ld_wire_get_article(ld_arena *arena, const uint8_t *data, size_t bytes,
                                ld_article *article, lede_error *err);

#endif
