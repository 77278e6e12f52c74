/* Opening the office for a business case: its types, its day, what is at hand, and what is answered. */
#include "service/case.h"

#include <string.h>

#include "service/adopt.h"
#include "service/record_rows.h"
#include "service/reveal.h"
#include "service/subject.h"

const err_kind CASE_UNKNOWN_TYPE = {
    "case.unknown_type", ERR_NOT_FOUND,
    "The packs have no case type {}; doudi case types lists those there are.",
    "政策包中没有事项“{}”；用 doudi case types 查看现有事项。"
};
const err_kind CASE_UNKNOWN_STEP = {
    "case.unknown_step", ERR_NOT_FOUND, "The type of this case has no step {}; doudi case types TYPE lists its steps.",
    "该事项没有“{}”这个环节；用 doudi case types 事项 查看各环节。"
};
const err_kind CASE_NOT_YET = {
    "case.not_yet", ERR_BAD_INPUT, "{} has not come yet; what was done is entered by its day, what is to come is not.",
    "{} 还没有到；可以补录已办的，不能预录未办的。"
};
const err_kind CASE_EARLIER = {
    "case.earlier", ERR_BAD_INPUT, "The case came to its step on {}; it cannot have been done before.",
    "办件于 {} 到达本环节，办理日期不能更早。"
};

/* ---- opening ---- */

/* A day that has not come is entered in an office for practice alone. */
static err read_day(case_call *c)
{
    charter *room;
    text practice;
    int32_t today = c->call->office->settings.today_day;
    c->day = service_day_of(c->call, "on");
    if (c->day <= today) return ERR_NONE;
    TRY(county_charter(c->office, &room));
    TRY(charter_read(c->memory, room, TEXT(COUNTY_PRACTICE), CHARTER_NOW, &practice));
    return practice.size_bytes ? ERR_NONE
                               : err_of(&CASE_NOT_YET, text_cstr(c->call->request, service_day_text(c->call->request, c->day)));
}

static err read_office(case_call *c)
{
    charter *room;
    text code;
    TRY(county_cases(c->office, &c->book));
    TRY(county_charter(c->office, &room));
    TRY(county_setting(c->office, "office.region", &c->region));
    TRY(charter_read(c->memory, room, TEXT("office.region_code"), CHARTER_NOW, &code));
    (void)codec_parse_scaled(code, 0, &c->region_code);
    TRY(read_day(c));
    TRY(decide_law_open(c->call, &c->law));
    c->packs = decide_law_book(c->law);
    c->types = policy_case_types(c->memory, c->packs, &c->type_count);
    TRY(case_duties_read(c));
    return case_clock_read(c);
}

err case_begin(service_call *call, county_need need, case_call *c)
{
    *c = (case_call){ .call = call };
    TRY(county_open(call, need, &c->office));
    c->memory = c->office->memory;
    if (need == COUNTY_WRITE) TRY(county_login(c->office, NULL));
    TRY(read_office(c));
    if (need != COUNTY_WRITE) return ERR_NONE;
    TRY(adopt_need(c->office));
    return county_begin(c->office);
}

err case_begin_revealing(service_call *call, text what, case_call *c)
{
    *c = (case_call){ .call = call };
    TRY(county_open(call, reveal_need(call), &c->office));
    c->memory = c->office->memory;
    TRY(case_reveal_ask(c, what));
    return read_office(c);
}

cases_act case_act(const case_call *c)
{
    return (cases_act){ .actor_id = c->office->actor_id, .known_ms = c->office->now_ms, .why = text_of(c->call->op->name) };
}

/* ---- types ---- */

err case_type_find(case_call *c, text name, const policy_case **type)
{
    const char **names = ARENA_ARRAY(c->memory, const char *, c->type_count + 1);
    for (size_t i = 0; i < c->type_count; i++) {
        const policy_symbol *s = c->types[i].symbol;
        text whole = text_format(c->memory, "%s.%s", s->pack, s->name);
        if (service_is_named(s, name) || text_equal(whole, name)) {
            *type = &c->types[i];
            return ERR_NONE;
        }
        names[i] = c->call->is_chinese || !s->label ? s->name : s->label;
    }
    const char *near = service_nearest(c->memory, name, names, c->type_count);
    text said = near ? text_format(c->call->request, "%.*s (→ %s?)", TEXT_ARG(name), near) : text_copy(c->call->request, name);
    return err_of(&CASE_UNKNOWN_TYPE, text_cstr(c->call->request, said));
}

size_t case_step_index(const policy_case *type, text name)
{
    for (size_t i = 0; i < type->step_count; i++)
        if (text_equal_cstr(name, type->steps[i].name) ||
            (type->steps[i].label && text_equal_cstr(name, type->steps[i].label)))
            return i;
    return SIZE_MAX;
}

text case_type_shown(const case_call *c, text name)
{
    for (size_t i = 0; i < c->type_count && !c->call->is_chinese; i++)
        if (text_equal_cstr(name, c->types[i].symbol->name) && c->types[i].symbol->label)
            return text_of(c->types[i].symbol->label);
    return name;
}

text case_step_shown(const case_call *c, const policy_case *type, text name)
{
    size_t step = type ? case_step_index(type, name) : SIZE_MAX;
    if (step == SIZE_MAX || c->call->is_chinese || !type->steps[step].label) return name;
    return text_of(type->steps[step].label);
}

const char *case_step_detail(const case_call *c, const policy_case *type, text name)
{
    size_t step = type ? case_step_index(type, name) : SIZE_MAX;
    const char *label = step == SIZE_MAX ? NULL : type->steps[step].label;
    return label ? text_format(c->call->request, ERR_SAID("%s", "%s"), label, type->steps[step].name).bytes : text_cstr(c->call->request, name);
}

/* ---- a case at hand ---- */

err case_take(case_call *c, int64_t case_id, case_hand *h)
{
    *h = (case_hand){ .c = c };
    TRY(cases_read(c->memory, c->book, case_id, &h->row));
    TRY(case_type_find(c, h->row.type, &h->type));
    case_agent_type(c, h->row.agent, &h->type);
    TRY(cases_values(c->memory, c->book, case_id, &h->values, &h->value_count));
    h->value_capacity = h->value_count;
    TRY(cases_papers(c->memory, c->book, case_id, &h->papers, &h->paper_count));
    if (c->day < h->row.entered_day && !cases_is_over(h->row.state))
        return err_of(&CASE_EARLIER, text_cstr(c->call->request, service_day_text(c->call->request, h->row.entered_day)));
    TRY(case_facts_read(c, h->type, h->row.subject_id, &h->facts));
    return case_hand_reckon(h);
}

err case_hand_reckon(case_hand *h)
{
    return case_reckon(h->c, h->type, &h->facts, h->values, h->value_count, &h->reckoning);
}

const cases_value *case_value_of(const case_hand *h, const char *field)
{
    for (size_t i = 0; i < h->value_count; i++)
        if (text_equal_cstr(h->values[i].field, field)) return &h->values[i];
    return NULL;
}

const cases_paper *case_paper_of(const case_hand *h, const char *paper)
{
    for (size_t i = 0; i < h->paper_count; i++)
        if (text_equal_cstr(h->papers[i].paper, paper)) return &h->papers[i];
    return NULL;
}

/* ---- what is shown ---- */

text case_day_text(arena *a, int32_t day)
{
    return day > 0 && calendar_is_day(day) ? service_day_text(a, day) : TEXT("-");
}

err case_subject_name(const case_call *c, int64_t subject_id, text *name)
{
    registry *people;
    registry_record record;
    *name = TEXT_NONE;
    TRY(county_people(c->office, &people));
    TRY(registry_record_who(c->memory, people, subject_id, &record));
    size_t count = record.count[record.kind];
    if (!count) return ERR_NONE;
    if (record.kind == REGISTRY_EMPLOYER)
        *name = text_copy(c->call->request, ((const registry_employer *)record.facts[REGISTRY_EMPLOYER])[count - 1].name);
    if (record.kind == REGISTRY_PERSON)
        *name = text_copy(c->call->request, ((const registry_person *)record.facts[REGISTRY_PERSON])[count - 1].name);
    return ERR_NONE;
}

/* What stands between the case and its next step, for whoever has just worked on it. */
static err put_lacking(case_hand *h, service_value *reply)
{
    arena *a = h->c->call->request;
    text *lacking;
    size_t count = 0;
    service_value *list = service_put_list(a, reply, "lacking");
    if (cases_is_over(h->row.state)) return ERR_NONE;
    size_t step = case_step_index(h->type, h->row.step);
    bool is_last = step != SIZE_MAX && !h->type->steps[step].next_count;
    TRY(case_lacking(h, is_last, &lacking, &count));
    for (size_t i = 0; i < count; i++) service_put_text(a, list, NULL, lacking[i]);
    return ERR_NONE;
}

static const struct {
    const char *name, *en, *zh;
} STEP_LINES[] = {
    { "type", "", "" }, { "before", "it stood at: ", "原环节：" }, { "step", "it stands at: ", "现环节：" },
    { "state", "state: ", "状态：" }, { "turn", "whose turn it is: ", "应由谁办：" }, { "due", "by: ", "期限：" },
};

void case_step_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "case %lld: ", "办件 %lld："), (long long)service_member(r, "case")->count);
    for (size_t i = 0; i < ARRAY_COUNT(STEP_LINES); i++) {
        text word = service_member(r, STEP_LINES[i].name)->word;
        if (!text_equal_cstr(word, "-"))
            text_add_format(out, "%s%.*s\n", service_say(call, STEP_LINES[i].en, STEP_LINES[i].zh), TEXT_ARG(word));
    }
    for (const service_value *v = service_member(r, "effects")->first; v; v = v->next)
        text_add_format(out, "%s%.*s\n", service_say(call, "what came of it: ", "办理结果："), TEXT_ARG(v->word));
    for (const service_value *v = service_member(r, "lacking")->first; v; v = v->next)
        text_add_format(out, "%s%.*s\n", service_say(call, "still lacking: ", "尚缺："), TEXT_ARG(v->word));
}

err case_finish(case_call *c, int64_t case_id, text before, bool is_changed, service_value *effects)
{
    service_call *call = c->call;
    arena *a = call->request;
    service_value *reply = call->reply;
    case_hand h;
    TRY(case_take(c, case_id, &h));
    const cases_word *state = cases_state_word(h.row.state);
    service_put_count(a, reply, "case", case_id);
    service_put_text(a, reply, "type", text_copy(a, case_type_shown(c, h.row.type)));
    service_put_text(a, reply, "before", before.size_bytes ? text_copy(a, case_step_shown(c, h.type, before)) : TEXT("-"));
    service_put_text(a, reply, "step", text_copy(a, case_step_shown(c, h.type, h.row.step)));
    service_put_state(call, reply, "state", state->name, state->says, state->says_zh);
    service_put_text(a, reply, "turn", case_duty_shown(c, h.row.duty));
    service_put_text(a, reply, "due", case_day_text(a, h.row.due_day));
    service_put_bool(a, reply, "changed", is_changed);
    service_put(a, reply, "effects", effects ? effects : service_list(a));
    TRY(put_lacking(&h, reply));
    if (!is_changed) service_note(call, "nothing changed", "没有变化", TEXT_NONE);
    if (h.row.due_day > c->working_until && h.row.due_day)
        service_note(call, "days off are not yet told for the year of the deadline; it counts Saturdays and Sundays only",
                     "期限所在年度的放假安排尚未公布，暂只扣除周六、周日", TEXT_NONE);
    return store_commit(c->office->db);
}
