#ifndef LD_SERVER_ARRIVALS_H
#define LD_SERVER_ARRIVALS_H
/*
 * Since when does each connection's request arrive? A client that sends a byte now and then never
 * is idle; this is what bounds it.
 *
 * A table of fixed size by the connection's address: evhttp tells of a connection's end only once
 * its first request has been read, so an entry cannot be taken out. It is old once no byte came for
 * as long as idle connections live, and then it gives way. Nothing is allocated while requests run.
 */
#include "base/env.h"

#define LD_ARRIVALS_SLOTS 16384u /* four times the connections there may be; a power of two */
#define LD_ARRIVALS_TRIED 16u    /* neighbours looked at */

typedef struct ld_arrival {
    const void *connection; /* NULL: free */
    uint64_t began_ns;      /* first byte of the request that arrives; 0: none does */
    uint64_t seen_ns;       /* last byte */
} ld_arrival;

typedef struct ld_arrivals {
    const lede_env *env;
    ld_arrival *slots; /* [LD_ARRIVALS_SLOTS], owned */
} ld_arrivals;

lede_status ld_arrivals_init(ld_arrivals *a, const lede_env *env, lede_error *err);
void ld_arrivals_release(ld_arrivals *a); /* harmless on a cleared one */

/* Bytes came. False: the request has been arriving for longer than LD_SERVER_REQUEST_SECONDS. */
bool ld_arrivals_bytes(ld_arrivals *a, const void *connection, uint64_t now_ns);
/* The request is complete, or the connection is a new one: the next byte begins another. */
void ld_arrivals_done(ld_arrivals *a, const void *connection);

#endif
