/* Narrowing of tables: keys that stand still are dropped, cells that no one can reach too, and a
 * date that is always the first of a month is looked up by the month. */
#include <string.h>

#include "calendar/calendar.h"
#include "prove/narrow.h"

static bool is_const(const narrower *w, vm_node_id id)
{
    return id != VM_NONE && w->nodes[id].op == VM_CONST;
}

/* A constant as a key; false where it is no whole stored value. */
static bool key_of(const narrower *w, const vm_table *t, size_t k, vm_node_id arg, bool is_up,
                   int64_t *key)
{
    i128 scale = t->key_kind[k] == VM_NUMBER ? i128_pow10(t->key_decimals[k]) : 1, stored;
    if (!narrow_stored_near(w->constants[w->nodes[arg].aux], scale, is_up, &stored)) return false;
    *key = (int64_t)stored;
    return i128_fits_i64(stored);
}

/* The first key stands still: the cells behind it, as a table of one key less. */
static bool drop_first_key(arena *a, narrower *w, vm_node *n)
{
    const vm_table *t = &w->tables[n->aux];
    int64_t low, high, chosen = 0;
    bool has_chosen = false;
    if (t->key_count < 2 || !is_const(w, n->a) || t->key_mode[0] == VM_KEY_LINEAR) return false;
    if (!key_of(w, t, 0, n->a, false, &low) || !key_of(w, t, 0, n->a, true, &high)) return false;
    for (size_t i = 0; i < t->cell_count; i++) {
        int64_t key = t->cells[i].key[0];
        bool is_it = t->key_mode[0] == VM_KEY_EXACT ? key == low && key == high : key <= low;
        if (is_it) chosen = key, has_chosen = true; /* sorted: the last is the greatest */
    }
    if (!has_chosen) return false;
    vm_table less = *t;
    vm_cell *cells = ARENA_ARRAY(a, vm_cell, t->cell_count);
    less.cells = cells;
    less.cell_count = 0;
    less.key_count--;
    for (size_t k = 0; k < less.key_count; k++) {
        less.key_kind[k] = t->key_kind[k + 1];
        less.key_decimals[k] = t->key_decimals[k + 1];
        less.key_mode[k] = t->key_mode[k + 1];
    }
    for (size_t i = 0; i < t->cell_count; i++) {
        if (t->cells[i].key[0] != chosen) continue;
        vm_cell *cell = &cells[less.cell_count++];
        *cell = t->cells[i];
        for (size_t k = 0; k + 1 < VM_TABLE_KEYS_MAX; k++)
            cell->key[k] = k < less.key_count ? t->cells[i].key[k + 1] : 0;
        cell->key[VM_TABLE_KEYS_MAX - 1] = 0;
    }
    w->tables[w->table_count] = less;
    n->aux = (uint32_t)w->table_count++;
    n->a = n->b;
    n->b = n->c;
    n->c = VM_NONE;
    return true;
}

/* One key, and it moves within limits: the cells that can be reached, with a neighbour on either
 * side where lines or bands need it. */
static void drop_cells(arena *a, narrower *w, vm_node *n)
{
    const vm_table *t = &w->tables[n->aux];
    i128 min, max;
    int places;
    if (t->key_count != 1 || !narrow_limits(w, n->a, &min, &max, &places)) return;
    if (t->key_kind[0] == VM_CODE || (t->key_kind[0] == VM_NUMBER && places != t->key_decimals[0]))
        return;
    size_t from = 0, until = t->cell_count;
    bool is_exact = t->key_mode[0] == VM_KEY_EXACT;
    while (from < until && (is_exact ? t->cells[from].key[0] < min
                                     : from + 1 < until && t->cells[from + 1].key[0] <= min))
        from++;
    bool is_linear = t->key_mode[0] == VM_KEY_LINEAR;
    while (until > from && (is_linear ? until >= from + 2 && t->cells[until - 2].key[0] >= max
                                      : t->cells[until - 1].key[0] > max))
        until--;
    if (until - from == t->cell_count || until == from) return;
    vm_table less = *t;
    vm_cell *cells = ARENA_ARRAY(a, vm_cell, until - from);
    memcpy(cells, t->cells + from, (until - from) * sizeof *cells);
    less.cells = cells;
    less.cell_count = until - from;
    w->tables[w->table_count] = less;
    n->aux = (uint32_t)w->table_count++;
}

/* The first day of month m lies in the band from day d when m is not before the first month that
 * begins on d or later. */
static bool look_up_by_month(arena *a, narrower *w, vm_node *n)
{
    const vm_table *t = &w->tables[n->aux];
    if (t->key_count != 1 || t->key_kind[0] != VM_DAY || t->key_mode[0] != VM_KEY_BAND)
        return false;
    if (w->nodes[n->a].op != VM_FIRST_DAY) return false;
    vm_table by_month = *t;
    vm_cell *cells = ARENA_ARRAY(a, vm_cell, t->cell_count + 1);
    by_month.cell_count = 0;
    for (size_t i = 0; i < t->cell_count; i++) {
        int64_t day = t->cells[i].key[0];
        if (day > CALENDAR_DAY_MAX) return false;
        bool is_open = day < CALENDAR_DAY_MIN; /* from always */
        int32_t month = is_open ? CALENDAR_MONTH_MIN : calendar_month_of_day((int32_t)day);
        month += !is_open && calendar_first_day_of_month(month) != day;
        bool is_again =
            by_month.cell_count && cells[by_month.cell_count - 1].key[0] == (int64_t)month;
        if (is_again) by_month.cell_count--; /* a band that no first day lies in */
        cells[by_month.cell_count] = t->cells[i];
        cells[by_month.cell_count++].key[0] = month;
    }
    by_month.key_kind[0] = VM_MONTH;
    by_month.cells = cells;
    w->tables[w->table_count] = by_month;
    n->aux = (uint32_t)w->table_count++;
    n->a = w->nodes[n->a].a;
    return true;
}

void narrow_table_lookup(arena *a, narrower *w, vm_node *n)
{
    while (drop_first_key(a, w, n)) {
    }
    (void)look_up_by_month(a, w, n);
    drop_cells(a, w, n);
}
