/* doudi case open: somebody asks the office for something; what is known of them is not asked again. */
#include "service/draft.h"
#include "service/case.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const char *const CHANNELS[] = { "window", "web", "phone", "self-service", "visit", "bank", "office", NULL };
static const struct { const char *en, *zh; } CHANNEL_SAYS[] = {
    { "counter", "窗口" }, { "web", "网上" }, { "telephone", "手机" }, { "self-service", "自助终端" }, { "visit at home", "上门" },
    { "bank branch", "银行网点" }, { "within the office", "机关内转" },
};
_Static_assert(ARRAY_COUNT(CHANNELS) == ARRAY_COUNT(CHANNEL_SAYS) + 1, "a channel has no words");

const char *case_channel_says(const service_call *call, text channel)
{
    for (size_t i = 0; CHANNELS[i]; i++)
        if (text_equal_cstr(channel, CHANNELS[i])) return service_say(call, CHANNEL_SAYS[i].en, CHANNEL_SAYS[i].zh);
    return "-";
}

static const service_field OPEN_INPUT[] = {
    { .name = "type", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "TYPE",
      .summary = "which: doudi case types lists them", .summary_zh = "事项名称，见 doudi case types" },
    RECORD_WHO_FIELD("whom it is about: citizen number, id, or whole name; a credit code or id of an employer",
                     "办理对象：证件号码、编号或完整姓名；单位写统一社会信用代码或编号"),
    CASE_FORM_FIELDS,
    { .name = "channel", .type = SERVICE_NAME, .choices = CHANNELS, .shows = "CHANNEL",
      .summary = "how it came: window, web, phone, self-service, visit, bank or office (default: window)",
      .summary_zh = "渠道：window 窗口、web 网上、phone 手机、self-service 自助、visit 上门、bank 银行网点、office 机关内转（默认窗口）" },
    { .name = "agent", .type = SERVICE_TEXT, .shows = "NAME|ID",
      .summary = "who asks for them, where it is another; by the id of a person, whose own login then sees the case",
      .summary_zh = "代办人（由他人代办时）；写人员编号的，代办人可用本人账号查看该办件" },
    { .name = "key", .type = SERVICE_TEXT, .shows = "TEXT",
      .summary = "what tells it from another of the same type about the same person",
      .summary_zh = "同一对象同一事项有多件时，用以区分" },
    { .name = "note", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "for whoever reads it later", .summary_zh = "备注" },
    { .name = "priority", .type = SERVICE_TEXT, .shows = "REASON", .summary = "why it goes before others, as the region's rules name it (the very old do so anyway)",
      .summary_zh = "绿色通道：优先办理情形，须为本地区规定的（高龄自动优先）" },
    { .name = "alert", .type = SERVICE_COUNT, .shows = "ALERT",
      .summary = "the alert it comes from: its evidence goes along, and the alert is worked on by this case",
      .summary_zh = "由哪条预警立案：证据随案，预警转为办理中" },
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OPEN_OUTPUT[] = { CASE_STEP_OUTPUT };

/* ---- one case ---- */

/* That somebody has complained is kept back with their name: whoever took the complaint in is told that it is there, and nobody else,
 * whether they ask for the form, open one more or only rehearse it. */
static err is_told_of(case_call *c, const cases_row *row, bool *is)
{
    cases_mark *marks;
    size_t count;
    bool hides;
    TRY(case_hides(c, row->type, row->subject_id, &hides));
    *is = !hides;
    if (!hides || !c->office->session) return ERR_NONE;
    TRY(cases_marks(c->memory, c->book, row->case_id, &marks, &count));
    *is = count && marks[0].actor_id == staff_session_user(c->office->session);
    return ERR_NONE;
}

static err find_same(case_call *c, const case_opening *o, cases_row *found)
{
    cases_row *rows;
    size_t count;
    cases_filter filter = { .has_open = true, .type = text_of(o->type->symbol->name), .duty = TEXT(""), .subject_id = o->subject_id };
    found->case_id = 0;
    TRY(cases_list(c->memory, c->book, &filter, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_told;
        if (!text_equal(rows[i].said, o->said)) continue;
        TRY(is_told_of(c, &rows[i], &is_told));
        if (is_told) *found = rows[i];
    }
    return ERR_NONE;
}

/* What a part of a bundle shares with the whole: fields and papers of the same names, not asked twice. */
static void share(case_hand *h, const case_hand *from)
{
    case_call *c = h->c;
    size_t count = 0;
    cases_paper *papers = ARENA_ARRAY(c->memory, cases_paper, h->type->paper_count + 1);
    for (size_t i = 0; i < h->type->field_count; i++) {
        const cases_value *value = case_value_of(from, h->type->fields[i].symbol->name);
        if (value) ARENA_PUSH(c->memory, h->values, h->value_count, h->value_capacity, *value);
    }
    for (size_t i = 0; i < h->type->paper_count; i++) {
        const cases_paper *paper = case_paper_of(from, h->type->papers[i].name);
        if (paper) papers[count++] = *paper;
        /* The promise was untrue once, in the case where it was made. */
        if (paper && paper->state == CASES_MENDED) papers[count - 1].state = CASES_BROUGHT;
    }
    h->papers = papers;
    h->paper_count = count;
}

static err subject_of(case_call *c, const case_opening *o, cases_terms *terms)
{
    int64_t subject_id = o->subject_id;
    registry *people;
    registry_record record;
    TRY(county_people(c->office, &people));
    TRY(registry_record_read(c->memory, people, subject_id, REGISTRY_NOW, &record));
    size_t count = record.count[record.kind];
    terms->subject_id = subject_id;
    terms->subject_kind = record.kind;
    if (count && record.kind == REGISTRY_PERSON) terms->region = ((const registry_person *)record.facts[REGISTRY_PERSON])[count - 1].region;
    if (count && record.kind == REGISTRY_EMPLOYER) terms->region = ((const registry_employer *)record.facts[REGISTRY_EMPLOYER])[count - 1].region;
    if (count && record.kind == REGISTRY_HOUSEHOLD) terms->region = ((const registry_household *)record.facts[REGISTRY_HOUSEHOLD])[count - 1].region;
    if (!terms->region) terms->region = c->region_code;
    terms->priority = o->priority;
    return o->parent ? ERR_NONE : case_priority(c, o->priority, &record, &terms->priority);
}

/* All of a new case but that it is kept. */
static err prepare(case_call *c, const case_opening *o, case_hand *h, cases_terms *terms)
{
    cases_value *values;
    cases_paper *papers;
    size_t value_count, paper_count;
    *terms = (cases_terms){ .type = text_of(o->type->symbol->name), .law = decide_pack_digest(c->law), .channel = o->channel,
                            .agent = o->agent, .said = o->said, .parent_id = o->parent_id, .day = c->day, .note = o->note };
    *h = (case_hand){ .c = c, .type = o->type, .row = { .subject_id = o->subject_id } };
    TRY(subject_of(c, o, terms));
    TRY(case_facts_read(c, o->type, o->subject_id, &h->facts));
    if (o->parent) share(h, o->parent);
    TRY(case_hand_reckon(h));
    TRY(case_form_take(h, o->parent ? CASE_TAKE_KNOWN : CASE_TAKE_KNOWN | CASE_TAKE_SAID, &values, &value_count));
    if (!o->parent) TRY(case_papers_take(h, &papers, &paper_count));
    TRY(case_place(h, 0, &terms->place));
    terms->values = h->values;
    terms->value_count = h->value_count;
    terms->papers = h->papers;
    terms->paper_count = h->paper_count;
    return ERR_NONE;
}

static err begin_case(case_call *c, const case_opening *o, case_hand *h)
{
    charter *room;
    cases_terms terms;
    cases_act act = case_act(c);
    charter_act law_act = { .actor_id = act.actor_id, .known_ms = act.known_ms, .why = act.why };
    TRY(prepare(c, o, h, &terms));
    TRY(county_charter(c->office, &room));
    TRY(charter_keep_law(room, &law_act, terms.law, decide_law_bytes(c->law)));
    TRY(cases_begin(c->book, &act, &terms, &h->row.case_id));
    return cases_read(c->memory, c->book, h->row.case_id, &h->row);
}

err case_open_one(case_call *c, const case_opening *o, case_hand *h, bool *is_new)
{
    cases_row same;
    case_opening asked = *o;
    if (!o->type->step_count) return err_of(&CASE_UNKNOWN_TYPE, o->type->symbol->name);
    TRY(find_same(c, o, &same));
    *is_new = !same.case_id;
    case_agent_type(c, o->agent, &asked.type);
    return *is_new ? begin_case(c, &asked, h) : case_take(c, same.case_id, h);
}

/* ---- the operation ---- */

static err case_open_run(service_call *call)
{
    case_call c;
    case_hand h;
    bool is_new;
    alert_row alert = { 0 };
    text stands = TEXT_NONE;
    service_value *effects = service_list(call->request);
    TRY(case_begin(call, COUNTY_WRITE, &c));
    case_opening o = { .channel = service_text_of(call, "channel", TEXT("window")), .agent = service_text_of(call, "agent", TEXT("")),
                       .said = service_text_of(call, "key", TEXT("")), .note = service_text_of(call, "note", TEXT("")),
                       .priority = service_text_of(call, "priority", TEXT("")) };
    TRY(case_type_find(&c, service_text_of(call, "type", TEXT_NONE), &o.type));
    TRY(case_agent_may(&c, o.type, o.agent));
    TRY(case_subject_find(&c, o.type, service_text_of(call, "who", TEXT_NONE), &o.subject_id));
    TRY(case_agent_find(&c, o.agent, o.subject_id));
    if (service_is_given(call, "alert")) TRY(case_alert_take(&c, &o, &alert));
    TRY(case_open_one(&c, &o, &h, &is_new));
    if (is_new && alert.alert_id) TRY(case_alert_mark(&c, &alert, h.row.case_id));
    if (is_new) TRY(case_pass_auto(&h, effects, &stands));
    if (stands.size_bytes) service_note(call, "the engine's own step waits: ", "自动环节等待：", stands);
    TRY(draft_done(c.office, TEXT("case.open"), text_of(o.type->symbol->name), o.subject_id));
    return case_finish(&c, h.row.case_id, TEXT_NONE, is_new, effects);
}

static const char *const OPEN_EXAMPLES[] = {
    "doudi case open 职工退休申领 1024 --paper 身份证 --as zhangwei",
    "doudi case open 停保 1024 --field 险种=企业职工基本养老保险 --field 截止日=2026-12-01 --as zhangwei",
    "doudi case open 多发待遇追回 1024 --alert 17 --as clara", NULL };

const service_op CASE_OPEN_OP = {
    .name = "case.open",
    .summary = "Open a case: what is known already is filled in and not asked again",
    .summary_zh = "受理一件业务：已有信息自动带出，不重复收取",
    .law = "《社会保险经办条例》第三十一条",
    .kind = SERVICE_WRITE,
    .permission = "case.open",
    .scope = SERVICE_SCOPE_HOUSEHOLD, .scope_of = "who",
    .input = OPEN_INPUT,
    .input_count = ARRAY_COUNT(OPEN_INPUT),
    .output = OPEN_OUTPUT,
    .output_count = ARRAY_COUNT(OPEN_OUTPUT),
    .examples = OPEN_EXAMPLES,
    .run = case_open_run,
    .print = case_step_print,
};

/* ---- the form before a case is opened ---- */

static const service_field FORM_INPUT[] = {
    { .name = "type", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "TYPE",
      .summary = "which: doudi case types lists them", .summary_zh = "事项名称，见 doudi case types" },
    RECORD_WHO_FIELD("whom it would be about", "办理对象"),
    CASE_FORM_FIELDS, CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field FORM_ROW[] = { CASE_FORM_ROW };
static const service_field FORM_NEED[] = { CASE_NEED_ROW };
static const service_field FORM_OUTPUT[] = {
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "article", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "依据" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "about", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    CASE_KIND_FIELD,
    { .name = "in_hand", .type = SERVICE_COUNT, .summary = "a case of this type in hand already", .summary_zh = "已在办的同一事项" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "first step", .summary_zh = "首个环节" },
    { .name = "turn", .type = SERVICE_TEXT, .summary = "whose it would be", .summary_zh = "应由谁办" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "would be due", .summary_zh = "期限" },
    { .name = "form", .type = SERVICE_OBJECT, .is_list = true, .summary = "form", .summary_zh = "表单", .fields = FORM_ROW,
      .field_count = ARRAY_COUNT(FORM_ROW) },
    { .name = "needs", .type = SERVICE_OBJECT, .is_list = true, .summary = "papers needed", .summary_zh = "所需材料", .fields = FORM_NEED,
      .field_count = ARRAY_COUNT(FORM_NEED) },
    { .name = "lacking", .type = SERVICE_TEXT, .is_list = true, .summary = "still lacking", .summary_zh = "尚缺" },
};

static err put_prepared(case_hand *h, const cases_terms *terms, const cases_row *same)
{
    case_call *c = h->c;
    arena *a = c->call->request;
    service_value *r = c->call->reply;
    text name, *lacking;
    size_t count;
    TRY(case_subject_name(c, terms->subject_id, &name));
    service_put_text(a, r, "type", text_copy(a, case_type_shown(c, terms->type)));
    service_put_cstr(a, r, "article", h->type->symbol->law ? h->type->symbol->law : "-");
    service_put_count(a, r, "subject", terms->subject_id);
    service_put_text(a, r, "name", name);
    service_put_cstr(a, r, "subject_kind", case_kind_word(terms->subject_kind));
    service_put_count(a, r, "in_hand", same->case_id);
    service_put_text(a, r, "step", text_copy(a, case_step_shown(c, h->type, terms->place.step)));
    service_put_text(a, r, "turn", case_duty_shown(c, terms->place.duty));
    service_put_text(a, r, "due", case_day_text(a, terms->place.due_day));
    TRY(case_put_form(h, r));
    service_value *list = service_put_list(a, r, "lacking");
    TRY(case_lacking(h, false, &lacking, &count));
    for (size_t i = 0; i < count; i++) service_put_text(a, list, NULL, lacking[i]);
    return ERR_NONE;
}

static err case_form_run(service_call *call)
{
    case_call c;
    case_hand h;
    cases_terms terms;
    cases_row same;
    case_opening o = { .said = TEXT("") };
    TRY(case_begin(call, COUNTY_READ, &c));
    TRY(case_type_find(&c, service_text_of(call, "type", TEXT_NONE), &o.type));
    TRY(case_subject_find(&c, o.type, service_text_of(call, "who", TEXT_NONE), &o.subject_id));
    TRY(find_same(&c, &o, &same));
    TRY(prepare(&c, &o, &h, &terms));
    return put_prepared(&h, &terms, &same);
}

static void print_head(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply, *due = service_member(r, "due"), *same = service_member(r, "in_hand");
    text_add_format(out, "%.*s: %.*s (%lld)\n", TEXT_ARG(service_member(r, "type")->word), TEXT_ARG(service_member(r, "name")->word),
                    (long long)service_member(r, "subject")->count);
    text_add_format(out, service_say(call, "first step: %.*s, %.*s\n", "首个环节：%.*s，%.*s\n"),
                    TEXT_ARG(service_member(r, "step")->word), TEXT_ARG(service_member(r, "turn")->word));
    if (!text_equal_cstr(due->word, "-"))
        text_add_format(out, service_say(call, "would be due: %.*s\n", "期限：%.*s\n"), TEXT_ARG(due->word));
    if (same->count)
        text_add_format(out, service_say(call, "in hand already: case %lld\n", "已在办：办件 %lld\n"), (long long)same->count);
}

static void case_form_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    print_head(call, out);
    for (const service_value *v = service_member(r, "form")->first; v; v = v->next) {
        text value = service_member(v, "value")->word;
        bool is_registry = text_equal_cstr(service_member(v, "source")->word, "registry");
        text_add_format(out, "%.*s%s  %.*s%s\n", TEXT_ARG(service_member(v, "field")->word),
                        service_member(v, "required")->is_true ? "*" : "", TEXT_ARG(value),
                        is_registry ? service_say(call, " (registry)", "（登记库）") : "");
    }
    for (const service_value *v = service_member(r, "needs")->first; v; v = v->next)
        text_add_format(out, service_say(call, "paper: %.*s, %.*s\n", "材料：%.*s，%.*s\n"), TEXT_ARG(service_member(v, "paper")->word),
                        TEXT_ARG(service_member(v, "state")->word));
    for (const service_value *v = service_member(r, "lacking")->first; v; v = v->next)
        text_add_format(out, "%s%.*s\n", service_say(call, "still lacking: ", "尚缺："), TEXT_ARG(v->word));
}

static const char *const FORM_EXAMPLES[] = { "doudi case form 职工退休申领 1024", NULL };
const service_op CASE_FORM_OP = {
    .name = "case.form",
    .summary = "What there would be to fill in and to bring, were a case opened: nothing is kept",
    .summary_zh = "受理前预览：需填什么、需带什么，哪些自动带出；不留办件",
    .law = "《社会保险经办条例》第三十一条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_HOUSEHOLD, .scope_of = "who",
    .input = FORM_INPUT,
    .input_count = ARRAY_COUNT(FORM_INPUT),
    .output = FORM_OUTPUT,
    .output_count = ARRAY_COUNT(FORM_OUTPUT),
    .examples = FORM_EXAMPLES,
    .run = case_form_run,
    .print = case_form_print,
};
