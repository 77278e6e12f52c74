/* doudi roll show: a receipt, and the lines of it. */
#include "service/grid.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/rolls.h"

static const char *const STATES[] = { "linked", "absent", "review", "rejected", NULL };
static const service_field SHOW_INPUT[] = {
    ROLLS_RECEIPT_FIELD,
    { .name = "state", .type = SERVICE_TEXT, .choices = STATES, .shows = "STATE", .summary = "only lines of this state",
      .summary_zh = "只看某一处理结果的行" },
    ROLLS_OUT_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field LINE_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "处理" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "number", .summary_zh = "号码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名（名称）" },
    { .name = "subject", .type = SERVICE_COUNT, .summary = "id here", .summary_zh = "本机构编号" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "says", .summary_zh = "内容" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "原因" },
};
enum { LINE_COLUMNS = ARRAY_COUNT(LINE_ROW), OTHERS_FROM = 3 };
static const service_field SHOW_OUTPUT[] = {
    { .name = "roll", .type = SERVICE_TEXT, .summary = "roll", .summary_zh = "名册" },
    { .name = "department", .type = SERVICE_TEXT, .summary = "department", .summary_zh = "提供部门" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "所属月" },
    { .name = "file", .type = SERVICE_TEXT, .summary = "file", .summary_zh = "文件" },
    { .name = "known", .type = SERVICE_TEXT, .summary = "received", .summary_zh = "收到" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "总行数" },
    { .name = "linked", .type = SERVICE_COUNT, .summary = "linked", .summary_zh = "已比中" },
    { .name = "absent", .type = SERVICE_COUNT, .summary = "not registered here", .summary_zh = "未建档" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to be reviewed", .summary_zh = "待核" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rejected", .summary_zh = "退回" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of what it says", .summary_zh = "内容摘要（SM3）" },
    { .name = "contract", .type = SERVICE_TEXT, .summary = "digest of the contract it was read by", .summary_zh = "所依约定的摘要" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines (50 at most; by pages all)", .summary_zh = "明细（前 50 行，分页时全部）",
      .fields = LINE_ROW, .field_count = LINE_COLUMNS },
};

static void put_head(const rolls_shown *o, const int64_t now[ROLL_STATE_COUNT])
{
    arena *a = o->call->request;
    service_value *reply = o->call->reply;
    int64_t lines = 0;
    for (int s = 0; s < ROLL_STATE_COUNT; s++) lines += now[s];
    service_put_text(a, reply, "roll", rolls_title(o->call, o->contract));
    service_put_text(a, reply, "department", rolls_department(o->call, o->contract));
    service_put_text(a, reply, "month", service_month_text(a, o->receipt.terms.month));
    service_put_text(a, reply, "file", text_copy(a, o->receipt.terms.file));
    service_put_text(a, reply, "known", record_instant_text(a, o->receipt.known_ms));
    service_put_count(a, reply, "lines", lines);
    for (int s = ROLL_LINKED; s < ROLL_STATE_COUNT; s++) service_put_count(a, reply, roll_state_word((roll_state)s)->name, now[s]);
    service_put_text(a, reply, "digest", text_copy(a, o->receipt.terms.digest));
    service_put_text(a, reply, "contract", text_copy(a, o->receipt.terms.contract));
}

static void put_line(const rolls_shown *o, size_t i, service_value *list, grid *g)
{
    arena *a = o->call->request;
    const roll_line *line = &o->lines[i];
    const roll_word *state = roll_state_word(line->state);
    text why = line->why.size_bytes ? rolls_why_text(a, o->call, line->why) : TEXT("");
    text cells[LINE_COLUMNS] = { text_format(a, "%lld", (long long)line->line), text_of(service_say(o->call, state->says, state->says_zh)),
                                 rolls_shown_number(o, i), rolls_shown_name(o, i), text_format(a, "%lld", (long long)line->subject_id), rolls_shown_says(o, i), why };
    for (size_t c = 0; c < LINE_COLUMNS; c++) grid_add(g, cells[c]);
    if (!service_takes_row(o->call, list, ROLLS_SHOWN_LINES)) return;
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "line", line->line);
    service_put_state(o->call, v, "state", state->name, state->says, state->says_zh);
    service_put_text(a, v, "number", cells[2]);
    service_put_text(a, v, "name", cells[OTHERS_FROM]);
    service_put_count(a, v, "subject", line->subject_id);
    service_put_text(a, v, "says", cells[5]);
    service_put_text(a, v, "why", why);
}

static err roll_show_run(service_call *call)
{
    rolls_shown o;
    err e = rolls_shown_begin(call, &o);
    rolls_keys_close(o.keys);
    TRY(e);
    scope_span span;
    int64_t now[ROLL_STATE_COUNT];
    bool *holds = ARENA_ARRAY(call->request, bool, o.count + 1);
    TRY(scope_of(o.office, &span));
    scope_say(call, span);
    TRY(rolls_keep_held(o.office, span, o.lines, o.count, holds, now));
    text state = service_text_of(call, "state", TEXT_NONE);
    service_value *rows = service_list(call->request);
    grid g = grid_open(call, rolls_title(call, o.contract), LINE_ROW, LINE_COLUMNS, SIZE_MAX);
    for (size_t i = 0; i < o.count; i++)
        if (holds[i] && (!state.size_bytes || text_equal_cstr(state, roll_state_word(o.lines[i].state)->name))) put_line(&o, i, rows, &g);
    put_head(&o, now);
    service_put(call->request, call->reply, "rows", rows);
    return service_is_given(call, "out") ? grid_write(&g, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static const char *const SHOW_EXAMPLES[] = { "doudi roll show 3 --state review", "doudi roll show 3 --out 明细.csv", NULL };

const service_op ROLLS_SHOW_OP = {
    .name = "roll.show",
    .summary = "A receipt of a roll, and what became of each line",
    .summary_zh = "名册回执及逐行处理结果",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .scope = SERVICE_SCOPE_LIST,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = roll_show_run,
};
