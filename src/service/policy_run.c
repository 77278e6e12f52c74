#include <string.h>

#include "service/operations.h"
#include "service/run_job.h"

static const char *const RUN_ENCODINGS[] = { "utf8", "utf8-bom", "gb18030", NULL };
static const service_field RUN_INPUT[] = {
    { .name = "in", .type = SERVICE_FILE, .is_required = true, .shows = "PEOPLE.csv",
      .summary = "one row a person, the first row names the columns",
      .summary_zh = "人员文件：每人一行，第一行是列名" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "RESULTS.csv",
      .summary = "the results, one line a person; - is the standard output",
      .summary_zh = "结果文件：每人一行；- 为标准输出" },
    { .name = "vars", .type = SERVICE_NAME, .is_required = true, .is_list = true, .shows = "A,B",
      .summary = "what to compute", .summary_zh = "要计算的变量" },
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE|@COLUMN",
      .summary = "the date whose law holds, or the column that says it",
      .summary_zh = "按哪一天的政策计算，或 @列名" },
    { .name = "region", .type = SERVICE_REGION, .shows = "REGION|@COLUMN",
      .summary = "where the benefit is decided, or the column that says it",
      .summary_zh = "待遇核定地，或 @列名" },
    { .name = "history", .type = SERVICE_FACT, .is_list = true, .shows = "RECORD=FILE.csv",
      .summary = "rows of a record, joined by the key", .summary_zh = "记录的各行，按编号列对应" },
    { .name = "key", .type = SERVICE_TEXT, .shows = "COLUMN",
      .summary = "the column of ids (default: the first that all files share)",
      .summary_zh = "编号列（默认各文件共有的第一列）" },
    { .name = "columns", .type = SERVICE_FACT, .is_list = true, .shows = "HEADER=INPUT,...",
      .summary = "what headers mean that are no names of the packs",
      .summary_zh = "列名与输入项的对应" },
    { .name = "keep", .type = SERVICE_TEXT, .is_list = true, .shows = "COLUMN,...|*",
      .summary = "columns carried through to the results", .summary_zh = "原样带到结果中的列" },
    { .name = "rejects", .type = SERVICE_FILE_OUT,
      .summary = "cells and rows that cannot be read (default: OUT.rejects.csv, if any)",
      .summary_zh = "无法读取的单元格和行（默认有则写到 结果文件.rejects.csv）" },
    { .name = "encoding", .type = SERVICE_TEXT, .choices = RUN_ENCODINGS,
      .summary = "of the results (default: that of the people)",
      .summary_zh = "结果的编码（默认与人员文件相同）" },
    { .name = "totals", .type = SERVICE_FLAG, .summary = "exact sums of the results",
      .summary_zh = "给出各结果的精确合计" },
    { .name = "whole", .type = SERVICE_TEXT, .shows = "ID",
      .summary = "the row that states the whole: no part of sums, and held against them",
      .summary_zh = "该编号的行是总数：不计入合计，并与合计核对" },
    { .name = "threads", .type = SERVICE_COUNT, .summary = "(default: all cores)",
      .summary_zh = "线程数（默认全部核心）" },
    { .name = "memory", .type = SERVICE_SIZE,
      .summary = "for ids and for sorting histories (default: 512M)",
      .summary_zh = "用于编号和历史排序的内存（默认 512M）" },
    SERVICE_PACKS_FIELD,
};

static const service_field RUN_TOTAL[] = {
    { .name = "name", .type = SERVICE_TEXT },    { .name = "sum", .type = SERVICE_VALUE },
    { .name = "unit", .type = SERVICE_TEXT },    { .name = "valued", .type = SERVICE_COUNT },
    { .name = "missing", .type = SERVICE_COUNT },
    { .name = "whole", .type = SERVICE_VALUE, .is_optional = true },
    { .name = "rest", .type = SERVICE_VALUE, .is_optional = true },
};
static const service_field RUN_OUTPUT[] = {
    { .name = "persons", .type = SERVICE_COUNT },
    { .name = "history_rows", .type = SERVICE_COUNT },
    { .name = "rejects", .type = SERVICE_COUNT },
    { .name = "persons_at_fault", .type = SERVICE_COUNT },
    { .name = "persons_unknown", .type = SERVICE_COUNT },
    { .name = "rejects_file", .type = SERVICE_VALUE },
    { .name = "totals", .type = SERVICE_OBJECT, .is_list = true, .fields = RUN_TOTAL,
      .field_count = ARRAY_COUNT(RUN_TOTAL) },
    { .name = "milliseconds", .type = SERVICE_COUNT },
};

static void put_sum(service_call *call, const run_total *t, const char *name, i128 sum,
                    service_value *into)
{
    char shown[MONEY_PRINT_BYTES];
    int least = t->type.base == POLICY_MONEY ? t->type.decimals : 0;
    money_print(sum, (money_style){ t->type.decimals, least, false }, shown);
    if (t->is_summed) service_put_cstr(call->request, into, name, shown);
    else service_put_null(call->request, into, name);
}

static void put_totals(service_call *call, const run_job *job)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "totals");
    for (size_t i = 0; i < job->var_count && (service_is_given(call, "totals") || service_is_given(call, "whole")); i++) {
        const run_total *t = &job->totals[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "name", t->name);
        put_sum(call, t, "sum", t->sum, v);
        service_put_cstr(a, v, "unit", service_unit(&t->type, call->is_chinese));
        service_put_count(a, v, "valued", (int64_t)t->valued);
        service_put_count(a, v, "missing", (int64_t)t->missing);
        if (!t->has_whole) continue;
        put_sum(call, t, "whole", t->whole, v);
        put_sum(call, t, "rest", t->whole - t->sum, v);
    }
}

static void put_reply(service_call *call, run_job *job, int64_t nanoseconds)
{
    arena *a = call->request;
    service_value *r = call->reply;
    service_put_count(a, r, "persons", (int64_t)job->person_count);
    service_put_count(a, r, "history_rows", (int64_t)job->history_row_count);
    service_put_count(a, r, "rejects", (int64_t)job->reject_count);
    service_put_count(a, r, "persons_at_fault", (int64_t)job->fault_count);
    service_put_count(a, r, "persons_unknown", (int64_t)job->unknown_count);
    bool has_file = job->reject_count || service_is_given(call, "rejects");
    service_put_cstr(a, r, "rejects_file", has_file ? job->rejects_path : NULL);
    put_totals(call, job);
    service_put_count(a, r, "milliseconds", nanoseconds / 1000000);
    call->answer = ARENA_NEW(a, text);
    *(text *)call->answer = text_copy(a, text_built(&job->first_rejects));
    call->has_failures = job->reject_count || job->fault_count;
    call->is_output_taken = text_equal(service_text_of(call, "out", TEXT_NONE), TEXT("-"));
}

static err policy_run(service_call *call)
{
    run_job job;
    int64_t began = os_monotonic_ns();
    err e = run_open(call, &job);
    if (!e.kind) e = run_job_do(&job);
    if (!e.kind) put_reply(call, &job, os_monotonic_ns() - began);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    run_job_close(&job);
    return e;
}

static long long number(const service_call *call, const char *name)
{
    return (long long)service_member(call->reply, name)->count;
}

static void policy_run_print(const service_call *call, text_builder *out)
{
    long long ms = number(call, "milliseconds");
    long long persons = number(call, "persons"), rows = number(call, "history_rows");
    text_add_format(out, service_say(call, "%lld person%s, %lld history row%s, %lld.%03lld s\n",
                                     "%lld 人%s，历史 %lld 行%s，%lld.%03lld 秒\n"),
                    persons, service_plural(call, persons), rows, service_plural(call, rows), ms / 1000,
                    ms % 1000);
    long long unknown = number(call, "persons_unknown"), faulty = number(call, "persons_at_fault");
    if (unknown)
        text_add_format(out, service_say(call, "%lld person%s with results not known\n",
                                         "%lld 人有未知结果%s\n"), unknown, service_plural(call, unknown));
    if (faulty)
        text_add_format(out, service_say(call, "%lld person%s could not be computed: see the reason column\n",
                                         "%lld 人%s无法计算：见“原因”列\n"), faulty, service_plural(call, faulty));
    for (const service_value *t = service_member(call->reply, "totals")->first; t; t = t->next) {
        text sum = service_member(t, "sum")->word, unit = service_member(t, "unit")->word;
        unit = service_unit_behind(sum, unit);
        if (!sum.size_bytes) sum = TEXT("-");
        text_add_format(out, service_say(call, "total %.*s: %.*s%s%.*s (%lld valued, %lld missing)\n",
                                         "合计 %.*s：%.*s%s%.*s（有值 %lld，无值 %lld）\n"),
                        TEXT_ARG(service_member(t, "name")->word), TEXT_ARG(sum),
                        unit.size_bytes ? " " : "", TEXT_ARG(unit),
                        (long long)service_member(t, "valued")->count,
                        (long long)service_member(t, "missing")->count);
        const service_value *whole = service_member(t, "whole"), *rest = service_member(t, "rest");
        if (whole && whole->word.size_bytes)
            text_add_format(out, service_say(call, "  the whole states %.*s: %.*s more than the sum\n",
                                             "  总数为 %.*s，比合计多 %.*s\n"),
                            TEXT_ARG(whole->word), TEXT_ARG(rest->word));
    }
    if (!number(call, "rejects")) return;
    const service_value *file = service_member(call->reply, "rejects_file");
    text_add_format(out, service_say(call, "%lld reject%s%s%.*s; the first:\n", "%lld 处被拒%s%s%.*s；最前面的是：\n"),
                    number(call, "rejects"), service_plural(call, number(call, "rejects")),
                    file->word.size_bytes ? service_say(call, " in ", "，见 ") : "",
                    TEXT_ARG(file->word));
    text_add(out, *(const text *)call->answer);
}

static const char *const RUN_EXAMPLES[] = {
    "doudi run --in people.csv --out results.csv --vars 基础养老金,个人账户养老金 --on 2025-06-01 --region 示例省",
    "doudi run --in people.csv --out results.csv --vars 平均缴费指数 --history 缴费年度=history.csv --key id --totals",
    "doudi run --in people.csv --out - --vars basic_pension --on @award_date --region @place --keep name",
    NULL
};

const service_op POLICY_RUN_OP = {
    .name = "policy.run",
    .command = "run",
    .summary = "Compute variables for every person of a file",
    .summary_zh = "为文件中的每个人计算若干变量",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = RUN_INPUT,
    .input_count = ARRAY_COUNT(RUN_INPUT),
    .output = RUN_OUTPUT,
    .output_count = ARRAY_COUNT(RUN_OUTPUT),
    .examples = RUN_EXAMPLES,
    .run = policy_run,
    .print = policy_run_print,
};
