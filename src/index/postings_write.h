#ifndef LD_INDEX_POSTINGS_WRITE_H
#define LD_INDEX_POSTINGS_WRITE_H
/* The writing side of one postings list, for inverted_write.c. */
#include "index/bounds.h"
#include "index/postings_format.h"

/* Dictionary of class frequencies, filled in the order of first use. */
typedef struct ld_class_codes {
    uint32_t count;
    uint16_t codes[LD_CLASS_CODES_MAX][LD_CLASS_FLAGGED]; /* head, lead, aside */
    uint8_t slots[1024]; /* hash of a triple -> code + 1, linear probing */
} ld_class_codes;
void ld_class_codes_write(const ld_class_codes *c, ld_part_writer *part);

typedef struct ld_list_skip {
    uint64_t positions_at, forms_at;
    uint32_t last_doc, postings_at;
    uint8_t bound;
} ld_list_skip;

/* One list: a term's own, or a form's (no classes, no positions). */
typedef struct ld_list_writer {
    const lede_env *env;
    ld_part_writer *part;
    ld_class_codes *codes;  /* NULL: a form's list */
    const uint8_t *lengths; /* [docs] length codes, for the bounds; borrowed like scale */
    const ld_bound_scale *scale;
    ld_best_scores *best; /* of the list at hand, borrowed; NULL: not kept */
    uint64_t region;      /* where the term's region begins in the part */
    uint32_t next_doc;    /* the last document + 1, of the blocks written */
    uint32_t told_df;     /* how many there will be */
    uint32_t df;          /* added so far */
    uint32_t count;       /* in the block at hand */
    uint32_t flagged;     /* of those */
    uint32_t docs[LD_POSTINGS_BLOCK], tfs[LD_POSTINGS_BLOCK];
    float t[LD_POSTINGS_BLOCK];
    uint32_t flagged_at[LD_POSTINGS_BLOCK], class_code[LD_POSTINGS_BLOCK];
    uint32_t escapes[LD_POSTINGS_BLOCK * LD_CLASS_FLAGGED];
    uint32_t escape_count;                       /* numbers in escapes */
    uint64_t block_positions_at, block_forms_at; /* of the block at hand */
    uint32_t block_bytes;                        /* of the block written last */
    ld_list_skip *skips;                         /* [skip_count], owned */
    size_t skip_count, skip_capacity;
    lede_status status; /* sticky: NOMEM, LIMIT */
    uint8_t list_bound; /* of the blocks so far */
    uint8_t bytes[LD_POSTINGS_BLOCK_BYTES_MAX];
} ld_list_writer;

/* codes and best are NULL for lists of forms. */
void ld_list_writer_init(ld_list_writer *w, const lede_env *env, ld_part_writer *part,
                         const uint8_t *lengths, const ld_bound_scale *scale, ld_class_codes *codes,
                         ld_best_scores *best);
void ld_list_writer_release(ld_list_writer *w);
/* df is final. */
void ld_list_writer_begin(ld_list_writer *w, uint64_t region, uint32_t df);
/* True: the block at hand is full and will be written by the next add. */
static inline bool ld_list_writer_is_full(const ld_list_writer *w)
{
    return w->count == LD_POSTINGS_BLOCK;
}
/* Documents ascend. positions_at and forms_at: where those of this posting begin in the term's
 * regions (kept for the first posting of a block). class_tf NULL: a form's list. */
void ld_list_writer_add(ld_list_writer *w, uint32_t doc, uint32_t tf, const uint32_t *class_tf,
                        uint64_t positions_at, uint64_t forms_at);
/* The same for some that are all in the body, documents docs[i] + base; tfs NULL: all are 1. They
 * fit into the block at hand. */
void ld_list_writer_add_run(ld_list_writer *w, uint32_t base, const uint32_t *docs,
                            const uint32_t *tfs, uint32_t count, uint64_t positions_at);
/* Writes what is left of the list but the skip table. */
void ld_list_writer_close_block(ld_list_writer *w);
/* Writes the skip table of a list of several blocks. Widths in bytes, 0: not stored. Answers where
 * the list's entry begins in the part: its skip table, or its only block. */
uint64_t ld_list_writer_finish(ld_list_writer *w, uint32_t positions_width, uint32_t forms_width);

#endif
