/*
 * The seam on libevent's evhttp: event loops, each with its thread; a request is answered in the
 * loop where its connection was accepted.
 *
 *        one listening socket            loop 0 (the caller's thread; signals)
 *   clients ------> accept  ----------> loop 1
 *                                        loop 2 ...
 *
 * The loops share the listening socket, so an idle loop takes the next connection while another
 * searches. (A socket each with SO_REUSEPORT was rejected: the kernel hands connections to a loop
 * that is busy, and a second server on the same port would go unnoticed.) Loops share nothing else;
 * a stop is a byte sent to each.
 *
 * A request counts as running from its handler until its last byte is in the socket (evhttp's
 * on_complete) or its connection is gone (closecb); a graceful stop waits for the running ones.
 *
 * What evhttp answers itself, before the handler: a request line or header block that is no HTTP,
 * or too long (400), and a body above the maximum (413). Its page is replaced by a problem (RFC
 * 9457) on its way into the connection's output (on_output). A key cannot be looked at before the
 * body is read: libevent tells a server nothing of the headers before 2.2; the body has a maximum
 * instead.
 *
 * It takes at most LD_SERVER_IDLE_SECONDS between two bytes, so idle clients go, and one whose
 * bytes come singly goes after LD_SERVER_REQUEST_SECONDS (arrivals.h). It cannot bound the number
 * of connections, so the process's file handles do (limit_files), and accepting pauses for a moment
 * when they are used up.
 *
 * Measured against the other candidates: 13 us of CPU a request, libmicrohttpd 34.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "base/limits.h"
#include "base/thread.h"
#include "server/arrivals.h"
#include "server/http.h"

#define ACCEPT_PAUSE_MS 200 /* once no file handle is left; a few connections end meanwhile */
#define LISTEN_BACKLOG  512

typedef struct loop {
    ld_http_server *server;
    ld_thread thread; /* not of loop 0, which is the caller's */
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *socket; /* NULL once it stops accepting */
    evutil_socket_t bell[2]; /* what is sent to [1] wakes the loop: 's' stop, 'b' break */
    struct event *rung;
    struct event *resume; /* accepting again after a pause */
    ld_arrivals arrivals;
    bool is_answering; /* what goes out is a route's answer */
    bool is_replacing;
    struct evbuffer *refused; /* output that evhttp answers itself; NULL: none */
    size_t refused_bytes;     /* of it that are to stay */
    uint32_t running;         /* answers under way */
    bool stopping, failed;
} loop;

/* The loop that this thread runs: a connection's buffer knows its connection only. */
static _Thread_local loop *running_loop;

struct ld_http_server {
    const lede_env *env;
    ld_http_options options;
    struct event *interrupt, *terminate, *hangup; /* of loop 0 */
    bool stopping;                                /* asked for once: the next signal breaks */
    bool is_listening;                            /* the unix socket's file is ours to remove */
    uint16_t port;
    uint32_t loop_count;
    loop loops[]; /* [loop_count] */
};

static size_t server_bytes(uint32_t loop_count)
{
    return sizeof(ld_http_server) + loop_count * sizeof(loop);
}

/* ---- one request ---- */

static void request_ended(loop *l)
{
    l->running--;
    if (l->stopping && l->running == 0)
        event_base_loopexit(l->base, NULL);
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
    case EVHTTP_REQ_POST:
        return LD_HTTP_POST;
    case EVHTTP_REQ_DELETE:
        return LD_HTTP_DELETE;
    case EVHTTP_REQ_OPTIONS:
        return LD_HTTP_OPTIONS;
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

static void send_response(const loop *l, struct evhttp_request *to, ld_http_method method,
                          ld_http_response *response)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(to);
    struct evbuffer *body = NULL;
    char length[24];
    for (uint32_t i = 0; i < response->header_count; i++)
        evhttp_add_header(headers, response->headers[i].name, response->headers[i].value);
    if (l->stopping)
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

/* The body as one piece; empty where there is none. */
static ld_span body_of(struct evhttp_request *from)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(from);
    size_t bytes = input ? evbuffer_get_length(input) : 0;
    const void *data = bytes > 0 ? evbuffer_pullup(input, -1) : NULL;
    return data ? ld_span_of(data, bytes) : LD_SPAN("");
}

static void on_request(struct evhttp_request *from, void *ctx)
{
    loop *l = ctx;
    const ld_http_options *o = &l->server->options;
    ld_http_header headers[LD_SERVER_HEADERS_MAX];
    ld_http_response response = {.status = 500};
    ld_http_request request = {.method = method_of(from),
                               .minor_version = from->minor == 0 ? 0 : 1,
                               .target = ld_span_from_string(evhttp_request_get_uri(from)),
                               .headers = headers,
                               .header_count = read_headers(from, headers),
                               .body = body_of(from),
                               .is_local_socket = o->socket_path != NULL};
    struct evhttp_connection *connection = evhttp_request_get_connection(from);
    char *client = NULL;
    ev_uint16_t client_port;
    l->running++;
    ld_arrivals_done(&l->arrivals, evhttp_connection_get_bufferevent(connection));
    evhttp_connection_set_closecb(connection, on_connection_closed, l);
    evhttp_request_set_on_complete_cb(from, on_complete, l);
    if (!request.is_local_socket)
        evhttp_connection_get_peer(connection, &client, &client_port);
    request.client = client ? ld_span_from_string(client) : LD_SPAN("");
    ld_buf_init(&response.body, l->server->env, LD_SERVER_RESPONSE_BYTES_MAX);
    if (request.header_count == UINT32_MAX) {
        response.status = 431;
        response.content_type = "text/plain; charset=utf-8";
        ld_buf_add_string(&response.body, "The request has too many header lines.\n");
    } else {
        o->handler(o->ctx, &request, &response);
    }
    l->is_answering = true;
    send_response(l, from, request.method, &response);
    l->is_answering = false;
    ld_buf_release(&response.body);
}

/* ---- requests that take too long to arrive ---- */

/* Every byte of a connection passes here. What is cut is cut as if it had been idle. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *change, void *ctx)
{
    struct bufferevent *connection = ctx;
    loop *l = running_loop;
    if (l && change->n_added > 0 &&
        !ld_arrivals_bytes(&l->arrivals, connection, ld_clock_monotonic_ns(l->server->env)))
        bufferevent_trigger_event(connection, BEV_EVENT_TIMEOUT | BEV_EVENT_READING,
                                  BEV_TRIG_DEFER_CALLBACKS);
}

/* ---- what evhttp refuses ---- */

static const char *refusal_of(int status)
{
    switch (status) {
    case 400:
        return "This is no HTTP request that can be read here; its first line and its headers have "
               "at "
               "most 16 KiB.";
    case 413:
        return "The body is larger than this server takes.";
    default:
        return "The request cannot be answered.";
    }
}

/* The whole answer, instead of evhttp's. */
static int write_refusal(int status, char *out, size_t bytes_max)
{
    char body[512];
    int bytes = snprintf(body, sizeof body,
                         "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
                         "\"detail\":\"%s\"}\n",
                         ld_http_reason(status), status, refusal_of(status));
    return snprintf(out, bytes_max,
                    "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"
                    "X-Content-Type-Options: nosniff\r\nContent-Length: %d\r\n"
                    "Connection: close\r\n\r\n%s",
                    status, ld_http_reason(status), bytes, body);
}

/* The status of an answer that begins at `from`; 0: none begins there. */
static int status_at(struct evbuffer *output, size_t from)
{
    char line[13] = ""; /* "HTTP/1.1 400" */
    struct evbuffer_ptr at;
    int status = 0;
    evbuffer_unfreeze(output, 1);
    bool is_read = evbuffer_ptr_set(output, &at, from, EVBUFFER_PTR_SET) == 0 &&
                   evbuffer_copyout_from(output, &at, line, 12) == 12;
    evbuffer_freeze(output, 1);
    if (!is_read || memcmp(line, "HTTP/1.", 7) != 0)
        return 0;
    for (int i = 9; i < 12; i++)
        status = status * 10 + (line[i] - '0');
    return status;
}

/* Takes off the end all but `kept` bytes. The output of a connection is frozen for users. */
static void cut_output(struct evbuffer *output, size_t kept)
{
    struct evbuffer *front = evbuffer_new();
    if (!front)
        return;
    evbuffer_unfreeze(output, 1);
    evbuffer_remove_buffer(output, front, kept);
    evbuffer_drain(output, evbuffer_get_length(output));
    evbuffer_add_buffer(output, front);
    evbuffer_freeze(output, 1);
    evbuffer_free(front);
}

/* evhttp writes its page piece by piece: the first is replaced by ours, the others are taken off.
 */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *change, void *ctx)
{
    loop *l = running_loop;
    char answer[1024];
    if (!l || l->is_answering || l->is_replacing || change->n_added == 0)
        return;
    if (l->refused != output) {
        size_t before = evbuffer_get_length(output) - change->n_added;
        int status = status_at(output, before);
        if (status < 400)
            return; /* 100 Continue */
        int bytes = write_refusal(status, answer, sizeof answer);
        l->is_replacing = true;
        cut_output(output, before);
        evbuffer_add(output, answer, (size_t)bytes);
        l->refused = output;
        l->refused_bytes = before + (size_t)bytes;
    } else {
        l->is_replacing = true;
        cut_output(output, l->refused_bytes);
    }
    l->is_replacing = false;
}

/* As evhttp makes one itself. NULL: it then does. */
static struct bufferevent *make_connection(struct event_base *base, void *ctx)
{
    loop *l = ctx;
    struct bufferevent *connection = bufferevent_socket_new(base, -1, 0);
    if (!connection)
        return NULL;
    ld_arrivals_done(&l->arrivals, connection);
    l->refused = NULL;
    if (!evbuffer_add_cb(bufferevent_get_input(connection), on_input, connection) ||
        !evbuffer_add_cb(bufferevent_get_output(connection), on_output, NULL)) {
        bufferevent_free(connection);
        return NULL;
    }
    return connection;
}

/* ---- stopping ---- */

static void ring(loop *l, char what)
{
    /* a full bell has rung already */
    (void)send(l->bell[1], &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void on_rung(evutil_socket_t bell, short events, void *ctx)
{
    loop *l = ctx;
    struct timeval limit = {LD_SERVER_STOP_MS / 1000, (LD_SERVER_STOP_MS % 1000) * 1000};
    char what = 0;
    if (recv(bell, &what, 1, 0) != 1)
        return;
    if (what == 'b') {
        event_base_loopbreak(l->base);
        return;
    }
    l->stopping = true;
    event_del(l->resume);
    if (l->socket)
        evhttp_del_accept_socket(l->http, l->socket);
    l->socket = NULL;
    event_base_loopexit(l->base, l->running == 0 ? NULL : &limit);
}

static void on_signal(evutil_socket_t number, short events, void *ctx)
{
    ld_http_server *s = ctx;
    for (uint32_t i = 0; i < s->loop_count; i++)
        ring(&s->loops[i], s->stopping ? 'b' : 's');
    s->stopping = true;
}

static void on_hangup(evutil_socket_t number, short events, void *ctx)
{
    ld_http_server *s = ctx;
    if (s->options.reload)
        s->options.reload(s->options.ctx);
}

/* ---- no file handles left ---- */

/* The listener's own argument is evhttp's; the loop is the argument of its bell's event. */
static int find_loop(const struct event_base *base, const struct event *event, void *found)
{
    if (event_get_callback(event) != on_rung)
        return 0;
    *(loop **)found = event_get_callback_arg(event);
    return 1;
}

static void on_accept_error(struct evconnlistener *listener, void *of_evhttp)
{
    loop *l = NULL;
    struct timeval pause = {0, ACCEPT_PAUSE_MS * 1000};
    event_base_foreach_event(evconnlistener_get_base(listener), find_loop, &l);
    if (!l)
        return;
    evconnlistener_disable(listener);
    event_add(l->resume, &pause);
}

static void on_resume(evutil_socket_t unused, short events, void *ctx)
{
    loop *l = ctx;
    if (l->socket)
        evconnlistener_enable(evhttp_bound_socket_get_listener(l->socket));
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

/* ---- listening ---- */

static lede_status listen_on(ld_http_server *s, lede_error *err)
{
    const char *host = s->options.host;
    uint16_t port = s->options.port;
    struct sockaddr_storage address;
    socklen_t bytes = sizeof address;
    loop *first = &s->loops[0];
    errno = 0;
    first->socket = evhttp_bind_socket_with_handle(first->http, host, port);
    if (!first->socket) {
        int os_errno = errno;
        if (os_errno == EADDRINUSE)
            return LD_FAIL_OS(err, LEDE_E_BUSY, os_errno,
                              "%.100s:%u is in use; choose another with --port", host, port);
        return LD_FAIL_OS(err, LEDE_E_INVALID, os_errno,
                          "cannot listen on %.100s:%u (%s); choose another with --host and --port",
                          host, port, os_errno ? strerror(os_errno) : "no such address");
    }
    s->port = port;
    if (getsockname(evhttp_bound_socket_get_fd(first->socket), (struct sockaddr *)&address,
                    &bytes) == 0)
        s->port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                      : ((struct sockaddr_in *)&address)->sin_port);
    return LEDE_OK;
}

/* A socket file nobody listens on any more, left by a kill, gives way. */
static void remove_stale(const lede_env *env, const struct sockaddr_un *address)
{
    lede_file_info info;
    evutil_socket_t fd;
    if (ld_path_info(env, address->sun_path, false, &info, NULL) != LEDE_OK ||
        info.kind != LEDE_FILE_OTHER)
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno == ECONNREFUSED)
        (void)ld_path_unlink(env, address->sun_path, NULL);
    evutil_closesocket(fd);
}

static lede_status listen_on_path(ld_http_server *s, lede_error *err)
{
    const char *path = s->options.socket_path;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return LD_FAIL(err, LEDE_E_INVALID, "the path of --socket may have at most %zu bytes",
                       sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path) + 1);
    remove_stale(s->env, &address);
    evutil_socket_t fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return LD_FAIL_OS(err, LEDE_E_IO, errno, "no socket: %s", strerror(errno));
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path, 0660) != 0 ||
        listen(fd, LISTEN_BACKLOG) != 0) {
        int os_errno = errno;
        evutil_closesocket(fd);
        return LD_FAIL_OS(err, os_errno == EADDRINUSE ? LEDE_E_BUSY : LEDE_E_INVALID, os_errno,
                          "cannot listen on %.100s (%s); choose another with --socket", path,
                          strerror(os_errno));
    }
    s->loops[0].socket = evhttp_accept_socket_with_handle(s->loops[0].http, fd);
    if (!s->loops[0].socket) {
        evutil_closesocket(fd);
        return LD_FAIL(err, LEDE_E_NOMEM, "no memory for the server");
    }
    return LEDE_OK;
}

/* The other loops accept on the first one's socket. */
static lede_status share_socket(ld_http_server *s, lede_error *err)
{
    evutil_socket_t shared = evhttp_bound_socket_get_fd(s->loops[0].socket);
    for (uint32_t i = 0; i < s->loop_count; i++) {
        loop *l = &s->loops[i];
        if (i > 0) {
            evutil_socket_t fd = fcntl(shared, F_DUPFD_CLOEXEC, 0);
            if (fd >= 0)
                l->socket = evhttp_accept_socket_with_handle(l->http, fd);
            if (!l->socket) {
                if (fd >= 0)
                    evutil_closesocket(fd);
                return LD_FAIL(err, LEDE_E_NOMEM, "no memory or file handle for a loop");
            }
        }
        evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(l->socket), on_accept_error);
    }
    return LEDE_OK;
}

/* ---- the server ---- */

static bool start_loop(ld_http_server *s, loop *l)
{
    l->server = s;
    l->bell[0] = l->bell[1] = -1;
    l->base = event_base_new();
    l->http = l->base ? evhttp_new(l->base) : NULL;
    if (!l->http || ld_arrivals_init(&l->arrivals, s->env, NULL) != LEDE_OK ||
        evutil_socketpair(AF_UNIX, SOCK_STREAM, 0, l->bell) != 0)
        return false;
    evutil_make_socket_closeonexec(l->bell[0]);
    evutil_make_socket_closeonexec(l->bell[1]);
    evhttp_set_max_headers_size(l->http, LD_SERVER_HEADER_BYTES_MAX);
    evhttp_set_max_body_size(l->http, (ev_ssize_t)s->options.body_bytes_max);
    evhttp_set_timeout(l->http, LD_SERVER_IDLE_SECONDS);
    evhttp_set_allowed_methods(l->http, 0xffff); /* refused by the handler, in its own words */
    evhttp_set_default_content_type(l->http, NULL);
    evhttp_set_gencb(l->http, on_request, l);
    evhttp_set_bevcb(l->http, make_connection, l);
    l->rung = event_new(l->base, l->bell[0], EV_READ | EV_PERSIST, on_rung, l);
    l->resume = evtimer_new(l->base, on_resume, l);
    return l->rung && l->resume && event_add(l->rung, NULL) == 0;
}

static bool start_events(ld_http_server *s)
{
    for (uint32_t i = 0; i < s->loop_count; i++) {
        if (!start_loop(s, &s->loops[i]))
            return false;
    }
    struct event_base *base = s->loops[0].base;
    s->interrupt = evsignal_new(base, SIGINT, on_signal, s);
    s->terminate = evsignal_new(base, SIGTERM, on_signal, s);
    s->hangup = evsignal_new(base, SIGHUP, on_hangup, s);
    return s->interrupt && s->terminate && s->hangup && event_add(s->interrupt, NULL) == 0 &&
           event_add(s->terminate, NULL) == 0 && event_add(s->hangup, NULL) == 0;
}

lede_status ld_http_server_new(const lede_env *env, const ld_http_options *options,
                               ld_http_server **server, lede_error *err)
{
    *server = NULL;
    ld_http_server *s = ld_alloc_zero(env, server_bytes(options->threads));
    if (!s)
        return ld_error_nomem(err, server_bytes(options->threads));
    s->env = env;
    s->options = *options;
    s->loop_count = options->threads;
    for (uint32_t i = 0; i < s->loop_count; i++)
        s->loops[i].bell[0] = s->loops[i].bell[1] = -1;
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is an error of one write */
    limit_files();
    lede_status status = LEDE_OK;
    if (!start_events(s))
        status = LD_FAIL(err, LEDE_E_NOMEM, "no memory or file handles for the server");
    if (status == LEDE_OK)
        status = options->socket_path ? listen_on_path(s, err) : listen_on(s, err);
    if (status == LEDE_OK)
        status = share_socket(s, err);
    if (status != LEDE_OK) {
        ld_http_server_free(s);
        return status;
    }
    s->is_listening = true;
    *server = s;
    return LEDE_OK;
}

uint16_t ld_http_server_port(const ld_http_server *server)
{
    return server->port;
}

static void run_loop(void *ctx)
{
    loop *l = ctx;
    running_loop = l;
    l->failed = event_base_dispatch(l->base) < 0;
}

lede_status ld_http_server_run(ld_http_server *server, lede_error *err)
{
    lede_status status = LEDE_OK;
    bool failed = false;
    for (uint32_t i = 1; i < server->loop_count && status == LEDE_OK; i++)
        status = ld_thread_start(&server->loops[i].thread, run_loop, &server->loops[i], err);
    if (status == LEDE_OK)
        run_loop(&server->loops[0]);
    else
        on_signal(0, 0, server); /* those that run end */
    for (uint32_t i = 0; i < server->loop_count; i++) {
        ld_thread_join(&server->loops[i].thread);
        failed = failed || server->loops[i].failed;
    }
    if (status == LEDE_OK && failed)
        return LD_FAIL(err, LEDE_E_IO, "the event loop failed");
    return status;
}

static void free_loop(loop *l)
{
    l->stopping = false; /* connections that end below stop no loop */
    running_loop = NULL;
    if (l->http)
        evhttp_free(l->http);
    ld_arrivals_release(&l->arrivals);
    if (l->rung)
        event_free(l->rung);
    if (l->resume)
        event_free(l->resume);
    if (l->base)
        event_base_free(l->base);
    for (size_t i = 0; i < 2; i++) {
        if (l->bell[i] >= 0)
            evutil_closesocket(l->bell[i]);
    }
}

void ld_http_server_free(ld_http_server *server)
{
    if (!server)
        return;
    struct event *events[] = {server->interrupt, server->terminate, server->hangup};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (events[i])
            event_free(events[i]);
    }
    if (server->options.socket_path && server->is_listening)
        (void)ld_path_unlink(server->env, server->options.socket_path, NULL);
    for (uint32_t i = 0; i < server->loop_count; i++)
        free_loop(&server->loops[i]);
    ld_release(server->env, server, server_bytes(server->loop_count));
}
