/* Libraries that are loaded when they are first needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/late.h"

static size_t (*length_of)(const char *);

static void a_function_is_found_and_called(void **state)
{
    (void)state;
    static const late_function FUNCTIONS[] = { { "strlen", &length_of } };
    atomic_bool is_loaded = false;
    assert_null(late_load("libc.so.6", FUNCTIONS, 1, &is_loaded).kind);
    assert_true(is_loaded);
    assert_int_equal(length_of("doudi"), 5);
    /* what is loaded is not looked for again */
    assert_null(late_load("libnone.so.1", FUNCTIONS, 1, &is_loaded).kind);
}

/* What is not there is an error that names it, each time: it may be installed meanwhile. */
static void what_is_missing_is_named(void **state)
{
    (void)state;
    void *place;
    const late_function none = { "no_such_function", &place };
    atomic_bool is_loaded = false;
    for (int i = 0; i < 2; i++) {
        err e = late_load("libnone.so.1", &none, 1, &is_loaded);
        assert_ptr_equal(e.kind, &LATE_MISSING);
        assert_string_equal(e.detail, "libnone.so.1");
    }
    err e = late_load("libc.so.6", &none, 1, &is_loaded);
    assert_ptr_equal(e.kind, &LATE_MISSING);
    assert_string_equal(e.detail, "no_such_function");
    assert_false(is_loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_is_found_and_called),
        cmocka_unit_test(what_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
