/* The bodies of POST /multi-search, and what the library writes as JSON. */
#include <jansson.h>

#include "base/json.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/serving.h"

/* Any bytes as a JSON string: a reader takes it, and gives back the text. */
static void check_written(ld_span text)
{
    ld_buf out;
    ld_json j;
    ld_buf_init(&out, fuzz_env(), 64u << 20);
    ld_json_init(&j, &out, false);
    ld_json_array(&j);
    ld_json_string(&j, text);
    ld_json_array_end(&j);
    json_t *read = json_loadb((const char *)out.data, out.bytes, JSON_ALLOW_NUL, NULL);
    fuzz_check(read);
    const json_t *string = json_array_get(read, 0);
    fuzz_check(json_is_string(string));
    if (ld_utf8_valid(text))
        fuzz_check(json_string_length(string) == text.bytes &&
                   memcmp(json_string_value(string), text.data, text.bytes) == 0);
    json_decref(read);
    ld_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const ld_http_header headers[] = {
        {LD_SPAN("Host"), LD_SPAN("localhost")},
        {LD_SPAN("Content-Type"), LD_SPAN("application/json")}};
    ld_http_request request = {.method = LD_HTTP_POST,
                               .minor_version = 1,
                               .target = LD_SPAN("/multi-search"),
                               .headers = headers,
                               .header_count = 2,
                               .body = fuzz_span(data, bytes),
                               .client = LD_SPAN("192.0.2.7")};
    check_written(request.body);
    serving_answer(&request);
    return 0;
}
