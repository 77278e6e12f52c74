/* doudi oneoff never-came, confirm: what a debtor is said to have brought, and never came.
 *
 * Who enters what comes in does so alone. So that no debt ends by money that never came, whoever keeps the books holds the entry
 * against the bank's own lines and proposes to take it back; another confirms. Neither is whoever entered it. */
#include "calendar/calendar.h"
#include "eventlog/eventlog.h"
#include "service/ledger_csv.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/payrun_items.h"
#include "service/record_rows.h"

const err_kind ONEOFF_CAME = {
    "oneoff.came", ERR_CONFLICT,
    "The bank's lines have this repayment, or money that may be it ({}); what came is not taken back.",
    "银行对账单中有这笔还款或可能就是它的来款（{}），已到账的不得撤销。"
};
const err_kind ONEOFF_NOT_COVERED = {
    "oneoff.not_covered", ERR_BAD_INPUT,
    "The repayment was entered for {}; take the bank's lines from a week before that day to a week behind it.",
    "该笔还款登记的到账日期为 {}；请使用该日前后各七天的银行对账单。"
};
/* Money may come some days from the day it was entered for. Whoever proposes does not say how many: fewer would prove less. */
enum { DAYS_APART = 7 };

const err_kind ONEOFF_BY_CONFIRM = {
    "oneoff.by_confirm", ERR_CONFLICT,
    "Batch {} takes back a repayment that never came; it is confirmed, or sent back, with doudi oneoff confirm.",
    "批次 {} 撤销未到账的还款，请用 doudi oneoff confirm 确认或退回。"
};
const err_kind ONEOFF_NO_CONFIRM = {
    "oneoff.no_confirm", ERR_CONFLICT,
    "Batch {} takes no repayment back; it is reviewed and approved with doudi oneoff review and approve.",
    "批次 {} 不涉及未到账的还款，请用 doudi oneoff review、approve 审核审批。"
};

/* ---- one receipt, and how it was booked ---- */

typedef struct {
    service_call *call;
    county *office;
    oneoff_book *book;
    oneoff_standing item;
    oneoff_receipt receipt;
    int64_t known_ms;
    text key; /* of the entry: those of its vouchers begin with it */
    const ledger_fund *fund;
    ledger *books;
    const ledger_voucher **vouchers; /* that stand or were taken back by hand: is_back */
    bool *is_back;
    size_t count;
} undoing;

static bool is_taken_back(const ledger_voucher *all, size_t count, ledger_voucher_id id)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].reverses.number == id.number && all[i].reverses.month == id.month) return true;
    return false;
}

static err find_vouchers(undoing *u)
{
    arena *a = u->office->memory;
    eventlog_entry entry;
    ledger_months months;
    const ledger_voucher *all;
    size_t count;
    TRY(eventlog_entry_read(a, u->office->log, eventlog_bucket_of(u->item.item.subject_id), u->receipt.receipt_id, &entry));
    u->key = entry.event.key;
    u->known_ms = entry.event.known_ms;
    TRY(county_books(u->office, &u->books));
    u->fund = ledger_fund_find(u->office->chart, u->item.item.fund);
    if (!u->fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(u->call->request, u->item.item.fund));
    TRY(ledger_months_of(u->books, u->fund->number, &months));
    TRY(ledger_vouchers(a, u->books, u->fund->number, calendar_month_of_day(u->receipt.day), months.last_month + 1, &all, &count));
    u->vouchers = ARENA_ARRAY(a, const ledger_voucher *, count + 1);
    u->is_back = ARENA_ARRAY(a, bool, count + 1);
    text begins = text_format(a, "%.*s/", TEXT_ARG(u->key));
    for (size_t i = 0; i < count; i++) {
        bool is_its = text_begins(all[i].key, begins) && text_equal(all[i].reference, u->receipt.reference) &&
                      all[i].day == u->receipt.day && !all[i].reverses.number;
        if (!is_its) continue;
        u->is_back[u->count] = is_taken_back(all, count, all[i].id);
        u->vouchers[u->count++] = &all[i];
    }
    return ERR_NONE;
}

static err read_item(undoing *u, int64_t person_id, int64_t item_id)
{
    TRY(oneoff_read(u->office->memory, u->book, person_id, item_id, &u->item));
    if (!u->item.run_id) return ERR_NONE;
    TRY(payrun_items_free(u->office, person_id));
    return oneoff_read(u->office->memory, u->book, person_id, item_id, &u->item);
}

static err mark_of(const undoing *u, const char *duty, int64_t actor_id, duty_mark *mark)
{
    staff *room;
    TRY(county_staff(u->office, &room));
    *mark = (duty_mark){ .actor_id = actor_id, .duty = duty_find(staff_duties(room), text_of(duty)) };
    return ERR_NONE;
}

/* ---- against the bank ---- */

static err came(const undoing *u, int32_t day, int64_t fen, text reference)
{
    arena *a = u->call->request;
    return err_of(&ONEOFF_CAME, text_format(a, "%.*s, %.*s, %.*s", TEXT_ARG(service_day_text(a, day)),
                                            TEXT_ARG(service_yuan(a, fen)), TEXT_ARG(reference)).bytes);
}

/* The account's lines held against the books: is the receipt among them, or money that nobody booked and that may be it? */
static err hold_account(const undoing *u, const ledger_bank *bank)
{
    ledger_reconciliation found;
    TRY(ledger_reconcile(u->office->memory, u->books, bank, &found));
    for (size_t i = 0; i < found.count; i++) {
        const ledger_item *item = &found.items[i];
        int32_t apart = item->day - u->receipt.day;
        bool may_be = item->how == LEDGER_NOT_BOOKED && item->amount_fen == u->receipt.fen && apart >= -bank->days_apart &&
                      apart <= bank->days_apart;
        for (size_t k = 0; k < u->count && item->how == LEDGER_MATCHED; k++)
            may_be |= item->voucher.month == u->vouchers[k]->id.month && item->voucher.number == u->vouchers[k]->id.number;
        if (!may_be) continue;
        const ledger_bank_line *line = &bank->lines[item->line];
        return came(u, line->day, line->amount_fen, line->reference);
    }
    return ERR_NONE;
}

static err hold(undoing *u, ledger_bank *bank)
{
    if (u->receipt.day - DAYS_APART < bank->from_day || u->receipt.day + DAYS_APART > bank->on_day)
        return err_of(&ONEOFF_NOT_COVERED, text_cstr(u->call->request, service_day_text(u->call->request, u->receipt.day)));
    for (size_t i = 0; i < bank->line_count; i++) {
        const ledger_bank_line *line = &bank->lines[i];
        if (line->amount_fen > 0 && text_equal(line->reference, u->receipt.reference))
            return came(u, line->day, line->amount_fen, line->reference);
    }
    for (size_t i = 0; i < u->count; i++)
        for (size_t l = 0; l < u->vouchers[i]->line_count; l++) {
            if (u->vouchers[i]->lines[l].side != LEDGER_DEBIT) continue;
            bank->account = u->vouchers[i]->lines[l].account;
            TRY(hold_account(u, bank));
        }
    return ERR_NONE;
}

/* ---- proposed ---- */

static const service_field NEVER_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "item", .type = SERVICE_COUNT, .shows = "ITEM", .is_required = true,
      .summary = "number of the item (doudi oneoff receipts)", .summary_zh = "补扣项目编号（见 doudi oneoff receipts）" },
    { .name = "reference", .type = SERVICE_TEXT, .is_required = true, .shows = "REF",
      .summary = "the bank's reference under which it was entered", .summary_zh = "登记时所用的银行凭证号" },
    { .name = "lines", .type = SERVICE_FILE, .is_required = true, .shows = "BANK.csv",
      .summary = "the bank's lines of the days about it: day,received,paid,reference", .summary_zh = "该日前后的银行对账单：日期,收入,支出,单号" },
    { .name = "from", .type = SERVICE_DATE, .is_required = true, .summary = "first day of the bank's lines: a week before it or earlier", .summary_zh = "对账单起始日期（到账日期前七天或更早）" },
    { .name = "on", .type = SERVICE_DATE, .is_required = true, .summary = "last day of the bank's lines: a week behind it or later", .summary_zh = "对账单截止日期（到账日期后七天或更晚）" },
    { .name = "reason", .type = SERVICE_TEXT, .is_required = true, .shows = "TEXT", .summary = "why, for whoever confirms",
      .summary_zh = "理由，供确认人审查" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field NEVER_OUTPUT[] = {
    ONEOFF_ITEM_OUTPUT,
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "waits_in", .type = SERVICE_COUNT, .summary = "waits for confirmation in batch", .summary_zh = "待确认批次" },
};

/* The one that stands under the reference. */
static err find_receipt(undoing *u)
{
    oneoff_receipt *all;
    size_t count;
    text reference = service_text_of(u->call, "reference", TEXT_NONE);
    TRY(oneoff_receipts(u->office->memory, u->book, u->item.item.subject_id, u->item.item_id, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (!all[i].undone_in && text_equal(all[i].reference, reference)) {
            u->receipt = all[i];
            return ERR_NONE;
        }
    return err_of(&ONEOFF_NO_RECEIPT, text_cstr(u->call->request, reference));
}

static err propose(undoing *u, int64_t *batch_id)
{
    service_call *call = u->call;
    ledger_bank bank = { .from_day = service_day_of(call, "from"), .on_day = service_day_of(call, "on"),
                         .days_apart = DAYS_APART };
    oneoff_undoing one = { .subject_id = u->item.item.subject_id, .item_id = u->item.item_id, .receipt_id = u->receipt.receipt_id,
                           .from_day = bank.from_day, .on_day = bank.on_day, .reason = service_text_of(call, "reason", TEXT_NONE) };
    TRY(find_vouchers(u));
    bank.fund = u->fund->number;
    TRY(service_csv_bank(call, &bank, &one.lines));
    TRY(hold(u, &bank));
    oneoff_act act = { .actor_id = u->office->actor_id, .known_ms = u->office->now_ms,
                       .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(oneoff_batch_begin(u->book, &act, TEXT(ONEOFF_NEVER_CAME), batch_id, NULL));
    TRY(oneoff_propose_undoing(u->book, &act, *batch_id, &one));
    return oneoff_move(u->book, &act, *batch_id, ONEOFF_PROPOSE);
}

static err oneoff_never_came_run(service_call *call)
{
    undoing u = { .call = call };
    duty_mark entered;
    int64_t person_id, batch_id;
    TRY(county_open(call, COUNTY_WRITE, &u.office));
    TRY(county_login(u.office, NULL));
    TRY(record_find_person(u.office, service_text_of(call, "who", TEXT_NONE), &person_id));
    TRY(county_oneoffs(u.office, &u.book));
    TRY(county_begin(u.office));
    TRY(read_item(&u, person_id, (int64_t)service_size_of(call, "item", 0)));
    TRY(find_receipt(&u));
    TRY(mark_of(&u, "receipt.enter", u.receipt.actor_id, &entered));
    TRY(county_step(u.office, TEXT("ledger.book"), &entered, 1));
    batch_id = u.receipt.waits_in;
    if (!batch_id) TRY(propose(&u, &batch_id));
    TRY(store_commit(u.office->db));
    oneoff_put_item(u.office, call->reply, &u.item);
    service_put_bool(call->request, call->reply, "is_new", !u.receipt.waits_in);
    service_put_count(call->request, call->reply, "waits_in", batch_id);
    return ERR_NONE;
}

/* ---- what a batch takes back ---- */

const service_field ONEOFF_UNDOING_FIELDS[ONEOFF_UNDOING_FIELD_COUNT] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "item", .type = SERVICE_COUNT, .summary = "item", .summary_zh = "项目" },
    { .name = "reference", .type = SERVICE_TEXT, .summary = "the bank's reference", .summary_zh = "银行凭证号" },
    { .name = "day", .type = SERVICE_DATE, .summary = "entered for", .summary_zh = "登记的到账日期" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount, yuan", .summary_zh = "金额（元）" },
    { .name = "from", .type = SERVICE_DATE, .summary = "the bank's lines from", .summary_zh = "对账单起" },
    { .name = "on", .type = SERVICE_DATE, .summary = "to", .summary_zh = "对账单止" },
    { .name = "lines", .type = SERVICE_TEXT, .summary = "digest of the bank's lines (SM3)", .summary_zh = "对账单摘要（SM3）" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },
};

static err receipt_of(county *office, oneoff_book *book, const oneoff_undoing *one, oneoff_receipt *receipt)
{
    oneoff_receipt *all;
    size_t count;
    TRY(oneoff_receipts(office->memory, book, one->subject_id, one->item_id, &all, &count));
    for (size_t i = 0; i < count; i++)
        if (all[i].receipt_id == one->receipt_id) {
            *receipt = all[i];
            return ERR_NONE;
        }
    return err_of(&ONEOFF_NO_RECEIPT, text_format(office->call->request, "%lld", (long long)one->receipt_id).bytes);
}

err oneoff_put_undoings(county *office, int64_t batch_id)
{
    service_call *call = office->call;
    arena *a = call->request;
    oneoff_book *book;
    oneoff_undoing *all;
    size_t count;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_undoings(office->memory, book, batch_id, &all, &count));
    service_value *list = service_put_list(a, call->reply, "to_undo");
    for (size_t i = 0; i < count; i++) {
        oneoff_receipt receipt;
        TRY(receipt_of(office, book, &all[i], &receipt));
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "person", all[i].subject_id);
        service_put_count(a, v, "item", all[i].item_id);
        service_put_text(a, v, "reference", text_copy(a, receipt.reference));
        service_put_text(a, v, "day", service_day_text(a, receipt.day));
        service_put_text(a, v, "amount", service_yuan(a, all[i].fen));
        service_put_text(a, v, "from", service_day_text(a, all[i].from_day));
        service_put_text(a, v, "on", service_day_text(a, all[i].on_day));
        service_put_text(a, v, "lines", text_copy(a, all[i].lines));
        service_put_text(a, v, "reason", text_copy(a, all[i].reason));
    }
    return ERR_NONE;
}

/* ---- confirmed ---- */

static const service_field CONFIRM_INPUT[] = {
    ONEOFF_BATCH_FIELD,
    { .name = "refuse", .type = SERVICE_FLAG, .summary = "send it back instead: the repayment stands",
      .summary_zh = "退回：还款登记不变" },
    { .name = "day", .type = SERVICE_DATE, .summary = "day of the vouchers in red (default: today)", .summary_zh = "红字凭证日期（默认今天）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CONFIRM_OUTPUT[] = {
    ONEOFF_BATCH_OUTPUT,
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "owed", .type = SERVICE_TEXT, .summary = "owed again, yuan", .summary_zh = "恢复欠款（元）" },
    { .name = "vouchers", .type = SERVICE_TEXT, .is_list = true, .summary = "vouchers in red", .summary_zh = "红字凭证" },
};

typedef struct {
    service_call *call;
    county *office;
    oneoff_book *book;
    oneoff_batch batch;
    oneoff_undoing *undoings;
    size_t count;
    int64_t owed_fen;
    service_value *vouchers;
} confirming;

/* Neither whoever proposed it nor whoever entered one of the repayments. */
static err may_confirm(confirming *c)
{
    oneoff_mark *marks;
    size_t mark_count, count = 0;
    undoing u = { .office = c->office };
    TRY(oneoff_marks(c->office->memory, c->book, c->batch.batch_id, &marks, &mark_count));
    duty_mark *done = ARENA_ARRAY(c->office->memory, duty_mark, mark_count + c->count + 1);
    for (size_t i = 0; i < mark_count; i++)
        TRY(mark_of(&u, marks[i].step == ONEOFF_PROPOSE ? "ledger.book" : "award.approve", marks[i].actor_id, &done[count++]));
    for (size_t i = 0; i < c->count; i++) {
        oneoff_receipt receipt;
        TRY(receipt_of(c->office, c->book, &c->undoings[i], &receipt));
        TRY(mark_of(&u, "receipt.enter", receipt.actor_id, &done[count++]));
    }
    return county_step(c->office, TEXT("award.approve"), done, count);
}

/* The vouchers of the entry in red; one that the accountant took back by hand is not taken back twice. */
static err take_back(confirming *c, undoing *u, text key, int32_t day)
{
    arena *a = c->call->request;
    for (size_t i = 0; i < u->count; i++) {
        ledger_voucher_id id;
        ledger_stamp stamp = { .key = text_format(a, "%.*s/%zu", TEXT_ARG(key), i), .known_ms = c->office->now_ms,
                               .actor_id = c->office->actor_id, .why = service_text_of(c->call, "why", text_of(c->call->op->name)) };
        if (u->is_back[i]) {
            service_note(c->call, "was taken back before, and is not again: voucher ", "此前已冲销，不再冲销：凭证 ",
                         service_voucher_text(a, u->vouchers[i]->id));
            continue;
        }
        TRY(ledger_reverse(u->books, &stamp, u->vouchers[i]->id, day, &id));
        service_put_text(a, c->vouchers, NULL, service_voucher_text(a, id));
    }
    return payrun_accounts_take_back(c->office, u->item.item.fund, u->item.item.subject_id, u->known_ms, day, key);
}

static err carry_out(confirming *c, const oneoff_undoing *one, int32_t day)
{
    undoing u = { .call = c->call, .office = c->office, .book = c->book };
    text key = text_format(c->office->memory, "never-came/%lld/%lld", (long long)c->batch.batch_id, (long long)one->receipt_id);
    oneoff_act act = { .actor_id = c->office->actor_id, .known_ms = c->office->now_ms, .key = key,
                       .why = service_text_of(c->call, "why", text_of(c->call->op->name)) };
    TRY(read_item(&u, one->subject_id, one->item_id));
    TRY(receipt_of(c->office, c->book, one, &u.receipt));
    TRY(oneoff_undo(c->book, &act, c->batch.batch_id, one));
    c->owed_fen += one->fen;
    TRY(find_vouchers(&u));
    return take_back(c, &u, key, day);
}

static err oneoff_confirm_run(service_call *call)
{
    confirming c = { .call = call, .vouchers = service_list(call->request) };
    int64_t batch_id = (int64_t)service_size_of(call, "batch", 0);
    bool is_refused = service_is_given(call, "refuse");
    oneoff_act act = { .why = service_text_of(call, "why", text_of(call->op->name)) };
    TRY(county_open(call, COUNTY_WRITE, &c.office));
    TRY(county_login(c.office, NULL));
    TRY(county_oneoffs(c.office, &c.book));
    TRY(county_begin(c.office));
    TRY(oneoff_batch_find(c.office->memory, c.book, batch_id, &c.batch));
    if (!c.batch.undoing_count) return oneoff_batch_error(call, &ONEOFF_NO_CONFIRM, batch_id);
    TRY(oneoff_undoings(c.office->memory, c.book, batch_id, &c.undoings, &c.count));
    bool is_new = c.batch.state != (is_refused ? ONEOFF_REFUSED : ONEOFF_APPROVED);
    if (is_new) {
        TRY(may_confirm(&c));
        act.actor_id = c.office->actor_id;
        act.known_ms = c.office->now_ms;
        TRY(oneoff_move(c.book, &act, batch_id, is_refused ? ONEOFF_REFUSE : ONEOFF_CONFIRM));
        for (size_t i = 0; i < c.count && !is_refused; i++) TRY(carry_out(&c, &c.undoings[i], service_day_of(call, "day")));
    }
    TRY(store_commit(c.office->db));
    TRY(oneoff_batch_find(c.office->memory, c.book, batch_id, &c.batch));
    oneoff_put_batch(call, call->reply, &c.batch);
    service_put_bool(call->request, call->reply, "is_new", is_new);
    service_put_text(call->request, call->reply, "owed", service_yuan(call->request, c.owed_fen));
    service_put(call->request, call->reply, "vouchers", c.vouchers);
    return ERR_NONE;
}

/* ---- the rows of the table ---- */

static const char *const NEVER_EXAMPLES[] = {
    "doudi oneoff never-came 1024 --item 12582912 --reference 2026120300012 --lines bank.csv --from 2026-12-01 --on 2026-12-31 "
    "--reason 银行无此来款 --as sunli", NULL };
static const char *const CONFIRM_EXAMPLES[] = { "doudi oneoff confirm 12 --as wangfang", "doudi oneoff confirm 12 --refuse --as wangfang", NULL };

const service_op ONEOFF_NEVER_CAME_OP = {
    .name = "oneoff.never-came",
    .summary = "Propose to take back a repayment that the bank's lines do not have, so that the debt stands again",
    .summary_zh = "提出撤销银行对账单中没有的还款，恢复欠款",
    .law = "《社会保险经办条例》第四十六条",
    .kind = SERVICE_WRITE,
    .permission = "oneoff.never-came",
    .input = NEVER_INPUT,
    .input_count = ARRAY_COUNT(NEVER_INPUT),
    .output = NEVER_OUTPUT,
    .output_count = ARRAY_COUNT(NEVER_OUTPUT),
    .examples = NEVER_EXAMPLES,
    .run = oneoff_never_came_run,
};
const service_op ONEOFF_CONFIRM_OP = {
    .name = "oneoff.confirm",
    .summary = "Confirm that a repayment never came: its vouchers are taken back in red, and the debt stands again",
    .summary_zh = "确认还款未到账：红字冲销凭证，恢复欠款",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "oneoff.confirm",
    .input = CONFIRM_INPUT,
    .input_count = ARRAY_COUNT(CONFIRM_INPUT),
    .output = CONFIRM_OUTPUT,
    .output_count = ARRAY_COUNT(CONFIRM_OUTPUT),
    .examples = CONFIRM_EXAMPLES,
    .run = oneoff_confirm_run,
};
