/* policy/syntax - the tree that the parser makes of the packs and the checker reads.
 *
 * Inside the room only. Nodes carry exact positions (line and column in code points of the file)
 * and the span of their text. The parser decides no meaning: names are texts, literals keep their
 * unit word, and table cells are raw text with a position.
 *
 * Prefix   mistakes_
 */
#ifndef POLICY_SYNTAX_H
#define POLICY_SYNTAX_H

#include "base/arena.h"
#include "base/checked.h"
#include "base/err.h"
#include "base/text.h"
#include "money/money.h"
#include "policy/policy.h"

typedef struct {
    const char *file;
    int32_t line, column;             /* from 1 */
    int32_t line_until, column_until; /* exclusive end */
} span;

typedef struct {
    text bytes; /* empty: absent */
    span at;
} word;

/* ---- types ---- */
typedef struct {
    word name;          /* money, rate, ..., or an enum's name */
    policy_per per;
    int32_t decimals;   /* -1: not written */
    bool is_exact;
    bool is_at;         /* `at`, of a record's field */
    struct expr *from, *until; /* bounds (inclusive), or NULL */
    span at;
} type_syntax;

/* ---- expressions ---- */
typedef enum {
    EXPR_NUMBER,    /* value.num/den, unit word in `name` (元, %, 个月 ... normalised, see UNIT_*) */
    EXPR_POINT,     /* a year, month or date literal: `point`, `unit` says which */
    EXPR_BOOL, EXPR_UNKNOWN, EXPR_TEXT,
    EXPR_NAME,      /* name; `pack` when written pack.name */
    EXPR_FIELD,     /* a.name */
    EXPR_INDEX,     /* args[0] [ args[1], ... ] */
    EXPR_AT,        /* args[0] at args[1] */
    EXPR_IN_REGION, /* args[0] in args[1] */
    EXPR_CALL,      /* name(args...) */
    EXPR_UNARY,     /* op: - not */
    EXPR_BINARY,    /* op */
    EXPR_MEMBER,    /* args[0] in { args[1..] } */
    EXPR_IF,        /* args[0] ? args[1] : args[2] */
    EXPR_ELSE,      /* args[0] else args[1] */
    EXPR_ROUND,     /* args[0] round to args[1] `rounding` */
    EXPR_AGGREGATE, /* aggregate; args[0] body (NULL for count), args[1] where (or NULL); `record`; `same` */
    EXPR_FOLD       /* name = carry; args[0] body, args[1] where or NULL, args[2] start; `record` */
} expr_kind;

typedef enum { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_NEG, OP_NOT, OP_AND, OP_OR,
               OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE } expr_op;

typedef enum { AGG_SUM, AGG_COUNT, AGG_AVG, AGG_MIN, AGG_MAX, AGG_FIRST, AGG_LAST,
               AGG_ANY, AGG_ALL } aggregate_kind;

/* Unit words of literals; the factor (万, 亿, 角, 分, %, ‰) is already in the value: `30万元` is
 * 300000 with UNIT_YUAN, `8%` is 8/100 with UNIT_NONE and is_percent. */
typedef enum { UNIT_NONE, UNIT_YUAN, UNIT_YUAN_PER_DAY, UNIT_YUAN_PER_MONTH, UNIT_YUAN_PER_YEAR,
               UNIT_MONTHS, UNIT_DAYS, UNIT_YEAR, UNIT_MONTH, UNIT_DATE } literal_unit;

typedef struct expr {
    expr_kind kind;
    span at;
    word name, pack;
    expr_op op;
    aggregate_kind aggregate;
    literal_unit unit;
    bool is_percent;
    i128 num, den;      /* EXPR_NUMBER */
    int32_t point;      /* EXPR_POINT: year, month number or day number of calendar/ */
    bool truth;         /* EXPR_BOOL */
    text string;        /* EXPR_TEXT */
    money_rounding rounding;
    word record, same;
    struct expr **args;
    size_t arg_count;
    int32_t depth;      /* of the tree from here down, 1 for a leaf; bounded, so recursion is safe */
} expr;

/* ---- declarations ---- */
typedef struct {
    expr *condition, *value;
    bool is_overriding;
    text because, because_en, law;
    span at;
} exception_syntax;

typedef struct {
    bool is_always;
    int32_t since_day, until_day; /* inclusive; INT32_MAX: open */
    expr *value;          /* NULL when the value is a table (params) */
    text mark;            /* "K", "?" or empty */
    text law;
    exception_syntax *exceptions;
    size_t exception_count;
    struct table_syntax *table; /* keyed rows under this `since`, or NULL */
    span at;
} version_syntax;

typedef struct { text raw; text mark; span at; bool is_empty; } cell_syntax;

typedef struct table_syntax {
    cell_syntax *header;
    size_t column_count;
    cell_syntax *cells; /* row_count × column_count */
    size_t row_count;
    span at;
} table_syntax;

typedef enum { KEY_EXACT, KEY_BAND, KEY_LINEAR } key_mode_syntax;
typedef struct { word name; type_syntax type; key_mode_syntax mode; bool is_mode_written; } key_syntax;

typedef struct { word name, label; span at; } member_syntax;

typedef struct {
    word name, label;
    type_syntax type;
    bool is_required, is_changing;
    word until;           /* step, or empty */
    word prefilled;       /* name, or empty */
    expr *check;
    text because, because_en;
    span at;
} field_syntax;

typedef enum { LOCALITY_UNIFIED, LOCALITY_LOCAL } locality;

typedef enum {
    DECL_ENTITY, DECL_ENUM, DECL_RECORD, DECL_INPUT, DECL_PARAM, DECL_VAR, DECL_SET,
    DECL_TEST, DECL_PROOF, DECL_CASE, DECL_WATCH, DECL_INDICATOR
} decl_kind;

/* test blocks */
typedef struct {
    text mission_rows;  /* "C1 N2" */
    text name;
    int32_t on_day;     /* INT32_MIN: not written */
    text region;
    word *record_names; /* one per records[] */
    table_syntax *records;
    size_t record_count;
    table_syntax *lines; /* the table of givens and expectations */
    int32_t line_of_block;
} test_syntax;

/* proof declarations */
typedef struct {
    policy_proof_kind kind;
    expr *subject, *along;       /* along: a name */
    expr *low, *high;
    bool is_rising, is_strict;   /* never falls / always rises; never rises */
    expr *slack;                 /* up to */
    expr *from, *until, *by, *over; /* cliffs */
    expr *where;
    int32_t on_day;
    text region;
    word *with_names;
    expr **with_values;
    size_t with_count;
    bool is_refuted;
    text because, because_en;
} proof_syntax;

typedef struct { word target; expr *when; } next_syntax;
typedef struct { word verb; word *names; size_t name_count; expr *when; span at; } effect_syntax;
typedef struct {
    word name, label, duty;
    word *not_steps;
    size_t not_count;
    int32_t within_days;
    expr *within;             /* a figure of the law instead of a number of days, or NULL */
    int32_t notice_days;      /* the step lasts at least so long, for objections; 0: no notice */
    expr *notice;             /* a figure of the law instead of a number of days, or NULL */
    bool is_working_days, is_notice_working_days, is_end;
    next_syntax *nexts;
    size_t next_count;
    effect_syntax *effects;
    size_t effect_count;
    span at;
} step_syntax;
typedef enum { PAPER_REQUIRED, PAPER_PROMISE, PAPER_SUPPLEMENT } paper_mode;
typedef struct { word name, label; paper_mode mode; int32_t within_days; expr *when; } paper_syntax;

typedef struct {
    decl_kind kind;
    bool is_broken;       /* a mistake was reported in it: what follows from that is not one more */
    span at;              /* of the first line */
    word name, label;     /* the name of a set may be pack.name */
    word of_entity;       /* of / is */
    locality local;
    type_syntax type;
    text law, note;
    key_syntax *keys;     /* by ... (params); breakdown names of an indicator */
    size_t key_count;
    expr *within_low, *within_high;
    version_syntax *versions;
    size_t version_count;
    table_syntax *table;  /* a table directly under a param or set, or NULL */
    member_syntax *members;
    size_t member_count;
    field_syntax *fields; /* of a record, or of a case's form */
    size_t field_count;
    test_syntax *test;
    proof_syntax *proof;
    /* case, watch, indicator */
    paper_syntax *papers;
    size_t paper_count;
    step_syntax *steps;
    size_t step_count;
    expr *when, *value;   /* watch: when; indicator: value; warn below/above in when */
    word severity, owner;
    effect_syntax *actions;
    size_t action_count;
    text message, message_en, owner_en;
    int32_t within_days;
    bool is_working_days;
    version_syntax *targets;
    size_t target_count;
    expr *below, *above;  /* of an indicator's warnings, which stand in `when` besides */
} decl;

typedef struct {
    const char *file;
    text bytes;
    size_t *line_starts;  /* offset of each line in bytes */
    size_t line_count;
    word name, en;
    text region, law;
    word *uses;
    size_t use_count;
    decl *decls;
    size_t decl_count;
} pack_syntax;

/* ---- mistakes: the parser and the checker add to one list ---- */
typedef struct {
    const char *code; /* stable: "literal.unit"; NULL ends a table */
    const char *says, *says_zh;
    const char *mend, *mend_zh; /* or NULL */
} mistake_row;
extern const mistake_row MISTAKES_SYNTAX[]; /* the parser's, mistakes_syntax.c */
extern const mistake_row MISTAKES_CHECK[];  /* the checker's, mistakes_check.c */

/* As a hole: "the end of the declaration". */
#define MISTAKES_AT_END TEXT("\x04")

typedef struct mistakes mistakes;
mistakes *mistakes_open(arena *pack);
/* So that the source line can be shown. syntax_parse does it. */
void mistakes_source(mistakes *m, const char *file, text bytes);
/* `code` is a row of one of the tables above, with holes {0} {1} {2} in its sentences; the texts
 * given fill them. The same code at the same place is kept once; at most POLICY_MISTAKES_MAX
 * a file are kept, the others are counted. */
void mistakes_add(mistakes *m, const char *code, span at, text hole0, text hole1, text hole2);
size_t mistakes_count(const mistakes *m); /* with those not kept */
/* By file in the order they were first named, then by position. */
const policy_mistake *mistakes_sorted(mistakes *m, size_t *count, size_t *unshown);

/* Parses one pack; what cannot be read is reported and skipped to the next declaration. */
void syntax_parse(arena *pack, policy_source source, mistakes *m, pack_syntax *out);
/* The expression as written, whitespace folded. */
text syntax_source_of(arena *a, const pack_syntax *pack, span at);

#endif
