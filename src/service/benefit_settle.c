/* Due against paid, and the one-off items that make up the difference. */
#include <string.h>

#include "service/benefit.h"
#include "service/revise.h"

/* ---- what items of before cover ---- */

typedef struct {
    oneoff_standing item;
    oneoff_line *lines;
    size_t line_count;
    bool is_closed; /* only what was settled of it counts: it is cancelled, or will be */
} covered;

typedef struct {
    benefit_call *b;
    const benefit_settling *s;
    benefit_batch *batch;
    revision_reader *revisions;
    registry_benefit *facts;
    size_t fact_count;
    benefit_paid *paid;
    size_t paid_count;
    covered *before;
    size_t before_count;
    oneoff_line *owed, *over; /* gathered, by month */
    size_t owed_count, owed_capacity, over_count, over_capacity;
} settling;

static err read_before(settling *t)
{
    benefit_call *b = t->b;
    oneoff_standing *items;
    size_t count;
    TRY(oneoff_of_subject(b->memory, b->items, t->s->person_id, &items, &count));
    t->before = ARENA_ARRAY(b->memory, covered, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool is_fit = text_equal(items[i].item.benefit, t->s->benefit) && items[i].item.kind != ONEOFF_REFUND &&
                      items[i].item.kind != ONEOFF_LUMP_SUM;
        if (!is_fit) continue;
        covered *c = &t->before[t->before_count++];
        *c = (covered){ .item = items[i], .is_closed = items[i].state == ONEOFF_STATE_CANCELLED };
        TRY(oneoff_lines(b->memory, b->items, t->s->person_id, items[i].item_id, &c->lines, &c->line_count));
    }
    return ERR_NONE;
}

/* Of one month: what an item asks for, or with `settled` what of it has gone through. What was written off
 * stays asked for: it is not owed twice. */
static int64_t in_month(const settling *t, const covered *c, int32_t month, bool settled)
{
    oneoff_line *some = ARENA_ARRAY(t->b->memory, oneoff_line, c->line_count + 1);
    int64_t fen = 0;
    bool is_settled = settled || c->is_closed;
    size_t count = oneoff_share(c->lines, c->line_count, 0, is_settled ? c->item.settled_fen : c->item.amount_fen, some);
    for (size_t i = 0; i < count; i++)
        if (some[i].month == month) fen += some[i].fen;
    return fen;
}

/* ---- a month ---- */

static const benefit_paid *paid_in(const settling *t, int32_t month)
{
    for (size_t i = 0; i < t->paid_count; i++)
        if (t->paid[i].month == month) return &t->paid[i];
    return NULL;
}

/* Of lines that stand for the month in full, those behind the first `covered_fen`. */
static void gather(settling *t, const oneoff_line *lines, size_t count, int64_t covered_fen, int64_t fen, bool is_owed)
{
    arena *a = t->b->memory;
    oneoff_line *some = ARENA_ARRAY(a, oneoff_line, count + 1);
    size_t made = oneoff_share(lines, count, covered_fen, fen, some);
    for (size_t i = 0; i < made; i++) {
        if (is_owed) ARENA_PUSH(a, t->owed, t->owed_count, t->owed_capacity, some[i]);
        else ARENA_PUSH(a, t->over, t->over_count, t->over_capacity, some[i]);
    }
}

/* What was paid of a month, less what is being recovered, above what is due of it. Nothing is due: from the first line
 * on; else what was paid last is too much. */
static void settle_over(settling *t, int32_t month, int64_t due_fen)
{
    const benefit_paid *paid = paid_in(t, month);
    oneoff_line lines[PAYMENT_PARTS_MAX + 2];
    size_t count = 0;
    int64_t arrears = 0, recovered = 0;
    for (size_t i = 0; i < t->before_count; i++) {
        const covered *c = &t->before[i];
        if (c->item.item.kind == ONEOFF_ARREARS) arrears += in_month(t, c, month, true);
        else recovered += in_month(t, c, month, false);
    }
    if (paid) {
        memcpy(lines, paid->lines, paid->line_count * sizeof *lines);
        count = paid->line_count;
        if (paid->pending_run && !due_fen) t->batch->pending_run = paid->pending_run;
    }
    if (arrears) lines[count++] = (oneoff_line){ .month = month, .paid_month = month, .fen = arrears };
    int64_t over = (paid ? paid->fen : 0) + arrears - recovered - due_fen;
    if (over > 0) gather(t, lines, count, recovered + due_fen, over, false);
}

/* A month in full by its award and what batches made of it since, or undivided. */
static err month_in_full(settling *t, const registry_benefit *fact, int32_t month, oneoff_line *lines, size_t *count,
                         int64_t *fen)
{
    benefit_call *b = t->b;
    revise_division of;
    *count = 0;
    TRY(revise_divide_month(b->memory, b->decisions, t->revisions, t->s->benefit, fact, month, &of, fen));
    for (size_t k = 0; k < of.part_count; k++)
        if (of.parts[k].fen > 0)
            lines[(*count)++] = (oneoff_line){ .month = month, .part = of.parts[k].name, .fen = of.parts[k].fen,
                                               .is_account = of.parts[k].is_account };
    if (*count || *fen <= 0) return ERR_NONE;
    lines[(*count)++] = (oneoff_line){ .month = month, .fen = *fen };
    return ERR_NONE;
}

/* A month that was withheld and is made good: what of it no run and no item has paid. Of what batches say of the
 * month their own items cover what they cover; the rest comes with this one. */
static err settle_due(settling *t, const registry_benefit *fact, int32_t month)
{
    const benefit_paid *paid = paid_in(t, month);
    oneoff_line lines[REVISE_PARTS_MAX + 1];
    size_t count;
    int64_t covered_fen = paid ? paid->drafted_fen : 0, due_fen;
    for (size_t i = 0; i < t->before_count; i++) {
        const covered *c = &t->before[i];
        int64_t fen = in_month(t, c, month, false);
        covered_fen += c->item.item.kind == ONEOFF_ARREARS ? fen : -fen;
    }
    TRY(month_in_full(t, fact, month, lines, &count, &due_fen));
    if (covered_fen < 0) covered_fen = 0;
    if (covered_fen < due_fen) gather(t, lines, count, covered_fen, due_fen - covered_fen, true);
    else settle_over(t, month, due_fen);
    return ERR_NONE;
}

/* Whether a stop asked back what the month's run had paid: where the benefit was resumed over the month since, it is
 * due again, and no run will pay it. */
static bool is_taken_back(const settling *t, int32_t month)
{
    for (size_t i = 0; i < t->before_count; i++) {
        const covered *c = &t->before[i];
        if (c->item.item.kind != ONEOFF_RECOVERY || !in_month(t, c, month, false)) continue;
        for (size_t r = 0; r < t->b->reason_count; r++)
            if (text_equal(t->b->reasons[r].reason, c->item.item.reason)) return true;
    }
    return false;
}

static bool had_its_run(const settling *t, int32_t month)
{
    return (t->s->closed_from <= month && month < t->s->closed_until) || benefit_has_run(t->b, t->s->benefit, month);
}

/* Months that are paid, of which their run knew nothing: resumed since, or without an account then; and closed ones
 * that no run was drafted for. */
static err settle_paying(settling *t, const registry_benefit *fact)
{
    int32_t last = benefit_last_run(t->b, t->s->benefit);
    if (t->s->closed_from < t->s->closed_until && last < t->s->closed_until - 1) last = t->s->closed_until - 1;
    for (int32_t month = (int32_t)fact->fact.from; month < fact->fact.until && month <= last; month++)
        if (had_its_run(t, month) && (!paid_in(t, month) || is_taken_back(t, month))) TRY(settle_due(t, fact, month));
    return ERR_NONE;
}

static bool is_good(const settling *t, int32_t month)
{
    for (size_t i = 0; i < t->s->good_count; i++)
        if (t->s->good[i].from <= month && month < t->s->good[i].until) return true;
    return false;
}

static err settle_fact(settling *t, const registry_benefit *fact)
{
    int32_t last = INT32_MIN;
    for (size_t i = 0; i < t->paid_count; i++)
        if (t->paid[i].month > last) last = t->paid[i].month;
    for (size_t i = 0; i < t->before_count; i++)
        if (t->before[i].item.until_month - 1 > last) last = t->before[i].item.until_month - 1;
    for (size_t i = 0; i < t->s->good_count; i++)
        if (t->s->good[i].until - 1 > last) last = t->s->good[i].until - 1;
    for (int32_t month = (int32_t)fact->fact.from; month < fact->fact.until; month++) {
        bool is_due = fact->state == REGISTRY_ENTITLED || is_good(t, month);
        /* An open end: behind the last month paid there is nothing to take back, and nothing withheld. */
        if (month > last && !(is_due && fact->fact.until < REGISTRY_OPEN)) break;
        if (is_due) TRY(settle_due(t, fact, month));
        else settle_over(t, month, 0);
    }
    return ERR_NONE;
}

/* ---- what must not be carried out any more ---- */

/* Suspended or stopped, and not to be made good. */
static bool is_withheld(const settling *t, int32_t month)
{
    for (size_t i = 0; i < t->fact_count; i++)
        if (t->facts[i].fact.from <= month && month < t->facts[i].fact.until)
            return (t->facts[i].state == REGISTRY_SUSPENDED || t->facts[i].state == REGISTRY_STOPPED) && !is_good(t, month);
    return false;
}

static bool is_wrong_now(const settling *t, const covered *c)
{
    bool is_arrears = c->item.item.kind == ONEOFF_ARREARS;
    bool is_undone = t->s->undone.size_bytes && text_equal(c->item.item.reason, t->s->undone);
    if (!is_arrears && !is_undone) return false;
    for (size_t i = 0; i < c->line_count; i++)
        if (is_arrears ? !is_withheld(t, c->lines[i].month) : !is_good(t, c->lines[i].month)) return false;
    return true;
}

static err read_closings(benefit_call *b)
{
    oneoff_batch *batches;
    size_t count, capacity = 0;
    if (b->has_closings) return ERR_NONE;
    b->has_closings = true;
    TRY(oneoff_batch_list(b->office->memory, b->items, ONEOFF_NONE, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        oneoff_closing *closings;
        size_t closing_count;
        bool waits = batches[i].state == ONEOFF_PROPOSED || batches[i].state == ONEOFF_REVIEWED;
        if (!waits || !batches[i].closing_count) continue;
        TRY(oneoff_closings(b->office->memory, b->items, batches[i].batch_id, &closings, &closing_count));
        for (size_t k = 0; k < closing_count; k++)
            ARENA_PUSH(b->office->memory, b->closings, b->closing_count, capacity, closings[k]);
    }
    return ERR_NONE;
}

static bool waits_to_be_closed(const benefit_call *b, const covered *c)
{
    for (size_t i = 0; i < b->closing_count; i++)
        if (b->closings[i].subject_id == c->item.item.subject_id && b->closings[i].item_id == c->item.item_id) return true;
    return false;
}

static err need_batch(settling *t)
{
    oneoff_act first = { .actor_id = t->b->office->actor_id, .known_ms = t->b->office->now_ms, .key = t->batch->key,
                         .why = service_text_of(t->b->call, "why", text_of(t->b->call->op->name)) };
    return t->batch->batch_id ? ERR_NONE
                              : oneoff_batch_begin(t->b->items, &first, t->batch->purpose, &t->batch->batch_id, NULL);
}

static err close_wrong(settling *t)
{
    benefit_call *b = t->b;
    oneoff_act act = { .actor_id = b->office->actor_id, .known_ms = b->office->now_ms,
                       .why = service_text_of(b->call, "why", text_of(b->call->op->name)) };
    for (size_t i = 0; i < t->before_count; i++) {
        covered *c = &t->before[i];
        bool is_free = c->item.state == ONEOFF_STATE_APPROVED && c->item.remaining_fen && !c->item.run_id;
        if (!is_free || !is_wrong_now(t, c)) continue;
        TRY(read_closings(b));
        c->is_closed = true;
        if (waits_to_be_closed(b, c)) continue;
        oneoff_closing closing = { .subject_id = t->s->person_id, .item_id = c->item.item_id, .as = ONEOFF_STATE_CANCELLED,
                                   .reason = t->s->reason };
        TRY(need_batch(t));
        TRY(oneoff_propose_closing(b->items, &act, t->batch->batch_id, &closing));
        t->batch->closing_count++;
    }
    return ERR_NONE;
}

/* ---- items ---- */

static err propose(settling *t, oneoff_kind kind, const oneoff_line *lines, size_t count)
{
    benefit_call *b = t->b;
    const payrun_row *row = benefit_row(b, t->s->benefit);
    int64_t id;
    if (!count) return ERR_NONE;
    if (!row) return err_of(&PAYRUN_UNKNOWN_KIND, text_cstr(b->call->request, t->s->benefit));
    oneoff_item item = { .subject_id = t->s->person_id, .kind = kind, .fund = row->fund, .benefit = t->s->benefit,
                         .reason = t->s->reason, .lines = lines, .line_count = count,
                         .way = kind == ONEOFF_RECOVERY ? t->s->way : ONEOFF_WAY_OPEN,
                         .limit_fen = kind == ONEOFF_RECOVERY ? t->s->limit_fen : 0 };
    oneoff_act act = { .actor_id = b->office->actor_id, .known_ms = b->office->now_ms,
                       .why = service_text_of(b->call, "why", text_of(b->call->op->name)) };
    TRY(need_batch(t));
    TRY(oneoff_propose(b->items, &act, t->batch->batch_id, eventlog_bucket_of(item.subject_id), &item, 1, &id));
    for (size_t i = 0; i < count; i++)
        *(kind == ONEOFF_RECOVERY ? &t->batch->recovery_fen : &t->batch->arrears_fen) += lines[i].fen;
    t->batch->item_count++;
    return ERR_NONE;
}

err benefit_settle(benefit_call *b, benefit_batch *batch, const benefit_settling *s)
{
    settling t = { .b = b, .s = s, .batch = batch };
    size_t items_before = batch->item_count + batch->closing_count;
    revision_book *revisions;
    TRY(county_revisions(b->office, &revisions));
    t.revisions = revision_reader_open(b->memory, revisions);
    TRY(benefit_facts(b->office, s->person_id, s->benefit, &t.facts, &t.fact_count));
    TRY(benefit_paid_months(b, s->person_id, s->benefit, &t.paid, &t.paid_count));
    TRY(read_before(&t));
    TRY(close_wrong(&t));
    for (size_t i = 0; i < t.fact_count; i++)
        TRY(t.facts[i].state == REGISTRY_PAYING ? settle_paying(&t, &t.facts[i]) : settle_fact(&t, &t.facts[i]));
    TRY(propose(&t, ONEOFF_ARREARS, t.owed, t.owed_count));
    TRY(propose(&t, ONEOFF_RECOVERY, t.over, t.over_count));
    batch->people += batch->item_count + batch->closing_count > items_before;
    return ERR_NONE;
}
