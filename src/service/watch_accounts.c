#include "service/watch_known_internal.h"

#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"

/* ---- accounts ---- */

/* The first account not before this one, in the order they are kept. */
static size_t seek_account(const watch_known *k, uint32_t bucket, int64_t account)
{
    size_t low = 0, high = k->account_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t met = k->payees[k->account_from[middle]].account;
        uint32_t of = eventlog_bucket_of(met);
        if (of < bucket || (of == bucket && met < account)) low = middle + 1;
        else high = middle;
    }
    return low;
}

void watch_known_accounts_of(const watch_known *known, uint32_t bucket, size_t *first, size_t *until)
{
    *first = seek_account(known, bucket, INT64_MIN);
    *until = seek_account(known, bucket + 1, INT64_MIN);
}

typedef struct {
    int64_t payees, others, amount;
} account_sums;

static account_sums sums_of(const watch_known *k, size_t account)
{
    account_sums s = { 0 };
    for (size_t i = k->account_from[account]; i < k->account_from[account + 1]; i++) {
        const watch_known_payee *p = &k->payees[i];
        s.payees += p->is_paid;
        s.others += p->is_paid && p->is_other;
        s.amount += p->paid_fen;
    }
    return s;
}

static bool fact_of_account(const account_sums *s, const char *name, int64_t *value)
{
    if (strcmp(name, "account.payees") == 0) *value = s->payees;
    else if (strcmp(name, "account.others") == 0) *value = s->others;
    else if (strcmp(name, "account.amount") == 0) *value = s->amount;
    else return false;
    return true;
}

/* The days on which people changed to it; what was theirs from the first is no change. */
static void put_changes(const watch_known *k, size_t account, column *days, size_t *count)
{
    for (size_t i = k->account_from[account]; i < k->account_from[account + 1]; i++)
        if (k->payees[i].from_day > REGISTRY_EVER) days->value[(*count)++] = k->payees[i].from_day;
}

watch_known_lanes watch_known_accounts(arena *a, const watch_known *known, const decide_plan *plan, size_t first,
                                       size_t count)
{
    size_t fact_count, record_count, rows = 0, changes = decide_fact_index(plan, "changes.day");
    const decide_fact *facts = decide_facts(plan, &fact_count);
    size_t row_room = known->account_from[first + count] - known->account_from[first];
    column *columns = ARENA_ARRAY(a, column, fact_count + 1);
    int64_t *subject_id = ARENA_ARRAY(a, int64_t, count + 1);
    (void)decide_records(plan, &record_count);
    uint32_t **until = ARENA_ARRAY(a, uint32_t *, record_count + 1);
    for (size_t r = 0; r < record_count; r++) until[r] = ARENA_ARRAY(a, uint32_t, count + 1);
    for (size_t i = 0; i < fact_count; i++) {
        columns[i] = column_open(a, facts[i].record == SIZE_MAX ? count : row_room);
        column_ensure_reasons(a, &columns[i]);
    }
    for (size_t lane = 0; lane < count; lane++) {
        account_sums s = sums_of(known, first + lane);
        subject_id[lane] = known->payees[known->account_from[first + lane]].account;
        for (size_t i = 0; i < fact_count; i++) {
            if (facts[i].record != SIZE_MAX || fact_of_account(&s, facts[i].name, &columns[i].value[lane])) continue;
            columns[i].reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
        }
        if (changes != SIZE_MAX) put_changes(known, first + lane, &columns[changes], &rows);
        for (size_t r = 0; r < record_count; r++) until[r][lane] = (uint32_t)rows;
    }
    for (size_t i = 0; i < fact_count; i++)
        if (facts[i].record != SIZE_MAX) columns[i].count = rows;
    return (watch_known_lanes){ .block = { .count = count, .facts = columns,
                                           .row_until = (const uint32_t *const *)until },
                                .subject_id = subject_id };
}

/* ---- whom else ---- */

enum { OTHERS_SHOWN_MAX = 50 };

typedef struct {
    text_builder out;
    size_t count;
} others;

static void add_other(others *o, int64_t id)
{
    if (o->count++ >= OTHERS_SHOWN_MAX) return;
    text_add_format(&o->out, "%s%lld", o->count > 1 ? " " : "", (long long)id);
}

static void others_of_account(const watch_known *k, int64_t account, others *o)
{
    size_t low = seek_account(k, eventlog_bucket_of(account), account);
    if (low == k->account_count || k->payees[k->account_from[low]].account != account) return;
    for (size_t i = k->account_from[low]; i < k->account_from[low + 1]; i++) add_other(o, k->payees[i].person_id);
}

static void others_of_person(const watch_known *k, int64_t person_id, others *o)
{
    watch_known_likeness wanted = { .person_id = person_id };
    const watch_known_likeness *mine =
        k->alike_count ? bsearch(&wanted, k->alike, k->alike_count, sizeof *k->alike, watch_known_by_person) : NULL;
    for (size_t i = 0; mine && i < k->alike_count; i++)
        if (k->alike[i].who == mine->who && k->alike[i].person_id != person_id) add_other(o, k->alike[i].person_id);
    for (size_t i = 0; i < k->review_count; i++)
        if (k->reviews[i].fact.subject_id == person_id && k->reviews[i].other_id) add_other(o, k->reviews[i].other_id);
}

text watch_known_others(arena *a, const watch_known *known, decide_each each, int64_t subject_id)
{
    others o = { .out = text_builder_open(a) };
    if (each == DECIDE_EACH_ACCOUNT) others_of_account(known, subject_id, &o);
    if (each == DECIDE_EACH_PERSON) others_of_person(known, subject_id, &o);
    return text_built(&o.out);
}
