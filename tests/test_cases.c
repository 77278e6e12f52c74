#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/checked.h"
#include "cases/cases.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    cases_book *book;
} case_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    case_office *o = ARENA_NEW(house->memory, case_office);
    *o = (case_office){ .house = house, .memory = house->memory };
    ok(cases_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    case_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

enum { DAY = 46350, SUBJECT = 11 };

static cases_act act_by(case_office *o, int64_t actor_id)
{
    return (cases_act){ .actor_id = actor_id, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
}

static err open_case(case_office *o, const char *type, int64_t subject_id, int32_t due_day, int64_t *id)
{
    cases_act act = act_by(o, 3);
    cases_value values[] = { { TEXT("申请日"), TEXT("2026-11-26"), CASES_SAID },
                             { TEXT("人员类别"), TEXT("女干部"), CASES_FROM_REGISTRY } };
    cases_paper papers[] = { { .paper = TEXT("身份证"), .state = CASES_BROUGHT, .day = DAY } };
    cases_terms terms = { .type = text_of(type), .law = TEXT("aa01"), .channel = TEXT("window"), .agent = TEXT(""),
                          .said = TEXT(""), .subject_kind = 0, .subject_id = subject_id, .region = 590121001001, .day = DAY,
                          .place = { .step = TEXT("受理"), .duty = TEXT("record.enter"), .due_day = due_day },
                          .values = values, .value_count = 2, .papers = papers, .paper_count = 1, .note = TEXT("") };
    office_begin(o->house);
    return office_end(o->house, cases_begin(o->book, &act, &terms, id));
}

static err move(case_office *o, int64_t id, cases_what what, const char *step, const char *note)
{
    cases_act act = act_by(o, 4 + (int64_t)what);
    cases_move m = { .what = what, .day = DAY + 1, .note = text_of(note), .duty = TEXT("record.review"), .who = TEXT("王某"),
                     .place = { .step = text_of(step), .duty = TEXT("record.approve"), .due_day = DAY + 9 }, .number = 1 };
    office_begin(o->house);
    return office_end(o->house, cases_do(o->book, &act, id, &m));
}

static int64_t opened(case_office *o)
{
    int64_t id;
    ok(open_case(o, "低保申请", SUBJECT, DAY + 5, &id));
    return id;
}

static cases_row row_of(case_office *o, int64_t id)
{
    cases_row row;
    ok(cases_read(o->memory, o->book, id, &row));
    return row;
}

static void a_case_keeps_its_form_papers_and_marks(void **state)
{
    case_office *o = *state;
    int64_t id = opened(o);
    cases_row row = row_of(o, id);
    assert_int_equal(row.state, CASES_IN_HAND);
    assert_true(text_equal(row.step, TEXT("受理")) && text_equal(row.duty, TEXT("record.enter")));
    assert_int_equal(row.due_day, DAY + 5);
    cases_value *values;
    cases_paper *papers;
    cases_mark *marks;
    size_t count;
    ok(cases_values(o->memory, o->book, id, &values, &count));
    assert_int_equal(count, 2);
    ok(cases_papers(o->memory, o->book, id, &papers, &count));
    assert_int_equal(count, 1);
    assert_int_equal(papers[0].state, CASES_BROUGHT);
    ok(move(o, id, CASES_PASS, "审批", "好"));
    row = row_of(o, id);
    assert_true(text_equal(row.step, TEXT("审批")) && text_equal(row.duty, TEXT("record.approve")));
    assert_int_equal(row.entered_day, DAY + 1);
    ok(move(o, id, CASES_FINISH, "", ""));
    row = row_of(o, id);
    assert_int_equal(row.state, CASES_DONE);
    assert_int_equal(row.closed_day, DAY + 1);
    assert_int_equal(row.due_day, 0);
    ok(cases_marks(o->memory, o->book, id, &marks, &count));
    assert_int_equal(count, 3);
    assert_int_equal(marks[1].what, CASES_PASS);
    assert_true(text_equal(marks[1].step, TEXT("受理")) && text_equal(marks[1].reached, TEXT("审批")));
    assert_int_equal(marks[1].actor_id, 4 + CASES_PASS);
}

static void what_has_no_move_is_refused_and_changes_nothing(void **state)
{
    case_office *o = *state;
    int64_t id = opened(o);
    refused(move(o, id, CASES_GIVE, "", ""), &CASES_NO_MOVE);
    refused(move(o, 99, CASES_FINISH, "", ""), &CASES_NOT_FOUND);
    refused(move(o, id, CASES_PASS, "", ""), &CASES_BAD_ACT);
    cases_act act = act_by(o, 5);
    cases_move elsewhere = { .what = CASES_FINISH, .day = DAY, .from = TEXT("审批") };
    office_begin(o->house);
    refused(office_end(o->house, cases_do(o->book, &act, id, &elsewhere)), &CASES_ELSEWHERE);
    int64_t none;
    refused(open_case(o, "", SUBJECT, 0, &none), &CASES_BAD_ACT);
    ok(move(o, id, CASES_WITHDRAW, "", "本人要求"));
    refused(move(o, id, CASES_PASS, "审批", ""), &CASES_NO_MOVE);
    assert_int_equal(row_of(o, id).state, CASES_WITHDRAWN);
}

static void while_it_waits_for_the_applicant_it_is_nobodys_to_pass(void **state)
{
    case_office *o = *state;
    int64_t id = opened(o);
    ok(move(o, id, CASES_ASK, "", "缺授权书"));
    cases_row row = row_of(o, id);
    assert_int_equal(row.state, CASES_ASKED);
    assert_int_equal(row.asked_day, DAY + 1);
    refused(move(o, id, CASES_PASS, "审批", ""), &CASES_NO_MOVE);
    ok(move(o, id, CASES_GIVE, "", ""));
    row = row_of(o, id);
    assert_int_equal(row.state, CASES_IN_HAND);
    assert_int_equal(row.asked_day, 0);
    assert_int_equal(row.due_day, DAY + 9);
    assert_true(text_equal(row.step, TEXT("受理")));
}

static void an_objection_stands_until_it_is_answered(void **state)
{
    case_office *o = *state;
    cases_objection *objections;
    size_t count;
    int64_t id = opened(o);
    ok(move(o, id, CASES_OBJECT, "", "有车"));
    ok(cases_objections(o->memory, o->book, id, &objections, &count));
    assert_int_equal(count, 1);
    assert_int_equal(objections[0].answered_day, 0);
    ok(move(o, id, CASES_ANSWER, "", "已转让"));
    ok(cases_objections(o->memory, o->book, id, &objections, &count));
    assert_int_equal(objections[0].answered_day, DAY + 1);
    assert_true(text_equal(objections[0].answer, TEXT("已转让")) && text_equal(objections[0].who, TEXT("王某")));
}

static void what_is_due_first_stands_first(void **state)
{
    case_office *o = *state;
    cases_row *rows;
    cases_sum *sums;
    size_t count;
    int64_t none, late, soon;
    ok(open_case(o, "甲", 11, 0, &none));
    ok(open_case(o, "乙", 12, DAY + 9, &late));
    ok(open_case(o, "甲", 13, DAY + 2, &soon));
    cases_filter all = { .has_open = true, .type = TEXT(""), .duty = TEXT("") };
    ok(cases_list(o->memory, o->book, &all, &rows, &count));
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].case_id, soon);
    assert_int_equal(rows[1].case_id, late);
    assert_int_equal(rows[2].case_id, none);
    cases_filter page = { .has_open = true, .type = TEXT(""), .duty = TEXT(""), .after_id = none, .limit = 1 };
    ok(cases_list(o->memory, o->book, &page, &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].case_id, late);
    cases_filter near = { .has_open = true, .type = TEXT("甲"), .duty = TEXT("record.enter"), .due_until = DAY + 2,
                          .region_from = 590121001000, .region_until = 590121002000 };
    ok(cases_list(o->memory, o->book, &near, &rows, &count));
    assert_int_equal(count, 1);
    ok(cases_sums(o->memory, o->book, DAY + 3, &sums, &count));
    assert_int_equal(count, 2);
    assert_true(text_equal(sums[1].type, TEXT("甲")));
    assert_int_equal(sums[1].open, 2);
    assert_int_equal(sums[1].late, 1);
}

/* The first of a list, along its index, are those of the whole list, whatever is asked for; and the counts are of all. */
static void the_first_of_a_list_are_the_lists_first(void **state)
{
    case_office *o = *state;
    int64_t id, found;
    cases_total total;
    for (int i = 0; i < 24; i++) {
        ok(open_case(o, i % 3 ? "甲" : "乙", 100 + i, i % 5 ? DAY + i * 7 % 11 : 0, &id));
        if (i % 4 == 1) ok(move(o, id, CASES_ASK, "", "缺材料"));
        if (i % 6 == 2) ok(move(o, id, CASES_WITHDRAW, "", "不办了"));
    }
    for (int asked = 0; asked < 32; asked++) {
        cases_filter f = { .has_open = asked & 1, .has_over = asked & 2, .type = asked & 4 ? TEXT("甲") : TEXT(""), .duty = TEXT(""),
                           .due_until = asked & 8 ? DAY + 6 : 0, .region_from = asked & 16 ? 1 : 0, .region_until = asked & 16 ? 999999999999 : 0 };
        cases_row *whole, *first;
        size_t whole_count, first_count;
        ok(cases_list(o->memory, o->book, &f, &whole, &whole_count));
        ok(cases_count(o->book, &f, &found));
        assert_int_equal(found, whole_count);
        for (f.limit = 1; f.limit < 30; f.limit += 4) {
            ok(cases_list(o->memory, o->book, &f, &first, &first_count));
            assert_int_equal(first_count, whole_count < (size_t)f.limit ? whole_count : (size_t)f.limit);
            for (size_t i = 0; i < first_count; i++) assert_int_equal(first[i].case_id, whole[i].case_id);
        }
    }
    cases_filter open = { .has_open = true, .type = TEXT(""), .duty = TEXT("") };
    ok(cases_count(o->book, &open, &found));
    ok(cases_total_read(o->book, DAY + 3, &total));
    assert_int_equal(total.open, found);
    assert_in_range(total.waits, 1, found - 1);
    assert_in_range(total.late, 1, found - 1);
}

static void every_state_has_its_words(void **state)
{
    (void)state;
    for (int s = 0; s < CASES_STATE_COUNT; s++) assert_non_null(cases_state_word((cases_state)s)->says_zh);
    for (int s = 0; s < CASES_WHAT_COUNT; s++) assert_non_null(cases_what_word((cases_what)s)->says_zh);
    for (int s = 0; s < CASES_PAPER_STATE_COUNT; s++) assert_non_null(cases_paper_word((cases_paper_state)s)->says_zh);
    assert_true(cases_is_over(CASES_ENDED) && !cases_is_over(CASES_ASKED));
}

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    case_office *o = *state;
    an_objection_stands_until_it_is_answered(state);
    while_it_waits_for_the_applicant_it_is_nobodys_to_pass(state);
    int64_t id = opened(o);
    ok(move(o, id, CASES_PASS, "审批", ""));
    ok(move(o, id, CASES_RETURN, "受理", "不符"));
    ok(move(o, id, CASES_END, "不符合", ""));
    assert_int_equal(row_of(o, id).state, CASES_ENDED);
    office_tables_are_the_logs(o->house, cases_room(o->book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_case_keeps_its_form_papers_and_marks),
        OFFICE_TEST_EACH(what_has_no_move_is_refused_and_changes_nothing),
        OFFICE_TEST_EACH(while_it_waits_for_the_applicant_it_is_nobodys_to_pass),
        OFFICE_TEST_EACH(an_objection_stands_until_it_is_answered),
        OFFICE_TEST_EACH(what_is_due_first_stands_first),
        OFFICE_TEST_EACH(the_first_of_a_list_are_the_lists_first),
        { "every_state_has_its_words", every_state_has_its_words, NULL, NULL, NULL },
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
