#include "service/payrun_people.h"

#include "calendar/calendar.h"

struct payrun_people {
    county *office;
    registry *registry;
    registry_roster *roster;
    arena *memory; /* of one bucket */
    bool has_bucket;
    uint32_t bucket;
    const registry_roster_row *who;
    /* Of one run: its lines, read ahead a bucket at a time, and whether its payees are so few that they alone are read. */
    payment_cursor *lines;
    const payment_numbered *ahead;
    bool is_chosen, reads_payees;
    size_t payee_count, walked_count; /* of the bucket at hand */
};

err payrun_people_open(county *office, int64_t run_id, payrun_people **people)
{
    payment *runs;
    payrun_people *p = ARENA_NEW(office->memory, payrun_people);
    *p = (payrun_people){ .office = office, .memory = arena_open() };
    *people = p;
    TRY(county_people(office, &p->registry));
    if (!run_id) return ERR_NONE;
    TRY(county_runs(office, &runs));
    TRY(payment_lines(office->memory, runs, run_id, &p->lines));
    return payment_next_line(p->lines, &p->ahead);
}

void payrun_people_close(payrun_people *people)
{
    if (!people || !people->memory) return;
    if (people->roster) registry_roster_close(people->roster);
    if (people->lines) payment_lines_close(people->lines);
    people->lines = NULL;
    arena_close(people->memory);
    people->roster = NULL;
    people->memory = NULL;
}

/* The run's payees of a bucket, in the order of ids. */
static err read_ahead(payrun_people *p, uint32_t bucket, int64_t **ids)
{
    size_t capacity = 0;
    *ids = NULL;
    p->payee_count = 0;
    while (p->ahead && eventlog_bucket_of(p->ahead->line.person_id) <= bucket) {
        int64_t id = p->ahead->line.person_id;
        bool is_here = eventlog_bucket_of(id) == bucket;
        bool is_new = is_here && (!p->payee_count || (*ids)[p->payee_count - 1] != id);
        if (is_new) ARENA_PUSH(p->memory, *ids, p->payee_count, capacity, id);
        TRY(payment_next_line(p->lines, &p->ahead));
    }
    return ERR_NONE;
}

/* Ids fill all buckets alike: what is few in the first is few in the others. */
static void choose_reading(payrun_people *p)
{
    enum { FEW = 3 };
    if (!p->has_bucket || p->is_chosen) return;
    p->is_chosen = true;
    p->reads_payees = p->lines && p->payee_count * FEW < p->walked_count;
}

static err next_bucket(payrun_people *p, uint32_t bucket)
{
    int64_t *ids;
    int32_t today = p->office->call->office->settings.today_day;
    registry_roster_options wants = { .day = today, .month = calendar_month_of_day(today), .known_ms = REGISTRY_NOW,
                                      .wants = 1u << REGISTRY_ACCOUNT };
    if (p->roster) registry_roster_close(p->roster);
    p->roster = NULL;
    p->who = NULL;
    choose_reading(p);
    arena_reset(p->memory);
    p->walked_count = 0;
    TRY(read_ahead(p, bucket, &ids));
    wants.has_subjects = p->reads_payees;
    wants.subjects = ids;
    wants.subject_count = p->payee_count;
    TRY(registry_roster_open(p->memory, p->registry, bucket, &wants, &p->roster));
    p->bucket = bucket;
    p->has_bucket = true;
    return ERR_NONE;
}

registry_person payrun_payee(const registry_record *record)
{
    size_t people = record->count[REGISTRY_PERSON], employers = record->count[REGISTRY_EMPLOYER];
    if (record->kind == REGISTRY_PERSON && people)
        return ((const registry_person *)record->facts[REGISTRY_PERSON])[people - 1];
    registry_person payee = { .name = TEXT("") };
    if (record->kind == REGISTRY_EMPLOYER && employers)
        payee.name = ((const registry_employer *)record->facts[REGISTRY_EMPLOYER])[employers - 1].name;
    return payee;
}

/* An employer, whom no roster of people has. */
static err find_employer(payrun_people *p, int64_t employer_id, const registry_roster_row **who)
{
    registry_record record;
    int32_t today = p->office->call->office->settings.today_day;
    err e = registry_record_read(p->memory, p->registry, employer_id, REGISTRY_NOW, &record);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    if (record.kind != REGISTRY_EMPLOYER) return ERR_NONE;
    const registry_account *facts = record.facts[REGISTRY_ACCOUNT];
    registry_account *accounts = ARENA_ARRAY(p->memory, registry_account, record.count[REGISTRY_ACCOUNT] + 1);
    registry_person *payee = ARENA_NEW(p->memory, registry_person);
    registry_roster_row *row = ARENA_NEW(p->memory, registry_roster_row);
    *payee = payrun_payee(&record);
    *row = (registry_roster_row){ .subject_id = employer_id, .subject = payee, .accounts = accounts };
    for (size_t i = 0; i < record.count[REGISTRY_ACCOUNT]; i++) {
        if (facts[i].fact.from > today || today >= facts[i].fact.until) continue;
        accounts[row->account_count++] = facts[i];
    }
    *who = row;
    return ERR_NONE;
}

err payrun_people_find(payrun_people *p, int64_t person_id, const registry_roster_row **who)
{
    uint32_t bucket = eventlog_bucket_of(person_id);
    if (!p->has_bucket || bucket != p->bucket) TRY(next_bucket(p, bucket));
    while (!p->who || p->who->subject_id < person_id) {
        TRY(registry_roster_next(p->roster, &p->who));
        if (!p->who) break;
        p->walked_count++;
    }
    *who = p->who && p->who->subject_id == person_id ? p->who : NULL;
    return *who ? ERR_NONE : find_employer(p, person_id, who);
}

const registry_account *payrun_people_account(const registry_roster_row *who, int64_t account)
{
    for (size_t i = 0; who && i < who->account_count; i++)
        if (payrun_account_of(&who->accounts[i]) == account) return &who->accounts[i];
    return NULL;
}

err payrun_people_number(payrun_people *p, arena *a, const registry_roster_row *who, const registry_account *account, text *number)
{
    registry_secret secret = account->number;
    TRY(registry_reveal(a, p->registry, who->subject_id, &secret));
    *number = secret.plain;
    return ERR_NONE;
}

static err read_accounts(payment_cursor *cursor, int64_t *accounts)
{
    for (;;) {
        const payment_numbered *line;
        TRY(payment_next_line(cursor, &line));
        if (!line) return ERR_NONE;
        accounts[line->number - 1] = line->line.account;
    }
}

err payrun_people_accounts(arena *memory, county *office, const payment_run *run, int64_t **accounts)
{
    payment *runs;
    payment_cursor *cursor;
    TRY(county_runs(office, &runs));
    *accounts = ARENA_ARRAY(memory, int64_t, run->line_count + 1);
    arena *lines = arena_open();
    err e = payment_lines(lines, runs, run->run_id, &cursor);
    if (!e.kind) {
        e = read_accounts(cursor, *accounts);
        payment_lines_close(cursor);
    }
    arena_close(lines);
    return e;
}
