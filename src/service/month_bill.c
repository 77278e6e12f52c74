/* doudi month bill: everybody's contributions of the month, decided by packs and issued as bills. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/month_bill.h"
#include "service/month_walk.h"
#include "service/operations.h"
#include "service/watch_look.h"

static const service_field BILL_INPUT[] = {
    MONTH_FIELD,
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE",
      .summary = "only employee, flexible, resident, public, unemployed or collective (default: whatever this month still lacks)",
      .summary_zh = "只出 employee 单位职工、flexible 灵活就业、resident 城乡居民、public 机关事业单位、unemployed 失业人员代缴医保或 "
                    "collective 集体补助（默认本月尚未出的各类）" },
    { .name = "due", .type = SERVICE_DATE, .summary = "last day to pay (default: by packs/ledger/collecting.csv)",
      .summary_zh = "缴费截止日（默认按 packs/ledger/collecting.csv）" },
    MONTH_UNDECIDED_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field BILL_SUM[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "share", .type = SERVICE_TEXT, .summary = "borne by", .summary_zh = "承担方" },
    { .name = "sum", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
static const service_field BILL_ISSUE[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },
    { .name = "payers", .type = SERVICE_COUNT, .summary = "payers", .summary_zh = "缴费主体" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人次" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "total, yuan", .summary_zh = "应缴合计（元）" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "截止日" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "nothing to bill", .summary_zh = "不需缴费" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "issued now", .summary_zh = "本次出账" },
};
static const service_field BILL_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "issues", .type = SERVICE_OBJECT, .is_list = true, .summary = "bills", .summary_zh = "账单",
      .fields = BILL_ISSUE, .field_count = ARRAY_COUNT(BILL_ISSUE) },
    { .name = "sums", .type = SERVICE_OBJECT, .is_list = true, .summary = "by fund and share",
      .summary_zh = "按基金和承担方", .fields = BILL_SUM, .field_count = ARRAY_COUNT(BILL_SUM) },
    MONTH_REASONS_OUTPUT,
    { .name = "alerts", .type = SERVICE_COUNT, .summary = "alerts raised by the bills", .summary_zh = "出账时立的预警" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

/* ---- lanes become lines ---- */

static void undecided(billing *b, const roster_block *block, size_t lane, text why)
{
    b->tally.undecided++;
    month_undecided_add(b->undecided, text_of(b->purpose->name), block->subject_id[lane], block->employer_id[lane], why);
}

static err add_line(billing *b, const roster_block *block, size_t lane)
{
    const column *answers = b->d.results->answers;
    collection_line line = { .person_id = block->subject_id[lane],
                             .payer = { b->keys.payer_kind, month_payer_id(&b->keys, block, lane) } };
    bool has_any = false;
    if (b->keys.base != SIZE_MAX && column_is_valid(&answers[b->keys.base], lane)) line.base_fen = answers[b->keys.base].value[lane];
    for (size_t k = 0; k < b->keys.count; k++) {
        line.fen[k] = answers[b->keys.answer_of[k]].value[lane];
        has_any |= line.fen[k] != 0;
    }
    if (!has_any) {
        b->tally.nothing++;
        return ERR_NONE;
    }
    if (!line.payer.id) {
        undecided(b, block, lane, text_of(service_say(b->m->call, "nobody knows the village that pays", "没有登记居住地的村（社区），不知由谁缴付")));
        return ERR_NONE;
    }
    if (month_bill_is_ahead(b, &line)) {
        b->ahead_count++;
        return ERR_NONE;
    }
    month_bill_note_ahead(b, lane, &line);
    for (size_t k = 0; k < b->keys.count; k++)
        if (__builtin_add_overflow(b->sum_fen[k], line.fen[k], &b->sum_fen[k]))
            return err_of(&COLLECTION_BAD_LINE, b->keys.keys[k].name);
    b->tally.done++;
    return b->issue ? collection_issue_add(b->issue, &line) : ERR_NONE;
}

static text why_not(billing *b, size_t lane)
{
    if (b->d.results->status[lane] == DECIDE_NOT_WHOLE)
        return text_of(service_say(b->m->call, "the lines do not come to the total", "各行与合计不符"));
    return decide_reason(b->d.block_memory, b->d.plan, b->d.results->reason[lane], b->m->call->is_chinese);
}

static err take_lane(billing *b, const roster_block *block, size_t lane)
{
    switch (b->d.results->status[lane]) {
    case DECIDE_DONE: return add_line(b, block, lane);
    case DECIDE_REFUSED: b->tally.refused++; return ERR_NONE;
    default: undecided(b, block, lane, why_not(b, lane)); return ERR_NONE;
    }
}

/* Lanes of one person stand together, but by scheme; bills want them by employer. */
static err take_person(billing *b, const roster_block *block, size_t from, size_t until)
{
    int64_t last = INT64_MIN;
    for (size_t taken = from; taken < until; taken++) {
        size_t next = SIZE_MAX;
        for (size_t i = from; i < until; i++)
            if (block->employer_id[i] > last && (next == SIZE_MAX || block->employer_id[i] < block->employer_id[next]))
                next = i;
        if (next == SIZE_MAX) return ERR_NONE;
        last = block->employer_id[next];
        TRY(take_lane(b, block, next));
    }
    return ERR_NONE;
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    TRY(month_bill_read_ahead(context, bucket));
    size_t count = block->people.count;
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from; until < count && block->subject_id[until] == block->subject_id[from];) until++;
        TRY(take_person(context, block, from, until));
    }
    return ERR_NONE;
}

/* Everybody is read once, and asked for each purpose. */
static err fill(month_call *m, billing *bills, size_t count)
{
    month_decided *purposes = ARENA_ARRAY(m->memory, month_decided, count);
    size_t asked = 0;
    for (size_t i = 0; i < count; i++)
        if (bills[i].is_decided) purposes[asked++] = (month_decided){ &bills[i].d, &bills[i].hands };
    return asked ? month_decide_together(m, purposes, asked) : ERR_NONE;
}

/* ---- one purpose ---- */

/* That stands already: of the month, or of the calendar year. */
static err find_issue(month_call *m, collection *bills, const month_purpose *purpose, const collection_issue_row **found)
{
    collection_issue_row *issues;
    size_t count;
    *found = NULL;
    TRY(collection_issues(m->memory, bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_same = issues[i].month == m->month ||
                       (purpose->is_yearly &&
                        calendar_year_of_month(issues[i].month) == calendar_year_of_month(m->month));
        if (is_same && text_equal_cstr(issues[i].purpose, purpose->name)) *found = &issues[i];
    }
    return ERR_NONE;
}

static void put_issue(service_call *call, service_value *into, const month_purpose *purpose,
                      const collection_issue_row *issue, const month_tally *tally, bool is_new)
{
    arena *a = call->request;
    service_value *v = service_put_object(a, into, NULL);
    service_put_cstr(a, v, "purpose", service_say(call, purpose->en, purpose->zh));
    service_put_count(a, v, "payers", issue->payer_count);
    service_put_count(a, v, "people", issue->line_count);
    service_put_text(a, v, "total", service_yuan(a, issue->total_fen));
    service_put_text(a, v, "due", service_day_text(a, issue->due_day));
    service_put_count(a, v, "refused", tally->refused + tally->nothing);
    service_put_count(a, v, "undecided", tally->undecided);
    service_put_bool(a, v, "is_new", is_new);
}

/* Keys of one fund and payer together. */
static void put_sums(const billing *b, service_value *list)
{
    size_t count;
    arena *a = b->m->call->request;
    service_call *call = b->m->call;
    const decide_answer *answers = decide_answers(b->d.plan, &count);
    for (size_t k = 0; k < b->keys.count; k++) {
        int64_t sum = 0;
        bool is_first = true;
        for (size_t j = 0; j < b->keys.count; j++) {
            bool is_same = b->keys.keys[j].fund == b->keys.keys[k].fund &&
                           answers[b->keys.answer_of[j]].payer == answers[b->keys.answer_of[k]].payer;
            if (is_same && j < k) is_first = false;
            if (is_same) sum += b->sum_fen[j];
        }
        if (!is_first || !sum) continue;
        const ledger_fund *fund = ledger_fund_find(b->m->office->chart, text_of(answers[b->keys.answer_of[k]].fund));
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "purpose", service_say(call, b->purpose->en, b->purpose->zh));
        service_put_cstr(a, v, "fund", service_say(call, fund->name, fund->name_zh));
        service_put_cstr(a, v, "share", month_share_name(call, answers[b->keys.answer_of[k]].payer));
        service_put_text(a, v, "sum", service_yuan(a, sum));
    }
}

static err open_issue(billing *b)
{
    month_call *m = b->m;
    collection_terms terms = { .purpose = text_of(b->purpose->name), .month = m->month, .due_day = b->due_day,
                               .government_id = m->region_code ? m->region_code : 1,
                               .keys = b->keys.keys, .key_count = b->keys.count };
    collection_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms,
                           .why = service_text_of(m->call, "why", TEXT("month.bill")),
                           .key = month_key(m, "bill", text_of(b->purpose->name)) };
    return collection_issue_open(m->memory, b->bills, &terms, &act, &b->issue);
}

/* Who could not be decided then, or is otherwise now, gets a bill of the difference: the one there is stays. */
static err tell_found(const billing *b)
{
    const collection_issue_row *found = b->found;
    collection_issue_row *issues;
    size_t count;
    int64_t billed = 0;
    service_call *call = b->m->call;
    TRY(collection_issues(b->m->memory, b->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++)
        if (issues[i].month == b->m->month && text_equal_cstr(month_purpose_base(issues[i].purpose), b->purpose->name))
            billed += issues[i].line_count;
    text month = service_month_text(call->request, found->month), open = service_month_text(call->request, b->m->month);
    service_note(call, "billed before, nothing changed: ", "此前已出账，未作改动：",
                 text_format(call->request, "%s %.*s", service_say(call, b->purpose->en, b->purpose->zh), TEXT_ARG(month)));
    if (found->month != b->m->month || b->tally.done + b->ahead_count == billed) return ERR_NONE;
    text how = text_format(call->request, "doudi month correct --month %.*s --of %.*s", TEXT_ARG(open), TEXT_ARG(month));
    service_note(call, "it would be of other people by now; the difference is billed by: ", "人员已有变化，差额请用以下命令补出：", how);
    return ERR_NONE;
}

static err begin_purpose(billing *b)
{
    month_call *m = b->m;
    text topic = text_format(m->memory, "bill.%s", b->purpose->name);
    month_undecided_begin(b->undecided, text_of(b->purpose->name));
    TRY(county_bills(m->office, &b->bills));
    TRY(find_issue(m, b->bills, b->purpose, &b->found));
    TRY(month_due_day(m, &b->due_day));
    TRY(month_deciding_open(m, topic, calendar_first_day_of_month(m->month), &b->d));
    TRY(month_keys_find(m, &b->d, COLLECTION_PREMIUM, &b->keys));
    b->hands = (month_hands){ .take = take_block, .context = b };
    b->is_decided = !b->found || b->found->month == m->month;
    TRY(month_bill_open_ahead(b));
    return b->found ? ERR_NONE : open_issue(b);
}

static err finish_purpose(billing *b, service_value *issues, service_value *sums)
{
    month_call *m = b->m;
    collection_issued issued = { 0 };
    if (b->found) {
        TRY(tell_found(b));
        put_issue(m->call, issues, b->purpose, b->found, &b->tally, false);
        return ERR_NONE;
    }
    if (b->tally.done) {
        collection_issue *issue = b->issue;
        b->issue = NULL;
        TRY(collection_issue_finish(issue, &issued));
    }
    TRY(month_keep_law(m, b->d.law, text_of(b->purpose->name), m->month));
    TRY(month_bill_issue_ahead(b));
    collection_issue_row row = { .due_day = b->due_day, .line_count = issued.line_count,
                                 .payer_count = issued.payer_count, .total_fen = issued.total_fen };
    put_issue(m->call, issues, b->purpose, &row, &b->tally, issued.is_new);
    put_sums(b, sums);
    if (b->ahead_fen)
        service_note(m->call, "billed ahead to the end of their periods, yuan: ", "按季、半年、年缴的，期内以后各月一并开出（元）：",
                     service_yuan(m->call->request, b->ahead_fen));
    return ERR_NONE;
}

/* What was opened is closed, whatever became of it. */
static void leave(billing *bills, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bills[i].issue) collection_issue_cancel(bills[i].issue);
        month_deciding_close(&bills[i].d);
        month_bill_close_ahead(&bills[i]);
    }
}

static err bill_all(month_call *m, month_undecided *undecided, service_value *issues, service_value *sums)
{
    size_t count;
    err e = ERR_NONE;
    const month_purpose *all = month_purposes(&count);
    if (service_is_given(m->call, "purpose")) {
        TRY(month_purpose_of(m, service_text_of(m->call, "purpose", TEXT_NONE), &all));
        count = 1;
    }
    billing *bills = ARENA_ARRAY(m->memory, billing, count);
    for (size_t i = 0; i < count; i++) bills[i] = (billing){ .m = m, .purpose = &all[i], .undecided = undecided };
    for (size_t i = 0; !e.kind && i < count; i++) e = begin_purpose(&bills[i]);
    if (!e.kind) e = fill(m, bills, count);
    for (size_t i = 0; !e.kind && i < count; i++) e = finish_purpose(&bills[i], issues, sums);
    leave(bills, count);
    return e;
}

static err month_bill_run(service_call *call)
{
    month_call m;
    arena *a = call->request;
    int64_t begun_ns = os_monotonic_ns(), raised;
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(month_need_open(&m));
    m.walks_aside = true;
    month_undecided *undecided = month_undecided_open(&m);
    service_put_text(a, call->reply, "month", service_month_text(a, m.month));
    service_value *issues = service_put_list(a, call->reply, "issues");
    service_value *sums = service_put_list(a, call->reply, "sums");
    TRY(bill_all(&m, undecided, issues, sums));
    TRY(month_undecided_keep(undecided));
    TRY(month_undecided_close(undecided, call->reply));
    month_walk_close(m.office);
    TRY(watch_at_act(m.office, TEXT("watch.billing"), m.month, &raised));
    service_put_count(a, call->reply, "alerts", raised);
    TRY(store_commit(m.office->db));
    return month_put_law(&m, begun_ns);
}

static void month_bill_print(const service_call *call, text_builder *out)
{
    text_add_format(out, "%s%.*s  %s%.*s\n", service_say(call, "month: ", "月份："),
                    TEXT_ARG(service_member(call->reply, "month")->word), service_say(call, "seconds: ", "用时（秒）："),
                    TEXT_ARG(service_member(call->reply, "seconds")->word));
    month_print_list(call, "issues", BILL_ISSUE, ARRAY_COUNT(BILL_ISSUE), 1, out);
    month_print_list(call, "sums", BILL_SUM, ARRAY_COUNT(BILL_SUM), 3, out);
    month_print_law(call, out);
}

static const char *const BILL_EXAMPLES[] = {
    "doudi month bill --month 2026-11 --undecided undecided.csv --as zhangwei", NULL };

const service_op MONTH_BILL_OP = {
    .name = "month.bill",
    .summary = "Decide and issue the month's bills",
    .summary_zh = "核定并出具一个月的缴费账单",
    .law = "《社会保险法》第六十条",
    .kind = SERVICE_WRITE,
    .permission = "month.bill",
    .input = BILL_INPUT,
    .input_count = ARRAY_COUNT(BILL_INPUT),
    .output = BILL_OUTPUT,
    .output_count = ARRAY_COUNT(BILL_OUTPUT),
    .examples = BILL_EXAMPLES,
    .run = month_bill_run,
    .print = month_bill_print,
};
