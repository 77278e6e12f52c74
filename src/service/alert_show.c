/* doudi alert show: what is wrong, by which article, from which facts, and what was done about it. */
#include <string.h>

#include "service/alert.h"
#include "service/decide.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/scope.h"
#include "service/watch.h"

static const service_field SHOW_INPUT[] = {
    ALERT_ID_FIELD,
    { .name = "all", .type = SERVICE_FLAG, .summary = "the whole tree of reasons", .summary_zh = "展开全部推理" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_FACT[] = {
    { .name = "fact", .type = SERVICE_TEXT, .summary = "fact", .summary_zh = "事实" },
    { .name = "value", .type = SERVICE_VALUE, .summary = "value", .summary_zh = "值" },
};
static const service_field SHOW_HELD[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "kept back, yuan", .summary_zh = "暂停发放（元）" },
};
static const service_field SHOW_STEP[] = {
    { .name = "at", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "时间" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "何人" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "what was done", .summary_zh = "办理" },
    { .name = "to", .type = SERVICE_TEXT, .summary = "given to", .summary_zh = "派给" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "说明" },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "alert", .type = SERVICE_COUNT, .summary = "alert", .summary_zh = "编号" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "内容" },
    { .name = "watch", .type = SERVICE_TEXT, .summary = "watch", .summary_zh = "监测" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "对象" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "number", .summary_zh = "对象编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "town", .type = SERVICE_TEXT, .summary = "township", .summary_zh = "乡镇" },
    { .name = "article", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "依据" },
    { .name = "next", .type = SERVICE_TEXT, .summary = "what is wrong, and the next step", .summary_zh = "情形与下一步" },
    { .name = "effect", .type = SERVICE_TEXT, .summary = "effect", .summary_zh = "处置" },
    { .name = "severity", .type = SERVICE_TEXT, .summary = "severity", .summary_zh = "程度" },
    { .name = "risk", .type = SERVICE_TEXT, .summary = "at risk, yuan", .summary_zh = "涉及金额（元）" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "起自" },
    { .name = "opened", .type = SERVICE_TEXT, .summary = "opened", .summary_zh = "发现日" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    { .name = "owner", .type = SERVICE_TEXT, .summary = "section", .summary_zh = "责任股室" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "given to", .summary_zh = "经办人" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "packs that found it", .summary_zh = "所用政策包" },
    { .name = "facts", .type = SERVICE_OBJECT, .is_list = true, .summary = "facts", .summary_zh = "事实",
      .fields = SHOW_FACT, .field_count = ARRAY_COUNT(SHOW_FACT) },
    { .name = "held", .type = SERVICE_OBJECT, .is_list = true, .summary = "kept back", .summary_zh = "暂停发放",
      .fields = SHOW_HELD, .field_count = ARRAY_COUNT(SHOW_HELD) },
    { .name = "steps", .type = SERVICE_OBJECT, .is_list = true, .summary = "steps", .summary_zh = "办理记录",
      .fields = SHOW_STEP, .field_count = ARRAY_COUNT(SHOW_STEP) },
    { .name = "explanation", .type = SERVICE_ANY },
};
enum { SHOW_FACTS_FROM = 19, LINES_ALL = 1000000 };

static void put_head(county *office, const alert_row *row, text name)
{
    service_call *call = office->call;
    arena *a = call->request;
    service_value *r = call->reply;
    const alert_word *state = alert_state_word(row->state);
    service_put_count(a, r, "alert", row->alert_id);
    service_put_text(a, r, "title", watch_title(call, row->terms.watch));
    service_put_text(a, r, "watch", text_copy(a, row->terms.watch));
    service_put_state(call, r, "state", state->name, state->says, state->says_zh);
    service_put_cstr(a, r, "kind", alert_subject_word(call, row->terms.subject_kind));
    service_put_count(a, r, "subject", row->terms.subject_id);
    service_put_text(a, r, "name", name);
    service_put_text(a, r, "town", alert_town_text(a, row->terms.region));
    service_put_text(a, r, "article", row->terms.law);
    service_put_text(a, r, "next", watch_words(call, row->terms.says));
    service_put_cstr(a, r, "effect", alert_action_word(call, row->terms.action));
    service_put_cstr(a, r, "severity", alert_severity_word(call, row->terms.severity));
    service_put_text(a, r, "risk", alert_risk_text(a, row->terms.risk_fen));
    service_put_text(a, r, "since", alert_day_text(a, row->terms.since_day));
    service_put_text(a, r, "opened", alert_day_text(a, row->opened_day));
    service_put_text(a, r, "due", alert_day_text(a, row->terms.due_day));
    service_put_text(a, r, "owner", watch_words(call, row->terms.owner));
    service_put_text(a, r, "user", alert_user_name(office, row->user_id));
    service_put_text(a, r, "law", row->digest);
}

static const struct {
    const char *name, *says, *says_zh;
} OF_PLACES[] = {
    { "indicator.month", "month", "月份" },   { "indicator.value", "value", "值" },
    { "indicator.goal", "goal", "目标" },     { "indicator.gap", "gap", "差距" },
    { "indicator.warn", "warns at", "告警线" },
};

/* 待遇监测.最近发放月 is 最近发放月 to a reader, or its English label. */
static text fact_name(service_call *call, const policy_book *book, text name)
{
    const policy_symbol *symbol;
    for (size_t i = 0; i < ARRAY_COUNT(OF_PLACES); i++)
        if (text_equal_cstr(name, OF_PLACES[i].name)) return text_of(service_say(call, OF_PLACES[i].says, OF_PLACES[i].says_zh));
    if (text_equal_cstr(name, "others")) return text_of(service_say(call, "others concerned", "涉及的其他人"));
    if (policy_find(book, name, &symbol).kind) return name;
    return text_of(call->is_chinese || !symbol->label ? symbol->name : symbol->label);
}

static text fact_value(const service_call *call, text value)
{
    if (text_equal_cstr(value, "true")) return text_of(service_say(call, "yes", "是"));
    if (text_equal_cstr(value, "false")) return text_of(service_say(call, "no", "否"));
    return value;
}

/* Who else is concerned is not told to whoever is confined: they may live anywhere. */
static err put_facts(service_call *call, const decide_law *law, text evidence, scope_span span)
{
    arena *a = call->request;
    const codec_json *facts;
    service_value *list = service_put_list(a, call->reply, "facts");
    TRY(codec_json_parse(a, evidence, (codec_json_options){ 0 }, &facts));
    for (size_t i = 0; i < facts->count; i++) {
        if (span.until && text_equal_cstr(facts->keys[i], "others")) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "fact", fact_name(call, decide_law_book(law), facts->keys[i]));
        if (facts->items[i].type == CODEC_JSON_STRING)
            service_put_text(a, v, "value", fact_value(call, facts->items[i].word));
        else service_put_null(a, v, "value");
    }
    return ERR_NONE;
}

static err put_held(county *office, alert_book *book, int64_t alert_id, scope_span span)
{
    service_call *call = office->call;
    arena *a = call->request;
    alert_held *held;
    size_t count;
    service_value *list = service_put_list(a, call->reply, "held");
    TRY(alert_held_of(a, book, alert_id, &held, &count));
    for (size_t i = 0; i < count; i++) {
        bool holds;
        TRY(scope_holds(office, span, held[i].person_id, &holds));
        if (!holds) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "month", service_month_text(a, held[i].month));
        service_put_count(a, v, "person", held[i].person_id);
        service_put_text(a, v, "benefit", text_copy(a, county_word_shown(office, held[i].benefit)));
        if (held[i].released_ms) service_put_state(call, v, "state", "let_go", "let go", "已解除");
        else service_put_state(call, v, "state", "kept_back", "kept back", "暂停中");
        service_put_text(a, v, "amount", service_yuan(a, held[i].fen));
    }
    return ERR_NONE;
}

static err put_steps(county *office, alert_book *book, int64_t alert_id)
{
    service_call *call = office->call;
    arena *a = call->request;
    alert_mark *marks;
    size_t count;
    service_value *list = service_put_list(a, call->reply, "steps");
    TRY(alert_marks(a, book, alert_id, &marks, &count));
    for (size_t i = 0; i < count; i++) {
        const alert_word *step = alert_step_word(marks[i].what);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "at", record_instant_text(a, marks[i].known_ms));
        service_put_text(a, v, "by", alert_user_name(office, marks[i].actor_id));
        service_put_cstr(a, v, "step", service_say(call, step->says, step->says_zh));
        service_put_text(a, v, "to", alert_user_name(office, marks[i].user_id));
        service_put_text(a, v, "note", marks[i].note);
    }
    return ERR_NONE;
}

/* The packs that found it, as the charter kept them. */
static err law_of(county *office, text digest, const decide_law **law)
{
    charter *room;
    text bytes;
    err e = decide_law_open(office->call, law);
    if (!e.kind && text_equal(decide_pack_digest(*law), digest)) return ERR_NONE;
    TRY(county_charter(office, &room));
    TRY(charter_law(office->memory, room, digest, &bytes));
    return decide_law_of(office->memory, bytes, law);
}

static err explain(service_call *call, const decide_law *law, const alert_row *row)
{
    arena *a = call->request;
    explain_answer answer;
    explain_options options = { .is_chinese = call->is_chinese,
                                .lines_max = service_is_given(call, "all") ? LINES_ALL : 0 };
    text key = row->terms.watch, head = TEXT(WATCH_OF_INDICATORS);
    if (row->terms.subject_kind == ALERT_OF_PLACE && text_begins(key, head)) key = text_sub(key, head.size_bytes, key.size_bytes);
    TRY(decide_record_explain(a, law, row->terms.record, text_cstr(a, key), options, &answer));
    text *shown = ARENA_NEW(a, text);
    *shown = explain_text(a, &answer, options);
    call->answer = shown;
    service_put_json(a, call->reply, "explanation", explain_json(a, &answer, options));
    return ERR_NONE;
}

static err alert_show_run(service_call *call)
{
    county *office;
    alert_book *book;
    alert_row row;
    const decide_law *law;
    scope_span span;
    text name;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_alerts(office, &book));
    TRY(alert_read(call->request, book, (int64_t)service_size_of(call, "alert", 0), &row));
    TRY(scope_of(office, &span));
    TRY(alert_subject_name(office, &row, &name));
    TRY(law_of(office, row.digest, &law));
    put_head(office, &row, name);
    TRY(put_facts(call, law, row.terms.evidence, span));
    TRY(put_held(office, book, row.alert_id, span));
    TRY(put_steps(office, book, row.alert_id));
    return explain(call, law, &row);
}

static void alert_show_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < SHOW_FACTS_FROM; i++) {
        const service_value *v = service_member(call->reply, SHOW_OUTPUT[i].name);
        text_add_format(out, "%s%s", service_say(call, SHOW_OUTPUT[i].summary, SHOW_OUTPUT[i].summary_zh),
                        service_say(call, ": ", "："));
        if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld\n", (long long)v->count);
        else text_add_format(out, "%.*s\n", TEXT_ARG(v->word));
    }
    text_add_char(out, '\n');
    month_print_list(call, "facts", SHOW_FACT, ARRAY_COUNT(SHOW_FACT), 2, out);
    month_print_list(call, "held", SHOW_HELD, ARRAY_COUNT(SHOW_HELD), 4, out);
    month_print_list(call, "steps", SHOW_STEP, ARRAY_COUNT(SHOW_STEP), 5, out);
    text_add(out, *(const text *)call->answer);
}

static const char *const SHOW_EXAMPLES[] = { "doudi alert show 12", NULL };

const service_op ALERT_SHOW_OP = {
    .name = "alert.show",
    .summary = "One alert: what is wrong, by which article, from which facts, and what was done about it",
    .summary_zh = "一条预警：什么情形、依据哪一条、依据哪些事实、怎样办的",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_ALERT,
    .is_supervision = true,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = alert_show_run,
    .print = alert_show_print,
};
