#ifndef LD_SERVER_PAGE_RESULTS_H
#define LD_SERVER_PAGE_RESULTS_H
/* The results page, written as the hits come: begin, each hit, end. */
#include "server/page.h"

#define LD_RESULTS_PER_PAGE 10u

typedef struct ld_results {
    ld_page page;
    const lede_answer *answer;
    uint32_t number;    /* of this page, from 1 */
    uint32_t pages_max; /* pages that can be asked for */
    uint32_t hit_count; /* written so far */
} ld_results;

/* The front page: the form, what is in the archive, how to ask. */
void ld_results_write_front(const ld_page *page);
void ld_results_begin(const ld_results *r);
void ld_results_write_hit(ld_results *r, const lede_hit *hit);
void ld_results_end(const ld_results *r);

#endif
