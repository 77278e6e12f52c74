/* doudi audit looks, person looks: who read what; and what the insured are told of it. */
#include "service/audit.h"
#include "codec/codec.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "trail/trail.h"

static const char *const AUDIT_ENDINGS[] = { ".csv", ".xlsx", ".html", NULL };
static const service_field LOOKS_INPUT[] = {
    AUDIT_FIELDS("of this person's record", "某一人的记录"),
    { .name = "machine", .type = SERVICE_TEXT, .shows = "USER", .summary = "at the machine, by this user of the operating system", .summary_zh = "在机关主机上，由操作系统的这一用户查阅" },
    { .name = "operation", .type = SERVICE_TEXT, .shows = "OPERATION", .summary = "by this operation: person.show", .summary_zh = "某一操作，如 person.show" },
    SERVICE_COUNTY_FIELD,
};
static const service_field LOOK[] = {
    { .name = "known", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "时间" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "roles", .type = SERVICE_TEXT, .summary = "duties today", .summary_zh = "现岗位" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "read", .summary_zh = "查阅内容" },
    { .name = "operation", .type = SERVICE_TEXT, .summary = "operation", .summary_zh = "操作" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "of (id; 0: a list)", .summary_zh = "对象编号（0 为名单）" },
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "machine", .type = SERVICE_TEXT, .summary = "at the machine, as", .summary_zh = "在主机上（操作系统用户）" },
};
static const service_field LOOKS_OUTPUT[] = {
    { .name = "looks", .type = SERVICE_OBJECT, .is_list = true, .summary = "reads, the newest first", .summary_zh = "查阅，新的在前", .fields = LOOK, .field_count = ARRAY_COUNT(LOOK) },
    { .name = "next", .type = SERVICE_VALUE, .summary = "there is more from here on", .summary_zh = "后面还有，从此处继续" },
};

static text said_of(const service_call *call, text operation)
{
    const service_op *op = service_find(operation);
    return op ? text_of(service_say(call, op->summary, op->summary_zh)) : operation;
}

static err read_page(const service_call *call, int64_t *below)
{
    text said = service_text_of(call, "page", TEXT(""));
    *below = 0;
    if (!said.size_bytes) return ERR_NONE;
    return codec_parse_scaled(said, 0, below) && *below > 0 ? ERR_NONE : err_of(&AUDIT_BAD_PAGE, text_cstr(call->request, said));
}

static void put_next(const service_call *call, int64_t next)
{
    if (next) service_put_text(call->request, call->reply, "next", text_format(call->request, "%lld", (long long)next));
    else service_put_null(call->request, call->reply, "next");
}

static err write_rows(service_call *call, const service_value *list)
{
    enum { COLUMNS = ARRAY_COUNT(LOOK) };
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid out = grid_open(call, text_of(service_say(call, "Reads", "查阅痕迹")), LOOK, COLUMNS, SIZE_MAX);
    for (const service_value *row = list->first; row; row = row->next)
        for (const service_value *cell = row->first; cell; cell = cell->next)
            grid_add(&out, cell->kind == SERVICE_VALUE_COUNT ? text_format(call->request, "%lld", (long long)cell->count) : cell->word);
    return grid_write(&out, service_text_of(call, "out", TEXT_NONE));
}

static err looks_run(service_call *call)
{
    county *c;
    audit_people people;
    arena *a = call->request;
    trail_look *looks;
    size_t count;
    int64_t next;
    trail_filter filter = { .operation = service_text_of(call, "operation", TEXT("")), .machine = service_text_of(call, "machine", TEXT("")), .limit = audit_limit(call) };
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(audit_people_read(c, &people));
    TRY(audit_actor(c, &filter.actor_id));
    TRY(audit_subject(c, &filter.subject_id));
    TRY(read_page(call, &filter.below_id));
    audit_span(call, &filter.from_ms, &filter.until_ms);
    TRY(trail_find(a, c->db, &filter, AUDIT_LOOKED_MAX, &looks, &count, &next));
    service_value *list = service_put_list(a, call->reply, "looks");
    for (size_t i = 0; i < count; i++) {
        const staff_user *user = audit_user(&people, looks[i].actor_id);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "known", record_instant_text(a, looks[i].known_ms));
        service_put_text(a, v, "user", user ? user->login : TEXT(""));
        service_put_text(a, v, "name", user ? user->name : TEXT(""));
        service_put_text(a, v, "roles", audit_roles(call, &people, user));
        service_put_text(a, v, "what", said_of(call, looks[i].operation));
        service_put_text(a, v, "operation", looks[i].operation);
        service_put_count(a, v, "subject", looks[i].subject_id);
        service_put_count(a, v, "rows", looks[i].row_count);
        service_put_text(a, v, "machine", looks[i].machine);
    }
    put_next(call, next);
    return write_rows(call, list);
}

static void print_next(const service_call *call, text_builder *out)
{
    text next = service_member(call->reply, "next")->word;
    if (next.size_bytes) text_add_format(out, service_say(call, "there is more: --page %.*s\n", "后面还有：--page %.*s\n"), TEXT_ARG(next));
}

static void looks_print(const service_call *call, text_builder *out)
{
    if (!service_is_given(call, "out")) month_print_list(call, "looks", LOOK, ARRAY_COUNT(LOOK), 6, out);
    print_next(call, out);
}

const service_op AUDIT_LOOKS_OP = {
    .name = "audit.looks",
    .summary = "Who read what of whom, the newest first: by user, person, day and operation",
    .summary_zh = "查阅痕迹：何人、何时、看了谁的什么，新的在前；可按用户、对象、日期、操作查",
    .law = "《社会保险法》第八十一条",
    .kind = SERVICE_READ,
    .permission = "audit.read",
    .is_supervision = true,
    .input = LOOKS_INPUT, .input_count = ARRAY_COUNT(LOOKS_INPUT),
    .output = LOOKS_OUTPUT, .output_count = ARRAY_COUNT(LOOKS_OUTPUT),
    .examples = (const char *const[]){ "doudi audit looks --who 1024", "doudi audit looks --user clara --from 2026-11-01 --until 2026-11-30 --out looks.csv", NULL },
    .run = looks_run,
    .print = looks_print,
};

/* ---- what the insured are told: by which duty, not by whose hand ---- */

static const service_field OWN_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "others", .type = SERVICE_FLAG, .summary = "by others than whoever asks", .summary_zh = "不列查询者本人的查阅" },
    { .name = "limit", .type = SERVICE_COUNT, .shows = "N", .summary = "at most so many (default: 100)", .summary_zh = "最多列多少条（默认 100）" },
    { .name = "page", .type = SERVICE_TEXT, .shows = "NEXT", .summary = "where the page before ended: what it answered as next", .summary_zh = "上一页答复的 next，从那里继续" },
    SERVICE_COUNTY_FIELD,
};
static const service_field OWN_LOOK[] = {
    { .name = "known", .type = SERVICE_TEXT, .summary = "when", .summary_zh = "时间" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by (duty)", .summary_zh = "查阅人岗位" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "read", .summary_zh = "查阅内容" },
    { .name = "is_own", .type = SERVICE_FLAG, .summary = "by the person themselves", .summary_zh = "本人查阅" },
};
static const service_field OWN_OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "looks", .type = SERVICE_OBJECT, .is_list = true, .summary = "reads of this record, the newest first", .summary_zh = "对本人记录的查阅，新的在前", .fields = OWN_LOOK, .field_count = ARRAY_COUNT(OWN_LOOK) },
    { .name = "next", .type = SERVICE_VALUE, .summary = "there is more from here on", .summary_zh = "后面还有，从此处继续" },
};

/* At the machine nobody logs in: which machine's user it was is for the auditor. */
static text by_of(const service_call *call, const audit_people *people, const staff_user *user, text machine)
{
    text roles = audit_roles(call, people, user);
    if (!machine.size_bytes) return roles;
    const char *format = roles.size_bytes ? service_say(call, "%.*s, at the office's machine", "%.*s（在机关主机上）")
                                          : service_say(call, "at the office's machine%.*s", "在机关主机上%.*s");
    return text_format(call->request, format, TEXT_ARG(roles));
}

/* Who is suspected does not learn of it by who looked: an operation's own row says that it is of supervision. */
static void leave_supervision(arena *a, trail_filter *filter)
{
    size_t count = 0;
    const service_op *const *all = service_operations();
    while (all[count]) count++;
    text *names = ARENA_ARRAY(a, text, count + 1);
    for (size_t i = 0; i < count; i++)
        if (all[i]->is_supervision) names[filter->but_operation_count++] = text_of(all[i]->name);
    filter->but_operations = names;
}

static err own_run(service_call *call)
{
    county *c;
    audit_people people;
    arena *a = call->request;
    trail_look *looks;
    size_t count;
    int64_t next;
    trail_filter filter = { .until_ms = INT64_MAX, .operation = TEXT(""), .machine = TEXT(""), .limit = audit_limit(call) };
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(audit_people_read(c, &people));
    TRY(record_find_person(c, service_text_of(call, "who", TEXT_NONE), &filter.subject_id));
    TRY(read_page(call, &filter.below_id));
    if (service_is_given(call, "others")) filter.but_actor_id = c->actor_id;
    leave_supervision(a, &filter);
    TRY(trail_find(a, c->db, &filter, AUDIT_LOOKED_MAX, &looks, &count, &next));
    service_put_count(a, call->reply, "person", filter.subject_id);
    service_value *list = service_put_list(a, call->reply, "looks");
    for (size_t i = 0; i < count; i++) {
        const staff_user *user = audit_user(&people, looks[i].actor_id);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "known", record_instant_text(a, looks[i].known_ms));
        service_put_text(a, v, "by", by_of(call, &people, user, looks[i].machine));
        service_put_text(a, v, "what", said_of(call, looks[i].operation));
        service_put_bool(a, v, "is_own", user && !looks[i].machine.size_bytes && text_equal_cstr(user->roles, "insured"));
    }
    put_next(call, next);
    return ERR_NONE;
}

static void own_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "looks", OWN_LOOK, ARRAY_COUNT(OWN_LOOK), ARRAY_COUNT(OWN_LOOK), out);
    print_next(call, out);
}

const service_op AUDIT_LOOKS_OWN_OP = {
    .name = "person.looks",
    .summary = "Who looked at one person's record: when, by which duty, at what",
    .summary_zh = "谁看过某人的记录：时间、岗位、内容",
    .law = "《社会保险法》第八十一条",
    .kind = SERVICE_READ,
    .permission = "audit.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = OWN_INPUT, .input_count = ARRAY_COUNT(OWN_INPUT),
    .output = OWN_OUTPUT, .output_count = ARRAY_COUNT(OWN_OUTPUT),
    .examples = (const char *const[]){ "doudi person looks 1024", NULL },
    .run = own_run,
    .print = own_print,
};
