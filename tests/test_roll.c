#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "roll/roll.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    roll_book *book;
} roll_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    roll_office *o = ARENA_NEW(house->memory, roll_office);
    *o = (roll_office){ .house = house, .memory = house->memory };
    ok(roll_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    roll_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

enum { OCTOBER = 1521, NOVEMBER };

static roll_act act(roll_office *o)
{
    return (roll_act){ .actor_id = 4, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
}

static const roll_line LINES[] = {
    { 2, ROLL_LINKED, 101, 11, 21, TEXT("") },
    { 3, ROLL_ABSENT, 0, 12, 22, TEXT("") },
    { 4, ROLL_REVIEW, 102, 13, 23, TEXT("name_differs") },
    { 7, ROLL_REJECTED, 0, 0, 24, TEXT("empty 姓名|name") },
};
enum { LINE_COUNT = sizeof LINES / sizeof LINES[0] };

static err receive(roll_office *o, const char *digest, int32_t month, const roll_line *lines, size_t count, int64_t *id, bool *is_new)
{
    roll_act by = act(o);
    roll_terms terms = { .roll = TEXT("police.deaths"), .month = month, .file = TEXT("d.csv"), .digest = text_of(digest),
                         .contract = TEXT("c1"), .mended = 1, .added = 3 };
    office_begin(o->house);
    return office_end(o->house, roll_receive(o->book, &by, &terms, lines, count, TEXT("sealed"), id, is_new));
}

static err settle(roll_office *o, int64_t id, roll_settling one, int64_t *changed)
{
    roll_act by = act(o);
    office_begin(o->house);
    return office_end(o->house, roll_settle(o->book, &by, id, &one, 1, changed));
}

static void a_receipt_counts_every_line(void **state)
{
    roll_office *o = *state;
    roll_receipt receipt;
    roll_line *lines;
    size_t count;
    int64_t id;
    bool is_new;
    text sealed;
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &id, &is_new));
    assert_true(is_new);
    ok(roll_receipt_read(o->memory, o->book, id, &receipt));
    assert_int_equal(receipt.line_count, LINE_COUNT);
    for (int s = ROLL_LINKED; s < ROLL_STATE_COUNT; s++) assert_int_equal(receipt.count[s], 1);
    assert_int_equal(receipt.terms.added, 3);
    assert_int_equal(receipt.terms.mended, 1);
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(count, LINE_COUNT);
    assert_int_equal(lines[3].line, 7);
    assert_true(text_equal_cstr(lines[3].why, "empty 姓名|name"));
    assert_int_equal(lines[0].subject_id, 101);
    ok(roll_sealed(o->memory, o->book, id, &sealed));
    assert_true(text_equal_cstr(sealed, "sealed"));
    assert_string_equal(roll_state_word(ROLL_REVIEW)->name, "review");
    office_tables_are_the_logs(o->house, roll_room(o->book));
}

static void the_same_file_is_taken_once_and_the_newest_counts(void **state)
{
    roll_office *o = *state;
    roll_receipt *all;
    size_t count;
    int64_t first, second, latest;
    bool is_new;
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &first, &is_new));
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &second, &is_new));
    assert_false(is_new);
    assert_int_equal(second, first);
    ok(receive(o, "d2", OCTOBER, LINES, 2, &second, &is_new));
    assert_true(is_new);
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &latest, &is_new)); /* taken back by sending the first again */
    assert_true(is_new);
    ok(receive(o, "d1", NOVEMBER, LINES, LINE_COUNT, &latest, &is_new));
    assert_true(is_new);
    ok(roll_latest(o->book, TEXT("police.deaths"), OCTOBER, &latest));
    assert_int_equal(latest, second + 1);
    ok(roll_latest(o->book, TEXT("police.deaths"), OCTOBER - 1, &latest));
    assert_int_equal(latest, 0);
    ok(roll_receipts(o->memory, o->book, TEXT_NONE, &all, &count));
    assert_int_equal(count, 4);
    ok(roll_receipts(o->memory, o->book, TEXT("tax.wages"), &all, &count));
    assert_int_equal(count, 0);
}

static void a_line_is_settled_and_undone_and_both_stay(void **state)
{
    roll_office *o = *state;
    roll_line *lines;
    size_t count;
    int64_t id, changed;
    bool is_new;
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &id, &is_new));
    ok(settle(o, id, (roll_settling){ 3, ROLL_LINKED, 103 }, &changed));
    assert_int_equal(changed, 1);
    ok(settle(o, id, (roll_settling){ 3, ROLL_LINKED, 103 }, &changed));
    assert_int_equal(changed, 0);
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(lines[1].state, ROLL_LINKED);
    assert_int_equal(lines[1].subject_id, 103);
    ok(settle(o, id, (roll_settling){ 3, ROLL_ABSENT, 0 }, &changed));
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(lines[1].state, ROLL_ABSENT);
    office_tables_are_the_logs(o->house, roll_room(o->book));
    refused(settle(o, id, (roll_settling){ 7, ROLL_LINKED, 104 }, &changed), &ROLL_NO_MOVE);
    refused(settle(o, id, (roll_settling){ 5, ROLL_LINKED, 104 }, &changed), &ROLL_NO_LINE);
    refused(settle(o, id + 1, (roll_settling){ 3, ROLL_LINKED, 104 }, &changed), &ROLL_NO_RECEIPT);
    refused(settle(o, id, (roll_settling){ 3, ROLL_LINKED, 0 }, &changed), &ROLL_BAD_LINES);
}

static void lines_that_fall_are_refused(void **state)
{
    roll_office *o = *state;
    roll_receipt *all;
    size_t count;
    int64_t id;
    bool is_new;
    const roll_line falling[] = { LINES[1], LINES[0] };
    refused(receive(o, "d1", OCTOBER, falling, 2, &id, &is_new), &ROLL_BAD_LINES);
    ok(roll_receipts(o->memory, o->book, TEXT_NONE, &all, &count));
    assert_int_equal(count, 0);
}

static err propose(roll_office *o, int64_t actor_id, int64_t id, roll_settling said, bool *is_new)
{
    roll_act by = act(o);
    by.actor_id = actor_id;
    office_begin(o->house);
    int64_t new_count;
    err e = roll_propose(o->book, &by, id, &said, 1, &new_count);
    *is_new = new_count > 0;
    return office_end(o->house, e);
}

static err confirm(roll_office *o, int64_t actor_id, int64_t id, int64_t line)
{
    roll_act by = act(o);
    by.actor_id = actor_id;
    office_begin(o->house);
    return office_end(o->house, roll_confirm(o->book, &by, id, line));
}

static void two_people_decide_a_line_and_undo_it(void **state)
{
    enum { ANNE = 4, BEN };
    roll_office *o = *state;
    roll_line *lines;
    roll_proposal *waiting;
    roll_settling before;
    size_t count;
    int64_t id;
    bool is_new;
    ok(receive(o, "d1", OCTOBER, LINES, LINE_COUNT, &id, &is_new));
    ok(propose(o, ANNE, id, (roll_settling){ 4, ROLL_LINKED, 102 }, &is_new));
    assert_true(is_new);
    ok(propose(o, ANNE, id, (roll_settling){ 4, ROLL_LINKED, 102 }, &is_new));
    assert_false(is_new);
    ok(roll_proposals(o->memory, o->book, id, &waiting, &count));
    assert_int_equal(count, 1);
    assert_int_equal(waiting[0].subject_id, 102);
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(lines[2].state, ROLL_REVIEW);
    refused(confirm(o, ANNE, id, 4), &ROLL_SAME_PERSON);
    refused(confirm(o, BEN, id, 3), &ROLL_NO_PROPOSAL);
    refused(propose(o, ANNE, id, (roll_settling){ 7, ROLL_LINKED, 102 }, &is_new), &ROLL_NO_MOVE);
    office_tables_are_the_logs(o->house, roll_room(o->book));
    ok(confirm(o, BEN, id, 4));
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(lines[2].state, ROLL_LINKED);
    refused(confirm(o, BEN, id, 4), &ROLL_NO_PROPOSAL);
    ok(propose(o, ANNE, id, (roll_settling){ 4, ROLL_LINKED, 102 }, &is_new));
    assert_false(is_new);
    ok(roll_received(o->memory, o->book, id, 4, &before));
    ok(propose(o, BEN, id, before, &is_new));
    ok(confirm(o, ANNE, id, 4));
    ok(roll_lines(o->memory, o->book, id, &lines, &count));
    assert_int_equal(lines[2].state, ROLL_REVIEW);
    office_tables_are_the_logs(o->house, roll_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_receipt_counts_every_line),
        OFFICE_TEST_EACH(the_same_file_is_taken_once_and_the_newest_counts),
        OFFICE_TEST_EACH(a_line_is_settled_and_undone_and_both_stay),
        OFFICE_TEST_EACH(lines_that_fall_are_refused),
        OFFICE_TEST_EACH(two_people_decide_a_line_and_undo_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
