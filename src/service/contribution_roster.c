/* doudi contribution roster: a department's list of whom government pays for, held against the one before.
 *
 * The file is the whole list of one group as it stands from a month on: who is new on it is marked, who
 * is no longer on it is unmarked, and who cannot be matched is named. Bills made after take it from there. */
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/contribution.h"
#include "service/dues.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/words.h"

static const service_field ROSTER_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "the whole list: citizen number (or id), and name where it is known", .summary_zh = "部门名册（全量）：证件号码或人员编号，可有姓名" },
    { .name = "group", .type = SERVICE_TEXT, .is_required = true, .shows = "GROUP", .summary = "the group in the packs' words: 低保对象",
      .summary_zh = "困难群体（政策包中的名称），如 低保对象" },
    { .name = "from", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM", .summary = "the month from which the list holds",
      .summary_zh = "名册起用月" },
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write the whole difference here",
      .summary_zh = "将差异清单写入此文件" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field ROSTER_ROW[] = {
    { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "差异" },
    { .name = "person", .type = SERVICE_COUNT, .is_optional = true, .summary = "person", .summary_zh = "人员" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "line", .type = SERVICE_COUNT, .is_optional = true, .summary = "line", .summary_zh = "行" },
    { .name = "next", .type = SERVICE_TEXT, .summary = "next step", .summary_zh = "下一步" },
};
enum { ROSTER_COLUMNS = sizeof ROSTER_ROW / sizeof ROSTER_ROW[0], ROSTER_SHOWN = 50 };
static const service_field ROSTER_OUTPUT[] = {
    { .name = "group", .type = SERVICE_TEXT, .summary = "group", .summary_zh = "困难群体" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起用月" },
    { .name = "listed", .type = SERVICE_COUNT, .summary = "on the list", .summary_zh = "名册人数" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "as before", .summary_zh = "与上期一致" },
    { .name = "fresh", .type = SERVICE_COUNT, .summary = "new", .summary_zh = "新增" },
    { .name = "dropped", .type = SERVICE_COUNT, .summary = "dropped out", .summary_zh = "退出" },
    { .name = "uninsured", .type = SERVICE_COUNT, .summary = "not insured as residents", .summary_zh = "未参加居民养老" },
    { .name = "unmatched", .type = SERVICE_COUNT, .summary = "cannot be matched", .summary_zh = "无法匹配" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    { .name = "differences", .type = SERVICE_OBJECT, .is_list = true, .summary = "differences", .summary_zh = "差异清单",
      .fields = ROSTER_ROW, .field_count = ROSTER_COLUMNS },
};

typedef struct {
    int64_t person_id;
    bool is_marked, is_insured, is_seen;
    text was; /* another group, until now */
} listed;
typedef struct {
    dues_call *d;
    int32_t from_day;
    text group;
    int64_t attribute, scheme; /* words */
    hash_map *place;
    listed *rows;
    size_t count, capacity;
    int64_t *dropped;
    size_t dropped_count, dropped_capacity;
    int64_t unmatched, uninsured, fresh;
    grid grid;
    service_value *shown;
} rostering;

static void put(rostering *r, const char *what, text person, text name, text line, const char *next)
{
    arena *a = r->d->m.call->request;
    text cells[ROSTER_COLUMNS] = { text_of(what), person, name, line, text_of(next) };
    service_value *v = r->shown->child_count < ROSTER_SHOWN ? service_put_object(a, r->shown, NULL) : NULL;
    grid_row(&r->grid, v, ROSTER_ROW, cells);
}

static err put_person(rostering *r, const char *what, int64_t person_id, const char *next)
{
    text name;
    TRY(dues_payer_name(&r->d->m, person_id, &name));
    put(r, what, text_format(r->d->m.call->request, "%lld", (long long)person_id), name, TEXT(""), next);
    return ERR_NONE;
}

/* ---- the file ---- */

enum { PERSON, NAME, COLUMN_COUNT };
static const contribution_column COLUMNS[COLUMN_COUNT] = {
    [PERSON] = { { "证件号码", "身份证号", "人员编号", "person", "citizen_number", NULL }, "person", false },
    [NAME] = { { "姓名", "name", NULL }, "name", true },
};

/* A person of the registry: a number that nobody has is no id either. */
static err find(rostering *r, text said, int64_t *person_id)
{
    registry *people;
    registry_record record;
    if (!said.size_bytes) return err_of(&RECORD_NONE, "");
    TRY(record_find_person(r->d->m.office, said, person_id));
    TRY(county_people(r->d->m.office, &people));
    arena *scratch = arena_open();
    err e = registry_record_read(scratch, people, *person_id, REGISTRY_NOW, &record);
    bool is_person = !e.kind && record.kind == REGISTRY_PERSON;
    arena_close(scratch);
    if (e.kind && e.kind != &REGISTRY_NOT_FOUND) return err_of(e.kind, NULL);
    return is_person ? ERR_NONE : err_of(&RECORD_NONE, "");
}

static err take_row(void *context, const text *cells, int64_t line)
{
    rostering *r = context;
    service_call *call = r->d->m.call;
    arena *a = call->request;
    listed one = { 0 };
    err e = find(r, cells[PERSON], &one.person_id);
    bool is_unknown = e.kind == &RECORD_NONE || e.kind == &REGISTRY_NOT_FOUND || e.kind == &RECORD_SEVERAL ||
                      (e.kind && e.kind->class == ERR_BAD_INPUT);
    if (e.kind && !is_unknown) return e;
    if (e.kind) {
        text says = text_format(a, "%lld", (long long)line);
        r->unmatched++;
        call->has_failures = true;
        put(r, service_say(call, "cannot be matched", "无法匹配"), TEXT(""), text_copy(a, cells[NAME]), says,
            service_say(call, "ask the department for the number", "退回部门核对证件号码"));
        return ERR_NONE;
    }
    text key = text_format(r->d->m.memory, "%lld", (long long)one.person_id);
    if (hash_map_get(r->place, key) != SIZE_MAX) return ERR_NONE; /* named twice: one person */
    hash_map_put(r->place, key, r->count);
    ARENA_PUSH(r->d->m.memory, r->rows, r->count, r->capacity, one);
    return ERR_NONE;
}

/* ---- who is marked now ---- */

static void take_person(rostering *r, const registry_roster_row *row)
{
    bool is_marked = false, is_insured = false;
    for (size_t i = 0; i < row->attribute_count; i++)
        is_marked |= row->attributes[i].name == r->attribute && text_equal(row->attributes[i].note, r->group);
    for (size_t i = 0; i < row->enrolment_count; i++) is_insured |= row->enrolments[i].scheme == r->scheme;
    size_t at = hash_map_get(r->place, text_format(r->d->m.memory, "%lld", (long long)row->subject_id));
    if (at == SIZE_MAX) {
        if (is_marked) ARENA_PUSH(r->d->m.memory, r->dropped, r->dropped_count, r->dropped_capacity, row->subject_id);
        return;
    }
    for (size_t i = 0; i < row->attribute_count; i++)
        if (row->attributes[i].name == r->attribute && !text_equal(row->attributes[i].note, r->group))
            r->rows[at].was = text_copy(r->d->m.memory, row->attributes[i].note);
    r->rows[at].is_marked = is_marked;
    r->rows[at].is_insured = is_insured;
    r->rows[at].is_seen = true;
}

static err read_bucket(rostering *r, registry *people, uint32_t bucket)
{
    registry_roster *walk;
    const registry_roster_row *row;
    arena *memory = arena_open();
    registry_roster_options options = { .day = r->from_day, .month = calendar_month_of_day(r->from_day), .known_ms = REGISTRY_NOW,
                                        .wants = 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_ENROLMENT,
                                        .attributes = &r->attribute, .attribute_count = 1 };
    err e = registry_roster_open(memory, people, bucket, &options, &walk);
    if (!e.kind) {
        for (;;) {
            e = registry_roster_next(walk, &row);
            if (e.kind || !row) break;
            take_person(r, row);
        }
        registry_roster_close(walk);
    }
    if (e.detail) e.detail = text_cstr(r->d->m.call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

/* ---- saying it ---- */

static err mark(rostering *r, registry_load *load, int64_t person_id, bool is_void)
{
    registry_attribute said = { .fact = { .subject_id = person_id, .from = r->from_day, .until = REGISTRY_OPEN, .is_void = is_void },
                                .name = r->attribute, .note = is_void ? TEXT_NONE : r->group };
    return registry_load_say(load, REGISTRY_ATTRIBUTE, &said);
}

static err say_all(rostering *r, registry *people, registry_load *load)
{
    service_call *call = r->d->m.call;
    (void)people;
    for (size_t i = 0; i < r->count; i++) {
        const listed *one = &r->rows[i];
        if (!one->is_seen || !one->is_insured) {
            r->uninsured++;
            TRY(put_person(r, service_say(call, "not insured", "未参保"), one->person_id,
                           service_say(call, "enrol in the residents' pension, then it is paid for", "动员参加居民养老，参保后代缴")));
        }
        if (one->is_marked) continue;
        r->fresh++;
        TRY(mark(r, load, one->person_id, false));
        const char *next = service_say(call, "paid for from the next bill on", "自下次出账起代缴");
        if (one->was.size_bytes)
            next = text_format(call->request, service_say(call, "was %.*s until now", "此前为%.*s，改按新群体"), TEXT_ARG(one->was)).bytes;
        TRY(put_person(r, service_say(call, "new", "新增"), one->person_id, next));
    }
    for (size_t i = 0; i < r->dropped_count; i++) {
        TRY(mark(r, load, r->dropped[i], true));
        TRY(put_person(r, service_say(call, "dropped out", "退出"), r->dropped[i],
                       service_say(call, "pays again; tell the person", "恢复个人缴费，告知本人")));
    }
    return ERR_NONE;
}

static err say(rostering *r)
{
    registry *people;
    registry_load *load;
    registry_load_tally tally;
    registry_load_options options = { .is_dry_run = false };
    registry_act act = { .known_ms = r->d->m.office->now_ms, .actor_id = r->d->m.office->actor_id, .why = r->d->act.why };
    TRY(county_people(r->d->m.office, &people));
    TRY(county_word(r->d->m.office, "resident.group", &r->attribute));
    TRY(county_word(r->d->m.office, "resident_pension", &r->scheme));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(read_bucket(r, people, bucket));
    TRY(registry_load_open(r->d->m.memory, people, &act, "roster", &options, &load));
    err e = say_all(r, people, load);
    err closed = registry_load_close(load, &tally);
    return e.kind ? e : closed;
}

static err check_group(rostering *r)
{
    dues_deciding o;
    TRY(dues_deciding_open(r->d, "bill.resident", r->from_day, 1, &o));
    return dues_fact_word(&o, "resident.group", 0, r->group);
}

static err contribution_roster_run(service_call *call)
{
    dues_call d;
    int32_t from;
    arena *a = call->request;
    bool is_dry = service_is_given(call, "dry-run");
    rostering r = { .d = &d, .group = service_text_of(call, "group", TEXT_NONE) };
    TRY(service_month_of(call, "from", INT32_MIN, &from));
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    r.from_day = calendar_first_day_of_month(from);
    r.place = hash_map_open(d.m.memory);
    r.shown = service_list(a);
    r.grid = grid_open(call, text_of(service_say(call, "Differences of a roster", "代缴名册差异清单")), ROSTER_ROW, ROSTER_COLUMNS, ROSTER_COLUMNS);
    TRY(check_group(&r));
    TRY(contribution_file_read(&d, service_text_of(call, "file", TEXT_NONE), COLUMNS, COLUMN_COUNT, take_row, &r));
    TRY(say(&r));
    if (is_dry) store_rollback(d.m.office->db);
    else TRY(store_commit(d.m.office->db));
    service_put_text(a, call->reply, "group", r.group);
    service_put_text(a, call->reply, "from", service_month_text(a, from));
    service_put_count(a, call->reply, "listed", (int64_t)r.count + r.unmatched);
    service_put_count(a, call->reply, "same", (int64_t)r.count - r.fresh);
    service_put_count(a, call->reply, "fresh", r.fresh);
    service_put_count(a, call->reply, "dropped", (int64_t)r.dropped_count);
    service_put_count(a, call->reply, "uninsured", r.uninsured);
    service_put_count(a, call->reply, "unmatched", r.unmatched);
    service_put_bool(a, call->reply, "written", !is_dry && r.fresh + (int64_t)r.dropped_count > 0);
    service_put(a, call->reply, "differences", r.shown);
    if (!r.fresh && !r.dropped_count) service_note(call, "the list is as it was; nothing changed", "与上期名册一致，未作改动", TEXT_NONE);
    return service_is_given(call, "list") ? grid_write(&r.grid, service_text_of(call, "list", TEXT_NONE)) : ERR_NONE;
}

static void contribution_roster_print(const service_call *call, text_builder *out)
{
    contribution_print_fields(call, out);
    month_print_list(call, "differences", ROSTER_ROW, ROSTER_COLUMNS, ROSTER_COLUMNS, out);
}

static const char *const ROSTER_EXAMPLES[] = {
    "doudi contribution roster 低保名册.csv --group 低保对象 --from 2026-12 --dry-run --list 差异.csv --as zhangwei", NULL };

const service_op CONTRIBUTION_ROSTER_OP = {
    .name = "contribution.roster",
    .summary = "Take a department's list of whom government pays for: who is new, who dropped out, who cannot be matched",
    .summary_zh = "代缴名册比对：导入民政、残联等部门名册，列出新增、退出、无法匹配",
    .law = "国发〔2014〕8号 第四条；人社部发〔2018〕21号",
    .kind = SERVICE_WRITE,
    .permission = "contribution.declare",
    .input = ROSTER_INPUT,
    .input_count = ARRAY_COUNT(ROSTER_INPUT),
    .output = ROSTER_OUTPUT,
    .output_count = ARRAY_COUNT(ROSTER_OUTPUT),
    .examples = ROSTER_EXAMPLES,
    .run = contribution_roster_run,
    .print = contribution_roster_print,
};
