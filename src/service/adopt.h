/* service/adopt - the law an office decides by: packs and tables of one digest, adopted by three people.
 *
 * Whoever chooses the packs chooses every amount, so it is no clerk's choice: one proposes a law, a second
 * approves, a third confirms it, each signing its digest and the day from which it holds. From the first
 * adoption on every step that decides and keeps what it decided is refused under another law. Calculators
 * and dry runs may try any packs. `county new` adopts the law the office is made with; an office of before
 * this table decides by any packs until it adopts its first.
 *
 * What it is: every file of the folders that a step reads: packs, the office's tables, traces.csv, and the
 * tables of the ledger (chart, vouchers, payroll, stops, awards ...). Who may do what (packs/duties) is adopted
 * apart, by `user table`. An office that adopted before the ledger's tables were part of it is held to what
 * it adopted, and told so, until it adopts the whole.
 *
 * Kept     in the charter: law.adopted.N with the signatures (none: the founding), law.proposed; the bytes
 *          by charter_keep_law.
 * Prefix   adopt_
 */
#ifndef SERVICE_ADOPT_H
#define SERVICE_ADOPT_H

#include "service/decide.h"
#include "service/ledger_csv.h"
#include "service/three.h"

extern const err_kind ADOPT_OTHER_LAW, ADOPT_NONE_WAITS, ADOPT_BAD_DIGEST, ADOPT_OTHER_DIGEST;

typedef struct {
    int64_t number; /* 0: proposed */
    text digest;
    int32_t from_day; /* CALENDAR_DAY_MIN: since the founding */
    int64_t known_ms;
    three by;
} adopt_terms;

/* Those adopted, by number, and the one in force on a day: NULL before the first. */
MUST_USE err adopt_list(county *office, adopt_terms **list, size_t *count);
const adopt_terms *adopt_in_force(const adopt_terms *list, size_t count, int32_t day);
/* What waits; an empty digest when nothing does. */
MUST_USE err adopt_waiting(county *office, adopt_terms *terms);

/* The last that was refused or taken back; an empty digest when none was. */
typedef struct {
    text digest, why;
    int32_t from_day;
    int64_t user_id, known_ms;
} adopt_refusal;
MUST_USE err adopt_refused(county *office, adopt_refusal *refusal);

/* The law the office is made with, inside the founding's transaction. */
MUST_USE err adopt_found(county *office);
/* A step is about to go by the law at hand: ADOPT_OTHER_LAW when it is not the one in force. Of readers and dry
 * runs it is only said. Asked once a call; the answer stands. */
MUST_USE err adopt_need(county *office);
/* A table that a step goes by, "ledger/stops.csv", as adopted (adopt_need); NULL: the folders have none. */
MUST_USE err adopt_table(county *office, const char *name, const decide_file **file);
/* The same, opened; `if_none` is the error of a table that is not there. */
MUST_USE err adopt_csv_open(county *office, const char *name, const service_csv_column *columns, err if_none,
                            service_csv *csv);
/* Whether the law was adopted before the tables of the ledger were part of it. */
MUST_USE err adopt_is_of_before(county *office, const adopt_terms *adopted, bool *is_of_before);
/* All adoptions, checked; `bad` names the first that is not sound, else NULL. */
MUST_USE err adopt_verify_all(county *office, const char **bad);

/* ---- adopt.c: terms as they are kept ---- */
text adopt_print(arena *a, const adopt_terms *terms);
/* What the three sign. */
text adopt_message(arena *a, const adopt_terms *terms);
#define ADOPT_WAITING "law.proposed"
#define ADOPT_KEPT "law.adopted."
/* What is said of an office whose law was adopted without the tables of the ledger. */
extern const char ADOPT_LEDGER_APART[], ADOPT_LEDGER_APART_ZH[];
/* The digits the call names a law by: ADOPT_BAD_DIGEST; and those a sentence shows. */
MUST_USE err adopt_digest_said(service_call *call, text *digest);
text adopt_digest_short(text digest);
/* Of each of the three in turn. */
const char *adopt_duty(size_t step);

/* ---- adopt_diff.c ---- */

/* Answers what another law changes against the one before (NULL: none was adopted): files, parameters,
 * variables and rows of tables, each with the first day from which it differs. */
MUST_USE err adopt_diff_put(service_call *call, service_value *into, const decide_law *before, const decide_law *after);
enum { ADOPT_CHANGE_FIELD_COUNT = 7, ADOPT_FILE_FIELD_COUNT = 2 };
extern const service_field ADOPT_CHANGE_FIELDS[ADOPT_CHANGE_FIELD_COUNT], ADOPT_FILE_FIELDS[ADOPT_FILE_FIELD_COUNT];
#define ADOPT_DIFF_OUTPUT                                                                         \
    { .name = "change_count", .type = SERVICE_COUNT, .is_optional = true,                         \
      .summary = "parameters, variables and rows that change", .summary_zh = "变动的参数、变量和表行" },      \
    { .name = "changes", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = ADOPT_CHANGE_FIELDS, \
      .field_count = ADOPT_CHANGE_FIELD_COUNT, .summary = "changes", .summary_zh = "变动" },      \
    { .name = "files", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = ADOPT_FILE_FIELDS, \
      .field_count = ADOPT_FILE_FIELD_COUNT, .summary = "files that differ", .summary_zh = "有变动的文件" }

#endif
