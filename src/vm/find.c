/* find - the cell of a table at given keys. */
#include "vm/vm_internal.h"

enum { DENSE_MAX = 4096 };


/* Cells [from, until) share the keys before `level`; answers the last with key <= wanted. */
static size_t last_not_above(const vm_table *t, size_t from, size_t until, int level,
                             int64_t wanted)
{
    while (from < until) { /* first cell above */
        size_t middle = from + (until - from) / 2;
        if (t->cells[middle].key[level] <= wanted) from = middle + 1;
        else until = middle;
    }
    return from;
}

static int64_t why_absent(const vm_cell *cell)
{
    return cell->is_absent && cell->why ? -(int64_t)cell->why : -(int64_t)VM_NOT_IN_TABLE;
}

/* No cell of [from, until) has the key: the fault is that of the group. */
static int64_t why_missed(const vm_table *t, size_t from, size_t until)
{
    return until - from == 1 ? why_absent(&t->cells[from]) : -(int64_t)VM_NOT_IN_TABLE;
}

int64_t vm_find(const vm_finder *finder, const int64_t *key, bool has_rest)
{
    const vm_table *t = finder->table;
    size_t from = 0, until = t->cell_count;
    for (int k = 0; k < t->key_count; k++) {
        size_t end = last_not_above(t, from, until, k, key[k]);
        if (end == from) return why_missed(t, from, until);
        int64_t found = t->cells[end - 1].key[k];
        if (t->key_mode[k] == VM_KEY_EXACT && found != key[k])
            return why_missed(t, from, until);
        if (t->key_mode[k] == VM_KEY_LINEAR) {
            const vm_cell *here = &t->cells[end - 1];
            if (here->is_absent) return why_absent(here);
            bool is_at = found == key[k] && !has_rest;
            if (!is_at && (end == until || t->cells[end].is_absent)) return -VM_NOT_IN_TABLE;
            return (int64_t)end - 1;
        }
        size_t begin = found == INT64_MIN ? from : last_not_above(t, from, end, k, found - 1);
        from = begin, until = end;
    }
    return t->cells[from].is_absent ? why_absent(&t->cells[from]) : (int64_t)from;
}

void vm_finder_open(arena *process, const vm_table *table, vm_finder *finder)
{
    *finder = (vm_finder){ .table = table };
    if (table->key_count != 1 || table->cell_count == 0 || table->key_mode[0] == VM_KEY_LINEAR)
        return;
    int64_t first = table->cells[0].key[0], last = table->cells[table->cell_count - 1].key[0];
    if ((u128)((i128)last - first) >= DENSE_MAX) return;
    size_t count = (size_t)(last - first) + 1;
    int32_t *dense = ARENA_ARRAY(process, int32_t, count);
    for (size_t n = 0; n < count; n++) {
        int64_t key = first + (int64_t)n;
        dense[n] = (int32_t)vm_find(finder, &key, false);
    }
    finder->is_identity = count == table->cell_count;
    for (size_t n = 0; n < count; n++) finder->is_identity = finder->is_identity && dense[n] == (int32_t)n;
    finder->base = first, finder->dense = dense, finder->dense_count = count;
}

static void fail_lane(vm_state *s, const vm_instr *i, size_t lane, vm_reason_kind why)
{
    if (!s->marks[i->mark]) {
        uint32_t *made = vm_mark_new(s, i->space);
        memset(made, 0, s->lanes[i->space] * sizeof *made);
        s->marks[i->mark] = made;
    }
    uint32_t under = vm_mark_at(s, i->ma, lane);
    s->marks[i->mark][lane] = under ? under : VM_REASON(why, i->node);
}

static void carry_marks(vm_state *s, const vm_instr *i)
{
    s->marks[i->mark] = NULL;
    if (!s->marks[i->ma]) return;
    s->marks[i->mark] = vm_mark_new(s, i->space);
    memcpy(s->marks[i->mark], s->marks[i->ma], s->lanes[i->space] * sizeof(uint32_t));
}

/* One key a cell without gaps: the cell is a difference. */
static bool find_identity(vm_state *s, const vm_instr *i, const vm_finder *f)
{
    size_t count = s->lanes[i->space];
    int64_t outside = 0;
    vm_instr offset = { .k1 = f->base, .k2 = (i128)f->dense_count };
    s->kernels[VM_I_OFFSET](&offset, vm_i64(s, i->dst), vm_i64(s, i->a), NULL, &outside, count);
    return outside == 0;
}

static void find_dense(vm_state *s, const vm_instr *i, const vm_finder *f)
{
    size_t count = s->lanes[i->space];
    int64_t *dst = vm_i64(s, i->dst), worst = 0;
    const int64_t *key = vm_i64(s, i->a);
    bool is_banded = f->table->key_mode[0] == VM_KEY_BAND;
    const int64_t missed = why_missed(f->table, 0, f->table->cell_count);
    for (size_t n = 0; n < count; n++) {
        uint64_t at = (uint64_t)key[n] - (uint64_t)f->base;
        int64_t found = missed;
        if (at < f->dense_count) found = f->dense[at];
        else if (is_banded && key[n] > f->base) found = f->dense[f->dense_count - 1];
        dst[n] = found;
        worst |= found;
    }
    if (worst >= 0) return;
    for (size_t n = 0; n < count; n++) {
        if (dst[n] >= 0) continue;
        fail_lane(s, i, n, (vm_reason_kind)-dst[n]);
        dst[n] = 0;
    }
}

void vm_execute_table(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int64_t *dst = vm_i64(s, i->dst);
    if (i->code == VM_I_CELL) {
        s->kernels[VM_I_TAKE](i, dst, vm_i64(s, i->a), s->tier->cells[i->aux], NULL, count);
        return;
    }
    const vm_finder *f = &s->program->finders[i->aux];
    carry_marks(s, i);
    if (f->is_identity && find_identity(s, i, f)) return;
    if (f->dense_count) {
        find_dense(s, i, f);
        return;
    }
    const uint32_t regs[VM_TABLE_KEYS_MAX] = { i->a, i->b, i->c };
    for (size_t n = 0; n < count; n++) {
        int64_t key[VM_TABLE_KEYS_MAX] = { 0 };
        for (int k = 0; k < f->table->key_count; k++) key[k] = vm_i64(s, regs[k])[n];
        int64_t found = vm_find(f, key, i->d && vm_i64(s, i->d)[n]);
        dst[n] = found < 0 ? 0 : found;
        if (found < 0) fail_lane(s, i, n, (vm_reason_kind)-found);
    }
}
