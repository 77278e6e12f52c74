/* vm_internal - what the files of this room share: forms, instructions, program and machine.
 *
 * Lowering turns each node into a form: registers of whole numbers and one constant factor, so
 * that constants, scales and signs cost nothing until a division, a comparison or a sum needs them.
 *
 * Range    each register holds, in EVERY lane, a value within its [min, max]: lanes without a value
 *          hold some number of that range. So no proven operation can overflow, in no lane.
 * Marks    reasons live apart from values, in mark registers. At run time a mark is NULL when all
 *          lanes of the block are valid, which makes whole blocks skip the work on reasons.
 * Tiers    a plan is lowered for its stated bounds, for narrow bounds that nearly all blocks keep
 *          and for tight ones that most keep. The machine looks at a block's inputs and takes the
 *          first tier that holds.
 */
#ifndef VM_VM_INTERNAL_H
#define VM_VM_INTERNAL_H

#include <assert.h>
#include <string.h>

#include "vm/vm.h"

/* An exact constant; den > 0, lowest terms. */
typedef struct {
    i128 num, den;
} vm_fraction;
/* All answer false when the result does not fit. */
bool vm_fraction_make(i128 num, i128 den, vm_fraction *out);
bool vm_fraction_mul(vm_fraction a, vm_fraction b, vm_fraction *out);
bool vm_fraction_div(vm_fraction a, vm_fraction b, vm_fraction *out); /* b is not 0 */
bool vm_fraction_add(vm_fraction a, vm_fraction b, vm_fraction *out);
int vm_fraction_compare(vm_fraction a, vm_fraction b); /* exact for all values */
/* a = k1 * g and b = k2 * g with whole k1, k2 and the largest g > 0. */
bool vm_fraction_common(vm_fraction a, vm_fraction b, i128 *k1, i128 *k2, vm_fraction *g);
bool vm_same_fraction(i128 num, i128 den, i128 other_num, i128 other_den); /* dens > 0 */
bool vm_fraction_floor_mul(vm_fraction f, i128 n, bool is_ceiling, i128 *out);

/* Rounding modes of our own beside those of money/. */
enum { VM_FLOOR = MONEY_ROUNDING_COUNT, VM_CEILING };
/* num / den by any mode; den > 0. */
static inline i128 vm_divide(i128 num, i128 den, int mode)
{
    if (mode < MONEY_ROUNDING_COUNT) return money_divide_round(num, den, (money_rounding)mode);
    bool is_small = i128_fits_i64(num) && i128_fits_i64(den);
    i128 quotient = is_small ? (int64_t)num / (int64_t)den : num / den, rest = num - quotient * den;
    return mode == VM_FLOOR ? quotient - (rest < 0) : quotient + (rest > 0);
}

/* Whole numbers beyond this are refused, so that a sum or a doubling of two never wraps. */
#define VM_WIDE_MAX ((i128)1 << 125)

/* A register of one lane for each lane of its space; 0 is no register. */
typedef struct {
    uint16_t space;
    bool is_wide;
    bool is_input;        /* a view of the batch's column */
    i128 min, max;
    uint32_t wide_twin;   /* the same values in 128 bits, when made */
    uint32_t narrow_twin; /* and in 64 */
    uint32_t slot;        /* physical buffer, by liveness; VM_NONE: bound at run time */
    uint32_t output;      /* written straight into this output's column; VM_NONE: not */
} vm_register;

/* The exact value of a node: factor * num / den; register 0 stands for the number 1. An enclosed
 * value lies in [low, high] * 2^-exponent and is known exactly only to exact.c. */
typedef struct {
    uint32_t num, den;
    vm_fraction factor;
    uint32_t low, high;
    int32_t exponent;
    bool is_enclosed;
    bool is_made;
    uint32_t mark; /* 0: no lane can have a reason */
} vm_form;

typedef enum {
    /* lane by lane, for 64 and 128 bits; k1, k2, k3 are constants */
    VM_I_LINEAR,  /* a*k1 + b*k2 + k3 */
    VM_I_MUL,     /* a*b */
    VM_I_ABS,
    VM_I_MIN,     /* min(a*k1, b*k2), or k2 alone without b */
    VM_I_MAX,
    VM_I_CLAMP,   /* min(max(a*k1, k2), k3) */
    VM_I_ROUND,   /* a*k1 / k2, or a*k1 / (b*k2), rounded by mode */
    VM_I_COMPARE, /* a*k1 (mode: a vm_op) b*k2, or k2 alone; 64-bit 0 or 1 */
    VM_I_SELECT,  /* c ? a*k1 : b*k2, constants without a or b */
    VM_I_SIGN,    /* b < 0 ? -a : a; a is k1 without a */
    VM_I_MUL_SHIFT, /* a*b >> k1 for a, b >= 0 with a product below 2^95 */
    VM_I_SCAN,    /* no instruction: the least and greatest of a, into dst[0] and dst[1] */
    VM_I_TAKE,    /* no instruction: dst = b[a], b being a column of a table */
    VM_I_OFFSET,  /* no instruction: a - k1, or 0 where that is not below k2; *c counts those */
    VM_I_TOTAL,   /* no instruction: the sum of a, into dst[0] */
    VM_I_TOTAL_TAKEN, /* no instruction: the sum of a * c[b - k2] >> k1, into dst[0]; mode: a < 2^32 */
    VM_I_LANE_COUNT,
    /* 64 bits only, or of mixed width */
    VM_I_LOAD = VM_I_LANE_COUNT,
    VM_I_FILL,    /* k1 in every lane */
    VM_I_WIDEN,
    VM_I_NARROW,
    VM_I_DIVISOR, /* |a|, or 1 where a is 0, which is a fault */
    VM_I_BOUND,   /* a within [k1, k2], a fault outside */
    VM_I_MERGE,   /* marks only */
    VM_I_MARK,    /* reason aux in every lane */
    VM_I_AND,
    VM_I_OR,
    VM_I_CHOOSE,  /* the mark of VM_IF; a: condition, b: 'both branches equal', made only if needed */
    VM_I_KNOWN,
    VM_I_ELSE,    /* a*k1, or b*k2 where a is unknown */
    VM_I_ELSE_MARK,
    VM_I_CALENDAR, /* mode: a vm_op */
    VM_I_FIND,    /* keys a, b, c -> index of cell, or the fault */
    VM_I_CELL,    /* column aux of the program's cell columns at index a */
    VM_I_SPREAD,
    VM_I_SUM,

    VM_I_BEST,    /* index of the row with the least or greatest a/b; */
    VM_I_PICK,    /* row at index b, or k1 */
    VM_I_EDGE,    /* index of first or last row taking part */
    VM_I_ROWS_MARK, /* mark of an aggregate; k1: EMPTY over no rows */
    VM_I_ANY,     /* mode VM_ANY or VM_ALL */
    VM_I_PREVIOUS,
    VM_I_PREVIOUS_MARK,
    VM_I_SPREAD_MARK,
    VM_I_SAME_GROUP, /* row -> index of the first row of its subject with the same key */
    VM_I_SUM_SAME,
    VM_I_SUM_SAME_MARK,
    VM_I_ROW_INDEX,
    VM_I_FOLD,
    VM_I_GATHER,  /* the rows of one step of a fold */
    /* enclosures, in 128 bits */
    VM_I_ENCLOSE,
    VM_I_E_ABS, VM_I_E_MUL, VM_I_E_DIV, VM_I_E_ROUND, VM_I_E_COMPARE,
    VM_I_COUNT_OF_ALL
} vm_code;

typedef struct {
    uint8_t code;
    uint8_t mode;
    bool is_wide;
    bool is_positive;    /* of VM_I_ROUND: a*k1 is nowhere negative */
    bool is_dead;        /* nobody but a trace reads it */
    uint8_t bits;        /* of VM_I_ROUND by a constant: |a*k1| + k2 < 2^bits */
    uint16_t space;      /* of the result */
    uint32_t dst, dst2;  /* registers */
    uint32_t a, b, c, d, e;
    uint32_t mark;       /* mark made */
    uint32_t ma, mb, mc; /* marks read */
    uint32_t guard;      /* run only when this mark is not all valid; 0: always */
    uint32_t node, aux;
    uint32_t fused;      /* number of the fusion that may leave it out, from 1; 0: none */
    i128 k1, k2, k3;
    const uint32_t *keep; /* further registers read, by exact.c */
    size_t keep_count;
} vm_instr;

/* One register or mark of the rows that a step of a fold reads. */
typedef struct {
    uint32_t from, into; /* registers, or marks when is_mark */
    bool is_mark;
} vm_gather;

typedef struct {
    uint32_t node;
    uint16_t space, rows_space;
    size_t begin, end;   /* its body in the tier's instructions */
    uint32_t carry;      /* register of the fold's space */
    i128 start_k;        /* start * start_k is the carry's unit */
    uint32_t start, start_mark;
    i128 body_k;
    uint32_t body, body_mark;
    uint32_t filter, filter_mark;
    vm_gather *gathers;
    size_t gather_count, gather_capacity;
    vm_form *forms;      /* by node, of the body */
    bool *is_body;       /* by node */
} vm_fold;

/* See fusion.c. */
typedef struct {
    size_t first, find, end; /* instructions: the first left out, the search, the sum */
    uint32_t source, factor; /* registers of the rows: the key, what is divided */
    uint32_t input;          /* that the key is, or VM_NONE */
    uint32_t under;          /* mark that the search begins with */
    int shift;
    const int64_t *cells;    /* by source - base */
    int64_t base;
    size_t count;
} vm_fusion;

typedef struct {
    uint16_t space;
    bool is_wide;
} vm_slot;

typedef struct {
    vm_instr *instrs;
    size_t instr_count, instr_capacity;
    vm_register *regs;
    size_t reg_count, reg_capacity;
    uint16_t *mark_spaces;
    size_t mark_count, mark_capacity;
    vm_form *forms;      /* by node */
    vm_form *outputs;    /* by output: registers of stored values */
    vm_fold **folds;
    size_t fold_count, fold_capacity;
    vm_fusion *fusions;
    size_t fusion_count, fusion_capacity;
    const int64_t **cells; /* columns that VM_I_CELL reads */
    size_t cell_count, cell_capacity;
    const int64_t *input_min, *input_max; /* the bounds this tier assumes */
    /* buffers: slots of one space share a size */
    vm_slot *slots;
    size_t slot_count, slot_capacity;
} vm_tier;

enum { VM_TIER_TIGHT, VM_TIER_NARROW, VM_TIER_STATED, VM_TIER_COUNT };

struct vm_program {
    const vm_plan *plan;
    bool *is_used;       /* nodes in the cone of the outputs */
    bool *is_carried;    /* nodes that depend on VM_CARRY */
    bool *is_input_used;
    size_t space_count;  /* subjects and records; spaces of folds come after */
    vm_tier tiers[VM_TIER_COUNT];
    struct vm_finder *finders; /* by table */
};

/* The state of the lowering of one tier. */
typedef struct {
    arena *memory;
    vm_program *program;
    const vm_plan *plan;
    vm_tier *tier;
    vm_fold *fold;       /* while its body is being lowered, else NULL */
    uint32_t node;       /* being lowered */
    uint32_t guard;      /* what is built now is needed only when this mark is not all valid */
    bool is_failed;
    const char *failure; /* NULL: too wide; else how the plan is bad */
} vm_lowering;

/* ---- seal.c, check.c ---- */
err vm_check_plan(const vm_plan *plan);
err vm_plan_error(const err_kind *kind, const vm_plan *plan, uint32_t node, const char *detail);

/* ---- build.c: registers and instructions; each answers 0 when a value may not fit ---- */
uint32_t vm_build_register(vm_lowering *l, uint16_t space, bool is_wide, i128 min, i128 max);
uint32_t vm_build_mark(vm_lowering *l, uint16_t space);
vm_instr *vm_build_instr(vm_lowering *l, vm_code code, uint16_t space);
uint32_t vm_build_merge(vm_lowering *l, uint16_t space, uint32_t a, uint32_t b, uint32_t c);
uint32_t vm_build_wide(vm_lowering *l, uint32_t reg);
uint32_t vm_build_narrowest(vm_lowering *l, uint32_t reg);
uint32_t vm_build_linear(vm_lowering *l, uint32_t a, i128 k1, uint32_t b, i128 k2, i128 k3);
uint32_t vm_build_mul(vm_lowering *l, uint32_t a, uint32_t b);
uint32_t vm_build_abs(vm_lowering *l, uint32_t a);
uint32_t vm_build_extreme(vm_lowering *l, bool is_max, uint32_t a, i128 k1, uint32_t b, i128 k2);
uint32_t vm_build_round(vm_lowering *l, int mode, uint32_t a, i128 k1, uint32_t b,
                        i128 k2);
uint32_t vm_build_compare(vm_lowering *l, vm_op op, uint32_t a, i128 k1, uint32_t b, i128 k2);
uint32_t vm_build_select(vm_lowering *l, uint32_t condition, uint32_t a, i128 k1, uint32_t b,
                         i128 k2);
uint32_t vm_build_sign(vm_lowering *l, uint32_t a, i128 k1, uint32_t b);
uint32_t vm_build_fill(vm_lowering *l, uint16_t space, i128 value);
uint32_t vm_build_mul_shift(vm_lowering *l, uint32_t a, uint32_t b, int shift);
vm_instr *vm_build_last(vm_lowering *l);
uint16_t vm_build_space(const vm_lowering *l);
static inline const vm_register *vm_reg(const vm_lowering *l, uint32_t reg)
{
    return &l->tier->regs[reg];
}
/* [min, max] of a*k for register a, or of k alone when a is 0; false when it does not fit. */
bool vm_build_scaled(const vm_lowering *l, uint32_t a, i128 k, i128 *min, i128 *max);
static inline i128 vm_near_zero(i128 min, i128 max)
{
    return min > 0 ? min : max < 0 ? max : 0;
}

/* ---- lower*.c ---- */
typedef struct {
    uint32_t node;       /* to blame; VM_NONE: none */
    const char *failure; /* NULL: too wide */
} vm_lower_fault;
bool vm_lower_tier(arena *process, vm_program *program, vm_tier *tier, vm_lower_fault *fault);
void vm_lower_node(vm_lowering *l, uint32_t node, vm_form *out);
const vm_form *vm_lower_form(vm_lowering *l, uint32_t node);
void vm_lower_fail(vm_lowering *l, const char *failure); /* NULL: too wide */
static inline bool vm_form_is_constant(const vm_form *f)
{
    return !f->num && !f->den && !f->is_enclosed;
}
vm_form vm_form_constant(vm_fraction value);
vm_form vm_form_of(uint32_t num, vm_fraction factor);
vm_fraction vm_form_unit(int decimals); /* 10^-decimals */
/* The form as a register of whole units; 0 when it is not known to be whole there. */
uint32_t vm_form_whole(vm_lowering *l, const vm_form *f, vm_fraction unit);
/* Why it is not: true when there may be places beyond the unit's, false when it is too wide. */
bool vm_form_is_fraction(const vm_form *f, vm_fraction unit);
uint32_t vm_form_flag(vm_lowering *l, const vm_form *f);
/* The least and greatest value, outward; false when it does not fit. */
bool vm_form_limits(const vm_tier *t, const vm_form *f, vm_fraction *min, vm_fraction *max);
/* Exact arithmetic on forms, marks left alone; false when 128 bits do not hold it. */
bool vm_form_add(vm_lowering *l, const vm_form *a, const vm_form *b, bool is_sub, vm_form *out);
bool vm_form_mul(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out);
/* b is nowhere 0; `divisor` is |b.num| and `sign` b.num where it may be negative, or 0. */
bool vm_form_div(vm_lowering *l, const vm_form *a, const vm_form *b, vm_form *out);
bool vm_form_extreme(vm_lowering *l, bool is_max, const vm_form *a, const vm_form *b,
                     vm_form *out);
bool vm_form_select(vm_lowering *l, uint32_t condition, const vm_form *a, const vm_form *b,
                    vm_form *out);
/* A flag register, or 0. */
uint32_t vm_form_compare(vm_lowering *l, vm_op op, const vm_form *a, const vm_form *b);
/* As vm_form_compare for nodes, enclosed or not; a constant answer comes as a form too. */
uint32_t vm_lower_compare_nodes(vm_lowering *l, vm_op op, uint32_t a, uint32_t b);
/* A register through a check: outside [low, high] a fault of this kind. */
uint32_t vm_lower_checked(vm_lowering *l, uint32_t reg, i128 low, i128 high,
                          vm_reason_kind kind, uint32_t *mark);
/* Each register of a form through one instruction; constants stay. */
typedef uint32_t (*vm_form_map)(vm_lowering *l, uint32_t reg, const void *context);
vm_form vm_form_each(vm_lowering *l, const vm_form *f, vm_form_map map, const void *context);

void vm_lower_arithmetic(vm_lowering *l, uint32_t node, vm_form *out);
void vm_lower_choice(vm_lowering *l, uint32_t node, vm_form *out);
void vm_lower_calendar(vm_lowering *l, uint32_t node, vm_form *out);
void vm_lower_lookup(vm_lowering *l, uint32_t node, vm_form *out);
void vm_lower_rows(vm_lowering *l, uint32_t node, vm_form *out);
void vm_lower_fold(vm_lowering *l, uint32_t node, vm_form *out);
/* lower_enclosed.c: the same on enclosures, for what 128 bits do not hold */
void vm_lower_divisor_check(vm_lowering *l, vm_form *b, uint32_t *mark);
bool vm_enclosed_align(vm_lowering *l, vm_form *a, vm_form *b);
uint32_t vm_build_cell(vm_lowering *l, uint32_t index, const int64_t *values, size_t count);
uint32_t vm_enclose_by_reciprocals(vm_lowering *l, const vm_form *f, int32_t *exponent,
                                   i128 *slack);
bool vm_enclose(vm_lowering *l, const vm_form *f, vm_form *out);
void vm_enclosed_arithmetic(vm_lowering *l, uint32_t node, vm_form *out);
void vm_enclosed_round(vm_lowering *l, uint32_t node, vm_form *out);
uint32_t vm_enclosed_compare(vm_lowering *l, vm_op op, uint32_t a, uint32_t b, vm_fraction k);
bool vm_enclosed_select(vm_lowering *l, uint32_t condition, const vm_form *a, const vm_form *b,
                        vm_form *out);
void vm_assign_slots(arena *process, const vm_program *program, vm_tier *tier);

/* ---- find.c ---- */
typedef struct vm_finder vm_finder;
struct vm_finder {
    const vm_table *table;
    int64_t base;         /* of the dense index, one key only */
    size_t dense_count;   /* 0: no dense index */
    const int32_t *dense; /* key - base -> what vm_find answers */
    bool is_identity;     /* dense, and each key has its own cell */
};
void vm_finder_open(arena *process, const vm_table *table, vm_finder *finder);
/* The cell, or the fault negated when absent. The last key of a LINEAR table comes rounded down, with has_rest when there
 * was a rest. */
int64_t vm_find(const vm_finder *finder, const int64_t *key, bool has_rest);

/* ---- machine ---- */
typedef void (*vm_kernel)(const vm_instr *i, void *dst, const void *a, const void *b,
                          const void *c, size_t count);
extern const vm_kernel vm_kernels_base[VM_I_LANE_COUNT], vm_kernels_wide[VM_I_LANE_COUNT];
#if defined(__x86_64__)
extern const vm_kernel vm_kernels_avx2[VM_I_LANE_COUNT], vm_kernels_avx512[VM_I_LANE_COUNT];
#endif

typedef struct vm_state {
    vm_machine *machine;
    const vm_program *program;
    const vm_tier *tier;
    const vm_kernel *kernels;
    void **regs;          /* by register */
    uint32_t **marks;     /* by mark; NULL: all valid */
    size_t *lanes;        /* by space, spaces of folds too */
    uint32_t **row_start; /* [record][subject .. count]: first row, within the block */
    bool *is_too_many;    /* [record]: the block is one subject with too many rows */
    size_t *lane_base;    /* [space]: first lane of the block in the batch */
    size_t pass_count;    /* of the block at hand; more than 1 only with too many rows */
    const vm_batch *batch;
    column *outputs;
    char *mark_pool;
    size_t mark_used, mark_size;
    bool *is_fused;       /* by fusion: in the block at hand */
    size_t at;            /* the instruction at hand */
    uint32_t **fold_rows; /* by fold: row of each lane in this step */
    int64_t **load_buffers; /* by register: copies of inputs that hold bad lanes */
    bool is_traced;
    struct vm_trace_sink *sink;
} vm_state;

struct vm_machine {
    arena *memory;
    const vm_program *program;
    vm_machine_options options;
    size_t block_lanes;
    size_t row_lanes_max;
    vm_state states[VM_TIER_COUNT];
    vm_state *trace;      /* with a buffer for every register; made when first asked for */
    int64_t *input_low, *input_high; /* of the block at hand */
    bool *input_has_reason;
    uint8_t *lane_flags;
    struct vm_exact *exact; /* made when first needed */
    uint64_t exact_count;   /* lanes done anew */
    u128 *reciprocals;      /* by small divisor; made when first needed */
    arena *scratch;       /* of exact.c */
};

uint32_t *vm_mark_new(vm_state *s, uint16_t space);
void vm_execute(vm_state *s, size_t begin, size_t end);
void vm_execute_one(vm_state *s, const vm_instr *i); /* any but VM_I_FOLD */
void vm_execute_mark(vm_state *s, const vm_instr *i);
void vm_execute_rows(vm_state *s, const vm_instr *i);
void vm_trace_step(vm_state *s, const vm_fold *f, const uint32_t *rows, size_t count);
size_t vm_execute_fold(vm_state *s, const vm_instr *i); /* where the body ends */
int64_t *vm_load_buffer(vm_state *s, const vm_instr *i);
vm_state *vm_machine_choose(vm_machine *m, const vm_batch *batch, size_t from, size_t until,
                            size_t pass);
void vm_execute_enclosed(vm_state *s, const vm_instr *i);
void vm_execute_calendar(vm_state *s, const vm_instr *i);
void vm_execute_table(vm_state *s, const vm_instr *i);
void vm_execute_load(vm_state *s, const vm_instr *i);
vm_state vm_state_open(arena *a, vm_machine *machine, const vm_tier *tier, bool is_traced);
void vm_state_place(vm_state *s, const vm_batch *batch, size_t from, size_t until, size_t pass);
void vm_state_run(vm_state *s);
const vm_kernel *vm_kernels_for(vm_isa isa);

static inline int64_t *vm_i64(const vm_state *s, uint32_t reg) { return s->regs[reg]; }
static inline i128 *vm_i128(const vm_state *s, uint32_t reg) { return s->regs[reg]; }
static inline i128 vm_lane(const vm_state *s, uint32_t reg, size_t lane)
{
    return s->tier->regs[reg].is_wide ? vm_i128(s, reg)[lane] : (i128)vm_i64(s, reg)[lane];
}
static inline void vm_lane_put(const vm_state *s, uint32_t reg, size_t lane, i128 value)
{
    if (s->tier->regs[reg].is_wide) vm_i128(s, reg)[lane] = value;
    else vm_i64(s, reg)[lane] = (int64_t)value;
}
static inline uint32_t vm_mark_at(const vm_state *s, uint32_t mark, size_t lane)
{
    return s->marks[mark] ? s->marks[mark][lane] : 0;
}
static inline uint32_t vm_mark_first(uint32_t a, uint32_t b)
{
    if (a == 0 || (vm_reason_is_unknown(a) && b != 0 && !vm_reason_is_unknown(b))) return b;
    return a;
}

/* ---- fusion.c ---- */
void vm_find_fusions(arena *process, const vm_program *program, vm_tier *tier);
/* Whether instruction number `at`, which has a fusion, is left out in this block. */
bool vm_fusion_skips(vm_state *s, const vm_instr *i, size_t at);
void vm_fusion_sum(vm_state *s, const vm_instr *i, const uint32_t *row_start);
/* Runs what was left out of this block. */
void vm_fusion_make_up(vm_state *s);

/* ---- exact.c: one lane in unbounded fractions ---- */
/* -1, 0 or 1: how node a compares with node b, or with k when b is VM_NONE, in a lane of `space`. */
int vm_exact_compare(vm_state *s, uint16_t space, size_t lane, uint32_t a, uint32_t b,
                     vm_fraction k);
/* Lowest terms; false when they do not fit and *out is the value to many decimals. */
bool vm_exact_value(vm_state *s, uint16_t space, size_t lane, uint32_t node, vm_fraction *out);
i128 vm_exact_round(vm_state *s, uint16_t space, size_t lane, uint32_t node, vm_fraction unit,
                    int mode);

#endif
