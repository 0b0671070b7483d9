#ifndef LD_SERVER_SERVE_H
#define LD_SERVER_SERVE_H
/* `lede serve`: one archive behind HTTP, until it is told to stop. */
#include <stdbool.h>
#include <stdint.h>

typedef struct ld_serve_options {
    const char *archive;   /* the archive's folder */
    const char *host;      /* address or name to listen on; NULL: "127.0.0.1" */
    uint16_t port;         /* 0: any free one; it is named in the line printed */
    const char *base_path; /* "/search-site" behind a reverse proxy; NULL or "": none */
    const char *socket;    /* a unix socket instead of host and port; NULL: none */
    const char *keys;      /* file of keys for changes; NULL: the archive is only read */
    const char *add_key;   /* "cms:add,delete": make this key, print it and end; NULL: serve */
    const char *origins;   /* sites whose pages may read the API, "*": every one; NULL: none */
    uint32_t rate;         /* requests a second a client; 0: no limit */
    uint32_t threads;      /* event loops; 0: one per processor, at least two */
    bool behind_proxy;     /* believe X-Forwarded-For, -Proto and -Host */
} ld_serve_options;

/*
 * Serves until SIGINT or SIGTERM; SIGHUP reads the keys again. Prints one line on standard error
 * once it listens.
 * Returns the program's exit code: 0 after a graceful stop; 2 with one sentence on standard error
 * when there is no archive, the address is taken, or an option is not acceptable.
 */
int ld_serve(const ld_serve_options *options);

#endif
