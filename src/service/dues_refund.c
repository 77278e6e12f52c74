/* doudi dues refund: what stands to a payer's credit is given back, fund by fund, when three have agreed. */
#include "service/dues_refund.h"

#include "calendar/calendar.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/record_rows.h"

const err_kind DUES_REFUND_TOO_MUCH = {
    "dues.refund_too_much", ERR_CONFLICT,
    "To this payer's credit stand {} yuan, and no more can be refunded; contributions collected in error are taken off "
    "their bill first (month correct --of MONTH), which frees what was paid.",
    "该缴费人名下留存 {} 元，退费不得超过留存；误收的保险费先用 month correct --of 月份 更正账单，已缴部分转为留存后再退。"
};
const err_kind DUES_REFUND_NO_AMOUNT = {
    "dues.refund_no_amount", ERR_BAD_INPUT,
    "--amount is what is to be given back, and {} is nothing; leave it out to give back the whole credit.",
    "--amount 是退费金额，{} 无可退；退还全部留存的，请不写 --amount。"
};
const err_kind DUES_REFUND_WAITS = {
    "dues.refund_waits", ERR_CONFLICT,
    "Another refund of this payer waits for its approval, in batch {}; have it approved or refused first.",
    "该缴费人另有退费待审批（补扣批次 {}）；请先审批或退回。"
};
const err_kind DUES_REFUND_OF_STATE = {
    "dues.refund_of_state", ERR_BAD_INPUT,
    "{} is refunded by no run: what government, a village or a fund paid too much is laid over what it owes next (dues use-credit).",
    "{} 不经支付批次退费：政府、村集体、其他基金多缴的部分抵缴其以后的应缴（dues use-credit）。"
};
const err_kind DUES_REFUND_NO_RUN = {
    "dues.refund_no_run", ERR_NOT_FOUND,
    "No run gives back contributions of the fund {}; packs/ledger/payroll.csv lists the runs (benefit refund).",
    "没有退还“{}”保险费的支付批次；批次见 packs/ledger/payroll.csv（待遇 refund）。"
};
const err_kind DUES_REFUND_DEAD = {
    "dues.refund_dead", ERR_CONFLICT,
    "{} has died; name the heir who is to be paid: --to PERSON.",
    "{} 已死亡；请用 --to 指明领取退费的继承人。"
};
const err_kind DUES_REFUND_TO = {
    "dues.refund_to", ERR_BAD_INPUT,
    "A refund goes to the payer who paid; --to is for the heir of a person who has died, and {} has not.",
    "退费退给原缴费人；--to 只用于缴费人死亡时指明继承人，而 {} 没有死亡登记。"
};
const err_kind DUES_REFUND_CHANGED = {
    "dues.refund_changed", ERR_CONFLICT,
    "The credit of payer {} has changed since the refund was proposed; refuse the batch, and propose it anew.",
    "缴费人 {} 的留存在提出退费后已有变化；请退回该批次，重新提出。"
};

static const char *const REASONS[] = { "over_paid", "not_insurable", "paid_twice", "after_death", NULL };
static const service_field REFUND_INPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "CODE|NUMBER|ID",
      .summary = "who paid: credit code, citizen number or id", .summary_zh = "缴费人：统一社会信用代码、证件号码或编号" },
    { .name = "amount", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "only so much (default: the whole credit)",
      .summary_zh = "退费金额（元），默认全部留存" },
    { .name = "reason", .type = SERVICE_TEXT, .choices = REASONS,
      .summary = "why: over_paid (default), not_insurable, paid_twice, after_death",
      .summary_zh = "原因：over_paid 多缴（默认）、not_insurable 不应参保、paid_twice 重复缴费、after_death 死亡后缴费" },
    { .name = "to", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .summary = "the heir of a payer who has died",
      .summary_zh = "缴费人死亡的，领取退费的继承人" },
    SERVICE_WHY_FIELD, DUES_DRY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field PART_FIELDS[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "run", .type = SERVICE_TEXT, .summary = "paid by runs of kind", .summary_zh = "支付批次类别" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "yuan", .summary_zh = "金额（元）" },
};
static const service_field REFUND_OUTPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "credit", .type = SERVICE_TEXT, .summary = "to the payer's credit, yuan", .summary_zh = "多缴留存（元）" },
    { .name = "open", .type = SERVICE_TEXT, .summary = "owed besides, yuan", .summary_zh = "尚欠（元）" },
    { .name = "refund", .type = SERVICE_TEXT, .summary = "to refund, yuan", .summary_zh = "应退（元）" },
    { .name = "left", .type = SERVICE_TEXT, .summary = "credit left, yuan", .summary_zh = "退后留存（元）" },
    { .name = "batch", .type = SERVICE_COUNT, .is_optional = true, .summary = "waits for approval in batch",
      .summary_zh = "待审批批次" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "done now, not before", .summary_zh = "本次办理" },
    { .name = "parts", .type = SERVICE_OBJECT, .is_list = true, .summary = "fund by fund", .summary_zh = "分基金",
      .fields = PART_FIELDS, .field_count = ARRAY_COUNT(PART_FIELDS) },
};

enum { FUNDS_MAX = 64 };

typedef struct {
    dues_call d;
    oneoff_book *book;
    int64_t credit_fen, fen, payee_id;
    int64_t by_fund[FUNDS_MAX]; /* what of `fen` each fund gives back */
    text payer, reason;
} refunding;

static text id_text(arena *a, int64_t id)
{
    return text_format(a, "%lld", (long long)id);
}

/* What came first is given back first, as dues_held_of takes it off. */
static err share(dues_call *d, collection_payer payer, int64_t fen, int64_t *by_fund)
{
    dues_held *held;
    size_t count;
    TRY(dues_held_of(d, payer, &held, &count));
    for (size_t i = 0; i < FUNDS_MAX; i++) by_fund[i] = 0;
    for (size_t i = 0; i < count && fen > 0; i++) {
        int64_t part = held[i].fen < fen ? held[i].fen : fen;
        if (held[i].fund <= 0 || held[i].fund >= FUNDS_MAX) return err_of(&COLLECTION_BROKEN, "fund");
        by_fund[held[i].fund] += part;
        fen -= part;
    }
    return fen > 0 ? err_of(&COLLECTION_BROKEN, "credit") : ERR_NONE;
}

/* ---- who is paid ---- */

static err has_died(refunding *r, bool *is_dead)
{
    registry *people;
    registry_record record;
    int64_t word;
    *is_dead = false;
    TRY(county_people(r->d.m.office, &people));
    TRY(registry_word_find(people, TEXT("person.death_day"), &word));
    TRY(registry_record_read(r->d.m.memory, people, r->d.payer.id, REGISTRY_NOW, &record));
    const registry_attribute *said = record.facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; i < record.count[REGISTRY_ATTRIBUTE]; i++) *is_dead |= word && said[i].name == word;
    return ERR_NONE;
}

static err find_payee(refunding *r)
{
    service_call *call = r->d.m.call;
    bool is_dead, has_heir = service_is_given(call, "to");
    TRY(has_died(r, &is_dead));
    if (is_dead && !has_heir) return err_of(&DUES_REFUND_DEAD, r->payer.bytes);
    if (!is_dead && has_heir) return err_of(&DUES_REFUND_TO, r->payer.bytes);
    return has_heir ? record_find_person(r->d.m.office, service_text_of(call, "to", TEXT_NONE), &r->payee_id) : ERR_NONE;
}

/* ---- what waits ---- */

static bool is_waiting(const oneoff_batch *batch)
{
    return text_equal_cstr(batch->purpose, DUES_REFUND) &&
           (batch->state == ONEOFF_PROPOSED || batch->state == ONEOFF_REVIEWED);
}

/* The batch of this payer that is not approved yet, and what it comes to; 0: none. */
static err find_waiting(refunding *r, int64_t *batch_id, int64_t *fen)
{
    oneoff_batch *batches;
    size_t count, item_count;
    oneoff_standing *items;
    *batch_id = *fen = 0;
    TRY(oneoff_batch_list(r->d.m.memory, r->book, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        if (!is_waiting(&batches[i])) continue;
        TRY(oneoff_of_batch(r->d.m.memory, r->book, batches[i].batch_id, &items, &item_count));
        for (size_t k = 0; k < item_count; k++) {
            if (items[k].item.subject_id != r->d.payer.id) continue;
            *batch_id = batches[i].batch_id;
            *fen += items[k].amount_fen;
        }
    }
    return ERR_NONE;
}

/* ---- proposing ---- */

static err run_of(refunding *r, text fund, text *kind)
{
    payrun_table table;
    TRY(payrun_table_read(r->d.m.office, &table));
    for (size_t i = 0; i < table.count; i++)
        if (text_equal_cstr(table.rows[i].benefit, PAYRUN_REFUND) && text_equal(table.rows[i].fund, fund))
            return *kind = table.rows[i].kind, ERR_NONE;
    return err_of(&DUES_REFUND_NO_RUN, text_cstr(r->d.m.call->request, fund));
}

static err propose(refunding *r, int64_t *batch_id)
{
    arena *a = r->d.m.memory;
    registry *people;
    int64_t word, ids[FUNDS_MAX];
    size_t count = 0, fund_count;
    oneoff_item items[FUNDS_MAX];
    const ledger_fund *funds = ledger_funds(r->d.m.office->chart, &fund_count);
    oneoff_line *lines = ARENA_ARRAY(a, oneoff_line, FUNDS_MAX);
    oneoff_act act = { .actor_id = r->d.act.actor_id, .known_ms = r->d.act.known_ms, .why = r->d.act.why };
    registry_act said = { .actor_id = act.actor_id, .known_ms = act.known_ms, .why = act.why };
    TRY(county_people(r->d.m.office, &people));
    TRY(registry_word_add(people, &said, TEXT(PAYRUN_REFUND), &word));
    for (size_t i = 0; i < fund_count; i++) {
        int64_t fen = funds[i].number > 0 && funds[i].number < FUNDS_MAX ? r->by_fund[funds[i].number] : 0;
        if (!fen) continue;
        lines[count] = (oneoff_line){ .month = r->d.m.month, .fen = fen };
        items[count] = (oneoff_item){ .subject_id = r->d.payer.id, .payee_id = r->payee_id, .kind = ONEOFF_REFUND,
                                      .fund = text_of(funds[i].code), .benefit = TEXT(PAYRUN_REFUND),
                                      .reason = r->reason, .lines = &lines[count], .line_count = 1 };
        count++;
    }
    TRY(oneoff_batch_begin(r->book, &act, TEXT(DUES_REFUND), batch_id, NULL));
    TRY(oneoff_propose(r->book, &act, *batch_id, eventlog_bucket_of(r->d.payer.id), items, count, ids));
    return oneoff_move(r->book, &act, *batch_id, ONEOFF_PROPOSE);
}

static err put_parts(refunding *r)
{
    service_call *call = r->d.m.call;
    size_t count;
    text kind;
    const ledger_fund *funds = ledger_funds(r->d.m.office->chart, &count);
    service_value *list = service_put_list(call->request, call->reply, "parts");
    for (size_t i = 0; i < count; i++) {
        int64_t fen = funds[i].number > 0 && funds[i].number < FUNDS_MAX ? r->by_fund[funds[i].number] : 0;
        if (!fen) continue;
        TRY(run_of(r, text_of(funds[i].code), &kind));
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_text(call->request, v, "fund", dues_fund_text(&r->d.m, funds[i].number));
        service_put_text(call->request, v, "run", text_copy(call->request, kind));
        service_put_text(call->request, v, "amount", service_yuan(call->request, fen));
    }
    return ERR_NONE;
}

static err put_reply(refunding *r, int64_t batch_id, bool is_new)
{
    service_call *call = r->d.m.call;
    arena *a = call->request;
    collection_due *dues;
    size_t count;
    int64_t open_fen = 0;
    TRY(collection_dues_of(r->d.m.memory, r->d.bills, r->d.payer, true, &dues, &count));
    for (size_t i = 0; i < count; i++) open_fen += dues[i].due_fen - dues[i].received_fen;
    service_put_text(a, call->reply, "payer", r->payer);
    service_put_text(a, call->reply, "credit", service_yuan(a, r->credit_fen));
    service_put_text(a, call->reply, "open", service_yuan(a, open_fen));
    service_put_text(a, call->reply, "refund", service_yuan(a, r->fen));
    service_put_text(a, call->reply, "left", service_yuan(a, r->credit_fen - r->fen));
    if (batch_id) service_put_count(a, call->reply, "batch", batch_id);
    service_put_bool(a, call->reply, "is_new", is_new);
    if (open_fen)
        service_note(call, "the payer owes besides: dues use-credit lays the credit over it",
                     "该缴费人尚有欠费：可先用 dues use-credit 抵缴", TEXT_NONE);
    return put_parts(r);
}

static err open_refund(service_call *call, refunding *r)
{
    TRY(dues_begin(call, COUNTY_WRITE, &r->d));
    TRY(county_oneoffs(r->d.m.office, &r->book));
    TRY(dues_payer_text(&r->d.m, r->d.payer, &r->payer));
    if (r->d.payer.kind != COLLECTION_EMPLOYER && r->d.payer.kind != COLLECTION_PERSON)
        return err_of(&DUES_REFUND_OF_STATE, r->payer.bytes);
    r->reason = service_text_of(call, "reason", TEXT("over_paid"));
    TRY(collection_credit_of(r->d.bills, r->d.payer, &r->credit_fen));
    r->fen = r->credit_fen;
    if (service_is_given(call, "amount")) {
        text said = service_text_of(call, "amount", TEXT_NONE);
        TRY(service_fen_of(call->request, said, &r->fen));
        if (r->fen <= 0) return err_of(&DUES_REFUND_NO_AMOUNT, text_cstr(call->request, said));
    }
    if (r->fen <= 0 || r->fen > r->credit_fen)
        return err_of(&DUES_REFUND_TOO_MUCH, service_yuan(call->request, r->credit_fen).bytes);
    TRY(find_payee(r));
    return share(&r->d, r->d.payer, r->fen, r->by_fund);
}

static err dues_refund_run(service_call *call)
{
    refunding r = { .fen = 0 };
    int64_t batch_id, waiting_fen;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(open_refund(call, &r));
    TRY(find_waiting(&r, &batch_id, &waiting_fen));
    if (batch_id && waiting_fen != r.fen) return oneoff_batch_error(call, &DUES_REFUND_WAITS, batch_id);
    bool is_new = !batch_id && !is_dry;
    TRY(put_reply(&r, batch_id, is_new)); /* each fund has its run */
    if (!is_new) {
        store_rollback(r.d.m.office->db);
        service_note(call, batch_id ? "proposed before, nothing changed" : "a dry run: nothing was written",
                     batch_id ? "此前已提出，未作改动" : "试算：未写入任何内容", TEXT_NONE);
        return ERR_NONE;
    }
    TRY(county_step(r.d.m.office, TEXT("dues.enter"), NULL, 0));
    TRY(propose(&r, &batch_id));
    service_put_count(call->request, call->reply, "batch", batch_id);
    return store_commit(r.d.m.office->db);
}

/* ---- what an approval does ---- */

/* The office as the functions of dues want it, within the caller's transaction. */
static err dues_of(county *office, dues_call *d)
{
    text open;
    charter *room;
    ledger *books;
    *d = (dues_call){ .m = { .call = office->call, .office = office, .memory = office->memory } };
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT("month.open"), CHARTER_NOW, &open));
    if (open.size_bytes) TRY(calendar_parse_month(open, &d->m.month));
    TRY(county_bills(office, &d->bills));
    TRY(county_books(office, &books));
    d->m.charter = room;
    d->m.open_month = d->m.month;
    d->act = (collection_act){ .actor_id = office->actor_id, .known_ms = office->now_ms, .month = d->m.month,
                               .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
    return ERR_NONE;
}

static err payer_of_item(dues_call *d, const oneoff_standing *item)
{
    registry *people;
    registry_record record;
    TRY(county_people(d->m.office, &people));
    TRY(registry_record_read(d->m.memory, people, item->item.subject_id, REGISTRY_NOW, &record));
    d->payer = (collection_payer){ record.kind == REGISTRY_EMPLOYER ? COLLECTION_EMPLOYER : COLLECTION_PERSON,
                                   item->item.subject_id };
    return ERR_NONE;
}

static err fund_of_item(dues_call *d, const oneoff_standing *item, int32_t *number)
{
    const ledger_fund *fund = ledger_fund_find(d->m.office->chart, item->item.fund);
    if (!fund) return err_of(&LEDGER_UNKNOWN_FUND, text_cstr(d->m.call->request, item->item.fund));
    *number = fund->number;
    return ERR_NONE;
}

/* Fund by fund what was agreed to: else the credit was used meanwhile, or has moved. */
static err take_credit(dues_call *d, const oneoff_standing *items, size_t count, int64_t fen)
{
    int64_t by_fund[FUNDS_MAX], credit_fen;
    err changed = err_of(&DUES_REFUND_CHANGED, id_text(d->m.call->request, d->payer.id).bytes);
    TRY(collection_credit_of(d->bills, d->payer, &credit_fen));
    if (credit_fen < fen) return changed;
    TRY(share(d, d->payer, fen, by_fund));
    for (size_t i = 0; i < count; i++) {
        int32_t fund;
        TRY(fund_of_item(d, &items[i], &fund));
        if (by_fund[fund] != items[i].amount_fen) return changed;
        collection_act act = d->act;
        act.key = text_format(d->m.memory, "refund/%lld", (long long)items[i].item_id);
        TRY(collection_refund(d->bills, d->payer, items[i].amount_fen, &act));
    }
    return ERR_NONE;
}

err dues_refund_approved(county *office, oneoff_book *book, int64_t batch_id)
{
    dues_call d;
    oneoff_standing *items;
    size_t count;
    int64_t fen = 0;
    TRY(dues_of(office, &d));
    TRY(oneoff_of_batch(office->memory, book, batch_id, &items, &count));
    if (!count) return ERR_NONE;
    TRY(payer_of_item(&d, &items[0])); /* a batch is of one payer */
    for (size_t i = 0; i < count; i++) fen += items[i].amount_fen;
    return take_credit(&d, items, count, fen);
}

err dues_refund_closed(county *office, const oneoff_standing *item)
{
    dues_call d;
    int32_t fund;
    if (item->item.kind != ONEOFF_REFUND) return ERR_NONE;
    TRY(dues_of(office, &d));
    TRY(payer_of_item(&d, item));
    TRY(fund_of_item(&d, item, &fund));
    d.act.key = text_format(d.m.memory, "refund/%lld/undone", (long long)item->item_id);
    return collection_refund_undo(d.bills, d.payer, fund, item->remaining_fen, &d.act);
}

err dues_refund_on_the_way(county *office, arena *a, dues_held **held, size_t *count)
{
    oneoff_book *book;
    oneoff_batch *batches;
    size_t batch_count, item_count, capacity = 0;
    oneoff_standing *items;
    *held = NULL;
    *count = 0;
    TRY(county_oneoffs(office, &book));
    TRY(oneoff_batch_list(a, book, ONEOFF_APPROVED, &batches, &batch_count));
    for (size_t i = 0; i < batch_count; i++) {
        if (!text_equal_cstr(batches[i].purpose, DUES_REFUND)) continue;
        TRY(oneoff_of_batch(a, book, batches[i].batch_id, &items, &item_count));
        for (size_t k = 0; k < item_count; k++) {
            const ledger_fund *fund = ledger_fund_find(office->chart, items[k].item.fund);
            dues_held one = { fund ? fund->number : 0, items[k].remaining_fen };
            if (one.fen) ARENA_PUSH(a, *held, *count, capacity, one);
        }
    }
    return ERR_NONE;
}

static const char *const REFUND_EXAMPLES[] = {
    "doudi dues refund 91590121671712535W --amount 1500.00 --why 多缴退费申请 --as zhangwei",
    "doudi dues refund 1024 --reason after_death --to 2048 --as zhangwei", NULL };

const service_op DUES_REFUND_OP = {
    .name = "dues.refund",
    .summary = "Propose to give back what stands to a payer's credit; a run pays it once three have agreed",
    .summary_zh = "提出退还缴费人名下的多缴留存，经审核、审批后由支付批次付出",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_WRITE,
    .permission = "dues.refund",
    .input = REFUND_INPUT,
    .input_count = ARRAY_COUNT(REFUND_INPUT),
    .output = REFUND_OUTPUT,
    .output_count = ARRAY_COUNT(REFUND_OUTPUT),
    .examples = REFUND_EXAMPLES,
    .run = dues_refund_run,
    .print = oneoff_print,
};
