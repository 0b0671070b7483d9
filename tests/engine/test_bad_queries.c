/*
 * Queries that are meant to hurt, through the public interface: each ends soon after its deadline,
 * within the memory that a search is granted, and is answered or refused with the status LIMIT.
 * `make bench-bad-queries` has the figures of the like on a large archive.
 */
#include "tests/test.h"

#include <time.h>

#include "base/limits.h"
#include "lede/lede.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"

#define STORIES     300u
#define STORY_WORDS 200u
#define WORDS       3000u
#define DEADLINE_MS 300u
/* Sanitizers and a busy machine slow the step under way; a loop that does not ask the deadline
 * takes minutes. */
#define GRACE_MS 5000u
/* Of the answer, of the query, and the three of ld_search_memory. */
#define MEMORY_MAX (5ull * LD_QUERY_ARENA_BYTES_MAX)
#define TEXT_MAX   (1u << 20)

typedef struct fixture {
    char *dir, *path, *text; /* text: [TEXT_MAX] of the query at hand */
    size_t bytes;
} fixture;

static void story_add(lede_writer *writer, uint32_t number, test_random *random)
{
    static const char *const common[] = {"the", "of", "and", "in", "to", "a"};
    char text[STORY_WORDS * 8], key[16];
    size_t n = 0;
    lede_error err = {0};
    lede_add_outcome outcome;
    for (uint32_t i = 0; i < STORY_WORDS; i++)
        n += i % 2 ? (size_t)snprintf(text + n, sizeof text - n, "w%u ",
                                      test_random_below(random, WORDS))
                   : (size_t)snprintf(text + n, sizeof text - n, "%s ",
                                      common[test_random_below(random, 6)]);
    snprintf(key, sizeof key, "k%u", number);
    lede_text none = {"", 0};
    lede_date unknown = {.precision = LEDE_DATE_UNKNOWN, .evidence = ""};
    lede_block block = {LEDE_BLOCK_PARAGRAPH, 0, 0, {text, n}};
    lede_article a = {.struct_bytes = sizeof a, .kind = "story", .headline = none, .kicker = none};
    a.dateline = a.section = a.source = a.agency = none;
    a.url = a.canonical_url = a.path = none;
    a.language = (lede_text){"en", 2};
    a.key = (lede_text){key, strlen(key)};
    a.published = a.modified = a.captured = unknown;
    a.blocks = &block;
    a.block_count = 1;
    assert_ok(lede_writer_add_article(writer, &a, &outcome, &err), &err);
}

static int setup(void **state)
{
    static fixture f;
    lede_error err = {0};
    lede_writer *writer;
    test_random random = {7};
    f.dir = temp_dir_new();
    f.path = temp_dir_path(f.dir, "a.lede");
    f.text = malloc(TEXT_MAX);
    assert_non_null(f.text);
    assert_ok(lede_archive_create(NULL, f.path, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, f.path, NULL, &writer, &err), &err);
    for (uint32_t i = 0; i < STORIES; i++)
        story_add(writer, i, &random);
    assert_ok(lede_writer_commit(writer, NULL, &err), &err);
    lede_writer_close(writer);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    free(f->text);
    free(f->path);
    temp_dir_free(f->dir);
    return 0;
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Asks the text at hand in a dialect. */
static void bounded(fixture *f, const char *dialect, const char *what)
{
    faulty_env *env = faulty_env_new();
    lede_snapshot *snapshot;
    lede_hits *hits = NULL;
    lede_error err = {0};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.dialect = dialect;
    options.deadline_ms = DEADLINE_MS;
    assert_ok(lede_snapshot_open(faulty_env_table(env), f->path, &snapshot, &err), &err);
    uint64_t before = faulty_env_live_bytes(env), start = now_ms();
    lede_status status = lede_search(snapshot, f->text, f->bytes, &options, &hits, &err);
    uint64_t taken = now_ms() - start, peak = faulty_env_live_bytes_peak(env);
    if (status != LEDE_OK && status != LEDE_E_LIMIT)
        fail_msg("%s (%s): %s", what, dialect, err.message);
    if (taken > DEADLINE_MS + GRACE_MS)
        fail_msg("%s (%s) took %u ms", what, dialect, (unsigned)taken);
    if (peak - before > MEMORY_MAX)
        fail_msg("%s (%s) took %u MiB", what, dialect, (unsigned)((peak - before) >> 20));
    lede_hits_free(hits);
    lede_snapshot_free(snapshot);
    faulty_env_free(env);
}

/* In every dialect: begin, then `unit` (with the number, where it has a %u) so many times, end. */
static void repeated(fixture *f, const char *what, const char *begin, const char *unit,
                     uint32_t count, const char *end)
{
    static const char *const dialects[] = {"lede", "lucene", "lexis", "factiva"};
    const char *number = strstr(unit, "%u");
    size_t n = (size_t)snprintf(f->text, TEXT_MAX, "%s", begin);
    for (uint32_t i = 0; i < count && n + 64 < TEXT_MAX; i++)
        n += number ? (size_t)snprintf(f->text + n, TEXT_MAX - n, "%.*s%u%s", (int)(number - unit),
                                       unit, i % WORDS, number + 2)
                    : (size_t)snprintf(f->text + n, TEXT_MAX - n, "%s", unit);
    n += (size_t)snprintf(f->text + n, TEXT_MAX - n, "%s", end);
    f->bytes = n;
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        bounded(f, dialects[i], what);
}

static void many_words(void **state)
{
    fixture *f = *state;
    repeated(f, "10,000 words", "", "w%u ", 10000, "");
    repeated(f, "10,000 required words", "", "+w%u ", 10000, "");
    repeated(f, "10,000 excluded words", "the ", "-w%u ", 10000, "");
    repeated(f, "one of 10,000 words", "the", " OR w%u", 10000, "");
    repeated(f, "10,000 times one word", "", "the ", 10000, "");
}

static void long_words(void **state)
{
    fixture *f = *state;
    repeated(f, "a word of 1 MB", "", "x", TEXT_MAX, "");
    repeated(f, "a phrase of 1 MB", "\"", "ab ", TEXT_MAX, "\"");
    repeated(f, "a date of 1 MB", "date:", "9", TEXT_MAX, "");
    repeated(f, "1 MB of brackets", "", "(", TEXT_MAX, "");
    repeated(f, "1 MB of quotation marks", "", "\"", TEXT_MAX, "");
    repeated(f, "1 MB of bytes that are no text", "", "\xff", TEXT_MAX, "");
}

static void stop_words(void **state)
{
    fixture *f = *state;
    repeated(f, "a phrase of 1,000 stop words", "\"", "the of and in to ", 200, "\"");
    repeated(f, "a phrase of one stop word", "\"", "the ", 1000, "\"");
    repeated(f, "a loose phrase of stop words", "\"", "the of and in to ", 200, "\"~1000");
    repeated(f, "a chain of w/1000", "the", " w/1000 of w/1000 and", 100, "");
}

static void deep_nests(void **state)
{
    fixture *f = *state;
    repeated(f, "10,000 brackets", "", "(the ", 10000, "");
    repeated(f, "500 negations", "the ", "-(of ", 500, "");
    repeated(f, "any of 1,000 pairs", "the", " OR (w%u of)", 1000, "");
}

static void patterns(void **state)
{
    fixture *f = *state;
    repeated(f, "wildcards of every word", "", "*%u* OR ", 1000, "the");
    repeated(f, "stars", "", "a*", 1000, "");
    repeated(f, "a regex that makes others go back", "/", "(w+)+", 20, "b/");
    repeated(f, "a regex of nested repeats", "/((((", "w{1,50}){1,50}", 4, "/");
    repeated(f, "fuzzy words", "", "w%u~2 OR ", 1000, "the");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_words), cmocka_unit_test(long_words),
                                       cmocka_unit_test(stop_words), cmocka_unit_test(deep_nests),
                                       cmocka_unit_test(patterns)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
