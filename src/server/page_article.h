#ifndef LD_SERVER_PAGE_ARTICLE_H
#define LD_SERVER_PAGE_ARTICLE_H
/* The kept article as a page to read. */
#include "server/diff.h"
#include "server/page.h"

typedef struct ld_article_page {
    ld_page page;
    const lede_document_mark *marks; /* [mark_count], ascending by block and offset */
    uint32_t mark_count;
    const lede_quote *quotes; /* [quote_count] of the newest version, in the order of the text */
    uint32_t quote_count;
    const lede_article *const *versions; /* [version_count], the newest first */
    uint32_t version_count;
    uint32_t version;    /* the one shown */
    const ld_diff *diff; /* against an older version, shown instead of the body; NULL: none */
    uint32_t compared;   /* the older version */
    uint32_t hits;       /* marks written so far */
    uint32_t similar;    /* similar stories written so far */
} ld_article_page;

/* The body of an article as text: a line a paragraph. */
void ld_article_body_text(const lede_article *article, ld_buf *out);

/* Written as similar stories come: begin, each of them, end. */
void ld_article_page_begin(ld_article_page *p);
void ld_article_page_write_similar(ld_article_page *p, const lede_article *similar);
void ld_article_page_end(const ld_article_page *p);

#endif
