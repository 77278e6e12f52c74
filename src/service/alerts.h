/* service/alerts.h - the watches of the packs over people, employers or accounts as columns.
 *
 * A purpose of packs/adapters/office-watch.csv names the watches (way `watch`) and where their
 * facts come from; its plan is a decide_plan, its blocks are decide_blocks. What room watch finds
 * is told with the stable key of the watch ("R01") and its evidence by name. Acting on it, keeping
 * it and closing it by hand are the caller's.
 *
 * Memory   as the arena passed first.
 * Threads  one alerts a worker.
 */
#ifndef SERVICE_ALERTS_H
#define SERVICE_ALERTS_H

#include "service/decide.h"
#include "watch/watch.h"

typedef struct alerts alerts;

/* `tells_unchecked`: people who cannot be checked are found too, not only counted. */
alerts *alerts_open(arena *worker, const decide_plan *plan, bool tells_unchecked);
/* Reads words into lanes: decide_code. */
decider *alerts_worker(alerts *list);
/* What each watch says; find.rule is an index into it. */
const watch_rule *alerts_rules(const alerts *list, size_t *count);
/* Money at risk and since when, as the purpose's rows `out,R01/risk` and `out,R01/since` say; false:
 * no row says it, or it is not known of this one. A month stands for its first day. */
bool alerts_risk(const alerts *list, const watch_find *find, int64_t *fen);
bool alerts_since(const alerts *list, const watch_find *find, int32_t *day);
/* "R01": stable, to be kept with an alert. */
const char *alerts_key(const alerts *list, size_t rule);
/* SIZE_MAX when no watch of the purpose has this key: it was taken out of the tables. */
size_t alerts_rule_of(const alerts *list, text key);

/* `subjects` rise; `standing` are those of the block's subjects, by subject. */
typedef struct {
    decide_block people;
    const uint64_t *subjects;
    const watch_standing *standing;
    size_t standing_count;
} alerts_block;
watch_finds alerts_run(arena *a, alerts *list, const alerts_block *block);

/* The evidence of a find as canonical JSON: {"包.名":"value", …}, null where it is not known. */
text alerts_evidence(arena *a, const alerts *list, const watch_find *find);
/* Why a find could not be checked, as one sentence. */
text alerts_reason(arena *a, const alerts *list, const watch_find *find, bool is_chinese);

#endif
