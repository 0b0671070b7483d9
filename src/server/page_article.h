#ifndef LD_SERVER_PAGE_ARTICLE_H
#define LD_SERVER_PAGE_ARTICLE_H
/* The kept article as a page to read. */
#include "server/page.h"

typedef struct ld_article_page {
    ld_page page;
    const lede_document_mark *marks; /* [mark_count], ascending by block and offset */
    uint32_t mark_count;
    const lede_article *const *versions; /* [version_count], the newest first */
    uint32_t version_count;
    uint32_t version; /* the one shown */
} ld_article_page;

void ld_article_page_write(const ld_article_page *p);

#endif
