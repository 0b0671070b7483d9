/* GET /style.css and /favicon.ico: the files of web/, part of the program. */
#include "server/app.h"

lede_status ld_route_style(ld_exchange *x, lede_error *err)
{
    x->response->content_type = "text/css; charset=utf-8";
    ld_buf_add(&x->response->body, ld_web_style_css, ld_web_style_css_bytes);
    return LEDE_OK;
}

lede_status ld_route_icon(ld_exchange *x, lede_error *err)
{
    x->response->content_type = "image/svg+xml";
    ld_buf_add(&x->response->body, ld_web_favicon_svg, ld_web_favicon_svg_bytes);
    return LEDE_OK;
}
