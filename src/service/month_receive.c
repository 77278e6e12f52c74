/* doudi month receive: money that came is laid over what is owed, booked, and carried to people. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/dues.h"
#include "service/files.h"
#include "service/ledger_csv.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"

const err_kind MONTH_NO_RECEIPTS = {
    "month.no_receipts", ERR_BAD_INPUT,
    "Say where the receipts are: --file RECEIPTS.csv, or --simulate N for a demonstration.",
    "请指明到账来源：--file 到账.csv，或演示用 --simulate N。"
};

static const service_field RECEIVE_INPUT[] = {
    MONTH_FIELD,
    { .name = "file", .type = SERVICE_FILE, .shows = "RECEIPTS.csv",
      .summary = "payer (credit code, citizen number, 政府, or 集体 and the village's code), amount, day, reference, and month where it is said",
      .summary_zh = "缴费人（信用代码、身份证号、“政府”或“集体”加村代码）、金额、日期、凭证号，可有所属月" },
    { .name = "simulate", .type = SERVICE_COUNT, .shows = "N",
      .summary = "for demonstrations: everybody pays the month's bill in full but N in 1000, who pay half or nothing",
      .summary_zh = "仅供演示：除千分之 N 只缴一半或未缴外，其余全部按账单足额缴纳" },
    { .name = "seed", .type = SERVICE_COUNT, .summary = "of the simulation (default: 1)", .summary_zh = "模拟种子（默认 1）" },
    { .name = "day", .type = SERVICE_DATE, .summary = "day of the vouchers (default: of the last receipt)",
      .summary_zh = "记账日（默认最后一笔到账日）" },
    SERVICE_KEY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RECEIVE_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "charge", .type = SERVICE_TEXT, .summary = "charge", .summary_zh = "款项" },
    { .name = "current", .type = SERVICE_TEXT, .summary = "of this month", .summary_zh = "当期（元）" },
    { .name = "earlier", .type = SERVICE_TEXT, .summary = "arrears", .summary_zh = "清欠（元）" },
    { .name = "later", .type = SERVICE_TEXT, .summary = "ahead", .summary_zh = "预缴（元）" },
};
static const service_field RECEIVE_CHECK[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "reference", .summary_zh = "凭证号" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额（元）" },
    { .name = "known", .type = SERVICE_TEXT, .summary = "known with", .summary_zh = "已有金额（元）" },
};
static const service_field RECEIVE_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "received now", .summary_zh = "本次登记" },
    { .name = "receipts", .type = SERVICE_COUNT, .summary = "receipts", .summary_zh = "到账笔数" },
    { .name = "known", .type = SERVICE_COUNT, .summary = "known before, left out", .summary_zh = "此前已登记，未重复" },
    { .name = "to_check", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = RECEIVE_CHECK,
      .field_count = ARRAY_COUNT(RECEIVE_CHECK), .summary = "not booked: the reference is known with another amount",
      .summary_zh = "未登记：同一凭证号已有不同金额，请核对银行流水" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received, yuan", .summary_zh = "到账（元）" },
    { .name = "allocated", .type = SERVICE_TEXT, .summary = "laid over dues, yuan", .summary_zh = "冲抵应缴（元）" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "above the dues, yuan", .summary_zh = "多缴留存（元）" },
    { .name = "suspense", .type = SERVICE_TEXT, .summary = "in suspense, yuan", .summary_zh = "暂收（元）" },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .summary = "by fund", .summary_zh = "按基金",
      .fields = RECEIVE_FUND, .field_count = ARRAY_COUNT(RECEIVE_FUND) },
    { .name = "vouchers", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people whose contribution is paid", .summary_zh = "缴费到位人次" },
    { .name = "postings", .type = SERVICE_COUNT, .summary = "postings to accounts", .summary_zh = "个人账户记账笔数" },
    { .name = "credited", .type = SERVICE_TEXT, .summary = "to accounts, yuan", .summary_zh = "记入个人账户（元）" },
    { .name = "spells", .type = SERVICE_COUNT, .summary = "months recorded", .summary_zh = "缴费记录" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

typedef struct {
    int64_t fen;
    int32_t day;
    text reference;
    int32_t line;
} stray; /* of a payer nobody knows */

typedef struct {
    month_call *m;
    collection *bills;
    text key;
    collection_order order;
    collection_receiving *receiving;
    collection_whole *whole;
    collection_received received;
    int64_t receipt_count, known_count, stray_fen;
    int32_t last_day;
    hash_map *seen, *amounts; /* of this file: rows that carry a reference; what each reference came to */
    service_value *to_check;
    stray *strays;
    size_t stray_count, stray_capacity;
    bool is_new;
    month_booking booking;
    month_settled settled;
} receiving;

static err add(void *context, const collection_receipt *receipt)
{
    receiving *r = context;
    r->receipt_count++;
    if (receipt->day > r->last_day) r->last_day = receipt->day;
    return collection_receive_add(r->receiving, receipt);
}

/* ---- from a file ---- */

enum { PAYER, AMOUNT, DAY, REFERENCE, FOR_MONTH };
static const service_csv_column COLUMNS[] = {
    [PAYER] = { "缴费人", "payer", false }, [AMOUNT] = { "金额", "amount", false },
    [DAY] = { "日期", "day", false },       [REFERENCE] = { "凭证号", "reference", false },
    [FOR_MONTH] = { "所属月", "month", true }, { NULL, NULL, false },
};

/* Of several records of one number, whoever owes; payer.id stays 0 when there is nobody. */
static err find_person(receiving *r, text number, collection_payer *payer)
{
    registry *people;
    int64_t *ids;
    size_t count, due_count;
    TRY(county_people(r->m->office, &people));
    err e = registry_find_number(r->m->memory, people, number, &ids, &count);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    for (size_t i = 0; i < count; i++) {
        collection_due *dues;
        int64_t given_up, since_ms;
        TRY(record_follow(r->m->office, REGISTRY_NOW, &ids[i], &given_up, &since_ms));
        collection_payer one = { COLLECTION_PERSON, ids[i] };
        TRY(collection_dues_of(r->m->memory, r->bills, one, true, &dues, &due_count));
        if (!payer->id || due_count) *payer = one;
        if (due_count) return ERR_NONE;
    }
    return ERR_NONE;
}

static err find_payer(receiving *r, text said, collection_payer *payer)
{
    registry *people;
    *payer = (collection_payer){ COLLECTION_EMPLOYER, 0 };
    if (month_payer_said(r->m, said, payer)) return ERR_NONE;
    TRY(county_people(r->m->office, &people));
    err e = registry_find_code(r->m->memory, people, said, &payer->id);
    if (e.kind != &REGISTRY_NOT_FOUND) return e;
    payer->id = 0;
    return find_person(r, said, payer);
}

/* A reference names one movement at the bank: with another amount it is a slip of somebody's, or worse. It is
 * not booked, and a cashier looks it up; what really came twice is given a reference of its own. */
static void put_to_check(receiving *r, int32_t line, text reference, int64_t fen, int64_t known_fen)
{
    service_call *call = r->m->call;
    arena *a = call->request;
    if (!r->to_check) r->to_check = service_list(a);
    service_value *v = service_put_object(a, r->to_check, NULL);
    service_put_count(a, v, "line", line);
    service_put_text(a, v, "reference", text_copy(a, reference));
    service_put_text(a, v, "amount", service_yuan(a, fen));
    service_put_text(a, v, "known", service_yuan(a, known_fen));
    call->has_failures = true;
}

static err is_known(receiving *r, const collection_receipt *receipt, bool *known, int64_t *other_fen)
{
    collection_received_row *rows;
    size_t count;
    TRY(collection_receipts_of(r->m->memory, r->bills, receipt->payer, &rows, &count));
    *known = false;
    *other_fen = 0;
    for (size_t i = 0; i < count; i++) {
        const collection_receipt *kept = &rows[i].receipt;
        if (!receipt->reference.size_bytes || !text_equal(kept->reference, receipt->reference)) continue;
        *known |= kept->amount_fen == receipt->amount_fen;
        /* One movement may be told in parts, each for a month of its own. */
        if (kept->for_month == receipt->for_month) *other_fen = kept->amount_fen;
    }
    if (*known) *other_fen = 0;
    return ERR_NONE;
}

static err read_receipt(receiving *r, const service_csv *csv, collection_receipt *receipt)
{
    *receipt = (collection_receipt){ .for_month = INT32_MIN };
    TRY(service_csv_fen(csv, AMOUNT, &receipt->amount_fen));
    TRY(service_csv_day(csv, DAY, &receipt->day));
    receipt->reference = text_copy(r->m->memory, service_csv_cell(csv, REFERENCE));
    text month = csv->place[FOR_MONTH] == SIZE_MAX ? TEXT_NONE : service_csv_cell(csv, FOR_MONTH);
    if (month.size_bytes && calendar_parse_month(month, &receipt->for_month).kind)
        return service_csv_blame(csv, FOR_MONTH, err_of(&SERVICE_CSV_BAD_CELL, text_cstr(r->m->memory, month)));
    if (receipt->amount_fen <= 0)
        return service_csv_blame(csv, AMOUNT, err_of(&COLLECTION_BAD_AMOUNT, text_cstr(r->m->memory, service_csv_cell(csv, AMOUNT))));
    return find_payer(r, service_csv_cell(csv, PAYER), &receipt->payer);
}

/* A row the bank wrote twice is one receipt: same payer, reference, day, month and amount. */
static bool is_repeated(receiving *r, const service_csv *csv, const collection_receipt *receipt)
{
    if (!receipt->reference.size_bytes) return false;
    text row = text_format(r->m->memory, "%lld %d %d %.*s %.*s", (long long)receipt->amount_fen, receipt->day,
                           receipt->for_month, TEXT_ARG(service_csv_cell(csv, PAYER)), TEXT_ARG(receipt->reference));
    bool is_there = hash_map_get(r->seen, row) != SIZE_MAX;
    if (!is_there) hash_map_put(r->seen, row, 0);
    return is_there;
}

/* Two rows of one file, of one payer and month, under one reference, with two amounts. */
static bool is_other_amount(receiving *r, const service_csv *csv, const collection_receipt *receipt, int64_t *other_fen)
{
    if (!receipt->reference.size_bytes) return false;
    text row = text_format(r->m->memory, "%d %.*s %.*s", receipt->for_month, TEXT_ARG(service_csv_cell(csv, PAYER)),
                           TEXT_ARG(receipt->reference));
    size_t kept = hash_map_get(r->amounts, row);
    if (kept == SIZE_MAX) hash_map_put(r->amounts, row, (size_t)receipt->amount_fen);
    *other_fen = kept == SIZE_MAX ? 0 : (int64_t)kept;
    return kept != SIZE_MAX && (int64_t)kept != receipt->amount_fen;
}

static err read_file(receiving *r, text path)
{
    service_csv csv;
    r->seen = hash_map_open(r->m->memory);
    r->amounts = hash_map_open(r->m->memory);
    TRY(service_csv_open(r->m->call, path, COLUMNS, &csv));
    for (;;) {
        bool has_row, known = false;
        int64_t other_fen = 0;
        collection_receipt receipt;
        TRY(service_csv_next(&csv, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(read_receipt(r, &csv, &receipt));
        if (receipt.day > r->last_day) r->last_day = receipt.day;
        if (is_repeated(r, &csv, &receipt)) {
            r->known_count++;
            continue;
        }
        if (is_other_amount(r, &csv, &receipt, &other_fen)) {
            put_to_check(r, csv.row.line, receipt.reference, receipt.amount_fen, other_fen);
            continue;
        }
        if (!receipt.payer.id) {
            stray one = { receipt.amount_fen, receipt.day, receipt.reference, csv.row.line };
            ARENA_PUSH(r->m->memory, r->strays, r->stray_count, r->stray_capacity, one);
            continue;
        }
        TRY(is_known(r, &receipt, &known, &other_fen));
        r->known_count += known;
        if (other_fen) put_to_check(r, csv.row.line, receipt.reference, receipt.amount_fen, other_fen);
        else if (!known) TRY(add(r, &receipt));
    }
}

/* ---- vouchers ---- */

static err suspense_fund(receiving *r, int32_t *number)
{
    text said;
    TRY(month_setting(r->m, "suspense.fund", &said));
    const ledger_fund *fund = ledger_fund_find(r->m->office->chart, said);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(r->m->memory, said));
    *number = fund->number;
    return ERR_NONE;
}

/* What is held under the reference; 0: nothing. */
static int64_t held_fen(const ledger_item *items, size_t count, const stray *one)
{
    for (size_t i = 0; i < count; i++)
        if (one->reference.size_bytes && text_equal(items[i].reference, one->reference))
            return items[i].amount_fen < 0 ? -items[i].amount_fen : items[i].amount_fen;
    return 0;
}

/* Each unknown payer's money by its own reference, so that it can be asked for by it. */
static err post_strays(receiving *r, int32_t fund)
{
    int64_t held_under;
    const ledger_item *items;
    size_t item_count;
    ledger *books;
    if (!r->stray_count) return ERR_NONE;
    TRY(county_books(r->m->office, &books));
    TRY(month_booked_under(&r->booking, fund, "unmatched", "", &held_under));
    TRY(ledger_open_items(r->m->memory, books, fund, held_under, r->last_day, &items, &item_count));
    for (size_t i = 0; i < r->stray_count; i++) {
        const stray *one = &r->strays[i];
        int64_t known_fen = held_fen(items, item_count, one);
        r->known_count += known_fen == one->fen;
        if (known_fen && known_fen != one->fen) put_to_check(r, one->line, one->reference, one->fen, known_fen);
        if (known_fen) continue;
        r->receipt_count++;
        month_booking b;
        text key = text_format(r->m->memory, "stray/%.*s/%d/%lld", TEXT_ARG(one->reference), one->day, (long long)one->fen);
        /* Without a reference two strangers' equal amounts of one day are told apart by their rows alone. */
        if (!one->reference.size_bytes) key = text_format(r->m->memory, "%.*s/stray/%zu", TEXT_ARG(r->key), i);
        TRY(month_booking_open(r->m, key, one->day, &b));
        b.reference = one->reference;
        TRY(month_book(&b, fund, "unmatched", "", one->fen));
        TRY(month_post(&b, true));
        r->stray_fen += one->fen;
        r->booking.voucher_count += b.voucher_count;
    }
    return ERR_NONE;
}

static err post_received(receiving *r, int32_t day)
{
    int32_t fund;
    const collection_received *got = &r->received;
    TRY(suspense_fund(r, &fund));
    TRY(month_booking_open(r->m, r->key, day, &r->booking));
    for (size_t i = 0; i < got->allocated_count; i++) {
        const collection_allocated *a = &got->allocated[i];
        const char *what = dues_charge_code(a->charge);
        TRY(month_book(&r->booking, a->fund, what, "current", a->current_fen));
        TRY(month_book(&r->booking, a->fund, what, "earlier", a->earlier_fen));
        TRY(month_book(&r->booking, a->fund, what, "later", a->later_fen));
        if (a->charge == COLLECTION_HELP) /* it comes into the income account, and goes on from there */
            TRY(month_book(&r->booking, a->fund, "help_special", "", a->current_fen + a->earlier_fen + a->later_fen));
    }
    /* A payer who is known and owes nothing has it to their credit, which is what the log says too. */
    TRY(month_book(&r->booking, fund, "credit", "", got->credit_fen));
    TRY(month_post(&r->booking, true));
    return post_strays(r, fund);
}

/* ---- the whole ---- */

static err read_order(receiving *r)
{
    text named, late;
    TRY(month_setting(r->m, "order.named_month_first", &named));
    TRY(month_setting(r->m, "order.late_fee_last", &late));
    r->order = (collection_order){ .is_named_month_first = text_equal(named, TEXT("是")),
                                   .is_late_fee_last = text_equal(late, TEXT("是")) };
    return ERR_NONE;
}

/* The same file, or the same simulation, has the same key. */
static err find_key(receiving *r)
{
    enum { SHORT = 32 };
    month_call *m = r->m;
    text what = TEXT_NONE;
    if (service_is_given(m->call, "file")) {
        text bytes;
        char hex[2 * CRYPTO_DIGEST_BYTES + 1];
        TRY(service_read_file(m->memory, service_text_of(m->call, "file", TEXT_NONE), &bytes));
        crypto_hasher *hasher;
        TRY(crypto_hasher_open(m->memory, CRYPTO_SM3, &hasher));
        crypto_print_digest(crypto_hash(hasher, bytes.bytes, bytes.size_bytes), hex);
        crypto_hasher_close(hasher);
        what = text_format(m->memory, "%.*s", SHORT, hex);
    } else {
        what = text_format(m->memory, "simulated-%llu-%llu",
                           (unsigned long long)service_size_of(m->call, "simulate", 0),
                           (unsigned long long)service_size_of(m->call, "seed", 1));
    }
    r->key = service_text_of(m->call, "key", month_key(m, "receive", what));
    return ERR_NONE;
}

static err gather(receiving *r)
{
    text file = service_text_of(r->m->call, "file", TEXT_NONE);
    collection_act act = { .actor_id = r->m->office->actor_id, .known_ms = r->m->office->now_ms,
                           .why = service_text_of(r->m->call, "why", TEXT("month.receive")), .key = r->key };
    TRY(collection_receive_open(r->m->memory, r->bills, r->m->month, &r->order, &act, &r->receiving));
    r->whole = collection_whole_open(r->m->memory);
    collection_receive_tells(r->receiving, r->whole);
    err e = file.size_bytes ? read_file(r, file) : month_simulate(r->m, r->bills, add, r);
    if (!e.kind && r->receipt_count) return collection_receive_finish(r->receiving, &r->received);
    collection_receive_cancel(r->receiving);
    return e;
}

static err receive(receiving *r)
{
    int64_t sequence;
    ledger *books;
    TRY(county_books(r->m->office, &books));
    TRY(county_bills(r->m->office, &r->bills));
    TRY(read_order(r));
    TRY(find_key(r));
    TRY(eventlog_find_key(r->m->office->log, EVENTLOG_OFFICE, r->key, &sequence));
    if (sequence) return ERR_NONE;
    r->is_new = true;
    TRY(gather(r));
    if (!r->receipt_count && !r->stray_count) return ERR_NONE;
    int32_t day = service_is_given(r->m->call, "day") ? service_day_of(r->m->call, "day") : r->last_day;
    TRY(post_received(r, day));
    return month_settle(r->m, r->key, day, r->whole, &r->settled);
}

static void put_funds(const receiving *r, service_value *list)
{
    size_t count;
    service_call *call = r->m->call;
    arena *a = call->request;
    const ledger_fund *funds = ledger_funds(r->m->office->chart, &count);
    for (size_t f = 0; f < count; f++)
        for (size_t i = 0; i < r->received.allocated_count; i++) {
            const collection_allocated *got = &r->received.allocated[i];
            if (got->fund != funds[f].number) continue;
            service_value *v = service_put_object(a, list, NULL);
            service_put_cstr(a, v, "fund", service_say(call, funds[f].name, funds[f].name_zh));
            service_put_text(a, v, "charge", dues_charge_text(call, got->charge));
            service_put_text(a, v, "current", service_yuan(a, got->current_fen));
            service_put_text(a, v, "earlier", service_yuan(a, got->earlier_fen));
            service_put_text(a, v, "later", service_yuan(a, got->later_fen));
        }
}

static void put_answer(const receiving *r, int64_t begun_ns)
{
    arena *a = r->m->call->request;
    service_value *reply = r->m->call->reply;
    const collection_received *got = &r->received;
    service_put_text(a, reply, "month", service_month_text(a, r->m->month));
    service_put_bool(a, reply, "is_new", r->is_new);
    service_put_count(a, reply, "receipts", r->receipt_count);
    service_put_count(a, reply, "known", r->known_count);
    if (r->to_check) service_put(a, reply, "to_check", r->to_check);
    service_put_text(a, reply, "received", service_yuan(a, got->received_fen + r->stray_fen));
    service_put_text(a, reply, "allocated", service_yuan(a, got->allocated_fen));
    service_put_text(a, reply, "credit", service_yuan(a, got->credit_fen));
    service_put_text(a, reply, "suspense", service_yuan(a, r->stray_fen));
    put_funds(r, service_put_list(a, reply, "funds"));
    service_put_count(a, reply, "vouchers", r->booking.voucher_count);
    service_put_count(a, reply, "people", r->settled.people);
    service_put_count(a, reply, "postings", r->settled.postings);
    service_put_text(a, reply, "credited", service_yuan(a, r->settled.credited_fen));
    service_put_count(a, reply, "spells", r->settled.spells);
    service_put_text(a, reply, "seconds", month_seconds(r->m, begun_ns));
}

static err month_receive_run(service_call *call)
{
    month_call m;
    receiving r = { .m = &m, .last_day = INT32_MIN };
    int64_t begun_ns = os_monotonic_ns();
    if (service_is_given(call, "file") == service_is_given(call, "simulate")) return err_of(&MONTH_NO_RECEIPTS, NULL);
    TRY(month_begin(call, COUNTY_WRITE, &m));
    TRY(month_need_open(&m));
    TRY(receive(&r));
    TRY(store_commit(m.office->db));
    put_answer(&r, begun_ns);
    if (!r.is_new) service_note(call, "received before, nothing changed", "此前已登记，未作改动", TEXT_NONE);
    return ERR_NONE;
}

static const char *const RECEIVE_EXAMPLES[] = {
    "doudi month receive --month 2026-11 --file receipts.csv --as liujing",
    "doudi month receive --month 2026-11 --simulate 20 --as liujing", NULL };

const service_op MONTH_RECEIVE_OP = {
    .name = "month.receive",
    .summary = "Lay money that came over what is owed, book it, and credit accounts and months",
    .summary_zh = "登记到账：冲抵应缴、生成凭证、记个人账户和缴费记录",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "month.receive",
    .input = RECEIVE_INPUT,
    .input_count = ARRAY_COUNT(RECEIVE_INPUT),
    .output = RECEIVE_OUTPUT,
    .output_count = ARRAY_COUNT(RECEIVE_OUTPUT),
    .examples = RECEIVE_EXAMPLES,
    .run = month_receive_run,
};
