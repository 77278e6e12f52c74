/* What earlier runs could not pay: who may be paid now, and who still waits. */
#include "bankfile/bankfile.h"
#include "service/payrun_fill_internal.h"

/* ---- may this person be paid ---- */

/* Reasons of the bank that the next payment into the same account would meet again. */
static payment_left_reason hindrance_of(text iso)
{
    static const uint8_t HINDERS[BANKFILE_REASON_COUNT] = {
        [BANKFILE_ACCOUNT_WRONG] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_ACCOUNT_CLOSED] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_ACCOUNT_BLOCKED] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_ACCOUNT_FORBIDS] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_NAME_MISMATCH] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_BANK_WRONG] = PAYMENT_LEFT_ACCOUNT_REFUSED,
        [BANKFILE_PAYEE_DEAD] = PAYMENT_LEFT_PAYEE_DEAD,
    };
    for (size_t i = 0; i < BANKFILE_REASON_COUNT; i++)
        if (iso.size_bytes && text_equal_cstr(iso, BANKFILE_REASONS[i].iso)) return (payment_left_reason)HINDERS[i];
    return PAYMENT_LEFT_NONE;
}

/* The same account may be confirmed anew, when the bank has freed it. */
err payrun_hindrance(county *office, const payment_waiting *waiting, const registry_account *account,
                     payment_left_reason *hindrance)
{
    payment *runs;
    int64_t confirmed_ms;
    *hindrance = PAYMENT_LEFT_NONE;
    if (waiting->left || payrun_account_of(account) != waiting->line.account) return ERR_NONE;
    TRY(county_runs(office, &runs));
    TRY(payment_account_confirmed(runs, waiting->line.person_id, &confirmed_ms));
    bool is_mended = account->fact.known_from_ms > waiting->known_ms || confirmed_ms > waiting->known_ms;
    if (!is_mended) *hindrance = hindrance_of(waiting->reason);
    return ERR_NONE;
}

err payrun_fill_account(payrun_filling *f)
{
    const registry_account *account = f->who->account_count ? &f->who->accounts[0] : NULL;
    f->account = 0;
    f->hindrance = PAYMENT_LEFT_NO_ACCOUNT;
    if (!account || !account->number.key) return ERR_NONE;
    f->account = payrun_account_of(account);
    f->hindrance = PAYMENT_LEFT_NONE;
    for (size_t i = f->waiting_at; i < f->waiting_count && f->waiting[i].line.person_id == f->who->subject_id; i++)
        if (!f->hindrance) TRY(payrun_hindrance(f->office, &f->waiting[i], account, &f->hindrance));
    return ERR_NONE;
}

/* ---- what is due of it ---- */

err payrun_still_due(county *office, arena *a, const payment_waiting *waiting, int64_t benefit, bool *is_due,
                     bool *is_suspended)
{
    registry *people;
    registry_record record;
    *is_due = *is_suspended = false;
    if (waiting->line.item || !benefit) return *is_due = true, ERR_NONE;
    TRY(county_people(office, &people));
    TRY(registry_record_read(a, people, waiting->line.person_id, REGISTRY_NOW, &record));
    const registry_benefit *facts = record.facts[REGISTRY_BENEFIT];
    for (size_t i = 0; i < record.count[REGISTRY_BENEFIT]; i++) {
        if (facts[i].benefit != benefit || facts[i].fact.from > waiting->line.for_month ||
            facts[i].fact.until <= waiting->line.for_month)
            continue;
        *is_due |= facts[i].state == REGISTRY_PAYING && facts[i].amount_fen > 0;
        *is_suspended |= facts[i].state == REGISTRY_SUSPENDED;
    }
    return ERR_NONE;
}

/* The parts of another run are perhaps in another order. */
static err take_parts(const payrun_filling *f, const payment_waiting *w, payment_line *line)
{
    for (size_t p = 0; p < w->terms->part_count; p++) {
        size_t at = 0;
        if (!w->line.part_fen[p]) continue;
        while (at < f->of->part_count && !text_equal(f->of->parts[at], w->terms->parts[p])) at++;
        if (at == f->of->part_count) return err_of(&PAYRUN_BAD_TABLE, text_cstr(f->scratch, w->terms->parts[p]));
        line->part_fen[at] += w->line.part_fen[p];
    }
    return ERR_NONE;
}

static err add_waiting(payrun_filling *f, const payment_waiting *w)
{
    payment_run run = { .terms = *w->terms };
    bool is_due, is_suspended;
    int64_t benefit = 0;
    text name = payrun_benefit_of(f->of->table, &run, &w->line);
    if (name.size_bytes) TRY(registry_word_find(f->people, name, &benefit));
    TRY(payrun_still_due(f->office, f->scratch, w, benefit, &is_due, &is_suspended));
    if (!is_due) {
        ++*(is_suspended ? &f->tally->still_waiting : &f->tally->not_due);
        return ERR_NONE;
    }
    if (f->hindrance || payrun_holds_on(f->holds, w->line.person_id, name, f->account)) {
        f->tally->still_waiting++;
        return ERR_NONE;
    }
    payment_line line = { .person_id = w->line.person_id, .account = f->account, .decision = w->line.decision,
                          .for_month = w->line.for_month };
    if (w->left) {
        line.left_of_run = w->run_id;
        line.left_number = w->number;
        f->tally->picked_up++;
    } else {
        line.reissue_of_run = w->run_id;
        line.reissue_of_line = w->number;
        f->tally->paid_again++;
    }
    TRY(take_parts(f, w, &line));
    return payment_draft_add(f->of->draft, &line);
}

err payrun_fill_waiting(payrun_filling *f)
{
    for (; f->waiting_at < f->waiting_count && f->waiting[f->waiting_at].line.person_id == f->who->subject_id;
         f->waiting_at++) {
        const payment_waiting *w = &f->waiting[f->waiting_at];
        if (w->is_final && text_equal(payrun_base_kind(w->terms->kind), f->of->kind)) TRY(add_waiting(f, w));
    }
    return ERR_NONE;
}

/* ---- what the month's runs have paid already ---- */

static int order(int64_t one, int64_t other)
{
    uint32_t a = eventlog_bucket_of(one), b = eventlog_bucket_of(other);
    if (a != b) return a < b ? -1 : 1;
    return one < other ? -1 : one > other;
}

static err look(payrun_fill_source *source)
{
    const payment_numbered *line = NULL;
    if (source->has_head) return ERR_NONE;
    TRY(payment_next_line(source->cursor, &line));
    source->has_head = line != NULL;
    if (line) source->head = *line;
    return ERR_NONE;
}

err payrun_fill_find_paid(payrun_filling *f, int64_t person_id)
{
    f->paid_count = 0;
    for (size_t i = 0; i < f->source_count; i++) {
        payrun_fill_source *source = &f->sources[i];
        for (;;) {
            TRY(look(source));
            if (!source->has_head || order(source->head.line.person_id, person_id) > 0) break;
            source->has_head = false;
            const payment_line *line = &source->head.line;
            bool is_of_month = line->person_id == person_id && line->for_month == f->of->month && !line->item;
            if (is_of_month && f->paid_count < ARRAY_COUNT(f->paid_benefits))
                f->paid_benefits[f->paid_count++] = payrun_benefit_of(f->of->table, &source->run, line);
        }
    }
    return ERR_NONE;
}

bool payrun_fill_is_paid(const payrun_filling *f, text benefit)
{
    for (size_t i = 0; i < f->paid_count; i++)
        if (text_equal(f->paid_benefits[i], benefit)) return true;
    return false;
}
