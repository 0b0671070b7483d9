/* The order of a merge's documents against a naive one: the same partitions by day, each document
 * once, both directions; by day alone where memory is short. */
#include "index/reorder.h"
#include "index/writer.h"
#include "tests/faulty_env.h"
#include "tests/index/archive_twin.h"
#include "tests/temp_dir.h"

#define ROWS      2400u
#define SEGMENTS  4u
#define PARTITION 500u
#define DAY_MS    86400000

typedef struct row {
    int64_t day; /* INT64_MAX: not known; INT64_MIN: superseded */
    uint32_t place;
} row;

typedef struct sources {
    char *root, *dir;
    ld_snapshot *snapshot;
    const ld_segment *segments[SEGMENTS];
    const ld_sidecars *sidecars[SEGMENTS];
    ld_doc_map maps[SEGMENTS];
    uint64_t superseded_bits[ROWS / 64 + 1]; /* of the third source */
    const uint64_t *superseded[SEGMENTS];
    row rows[ROWS]; /* [count] that stay, by day and place */
    uint32_t count;
} sources;

static int compare_rows(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Days in random order, some of many documents, and a fifth without one. */
static void make_archive(const char *dir, uint64_t seed)
{
    static twin_document d;
    lede_error err;
    ld_index_writer *w;
    ld_add_outcome outcome;
    uint64_t generation;
    test_random r = {seed};
    ld_profile profile = twin_profile_of(false);
    ld_writer_options options = {.merge_factor = 64, .flush_docs = ROWS / SEGMENTS};
    assert_ok(ld_archive_create(lede_env_system(), dir, &profile, &err), &err);
    assert_ok(ld_index_writer_open(lede_env_system(), dir, &options, &w, &err), &err);
    for (uint32_t key = 0; key < ROWS; key++) {
        twin_row made = {.key = key};
        twin_document_make(&d, &profile, &made);
        int64_t day = (int64_t)test_random_below(&r, 40) - 20;
        ld_column_value published = {LD_COLUMN_PUBLISHED,
                                     (day > 10 ? 11 : day) * DAY_MS + test_random_below(&r, DAY_MS),
                                     {NULL, 0}};
        d.document.columns = &published;
        d.document.column_count = test_random_below(&r, 5) > 0;
        assert_ok(ld_index_writer_add(w, &d.document, &outcome, &err), &err);
    }
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
}

static void add_rows(sources *s, uint32_t source, uint32_t first_place, const uint64_t *dropped)
{
    lede_error err;
    const ld_segment_view *v = ld_snapshot_segment(s->snapshot, source);
    for (uint32_t doc = 0; doc < v->docs; doc++) {
        int64_t ms = 0;
        bool present;
        if (dropped[doc / 64] >> (doc % 64) & 1)
            continue;
        assert_ok(ld_column_number(v, LD_COLUMN_PUBLISHED, doc, &ms, &present, &err), &err);
        int64_t day = ms >= 0 ? ms / DAY_MS : -((-ms + DAY_MS - 1) / DAY_MS);
        if (s->superseded[source] && s->superseded_bits[doc / 64] >> (doc % 64) & 1)
            day = INT64_MIN;
        else if (!present)
            day = INT64_MAX;
        s->rows[s->count++] = (row){day, first_place + doc};
    }
}

static sources *open_sources(uint64_t seed)
{
    lede_error err;
    sources *s = calloc(1, sizeof *s);
    assert_non_null(s);
    test_random r = {seed + 1};
    s->root = temp_dir_new();
    s->dir = temp_dir_path(s->root, "a");
    make_archive(s->dir, seed);
    assert_ok(ld_snapshot_open(lede_env_system(), s->dir, &s->snapshot, &err), &err);
    assert_int_equal(ld_snapshot_segment_count(s->snapshot), SEGMENTS);
    s->superseded[2] = s->superseded_bits;
    for (size_t i = 0; i < sizeof s->superseded_bits / 8; i++)
        s->superseded_bits[i] = test_random_u64(&r) & test_random_u64(&r);
    for (uint32_t i = 0, place = 0; i < SEGMENTS; i++) {
        const ld_segment_view *v = ld_snapshot_segment(s->snapshot, i);
        uint64_t dropped[ROWS / 64 + 1] = {0};
        for (uint32_t doc = 0; doc < v->docs && i != 1; doc++) /* one source keeps all */
            if (test_random_below(&r, 6) == 0)
                dropped[doc / 64] |= UINT64_C(1) << (doc % 64);
        s->segments[i] = v->segment;
        s->sidecars[i] = v->sidecars;
        assert_ok(ld_doc_map_init(&s->maps[i], lede_env_system(), dropped, v->docs, s->count, &err),
                  &err);
        add_rows(s, i, place, dropped);
        place += v->docs;
    }
    qsort(s->rows, s->count, sizeof *s->rows, compare_rows);
    return s;
}

static void close_sources(sources *s)
{
    for (uint32_t i = 0; i < SEGMENTS; i++)
        ld_doc_map_release(&s->maps[i]);
    ld_snapshot_release(s->snapshot);
    free(s->dir);
    temp_dir_free(s->root);
    free(s);
}

static lede_status make_order(const sources *s, const lede_env *env, size_t memory_max_bytes,
                              ld_doc_order *order, lede_error *err)
{
    ld_segment_writer *out;
    static char path[512];
    snprintf(path, sizeof path, "%s/new", s->root);
    LD_TRY(ld_segment_writer_new(env, path, &out, err));
    ld_reorder_input in = {.env = env,
                           .out = out,
                           .segment_path = path,
                           .segments = s->segments,
                           .sidecars = s->sidecars,
                           .maps = s->maps,
                           .superseded = s->superseded,
                           .count = SEGMENTS,
                           .docs = s->count,
                           .partition_docs = PARTITION,
                           .memory_max_bytes = memory_max_bytes};
    lede_status status = ld_reorder(&in, order, err);
    ld_segment_writer_free(out);
    return status;
}

static bool ends_partition(const row *rows, uint32_t count, uint32_t first, uint32_t at)
{
    if (at + 1 == count)
        return true;
    uint32_t docs = at + 1 - first;
    if (rows[at].day == rows[at + 1].day && rows[at].day != INT64_MAX)
        return docs >= 2 * PARTITION;
    return docs >= PARTITION || rows[at].day == INT64_MIN ||
           (rows[at + 1].day == INT64_MAX && rows[at].day != INT64_MAX);
}

static uint32_t rank_of(const sources *s, uint32_t place)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->rows[i].place == place)
            return i;
    fail_msg("place %u is not one that stays", place);
    return 0;
}

/* Both directions agree, and each partition has the documents of the naive one. *moved: some stand
 * elsewhere than by day. */
static void check_order(const sources *s, const ld_doc_order *o, bool *moved)
{
    bool seen[ROWS] = {false};
    *moved = false;
    for (uint32_t first = 0, at = 0; at < s->count; at++) {
        uint32_t source, doc, place = o->old_of[at], rank = rank_of(s, place);
        assert_false(seen[rank]);
        seen[rank] = true;
        *moved |= rank != at;
        assert_true(s->rows[at].day != INT64_MIN || rank == at); /* superseded ones stay in order */
        assert_int_equal(o->new_of[place], at);
        ld_doc_order_find(o, at, &source, &doc);
        assert_int_equal(source * (ROWS / SEGMENTS) + doc, place);
        if (!ends_partition(s->rows, s->count, first, at))
            continue;
        for (; first <= at; first++)
            assert_true(seen[first]);
    }
    uint32_t dropped = 0;
    for (uint32_t place = 0; place < ROWS; place++)
        dropped += o->new_of[place] == LD_DOC_END;
    assert_int_equal(dropped, ROWS - s->count);
}

static void orders_are_partitions_by_day(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        /* all partitions at once, one at a time, and none bisected */
        static const size_t memory[] = {64u << 20, 300u << 10, 1u << 10};
        sources *s = open_sources(seed);
        for (uint32_t i = 0; i < 3; i++) {
            faulty_env *f = faulty_env_new();
            ld_doc_order order;
            lede_error err;
            bool moved;
            assert_ok(make_order(s, faulty_env_table(f), memory[i], &order, &err), &err);
            check_order(s, &order, &moved);
            assert_int_equal(moved, i < 2);
            ld_doc_order_release(&order);
            faulty_env_assert_idle(f);
            faulty_env_free(f);
        }
        close_sources(s);
    }
}

/* Every refused allocation is told and leaves nothing behind. */
static void refusals_are_told(void **state)
{
    (void)state;
    sources *s = open_sources(9);
    lede_status status = LEDE_E_NOMEM;
    for (uint64_t nth = 1; status != LEDE_OK; nth += 1 + nth / 8) {
        faulty_env *f = faulty_env_new();
        ld_doc_order order = {0};
        lede_error err;
        faulty_env_fail(f, FAULTY_ALLOCATE, nth, 0, false);
        status = make_order(s, faulty_env_table(f), 1u << 20, &order, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_NOMEM);
        ld_doc_order_release(&order);
        faulty_env_assert_idle(f);
        faulty_env_free(f);
    }
    close_sources(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_partitions_by_day),
        cmocka_unit_test(refusals_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
