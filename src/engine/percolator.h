#ifndef LD_ENGINE_PERCOLATOR_H
#define LD_ENGINE_PERCOLATOR_H
/*
 * Which alerts does each newly added article answer? (percolator.c) One thread at a time.
 */
#include "flow/segment.h"
#include "index/snapshot.h"
#include "lede/alerts.h"

typedef struct ld_percolator ld_percolator;

/* alerts: borrowed. rarity: the archive, to choose words by; may be NULL, and is not kept.
 * now_utc_ms: what "last week" is relative to. */
lede_status ld_percolator_new(const lede_env *env, const ld_profile *profile,
                              const lede_alerts *alerts, const ld_snapshot *rarity,
                              int64_t now_utc_ms, ld_percolator **percolator, lede_error *err);
void ld_percolator_free(ld_percolator *p); /* NULL is harmless */
/* An article that was added; what is needed of it is copied. */
lede_status ld_percolator_add(ld_percolator *p, const ld_document *document, ld_span headline,
                              lede_error *err);
/* Finishes what was added; then tells the matches, by article and alert, and forgets them. */
lede_status ld_percolator_run(ld_percolator *p, lede_error *err);
void ld_percolator_tell(ld_percolator *p, uint64_t generation,
                        void (*each)(void *ctx, const lede_alert_match *match), void *ctx);
void ld_percolator_forget(ld_percolator *p); /* articles and matches */
/* Every alert is run, whichever words it needs: for the twin and the measure. */
void ld_percolator_run_all(ld_percolator *p, bool all);

#endif
