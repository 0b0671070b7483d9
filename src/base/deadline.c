#include "base/deadline.h"

/* Polls between two looks at the clock: a block of postings takes about a microsecond, so the clock
 * is met within a millisecond. */
#define POLLS_A_LOOK 255u

void ld_deadline_init(ld_deadline *d, const lede_env *env, uint64_t budget_ms,
                      const atomic_int *cancel)
{
    *d = (ld_deadline){env, UINT64_MAX, cancel, 0, false};
    if (budget_ms == 0)
        return;
    uint64_t budget_ns, end_ns;
    if (!__builtin_mul_overflow(budget_ms, (uint64_t)1000000, &budget_ns) &&
        !__builtin_add_overflow(ld_clock_monotonic_ns(env), budget_ns, &end_ns))
        d->end_ns = end_ns;
}

bool ld_deadline_check(ld_deadline *d)
{
    d->countdown = POLLS_A_LOOK;
    if (d->met)
        return true;
    if (d->cancel && atomic_load_explicit(d->cancel, memory_order_relaxed) != 0)
        d->met = true;
    else if (d->end_ns != UINT64_MAX && ld_clock_monotonic_ns(d->env) >= d->end_ns)
        d->met = true;
    return d->met;
}

lede_status ld_deadline_status(const ld_deadline *d, lede_error *err)
{
    if (!d || !d->met)
        return LEDE_OK;
    if (d->cancel && atomic_load_explicit(d->cancel, memory_order_relaxed) != 0)
        return LD_FAIL(err, LEDE_E_CANCELLED, "the work was cancelled");
    return LD_FAIL(err, LEDE_E_DEADLINE, "the time given ran out before the work was done");
}
