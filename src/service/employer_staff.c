/* doudi employer staff: who is enrolled with an employer on a day, by which lines of insurance, since when, on which base. */
#include "service/employer.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/record_rows.h"

static const service_field STAFF_INPUT[] = {
    RECORD_WHO_FIELD("credit code or id", "统一社会信用代码或编号"),
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE", .summary = "on this day (default: today)", .summary_zh = "按哪一天（默认今天）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write it here",
      .summary_zh = "写入此文件（CSV、XLSX 或可打印的 HTML）" },
    SERVICE_COUNTY_FIELD,
};
enum { PERSON, NAME, NUMBER, SCHEMES, SINCE, BASE };
static const service_field STAFF_ROW[] = {
    [PERSON] = { .name = "person", .type = SERVICE_COUNT, .summary = "id", .summary_zh = "编号" },
    [NAME] = { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    [NUMBER] = { .name = "number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    [SCHEMES] = { .name = "schemes", .type = SERVICE_TEXT, .summary = "insured by", .summary_zh = "险种" },
    [SINCE] = { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "参保起始日" },
    [BASE] = { .name = "base", .type = SERVICE_TEXT, .summary = "declared wage, yuan", .summary_zh = "申报工资（元）" },
};
static const service_field STAFF_OUTPUT[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "单位名称" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "staff", .type = SERVICE_OBJECT, .is_list = true, .summary = "staff", .summary_zh = "参保人员", .fields = STAFF_ROW,
      .field_count = ARRAY_COUNT(STAFF_ROW) },
};

typedef struct {
    county *office;
    int64_t employer_id;
    int32_t day;
    grid table;
    service_value *list;
    int64_t people;
} staffing;

static err put_one(staffing *s, const registry_roster_row *row)
{
    arena *a = s->office->call->request;
    record_view view = { .office = s->office, .day = s->day };
    const registry_person *p = row->subject;
    text_builder schemes = text_builder_open(a);
    int64_t since = REGISTRY_OPEN, base_fen = 0;
    for (size_t i = 0; i < row->enrolment_count; i++) {
        const registry_enrolment *e = &row->enrolments[i];
        text word;
        if (e->employer_id != s->employer_id) continue;
        TRY(county_word_text(s->office, e->scheme, &word));
        text_add_format(&schemes, "%s%.*s", schemes.size_bytes ? service_say(s->office->call, ", ", "、") : "", TEXT_ARG(county_word_shown(s->office, word)));
        if (e->fact.from < since) since = e->fact.from;
        if (e->base_fen > base_fen) base_fen = e->base_fen;
    }
    if (!schemes.size_bytes) return ERR_NONE;
    registry_secret number = p->number;
    text name = text_copy(a, p->name), shown;
    TRY(record_secret(&view, row->subject_id, &number, &shown));
    text cells[] = { [PERSON] = text_format(a, "%lld", (long long)row->subject_id), [NAME] = name, [NUMBER] = shown.bytes ? text_copy(a, shown) : TEXT(""),
                     [SCHEMES] = text_built(&schemes), [SINCE] = since <= REGISTRY_EVER ? TEXT("") : service_day_text(a, (int32_t)since),
                     [BASE] = base_fen ? service_yuan(a, base_fen) : TEXT("") };
    service_value *v = service_put_object(a, s->list, NULL);
    for (size_t c = 0; c < ARRAY_COUNT(cells); c++) {
        if (c == PERSON) service_put_count(a, v, STAFF_ROW[c].name, row->subject_id);
        else service_put_text(a, v, STAFF_ROW[c].name, cells[c]);
        grid_add(&s->table, cells[c]);
    }
    s->people++;
    return ERR_NONE;
}

static err put_staff(staffing *s, const int64_t *ids, size_t count)
{
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t i = 0; i < count && !e.kind; i++) {
        registry_roster *rows;
        const registry_roster_row *row;
        registry_roster_options wants = { .day = s->day, .known_ms = REGISTRY_NOW, .wants = 1u << REGISTRY_ENROLMENT, .has_subjects = true,
                                          .subjects = &ids[i], .subject_count = 1 };
        arena_reset(scratch);
        e = registry_roster_open(scratch, s->office->people, eventlog_bucket_of(ids[i]), &wants, &rows);
        if (e.kind) break;
        e = registry_roster_next(rows, &row);
        if (!e.kind && row) e = put_one(s, row);
        registry_roster_close(rows);
    }
    arena_close(scratch);
    return e;
}

static err employer_staff_run(service_call *call)
{
    staffing s = { .day = service_day_of(call, "on") };
    arena *a = call->request;
    registry *people;
    registry_record record;
    int64_t *ids;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &s.office));
    TRY(record_find_employer(s.office, service_text_of(call, "who", TEXT_NONE), &s.employer_id));
    TRY(county_people(s.office, &people));
    TRY(registry_record_read(a, people, s.employer_id, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_EMPLOYER) return err_of(&RECORD_OTHER_KIND, ERR_SAID("employer", "单位编号"));
    const registry_employer *named = record.facts[REGISTRY_EMPLOYER];
    text name = named[record.count[REGISTRY_EMPLOYER] - 1].name;
    s.table = grid_open(call, text_of(service_say(call, "Staff enrolled", "参保人员名册")), STAFF_ROW, ARRAY_COUNT(STAFF_ROW), BASE);
    s.list = service_list(a);
    TRY(registry_find_staff(a, people, s.employer_id, &ids, &count));
    TRY(put_staff(&s, ids, count));
    service_put_count(a, call->reply, "employer", s.employer_id);
    service_put_text(a, call->reply, "name", name);
    service_put_count(a, call->reply, "people", s.people);
    service_put(a, call->reply, "staff", s.list);
    if (!service_is_given(call, "out")) return ERR_NONE;
    grid_line(&s.table, text_format(a, "%.*s  %.*s", TEXT_ARG(name), TEXT_ARG(service_day_text(a, s.day))));
    return grid_write(&s.table, service_text_of(call, "out", TEXT_NONE));
}

static void employer_staff_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "%.*s: %lld people\n", "%.*s：%lld 人\n"), TEXT_ARG(service_member(call->reply, "name")->word),
                    (long long)service_member(call->reply, "people")->count);
    month_print_list(call, "staff", STAFF_ROW, ARRAY_COUNT(STAFF_ROW), BASE, out);
}

static const char *const STAFF_EXAMPLES[] = { "doudi employer staff 91350100M000100Y43 --out staff.xlsx", NULL };

const service_op EMPLOYER_STAFF_OP = {
    .name = "employer.staff",
    .summary = "Who is enrolled with an employer on a day",
    .summary_zh = "一个单位某日的参保人员名册",
    .law = "社会保险法 第五十八条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_employer = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = STAFF_INPUT,
    .input_count = ARRAY_COUNT(STAFF_INPUT),
    .output = STAFF_OUTPUT,
    .output_count = ARRAY_COUNT(STAFF_OUTPUT),
    .examples = STAFF_EXAMPLES,
    .run = employer_staff_run,
    .print = employer_staff_print,
};
