/* doudi case open: somebody asks the office for something; what is known of them is not asked again. */
#include "service/case.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const char *const CHANNELS[] = { "window", "web", "phone", "self-service", "visit", "bank", "office", NULL };
static const service_field OPEN_INPUT[] = {
    { .name = "type", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "TYPE",
      .summary = "which: doudi case types lists them", .summary_zh = "事项名称，见 doudi case types" },
    RECORD_WHO_FIELD("whom it is about: citizen number, id, or whole name; a credit code or id of an employer",
                     "办理对象：证件号码、编号或完整姓名；单位写统一社会信用代码或编号"),
    CASE_FORM_FIELDS,
    { .name = "channel", .type = SERVICE_NAME, .choices = CHANNELS, .shows = "CHANNEL",
      .summary = "how it came: window, web, phone, self-service, visit, bank or office (default: window)",
      .summary_zh = "渠道：window 窗口、web 网上、phone 手机、self-service 自助、visit 上门、bank 银行网点、office 机关内转（默认窗口）" },
    { .name = "agent", .type = SERVICE_TEXT, .shows = "NAME", .summary = "who asks for them, where it is another",
      .summary_zh = "代办人（由他人代办时）" },
    { .name = "key", .type = SERVICE_TEXT, .shows = "TEXT",
      .summary = "what tells it from another of the same type about the same person",
      .summary_zh = "同一对象同一事项有多件时，用以区分" },
    { .name = "note", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "for whoever reads it later", .summary_zh = "备注" },
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OPEN_OUTPUT[] = { CASE_STEP_OUTPUT };

/* ---- one case ---- */

static err find_same(case_call *c, const case_opening *o, cases_row *found)
{
    cases_row *rows;
    size_t count;
    cases_filter filter = { .has_open = true, .type = text_of(o->type->symbol->name), .duty = TEXT(""), .subject_id = o->subject_id };
    found->case_id = 0;
    TRY(cases_list(c->memory, c->book, &filter, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(rows[i].said, o->said)) *found = rows[i];
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
    }
    h->papers = papers;
    h->paper_count = count;
}

static err subject_of(case_call *c, int64_t subject_id, cases_terms *terms)
{
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
    return ERR_NONE;
}

static err begin_case(case_call *c, const case_opening *o, case_hand *h)
{
    cases_value *values;
    cases_paper *papers;
    size_t value_count, paper_count;
    charter *room;
    cases_act act = case_act(c);
    charter_act law_act = { .actor_id = act.actor_id, .known_ms = act.known_ms, .why = act.why };
    cases_terms terms = { .type = text_of(o->type->symbol->name), .law = decide_pack_digest(c->law), .channel = o->channel,
                          .agent = o->agent, .said = o->said, .parent_id = o->parent_id, .day = c->day, .note = o->note };
    *h = (case_hand){ .c = c, .type = o->type };
    TRY(subject_of(c, o->subject_id, &terms));
    TRY(case_facts_read(c, o->type, o->subject_id, &h->facts));
    if (o->parent) share(h, o->parent);
    TRY(case_hand_reckon(h));
    TRY(case_form_take(h, o->parent ? CASE_TAKE_KNOWN : CASE_TAKE_KNOWN | CASE_TAKE_SAID, &values, &value_count));
    if (!o->parent) TRY(case_papers_take(h, &papers, &paper_count));
    TRY(case_place(h, 0, &terms.place));
    terms.values = h->values;
    terms.value_count = h->value_count;
    terms.papers = h->papers;
    terms.paper_count = h->paper_count;
    TRY(county_charter(c->office, &room));
    TRY(charter_keep_law(room, &law_act, terms.law, decide_law_bytes(c->law)));
    TRY(cases_begin(c->book, &act, &terms, &h->row.case_id));
    return cases_read(c->memory, c->book, h->row.case_id, &h->row);
}

err case_open_one(case_call *c, const case_opening *o, case_hand *h, bool *is_new)
{
    cases_row same;
    if (!o->type->step_count) return err_of(&CASE_UNKNOWN_TYPE, o->type->symbol->name);
    TRY(find_same(c, o, &same));
    *is_new = !same.case_id;
    return *is_new ? begin_case(c, o, h) : case_take(c, same.case_id, h);
}

/* ---- the operation ---- */

/* An employer by its code, anything else as a person; a household by its id. */
static err find_subject(case_call *c, text who, int64_t *subject_id)
{
    err e = record_find_person(c->office, who, subject_id);
    if (!e.kind || (e.kind != &RECORD_NONE && e.kind != &RECORD_OTHER_KIND && e.kind != &REGISTRY_NOT_FOUND)) return e;
    registry *people;
    registry_record record;
    int64_t id;
    if (!record_find_employer(c->office, who, subject_id).kind) return ERR_NONE;
    TRY(county_people(c->office, &people));
    if (!codec_parse_scaled(who, 0, &id) || registry_record_read(c->memory, people, id, REGISTRY_NOW, &record).kind) return e;
    *subject_id = id;
    return ERR_NONE;
}

static err case_open_run(service_call *call)
{
    case_call c;
    case_hand h;
    bool is_new;
    text stands = TEXT_NONE;
    service_value *effects = service_list(call->request);
    TRY(case_begin(call, COUNTY_WRITE, &c));
    case_opening o = { .channel = service_text_of(call, "channel", TEXT("window")), .agent = service_text_of(call, "agent", TEXT("")),
                       .said = service_text_of(call, "key", TEXT("")), .note = service_text_of(call, "note", TEXT("")) };
    TRY(case_type_find(&c, service_text_of(call, "type", TEXT_NONE), &o.type));
    TRY(find_subject(&c, service_text_of(call, "who", TEXT_NONE), &o.subject_id));
    TRY(case_open_one(&c, &o, &h, &is_new));
    if (is_new) TRY(case_pass_auto(&h, effects, &stands));
    if (stands.size_bytes) service_note(call, "the engine's own step waits: ", "自动环节等待：", stands);
    return case_finish(&c, h.row.case_id, TEXT_NONE, is_new, effects);
}

static const char *const OPEN_EXAMPLES[] = {
    "doudi case open 职工退休申领 1024 --paper 身份证 --as zhangwei",
    "doudi case open 停保 1024 --field 险种=企业职工基本养老保险 --field 截止日=2026-12-01 --as zhangwei", NULL };

const service_op CASE_OPEN_OP = {
    .name = "case.open",
    .summary = "Open a case: what is known already is filled in and not asked again",
    .summary_zh = "受理一件业务：已有信息自动带出，不重复收取",
    .law = "《社会保险经办条例》第三十一条",
    .kind = SERVICE_WRITE,
    .permission = "case.open",
    .input = OPEN_INPUT,
    .input_count = ARRAY_COUNT(OPEN_INPUT),
    .output = OPEN_OUTPUT,
    .output_count = ARRAY_COUNT(OPEN_OUTPUT),
    .examples = OPEN_EXAMPLES,
    .run = case_open_run,
    .print = case_step_print,
};
