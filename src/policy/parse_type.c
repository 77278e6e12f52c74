#include "policy/parse.h"

static const char *const TYPES[] = { "money", "rate",  "number", "count", "months", "days",
                                     "year",  "month", "date",   "bool",  "text",   "region" };

static bool type_name(parser *p, word *out)
{
    const token *t = parse_peek(p);
    bool is_type = t->kind == TOKEN_NAME && !lexer_is_reserved(t->bytes);
    for (size_t i = 0; i < ARRAY_COUNT(TYPES) && !is_type; i++) {
        if (!parse_is_word(t, TYPES[i])) continue;
        *out = parse_word_of(parse_take(p));
        return true;
    }
    if (is_type) return parse_used_name(p, true, out);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "type.wanted", t->at, t->bytes, TEXT_NONE);
}

static bool per(parser *p, type_syntax *type)
{
    static const char *const WORDS[] = { [POLICY_PER_DAY] = "day", [POLICY_PER_MONTH] = "month",
                                         [POLICY_PER_YEAR] = "year" };
    const token *t = parse_take(p);
    if (!text_equal_cstr(type->name.bytes, "money"))
        return parse_fail(p, "type.per", t->at, type->name.bytes, TEXT_NONE);
    if (type->per) return parse_fail(p, "type.twice", t->at, t->bytes, TEXT_NONE);
    for (size_t i = POLICY_PER_DAY; i < ARRAY_COUNT(WORDS); i++)
        if (parse_word(p, WORDS[i])) {
            type->per = (policy_per)i;
            return true;
        }
    return parse_fail_wanted(p, "day | month | year");
}

static bool decimals(parser *p, type_syntax *type)
{
    enum { DECIMALS_MAX = 9 };
    parse_take(p);
    const token *t = parse_peek(p);
    const lexer_literal *l = t->kind == TOKEN_LITERAL ? t->literal : NULL;
    bool is_whole = l && !l->is_point && l->unit == UNIT_NONE && !l->is_percent && l->den == 1;
    if (!is_whole || l->num > DECIMALS_MAX) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "type.decimals", t->at, t->bytes, TEXT_NONE);
    }
    type->decimals = (int32_t)parse_take(p)->literal->num;
    return true;
}

static bool bounds(parser *p, type_syntax *type)
{
    parse_take(p);
    type->from = parse_expr_term(p);
    if (!type->from || !parse_need_word(p, "to")) return false;
    type->until = parse_expr_term(p);
    return type->until != NULL;
}

static bool key_mode(parser *p, key_syntax *key)
{
    static const char *const MODES[] = { [KEY_EXACT] = "exact", [KEY_BAND] = "band",
                                         [KEY_LINEAR] = "linear" };
    for (size_t i = 0; i < ARRAY_COUNT(MODES); i++)
        if (parse_word(p, MODES[i])) {
            key->mode = (key_mode_syntax)i;
            key->is_mode_written = true;
        }
    return true;
}

/* NAME : TYPE [mode], or a point in time alone: `by year`. */
static bool key(parser *p, key_syntax *out)
{
    const token *t = parse_peek(p);
    if (parse_is_word(t, "year") || parse_is_word(t, "month") || parse_is_word(t, "date")) {
        out->name = parse_word_of(parse_take(p));
        out->type = (type_syntax){ .name = out->name, .decimals = -1, .at = out->name.at };
        return key_mode(p, out);
    }
    if (!parse_new_name(p, &out->name)) return false;
    if (!parse_mark(p, ':')) {
        if (parse_peek(p)->kind == TOKEN_BAD) return parse_fail_wanted(p, ":");
        return parse_fail(p, "key.type", out->name.at, out->name.bytes, TEXT_NONE);
    }
    out->type.decimals = -1;
    if (!type_name(p, &out->type.name)) return false;
    for (;;) {
        const token *next = parse_peek(p);
        bool is_read = true;
        if (parse_is_word(next, "decimals")) is_read = decimals(p, &out->type);
        else if (parse_is_word(next, "per")) is_read = per(p, &out->type);
        else if (parse_is_word(next, "from") && !out->type.from) is_read = bounds(p, &out->type);
        else break;
        if (!is_read) return false;
    }
    out->type.at = parse_span_from(p, out->type.name.at);
    return key_mode(p, out);
}

static bool keys(parser *p, type_places *places)
{
    enum { KEYS_MAX = 2 };
    const token *by = parse_take(p);
    size_t capacity = 0;
    if (*places->key_count) return parse_fail(p, "type.twice", by->at, by->bytes, TEXT_NONE);
    do {
        key_syntax one = { 0 };
        if (*places->key_count == KEYS_MAX)
            return parse_fail(p, "key.count", parse_peek(p)->at, TEXT_NONE, TEXT_NONE);
        if (!key(p, &one)) return false;
        ARENA_PUSH(p->memory, *places->keys, *places->key_count, capacity, one);
    } while (parse_mark(p, ','));
    return true;
}

static bool flag(parser *p, bool *is_set)
{
    const token *t = parse_take(p);
    if (*is_set) return parse_fail(p, "type.twice", t->at, t->bytes, TEXT_NONE);
    *is_set = true;
    return true;
}

/* One thing that may follow the type's name. *is_any is false when none of them comes. */
static bool suffix(parser *p, type_places *places, bool *is_any)
{
    type_syntax *type = places->type;
    const token *t = parse_peek(p);
    *is_any = true;
    if (parse_is_word(t, "per")) return per(p, type);
    if (parse_is_word(t, "exact")) return flag(p, &type->is_exact);
    if (parse_is_word(t, "at") && places->is_field) return flag(p, &type->is_at);
    if (parse_is_word(t, "by") && places->keys) return keys(p, places);
    if (t->kind == TOKEN_STRING && places->label) return parse_label(p, places->label);
    bool is_again = (parse_is_word(t, "decimals") && type->decimals >= 0) ||
                    (parse_is_word(t, "from") && type->from) ||
                    (parse_is_word(t, "of") && places->of_entity && places->of_entity->at.line);
    if (is_again) return parse_fail(p, "type.twice", t->at, t->bytes, TEXT_NONE);
    if (parse_is_word(t, "decimals")) return decimals(p, type);
    if (parse_is_word(t, "from")) return bounds(p, type);
    if (parse_is_word(t, "of") && places->of_entity) {
        parse_take(p);
        return parse_used_name(p, true, places->of_entity);
    }
    *is_any = false;
    return true;
}

bool parse_type(parser *p, type_places places)
{
    type_syntax *type = places.type;
    type->decimals = -1;
    if (!type_name(p, &type->name)) return false;
    type->at = type->name.at;
    for (bool is_any = true; is_any;) {
        bool is_type_part = parse_peek(p)->kind != TOKEN_STRING &&
                            !parse_is_word(parse_peek(p), "of") &&
                            !parse_is_word(parse_peek(p), "by");
        if (!suffix(p, &places, &is_any)) return false;
        if (is_any && is_type_part) type->at = parse_span_from(p, type->name.at);
    }
    return true;
}
