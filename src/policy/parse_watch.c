#include "policy/parse.h"

static const char *const WATCH_WORDS[] = { "law", "note", "when", "by", "severity", "owner",
                                           "action", "message" };
static const char *const INDICATOR_WORDS[] = { "law", "note", "value", "by", "target", "warn" };

typedef struct {
    parser *p;
    decl *d;
    size_t capacity; /* of actions or targets */
} body;

/* A clause that may stand once. */
static bool once(parser *p, const token *clause, bool is_there)
{
    return !is_there || parse_fail(p, "clause.twice", clause->at, clause->bytes, TEXT_NONE);
}

static bool severity(parser *p, word *out)
{
    static const char *const LEVELS[] = { "low", "medium", "high" };
    const token *t = parse_peek(p);
    for (size_t i = 0; i < ARRAY_COUNT(LEVELS); i++) {
        if (!parse_word(p, LEVELS[i])) continue;
        *out = parse_word_of(t);
        return true;
    }
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "watch.severity", t->at, t->bytes, TEXT_NONE);
}

/* by NAME, NAME: of an indicator its breakdown, of a watch what makes one alert another. */
static bool breakdown(parser *p, decl *d)
{
    size_t capacity = 0;
    do {
        key_syntax one = { 0 };
        if (!parse_used_name(p, true, &one.name)) return false;
        ARENA_PUSH(p->memory, d->keys, d->key_count, capacity, one);
    } while (parse_mark(p, ','));
    return true;
}

static bool watch_clause(body *b)
{
    parser *p = b->p;
    decl *d = b->d;
    const token *t = parse_peek(p);
    if (parse_decl_law_or_note(p, d)) return !p->is_failed;
    if (parse_word(p, "when"))
        return once(p, t, d->when) && (d->when = parse_expr(p)) && parse_line_end(p);
    if (parse_word(p, "by")) return once(p, t, d->keys) && breakdown(p, d) && parse_line_end(p);
    if (parse_word(p, "severity"))
        return once(p, t, d->severity.at.line) && severity(p, &d->severity) && parse_line_end(p);
    if (parse_word(p, "owner")) {
        if (!once(p, t, d->owner.at.line) || !parse_used_name(p, false, &d->owner)) return false;
        bool is_labelled = parse_peek(p)->kind == TOKEN_STRING && !parse_is_new_line(p);
        if (is_labelled && !parse_string(p, &d->owner_en)) return false;
        bool is_read = !parse_word(p, "within") ||
                       parse_within_days(p, &d->within_days, &d->is_working_days);
        return is_read && parse_line_end(p);
    }
    if (parse_word(p, "action")) {
        effect_syntax action = { 0 };
        if (!parse_case_effect(p, &action) || !parse_line_end(p)) return false;
        ARENA_PUSH(p->memory, d->actions, d->action_count, b->capacity, action);
        return true;
    }
    if (parse_word(p, "message"))
        return once(p, t, d->message.bytes) && parse_said(p, &d->message, &d->message_en) && parse_line_end(p);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "watch.clause", t->at, t->bytes, TEXT_NONE);
}

void parse_watch(parser *p, decl *d)
{
    body b = { .p = p, .d = d };
    bool is_read = parse_new_name(p, &d->name) && parse_label(p, &d->label) &&
                   (!parse_word(p, "of") || parse_used_name(p, true, &d->of_entity)) &&
                   parse_label(p, &d->label) && parse_line_end(p);
    if (!is_read) parse_recover(p, WATCH_WORDS, ARRAY_COUNT(WATCH_WORDS), 0);
    while (!parse_is_end(p)) {
        size_t before = p->at;
        if (watch_clause(&b)) continue;
        if (p->at == before) parse_take(p);
        parse_recover(p, WATCH_WORDS, ARRAY_COUNT(WATCH_WORDS), p->tokens[before].indent);
    }
    if (!p->is_broken && !d->when) parse_fail(p, "watch.no_when", d->at, d->name.bytes, TEXT_NONE);
}

/* ---- indicators ---- */

/* warn below V: the indicator compared with it; two warnings are joined by or. */
static bool warning(parser *p, decl *d)
{
    const token *t = parse_peek(p);
    bool is_below = parse_word(p, "below");
    if (!is_below && !parse_word(p, "above")) return parse_fail_wanted(p, "below | above");
    expr *value = parse_expr_term(p);
    expr *self = value ? parse_expr_new(p, EXPR_NAME, t->at, NULL, 0) : NULL;
    if (!self) return false;
    self->name = d->name;
    expr *one = parse_expr_binary(p, is_below ? OP_LT : OP_GT, self, value);
    d->when = d->when && one ? parse_expr_binary(p, OP_OR, d->when, one) : one;
    *(is_below ? &d->below : &d->above) = value;
    return d->when != NULL;
}

static bool target(body *b)
{
    parser *p = b->p;
    const token *first = parse_peek(p);
    version_syntax one = { .since_day = INT32_MIN, .until_day = INT32_MAX };
    if (parse_word(p, "since")) {
        if (!parse_day(p, false, &one.since_day)) return false;
        if (parse_word(p, "to") && !parse_day(p, true, &one.until_day)) return false;
    } else {
        one.is_always = true;
    }
    if (!parse_need_mark(p, '=', "=")) return false;
    one.value = parse_expr(p);
    if (!one.value) return false;
    one.at = parse_span_from(p, first->at);
    ARENA_PUSH(p->memory, b->d->targets, b->d->target_count, b->capacity, one);
    return true;
}

static bool indicator_clause(body *b)
{
    parser *p = b->p;
    decl *d = b->d;
    const token *t = parse_peek(p);
    if (parse_decl_law_or_note(p, d)) return !p->is_failed;
    if (parse_word(p, "value"))
        return once(p, t, d->value) && parse_need_mark(p, '=', "=") &&
               (d->value = parse_expr(p)) && parse_line_end(p);
    if (parse_word(p, "by")) return once(p, t, d->keys) && breakdown(p, d) && parse_line_end(p);
    if (parse_word(p, "target")) return target(b) && parse_line_end(p);
    if (parse_word(p, "warn")) return warning(p, d) && parse_line_end(p);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "indicator.clause", t->at, t->bytes, TEXT_NONE);
}

void parse_watch_indicator(parser *p, decl *d)
{
    body b = { .p = p, .d = d };
    bool is_read = parse_new_name(p, &d->name) && parse_need_mark(p, ':', ":") &&
                   parse_type(p, (type_places){ .type = &d->type, .label = &d->label,
                                                .of_entity = &d->of_entity }) &&
                   parse_line_end(p);
    if (!is_read) parse_recover(p, INDICATOR_WORDS, ARRAY_COUNT(INDICATOR_WORDS), 0);
    while (!parse_is_end(p)) {
        size_t before = p->at;
        if (indicator_clause(&b)) continue;
        if (p->at == before) parse_take(p);
        parse_recover(p, INDICATOR_WORDS, ARRAY_COUNT(INDICATOR_WORDS), p->tokens[before].indent);
    }
    if (!p->is_broken && !d->value)
        parse_fail(p, "indicator.no_value", d->at, d->name.bytes, TEXT_NONE);
}
