#ifndef LD_BASE_THREAD_H
#define LD_BASE_THREAD_H
/* Threads, locks and conditions over POSIX threads; the only place that includes pthread.h. */
#include <pthread.h>

#include "base/env.h"

typedef struct ld_mutex {
    pthread_mutex_t m;
} ld_mutex;
typedef struct ld_cond {
    pthread_cond_t c;
} ld_cond;
/* Stays where it is in memory from start to join. */
typedef struct ld_thread {
    pthread_t t;
    void (*run)(void *ctx);
    void *ctx;
    bool running; /* joinable */
} ld_thread;

lede_status ld_mutex_init(ld_mutex *m, lede_error *err);
void ld_mutex_release(ld_mutex *m);
void ld_mutex_lock(ld_mutex *m);
void ld_mutex_unlock(ld_mutex *m);
lede_status ld_cond_init(ld_cond *c, lede_error *err);
void ld_cond_release(ld_cond *c);
void ld_cond_wait(ld_cond *c, ld_mutex *m);
void ld_cond_signal(ld_cond *c);
void ld_cond_broadcast(ld_cond *c);
lede_status ld_thread_start(ld_thread *t, void (*run)(void *ctx), void *ctx, lede_error *err);
void ld_thread_join(ld_thread *t); /* harmless when not running */
uint32_t ld_cpu_count(void);       /* processors this process may use, at least 1 */

#endif
