#include "support/random_maker.h"

#include <math.h>
#include <string.h>

/* ---- tables ---- */

static int compare_cells(const vm_cell *a, const vm_cell *b)
{
    for (int k = 0; k < VM_TABLE_KEYS_MAX; k++)
        if (a->key[k] != b->key[k]) return a->key[k] < b->key[k] ? -1 : 1;
    return 0;
}

static void sort_cells(vm_cell *cells, size_t *count)
{
    for (size_t i = 1; i < *count; i++)
        for (size_t j = i; j > 0 && compare_cells(&cells[j], &cells[j - 1]) < 0; j--) {
            vm_cell swap = cells[j];
            cells[j] = cells[j - 1];
            cells[j - 1] = swap;
        }
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || compare_cells(&cells[i], &cells[kept - 1]) != 0) cells[kept++] = cells[i];
    *count = kept;
}

typedef struct {
    int64_t min, max;
} key_span;

/* Where the keys of a table lie: close together where only an equal key is found. */
static key_span span_of_keys(maker *m, const vm_table *table, int k)
{
    bool is_exact = table->key_mode[k] == VM_KEY_EXACT;
    int64_t base = is_exact ? maker_choose_of_kind(m, table->key_kind[k]) : 0;
    switch (table->key_kind[k]) {
    case VM_BOOL: return (key_span){ 0, 1 };
    case VM_CODE: return (key_span){ 0, CODE_COUNT - 1 };
    case VM_MONTH:
        if (!is_exact) return (key_span){ 1200, 1560 };
        return (key_span){ base, base + 3 < MONTH_MAX ? base + 3 : MONTH_MAX };
    case VM_DAY:
        if (!is_exact) return (key_span){ 36524, 47482 };
        return (key_span){ base, base + 3 < DAY_MAX ? base + 3 : DAY_MAX };
    default:
        if (is_exact) return (key_span){ choose_percent(m->c, 30) ? -4 : 0, 5 };
        return choose_percent(m->c, 70) ? (key_span){ -500, 12000 } : (key_span){ -1000000, 100000000 };
    }
}

static int64_t choose_key(maker *m, const vm_table *table, int k, key_span span)
{
    bool is_number = table->key_kind[k] == VM_NUMBER && table->key_mode[k] != VM_KEY_EXACT;
    if (is_number && choose_percent(m->c, 50)) /* a whole figure, as laws have */
        return choose_between(m->c, -5, 100) * maker_power10(table->key_decimals[k]);
    return choose_between(m->c, span.min, span.max);
}

static void choose_keys(maker *m, vm_table *table)
{
    table->key_count = (uint8_t)(1 + choose(m->c, VM_TABLE_KEYS_MAX));
    for (int k = 0; k < table->key_count; k++) {
        table->key_kind[k] = maker_choose_kind(m);
        bool is_ordered = table->key_kind[k] != VM_CODE && table->key_kind[k] != VM_BOOL;
        bool can_be_linear = is_ordered && table->kind == VM_NUMBER && k == table->key_count - 1;
        table->key_mode[k] = (vm_key_mode)choose(m->c, can_be_linear ? 3 : is_ordered ? 2 : 1);
        table->key_decimals[k] = table->key_kind[k] == VM_NUMBER ? (uint8_t)choose(m->c, 3) : 0;
    }
}

static int64_t choose_cell_value(maker *m, vm_kind kind)
{
    if (kind != VM_NUMBER) return maker_choose_of_kind(m, kind);
    if (choose_percent(m->c, 5)) return choose_between(m->c, -1000000000000, 1000000000000);
    return choose_between(m->c, -100, 10000);
}

static vm_table make_table(maker *m, vm_kind kind, key_span *spans)
{
    vm_table table = { .kind = kind, .decimals = kind == VM_NUMBER ? (uint8_t)choose(m->c, 5) : 0 };
    choose_keys(m, &table);
    for (int k = 0; k < table.key_count; k++) spans[k] = span_of_keys(m, &table, k);
    size_t count = 1 + choose(m->c, 8u << table.key_count);
    vm_cell *cells = ARENA_ARRAY(m->b->memory, vm_cell, count);
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < table.key_count; k++)
            cells[i].key[k] = i > 0 && choose_percent(m->c, k + 1 < table.key_count ? 60 : 5)
                                  ? cells[i - 1].key[k]
                                  : choose_key(m, &table, k, spans[k]);
        cells[i].is_absent = choose_percent(m->c, 12);
        if (!cells[i].is_absent) cells[i].value = choose_cell_value(m, kind);
        else if (choose_percent(m->c, 60)) cells[i].why = VM_OVERFLOW + (vm_reason_kind)choose(m->c, 8);
    }
    sort_cells(cells, &count);
    table.cells = cells;
    table.cell_count = count;
    return table;
}

/* An input that often hits the table, or any node. */
static vm_node_id make_key(maker *m, const vm_table *table, int k, key_span span, uint16_t space)
{
    vm_kind kind = table->key_kind[k];
    if (choose_percent(m->c, 25)) {
        vm_node_id any = maker_pick(m, kind, space);
        return kind == VM_NUMBER ? maker_narrowed(m, any, 70) : any;
    }
    vm_input input = { .kind = kind, .space = space, .min = span.min, .max = span.max,
                       .decimals = table->key_decimals[k] };
    if (kind == VM_NUMBER) input.min -= 2, input.max += 2;
    if (kind == VM_NUMBER && choose_percent(m->c, 10)) input.decimals++;
    double den_bits = maker_decimal_bits(input.decimals);
    double bits = kind == VM_NUMBER ? maker_bits_of((double)input.max) : maker_kind_bits(kind);
    return maker_note(m, plan_input(m->b, input), bits, den_bits, input.decimals);
}

vm_node_id maker_lookup(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    (void)op;
    key_span spans[VM_TABLE_KEYS_MAX];
    vm_table table = make_table(m, kind, spans);
    vm_node_id keys[VM_TABLE_KEYS_MAX] = { VM_NONE, VM_NONE, VM_NONE };
    for (int k = 0; k < table.key_count; k++) keys[k] = make_key(m, &table, k, spans[k], space);
    bool is_linear = table.key_mode[table.key_count - 1] == VM_KEY_LINEAR;
    double key_width = maker_width(m, keys[table.key_count - 1]);
    vm_node_id n = plan_lookup(m->b, space, table, keys[0], keys[1], keys[2]);
    if (kind != VM_NUMBER) return maker_note_plain(m, n, maker_kind_bits(kind));
    double den_bits = maker_decimal_bits(table.decimals) + (is_linear ? key_width + 20 : 0);
    return maker_note(m, n, 40, den_bits, is_linear ? -1 : table.decimals);
}

/* ---- between spaces and over rows ---- */

uint16_t maker_choose_rows(maker *m)
{
    return (uint16_t)(1 + choose(m->c, (uint32_t)m->b->record_count));
}

vm_node_id maker_spread(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    vm_node_id a = maker_pick(m, kind, 0);
    return maker_note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
}

vm_node_id maker_pick_mask(maker *m, uint16_t rows)
{
    return choose_percent(m->c, 50) ? VM_NONE : maker_pick(m, VM_BOOL, rows);
}

vm_node_id maker_aggregate(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    uint16_t rows = maker_choose_rows(m);
    if (op == VM_COUNT) {
        vm_node_id a = maker_pick(m, VM_BOOL, rows);
        return maker_note_plain(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), 9);
    }
    vm_node_id a = maker_pick(m, kind, rows);
    if (op == VM_SUM && choose_percent(m->c, 30)) a = maker_index(m, rows);
    if (kind == VM_NUMBER) a = maker_narrowed(m, a, 100);
    vm_node_id mask = maker_pick_mask(m, rows);
    vm_node_id n = plan_op(m->b, op, kind, space, a, mask, VM_NONE);
    if (op != VM_SUM) return maker_note_like(m, n, a);
    /* A sum of quotients has no denominator of its own size; it is taken as rounded next. */
    const fact *x = &m->facts[a];
    double bits = x->bits + maker_bits_of(m->b->rows_max);
    return x->decimals >= 0 ? maker_note(m, n, bits, x->den_bits, x->decimals) : maker_note(m, n, bits, 60, -1);
}

vm_node_id maker_within_rows(maker *m, vm_op op, vm_kind kind, uint16_t space)
{
    if (op == VM_ROW_INDEX)
        return maker_note_plain(m, plan_op(m->b, op, kind, space, VM_NONE, VM_NONE, VM_NONE), 9);
    vm_node_id a = maker_pick(m, kind, space);
    if (op == VM_PREVIOUS)
        return maker_note_like(m, plan_op(m->b, op, kind, space, a, VM_NONE, VM_NONE), a);
    a = maker_narrowed(m, a, 90);
    vm_node_id mask = maker_pick_mask(m, space), key = maker_pick(m, maker_choose_kind(m), space);
    /* Keys are told apart as stored values: no fractions, nothing wider than is stored. */
    if (maker_node(m, key)->kind == VM_NUMBER) key = maker_stored(m, key);
    const fact *x = &m->facts[a];
    return maker_note(m, plan_op(m->b, op, kind, space, a, mask, key), x->bits + maker_bits_of(m->b->rows_max),
                x->decimals >= 0 ? x->den_bits : 60, x->decimals);
}
