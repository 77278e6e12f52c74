/* explain/ - the trace of one person → a tree of reasons with citations.
 *
 * Answers 'why this amount?' by reading the trace of the run that made the amount; it never
 * computes a value of its own. 'Why not' and 'what is missing' run the same machine again on
 * other inputs. Renders the tree as text, JSON and HTML; a web page and the determination sheet
 * (待遇核定表) use the same tree.
 *
 * Numbers  shown with their unit: yuan with separators and two places, rates in per cent.
 * Memory   the tree lives in the arena passed first; it points into the plan and the trace.
 * Language Chinese or English by `is_chinese`; names stay as the pack writes them.
 * Threads  nothing is kept; the machine passed in belongs to the caller's thread.
 */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "vm/vm.h"

typedef struct {
    bool is_chinese;
    int lines_max; /* of the text: what is more is folded into one line that says so; 0: 60 */
} explain_options;

/* One condition that was looked at on the way to the value. */
typedef struct {
    vm_node_id node;
    const char *reads;   /* 累计缴费月数 < 最低缴费月数 */
    const char *filled;  /* 179 个月 < 180 个月 */
    const char *because; /* what the pack says follows, or NULL */
    const char *law;     /* or NULL */
    bool is_known, is_true;
} explain_condition;

/* The rows behind an aggregate: one column a fact, one line a row. */
typedef struct {
    const char *record;
    const char **names;
    size_t column_count;
    const char **cells; /* row_count × column_count */
    size_t row_count;
} explain_rows;

typedef struct explain_reason {
    vm_node_id node;
    const vm_origin *origin;
    const char *value; /* "1,600.00 元/月", or why there is none */
    bool is_valid;
    bool is_not_given; /* a fact that nobody has entered */
    const char *formula;   /* as the law writes it, or NULL for facts and figures */
    const char *filled;    /* the part that applied, with the numbers put in */
    const char *rounding;  /* 四舍五入到分, or NULL */
    const char *unrounded; /* the value before that step, or NULL where it is the same */
    const explain_condition *conditions;
    size_t condition_count;
    const explain_rows *rows;
    size_t rows_count;
    const struct explain_reason *const *children;
    size_t child_count;
    bool is_repeat; /* told above: no children here */
} explain_reason;

/* The nearest change of one input that turns a condition round. */
typedef struct {
    const explain_condition *condition;
    const char *input;
    const char *from, *to; /* with unit */
    const char *result;    /* what the value asked about would then be */
} explain_flip;

typedef struct {
    const explain_reason *root;
    const explain_flip *flips;
    size_t flip_count;
    const char *const *missing; /* names of inputs that are not known and were needed */
    size_t missing_count;
} explain_answer;

/* Explains output `output` of the plan for one subject of the batch. */
explain_answer explain_subject(arena *a, vm_machine *machine, const vm_program *program,
                               const vm_batch *batch, size_t subject, size_t output,
                               explain_options options);

text explain_text(arena *a, const explain_answer *answer, explain_options options);
text explain_json(arena *a, const explain_answer *answer, explain_options options);
/* A whole page; the determination sheet prints from it. */
text explain_html(arena *a, const explain_answer *answer, explain_options options);

/* A value with its unit, as every renderer shows it. */
text explain_value(arena *a, const vm_plan *plan, vm_node_id node, vm_value value, bool is_chinese);

#endif
