/* doudi payrun authorise, send, file: money made ready, and the order to pay it out. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/operations.h"
#include "service/payrun_bank.h"
#include "service/payrun_file.h"

static const service_field OUTPUT[] = { PAYRUN_OUTPUT };

#define DAY_FIELD                                                                                \
    { .name = "day", .type = SERVICE_DATE, .summary = "day of the payment (default: today)",     \
      .summary_zh = "付款日（默认今天）" }
#define OUT_FIELD                                                                                \
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .summary = "the bank's file", \
      .summary_zh = "报盘文件" }
static const char *const FORMATS[] = { "csv", "iso20022", NULL };
#define FORMAT_FIELD                                                                             \
    { .name = "format", .type = SERVICE_TEXT, .choices = FORMATS,                                \
      .summary = "of the bank's file: csv (default) or iso20022",                                \
      .summary_zh = "报盘格式：csv（默认）或 iso20022" }

/* ---- authorise: the special account funds the expenditure account, and finance signs ---- */

static const service_field AUTHORISE_INPUT[] = { PAYRUN_RUN_FIELD, DAY_FIELD, SERVICE_KEY_FIELD, SERVICE_WHY_FIELD,
                                                 SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };

/* A fund of which vouchers.csv knows no plan pays out of the account it collects in (职业年金归集户). */
static err has_plan(payrun *p, int32_t fund, int32_t month, bool *has)
{
    const ledger_rule *rules;
    size_t count;
    *has = false;
    TRY(ledger_rules(p->office->memory, p->office->chart, fund, month, &rules, &count));
    for (size_t i = 0; i < count; i++) *has |= strcmp(rules[i].kind, "plan.funded") == 0;
    return ERR_NONE;
}

static err fund(payrun *p)
{
    ledger *books;
    ledger_voucher_id voucher;
    arena *a = p->office->memory;
    TRY(county_books(p->office, &books));
    const ledger_fund *fund_of = ledger_fund_find(p->office->chart, p->run.terms.fund);
    if (!fund_of) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, p->run.terms.fund));
    bool is_funded;
    int32_t month = calendar_month_of_day(service_day_of(p->call, "day"));
    TRY(has_plan(p, fund_of->number, month, &is_funded));
    if (!is_funded) return ERR_NONE;
    ledger_amount amount = { .amount_fen = p->run.total_fen };
    ledger_business business = { .fund = fund_of->number, .day = service_day_of(p->call, "day"),
                                 .kind = "plan.funded", .reference = payrun_batch(a, &p->run),
                                 .amounts = &amount, .amount_count = 1 };
    ledger_stamp stamp = { .key = text_format(a, "%.*s/plan", TEXT_ARG(business.reference)),
                           .known_ms = p->office->now_ms, .actor_id = p->office->actor_id, .why = p->act.why };
    return ledger_post(books, &stamp, &business, &voucher);
}

static err payrun_authorise_run(service_call *call)
{
    payrun p;
    bool is_again;
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    TRY(payrun_was_taken(&p, PAYMENT_AUTHORISE, &is_again));
    if (is_again) return payrun_again(&p);
    TRY(payrun_step(&p, PAYMENT_AUTHORISE));
    TRY(fund(&p));
    TRY(store_commit(p.office->db));
    return payrun_reply(&p);
}

static const char *const AUTHORISE_EXAMPLES[] = { "doudi payrun authorise 12 --as liujing", NULL };

const service_op PAYRUN_AUTHORISE_OP = {
    .name = "payrun.authorise",
    .summary = "Authorise a signed run, and fund the expenditure account for it",
    .summary_zh = "财务授权：由财政专户拨支出户，并签名",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "payrun.authorise",
    .input = AUTHORISE_INPUT,
    .input_count = ARRAY_COUNT(AUTHORISE_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = AUTHORISE_EXAMPLES,
    .run = payrun_authorise_run,
    .print = payrun_print,
};

/* ---- send ---- */

static const service_field SEND_INPUT[] = { PAYRUN_RUN_FIELD, OUT_FIELD, FORMAT_FIELD, PAYRUN_DELIVER_FIELD, DAY_FIELD, SERVICE_KEY_FIELD,
                                            SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
                                            SERVICE_PACKS_FIELD };

static err write_out(payrun *p, os_writer **out)
{
    service_call *call = p->call;
    return payrun_file_write(p, text_cstr(call->request, service_text_of(call, "out", TEXT_NONE)),
                             service_text_of(call, "format", TEXT_NONE), service_day_of(call, "day"), out);
}

/* The file takes its place only when the step is on the disk: a file without its step could be given to
 * the bank twice; a step without its file is mended by `payrun file`. */
static err payrun_send_run(service_call *call)
{
    payrun p;
    os_writer *out = NULL;
    bool is_again;
    TRY(payrun_has_bank(call));
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    TRY(payrun_was_taken(&p, PAYMENT_SEND, &is_again));
    if (is_again && !p.act.key.size_bytes) {
        service_note(call, "the bank's file is written once more by payrun file", "需再次生成报盘文件的，用 payrun file", TEXT_NONE);
        return payrun_again(&p);
    }
    TRY(payrun_verify(p.office, p.run.run_id));
    TRY(payrun_step(&p, PAYMENT_SEND));
    TRY(payment_find(p.office->memory, p.runs, p.run.run_id, &p.run));
    /* The same step told again when the bank has answered since: no order leaves the house once more. */
    if (p.run.state != PAYMENT_SENT && p.run.state != PAYMENT_UNANSWERED) {
        store_rollback(p.office->db);
        service_note(call, "it was sent before and the bank has answered since; no file was written",
                     "该批次此前已送银行并已有回盘，未再生成报盘文件", TEXT_NONE);
        return payrun_reply(&p);
    }
    TRY(write_out(&p, &out));
    err e = store_commit(p.office->db);
    if (e.kind) {
        os_writer_cancel(out);
        return e;
    }
    TRY(os_writer_commit(out));
    TRY(payrun_deliver(call, service_text_of(call, "out", TEXT_NONE)));
    return payrun_reply(&p);
}

static const char *const SEND_EXAMPLES[] = { "doudi payrun send 12 --out inbox/P12-1.csv --as zhaomin", NULL };

const service_op PAYRUN_SEND_OP = {
    .name = "payrun.send",
    .summary = "Check every signature, write the bank's file, and mark the run as sent",
    .summary_zh = "核对全部签名，生成报盘文件并登记送银行",
    .law = "《社会保险经办条例》第四十条",
    .kind = SERVICE_WRITE,
    .permission = "payrun.send",
    .input = SEND_INPUT,
    .input_count = ARRAY_COUNT(SEND_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = SEND_EXAMPLES,
    .run = payrun_send_run,
    .print = payrun_print,
};

/* ---- file: the same bytes again ---- */

static err payrun_file_run(service_call *call)
{
    payrun p;
    os_writer *out;
    TRY(payrun_has_bank(call));
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    if (p.run.state != PAYMENT_SENT && p.run.state != PAYMENT_UNANSWERED)
        return payrun_says_state(&p, err_of(&PAYMENT_NO_MOVE, ""));
    TRY(payrun_verify(p.office, p.run.run_id));
    TRY(write_out(&p, &out));
    TRY(os_writer_commit(out));
    TRY(payrun_deliver(call, service_text_of(call, "out", TEXT_NONE)));
    return payrun_reply(&p);
}

static const char *const FILE_EXAMPLES[] = { "doudi payrun file 12 --out inbox/P12-1.csv --as zhaomin",
                                             "doudi payrun file 12 --out inbox/P12-1.csv --deliver --as zhaomin", NULL };

const service_op PAYRUN_FILE_OP = {
    .name = "payrun.file",
    .summary = "Write the file of a run that was sent once more, when it was lost on the way",
    .summary_zh = "已送银行的批次，报盘文件丢失时重新生成同样的文件",
    .kind = SERVICE_WRITE,
    .permission = "payrun.send",
    .input = SEND_INPUT,
    .input_count = ARRAY_COUNT(SEND_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = FILE_EXAMPLES,
    .run = payrun_file_run,
    .print = payrun_print,
};
