/* Arenas: what is refused, and that what follows is as if it had not been asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void assert_zeroed(const char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) assert_int_equal(memory[i], 0);
}

static void what_is_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    arena_limit(a, 10000);
    assert_non_null(arena_try_alloc(a, 6000));
    assert_null(arena_try_alloc(a, 6000));
    assert_non_null(arena_try_alloc(a, 3000));
    arena_close(a);
}

static void what_the_machine_does_not_give_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    char *before = arena_alloc(a, 100);
    memset(before, 1, 100);
    assert_null(arena_try_alloc(a, (size_t)1 << 50));
    assert_null(arena_try_alloc(a, SIZE_MAX));
    char *after = arena_alloc(a, 100), *large = arena_alloc(a, 5 << 20);
    assert_zeroed(after, 100);
    assert_zeroed(large, 5 << 20);
    assert_int_equal((uintptr_t)large % 64, 0);
    assert_int_equal(before[99], 1);
    arena_close(a);
}

static void what_was_reset_comes_zeroed_again(void **state)
{
    (void)state;
    static const size_t SIZES[] = { 200, 20000, 5 << 20 };
    arena *a = arena_open();
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        memset(arena_alloc(a, SIZES[i]), 7, SIZES[i]);
        arena_reset(a);
        assert_zeroed(arena_alloc(a, SIZES[i]), SIZES[i]);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_beyond_the_limit_is_refused),
        cmocka_unit_test(what_the_machine_does_not_give_is_refused),
        cmocka_unit_test(what_was_reset_comes_zeroed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
