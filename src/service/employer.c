#include "service/dues.h"
#include "service/operations.h"
#include "service/record_rows.h"

static const service_field EMPLOYER_INPUT[] = {
    RECORD_WHO_FIELD("credit code or id", "统一社会信用代码或编号"),
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",
      .summary = "what is so on this day (default: today)", .summary_zh = "按哪一天的情况（默认今天）" },
    RECORD_KNOWN_FIELD,
    SERVICE_COUNTY_FIELD,
};
static const service_field SHOW_OUTPUT[] = {
    RECORD_SHOW_OUTPUT,
    { .name = "open", .type = SERVICE_TEXT, .summary = "owes, yuan", .summary_zh = "未缴（元）" },
    { .name = "arrears", .type = SERVICE_TEXT, .summary = "of it in arrears, yuan", .summary_zh = "其中逾期（元）" },
    { .name = "late_fees", .type = SERVICE_TEXT, .summary = "of it late fees, yuan", .summary_zh = "其中滞纳金（元）" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "oldest arrears, days", .summary_zh = "最早欠费逾期天数" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "to its credit, yuan", .summary_zh = "多缴留存（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received from it in all, yuan", .summary_zh = "累计到账（元）" },
    { .name = "proposals", .type = SERVICE_COUNT, .summary = "proposals that wait", .summary_zh = "待办单据" },
};

static err put_receipts(service_call *call, collection *bills, collection_payer payer)
{
    collection_received_row *receipts;
    size_t count;
    int64_t sum = 0;
    TRY(collection_receipts_of(call->request, bills, payer, &receipts, &count));
    for (size_t i = 0; i < count; i++) sum += receipts[i].receipt.amount_fen;
    service_put_text(call->request, call->reply, "received", service_yuan(call->request, sum));
    return ERR_NONE;
}

static err put_proposals(service_call *call, collection *bills, collection_payer payer)
{
    collection_case *cases;
    size_t count;
    int64_t waiting = 0;
    TRY(collection_cases(call->request, bills, payer, 0, &cases, &count));
    for (size_t i = 0; i < count; i++)
        waiting += cases[i].state == COLLECTION_CASE_ENTERED || cases[i].state == COLLECTION_CASE_REVIEWED;
    service_put_count(call->request, call->reply, "proposals", waiting);
    return ERR_NONE;
}

/* What it owes today, or on --on. */
static err put_dues(county *c, int64_t id)
{
    collection *bills;
    collection_due *dues;
    size_t count;
    service_call *call = c->call;
    arena *a = call->request;
    collection_payer payer = { COLLECTION_EMPLOYER, id };
    int64_t open = 0, late = 0, fees = 0, credit, days = 0;
    int32_t on = service_day_of(call, "on");
    TRY(county_bills(c, &bills));
    TRY(collection_dues_of(a, bills, payer, true, &dues, &count));
    TRY(collection_credit_of(bills, payer, &credit));
    for (size_t i = 0; i < count; i++) {
        int64_t fen = dues[i].due_fen - dues[i].received_fen;
        open += fen;
        fees += dues[i].charge == COLLECTION_LATE_FEE ? fen : 0;
        late += dues[i].due_day < on ? fen : 0;
        if (on - dues[i].due_day > days) days = on - dues[i].due_day;
    }
    service_put_text(a, call->reply, "open", service_yuan(a, open));
    service_put_text(a, call->reply, "arrears", service_yuan(a, late));
    service_put_text(a, call->reply, "late_fees", service_yuan(a, fees));
    service_put_count(a, call->reply, "days", days);
    service_put_text(a, call->reply, "credit", service_yuan(a, credit));
    TRY(put_receipts(call, bills, payer));
    return put_proposals(call, bills, payer);
}

static void employer_show_print(const service_call *call, text_builder *out)
{
    record_show_print(call, out);
    for (size_t i = 0; i < ARRAY_COUNT(SHOW_OUTPUT); i++) {
        const service_value *v = service_member(call->reply, SHOW_OUTPUT[i].name);
        if (!SHOW_OUTPUT[i].summary || !v || i + 7 < ARRAY_COUNT(SHOW_OUTPUT)) continue;
        text_add_format(out, "%s%s", service_say(call, SHOW_OUTPUT[i].summary, SHOW_OUTPUT[i].summary_zh), service_say(call, ": ", "："));
        if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld\n", (long long)v->count);
        else text_add_format(out, "%.*s\n", TEXT_ARG(v->word));
    }
}

static err employer_show_run(service_call *call)
{
    county *c;
    int64_t id, *enrolled;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(record_find_employer(c, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(record_show(c, id, REGISTRY_EMPLOYER, false));
    TRY(registry_find_staff(call->request, c->people, id, &enrolled, &count));
    service_put_count(call->request, call->reply, "staff", (int64_t)count);
    return put_dues(c, id);
}

static const char *const EMPLOYER_EXAMPLES[] = { "doudi employer show 12", NULL };

const service_op EMPLOYER_SHOW_OP = {
    .name = "employer.show",
    .summary = "Everything the office holds for true of one employer, and what it owes",
    .summary_zh = "一个单位的全部登记信息和欠费概况",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .own_employer = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = EMPLOYER_INPUT,
    .input_count = ARRAY_COUNT(EMPLOYER_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = EMPLOYER_EXAMPLES,
    .run = employer_show_run,
    .print = employer_show_print,
};
