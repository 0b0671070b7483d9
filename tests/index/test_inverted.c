/*
 * Buffer, flush and merge against the naive twin, over random documents and all kinds of profile;
 * merges must give the bytes that adding the same documents at once gives; damage and refused
 * memory must be survived.
 */
#include "tests/index/inverted_twin.h"

#include <jansson.h>
#include <zstd.h>

#include "index/inverted_write.h"
#include "index/terms_read.h"
#include "tests/faulty_env.h"

static const struct {
    bool stem, case_classes;
} profiles[] = {{false, false}, {true, true}, {true, false}, {false, true}};

#define PROFILES (sizeof profiles / sizeof *profiles)

static void test_flush_equals_twin(void **state)
{
    (void)state;
    static const struct {
        uint32_t docs, words, tokens;
    } shapes[] = {{0, 1, 0}, {1, 1, 0}, {1, 5, 30}, {40, 900, 120}, {1500, 60, 24}};
    for (size_t i = 0; i < PROFILES; i++) {
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++) {
            test_random r = {i * 100 + j};
            lede_env *env = twin_env();
            lede_error err = {0};
            ld_segment *s;
            twin t = {.profile = twin_profile(profiles[i].stem, profiles[i].case_classes)};
            twin_random(&t, &r, shapes[j].docs, shapes[j].words, shapes[j].tokens);
            twin_write(&t, env, TWIN_ROOT "/a", 0, t.docs);
            assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
            assert_ok(ld_segment_verify(s, &err), &err);
            twin_check(&t, s, &r);
            ld_segment_close(s);
            ld_env_memory_free(env);
            twin_free(&t);
        }
    }
}

/* One document with a frequency and positions as large as they come, between small ones. */
static void test_huge_document(void **state)
{
    (void)state;
    test_random r = {7};
    lede_env *env = twin_env();
    lede_error err = {0};
    ld_segment *s;
    ld_terms *terms;
    ld_term term;
    ld_arena *arena;
    ld_postings *p;
    ld_profile profile = twin_profile(true, true);
    ld_inverted_buffer *b;
    ld_segment_writer *w;
    uint64_t bytes;
    uint32_t crc;
    ld_token *tokens = calloc(LD_POSITIONS_MAX, sizeof *tokens);
    for (uint32_t i = 0; i < LD_POSITIONS_MAX; i++)
        tokens[i] = (ld_token){
            .term = LD_SPAN("a"), .form = LD_SPAN("as"), .position = i, .zone = LD_ZONE_TITLE};
    ld_token_list all = {.tokens = tokens, .count = LD_POSITIONS_MAX};
    ld_token_list one = {.tokens = tokens + LD_POSITIONS_MAX - 1, .count = 1};
    assert_ok(ld_inverted_buffer_new(env, &profile, &b, &err), &err);
    for (uint32_t doc = 0; doc < 300; doc++)
        assert_ok(ld_inverted_buffer_add(b, doc, doc == 100 ? &all : &one, &err), &err);
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, NULL, &err), &err);
    assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_terms_find(terms, LD_SPAN("a"), &term, &err), &err);
    assert_ok(ld_arena_new(lede_env_system(), 64u << 20, &arena, &err), &err);
    assert_ok(ld_postings_open(terms, &term, 1, arena, &p, &err), &err);
    assert_int_equal(ld_postings_seek(p, 100), 100);
    assert_int_equal(p->tf, LD_POSITIONS_MAX);
    const uint32_t *positions = ld_postings_positions(p);
    assert_non_null(positions);
    for (uint32_t i = 0; i < LD_POSITIONS_MAX; i++)
        assert_int_equal(positions[i], i);
    uint32_t class_tf[LD_CLASS_COUNT];
    ld_postings_class_tf(p, class_tf);
    assert_int_equal(class_tf[LD_CLASS_HEAD], LD_POSITIONS_MAX);
    assert_int_equal(ld_postings_next(p), 101);
    assert_int_equal(ld_postings_positions(p)[0], LD_POSITIONS_MAX - 1);
    ld_arena_free(arena);
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
    free(tokens);
    (void)r;
}

/* The map of rows whose new numbers are known: LD_DOC_END or ascending by one. */
static void map_rows(ld_doc_map *map, const uint32_t *new_doc, uint32_t docs)
{
    lede_error err;
    uint32_t first = 0;
    uint64_t *dropped = calloc(docs / 64 + 1, sizeof *dropped);
    for (uint32_t i = docs; i-- > 0;) {
        if (new_doc[i] == LD_DOC_END)
            dropped[i / 64] |= UINT64_C(1) << (i % 64);
        else
            first = new_doc[i];
    }
    assert_ok(ld_doc_map_init(map, lede_env_system(), dropped, docs, first, &err), &err);
    for (uint32_t i = 0; i < docs; i++)
        assert_int_equal(ld_doc_map_get(map, i), new_doc[i]);
    free(dropped);
}

/* Where each segment's terms are said to go. */
typedef struct target_check {
    ld_segment **parts;
    ld_segment_writer *out;
    uint32_t *ordinals[5]; /* [terms] */
} target_check;

static lede_status check_targets(void *ctx, const ld_term_target *const *targets, lede_error *err)
{
    target_check *c = ctx;
    for (uint32_t i = 0; i < 5; i++) {
        ld_terms *terms;
        assert_ok(ld_terms_open(c->parts[i], &terms, err), err);
        uint32_t count = ld_terms_count(terms);
        c->ordinals[i] = malloc((count + 1u) * sizeof **c->ordinals);
        for (uint32_t term = 0; term < count; term++)
            c->ordinals[i][term] = targets[i][term].ordinal;
        ld_terms_close(terms);
    }
    return LEDE_OK;
}

/* The words there are the words here; a word that is gone is not there. */
static void compare_targets(target_check *c, const ld_segment *merged)
{
    lede_error err;
    ld_terms *there;
    assert_ok(ld_terms_open(merged, &there, &err), &err);
    for (uint32_t i = 0; i < 5; i++) {
        ld_terms *here;
        ld_terms_scan scan;
        bool end;
        assert_ok(ld_terms_open(c->parts[i], &here, &err), &err);
        assert_ok(ld_terms_scan_open(&scan, here, 0, &err), &err);
        for (uint32_t term = 0;; term++) {
            ld_term found;
            assert_ok(ld_terms_scan_next(&scan, &end, &err), &err);
            if (end)
                break;
            bool gone = c->ordinals[i][term] == UINT32_MAX;
            lede_status status = ld_terms_find(there, ld_front_span(&scan.front), &found, &err);
            assert_int_equal(status, gone ? LEDE_E_NOTFOUND : LEDE_OK);
            assert_true(gone || found.ordinal == c->ordinals[i][term]);
        }
        ld_terms_close(here);
        free(c->ordinals[i]);
    }
    ld_terms_close(there);
}

/* Cuts the twin into segments, drops rows, merges: the bytes of the rest added at once. */
static void merge_round(bool stem, bool case_classes, uint32_t drop_percent, test_random *r)
{
    lede_env *env = twin_env();
    lede_error err = {0};
    uint32_t cuts[6] = {0}, next = 0;
    ld_doc_map maps[5];
    twin t = {.profile = twin_profile(stem, case_classes)}, rest = {.profile = t.profile};
    ld_segment *parts[5], *merged, *at_once;
    twin_random(&t, r, 1100, 150, 30);
    for (uint32_t i = 1; i < 5; i++)
        cuts[i] = cuts[i - 1] + test_random_below(r, 400);
    cuts[5] = t.docs = cuts[4] > t.docs ? cuts[4] : t.docs;
    uint32_t *new_doc = malloc(t.docs * sizeof *new_doc);
    for (uint32_t doc = 0; doc < t.docs; doc++)
        new_doc[doc] = test_random_below(r, 100) < drop_percent ? LD_DOC_END : next++;
    for (size_t i = 0; i < t.count; i++) {
        const twin_occurrence *o = &t.rows[i];
        if (new_doc[o->doc] != LD_DOC_END)
            twin_add(&rest, new_doc[o->doc], o->position, o->zone, o->term, o->form, o->case_class);
    }
    rest.docs = next;
    for (uint32_t i = 0; i < 5; i++) {
        char path[64];
        snprintf(path, sizeof path, TWIN_ROOT "/%u", i);
        twin_write(&t, env, path, cuts[i], cuts[i + 1]);
        assert_ok(ld_segment_open(env, path, &parts[i], &err), &err);
        map_rows(&maps[i], new_doc + cuts[i], cuts[i + 1] - cuts[i]);
    }
    twin_write(&rest, env, TWIN_ROOT "/at_once", 0, rest.docs);
    ld_segment_writer *w;
    uint64_t bytes;
    uint32_t crc;
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/merged", &w, &err), &err);
    target_check targets = {parts, w, {0}};
    ld_target_sink sink = {&targets, check_targets};
    assert_ok(ld_inverted_merge(env, &t.profile, (const ld_segment *const *)parts, maps, 5, next,
                                NULL, 0, w, &sink, &err),
              &err);
    assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/merged", &merged, &err), &err);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/at_once", &at_once, &err), &err);
    twin_assert_same(merged, at_once);
    twin_check(&rest, merged, r);
    compare_targets(&targets, merged);
    for (uint32_t i = 0; i < 5; i++) {
        ld_segment_close(parts[i]);
        ld_doc_map_release(&maps[i]);
    }
    ld_segment_close(merged);
    ld_segment_close(at_once);
    ld_env_memory_free(env);
    free(new_doc);
    twin_free(&t);
    twin_free(&rest);
}

static void test_merge_equals_adding_at_once(void **state)
{
    (void)state;
    test_random r = {11};
    for (size_t i = 0; i < PROFILES; i++) {
        merge_round(profiles[i].stem, profiles[i].case_classes, 0, &r);
        merge_round(profiles[i].stem, profiles[i].case_classes, 30, &r);
    }
    merge_round(true, true, 97, &r);
    merge_round(true, true, 100, &r);
}

/* The same bytes whatever the hash table's history: documents refused in between leave no trace. */
static void test_refused_memory_rolls_back(void **state)
{
    (void)state;
    test_random r = {5};
    lede_env *env = twin_env();
    lede_error err = {0};
    twin t = {.profile = twin_profile(true, true)};
    twin_random(&t, &r, 700, 900, 400); /* a few pages of the pool */
    twin_write(&t, env, TWIN_ROOT "/plain", 0, t.docs);

    faulty_env *f = faulty_env_new();
    ld_inverted_buffer *b;
    size_t at = 0;
    uint32_t refused = 0;
    assert_ok(ld_inverted_buffer_new(faulty_env_table(f), &t.profile, &b, &err), &err);
    for (uint32_t doc = 0; doc < t.docs; doc++) {
        for (uint64_t nth = 1;; nth++) {
            faulty_env_fail(f, FAULTY_ALLOCATE, nth, 0, true);
            lede_status status = twin_feed(&t, b, doc, doc, &at, &err);
            faulty_env_heal(f);
            if (status == LEDE_OK)
                break;
            assert_int_equal(status, LEDE_E_NOMEM);
            assert_int_equal(ld_inverted_buffer_docs(b), doc);
            refused++;
        }
        assert_int_equal(ld_inverted_buffer_memory_bytes(b), faulty_env_live_bytes(f));
    }
    assert_true(refused > 8);
    ld_segment_writer *w;
    ld_segment *s, *plain;
    uint64_t bytes;
    uint32_t crc;
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, NULL, &err), &err);
    assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/plain", &plain, &err), &err);
    twin_assert_same(s, plain);
    ld_segment_close(s);
    ld_segment_close(plain);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* Every allocation of a flush and of a merge refused in turn: NOMEM, nothing held. */
static void test_refused_memory_in_flush_and_merge(void **state)
{
    (void)state;
    test_random r = {6};
    twin t = {.profile = twin_profile(true, true)};
    twin_random(&t, &r, 300, 40, 12);
    faulty_env *f = faulty_env_new();
    const lede_env *table = faulty_env_table(f);
    for (uint64_t nth = 1, done = 0; !done; nth += 1 + nth / 8) {
        lede_error err = {0};
        lede_env *env;
        ld_inverted_buffer *b;
        ld_segment_writer *w;
        uint64_t bytes;
        uint32_t crc;
        size_t at = 0;
        assert_ok(ld_env_memory_new(lede_env_system(), TWIN_ROOT, &env, &err), &err);
        assert_ok(ld_inverted_buffer_new(table, &t.profile, &b, &err), &err);
        for (uint32_t doc = 0; doc < t.docs; doc++)
            assert_ok(twin_feed(&t, b, doc, doc, &at, &err), &err);
        assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
        faulty_env_fail(f, FAULTY_ALLOCATE, nth, 0, true);
        lede_status status = ld_inverted_buffer_flush(b, w, NULL, &err);
        faulty_env_heal(f);
        done = status == LEDE_OK;
        assert_true(done || status == LEDE_E_NOMEM);
        if (done) {
            ld_segment *s;
            ld_doc_map map;
            uint32_t *new_doc = malloc(t.docs * sizeof *new_doc);
            for (uint32_t i = 0; i < t.docs; i++)
                new_doc[i] = i < 5 ? LD_DOC_END : i - 5;
            map_rows(&map, new_doc, t.docs);
            assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
            assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
            const ld_segment *segments[] = {s};
            for (uint64_t n = 1, merged = 0; !merged; n += 1 + n / 8) {
                ld_segment_writer *out;
                assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/m", &out, &err), &err);
                faulty_env_fail(f, FAULTY_ALLOCATE, n, 0, true);
                status = ld_inverted_merge(table, &t.profile, segments, &map, 1, t.docs - 5, NULL,
                                           0, out, NULL, &err);
                faulty_env_heal(f);
                merged = status == LEDE_OK;
                assert_true(merged || status == LEDE_E_NOMEM);
                ld_segment_writer_free(out);
            }
            ld_segment_close(s);
            ld_doc_map_release(&map);
            free(new_doc);
        }
        ld_segment_writer_free(w);
        ld_inverted_buffer_free(b);
        faulty_env_assert_idle(f);
        ld_env_memory_free(env);
    }
    faulty_env_free(f);
    twin_free(&t);
}

/* Bytes of every part changed under checksums that fit: errors, never a crash; and a merge of such
 * a segment fails or gives a segment that can be read. */
static void test_damage(void **state)
{
    (void)state;
    static const ld_part_id victims[] = {LD_PART_TERMS,      LD_PART_TERM_INDEX, LD_PART_POSTINGS,
                                         LD_PART_POSITIONS,  LD_PART_FORMS,      LD_PART_FORM_TERMS,
                                         LD_PART_FORM_INDEX, LD_PART_CLASS_CODES};
    test_random r = {21};
    lede_env *env = twin_env();
    lede_error err = {0};
    ld_segment *s;
    twin t = {.profile = twin_profile(true, true)};
    twin_random(&t, &r, 700, 60, 14);
    twin_write(&t, env, TWIN_ROOT "/a", 0, t.docs);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    uint32_t *new_doc = malloc(t.docs * sizeof *new_doc), merges_ok = 0, merges_corrupt = 0;
    for (uint32_t round = 0; round < 240; round++) {
        uint32_t next = 0;
        for (uint32_t i = 0; i < t.docs; i++)
            new_doc[i] = round % 2 && i % 3 == 0 ? LD_DOC_END : next++;
        ld_doc_map map;
        map_rows(&map, new_doc, t.docs);
        ld_segment *bad;
        ld_segment_writer *w;
        twin_damage(s, env, TWIN_ROOT "/bad", victims[round % 8], 1 + test_random_below(&r, 4), &r);
        assert_ok(ld_segment_open(env, TWIN_ROOT "/bad", &bad, &err), &err);
        if (round % 4 < 2 || round < 64)
            twin_read_all(bad);
        const ld_segment *segments[] = {bad};
        assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/m", &w, &err), &err);
        lede_status status =
            ld_inverted_merge(env, &t.profile, segments, &map, 1, next, NULL, 0, w, NULL, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        merges_ok += status == LEDE_OK;
        merges_corrupt += status == LEDE_E_CORRUPT;
        ld_segment_writer_free(w);
        ld_segment_close(bad);
        ld_doc_map_release(&map);
        assert_ok(ld_path_unlink(env, TWIN_ROOT "/bad", &err), &err);
    }
    assert_true(merges_corrupt > 50);
    print_message("damage: %u merges refused, %u went through\n", merges_corrupt, merges_ok);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
    free(new_doc);
}

static void test_bad_input(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_inverted_buffer *b;
    ld_profile profile = twin_profile(false, false);
    char long_word[LD_TERM_BYTES_MAX + 1];
    memset(long_word, 'x', sizeof long_word);
    ld_span x = LD_SPAN("x"), empty = LD_SPAN(""),
            too_long = ld_span_of(long_word, sizeof long_word);
    ld_token bad[][2] = {
        {{.term = empty, .form = x}, {.term = x, .form = x, .position = 1}},
        {{.term = too_long, .form = x}, {.term = x, .form = x, .position = 1}},
        {{.term = x, .form = x, .position = 2}, {.term = x, .form = x, .position = 1}},
        {{.term = x, .form = x, .position = 2}, {.term = x, .form = x, .position = 2}},
        {{.term = x, .form = x}, {.term = x, .form = x, .position = LD_POSITIONS_MAX}},
        {{.term = x, .form = x, .zone = LD_ZONES_MAX}, {.term = x, .form = x, .position = 1}}};
    assert_ok(ld_inverted_buffer_new(lede_env_system(), &profile, &b, &err), &err);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ld_token_list list = {.tokens = bad[i], .count = 2};
        assert_int_equal(ld_inverted_buffer_add(b, 0, &list, &err), LEDE_E_INVALID);
    }
    ld_token_list none = {0};
    assert_int_equal(ld_inverted_buffer_add(b, 1, &none, &err), LEDE_E_INVALID);
    assert_ok(ld_inverted_buffer_add(b, 0, &none, &err), &err);
    assert_int_equal(ld_inverted_buffer_docs(b), 1);
    ld_inverted_buffer_free(b);
}

typedef struct sink_counts {
    uint32_t terms, df_left;
    uint64_t tf;
} sink_counts;

static lede_status sink_term(void *ctx, uint32_t ordinal, uint32_t df, lede_error *err)
{
    sink_counts *c = ctx;
    (void)err;
    assert_int_equal(ordinal, c->terms);
    assert_int_equal(c->df_left, 0);
    c->terms++;
    c->df_left = df;
    return LEDE_OK;
}

static void sink_posting(void *ctx, uint32_t doc, uint32_t tf)
{
    sink_counts *c = ctx;
    (void)doc;
    c->df_left--;
    c->tf += tf;
}

static void test_sink_sees_every_posting(void **state)
{
    (void)state;
    test_random r = {31};
    lede_env *env = twin_env();
    lede_error err = {0};
    twin t = {.profile = twin_profile(true, true)};
    sink_counts counts = {0};
    ld_posting_sink sink = {&counts, sink_term, sink_posting};
    ld_inverted_buffer *b;
    ld_segment_writer *w;
    size_t at = 0;
    twin_random(&t, &r, 100, 100, 50);
    assert_ok(ld_inverted_buffer_new(env, &t.profile, &b, &err), &err);
    for (uint32_t doc = 0; doc < t.docs; doc++)
        assert_ok(twin_feed(&t, b, doc, doc, &at, &err), &err);
    assert_int_equal(ld_inverted_buffer_tokens(b), t.count);
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, &sink, &err), &err);
    assert_int_equal(counts.df_left, 0);
    assert_int_equal(counts.tf, t.count);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* ---- words of one hash ---- */

#define LIKE_BYTES_MAX 20u
#define LIKE_WORDS     (LIKE_BYTES_MAX * (LIKE_BYTES_MAX + 3) / 2)

static lede_status count_twos(void *ctx, uint32_t term, uint32_t df, lede_error *err)
{
    (void)err;
    uint32_t *twos = ctx;
    assert_int_equal(term, *twos);
    *twos += df == 2;
    return LEDE_OK;
}

static void no_posting(void *ctx, uint32_t doc, uint32_t tf)
{
    (void)ctx;
    (void)doc;
    (void)tf;
}

/* Words of 1 to 20 bytes that differ from one another in one byte or in length, all of one hash:
 * only their bytes tell them apart. Each stands in two documents. */
static void test_words_of_one_hash(void **state)
{
    (void)state;
    static char words[LIKE_WORDS][LIKE_BYTES_MAX];
    static ld_token tokens[LIKE_WORDS];
    uint32_t count = 0, twos = 0;
    for (uint32_t bytes = 1; bytes <= LIKE_BYTES_MAX; bytes++) {
        for (uint32_t other = 0; other <= bytes; other++, count++) {
            memset(words[count], 'b', bytes);
            if (other < bytes)
                words[count][other] = 'c';
            tokens[count] = (ld_token){.term = ld_span_of(words[count], bytes),
                                       .form = ld_span_of(words[count], bytes),
                                       .term_hash = UINT64_MAX,
                                       .position = count,
                                       .zone = LD_ZONE_TITLE};
        }
    }
    assert_int_equal(count, LIKE_WORDS);
    lede_env *env = twin_env();
    lede_error err = {0};
    ld_profile profile = twin_profile(false, false);
    ld_token_list list = {.tokens = tokens, .count = count};
    ld_posting_sink sink = {&twos, count_twos, no_posting};
    ld_inverted_buffer *b;
    ld_segment_writer *w;
    assert_ok(ld_inverted_buffer_new(env, &profile, &b, &err), &err);
    assert_ok(ld_inverted_buffer_add(b, 0, &list, &err), &err);
    assert_ok(ld_inverted_buffer_add(b, 1, &list, &err), &err);
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, &sink, &err), &err);
    assert_int_equal(twos, count);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
    ld_env_memory_free(env);
}

/* ---- real news: how many bytes a part takes ---- */

typedef struct reader {
    char lower[1 << 16], cut[1 << 16]; /* of one document's words */
    ld_token tokens[1 << 13];
    uint32_t count, position;
    size_t used;
} reader;

/* Words of letters and digits, folded to lower case; the term is the word less "s", "ed", "ing". */
static void read_words(reader *d, const char *text, uint8_t zone, const ld_profile *profile)
{
    for (const char *at = text; *at;) {
        size_t n = 0, upper = 0;
        while (at[n] &&
               ((at[n] | 32) >= 'a' && (at[n] | 32) <= 'z' ? 1 : at[n] >= '0' && at[n] <= '9'))
            n++;
        if (n == 0) {
            at++;
            continue;
        }
        if (n > 60 || d->used + n > sizeof d->lower || d->count == 1 << 13)
            return;
        char *word = d->lower + d->used;
        for (size_t i = 0; i < n; i++) {
            upper += at[i] >= 'A' && at[i] <= 'Z';
            word[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
        }
        size_t stem = n;
        if (profile->stem && n > 4)
            stem -= word[n - 1] == 's'                ? 1
                    : !memcmp(word + n - 2, "ed", 2)  ? 2
                    : !memcmp(word + n - 3, "ing", 3) ? 3
                                                      : 0;
        uint8_t case_class = LD_CASE_LOWER;
        if (profile->case_classes && upper > 0)
            case_class = upper == n                ? LD_CASE_UPPER
                         : upper == 1 && *at < 'a' ? LD_CASE_INITIAL
                                                   : LD_CASE_MIXED;
        d->tokens[d->count++] = (ld_token){.term = ld_span_of(word, stem),
                                           .form = ld_span_of(word, n),
                                           .position = d->position++,
                                           .zone = zone,
                                           .case_class = case_class};
        d->used += n;
        at += n;
    }
}

static void read_document(reader *d, const char *line, size_t bytes, const ld_profile *profile)
{
    json_t *record = json_loadb(line, bytes, 0, NULL);
    assert_non_null(record);
    d->count = d->position = 0;
    d->used = 0;
    read_words(d, json_string_value(json_object_get(record, "title")), LD_ZONE_TITLE, profile);
    d->position++;
    read_words(d, json_string_value(json_object_get(record, "text")), LD_ZONE_BODY, profile);
    json_decref(record);
}

static char *load_news(size_t *bytes)
{
    const char *dir = test_data_dir();
    char path[4200];
    if (!dir)
        skip();
    snprintf(path, sizeof path, "%s/news/reuters21578/corpus.jsonl.zst", dir);
    char *packed, *news;
    size_t packed_bytes;
    lede_error err = {0};
    assert_ok(ld_file_load(lede_env_system(), path, 1u << 28, &packed, &packed_bytes, &err), &err);
    *bytes = (size_t)ZSTD_getFrameContentSize(packed, packed_bytes);
    if (*bytes > 1u << 28) /* the frame does not say */
        *bytes = 64u << 20;
    news = malloc(*bytes);
    *bytes = ZSTD_decompress(news, *bytes, packed, packed_bytes);
    assert_false(ZSTD_isError(*bytes));
    ld_release(lede_env_system(), packed, packed_bytes + 1);
    return news;
}

static void news_round(const char *news, size_t bytes, bool full)
{
    lede_error err = {0};
    lede_env *env = twin_env();
    faulty_env *f = faulty_env_new();
    ld_profile profile = twin_profile(full, full);
    ld_inverted_buffer *b;
    ld_segment_writer *w;
    ld_segment *s;
    uint64_t file_bytes, start = ld_clock_monotonic_ns(lede_env_system()), words;
    uint32_t crc, docs = 0;
    reader *d = malloc(sizeof *d);
    assert_ok(ld_inverted_buffer_new(faulty_env_table(f), &profile, &b, &err), &err);
    for (const char *line = news, *end; line < news + bytes; line = end + 1) {
        end = memchr(line, '\n', (size_t)(news + bytes - line));
        assert_non_null(end);
        read_document(d, line, (size_t)(end - line), &profile);
        ld_token_list list = {.tokens = d->tokens, .count = d->count};
        assert_ok(ld_inverted_buffer_add(b, docs++, &list, &err), &err);
    }
    uint64_t added = ld_clock_monotonic_ns(lede_env_system());
    size_t held = ld_inverted_buffer_memory_bytes(b);
    assert_int_equal(held, faulty_env_live_bytes(f));
    words = ld_inverted_buffer_tokens(b);
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/news", &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, NULL, &err), &err);
    uint64_t flushed = ld_clock_monotonic_ns(lede_env_system());
    assert_ok(ld_segment_writer_finish(w, &file_bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
    print_message(
        "%s: %u documents, %.1f MB of JSON, %llu words; buffer %.1f MB, with flush at most "
        "%.1f MB; add %.2f s, flush %.2f s\n",
        full ? "stem and case" : "plain", docs, (double)bytes / 1e6, (unsigned long long)words,
        (double)held / 1e6, (double)faulty_env_live_bytes_peak(f) / 1e6,
        (double)(added - start) / 1e9, (double)(flushed - added) / 1e9);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/news", &s, &err), &err);
    for (uint32_t i = 0; i < ld_segment_part_count(s); i++) {
        ld_part_id id;
        ld_part part;
        ld_segment_part_at(s, i, &id, &part);
        print_message("  part %2d %9llu bytes %6.2f %% of JSON\n", (int)id,
                      (unsigned long long)part.bytes, 100.0 * (double)part.bytes / (double)bytes);
    }
    print_message("  file    %9llu bytes %6.2f %%\n", (unsigned long long)file_bytes,
                  100.0 * (double)file_bytes / (double)bytes);
    assert_true(full || file_bytes < bytes / 3);
    ld_segment_close(s);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    ld_env_memory_free(env);
    free(d);
}

static void test_news_sizes(void **state)
{
    (void)state;
    size_t bytes;
    char *news = load_news(&bytes);
    news_round(news, bytes, false);
    news_round(news, bytes, true);
    free(news);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flush_equals_twin),
        cmocka_unit_test(test_huge_document),
        cmocka_unit_test(test_merge_equals_adding_at_once),
        cmocka_unit_test(test_refused_memory_rolls_back),
        cmocka_unit_test(test_refused_memory_in_flush_and_merge),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_sink_sees_every_posting),
        cmocka_unit_test(test_words_of_one_hash),
        cmocka_unit_test(test_news_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
