/* Tables as chains of choices, key by key: an exact key by equality, a band from its top down, a
 * line between each two neighbours. */
#include "prove/lemma.h"

enum { CELLS_MAX = 200 };

/* Cells [from, until) share the keys before `level`. */
typedef struct {
    const vm_table *table;
    Z3_ast keys[VM_TABLE_KEYS_MAX];
    i128 scale;
} looking;

typedef struct {
    Z3_ast value, missing;
} found;

/* A key as a number: booleans count 0 and 1. */
static Z3_ast key_term(encoding *e, vm_node_id id)
{
    Z3_ast term = e->terms[id];
    if (e->plan->nodes[id].kind != VM_BOOL) return term;
    return Z3_mk_ite(e->z3, term, lemma_encode_number(e, 1, 1), lemma_encode_number(e, 0, 1));
}

static i128 key_scale(const vm_table *t, size_t level)
{
    return t->key_kind[level] == VM_NUMBER ? i128_pow10(t->key_decimals[level]) : 1;
}

static found of_cell(encoding *e, const looking *l, size_t i)
{
    const vm_cell *cell = &l->table->cells[i];
    Z3_context z = e->z3;
    return (found){ lemma_encode_number(e, cell->is_absent ? 0 : cell->value, l->scale),
                    cell->is_absent ? Z3_mk_true(z) : Z3_mk_false(z) };
}

static found choose(encoding *e, Z3_ast when, found yes, found no)
{
    Z3_context z = e->z3;
    return (found){ Z3_mk_ite(z, when, yes.value, no.value),
                    Z3_mk_ite(z, when, yes.missing, no.missing) };
}

/* Between cells i and i + 1: v + (key - k)·(w - v)/(next - k). */
static found between(encoding *e, const looking *l, size_t level, size_t i)
{
    const vm_cell *low = &l->table->cells[i], *high = &l->table->cells[i + 1];
    Z3_context z = e->z3;
    if (low->is_absent || high->is_absent)
        return (found){ lemma_encode_number(e, 0, 1), Z3_mk_true(z) };
    i128 rise = (i128)high->value - low->value;
    i128 run = (i128)high->key[level] - low->key[level], den = 0;
    if (!i128_mul(run, l->scale, &den)) e->is_refused = true;
    /* a key in its own unit is scale times the key itself */
    Z3_ast past =
        lemma_encode_binary(e, Z3_mk_sub, l->keys[level],
                            lemma_encode_number(e, low->key[level], key_scale(l->table, level)));
    i128 slope = 0;
    if (!i128_mul(rise, key_scale(l->table, level), &slope)) e->is_refused = true;
    if (e->is_refused) return of_cell(e, l, i);
    Z3_ast gained = lemma_encode_binary(e, Z3_mk_mul, past, lemma_encode_number(e, slope, den));
    Z3_ast start = lemma_encode_number(e, low->value, l->scale);
    return (found){ lemma_encode_binary(e, Z3_mk_add, start, gained), Z3_mk_false(z) };
}

static found look(encoding *e, const looking *l, size_t level, size_t from, size_t until)
{
    const vm_table *t = l->table;
    Z3_context z = e->z3;
    found so_far = { lemma_encode_number(e, 0, 1), Z3_mk_true(z) };
    bool is_last = level + 1u == t->key_count;
    for (size_t i = from, next; i < until; i = next) {
        for (next = i + 1; next < until && t->cells[next].key[level] == t->cells[i].key[level];)
            next++;
        Z3_ast here = lemma_encode_number(e, t->cells[i].key[level], key_scale(t, level));
        found group = is_last ? of_cell(e, l, i) : look(e, l, level + 1, i, next);
        bool is_exact = t->key_mode[level] != VM_KEY_BAND;
        Z3_ast when =
            is_exact ? Z3_mk_eq(z, l->keys[level], here) : Z3_mk_ge(z, l->keys[level], here);
        so_far = choose(e, when, group, so_far);
        if (t->key_mode[level] != VM_KEY_LINEAR || next >= until) continue;
        Z3_ast there = lemma_encode_number(e, t->cells[next].key[level], key_scale(t, level));
        Z3_ast is_between = lemma_encode_binary(e, Z3_mk_and, Z3_mk_gt(z, l->keys[level], here),
                                                Z3_mk_lt(z, l->keys[level], there));
        so_far = choose(e, is_between, between(e, l, level, i), so_far);
    }
    return so_far;
}

void lemma_table_lookup(encoding *e, const vm_node *n, vm_node_id id)
{
    Z3_context z = e->z3;
    const vm_table *t = &e->plan->tables[n->aux];
    const vm_node_id keys[] = { n->a, n->b, n->c };
    looking l = { .table = t, .scale = n->kind == VM_NUMBER ? i128_pow10(t->decimals) : 1 };
    if (t->cell_count > CELLS_MAX) {
        e->is_refused = true;
        return;
    }
    for (size_t k = 0; k < t->key_count; k++) {
        l.keys[k] = key_term(e, keys[k]);
        e->faults[id] = lemma_encode_either(e, e->faults[id], e->faults[keys[k]]);
    }
    found all = look(e, &l, 0, 0, t->cell_count);
    e->faults[id] = lemma_encode_either(e, e->faults[id], all.missing);
    bool is_truth = n->kind == VM_BOOL;
    e->terms[id] = is_truth ? Z3_mk_eq(z, all.value, lemma_encode_number(e, 1, 1)) : all.value;
}
