/* vm/ - the plan: rules as a typed graph of exact operators, and the machine that runs it.
 *
 * A program is a list of nodes in order of dependence (arguments come earlier). A numeric node
 * stands for one exact fraction; nothing is rounded but by VM_ROUND. The machine chooses int64 or
 * int128 lanes by range analysis; the reference evaluator of the tests reads the same nodes with
 * unbounded fractions and must agree in every lane. The room knows operators, not law: what a node
 * means to people stands in its origin.
 *
 * Spaces   space 0 is the subject (a person, an employer, a province ...), one lane each; space
 *          r + 1 is the rows of record r, each row belonging to one subject. Arguments of a node
 *          are of the node's own space unless the operator says otherwise.
 * Numbers  stored values (inputs, rounded results, table cells) are int64 scaled by 10^decimals:
 *          money in fen has decimals 2. Dates: days since 1900-01-01. Months: since 1900-01.
 *          Booleans 0 and 1. Codes: index into a text table kept by whoever built the program.
 * Reasons  a lane that has no value carries a reason: kind and the node where it arose. Unknown
 *          (a missing input) can be caught by VM_KNOWN and VM_ELSE; a fault can not.
 * Memory   programs and machines live in the arena passed first.
 * Threads  a sealed program is read-only and may be shared; a machine belongs to one thread.
 * Errors   only the kinds below. VM_TOO_WIDE and VM_BAD_PLAN come from vm_seal, never from a run.
 */
#ifndef VM_VM_H
#define VM_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/checked.h"
#include "base/err.h"
#include "column/column.h"
#include "money/money.h"

typedef enum { VM_NUMBER, VM_BOOL, VM_DAY, VM_MONTH, VM_CODE, VM_KIND_COUNT } vm_kind;

typedef uint32_t vm_node_id; /* index into nodes */
#define VM_NONE UINT32_MAX

/* Every operator. [a b c] are the arguments; "lazy" operators ignore a reason in a lane they do
 * not select. All others: any fault among a, b, c (in that order) wins, else any unknown (in that
 * order), else the value. */
typedef enum {
    /* leaves */
    VM_CONST,   /* constants[aux] */
    VM_INPUT,   /* inputs[aux]; a lane outside its bounds is VM_OUT_OF_RANGE */
    VM_UNKNOWN, /* never known: reason VM_NOT_KNOWN at this node */
    VM_FAIL,    /* always the fault `aux` (a vm_reason_kind) at this node */
    VM_CARRY,   /* inside the body of a VM_FOLD: the value so far */
    /* numbers */
    VM_ADD, VM_SUB, VM_MUL,
    VM_DIV, /* by zero: VM_DIVIDED_BY_ZERO */
    VM_NEG, VM_ABS, VM_MIN, VM_MAX, /* MIN and MAX of days and months too */
    VM_ROUND, /* a to a multiple of constants[aux] (> 0), by `mode` */
    VM_BOUND, /* a itself; outside bounds[aux] it is VM_OVERFLOW. Every stored variable ends so */
    /* comparing: numbers as exact fractions, else by stored value; codes only EQ and NE */
    VM_EQ, VM_NE, VM_LT, VM_LE, VM_GT, VM_GE,
    /* three-valued logic, lazy both ways: false AND x is false and true OR x is true whatever x
     * is; else faults, then unknown, left before right */
    VM_AND, VM_OR, VM_NOT,
    VM_IF,    /* lazy: a ? b : c. a at fault: that fault. a unknown: b's value when b and c are
               * both valid and equal, else a's reason */
    VM_KNOWN, /* true or false; a fault stays a fault */
    VM_ELSE,  /* a, or b where a is unknown (lazy in b) */
    /* calendar; a result outside 1800..2299 is VM_DATE_OUT_OF_RANGE; whole-number arguments */
    VM_MONTH_OF_DAY,    /* day -> month */
    VM_YEAR_OF_MONTH,   /* month -> number, 2025 */
    VM_MONTH_IN_YEAR,   /* month -> number, 1..12 */
    VM_DAY_IN_MONTH,    /* day -> number, 1..31 */
    VM_FIRST_DAY,       /* month -> day */
    VM_LAST_DAY,        /* month -> day */
    VM_MONTH_FROM,      /* numbers a = year, b = 1..12 -> month; another b: out of range too */
    VM_MONTH_ADD,       /* month a + number b -> month */
    VM_MONTH_DIFF,      /* month a - month b -> number of months */
    VM_DAY_ADD,         /* day a + number b -> day */
    VM_DAY_DIFF,        /* day a - day b -> number of days */
    VM_DAY_ADD_MONTHS,  /* day a + number b of months, day of month clamped -> day */
    VM_FULL_MONTHS,     /* whole months passed from day a until day b -> number */
    /* tables */
    VM_LOOKUP, /* tables[aux] at keys a, b, c (VM_NONE: no such key); VM_NOT_IN_TABLE when absent,
                * or the reason that the absent cell gives */
    /* between spaces */
    VM_SPREAD, /* space 0 -> rows: each row gets its subject's value */
    /* over the rows of one subject: a is of space > 0, the result of space 0. b: which rows count
     * (VM_NONE: all). A row whose b is false takes no part, whatever its a; one whose b has a reason
     * brings that reason, whatever its a. Reasons, also of FIRST and LAST, are those of all rows
     * taking part: the first row in order wins, faults first. With more rows than rows_max each
     * operator from here to the end is VM_TOO_MANY_ROWS, in every lane of that subject. */
    VM_SUM,   /* 0 over no rows */
    VM_COUNT, /* of rows where a (a boolean) is true; b is VM_NONE; 0 over no rows */
    VM_AGG_MIN, VM_AGG_MAX, VM_FIRST, VM_LAST, /* VM_EMPTY over no rows */
    VM_ANY, /* as OR and AND over rows where b, lazily: one true (false) row decides, whatever the
             * others are; over no rows VM_EMPTY (unknown) */
    VM_ALL,
    VM_FOLD, /* c: start, of space 0. Row by row in order, a is evaluated with VM_CARRY = value so
              * far and becomes it; rows whose b is false are skipped. Start over no rows. The body
              * a must be VM_BOUND, so that it is stored; start has no more places than it, and need
              * not be inside it. A reason of start, b or a ends the fold with it, at once. Each fold
              * has its own VM_CARRY, of the rows' space */
    /* within the rows of one subject; result is of the rows' space */
    VM_PREVIOUS, /* a of the row before; VM_EMPTY at the first */
    VM_SUM_SAME, /* sum of a over the subject's rows whose key c equals this row's c (and b); c is a
                  * decimal or of another kind. Own c's reason first, then those of the rows: of b,
                  * then of c, then of a where c is equal; own b need not be true */
    VM_ROW_INDEX, /* 1, 2, 3 ... within the subject */
    VM_OP_COUNT
} vm_op;

typedef enum {
    VM_OK = 0,
    /* unknown */
    VM_NOT_KNOWN,  /* an input cell is empty */
    VM_EMPTY,      /* no row to take a value from */
    VM_UNKNOWN_LAST = VM_EMPTY,
    /* faults */
    VM_OVERFLOW,         /* a result outside the bounds of its type */
    VM_DIVIDED_BY_ZERO,
    VM_OUT_OF_RANGE,     /* an input outside its stated bounds */
    VM_BAD_CELL,         /* an input that could not be read; set by whoever fills the batch */
    VM_NOT_IN_TABLE,     /* no row of the table holds the key */
    VM_NOT_IN_FORCE,     /* no version of the rule or parameter holds at that date */
    VM_NOT_SET,          /* a local parameter that the region has not set */
    VM_DATE_OUT_OF_RANGE,
    VM_CLASH,            /* two exceptions of one rule hold at once */
    VM_TOO_MANY_ROWS,    /* more rows than vm_limits.rows_max for one subject */
    VM_REASON_KIND_COUNT
} vm_reason_kind;

/* The uint32_t of a column's reason: 8 bits of kind, 24 bits of node. */
#define VM_REASON(kind, node) ((uint32_t)(kind) << 24 | (uint32_t)(node))
#define VM_REASON_KIND(reason) ((vm_reason_kind)((reason) >> 24))
#define VM_REASON_NODE(reason) ((vm_node_id)((reason) & 0xffffffu))
static inline bool vm_reason_is_unknown(uint32_t reason)
{
    return reason != 0 && VM_REASON_KIND(reason) <= VM_UNKNOWN_LAST;
}

typedef struct {
    vm_op op;
    vm_kind kind;
    uint16_t space; /* 0, or record + 1 */
    money_rounding mode; /* of VM_ROUND */
    vm_node_id a, b, c;
    uint32_t aux;    /* constant, input, bound, table or fault */
    uint32_t origin; /* index into origins: what the node says; 0 is 'nothing said' */
} vm_node;

typedef struct {
    i128 num;
    i128 den; /* > 0; 1 for all kinds but VM_NUMBER */
} vm_constant;

typedef struct {
    const char *name; /* as the pack says it, UTF-8, NUL-terminated */
    vm_kind kind;
    uint16_t space;
    uint8_t decimals;  /* of VM_NUMBER: stored = value * 10^decimals */
    int64_t min, max;  /* stored, inclusive */
    uint32_t origin;
} vm_input;

typedef struct {
    uint8_t decimals; /* how the value is stored when it is an output or carried */
    int64_t min, max; /* stored, inclusive */
} vm_bound;

typedef enum { VM_KEY_EXACT, VM_KEY_BAND, VM_KEY_LINEAR } vm_key_mode;

enum { VM_TABLE_KEYS_MAX = 3 };

typedef struct {
    int64_t key[VM_TABLE_KEYS_MAX]; /* stored by key_decimals; 0 for keys beyond key_count */
    int64_t value;                  /* stored by `decimals` */
    bool is_absent;                 /* no value here, nor in the band that starts here: lapsed */
    vm_reason_kind why;             /* of an absent cell: its fault; VM_OK: VM_NOT_IN_TABLE */
    uint32_t origin;                /* the dated row that a citation points to */
} vm_cell;

/* Cells sorted by key, key[0] first, without duplicates. EXACT: only the key itself. BAND: the
 * greatest key <= the argument. LINEAR (only the last key): on the line between the two neighbours,
 * exact fraction, no extrapolation beyond first and last key; exactly on a key only its cell is
 * read. Key by key: each is sought among the cells that hold the keys chosen before, and there is
 * no going back to another group. Where that is one absent cell alone, whatever keys are left to
 * seek, the fault is the cell's. */
typedef struct {
    const char *name;
    vm_kind kind; /* of the values */
    uint8_t decimals;
    uint8_t key_count;
    vm_kind key_kind[VM_TABLE_KEYS_MAX];
    uint8_t key_decimals[VM_TABLE_KEYS_MAX];
    vm_key_mode key_mode[VM_TABLE_KEYS_MAX];
    const vm_cell *cells;
    size_t cell_count;
    uint32_t origin;
} vm_table;

typedef struct {
    const char *name;
    uint32_t origin;
} vm_record;

/* What part of a rule a node is, so that a trace can be told as reasons. */
typedef enum {
    VM_ROLE_NONE,
    VM_ROLE_INPUT,     /* a fact about the person */
    VM_ROLE_PARAMETER, /* a figure of the law */
    VM_ROLE_VARIABLE,  /* the value of a rule: the VM_BOUND (or last) node of it */
    VM_ROLE_CONDITION, /* the condition of an exception; `note` is the 'because' */
    VM_ROLE_EXCEPTION, /* the value an exception gives */
    VM_ROLE_BASE,      /* the base rule's value */
    VM_ROLE_STEP       /* any other written expression */
} vm_role;

typedef struct {
    vm_role role;
    const char *name;     /* 缴费基数; NULL for steps */
    const char *label;    /* English label, or NULL */
    const char *law;      /* citation, or NULL */
    const char *note;     /* because ..., or NULL */
    const char *note_en;  /* the same in English, or NULL */
    const char *unit;     /* how the pack writes the unit: "money per month", "rate", an enum's name */
    const char *unverified; /* the mark "?" or "K" of a figure nobody has checked, or NULL */
    const char *source;   /* the expression as written, or NULL */
    source_pos at;
    int32_t since_day, until_day; /* of the version used (inclusive); INT32_MIN/MAX: open */
    const char *region;   /* of the pack that set it, or NULL */
} vm_origin;

typedef struct {
    const char *name;
    vm_node_id node; /* a VM_BOUND of numbers, or a node of another kind */
    uint32_t origin;
} vm_output;

typedef struct {
    const vm_node *nodes;
    size_t node_count;
    const vm_constant *constants;
    size_t constant_count;
    const vm_input *inputs;
    size_t input_count;
    const vm_bound *bounds;
    size_t bound_count;
    const vm_table *tables;
    size_t table_count;
    const vm_record *records;
    size_t record_count;
    const vm_origin *origins; /* origins[0] says nothing */
    size_t origin_count;
    const vm_output *outputs;
    size_t output_count;
    const char *const *codes; /* texts of VM_CODE values */
    size_t code_count;
    int32_t rows_max; /* rows of one record a subject may have; more is VM_TOO_MANY_ROWS */
} vm_plan;

extern const err_kind VM_TOO_WIDE; /* a value may not fit 128 bits; at: the node's origin */
extern const err_kind VM_BAD_PLAN; /* the plan breaks a rule of this header: a mistake of ours */

/* A plan that was checked, ranged and lowered; keeps pointers into the plan. */
typedef struct vm_program vm_program;
MUST_USE err vm_seal(arena *process, const vm_plan *plan, vm_program **program);
const vm_plan *vm_program_plan(const vm_program *program);
/* SHA-free stable digest of all that decides a value (not of labels). */
uint64_t vm_program_digest(const vm_program *program);
/* One node a line, for tests and for eyes. */
text vm_program_print(arena *a, const vm_program *program);

/* What range analysis knows of a numeric node: stored by 10^decimals when the node is a decimal
 * (decimals >= 0), else an exact fraction with bounds rounded outward. */
typedef struct {
    i128 min, max; /* stored by decimals, or whole-number bounds when decimals < 0 */
    int decimals;  /* -1: not a decimal of fixed places */
} vm_range;
vm_range vm_node_range(const vm_program *program, vm_node_id node);

/* One block of subjects. inputs[i] belongs to plan->inputs[i]: of space 0 it has `count` lanes, of
 * space r + 1 as many as rows[r].until[count - 1]. Subject s owns rows [from[s], until[s]) where
 * from[0] = 0 and from[s] = until[s - 1]. A lane of an input may carry a reason with node 0
 * (VM_NOT_KNOWN, VM_BAD_CELL): the machine puts the input's own node in. */
typedef struct {
    size_t count;
    const column *inputs;
    const uint32_t *const *row_until; /* [record][subject] */
} vm_batch;

typedef enum { VM_ISA_BEST, VM_ISA_BASE, VM_ISA_AVX2, VM_ISA_AVX512 } vm_isa;

typedef struct {
    size_t block_lanes; /* 0: the machine's own choice (about 1024) */
    vm_isa isa;         /* BEST unless a test or bench asks; one the CPU lacks falls back to BASE */
} vm_machine_options;

typedef struct vm_machine vm_machine;
vm_machine *vm_machine_open(arena *process, const vm_program *program, vm_machine_options options);
/* outputs[i] belongs to plan->outputs[i]; the caller gives columns of `count` lanes for space 0,
 * or of the rows' count for an output of a rows' space, each with a reason array. The same bytes
 * for any block_lanes and ISA. A lane with a reason has value 0. */
void vm_run(vm_machine *machine, const vm_batch *batch, column *outputs);

/* The value of every node for one subject: node n has lanes[n] lanes (1, or the subject's rows),
 * at values[n]. Made by the same kernels as vm_run. */
typedef struct {
    i128 num, den; /* the exact fraction, reduced; den 1 for other kinds */
    uint32_t reason;
    bool is_approximate; /* a sum of quotients shown as its enclosing decimal */
} vm_value;
typedef struct {
    const vm_value *const *values;
    const size_t *lanes;
} vm_trace;
vm_trace vm_trace_subject(arena *a, vm_machine *machine, const vm_batch *batch, size_t subject);

/* All there is to say about an operator, for checkers, printers and tests: one row each. */
typedef struct {
    const char *name;     /* "add" */
    const char *reads;    /* "{a} + {b}" */
    const char *reads_zh; /* "{a} 加 {b}" */
    uint8_t argument_count;
} vm_op_row;
const vm_op_row *vm_op_about(vm_op op);
typedef struct {
    const char *code;     /* "overflow" as tests write !overflow */
    const char *says;
    const char *says_zh;
} vm_reason_row;
const vm_reason_row *vm_reason_about(vm_reason_kind kind);

#endif
