/* The steps of the scenario, one row each. Amounts are the test's own; which account takes what is
 * read from packs/ledger. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "support/business_internal.h"

enum {
    EARLIER = BUSINESS_MONTH - 1, DUE_DAY = 45980, /* in BUSINESS_MONTH */
    ROLL_PENSION = 10, ROLL_BASE, ROLL_RECEIPT, ROLL_DELTA
};

int64_t business_ms(int step)
{
    return INT64_C(1700000000000) + step * INT64_C(60000);
}

text business_key(business *b, int step, const char *what, int64_t number)
{
    return text_format(b->memory, "step-%d/%s/%lld", step, what, (long long)number);
}

const text BUSINESS_WHY = { "month", 5 };
static const text LAW = { "5f1e2d3c", 8 };

ledger_stamp business_stamp(business *b, int step, const char *what, int64_t number, int64_t actor)
{
    return (ledger_stamp){ .key = business_key(b, step, what, number), .known_ms = business_ms(step),
                           .actor_id = actor, .why = BUSINESS_WHY };
}

static collection_act collect_act(business *b, int step)
{
    return (collection_act){ .actor_id = BUSINESS_CLERK, .known_ms = business_ms(step), .why = BUSINESS_WHY,
                             .key = business_key(b, step, "bill", 0) };
}

/* ---- vouchers and business_postings ---- */

err business_post(business *b, int step, int32_t fund, const char *kind, text reference,
                const ledger_amount *amounts, size_t count)
{
    ledger_voucher_id voucher;
    ledger_stamp stamp = business_stamp(b, step, kind, fund, BUSINESS_ACCOUNTANT);
    stamp.key = text_format(b->memory, "%.*s/%.*s", TEXT_ARG(stamp.key), TEXT_ARG(reference));
    ledger_business deed = { .fund = fund, .day = BUSINESS_DAY, .kind = kind, .reference = reference,
                                 .amounts = amounts, .amount_count = count };
    return count ? ledger_post(b->books, &stamp, &deed, &voucher) : ERR_NONE;
}

err business_post_one(business *b, int step, int32_t fund, const char *kind, text reference,
                    int64_t debit, int64_t credit, int64_t fen)
{
    ledger_amount amount = { .debit = debit, .credit = credit, .amount_fen = fen };
    return business_post(b, step, fund, kind, reference, &amount, fen ? 1 : 0);
}

static int by_person(const void *one, const void *other)
{
    const business_posting *a = one, *b = other;
    return a->person != b->person ? (a->person > b->person) - (a->person < b->person)
                                  : (a->fen > b->fen) - (a->fen < b->fen);
}

/* A batch a bucket, persons in order. */
err business_credit(business_postings *all, int step, int32_t kind)
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
                               .all_day = BUSINESS_DAY, .all_kind = kind, .count = count };
        ledger_stamp stamp = business_stamp(b, step, "register", kind, BUSINESS_CLERK);
        if (count) TRY(ledger_credit(b->books, &stamp, bucket, &batch));
    }
    return ERR_NONE;
}

void business_add_posting(business_postings *all, int64_t person, int64_t fen)
{
    if (fen) all->items[all->count++] = (business_posting){ person, fen };
}

/* ---- the office, its decisions, its books ---- */

static err found(business *b, int step)
{
    charter_act act = { .actor_id = BUSINESS_CLERK, .known_ms = business_ms(step), .why = BUSINESS_WHY };
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
    decision_terms terms = { .purpose = TEXT("award.retirement"), .law = LAW, .on_day = BUSINESS_DAY,
                             .for_month = BUSINESS_MONTH, .keys = KEYS, .key_count = 2 };
    decision_act act = { .actor_id = BUSINESS_CLERK, .known_ms = business_ms(step), .why = BUSINESS_WHY,
                         .key = business_key(b, step, "decide", 0) };
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
    business_postings opening = { .b = b };
    ledger_stamp stamp = business_stamp(b, step, "begin", 0, BUSINESS_ACCOUNTANT);
    TRY(ledger_begin(b->books, &stamp, BUSINESS_PENSION, BUSINESS_MONTH, OPENING, ARRAY_COUNT(OPENING)));
    TRY(ledger_begin(b->books, &stamp, BUSINESS_MEDICAL, BUSINESS_MONTH, NULL, 0));
    for (int p = b->insured_count; p < b->people_count; p++) business_add_posting(&opening, b->people[p], 4000000 + p);
    return business_credit(&opening, step, BUSINESS_POSTED_OPENING);
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
static err post_received(business *b, int step, const collection_received *in, const char *kind, int64_t number)
{
    text reference = business_key(b, step, "receipt", number);
    int64_t fen[] = { 0, 0 };
    for (size_t i = 0; i < in->allocated_count; i++)
        fen[in->allocated[i].fund == BUSINESS_MEDICAL] +=
            in->allocated[i].current_fen + in->allocated[i].earlier_fen + in->allocated[i].later_fen;
    bool is_suspense = strcmp(kind, "suspense.identified") == 0;
    TRY(business_post_one(b, step, BUSINESS_PENSION, kind, reference, is_suspense ? 200105 : 0, 400101, fen[0]));
    TRY(business_post_one(b, step, BUSINESS_MEDICAL, kind, reference, is_suspense ? 200105 : 0, 40010501, fen[1]));
    return is_suspense ? ERR_NONE
                       : business_post_one(b, step, BUSINESS_PENSION, "suspense.received", reference, 1003, 200105, in->credit_fen);
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
        collection_receipt receipt = { .payer = payer_at(b, i), .amount_fen = billed * share / 100, .day = BUSINESS_DAY,
                                       .for_month = INT32_MIN, .reference = business_key(b, step, "bank", i) };
        if (!e.kind && receipt.amount_fen) e = collection_receive_add(w, &receipt);
    }
    if (e.kind) {
        collection_receive_cancel(w);
        return e;
    }
    TRY(collection_receive_finish(w, &received));
    return received.is_new ? post_received(b, step, &received, "contribution.to_special", 0) : ERR_NONE;
}

static err receive_first(business *b, int step) { return receive_share(b, step, 50, 100); }
static err receive_more(business *b, int step) { return receive_share(b, step, 60, 170); }

static err tell_settled(void *context, const collection_settled *settled)
{
    business_postings *all = context;
    if (settled->is_paid[1]) business_add_posting(all, settled->line->person_id, settled->line->fen[1]);
    return ERR_NONE;
}

static err settle(business *b, int step)
{
    collection_issue_row *issues;
    size_t count;
    collection_act act = collect_act(b, step);
    business_postings all = { .b = b };
    TRY(collection_issues(b->memory, b->bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t told;
        TRY(collection_settle(b->bills, issues[i].issue_id, &act, NULL, tell_settled, &all, &told));
    }
    TRY(business_credit(&all, step, BUSINESS_POSTED_CONTRIBUTION));
    /* The office notes that it settled, whatever there was to tell. */
    charter_act note = { .actor_id = BUSINESS_CLERK, .known_ms = business_ms(step), .why = BUSINESS_WHY };
    return charter_say(b->charter, &note, text_format(b->memory, "settled.%d", step), TEXT("yes"));
}

/* A correction of what was billed; what it frees of money received goes back at once (退费). */
static err correct(business *b, int step, const collection_due *due, int64_t delta_fen)
{
    int64_t before, after;
    collection_act act = collect_act(b, step);
    act.key = business_key(b, step, "adjust", 0);
    TRY(collection_credit_of(b->bills, due->payer, &before));
    TRY(collection_adjust(b->bills, due, delta_fen, &act));
    TRY(collection_credit_of(b->bills, due->payer, &after));
    if (after == before) return ERR_NONE;
    act.key = business_key(b, step, "refund", 0);
    TRY(collection_refund(b->bills, due->payer, after - before, &act));
    return business_post_one(b, step, BUSINESS_PENSION, "contribution.refunded", act.key, 400101, 1004, after - before);
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
    TRY(correct(b, step, &premium, -business_roll(b, ROLL_DELTA, 0, 1, 5000)));
    act.key = business_key(b, step, "defer", 0);
    return collection_defer(b->bills, payer_at(b, 2), BUSINESS_MONTH, DUE_DAY + 30, &act);
}

static err use_credit(business *b, int step)
{
    charter_act note = { .actor_id = BUSINESS_CLERK, .known_ms = business_ms(step), .why = BUSINESS_WHY };
    for (int64_t i = 0; i < BUSINESS_PAYERS; i++) {
        err e;
        int64_t credit;
        collection_received received;
        collection_act act = collect_act(b, step);
        TRY(collection_credit_of(b->bills, payer_at(b, i), &credit));
        int64_t open = open_fen(b, payer_at(b, i), &e);
        TRY(e);
        if (!credit || !open) continue;
        act.key = business_key(b, step, "credit", i);
        TRY(collection_use_credit(b->memory, b->bills, payer_at(b, i), BUSINESS_MONTH, &OLDEST, &act, &received));
        if (received.is_new) TRY(post_received(b, step, &received, "suspense.identified", i));
    }
    return charter_say(b->charter, &note, TEXT("credit.used"), TEXT("yes"));
}

static err close_month(business *b, int step)
{
    ledger_voucher_id voucher;
    ledger_stamp stamp = business_stamp(b, step, "close", 0, BUSINESS_ACCOUNTANT);
    TRY(ledger_close_month(b->books, &stamp, BUSINESS_PENSION, BUSINESS_MONTH, &voucher));
    return ledger_close_month(b->books, &stamp, BUSINESS_MEDICAL, BUSINESS_MONTH, &voucher);
}

/* ---- the rows ---- */

#define SAID(name)        "SELECT count(*) FROM charter_setting WHERE name = '" name "'"
#define MARKED(run, step) "SELECT count(*) FROM payment_mark WHERE run_id = " #run " AND step = '" step "'"
#define RECEIVED(step)    "SELECT count(*) FROM collection_receipt WHERE reference LIKE 'step-" step "/%'"
#define MOVES(run)                                                                                 \
    { "check", business_move, MARKED(run, "check"), run, PAYMENT_CHECK, false },                            \
    { "sign as section head", business_move, MARKED(run, "sign_section"), run, PAYMENT_SIGN_SECTION, false }, \
    { "sign as leader", business_move, MARKED(run, "sign_leader"), run, PAYMENT_SIGN_LEADER, false },       \
    { "authorise", business_move, MARKED(run, "authorise"), run, PAYMENT_AUTHORISE, false },                \
    { "send", business_move, MARKED(run, "send"), run, PAYMENT_SEND, false },                               \
    { "answer", business_answer, MARKED(run, "book"), run, PAYMENT_BOOK, run == 1 }
#define ENDS(run)                                                                                  \
    { "reconcile", business_reconcile, MARKED(run, "reconcile"), run, PAYMENT_RECONCILE, false },           \
    { "close", business_move, MARKED(run, "close"), run, PAYMENT_CLOSE, false }

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
    { "draft", business_draft, "SELECT count(*) FROM payment_run WHERE run_id = 1", 1, PAYMENT_DRAFT, false },
    MOVES(1),
    { "come back", business_come_back, "SELECT returned_count FROM payment_run WHERE run_id = 1", 1, PAYMENT_BOOK, false },
    ENDS(1),
    { "draft the reissue", business_draft, "SELECT count(*) FROM payment_run WHERE run_id = 2", 2, PAYMENT_DRAFT, false },
    MOVES(2),
    ENDS(2),
    { "close the month", close_month, "SELECT min(is_closed) FROM ledger_month WHERE month = 1510", 0, 0, true },
    { "enrol", business_enrol, "SELECT count(*) FROM registry_household", 0, 0, false },
    { "say", business_say, "SELECT count(*) FROM registry_account", 0, 0, false },
    { "correct", business_correct, "SELECT count(*) FROM registry_attribute", 0, 0, false },
    { "extend", business_extend, "SELECT count(*) FROM registry_spell_segment", 0, 0, true },
    { "merge", business_merge, "SELECT count(*) FROM registry_person WHERE merged_into <> 0", 0, 0, false },
    { "forget", business_forget, "SELECT count(*) FROM registry_key WHERE length(salt) = 0", 0, 0, false },
    { "found users", business_found_users, "SELECT count(*) FROM staff_user", 0, 0, false },
    { "key users", business_key_users, "SELECT count(*) FROM staff_key", 0, 0, false },
    { "shut out", business_shut_out, "SELECT count(*) FROM staff_user WHERE state = 2", 0, 0, true },
};

const business_row *business_rows(int *count)
{
    *count = ARRAY_COUNT(ROWS);
    return ROWS;
}
