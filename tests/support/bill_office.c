#include "base/checked.h"
#include "support/bill_office.h"

#define ok office_ok

collection_act bill_act_of(bill_office *o, const char *key)
{
    o->house->now_ms++;
    return (collection_act){ .actor_id = 1, .known_ms = o->house->now_ms, .why = TEXT("test"), .key = text_of(key) };
}

static const collection_key KEYS[] = {
    { "pension.employer", PENSION, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
    { "pension.person", PENSION, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
    { "medical.employer", MEDICAL, COLLECTION_PREMIUM, COLLECTION_BY_PAYER },
    { "medical.government", MEDICAL, COLLECTION_PREMIUM, COLLECTION_BY_GOVERNMENT },
};

collection_terms bill_terms_of(int32_t month)
{
    return (collection_terms){ .purpose = TEXT("employee"), .month = month, .due_day = DUE_DAY,
                               .government_id = GOVERNMENT_ID, .keys = KEYS, .key_count = 4 };
}

/* Person p works for employer 1 + p % 3. */
collection_payer bill_employer_of(int64_t person)
{
    return (collection_payer){ COLLECTION_EMPLOYER, 1 + person % 3 };
}

collection_line bill_line_of(int64_t person)
{
    return (collection_line){ .person_id = person, .payer = bill_employer_of(person), .base_fen = 500000 + person,
                              .decision = person, .fen = { 80000 + person, 40000, 35000, person % 2 ? 0 : 1000 } };
}

err bill_try_issue(bill_office *o, int32_t month, int people, const char *key, collection_issued *issued)
{
    collection_issue *issue;
    collection_terms terms = bill_terms_of(month);
    collection_act act = bill_act_of(o, key);
    office_begin(o->house);
    err e = collection_issue_open(o->memory, o->bills, &terms, &act, &issue);
    if (e.kind) return office_end(o->house, e);
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++)
        for (int64_t person = 1; !e.kind && person <= people; person++) {
            collection_line line = bill_line_of(person);
            if (eventlog_bucket_of(person) == bucket) e = collection_issue_add(issue, &line);
        }
    if (e.kind) collection_issue_cancel(issue);
    else e = collection_issue_finish(issue, issued);
    return office_end(o->house, e);
}

int64_t bill_issue_of(bill_office *o, int32_t month, int people)
{
    collection_issued issued;
    ok(bill_try_issue(o, month, people, "", &issued));
    return issued.issue_id;
}

int64_t bill_owed(bill_office *o, collection_payer payer, bool only_open)
{
    collection_due *dues;
    size_t count;
    int64_t sum = 0;
    ok(collection_dues_of(o->memory, o->bills, payer, only_open, &dues, &count));
    for (size_t i = 0; i < count; i++) sum += dues[i].due_fen - (only_open ? dues[i].received_fen : 0);
    return sum;
}

const collection_order BILL_OLDEST = { false, false };

err bill_try_receive(bill_office *o, collection_payer payer, int64_t fen, const char *key,
                       const collection_order *order, collection_received *received)
{
    collection_receiving *w;
    collection_act act = bill_act_of(o, key);
    collection_receipt receipt = { .payer = payer, .amount_fen = fen, .day = DUE_DAY, .for_month = INT32_MIN,
                                   .reference = TEXT("T-1") };
    office_begin(o->house);
    err e = collection_receive_open(o->memory, o->bills, MONTH, order, &act, &w);
    if (!e.kind) e = collection_receive_add(w, &receipt);
    if (e.kind) collection_receive_cancel(w);
    else e = collection_receive_finish(w, received);
    return office_end(o->house, e);
}

collection_received bill_receive(bill_office *o, collection_payer payer, int64_t fen)
{
    collection_received received;
    ok(bill_try_receive(o, payer, fen, "", &BILL_OLDEST, &received));
    return received;
}

collection_due bill_due_key(collection_payer payer, int32_t fund)
{
    return (collection_due){ .payer = payer, .purpose = TEXT("employee"), .month = MONTH, .fund = fund,
                             .charge = COLLECTION_PREMIUM, .due_day = DUE_DAY };
}
