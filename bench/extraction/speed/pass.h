#ifndef BENCH_EXTRACTION_SPEED_PASS_H
#define BENCH_EXTRACTION_SPEED_PASS_H
/*
 * What every peer of bench/extraction/speed.py speaks: pages come into memory once, then one line
 * on standard input is one pass over them.
 *
 *     in    LIST            a file that names the pages, one path a line
 *     in    STEP            take every STEP-th page once
 *     out   SECONDS PAGES BYTES FOUND
 *
 * SECONDS are processor seconds of the whole process during the pass. FOUND counts the pages that
 * gave something (a tree, a text), so that a peer that gives up early is seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct pass_page {
    char *data; /* owned; a NUL byte stands behind it */
    size_t bytes;
} pass_page;

typedef struct pass_pages {
    pass_page *items; /* [count] */
    size_t count;
} pass_pages;

static inline void pass_fail(const char *what, const char *which)
{
    fprintf(stderr, "speed: %s: %s\n", what, which);
    exit(1);
}

static inline double pass_cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline pass_page pass_read(const char *path)
{
    pass_page page = {NULL, 0};
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        pass_fail("cannot read", path);
    long bytes = ftell(f);
    rewind(f);
    page.data = bytes >= 0 ? malloc((size_t)bytes + 1) : NULL;
    if (!page.data)
        pass_fail("no memory for", path);
    page.bytes = fread(page.data, 1, (size_t)bytes, f);
    page.data[page.bytes] = 0;
    fclose(f);
    return page;
}

static inline char *pass_line(FILE *f, char *line, size_t bytes)
{
    if (!fgets(line, (int)bytes, f))
        return NULL;
    line[strcspn(line, "\n")] = 0;
    return line;
}

/* Reads the commands until the end of standard input. `run` takes every step-th page and answers
 * how many gave something. */
static inline int pass_serve(size_t (*run)(void *ctx, const pass_pages *pages, size_t step),
                             void *ctx)
{
    char line[4096];
    pass_pages pages = {NULL, 0};
    FILE *list = pass_line(stdin, line, sizeof line) ? fopen(line, "r") : NULL;
    if (!list)
        pass_fail("cannot read the list", line);
    for (size_t capacity = 0; pass_line(list, line, sizeof line); pages.count++) {
        if (pages.count == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            pages.items = realloc(pages.items, capacity * sizeof *pages.items);
            if (!pages.items)
                pass_fail("no memory for", line);
        }
        pages.items[pages.count] = pass_read(line);
    }
    fclose(list);
    while (pass_line(stdin, line, sizeof line)) {
        size_t step = (size_t)strtoul(line, NULL, 10), count = 0, bytes = 0;
        step = step ? step : 1;
        double start = pass_cpu_seconds();
        size_t found = run(ctx, &pages, step);
        double seconds = pass_cpu_seconds() - start;
        for (size_t i = 0; i < pages.count; i += step, count++)
            bytes += pages.items[i].bytes;
        printf("%.6f %zu %zu %zu\n", seconds, count, bytes, found);
        fflush(stdout);
    }
    for (size_t i = 0; i < pages.count; i++)
        free(pages.items[i].data);
    free(pages.items);
    return 0;
}

#endif
