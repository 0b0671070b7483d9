#ifndef LD_BASE_DEADLINE_H
#define LD_BASE_DEADLINE_H
/* The one object through which long work asks whether it may go on. */
#include <stdatomic.h>

#include "base/env.h"

typedef struct ld_deadline {
    const lede_env *env;
    uint64_t end_ns;          /* monotonic; UINT64_MAX: no end */
    const atomic_int *cancel; /* non-zero: stop; may be NULL */
    uint32_t countdown;       /* polls left until the clock is read again */
    bool met;                 /* sticky */
} ld_deadline;

/* budget_ms 0: no end. */
void ld_deadline_init(ld_deadline *d, const lede_env *env, uint64_t budget_ms,
                      const atomic_int *cancel);
bool ld_deadline_check(ld_deadline *d); /* reads the clock; true: stop */
/* Why it stopped: OK, DEADLINE or CANCELLED. d may be NULL. */
lede_status ld_deadline_status(const ld_deadline *d, lede_error *err);
/* Cheap: reads the clock once in 256 calls; for inner loops, once per block. d may be NULL. */
static inline bool ld_deadline_poll(ld_deadline *d)
{
    if (!d || d->met)
        return d && d->met;
    if (d->countdown-- > 0)
        return false;
    return ld_deadline_check(d);
}

#endif
