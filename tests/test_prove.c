/* Properties over small plans: what is proved holds for everyone, what is refuted comes with an
 * example that breaks it when it is run, and what cannot be settled says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prove/prove.h"
#include "support/plan_build.h"

static arena *memory;

static int open_memory(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

static vm_node_id money_input(plan_builder *b, const char *name, int64_t min, int64_t max)
{
    return plan_input(
        b, (vm_input){ .name = name, .kind = VM_NUMBER, .decimals = 2, .min = min, .max = max });
}

static vm_node_id whole_input(plan_builder *b, const char *name, int64_t min, int64_t max)
{
    return plan_input(b, (vm_input){ .name = name, .kind = VM_NUMBER, .min = min, .max = max });
}

static vm_node_id number_op(plan_builder *b, vm_op op, vm_node_id x, vm_node_id y)
{
    return plan_op(b, op, VM_NUMBER, 0, x, y, VM_NONE);
}

static vm_node_id truth_op(plan_builder *b, vm_op op, vm_node_id x, vm_node_id y)
{
    return plan_op(b, op, VM_BOOL, 0, x, y, VM_NONE);
}

static vm_node_id choose(plan_builder *b, vm_node_id c, vm_node_id yes, vm_node_id no)
{
    return plan_op(b, VM_IF, VM_NUMBER, 0, c, yes, no);
}

static vm_node_id fen(plan_builder *b, vm_node_id x)
{
    vm_node_id rounded = plan_round(b, x, MONEY_HALF_UP, 1, 100);
    return plan_bound(b, rounded, 2, -(int64_t)1000000000000, (int64_t)1000000000000);
}

static prove_result prove(plan_builder *b, prove_property property)
{
    vm_program *program = NULL;
    err e = vm_seal(memory, plan_built(b), &program);
    assert_null(e.kind);
    property.program = program;
    property.has_z3 = true;
    if (property.kind != PROVE_MONOTONE) property.where = property.where ? property.where : -1;
    return prove_run(memory, &property);
}

/* clamp(wage, 60 %, 300 %) of an average wage: rises with the wage, stays within its bounds */
static plan_builder *contribution_base(void)
{
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id wage = money_input(b, "wage", 0, 100000000);
    vm_node_id average = money_input(b, "average", 100000, 3000000);
    vm_node_id floor_ = number_op(b, VM_MUL, average, plan_number(b, 60, 100));
    vm_node_id ceiling = number_op(b, VM_MUL, average, plan_number(b, 3, 1));
    vm_node_id base = number_op(b, VM_MIN, number_op(b, VM_MAX, wage, floor_), ceiling);
    plan_output(b, fen(b, base));
    plan_output(b, fen(b, floor_));
    plan_output(b, fen(b, ceiling));
    return b;
}

static void a_clamped_base_never_falls(void **state)
{
    (void)state;
    prove_result r =
        prove(contribution_base(),
              (prove_property){ .kind = PROVE_MONOTONE, .where = -1, .is_rising = true });
    assert_int_equal(r.verdict, PROVE_PROVED);
    assert_string_equal(r.way, "composition");
}

static void a_clamped_base_stays_between_floor_and_ceiling(void **state)
{
    (void)state;
    prove_result r =
        prove(contribution_base(),
              (prove_property){ .kind = PROVE_BETWEEN, .where = -1, .low = 1, .high = 2 });
    assert_int_equal(r.verdict, PROVE_PROVED);
}

static void a_clamped_base_does_not_always_rise(void **state)
{
    (void)state;
    prove_result r =
        prove(contribution_base(),
              (prove_property){
                  .kind = PROVE_MONOTONE, .where = -1, .is_rising = true, .is_strict = true });
    assert_int_equal(r.verdict, PROVE_REFUTED);
    assert_int_equal(r.value, r.value_after);
    assert_int_equal(r.inputs_after[0], r.inputs[0] + 1);
    assert_int_equal(r.inputs_after[1], r.inputs[1]);
}

/* benefit = standard × people - income while income per head is below; else nothing */
static plan_builder *minimum_living(void)
{
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id income = money_input(b, "income", 0, 10000000);
    vm_node_id people = whole_input(b, "people", 1, 20);
    vm_node_id due = number_op(b, VM_MUL, plan_number(b, 700, 1), people);
    vm_node_id is_below = truth_op(b, VM_LT, income, due);
    vm_node_id gap = number_op(b, VM_SUB, due, income);
    vm_node_id benefit = fen(b, choose(b, is_below, gap, plan_number(b, 0, 1)));
    plan_output(b, benefit);
    plan_output(b, truth_op(b, VM_GE, benefit, plan_number(b, 0, 1)));
    return b;
}

static void relief_is_never_below_zero(void **state)
{
    (void)state;
    prove_result r = prove(minimum_living(),
                           (prove_property){ .kind = PROVE_ALWAYS, .where = -1, .subject = 1 });
    assert_int_equal(r.verdict, PROVE_PROVED);
}

static void relief_never_rises_with_income(void **state)
{
    (void)state;
    prove_result r =
        prove(minimum_living(), (prove_property){ .kind = PROVE_MONOTONE, .where = -1 });
    assert_int_equal(r.verdict, PROVE_PROVED);
}

/* 500 a head until income passes 1,000: one fen more of income costs all of it */
static plan_builder *cliff_benefit(void)
{
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id income = money_input(b, "income", 0, 1000000);
    vm_node_id is_poor = truth_op(b, VM_LE, income, plan_number(b, 1000, 1));
    vm_node_id kept = choose(b, is_poor, plan_number(b, 500, 1), plan_number(b, 0, 1));
    plan_output(b, fen(b, number_op(b, VM_ADD, income, kept)));
    return b;
}

static void a_cliff_refutes_monotony_with_its_neighbours(void **state)
{
    (void)state;
    prove_result r =
        prove(cliff_benefit(),
              (prove_property){ .kind = PROVE_MONOTONE, .where = -1, .is_rising = true });
    assert_int_equal(r.verdict, PROVE_REFUTED);
    assert_int_equal(r.inputs[0], 100000);
    assert_int_equal(r.inputs_after[0], 100001);
    assert_int_equal(r.value, 150000);
    assert_int_equal(r.value_after, 100001);
}

static void slack_allows_a_small_fall(void **state)
{
    (void)state;
    prove_result r = prove(
        cliff_benefit(),
        (prove_property){ .kind = PROVE_MONOTONE, .where = -1, .is_rising = true, .slack = 50000 });
    assert_int_equal(r.verdict, PROVE_PROVED);
}

static void cliffs_are_listed_with_their_amounts(void **state)
{
    (void)state;
    prove_result r = prove(cliff_benefit(), (prove_property){ .kind = PROVE_CLIFFS,
                                                              .where = -1,
                                                              .from = 0,
                                                              .until = 200000,
                                                              .step = 1,
                                                              .threshold = 100 });
    assert_int_equal(r.verdict, PROVE_REFUTED);
    assert_int_equal(r.cliff_count, 1);
    assert_int_equal(r.cliffs[0].at, 100001);
    assert_int_equal(r.cliffs[0].before, 150000);
    assert_int_equal(r.cliffs[0].after, 100001);
}

static void a_division_by_an_input_that_may_be_zero_is_not_total(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id fund = money_input(b, "fund", 0, 1000000);
    vm_node_id people = whole_input(b, "people", 0, 20);
    plan_output(b, fen(b, number_op(b, VM_DIV, fund, people)));
    prove_result r = prove(b, (prove_property){ .kind = PROVE_TOTAL, .where = -1 });
    assert_int_equal(r.verdict, PROVE_REFUTED);
    assert_int_equal(r.inputs[1], 0);
    assert_int_equal(VM_REASON_KIND(r.reason), VM_DIVIDED_BY_ZERO);
}

static void a_rule_within_its_bounds_is_total(void **state)
{
    (void)state;
    prove_result r =
        prove(contribution_base(), (prove_property){ .kind = PROVE_TOTAL, .where = -1 });
    assert_int_equal(r.verdict, PROVE_PROVED);
}

static void a_condition_narrows_what_is_spoken_of(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id x = whole_input(b, "x", -1000, 1000);
    plan_output(b, plan_bound(b, number_op(b, VM_MUL, x, x), 0, 0, 1000000));
    plan_output(b, truth_op(b, VM_GE, x, plan_number(b, 0, 1)));
    prove_property rising = { .kind = PROVE_MONOTONE, .where = -1, .is_rising = true };
    assert_int_equal(prove(b, rising).verdict, PROVE_REFUTED);
    rising.where = 1;
    prove_result r = prove(b, rising);
    assert_int_equal(r.verdict, PROVE_PROVED);
    assert_string_equal(r.way, "composition"); /* x >= 0 is all that is left */
}

static void what_cannot_be_settled_is_not_proved(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id x = money_input(b, "x", 1, 100000000), y = money_input(b, "y", 1, 100000000);
    vm_node_id xy = number_op(b, VM_MUL, x, y);
    vm_node_id q = number_op(b, VM_DIV, xy, number_op(b, VM_ADD, x, y));
    plan_output(b, plan_bound(b, plan_round(b, q, MONEY_HALF_EVEN, 1, 100), 2, 0, 10000000000));
    prove_result r =
        prove(b, (prove_property){ .kind = PROVE_MONOTONE, .where = -1, .is_rising = true });
    assert_int_equal(r.verdict, PROVE_NOT_PROVED);
    assert_non_null(r.because);
    assert_non_null(r.because_zh);
    assert_string_equal(prove_verdict_name(r.verdict, true), "未证明");
}

/* (x - y) + (2y - x) + 1 is more than 0 wherever y >= 0: plain to Z3, not to the shape */
static plan_builder *hidden_sum(void)
{
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id x = money_input(b, "x", 0, 100000000), y = money_input(b, "y", 0, 100000000);
    vm_node_id twice = number_op(b, VM_MUL, y, plan_number(b, 2, 1));
    vm_node_id sum =
        number_op(b, VM_ADD, number_op(b, VM_SUB, x, y), number_op(b, VM_SUB, twice, x));
    plan_output(b, fen(b, sum));
    plan_output(b, truth_op(b, VM_GE, fen(b, sum), plan_number(b, 0, 1)));
    return b;
}

static void z3_settles_what_the_shape_does_not_show(void **state)
{
    (void)state;
    prove_result r =
        prove(hidden_sum(), (prove_property){ .kind = PROVE_ALWAYS, .where = -1, .subject = 1 });
    assert_int_equal(r.verdict, PROVE_PROVED);
    assert_string_equal(r.way, "z3");
}

static void a_property_of_no_one_is_not_proved(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 100);
    vm_node_id x = money_input(b, "x", 0, 100000000);
    vm_node_id none = plan_node(b, (vm_node){ .op = VM_FAIL, .kind = VM_NUMBER, .a = VM_NONE,
                                              .b = VM_NONE, .c = VM_NONE, .aux = VM_NOT_SET });
    plan_output(b, fen(b, number_op(b, VM_ADD, x, none)));
    prove_result r = prove(b, (prove_property){ .kind = PROVE_MONOTONE, .where = -1,
                                                .is_rising = true });
    assert_int_equal(r.verdict, PROVE_NOT_PROVED);
}

static void without_z3_it_is_not_proved(void **state)
{
    (void)state;
    assert_true(prove_has_z3());
    plan_builder *b = hidden_sum();
    vm_program *program = NULL;
    assert_null(vm_seal(memory, plan_built(b), &program).kind);
    prove_property p = { .kind = PROVE_ALWAYS, .where = -1, .subject = 1, .program = program };
    prove_result r = prove_run(memory, &p);
    assert_int_equal(r.verdict, PROVE_NOT_PROVED);
    assert_non_null(r.because);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_memory, close_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_clamped_base_never_falls),
        TEST(a_clamped_base_stays_between_floor_and_ceiling),
        TEST(a_clamped_base_does_not_always_rise),
        TEST(relief_is_never_below_zero),
        TEST(relief_never_rises_with_income),
        TEST(a_cliff_refutes_monotony_with_its_neighbours),
        TEST(slack_allows_a_small_fall),
        TEST(cliffs_are_listed_with_their_amounts),
        TEST(a_division_by_an_input_that_may_be_zero_is_not_total),
        TEST(a_rule_within_its_bounds_is_total),
        TEST(a_condition_narrows_what_is_spoken_of),
        TEST(what_cannot_be_settled_is_not_proved),
        TEST(z3_settles_what_the_shape_does_not_show),
        TEST(a_property_of_no_one_is_not_proved),
        TEST(without_z3_it_is_not_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
