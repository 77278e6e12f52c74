/* How the targets of campaigns stand on a day: contacted, agreed, enrolled, and by whose contact. */
#include <stdlib.h>

#include "service/campaign.h"
#include "service/alert.h"
#include "service/decide.h"
#include "service/register.h"
#include "service/words.h"

typedef struct {
    int64_t kind, subject_id;
    bool is_open;
    int32_t left_day; /* the last of its alerts was seen gone */
} watched;

typedef struct {
    county *office;
    const campaign_table *table;
    const campaign_said *said;
    registry *people;
    watched *watched;
    size_t watched_count;
    int32_t on;
} standing;

/* ---- what the register says of a subject ---- */

static int by_subject(const void *a, const void *b)
{
    const watched *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return (x->subject_id > y->subject_id) - (x->subject_id < y->subject_id);
}

static err read_watched(standing *s)
{
    alert_book *book;
    alert_row *rows;
    text *watches;
    size_t count, watch_count;
    alert_filter filter = { .has_open = true, .has_over = true };
    TRY(register_watches(s->office->call, &watches, &watch_count));
    TRY(county_alerts(s->office, &book));
    TRY(alert_list(s->office->memory, book, &filter, &rows, &count));
    s->watched = ARENA_ARRAY(s->office->memory, watched, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (register_has_watch(watches, watch_count, rows[i].terms.watch))
            s->watched[s->watched_count++] = (watched){ rows[i].terms.subject_kind, rows[i].terms.subject_id, !alert_is_over(rows[i].state),
                                                        rows[i].state == ALERT_GONE ? rows[i].seen_day : 0 };
    }
    if (s->watched_count) qsort(s->watched, s->watched_count, sizeof *s->watched, by_subject);
    return ERR_NONE;
}

/* Whether the register is after the subject still, and since when it is not; 0: it left without the cause being gone. */
static bool is_watched(const standing *s, const campaign_target *t, int32_t *left_day)
{
    watched key = { .kind = t->kind, .subject_id = t->subject_id };
    const watched *at = s->watched_count ? bsearch(&key, s->watched, s->watched_count, sizeof *s->watched, by_subject) : NULL;
    const watched *end = s->watched + s->watched_count;
    bool is_open = false;
    *left_day = 0;
    while (at && at > s->watched && !by_subject(at - 1, &key)) at--;
    for (; at && at < end && !by_subject(at, &key); at++) {
        is_open |= at->is_open;
        if (at->left_day > *left_day) *left_day = at->left_day;
    }
    return is_open;
}

/* ---- what the registry says ---- */

/* Whether one of the lines of insurance is this. */
static err is_asked(county *office, text schemes, int64_t scheme, bool *is)
{
    text word, rest = schemes;
    *is = false;
    TRY(county_word_text(office, scheme, &word));
    while (rest.size_bytes && !*is) {
        size_t at = text_find(rest, TEXT("|"));
        *is = text_equal(at == SIZE_MAX ? rest : text_sub(rest, 0, at), word);
        rest = at == SIZE_MAX ? TEXT("") : text_sub(rest, at + 1, rest.size_bytes);
    }
    return ERR_NONE;
}

/* Another state of an enrolment that was there before: a new base, tier or employer is nobody newly won. */
static bool is_continued(const registry_enrolment *all, size_t count, const registry_enrolment *e)
{
    for (size_t i = 0; i < count; i++)
        if (!all[i].fact.is_void && all[i].scheme == e->scheme && all[i].fact.from < e->fact.from && all[i].fact.until >= e->fact.from) return true;
    return false;
}

err campaign_enrolled(county *office, registry *people, text schemes, int64_t person_id, int32_t from, int32_t on, int32_t *day)
{
    registry_record record;
    *day = 0;
    err e = registry_record_read(office->memory, people, person_id, REGISTRY_NOW, &record);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    const registry_enrolment *all = record.facts[REGISTRY_ENROLMENT];
    size_t count = record.count[REGISTRY_ENROLMENT];
    for (size_t i = 0; i < count; i++) {
        bool is_for;
        if (all[i].fact.is_void || all[i].fact.from < from || all[i].fact.from > on) continue;
        if (*day && all[i].fact.from >= *day) continue;
        TRY(is_asked(office, schemes, all[i].scheme, &is_for));
        if (is_for && !is_continued(all, count, &all[i])) *day = (int32_t)all[i].fact.from;
    }
    return ERR_NONE;
}

/* ---- what was done ---- */

/* The first contact of a person or behind it. */
static size_t first_contact(const campaign_said *said, int64_t person_id)
{
    size_t low = 0, high = said->contact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const campaign_contact *c = &said->contacts[middle];
        bool is_before = c->kind != DECIDE_EACH_PERSON ? c->kind < DECIDE_EACH_PERSON : c->subject_id < person_id;
        if (is_before) low = middle + 1;
        else high = middle;
    }
    return low;
}

const campaign_contact *campaign_won_by(const campaign_table *table, const campaign_said *said, int64_t person_id, int32_t enrolled_day)
{
    const campaign_contact *last = NULL;
    for (size_t i = first_contact(said, person_id); i < said->contact_count; i++) {
        const campaign_contact *c = &said->contacts[i];
        if (c->kind != DECIDE_EACH_PERSON || c->subject_id != person_id || c->day > enrolled_day) break;
        if (campaign_meaning_of(table, c->outcome) != CAMPAIGN_TRIED) last = c;
    }
    return last && enrolled_day - last->day <= table->days ? last : NULL;
}

/* Contacts of this subject, of all campaigns, in order of day. */
static void read_contacts(const standing *s, size_t from, size_t until, campaign_standing *of)
{
    const campaign_contact *before = NULL; /* the last that met somebody before the enrolment */
    for (size_t i = from; i < until; i++) {
        const campaign_contact *c = &s->said->contacts[i];
        campaign_meaning meaning = campaign_meaning_of(s->table, c->outcome);
        if (c->day > s->on) break;
        if (meaning != CAMPAIGN_TRIED && of->enrolled_day && c->day <= of->enrolled_day) before = c;
        if (c->campaign_id != of->of->id) continue;
        of->last = c;
        of->contacts++;
        of->was_met |= meaning != CAMPAIGN_TRIED;
        if (meaning == CAMPAIGN_TRIED && of->state == CAMPAIGN_NEW) of->state = CAMPAIGN_WAS_TRIED;
        if (meaning == CAMPAIGN_TRIED) continue;
        of->has_agreed = meaning == CAMPAIGN_AGREED;
        of->state = meaning == CAMPAIGN_AGREED ? CAMPAIGN_HAS_AGREED : meaning == CAMPAIGN_ENDED ? CAMPAIGN_HAS_ENDED : CAMPAIGN_CONTACTED;
    }
    of->is_attributed = before && before->campaign_id == of->of->id && of->enrolled_day - before->day <= s->table->days;
}

static void span_of(const campaign_said *said, const campaign_target *t, size_t *from, size_t *until)
{
    size_t i = *until;
    while (i < said->contact_count && (said->contacts[i].kind < t->kind ||
                                       (said->contacts[i].kind == t->kind && said->contacts[i].subject_id < t->subject_id))) i++;
    if (i == *until && *from < *until && said->contacts[*from].kind == t->kind && said->contacts[*from].subject_id == t->subject_id) return;
    *from = *until = i;
    while (*until < said->contact_count && said->contacts[*until].kind == t->kind && said->contacts[*until].subject_id == t->subject_id) ++*until;
}

static err stand(standing *s, size_t from, size_t until, campaign_standing *of)
{
    int32_t left_day;
    bool is_open = is_watched(s, of->target, &left_day);
    if (of->target->kind == DECIDE_EACH_EMPLOYER) of->enrolled_day = !is_open && left_day >= of->of->from_day && left_day <= s->on ? left_day : 0;
    else TRY(campaign_enrolled(s->office, s->people, of->of->schemes, of->target->subject_id, of->of->from_day, s->on, &of->enrolled_day));
    read_contacts(s, from, until, of);
    if (of->enrolled_day) of->state = CAMPAIGN_ENROLLED;
    else if (!is_open && of->state != CAMPAIGN_HAS_ENDED) of->state = CAMPAIGN_LEFT;
    of->due_day = of->last && of->last->due_day ? of->last->due_day : of->of->due_day;
    of->is_overdue = of->state < CAMPAIGN_HAS_ENDED && of->due_day < s->on;
    return ERR_NONE;
}

err campaign_stand(county *office, const campaign_table *table, const campaign_said *said, int32_t on, campaign_standing **standings)
{
    standing s = { .office = office, .table = table, .said = said, .on = on };
    size_t from = 0, until = 0;
    TRY(county_people(office, &s.people));
    TRY(read_watched(&s));
    *standings = ARENA_ARRAY(office->memory, campaign_standing, said->target_count + 1);
    for (size_t i = 0; i < said->target_count; i++) {
        campaign_standing *of = &(*standings)[i];
        *of = (campaign_standing){ .target = &said->targets[i] };
        for (size_t k = 0; k < said->campaign_count; k++)
            if (said->campaigns[k].id == said->targets[i].campaign_id) of->of = &said->campaigns[k];
        span_of(said, of->target, &from, &until);
        if (of->of) TRY(stand(&s, from, until, of));
    }
    return ERR_NONE;
}
