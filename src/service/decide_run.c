#include <string.h>

#include "service/fact_table.h"
#include "service/files.h"
#include "service/operations.h"

/* doudi decide run: a file of facts decided for one purpose, as a county's month is. */

enum { BLOCK_LANES = 4096 };

static const service_field RUN_INPUT[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .is_positional = true, .is_required = true,
      .shows = "PURPOSE", .summary = "what to decide: bill.employee, award.retirement ...",
      .summary_zh = "用途：bill.employee、award.retirement 等" },
    { .name = "in", .type = SERVICE_FILE, .is_required = true, .shows = "FACTS.csv",
      .summary = "a row a subject: its id, then facts by their names in office-facts.csv",
      .summary_zh = "每行一个对象：编号，然后是 office-facts.csv 中的事实" },
    { .name = "rows", .type = SERVICE_FACT, .is_list = true, .shows = "RECORD=FILE.csv",
      .summary = "rows of a record, joined by id", .summary_zh = "记录的各行，按编号对应" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "DECIDED.csv",
      .summary = "a line a subject: status, amounts, why not", .summary_zh = "每个对象一行：结论、各项金额、原因" },
    SERVICE_ON_FIELD,
    SERVICE_REGION_FIELD,
    SERVICE_PACKS_FIELD,
};

static const service_field RUN_LINE[] = {
    { .name = "line", .type = SERVICE_TEXT, .summary = "line", .summary_zh = "账单行" }, { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "sum", .type = SERVICE_VALUE, .summary = "sum", .summary_zh = "合计" },
};
static const service_field RUN_OUTPUT[] = {
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "subjects", .type = SERVICE_COUNT, .summary = "subjects", .summary_zh = "对象数" },
    { .name = "decided", .type = SERVICE_COUNT, .summary = "decided", .summary_zh = "已核定" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "refused", .summary_zh = "不予核定" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
    { .name = "not_whole", .type = SERVICE_COUNT, .summary = "lines that miss the total", .summary_zh = "各行与合计不符" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines", .summary_zh = "各行合计", .fields = RUN_LINE,
      .field_count = ARRAY_COUNT(RUN_LINE) },
};

typedef struct {
    service_call *call;
    const decide_plan *plan;
    decider *with;
    fact_table table;
    text_builder out;
    i128 *sums; /* by answer, of those decided */
    size_t status_count[DECIDE_NOT_WHOLE + 1];
} run;

static const char *const STATUS[] = {
    [DECIDE_DONE] = "decided",
    [DECIDE_REFUSED] = "refused",
    [DECIDE_UNDECIDED] = "undecided",
    [DECIDE_NOT_WHOLE] = "not_whole",
};

static void add_head(run *r)
{
    size_t count;
    codec_csv_writer w = codec_csv_write(&r->out, ',');
    const decide_answer *answers = decide_answers(r->plan, &count);
    codec_csv_add_text(&w, TEXT("id"));
    codec_csv_add_text(&w, TEXT("status"));
    for (size_t i = 0; i < count; i++) codec_csv_add_text(&w, text_of(answers[i].key));
    codec_csv_add_text(&w, TEXT("reason"));
    codec_csv_end_row(&w);
}

/* What is not granted is not told as if it were: of the refused and undecided no amount stands. */
static void add_lane(run *r, arena *a, const decide_results *results, size_t lane, text id)
{
    size_t count;
    codec_csv_writer w = codec_csv_write(&r->out, ',');
    const decide_answer *answers = decide_answers(r->plan, &count);
    decide_status status = (decide_status)results->status[lane];
    text reason = TEXT_NONE;
    if (results->reason[lane])
        reason = decide_reason(a, r->plan, results->reason[lane], r->call->is_chinese);
    codec_csv_add_text(&w, id);
    codec_csv_add_text(&w, text_of(STATUS[status]));
    for (size_t i = 0; i < count; i++) {
        const column *c = &results->answers[i];
        bool is_amount = answers[i].kind == DECIDE_LINE || answers[i].kind == DECIDE_TOTAL;
        bool is_told = !c->reason[lane] && (!is_amount || status == DECIDE_DONE);
        codec_csv_add_text(&w, is_told ? decide_word(r->with, i, c->value[lane]) : TEXT_NONE);
        if (status == DECIDE_DONE && !c->reason[lane]) r->sums[i] += c->value[lane];
    }
    codec_csv_add_text(&w, reason);
    codec_csv_end_row(&w);
    r->status_count[status]++;
}

static void decide_lanes(run *r)
{
    decide_results *results = decide_results_open(r->call->request, r->plan, BLOCK_LANES);
    arena *scratch = arena_open();
    for (size_t from = 0; from < r->table.count; from += BLOCK_LANES) {
        size_t left = r->table.count - from, count = left < BLOCK_LANES ? left : BLOCK_LANES;
        decide_block block = fact_table_block(scratch, r->plan, &r->table, from, count);
        decide_run(r->with, &block, results);
        for (size_t i = 0; i < count; i++) add_lane(r, scratch, results, i, r->table.ids[from + i]);
        arena_reset(scratch);
    }
    arena_close(scratch);
}

static void put_lines(const run *r)
{
    size_t count;
    arena *a = r->call->request;
    const decide_answer *answers = decide_answers(r->plan, &count);
    service_value *list = service_put_list(a, r->call->reply, "lines");
    for (size_t i = 0; i < count; i++) {
        char shown[MONEY_PRINT_BYTES];
        if (answers[i].kind != DECIDE_LINE) continue;
        service_value *v = service_put_object(a, list, NULL);
        money_print(r->sums[i], (money_style){ 2, 2, false }, shown);
        service_put_cstr(a, v, "line", answers[i].key);
        service_put_cstr(a, v, "fund", answers[i].fund);
        service_put_cstr(a, v, "sum", shown);
    }
}

static void put_reply(const run *r, const decide_law *law)
{
    arena *a = r->call->request;
    service_value *reply = r->call->reply;
    service_put_text(a, reply, "law", decide_pack_digest(law));
    service_put_count(a, reply, "subjects", (int64_t)r->table.count);
    for (size_t i = 0; i < ARRAY_COUNT(STATUS); i++)
        service_put_count(a, reply, STATUS[i], (int64_t)r->status_count[i]);
    put_lines(r);
    if (!r->table.bad_cell_count) return;
    text first = err_sentence(a, r->table.first_bad, r->call->is_chinese);
    service_note(r->call, "cells that cannot be read, so not decided; the first: ",
                 "有无法读取的单元格，未予核定；第一处：", first);
}

static err run_decide(service_call *call)
{
    const decide_law *law;
    size_t count;
    run r = { .call = call, .out = text_builder_open(call->request) };
    decide_request asked = { .purpose = service_text_of(call, "purpose", TEXT_NONE),
                             .on_day = service_day_of(call, "on"),
                             .region = service_text_of(call, "region", TEXT("中国")) };
    TRY(decide_law_open(call, &law));
    TRY(decide_plan_open(call->request, law, &asked, &r.plan));
    r.with = decide_open(call->request, r.plan);
    TRY(fact_table_read(call, r.plan, r.with, &r.table));
    (void)decide_answers(r.plan, &count);
    r.sums = ARENA_ARRAY(call->request, i128, count + 1);
    add_head(&r);
    decide_lanes(&r);
    put_reply(&r, law);
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), text_built(&r.out));
}

static const char *const RUN_EXAMPLES[] = {
    "doudi decide run bill.employee --in staff.csv --out bill.csv --on 2026-11-01 --region 示例县",
    NULL
};

const service_op DECIDE_RUN_OP = {
    .name = "decide.run",
    .summary = "Decide a file of facts for one purpose: a bill, an award",
    .summary_zh = "按一个用途（账单、待遇）核定一个事实文件",
    .kind = SERVICE_READ,
    .permission = "decide.run",
    .input = RUN_INPUT,
    .input_count = ARRAY_COUNT(RUN_INPUT),
    .output = RUN_OUTPUT,
    .output_count = ARRAY_COUNT(RUN_OUTPUT),
    .examples = RUN_EXAMPLES,
    .run = run_decide,
};
