/* What the approval of a batch does: the registry pays the new amounts, the months before become items. */
#include <string.h>

#include "service/revise.h"
#include "service/words.h"

const err_kind REVISE_PAID_ALREADY = {
    "revise.paid_already", ERR_CONFLICT,
    "Payment run {} already pays a month from which the batch was to pay; withdraw the run, or withdraw the batch and "
    "enter it anew.",
    "支付批次 {} 已按原标准编制了拟执行新标准的月份；请撤回该支付批次，或撤回本批量变更后重新录入。"
};

err revise_unpaid(county *office, const revision_batch *batch)
{
    int32_t after;
    int64_t run_id;
    TRY(revise_month_after_runs(office, batch->terms.benefit, &after, &run_id));
    if (after == INT32_MIN || after <= batch->terms.pay_month) return ERR_NONE;
    return err_of(&REVISE_PAID_ALREADY, text_format(office->call->request, "%lld", (long long)run_id).bytes);
}

typedef struct {
    revise r;
    const revision_batch *batch;
    registry_load *load;
    revise_items *items;
    revise_applied *done;
    int64_t *aside;
    size_t aside_count, aside_capacity;
} applying;

static bool are_same_pieces(const revision_row *one, const revision_row *other)
{
    bool is_same = one->piece_count == other->piece_count;
    for (size_t k = 0; is_same && k < one->piece_count; k++)
        is_same = one->pieces[k].from_month == other->pieces[k].from_month &&
                  one->pieces[k].until_month == other->pieces[k].until_month && one->pieces[k].fen == other->pieces[k].fen;
    return is_same;
}

/* The months before are due still, and no others are: suspended, resumed or dead since. A mirror takes back what its
 * batch settled, whatever became of the months. */
static bool are_months_as_entered(const applying *p, const revise_person *who, const revision_row *row)
{
    revision_row now = { 0 };
    for (size_t k = 0; k < row->piece_count; k++)
        for (int32_t m = row->pieces[k].from_month; m < row->pieces[k].until_month; m++)
            if (!revise_was_due(revise_span(who, m))) return false;
    if (p->batch->terms.reverses) return true;
    revise_pieces(p->r.bucket_memory, who, row->from_month, p->batch->terms.pay_month, row->new_fen - row->old_fen, &now);
    return are_same_pieces(row, &now);
}

/* Whether the benefit still is what the batch was computed from. */
static bool is_as_entered(const applying *p, const revise_person *who, const revision_row *rows, size_t count)
{
    const registry_benefit *span = revise_coming(who, p->batch->terms.pay_month);
    bool is_paid = span != NULL;
    if (is_paid != rows[0].is_paid) return false;
    if (is_paid && (span->amount_fen != rows[0].level_fen || span->decision_id != rows[0].before_id)) return false;
    for (size_t i = 0; i < count; i++)
        if (!are_months_as_entered(p, who, &rows[i])) return false;
    return true;
}

/* Every span from the pay month on keeps its state and its end; its amount changes by the difference. Also one that is
 * stopped: should the stop turn out to be wrong, it comes to what it would have come to. */
static err say_spans(applying *p, const revise_person *who, int64_t diff, int64_t decision_id)
{
    for (size_t i = 0; i < who->span_count; i++) {
        registry_benefit span = who->spans[i];
        if (span.fact.until <= p->batch->terms.pay_month) continue;
        if (span.fact.from < p->batch->terms.pay_month) span.fact.from = p->batch->terms.pay_month;
        span.fact = (registry_fact){ .subject_id = who->person_id, .from = span.fact.from, .until = span.fact.until };
        span.amount_fen += diff;
        span.decision_id = decision_id;
        TRY(registry_load_say(p->load, REGISTRY_BENEFIT, &span));
    }
    return ERR_NONE;
}

static err apply_person(applying *p, const revision_row *rows, size_t count)
{
    revise_person who;
    int64_t diff = 0;
    arena *a = p->r.bucket_memory;
    TRY(revise_person_read(&p->r, rows[0].person_id, &who));
    if (!is_as_entered(p, &who, rows, count)) {
        ARENA_PUSH(a, p->aside, p->aside_count, p->aside_capacity, who.person_id);
        p->done->set_aside++;
        return ERR_NONE;
    }
    for (size_t i = 0; i < count; i++) diff += rows[i].new_fen - rows[i].old_fen;
    p->done->persons++;
    TRY(revise_items_add(p->items, a, rows, count));
    return say_spans(p, &who, diff, rows[count - 1].decision_id);
}

static err apply_bucket(applying *p, uint32_t bucket)
{
    revision_row *rows;
    size_t count;
    revision_act act = { .actor_id = p->r.m.office->actor_id, .known_ms = p->r.m.office->now_ms,
                         .why = text_of(p->r.m.call->op->name) };
    p->aside = NULL;
    p->aside_count = p->aside_capacity = 0;
    TRY(revision_rows(p->r.bucket_memory, p->r.book, p->batch->batch_id, bucket, false, &rows, &count));
    for (size_t i = 0, until; i < count; i = until) {
        until = i + 1;
        while (until < count && rows[until].person_id == rows[i].person_id) until++;
        TRY(apply_person(p, &rows[i], until - i));
    }
    TRY(revise_items_flush(p->items, bucket));
    return revision_set_aside(p->r.book, p->batch->batch_id, bucket, &act, p->aside, p->aside_count);
}

static err apply_all(applying *p)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(revise_bucket_open(&p->r));
        e = revise_bucket_close(&p->r, apply_bucket(p, bucket));
    }
    return e;
}

err revise_apply(county *office, const revision_batch *batch, revise_applied *done)
{
    registry *people;
    applying p = { .r = { .m = { .call = office->call, .office = office, .memory = office->memory },
                          .benefit_name = batch->terms.benefit },
                   .batch = batch, .done = done };
    *done = (revise_applied){ 0 };
    TRY(county_revisions(office, &p.r.book));
    TRY(county_people(office, &people));
    TRY(registry_word_find(people, batch->terms.benefit, &p.r.benefit));
    registry_act act = { .known_ms = office->now_ms, .actor_id = office->actor_id,
                         .why = text_format(office->memory, "revision %lld", (long long)batch->batch_id) };
    registry_load_options options = { 0 };
    TRY(revise_items_open(office, batch, &p.items));
    TRY(registry_load_open(office->memory, people, &act, "benefit_revised", &options, &p.load));
    err e = apply_all(&p);
    err closed = registry_load_close(p.load, NULL);
    TRY(e);
    TRY(closed);
    return revise_items_end(p.items, &done->items_batch);
}
