/* doudi explain: why this amount, for one person. */
#include "explain/explain.h"

#include "service/operations.h"
#include "service/subject.h"

static const char *const FORMATS[] = { "text", "json", "html", NULL };

static const service_field EXPLAIN_INPUT[] = {
    { .name = "variable",
      .type = SERVICE_NAME,
      .is_positional = true,
      .is_required = true,
      .shows = "VARIABLE",
      .summary = "what to explain: a name or English label",
      .summary_zh = "要解释的变量：名称或英文名" },
    { .name = "facts",
      .type = SERVICE_FACT,
      .is_list = true,
      .is_positional = true,
      .summary = "what is known; rows as RECORD=[{field:value,...},...]; ? is unknown",
      .summary_zh = "已知事项；记录写作 记录=[{字段:值,…},…]；? 表示未知" },
    SERVICE_ON_FIELD,
    SERVICE_REGION_FIELD,
    { .name = "input",
      .type = SERVICE_FILE,
      .is_list = true,
      .shows = "FILE.json",
      .summary = "facts from a JSON object",
      .summary_zh = "从 JSON 对象读取已知事项" },
    { .name = "rows",
      .type = SERVICE_FACT,
      .is_list = true,
      .shows = "RECORD=FILE.csv",
      .summary = "a record's rows from a CSV file",
      .summary_zh = "从 CSV 文件读取一个记录的各行" },
    { .name = "format",
      .type = SERVICE_TEXT,
      .choices = FORMATS,
      .shows = "FORMAT",
      .summary = "text (about 60 lines), json or html",
      .summary_zh = "text（约60行）、json 或 html" },
    { .name = "all",
      .type = SERVICE_FLAG,
      .summary = "fold nothing",
      .summary_zh = "全部展开，不折叠" },
    SERVICE_PACKS_FIELD,
};

static const service_field EXPLAIN_OUTPUT[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "explanation", .type = SERVICE_ANY },
};

enum { LINES_ALL = 1000000 };

static err policy_explain(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    TRY(service_book(call, &book));
    service_facts facts = { 0 };
    TRY(service_facts_of_call(call, &facts));
    text variable = service_text_of(call, "variable", TEXT_NONE);
    service_question asked = { .on_day = service_day_of(call, "on"),
                               .region = service_text_of(call, "region", TEXT("中国")),
                               .roots = &variable,
                               .root_count = 1 };
    service_subject s;
    TRY(service_subject_open(a, book, &asked, &facts, &s));
    explain_options options = { .is_chinese = call->is_chinese,
                                .lines_max = service_is_given(call, "all") ? LINES_ALL : 0 };
    explain_answer answer = explain_subject(a, s.machine, s.program, &s.batch, 0, 0, options);
    text format = service_text_of(call, "format", TEXT("text"));
    text *lines = ARENA_NEW(a, text);
    text json = explain_json(a, &answer, options);
    *lines = text_equal_cstr(format, "html")   ? explain_html(a, &answer, options)
             : text_equal_cstr(format, "json") ? json
                                               : explain_text(a, &answer, options);
    call->answer = lines;
    call->has_failures = !answer.root->is_valid;
    const char *name = answer.root->origin->name;
    service_put_text(a, call->reply, "name", name ? text_of(name) : variable);
    service_put_json(a, call->reply, "explanation", json);
    for (size_t i = 0; i < facts.count; i++)
        if (!facts.items[i].is_used)
            service_note(call, "not needed here: ", "此处用不到：", facts.items[i].name);
    return ERR_NONE;
}

static void policy_explain_print(const service_call *call, text_builder *out)
{
    const text *lines = call->answer;
    text_add(out, *lines);
    if (!text_ends(*lines, TEXT("\n"))) text_add_char(out, '\n');
}

static const char *const EXPLAIN_EXAMPLES[] = {
    "doudi explain 基础养老金 --on 2025-06-01 --region 示例省 平均缴费指数=0.6 累计缴费月数=180",
    "doudi explain 基础养老金 --format html 累计缴费月数=179 > why.html", NULL
};

const service_op POLICY_EXPLAIN_OP = {
    .name = "policy.explain",
    .command = "explain",
    .summary = "Tell why a variable has its value, with the articles of law",
    .summary_zh = "说明一项结果是怎样算出来的，并附条文",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = policy_explain,
    .print = policy_explain_print,
};
