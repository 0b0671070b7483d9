/* GET /style.css and its like: the files of web/, part of the program. */
#include "base/hash.h"
#include "server/app.h"

/* As the build embeds them. */
extern const char ld_web_style_css[], ld_web_favicon_svg[], ld_web_app_js[],
    ld_web_lede_search_js[], ld_web_openapi_json[];
extern const unsigned int ld_web_style_css_bytes, ld_web_favicon_svg_bytes, ld_web_app_js_bytes,
    ld_web_lede_search_js_bytes, ld_web_openapi_json_bytes;

static const struct {
    const char *path, *type, *data;
    const unsigned int *bytes;
} web_files[] = {
    {"/style.css", "text/css; charset=utf-8", ld_web_style_css, &ld_web_style_css_bytes},
    {"/app.js", "text/javascript; charset=utf-8", ld_web_app_js, &ld_web_app_js_bytes},
    {"/lede-search.js", "text/javascript; charset=utf-8", ld_web_lede_search_js,
     &ld_web_lede_search_js_bytes},
    {"/openapi.json", "application/json", ld_web_openapi_json, &ld_web_openapi_json_bytes},
    {"/favicon.ico", "image/svg+xml", ld_web_favicon_svg, &ld_web_favicon_svg_bytes},
};

uint64_t ld_web_fingerprint(void)
{
    uint64_t hash = ld_hash64(LEDE_VERSION, sizeof LEDE_VERSION, 0);
    for (size_t i = 0; i < sizeof web_files / sizeof *web_files; i++)
        hash = ld_hash64(web_files[i].data, *web_files[i].bytes, hash);
    return hash;
}

lede_status ld_route_static(ld_exchange *x, lede_error *err)
{
    for (size_t i = 0; i < sizeof web_files / sizeof *web_files; i++) {
        if (ld_span_equal(x->path, ld_span_from_string(web_files[i].path))) {
            x->response->content_type = web_files[i].type;
            ld_buf_add(&x->response->body, web_files[i].data, *web_files[i].bytes);
        }
    }
    return LEDE_OK;
}
