/*
 * A request as text: "METHOD target", header lines, an empty line, the body. It is split here, as
 * the HTTP library would, and answered by the handler behind it.
 */
#include "base/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/serving.h"

static ld_span take_line(ld_span *rest)
{
    size_t at = ld_span_find_byte(*rest, '\n');
    ld_span line = ld_span_sub(*rest, 0, at);
    *rest = at == SIZE_MAX ? LD_SPAN("") : ld_span_sub(*rest, at + 1, SIZE_MAX);
    return line;
}

/* A header's name and value are NUL-terminated in the library, so they hold none. */
static ld_span c_string(ld_arena *arena, ld_span s)
{
    ld_span copy = ld_arena_copy(arena, s);
    return ld_span_from_string(copy.data ? copy.data : "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const ld_http_method methods[] = {LD_HTTP_GET,    LD_HTTP_HEAD,    LD_HTTP_POST,
                                             LD_HTTP_DELETE, LD_HTTP_OPTIONS, LD_HTTP_OTHER};
    static const char letters[] = "GHPDO";
    ld_arena *arena = fuzz_arena();
    ld_http_header headers[LD_SERVER_HEADERS_MAX];
    ld_http_request request = {.method = LD_HTTP_OTHER, .minor_version = 1, .headers = headers};
    ld_span rest = fuzz_span(data, bytes);
    ld_span line = take_line(&rest);
    for (size_t i = 0; line.bytes > 0 && i < sizeof letters - 1; i++)
        if (line.data[0] == letters[i])
            request.method = methods[i];
    size_t space = ld_span_find_byte(line, ' ');
    if (space == SIZE_MAX)
        return 0;
    request.target = c_string(arena, ld_span_sub(line, space + 1, SIZE_MAX));
    while (rest.bytes > 0 && request.header_count < LD_SERVER_HEADERS_MAX) {
        line = take_line(&rest);
        size_t colon = ld_span_find_byte(line, ':');
        if (line.bytes == 0 || colon == SIZE_MAX)
            break;
        headers[request.header_count++] =
            (ld_http_header){c_string(arena, ld_span_sub(line, 0, colon)),
                             c_string(arena, ld_span_trim(ld_span_sub(line, colon + 1, SIZE_MAX)))};
    }
    request.body = rest;
    request.client = LD_SPAN("192.0.2.7");
    serving_answer(&request);
    return 0;
}
