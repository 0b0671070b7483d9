/* What the public interface says of queries and words: translations, did you mean, suggestions,
 * similar stories, timelines. */
#include "tests/test.h"

#include <stdbool.h>

#include "lede/lede.h"
#include "tests/temp_dir.h"

static lede_error err;

typedef struct archive {
    char *dir, *path;
    lede_snapshot *snapshot;
} archive;

typedef struct story {
    const char *id, *date, *headline, *author, *text;
} story;

static const story stories[] = {
    {"1", "2015-10-05", "Harbour bridge closed by the storm", "Ada Byron",
     "The harbour bridge was closed when the storm came in from the sea. The mayor of Port Aldern "
     "said that the ferry would sail again in spring."},
    {"2", "2015-10-06", "Storm breaks the harbour wall", "Ada Byron",
     "The storm broke the harbour wall at night. The ferry stayed in the harbour, and the bridge "
     "was closed."},
    {"3", "2015-12-24", "Government votes on the ferry", "Charles Babbage",
     "The government voted on the ferry. Taxes rise, the government said, and taxes fall."},
    {"4", "2015-12-25", "A quiet day at the market", "Charles Babbage",
     "The market was quiet. Potatoes were cheap. The government said nothing of potatoes."},
    {"5", "2015-12-26", "Government says more of taxes", "Charles Babbage",
     "Taxes again: the government spoke of taxes, and of New York, where taxes are lower. The "
     "mayor went to York, which is new to him. New York answered."},
    {"6", "2015-12-26", "New York answers", "Ada Byron",
     "New York answered the government. In New York there was a storm, and York was quiet."},
    {"7", "2015-12-27", "York was new to the mayor", "Ada Byron",
     "In New York the mayor met the government and the harbour master."}};
#define STORY_COUNT (sizeof stories / sizeof *stories)

static int setup(void **state)
{
    archive *a = calloc(1, sizeof *a);
    lede_writer *writer;
    a->dir = temp_dir_new();
    a->path = temp_dir_path(a->dir, "a.lede");
    assert_ok(lede_archive_create(NULL, a->path, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, a->path, NULL, &writer, &err), &err);
    for (size_t i = 0; i < STORY_COUNT; i++) {
        char page[2048];
        lede_add_outcome outcome;
        const story *s = &stories[i];
        int bytes = snprintf(
            page, sizeof page,
            "<!doctype html><html lang=en><head><title>%s</title><meta property="
            "article:published_time content=%sT08:00:00Z><meta name=author content=\"%s\"></head>"
            "<body><article><h1>%s</h1><p>%s</p><p>Nobody in the hall disagreed, and the vote was "
            "taken by a show of hands before ten in the evening.</p></article></body></html>",
            s->headline, s->date, s->author, s->headline, s->text);
        assert_ok(lede_writer_add_page(writer, page, (size_t)bytes, NULL, s->id, "text/html", NULL,
                                       &outcome, &err),
                  &err);
    }
    assert_ok(lede_writer_commit(writer, NULL, &err), &err);
    lede_writer_close(writer);
    assert_ok(lede_snapshot_open(NULL, a->path, &a->snapshot, &err), &err);
    *state = a;
    return 0;
}

static int teardown(void **state)
{
    archive *a = *state;
    lede_snapshot_free(a->snapshot);
    free(a->path);
    temp_dir_free(a->dir);
    free(a);
    return 0;
}

static bool text_is(lede_text t, const char *want)
{
    return t.bytes == strlen(want) && memcmp(t.data, want, t.bytes) == 0;
}

static void did_you_mean(void **state)
{
    const archive *a = *state;
    static const struct {
        const char *query, *want;
        int no_suggest;
    } rows[] = {{"goverment", "government", 0},
                {"goverment", "", 1},
                {"goverment taxes", "government taxes", 0},
                {"govrenment", "government", 0},
                {"movernment", "government", 0},
                {"mavernment", "", 0}, /* two slips, and one begins the word */
                {"newyork", "\"new york\"", 0},
                {"gov ernment", "government", 0},
                {"government", "", 0},
                {"potatoes", "", 0},
                {"=goverment", "", 0},
                {"-goverment", "", 0},
                {"gover?ent", "", 0},
                {"zzzzqqq", "", 0}};
    size_t count = sizeof rows / sizeof *rows;
    for (size_t n = 0; n < 3 * count; n++) { /* from the second time on from memory */
        size_t i = n % count;
        lede_hits *hits;
        lede_search_options o = LEDE_SEARCH_OPTIONS_INIT;
        o.no_suggest = rows[i].no_suggest;
        assert_ok(lede_search(a->snapshot, rows[i].query, strlen(rows[i].query), &o, &hits, &err),
                  &err);
        lede_text got = lede_hits_answer(hits)->did_you_mean;
        if (!text_is(got, rows[i].want))
            fail_msg("%s: did you mean [%.*s], not [%s]", rows[i].query, (int)got.bytes, got.data,
                     rows[i].want);
        lede_hits_free(hits);
    }
}

static void suggestions(void **state)
{
    const archive *a = *state;
    lede_suggester *s;
    static const struct {
        const char *typed, *text, *kind;
        uint64_t count;
    } rows[] = {{"gov", "government", "word", 5},
                {"GOVERN", "government", "word", 5},
                {"the gov", "the government", "word", 5},
                {"by", "Ada Byron", "name", 4},
                {"ada b", "Ada Byron", "name", 4},
                {"Babbage", "Charles Babbage", "name", 3},
                {"storm br", "Storm breaks the harbour wall", "headline", 1},
                {"yor", "York", "word", 3}};
    assert_ok(lede_suggester_new(a->snapshot, &s, &err), &err);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_suggestions *list;
        uint32_t count;
        bool found = false;
        assert_ok(lede_suggest(s, rows[i].typed, strlen(rows[i].typed), 10, &list, &err), &err);
        const lede_suggestion *items = lede_suggestions_items(list, &count);
        for (uint32_t k = 0; k < count; k++)
            found = found ||
                    (text_is(items[k].text, rows[i].text) &&
                     strcmp(items[k].kind, rows[i].kind) == 0 && items[k].count == rows[i].count);
        if (!found)
            fail_msg("%s: no %s %s (%u) among %u, the first %.*s (%u)", rows[i].typed, rows[i].kind,
                     rows[i].text, (unsigned)rows[i].count, count,
                     count ? (int)items[0].text.bytes : 0, count ? items[0].text.data : "",
                     count ? (unsigned)items[0].count : 0);
        lede_suggestions_free(list);
    }
    static const char *const odd[] = {"", " ", "zzz", "\xFF\xFE", "\"", "the "};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        lede_suggestions *list;
        uint32_t count;
        assert_ok(lede_suggest(s, odd[i], strlen(odd[i]), 3, &list, &err), &err);
        (void)lede_suggestions_items(list, &count);
        assert_true(count <= 3);
        lede_suggestions_free(list);
    }
    lede_suggester_free(s);
}

static void similar(void **state)
{
    const archive *a = *state;
    lede_hits *hits;
    const lede_hit *hit;
    assert_ok(lede_similar(a->snapshot, "1", NULL, &hits, &err), &err);
    assert_ok(lede_hits_next(hits, &hit, &err), &err);
    assert_non_null(hit);
    assert_true(text_is(hit->article->headline, stories[1].headline));
    while (hit) {
        assert_false(text_is(hit->article->headline, stories[0].headline));
        assert_ok(lede_hits_next(hits, &hit, &err), &err);
    }
    lede_hits_free(hits);
    assert_int_equal(lede_similar(a->snapshot, "nothing", NULL, &hits, &err), LEDE_E_NOTFOUND);
    assert_null(hits);
}

static void timeline(void **state)
{
    const archive *a = *state;
    lede_timeline *t;
    uint32_t count;
    const char *unit;
    const char *const queries[] = {"storm", "government", "absent"};
    assert_ok(lede_timeline_new(a->snapshot, queries, 3, NULL, "month", &t, &err), &err);
    const lede_timeline_row *rows = lede_timeline_rows(t, &count, &unit);
    assert_string_equal(unit, "month");
    assert_int_equal(count, 3);
    assert_true(text_is(rows[0].label, "2015-10") && text_is(rows[1].label, "2015-11") &&
                text_is(rows[2].label, "2015-12"));
    static const uint64_t want[3][4] = {{2, 2, 0, 0}, {0, 0, 0, 0}, {5, 1, 5, 0}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows[i].archive, want[i][0]);
        for (int k = 0; k < 3; k++)
            assert_int_equal(rows[i].counts[k], want[i][1 + k]);
    }
    lede_timeline_free(t);
    assert_ok(lede_timeline_new(a->snapshot, queries, 1, NULL, NULL, &t, &err), &err);
    rows = lede_timeline_rows(t, &count, &unit);
    assert_string_equal(unit, "day");
    assert_int_equal(count, 83);
    lede_timeline_free(t);
    assert_ok(lede_timeline_new(a->snapshot, queries + 2, 1, NULL, NULL, &t, &err), &err);
    (void)lede_timeline_rows(t, &count, NULL);
    assert_int_equal(count, 0);
    lede_timeline_free(t);
    assert_int_equal(lede_timeline_new(a->snapshot, queries, 0, NULL, NULL, &t, &err),
                     LEDE_E_INVALID);
    assert_int_equal(lede_timeline_new(a->snapshot, queries, 5, NULL, NULL, &t, &err),
                     LEDE_E_INVALID);
    assert_int_equal(lede_timeline_new(a->snapshot, queries, 1, NULL, "week", &t, &err),
                     LEDE_E_INVALID);
}

static void translations(void **state)
{
    lede_translation *t;
    uint32_t count;
    int exact;
    lede_search_options o = LEDE_SEARCH_OPTIONS_INIT;
    assert_ok(lede_translate(NULL, NULL, "a OR b c", 8, &o, "lexis", &t, &err), &err);
    assert_true(text_is(lede_translation_text(t, &exact), "(a or b) and c"));
    assert_true(exact);
    (void)lede_translation_messages(t, &count);
    assert_int_equal(count, 0);
    lede_translation_free(t);
    o.dialect = "factiva";
    assert_ok(lede_translate(NULL, NULL, "wc>5 and hd=x same y", 20, &o, NULL, &t, &err), &err);
    assert_true(text_is(lede_translation_text(t, NULL), "title:(x w/p y)"));
    const lede_message *m = lede_translation_messages(t, &count);
    assert_int_equal(count, 1);
    assert_string_equal(m[0].code, "syntax");
    lede_translation_free(t);
    assert_int_equal(lede_translate(NULL, NULL, "a", 1, &o, "cql", &t, &err), LEDE_E_INVALID);
}

/* What is understood and not kept is said where it stands; the rest is answered. */
static void unavailable(void **state)
{
    const archive *a = *state;
    static const struct {
        const char *query;
        uint32_t messages;
        uint64_t total;
    } rows[] = {{"storm said:valls", 0, 0},        {"storm event:2015-11-13", 0, 0},
                {"said:mayor(storm)", 0, 0},       {"storm dup:high", 0, 3},
                {"storm dup:off alias:off", 0, 3}, {"storm w/s ferry", 0, 0},
                {"storm w/p ferry", 0, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_hits *hits;
        lede_search_options o = LEDE_SEARCH_OPTIONS_INIT;
        o.dialect = "lede";
        assert_ok(lede_search(a->snapshot, rows[i].query, strlen(rows[i].query), &o, &hits, &err),
                  &err);
        const lede_answer *answer = lede_hits_answer(hits);
        if (answer->relaxed)
            fail_msg("%s relaxed", rows[i].query);
        if (answer->message_count != rows[i].messages || answer->total != rows[i].total)
            fail_msg("%s: %u messages, %u hits", rows[i].query, answer->message_count,
                     (unsigned)answer->total);
        lede_hits_free(hits);
    }
}

/* As many expressions as a query may have words: answered, within the memory of a query. */
static void many_expressions(void **state)
{
    const archive *a = *state;
    static char text[32000];
    size_t n = 0;
    lede_hits *hits;
    for (int i = 0; i < 1024; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s/s[t-z]o?(r|x%d)m*/", i ? " OR " : "",
                              i);
    assert_ok(lede_search(a->snapshot, text, n, NULL, &hits, &err), &err);
    assert_int_equal(lede_hits_answer(hits)->total, 3);
    assert_int_equal(lede_hits_answer(hits)->message_count, 0);
    lede_hits_free(hits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(did_you_mean, setup, teardown),
        cmocka_unit_test_setup_teardown(suggestions, setup, teardown),
        cmocka_unit_test_setup_teardown(similar, setup, teardown),
        cmocka_unit_test_setup_teardown(timeline, setup, teardown),
        cmocka_unit_test_setup_teardown(unavailable, setup, teardown),
        cmocka_unit_test_setup_teardown(many_expressions, setup, teardown),
        cmocka_unit_test(translations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
