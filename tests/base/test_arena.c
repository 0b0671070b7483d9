#include "base/arena.h"

#include "base/limits.h"
#include "tests/faulty_env.h"
#include "tests/test.h"

static int make_env(void **state)
{
    *state = faulty_env_new();
    return 0;
}

static int drop_env(void **state)
{
    faulty_env_assert_idle(*state);
    faulty_env_free(*state);
    return 0;
}

static ld_arena *new_arena(void **state, size_t bytes_max)
{
    lede_error err;
    ld_arena *arena;
    assert_ok(ld_arena_new(faulty_env_table(*state), bytes_max, &arena, &err), &err);
    return arena;
}

static void blocks_are_aligned_and_apart(void **state)
{
    ld_arena *arena = new_arena(state, 1 << 20);
    uint8_t *before = NULL;
    for (size_t bytes = 0; bytes < 200; bytes++) {
        uint8_t *block = ld_arena_alloc(arena, bytes);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 16, 0);
        assert_ptr_not_equal(block, before);
        memset(block, 0xff, bytes);
        before = block;
    }
    uint8_t *zero = ld_arena_array(arena, 10, 10);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(zero[i], 0);
    ld_arena_free(arena);
    ld_arena_free(NULL);
}

static void maximum_is_exact_and_sticky(void **state)
{
    ld_arena *arena = new_arena(state, 64);
    lede_error err;
    assert_non_null(ld_arena_alloc(arena, 32));
    assert_null(ld_arena_alloc(arena, 33));
    assert_int_equal(ld_arena_status(arena, &err), LEDE_E_LIMIT);
    assert_non_null(strstr(err.message, "64 bytes"));
    assert_non_null(ld_arena_alloc(arena, 17));
    assert_null(ld_arena_alloc(arena, 1));
    assert_int_equal(ld_arena_used_bytes(arena), 64);
    ld_arena_reset(arena);
    assert_int_equal(ld_arena_used_bytes(arena), 0);
    assert_ok(ld_arena_status(arena, &err), &err);
    assert_null(ld_arena_alloc(arena, SIZE_MAX));
    assert_null(ld_arena_alloc(arena, SIZE_MAX - 15));
    assert_null(ld_arena_array(arena, SIZE_MAX / 2, 3));
    assert_int_equal(ld_arena_status(arena, NULL), LEDE_E_LIMIT);
    ld_arena_free(arena);
}

static void refused_memory_is_remembered(void **state)
{
    faulty_env *f = *state;
    ld_arena *arena;
    lede_error err;
    faulty_env_fail(f, FAULTY_ALLOCATE, 1, 0, false);
    assert_int_equal(ld_arena_new(faulty_env_table(f), 100, &arena, &err), LEDE_E_NOMEM);
    arena = new_arena(state, 1 << 20);
    char *kept = ld_arena_format(arena, "%d-%s", 42, "words");
    faulty_env_fail(f, FAULTY_ALLOCATE, 1, 0, true);
    assert_null(ld_arena_alloc(arena, 100000));
    assert_null(ld_arena_resize(arena, kept, 9, 200000));
    assert_string_equal(kept, "42-words");
    faulty_env_heal(f);
    assert_non_null(ld_arena_alloc(arena, 100000));
    assert_int_equal(ld_arena_status(arena, &err), LEDE_E_NOMEM);
    ld_arena_free(arena);
}

static void reset_keeps_pages_up_to_the_maximum(void **state)
{
    faulty_env *f = *state;
    ld_arena *arena = new_arena(state, (size_t)256 << 20);
    for (int i = 0; i < 3000; i++)
        assert_non_null(ld_arena_alloc(arena, 1000));
    ld_arena_reset(arena);
#ifndef LD_ARENA_DEBUG
    uint64_t calls = faulty_env_calls(f, FAULTY_ALLOCATE);
    for (int i = 0; i < 3000; i++)
        assert_non_null(ld_arena_alloc(arena, 1000));
    assert_int_equal(faulty_env_calls(f, FAULTY_ALLOCATE), calls);
#endif
    assert_non_null(ld_arena_alloc(arena, (size_t)64 << 20));
    ld_arena_reset(arena);
    assert_true(faulty_env_live_bytes(f) <= LD_ARENA_KEPT_BYTES_MAX + 4096);
    ld_arena_free(arena);
}

static void copies_end_in_nul(void **state)
{
    ld_arena *arena = new_arena(state, 100);
    ld_span copy = ld_arena_copy(arena, LD_SPAN("story"));
    assert_true(ld_span_equal(copy, LD_SPAN("story")));
    assert_int_equal(copy.data[5], 0);
    copy = ld_arena_copy(arena, ld_span_of(NULL, 0));
    assert_non_null(copy.data);
    assert_int_equal(copy.data[0], 0);
    assert_null(ld_arena_copy(arena, ld_span_of("x", SIZE_MAX)).data);
    assert_ptr_equal(ld_arena_env(arena), faulty_env_table(*state));
    ld_arena_free(arena);
}

static void newest_block_moves_without_a_trace(void **state)
{
    faulty_env *f = *state;
    size_t bytes_max = (size_t)16 << 20, bytes = 16;
    ld_arena *arena = new_arena(state, bytes_max);
    uint8_t *block = ld_arena_alloc(arena, bytes);
    memset(block, 7, bytes);
    for (; bytes < bytes_max; bytes *= 2) {
        block = ld_arena_resize(arena, block, bytes, bytes * 2);
        assert_non_null(block);
        assert_int_equal(block[0], 7);
        assert_memory_equal(block, block + 1, bytes - 1);
        memset(block + bytes, 7, bytes);
        assert_int_equal(ld_arena_used_bytes(arena), bytes * 2);
    }
    assert_null(ld_arena_resize(arena, block, bytes, bytes + 1));
    assert_true(faulty_env_live_bytes(f) <= bytes_max + ((size_t)3 << 20));
    block = ld_arena_resize(arena, block, bytes, 10);
    assert_int_equal(ld_arena_used_bytes(arena), 16);
    assert_int_equal(block[9], 7);
    ld_arena_free(arena);
}

/* The naive twin keeps every block in a block of malloc of its own. */
static void random_work_equals_the_twin(void **state)
{
    enum { SLOTS = 200 };
    test_random r = {2};
    ld_arena *arena = new_arena(state, (size_t)2 << 20);
    for (int round = 0; round < 30; round++) {
        struct {
            uint8_t *block, *twin;
            size_t bytes;
        } slots[SLOTS] = {{0}};
        int used = 0;
        for (int step = 0; step < 400; step++) {
            bool grow = used > 0 && test_random_below(&r, 3) == 0;
            int i = grow ? (int)test_random_below(&r, (uint32_t)used) : used;
            if (grow && test_random_below(&r, 2))
                i = used - 1;
            if (i == SLOTS)
                continue;
            size_t bytes = test_random_below(&r, test_random_below(&r, 8) == 0 ? 40000 : 200);
            uint8_t *block = ld_arena_resize(arena, slots[i].block, slots[i].bytes, bytes);
            if (!block) {
                assert_int_equal(ld_arena_status(arena, NULL), LEDE_E_LIMIT);
                continue;
            }
            slots[i].block = block;
            slots[i].twin = realloc(slots[i].twin, bytes + 1);
            for (size_t b = slots[i].bytes; b < bytes; b++)
                block[b] = slots[i].twin[b] = (uint8_t)test_random_u64(&r);
            slots[i].bytes = bytes;
            used += !grow;
        }
        for (int i = 0; i < used; i++) {
            assert_memory_equal(slots[i].block, slots[i].twin, slots[i].bytes);
            free(slots[i].twin);
        }
        ld_arena_reset(arena);
    }
    ld_arena_free(arena);
}

/* The same requests are refused by a fresh arena and by one with a past. */
static void refusals_do_not_depend_on_the_past(void **state)
{
    ld_arena *old = new_arena(state, 300000), *fresh = new_arena(state, 300000);
    for (int i = 0; i < 50; i++)
        ld_arena_alloc(old, (size_t)(i * 977 % 9000));
    ld_arena_reset(old);
    test_random r = {3};
    void *a = NULL, *b = NULL;
    size_t bytes = 0;
    for (int i = 0; i < 2000; i++) {
        if (i % 100 == 99) {
            ld_arena_reset(old);
            ld_arena_free(fresh);
            fresh = new_arena(state, 300000);
            a = b = NULL;
        }
        size_t wanted = test_random_below(&r, 20000);
        bool grow = a && wanted > bytes && test_random_below(&r, 2);
        void *in_old = grow ? ld_arena_resize(old, a, bytes, wanted) : ld_arena_alloc(old, wanted);
        void *in_fresh =
            grow ? ld_arena_resize(fresh, b, bytes, wanted) : ld_arena_alloc(fresh, wanted);
        assert_int_equal(in_old == NULL, in_fresh == NULL);
        assert_int_equal(ld_arena_used_bytes(old), ld_arena_used_bytes(fresh));
        if (in_old) {
            a = in_old;
            b = in_fresh;
            bytes = wanted;
        }
    }
    ld_arena_free(old);
    ld_arena_free(fresh);
}

static void push_grows_an_array(void **state)
{
    ld_arena *arena = new_arena(state, 200000);
    uint32_t *items = NULL;
    uint32_t count = 0, capacity = 0;
    while (LD_ARENA_PUSH(arena, items, count, capacity, count * 3))
        ld_arena_alloc(arena, 1);
    assert_true(count > 5000);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(items[i], i * 3);
    assert_int_equal(ld_arena_status(arena, NULL), LEDE_E_LIMIT);
    assert_false(ld_arena_reserve(arena, (void **)&items, &capacity, (size_t)UINT32_MAX + 1, 1));
    ld_arena_free(arena);
}

int main(void)
{
#define IN_ENV(name) cmocka_unit_test_setup_teardown(name, make_env, drop_env)
    const struct CMUnitTest tests[] = {
        IN_ENV(blocks_are_aligned_and_apart),
        IN_ENV(maximum_is_exact_and_sticky),
        IN_ENV(refused_memory_is_remembered),
        IN_ENV(reset_keeps_pages_up_to_the_maximum),
        IN_ENV(copies_end_in_nul),
        IN_ENV(newest_block_moves_without_a_trace),
        IN_ENV(random_work_equals_the_twin),
        IN_ENV(refusals_do_not_depend_on_the_past),
        IN_ENV(push_grows_an_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
