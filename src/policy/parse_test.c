#include "policy/parse.h"

/* [C1 N2] in the info string: the text between. */
static bool mission_rows(parser *p, test_syntax *test)
{
    const token *open = parse_take(p);
    const token *first = parse_peek(p);
    while (!parse_is_end(p) && !parse_is_new_line(p) && !parse_is_mark(parse_peek(p), ']'))
        parse_take(p);
    const token *close = parse_peek(p);
    if (!parse_is_mark(close, ']') || close == first)
        return parse_fail(p, "paren.open", open->at, TEXT("["), TEXT("]"));
    const char *from = first->bytes.bytes;
    test->mission_rows = (text){ from, (size_t)(close->bytes.bytes - from) };
    test->mission_rows = text_trim(test->mission_rows);
    parse_take(p);
    return true;
}

/* test [ROW …] "name" on DATE region PATH */
static bool info_string(parser *p, decl *d)
{
    test_syntax *test = d->test;
    while (!parse_is_new_line(p)) {
        const token *t = parse_peek(p);
        bool is_read;
        if (parse_is_mark(t, '[')) {
            is_read = mission_rows(p, test);
        } else if (t->kind == TOKEN_STRING) {
            is_read = parse_label(p, &d->label);
            test->name = d->label.bytes;
        } else if (parse_word(p, "on")) {
            is_read = parse_day(p, false, &test->on_day);
        } else if (parse_word(p, "region")) {
            is_read = parse_region(p, &test->region);
        } else {
            is_read = t->kind == TOKEN_BAD ? parse_fail_wanted(p, "")
                                           : parse_fail(p, "test.info", t->at, t->bytes, TEXT_NONE);
        }
        if (!is_read) return false;
    }
    return true;
}

static bool need_table(parser *p, table_syntax **out)
{
    const token *t = parse_peek(p);
    if (t->kind == TOKEN_ROW) return parse_table(p, out);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "|");
    return parse_fail(p, "table.wanted", t->at, t->bytes, TEXT_NONE);
}

static bool record_rows(parser *p, test_syntax *test, size_t *capacity)
{
    word name;
    table_syntax *table = NULL;
    const token *t = parse_peek(p);
    if (!parse_need_word(p, "rows") || !parse_used_name(p, true, &name) || !parse_line_end(p) ||
        !need_table(p, &table))
        return false;
    for (size_t i = 0; i < test->record_count; i++)
        if (text_equal(test->record_names[i].bytes, name.bytes))
            return parse_fail(p, "test.rows_twice", t->at, name.bytes, TEXT_NONE);
    size_t names_capacity = *capacity, count = test->record_count;
    ARENA_PUSH(p->memory, test->record_names, test->record_count, names_capacity, name);
    ARENA_PUSH(p->memory, test->records, count, *capacity, *table);
    return true;
}

static bool tables(parser *p, test_syntax *test)
{
    size_t capacity = 0;
    while (parse_is_word(parse_peek(p), "rows"))
        if (!record_rows(p, test, &capacity)) return false;
    const token *t = parse_peek(p);
    bool is_expect = parse_word(p, "expect");
    if (test->record_count && !is_expect) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "expect");
        return parse_fail(p, "test.expect", t->at, t->bytes, TEXT_NONE);
    }
    if (is_expect && !parse_line_end(p)) return false;
    if (!need_table(p, &test->lines)) return false;
    if (parse_is_end(p)) return true;
    t = parse_peek(p);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "test.after", t->at, t->bytes, TEXT_NONE);
}

void parse_test(parser *p, decl *d)
{
    d->test = ARENA_NEW(p->memory, test_syntax);
    d->test->on_day = INT32_MIN;
    d->test->line_of_block = d->at.line;
    if (!info_string(p, d)) {
        while (!parse_is_new_line(p)) parse_take(p);
        p->is_failed = false;
    }
    (void)tables(p, d->test);
}
