/*
 * Merges of whole segments: the parts they give are those of the documents added at once, forward
 * lists carry over word by word, and the memory they take does not grow with the rows.
 */
#include "base/env_memory.h"
#include "index/open_segment.h"
#include "index/terms_read.h"
#include "index/writer_private.h"
#include "tests/faulty_env.h"
#include "tests/index/archive_twin.h"
#include "tests/temp_dir.h"

#define ROOT "/merge-test"

static ld_index_writer *open_writer(const lede_env *env, const char *dir, size_t memory_max_bytes,
                                    uint32_t flush_docs)
{
    lede_error err;
    ld_index_writer *w;
    /* a factor that no policy reaches: merges happen when asked for */
    ld_writer_options options = {
        .memory_max_bytes = memory_max_bytes, .merge_factor = 64, .flush_docs = flush_docs};
    assert_ok(ld_index_writer_open(env, dir, &options, &w, &err), &err);
    return w;
}

static void add(ld_index_writer *w, uint32_t key)
{
    static twin_document d;
    lede_error err;
    ld_add_outcome outcome;
    twin_row row = {.key = key, .content = key % 3, .order = key};
    twin_document_make(&d, ld_index_writer_profile(w), &row);
    assert_ok(ld_index_writer_add(w, &d.document, &outcome, &err), &err);
    assert_int_equal(outcome, LD_ADD_ADDED);
}

static void drop(ld_index_writer *w, uint32_t key)
{
    lede_error err;
    char name[32];
    uint64_t deleted;
    snprintf(name, sizeof name, "http://example.org/%u", key);
    assert_ok(ld_index_writer_delete(w, ld_span_from_string(name), &deleted, &err), &err);
    assert_int_equal(deleted, 1);
}

/* ---- what comes out ---- */

typedef struct word_weight {
    char word[LD_TERM_BYTES_MAX + 1];
    uint8_t weight;
} word_weight;

/* The forward list of a document as words. */
static uint32_t forward_words(const ld_segment_view *v, uint32_t doc, word_weight out[20])
{
    lede_error err;
    ld_arena *arena;
    const ld_forward_term *terms;
    uint32_t count;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
    assert_ok(ld_doc_forward(v, doc, arena, &terms, &count, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        ld_terms_scan scan;
        bool end;
        assert_ok(ld_terms_scan_open(&scan, v->terms, 0, &err), &err);
        for (uint32_t n = 0; n <= terms[i].term_ordinal; n++)
            assert_ok(ld_terms_scan_next(&scan, &end, &err), &err);
        ld_span word = ld_front_span(&scan.front);
        snprintf(out[i].word, sizeof out[i].word, "%.*s", (int)word.bytes, word.data);
        out[i].weight = terms[i].weight;
    }
    ld_arena_free(arena);
    return count;
}

static void compare_parts(const ld_segment *a, const ld_segment *b)
{
    lede_error err;
    assert_int_equal(ld_segment_part_count(a), ld_segment_part_count(b));
    for (uint32_t i = 0; i < ld_segment_part_count(a); i++) {
        ld_part_id id;
        ld_part x, y;
        const uint8_t *x_bytes, *y_bytes;
        ld_segment_part_at(a, i, &id, &x);
        y = ld_segment_part(b, id);
        assert_non_null(y.segment);
        /* carried over, not weighed again: forward_format.h */
        if (id == LD_PART_FORWARD)
            continue;
        assert_ok(ld_part_view(&x, 0, x.bytes, &x_bytes, &err), &err);
        assert_ok(ld_part_view(&y, 0, y.bytes, &y_bytes, &err), &err);
        if (x.bytes != y.bytes || memcmp(x_bytes, y_bytes, x.bytes) != 0)
            fail_msg("part %d differs: %llu and %llu bytes", (int)id, (unsigned long long)x.bytes,
                     (unsigned long long)y.bytes);
    }
}

static ld_snapshot *commit(ld_index_writer *w, const lede_env *env, const char *dir)
{
    lede_error err;
    uint64_t generation;
    ld_snapshot *s;
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    assert_ok(ld_snapshot_open(env, dir, &s, &err), &err);
    return s;
}

static bool stays(uint32_t key)
{
    return key % 7 != 3 && (key < 120 || key >= 160);
}

/* 400 rows in 21 segments, a seventh and two whole segments deleted, merged down; and the rest
 * added at once. */
static void merging_equals_adding_at_once(bool full)
{
    enum { ROWS = 400 };
    lede_env *env;
    lede_error err;
    ld_profile profile = twin_profile_of(full);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(ld_archive_create(env, ROOT "/a", &profile, &err), &err);
    assert_ok(ld_archive_create(env, ROOT "/b", &profile, &err), &err);
    ld_index_writer *a = open_writer(env, ROOT "/a", LD_WRITER_MEMORY_BYTES_MIN, 20);
    ld_index_writer *b = open_writer(env, ROOT "/b", LD_WRITER_MEMORY_BYTES_DEFAULT, 0);
    for (uint32_t key = 0; key < ROWS; key++)
        add(a, key);
    ld_snapshot *before = commit(a, env, ROOT "/a");
    for (uint32_t key = 0; key < ROWS; key++) {
        if (stays(key))
            add(b, key);
        else
            drop(a, key);
    }
    assert_ok(ld_index_writer_merge(a, 1, &err), &err);
    ld_snapshot *merged = commit(a, env, ROOT "/a"), *at_once = commit(b, env, ROOT "/b");
    assert_int_equal(ld_snapshot_segment_count(merged), 1);
    assert_int_equal(ld_snapshot_segment_count(at_once), 1);
    const ld_segment_view *v = ld_snapshot_segment(merged, 0);
    compare_parts(v->segment, ld_snapshot_segment(at_once, 0)->segment);
    for (uint32_t key = 0, doc = 0; key < ROWS; key++) {
        static word_weight was[20], is[20];
        if (!stays(key))
            continue;
        memset(was, 0, sizeof was);
        memset(is, 0, sizeof is);
        uint32_t n = forward_words(ld_snapshot_segment(before, key / 20), key % 20, was);
        assert_int_equal(forward_words(v, doc++, is), n);
        assert_true(n > 0 || !full);
        for (uint32_t i = 0; i < n; i++) {
            assert_string_equal(was[i].word, is[i].word);
            assert_int_equal(was[i].weight, is[i].weight);
        }
    }
    ld_snapshot_release(before);
    ld_snapshot_release(merged);
    ld_snapshot_release(at_once);
    ld_index_writer_close(a);
    ld_index_writer_close(b);
    ld_env_memory_free(env);
}

static void all_parts_but_forward_are_the_same(void **state)
{
    (void)state;
    merging_equals_adding_at_once(true);
    merging_equals_adding_at_once(false);
}

/* ---- what it takes ---- */

/* The most a merge to one segment and a purge hold, of `rows` small rows. */
static uint64_t merge_peak(uint32_t rows)
{
    faulty_env *f = faulty_env_new();
    char *root = temp_dir_new(), *dir = temp_dir_path(root, "a");
    lede_error err;
    uint64_t generation;
    /* bare rows, so that there can be many: the profile keeps everything but the texts, which come
     * in blocks of their own size */
    ld_profile profile = twin_profile_of(true);
    profile.store = false;
    assert_ok(ld_archive_create(faulty_env_table(f), dir, &profile, &err), &err);
    ld_index_writer *w = open_writer(lede_env_system(), dir, LD_WRITER_MEMORY_BYTES_MIN, rows / 20);
    for (uint32_t key = 0; key < rows; key++)
        add(w, key);
    for (uint32_t key = 0; key < rows; key += 3)
        drop(w, key);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    w = open_writer(faulty_env_table(f), dir, LD_WRITER_MEMORY_BYTES_MIN, 0);
    assert_ok(ld_index_writer_merge(w, 1, &err), &err);
    assert_ok(ld_index_writer_purge(w, &err), &err);
    ld_index_writer_close(w);
    uint64_t peak = faulty_env_live_bytes_peak(f);
    ld_snapshot *s;
    assert_ok(ld_snapshot_open(faulty_env_table(f), dir, &s, &err), &err);
    assert_int_equal(ld_snapshot_segment_count(s), 1);
    assert_int_equal(ld_snapshot_segment(s, 0)->docs, rows - (rows + 2) / 3);
    ld_snapshot_release(s);
    assert_ok(ld_archive_check(faulty_env_table(f), dir, true, NULL, NULL, &err), &err);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    free(dir);
    temp_dir_free(root);
    return peak;
}

static void memory_does_not_grow_with_the_rows(void **state)
{
    (void)state;
    enum { FEW = 4000, MANY = 24000 };
    uint64_t few = merge_peak(FEW), many = merge_peak(MANY);
    print_message("peak of a merge: %llu bytes with %d rows, %llu with %d\n",
                  (unsigned long long)few, FEW, (unsigned long long)many, MANY);
    /* parts fill their quarter MiB before they go to files, which few rows do not reach; no number
     * of rows takes more than that */
    assert_true(few <= many && many <= LD_SEGMENT_WRITER_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_but_forward_are_the_same),
        cmocka_unit_test(memory_does_not_grow_with_the_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
