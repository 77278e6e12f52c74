/* What is paid a month held against what the law of now gives: benefits that are decided anew every month (awards.csv, 重核) are decided
 * here once more for whoever draws them, by the same plan, facts and day as the determination of the month before, since that is what
 * this month's payment is for. Nothing is written, and nobody is paid by it. */
#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/determine.h"
#include "service/watch_known_internal.h"
#include "service/watch_look.h"

typedef struct {
    watch_known *k;
    month_call *m;
    determining d;
    award_payees payees;
    award_drawers *drawers; /* by bucket */
} holding;

static bool is_held(const award_drawer *one)
{
    return one->draws && one->is_paying && !one->is_dead;
}

static void note_unknown(watch_known *k, int64_t person_id)
{
    watch_known_add(k->memory, &k->amount_unknown, person_id, 1);
}

static void compare(watch_known *k, const award_drawer *one, int64_t due_fen)
{
    int64_t more_fen = one->amount_fen - due_fen, id = one->person_id;
    watch_known_add(k->memory, &k->amount_paid, id, one->amount_fen);
    watch_known_add(k->memory, &k->amount_due, id, due_fen);
    if (due_fen <= 0) watch_known_add(k->memory, &k->amount_ended, id, one->amount_fen);
    else if (more_fen > 0) watch_known_add(k->memory, &k->amount_over, id, more_fen);
    else watch_known_add(k->memory, &k->amount_under, id, -more_fen);
}

/* Of a household the one it is paid to; 0: nobody of it is left. */
static int64_t payee_of(const holding *h, int64_t subject_id)
{
    return h->d.is_household ? award_payees_find(&h->payees, subject_id) : subject_id;
}

static err take_block(void *context, uint32_t bucket, const roster_block *block)
{
    holding *h = context;
    (void)bucket;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        int64_t id = payee_of(h, block->subject_id[lane]);
        award_drawers *drawers = &h->drawers[eventlog_bucket_of(id)];
        size_t at = id ? SEARCH_FIRST(drawers->items, drawers->count, person_id, id) : drawers->count;
        uint8_t status = h->d.d.results->status[lane];
        bool is_there = at < drawers->count && drawers->items[at].person_id == id && is_held(&drawers->items[at]);
        if (!is_there || (status != DECIDE_DONE && status != DECIDE_REFUSED)) continue;
        compare(h->k, &drawers->items[at], status == DECIDE_DONE ? determine_sum(&h->d, lane) : 0);
        drawers->items[at].is_paying = false; /* held: of a household that is another's no lane speaks again */
    }
    return ERR_NONE;
}

static err fill(void *context, uint32_t bucket, roster_block *block)
{
    holding *h = context;
    return determine_fill(&h->d, bucket, block);
}

static err decide_bucket(holding *h, uint32_t bucket)
{
    month_hands hands = { .fill = fill, .take = take_block, .context = h };
    const award_drawers *drawers = &h->drawers[bucket];
    int64_t *subjects = ARENA_ARRAY(h->d.memory, int64_t, drawers->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < drawers->count; i++)
        if (is_held(&drawers->items[i])) subjects[count++] = drawers->items[i].person_id;
    h->d.d.has_subjects = !h->d.is_household;
    h->d.d.subjects = subjects;
    h->d.d.subject_count = count;
    return count || h->d.is_household ? month_decide_bucket(h->m, &h->d.d, bucket, &hands) : ERR_NONE;
}

static err decide_drawers(holding *h)
{
    TRY(determine_dependants_read(&h->d));
    if (h->d.is_household) TRY(award_payees_read(h->m, &h->payees));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(decide_bucket(h, bucket));
    return ERR_NONE;
}

static err read_drawers(holding *h, const award_row *award, bool *has_any)
{
    h->drawers = ARENA_ARRAY(h->d.memory, award_drawers, EVENTLOG_BUCKETS);
    *has_any = false;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(award_drawers_read(h->d.memory, h->m, award, bucket, h->k->month, &h->drawers[bucket]));
        for (size_t i = 0; i < h->drawers[bucket].count; i++) *has_any |= is_held(&h->drawers[bucket].items[i]);
    }
    return ERR_NONE;
}

/* Of whom the fact has ended that it was paid for nothing is due; who could not be decided, or of whom nothing says why they
 * are paid, is not known. */
static err take_left(holding *h)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        for (size_t i = 0; i < h->drawers[bucket].count; i++) {
            award_drawer *one = &h->drawers[bucket].items[i];
            determine_title_state state;
            if (!is_held(one)) continue;
            TRY(determine_title(&h->d, one->person_id, &state));
            if (state != DETERMINE_ENDED) continue;
            compare(h->k, one, 0);
            one->is_paying = false;
        }
    return ERR_NONE;
}

static void note_left(holding *h)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        for (size_t i = 0; i < h->drawers[bucket].count; i++)
            if (is_held(&h->drawers[bucket].items[i])) note_unknown(h->k, h->drawers[bucket].items[i].person_id);
}

/* What a region has not set is decided of nobody. */
static err hold_decided(holding *h, const award_row *award)
{
    h->d.on_day = determine_law_day(award, h->m->month);
    err e = month_deciding_open(h->m, award->purpose, h->d.on_day, &h->d.d);
    if (watch_is_left_out(e)) return ERR_NONE;
    TRY(e);
    h->d.d.facts_day = calendar_last_day_of_month(h->m->month);
    h->d.is_household = decide_plan_lane(h->d.d.plan).each == DECIDE_EACH_HOUSEHOLD;
    e = decide_drawers(h);
    if (!e.kind) e = take_left(h);
    month_deciding_close(&h->d.d);
    return e;
}

static err hold_award(watch_known *k, month_call *m, const award_row *award)
{
    bool has_any;
    holding h = { .k = k, .m = m };
    h.d = (determining){ .m = m, .award = award, .from_month = k->month, .memory = arena_open() };
    err e = read_drawers(&h, award, &has_any);
    if (!e.kind && has_any) e = hold_decided(&h, award);
    if (!e.kind) note_left(&h);
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(h.d.memory);
    return e;
}

err watch_amounts_gather(watch_known *k)
{
    month_call m;
    const award_row *rows;
    size_t count;
    if (k->has_amounts) return ERR_NONE;
    TRY(month_of_office(k->office, &m));
    m.month = k->month - 1;
    TRY(award_table_read(&m, &rows, &count));
    for (size_t i = 0; i < count; i++)
        if (rows[i].is_renewed && !rows[i].is_once) TRY(hold_award(k, &m, &rows[i]));
    k->has_amounts = true;
    return ERR_NONE;
}

/* Of somebody with a benefit that could not be held against anything, only what was found is known, and no nought. */
static bool read_found(const watch_known *k, const watch_known_sums *of, int64_t id, int64_t *value)
{
    *value = watch_known_sum(of, id);
    return *value || !watch_known_sum(&k->amount_unknown, id);
}

bool watch_amounts_over(const watch_known *k, int64_t id, int64_t *value)
{
    return read_found(k, &k->amount_over, id, value);
}

bool watch_amounts_under(const watch_known *k, int64_t id, int64_t *value)
{
    return read_found(k, &k->amount_under, id, value);
}

bool watch_amounts_ended(const watch_known *k, int64_t id, int64_t *value)
{
    return read_found(k, &k->amount_ended, id, value);
}

bool watch_amounts_paid(const watch_known *k, int64_t id, int64_t *value)
{
    return read_found(k, &k->amount_paid, id, value);
}

bool watch_amounts_due(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->amount_due, id);
    return watch_known_sum(&k->amount_paid, id) || !watch_known_sum(&k->amount_unknown, id);
}
