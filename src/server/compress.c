/*
 * libdeflate at a low level: pages of 20 KiB shrink to a quarter in some 100 us. Pages hold no
 * secret beside what the reader typed, so their length tells an onlooker nothing he could not ask
 * for himself (BREACH wants a secret in the same body).
 */
#include "server/compress.h"

#include <libdeflate.h>

#include "base/limits.h"

#define LEVEL 4

bool ld_accepts_gzip(ld_span accept)
{
    while (accept.bytes > 0) {
        size_t comma = ld_span_find_byte(accept, ',');
        ld_span item = ld_span_trim(ld_span_sub(accept, 0, comma));
        size_t semicolon = ld_span_find_byte(item, ';');
        ld_span coding = ld_span_trim(ld_span_sub(item, 0, semicolon));
        if (ld_span_equal_nocase(coding, LD_SPAN("gzip")) || ld_span_equal(coding, LD_SPAN("*"))) {
            ld_span weight = semicolon == SIZE_MAX
                                 ? LD_SPAN("")
                                 : ld_span_trim(ld_span_sub(item, semicolon + 1, item.bytes));
            bool is_zero = ld_span_starts_with_nocase(weight, LD_SPAN("q=0"));
            for (size_t i = 3; is_zero && i < weight.bytes; i++)
                is_zero = weight.data[i] == '.' || weight.data[i] == '0';
            return !is_zero;
        }
        accept = comma == SIZE_MAX ? LD_SPAN("") : ld_span_sub(accept, comma + 1, accept.bytes);
    }
    return false;
}

static bool is_text(const char *content_type)
{
    ld_span type = ld_span_from_string(content_type);
    return ld_span_starts_with(type, LD_SPAN("text/")) ||
           ld_span_starts_with(type, LD_SPAN("application/")) ||
           ld_span_starts_with(type, LD_SPAN("image/svg"));
}

void ld_compress(const lede_env *env, const ld_http_request *request, ld_http_response *response)
{
    ld_span accept = LD_SPAN("");
    ld_buf small;
    if (!response->content_type || response->body.status != LEDE_OK ||
        response->body.bytes < LD_SERVER_GZIP_BYTES_MIN || !is_text(response->content_type))
        return;
    ld_http_add_header(response, "Vary", "Accept-Encoding");
    if (ld_http_find_header(request, "Accept-Encoding", &accept) == 0 || !ld_accepts_gzip(accept))
        return;
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
    if (!compressor)
        return;
    /* what does not shrink is not worth it, so the body's own length is room enough */
    ld_buf_init(&small, env, LD_SERVER_RESPONSE_BYTES_MAX);
    if (ld_buf_reserve(&small, response->body.bytes))
        small.bytes =
            libdeflate_gzip_compress(compressor, response->body.data, response->body.bytes,
                                     small.data, response->body.bytes);
    libdeflate_free_compressor(compressor);
    if (small.status != LEDE_OK || small.bytes == 0) {
        ld_buf_release(&small);
        return;
    }
    ld_buf_release(&response->body);
    response->body = small;
    ld_http_add_header(response, "Content-Encoding", "gzip");
}
