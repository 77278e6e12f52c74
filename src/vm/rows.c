/* rows - kernels between a subject and its rows. */
#include "vm/vm_internal.h"

typedef struct {
    size_t from, until;
} row_span;

static inline row_span rows_of(const vm_state *s, uint16_t space, size_t subject)
{
    const uint32_t *start = s->row_start[space - 1];
    return (row_span){ start[subject], start[subject + 1] };
}

/* ---- values down to rows ---- */

static void spread(vm_state *s, const vm_instr *i)
{
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        if (i->is_wide) for (size_t r = rows.from; r < rows.until; r++) vm_i128(s, i->dst)[r] = vm_i128(s, i->a)[n];
        else for (size_t r = rows.from; r < rows.until; r++) vm_i64(s, i->dst)[r] = vm_i64(s, i->a)[n];
    }
}

static void spread_mark(vm_state *s, const vm_instr *i)
{
    const uint32_t *from = s->marks[i->ma];
    s->marks[i->mark] = NULL;
    if (!from) return;
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, i->space);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++) mark[r] = from[n];
    }
}

static void previous(vm_state *s, const vm_instr *i)
{
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++)
            vm_lane_put(s, i->dst, r, r == rows.from ? i->k1 : vm_lane(s, i->a, r - 1));
    }
}

/* What looks at other rows is not computed for a subject with too many. */
static bool fail_too_many(vm_state *s, const vm_instr *i)
{
    if (!s->is_too_many[i->space - 1]) return false;
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, i->space);
    for (size_t n = 0; n < s->lanes[i->space]; n++)
        mark[n] = VM_REASON(VM_TOO_MANY_ROWS, i->node);
    return true;
}

static void previous_mark(vm_state *s, const vm_instr *i)
{
    if (fail_too_many(s, i)) return;
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, i->space);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++)
            mark[r] = r == rows.from ? VM_REASON(VM_EMPTY, i->node) : vm_mark_at(s, i->ma, r - 1);
    }
}

static void row_index(vm_state *s, const vm_instr *i)
{
    int64_t *dst = vm_i64(s, i->dst);
    s->marks[i->mark] = NULL;
    if (fail_too_many(s, i)) {
        for (size_t r = 0; r < s->lanes[i->space]; r++) dst[r] = 1;
        return;
    }
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++) dst[r] = (int64_t)(r - rows.from) + 1;
    }
}

/* ---- rows up to a subject ---- */

static void sum(vm_state *s, const vm_instr *i)
{
    const int64_t *filter = i->c ? vm_i64(s, i->c) : NULL;
    if (i->fused && s->is_fused[i->fused - 1]) {
        vm_fusion_sum(s, i, s->row_start[i->aux - 1]);
        return;
    }
    bool is_wide_in = s->tier->regs[i->a].is_wide;
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, (uint16_t)i->aux, n);
        if (i->is_wide) {
            i128 total = 0;
            for (size_t r = rows.from; r < rows.until; r++)
                if (!filter || filter[r]) total += is_wide_in ? vm_i128(s, i->a)[r] : (i128)vm_i64(s, i->a)[r];
            vm_i128(s, i->dst)[n] = total;
            continue;
        }
        int64_t total = 0;
        const int64_t *a = vm_i64(s, i->a);
        if (!i->a) total = (int64_t)i->k1 * (int64_t)(rows.until - rows.from);
        else if (!filter) s->kernels[VM_I_TOTAL](i, &total, a + rows.from, NULL, NULL, rows.until - rows.from);
        else for (size_t r = rows.from; r < rows.until; r++) total += filter[r] ? a[r] : 0;
        vm_i64(s, i->dst)[n] = total;
    }
}

/* The reason that a row gives to its aggregate; 0 when it has none or takes no part. */
static uint32_t row_reason(const vm_state *s, const vm_instr *i, size_t row, bool *takes_part)
{
    uint32_t unsure = vm_mark_at(s, i->mb, row);
    *takes_part = unsure || !i->c || vm_i64(s, i->c)[row];
    return unsure ? unsure : *takes_part ? vm_mark_at(s, i->ma, row) : 0;
}

static void rows_mark(vm_state *s, const vm_instr *i)
{
    uint16_t space = (uint16_t)i->aux;
    bool is_empty_unknown = i->mode;
    uint32_t *mark = s->marks[i->mark] = NULL;
    if (!s->marks[i->ma] && !s->marks[i->mb] && !s->is_too_many[space - 1] && !is_empty_unknown)
        return;
    mark = s->marks[i->mark] = vm_mark_new(s, 0);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, space, n);
        uint32_t found = 0;
        bool is_empty = true;
        for (size_t r = rows.from; r < rows.until; r++) {
            bool takes_part;
            found = vm_mark_first(found, row_reason(s, i, r, &takes_part));
            is_empty = is_empty && !takes_part;
        }
        if (is_empty && is_empty_unknown) found = VM_REASON(VM_EMPTY, i->node);
        if (s->is_too_many[space - 1]) found = VM_REASON(VM_TOO_MANY_ROWS, i->node);
        mark[n] = found;
    }
}

static bool is_better(const vm_state *s, const vm_instr *i, size_t row, size_t best)
{
    i128 left = vm_lane(s, i->a, row), right = vm_lane(s, i->a, best);
    if (i->b) {
        left *= vm_lane(s, i->b, best);
        right *= vm_lane(s, i->b, row);
    }
    return i->mode ? left > right : left < right;
}

static void best(vm_state *s, const vm_instr *i)
{
    const int64_t *filter = i->c ? vm_i64(s, i->c) : NULL;
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, (uint16_t)i->aux, n);
        int64_t found = -1;
        for (size_t r = rows.from; r < rows.until; r++)
            if ((!filter || filter[r]) && (found < 0 || is_better(s, i, r, (size_t)found)))
                found = (int64_t)r;
        vm_i64(s, i->dst)[n] = found;
    }
}

static void edge(vm_state *s, const vm_instr *i)
{
    const int64_t *filter = i->c ? vm_i64(s, i->c) : NULL;
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, (uint16_t)i->aux, n);
        int64_t found = -1;
        for (size_t r = rows.from; r < rows.until && (i->mode || found < 0); r++)
            if (!filter || filter[r]) found = (int64_t)r;
        vm_i64(s, i->dst)[n] = found;
    }
}

static void pick(vm_state *s, const vm_instr *i)
{
    const int64_t *index = vm_i64(s, i->b);
    for (size_t n = 0; n < s->lanes[0]; n++)
        vm_lane_put(s, i->dst, n, index[n] < 0 ? i->k1 : vm_lane(s, i->a, (size_t)index[n]));
}

/* ANY is an OR over the rows, ALL an AND; a row that settles it does so whatever the others. */
static void any(vm_state *s, const vm_instr *i)
{
    uint16_t space = (uint16_t)i->aux;
    bool settles = i->mode == VM_ANY;
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, 0);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, space, n);
        bool is_settled = false, is_empty = true;
        uint32_t found = 0;
        for (size_t r = rows.from; r < rows.until; r++) {
            bool takes_part;
            uint32_t reason = row_reason(s, i, r, &takes_part);
            if (!takes_part) continue;
            is_empty = false;
            found = vm_mark_first(found, reason);
            if (!reason && vm_i64(s, i->a)[r] == settles) is_settled = true;
        }
        mark[n] = is_settled ? 0 : is_empty ? VM_REASON(VM_EMPTY, i->node) : found;
        if (s->is_too_many[space - 1]) mark[n] = VM_REASON(VM_TOO_MANY_ROWS, i->node);
        vm_i64(s, i->dst)[n] = is_settled ? settles : !settles;
    }
}

/* ---- rows of the same key ---- */

static bool is_same_key(const vm_state *s, const vm_instr *i, size_t row, size_t other)
{
    if (!i->b) return vm_lane(s, i->a, row) == vm_lane(s, i->a, other);
    return vm_same_fraction(vm_lane(s, i->a, row), vm_lane(s, i->b, row), vm_lane(s, i->a, other),
                            vm_lane(s, i->b, other));
}

/* For each row the first row of its subject with the same key. */
static void same_group(vm_state *s, const vm_instr *i)
{
    int64_t *group = vm_i64(s, i->dst);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++) {
            group[r] = (int64_t)r;
            if (r > rows.from && is_same_key(s, i, r - 1, r)) {
                group[r] = group[r - 1]; /* histories come in order */
                continue;
            }
            for (size_t q = rows.from; q < r; q++) {
                if (!is_same_key(s, i, q, r)) continue;
                group[r] = group[q];
                break;
            }
        }
    }
}

static void sum_same(vm_state *s, const vm_instr *i)
{
    const int64_t *group = vm_i64(s, i->b), *filter = i->c ? vm_i64(s, i->c) : NULL;
    size_t count = s->lanes[i->space];
    for (size_t r = 0; r < count; r++) vm_lane_put(s, i->dst, r, 0);
    for (size_t r = 0; r < count; r++) {
        if ((filter && !filter[r]) || vm_mark_at(s, i->mc, r)) continue;
        size_t first = (size_t)group[r];
        vm_lane_put(s, i->dst, first, vm_lane(s, i->dst, first) + vm_lane(s, i->a, r));
    }
    for (size_t r = 0; r < count; r++)
        vm_lane_put(s, i->dst, r, vm_lane(s, i->dst, (size_t)group[r]));
}

/* A row whose key is not known may belong to any group: its reason goes to all of them. */
static void sum_same_mark(vm_state *s, const vm_instr *i)
{
    const int64_t *group = vm_i64(s, i->b);
    s->marks[i->mark] = NULL;
    if (fail_too_many(s, i)) return;
    if (!s->marks[i->ma] && !s->marks[i->mb] && !s->marks[i->mc]) return;
    uint32_t *mark = s->marks[i->mark] = vm_mark_new(s, i->space);
    for (size_t n = 0; n < s->lanes[0]; n++) {
        row_span rows = rows_of(s, i->space, n);
        for (size_t r = rows.from; r < rows.until; r++) {
            mark[r] = vm_mark_at(s, i->mc, r);
            for (size_t q = rows.from; q < rows.until && !vm_mark_at(s, i->mc, r); q++) {
                bool takes_part;
                uint32_t reason = row_reason(s, i, q, &takes_part), key = vm_mark_at(s, i->mc, q);
                if (!takes_part) continue;
                bool is_unsure = vm_mark_at(s, i->mb, q) != 0;
                if (!is_unsure && key) reason = key;
                else if (!is_unsure && group[q] != group[r]) continue;
                mark[r] = vm_mark_first(mark[r], reason);
            }
        }
    }
}

void vm_execute_rows(vm_state *s, const vm_instr *i)
{
    switch ((vm_code)i->code) {
    case VM_I_SPREAD: spread(s, i); break;
    case VM_I_SPREAD_MARK: spread_mark(s, i); break;
    case VM_I_PREVIOUS: previous(s, i); break;
    case VM_I_PREVIOUS_MARK: previous_mark(s, i); break;
    case VM_I_ROW_INDEX: row_index(s, i); break;
    case VM_I_SUM: sum(s, i); break;
    case VM_I_ROWS_MARK: rows_mark(s, i); break;
    case VM_I_BEST: best(s, i); break;
    case VM_I_EDGE: edge(s, i); break;
    case VM_I_PICK: pick(s, i); break;
    case VM_I_ANY: any(s, i); break;
    case VM_I_SAME_GROUP: same_group(s, i); break;
    case VM_I_SUM_SAME: sum_same(s, i); break;
    default: sum_same_mark(s, i); break;
    }
}
