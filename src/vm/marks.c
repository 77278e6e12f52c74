/* marks - reasons, and the operators that make, keep or catch them. */
#include "vm/vm_internal.h"

static uint32_t *new_mark(vm_state *s, const vm_instr *i)
{
    return s->marks[i->mark] = vm_mark_new(s, i->space);
}

static void merge(vm_state *s, const vm_instr *i)
{
    const uint32_t *from[3] = { s->marks[i->ma], s->marks[i->mb], s->marks[i->mc] };
    const uint32_t *some[3];
    size_t count = s->lanes[i->space], used = 0;
    for (int n = 0; n < 3; n++)
        if (from[n]) some[used++] = from[n];
    s->marks[i->mark] = used ? (uint32_t *)some[0] : NULL;
    if (used < 2) return;
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++) {
        uint32_t first = vm_mark_first(some[0][n], some[1][n]);
        mark[n] = used > 2 ? vm_mark_first(first, some[2][n]) : first;
    }
}

/* A fault of our own in flagged lanes that have no reason yet. */
static void fail_flagged(vm_state *s, const vm_instr *i, const uint8_t *is_failed)
{
    size_t count = s->lanes[i->space];
    const uint32_t *under = s->marks[i->ma];
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++) {
        uint32_t old = under ? under[n] : 0;
        mark[n] = old ? old : is_failed[n] ? VM_REASON(i->aux, i->node) : 0;
    }
}

static void mark_all(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    const uint32_t *under = s->marks[i->ma];
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++)
        mark[n] = under && under[n] ? under[n] : VM_REASON(i->aux, i->node);
}

#define BOUND_LOOP(LANE)                                                                         \
    do {                                                                                         \
        LANE *restrict dst = s->regs[i->dst];                                                    \
        const LANE *restrict a = s->regs[i->a];                                                  \
        const LANE low = (LANE)i->k1, high = (LANE)i->k2, fill = (LANE)i->k3;                    \
        LANE any = 0;                                                                            \
        for (size_t n = 0; n < count; n++) {                                                     \
            bool is_out = a[n] < low || a[n] > high;                                             \
            any |= is_out;                                                                       \
            dst[n] = is_out ? fill : a[n];                                                       \
        }                                                                                        \
        if (!any) break;                                                                         \
        is_any = true;                                                                           \
        for (size_t n = 0; n < count; n++) failed[n] = a[n] < low || a[n] > high;                \
    } while (0)

static i128 clip(i128 k)
{
    return k < INT64_MIN ? INT64_MIN : k > INT64_MAX ? INT64_MAX : k;
}

static void bound(vm_state *s, const vm_instr *wanted)
{
    vm_instr copy = *wanted, *i = &copy;
    size_t count = s->lanes[i->space];
    bool is_any = false;
    if (i->k1 > i->k2) i->k1 = 1, i->k2 = 0; /* nothing is inside */
    if (!i->is_wide && i->k1 > INT64_MAX) i->k1 = 1, i->k2 = 0;
    if (!i->is_wide && i->k2 < INT64_MIN) i->k1 = 1, i->k2 = 0;
    if (!i->is_wide) i->k1 = clip(i->k1), i->k2 = clip(i->k2);
    uint8_t *failed = s->machine->lane_flags;
    if (i->is_wide) BOUND_LOOP(i128);
    else BOUND_LOOP(int64_t);
    if (is_any) fail_flagged(s, i, failed);
    else s->marks[i->mark] = s->marks[i->ma];
}

#define DIVISOR_LOOP(LANE)                                                                       \
    do {                                                                                         \
        LANE *restrict dst = s->regs[i->dst];                                                    \
        const LANE *restrict a = s->regs[i->a];                                                  \
        LANE any = 0;                                                                            \
        for (size_t n = 0; n < count; n++) {                                                     \
            any |= a[n] == 0;                                                                    \
            dst[n] = a[n] == 0 ? 1 : a[n];                                                       \
        }                                                                                        \
        if (!any) break;                                                                         \
        is_any = true;                                                                           \
        for (size_t n = 0; n < count; n++) failed[n] = a[n] == 0;                                \
    } while (0)

static void divisor(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    bool is_any = false;
    uint8_t *failed = s->machine->lane_flags;
    if (i->is_wide) DIVISOR_LOOP(i128);
    else DIVISOR_LOOP(int64_t);
    if (is_any) fail_flagged(s, i, failed);
    else s->marks[i->mark] = s->marks[i->ma];
}

static void resize(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    if (i->code == VM_I_WIDEN) {
        i128 *restrict dst = s->regs[i->dst];
        const int64_t *restrict a = s->regs[i->a];
        for (size_t n = 0; n < count; n++) dst[n] = a[n];
    } else {
        int64_t *restrict dst = s->regs[i->dst];
        const i128 *restrict a = s->regs[i->a];
        for (size_t n = 0; n < count; n++) dst[n] = (int64_t)a[n];
    }
}

static void fill(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    if (i->is_wide) {
        i128 *dst = s->regs[i->dst], k = i->k1;
        for (size_t n = 0; n < count; n++) dst[n] = k;
    } else {
        int64_t *dst = s->regs[i->dst], k = (int64_t)i->k1;
        for (size_t n = 0; n < count; n++) dst[n] = k;
    }
}

/* false AND x is false, true OR x is true, whatever x is; else faults, then unknown. */
static void logic(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int64_t *restrict dst = s->regs[i->dst];
    const int64_t *restrict a = s->regs[i->a], *restrict b = s->regs[i->b];
    const uint32_t *ma = s->marks[i->ma], *mb = s->marks[i->mb];
    bool is_or = i->code == VM_I_OR;
    if (i->mark) s->marks[i->mark] = NULL;
    if (!ma && !mb) {
        if (is_or) for (size_t n = 0; n < count; n++) dst[n] = a[n] | b[n];
        else for (size_t n = 0; n < count; n++) dst[n] = a[n] & b[n];
        return;
    }
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++) {
        uint32_t ra = ma ? ma[n] : 0, rb = mb ? mb[n] : 0;
        bool is_settled = (!ra && a[n] == is_or) || (!rb && b[n] == is_or);
        dst[n] = is_settled ? is_or : !is_or;
        mark[n] = is_settled ? 0 : vm_mark_first(ra, rb);
    }
}

static void choose(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    const uint32_t *ma = s->marks[i->ma], *mb = s->marks[i->mb], *mc = s->marks[i->mc];
    const int64_t *flag = s->regs[i->a], *equal = s->regs[i->b];
    s->marks[i->mark] = NULL;
    if (!ma && !mb && !mc) return;
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++) {
        uint32_t ra = ma ? ma[n] : 0, rb = mb ? mb[n] : 0, rc = mc ? mc[n] : 0;
        if (!ra) mark[n] = flag[n] ? rb : rc;
        else mark[n] = vm_reason_is_unknown(ra) && !rb && !rc && equal[n] ? 0 : ra;
    }
}

/* KNOWN: a fault stays one. */
static void known(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int64_t *restrict dst = s->regs[i->dst];
    const uint32_t *ma = s->marks[i->ma];
    s->marks[i->mark] = NULL;
    uint32_t *mark = ma ? new_mark(s, i) : NULL;
    for (size_t n = 0; n < count; n++) {
        dst[n] = !ma || ma[n] == 0;
        if (mark) mark[n] = vm_reason_is_unknown(ma[n]) ? 0 : ma[n];
    }
}

/* ELSE: a flag of the lanes that take b, and the mark. */
static void otherwise(vm_state *s, const vm_instr *i)
{
    size_t count = s->lanes[i->space];
    int64_t *restrict dst = s->regs[i->dst];
    const uint32_t *ma = s->marks[i->ma], *mb = s->marks[i->mb];
    s->marks[i->mark] = NULL;
    if (!ma) {
        memset(dst, 0, count * sizeof *dst);
        return;
    }
    uint32_t *mark = new_mark(s, i);
    for (size_t n = 0; n < count; n++) {
        dst[n] = vm_reason_is_unknown(ma[n]);
        mark[n] = !dst[n] ? ma[n] : mb ? mb[n] : 0;
    }
}

void vm_execute_mark(vm_state *s, const vm_instr *i)
{
    switch ((vm_code)i->code) {
    case VM_I_FILL: fill(s, i); break;
    case VM_I_WIDEN:
    case VM_I_NARROW: resize(s, i); break;
    case VM_I_DIVISOR: divisor(s, i); break;
    case VM_I_BOUND: bound(s, i); break;
    case VM_I_MERGE: merge(s, i); break;
    case VM_I_MARK: mark_all(s, i); break;
    case VM_I_AND:
    case VM_I_OR: logic(s, i); break;
    case VM_I_CHOOSE: choose(s, i); break;
    case VM_I_KNOWN: known(s, i); break;
    default: otherwise(s, i); break;
    }
}
