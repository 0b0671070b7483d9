#ifndef LD_ENGINE_ALERTS_H
#define LD_ENGINE_ALERTS_H
/*
 * The file alerts.jsonl beside the manifest: one {"name", "query", "dialect", "created"} a line,
 * the oldest first. It is replaced by a rename; it is state of the archive and no part of a
 * generation.
 */
#include "base/env.h"
#include "lede/alerts.h"

#define LD_ALERTS_FILE           "alerts.jsonl"
#define LD_ALERTS_LOCK           "alerts.lock"
#define LD_ALERTS_MAX            100000u     /* each is kept parsed while articles are added */
#define LD_ALERTS_BYTES_MAX      (64u << 20) /* of the file */
#define LD_ALERT_NAME_BYTES_MAX  64u
#define LD_ALERT_QUERY_BYTES_MAX (64u << 10)

/* Takes the alerts along to another folder; one without alerts changes nothing. */
lede_status ld_alerts_copy(const lede_env *env, const char *from, const char *to, lede_error *err);

#endif
