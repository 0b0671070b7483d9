#ifndef LD_INDEX_SEGMENT_H
#define LD_INDEX_SEGMENT_H
/*
 * A segment: one immutable file of typed parts, its checksums, and the only way to its bytes.
 * Bytes on disk: segment_format.h. Written by segment_write.c, read by segment_read.c.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "flow/segment.h"
#include "index/spool.h"

/* Parts. Readers skip unknown optional parts and refuse unknown required ones. */
typedef enum ld_part_id {
    LD_PART_INFO = 1,       /* counts: documents, tokens; required */
    LD_PART_TERMS = 2,      /* sorted front-coded blocks of terms and their entries */
    LD_PART_TERM_INDEX = 3, /* first term of each block; fingerprint hash */
    LD_PART_POSTINGS = 4,   /* documents, frequencies, classes, block by block */
    LD_PART_POSITIONS = 5,
    LD_PART_FORMS = 6,      /* form ordinals parallel to positions */
    LD_PART_FORM_TERMS = 7, /* dictionary: folded exact spelling -> (term, form ordinal) */
    LD_PART_FORM_INDEX = 8,
    LD_PART_LENGTHS = 9, /* one log-coded byte a document */
    LD_PART_ZONES = 10,  /* zone ranges, sentence and paragraph starts */
    LD_PART_COLUMNS = 11,
    LD_PART_STORED = 12,
    LD_PART_STORED_INDEX = 13, /* and the zstd dictionary */
    LD_PART_KEYS = 14,    /* keys, their look-up, content hash, version order, explicit flag */
    LD_PART_FORWARD = 15, /* top terms a document; optional */
    LD_PART_COPIES = 16,  /* copy hashes, inverted, and counts; optional */
    LD_PART_CLASS_CODES = 17, /* dictionary of class frequencies of flagged postings */
    LD_PART_NOTES = 18        /* keys with documents and values: days, speakers; optional */
} ld_part_id;

/* ---- writing ---- */
#define LD_SEGMENT_WINDOW_BYTES (64u << 10)  /* whole blocks gathered for one write */
#define LD_SEGMENT_SPOOL_BYTES  (256u << 10) /* of a part in memory before it goes to a file */
#define LD_SPOOL_SUFFIX         ".spool"
#define LD_SCRATCH_MEMORY_BYTES (16u << 10) /* of a scratch: 64 sources hold two each */
typedef struct ld_segment_writer ld_segment_writer;
typedef struct ld_part_writer ld_part_writer; /* owned by its segment writer; sticky status */

/* path: the segment's file, made now (EXCLUSIVE). */
lede_status ld_segment_writer_new(const lede_env *env, const char *path, ld_segment_writer **writer,
                                  lede_error *err);
/* Begins a part; several parts may be open at once (all but the first are spooled: in memory while
 * small, else in a file beside the segment). NULL when memory is refused (sticky). */
ld_part_writer *ld_segment_writer_part(ld_segment_writer *w, ld_part_id id, uint16_t codec,
                                       uint16_t version, bool required);
void ld_part_write(ld_part_writer *p, const void *data, size_t bytes); /* no-op after a failure */
uint64_t ld_part_offset(const ld_part_writer *p);                      /* bytes written so far */
size_t ld_segment_writer_memory_bytes(const ld_segment_writer *w);
/* The first failure so far: long writers ask now and then and stop early. */
lede_status ld_segment_writer_status(const ld_segment_writer *w, lede_error *err);
/* Joins the parts, writes checksums and footer, syncs the file. The writer stays to be freed. */
lede_status ld_segment_writer_finish(ld_segment_writer *w, uint64_t *file_bytes,
                                     uint32_t *footer_crc32c, lede_error *err);
void ld_segment_writer_free(ld_segment_writer *w); /* unfinished: its files are removed */
const lede_env *ld_segment_writer_env(const ld_segment_writer *w);
ld_segment_writer *ld_part_writer_owner(const ld_part_writer *p);

/*
 * A scratch: bytes that the making of a segment needs and the segment does not keep. Added in
 * order, then sealed and read anywhere; beyond LD_SCRATCH_MEMORY_BYTES they are in a file, so that
 * tables of an entry a row or a term take no memory. Released before its segment writer is freed.
 */
typedef struct ld_scratch {
    ld_segment_writer *owner;
    ld_spool spool;
} ld_scratch;
void ld_scratch_init(ld_scratch *s, ld_segment_writer *owner);
/* Fails as ld_part_write does: the segment writer keeps the failure, and more is not written. */
void ld_scratch_add(ld_scratch *s, const void *data, size_t bytes);
static inline uint64_t ld_scratch_bytes(const ld_scratch *s)
{
    return ld_spool_bytes(&s->spool);
}
/* *data: all bytes, until release. The failure of an add is told here. */
lede_status ld_scratch_seal(ld_scratch *s, const uint8_t **data, lede_error *err);
/* Harmless on a cleared one and twice. Where the disk lost sealed bytes the segment writer fails.
 */
void ld_scratch_release(ld_scratch *s);

/* ---- reading ---- */
typedef struct ld_segment ld_segment; /* free-threaded for reading */

typedef struct ld_part {
    const ld_segment *segment; /* NULL: the part is absent */
    uint64_t offset, bytes;    /* in the file; bounded when the segment was opened */
    uint16_t codec, version;
} ld_part;

lede_status ld_segment_open(const lede_env *env, const char *path, ld_segment **segment,
                            lede_error *err);
void ld_segment_close(ld_segment *s);
const char *ld_segment_path(const ld_segment *s);
const lede_env *ld_segment_env(const ld_segment *s);
uint64_t ld_segment_file_bytes(const ld_segment *s);
uint32_t ld_segment_footer_crc32c(const ld_segment *s);
/* An absent part has .segment NULL. */
ld_part ld_segment_part(const ld_segment *s, ld_part_id id);
uint32_t ld_segment_part_count(const ld_segment *s);
void ld_segment_part_at(const ld_segment *s, uint32_t ordinal, ld_part_id *id, ld_part *part);
/*
 * The only way to mapped bytes: bounds are tested, and each 4 KiB block's CRC32C the first time it
 * is touched (relaxed atomic bit). Call once per window, not per value. *bytes is borrowed until
 * the segment is closed. CORRUPT where a checksum or a bound fails.
 */
lede_status ld_part_view(const ld_part *part, uint64_t offset, uint64_t length,
                         const uint8_t **bytes, lede_error *err);
/* Asks the processor to bring `lines` cache lines of the part from the offset on; nothing is read.
 * Offsets past the end are harmless. */
void ld_part_prefetch(const ld_part *part, uint64_t offset, uint32_t lines);
/* CORRUPT where the guard of base/sigbus.h had to put zeros for bytes of the map: blocks that were
 * tested before may have been read wrong. Ask before an answer made of the segment is given out. */
lede_status ld_segment_check_map(const ld_segment *s, lede_error *err);
/* Tests every block of the file. */
lede_status ld_segment_verify(const ld_segment *s, lede_error *err);
/* Writes the file once more, at a path where none is, and syncs it; every block is tested before it
 * is written. CORRUPT, EXISTS, IO. After a failure what was written may be left. */
lede_status ld_segment_copy(const ld_segment *s, const char *path, lede_error *err);

#endif
