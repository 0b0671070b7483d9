/*
 * Recursive graph bisection: which documents belong together?
 *
 *   [ 0 ............................................. n )   halves, then documents change sides
 *   [ .......... left ......... )[ ........ right ....... )  while that makes the lists cheaper;
 *   [ ....... )[ ...... )         [ ...... )[ ......... )    then each half by itself, down to
 *   ...                                                      LD_BISECT_LEAF_DOCS
 *
 * A list of d postings among n documents costs about d * log2(n / (d + 1)) bits in gaps. Cut in
 * two, it costs the sum over the halves, which is least when all its documents are on one side.
 * With saving(d) = d log2(d + 1) - (d - 1) log2(d), a document that goes from a half where its term
 * has dl documents to one where it has dr makes the term cheaper by
 *
 *   saving(dr + 1) - saving(dl)         [the n of the halves differ by one at most: left out]
 *
 * and the document's gain is the sum over its terms. In the order of (gain to the right for those
 * on the left, minus the gain to the left for those on the right) the first half of the documents
 * stays or comes to the left: that is the same as to exchange the best of each side while both
 * together gain, and takes a selection in place of two sorts. Some documents cross, degrees follow,
 * and so again until few cross or LD_BISECT_ITERATIONS_MAX times.
 *
 * Numbers are whole: savings in 1/1024 bit, from a table made of integers alone, ties broken by the
 * document. So the order is the same on every machine. Each range starts from the order the
 * documents came in, which keeps what is near in time or in one article near.
 *
 * Cost: one addition a posting, iteration and level; log2(docs / 24) levels.
 *
 * Sources: Dhulipala and others, "Compressing Graphs and Indexes with Recursive Graph Bisection",
 * KDD 2016; Mackenzie, Petri and Moffat, "Faster Index Reordering with Bipartite Graph
 * Partitioning", SIGIR 2021 (integer gains, partial sorting).
 */
#include "index/bisect.h"

#include <stdbool.h>
#include <string.h>

#define TABLE_DEGREES 4096u
#define LOG2_FRACTION 28u
#define SMALL_DOCS    24u /* a selection among so few is a sort */
#define STACK_RANGES  64u /* halves wait at most once a level */
#define FEW_CROSS     64u /* one in so many documents */

struct ld_bisect_table {
    int32_t saving[TABLE_DEGREES]; /* in LD_BISECT_UNIT ths */
};

/* log2 of a number >= 1, with LOG2_FRACTION bits, by squaring: integers only. */
static uint64_t log2_fixed(uint64_t number)
{
    uint32_t whole = 63u - (uint32_t)__builtin_clzll(number);
    uint64_t x = whole <= 31 ? number << (31 - whole) : number >> (whole - 31); /* [1, 2) * 2^31 */
    uint64_t log = (uint64_t)whole << LOG2_FRACTION;
    for (uint32_t bit = LOG2_FRACTION; bit-- > 0;) {
        x = x * x >> 31;
        if (x >> 32) {
            log |= UINT64_C(1) << bit;
            x >>= 1;
        }
    }
    return log;
}

size_t ld_bisect_table_bytes(void)
{
    return sizeof(ld_bisect_table);
}

void ld_bisect_table_init(ld_bisect_table *t)
{
    const uint32_t shift = LOG2_FRACTION - 10;
    uint64_t before = 0; /* (d - 1) * log2(d) */
    t->saving[0] = 0;
    for (uint32_t d = 1; d < TABLE_DEGREES; d++) {
        uint64_t here = d * log2_fixed(d + 1u);
        t->saving[d] = (int32_t)((here - before + (1u << (shift - 1))) >> shift);
        before = here;
    }
}

/* Beyond the table saving(d) doubles its argument for one bit, to within 1/1000 bit. */
int32_t ld_bisect_saving(const ld_bisect_table *t, uint32_t degree)
{
    if (degree < TABLE_DEGREES)
        return t->saving[degree];
    uint32_t shift =
        32u - (uint32_t)__builtin_clz(degree) - 12u; /* degree >> shift: [2048, 4096) */
    uint32_t low = degree >> shift;
    int32_t a = t->saving[low], b = low + 1 < TABLE_DEGREES ? t->saving[low + 1] : a;
    int64_t part = (int64_t)(degree - (low << shift)) * (b - a) >> shift;
    return a + (int32_t)part + (int32_t)shift * LD_BISECT_UNIT;
}

/* ---- one range ---- */

typedef struct degrees {
    uint32_t left, right;
} degrees;

/* What the ranges of one graph share. All arrays are in the memory that the caller gave. */
typedef struct bisection {
    const ld_bisect_table *table;
    const ld_bisect_graph *graph;
    uint32_t *order;   /* [docs] the documents, range by range; within a range ascending */
    uint64_t *keys;    /* [docs] of the range at hand: gain, then document */
    uint64_t *chosen;  /* [docs] while a key is selected */
    uint32_t *moved;   /* [docs] the right half while a range is parted */
    uint8_t *side;     /* [docs] of the range at hand: 1 right */
    degrees *degree;   /* [term_count] in the halves at hand; 0 outside a range */
    int32_t *gain[2];  /* [term_count] of a document that leaves the left, the right half */
    uint32_t *touched; /* [term_count] terms of the range */
    uint32_t touched_count;
} bisection;

static void count_degrees(bisection *b, const uint32_t *docs, uint32_t count, uint32_t half)
{
    const ld_bisect_graph *g = b->graph;
    b->touched_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t right = i >= half;
        b->side[i] = (uint8_t)right;
        for (uint32_t at = g->starts[docs[i]]; at < g->starts[docs[i] + 1]; at++) {
            degrees *d = &b->degree[g->terms[at]];
            if ((d->left | d->right) == 0)
                b->touched[b->touched_count++] = g->terms[at];
            d->left += 1 - right;
            d->right += right;
        }
    }
}

static void clear_degrees(bisection *b)
{
    for (uint32_t i = 0; i < b->touched_count; i++)
        b->degree[b->touched[i]] = (degrees){0, 0};
}

static void compute_gains(bisection *b)
{
    const ld_bisect_table *t = b->table;
    for (uint32_t i = 0; i < b->touched_count; i++) {
        uint32_t term = b->touched[i];
        degrees d = b->degree[term];
        b->gain[0][term] = ld_bisect_saving(t, d.right + 1) - ld_bisect_saving(t, d.left);
        b->gain[1][term] = ld_bisect_saving(t, d.right) - ld_bisect_saving(t, d.left + 1);
    }
}

/* Wraps around where a damaged list repeats a document without end. */
static uint32_t sum_gains(const int32_t *gain, const uint16_t *terms, uint32_t count)
{
    uint32_t a = 0, b = 0, i = 0;
    for (; i + 2 <= count; i += 2) {
        a += (uint32_t)gain[terms[i]];
        b += (uint32_t)gain[terms[i + 1]];
    }
    return a + b + (i < count ? (uint32_t)gain[terms[i]] : 0);
}

static void compute_keys(bisection *b, const uint32_t *docs, uint32_t count)
{
    const ld_bisect_graph *g = b->graph;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = g->starts[docs[i]];
        uint32_t sum =
            sum_gains(b->gain[b->side[i]], g->terms + start, g->starts[docs[i] + 1] - start);
        b->keys[i] = (uint64_t)(sum ^ UINT32_C(0x80000000)) << 32 | docs[i];
    }
}

static void sort_few(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        size_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

/* The key before which `rank` others come: digit by digit, from the highest that differs. */
static uint64_t select_key(const uint64_t *keys, uint32_t count, uint32_t rank, uint64_t *chosen)
{
    const uint64_t *from = keys;
    while (count > SMALL_DOCS) {
        uint32_t counts[256] = {0}, digit = 0, kept = 0;
        uint64_t least = from[0], most = from[0];
        for (uint32_t i = 1; i < count; i++) {
            least = from[i] < least ? from[i] : least;
            most = from[i] > most ? from[i] : most;
        }
        uint32_t bits = 64u - (uint32_t)__builtin_clzll((most - least) | 1);
        uint32_t shift = bits > 8 ? bits - 8 : 0;
        for (uint32_t i = 0; i < count; i++)
            counts[(from[i] - least) >> shift]++;
        while (rank >= counts[digit])
            rank -= counts[digit++];
        for (uint32_t i = 0; i < count; i++) {
            uint64_t key = from[i];
            chosen[kept] = key;
            kept += (key - least) >> shift == digit;
        }
        from = chosen;
        count = kept;
    }
    if (from == keys)
        memcpy(chosen, keys, count * sizeof *keys);
    sort_few(chosen, count);
    return chosen[rank];
}

/* Documents with keys below `border` come left, the others right; how many went to the right. */
static uint32_t cross(bisection *b, const uint32_t *docs, uint32_t count, uint64_t border)
{
    const ld_bisect_graph *g = b->graph;
    uint32_t crossed = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t right = b->keys[i] >= border;
        if (b->side[i] == right)
            continue;
        b->side[i] = (uint8_t)right;
        crossed += right;
        uint32_t step = right ? 1u : UINT32_MAX;
        for (uint32_t at = g->starts[docs[i]]; at < g->starts[docs[i] + 1]; at++) {
            b->degree[g->terms[at]].right += step;
            b->degree[g->terms[at]].left -= step;
        }
    }
    return crossed;
}

/* Halves a range: afterwards each half is ascending. */
static void halve(bisection *b, uint32_t *docs, uint32_t count, uint32_t half)
{
    uint32_t crossed = 0, left = 0, right = 0;
    bool any = false;
    count_degrees(b, docs, count, half);
    for (uint32_t i = 0; i < LD_BISECT_ITERATIONS_MAX; i++) {
        compute_gains(b);
        compute_keys(b, docs, count);
        crossed = cross(b, docs, count, select_key(b->keys, count, half, b->chosen));
        any |= crossed > 0;
        if (crossed <= count / FEW_CROSS)
            break;
    }
    clear_degrees(b);
    for (uint32_t i = 0; any && i < count; i++) {
        if (b->side[i])
            b->moved[right++] = docs[i];
        else
            docs[left++] = docs[i];
    }
    memcpy(docs + left, b->moved, right * sizeof *docs);
}

typedef struct range {
    uint32_t first, count;
} range;

static void halve_all(bisection *b)
{
    range stack[STACK_RANGES];
    uint32_t depth = 0;
    stack[depth++] = (range){0, b->graph->docs};
    while (depth > 0) {
        range r = stack[--depth];
        if (r.count <= LD_BISECT_LEAF_DOCS)
            continue;
        uint32_t half = r.count / 2;
        halve(b, b->order + r.first, r.count, half);
        stack[depth++] = (range){r.first, half};
        stack[depth++] = (range){r.first + half, r.count - half};
    }
}

/* ---- memory ---- */

static size_t rounded(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

size_t ld_bisect_memory_bytes(uint32_t docs, uint32_t term_count)
{
    size_t d = docs, t = term_count;
    return rounded(sizeof(ld_bisect_table)) + 2 * rounded(d * sizeof(uint64_t)) +
           rounded(d * sizeof(uint32_t)) + rounded(d) + rounded(t * sizeof(degrees)) +
           3 * rounded(t * sizeof(uint32_t));
}

static void *take(uint8_t **at, size_t bytes)
{
    void *taken = *at;
    *at += rounded(bytes);
    return taken;
}

void ld_bisect(const ld_bisect_graph *graph, void *memory, uint32_t *order)
{
    size_t docs = graph->docs, terms = graph->term_count;
    uint8_t *at = memory;
    ld_bisect_table *table = take(&at, sizeof *table);
    bisection b = {.table = table, .graph = graph, .order = order};
    b.keys = take(&at, docs * sizeof *b.keys);
    b.chosen = take(&at, docs * sizeof *b.chosen);
    b.moved = take(&at, docs * sizeof *b.moved);
    b.side = take(&at, docs);
    b.degree = take(&at, terms * sizeof *b.degree);
    b.gain[0] = take(&at, terms * sizeof *b.gain[0]);
    b.gain[1] = take(&at, terms * sizeof *b.gain[1]);
    b.touched = take(&at, terms * sizeof *b.touched);
    ld_bisect_table_init(table);
    memset(b.degree, 0, terms * sizeof *b.degree);
    for (uint32_t i = 0; i < graph->docs; i++)
        order[i] = i;
    halve_all(&b);
}
