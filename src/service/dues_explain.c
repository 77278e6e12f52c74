/* doudi dues explain: what is due, received or open for one month and fund, entry by entry of the log. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/amount.h"
#include "service/operations.h"

static const char *const FIGURES[] = { "open", "due", "received", NULL };

static const service_field EXPLAIN_INPUT[] = {
    DUES_PAYER_FIELD,
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true, .summary = "owed for this month",
      .summary_zh = "所属月" },
    { .name = "fund", .type = SERVICE_NAME, .shows = "FUND", .is_required = true,
      .summary = "the fund: 企业养老, employee_pension or its number", .summary_zh = "基金：企业养老、employee_pension 或编号" },
    { .name = "charge", .type = SERVICE_TEXT, .shows = "CHARGE", .summary = "only one charge, as dues show names it: premium, late fee …",
      .summary_zh = "只看一种款项，写法同 dues show：保费、滞纳金等" },
    { .name = "purpose", .type = SERVICE_TEXT, .shows = "BILL", .summary = "only one bill, as dues show names it",
      .summary_zh = "只看一种账单，写法同 dues show" },
    { .name = "of", .type = SERVICE_TEXT, .choices = FIGURES, .summary = "which figure (default: open)",
      .summary_zh = "哪个数：open 未缴（默认）、due 应缴、received 实缴" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EXPLAIN_OUTPUT[] = { AMOUNT_OUTPUT };

typedef struct {
    dues_call *d;
    amount amount;
    int32_t month, fund;
    text charge, purpose, of;
    int64_t fen; /* by the tables, which the parts are not made from */
} explaining;

/* As a list shows it, in either language, or as files write it. */
static bool is_word(text said, text shown, const char *code)
{
    return !said.size_bytes || text_equal(said, shown) || text_equal_cstr(said, code);
}

static bool is_meant(const explaining *x, const collection_due *due)
{
    const service_call *call = x->d->m.call;
    if (due->month != x->month || due->fund != x->fund) return false;
    bool is_charge = is_word(x->charge, dues_charge_text(call, due->charge), dues_charge_code(due->charge)) ||
                     dues_charge_of(x->charge) == due->charge;
    return is_charge && (text_equal(x->purpose, due->purpose) || is_word(x->purpose, dues_purpose_text(call, due->purpose), ""));
}

/* The bill's own explanation: of an employer its people and lines, of a person base and rate. */
static void ask_bill(explaining *x, service_value *part, const collection_entry *entry)
{
    arena *a = x->d->m.call->request;
    text month = service_month_text(a, entry->due.month);
    collection_payer payer = entry->due.payer;
    if (payer.kind != COLLECTION_EMPLOYER && payer.kind != COLLECTION_PERSON) return;
    bool is_employer = payer.kind == COLLECTION_EMPLOYER;
    const char *operation = is_employer ? "employer.explain" : "person.explain";
    amount_asks(&x->amount, part, operation, text_format(a, "%s=%lld", is_employer ? "who" : "person", (long long)payer.id));
    amount_asks(&x->amount, part, operation, text_format(a, "bill=%.*s", TEXT_ARG(month)));
}

static void add(explaining *x, const collection_entry *entry, const char *en, const char *zh, int64_t fen)
{
    const service_call *call = x->d->m.call;
    arena *a = call->request;
    bool is_billed = entry->kind == COLLECTION_ENTRY_BILLED;
    text what = is_billed ? dues_purpose_text(call, entry->due.purpose)
                : entry->kind == COLLECTION_ENTRY_ADJUSTED && entry->as.size_bytes ? dues_kind_text(call, entry->as)
                                                                                : text_of(service_say(call, en, zh));
    text when = entry->day ? service_day_text(a, entry->day) : service_month_text(a, entry->booked_month);
    bool has_reason = !entry->reference.size_bytes && !service_find(entry->why); /* else it is what the command says of itself */
    text by = has_reason ? entry->why : entry->reference;
    text how = text_format(a, "%.*s%s%.*s", TEXT_ARG(when), by.size_bytes ? " · " : "", TEXT_ARG(by));
    text name = text_format(a, "%.*s · %.*s", TEXT_ARG(dues_charge_text(call, entry->due.charge)), TEXT_ARG(what));
    service_value *part = amount_add(&x->amount, name, how, fen);
    if (is_billed) ask_bill(x, part, entry);
}

static err tell(void *context, const collection_entry *entry)
{
    explaining *x = context;
    bool is_received = text_equal_cstr(x->of, "received"), is_due = text_equal_cstr(x->of, "due");
    int64_t sign = is_received ? 1 : -1;
    if (!is_meant(x, &entry->due)) return ERR_NONE;
    switch (entry->kind) {
    case COLLECTION_ENTRY_BILLED:
    case COLLECTION_ENTRY_CHARGED:
        if (!is_received) add(x, entry, "charged", "计收", entry->fen);
        break;
    case COLLECTION_ENTRY_ADJUSTED:
        if (!is_received) add(x, entry, "adjusted", "调整", entry->fen);
        /* What had been paid above the new due stands to the payer's credit, and is not received here any more. */
        if (!is_due && entry->freed_fen) add(x, entry, "freed to the credit", "转为留存", -sign * entry->freed_fen);
        break;
    case COLLECTION_ENTRY_ALLOTTED:
        if (!is_due) add(x, entry, "received", "到账冲抵", sign * entry->fen);
        break;
    case COLLECTION_ENTRY_CREDITED:
        if (!is_due) add(x, entry, "credit used", "留存抵缴", sign * entry->fen);
        break;
    default: break;
    }
    return ERR_NONE;
}

static err read_table(explaining *x)
{
    collection_due *dues;
    size_t count;
    TRY(collection_dues_of(x->d->m.memory, x->d->bills, x->d->payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        if (!is_meant(x, &dues[i])) continue;
        if (!text_equal_cstr(x->of, "received")) x->fen += dues[i].due_fen;
        if (text_equal_cstr(x->of, "open")) x->fen -= dues[i].received_fen;
        if (text_equal_cstr(x->of, "received")) x->fen += dues[i].received_fen;
    }
    return ERR_NONE;
}

static const char *name_of(const service_call *call, text of)
{
    if (text_equal_cstr(of, "due")) return service_say(call, "due", "应缴");
    return text_equal_cstr(of, "received") ? service_say(call, "received", "实缴") : service_say(call, "open", "未缴");
}

static err dues_explain_run(service_call *call)
{
    dues_call d;
    text payer;
    const ledger_fund *fund;
    arena *a = call->request;
    TRY(dues_begin(call, COUNTY_READ, &d));
    TRY(dues_payer_text(&d.m, d.payer, &payer));
    TRY(service_ledger_fund(call, d.m.office->chart, &fund));
    explaining x = { .d = &d, .fund = fund->number, .charge = service_text_of(call, "charge", TEXT_NONE),
                     .purpose = service_text_of(call, "purpose", TEXT_NONE), .of = service_text_of(call, "of", TEXT("open")) };
    TRY(service_month_of(call, "month", INT32_MIN, &x.month));
    x.amount = amount_begin(call, text_format(a, "%.*s · %.*s · %.*s · %s", TEXT_ARG(payer), TEXT_ARG(service_month_text(a, x.month)),
                                              TEXT_ARG(dues_fund_text(&d.m, fund->number)), name_of(call, x.of)));
    TRY(read_table(&x));
    TRY(collection_history(d.bills, eventlog_bucket_of(d.payer.id), d.payer, tell, &x));
    return amount_end(&x.amount, x.fen, "not told by the log", "日志未能说明");
}

static const char *const EXPLAIN_EXAMPLES[] = { "doudi dues explain 12 --month 2026-11 --fund employee_pension",
                                                "doudi dues explain 12 --month 2026-11 --fund 企业养老 --charge late_fee --of due", NULL };

const service_op DUES_EXPLAIN_OP = {
    .name = "dues.explain",
    .summary = "Why so much is due, received or open for a month and fund: bills, fees, relief and receipts that come to it",
    .summary_zh = "某月某项基金的应缴、实缴、未缴为何是这个数：逐笔列出账单、滞纳金、减免和到账",
    .law = "社会保险法 第六十条、第六十三条",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .own_employer = "payer",
    .scope = SERVICE_SCOPE_ID,
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = dues_explain_run,
    .print = amount_print,
};
