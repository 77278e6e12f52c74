/* What the office knows of those on a list: how many are insured with an employer, what came in for a person's bill. */
#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/contribution_list.h"
#include "service/deaths.h"

static text key_of(const contribution_list_known *k, int64_t id)
{
    return text_format(k->d->m.memory, "%lld", (long long)id);
}

static void open_place(contribution_list_known *k)
{
    if (k->place) return;
    k->place = hash_map_open(k->d->m.memory);
    for (size_t i = 0; i < k->count; i++)
        if (k->rows[i].id && !k->rows[i].is_repeated) hash_map_put(k->place, key_of(k, k->rows[i].id), i);
}

/* ---- people insured with each employer, each counted once ---- */

static void count_one(contribution_list_known *k, hash_map *others, int64_t employer_id)
{
    text key = key_of(k, employer_id);
    size_t row = hash_map_get(k->place, key), at;
    if (row != SIZE_MAX) {
        k->insured[row]++;
        return;
    }
    at = hash_map_get(others, key);
    if (at == SIZE_MAX) {
        at = k->other_count;
        hash_map_put(others, key, at);
        ARENA_PUSH(k->d->m.memory, k->others, k->other_count, k->other_capacity, ((contribution_list_other){ employer_id, 0 }));
    }
    k->others[at].insured++;
}

static void count_person(contribution_list_known *k, hash_map *others, const registry_roster_row *who)
{
    for (size_t i = 0; i < who->enrolment_count; i++) {
        int64_t employer_id = who->enrolments[i].employer_id;
        bool is_met = !employer_id;
        for (size_t j = 0; j < i && !is_met; j++) is_met = who->enrolments[j].employer_id == employer_id;
        if (!is_met) count_one(k, others, employer_id);
    }
}

/* Whoever died in an earlier month is insured with nobody, though the enrolment may stand until it is ended. */
static bool is_gone(const deaths *dead, int64_t person_id, int32_t month)
{
    const deaths_one *death = deaths_find(dead, person_id);
    return death && death->month < month;
}

static err count_bucket(contribution_list_known *k, registry *people, hash_map *others, uint32_t bucket)
{
    registry_roster *rows;
    const registry_roster_row *who;
    deaths dead;
    arena *memory = arena_open();
    registry_roster_options options = { .day = calendar_last_day_of_month(k->d->m.month), .month = k->d->m.month,
                                        .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_ENROLMENT };
    err e = deaths_read(memory, &k->d->m, bucket, options.day, &dead);
    if (!e.kind) e = registry_roster_open(memory, people, bucket, &options, &rows);
    if (!e.kind) {
        e = registry_roster_next(rows, &who);
        while (!e.kind && who) {
            if (!is_gone(&dead, who->subject_id, k->d->m.month)) count_person(k, others, who);
            e = registry_roster_next(rows, &who);
        }
        registry_roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(k->d->m.call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

err contribution_list_insured(contribution_list_known *k)
{
    registry *people;
    hash_map *others = hash_map_open(k->d->m.memory);
    k->insured = ARENA_ARRAY(k->d->m.memory, int64_t, k->count + 1);
    open_place(k);
    TRY(county_people(k->d->m.office, &people));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(count_bucket(k, people, others, bucket));
    return ERR_NONE;
}

/* ---- what came in for a person: their own money, or what the employer bears ---- */

static err is_paid(contribution_list_known *k, const collection_issue_row *issue, collection_payer payer, int32_t fund, bool *paid)
{
    collection_due *dues;
    size_t count;
    *paid = false;
    TRY(collection_dues_of(k->d->m.memory, k->d->bills, payer, false, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].month == issue->month && dues[i].fund == fund && dues[i].charge != COLLECTION_LATE_FEE &&
            text_equal(dues[i].purpose, issue->purpose))
            *paid = dues[i].received_fen == dues[i].due_fen;
    return ERR_NONE;
}

static err add_line(contribution_list_known *k, const collection_issue_row *issue, const collection_terms *terms,
                    const collection_line *line, size_t row)
{
    bool is_employed = line->payer.kind == COLLECTION_EMPLOYER;
    if (!is_employed && line->payer.kind != COLLECTION_PERSON) return ERR_NONE;
    for (size_t i = 0; i < terms->key_count; i++) {
        bool paid, is_own = text_ends(text_of(terms->keys[i].name), TEXT(".person"));
        if (!line->fen[i] || terms->keys[i].remitter == COLLECTION_BY_GOVERNMENT || (is_employed && is_own)) continue;
        TRY(is_paid(k, issue, line->payer, terms->keys[i].fund, &paid));
        if (paid) k->paid_fen[row] += line->fen[i];
    }
    return ERR_NONE;
}

static err read_issue(contribution_list_known *k, const collection_issue_row *issue)
{
    collection_cursor *lines;
    const collection_line *line;
    arena *memory = arena_open();
    err e = collection_lines(memory, k->d->bills, issue->issue_id, EVENTLOG_BUCKETS, &lines);
    if (!e.kind) {
        e = collection_next_line(lines, &line);
        while (!e.kind && line) {
            size_t row = hash_map_get(k->place, key_of(k, line->person_id));
            if (row != SIZE_MAX) e = add_line(k, issue, collection_cursor_terms(lines), line, row);
            if (!e.kind) e = collection_next_line(lines, &line);
        }
        collection_lines_close(lines);
    }
    if (e.detail) e.detail = text_cstr(k->d->m.call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

err contribution_list_paid(contribution_list_known *k)
{
    collection_issue_row *issues;
    size_t count;
    k->paid_fen = ARENA_ARRAY(k->d->m.memory, int64_t, k->count + 1);
    open_place(k);
    TRY(collection_issues(k->d->m.memory, k->d->bills, k->d->m.month, &issues, &count));
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(issues[i].purpose, "employee") || text_equal_cstr(issues[i].purpose, "flexible"))
            TRY(read_issue(k, &issues[i]));
    return ERR_NONE;
}
