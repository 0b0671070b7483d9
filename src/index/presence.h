#ifndef LD_INDEX_PRESENCE_H
#define LD_INDEX_PRESENCE_H
/*
 * Which documents have something, and the how-manieth of those is this one? A building block of the
 * parts COLUMNS and ZONES, where what the others lack takes no bytes.
 *
 *   section = group*       one for each LD_PRESENCE_GROUP documents
 *   group   = u32 documents that have it before the group, 64 bytes: a bit a document, lowest first
 *
 * The rank of a document is the count of its group plus the bits before its own: one look at 68
 * bytes. 1.06 bits a document.
 */
#include "index/segment.h"

#define LD_PRESENCE_GROUP       512u
#define LD_PRESENCE_GROUP_BYTES (4u + LD_PRESENCE_GROUP / 8)

uint64_t ld_presence_bytes(uint32_t docs); /* of the section */

typedef struct ld_presence_writer {
    ld_part_writer *out;
    uint32_t group;  /* at hand */
    uint32_t before; /* documents that have it before the group */
    uint32_t here;   /* and in it */
    uint8_t bits[LD_PRESENCE_GROUP / 8];
} ld_presence_writer;

void ld_presence_writer_init(ld_presence_writer *w, ld_part_writer *out);
void ld_presence_writer_add(ld_presence_writer *w, uint32_t doc); /* ascending */
void ld_presence_writer_finish(ld_presence_writer *w, uint32_t docs);

/* *rank: documents before `doc` that have it; `doc` is below the section's documents. */
lede_status ld_presence_get(const ld_part *part, uint64_t offset, uint32_t doc, bool *present,
                            uint32_t *rank, lede_error *err);

#endif
