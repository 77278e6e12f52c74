/* doudi payrun reconcile: the lines, the vouchers and the bank's statement say the same. */
#include <string.h>

#include "bankfile/bankfile.h"
#include "os/os.h"
#include "service/files.h"
#include "service/operations.h"
#include "service/payrun_bank.h"
#include "service/payrun_suspense.h"

const err_kind PAYRUN_NO_ENTRIES = {
    "payrun.no_entries", ERR_BAD_INPUT,
    "The bank's statement has no entry of batch {}; take a statement of the days on which it was paid.",
    "银行对账单中没有批次 {} 的记录；请使用包含付款日的对账单。"
};

static const service_field RECONCILE_INPUT[] = {
    PAYRUN_RUN_FIELD,
    { .name = "statement", .type = SERVICE_FILE, .is_required = true, .summary = "the bank's statement of the account",
      .summary_zh = "付款账户的银行对账单" },
    SERVICE_KEY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ITEM_FIELDS[] = {
    { .name = "account", .type = SERVICE_TEXT, .summary = "account", .summary_zh = "科目" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "reference", .summary_zh = "流水号" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "日期" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "age_days", .type = SERVICE_COUNT, .summary = "days", .summary_zh = "账龄（天）" },
};
static const service_field AGE_FIELDS[] = {
    { .name = "days", .type = SERVICE_TEXT, .summary = "days", .summary_zh = "账龄（天）" },
    { .name = "transit_count", .type = SERVICE_COUNT, .summary = "in transit", .summary_zh = "未达笔数" },
    { .name = "transit", .type = SERVICE_TEXT, .summary = "in transit, yuan", .summary_zh = "未达（元）" },
    { .name = "suspense_count", .type = SERVICE_COUNT, .summary = "in suspense", .summary_zh = "暂收笔数" },
    { .name = "suspense", .type = SERVICE_TEXT, .summary = "in suspense, yuan", .summary_zh = "暂收（元）" },
};
static const service_field RECONCILE_OUTPUT[] = {
    PAYRUN_OUTPUT,
    { .name = "business", .type = SERVICE_TEXT, .summary = "by the lines, yuan", .summary_zh = "业务数（元）" },
    { .name = "finance", .type = SERVICE_TEXT, .summary = "by the vouchers, yuan", .summary_zh = "财务数（元）" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "by the bank, yuan", .summary_zh = "银行数（元）" },
    { .name = "in_transit", .type = SERVICE_OBJECT, .is_list = true, .fields = ITEM_FIELDS,
      .field_count = ARRAY_COUNT(ITEM_FIELDS), .summary = "in transit (未达账项)", .summary_zh = "未达账项" },
    { .name = "suspense", .type = SERVICE_OBJECT, .is_list = true, .fields = ITEM_FIELDS,
      .field_count = ARRAY_COUNT(ITEM_FIELDS), .summary = "held in suspense by the fund (暂收款)",
      .summary_zh = "该基金的暂收款" },
    { .name = "ages", .type = SERVICE_OBJECT, .is_list = true, .fields = AGE_FIELDS,
      .field_count = ARRAY_COUNT(AGE_FIELDS), .summary = "by age", .summary_zh = "按账龄" },
};

typedef struct {
    payrun *p;
    text batch;
    int64_t bank_fen; /* what left the account less what came back */
    size_t entry_count;
    payment_item *items; /* returns the bank knows and we have not booked yet */
    size_t item_count, item_capacity;
    int64_t returned_fen; /* by the bank */
} reading;

static err read_head(void *context, const bankfile_statement *head)
{
    reading *r = context;
    if (text_equal(head->account, r->p->run.terms.payer_account)) return ERR_NONE;
    return err_of(&BANKFILE_PAYER_DIFFERS, text_cstr(r->p->office->memory, head->account));
}

static err read_entry(void *context, const bankfile_entry *entry)
{
    reading *r = context;
    if (!text_equal(entry->batch_number, r->batch)) return ERR_NONE;
    r->entry_count++;
    if (__builtin_sub_overflow(r->bank_fen, entry->amount_fen, &r->bank_fen))
        return err_of(&PAYMENT_UNRECONCILED, "overflow");
    if (entry->amount_fen < 0) return ERR_NONE;
    r->returned_fen += entry->amount_fen;
    payment_item item = { .reference = text_copy(r->p->office->memory, entry->reference), .day = entry->day,
                          .amount_fen = -entry->amount_fen };
    ARENA_PUSH(r->p->office->memory, r->items, r->item_count, r->item_capacity, item);
    return ERR_NONE;
}

static err read_statement(reading *r)
{
    arena *a = r->p->office->memory;
    text path = service_text_of(r->p->call, "statement", TEXT_NONE), bytes;
    bankfile_format format;
    bankfile_content content;
    TRY(os_read_file(a, text_cstr(a, path), SERVICE_FILE_BYTES_MAX, &bytes));
    if (!bankfile_detect(text_sub(bytes, 0, 4096), &format, &content) || content != BANKFILE_STATEMENT)
        return err_of(&BANKFILE_NOT_THIS_FILE, text_cstr(a, path));
    bankfile_statement_sink to = { .head = read_head, .entry = read_entry, .context = r };
    TRY(bankfile_statement_read(a, format, codec_text_source(a, bytes), text_cstr(a, path), to));
    return r->entry_count ? ERR_NONE : err_of(&PAYRUN_NO_ENTRIES, text_cstr(a, r->batch));
}

static bool is_taken_back(const ledger_voucher *vouchers, size_t count, ledger_voucher_id id)
{
    for (size_t v = 0; v < count; v++)
        if (vouchers[v].reverses.number == id.number && vouchers[v].reverses.month == id.month) return true;
    return false;
}

static const char *const PAID[] = { "benefit.paid", "refund.paid", "grant.paid", NULL };
static const char *const RETURNED[] = { "benefit.returned", "refund.returned", "grant.returned", NULL };
static bool is_one_of(const char *kind, const char *const *kinds)
{
    while (*kinds && strcmp(kind, *kinds) != 0) kinds++;
    return *kinds != NULL;
}

/* By the vouchers that name this batch: benefits paid, less what came back. One that was taken back in
 * red is no longer in the books. */
static err sum_vouchers(payrun *p, text batch, int64_t *finance_fen)
{
    arena *a = p->office->memory;
    ledger *books;
    ledger_months months;
    const ledger_voucher *vouchers;
    size_t count;
    *finance_fen = 0;
    TRY(county_books(p->office, &books));
    const ledger_fund *fund = ledger_fund_find(p->office->chart, p->run.terms.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(a, p->run.terms.fund));
    TRY(ledger_months_of(books, fund->number, &months));
    TRY(ledger_vouchers(a, books, fund->number, months.first_month, months.last_month + 1, &vouchers, &count));
    for (size_t v = 0; v < count; v++) {
        bool is_paid = is_one_of(vouchers[v].kind, PAID), is_back = is_one_of(vouchers[v].kind, RETURNED);
        if (!text_equal(vouchers[v].reference, batch) || (!is_paid && !is_back)) continue;
        if (is_taken_back(vouchers, count, vouchers[v].id)) continue;
        for (size_t l = 0; l < vouchers[v].line_count; l++)
            if (vouchers[v].lines[l].side == LEDGER_DEBIT)
                *finance_fen += is_paid ? vouchers[v].lines[l].amount_fen : -vouchers[v].lines[l].amount_fen;
    }
    return ERR_NONE;
}

/* What the bank has taken back and the office has not heard of in an answer yet is in transit: the
 * newest returns, as far as the sums differ. */
static void keep_in_transit(reading *r, payment_balance *balance)
{
    int64_t unheard = r->returned_fen - r->p->run.returned_fen;
    size_t kept = 0;
    for (size_t i = r->item_count; i-- > 0 && unheard > 0;) {
        if (-r->items[i].amount_fen > unheard) continue;
        unheard += r->items[i].amount_fen;
        balance->in_transit_fen += r->items[i].amount_fen;
        payment_item item = r->items[i];
        r->items[i] = r->items[r->item_count - 1 - kept];
        r->items[r->item_count - 1 - kept++] = item;
    }
    balance->items = r->items + (r->item_count - kept);
    balance->item_count = kept;
}

static void put_item(payrun *p, service_value *list, int64_t account, const payment_item *item, payrun_ages *ages)
{
    arena *a = p->call->request;
    service_value *one = service_put_object(a, list, NULL);
    service_put_text(a, one, "account", account ? text_format(a, "%lld", (long long)account) : TEXT_NONE);
    service_put_text(a, one, "reference", text_copy(a, item->reference));
    service_put_text(a, one, "day", service_day_text(a, item->day));
    service_put_text(a, one, "amount", service_yuan(a, item->amount_fen));
    service_put_count(a, one, "age_days", payrun_ages_add(ages, p->call->office->settings.today_day, item));
}

static void put_ages(payrun *p, const payrun_ages *transit, const payrun_ages *suspense)
{
    arena *a = p->call->request;
    service_value *list = service_put_list(a, p->call->reply, "ages");
    for (size_t i = 0; i < PAYRUN_BANDS; i++) {
        if (!transit->count[i] && !suspense->count[i]) continue;
        service_value *one = service_put_object(a, list, NULL);
        service_put_text(a, one, "days", payrun_band_text(a, transit, i));
        service_put_count(a, one, "transit_count", transit->count[i]);
        service_put_text(a, one, "transit", service_yuan(a, transit->fen[i]));
        service_put_count(a, one, "suspense_count", suspense->count[i]);
        service_put_text(a, one, "suspense", service_yuan(a, suspense->fen[i]));
    }
}

/* What waits, each with its age, oldest first; then the totals by age. */
static err put_waiting(payrun *p, reading *r, const payment_balance *balance)
{
    arena *a = p->call->request;
    payrun_ages transit, held;
    payrun_suspense *items;
    size_t count, first = r->item_count - balance->item_count;
    TRY(payrun_ages_open(p->office, &transit));
    TRY(payrun_ages_open(p->office, &held));
    TRY(payrun_suspense_read(p, &items, &count));
    payrun_sort_by_day(r->items + first, balance->item_count);
    service_value *list = service_put_list(a, p->call->reply, "in_transit");
    for (size_t i = first; i < r->item_count; i++) put_item(p, list, 0, &r->items[i], &transit);
    list = service_put_list(a, p->call->reply, "suspense");
    for (size_t i = 0; i < count; i++) put_item(p, list, items[i].account, &items[i].item, &held);
    put_ages(p, &transit, &held);
    return ERR_NONE;
}

static err reply(payrun *p, reading *r, const payment_balance *balance)
{
    arena *a = p->call->request;
    service_value *into = p->call->reply;
    service_put_text(a, into, "business", service_yuan(a, balance->business_fen));
    service_put_text(a, into, "finance", service_yuan(a, balance->finance_fen));
    service_put_text(a, into, "bank", service_yuan(a, balance->bank_fen));
    return put_waiting(p, r, balance);
}

static err hold_against(service_call *call)
{
    payrun p;
    TRY(payrun_open(call, COUNTY_WRITE, &p));
    reading r = { .p = &p, .batch = payrun_batch(p.office->memory, &p.run) };
    TRY(payrun_may(&p, PAYMENT_RECONCILE));
    TRY(read_statement(&r));
    payment_balance balance = { .business_fen = p.run.paid_fen, .bank_fen = r.bank_fen };
    TRY(sum_vouchers(&p, r.batch, &balance.finance_fen));
    keep_in_transit(&r, &balance);
    TRY(payment_reconcile(p.runs, p.run.run_id, &p.act, &balance));
    TRY(reply(&p, &r, &balance));
    TRY(payrun_reply(&p));
    return store_commit(p.office->db);
}

static err payrun_reconcile_run(service_call *call)
{
    const char *folder;
    err e = payrun_fetch(call, "statement", &folder);
    return payrun_forget(call, folder, e.kind ? e : hold_against(call));
}

static const char *const RECONCILE_EXAMPLES[] = {
    "doudi payrun reconcile 12 --statement outbox/statement.csv --as lihua", NULL };

const service_op PAYRUN_RECONCILE_OP = {
    .name = "payrun.reconcile",
    .summary = "Hold the lines, the vouchers and the bank's statement against each other",
    .summary_zh = "业务、财务、银行三方对账",
    .law = "《社会保险基金财务制度》",
    .kind = SERVICE_WRITE,
    .permission = "payrun.reconcile",
    .input = RECONCILE_INPUT,
    .input_count = ARRAY_COUNT(RECONCILE_INPUT),
    .output = RECONCILE_OUTPUT,
    .output_count = ARRAY_COUNT(RECONCILE_OUTPUT),
    .examples = RECONCILE_EXAMPLES,
    .run = payrun_reconcile_run,
    .print = payrun_print,
};
