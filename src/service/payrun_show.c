/* doudi payrun list, show: the runs of a month; one run, with the chain of who did what. */
#include "codec/codec.h"
#include "service/operations.h"
#include "service/payrun_holds.h"
#include "service/payrun_summary.h"
#include "service/record_rows.h"

static const service_field LIST_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "of one month (default: all)",
      .summary_zh = "只看某月（默认全部）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RUN_FIELDS[] = { PAYRUN_OUTPUT };
static const service_field LIST_OUTPUT[] = {
    { .name = "runs", .type = SERVICE_OBJECT, .is_list = true, .fields = RUN_FIELDS,
      .field_count = ARRAY_COUNT(RUN_FIELDS), .summary = "runs", .summary_zh = "批次" },
};

static err payrun_list_run(service_call *call)
{
    county *office;
    payment *runs;
    payment_run *list;
    size_t count;
    int32_t month;
    TRY(service_month_of(call, "month", PAYMENT_ANY_MONTH, &month));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_runs(office, &runs));
    TRY(payment_list(office->memory, runs, month, &list, &count));
    service_value *all = service_put_list(call->request, call->reply, "runs");
    for (size_t i = 0; i < count; i++) TRY(payrun_put(call, service_put_object(call->request, all, NULL), &list[i]));
    return ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi payrun list --month 2026-11", NULL };

const service_op PAYRUN_LIST_OP = {
    .name = "payrun.list",
    .summary = "List payment runs and their states",
    .summary_zh = "列出支付批次及其状态",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = payrun_list_run,
    .print = payrun_print,
};

/* ---- one run ---- */

static const service_field SHOW_INPUT[] = { PAYRUN_RUN_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field MARK_FIELDS[] = {
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理人" },
    { .name = "at", .type = SERVICE_TEXT, .summary = "at", .summary_zh = "时间" },
    { .name = "signed", .type = SERVICE_FLAG, .summary = "signed", .summary_zh = "签名" },
    { .name = "void", .type = SERVICE_FLAG, .summary = "void", .summary_zh = "已作废" },
    { .name = "digest", .type = SERVICE_TEXT },
};
static const service_field PART_FIELDS[] = {
    { .name = "account", .type = SERVICE_TEXT, .summary = "account", .summary_zh = "科目" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "名称" },
    { .name = "open", .type = SERVICE_TEXT, .summary = "open", .summary_zh = "未答复" },
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid", .summary_zh = "已付" },
    { .name = "refused", .type = SERVICE_TEXT, .summary = "refused", .summary_zh = "拒付" },
    { .name = "returned", .type = SERVICE_TEXT, .summary = "returned", .summary_zh = "退票" },
};
static const service_field SHOW_OUTPUT[] = {
    PAYRUN_OUTPUT,
    PAYRUN_HELD_OUTPUT("lines that alerts hold now", "预警要求暂停的笔数"),
    PAYRUN_HELD_LINES,
    PAYRUN_WATCHED_LINES,
    PAYRUN_SUMMARY_OUTPUT,
    { .name = "signatures_fit", .type = SERVICE_FLAG, .summary = "every signature fits",
      .summary_zh = "全部签名相符" },
    { .name = "marks", .type = SERVICE_OBJECT, .is_list = true, .fields = MARK_FIELDS,
      .field_count = ARRAY_COUNT(MARK_FIELDS), .summary = "who did what", .summary_zh = "办理记录" },
    { .name = "parts", .type = SERVICE_OBJECT, .is_list = true, .fields = PART_FIELDS,
      .field_count = ARRAY_COUNT(PART_FIELDS), .summary = "by account", .summary_zh = "按科目" },
};

static err user_name(payrun *p, int64_t user_id, text *name)
{
    staff *room;
    staff_user *users;
    size_t count;
    arena *a = p->call->request;
    *name = text_format(a, "#%lld", (long long)user_id);
    TRY(county_staff(p->office, &room));
    TRY(staff_list(p->office->memory, room, &users, &count));
    for (size_t i = 0; i < count; i++)
        if (users[i].id == user_id)
            *name = text_format(a, "%.*s (%.*s)", TEXT_ARG(users[i].name), TEXT_ARG(users[i].login));
    return ERR_NONE;
}

static err put_marks(payrun *p)
{
    payment_mark *marks;
    size_t count;
    arena *a = p->call->request;
    TRY(payment_marks(p->office->memory, p->runs, p->run.run_id, &marks, &count));
    service_value *list = service_put_list(a, p->call->reply, "marks");
    for (size_t i = 0; i < count; i++) {
        const payment_word *step = payment_step_word(marks[i].step);
        char hex[CRYPTO_DIGEST_HEX_BYTES];
        text name;
        crypto_print_digest(marks[i].signed_digest, hex);
        TRY(user_name(p, marks[i].actor_id, &name));
        service_value *one = service_put_object(a, list, NULL);
        service_put_cstr(a, one, "step", service_say(p->call, step->says, step->says_zh));
        service_put_text(a, one, "by", name);
        service_put_text(a, one, "at", record_instant_text(a, marks[i].known_ms));
        service_put_bool(a, one, "signed", payment_is_signature(marks[i].step));
        service_put_bool(a, one, "void", marks[i].is_void);
        service_put_text(a, one, "digest", text_copy(a, text_of(hex)));
    }
    return ERR_NONE;
}

/* The account's name in the chart of the run's month; empty when the chart no longer has it. */
static text account_name(payrun *p, text number)
{
    const ledger_fund *fund;
    ledger *books;
    int64_t account;
    if (county_books(p->office, &books).kind || !codec_parse_scaled(number, 0, &account)) return TEXT_NONE;
    fund = ledger_fund_find(p->office->chart, p->run.terms.fund);
    service_ledger l = { .call = p->call, .chart = p->office->chart, .fund = fund };
    return fund ? text_of(service_account_name(&l, p->run.terms.month, account)) : TEXT_NONE;
}

static err put_parts(payrun *p)
{
    payment_sums sums;
    arena *a = p->call->request;
    TRY(payment_sums_of(p->runs, p->run.run_id, &sums));
    service_value *list = service_put_list(a, p->call->reply, "parts");
    for (size_t i = 0; i < p->run.terms.part_count; i++) {
        service_value *one = service_put_object(a, list, NULL);
        service_put_text(a, one, "account", text_copy(a, p->run.terms.parts[i]));
        service_put_text(a, one, "name", account_name(p, p->run.terms.parts[i]));
        service_put_text(a, one, "paid", service_yuan(a, sums.paid_fen[i]));
        service_put_text(a, one, "refused", service_yuan(a, sums.refused_fen[i]));
        service_put_text(a, one, "returned", service_yuan(a, sums.returned_fen[i]));
        service_put_text(a, one, "open", service_yuan(a, sums.open_fen[i]));
    }
    return ERR_NONE;
}

static err payrun_show_run(service_call *call)
{
    payrun p;
    TRY(payrun_open(call, COUNTY_READ, &p));
    TRY(payrun_put(call, call->reply, &p.run));
    err fits = payrun_verify(p.office, p.run.run_id);
    if (fits.kind && fits.kind != &PAYMENT_BAD_SIGNATURE && fits.kind != &PAYMENT_BROKEN) return fits;
    service_put_bool(call->request, call->reply, "signatures_fit", !fits.kind);
    call->has_failures = fits.kind != NULL;
    if (!fits.kind) TRY(payrun_summary_put(&p));
    TRY(payrun_holds_put(&p));
    TRY(payrun_watched_put(&p));
    TRY(put_marks(&p));
    return put_parts(&p);
}

static const char *const SHOW_EXAMPLES[] = { "doudi payrun show 12", NULL };

const service_op PAYRUN_SHOW_OP = {
    .name = "payrun.show",
    .summary = "Show one run: its sums, and the chain of who did what",
    .summary_zh = "查看一个支付批次：金额与签字链",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = payrun_show_run,
    .print = payrun_print,
};
