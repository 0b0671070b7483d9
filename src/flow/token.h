#ifndef LD_FLOW_TOKEN_H
#define LD_FLOW_TOKEN_H
/*
 * text/ -> index/: a document as words at positions.
 *
 *   zone      title . lead body . caption . credit . byline . dateline . section . user zones
 *   position  0 1 2 _ 3  4 5 6  _ ...          "_": one position that no word has
 *
 * The zones of a document take consecutive position ranges in the order of ld_zone; one unused
 * position stands between two zones, so that no phrase crosses it. The lead and the body are one
 * running text: no unused position between them. index/ knows terms as bytes only.
 */
#include "base/limits.h"
#include "base/span.h"

typedef enum ld_zone {
    LD_ZONE_TITLE = 0,
    LD_ZONE_LEAD,
    LD_ZONE_BODY,
    LD_ZONE_CAPTION,
    LD_ZONE_CREDIT,
    LD_ZONE_BYLINE,
    LD_ZONE_DATELINE,
    LD_ZONE_SECTION,
    LD_ZONE_USER /* .. LD_ZONES_MAX - 1: declared by the archive's profile */
} ld_zone;

/* What a zone counts as in ranking. */
typedef enum ld_zone_class {
    LD_CLASS_HEAD = 0,
    LD_CLASS_LEAD,
    LD_CLASS_BODY,
    LD_CLASS_ASIDE,
    LD_CLASS_COUNT
} ld_zone_class;

typedef enum ld_case_class {
    LD_CASE_LOWER = 0, /* also words without case: digits, other scripts */
    LD_CASE_INITIAL,   /* Word */
    LD_CASE_UPPER,     /* WORD, US, U.S. */
    LD_CASE_MIXED      /* McDonald, iPhone */
} ld_case_class;

#define LD_TOKEN_SENTENCE 1u  /* first word of a sentence */
#define LD_TOKEN_PARAGRAPH 2u /* first word of a paragraph (then also of a sentence) */

typedef struct ld_token {
    ld_span term;        /* the postings key: folded stem, 1..LD_TERM_BYTES_MAX bytes */
    ld_span form;        /* folded exact spelling; equal to term when the profile does not stem */
    uint64_t term_hash;  /* ld_hash64 of the term, seed 0; 0: not known */
    uint32_t seen;       /* row + 1 of an earlier token of the list with this term and form; 0: none
                            is known (there may be one) */
    uint32_t position;   /* < LD_POSITIONS_MAX, ascending over the document */
    uint32_t text_offset; /* bytes into the text of its zone, where the word was written */
    uint32_t text_bytes; /* of the word as written */
    uint8_t zone;        /* ld_zone */
    uint8_t case_class;  /* ld_case_class; LOWER for all when the profile keeps no case */
    uint8_t flags;       /* LD_TOKEN_... */
} ld_token;

/* Positions [first, end) of a zone; absent zones have no range. */
typedef struct ld_zone_range {
    uint8_t zone;
    uint32_t first, end;
} ld_zone_range;

typedef struct ld_token_list {
    const ld_token *tokens; /* [count], ascending by position */
    uint32_t count;
    const ld_zone_range *zones; /* [zone_count], ascending */
    uint32_t zone_count;
    bool truncated; /* LD_POSITIONS_MAX bit */
} ld_token_list;

#endif
