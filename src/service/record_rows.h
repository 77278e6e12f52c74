/* service/record_rows.h - what is so of one subject, as rows a clerk reads.
 *
 * Finds people and employers by what a clerk has in hand, and turns facts of the registry into rows
 * of a reply: what, its words, from when until when; in a history also when the office came to know
 * it and by which event. Secrets are masked unless they are asked for.
 *
 * Days     ISO, "until" is the first day that is no longer so; "" where there is no end.
 * Instants by the clock of Beijing, UTC+8.
 * Prefix   record_
 */
#ifndef SERVICE_RECORD_ROWS_H
#define SERVICE_RECORD_ROWS_H

#include "service/words.h"

extern const err_kind RECORD_NONE, RECORD_SEVERAL, RECORD_OTHER_KIND;

#define RECORD_WHO_FIELD(en, zh)                                                                 \
    { .name = "who", .type = SERVICE_TEXT, .is_positional = true, .is_required = true,           \
      .shows = "NUMBER|ID|NAME", .summary = en, .summary_zh = zh }
#define RECORD_REVEAL_FIELD                                                                      \
    { .name = "reveal", .type = SERVICE_FLAG,                                                    \
      .summary = "show citizen numbers, telephones and accounts whole",                          \
      .summary_zh = "完整显示证件号码、电话和账号" }
#define RECORD_KNOWN_FIELD                                                                       \
    { .name = "known", .type = SERVICE_TEXT, .shows = "INSTANT",                                 \
      .summary = "as the office knew it then: 2026-11-05 (its end) or 2026-11-05T09:30:00",      \
      .summary_zh = "按机构当时所知：2026-11-05（当日终了）或 2026-11-05T09:30:00" }

/* An id, a citizen number of 15 or 18 places, or a name. Who was merged into another, as known then (--known), is the
 * other, and a note says so. */
MUST_USE err record_find_person(county *office, text who, int64_t *person_id);
/* The same, and a record that was merged stays itself. */
MUST_USE err record_find_own(county *office, text who, int64_t *person_id);
/* An id or a credit code. */
MUST_USE err record_find_employer(county *office, text who, int64_t *employer_id);
/* --known, else REGISTRY_NOW. */
MUST_USE err record_known(const service_call *call, int64_t *known_ms);
text record_instant_text(arena *a, int64_t ms);
/* Whom a record stands for, as known at an instant: *id becomes the one it was merged into, through any number of
 * merges, and *given_up the record itself, with since when; else 0. */
MUST_USE err record_follow(county *office, int64_t known_ms, int64_t *id, int64_t *given_up, int64_t *since_ms);
/* The person, and whatever was merged into them, and into those. */
MUST_USE err record_ids_of(county *office, int64_t person_id, int64_t **ids, size_t *count);

typedef struct {
    county *office;
    bool reveals;
    bool is_history; /* rows say since when they were known, until when, and by which event */
    int64_t day;     /* rows that hold on it; REGISTRY_EVER: all */
} record_view;

/* A secret as it may be seen. */
MUST_USE err record_secret(const record_view *view, int64_t subject_id, registry_secret *secret, text *shown);
/* "male", as the call's language has it; empty where it is not known. */
text record_sex_text(const service_call *call, int64_t sex);
/* An opened secret with what nobody needs to see as stars. */
text record_masked(arena *a, const registry_secret *secret);
/* Adds a row a fact to `into`, in the order of kinds; spells that follow each other are one row
 * unless it is a history. */
MUST_USE err record_rows(const record_view *view, const registry_record *record, service_value *into);

/* One fact in words: what it is, what it says, from when until when. */
typedef struct {
    text what, says, from, until;
} record_words;
MUST_USE err record_fact_words(const record_view *view, registry_kind kind, const void *fact, record_words *words);

#define RECORD_ROW_FIELDS                                                                        \
    { .name = "what", .type = SERVICE_TEXT }, { .name = "says", .type = SERVICE_TEXT },          \
    { .name = "from", .type = SERVICE_TEXT }, { .name = "until", .type = SERVICE_TEXT }

/* ---- what is shown of one subject ---- */

enum { RECORD_SHOW_ROW_COUNT = 5 };
extern const service_field RECORD_SHOW_ROW[RECORD_SHOW_ROW_COUNT];
enum { RECORD_MERGED_COUNT = 2 };
extern const service_field RECORD_MERGED_ROW[RECORD_MERGED_COUNT];
#define RECORD_SHOW_OUTPUT \
{ .name = "id", .type = SERVICE_COUNT, .summary = "id", .summary_zh = "编号" }, \
    { .name = "on", .type = SERVICE_DATE, .summary = "on", .summary_zh = "日期" }, \
    { .name = "known", .type = SERVICE_TEXT, .summary = "as known on", .summary_zh = "按当时所知", .is_optional = true }, \
    { .name = "staff", .type = SERVICE_COUNT, .summary = "people enrolled with it", .summary_zh = "参保人数", \
      .is_optional = true }, \
    { .name = "facts", .type = SERVICE_OBJECT, .is_list = true, .fields = RECORD_SHOW_ROW, .field_count = RECORD_SHOW_ROW_COUNT }, \
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名", .is_optional = true }, \
    { .name = "number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码", .is_optional = true }, \
    { .name = "sex", .type = SERVICE_TEXT, .summary = "sex", .summary_zh = "性别", .is_optional = true }, \
    { .name = "born", .type = SERVICE_TEXT, .summary = "born", .summary_zh = "出生日期", .is_optional = true }, \
    { .name = "merged", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = RECORD_MERGED_ROW, \
      .field_count = RECORD_MERGED_COUNT, .summary = "records merged into it", .summary_zh = "并入的记录" }

/* Answers id, day and facts, as --on and --known ask; RECORD_OTHER_KIND. */
MUST_USE err record_show(county *office, int64_t id, registry_kind kind, bool reveals);
void record_show_print(const service_call *call, text_builder *out);

#endif
