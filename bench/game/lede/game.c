/*
 * lede as a player of the search benchmark's game, on the public interface alone.
 *
 *   game index DIR [option...]      documents on standard input, one line each, as bench/corpus.py
 *                                   writes them; one merged segment in the new folder DIR. Prints
 *                                   the bytes of each part.
 *       store, reorder, profile=NAME, mb=N   as the library has them
 *       labels     every document has one of ten tags (t0 .. t9, scattered) and a day of
 * publication, 100 a day in the order of the input from 2000-01-01 on delete=N   every Nth document
 * is deleted when the segment stands game serve DIR                  answers "COMMAND<TAB>QUERY\n"
 * with one integer a line
 *
 * Commands: COUNT; TOP_k (answers 1); TOP_k_COUNT (answers the number of matches). Anything else
 * is answered with UNSUPPORTED. As in the other drivers a top-k is the ranked list of document
 * numbers: no stored text is read, no snippet is made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lede/lede.h>

#define FIRST_DAY  10957 /* 2000-01-01, days since 1970 */
#define DOCS_A_DAY 100

static int fail(const char *what, const lede_error *err)
{
    fprintf(stderr, "lede game: %s: %s\n", what, err->message);
    return 1;
}

/* ---- indexing ---- */

typedef struct document {
    lede_text id, text; /* inside the line, NUL-terminated */
} document;

/* Cuts {"id":"...","text":"..."} in place; 0 when the line has another form. */
static int cut_line(char *line, size_t bytes, document *doc)
{
    static const char start[] = "{\"id\":\"", middle[] = "\",\"text\":\"", end[] = "\"}\n";
    size_t start_bytes = sizeof start - 1, end_bytes = sizeof end - 1;
    if (bytes < start_bytes + end_bytes || memcmp(line, start, start_bytes) != 0 ||
        memcmp(line + bytes - end_bytes, end, end_bytes) != 0)
        return 0;
    char *id = line + start_bytes;
    char *id_end = strstr(id, middle);
    if (!id_end)
        return 0;
    char *text = id_end + sizeof middle - 1;
    *id_end = 0;
    line[bytes - end_bytes] = 0;
    doc->id = (lede_text){id, (size_t)(id_end - id)};
    doc->text = (lede_text){text, (size_t)(line + bytes - end_bytes - text)};
    return 1;
}

/* What filters ask for: a tag by the hash of the number, a day by its order. */
typedef struct labels {
    char name[4];
    lede_text tag;
    lede_date day;
} labels;

static void labels_make(labels *l, unsigned long number)
{
    int bytes = snprintf(l->name, sizeof l->name, "t%u",
                         (unsigned)(((uint32_t)number * 2654435761u >> 16) % 10));
    l->tag = (lede_text){l->name, (size_t)bytes};
    l->day = (lede_date){.precision = LEDE_DATE_DAY,
                         .utc_ms = (FIRST_DAY + (int64_t)(number / DOCS_A_DAY)) * 86400000,
                         .evidence = "given",
                         .certainty_percent = 100};
}

static lede_status add_document(lede_writer *writer, const document *doc, const labels *label,
                                lede_error *err)
{
    static const lede_text none = {"", 0};
    static const lede_date unknown = {.precision = LEDE_DATE_UNKNOWN, .evidence = ""};
    lede_block block = {LEDE_BLOCK_PARAGRAPH, 0, 0, doc->text};
    lede_article article = {.struct_bytes = sizeof article, .kind = "story"};
    lede_add_outcome outcome;
    article.headline = article.kicker = article.dateline = article.section = none;
    article.source = article.agency = article.url = article.canonical_url = article.path = none;
    article.language = (lede_text){"en", 2};
    article.key = doc->id;
    article.published = article.modified = article.captured = unknown;
    article.blocks = &block;
    article.block_count = 1;
    if (label) {
        article.published = label->day;
        article.tags = &label->tag;
        article.tag_count = 1;
    }
    return lede_writer_add_article(writer, &article, &outcome, err);
}

static lede_status add_all(lede_writer *writer, int labelled, unsigned long *docs, lede_error *err)
{
    labels label;
    char *line = NULL;
    size_t capacity = 0;
    lede_status status = LEDE_OK;
    for (unsigned long number = 1; status == LEDE_OK; number++) {
        document doc;
        ssize_t bytes = getline(&line, &capacity, stdin);
        if (bytes < 0)
            break;
        if (!cut_line(line, (size_t)bytes, &doc)) {
            snprintf(err->message, sizeof err->message, "line %lu is no document", number);
            status = LEDE_E_INVALID;
        } else {
            if (labelled)
                labels_make(&label, *docs);
            status = add_document(writer, &doc, labelled ? &label : NULL, err);
            ++*docs;
        }
    }
    free(line);
    return status;
}

/* Ids are the numbers of the documents (bench/corpus.py). */
static lede_status delete_some(lede_writer *writer, unsigned long docs, unsigned long step,
                               lede_error *err)
{
    lede_status status = LEDE_OK;
    for (unsigned long i = 0; i < docs && status == LEDE_OK; i += step) {
        char key[24];
        uint64_t deleted;
        snprintf(key, sizeof key, "%lu", i);
        status = lede_writer_delete(writer, key, &deleted, err);
    }
    return status == LEDE_OK ? lede_writer_commit(writer, NULL, err) : status;
}

static lede_status print_parts(const char *dir, lede_error *err)
{
    lede_snapshot *snapshot = NULL;
    lede_snapshot_info info;
    const lede_part_bytes *parts;
    uint32_t count;
    lede_status status = lede_snapshot_open(NULL, dir, &snapshot, err);
    if (status == LEDE_OK)
        status = lede_snapshot_get_info(snapshot, &info, err);
    if (status == LEDE_OK)
        status = lede_snapshot_sizes(snapshot, &parts, &count, err);
    if (status == LEDE_OK) {
        printf("docs %llu\nsegments %u\n", (unsigned long long)info.articles, info.segments);
        for (uint32_t i = 0; i < count; i++)
            printf("part %llu %s\n", (unsigned long long)parts[i].bytes, parts[i].name);
    }
    lede_snapshot_free(snapshot);
    return status;
}

static int run_index(const char *dir, int argc, char **argv)
{
    lede_archive_options archive = LEDE_ARCHIVE_OPTIONS_INIT;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer = NULL;
    lede_error err = {0};
    unsigned long docs = 0, delete_step = 0;
    int labelled = 0;
    archive.profile = "plain";
    archive.without_store = 1;
    options.reorder = LEDE_REORDER_OFF;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "store") == 0)
            archive.without_store = 0;
        else if (strcmp(argv[i], "reorder") == 0)
            options.reorder = LEDE_REORDER_ON;
        else if (strcmp(argv[i], "labels") == 0)
            labelled = 1;
        else if (strncmp(argv[i], "delete=", 7) == 0)
            delete_step = strtoul(argv[i] + 7, NULL, 10);
        else if (strncmp(argv[i], "profile=", 8) == 0)
            archive.profile = argv[i] + 8;
        else if (strncmp(argv[i], "mb=", 3) == 0)
            options.memory_max_bytes = (size_t)strtoul(argv[i] + 3, NULL, 10) << 20;
    }
    lede_status status = lede_archive_create(NULL, dir, &archive, &err);
    if (status == LEDE_OK)
        status = lede_writer_open(NULL, dir, &options, &writer, &err);
    if (status == LEDE_OK)
        status = add_all(writer, labelled, &docs, &err);
    if (status == LEDE_OK)
        status = lede_writer_commit(writer, NULL, &err);
    if (status == LEDE_OK)
        status = lede_writer_merge(writer, 1, &err);
    if (status == LEDE_OK && delete_step)
        status = delete_some(writer, docs, delete_step, &err);
    lede_writer_close(writer);
    if (status == LEDE_OK)
        status = print_parts(dir, &err);
    return status == LEDE_OK ? 0 : fail("indexing", &err);
}

/* ---- answering ---- */

typedef struct command {
    uint32_t hits; /* UINT32_MAX: only the total */
    int counts;    /* 1: answered with the total, 0: with 1 */
} command;

static int parse_command(const char *name, command *parsed)
{
    if (strcmp(name, "COUNT") == 0) {
        *parsed = (command){UINT32_MAX, 1};
        return 1;
    }
    if (strncmp(name, "TOP_", 4) != 0)
        return 0;
    char *rest;
    unsigned long hits = strtoul(name + 4, &rest, 10);
    if (hits == 0 || hits > 10000 || (*rest && strcmp(rest, "_COUNT") != 0))
        return 0;
    *parsed = (command){(uint32_t)hits, *rest != 0};
    return 1;
}

static lede_status answer(lede_snapshot *snapshot, const command *c, const char *query,
                          size_t query_bytes, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    options.dialect = "lucene";
    options.sort = LEDE_SORT_RELEVANCE;
    options.count = c->hits;
    options.deadline_ms = UINT32_MAX;
    options.snippet_chars = UINT32_MAX;
    options.total_optional = !c->counts;
    options.no_suggest = 1;
    lede_status status = lede_search(snapshot, query, query_bytes, &options, &hits, err);
    if (status == LEDE_OK) {
        const lede_answer *a = lede_hits_answer(hits);
        if (c->counts && !a->total_exact)
            puts("INEXACT");
        else
            printf("%llu\n", c->counts ? (unsigned long long)a->total : 1);
    }
    lede_hits_free(hits);
    return status;
}

static int run_serve(const char *dir)
{
    lede_snapshot *snapshot = NULL;
    lede_error err = {0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t bytes;
    lede_status status = lede_snapshot_open(NULL, dir, &snapshot, &err);
    while (status == LEDE_OK && (bytes = getline(&line, &capacity, stdin)) > 0) {
        if (line[bytes - 1] == '\n')
            line[--bytes] = 0;
        char *tab = strchr(line, '\t');
        command c;
        if (tab)
            *tab = 0;
        if (!tab || !parse_command(line, &c))
            puts("UNSUPPORTED");
        else
            status = answer(snapshot, &c, tab + 1, (size_t)(line + bytes - tab - 1), &err);
        fflush(stdout);
    }
    free(line);
    lede_snapshot_free(snapshot);
    return status == LEDE_OK ? 0 : fail("answering", &err);
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "index") == 0)
        return run_index(argv[2], argc - 3, argv + 3);
    if (argc == 3 && strcmp(argv[1], "serve") == 0)
        return run_serve(argv[2]);
    fprintf(stderr, "usage: game index DIR [option...] | game serve DIR\n");
    return 2;
}
