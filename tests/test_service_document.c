/* Documents: the ending says the form, and what is too long to be printed is not printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/document.h"

static void endings_are_those_of_the_table(void **state)
{
    (void)state;
    static const char *const GOOD[] = { "a.pdf", "a.b.xlsx", "/tmp/x.csv", "页.html" };
    static const char *const BAD[] = { "a", "a.doc", "a.pdf.gz", ".pdf", "a.PDF", "apdf" };
    static const service_settings SETTINGS = { .thread_count = 1 };
    arena *a = arena_open();
    service *office = service_open(a, &SETTINGS);
    const service_op *op = service_find(TEXT("ledger.bulletin"));
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        assert_null(service_give(service_call_open(office, a, op, true), TEXT("out"), text_of(GOOD[i])).kind);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_ptr_equal(service_give(service_call_open(office, a, op, true), TEXT("out"), text_of(BAD[i])).kind,
                         &SERVICE_UNKNOWN_ENDING);
    service_close(office);
    arena_close(a);
}

static void what_is_too_long_is_not_printed_and_nothing_is_written(void **state)
{
    (void)state;
    enum { ROWS = 50001 };
    static const service_settings SETTINGS = { .thread_count = 1, .today_day = 46000 };
    static const char *const ENDS[] = { "pdf", "html" };
    arena *a = arena_open();
    service *office = service_open(a, &SETTINGS);
    text *cells = ARENA_ARRAY(a, text, ROWS);
    for (size_t i = 0; i < ROWS; i++) cells[i] = TEXT("1.00");
    for (size_t i = 0; i < 2; i++) {
        document d;
        service_call *call = service_call_open(office, a, service_find(TEXT("ledger.bulletin")), true);
        const char *path = text_format(a, "/tmp/doudi-document-%d.%s", (int)getpid(), ENDS[i]).bytes;
        assert_null(service_give(call, TEXT("out"), text_of(path)).kind);
        paper_node *body = document_begin(call, &d, TEXT("表"));
        document_table(call, body, cells, ROWS, 1, (const bool[]){ true }, NULL);
        err e = document_write(call, &d);
        assert_ptr_equal(e.kind, &DOCUMENT_TOO_LONG);
        assert_string_equal(e.detail, "50001");
        assert_int_not_equal(access(path, F_OK), 0);
    }
    service_close(office);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endings_are_those_of_the_table),
        cmocka_unit_test(what_is_too_long_is_not_printed_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
