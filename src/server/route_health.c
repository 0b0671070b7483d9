/* GET /healthz: the process answers. GET /readyz: an archive is open, or the server would not run.
 */
#include "server/app.h"

lede_status ld_route_health(ld_exchange *x, lede_error *err)
{
    x->response->content_type = "text/plain; charset=utf-8";
    ld_buf_add_string(&x->response->body, "ok\n");
    return LEDE_OK;
}
