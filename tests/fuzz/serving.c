#include "tests/fuzz/serving.h"

#include "base/limits.h"
#include "server/app.h"
#include "tests/fuzz/fuzz.h"

static ld_app *fuzz_app(void)
{
    static ld_site site;
    static bool is_made;
    static ld_app app = {.site = &site,
                         .archive = FUZZ_ARCHIVE,
                         .host = "127.0.0.1",
                         .base_path = "",
                         .name = "fuzz.lede",
                         .origins = "https://news.example",
                         .local_only = true,
                         .writing = ATOMIC_FLAG_INIT};
    lede_error err = {0};
    if (!is_made) {
        app.env = fuzz_env();
        fuzz_make_archive();
        fuzz_check(ld_site_open(&site, app.env, FUZZ_ARCHIVE, &err) == LEDE_OK);
        fuzz_check(ld_access_keys_open(&app.keys, app.env, NULL, &err) == LEDE_OK);
        fuzz_check(ld_limiter_init(&app.limiter, app.env, 0, &err) == LEDE_OK);
        is_made = true;
    }
    return &app;
}

static bool is_clean(const char *value)
{
    return !strpbrk(value, "\r\n");
}

void serving_answer(const ld_http_request *request)
{
    ld_http_response response = {.status = 500};
    ld_buf_init(&response.body, fuzz_env(), LD_SERVER_RESPONSE_BYTES_MAX);
    ld_app_handle(fuzz_app(), request, &response);
    fuzz_check(response.status >= 200 && response.status < 600 && response.status != 500);
    for (uint32_t i = 0; i < response.header_count; i++)
        fuzz_check(is_clean(response.headers[i].name) && is_clean(response.headers[i].value));
    bool is_packed = false;
    for (uint32_t i = 0; i < response.header_count; i++)
        is_packed = is_packed || strcmp(response.headers[i].name, "Content-Encoding") == 0;
    ld_span body = ld_buf_span(&response.body);
    if (response.content_type && !is_packed && !strstr(response.content_type, "image"))
        fuzz_check_text(body);
    else
        fuzz_touch(body);
    ld_buf_release(&response.body);
}
