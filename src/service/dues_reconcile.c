/* doudi dues reconcile: what payers owe, by the log, by the tables and by the books, fund by fund. */
#include "base/hash.h"
#include "service/dues_refund.h"
#include "service/dues_tally.h"
#include "service/operations.h"

static const service_field RECONCILE_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field RECONCILE_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "billed", .type = SERVICE_TEXT, .summary = "billed", .summary_zh = "账单" },
    { .name = "charged", .type = SERVICE_TEXT, .summary = "late fees", .summary_zh = "滞纳金等" },
    { .name = "relief", .type = SERVICE_TEXT, .summary = "relief", .summary_zh = "减免" },
    { .name = "write_off", .type = SERVICE_TEXT, .summary = "written off", .summary_zh = "核销" },
    { .name = "correction", .type = SERVICE_TEXT, .summary = "corrected", .summary_zh = "退收" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "实收" },
    { .name = "freed", .type = SERVICE_TEXT, .summary = "freed again", .summary_zh = "释放" },
    { .name = "open", .type = SERVICE_TEXT, .summary = "open by the log", .summary_zh = "未缴（日志）" },
    { .name = "open_tables", .type = SERVICE_TEXT, .summary = "by the tables", .summary_zh = "未缴（台账）" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "credit by the log", .summary_zh = "留存（日志）" },
    { .name = "refunds", .type = SERVICE_TEXT, .summary = "refunds not paid yet", .summary_zh = "待付退费" },
    { .name = "credit_books", .type = SERVICE_TEXT, .summary = "by the books", .summary_zh = "留存（总账）" },
    { .name = "is_equal", .type = SERVICE_FLAG, .summary = "equal", .summary_zh = "相符" },
};
static const service_field RECONCILE_OUTPUT[] = {
    { .name = "payers", .type = SERVICE_COUNT, .summary = "payers", .summary_zh = "缴费主体" },
    { .name = "differing", .type = SERVICE_COUNT, .summary = "of whom log and tables differ", .summary_zh = "日志与台账不符的" },
    { .name = "is_equal", .type = SERVICE_FLAG, .summary = "all is equal", .summary_zh = "全部相符" },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "funds", .summary_zh = "各基金",
      .fields = RECONCILE_FUND, .field_count = ARRAY_COUNT(RECONCILE_FUND) },
};

enum { FUNDS_MAX = 64 };

/* A payer's own sums, kept beside those of all. */
typedef struct {
    collection_payer payer;
    dues_tally tally;
} payer_sums;
typedef struct {
    dues_call *d;
    arena *memory; /* of a bucket */
    dues_tally all;
    dues_held *held; /* by fund */
    size_t held_count, held_capacity;
    dues_held *refunds; /* approved, and still to be paid */
    size_t refund_count;
    struct hash_map *place;
    payer_sums *payers;
    size_t count, capacity;
    int64_t payer_count, differing, table_open_fen[FUNDS_MAX];
} reconciling;

static payer_sums *sums_of(reconciling *r, collection_payer payer)
{
    text key = text_format(r->memory, "%d/%lld", (int)payer.kind, (long long)payer.id);
    size_t at = hash_map_get(r->place, key);
    if (at != SIZE_MAX) return &r->payers[at];
    payer_sums fresh = { .payer = payer };
    hash_map_put(r->place, key, r->count);
    ARENA_PUSH(r->memory, r->payers, r->count, r->capacity, fresh);
    return &r->payers[r->count - 1];
}

static err note(void *context, const collection_entry *entry)
{
    reconciling *r = context;
    dues_tally_add(r->d->m.memory, &r->all, entry);
    dues_tally_add(r->memory, &sums_of(r, entry->due.payer)->tally, entry);
    return ERR_NONE;
}

static void add_held(reconciling *r, int32_t fund, int64_t fen)
{
    for (size_t i = 0; i < r->held_count; i++)
        if (r->held[i].fund == fund) {
            r->held[i].fen += fen;
            return;
        }
    dues_held one = { fund, fen };
    ARENA_PUSH(r->d->m.memory, r->held, r->held_count, r->held_capacity, one);
}

static err check_payer(reconciling *r, payer_sums *p)
{
    collection_due *dues;
    size_t count;
    int64_t credit, open_fen[FUNDS_MAX] = { 0 };
    bool is_equal = true;
    TRY(collection_dues_of(r->memory, r->d->bills, p->payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].fund > 0 && dues[i].fund < FUNDS_MAX) open_fen[dues[i].fund] += dues[i].due_fen - dues[i].received_fen;
    TRY(collection_credit_of(r->d->bills, p->payer, &credit));
    is_equal = credit == dues_tally_credit(&p->tally);
    for (int32_t fund = 1; fund < FUNDS_MAX; fund++) {
        const dues_tally_row *row = dues_tally_of(&p->tally, fund);
        is_equal &= open_fen[fund] == (row ? dues_tally_open(row) : 0);
        r->table_open_fen[fund] += open_fen[fund];
    }
    r->differing += !is_equal;
    r->payer_count++;
    if (!credit) return ERR_NONE;
    dues_held *held;
    size_t held_count;
    TRY(dues_held_of(r->d, p->payer, &held, &held_count));
    for (size_t i = 0; i < held_count; i++) add_held(r, held[i].fund, held[i].fen);
    return ERR_NONE;
}

static err check_bucket(reconciling *r, uint32_t bucket)
{
    r->place = hash_map_open(r->memory);
    r->payers = NULL;
    r->count = r->capacity = 0;
    TRY(collection_history(r->d->bills, bucket, (collection_payer){ 0 }, note, r));
    for (size_t i = 0; i < r->count; i++) TRY(check_payer(r, &r->payers[i]));
    return ERR_NONE;
}

/* What is held for payers, by receipts.csv's account for it. */
static err books_credit(reconciling *r, month_booking *b, int32_t fund, int64_t *fen)
{
    int64_t account;
    ledger *books;
    ledger_months of;
    const ledger_balance *rows;
    size_t count;
    *fen = 0;
    TRY(county_books(r->d->m.office, &books));
    err e = ledger_months_of(books, fund, &of);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    TRY(month_booked_under(b, fund, "credit", "", &account));
    TRY(ledger_balances(r->d->m.memory, books, fund, of.first_month, of.last_month + 1, &rows, &count));
    for (size_t i = 0; i < count; i++) /* what was taken over when the books began is of no payer here */
        if (rows[i].account == account) *fen = rows[i].opening_fen - rows[i].closing_fen;
    return ERR_NONE;
}

static err put_fund(reconciling *r, month_booking *b, const ledger_fund *fund, service_value *list, bool *is_all)
{
    static const dues_tally_row NOTHING;
    service_call *call = r->d->m.call;
    arena *a = call->request;
    int64_t held = 0, refunds = 0, books;
    const dues_tally_row *found = dues_tally_of(&r->all, fund->number), *row = found ? found : &NOTHING;
    for (size_t i = 0; i < r->held_count; i++)
        if (r->held[i].fund == fund->number) held += r->held[i].fen;
    for (size_t i = 0; i < r->refund_count; i++)
        if (r->refunds[i].fund == fund->number) refunds += r->refunds[i].fen;
    TRY(books_credit(r, b, fund->number, &books));
    int64_t open_tables = r->table_open_fen[fund->number];
    bool is_equal = dues_tally_open(row) == open_tables && held + refunds == books;
    *is_all &= is_equal;
    if (!found && !held && !books) return ERR_NONE;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "fund", dues_fund_text(&r->d->m, fund->number));
    service_put_text(a, v, "billed", service_yuan(a, row->billed_fen));
    service_put_text(a, v, "charged", service_yuan(a, row->charged_fen));
    service_put_text(a, v, "relief", service_yuan(a, row->relief_fen));
    service_put_text(a, v, "write_off", service_yuan(a, row->write_off_fen));
    service_put_text(a, v, "correction", service_yuan(a, row->correction_fen));
    service_put_text(a, v, "received", service_yuan(a, row->laid_fen + row->credited_fen));
    service_put_text(a, v, "freed", service_yuan(a, row->freed_fen));
    service_put_text(a, v, "open", service_yuan(a, dues_tally_open(row)));
    service_put_text(a, v, "open_tables", service_yuan(a, open_tables));
    service_put_text(a, v, "credit", service_yuan(a, held));
    service_put_text(a, v, "refunds", service_yuan(a, refunds));
    service_put_text(a, v, "credit_books", service_yuan(a, books));
    service_put_bool(a, v, "is_equal", is_equal);
    return ERR_NONE;
}

static err check_all(reconciling *r)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        r->memory = arena_open();
        err e = check_bucket(r, bucket);
        if (e.detail) e.detail = text_cstr(r->d->m.call->request, text_of(e.detail));
        arena_close(r->memory);
        TRY(e);
    }
    return ERR_NONE;
}

static err dues_reconcile_run(service_call *call)
{
    dues_call d;
    size_t count;
    month_booking b;
    bool is_all = true;
    arena *a = call->request;
    reconciling r = { .d = &d };
    TRY(dues_begin(call, COUNTY_READ, &d));
    TRY(check_all(&r));
    TRY(dues_refund_on_the_way(d.m.office, d.m.memory, &r.refunds, &r.refund_count));
    TRY(month_booking_open(&d.m, TEXT("reconcile"), 0, &b));
    const ledger_fund *funds = ledger_funds(d.m.office->chart, &count);
    service_value *list = service_put_list(a, call->reply, "funds");
    for (size_t i = 0; i < count; i++) TRY(put_fund(&r, &b, &funds[i], list, &is_all));
    is_all &= r.differing == 0;
    service_put_count(a, call->reply, "payers", r.payer_count);
    service_put_count(a, call->reply, "differing", r.differing);
    service_put_bool(a, call->reply, "is_equal", is_all);
    call->has_failures = !is_all;
    return ERR_NONE;
}

static void dues_reconcile_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "funds", RECONCILE_FUND, ARRAY_COUNT(RECONCILE_FUND), 1, out);
    text_add_format(out, service_say(call, "payers: %lld, of whom log and tables differ: %lld\n", "缴费主体 %lld 个，日志与台账不符的 %lld 个\n"),
                    (long long)service_member(call->reply, "payers")->count,
                    (long long)service_member(call->reply, "differing")->count);
    text_add_cstr(out, service_member(call->reply, "is_equal")->is_true
                           ? service_say(call, "all is equal\n", "全部相符\n")
                           : service_say(call, "NOT equal\n", "不相符\n"));
}

static const char *const RECONCILE_EXAMPLES[] = { "doudi dues reconcile", NULL };

const service_op DUES_RECONCILE_OP = {
    .name = "dues.reconcile",
    .summary = "What payers owe and have to their credit, by the log, the tables and the books",
    .summary_zh = "核对应缴、欠费和留存：日志、台账、总账三方",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = RECONCILE_INPUT,
    .input_count = ARRAY_COUNT(RECONCILE_INPUT),
    .output = RECONCILE_OUTPUT,
    .output_count = ARRAY_COUNT(RECONCILE_OUTPUT),
    .examples = RECONCILE_EXAMPLES,
    .run = dues_reconcile_run,
    .print = dues_reconcile_print,
};
