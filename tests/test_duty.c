#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "support/duties.h"

static arena *A;
static const duty_table *T;

static int open_table(void **state)
{
    (void)state;
    A = arena_open();
    T = duties_table(A);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    arena_close(A);
    return 0;
}

static duty_roles roles_of(const char *codes)
{
    duty_roles roles = 0;
    assert_null(duty_roles_parse(A, T, text_of(codes), &roles).kind);
    return roles;
}

/* A column more says whose login asks for a second factor; a table without it asks nobody. */
static void a_role_may_ask_for_a_second_factor(void **state)
{
    (void)state;
    duty_sources sources;
    duty_table *table;
    duty_roles roles;
    assert_false(duty_needs_second(T, (duty_roles)-1));
    for (int asked = 0; asked < 3; asked++) {
        sources = duties_sources(A);
        text_builder out = text_builder_open(A);
        text rest = sources.csv[DUTY_FILE_ROLES];
        for (size_t line = 0; rest.size_bytes; line++) {
            size_t end = text_find(rest, TEXT("\n"));
            text row = text_sub(rest, 0, end);
            bool is_cashier = text_begins(row, TEXT("cashier,"));
            text_add(&out, row);
            text_add_cstr(&out, !line ? ",second_factor\n" : is_cashier && asked == 1 ? ",yes\n" : is_cashier && asked == 2 ? ",perhaps\n" : ",\n");
            rest = text_sub(rest, end + 1, rest.size_bytes);
        }
        sources.csv[DUTY_FILE_ROLES] = text_built(&out);
        err e = duty_read(A, &sources, &table);
        if (asked == 2) {
            assert_ptr_equal(e.kind, &DUTY_BAD_TABLE);
            return;
        }
        assert_null(e.kind);
        assert_null(duty_roles_parse(A, table, TEXT("cashier"), &roles).kind);
        assert_int_equal(duty_needs_second(table, roles), asked == 1);
        assert_null(duty_roles_parse(A, table, TEXT("clerk"), &roles).kind);
        assert_false(duty_needs_second(table, roles));
    }
}

/* ---- the proof ---- */

static void no_two_people_can_move_money(void **state)
{
    (void)state;
    for (size_t people = 1; people <= 2; people++) {
        duty_verdict verdict = duty_prove(A, T, people);
        if (verdict.can_move_money)
            fail_msg("%zu can go the path %.*s", people,
                     TEXT_ARG(duty_path_at(T, verdict.path)->code));
        assert_true(verdict.role_sets > duty_role_count(T) && !verdict.is_cut_short);
        if (people == 1) assert_true(verdict.tried == verdict.role_sets);
        if (people == 2)
            assert_true(verdict.tried == verdict.role_sets * (verdict.role_sets + 1) / 2);
    }
    /* The table is not proved by being impossible: three who do work together can. */
    duty_verdict verdict = duty_prove(A, T, 3);
    assert_true(verdict.can_move_money);
    for (size_t i = 0; i < 3; i++) assert_null(duty_roles_fit(A, T, verdict.roles[i]).kind);
}

/* Another way to the same answer: the least people of a path is how many colours its steps need, when
 * two steps of one business, or apart in the office, may not share one. Colours tried by counting
 * up in base `people`. */
static bool can_be_coloured(const duty_path *path, unsigned people)
{
    unsigned long ways = 1;
    for (size_t i = 0; i < path->step_count; i++) ways *= people;
    for (unsigned long way = 0; way < ways; way++) {
        duty_set held[DUTY_PERSONS_MAX] = { 0 };
        bool is_clash = false;
        unsigned long rest = way;
        unsigned colour[16];
        for (size_t i = 0; i < path->step_count; i++, rest /= people) {
            colour[i] = (unsigned)(rest % people);
            held[colour[i]] |= (duty_set)1 << path->steps[i].duty;
            for (size_t k = 0; k < i; k++)
                is_clash |= colour[i] == colour[k] &&
                            path->steps[i].business == path->steps[k].business;
        }
        /* Each person's duties must come from roles that fit: here one role a duty, any of them. */
        for (unsigned p = 0; p < people && !is_clash; p++) {
            duty_roles roles = 0;
            for (size_t i = 0; i < duty_role_count(T); i++)
                if (duty_role_at(T, i)->duties & held[p]) roles |= (duty_roles)1 << i;
            is_clash |= duty_roles_fit(A, T, roles).kind != NULL;
        }
        if (!is_clash) return true;
    }
    return false;
}

static void every_path_needs_three_people_counted_another_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < duty_path_count(T); i++) {
        const duty_path *path = duty_path_at(T, i);
        for (unsigned people = 1; people <= 2; people++)
            if (can_be_coloured(path, people))
                fail_msg("%u people can go the path %.*s", people, TEXT_ARG(path->code));
    }
}

static err read_edited(duty_file file, const char *from, const char *to, duty_table **table)
{
    duty_sources sources = duties_sources(A);
    sources.csv[file] = duties_edit(A, sources.csv[file], from, to);
    return duty_read(A, &sources, table);
}

static void a_path_made_shorter_is_found_with_those_who_can_go_it(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *path, *roles;
    } CASES[] = {
        { "account.enter account.review account.confirm", "account.enter account.review ; account.confirm",
          "account", NULL },
        { "staff.propose staff.approve staff.confirm", "staff.propose staff.approve ; staff.confirm",
          "staff", NULL },
        { "award.enter award.review award.approve\n", "award.enter award.review ; award.approve\n",
          "award", NULL },
        { "key.hold key.approve key.witness", "key.hold key.witness ; key.approve", "key", NULL },
    };
    size_t found = 0;
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        duty_table *table;
        assert_null(read_edited(DUTY_FILE_PATHS, CASES[i].from, CASES[i].to, &table).kind);
        duty_verdict verdict = duty_prove(A, table, 2);
        /* Split over two businesses, one person may do two steps, if the office does not forbid it:
         * only an award's reviewer may also be its section head. */
        bool is_expected = !strcmp(CASES[i].path, "award");
        assert_int_equal(verdict.can_move_money, is_expected);
        if (!is_expected) continue;
        found++;
        assert_true(text_equal_cstr(duty_path_at(table, verdict.path)->code, CASES[i].path));
        for (size_t p = 0; p < 2; p++) assert_null(duty_roles_fit(A, table, verdict.roles[p]).kind);
    }
    assert_int_equal(found, 1);
}

static void a_step_left_out_lets_two_people_through(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *path;
    } CASES[] = {
        { "account.review account.confirm", "account.confirm", "account" },
        { "staff.approve staff.confirm", "staff.confirm", "staff" },
        { "parameter.approve parameter.confirm", "parameter.confirm", "parameter" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        duty_sources sources = duties_sources(A);
        duty_table *table;
        sources.csv[DUTY_FILE_PATHS] =
            duties_edit(A, sources.csv[DUTY_FILE_PATHS], CASES[i].from, CASES[i].to);
        /* What is on no path any more must be called harmless, or the table is refused. */
        assert_ptr_equal(duty_read(A, &sources, &table).kind, &DUTY_BAD_TABLE);
        text_builder more = text_builder_open(A);
        text_add(&more, sources.csv[DUTY_FILE_PATHS]);
        text_add_cstr(&more, "rest,其余,the rest,account.enter account.review account.confirm "
                             "staff.approve parameter.approve payrun.make\n");
        sources.csv[DUTY_FILE_PATHS] = text_built(&more);
        assert_null(duty_read(A, &sources, &table).kind);
        duty_verdict verdict = duty_prove(A, table, 2);
        assert_true(verdict.can_move_money);
        assert_true(text_equal_cstr(duty_path_at(table, verdict.path)->code, CASES[i].path));
        assert_false(duty_prove(A, table, 1).can_move_money);
    }
}

static void a_table_that_sets_nothing_apart_is_not_proved(void **state)
{
    (void)state;
    duty_sources sources = duties_sources(A);
    duty_table *table;
    sources.csv[DUTY_FILE_APART] = TEXT("one,other,law\n");
    assert_null(duty_read(A, &sources, &table).kind);
    duty_verdict verdict = duty_prove(A, table, 2);
    assert_true(verdict.is_cut_short && !verdict.can_move_money && !verdict.tried);
}

/* ---- one person ---- */

static void roles_that_may_stand_together(void **state)
{
    (void)state;
    static const struct {
        const char *roles, *clash; /* NULL: they fit */
    } CASES[] = {
        { "", NULL },
        { "clerk", NULL },
        { "reviewer head", NULL },
        { "clerk reviewer", "record.enter" },     /* 经办/审核 */
        { "clerk auditor", "record.enter" },      /* 业务/稽核 */
        { "reviewer auditor", "record.review" },  /* 业务/稽核 */
        { "accountant cashier", "payrun.account" }, /* 会计/出纳 */
        { "parameter-keeper clerk", "record.enter" },
        { "parameter-keeper cashier", "payrun.pay" },
        { "rights-manager clerk", "record.enter" },
        { "rights-manager leader", "record.approve" },
        { "account-keeper cashier", "payrun.pay" },
        { "account-keeper accountant", "payrun.account" },
        { "account-keeper account-reviewer", "account.enter" },
        { "key-holder rights-manager", "staff.propose" },
        { "operator leader", "record.approve" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        err e = duty_roles_fit(A, T, roles_of(CASES[i].roles));
        if (!CASES[i].clash) {
            assert_null(e.kind);
            continue;
        }
        assert_ptr_equal(e.kind, &DUTY_APART);
        if (!strstr(e.detail, CASES[i].clash))
            fail_msg("%s: %s does not name %s", CASES[i].roles, e.detail, CASES[i].clash);
    }
}

static void roles_are_read_and_printed(void **state)
{
    (void)state;
    duty_roles roles = 7;
    assert_ptr_equal(duty_roles_parse(A, T, TEXT("clerk boss"), &roles).kind, &DUTY_UNKNOWN_ROLE);
    assert_int_equal(roles, 7);
    roles = roles_of(" head,reviewer ");
    assert_true(text_equal_cstr(duty_roles_print(A, T, roles), "reviewer head"));
    assert_true(text_equal_cstr(duty_roles_print(A, T, 0), ""));
}

static void a_permission_comes_from_its_duty_only(void **state)
{
    (void)state;
    assert_null(duty_permit(A, T, roles_of("cashier"), TEXT("payrun.send")).kind);
    err e = duty_permit(A, T, roles_of("accountant clerk"), TEXT("payrun.send"));
    assert_ptr_equal(e.kind, &DUTY_NOT_HELD);
    assert_string_equal(e.detail, "payrun.send (cashier)");
    assert_ptr_equal(duty_permit(A, T, ~(duty_roles)0, TEXT("no.such")).kind, &DUTY_NOT_IN_TABLE);
    assert_ptr_equal(duty_permit(A, T, 0, TEXT("policy.read")).kind, &DUTY_NOT_HELD);
    assert_int_equal(duty_permitting(T, TEXT("no.such")), 0);
}

/* ---- one business ---- */

static void one_person_does_one_duty_in_a_business(void **state)
{
    (void)state;
    size_t make = duty_find(T, TEXT("payrun.make")), review = duty_find(T, TEXT("payrun.review"));
    size_t head = duty_find(T, TEXT("payrun.head"));
    duty_mark done[2] = { { make, 1 }, { review, 2 } };
    duty_roles both = roles_of("reviewer head");
    assert_null(duty_step(A, T, roles_of("clerk"), (duty_mark){ make, 1 }, done, 2).kind);
    assert_null(duty_step(A, T, both, (duty_mark){ head, 3 }, done, 2).kind);
    err e = duty_step(A, T, both, (duty_mark){ head, 2 }, done, 2);
    assert_ptr_equal(e.kind, &DUTY_SAME_PERSON);
    assert_string_equal(e.detail, "payrun.review");
    e = duty_step(A, T, roles_of("clerk"), (duty_mark){ head, 3 }, done, 2);
    assert_ptr_equal(e.kind, &DUTY_NOT_HELD);
    assert_string_equal(e.detail, "payrun.head (head)");
}

static void a_path_is_done_when_each_step_has_its_own_person(void **state)
{
    (void)state;
    const duty_path *path = duty_path_at(T, duty_path_find(T, TEXT("account")));
    duty_mark done[3];
    for (size_t i = 0; i < 3; i++) {
        assert_false(duty_is_done(path, 0, done, i));
        done[i] = (duty_mark){ path->steps[i].duty, (int64_t)i + 1 };
    }
    assert_true(duty_is_done(path, 0, done, 3));
    assert_false(duty_is_done(path, 1, done, 3));
    done[2].actor_id = 1;
    assert_false(duty_is_done(path, 0, done, 3));
    assert_int_equal(duty_path_find(T, TEXT("no such")), SIZE_MAX);
}

/* ---- tables that are not sound ---- */

static void a_table_that_is_not_sound_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct {
        duty_file file;
        const char *from, *to;
        int32_t line;
        const char *detail;
    } CASES[] = {
        { DUTY_FILE_DUTIES, "duty,class", "duties,class", 1, "does not begin" },
        { DUTY_FILE_DUTIES, "record.review,review,", "record.enter,review,", 3, "stands twice" },
        { DUTY_FILE_DUTIES, "record.review,review,", "record.review,,", 3, "has no class" },
        { DUTY_FILE_DUTIES, ",只读,", ",,", 0, "is on no path" },
        { DUTY_FILE_DUTIES, "record.review,,", "record.review,harmless,", 0, "yet called harmless" },
        { DUTY_FILE_DUTIES, "audit.verify,只读", "payrun.send,只读", 0, "permitted by two duties" },
        { DUTY_FILE_ROLES, "payrun.make case.take reveal", "payrun.made case.take reveal", 2, "'payrun.made' is no duty" },
        { DUTY_FILE_ROLES, "staff.propose staff.revoke", "staff.propose", 0, "is in no role" },
        { DUTY_FILE_ROLES, "operator,系统运维员,operator,system.restore system.backup health.read", "x,x,x,", 14, "has no duties" },
        { DUTY_FILE_ROLES, "reviewer,复核员", "clerk,复核员", 3, "stands twice" },
        { DUTY_FILE_ROLES, "payrun.pay receipt.enter", "payrun.pay receipt.enter ledger.book", 0,
          "joins what is apart" },
        { DUTY_FILE_APART, "handle,review,", "handle,rewiev,", 2, "neither a class nor a duty" },
        { DUTY_FILE_APART, "handle,review,", "handle,handle,", 2, "apart from itself" },
        { DUTY_FILE_APART, "handle,review,", "handle,record.enter,", 2, "apart from itself" },
        { DUTY_FILE_APART, "handle,review,", "handle,review,x,", 2, "does not begin" },
        { DUTY_FILE_PATHS, "payrun.make payrun.review", "payrun.make payrun.make", 2,
          "stands twice in one business" },
        { DUTY_FILE_PATHS, "payrun.make payrun.review", "payrun.make pay", 2, "is no duty" },
        { DUTY_FILE_PATHS, "award,待遇", "payrun,待遇", 5, "stands twice" },
        { DUTY_FILE_PATHS, "key.hold key.approve key.witness", "", 11, "has no steps" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        duty_table *table = NULL;
        err e = read_edited(CASES[i].file, CASES[i].from, CASES[i].to, &table);
        if (e.kind != &DUTY_BAD_TABLE || !strstr(e.detail, CASES[i].detail) ||
            (CASES[i].line && e.at.line != CASES[i].line))
            fail_msg("case %zu: line %d: %s", i, e.at.line, e.detail ? e.detail : "no error");
        assert_null(table);
    }
    duty_sources sources = duties_sources(A);
    sources.csv[DUTY_FILE_PATHS] = TEXT("");
    duty_table *table;
    assert_ptr_equal(duty_read(A, &sources, &table).kind, &DUTY_BAD_TABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_may_ask_for_a_second_factor),
        cmocka_unit_test(no_two_people_can_move_money),
        cmocka_unit_test(every_path_needs_three_people_counted_another_way),
        cmocka_unit_test(a_path_made_shorter_is_found_with_those_who_can_go_it),
        cmocka_unit_test(a_step_left_out_lets_two_people_through),
        cmocka_unit_test(a_table_that_sets_nothing_apart_is_not_proved),
        cmocka_unit_test(roles_that_may_stand_together),
        cmocka_unit_test(roles_are_read_and_printed),
        cmocka_unit_test(a_permission_comes_from_its_duty_only),
        cmocka_unit_test(one_person_does_one_duty_in_a_business),
        cmocka_unit_test(a_path_is_done_when_each_step_has_its_own_person),
        cmocka_unit_test(a_table_that_is_not_sound_is_refused_at_its_place),
    };
    return cmocka_run_group_tests(tests, open_table, close_table);
}
