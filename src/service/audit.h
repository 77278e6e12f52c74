/* service/audit - what an auditor finds: acts in the log, reads in the trail; and what the insured see of the second.
 *
 * Prefix   audit_
 */
#ifndef SERVICE_AUDIT_H
#define SERVICE_AUDIT_H

#include "service/county.h"

extern const err_kind AUDIT_BAD_PAGE;

/* Users by id, with their roles in words. */
typedef struct {
    const staff_user *users;
    size_t count;
    const duty_table *duties; /* NULL: the office has no users yet */
} audit_people;
MUST_USE err audit_people_read(county *office, audit_people *people);
/* NULL: nobody, or the system. */
const staff_user *audit_user(const audit_people *people, int64_t user_id);
/* Users with duties of whom it is not told which person they are, nor for which employer they act; the logins of the first few. */
MUST_USE err audit_unbound(arena *a, const audit_people *people, text_builder *who, int64_t *count);
text audit_roles(const service_call *call, const audit_people *people, const staff_user *user);

/* Days in Beijing as [from, until) in milliseconds since 1970; `until` is the day behind the last. */
void audit_span(const service_call *call, int64_t *from_ms, int64_t *until_ms);
/* Of --user and --who; 0: not asked for. */
MUST_USE err audit_actor(county *office, int64_t *actor_id);
MUST_USE err audit_subject(county *office, int64_t *subject_id);
size_t audit_limit(const service_call *call);

/* So many events or looks are held against what was asked for at once; then the answer says where to go on. */
enum { AUDIT_LOOKED_MAX = 20000 };

#define AUDIT_FIELDS(of_whom, of_whom_zh)                                                                             \
    { .name = "user", .type = SERVICE_TEXT, .shows = "LOGIN", .summary = "of this user", .summary_zh = "某一用户" },   \
    { .name = "who", .type = SERVICE_TEXT, .shows = "NUMBER|ID|NAME", .summary = of_whom, .summary_zh = of_whom_zh },  \
    { .name = "employer", .type = SERVICE_TEXT, .shows = "CODE|ID", .summary = "or about this employer", .summary_zh = "或某一单位" }, \
    { .name = "from", .type = SERVICE_DATE, .shows = "DATE", .summary = "from this day", .summary_zh = "从哪天起" },   \
    { .name = "until", .type = SERVICE_DATE, .shows = "DATE", .summary = "until this day, with it", .summary_zh = "到哪天止（含）" }, \
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many (default: 100, at most 10,000)", .summary_zh = "最多列多少条（默认 100，最多 10000）" }, \
    { .name = "page", .type = SERVICE_TEXT, .shows = "NEXT", .summary = "where the page before ended: what it answered as next", .summary_zh = "上一页答复的 next，从那里继续" }, \
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .endings = AUDIT_ENDINGS, .summary = "write the list here", .summary_zh = "写入此文件" }

#endif
