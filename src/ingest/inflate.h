#ifndef LD_INGEST_INFLATE_H
#define LD_INGEST_INFLATE_H
/*
 * What was deflated? gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951), with maxima on
 * what really comes out: a length a file claims about itself is never believed.
 */
#include "base/buf.h"

typedef enum ld_inflate_format {
    LD_INFLATE_GZIP,
    LD_INFLATE_ZLIB,
    LD_INFLATE_RAW
} ld_inflate_format;

/* ---- a piece at a time: one member of a stream ---- */
typedef struct ld_inflate ld_inflate;

typedef enum ld_inflate_state {
    LD_INFLATE_MORE,  /* wants more input, or more room */
    LD_INFLATE_END,   /* the member is complete and its checksum right */
    LD_INFLATE_BROKEN /* `why` of ld_inflate_run says how */
} ld_inflate_state;

lede_status ld_inflate_new(const lede_env *env, ld_inflate_format format, ld_inflate **inflate,
                           lede_error *err);
void ld_inflate_free(ld_inflate *inflate);  /* NULL is harmless */
void ld_inflate_reset(ld_inflate *inflate); /* ready for the next member */
/*
 * Takes input from *in (advanced) and writes at most out_bytes; *made_bytes says how many. *why is
 * a static clause when the state is BROKEN. Fails only with NOMEM.
 */
lede_status ld_inflate_run(ld_inflate *inflate, ld_span *in, void *out, size_t out_bytes,
                           size_t *made_bytes, ld_inflate_state *state, const char **why,
                           lede_error *err);

/*
 * The quick way for a gzip member that begins at in.data: true where all of it is in `in` and fits
 * out_bytes, its checksum is right and it is no bomb. False says nothing: ld_inflate_run tells why,
 * or goes on where the member is longer. Cost: at most `in` inflated once, in vain.
 */
bool ld_inflate_member(ld_inflate *inflate, ld_span in, void *out, size_t out_bytes,
                       size_t *used_bytes, size_t *made_bytes);

/* ---- the whole at once ---- */
/*
 * Appends what `in` holds to `out` (gzip: all members, trailing zeros ignored). *why is NULL on
 * success, else a static clause about the input ("the gzip data ends too early"), and `out` holds
 * nothing of use. bytes_max bounds the output; the maximum of `out` itself must be above it. Fails
 * only with NOMEM.
 */
lede_status ld_inflate_whole(const lede_env *env, ld_inflate_format format, ld_span in,
                             size_t bytes_max, ld_buf *out, const char **why, lede_error *err);

/* The first two bytes say gzip with deflate. */
static inline bool ld_is_gzip(ld_span s)
{
    return s.bytes >= 3 && memcmp(s.data, "\x1f\x8b\x08", 3) == 0;
}

#endif
