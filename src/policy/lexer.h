/* policy/lexer - lines of a block into tokens: names, literals with their units, marks.
 *
 * Full-width punctuation is read as ASCII. A table's row is one token; `law` and `note` take the
 * rest of their line. Inside the room only.
 *
 * Prefix   lexer_
 */
#ifndef POLICY_LEXER_H
#define POLICY_LEXER_H

#include "policy/markdown.h"

typedef enum {
    TOKEN_END,     /* no more in this declaration */
    TOKEN_NAME,    /* a name or a word of the language */
    TOKEN_LITERAL, /* `literal` */
    TOKEN_STRING,  /* value: between the quotes */
    TOKEN_MARK,    /* punctuation: `mark` */
    TOKEN_REST,    /* after law and note: the rest of the line */
    TOKEN_ROW,     /* a table's row, with its bars */
    TOKEN_BAD      /* already reported */
} token_kind;

/* Punctuation of two characters is first + second * 256. */
enum {
    MARK_LE = '<' + '=' * 256, MARK_GE = '>' + '=' * 256, MARK_EQ = '=' + '=' * 256,
    MARK_NE = '!' + '=' * 256, MARK_RANGE = '.' + '.' * 256
};

typedef struct {
    literal_unit unit;
    bool is_percent, is_point;
    int32_t point;
    i128 num, den;
} lexer_literal;

typedef struct {
    token_kind kind;
    bool is_first; /* of its line */
    int32_t indent; /* of its line */
    int32_t mark;
    span at;
    text bytes; /* as written */
    text value;
    lexer_literal *literal;
} token;

typedef struct {
    token *items;
    size_t count, capacity;
} token_list;

enum { LEXER_TOKENS_MAX = 250000 }; /* a pack */

/* Adds the tokens of one line, up to LEXER_TOKENS_MAX in all. */
void lexer_line(arena *pack, const char *file, const markdown_line *line, mistakes *m,
                token_list *out);
/* Words that cannot be names. */
bool lexer_is_reserved(text t);
/* In code points. */
int32_t lexer_rune_count(text t);
/* The ASCII twin of a full-width or typographic mark, else the rune itself. */
uint32_t lexer_fold(uint32_t rune);
bool lexer_is_name_rune(uint32_t rune, bool is_first);

#endif
