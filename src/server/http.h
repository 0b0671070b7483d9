#ifndef LD_SERVER_HTTP_H
#define LD_SERVER_HTTP_H
/*
 * The seam to the HTTP library: a request goes in, a response comes out. Everything that knows
 * libevent stands in http_evhttp.c; another library is another file with these functions.
 *
 *   socket -> http_evhttp.c -> ld_http_handler(request, response) -> http_evhttp.c -> socket
 *
 * The handler is synchronous, keeps nothing of the request, and shares nothing but what it locks,
 * so that a server with several loops may call it from each of them.
 */
#include "base/buf.h"

typedef enum ld_http_method { LD_HTTP_GET, LD_HTTP_HEAD, LD_HTTP_OTHER } ld_http_method;

typedef struct ld_http_header {
    ld_span name, value;
} ld_http_header;

/* Borrowed during the call of the handler. */
typedef struct ld_http_request {
    ld_http_method method;
    uint8_t minor_version;         /* of HTTP/1: 0 or 1 */
    ld_span target;                /* as it was sent: path and query, still encoded */
    const ld_http_header *headers; /* [header_count], in the order sent */
    uint32_t header_count;
} ld_http_request;

#define LD_HTTP_RESPONSE_HEADERS_MAX 12u

typedef struct ld_http_response {
    int status;
    const char *content_type; /* static; NULL: no body is sent */
    ld_buf body;
    struct {
        const char *name, *value; /* static, or inside this struct */
    } headers[LD_HTTP_RESPONSE_HEADERS_MAX];
    uint32_t header_count;
    char etag[48]; /* filled where an ETag header points to it */
} ld_http_response;

typedef void (*ld_http_handler)(void *ctx, const ld_http_request *request,
                                ld_http_response *response);

/* How often the request carries the header; *value is its first one's. */
uint32_t ld_http_find_header(const ld_http_request *request, const char *name, ld_span *value);
/* Programmer's limit: LD_HTTP_RESPONSE_HEADERS_MAX; further ones are dropped in release builds. */
void ld_http_add_header(ld_http_response *response, const char *name, const char *value);
const char *ld_http_reason(int status); /* "Not Found"; "Error" for a status not used here */

/* ---- the server ---- */
typedef struct ld_http_server ld_http_server;

/*
 * Listens. Fails with BUSY when the address is taken, INVALID when it cannot be listened on, NOMEM.
 * Ownership: *server is the caller's, freed by ld_http_server_free. host: borrowed.
 */
lede_status ld_http_server_new(const lede_env *env, const char *host, uint16_t port,
                               ld_http_handler handler, void *ctx, ld_http_server **server,
                               lede_error *err);
uint16_t ld_http_server_port(const ld_http_server *server); /* the one bound */
/* Answers requests until SIGINT or SIGTERM, then until what is under way has been sent or
 * LD_SERVER_STOP_MS are over; a second signal ends at once. Fails with IO. */
lede_status ld_http_server_run(ld_http_server *server, lede_error *err);
void ld_http_server_free(ld_http_server *server); /* NULL is harmless */

#endif
