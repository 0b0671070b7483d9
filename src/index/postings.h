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
/* Says that the list will be opened soon: its bounds and first block are on their way. */
void ld_postings_prefetch(const ld_terms *terms, const ld_term *term);
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
/*
 * The largest T / (T + K) of the block's postings and of the list's, in 255ths, rounded up; 255
 * where it is not known (lists of one block). Taken at the weights of the profile, LD_BOUND_K1,
 * LD_BOUND_B and the segment's bound_average_tokens; bounds.c says what that holds for and how it
 * is rounded. Of a form's list every occurrence counts as if in the class of the highest weight.
 */
uint8_t ld_postings_block_bound(const ld_postings *p, uint32_t block);
uint8_t ld_postings_bound(const ld_postings *p);
/* At least 10, 100, 1000 (which 0, 1, 2) postings of the list, tombstoned rows included, have a
 * T / (T + K) of so many 65535ths or more; 0 where not stored (df <= 1000, form lists). */
#define LD_KTH_BEST_COUNT 3
uint16_t ld_postings_kth_best(const ld_postings *p, int which);
/* The first block at or after `from` whose last document is >= target; block_count: none. */
uint32_t ld_postings_block_find(const ld_postings *p, uint32_t from, uint32_t target);
/* Says that the block will be loaded soon: its bytes are on their way while other work is done. */
void ld_postings_block_prefetch(const ld_postings *p, uint32_t block);
/* The same of its positions. */
void ld_postings_positions_prefetch(const ld_postings *p, uint32_t block);
/* Makes it the block at hand (cheap when it is already). False: no such block, or a failure. */
bool ld_postings_block_load(ld_postings *p, uint32_t block);

/* Of the block at hand: how many postings it has. */
uint32_t ld_postings_block_size(const ld_postings *p);
/* [size] documents, ascending; readable up to the next multiple of 16, UINT32_MAX there. */
const uint32_t *ld_postings_block_docs(ld_postings *p);
/* True: the block is stored as a bit set; bit k of the little-endian words is document base + k,
 * base a multiple of 64. The words may stand anywhere in memory. Of a damaged block there may be
 * more or fewer bits than postings, which _docs tells. */
bool ld_postings_block_bits(ld_postings *p, const uint8_t **words, uint32_t *word_count,
                            uint32_t *base);
/* Whether a rank counted in those words is a posting's; false: the list has failed. */
bool ld_postings_block_rank_fits(ld_postings *p, uint32_t rank);
/* [size] frequencies, readable up to the next multiple of 16. NULL with status OK: all are 1. */
const uint32_t *ld_postings_block_tfs(ld_postings *p);
/* The frequencies of the postings at[0 .. count), in `room` or elsewhere; NULL as above. */
const uint32_t *ld_postings_block_tfs_at(ld_postings *p, const uint16_t *at, uint32_t count,
                                         uint32_t *room);
/* False: every occurrence is in the body, so that T is weights[LD_CLASS_BODY] * tf. A form's list
 * does not know classes and says so, too. */
bool ld_postings_block_has_classes(ld_postings *p);
/* [size] weighted frequencies T, as ld_weighted_tf computes them.
 * Kept while the block is at hand and the weights are the same; readable up to the next multiple of
 * 16. */
const float *ld_postings_block_t(ld_postings *p, const float weights[LD_CLASS_COUNT]);
/* [*tf] positions of posting `at`, ascending, until the next call; quick where `at` never falls
 * within a block. NULL for a form's list. */
const uint32_t *ld_postings_block_positions(ld_postings *p, uint32_t at, uint32_t *tf);
/* Frequencies by ld_zone_class of posting `at`; asked for in ascending order from 0 on. */
void ld_postings_block_class_tf(ld_postings *p, uint32_t at, uint32_t class_tf[LD_CLASS_COUNT]);
/* The numbers of the block's postings, one behind the other, as positions_format.h has them: some
 * of them from `first` on, `count` at most; 0 after a failure. Not for pulsed terms. */
uint32_t ld_postings_block_numbers(ld_postings *p, uint32_t first, uint32_t count,
                                   const uint32_t **numbers);

/* T: the frequency of a term in a document by classes, weighted, in this order. */
static inline float ld_weighted_tf(const float weights[LD_CLASS_COUNT],
                                   const uint32_t class_tf[LD_CLASS_COUNT])
{
    return ((weights[LD_CLASS_HEAD] * (float)class_tf[LD_CLASS_HEAD] +
             weights[LD_CLASS_LEAD] * (float)class_tf[LD_CLASS_LEAD]) +
            weights[LD_CLASS_BODY] * (float)class_tf[LD_CLASS_BODY]) +
           weights[LD_CLASS_ASIDE] * (float)class_tf[LD_CLASS_ASIDE];
}

/* At what the bounds are taken: k1, b and the weights of classes in an archive of this profile. A
 * search ranks by the same unless it is told otherwise. */
#define LD_BOUND_K1 0.9
#define LD_BOUND_B  0.4
void ld_bound_weights(const ld_profile *profile, float weights[LD_CLASS_COUNT]);

/* Document length, log-coded in one byte as scores use it (LENGTHS part). */
typedef struct ld_lengths {
    const uint8_t *codes; /* [docs], checked at open */
    uint32_t docs;
    float bound_average_tokens; /* >= 1; what the bounds of the segment's postings suppose */
} ld_lengths;
lede_status ld_lengths_open(const ld_segment *segment, ld_lengths *lengths, lede_error *err);
uint8_t ld_length_encode(uint32_t tokens);   /* monotone; exact below 40 */
extern const uint32_t ld_length_values[256]; /* by code */
static inline uint32_t ld_length_decode(uint8_t code)
{
    return ld_length_values[code];
}

#endif
