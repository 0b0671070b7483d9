#include "base/hash.h"
#include "tests/test.h"
#include "tests/text/random_text.h"
#include "text/analyze.h"
#include "text/language.h"
#include "text/sentences.h"

static const ld_analysis everything = {.stem = true, .case_classes = true, .marks = true};
static const ld_analysis plain;

typedef struct fixture {
    ld_arena *arena;
    ld_analyzer *analyzer;
} fixture;

static void open_fixture(fixture *f, const ld_analysis *settings)
{
    lede_error err;
    assert_ok(ld_arena_new(lede_env_system(), 256 << 20, &f->arena, &err), &err);
    assert_ok(ld_analyzer_new(lede_env_system(), settings, &f->analyzer, &err), &err);
}

static void close_fixture(fixture *f)
{
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
}

static void add(fixture *f, uint8_t zone, const char *text)
{
    lede_error err;
    assert_ok(ld_analyze_zone(f->analyzer, zone, ld_span_from_string(text), true, &err), &err);
}

static ld_token_list finish(fixture *f)
{
    lede_error err;
    ld_token_list list;
    assert_ok(ld_analyze_finish(f->analyzer, &list, &err), &err);
    return list;
}

static void begin(fixture *f, const char *language)
{
    lede_error err;
    assert_ok(ld_analyze_begin(f->analyzer, f->arena, ld_span_from_string(language), &err), &err);
}

static bool has_term(const ld_query_word *word, ld_span term)
{
    for (uint32_t i = 0; i < word->term_count; i++) {
        if (ld_span_equal(word->terms[i], term))
            return true;
    }
    return false;
}

static void test_zones_and_positions(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, &everything);
    begin(&f, "en");
    add(&f, LD_ZONE_TITLE, "France asks");
    add(&f, LD_ZONE_LEAD, "One. Two three.");
    add(&f, LD_ZONE_BODY, "Four");
    add(&f, LD_ZONE_BODY, "");
    add(&f, LD_ZONE_BODY, "Five six. Seven");
    add(&f, LD_ZONE_CAPTION, "...");
    add(&f, LD_ZONE_CREDIT, "AP Photo");
    ld_token_list list = finish(&f);
    static const struct {
        const char *form;
        uint32_t position, offset, flags;
        uint8_t zone;
    } expected[] = {
        {"france", 0, 0, 3, LD_ZONE_TITLE},  {"asks", 1, 7, 0, LD_ZONE_TITLE},
        {"one", 3, 0, 3, LD_ZONE_LEAD},      {"two", 4, 5, 1, LD_ZONE_LEAD},
        {"three", 5, 9, 0, LD_ZONE_LEAD},    {"four", 6, 0, 3, LD_ZONE_BODY},
        {"five", 7, 8, 3, LD_ZONE_BODY},     {"six", 8, 13, 0, LD_ZONE_BODY},
        {"seven", 9, 18, 1, LD_ZONE_BODY},   {"ap", 11, 0, 3, LD_ZONE_CREDIT},
        {"photo", 12, 3, 0, LD_ZONE_CREDIT},
    };
    assert_int_equal(list.count, sizeof expected / sizeof expected[0]);
    for (uint32_t i = 0; i < list.count; i++) {
        const ld_token *t = &list.tokens[i];
        assert_true(ld_span_equal(t->form, ld_span_from_string(expected[i].form)));
        assert_int_equal(t->position, expected[i].position);
        assert_int_equal(t->text_offset, expected[i].offset);
        assert_int_equal(t->flags, expected[i].flags);
        assert_int_equal(t->zone, expected[i].zone);
    }
    static const ld_zone_range ranges[] = {{LD_ZONE_TITLE, 0, 2},
                                           {LD_ZONE_LEAD, 3, 6},
                                           {LD_ZONE_BODY, 6, 10},
                                           {LD_ZONE_CREDIT, 11, 13}};
    assert_int_equal(list.zone_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(list.zones[i].zone, ranges[i].zone);
        assert_int_equal(list.zones[i].first, ranges[i].first);
        assert_int_equal(list.zones[i].end, ranges[i].end);
    }
    assert_false(list.truncated);
    lede_error err;
    assert_int_equal(ld_analyze_zone(f.analyzer, LD_ZONE_TITLE, LD_SPAN("x"), true, &err),
                     LEDE_E_INVALID);
    close_fixture(&f);
}

static void test_pieces_equal_the_joined_text(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, &everything);
    begin(&f, "en");
    add(&f, LD_ZONE_BODY, "First one. Second\xe2\x80\x99s.");
    add(&f, LD_ZONE_BODY, "Third, U.S. Army");
    add(&f, LD_ZONE_BODY, "Last");
    ld_token_list pieces = finish(&f);
    begin(&f, "en");
    add(&f, LD_ZONE_BODY, "First one. Second\xe2\x80\x99s.\n\nThird, U.S. Army\n\nLast");
    ld_token_list joined = finish(&f);
    assert_int_equal(pieces.count, joined.count);
    for (uint32_t i = 0; i < joined.count; i++) {
        assert_int_equal(pieces.tokens[i].text_offset, joined.tokens[i].text_offset);
        assert_int_equal(pieces.tokens[i].flags, joined.tokens[i].flags);
        assert_int_equal(pieces.tokens[i].position, joined.tokens[i].position);
        assert_true(ld_span_equal(pieces.tokens[i].term, joined.tokens[i].term));
    }
    close_fixture(&f);
}

/* A query in any of these spellings finds the document's word. */
static void test_query_meets_document(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"fr", "Fran\u00e7ois", "francois"},
        {"fr", "francois", "FRAN\u00c7OIS"},
        {"fr", "aim\u00e9es", "aimees"},
        {"fr", "l\u2019\u00e9tat", "etat"},
        {"en", "Hollande\u2019s", "hollande"},
        {"en", "U.S.", "US"},
        {"en", "US", "U.S"},
        {"en", "don\u2019t", "don't"},
        {"en", "the", "THE"},
        {"en", "elections", "ELECTIONS"},
        {"de", "M\u00fcnchen", "munchen"},
        {"tr", "kitaplar\u0131m\u0131z", "kitaplarimiz"},
        {"", "Elections", "elections"},
        {"zh", "\u4e2d\u56fd", "\u4e2d\u56fd"},
    };
    fixture f;
    open_fixture(&f, &everything);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(&f, rows[i][0]);
        add(&f, LD_ZONE_BODY, rows[i][1]);
        ld_token_list list = finish(&f);
        ld_query_word *words;
        uint32_t count;
        lede_error err;
        static const char *const languages[] = {"en", "fr", "de", "tr", ""};
        assert_ok(ld_analyze_query(f.analyzer, f.arena, ld_span_from_string(rows[i][2]), languages,
                                   5, &words, &count, &err),
                  &err);
        assert_int_equal(count, 1);
        assert_true(has_term(&words[0], list.tokens[list.count - 1].term));
        assert_true(ld_span_equal(words[0].form, list.tokens[list.count - 1].form));
        ld_arena_reset(f.arena);
    }
    close_fixture(&f);
}

static void test_query_words(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, &everything);
    lede_error err;
    ld_query_word *words;
    uint32_t count;
    assert_ok(ld_analyze_query(f.analyzer, f.arena, LD_SPAN("e-mail WHO runs"), NULL, 0, &words,
                               &count, &err),
              &err);
    assert_int_equal(count, 4);
    assert_false(words[0].joined);
    assert_true(words[1].joined);
    assert_false(words[2].joined);
    assert_int_equal(words[2].case_class, LD_CASE_UPPER);
    assert_int_equal(words[1].text_offset, 2);
    assert_int_equal(words[1].text_bytes, 4);
    assert_int_equal(words[3].term_count, 1);
    assert_true(ld_span_equal(words[3].terms[0], LD_SPAN("runs")));
    static const char *const languages[] = {"en", "en-GB", "fr", "xx"};
    assert_ok(
        ld_analyze_query(f.analyzer, f.arena, LD_SPAN("runs"), languages, 4, &words, &count, &err),
        &err);
    assert_int_equal(words[0].term_count, 2); /* run, runs */
    assert_ok(
        ld_analyze_query(f.analyzer, f.arena, LD_SPAN(" ... "), languages, 4, &words, &count, &err),
        &err);
    assert_int_equal(count, 0);
    close_fixture(&f);
}

static void test_plain_profile(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, &plain);
    begin(&f, "en");
    add(&f, LD_ZONE_BODY, "Running DOGS. The end");
    ld_token_list list = finish(&f);
    assert_int_equal(list.count, 4);
    for (uint32_t i = 0; i < list.count; i++) {
        assert_true(ld_span_equal(list.tokens[i].term, list.tokens[i].form));
        assert_int_equal(list.tokens[i].case_class, LD_CASE_LOWER);
        assert_int_equal(list.tokens[i].flags, 0);
    }
    assert_true(ld_span_equal(list.tokens[0].term, LD_SPAN("running")));
    close_fixture(&f);
}

static void test_too_many_positions(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, &plain);
    size_t bytes = ((size_t)LD_POSITIONS_MAX + 1000) * 2;
    char *text = malloc(bytes);
    for (size_t i = 0; i < bytes; i++)
        text[i] = i % 2 ? ' ' : 'a';
    begin(&f, "");
    lede_error err;
    assert_ok(ld_analyze_zone(f.analyzer, LD_ZONE_TITLE, LD_SPAN("x"), true, &err), &err);
    assert_ok(ld_analyze_zone(f.analyzer, LD_ZONE_BODY, ld_span_of(text, bytes), true, &err), &err);
    add(&f, LD_ZONE_SECTION, "late");
    ld_token_list list = finish(&f);
    assert_true(list.truncated);
    assert_true(list.tokens[list.count - 1].position < LD_POSITIONS_MAX);
    assert_true(list.count > LD_POSITIONS_MAX - 8);
    free(text);
    close_fixture(&f);
}

static void test_small_arena(void **state)
{
    (void)state;
    lede_error err;
    fixture f;
    open_fixture(&f, &everything);
    for (size_t room = 0; room < 40000; room += 331) {
        ld_arena *arena;
        ld_token_list list;
        assert_ok(ld_arena_new(lede_env_system(), room, &arena, &err), &err);
        lede_status status = ld_analyze_begin(f.analyzer, arena, LD_SPAN("en"), &err);
        char text[2048];
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = i % 5 == 4 ? ' ' : (char)('a' + (i * i / 7) % 26);
        if (status == LEDE_OK)
            status = ld_analyze_zone(f.analyzer, LD_ZONE_BODY, ld_span_of(text, sizeof text), true,
                                     &err);
        if (status == LEDE_OK)
            status = ld_analyze_finish(f.analyzer, &list, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_LIMIT);
        assert_true(room > 1000 || status == LEDE_E_LIMIT);
        ld_arena_free(arena);
    }
    close_fixture(&f);
}

/* Any text in any cut into pieces and zones: what token.h promises. */
/* A text of words that come again, from document to document and with other capitals. */
static size_t repeating_text(test_random *r, char *out, size_t bytes_max)
{
    static const char *const words[] = {
        "Cats", "running",    "RUN", "l'homme", "\u0441\u0448\u0430", "U.S.", "maison",
        "the",  "na\u00efve", "4th", "studies"};
    size_t bytes = 0;
    while (bytes + 32 < bytes_max && test_random_below(r, 60) > 0) {
        const char *start = test_random_below(r, 4) ? "word" : "Word", *end = "";
        uint64_t number = 0;
        if (test_random_below(r, 2)) {
            start = words[test_random_below(r, 11)];
        } else {
            number = test_random_below(r, 1500) + 1;
            end = test_random_below(r, 4) ? "" : "ations";
        }
        memcpy(out + bytes, start, strlen(start));
        bytes += strlen(start);
        for (; number > 0; number /= 11)
            out[bytes++] = "abdefgilnst"[number % 11];
        memcpy(out + bytes, end, strlen(end));
        bytes += strlen(end);
        out[bytes++] = ' ';
    }
    return bytes;
}

/* An analyser that has read other documents answers like a new one; and what a token says of
 * itself holds. */
static void test_what_was_read_before_changes_nothing(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "fr", "de", ""};
    test_random r = {47};
    lede_error err;
    for (int plain_words = 0; plain_words < 2; plain_words++) {
        fixture f, fresh;
        uint32_t seen = 0;
        open_fixture(&f, plain_words ? &plain : &everything);
        for (int round = 0; round < 400; round++) {
            static char text[2048];
            ld_span s = ld_span_of(text, repeating_text(&r, text, sizeof text));
            const char *language = languages[test_random_below(&r, 4)];
            open_fixture(&fresh, plain_words ? &plain : &everything);
            begin(&f, language);
            begin(&fresh, language);
            assert_ok(ld_analyze_zone(f.analyzer, LD_ZONE_BODY, s, true, &err), &err);
            assert_ok(ld_analyze_zone(fresh.analyzer, LD_ZONE_BODY, s, true, &err), &err);
            ld_token_list a = finish(&f), b = finish(&fresh);
            assert_int_equal(a.count, b.count);
            for (uint32_t i = 0; i < a.count; i++) {
                const ld_token *t = &a.tokens[i], *u = &b.tokens[i];
                assert_true(ld_span_equal(t->term, u->term) && ld_span_equal(t->form, u->form));
                assert_int_equal(t->case_class, u->case_class);
                assert_int_equal(t->text_offset, u->text_offset);
                assert_int_equal(t->term_hash, ld_hash64(t->term.data, t->term.bytes, 0));
                assert_true(t->seen <= i);
                if (t->seen) {
                    const ld_token *earlier = &a.tokens[t->seen - 1];
                    assert_true(ld_span_equal(t->term, earlier->term));
                    assert_true(ld_span_equal(t->form, earlier->form));
                    seen++;
                }
            }
            ld_arena_reset(f.arena);
            close_fixture(&fresh);
        }
        close_fixture(&f);
        assert_true(seen > 1000);
    }
}

static void test_invariants(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "fr", "tr", "", "ru", "ar"};
    test_random r = {41};
    fixture f;
    open_fixture(&f, &everything);
    for (int round = 0; round < 4000; round++) {
        static char texts[8][512];
        size_t zone_bytes[LD_ZONES_MAX] = {0};
        bool begun[LD_ZONES_MAX] = {false};
        uint8_t zone = 0;
        lede_error err;
        begin(&f, languages[test_random_below(&r, 6)]);
        for (int piece = 0; piece < 8; piece++) {
            size_t bytes = random_text(&r, texts[piece], sizeof texts[0]);
            zone = (uint8_t)(zone + test_random_below(&r, 3));
            assert_ok(ld_analyze_zone(f.analyzer, zone, ld_span_of(texts[piece], bytes),
                                      test_random_below(&r, 2), &err),
                      &err);
            zone_bytes[zone] += bytes + (begun[zone] ? 2 : 0);
            begun[zone] = true;
        }
        ld_token_list list = finish(&f);
        uint32_t range = 0;
        for (uint32_t i = 0; i < list.count; i++) {
            const ld_token *t = &list.tokens[i];
            assert_true(i == 0 || t->position > list.tokens[i - 1].position);
            assert_in_range(t->term.bytes, 1, LD_TERM_BYTES_MAX);
            assert_in_range(t->form.bytes, 1, LD_TERM_BYTES_MAX);
            assert_true(ld_utf8_valid(t->term) && ld_utf8_valid(t->form));
            assert_true(t->text_bytes > 0);
            assert_true(t->text_offset + t->text_bytes <= zone_bytes[t->zone]);
            assert_true(!(t->flags & LD_TOKEN_PARAGRAPH) || (t->flags & LD_TOKEN_SENTENCE));
            while (list.zones[range].zone != t->zone) {
                range++;
                assert_true(range < list.zone_count);
                assert_int_equal(t->position, list.zones[range].first);
                bool running = list.zones[range - 1].zone == LD_ZONE_LEAD &&
                               list.zones[range].zone == LD_ZONE_BODY;
                assert_int_equal(list.zones[range].first,
                                 list.zones[range - 1].end + (running ? 0 : 1));
            }
            assert_true(t->position < list.zones[range].end);
        }
        assert_true(list.count == 0 || range + 1 == list.zone_count);
        ld_arena_reset(f.arena);
    }
    close_fixture(&f);
}

/* Bytes that are no UTF-8 at all break a promise of the caller, but nothing else. */
static void test_random_bytes(void **state)
{
    (void)state;
    test_random r = {43};
    fixture f;
    open_fixture(&f, &everything);
    for (int round = 0; round < 4000; round++) {
        char text[256], lang[8];
        uint8_t percent;
        size_t bytes = test_random_below(&r, sizeof text), from, end, last = 0;
        for (size_t i = 0; i < bytes; i++)
            text[i] = (char)(test_random_below(&r, 3) ? test_random_below(&r, 256) : ' ');
        ld_span s = ld_span_of(text, bytes);
        ld_sentences it;
        ld_sentences_init(&it, s);
        while (ld_sentences_next(&it, &from, &end)) {
            assert_true(from >= last && end > from && end <= bytes);
            last = end;
        }
        ld_language_detect(s, lang, &percent);
        lede_error err;
        begin(&f, lang);
        assert_ok(ld_analyze_zone(f.analyzer, LD_ZONE_BODY, s, true, &err), &err);
        ld_token_list list = finish(&f);
        for (uint32_t i = 0; i < list.count; i++) {
            assert_true(list.tokens[i].text_offset + list.tokens[i].text_bytes <= bytes);
            assert_true(ld_utf8_valid(list.tokens[i].term) && ld_utf8_valid(list.tokens[i].form));
        }
        ld_arena_reset(f.arena);
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zones_and_positions),
        cmocka_unit_test(test_pieces_equal_the_joined_text),
        cmocka_unit_test(test_query_meets_document),
        cmocka_unit_test(test_query_words),
        cmocka_unit_test(test_plain_profile),
        cmocka_unit_test(test_too_many_positions),
        cmocka_unit_test(test_small_arena),
        cmocka_unit_test(test_what_was_read_before_changes_nothing),
        cmocka_unit_test(test_invariants),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
