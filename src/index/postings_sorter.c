/*
 * A record is, in 32-bit words: tf, shifted by two bits that say what follows; the class
 * frequencies where not all are in the body; the positions; the forms, two to a word.
 */
#include "index/postings_sorter.h"

#include <string.h>

#define HAS_CLASSES 1u
#define HAS_FORMS   2u
#define FEW         32u   /* sorted by insertion */
#define MANY        4096u /* worth the longer table of digits */
#define RECORDS_MAX UINT32_MAX
#define MEMORY_KEPT (1u << 20) /* of a large term given back at the next */

void ld_postings_sorter_init(ld_postings_sorter *s, const lede_env *env, size_t memory_max_bytes)
{
    *s = (ld_postings_sorter){.env = env, .memory_max_bytes = memory_max_bytes};
}

void ld_postings_sorter_release(ld_postings_sorter *s)
{
    ld_release(s->env, s->keys, s->keys_capacity * sizeof *s->keys);
    ld_release(s->env, s->swap, s->swap_capacity * sizeof *s->swap);
    ld_release(s->env, s->records, s->records_capacity * sizeof *s->records);
    s->keys = s->swap = NULL;
    s->records = NULL;
    s->keys_capacity = s->swap_capacity = s->records_capacity = 0;
}

static size_t memory_of(size_t postings, size_t words)
{
    return postings * (sizeof(uint64_t) * 2) + words * sizeof(uint32_t);
}

void ld_postings_sorter_begin(ld_postings_sorter *s, uint32_t docs, uint32_t df, uint64_t total_tf)
{
    if (memory_of(s->keys_capacity, s->records_capacity) > s->memory_max_bytes)
        ld_postings_sorter_release(s);
    uint64_t wanted = 2 * (memory_of(df, df) + total_tf * sizeof(uint32_t));
    uint64_t width = docs;
    if (wanted > s->memory_max_bytes)
        width = docs / (wanted / s->memory_max_bytes + 1) + 1;
    s->first = 0;
    s->end = width < docs ? (uint32_t)width : docs;
    s->count = s->at = s->used = 0;
}

bool ld_postings_sorter_advance(ld_postings_sorter *s, uint32_t docs)
{
    uint32_t width = s->end - s->first;
    s->first = s->end;
    s->end = docs - s->first > width ? s->first + width : docs;
    s->count = s->at = s->used = 0;
    return s->first < docs;
}

static size_t record_words(const ld_posting *p, bool classes)
{
    return 1 + (classes ? LD_CLASS_COUNT : 0) + p->tf + (p->forms ? (p->tf + 1u) / 2 : 0);
}

lede_status ld_postings_sorter_add(ld_postings_sorter *s, const ld_posting *p, bool *full,
                                   lede_error *err)
{
    bool classes = p->class_tf[LD_CLASS_BODY] != p->tf;
    size_t words = record_words(p, classes);
    *full = s->end - s->first > 1 && s->count > 0 &&
            memory_of(s->count + 1, s->used + words) > s->memory_max_bytes / 2;
    if (*full) {
        s->end = s->first + (s->end - s->first) / 2;
        s->count = s->used = 0;
        return LEDE_OK;
    }
    LD_TRY(ld_grow(s->env, (void **)&s->keys, &s->keys_capacity, s->count + 1, sizeof *s->keys,
                   UINT32_MAX, err));
    LD_TRY(ld_grow(s->env, (void **)&s->records, &s->records_capacity, s->used + words,
                   sizeof *s->records, RECORDS_MAX, err));
    s->keys[s->count++] = (uint64_t)p->doc << 32 | s->used;
    uint32_t *at = s->records + s->used;
    *at++ = p->tf << 2 | (classes ? HAS_CLASSES : 0) | (p->forms ? HAS_FORMS : 0);
    if (classes) {
        memcpy(at, p->class_tf, sizeof p->class_tf);
        at += LD_CLASS_COUNT;
    }
    memcpy(at, p->positions, p->tf * sizeof *p->positions);
    if (p->forms)
        memcpy(at + p->tf, p->forms, p->tf * sizeof *p->forms);
    s->used += words;
    return LEDE_OK;
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

/* One stable pass by the digit of `bits` bits at `shift`, from keys to swap. */
static void sort_digit(ld_postings_sorter *s, uint32_t shift, uint32_t bits)
{
    uint32_t mask = (1u << bits) - 1, sum = 0;
    memset(s->digits, 0, ((size_t)mask + 1) * sizeof *s->digits);
    for (size_t i = 0; i < s->count; i++)
        s->digits[(s->keys[i] >> shift) & mask]++;
    for (uint32_t d = 0; d <= mask; d++) {
        uint32_t count = s->digits[d];
        s->digits[d] = sum;
        sum += count;
    }
    for (size_t i = 0; i < s->count; i++)
        s->swap[s->digits[(s->keys[i] >> shift) & mask]++] = s->keys[i];
    uint64_t *keys = s->keys;
    size_t capacity = s->keys_capacity;
    s->keys = s->swap;
    s->keys_capacity = s->swap_capacity;
    s->swap = keys;
    s->swap_capacity = capacity;
}

lede_status ld_postings_sorter_sort(ld_postings_sorter *s, lede_error *err)
{
    s->at = 0;
    if (s->count <= FEW) {
        sort_few(s->keys, s->count);
        return LEDE_OK;
    }
    LD_TRY(ld_grow(s->env, (void **)&s->swap, &s->swap_capacity, s->count, sizeof *s->swap,
                   UINT32_MAX, err));
    uint32_t bits = s->count < MANY ? 8 : 11;
    for (uint32_t shift = 32; shift < 64 && (uint64_t)(s->end - 1) << 32 >> shift > 0;
         shift += bits)
        sort_digit(s, shift, bits);
    return LEDE_OK;
}

bool ld_postings_sorter_next(ld_postings_sorter *s, ld_posting *p)
{
    if (s->at == s->count)
        return false;
    uint64_t key = s->keys[s->at++];
    if (s->at + 8 < s->count)
        __builtin_prefetch(s->records + (uint32_t)s->keys[s->at + 8]);
    const uint32_t *record = s->records + (uint32_t)key;
    uint32_t head = *record++;
    *p = (ld_posting){.doc = (uint32_t)(key >> 32), .tf = head >> 2};
    if (head & HAS_CLASSES) {
        memcpy(p->class_tf, record, sizeof p->class_tf);
        record += LD_CLASS_COUNT;
    } else {
        p->class_tf[LD_CLASS_BODY] = p->tf;
    }
    p->positions = record;
    if (head & HAS_FORMS)
        p->forms = (const uint16_t *)(const void *)(record + p->tf);
    return true;
}
