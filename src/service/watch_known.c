#include "base/search.h"
#include "service/watch_known_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/payrun.h"
#include "service/words.h"

watch_known *watch_known_open(county *office, int32_t month)
{
    watch_known *k = ARENA_NEW(office->memory, watch_known);
    *k = (watch_known){ .office = office, .memory = arena_open(), .month = month,
                        .day = calendar_last_day_of_month(month) };
    return k;
}

void watch_known_close(watch_known *known)
{
    if (known) arena_close(known->memory);
}

void watch_known_add(arena *a, watch_known_sums *s, int64_t id, int64_t fen)
{
    if (id < 0) return;
    if ((size_t)id >= s->capacity) {
        size_t capacity = s->capacity ? s->capacity : 1024;
        while (capacity <= (size_t)id) capacity *= 2;
        int64_t *larger = ARENA_ARRAY(a, int64_t, capacity);
        memset(larger, 0, capacity * sizeof *larger);
        if (s->capacity) memcpy(larger, s->fen, s->capacity * sizeof *larger);
        *s = (watch_known_sums){ larger, capacity };
    }
    s->fen[id] += fen;
}

int64_t watch_known_sum(const watch_known_sums *s, int64_t id)
{
    return id >= 0 && (size_t)id < s->capacity ? s->fen[id] : 0;
}

/* ---- everybody, once ---- */

static int64_t paid_of(const registry_roster_row *who)
{
    int64_t fen = 0;
    for (size_t i = 0; i < who->benefit_count; i++)
        if (who->benefits[i].state == REGISTRY_PAYING) fen += who->benefits[i].amount_fen;
    return fen;
}

/* Counts a person once an employer; answers the highest base any of them declared. */
static int64_t gather_work(watch_known *k, const registry_roster_row *who)
{
    int64_t wage_fen = 0;
    for (size_t i = 0; i < who->enrolment_count; i++) {
        const registry_enrolment *e = &who->enrolments[i];
        bool is_met = !e->employer_id;
        for (size_t j = 0; j < i && !is_met; j++) is_met = who->enrolments[j].employer_id == e->employer_id;
        if (e->employer_id && e->base_fen > wage_fen) wage_fen = e->base_fen;
        if (!is_met) watch_known_add(k->memory, &k->insured, e->employer_id, 1);
        if (e->employer_id && e->scheme == k->employee_pension) watch_known_add(k->memory, &k->billable, e->employer_id, 1);
    }
    return wage_fen;
}

static void gather_accounts(watch_known *k, const registry_roster_row *who, int64_t paid_fen)
{
    const registry_person *person = who->subject;
    for (size_t i = 0; i < who->account_count; i++) {
        const registry_account *account = &who->accounts[i];
        bool is_other = account->holder.size_bytes && !text_equal(account->holder, person->name);
        if (!account->number.key) continue;
        watch_known_payee one = { .account = payrun_account_of(account), .person_id = who->subject_id, .paid_fen = paid_fen,
                      .from_day = account->fact.from > INT32_MIN && account->fact.from < k->day + 1
                                      ? (int32_t)account->fact.from : REGISTRY_EVER,
                      .is_paid = paid_fen > 0, .is_other = is_other };
        ARENA_PUSH(k->memory, k->payees, k->payee_count, k->payee_capacity, one);
    }
}

static void gather_likeness(watch_known *k, const registry_roster_row *who)
{
    enum { VILLAGES_OF_A_TOWNSHIP = 1000 };
    const registry_person *p = who->subject;
    if (!p->birth_day || !p->name.size_bytes) return;
    uint64_t hash = hash_bytes(p->name.bytes, p->name.size_bytes, 1);
    hash = hash_mix(hash_mix(hash, (uint64_t)p->birth_day), (uint64_t)p->sex);
    hash = hash_mix(hash, (uint64_t)(p->region / VILLAGES_OF_A_TOWNSHIP));
    watch_known_likeness one = { hash, who->subject_id, 0 };
    ARENA_PUSH(k->memory, k->alike, k->alike_count, k->alike_capacity, one);
}

static err gather_bucket(watch_known *k, registry *people, uint32_t bucket)
{
    registry_roster *rows;
    registry_roster_options wants = { .day = k->day, .month = k->month, .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ENROLMENT | 1u << REGISTRY_BENEFIT |
                                               1u << REGISTRY_ACCOUNT | 1u << REGISTRY_MEMBER };
    arena *scratch = arena_open();
    const registry_roster_row *who = NULL;
    err e = registry_roster_open(scratch, people, bucket, &wants, &rows);
    if (!e.kind) {
        do {
            e = registry_roster_next(rows, &who);
            if (e.kind || !who) break;
            int64_t paid_fen = paid_of(who), wage_fen = gather_work(k, who);
            if (who->member) watch_known_add(k->memory, &k->income, who->member->household_id, wage_fen + paid_fen);
            gather_accounts(k, who, paid_fen);
            gather_likeness(k, who);
        } while (true);
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static int by_account(const void *a, const void *b)
{
    const watch_known_payee *x = a, *y = b;
    uint32_t one = eventlog_bucket_of(x->account), other = eventlog_bucket_of(y->account);
    if (one != other) return one < other ? -1 : 1;
    if (x->account != y->account) return (x->account > y->account) - (x->account < y->account);
    return (x->person_id > y->person_id) - (x->person_id < y->person_id);
}

static int by_who(const void *a, const void *b)
{
    uint64_t x = ((const watch_known_likeness *)a)->who, y = ((const watch_known_likeness *)b)->who;
    return (x > y) - (x < y);
}

int watch_known_by_person(const void *a, const void *b)
{
    int64_t x = ((const watch_known_likeness *)a)->person_id, y = ((const watch_known_likeness *)b)->person_id;
    return (x > y) - (x < y);
}

static void find_accounts(watch_known *k)
{
    if (k->payee_count) qsort(k->payees, k->payee_count, sizeof *k->payees, by_account);
    k->account_from = ARENA_ARRAY(k->memory, size_t, k->payee_count + 1);
    for (size_t i = 0; i < k->payee_count; i++)
        if (!i || k->payees[i].account != k->payees[i - 1].account) k->account_from[k->account_count++] = i;
    k->account_from[k->account_count] = k->payee_count;
}

/* Keeps only those of whom there is another. */
static void find_alike(watch_known *k)
{
    size_t kept = 0;
    if (k->alike_count) qsort(k->alike, k->alike_count, sizeof *k->alike, by_who);
    for (size_t from = 0, until; from < k->alike_count; from = until) {
        for (until = from + 1; until < k->alike_count && k->alike[until].who == k->alike[from].who;) until++;
        for (size_t i = from; until - from > 1 && i < until; i++) {
            k->alike[kept] = k->alike[i];
            k->alike[kept++].count = (int64_t)(until - from - 1);
        }
    }
    k->alike_count = kept;
    if (kept) qsort(k->alike, kept, sizeof *k->alike, watch_known_by_person);
}

static err gather_people(watch_known *k)
{
    registry *people;
    if (k->has_people) return ERR_NONE;
    TRY(county_people(k->office, &people));
    TRY(registry_word_find(people, TEXT("employee_pension"), &k->employee_pension));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(gather_bucket(k, people, bucket));
    find_accounts(k);
    find_alike(k);
    k->has_people = true;
    return ERR_NONE;
}

/* ---- reviews, bills, arrears ---- */

static int by_subject(const void *a, const void *b)
{
    int64_t x = ((const registry_review *)a)->fact.subject_id, y = ((const registry_review *)b)->fact.subject_id;
    return (x > y) - (x < y);
}

static err gather_reviews(watch_known *k)
{
    registry *people;
    if (k->has_reviews) return ERR_NONE;
    TRY(county_people(k->office, &people));
    TRY(registry_word_find(people, TEXT("duplicate_number"), &k->same_number));
    TRY(registry_word_find(people, TEXT("wrong_number"), &k->wrong_number));
    TRY(registry_reviews(k->memory, people, &k->reviews, &k->review_count));
    if (k->review_count) qsort(k->reviews, k->review_count, sizeof *k->reviews, by_subject);
    k->has_reviews = true;
    return ERR_NONE;
}

static err gather_issue(watch_known *k, collection *bills, int64_t issue_id)
{
    collection_cursor *lines;
    const collection_line *line = NULL;
    arena *scratch = arena_open();
    err e = collection_lines(scratch, bills, issue_id, EVENTLOG_BUCKETS, &lines);
    if (!e.kind) {
        do {
            e = collection_next_line(lines, &line);
            if (!e.kind && line && line->payer.kind == COLLECTION_EMPLOYER)
                watch_known_add(k->memory, &k->billed, line->payer.id, 1);
        } while (!e.kind && line);
        collection_lines_close(lines);
    }
    if (e.detail) e.detail = text_cstr(k->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}

static err take_arrears(void *context, const collection_due *due)
{
    watch_known *k = context;
    if (due->payer.kind != COLLECTION_EMPLOYER) return ERR_NONE;
    watch_known_add(k->memory, &k->arrears, due->payer.id, due->due_fen - due->received_fen);
    watch_known_add(k->memory, &k->arrears_month, due->payer.id, 0);
    int64_t *first = &k->arrears_month.fen[due->payer.id];
    if (!*first || due->month < *first) *first = due->month;
    return ERR_NONE;
}

static err gather_bills(watch_known *k)
{
    collection *bills;
    collection_issue_row *issues;
    size_t count;
    if (k->has_bills) return ERR_NONE;
    TRY(county_bills(k->office, &bills));
    TRY(collection_issues(k->memory, bills, k->month, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal_cstr(issues[i].purpose, "employee")) continue;
        k->has_issue = true;
        TRY(gather_issue(k, bills, issues[i].issue_id));
    }
    TRY(collection_arrears(bills, k->day, take_arrears, k));
    k->has_bills = true;
    return ERR_NONE;
}

/* ---- one subject's ---- */

static bool household_income(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->income, id);
    return true;
}

static bool employer_insured(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->insured, id);
    return true;
}

/* Of one whose people are in no scheme that is billed, and before the month is billed, it is not known. */
static bool employer_billed(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->billed, id) > 0;
    return k->has_issue && (*value || watch_known_sum(&k->billable, id) > 0 || !watch_known_sum(&k->insured, id));
}

static bool employer_arrears(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->arrears, id);
    return true;
}

static bool employer_arrears_month(const watch_known *k, int64_t id, int64_t *value)
{
    *value = watch_known_sum(&k->arrears_month, id);
    return *value != 0;
}

static bool has_review(const watch_known *k, int64_t id, int64_t reason)
{
    size_t low = SEARCH_FIRST(k->reviews, k->review_count, fact.subject_id, id);
    for (; low < k->review_count && k->reviews[low].fact.subject_id == id; low++)
        if (k->reviews[low].reason == reason) return true;
    return false;
}

static bool same_number(const watch_known *k, int64_t id, int64_t *value)
{
    *value = k->same_number && has_review(k, id, k->same_number);
    return true;
}

static bool wrong_number(const watch_known *k, int64_t id, int64_t *value)
{
    *value = k->wrong_number && has_review(k, id, k->wrong_number);
    return true;
}

static bool alike(const watch_known *k, int64_t id, int64_t *value)
{
    watch_known_likeness wanted = { .person_id = id };
    const watch_known_likeness *found =
        k->alike_count ? bsearch(&wanted, k->alike, k->alike_count, sizeof *k->alike, watch_known_by_person) : NULL;
    *value = found ? found->count : 0;
    return true;
}

/* ---- the table: a fact, how it is gathered, how it is read ---- */

static const struct known_row {
    const char *name;
    err (*gather)(watch_known *k);
    bool (*read)(const watch_known *k, int64_t id, int64_t *value);
    const char *watch; /* it is dear, and gathered only where the region has set what this watch needs; NULL: always */
} KNOWN[] = {
    { "household.known_income", gather_people, household_income, NULL },
    { "employer.insured", gather_people, employer_insured, NULL },
    { "paying.lines", watch_acts_gather_paying, watch_acts_lines, NULL },
    { "paying.lines_3", watch_acts_gather_paying_3, watch_acts_lines_3, "paying.many_3" },
    { "paying.lines_12", watch_acts_gather_paying_12, watch_acts_lines_12, "paying.many_12" },
    { "paying.most", watch_acts_gather_paying, watch_acts_most, NULL },
    { "paying.sum", watch_acts_gather_paying, watch_acts_sum, NULL },
    { "billing.now", watch_acts_gather_billing, watch_acts_now, NULL },
    { "billing.before", watch_acts_gather_billing, watch_acts_before, NULL },
    { "employer.insured_3", watch_headcount_gather_3, watch_headcount_3, NULL },
    { "employer.insured_12", watch_headcount_gather_12, watch_headcount_12, NULL },
    { "employer.billed", gather_bills, employer_billed, NULL },
    { "employer.arrears", gather_bills, employer_arrears, NULL },
    { "employer.arrears_month", gather_bills, employer_arrears_month, NULL },
    { "employer.unemployment_paid", watch_known_gather_premiums, watch_known_premium, NULL },
    { "employer.unemployment_months", watch_known_gather_premiums, watch_known_premium_months, NULL },
    { "amount.paid", watch_amounts_gather, watch_amounts_paid, NULL },
    { "amount.due", watch_amounts_gather, watch_amounts_due, NULL },
    { "amount.over", watch_amounts_gather, watch_amounts_over, NULL },
    { "amount.under", watch_amounts_gather, watch_amounts_under, NULL },
    { "amount.ended", watch_amounts_gather, watch_amounts_ended, NULL },
    { "person.same_number", gather_reviews, same_number, NULL },
    { "person.wrong_number", gather_reviews, wrong_number, NULL },
    { "person.twins", gather_people, alike, NULL },
    { "projects.bare", watch_projects_gather, watch_projects_bare, NULL },
    { "projects.less", watch_projects_gather, watch_projects_less, NULL },
};

bool watch_known_has(const char *fact)
{
    bool has = text_begins(text_of(fact), TEXT("roll."));
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) has |= strcmp(KNOWN[i].name, fact) == 0;
    return has;
}

/* Neither of somebody about whom every figure is one nor of whom it is a million can the watch tell, since the region has not set a
 * parameter: nor can it of anybody. */
static bool is_unset(const decide_plan *plan, const char *watch)
{
    static const int64_t TRIED[] = { 1, 1000000 };
    enum { LANES = sizeof TRIED / sizeof TRIED[0] };
    size_t at = watch ? decide_answer_index(plan, watch) : SIZE_MAX, fact_count, record_count;
    if (at == SIZE_MAX) return false;
    arena *scratch = arena_open();
    const decide_fact *facts = decide_facts(plan, &fact_count);
    (void)decide_records(plan, &record_count);
    column *columns = ARENA_ARRAY(scratch, column, fact_count + 1);
    const uint32_t **until = ARENA_ARRAY(scratch, const uint32_t *, record_count + 1);
    for (size_t r = 0; r < record_count; r++) until[r] = ARENA_ARRAY(scratch, uint32_t, LANES); /* no rows */
    for (size_t i = 0; i < fact_count; i++) {
        columns[i] = column_open(scratch, LANES);
        column_ensure_reasons(scratch, &columns[i]);
        for (size_t lane = 0; lane < LANES; lane++) columns[i].value[lane] = facts[i].is_word ? 0 : TRIED[lane];
        for (size_t lane = 0; lane < LANES && facts[i].is_word; lane++) columns[i].reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
        if (facts[i].record != SIZE_MAX) columns[i].count = 0;
    }
    bool is = true;
    decide_results *results = decide_results_open(scratch, plan, LANES);
    decide_run(decide_open(scratch, plan), &(decide_block){ .count = LANES, .facts = columns, .row_until = until }, results);
    for (size_t lane = 0; lane < LANES; lane++) is &= VM_REASON_KIND(column_reason(&results->answers[at], lane)) == VM_NOT_SET;
    arena_close(scratch);
    return is;
}

err watch_known_gather(watch_known *known, const decide_plan *plan)
{
    if (decide_plan_lane(plan).each == DECIDE_EACH_ACCOUNT) TRY(gather_people(known));
    TRY(watch_known_gather_joined(known, plan));
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++)
        if (decide_fact_index(plan, KNOWN[i].name) != SIZE_MAX && !is_unset(plan, KNOWN[i].watch)) TRY(KNOWN[i].gather(known));
    return watch_rolls_gather(known, plan);
}

void watch_known_fill(const watch_known *known, const decide_plan *plan, decide_block *block,
                      const int64_t *subject_id)
{
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
        size_t at = decide_fact_index(plan, KNOWN[i].name);
        if (at == SIZE_MAX) continue;
        column *fact = (column *)&block->facts[at]; /* made by the roster for this block */
        for (size_t lane = 0; lane < block->count; lane++) {
            int64_t value = 0;
            bool is_known = KNOWN[i].read(known, subject_id[lane], &value);
            fact->value[lane] = is_known ? value : 0;
            fact->reason[lane] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
        }
    }
    watch_rolls_fill(known, plan, block, subject_id);
}
