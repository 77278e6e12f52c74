/* The form and the papers of a case: what is said, what is known already, and what is still lacking. */
#include "service/case.h"

#include <string.h>

#include "service/subject.h"

const err_kind CASE_SETTLED = {
    "case.settled", ERR_CONFLICT,
    "What the form says of {} was settled when the case went on from that step: send it back there, where it is decided anew.",
    "{} 在该环节办结时已定：须退回该环节重新办理，后面的环节不得改动。"
};
static const err_kind CASE_SETTLED_ASKED = {
    "case.settled_asked", ERR_CONFLICT,
    "What the form says of {} was settled when the case went on from that step, and the case waits for the applicant: take in what they bring (doudi case give), without this, and then send it back to that step (doudi case return), where it is decided anew.",
    "{} 在该环节办结时已定，办件正待补正：须先登记补正（doudi case give，不含此项），再退回该环节（doudi case return）重新办理。"
};
const err_kind CASE_UNKNOWN_FIELD = {
    "case.unknown_field", ERR_BAD_INPUT, "The form has no field {}.", "表单没有“{}”这一项。"
};
const err_kind CASE_BAD_VALUE = {
    "case.bad_value", ERR_BAD_INPUT, "This cannot stand in the form: {}.", "表单不能这样填：{}。"
};
const err_kind CASE_UNKNOWN_PAPER = {
    "case.unknown_paper", ERR_BAD_INPUT, "This case type asks for no paper {}.", "该事项不需要材料“{}”。"
};
const err_kind CASE_WAS_UNTRUE = {
    "case.was_untrue", ERR_CONFLICT, "It was promised before and turned out untrue; the paper itself is to be brought: {}.",
    "此前的承诺已查明不实，不能再以承诺代替，请提交材料：{}。"
};
const err_kind CASE_PROMISES_SPENT = {
    "case.promises_spent", ERR_CONFLICT, "A promise of theirs turned out untrue in case {}; in this region they bring the papers themselves.",
    "该对象在办件 {} 中承诺不实，按本地区规定不再适用告知承诺，请提交材料。"
};
const err_kind CASE_NO_PROMISE = {
    "case.no_promise", ERR_BAD_INPUT, "The paper {} cannot be replaced by a promise; it must be brought.",
    "材料“{}”不适用告知承诺，须提交原件。"
};

static const char *shown_name(const case_call *c, const char *name, const char *label)
{
    return c->call->is_chinese || !label ? name : label;
}

/* ---- values ---- */

static const policy_case_field *field_named(const policy_case *type, text name)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (service_is_named(type->fields[i].symbol, name)) return &type->fields[i];
    return NULL;
}

/* Who reads an error may read the other language than whoever caused it. */
static const char *label_of(const policy_symbol *s)
{
    return s->label ? s->label : s->name;
}

static err bad_value(const case_call *c, const policy_case_field *field, text value)
{
    const policy_symbol *s = field->symbol;
    arena *a = c->call->request;
    const char *format = ERR_SAID("%s = %.*s (%s)", "%s = %.*s（%s）");
    value = text_shown(a, value, 100);
    return err_of(&CASE_BAD_VALUE, text_format(a, format, label_of(s), TEXT_ARG(value), s->type.text, s->name, TEXT_ARG(value), s->type.text).bytes);
}

/* As packs print it, so that the same said twice is the same. */
static err canonical(case_hand *h, const policy_case_field *field, text said, text *value)
{
    int64_t stored;
    const policy_type *type = &field->symbol->type;
    if (policy_parse_value(h->c->memory, h->reckoning->codes, type, said, &stored).kind) return bad_value(h->c, field, said);
    bool is_word = type->base == POLICY_TEXT || type->base == POLICY_ENUM || type->base == POLICY_REGION;
    if (!is_word && (stored < type->min || stored > type->max)) return bad_value(h->c, field, said);
    *value = text_copy(h->c->memory, policy_print_value(h->c->memory, h->reckoning->codes, type, stored));
    return ERR_NONE;
}

static bool is_open_still(const case_hand *h, const policy_case_field *field, const cases_path *path)
{
    bool is_passed = false;
    for (size_t i = 0; i < path->passed_count && field->until != SIZE_MAX; i++)
        is_passed |= text_equal_cstr(path->passed[i], h->type->steps[field->until].name);
    return field->is_changing && !is_passed;
}

/* What a step said stands once the case has gone on from it: who passed it decided by it, and decides anew when it is back there. A
 * field that tells how things stand, or is found out on the way (`changing`), is said anew until the step that its pack names is passed. */
text case_settled_at(const case_hand *h, const policy_case_field *field, const cases_path *path)
{
    const cases_value *was = case_value_of(h, field->symbol->name);
    if (!was || !was->value.size_bytes || is_open_still(h, field, path)) return TEXT_NONE;
    for (size_t i = 0; i < path->field_count; i++)
        if (path->fields[i].is_settled && text_equal_cstr(path->fields[i].field, field->symbol->name)) return path->fields[i].step;
    return TEXT_NONE;
}

/* Its history is read for the first field that asks, and `known` to the others. */
static err need_open(const case_hand *h, const policy_case_field *field, text value, cases_path **known)
{
    const char *name = field->symbol->name;
    const cases_value *was = case_value_of(h, name);
    if (!h->row.case_id || !was || !was->value.size_bytes || text_equal(was->value, value)) return ERR_NONE;
    if (!*known) {
        *known = ARENA_NEW(h->c->memory, cases_path);
        TRY(cases_path_of(h->c->memory, h->c->book, h->row.case_id, *known));
    }
    text settled = case_settled_at(h, field, *known);
    if (!settled.size_bytes) return ERR_NONE;
    const err_kind *kind = h->row.state == CASES_ASKED ? &CASE_SETTLED_ASKED : &CASE_SETTLED; /* nothing is sent back while it waits */
    arena *a = h->c->call->request;
    err step = { .detail = case_step_detail(h->c, h->type, settled) };
    return err_of(kind, text_format(a, ERR_SAID("%s (%.*s)", "%s（%.*s）"), label_of(field->symbol), TEXT_ARG(err_detail(a, step, false)), name, TEXT_ARG(err_detail(a, step, true))).bytes);
}

typedef struct {
    cases_value *items;
    size_t count, capacity;
} value_list;

static void keep_value(case_hand *h, value_list *list, cases_value value)
{
    for (size_t i = 0; i < h->value_count; i++) {
        if (!text_equal(h->values[i].field, value.field)) continue;
        if (text_equal(h->values[i].value, value.value)) return;
        h->values[i] = value;
        ARENA_PUSH(h->c->memory, list->items, list->count, list->capacity, value);
        return;
    }
    ARENA_PUSH(h->c->memory, h->values, h->value_count, h->value_capacity, value);
    ARENA_PUSH(h->c->memory, list->items, list->count, list->capacity, value);
}

/* Not asked twice: what the registry knows stands in the form until somebody says otherwise. */
static void prefill(case_hand *h, value_list *list)
{
    for (size_t i = 0; i < h->type->field_count; i++) {
        const policy_case_field *field = &h->type->fields[i];
        const case_fact *fact = case_fact_of(&h->facts, field->prefilled);
        if (fact && fact->value.size_bytes && !case_value_of(h, field->symbol->name))
            keep_value(h, list, (cases_value){ text_of(field->symbol->name), fact->value, CASES_FROM_REGISTRY });
    }
}

err case_form_take(case_hand *h, unsigned taking, cases_value **changed, size_t *count)
{
    value_list list = { 0 };
    cases_path *path = NULL;
    const service_argument *said = h->c->said ? h->c->said : service_argument_of(h->c->call, "field");
    if (taking & CASE_TAKE_KNOWN) prefill(h, &list);
    for (size_t i = 0; i < said->count && taking & CASE_TAKE_SAID; i++) {
        size_t at = text_find(said->values[i], TEXT("="));
        text name = text_trim(text_sub(said->values[i], 0, at == SIZE_MAX ? said->values[i].size_bytes : at)), value;
        const policy_case_field *field = field_named(h->type, name);
        if (!field || at == SIZE_MAX) return err_of(&CASE_UNKNOWN_FIELD, text_cstr(h->c->call->request, name));
        TRY(canonical(h, field, text_trim(text_sub(said->values[i], at + 1, said->values[i].size_bytes)), &value));
        TRY(need_open(h, field, value, &path));
        keep_value(h, &list, (cases_value){ text_of(field->symbol->name), value, CASES_SAID });
    }
    *changed = list.items;
    *count = list.count;
    return list.count ? case_hand_reckon(h) : ERR_NONE;
}

/* ---- papers ---- */

typedef struct {
    cases_paper *items;
    size_t count, capacity;
} paper_list;

static const policy_case_paper *paper_named(const policy_case *type, text name)
{
    for (size_t i = 0; i < type->paper_count; i++)
        if (text_equal_cstr(name, type->papers[i].name) || (type->papers[i].label && text_equal_cstr(name, type->papers[i].label)))
            return &type->papers[i];
    return NULL;
}

static void keep_paper(case_hand *h, paper_list *list, cases_paper paper)
{
    const cases_paper *known = case_paper_of(h, text_cstr(h->c->memory, paper.paper));
    if (known && known->state == paper.state) return;
    ARENA_PUSH(h->c->memory, list->items, list->count, list->capacity, paper);
    if (known) {
        *(cases_paper *)(uintptr_t)known = paper;
        return;
    }
    cases_paper *grown = ARENA_ARRAY(h->c->memory, cases_paper, h->paper_count + 1);
    if (h->paper_count) memcpy(grown, h->papers, h->paper_count * sizeof *grown);
    grown[h->paper_count++] = paper;
    h->papers = grown;
}

/* An untrue promise stays one, whatever is brought afterwards, and the same is not promised again; where the region says so,
 * whoever promised untruly in any case promises nothing more. */
static err may_promise(case_hand *h, const policy_case_paper *paper)
{
    static const cases_paper_state UNTRUE[] = { CASES_BROKEN, CASES_MENDED };
    case_call *c = h->c;
    const cases_paper *known = case_paper_of(h, paper->name);
    bool is_barred = text_equal_cstr(case_figure(c, "办件规则.承诺不实不再适用"), "true");
    if (paper->mode != POLICY_PAPER_PROMISE) return err_of(&CASE_NO_PROMISE, paper->name);
    if (known && (known->state == CASES_BROKEN || known->state == CASES_MENDED)) return err_of(&CASE_WAS_UNTRUE, paper->name);
    for (size_t s = 0; is_barred && s < ARRAY_COUNT(UNTRUE); s++) {
        cases_promise *all;
        size_t count;
        TRY(cases_promises(c->memory, c->book, UNTRUE[s], &all, &count));
        for (size_t i = 0; i < count; i++)
            if (all[i].subject_id == h->row.subject_id) return err_of(&CASE_PROMISES_SPENT, text_format(c->call->request, "%lld", (long long)all[i].case_id).bytes);
    }
    return ERR_NONE;
}

cases_paper_state case_brought(const case_hand *h, const char *paper)
{
    const cases_paper *known = case_paper_of(h, paper);
    return known && (known->state == CASES_BROKEN || known->state == CASES_MENDED) ? CASES_MENDED : CASES_BROUGHT;
}

static err take_papers(case_hand *h, const char *argument, cases_paper_state state, paper_list *list)
{
    const service_argument *said = service_argument_of(h->c->call, argument);
    for (size_t i = 0; i < said->count; i++) {
        const policy_case_paper *paper = paper_named(h->type, said->values[i]);
        if (!paper) return err_of(&CASE_UNKNOWN_PAPER, text_cstr(h->c->call->request, said->values[i]));
        if (state == CASES_PROMISED) TRY(may_promise(h, paper));
        keep_paper(h, list, (cases_paper){ .paper = text_of(paper->name), .day = h->c->day,
                                           .state = state == CASES_BROUGHT ? case_brought(h, paper->name) : state,
                                           .note = service_text_of(h->c->call, "note", TEXT("")) });
    }
    return ERR_NONE;
}

err case_papers_take(case_hand *h, cases_paper **changed, size_t *count)
{
    paper_list list = { 0 };
    TRY(take_papers(h, "paper", CASES_BROUGHT, &list));
    TRY(take_papers(h, "promise", CASES_PROMISED, &list));
    *changed = list.items;
    *count = list.count;
    return ERR_NONE;
}

err case_papers_later(case_hand *h, cases_paper **later, size_t *count)
{
    paper_list list = { 0 };
    for (size_t i = 0; i < h->type->paper_count; i++) {
        const policy_case_paper *paper = &h->type->papers[i];
        if (paper->mode != POLICY_PAPER_SUPPLEMENT || case_paper_of(h, paper->name)) continue;
        if (case_part_truth(h->c, h->reckoning, paper->when, NULL) != CASE_TRUE) continue;
        keep_paper(h, &list, (cases_paper){ .paper = text_of(paper->name), .state = CASES_LACKING, .day = h->c->day,
                                            .due_day = case_day_after(h->c, h->c->day, paper->within_days, false) });
    }
    *later = list.items;
    *count = list.count;
    return ERR_NONE;
}

/* ---- what is lacking ---- */

typedef struct {
    text *items;
    size_t count, capacity;
} lacking_list;

static void lack(case_hand *h, lacking_list *list, const char *en, const char *zh, text what)
{
    arena *a = h->c->call->request;
    text said = text_format(a, "%s%.*s", service_say(h->c->call, en, zh), TEXT_ARG(what));
    ARENA_PUSH(a, list->items, list->count, list->capacity, said);
}

static void lacking_fields(case_hand *h, lacking_list *list)
{
    const case_call *c = h->c;
    for (size_t i = 0; i < h->type->field_count; i++) {
        const policy_case_field *field = &h->type->fields[i];
        const policy_symbol *s = field->symbol;
        text name = text_of(shown_name(c, s->name, s->label)), reason = TEXT_NONE;
        bool is_filled = case_value_of(h, s->name) != NULL;
        if (field->is_required && !is_filled) lack(h, list, "the form: ", "表单未填：", name);
        if (field->check < 0 || (!is_filled && field->is_required)) continue;
        case_truth truth = case_part_truth(c, h->reckoning, field->check, &reason);
        if (truth == CASE_FALSE)
            lack(h, list, "the form does not hold: ", "表单不符：",
                 text_format(c->call->request, "%.*s（%s）", TEXT_ARG(name), !c->call->is_chinese && field->because_en ? field->because_en : field->because ? field->because : field->check_says));
        if (truth == CASE_UNKNOWN)
            lack(h, list, "the form cannot be checked: ", "表单无法核对：",
                 text_format(c->call->request, "%.*s（%.*s）", TEXT_ARG(name), TEXT_ARG(reason)));
    }
}

static bool is_there(const cases_paper *paper, policy_case_paper_mode mode, bool is_last)
{
    if (!paper) return mode == POLICY_PAPER_SUPPLEMENT && !is_last;
    switch (paper->state) {
    case CASES_BROUGHT: case CASES_SHARED: case CASES_PROMISED: case CASES_KEPT: case CASES_MENDED: return true;
    case CASES_LACKING: return !is_last;
    default: return false;
    }
}

err case_lacking(case_hand *h, bool is_last, text **lacking, size_t *count)
{
    lacking_list list = { 0 };
    lacking_fields(h, &list);
    for (size_t i = 0; i < h->type->paper_count; i++) {
        const policy_case_paper *paper = &h->type->papers[i];
        text reason = TEXT_NONE, name = text_of(shown_name(h->c, paper->name, paper->label));
        case_truth truth = case_part_truth(h->c, h->reckoning, paper->when, &reason);
        if (truth == CASE_FALSE || is_there(case_paper_of(h, paper->name), paper->mode, is_last)) continue;
        if (truth == CASE_UNKNOWN)
            name = text_format(h->c->call->request, "%.*s（%.*s）", TEXT_ARG(name), TEXT_ARG(reason));
        if (paper->mode == POLICY_PAPER_PROMISE)
            lack(h, &list, "a paper, or a written promise: ", "材料（可告知承诺）：", name);
        else lack(h, &list, "a paper: ", "材料：", name);
    }
    *lacking = list.items;
    *count = list.count;
    return ERR_NONE;
}
