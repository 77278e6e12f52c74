/* gauge/ - figures that others handed in, and what indicators came to, by place and month.
 *
 * A figure is what the office does not know by itself (the police's population, a budget), with its source. A
 * value is an indicator of the packs computed for a place at a month's end, kept with all that went into it;
 * computed again it stands in the place of what stood, which the log keeps. Knows no indicator's meaning.
 *
 * Places   twelve digits of GB/T 2260 and below; 0: an office without digits.
 * Writing  inside the caller's transaction; events and their projection together, in the office's chain.
 * Memory   answers live in the arena passed first.
 * Errors   only the kind below, the log's or the store's; after an error the caller rolls back.
 * Threads  one handle a store handle, so one a thread.
 * Prefix   gauge_
 */
#ifndef GAUGE_GAUGE_H
#define GAUGE_GAUGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind GAUGE_NO_VALUE;

typedef struct gauge gauge;
MUST_USE err gauge_open(arena *process, store *db, eventlog *log, gauge **book);
/* This room's tables, for rebuilding them from the log and checking them against it. */
eventlog_room gauge_room(gauge *book);

typedef struct {
    int64_t actor_id, known_ms;
    text why;
} gauge_act;

typedef struct {
    text figure; /* as packs/adapters/office-facts.csv names it */
    int64_t region;
    int32_t month;
    text value, source;
    int64_t known_ms, actor_id; /* of an answer */
} gauge_figure;
/* Those that are said already, with this value and source, are not said again; *said: how many were. */
MUST_USE err gauge_say(gauge *book, const gauge_act *act, const gauge_figure *figures, size_t count, size_t *said);
/* Up to a month, by figure, region and month; `figure` empty: all. */
MUST_USE err gauge_figures(arena *a, gauge *book, text figure, int32_t until_month, gauge_figure **figures, size_t *count);

typedef struct {
    text indicator;
    int64_t region;
    int32_t month;      /* of an answer */
    bool is_known;
    int64_t value;
    int64_t facts;      /* a hash of its inputs */
    int64_t record_row; /* into the records of the same look */
} gauge_value;
typedef struct {
    int32_t month;
    text purpose, law;  /* law: digest of what computed it */
    const gauge_value *values; /* by indicator, then region */
    size_t value_count;
    const text *records; /* what went in: one a place */
    size_t record_count;
} gauge_look;
/* In the place of the month's values of the purpose. *is_new false: all was so already. */
MUST_USE err gauge_measure(gauge *book, const gauge_act *act, const gauge_look *look, bool *is_new);

#define GAUGE_ANY_REGION INT64_MIN
typedef struct {
    text indicator;     /* empty: all */
    int64_t region;     /* or GAUGE_ANY_REGION */
    int32_t from_month, until_month;
} gauge_asked;
/* By indicator, month and region. */
MUST_USE err gauge_values(arena *a, gauge *book, const gauge_asked *asked, gauge_value **values, size_t *count);
/* What went into a value; GAUGE_NO_VALUE. */
MUST_USE err gauge_record(arena *a, gauge *book, text indicator, int64_t region, int32_t month, text *record);
/* The latest month of which something was computed, up to one; INT32_MIN: none. */
MUST_USE err gauge_last_month(gauge *book, int32_t until_month, int32_t *month);

#endif
