#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

lede_status ld_mutex_init(ld_mutex *m, lede_error *err)
{
    int result = pthread_mutex_init(&m->m, NULL);
    return result ? LD_FAIL_OS(err, LEDE_E_IO, result, "cannot make a lock") : LEDE_OK;
}

void ld_mutex_release(ld_mutex *m)
{
    pthread_mutex_destroy(&m->m);
}

void ld_mutex_lock(ld_mutex *m)
{
    pthread_mutex_lock(&m->m);
}

void ld_mutex_unlock(ld_mutex *m)
{
    pthread_mutex_unlock(&m->m);
}

lede_status ld_cond_init(ld_cond *c, lede_error *err)
{
    int result = pthread_cond_init(&c->c, NULL);
    return result ? LD_FAIL_OS(err, LEDE_E_IO, result, "cannot make a condition") : LEDE_OK;
}

void ld_cond_release(ld_cond *c)
{
    pthread_cond_destroy(&c->c);
}

void ld_cond_wait(ld_cond *c, ld_mutex *m)
{
    pthread_cond_wait(&c->c, &m->m);
}

void ld_cond_signal(ld_cond *c)
{
    pthread_cond_signal(&c->c);
}

void ld_cond_broadcast(ld_cond *c)
{
    pthread_cond_broadcast(&c->c);
}

static void *run_thread(void *ctx)
{
    ld_thread *t = ctx;
    t->run(t->ctx);
    return NULL;
}

/* The new thread takes none of the program's signals (those belong to the thread that installed
 * the handlers), but for the ones that its own instructions raise. */
lede_status ld_thread_start(ld_thread *t, void (*run)(void *ctx), void *ctx, lede_error *err)
{
    t->run = run;
    t->ctx = ctx;
    sigset_t blocked, before;
    sigfillset(&blocked);
    sigdelset(&blocked, SIGSEGV);
    sigdelset(&blocked, SIGBUS);
    sigdelset(&blocked, SIGFPE);
    sigdelset(&blocked, SIGILL);
    sigdelset(&blocked, SIGTRAP);
    sigdelset(&blocked, SIGPROF);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int result = pthread_create(&t->t, NULL, run_thread, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    t->running = result == 0;
    return result ? LD_FAIL_OS(err, LEDE_E_IO, result, "cannot start a thread") : LEDE_OK;
}

void ld_thread_join(ld_thread *t)
{
    if (!t->running)
        return;
    pthread_join(t->t, NULL);
    t->running = false;
}

uint32_t ld_cpu_count(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                            : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (uint32_t)count : 1;
}
