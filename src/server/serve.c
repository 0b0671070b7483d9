/* `lede serve`: options checked, the archive opened, the address bound, and then the loop. */
#include <stdio.h>

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

static int serve_app(ld_app *app, uint16_t port)
{
    lede_error err = {0};
    ld_http_server *server;
    bool is_v6 = strchr(app->host, ':') != NULL;
    if (ld_http_server_new(app->env, app->host, port, ld_app_handle, app, &server, &err) != LEDE_OK)
        return fail(&err);
    fprintf(stderr, "serving %s on http://%s%s%s:%u%s/ (Ctrl-C stops)\n", app->name,
            is_v6 ? "[" : "", app->host, is_v6 ? "]" : "", ld_http_server_port(server),
            app->base_path);
    fflush(stderr);
    lede_status status = ld_http_server_run(server, &err);
    ld_http_server_free(server);
    return status == LEDE_OK ? EXIT_STOPPED : fail(&err);
}

int ld_serve(const ld_serve_options *options)
{
    lede_error err = {0};
    ld_site site;
    char base_path[BASE_PATH_BYTES_MAX], name[256];
    const char *host = options->host ? options->host : HOST_DEFAULT;
    ld_app app = {.env = lede_env_system(),
                  .site = &site,
                  .host = host,
                  .base_path = base_path,
                  .name = name_of(options->archive, name),
                  .local_only = ld_host_is_loopback(host)};
    if (options->threads > 1) {
        fprintf(stderr, "lede: serve runs on one thread; take --threads away\n");
        return EXIT_ERROR;
    }
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
    if (status != LEDE_OK)
        return fail(&err);
    int exit_code = serve_app(&app, options->port);
    ld_site_close(&site);
    return exit_code;
}
