/* The graph as a formula: numbers are reals that stand for exact fractions, so nothing is
 * approximated; beside each term stands when it has no value. */
#include <string.h>

#include "prove/lemma.h"

enum { PRODUCTS_MAX = 400 };

Z3_ast lemma_encode_number(encoding *e, i128 num, i128 den)
{
    char digits[48], both[100];
    size_t size = i128_print(num, digits);
    memcpy(both, digits, size);
    both[size++] = '/';
    i128_print(den, both + size);
    return Z3_mk_numeral(e->z3, both, Z3_mk_real_sort(e->z3));
}

Z3_ast lemma_encode_binary(encoding *e, Z3_ast (*make)(Z3_context, unsigned, Z3_ast const[]),
                           Z3_ast a, Z3_ast b)
{
    Z3_ast both[] = { a, b };
    return make(e->z3, 2, both);
}

Z3_ast lemma_encode_either(encoding *e, Z3_ast a, Z3_ast b)
{
    if (!a) return b;
    if (!b) return a;
    return lemma_encode_binary(e, Z3_mk_or, a, b);
}

static Z3_ast both_of(encoding *e, Z3_ast a, Z3_ast b)
{
    return a && b ? lemma_encode_binary(e, Z3_mk_and, a, b) : NULL;
}

/* Half up, but one less where that came from a tie and is odd. */
static Z3_ast half_even(encoding *e, Z3_ast size)
{
    Z3_context z = e->z3;
    Z3_ast up = lemma_encode_binary(e, Z3_mk_add, size, lemma_encode_number(e, 1, 2));
    Z3_ast whole = Z3_mk_real2int(z, up);
    Z3_ast one = Z3_mk_int(z, 1, Z3_mk_int_sort(z)), two = Z3_mk_int(z, 2, Z3_mk_int_sort(z));
    Z3_ast is_odd_tie = lemma_encode_binary(e, Z3_mk_and, Z3_mk_eq(z, Z3_mk_int2real(z, whole), up),
                                            Z3_mk_eq(z, Z3_mk_mod(z, whole, two), one));
    return Z3_mk_ite(z, is_odd_tie, lemma_encode_binary(e, Z3_mk_sub, whole, one), whole);
}

/* Rounds a real to a whole number, away from zero at ties and so on, by sign. */
static Z3_ast round_whole(encoding *e, Z3_ast x, money_rounding mode)
{
    Z3_context z = e->z3;
    Z3_ast zero = lemma_encode_number(e, 0, 1), half = lemma_encode_number(e, 1, 2);
    Z3_ast is_negative = Z3_mk_lt(z, x, zero);
    Z3_ast size = Z3_mk_ite(z, is_negative, Z3_mk_unary_minus(z, x), x);
    Z3_ast whole;
    if (mode == MONEY_DOWN) whole = Z3_mk_real2int(z, size);
    else if (mode == MONEY_HALF_UP)
        whole = Z3_mk_real2int(z, lemma_encode_binary(e, Z3_mk_add, size, half));
    else if (mode == MONEY_UP)
        whole = Z3_mk_unary_minus(z, Z3_mk_real2int(z, Z3_mk_unary_minus(z, size)));
    else whole = half_even(e, size);
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
        return lemma_encode_number(e, fixed,
                                   about->kind == VM_NUMBER ? i128_pow10(about->decimals) : 1);
    }
    if (as_bool) return Z3_mk_eq(z, e->inputs[n->aux], Z3_mk_int(z, 1, Z3_mk_int_sort(z)));
    Z3_ast real = Z3_mk_int2real(z, e->inputs[n->aux]);
    if (about->kind != VM_NUMBER || about->decimals == 0) return real;
    return lemma_encode_binary(e, Z3_mk_mul, real,
                               lemma_encode_number(e, 1, i128_pow10(about->decimals)));
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

static bool is_choice(const encoding *e, Z3_ast term)
{
    if (Z3_get_ast_kind(e->z3, term) != Z3_APP_AST) return false;
    return Z3_get_decl_kind(e->z3, Z3_get_app_decl(e->z3, Z3_to_app(e->z3, term))) == Z3_OP_ITE;
}

static Z3_ast product(encoding *e, Z3_ast a, Z3_ast b);

/* a times one of several numbers: one of several multiples of a. */
static Z3_ast product_of_choice(encoding *e, Z3_ast a, Z3_ast choice)
{
    Z3_app app = Z3_to_app(e->z3, choice);
    Z3_ast yes = product(e, a, Z3_get_app_arg(e->z3, app, 1));
    Z3_ast no = product(e, a, Z3_get_app_arg(e->z3, app, 2));
    return Z3_mk_ite(e->z3, Z3_get_app_arg(e->z3, app, 0), yes, no);
}

/* Does the term come down to numbers in all its choices? */
static bool is_numbers(encoding *e, Z3_ast term)
{
    if (is_number(e, term)) return true;
    if (!is_choice(e, term) || e->products++ > PRODUCTS_MAX) return false;
    Z3_app app = Z3_to_app(e->z3, term);
    return is_numbers(e, Z3_get_app_arg(e->z3, app, 1)) &&
           is_numbers(e, Z3_get_app_arg(e->z3, app, 2));
}

static Z3_ast product(encoding *e, Z3_ast a, Z3_ast b)
{
    bool is_linear = is_number(e, a) || is_number(e, b);
    if (!is_linear && is_numbers(e, b)) return product_of_choice(e, a, b);
    if (!is_linear && is_numbers(e, a)) return product_of_choice(e, b, a);
    refuse_unless(e, is_linear);
    return lemma_encode_binary(e, Z3_mk_mul, a, b);
}

static Z3_ast encode_number(encoding *e, const vm_node *n, Z3_ast a, Z3_ast b, vm_node_id id)
{
    Z3_context z = e->z3;
    switch (n->op) {
    case VM_ADD: return lemma_encode_binary(e, Z3_mk_add, a, b);
    case VM_SUB: return lemma_encode_binary(e, Z3_mk_sub, a, b);
    case VM_MUL: return product(e, a, b);
    case VM_DIV:
        refuse_unless(e, is_number(e, b));
        e->faults[id] =
            lemma_encode_either(e, e->faults[id], Z3_mk_eq(z, b, lemma_encode_number(e, 0, 1)));
        return Z3_mk_div(z, a, b);
    case VM_NEG: return Z3_mk_unary_minus(z, a);
    case VM_ABS:
        return Z3_mk_ite(z, Z3_mk_lt(z, a, lemma_encode_number(e, 0, 1)), Z3_mk_unary_minus(z, a),
                         a);
    case VM_MIN: return Z3_mk_ite(z, Z3_mk_lt(z, a, b), a, b);
    case VM_MAX: return Z3_mk_ite(z, Z3_mk_gt(z, a, b), a, b);
    default: e->is_refused = true; return a;
    }
}

static Z3_ast encode_round(encoding *e, const vm_node *n, Z3_ast a)
{
    vm_constant step = e->plan->constants[n->aux];
    Z3_ast whole = round_whole(
        e, lemma_encode_binary(e, Z3_mk_mul, a, lemma_encode_number(e, step.den, step.num)),
        n->mode);
    return lemma_encode_binary(e, Z3_mk_mul, whole, lemma_encode_number(e, step.num, step.den));
}

static Z3_ast encode_bound(encoding *e, const vm_node *n, Z3_ast a, vm_node_id id)
{
    vm_bound bound = e->plan->bounds[n->aux];
    i128 scale = i128_pow10(bound.decimals);
    Z3_ast outside = lemma_encode_binary(
        e, Z3_mk_or, Z3_mk_lt(e->z3, a, lemma_encode_number(e, bound.min, scale)),
        Z3_mk_gt(e->z3, a, lemma_encode_number(e, bound.max, scale)));
    e->faults[id] = lemma_encode_either(e, e->faults[id], outside);
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

/* IF, AND and OR do not fault where the lane does not need the argument. */
static void fault_of_choice(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_ast c = e->terms[n->a];
    Z3_ast yes = e->faults[n->b] ? both_of(e, c, e->faults[n->b]) : NULL;
    Z3_ast no = e->faults[n->c] ? both_of(e, Z3_mk_not(e->z3, c), e->faults[n->c]) : NULL;
    e->faults[id] = lemma_encode_either(e, e->faults[n->a], lemma_encode_either(e, yes, no));
}

/* AND and OR have a value as soon as one side alone decides, whatever the other does. */
static void fault_of_logic(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_context z = e->z3;
    Z3_ast fault = lemma_encode_either(e, e->faults[n->a], e->faults[n->b]), decided = NULL;
    if (!fault) return;
    const vm_node_id sides[] = { n->a, n->b };
    for (size_t i = 0; i < 2; i++) {
        Z3_ast side = e->terms[sides[i]];
        Z3_ast decides = n->op == VM_AND ? Z3_mk_not(z, side) : side;
        if (e->faults[sides[i]])
            decides = lemma_encode_binary(e, Z3_mk_and, decides, Z3_mk_not(z, e->faults[sides[i]]));
        decided = lemma_encode_either(e, decided, decides);
    }
    e->faults[id] = lemma_encode_binary(e, Z3_mk_and, fault, Z3_mk_not(z, decided));
}

static void encode_node(encoding *e, vm_node_id id)
{
    Z3_context z = e->z3;
    const vm_node *n = &e->plan->nodes[id];
    Z3_ast a = n->a != VM_NONE && n->op >= VM_ADD ? e->terms[n->a] : NULL;
    Z3_ast b = n->b != VM_NONE && n->op >= VM_ADD ? e->terms[n->b] : NULL;
    if (a && n->op != VM_IF) e->faults[id] = e->faults[n->a];
    if (b && n->op != VM_IF) e->faults[id] = lemma_encode_either(e, e->faults[id], e->faults[n->b]);
    switch (n->op) {
    case VM_CONST: {
        vm_constant c = e->plan->constants[n->aux];
        e->terms[id] = n->kind != VM_BOOL ? lemma_encode_number(e, c.num, c.den)
                       : c.num            ? Z3_mk_true(z)
                                          : Z3_mk_false(z);
        return;
    }
    case VM_INPUT: e->terms[id] = encode_input(e, n, n->kind == VM_BOOL); return;
    case VM_UNKNOWN: e->is_refused = true; /* ELSE would catch it */ /* fall through */
    case VM_FAIL:
        e->faults[id] = Z3_mk_true(z);
        e->terms[id] = n->kind == VM_BOOL ? Z3_mk_false(z) : lemma_encode_number(e, 0, 1);
        return;
    case VM_LOOKUP: lemma_table_lookup(e, n, id); return;
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
        e->terms[id] = lemma_encode_binary(e, n->op == VM_AND ? Z3_mk_and : Z3_mk_or, a, b);
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
    default:
        if (!lemma_calendar(e, n, a, b, id)) e->terms[id] = encode_number(e, n, a, b, id);
        return;
    }
}

encoding lemma_encode(arena *a, const prove_property *p, Z3_context z3, const bool *cone,
                      Z3_ast *inputs, lemma_months *months)
{
    const vm_plan *plan = prove_plan(p);
    encoding e = { .p = p, .plan = plan, .z3 = z3, .inputs = inputs, .months = months };
    e.terms = ARENA_ARRAY(a, Z3_ast, plan->node_count + 1);
    e.faults = ARENA_ARRAY(a, Z3_ast, plan->node_count + 1);
    for (size_t n = 0; n < plan->node_count && !e.is_refused; n++) {
        if (!cone[n]) continue;
        vm_op op = plan->nodes[n].op;
        bool is_left_out = op >= VM_SPREAD || op == VM_CARRY;
        e.refused = op;
        if (is_left_out) e.is_refused = true;
        else {
            encode_node(&e, (vm_node_id)n);
            if (e.terms[n]) e.terms[n] = Z3_simplify(z3, e.terms[n]);
        }
    }
    return e;
}
