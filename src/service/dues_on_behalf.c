/* doudi dues on-behalf: what one fund owes another for people (packs/ledger/billing.csv), as a proposal. */
#include "calendar/calendar.h"
#include "service/dues.h"
#include "service/operations.h"

const err_kind DUES_NO_FUND = {
    "dues.no_fund", ERR_BAD_INPUT,
    "{} is no fund; only a fund pays on behalf, as the unemployment fund does.",
    "“{}”不是基金；只有基金才代缴，例如失业保险基金。"
};

static const service_field ON_BEHALF_INPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "FUND",
      .summary = "the fund that pays: unemployment", .summary_zh = "付款的基金，例如 失业 或 unemployment" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_KEY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field CASE_OUTPUT[] = { DUES_CASE_OUTPUT };

static err dues_on_behalf_run(service_call *call)
{
    dues_call d;
    dues_items items = { 0 };
    collection_due *dues;
    size_t count;
    int64_t sum = 0;
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    if (d.payer.kind != COLLECTION_FUND)
        return err_of(&DUES_NO_FUND, text_cstr(call->request, service_text_of(call, "payer", TEXT_NONE)));
    TRY(collection_dues_of(d.m.memory, d.bills, d.payer, true, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t open_fen = dues[i].due_fen - dues[i].received_fen;
        dues_item_add(&d, &items, (dues_item){ .op = DUES_PAY, .due = dues[i], .fen = open_fen });
        sum += open_fen;
    }
    if (!items.count) {
        text payer;
        TRY(dues_payer_text(&d.m, d.payer, &payer));
        return err_of(&DUES_NOTHING_OPEN, payer.bytes);
    }
    return dues_propose(&d, "on_behalf", &items, sum);
}

/* ---- carried out ---- */

/* All that was open then is open still, and nothing else. */
static err check(dues_call *d, const collection_case *one, const dues_items *items)
{
    collection_due *now;
    size_t count;
    TRY(collection_dues_of(d->m.memory, d->bills, one->payer, true, &now, &count));
    for (size_t i = 0; i < items->count || i < count; i++) {
        const collection_due *then = &items->items[i < items->count ? i : 0].due;
        bool is_same = i < items->count && i < count && now[i].month == then->month && now[i].fund == then->fund &&
                       now[i].charge == then->charge && text_equal(now[i].purpose, then->purpose) &&
                       now[i].due_fen == then->due_fen && now[i].received_fen == then->received_fen;
        if (!is_same) return dues_changed(d, then);
    }
    return ERR_NONE;
}

static err book(const collection_case *one, const collection_received *got, month_booking *b)
{
    TRY(month_book(b, (int32_t)one->payer.id, "on_behalf_plan", "", got->received_fen));
    TRY(month_book(b, (int32_t)one->payer.id, "on_behalf", "", got->received_fen));
    for (size_t i = 0; i < got->allocated_count; i++) {
        const collection_allocated *to = &got->allocated[i];
        const char *what = dues_charge_code(to->charge);
        TRY(month_book(b, to->fund, what, "current", to->current_fen));
        TRY(month_book(b, to->fund, what, "earlier", to->earlier_fen));
        TRY(month_book(b, to->fund, what, "later", to->later_fen));
    }
    return month_post(b, true);
}

err dues_pay_on_behalf(dues_call *d, const collection_case *one, const dues_items *items)
{
    month_booking b;
    month_settled settled;
    collection_order order;
    collection_received got;
    collection_receiving *receiving;
    int32_t day = calendar_last_day_of_month(d->m.month);
    text key = text_format(d->m.memory, "case/%lld", (long long)one->case_id);
    collection_act act = d->act;
    TRY(check(d, one, items));
    TRY(dues_order(&d->m, &order));
    act.key = text_format(d->m.memory, "%.*s/pay", TEXT_ARG(key));
    act.why = text_format(d->m.memory, "case %lld", (long long)one->case_id);
    collection_receipt receipt = { .payer = one->payer, .amount_fen = one->total_fen, .day = day, .for_month = INT32_MIN,
                                   .reference = key };
    TRY(collection_receive_open(d->m.memory, d->bills, d->m.month, &order, &act, &receiving));
    err e = collection_receive_add(receiving, &receipt);
    if (e.kind) {
        collection_receive_cancel(receiving);
        return e;
    }
    TRY(collection_receive_finish(receiving, &got));
    TRY(month_booking_open(&d->m, key, day, &b));
    TRY(book(one, &got, &b));
    return month_settle(&d->m, key, day, NULL, &settled);
}

static const char *const ON_BEHALF_EXAMPLES[] = { "doudi dues on-behalf unemployment --as zhangwei", NULL };

const service_op DUES_ON_BEHALF_OP = {
    .name = "dues.on-behalf",
    .summary = "Propose that a fund pays what it owes another on behalf of people",
    .summary_zh = "录入基金间代缴：如失业保险基金缴付领金人员的职工医保费",
    .law = "社会保险法 第四十八条",
    .kind = SERVICE_WRITE,
    .permission = "dues.enter",
    .input = ON_BEHALF_INPUT,
    .input_count = ARRAY_COUNT(ON_BEHALF_INPUT),
    .output = CASE_OUTPUT,
    .output_count = ARRAY_COUNT(CASE_OUTPUT),
    .examples = ON_BEHALF_EXAMPLES,
    .run = dues_on_behalf_run,
    .print = dues_case_print,
};
