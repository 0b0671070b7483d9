#include "server/arrivals.h"

#include "base/hash.h"
#include "base/limits.h"

#define SECOND_NS 1000000000ull

lede_status ld_arrivals_init(ld_arrivals *a, const lede_env *env, lede_error *err)
{
    a->env = env;
    a->slots = ld_alloc_zero(env, LD_ARRIVALS_SLOTS * sizeof *a->slots);
    return a->slots ? LEDE_OK : ld_error_nomem(err, LD_ARRIVALS_SLOTS * sizeof *a->slots);
}

void ld_arrivals_release(ld_arrivals *a)
{
    if (a->slots)
        ld_release(a->env, a->slots, LD_ARRIVALS_SLOTS * sizeof *a->slots);
    a->slots = NULL;
}

static ld_arrival *slot_at(const ld_arrivals *a, uint64_t hash, uint32_t tried)
{
    return &a->slots[(hash + tried) & (LD_ARRIVALS_SLOTS - 1)];
}

static uint64_t hash_of(const void *connection)
{
    uintptr_t address = (uintptr_t)connection;
    return ld_hash64(&address, sizeof address, 0);
}

static ld_arrival *find(const ld_arrivals *a, const void *connection)
{
    uint64_t hash = hash_of(connection);
    for (uint32_t i = 0; i < LD_ARRIVALS_TRIED; i++)
        if (slot_at(a, hash, i)->connection == connection)
            return slot_at(a, hash, i);
    return NULL;
}

/* The place of a connection that has none: free or old, else the one that was silent longest. */
static ld_arrival *claim(const ld_arrivals *a, const void *connection)
{
    uint64_t hash = hash_of(connection);
    ld_arrival *best = slot_at(a, hash, 0);
    for (uint32_t i = 1; i < LD_ARRIVALS_TRIED && best->connection; i++) {
        ld_arrival *other = slot_at(a, hash, i);
        if (!other->connection || other->seen_ns < best->seen_ns)
            best = other;
    }
    *best = (ld_arrival){connection, 0, 0};
    return best;
}

bool ld_arrivals_bytes(ld_arrivals *a, const void *connection, uint64_t now_ns)
{
    ld_arrival *slot = find(a, connection);
    if (!slot)
        slot = claim(a, connection);
    if (slot->began_ns == 0)
        slot->began_ns = now_ns;
    slot->seen_ns = now_ns;
    return now_ns - slot->began_ns <= LD_SERVER_REQUEST_SECONDS * SECOND_NS;
}

void ld_arrivals_done(ld_arrivals *a, const void *connection)
{
    ld_arrival *slot = find(a, connection);
    if (slot)
        slot->began_ns = 0;
}
