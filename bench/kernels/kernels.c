/*
 * What does an item cost in each kernel of codec/kernels.h, by variant?
 *
 *     kernels > CSV
 *
 * Every case holds SETS inputs, so that a branch is not learnt by heart; all inputs of a case stay
 * in the second-level cache. The variants take turns, round by round; a figure is the least over
 * the rounds. What has to be copied before each call, because the kernel works in place, is timed
 * alone in the same way and taken off. The answers of all variants are compared first. Ends with 1
 * where they differ.
 */
#include "codec/kernels.h"
#include "codec/bitpack.h"
#include "tests/random.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SETS       32u
#define ROUNDS     60u
#define CALLS      8u /* over all sets, in one round */
#define ROOM       (LD_KERNEL_BLOCK + 16u)
#define CODES      (1u << 16)
#define VARIANTS   4u
#define WINDOW_MAX (LD_WINDOW_DOCS + 16u)

typedef struct input {
    uint8_t bytes[4 * LD_KERNEL_BLOCK];
    uint32_t a[ROOM], b[ROOM];
    float t[ROOM];
    uint32_t a_count, b_count, base;
} input;

typedef struct output {
    uint64_t number;
    uint32_t a[WINDOW_MAX], b[WINDOW_MAX];
    uint16_t c[WINDOW_MAX], d[WINDOW_MAX];
    uint64_t words[LD_WINDOW_WORDS];
} output;

static input in[SETS];
static uint32_t windows[SETS][LD_WINDOW_DOCS];
static output out;
static uint8_t codes[CODES];
static float factors[256];
static test_random chance = {5};
static uint32_t parameter; /* of the case that runs */

static void fill_ascending(uint32_t *docs, uint32_t count, uint32_t step)
{
    uint32_t at = test_random_below(&chance, step);
    for (uint32_t i = 0; i < count; i++, at += 1 + test_random_below(&chance, 2 * step - 1))
        docs[i] = at;
}

/* Values of so many bits, packed. */
static void make_packed(input *s)
{
    for (uint32_t i = 0; i < LD_KERNEL_BLOCK; i++)
        s->a[i] = (uint32_t)test_random_u64(&chance);
    ld_bitpack_encode(s->a, LD_KERNEL_BLOCK, parameter, s->bytes);
}

/* So many of a thousand bits set, in 1,024 bits. */
static void make_bits(input *s)
{
    memset(s->bytes, 0, sizeof s->bytes);
    for (uint32_t i = 0; i < 1024; i++)
        if (test_random_below(&chance, 1000) < parameter)
            s->bytes[i / 8] |= (uint8_t)(1u << (i % 8));
}

/* Documents at a mean distance, with small frequencies. */
static void make_postings(input *s)
{
    s->base = test_random_below(&chance, 1000);
    fill_ascending(s->a, LD_KERNEL_BLOCK, parameter);
    for (uint32_t i = 0; i < LD_KERNEL_BLOCK; i++) {
        s->a[i] += s->base;
        s->b[i] = 1 + test_random_below(&chance, 9);
        s->t[i] = (float)s->b[i] * 1.25f;
    }
}

/* Pairs for filter: the parameter is the share kept, in thousandths. */
static void make_pairs(input *s)
{
    for (uint32_t i = 0; i < LD_KERNEL_BLOCK; i++) {
        s->a[i] = i;
        s->b[i] = test_random_below(&chance, 1000);
    }
}

/* 256 documents, and as many as the parameter's last three digits over the same range; its
 * thousands: the mean distance of the first. */
static void make_lists(input *s)
{
    s->a_count = LD_KERNEL_BLOCK;
    s->b_count = parameter % 1000;
    uint32_t step = parameter / 1000;
    fill_ascending(s->a, s->a_count, step);
    fill_ascending(s->b, s->b_count, step * s->a_count / s->b_count);
}

/* Sums in so many of a thousand entries. */
static void make_window(input *s)
{
    uint32_t *window = windows[s - in];
    for (uint32_t i = 0; i < LD_WINDOW_DOCS; i++)
        window[i] = test_random_below(&chance, 1000) < parameter % 10000
                        ? 1 + test_random_below(&chance, 1000)
                        : 0;
}

static void run_unpack(const ld_kernels *k, input *s)
{
    out.number = k->unpack(s->bytes, sizeof s->bytes, LD_KERNEL_BLOCK, parameter, out.a);
}

static void run_docs(const ld_kernels *k, input *s)
{
    memcpy(out.a, s->b, LD_KERNEL_BLOCK * sizeof *out.a);
    if (k)
        out.number = k->docs(out.a, LD_KERNEL_BLOCK, s->base);
}

static void run_bits_to_docs(const ld_kernels *k, input *s)
{
    out.number = k->bits_to_docs(s->bytes, 16, 1000, out.a);
}

static void run_lower_bound(const ld_kernels *k, input *s)
{
    out.number = 0; /* each target depends on the answer before, as a seek does */
    for (uint32_t i = 0; i < 16; i++)
        out.number =
            k->lower_bound(s->a, LD_KERNEL_BLOCK, s->a[(i * 37 + out.number) % LD_KERNEL_BLOCK]);
}

static void run_contribute(const ld_kernels *k, input *s)
{
    k->contribute(s->a, s->b, LD_KERNEL_BLOCK, codes, factors, 1.0f, 123456.0f, out.a);
}

static void run_contribute_t(const ld_kernels *k, input *s)
{
    k->contribute_t(s->a, s->t, LD_KERNEL_BLOCK, codes, factors, 123456.0f, out.a);
}

static void run_accumulate(const ld_kernels *k, input *s)
{
    k->accumulate(out.a, s->a, LD_KERNEL_BLOCK, s->base, s->b);
}

static void run_set_bits(const ld_kernels *k, input *s)
{
    k->set_bits(out.words, s->a, LD_KERNEL_BLOCK, s->base);
}

/* The parameter over 10,000: the threshold. */
static void run_collect(const ld_kernels *k, input *s)
{
    static uint32_t window[LD_WINDOW_DOCS];
    uint32_t matches;
    memcpy(window, windows[s - in], sizeof window);
    if (k) {
        out.number = k->collect(window, LD_WINDOW_DOCS, parameter / 10000, out.c, out.a, &matches);
        out.number = out.number << 32 | matches;
    }
}

static void run_filter(const ld_kernels *k, input *s)
{
    memcpy(out.a, s->a, sizeof s->a);
    memcpy(out.b, s->b, sizeof s->b);
    if (k)
        out.number = k->filter(out.a, out.b, LD_KERNEL_BLOCK, 10, 1010 - parameter);
}

static void run_intersect(const ld_kernels *k, input *s)
{
    out.number = k->intersect(s->a, s->a_count, s->b, s->b_count, out.c, out.d);
}

static void run_popcount(const ld_kernels *k, input *s)
{
    out.number = k->popcount((const uint64_t *)windows[s - in], parameter);
}

static void run_popcount_and(const ld_kernels *k, input *s)
{
    const uint64_t *words = (const uint64_t *)windows[s - in];
    out.number = k->popcount_and(words, words + parameter, parameter);
}

/* What of the output is an answer, as numbers in a row. */
typedef enum answer {
    NUMBER,
    BLOCK,  /* 256 of a */
    CHOSEN, /* `number` of a, at most 256 */
    WINDOW, /* all of a */
    WORDS,
    PAIRS,   /* `number` of a and b */
    PLACES,  /* `number` of c and d */
    ENTRIES, /* number >> 32 of a and c */
} answer;

typedef struct bench_case {
    const char *kernel, *shape;
    uint32_t parameter, items; /* items: what a call's time is divided by */
    void (*make)(input *s);
    void (*run)(const ld_kernels *k, input *s);
    answer answer;
    bool copies; /* run without a variant is the copy alone */
} bench_case;

static const bench_case cases[] = {
    {"unpack", "1 bit", 1, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "2 bits", 2, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "4 bits", 4, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "5 bits", 5, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "8 bits", 8, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "11 bits", 11, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "16 bits", 16, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "20 bits", 20, 256, make_packed, run_unpack, BLOCK, false},
    {"unpack", "28 bits", 28, 256, make_packed, run_unpack, BLOCK, false},
    {"docs", "256 gaps", 10, 256, make_postings, run_docs, BLOCK, true},
    {"bits_to_docs", "1024 bits, 2 %", 20, 20, make_bits, run_bits_to_docs, CHOSEN, false},
    {"bits_to_docs", "1024 bits, 10 %", 100, 102, make_bits, run_bits_to_docs, CHOSEN, false},
    {"bits_to_docs", "1024 bits, 23 %", 230, 235, make_bits, run_bits_to_docs, CHOSEN, false},
    {"lower_bound", "of 256, a seek", 20, 16, make_postings, run_lower_bound, NUMBER, false},
    {"contribute", "distance 1", 1, 256, make_postings, run_contribute, BLOCK, false},
    {"contribute", "distance 60", 60, 256, make_postings, run_contribute, BLOCK, false},
    {"contribute_t", "distance 10", 10, 256, make_postings, run_contribute_t, BLOCK, false},
    {"accumulate", "distance 1", 1, 256, make_postings, run_accumulate, WINDOW, false},
    {"accumulate", "distance 8", 8, 256, make_postings, run_accumulate, WINDOW, false},
    {"set_bits", "distance 1", 1, 256, make_postings, run_set_bits, WORDS, false},
    {"set_bits", "distance 8", 8, 256, make_postings, run_set_bits, WORDS, false},
    {"collect", "0.1 %, all kept", 10001, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "5 %, all kept", 10050, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "5 %, a tenth kept", 9000050, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "30 %, all kept", 10300, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "30 %, 1 % kept", 9900300, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "100 %, all kept", 11000, 4096, make_window, run_collect, ENTRIES, true},
    {"collect", "100 %, none kept", 10011000, 4096, make_window, run_collect, ENTRIES, true},
    {"filter", "256, 10 % kept", 100, 256, make_pairs, run_filter, PAIRS, true},
    {"filter", "256, half kept", 500, 256, make_pairs, run_filter, PAIRS, true},
    {"intersect", "256 x 256, dense", 2256, 512, make_lists, run_intersect, PLACES, false},
    {"intersect", "256 x 256, sparse", 100256, 512, make_lists, run_intersect, PLACES, false},
    {"intersect", "256 x 64", 10064, 320, make_lists, run_intersect, PLACES, false},
    {"intersect", "256 x 32", 10032, 288, make_lists, run_intersect, PLACES, false},
    {"intersect", "256 x 16", 10016, 272, make_lists, run_intersect, PLACES, false},
    {"intersect", "256 x 4", 10004, 260, make_lists, run_intersect, PLACES, false},
    {"popcount", "1,024 words", 1024, 1024, make_window, run_popcount, NUMBER, false},
    {"popcount_and", "512 words", 512, 512, make_window, run_popcount_and, NUMBER, false},
};
#define CASES (sizeof cases / sizeof *cases)

static uint64_t mix(uint64_t h, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ at[i]) * 0x100000001b3u;
    return h;
}

static uint64_t digest(const bench_case *c)
{
    uint64_t h = mix(0xcbf29ce484222325u, &out.number, sizeof out.number);
    size_t n = out.number < LD_KERNEL_BLOCK ? out.number : LD_KERNEL_BLOCK;
    switch (c->answer) {
    case NUMBER:
        return h;
    case BLOCK:
        return mix(h, out.a, LD_KERNEL_BLOCK * sizeof *out.a);
    case CHOSEN:
        return mix(h, out.a, n * sizeof *out.a);
    case WINDOW:
        return mix(h, out.a, sizeof out.a);
    case WORDS:
        return mix(h, out.words, sizeof out.words);
    case PAIRS:
        return mix(mix(h, out.a, n * sizeof *out.a), out.b, n * sizeof *out.b);
    case PLACES:
        return mix(mix(h, out.c, n * sizeof *out.c), out.d, n * sizeof *out.d);
    case ENTRIES:
        n = out.number >> 32;
        return mix(mix(h, out.a, n * sizeof *out.a), out.c, n * sizeof *out.c);
    }
    return 0;
}

static bool same_answers(const bench_case *c, const ld_kernels *const *variants, uint32_t count)
{
    bool same = true;
    for (uint32_t s = 0; s < SETS; s++) {
        uint64_t first = 0;
        for (uint32_t v = 0; v < count; v++) {
            memset(&out, 0, sizeof out);
            c->run(variants[v], &in[s]);
            uint64_t found = digest(c);
            if (v == 0)
                first = found;
            same = same && found == first;
        }
    }
    return same;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Nanoseconds of one call, over all inputs. */
static double time_calls(const bench_case *c, const ld_kernels *k)
{
    double start = seconds();
    for (uint32_t i = 0; i < CALLS; i++)
        for (uint32_t s = 0; s < SETS; s++)
            c->run(k, &in[s]);
    return (seconds() - start) * 1e9 / (CALLS * SETS);
}

/* ns[v] per call; ns[count]: of the copy alone, 0 where there is none. */
static void time_case(const bench_case *c, const ld_kernels *const *variants, uint32_t count,
                      double *ns)
{
    for (uint32_t v = 0; v <= count; v++)
        ns[v] = 1e18;
    if (!c->copies)
        ns[count] = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t v = 0; v < count + c->copies; v++) {
            double found = time_calls(c, v < count ? variants[v] : NULL);
            ns[v] = found < ns[v] ? found : ns[v];
        }
    }
}

int main(void)
{
    const ld_kernels *found[VARIANTS] = {ld_kernels_scalar_get(), ld_kernels_avx2_get(),
                                         ld_kernels_avx512_get(), ld_kernels_neon_get()};
    const ld_kernels *variants[VARIANTS];
    uint32_t count = 0;
    for (uint32_t v = 0; v < VARIANTS; v++)
        if (found[v])
            variants[count++] = found[v];
    for (uint32_t i = 0; i < CODES; i++)
        codes[i] = (uint8_t)test_random_below(&chance, 256);
    for (uint32_t i = 0; i < 256; i++)
        factors[i] = 0.3f + (float)i / 100;
    bool all_same = true;
    puts("kernel,shape,variant,ns_per_item,times_scalar,equal");
    for (size_t i = 0; i < CASES; i++) {
        const bench_case *c = &cases[i];
        double ns[VARIANTS + 1];
        parameter = c->parameter;
        for (uint32_t s = 0; s < SETS; s++)
            c->make(&in[s]);
        bool same = same_answers(c, variants, count);
        all_same = all_same && same;
        time_case(c, variants, count, ns);
        for (uint32_t v = 0; v < count; v++)
            printf("%s,\"%s\",%s,%.4f,%.2f,%s\n", c->kernel, c->shape, variants[v]->name,
                   (ns[v] - ns[count]) / c->items, (ns[0] - ns[count]) / (ns[v] - ns[count]),
                   same ? "yes" : "NO");
    }
    return all_same ? 0 : 1;
}
