#ifndef LD_SERVER_METRICS_H
#define LD_SERVER_METRICS_H
/*
 * What the server counts about itself, and Prometheus' text format for it (version 0.0.4). Nothing
 * of a query is counted but that there was one.
 */
#include <stdatomic.h>

#include "base/buf.h"

#define LD_METRICS_ROUTES_MAX 32u
#define LD_METRICS_BUCKETS    12u

/* Counts only rise; each is an atomic of its own, so a scrape is not one moment, which counters
 * allow. */
typedef struct ld_route_metrics {
    _Atomic uint64_t by_class[6];                 /* [status / 100] */
    _Atomic uint64_t buckets[LD_METRICS_BUCKETS]; /* answers within the bound; not cumulative */
    _Atomic uint64_t elapsed_ns;
} ld_route_metrics;

typedef struct ld_metrics {
    ld_route_metrics routes[LD_METRICS_ROUTES_MAX + 1]; /* the last: no route */
    _Atomic uint64_t body_bytes;                        /* sent, after compression */
    _Atomic uint64_t rate_limited;
    _Atomic uint64_t searches, searches_partial, answers_reused;
    _Atomic uint64_t search_ns;
    uint64_t started_ns; /* monotonic */
} ld_metrics;

void ld_metrics_add(ld_metrics *m, size_t route, int status, uint64_t elapsed_ns, size_t bytes);
/* names: [count] paths of the routes. */
void ld_metrics_write(const ld_metrics *m, const char *const *names, size_t count, ld_buf *out);

#endif
