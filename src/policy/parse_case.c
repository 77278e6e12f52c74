#include "policy/parse.h"

static const char *const CASE_WORDS[] = { "law", "note", "within", "form", "paper", "step", "end",
                                          "next", "effect" };

/* The case whose body is being read. */
typedef struct {
    parser *p;
    decl *d;
    size_t field_capacity, paper_capacity, step_capacity, next_capacity, effect_capacity;
    bool is_in_form;
} body;

static bool when_clause(parser *p, expr **when)
{
    if (!parse_word(p, "when")) return true;
    *when = parse_expr(p);
    return *when != NULL;
}

bool parse_case_effect(parser *p, effect_syntax *effect)
{
    const token *first = parse_peek(p);
    if (first->kind != TOKEN_NAME) {
        if (first->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "effect.verb", first->at, first->bytes, TEXT_NONE);
    }
    effect->verb = parse_word_of(parse_take(p));
    if (text_equal_cstr(effect->verb.bytes, "open")) (void)parse_word(p, "case");
    bool is_named = !parse_is_new_line(p) && !parse_is_word(parse_peek(p), "when");
    if (is_named && !parse_names(p, &effect->names, &effect->name_count)) return false;
    if (!when_clause(p, &effect->when)) return false;
    effect->at = parse_span_from(p, first->at);
    return true;
}

/* required, changing [until STEP], prefilled NAME, check CONDITION because "…" behind a field of the form. */
static bool form_field(body *b)
{
    parser *p = b->p;
    field_syntax field = { 0 };
    bool is_read = parse_decl_field(p, &field);
    while (is_read && !parse_is_new_line(p)) {
        if (parse_word(p, "required")) field.is_required = true;
        else if (parse_word(p, "changing")) {
            field.is_changing = true;
            if (parse_word(p, "until")) is_read = parse_used_name(p, false, &field.until);
        }
        else if (parse_word(p, "prefilled")) is_read = parse_used_name(p, true, &field.prefilled);
        else if (parse_word(p, "check")) is_read = (field.check = parse_expr(p)) != NULL;
        else if (parse_word(p, "because")) is_read = parse_said(p, &field.because, &field.because_en);
        else is_read = parse_line_end(p);
    }
    field.at = parse_span_from(p, field.name.at);
    if (field.type.name.bytes.size_bytes)
        ARENA_PUSH(p->memory, b->d->fields, b->d->field_count, b->field_capacity, field);
    return is_read;
}

/* NAME "label" required | promise | supplement within N days, [when c] */
static bool paper(body *b)
{
    parser *p = b->p;
    paper_syntax one = { 0 };
    bool is_working;
    if (!parse_new_name(p, &one.name) || !parse_label(p, &one.label)) return false;
    if (parse_word(p, "promise")) {
        one.mode = PAPER_PROMISE;
    } else if (parse_word(p, "supplement")) {
        one.mode = PAPER_SUPPLEMENT;
        if (!parse_need_word(p, "within") || !parse_within_days(p, &one.within_days, &is_working))
            return false;
    } else {
        (void)parse_word(p, "required");
    }
    if (!when_clause(p, &one.when) || !parse_line_end(p)) return false;
    ARENA_PUSH(p->memory, b->d->papers, b->d->paper_count, b->paper_capacity, one);
    return true;
}

/* N [working] days, or the name of a figure that says how many. */
static bool days_or_figure(parser *p, int32_t *days, expr **figure, bool *is_working)
{
    word name = { 0 };
    if (parse_peek(p)->kind != TOKEN_NAME) return parse_within_days(p, days, is_working);
    if (!parse_used_name(p, true, &name)) return false;
    *figure = ARENA_NEW(p->memory, expr);
    **figure = (expr){ .kind = EXPR_NAME, .at = name.at, .name = name, .depth = 1 };
    size_t dot = text_find(name.bytes, TEXT("."));
    if (dot != SIZE_MAX) {
        (*figure)->pack.bytes = text_sub(name.bytes, 0, dot);
        (*figure)->name.bytes = text_sub(name.bytes, dot + 1, name.bytes.size_bytes);
    }
    *is_working = parse_word(p, "working");
    return parse_need_word(p, "days");
}

/* step NAME "label" by DUTY [not STEP, …] [within N working days] [notice N days]; end NAME "label". Either N may be a figure. */
static bool step(body *b, bool is_end)
{
    parser *p = b->p;
    step_syntax one = { .is_end = is_end };
    const token *first = parse_peek(p);
    bool is_read = parse_new_name(p, &one.name) && parse_label(p, &one.label);
    if (is_read && !is_end) {
        is_read = parse_need_word(p, "by") && parse_used_name(p, true, &one.duty);
        if (is_read && parse_word(p, "not"))
            is_read = parse_names(p, &one.not_steps, &one.not_count);
        if (is_read && parse_word(p, "within")) 
            is_read = days_or_figure(p, &one.within_days, &one.within, &one.is_working_days);
        if (is_read && parse_word(p, "notice"))
            is_read = days_or_figure(p, &one.notice_days, &one.notice, &one.is_notice_working_days);
    }
    one.at = parse_span_from(p, first->at);
    b->next_capacity = b->effect_capacity = 0;
    if (one.name.bytes.size_bytes)
        ARENA_PUSH(p->memory, b->d->steps, b->d->step_count, b->step_capacity, one);
    return is_read && parse_line_end(p);
}

static bool next_or_effect(body *b, const token *t)
{
    parser *p = b->p;
    if (!b->d->step_count)
        return p->is_broken || parse_fail(p, "case.no_step", t->at, t->bytes, TEXT_NONE);
    step_syntax *last = &b->d->steps[b->d->step_count - 1];
    if (parse_is_word(t, "effect")) {
        effect_syntax effect = { 0 };
        if (!parse_case_effect(p, &effect) || !parse_line_end(p)) return false;
        ARENA_PUSH(p->memory, last->effects, last->effect_count, b->effect_capacity, effect);
        return true;
    }
    next_syntax next = { 0 };
    if (!parse_used_name(p, false, &next.target) || !when_clause(p, &next.when) ||
        !parse_line_end(p))
        return false;
    ARENA_PUSH(p->memory, last->nexts, last->next_count, b->next_capacity, next);
    return true;
}

static bool clause(body *b)
{
    parser *p = b->p;
    const token *t = parse_peek(p);
    if (parse_decl_law_or_note(p, b->d)) return !p->is_failed;
    if (!b->is_in_form && !b->d->step_count && parse_word(p, "within"))
        return parse_within_days(p, &b->d->within_days, &b->d->is_working_days) && parse_line_end(p);
    if (parse_word(p, "form")) {
        b->is_in_form = true;
        return parse_line_end(p);
    }
    bool is_clause = parse_is_word(t, "paper") || parse_is_word(t, "step") ||
                     parse_is_word(t, "end") || parse_is_word(t, "next") ||
                     parse_is_word(t, "effect");
    if (b->is_in_form && (!is_clause || parse_is_mark(parse_peek_next(p), ':'))) return form_field(b);
    b->is_in_form = false;
    if (parse_word(p, "paper")) return paper(b);
    if (parse_word(p, "step")) return step(b, false);
    if (parse_word(p, "end")) return step(b, true);
    if (parse_word(p, "next") || parse_word(p, "effect")) return next_or_effect(b, t);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "case.clause", t->at, t->bytes, TEXT_NONE);
}

void parse_case(parser *p, decl *d)
{
    body b = { .p = p, .d = d };
    bool is_read = parse_new_name(p, &d->name) && parse_label(p, &d->label) &&
                   (!parse_word(p, "of") || parse_used_name(p, true, &d->of_entity)) &&
                   parse_label(p, &d->label) && parse_line_end(p);
    if (!is_read) parse_recover(p, CASE_WORDS, ARRAY_COUNT(CASE_WORDS), 0);
    while (!parse_is_end(p)) {
        size_t before = p->at;
        if (clause(&b)) continue;
        if (p->at == before) parse_take(p);
        parse_recover(p, CASE_WORDS, ARRAY_COUNT(CASE_WORDS), p->tokens[before].indent);
    }
}
