#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "service/service.h"

static void every_operation_is_whole(void **state)
{
    (void)state;
    for (const service_op *const *op = service_operations(); *op; op++) {
        assert_non_null((*op)->name);
        assert_non_null((*op)->summary);
        assert_non_null((*op)->summary_zh);
        assert_non_null((*op)->permission);
        assert_non_null((*op)->run);
        assert_ptr_equal(service_find(text_of((*op)->name)), *op);
        if ((*op)->command) assert_ptr_equal(service_find(text_of((*op)->command)), *op);
        for (size_t i = 0; i < (*op)->input_count; i++) {
            assert_non_null((*op)->input[i].summary);
            assert_non_null((*op)->input[i].summary_zh);
        }
    }
}

/* An operation without a page of its own is printed by its table: each line needs its words. */
static void every_line_that_is_printed_has_its_words(void **state)
{
    (void)state;
    for (const service_op *const *op = service_operations(); *op; op++)
        for (size_t i = 0; !(*op)->print && i < (*op)->output_count; i++) {
            const service_field *field = &(*op)->output[i];
            if (field->is_list && field->type == SERVICE_OBJECT) continue;
            if (!field->summary || !field->summary_zh) fail_msg("%s: %s has no words", (*op)->name, field->name);
        }
}

static err answer_nothing(service_call *call)
{
    (void)call;
    return ERR_NONE;
}

static err answer_count(service_call *call)
{
    service_put_count(call->request, call->reply, "count", 3);
    return ERR_NONE;
}

static const service_field COUNT_OUTPUT[] = { { .name = "count", .type = SERVICE_COUNT } };
static const service_field TEXT_OUTPUT[] = { { .name = "count", .type = SERVICE_TEXT } };

static err run_op(const service_field *output, err (*run)(service_call *))
{
    arena *a = arena_open();
    service_settings settings = { .thread_count = 1 };
    service *office = service_open(a, &settings);
    service_op op = { .name = "test.op", .output = output, .output_count = 1, .run = run };
    service_call *call = service_call_open(office, a, &op, false);
    err e = service_run(call);
    service_close(office);
    arena_close(a);
    return e;
}

static void a_reply_is_held_against_its_table(void **state)
{
    (void)state;
    assert_null(run_op(COUNT_OUTPUT, answer_count).kind);
    assert_ptr_equal(run_op(COUNT_OUTPUT, answer_nothing).kind, &SERVICE_REPLY_UNFIT);
    assert_ptr_equal(run_op(TEXT_OUTPUT, answer_count).kind, &SERVICE_REPLY_UNFIT);
}

static void an_argument_no_table_names_is_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    service_settings settings = { .thread_count = 1 };
    service *office = service_open(a, &settings);
    service_call *call = service_call_open(office, a, service_find(TEXT("calc")), false);
    assert_ptr_equal(service_give(call, TEXT("wage"), TEXT("1")).kind, &SERVICE_UNKNOWN_ARGUMENT);
    assert_null(service_give(call, TEXT("region"), TEXT("中国")).kind);
    service_close(office);
    arena_close(a);
}

static void the_nearest_word_is_near(void **state)
{
    (void)state;
    static const char *const WORDS[] = { "check", "calc", "cases", "基础养老金", "过渡性养老金" };
    static const struct { const char *said, *meant; } CASES[] = {
        { "chek", "check" }, { "cacl", "calc" },         { "case", "cases" },
        { "zzzz", NULL },    { "基础养老", "基础养老金" }, { "CHECK", "check" },
    };
    arena *a = arena_open();
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        const char *near = service_nearest(a, text_of(CASES[i].said), WORDS, ARRAY_COUNT(WORDS));
        if (CASES[i].meant) assert_string_equal(near, CASES[i].meant);
        else assert_null(near);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_whole),
        cmocka_unit_test(every_line_that_is_printed_has_its_words),
        cmocka_unit_test(a_reply_is_held_against_its_table),
        cmocka_unit_test(an_argument_no_table_names_is_refused),
        cmocka_unit_test(the_nearest_word_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
