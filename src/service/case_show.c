/* doudi case show, types: a case with its form, papers, clock and marks; what there is to ask the office for. */
#include "service/alert.h"
#include "service/ask.h"
#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/record_rows.h"

static const service_field SHOW_INPUT[] = { CASE_ID_FIELD, CASE_REVEAL_FIELDS, CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field SHOW_VALUE[] = {
    { .name = "field", .type = SERVICE_TEXT, .summary = "field", .summary_zh = "项目" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "value", .summary_zh = "内容" },
    { .name = "source", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "来源" },
};
static const service_field SHOW_PAPER[] = {
    { .name = "paper", .type = SERVICE_TEXT, .summary = "paper", .summary_zh = "材料" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "to be brought by", .summary_zh = "补交期限" },
};
static const service_field SHOW_OBJECTION[] = {
    { .name = "number", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "编号" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "who", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "异议人" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "says", .summary_zh = "内容" },
    { .name = "answered", .type = SERVICE_TEXT, .summary = "answered", .summary_zh = "答复日" },
    { .name = "answer", .type = SERVICE_TEXT, .summary = "answer", .summary_zh = "答复" },
};
static const service_field SHOW_MARK[] = {
    { .name = "at", .type = SERVICE_TEXT, .summary = "entered", .summary_zh = "登记时间" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "办理日" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "何人" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "办理" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "at", .summary_zh = "环节" },
    { .name = "reached", .type = SERVICE_TEXT, .summary = "then", .summary_zh = "转至" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "说明" },
};
static const service_field SHOW_PART[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
};
static const service_field SHOW_PATH[] = {
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "whose", .summary_zh = "经办岗位" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "who", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "何人" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "办理日" },
};
static const service_field SHOW_FORM[] = { CASE_FORM_ROW };
static const service_field SHOW_NEED[] = { CASE_NEED_ROW };
static const service_field SHOW_OUTPUT[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "article", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "依据" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "about", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    { .name = "channel", .type = SERVICE_TEXT, .summary = "channel", .summary_zh = "渠道" },
    { .name = "agent", .type = SERVICE_TEXT, .summary = "asked for by", .summary_zh = "代办人" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "turn", .type = SERVICE_TEXT, .summary = "whose turn it is", .summary_zh = "应由谁办" },
    { .name = "opened", .type = SERVICE_TEXT, .summary = "opened", .summary_zh = "受理日" },
    { .name = "entered", .type = SERVICE_TEXT, .summary = "at this step since", .summary_zh = "到达本环节" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    { .name = "days_left", .type = SERVICE_TEXT, .summary = "working days left", .summary_zh = "剩余工作日" },
    { .name = "notice", .type = SERVICE_TEXT, .summary = "public notice until", .summary_zh = "公示至" },
    { .name = "asked", .type = SERVICE_TEXT, .summary = "waits for the applicant since", .summary_zh = "待补正自" },
    { .name = "closed", .type = SERVICE_TEXT, .summary = "closed", .summary_zh = "办结日" },
    { .name = "parent", .type = SERVICE_COUNT, .summary = "part of", .summary_zh = "所属联办" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "packs it was opened by", .summary_zh = "立案时的政策包" },
    { .name = "lacking", .type = SERVICE_TEXT, .is_list = true, .summary = "still lacking", .summary_zh = "尚缺" },
    { .name = "values", .type = SERVICE_OBJECT, .is_list = true, .summary = "form", .summary_zh = "表单",
      .fields = SHOW_VALUE, .field_count = ARRAY_COUNT(SHOW_VALUE) },
    { .name = "papers", .type = SERVICE_OBJECT, .is_list = true, .summary = "papers", .summary_zh = "材料",
      .fields = SHOW_PAPER, .field_count = ARRAY_COUNT(SHOW_PAPER) },
    { .name = "objections", .type = SERVICE_OBJECT, .is_list = true, .summary = "objections", .summary_zh = "异议",
      .fields = SHOW_OBJECTION, .field_count = ARRAY_COUNT(SHOW_OBJECTION) },
    { .name = "parts", .type = SERVICE_OBJECT, .is_list = true, .summary = "parts", .summary_zh = "联办事项",
      .fields = SHOW_PART, .field_count = ARRAY_COUNT(SHOW_PART) },
    { .name = "marks", .type = SERVICE_OBJECT, .is_list = true, .summary = "what was done", .summary_zh = "办理记录",
      .fields = SHOW_MARK, .field_count = ARRAY_COUNT(SHOW_MARK) },
    CASE_KIND_FIELD,
    { .name = "duty", .type = SERVICE_TEXT, .summary = "duty of the step", .summary_zh = "本环节岗位职责" },
    { .name = "late", .type = SERVICE_FLAG, .summary = "past its day", .summary_zh = "已超期" },
    { .name = "may_pass", .type = SERVICE_FLAG, .summary = "whoever asks may take its step", .summary_zh = "可由本人办理" },
    { .name = "may_not", .type = SERVICE_STATE, .summary = "why not", .summary_zh = "不能办理的原因" },
    { .name = "path", .type = SERVICE_OBJECT, .is_list = true, .summary = "steps done and to come", .summary_zh = "各环节进度",
      .fields = SHOW_PATH, .field_count = ARRAY_COUNT(SHOW_PATH) },
    { .name = "form", .type = SERVICE_OBJECT, .is_list = true, .summary = "form, to be filled in", .summary_zh = "待填表单",
      .fields = SHOW_FORM, .field_count = ARRAY_COUNT(SHOW_FORM) },
    { .name = "needs", .type = SERVICE_OBJECT, .is_list = true, .summary = "papers needed", .summary_zh = "所需材料",
      .fields = SHOW_NEED, .field_count = ARRAY_COUNT(SHOW_NEED) },
    { .name = "priority", .type = SERVICE_TEXT, .summary = "goes first", .summary_zh = "优先" },
    { .name = "channel_says", .type = SERVICE_TEXT, .summary = "channel in words", .summary_zh = "渠道名称" },
};
enum { SHOW_LISTS_FROM = 20 };

static void put_clock(const case_hand *h)
{
    const case_call *c = h->c;
    arena *a = c->call->request;
    service_value *r = c->call->reply;
    const cases_row *row = &h->row;
    text left = TEXT("-");
    bool counts = row->due_day && row->state == CASES_IN_HAND;
    if (counts && row->due_day >= c->day)
        left = text_format(a, "%d", (int)calendar_working_days_between(&c->working, c->day, row->due_day));
    if (counts && row->due_day < c->day)
        left = text_format(a, service_say(c->call, "late by %d", "超期 %d"), (int)calendar_working_days_between(&c->working, row->due_day, c->day));
    service_put_text(a, r, "opened", case_day_text(a, row->opened_day));
    service_put_text(a, r, "entered", case_day_text(a, row->entered_day));
    service_put_text(a, r, "due", case_day_text(a, row->due_day));
    service_put_text(a, r, "days_left", left);
    service_put_text(a, r, "notice", case_day_text(a, row->notice_day));
    service_put_text(a, r, "asked", case_day_text(a, row->asked_day));
    service_put_text(a, r, "closed", case_day_text(a, row->closed_day));
}

static err put_head(const case_hand *h)
{
    const case_call *c = h->c;
    arena *a = c->call->request;
    service_value *r = c->call->reply;
    text name, agent;
    bool hides;
    TRY(case_hides(h->c, h->row.type, h->row.subject_id, &hides));
    if (hides) name = agent = case_hidden_says(c->call);
    else {
        TRY(case_subject_name(c, h->row.subject_id, &name));
        TRY(case_agent_shown(c, h->row.agent, &agent));
    }
    const cases_word *state = cases_state_word(h->row.state);
    service_put_count(a, r, "case", h->row.case_id);
    service_put_text(a, r, "type", text_copy(a, case_type_shown(c, h->row.type)));
    service_put_cstr(a, r, "article", h->type->symbol->law ? h->type->symbol->law : "-");
    service_put_count(a, r, "subject", hides ? 0 : h->row.subject_id);
    service_put_text(a, r, "name", name);
    service_put_text(a, r, "town", hides ? TEXT("-") : alert_town_text(a, h->row.region));
    service_put_text(a, r, "channel", text_copy(a, h->row.channel));
    service_put_text(a, r, "priority", case_priority_says(c->call, h->row.priority));
    service_put_cstr(a, r, "channel_says", case_channel_says(c->call, h->row.channel));
    service_put_text(a, r, "agent", agent);
    service_put_state(c->call, r, "state", state->name, state->says, state->says_zh);
    service_put_text(a, r, "step", text_copy(a, case_step_shown(c, h->type, h->row.step)));
    service_put_text(a, r, "turn", case_duty_shown(c, h->row.duty));
    put_clock(h);
    service_put_count(a, r, "parent", h->row.parent_id);
    service_put_text(a, r, "law", text_copy(a, h->row.law));
    return ERR_NONE;
}

static text label_of(const case_hand *h, text field)
{
    for (size_t i = 0; i < h->type->field_count && !h->c->call->is_chinese; i++)
        if (text_equal_cstr(field, h->type->fields[i].symbol->name) && h->type->fields[i].symbol->label)
            return text_of(h->type->fields[i].symbol->label);
    return field;
}

static text said_of(const case_hand *h, const cases_value *value)
{
    for (size_t i = 0; i < h->type->field_count; i++) {
        const policy_symbol *s = h->type->fields[i].symbol;
        if (text_equal_cstr(value->field, s->name)) return ask_said(h->c->call, h->c->packs, &s->type, value->value);
    }
    return value->value;
}

static err put_form(const case_hand *h)
{
    static const char *const SOURCES[] = { [CASES_SAID] = "applicant", [CASES_FROM_REGISTRY] = "registry", [CASES_COMPUTED] = "computed" };
    static const char *const SOURCES_ZH[] = { [CASES_SAID] = "申请人", [CASES_FROM_REGISTRY] = "登记库", [CASES_COMPUTED] = "核定" };
    arena *a = h->c->call->request;
    service_value *list = service_put_list(a, h->c->call->reply, "values");
    for (size_t i = 0; i < h->value_count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "field", text_copy(a, label_of(h, h->values[i].field)));
        bool keeps;
        TRY(case_keeps_back(h->c, h->row.type, h->values[i].field, &keeps));
        service_put_text(a, v, "value", keeps ? case_hidden_says(h->c->call) : text_copy(a, said_of(h, &h->values[i])));
        service_put_cstr(a, v, "source", (h->c->call->is_chinese ? SOURCES_ZH : SOURCES)[h->values[i].source]);
    }
    list = service_put_list(a, h->c->call->reply, "papers");
    for (size_t i = 0; i < h->paper_count; i++) {
        const cases_word *state = cases_paper_word(h->papers[i].state);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "paper", text_copy(a, h->papers[i].paper));
        service_put_state(h->c->call, v, "state", state->name, state->says, state->says_zh);
        service_put_text(a, v, "day", case_day_text(a, h->papers[i].day));
        service_put_text(a, v, "due", case_day_text(a, h->papers[i].due_day));
    }
    return ERR_NONE;
}

/* Who objected is not told to whoever is objected to. */
static err put_objections(const case_hand *h)
{
    arena *a = h->c->call->request;
    cases_objection *objections;
    size_t count;
    service_value *list = service_put_list(a, h->c->call->reply, "objections");
    if (own_is_only(h->c->office)) return ERR_NONE;
    TRY(cases_objections(a, h->c->book, h->row.case_id, &objections, &count));
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "number", objections[i].number);
        service_put_text(a, v, "day", case_day_text(a, objections[i].day));
        service_put_text(a, v, "who", objections[i].who);
        service_put_text(a, v, "says", objections[i].says);
        service_put_text(a, v, "answered", case_day_text(a, objections[i].answered_day));
        service_put_text(a, v, "answer", objections[i].answer);
    }
    return ERR_NONE;
}

static err put_parts(case_hand *h)
{
    arena *a = h->c->call->request;
    cases_row *parts;
    size_t count;
    cases_filter filter = { .has_open = true, .has_over = true, .type = TEXT(""), .duty = TEXT(""), .parent_id = h->row.case_id };
    service_value *list = service_put_list(a, h->c->call->reply, "parts");
    TRY(cases_list(a, h->c->book, &filter, &parts, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_shown = !own_is_only(h->c->office);
        if (!is_shown) TRY(own_has_case(h->c->office, &parts[i], &is_shown));
        if (!is_shown) continue;
        const cases_word *state = cases_state_word(parts[i].state);
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "case", parts[i].case_id);
        service_put_text(a, v, "type", text_copy(a, case_type_shown(h->c, parts[i].type)));
        service_put_state(h->c->call, v, "state", state->name, state->says, state->says_zh);
        service_put_text(a, v, "step", parts[i].step);
    }
    return ERR_NONE;
}

/* What officials note for each other is theirs: to the applicant go what they were asked for and why it was refused or ended. */
static bool is_note_told(const case_hand *h, cases_what what)
{
    return !own_is_only(h->c->office) || what == CASES_OPEN || what == CASES_ASK || what == CASES_GIVE || what == CASES_PAPERS || what == CASES_WITHDRAW || what == CASES_END;
}

static err put_marks(const case_hand *h)
{
    arena *a = h->c->call->request;
    cases_mark *marks;
    size_t count;
    service_value *list = service_put_list(a, h->c->call->reply, "marks");
    TRY(cases_marks(a, h->c->book, h->row.case_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        const cases_word *what = cases_what_word(marks[i].what);
        bool is_auto = text_equal_cstr(marks[i].duty, CASE_AUTO);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "at", record_instant_text(a, marks[i].known_ms));
        service_put_text(a, v, "day", case_day_text(a, marks[i].day));
        bool has_name = !is_auto && !own_is_only(h->c->office);
        service_put_text(a, v, "by", has_name ? alert_user_name(h->c->office, marks[i].actor_id) : case_duty_shown(h->c, marks[i].duty));
        service_put_cstr(a, v, "what", service_say(h->c->call, what->says, what->says_zh));
        service_put_text(a, v, "step", text_copy(a, case_step_shown(h->c, h->type, marks[i].step)));
        service_put_text(a, v, "reached", text_copy(a, case_step_shown(h->c, h->type, marks[i].reached)));
        service_put_text(a, v, "note", is_note_told(h, marks[i].what) ? marks[i].note : TEXT(""));
    }
    return ERR_NONE;
}

/* ---- what is done, and what is to come ---- */

static const struct {
    const char *code, *says, *says_zh;
} PATH_STATES[] = { { "done", "done", "已办" }, { "now", "now", "正在办" }, { "ahead", "to come", "待办" }, { "skipped", "not taken", "未经过" } };
typedef enum { PATH_DONE, PATH_NOW, PATH_AHEAD, PATH_SKIPPED } path_state;

/* The last mark that says the step was done, unless the case was sent back to it or to one before since. */
static const cases_mark *mark_of(const case_hand *h, const char *step, const cases_mark *marks, size_t count)
{
    const cases_mark *found = NULL;
    size_t here = case_step_index(h->type, text_of(step));
    for (size_t i = 0; i < count; i++) {
        bool is_done = marks[i].what == CASES_PASS || marks[i].what == CASES_FINISH || marks[i].what == CASES_END;
        if (is_done && text_equal_cstr(marks[i].step, step)) found = &marks[i];
        if (marks[i].what == CASES_RETURN && case_step_index(h->type, marks[i].reached) <= here) found = NULL;
    }
    return found;
}

static err put_path(case_hand *h)
{
    case_call *c = h->c;
    arena *a = c->call->request;
    cases_mark *marks;
    size_t count;
    service_value *list = service_put_list(a, c->call->reply, "path");
    TRY(cases_marks(a, c->book, h->row.case_id, &marks, &count));
    for (size_t i = 0; i < h->type->step_count; i++) {
        const policy_case_step *s = &h->type->steps[i];
        const cases_mark *mark = mark_of(h, s->name, marks, count);
        bool is_here = text_equal_cstr(h->row.step, s->name), is_over = cases_is_over(h->row.state);
        path_state state = mark ? PATH_DONE : is_over ? PATH_SKIPPED : PATH_AHEAD;
        text duty = TEXT_NONE;
        if (is_here && !is_over) state = PATH_NOW;
        if (is_here && s->is_end) state = PATH_DONE;
        if (s->is_end && !is_here) continue;
        if (case_duty_of(c, s, &duty).kind) duty = TEXT_NONE; /* the office's table no longer tells */
        bool is_auto = mark && text_equal_cstr(mark->duty, CASE_AUTO);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "step", text_copy(a, case_step_shown(c, h->type, text_of(s->name))));
        service_put_text(a, v, "by", case_duty_shown(c, duty));
        service_put_state(c->call, v, "state", PATH_STATES[state].code, PATH_STATES[state].says, PATH_STATES[state].says_zh);
        service_put_text(a, v, "who", !mark || is_auto || own_is_only(c->office) ? TEXT("-") : alert_user_name(c->office, mark->actor_id));
        service_put_text(a, v, "day", mark ? case_day_text(a, mark->day) : TEXT("-"));
    }
    return ERR_NONE;
}

/* Told to whoever has logged in; to nobody else. */
static err put_may(case_hand *h)
{
    case_call *c = h->c;
    arena *a = c->call->request;
    const cases_row *row = &h->row;
    size_t step = case_step_index(h->type, row->step);
    bool is_open = !cases_is_over(row->state) && step != SIZE_MAX, is_auto = text_equal_cstr(row->duty, CASE_AUTO);
    err e = ERR_NONE;
    if (is_open && !is_auto && c->office->session) {
        c->office->actor_id = staff_session_user(c->office->session);
        e = case_may(c, row, h->type, step);
        bool is_refusal = e.kind == &DUTY_NOT_HELD || e.kind == &DUTY_SAME_PERSON || e.kind == &CASE_SAME_PERSON;
        if (!is_refusal) TRY(e);
    }
    service_put_cstr(a, c->call->reply, "subject_kind", case_kind_word(row->subject_kind));
    service_put_text(a, c->call->reply, "duty", row->duty.size_bytes ? text_copy(a, row->duty) : TEXT("-"));
    service_put_bool(a, c->call->reply, "late", row->state == CASES_IN_HAND && row->due_day && row->due_day < c->day);
    service_put_bool(a, c->call->reply, "may_pass", is_open && c->office->session && !e.kind);
    service_put_state(c->call, c->call->reply, "may_not", e.kind ? e.kind->code : "none",
                      e.kind ? text_cstr(a, err_sentence(a, e, false)) : "-", e.kind ? text_cstr(a, err_sentence(a, e, true)) : "-");
    return ERR_NONE;
}

static err case_show_run(service_call *call)
{
    case_call c;
    case_hand h;
    text *lacking;
    size_t count = 0;
    uint64_t number = service_size_of(call, "case", 0);
    TRY(case_begin_revealing(call, text_format(call->request, "case %llu", (unsigned long long)number), &c));
    TRY(case_take(&c, (int64_t)number, &h));
    TRY(put_head(&h));
    service_value *list = service_put_list(call->request, call->reply, "lacking");
    size_t step = case_step_index(h.type, h.row.step);
    if (!cases_is_over(h.row.state) && step != SIZE_MAX) TRY(case_lacking(&h, !h.type->steps[step].next_count, &lacking, &count));
    for (size_t i = 0; i < count; i++) service_put_text(call->request, list, NULL, lacking[i]);
    TRY(put_form(&h));
    TRY(put_objections(&h));
    TRY(put_parts(&h));
    TRY(put_marks(&h));
    TRY(put_may(&h));
    TRY(put_path(&h));
    return case_put_form(&h, call->reply);
}

static void print_head(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < SHOW_LISTS_FROM; i++) {
        const service_value *v = service_member(call->reply, SHOW_OUTPUT[i].name);
        const char *name = service_say(call, SHOW_OUTPUT[i].summary, SHOW_OUTPUT[i].summary_zh);
        bool is_empty = v->kind == SERVICE_VALUE_COUNT ? !v->count : text_equal_cstr(v->word, "-");
        if (is_empty) continue;
        text shown = v->kind == SERVICE_VALUE_COUNT ? text_format(call->request, "%lld", (long long)v->count) : v->word;
        text_add_format(out, "%s%s%.*s\n", name, service_say(call, ": ", "："), TEXT_ARG(shown));
    }
    const service_value *lacking = service_member(call->reply, "lacking");
    for (const service_value *v = lacking->first; v; v = v->next)
        text_add_format(out, "%s%.*s\n", service_say(call, "still lacking: ", "尚缺："), TEXT_ARG(v->word));
}

static void case_show_print(const service_call *call, text_builder *out)
{
    print_head(call, out);
    month_print_list(call, "values", SHOW_VALUE, ARRAY_COUNT(SHOW_VALUE), ARRAY_COUNT(SHOW_VALUE), out);
    month_print_list(call, "papers", SHOW_PAPER, ARRAY_COUNT(SHOW_PAPER), ARRAY_COUNT(SHOW_PAPER), out);
    month_print_list(call, "objections", SHOW_OBJECTION, ARRAY_COUNT(SHOW_OBJECTION), ARRAY_COUNT(SHOW_OBJECTION), out);
    month_print_list(call, "parts", SHOW_PART, ARRAY_COUNT(SHOW_PART), ARRAY_COUNT(SHOW_PART), out);
    month_print_list(call, "marks", SHOW_MARK, ARRAY_COUNT(SHOW_MARK), ARRAY_COUNT(SHOW_MARK), out);
}

static const char *const SHOW_EXAMPLES[] = { "doudi case show 12", NULL };
const service_op CASE_SHOW_OP = {
    .name = "case.show",
    .summary = "A case: its form, papers, clock, and who did what",
    .summary_zh = "一件业务：表单、材料、时限和办理记录",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_case = true, .scope = SERVICE_SCOPE_CASE,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = case_show_run,
    .print = case_show_print,
};
