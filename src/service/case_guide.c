/* The form of a case as a page asks it: each field with its kind, choices and what is known, each paper with how it
 * may come. */
#include "service/ask.h"
#include "service/case.h"
#include "service/prove_claim.h"

static err put_field(const case_hand *h, const policy_case_field *field, const cases_path *path, service_value *list)
{
    static const char *const SOURCES[CASES_SOURCE_COUNT] = { [CASES_SAID] = "said", [CASES_FROM_REGISTRY] = "registry", [CASES_COMPUTED] = "computed" };
    const service_call *call = h->c->call;
    arena *a = call->request;
    const policy_symbol *s = field->symbol;
    const cases_value *value = case_value_of(h, s->name);
    const char *hint = !call->is_chinese && field->because_en ? field->because_en : field->because ? field->because : field->check_says;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "field", call->is_chinese || !s->label ? s->name : s->label);
    service_put_cstr(a, v, "kind", ask_kind(&s->type));
    service_put_cstr(a, v, "unit", ask_unit(call, &s->type));
    ask_put_choices(call, h->c->packs, &s->type, v);
    service_put_bool(a, v, "required", field->is_required);
    service_put_bool(a, v, "known", field->prefilled != NULL);
    bool keeps;
    TRY(case_keeps_back(h->c, h->row.type, text_of(s->name), &keeps));
    service_put_text(a, v, "value", keeps ? case_hidden_says(call) : value ? text_copy(a, value->value) : TEXT(""));
    service_put_cstr(a, v, "source", value && value->source < CASES_SOURCE_COUNT ? SOURCES[value->source] : "none");
    service_put_cstr(a, v, "hint", hint ? hint : "-");
    text settled = case_settled_at(h, field, path);
    service_put_text(a, v, "settled", settled.size_bytes ? text_copy(a, case_step_shown(h->c, h->type, settled)) : TEXT("-"));
    return ERR_NONE;
}

static text condition(const case_hand *h, const char *says)
{
    return claim_condition(h->c->call, h->c->packs, h->type, says);
}

static void put_need(const case_hand *h, const policy_case_paper *paper, service_value *list)
{
    static const char *const MODES[] = { [POLICY_PAPER_REQUIRED] = "required", [POLICY_PAPER_PROMISE] = "promise",
                                         [POLICY_PAPER_SUPPLEMENT] = "supplement" };
    static const struct { const char *en, *zh; } SAYS[] = {
        [POLICY_PAPER_REQUIRED] = { "to be brought", "须提交" }, [POLICY_PAPER_PROMISE] = { "may be promised in writing", "可告知承诺" },
        [POLICY_PAPER_SUPPLEMENT] = { "may follow later", "可容缺后补" } };
    static const char *const NEEDED[] = { [CASE_FALSE] = "no", [CASE_TRUE] = "yes", [CASE_UNKNOWN] = "unknown" };
    const service_call *call = h->c->call;
    arena *a = call->request;
    const cases_paper *known = case_paper_of(h, paper->name);
    const cases_word *state = cases_paper_word(known ? known->state : CASES_PAPER_NONE);
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "paper", call->is_chinese || !paper->label ? paper->name : paper->label);
    service_put_cstr(a, v, "mode", MODES[paper->mode]);
    service_put_count(a, v, "days", paper->within_days);
    service_put_cstr(a, v, "needed", NEEDED[case_part_truth(h->c, h->reckoning, paper->when, NULL)]);
    service_put_text(a, v, "when", paper->when_says ? condition(h, paper->when_says) : TEXT("-"));
    service_put_state(call, v, "state", state->name, state->says, state->says_zh);
    service_put_text(a, v, "due", known ? case_day_text(a, known->due_day) : TEXT("-"));
    service_put_cstr(a, v, "mode_says", service_say(call, SAYS[paper->mode].en, SAYS[paper->mode].zh));
}

err case_put_form(const case_hand *h, service_value *into)
{
    arena *a = h->c->call->request;
    cases_path path = { 0 };
    if (h->row.case_id) TRY(cases_path_of(h->c->memory, h->c->book, h->row.case_id, &path)); /* what is only asked about settles nothing */
    service_value *list = service_put_list(a, into, "form");
    for (size_t i = 0; i < h->type->field_count; i++) TRY(put_field(h, &h->type->fields[i], &path, list));
    list = service_put_list(a, into, "needs");
    for (size_t i = 0; i < h->type->paper_count; i++) put_need(h, &h->type->papers[i], list);
    return ERR_NONE;
}
