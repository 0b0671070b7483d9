/*
 * One query against one archive, on the public interface alone: ask DIR DIALECT DEADLINE_MS, the
 * query on standard input. Prints "name value" lines: milliseconds of the search, megabytes that it
 * added to the process's own pages at its peak, the total, whether the deadline cut it,
 * messages; or that it was refused with the status LIMIT.
 *
 * The peak is that of everything resident, less what of it is mapped files when the search is over;
 * before it the archive is opened and one small query answered, so that what every search has is
 * there already.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lede/lede.h>

#define QUERY_BYTES_MAX (4u << 20)

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A line of this process's status, in megabytes. */
static double memory_mb(const char *name)
{
    char line[256];
    double found = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0)
            found = strtod(line + strlen(name) + 1, NULL) / 1024;
    if (status)
        fclose(status);
    return found;
}

static lede_status search(lede_snapshot *snapshot, const char *dialect, unsigned deadline_ms,
                          const char *query, size_t bytes, lede_hits **hits, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.dialect = dialect;
    options.deadline_ms = deadline_ms;
    options.count = 10;
    return lede_search(snapshot, query, bytes, &options, hits, err);
}

static void print_answer(const lede_answer *a)
{
    printf("total %llu\npartial %d\nmessages %u\n", (unsigned long long)a->total, a->partial,
           a->message_count);
}

int main(int argc, char **argv)
{
    static char query[QUERY_BYTES_MAX];
    lede_snapshot *snapshot = NULL;
    lede_hits *hits = NULL;
    lede_error err = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: ask DIR DIALECT DEADLINE_MS\n");
        return 2;
    }
    unsigned deadline_ms = (unsigned)strtoul(argv[3], NULL, 10);
    size_t bytes = fread(query, 1, sizeof query, stdin);
    lede_status status = lede_snapshot_open(NULL, argv[1], &snapshot, &err);
    if (status == LEDE_OK)
        status = search(snapshot, argv[2], deadline_ms, "the", 3, &hits, &err);
    lede_hits_free(hits);
    hits = NULL;
    double before_mb = memory_mb("RssAnon:"), start = now_ms();
    if (status == LEDE_OK)
        status = search(snapshot, argv[2], deadline_ms, query, bytes, &hits, &err);
    double taken = now_ms() - start;
    double own_mb = memory_mb("VmHWM:") - memory_mb("RssFile:") - memory_mb("RssShmem:");
    int refused = status == LEDE_E_LIMIT;
    if (status == LEDE_OK)
        print_answer(lede_hits_answer(hits));
    else
        fprintf(stderr, "lede ask: %s\n", err.message);
    printf("refused %d\n", refused);
    printf("ms %.3f\nadded_mb %.2f\n", taken, own_mb > before_mb ? own_mb - before_mb : 0);
    lede_hits_free(hits);
    lede_snapshot_free(snapshot);
    return status == LEDE_OK || refused ? 0 : 1;
}
