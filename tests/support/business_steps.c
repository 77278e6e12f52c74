/* The steps of the scenario, one row each. Amounts are the test's own; which account takes what is
 * read from packs/ledger. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "support/business.h"

enum {
    CLERK = 1, REVIEWER, HEAD, LEADER, ACCOUNTANT, CASHIER,
    EARLIER = BUSINESS_MONTH - 1, DUE_DAY = 45980, POST_DAY = 45985, /* both in BUSINESS_MONTH */
    POSTED_OPENING = 1, POSTED_CONTRIBUTION = 2, POSTED_PAID = 8, POSTED_CORRECTION = 11,
    ROLL_PENSION = 10, ROLL_BASE, ROLL_RECEIPT, ROLL_REFUSED, ROLL_RETURNED, ROLL_DELTA
};

int64_t business_ms(int step)
{
    return INT64_C(1700000000000) + step * INT64_C(60000);
}

static text key_of(business *b, int step, const char *what, int64_t number)
{
    return text_format(b->memory, "step-%d/%s/%lld", step, what, (long long)number);
}

static const text WHY = { "month", 5 };
static const text LAW = { "5f1e2d3c", 8 };

static ledger_stamp stamp_of(business *b, int step, const char *what, int64_t number, int64_t actor)
{
    return (ledger_stamp){ .key = key_of(b, step, what, number), .known_ms = business_ms(step),
                           .actor_id = actor, .why = WHY };
}

static collection_act collect_act(business *b, int step)
{
    return (collection_act){ .actor_id = CLERK, .known_ms = business_ms(step), .why = WHY,
                             .key = key_of(b, step, "bill", 0) };
}

/* ---- vouchers and postings ---- */

static err post(business *b, int step, int32_t fund, const char *kind, text reference,
                const ledger_amount *amounts, size_t count)
{
    ledger_voucher_id voucher;
    ledger_stamp stamp = stamp_of(b, step, kind, fund, ACCOUNTANT);
    ledger_business deed = { .fund = fund, .day = POST_DAY, .kind = kind, .reference = reference,
                                 .amounts = amounts, .amount_count = count };
    return count ? ledger_post(b->books, &stamp, &deed, &voucher) : ERR_NONE;
}

static err post_one(business *b, int step, int32_t fund, const char *kind, text reference,
                    int64_t debit, int64_t credit, int64_t fen)
{
    ledger_amount amount = { .debit = debit, .credit = credit, .amount_fen = fen };
    return post(b, step, fund, kind, reference, &amount, fen ? 1 : 0);
}

typedef struct {
    int64_t person, fen;
} posting;
typedef struct {
    business *b;
    posting items[4 * BUSINESS_PEOPLE_MAX];
    size_t count;
} postings;

static int by_person(const void *one, const void *other)
{
    const posting *a = one, *b = other;
    return a->person != b->person ? (a->person > b->person) - (a->person < b->person)
                                  : (a->fen > b->fen) - (a->fen < b->fen);
}

/* A batch a bucket, persons in order. */
static err credit_all(postings *all, int step, int32_t kind)
{
    business *b = all->b;
    qsort(all->items, all->count, sizeof all->items[0], by_person);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        int64_t person[ARRAY_COUNT(all->items)], fen[ARRAY_COUNT(all->items)];
        size_t count = 0;
        for (size_t i = 0; i < all->count; i++)
            if (eventlog_bucket_of(all->items[i].person) == bucket) {
                person[count] = all->items[i].person;
                fen[count++] = all->items[i].fen;
            }
        ledger_batch batch = { .fund = BUSINESS_PENSION, .person_id = person, .amount_fen = fen,
                               .all_day = POST_DAY, .all_kind = kind, .count = count };
        ledger_stamp stamp = stamp_of(b, step, "register", kind, CLERK);
        if (count) TRY(ledger_credit(b->books, &stamp, bucket, &batch));
    }
    return ERR_NONE;
}

static void add_posting(postings *all, int64_t person, int64_t fen)
{
    if (fen) all->items[all->count++] = (posting){ person, fen };
}

/* ---- the office, its decisions, its books ---- */

static err found(business *b, int step)
{
    charter_act act = { .actor_id = CLERK, .known_ms = business_ms(step), .why = WHY };
    TRY(charter_say(b->charter, &act, TEXT("office.region"), TEXT("530523")));
    TRY(charter_say(b->charter, &act, TEXT("office.name"), TEXT("县社保中心")));
    return charter_keep_law(b->charter, &act, LAW, TEXT("the packs and tables of this law"));
}

static int64_t part_fen(const business *b, int64_t person, int part)
{
    return business_roll(b, ROLL_PENSION + 100 * part, person, part ? 0 : 80000, part ? 30000 : 300000);
}

static err decide(business *b, int step)
{
    static const char *const KEYS[] = { "pension.basic", "pension.account" };
    decision_terms terms = { .purpose = TEXT("award.retirement"), .law = LAW, .on_day = POST_DAY,
                             .for_month = BUSINESS_MONTH, .keys = KEYS, .key_count = 2 };
    decision_act act = { .actor_id = CLERK, .known_ms = business_ms(step), .why = WHY,
                         .key = key_of(b, step, "decide", 0) };
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        decision_row rows[BUSINESS_PEOPLE_MAX];
        int64_t ids[BUSINESS_PEOPLE_MAX];
        size_t count = 0;
        for (int p = b->insured_count; p < b->people_count; p++)
            if (eventlog_bucket_of(b->people[p]) == bucket)
                rows[count++] = (decision_row){ .person_id = b->people[p], .record = TEXT("{\"age\":60}"),
                                                .fen = { part_fen(b, b->people[p], 0), part_fen(b, b->people[p], 1) } };
        if (count) TRY(decision_make(b->decisions, &act, bucket, &terms, rows, count, ids));
    }
    return ERR_NONE;
}

static err begin_books(business *b, int step)
{
    static const ledger_line OPENING[] = { { 1003, LEDGER_DEBIT, 500000000 }, { 3001, LEDGER_CREDIT, 500000000 } };
    postings opening = { .b = b };
    ledger_stamp stamp = stamp_of(b, step, "begin", 0, ACCOUNTANT);
    TRY(ledger_begin(b->books, &stamp, BUSINESS_PENSION, BUSINESS_MONTH, OPENING, ARRAY_COUNT(OPENING)));
    TRY(ledger_begin(b->books, &stamp, BUSINESS_MEDICAL, BUSINESS_MONTH, NULL, 0));
    for (int p = b->insured_count; p < b->people_count; p++) add_posting(&opening, b->people[p], 4000000 + p);
    return credit_all(&opening, step, POSTED_OPENING);
}

/* ---- bills ---- */

static collection_payer payer_at(const business *b, int64_t index)
{
    return (collection_payer){ COLLECTION_EMPLOYER, b->people[index] };
}

static err issue_month(business *b, int step, int32_t month)
{
    static const collection_key KEYS[] = {
        { "pension.employer", BUSINESS_PENSION, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
        { "pension.person", BUSINESS_PENSION, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
        { "medical.employer", BUSINESS_MEDICAL, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
    };
    collection_terms terms = { .purpose = TEXT("employee"), .month = month, .due_day = DUE_DAY,
                               .keys = KEYS, .key_count = ARRAY_COUNT(KEYS) };
    collection_act act = collect_act(b, step);
    collection_issue *issue;
    collection_issued issued;
    err e = collection_issue_open(b->memory, b->bills, &terms, &act, &issue);
    if (e.kind) return e;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++)
        for (int p = 0; !e.kind && p < b->insured_count; p++) {
            int64_t base = business_roll(b, ROLL_BASE, b->people[p], 400000, 2000000);
            collection_line line = { .person_id = b->people[p], .payer = payer_at(b, p % BUSINESS_PAYERS),
                                     .base_fen = base, .fen = { base / 6, base / 12, base / 15 } };
            if (eventlog_bucket_of(b->people[p]) == bucket) e = collection_issue_add(issue, &line);
        }
    if (!e.kind) return collection_issue_finish(issue, &issued);
    collection_issue_cancel(issue);
    return e;
}

static err issue_earlier(business *b, int step) { return issue_month(b, step, EARLIER); }
static err issue_current(business *b, int step) { return issue_month(b, step, BUSINESS_MONTH); }

/* What was allocated is income of each fund; what is above stands in suspense. */
static err post_received(business *b, int step, const collection_received *in, const char *kind)
{
    text reference = key_of(b, step, "receipt", 0);
    int64_t fen[] = { 0, 0 };
    for (size_t i = 0; i < in->allocated_count; i++)
        fen[in->allocated[i].fund == BUSINESS_MEDICAL] +=
            in->allocated[i].current_fen + in->allocated[i].earlier_fen + in->allocated[i].later_fen;
    bool is_suspense = strcmp(kind, "suspense.identified") == 0;
    TRY(post_one(b, step, BUSINESS_PENSION, kind, reference, is_suspense ? 200105 : 0, 400101, fen[0]));
    TRY(post_one(b, step, BUSINESS_MEDICAL, kind, reference, is_suspense ? 200105 : 0, 40010501, fen[1]));
    return is_suspense ? ERR_NONE
                       : post_one(b, step, BUSINESS_PENSION, "suspense.received", reference, 1003, 200105, in->credit_fen);
}

static const collection_order OLDEST = { false, false };

static int64_t open_fen(business *b, collection_payer payer, err *e)
{
    collection_due *dues;
    size_t count = 0;
    int64_t sum = 0;
    *e = collection_dues_of(b->memory, b->bills, payer, true, &dues, &count);
    for (size_t i = 0; !e->kind && i < count; i++) sum += dues[i].due_fen - dues[i].received_fen;
    return sum;
}

/* Of each payer a share of one month's bill, less or more: the same when it is told again. */
static err receive_share(business *b, int step, int64_t percent_min, int64_t percent_max)
{
    collection_receiving *w;
    collection_received received;
    collection_act act = collect_act(b, step);
    TRY(collection_receive_open(b->memory, b->bills, BUSINESS_MONTH, &OLDEST, &act, &w));
    err e = ERR_NONE;
    for (int64_t i = 0; !e.kind && i < BUSINESS_PAYERS; i++) {
        collection_due *dues;
        size_t count = 0;
        int64_t billed = 0, share = business_roll(b, ROLL_RECEIPT + 10 * step, i, percent_min, percent_max);
        e = collection_dues_of(b->memory, b->bills, payer_at(b, i), false, &dues, &count);
        for (size_t d = 0; d < count; d++)
            if (dues[d].month == EARLIER && dues[d].charge == COLLECTION_PREMIUM) billed += dues[d].due_fen;
        collection_receipt receipt = { .payer = payer_at(b, i), .amount_fen = billed * share / 100, .day = POST_DAY,
                                       .for_month = INT32_MIN, .reference = key_of(b, step, "bank", i) };
        if (!e.kind && receipt.amount_fen) e = collection_receive_add(w, &receipt);
    }
    if (e.kind) {
        collection_receive_cancel(w);
        return e;
    }
    TRY(collection_receive_finish(w, &received));
    return received.is_new ? post_received(b, step, &received, "contribution.to_special") : ERR_NONE;
}

static err receive_first(business *b, int step) { return receive_share(b, step, 50, 100); }
static err receive_more(business *b, int step) { return receive_share(b, step, 60, 170); }

static err tell_settled(void *context, const collection_settled *settled)
{
    postings *all = context;
    if (settled->is_paid[1]) add_posting(all, settled->line->person_id, settled->line->fen[1]);
    return ERR_NONE;
}

static err settle(business *b, int step)
{
    collection_issue_row *issues;
    size_t count;
    collection_act act = collect_act(b, step);
    postings all = { .b = b };
    TRY(collection_issues(b->memory, b->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t told;
        TRY(collection_settle(b->bills, issues[i].issue_id, &act, tell_settled, &all, &told));
    }
    TRY(credit_all(&all, step, POSTED_CONTRIBUTION));
    /* The office notes that it settled, whatever there was to tell. */
    charter_act note = { .actor_id = CLERK, .known_ms = business_ms(step), .why = WHY };
    return charter_say(b->charter, &note, text_format(b->memory, "settled.%d", step), TEXT("yes"));
}

static err charge(business *b, int step)
{
    collection_due late = { .payer = payer_at(b, 0), .purpose = TEXT("employee"), .month = EARLIER,
                            .fund = BUSINESS_PENSION, .charge = COLLECTION_LATE_FEE, .due_day = DUE_DAY,
                            .due_fen = 1234 };
    collection_due premium = { .payer = payer_at(b, 1), .purpose = TEXT("employee"), .month = BUSINESS_MONTH,
                               .fund = BUSINESS_PENSION, .charge = COLLECTION_PREMIUM, .due_day = DUE_DAY };
    collection_act act = collect_act(b, step);
    TRY(collection_charge_due(b->bills, &late, &act));
    act.key = key_of(b, step, "adjust", 0);
    TRY(collection_adjust(b->bills, &premium, -business_roll(b, ROLL_DELTA, 0, 1, 5000), &act));
    act.key = key_of(b, step, "defer", 0);
    return collection_defer(b->bills, payer_at(b, 2), BUSINESS_MONTH, DUE_DAY + 30, &act);
}

static err use_credit(business *b, int step)
{
    charter_act note = { .actor_id = CLERK, .known_ms = business_ms(step), .why = WHY };
    for (int64_t i = 0; i < BUSINESS_PAYERS; i++) {
        err e;
        int64_t credit;
        collection_received received;
        collection_act act = collect_act(b, step);
        TRY(collection_credit_of(b->bills, payer_at(b, i), &credit));
        int64_t open = open_fen(b, payer_at(b, i), &e);
        TRY(e);
        if (!credit || !open) continue;
        act.key = key_of(b, step, "credit", i);
        TRY(collection_use_credit(b->memory, b->bills, payer_at(b, i), BUSINESS_MONTH, &OLDEST, &act, &received));
        if (received.is_new) TRY(post_received(b, step * 100 + (int)i, &received, "suspense.identified"));
    }
    return charter_say(b->charter, &note, TEXT("credit.used"), TEXT("yes"));
}

/* ---- a payment run ---- */

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
    return (payment_act){ .actor_id = actor, .known_ms = business_ms(step), .why = WHY,
                          .key = key_of(b, step, "run", 0) };
}

static err draft(business *b, int step)
{
    int count;
    int64_t run_id = business_rows(&count)[step].run_id, is;
    payment_draft *d;
    bool is_new;
    payment_act act = pay_act(b, step, CLERK);
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
    [PAYMENT_CHECK] = REVIEWER, [PAYMENT_SIGN_SECTION] = HEAD, [PAYMENT_SIGN_LEADER] = LEADER,
    [PAYMENT_AUTHORISE] = ACCOUNTANT, [PAYMENT_SEND] = CASHIER, [PAYMENT_BOOK] = ACCOUNTANT,
    [PAYMENT_RECONCILE] = REVIEWER, [PAYMENT_CLOSE] = HEAD,
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

static err move(business *b, int step)
{
    int count;
    const business_row *row = &business_rows(&count)[step];
    payment_run run;
    TRY(take(b, step, row->run_id, row->payment));
    if (row->payment != PAYMENT_AUTHORISE) return ERR_NONE;
    TRY(payment_find(b->memory, b->runs, row->run_id, &run));
    return post_one(b, step, BUSINESS_PENSION, "plan.funded", batch_of(b, run.run_id), 0, 0, run.total_fen);
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
    return post(b, step, BUSINESS_PENSION, kind, batch_of(b, run_id), amounts, count);
}

/* The bank's word for a line; of a later answer only what comes back. */
static bool says(const business *b, const payment_numbered *line, int64_t run_id, bool is_late, payment_outcome *outcome)
{
    bool is_refused = run_id == 1 && business_roll(b, ROLL_REFUSED, line->number, 0, 4) == 0;
    bool comes_back = run_id == 1 && !is_refused &&
                      (line->number == 2 || business_roll(b, ROLL_RETURNED, line->number, 0, 5) == 0);
    *outcome = is_late ? PAYMENT_RETURNED : is_refused ? PAYMENT_REFUSED : PAYMENT_PAID;
    return !is_late || comes_back;
}

static err add_answers(business *b, payment_answer *answer, int64_t run_id, bool is_late, payment_control *control,
                       postings *accounts)
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
            add_posting(accounts, at->line.person_id, is_late ? at->line.part_fen[1] : -at->line.part_fen[1]);
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
    postings accounts = { .b = b };
    bool is_new;
    payment_act act = pay_act(b, step, ACCOUNTANT);
    TRY(payment_answer_open(b->memory, b->runs, run_id, &act, &answer));
    err e = add_answers(b, answer, run_id, is_late, &control, &accounts);
    if (!e.kind) e = payment_answer_finish(answer, &control, &is_new);
    else payment_answer_close(answer);
    TRY(e);
    if (!is_new) return ERR_NONE;
    TRY(post_answer(b, step, run_id, "benefit.paid", payment_answer_sums(answer)->paid_fen));
    TRY(post_answer(b, step, run_id, "benefit.returned", payment_answer_sums(answer)->returned_fen));
    TRY(credit_all(&accounts, step, is_late ? POSTED_CORRECTION : POSTED_PAID));
    return is_late ? ERR_NONE : take(b, step, run_id, PAYMENT_BOOK);
}

static err answer(business *b, int step) { return hear(b, step, false); }
static err come_back(business *b, int step) { return hear(b, step, true); }

static err reconcile(business *b, int step)
{
    int count;
    payment_run run;
    payment_act act = pay_act(b, step, REVIEWER);
    TRY(payment_find(b->memory, b->runs, business_rows(&count)[step].run_id, &run));
    payment_balance balance = { .business_fen = run.paid_fen, .finance_fen = run.paid_fen, .bank_fen = run.paid_fen };
    return payment_reconcile(b->runs, run.run_id, &act, &balance);
}

static err close_month(business *b, int step)
{
    ledger_voucher_id voucher;
    ledger_stamp stamp = stamp_of(b, step, "close", 0, ACCOUNTANT);
    TRY(ledger_close_month(b->books, &stamp, BUSINESS_PENSION, BUSINESS_MONTH, &voucher));
    return ledger_close_month(b->books, &stamp, BUSINESS_MEDICAL, BUSINESS_MONTH, &voucher);
}

/* ---- the rows ---- */

#define SAID(name)        "SELECT count(*) FROM charter_setting WHERE name = '" name "'"
#define MARKED(run, step) "SELECT count(*) FROM payment_mark WHERE run_id = " #run " AND step = '" step "'"
#define RECEIVED(step)    "SELECT count(*) FROM collection_receipt WHERE reference LIKE 'step-" step "/%'"
#define MOVES(run)                                                                                 \
    { "check", move, MARKED(run, "check"), run, PAYMENT_CHECK, false },                            \
    { "sign as section head", move, MARKED(run, "sign_section"), run, PAYMENT_SIGN_SECTION, false }, \
    { "sign as leader", move, MARKED(run, "sign_leader"), run, PAYMENT_SIGN_LEADER, false },       \
    { "authorise", move, MARKED(run, "authorise"), run, PAYMENT_AUTHORISE, false },                \
    { "send", move, MARKED(run, "send"), run, PAYMENT_SEND, false },                               \
    { "answer", answer, MARKED(run, "book"), run, PAYMENT_BOOK, run == 1 }
#define ENDS(run)                                                                                  \
    { "reconcile", reconcile, MARKED(run, "reconcile"), run, PAYMENT_RECONCILE, false },           \
    { "close", move, MARKED(run, "close"), run, PAYMENT_CLOSE, false }

static const business_row ROWS[] = {
    { "found", found, "SELECT count(*) FROM charter_law", 0, 0, false },
    { "decide", decide, "SELECT count(*) FROM decision_made", 0, 0, false },
    { "begin the books", begin_books, "SELECT count(*) FROM ledger_month", 0, 0, false },
    { "issue", issue_earlier, "SELECT count(*) FROM collection_issue WHERE month = 1509", 0, 0, false },
    { "receive", receive_first, RECEIVED("4"), 0, 0, true },
    { "settle", settle, SAID("settled.5"), 0, 0, false },
    { "issue the next", issue_current, "SELECT count(*) FROM collection_issue WHERE month = 1510", 0, 0, false },
    { "receive more", receive_more, RECEIVED("7"), 0, 0, false },
    { "charge, adjust, defer", charge, "SELECT count(*) FROM collection_due WHERE charge = 3", 0, 0, false },
    { "use credit", use_credit, SAID("credit.used"), 0, 0, false },
    { "settle again", settle, SAID("settled.10"), 0, 0, false },
    { "draft", draft, "SELECT count(*) FROM payment_run WHERE run_id = 1", 1, PAYMENT_DRAFT, false },
    MOVES(1),
    { "come back", come_back, "SELECT returned_count FROM payment_run WHERE run_id = 1", 1, PAYMENT_BOOK, false },
    ENDS(1),
    { "draft the reissue", draft, "SELECT count(*) FROM payment_run WHERE run_id = 2", 2, PAYMENT_DRAFT, false },
    MOVES(2),
    ENDS(2),
    { "close the month", close_month, "SELECT min(is_closed) FROM ledger_month WHERE month = 1510", 0, 0, true },
};

const business_row *business_rows(int *count)
{
    *count = ARRAY_COUNT(ROWS);
    return ROWS;
}
