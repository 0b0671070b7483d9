/*
 * What one step costs on an archive of some size, on the public interface alone.
 *
 *   growth open DIR N        microseconds of opening, N times: least, median, most
 *   growth cold DIR QUERY    the files are put out of the memory's cache; then open, first query
 *   growth warm DIR          queries on standard input, twice; mean of the second round
 *   growth add DIR COPIES    the document on standard input added COPIES times under new keys,
 * commit growth merge DIR         to one segment
 *
 * Prints "name value" lines; times in microseconds. Memory is that of the process's own pages
 * (anonymous), at its peak where the system tells, and of everything resident.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <lede/lede.h>

#define QUERIES_MAX 4096
#define OPENS_MAX   1000

static int fail(const char *what, const lede_error *err)
{
    fprintf(stderr, "lede growth: %s: %s\n", what, err->message);
    return 1;
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Peak of what is resident, and what of it now is the process's own and no mapped file. */
static void print_memory(void)
{
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        unsigned long kib;
        if (sscanf(line, "VmHWM: %lu", &kib) == 1)
            printf("peak_resident_kib %lu\n", kib);
        if (sscanf(line, "RssAnon: %lu", &kib) == 1)
            printf("own_kib %lu\n", kib);
    }
    if (status)
        fclose(status);
}

/* ---- reading ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int run_open(const char *dir, int count)
{
    static double taken[OPENS_MAX];
    lede_error err = {0};
    count = count < 1 ? 1 : count > OPENS_MAX ? OPENS_MAX : count;
    for (int i = 0; i < count; i++) {
        lede_snapshot *snapshot = NULL;
        double start = now_us();
        if (lede_snapshot_open(NULL, dir, &snapshot, &err) != LEDE_OK)
            return fail("opening", &err);
        taken[i] = now_us() - start;
        lede_snapshot_free(snapshot);
    }
    qsort(taken, (size_t)count, sizeof *taken, compare);
    printf("open_least_us %.1f\nopen_median_us %.1f\nopen_most_us %.1f\n", taken[0],
           taken[count / 2], taken[count - 1]);
    return 0;
}

/* Pages of the file that the cache still holds. */
static size_t pages_cached(int file, size_t bytes, size_t page)
{
    size_t count = (bytes + page - 1) / page, held = 0;
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    unsigned char *in = malloc(count);
    if (map != MAP_FAILED && in && mincore(map, bytes, in) == 0)
        for (size_t i = 0; i < count; i++)
            held += in[i] & 1;
    free(in);
    if (map != MAP_FAILED)
        munmap(map, bytes);
    return held;
}

/* Puts the archive's files out of the cache and says how much of them stays in it. */
static int forget(const char *dir)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), all = 0, held = 0;
    DIR *files = opendir(dir);
    for (struct dirent *entry; files && (entry = readdir(files));) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        int file = open(path, O_RDONLY);
        if (file >= 0 && fstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
            fsync(file);
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
            all += ((size_t)st.st_size + page - 1) / page;
            held += pages_cached(file, (size_t)st.st_size, page);
        }
        if (file >= 0)
            close(file);
    }
    if (!files)
        return 1;
    closedir(files);
    printf("cached_percent %.2f\n", all ? 100.0 * (double)held / (double)all : 0);
    return 0;
}

static lede_status top_10(lede_snapshot *snapshot, const char *query, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    options.dialect = "lucene";
    options.sort = LEDE_SORT_RELEVANCE;
    options.count = 10;
    options.snippet_chars = UINT32_MAX;
    options.total_optional = 1;
    options.no_suggest = 1;
    lede_status status = lede_search(snapshot, query, strlen(query), &options, &hits, err);
    lede_hits_free(hits);
    return status;
}

static long disk_waits(void)
{
    struct rusage used;
    return getrusage(RUSAGE_SELF, &used) == 0 ? used.ru_majflt : 0;
}

static int run_cold(const char *dir, const char *query)
{
    lede_snapshot *snapshot = NULL;
    lede_error err = {0};
    if (forget(dir) != 0)
        return 1;
    long faults_before = disk_waits();
    double start = now_us();
    lede_status status = lede_snapshot_open(NULL, dir, &snapshot, &err);
    double opened = now_us();
    long faults_open = disk_waits();
    if (status == LEDE_OK)
        status = top_10(snapshot, query, &err);
    double answered = now_us();
    lede_snapshot_free(snapshot);
    if (status != LEDE_OK)
        return fail("searching", &err);
    printf("open_us %.1f\nfirst_query_us %.1f\n", opened - start, answered - opened);
    printf("open_faults %ld\nquery_faults %ld\n", faults_open - faults_before,
           disk_waits() - faults_open);
    return 0;
}

static int run_warm(const char *dir)
{
    static char *queries[QUERIES_MAX];
    lede_snapshot *snapshot = NULL;
    lede_error err = {0};
    size_t count = 0, capacity = 0;
    double start = 0, taken = 0;
    while (count < QUERIES_MAX && getline(&queries[count], &capacity, stdin) > 0) {
        queries[count][strcspn(queries[count], "\n")] = 0;
        count++;
        capacity = 0;
    }
    lede_status status = lede_snapshot_open(NULL, dir, &snapshot, &err);
    for (int round = 0; round < 2; round++) {
        start = now_us();
        for (size_t i = 0; i < count && status == LEDE_OK; i++)
            status = top_10(snapshot, queries[i], &err);
        taken = now_us() - start;
    }
    if (status == LEDE_OK)
        print_memory();
    lede_snapshot_free(snapshot);
    for (size_t i = 0; i < QUERIES_MAX; i++)
        free(queries[i]);
    if (status != LEDE_OK || count == 0)
        return fail("searching", &err);
    printf("warm_query_us %.1f\n", taken / (double)count);
    return 0;
}

/* ---- writing ---- */

static lede_status add_text(lede_writer *writer, const char *prefix, long number, lede_text text,
                            lede_error *err)
{
    static const lede_text none = {"", 0};
    static const lede_date unknown = {.precision = LEDE_DATE_UNKNOWN, .evidence = ""};
    lede_block block = {LEDE_BLOCK_PARAGRAPH, 0, 0, text};
    lede_article article = {.struct_bytes = sizeof article, .kind = "story"};
    char key[64];
    int bytes = snprintf(key, sizeof key, "%s-%ld", prefix, number);
    lede_add_outcome outcome;
    article.key = (lede_text){key, (size_t)bytes};
    article.headline = article.kicker = article.dateline = article.section = none;
    article.source = article.agency = article.url = article.canonical_url = article.path = none;
    article.language = (lede_text){"en", 2};
    article.published = article.modified = article.captured = unknown;
    article.blocks = &block;
    article.block_count = 1;
    return lede_writer_add_article(writer, &article, &outcome, err);
}

static lede_status add_lines(lede_writer *writer, const char *prefix, lede_error *err)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t bytes;
    lede_status status = LEDE_OK;
    for (long i = 0; status == LEDE_OK && (bytes = getline(&line, &capacity, stdin)) > 0; i++) {
        line[--bytes] = 0;
        status = add_text(writer, prefix, i, (lede_text){line, (size_t)bytes}, err);
    }
    free(line);
    return status == LEDE_OK ? lede_writer_commit(writer, NULL, err) : status;
}

/* prefix NULL: a merge to one segment instead. */
static int run_write(const char *dir, const char *prefix)
{
    lede_writer *writer = NULL;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_error err = {0};
    double start = now_us();
    lede_status status = lede_writer_open(NULL, dir, &options, &writer, &err);
    if (status == LEDE_OK)
        status = prefix ? add_lines(writer, prefix, &err) : lede_writer_merge(writer, 1, &err);
    double taken = now_us() - start;
    if (status == LEDE_OK)
        print_memory();
    lede_writer_close(writer);
    if (status != LEDE_OK)
        return fail(prefix ? "adding" : "merging", &err);
    printf("taken_us %.1f\n", taken);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "open") == 0)
        return run_open(argv[2], atoi(argv[3]));
    if (argc == 4 && strcmp(argv[1], "cold") == 0)
        return run_cold(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "warm") == 0)
        return run_warm(argv[2]);
    if (argc == 4 && strcmp(argv[1], "add") == 0)
        return run_write(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "merge") == 0)
        return run_write(argv[2], NULL);
    fprintf(stderr,
            "usage: growth open DIR N | cold DIR QUERY | warm DIR | add DIR PREFIX | merge DIR\n");
    return 2;
}
