#include "server/metrics.h"

#define SECOND_NS 1e9

/* Upper bounds in seconds; the last bucket has none. */
static const double bounds[LD_METRICS_BUCKETS - 1] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                      0.05,   0.1,   0.25,   0.5,   1};

void ld_metrics_add(ld_metrics *m, size_t route, int status, uint64_t elapsed_ns, size_t bytes)
{
    ld_route_metrics *r = &m->routes[route < LD_METRICS_ROUTES_MAX ? route : LD_METRICS_ROUTES_MAX];
    size_t bucket = 0;
    while (bucket < LD_METRICS_BUCKETS - 1 && (double)elapsed_ns / SECOND_NS > bounds[bucket])
        bucket++;
    r->by_class[status >= 100 && status < 600 ? status / 100 : 5]++;
    r->buckets[bucket]++;
    r->elapsed_ns += elapsed_ns;
    m->body_bytes += bytes;
}

static void write_head(ld_buf *out, const char *name, const char *type, const char *help)
{
    ld_buf_add_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static uint64_t answers(const ld_route_metrics *r)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < LD_METRICS_BUCKETS; i++)
        sum += r->buckets[i];
    return sum;
}

static void write_durations(const ld_route_metrics *r, const char *name, ld_buf *out)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < LD_METRICS_BUCKETS - 1; i++) {
        sum += r->buckets[i];
        ld_buf_add_format(out,
                          "lede_http_request_duration_seconds_bucket{path=\"%s\",le=\"%g\"} %llu\n",
                          name, bounds[i], (unsigned long long)sum);
    }
    sum += r->buckets[LD_METRICS_BUCKETS - 1];
    ld_buf_add_format(out,
                      "lede_http_request_duration_seconds_bucket{path=\"%s\",le=\"+Inf\"} %llu\n"
                      "lede_http_request_duration_seconds_sum{path=\"%s\"} %.9f\n"
                      "lede_http_request_duration_seconds_count{path=\"%s\"} %llu\n",
                      name, (unsigned long long)sum, name, (double)r->elapsed_ns / SECOND_NS, name,
                      (unsigned long long)sum);
}

static void write_number(ld_buf *out, const char *name, const char *help, uint64_t value)
{
    write_head(out, name, "counter", help);
    ld_buf_add_format(out, "%s %llu\n", name, (unsigned long long)value);
}

void ld_metrics_write(const ld_metrics *m, const char *const *names, size_t count, ld_buf *out)
{
    write_head(out, "lede_http_requests_total", "counter", "Answers by path and class of status.");
    for (size_t i = 0; i <= count; i++) {
        const ld_route_metrics *r = &m->routes[i < count ? i : LD_METRICS_ROUTES_MAX];
        for (int class = 1; class < 6; class ++) {
            if (r->by_class[class] > 0)
                ld_buf_add_format(
                    out, "lede_http_requests_total{path=\"%s\",status=\"%dxx\"} %llu\n",
                    i < count ? names[i] : "other", class, (unsigned long long)r->by_class[class]);
        }
    }
    write_head(out, "lede_http_request_duration_seconds", "histogram",
               "From the whole request to the whole answer, without the sending.");
    for (size_t i = 0; i <= count; i++) {
        const ld_route_metrics *r = &m->routes[i < count ? i : LD_METRICS_ROUTES_MAX];
        if (answers(r) > 0)
            write_durations(r, i < count ? names[i] : "other", out);
    }
    write_number(out, "lede_http_response_bytes_total", "Bodies sent, compressed where they were.",
                 m->body_bytes);
    write_number(out, "lede_http_rate_limited_total", "Requests answered 429.", m->rate_limited);
    write_number(out, "lede_searches_total", "Searches run.", m->searches);
    write_number(out, "lede_searches_partial_total", "Searches that met their deadline.",
                 m->searches_partial);
    write_number(out, "lede_answers_reused_total", "Answers given again without a search.",
                 m->answers_reused);
    write_head(out, "lede_search_seconds_total", "counter", "Time spent in searches.");
    ld_buf_add_format(out, "lede_search_seconds_total %.9f\n", (double)m->search_ns / SECOND_NS);
}
