#ifndef LEDE_ALERTS_H
#define LEDE_ALERTS_H
/*
 * Saved queries of an archive, and which newly added articles answer them.
 *
 * Alerts are kept in the archive's folder, beside its generations: the file alerts.jsonl, replaced
 * as a whole by a rename. Copies and repairs of an archive take it along.
 */
#include "lede/archive.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lede_alert {
    const char *name;    /* 1 to 64 letters, digits, "-", "_" and "."; unique in the archive */
    const char *query;   /* as it was given */
    const char *dialect; /* "lede", "lucene", "lexis" or "factiva" */
    int64_t created_utc_ms;
} lede_alert;

typedef struct lede_alerts lede_alerts; /* a copy; any thread, unchanged once it is read */
/*
 * Reads the alerts of an archive.
 * Returns: LEDE_OK with *alerts (perhaps none); CORRUPT; IO; NOMEM. Ownership: lede_alerts_free.
 * Since 0.1.
 */
LEDE_API lede_status lede_alerts_load(const lede_env *env, const char *dir, lede_alerts **alerts,
                                      lede_error *err);
/* Returns: [*count] alerts, the oldest first, borrowed. Since 0.1. */
LEDE_API const lede_alert *lede_alerts_items(const lede_alerts *alerts, uint32_t *count);
/* Returns: the alert of that name, borrowed; NULL: there is none. Since 0.1. */
LEDE_API const lede_alert *lede_alerts_find(const lede_alerts *alerts, const char *name);
LEDE_API void lede_alerts_free(lede_alerts *alerts); /* NULL is harmless */

/*
 * Saves a query. dialect: NULL: "lede". The query is read with the archive's names of zones and
 * fields; a query in which nothing can be looked for is refused.
 * Returns: LEDE_OK, and it lasts; EXISTS an alert of that name; INVALID name, dialect or query;
 * LIMIT too many; NOTFOUND no archive at dir; BUSY another process changes alerts now; CORRUPT; IO;
 * NOMEM. Cost: writes all alerts anew. Since 0.1.
 */
LEDE_API lede_status lede_alert_add(const lede_env *env, const char *dir, const char *name,
                                    const char *query, const char *dialect, lede_error *err);
/* Returns: LEDE_OK, and it lasts; NOTFOUND no such alert; BUSY; CORRUPT; IO; NOMEM. Since 0.1. */
LEDE_API lede_status lede_alert_remove(const lede_env *env, const char *dir, const char *name,
                                       lede_error *err);

/* An article that was added and answers an alert. Borrowed until the callback returns. */
typedef struct lede_alert_match {
    const lede_alert *alert;
    lede_text key, headline;
    uint64_t generation; /* the first that holds the article */
} lede_alert_match;

/*
 * From now on every article that this writer adds (new, replaced, or a new version) is held against
 * the archive's alerts as they are now; call it again when they change. each() is told after the
 * commit that makes the articles last, article by article in the order of adding and by alert as
 * lede_alerts_items has them; what a failed commit loses is not told. It must not use the writer.
 *
 * An article answers an alert when a search for the alert's query in an archive of just the newly
 * added articles would find it: never relaxed, without aliases of names, copies not folded; "last
 * week" and its like are meant from the day of adding.
 * each NULL: no longer.
 * Returns: LEDE_OK; CORRUPT the file of alerts; LIMIT; IO; NOMEM. Cost: reads and indexes the
 * queries; then some microseconds an article and 10,000 alerts, and a search for each alert that
 * may be answered. Nothing where the archive has no alerts. Since 0.1.
 */
LEDE_API lede_status lede_writer_watch(lede_writer *writer,
                                       void (*each)(void *ctx, const lede_alert_match *match),
                                       void *ctx, lede_error *err);

#ifdef __cplusplus
}
#endif
#endif
