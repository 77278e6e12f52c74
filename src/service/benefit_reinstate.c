/* doudi benefit reinstate: a stop or suspension that was wrong is taken back, as if it had not been. */
#include "service/benefit.h"
#include "service/operations.h"
#include "service/record_rows.h"

const err_kind BENEFIT_NOT_STOPPED = {
    "benefit.not_stopped", ERR_CONFLICT,
    "The benefit {} is neither stopped nor suspended in that month, or was so from the first; nothing is there to take back.",
    "待遇“{}”在该月并未停发或暂停，或自始即为停发，无可撤销。"
};
const err_kind BENEFIT_STILL_TOLD = {
    "benefit.still_told", ERR_CONFLICT,
    "The registry still tells what stopped it ({}); correct that first (doudi county import --what attributes), or say --until.",
    "登记信息中仍有停发依据（{}）：请先更正（doudi county import --what attributes），或用 --until 指明从哪个月起仍应停发。"
};
const err_kind BENEFIT_WAITS = {
    "benefit.waits", ERR_CONFLICT,
    "Batch {} with items or changes of this benefit waits; approve or refuse it first.",
    "补扣批次 {} 含此项待遇的项目或变更，尚未办结：请先审批或退回。"
};

/* ---- what stood before ---- */

static const registry_benefit *fact_in(const registry_benefit *facts, size_t count, int32_t month)
{
    for (size_t i = 0; i < count; i++)
        if (facts[i].fact.from <= month && month < facts[i].fact.until) return &facts[i];
    return NULL;
}

static bool is_alike(const registry_benefit *a, const registry_benefit *b)
{
    return a->state == b->state && a->reason == b->reason;
}

static err facts_as_of(benefit_call *b, const registry_benefit *now, int64_t known_ms, registry_benefit **facts, size_t *count)
{
    registry_record record;
    TRY(registry_record_read(b->memory, b->office->people, now->fact.subject_id, known_ms, &record));
    const registry_benefit *all = record.facts[REGISTRY_BENEFIT];
    *facts = ARENA_ARRAY(b->memory, registry_benefit, record.count[REGISTRY_BENEFIT] + 1);
    *count = 0;
    for (size_t i = 0; i < record.count[REGISTRY_BENEFIT]; i++)
        if (all[i].benefit == now->benefit) (*facts)[(*count)++] = all[i];
    return ERR_NONE;
}

/* When the stop that stands now was said first. Stops may lie upon each other (dead while suspended), and one that was
 * taken back brings the one below it to light again: that is no new one. */
static err first_said(benefit_call *b, const registry_benefit *now, int32_t month, int64_t *said_ms)
{
    registry_record history;
    size_t depth = 0;
    TRY(registry_history_read(b->memory, b->office->people, now->fact.subject_id, &history));
    const registry_benefit *all = history.facts[REGISTRY_BENEFIT];
    const registry_benefit **stops = ARENA_ARRAY(b->memory, const registry_benefit *, history.count[REGISTRY_BENEFIT] + 1);
    *said_ms = now->fact.known_from_ms;
    for (size_t i = 0; i < history.count[REGISTRY_BENEFIT]; i++) {
        bool is_of_month = all[i].benefit == now->benefit && all[i].fact.from <= month && month < all[i].fact.until;
        size_t at = 0;
        if (!is_of_month) continue;
        if (all[i].state == REGISTRY_PAYING || all[i].state == REGISTRY_ENTITLED) {
            depth = 0;
            continue;
        }
        while (at < depth && !is_alike(stops[at], &all[i])) at++;
        if (at == depth) stops[at] = &all[i];
        depth = at + 1;
    }
    if (depth) *said_ms = stops[depth - 1]->fact.known_from_ms;
    return ERR_NONE;
}

/* As the registry knew it before the stop was said, and when that was. */
static err before_stop(benefit_call *b, text benefit, const registry_benefit *now, int32_t month, registry_benefit **facts,
                       size_t *count, int64_t *said_ms)
{
    TRY(first_said(b, now, month, said_ms));
    TRY(facts_as_of(b, now, *said_ms - 1, facts, count));
    return fact_in(*facts, *count, month) ? ERR_NONE : err_of(&BENEFIT_NOT_STOPPED, text_cstr(b->call->request, benefit));
}

/* ---- taking it back ---- */

static err may(benefit_call *b, const benefit_reinstating *r, const benefit_reason *reason)
{
    oneoff_standing *items;
    size_t count;
    int32_t told;
    int64_t batch_id;
    TRY(benefit_waiting(b, r->person_id, r->benefit, &batch_id));
    TRY(oneoff_of_subject(b->memory, b->items, r->person_id, &items, &count));
    for (size_t i = 0; i < count && !batch_id; i++)
        if (items[i].state == ONEOFF_STATE_PROPOSED && text_equal(items[i].item.benefit, r->benefit)) batch_id = items[i].batch_id;
    if (batch_id) return err_of(&BENEFIT_WAITS, text_format(b->call->request, "%lld", (long long)batch_id).bytes);
    if (!reason || !reason->told_by.size_bytes) return ERR_NONE;
    TRY(benefit_month_told(b, r->person_id, reason, &told));
    return r->until_month <= told || told == INT32_MAX
        ? ERR_NONE : err_of(&BENEFIT_STILL_TOLD, county_word_detail(b->call->request, reason->told_by));
}

static err propose_piece(benefit_call *b, benefit_batch *batch, const benefit_reinstating *r, registry_benefit_state state,
                         int32_t from, int32_t until, text reason)
{
    benefit_change change = { .person_id = r->person_id, .benefit = r->benefit, .state = state, .from_month = from,
                              .until_month = until, .reason = reason };
    return from < until ? benefit_propose_change(b, batch, &change) : ERR_NONE;
}

typedef struct {
    benefit_call *b;
    const benefit_reinstating *r;
    const registry_benefit *now;
    bool is_whole;
    int32_t paid_from, unpaid_until; /* by runs; and how far no run will pay */
} taking_back;

/* Due again; of who is stopped after all also what was withheld before for want of a proof, as at any end. */
static err is_due_again(const taking_back *t, const registry_benefit *then, bool *is_due)
{
    const benefit_reason *reason;
    *is_due = then->state == REGISTRY_PAYING || then->state == REGISTRY_ENTITLED;
    if (*is_due || t->is_whole || then->state != REGISTRY_SUSPENDED || t->now->state != REGISTRY_STOPPED) return ERR_NONE;
    TRY(benefit_reason_known(t->b, then->reason, &reason));
    *is_due = reason && reason->is_made_good;
    return ERR_NONE;
}

/* One piece of before: what was due is due again, paid by runs from a month on; what was not, is as it was. */
static err restore(const taking_back *t, benefit_batch *batch, const registry_benefit *then, benefit_span span)
{
    text reason = TEXT_NONE, undone = TEXT("reinstated");
    bool is_due;
    int32_t cut = span.until < t->paid_from ? span.until : t->paid_from;
    if (cut < span.from) cut = span.from;
    TRY(is_due_again(t, then, &is_due));
    if (then->reason) TRY(county_word_text(t->b->office, then->reason, &reason));
    if (!is_due) return propose_piece(t->b, batch, t->r, then->state, span.from, span.until, reason);
    TRY(propose_piece(t->b, batch, t->r, REGISTRY_ENTITLED, span.from, cut, undone));
    return propose_piece(t->b, batch, t->r, REGISTRY_PAYING, cut, span.until, undone);
}

typedef struct {
    const registry_benefit *then;
    benefit_span span;
} piece;

/* What stood before over all that this stop has said. */
static void add_pieces(arena *a, const registry_benefit *fact, const registry_benefit *before, size_t count, int32_t until,
                       piece **pieces, size_t *piece_count, size_t *capacity)
{
    for (size_t i = 0; i < count; i++) {
        piece one = { &before[i], { (int32_t)before[i].fact.from, (int32_t)before[i].fact.until } };
        if (one.span.from < fact->fact.from) one.span.from = (int32_t)fact->fact.from;
        if (one.span.until > fact->fact.until) one.span.until = (int32_t)fact->fact.until;
        if (one.span.until > until) one.span.until = until;
        if (one.span.from < one.span.until) ARENA_PUSH(a, *pieces, *piece_count, *capacity, one);
    }
}

static err take_back(const taking_back *t, benefit_batch *batch, text undone, const piece *pieces, size_t count)
{
    benefit_span *good = ARENA_ARRAY(t->b->memory, benefit_span, count + 1);
    benefit_settling s = { .person_id = t->r->person_id, .benefit = t->r->benefit, .reason = TEXT("reinstated"),
                           .way = ONEOFF_WAY_REPAID, .good = good, .undone = undone };
    for (size_t i = 0; i < count; i++) {
        bool is_due;
        TRY(is_due_again(t, pieces[i].then, &is_due));
        good[s.good_count] = pieces[i].span;
        if (good[s.good_count].until > t->unpaid_until) good[s.good_count].until = t->unpaid_until;
        s.good_count += is_due && good[s.good_count].from < good[s.good_count].until;
    }
    TRY(benefit_settle(t->b, batch, &s));
    for (size_t i = 0; i < count; i++) TRY(restore(t, batch, pieces[i].then, pieces[i].span));
    return ERR_NONE;
}

err benefit_reinstate(benefit_call *b, benefit_batch *batch, const benefit_reinstating *r)
{
    registry_benefit *facts, *before;
    piece *pieces = NULL;
    size_t count, before_count, piece_count = 0, capacity = 0;
    int64_t said_ms;
    const benefit_reason *reason;
    taking_back t = { .b = b, .r = r, .is_whole = r->until_month == REGISTRY_OPEN };
    int32_t month = t.is_whole ? r->from_month : r->until_month;
    t.paid_from = month;
    t.unpaid_until = t.is_whole ? benefit_unpaid_until(b, r->benefit, month) : month;
    TRY(benefit_facts(b->office, r->person_id, r->benefit, &facts, &count));
    if (!count) return err_of(&BENEFIT_NONE, text_cstr(b->call->request, r->benefit));
    t.now = fact_in(facts, count, month);
    if (!t.now || (t.now->state != REGISTRY_SUSPENDED && t.now->state != REGISTRY_STOPPED))
        return err_of(&BENEFIT_NOT_STOPPED, text_cstr(b->call->request, r->benefit));
    TRY(benefit_reason_known(b, t.now->reason, &reason));
    TRY(may(b, r, reason));
    TRY(before_stop(b, r->benefit, t.now, month, &before, &before_count, &said_ms));
    for (size_t i = 0; i < count; i++)
        if (is_alike(&facts[i], t.now) && facts[i].fact.known_from_ms >= said_ms)
            add_pieces(b->memory, &facts[i], before, before_count, r->until_month, &pieces, &piece_count, &capacity);
    return take_back(&t, batch, reason ? reason->reason : TEXT_NONE, pieces, piece_count);
}

/* ---- the operation ---- */

static const service_field INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "the first month paid by a run again: the stop was wrong altogether", .summary_zh = "从哪个月起恢复按月发放（整个停发有误）" },
    { .name = "until", .type = SERVICE_TEXT, .shows = "YYYY-MM",
      .summary = "the first month not due after all: it was stopped too early (instead of --from)",
      .summary_zh = "从哪个月起仍应停发（停早了；与 --from 二选一）" },
    { .name = "benefit", .type = SERVICE_NAME, .shows = "BENEFIT",
      .summary = "which benefit: employee_pension, resident_pension ... (default: every one there is)",
      .summary_zh = "哪一项待遇：employee_pension、resident_pension 等（默认此人的各项）" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "to_change", .type = SERVICE_COUNT, .summary = "changes of benefits when approved", .summary_zh = "审批后的待遇变更" },
    { .name = "to_close", .type = SERVICE_COUNT, .summary = "items cancelled when approved", .summary_zh = "审批后取消的项目" },
    BENEFIT_BATCH_OUTPUT,
};
const err_kind BENEFIT_FROM_OR_UNTIL = {
    "benefit.from_or_until", ERR_BAD_INPUT, "Say either --from or --until{}.", "--from 与 --until 须且只须给出一个{}。"
};

static err reinstate_all(benefit_call *b, benefit_batch *batch, benefit_reinstating *r)
{
    text said = service_text_of(b->call, "benefit", TEXT_NONE);
    bool is_met = false;
    err last = err_of(&BENEFIT_NONE, "-");
    r->benefit = said;
    if (said.size_bytes) return benefit_reinstate(b, batch, r);
    for (size_t i = 0; i < b->table.count; i++) {
        r->benefit = b->table.rows[i].benefit;
        if (benefit_row(b, r->benefit) != &b->table.rows[i]) continue; /* met before */
        err e = benefit_reinstate(b, batch, r);
        if (e.kind == &BENEFIT_NONE) continue;
        if (e.kind != &BENEFIT_NOT_STOPPED) TRY(e);
        is_met |= !e.kind;
        last = e;
    }
    return is_met ? ERR_NONE : last;
}

static err benefit_reinstate_run(service_call *call)
{
    benefit_call b;
    benefit_batch batch = { .purpose = TEXT("benefit.reinstate") };
    benefit_reinstating r = { .person_id = 0 };
    if (service_is_given(call, "from") == service_is_given(call, "until")) return err_of(&BENEFIT_FROM_OR_UNTIL, "");
    TRY(benefit_begin(call, COUNTY_WRITE, &b));
    TRY(record_find_person(b.office, service_text_of(call, "who", TEXT_NONE), &r.person_id));
    TRY(service_month_of(call, "from", 0, &r.from_month));
    TRY(service_month_of(call, "until", REGISTRY_OPEN, &r.until_month));
    TRY(reinstate_all(&b, &batch, &r));
    TRY(benefit_batch_end(&b, &batch));
    TRY(store_commit(b.office->db));
    service_put_count(call->request, call->reply, "person", r.person_id);
    service_put_count(call->request, call->reply, "to_change", (int64_t)batch.change_count);
    service_put_count(call->request, call->reply, "to_close", (int64_t)batch.closing_count);
    benefit_put_batch(&b, &batch);
    return ERR_NONE;
}

static const char *const EXAMPLES[] = { "doudi benefit reinstate 1024 --from 2027-02 --why 误报死亡 --as zhangwei",
                                        "doudi benefit reinstate 1024 --until 2026-12 --why 死亡日期更正 --as zhangwei", NULL };

const service_op BENEFIT_REINSTATE_OP = {
    .name = "benefit.reinstate",
    .summary = "Propose to take back a stop or suspension that was wrong, as if it had not been",
    .summary_zh = "提出撤销有误的停发或暂停，按未曾停发处理",
    .law = "《社会保险经办条例》第四十六条",
    .kind = SERVICE_WRITE,
    .permission = "benefit.reinstate",
    .input = INPUT,
    .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT,
    .output_count = ARRAY_COUNT(OUTPUT),
    .examples = EXAMPLES,
    .run = benefit_reinstate_run,
};
