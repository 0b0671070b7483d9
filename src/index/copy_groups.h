#ifndef LD_INDEX_COPY_GROUPS_H
#define LD_INDEX_COPY_GROUPS_H
/*
 * Groups of near copies, one partition of the documents a level (ld_copy_rules in writer.h).
 *
 *   at a flush   each document is held against all that came before it, in segments and in the
 *                buffer. It takes the id of a group it has a copy in, or its own.
 *
 *     column COPY_GROUP   id of level 1: its own where no copy came before it
 *     columns COPY_HIGH,  ids of levels 2 and 3; only where COPY_GROUP may be another's:
 *             COPY_EXACT  absent, they are what COPY_GROUP says
 *     note LD_COPY_JOIN_KEY   the document has copies in several groups, so they are one
 *
 *   at a search  the notes of documents that are shown join groups (ld_copy_map)
 *
 * Levels 2 and 3: two documents are in one group when a chain of copies leads from one to the
 * other.
 *
 * Level 1 is likeness in part, and parts make chains: of a hundred stories on one template (bond
 * issues, results) each is like some others. So nobody joins a group by being like any of its
 * members:
 *
 *   core                a document that no copy came before (the founder), or with a copy at level
 * 2 or above before it a document joins    the groups of its copies at level 2 and above, all of
 * them; without such copies, the one group whose core it shares most with (of two alike: the lesser
 * id); without that, none: it founds its own
 *
 * The price: which documents are the core goes by the order of adding, and a document that is like
 * two groups in part leaves them two. Chains of copies at level 2 are not broken.
 *
 * In which segment a document stands and what was merged since does not matter, because merges
 * carry columns and notes over. What does matter: a document that was deleted before a copy of it
 * came does not lead anywhere; one deleted after leaves behind the id it lent. A group's id is that
 * of one of its documents (a hash of its key and content), the least one that was lent.
 *
 * Rejected: ids made at a search from the hashes alone (every row's list for every snapshot);
 * chains at level 1 (121 of 3,800 Reuters stories were one group); groups as a file
 * of the generation (each commit would write a number for every row).
 *
 * Cost at a flush: a document walks the lists of its hashes in every segment that may lie in the
 * window, 48 * 48 / 65,536 steps for each row there by chance alone, and more for phrases that all
 * stories share; a list longer than LD_COPY_LIST_DOCS and a 64th of the segment says nothing
 * (agency tails, furniture) and is passed over. So it grows with the rows in the window: adding
 * 25,000 articles of one window took a third of its processor time here (90 microseconds an
 * article), 100,000 half (230). Wider hashes would end the steps by chance.
 */
#include "index/snapshot.h"

#define LD_COPY_JOIN_KEY  "g"
#define LD_COPY_LIST_DOCS 4096u
#define LD_COPY_ID_BITS   52u

/* Which group each row of a snapshot is in, at one level. Free-threaded. */
typedef struct ld_copy_map {
    uint32_t **groups; /* [segment][row]: 1.. of a group that may have several members; 0: alone */
    uint32_t group_count;
    uint64_t *ids; /* [group_count + 1] ids of the groups; [0] is none */
    const lede_env *env;
    const ld_snapshot *snapshot; /* whose segments it was made of; borrowed */
} ld_copy_map;

/* level: 1 to LD_COPY_LEVELS. Reads a column of every row; kept by ld_snapshot_copies. */
lede_status ld_copy_map_new(const lede_env *env, const ld_snapshot *snapshot, uint32_t level,
                            ld_copy_map **map, lede_error *err);
void ld_copy_map_free(ld_copy_map *map);

/* Verifies the notes of joined groups; check --deep calls it for each segment. */
lede_status ld_copy_joins_check(const ld_segment_view *v, lede_error *err);

#endif
