#ifndef LD_ARTICLE_MARKS_H
#define LD_ARTICLE_MARKS_H
/* What do an element's class, id, role and itemprop say that it is? */
#include "flow/page.h"

/* Families of names, one bit each. */
enum {
    LD_MARK_BODY = 1u << 0,  /* "article-body", "entry-content", itemprop=articleBody */
    LD_MARK_STORY = 1u << 1, /* "article", "post", "content", "main" */
    LD_MARK_SHARE = 1u << 2,
    LD_MARK_RELATED = 1u << 3, /* read also, most read, recommended, teasers */
    LD_MARK_NEWSLETTER = 1u << 4,
    LD_MARK_AUTHOR_BOX = 1u << 5, /* about the author */
    LD_MARK_COMMENT = 1u << 6,
    LD_MARK_CONSENT = 1u << 7, /* cookies, overlays, dialogs */
    LD_MARK_AD = 1u << 8,
    LD_MARK_NAV = 1u << 9, /* menus, breadcrumbs, paging, search */
    LD_MARK_FOOTER = 1u << 10,
    LD_MARK_SIDE = 1u << 11,
    LD_MARK_TAGS = 1u << 12,
    LD_MARK_CAPTION = 1u << 13,
    LD_MARK_CREDIT = 1u << 14,
    LD_MARK_META = 1u << 15, /* byline, date, reading time */
    LD_MARK_HIDDEN = 1u << 16,
    LD_MARK_HEADLINE = 1u << 17,
    LD_MARK_LEAD = 1u << 18, /* standfirst, lede, subtitle */
    LD_MARK_PAYWALL = 1u << 19,
    LD_MARK_MEDIA = 1u << 20, /* galleries, players */
    LD_MARK_MASTHEAD = 1u << 21,
    LD_MARK_LIVE = 1u << 22 /* an entry of a live blog */
};

#define LD_MARKS_WORD_BYTES 16u   /* of the table's words, with a NUL byte */
#define LD_MARKS_SLOTS      1024u /* a power of two; names of a page that are remembered */

/* Class and id values recur on a page: each is looked at once. */
typedef struct ld_marks {
    uint64_t keys[LD_MARKS_SLOTS]; /* hash of a value; 0: free */
    uint32_t values[LD_MARKS_SLOTS];
    /* of each letter, of the table's words that open with it: */
    uint8_t first[26]; /* the first */
    /* the second letters, a bit each, of those of a length; [0]: of any length */
    uint32_t seconds[26][LD_MARKS_WORD_BYTES];
} ld_marks;

void ld_marks_init(ld_marks *marks);
/* The families an element belongs to by its own attributes. Cost: its attributes' length, once. */
uint32_t ld_marks_of(ld_marks *marks, const ld_page *page, ld_node node);

#endif
