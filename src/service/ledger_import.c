#include "base/hash.h"
#include "service/ledger_csv.h"
#include "service/operations.h"

const err_kind LEDGER_IMPORT_APART = {
    "ledger_import.apart", ERR_BAD_INPUT,
    "Rows with the key '{}' stand apart; the rows of one voucher stand one under another and say the same day and event.",
    "幂等键“{}”的各行不相邻；同一凭证的各行须相邻，且日期、事件、单号相同。"
};

static const service_field IMPORT_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "BUSINESS.csv",
      .summary = "fund,day,event,part,debit,credit,amount,reference,key; rows of one fund and key are one voucher",
      .summary_zh = "基金,日期,事件,部分,借,贷,金额,单号,幂等键；同一基金、同一幂等键的各行为一张凭证" },
    SERVICE_WHY_FIELD,
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field IMPORT_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
};

enum { FUND, DAY, EVENT, AMOUNT, KEY, PART, DEBIT, CREDIT, REFERENCE };
static const service_csv_column BUSINESS_COLUMNS[] = {
    { "基金", "fund", false }, { "日期", "day", false },  { "事件", "event", false },
    { "金额", "amount", false }, { "幂等键", "key", false }, { "部分", "part", true },
    { "借", "debit", true },   { "贷", "credit", true },  { "单号", "reference", true }, { 0 },
};

typedef struct {
    service_ledger *l;
    service_csv csv;
    ledger_business business; /* being gathered */
    text key;
    hash_map *seen; /* fund and key of the vouchers begun */
    ledger_amount *amounts;
    size_t amount_count, amount_capacity;
    source_pos at;
    int64_t row_count, voucher_count, amount_fen;
} importing;

/* Posts what was gathered; a refusal is blamed on its first row. */
static err post_gathered(importing *m)
{
    if (!m->amount_count) return ERR_NONE;
    ledger_stamp stamp = service_stamp(m->l, TEXT(""));
    ledger_voucher_id id;
    stamp.key = m->key;
    m->business.amounts = m->amounts;
    m->business.amount_count = m->amount_count;
    err e = ledger_post(m->l->books, &stamp, &m->business, &id);
    if (e.kind && !e.at.line) e.at = m->at;
    m->amounts = NULL;
    m->amount_count = m->amount_capacity = 0;
    m->voucher_count++;
    return e;
}

static err read_business(importing *m, ledger_business *business, ledger_amount *amount)
{
    arena *a = m->l->call->request;
    const ledger_fund *fund;
    err e = service_fund_find(m->l->call, m->l->chart, service_csv_cell(&m->csv, FUND), &fund);
    if (e.kind) return service_csv_blame(&m->csv, FUND, e);
    text part = service_csv_cell(&m->csv, PART);
    *amount = (ledger_amount){ .part = part.size_bytes ? text_cstr(a, part) : NULL };
    *business = (ledger_business){ .fund = fund->number, .kind = text_cstr(a, service_csv_cell(&m->csv, EVENT)),
                                   .reference = text_copy(a, service_csv_cell(&m->csv, REFERENCE)) };
    TRY(service_csv_day(&m->csv, DAY, &business->day));
    TRY(service_csv_fen(&m->csv, AMOUNT, &amount->amount_fen));
    TRY(service_csv_number(&m->csv, DEBIT, &amount->debit));
    return service_csv_number(&m->csv, CREDIT, &amount->credit);
}

/* A row of the voucher being gathered must say the same but for its amount. */
static bool is_same_voucher(const importing *m, const ledger_business *b, text key)
{
    return m->amount_count && b->fund == m->business.fund && text_equal(key, m->key) &&
           b->day == m->business.day && text_equal(text_of(b->kind), text_of(m->business.kind)) &&
           text_equal(b->reference, m->business.reference);
}

/* A key told again further down would pass for a voucher that is posted already, and its row be lost. */
static err refuse_apart(importing *m, const ledger_business *b, text key)
{
    text name = text_format(m->l->call->request, "%d %.*s", b->fund, TEXT_ARG(key));
    if (hash_map_get(m->seen, name) != SIZE_MAX)
        return service_csv_blame(&m->csv, KEY, err_of(&LEDGER_IMPORT_APART, text_cstr(m->l->call->request, key)));
    hash_map_put(m->seen, name, 0);
    return ERR_NONE;
}

static err add_row(importing *m)
{
    ledger_business business;
    ledger_amount amount;
    text key = service_csv_cell(&m->csv, KEY);
    TRY(read_business(m, &business, &amount));
    if (!key.size_bytes)
        return service_csv_blame(&m->csv, KEY, err_of(&SERVICE_CSV_BAD_CELL, ""));
    if (!is_same_voucher(m, &business, key)) {
        TRY(post_gathered(m));
        TRY(refuse_apart(m, &business, key));
        m->business = business;
        m->key = text_copy(m->l->call->request, key);
        m->at = codec_csv_position(m->csv.reader, 0);
    }
    ARENA_PUSH(m->l->call->request, m->amounts, m->amount_count, m->amount_capacity, amount);
    m->row_count++;
    m->amount_fen += amount.amount_fen;
    return ERR_NONE;
}

static err import(service_ledger *l)
{
    service_call *call = l->call;
    importing m = { .l = l, .seen = hash_map_open(call->request) };
    TRY(service_csv_open(call, service_text_of(call, "file", TEXT_NONE), BUSINESS_COLUMNS, &m.csv));
    for (;;) {
        bool has_row;
        TRY(service_csv_next(&m.csv, &has_row));
        if (!has_row) break;
        TRY(add_row(&m));
    }
    TRY(post_gathered(&m));
    service_put_count(call->request, call->reply, "rows", m.row_count);
    service_put_count(call->request, call->reply, "vouchers", m.voucher_count);
    service_put_text(call->request, call->reply, "amount", service_yuan(call->request, m.amount_fen));
    return ERR_NONE;
}

static err ledger_import_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_WRITE, &l));
    TRY(import(&l));
    return service_ledger_commit(&l);
}

static const char *const IMPORT_EXAMPLES[] = { "doudi ledger import business.csv", NULL };

const service_op LEDGER_IMPORT_OP = {
    .name = "ledger.import",
    .summary = "Post a file of business events: all of it or nothing",
    .summary_zh = "登记一份业务文件：要么全部记账，要么一笔不记",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "ledger.book",
    .input = IMPORT_INPUT,
    .input_count = ARRAY_COUNT(IMPORT_INPUT),
    .output = IMPORT_OUTPUT,
    .output_count = ARRAY_COUNT(IMPORT_OUTPUT),
    .examples = IMPORT_EXAMPLES,
    .run = ledger_import_run,
};
