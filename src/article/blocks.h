#ifndef LD_ARTICLE_BLOCKS_H
#define LD_ARTICLE_BLOCKS_H
/*
 * A page as a row of text blocks, each knowing the chain of elements it stands in.
 *
 *     <main><p>One</p><div>Two<br><br>Three</div></main>
 *     blocks    [0] One   [1] Two   [2] Three
 *     elements  main [0,3)   p [0,1)   div [1,3)
 *
 * The blocks of an element are a range, so sums over a subtree are differences of prefix sums.
 */
#include "article/marks.h"
#include "article/story.h"

#define LD_ELEMENT_NONE UINT32_MAX

typedef struct ld_text_block {
    ld_span text;          /* folded; table rows: cells separated by TAB; pre: as it stands */
    uint64_t key;          /* ld_text_key */
    uint32_t element;      /* the innermost element that holds all of it */
    uint32_t letters;      /* bytes that are not white space */
    uint32_t link_letters; /* of these, within links */
    uint32_t words;
    uint8_t kind, level, flags; /* as in ld_block */
    uint8_t heading;            /* 1..6; 0: none */
    bool is_paragraph;          /* <p> or its like, or set off by two line breaks */
    bool ends_sentence;
    bool is_bold; /* all of it */
} ld_text_block;

typedef struct ld_text_element {
    ld_node node;
    uint32_t parent;      /* LD_ELEMENT_NONE for the root */
    uint32_t first, end;  /* its blocks */
    uint32_t last_inside; /* index of its last descendant element, or its own */
    uint32_t marks;       /* LD_MARK_..., its own */
    uint16_t tag;         /* ld_tag */
} ld_text_element;

typedef struct ld_text_blocks {
    ld_text_block *blocks; /* [block_count] in document order */
    uint32_t block_count, block_capacity;
    ld_text_element *elements; /* [element_count] in document order, parents before children */
    uint32_t element_count, element_capacity;
    bool is_truncated;
    ld_marks *marks; /* what the names of its elements were found to say */
} ld_text_blocks;

/* Cost: linear in the page. root: the element whose text is wanted. */
void ld_blocks_make(ld_arena *arena, const ld_page *page, ld_node root, ld_text_blocks *out);
/* Text of an element on one line without the parts marked as credits; those go to *credit. Both
 * folded. At most LD_LINE_NODES_MAX nodes and LD_LINE_TEXT_MAX bytes are read. */
ld_span ld_blocks_caption_text(ld_arena *arena, const ld_page *page, ld_marks *marks, ld_node node,
                               ld_span *credit);
#define LD_LINE_NODES_MAX 400u
#define LD_LINE_TEXT_MAX  2000u

#endif
