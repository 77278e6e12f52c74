/* doudi grant kinds: which grants there are. doudi grant notice: the lists that stand in public. doudi grant show: what an employer was granted, for its own desk. */
#include "service/grant.h"

#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field KINDS_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field KINDS_ROW[] = {
    { .name = "grant", .type = SERVICE_TEXT, .summary = "grant", .summary_zh = "项目" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "notice", .type = SERVICE_TEXT, .summary = "how long it is public stands in", .summary_zh = "公示天数参数" },
};
static const service_field KINDS_OUTPUT[] = {
    { .name = "grants", .type = SERVICE_OBJECT, .is_list = true, .summary = "grants", .summary_zh = "免申即享项目",
      .fields = KINDS_ROW, .field_count = ARRAY_COUNT(KINDS_ROW) },
};
static const service_field NOTICE_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field NOTICE_ROW[] = {
    { .name = "grant", .type = SERVICE_TEXT, .summary = "grant", .summary_zh = "项目" },
    { .name = "year", .type = SERVICE_TEXT, .summary = "year", .summary_zh = "年度" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "employer", .summary_zh = "单位" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额（元）" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "in public until", .summary_zh = "公示至" },
};
static const service_field NOTICE_OUTPUT[] = {
    { .name = "employers", .type = SERVICE_OBJECT, .is_list = true, .summary = "employers", .summary_zh = "单位",
      .fields = NOTICE_ROW, .field_count = ARRAY_COUNT(NOTICE_ROW) },
};
static const service_field SHOW_INPUT[] = {
    { .name = "who", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CODE|ID",
      .summary = "credit code or id of the employer", .summary_zh = "单位的统一社会信用代码或编号" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_ROW[] = {
    { .name = "grant", .type = SERVICE_TEXT, .summary = "grant", .summary_zh = "项目" },
    { .name = "year", .type = SERVICE_TEXT, .summary = "year", .summary_zh = "年度" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额（元）" },
    { .name = "settled", .type = SERVICE_TEXT, .summary = "paid", .summary_zh = "已付（元）" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "in public until", .summary_zh = "公示至" },
    { .name = "batch", .type = SERVICE_COUNT, .summary = "batch", .summary_zh = "批次" },
    { .name = "run", .type = SERVICE_COUNT, .summary = "in run", .summary_zh = "支付批次" },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "has_account", .type = SERVICE_FLAG, .summary = "has an account to be paid into", .summary_zh = "已登记收款账户" },
    { .name = "grants", .type = SERVICE_OBJECT, .is_list = true, .summary = "grants", .summary_zh = "免申即享项目",
      .fields = SHOW_ROW, .field_count = ARRAY_COUNT(SHOW_ROW) },
};

static const grant_kind *kind_of(const grant_kind *kinds, size_t count, text benefit)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(kinds[i].name, benefit)) return &kinds[i];
    return NULL;
}

static text title_of(const service_call *call, const grant_kind *kind)
{
    return text_copy(call->request, call->is_chinese ? kind->title : kind->title_en);
}

static text year_text(arena *a, int32_t month)
{
    return text_format(a, "%d", calendar_year_of_month(month));
}

static err put_until(county *office, service_value *v, int64_t batch_id)
{
    int32_t until;
    arena *a = office->call->request;
    TRY(grant_notice_of(office, batch_id, &until));
    service_put_text(a, v, "until", until ? service_day_text(a, until) : TEXT("-"));
    return ERR_NONE;
}

static err put_batch(county *office, oneoff_book *book, const oneoff_batch *batch, const grant_kind *kinds, size_t kind_count,
                     service_value *list)
{
    oneoff_standing *items;
    size_t count;
    arena *a = office->call->request;
    TRY(oneoff_of_batch(office->memory, book, batch->batch_id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        text name;
        const grant_kind *kind = kind_of(kinds, kind_count, items[i].item.benefit);
        if (!kind) continue;
        TRY(grant_employer_name(office, items[i].item.subject_id, &name));
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "grant", title_of(office->call, kind));
        service_put_text(a, v, "year", year_text(a, items[i].from_month));
        service_put_text(a, v, "name", name);
        service_put_text(a, v, "amount", service_yuan(a, items[i].amount_fen));
        TRY(put_until(office, v, batch->batch_id));
    }
    return ERR_NONE;
}

static err grant_kinds_run(service_call *call)
{
    county *office;
    grant_kind *kinds;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(grant_kinds(office, &kinds, &count));
    service_value *list = service_put_list(call->request, call->reply, "grants");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_text(call->request, v, "grant", kinds[i].name);
        service_put_text(call->request, v, "name", title_of(call, &kinds[i]));
        service_put_text(call->request, v, "fund", kinds[i].fund);
        service_put_text(call->request, v, "notice", kinds[i].notice);
    }
    return ERR_NONE;
}

/* Until they are decided: names of employers and amounts, nothing else of them. */
static err grant_notice_run(service_call *call)
{
    county *office;
    oneoff_book *book;
    oneoff_batch *batches;
    grant_kind *kinds;
    size_t count, kind_count;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_oneoffs(office, &book));
    TRY(grant_kinds(office, &kinds, &kind_count));
    TRY(oneoff_batch_list(office->memory, book, ONEOFF_NONE, &batches, &count));
    service_value *list = service_put_list(call->request, call->reply, "employers");
    for (size_t i = 0; i < count; i++) {
        bool is_public = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (is_public && text_begins(batches[i].purpose, TEXT(GRANT_PURPOSE)))
            TRY(put_batch(office, book, &batches[i], kinds, kind_count, list));
    }
    return ERR_NONE;
}

static err put_account(county *office, int64_t employer_id)
{
    registry_record record;
    bool has = false;
    int32_t today = office->call->office->settings.today_day;
    TRY(registry_record_read(office->memory, office->people, employer_id, REGISTRY_NOW, &record));
    const registry_account *all = record.facts[REGISTRY_ACCOUNT];
    for (size_t i = 0; i < record.count[REGISTRY_ACCOUNT]; i++) has |= all[i].fact.from <= today && today < all[i].fact.until;
    service_put_bool(office->call->request, office->call->reply, "has_account", has);
    if (!has)
        service_note(office->call, "no run can pay this employer before three people have set its account (doudi account enter)",
                     "该单位尚无收款账户，登记、复核、确认后方可支付（doudi account enter）", TEXT_NONE);
    return ERR_NONE;
}

static err grant_show_run(service_call *call)
{
    county *office;
    oneoff_book *book;
    oneoff_standing *items;
    grant_kind *kinds;
    int64_t id;
    size_t count, kind_count;
    text name;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_oneoffs(office, &book));
    TRY(record_find_employer(office, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(grant_employer_name(office, id, &name));
    TRY(grant_kinds(office, &kinds, &kind_count));
    TRY(oneoff_of_subject(office->memory, book, id, &items, &count));
    service_put_count(a, call->reply, "employer", id);
    service_put_text(a, call->reply, "name", name);
    TRY(put_account(office, id));
    service_value *list = service_put_list(a, call->reply, "grants");
    for (size_t i = 0; i < count; i++) {
        const grant_kind *kind = kind_of(kinds, kind_count, items[i].item.benefit);
        const oneoff_word *state = oneoff_state_word(items[i].state);
        if (!kind) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "grant", title_of(call, kind));
        service_put_text(a, v, "year", year_text(a, items[i].from_month));
        service_put_text(a, v, "amount", service_yuan(a, items[i].amount_fen));
        service_put_text(a, v, "settled", service_yuan(a, items[i].settled_fen));
        service_put_state(call, v, "state", state->name, state->says, state->says_zh);
        TRY(put_until(office, v, items[i].batch_id));
        service_put_count(a, v, "batch", items[i].batch_id);
        service_put_count(a, v, "run", items[i].run_id);
    }
    return ERR_NONE;
}

const service_op GRANT_KINDS_OP = {
    .name = "grant.kinds",
    .summary = "Which grants employers get without having to ask",
    .summary_zh = "免申即享有哪些项目",
    .law = "人社部发〔2024〕40号",
    .kind = SERVICE_READ, .permission = "desk.read", .scope = SERVICE_SCOPE_FREE,
    .input = KINDS_INPUT, .input_count = ARRAY_COUNT(KINDS_INPUT), .output = KINDS_OUTPUT, .output_count = ARRAY_COUNT(KINDS_OUTPUT),
    .examples = (const char *const[]){ "doudi grant kinds", NULL }, .run = grant_kinds_run,
};

static const char *const NOTICE_EXAMPLES[] = { "doudi grant notice", NULL };
const service_op GRANT_NOTICE_OP = {
    .name = "grant.notice",
    .summary = "The lists of employers that stand in public before they are decided",
    .summary_zh = "正在公示的免申即享单位名单",
    .law = "人社部发〔2024〕40号",
    .kind = SERVICE_READ, .reach = SERVICE_FOR_ALL, .permission = "user.self",
    .input = NOTICE_INPUT, .input_count = ARRAY_COUNT(NOTICE_INPUT), .output = NOTICE_OUTPUT, .output_count = ARRAY_COUNT(NOTICE_OUTPUT),
    .examples = NOTICE_EXAMPLES, .run = grant_notice_run, .print = oneoff_print,
};
static const char *const SHOW_EXAMPLES[] = { "doudi grant show 91590121671712535W", NULL };
const service_op GRANT_SHOW_OP = {
    .name = "grant.show",
    .summary = "What one employer was granted without having asked: amount, state, when it is paid",
    .summary_zh = "一个单位免申即享的项目：金额、状态、支付情况",
    .law = "人社部发〔2024〕40号",
    .kind = SERVICE_READ, .permission = "employer.read", .own_employer = "who", .scope = SERVICE_SCOPE_ID,
    .input = SHOW_INPUT, .input_count = ARRAY_COUNT(SHOW_INPUT), .output = SHOW_OUTPUT, .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES, .run = grant_show_run, .print = oneoff_print,
};
