/*
 * How many documents match, when nothing else is asked.
 *
 *   one word, no row hidden           its df
 *   any of several words              df of the commonest + those of the others it does not have
 *   all of several, the rarest dense  bits of a window of documents per word, AND, count the bits
 *   all of several                    as for hits, without scores (flat_and.c)
 *
 * A word's bits come as they are stored where its blocks are bit sets; elsewhere one store a
 * posting. Excluded words and hidden rows take bits away.
 */
#include "query/flat.h"

/* A lead with so many documents a window is better counted by bits. */
#define DENSE_PER_WINDOW 96u
#define BITS_SHARE       5u /* a word in so many documents has bit sets for blocks */
#define OFTEN            8u /* documents a window from which on a word is in nearly each */

typedef uint64_t window_words[LD_WINDOW_WORDS];

static void hidden_clear(const ld_flat *f, uint32_t from, uint64_t *words)
{
    const ld_segment_view *v = f->x->view;
    for (uint32_t w = 0; w < LD_WINDOW_WORDS && from / 64 + w < ((size_t)v->docs + 63) / 64; w++) {
        uint64_t hidden = v->deleted ? v->deleted[from / 64 + w] : 0;
        if (v->superseded && !f->x->versions_all)
            hidden |= v->superseded[from / 64 + w];
        words[w] &= ~hidden;
    }
}

/* Takes the excluded words' and the hidden rows' bits away. */
static bool words_clear(ld_flat *f, uint32_t from, uint64_t *words)
{
    for (uint32_t i = 0; i < f->excluded_count; i++) {
        window_words own = {0};
        if (!ld_flat_bits(f, &f->excluded[i], from, own))
            return false;
        for (uint32_t w = 0; w < LD_WINDOW_WORDS; w++)
            words[w] &= ~own[w];
    }
    if (f->hides)
        hidden_clear(f, from, words);
    return true;
}

static void count_all(ld_flat *f)
{
    for (uint32_t from = 0; from < f->x->view->docs && !ld_flat_stopped(f);
         from += LD_WINDOW_DOCS) {
        window_words words = {0};
        if (!ld_flat_bits(f, &f->required[0], from, words))
            return;
        for (uint32_t i = 1; i < f->required_count; i++) {
            window_words own = {0};
            if (!ld_flat_bits(f, &f->required[i], from, own))
                return;
            for (uint32_t w = 0; w < LD_WINDOW_WORDS; w++)
                words[w] &= own[w];
        }
        if (!words_clear(f, from, words))
            return;
        f->total += f->kernels->popcount(words, LD_WINDOW_WORDS);
    }
}

/* The window of the first document at or after `from` that one of the words has; UINT32_MAX: there
 * is none. Where a word has a document in nearly every window nothing is looked up. */
static uint32_t next_window(ld_flat *f, ld_flat_term *terms, uint32_t count, uint32_t from)
{
    uint32_t next = UINT32_MAX, docs = f->x->view->docs;
    if (from >= docs)
        return UINT32_MAX;
    for (uint32_t i = 0; i < count; i++)
        if (terms[i].df >= docs / LD_WINDOW_DOCS * OFTEN)
            return from;
    for (uint32_t i = 0; i < count; i++) {
        if (!ld_flat_seek(f, &terms[i], from))
            continue;
        uint32_t at = f->kernels->lower_bound(terms[i].docs, terms[i].size, from);
        if (at < terms[i].size && terms[i].docs[at] < next)
            next = terms[i].docs[at];
    }
    return next == UINT32_MAX ? UINT32_MAX : next / LD_WINDOW_DOCS * LD_WINDOW_DOCS;
}

/* How many bits of the window's words the term does not have. */
static bool count_without(ld_flat *f, ld_flat_term *t, uint32_t from, uint64_t *words)
{
    uint32_t docs[64 + LD_FLAT_SLACK], count = 0;
    uint64_t all = f->kernels->popcount(words, LD_WINDOW_WORDS), found = 0;
    if (all >= DENSE_PER_WINDOW) {
        window_words own = {0};
        if (!ld_flat_bits(f, t, from, own))
            return false;
        f->total += all - f->kernels->popcount_and(words, own, LD_WINDOW_WORDS);
        return true;
    }
    for (uint32_t w = 0; w < LD_WINDOW_WORDS; w++) {
        for (uint64_t bits = words[w]; bits; bits &= bits - 1) {
            docs[count++] = from + w * 64 + (uint32_t)__builtin_ctzll(bits);
            if (count < 64)
                continue;
            uint32_t own = ld_flat_count_in(f, t, docs, count);
            if (own == UINT32_MAX)
                return false;
            found += own;
            count = 0;
        }
    }
    uint32_t own = count ? ld_flat_count_in(f, t, docs, count) : 0;
    if (own == UINT32_MAX)
        return false;
    f->total += all - found - own;
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
    if (by_df && others == 1 && f->optional[0].df < f->x->view->docs / BITS_SHARE) {
        count_rarer(f, &f->optional[0], &f->optional[1]);
        return;
    }
    for (uint32_t from = 0; !ld_flat_stopped(f); from += LD_WINDOW_DOCS) {
        from = next_window(f, f->optional, others, from);
        if (from == UINT32_MAX)
            return;
        window_words words = {0};
        for (uint32_t i = 0; i < others; i++)
            if (!ld_flat_bits(f, &f->optional[i], from, words))
                return;
        if (by_df) {
            if (!count_without(f, &f->optional[count - 1], from, words))
                return;
            continue;
        }
        if (!words_clear(f, from, words))
            return;
        f->total += f->kernels->popcount(words, LD_WINDOW_WORDS);
    }
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
