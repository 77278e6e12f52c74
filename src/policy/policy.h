/* policy/ - packs of law in Markdown → checked rules → a vm plan.
 *
 * Reads packs (docs/policy-language.md), reports all their mistakes at once, and makes for any set
 * of variables, date and region one plan for the vm. Knows nothing of people, tables or today: the
 * date and the region are handed in.
 *
 * Memory   a book and all it answers live in the arena given to policy_compile; plans in theirs.
 * Threads  a compiled book is read-only and may be shared.
 * Errors   mistakes in packs are diagnostics, not errs; errs are the kinds below.
 * Regions  a path from the top: "中国/云南省/保山市"; its last name alone is accepted where unique.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "base/arena.h"
#include "base/err.h"
#include "vm/vm.h"

extern const err_kind POLICY_HAS_MISTAKES;   /* the packs do not compile: see the diagnostics */
extern const err_kind POLICY_UNKNOWN_NAME;   /* no such variable, parameter, input or record */
extern const err_kind POLICY_AMBIGUOUS_NAME; /* a name of two packs: write pack.name */
extern const err_kind POLICY_UNKNOWN_REGION;
extern const err_kind POLICY_BAD_VALUE;      /* a text that is not a value of the type */
extern const err_kind POLICY_NOT_COMPUTABLE; /* cannot be planned: mixed entities, too wide ... */

/* ---- compiling ------------------------------------------------------------------------- */

typedef struct {
    const char *file; /* as shown in messages */
    text bytes;
} policy_source;

typedef struct {
    source_pos at;
    int32_t column_until;  /* end of the caret line, exclusive; 0: one column */
    const char *code;      /* stable: "type.mismatch" */
    const char *says;      /* one sentence: what is wrong */
    const char *says_zh;
    const char *mend;      /* one sentence: how to mend it, or NULL */
    const char *mend_zh;
    const char *line_text; /* the source line */
} policy_mistake;

typedef struct policy_book policy_book;

enum { POLICY_MISTAKES_MAX = 50 }; /* a pack; more are counted, not shown */

/* Compiles all sources together. *book is made even when there are mistakes (it then answers
 * policy_mistakes only, and the result is POLICY_HAS_MISTAKES). */
MUST_USE err policy_compile(arena *pack, const policy_source *sources, size_t source_count,
                            policy_book **book);
const policy_mistake *policy_mistakes(const policy_book *book, size_t *count, size_t *unshown);
/* "file:line:column: …", the source line, a caret, how to mend it. */
text policy_mistake_print(arena *a, const policy_mistake *mistake, bool is_chinese);

/* ---- looking things up ------------------------------------------------------------------ */

typedef enum {
    POLICY_MONEY, POLICY_RATE, POLICY_NUMBER, POLICY_COUNT, POLICY_MONTHS, POLICY_DAYS,
    POLICY_YEAR, POLICY_MONTH, POLICY_DATE, POLICY_BOOL, POLICY_TEXT, POLICY_REGION, POLICY_ENUM
} policy_base_type;

typedef enum { POLICY_PER_NONE, POLICY_PER_DAY, POLICY_PER_MONTH, POLICY_PER_YEAR } policy_per;

typedef struct {
    policy_base_type base;
    policy_per per;
    uint8_t decimals;  /* of stored values: 2 for money, 8 rate, 6 number, 0 the rest */
    bool is_exact;
    int64_t min, max;  /* stored */
    const char *enum_name;
    const char *text;  /* as written: "money per month" */
} policy_type;

typedef enum {
    POLICY_SYMBOL_INPUT, POLICY_SYMBOL_PARAM, POLICY_SYMBOL_VAR, POLICY_SYMBOL_RECORD,
    POLICY_SYMBOL_FIELD, POLICY_SYMBOL_ENUM, POLICY_SYMBOL_ENTITY, POLICY_SYMBOL_CASE,
    POLICY_SYMBOL_WATCH, POLICY_SYMBOL_INDICATOR
} policy_symbol_kind;

typedef struct {
    policy_symbol_kind kind;
    const char *name, *label, *pack, *region, *entity, *law, *note;
    policy_type type;
    const char *record;         /* of a field or a row's variable: the record's name, else NULL */
    bool is_local;
    const char *const *members; /* of an enum: names; labels below */
    const char *const *member_labels;
    size_t member_count;
    source_pos at;
} policy_symbol;

typedef struct { const char *name, *en, *region, *law, *file; } policy_pack;
const policy_pack *policy_packs(const policy_book *book, size_t *count);
const policy_symbol *policy_symbols(const policy_book *book, size_t *count);
/* By name, pack.name, or English label. */
MUST_USE err policy_find(const policy_book *book, text name, const policy_symbol **symbol);
/* What the name means in the rules of `pack`, by the packs it uses; NULL: nothing. */
const policy_symbol *policy_find_in(const policy_book *book, text pack, text name);
const char *const *policy_regions(const policy_book *book, size_t *count);
/* What a parameter or variable says over time, in every region that says something: sorted by
 * region, then by date. */
typedef struct {
    const char *keys[2]; /* NULL: no such key */
    const char *value, *mark, *law;
} policy_cell;
typedef struct {
    const char *region, *pack, *law, *mark;
    int32_t since_day, until_day; /* inclusive; INT32_MIN, INT32_MAX: open */
    const char *says;             /* the value, or the expression as written; NULL: see cells */
    const policy_cell *cells;
    size_t cell_count;
    const struct policy_exception {
        const char *condition, *value; /* as written */
        const char *because, *because_en, *law; /* or NULL */
        bool is_overriding;
    } *exceptions;
    size_t exception_count;
    source_pos at;
} policy_version;
typedef struct policy_exception policy_exception;
const policy_version *policy_versions(arena *a, const policy_book *book,
                                      const policy_symbol *symbol, size_t *count);
/* The one in force at a place and day, or NULL. */
MUST_USE err policy_version_at(arena *a, const policy_book *book, const policy_symbol *symbol,
                               text region, int32_t day, const policy_version **found);
/* A digest of all bytes that decide: sources in canonical order. */
uint64_t policy_digest(const policy_book *book);

/* ---- planning --------------------------------------------------------------------------- */

typedef struct {
    text name;
    bool is_row; /* answer only for the record's rows; never needed for reading */
} policy_root;

typedef struct {
    int32_t on_day;
    text region;              /* empty: 中国 */
    const text *roots;        /* variables (or inputs, parameters) wanted, in order of outputs */
    size_t root_count;
    const text *given;        /* parameters and variables that come in as inputs */
    size_t given_count;
} policy_request;

typedef struct {
    const policy_symbol *symbol;
    uint32_t index; /* into plan->inputs */
} policy_plan_input;

typedef struct {
    vm_plan plan;
    /* one per plan.inputs: what it is, so that text can be turned into stored values */
    const policy_symbol *const *input_symbols;
    const policy_symbol *const *output_symbols; /* one per plan.outputs */
    const policy_type *output_types;
} policy_planned;

/* Memory: everything in `request`. Outputs stand in the order of roots. A root that is `exact` is
 * rounded half up to its type's decimals for showing. */
MUST_USE err policy_plan(arena *request, const policy_book *book, const policy_request *wanted,
                         policy_planned *planned);

/* Text ↔ stored value of a type: money and numbers are decimals ("8%" for rates), points in time
 * are ISO texts, enums by name or label. Codes (text, region, enum) are interned in `codes`. */
typedef struct policy_codes policy_codes;
policy_codes *policy_codes_open(arena *a, const policy_book *book, const policy_planned *planned);
MUST_USE err policy_parse_value(arena *a, policy_codes *codes, const policy_type *type, text t,
                                int64_t *stored);
text policy_print_value(arena *a, const policy_codes *codes, const policy_type *type,
                        int64_t stored);
/* Words that were only met in values are words of the plan from now on, for whoever prints its values. */
void policy_codes_tell(const policy_codes *codes, policy_planned *planned);

/* ---- watches, for room watch by way of service -------------------------------------------- */

typedef struct {
    const policy_symbol *symbol;   /* a root of policy_plan: the condition */
    const char *severity;          /* "low", "medium", "high"; "medium" where none is written */
    const char *owner, *owner_en;  /* or NULL */
    int32_t within_days;           /* 0: none */
    bool is_working_days;
    const char *verb, *target;     /* of the first action: "open" and a case, "hold" and what; or NULL */
    const char *message, *message_en; /* or NULL */
    /* What the condition speaks of, as 包.名: facts and variables of the one watched. */
    const char *const *evidence;
    size_t evidence_count;
    const bool *is_key;            /* by evidence: named by `by` */
} policy_watch;
/* In the order of the packs. */
const policy_watch *policy_watches(arena *a, const policy_book *book, size_t *count);
/* What a watch says, or the office that has it, in English; NULL where the packs say none. */
const char *policy_watch_english(arena *a, const policy_book *book, text said);

/* ---- indicators, for those who compute them for places and months -------------------------- */

typedef struct {
    int32_t since_day; /* from this day on at least, or where less is better at most, so much; INT32_MIN: always */
    int64_t stored;    /* by the indicator's type */
} policy_target;
typedef struct {
    const policy_symbol *symbol;  /* a root of policy_plan */
    const policy_target *targets; /* by day */
    size_t target_count;
    bool has_below, has_above;
    int64_t below, above;         /* what it warns below and above, stored */
} policy_indicator;
/* In the order of the packs. */
const policy_indicator *policy_indicators(arena *a, const policy_book *book, size_t *count);

/* ---- cases, for those who handle them --------------------------------------------------------- */

/* A condition or deadline is named by its place among the parts of policy_case_plan; -1: there is none. */
typedef struct {
    const policy_symbol *symbol; /* its name, label and type */
    bool is_required;
    bool is_changing; /* later steps may say it anew: it tells how things stand, or is found out on the way, */
    size_t until;     /* until this step is passed; SIZE_MAX: to the end */
    const policy_symbol *prefilled; /* whose value it takes; NULL: it is asked */
    int32_t check;
    const char *check_says, *because, *because_en; /* or NULL */
} policy_case_field;
typedef enum { POLICY_PAPER_REQUIRED, POLICY_PAPER_PROMISE, POLICY_PAPER_SUPPLEMENT } policy_case_paper_mode;
typedef struct {
    const char *name, *label;
    policy_case_paper_mode mode;
    int32_t within_days; /* of a supplement */
    int32_t when;
    const char *when_says;
} policy_case_paper;
typedef struct {
    size_t step; /* index */
    int32_t when;
    const char *when_says;
} policy_case_next;
typedef struct {
    const char *verb; /* "decide", "record" ... */
    const char *const *names;
    size_t name_count;
    int32_t when;
    source_pos at;
} policy_case_effect;
typedef struct {
    const char *name, *label, *duty; /* duty: as written, NULL of an end */
    bool is_end;
    int32_t within_days; /* 0: none, or `within` says it */
    int32_t within;
    const char *within_says;
    bool is_working_days;
    int32_t notice_days; /* it lasts at least so long; 0: as short as one likes */
    int32_t notice; /* which `notice` says instead; -1: a number, or no notice */
    const char *notice_says;
    bool is_notice_working_days;
    const size_t *excluded; /* steps that the same person may not have done */
    size_t excluded_count;
    const policy_case_next *nexts; /* none: the case is done with it */
    size_t next_count;
    const policy_case_effect *effects;
    size_t effect_count;
} policy_case_step;
typedef struct {
    const policy_symbol *symbol;
    const policy_case_field *fields;
    size_t field_count;
    const policy_case_paper *papers;
    size_t paper_count;
    const policy_case_step *steps; /* begins with the first */
    size_t step_count;
    size_t part_count;
    int32_t within_days; /* of the whole, where a step says none of its own; 0: none */
    bool is_working_days;
} policy_case;
/* In the order of the packs. */
const policy_case *policy_case_types(arena *a, const policy_book *book, size_t *count);

typedef struct {
    const policy_case *of;
    int32_t on_day;
    text region;
    const policy_symbol *const *roots; /* wanted besides the parts */
    size_t root_count;
    const policy_symbol *const *given; /* parameters and variables that come in as inputs */
    size_t given_count;
} policy_case_request;
/* Fields of the form are inputs of the plan. Outputs: the roots, then the parts in their order. */
MUST_USE err policy_case_plan(arena *request, const policy_book *book, const policy_case_request *asked,
                              policy_planned *planned);

/* ---- tests in packs ---------------------------------------------------------------------- */

typedef struct {
    source_pos at;
    const char *name;     /* of the test block, with its line */
    const char *rows;     /* mission rows named: "C1 N2", or NULL */
    bool passed;
    const char *says;     /* what was expected and what came, when it failed */
    const char *says_zh;
    /* Only by policy_read_tests: */
    const char *block;    /* the name of the test block, or of its pack */
    const char *region;
    int32_t on_day;
    source_pos block_at;
    const struct policy_test_cell {
        const policy_symbol *symbol;
        bool is_expected;           /* else it is given */
        const char *said;           /* as the test writes it */
        const char *came, *came_zh; /* what was computed, of an expectation; NULL: nothing was */
    } *cells;
    size_t cell_count;
} policy_test_result;
typedef struct policy_test_cell policy_test_cell;
MUST_USE err policy_run_tests(arena *a, const policy_book *book, text only_pack,
                              const policy_test_result **results, size_t *count);
/* The same with what each line gives, expects and came to. */
MUST_USE err policy_read_tests(arena *a, const policy_book *book, text only_pack,
                               const policy_test_result **results, size_t *count);
/* How far tests that pass speak of each symbol, in the order of policy_symbols: all packs' tests. */
typedef enum {
    POLICY_UNTESTED, /* no test computes with it */
    POLICY_REACHED,  /* a value that a test expects is computed with it */
    POLICY_EXPECTED  /* a test expects its own value */
} policy_tested;
MUST_USE err policy_tested_symbols(arena *a, const policy_book *book, const policy_tested **tested);

/* ---- what is said to people in one language only --------------------------------------------- */

typedef struct {
    const char *what, *what_zh; /* which kind of text: "the message of a watch" */
    const char *said;           /* the text, or the name without an English label */
    const char *pack;
    source_pos at;
} policy_unsaid;
/* Names, papers, steps, sentences that have no English beside them, in the order of the packs. */
const policy_unsaid *policy_without_english(arena *a, const policy_book *book, size_t *count);

/* ---- what is left to run time -------------------------------------------------------------- */

/* Two exceptions of one rule, neither shown to keep apart nor found to meet. The person on whom
 * they meet has no value, and that reason. */
typedef struct {
    const char *name, *pack, *region;
    const char *condition, *other; /* as written; `other` stands above */
    source_pos at, other_at;
} policy_clash;
const policy_clash *policy_clashes(arena *a, const policy_book *book, text only_pack,
                                   size_t *count);

/* Days on which a rule says nothing in a region, though it does before and after. */
typedef struct {
    const char *name, *pack, *region; /* pack: of the version that ends the gap */
    int32_t from_day, until_day;      /* inclusive */
    source_pos at;                    /* of that version */
} policy_gap;
const policy_gap *policy_gaps(arena *a, const policy_book *book, text only_pack, size_t *count);

/* ---- proofs, for room prove by way of service -------------------------------------------- */

typedef enum {
    POLICY_PROOF_MONOTONE, POLICY_PROOF_BETWEEN, POLICY_PROOF_ALWAYS, POLICY_PROOF_CLIFFS,
    POLICY_PROOF_COMPLETE /* whoever has all inputs has a value */
} policy_proof_kind;

typedef struct {
    policy_proof_kind kind;
    const char *name, *pack, *because, *because_en; /* because: of `refuted` */
    source_pos at;
    bool is_rising;       /* the subject rises with the input */
    bool is_strict;
    bool is_known_refuted;
    int64_t slack_stored; /* up to k fen */
    int64_t from, until, step, threshold; /* of cliffs, stored by the input */
    policy_planned planned;
    /* outputs of planned.plan: 0 the subject; 1 and 2 low and high (BETWEEN); `where` is the
     * output named "where" when there is one */
    uint32_t along_input;  /* index of the moving input in plan.inputs */
    int32_t where_output;  /* index of the condition in plan.outputs, or -1 */
    const int64_t *fixed;  /* by input: the `with` values */
    const bool *is_fixed;
    int32_t on_day;        /* what it is claimed for */
    const char *region;
} policy_proof;
MUST_USE err policy_proofs(arena *a, const policy_book *book, text only_pack,
                           const policy_proof **proofs, size_t *count);

#endif
