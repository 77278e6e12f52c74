#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "charter/charter.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    charter *charter;
} charter_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    charter_office *o = ARENA_NEW(house->memory, charter_office);
    *o = (charter_office){ .house = house, .memory = house->memory };
    ok(charter_open(o->memory, house->db, house->log, &o->charter));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    charter_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static err say(charter_office *o, const char *name, const char *value)
{
    o->house->now_ms += 10;
    charter_act act = { .actor_id = 1, .known_ms = o->house->now_ms, .why = TEXT("test") };
    office_begin(o->house);
    return office_end(o->house, charter_say(o->charter, &act, text_of(name), text_of(value)));
}

static int64_t event_count(charter_office *o)
{
    int64_t count;
    ok(store_scalar(o->house->db, "SELECT count(*) FROM eventlog_event", &count));
    return count;
}

static void a_setting_is_known_as_of_any_instant(void **state)
{
    charter_office *o = *state;
    text value;
    ok(say(o, "office.region", "530500"));
    int64_t then = o->house->now_ms;
    ok(say(o, "office.region", "530523"));
    ok(say(o, "office.name", "龙陵县社会保险局"));
    ok(charter_read(o->memory, o->charter, TEXT("office.region"), CHARTER_NOW, &value));
    assert_true(text_equal_cstr(value, "530523"));
    ok(charter_read(o->memory, o->charter, TEXT("office.region"), then, &value));
    assert_true(text_equal_cstr(value, "530500"));
    ok(charter_read(o->memory, o->charter, TEXT("office.region"), then - 1, &value));
    assert_int_equal(value.size_bytes, 0);
    charter_setting *settings;
    size_t count;
    ok(charter_list(o->memory, o->charter, &settings, &count));
    assert_int_equal(count, 2);
    assert_true(text_equal_cstr(settings[0].name, "office.name"));
    assert_true(text_equal_cstr(settings[1].value, "530523"));
}

static void what_is_so_already_is_not_said_again(void **state)
{
    charter_office *o = *state;
    ok(say(o, "office.region", "530500"));
    ok(say(o, "office.region", "530500"));
    assert_int_equal(event_count(o), 1);
    refused(say(o, "", "1"), &CHARTER_BAD_NAME);
    refused(say(o, "Office Name", "1"), &CHARTER_BAD_NAME);
    assert_int_equal(event_count(o), 1);
}

static err keep(charter_office *o, const char *digest, text bytes)
{
    charter_act act = { .actor_id = 1, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
    office_begin(o->house);
    return office_end(o->house, charter_keep_law(o->charter, &act, text_of(digest), bytes));
}

static void a_law_is_kept_once_by_its_digest(void **state)
{
    charter_office *o = *state;
    text bytes;
    ok(keep(o, "aa01", TEXT("# law one")));
    ok(keep(o, "aa02", TEXT("# law two")));
    ok(keep(o, "aa01", TEXT("# law one")));
    assert_int_equal(event_count(o), 2);
    ok(charter_law(o->memory, o->charter, TEXT("aa01"), &bytes));
    assert_true(text_equal_cstr(bytes, "# law one"));
    refused(charter_law(o->memory, o->charter, TEXT("aa03"), &bytes), &CHARTER_NO_LAW);
    charter_law_row *laws;
    size_t count;
    ok(charter_laws(o->memory, o->charter, &laws, &count));
    assert_int_equal(count, 2);
    assert_int_equal(laws[1].size_bytes, 9);
}

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    charter_office *o = *state;
    a_setting_is_known_as_of_any_instant(state);
    ok(keep(o, "bb01", TEXT("# law")));
    office_tables_are_the_logs(o->house, charter_room(o->charter));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_setting_is_known_as_of_any_instant),
        OFFICE_TEST_EACH(what_is_so_already_is_not_said_again),
        OFFICE_TEST_EACH(a_law_is_kept_once_by_its_digest),
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("charter", tests, NULL, NULL);
}
