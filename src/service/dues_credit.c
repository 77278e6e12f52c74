/* doudi dues use-credit: what stands to payers' credit goes over what they owe, fund by fund. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/operations.h"

static const service_field CREDIT_INPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .shows = "CODE|NUMBER|ID",
      .summary = "only of this payer (default: of all)", .summary_zh = "只限某一缴费人（默认全部）" },
    { .name = "day", .type = SERVICE_DATE, .summary = "day of the vouchers (default: the last of the month)",
      .summary_zh = "记账日（默认当月最后一天）" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CREDIT_ROW[] = {
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "credit before", .summary_zh = "原留存（元）" },
    { .name = "used", .type = SERVICE_TEXT, .summary = "used", .summary_zh = "抵缴（元）" },
    { .name = "left", .type = SERVICE_TEXT, .summary = "left", .summary_zh = "余额（元）" },
};
static const service_field CREDIT_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "used", .type = SERVICE_TEXT, .summary = "used, yuan", .summary_zh = "抵缴合计（元）" },
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people whose contribution is paid", .summary_zh = "缴费到位人次" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    { .name = "payers", .type = SERVICE_OBJECT, .is_list = true, .summary = "payers", .summary_zh = "缴费人",
      .fields = CREDIT_ROW, .field_count = ARRAY_COUNT(CREDIT_ROW) },
};

err dues_suspense_fund(month_call *m, int32_t *number)
{
    text said;
    TRY(month_setting(m, "suspense.fund", &said));
    const ledger_fund *fund = ledger_fund_find(m->office->chart, said);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(m->memory, said));
    *number = fund->number;
    return ERR_NONE;
}

/* ---- where a credit stands: what came first is used first ---- */

typedef struct {
    arena *memory;
    int32_t receipts_fund;
    dues_held *held;
    size_t count, capacity;
} holding;

static err note_held(void *context, const collection_entry *entry)
{
    holding *h = context;
    bool is_receipt = entry->kind == COLLECTION_ENTRY_RECEIVED;
    int64_t used = entry->kind == COLLECTION_ENTRY_CREDITED || entry->kind == COLLECTION_ENTRY_REFUNDED ? entry->fen : 0;
    if ((is_receipt || entry->kind == COLLECTION_ENTRY_ADJUSTED) && entry->freed_fen) {
        dues_held one = { is_receipt ? h->receipts_fund : entry->due.fund, entry->freed_fen };
        ARENA_PUSH(h->memory, h->held, h->count, h->capacity, one);
    }
    if (used < 0) {
        dues_held again = { entry->due.fund, -used };
        ARENA_PUSH(h->memory, h->held, h->count, h->capacity, again);
    }
    for (size_t i = 0; used > 0 && i < h->count; i++) {
        int64_t fen = h->held[i].fen < used ? h->held[i].fen : used;
        h->held[i].fen -= fen;
        used -= fen;
    }
    return ERR_NONE;
}

err dues_held_of(dues_call *d, collection_payer payer, dues_held **held, size_t *count)
{
    holding h = { .memory = d->m.memory };
    TRY(dues_suspense_fund(&d->m, &h.receipts_fund));
    TRY(collection_history(d->bills, eventlog_bucket_of(payer.id), payer, note_held, &h));
    *held = h.held;
    *count = h.count;
    return ERR_NONE;
}

/* ---- using it ---- */

typedef struct {
    dues_call *d;
    month_booking booking;
    collection_order order;
    int64_t used_fen;
    size_t payer_count;
} using;

/* From the suspense of the funds that hold it; between funds the money itself goes over. */
static err book_part(using *u, int32_t from, const collection_allocated *to, const char *when, int64_t fen)
{
    const char *what = dues_charge_code(to->charge);
    if (from == to->fund)
        return month_book(&u->booking, to->fund, text_format(u->d->m.memory, "credit_%s", what).bytes, when, fen);
    TRY(month_book(&u->booking, from, "credit_out", "", fen));
    return month_book(&u->booking, to->fund, text_format(u->d->m.memory, "credit_in_%s", what).bytes, when, fen);
}

static err book_allocated(using *u, dues_held *held, size_t count, const collection_allocated *to, const char *when,
                          int64_t fen)
{
    for (size_t i = 0; fen > 0 && i < count; i++) {
        int64_t part = held[i].fen < fen ? held[i].fen : fen;
        held[i].fen -= part;
        fen -= part;
        if (part) TRY(book_part(u, held[i].fund, to, when, part));
    }
    return fen ? err_of(&COLLECTION_BROKEN, "credit") : ERR_NONE;
}

static err put_payer(using *u, const collection_credit *credit, int64_t used, service_value *list)
{
    text payer;
    arena *a = u->d->m.call->request;
    TRY(dues_payer_text(&u->d->m, credit->payer, &payer));
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "payer", payer);
    service_put_text(a, v, "credit", service_yuan(a, credit->credit_fen));
    service_put_text(a, v, "used", service_yuan(a, used));
    service_put_text(a, v, "left", service_yuan(a, credit->credit_fen - used));
    return ERR_NONE;
}

static err use_one(using *u, const collection_credit *credit, service_value *list)
{
    dues_call *d = u->d;
    dues_held *held;
    size_t count;
    collection_received got;
    collection_act act = d->act;
    act.key = TEXT_NONE; /* what is used is gone: the same again finds nothing */
    TRY(dues_held_of(d, credit->payer, &held, &count));
    TRY(collection_use_credit(d->m.memory, d->bills, credit->payer, d->m.month, &u->order, &act, &got));
    for (size_t i = 0; i < got.allocated_count; i++) {
        TRY(book_allocated(u, held, count, &got.allocated[i], "current", got.allocated[i].current_fen));
        TRY(book_allocated(u, held, count, &got.allocated[i], "earlier", got.allocated[i].earlier_fen));
        TRY(book_allocated(u, held, count, &got.allocated[i], "later", got.allocated[i].later_fen));
    }
    u->used_fen += got.allocated_fen;
    u->payer_count += got.allocated_fen > 0;
    return got.allocated_fen ? put_payer(u, credit, got.allocated_fen, list) : ERR_NONE;
}

static err use_all(using *u, service_value *list)
{
    collection_credit *all;
    size_t count;
    TRY(collection_credits(u->d->m.memory, u->d->bills, &all, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_meant = !u->d->payer.id || (u->d->payer.id == all[i].payer.id && u->d->payer.kind == all[i].payer.kind);
        if (is_meant) TRY(use_one(u, &all[i], list));
    }
    return ERR_NONE;
}

static err dues_credit_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    month_settled settled = { 0 };
    int64_t turn;
    bool is_dry = service_is_given(call, "dry-run");
    using u = { .d = &d };
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    int32_t day = service_is_given(call, "day") ? service_day_of(call, "day") : calendar_last_day_of_month(d.m.month);
    TRY(dues_order(&d.m, &u.order));
    TRY(county_turn(d.m.office, &turn));
    text key = text_format(d.m.memory, "credit/%lld", (long long)turn);
    TRY(month_booking_open(&d.m, key, day, &u.booking));
    TRY(use_all(&u, service_put_list(a, call->reply, "payers")));
    TRY(month_post(&u.booking, false));
    if (u.used_fen) TRY(month_settle(&d.m, key, day, NULL, &settled));
    if (is_dry) store_rollback(d.m.office->db);
    else TRY(store_commit(d.m.office->db));
    service_put_text(a, call->reply, "month", service_month_text(a, d.m.month));
    service_put_text(a, call->reply, "used", service_yuan(a, u.used_fen));
    service_put_count(a, call->reply, "vouchers", u.booking.voucher_count);
    service_put_count(a, call->reply, "people", settled.people);
    service_put_bool(a, call->reply, "written", !is_dry && u.used_fen);
    if (!u.used_fen) service_note(call, "no credit stands against an open due", "没有可抵缴的留存", TEXT_NONE);
    return ERR_NONE;
}

static const char *const CREDIT_EXAMPLES[] = { "doudi dues use-credit --as liujing", NULL };

const service_op DUES_USE_CREDIT_OP = {
    .name = "dues.use-credit",
    .summary = "Lay what stands to payers' credit over what they owe, and book it",
    .summary_zh = "以多缴留存抵缴欠费并记账",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "month.receive",
    .input = CREDIT_INPUT,
    .input_count = ARRAY_COUNT(CREDIT_INPUT),
    .output = CREDIT_OUTPUT,
    .output_count = ARRAY_COUNT(CREDIT_OUTPUT),
    .examples = CREDIT_EXAMPLES,
    .run = dues_credit_run,
};
