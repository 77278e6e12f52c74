#include <string.h>
#include <strings.h>

#include "store/store_internal.h"

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80) != 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of what is quoted, where a doubled quote stands for one. */
static const char *after_quoted(const char *at, char quote)
{
    for (at++; *at; at++) {
        if (*at != quote) continue;
        if (at[1] != quote) return at + 1;
        at++;
    }
    return at;
}

static const char *after_blank(const char *at)
{
    if (at[0] == '-' && at[1] == '-') return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    return at + strspn(at, " \t\r\n");
}

sql_token sql_next(const char **at)
{
    const char *from = *at, *until = after_blank(from);
    sql_token_kind kind = SQL_BLANK;
    if (until == from) {
        kind = SQL_SIGN;
        until = from + 1;
        if (!*from) {
            kind = SQL_END;
            until = from;
        } else if (*from == '\'' || *from == '"') {
            kind = SQL_QUOTED;
            until = after_quoted(from, *from);
        } else if (*from == '?' && is_digit(from[1])) {
            kind = SQL_PARAMETER;
            while (is_digit(*until))
                until++;
        } else if (is_word_char(*from)) {
            kind = SQL_WORD;
            while (is_word_char(*until))
                until++;
        }
    }
    *at = until;
    return (sql_token){ kind, { from, (size_t)(until - from) } };
}

bool sql_is_word(sql_token token, const char *upper)
{
    return token.kind == SQL_WORD && strlen(upper) == token.is.size_bytes &&
           strncasecmp(token.is.bytes, upper, token.is.size_bytes) == 0;
}

bool sql_is_blank(const char *sql)
{
    for (;;) {
        sql_token token = sql_next(&sql);
        if (token.kind == SQL_END) return true;
        if (token.kind != SQL_BLANK && !text_equal_cstr(token.is, ";")) return false;
    }
}

/* ---- what both dialects must know of the statement they are in ---- */

typedef struct {
    int word_count;   /* of the statement, so far */
    bool is_schema;   /* CREATE or ALTER */
    bool is_table;    /* CREATE TABLE, up to the end of its columns */
    bool is_after_as; /* the last word was AS */
    bool is_after_primary, has_key;
    int depth;
} statement;

static void read_word(statement *now, sql_token token)
{
    now->word_count++;
    if (now->word_count == 1)
        now->is_schema = sql_is_word(token, "CREATE") || sql_is_word(token, "ALTER");
    if (now->word_count == 2) now->is_table = now->is_schema && sql_is_word(token, "TABLE");
    if (now->is_after_primary && sql_is_word(token, "KEY")) now->has_key = true;
    now->is_after_primary = sql_is_word(token, "PRIMARY");
    now->is_after_as = sql_is_word(token, "AS");
}

/* True when the token closes the list of columns of a CREATE TABLE. */
static bool read_sign(statement *now, sql_token token)
{
    char sign = token.is.bytes[0];
    if (sign == '(') now->depth++;
    if (sign == ')') now->depth--;
    if (sign == ';') *now = (statement){ .word_count = 0 };
    return sign == ')' && now->depth == 0 && now->is_table;
}

const char *sql_for_sqlite(arena *memory, const char *sql)
{
    text_builder out = text_builder_open(memory);
    statement now = { .word_count = 0 };
    for (sql_token token = sql_next(&sql); token.kind != SQL_END; token = sql_next(&sql)) {
        text is = token.is;
        if (token.kind == SQL_WORD) {
            read_word(&now, token);
            if (sql_is_word(token, "BIGINT")) is = TEXT("INTEGER");
            if (sql_is_word(token, "BYTEA")) is = TEXT("BLOB");
        }
        text_add(&out, is);
        if (token.kind != SQL_SIGN || !read_sign(&now, token)) continue;
        text_add_cstr(&out, now.has_key ? " STRICT, WITHOUT ROWID" : " STRICT");
        now.is_table = false;
    }
    return text_built(&out).bytes;
}

/* A column of text is ordered by its bytes, as in SQLite, whatever the database's locale. */
const char *sql_for_postgres(arena *memory, const char *sql)
{
    text_builder out = text_builder_open(memory);
    statement now = { .word_count = 0 };
    for (sql_token token = sql_next(&sql); token.kind != SQL_END; token = sql_next(&sql)) {
        bool is_cast = now.is_after_as;
        if (token.kind == SQL_WORD) read_word(&now, token);
        if (token.kind == SQL_SIGN) read_sign(&now, token);
        if (token.kind == SQL_PARAMETER) {
            text_add_char(&out, '$');
            token.is = text_sub(token.is, 1, token.is.size_bytes);
        }
        text_add(&out, token.is);
        /* A quote right behind would be taken for one doubled. */
        if (now.is_schema && !is_cast && sql_is_word(token, "TEXT"))
            text_add_cstr(&out, *sql == '"' ? " COLLATE \"C\" " : " COLLATE \"C\"");
    }
    return text_built(&out).bytes;
}
