#include "policy/parse.h"

#include "calendar/calendar.h"

/* ---- tokens ---- */

const token *parse_peek(const parser *p)
{
    return p->at < p->count ? &p->tokens[p->at] : &p->end;
}

const token *parse_peek_next(const parser *p)
{
    return p->at + 1 < p->count ? &p->tokens[p->at + 1] : &p->end;
}

const token *parse_take(parser *p)
{
    const token *t = parse_peek(p);
    if (p->at < p->count) p->at++;
    return t;
}

bool parse_is_word(const token *t, const char *spelling)
{
    return t->kind == TOKEN_NAME && text_equal_cstr(t->bytes, spelling);
}

bool parse_is_mark(const token *t, int32_t mark)
{
    return t->kind == TOKEN_MARK && t->mark == mark;
}

bool parse_word(parser *p, const char *spelling)
{
    if (!parse_is_word(parse_peek(p), spelling)) return false;
    parse_take(p);
    return true;
}

bool parse_mark(parser *p, int32_t mark)
{
    if (!parse_is_mark(parse_peek(p), mark)) return false;
    parse_take(p);
    return true;
}

bool parse_is_end(const parser *p)
{
    return p->at >= p->count;
}

bool parse_is_new_line(const parser *p)
{
    return parse_is_end(p) || parse_peek(p)->is_first;
}

span parse_join(span from, span until)
{
    from.line_until = until.line_until;
    from.column_until = until.column_until;
    return from;
}

span parse_span_from(const parser *p, span first)
{
    return p->at == 0 ? first : parse_join(first, p->tokens[p->at - 1].at);
}

/* ---- mistakes ---- */

bool parse_fail(parser *p, const char *code, span at, text hole0, text hole1)
{
    if (!p->is_failed) mistakes_add(p->m, code, at, hole0, hole1, TEXT_NONE);
    p->is_failed = p->is_broken = true;
    return false;
}

bool parse_fail_wanted(parser *p, const char *wanted)
{
    const token *t = parse_peek(p);
    if (t->kind == TOKEN_BAD) { /* the lexer has said it */
        p->is_failed = p->is_broken = true;
        return false;
    }
    if (t->kind == TOKEN_END) return parse_fail(p, "word.at_end", t->at, text_of(wanted), TEXT_NONE);
    return parse_fail(p, "word.wanted", t->at, text_of(wanted), t->bytes);
}

void parse_recover(parser *p, const char *const *words, size_t word_count, int32_t indent)
{
    for (; !parse_is_end(p); parse_take(p)) {
        const token *t = parse_peek(p);
        if (!t->is_first) continue;
        bool is_clause = t->indent <= indent && t->kind == TOKEN_NAME;
        for (size_t i = 0; i < word_count && !is_clause; i++)
            is_clause = parse_is_word(t, words[i]) ||
                        (words[i][0] == '=' && parse_is_mark(t, '=')) ||
                        (words[i][0] == '|' && t->kind == TOKEN_ROW);
        if (is_clause) break;
    }
    p->is_failed = false;
    p->is_else_taken = false;
    p->depth = 0;
}

bool parse_line_end(parser *p)
{
    const token *t = parse_peek(p);
    if (parse_is_new_line(p) && !parse_is_end(p) && t->kind == TOKEN_BAD) {
        p->is_failed = p->is_broken = true;
        return false;
    }
    if (parse_is_new_line(p)) return true;
    if (t->kind == TOKEN_BAD) {
        p->is_failed = p->is_broken = true;
        return false;
    }
    return parse_fail(p, "line.rest", t->at, t->bytes, TEXT_NONE);
}

bool parse_fail_too_many(parser *p, const char *code, span at, size_t count_max)
{
    return parse_fail(p, code, at, text_format(p->memory, "%zu", count_max), TEXT_NONE);
}

/* ---- small things ---- */

word parse_word_of(const token *t)
{
    return (word){ t->bytes, t->at };
}

bool parse_need_word(parser *p, const char *spelling)
{
    return parse_word(p, spelling) || parse_fail_wanted(p, spelling);
}

bool parse_need_mark(parser *p, int32_t mark, const char *shown)
{
    return parse_mark(p, mark) || parse_fail_wanted(p, shown);
}

bool parse_new_name(parser *p, word *out)
{
    const token *t = parse_peek(p);
    if (t->kind != TOKEN_NAME) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "name.wanted", t->at, t->bytes, TEXT_NONE);
    }
    if (lexer_is_reserved(t->bytes)) return parse_fail(p, "name.reserved", t->at, t->bytes, TEXT_NONE);
    *out = parse_word_of(parse_take(p));
    return true;
}

static bool used_name(parser *p, word *out)
{
    const token *t = parse_peek(p);
    if (t->kind == TOKEN_NAME && lexer_is_reserved(t->bytes))
        return parse_fail(p, "name.word", t->at, t->bytes, TEXT_NONE);
    return parse_new_name(p, out);
}

bool parse_used_name(parser *p, bool is_qualified, word *out)
{
    if (!used_name(p, out)) return false;
    if (!is_qualified || !parse_is_mark(parse_peek(p), '.')) return true;
    parse_take(p);
    word name;
    if (!used_name(p, &name)) return false;
    size_t size = (size_t)(name.bytes.bytes + name.bytes.size_bytes - out->bytes.bytes);
    out->bytes.size_bytes = size;
    out->at = parse_join(out->at, name.at);
    return true;
}

bool parse_names(parser *p, word **names, size_t *count)
{
    size_t capacity = *count;
    do {
        word name;
        if (!parse_used_name(p, true, &name)) return false;
        ARENA_PUSH(p->memory, *names, *count, capacity, name);
    } while (parse_mark(p, ','));
    return true;
}

bool parse_label(parser *p, word *out)
{
    const token *t = parse_peek(p);
    if (t->kind != TOKEN_STRING) return true;
    if (out->at.line) return parse_fail(p, "label.twice", t->at, t->value, TEXT_NONE);
    if (text_trim(t->value).size_bytes == 0)
        return parse_fail(p, "label.empty", t->at, TEXT_NONE, TEXT_NONE);
    *out = (word){ t->value, t->at };
    parse_take(p);
    return true;
}

bool parse_said(parser *p, text *said, text *in_english)
{
    if (!parse_string(p, said)) return false;
    return parse_peek(p)->kind != TOKEN_STRING || parse_is_new_line(p) || parse_string(p, in_english);
}

bool parse_string(parser *p, text *out)
{
    if (parse_peek(p)->kind != TOKEN_STRING) {
        const token *t = parse_peek(p);
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "string.wanted", t->at, t->bytes, TEXT_NONE);
    }
    *out = parse_take(p)->value;
    return true;
}

static bool day_of_year(int32_t year, bool is_last, int32_t *day)
{
    return calendar_day_of(year, is_last ? 12 : 1, is_last ? 31 : 1, day);
}

bool parse_day(parser *p, bool is_last, int32_t *day)
{
    const token *t = parse_peek(p);
    const lexer_literal *l = t->kind == TOKEN_LITERAL ? t->literal : NULL;
    bool is_plain_year = l && !l->is_point && l->unit == UNIT_NONE && !l->is_percent && l->den == 1 &&
                         l->num >= CALENDAR_YEAR_MIN && l->num <= CALENDAR_YEAR_MAX;
    if (is_plain_year) {
        parse_take(p);
        return day_of_year((int32_t)l->num, is_last, day);
    }
    if (!l || !l->is_point) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "date.wanted", t->at, t->bytes, TEXT_NONE);
    }
    parse_take(p);
    if (l->unit == UNIT_YEAR) return day_of_year(l->point, is_last, day);
    if (l->unit == UNIT_DATE) *day = l->point;
    else if (is_last) *day = calendar_last_day_of_month(l->point);
    else *day = calendar_first_day_of_month(l->point);
    return true;
}

bool parse_region(parser *p, text *out)
{
    const token *first = parse_peek(p);
    do {
        if (parse_peek(p)->kind != TOKEN_NAME) {
            if (parse_peek(p)->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
            return parse_fail(p, "region.wanted", parse_peek(p)->at, parse_peek(p)->bytes, TEXT_NONE);
        }
        parse_take(p);
    } while (parse_mark(p, '/'));
    const token *last = &p->tokens[p->at - 1];
    /* Full-width or spaced slashes are folded away, so that paths compare as bytes. */
    text_builder b = text_builder_open(p->memory);
    for (const token *t = first; t <= last; t++) {
        if (t->kind == TOKEN_MARK) text_add_char(&b, '/');
        else text_add(&b, t->bytes);
    }
    *out = text_built(&b);
    return true;
}

bool parse_within_days(parser *p, int32_t *days, bool *is_working)
{
    const token *t = parse_peek(p);
    const lexer_literal *l = t->kind == TOKEN_LITERAL ? t->literal : NULL;
    bool is_days = l && !l->is_point && l->den == 1 && l->num >= 1 && l->num <= 36500 &&
                   (l->unit == UNIT_DAYS || l->unit == UNIT_NONE);
    if (!is_days) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "days.wanted", t->at, t->bytes, TEXT_NONE);
    }
    parse_take(p);
    *days = (int32_t)l->num;
    *is_working = false;
    if (l->unit == UNIT_DAYS) return true;
    *is_working = parse_word(p, "working");
    if (parse_word(p, "days") || parse_word(p, "day")) return true;
    return parse_fail_wanted(p, "days");
}

text parse_joined(parser *p, text before, text more)
{
    if (before.size_bytes == 0) return more;
    return text_format(p->memory, "%.*s；%.*s", TEXT_ARG(before), TEXT_ARG(more));
}
