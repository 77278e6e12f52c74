/* policy/parse - recursive descent over the tokens of one declaration.
 *
 * A declaration begins at the left edge of its block and ends before the next one there, so a
 * mistake in one never reaches another. After a mistake the parser goes on at the next line that
 * begins a clause. Functions that read a thing answer NULL or false after they have reported what
 * is wrong; nothing is reported twice for one clause. Inside the room only.
 *
 * Prefix   parse_
 */
#ifndef POLICY_PARSE_H
#define POLICY_PARSE_H

#include "policy/lexer.h"

enum {
    PARSE_DEPTH_MAX = 100,       /* of parentheses and of what nests like them */
    PARSE_EXPR_DEPTH_MAX = 200,  /* of the tree: a + b + c + … is deep too */
    PARSE_CELLS_MAX = 400000,    /* of all tables of a pack */
    PARSE_COLUMNS_MAX = 1000,    /* of one table */
    PARSE_MEMBERS_MAX = 2000     /* of an enum */
};

typedef struct {
    arena *memory;
    mistakes *m;
    const char *file;
    const token *tokens; /* of one declaration */
    size_t count, at;
    token end;           /* what comes after the last */
    bool is_failed;      /* in this clause */
    bool is_broken;      /* in this declaration */
    bool is_else_taken;  /* inside `if … then`: the next `else` is the if's */
    int depth;
    size_t cell_count;   /* of the pack so far */
} parser;

/* ---- tokens ---- */
const token *parse_peek(const parser *p);
const token *parse_peek_next(const parser *p); /* the one after */
const token *parse_take(parser *p);
bool parse_is_word(const token *t, const char *spelling);
bool parse_is_mark(const token *t, int32_t mark);
/* Takes it and answers true, when it comes next. */
bool parse_word(parser *p, const char *spelling);
bool parse_mark(parser *p, int32_t mark);
bool parse_is_end(const parser *p);
/* Whether the next token begins a line. */
bool parse_is_new_line(const parser *p);
span parse_span_from(const parser *p, span first); /* from there to the last token taken */

/* ---- mistakes: false, so that they can be returned ---- */
bool parse_fail(parser *p, const char *code, span at, text hole0, text hole1);
/* "{0} is wanted here, not {1}" */
bool parse_fail_wanted(parser *p, const char *wanted);
/* Skips to the next line that begins with a clause word of the list (`|`: a table's row), or that
 * stands no deeper than `indent`, the mistaken clause's; clears is_failed. */
void parse_recover(parser *p, const char *const *words, size_t word_count, int32_t indent);
/* Complains of what is left on the line, if anything. */
bool parse_line_end(parser *p);
bool parse_fail_too_many(parser *p, const char *code, span at, size_t count_max);

/* ---- small things ---- */
word parse_word_of(const token *t);
bool parse_need_word(parser *p, const char *spelling);
bool parse_need_mark(parser *p, int32_t mark, const char *shown);
/* A name that is declared here; refuses words of the language. */
bool parse_new_name(parser *p, word *out);
/* A name that is used; `is_qualified` allows pack.name (both in out). */
bool parse_used_name(parser *p, bool is_qualified, word *out);
bool parse_names(parser *p, word **names, size_t *count); /* a, b, c */
bool parse_label(parser *p, word *out);                   /* a string, when one comes */
bool parse_string(parser *p, text *out);
/* A sentence, and on the same line the same in English where it is said. */
bool parse_said(parser *p, text *said, text *in_english);
/* A date; a month or year is its first day, or its last. */
bool parse_day(parser *p, bool is_last, int32_t *day);
bool parse_region(parser *p, text *out);                  /* 中国/云南省 */
/* `within N [working] days`, after `within`. */
bool parse_within_days(parser *p, int32_t *days, bool *is_working);
/* Adds one more source to those there: 甲；乙. */
text parse_joined(parser *p, text before, text more);

/* ---- expressions ---- */
expr *parse_expr(parser *p);      /* whole, with `round` */
expr *parse_expr_term(parser *p); /* without comparisons, `and`, `if`, `round` */
/* The args are copied. NULL when the tree gets too deep. */
expr *parse_expr_new(parser *p, expr_kind kind, span at, expr *const *args, size_t arg_count);
expr *parse_expr_binary(parser *p, expr_op op, expr *left, expr *right);
/* A name and its parenthesis: a function, an aggregate, a fold. */
expr *parse_call(parser *p);
span parse_join(span from, span until);

/* ---- declarations ---- */
/* What follows the colon: a type, its bounds, `exact`; and by the places given also `at`, keys,
 * `of`, a label. */
typedef struct {
    type_syntax *type;
    word *label, *of_entity; /* NULL: may not stand here */
    key_syntax **keys;
    size_t *key_count;
    bool is_field; /* `at` may stand */
} type_places;
bool parse_type(parser *p, type_places places);
bool parse_table(parser *p, table_syntax **out); /* all rows that come next */
/* The body of what begins with this word at the left edge; p stands behind the word. */
void parse_decl(parser *p, decl *d);
bool parse_decl_field(parser *p, field_syntax *field);
/* A clause that most declarations have; false when the next is neither. */
bool parse_decl_law_or_note(parser *p, decl *d);
void parse_test(parser *p, decl *d); /* the info string's tokens, then the block's */
void parse_proof(parser *p, decl *d);
void parse_case(parser *p, decl *d);
void parse_watch(parser *p, decl *d);
void parse_watch_indicator(parser *p, decl *d);
/* verb name, name [when c] */
bool parse_case_effect(parser *p, effect_syntax *effect);

#endif
