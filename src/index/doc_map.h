#ifndef LD_INDEX_DOC_MAP_H
#define LD_INDEX_DOC_MAP_H
/*
 * The new numbers of a segment's documents in a merge. Those that stay keep their order, so a new
 * number is counted, not stored: the first one of the segment, and the documents before it that
 * stay. 1.06 bits a document, and none where nothing is dropped.
 */
#include "base/env.h"
#include "flow/segment.h"

typedef struct ld_doc_map {
    const lede_env *env;
    uint32_t docs;     /* of the segment */
    uint32_t first;    /* new number of the first one that stays */
    uint32_t kept;     /* documents that stay */
    uint64_t *dropped; /* a bit a document, owned copy; NULL: all stay */
    uint32_t *ranks;   /* [per LD_DOC_MAP_GROUP documents] dropped before the group, owned */
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
/* The first document at or after `from` that stays; docs where there is none. */
uint32_t ld_doc_map_next(const ld_doc_map *m, uint32_t from);

#endif
