#ifndef LD_SERVER_PAGE_RESULTS_H
#define LD_SERVER_PAGE_RESULTS_H
/* The results page, written as the hits come: begin, each hit, end. */
#include "server/page.h"
#include "server/timeline.h"

#define LD_RESULTS_PER_PAGE 10u

/* The most frequent values of one field among all stories found. */
typedef struct ld_facet_list {
    const lede_facet_value *values; /* [count] */
    uint32_t count;
} ld_facet_list;

typedef struct ld_results {
    ld_page page;
    const lede_answer *answer;
    uint32_t number;             /* of this page, from 1 */
    uint32_t pages_max;          /* pages that can be asked for */
    uint32_t hit_count;          /* written so far */
    const ld_timeline *timeline; /* NULL or without bars: none is shown */
    ld_facet_list facets[LD_FILTER_FACETS_COUNT];
} ld_results;

/* The front page: the form, what is in the archive, how to ask. */
void ld_results_write_front(const ld_page *page);
void ld_results_begin(const ld_results *r);
/* page_narrow.c: what is in force, the timeline, the column beside the stories. */
void ld_results_write_chips(const ld_results *r);
void ld_results_write_timeline(const ld_results *r);
void ld_results_write_narrow(const ld_results *r);

void ld_results_write_hit(ld_results *r, const lede_hit *hit);
void ld_results_end(const ld_results *r);

#endif
