#ifndef LD_QUERY_PLACES_H
#define LD_QUERY_PLACES_H
/*
 * Where in one document do phrases and connectors stand? Joins over ascending lists of places,
 * shared by the cursors and by the marks, so that what is marked is what was found.
 *
 * A run is a stretch of positions that a phrase may cross: a zone, but lead and body together, and
 * with `bridge` (hlead) headline and lead together. The unused position between headline and lead
 * does not count as a distance when bridged.
 */
#include "query/cursor.h"

typedef struct ld_runs {
    const ld_zone_range *zones; /* [zone_count] of the document */
    uint32_t zone_count;
    uint32_t bridge_end; /* the unused position that is passed over; UINT32_MAX: none */
} ld_runs;

void ld_runs_init(ld_runs *runs, const ld_zone_range *zones, uint32_t zone_count, bool bridge);
/* Whether both positions lie in one run. */
bool ld_runs_same(const ld_runs *runs, uint32_t a, uint32_t b);

typedef struct ld_phrase {
    const ld_span_list **words; /* [count] */
    const uint32_t *offsets;    /* [count], offsets[0] = 0, ascending */
    uint32_t count;
    uint32_t slop;
    uint32_t *at; /* [count] scratch */
} ld_phrase;
/* Every place of the first word from which the others follow in order, the last at most `slop`
 * positions later than its offset says. False when the arena refused. */
bool ld_phrase_join(const ld_phrase *phrase, const ld_runs *runs, ld_arena *arena,
                    ld_span_list *out);

/* When do two places meet? Where they do not overlap and lie in one run, and the ends that face
 * each other are at most `distance` apart, or have none of `starts` between them. */
typedef struct ld_near_rule {
    bool ordered; /* the left one comes first */
    uint8_t unit; /* ld_ast_unit */
    uint32_t distance;
    const uint32_t *starts; /* [start_count] of sentences or paragraphs, ascending */
    uint32_t start_count;
} ld_near_rule;
/* Which places of the left meet one of the right: flags[i] of left, flags of right. Linear: of all
 * places before (behind) another the nearest meets it if any does. */
void ld_near_join(const ld_span_list *left, const ld_span_list *right, const ld_near_rule *rule,
                  const ld_runs *runs, bool *left_flags, bool *right_flags);

#endif
