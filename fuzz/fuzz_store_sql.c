/* The two dialects: the tokens are the whole text, in order; and what a dialect changes are words
 * and parameters alone, so that quoted texts, names and the signs between them come through. */
#include <assert.h>
#include <string.h>

#include "store/store_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static text quoted_and_signs(arena *a, const char *sql)
{
    text_builder out = text_builder_open(a);
    for (sql_token token = sql_next(&sql); token.kind != SQL_END; token = sql_next(&sql)) {
        bool is_collation = text_equal_cstr(token.is, "\"C\""); /* PostgreSQL's addition */
        bool is_comma = text_equal_cstr(token.is, ",");         /* STRICT, WITHOUT ROWID */
        if ((token.kind == SQL_QUOTED && !is_collation) ||
            (token.kind == SQL_SIGN && !is_comma && *token.is.bytes != '$'))
            text_add(&out, token.is);
    }
    return text_built(&out);
}

static void expect_whole(const char *sql)
{
    const char *at = sql;
    for (sql_token token = sql_next(&at); token.kind != SQL_END; token = sql_next(&at)) {
        assert(token.is.bytes == sql && token.is.size_bytes > 0);
        sql += token.is.size_bytes;
    }
    assert(*sql == 0);
}

/* A quote that is never closed takes in whatever a dialect adds behind it: no SQL, and both drivers
 * refuse it. */
static bool has_open_quote(const char *sql)
{
    for (sql_token token = sql_next(&sql); token.kind != SQL_END; token = sql_next(&sql)) {
        size_t marks = 0;
        for (size_t i = 0; token.kind == SQL_QUOTED && i < token.is.size_bytes; i++)
            marks += token.is.bytes[i] == *token.is.bytes;
        if (marks % 2) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *scratch = arena_open();
    char *sql = text_cstr(scratch, (text){ (const char *)bytes, size_bytes });
    for (char *at = sql; *at; at++)
        if (*at == '$') *at = ' '; /* no sign of the common subset */
    expect_whole(sql);
    if (has_open_quote(sql)) {
        arena_close(scratch);
        return 0;
    }
    text kept = quoted_and_signs(scratch, sql);
    assert(text_equal(kept, quoted_and_signs(scratch, sql_for_sqlite(scratch, sql))));
    assert(text_equal(kept, quoted_and_signs(scratch, sql_for_postgres(scratch, sql))));
    arena_close(scratch);
    return 0;
}
