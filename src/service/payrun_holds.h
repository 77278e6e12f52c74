/* service/payrun_holds - payments that an alert stops until it is dealt with.
 *
 * An alert whose watch says `hold` stops what it names: one benefit, or every payment, of its person or
 * into its account. It does so from the look that raised it until three people have let it go as a false
 * alarm, or a later look finds its cause gone; that somebody calls it mended is not enough. What a run
 * leaves out for it waits (room payment) and is kept with the alert, so that a later run pays it once.
 *
 * Prefix   payrun_holds_
 */
#ifndef SERVICE_PAYRUN_HOLDS_H
#define SERVICE_PAYRUN_HOLDS_H

#include "alert/alert.h"
#include "service/payrun.h"

extern const err_kind PAYRUN_HELD;

typedef struct payrun_holds payrun_holds;
/* The holds of the office as they stand now; lives in the office's memory. */
MUST_USE err payrun_holds_open(county *office, payrun_holds **holds);
/* Whether an alert stands and holds a payment. */
bool payrun_holds_stands(const alert_row *row);
/* The alert that stops this benefit of this person, or what is paid into this account (0: none known);
 * NULL: nothing does. */
const alert_row *payrun_holds_on(const payrun_holds *holds, int64_t person_id, text benefit, int64_t account);

/* Notes what is left out for an alert, to be kept with it. */
void payrun_holds_note(payrun_holds *holds, const alert_row *row, const payment_line *line, text benefit);
/* Keeps what was noted, inside the caller's transaction, and answers `held`, `held_amount` and
 * `held_lines`. */
MUST_USE err payrun_holds_keep(payrun_holds *holds);

/* Notes the lines of a run that alerts hold now. */
MUST_USE err payrun_holds_look(payrun_holds *holds, payrun *p);
/* PAYRUN_HELD when any of a run's lines is held: nobody signs or sends it. */
MUST_USE err payrun_holds_refuse(payrun *p);
/* Answers the lines of the run that are held; nothing when there are none. */
MUST_USE err payrun_holds_put(payrun *p);

enum { PAYRUN_HELD_FIELD_COUNT = 5 };
extern const service_field PAYRUN_HELD_FIELDS[PAYRUN_HELD_FIELD_COUNT];
#define PAYRUN_HELD_OUTPUT(said, said_zh)                                                         \
    { .name = "held", .type = SERVICE_COUNT, .is_optional = true, .summary = said, .summary_zh = said_zh }, \
    { .name = "held_amount", .type = SERVICE_TEXT, .is_optional = true, .summary = "held, yuan",  \
      .summary_zh = "暂停金额（元）" }
#define PAYRUN_HELD_LINES                                                                         \
    { .name = "held_lines", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true,         \
      .fields = PAYRUN_HELD_FIELDS, .field_count = PAYRUN_HELD_FIELD_COUNT,                       \
      .summary = "held by alerts", .summary_zh = "因预警暂停发放" }

/* ---- payrun_watched.c: alerts that hold nothing, for whoever signs to look at ---- */

/* Answers `watched`: alerts raised at the draft that stand about people this run pays; nothing when there are none. */
MUST_USE err payrun_watched_put(payrun *p);
enum { PAYRUN_WATCHED_FIELD_COUNT = 6 };
extern const service_field PAYRUN_WATCHED_FIELDS[PAYRUN_WATCHED_FIELD_COUNT];
#define PAYRUN_WATCHED_LINES                                                                      \
    { .name = "watched", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true,            \
      .fields = PAYRUN_WATCHED_FIELDS, .field_count = PAYRUN_WATCHED_FIELD_COUNT,                 \
      .summary = "alerts at the draft: look at them before signing", .summary_zh = "编制时的预警：签字前先看" }

#endif
