#ifndef LD_INDEX_DOC_MAP_H
#define LD_INDEX_DOC_MAP_H
/*
 * The new numbers of a segment's documents in a merge. Those that stay keep their order, so a new
 * number is counted, not stored: the first one of the segment, and the documents before it that
 * stay. 1.06 bits a document, and none where nothing is dropped.
 *
 * Where a merge puts its documents into another order (reorder.h), numbers are looked up: 8 bytes a
 * document, both ways, in files while they are many.
 */
#include "base/env.h"
#include "flow/segment.h"
#include "index/spool.h"

#define LD_MERGE_FACTOR_MAX 64u /* sources of one merge: each holds a cursor */

typedef struct ld_doc_map {
    const lede_env *env;
    uint32_t docs;           /* of the segment */
    uint32_t first;          /* new number of the first one that stays */
    uint32_t kept;           /* documents that stay */
    uint64_t *dropped;       /* a bit a document, owned copy; NULL: all stay */
    uint32_t *ranks;         /* [per LD_DOC_MAP_GROUP documents] dropped before the group, owned */
    const uint32_t *numbers; /* [docs] LD_DOC_END: dropped; borrowed; NULL: they are counted */
} ld_doc_map;

#define LD_DOC_MAP_GROUP 512u

/* dropped: [ld_bitset_words(docs)], NULL: none; copied, since it may change while a merge runs. */
lede_status ld_doc_map_init(ld_doc_map *m, const lede_env *env, const uint64_t *dropped,
                            uint32_t docs, uint32_t first, lede_error *err);
void ld_doc_map_release(ld_doc_map *m);
/* doc < docs. LD_DOC_END: it is dropped. */
uint32_t ld_doc_map_get(const ld_doc_map *m, uint32_t doc);
static inline bool ld_doc_map_drops(const ld_doc_map *m)
{
    return m->dropped != NULL;
}
/* Every document stays, at `first` and its old number. */
static inline bool ld_doc_map_shifts(const ld_doc_map *m)
{
    return m->dropped == NULL && m->numbers == NULL;
}
/* The first document at or after `from` that stays; docs where there is none. */
uint32_t ld_doc_map_next(const ld_doc_map *m, uint32_t from);

/* The other order of a merge's documents. A place counts the documents of all sources side by side,
 * dropped ones too. */
typedef struct ld_doc_order {
    uint32_t docs; /* that stay */
    uint32_t source_count;
    uint32_t *ends; /* [source_count] places before the end of each source, owned */
    const lede_env *env;
    ld_spool old_spool, new_spool;
    const uint32_t *old_of; /* [docs] new number -> place; in old_spool */
    const uint32_t *new_of; /* [places] place -> new number, LD_DOC_END: dropped; in new_spool */
} ld_doc_order;
void ld_doc_order_find(const ld_doc_order *o, uint32_t number, uint32_t *source, uint32_t *doc);
lede_status ld_doc_order_check(const ld_doc_order *o, lede_error *err); /* as ld_spool_check */
void ld_doc_order_release(ld_doc_order *o); /* harmless on a cleared one */

#endif
