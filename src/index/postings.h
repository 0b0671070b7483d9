#ifndef LD_INDEX_POSTINGS_H
#define LD_INDEX_POSTINGS_H
/*
 * A cursor over one postings list. `doc` is the current document, LD_DOC_END at the end; `status`
 * is sticky: a damaged block ends the list and says CORRUPT, so that inner loops test one thing
 * and the executor asks for the status once.
 *
 *   open -> doc = first document (or LD_DOC_END)
 *   next -> the following one;  seek(target) -> first document >= target, never backwards
 */
#include "index/terms.h"

#define LD_POSTINGS_POSITIONS 1u /* positions (and class frequencies) will be asked for */
#define LD_POSTINGS_FORMS     2u /* form ordinals will be asked for */
#define LD_POSTINGS_BLOCKS                                                                         \
    4u /* read by blocks: nothing is decoded at open, `doc` means nothing                          \
        */

typedef struct ld_postings {
    uint32_t doc;       /* current document or LD_DOC_END */
    uint32_t tf;        /* in the current document, >= 1 */
    uint32_t df;        /* of the list */
    lede_status status; /* sticky; OK or CORRUPT or NOMEM */
    lede_error error;   /* filled when status is not OK */
} ld_postings;          /* the reader's own state follows; made by the open calls only */

lede_status ld_postings_open(const ld_terms *terms, const ld_term *term, uint32_t flags,
                             ld_arena *arena, ld_postings **postings, lede_error *err);
/* The short list of one form (list_offset != UINT64_MAX): documents and tf, no positions. */
lede_status ld_postings_open_form(const ld_terms *terms, const ld_term *term, const ld_form *form,
                                  ld_arena *arena, ld_postings **postings, lede_error *err);
uint32_t ld_postings_next(ld_postings *p);
uint32_t ld_postings_seek(ld_postings *p, uint32_t target);
/* Frequencies by ld_zone_class; they add up to tf. */
void ld_postings_class_tf(ld_postings *p, uint32_t class_tf[LD_CLASS_COUNT]);
/* [tf] positions of the current document, ascending; borrowed until the cursor moves.
 * NULL after a failure (sticky). */
const uint32_t *ld_postings_positions(ld_postings *p);
/* [tf] form ordinals, parallel to the positions. NULL after a failure; a list whose term has one
 * form gives zeros. */
const uint16_t *ld_postings_forms(ld_postings *p);

/*
 * Block by block. A list is blocks of at most 256 postings; these calls name a block by its ordinal
 * and read of it what is asked for, nothing else. They do not move `doc`: a cursor is either walked
 * by next and seek or read by blocks, never both.
 *
 *   open with LD_POSTINGS_BLOCKS
 *   block = find(p, block, target) -> bound(p, block) -> load(p, block)
 *        -> docs | bits   -> tfs | t   -> positions(at)       each decoded when first asked for
 *
 * Pulsed terms and short lists have one block. After a failure every pointer is NULL and `status`
 * says why. Pointers live until another block is loaded. Blocks of a list that damage hides may
 * overlap: a reader looks for its documents within the block, by value.
 */
uint32_t ld_postings_block_count(const ld_postings *p); /* >= 1 */
/* The block's last document; LD_DOC_END after a failure. */
uint32_t ld_postings_block_last(const ld_postings *p, uint32_t block);
/* The largest T / (T + K) of the block's postings and of the list's, in 255ths, rounded up; 255
 * where it is not known. */
uint8_t ld_postings_block_bound(const ld_postings *p, uint32_t block);
uint8_t ld_postings_bound(const ld_postings *p);
/* The first block at or after `from` whose last document is >= target; block_count: none. */
uint32_t ld_postings_block_find(const ld_postings *p, uint32_t from, uint32_t target);
/* Makes it the block at hand (cheap when it is already). False: no such block, or a failure. */
bool ld_postings_block_load(ld_postings *p, uint32_t block);

/* Of the block at hand: how many postings it has. */
uint32_t ld_postings_block_size(const ld_postings *p);
/* [size] documents, ascending; readable up to the next multiple of 16, UINT32_MAX there. */
const uint32_t *ld_postings_block_docs(ld_postings *p);
/* True: the block is stored as a bit set; bit k of the little-endian words is document base + k,
 * base a multiple of 64. The words may stand anywhere in memory. */
bool ld_postings_block_bits(ld_postings *p, const uint8_t **words, uint32_t *word_count,
                            uint32_t *base);
/* [size] frequencies, readable up to the next multiple of 16. NULL with status OK: all are 1. */
const uint32_t *ld_postings_block_tfs(ld_postings *p);
/* False: every occurrence is in the body, so that T is weights[LD_CLASS_BODY] * tf. A form's list
 * does not know classes and says so, too. */
bool ld_postings_block_has_classes(ld_postings *p);
/* [size] weighted frequencies T, in single precision and this order:
 * ((weight * tf of head + weight * tf of lead) + weight * tf of body) + weight * tf of aside.
 * Kept while the block is at hand and the weights are the same; readable up to the next multiple of
 * 16. */
const float *ld_postings_block_t(ld_postings *p, const float weights[LD_CLASS_COUNT]);
/* [*tf] positions of posting `at`, ascending, until the next call; quick where `at` never falls
 * within a block. NULL for a form's list. */
const uint32_t *ld_postings_block_positions(ld_postings *p, uint32_t at, uint32_t *tf);

/* Document length, log-coded in one byte as scores use it (LENGTHS part). */
typedef struct ld_lengths {
    const uint8_t *codes; /* [docs], checked at open */
    uint32_t docs;
} ld_lengths;
lede_status ld_lengths_open(const ld_segment *segment, ld_lengths *lengths, lede_error *err);
uint8_t ld_length_encode(uint32_t tokens); /* monotone; exact below 40 */
uint32_t ld_length_decode(uint8_t code);

#endif
