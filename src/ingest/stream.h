#ifndef LD_INGEST_STREAM_H
#define LD_INGEST_STREAM_H
/*
 * The bytes of a file or of standard input through a sliding window, gzip undone on the way.
 *
 *      file ──▶ [raw 64 KiB] ──inflate──▶ [window: consumed | peeked ........ | free]
 *
 * Parsers peek as far as they need, then consume what they understood. A damaged gzip member is a
 * "break": the bytes before it are still given; ld_stream_resume goes on at the next member.
 */
#include "base/env.h"

typedef struct ld_stream ld_stream;

/* path "-": standard input. The path is borrowed until close. Fails with NOTFOUND, IO, NOMEM. */
lede_status ld_stream_open(const lede_env *env, const char *path, ld_stream **stream,
                           lede_error *err);
void ld_stream_close(ld_stream *stream); /* NULL is harmless */

/*
 * Everything unread that the window holds, at least want_bytes unless the end or a break comes
 * before. The window is valid until the next peek, skip or resume. Fails with IO, NOMEM.
 */
lede_status ld_stream_peek(ld_stream *stream, size_t want_bytes, ld_span *window, lede_error *err);
void ld_stream_consume(ld_stream *stream, size_t bytes); /* at most what was peeked */
/* Reads over `bytes`; *skipped_bytes is less at the end or at a break. */
lede_status ld_stream_skip(ld_stream *stream, uint64_t bytes, uint64_t *skipped_bytes,
                           lede_error *err);

bool ld_stream_is_gzip(const ld_stream *stream);
/* Where the next unread byte stands in the file: its own offset, or for gzip that of the member
 * that holds it. */
uint64_t ld_stream_offset(const ld_stream *stream);
/* How far into the file the reading is: bytes as they stand on disk, compressed or not. */
uint64_t ld_stream_file_bytes_read(const ld_stream *stream);
/* The file's size; where that is not known, how far it was read. */
uint64_t ld_stream_file_bytes(const ld_stream *stream);
/* Bytes left to read, where that is known: plain regular files. */
bool ld_stream_left(const ld_stream *stream, uint64_t *left_bytes);

/* Why nothing more can be decoded behind the window (a static clause); NULL: no break. */
const char *ld_stream_break(const ld_stream *stream);
/* The same, when the break is in the member that holds the next unread byte. A member's checksum is
 * looked at only when something behind the member is peeked. */
const char *ld_stream_break_here(const ld_stream *stream);
/* Drops the window and goes on at the next gzip member; without one the stream is at its end. */
lede_status ld_stream_resume(ld_stream *stream, lede_error *err);

#endif
