/* doudi audit acts: who did what in the office, the newest first. */
#include <stdio.h>
#include <string.h>

#include "calendar/calendar.h"
#include "service/audit.h"
#include "service/event_words.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"

const err_kind AUDIT_BAD_PAGE = {
    "audit.bad_page", ERR_BAD_INPUT, "{} is no place where a page ended: give what the page before answered as next, or leave it out.",
    "“{}”不是上一页的结束位置：请填上一页答复的 next，或不填。"
};

enum { DAY_1970 = 25567, LIMIT_DEFAULT = 100, LIMIT_MAX = 10000 };
#define MS_A_DAY INT64_C(86400000)
#define BEIJING_MS INT64_C(28800000)

/* ---- what both lists share ---- */

err audit_people_read(county *office, audit_people *people)
{
    staff *room;
    staff_user *users;
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &people->count));
    people->users = users;
    people->duties = staff_duties(room);
    return ERR_NONE;
}

const staff_user *audit_user(const audit_people *people, int64_t user_id)
{
    size_t low = 0, high = people->count; /* by id */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (people->users[middle].id < user_id) low = middle + 1;
        else high = middle;
    }
    return low < people->count && people->users[low].id == user_id ? &people->users[low] : NULL;
}

err audit_unbound(arena *a, const audit_people *people, text_builder *who, int64_t *count)
{
    enum { NAMED_MAX = 12 };
    *count = 0;
    for (size_t i = 0; people->duties && i < people->count; i++) {
        const staff_user *user = &people->users[i];
        duty_roles roles;
        if (user->state == STAFF_OUT || user->person.size_bytes || user->employer) continue;
        TRY(duty_roles_parse(a, people->duties, user->roles, &roles));
        if (!duty_of_roles(people->duties, roles)) continue;
        if (++*count <= NAMED_MAX) text_add_format(who, "%s%.*s", *count > 1 ? ", " : "", TEXT_ARG(user->login));
    }
    if (*count > NAMED_MAX) text_add_format(who, " … (%lld)", (long long)*count);
    return ERR_NONE;
}

text audit_roles(const service_call *call, const audit_people *people, const staff_user *user)
{
    duty_roles roles;
    text_builder out = text_builder_open(call->request);
    if (!user || !people->duties || duty_roles_parse(call->request, people->duties, user->roles, &roles).kind) return TEXT("");
    for (size_t i = 0; i < duty_role_count(people->duties); i++) {
        const duty_role *role = duty_role_at(people->duties, i);
        if (!(roles >> i & 1)) continue;
        if (out.size_bytes) text_add_cstr(&out, service_say(call, ", ", "、"));
        text_add(&out, call->is_chinese ? role->name : role->name_en);
    }
    return text_built(&out);
}

void audit_span(const service_call *call, int64_t *from_ms, int64_t *until_ms)
{
    *from_ms = service_is_given(call, "from") ? (service_day_of(call, "from") - DAY_1970) * MS_A_DAY - BEIJING_MS : 0;
    *until_ms = service_is_given(call, "until") ? (service_day_of(call, "until") + 1 - DAY_1970) * MS_A_DAY - BEIJING_MS : INT64_MAX;
}

err audit_actor(county *office, int64_t *actor_id)
{
    staff *room;
    staff_user user;
    text login = service_text_of(office->call, "user", TEXT_NONE);
    *actor_id = 0;
    if (!login.size_bytes) return ERR_NONE;
    TRY(county_staff(office, &room));
    TRY(staff_find(office->memory, room, login, &user));
    *actor_id = user.id;
    return ERR_NONE;
}

err audit_subject(county *office, int64_t *subject_id)
{
    text who = service_text_of(office->call, "who", TEXT_NONE), employer = service_text_of(office->call, "employer", TEXT_NONE);
    *subject_id = 0;
    if (who.size_bytes && employer.size_bytes) return err_of(&SERVICE_ARGUMENT_TWICE, "--who | --employer");
    if (who.size_bytes) return record_find_person(office, who, subject_id);
    return employer.size_bytes ? record_find_employer(office, employer, subject_id) : ERR_NONE;
}

size_t audit_limit(const service_call *call)
{
    uint64_t limit = service_size_of(call, "limit", LIMIT_DEFAULT);
    return (size_t)(limit < LIMIT_MAX ? limit : LIMIT_MAX);
}

/* ---- acts ---- */

static const char *const AUDIT_ENDINGS[] = { ".csv", ".xlsx", ".html", NULL };
static const service_field ACTS_INPUT[] = {
    AUDIT_FIELDS("about this person", "关于某一人"),
    { .name = "kind", .type = SERVICE_TEXT, .shows = "KIND", .summary = "kinds that begin so: staff., payment.", .summary_zh = "事件种类（按开头），如 staff.、payment." },
    SERVICE_COUNTY_FIELD,
};
static const service_field ACT[] = {
    { .name = "known", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "时间" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "area", .type = SERVICE_STATE, .summary = "area", .summary_zh = "业务" },
    { .name = "done", .type = SERVICE_TEXT, .summary = "what was done", .summary_zh = "所办" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind (code)", .summary_zh = "种类代码" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "事由" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "about (id)", .summary_zh = "对象编号" },
    { .name = "event", .type = SERVICE_TEXT, .summary = "event", .summary_zh = "事件" },
};
static const service_field ACTS_OUTPUT[] = {
    { .name = "acts", .type = SERVICE_OBJECT, .is_list = true, .summary = "acts, the newest first", .summary_zh = "操作，新的在前", .fields = ACT, .field_count = ARRAY_COUNT(ACT) },
    { .name = "next", .type = SERVICE_VALUE, .summary = "there is more from here on", .summary_zh = "后面还有，从此处继续" },
};

/* The room an event is of, in words; a room that is not listed is told by its own name. */
static const char *const AREAS[][3] = {
    { "registry", "registry", "登记" },       { "collection", "collection", "征缴" },  { "payment", "payment runs", "支付名册" },
    { "decision", "awards", "待遇核定" },     { "oneoff", "one-off", "一次性与追回" }, { "revision", "changes of many", "批量调整" },
    { "ledger", "books", "账务" },            { "staff", "users and duties", "用户与岗位" }, { "charter", "office and law", "机构与政策" },
    { "alert", "alerts", "预警" },            { "cases", "cases", "办件" },            { "archive", "papers", "文书" },
    { "roll", "rolls", "部门名册" },          { "gauge", "indicators", "指标" },       { "docket", "standing books", "台账" },
    { "access", "numbers shown whole", "查看完整号码" }, { "county", "office", "机构" },   { "month", "month", "月度" },
    { "survey", "household survey", "入户调查" },
};

static void put_area(const service_call *call, service_value *into, const char *kind)
{
    size_t size = strcspn(kind, ".");
    char *code = text_cstr(call->request, (text){ kind, size });
    for (size_t i = 0; i < ARRAY_COUNT(AREAS); i++)
        if (strcmp(AREAS[i][0], code) == 0) {
            service_put_state(call, into, "area", code, AREAS[i][1], AREAS[i][2]);
            return;
        }
    service_put_state(call, into, "area", code, code, code);
}

/* "1764400000000.64.12" */
static err read_page(const service_call *call, eventlog_place *below)
{
    long long ms, sequence;
    unsigned bucket;
    char rest;
    const char *said = text_cstr(call->request, service_text_of(call, "page", TEXT("")));
    *below = (eventlog_place){ 0, 0, 0 };
    if (!*said) return ERR_NONE;
    if (strlen(said) > 60 || sscanf(said, "%lld.%u.%lld%c", &ms, &bucket, &sequence, &rest) != 3 || ms <= 0 || bucket > EVENTLOG_OFFICE || sequence < 0)
        return err_of(&AUDIT_BAD_PAGE, said);
    *below = (eventlog_place){ ms, bucket, sequence };
    return ERR_NONE;
}

static text cell_of(const service_value *row, const char *name)
{
    const service_value *v = service_member(row, name);
    return v ? v->word : TEXT_NONE;
}

static err write_acts(service_call *call, const service_value *list)
{
    enum { COLUMNS = ARRAY_COUNT(ACT) };
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid out = grid_open(call, text_of(service_say(call, "Acts", "操作痕迹")), ACT, COLUMNS, SIZE_MAX);
    for (const service_value *row = list->first; row; row = row->next)
        for (size_t i = 0; i < COLUMNS; i++)
            grid_add(&out, ACT[i].type == SERVICE_COUNT ? text_format(call->request, "%lld", (long long)service_member(row, ACT[i].name)->count) : cell_of(row, ACT[i].name));
    return grid_write(&out, service_text_of(call, "out", TEXT_NONE));
}

static err acts_run(service_call *call)
{
    county *c;
    audit_people people;
    arena *a = call->request;
    eventlog_found *found;
    eventlog_place next;
    size_t count;
    eventlog_filter filter = { .kind = service_text_of(call, "kind", TEXT("")), .limit = audit_limit(call) };
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(audit_people_read(c, &people));
    TRY(audit_actor(c, &filter.actor_id));
    TRY(audit_subject(c, &filter.subject_id));
    TRY(read_page(call, &filter.below));
    audit_span(call, &filter.from_ms, &filter.until_ms);
    TRY(eventlog_find(a, c->log, &filter, AUDIT_LOOKED_MAX, &found, &count, &next));
    service_value *list = service_put_list(a, call->reply, "acts");
    for (size_t i = 0; i < count; i++) {
        const staff_user *user = audit_user(&people, found[i].actor_id);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "known", record_instant_text(a, found[i].place.known_ms));
        service_put_text(a, v, "user", user ? user->login : TEXT(""));
        service_put_text(a, v, "name", user ? user->name : text_of(service_say(call, "the system", "系统")));
        put_area(call, v, found[i].kind);
        service_put_cstr(a, v, "done", event_said(call, found[i].kind));
        service_put_cstr(a, v, "kind", found[i].kind);
        service_put_text(a, v, "why", found[i].why);
        service_put_count(a, v, "subject", found[i].subject_id);
        service_put_text(a, v, "event", text_format(a, "%u/%lld", found[i].place.bucket, (long long)found[i].place.sequence));
    }
    if (next.known_ms) service_put_text(a, call->reply, "next", text_format(a, "%lld.%u.%lld", (long long)next.known_ms, next.bucket, (long long)next.sequence));
    else service_put_null(a, call->reply, "next");
    return write_acts(call, list);
}

static void acts_print(const service_call *call, text_builder *out)
{
    if (!service_is_given(call, "out")) month_print_list(call, "acts", ACT, ARRAY_COUNT(ACT), 7, out);
    text next = service_member(call->reply, "next")->word;
    if (next.size_bytes) text_add_format(out, service_say(call, "there is more: --page %.*s\n", "后面还有：--page %.*s\n"), TEXT_ARG(next));
}

const service_op AUDIT_ACTS_OP = {
    .name = "audit.acts",
    .summary = "Who did what, and when, the newest first: by user, person, day and kind",
    .summary_zh = "操作痕迹：何人、何时、办了什么，新的在前；可按用户、对象、日期、种类查",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_READ,
    .permission = "audit.read",
    .is_supervision = true,
    .input = ACTS_INPUT, .input_count = ARRAY_COUNT(ACTS_INPUT),
    .output = ACTS_OUTPUT, .output_count = ARRAY_COUNT(ACTS_OUTPUT),
    .examples = (const char *const[]){ "doudi audit acts --user clara --from 2026-11-01", "doudi audit acts --who 1024 --out acts.csv", NULL },
    .run = acts_run,
    .print = acts_print,
};
