#ifndef LD_INDEX_INVERTED_H
#define LD_INDEX_INVERTED_H
/*
 * Terms to documents: the in-memory buffer that documents are inverted into, its flush into the
 * parts TERMS .. CLASS_CODES and LENGTHS, and the merge of those parts.
 */
#include "index/doc_map.h"
#include "index/segment.h"

typedef struct ld_inverted_buffer ld_inverted_buffer;

lede_status ld_inverted_buffer_new(const lede_env *env, const ld_profile *profile,
                                   ld_inverted_buffer **buffer, lede_error *err);
void ld_inverted_buffer_free(ld_inverted_buffer *b);
/* `doc` must be the number of documents added so far. A failed add leaves the buffer as it was, but
 * for some memory: NOMEM may be followed by a flush and the same add again. INVALID: a token is out
 * of order or range, or a word stands twice at one position. */
lede_status ld_inverted_buffer_add(ld_inverted_buffer *b, uint32_t doc, const ld_token_list *tokens,
                                   lede_error *err);
uint32_t ld_inverted_buffer_docs(const ld_inverted_buffer *b);
uint64_t ld_inverted_buffer_tokens(const ld_inverted_buffer *b);
size_t ld_inverted_buffer_memory_bytes(const ld_inverted_buffer *b); /* all it holds */

/*
 * A sink that is told every posting in term order, while parts are written: the forward lists are
 * made from it. term_ordinal ascends from 0.
 */
typedef struct ld_posting_sink {
    void *ctx;
    lede_status (*term)(void *ctx, uint32_t term_ordinal, uint32_t df, lede_error *err);
    void (*posting)(void *ctx, uint32_t doc, uint32_t tf);
} ld_posting_sink;

/* Writes all inverted parts. The buffer is empty afterwards and has given its memory back, also
 * after a failure: what was in it is then lost. Beyond what the buffer holds, a flush asks for
 * about 8 bytes a term. */
lede_status ld_inverted_buffer_flush(ld_inverted_buffer *b, ld_segment_writer *out,
                                     const ld_posting_sink *sink /* may be NULL */,
                                     lede_error *err);

/* Where a term of a merged segment went. */
typedef struct ld_term_target {
    uint32_t ordinal;    /* in the new segment; UINT32_MAX: no document that stays has it */
    uint32_t form_start; /* of the merge itself */
} ld_term_target;

/* Told once, when all terms are written: targets[i] are those of segment i, [terms of i]. They live
 * until the call returns. */
typedef struct ld_target_sink {
    void *ctx;
    lede_status (*targets)(void *ctx, const ld_term_target *const *targets, lede_error *err);
} ld_target_sink;

/*
 * Merges the inverted parts of several segments into one of `docs` documents; doc_maps[i] says
 * where those of segment i go. Memory: the term at hand (its form tables, one block of each list
 * and 32 bytes for 256 of its postings, one posting), never a whole list; at the end what a
 * sorter holds (sorter.h). What has an entry a document or a term is in scratches (segment.h): a
 * byte a document, and 8 a term and 2 a form of every segment. With an order, postings are sorted
 * in order_bytes_max, in as many runs through a list as that takes.
 */
lede_status ld_inverted_merge(const lede_env *env, const ld_profile *profile,
                              const ld_segment *const *segments, const ld_doc_map *doc_maps,
                              uint32_t segment_count, uint32_t docs,
                              const ld_doc_order *order /* may be NULL */, size_t order_bytes_max,
                              ld_segment_writer *out, const ld_target_sink *sink /* may be NULL */,
                              lede_error *err);

#endif
