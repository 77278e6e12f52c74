/* doudi oneoff plan, give-up, repay: how an overpayment comes back, that it does not, and that it came. */
#include "calendar/calendar.h"
#include "service/benefit.h"
#include "service/month.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/payrun_items.h"
#include "service/record_rows.h"
#include "service/recovery.h"

const err_kind ONEOFF_UNKNOWN_WAY = {
    "oneoff.unknown_way", ERR_BAD_INPUT,
    "An overpayment comes back withheld, grant or repaid, and an item is cancelled or written_off; not {}.",
    "追回方式只有 withheld、grant、repaid，项目只能 cancelled（取消）或 written_off（核销），没有“{}”。"
};

const err_kind ONEOFF_BAD_LIMIT = {
    "oneoff.bad_limit", ERR_BAD_INPUT,
    "--limit is the most that is withheld a month, and {} is nothing; leave it out where no limit was agreed.",
    "--limit 是每月最多抵扣的金额，{} 不成立；没有约定限额的请不写。"
};

const err_kind ONEOFF_REFERENCE_USED = {
    "oneoff.reference_used", ERR_CONFLICT,
    "The reference {} was entered for this item before, with another amount or day; look it up in the bank's statement, and give "
    "what really came twice a reference of its own.",
    "凭证号 {} 此前已登记在该项目下，金额或日期不同；请核对银行流水，确属另一笔的另用凭证号。"
};

err oneoff_limit_of(service_call *call, int64_t *fen)
{
    text said = service_text_of(call, "limit", TEXT_NONE);
    *fen = 0;
    if (!service_is_given(call, "limit")) return ERR_NONE;
    TRY(service_fen_of(call->request, said, fen));
    return *fen > 0 ? ERR_NONE : err_of(&ONEOFF_BAD_LIMIT, text_cstr(call->request, said));
}

#define ITEM_FIELD                                                                               \
    { .name = "item", .type = SERVICE_COUNT, .shows = "ITEM", .is_required = true,               \
      .summary = "number of the item (doudi oneoff list --person)", .summary_zh = "补扣项目编号（见 doudi oneoff list --person）" }
#define WHO_FIELD RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名")

static const service_field PLAN_INPUT[] = {
    WHO_FIELD, ITEM_FIELD,
    { .name = "way", .type = SERVICE_NAME, .is_required = true, .shows = "WAY",
      .summary = "withheld from the monthly benefit, from a grant, or repaid",
      .summary_zh = "withheld 从每月待遇抵扣、grant 从一次性待遇或补发中抵扣、repaid 退回" },
    { .name = "limit", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "at most so much a month, as agreed",
      .summary_zh = "每月最多多少（元），按还款协议" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field GIVE_UP_INPUT[] = {
    WHO_FIELD, ITEM_FIELD,
    { .name = "become", .type = SERVICE_NAME, .is_required = true, .shows = "STATE",
      .summary = "cancelled: it was a mistake; written_off: it cannot be recovered",
      .summary_zh = "cancelled 取消（原本有误）；written_off 核销（无法追回）" },
    { .name = "reason", .type = SERVICE_TEXT, .is_required = true, .shows = "TEXT", .summary = "why, for those who approve",
      .summary_zh = "理由，供审批人审查" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field REPAY_INPUT[] = {
    WHO_FIELD, ITEM_FIELD,
    { .name = "amount", .type = SERVICE_TEXT, .is_required = true, .shows = "YUAN", .summary = "what came in, yuan",
      .summary_zh = "到账金额（元）" },
    { .name = "day", .type = SERVICE_DATE, .shows = "DATE", .summary = "the day it came in (default: today)",
      .summary_zh = "到账日期（默认今天）" },
    { .name = "reference", .type = SERVICE_TEXT, .is_required = true, .shows = "REF", .summary = "the bank's reference",
      .summary_zh = "银行凭证号" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OUTPUT[] = {
    ONEOFF_ITEM_OUTPUT,
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "waits_in", .type = SERVICE_COUNT, .is_optional = true, .summary = "waits for approval in batch",
      .summary_zh = "待审批批次" },
};

typedef struct {
    service_call *call;
    county *office;
    oneoff_book *book;
    int64_t person_id, item_id;
    oneoff_standing item;
    oneoff_act act;
} handing;

static err begin(service_call *call, handing *h)
{
    *h = (handing){ .call = call, .item_id = (int64_t)service_size_of(call, "item", 0) };
    TRY(county_open(call, COUNTY_WRITE, &h->office));
    TRY(county_login(h->office, NULL));
    TRY(record_find_person(h->office, service_text_of(call, "who", TEXT_NONE), &h->person_id));
    TRY(county_oneoffs(h->office, &h->book));
    TRY(county_begin(h->office));
    h->act = (oneoff_act){ .actor_id = h->office->actor_id, .known_ms = h->office->now_ms,
                           .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(oneoff_read(h->office->memory, h->book, h->person_id, h->item_id, &h->item));
    if (!h->item.run_id) return ERR_NONE;
    TRY(payrun_items_free(h->office, h->person_id));
    return oneoff_read(h->office->memory, h->book, h->person_id, h->item_id, &h->item);
}

static err finish(handing *h, bool is_new)
{
    TRY(store_commit(h->office->db));
    TRY(oneoff_read(h->office->memory, h->book, h->person_id, h->item_id, &h->item));
    oneoff_put_item(h->office, h->call->reply, &h->item);
    service_put_bool(h->call->request, h->call->reply, "is_new", is_new);
    return ERR_NONE;
}

/* ---- plan ---- */

static err oneoff_plan_run(service_call *call)
{
    handing h;
    int64_t limit_fen = 0;
    text said = service_text_of(call, "way", TEXT_NONE);
    oneoff_way way = ONEOFF_WAY_OPEN;
    for (int i = ONEOFF_WAY_WITHHELD; i < ONEOFF_WAY_COUNT; i++)
        if (text_equal_cstr(said, oneoff_way_word((oneoff_way)i)->name)) way = (oneoff_way)i;
    if (way == ONEOFF_WAY_OPEN) return err_of(&ONEOFF_UNKNOWN_WAY, text_cstr(call->request, said));
    TRY(oneoff_limit_of(call, &limit_fen));
    TRY(begin(call, &h));
    if (way != ONEOFF_WAY_REPAID)
        TRY(recovery_need(recovery_open(h.office, calendar_month_of_day(service_day_of(call, "day"))), way == ONEOFF_WAY_GRANT));
    bool is_new = h.item.item.way != way || h.item.item.limit_fen != limit_fen;
    TRY(oneoff_plan(h.book, &h.act, h.person_id, h.item_id, way, limit_fen));
    return finish(&h, is_new);
}

/* ---- giving up ---- */

static err waiting(handing *h, int64_t *batch_id)
{
    oneoff_batch *batches;
    size_t count;
    *batch_id = 0;
    TRY(oneoff_batch_list(h->office->memory, h->book, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        oneoff_closing *closings;
        size_t closing_count;
        bool waits = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (!waits || !batches[i].closing_count) continue;
        TRY(oneoff_closings(h->office->memory, h->book, batches[i].batch_id, &closings, &closing_count));
        for (size_t k = 0; k < closing_count; k++)
            if (closings[k].item_id == h->item_id && closings[k].subject_id == h->person_id) *batch_id = batches[i].batch_id;
    }
    return ERR_NONE;
}

static err oneoff_give_up_run(service_call *call)
{
    handing h;
    int64_t batch_id;
    text said = service_text_of(call, "become", TEXT_NONE);
    oneoff_closing closing = { .reason = service_text_of(call, "reason", TEXT_NONE) };
    if (text_equal_cstr(said, "cancelled")) closing.as = ONEOFF_STATE_CANCELLED;
    else if (text_equal_cstr(said, "written_off")) closing.as = ONEOFF_STATE_WRITTEN_OFF;
    else return err_of(&ONEOFF_UNKNOWN_WAY, text_cstr(call->request, said));
    TRY(begin(call, &h));
    closing.subject_id = h.person_id;
    closing.item_id = h.item_id;
    TRY(waiting(&h, &batch_id));
    bool is_new = !batch_id;
    if (is_new) {
        TRY(oneoff_batch_begin(h.book, &h.act, TEXT("oneoff.give-up"), &batch_id, NULL));
        TRY(oneoff_propose_closing(h.book, &h.act, batch_id, &closing));
        TRY(oneoff_move(h.book, &h.act, batch_id, ONEOFF_PROPOSE));
    }
    TRY(finish(&h, is_new));
    service_put_count(call->request, call->reply, "waits_in", batch_id);
    return ERR_NONE;
}

/* ---- what came back ---- */

/* Account of the benefit's part, by packs/ledger/payroll.csv; a part it does not name is booked with what is
 * undivided. */
static err account_of(const payrun_table *table, const handing *h, text part, int64_t *account)
{
    const payrun_row *rest = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const payrun_row *row = &table->rows[i];
        if (!text_equal(row->benefit, h->item.item.benefit)) continue;
        if (text_equal(row->item, part) || !row->item.size_bytes) rest = row;
        if (text_equal(row->item, part)) break;
    }
    if (!rest) return err_of(&PAYRUN_BAD_TABLE, text_cstr(h->call->request, h->item.item.benefit));
    *account = rest->account;
    return ERR_NONE;
}

typedef struct {
    ledger_amount *this_year;
    size_t count;
    int64_t earlier_fen, account_fen; /* account: of either, out of the individual account */
} sharing;

/* By the year in which it was paid: this year's lessens the expense, an earlier one's is income. */
static err share_by_year(handing *h, int32_t day, int64_t fen, sharing *s)
{
    arena *a = h->office->memory;
    payrun_table table;
    oneoff_line *lines;
    size_t count;
    TRY(payrun_table_read(h->office, &table));
    TRY(oneoff_lines(a, h->book, h->person_id, h->item_id, &lines, &count));
    oneoff_line *some = ARENA_ARRAY(a, oneoff_line, count + 1);
    size_t made = oneoff_share(lines, count, h->item.settled_fen, fen, some);
    *s = (sharing){ .this_year = ARENA_ARRAY(a, ledger_amount, made + 1) };
    int32_t year = calendar_year_of_month(calendar_month_of_day(day));
    for (size_t i = 0; i < made; i++) {
        int64_t account;
        if (some[i].is_account) s->account_fen += some[i].fen;
        if (some[i].paid_month && calendar_year_of_month(some[i].paid_month) != year) {
            s->earlier_fen += some[i].fen;
            continue;
        }
        TRY(account_of(&table, h, some[i].part, &account));
        s->this_year[s->count++] = (ledger_amount){ .credit = account, .amount_fen = some[i].fen };
    }
    return ERR_NONE;
}

static err book(handing *h, int32_t day, int64_t fen, text key)
{
    ledger *books;
    ledger_voucher_id voucher;
    sharing s;
    month_booking earlier;
    month_call m = { .call = h->call, .office = h->office, .memory = h->office->memory };
    TRY(county_books(h->office, &books));
    const ledger_fund *fund = ledger_fund_find(h->office->chart, h->item.item.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(h->call->request, h->item.item.fund));
    TRY(share_by_year(h, day, fen, &s));
    TRY(payrun_accounts_restore(h->office, h->item.item.fund, h->person_id, s.account_fen, day, key));
    ledger_business business = { .fund = fund->number, .day = day, .kind = "benefit.recovered_this_year",
                                 .reference = service_text_of(h->call, "reference", TEXT_NONE),
                                 .amounts = s.this_year, .amount_count = s.count };
    ledger_stamp stamp = { .key = text_format(h->office->memory, "%.*s/this", TEXT_ARG(key)), .known_ms = h->office->now_ms,
                           .actor_id = h->office->actor_id, .why = h->act.why };
    if (s.count) TRY(ledger_post(books, &stamp, &business, &voucher));
    if (!s.earlier_fen) return ERR_NONE;
    TRY(month_booking_open(&m, key, day, &earlier));
    earlier.reference = business.reference;
    TRY(month_book(&earlier, fund->number, "recovery", "earlier", s.earlier_fen));
    return month_post(&earlier, false);
}

/* Without a day the same receipt told again is that of then. One that never came is not it: the same reference may come yet, and
 * is then entered under a key of its own. */
static err check_reference(handing *h, oneoff_receipt *receipt)
{
    int64_t undone = 0;
    oneoff_receipt *before;
    size_t count;
    TRY(oneoff_receipts(h->office->memory, h->book, h->person_id, h->item_id, &before, &count));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(before[i].reference, receipt->reference)) continue;
        undone += before[i].undone_in != 0;
        if (before[i].undone_in) continue;
        if (!service_is_given(h->call, "day")) receipt->day = before[i].day;
        if (before[i].fen != receipt->fen || before[i].day != receipt->day)
            return err_of(&ONEOFF_REFERENCE_USED, text_cstr(h->call->request, receipt->reference));
    }
    arena *a = h->office->memory;
    text of = text_format(a, "%lld/%.*s", (long long)h->item_id, TEXT_ARG(receipt->reference));
    h->act.key = undone ? text_format(a, "repay-again/%lld/%.*s", (long long)undone, TEXT_ARG(of))
                        : text_format(a, "repay/%.*s", TEXT_ARG(of));
    return ERR_NONE;
}

static err oneoff_repay_run(service_call *call)
{
    handing h;
    bool is_new;
    oneoff_receipt receipt = { .day = service_day_of(call, "day"),
                               .reference = service_text_of(call, "reference", TEXT_NONE) };
    TRY(service_fen_of(call->request, service_text_of(call, "amount", TEXT_NONE), &receipt.fen));
    TRY(begin(call, &h));
    TRY(check_reference(&h, &receipt));
    TRY(oneoff_repay(h.book, &h.act, h.person_id, h.item_id, &receipt, &is_new));
    if (is_new) TRY(book(&h, receipt.day, receipt.fen, h.act.key));
    else service_note(call, "entered before, nothing changed", "此前已登记，未作改动", TEXT_NONE);
    return finish(&h, is_new);
}

static const char *const PLAN_EXAMPLES[] = { "doudi oneoff plan 1024 --item 12582912 --way withheld --limit 500 --as zhangwei", NULL };
static const char *const GIVE_UP_EXAMPLES[] = {
    "doudi oneoff give-up 1024 --item 12582912 --become written_off --reason 无遗产可供偿还 --as zhangwei", NULL };
static const char *const REPAY_EXAMPLES[] = {
    "doudi oneoff repay 1024 --item 12582912 --amount 455.26 --reference 2026120300012 --as zhaomin", NULL };

#define HAND_OP(constant, op_name, en, zh, fields, function)                                     \
    const service_op constant = {                                                                \
        .name = op_name, .summary = en, .summary_zh = zh, .law = "《社会保险经办条例》第四十六条", \
        .kind = SERVICE_WRITE, .permission = op_name, .input = fields,                           \
        .input_count = ARRAY_COUNT(fields), .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT), \
        .run = function

HAND_OP(ONEOFF_PLAN_OP, "oneoff.plan", "Settle how an overpayment comes back, and how much a month",
        "约定多发待遇的追回方式和每月限额", PLAN_INPUT, oneoff_plan_run), .examples = PLAN_EXAMPLES };
HAND_OP(ONEOFF_GIVE_UP_OP, "oneoff.give-up", "Propose to cancel an item, or to write off what cannot be recovered",
        "提出取消补扣项目，或核销无法追回的多发待遇", GIVE_UP_INPUT, oneoff_give_up_run), .examples = GIVE_UP_EXAMPLES };
HAND_OP(ONEOFF_REPAY_OP, "oneoff.repay", "Enter what a debtor has paid back, and book it by the year it was paid in",
        "登记退回的多发待遇到账，并按发放年度记账", REPAY_INPUT, oneoff_repay_run), .examples = REPAY_EXAMPLES };
