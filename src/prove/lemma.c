/* Z3: the whole graph as a formula over neighbours, within Z3's own resource limit; a time-out is
 * 'not proved'. */
#include <string.h>

#include "base/text.h"
#include "prove/lemma.h"

/* A step over quotients takes Z3 much longer than others do. */
enum { RESOURCE_LIMIT = 1500000, RESOURCE_LIMIT_DAYS = 40000, NODES_MAX = 600 };

bool prove_has_z3(void)
{
    return true;
}

static void assert_value(Z3_context z, Z3_solver s, const encoding *e, size_t output)
{
    Z3_ast fault = e->faults[prove_node(e->p, output)];
    if (fault) Z3_solver_assert(z, s, Z3_mk_not(z, fault));
}

static void assert_where(Z3_context z, Z3_solver s, const encoding *e)
{
    if (e->p->where == PROVE_NO_OUTPUT) return;
    assert_value(z, s, e, (size_t)e->p->where);
    Z3_solver_assert(z, s, e->terms[prove_node(e->p, (size_t)e->p->where)]);
}

static void assert_member(Z3_context z, Z3_solver s, const prove_property *p, size_t input,
                          Z3_ast term)
{
    if (!p->members || !p->members[input].count || prove_is_fixed(p, input)) return;
    Z3_ast is_one = Z3_mk_false(z);
    for (size_t k = 0; k < p->members[input].count; k++) {
        Z3_ast code = Z3_mk_int64(z, p->members[input].codes[k], Z3_mk_int_sort(z));
        Z3_ast either_of[] = { is_one, Z3_mk_eq(z, term, code) };
        is_one = Z3_mk_or(z, 2, either_of);
    }
    Z3_solver_assert(z, s, is_one);
}

static void assert_inputs(Z3_context z, Z3_solver s, const prove_property *p, Z3_ast *inputs)
{
    const vm_plan *plan = prove_plan(p);
    Z3_sort whole = Z3_mk_int_sort(z);
    for (size_t i = 0; i < plan->input_count; i++) {
        const vm_input *about = &plan->inputs[i];
        int64_t min = prove_is_fixed(p, i) ? p->fixed[i] : about->min;
        int64_t max = prove_is_fixed(p, i) ? p->fixed[i] : about->max;
        if (p->kind == PROVE_MONOTONE && i == p->along) max--;
        assert_member(z, s, p, i, inputs[i]);
        Z3_solver_assert(z, s, Z3_mk_ge(z, inputs[i], Z3_mk_int64(z, min, whole)));
        Z3_solver_assert(z, s, Z3_mk_le(z, inputs[i], Z3_mk_int64(z, max, whole)));
    }
}

/* A bound that has no value bounds nothing; the other still does. */
static Z3_ast with_value(encoding *e, size_t output, Z3_ast claim)
{
    Z3_ast fault = e->faults[prove_node(e->p, output)];
    return fault ? lemma_encode_binary(e, Z3_mk_and, Z3_mk_not(e->z3, fault), claim) : claim;
}

/* The negation of the property: a model of it would be a counter-example. */
static void assert_broken(Z3_context z, Z3_solver s, encoding *one, encoding *two)
{
    const prove_property *p = one->p;
    Z3_ast subject = one->terms[prove_node(p, p->subject)];
    if (p->kind == PROVE_TOTAL) {
        Z3_ast fault = one->faults[prove_node(p, p->subject)];
        Z3_solver_assert(z, s, fault ? fault : Z3_mk_false(z));
        return;
    }
    assert_value(z, s, one, p->subject);
    if (p->kind == PROVE_ALWAYS) {
        Z3_solver_assert(z, s, Z3_mk_not(z, subject));
        return;
    }
    if (p->kind == PROVE_BETWEEN) {
        Z3_ast low = one->terms[prove_node(p, p->low)], high = one->terms[prove_node(p, p->high)];
        Z3_ast is_low = with_value(one, p->low, Z3_mk_lt(z, subject, low));
        Z3_ast is_high = with_value(one, p->high, Z3_mk_gt(z, subject, high));
        Z3_solver_assert(z, s, lemma_encode_binary(one, Z3_mk_or, is_low, is_high));
        return;
    }
    assert_value(z, s, two, p->subject);
    assert_where(z, s, two);
    Z3_ast after = two->terms[prove_node(p, p->subject)];
    Z3_ast change = p->is_rising ? lemma_encode_binary(one, Z3_mk_sub, after, subject)
                                 : lemma_encode_binary(one, Z3_mk_sub, subject, after);
    const vm_node *node = &prove_plan(p)->nodes[prove_node(p, p->subject)];
    int decimals = node->op == VM_BOUND ? prove_plan(p)->bounds[node->aux].decimals : 0;
    Z3_ast slack = lemma_encode_number(one, -(i128)p->slack, i128_pow10(decimals));
    Z3_solver_assert(z, s,
                     p->is_strict ? Z3_mk_le(z, change, lemma_encode_number(one, 0, 1))
                                  : Z3_mk_lt(z, change, slack));
}

static Z3_ast *input_terms(arena *a, Z3_context z, const vm_plan *plan)
{
    Z3_ast *inputs = ARENA_ARRAY(a, Z3_ast, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++)
        inputs[i] = Z3_mk_const(z, Z3_mk_int_symbol(z, (int)i), Z3_mk_int_sort(z));
    return inputs;
}

static bool read_model(arena *a, const prove_property *p, Z3_context z, Z3_solver s, Z3_ast *inputs,
                       prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    Z3_model model = Z3_solver_get_model(z, s);
    Z3_model_inc_ref(z, model);
    column *columns = ARENA_ARRAY(a, column, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        Z3_ast value = NULL;
        columns[i] = column_open(a, 1);
        Z3_model_eval(z, model, inputs[i], true, &value);
        if (!value || !Z3_get_numeral_int64(z, value, &columns[i].value[0]))
            columns[i].value[0] = plan->inputs[i].min;
    }
    Z3_model_dec_ref(z, model);
    /* believed only when the machine itself breaks on it */
    runner before = prove_runner_open(a, p, 1), after = prove_runner_open(a, p, 1);
    prove_runner_run(&before, p, columns, 1);
    bool breaks;
    if (p->kind == PROVE_MONOTONE) {
        columns[p->along].value[0]++;
        prove_runner_run(&after, p, columns, 1);
        columns[p->along].value[0]--;
        breaks = prove_breaks_pair(p, &before, &after, 0);
    } else {
        breaks = prove_breaks_one(p, &before, 0);
    }
    if (!breaks) return false;
    prove_refute(a, p, result, columns, 0, "z3");
    result->value = before.outputs[p->subject].value[0];
    result->reason = before.outputs[p->subject].reason[0];
    if (p->kind == PROVE_MONOTONE) {
        int64_t *moved = ARENA_ARRAY(a, int64_t, plan->input_count + 1);
        memcpy(moved, result->inputs, plan->input_count * sizeof *moved);
        moved[p->along]++;
        result->inputs_after = moved;
        result->value_after = after.outputs[p->subject].value[0];
    }
    return true;
}

static bool not_proved(prove_result *result, const char *because, const char *because_zh)
{
    result->verdict = PROVE_NOT_PROVED;
    result->because = because;
    result->because_zh = because_zh;
    return false;
}

static const char *refusal(arena *a, vm_op op, bool is_chinese)
{
    if (op == VM_MUL)
        return is_chinese ? "规则中两个变动的量相乘，Z3 编码未包含"
                          : "two things that vary are multiplied, which the Z3 encoding leaves out";
    const char *says = is_chinese ? "规则用到了 Z3 编码未包含的运算：%s"
                                  : "the rule uses an operator that the Z3 encoding leaves out: %s";
    return text_cstr(a, text_format(a, says, vm_op_about(op)->name));
}

/* Z3's own count of what it did. */
static uint64_t steps_of(Z3_context z, Z3_solver s)
{
    Z3_stats stats = Z3_solver_get_statistics(z, s);
    Z3_stats_inc_ref(z, stats);
    uint64_t steps = 0;
    for (unsigned i = 0; i < Z3_stats_size(z, stats); i++)
        if (strcmp(Z3_stats_get_key(z, stats, i), "rlimit count") == 0 &&
            Z3_stats_is_uint(z, stats, i))
            steps = Z3_stats_get_uint_value(z, stats, i);
    Z3_stats_dec_ref(z, stats);
    return steps;
}

static bool solve(arena *a, const prove_property *p, Z3_context z, prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    const bool *cone = prove_cone_nodes(a, p);
    Z3_ast *inputs = input_terms(a, z, plan), *moved = NULL;
    lemma_months months = { .count = 0 };
    encoding one = lemma_encode(a, p, z, cone, inputs, &months), two = { 0 };
    if (p->kind == PROVE_MONOTONE && !one.is_refused) {
        moved = ARENA_ARRAY(a, Z3_ast, plan->input_count + 1);
        memcpy(moved, inputs, plan->input_count * sizeof *moved);
        moved[p->along] = lemma_encode_binary(&one, Z3_mk_add, inputs[p->along],
                                              Z3_mk_int(z, 1, Z3_mk_int_sort(z)));
        two = lemma_encode(a, p, z, cone, moved, &months);
    }
    if (one.is_refused)
        return not_proved(result, refusal(a, one.refused, false), refusal(a, one.refused, true));
    Z3_solver s = Z3_mk_solver(z);
    Z3_solver_inc_ref(z, s);
    Z3_params params = Z3_mk_params(z);
    Z3_params_inc_ref(z, params);
    unsigned limit = months.count ? RESOURCE_LIMIT_DAYS : RESOURCE_LIMIT;
    Z3_params_set_uint(z, params, Z3_mk_string_symbol(z, "rlimit"), limit);
    Z3_solver_set_params(z, s, params);
    assert_inputs(z, s, p, inputs);
    if (months.axioms) Z3_solver_assert(z, s, months.axioms);
    assert_where(z, s, &one);
    assert_broken(z, s, &one, &two);
    Z3_lbool answer = Z3_solver_check(z, s);
    bool is_settled = false;
    result->z3_steps += steps_of(z, s);
    if (answer == Z3_L_FALSE) {
        result->verdict = PROVE_PROVED;
        result->way = "z3";
        is_settled = true;
    } else if (answer == Z3_L_TRUE) {
        is_settled = read_model(a, p, z, s, inputs, result) ||
                     not_proved(result, "Z3's example does not hold up when it is run",
                                "Z3 给出的例子经实际运行不成立");
    } else {
        result->is_limited = true;
        not_proved(result, "Z3 reached its resource limit", "Z3 用尽了资源限额");
    }
    Z3_params_dec_ref(z, params);
    Z3_solver_dec_ref(z, s);
    return is_settled;
}

bool prove_lemma(arena *a, const prove_property *p, prove_result *result)
{
    if (prove_plan(p)->node_count > NODES_MAX)
        return not_proved(result, "the rule is too large for Z3", "规则过大，未交 Z3 求解");
    if (lemma_z3_load().kind)
        return not_proved(result, "this machine has no Z3 (package libz3-4)", "本机没有 Z3（软件包 libz3-4）");
    Z3_config config = Z3_mk_config();
    Z3_context z = Z3_mk_context(config);
    Z3_del_config(config);
    Z3_set_error_handler(z, NULL);
    bool is_settled = solve(a, p, z, result);
    Z3_del_context(z);
    return is_settled;
}
