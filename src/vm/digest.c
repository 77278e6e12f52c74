/* digest - a stable number of all that decides a value; names and labels are left out. */
#include "base/hash.h"
#include "vm/vm_internal.h"

static uint64_t mix_wide(uint64_t h, i128 value)
{
    return hash_mix(hash_mix(h, (uint64_t)value), (uint64_t)((u128)value >> 64));
}

static uint64_t mix_node(uint64_t h, const vm_node *n)
{
    const uint64_t words[] = { n->op, n->kind, n->space, n->op == VM_ROUND ? n->mode : 0,
                               n->a,  n->b,    n->c,     n->aux };
    for (size_t k = 0; k < ARRAY_COUNT(words); k++) h = hash_mix(h, words[k]);
    return h;
}

static uint64_t mix_table(uint64_t h, const vm_table *t)
{
    h = hash_mix(hash_mix(hash_mix(h, t->kind), t->decimals), t->key_count);
    for (int k = 0; k < t->key_count; k++) {
        h = hash_mix(hash_mix(h, t->key_kind[k]), t->key_decimals[k]);
        h = hash_mix(h, t->key_mode[k]);
    }
    for (size_t n = 0; n < t->cell_count; n++) {
        for (int k = 0; k < t->key_count; k++) h = hash_mix(h, (uint64_t)t->cells[n].key[k]);
        h = hash_mix(h, t->cells[n].is_absent);
        h = hash_mix(h, t->cells[n].is_absent ? t->cells[n].why : (uint64_t)t->cells[n].value);
    }
    return h;
}

uint64_t vm_program_digest(const vm_program *program)
{
    const vm_plan *p = program->plan;
    uint64_t h = hash_mix(p->node_count, (uint64_t)p->rows_max);
    for (size_t n = 0; n < p->node_count; n++) h = mix_node(h, &p->nodes[n]);
    for (size_t n = 0; n < p->constant_count; n++)
        h = mix_wide(mix_wide(h, p->constants[n].num), p->constants[n].den);
    for (size_t n = 0; n < p->input_count; n++) {
        const vm_input *i = &p->inputs[n];
        h = hash_mix(hash_mix(hash_mix(h, i->kind), i->space), i->decimals);
        h = hash_mix(hash_mix(h, (uint64_t)i->min), (uint64_t)i->max);
    }
    for (size_t n = 0; n < p->bound_count; n++) {
        h = hash_mix(hash_mix(h, p->bounds[n].decimals), (uint64_t)p->bounds[n].min);
        h = hash_mix(h, (uint64_t)p->bounds[n].max);
    }
    for (size_t n = 0; n < p->table_count; n++) h = mix_table(h, &p->tables[n]);
    for (size_t n = 0; n < p->output_count; n++) h = hash_mix(h, p->outputs[n].node);
    return h;
}
