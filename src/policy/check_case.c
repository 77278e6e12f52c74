#include <string.h>

#include "policy/policy_internal.h"

/* Cases, watches and indicators: that the names they speak of are there and of the right type. */

static void say(policy_book *book, const char *code, span at, text hole0, text hole1)
{
    mistakes_add(book->mistakes, code, at, hole0, hole1, TEXT_NONE);
}

static const step_syntax *step_named(const decl *d, text name)
{
    for (size_t i = 0; i < d->step_count; i++)
        if (text_equal(d->steps[i].name.bytes, name)) return &d->steps[i];
    return NULL;
}

static text steps_of(policy_book *book, const decl *d)
{
    text_builder b = text_builder_open(book->memory);
    for (size_t i = 0; i < d->step_count; i++) {
        if (i) text_add_cstr(&b, " ");
        text_add(&b, d->steps[i].name.bytes);
    }
    return text_built(&b);
}

static scope scope_of_case(policy_book *book, symbol *s)
{
    return (scope){ .book = book,
                    .pack = s->pack,
                    .entity = s->entity,
                    .form = (const symbol *const *)s->fields,
                    .form_count = s->field_count };
}

/* A condition of the case, kept typed for those who run it. */
static void check_when(policy_book *book, symbol *s, const expr *when)
{
    scope sc = scope_of_case(book, s);
    struct case_part part = { when, check_expr_bool(&sc, when) };
    ARENA_PUSH(book->memory, s->parts, s->part_count, s->part_capacity, part);
}

/* A deadline that a figure of the law says. */
static void check_within(policy_book *book, symbol *s, const expr *within)
{
    scope sc = scope_of_case(book, s);
    typing wanted = { .base = POLICY_DAYS };
    struct case_part part = { within, check_expr(&sc, within, &wanted) };
    if (!part.tree->type.is_any && part.tree->type.base != POLICY_DAYS)
        say(book, "case.within", within->at, text_of(types_print(book->memory, part.tree->type)), TEXT_NONE);
    ARENA_PUSH(book->memory, s->parts, s->part_count, s->part_capacity, part);
}

static void check_field(policy_book *book, symbol *s, const symbol *field)
{
    const field_syntax *f = field->field;
    scope sc = scope_of_case(book, s);
    if (f->prefilled.bytes.size_bytes) {
        expr *e = ARENA_NEW(book->memory, expr);
        *e = (expr){ .kind = EXPR_NAME, .at = f->prefilled.at, .name = f->prefilled };
        size_t dot = text_find(f->prefilled.bytes, TEXT("."));
        if (dot != SIZE_MAX) {
            e->pack.bytes = text_sub(f->prefilled.bytes, 0, dot);
            e->name.bytes = text_sub(f->prefilled.bytes, dot + 1, f->prefilled.bytes.size_bytes);
        }
        scope outside = sc;
        outside.form_count = 0;
        const typed *t = check_name(&outside, e, NULL);
        typing wanted = types_of(&field->public->type, field->enumeration);
        if (!types_fits(t->type, wanted))
            mistakes_add(book->mistakes, "case.prefilled", f->prefilled.at, f->prefilled.bytes,
                         text_of(types_print(book->memory, t->type)),
                         text_of(field->public->type.text));
    }
    if (f->until.bytes.size_bytes && !step_named(s->decl, f->until.bytes))
        say(book, "case.step_unknown", f->until.at, f->until.bytes, steps_of(book, s->decl));
    if (f->check) check_when(book, s, f->check);
}

static bool is_effect_kind(const char *verb_text, policy_symbol_kind kind)
{
    if (strcmp(verb_text, "decide") == 0)
        return kind == POLICY_SYMBOL_VAR || kind == POLICY_SYMBOL_PARAM ||
               kind == POLICY_SYMBOL_INPUT;
    return kind == POLICY_SYMBOL_CASE;
}

/* `decide` names what is computed, `open` names cases; `event` and others are free words. */
static void check_effect(policy_book *book, symbol *s, const effect_syntax *e)
{
    if (e->when) check_when(book, s, e->when);
    bool is_decide = text_equal_cstr(e->verb.bytes, "decide");
    bool is_open = text_begins(e->verb.bytes, TEXT("open"));
    for (size_t i = 0; i < e->name_count && (is_decide || is_open); i++) {
        word name = e->names[i];
        symbol *found = bind_find_kind(book, s->pack, name.bytes,
                                       is_open ? POLICY_SYMBOL_CASE : POLICY_SYMBOL_VAR);
        size_t count;
        if (!found) found = bind_find(book, s->pack, TEXT_NONE, name.bytes, &count);
        if (found && is_effect_kind(is_decide ? "decide" : "open", found->public->kind)) {
            if (is_decide && found->entity && s->entity && !bind_related(s->entity, found->entity))
                mistakes_add(book->mistakes, "entity.mixed", name.at, name.bytes,
                             text_of(found->entity->public->name),
                             text_of(s->entity->public->name));
            continue;
        }
        text near = bind_nearest_or_dash(book, s->pack, name.bytes);
        say(book, is_decide ? "case.decide" : "case.open", name.at, name.bytes, near);
    }
}

static void check_step(policy_book *book, symbol *s, const step_syntax *step)
{
    const decl *d = s->decl;
    if (step->within) check_within(book, s, step->within);
    if (step->notice) check_within(book, s, step->notice);
    for (size_t i = 0; i < step->not_count; i++) {
        const step_syntax *other = step_named(d, step->not_steps[i].bytes);
        if (!other)
            say(book, "case.step_unknown", step->not_steps[i].at, step->not_steps[i].bytes,
                steps_of(book, d));
        else if (other == step)
            say(book, "case.not_itself", step->not_steps[i].at, step->name.bytes, TEXT_NONE);
    }
    for (size_t i = 0; i < step->next_count; i++) {
        const next_syntax *next = &step->nexts[i];
        if (!step_named(d, next->target.bytes))
            say(book, "case.step_unknown", next->target.at, next->target.bytes, steps_of(book, d));
        if (next->when) check_when(book, s, next->when);
        else if (i + 1 < step->next_count)
            say(book, "case.next_unreached", step->nexts[i + 1].target.at,
                step->nexts[i + 1].target.bytes, next->target.bytes);
    }
    for (size_t i = 0; i < step->effect_count; i++)
        check_effect(book, s, &step->effects[i]);
}

static void reach(const decl *d, const step_syntax *step, bool *is_reached)
{
    size_t index = (size_t)(step - d->steps);
    if (is_reached[index]) return;
    is_reached[index] = true;
    for (size_t i = 0; i < step->next_count; i++) {
        const step_syntax *next = step_named(d, step->nexts[i].target.bytes);
        if (next) reach(d, next, is_reached);
    }
}

static void check_case(policy_book *book, symbol *s)
{
    enum { STEPS_MAX = 200 };
    const decl *d = s->decl;
    bool is_reached[STEPS_MAX] = { false };
    if (d->step_count > STEPS_MAX) {
        say(book, "case.steps", d->name.at, d->name.bytes, TEXT_NONE);
        return;
    }
    for (size_t i = 0; i < s->field_count; i++)
        check_field(book, s, s->fields[i]);
    for (size_t i = 0; i < d->paper_count; i++)
        if (d->papers[i].when) check_when(book, s, d->papers[i].when);
    for (size_t i = 0; i < d->step_count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equal(d->steps[i].name.bytes, d->steps[j].name.bytes))
                say(book, "case.step_twice", d->steps[i].name.at, d->steps[i].name.bytes,
                    TEXT_NONE);
        check_step(book, s, &d->steps[i]);
    }
    if (d->step_count) reach(d, &d->steps[0], is_reached);
    for (size_t i = 1; i < d->step_count; i++)
        if (!is_reached[i])
            say(book, "case.step_unreached", d->steps[i].name.at, d->steps[i].name.bytes,
                TEXT_NONE);
}

/* What makes one alert another is a fact or a variable of the one watched. */
static void check_watch_keys(policy_book *book, symbol *s)
{
    for (size_t i = 0; i < s->decl->key_count; i++) {
        word name = s->decl->keys[i].name;
        size_t count;
        const symbol *by = bind_find(book, s->pack, TEXT_NONE, name.bytes, &count);
        bool is_value = by && (by->public->kind == POLICY_SYMBOL_INPUT ||
                               by->public->kind == POLICY_SYMBOL_VAR);
        if (!is_value)
            say(book, "watch.by", name.at, name.bytes,
                bind_nearest_or_dash(book, s->pack, name.bytes));
        else if (by->entity && s->entity && !bind_related(s->entity, by->entity))
            mistakes_add(book->mistakes, "entity.mixed", name.at, name.bytes,
                         text_of(by->entity->public->name), text_of(s->entity->public->name));
    }
}

static void check_watch(policy_book *book, symbol *s)
{
    check_watch_keys(book, s);
    for (size_t i = 0; i < s->decl->action_count; i++)
        check_effect(book, s, &s->decl->actions[i]);
}

/* A target and a warning are figures as they stand: what moves is the indicator. */
static const typed *check_goal(scope *sc, const symbol *s, const expr *value)
{
    if (!value) return NULL;
    const typed *t = check_decl_stored(sc, value, &s->public->type, s->enumeration);
    if (t->kind != TYPED_CONST && !t->type.is_any)
        say(sc->book, "indicator.goal", value->at, text_of(s->public->name), TEXT_NONE);
    return t;
}

static void check_indicator(policy_book *book, symbol *s)
{
    const decl *d = s->decl;
    scope sc = { .book = book, .pack = s->pack, .owner = s, .entity = s->entity };
    for (size_t i = 0; i < d->key_count; i++) {
        word name = d->keys[i].name;
        size_t count;
        symbol *by = bind_find(book, s->pack, TEXT_NONE, name.bytes, &count);
        if (!by)
            say(book, "indicator.by", name.at, name.bytes,
                bind_nearest_or_dash(book, s->pack, name.bytes));
    }
    s->targets = ARENA_ARRAY(book->memory, const typed *, d->target_count + 1);
    for (size_t i = 0; i < d->target_count; i++)
        s->targets[i] = check_goal(&sc, s, d->targets[i].value);
    size_t before = mistakes_count(book->mistakes);
    if (d->when) check_expr_bool(&sc, d->when);
    if (mistakes_count(book->mistakes) > before) return; /* a warning of another unit is told once */
    s->below = check_goal(&sc, s, d->below);
    s->above = check_goal(&sc, s, d->above);
}

void check_case_all(policy_book *book)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i];
        if (s->field || s->decl->is_broken) continue;
        switch (s->public->kind) {
        case POLICY_SYMBOL_CASE: check_case(book, s); break;
        case POLICY_SYMBOL_WATCH: check_watch(book, s); break;
        case POLICY_SYMBOL_INDICATOR: check_indicator(book, s); break;
        default: break;
        }
    }
}
