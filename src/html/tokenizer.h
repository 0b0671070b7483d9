#ifndef LD_HTML_TOKENIZER_H
#define LD_HTML_TOKENIZER_H
/*
 * Where do the tags of this page begin and end? The tokenizer of the HTML standard (13.2.5), in
 * pull style: the caller asks for the next token and may change the state in between, as tree
 * construction does after <title>, <style>, <script> and <plaintext>.
 *
 * The input is whole in memory, so the standard's eighty states become a few scans: a run of text
 * is a search for `<`, a quoted value one for its quote, a comment one for its end. The states
 * that remain visible are the ones a caller can choose. Spans of a token borrow from the input
 * where its bytes are the answer; text with references or NUL bytes is decoded in pieces into a
 * small buffer of the tokenizer, and then lives until the next call only (`is_stable` false).
 *
 * Parse errors are not reported: every input has its tokens, and lede asks for no more.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "flow/page.h"
#include "html/tag.h"

typedef enum ld_tokenizer_state {
    LD_TOKENIZER_DATA,
    LD_TOKENIZER_RCDATA,  /* <title>, <textarea>: references, no tags but the own end tag */
    LD_TOKENIZER_RAWTEXT, /* <style>, <iframe>, ...: nothing but the own end tag */
    LD_TOKENIZER_SCRIPT,  /* as RAWTEXT, with the escapes of "<!--" */
    LD_TOKENIZER_PLAINTEXT,
    LD_TOKENIZER_CDATA
} ld_tokenizer_state;

typedef enum ld_html_token_kind {
    LD_HTML_END, /* of the input; returned ever after */
    LD_HTML_START_TAG,
    LD_HTML_END_TAG,
    LD_HTML_TEXT,
    LD_HTML_COMMENT,
    LD_HTML_DOCTYPE
} ld_html_token_kind;

typedef struct ld_html_token {
    uint8_t kind;         /* ld_html_token_kind */
    bool is_self_closing; /* tags: "/>" */
    bool is_stable;       /* text: the span lives as long as the input or the arena */
    bool is_nul;          /* text: made of NUL bytes only */
    bool force_quirks;    /* doctype */
    uint16_t tag;         /* tags: ld_tag */
    ld_span name;         /* tags, doctype: in lower case; data NULL: a doctype without a name */
    ld_span text;         /* text, comment */
    ld_span public_id;    /* doctype; data NULL: missing */
    ld_span system_id;    /* doctype; data NULL: missing */
    const ld_page_attribute *attributes; /* start tags: [attribute_count], until the next call */
    uint32_t attribute_count;
} ld_html_token;

#define LD_TOKENIZER_PIECE_BYTES 4096u /* of decoded text in one token */
#define LD_TOKENIZER_NAME_SLOTS  2048u /* a power of two, twice LD_HTML_ATTRIBUTES_MAX */

typedef struct ld_tokenizer {
    ld_arena *arena;      /* borrowed: copies, attributes */
    const char *at, *end; /* the input that is left */
    uint8_t state;        /* ld_tokenizer_state; the caller may set it between two calls */
    bool allows_cdata;    /* set by the caller: the current node is foreign */
    bool is_truncated;    /* attributes were dropped */
    bool is_refused;      /* the arena refused: the token is LD_HTML_END, ld_arena_status tells */
    ld_span last_start;   /* name of the last start tag: only its end tag ends raw text */

    /* a run of text that is being decoded piece by piece: [at, run_end) */
    const char *run_end; /* NULL: none */
    bool run_has_references;
    bool run_replaces_nul; /* by U+FFFD; otherwise NUL bytes are tokens of their own */
    char *piece;           /* [LD_TOKENIZER_PIECE_BYTES] */

    const char *next_ampersand, *next_nul; /* first at or after `at`, `end` when there is none */

    ld_page_attribute *attributes; /* [attribute_capacity] of the tag being read */
    uint32_t attribute_count, attribute_capacity;
    uint16_t *name_slots; /* [LD_TOKENIZER_NAME_SLOTS] 1 + attribute, for tags with many */
} ld_tokenizer;

/*
 * Starts on the input: UTF-8. Bytes that need no change are borrowed for as long as the tokens
 * are used; an input with carriage returns is copied once with its line breaks normalised.
 * Returns LEDE_OK, or the arena's refusal.
 */
lede_status ld_tokenizer_init(ld_tokenizer *tokenizer, ld_arena *arena, ld_span input,
                              lede_error *err);
/* Cost: linear over all calls. */
void ld_tokenizer_next(ld_tokenizer *tokenizer, ld_html_token *token);

#endif
