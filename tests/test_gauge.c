#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "gauge/gauge.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

enum { MONTH = 1522, TOWN = 1 };

typedef struct {
    office *house;
    arena *memory;
    gauge *book;
} gauge_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    gauge_office *o = ARENA_NEW(house->memory, gauge_office);
    *o = (gauge_office){ .house = house, .memory = house->memory };
    ok(gauge_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    gauge_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static gauge_act act_of(gauge_office *o)
{
    o->house->now_ms += 10;
    return (gauge_act){ .actor_id = 3, .known_ms = o->house->now_ms, .why = TEXT("test") };
}

static size_t say(gauge_office *o, const char *value)
{
    size_t said;
    gauge_act act = act_of(o);
    gauge_figure figures[] = { { .figure = TEXT("card.holders"), .region = TOWN, .month = MONTH, .value = text_of(value), .source = TEXT("局") },
                               { .figure = TEXT("card.holders"), .month = MONTH, .value = TEXT("9"), .source = TEXT("局") } };
    office_begin(o->house);
    ok(office_end(o->house, gauge_say(o->book, &act, figures, 2, &said)));
    return said;
}

static bool measure(gauge_office *o, int32_t month, int64_t value, bool is_known)
{
    bool is_new;
    gauge_act act = act_of(o);
    text records[] = { TEXT("{\"a\":1}"), TEXT("{\"a\":2}") };
    gauge_value values[] = { { .indicator = TEXT("包.率"), .region = 0, .is_known = true, .value = 7, .facts = 5 },
                             { .indicator = TEXT("包.率"), .region = TOWN, .is_known = is_known, .value = is_known ? value : 0,
                               .facts = value, .record_row = 1 } };
    gauge_look look = { .month = month, .purpose = TEXT("indicator.x"), .law = TEXT("aa"), .values = values, .value_count = 2,
                        .records = records, .record_count = 2 };
    office_begin(o->house);
    ok(office_end(o->house, gauge_measure(o->book, &act, &look, &is_new)));
    return is_new;
}

static void a_figure_is_said_once_and_corrected_in_its_place(void **state)
{
    gauge_office *o = *state;
    gauge_figure *figures;
    size_t count;
    assert_int_equal(say(o, "100"), 2);
    assert_int_equal(say(o, "100"), 0);
    assert_int_equal(say(o, "101"), 1);
    ok(gauge_figures(o->memory, o->book, TEXT("card.holders"), MONTH, &figures, &count));
    assert_int_equal(count, 2);
    assert_true(text_equal_cstr(figures[1].value, "101"));
    assert_int_equal(figures[1].actor_id, 3);
    ok(gauge_figures(o->memory, o->book, TEXT("card.holders"), MONTH - 1, &figures, &count));
    assert_int_equal(count, 0);
    office_tables_are_the_logs(o->house, gauge_room(o->book));
}

static void a_month_is_measured_again_only_when_something_is_other(void **state)
{
    gauge_office *o = *state;
    gauge_value *values;
    size_t count;
    int32_t month;
    text record;
    gauge_asked asked = { .indicator = TEXT("包.率"), .region = TOWN, .from_month = MONTH - 2, .until_month = MONTH };
    ok(gauge_last_month(o->book, MONTH, &month));
    assert_int_equal(month, INT32_MIN);
    assert_true(measure(o, MONTH - 1, 40, true));
    assert_true(measure(o, MONTH, 41, true));
    assert_false(measure(o, MONTH, 41, true));
    assert_true(measure(o, MONTH, 42, true));
    assert_true(measure(o, MONTH - 1, 0, false));
    ok(gauge_values(o->memory, o->book, &asked, &values, &count));
    assert_int_equal(count, 2);
    assert_false(values[0].is_known);
    assert_int_equal(values[1].value, 42);
    ok(gauge_record(o->memory, o->book, asked.indicator, TOWN, MONTH, &record));
    assert_true(text_equal_cstr(record, "{\"a\":2}"));
    refused(gauge_record(o->memory, o->book, asked.indicator, 77, MONTH, &record), &GAUGE_NO_VALUE);
    ok(gauge_last_month(o->book, MONTH - 1, &month));
    assert_int_equal(month, MONTH - 1);
    office_tables_are_the_logs(o->house, gauge_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_figure_is_said_once_and_corrected_in_its_place),
        OFFICE_TEST_EACH(a_month_is_measured_again_only_when_something_is_other),
    };
    return cmocka_run_group_tests_name("gauge", tests, NULL, NULL);
}
