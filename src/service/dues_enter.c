/* doudi dues defer, instalments, write-off: what is put off, paid in parts, or given up, as proposals. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/operations.h"

const err_kind DUES_NOTHING_OPEN = {
    "dues.nothing_open", ERR_NOT_FOUND,
    "{} owes nothing of this kind; doudi dues show lists what is open.",
    "{} 没有符合条件的欠费；用 doudi dues show 查看未缴明细。"
};
const err_kind DUES_BAD_PLAN = {
    "dues.bad_plan", ERR_BAD_INPUT,
    "The instalments must fall on later and later days, not before the agreement, and come to {} yuan, which is in arrears then.",
    "分期须逐期推后、不早于签约日，合计应为签约日逾期的 {} 元。"
};
const err_kind DUES_DAY = {
    "dues.day", ERR_BAD_INPUT,
    "A deferral ends after it begins, and after the last day to pay, which is {}.",
    "缓缴截止日须晚于起始日，并晚于原缴费期限 {}。"
};

#define ENTER_FIELDS DUES_DRY_FIELD, SERVICE_KEY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD

static const service_field DEFER_INPUT[] = {
    DUES_PAYER_FIELD,
    { .name = "of", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,
      .summary = "what is owed for this month", .summary_zh = "所属月" },
    { .name = "until", .type = SERVICE_DATE, .is_required = true, .summary = "the new last day to pay",
      .summary_zh = "缓缴截止日" },
    { .name = "from", .type = SERVICE_DATE, .summary = "first day of the deferral (default: the day after the last to pay)",
      .summary_zh = "缓缴起始日（默认原缴费期限次日）" },
    SERVICE_WHY_FIELD, ENTER_FIELDS,
};
static const service_field PLAN_INPUT[] = {
    DUES_PAYER_FIELD,
    { .name = "plan", .type = SERVICE_FACT, .is_list = true, .is_required = true, .shows = "DATE=YUAN",
      .summary = "an instalment; once for each", .summary_zh = "一期；每期写一次" },
    { .name = "made", .type = SERVICE_DATE, .summary = "day of the agreement (default: today)",
      .summary_zh = "签约日（默认今天）" },
    SERVICE_WHY_FIELD, ENTER_FIELDS,
};
static const service_field WRITE_OFF_INPUT[] = {
    DUES_PAYER_FIELD, DUES_OF_FIELD,
    { .name = "charge", .type = SERVICE_TEXT, .shows = "CHARGE", .summary = "only premium, back_payment, late_fee or levy",
      .summary_zh = "只限某一款项：premium 保费、back_payment 补缴、late_fee 滞纳金、levy 其他征收" },
    { .name = "why", .type = SERVICE_TEXT, .shows = "TEXT", .is_required = true,
      .summary = "the document that permits it", .summary_zh = "批准文号" },
    ENTER_FIELDS,
};
static const service_field CASE_OUTPUT[] = { DUES_CASE_OUTPUT };

static err nothing(dues_call *d)
{
    text payer;
    TRY(dues_payer_text(&d->m, d->payer, &payer));
    return err_of(&DUES_NOTHING_OPEN, payer.bytes);
}

static err open_dues(dues_call *d, collection_due **dues, size_t *count)
{
    return collection_dues_of(d->m.memory, d->bills, d->payer, true, dues, count);
}

/* ---- deferral ---- */

static err dues_defer_run(service_call *call)
{
    dues_call d;
    dues_items items = { 0 };
    collection_due *dues;
    size_t count;
    int32_t month, last_day = 0, until = service_day_of(call, "until");
    int64_t open_fen = 0;
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(service_month_of(call, "of", INT32_MIN, &month));
    TRY(open_dues(&d, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        if (dues[i].month != month) continue;
        open_fen += dues[i].due_fen - dues[i].received_fen;
        bool is_fee = dues[i].charge == COLLECTION_LATE_FEE; /* a fee follows what it is the fee of */
        if (!is_fee && dues[i].due_day > last_day) last_day = dues[i].due_day;
    }
    if (!open_fen) return nothing(&d);
    int32_t from = service_is_given(call, "from") ? service_day_of(call, "from") : last_day + 1;
    if (until <= last_day || until < from)
        return err_of(&DUES_DAY, service_day_text(call->request, last_day).bytes);
    dues_item_add(&d, &items, (dues_item){ .op = DUES_DEFER, .due = { .month = month, .due_day = until }, .fen = open_fen,
                                           .day = from });
    return dues_propose(&d, "deferral", &items, open_fen);
}

/* ---- instalments ---- */

static err read_instalment(service_call *call, text said, dues_item *item)
{
    size_t at = text_find(said, TEXT("="));
    if (at == SIZE_MAX || calendar_parse_day(text_sub(said, 0, at), &item->day).kind)
        return err_of(&SERVICE_BAD_ARGUMENT, text_format(call->request, "--plan %.*s (2026-12-25=1000.00)", TEXT_ARG(said)).bytes);
    return service_fen_of(call->request, text_sub(said, at + 1, said.size_bytes), &item->fen);
}

static err dues_instalments_run(service_call *call)
{
    dues_call d;
    dues_items items = { 0 };
    collection_due *dues;
    size_t count;
    int64_t late_fen = 0, sum = 0;
    int32_t made = service_day_of(call, "made");
    bool is_sound = true;
    const service_argument *plan = service_argument_of(call, "plan");
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(open_dues(&d, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].due_day < made) late_fen += dues[i].due_fen - dues[i].received_fen;
    if (!late_fen) return nothing(&d);
    for (size_t i = 0; i < plan->count; i++) {
        dues_item item = { .op = DUES_AGREE, .due = { .due_day = made } };
        TRY(read_instalment(call, plan->values[i], &item));
        is_sound &= item.fen > 0 && item.day > (i ? items.items[i - 1].day : made - 1);
        sum += item.fen;
        dues_item_add(&d, &items, item);
    }
    if (!is_sound || sum != late_fen) return err_of(&DUES_BAD_PLAN, service_yuan(call->request, late_fen).bytes);
    return dues_propose(&d, "instalments", &items, late_fen);
}

/* ---- write-off ---- */

static err dues_write_off_run(service_call *call)
{
    dues_call d;
    dues_items items = { 0 };
    collection_due *dues;
    size_t count;
    int32_t month;
    int64_t sum = 0;
    text said = service_text_of(call, "charge", TEXT_NONE);
    collection_charge charge = dues_charge_of(said);
    if (said.size_bytes && !charge)
        return err_of(&SERVICE_BAD_ARGUMENT, text_format(call->request, "--charge %.*s", TEXT_ARG(said)).bytes);
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    TRY(service_month_of(call, "of", INT32_MIN, &month));
    TRY(open_dues(&d, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_meant = (month == INT32_MIN || dues[i].month == month) && (!charge || dues[i].charge == charge);
        int64_t open_fen = dues[i].due_fen - dues[i].received_fen;
        if (!is_meant) continue;
        dues_item_add(&d, &items, (dues_item){ .op = DUES_ADJUST, .due = dues[i], .fen = -open_fen });
        sum += open_fen;
    }
    if (!items.count) return nothing(&d);
    return dues_propose(&d, "write_off", &items, sum);
}

#define ENTER_OP(constant, op_name, en, zh, cites, fields, runs, example)                        \
    static const char *const constant##_EXAMPLES[] = { example, NULL };                          \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = cites, .kind = SERVICE_WRITE,   \
        .permission = "dues.enter", .input = fields, .input_count = ARRAY_COUNT(fields),         \
        .output = CASE_OUTPUT, .output_count = ARRAY_COUNT(CASE_OUTPUT),                         \
        .examples = constant##_EXAMPLES, .run = runs, .print = dues_case_print,                  \
    }

ENTER_OP(DUES_DEFER_OP, "dues.defer", "Propose to put off what an employer owes for a month",
         "录入缓缴：某月应缴延期缴纳", "社会保险法 第六十三条", DEFER_INPUT, dues_defer_run,
         "doudi dues defer 12 --of 2026-11 --until 2027-02-25 --why 缓缴协议2026-7 --as zhangwei");
ENTER_OP(DUES_INSTALMENTS_OP, "dues.instalments", "Propose that arrears are paid by instalments",
         "录入分期：欠费分期清缴协议", "社会保险法 第六十三条", PLAN_INPUT, dues_instalments_run,
         "doudi dues instalments 12 --plan 2026-12-25=1000.00 --plan 2027-01-25=1000.00 --as zhangwei");
ENTER_OP(DUES_WRITE_OFF_OP, "dues.write-off", "Propose to write off what can no longer be collected",
         "录入核销：无法收回的欠费", "社会保险法 第六十三条", WRITE_OFF_INPUT, dues_write_off_run,
         "doudi dues write-off 12 --of 2026-11 --why 法院裁定2026-31 --as zhangwei");
