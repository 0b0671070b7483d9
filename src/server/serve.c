/* `lede serve`: options checked, the archive opened, the address bound, and then the loop. */
#include <stdio.h>

#include "base/thread.h"
#include "server/app.h"
#include "server/serve.h"

#define EXIT_STOPPED        0
#define EXIT_ERROR          2
#define HOST_DEFAULT        "127.0.0.1"
#define BASE_PATH_BYTES_MAX 256u

static int fail(const lede_error *err)
{
    fprintf(stderr, "lede: %s\n", err->message);
    return EXIT_ERROR;
}

/* "/search-site/" -> "/search-site": only what needs no escape in a URL, segment by segment. */
static lede_status read_base_path(const char *given, char path[BASE_PATH_BYTES_MAX],
                                  lede_error *err)
{
    size_t bytes = given ? strlen(given) : 0;
    while (bytes > 0 && given[bytes - 1] == '/')
        bytes--;
    path[0] = 0;
    if (bytes == 0)
        return LEDE_OK;
    bool accepted = bytes < BASE_PATH_BYTES_MAX && given[0] == '/';
    for (size_t i = 0; accepted && i < bytes; i++) {
        char c = given[i];
        bool empty_segment = c == '/' && given[i + 1] == '/';
        accepted = !empty_segment &&
                   ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '/' || c == '-' || c == '_' || c == '~');
    }
    if (!accepted)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "\"%.100s\" is no base path; one looks like /search-site", given);
    memcpy(path, given, bytes);
    path[bytes] = 0;
    return LEDE_OK;
}

static const char *name_of(const char *dir, char name[256])
{
    size_t end = strlen(dir);
    while (end > 1 && dir[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && dir[begin - 1] != '/')
        begin--;
    snprintf(name, 256, "%.*s", (int)(end - begin > 255 ? 255 : end - begin), dir + begin);
    return name;
}

/* Without requests in between, a loop more than processors lets others be answered meanwhile. */
static uint32_t thread_count(uint32_t wanted)
{
    uint32_t count = wanted > 0 ? wanted : ld_cpu_count();
    if (wanted == 0 && count < 2)
        count = 2;
    return count > LD_SERVER_THREADS_MAX ? LD_SERVER_THREADS_MAX : count;
}

static void print_address(const ld_app *app, const ld_serve_options *o,
                          const ld_http_server *server)
{
    bool is_v6 = strchr(app->host, ':') != NULL;
    if (o->socket)
        fprintf(stderr, "serving %s on unix:%s%s/ (Ctrl-C stops)\n", app->name, o->socket,
                app->base_path);
    else
        fprintf(stderr, "serving %s on http://%s%s%s:%u%s/ (Ctrl-C stops)\n", app->name,
                is_v6 ? "[" : "", app->host, is_v6 ? "]" : "", ld_http_server_port(server),
                app->base_path);
    fflush(stderr);
}

static lede_status serve_app(ld_app *app, const ld_serve_options *o, lede_error *err)
{
    ld_http_server *server;
    const ld_http_options options = {.host = app->host,
                                     .port = o->port,
                                     .socket_path = o->socket,
                                     .threads = thread_count(o->threads),
                                     .body_bytes_max = o->keys ? LD_SERVER_BODY_BYTES_MAX
                                                               : LD_SERVER_QUERY_BODY_BYTES_MAX,
                                     .handler = ld_app_handle,
                                     .reload = ld_app_reload,
                                     .ctx = app};
    LD_TRY(ld_http_server_new(app->env, &options, &server, err));
    print_address(app, o, server);
    lede_status status = ld_http_server_run(server, err);
    ld_http_server_free(server);
    return status;
}

/* Opens what stands beside the archive, serves, closes it again. */
static lede_status serve_with_access(ld_app *app, const ld_serve_options *o, lede_error *err)
{
    LD_TRY(ld_access_keys_open(&app->keys, app->env, o->keys, err));
    lede_status status = ld_limiter_init(&app->limiter, app->env, o->rate, err);
    if (status == LEDE_OK) {
        status = serve_app(app, o, err);
        ld_limiter_release(&app->limiter);
    }
    ld_access_keys_close(&app->keys);
    return status;
}

static int add_key(const ld_serve_options *o)
{
    lede_error err = {0};
    char key[LD_KEY_TEXT_BYTES];
    if (!o->keys) {
        fprintf(stderr, "lede: --add-key wants --keys FILE, where the key's hash is kept\n");
        return EXIT_ERROR;
    }
    if (ld_access_keys_add(lede_env_system(), o->keys, o->add_key, key, &err) != LEDE_OK)
        return fail(&err);
    printf("%s\n", key);
    fprintf(stderr, "This is the only time the key is shown; %s keeps its hash.\n", o->keys);
    return EXIT_STOPPED;
}

int ld_serve(const ld_serve_options *options)
{
    lede_error err = {0};
    ld_site site;
    char base_path[BASE_PATH_BYTES_MAX], name[256];
    const char *host = options->host ? options->host : HOST_DEFAULT;
    ld_app app = {.env = lede_env_system(),
                  .site = &site,
                  .archive = options->archive,
                  .host = host,
                  .base_path = base_path,
                  .name = name_of(options->archive, name),
                  .origins = options->origins ? options->origins : "",
                  .local_only = options->socket || ld_host_is_loopback(host),
                  .behind_proxy = options->behind_proxy,
                  .takes_changes = options->keys != NULL,
                  .writing = ATOMIC_FLAG_INIT};
    if (options->add_key)
        return add_key(options);
    if (read_base_path(options->base_path, base_path, &err) != LEDE_OK)
        return fail(&err);
    /* a file cut short under the server is an error of the requests that need it */
    if (lede_guard_sigbus(&err) != LEDE_OK)
        return fail(&err);
    lede_status status = ld_site_open(&site, app.env, options->archive, &err);
    if (status == LEDE_E_NOTFOUND) {
        fprintf(stderr, "lede: no archive at %s; make one with: lede add %s PATH...\n",
                options->archive, options->archive);
        return EXIT_ERROR;
    }
    if (status == LEDE_OK) {
        status = serve_with_access(&app, options, &err);
        ld_site_close(&site);
    }
    return status == LEDE_OK ? EXIT_STOPPED : fail(&err);
}
