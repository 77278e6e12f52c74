#include "service/ledger.h"
#include "service/operations.h"

static const service_field VOUCHER_OUTPUT[] = { SERVICE_VOUCHER_OUTPUT };

static const service_field CLOSE_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM",
      .summary = "the month to close; a year's last month closes the year", .summary_zh = "要结的月份；12 月即年结" },
    SERVICE_KEY_FIELD,
    SERVICE_WHY_FIELD,
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};

static err close_month(service_ledger *l)
{
    int32_t month;
    ledger_voucher_id id;
    TRY(service_month_of(l->call, "month", 0, &month));
    TRY(service_year_may_close(l->county, l->fund, month));
    ledger_stamp stamp = service_stamp(l, text_format(l->call->request, "close %.*s",
                                                      TEXT_ARG(service_month_text(l->call->request, month))));
    TRY(ledger_close_month(l->books, &stamp, l->fund->number, month, &id));
    service_put_voucher(l, id);
    return ERR_NONE;
}

static err ledger_close_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_WRITE, &l));
    TRY(close_month(&l));
    return service_ledger_commit(&l);
}

static const char *const CLOSE_EXAMPLES[] = { "doudi ledger close --fund 企业养老 --month 2026-01", NULL };

const service_op LEDGER_CLOSE_OP = {
    .name = "ledger.close",
    .summary = "Carry a fund's income and expense forward and close its month",
    .summary_zh = "结转收支并结账",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.close",
    .input = CLOSE_INPUT,
    .input_count = ARRAY_COUNT(CLOSE_INPUT),
    .output = VOUCHER_OUTPUT,
    .output_count = ARRAY_COUNT(VOUCHER_OUTPUT),
    .examples = CLOSE_EXAMPLES,
    .run = ledger_close_run,
};
