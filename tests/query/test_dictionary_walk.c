/* Walks of automata over a dictionary of a few thousand words, large enough that beginnings are
 * passed over, beside a loop over all of its words. */
#include "tests/test.h"

#include "base/env_memory.h"
#include "base/utf8.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include "query/dictionary_walk.h"
#include "text/analyze.h"
#include "text/stem.h"

#define ROOT  "/walk"
#define DOCS  60
#define WORDS 120 /* a document */

static lede_error err;
static lede_env *env;
static ld_arena *arena;
static ld_snapshot *snapshot;
static char words[DOCS * WORDS][16]; /* sorted, distinct: [word_count] */
static uint32_t word_count;

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void random_word(test_random *r, char out[16])
{
    /* Few letters, and now and then one of two bytes that folding keeps. */
    static const char *const letters[] = {"a", "b", "c", "d", "e", "\xD0\xB6", "\xE6\x97\xA5"};
    uint32_t n = 1 + test_random_below(r, 6);
    *out = 0;
    for (uint32_t i = 0; i < n && strlen(out) < 10; i++)
        strcat(out, letters[test_random_below(r, i ? 6 : 5)]);
}

static void profile_make(ld_profile *p)
{
    memset(p, 0, sizeof *p);
    strcpy(p->name, "plain");
    p->analyzer_version = LD_ANALYZER_VERSION;
    snprintf(p->stemmer_version, sizeof p->stemmer_version, "%s", ld_stemmer_version());
}

static void document_add(ld_index_writer *w, ld_analyzer *analyzer, test_random *r, uint32_t id)
{
    char key[16], text[WORDS * 16];
    ld_document d = {.content_hash = id + 1};
    ld_add_outcome outcome;
    size_t n = 0;
    snprintf(key, sizeof key, "d%u", id);
    for (int i = 0; i < WORDS; i++) {
        random_word(r, words[word_count]);
        n += (size_t)sprintf(text + n, "%s ", words[word_count++]);
    }
    d.key = ld_span_from_string(key);
    assert_ok(ld_analyze_begin(analyzer, arena, LD_SPAN(""), &err), &err);
    assert_ok(ld_analyze_zone(analyzer, LD_ZONE_BODY, ld_span_from_string(text), true, &err), &err);
    assert_ok(ld_analyze_finish(analyzer, &d.tokens, &err), &err);
    assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
}

static int setup(void **state)
{
    ld_profile profile;
    ld_analysis settings = {false, false, false};
    ld_writer_options options = {.memory_max_bytes = 64u << 20};
    ld_index_writer *w;
    ld_analyzer *analyzer;
    test_random r = {31};
    uint64_t generation;
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_arena_new(env, SIZE_MAX / 2, &arena, &err), &err);
    profile_make(&profile);
    assert_ok(ld_analyzer_new(env, &settings, &analyzer, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(ld_archive_create(env, ROOT "/a", &profile, &err), &err);
    assert_ok(ld_index_writer_open(env, ROOT "/a", &options, &w, &err), &err);
    for (uint32_t i = 0; i < DOCS; i++)
        document_add(w, analyzer, &r, i);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    ld_analyzer_free(analyzer);
    assert_ok(ld_snapshot_open(env, ROOT "/a", &snapshot, &err), &err);
    qsort(words, word_count, sizeof *words, compare_words);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < word_count; i++)
        if (i == 0 || strcmp(words[i], words[kept - 1]) != 0)
            memmove(words[kept++], words[i], sizeof *words);
    word_count = kept;
    return 0;
}

static int teardown(void **state)
{
    ld_snapshot_release(snapshot);
    ld_arena_free(arena);
    ld_env_memory_free(env);
    return 0;
}

static uint32_t walk_check(const ld_element *element, const char *what)
{
    ld_dictionary_walk *w;
    uint32_t at = 0, found = 0;
    const ld_terms *terms = ld_snapshot_segment(snapshot, 0)->terms;
    assert_int_equal(ld_snapshot_segment_count(snapshot), 1);
    assert_ok(ld_dictionary_walk_new(terms, false, element, NULL, arena, &w, &err), &err);
    for (;; found++) {
        ld_dictionary_entry entry;
        bool end;
        assert_ok(ld_dictionary_walk_next(w, &entry, &end, &err), &err);
        while (at < word_count &&
               !ld_automaton_matches(element->automaton, ld_span_from_string(words[at])))
            at++;
        if (end != (at == word_count) ||
            (!end && !ld_span_equal(entry.spelling, ld_span_from_string(words[at]))))
            fail_msg("%s: the walk says %.*s, the loop %s", what,
                     end ? 3 : (int)entry.spelling.bytes, end ? "end" : entry.spelling.data,
                     at == word_count ? "end" : words[at]);
        if (end)
            break;
        at++;
    }
    ld_dictionary_walk_free(w);
    return found;
}

static void walks(void **state)
{
    static const char *const expressions[] = {"a.*",        ".*e",   "[b-d]{3}",     "(ab|ba)+c?",
                                              "e?d?c?b?a?", "[^a]+", "..\xD0\xB6.*", "b(a|c.)*",
                                              "d",          ""};
    test_random r = {32};
    uint32_t found = 0;
    assert_true(word_count > 2000);
    for (int round = 0; round < 600; round++) {
        char word[20];
        const char *problem;
        ld_element e = {.kind = LD_ELEMENT_FUZZY};
        random_word(&r, word);
        if (round % 3 == 0) {
            e.automaton =
                ld_automaton_fuzzy(arena, ld_span_from_string(word), 1 + (uint32_t)round % 2);
        } else if (round % 3 == 1) {
            word[test_random_below(&r, (uint32_t)strlen(word))] = LD_PATTERN_RUN;
            if (ld_utf8_valid_bytes(ld_span_from_string(word)) < strlen(word))
                continue;
            e.automaton = ld_automaton_pattern(arena, ld_span_from_string(word));
        } else {
            strcpy(word, expressions[test_random_below(&r, 10)]);
            e.automaton = ld_automaton_regex(arena, ld_span_from_string(word), &problem);
        }
        found += walk_check(&e, word);
    }
    assert_true(found > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
