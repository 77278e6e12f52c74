/* service/indicator - the indicators of the packs over the county: what they are made of, what they came to, and their goals.
 *
 * Which indicators a place has, the purposes `indicator.…` of packs/adapters/office-indicator.csv say; those of another
 * region are passed over. A fact of theirs is counted from people (indicator_count.h), taken from the books, or handed
 * in (indicator enter), in this order, or told by the household survey; each has one place that tells it.
 *
 * Prefix   indicator_
 */
#ifndef SERVICE_INDICATOR_H
#define SERVICE_INDICATOR_H

#include "service/indicator_count.h"

extern const err_kind INDICATOR_NONE, INDICATOR_UNKNOWN, INDICATOR_NO_MONTH, INDICATOR_NO_PLACE;

typedef struct {
    text purpose;
    const decide_plan *plan;
    decider *with;
} indicator_plan;

/* Those of the office's region at the month's end; INDICATOR_NONE when there are none. */
typedef struct {
    indicator_plan *items;
    size_t count;
} indicator_plans;
MUST_USE err indicator_plans_open(month_call *m, indicator_plans *plans);

/* An indicator with what the packs want of it; by the words "包.名" or its name. */
typedef struct {
    const indicator_plan *plan;
    size_t answer;
    const policy_indicator *said;
    const char *name; /* 包.名 */
} indicator_one;
MUST_USE err indicator_all(month_call *m, const indicator_plans *plans, indicator_one **ones, size_t *count);
/* INDICATOR_UNKNOWN names the nearest. */
MUST_USE err indicator_find(const month_call *m, const indicator_one *ones, size_t count, text said, const indicator_one **one);
text indicator_title(const service_call *call, const indicator_one *one);
/* As packs write it, with its unit. */
text indicator_value_text(arena *a, const indicator_one *one, int64_t stored);

/* ---- measuring ---- */

typedef struct {
    int64_t places, values, unknown; /* unknown: values that cannot be told */
    size_t changed;                  /* purposes whose values are other than before */
} indicator_tally;
/* All purposes over all places, into the office's gauge. */
MUST_USE err indicator_measure(month_call *m, const indicator_plans *plans, const indicator_count *counted,
                               indicator_tally *tally);
/* What became of alerts of places. */
typedef struct {
    int64_t raised, stands, ended; /* stands: those raised now among them */
    bool is_written;
} indicator_alarms;
/* An alert for each indicator of the county or a township that is beyond what the packs warn of, to the cadre of the township
 * (docket area); it ends by itself when it is not. Of the month last computed; another says nothing of now. */
MUST_USE err indicator_alarm(month_call *m, const indicator_one *ones, size_t count, indicator_alarms *done);
/* Whether the books tell the fact. */
bool indicator_is_booked(text fact);
/* What the books say of the county; false: they do not. */
MUST_USE err indicator_booked(month_call *m, text fact, bool *is_known, int64_t *value);

/* Whether the household survey tells the fact; and what it says of each place at the month's end, the county first. */
bool indicator_is_surveyed(text fact);
MUST_USE err indicator_surveyed(month_call *m, text fact, const int64_t *places, size_t place_count, column *into);

/* ---- places ---- */

/* "590121001" or twelve digits; empty: the office's own. INDICATOR_NO_PLACE. */
MUST_USE err indicator_place_of(const month_call *m, text said, int64_t *place);
/* The call's argument `place`; of a user confined to a township that one where none is said, and SCOPE_OTHER outside. */
MUST_USE err indicator_place_asked(const month_call *m, int64_t *place);
/* The office's own. */
int64_t indicator_own_place(const month_call *m);
/* Its digits without the noughts behind them; "-" for an office without digits. */
text indicator_place_text(arena *a, int64_t place);
/* What it is called (places.h), else its digits. */
typedef struct indicator_names indicator_names;
MUST_USE err indicator_names_open(month_call *m, indicator_names **names);
text indicator_name_of(const indicator_names *names, int64_t place);
typedef enum { INDICATOR_COUNTY, INDICATOR_TOWN, INDICATOR_VILLAGE, INDICATOR_ELSEWHERE } indicator_level;
indicator_level indicator_level_of(const month_call *m, int64_t place);

/* ---- goals ---- */

typedef enum {
    INDICATOR_NO_GOAL,
    INDICATOR_REACHED,  /* what is wanted now */
    INDICATOR_ON_WAY,   /* wanted later, and by the path so far it will be reached */
    INDICATOR_LATER,    /* wanted later, and there is no path yet to tell by */
    INDICATOR_BEHIND,   /* wanted later, and it will not; or wanted now and not reached */
    INDICATOR_STATE_COUNT
} indicator_state;
typedef struct {
    bool has_goal;
    int64_t goal, gap; /* gap: goal less value; below nought: more than was wanted */
    int32_t goal_day;
    bool has_forecast; /* by a straight line through the first and last of the months told */
    int64_t forecast;
    indicator_state state;
    bool is_alarm;     /* below or above what it warns */
} indicator_goal;
/* `path` are its values in one place, by month, the last one now. */
indicator_goal indicator_goal_of(const indicator_one *one, const gauge_value *path, size_t count);
const char *indicator_state_word(const service_call *call, indicator_state state);
/* The word that is the same in every language. */
const char *indicator_state_code(indicator_state state);

#define INDICATOR_REGION_FIELD                                                                   \
    { .name = "place", .type = SERVICE_TEXT, .shows = "CODE",                                    \
      .summary = "a township or village, by its digits (default: the whole county)",             \
      .summary_zh = "乡镇或村的区划代码（默认全县）" }

#endif
