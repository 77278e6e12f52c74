/* What the household survey tells of each place: rounds of the year, households given out and surveyed, newcomers found and
 * insured by it. */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/indicator.h"
#include "service/surveys_progress.h"

typedef enum { ROUNDS, ASSIGNED, SURVEYED, FOUND, WON, FACT_COUNT } fact_kind;
static const char *const FACTS[FACT_COUNT] = {
    [ROUNDS] = "survey.rounds_year", [ASSIGNED] = "survey.assigned_year", [SURVEYED] = "survey.surveyed_year",
    [FOUND] = "survey.found_year", [WON] = "survey.won_year",
};

static fact_kind fact_of(text fact)
{
    for (int i = 0; i < FACT_COUNT; i++)
        if (text_equal_cstr(fact, FACTS[i])) return (fact_kind)i;
    return FACT_COUNT;
}

bool indicator_is_surveyed(text fact)
{
    return fact_of(fact) != FACT_COUNT;
}

typedef struct {
    const int64_t *places;
    size_t count;
    fact_kind fact;
    bool *is_met; /* by place: this round was there */
    column *into;
} surveying;

static size_t place_at(const surveying *g, int64_t place)
{
    size_t low = 1, high = g->count;
    if (place == g->places[0]) return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->places[middle] < place) low = middle + 1;
        else high = middle;
    }
    return low < g->count && g->places[low] == place ? low : SIZE_MAX;
}

static void add_at(surveying *g, int64_t place, bool is_counted)
{
    size_t at = place_at(g, place);
    if (at == SIZE_MAX) return;
    if (g->fact == ROUNDS) g->is_met[at] |= is_counted;
    else g->into->value[at] += is_counted;
}

/* A household counts in its village, its township and the county. */
static void add_one(surveying *g, int64_t region, bool is_counted)
{
    enum { VILLAGES_A_TOWN = 1000 };
    int64_t place = region;
    while (place > 0 && place < INT64_C(100000000000)) place *= 10;
    int64_t town = place / VILLAGES_A_TOWN * VILLAGES_A_TOWN;
    add_at(g, g->places[0], is_counted);
    if (town != g->places[0]) add_at(g, town, is_counted);
    if (place != town) add_at(g, place, is_counted);
}

static err add_round(surveys *s, surveying *g, int64_t until_ms)
{
    surveys_standing *all;
    size_t count;
    TRY(survey_form_read(s->office->memory, s->round.form, &s->form));
    TRY(surveys_standings(s, &all, &count));
    memset(g->is_met, 0, g->count * sizeof *g->is_met);
    for (size_t i = 0; i < count; i++) {
        if (all[i].first_ms >= until_ms) all[i].is_surveyed = false;
        add_one(g, all[i].visit.region, g->fact == ASSIGNED || all[i].is_surveyed);
    }
    for (size_t i = 0; i < g->count && g->fact == ROUNDS; i++) g->into->value[i] += g->is_met[i];
    return ERR_NONE;
}

static err add_newcomers(surveys *s, surveying *g, int32_t end_day)
{
    surveys_newcomer *all;
    size_t count;
    TRY(survey_form_read(s->office->memory, s->round.form, &s->form));
    TRY(surveys_newcomers(s, end_day, &all, &count));
    for (size_t i = 0; i < count; i++) add_one(g, all[i].region, g->fact == FOUND || all[i].is_won);
    return ERR_NONE;
}

static err add_rounds(surveys *s, surveying *g, int32_t month)
{
    enum { DAY_1970 = 25567, MS_A_DAY = 86400000, BEIJING_MS = 28800000 };
    survey_round *rounds;
    size_t count;
    int32_t end_day = calendar_last_day_of_month(month);
    int64_t until_ms = (int64_t)(end_day + 1 - DAY_1970) * MS_A_DAY - BEIJING_MS;
    bool is_of_people = g->fact == FOUND || g->fact == WON;
    TRY(surveys_book(s->office, &s->book));
    TRY(survey_rounds(s->office->memory, s->book, &rounds, &count));
    if (is_of_people && count) TRY(surveys_keys_open(s->office, &s->keys));
    if (is_of_people) TRY(county_people(s->office, &s->people));
    for (size_t i = 0; i < count; i++) {
        bool is_of_year = calendar_year_of_month(calendar_month_of_day(rounds[i].from_day)) == calendar_year_of_month(month);
        s->round = rounds[i];
        if (!is_of_year || rounds[i].from_day > end_day) continue;
        TRY(is_of_people ? add_newcomers(s, g, end_day) : add_round(s, g, until_ms));
    }
    return ERR_NONE;
}

/* Each township wants its own: the county has as many as the township with the fewest. */
static void tell_county(surveying *g, const month_call *m)
{
    int64_t least = -1;
    for (size_t i = 1; i < g->count; i++)
        if (indicator_level_of(m, g->places[i]) == INDICATOR_TOWN && (least < 0 || g->into->value[i] < least)) least = g->into->value[i];
    if (least >= 0) g->into->value[0] = least;
}

err indicator_surveyed(month_call *m, text fact, const int64_t *places, size_t place_count, column *into)
{
    surveys s = { .call = m->call, .office = m->office };
    surveying g = { .places = places, .count = place_count, .fact = fact_of(fact), .into = into, .is_met = ARENA_ARRAY(m->memory, bool, place_count + 1) };
    for (size_t i = 0; i < place_count; i++) {
        into->value[i] = 0;
        into->reason[i] = 0;
    }
    TRY(surveys_close(&s, add_rounds(&s, &g, m->month)));
    if (g.fact == ROUNDS) tell_county(&g, m);
    return ERR_NONE;
}
