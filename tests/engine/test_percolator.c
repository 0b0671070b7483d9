/*
 * Alerts: what a watching writer tells is what running each query finds, for random queries with
 * every kind of operator; and the list of alerts outlives what happens to its file.
 */
#include "base/env_memory.h"
#include "lede/lede.h"
#include "tests/test.h"

#define ROOT    "/alerts"
#define DIR     ROOT "/a"
#define DOCS    70u
#define QUERIES 260u

static lede_error err;

static const char *const words[] = {
    "storm",    "storms", "bridge",  "Bridges",  "council", "mayor",  "harbour", "boats",
    "IS",       "is",     "US",      "us",       "Daesh",   "oil",    "price",   "prices",
    "election", "votes",  "voting",  "minister", "strike",  "flood",  "flooded", "ferry",
    "river",    "school", "teacher", "budget",   "café",    "Zürich", "co-op",   "2015"};
#define WORDS (sizeof words / sizeof *words)

static const char *word(test_random *r)
{
    /* the square: some words are common, some rare */
    uint32_t i = test_random_below(r, WORDS) * test_random_below(r, WORDS) / WORDS;
    return words[i];
}

/* ---- articles ---- */

static size_t sentence(test_random *r, char *out, size_t room)
{
    size_t n = 0;
    uint32_t count = 3 + test_random_below(r, 8);
    bool quoted = test_random_below(r, 4) == 0, dated = test_random_below(r, 4) == 0;
    n += (size_t)snprintf(out + n, room - n, quoted ? "“The" : "The");
    for (uint32_t i = 0; i < count; i++)
        n += (size_t)snprintf(out + n, room - n, " %s", word(r));
    if (dated)
        n += (size_t)snprintf(out + n, room - n, " on Nov. %u, 2015", 1 + test_random_below(r, 28));
    if (quoted)
        n += (size_t)snprintf(out + n, room - n, ",” Mayor %s Hollis said",
                              test_random_below(r, 2) ? "Anna" : "Peter");
    return n + (size_t)snprintf(out + n, room - n, ". ");
}

static void article_add(lede_writer *w, test_random *r, uint32_t number)
{
    static char texts[4][1024], headline[256];
    char key[32];
    lede_block blocks[4] = {{0}};
    lede_article a = {.struct_bytes = sizeof a, .blocks = blocks, .kind = "story"};
    lede_add_outcome outcome;
    size_t n = 0;
    for (uint32_t b = 0; b < 1 + test_random_below(r, 4); b++) {
        size_t bytes = 0;
        for (uint32_t s = 0; s < 1 + test_random_below(r, 3); s++)
            bytes += sentence(r, texts[b] + bytes, sizeof texts[b] - bytes);
        blocks[a.block_count++].text = (lede_text){texts[b], bytes};
    }
    a.lead_block_count = a.block_count > 1 ? 1 : 0;
    for (uint32_t i = 0; i < 3; i++)
        n += (size_t)snprintf(headline + n, sizeof headline - n, "%s ", word(r));
    a.headline = (lede_text){headline, n};
    a.language = (lede_text){"en", 2};
    a.source = test_random_below(r, 2) ? (lede_text){"Daily", 5} : (lede_text){"Weekly", 6};
    a.key = (lede_text){key, (size_t)snprintf(key, sizeof key, "key-%u", number)};
    if (test_random_below(r, 5)) {
        a.published.precision = LEDE_DATE_DAY;
        a.published.utc_ms = 1446336000000 + 86400000ll * test_random_below(r, 40);
        a.published.evidence = "given";
    }
    assert_ok(lede_writer_add_article(w, &a, &outcome, &err), &err);
    assert_int_equal(outcome, LEDE_ADD_ADDED);
}

/* ---- queries ---- */

static size_t leaf(test_random *r, char *out, size_t room)
{
    char start[8];
    const char *w = word(r);
    size_t letters = 2 + test_random_below(r, 2);
    snprintf(start, sizeof start, "%.*s", (int)letters, w);
    switch (test_random_below(r, 15)) {
    case 0:
        return (size_t)snprintf(out, room, "\"%s %s\"", w, word(r));
    case 1:
        return (size_t)snprintf(out, room, "%s*", start);
    case 2:
        return (size_t)snprintf(out, room, "*%s", w + strlen(w) / 2);
    case 3:
        return (size_t)snprintf(out, room, "%s w/%u %s", w, 1 + test_random_below(r, 6), word(r));
    case 4:
        return (size_t)snprintf(out, room, "title:%s", w);
    case 5:
        return (size_t)snprintf(out, room, "allcaps(%s)", w);
    case 6:
        return (size_t)snprintf(out, room, "=\"%s\"", w);
    case 7:
        return (size_t)snprintf(out, room, "%s~1", w);
    case 8:
        return (size_t)snprintf(out, room, "said:hollis(%s)", w);
    case 9:
        return (size_t)snprintf(out, room, "event:2015-11-%02u", 1 + test_random_below(r, 28));
    case 10:
        return (size_t)snprintf(out, room, "%s pre/4 (%s OR %s)", w, word(r), word(r));
    case 11:
        return (size_t)snprintf(out, room, "%s not w/3 %s", w, word(r));
    default:
        return (size_t)snprintf(out, room, "%s", w);
    }
}

static size_t query_make(test_random *r, char *out, size_t room)
{
    size_t n = 0;
    switch (test_random_below(r, 10)) {
    case 0: /* nothing that must be there */
        n = (size_t)snprintf(out, room, "-");
        return n + (size_t)snprintf(out + n, room - n, "%s", word(r));
    case 1:
        return (size_t)snprintf(out, room, "source:%s",
                                test_random_below(r, 2) ? "Daily" : "Weekly");
    case 2:
        n = (size_t)snprintf(out, room, "date:2015-11-%02u..2015-12-05 ",
                             1 + test_random_below(r, 28));
        return n + leaf(r, out + n, room - n);
    case 3:
        n = (size_t)snprintf(out, room, "(");
        n += leaf(r, out + n, room - n);
        n += (size_t)snprintf(out + n, room - n, " OR ");
        n += leaf(r, out + n, room - n);
        n += (size_t)snprintf(out + n, room - n, ") -");
        return n + (size_t)snprintf(out + n, room - n, "%s", word(r));
    case 4:
        return (size_t)snprintf(out, room, "atleast2(%s) OR w?%s /%.3s.*/", word(r), word(r) + 1,
                                word(r));
    default:
        for (uint32_t i = 0; i < 1 + test_random_below(r, 3); i++) {
            n += (size_t)snprintf(out + n, room - n, i ? " " : "");
            n += leaf(r, out + n, room - n);
        }
        return n;
    }
}

/* ---- the twin ---- */

typedef struct told {
    bool matches[QUERIES][DOCS];
    uint64_t count, generation;
    uint32_t alert, doc; /* of the match before */
} told;

static void take(void *ctx, const lede_alert_match *m)
{
    told *t = ctx;
    uint32_t alert = (uint32_t)atoi(m->alert->name + 1);
    uint32_t doc = (uint32_t)atoi(m->key.data + strlen("key-"));
    assert_true(alert < QUERIES && doc < DOCS);
    assert_false(t->matches[alert][doc]);
    assert_true(m->headline.bytes > 0);
    /* by generation, article, alert */
    assert_true(m->generation > t->generation || doc > t->doc ||
                (doc == t->doc && alert > t->alert));
    t->matches[alert][doc] = true;
    t->count++;
    t->generation = m->generation;
    t->alert = alert;
    t->doc = doc;
}

static void assert_found(lede_snapshot *snapshot, uint32_t alert, const char *query, const told *t)
{
    bool found[DOCS] = {false};
    lede_search_options o = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits;
    const lede_hit *hit;
    o.count = DOCS;
    o.strict = 1;
    o.snippet_chars = UINT32_MAX;
    assert_ok(lede_search(snapshot, query, strlen(query), &o, &hits, &err), &err);
    for (;;) {
        assert_ok(lede_hits_next(hits, &hit, &err), &err);
        if (!hit)
            break;
        found[atoi(hit->article->key.data + strlen("key-"))] = true;
    }
    lede_hits_free(hits);
    for (uint32_t d = 0; d < DOCS; d++)
        if (found[d] != t->matches[alert][d])
            fail_msg("%s: article %u is %s", query, d, found[d] ? "not told" : "told");
}

static lede_env *archive_make(void)
{
    lede_env *env;
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(lede_archive_create(env, DIR, NULL, &err), &err);
    return env;
}

static void as_running_each(void **state)
{
    (void)state;
    static char queries[QUERIES][512];
    static told t;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        test_random r = {seed * 977};
        lede_env *env = archive_make();
        lede_writer *w;
        lede_snapshot *snapshot;
        memset(&t, 0, sizeof t);
        for (uint32_t i = 0; i < QUERIES; i++) {
            char name[16];
            snprintf(name, sizeof name, "q%u", i);
            query_make(&r, queries[i], sizeof queries[i]);
            assert_ok(lede_alert_add(env, DIR, name, queries[i], NULL, &err), &err);
        }
        assert_ok(lede_writer_open(env, DIR, NULL, &w, &err), &err);
        assert_ok(lede_writer_watch(w, take, &t, &err), &err);
        for (uint32_t d = 0; d < DOCS; d++) {
            article_add(w, &r, d);
            if (d % 13 == 0) {
                uint64_t before = t.count;
                assert_ok(lede_writer_commit(w, NULL, &err), &err);
                assert_true(t.count >= before);
            }
        }
        assert_ok(lede_writer_commit(w, NULL, &err), &err);
        assert_true(t.count > DOCS);
        lede_writer_close(w);
        assert_ok(lede_snapshot_open(env, DIR, &snapshot, &err), &err);
        for (uint32_t i = 0; i < QUERIES; i++)
            assert_found(snapshot, i, queries[i], &t);
        lede_snapshot_free(snapshot);
        ld_env_memory_free(env);
    }
}

/* ---- the list ---- */

static void the_list(void **state)
{
    (void)state;
    lede_env *env = archive_make();
    lede_alerts *alerts;
    uint32_t count;
    assert_int_equal(lede_alert_add(env, ROOT "/none", "a", "x", NULL, &err), LEDE_E_NOTFOUND);
    assert_int_equal(lede_alert_add(env, DIR, "a b", "x", NULL, &err), LEDE_E_INVALID);
    assert_int_equal(lede_alert_add(env, DIR, "", "x", NULL, &err), LEDE_E_INVALID);
    assert_int_equal(lede_alert_add(env, DIR, "../a", "x", NULL, &err), LEDE_E_INVALID);
    assert_int_equal(lede_alert_add(env, DIR, "a", "", NULL, &err), LEDE_E_INVALID);
    assert_int_equal(lede_alert_add(env, DIR, "a", "x", "cql", &err), LEDE_E_INVALID);
    assert_int_equal(lede_alert_remove(env, DIR, "a", &err), LEDE_E_NOTFOUND);
    assert_ok(lede_alert_add(env, DIR, "a", "“storm”\n\"x\"", NULL, &err), &err);
    assert_ok(lede_alert_add(env, DIR, "b", "storm and bridge", "lexis", &err), &err);
    assert_ok(lede_alert_add(env, DIR, "c", "z", NULL, &err), &err);
    assert_int_equal(lede_alert_add(env, DIR, "b", "y", NULL, &err), LEDE_E_EXISTS);
    assert_ok(lede_alert_remove(env, DIR, "a", &err), &err);
    assert_ok(lede_alerts_load(env, DIR, &alerts, &err), &err);
    const lede_alert *items = lede_alerts_items(alerts, &count);
    assert_int_equal(count, 2);
    assert_string_equal(items[0].name, "b");
    assert_string_equal(items[0].query, "storm and bridge");
    assert_string_equal(items[0].dialect, "lexis");
    assert_true(items[0].created_utc_ms > 0);
    assert_ptr_equal(lede_alerts_find(alerts, "c"), &items[1]);
    assert_null(lede_alerts_find(alerts, "a"));
    lede_alerts_free(alerts);
    uint64_t bytes;
    assert_ok(lede_archive_copy(env, DIR, ROOT "/copy", &bytes, &err), &err);
    assert_ok(lede_alerts_load(env, ROOT "/copy", &alerts, &err), &err);
    assert_non_null(lede_alerts_find(alerts, "c"));
    lede_alerts_free(alerts);
    ld_env_memory_free(env);
}

static void a_damaged_list_is_said(void **state)
{
    (void)state;
    static const char *const files[] = {"{\"name\":\"a\"}\n", "nonsense\n",
                                        "{\"name\":\"/\",\"query\":\"x\",\"dialect\":\"lede\"}\n"};
    lede_env *env = archive_make();
    lede_alerts *alerts;
    lede_writer *w;
    told t = {.count = 0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ld_file file;
        assert_ok(ld_file_open(env, DIR "/alerts.jsonl",
                               LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE, &file,
                               &err),
                  &err);
        assert_ok(ld_file_pwrite(&file, files[i], strlen(files[i]), 0, &err), &err);
        ld_file_close(&file);
        assert_int_equal(lede_alerts_load(env, DIR, &alerts, &err), LEDE_E_CORRUPT);
        assert_non_null(strstr(err.message, "line 1"));
        assert_null(alerts);
        assert_ok(lede_writer_open(env, DIR, NULL, &w, &err), &err);
        assert_int_equal(lede_writer_watch(w, take, &t, &err), LEDE_E_CORRUPT);
        lede_writer_close(w);
    }
    ld_env_memory_free(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_running_each),
        cmocka_unit_test(the_list),
        cmocka_unit_test(a_damaged_list_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
