/*
 * In which order does a merged segment keep its documents?
 *
 *   sources' rows -> by day -> partitions                      -> bisected      -> new numbers
 *                              whole days of 65,536 documents     bisect.c, two
 *                              and more; unknown dates last       at a time
 *
 * A partition is a run of whole days, so a search between two dates needs whole partitions and two
 * edges, and the newest documents stand together. Within a partition the day does not count.
 *
 *   walk over the words of all sources -> places of the documents, word by word    [collect]
 *       for as many partitions as fit the memory at once
 *   of one partition: documents and the words that decide                          [transpose]
 *
 * Superseded documents come first, in the order of the sources: of two rows of a key with the same
 * version order the later one counts as the newer, and the one that is not superseded as the
 * newest.
 *
 * Words decide that are in at least DF_SHARE of a partition's documents and in at most half of
 * them: rarer ones are many and hardly move a document, more frequent ones tell nothing.
 *
 * Memory, all of it counted: a third of the cap for the places (4 bytes a posting), half of that
 * for the words of two partitions under work, a quarter for their documents (29 bytes each). Where
 * a single partition does not fit, fewer words decide; where its documents alone do not fit, they
 * stay by day. Places and numbers of all documents are in files while they are many (spool.h).
 *
 * The order does not depend on threads: partitions are bisected each by itself.
 *
 * Rejected: to write the segment and to rewrite it in order (twice the work of a merge); a graph of
 * all documents on disk (partitions make it unnecessary).
 */
#include "index/reorder.h"

#include "base/thread.h"
#include "codec/bitset.h"
#include "index/bisect.h"
#include "index/heap.h"
#include "index/postings.h"
#include "index/sorter.h"
#include "index/terms_read.h"

#define DAY_MS         86400000
#define DAY_SUPERSEDED 0u
#define DAY_UNKNOWN    UINT32_MAX
#define DF_MIN         16u        /* of a word that decides, at least */
#define DF_SHARE       4096u      /* and one document in so many */
#define INVERT_ITEMS   (1u << 18) /* numbers turned round at a time */
#define OLD_SPOOL      LD_SPOOL_KEPT_FIRST
#define NEW_SPOOL      (LD_SPOOL_KEPT_FIRST + 1)
#define SPOOL_BYTES    (64u << 10)
#define BISECT_THREADS 2u

typedef struct partition {
    uint32_t first, docs; /* in the order by day */
    bool stays;           /* superseded documents: not bisected */
} partition;

/* One partition under work. */
typedef struct bisect_task {
    ld_bisect_graph graph;
    uint32_t *starts; /* [docs + 1] owned */
    uint16_t *terms;  /* [starts[docs]] owned */
    void *memory;     /* [memory_bytes] owned */
    size_t memory_bytes;
    uint32_t *order; /* [docs] owned */
    ld_thread thread;
} bisect_task;

/* Documents of one word among the places collected. */
typedef struct collected_term {
    uint32_t first, count; /* in places */
} collected_term;

typedef struct reorder {
    const ld_reorder_input *in;
    ld_doc_order *order;
    ld_scratch by_day_scratch, position_scratch;
    const uint32_t *by_day;   /* [docs] position by day -> place in the sources */
    const uint32_t *position; /* [places] and back; LD_DOC_END: dropped */
    uint32_t place_count;
    partition *partitions; /* [partition_count] owned */
    size_t partition_count, partition_capacity;

    /* the words of the sources */
    ld_terms *terms[LD_MERGE_FACTOR_MAX];
    ld_terms_scan scans[LD_MERGE_FACTOR_MAX];
    uint32_t heap_items[LD_MERGE_FACTOR_MAX];
    ld_heap heap;
    ld_arena *arena; /* of one list */

    /* the group of partitions at hand */
    uint32_t first_position, end_position;
    uint32_t df_min;     /* of the words collected */
    uint32_t *positions; /* [position_count] word by word, less first_position; owned */
    uint32_t position_count, position_capacity;
    collected_term *collected; /* [collected_count] owned */
    size_t collected_count, collected_capacity;
} reorder;

/* Superseded documents come by themselves. A day is kept whole up to twice the size. */
static bool partition_is_full(const reorder *r, uint32_t docs, uint32_t day, uint32_t next_day)
{
    if (day == next_day && day != DAY_UNKNOWN)
        return docs >= 2 * r->in->partition_docs;
    return docs >= r->in->partition_docs || day == DAY_SUPERSEDED ||
           (next_day == DAY_UNKNOWN && day != DAY_UNKNOWN);
}

/* ---- by day ---- */

static lede_status day_of(const ld_columns *columns, const ld_column *published, uint32_t doc,
                          uint32_t *day, lede_error *err)
{
    uint64_t first;
    uint32_t count;
    int64_t ms;
    *day = DAY_UNKNOWN;
    if (!published)
        return LEDE_OK;
    LD_TRY(ld_column_range(columns, published, doc, &first, &count, err));
    if (count == 0)
        return LEDE_OK;
    LD_TRY(ld_column_value_at(columns, published, first, &ms, err));
    int64_t days = ms / DAY_MS - (ms % DAY_MS < 0) + INT32_MAX;
    *day = days < 1 ? 1 : days >= DAY_UNKNOWN ? DAY_UNKNOWN - 1 : (uint32_t)days;
    return LEDE_OK;
}

static lede_status sorter_fill(const reorder *r, ld_sorter *sorter, lede_error *err)
{
    for (uint32_t s = 0, before = 0; s < r->in->count; before = r->order->ends[s++]) {
        const ld_columns *columns = &r->in->sidecars[s]->columns;
        const ld_column *published = ld_columns_find(columns, LD_COLUMN_PUBLISHED);
        const ld_doc_map *map = &r->in->maps[s];
        const uint64_t *superseded = r->in->superseded[s];
        for (uint32_t doc = 0; (doc = ld_doc_map_next(map, doc)) < map->docs; doc++) {
            uint32_t day = DAY_SUPERSEDED;
            if (!superseded || !ld_bitset_test(superseded, doc))
                LD_TRY(day_of(columns, published, doc, &day, err));
            LD_TRY(ld_sorter_add(sorter, (uint64_t)day << 32 | (before + doc), err));
        }
    }
    return ld_sorter_sort(sorter, err);
}

static lede_status partition_add(reorder *r, uint32_t first, uint32_t docs, uint32_t day,
                                 lede_error *err)
{
    LD_TRY(ld_grow(r->in->env, (void **)&r->partitions, &r->partition_capacity,
                   r->partition_count + 1, sizeof *r->partitions, SIZE_MAX, err));
    r->partitions[r->partition_count++] = (partition){first, docs, day == DAY_SUPERSEDED};
    return LEDE_OK;
}

static lede_status cut_partitions(reorder *r, ld_sorter *sorter, lede_error *err)
{
    uint64_t item;
    uint32_t first = 0, at = 0, day = 0;
    for (; ld_sorter_next(sorter, &item); at++) {
        uint32_t place = (uint32_t)item, next_day = (uint32_t)(item >> 32);
        if (at > first && partition_is_full(r, at - first, day, next_day)) {
            LD_TRY(partition_add(r, first, at - first, day, err));
            first = at;
        }
        day = next_day;
        ld_scratch_add(&r->by_day_scratch, &place, sizeof place);
    }
    return partition_add(r, first, at - first, day, err);
}

/* The table from values to their indexes, window by window; what is no value gets LD_DOC_END. */
static lede_status invert(const reorder *r, const uint32_t *values, void *to,
                          lede_status (*add)(void *to, const uint32_t *items, uint32_t count,
                                             lede_error *err),
                          lede_error *err)
{
    uint32_t window = r->place_count < INVERT_ITEMS ? r->place_count : INVERT_ITEMS;
    uint32_t *items = ld_alloc_array(r->in->env, window, sizeof *items);
    lede_status status = items ? LEDE_OK : ld_error_nomem(err, window * sizeof *items);
    for (uint32_t first = 0; status == LEDE_OK && first < r->place_count; first += window) {
        uint32_t count = r->place_count - first < window ? r->place_count - first : window;
        memset(items, 0xff, count * sizeof *items); /* LD_DOC_END */
        for (uint32_t i = 0; i < r->in->docs; i++)
            if (values[i] - first < count)
                items[values[i] - first] = i;
        status = add(to, items, count, err);
        if (r->place_count - first <= window)
            break;
    }
    ld_release(r->in->env, items, window * sizeof *items);
    return status;
}

static lede_status add_to_scratch(void *to, const uint32_t *items, uint32_t count, lede_error *err)
{
    ld_scratch *s = to;
    ld_scratch_add(s, items, count * sizeof *items);
    return ld_segment_writer_status(s->owner, err);
}

static lede_status add_to_spool(void *to, const uint32_t *items, uint32_t count, lede_error *err)
{
    return ld_spool_add(to, items, count * sizeof *items, err);
}

static lede_status seal(ld_scratch *s, const uint32_t **items, lede_error *err)
{
    const uint8_t *data;
    LD_TRY(ld_scratch_seal(s, &data, err));
    *items = (const uint32_t *)(const void *)data;
    return LEDE_OK;
}

static lede_status list_by_day(reorder *r, lede_error *err)
{
    ld_sorter sorter;
    ld_sorter_init(&sorter, r->in->out);
    lede_status status = sorter_fill(r, &sorter, err);
    if (status == LEDE_OK)
        status = cut_partitions(r, &sorter, err);
    ld_sorter_release(&sorter);
    LD_TRY(status);
    LD_TRY(seal(&r->by_day_scratch, &r->by_day, err));
    LD_TRY(invert(r, r->by_day, &r->position_scratch, add_to_scratch, err));
    return seal(&r->position_scratch, &r->position, err);
}

/* ---- collecting: the documents of each word, by position ---- */

static bool scan_less(const void *ctx, uint32_t a, uint32_t b)
{
    const reorder *r = ctx;
    int order =
        ld_span_compare(ld_front_span(&r->scans[a].front), ld_front_span(&r->scans[b].front));
    return order ? order < 0 : a < b;
}

static lede_status advance(reorder *r, uint32_t source, lede_error *err)
{
    bool end;
    LD_TRY(ld_terms_scan_next(&r->scans[source], &end, err));
    if (!end)
        ld_heap_push(&r->heap, source);
    return LEDE_OK;
}

static lede_status scans_open(reorder *r, lede_error *err)
{
    r->heap = (ld_heap){r->heap_items, 0, scan_less, r};
    for (uint32_t s = 0; s < r->in->count; s++) {
        LD_TRY(ld_terms_scan_open(&r->scans[s], r->terms[s], 0, err));
        LD_TRY(advance(r, s, err));
    }
    return LEDE_OK;
}

/* Takes the least word off the heap; members: the sources that have it. */
static uint32_t take_word(reorder *r, uint32_t *members, uint64_t *df)
{
    uint32_t count = 0;
    *df = 0;
    do {
        uint32_t s = ld_heap_pop(&r->heap);
        *df += r->scans[s].term.df;
        members[count++] = s;
    } while (r->heap.count > 0 && ld_span_equal(ld_front_span(&r->scans[r->heap.items[0]].front),
                                                ld_front_span(&r->scans[members[0]].front)));
    return count;
}

/* Adds one source's documents of its word at hand; *full: there is no room for them. */
static lede_status collect_list(reorder *r, uint32_t source, bool *full, lede_error *err)
{
    uint32_t before = source == 0 ? 0 : r->order->ends[source - 1];
    uint32_t docs = r->in->maps[source].docs, width = r->end_position - r->first_position;
    ld_postings *p;
    ld_arena_reset(r->arena);
    LD_TRY(ld_postings_open(r->terms[source], &r->scans[source].term, LD_POSTINGS_BLOCKS, r->arena,
                            &p, err));
    for (uint32_t block = 0; block < ld_postings_block_count(p); block++) {
        const uint32_t *list = ld_postings_block_load(p, block) ? ld_postings_block_docs(p) : NULL;
        if (!list) {
            if (err)
                *err = p->error;
            return p->status;
        }
        uint32_t size = ld_postings_block_size(p), at = r->position_count;
        *full = size > r->position_capacity - at;
        if (*full)
            return LEDE_OK;
        for (uint32_t i = 0; i < size; i++) {
            uint32_t position = list[i] < docs ? r->position[before + list[i]] : LD_DOC_END;
            r->positions[at] = position - r->first_position;
            at += position - r->first_position < width;
        }
        r->position_count = at;
    }
    return LEDE_OK;
}

static lede_status collect_word(reorder *r, const uint32_t *members, uint32_t member_count,
                                bool *full, lede_error *err)
{
    uint32_t first = r->position_count;
    for (uint32_t i = 0; i < member_count && !*full; i++)
        LD_TRY(collect_list(r, members[i], full, err));
    if (*full)
        return LEDE_OK;
    if (r->position_count - first < r->df_min) { /* no partition has enough of it */
        r->position_count = first;
        return LEDE_OK;
    }
    LD_TRY(ld_grow(r->in->env, (void **)&r->collected, &r->collected_capacity,
                   r->collected_count + 1, sizeof *r->collected, SIZE_MAX, err));
    r->collected[r->collected_count++] = (collected_term){first, r->position_count - first};
    return LEDE_OK;
}

/* Collects the words of the positions at hand; *full: they do not fit. */
static lede_status collect(reorder *r, bool *full, lede_error *err)
{
    uint32_t members[LD_MERGE_FACTOR_MAX];
    r->position_count = 0;
    r->collected_count = 0;
    *full = false;
    LD_TRY(scans_open(r, err));
    while (r->heap.count > 0 && !*full) {
        uint64_t df;
        uint32_t count = take_word(r, members, &df);
        if (df >= r->df_min && df <= r->in->docs / 2)
            LD_TRY(collect_word(r, members, count, full, err));
        for (uint32_t i = 0; i < count; i++)
            LD_TRY(advance(r, members[i], err));
    }
    return LEDE_OK;
}

/* ---- one partition ---- */

/* Counts each word's documents in the partition; those that decide get numbers. When `task` has
 * room for them, their places are filled in. */
static uint32_t number_words(const reorder *r, const partition *p, uint32_t df_min,
                             bisect_task *task, bool fill)
{
    uint32_t number = 0, before = p->first - r->first_position;
    for (size_t t = 0; t < r->collected_count; t++) {
        const uint32_t *list = r->positions + r->collected[t].first;
        uint32_t count = r->collected[t].count, df = 0;
        for (uint32_t i = 0; i < count; i++)
            df += list[i] - before < p->docs;
        if (df < df_min || df > p->docs / 2)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t doc = list[i] - before;
            if (doc >= p->docs)
                continue;
            if (fill)
                task->terms[task->starts[doc]++] = (uint16_t)number;
            else
                task->starts[doc]++;
        }
        number++;
    }
    return number;
}

/* From the number of words of each document to where they begin. */
static uint32_t sum_starts(uint32_t *starts, uint32_t docs)
{
    uint32_t sum = 0;
    for (uint32_t doc = 0; doc <= docs; doc++) {
        uint32_t count = starts[doc];
        starts[doc] = sum;
        sum += count;
    }
    return sum;
}

static lede_status transpose(reorder *r, const partition *p, bisect_task *task, lede_error *err)
{
    uint32_t df_min = r->df_min;
    size_t starts_bytes = (p->docs + 1u) * sizeof *task->starts;
    task->graph.docs = p->docs;
    task->starts = ld_alloc(r->in->env, starts_bytes);
    task->order = ld_alloc_array(r->in->env, p->docs, sizeof *task->order);
    if (!task->starts || !task->order)
        return ld_error_nomem(err, starts_bytes);
    for (;; df_min *= 2) {
        memset(task->starts, 0, starts_bytes);
        task->graph.term_count = number_words(r, p, df_min, task, false);
        if (task->graph.term_count <= LD_BISECT_TERMS_MAX)
            break;
    }
    uint32_t total = sum_starts(task->starts, p->docs);
    task->terms = ld_alloc_array(r->in->env, total + 1u, sizeof *task->terms);
    task->memory_bytes = ld_bisect_memory_bytes(p->docs, task->graph.term_count);
    task->memory = ld_alloc(r->in->env, task->memory_bytes);
    if (!task->terms || !task->memory)
        return ld_error_nomem(err, task->memory_bytes);
    (void)number_words(r, p, df_min, task, true);
    memmove(task->starts + 1, task->starts, starts_bytes - sizeof *task->starts);
    task->starts[0] = 0;
    task->graph.starts = task->starts;
    task->graph.terms = task->terms;
    return LEDE_OK;
}

static void task_release(const reorder *r, bisect_task *task)
{
    const lede_env *env = r->in->env;
    size_t docs = task->graph.docs;
    if (task->terms)
        ld_release(env, task->terms, (task->starts[docs] + 1u) * sizeof *task->terms);
    ld_release(env, task->starts, (docs + 1) * sizeof *task->starts);
    ld_release(env, task->order, docs * sizeof *task->order);
    ld_release(env, task->memory, task->memory_bytes);
    *task = (bisect_task){0};
}

static void run_task(void *ctx)
{
    bisect_task *task = ctx;
    ld_bisect(&task->graph, task->memory, task->order);
}

static lede_status append_order(reorder *r, const partition *p, const uint32_t *order,
                                lede_error *err)
{
    for (uint32_t i = 0; i < p->docs; i++) {
        uint32_t place = r->by_day[p->first + (order ? order[i] : i)];
        LD_TRY(ld_spool_add(&r->order->old_spool, &place, sizeof place, err));
    }
    return LEDE_OK;
}

/* Bisects neighbouring partitions of the group at hand side by side. */
static lede_status bisect(reorder *r, const partition *partitions, size_t count, lede_error *err)
{
    bisect_task tasks[BISECT_THREADS] = {0};
    bool threads = ld_cpu_count() > 1;
    lede_status status = LEDE_OK;
    for (size_t i = 0; i < count; i++)
        LD_TRY_OUT(transpose(r, &partitions[i], &tasks[i], err));
    for (size_t i = 1; i < count; i++)
        if (!threads || ld_thread_start(&tasks[i].thread, run_task, &tasks[i], NULL) != LEDE_OK)
            run_task(&tasks[i]);
    run_task(&tasks[0]);
    for (size_t i = 1; i < count; i++)
        ld_thread_join(&tasks[i].thread);
    for (size_t i = 0; status == LEDE_OK && i < count; i++)
        status = append_order(r, &partitions[i], tasks[i].order, err);
out:
    for (size_t i = 0; i < count; i++)
        task_release(r, &tasks[i]);
    return status;
}

/* ---- groups of partitions ---- */

static uint32_t df_min_of(uint32_t docs)
{
    return docs / DF_SHARE > DF_MIN ? docs / DF_SHARE : DF_MIN;
}

/* Collects the words of as many of the next partitions as fit, `*count` at first; 0: not even one
 * does. */
static lede_status collect_group(reorder *r, size_t at, size_t *count, lede_error *err)
{
    for (uint32_t times = 1; *count > 0;) {
        const partition *last = &r->partitions[at + *count - 1];
        uint32_t least = UINT32_MAX;
        bool full;
        for (size_t i = at; i < at + *count; i++)
            least = r->partitions[i].docs < least ? r->partitions[i].docs : least;
        if (df_min_of(least) > UINT32_MAX / 2 / times || df_min_of(least) * times > last->docs / 2)
            *count = 0;
        r->first_position = r->partitions[at].first;
        r->end_position = last->first + last->docs;
        r->df_min = df_min_of(least) * times;
        if (*count == 0)
            return LEDE_OK;
        LD_TRY(collect(r, &full, err));
        if (!full)
            return LEDE_OK;
        if (*count > 1)
            *count = (*count + 1) / 2;
        else
            times *= 2;
    }
    return LEDE_OK;
}

/* Two that are bisected take at most a quarter of the memory, without their words. */
static bool is_bisected(const reorder *r, const partition *p)
{
    return !p->stays && 256ull * p->docs <= r->in->memory_max_bytes;
}

static lede_status order_partitions(reorder *r, lede_error *err)
{
    size_t group = r->partition_count;
    for (size_t at = 0; at < r->partition_count;) {
        size_t count = 0;
        while (count < group && at + count < r->partition_count &&
               is_bisected(r, &r->partitions[at + count]))
            count++;
        if (count > 0) {
            LD_TRY(collect_group(r, at, &count, err));
            group = count > 0 ? count : group;
        }
        if (count == 0) {
            LD_TRY(append_order(r, &r->partitions[at++], NULL, err));
            continue;
        }
        for (size_t i = 0; i < count; i += BISECT_THREADS) {
            size_t some = count - i < BISECT_THREADS ? count - i : BISECT_THREADS;
            LD_TRY(bisect(r, &r->partitions[at + i], some, err));
        }
        at += count;
    }
    return LEDE_OK;
}

/* ---- all ---- */

static lede_status order_init(reorder *r, lede_error *err)
{
    const ld_reorder_input *in = r->in;
    ld_doc_order *o = r->order;
    uint64_t places = 0;
    *o = (ld_doc_order){.env = in->env, .docs = in->docs, .source_count = in->count};
    ld_spool_init(&o->old_spool, in->env, in->segment_path, OLD_SPOOL, SPOOL_BYTES);
    ld_spool_init(&o->new_spool, in->env, in->segment_path, NEW_SPOOL, SPOOL_BYTES);
    o->ends = ld_alloc_array(in->env, in->count, sizeof *o->ends);
    if (!o->ends)
        return ld_error_nomem(err, in->count * sizeof *o->ends);
    for (uint32_t s = 0; s < in->count; s++) {
        places += in->maps[s].docs;
        if (places >= LD_DOC_END)
            return LD_FAIL(err, LEDE_E_LIMIT, "a merge has more than 2^32 documents");
        o->ends[s] = (uint32_t)places;
    }
    r->place_count = (uint32_t)places;
    return LEDE_OK;
}

static lede_status order_seal(reorder *r, lede_error *err)
{
    ld_doc_order *o = r->order;
    const uint8_t *data;
    LD_TRY(ld_spool_seal(&o->old_spool, &data, err));
    o->old_of = (const uint32_t *)(const void *)data;
    LD_TRY(invert(r, o->old_of, &o->new_spool, add_to_spool, err));
    LD_TRY(ld_spool_seal(&o->new_spool, &data, err));
    o->new_of = (const uint32_t *)(const void *)data;
    return LEDE_OK;
}

static lede_status reorder_run(reorder *r, lede_error *err)
{
    const lede_env *env = r->in->env;
    LD_TRY(order_init(r, err));
    LD_TRY(list_by_day(r, err));
    LD_TRY(ld_arena_new(env, LD_MERGE_CURSOR_BYTES_MAX, &r->arena, err));
    for (uint32_t s = 0; s < r->in->count; s++)
        LD_TRY(ld_terms_open(r->in->segments[s], &r->terms[s], err));
    uint64_t tokens = 0, capacity = r->in->memory_max_bytes / 16 * 7 / sizeof *r->positions;
    for (uint32_t s = 0; s < r->in->count; s++)
        tokens += r->in->sidecars[s]->keys.tokens;
    capacity = tokens < capacity ? tokens : capacity;
    r->position_capacity = capacity < UINT32_MAX ? (uint32_t)capacity : UINT32_MAX;
    r->positions = ld_alloc_array(env, r->position_capacity + 1u, sizeof *r->positions);
    if (!r->positions)
        return ld_error_nomem(err, (size_t)capacity * sizeof *r->positions);
    LD_TRY(order_partitions(r, err));
    return order_seal(r, err);
}

lede_status ld_reorder(const ld_reorder_input *in, ld_doc_order *order, lede_error *err)
{
    *order = (ld_doc_order){0};
    reorder *r = ld_alloc_zero(in->env, sizeof *r);
    if (!r)
        return ld_error_nomem(err, sizeof *r);
    r->in = in;
    r->order = order;
    ld_scratch_init(&r->by_day_scratch, in->out);
    ld_scratch_init(&r->position_scratch, in->out);
    lede_status status = reorder_run(r, err);
    for (uint32_t s = 0; s < in->count; s++)
        ld_terms_close(r->terms[s]);
    ld_arena_free(r->arena);
    if (r->positions)
        ld_release(in->env, r->positions, (r->position_capacity + 1u) * sizeof *r->positions);
    ld_release(in->env, r->collected, r->collected_capacity * sizeof *r->collected);
    ld_release(in->env, r->partitions, r->partition_capacity * sizeof *r->partitions);
    ld_scratch_release(&r->by_day_scratch);
    ld_scratch_release(&r->position_scratch);
    ld_release(in->env, r, sizeof *r);
    if (status != LEDE_OK)
        ld_doc_order_release(order);
    return status;
}
