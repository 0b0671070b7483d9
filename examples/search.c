/*
 * The whole of lede in one small program: an archive is made, a page is added from memory, a query
 * is answered.
 *
 *   cc -o search search.c $(pkg-config --cflags --libs lede)
 *   ./search FOLDER QUERY      FOLDER is made; it must not hold anything
 */
#include <stdio.h>
#include <string.h>

#include <lede/lede.h>

static const char page[] =
    "<!doctype html><html lang=en><head><title>Ferry returns to the Sarn</title></head><body>"
    "<article><h1>Ferry returns to the Sarn</h1>"
    "<p>The ferry between the two quays of Port Aldern was back in service on Monday, eleven "
    "weeks after a storm had torn its landing stage from the harbour wall.</p>"
    "<p>The first crossing carried forty passengers, two goats and a brass band.</p>"
    "</article></body></html>";

static int fail(const char *what, const lede_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->message);
    return 2;
}

static lede_status add_page(const char *dir, lede_error *err)
{
    lede_writer *writer = NULL;
    lede_add_outcome outcome = LEDE_ADD_REJECTED;
    lede_status status = lede_archive_create(NULL, dir, NULL, err);
    if (status == LEDE_OK)
        status = lede_writer_open(NULL, dir, NULL, &writer, err);
    if (status == LEDE_OK)
        status = lede_writer_add_page(writer, page, sizeof page - 1,
                                      "https://www.lantern.example/2024/05/06/ferry", NULL,
                                      "text/html; charset=utf-8", NULL, &outcome, err);
    if (status == LEDE_OK && outcome == LEDE_ADD_REJECTED)
        status = LEDE_E_INVALID; /* err says why */
    if (status == LEDE_OK)
        status = lede_writer_commit(writer, NULL, err);
    lede_writer_close(writer);
    return status;
}

static lede_status print_hits(lede_hits *hits, lede_error *err)
{
    const lede_answer *answer = lede_hits_answer(hits);
    printf("%llu found, read as: %s\n", (unsigned long long)answer->total, answer->understood.data);
    for (;;) {
        const lede_hit *hit;
        lede_status status = lede_hits_next(hits, &hit, err);
        if (status != LEDE_OK || !hit)
            return status;
        printf("%s\n%s\n", hit->article->headline.data, hit->article->key.data);
        for (uint32_t i = 0; i < hit->passage_count; i++)
            printf("  %s\n", hit->passages[i].text.data);
    }
}

static lede_status search(const char *dir, const char *query, lede_error *err)
{
    lede_snapshot *snapshot = NULL;
    lede_hits *hits = NULL;
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.count = 5;
    lede_status status = lede_snapshot_open(NULL, dir, &snapshot, err);
    if (status == LEDE_OK)
        status = lede_search(snapshot, query, strlen(query), &options, &hits, err);
    if (status == LEDE_OK)
        status = print_hits(hits, err);
    lede_hits_free(hits);
    lede_snapshot_free(snapshot);
    return status;
}

int main(int argc, char **argv)
{
    lede_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: search FOLDER QUERY\n");
        return 2;
    }
    if (add_page(argv[1], &err) != LEDE_OK)
        return fail("adding", &err);
    if (search(argv[1], argv[2], &err) != LEDE_OK)
        return fail("searching", &err);
    return 0;
}
