/*
 * Alerts when memory runs out: whichever allocation fails, the call says so or has done its work
 * whole (no match is lost in silence), nothing leaks, and the archive and its list work afterwards.
 */
#include <errno.h>

#include "base/env_memory.h"
#include "base/error.h"
#include "lede/lede.h"
#include "tests/faulty_env.h"
#include "tests/test.h"

#define ROOT "/alerts"
#define DIR  ROOT "/a"
#define RUNS 150u /* of the allocations of a work, spread evenly */
#define TOLD 9u   /* matches of the articles below: 1, 1, 2, 2 and 3 */
#define DOCS 3u

static lede_error err;

static const char *const queries[] = {"storm", "\"red bridge\"", "bri* -oil", "-storm",
                                      "title:ferry (oil OR bridge)"};
#define QUERIES (sizeof queries / sizeof *queries)
static const char *const texts[DOCS] = {"The storm took the red bridge.", "The price of oil rose.",
                                        "A ferry goes where the bridge was."};

static lede_env *archive_make(void)
{
    lede_env *env;
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(lede_archive_create(env, DIR, NULL, &err), &err);
    for (uint32_t i = 0; i < QUERIES; i++) {
        char name[2] = {(char)('a' + i), 0};
        assert_ok(lede_alert_add(env, DIR, name, queries[i], NULL, &err), &err);
    }
    return env;
}

static void take(void *ctx, const lede_alert_match *m)
{
    assert_true(m->key.bytes > 0 && m->alert->name[0]);
    ++*(uint32_t *)ctx;
}

static lede_status articles_add(lede_writer *w)
{
    for (uint32_t i = 0; i < DOCS; i++) {
        char key[2] = {(char)('0' + i), 0};
        lede_block block = {.text = {texts[i], strlen(texts[i])}};
        lede_article a = {.struct_bytes = sizeof a,
                          .blocks = &block,
                          .block_count = 1,
                          .kind = "story",
                          .headline = {"Ferry", 5},
                          .language = {"en", 2},
                          .key = {key, 1}};
        lede_add_outcome outcome;
        LD_TRY(lede_writer_add_article(w, &a, &outcome, &err));
    }
    return LEDE_OK;
}

/* Articles held against alerts as they are added. */
static lede_status watch_work(const lede_env *env, uint32_t *told)
{
    lede_writer *w;
    *told = 0;
    LD_TRY(lede_writer_open(env, DIR, NULL, &w, &err));
    lede_status status = lede_writer_watch(w, take, told, &err);
    if (status == LEDE_OK)
        status = articles_add(w);
    if (status == LEDE_OK)
        status = lede_writer_commit(w, NULL, &err);
    lede_writer_close(w);
    return status;
}

/* The list is read, one is added and one removed. */
static lede_status list_work(const lede_env *env, uint32_t *told)
{
    lede_alerts *alerts;
    uint32_t count;
    *told = 0;
    LD_TRY(lede_alerts_load(env, DIR, &alerts, &err));
    (void)lede_alerts_items(alerts, &count);
    lede_alerts_free(alerts);
    assert_int_equal(count, QUERIES);
    LD_TRY(lede_alert_add(env, DIR, "new", "harbour w/5 mayor", NULL, &err));
    *told = 1;
    LD_TRY(lede_alert_remove(env, DIR, "a", &err));
    *told = 2;
    return LEDE_OK;
}

/* The work with the nth allocation failing (0: none); how many it made. */
static uint64_t run(lede_status (*work)(const lede_env *, uint32_t *), uint64_t nth, uint32_t whole)
{
    lede_env *memory = archive_make();
    faulty_env *f = faulty_env_new_over(memory);
    lede_alerts *alerts;
    uint32_t done, count;
    if (nth)
        faulty_env_fail(f, FAULTY_ALLOCATE, nth, ENOMEM, false);
    lede_status status = work(faulty_env_table(f), &done);
    uint64_t calls = faulty_env_calls(f, FAULTY_ALLOCATE);
    faulty_env_heal(f);
    if (status == LEDE_OK)
        assert_int_equal(done, whole);
    else
        assert_int_equal(status, LEDE_E_NOMEM);
    if (!nth)
        assert_ok(status, &err);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    assert_ok(lede_alerts_load(memory, DIR, &alerts, &err), &err);
    (void)lede_alerts_items(alerts, &count);
    assert_in_range(count, QUERIES, QUERIES + 1);
    lede_alerts_free(alerts);
    if (status != LEDE_OK && work == watch_work) {
        assert_ok(watch_work(memory, &done), &err);
        assert_true(done <= whole);
    }
    ld_env_memory_free(memory);
    return calls;
}

static void every_so_often(lede_status (*work)(const lede_env *, uint32_t *), uint32_t whole)
{
    uint64_t calls = run(work, 0, whole), step = calls / RUNS + 1;
    assert_true(calls > 20);
    for (uint64_t nth = 1; nth <= calls; nth += step)
        (void)run(work, nth, whole);
}

static void articles_are_told_or_it_is_said(void **state)
{
    (void)state;
    every_so_often(watch_work, TOLD);
}

static void the_list_is_the_old_or_the_new(void **state)
{
    (void)state;
    every_so_often(list_work, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(articles_are_told_or_it_is_said),
        cmocka_unit_test(the_list_is_the_old_or_the_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
