/* Addresses: "base LF reference". Parts lie inside, a normal form is its own. */
#include "tests/fuzz/fuzz.h"
#include "text/url.h"

static bool is_inside(ld_span part, ld_span whole)
{
    return part.bytes == 0 ||
           (part.data >= whole.data && part.data + part.bytes <= whole.data + whole.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    ld_arena *arena = fuzz_arena();
    ld_span input = fuzz_span(data, bytes);
    size_t at = ld_span_find_byte(input, '\n');
    ld_span base = ld_span_sub(input, 0, at);
    ld_span reference = at == SIZE_MAX ? base : ld_span_sub(input, at + 1, SIZE_MAX);
    ld_url url;
    if (ld_url_parse(reference, &url)) {
        const ld_span parts[] = {url.scheme, url.user,  url.host,    url.port,
                                 url.path,   url.query, url.fragment};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            fuzz_check(is_inside(parts[i], reference));
    }
    ld_span resolved = ld_url_resolve(arena, base, reference);
    fuzz_touch(resolved);
    fuzz_check(resolved.bytes <= 3 * LD_URL_BYTES_MAX);
    ld_span normal = ld_url_normalize(arena, reference);
    fuzz_touch(normal);
    fuzz_check(normal.bytes <= 3 * LD_URL_BYTES_MAX);
    if (normal.bytes > 0 && normal.bytes <= LD_URL_BYTES_MAX)
        fuzz_check(ld_span_equal(ld_url_normalize(arena, normal), normal));
    ld_span host = ld_url_host(reference);
    fuzz_check(is_inside(host, reference));
    fuzz_touch(ld_url_site(host));
    ld_url_same_site(base, reference);
    ld_url_is_home(reference);
    return 0;
}
