/* doudi dues show: what one payer owes, how old it is, and in which order money clears it. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/operations.h"

static const service_field SHOW_INPUT[] = {
    DUES_PAYER_FIELD,
    { .name = "on", .type = SERVICE_DATE, .summary = "age of arrears on this day (default: today)",
      .summary_zh = "按哪一天计算欠费账龄（默认今天）" },
    { .name = "amount", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "show what so much money would clear",
      .summary_zh = "试算这笔钱会冲抵哪些欠费" },
    { .name = "for", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "with --amount: the month the payer names",
      .summary_zh = "与 --amount 同用：缴费人指定的所属月" },
    { .name = "all", .type = SERVICE_FLAG, .summary = "also what is paid", .summary_zh = "连同已缴清的" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SHOW_DUE[] = {
    { .name = "order", .type = SERVICE_COUNT, .summary = "cleared as", .summary_zh = "清欠次序" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月" },
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "bill", .summary_zh = "账单" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "charge", .type = SERVICE_TEXT, .summary = "charge", .summary_zh = "款项" },
    { .name = "due_day", .type = SERVICE_TEXT, .summary = "pay until", .summary_zh = "缴费期限" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "days late", .summary_zh = "逾期天数" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "应缴（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "实缴（元）" },
    { .name = "open", .type = SERVICE_TEXT, .summary = "open", .summary_zh = "未缴（元）" },
    { .name = "would", .type = SERVICE_TEXT, .is_optional = true, .summary = "would go here", .summary_zh = "试算冲抵（元）" },
};
static const service_field SHOW_CASE[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "proposal", .summary_zh = "单据" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
static const service_field SHOW_PLAN[] = {
    { .name = "day", .type = SERVICE_TEXT, .summary = "instalment on", .summary_zh = "分期日" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
    { .name = "is_kept", .type = SERVICE_FLAG, .summary = "kept so far", .summary_zh = "协议履行中" },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "日期" },
    { .name = "open", .type = SERVICE_TEXT, .summary = "open in all, yuan", .summary_zh = "未缴合计（元）" },
    { .name = "arrears", .type = SERVICE_TEXT, .summary = "of it in arrears, yuan", .summary_zh = "其中逾期（元）" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "to the payer's credit, yuan", .summary_zh = "多缴留存（元）" },
    { .name = "left", .type = SERVICE_TEXT, .is_optional = true, .summary = "would be left, yuan", .summary_zh = "试算后剩余（元）" },
    { .name = "dues", .type = SERVICE_OBJECT, .is_list = true, .summary = "dues", .summary_zh = "应缴明细",
      .fields = SHOW_DUE, .field_count = ARRAY_COUNT(SHOW_DUE) },
    { .name = "instalments", .type = SERVICE_OBJECT, .is_list = true, .summary = "instalments", .summary_zh = "分期协议",
      .fields = SHOW_PLAN, .field_count = ARRAY_COUNT(SHOW_PLAN) },
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .summary = "proposals", .summary_zh = "单据",
      .fields = SHOW_CASE, .field_count = ARRAY_COUNT(SHOW_CASE) },
};

typedef struct {
    dues_call *d;
    int32_t on_day;
    collection_due *dues;
    size_t count, *rank;
    int64_t *would; /* NULL: not asked */
    int64_t open_fen, late_fen;
} showing;

static void put_due(showing *s, service_value *list, size_t i)
{
    service_call *call = s->d->m.call;
    arena *a = call->request;
    const collection_due *due = &s->dues[i];
    int64_t open_fen = due->due_fen - due->received_fen;
    bool is_late = open_fen && due->due_day < s->on_day;
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "order", (int64_t)s->rank[i]);
    service_put_text(a, v, "month", service_month_text(a, due->month));
    service_put_text(a, v, "purpose", dues_purpose_text(call, due->purpose));
    service_put_text(a, v, "fund", dues_fund_text(&s->d->m, due->fund));
    service_put_text(a, v, "charge", dues_charge_text(call, due->charge));
    service_put_text(a, v, "due_day", service_day_text(a, due->due_day));
    service_put_count(a, v, "days", is_late ? s->on_day - due->due_day : 0);
    service_put_text(a, v, "due", service_yuan(a, due->due_fen));
    service_put_text(a, v, "received", service_yuan(a, due->received_fen));
    service_put_text(a, v, "open", service_yuan(a, open_fen));
    if (s->would) service_put_text(a, v, "would", service_yuan(a, s->would[i]));
    s->open_fen += open_fen;
    s->late_fen += is_late ? open_fen : 0;
}

/* By the place in the order of clearing; what is paid comes last. */
static void put_dues(showing *s, service_value *list)
{
    size_t last = 0;
    for (size_t i = 0; i < s->count; i++) last = s->rank[i] > last ? s->rank[i] : last;
    for (size_t place = 1; place <= last + 1; place++)
        for (size_t i = 0; i < s->count; i++)
            if (s->rank[i] == (place > last ? 0 : place)) put_due(s, list, i);
}

static err try_amount(showing *s, const collection_order *order, int32_t for_month)
{
    service_call *call = s->d->m.call;
    int64_t fen;
    if (!service_is_given(call, "amount")) return ERR_NONE;
    TRY(service_fen_of(call->request, service_text_of(call, "amount", TEXT_NONE), &fen));
    s->would = ARENA_ARRAY(s->d->m.memory, int64_t, s->count + 1);
    int64_t left = collection_allocate(s->d->m.memory, s->dues, s->count, order, for_month, fen, s->would);
    service_put_text(call->request, call->reply, "left", service_yuan(call->request, left));
    return ERR_NONE;
}

static err put_plan(showing *s, service_value *list)
{
    collection_agreement *all;
    size_t count;
    arena *a = s->d->m.call->request;
    TRY(collection_agreements(s->d->m.memory, s->d->bills, s->on_day, &all, &count));
    for (size_t i = 0; i < count; i++) {
        if (all[i].payer.id != s->d->payer.id || all[i].payer.kind != s->d->payer.kind) continue;
        for (size_t k = 0; k < all[i].count; k++) {
            service_value *v = service_put_object(a, list, NULL);
            service_put_text(a, v, "day", service_day_text(a, all[i].instalments[k].day));
            service_put_text(a, v, "amount", service_yuan(a, all[i].instalments[k].amount_fen));
            service_put_bool(a, v, "is_kept", all[i].is_kept);
        }
    }
    return ERR_NONE;
}

static err put_cases(showing *s, service_value *list)
{
    collection_case *all;
    size_t count;
    service_call *call = s->d->m.call;
    TRY(collection_cases(s->d->m.memory, s->d->bills, s->d->payer, 0, &all, &count));
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_count(call->request, v, "case", all[i].case_id);
        service_put_text(call->request, v, "kind", dues_kind_text(call, all[i].kind));
        dues_put_state(call, v, all[i].state);
        service_put_text(call->request, v, "total", service_yuan(call->request, all[i].total_fen));
    }
    return ERR_NONE;
}

static err dues_show_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    text shown;
    int64_t credit;
    int32_t for_month;
    collection_order order;
    showing s = { .d = &d, .on_day = service_day_of(call, "on") };
    TRY(dues_begin(call, COUNTY_READ, &d));
    TRY(dues_payer_text(&d.m, d.payer, &shown));
    TRY(dues_order(&d.m, &order));
    TRY(service_month_of(call, "for", INT32_MIN, &for_month));
    TRY(collection_dues_of(d.m.memory, d.bills, d.payer, !service_is_given(call, "all"), &s.dues, &s.count));
    TRY(collection_credit_of(d.bills, d.payer, &credit));
    s.rank = ARENA_ARRAY(d.m.memory, size_t, s.count + 1);
    collection_ranks(d.m.memory, s.dues, s.count, &order, for_month, s.rank);
    TRY(try_amount(&s, &order, for_month));
    service_put_text(a, call->reply, "payer", shown);
    service_put_text(a, call->reply, "on", service_day_text(a, s.on_day));
    put_dues(&s, service_put_list(a, call->reply, "dues"));
    service_put_text(a, call->reply, "open", service_yuan(a, s.open_fen));
    service_put_text(a, call->reply, "arrears", service_yuan(a, s.late_fen));
    service_put_text(a, call->reply, "credit", service_yuan(a, credit));
    TRY(put_plan(&s, service_put_list(a, call->reply, "instalments")));
    return put_cases(&s, service_put_list(a, call->reply, "cases"));
}

static void dues_show_print(const service_call *call, text_builder *out)
{
    static const char *const LINES[] = { "payer", "on", "open", "arrears", "credit", "left" };
    for (size_t i = 0; i < ARRAY_COUNT(LINES); i++) {
        const service_value *v = service_member(call->reply, LINES[i]);
        if (v) text_add_format(out, "%s%s%.*s\n", service_say(call, SHOW_OUTPUT[i].summary, SHOW_OUTPUT[i].summary_zh),
                               service_say(call, ": ", "："), TEXT_ARG(v->word));
    }
    bool has_would = service_member(call->reply, "left") != NULL;
    month_print_list(call, "dues", SHOW_DUE, ARRAY_COUNT(SHOW_DUE) - !has_would, 6, out);
    month_print_list(call, "instalments", SHOW_PLAN, ARRAY_COUNT(SHOW_PLAN), 1, out);
    month_print_list(call, "cases", SHOW_CASE, ARRAY_COUNT(SHOW_CASE), 3, out);
}

static const char *const SHOW_EXAMPLES[] = { "doudi dues show 12 --on 2026-12-31",
                                             "doudi dues show 12 --amount 5000.00", NULL };

const service_op DUES_SHOW_OP = {
    .name = "dues.show",
    .summary = "What a payer owes, how old it is, and in which order money clears it",
    .summary_zh = "一个缴费人的欠费、账龄和清欠次序",
    .law = "社会保险法 第六十三条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = dues_show_run,
    .print = dues_show_print,
};
