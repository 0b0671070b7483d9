#ifndef LD_INDEX_DICTIONARY_H
#define LD_INDEX_DICTIONARY_H
/* Sorted words with entries, written in order and found again. Bytes: dictionary_format.h. */
#include "index/dictionary_format.h"
#include "index/lookup.h"
#include "index/segment.h"

/* ---- writing ---- */
typedef struct ld_dictionary_writer {
    const lede_env *env;
    ld_part_writer *blocks, *index; /* of the segment writer; NULL: memory was refused (sticky) */
    ld_buf block;                   /* the block at hand */
    ld_scratch block_at;            /* u32 per block */
    ld_scratch separators;
    ld_scratch separator_at; /* u32 per block */
    ld_scratch looked_up;    /* hash and block of each word of the look-up, u32 each */
    uint32_t count;          /* words so far */
    uint32_t in_block;       /* words of the block at hand */
    uint32_t previous_bytes;
    char previous[LD_TERM_BYTES_MAX];
} ld_dictionary_writer;

void ld_dictionary_writer_init(ld_dictionary_writer *w, const lede_env *env, ld_segment_writer *out,
                               ld_part_id blocks, ld_part_id index);
void ld_dictionary_writer_release(ld_dictionary_writer *w);
/* Adds a word above all before it, to the look-up as well where told so; the caller appends the
 * entry to the answer. The prologue is written when the word begins a block. */
ld_buf *ld_dictionary_writer_add(ld_dictionary_writer *w, ld_span word, bool looked_up,
                                 const uint64_t *prologue, uint32_t prologue_count);
lede_status ld_dictionary_writer_finish(ld_dictionary_writer *w, uint32_t docs, uint8_t flags,
                                        lede_error *err);

/* ---- reading ---- */
typedef struct ld_dictionary {
    ld_part blocks, index; /* blocks.segment NULL: absent */
    const char *name;      /* for messages */
    uint32_t docs, count, block_count, separators_bytes;
    uint8_t block_at_bits, separator_at_bits, flags;
    bool hashed, hashed_all;                         /* has a look-up; it has every word */
    uint64_t separator_at_offset, separators_offset; /* in `index` */
    ld_lookup lookup;
} ld_dictionary;

/* An absent pair gives an absent dictionary with count 0. */
lede_status ld_dictionary_open(ld_dictionary *d, const ld_segment *segment, ld_part_id blocks,
                               ld_part_id index, const char *name, lede_error *err);
/* A reader over one block; *words says how many it holds. */
lede_status ld_dictionary_block(const ld_dictionary *d, uint32_t block, ld_reader *reader,
                                uint32_t *words, lede_error *err);
/* The block that holds the first word >= word, or the one before it. */
lede_status ld_dictionary_locate(const ld_dictionary *d, ld_span word, uint32_t *block,
                                 lede_error *err);
/*
 * Blocks in which the word may stand: those of the look-up, then, unless that has every word, the
 * one of a binary search. Begin with *probe 0; NOTFOUND (without a message) when there are no more.
 */
lede_status ld_dictionary_probe(const ld_dictionary *d, ld_span word, uint32_t *probe,
                                uint32_t *block, lede_error *err);

/* The next word of a block, rebuilt upon the one before it. */
typedef struct ld_front {
    uint32_t bytes;
    char word[LD_TERM_BYTES_MAX];
} ld_front;
/* False, and the reader failed, where the bytes are damaged or the word is not above the one before
 * it in the block. */
bool ld_front_next(ld_front *front, ld_reader *reader);
/* The head alone: reads it and its suffix, which then ends where the reader stands. */
bool ld_front_head_long(ld_reader *reader, uint32_t *shared, uint32_t *suffix_bytes);
static inline bool ld_front_head(ld_reader *reader, uint32_t *shared, uint32_t *suffix_bytes)
{
    uint32_t head = reader->at < reader->bytes ? reader->data[reader->at] : 0;
    *shared = head & 15u;
    *suffix_bytes = head >> 4;
    if (*shared == LD_FRONT_MORE || *suffix_bytes == LD_FRONT_MORE || *suffix_bytes == 0 ||
        *suffix_bytes >= reader->bytes - reader->at)
        return ld_front_head_long(reader, shared, suffix_bytes);
    reader->at += 1 + *suffix_bytes;
    return true;
}
static inline ld_span ld_front_span(const ld_front *front)
{
    return ld_span_of(front->word, front->bytes);
}

#endif
