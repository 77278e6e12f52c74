#include <string.h>

#include "policy/policy_internal.h"

/* Two exceptions that can both hold. Here it is proved that they can not, by looking at the
 * comparisons each condition is made of; trial.c then looks for a person on whom they clash. */

enum { ATOMS_MAX = 24, BRANCHES_MAX = 16 };

/* What a comparison allows: any of less, equal, greater. */
enum { BIT_LESS = 1, BIT_EQUAL = 2, BIT_MORE = 4, BIT_ALL = 7 };

typedef struct {
    const typed *left, *right; /* right NULL: `left` is a truth value, equal to true */
    int bits;
} atom;

typedef struct {
    atom atoms[ATOMS_MAX];
    size_t count;
} branch; /* all of them hold */

typedef struct {
    branch branches[BRANCHES_MAX];
    size_t count;
    bool is_whole; /* false: something was left out, which only widens what is allowed */
} branches;        /* one of them holds */

bool clash_same(const typed *a, const typed *b)
{
    if (!a || !b) return a == b;
    if (a->kind != b->kind || a->symbol != b->symbol || a->op != b->op ||
        a->arg_count != b->arg_count || a->time != b->time || a->aggregate != b->aggregate ||
        a->rounding != b->rounding)
        return false;
    if (a->kind == TYPED_UNKNOWN || a->kind == TYPED_CARRY) return false;
    if ((a->kind == TYPED_CONST || a->kind == TYPED_ROUND) &&
        !tables_constant_equal(&a->value, &b->value))
        return false;
    for (size_t i = 0; i < a->arg_count; i++)
        if (!clash_same(a->args[i], b->args[i])) return false;
    return clash_same(a->date, b->date) && clash_same(a->place, b->place);
}

static int bits_of(vm_op op, bool is_negated)
{
    int bits;
    switch (op) {
    case VM_EQ: bits = BIT_EQUAL; break;
    case VM_NE: bits = BIT_LESS | BIT_MORE; break;
    case VM_LT: bits = BIT_LESS; break;
    case VM_LE: bits = BIT_LESS | BIT_EQUAL; break;
    case VM_GT: bits = BIT_MORE; break;
    case VM_GE: bits = BIT_MORE | BIT_EQUAL; break;
    default: return 0;
    }
    return is_negated ? BIT_ALL & ~bits : bits;
}

static int swapped(int bits)
{
    return (bits & BIT_EQUAL) | (bits & BIT_LESS ? BIT_MORE : 0) | (bits & BIT_MORE ? BIT_LESS : 0);
}

static void one_atom(branches *out, const typed *t, bool is_negated)
{
    out->count = 1;
    branch *b = &out->branches[0];
    b->count = 1;
    int bits = t->kind == TYPED_OP ? bits_of(t->op, is_negated) : 0;
    if (bits) b->atoms[0] = (atom){ t->args[0], t->args[1], bits };
    else b->atoms[0] = (atom){ t, NULL, is_negated ? BIT_LESS : BIT_EQUAL };
}

static void take_both(branches *out, const branches *a, const branches *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            if (out->count == BRANCHES_MAX) {
                /* Too many to tell apart: one branch without atoms allows everything. */
                out->count = 1;
                out->branches[0].count = 0;
                return;
            }
            branch *to = &out->branches[out->count++];
            *to = a->branches[i];
            for (size_t k = 0; k < b->branches[j].count && to->count < ATOMS_MAX; k++)
                to->atoms[to->count++] = b->branches[j].atoms[k];
        }
}

static void take_either(branches *out, const branches *a, const branches *b)
{
    *out = *a;
    for (size_t j = 0; j < b->count; j++) {
        if (out->count == BRANCHES_MAX) {
            out->count = 1;
            out->branches[0].count = 0;
            return;
        }
        out->branches[out->count++] = b->branches[j];
    }
}

static void split(arena *scratch, branches *out, const typed *t, bool is_negated)
{
    memset(out, 0, sizeof *out);
    bool is_and = t->kind == TYPED_OP && t->op == (is_negated ? VM_OR : VM_AND);
    bool is_or = t->kind == TYPED_OP && t->op == (is_negated ? VM_AND : VM_OR);
    if (t->kind == TYPED_OP && t->op == VM_NOT) {
        split(scratch, out, t->args[0], !is_negated);
        return;
    }
    if (!is_and && !is_or) {
        one_atom(out, t, is_negated);
        return;
    }
    branches *a = ARENA_NEW(scratch, branches), *b = ARENA_NEW(scratch, branches);
    split(scratch, a, t->args[0], is_negated);
    split(scratch, b, t->args[1], is_negated);
    if (is_and) take_both(out, a, b);
    else take_either(out, a, b);
}

/* ---- what two atoms leave ---- */

static bool is_code(const typed *t)
{
    return t->kind == TYPED_CONST && t->value.code.bytes;
}

static bool is_number(const typed *t)
{
    return t->kind == TYPED_CONST && !t->value.code.bytes;
}

/* x against p and x against q, both constants: can no x be both? */
static bool excludes_constants(const atom *a, const atom *b)
{
    if (is_code(a->right) && is_code(b->right)) {
        bool is_same = text_equal(a->right->value.code, b->right->value.code);
        return !is_same && a->bits == BIT_EQUAL && b->bits == BIT_EQUAL;
    }
    if (!is_number(a->right) || !is_number(b->right)) return false;
    int order = tables_constant_order(&a->right->value, &b->right->value);
    if (order == 0) return (a->bits & b->bits) == 0;
    const atom *low = order < 0 ? a : b, *high = order < 0 ? b : a;
    /* low's constant < high's: x must not be above low, while x must not be below high. */
    return !(low->bits & BIT_MORE) && !(high->bits & BIT_LESS);
}

static bool excludes(const atom *a, const atom *b)
{
    if (!a->right || !b->right)
        return !a->right && !b->right && clash_same(a->left, b->left) && a->bits != b->bits;
    if (clash_same(a->left, b->left) && clash_same(a->right, b->right))
        return (a->bits & b->bits) == 0;
    if (clash_same(a->left, b->right) && clash_same(a->right, b->left))
        return (a->bits & swapped(b->bits)) == 0;
    atom x = *a, y = *b;
    if (x.left->kind == TYPED_CONST) x = (atom){ a->right, a->left, swapped(a->bits) };
    if (y.left->kind == TYPED_CONST) y = (atom){ b->right, b->left, swapped(b->bits) };
    return x.right->kind == TYPED_CONST && y.right->kind == TYPED_CONST &&
           clash_same(x.left, y.left) && excludes_constants(&x, &y);
}

static bool is_disjoint(const branch *a, const branch *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (excludes(&a->atoms[i], &b->atoms[j])) return true;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < i; j++)
            if (excludes(&a->atoms[i], &a->atoms[j])) return true;
    return false;
}

void clash_check(policy_book *book, symbol *s, version *v)
{
    (void)s;
    if (v->exception_count < 2) return;
    arena *scratch = arena_open();
    branches *all = ARENA_ARRAY(scratch, branches, v->exception_count);
    for (size_t i = 0; i < v->exception_count; i++)
        split(scratch, &all[i], v->exceptions[i].condition, false);
    for (size_t i = 1; i < v->exception_count; i++) {
        exception *x = &v->exceptions[i];
        if (x->is_overriding) continue;
        for (size_t j = 0; j < i; j++) {
            bool is_apart = true;
            for (size_t m = 0; m < all[i].count && is_apart; m++)
                for (size_t n = 0; n < all[j].count && is_apart; n++)
                    is_apart = is_disjoint(&all[i].branches[m], &all[j].branches[n]);
            if (is_apart) continue;
            if (!x->may_clash) x->may_clash = ARENA_ARRAY(book->memory, bool, i);
            x->may_clash[j] = true;
        }
    }
    arena_close(scratch);
}
