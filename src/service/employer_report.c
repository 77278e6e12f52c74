/* doudi employer report: an employer reports who joins, leaves or earns another wage, as a file. Each row that may be so
 * becomes a case at the office's first step, and changes nothing by itself. Which case type a word of the file means
 * is told by packs/adapters/office-report.csv. */
#include <string.h>

#include "ident/ident.h"
#include "service/case.h"
#include "service/contribution.h"
#include "service/employer.h"
#include "service/looks.h"
#include "service/own.h"
#include "service/record_rows.h"

static const service_field REPORT_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "a row a change: 证件号码, 姓名, 申报 (增, 减 or 基数), 日期, 申报工资",
      .summary_zh = "每行一项变动：证件号码、姓名、申报（增、减、基数）、日期、申报工资" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "say what would become of each row, and write nothing",
      .summary_zh = "只预览每行的处理结果，不写入" },
    CASE_ON_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field REPORT_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "what", .type = SERVICE_TEXT, .summary = "report", .summary_zh = "申报" },
    { .name = "date", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "日期" },
    { .name = "state", .type = SERVICE_STATE, .summary = "result", .summary_zh = "结果" },
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件编号" },
    { .name = "note", .type = SERVICE_TEXT, .summary = "note", .summary_zh = "说明" },
};
static const service_field REPORT_OUTPUT[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "is_written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已提交" },
    { .name = "reported", .type = SERVICE_COUNT, .summary = "become cases", .summary_zh = "成为待审办件" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "wait as cases already", .summary_zh = "已有待审办件" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "are so already", .summary_zh = "已经如此，无须申报" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "refused", .summary_zh = "退回" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows", .summary_zh = "明细", .fields = REPORT_ROW,
      .field_count = ARRAY_COUNT(REPORT_ROW) },
};

enum { NUMBER, NAME, WHAT, DAY, WAGE, COLUMN_COUNT };
static const contribution_column COLUMNS[COLUMN_COUNT] = {
    [NUMBER] = { { "证件号码", "身份证号", "citizen_number", "number", NULL }, "the citizen number", false },
    [NAME] = { { "姓名", "name", NULL }, "the name", false },
    [WHAT] = { { "申报", "增减", "change", "report", NULL }, "what is reported", false },
    [DAY] = { { "日期", "date", "day", NULL }, "the day", false },
    [WAGE] = { { "申报工资", "工资", "wage", NULL }, "the wage", true },
};

enum { WORDS, TYPE, PREMISE, DAY_ITEM, WAGE_ITEM, EMPLOYER_ITEM, CELLS };
typedef struct {
    text cell[CELLS];
} rule;
typedef struct {
    dues_call d; /* its call and memory: what the file is read with */
    case_call c;
    int64_t employer_id;
    text code, employer_name;
    rule *rules;
    size_t rule_count, rule_capacity;
    service_value *rows;
    int64_t reported, waiting, same, refused;
    bool is_dry;
} reporting;

/* ---- the table ---- */

static err read_rules(reporting *r)
{
    text bytes;
    arena *a = r->c.memory;
    TRY(decide_law_aside(a, r->c.law, "office-report.csv", &bytes));
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = "office-report.csv" });
    while (bytes.size_bytes) {
        codec_csv_row row;
        bool has_row;
        rule one = { 0 };
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (!row.count || text_equal_cstr(row.field[WORDS], "申报") || text_begins(row.field[WORDS], TEXT("#"))) continue;
        for (size_t i = 0; i < CELLS && i < row.count; i++) one.cell[i] = text_copy(a, text_trim(row.field[i]));
        ARENA_PUSH(a, r->rules, r->rule_count, r->rule_capacity, one);
    }
    return ERR_NONE; /* a law of before: nothing may be reported, and each row says so */
}

static const rule *rule_of(const reporting *r, text word)
{
    for (size_t i = 0; i < r->rule_count && word.size_bytes; i++) {
        text rest = r->rules[i].cell[WORDS];
        while (rest.size_bytes) {
            size_t end = text_find(rest, TEXT("|"));
            if (end == SIZE_MAX) end = rest.size_bytes;
            if (text_equal(text_sub(rest, 0, end), word)) return &r->rules[i];
            rest = text_sub(rest, end < rest.size_bytes ? end + 1 : end, rest.size_bytes);
        }
    }
    return NULL;
}

/* ---- a row ---- */

#define REPORTED_BY "employer %lld, " /* by what a case is known as reported, and by whom */

typedef enum { REPORTED, WAITING, SAME, REFUSED } outcome_kind;

static void put(reporting *r, const text *cells, int64_t line, outcome_kind kind, int64_t case_id, text note)
{
    static const char *const SAYS[][3] = { [REPORTED] = { "reported", "to be reviewed", "待审核" }, [WAITING] = { "waiting", "waits already", "已在审核" },
                                           [SAME] = { "same", "is so already", "已经如此" }, [REFUSED] = { "refused", "refused", "退回" } };
    service_call *call = r->c.call;
    arena *a = call->request;
    int64_t *sums[] = { &r->reported, &r->waiting, &r->same, &r->refused };
    (*sums[kind])++;
    if (kind == REFUSED) call->has_failures = true;
    service_value *v = service_put_object(a, r->rows, NULL);
    service_put_count(a, v, "line", line);
    service_put_text(a, v, "name", text_copy(a, cells[NAME]));
    service_put_text(a, v, "what", text_copy(a, cells[WHAT]));
    service_put_text(a, v, "date", text_copy(a, cells[DAY]));
    service_put_state(call, v, "state", SAYS[kind][0], SAYS[kind][1], SAYS[kind][2]);
    service_put_count(a, v, "case", r->is_dry && kind == REPORTED ? 0 : case_id); /* the next writer's, after a dry run */
    service_put_text(a, v, "note", text_copy(a, note));
}

/* Of number and name together: neither of them alone is told to be known here. */
static err find_person(reporting *r, const text *cells, registry_record *record, int64_t *person_id)
{
    registry *people;
    int64_t *ids;
    size_t count;
    arena *a = r->c.memory;
    const ident_names *names = ident_names_open(a);
    *person_id = 0;
    if (cells[NUMBER].size_bytes != 18 && cells[NUMBER].size_bytes != 15) return ERR_NONE;
    TRY(county_people(r->c.office, &people));
    TRY(registry_find_number(a, people, cells[NUMBER], &ids, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(registry_record_read(a, people, ids[i], REGISTRY_NOW, record));
        if (record->kind != REGISTRY_PERSON || !record->count[REGISTRY_PERSON]) continue;
        const registry_person *p = (const registry_person *)record->facts[REGISTRY_PERSON] + record->count[REGISTRY_PERSON] - 1;
        if (p->merged_into || !text_equal(ident_name_fold(a, names, p->name), ident_name_fold(a, names, cells[NAME]))) continue;
        *person_id = ids[i];
        looks_saw(r->c.office, ids[i]); /* what becomes of the row tells of them, tried or done */
        return ERR_NONE;
    }
    return ERR_NONE;
}

/* The enrolment with this employer on the day before and on the day; NULL: none. */
static const registry_enrolment *enrolled(const reporting *r, const registry_record *record, int32_t day)
{
    const registry_enrolment *all = record->facts[REGISTRY_ENROLMENT];
    for (size_t i = 0; i < record->count[REGISTRY_ENROLMENT]; i++)
        if (all[i].employer_id == r->employer_id && all[i].fact.from <= day && day < all[i].fact.until) return &all[i];
    return NULL;
}

static text said(reporting *r, const char *en, const char *zh)
{
    return text_of(service_say(r->c.call, en, zh));
}

static err open_case(reporting *r, const text *cells, int64_t line, const rule *how, int64_t person_id)
{
    case_call *c = &r->c;
    arena *a = c->memory;
    case_hand h;
    bool is_new;
    text stands = TEXT_NONE, values[3];
    service_argument fields = { .values = values };
    case_opening o = { .subject_id = person_id, .channel = TEXT("web"), .agent = r->employer_name, .note = TEXT(""),
                       .said = text_format(a, REPORTED_BY "%.*s", (long long)r->employer_id, TEXT_ARG(cells[DAY])) };
    TRY(case_type_find(c, how->cell[TYPE], &o.type));
    values[fields.count++] = text_format(a, "%.*s=%.*s", TEXT_ARG(how->cell[EMPLOYER_ITEM]), TEXT_ARG(r->code));
    values[fields.count++] = text_format(a, "%.*s=%.*s", TEXT_ARG(how->cell[DAY_ITEM]), TEXT_ARG(cells[DAY]));
    if (how->cell[WAGE_ITEM].size_bytes) values[fields.count++] = text_format(a, "%.*s=%.*s", TEXT_ARG(how->cell[WAGE_ITEM]), TEXT_ARG(cells[WAGE]));
    c->said = &fields;
    err e = case_open_one(c, &o, &h, &is_new);
    if (!e.kind && is_new) e = case_pass_auto(&h, service_list(a), &stands);
    c->said = NULL;
    bool is_rows_fault = e.kind && (e.kind->class == ERR_BAD_INPUT || e.kind->class == ERR_NOT_FOUND);
    if (e.kind && !is_rows_fault) return e;
    text sentence = e.kind ? err_sentence(c->call->request, e, c->call->is_chinese) : stands;
    put(r, cells, line, e.kind ? REFUSED : is_new ? REPORTED : WAITING, e.kind ? 0 : h.row.case_id, sentence);
    return ERR_NONE;
}

static err take_row(void *context, const text *cells, int64_t line)
{
    reporting *r = context;
    registry_record record;
    int64_t person_id, wage_fen = 0;
    int32_t day;
    const rule *how = rule_of(r, cells[WHAT]);
    bool is_blank = true;
    for (size_t i = 0; i < COLUMN_COUNT; i++) is_blank &= !cells[i].size_bytes;
    if (is_blank) return ERR_NONE;
    if (!how) {
        put(r, cells, line, REFUSED, 0, r->rule_count ? said(r, "what is reported is 增, 减 or 基数", "“申报”一列应填 增、减 或 基数")
                                                      : said(r, "the office's law names nothing that employers may report", "本机构采用的政策未规定单位可以申报的事项"));
        return ERR_NONE;
    }
    if (calendar_parse_day(cells[DAY], &day).kind) {
        put(r, cells, line, REFUSED, 0, said(r, "the day is written 2026-12-01", "日期应写作 2026-12-01"));
        return ERR_NONE;
    }
    bool wants_wage = how->cell[WAGE_ITEM].size_bytes > 0, has_staff = text_equal_cstr(how->cell[PREMISE], "在职");
    if (wants_wage && (!codec_parse_scaled(cells[WAGE], 2, &wage_fen) || wage_fen <= 0)) {
        put(r, cells, line, REFUSED, 0, said(r, "the wage is an amount in yuan, more than nothing", "申报工资应为大于零的金额（元）"));
        return ERR_NONE;
    }
    TRY(find_person(r, cells, &record, &person_id));
    if (!person_id) {
        put(r, cells, line, REFUSED, 0, said(r, "number and name are not registered together; the person comes to the counter with the card",
                                             "证件号码与姓名不符或尚未登记，请本人持证到窗口登记"));
        return ERR_NONE;
    }
    const registry_enrolment *now = enrolled(r, &record, has_staff ? day - 1 : day);
    if (has_staff && !now) {
        put(r, cells, line, REFUSED, 0, said(r, "not enrolled with this employer then", "该日前未在本单位参保"));
        return ERR_NONE;
    }
    const registry_enrolment *then = enrolled(r, &record, day);
    bool is_so = !has_staff ? now != NULL : wants_wage ? then && then->base_fen == wage_fen : !then;
    if (is_so) {
        put(r, cells, line, SAME, 0, TEXT(""));
        return ERR_NONE;
    }
    return open_case(r, cells, line, how, person_id);
}

/* ---- the operation ---- */

static err read_employer(reporting *r)
{
    registry *people;
    registry_record record;
    TRY(own_employer(r->c.office, &r->employer_id));
    if (!r->employer_id) return err_of(&OWN_NOT_BOUND, ERR_SAID("employer", "单位"));
    TRY(county_people(r->c.office, &people));
    TRY(registry_record_read(r->c.memory, people, r->employer_id, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_EMPLOYER) return err_of(&OWN_NOT_BOUND, ERR_SAID("employer", "单位"));
    const registry_employer *e = (const registry_employer *)record.facts[REGISTRY_EMPLOYER] + record.count[REGISTRY_EMPLOYER] - 1;
    r->employer_name = e->name;
    r->code = e->code.size_bytes ? e->code : text_format(r->c.memory, "%lld", (long long)r->employer_id);
    return ERR_NONE;
}

static err employer_report_run(service_call *call)
{
    reporting *r = ARENA_NEW(call->request, reporting);
    arena *a = call->request;
    memset(r, 0, sizeof *r);
    r->is_dry = service_is_given(call, "dry-run");
    TRY(case_begin(call, COUNTY_WRITE, &r->c));
    r->d.m = (month_call){ .call = call, .office = r->c.office, .memory = r->c.memory };
    r->rows = service_list(a);
    TRY(read_employer(r));
    TRY(read_rules(r));
    TRY(contribution_file_read(&r->d, service_text_of(call, "file", TEXT_NONE), COLUMNS, COLUMN_COUNT, take_row, r));
    bool is_written = !r->is_dry && r->reported;
    if (is_written) TRY(store_commit(r->c.office->db));
    else store_rollback(r->c.office->db);
    service_put_count(a, call->reply, "employer", r->employer_id);
    service_put_bool(a, call->reply, "is_written", is_written);
    service_put_count(a, call->reply, "reported", r->reported);
    service_put_count(a, call->reply, "waiting", r->waiting);
    service_put_count(a, call->reply, "same", r->same);
    service_put_count(a, call->reply, "refused", r->refused);
    service_put(a, call->reply, "rows", r->rows);
    return ERR_NONE;
}

static void employer_report_print(const service_call *call, text_builder *out)
{
    contribution_print_fields(call, out);
    month_print_list(call, "rows", REPORT_ROW, ARRAY_COUNT(REPORT_ROW), ARRAY_COUNT(REPORT_ROW), out);
}

static const char *const REPORT_EXAMPLES[] = { "doudi employer report changes.xlsx --dry-run --as emma", "doudi employer report changes.csv --as emma", NULL };

const service_op EMPLOYER_REPORT_OP = {
    .name = "employer.report",
    .summary = "Report who joins, leaves or earns another wage; each becomes a case to be reviewed",
    .summary_zh = "单位申报人员增减和缴费基数；每项成为待审办件",
    .law = "社会保险法 第五十八条；社会保险经办条例 第十条",
    .kind = SERVICE_WRITE,
    .permission = "employer.report",
    .input = REPORT_INPUT,
    .input_count = ARRAY_COUNT(REPORT_INPUT),
    .output = REPORT_OUTPUT,
    .output_count = ARRAY_COUNT(REPORT_OUTPUT),
    .examples = REPORT_EXAMPLES,
    .run = employer_report_run,
    .print = employer_report_print,
};

/* ---- what was reported ---- */

static const service_field FILED_INPUT[] = {
    RECORD_WHO_FIELD("credit code or id", "统一社会信用代码或编号"), SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field FILED_ROW[] = {
    { .name = "case", .type = SERVICE_COUNT, .summary = "case", .summary_zh = "办件编号" },
    { .name = "type", .type = SERVICE_TEXT, .summary = "type", .summary_zh = "事项" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "about", .summary_zh = "人员" },
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "opened", .type = SERVICE_TEXT, .summary = "reported", .summary_zh = "申报日" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due", .summary_zh = "期限" },
};
static const service_field FILED_OUTPUT[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .summary = "reported", .summary_zh = "已申报", .fields = FILED_ROW,
      .field_count = ARRAY_COUNT(FILED_ROW) },
};

static err put_filed(case_call *c, const cases_row *row, service_value *list)
{
    arena *a = c->call->request;
    const policy_case *type = NULL;
    text name;
    TRY(case_subject_name(c, row->subject_id, &name));
    if (case_type_find(c, row->type, &type).kind) type = NULL; /* the packs no longer have it */
    const cases_word *state = cases_state_word(row->state);
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "case", row->case_id);
    service_put_text(a, v, "type", text_copy(a, case_type_shown(c, row->type)));
    service_put_text(a, v, "name", name);
    service_put_text(a, v, "step", text_copy(a, case_step_shown(c, type, row->step)));
    service_put_state(c->call, v, "state", state->name, state->says, state->says_zh);
    service_put_text(a, v, "opened", case_day_text(a, row->opened_day));
    service_put_text(a, v, "due", case_day_text(a, row->due_day));
    return ERR_NONE;
}

static err employer_reports_run(service_call *call)
{
    case_call c;
    cases_row *rows;
    size_t count;
    int64_t employer_id;
    cases_filter filter = { .has_open = true, .has_over = true, .type = TEXT(""), .duty = TEXT("") };
    TRY(case_begin(call, COUNTY_READ, &c));
    TRY(record_find_employer(c.office, service_text_of(call, "who", TEXT_NONE), &employer_id));
    TRY(cases_list(c.memory, c.book, &filter, &rows, &count));
    service_put_count(call->request, call->reply, "employer", employer_id);
    service_value *list = service_put_list(call->request, call->reply, "cases");
    text by = text_format(c.memory, REPORTED_BY, (long long)employer_id);
    for (size_t i = 0; i < count; i++)
        if (text_begins(rows[i].said, by)) TRY(put_filed(&c, &rows[i], list));
    return ERR_NONE;
}

static void employer_reports_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "cases", FILED_ROW, ARRAY_COUNT(FILED_ROW), ARRAY_COUNT(FILED_ROW), out);
}

static const char *const FILED_EXAMPLES[] = { "doudi employer reports 91350100M000100Y43", NULL };

const service_op EMPLOYER_REPORTS_OP = {
    .name = "employer.reports",
    .summary = "What an employer has reported, and where each case stands",
    .summary_zh = "单位已申报的事项及办理进度",
    .law = "社会保险经办条例 第十条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .own_employer = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = FILED_INPUT,
    .input_count = ARRAY_COUNT(FILED_INPUT),
    .output = FILED_OUTPUT,
    .output_count = ARRAY_COUNT(FILED_OUTPUT),
    .examples = FILED_EXAMPLES,
    .run = employer_reports_run,
    .print = employer_reports_print,
};
