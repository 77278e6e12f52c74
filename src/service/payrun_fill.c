#include "service/payrun_fill_internal.h"

#include <stdlib.h>

#include "calendar/calendar.h"

/* ---- what a benefit is booked as ---- */

/* The row for an item of this benefit; the row without an item takes what no other names. */
static const payrun_row *row_for(const payrun_filling *f, int64_t benefit, text item)
{
    const payrun_row *rest = NULL;
    const payrun_table *table = f->of->table;
    for (size_t i = 0; i < table->count; i++) {
        const payrun_row *row = &table->rows[i];
        if (row->part == SIZE_MAX || f->benefit_ids[i] != benefit || !benefit) continue;
        if (text_equal(row->item, item)) return row;
        if (!row->item.size_bytes) rest = row;
    }
    return rest;
}

bool payrun_fill_is_of_run(const payrun_filling *f, int64_t benefit)
{
    for (size_t i = 0; i < f->of->table->count; i++)
        if (f->of->table->rows[i].part != SIZE_MAX && f->benefit_ids[i] == benefit && benefit) return true;
    return false;
}

bool payrun_fill_part(const payrun_filling *f, int64_t benefit, text item, int64_t fen, payment_line *line)
{
    const payrun_row *row = row_for(f, benefit, item);
    return row && fen >= 0 && !__builtin_add_overflow(line->part_fen[row->part], fen, &line->part_fen[row->part]);
}

/* By its award and what batches made of it since, when they come to what is in payment; else the amount stands
 * undivided, as for one who retired before this system kept decisions. */
static err divide(payrun_filling *f, const registry_benefit *benefit, payment_line *line)
{
    revise_division of;
    payment_line divided = *line;
    bool is_sound = true;
    if (!f->revisions) f->revisions = revision_reader_open(f->memory, f->revision_rows);
    TRY(revise_divide(f->scratch, f->decisions, f->revisions, benefit, &of));
    for (size_t k = 0; k < of.part_count; k++)
        is_sound &= payrun_fill_part(f, benefit->benefit, of.parts[k].name, of.parts[k].fen, &divided);
    if (is_sound && of.part_count) {
        *line = divided;
        return ERR_NONE;
    }
    bool is_booked = payrun_fill_part(f, benefit->benefit, TEXT_NONE, benefit->amount_fen, line);
    return is_booked ? ERR_NONE : err_of(&PAYRUN_BAD_TABLE, text_cstr(f->scratch, f->of->kind));
}

/* ---- one person ---- */

err payrun_fill_line(payrun_filling *f, payment_line *line, bool is_left)
{
    int64_t *const LEFT[] = { [PAYMENT_LEFT_NO_ACCOUNT] = &f->tally->without_account,
                              [PAYMENT_LEFT_ACCOUNT_REFUSED] = &f->tally->refused_before,
                              [PAYMENT_LEFT_PAYEE_DEAD] = &f->tally->payee_dead,
                              [PAYMENT_LEFT_HELD] = &f->tally->held };
    if (!f->hindrance) {
        line->account = f->account;
        return payment_draft_add(f->of->draft, line);
    }
    ++*LEFT[f->hindrance];
    return is_left ? payment_draft_leave(f->of->draft, line, f->hindrance) : ERR_NONE;
}

/* One of the month that an earlier run left out is paid as that, below. */
static bool waits_for_month(const payrun_filling *f, text benefit)
{
    for (size_t i = f->waiting_at; i < f->waiting_count && f->waiting[i].line.person_id == f->who->subject_id; i++) {
        const payment_waiting *w = &f->waiting[i];
        payment_run run = { .terms = *w->terms };
        if (w->left && w->is_final && w->line.for_month == f->of->month &&
            text_equal(payrun_base_kind(w->terms->kind), f->of->kind) &&
            text_equal(payrun_benefit_of(f->of->table, &run, &w->line), benefit))
            return true;
    }
    return false;
}

/* What an alert stops is left out whatever else stands in its way. */
static err add_or_hold(payrun_filling *f, text benefit, payment_line *line)
{
    payment_left_reason hindrance = f->hindrance;
    const alert_row *alert = payrun_holds_on(f->holds, line->person_id, benefit, f->account);
    if (alert) {
        payrun_holds_note(f->holds, alert, line, benefit);
        f->hindrance = PAYMENT_LEFT_HELD;
    }
    if (!f->hindrance) TRY(payrun_fill_withhold(f, benefit, line));
    err e = payrun_fill_line(f, line, true);
    f->hindrance = hindrance;
    return e;
}

static err add_benefit(payrun_filling *f, const registry_benefit *benefit)
{
    const payrun_row *row = row_for(f, benefit->benefit, TEXT_NONE);
    if (!row) return ERR_NONE; /* of another run */
    if (benefit->state != REGISTRY_PAYING) {
        f->tally->suspended += benefit->state == REGISTRY_SUSPENDED;
        return ERR_NONE;
    }
    if (benefit->amount_fen <= 0) return ERR_NONE;
    if (f->of->is_supplement && (payrun_fill_is_paid(f, row->benefit) || waits_for_month(f, row->benefit)))
        return ERR_NONE;
    payment_line line = { .person_id = f->who->subject_id, .decision = benefit->decision_id,
        .for_month = f->of->month };
    TRY(divide(f, benefit, &line));
    return add_or_hold(f, row->benefit, &line);
}

static err add_person(payrun_filling *f)
{
    arena_reset(f->scratch);
    while (f->waiting_at < f->waiting_count && f->waiting[f->waiting_at].line.person_id < f->who->subject_id)
        f->waiting_at++;
    while (f->due_at < f->due_count && f->due[f->due_at].item.subject_id < f->who->subject_id) f->due_at++;
    TRY(payrun_fill_account(f));
    if (f->of->is_supplement) TRY(payrun_fill_find_paid(f, f->who->subject_id));
    for (size_t i = 0; i < f->who->benefit_count; i++) TRY(add_benefit(f, &f->who->benefits[i]));
    TRY(payrun_fill_waiting(f));
    return payrun_fill_items(f);
}

/* ---- refunds and grants: whoever has an item or waits, people and employers ---- */

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static err add_payee(payrun_filling *f, int64_t payee_id)
{
    registry_record record;
    int32_t today = f->office->call->office->settings.today_day;
    TRY(registry_record_read(f->memory, f->people, payee_id, REGISTRY_NOW, &record));
    const registry_account *facts = record.facts[REGISTRY_ACCOUNT];
    registry_account *accounts = ARENA_ARRAY(f->memory, registry_account, record.count[REGISTRY_ACCOUNT] + 1);
    registry_roster_row row = { .subject_id = payee_id, .accounts = accounts };
    for (size_t i = 0; i < record.count[REGISTRY_ACCOUNT]; i++)
        if (facts[i].fact.from <= today && today < facts[i].fact.until) accounts[row.account_count++] = facts[i];
    f->who = &row;
    err e = add_person(f);
    f->who = NULL;
    return e;
}

static err walk_payees(payrun_filling *f, uint32_t bucket)
{
    size_t count = 0, most = f->due_count + f->other_count + f->waiting_count;
    int64_t *ids = ARENA_ARRAY(f->memory, int64_t, most + 1);
    for (size_t i = 0; i < f->due_count; i++) ids[count++] = f->due[i].item.subject_id;
    for (size_t i = 0; i < f->waiting_count; i++) ids[count++] = f->waiting[i].line.person_id;
    for (size_t i = 0; i < f->other_count; i++)
        if (eventlog_bucket_of(f->others[i].item.payee_id) == bucket) ids[count++] = f->others[i].item.payee_id;
    qsort(ids, count, sizeof *ids, by_id);
    for (size_t i = 0; i < count; i++)
        if (!i || ids[i] != ids[i - 1]) TRY(add_payee(f, ids[i]));
    return ERR_NONE;
}

/* ---- everybody ---- */

/* Whom the run may pay: who draws one of its benefits, waits, or has an item. */
static err find_payees(payrun_filling *f, uint32_t bucket, int64_t **ids, size_t *count)
{
    size_t capacity = 0, kept = 0;
    *ids = NULL;
    *count = 0;
    for (size_t i = 0; i < f->of->table->count; i++) {
        int64_t *drawers;
        size_t drawer_count;
        registry_holding what = { REGISTRY_BENEFIT, f->benefit_ids[i], f->of->month, REGISTRY_NOW };
        if (f->of->table->rows[i].part == SIZE_MAX || !what.name) continue;
        TRY(registry_roster_who(f->memory, f->people, bucket, what, &drawers, &drawer_count));
        for (size_t k = 0; k < drawer_count; k++) ARENA_PUSH(f->memory, *ids, *count, capacity, drawers[k]);
    }
    for (size_t i = 0; i < f->due_count; i++) ARENA_PUSH(f->memory, *ids, *count, capacity, f->due[i].item.subject_id);
    for (size_t i = 0; i < f->waiting_count; i++) ARENA_PUSH(f->memory, *ids, *count, capacity, f->waiting[i].line.person_id);
    if (*count) qsort(*ids, *count, sizeof **ids, by_id);
    for (size_t i = 0; i < *count; i++)
        if (!i || (*ids)[i] != (*ids)[i - 1]) (*ids)[kept++] = (*ids)[i];
    *count = kept;
    return ERR_NONE;
}

/* Where few of the first bucket are paid, few are of the others, which ids fill alike: they alone are read then. */
static void choose_reading(payrun_filling *f, size_t payee_count, size_t people_count)
{
    enum { FEW = 3 };
    f->reads_payees = payee_count * FEW < people_count;
}

static err walk_people(payrun_filling *f, uint32_t bucket)
{
    registry_roster *walk;
    int64_t *ids;
    size_t count, people = 0;
    int32_t today = f->office->call->office->settings.today_day;
    registry_roster_options wants = { .day = today, .month = f->of->month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ACCOUNT };
    TRY(find_payees(f, bucket, &ids, &count));
    wants.has_subjects = f->reads_payees;
    wants.subjects = ids;
    wants.subject_count = count;
    TRY(registry_roster_open(f->memory, f->people, bucket, &wants, &walk));
    err e = ERR_NONE;
    for (; !e.kind; people++) {
        e = registry_roster_next(walk, &f->who);
        if (e.kind || !f->who) break;
        e = add_person(f);
    }
    if (e.detail) e.detail = text_cstr(f->office->call->request, text_of(e.detail));
    registry_roster_close(walk);
    if (!bucket) choose_reading(f, count, people);
    return e;
}

static err walk_bucket(payrun_filling *f, uint32_t bucket)
{
    f->waiting_at = 0;
    f->revisions = NULL; /* of the bucket's memory */
    TRY(payrun_fill_items_bucket(f, bucket));
    TRY(payment_waiting_of(f->memory, f->runs, bucket, f->of->run_id, &f->waiting, &f->waiting_count));
    return payrun_pays_items(f->of->kind) ? walk_payees(f, bucket) : walk_people(f, bucket);
}

/* The words of benefits this run pays; a word the registry does not know is paid to nobody. */
static err find_words(payrun_filling *f)
{
    const payrun_table *table = f->of->table;
    f->benefit_ids = ARENA_ARRAY(f->office->memory, int64_t, table->count + 1);
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].part != SIZE_MAX)
            TRY(registry_word_find(f->people, table->rows[i].benefit, &f->benefit_ids[i]));
    return ERR_NONE;
}

/* Runs that may have lines of the month. */
static err open_sources(payrun_filling *f)
{
    payment_run *list;
    size_t count, capacity = 0;
    if (!f->of->is_supplement) return ERR_NONE;
    TRY(payment_list(f->office->memory, f->runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_other = list[i].run_id != f->of->run_id && list[i].state != PAYMENT_WITHDRAWN;
        if (!is_other || list[i].terms.month < f->of->month) continue;
        if (!text_equal(payrun_base_kind(list[i].terms.kind), f->of->kind)) continue;
        payrun_fill_source source = { .run = list[i] };
        TRY(payment_lines(f->office->memory, f->runs, list[i].run_id, &source.cursor));
        ARENA_PUSH(f->office->memory, f->sources, f->source_count, capacity, source);
    }
    return ERR_NONE;
}

static err fill_all(payrun_filling *f)
{
    TRY(county_people(f->office, &f->people));
    TRY(county_decisions(f->office, &f->decisions));
    TRY(county_revisions(f->office, &f->revision_rows));
    TRY(county_runs(f->office, &f->runs));
    TRY(find_words(f));
    TRY(open_sources(f));
    TRY(payrun_fill_items_open(f));
    TRY(payrun_holds_open(f->office, &f->holds));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(walk_bucket(f, bucket));
        TRY(recovery_keep(f->recovery, bucket));
        arena_reset(f->memory);
    }
    return payrun_holds_keep(f->holds);
}

err payrun_fill_all(const payrun_fill *fill, payrun_fill_tally *tally)
{
    payrun_filling f = { .of = fill, .office = fill->office, .tally = tally, .scratch = arena_open(),
                         .memory = arena_open(), .recovery = recovery_open(fill->office, fill->month) };
    *tally = (payrun_fill_tally){ 0 };
    err e = fill_all(&f);
    if (e.kind && e.detail) e.detail = text_cstr(fill->office->call->request, text_of(e.detail));
    for (size_t i = 0; i < f.source_count; i++) payment_lines_close(f.sources[i].cursor);
    arena_close(f.scratch);
    arena_close(f.memory);
    if (e.kind) payment_draft_cancel(fill->draft);
    return e;
}
