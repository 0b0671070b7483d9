#ifndef LD_QUERY_FLAT_MEET_H
#define LD_QUERY_FLAT_MEET_H
/*
 * Candidates of one range of documents in which every required word has one block: what flat_and.c
 * gathers and flat_phrase.c looks through for words in a row.
 */
#include "query/flat.h"

typedef uint16_t ld_flat_places[LD_FLAT_BATCH + LD_FLAT_SLACK];

typedef struct ld_meeting {
    ld_flat *f;
    const ld_flat_phrase *phrase; /* the query's required words are this phrase; NULL: not so */
    uint32_t rest_bound;          /* most points of optional words and checks */
    uint32_t count;
    ld_flat_numbers docs, points; /* [count] */
    ld_flat_places *at;           /* [required_count][count] postings in the words' blocks */
    /* where the phrase can begin in each of them, so far */
    uint32_t *starts; /* [starts_used] of starts_max */
    uint32_t starts_used, starts_max;
    ld_flat_numbers starts_first, starts_count; /* [count] */
} ld_meeting;

/* Keeps the candidates that kept[0 .. count) names, ascending. */
void ld_meeting_keep(ld_meeting *m, const uint16_t *kept, uint32_t count);

/* NULL: the execution has failed. */
ld_meeting *ld_meeting_new(ld_flat *f);
/* Takes candidates that have all words, and the query's only phrase: what else must hold, points,
 * top. False: the execution has failed. */
bool ld_meeting_take(ld_meeting *m);

/* ---- flat_phrase.c: false, the execution has failed ---- */

/* Keeps the candidates in which `word` (of required) has places that fit those before; `first`:
 * there are none before. */
bool ld_meeting_narrow(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, bool first);
/* The same for candidate i alone, whose starts get empty where the word has no such place. Of the
 * first two words the second reads the first's places, too. */
bool ld_meeting_place(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, uint32_t i);
/* The same with all words of the phrase at once. */
bool ld_meeting_find(ld_meeting *m, const ld_flat_phrase *phrase);
/* Adds the points of the phrase, whose places were found, to the candidates. */
bool ld_meeting_score(ld_meeting *m, const ld_flat_phrase *phrase);
/* bounds[i] += points of the phrase as if it stood in candidate i as often as `word`. */
bool ld_meeting_bound(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, uint32_t *bounds);

#endif
