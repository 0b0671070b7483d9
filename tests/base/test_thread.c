#include "base/thread.h"

#include "tests/test.h"

enum { THREADS = 4, ROUNDS = 5000 };

typedef struct shared {
    ld_mutex mutex;
    ld_cond cond;
    uint64_t sum;
    int done;
} shared;

static void count(void *ctx)
{
    shared *s = ctx;
    for (int i = 0; i < ROUNDS; i++) {
        ld_mutex_lock(&s->mutex);
        s->sum++;
        ld_mutex_unlock(&s->mutex);
    }
    ld_mutex_lock(&s->mutex);
    s->done++;
    ld_cond_signal(&s->cond);
    ld_mutex_unlock(&s->mutex);
}

static void a_mutex_excludes_and_a_condition_wakes(void **state)
{
    (void)state;
    shared s = {0};
    lede_error err;
    ld_thread threads[THREADS] = {0};
    assert_ok(ld_mutex_init(&s.mutex, &err), &err);
    assert_ok(ld_cond_init(&s.cond, &err), &err);
    for (int i = 0; i < THREADS; i++)
        assert_ok(ld_thread_start(&threads[i], count, &s, &err), &err);
    ld_mutex_lock(&s.mutex);
    while (s.done < THREADS)
        ld_cond_wait(&s.cond, &s.mutex);
    ld_mutex_unlock(&s.mutex);
    for (int i = 0; i < THREADS; i++) {
        ld_thread_join(&threads[i]);
        ld_thread_join(&threads[i]);
    }
    assert_int_equal(s.sum, THREADS * ROUNDS);
    ld_cond_broadcast(&s.cond);
    ld_cond_release(&s.cond);
    ld_mutex_release(&s.mutex);
    assert_true(ld_cpu_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_mutex_excludes_and_a_condition_wakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
