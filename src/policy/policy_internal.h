/* policy/ inside - what the checker knows of the packs, shared by the files of this folder.
 *
 * The life of a rule: syntax.h (as written) → symbols and typed trees (here, once per book) →
 * nodes of a vm plan (plan_internal.h, once per date, region and set of givens).
 *
 * Dates    versions are inclusive on both ends here, as the law writes them.
 * Memory   all of it lives in the pack arena of the book.
 */
#ifndef POLICY_POLICY_INTERNAL_H
#define POLICY_POLICY_INTERNAL_H

#include "base/hash.h"
#include "calendar/calendar.h"
#include "money/money.h"
#include "policy/policy.h"
#include "policy/syntax.h"

enum {
    DECIMALS_MANY = -1, /* an exact fraction that no number of places holds */
    DECIMALS_STORED_MAX = 9,
    DEPTH_MAX = 400, /* rules that use rules that use rules ... */
    KEYS_MAX = 2,
    NEAR_NAME_MAX = 2 /* edits up to which a name is suggested */
};

typedef struct symbol symbol;
typedef struct typed typed;
typedef struct checked_proof checked_proof; /* proofs.c */

/* ---- types of expressions (types.c) ---- */
typedef struct {
    policy_base_type base; /* rate, number and count are pure and mix */
    policy_per per;
    const symbol *enumeration;
    int decimals;    /* places that surely hold the value, or DECIMALS_MANY */
    bool is_any;     /* `unknown`, or already reported: fits everything */
    bool is_literal; /* a plain number: fits where the unit may be left out */
    bool is_zero;    /* 0 fits every numeric type */
} typing;

bool types_is_pure(policy_base_type base);
bool types_is_number(policy_base_type base); /* stored as VM_NUMBER */
typing types_of(const policy_type *type, const symbol *enumeration);
typing types_any(void);
typing types_pure(int decimals);
typing types_bool(void);
/* Do both stand for the same unit? *both is the type of either. */
bool types_unify(typing a, typing b, typing *both);
/* May a value of `given` stand where `wanted` is declared? Decimals are not asked. */
bool types_fits(typing given, typing wanted);
const char *types_print(arena *a, typing t);
vm_kind types_kind(policy_base_type base);
int types_decimals_of_fraction(i128 num, i128 den);
/* Multiplying, dividing, adding, subtracting units; false when there is no such unit. */
bool types_multiply(typing a, typing b, typing *out);
bool types_divide(typing a, typing b, typing *out);

/* ---- packs, regions ---- */
typedef struct pack {
    pack_syntax *syntax;
    policy_pack public;
    uint32_t index;
    int32_t region;
    uint8_t *level; /* by pack: 0 itself, 1 used, 2 used by those ...; 255 not in view */
} pack;

typedef struct {
    const char *path; /* 中国/云南省 */
    const char *name; /* 云南省 */
    int32_t parent;   /* -1 of the top */
    int depth;
} region_row;

enum { REGION_TOP = 0, REGION_NONE = -1, REGION_AMBIGUOUS = -2 };

/* ---- symbols ---- */
typedef struct {
    bool is_set;
    i128 num, den; /* numbers; other kinds: num */
    text code;     /* text, region, enum */
} constant;

typedef struct {
    constant key[KEYS_MAX];
    constant value;
    const char *mark, *law;
    source_pos at;
} table_cell;

typedef struct {
    const typed *condition, *value;
    bool is_overriding;
    const char *because, *because_en, *law, *source_condition, *source_value;
    span at;
    bool *may_clash; /* with the exceptions above it; NULL: with none */
} exception;

typedef struct version {
    int32_t region;
    int32_t since_day, until_day; /* inclusive; INT32_MIN, INT32_MAX: open */
    const pack *pack;
    const char *law, *mark, *source;
    span at;
    /* of a variable */
    const version_syntax *syntax;
    const typed *body;
    exception *exceptions;
    size_t exception_count;
    /* of a parameter */
    constant value;
    table_cell *cells;
    size_t cell_count, cell_capacity;
} version;

typedef struct {
    const char *name;
    policy_type type;
    const symbol *enumeration;
    key_mode_syntax mode;
} param_key;

typedef enum { CHECK_NOT_YET, CHECK_RUNNING, CHECK_DONE } check_state;

struct symbol {
    policy_symbol *public;
    uint32_t index;
    const pack *pack;
    const decl *decl;
    const field_syntax *field;
    symbol *next_named, *next_labelled;
    const char *choices; /* of the first of a name several packs declare: "甲.名, 乙.名" */
    symbol *entity;      /* of: an entity, or the record of a row's variable; `is` of an entity */
    symbol *enumeration;
    /* of a record */
    symbol **fields;
    size_t field_count;
    symbol *at_date, *at_region;
    uint32_t record_index;
    /* of a parameter */
    param_key keys[KEYS_MAX];
    size_t key_count;
    constant within_low, within_high;
    /* of a parameter or variable: sorted by region, then since_day */
    version *versions;
    size_t version_count, version_capacity;
    bool is_doubtful; /* something in its declaration was wrong: what follows is not one more */
    bool has_layers;  /* set in some region below its own */
    check_state state;
    int depth;  /* while it is being checked: how many rules wait for it */
    int height; /* of the longest chain of rules below it */
    int exact_decimals;
    const symbol *speaks_of; /* the entity its rules were found to use, or NULL */
    /* of a case: its conditions and deadlines, typed */
    struct case_part {
        const expr *source;
        const typed *tree;
    } *parts;
    size_t part_count, part_capacity;
    /* of an indicator: its targets in the order written, and below and above what it warns; NULL: not */
    const typed **targets, *below, *above;
};

struct policy_book {
    arena *memory;
    mistakes *mistakes;
    const policy_mistake *sorted;
    size_t sorted_count, unshown;
    pack *packs;
    policy_pack *public_packs;
    size_t pack_count;
    region_row *regions;
    const char **region_paths;
    size_t region_count, region_capacity;
    hash_map *region_by_path, *region_by_name;
    symbol *symbols;
    policy_symbol *public_symbols;
    size_t symbol_count;
    hash_map *by_name, *by_label; /* to the first symbol of the chain */
    hash_map *pack_by_name;
    hash_map *member_by_name; /* to a row of members */
    struct member {
        symbol *enumeration;
        uint32_t index;
        size_t next; /* SIZE_MAX: the last */
    } * members;
    size_t member_count, member_capacity;
    size_t record_count;
    symbol **records;
    checked_proof **proofs;
    size_t proof_count, proof_capacity;
    bool has_mistakes;
    uint64_t digest;
    int32_t newest_day; /* on which a version begins */
};

/* ---- typed trees (check.c makes them, plan_expr.c reads them) ---- */
typedef enum {
    TYPED_CONST, /* value */
    TYPED_UNKNOWN,
    TYPED_SYMBOL, /* an input, a field or a variable */
    TYPED_PARAM,  /* args: its keys; `date`, `place`: at and in, or NULL */
    TYPED_CARRY,
    TYPED_TIME,      /* today, this month, this year, last year */
    TYPED_OP,        /* op over args */
    TYPED_ROUND,     /* args[0] to a multiple of value */
    TYPED_AGGREGATE, /* args[0] body or NULL, args[1] where or NULL; over `symbol` */
    TYPED_SAME,      /* sum over the rows with the same args[2] */
    TYPED_FOLD       /* args[0] body, args[1] where or NULL, args[2] start; over `symbol` */
} typed_kind;

typedef enum { TIME_TODAY, TIME_MONTH, TIME_YEAR, TIME_LAST_YEAR } time_word;

struct typed {
    typed_kind kind;
    typing type;
    const expr *source;
    const symbol *symbol;
    constant value;
    vm_op op;
    aggregate_kind aggregate;
    time_word time;
    money_rounding rounding;
    int carry_decimals;
    size_t arg_count;
    const typed *args[3];
    const typed *date, *place;
};

/* Where an expression stands. */
typedef struct scope {
    policy_book *book;
    const pack *pack;
    symbol *owner;             /* the variable whose rule it is, or NULL */
    const symbol *entity;      /* whose facts may be used; NULL: not yet known */
    const symbol *record;      /* in whose row it stands, or NULL */
    const symbol *const *form; /* fields of a case's form */
    size_t form_count;
    word carry;
    typing carry_type;
    bool is_folding;
    const symbol *carry_record;
    int depth;
} scope;

/* bind.c */
void bind_type_all(policy_book *book);
void bind_packs(policy_book *book, const policy_source *sources, size_t source_count);
/* All symbols of that name in the nearest view; *count of them. NULL: none in view. */
symbol *bind_find(const policy_book *book, const pack *from, text pack_name, text name,
                  size_t *count);
symbol *bind_find_kind(const policy_book *book, const pack *from, text name,
                       policy_symbol_kind kind);
/* A name near to one in view, or TEXT_NONE. */
text bind_nearest(const policy_book *book, const pack *from, text name);
text bind_nearest_or_dash(const policy_book *book, const pack *from, text name);
text bind_fold_label(arena *a, text label);
/* By name, else by label, in view; NULL: none. Says nothing. */
symbol *bind_column(const policy_book *book, const pack *from, text name);
bool bind_related(const symbol *a, const symbol *b);
/* The type as declared; reports what is wrong with it. */
policy_type bind_type(policy_book *book, const pack *from, const type_syntax *type,
                      symbol **enumeration);
const symbol *bind_symbol_of(const policy_book *book, const policy_symbol *public);

/* regions.c */
int32_t regions_add(policy_book *book, text path);
/* By path or last name; REGION_NONE, REGION_AMBIGUOUS. */
int32_t regions_find(const policy_book *book, text name);
bool regions_is_within(const policy_book *book, int32_t below, int32_t above);

/* versions.c */
void versions_gather(policy_book *book);
/* Of the layer nearest to `place` that has one in force that day; NULL: none. `after`: the layer
 * to go on above, or NULL to begin. */
const version *versions_at(const policy_book *book, const symbol *s, int32_t place, int32_t day,
                           const version *after);
bool versions_has_any(const policy_book *book, const symbol *s, int32_t place);
/* The days on which something begins or ends for `place`, ascending, INT32_MIN first. */
size_t versions_breaks(arena *a, const policy_book *book, const symbol *s, int32_t place,
                       int32_t **days);
version *versions_push(policy_book *book, symbol *s);

/* tables.c */
void tables_read(policy_book *book, symbol *s, const pack *from, const decl *d,
                 const version_syntax *under, const table_syntax *table);
const table_cell *tables_cell(const version *v, const constant *keys, size_t key_count);
int tables_constant_order(const constant *a, const constant *b);
bool tables_constant_equal(const constant *a, const constant *b);
bool tables_day_of(text t, bool is_until, int32_t *day);

/* values.c */
/* A written value of a type; NULL, or the code of the mistake. */
const char *values_read(arena *a, const policy_book *book, const policy_type *type,
                        const symbol *enumeration, text t, constant *out);
/* A constant expression of a type; reports its own mistakes. */
bool values_of_expr(policy_book *book, const pack *from, const expr *e, const policy_type *type,
                    const symbol *enumeration, constant *out);
bool values_store(const constant *value, int decimals, int64_t *stored);
const char *values_print(arena *a, const policy_type *type, const constant *value);
typing values_unit_type(literal_unit unit);
/* What `key` or a cell is allowed to be, for mends. */
const char *values_example(policy_base_type base);
const char *values_choices(arena *a, const policy_type *type, const symbol *enumeration);

/* check.c, check_call.c, check_group.c */
const typed *check_expr(scope *s, const expr *e, const typing *wanted);
const typed *check_expr_bool(scope *s, const expr *e);
typed *check_expr_node(scope *s, const expr *e, typed_kind kind, typing type);
const typed *check_expr_op(scope *s, const expr *e, vm_op op, typing type, const typed *a,
                           const typed *b);
const typed *check_expr_bad(scope *s, const expr *e);
const typed *check_expr_number(scope *s, const expr *e, i128 num, i128 den);
bool check_name_entity(scope *s, const expr *e, const symbol *used);
/* Whole where the operator wants it; reports. */
bool check_expr_unify(scope *s, span at, const typed *a, const typed *b, typing *both);
void check_expr_mismatch(scope *s, span at, const typed *a, const typed *b);
bool check_expr_whole(scope *s, const typed *t);
const typed *check_literal_number(scope *s, const expr *e);
const typed *check_literal_text(scope *s, const expr *e, const typing *wanted);
const typed *check_literal_point(scope *s, const expr *e);
const typed *check_literal_truth(scope *s, const expr *e);
const typed *check_call(scope *s, const expr *e, const typing *wanted);
const typed *check_group_aggregate(scope *s, const expr *e);
const typed *check_group_fold(scope *s, const expr *e);
const typed *check_name(scope *s, const expr *e, const typing *wanted);
const typed *check_name_param(scope *s, const expr *e);
void check_mistake(const scope *s, const char *code, span at, const char *hole0, const char *hole1,
                   const char *hole2);

/* check_decl.c, check_case.c */
void check_decl_all(policy_book *book);
void check_decl_variable(policy_book *book, symbol *s, int depth);
void check_case_all(policy_book *book);
/* A body that is stored as `type`; reports what does not fit. */
const typed *check_decl_stored(scope *s, const expr *e, const policy_type *type,
                               const symbol *enumeration);

/* clash.c */
/* The same tree, whatever its place in the text. */
bool clash_same(const typed *a, const typed *b);
void clash_check(policy_book *book, symbol *s, version *v);

/* tests.c: that the headings of test blocks can be understood */
void tests_check(policy_book *book);

/* proofs.c: typed with the book; then planned, to find those that say nothing */
void proofs_check(policy_book *book);
void proofs_try(policy_book *book);

/* trial.c: every rule once through plan and seal, so that what is too wide is found */
void trial_run(policy_book *book);
/* The newest day on which figures of the book change while the rule still holds. */
int32_t trial_newest_day(const policy_book *book, const symbol *root);
/* trial_clash.c */
void trial_clash(policy_book *book, arena *scratch, const symbol *owner, const version *v);

/* digest.c */
uint64_t digest_of(const policy_source *sources, size_t source_count);

static inline text policy_text(const char *s)
{
    return s ? text_of(s) : TEXT_NONE;
}
static inline source_pos policy_pos(span at)
{
    return (source_pos){ at.file, at.line, at.column };
}

#endif
