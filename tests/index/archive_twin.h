#ifndef LEDE_TESTS_INDEX_ARCHIVE_TWIN_H
#define LEDE_TESTS_INDEX_ARCHIVE_TWIN_H
/*
 * The naive twin of an archive: a list of rows in the order of adding. What a document holds
 * follows from its key and a content number, so the list need not keep it: twin_document makes it
 * again, and the archive's answers are compared with that.
 */
#include "index/writer.h"
#include "tests/test.h"

#define TWIN_WORDS      40u
#define TWIN_TOKENS_MAX 64u

typedef struct twin_row {
    uint32_t key, content;
    int64_t order;
    bool explicit_key, deleted, superseded;
} twin_row;

typedef struct archive_twin {
    ld_profile profile;
    twin_row *rows; /* [count] */
    size_t count, capacity;
} archive_twin;

/* A document with room for all it points to. */
typedef struct twin_document {
    ld_document document;
    char key[32], words[TWIN_WORDS][16], keywords[4][32], stored[6000];
    ld_token tokens[TWIN_TOKENS_MAX];
    ld_zone_range zones[2];
    uint32_t sentences[TWIN_TOKENS_MAX], paragraphs[TWIN_TOKENS_MAX];
    ld_column_value columns[8];
    uint16_t hashes[16];
} twin_document;

static inline ld_profile twin_profile_of(bool full)
{
    ld_profile p = {.stem = full,
                    .case_classes = full,
                    .marks = full,
                    .sidecars = full,
                    .store = full,
                    .analyzer_version = 1,
                    .user_column_count = 1};
    snprintf(p.name, sizeof p.name, "%s", full ? "news" : "plain");
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        p.zone_classes[z] = z < 3 ? (uint8_t)z : LD_CLASS_ASIDE;
    p.user_columns[0] = (ld_column_spec){LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 0, "price"};
    return p;
}

static inline void twin_tokens(twin_document *d, test_random *r, bool full)
{
    uint32_t count = 3 + test_random_below(r, TWIN_TOKENS_MAX - 4), position = 0, title = 2;
    for (uint32_t w = 0; w < TWIN_WORDS; w++)
        snprintf(d->words[w], sizeof d->words[w], "word%02u", w);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t w = test_random_below(r, TWIN_WORDS);
        w = w * test_random_below(r, TWIN_WORDS) / TWIN_WORDS; /* low ones are frequent */
        ld_span form = ld_span_from_string(d->words[w]);
        ld_span term = full ? ld_span_of(form.data, 5) : form; /* "word1": stem of word10..19 */
        if (i == title)
            position++;
        d->tokens[i] = (ld_token){.term = term,
                                  .form = form,
                                  .position = position++,
                                  .zone = i < title ? LD_ZONE_TITLE : LD_ZONE_LEAD,
                                  .case_class = full ? (uint8_t)(w % 3) : LD_CASE_LOWER};
    }
    d->zones[0] = (ld_zone_range){LD_ZONE_TITLE, 0, title};
    d->zones[1] = (ld_zone_range){LD_ZONE_LEAD, title + 1, position};
    d->document.tokens = (ld_token_list){d->tokens, count, d->zones, 2, false};
}

static inline void twin_marks(twin_document *d, test_random *r)
{
    uint32_t n = 0, p = 0;
    for (uint32_t i = 0; i < d->document.tokens.count; i += 1 + test_random_below(r, 9)) {
        d->sentences[n++] = d->tokens[i].position;
        if (test_random_below(r, 3) == 0)
            d->paragraphs[p++] = d->tokens[i].position + (test_random_below(r, 20) == 0);
    }
    d->document.sentence_starts = d->sentences;
    d->document.sentence_count = n;
    d->document.paragraph_starts = d->paragraphs;
    d->document.paragraph_count = p;
    for (uint32_t i = 1; i < p; i++)
        if (d->paragraphs[i] <= d->paragraphs[i - 1])
            d->document.paragraph_count = i;
}

static inline void twin_columns(twin_document *d, test_random *r)
{
    uint32_t n = 0;
    if (test_random_below(r, 4))
        d->columns[n++] =
            (ld_column_value){LD_COLUMN_PUBLISHED, (int64_t)test_random_u64(r) >> 20, {NULL, 0}};
    snprintf(d->keywords[0], sizeof d->keywords[0], "%s", test_random_below(r, 2) ? "en" : "fr");
    d->columns[n++] = (ld_column_value){LD_COLUMN_LANGUAGE, 0, ld_span_from_string(d->keywords[0])};
    uint32_t tags = test_random_below(r, 4);
    for (uint32_t i = 0; i < tags; i++) {
        snprintf(d->keywords[1 + i], sizeof d->keywords[0], "tag %u", test_random_below(r, 12));
        d->columns[n++] =
            (ld_column_value){LD_COLUMN_TAG, 0, ld_span_from_string(d->keywords[1 + i])};
    }
    if (test_random_below(r, 10) == 0)
        d->columns[n++] = (ld_column_value){LD_COLUMN_USER, (int64_t)test_random_u64(r), {NULL, 0}};
    d->document.columns = d->columns;
    d->document.column_count = n;
}

static inline void twin_document_make(twin_document *d, const ld_profile *profile,
                                      const twin_row *row)
{
    memset(d, 0, sizeof *d);
    test_random r = {row->key * 7919u + row->content * 104729u + 1};
    snprintf(d->key, sizeof d->key, "http://example.org/%u", row->key);
    d->document.key = ld_span_from_string(d->key);
    d->document.key_is_explicit = row->explicit_key;
    d->document.version_order = row->order;
    d->document.content_hash = row->content;
    d->document.address_hash = row->key % 2 ? row->key * 31u : 0;
    twin_tokens(d, &r, profile->stem);
    if (profile->marks)
        twin_marks(d, &r);
    twin_columns(d, &r);
    uint32_t hash = test_random_below(&r, 50);
    for (uint32_t i = 0; i < test_random_below(&r, 16); i++, hash += 1 + test_random_below(&r, 50))
        d->hashes[d->document.copy_hash_count++] = (uint16_t)hash;
    d->document.copy_hashes = d->hashes;
    if (!profile->store)
        return;
    size_t bytes = test_random_below(&r, sizeof d->stored);
    for (size_t i = 0; i < bytes; i++)
        d->stored[i] = "abcdefgh ijklmnop qrst"[test_random_below(&r, 22)];
    d->document.stored = ld_span_of(d->stored, bytes);
}

/* ---- the twin's own add and delete ---- */

static inline ld_add_outcome twin_add_row(archive_twin *t, twin_row row)
{
    bool any = false, same = false;
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].key == row.key && !t->rows[i].deleted) {
            any = true;
            same |= t->rows[i].content == row.content;
        }
    if (same)
        return LD_ADD_UNCHANGED;
    for (size_t i = 0; i < t->count; i++) {
        twin_row *old = &t->rows[i];
        if (old->key != row.key || old->deleted)
            continue;
        if (row.explicit_key)
            old->deleted = true;
        else if (!old->superseded && row.order >= old->order)
            old->superseded = true;
        else if (!old->superseded)
            row.superseded = true;
    }
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 256;
        t->rows = realloc(t->rows, t->capacity * sizeof *t->rows);
        assert_non_null(t->rows);
    }
    t->rows[t->count++] = row;
    return !any ? LD_ADD_ADDED : row.explicit_key ? LD_ADD_REPLACED : LD_ADD_VERSION;
}

static inline uint64_t twin_delete_key(archive_twin *t, uint32_t key)
{
    uint64_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].key == key && !t->rows[i].deleted) {
            t->rows[i].deleted = true;
            n++;
        }
    return n;
}

static inline void twin_copy(const archive_twin *from, archive_twin *to)
{
    to->profile = from->profile;
    to->count = to->capacity = from->count;
    to->rows = realloc(to->rows, (from->count + 1) * sizeof *to->rows);
    assert_non_null(to->rows);
    if (from->count)
        memcpy(to->rows, from->rows, from->count * sizeof *to->rows);
}

/* ---- comparison ---- */

static inline void twin_compare_columns(const twin_document *d, const ld_segment_view *v,
                                        uint32_t doc, ld_arena *arena)
{
    lede_error err;
    for (uint16_t id = 0; id <= LD_COLUMN_USER; id++) {
        bool number = id == LD_COLUMN_PUBLISHED || id == LD_COLUMN_USER, present = false;
        int64_t value = 0;
        uint32_t want = 0, count = 0;
        const uint32_t *ordinals = NULL;
        for (uint32_t i = 0; i < d->document.column_count; i++) {
            const ld_column_value *c = &d->columns[i];
            bool again = false;
            for (uint32_t k = 0; k < i; k++)
                again |=
                    d->columns[k].column == id && ld_span_equal(d->columns[k].keyword, c->keyword);
            if (c->column != id || again)
                continue;
            want++;
            if (number)
                assert_ok(ld_column_number(v, id, doc, &value, &present, &err), &err);
            if (number)
                assert_true(present && value == c->number);
        }
        if (number) {
            assert_ok(ld_column_number(v, id, doc, &value, &present, &err), &err);
            assert_int_equal(present, want);
            continue;
        }
        assert_ok(ld_column_keywords(v, id, doc, &ordinals, &count, arena, &err), &err);
        assert_int_equal(count, want);
        for (uint32_t i = 0; i < count; i++) {
            ld_span word;
            uint32_t ordinal;
            bool found = false;
            assert_ok(ld_column_keyword(v, id, ordinals[i], &word, &err), &err);
            assert_ok(ld_column_keyword_find(v, id, word, &ordinal, &err), &err);
            assert_int_equal(ordinal, ordinals[i]);
            for (uint32_t k = 0; k < d->document.column_count; k++)
                found |= d->columns[k].column == id && ld_span_equal(d->columns[k].keyword, word);
            assert_true(found);
        }
    }
}

static inline void twin_compare_copies(const twin_document *d, const ld_segment_view *v,
                                       uint32_t doc, ld_arena *arena)
{
    lede_error err;
    uint32_t count;
    assert_ok(ld_copies_count(v, doc, &count, &err), &err);
    assert_int_equal(count, d->document.copy_hash_count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *docs;
        uint32_t n, k = 0;
        assert_ok(ld_copies_docs(v, d->hashes[i], arena, &docs, &n, &err), &err);
        while (k < n && docs[k] != doc)
            k++;
        assert_true(k < n);
    }
}

static inline void twin_compare_doc(const archive_twin *t, const twin_row *row,
                                    const ld_segment_view *v, uint32_t doc, ld_arena *arena)
{
    lede_error err;
    twin_document *d = malloc(sizeof *d);
    assert_non_null(d);
    twin_document_make(d, &t->profile, row);
    ld_key_room room;
    ld_span key, stored;
    assert_ok(ld_doc_key(v, doc, &room, &key, &err), &err);
    assert_true(ld_span_equal(key, d->document.key));
    uint64_t hash;
    int64_t order;
    bool explicit_key;
    assert_ok(ld_doc_identity(v, doc, &hash, &order, &explicit_key, &err), &err);
    assert_true(hash == row->content && order == row->order);
    assert_int_equal(explicit_key, row->explicit_key);
    assert_int_equal(ld_view_has_bit(v->superseded, doc), row->superseded);
    assert_int_equal(v->lengths.codes[doc], ld_length_encode(d->document.tokens.count));
    assert_ok(ld_doc_stored(v, doc, arena, &stored, &err), &err);
    assert_true(ld_span_equal(stored, d->document.stored));
    const ld_zone_range *zones;
    const uint32_t *sentences, *paragraphs;
    uint32_t zone_count, sentence_count, paragraph_count;
    assert_ok(ld_doc_zones(v, doc, arena, &zones, &zone_count, &err), &err);
    assert_int_equal(zone_count, 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_true(zones[i].zone == d->zones[i].zone && zones[i].first == d->zones[i].first &&
                    zones[i].end == d->zones[i].end);
    assert_ok(ld_doc_marks(v, doc, arena, &sentences, &sentence_count, &paragraphs,
                           &paragraph_count, &err),
              &err);
    assert_int_equal(sentence_count, d->document.sentence_count);
    assert_int_equal(paragraph_count, d->document.paragraph_count);
    assert_memory_equal(sentences, d->sentences, sentence_count * sizeof *sentences);
    assert_memory_equal(paragraphs, d->paragraphs, paragraph_count * sizeof *paragraphs);
    twin_compare_columns(d, v, doc, arena);
    if (t->profile.sidecars) {
        const ld_forward_term *terms;
        uint32_t count;
        twin_compare_copies(d, v, doc, arena);
        assert_ok(ld_doc_forward(v, doc, arena, &terms, &count, &err), &err);
        assert_true(count <= 20);
    }
    free(d);
}

/* Live documents that carry each word, by the archive and by the twin. */
static inline void twin_compare_postings(const archive_twin *t, const ld_snapshot *s,
                                         ld_arena *arena)
{
    lede_error err;
    twin_document *d = malloc(sizeof *d);
    uint64_t want[TWIN_WORDS] = {0}, got[TWIN_WORDS] = {0};
    assert_non_null(d);
    for (size_t i = 0; i < t->count; i++) {
        bool seen[TWIN_WORDS] = {false};
        if (t->rows[i].deleted || t->rows[i].superseded)
            continue;
        twin_document_make(d, &t->profile, &t->rows[i]);
        for (uint32_t k = 0; k < d->document.tokens.count; k++)
            for (uint32_t w = 0; w < TWIN_WORDS; w++) {
                ld_span word = ld_span_of(d->words[w], t->profile.stem ? 5 : 6);
                if (ld_span_equal(d->tokens[k].term, word) && !seen[w]) {
                    seen[w] = true;
                    want[w]++;
                }
            }
    }
    for (uint32_t n = 0; n < ld_snapshot_segment_count(s); n++) {
        const ld_segment_view *v = ld_snapshot_segment(s, n);
        for (uint32_t w = 0; w < TWIN_WORDS; w++) {
            ld_term term;
            ld_postings *p;
            char word[16];
            snprintf(word, sizeof word, "word%02u", w);
            ld_span name = ld_span_of(word, t->profile.stem ? 5 : 6);
            if (ld_terms_find(v->terms, name, &term, &err) == LEDE_E_NOTFOUND)
                continue;
            assert_ok(ld_postings_open(v->terms, &term, 0, arena, &p, &err), &err);
            for (uint32_t doc = p->doc; doc != LD_DOC_END; doc = ld_postings_next(p))
                got[w] += !ld_view_has_bit(v->deleted, doc) && !ld_view_has_bit(v->superseded, doc);
            assert_int_equal(p->status, LEDE_OK);
        }
    }
    assert_memory_equal(got, want, sizeof got);
    free(d);
}

/* The newest generation must hold exactly the twin's rows. */
static inline void twin_compare(const archive_twin *t, const lede_env *env, const char *dir)
{
    lede_error err;
    ld_snapshot *s;
    ld_arena *arena;
    assert_ok(ld_snapshot_open(env, dir, &s, &err), &err);
    assert_ok(ld_arena_new(lede_env_system(), 1u << 28, &arena, &err), &err);
    uint64_t live = 0, superseded = 0;
    for (size_t i = 0; i < t->count; i++) {
        live += !t->rows[i].deleted && !t->rows[i].superseded;
        superseded += !t->rows[i].deleted && t->rows[i].superseded;
    }
    const ld_statistics *stats = ld_snapshot_statistics(s);
    assert_int_equal(stats->live_count, live);
    assert_int_equal(stats->superseded_count, superseded);
    assert_int_equal(stats->docs_count, live + superseded + stats->deleted_count);
    for (size_t i = 0; i < t->count; i++) {
        char key[32];
        snprintf(key, sizeof key, "http://example.org/%u", t->rows[i].key);
        const ld_doc_ref *refs;
        uint32_t count, matched = 0, want = 0;
        ld_arena_reset(arena);
        assert_ok(ld_snapshot_find_key(s, ld_span_from_string(key), arena, &refs, &count, &err),
                  &err);
        for (size_t k = 0; k < t->count; k++)
            want += t->rows[k].key == t->rows[i].key && !t->rows[k].deleted;
        assert_int_equal(count, want);
        for (uint32_t k = 0; k < count; k++) {
            const ld_segment_view *v = ld_snapshot_segment(s, refs[k].segment);
            uint64_t hash;
            int64_t order;
            bool explicit_key;
            assert_ok(ld_doc_identity(v, refs[k].doc, &hash, &order, &explicit_key, &err), &err);
            assert_int_equal(ld_view_has_bit(v->superseded, refs[k].doc), k > 0);
            if (hash != t->rows[i].content || t->rows[i].deleted)
                continue;
            matched++;
            twin_compare_doc(t, &t->rows[i], v, refs[k].doc, arena);
        }
        assert_int_equal(matched, !t->rows[i].deleted);
    }
    ld_arena_reset(arena);
    twin_compare_postings(t, s, arena);
    ld_arena_free(arena);
    ld_snapshot_release(s);
}

#endif
