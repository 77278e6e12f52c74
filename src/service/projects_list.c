/* doudi project list, project gate: construction projects, what their work-injury insurance costs, and whether one may begin. */
#include <stdlib.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"
#include "service/grid.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/projects.h"
#include "service/scope.h"

static const struct {
    const char *name, *says, *says_zh;
} STATES[PROJECTS_STATE_COUNT] = {
    [PROJECTS_COVERED] = { "covered", "insured", "已参保" },
    [PROJECTS_WAITING] = { "waiting", "not begun, not insured", "未开工、未参保" },
    [PROJECTS_BARE] = { "bare", "begun, not insured", "已开工、未参保" },
    [PROJECTS_LARGER] = { "larger", "insured for less than the contract price", "合同价增加、未补缴" },
    [PROJECTS_SHORT] = { "short", "insured for less than its time", "参保期短于工期" },
    [PROJECTS_OVER] = { "over", "past its last day", "已过竣工日" },
};

static const char *const STATE_NAMES[] = { "bare", "waiting", "larger", "short", "covered", "over", NULL };

#define PROJECT_COLUMNS_OF                                                                       \
    { .name = "no", .type = SERVICE_TEXT, .summary = "project", .summary_zh = "项目编号" },       \
    { .name = "title", .type = SERVICE_TEXT, .summary = "called", .summary_zh = "项目名称" },     \
    { .name = "department", .type = SERVICE_TEXT, .summary = "department", .summary_zh = "部门" }, \
    { .name = "employer", .type = SERVICE_COUNT, .summary = "contractor's number", .summary_zh = "承包单位编号" }, \
    { .name = "code", .type = SERVICE_TEXT, .summary = "credit code", .summary_zh = "统一社会信用代码" }, \
    { .name = "contractor", .type = SERVICE_TEXT, .summary = "contractor", .summary_zh = "承包单位" }, \
    { .name = "price", .type = SERVICE_TEXT, .summary = "contract price, yuan", .summary_zh = "合同价（元）" }, \
    { .name = "begin", .type = SERVICE_TEXT, .summary = "begins", .summary_zh = "开工日" },       \
    { .name = "end", .type = SERVICE_TEXT, .summary = "ends", .summary_zh = "计划竣工日" },       \
    { .name = "premium", .type = SERVICE_TEXT, .summary = "premium, yuan", .summary_zh = "应缴保费（元）" }, \
    { .name = "paid", .type = SERVICE_TEXT, .summary = "paid, yuan", .summary_zh = "已缴保费（元）" }, \
    { .name = "until", .type = SERVICE_TEXT, .summary = "insured until", .summary_zh = "参保止日" }, \
    { .name = "case", .type = SERVICE_COUNT, .summary = "by case", .summary_zh = "办件" },        \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "情况" }
enum { NO, TITLE, DEPARTMENT, EMPLOYER, CODE, CONTRACTOR, PRICE, BEGIN, END, PREMIUM, PAID, UNTIL, CASE, STATE, PROJECT_COLUMNS };
#define ON_FIELD { .name = "on", .type = SERVICE_DATE, .summary = "as it stands on this day (default: today)", .summary_zh = "截至日期（默认今天）" }

static const service_field PROJECT_ROW[] = { PROJECT_COLUMNS_OF };
static const service_field STATE_ROW[] = {
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "情况" },
    { .name = "projects", .type = SERVICE_COUNT, .summary = "projects", .summary_zh = "项目数" },
    { .name = "premium", .type = SERVICE_TEXT, .summary = "premiums, yuan", .summary_zh = "应缴保费（元）" },
};
static const service_field LIST_INPUT[] = {
    ON_FIELD,
    { .name = "state", .type = SERVICE_NAME, .shows = "STATE", .choices = STATE_NAMES, .summary = "only these", .summary_zh = "只看这种情况" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write all of them here", .summary_zh = "将全部明细写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LIST_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "截至" },
    { .name = "missing", .type = SERVICE_TEXT, .summary = "departments whose roll never came", .summary_zh = "没有报过名册的部门" },
    { .name = "states", .type = SERVICE_OBJECT, .is_list = true, .summary = "states", .summary_zh = "各种情况", .fields = STATE_ROW,
      .field_count = ARRAY_COUNT(STATE_ROW) },
    { .name = "projects", .type = SERVICE_OBJECT, .is_list = true, .summary = "projects (50 at most; by pages all)", .summary_zh = "项目（前 50 个，分页时全部）",
      .fields = PROJECT_ROW, .field_count = PROJECT_COLUMNS },
};
enum { ROWS_SHOWN = 50 };

typedef struct {
    month_call m;
    scope_span span;
    int32_t on;
    projects_told told;
    int64_t *premium_fen; /* by row; -1: not known */
    text reason;          /* why not, of the first */
} looking;

/* ---- premiums, by the packs ---- */

static void fill_price(const looking *l, const decide_plan *plan, column *facts, size_t fact_count)
{
    size_t price = decide_fact_index(plan, "project.price");
    for (size_t f = 0; f < fact_count; f++)
        for (size_t i = 0; i < l->told.count; i++) {
            bool is_known = f == price && l->told.rows[i].price_fen >= 0;
            facts[f].value[i] = is_known ? l->told.rows[i].price_fen : 0;
            facts[f].reason[i] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
        }
}

static err reckon(looking *l)
{
    const decide_law *law;
    const decide_plan *plan;
    size_t fact_count, record_count, at;
    arena *a = l->m.memory;
    decide_request asked = { .purpose = TEXT("project.premium"), .on_day = l->on, .region = l->m.region };
    l->reason = TEXT("");
    l->premium_fen = ARENA_ARRAY(a, int64_t, l->told.count + 1);
    TRY(decide_law_open(l->m.call, &law));
    TRY(decide_plan_open(a, law, &asked, &plan));
    (void)decide_facts(plan, &fact_count);
    (void)decide_records(plan, &record_count);
    column *facts = ARENA_ARRAY(a, column, fact_count + 1);
    for (size_t f = 0; f < fact_count; f++) {
        facts[f] = column_open(a, l->told.count);
        column_ensure_reasons(a, &facts[f]);
    }
    fill_price(l, plan, facts, fact_count);
    decide_block block = { .count = l->told.count, .facts = facts, .row_until = ARENA_ARRAY(a, const uint32_t *, record_count + 1) };
    decide_results *results = decide_results_open(a, plan, l->told.count + 1);
    at = decide_answer_index(plan, "premium");
    if (at == SIZE_MAX) return err_of(&ROLLS_BAD_TABLE, "project.premium");
    if (l->told.count) decide_run(decide_open(a, plan), &block, results);
    for (size_t i = 0; i < l->told.count; i++) {
        const column *answer = &results->answers[at];
        bool is_known = column_is_valid(answer, i);
        l->premium_fen[i] = is_known ? answer->value[i] : -1;
        if (!is_known && !l->reason.size_bytes) l->reason = decide_reason(a, plan, column_reason(answer, i), l->m.call->is_chinese);
    }
    return ERR_NONE;
}

static err begin(service_call *call, looking *l)
{
    size_t kept = 0;
    *l = (looking){ .on = service_day_of(call, "on") };
    TRY(month_begin(call, COUNTY_READ, &l->m));
    TRY(scope_of(l->m.office, &l->span));
    TRY(projects_read(l->m.office, calendar_month_of_day(l->on), &l->told));
    for (size_t i = 0; i < l->told.count; i++) {
        bool is_held = !l->span.until;
        if (!is_held && l->told.rows[i].employer_id) TRY(scope_holds(l->m.office, l->span, l->told.rows[i].employer_id, &is_held));
        if (is_held) l->told.rows[kept++] = l->told.rows[i];
    }
    l->told.count = kept;
    return reckon(l);
}

/* ---- shown ---- */

static text yuan_of(arena *a, int64_t fen)
{
    return fen < 0 ? TEXT("-") : service_yuan(a, fen);
}

static text day_of(arena *a, int32_t day)
{
    return day ? service_day_text(a, day) : TEXT("-");
}

static void cells_of(const looking *l, size_t i, text *cells)
{
    service_call *call = l->m.call;
    arena *a = call->request;
    const projects_row *row = &l->told.rows[i];
    projects_state state = projects_state_of(row, l->on);
    cells[NO] = text_copy(a, row->no);
    cells[TITLE] = text_copy(a, row->title);
    cells[DEPARTMENT] = rolls_department(call, row->contract);
    cells[EMPLOYER] = row->employer_id ? text_format(a, "%lld", (long long)row->employer_id) : TEXT("");
    cells[CODE] = text_copy(a, row->code);
    cells[CONTRACTOR] = text_copy(a, row->contractor);
    cells[PRICE] = yuan_of(a, row->price_fen);
    cells[BEGIN] = day_of(a, row->begin_day);
    cells[END] = day_of(a, row->end_day);
    cells[PREMIUM] = yuan_of(a, l->premium_fen[i]);
    cells[PAID] = row->cover ? service_yuan(a, row->cover->paid_fen) : TEXT("-");
    cells[UNTIL] = row->cover ? service_day_text(a, row->cover->until_day) : TEXT("-");
    cells[CASE] = row->cover ? text_format(a, "%lld", (long long)row->cover->case_id) : TEXT("");
    cells[STATE] = text_of(service_say(call, STATES[state].says, STATES[state].says_zh));
}

static void put_project(const looking *l, size_t i, service_value *v)
{
    text cells[PROJECT_COLUMNS];
    service_call *call = l->m.call;
    const projects_row *row = &l->told.rows[i];
    projects_state state = projects_state_of(row, l->on);
    cells_of(l, i, cells);
    for (size_t c = 0; c < PROJECT_COLUMNS; c++) {
        if (c == STATE) service_put_state(call, v, "state", STATES[state].name, STATES[state].says, STATES[state].says_zh);
        else if (c == EMPLOYER) service_put_count(call->request, v, "employer", row->employer_id);
        else if (c == CASE) service_put_count(call->request, v, "case", row->cover ? row->cover->case_id : 0);
        else service_put_text(call->request, v, PROJECT_ROW[c].name, cells[c]);
    }
}

static void put_states(const looking *l, service_value *list)
{
    service_call *call = l->m.call;
    for (int s = 0; s < PROJECTS_STATE_COUNT; s++) {
        int64_t count = 0, fen = 0;
        bool is_known = true;
        for (size_t i = 0; i < l->told.count; i++) {
            if ((int)projects_state_of(&l->told.rows[i], l->on) != s) continue;
            count++;
            is_known &= l->premium_fen[i] >= 0;
            fen += l->premium_fen[i];
        }
        service_value *v = service_put_object(call->request, list, NULL);
        service_put_state(call, v, "state", STATES[s].name, STATES[s].says, STATES[s].says_zh);
        service_put_count(call->request, v, "projects", count);
        service_put_text(call->request, v, "premium", is_known ? service_yuan(call->request, fen) : TEXT("-"));
    }
}

static err project_list_run(service_call *call)
{
    looking l;
    arena *a = call->request;
    TRY(begin(call, &l));
    scope_say(call, l.span);
    service_put_text(a, call->reply, "on", service_day_text(a, l.on));
    service_put_text(a, call->reply, "missing", l.told.missing.size_bytes ? text_copy(a, l.told.missing) : TEXT("-"));
    put_states(&l, service_put_list(a, call->reply, "states"));
    service_value *list = service_put_list(a, call->reply, "projects");
    grid out = grid_open(call, text_of(service_say(call, "Construction projects and their work-injury insurance", "建设项目工伤参保")), PROJECT_ROW,
                         PROJECT_COLUMNS, SIZE_MAX);
    for (size_t i = 0; i < l.told.count; i++) {
        text cells[PROJECT_COLUMNS];
        if (!service_asks(call, "state", STATES[projects_state_of(&l.told.rows[i], l.on)].name, true)) continue;
        cells_of(&l, i, cells);
        for (size_t c = 0; c < PROJECT_COLUMNS; c++) grid_add(&out, cells[c]);
        if (service_takes_row(call, list, ROWS_SHOWN)) put_project(&l, i, service_put_object(a, list, NULL));
    }
    if (l.reason.size_bytes) service_note(call, "some premiums are not known: ", "有的应缴保费算不出：", text_copy(a, l.reason));
    return service_is_given(call, "out") ? grid_write(&out, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const LIST_EXAMPLES[] = { "doudi project list --state bare", "doudi project list --out 建设项目.xlsx", NULL };

const service_op PROJECTS_LIST_OP = {
    .name = "project.list",
    .summary = "Construction projects by the rolls of departments: which are insured against work injury by the project, and what it costs",
    .summary_zh = "建设项目按项目参加工伤保险：各部门报来的项目，参保没有、应缴多少",
    .law = "《工伤保险条例》第十条；人社部发〔2014〕103号",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .scope = SERVICE_SCOPE_LIST,
    .is_supervision = true,
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = LIST_EXAMPLES,
    .run = project_list_run,
};

/* ---- the gate ---- */

static const service_field GATE_INPUT[] = {
    { .name = "no", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "NUMBER", .summary = "the project's number, as its department writes it",
      .summary_zh = "项目编号（按主管部门的写法）" },
    ON_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field GATE_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "on", .summary_zh = "截至" },
    { .name = "may_begin", .type = SERVICE_FLAG, .summary = "work may begin and go on", .summary_zh = "可以开工、继续施工" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "by the rolls", .summary_zh = "各名册所报", .fields = PROJECT_ROW,
      .field_count = PROJECT_COLUMNS },
};

/* Insured ahead of any roll: told with what the case said. */
static err find_cover(looking *l, text no)
{
    static const rolls_contract NO_ROLL = { .department = { "-", 1 }, .department_en = { "-", 1 } };
    projects_cover *covers;
    size_t count;
    TRY(projects_covers(l->m.office, &covers, &count));
    l->told.count = 0;
    l->told.rows = ARENA_ARRAY(l->m.memory, projects_row, 1);
    for (size_t i = 0; i < count; i++) {
        bool is_held = !l->span.until;
        if (!text_equal(covers[i].no, no)) continue;
        if (!is_held) TRY(scope_holds(l->m.office, l->span, covers[i].employer_id, &is_held));
        if (!is_held) continue;
        l->told.rows[l->told.count++] = (projects_row){ .no = covers[i].no, .title = covers[i].title, .code = TEXT(""), .contractor = TEXT(""),
                                                       .contract = &NO_ROLL, .employer_id = covers[i].employer_id, .price_fen = covers[i].price_fen,
                                                       .begin_day = covers[i].from_day, .end_day = covers[i].until_day, .cover = &covers[i] };
    }
    return l->told.count ? reckon(l) : err_of(&PROJECTS_UNKNOWN, text_cstr(l->m.call->request, text_shown(l->m.call->request, no, 60)));
}

/* Of several rolls each must agree; one that is past its last day begins no more. */
static err project_gate_run(service_call *call)
{
    looking l;
    arena *a = call->request;
    size_t kept = 0;
    bool may = true;
    text no = projects_number(a, service_text_of(call, "no", TEXT_NONE));
    TRY(begin(call, &l));
    for (size_t i = 0; i < l.told.count; i++) {
        if (!text_equal(l.told.rows[i].no, no)) continue;
        l.premium_fen[kept] = l.premium_fen[i];
        l.told.rows[kept++] = l.told.rows[i];
    }
    l.told.count = kept;
    if (!kept) TRY(find_cover(&l, no));
    for (size_t i = 0; i < l.told.count; i++) may &= projects_may_begin(&l.told.rows[i], l.on);
    scope_say(call, l.span);
    service_put_text(a, call->reply, "on", service_day_text(a, l.on));
    service_put_bool(a, call->reply, "may_begin", may);
    service_value *list = service_put_list(a, call->reply, "lines");
    for (size_t i = 0; i < l.told.count; i++) put_project(&l, i, service_put_object(a, list, NULL));
    call->has_failures = !may;
    return ERR_NONE;
}

static const char *const GATE_EXAMPLES[] = { "doudi project gate JZ-2026-001", NULL };

const service_op PROJECTS_GATE_OP = {
    .name = "project.gate",
    .summary = "Whether work on a construction project may begin: insured by the project, for its price and its time; exit code 1 when not",
    .summary_zh = "建设项目能不能开工：按项目参加了工伤保险、合同价和工期都在内才行；不行退出码为 1",
    .law = "《工伤保险条例》第十条；人社部发〔2014〕103号",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .scope = SERVICE_SCOPE_LIST,
    .is_supervision = true,
    .input = GATE_INPUT,
    .input_count = ARRAY_COUNT(GATE_INPUT),
    .output = GATE_OUTPUT,
    .output_count = ARRAY_COUNT(GATE_OUTPUT),
    .examples = GATE_EXAMPLES,
    .run = project_gate_run,
};
