/* Whose death is known, and what was billed for them after it. */
#include "service/deaths.h"

#include "base/search.h"
#include "calendar/calendar.h"
#include "service/month_net.h"

/* ---- who has died ---- */

static err read_rows(arena *a, registry_roster *rows, deaths *found)
{
    for (;;) {
        const registry_roster_row *who;
        TRY(registry_roster_next(rows, &who));
        if (!who) return ERR_NONE;
        for (size_t i = 0; i < who->attribute_count; i++) {
            int64_t day = who->attributes[i].value;
            if (!calendar_is_day(day)) continue;
            deaths_one one = { who->subject_id, (int32_t)day, calendar_month_of_day((int32_t)day) };
            ARENA_PUSH(a, found->items, found->count, found->capacity, one);
        }
    }
}

err deaths_read(arena *a, month_call *m, uint32_t bucket, int32_t until_day, deaths *found)
{
    registry *people;
    registry_roster *rows;
    int64_t died, *subjects;
    size_t count;
    *found = (deaths){ 0 };
    TRY(county_people(m->office, &people));
    TRY(registry_word_find(people, TEXT("person.death_day"), &died));
    if (!died) return ERR_NONE; /* nobody was ever told of a death */
    registry_holding told = { .kind = REGISTRY_ATTRIBUTE, .name = died, .at = until_day, .known_ms = REGISTRY_NOW };
    TRY(registry_roster_who(a, people, bucket, told, &subjects, &count));
    if (!count) return ERR_NONE;
    registry_roster_options wants = { .day = until_day, .month = m->month, .known_ms = REGISTRY_NOW, .attributes = &died,
                                      .attribute_count = 1, .wants = 1u << REGISTRY_ATTRIBUTE, .has_subjects = true,
                                      .subjects = subjects, .subject_count = count };
    TRY(registry_roster_open(a, people, bucket, &wants, &rows));
    err e = read_rows(a, rows, found);
    registry_roster_close(rows);
    return e;
}

const deaths_one *deaths_find(const deaths *d, int64_t person_id)
{
    size_t low = SEARCH_FIRST(d->items, d->count, person_id, person_id);
    return low < d->count && d->items[low].person_id == person_id ? &d->items[low] : NULL;
}

/* ---- what was billed for them ---- */

typedef struct {
    arena *memory;
    const deaths *dead;
    int64_t only_id;
    deaths_bills *found;
    size_t first; /* of this bucket */
} billing_of_dead;

static void add(billing_of_dead *b, int64_t person_id, text purpose, int32_t month, int64_t fen)
{
    for (size_t i = b->first; i < b->found->count; i++) {
        deaths_billed *one = &b->found->items[i];
        if (one->person_id != person_id || one->month != month || !text_equal(one->purpose, purpose)) continue;
        one->fen += fen;
        return;
    }
    deaths_billed fresh = { .person_id = person_id, .fen = fen, .purpose = text_copy(b->memory, purpose), .month = month };
    ARENA_PUSH(b->memory, b->found->items, b->found->count, b->found->capacity, fresh);
}

static err read_lines(billing_of_dead *b, collection_cursor *cursor, const collection_issue_row *issue)
{
    int64_t target;
    bool is_right;
    int sign = month_net_is_reduction(issue->purpose, &target, &is_right) ? -1 : 1;
    for (;;) {
        const collection_line *line;
        int64_t sum = 0;
        TRY(collection_next_line(cursor, &line));
        if (!line) return ERR_NONE;
        if (b->only_id && line->person_id != b->only_id) continue;
        const deaths_one *died = deaths_find(b->dead, line->person_id);
        if (!died || died->month >= issue->month) continue;
        for (size_t k = 0; k < collection_cursor_terms(cursor)->key_count; k++) sum += line->fen[k];
        add(b, line->person_id, month_purpose_base(issue->purpose), issue->month, sign * sum);
    }
}

static err read_issues(billing_of_dead *b, arena *scratch, collection *bills, uint32_t bucket)
{
    collection_issue_row *issues;
    size_t count;
    int32_t first = INT32_MAX;
    for (size_t i = 0; i < b->dead->count; i++)
        if (b->dead->items[i].month < first) first = b->dead->items[i].month;
    TRY(collection_issues(scratch, bills, INT32_MIN, &issues, &count));
    for (size_t i = 0; i < count; i++) {
        collection_cursor *cursor;
        if (issues[i].month <= first) continue;
        TRY(collection_lines(scratch, bills, issues[i].issue_id, bucket, &cursor));
        err e = read_lines(b, cursor, &issues[i]);
        collection_lines_close(cursor);
        TRY(e);
    }
    return ERR_NONE;
}

err deaths_bills_read(arena *a, month_call *m, uint32_t bucket, const deaths *dead, int64_t only_id, deaths_bills *found)
{
    collection *bills;
    billing_of_dead b = { a, dead, only_id, found, found->count };
    if (!dead->count || (only_id && !deaths_find(dead, only_id))) return ERR_NONE;
    TRY(county_bills(m->office, &bills));
    arena *scratch = arena_open();
    err e = read_issues(&b, scratch, bills, bucket);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(scratch);
    size_t kept = b.first; /* what was taken off again is nothing to tell */
    for (size_t i = b.first; i < found->count; i++)
        if (found->items[i].fen) found->items[kept++] = found->items[i];
    found->count = kept;
    return e;
}
