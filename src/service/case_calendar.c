/* doudi calendar show: which days are worked, why, and which deadlines in hand stand elsewhere because of it. The days are the packs'. */
#include <string.h>

#include "service/case.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/scope.h"

#define DAYS_OFF "工作日.放假调休"
enum { FRIDAY = 5, CASES_LOOKED_MAX = 5000 };

static const service_field INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "which month (default: that of today)", .summary_zh = "哪个月（默认本月）" },
    CASE_ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DAY[] = {
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "日期" },
    { .name = "weekday", .type = SERVICE_COUNT, .summary = "weekday, Monday is 1", .summary_zh = "星期（一为 1）" },
    { .name = "is_worked", .type = SERVICE_FLAG, .summary = "worked", .summary_zh = "上班" },
    { .name = "kind", .type = SERVICE_STATE, .summary = "kind", .summary_zh = "类别" },
    { .name = "is_verified", .type = SERVICE_FLAG, .summary = "its source was checked", .summary_zh = "来源已核验" },
};
static const service_field MOVED[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "about (id)", .summary_zh = "对象编号" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "counted from", .summary_zh = "起算日" },
    { .name = "usual", .type = SERVICE_TEXT, .summary = "due if weekends alone were off", .summary_zh = "只扣周末的期限" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
    { .name = "later", .type = SERVICE_TEXT, .summary = "days later (- earlier)", .summary_zh = "顺延天数（负为提前）" },
};
static const service_field OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "worked", .type = SERVICE_COUNT, .summary = "working days", .summary_zh = "工作日" },
    { .name = "is_told", .type = SERVICE_FLAG, .summary = "the packs tell of this year", .summary_zh = "政策包已载明本年安排" },
    { .name = "told_until", .type = SERVICE_VALUE, .summary = "told until", .summary_zh = "载明至" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "source", .summary_zh = "来源" },
    { .name = "pack", .type = SERVICE_TEXT, .summary = "pack", .summary_zh = "政策包" },
    { .name = "days", .type = SERVICE_OBJECT, .is_list = true, .fields = DAY, .field_count = ARRAY_COUNT(DAY), .summary = "days of the month", .summary_zh = "当月各日" },
    { .name = "year", .type = SERVICE_OBJECT, .is_list = true, .fields = DAY, .field_count = ARRAY_COUNT(DAY), .summary = "of the year: days off and weekends worked", .summary_zh = "全年放假与调休" },
    { .name = "moved", .type = SERVICE_OBJECT, .is_list = true, .fields = MOVED, .field_count = ARRAY_COUNT(MOVED), .summary = "deadlines in hand, due in the month, that stand elsewhere because of it", .summary_zh = "当月到期的在办件中，因放假调休而移动的期限" },
};

typedef struct {
    case_call c;
    service_call *call;
    int32_t month;
    const policy_version *versions;
    size_t version_count;
} showing;

static const policy_cell *cell_of(const showing *s, text day)
{
    for (size_t v = 0; v < s->version_count; v++)
        for (size_t i = 0; i < s->versions[v].cell_count; i++)
            if (text_equal_cstr(day, s->versions[v].cells[i].keys[0])) return &s->versions[v].cells[i];
    return NULL;
}

static void put_day(const showing *s, service_value *list, int32_t day)
{
    arena *a = s->call->request;
    text said = service_day_text(a, day);
    const policy_cell *cell = cell_of(s, said);
    bool is_worked = calendar_is_worked(&s->c.working, day), is_weekend = calendar_weekday(day) > FRIDAY;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "day", said);
    service_put_count(a, v, "weekday", calendar_weekday(day));
    service_put_bool(a, v, "is_worked", is_worked);
    if (is_worked && is_weekend) service_put_state(s->call, v, "kind", "made_up", "weekend that is worked", "调休上班");
    else if (is_worked) service_put_state(s->call, v, "kind", "worked", "working day", "工作日");
    else if (cell) service_put_state(s->call, v, "kind", "holiday", "holiday", "放假");
    else service_put_state(s->call, v, "kind", "weekend", "weekend", "周末");
    service_put_bool(a, v, "is_verified", !cell || !cell->mark || !*cell->mark);
}

static void put_days(const showing *s)
{
    arena *a = s->call->request;
    int64_t worked = 0;
    int32_t first = calendar_first_day_of_month(s->month), until = calendar_first_day_of_month(s->month + 1);
    service_value *list = service_put_list(a, s->call->reply, "days");
    for (int32_t day = first; day < until; day++) {
        put_day(s, list, day);
        worked += calendar_is_worked(&s->c.working, day);
    }
    service_put_count(a, s->call->reply, "worked", worked);
    int32_t year = calendar_year_of_day(first);
    bool is_told = false;
    list = service_put_list(a, s->call->reply, "year");
    for (size_t i = 0; i < s->c.working.count; i++) {
        if (calendar_year_of_day(s->c.working.items[i].day) != year) continue;
        is_told = true;
        put_day(s, list, s->c.working.items[i].day);
    }
    service_put_bool(a, s->call->reply, "is_told", is_told);
    if (s->c.working_until) service_put_text(a, s->call->reply, "told_until", service_day_text(a, s->c.working_until));
    else service_put_null(a, s->call->reply, "told_until");
}

static err read_source(showing *s)
{
    const policy_symbol *symbol;
    if (policy_find(s->c.packs, TEXT(DAYS_OFF), &symbol).kind) {
        service_put_text(s->call->request, s->call->reply, "law", TEXT(""));
        service_put_text(s->call->request, s->call->reply, "pack", TEXT(""));
        return ERR_NONE;
    }
    s->versions = policy_versions(s->c.memory, s->c.packs, symbol, &s->version_count);
    service_put_cstr(s->call->request, s->call->reply, "law", symbol->law ? symbol->law : "");
    service_put_cstr(s->call->request, s->call->reply, "pack", symbol->pack);
    return ERR_NONE;
}

/* ---- deadlines ---- */

/* From which day the due one was counted, and whether in working days: that on which the step was reached, or for a step that says no
 * days of its own the day it was opened. */
static err counted_from(showing *s, const cases_row *row, int32_t *from, bool *is_working)
{
    const policy_case *type;
    cases_mark *marks;
    size_t count;
    *is_working = false;
    *from = row->opened_day;
    if (case_type_find(&s->c, row->type, &type).kind) return ERR_NONE; /* the packs no longer have it */
    size_t step = case_step_index(type, row->step);
    if (step == SIZE_MAX) return ERR_NONE;
    bool is_own = type->steps[step].within_days > 0 || type->steps[step].within >= 0;
    *is_working = is_own ? type->steps[step].is_working_days : type->is_working_days;
    if (!is_own) return ERR_NONE;
    TRY(cases_marks(s->c.memory, s->c.book, row->case_id, &marks, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal(marks[i].reached, row->step)) *from = marks[i].day;
    return ERR_NONE;
}

static err put_moved_one(showing *s, const cases_row *row, service_value *list)
{
    static const calendar_working NOTHING_TOLD = { NULL, 0 };
    arena *a = s->call->request;
    const policy_case *type = NULL;
    int32_t from;
    bool is_working, hides;
    TRY(counted_from(s, row, &from, &is_working));
    if (!is_working || from >= row->due_day) return ERR_NONE;
    int32_t usual = calendar_step_working_days(&NOTHING_TOLD, from, calendar_working_days_between(&s->c.working, from, row->due_day));
    if (usual == row->due_day) return ERR_NONE;
    TRY(case_hides(&s->c, row->type, row->subject_id, &hides));
    if (hides) return ERR_NONE;
    if (case_type_find(&s->c, row->type, &type).kind) type = NULL;
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "case", row->case_id);
    service_put_count(a, v, "subject", row->subject_id);
    service_put_text(a, v, "type", text_copy(a, case_type_shown(&s->c, row->type)));
    service_put_text(a, v, "step", text_copy(a, case_step_shown(&s->c, type, row->step)));
    service_put_text(a, v, "from", service_day_text(a, from));
    service_put_text(a, v, "usual", service_day_text(a, usual));
    service_put_text(a, v, "due", service_day_text(a, row->due_day));
    service_put_text(a, v, "later", text_format(a, "%d", (int)(row->due_day - usual)));
    return ERR_NONE;
}

static err put_moved(showing *s)
{
    cases_row *rows;
    size_t count;
    scope_span span;
    int32_t first = calendar_first_day_of_month(s->month), until = calendar_first_day_of_month(s->month + 1);
    service_value *list = service_put_list(s->call->request, s->call->reply, "moved");
    TRY(scope_of(s->c.office, &span));
    scope_say(s->call, span);
    TRY(cases_list(s->c.memory, s->c.book, &(cases_filter){ .type = TEXT(""), .duty = TEXT(""), .has_open = true, .due_until = until - 1, .limit = CASES_LOOKED_MAX }, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool holds;
        if (rows[i].due_day < first || rows[i].due_day >= until) continue;
        TRY(scope_holds(s->c.office, span, rows[i].subject_id, &holds));
        if (holds) TRY(put_moved_one(s, &rows[i], list));
    }
    if (count == CASES_LOOKED_MAX)
        service_note(s->call, "only the first 5,000 cases in hand were looked at", "只查了最早到期的 5000 件在办件", TEXT_NONE);
    return ERR_NONE;
}

static err calendar_run(service_call *call)
{
    showing s = { .call = call };
    text month = service_text_of(call, "month", TEXT_NONE);
    TRY(case_begin(call, COUNTY_READ, &s.c));
    s.month = calendar_month_of_day(s.c.day);
    if (month.size_bytes) TRY(calendar_parse_month(month, &s.month));
    service_put_text(call->request, call->reply, "month", service_month_text(call->request, s.month));
    TRY(read_source(&s));
    put_days(&s);
    return put_moved(&s);
}

static void calendar_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s: %lld working days\n", "%.*s：%lld 个工作日\n"), TEXT_ARG(service_member(r, "month")->word), (long long)service_member(r, "worked")->count);
    if (!service_member(r, "is_told")->is_true)
        text_add_cstr(out, service_say(call, "the packs tell nothing of this year: Saturdays and Sundays alone are off\n", "政策包未载明本年安排：只扣除周六、周日\n"));
    for (const service_value *d = service_member(r, "days")->first; d; d = d->next) {
        const char *code = service_member(d, "kind")->code;
        if (strcmp(code, "worked") == 0 || strcmp(code, "weekend") == 0) continue;
        text_add_format(out, "    %.*s  %.*s%s\n", TEXT_ARG(service_member(d, "day")->word), TEXT_ARG(service_member(d, "kind")->word),
                        service_member(d, "is_verified")->is_true ? "" : service_say(call, " (not verified)", "（未核验）"));
    }
    text_add_format(out, "%.*s: %.*s\n", TEXT_ARG(service_member(r, "pack")->word), TEXT_ARG(service_member(r, "law")->word));
    if (service_member(r, "moved")->child_count) month_print_list(call, "moved", MOVED, ARRAY_COUNT(MOVED), ARRAY_COUNT(MOVED), out);
}

const service_op CASE_CALENDAR_OP = {
    .name = "calendar.show",
    .summary = "Which days of a month are worked and why, and which deadlines in hand stand elsewhere because of it",
    .summary_zh = "工作日历：当月哪些日子上班、依据何在，哪些在办期限因此移动",
    .law = "全国年节及纪念日放假办法",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT),
    .examples = (const char *const[]){ "doudi calendar show", "doudi calendar show --month 2026-10", NULL },
    .run = calendar_run,
    .print = calendar_print,
};
