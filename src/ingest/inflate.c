/*
 * Inflating what strangers sent.
 *
 * Two ways: zlib piece by piece, for streams that may be longer than memory (ld_stream), and
 * libdeflate for a body or a member that is in memory as a whole (about twice as fast, measured by
 * its author and here). Invariants: output never passes its maximum, counted on the bytes that came
 * out; and past the first MiB no member may stand above LD_INFLATE_RATIO_MAX : 1, so that a small
 * file cannot keep a processor busy for long. The whole-body way starts with the length that the
 * gzip trailer states, but only where deflate could really reach it, and doubles from there.
 */
#include "ingest/inflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include "base/limits.h"

#define RATIO_FREE_BYTES (1u << 20) /* output before the ratio is looked at */
static const char why_bomb[] = "the compressed data grows more than 1000-fold, as a bomb does";

struct ld_inflate {
    const lede_env *env;
    struct libdeflate_decompressor *whole; /* for members in memory; NULL before the first */
    z_stream z;
    uint64_t in_bytes, out_bytes; /* of this member */
    bool open;                    /* z is initialised */
};

/* zlib's memory comes from the table; a header of 16 bytes keeps the size for the release. */
static voidpf take_memory(voidpf opaque, uInt items, uInt size)
{
    const lede_env *env = opaque;
    size_t bytes = (size_t)items * size + 16;
    char *block = ld_alloc_zero(env, bytes);
    if (!block)
        return Z_NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + 16;
}

static void give_memory(voidpf opaque, voidpf address)
{
    size_t bytes;
    char *block = (char *)address - 16;
    memcpy(&bytes, block, sizeof bytes);
    ld_release(opaque, block, bytes);
}

lede_status ld_inflate_new(const lede_env *env, ld_inflate_format format, ld_inflate **inflate,
                           lede_error *err)
{
    *inflate = NULL;
    ld_inflate *n = ld_alloc_zero(env, sizeof *n);
    if (!n)
        return ld_error_nomem(err, sizeof *n);
    n->env = env;
    n->z.zalloc = take_memory;
    n->z.zfree = give_memory;
    n->z.opaque = (voidpf)(uintptr_t)env;
    int window_bits = format == LD_INFLATE_GZIP ? 15 + 16 : format == LD_INFLATE_ZLIB ? 15 : -15;
    if (inflateInit2(&n->z, window_bits) != Z_OK) {
        ld_release(env, n, sizeof *n);
        return ld_error_nomem(err, 64 << 10);
    }
    n->open = true;
    *inflate = n;
    return LEDE_OK;
}

void ld_inflate_free(ld_inflate *inflate)
{
    if (!inflate)
        return;
    if (inflate->open)
        inflateEnd(&inflate->z);
    if (inflate->whole)
        libdeflate_free_decompressor(inflate->whole);
    ld_release(inflate->env, inflate, sizeof *inflate);
}

void ld_inflate_reset(ld_inflate *inflate)
{
    inflateReset(&inflate->z);
    inflate->in_bytes = inflate->out_bytes = 0;
}

lede_status ld_inflate_run(ld_inflate *n, ld_span *in, void *out, size_t out_bytes,
                           size_t *made_bytes, ld_inflate_state *state, const char **why,
                           lede_error *err)
{
    n->z.next_in = (Bytef *)(uintptr_t)in->data;
    n->z.avail_in = in->bytes > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)in->bytes;
    n->z.next_out = out;
    n->z.avail_out = out_bytes > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)out_bytes;
    int code = inflate(&n->z, Z_NO_FLUSH);
    size_t used = (size_t)((const char *)n->z.next_in - in->data);
    *made_bytes = (size_t)((char *)n->z.next_out - (char *)out);
    *in = ld_span_sub(*in, used, in->bytes);
    n->in_bytes += used;
    n->out_bytes += *made_bytes;
    *why = NULL;
    *state = LD_INFLATE_MORE;
    if (code == Z_MEM_ERROR)
        return ld_error_nomem(err, 32 << 10);
    if (n->out_bytes > RATIO_FREE_BYTES && n->out_bytes / LD_INFLATE_RATIO_MAX > n->in_bytes) {
        *state = LD_INFLATE_BROKEN;
        *why = why_bomb;
    } else if (code == Z_STREAM_END) {
        *state = LD_INFLATE_END;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        *state = LD_INFLATE_BROKEN;
        *why = "the compressed data is damaged";
    }
    return LEDE_OK;
}

bool ld_inflate_member(ld_inflate *n, ld_span in, void *out, size_t out_bytes, size_t *used_bytes,
                       size_t *made_bytes)
{
    if (!n->whole)
        n->whole = libdeflate_alloc_decompressor();
    return n->whole &&
           libdeflate_gzip_decompress_ex(n->whole, in.data, in.bytes, out, out_bytes, used_bytes,
                                         made_bytes) == LIBDEFLATE_SUCCESS &&
           (*made_bytes <= RATIO_FREE_BYTES || *made_bytes / LD_INFLATE_RATIO_MAX <= *used_bytes);
}

/* ---- the whole at once ---- */

static enum libdeflate_result run_member(struct libdeflate_decompressor *d,
                                         ld_inflate_format format, ld_span in, void *out,
                                         size_t out_bytes, size_t *used, size_t *made)
{
    if (format == LD_INFLATE_GZIP)
        return libdeflate_gzip_decompress_ex(d, in.data, in.bytes, out, out_bytes, used, made);
    if (format == LD_INFLATE_ZLIB)
        return libdeflate_zlib_decompress_ex(d, in.data, in.bytes, out, out_bytes, used, made);
    return libdeflate_deflate_decompress_ex(d, in.data, in.bytes, out, out_bytes, used, made);
}

/* A first size for the output: the trailer's word where it is credible, else four times. */
static size_t first_guess(ld_inflate_format format, ld_span in, size_t room)
{
    uint64_t guess = (uint64_t)in.bytes * 4 + 1024;
    if (format == LD_INFLATE_GZIP && in.bytes >= 18) {
        uint64_t stated = ld_load_u32(in.data + in.bytes - 4);
        if (stated > 0 && stated <= (uint64_t)in.bytes * LD_INFLATE_RATIO_MAX)
            guess = stated;
    }
    return guess < room ? (size_t)guess : room;
}

/* libdeflate says only "bad data"; zlib is asked whether the data merely ends too early. */
static lede_status explain(const lede_env *env, ld_inflate_format format, ld_span in,
                           const char **why, lede_error *err)
{
    char out[2048];
    ld_inflate *n;
    ld_inflate_state state = LD_INFLATE_MORE;
    LD_TRY(ld_inflate_new(env, format, &n, err));
    lede_status status = LEDE_OK;
    size_t made = 1;
    while (status == LEDE_OK && state == LD_INFLATE_MORE && (in.bytes || made))
        status = ld_inflate_run(n, &in, out, sizeof out, &made, &state, why, err);
    ld_inflate_free(n);
    if (status == LEDE_OK && state != LD_INFLATE_BROKEN)
        *why = state == LD_INFLATE_MORE ? "the compressed data ends too early"
                                        : "the compressed data is damaged";
    return status;
}

/* One member appended to `out`; *used says how much of `in` it was. */
static lede_status add_member(const lede_env *env, struct libdeflate_decompressor *d,
                              ld_inflate_format format, ld_span in, size_t bytes_max, ld_buf *out,
                              size_t *used, const char **why, lede_error *err)
{
    size_t room = bytes_max > out->bytes ? bytes_max - out->bytes : 0;
    size_t size = first_guess(format, in, room);
    for (;;) {
        size_t made = 0;
        if (!ld_buf_reserve(out, size + 1)) /* never 0 bytes, so that data is a pointer */
            return ld_buf_status(out, err);
        enum libdeflate_result result =
            run_member(d, format, in, out->data + out->bytes, size, used, &made);
        if (result == LIBDEFLATE_SUCCESS) {
            if (made > RATIO_FREE_BYTES && made / LD_INFLATE_RATIO_MAX > *used)
                *why = why_bomb;
            out->bytes += made;
            return LEDE_OK;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
            return explain(env, format, in, why, err);
        if (size >= room) {
            *why = "the decompressed page is larger than the maximum";
            return LEDE_OK;
        }
        size = size < room / 2 ? 2 * size + 1024 : room;
        if (size > room)
            size = room;
    }
}

static bool only_zeros(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i])
            return false;
    return true;
}

lede_status ld_inflate_whole(const lede_env *env, ld_inflate_format format, ld_span in,
                             size_t bytes_max, ld_buf *out, const char **why, lede_error *err)
{
    *why = NULL;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d)
        return ld_error_nomem(err, 64 << 10);
    lede_status status = LEDE_OK;
    do {
        size_t used = 0;
        status = add_member(env, d, format, in, bytes_max, out, &used, why, err);
        if (status != LEDE_OK || *why)
            break;
        in = ld_span_sub(in, used, in.bytes);
    } while (format == LD_INFLATE_GZIP && in.bytes && !only_zeros(in) && ld_is_gzip(in));
    libdeflate_free_decompressor(d);
    return status;
}
