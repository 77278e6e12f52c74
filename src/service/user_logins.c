/* doudi user logins: many logins of insured persons and employers' agents in one change, from a list. */
#include "ident/ident.h"
#include "os/os.h"
#include "service/lists.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/sheet.h"
#include "service/user.h"

static const err_kind USER_BAD_ACT = {
    "user.bad_act", ERR_BAD_INPUT, "The column 'act' says new, lock or reset: {}.", "“事项”列应为 新增、停用 或 重置：{}。"
};
static const err_kind USER_NO_COLUMN = {
    "user.no_column", ERR_BAD_INPUT, "The list needs the columns act and user; it lacks {}.", "名单须有“事项”“登录名”两列（act、user），缺少 {}。"
};
static const err_kind USER_NOT_IN_REGISTRY = {
    "user.not_in_registry", ERR_NOT_FOUND, "Nobody in the registry has this citizen number{}: enter the person first.",
    "登记库中没有该证件号码的人员{}，请先登记。"
};
static const err_kind USER_OTHER_NAME = {
    "user.other_name", ERR_CONFLICT, "The registry knows this citizen number under another name than {}.", "登记库中该证件号码的姓名与“{}”不符。"
};
static const err_kind USER_LOGINS_REFUSED = {
    "user.logins_refused", ERR_CONFLICT, "Nothing was proposed, since a list is taken whole or not at all: {}. See each row with --dry-run.",
    "未提出任何变更（名单须整体办理）：{}。用 --dry-run 逐行查看。"
};

enum { ACT, USER, NAME, ROLE, NUMBER, EMPLOYER, COLUMN_COUNT };
static const char *const COLUMNS[COLUMN_COUNT][4] = {
    [ACT] = { "act", "事项" }, [USER] = { "user", "登录名", "login", "用户名" }, [NAME] = { "name", "姓名" }, [ROLE] = { "role", "角色" },
    [NUMBER] = { "number", "证件号码", "身份证号" }, [EMPLOYER] = { "employer", "单位", "统一社会信用代码" },
};

static const service_field LOGINS_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .shows = "FILE.csv|xlsx", .is_positional = true, .is_required = true,
      .summary = "a row a login, with the columns act (new, lock, reset), user, name, role (insured, employer), number, employer",
      .summary_zh = "每行一个账号，列名：事项（新增、停用、重置）、登录名、姓名、角色（参保人、单位经办人）、证件号码、单位（统一社会信用代码或编号）" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "show what each row would do, or why it cannot, and propose nothing",
      .summary_zh = "逐行显示将办理的事项或不能办理的原因，不提出变更" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document this rests on", .summary_zh = "依据的事项或文件" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
enum { ROW_FIELDS = 9, ROW_SHOWN = 8 };
static const service_field ROW[ROW_FIELDS] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "act", .type = SERVICE_STATE, .summary = "act", .summary_zh = "事项" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "login", .summary_zh = "登录名" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "role", .type = SERVICE_TEXT, .summary = "role", .summary_zh = "角色" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    { .name = "employer", .type = SERVICE_TEXT, .summary = "employer", .summary_zh = "单位" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why it cannot be done", .summary_zh = "不能办理的原因" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "code of the reason", .summary_zh = "原因代码" },
};
static const service_field LOGINS_OUTPUT[] = {
    { .name = "change", .type = SERVICE_COUNT, .is_optional = true, .summary = "number of the change, for approve and confirm",
      .summary_zh = "变更编号，供审批和确认" },
    { .name = "waits_for", .type = SERVICE_TEXT, .is_optional = true, .summary = "duties still to be done", .summary_zh = "待办环节" },
    { .name = "logins", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "rows that cannot be done", .summary_zh = "不能办理的行数" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ROW_FIELDS, .summary = "rows", .summary_zh = "逐行" },
};

typedef struct {
    int64_t line;
    text said[COLUMN_COUNT];
    err reason; /* what the registry, or the row itself, has against it */
} login_line;

typedef struct {
    county *office;
    staff *room;
    registry *people;
    login_line *lines;
    staff_joint_row *rows;
    size_t count, line_capacity, row_capacity;
} reading;

/* ---- words of a cell ---- */

text user_act_said(const service_call *call, staff_joint_act act)
{
    static const char *const SAYS[STAFF_JOINT_ACT_COUNT][2] = {
        [STAFF_JOINT_NEW] = { "new", "新增" }, [STAFF_JOINT_LOCK] = { "lock", "停用" }, [STAFF_JOINT_RESET] = { "reset", "重置" },
    };
    return text_of(service_say(call, SAYS[act][0], SAYS[act][1]));
}

static err read_act(reading *r, text said, staff_joint_act *act)
{
    static const char *const ZH[STAFF_JOINT_ACT_COUNT] = { "新增", "停用", "重置" };
    for (int i = 0; i < STAFF_JOINT_ACT_COUNT; i++)
        if (text_equal_cstr(said, staff_joint_act_name((staff_joint_act)i)) || text_equal_cstr(said, ZH[i])) return *act = (staff_joint_act)i, ERR_NONE;
    return err_of(&USER_BAD_ACT, text_cstr(r->office->call->request, said));
}

/* By its code or one of its names; else as it stands, which no table has. */
static text read_role(const reading *r, text said)
{
    const duty_table *table = staff_duties(r->room);
    for (size_t i = 0; i < duty_role_count(table); i++) {
        const duty_role *role = duty_role_at(table, i);
        if (text_equal(said, role->code) || text_equal(said, role->name) || text_equal(said, role->name_en)) return role->code;
    }
    return said;
}

/* The registry has the number, and by this name. An employer's agent need not be in it. */
static err read_number(reading *r, const login_line *line, staff_joint_row *row)
{
    arena *a = r->office->call->request;
    ident_citizen citizen;
    staff_terms terms = { 0 };
    int64_t *ids;
    size_t count;
    registry_record record;
    TRY(user_person(r->office, row->login, line->said[NUMBER], &terms));
    row->person = terms.person;
    row->number = terms.number;
    if (ident_check_citizen(line->said[NUMBER], &citizen).kind) return ERR_NONE; /* said above */
    TRY(registry_find_number(a, r->people, text_of(citizen.id), &ids, &count));
    if (!count && row->employer) return ERR_NONE;
    if (!count) return err_of(&USER_NOT_IN_REGISTRY, "");
    if (!row->name.size_bytes) return ERR_NONE;
    TRY(registry_record_read(a, r->people, ids[0], REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_PERSON || !record.count[REGISTRY_PERSON]) return ERR_NONE;
    const registry_person *named = record.facts[REGISTRY_PERSON];
    bool is_same = text_equal(list_joined_name(a, named[record.count[REGISTRY_PERSON] - 1].name), row->name);
    return is_same ? ERR_NONE : err_of(&USER_OTHER_NAME, text_cstr(a, row->name));
}

static err read_employer(reading *r, text said, int64_t *employer_id)
{
    registry_record record;
    int64_t found;
    TRY(record_find_employer(r->office, said, &found));
    TRY(registry_record_read(r->office->call->request, r->people, found, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_EMPLOYER) return err_of(&RECORD_OTHER_KIND, ERR_SAID("employer", "单位编号"));
    *employer_id = found;
    return ERR_NONE;
}

static err read_line(reading *r, const login_line *line, staff_joint_row *row)
{
    arena *a = r->office->call->request;
    *row = (staff_joint_row){ .login = line->said[USER], .name = list_joined_name(a, line->said[NAME]), .role = read_role(r, line->said[ROLE]) };
    TRY(read_act(r, line->said[ACT], &row->act));
    if (line->said[EMPLOYER].size_bytes) TRY(read_employer(r, line->said[EMPLOYER], &row->employer));
    return line->said[NUMBER].size_bytes ? read_number(r, line, row) : ERR_NONE;
}

/* ---- the file ---- */

static err find_columns(sheet *file, size_t column_count, const text *columns, size_t place[COLUMN_COUNT])
{
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        place[c] = SIZE_MAX;
        for (size_t i = 0; i < column_count && place[c] == SIZE_MAX; i++)
            for (size_t k = 0; k < ARRAY_COUNT(COLUMNS[c]) && COLUMNS[c][k]; k++)
                if (text_equal_cstr(text_trim(columns[i]), COLUMNS[c][k])) place[c] = i;
        TRY(sheet_once(file, place[c]));
    }
    if (place[ACT] == SIZE_MAX) return err_of(&USER_NO_COLUMN, "act 事项");
    return place[USER] == SIZE_MAX ? err_of(&USER_NO_COLUMN, "user 登录名") : ERR_NONE;
}

static err take_line(reading *r, const codec_csv_row *cells, const size_t place[COLUMN_COUNT], int64_t number)
{
    arena *a = r->office->call->request;
    login_line line = { .line = number };
    staff_joint_row row;
    bool says_something = false;
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        line.said[c] = place[c] < cells->count ? text_copy(a, text_trim(cells->field[place[c]])) : TEXT("");
        says_something |= line.said[c].size_bytes > 0;
    }
    if (!says_something) return ERR_NONE;
    if (r->count == STAFF_JOINT_ROWS_MAX) return err_of(&STAFF_JOINT_COUNT, ERR_SAID("this one has more", "此名单超出"));
    line.reason = read_line(r, &line, &row);
    if (line.reason.kind && line.reason.kind->class == ERR_BUG) return line.reason;
    size_t rows = r->count;
    ARENA_PUSH(a, r->lines, r->count, r->line_capacity, line);
    ARENA_PUSH(a, r->rows, rows, r->row_capacity, row);
    return ERR_NONE;
}

static err take_lines(reading *r, sheet *file)
{
    size_t column_count, place[COLUMN_COUNT];
    const text *columns = sheet_columns(file, &column_count);
    TRY(find_columns(file, column_count, columns, place));
    for (;;) {
        codec_csv_row cells;
        bool has_row;
        TRY(sheet_next(file, &cells, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &cells));
        TRY(take_line(r, &cells, place, sheet_position(file, 0).line));
    }
}

static err read_file(reading *r)
{
    sheet *file;
    service_call *call = r->office->call;
    TRY(sheet_open(call, service_text_of(call, "file", TEXT_NONE), &file));
    err e = take_lines(r, file);
    if (e.at.file) e.at.file = text_cstr(call->request, text_of(e.at.file));
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    sheet_close(file);
    return e;
}

/* ---- what becomes of it ---- */

text user_number_masked(arena *a, text number)
{
    registry_secret seen = { .field = "citizen_number", .plain = number };
    return number.size_bytes ? record_masked(a, &seen) : TEXT("");
}

static text reason_of(const service_call *call, err e)
{
    e.at = (source_pos){ 0 };
    return e.kind ? err_sentence(call->request, e, call->is_chinese) : TEXT("");
}

static void put_line(const reading *r, size_t i, service_value *list)
{
    service_call *call = r->office->call;
    const login_line *line = &r->lines[i];
    service_value *v = service_put_object(call->request, list, NULL);
    service_put_count(call->request, v, "line", line->line);
    bool is_act = line->reason.kind != &USER_BAD_ACT;
    const char *act = text_cstr(call->request, is_act ? user_act_said(call, r->rows[i].act) : line->said[ACT]);
    service_put_state(call, v, "act", is_act ? staff_joint_act_name(r->rows[i].act) : "?", act, act);
    service_put_text(call->request, v, "user", line->said[USER]);
    service_put_text(call->request, v, "name", line->said[NAME]);
    service_put_text(call->request, v, "role", r->rows[i].role.size_bytes ? r->rows[i].role : TEXT(""));
    service_put_text(call->request, v, "number", user_number_masked(call->request, line->said[NUMBER]));
    service_put_text(call->request, v, "employer", line->said[EMPLOYER]);
    service_put_text(call->request, v, "reason", reason_of(call, line->reason));
    service_put_cstr(call->request, v, "code", line->reason.kind ? line->reason.kind->code : "");
}

/* The first few, for whoever reads no list. */
static err refuse(const reading *r, size_t refused)
{
    enum { SHOWN = 3 };
    service_call *call = r->office->call;
    text_builder out = text_builder_open(call->request);
    text_add_format(&out, service_say(call, "%zu of %zu rows cannot be done", "%zu 行不能办理（共 %zu 行）"), refused, r->count);
    for (size_t i = 0, shown = 0; i < r->count && shown < SHOWN; i++) {
        if (!r->lines[i].reason.kind) continue;
        text why = reason_of(call, r->lines[i].reason);
        const char *stop = service_say(call, ".", "。");
        if (text_ends(why, text_of(stop))) why.size_bytes -= text_of(stop).size_bytes;
        text_add_format(&out, service_say(call, "%s line %lld (%.*s): %.*s", "%s第 %lld 行（%.*s）：%.*s"), shown++ ? service_say(call, ";", "；") : service_say(call, ":", "："),
                        (long long)r->lines[i].line, TEXT_ARG(r->lines[i].said[USER]), TEXT_ARG(why));
    }
    return err_of(&USER_LOGINS_REFUSED, text_built(&out).bytes);
}

static err propose(reading *r, staff_session *session)
{
    service_call *call = r->office->call;
    staff_terms terms = { .kind = STAFF_CHANGE_JOINT, .rows = r->rows, .row_count = r->count };
    staff_change *changes;
    size_t count;
    int64_t change_id;
    TRY(county_begin(r->office));
    staff_act act = user_act(r->office);
    TRY(staff_propose(session, &act, &terms, &change_id));
    TRY(store_commit(r->office->db));
    TRY(staff_changes(call->request, r->room, false, &changes, &count));
    service_put_count(call->request, call->reply, "change", change_id);
    for (size_t i = 0; i < count; i++)
        if (changes[i].id == change_id) service_put_text(call->request, call->reply, "waits_for", changes[i].waits_for);
    return ERR_NONE;
}

static err logins_run(service_call *call)
{
    reading r = { 0 };
    staff_session *session;
    size_t refused = 0;
    bool is_dry = service_is_given(call, "dry-run");
    TRY(county_open(call, COUNTY_WRITE, &r.office));
    TRY(county_login(r.office, &session));
    TRY(county_staff(r.office, &r.room));
    TRY(county_people(r.office, &r.people));
    TRY(read_file(&r));
    if (!r.count) return err_of(&STAFF_JOINT_COUNT, "0");
    err *reasons = ARENA_ARRAY(call->request, err, r.count);
    TRY(staff_joint_check(call->request, r.room, r.rows, r.count, reasons));
    for (size_t i = 0; i < r.count; i++) {
        if (!r.lines[i].reason.kind) r.lines[i].reason = reasons[i];
        refused += r.lines[i].reason.kind != NULL;
    }
    if (refused && !is_dry) return refuse(&r, refused);
    if (!is_dry) TRY(propose(&r, session));
    call->has_failures = refused > 0;
    service_put_count(call->request, call->reply, "logins", (int64_t)r.count);
    service_put_count(call->request, call->reply, "refused", (int64_t)refused);
    service_value *list = service_put_list(call->request, call->reply, "rows");
    for (size_t i = 0; i < r.count; i++) put_line(&r, i, list);
    return ERR_NONE;
}

static void logins_print(const service_call *call, text_builder *out)
{
    const service_value *change = service_member(call->reply, "change");
    text_add_format(out, service_say(call, "%lld logins, of which %lld cannot be done\n", "%lld 个账号，其中 %lld 个不能办理\n"),
                    (long long)service_member(call->reply, "logins")->count, (long long)service_member(call->reply, "refused")->count);
    month_print_list(call, "rows", ROW, ROW_SHOWN, ROW_SHOWN, out);
    if (change)
        text_add_format(out, service_say(call, "change %lld waits for %.*s\n", "变更 %lld 待办：%.*s\n"), (long long)change->count,
                        TEXT_ARG(service_member(call->reply, "waits_for")->word));
}

/* By the permission to make users; what else the rows take (reset, disable) is asked for them. */
const service_op USER_LOGINS_OP = {
    .name = "user.logins",
    .summary = "Propose many logins of insured persons and employers' agents in one change: new, shut out or reset, from a list",
    .summary_zh = "按名单一次提出多个参保人、单位经办人账号的新增、停用或重置",
    .law = "《社会保险法》第七十四条",
    .kind = SERVICE_WRITE,
    .permission = "user.new",
    .input = LOGINS_INPUT,
    .input_count = ARRAY_COUNT(LOGINS_INPUT),
    .output = LOGINS_OUTPUT,
    .output_count = ARRAY_COUNT(LOGINS_OUTPUT),
    .examples = (const char *const[]){ "doudi user logins logins.xlsx --dry-run --as rita", "doudi user logins logins.csv --why 批量开通 --as rita", NULL },
    .run = logins_run,
    .print = logins_print,
};
