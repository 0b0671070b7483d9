#ifndef LD_QUERY_FLAT_H
#define LD_QUERY_FLAT_H
/*
 * Most queries are flat: words and phrases that must, may or must not be there, all at one level.
 * Those are answered block by block and window by window instead of one document at a time; what
 * is not flat in them (filters, nested parts) stays a cursor that is asked about candidates.
 *
 *   required      words every match has; those of phrases among them
 *   phrases       words of `required` that must stand in a row
 *   optional      words that only score; without required words a match has one of them at least
 *   excluded      words no match has
 *   checks        cursors every match stands on (they may score); barred: cursors none stands on
 *
 * flat_make.c makes one from a plan; flat_term.c walks one word; flat_and.c, flat_or.c and
 * flat_count.c answer. All give the hits, scores and totals of the cursor tree (tested by forcing
 * either way, tests/query/test_flat.c).
 *
 * Pruning: with `total_optional` a document, block or window is passed over when bounds show that
 * its points stay below top->least. Bounds are upper bounds of the very numbers that are compared,
 * so a tie is never lost.
 */
#include "codec/kernels.h"
#include "query/execute.h"

#define LD_FLAT_BATCH LD_KERNEL_BLOCK
#define LD_FLAT_SMALL                                                                              \
    2048u /* postings of all words that are merged rather than added up in windows */
#define LD_FLAT_BOUND_BLOCKS 16u /* looked at for a bound; of more, the whole list's is taken */
#define LD_FLAT_SLACK        16u /* kernels write up to the next multiple of 16 */

#define LD_FLAT_RUNS_AHEAD 8u /* runs of candidates found before the first is looked at */

/* Room for numbers of one block. */
typedef uint32_t ld_flat_numbers[LD_FLAT_BATCH + LD_FLAT_SLACK];

typedef struct ld_flat_term {
    ld_postings *postings;
    uint32_t df;
    uint32_t block_count;
    uint32_t block;       /* where the walk stands: blocks before it are passed */
    uint32_t next_doc;    /* a lower bound of its next document */
    uint32_t loaded;      /* the block whose numbers are at hand; UINT32_MAX: none */
    uint32_t size;        /* postings of the loaded block */
    const uint32_t *docs; /* [size] of the loaded block, NULL: not decoded */
    const uint8_t *bits;  /* [8 * bit_words] where the loaded block is a bit set; else NULL */
    uint32_t bit_words, bit_base;
    float weight;   /* points of one full share; 0: does not score */
    uint32_t bound; /* most points it gives any document; 0: does not score */
} ld_flat_term;

typedef struct ld_flat_phrase {
    uint32_t first, count;   /* its words: required[order[first .. first + count)]; a word that
                                stands twice in it is required once */
    const uint32_t *offsets; /* [count] of its words, ascending by 1 */
    float weight;
    uint32_t bound;
} ld_flat_phrase;

typedef struct ld_flat {
    ld_execution *x;
    const ld_plan *plan;
    const ld_kernels *kernels;
    ld_topk *top;
    bool prune; /* the total is not wanted */
    bool hides; /* some rows of the segment do not count */
    uint64_t total;

    ld_flat_term *required; /* [required_count] ascending by df */
    uint32_t required_count;
    uint32_t *order; /* by place in the phrases: index into required */
    ld_flat_phrase *phrases;
    uint32_t phrase_count;
    ld_flat_term *optional; /* [optional_count] */
    uint32_t optional_count;
    ld_flat_term *excluded;
    uint32_t excluded_count;
    ld_cursor **checks;
    uint32_t check_count;
    ld_cursor **barred;
    uint32_t barred_count;
    float best_ratio;     /* how much larger K can be here than the stored best scores suppose */
    float shares[256];    /* most share here of what has so many 255ths by the segment's bounds */
    uint32_t check_bound; /* most points the checks give together */
    bool is_phrase;       /* the required words are one phrase and nothing else */
    bool nothing;         /* a required word is not in the segment */
    bool need_optional;   /* nothing is required: a match has an optional word */
} ld_flat;

/* False: the query is not flat, or memory was refused (the execution's status says so). */
bool ld_flat_make(ld_flat *f, const ld_plan *plan, ld_execution *x, bool relaxed);

/* Answers a segment. *done false: it is the cursors' business. */
lede_status ld_flat_run(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                        ld_run_outcome *outcome, bool relaxed, bool *done, lede_error *err);

/* ---- one word: flat_term.c ---- */

/* Most points of a unit of this weight where its share is at most `share` 255ths by the bounds of
 * the segment. */
uint32_t ld_flat_bound_points(const ld_flat *f, float weight, uint32_t share);
/* Sets shares from the scoring of the query and the bounds of the segment. */
void ld_flat_shares_init(ld_flat *f);
/* Points that at least k of the word's postings have; 0: not known. */
uint32_t ld_flat_best(const ld_flat *f, const ld_flat_term *t, uint32_t k);
/* Sets bound from the weight and the list. */
void ld_flat_bound_init(const ld_flat *f, ld_flat_term *t);

/* Makes `block` the loaded one, its documents not yet decoded; false: the execution has failed. */
bool ld_flat_load(ld_flat *f, ld_flat_term *t, uint32_t block);
/* [size] documents of the loaded block; NULL: the execution has failed. */
const uint32_t *ld_flat_docs(ld_flat *f, ld_flat_term *t);
/* Loads the block that holds the first document >= target; false: none, or a failure. */
bool ld_flat_seek(ld_flat *f, ld_flat_term *t, uint32_t target);
/* Most points it gives the documents of a block, of documents [from, to). */
uint32_t ld_flat_block_bound(const ld_flat *f, const ld_flat_term *t, uint32_t block);
uint32_t ld_flat_range_bound(const ld_flat *f, ld_flat_term *t, uint32_t from, uint32_t to);
/* Points of postings [first, first + count) of the loaded block; of those at `at`, which are docs.
 */
bool ld_flat_points(ld_flat *f, ld_flat_term *t, uint32_t first, uint32_t count, uint32_t *points);
bool ld_flat_points_at(ld_flat *f, ld_flat_term *t, const uint32_t *docs, const uint16_t *at,
                       uint32_t count, uint32_t *points);
/* Which of docs[0 .. count), count <= LD_FLAT_BATCH, the loaded block has: candidates at_docs,
 * postings at_block, ascending. UINT32_MAX: the execution has failed. */
uint32_t ld_flat_meet(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t count,
                      uint16_t *at_docs, uint16_t *at_block);

/*
 * Candidates by the blocks they lie in: run after run of candidates that one block's range holds.
 * Runs are found some way ahead, and the bytes of their blocks sent for at once: what comes from
 * memory takes longer than a block's work, and waits together.
 */
typedef struct ld_flat_runs {
    const uint32_t *docs;
    uint32_t count;
    uint32_t at, block;    /* of what is not yet in a run: first candidate, least block */
    uint32_t first, found; /* runs [first, found) are at hand, by their number modulo */
    uint32_t ends[LD_FLAT_RUNS_AHEAD]; /* past the run's last candidate */
    uint32_t blocks[LD_FLAT_RUNS_AHEAD];
} ld_flat_runs;

/* docs[0 .. count) stay as they are from the first to *end of the last run. */
void ld_flat_runs_begin(ld_flat_runs *r, const ld_flat_term *t, const uint32_t *docs,
                        uint32_t count);
/* Moves to the block of the next run, candidates [.., *end). False: no more blocks. */
bool ld_flat_runs_next(const ld_flat *f, ld_flat_term *t, ld_flat_runs *r, uint32_t *end);

/* False: the word's list is damaged, and the execution has failed. */
bool ld_flat_sound(ld_flat *f, const ld_flat_term *t);

/* Adds its points to the candidates that have it; docs ascend, from call to call as well. A
 * candidate that cannot reach `least` even with `more` points gets 0 instead. */
bool ld_flat_add(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t *points,
                 uint32_t count, uint32_t more, uint32_t least);
/* Keeps the candidates that have it, with its points added; the same of at. With pruning those too
 * go that cannot reach the least with `more` points. The number kept; UINT32_MAX: the execution has
 * failed. */
uint32_t ld_flat_require(ld_flat *f, ld_flat_term *t, uint32_t *docs, uint32_t *points,
                         uint16_t *at, uint32_t count, uint32_t more);
/* Keeps the candidates that do not have it. points may be NULL. The number kept; UINT32_MAX: the
 * execution has failed. */
uint32_t ld_flat_drop(ld_flat *f, ld_flat_term *t, uint32_t *docs, uint32_t *points,
                      uint32_t count);
/* How many of the documents it has; UINT32_MAX: the execution has failed. */
uint32_t ld_flat_count_in(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t count);
/* Sets the bits of its documents in the window of 64 * word_count documents at `from`, a multiple
 * of 64. */
bool ld_flat_bits(ld_flat *f, ld_flat_term *t, uint32_t from, uint64_t *words, uint32_t word_count);
/* Adds to *found how many of the window's bits are its documents; blocks where none is set are not
 * read. */
bool ld_flat_bits_meet(ld_flat *f, ld_flat_term *t, uint32_t from, const uint64_t *words,
                       uint32_t word_count, uint64_t *found);

/* ---- candidates: flat.c ---- */

/* The least points that a document must have to matter, at least 1. */
static inline uint32_t ld_flat_least(const ld_flat *f)
{
    uint64_t least = f->top->least;
    return least < 1 ? 1 : least > UINT32_MAX ? UINT32_MAX : (uint32_t)least;
}
/* Passes over rows that do not count; the number kept. points may be NULL. */
uint32_t ld_flat_show(const ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count);
/* What candidates must still pass: excluded words, checks, barred cursors. Adds the points of the
 * checks. The number kept; UINT32_MAX: the execution has failed. */
uint32_t ld_flat_test(ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count);
/* The same without the excluded words. */
uint32_t ld_flat_test_cursors(ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count);
bool ld_flat_has_tests(const ld_flat *f);
bool ld_flat_offer(ld_flat *f, const uint32_t *docs, const uint32_t *points, uint32_t count);
/* Adds the points of the optional words. */
bool ld_flat_optional_add(ld_flat *f, const uint32_t *docs, uint32_t *points, uint32_t count);
/* Polls the deadline; true: stop. Once a block or window. */
bool ld_flat_stopped(ld_flat *f);

/* Raises the least points to what k matches surely have: only where every posting of a word is a
 * match that counts. (flat_start.c) */
void ld_flat_start(ld_flat *f);

/* ---- answers ---- */
void ld_flat_and(ld_flat *f);      /* with required words, no phrases */
void ld_flat_row(ld_flat *f);      /* with one phrase and no other required word */
void ld_flat_meet_all(ld_flat *f); /* with phrases */
void ld_flat_or(ld_flat *f);       /* without: any of the optional ones */
void ld_flat_or_small(ld_flat *f); /* the same where they have few documents together */
void ld_flat_count(ld_flat *f);    /* only the total */

#endif
