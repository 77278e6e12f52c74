/* Steps of a payment run: drafts, signatures, the bank's answers, ends. */
#include <string.h>

#include "base/checked.h"
#include "support/business_internal.h"

enum { ROLL_REFUSED = 20, ROLL_RETURNED };

static const text PARTS[] = { { "50010101", 8 }, { "5001010201", 10 } };
static const int64_t PART_ACCOUNTS[] = { 50010101, 5001010201 };

static err draft_lines(business *b, payment_draft *draft)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        for (int p = b->insured_count; p < b->people_count; p++) {
            int64_t person = b->people[p];
            decision_made *made;
            size_t count;
            if (eventlog_bucket_of(person) != bucket) continue;
            TRY(decision_of_person(b->memory, b->decisions, person, TEXT("award.retirement"), &made, &count));
            payment_line line = { .person_id = person, .account = 9000 + p, .for_month = BUSINESS_MONTH };
            for (size_t i = 0; i < count; i++) {
                line.decision = made[i].decision_id;
                memcpy(line.part_fen, made[i].row.fen, 2 * sizeof line.part_fen[0]);
            }
            TRY(payment_draft_add(draft, &line));
        }
    return ERR_NONE;
}

static err redraft_unpaid(business *b, payment_draft *draft)
{
    payment_paid *unpaid;
    size_t count;
    TRY(payment_unpaid(b->memory, b->runs, &unpaid, &count));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        for (size_t i = 0; i < count; i++) {
            payment_line line = unpaid[i].line;
            line.reissue_of_run = unpaid[i].run_id;
            line.reissue_of_line = unpaid[i].number;
            line.account += 100;
            if (eventlog_bucket_of(line.person_id) == bucket) TRY(payment_draft_add(draft, &line));
        }
    return ERR_NONE;
}

static payment_act pay_act(business *b, int step, int64_t actor)
{
    return (payment_act){ .actor_id = actor, .known_ms = business_ms(step), .why = BUSINESS_WHY,
                          .key = business_key(b, step, "run", 0) };
}

err business_draft(business *b, int step)
{
    int count;
    int64_t run_id = business_rows(&count)[step].run_id, is;
    payment_draft *d;
    bool is_new;
    payment_act act = pay_act(b, step, BUSINESS_CLERK);
    payment_terms terms = { .month = BUSINESS_MONTH, .kind = run_id == 1 ? TEXT("pension.monthly") : TEXT("reissue"),
                            .fund = TEXT("employee_pension"), .payer_account = TEXT("6217000000000001"),
                            .parts = PARTS, .part_count = 2 };
    payment_run found;
    err e = payment_find(b->memory, b->runs, run_id, &found);
    if (e.kind != &PAYMENT_NO_SUCH_RUN && run_id > 1) return e; /* its lines are unpaid no longer */
    TRY(payment_draft_open(b->memory, b->runs, &terms, &act, &d));
    e = run_id == 1 ? draft_lines(b, d) : redraft_unpaid(b, d);
    if (!e.kind) return payment_draft_finish(d, &is, &is_new);
    payment_draft_cancel(d);
    return e;
}

/* What a signer's device signed is remembered there, and is the same when asked again. */
static crypto_signature sign(int actor, const crypto_digest *digest, crypto_sm2_public *shown)
{
    static struct {
        int actor;
        crypto_digest digest;
        crypto_signature made;
    } remembered[4096];
    static size_t count;
    crypto_sm2_private own;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { (uint8_t)actor, 3 };
    crypto_sm2_from_seed(seed, &own, shown);
    for (size_t i = 0; i < count; i++)
        if (remembered[i].actor == actor && crypto_digest_equal(remembered[i].digest, *digest))
            return remembered[i].made;
    arena *a = arena_open();
    crypto_signer *signer;
    err e = crypto_signer_open(a, &own, &signer);
    crypto_signature made = { { 0 } };
    if (!e.kind) made = crypto_sign(signer, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES });
    if (!e.kind) crypto_signer_close(signer);
    arena_close(a);
    if (count < ARRAY_COUNT(remembered)) {
        remembered[count].actor = actor;
        remembered[count].digest = *digest;
        remembered[count++].made = made;
    }
    return made;
}

static const uint8_t ACTOR_OF[PAYMENT_STEP_COUNT] = {
    [PAYMENT_CHECK] = BUSINESS_REVIEWER, [PAYMENT_SIGN_SECTION] = BUSINESS_HEAD,
    [PAYMENT_SIGN_LEADER] = BUSINESS_LEADER,
    [PAYMENT_AUTHORISE] = BUSINESS_ACCOUNTANT, [PAYMENT_SEND] = BUSINESS_CASHIER, [PAYMENT_BOOK] = BUSINESS_ACCOUNTANT,
    [PAYMENT_RECONCILE] = BUSINESS_REVIEWER, [PAYMENT_CLOSE] = BUSINESS_HEAD,
};

static text batch_of(business *b, int64_t run_id)
{
    return text_format(b->memory, "P%lld-1", (long long)run_id);
}

static err take(business *b, int step, int64_t run_id, payment_step taken)
{
    payment_act act = pay_act(b, step, ACTOR_OF[taken]);
    crypto_signature made;
    crypto_sm2_public shown;
    crypto_digest digest;
    if (!payment_is_signature(taken))
        return payment_move(b->runs, run_id, taken, &act, TEXT_NONE, TEXT_NONE);
    TRY(payment_signing_digest(b->runs, run_id, taken, &digest));
    made = sign(ACTOR_OF[taken], &digest, &shown);
    return payment_move(b->runs, run_id, taken, &act, (text){ (const char *)made.bytes, sizeof made.bytes },
                        (text){ (const char *)shown.bytes, sizeof shown.bytes });
}

err business_move(business *b, int step)
{
    int count;
    const business_row *row = &business_rows(&count)[step];
    payment_run run;
    TRY(take(b, step, row->run_id, row->payment));
    if (row->payment != PAYMENT_AUTHORISE) return ERR_NONE;
    TRY(payment_find(b->memory, b->runs, row->run_id, &run));
    return business_post_one(b, step, BUSINESS_PENSION, "plan.funded", batch_of(b, run.run_id), 0, 0, run.total_fen);
}

static err post_answer(business *b, int step, int64_t run_id, const char *kind, const int64_t *fen)
{
    bool is_paid = strcmp(kind, "benefit.paid") == 0;
    ledger_amount amounts[2];
    size_t count = 0;
    for (int i = 0; i < 2; i++)
        if (fen[i])
            amounts[count++] = (ledger_amount){ .debit = is_paid ? PART_ACCOUNTS[i] : 0,
                                                .credit = is_paid ? 0 : PART_ACCOUNTS[i], .amount_fen = fen[i] };
    return business_post(b, step, BUSINESS_PENSION, kind, batch_of(b, run_id), amounts, count);
}

/* The bank's word for a line; of a later answer only what comes back. */
static bool says(const business *b, const payment_numbered *line, int64_t run_id, bool is_late,
                 payment_outcome *outcome)
{
    bool is_refused = run_id == 1 && business_roll(b, ROLL_REFUSED, line->number, 0, 4) == 0;
    bool comes_back = run_id == 1 && !is_refused &&
                      (line->number == 2 || business_roll(b, ROLL_RETURNED, line->number, 0, 5) == 0);
    *outcome = is_late ? PAYMENT_RETURNED : is_refused ? PAYMENT_REFUSED : PAYMENT_PAID;
    return !is_late || comes_back;
}

static err add_answers(business *b, payment_answer *answer, int64_t run_id, bool is_late, payment_control *control,
                       business_postings *accounts)
{
    payment_cursor *cursor;
    TRY(payment_lines(b->memory, b->runs, run_id, &cursor));
    err e = ERR_NONE;
    while (!e.kind) {
        const payment_numbered *at;
        payment_outcome outcome;
        e = payment_next_line(cursor, &at);
        if (e.kind || !at) break;
        if (!says(b, at, run_id, is_late, &outcome)) continue;
        int64_t fen = payment_line_fen(&at->line);
        e = payment_answer_add(answer, at->number, fen, outcome, outcome == PAYMENT_PAID ? TEXT_NONE : TEXT("AC04"));
        control->count++;
        control->total_fen += fen;
        if (outcome != PAYMENT_REFUSED)
            business_add_posting(accounts, at->line.person_id, is_late ? at->line.part_fen[1] : -at->line.part_fen[1]);
    }
    payment_lines_close(cursor);
    return e;
}

static err hear(business *b, int step, bool is_late)
{
    int count;
    int64_t run_id = business_rows(&count)[step].run_id;
    payment_answer *answer;
    payment_control control = { 0 };
    business_postings accounts = { .b = b };
    bool is_new;
    payment_act act = pay_act(b, step, BUSINESS_ACCOUNTANT);
    TRY(payment_answer_open(b->memory, b->runs, run_id, &act, &answer));
    err e = add_answers(b, answer, run_id, is_late, &control, &accounts);
    if (!e.kind) e = payment_answer_finish(answer, &control, &is_new);
    else payment_answer_close(answer);
    TRY(e);
    if (!is_new) return ERR_NONE;
    TRY(post_answer(b, step, run_id, "benefit.paid", payment_answer_sums(answer)->paid_fen));
    TRY(post_answer(b, step, run_id, "benefit.returned", payment_answer_sums(answer)->returned_fen));
    TRY(business_credit(&accounts, step, is_late ? BUSINESS_POSTED_CORRECTION : BUSINESS_POSTED_PAID));
    return is_late ? ERR_NONE : take(b, step, run_id, PAYMENT_BOOK);
}

err business_answer(business *b, int step) { return hear(b, step, false); }
err business_come_back(business *b, int step) { return hear(b, step, true); }

err business_reconcile(business *b, int step)
{
    int count;
    payment_run run;
    payment_act act = pay_act(b, step, BUSINESS_REVIEWER);
    TRY(payment_find(b->memory, b->runs, business_rows(&count)[step].run_id, &run));
    payment_balance balance = { .business_fen = run.paid_fen, .finance_fen = run.paid_fen, .bank_fen = run.paid_fen };
    return payment_reconcile(b->runs, run.run_id, &act, &balance);
}
