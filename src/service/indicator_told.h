/* service/indicator_told - what operations that tell of indicators share: rows, paths, ranks.
 *
 * Prefix   indicator_
 */
#ifndef SERVICE_INDICATOR_TOLD_H
#define SERVICE_INDICATOR_TOLD_H

#include "paper/paper.h"
#include "service/indicator.h"

#define INDICATOR_MONTH_FIELD                                                                    \
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM",                                 \
      .summary = "the month (default: the last that was computed)",                              \
      .summary_zh = "月份（默认最近一次计算的月份）" }

typedef struct {
    month_call m;
    gauge *book;
    indicator_plans plans;
    indicator_one *ones;
    size_t one_count;
    indicator_names *names;
} indicator_told;
/* For reading; the month asked for, else the last. INDICATOR_NO_MONTH. */
MUST_USE err indicator_told_open(service_call *call, indicator_told *told);

/* Values of one place by month, from the year before on, the last of the month asked for; none: count 0. */
typedef struct {
    gauge_value *items;
    size_t count;
} indicator_path;
MUST_USE err indicator_path_of(indicator_told *t, const indicator_one *one, int64_t place, indicator_path *path);
/* The one before the last; NULL: there is none. */
const gauge_value *indicator_before(const indicator_path *path);

enum { INDICATOR_ROW_COUNT = 10, INDICATOR_ROW_WORDS = 1 };
extern const service_field INDICATOR_ROW[INDICATOR_ROW_COUNT];
enum { INDICATOR_RANK_COUNT = 9, INDICATOR_RANK_WORDS = 3 };
extern const service_field INDICATOR_RANK[INDICATOR_RANK_COUNT];
MUST_USE err indicator_put_row(indicator_told *t, const indicator_one *one, const indicator_path *path, service_value *list);
/* A value's text: "-" where there is none, why where it is not known. */
MUST_USE err indicator_told_text(indicator_told *t, const indicator_one *one, const gauge_value *value, text *said);
text indicator_goal_text(const indicator_told *t, const indicator_one *one, const indicator_goal *goal);

typedef struct {
    int64_t place;
    indicator_path path;
    indicator_goal goal;
    int32_t rank; /* 0: not known */
} indicator_ranked;
/* Places of the level within another, the best first; equal ones share their rank. */
MUST_USE err indicator_rank_of(indicator_told *t, const indicator_one *one, indicator_level level, int64_t within,
                               indicator_ranked **rows, size_t *count);
void indicator_put_ranked(indicator_told *t, const indicator_one *one, const indicator_ranked *row, service_value *list);

/* A list of the reply as a table of a document. */
void indicator_table(service_call *call, paper_node *into, const service_value *list, const service_field *fields,
                     size_t count, size_t word_count);
/* The law of a digest: that at hand, else as the charter kept it. */
MUST_USE err indicator_law_of(month_call *m, text digest, const decide_law **law);

#endif
