#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "docket/docket.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    docket_book *book;
} docket_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    docket_office *o = ARENA_NEW(house->memory, docket_office);
    *o = (docket_office){ .house = house, .memory = house->memory };
    ok(docket_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    docket_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static docket_said say(docket_office *o, const char *docket, const char *key, const char *cells)
{
    docket_said said;
    docket_act act = { .actor_id = 3, .known_ms = o->house->now_ms += 10, .why = TEXT("test") };
    office_begin(o->house);
    ok(office_end(o->house, docket_say(o->book, &act, text_of(docket), text_of(key), text_of(cells), &said)));
    return said;
}

static err strike(docket_office *o, const char *docket, int64_t row, bool *is_new)
{
    docket_act act = { .actor_id = 4, .known_ms = o->house->now_ms += 10, .why = TEXT("test") };
    office_begin(o->house);
    return office_end(o->house, docket_strike(o->book, &act, text_of(docket), row, is_new));
}

static void a_row_stands_once_by_its_key(void **state)
{
    docket_office *o = *state;
    docket_row *rows;
    size_t count;
    assert_int_equal(say(o, "task", "1", "{\"a\":\"x\"}"), DOCKET_ADDED);
    assert_int_equal(say(o, "task", "1", "{\"a\":\"x\"}"), DOCKET_SAME);
    assert_int_equal(say(o, "task", "1", "{\"a\":\"y\"}"), DOCKET_CHANGED);
    assert_int_equal(say(o, "task", "2", "{}"), DOCKET_ADDED);
    assert_int_equal(say(o, "seat", "1", "{}"), DOCKET_ADDED);
    ok(docket_rows(o->memory, o->book, TEXT("task"), &rows, &count));
    assert_int_equal(count, 2);
    assert_true(text_equal_cstr(rows[0].cells, "{\"a\":\"y\"}"));
    assert_int_equal(rows[1].row_id, 2);
    office_tables_are_the_logs(o->house, docket_room(o->book));
}

static void a_row_that_was_struck_is_told_no_more_and_its_key_is_free(void **state)
{
    docket_office *o = *state;
    docket_row *rows;
    size_t count;
    bool is_new;
    say(o, "task", "1", "{}");
    ok(strike(o, "task", 1, &is_new));
    assert_true(is_new);
    ok(strike(o, "task", 1, &is_new));
    assert_false(is_new);
    refused(strike(o, "seat", 1, &is_new), &DOCKET_NO_ROW);
    assert_int_equal(say(o, "task", "1", "{}"), DOCKET_ADDED);
    ok(docket_rows(o->memory, o->book, TEXT("task"), &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].row_id, 2);
    office_tables_are_the_logs(o->house, docket_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_row_stands_once_by_its_key),
        OFFICE_TEST_EACH(a_row_that_was_struck_is_told_no_more_and_its_key_is_free),
    };
    return cmocka_run_group_tests_name("docket", tests, NULL, NULL);
}
