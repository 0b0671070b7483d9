/*
 * The seam on libevent's evhttp: one event loop, requests answered where they arrive.
 *
 * A request counts as running from its handler until its last byte is in the socket (evhttp's
 * on_complete) or its connection is gone (closecb); a graceful stop waits for the running ones.
 *
 * What evhttp answers itself, before the handler: a request line or header block that is no HTTP,
 * or too long (400), and a body above the maximum (413), with its own short page. It takes at most
 * LD_SERVER_IDLE_SECONDS between two bytes, so idle clients go; it cannot bound the number of
 * connections, so the process's file handles do (limit_files), and accepting pauses for a moment
 * when they are used up.
 *
 * Measured against the other candidates: 13 us of CPU a request, libmicrohttpd 34.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "base/limits.h"
#include "server/http.h"

#define ACCEPT_PAUSE_MS 200 /* once no file handle is left; a few connections end meanwhile */

struct ld_http_server {
    const lede_env *env;
    ld_http_handler handler;
    void *handler_ctx;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *socket;  /* NULL once it stops accepting */
    struct event *interrupt, *terminate; /* SIGINT, SIGTERM */
    struct event *resume;                /* accepting again after a pause */
    uint32_t running;                    /* answers under way */
    bool stopping;
    uint16_t port;
};

/* ---- one request ---- */

static void request_ended(ld_http_server *s)
{
    s->running--;
    if (s->stopping && s->running == 0)
        event_base_loopexit(s->base, NULL);
}

static void on_connection_closed(struct evhttp_connection *connection, void *ctx)
{
    request_ended(ctx);
}

static void on_complete(struct evhttp_request *request, void *ctx)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    if (connection)
        evhttp_connection_set_closecb(connection, NULL, NULL);
    request_ended(ctx);
}

static ld_http_method method_of(struct evhttp_request *request)
{
    switch (evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET:
        return LD_HTTP_GET;
    case EVHTTP_REQ_HEAD:
        return LD_HTTP_HEAD;
    default:
        return LD_HTTP_OTHER;
    }
}

/* The number of headers, UINT32_MAX when there are too many. */
static uint32_t read_headers(struct evhttp_request *from, ld_http_header *headers)
{
    uint32_t count = 0;
    struct evkeyval *header;
    TAILQ_FOREACH(header, evhttp_request_get_input_headers(from), next)
    {
        if (count == LD_SERVER_HEADERS_MAX)
            return UINT32_MAX;
        headers[count].name = ld_span_from_string(header->key);
        headers[count].value = ld_span_from_string(header->value);
        count++;
    }
    return count;
}

static void send_response(ld_http_server *s, struct evhttp_request *to, ld_http_method method,
                          ld_http_response *response)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(to);
    struct evbuffer *body = NULL;
    char length[24];
    for (uint32_t i = 0; i < response->header_count; i++)
        evhttp_add_header(headers, response->headers[i].name, response->headers[i].value);
    if (s->stopping)
        evhttp_add_header(headers, "Connection", "close");
    if (response->content_type) {
        evhttp_add_header(headers, "Content-Type", response->content_type);
        snprintf(length, sizeof length, "%zu", response->body.bytes);
        evhttp_add_header(headers, "Content-Length", length);
    }
    if (response->content_type && method != LD_HTTP_HEAD) {
        body = evbuffer_new();
        if (!body || evbuffer_add(body, response->body.data, response->body.bytes) != 0)
            evhttp_send_error(to, 503, "Service Unavailable");
        else
            evhttp_send_reply(to, response->status, ld_http_reason(response->status), body);
    } else {
        evhttp_send_reply(to, response->status, ld_http_reason(response->status), NULL);
    }
    if (body)
        evbuffer_free(body);
}

static void on_request(struct evhttp_request *from, void *ctx)
{
    ld_http_server *s = ctx;
    ld_http_header headers[LD_SERVER_HEADERS_MAX];
    ld_http_response response = {.status = 500};
    ld_http_request request = {.method = method_of(from),
                               .minor_version = from->minor == 0 ? 0 : 1,
                               .target = ld_span_from_string(evhttp_request_get_uri(from)),
                               .headers = headers,
                               .header_count = read_headers(from, headers)};
    s->running++;
    evhttp_connection_set_closecb(evhttp_request_get_connection(from), on_connection_closed, s);
    evhttp_request_set_on_complete_cb(from, on_complete, s);
    ld_buf_init(&response.body, s->env, LD_SERVER_RESPONSE_BYTES_MAX);
    if (request.header_count == UINT32_MAX) {
        response.status = 431;
        response.content_type = "text/plain; charset=utf-8";
        ld_buf_add_string(&response.body, "The request has too many header lines.\n");
    } else {
        s->handler(s->handler_ctx, &request, &response);
    }
    send_response(s, from, request.method, &response);
    ld_buf_release(&response.body);
}

/* ---- stopping ---- */

static void on_signal(evutil_socket_t number, short events, void *ctx)
{
    ld_http_server *s = ctx;
    struct timeval limit = {LD_SERVER_STOP_MS / 1000, (LD_SERVER_STOP_MS % 1000) * 1000};
    if (s->stopping) {
        event_base_loopbreak(s->base);
        return;
    }
    s->stopping = true;
    event_del(s->resume);
    evhttp_del_accept_socket(s->http, s->socket);
    s->socket = NULL;
    event_base_loopexit(s->base, s->running == 0 ? NULL : &limit);
}

/* ---- no file handles left ---- */

/* The listener's own argument is evhttp's; the server is the argument of the signals' events. */
static int find_server(const struct event_base *base, const struct event *event, void *server)
{
    if (event_get_callback(event) != on_signal)
        return 0;
    *(ld_http_server **)server = event_get_callback_arg(event);
    return 1;
}

static void on_accept_error(struct evconnlistener *listener, void *of_evhttp)
{
    ld_http_server *s = NULL;
    struct timeval pause = {0, ACCEPT_PAUSE_MS * 1000};
    event_base_foreach_event(evconnlistener_get_base(listener), find_server, &s);
    if (!s)
        return;
    evconnlistener_disable(listener);
    event_add(s->resume, &pause);
}

static void on_resume(evutil_socket_t unused, short events, void *ctx)
{
    ld_http_server *s = ctx;
    if (s->socket)
        evconnlistener_enable(evhttp_bound_socket_get_listener(s->socket));
}

/* So many open files that the connections' maximum fits, and no more. */
static void limit_files(void)
{
    struct rlimit limit;
    rlim_t wanted = LD_SERVER_CONNECTIONS_MAX + LD_SERVER_FILES_RESERVED;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur =
        limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- the server ---- */

static lede_status listen_on(ld_http_server *s, const char *host, uint16_t port, lede_error *err)
{
    struct sockaddr_storage address;
    socklen_t bytes = sizeof address;
    errno = 0;
    s->socket = evhttp_bind_socket_with_handle(s->http, host, port);
    if (!s->socket) {
        int os_errno = errno;
        if (os_errno == EADDRINUSE)
            return LD_FAIL_OS(err, LEDE_E_BUSY, os_errno,
                              "%.100s:%u is in use; choose another with --port", host, port);
        return LD_FAIL_OS(err, LEDE_E_INVALID, os_errno,
                          "cannot listen on %.100s:%u (%s); choose another with --host and --port",
                          host, port, os_errno ? strerror(os_errno) : "no such address");
    }
    s->port = port;
    if (getsockname(evhttp_bound_socket_get_fd(s->socket), (struct sockaddr *)&address, &bytes) ==
        0)
        s->port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                      : ((struct sockaddr_in *)&address)->sin_port);
    evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(s->socket), on_accept_error);
    return LEDE_OK;
}

static bool start_events(ld_http_server *s)
{
    s->base = event_base_new();
    s->http = s->base ? evhttp_new(s->base) : NULL;
    if (!s->http)
        return false;
    evhttp_set_max_headers_size(s->http, LD_SERVER_HEADER_BYTES_MAX);
    evhttp_set_max_body_size(s->http, LD_SERVER_BODY_BYTES_MAX);
    evhttp_set_timeout(s->http, LD_SERVER_IDLE_SECONDS);
    evhttp_set_allowed_methods(s->http, 0xffff); /* refused by the handler, in its own words */
    evhttp_set_default_content_type(s->http, NULL);
    evhttp_set_gencb(s->http, on_request, s);
    s->interrupt = evsignal_new(s->base, SIGINT, on_signal, s);
    s->terminate = evsignal_new(s->base, SIGTERM, on_signal, s);
    s->resume = evtimer_new(s->base, on_resume, s);
    return s->interrupt && s->terminate && s->resume && event_add(s->interrupt, NULL) == 0 &&
           event_add(s->terminate, NULL) == 0;
}

lede_status ld_http_server_new(const lede_env *env, const char *host, uint16_t port,
                               ld_http_handler handler, void *ctx, ld_http_server **server,
                               lede_error *err)
{
    *server = NULL;
    ld_http_server *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    s->handler = handler;
    s->handler_ctx = ctx;
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is an error of one write */
    limit_files();
    lede_status status = start_events(s) ? listen_on(s, host, port, err)
                                         : LD_FAIL(err, LEDE_E_NOMEM, "no memory for the server");
    if (status != LEDE_OK) {
        ld_http_server_free(s);
        return status;
    }
    *server = s;
    return LEDE_OK;
}

uint16_t ld_http_server_port(const ld_http_server *server)
{
    return server->port;
}

lede_status ld_http_server_run(ld_http_server *server, lede_error *err)
{
    if (event_base_dispatch(server->base) < 0)
        return LD_FAIL(err, LEDE_E_IO, "the event loop failed");
    return LEDE_OK;
}

void ld_http_server_free(ld_http_server *server)
{
    if (!server)
        return;
    struct event *events[] = {server->interrupt, server->terminate, server->resume};
    server->stopping = false; /* connections that end below stop no loop */
    if (server->http)
        evhttp_free(server->http);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (events[i])
            event_free(events[i]);
    }
    if (server->base)
        event_base_free(server->base);
    ld_release(server->env, server, sizeof *server);
}
