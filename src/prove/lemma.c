/* Z3: the whole graph as a formula over neighbours, within Z3's own resource limit. Numbers are
 * reals that stand for exact fractions, so nothing is approximated; a time-out is 'not proved'. */
#include <z3.h>

#include <string.h>

#include "prove/prove_internal.h"

enum { RESOURCE_LIMIT = 1500000, NODES_MAX = 600, CELLS_MAX = 200 };

bool prove_has_z3(void)
{
    return true;
}

/* One copy of the graph: the terms of its nodes under one assignment of inputs. */
typedef struct {
    const prove_property *p;
    const vm_plan *plan;
    Z3_context z3;
    Z3_ast *terms;   /* by node */
    Z3_ast *faults;  /* by node: a boolean 'this node has no value', or NULL for never */
    Z3_ast *inputs;  /* by input: stored integers */
    bool is_refused; /* an operator this encoding leaves out */
} encoding;

static Z3_ast number_of(encoding *e, i128 num, i128 den)
{
    char digits[48], both[100];
    size_t size = i128_print(num, digits);
    memcpy(both, digits, size);
    both[size++] = '/';
    i128_print(den, both + size);
    return Z3_mk_numeral(e->z3, both, Z3_mk_real_sort(e->z3));
}

static Z3_ast binary(encoding *e, Z3_ast (*make)(Z3_context, unsigned, Z3_ast const[]), Z3_ast a,
                     Z3_ast b)
{
    Z3_ast both[] = { a, b };
    return make(e->z3, 2, both);
}

static Z3_ast either(encoding *e, Z3_ast a, Z3_ast b)
{
    if (!a) return b;
    if (!b) return a;
    return binary(e, Z3_mk_or, a, b);
}

static Z3_ast both_of(encoding *e, Z3_ast a, Z3_ast b)
{
    return a && b ? binary(e, Z3_mk_and, a, b) : NULL;
}

/* Rounds a real to a whole number, away from zero at ties and so on, by sign. */
static Z3_ast round_whole(encoding *e, Z3_ast x, money_rounding mode)
{
    Z3_context z = e->z3;
    Z3_ast zero = number_of(e, 0, 1), half = number_of(e, 1, 2);
    Z3_ast is_negative = Z3_mk_lt(z, x, zero);
    Z3_ast size = Z3_mk_ite(z, is_negative, Z3_mk_unary_minus(z, x), x);
    Z3_ast whole;
    if (mode == MONEY_DOWN) whole = Z3_mk_real2int(z, size);
    else if (mode == MONEY_HALF_UP) whole = Z3_mk_real2int(z, binary(e, Z3_mk_add, size, half));
    else if (mode == MONEY_UP)
        whole = Z3_mk_unary_minus(z, Z3_mk_real2int(z, Z3_mk_unary_minus(z, size)));
    else {
        e->is_refused = true; /* half even: parity makes Z3 wander; left to the other ways */
        whole = Z3_mk_real2int(z, size);
    }
    Z3_ast real = Z3_mk_int2real(z, whole);
    return Z3_mk_ite(z, is_negative, Z3_mk_unary_minus(z, real), real);
}

static Z3_ast encode_input(encoding *e, const vm_node *n, bool as_bool)
{
    Z3_context z = e->z3;
    const vm_input *about = &e->plan->inputs[n->aux];
    if (prove_is_fixed(e->p, n->aux)) {
        int64_t fixed = e->p->fixed[n->aux];
        if (as_bool) return fixed ? Z3_mk_true(z) : Z3_mk_false(z);
        return number_of(e, fixed, about->kind == VM_NUMBER ? i128_pow10(about->decimals) : 1);
    }
    if (as_bool) return Z3_mk_eq(z, e->inputs[n->aux], Z3_mk_int(z, 1, Z3_mk_int_sort(z)));
    Z3_ast real = Z3_mk_int2real(z, e->inputs[n->aux]);
    if (about->kind != VM_NUMBER || about->decimals == 0) return real;
    return binary(e, Z3_mk_mul, real, number_of(e, 1, i128_pow10(about->decimals)));
}

/* Products of two things that vary send Z3 wandering past its own limits: they are left to the
 * other ways. */
static void refuse_unless(encoding *e, bool is_linear)
{
    if (!is_linear) e->is_refused = true;
}

static bool is_number(const encoding *e, Z3_ast term)
{
    return Z3_is_numeral_ast(e->z3, term);
}

static Z3_ast encode_number(encoding *e, const vm_node *n, Z3_ast a, Z3_ast b, vm_node_id id)
{
    Z3_context z = e->z3;
    switch (n->op) {
    case VM_ADD:
    case VM_MONTH_ADD:
    case VM_DAY_ADD: return binary(e, Z3_mk_add, a, b);
    case VM_SUB:
    case VM_MONTH_DIFF:
    case VM_DAY_DIFF: return binary(e, Z3_mk_sub, a, b);
    case VM_MUL:
        refuse_unless(e, is_number(e, a) || is_number(e, b));
        return binary(e, Z3_mk_mul, a, b);
    case VM_DIV:
        refuse_unless(e, is_number(e, b));
        e->faults[id] = either(e, e->faults[id], Z3_mk_eq(z, b, number_of(e, 0, 1)));
        return Z3_mk_div(z, a, b);
    case VM_NEG: return Z3_mk_unary_minus(z, a);
    case VM_ABS:
        return Z3_mk_ite(z, Z3_mk_lt(z, a, number_of(e, 0, 1)), Z3_mk_unary_minus(z, a), a);
    case VM_MIN: return Z3_mk_ite(z, Z3_mk_lt(z, a, b), a, b);
    case VM_MAX: return Z3_mk_ite(z, Z3_mk_gt(z, a, b), a, b);
    default: e->is_refused = true; return a;
    }
}

static Z3_ast encode_round(encoding *e, const vm_node *n, Z3_ast a)
{
    vm_constant step = e->plan->constants[n->aux];
    Z3_ast whole =
        round_whole(e, binary(e, Z3_mk_mul, a, number_of(e, step.den, step.num)), n->mode);
    return binary(e, Z3_mk_mul, whole, number_of(e, step.num, step.den));
}

static Z3_ast encode_bound(encoding *e, const vm_node *n, Z3_ast a, vm_node_id id)
{
    vm_bound bound = e->plan->bounds[n->aux];
    i128 scale = i128_pow10(bound.decimals);
    Z3_ast outside = binary(e, Z3_mk_or, Z3_mk_lt(e->z3, a, number_of(e, bound.min, scale)),
                            Z3_mk_gt(e->z3, a, number_of(e, bound.max, scale)));
    e->faults[id] = either(e, e->faults[id], outside);
    return a;
}

static Z3_ast encode_compare(encoding *e, const vm_node *n, Z3_ast a, Z3_ast b)
{
    Z3_context z = e->z3;
    switch (n->op) {
    case VM_EQ: return Z3_mk_eq(z, a, b);
    case VM_NE: return Z3_mk_not(z, Z3_mk_eq(z, a, b));
    case VM_LT: return Z3_mk_lt(z, a, b);
    case VM_LE: return Z3_mk_le(z, a, b);
    case VM_GT: return Z3_mk_gt(z, a, b);
    default: return Z3_mk_ge(z, a, b);
    }
}

/* A key as a number: booleans count 0 and 1. */
static Z3_ast key_term(encoding *e, vm_node_id id)
{
    Z3_ast term = e->terms[id];
    if (e->plan->nodes[id].kind != VM_BOOL) return term;
    return Z3_mk_ite(e->z3, term, number_of(e, 1, 1), number_of(e, 0, 1));
}

/* Small tables become a chain of choices: exact keys by equality, a lone band from its top down. */
static void encode_lookup(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_context z = e->z3;
    const vm_table *t = &e->plan->tables[n->aux];
    const vm_node_id keys[] = { n->a, n->b, n->c };
    bool is_band = t->key_count == 1 && t->key_mode[0] == VM_KEY_BAND;
    bool is_left_out = t->cell_count > CELLS_MAX || n->kind == VM_BOOL;
    for (size_t k = 0; k < t->key_count; k++)
        is_left_out = is_left_out || (!is_band && t->key_mode[k] != VM_KEY_EXACT);
    if (is_left_out) {
        e->is_refused = true;
        return;
    }
    Z3_ast value = number_of(e, 0, 1), missing = Z3_mk_true(z);
    i128 scale = n->kind == VM_NUMBER ? i128_pow10(t->decimals) : 1;
    for (size_t i = 0; i < t->cell_count; i++) {
        const vm_cell *cell = &t->cells[i];
        Z3_ast is_here = Z3_mk_true(z);
        for (size_t k = 0; k < t->key_count; k++) {
            Z3_ast key = key_term(e, keys[k]);
            i128 key_scale = t->key_kind[k] == VM_NUMBER ? i128_pow10(t->key_decimals[k]) : 1;
            Z3_ast wanted = number_of(e, cell->key[k], key_scale);
            is_here = binary(e, Z3_mk_and, is_here,
                             is_band ? Z3_mk_ge(z, key, wanted) : Z3_mk_eq(z, key, wanted));
        }
        value = Z3_mk_ite(z, is_here, number_of(e, cell->value, scale), value);
        missing = Z3_mk_ite(z, is_here, cell->is_absent ? Z3_mk_true(z) : Z3_mk_false(z), missing);
    }
    for (size_t k = 0; k < t->key_count; k++)
        e->faults[id] = either(e, e->faults[id], e->faults[keys[k]]);
    e->faults[id] = either(e, e->faults[id], missing);
    e->terms[id] = value;
}

/* IF, AND and OR do not fault where the lane does not need the argument. */
static void fault_of_choice(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_ast c = e->terms[n->a];
    Z3_ast yes = e->faults[n->b] ? both_of(e, c, e->faults[n->b]) : NULL;
    Z3_ast no = e->faults[n->c] ? both_of(e, Z3_mk_not(e->z3, c), e->faults[n->c]) : NULL;
    e->faults[id] = either(e, e->faults[n->a], either(e, yes, no));
}

/* AND and OR have a value as soon as one side alone decides, whatever the other does. */
static void fault_of_logic(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_context z = e->z3;
    Z3_ast fault = either(e, e->faults[n->a], e->faults[n->b]), decided = NULL;
    if (!fault) return;
    const vm_node_id sides[] = { n->a, n->b };
    for (size_t i = 0; i < 2; i++) {
        Z3_ast side = e->terms[sides[i]];
        Z3_ast decides = n->op == VM_AND ? Z3_mk_not(z, side) : side;
        if (e->faults[sides[i]])
            decides = binary(e, Z3_mk_and, decides, Z3_mk_not(z, e->faults[sides[i]]));
        decided = either(e, decided, decides);
    }
    e->faults[id] = binary(e, Z3_mk_and, fault, Z3_mk_not(z, decided));
}

static void encode_node(encoding *e, vm_node_id id)
{
    Z3_context z = e->z3;
    const vm_node *n = &e->plan->nodes[id];
    Z3_ast a = n->a != VM_NONE && n->op >= VM_ADD ? e->terms[n->a] : NULL;
    Z3_ast b = n->b != VM_NONE && n->op >= VM_ADD ? e->terms[n->b] : NULL;
    if (a && n->op != VM_IF) e->faults[id] = e->faults[n->a];
    if (b && n->op != VM_IF) e->faults[id] = either(e, e->faults[id], e->faults[n->b]);
    switch (n->op) {
    case VM_CONST: {
        vm_constant c = e->plan->constants[n->aux];
        e->terms[id] = n->kind != VM_BOOL ? number_of(e, c.num, c.den)
                       : c.num            ? Z3_mk_true(z)
                                          : Z3_mk_false(z);
        return;
    }
    case VM_INPUT: e->terms[id] = encode_input(e, n, n->kind == VM_BOOL); return;
    case VM_UNKNOWN: e->is_refused = true; /* ELSE would catch it */ /* fall through */
    case VM_FAIL:
        e->faults[id] = Z3_mk_true(z);
        e->terms[id] = n->kind == VM_BOOL ? Z3_mk_false(z) : number_of(e, 0, 1);
        return;
    case VM_LOOKUP: encode_lookup(e, n, id); return;
    case VM_ROUND: e->terms[id] = encode_round(e, n, a); return;
    case VM_BOUND: e->terms[id] = encode_bound(e, n, a, id); return;
    case VM_EQ:
    case VM_NE:
    case VM_LT:
    case VM_LE:
    case VM_GT:
    case VM_GE:
        if (e->plan->nodes[n->a].kind == VM_BOOL) e->is_refused = true;
        e->terms[id] = encode_compare(e, n, a, b);
        return;
    case VM_AND:
    case VM_OR:
        e->terms[id] = binary(e, n->op == VM_AND ? Z3_mk_and : Z3_mk_or, a, b);
        fault_of_logic(e, n, id);
        return;
    case VM_NOT: e->terms[id] = Z3_mk_not(z, a); return;
    case VM_IF:
        fault_of_choice(e, n, id);
        e->terms[id] = Z3_mk_ite(z, a, b, e->terms[n->c]);
        return;
    case VM_KNOWN: e->terms[id] = Z3_mk_true(z); return;
    case VM_ELSE:
        e->terms[id] = a;
        e->faults[id] = e->faults[n->a];
        return;
    case VM_YEAR_OF_MONTH:
        e->terms[id] = binary(
            e, Z3_mk_add, number_of(e, 1900, 1),
            Z3_mk_int2real(z, Z3_mk_real2int(z, binary(e, Z3_mk_mul, a, number_of(e, 1, 12)))));
        return;
    default: e->terms[id] = encode_number(e, n, a, b, id); return;
    }
}

static encoding encode(arena *a, const prove_property *p, Z3_context z3, const bool *cone,
                       Z3_ast *inputs)
{
    const vm_plan *plan = prove_plan(p);
    encoding e = { .p = p, .plan = plan, .z3 = z3, .inputs = inputs };
    e.terms = ARENA_ARRAY(a, Z3_ast, plan->node_count + 1);
    e.faults = ARENA_ARRAY(a, Z3_ast, plan->node_count + 1);
    for (size_t n = 0; n < plan->node_count && !e.is_refused; n++) {
        if (!cone[n]) continue;
        vm_op op = plan->nodes[n].op;
        bool is_left_out = op >= VM_SPREAD || op == VM_CARRY || op == VM_MONTH_OF_DAY ||
                           op == VM_MONTH_IN_YEAR || op == VM_DAY_IN_MONTH || op == VM_FIRST_DAY ||
                           op == VM_LAST_DAY || op == VM_MONTH_FROM || op == VM_DAY_ADD_MONTHS ||
                           op == VM_FULL_MONTHS;
        if (is_left_out) e.is_refused = true;
        else {
            encode_node(&e, (vm_node_id)n);
            if (e.terms[n]) e.terms[n] = Z3_simplify(z3, e.terms[n]);
        }
    }
    return e;
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
        assert_value(z, s, one, p->low);
        assert_value(z, s, one, p->high);
        Z3_solver_assert(
            z, s, binary(one, Z3_mk_or, Z3_mk_lt(z, subject, low), Z3_mk_gt(z, subject, high)));
        return;
    }
    assert_value(z, s, two, p->subject);
    assert_where(z, s, two);
    Z3_ast after = two->terms[prove_node(p, p->subject)];
    Z3_ast change = p->is_rising ? binary(one, Z3_mk_sub, after, subject)
                                 : binary(one, Z3_mk_sub, subject, after);
    const vm_node *node = &prove_plan(p)->nodes[prove_node(p, p->subject)];
    int decimals = node->op == VM_BOUND ? prove_plan(p)->bounds[node->aux].decimals : 0;
    Z3_ast slack = number_of(one, -(i128)p->slack, i128_pow10(decimals));
    Z3_solver_assert(z, s,
                     p->is_strict ? Z3_mk_le(z, change, number_of(one, 0, 1))
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

static bool solve(arena *a, const prove_property *p, Z3_context z, prove_result *result)
{
    const vm_plan *plan = prove_plan(p);
    const bool *cone = prove_cone_nodes(a, p);
    Z3_ast *inputs = input_terms(a, z, plan), *moved = NULL;
    encoding one = encode(a, p, z, cone, inputs), two = { 0 };
    if (p->kind == PROVE_MONOTONE && !one.is_refused) {
        moved = ARENA_ARRAY(a, Z3_ast, plan->input_count + 1);
        memcpy(moved, inputs, plan->input_count * sizeof *moved);
        moved[p->along] =
            binary(&one, Z3_mk_add, inputs[p->along], Z3_mk_int(z, 1, Z3_mk_int_sort(z)));
        two = encode(a, p, z, cone, moved);
    }
    if (one.is_refused)
        return not_proved(result, "the rule uses an operator that the Z3 encoding leaves out",
                          "规则用到了 Z3 编码未包含的运算");
    Z3_solver s = Z3_mk_solver(z);
    Z3_solver_inc_ref(z, s);
    Z3_params params = Z3_mk_params(z);
    Z3_params_inc_ref(z, params);
    Z3_params_set_uint(z, params, Z3_mk_string_symbol(z, "rlimit"), RESOURCE_LIMIT);
    Z3_solver_set_params(z, s, params);
    assert_inputs(z, s, p, inputs);
    assert_where(z, s, &one);
    assert_broken(z, s, &one, &two);
    Z3_lbool answer = Z3_solver_check(z, s);
    bool is_settled = false;
    if (answer == Z3_L_FALSE) {
        result->verdict = PROVE_PROVED;
        result->way = "z3";
        is_settled = true;
    } else if (answer == Z3_L_TRUE) {
        is_settled = read_model(a, p, z, s, inputs, result) ||
                     not_proved(result, "Z3's example does not hold up when it is run",
                                "Z3 给出的例子经实际运行不成立");
    } else {
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
    Z3_config config = Z3_mk_config();
    Z3_context z = Z3_mk_context(config);
    Z3_del_config(config);
    Z3_set_error_handler(z, NULL);
    bool is_settled = solve(a, p, z, result);
    Z3_del_context(z);
    return is_settled;
}
