#ifndef LEDE_TESTS_INDEX_INVERTED_TWIN_H
#define LEDE_TESTS_INDEX_INVERTED_TWIN_H
/*
 * The naive twin of the inverted parts: a list of occurrences, sorted. Documents are made at
 * random, written through the buffer into a segment that lives in memory, and everything the
 * readers say is compared with what the list says.
 */
#include "base/hash.h"
#include "tests/test.h"

#include "base/env_memory.h"
#include "index/forms_write.h"
#include "index/inverted.h"
#include "index/postings.h"

#define TWIN_ROOT "/twin"

typedef struct twin_occurrence {
    char term[LD_TERM_BYTES_MAX + 1], form[LD_TERM_BYTES_MAX + 1];
    uint32_t doc, position;
    uint8_t zone, case_class;
} twin_occurrence;

typedef struct twin {
    ld_profile profile;
    uint32_t docs;
    twin_occurrence *rows; /* by document and position */
    size_t count, capacity;
} twin;

static inline ld_profile twin_profile(bool stem, bool case_classes)
{
    ld_profile p = {.stem = stem, .case_classes = case_classes};
    static const uint8_t classes[] = {LD_CLASS_HEAD, LD_CLASS_LEAD, LD_CLASS_BODY, LD_CLASS_ASIDE};
    for (uint32_t i = 0; i < LD_ZONES_MAX; i++)
        p.zone_classes[i] = i < 4 ? classes[i] : LD_CLASS_ASIDE;
    strcpy(p.name, stem ? "news" : "plain");
    return p;
}

static inline void twin_add(twin *t, uint32_t doc, uint32_t position, uint8_t zone,
                            const char *term, const char *form, uint8_t case_class)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 1024;
        t->rows = realloc(t->rows, t->capacity * sizeof *t->rows);
        assert_non_null(t->rows);
    }
    twin_occurrence *o = &t->rows[t->count++];
    memset(o, 0, sizeof *o);
    snprintf(o->term, sizeof o->term, "%s", term);
    snprintf(o->form, sizeof o->form, "%s", t->profile.stem ? form : term);
    o->doc = doc;
    o->position = position;
    o->zone = zone;
    o->case_class = t->profile.case_classes ? case_class : LD_CASE_LOWER;
    if (doc >= t->docs)
        t->docs = doc + 1;
}

/* Random documents: few frequent words and many rare ones, each with some forms, and one word that
 * every body has. */
static inline void twin_random(twin *t, test_random *r, uint32_t docs, uint32_t words,
                               uint32_t tokens_max)
{
    static const char *const endings[] = {"", "s", "ed", "ing",
                                          "ification's-long-ending-of-40-letters.."};
    for (uint32_t doc = t->docs, end = t->docs + docs; doc < end; doc++) {
        uint32_t tokens = test_random_below(r, tokens_max + 1), position = 0;
        t->docs = doc + 1;
        for (uint32_t i = 0; i < tokens; i++) {
            uint32_t word =
                test_random_below(r, test_random_below(r, test_random_below(r, words) + 1) + 1);
            char term[64], form[LD_TERM_BYTES_MAX];
            snprintf(term, sizeof term, word % 7 == 3 ? "stem-%u-with-a-longer-tail" : "w%u",
                     word * 7919 % 10007);
            uint32_t ending = test_random_below(r, test_random_below(r, 5) + 1);
            snprintf(form, sizeof form, "%s%s", term, word % 5 ? endings[ending] : "");
            uint8_t zone = i < 5         ? LD_ZONE_TITLE
                           : i < 12      ? LD_ZONE_LEAD
                           : i % 31 == 5 ? LD_ZONE_CAPTION
                                         : LD_ZONE_BODY;
            twin_add(t, doc, position, zone, term, form,
                     (uint8_t)test_random_below(r, test_random_below(r, 4) + 1));
            position += 1 + (test_random_below(r, 10) == 0) * test_random_below(r, 40);
        }
        /* a word of one form, in bodies alone: long lists that merges hand over in runs */
        for (uint32_t i = 0; i < 1 + doc % 3; i++)
            twin_add(t, doc, position + 2 * i, LD_ZONE_BODY, "bodily", "bodily", LD_CASE_LOWER);
    }
}

static inline void twin_free(twin *t)
{
    free(t->rows);
}

/* Adds rows [*at ..) of one document to a buffer. */
static inline lede_status twin_feed(const twin *t, ld_inverted_buffer *b, uint32_t doc,
                                    uint32_t as_doc, size_t *at, lede_error *err)
{
    size_t from = *at, n = 0;
    while (from + n < t->count && t->rows[from + n].doc == doc)
        n++;
    ld_token *tokens = calloc(n + 1, sizeof *tokens);
    for (size_t i = 0; i < n; i++) {
        const twin_occurrence *o = &t->rows[from + i];
        tokens[i] = (ld_token){.term = ld_span_from_string(o->term),
                               .form = ld_span_from_string(o->form),
                               .position = o->position,
                               .zone = o->zone,
                               .case_class = o->case_class};
    }
    /* What text/ knows of a token it may say or not: the answer is the same. */
    for (size_t i = 0; i < n; i++) {
        if ((i + doc) % 4 != 0)
            tokens[i].term_hash = ld_hash64(tokens[i].term.data, tokens[i].term.bytes, 0);
        for (size_t j = i < 64 ? 0 : i - 64; j < i && (i + doc) % 3 != 0; j++) {
            if (ld_span_equal(tokens[i].term, tokens[j].term) &&
                ld_span_equal(tokens[i].form, tokens[j].form))
                tokens[i].seen = (uint32_t)j + 1;
        }
    }
    ld_token_list list = {.tokens = tokens, .count = (uint32_t)n};
    lede_status status = ld_inverted_buffer_add(b, as_doc, &list, err);
    free(tokens);
    if (status == LEDE_OK)
        *at = from + n;
    return status;
}

/* A segment of the documents [first, end) of the twin, at the path. */
static inline void twin_write(const twin *t, const lede_env *env, const char *path, uint32_t first,
                              uint32_t end)
{
    lede_error err = {0};
    ld_inverted_buffer *b;
    ld_segment_writer *w;
    uint64_t bytes;
    uint32_t crc;
    size_t at = 0;
    while (at < t->count && t->rows[at].doc < first)
        at++;
    assert_ok(ld_inverted_buffer_new(env, &t->profile, &b, &err), &err);
    for (uint32_t doc = first; doc < end; doc++)
        assert_ok(twin_feed(t, b, doc, doc - first, &at, &err), &err);
    assert_ok(ld_segment_writer_new(env, path, &w, &err), &err);
    assert_ok(ld_inverted_buffer_flush(b, w, NULL, &err), &err);
    assert_int_equal(ld_inverted_buffer_docs(b), 0);
    assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    ld_inverted_buffer_free(b);
}

static inline lede_env *twin_env(void)
{
    lede_error err = {0};
    lede_env *env;
    assert_ok(ld_env_memory_new(lede_env_system(), TWIN_ROOT, &env, &err), &err);
    return env;
}

/* ---- comparing ---- */

static inline int twin_by_term(const void *a, const void *b)
{
    const twin_occurrence *x = a, *y = b;
    int order = strcmp(x->term, y->term);
    if (order == 0)
        order = (x->doc > y->doc) - (x->doc < y->doc);
    return order ? order : (x->position > y->position) - (x->position < y->position);
}

typedef struct twin_form {
    ld_form form;
    uint32_t last_doc;
} twin_form;

static inline int twin_form_order(const void *a, const void *b)
{
    return ld_form_compare(&((const twin_form *)a)->form, &((const twin_form *)b)->form);
}

/* The forms of rows [0, n) of one term, in order. */
static inline uint32_t twin_forms(const twin_occurrence *rows, size_t n, twin_form *forms)
{
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t f = 0;
        while (f < count &&
               (!ld_span_equal(forms[f].form.spelling, ld_span_from_string(rows[i].form)) ||
                forms[f].form.case_class != rows[i].case_class))
            f++;
        if (f == count) {
            assert_true(count < 64);
            forms[count++] = (twin_form){.form = {.spelling = ld_span_from_string(rows[i].form),
                                                  .case_class = rows[i].case_class},
                                         .last_doc = UINT32_MAX};
        }
        forms[f].form.total_tf++;
        forms[f].form.df += forms[f].last_doc != rows[i].doc;
        forms[f].last_doc = rows[i].doc;
    }
    qsort(forms, count, sizeof *forms, twin_form_order);
    return count;
}

static inline uint32_t twin_form_of(const twin_form *forms, uint32_t count,
                                    const twin_occurrence *o)
{
    for (uint32_t f = 0; f < count; f++) {
        if (ld_span_equal(forms[f].form.spelling, ld_span_from_string(o->form)) &&
            forms[f].form.case_class == o->case_class)
            return f;
    }
    fail_msg("the twin lost a form");
    return 0;
}

static inline void twin_check_posting(const twin *t, ld_postings *p, const twin_occurrence *rows,
                                      size_t n, const twin_form *forms, uint32_t form_count,
                                      uint32_t what)
{
    uint32_t class_tf[LD_CLASS_COUNT], expected[LD_CLASS_COUNT] = {0};
    assert_int_equal(p->doc, rows[0].doc);
    assert_int_equal(p->tf, n);
    if (what & 1) {
        ld_postings_class_tf(p, class_tf);
        for (size_t i = 0; i < n; i++)
            expected[t->profile.zone_classes[rows[i].zone]]++;
        assert_memory_equal(class_tf, expected, sizeof expected);
    }
    if (what & 2) {
        const uint32_t *positions = ld_postings_positions(p);
        assert_non_null(positions);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(positions[i], rows[i].position);
    }
    if (what & 4) {
        const uint16_t *ordinals = ld_postings_forms(p);
        assert_non_null(ordinals);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(ordinals[i], twin_form_of(forms, form_count, &rows[i]));
    }
}

static inline size_t twin_doc_rows(const twin_occurrence *rows, size_t n)
{
    size_t i = 1;
    while (i < n && rows[i].doc == rows[0].doc)
        i++;
    return i;
}

/* A list read by steps and jumps of up to `jump` documents. */
static inline void twin_check_list(const twin *t, const ld_terms *terms, const ld_term *term,
                                   const twin_occurrence *rows, size_t n, const twin_form *forms,
                                   uint32_t form_count, uint32_t jump, test_random *r)
{
    lede_error err = {0};
    ld_arena *arena;
    ld_postings *p;
    uint32_t what = test_random_below(r, 8);
    if (jump == 0)
        what = 7;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 30, &arena, &err), &err);
    assert_ok(ld_postings_open(terms, term, 3, arena, &p, &err), &err);
    size_t at = 0;
    while (at < n) {
        size_t doc_rows = twin_doc_rows(rows + at, n - at);
        if (jump == 0 || test_random_below(r, 2))
            twin_check_posting(t, p, rows + at, doc_rows, forms, form_count, what);
        else
            assert_int_equal(p->doc, rows[at].doc);
        if (jump == 0 || test_random_below(r, 2)) {
            at += doc_rows;
            ld_postings_next(p);
        } else {
            uint32_t target = rows[at].doc + test_random_below(r, jump + 1);
            while (at < n && rows[at].doc < target)
                at++;
            ld_postings_seek(p, target);
        }
    }
    assert_int_equal(p->doc, LD_DOC_END);
    assert_int_equal(ld_postings_next(p), LD_DOC_END);
    assert_int_equal(ld_postings_seek(p, 0), LD_DOC_END);
    assert_int_equal(p->status, LEDE_OK);
    ld_arena_free(arena);
}

/* A list as walking reads it, all in an arena. */
typedef struct twin_walked {
    uint32_t df;
    uint32_t *docs, *tfs;
    uint32_t (*class_tf)[LD_CLASS_COUNT];
    uint32_t **positions; /* NULL for a form's list */
} twin_walked;

static inline twin_walked twin_walk(ld_postings *p, bool has_positions, ld_arena *arena)
{
    twin_walked w = {.df = p->df};
    w.docs = ld_arena_array(arena, w.df, sizeof *w.docs);
    w.tfs = ld_arena_array(arena, w.df, sizeof *w.tfs);
    w.class_tf = ld_arena_array(arena, w.df, sizeof *w.class_tf);
    w.positions = has_positions ? ld_arena_array(arena, w.df, sizeof *w.positions) : NULL;
    for (uint32_t i = 0; i < w.df; i++, ld_postings_next(p)) {
        assert_true(p->doc != LD_DOC_END);
        w.docs[i] = p->doc;
        w.tfs[i] = p->tf;
        ld_postings_class_tf(p, w.class_tf[i]);
        if (!has_positions)
            continue;
        w.positions[i] = ld_arena_array(arena, p->tf, sizeof **w.positions);
        memcpy(w.positions[i], ld_postings_positions(p), p->tf * sizeof **w.positions);
    }
    assert_int_equal(p->doc, LD_DOC_END);
    return w;
}

static inline float twin_t(const uint32_t tf[LD_CLASS_COUNT], const float weights[LD_CLASS_COUNT])
{
    float t = weights[LD_CLASS_HEAD] * (float)tf[LD_CLASS_HEAD] +
              weights[LD_CLASS_LEAD] * (float)tf[LD_CLASS_LEAD];
    t += weights[LD_CLASS_BODY] * (float)tf[LD_CLASS_BODY];
    return t + weights[LD_CLASS_ASIDE] * (float)tf[LD_CLASS_ASIDE];
}

/* The things of one block that `what` names (1 documents, 2 tf, 4 T, 8 positions). */
static inline void twin_check_block(const twin_walked *w, ld_postings *p, uint32_t block,
                                    uint32_t what, uint32_t step)
{
    static const float weights[2][LD_CLASS_COUNT] = {{3, 1.5f, 1, 0.5f}, {1, 1, 1, 1}};
    uint32_t first = block * 256, n = w->df - first < 256 ? w->df - first : 256, tf;
    assert_true(ld_postings_block_load(p, block));
    assert_int_equal(ld_postings_block_size(p), n);
    if (what & 1) {
        const uint32_t *docs = ld_postings_block_docs(p);
        assert_non_null(docs);
        assert_memory_equal(docs, w->docs + first, n * sizeof *docs);
        for (uint32_t i = n; i % 16; i++)
            assert_true(docs[i] == UINT32_MAX);
    }
    const uint8_t *words;
    uint32_t word_count, base, members = 0;
    if (ld_postings_block_bits(p, &words, &word_count, &base)) {
        for (uint32_t bit = 0; bit < 64 * word_count; bit++) {
            if (words[bit / 8] >> bit % 8 & 1)
                assert_int_equal(base + bit, w->docs[first + members++]);
        }
        assert_int_equal(members, n);
    }
    const uint32_t *tfs = what & 2 ? ld_postings_block_tfs(p) : NULL;
    for (uint32_t i = 0; i < n && what & 2; i++)
        assert_int_equal(tfs ? tfs[i] : 1, w->tfs[first + i]);
    for (uint32_t round = 0; round < 4 && what & 4; round++) {
        const float *t = ld_postings_block_t(p, weights[round % 2]);
        bool flagged = false;
        assert_non_null(t);
        for (uint32_t i = 0; i < n; i++) {
            assert_true(t[i] == twin_t(w->class_tf[first + i], weights[round % 2]));
            flagged |= w->class_tf[first + i][LD_CLASS_BODY] != w->tfs[first + i];
        }
        assert_int_equal(ld_postings_block_has_classes(p), flagged);
    }
    if (what & 8 && !w->positions)
        assert_null(ld_postings_block_positions(p, 0, &tf));
    for (uint32_t i = 0; i < n && what & 8 && w->positions; i += step) {
        const uint32_t *positions = ld_postings_block_positions(p, i, &tf);
        assert_non_null(positions);
        assert_int_equal(tf, w->tfs[first + i]);
        assert_memory_equal(positions, w->positions[first + i], tf * sizeof *positions);
        assert_ptr_equal(ld_postings_block_positions(p, i, &tf), positions);
    }
}

/* No posting scores more than its block's bound and the list's, and as many as are told score as
 * much as the k-th best. A form's list counts every occurrence at the highest weight. */
static inline void twin_check_bounds(const twin *t, const twin_walked *w, ld_postings *p,
                                     const ld_lengths *lengths)
{
    float weights[LD_CLASS_COUNT];
    uint32_t reach[LD_KTH_BEST_COUNT] = {0};
    bool has_bounds = w->df > 256, keeps_best = w->df > 1000 && w->positions;
    ld_bound_weights(&t->profile, weights);
    if (!has_bounds)
        assert_true(ld_postings_bound(p) == 255 && ld_postings_block_bound(p, 0) == 255);
    for (uint32_t i = 0; i < w->df; i++) {
        float most = (float)w->tfs[i] * (strcmp(t->profile.name, "plain") == 0 ? 1.0f : 3.0f);
        float weighted = w->positions ? twin_t(w->class_tf[i], weights) : most;
        double length = ld_length_decode(lengths->codes[w->docs[i]]);
        double k = 0.9 * (0.6 + 0.4 * length / (double)lengths->bound_average_tokens);
        float score = weighted / (weighted + (float)k);
        assert_true((float)ld_postings_block_bound(p, i / 256) / 255.0f >= score);
        assert_true((float)ld_postings_bound(p) / 255.0f >= score);
        for (int best = 0; best < LD_KTH_BEST_COUNT; best++)
            reach[best] += score >= (float)ld_postings_kth_best(p, best) / 65535.0f;
    }
    for (int best = 0, k = 10; best < LD_KTH_BEST_COUNT; best++, k *= 10) {
        assert_true(reach[best] >= (uint32_t)k || ld_postings_kth_best(p, best) == 0);
        assert_int_equal(ld_postings_kth_best(p, best) > 0, keeps_best);
    }
}

/* Blocks in order and in any order, all of a block or some, say what walking says. */
static inline void twin_check_blocks(const twin *t, const ld_lengths *lengths, ld_postings *walk,
                                     ld_postings *p, ld_arena *arena, bool has_positions,
                                     test_random *r)
{
    twin_walked w = twin_walk(walk, has_positions, arena);
    twin_check_bounds(t, &w, p, lengths);
    uint32_t blocks = ld_postings_block_count(p);
    assert_int_equal(p->df, w.df);
    assert_int_equal(blocks, (w.df + 255) / 256);
    assert_false(ld_postings_block_load(p, blocks));
    for (uint32_t block = 0; block < blocks; block++)
        twin_check_block(&w, p, block, 15, 1);
    for (uint32_t round = 0; round < blocks + 2; round++)
        twin_check_block(&w, p, test_random_below(r, blocks), test_random_below(r, 16),
                         1 + test_random_below(r, 40));
    for (uint32_t round = 0; round < 4 * blocks + 4; round++) {
        uint32_t from = test_random_below(r, blocks + 1), want = from;
        uint32_t target = w.docs[test_random_below(r, w.df)] + test_random_below(r, 3);
        while (want < blocks &&
               w.docs[want * 256 + 255 < w.df ? want * 256 + 255 : w.df - 1] < target)
            want++;
        assert_int_equal(ld_postings_block_find(p, from, target), want);
        if (want < blocks)
            assert_true(ld_postings_block_last(p, want) >= target);
    }
    assert_int_equal(p->status, LEDE_OK);
}

static inline void twin_check_form_list(const twin *t, const ld_lengths *lengths,
                                        const ld_terms *terms, const ld_term *term,
                                        const ld_form *form, const twin_occurrence *rows, size_t n,
                                        test_random *r)
{
    lede_error err = {0};
    ld_arena *arena;
    ld_postings *p;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 30, &arena, &err), &err);
    assert_ok(ld_postings_open_form(terms, term, form, arena, &p, &err), &err);
    for (size_t at = 0; at < n;) {
        size_t doc_rows = twin_doc_rows(rows + at, n - at), tf = 0;
        for (size_t i = at; i < at + doc_rows; i++)
            tf += ld_span_equal(form->spelling, ld_span_from_string(rows[i].form)) &&
                  form->case_class == rows[i].case_class;
        if (tf > 0) {
            assert_int_equal(p->doc, rows[at].doc);
            assert_int_equal(p->tf, tf);
            ld_postings_next(p);
        }
        at += doc_rows;
    }
    assert_int_equal(p->doc, LD_DOC_END);
    assert_int_equal(p->status, LEDE_OK);
    assert_ok(ld_postings_open_form(terms, term, form, arena, &p, &err), &err);
    ld_postings *by_blocks;
    assert_ok(ld_postings_open_form(terms, term, form, arena, &by_blocks, &err), &err);
    twin_check_blocks(t, lengths, p, by_blocks, arena, false, r);
    ld_arena_free(arena);
}

typedef struct twin_spelling {
    char spelling[LD_TERM_BYTES_MAX + 1];
    uint32_t term;
    uint16_t form;
} twin_spelling;

static inline int twin_by_spelling(const void *a, const void *b)
{
    const twin_spelling *x = a, *y = b;
    int order = strcmp(x->spelling, y->spelling);
    if (order == 0)
        order = (x->term > y->term) - (x->term < y->term);
    return order ? order : (int)x->form - (int)y->form;
}

static inline void twin_check_walk(const ld_terms *terms, bool over_forms,
                                   const twin_spelling *expected, size_t count, test_random *r)
{
    for (uint32_t round = 0; round < 6; round++) {
        lede_error err = {0};
        ld_arena *arena;
        ld_term_walk *walk;
        size_t at = round == 0 || count == 0 ? 0 : test_random_below(r, (uint32_t)count);
        char from[LD_TERM_BYTES_MAX + 2] = "";
        if (round > 0 && count > 0)
            snprintf(from, sizeof from, "%s%s", expected[at].spelling, round % 2 ? "" : "!");
        while (at > 0 && strcmp(expected[at - 1].spelling, from) >= 0)
            at--;
        while (at < count && strcmp(expected[at].spelling, from) < 0)
            at++;
        assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
        assert_ok(
            ld_term_walk_open(terms, over_forms, ld_span_from_string(from), arena, &walk, &err),
            &err);
        for (;; at++) {
            ld_span bytes;
            uint32_t term;
            uint16_t form;
            bool end;
            assert_ok(ld_term_walk_next(walk, &bytes, &term, &form, &end, &err), &err);
            assert_int_equal(end, at >= count);
            if (end)
                break;
            assert_true(ld_span_equal(bytes, ld_span_from_string(expected[at].spelling)));
            assert_int_equal(term, expected[at].term);
            assert_int_equal(form, expected[at].form);
        }
        ld_arena_free(arena);
    }
}

/* One term: entry, list in several ways, forms. Appends to the expected walks. */
static inline void twin_check_term(const twin *t, const ld_terms *terms, const ld_lengths *lengths,
                                   uint32_t ordinal, const twin_occurrence *rows, size_t n,
                                   twin_spelling *spellings, size_t *spelling_count, test_random *r)
{
    lede_error err = {0};
    ld_arena *arena;
    ld_term term, again;
    ld_span bytes;
    twin_form forms[64];
    const ld_form *table;
    uint32_t df = 0, table_count, form_count = twin_forms(rows, n, forms);
    for (size_t i = 0; i < n; i++)
        df += i == 0 || rows[i].doc != rows[i - 1].doc;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 30, &arena, &err), &err);
    assert_ok(ld_terms_find(terms, ld_span_from_string(rows->term), &term, &err), &err);
    assert_ok(ld_terms_at(terms, ordinal, arena, &bytes, &again, &err), &err);
    assert_true(ld_span_equal(bytes, ld_span_from_string(rows->term)));
    assert_memory_equal(&term, &again, sizeof term);
    assert_int_equal(term.ordinal, ordinal);
    assert_int_equal(term.df, df);
    assert_int_equal(term.total_tf, n);
    assert_int_equal(term.form_count, form_count);
    assert_ok(ld_terms_forms(terms, &term, arena, &table, &table_count, &err), &err);
    assert_int_equal(table_count, form_count);
    for (uint32_t f = 0; f < form_count; f++) {
        assert_true(ld_span_equal(table[f].spelling, forms[f].form.spelling));
        assert_int_equal(table[f].case_class, forms[f].form.case_class);
        assert_int_equal(table[f].ordinal, f);
        assert_int_equal(table[f].df, forms[f].form.df);
        assert_int_equal(table[f].total_tf, forms[f].form.total_tf);
        bool has_list = df > 256 && table[f].df <= df / 4;
        assert_int_equal(table[f].list_offset != UINT64_MAX, has_list);
        if (has_list)
            twin_check_form_list(t, lengths, terms, &term, &table[f], rows, n, r);
        twin_spelling *s = &spellings[(*spelling_count)++];
        snprintf(s->spelling, sizeof s->spelling, "%.*s", (int)table[f].spelling.bytes,
                 table[f].spelling.data);
        s->term = ordinal;
        s->form = (uint16_t)f;
    }
    twin_check_list(t, terms, &term, rows, n, forms, form_count, 0, r);
    twin_check_list(t, terms, &term, rows, n, forms, form_count, 3, r);
    if (df > 40)
        twin_check_list(t, terms, &term, rows, n, forms, form_count, 600, r);
    ld_postings *walk, *p;
    assert_ok(ld_postings_open(terms, &term, 0, arena, &walk, &err), &err);
    assert_ok(ld_postings_open(terms, &term, LD_POSTINGS_BLOCKS, arena, &p, &err), &err);
    twin_check_blocks(t, lengths, walk, p, arena, true, r);
    ld_arena_free(arena);
}

/* The segment says what the rows (sorted here by term) say. */
static inline void twin_check(const twin *t, const ld_segment *segment, test_random *r)
{
    lede_error err = {0};
    ld_terms *terms;
    ld_lengths lengths;
    ld_term none;
    twin_occurrence *rows = calloc(t->count + 1, sizeof *rows);
    uint32_t *tokens = calloc(t->docs + 1, sizeof *tokens);
    if (t->count > 0)
        memcpy(rows, t->rows, t->count * sizeof *rows);
    for (size_t i = 0; i < t->count; i++)
        tokens[rows[i].doc]++;
    qsort(rows, t->count, sizeof *rows, twin_by_term);
    assert_ok(ld_terms_open(segment, &terms, &err), &err);
    assert_ok(ld_lengths_open(segment, &lengths, &err), &err);
    assert_int_equal(lengths.docs, t->docs);
    for (uint32_t doc = 0; doc < t->docs; doc++)
        assert_int_equal(lengths.codes[doc], ld_length_encode(tokens[doc]));
    twin_spelling *words = calloc(t->count + 1, sizeof *words);
    twin_spelling *spellings = calloc(t->count + 1, sizeof *spellings);
    size_t spelling_count = 0;
    uint32_t ordinal = 0;
    for (size_t at = 0, n; at < t->count; at += n, ordinal++) {
        for (n = 1; at + n < t->count && strcmp(rows[at].term, rows[at + n].term) == 0;)
            n++;
        strcpy(words[ordinal].spelling, rows[at].term);
        words[ordinal].term = ordinal;
        words[ordinal].form = LD_FORM_NONE;
        twin_check_term(t, terms, &lengths, ordinal, rows + at, n, spellings, &spelling_count, r);
        char absent[LD_TERM_BYTES_MAX + 16];
        snprintf(absent, sizeof absent, "%s?absent", rows[at].term);
        assert_int_equal(ld_terms_find(terms, ld_span_from_string(absent), &none, &err),
                         LEDE_E_NOTFOUND);
    }
    assert_int_equal(ld_terms_count(terms), ordinal);
    assert_int_equal(ld_terms_find(terms, LD_SPAN(""), &none, &err), LEDE_E_NOTFOUND);
    twin_check_walk(terms, false, words, ordinal, r);
    qsort(spellings, spelling_count, sizeof *spellings, twin_by_spelling);
    twin_check_walk(terms, true, spellings, spelling_count, r);
    ld_terms_close(terms);
    free(words);
    free(spellings);
    free(rows);
    free(tokens);
}

/* ---- parts as bytes ---- */

static inline const uint8_t *twin_part(const ld_segment *s, ld_part_id id, size_t *bytes)
{
    lede_error err = {0};
    const uint8_t *view;
    ld_part part = ld_segment_part(s, id);
    assert_non_null(part.segment);
    *bytes = (size_t)part.bytes;
    assert_ok(ld_part_view(&part, 0, part.bytes, &view, &err), &err);
    return view;
}

/* The bytes of "xx xx xx" up to the first other thing. */
static inline size_t twin_parse_hex(const char *text, uint8_t *out, size_t capacity)
{
    size_t n = 0;
    for (;; text += 2) {
        text += strspn(text, " ");
        unsigned byte;
        if (strspn(text, "0123456789ABCDEF") != 2 || !strchr(" \n", text[2]) || n == capacity)
            return n;
        sscanf(text, "%2x", &byte);
        out[n++] = (uint8_t)byte;
    }
}

/* The part is what the worked example of a format's header says: the line " *   LABEL xx xx ..."
 * and the lines of nothing but bytes below it. Run from the root of the repository. */
static inline void twin_assert_example(const ld_segment *s, ld_part_id id, const char *header,
                                       const char *label)
{
    uint8_t want[256];
    size_t n = 0, bytes;
    char line[512], start[64];
    FILE *f = fopen(header, "r");
    if (!f)
        fail_msg("cannot open %s from the root of the repository", header);
    snprintf(start, sizeof start, " *   %s ", label);
    while (fgets(line, sizeof line, f)) {
        bool labelled = n == 0 && strncmp(line, start, strlen(start)) == 0;
        if (!labelled && n == 0)
            continue;
        size_t more =
            twin_parse_hex(line + (labelled ? strlen(start) : 2), want + n, sizeof want - n);
        if (more == 0 && n > 0)
            break;
        n += more;
    }
    fclose(f);
    const uint8_t *built = twin_part(s, id, &bytes);
    assert_true(n > 0);
    assert_int_equal(bytes, n);
    assert_memory_equal(built, want, n);
}

/* Both segments have the same parts with the same bytes. */
static inline void twin_assert_same(const ld_segment *a, const ld_segment *b)
{
    assert_int_equal(ld_segment_part_count(a), ld_segment_part_count(b));
    for (uint32_t i = 0; i < ld_segment_part_count(a); i++) {
        ld_part_id id;
        ld_part part;
        size_t a_bytes, b_bytes;
        ld_segment_part_at(a, i, &id, &part);
        const uint8_t *x = twin_part(a, id, &a_bytes), *y = twin_part(b, id, &b_bytes);
        assert_int_equal(a_bytes, b_bytes);
        assert_memory_equal(x, y, a_bytes);
    }
}

/* A copy of a segment in which `flips` random bytes of one part are changed: as damaged as can be,
 * under checksums that fit. */
static inline void twin_damage(const ld_segment *s, const lede_env *env, const char *path,
                               ld_part_id victim, uint32_t flips, test_random *r)
{
    lede_error err = {0};
    ld_segment_writer *w;
    uint64_t file_bytes;
    uint32_t crc;
    assert_ok(ld_segment_writer_new(env, path, &w, &err), &err);
    for (uint32_t i = 0; i < ld_segment_part_count(s); i++) {
        ld_part_id id;
        ld_part part;
        const uint8_t *view;
        ld_segment_part_at(s, i, &id, &part);
        assert_ok(ld_part_view(&part, 0, part.bytes, &view, &err), &err);
        uint8_t *copy = malloc(part.bytes + 1);
        memcpy(copy, view, part.bytes);
        for (uint32_t f = 0; id == victim && part.bytes > 0 && f < flips; f++) {
            uint32_t at = test_random_below(r, (uint32_t)part.bytes);
            copy[at] = test_random_below(r, 2)
                           ? (uint8_t)test_random_u64(r)
                           : (uint8_t)(copy[at] ^ 1u << test_random_below(r, 8));
        }
        ld_part_write(ld_segment_writer_part(w, id, part.codec, part.version, true), copy,
                      part.bytes);
        free(copy);
    }
    assert_ok(ld_segment_writer_finish(w, &file_bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
}

/* Reads a list that may be damaged by blocks. */
static inline void twin_read_blocks(ld_postings *p)
{
    static const float weights[LD_CLASS_COUNT] = {3, 1.5f, 1, 0.5f};
    uint64_t sum = 0;
    uint32_t read = 0, tf;
    for (uint32_t block = ld_postings_block_find(p, 0, 40); ld_postings_block_load(p, block);
         block = ld_postings_block_find(p, block + 1, ld_postings_block_last(p, block))) {
        const uint32_t *tfs = ld_postings_block_tfs(p);
        const float *t = ld_postings_block_t(p, weights);
        read += tfs || t;
        const uint32_t *docs = ld_postings_block_docs(p);
        for (uint32_t i = 0; i < ld_postings_block_size(p); i++) {
            sum += (docs ? docs[i] : 0) + (tfs ? tfs[i] : 1) + (t && t[i] > 0);
            assert_true(!docs || i == 0 || docs[i] > docs[i - 1]);
            const uint32_t *positions = ld_postings_block_positions(p, i, &tf);
            assert_true(!positions || positions[tf - 1] < LD_POSITIONS_MAX);
        }
    }
    assert_true(sum > 0 || read == 0);
    assert_true(p->status == LEDE_OK || p->status == LEDE_E_CORRUPT || p->status == LEDE_E_LIMIT);
}

/* Reads everything of a segment that may be damaged; only OK, CORRUPT and their kin may come. */
static inline void twin_read_all(const ld_segment *s)
{
    lede_error err = {0};
    ld_terms *terms;
    ld_arena *arena;
    if (ld_terms_open(s, &terms, &err) != LEDE_OK)
        return;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 28, &arena, &err), &err);
    for (uint32_t i = 0; i < ld_terms_count(terms) && i < 100000; i++) {
        ld_span bytes;
        ld_term term, found;
        ld_postings *p;
        const ld_form *forms;
        uint32_t form_count = 0, class_tf[LD_CLASS_COUNT];
        ld_arena_reset(arena);
        lede_status status = ld_terms_at(terms, i, arena, &bytes, &term, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        if (status != LEDE_OK)
            continue;
        ld_terms_find(terms, bytes, &found, &err);
        if (ld_terms_forms(terms, &term, arena, &forms, &form_count, &err) != LEDE_OK)
            form_count = 0;
        for (uint32_t f = 0; f < form_count; f++) {
            if (forms[f].list_offset != UINT64_MAX &&
                ld_postings_open_form(terms, &term, &forms[f], arena, &p, &err) == LEDE_OK) {
                for (uint32_t last = 0; p->doc != LD_DOC_END; ld_postings_next(p)) {
                    assert_true(last <= p->doc);
                    last = p->doc + 1;
                }
            }
        }
        if (ld_postings_open(terms, &term, 3, arena, &p, &err) != LEDE_OK)
            continue;
        for (uint32_t last = 0, n = 0; p->doc != LD_DOC_END; n++) {
            assert_true(last <= p->doc);
            last = p->doc + 1;
            ld_postings_class_tf(p, class_tf);
            for (uint32_t j = 0; p->doc != LD_DOC_END && j < LD_CLASS_COUNT; j++)
                assert_true(class_tf[j] <= p->tf);
            const uint32_t *positions = ld_postings_positions(p);
            const uint16_t *ordinals = positions ? ld_postings_forms(p) : NULL;
            for (uint32_t j = 0; ordinals && j < p->tf; j++)
                assert_true(ordinals[j] < term.form_count && positions[j] < LD_POSITIONS_MAX);
            if (i % 3 == 0 && n % 5 == 4)
                ld_postings_seek(p, p->doc + 100);
            else
                ld_postings_next(p);
        }
        assert_true(p->status == LEDE_OK || p->status == LEDE_E_CORRUPT ||
                    p->status == LEDE_E_LIMIT);
        if (ld_postings_open(terms, &term, LD_POSTINGS_BLOCKS, arena, &p, &err) == LEDE_OK)
            twin_read_blocks(p);
    }
    for (uint32_t over_forms = 0; over_forms < 2; over_forms++) {
        ld_term_walk *walk;
        ld_arena_reset(arena);
        lede_status status =
            ld_term_walk_open(terms, over_forms, LD_SPAN("w5"), arena, &walk, &err);
        for (bool end = false; status == LEDE_OK && !end;) {
            ld_span bytes;
            uint32_t term;
            uint16_t form;
            status = ld_term_walk_next(walk, &bytes, &term, &form, &end, &err);
        }
    }
    ld_arena_free(arena);
    ld_terms_close(terms);
}

#endif
