#include <string.h>

#include "policy/plan_internal.h"

/* Cases as they are handed to those who run them. */

static const char *or_null(arena *a, text t)
{
    return t.size_bytes ? text_cstr(a, t) : NULL;
}

/* The place of a condition or deadline among the case's outputs; -1: it has none. */
static int32_t part_of(const symbol *s, const expr *source)
{
    for (size_t i = 0; source && i < s->part_count; i++)
        if (s->parts[i].source == source) return (int32_t)i;
    return -1;
}

static const char *said(arena *a, const symbol *s, const expr *source)
{
    return source ? syntax_source_of(a, s->pack->syntax, source->at).bytes : NULL;
}

/* A prefilled field takes the value of a name of the pack. */
static const policy_symbol *prefilled_of(const policy_book *book, const symbol *s, word name)
{
    size_t count, dot = text_find(name.bytes, TEXT("."));
    text pack_name = dot == SIZE_MAX ? TEXT_NONE : text_sub(name.bytes, 0, dot);
    text bare = dot == SIZE_MAX ? name.bytes : text_sub(name.bytes, dot + 1, name.bytes.size_bytes);
    if (!name.bytes.size_bytes) return NULL;
    const symbol *found = bind_find(book, s->pack, pack_name, bare, &count);
    return found ? found->public : NULL;
}

static size_t step_named(const decl *d, text name)
{
    for (size_t i = 0; i < d->step_count; i++)
        if (text_equal(d->steps[i].name.bytes, name)) return i;
    return SIZE_MAX;
}

static policy_case_field field_of(arena *a, const policy_book *book, const symbol *s, const symbol *field)
{
    const field_syntax *f = field->field;
    return (policy_case_field){ .symbol = field->public,
                                .is_required = f->is_required,
                                .is_changing = f->is_changing,
                                .until = f->until.bytes.size_bytes ? step_named(s->decl, f->until.bytes) : SIZE_MAX,
                                .prefilled = prefilled_of(book, s, f->prefilled),
                                .check = part_of(s, f->check),
                                .check_says = said(a, s, f->check),
                                .because = or_null(a, f->because),
                                .because_en = or_null(a, f->because_en) };
}

static policy_case_paper paper_of(arena *a, const symbol *s, const paper_syntax *p)
{
    static const policy_case_paper_mode MODES[] = { [PAPER_REQUIRED] = POLICY_PAPER_REQUIRED,
                                                    [PAPER_PROMISE] = POLICY_PAPER_PROMISE,
                                                    [PAPER_SUPPLEMENT] = POLICY_PAPER_SUPPLEMENT };
    return (policy_case_paper){ .name = text_cstr(a, p->name.bytes),
                                .label = or_null(a, p->label.bytes),
                                .mode = MODES[p->mode],
                                .within_days = p->within_days,
                                .when = part_of(s, p->when),
                                .when_says = said(a, s, p->when) };
}

static policy_case_effect effect_of(arena *a, const symbol *s, const effect_syntax *e)
{
    const char **names = ARENA_ARRAY(a, const char *, e->name_count + 1);
    for (size_t i = 0; i < e->name_count; i++) names[i] = text_cstr(a, e->names[i].bytes);
    return (policy_case_effect){ .verb = text_cstr(a, e->verb.bytes),
                                 .names = names,
                                 .name_count = e->name_count,
                                 .when = part_of(s, e->when),
                                 .at = policy_pos(e->at) };
}

static policy_case_step step_of(arena *a, const symbol *s, const step_syntax *step)
{
    const decl *d = s->decl;
    size_t *excluded = ARENA_ARRAY(a, size_t, step->not_count + 1);
    policy_case_next *nexts = ARENA_ARRAY(a, policy_case_next, step->next_count + 1);
    policy_case_effect *effects = ARENA_ARRAY(a, policy_case_effect, step->effect_count + 1);
    for (size_t i = 0; i < step->not_count; i++) excluded[i] = step_named(d, step->not_steps[i].bytes);
    for (size_t i = 0; i < step->next_count; i++)
        nexts[i] = (policy_case_next){ step_named(d, step->nexts[i].target.bytes), part_of(s, step->nexts[i].when),
                                       said(a, s, step->nexts[i].when) };
    for (size_t i = 0; i < step->effect_count; i++) effects[i] = effect_of(a, s, &step->effects[i]);
    return (policy_case_step){ .name = text_cstr(a, step->name.bytes),
                               .label = or_null(a, step->label.bytes),
                               .duty = or_null(a, step->duty.bytes),
                               .is_end = step->is_end,
                               .within_days = step->within_days,
                               .within = part_of(s, step->within),
                               .within_says = said(a, s, step->within),
                               .is_working_days = step->is_working_days,
                               .notice_days = step->notice_days,
                               .notice = part_of(s, step->notice),
                               .notice_says = said(a, s, step->notice),
                               .is_notice_working_days = step->is_notice_working_days,
                               .excluded = excluded,
                               .excluded_count = step->not_count,
                               .nexts = nexts,
                               .next_count = step->next_count,
                               .effects = effects,
                               .effect_count = step->effect_count };
}

static policy_case case_of(arena *a, const policy_book *book, const symbol *s)
{
    const decl *d = s->decl;
    policy_case_field *fields = ARENA_ARRAY(a, policy_case_field, s->field_count + 1);
    policy_case_paper *papers = ARENA_ARRAY(a, policy_case_paper, d->paper_count + 1);
    policy_case_step *steps = ARENA_ARRAY(a, policy_case_step, d->step_count + 1);
    for (size_t i = 0; i < s->field_count; i++) fields[i] = field_of(a, book, s, s->fields[i]);
    for (size_t i = 0; i < d->paper_count; i++) papers[i] = paper_of(a, s, &d->papers[i]);
    for (size_t i = 0; i < d->step_count; i++) steps[i] = step_of(a, s, &d->steps[i]);
    return (policy_case){ .symbol = s->public,
                          .fields = fields, .field_count = s->field_count,
                          .papers = papers, .paper_count = d->paper_count,
                          .steps = steps, .step_count = d->step_count,
                          .part_count = s->part_count,
                          .within_days = d->within_days, .is_working_days = d->is_working_days };
}

const policy_case *policy_case_types(arena *a, const policy_book *book, size_t *count)
{
    policy_case *list = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; !book->has_mistakes && i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        if (!s->field && s->public->kind == POLICY_SYMBOL_CASE) ARENA_PUSH(a, list, *count, capacity, case_of(a, book, s));
    }
    return list;
}

err policy_case_plan(arena *request, const policy_book *book, const policy_case_request *asked, policy_planned *planned)
{
    if (book->has_mistakes) return err_of(&POLICY_HAS_MISTAKES, NULL);
    const symbol *s = bind_symbol_of(book, asked->of->symbol);
    int32_t region = regions_find(book, asked->region);
    if (region < 0) return err_of(&POLICY_UNKNOWN_REGION, text_cstr(request, asked->region));
    const typed **extra = ARENA_ARRAY(request, const typed *, s->part_count + 1);
    const char **names = ARENA_ARRAY(request, const char *, s->part_count + 1);
    const symbol **roots = ARENA_ARRAY(request, const symbol *, asked->root_count + 1);
    const symbol **given = ARENA_ARRAY(request, const symbol *, asked->given_count + 1);
    for (size_t i = 0; i < s->part_count; i++) {
        extra[i] = s->parts[i].tree;
        names[i] = said(request, s, s->parts[i].source);
    }
    for (size_t i = 0; i < asked->root_count; i++) roots[i] = bind_symbol_of(book, asked->roots[i]);
    for (size_t i = 0; i < asked->given_count; i++) given[i] = bind_symbol_of(book, asked->given[i]);
    plan_wanted wanted = { .on_day = asked->on_day, .region = region,
                           .roots = roots, .root_count = asked->root_count,
                           .given = given, .given_count = asked->given_count,
                           .extra = extra, .extra_names = names, .extra_count = s->part_count,
                           .extra_pack = s->pack };
    return policy_plan_make(request, book, &wanted, planned);
}
