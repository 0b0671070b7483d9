#include "index/doc_map.h"

#include "codec/bitset.h"

#define GROUP_WORDS (LD_DOC_MAP_GROUP / 64u)

static size_t group_count(uint32_t docs)
{
    return docs / LD_DOC_MAP_GROUP + 1u;
}

lede_status ld_doc_map_init(ld_doc_map *m, const lede_env *env, const uint64_t *dropped,
                            uint32_t docs, uint32_t first, lede_error *err)
{
    *m = (ld_doc_map){.env = env, .docs = docs, .first = first, .kept = docs};
    size_t words = ld_bitset_words(docs);
    if (!dropped || ld_bitset_next(dropped, docs, 0) == docs)
        return LEDE_OK;
    m->dropped = ld_alloc_array(env, words, sizeof *m->dropped);
    m->ranks = ld_alloc_array(env, group_count(docs), sizeof *m->ranks);
    if (!m->dropped || !m->ranks) {
        ld_doc_map_release(m);
        return ld_error_nomem(err, words * sizeof *m->dropped);
    }
    memcpy(m->dropped, dropped, words * sizeof *dropped);
    uint32_t before = 0;
    for (size_t word = 0; word < words; word++) {
        if (word % GROUP_WORDS == 0)
            m->ranks[word / GROUP_WORDS] = before;
        before += (uint32_t)__builtin_popcountll(dropped[word]);
    }
    m->kept = docs - before;
    return LEDE_OK;
}

void ld_doc_map_release(ld_doc_map *m)
{
    ld_release(m->env, m->dropped, ld_bitset_words(m->docs) * sizeof *m->dropped);
    ld_release(m->env, m->ranks, group_count(m->docs) * sizeof *m->ranks);
    m->dropped = NULL;
    m->ranks = NULL;
}

uint32_t ld_doc_map_get(const ld_doc_map *m, uint32_t doc)
{
    if (m->numbers)
        return m->numbers[doc];
    if (!m->dropped)
        return m->first + doc;
    if (ld_bitset_test(m->dropped, doc))
        return LD_DOC_END;
    uint32_t group = doc / LD_DOC_MAP_GROUP, before = m->ranks[group];
    for (size_t word = group * GROUP_WORDS; word < doc / 64; word++)
        before += (uint32_t)__builtin_popcountll(m->dropped[word]);
    uint64_t below = (UINT64_C(1) << (doc % 64)) - 1;
    before += (uint32_t)__builtin_popcountll(m->dropped[doc / 64] & below);
    return m->first + doc - before;
}

uint32_t ld_doc_map_next(const ld_doc_map *m, uint32_t from)
{
    if (!m->dropped)
        return from < m->docs ? from : m->docs;
    for (; from < m->docs; from = (from / 64 + 1) * 64) {
        uint64_t kept = ~m->dropped[from / 64] & (UINT64_MAX << (from % 64));
        if (kept == 0)
            continue;
        uint32_t doc = from / 64 * 64 + (uint32_t)__builtin_ctzll(kept);
        return doc < m->docs ? doc : m->docs;
    }
    return m->docs;
}

void ld_doc_order_find(const ld_doc_order *o, uint32_t number, uint32_t *source, uint32_t *doc)
{
    uint32_t place = o->old_of[number], low = 0, high = o->source_count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (place < o->ends[middle])
            high = middle;
        else
            low = middle + 1;
    }
    *source = low;
    *doc = low == 0 ? place : place - o->ends[low - 1];
}

lede_status ld_doc_order_check(const ld_doc_order *o, lede_error *err)
{
    LD_TRY(ld_spool_check(&o->old_spool, err));
    return ld_spool_check(&o->new_spool, err);
}

void ld_doc_order_release(ld_doc_order *o)
{
    if (!o->env)
        return;
    ld_spool_release(&o->old_spool);
    ld_spool_release(&o->new_spool);
    ld_release(o->env, o->ends, o->source_count * sizeof *o->ends);
    *o = (ld_doc_order){0};
}
