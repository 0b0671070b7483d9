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
 * What the postings of one block can score at most, without idf: each of its documents has
 * T <= t[i] and a length code >= length_code[i] for i = 0 or for i = 1. T is the sum over classes
 * of weight * tf at the weights below, in quarters, rounded up; UINT16_MAX: no bound.
 */
#define LD_BOUND_WEIGHT_HEAD  12u /* 3.0 */
#define LD_BOUND_WEIGHT_LEAD  6u  /* 1.5 */
#define LD_BOUND_WEIGHT_BODY  4u  /* 1.0 */
#define LD_BOUND_WEIGHT_ASIDE 2u  /* 0.5 */
typedef struct ld_block_bound {
    uint16_t t[2];
    uint8_t length_code[2];
} ld_block_bound;
/* The bound of the block that holds the first document >= target, and that block's last document;
 * the cursor does not move. False past the end, and for lists of one block, which store none. */
bool ld_postings_block_bound(const ld_postings *p, uint32_t target, uint32_t *last_doc,
                             ld_block_bound *bound);

/* Document length, log-coded in one byte as scores use it (LENGTHS part). */
typedef struct ld_lengths {
    const uint8_t *codes; /* [docs], checked at open */
    uint32_t docs;
} ld_lengths;
lede_status ld_lengths_open(const ld_segment *segment, ld_lengths *lengths, lede_error *err);
uint8_t ld_length_encode(uint32_t tokens); /* monotone; exact below 40 */
uint32_t ld_length_decode(uint8_t code);

#endif
