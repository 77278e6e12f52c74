/* What the differential test found wrong in the machine, each find as a small plan by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/plan_words.h"

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

/* diff_vm, program 8203: a rounding that needed big fractions looked at another row's condition. */
static void a_fold_that_rounds_anew_reads_the_condition_of_its_own_row(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 400);
    vm_node_id is_next = flag(b, 1), divisor = number(b, 1, 2, 1, 2000000);
    vm_node_id one = plan_constant(b, VM_NUMBER, 1, 1, 1), start = plan_number(b, 1, 1);
    vm_node_id sum = over_rows(b, VM_SUM, VM_NUMBER, op2(b, VM_DIV, VM_NUMBER, one, divisor), VM_NONE);
    vm_node_id spread = plan_op(b, VM_SPREAD, VM_NUMBER, 1, sum, VM_NONE, VM_NONE);
    vm_node_id carry = plan_op(b, VM_CARRY, VM_NUMBER, 1, VM_NONE, VM_NONE, VM_NONE);
    vm_node_id next = op2(b, VM_ADD, VM_NUMBER, carry, one);
    vm_node_id chosen = plan_op(b, VM_IF, VM_NUMBER, 1, is_next, next, spread);
    vm_node_id body = plan_bound(b, plan_round(b, chosen, MONEY_UP, 1, 10), 1, 0, 1000000);
    plan_output(b, plan_bound(b, plan_op(b, VM_FOLD, VM_NUMBER, 0, body, VM_NONE, start), 1, 0, 1000000));
    /* 1/0.01 + 1/0.14 = 107.142857... -> 107.2, and 1 more */
    plan_expect(b, 1, PLAN_TEXTS("2"), PLAN_TEXTS("0 1", "1 14"), PLAN_TEXTS("1082"));
}

/* diff_vm --seed 100, program 7927: the fault of the one emptied the lane of the other. */
static void two_outputs_of_one_value_keep_their_own_reasons(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 0, 1);
    vm_node_id a = op1(b, VM_NEG, VM_NUMBER, number(b, 0, 0, 0, 9)), condition = flag(b, 0);
    vm_node_id same = whole(b, a), either = plan_op(b, VM_IF, VM_NUMBER, 0, condition, a, a);
    plan_output(b, whole(b, either));
    plan_output(b, same);
    plan_output(b, op2(b, VM_AND, VM_BOOL, condition, condition));
    plan_expect(b, 3, NULL, PLAN_TEXTS("1 2 3", "x 1 ?"),
                PLAN_TEXTS("bad_cell@2 -2 -3", "-1 -2 -3", "bad_cell@2 1 not_known@2"));
}

/* diff_vm --seed 200, program 3398: the keys were 0 times different numbers. */
static void keys_that_are_all_0_are_equal(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 12);
    vm_node_id none = plan_constant(b, VM_NUMBER, 1, 0, 1), one = plan_constant(b, VM_NUMBER, 1, 1, 1);
    vm_node_id mask = flag(b, 1), when = day(b, 1);
    vm_node_id key = plan_op(b, VM_SUM_SAME, VM_NUMBER, 1, none, mask, when);
    plan_output(b, whole(b, plan_op(b, VM_SUM_SAME, VM_NUMBER, 1, one, VM_NONE, key)));
    plan_expect(b, 1, PLAN_TEXTS("2"), PLAN_TEXTS("0 1", "43777 144909"), PLAN_TEXTS("2 2"));
}

/* diff_vm, program 985: it was called a bad plan. */
static void an_output_whose_factor_is_too_large_is_too_wide(void **state)
{
    (void)state;
    plan_builder *b = plan_builder_open(memory, 1, 400);
    vm_node_id most = plan_constant(b, VM_NUMBER, 1, 999999999999999999, 1);
    vm_node_id key = of_kind(b, VM_MONTH, 1, 715, 1267);
    vm_node_id sum = plan_op(b, VM_SUM_SAME, VM_NUMBER, 1, most, VM_NONE, key);
    vm_node_id bounded = plan_bound(b, op2(b, VM_ADD, VM_NUMBER, sum, sum), 2, 0, 1000);
    vm_node_id square = op2(b, VM_MUL, VM_NUMBER, bounded, sum);
    vm_program *program;
    plan_output(b, plan_bound(b, square, 3, -10000000000, 10000000000));
    assert_ptr_equal(vm_seal(memory, plan_built(b), &program).kind, &VM_TOO_WIDE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_memory, close_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_fold_that_rounds_anew_reads_the_condition_of_its_own_row),
        CASE(two_outputs_of_one_value_keep_their_own_reasons),
        CASE(keys_that_are_all_0_are_equal),
        CASE(an_output_whose_factor_is_too_large_is_too_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
