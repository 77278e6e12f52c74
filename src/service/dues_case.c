/* Proposals: written down fen by fen, shown, and carried out. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/dues.h"

static const struct {
    const char *kind, *en, *zh;
} KINDS[] = {
    { "relief", "relief", "减免" },          { "deferral", "deferral", "缓缴" },
    { "instalments", "instalments", "分期" }, { "write_off", "write-off", "核销" },
    { "correction", "correction", "更正" },  { "on_behalf", "paid on behalf", "基金间代缴" },
};
static const struct {
    const char *name, *en, *zh;
} STATES[] = {
    [0] = { "none", "not entered", "未录入" },
    [COLLECTION_CASE_ENTERED] = { "entered", "entered", "已录入" },
    [COLLECTION_CASE_REVIEWED] = { "reviewed", "reviewed", "已审核" },
    [COLLECTION_CASE_DONE] = { "done", "approved and done", "已审批办结" },
    [COLLECTION_CASE_REFUSED] = { "refused", "refused", "已退回" },
    [COLLECTION_CASE_WITHDRAWN] = { "withdrawn", "withdrawn", "已撤回" },
};
static const char *const OPS[] = { [DUES_ADJUST] = "adjust", [DUES_DEFER] = "defer", [DUES_AGREE] = "agree",
                                  [DUES_PAY] = "pay" };

const service_field DUES_CASE_ITEM[6] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月" },
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "bill", .summary_zh = "账单" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "charge", .type = SERVICE_TEXT, .summary = "charge", .summary_zh = "款项" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "期限" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};

text dues_kind_text(const service_call *call, text kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (text_equal_cstr(kind, KINDS[i].kind)) return text_of(service_say(call, KINDS[i].en, KINDS[i].zh));
    return text_copy(call->request, kind);
}

void dues_put_state(const service_call *call, service_value *into, collection_case_state state)
{
    service_put_state(call, into, "state", STATES[state].name, STATES[state].en, STATES[state].zh);
}

void dues_item_add(dues_call *d, dues_items *items, dues_item item)
{
    ARENA_PUSH(d->m.memory, items->items, items->count, items->capacity, item);
}

/* ---- as it is kept ---- */

static text items_print(arena *a, const dues_items *items)
{
    text_builder out = text_builder_open(a);
    codec_json_writer j = codec_json_write(&out, false);
    codec_json_begin_array(&j);
    for (size_t i = 0; i < items->count; i++) {
        const dues_item *item = &items->items[i];
        codec_json_begin_object(&j);
        eventlog_body_add_int(&j, "charge", item->due.charge);
        eventlog_body_add_int(&j, "day", item->day);
        eventlog_body_add_int(&j, "due_day", item->due.due_day);
        eventlog_body_add_int(&j, "due_fen", item->due.due_fen);
        eventlog_body_add_int(&j, "fen", item->fen);
        eventlog_body_add_int(&j, "fund", item->due.fund);
        eventlog_body_add_int(&j, "month", item->due.month);
        eventlog_body_add_text(&j, "op", text_of(OPS[item->op]));
        eventlog_body_add_text(&j, "purpose", item->due.purpose);
        eventlog_body_add_int(&j, "received_fen", item->due.received_fen);
        codec_json_end_object(&j);
    }
    codec_json_end_array(&j);
    return text_built(&out);
}

err dues_items_parse(arena *a, text body, dues_items *items)
{
    const codec_json *list;
    *items = (dues_items){ 0 };
    TRY(codec_json_parse(a, body, (codec_json_options){ 0 }, &list));
    for (size_t i = 0; i < list->count; i++) {
        const codec_json *one = &list->items[i];
        text op = eventlog_body_text(one, "op");
        dues_item item = { .fen = eventlog_body_int(one, "fen"), .day = (int32_t)eventlog_body_int(one, "day") };
        while (item.op < DUES_PAY && !text_equal_cstr(op, OPS[item.op])) item.op++;
        item.due = (collection_due){ .purpose = text_copy(a, eventlog_body_text(one, "purpose")),
                                     .month = (int32_t)eventlog_body_int(one, "month"),
                                     .fund = (int32_t)eventlog_body_int(one, "fund"),
                                     .charge = (collection_charge)eventlog_body_int(one, "charge"),
                                     .due_day = (int32_t)eventlog_body_int(one, "due_day"),
                                     .due_fen = eventlog_body_int(one, "due_fen"),
                                     .received_fen = eventlog_body_int(one, "received_fen") };
        ARENA_PUSH(a, items->items, items->count, items->capacity, item);
    }
    return ERR_NONE;
}

/* ---- as it is shown ---- */

static void put_item(const month_call *m, service_value *list, const dues_item *item)
{
    service_call *call = m->call;
    arena *a = call->request;
    bool is_adjust = item->op == DUES_ADJUST || item->op == DUES_PAY, is_agree = item->op == DUES_AGREE;
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "month", is_agree ? TEXT("") : service_month_text(a, item->due.month));
    service_put_text(a, v, "purpose", is_adjust ? dues_purpose_text(call, item->due.purpose) : TEXT(""));
    service_put_text(a, v, "fund", is_adjust ? dues_fund_text(m, item->due.fund) : TEXT(""));
    service_put_text(a, v, "charge", is_adjust ? dues_charge_text(call, item->due.charge) : TEXT(""));
    service_put_text(a, v, "day", is_adjust ? TEXT("") : service_day_text(a, is_agree ? item->day : item->due.due_day));
    service_put_text(a, v, "amount", service_yuan(a, item->fen));
}

err dues_put_case(dues_call *d, const collection_case *one, bool is_new)
{
    service_call *call = d->m.call;
    arena *a = call->request;
    text payer;
    dues_items items;
    TRY(dues_payer_text(&d->m, one->payer, &payer));
    TRY(dues_items_parse(d->m.memory, one->body, &items));
    if (one->case_id) service_put_count(a, call->reply, "case", one->case_id);
    service_put_text(a, call->reply, "kind", dues_kind_text(call, one->kind));
    dues_put_state(call, call->reply, one->state);
    service_put_text(a, call->reply, "payer", payer);
    service_put_text(a, call->reply, "total", service_yuan(a, one->total_fen));
    service_put_text(a, call->reply, "why", text_copy(a, one->why));
    service_put_bool(a, call->reply, "is_new", is_new);
    service_value *list = service_put_list(a, call->reply, "items");
    for (size_t i = 0; i < items.count; i++) put_item(&d->m, list, &items.items[i]);
    return ERR_NONE;
}

void dues_case_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < call->op->output_count; i++) {
        const service_field *f = &call->op->output[i];
        const service_value *v = service_member(call->reply, f->name);
        if (!v || f->type == SERVICE_OBJECT) continue;
        text_add_format(out, "%s%s", service_say(call, f->summary, f->summary_zh), service_say(call, ": ", "："));
        if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld", (long long)v->count);
        else if (v->kind == SERVICE_VALUE_BOOL) text_add_cstr(out, v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
        else text_add(out, v->word);
        text_add_char(out, '\n');
    }
    month_print_list(call, "items", DUES_CASE_ITEM, ARRAY_COUNT(DUES_CASE_ITEM), 5, out);
}

err dues_propose(dues_call *d, const char *kind, const dues_items *items, int64_t total_fen)
{
    service_call *call = d->m.call;
    bool is_new = false;
    collection_case one = { .kind = text_of(kind), .payer = d->payer, .month = d->m.month, .total_fen = total_fen,
                            .body = items_print(d->m.memory, items), .why = d->act.why };
    if (!service_is_given(call, "dry-run")) {
        staff *room;
        TRY(county_staff(d->m.office, &room));
        TRY(county_step(d->m.office, TEXT("dues.enter"), NULL, 0));
        /* The same words about the same dues are one proposal. */
        if (!d->act.key.size_bytes)
            d->act.key = text_format(d->m.memory, "case/%s/%d/%lld/%d/%016llx", kind, (int)d->payer.kind,
                                     (long long)d->payer.id, d->m.month,
                                     (unsigned long long)hash_bytes(one.body.bytes, one.body.size_bytes, 0));
        TRY(collection_case_enter(d->m.memory, d->bills, &one, &d->act, &one.case_id, &is_new));
        TRY(collection_case_find(d->m.memory, d->bills, one.case_id, &one));
        if (!is_new) service_note(call, "entered before, nothing changed", "此前已录入，未作改动", TEXT_NONE);
    } else {
        service_note(call, "a dry run: nothing was written", "试算：未写入任何内容", TEXT_NONE);
    }
    TRY(dues_put_case(d, &one, is_new));
    return service_is_given(call, "dry-run") ? ERR_NONE : store_commit(d->m.office->db);
}

/* ---- carrying out ---- */

static err find_due(dues_call *d, collection_payer payer, const collection_due *key, collection_due *found)
{
    collection_due *dues;
    size_t count;
    TRY(collection_dues_of(d->m.memory, d->bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == key->month && dues[i].fund == key->fund && dues[i].charge == key->charge &&
            text_equal(dues[i].purpose, key->purpose)) {
            *found = dues[i];
            return ERR_NONE;
        }
    return dues_changed(d, key);
}

static err adjust(dues_call *d, const collection_case *one, const dues_item *item, size_t index, month_booking *b,
                  int64_t *freed_fen)
{
    collection_due now = { 0 };
    int64_t freed;
    collection_act act = d->act;
    collection_due key = item->due;
    dues_freed laid;
    key.payer = one->payer;
    TRY(find_due(d, one->payer, &key, &now));
    if (now.due_fen != item->due.due_fen || now.received_fen != item->due.received_fen) return dues_changed(d, &key);
    TRY(dues_freed_open(d, &key, &laid));
    act.why = text_format(d->m.memory, "case %lld", (long long)one->case_id);
    act.key = text_format(d->m.memory, "case/%lld/%zu", (long long)one->case_id, index);
    TRY(collection_adjust_as(d->bills, &key, item->fen, one->kind, &act, &freed));
    *freed_fen += freed;
    return dues_freed_book(&laid, b, text_format(d->m.memory, "freed_%s", dues_charge_code(key.charge)).bytes, freed);
}

static err defer(dues_call *d, const collection_case *one, const dues_item *item, size_t index)
{
    collection_act act = d->act;
    act.why = text_format(d->m.memory, "case %lld", (long long)one->case_id);
    act.key = text_format(d->m.memory, "case/%lld/%zu", (long long)one->case_id, index);
    return collection_defer_from(d->bills, one->payer, item->due.month, item->day, item->due.due_day, &act);
}

static err agree(dues_call *d, const collection_case *one, const dues_items *items)
{
    collection_act act = d->act;
    size_t count = 0;
    int32_t made_day = items->items[0].due.due_day;
    collection_instalment *plan = ARENA_ARRAY(d->m.memory, collection_instalment, items->count);
    for (size_t i = 0; i < items->count; i++)
        plan[count++] = (collection_instalment){ items->items[i].day, items->items[i].fen };
    act.why = text_format(d->m.memory, "case %lld", (long long)one->case_id);
    act.key = text_format(d->m.memory, "case/%lld", (long long)one->case_id);
    err e = collection_agree(d->bills, one->payer, made_day, plan, count, &act);
    return e.kind == &COLLECTION_BAD_PLAN
        ? err_of(&DUES_CHANGED, ERR_SAID("the sum in arrears", "逾期合计")) : e;
}

err dues_carry_out(dues_call *d, const collection_case *one, int64_t *freed_fen)
{
    dues_items items;
    month_booking b;
    text key = text_format(d->m.memory, "case/%lld", (long long)one->case_id);
    *freed_fen = 0;
    TRY(dues_items_parse(d->m.memory, one->body, &items));
    if (items.count && items.items[0].op == DUES_PAY) return dues_pay_on_behalf(d, one, &items);
    TRY(month_booking_open(&d->m, key, calendar_last_day_of_month(d->m.month), &b));
    if (items.count && items.items[0].op == DUES_AGREE) return agree(d, one, &items);
    for (size_t i = 0; i < items.count; i++)
        if (items.items[i].op == DUES_ADJUST) TRY(adjust(d, one, &items.items[i], i, &b, freed_fen));
        else TRY(defer(d, one, &items.items[i], i));
    return month_post(&b, false);
}
