#include "crypto/crypto.h"
#include "service/files.h"
#include "service/ledger_csv.h"
#include "service/operations.h"

static const service_field RECONCILE_INPUT[] = {
    SERVICE_FUND_FIELD,
    { .name = "account", .type = SERVICE_COUNT, .is_required = true, .shows = "ACCOUNT",
      .summary = "1002, 1003, 1004 or 1005", .summary_zh = "1002、1003、1004 或 1005" },
    { .name = "lines", .type = SERVICE_FILE, .is_required = true, .shows = "BANK.csv",
      .summary = "the bank's lines: day,received,paid,reference", .summary_zh = "银行对账单：日期,收入,支出,单号" },
    { .name = "from", .type = SERVICE_DATE, .is_required = true, .summary = "first day looked at", .summary_zh = "起始日期" },
    { .name = "on", .type = SERVICE_DATE, .is_required = true, .summary = "last day looked at", .summary_zh = "对账日期" },
    { .name = "opening", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "the bank's balance before the first day (default: 0)",
      .summary_zh = "银行期初余额（默认 0）" },
    { .name = "days", .type = SERVICE_COUNT, .summary = "how many days apart a line without reference may be matched (default: 7)",
      .summary_zh = "无单号的按金额配对，日期最多相差几天（默认 7）" },
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field RECONCILE_ITEM[] = {
    { .name = "state", .type = SERVICE_STATE },  { .name = "day", .type = SERVICE_DATE },
    { .name = "amount", .type = SERVICE_TEXT }, { .name = "age_days", .type = SERVICE_COUNT },
    { .name = "reference", .type = SERVICE_TEXT }, { .name = "voucher", .type = SERVICE_VALUE },
};
static const service_field RECONCILE_OUTPUT[] = {
    { .name = "book", .type = SERVICE_TEXT, .summary = "balance of the books", .summary_zh = "账面余额" },
    { .name = "bank", .type = SERVICE_TEXT, .summary = "balance at the bank", .summary_zh = "银行余额" },
    { .name = "matched", .type = SERVICE_COUNT, .summary = "lines matched", .summary_zh = "已勾对" },
    { .name = "items", .type = SERVICE_OBJECT, .is_list = true, .fields = RECONCILE_ITEM,
      .field_count = ARRAY_COUNT(RECONCILE_ITEM) },
    { .name = "adjusted_book", .type = SERVICE_TEXT, .summary = "books adjusted", .summary_zh = "调节后账面余额" },
    { .name = "adjusted_bank", .type = SERVICE_TEXT, .summary = "bank adjusted", .summary_zh = "调节后银行余额" },
    { .name = "is_equal", .type = SERVICE_FLAG, .summary = "equal", .summary_zh = "相等" },
};

static err digest_of(arena *a, text path, text *digest)
{
    crypto_hasher *hasher;
    text bytes;
    char *shown = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    TRY(service_read_file(a, path, &bytes));
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, bytes.bytes, bytes.size_bytes), shown);
    crypto_hasher_close(hasher);
    *digest = text_of(shown);
    return ERR_NONE;
}

err service_csv_bank(service_call *call, ledger_bank *bank, text *digest)
{
    enum { DAY, RECEIVED, PAID, REFERENCE };
    static const service_csv_column COLUMNS[] = { { "日期", "day", false }, { "收入", "received", false },
                                                  { "支出", "paid", false }, { "单号", "reference", true }, { 0 } };
    ledger_bank_line *lines = NULL;
    size_t count = 0, capacity = 0;
    service_csv csv;
    TRY(service_csv_open(call, service_text_of(call, "lines", TEXT_NONE), COLUMNS, &csv));
    for (;;) {
        bool has_row;
        int64_t received, paid;
        ledger_bank_line line = { 0 };
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) break;
        TRY(service_csv_day(&csv, DAY, &line.day));
        TRY(service_csv_fen(&csv, RECEIVED, &received));
        TRY(service_csv_fen(&csv, PAID, &paid));
        line.amount_fen = received - paid;
        line.reference = text_copy(call->request, service_csv_cell(&csv, REFERENCE));
        ARENA_PUSH(call->request, lines, count, capacity, line);
    }
    bank->lines = lines;
    bank->line_count = count;
    return digest ? digest_of(call->request, service_text_of(call, "lines", TEXT_NONE), digest) : ERR_NONE;
}

static void put_items(service_call *call, const ledger_reconciliation *r)
{
    arena *a = call->request;
    int64_t matched = 0;
    for (size_t i = 0; i < r->count; i++) matched += r->items[i].how == LEDGER_MATCHED;
    service_put_count(a, call->reply, "matched", matched);
    service_value *list = service_put_list(a, call->reply, "items");
    for (size_t i = 0; i < r->count; i++) {
        const ledger_item *item = &r->items[i];
        if (item->how == LEDGER_MATCHED) continue;
        service_value *v = service_put_object(a, list, NULL);
        bool is_in_transit = item->how == LEDGER_IN_TRANSIT;
        service_put_state(call, v, "state", is_in_transit ? "in_transit" : "not_booked", is_in_transit ? "in transit" : "not booked",
                          is_in_transit ? "账上有、银行未达" : "银行有、账上未记");
        service_put_text(a, v, "day", service_day_text(a, item->day));
        service_put_text(a, v, "amount", service_yuan(a, item->amount_fen));
        service_put_count(a, v, "age_days", item->age_days);
        service_put_text(a, v, "reference", item->reference);
        if (item->voucher.number) service_put_text(a, v, "voucher", service_voucher_text(a, item->voucher));
        else service_put_null(a, v, "voucher");
    }
}

static err reconcile(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    ledger_reconciliation r;
    ledger_bank bank = { .fund = l->fund->number, .account = (int64_t)service_size_of(call, "account", 0),
                         .from_day = service_day_of(call, "from"), .on_day = service_day_of(call, "on"),
                         .days_apart = (int32_t)service_size_of(call, "days", 7) };
    TRY(service_fen_of(a, service_text_of(call, "opening", TEXT("0")), &bank.bank_opening_fen));
    TRY(service_csv_bank(call, &bank, NULL));
    TRY(ledger_reconcile(a, l->books, &bank, &r));
    service_put_text(a, call->reply, "book", service_yuan(a, r.book_fen));
    service_put_text(a, call->reply, "bank", service_yuan(a, r.bank_fen));
    put_items(call, &r);
    service_put_text(a, call->reply, "adjusted_book", service_yuan(a, r.adjusted_book_fen));
    service_put_text(a, call->reply, "adjusted_bank", service_yuan(a, r.adjusted_bank_fen));
    call->has_failures = r.adjusted_book_fen != r.adjusted_bank_fen;
    service_put_bool(a, call->reply, "is_equal", !call->has_failures);
    return ERR_NONE;
}

static err ledger_reconcile_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return reconcile(&l);
}

static const char *const RECONCILE_EXAMPLES[] = {
    "doudi ledger reconcile --fund 企业养老 --account 1004 --lines bank.csv --from 2026-01-01 --on 2026-01-31 --opening 500000", NULL };

const service_op LEDGER_RECONCILE_OP = {
    .name = "ledger.reconcile",
    .summary = "Hold an account of the books against the bank's lines",
    .summary_zh = "账面与银行对账单核对，编余额调节表",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = RECONCILE_INPUT,
    .input_count = ARRAY_COUNT(RECONCILE_INPUT),
    .output = RECONCILE_OUTPUT,
    .output_count = ARRAY_COUNT(RECONCILE_OUTPUT),
    .examples = RECONCILE_EXAMPLES,
    .run = ledger_reconcile_run,
};
