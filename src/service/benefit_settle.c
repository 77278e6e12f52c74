/* Due against paid, and the one-off items that make up the difference. */
#include <string.h>

#include "service/benefit.h"
#include "service/revise.h"

/* ---- what items of before cover ---- */

typedef struct {
    oneoff_standing item;
    oneoff_line *lines;
    size_t line_count;
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
                      items[i].item.kind != ONEOFF_LUMP_SUM && items[i].state != ONEOFF_STATE_CANCELLED;
        if (!is_fit) continue;
        covered *c = &t->before[t->before_count++];
        c->item = items[i];
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
    size_t count = oneoff_share(c->lines, c->line_count, 0, settled ? c->item.settled_fen : c->item.amount_fen, some);
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

/* A month of which nothing is due: what was paid of it, less what is being recovered. */
static void settle_not_due(settling *t, int32_t month)
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
        if (paid->pending_run) t->batch->pending_run = paid->pending_run;
    }
    if (arrears) lines[count++] = (oneoff_line){ .month = month, .paid_month = month, .fen = arrears };
    int64_t over = (paid ? paid->fen : 0) + arrears - recovered;
    if (over > 0) gather(t, lines, count, recovered, over, false);
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
    return ERR_NONE;
}

/* Months that are paid, of which their run knew nothing: resumed since, or without an account then. */
static err settle_paying(settling *t, const registry_benefit *fact)
{
    int32_t last = benefit_last_run(t->b, t->s->benefit);
    for (int32_t month = (int32_t)fact->fact.from; month < fact->fact.until && month <= last; month++)
        if (benefit_has_run(t->b, t->s->benefit, month) && !paid_in(t, month)) TRY(settle_due(t, fact, month));
    return ERR_NONE;
}

static err settle_fact(settling *t, const registry_benefit *fact)
{
    int32_t last = INT32_MIN;
    for (size_t i = 0; i < t->paid_count; i++)
        if (t->paid[i].month > last) last = t->paid[i].month;
    for (size_t i = 0; i < t->before_count; i++)
        if (t->before[i].item.until_month - 1 > last) last = t->before[i].item.until_month - 1;
    for (int32_t month = (int32_t)fact->fact.from; month < fact->fact.until; month++) {
        bool is_good = month >= t->s->good_from && month < t->s->good_until;
        bool is_due = fact->state == REGISTRY_ENTITLED || (fact->state == REGISTRY_SUSPENDED && is_good);
        /* An open end: behind the last month paid there is nothing to take back, and nothing withheld. */
        if (month > last && !(is_due && fact->fact.until < REGISTRY_OPEN) && !(is_due && is_good)) break;
        if (is_due) TRY(settle_due(t, fact, month));
        else settle_not_due(t, month);
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
    if (!t->batch->batch_id) {
        oneoff_act first = act;
        first.key = t->batch->key;
        TRY(oneoff_batch_begin(b->items, &first, t->batch->purpose, &t->batch->batch_id, NULL));
    }
    TRY(oneoff_propose(b->items, &act, t->batch->batch_id, eventlog_bucket_of(item.subject_id), &item, 1, &id));
    for (size_t i = 0; i < count; i++)
        *(kind == ONEOFF_RECOVERY ? &t->batch->recovery_fen : &t->batch->arrears_fen) += lines[i].fen;
    t->batch->item_count++;
    return ERR_NONE;
}

err benefit_settle(benefit_call *b, benefit_batch *batch, const benefit_settling *s)
{
    settling t = { .b = b, .s = s, .batch = batch };
    size_t items_before = batch->item_count;
    revision_book *revisions;
    TRY(county_revisions(b->office, &revisions));
    t.revisions = revision_reader_open(b->memory, revisions);
    TRY(benefit_facts(b->office, s->person_id, s->benefit, &t.facts, &t.fact_count));
    TRY(benefit_paid_months(b, s->person_id, s->benefit, &t.paid, &t.paid_count));
    TRY(read_before(&t));
    for (size_t i = 0; i < t.fact_count; i++)
        TRY(t.facts[i].state == REGISTRY_PAYING ? settle_paying(&t, &t.facts[i]) : settle_fact(&t, &t.facts[i]));
    TRY(propose(&t, ONEOFF_ARREARS, t.owed, t.owed_count));
    TRY(propose(&t, ONEOFF_RECOVERY, t.over, t.over_count));
    batch->people += batch->item_count > items_before;
    return ERR_NONE;
}
