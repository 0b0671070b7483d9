/* Deflated bytes in each of the three wrappings, whole and by pieces. First byte: which. */
#include "ingest/inflate.h"
#include "tests/fuzz/fuzz.h"

#define OUT_BYTES_MAX (1u << 20)

static void by_pieces(ld_inflate_format format, ld_span in, uint8_t step)
{
    static char out[4096];
    lede_error err = {0};
    ld_inflate *inflate;
    ld_inflate_state state = LD_INFLATE_MORE;
    const char *why;
    size_t total = 0, made;
    fuzz_check(ld_inflate_new(fuzz_env(), format, &inflate, &err) == LEDE_OK);
    while (state == LD_INFLATE_MORE && total < OUT_BYTES_MAX) {
        ld_span piece = ld_span_sub(in, 0, 1u + step);
        size_t piece_bytes = piece.bytes;
        fuzz_check(ld_inflate_run(inflate, &piece, out, sizeof out, &made, &state, &why, &err) ==
                   LEDE_OK);
        fuzz_check(made <= sizeof out && piece.bytes <= piece_bytes);
        size_t used = piece_bytes - piece.bytes;
        in = ld_span_sub(in, used, SIZE_MAX);
        fuzz_touch((ld_span){out, made});
        total += made;
        if (used == 0 && made == 0 && state == LD_INFLATE_MORE)
            break; /* it wants what is not there */
    }
    ld_inflate_free(inflate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 2)
        return 0;
    lede_error err = {0};
    ld_buf out;
    const char *why;
    ld_inflate_format format = (ld_inflate_format)(data[0] % 3);
    ld_span in = fuzz_span(data + 2, bytes - 2);
    ld_buf_init(&out, fuzz_env(), OUT_BYTES_MAX + 1);
    fuzz_check(ld_inflate_whole(fuzz_env(), format, in, OUT_BYTES_MAX, &out, &why, &err) ==
               LEDE_OK);
    fuzz_check(out.bytes <= OUT_BYTES_MAX);
    ld_buf_release(&out);
    by_pieces(format, in, data[1]);
    return 0;
}
