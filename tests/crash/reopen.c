/*
 * How long does opening take, after whatever happened to the archive? Opens it in this process and
 * says:
 *
 *   reopen ARCHIVE [TIMES]   ->   ms=0.412 generation=17 articles=1200 [p50_ms=.. p99_ms=..]
 *
 * Exit code: 0; 1 there is no archive yet; 2 it cannot be opened. What a process needs to start is
 * not in the figure; what the library does is, the first touch of every page included.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lede/lede.h"

#define TIMES_MAX 100000u

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static lede_status open_once(const char *dir, double *ms, lede_snapshot_info *info, lede_error *err)
{
    const lede_env *env = lede_env_system();
    lede_snapshot *s;
    uint64_t begun_ns = env->clock_monotonic_ns(env->ctx);
    lede_status status = lede_snapshot_open(NULL, dir, &s, err);
    *ms = (double)(env->clock_monotonic_ns(env->ctx) - begun_ns) / 1e6;
    if (status != LEDE_OK)
        return status;
    status = lede_snapshot_get_info(s, info, err);
    lede_snapshot_free(s);
    return status;
}

int main(int argc, char **argv)
{
    long times = argc == 3 ? strtol(argv[2], NULL, 10) : 1;
    lede_snapshot_info info = {0};
    lede_error err;
    if (argc < 2 || argc > 3 || times < 1 || times > (long)TIMES_MAX) {
        fputs("usage: reopen ARCHIVE [TIMES]\n", stderr);
        return 2;
    }
    double *ms = calloc((size_t)times, sizeof *ms);
    lede_status status = ms ? LEDE_OK : LEDE_E_NOMEM;
    for (long i = 0; i < times && status == LEDE_OK; i++)
        status = open_once(argv[1], &ms[i], &info, &err);
    if (status == LEDE_OK) {
        printf("ms=%.3f generation=%llu articles=%llu", ms[0], (unsigned long long)info.generation,
               (unsigned long long)info.articles);
        qsort(ms, (size_t)times, sizeof *ms, compare);
        if (times > 1)
            printf(" p50_ms=%.3f p99_ms=%.3f", ms[times / 2], ms[times - 1 - times / 100]);
        putchar('\n');
    } else if (ms) {
        fprintf(stderr, "reopen: %s\n", err.message);
    }
    free(ms);
    return status == LEDE_OK ? 0 : status == LEDE_E_NOTFOUND ? 1 : 2;
}
