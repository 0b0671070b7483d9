/*
 * How many documents match, when nothing else is asked.
 *
 *   one word, no row hidden           its df
 *   any of two, one of them rare      df of both - the rarer's documents that the other has, looked
 *                                     up block by block
 *   any of several words              df of the commonest + those of the others it does not have
 *   all of several, the rarest dense  sets of documents per word, AND, count the bits
 *   all of several                    as for hits, without scores (flat_and.c)
 *
 * The sets hold CHUNK_DOCS documents: large, so that a list's blocks are met once and not once for
 * each of many small windows, and small enough for the second level of caches. A word's bits come
 * as they are stored where its blocks are bit sets; elsewhere one store a posting. The last word is
 * never made a set: its documents are looked up in the one at hand, and a block in whose range
 * nothing is set is not read. Nothing here branches on a single document: extracting the bits one
 * by one to look them up took twice the time, most of it for branches guessed wrong. Excluded words
 * and hidden rows take bits away.
 */
#include "query/flat.h"

/* A lead with so many documents a window of sums is better counted by bits. */
#define DENSE_PER_WINDOW 96u
#define CHUNK_DOCS       131072u /* documents whose bits are at hand together: 16 KiB a set */
#define CHUNK_WORDS      (CHUNK_DOCS / 64u)
#define FEW_DOCS         2048u /* of the rarer of two words: looked up block by block */

typedef uint64_t chunk_words[CHUNK_WORDS];

typedef struct counter {
    ld_flat *f;
    chunk_words words, own;
} counter;

static counter *counter_new(ld_flat *f)
{
    counter *c = ld_arena_alloc(f->x->arena, sizeof *c);
    if (!c && f->x->status == LEDE_OK)
        f->x->status = ld_arena_status(f->x->arena, &f->x->error);
    if (c)
        c->f = f;
    return c;
}

static uint32_t chunk_end(const ld_flat *f, uint32_t from)
{
    uint32_t docs = f->x->view->docs;
    return docs - from > CHUNK_DOCS ? from + CHUNK_DOCS : docs;
}

static void hidden_clear(counter *c, uint32_t from)
{
    const ld_segment_view *v = c->f->x->view;
    for (uint32_t w = 0; w < CHUNK_WORDS && from / 64 + w < ((size_t)v->docs + 63) / 64; w++) {
        uint64_t hidden = v->deleted ? v->deleted[from / 64 + w] : 0;
        if (v->superseded && !c->f->x->versions_all)
            hidden |= v->superseded[from / 64 + w];
        c->words[w] &= ~hidden;
    }
}

/* Takes the excluded words' and the hidden rows' bits away. */
static bool words_clear(counter *c, uint32_t from)
{
    ld_flat *f = c->f;
    for (uint32_t i = 0; i < f->excluded_count; i++) {
        memset(c->own, 0, sizeof c->own);
        if (!ld_flat_bits(f, &f->excluded[i], from, c->own, CHUNK_WORDS))
            return false;
        for (uint32_t w = 0; w < CHUNK_WORDS; w++)
            c->words[w] &= ~c->own[w];
    }
    if (f->hides)
        hidden_clear(c, from);
    return true;
}

/* Documents of the chunk that all the words have. */
static bool chunk_all(counter *c, uint32_t from)
{
    ld_flat *f = c->f;
    memset(c->words, 0, sizeof c->words);
    if (!ld_flat_bits(f, &f->required[0], from, c->words, CHUNK_WORDS) || !words_clear(c, from))
        return false;
    for (uint32_t i = 1; i + 1 < f->required_count; i++) {
        memset(c->own, 0, sizeof c->own);
        if (!ld_flat_bits(f, &f->required[i], from, c->own, CHUNK_WORDS))
            return false;
        for (uint32_t w = 0; w < CHUNK_WORDS; w++)
            c->words[w] &= c->own[w];
    }
    uint64_t found = f->required_count == 1 ? f->kernels->popcount(c->words, CHUNK_WORDS) : 0;
    if (f->required_count > 1 && !ld_flat_bits_meet(f, &f->required[f->required_count - 1], from,
                                                    c->words, CHUNK_WORDS, &found))
        return false;
    f->total += found;
    return true;
}

/* Documents of the chunk that one of the words has; `last`, counted already, aside. */
static bool chunk_any(counter *c, uint32_t from, uint32_t others, ld_flat_term *last)
{
    ld_flat *f = c->f;
    uint64_t found = 0;
    memset(c->words, 0, sizeof c->words);
    for (uint32_t i = 0; i < others; i++)
        if (!ld_flat_bits(f, &f->optional[i], from, c->words, CHUNK_WORDS))
            return false;
    if (last && !ld_flat_bits_meet(f, last, from, c->words, CHUNK_WORDS, &found))
        return false;
    if (!last && !words_clear(c, from))
        return false;
    f->total += f->kernels->popcount(c->words, CHUNK_WORDS) - found;
    return true;
}

/* Two words: those of the rarer that the commoner does not have, block by block. */
static void count_rarer(ld_flat *f, ld_flat_term *rarer, ld_flat_term *commoner)
{
    uint64_t found = 0;
    for (uint32_t b = 0; b < rarer->block_count && !ld_flat_stopped(f); b++) {
        if (!ld_flat_load(f, rarer, b) || !ld_flat_docs(f, rarer))
            return;
        uint32_t own = ld_flat_count_in(f, commoner, rarer->docs, rarer->size);
        if (own == UINT32_MAX)
            return;
        found += own;
    }
    f->total += rarer->df - found;
}

/* Any of the words: the commonest by its df, of the others what it does not have. */
static void count_any(ld_flat *f)
{
    uint32_t count = f->optional_count, commonest = 0;
    bool by_df = !f->hides && f->excluded_count == 0;
    if (count == 0)
        return;
    for (uint32_t i = 1; i < count; i++)
        if (f->optional[i].df > f->optional[commonest].df)
            commonest = i;
    ld_flat_term last = f->optional[commonest];
    f->optional[commonest] = f->optional[count - 1];
    f->optional[count - 1] = last;
    uint32_t others = by_df ? count - 1 : count;
    if (by_df)
        f->total += last.df;
    if (by_df && others == 1 && f->optional[0].df <= FEW_DOCS) {
        count_rarer(f, &f->optional[0], &f->optional[1]);
        return;
    }
    counter *c = counter_new(f);
    for (uint32_t from = 0; c && from < f->x->view->docs && !ld_flat_stopped(f);
         from = chunk_end(f, from))
        if (!chunk_any(c, from, others, by_df ? &f->optional[count - 1] : NULL))
            return;
}

static void count_all(ld_flat *f)
{
    counter *c = counter_new(f);
    for (uint32_t from = 0; c && from < f->x->view->docs && !ld_flat_stopped(f);
         from = chunk_end(f, from))
        if (!chunk_all(c, from))
            return;
}

void ld_flat_count(ld_flat *f)
{
    bool bits = f->check_count == 0 && f->barred_count == 0 && f->phrase_count == 0;
    if (!f->need_optional) {
        uint32_t windows = f->x->view->docs / LD_WINDOW_DOCS + 1;
        if (bits && f->required_count == 1 && f->excluded_count == 0 && !f->hides)
            f->total += f->required[0].df;
        else if (bits && f->required_count > 0 && f->required[0].df / windows >= DENSE_PER_WINDOW)
            count_all(f);
        else if (f->is_phrase)
            ld_flat_row(f);
        else if (f->phrase_count)
            ld_flat_meet_all(f);
        else
            ld_flat_and(f);
        return;
    }
    if (bits)
        count_any(f);
    else
        ld_flat_or(f);
}
