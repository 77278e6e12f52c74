/* Who read what: kept in order, found by each way, page by page. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "support/office.h"
#include "trail/trail.h"

#define ok office_ok

static int set_up(void **state)
{
    *state = office_open(state);
    return 0;
}

static int tear_down(void **state)
{
    return office_close(*state, state);
}

OFFICE_SET_UPS

#define DAY_MS INT64_C(86400000)

/* Sixty looks of three users at four people, an hour apart, the operations in turn; some in one millisecond. */
static void add_sixty(office *o)
{
    static const char *const OPERATIONS[] = { "person.show", "person.find", "award.show" };
    trail_look looks[60];
    for (int i = 0; i < 60; i++)
        looks[i] = (trail_look){ .known_ms = 20000 * DAY_MS + i / 2 * 3600000, .actor_id = 1 + i % 3, .subject_id = i % 4,
                                 .row_count = i, .operation = text_of(OPERATIONS[i % 3]) };
    office_begin(o);
    ok(office_end(o, trail_add(o->db, looks, 40)));
    office_begin(o);
    ok(office_end(o, trail_add(o->db, looks + 40, 20)));
}

static size_t found(office *o, trail_filter filter, trail_look **looks)
{
    size_t count;
    int64_t next;
    filter.limit = 1000;
    if (!filter.until_ms) filter.until_ms = INT64_MAX;
    if (!filter.operation.bytes) filter.operation = TEXT("");
    ok(trail_find(o->memory, o->db, &filter, 1000, looks, &count, &next));
    assert_int_equal(next, 0);
    return count;
}

static void each_way_finds_what_was_kept_the_newest_first(void **state)
{
    office *o = *state;
    trail_look *looks;
    assert_int_equal(found(o, (trail_filter){ 0 }, &looks), 0);
    add_sixty(o);
    assert_int_equal(found(o, (trail_filter){ 0 }, &looks), 60);
    for (int i = 0; i < 60; i++) assert_int_equal(looks[i].row_count, 59 - i);
    assert_int_equal(looks[0].actor_id, 1 + 59 % 3);
    assert_true(text_equal_cstr(looks[0].operation, "award.show"));
    assert_int_equal(found(o, (trail_filter){ .actor_id = 2 }, &looks), 20);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 3 }, &looks), 15);
    assert_int_equal(found(o, (trail_filter){ .operation = TEXT("person.find") }, &looks), 20);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 3, .actor_id = 1 }, &looks), 5);
    assert_int_equal(found(o, (trail_filter){ .actor_id = 1, .operation = TEXT("person.find") }, &looks), 0);
    /* the first day has the first 48 */
    assert_int_equal(found(o, (trail_filter){ .from_ms = 20000 * DAY_MS, .until_ms = 20001 * DAY_MS }, &looks), 48);
    assert_int_equal(found(o, (trail_filter){ .from_ms = 20001 * DAY_MS }, &looks), 12);
}

static void pages_follow_one_another_and_looking_has_an_end(void **state)
{
    office *o = *state;
    trail_look *looks;
    size_t count, all = 0;
    trail_filter filter = { .operation = TEXT(""), .until_ms = INT64_MAX, .limit = 7 };
    int64_t next, last = 60;
    add_sixty(o);
    do {
        ok(trail_find(o->memory, o->db, &filter, 1000, &looks, &count, &next));
        filter.below_id = next;
        for (size_t i = 0; i < count; i++) assert_int_equal(looks[i].row_count, --last);
        all += count;
    } while (filter.below_id);
    assert_int_equal(all, 60);
    /* what is rare is looked for ten at a time */
    filter = (trail_filter){ .actor_id = 1, .operation = TEXT("person.find"), .until_ms = INT64_MAX, .limit = 7 };
    int turns = 0;
    do {
        ok(trail_find(o->memory, o->db, &filter, 10, &looks, &count, &next));
        filter.below_id = next;
        assert_int_equal(count, 0);
        turns++;
    } while (filter.below_id);
    assert_int_equal(turns, 2);
}

static void a_list_is_found_by_each_whom_it_showed_and_a_read_at_the_machine_by_its_user(void **state)
{
    office *o = *state;
    trail_look *looks;
    static const int64_t SHOWN[] = { 3, 7, 9 };
    add_sixty(o);
    trail_look more[] = {
        { .known_ms = 20005 * DAY_MS, .actor_id = 2, .row_count = 100, .operation = TEXT("person.find"), .shown = SHOWN, .shown_count = 3 },
        { .known_ms = 20006 * DAY_MS, .row_count = 101, .subject_id = 7, .operation = TEXT("person.show"), .machine = TEXT("clara") },
        { .known_ms = 20007 * DAY_MS, .actor_id = 1, .row_count = 102, .operation = TEXT("person.find"), .shown = SHOWN + 2, .shown_count = 1 },
    };
    office_begin(o);
    ok(office_end(o, trail_add(o->db, more, 3)));
    assert_int_equal(found(o, (trail_filter){ .subject_id = 3 }, &looks), 16);
    assert_int_equal(looks[0].row_count, 100);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 7 }, &looks), 2);
    assert_int_equal(looks[0].row_count, 101);
    assert_true(text_equal_cstr(looks[0].machine, "clara"));
    assert_int_equal(looks[1].row_count, 100);
    assert_int_equal(looks[1].machine.size_bytes, 0);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 9 }, &looks), 2);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 9, .actor_id = 1 }, &looks), 1);
    assert_int_equal(found(o, (trail_filter){ .subject_id = 9, .until_ms = 20006 * DAY_MS }, &looks), 1);
    assert_int_equal(found(o, (trail_filter){ .machine = TEXT("clara") }, &looks), 1);
    assert_int_equal(found(o, (trail_filter){ .machine = TEXT("clara"), .actor_id = 1 }, &looks), 0);
    assert_int_equal(found(o, (trail_filter){ .machine = TEXT("root") }, &looks), 0);
    /* one page ends in the midst of both kinds */
    size_t count;
    int64_t next;
    trail_filter filter = { .subject_id = 3, .until_ms = INT64_MAX, .limit = 1 };
    for (int i = 0; i < 16; i++) {
        ok(trail_find(o->memory, o->db, &filter, 1000, &looks, &count, &next));
        assert_int_equal(count, 1);
        filter.below_id = next;
    }
    assert_int_equal(next, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(each_way_finds_what_was_kept_the_newest_first),
        OFFICE_TEST_EACH(pages_follow_one_another_and_looking_has_an_end),
        OFFICE_TEST_EACH(a_list_is_found_by_each_whom_it_showed_and_a_read_at_the_machine_by_its_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
