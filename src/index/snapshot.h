#ifndef LD_INDEX_SNAPSHOT_H
#define LD_INDEX_SNAPSHOT_H
/*
 * One committed generation, held open: what a search sees. Every file is mapped when the snapshot
 * is opened; later commits and merges do not touch it. Free-threaded for reading.
 */
#include <stdatomic.h>

#include "index/keys_format.h"
#include "index/postings.h"

typedef struct ld_snapshot ld_snapshot;

/* NOTFOUND: no archive there. VERSION: written by another format, analyser or stemmer. Retries by
 * itself when a commit removes a file between the reading of the manifest and the opening. */
lede_status ld_snapshot_open(const lede_env *env, const char *dir, ld_snapshot **snapshot,
                             lede_error *err);
void ld_snapshot_retain(ld_snapshot *s);  /* one more holder */
void ld_snapshot_release(ld_snapshot *s); /* the last holder closes it */
/* The newest committed generation of the directory, without opening it. */
lede_status ld_snapshot_latest(const lede_env *env, const char *dir, uint64_t *generation,
                               lede_error *err);

uint64_t ld_snapshot_generation(const ld_snapshot *s);
/* What it was opened from; borrowed. For copies. */
const struct ld_manifest *ld_snapshot_manifest(const ld_snapshot *s);
const struct ld_open_segment *ld_snapshot_opened(const ld_snapshot *s, uint32_t ordinal);
const ld_profile *ld_snapshot_profile(const ld_snapshot *s);

/* The groups of copies at a level (1 to LD_COPY_LEVELS), made when first asked for, good while the
 * snapshot is (copy_groups.h). */
struct ld_copy_map;
lede_status ld_snapshot_copies(const ld_snapshot *s, uint32_t level,
                               const struct ld_copy_map **copies, lede_error *err);

/* Sums over segments, tombstones included (they stay in the statistics until a merge). */
typedef struct ld_statistics {
    uint64_t docs_count; /* all rows */
    uint64_t live_count; /* neither deleted nor superseded */
    uint64_t deleted_count;
    uint64_t superseded_count; /* older versions, not deleted */
    uint64_t tokens_count;     /* ranked tokens of all rows */
} ld_statistics;
const ld_statistics *ld_snapshot_statistics(const ld_snapshot *s);
/* A place to keep which languages its articles are in (query/languages.c); 0: not known yet. */
atomic_ullong *ld_snapshot_languages(const ld_snapshot *s);

/* A segment as a snapshot sees it. */
typedef struct ld_segment_view {
    const ld_segment *segment;
    const ld_terms *terms;
    ld_lengths lengths;
    uint32_t docs;              /* rows */
    const uint64_t *deleted;    /* [(docs + 63) / 64] words, NULL: none */
    const uint64_t *superseded; /* older versions; NULL: none */
    uint64_t id;
    const struct ld_sidecars *sidecars; /* opened readers of the parts per document */
} ld_segment_view;
uint32_t ld_snapshot_segment_count(const ld_snapshot *s);
const ld_segment_view *ld_snapshot_segment(const ld_snapshot *s, uint32_t ordinal);

static inline bool ld_view_has_bit(const uint64_t *words, uint32_t doc)
{
    return words && (words[doc >> 6] >> (doc & 63) & 1);
}

/* ---- per document ---- */
/* Number columns: *present false where the document has none. */
lede_status ld_column_number(const ld_segment_view *v, uint16_t column, uint32_t doc,
                             int64_t *number, bool *present, lede_error *err);
/* Keyword columns: ordinals into the segment's sorted dictionary of that column. */
lede_status ld_column_keywords(const ld_segment_view *v, uint16_t column, uint32_t doc,
                               const uint32_t **ordinals, uint32_t *count, ld_arena *arena,
                               lede_error *err);
/* Whether one of the document's keywords is in a set of them: wanted, a bit for each of the
 * ld_column_keyword_count ordinals. */
lede_status ld_column_keyword_among(const ld_segment_view *v, uint16_t column, uint32_t doc,
                                    const uint8_t *wanted, bool *among, lede_error *err);
uint32_t ld_column_keyword_count(const ld_segment_view *v, uint16_t column); /* distinct */
lede_status ld_column_keyword(const ld_segment_view *v, uint16_t column, uint32_t ordinal,
                              ld_span *keyword, lede_error *err);
/* NOTFOUND without a message when no document has it. */
lede_status ld_column_keyword_find(const ld_segment_view *v, uint16_t column, ld_span keyword,
                                   uint32_t *ordinal, lede_error *err);

lede_status ld_doc_zones(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const ld_zone_range **zones, uint32_t *count, lede_error *err);
lede_status ld_doc_marks(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const uint32_t **sentence_starts, uint32_t *sentence_count,
                         const uint32_t **paragraph_starts, uint32_t *paragraph_count,
                         lede_error *err);
/* The stored bytes, into the arena. */
lede_status ld_doc_stored(const ld_segment_view *v, uint32_t doc, ld_arena *arena, ld_span *stored,
                          lede_error *err);
/* Room for a key that does not lie in the segment in one piece. */
typedef struct ld_key_room {
    char bytes[LD_KEYS_SHARING_BYTES_MAX];
} ld_key_room;
/* *key lies in `room` or in the segment: it is good while both are. */
lede_status ld_doc_key(const ld_segment_view *v, uint32_t doc, ld_key_room *room, ld_span *key,
                       lede_error *err);
/* Says that the key will be asked for soon: many are on their way while one is read. */
void ld_doc_key_prefetch(const ld_segment_view *v, uint32_t doc);
/* The same of where the key stands, which ld_doc_key_prefetch reads. */
void ld_doc_key_prefetch_place(const ld_segment_view *v, uint32_t doc);
uint64_t ld_key_hash(ld_span key);
lede_status ld_doc_identity(const ld_segment_view *v, uint32_t doc, uint64_t *content_hash,
                            int64_t *version_order, bool *key_is_explicit, lede_error *err);
typedef struct ld_forward_term {
    uint32_t term_ordinal;
    uint8_t weight; /* 1..15 */
} ld_forward_term;
lede_status ld_doc_forward(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                           const ld_forward_term **terms, uint32_t *count, lede_error *err);
/* Documents of a segment that carry a copy hash, ascending; and how many hashes a document has. */
lede_status ld_copies_docs(const ld_segment_view *v, uint16_t hash, ld_arena *arena,
                           const uint32_t **docs, uint32_t *count, lede_error *err);
lede_status ld_copies_count(const ld_segment_view *v, uint32_t doc, uint32_t *count,
                            lede_error *err);

/* All rows of the snapshot with this key, deleted ones left out, the newest version first. */
typedef struct ld_doc_ref {
    uint32_t segment, doc;
} ld_doc_ref;
lede_status ld_snapshot_find_key(const ld_snapshot *s, ld_span key, ld_arena *arena,
                                 const ld_doc_ref **docs, uint32_t *count, lede_error *err);

/* ---- upkeep ---- */
typedef struct ld_part_size {
    uint16_t part; /* ld_part_id */
    uint64_t bytes;
} ld_part_size;
const char *ld_part_name(uint16_t part);
/* Tests checksums of every file of the newest generation, and with `deep` every list, offset and
 * count. `problem` is called for each finding. LEDE_OK when there is none, CORRUPT otherwise. */
lede_status ld_archive_check(const lede_env *env, const char *dir, bool deep,
                             void (*problem)(void *ctx, const lede_error *finding), void *ctx,
                             lede_error *err);

#endif
