#ifndef LD_SERVER_HTTP_H
#define LD_SERVER_HTTP_H
/*
 * The seam to the HTTP library: a request goes in, a response comes out. Everything that knows
 * libevent stands in http_evhttp.c; another library is another file with these functions.
 *
 *   socket -> http_evhttp.c -> ld_http_handler(request, response) -> http_evhttp.c -> socket
 *
 * The handler is synchronous, keeps nothing of the request, and shares nothing but what it locks:
 * a server with several loops calls it from each of them, at the same time.
 */
#include "base/buf.h"

/* Bits, so that a route can name those it takes. */
typedef enum ld_http_method {
    LD_HTTP_OTHER = 0,
    LD_HTTP_GET = 1,
    LD_HTTP_HEAD = 2,
    LD_HTTP_POST = 4,
    LD_HTTP_DELETE = 8,
    LD_HTTP_OPTIONS = 16
} ld_http_method;

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
    ld_span body;
    ld_span client;       /* the peer's address, "192.0.2.7"; empty for a unix socket */
    bool is_local_socket; /* came over the unix socket */
} ld_http_request;

#define LD_HTTP_RESPONSE_HEADERS_MAX    24u
#define LD_HTTP_RESPONSE_TEXT_BYTES_MAX 1024u

typedef struct ld_http_response {
    int status;
    const char *content_type; /* static; NULL: no body is sent */
    ld_buf body;
    struct {
        const char *name, *value; /* static, or inside this struct */
    } headers[LD_HTTP_RESPONSE_HEADERS_MAX];
    uint32_t header_count;
    char etag[48];                              /* filled where an ETag header points to it */
    char text[LD_HTTP_RESPONSE_TEXT_BYTES_MAX]; /* values made for this response */
    uint32_t text_bytes;
} ld_http_response;

typedef void (*ld_http_handler)(void *ctx, const ld_http_request *request,
                                ld_http_response *response);

/* How often the request carries the header; *value is its first one's. */
uint32_t ld_http_find_header(const ld_http_request *request, const char *name, ld_span *value);
/* Programmer's limit: LD_HTTP_RESPONSE_HEADERS_MAX; further ones are dropped in release builds. */
void ld_http_add_header(ld_http_response *response, const char *name, const char *value);
/* A value made now. Left out where the response's room for such values is used up. */
void ld_http_add_header_format(ld_http_response *response, const char *name, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));
const char *ld_http_reason(int status); /* "Not Found"; "Error" for a status not used here */

/* ---- the server ---- */
typedef struct ld_http_server ld_http_server;

typedef struct ld_http_options {
    const char *host; /* borrowed; not used with a socket */
    uint16_t port;
    const char *socket_path; /* a unix socket instead of host and port; NULL: none */
    uint32_t threads;        /* event loops, 1 to LD_SERVER_THREADS_MAX */
    size_t body_bytes_max;
    ld_http_handler handler;
    void (*reload)(void *ctx); /* on SIGHUP, in the first loop */
    void *ctx;                 /* of both */
} ld_http_options;

/*
 * Listens. Fails with BUSY when the address is taken, INVALID when it cannot be listened on, NOMEM.
 * Ownership: *server is the caller's, freed by ld_http_server_free.
 */
lede_status ld_http_server_new(const lede_env *env, const ld_http_options *options,
                               ld_http_server **server, lede_error *err);
uint16_t ld_http_server_port(const ld_http_server *server); /* the one bound; 0 for a socket */
/* Answers requests until SIGINT or SIGTERM, then until what is under way has been sent or
 * LD_SERVER_STOP_MS are over; a second signal ends at once. Fails with IO. */
lede_status ld_http_server_run(ld_http_server *server, lede_error *err);
void ld_http_server_free(ld_http_server *server); /* NULL is harmless */

#endif
