/*
 * lede as a system under judgement: the ranked answers to a list of queries, on the public
 * interface alone and with nothing but its defaults.
 *
 *   answers ARCHIVE HITS    "QUERY-ID<TAB>TEXT" lines in, "QUERY-ID<TAB>KEY<TAB>SCORE" lines out
 *
 * The text of a query is asked as it stands, as somebody would type it. Only the hits are asked
 * for: no snippets, no other spellings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lede/lede.h>

static lede_status answer(lede_snapshot *snapshot, const char *id, const char *query,
                          uint32_t hits_max, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    const lede_hit *hit = NULL;
    options.count = hits_max;
    options.deadline_ms = UINT32_MAX;
    options.snippet_chars = UINT32_MAX;
    options.no_suggest = 1;
    lede_status status = lede_search(snapshot, query, strlen(query), &options, &hits, err);
    while (status == LEDE_OK) {
        status = lede_hits_next(hits, &hit, err);
        if (status != LEDE_OK || !hit)
            break;
        printf("%s\t%s\t%.9g\n", id, hit->article->key.data, hit->score);
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
    if (argc != 3) {
        fprintf(stderr, "usage: answers ARCHIVE HITS\n");
        return 2;
    }
    lede_status status = lede_snapshot_open(NULL, argv[1], &snapshot, &err);
    while (status == LEDE_OK && (bytes = getline(&line, &capacity, stdin)) > 0) {
        if (line[bytes - 1] == '\n')
            line[--bytes] = 0;
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = 0;
        status = answer(snapshot, line, tab + 1, (uint32_t)strtoul(argv[2], NULL, 10), &err);
    }
    free(line);
    lede_snapshot_free(snapshot);
    if (status != LEDE_OK)
        fprintf(stderr, "lede answers: %s\n", err.message);
    return status == LEDE_OK ? 0 : 1;
}
