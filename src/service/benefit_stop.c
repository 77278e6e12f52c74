/* doudi benefit stop, resume, settle: a benefit is suspended, ended or paid again, person by person. */
#include "calendar/calendar.h"
#include "service/benefit.h"
#include "service/operations.h"
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

/* Months withheld before the stop whose reason makes them good: their span, and whether there are any. */
static err good_months(benefit_call *b, const registry_benefit *facts, size_t count, int32_t until, int32_t *from,
                       int32_t *to)
{
    *from = *to = until;
    for (size_t i = count; i-- > 0;) {
        const benefit_reason *reason;
        if (facts[i].fact.from >= *from) continue;
        if (facts[i].state != REGISTRY_SUSPENDED) return ERR_NONE;
        TRY(benefit_reason_known(b, facts[i].reason, &reason));
        if (!reason || !reason->is_made_good || facts[i].fact.until < *from) return ERR_NONE;
        *from = (int32_t)facts[i].fact.from;
    }
    return ERR_NONE;
}

err benefit_stop(benefit_call *b, benefit_batch *batch, const benefit_stopping *stop, int64_t *changed)
{
    registry_benefit *facts;
    size_t count;
    const benefit_reason *reason = stop->reason;
    benefit_settling s = { .person_id = stop->person_id, .benefit = stop->benefit, .reason = reason->reason,
                           .way = reason->way, .limit_fen = stop->limit_fen };
    benefit_change change = { .person_id = stop->person_id, .benefit = stop->benefit, .state = reason->state,
                              .from_month = stop->from_month, .until_month = REGISTRY_OPEN, .reason = reason->reason };
    *changed = 0;
    TRY(benefit_facts(b->office, stop->person_id, stop->benefit, &facts, &count));
    bool is_end = reason->state == REGISTRY_STOPPED, has_months = false;
    for (size_t i = 0; i < count; i++) {
        has_months |= facts[i].fact.until > stop->from_month;
        /* What has stopped stays as it stopped, unless it must stop earlier. */
        if (facts[i].state == REGISTRY_STOPPED && facts[i].fact.until == REGISTRY_OPEN &&
            change.until_month > facts[i].fact.from)
            change.until_month = (int32_t)facts[i].fact.from;
    }
    if (!has_months) return err_of(&BENEFIT_NONE, text_cstr(b->call->request, stop->benefit));
    if (is_end) TRY(good_months(b, facts, count, stop->from_month, &s.good_from, &s.good_until));
    if (change.from_month < change.until_month) TRY(benefit_state_say(b->office, &change, changed));
    TRY(benefit_settle(b, batch, &s));
    if (s.good_from >= s.good_until || !*changed) return ERR_NONE;
    benefit_change good = { .person_id = stop->person_id, .benefit = stop->benefit, .state = REGISTRY_ENTITLED,
                            .from_month = s.good_from, .until_month = s.good_until, .reason = reason->reason };
    return benefit_propose_change(b, batch, &good);
}

/* ---- resuming ---- */

static const registry_benefit *fact_in(const registry_benefit *facts, size_t count, int32_t month)
{
    for (size_t i = 0; i < count; i++)
        if (facts[i].fact.from <= month && month < facts[i].fact.until) return &facts[i];
    return NULL;
}

/* A suspension reaches over all the pieces the benefit lay in when it began: not only to the end of one. */
static int32_t suspended_until(const registry_benefit *facts, size_t count, const registry_benefit *now)
{
    int64_t until = now->fact.until;
    for (size_t i = 0; i < count; i++) {
        bool goes_on = facts[i].fact.from == until && facts[i].state == REGISTRY_SUSPENDED && facts[i].reason == now->reason;
        if (!goes_on) continue;
        until = facts[i].fact.until;
        i = (size_t)-1; /* they stand in no order */
    }
    return (int32_t)until;
}

err benefit_resume(benefit_call *b, benefit_batch *batch, int64_t person_id, text benefit, int32_t from_month)
{
    registry_benefit *facts;
    size_t count;
    const benefit_reason *reason;
    benefit_settling s = { .person_id = person_id, .benefit = benefit };
    TRY(benefit_facts(b->office, person_id, benefit, &facts, &count));
    const registry_benefit *now = fact_in(facts, count, from_month);
    if (!now || now->state != REGISTRY_SUSPENDED)
        return err_of(&BENEFIT_NOT_SUSPENDED, text_cstr(b->call->request, benefit));
    TRY(benefit_reason_known(b, now->reason, &reason));
    if (reason) s.reason = reason->reason;
    benefit_change again = { .person_id = person_id, .benefit = benefit, .state = REGISTRY_PAYING,
                             .from_month = from_month, .until_month = suspended_until(facts, count, now),
                             .reason = s.reason };
    s.good_from = s.good_until = from_month;
    if (reason && reason->is_made_good) TRY(good_months(b, facts, count, from_month, &s.good_from, &s.good_until));
    /* Months from then on whose run is made already are due too, and no run will pay them. */
    int32_t last = benefit_last_run(b, benefit);
    if (last >= s.good_until) s.good_until = last + 1;
    TRY(benefit_settle(b, batch, &s));
    if (s.good_from < from_month) {
        benefit_change good = { .person_id = person_id, .benefit = benefit, .state = REGISTRY_ENTITLED,
                                .from_month = s.good_from, .until_month = from_month, .reason = s.reason };
        TRY(benefit_propose_change(b, batch, &good));
    }
    return benefit_propose_change(b, batch, &again);
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

/* The month behind, or of, the day that the registry tells for the reason. */
static err month_told(acting *t, const benefit_reason *reason, int32_t *month)
{
    registry_record record;
    text said = service_text_of(t->b.call, "from", TEXT_NONE);
    int64_t word;
    if (said.size_bytes) return service_month_of(t->b.call, "from", 0, month);
    TRY(registry_word_find(t->b.office->people, reason->told_by, &word));
    TRY(registry_record_read(t->b.memory, t->b.office->people, t->person_id, REGISTRY_NOW, &record));
    const registry_attribute *told = record.facts[REGISTRY_ATTRIBUTE];
    for (size_t i = 0; i < record.count[REGISTRY_ATTRIBUTE]; i++) {
        if (!word || told[i].name != word || !told[i].value) continue;
        /* An attribute that is a day tells it; another holds since it holds. */
        const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, reason->told_by);
        int64_t day = row && row->unit == COUNTY_DAY ? told[i].value : told[i].fact.from;
        if (day <= REGISTRY_EVER || !calendar_is_day(day)) continue;
        *month = calendar_month_of_day((int32_t)day) + reason->is_next_month;
        return ERR_NONE;
    }
    return err_of(&BENEFIT_NO_MONTH, text_cstr(t->b.call->request, t->b.call->is_chinese ? reason->name : reason->name_en));
}

static err stop_one(acting *t, text benefit)
{
    int64_t changed, limit_fen = 0;
    benefit_stopping stop = { .person_id = t->person_id, .benefit = benefit };
    TRY(benefit_reason_of(&t->b, service_text_of(t->b.call, "reason", TEXT_NONE), &stop.reason));
    TRY(month_told(t, stop.reason, &stop.from_month));
    if (service_is_given(t->b.call, "limit"))
        TRY(service_fen_of(t->b.call->request, service_text_of(t->b.call, "limit", TEXT_NONE), &limit_fen));
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
    return finish(&t);
}

/* A batch that waits with a change of this benefit: asking again changes nothing. */
static err waiting(acting *t, text benefit, int64_t *batch_id)
{
    benefit_call *b = &t->b;
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
            if (changes[k].subject_id == t->person_id && text_equal(changes[k].benefit, benefit)) *batch_id = batches[i].batch_id;
    }
    return ERR_NONE;
}

static err resume_one(acting *t, text benefit)
{
    int32_t from;
    int64_t batch_id;
    TRY(service_month_of(t->b.call, "from", 0, &from));
    TRY(waiting(t, benefit, &batch_id));
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
