#ifndef LEDE_TESTS_ANSWERS_H
#define LEDE_TESTS_ANSWERS_H
/*
 * What an archive says, as one text: hits in order, scores to the last bit, stored articles,
 * passages with their marks, facets, dumps. Two archives, or one before and after a fault, say the
 * same exactly where the texts are equal byte for byte. Also the small pages they are made of.
 */
#include <stdbool.h>

#include "lede/lede.h"

typedef struct answers {
    char *text; /* [bytes] and NUL */
    size_t bytes, capacity;
    const lede_env *env; /* that articles are written with; NULL: the system's */
} answers;

void answers_add(answers *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void answers_clear(answers *a);
void answers_release(answers *a);

typedef struct question {
    const char *text;
    lede_sort sort;
    uint32_t count; /* hits a page; 0: 10 */
    bool versions_all, all_pages;
    const char *facet; /* not NULL: count this instead of searching */
} question;

/* Terms, AND, OR, NOT, phrases, nearness, prefixes, zones, dates, filters, sorts, pages, facets. */
extern const question questions[];
extern const uint32_t question_count;

/* Each adds what it got until it failed. "now" is fixed, no deadline. */
lede_status answers_ask(answers *a, lede_snapshot *s, const question *q, lede_error *err);
lede_status answers_find(answers *a, lede_snapshot *s, const char *key, const char *query,
                         lede_error *err);
lede_status answers_dump(answers *a, lede_snapshot *s, lede_error *err);
lede_status answers_article(answers *a, const lede_article *article, lede_error *err);

/* ---- pages ---- */

/* Page number i of a small made-up newspaper, in `revision`s that differ in their words; answers
 * its length. The address is "http://paper.example/N". About 1 KiB. */
size_t small_page(char *page, size_t capacity, uint32_t i, uint32_t revision);
#define SMALL_PAGE_BYTES 4096u
void small_page_url(char url[64], uint32_t i);

#endif
