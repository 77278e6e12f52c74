#include "service/ledger.h"
#include "service/operations.h"

static const service_field VOUCHER_OUTPUT[] = { SERVICE_VOUCHER_OUTPUT };

static const service_field REVERSE_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "voucher", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM/N",
      .summary = "the voucher to take back", .summary_zh = "要冲销的凭证" },
    { .name = "day", .type = SERVICE_DATE, .shows = "DATE", .summary = "day of the new voucher (default: today)",
      .summary_zh = "新凭证的日期（默认今天）" },
    SERVICE_KEY_FIELD,
    SERVICE_WHY_FIELD,
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};

static err reverse(service_ledger *l)
{
    ledger_voucher_id old, id;
    TRY(service_voucher_of(l->call, "voucher", l->fund->number, &old));
    ledger_stamp stamp = service_stamp(l, text_format(l->call->request, "reverse %.*s",
                                                      TEXT_ARG(service_voucher_text(l->call->request, old))));
    err e = ledger_reverse(l->books, &stamp, old, service_day_of(l->call, "day"), &id);
    /* Under the key of its own: taken back before, and on another day. */
    if (e.kind == &LEDGER_KEY_REUSED && !service_is_given(l->call, "key"))
        return err_of(&LEDGER_REVERSED, text_cstr(l->call->request, service_voucher_text(l->call->request, old)));
    TRY(e);
    service_put_voucher(l, id);
    return ERR_NONE;
}

static err ledger_reverse_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_WRITE, &l));
    TRY(reverse(&l));
    return service_ledger_commit(&l);
}

static const char *const REVERSE_EXAMPLES[] = { "doudi ledger reverse --fund 1 --voucher 2026-01/17 --day 2026-02-03", NULL };

const service_op LEDGER_REVERSE_OP = {
    .name = "ledger.reverse",
    .summary = "Take a voucher back by one with the same lines in red",
    .summary_zh = "红字冲销一张凭证",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.book",
    .input = REVERSE_INPUT,
    .input_count = ARRAY_COUNT(REVERSE_INPUT),
    .output = VOUCHER_OUTPUT,
    .output_count = ARRAY_COUNT(VOUCHER_OUTPUT),
    .examples = REVERSE_EXAMPLES,
    .run = ledger_reverse_run,
};
