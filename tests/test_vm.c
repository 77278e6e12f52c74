#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vm/vm.h"

/* A plan made by hand; arrays long enough for any test here. */
typedef struct {
    vm_node nodes[64];
    vm_constant constants[32];
    vm_input inputs[16];
    vm_bound bounds[32];
    vm_table tables[4];
    vm_output outputs[32];
    vm_record records[2];
    vm_origin origins[2];
    vm_plan plan;
} fixture;

static fixture *f;
static arena *memory;

static int set_up(void **state)
{
    (void)state;
    memory = arena_open();
    f = ARENA_NEW(memory, fixture);
    f->origins[1].at = (source_pos){ "x.md", 7, 3 };
    f->records[0].name = "rows";
    f->plan = (vm_plan){ .nodes = f->nodes, .constants = f->constants, .inputs = f->inputs,
                         .bounds = f->bounds, .tables = f->tables, .outputs = f->outputs,
                         .records = f->records, .record_count = 1, .origins = f->origins,
                         .origin_count = 2, .rows_max = 400 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

static vm_node_id add(vm_node n)
{
    n.origin = 1;
    f->nodes[f->plan.node_count] = n;
    return (vm_node_id)f->plan.node_count++;
}

static vm_node_id op(vm_op o, vm_node_id a, vm_node_id b)
{
    bool is_flag = o >= VM_EQ && o <= VM_KNOWN && o != VM_IF;
    return add((vm_node){ .op = o, .kind = is_flag ? VM_BOOL : VM_NUMBER, .space = f->nodes[a].space,
                          .a = a, .b = b, .c = VM_NONE });
}

static vm_node_id number(i128 num, i128 den)
{
    f->constants[f->plan.constant_count] = (vm_constant){ num, den };
    return add((vm_node){ .op = VM_CONST, .kind = VM_NUMBER, .a = VM_NONE, .b = VM_NONE,
                          .c = VM_NONE, .aux = (uint32_t)f->plan.constant_count++ });
}

static vm_node_id input_of(vm_kind kind, uint16_t space, uint8_t decimals, int64_t min, int64_t max)
{
    f->inputs[f->plan.input_count] =
        (vm_input){ .name = "in", .kind = kind, .space = space, .decimals = decimals,
                    .min = min, .max = max };
    return add((vm_node){ .op = VM_INPUT, .kind = kind, .space = space, .a = VM_NONE,
                          .b = VM_NONE, .c = VM_NONE, .aux = (uint32_t)f->plan.input_count++ });
}

static vm_node_id money_input(void)
{
    return input_of(VM_NUMBER, 0, 2, -10000000000000000, 10000000000000000);
}

static vm_node_id rounded(vm_node_id a, money_rounding mode, i128 num, i128 den)
{
    vm_node_id n = op(VM_ROUND, a, VM_NONE);
    f->constants[f->plan.constant_count] = (vm_constant){ num, den };
    f->nodes[n].mode = mode, f->nodes[n].aux = (uint32_t)f->plan.constant_count++;
    return n;
}

static vm_node_id output(vm_node_id a, uint8_t decimals)
{
    vm_node_id n = a;
    if (f->nodes[a].kind == VM_NUMBER) {
        f->bounds[f->plan.bound_count] =
            (vm_bound){ decimals, -10000000000000000, 10000000000000000 };
        n = op(VM_BOUND, a, VM_NONE);
        f->nodes[n].aux = (uint32_t)f->plan.bound_count++;
    }
    f->outputs[f->plan.output_count++] = (vm_output){ .name = "out", .node = n };
    return n;
}

static column *cells;

/* Runs one subject; what[i] are the cells of input i. */
static column *run_one(const int64_t *values, const uint32_t *reasons)
{
    vm_program *program;
    err e = vm_seal(memory, &f->plan, &program);
    if (e.kind) fail_msg("%s %s", e.kind->code, e.detail);
    vm_machine *m = vm_machine_open(memory, program, (vm_machine_options){ 0 });
    cells = ARENA_ARRAY(memory, column, 16);
    for (size_t i = 0; i < f->plan.input_count; i++) {
        cells[i] = column_open(memory, 1);
        cells[i].value[0] = values[i];
        if (reasons && reasons[i]) column_fail(memory, &cells[i], 0, reasons[i]);
    }
    uint32_t none = 0;
    const uint32_t *until[1] = { &none };
    vm_batch batch = { .count = 1, .inputs = cells, .row_until = until };
    column *out = ARENA_ARRAY(memory, column, 32);
    for (size_t o = 0; o < f->plan.output_count; o++) {
        out[o] = column_open(memory, 1);
        column_ensure_reasons(memory, &out[o]);
    }
    vm_run(m, &batch, out);
    return out;
}

static void rounding_follows_its_mode(void **state)
{
    (void)state;
    vm_node_id half = op(VM_DIV, money_input(), number(8, 1));
    for (int mode = 0; mode < MONEY_ROUNDING_COUNT; mode++)
        output(rounded(half, (money_rounding)mode, 1, 1), 0);
    static const struct { int64_t fen, rounded[4]; } CASES[] = {
        { 1200, { 2, 2, 2, 1 } },   { 2000, { 3, 2, 3, 2 } },   { 2800, { 4, 4, 4, 3 } },
        { -2000, { -3, -2, -3, -2 } }, { 100, { 0, 0, 1, 0 } }, { 0, { 0, 0, 0, 0 } },
        { 10000000000000000, { 12500000000000, 12500000000000, 12500000000000, 12500000000000 } },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        column *out = run_one(&CASES[i].fen, NULL);
        for (int mode = 0; mode < MONEY_ROUNDING_COUNT; mode++)
            assert_int_equal(out[mode].value[0], CASES[i].rounded[mode]);
    }
}

static void a_lane_without_a_value_has_its_reason_and_zero(void **state)
{
    (void)state;
    vm_node_id a = money_input(), b = money_input();
    vm_node_id quotient = op(VM_DIV, a, b);
    output(rounded(quotient, MONEY_HALF_UP, 1, 100), 2);
    static const struct { int64_t a, b; uint32_t ra, rb; vm_reason_kind kind; int node; } CASES[] = {
        { 500, 0, 0, 0, VM_DIVIDED_BY_ZERO, 2 },
        { 500, 0, VM_REASON(VM_NOT_KNOWN, 0), 0, VM_NOT_KNOWN, 0 },
        { 500, 0, VM_REASON(VM_NOT_KNOWN, 0), VM_REASON(VM_BAD_CELL, 0), VM_BAD_CELL, 1 },
        { INT64_MAX, 1, 0, 0, VM_OUT_OF_RANGE, 0 },
        { 10000000000000000, 1, 0, 0, VM_OVERFLOW, 4 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        int64_t values[2] = { CASES[i].a, CASES[i].b };
        uint32_t reasons[2] = { CASES[i].ra, CASES[i].rb };
        column *out = run_one(values, reasons);
        assert_int_equal(out[0].reason[0], VM_REASON(CASES[i].kind, CASES[i].node));
        assert_int_equal(out[0].value[0], 0);
    }
}

static void a_value_beyond_128_bits_is_refused_where_it_stands(void **state)
{
    (void)state;
    vm_node_id a = money_input();
    for (int i = 0; i < 4; i++) a = op(VM_MUL, a, a);
    output(rounded(a, MONEY_HALF_UP, 1, 1), 0);
    vm_program *program;
    err e = vm_seal(memory, &f->plan, &program);
    assert_ptr_equal(e.kind, &VM_TOO_WIDE);
    assert_int_equal(e.at.line, 7);
}

static void a_plan_against_the_rules_is_refused(void **state)
{
    (void)state;
    vm_node_id a = money_input();
    vm_node_id flag = op(VM_GT, a, a);
    vm_node_id wrong = op(VM_ADD, a, flag);
    vm_program *program;
    err e = vm_seal(memory, &f->plan, &program);
    assert_ptr_equal(e.kind, &VM_BAD_PLAN);
    assert_int_equal(e.at.line, 7);
    f->nodes[wrong].b = a;
    f->nodes[wrong].a = wrong;
    assert_ptr_equal(vm_seal(memory, &f->plan, &program).kind, &VM_BAD_PLAN);
}

/* Quotients with good lanes, zeros, holes and values that no narrow bounds hold. */
static void any_block_and_instruction_set_gives_the_same_bytes(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    vm_node_id a = money_input(), b = money_input();
    output(rounded(op(VM_DIV, a, b), MONEY_HALF_EVEN, 1, 100), 2);
    output(rounded(op(VM_MUL, a, number(7, 3)), MONEY_UP, 1, 1), 0);
    output(rounded(op(VM_MIN, op(VM_MAX, a, number(-5000, 1)), number(5000, 1)), MONEY_DOWN, 1, 10), 1);
    vm_program *program;
    assert_null(vm_seal(memory, &f->plan, &program).kind);
    column in[2] = { column_open(memory, COUNT), column_open(memory, COUNT) };
    column_ensure_reasons(memory, &in[0]);
    uint64_t seed = 7;
    for (size_t n = 0; n < COUNT; n++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        in[0].value[n] = (int64_t)(seed >> 11) >> (n % 50);
        in[1].value[n] = (int64_t)(seed % 7) - 3;
        if (n % 97 == 5) in[0].reason[n] = VM_REASON(VM_NOT_KNOWN, 0);
    }
    uint32_t *none = ARENA_ARRAY(memory, uint32_t, COUNT);
    const uint32_t *until[1] = { none };
    vm_batch batch = { .count = COUNT, .inputs = in, .row_until = until };
    static const size_t BLOCKS[] = { 0, 1, 3, 2048 };
    column first[3] = { { 0 } };
    for (size_t block = 0; block < ARRAY_COUNT(BLOCKS); block++)
        for (int isa = VM_ISA_BEST; isa <= VM_ISA_AVX512; isa++) {
            vm_machine_options options = { BLOCKS[block], (vm_isa)isa };
            column out[3];
            for (int o = 0; o < 3; o++) {
                out[o] = column_open(memory, COUNT);
                column_ensure_reasons(memory, &out[o]);
            }
            vm_run(vm_machine_open(memory, program, options), &batch, out);
            for (int o = 0; o < 3; o++) {
                if (!first[o].count) first[o] = out[o];
                assert_memory_equal(first[o].value, out[o].value, COUNT * sizeof(int64_t));
                assert_memory_equal(first[o].reason, out[o].reason, COUNT * sizeof(uint32_t));
            }
        }
}

static void every_operator_and_reason_has_its_words(void **state)
{
    (void)state;
    for (int o = 0; o < VM_OP_COUNT; o++) {
        assert_non_null(vm_op_about((vm_op)o)->name);
        assert_non_null(vm_op_about((vm_op)o)->reads_zh);
    }
    for (int k = 0; k < VM_REASON_KIND_COUNT; k++) {
        assert_non_null(vm_reason_about((vm_reason_kind)k)->code);
        assert_non_null(vm_reason_about((vm_reason_kind)k)->says_zh);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rounding_follows_its_mode),
        TEST(a_lane_without_a_value_has_its_reason_and_zero),
        TEST(a_value_beyond_128_bits_is_refused_where_it_stands),
        TEST(a_plan_against_the_rules_is_refused),
        TEST(any_block_and_instruction_set_gives_the_same_bytes),
        TEST(every_operator_and_reason_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
