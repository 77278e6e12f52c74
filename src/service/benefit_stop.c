/* doudi benefit stop, resume, settle: a benefit is suspended, ended or paid again, person by person. */
#include "calendar/calendar.h"
#include "service/benefit.h"
#include "service/oneoff_show.h"
#include "service/operations.h"
#include "service/payrun_items.h"
#include "service/record_rows.h"

const err_kind BENEFIT_NOT_SUSPENDED = {
    "benefit.not_suspended", ERR_CONFLICT,
    "The benefit {} is not suspended in that month; nothing is there to resume.",
    "待遇“{}”在该月并未暂停，无需恢复。"
};
const err_kind BENEFIT_NO_MONTH = {
    "benefit.no_month", ERR_BAD_INPUT,
    "Say with --from which month is the first without payment; the registry does not tell it for {}.",
    "请用 --from 指明从哪个月起不发；登记信息中没有“{}”的日期。"
};

/* ---- stopping ---- */

/* Months withheld up to `until` whose reason makes them good; what was withheld for another reason among them is
 * passed over. */
static err good_months(benefit_call *b, const registry_benefit *facts, size_t count, int32_t until, benefit_span **spans,
                       size_t *span_count)
{
    size_t capacity = 0;
    int32_t at = until;
    *spans = NULL;
    *span_count = 0;
    for (size_t i = 0; i < count; i++) {
        const benefit_reason *reason;
        if (facts[i].fact.from >= at || facts[i].fact.until < at) continue;
        if (facts[i].state != REGISTRY_SUSPENDED) return ERR_NONE;
        TRY(benefit_reason_known(b, facts[i].reason, &reason));
        benefit_span span = { (int32_t)facts[i].fact.from, at };
        if (reason && reason->is_made_good) ARENA_PUSH(b->memory, *spans, *span_count, capacity, span);
        at = span.from;
        i = (size_t)-1; /* they stand in no order */
    }
    return ERR_NONE;
}

static err propose_good(benefit_call *b, benefit_batch *batch, const benefit_settling *s, const benefit_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        benefit_change good = { .person_id = s->person_id, .benefit = s->benefit, .state = REGISTRY_ENTITLED,
                                .from_month = spans[i].from, .until_month = spans[i].until, .reason = s->reason };
        TRY(benefit_propose_change(b, batch, &good));
    }
    return ERR_NONE;
}

/* What has stopped stays as it stopped, unless it must stop earlier; and what is never made good does not become so by
 * a suspension that is. */
static err stays(benefit_call *b, const registry_benefit *fact, const benefit_reason *reason, bool *stays)
{
    const benefit_reason *was;
    *stays = fact->state == REGISTRY_STOPPED;
    if (*stays || fact->state != REGISTRY_SUSPENDED || !reason->is_made_good) return ERR_NONE;
    TRY(benefit_reason_known(b, fact->reason, &was));
    *stays = !was || !was->is_made_good;
    return ERR_NONE;
}

err benefit_stop(benefit_call *b, benefit_batch *batch, const benefit_stopping *stop, int64_t *changed)
{
    registry_benefit *facts;
    benefit_span *spans = NULL;
    size_t count, span_count = 0;
    const benefit_reason *reason = stop->reason;
    benefit_settling s = { .person_id = stop->person_id, .benefit = stop->benefit, .reason = reason->reason,
                           .way = reason->way, .limit_fen = stop->limit_fen };
    *changed = 0;
    TRY(benefit_facts(b->office, stop->person_id, stop->benefit, &facts, &count));
    bool is_end = reason->state == REGISTRY_STOPPED, has_months = false;
    if (is_end) TRY(good_months(b, facts, count, stop->from_month, &spans, &span_count));
    for (size_t i = 0; i < count; i++) {
        bool is_left;
        int64_t now = 0;
        benefit_change change = { .person_id = stop->person_id, .benefit = stop->benefit, .state = reason->state,
                                  .from_month = stop->from_month, .until_month = (int32_t)facts[i].fact.until,
                                  .reason = reason->reason };
        if (facts[i].fact.from > change.from_month) change.from_month = (int32_t)facts[i].fact.from;
        if (change.from_month >= change.until_month) continue;
        has_months = true;
        TRY(stays(b, &facts[i], reason, &is_left));
        if (!is_left) TRY(benefit_state_say(b->office, &change, &now));
        *changed += now;
    }
    if (!has_months) return err_of(&BENEFIT_NONE, text_cstr(b->call->request, stop->benefit));
    s.good = spans;
    s.good_count = span_count;
    TRY(benefit_settle(b, batch, &s));
    return *changed ? propose_good(b, batch, &s, spans, span_count) : ERR_NONE;
}

/* ---- resuming ---- */

static const registry_benefit *fact_in(const registry_benefit *facts, size_t count, int32_t month)
{
    for (size_t i = 0; i < count; i++)
        if (facts[i].fact.from <= month && month < facts[i].fact.until) return &facts[i];
    return NULL;
}

/* A suspension may lie in pieces, and other suspensions between them. */
static bool is_resumed(const registry_benefit *fact, const registry_benefit *now, int32_t from_month)
{
    return fact->state == REGISTRY_SUSPENDED && fact->reason == now->reason && fact->fact.until > from_month;
}

static benefit_span part_from(const registry_benefit *fact, int32_t from_month, int32_t until_month)
{
    benefit_span part = { (int32_t)fact->fact.from, (int32_t)fact->fact.until };
    if (part.from < from_month) part.from = from_month;
    if (part.until > until_month) part.until = until_month;
    return part;
}

int32_t benefit_unpaid_until(const benefit_call *b, text benefit, int32_t from_month)
{
    int32_t last = benefit_last_run(b, benefit);
    return last >= from_month ? last + 1 : from_month;
}

err benefit_resume(benefit_call *b, benefit_batch *batch, int64_t person_id, text benefit, int32_t from_month)
{
    registry_benefit *facts;
    benefit_span *spans = NULL;
    size_t count, span_count = 0;
    const benefit_reason *reason;
    benefit_settling s = { .person_id = person_id, .benefit = benefit };
    TRY(benefit_facts(b->office, person_id, benefit, &facts, &count));
    const registry_benefit *now = fact_in(facts, count, from_month);
    if (!now || now->state != REGISTRY_SUSPENDED)
        return err_of(&BENEFIT_NOT_SUSPENDED, text_cstr(b->call->request, benefit));
    TRY(benefit_reason_known(b, now->reason, &reason));
    if (reason) s.reason = reason->reason;
    if (reason && reason->is_made_good) TRY(good_months(b, facts, count, from_month, &spans, &span_count));
    /* Months from then on whose run is made already are due too, and no run will pay them. */
    int32_t unpaid_until = benefit_unpaid_until(b, benefit, from_month);
    benefit_span *good = ARENA_ARRAY(b->memory, benefit_span, span_count + count + 1);
    s.good = good;
    for (; s.good_count < span_count; s.good_count++) good[s.good_count] = spans[s.good_count];
    for (size_t i = 0; i < count; i++)
        if (is_resumed(&facts[i], now, from_month) && facts[i].fact.from < unpaid_until)
            good[s.good_count++] = part_from(&facts[i], from_month, unpaid_until);
    TRY(benefit_settle(b, batch, &s));
    TRY(propose_good(b, batch, &s, spans, span_count));
    for (size_t i = 0; i < count; i++) {
        if (!is_resumed(&facts[i], now, from_month)) continue;
        benefit_span part = part_from(&facts[i], from_month, REGISTRY_OPEN);
        benefit_change again = { .person_id = person_id, .benefit = benefit, .state = REGISTRY_PAYING, .from_month = part.from,
                                 .until_month = part.until, .reason = s.reason };
        TRY(benefit_propose_change(b, batch, &again));
    }
    return ERR_NONE;
}

/* ---- the operations ---- */

#define BENEFIT_FIELD                                                                            \
    { .name = "benefit", .type = SERVICE_NAME, .shows = "BENEFIT",                               \
      .summary = "which benefit: employee_pension, resident_pension ... (default: every one there is)", \
      .summary_zh = "哪一项待遇：employee_pension、resident_pension 等（默认此人的各项）" }
#define FROM_FIELD(en, zh) { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = en, .summary_zh = zh }

static const service_field STOP_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "reason", .type = SERVICE_NAME, .is_required = true, .shows = "REASON",
      .summary = "why: death, prison, other_pension, moved, lapse ... (packs/ledger/stops.csv)",
      .summary_zh = "原因：death 死亡、prison 服刑、other_pension 重复领取、moved 转出、lapse 未认证等（见 packs/ledger/stops.csv）" },
    FROM_FIELD("the first month without payment (default: by the registry, as the day of death)",
               "从哪个月起不发（默认按登记信息，如死亡日期）"),
    BENEFIT_FIELD,
    { .name = "limit", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "withhold at most so much a month",
      .summary_zh = "每月最多抵扣多少（元）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RESUME_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true,
      .summary = "the first month paid by a run again", .summary_zh = "从哪个月起恢复按月发放" },
    BENEFIT_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field SETTLE_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    BENEFIT_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "benefits changed now", .summary_zh = "即时改变的待遇" },
    { .name = "to_change", .type = SERVICE_COUNT, .summary = "benefits that change when approved", .summary_zh = "审批后改变的待遇" },
    BENEFIT_BATCH_OUTPUT,
};

void benefit_put_batch(benefit_call *b, const benefit_batch *batch)
{
    arena *a = b->call->request;
    service_put_count(a, b->call->reply, "batch", batch->batch_id);
    service_put_count(a, b->call->reply, "items", (int64_t)batch->item_count);
    service_put_text(a, b->call->reply, "arrears", service_yuan(a, batch->arrears_fen));
    service_put_text(a, b->call->reply, "recovery", service_yuan(a, batch->recovery_fen));
    if (batch->pending_run)
        service_note(b->call, "a payment run holds a month that is no longer due; withdraw and draft it again, or settle again when the bank has answered: ",
                     "有支付批次含不应再发的月份，请撤回重编，或待银行回盘后再办 benefit settle：",
                     text_format(a, "%lld", (long long)batch->pending_run));
}

typedef struct {
    benefit_call b;
    benefit_batch batch;
    int64_t person_id, changed;
} acting;

static err begin(service_call *call, const char *purpose, acting *t)
{
    *t = (acting){ .batch = { .purpose = text_of(purpose) } };
    TRY(benefit_begin(call, COUNTY_WRITE, &t->b));
    return record_find_person(t->b.office, service_text_of(call, "who", TEXT_NONE), &t->person_id);
}

/* From a benefit that has ended nothing is withheld any more. */
static err tell_stranded(acting *t)
{
    benefit_call *b = &t->b;
    oneoff_standing *items;
    size_t count;
    TRY(payrun_items_free(b->office, t->person_id));
    TRY(oneoff_of_subject(b->memory, b->items, t->person_id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        registry_benefit *facts;
        size_t fact_count;
        bool goes_on = false;
        bool is_withheld = items[i].item.kind == ONEOFF_RECOVERY && items[i].item.way == ONEOFF_WAY_WITHHELD &&
                           items[i].state == ONEOFF_STATE_APPROVED && items[i].remaining_fen;
        if (!is_withheld) continue;
        TRY(benefit_facts(b->office, t->person_id, items[i].item.benefit, &facts, &fact_count));
        for (size_t k = 0; k < fact_count; k++) goes_on |= facts[k].fact.until == REGISTRY_OPEN && facts[k].state != REGISTRY_STOPPED;
        if (!goes_on)
            service_note(b->call, "an overpayment was to be withheld from this benefit, which has ended; agree another way (oneoff plan --way grant|repaid): item ",
                         "有多发项目原定从该待遇抵扣，现待遇已停，请另定追回方式（oneoff plan --way grant|repaid）：项目 ",
                         text_format(b->call->request, "%lld, %.*s", (long long)items[i].item_id,
                                     TEXT_ARG(service_yuan(b->call->request, items[i].remaining_fen))));
    }
    return ERR_NONE;
}

static err finish(acting *t)
{
    arena *a = t->b.call->request;
    TRY(benefit_batch_end(&t->b, &t->batch));
    TRY(store_commit(t->b.office->db));
    service_put_count(a, t->b.call->reply, "person", t->person_id);
    service_put_count(a, t->b.call->reply, "changed", t->changed);
    service_put_count(a, t->b.call->reply, "to_change", (int64_t)t->batch.change_count);
    benefit_put_batch(&t->b, &t->batch);
    if (!t->changed && !t->batch.batch_id) service_note(t->b.call, "nothing changed", "没有变化", TEXT_NONE);
    return ERR_NONE;
}

/* Each benefit of the table that the person has, or the one asked for. */
typedef err (*one_benefit)(acting *t, text benefit);
static err each_benefit(acting *t, one_benefit act)
{
    benefit_call *b = &t->b;
    text said = service_text_of(b->call, "benefit", TEXT_NONE);
    bool is_met = false;
    if (said.size_bytes) return act(t, said);
    for (size_t i = 0; i < b->table.count; i++) {
        registry_benefit *facts;
        size_t count;
        text benefit = b->table.rows[i].benefit;
        if (benefit_row(b, benefit) != &b->table.rows[i]) continue; /* met before */
        TRY(benefit_facts(b->office, t->person_id, benefit, &facts, &count));
        if (!count) continue;
        err e = act(t, benefit);
        bool is_other = e.kind == &BENEFIT_NONE || e.kind == &BENEFIT_NOT_SUSPENDED;
        if (!is_other) TRY(e);
        is_met |= !e.kind;
    }
    return is_met ? ERR_NONE : err_of(&BENEFIT_NONE, "-");
}

err benefit_month_told(benefit_call *b, int64_t person_id, const benefit_reason *reason, int32_t *month)
{
    registry_record record;
    int64_t word;
    *month = INT32_MAX;
    TRY(registry_word_find(b->office->people, reason->told_by, &word));
    TRY(registry_record_read(b->memory, b->office->people, person_id, REGISTRY_NOW, &record));
    const registry_attribute *told = record.facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; i < record.count[REGISTRY_ATTRIBUTE] && *month == INT32_MAX; i++) {
        if (!word || told[i].name != word || !told[i].value) continue;
        /* An attribute that is a day tells it; another holds since it holds. */
        const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, reason->told_by);
        int64_t day = row && row->unit == COUNTY_DAY ? told[i].value : told[i].fact.from;
        if (day > REGISTRY_EVER && calendar_is_day(day))
            *month = calendar_month_of_day((int32_t)day) + reason->is_next_month;
    }
    return ERR_NONE;
}

/* The month behind, or of, the day that the registry tells for the reason. */
static err month_told(acting *t, const benefit_reason *reason, int32_t *month)
{
    if (service_is_given(t->b.call, "from")) return service_month_of(t->b.call, "from", 0, month);
    TRY(benefit_month_told(&t->b, t->person_id, reason, month));
    return *month < INT32_MAX ? ERR_NONE
        : err_of(&BENEFIT_NO_MONTH, text_format(t->b.call->request, ERR_SAID("%.*s", "%.*s"), TEXT_ARG(reason->name_en), TEXT_ARG(reason->name)).bytes);
}

static err stop_one(acting *t, text benefit)
{
    int64_t changed, limit_fen = 0;
    benefit_stopping stop = { .person_id = t->person_id, .benefit = benefit };
    TRY(benefit_reason_of(&t->b, service_text_of(t->b.call, "reason", TEXT_NONE), &stop.reason));
    TRY(month_told(t, stop.reason, &stop.from_month));
    TRY(oneoff_limit_of(t->b.call, &limit_fen));
    stop.limit_fen = limit_fen;
    TRY(benefit_stop(&t->b, &t->batch, &stop, &changed));
    t->changed += changed;
    return ERR_NONE;
}

static err benefit_stop_run(service_call *call)
{
    acting t;
    TRY(begin(call, "benefit.stop", &t));
    TRY(each_benefit(&t, stop_one));
    TRY(tell_stranded(&t));
    return finish(&t);
}

/* A batch that waits with a change of this benefit: asking again changes nothing. */
err benefit_waiting(benefit_call *b, int64_t person_id, text benefit, int64_t *batch_id)
{
    oneoff_batch *batches;
    size_t count;
    *batch_id = 0;
    TRY(oneoff_batch_list(b->memory, b->items, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        oneoff_change *changes;
        size_t change_count;
        bool is_waiting = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (!is_waiting || !batches[i].change_count) continue;
        TRY(oneoff_changes(b->memory, b->items, batches[i].batch_id, &changes, &change_count));
        for (size_t k = 0; k < change_count; k++)
            if (changes[k].subject_id == person_id && text_equal(changes[k].benefit, benefit)) *batch_id = batches[i].batch_id;
    }
    return ERR_NONE;
}

static err resume_one(acting *t, text benefit)
{
    int32_t from;
    int64_t batch_id;
    TRY(service_month_of(t->b.call, "from", 0, &from));
    TRY(benefit_waiting(&t->b, t->person_id, benefit, &batch_id));
    if (batch_id) {
        service_note(t->b.call, "waits for its approval already, in batch ", "已在待审批的补扣批次中：",
                     text_format(t->b.call->request, "%lld", (long long)batch_id));
        return ERR_NONE;
    }
    return benefit_resume(&t->b, &t->batch, t->person_id, benefit, from);
}

static err benefit_resume_run(service_call *call)
{
    acting t;
    TRY(begin(call, "benefit.resume", &t));
    TRY(each_benefit(&t, resume_one));
    return finish(&t);
}

static err settle_one(acting *t, text benefit)
{
    registry_benefit *facts;
    size_t count;
    const benefit_reason *reason = NULL;
    benefit_settling s = { .person_id = t->person_id, .benefit = benefit, .way = ONEOFF_WAY_REPAID };
    TRY(benefit_facts(t->b.office, t->person_id, benefit, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        const benefit_reason *one = NULL;
        if (facts[i].state != REGISTRY_PAYING) TRY(benefit_reason_known(&t->b, facts[i].reason, &one));
        if (one) reason = one;
    }
    s.reason = reason ? reason->reason : TEXT(BENEFIT_UNPAID);
    if (reason) s.way = reason->way;
    return benefit_settle(&t->b, &t->batch, &s);
}

static err benefit_settle_run(service_call *call)
{
    acting t;
    TRY(begin(call, "benefit.settle", &t));
    TRY(each_benefit(&t, settle_one));
    return finish(&t);
}

static const char *const STOP_EXAMPLES[] = { "doudi benefit stop 1024 --reason death --as zhangwei",
                                             "doudi benefit stop 1024 --reason prison --from 2026-08 --limit 500 --as zhangwei", NULL };
static const char *const RESUME_EXAMPLES[] = { "doudi benefit resume 1024 --from 2026-12 --as zhangwei", NULL };
static const char *const SETTLE_EXAMPLES[] = { "doudi benefit settle 1024 --as zhangwei", NULL };

const service_op BENEFIT_STOP_OP = {
    .name = "benefit.stop",
    .summary = "Suspend or end a person's benefit, and propose to recover what was overpaid",
    .summary_zh = "暂停或停止一个人的待遇，并提出追回多发部分",
    .law = "《社会保险经办条例》第二十五条、第四十六条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.stop",
    .input = STOP_INPUT,
    .input_count = ARRAY_COUNT(STOP_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = STOP_EXAMPLES,
    .run = benefit_stop_run,
};
const service_op BENEFIT_RESUME_OP = {
    .name = "benefit.resume",
    .summary = "Propose to pay a suspended benefit again, with what was withheld where it is made good",
    .summary_zh = "提出恢复发放已暂停的待遇，按规定补发暂停期间的待遇",
    .law = "《社会保险经办条例》第二十六条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.resume",
    .input = RESUME_INPUT,
    .input_count = ARRAY_COUNT(RESUME_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = RESUME_EXAMPLES,
    .run = benefit_resume_run,
};
const service_op BENEFIT_SETTLE_OP = {
    .name = "benefit.settle",
    .summary = "Hold what was due against what was paid again, and propose what is still missing",
    .summary_zh = "重新核对应发与实发，对尚未列出的差额提出补发或追回",
    .law = "《社会保险经办条例》第四十六条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.settle",
    .input = SETTLE_INPUT,
    .input_count = ARRAY_COUNT(SETTLE_INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = SETTLE_EXAMPLES,
    .run = benefit_settle_run,
};
