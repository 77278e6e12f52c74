/* What is watched at the act: a run that was drafted, bills that were made. */
#include "service/watch_look.h"

#include "calendar/calendar.h"
#include "service/roster.h"
#include "service/watch_known_internal.h"

/* ---- what the month's runs pay each ---- */

typedef void line_hand(watch_known *k, watch_known_sums *into, const payment_line *line);

static void count_line(watch_known *k, watch_known_sums *into, const payment_line *line)
{
    watch_known_add(k->memory, into, line->person_id, 1);
}

static void take_line(watch_known *k, watch_known_sums *into, const payment_line *line)
{
    (void)into;
    int64_t fen = payment_line_fen(line), id = line->person_id;
    int64_t most = watch_known_sum(&k->paying_most, id);
    watch_known_add(k->memory, &k->paying_lines, id, 1);
    watch_known_add(k->memory, &k->paying_sum, id, fen);
    if (fen > most) watch_known_add(k->memory, &k->paying_most, id, fen - most);
}

static err take_run(watch_known *k, payment *runs, int64_t run_id, line_hand *hand, watch_known_sums *into)
{
    payment_cursor *lines;
    const payment_numbered *line = NULL;
    arena *scratch = arena_open();
    err e = payment_lines(scratch, runs, run_id, &lines);
    if (!e.kind) {
        do {
            e = payment_next_line(lines, &line);
            if (!e.kind && line) hand(k, into, &line->line);
        } while (!e.kind && line);
        payment_lines_close(lines);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

/* Of all runs of the month that stand, whatever has become of their lines: what was asked of the bank is what is looked at. */
static err take_runs(watch_known *k, int32_t month, line_hand *hand, watch_known_sums *into)
{
    payment *runs;
    payment_run *list;
    size_t count;
    TRY(county_runs(k->office, &runs));
    TRY(payment_list(k->memory, runs, month, &list, &count));
    for (size_t i = 0; i < count; i++)
        if (list[i].state != PAYMENT_WITHDRAWN) TRY(take_run(k, runs, list[i].run_id, hand, into));
    return ERR_NONE;
}

err watch_acts_gather_paying(watch_known *k)
{
    if (k->has_paying) return ERR_NONE;
    TRY(take_runs(k, k->month, take_line, NULL));
    k->has_paying = true;
    return ERR_NONE;
}

/* How many payments in the months so far back. Where the region draws no line none is read: watch_known.c. */
static err count_months(watch_known *k, int32_t from, int32_t until, watch_known_sums *into, bool *has)
{
    if (*has) return ERR_NONE;
    for (int32_t i = from; i < until; i++) TRY(take_runs(k, k->month - i, count_line, into));
    *has = true;
    return ERR_NONE;
}

err watch_acts_gather_paying_3(watch_known *k)
{
    return count_months(k, 0, 3, &k->paying_lines_3, &k->has_paying_3);
}

/* Those of the nearest three are counted by themselves: no month is read twice for both. */
err watch_acts_gather_paying_12(watch_known *k)
{
    TRY(watch_acts_gather_paying_3(k));
    return count_months(k, 3, 12, &k->paying_lines_before, &k->has_paying_12);
}

bool watch_acts_lines_3(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->paying_lines_3, id);
    return k->has_paying_3; /* what was not read is not none */
}

bool watch_acts_lines_12(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->paying_lines_3, id) + watch_known_sum(&k->paying_lines_before, id);
    return k->has_paying_12;
}

bool watch_acts_lines(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->paying_lines, id);
    return true;
}

bool watch_acts_most(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->paying_most, id);
    return true;
}

bool watch_acts_sum(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->paying_sum, id);
    return true;
}

/* ---- what employers are billed ---- */

static err take_issue(watch_known *k, collection *bills, int64_t issue_id, watch_known_sums *into)
{
    collection_cursor *lines;
    const collection_line *line = NULL;
    arena *scratch = arena_open();
    err e = collection_lines(scratch, bills, issue_id, EVENTLOG_BUCKETS, &lines);
    if (!e.kind) {
        do {
            e = collection_next_line(lines, &line);
            if (e.kind || !line || line->payer.kind != COLLECTION_EMPLOYER) continue;
            for (size_t i = 0; i < COLLECTION_KEYS_MAX; i++) watch_known_add(k->memory, into, line->payer.id, line->fen[i]);
        } while (!e.kind && line);
        collection_lines_close(lines);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static err take_month(watch_known *k, collection *bills, int32_t month, watch_known_sums *into, bool *is_billed)
{
    collection_issue_row *issues;
    size_t count;
    TRY(collection_issues(k->memory, bills, month, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal_cstr(issues[i].purpose, "employee")) continue;
        *is_billed = true;
        TRY(take_issue(k, bills, issues[i].issue_id, into));
    }
    return ERR_NONE;
}

err watch_acts_gather_billing(watch_known *k)
{
    collection *bills;
    bool is_now = false, is_before = false;
    if (k->has_billing) return ERR_NONE;
    TRY(county_bills(k->office, &bills));
    TRY(take_month(k, bills, k->month, &k->billing_now, &is_now));
    TRY(take_month(k, bills, k->month - 1, &k->billing_before, &is_before));
    k->has_billing_before = is_now && is_before;
    k->has_billing = true;
    return ERR_NONE;
}

/* A month that was never billed says nothing of anybody. */
bool watch_acts_now(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->billing_now, id);
    return k->has_billing_before;
}

bool watch_acts_before(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->billing_before, id);
    return k->has_billing_before;
}

/* ---- at the act ---- */

bool watch_is_left_out(err e)
{
    return e.kind == &ROSTER_NO_SOURCE || e.kind == &DECIDE_NO_FACT || e.kind == &POLICY_NOT_COMPUTABLE || e.kind == &DECIDE_UNKNOWN_PURPOSE;
}

/* What an alert is explained by is kept. */
static err keep_law(county *office, text purpose)
{
    const decide_law *law;
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = purpose };
    TRY(county_charter(office, &room));
    TRY(decide_law_open(office->call, &law));
    return charter_keep_law(room, &act, decide_pack_digest(law), decide_law_bytes(law));
}

static err look_at_all(watch_look *look, int64_t *raised)
{
    size_t rules;
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(watch_look_bucket(look, bucket));
    (void)alerts_rules(watch_look_alerts(look), &rules);
    for (size_t i = 0; i < rules; i++) *raised += watch_look_tally(look, i)->raised + watch_look_tally(look, i)->again;
    return ERR_NONE;
}

err watch_at_act(county *office, text purpose, int32_t month, int64_t *raised)
{
    watch_look *look;
    watch_known *known = watch_known_open(office, month);
    err e = watch_look_open(office, purpose, month, known, &look);
    *raised = 0;
    if (!e.kind) {
        e = look_at_all(look, raised);
        if (e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
        watch_look_close(look);
        if (!e.kind && *raised) e = keep_law(office, purpose);
    } else if (watch_is_left_out(e)) e = ERR_NONE;
    watch_known_close(known);
    return e;
}
