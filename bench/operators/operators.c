/*
 * How long does one query take? For the figures of run.py beside it.
 *
 *   operators DIR    answers each line QUERY of standard input (dialect lede) with
 *                    MICROSECONDS TAB HITS TAB 1 where the answer is whole, 0 where it is partial
 *
 * As a results page asks: ten hits, the exact total, no snippets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lede/lede.h>

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static lede_status answer(lede_snapshot *snapshot, const char *query, size_t bytes, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    options.count = 10;
    options.snippet_chars = UINT32_MAX;
    options.no_suggest = 1;
    double from = now_us();
    lede_status status = lede_search(snapshot, query, bytes, &options, &hits, err);
    double took_us = now_us() - from;
    if (status == LEDE_OK) {
        const lede_answer *a = lede_hits_answer(hits);
        printf("%.1f\t%llu\t%d\n", took_us, (unsigned long long)a->total, !a->partial);
    }
    lede_hits_free(hits);
    return status;
}

int main(int argc, char **argv)
{
    lede_snapshot *snapshot = NULL;
    lede_error err = {0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t bytes;
    if (argc != 2) {
        fputs("usage: operators DIR\n", stderr);
        return 2;
    }
    lede_status status = lede_snapshot_open(NULL, argv[1], &snapshot, &err);
    while (status == LEDE_OK && (bytes = getline(&line, &capacity, stdin)) > 0) {
        bytes -= line[bytes - 1] == '\n';
        status = answer(snapshot, line, (size_t)bytes, &err);
    }
    if (status != LEDE_OK)
        fprintf(stderr, "operators: %s\n", err.message);
    free(line);
    lede_snapshot_free(snapshot);
    return status != LEDE_OK;
}
