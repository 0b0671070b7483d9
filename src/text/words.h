#ifndef LD_TEXT_WORDS_H
#define LD_TEXT_WORDS_H
/*
 * Where are the words of a text? words.c has the rules. The same iterator reads articles and
 * queries, so both always see the same words.
 */
#include "base/limits.h"
#include "flow/token.h"

typedef enum ld_word_kind {
    LD_WORD_LETTERS = 0, /* any word with a letter in it */
    LD_WORD_NUMBER,      /* digits with . and , inside */
    LD_WORD_CJK          /* two neighbours (or one that stands alone) of a script without spaces */
} ld_word_kind;

#define LD_WORD_KEY_BYTES 16u

typedef struct ld_word {
    size_t text_offset;  /* into the text given */
    uint32_t text_bytes; /* as written, possessive 's and the dots of U.S. included */
    uint32_t form_bytes; /* the part that makes the form: without a possessive 's */
    uint8_t kind;        /* ld_word_kind */
    uint8_t case_class;  /* ld_case_class of the written form part */
    bool acronym;        /* letters with dots between: the form has none */
    bool simple; /* at most LD_WORD_KEY_BYTES ASCII letters and digits and nothing else: then
                    key is the form, and form_bytes its length */
    uint64_t key[LD_WORD_KEY_BYTES / 8]; /* lower case, in the order of memory, zeros behind */
} ld_word;

#define LD_WORDS_WINDOW_BYTES 64u

typedef struct ld_words {
    ld_span text;
    size_t at;   /* next byte to read */
    bool joined; /* the character at `at` is the second of the bigram just given */
    /* The stretch of the text that was classified last; bit i stands for its byte i. */
    size_t window_from, window_end;
    uint64_t word_bits, digit_bits, capital_bits; /* ASCII letters and digits; of those ... */
    uint64_t stop_bits;                           /* word_bits, and what is not ASCII */
    uint64_t lower[(LD_WORDS_WINDOW_BYTES + LD_WORD_KEY_BYTES) / 8]; /* its bytes in lower case */
} ld_words;

/* text: valid UTF-8, at most UINT32_MAX bytes. */
void ld_words_init(ld_words *it, ld_span text);
/* The next word; false at the end. */
bool ld_words_next(ld_words *it, ld_word *w);
/* As many of the next words as there are, at most count_max. */
uint32_t ld_words_read(ld_words *it, ld_word *words, uint32_t count_max);
/* Of a script that is read in pairs of characters: a query for one of them asks for the pairs that
 * hold it. */
bool ld_words_are_pairs(uint32_t code_point);
/* The folded exact spelling of a word of `text`; 0 bytes when folding leaves nothing. */
size_t ld_word_form(ld_span text, const ld_word *w, char out[LD_TERM_BYTES_MAX]);

#endif
