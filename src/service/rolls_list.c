/* doudi roll list: which rolls there are, what came of each, and which departments are late. */
#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"

static const service_field LIST_INPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .shows = "ROLL", .summary = "only this one, with its columns and all its receipts",
      .summary_zh = "只看某一名册，列出其各列和全部回执" },
    SERVICE_ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROLL_ROW[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "名称" },
    { .name = "department", .type = SERVICE_TEXT, .summary = "department", .summary_zh = "提供部门" },
    { .name = "state", .type = SERVICE_STATE, .summary = "freshness", .summary_zh = "时效" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "newest", .summary_zh = "最新所属月" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due is", .summary_zh = "应有" },
    { .name = "receipt", .type = SERVICE_COUNT, .summary = "receipt", .summary_zh = "回执" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "行数" },
    { .name = "behind", .type = SERVICE_COUNT, .summary = "months behind", .summary_zh = "落后月数" },
};
static const service_field LATE_ROW[] = {
    { .name = "department", .type = SERVICE_TEXT, .summary = "late", .summary_zh = "迟报部门" },
    { .name = "rolls", .type = SERVICE_TEXT, .summary = "rolls", .summary_zh = "名册" },
};
static const service_field COLUMN_ROW[] = {
    { .name = "column", .type = SERVICE_TEXT, .summary = "column", .summary_zh = "列" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "类型" },
    { .name = "needed", .type = SERVICE_FLAG, .summary = "needed", .summary_zh = "必填" },
    { .name = "link", .type = SERVICE_TEXT, .summary = "links by", .summary_zh = "比对字段" },
    { .name = "fact", .type = SERVICE_TEXT, .summary = "tells", .summary_zh = "信息" },
};
static const service_field RECEIPT_ROW[] = {
    { .name = "receipt", .type = SERVICE_COUNT, .summary = "receipt", .summary_zh = "回执" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "file", .type = SERVICE_TEXT, .summary = "file", .summary_zh = "文件" },
    { .name = "known", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "收到" },
    { .name = "by", .type = SERVICE_COUNT, .summary = "by user", .summary_zh = "经办用户" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "行数" },
    { .name = "linked", .type = SERVICE_COUNT, .summary = "linked", .summary_zh = "已比中" },
    { .name = "absent", .type = SERVICE_COUNT, .summary = "not registered here", .summary_zh = "未建档" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to be reviewed", .summary_zh = "待核" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rejected", .summary_zh = "退回" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "fresh", .type = SERVICE_COUNT, .summary = "fresh", .summary_zh = "按时" },
    { .name = "late", .type = SERVICE_COUNT, .summary = "late", .summary_zh = "迟报" },
    { .name = "never", .type = SERVICE_COUNT, .summary = "never received", .summary_zh = "从未收到" },
    { .name = "rolls", .type = SERVICE_OBJECT, .is_list = true, .summary = "rolls", .summary_zh = "名册", .fields = ROLL_ROW,
      .field_count = ARRAY_COUNT(ROLL_ROW) },
    { .name = "departments", .type = SERVICE_OBJECT, .is_list = true, .summary = "late by name", .summary_zh = "迟报部门",
      .fields = LATE_ROW, .field_count = ARRAY_COUNT(LATE_ROW) },
    { .name = "columns", .type = SERVICE_OBJECT, .is_list = true, .summary = "columns", .summary_zh = "各列",
      .fields = COLUMN_ROW, .field_count = ARRAY_COUNT(COLUMN_ROW) },
    { .name = "receipts", .type = SERVICE_OBJECT, .is_list = true, .summary = "receipts", .summary_zh = "回执",
      .fields = RECEIPT_ROW, .field_count = ARRAY_COUNT(RECEIPT_ROW) },
};

typedef enum { FRESH, LATE, NEVER, FRESHNESS_COUNT } freshness;
static const struct {
    const char *code, *en, *zh;
} FRESHNESS[FRESHNESS_COUNT] = {
    [FRESH] = { "fresh", "on time", "按时" },
    [LATE] = { "late", "late", "迟报" },
    [NEVER] = { "never", "never received", "从未收到" },
};

typedef struct {
    service_call *call;
    county *office;
    roll_book *book;
    scope_span span; /* of the user: of lines those about their people are counted */
    int32_t day;
    int64_t count[FRESHNESS_COUNT];
    hash_map *departments;
    text *late, *late_rolls;
    size_t late_count, late_capacity, late_rolls_count, late_rolls_capacity;
} listing;

static void note_late(listing *l, const rolls_contract *c)
{
    arena *a = l->call->request;
    text department = rolls_department(l->call, c), title = rolls_title(l->call, c);
    size_t at = hash_map_get(l->departments, department);
    if (at == SIZE_MAX) {
        hash_map_put(l->departments, department, l->late_count);
        ARENA_PUSH(a, l->late, l->late_count, l->late_capacity, department);
        ARENA_PUSH(a, l->late_rolls, l->late_rolls_count, l->late_rolls_capacity, title);
        return;
    }
    l->late_rolls[at] = text_format(a, service_say(l->call, "%.*s; %.*s", "%.*s、%.*s"), TEXT_ARG(l->late_rolls[at]), TEXT_ARG(title));
}

static err count_lines(listing *l, const roll_receipt *receipt, int64_t *line_count, int64_t now[ROLL_STATE_COUNT])
{
    roll_line *lines;
    size_t count;
    *line_count = receipt->line_count;
    for (int s = 0; s < ROLL_STATE_COUNT; s++) now[s] = receipt->count[s];
    if (!l->span.until) return ERR_NONE;
    TRY(roll_lines(l->office->memory, l->book, receipt->receipt_id, &lines, &count));
    bool *holds = ARENA_ARRAY(l->office->memory, bool, count + 1);
    TRY(rolls_keep_held(l->office, l->span, lines, count, holds, now));
    *line_count = 0;
    for (int s = 0; s < ROLL_STATE_COUNT; s++) *line_count += now[s];
    return ERR_NONE;
}

static err put_roll(listing *l, service_value *list, const rolls_contract *c)
{
    arena *a = l->call->request;
    int64_t receipt_id, lines = 0, now[ROLL_STATE_COUNT];
    int32_t due = rolls_month_due(c, l->day);
    roll_receipt last = { .line_count = 0 };
    TRY(roll_latest(l->book, c->name, calendar_month_of_day(l->day), &receipt_id));
    if (receipt_id) TRY(roll_receipt_read(a, l->book, receipt_id, &last));
    if (receipt_id) TRY(count_lines(l, &last, &lines, now));
    freshness is = !receipt_id ? NEVER : last.terms.month < due ? LATE : FRESH;
    l->count[is]++;
    if (is != FRESH) note_late(l, c);
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "roll", text_copy(a, c->name));
    service_put_text(a, v, "title", rolls_title(l->call, c));
    service_put_text(a, v, "department", rolls_department(l->call, c));
    service_put_state(l->call, v, "state", FRESHNESS[is].code, FRESHNESS[is].en, FRESHNESS[is].zh);
    service_put_text(a, v, "month", receipt_id ? service_month_text(a, last.terms.month) : TEXT(""));
    service_put_text(a, v, "due", service_month_text(a, due));
    service_put_count(a, v, "receipt", receipt_id);
    service_put_count(a, v, "lines", lines);
    service_put_count(a, v, "behind", is == LATE ? due - last.terms.month : 0);
    return ERR_NONE;
}

static void put_columns(const listing *l, service_value *list, const rolls_contract *c)
{
    static const char *const TYPES[ROLLS_TYPE_COUNT][2] = {
        [ROLLS_TEXT] = { "words", "文字" }, [ROLLS_NAME] = { "name", "姓名" },
        [ROLLS_CITIZEN_NUMBER] = { "citizen number", "公民身份号码" }, [ROLLS_USCC] = { "credit code", "统一社会信用代码" },
        [ROLLS_SEX] = { "sex", "性别" }, [ROLLS_DATE] = { "day", "日期" }, [ROLLS_TERM] = { "day, ahead too", "日期（可晚于当月）" }, [ROLLS_MONTH] = { "month", "月份" },
        [ROLLS_COUNT] = { "whole number", "整数" }, [ROLLS_CHOICE] = { "one of", "选填" },
    };
    arena *a = l->call->request;
    for (size_t i = 0; i < c->column_count; i++) {
        const rolls_column *field = &c->columns[i];
        const char *type = service_say(l->call, TYPES[field->type][0], TYPES[field->type][1]);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "column", text_copy(a, l->call->is_chinese ? field->zh : field->en));
        service_put_text(a, v, "type", text_format(a, "%s%s%.*s", type, field->choices.size_bytes ? " " : "", TEXT_ARG(field->choices)));
        service_put_bool(a, v, "needed", field->is_needed);
        service_put_text(a, v, "link", text_copy(a, field->link));
        service_put_text(a, v, "fact", field->fact.size_bytes ? text_format(a, "roll.%.*s.%.*s", TEXT_ARG(c->name), TEXT_ARG(field->fact)) : TEXT(""));
    }
}

static err put_receipts(listing *l, service_value *list, const rolls_contract *c)
{
    arena *a = l->call->request;
    roll_receipt *all;
    size_t count;
    TRY(roll_receipts(a, l->book, c->name, &all, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t lines, now[ROLL_STATE_COUNT];
        TRY(count_lines(l, &all[i], &lines, now));
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "receipt", all[i].receipt_id);
        service_put_text(a, v, "month", service_month_text(a, all[i].terms.month));
        service_put_text(a, v, "file", all[i].terms.file);
        service_put_text(a, v, "known", record_instant_text(a, all[i].known_ms));
        service_put_count(a, v, "by", all[i].actor_id);
        service_put_count(a, v, "lines", lines);
        for (int s = ROLL_LINKED; s < ROLL_STATE_COUNT; s++)
            service_put_count(a, v, roll_state_word((roll_state)s)->name, now[s]);
    }
    return ERR_NONE;
}

static err roll_list_run(service_call *call)
{
    rolls_contract *all;
    size_t count;
    arena *a = call->request;
    listing l = { .call = call, .day = service_day_of(call, "on"), .departments = hash_map_open(a) };
    const rolls_contract *one = NULL;
    service_value *rolls = service_list(a), *departments = service_list(a), *columns = service_list(a), *receipts = service_list(a);
    TRY(county_open(call, COUNTY_READ, &l.office));
    TRY(rolls_open(l.office, &l.book));
    TRY(scope_of(l.office, &l.span));
    scope_say(call, l.span);
    TRY(rolls_contracts(l.office, &all, &count));
    if (service_is_given(call, "roll")) TRY(rolls_contract_of(l.office, service_text_of(call, "roll", TEXT_NONE), &one));
    for (size_t i = 0; i < count; i++)
        if (!one || text_equal(one->name, all[i].name)) TRY(put_roll(&l, rolls, &all[i]));
    for (size_t i = 0; i < l.late_count; i++) {
        service_value *v = service_put_object(a, departments, NULL);
        service_put_text(a, v, "department", l.late[i]);
        service_put_text(a, v, "rolls", l.late_rolls[i]);
    }
    if (one) put_columns(&l, columns, one);
    if (one) TRY(put_receipts(&l, receipts, one));
    service_put_text(a, call->reply, "on", service_day_text(a, l.day));
    for (int f = 0; f < FRESHNESS_COUNT; f++) service_put_count(a, call->reply, FRESHNESS[f].code, l.count[f]);
    service_put(a, call->reply, "rolls", rolls);
    service_put(a, call->reply, "departments", departments);
    service_put(a, call->reply, "columns", columns);
    service_put(a, call->reply, "receipts", receipts);
    return ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi roll list --on 2026-11-16", "doudi roll list --roll civil.hardship", NULL };

const service_op ROLLS_LIST_OP = {
    .name = "roll.list",
    .summary = "Rolls of departments: contracts, how fresh each is, and who is late",
    .summary_zh = "部门名册：约定、时效、迟报部门",
    .law = "《社会保险法》第五十七条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = roll_list_run,
};
