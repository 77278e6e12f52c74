/* doudi employer explain: what an employer's bill is made of, person by person. */
#include "service/bill_explain.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/words.h"

static const service_field EMPLOYER_INPUT[] = {
    RECORD_WHO_FIELD("credit code or id", "统一社会信用代码或编号"),
    { .name = "bill", .type = SERVICE_TEXT, .shows = "YYYY-MM", .is_required = true, .summary = "the month billed",
      .summary_zh = "账单月份" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write every person's amounts here",
      .summary_zh = "将每个人的各项金额写入此文件" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EMPLOYER_LINE[] = {
    { .name = "key", .type = SERVICE_TEXT, .summary = "line", .summary_zh = "分项" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "险种" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "sum", .type = SERVICE_TEXT, .summary = "sum, yuan", .summary_zh = "合计（元）" },
};
static const service_field EMPLOYER_DUE[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "险种" },
    { .name = "due", .type = SERVICE_TEXT, .summary = "due, yuan", .summary_zh = "应缴（元）" },
    { .name = "received", .type = SERVICE_TEXT, .summary = "received, yuan", .summary_zh = "实缴（元）" },
};
static const service_field EMPLOYER_OUTPUT[] = {
    { .name = "employer", .type = SERVICE_COUNT, .summary = "employer", .summary_zh = "单位编号" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "base", .type = SERVICE_TEXT, .summary = "bases in all, yuan", .summary_zh = "缴费基数合计（元）" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "sum of the people's lines, yuan", .summary_zh = "各人之和（元）" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "packs that decided", .summary_zh = "所用政策包" },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines", .summary_zh = "各项",
      .fields = EMPLOYER_LINE, .field_count = ARRAY_COUNT(EMPLOYER_LINE) },
    { .name = "dues", .type = SERVICE_OBJECT, .is_list = true, .summary = "as it stands in the bill",
      .summary_zh = "账单", .fields = EMPLOYER_DUE, .field_count = ARRAY_COUNT(EMPLOYER_DUE) },
};

typedef struct {
    county *office;
    int64_t employer_id, people, base_fen;
    int32_t month;
    collection_terms terms;
    int64_t sum_fen[COLLECTION_KEYS_MAX], people_of[COLLECTION_KEYS_MAX];
    text_builder out;
    text digest;
} adding;

static void add_row(adding *s, const collection_line *line)
{
    arena *a = s->office->memory;
    codec_csv_writer w = codec_csv_write(&s->out, ',');
    if (!s->people) {
        codec_csv_add_text(&w, TEXT("person"));
        codec_csv_add_text(&w, TEXT("base"));
        for (size_t k = 0; k < s->terms.key_count; k++) codec_csv_add_text(&w, text_of(s->terms.keys[k].name));
        codec_csv_end_row(&w);
    }
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)line->person_id));
    codec_csv_add_text(&w, service_yuan(a, line->base_fen));
    for (size_t k = 0; k < s->terms.key_count; k++) codec_csv_add_text(&w, service_yuan(a, line->fen[k]));
    codec_csv_end_row(&w);
}

static void add_line(adding *s, const collection_line *line)
{
    add_row(s, line);
    s->people++;
    s->base_fen += line->base_fen;
    for (size_t k = 0; k < s->terms.key_count; k++) {
        s->sum_fen[k] += line->fen[k];
        s->people_of[k] += line->fen[k] != 0;
    }
}

static err add_issue(adding *s, const bill_explain_issue *of)
{
    collection *bills;
    collection_cursor *lines;
    const collection_line *line = NULL;
    err e = ERR_NONE;
    TRY(county_bills(s->office, &bills));
    TRY(collection_lines(s->office->memory, bills, of->issue.issue_id, EVENTLOG_BUCKETS, &lines));
    do {
        e = collection_next_line(lines, &line);
        if (e.kind || !line || line->payer.kind != COLLECTION_EMPLOYER || line->payer.id != s->employer_id) continue;
        s->terms = *collection_cursor_terms(lines);
        s->digest = of->digest;
        add_line(s, line);
    } while (!e.kind && line);
    collection_lines_close(lines);
    return e;
}

static text fund_shown(county *office, int32_t number)
{
    size_t count;
    const ledger_fund *funds = ledger_funds(office->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (funds[i].number == number) return text_of(service_say(office->call, funds[i].name, funds[i].name_zh));
    return TEXT_NONE;
}

static err put_dues(adding *s)
{
    collection *bills;
    collection_due *dues;
    size_t count;
    service_call *call = s->office->call;
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "dues");
    TRY(county_bills(s->office, &bills));
    TRY(collection_dues_of(a, bills, (collection_payer){ COLLECTION_EMPLOYER, s->employer_id }, false, &dues, &count));
    for (size_t i = 0; i < count; i++) {
        if (dues[i].month != s->month) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "fund", text_copy(a, fund_shown(s->office, dues[i].fund)));
        service_put_text(a, v, "due", service_yuan(a, dues[i].due_fen));
        service_put_text(a, v, "received", service_yuan(a, dues[i].received_fen));
    }
    return ERR_NONE;
}

static err put_reply(adding *s)
{
    service_call *call = s->office->call;
    arena *a = call->request;
    int64_t total = 0;
    for (size_t k = 0; k < s->terms.key_count; k++) total += s->sum_fen[k];
    service_put_count(a, call->reply, "employer", s->employer_id);
    service_put_text(a, call->reply, "month", service_month_text(a, s->month));
    service_put_count(a, call->reply, "people", s->people);
    service_put_text(a, call->reply, "base", service_yuan(a, s->base_fen));
    service_put_text(a, call->reply, "total", service_yuan(a, total));
    service_put_text(a, call->reply, "law", text_copy(a, s->digest));
    service_value *lines = service_put_list(a, call->reply, "lines");
    for (size_t k = 0; k < s->terms.key_count; k++) {
        service_value *v = service_put_object(a, lines, NULL);
        service_put_text(a, v, "key", text_copy(a, text_of(s->terms.keys[k].name)));
        service_put_text(a, v, "fund", text_copy(a, fund_shown(s->office, s->terms.keys[k].fund)));
        service_put_count(a, v, "people", s->people_of[k]);
        service_put_text(a, v, "sum", service_yuan(a, s->sum_fen[k]));
    }
    return put_dues(s);
}

static err employer_explain_run(service_call *call)
{
    ledger *books;
    bill_explain_issue *issues;
    size_t count;
    adding s = { .out = text_builder_open(call->request) };
    TRY(service_month_of(call, "bill", INT32_MIN, &s.month));
    TRY(county_open(call, COUNTY_READ, &s.office));
    TRY(county_books(s.office, &books));
    TRY(record_find_employer(s.office, service_text_of(call, "who", TEXT_NONE), &s.employer_id));
    TRY(bill_explain_issues(s.office, s.month, &issues, &count));
    for (size_t i = 0; i < count && !s.people; i++) TRY(add_issue(&s, &issues[i]));
    if (!s.people)
        return err_of(&BILL_EXPLAIN_NONE, text_format(call->request, "%lld", (long long)s.employer_id).bytes);
    TRY(put_reply(&s));
    if (!service_is_given(call, "out")) return ERR_NONE;
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), text_built(&s.out));
}

static void employer_explain_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s: %lld people, bases %.*s yuan, bill %.*s yuan\n",
                                     "%.*s：%lld 人，缴费基数合计 %.*s 元，账单 %.*s 元\n"),
                    TEXT_ARG(service_member(r, "month")->word), (long long)service_member(r, "people")->count,
                    TEXT_ARG(service_member(r, "base")->word), TEXT_ARG(service_member(r, "total")->word));
    month_print_list(call, "lines", EMPLOYER_LINE, ARRAY_COUNT(EMPLOYER_LINE), 2, out);
    month_print_list(call, "dues", EMPLOYER_DUE, ARRAY_COUNT(EMPLOYER_DUE), 1, out);
    text_add_cstr(out, service_say(call, "Why one person's amount: doudi person explain NUMBER --bill MONTH\n",
                                   "某个人的金额怎样算出：doudi person explain 编号 --bill 月份\n"));
}

static const char *const EMPLOYER_EXAMPLES[] = { "doudi employer explain 91350100M000100Y43 --bill 2026-11",
                                                 "doudi employer explain 12 --bill 2026-11 --out people.csv", NULL };

const service_op EMPLOYER_EXPLAIN_OP = {
    .name = "employer.explain",
    .summary = "What an employer's bill is made of: the sum of its people, line by line",
    .summary_zh = "一个单位的账单由哪些人、哪些项组成",
    .law = "《社会保险法》第四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = EMPLOYER_INPUT,
    .input_count = ARRAY_COUNT(EMPLOYER_INPUT),
    .output = EMPLOYER_OUTPUT,
    .output_count = ARRAY_COUNT(EMPLOYER_OUTPUT),
    .examples = EMPLOYER_EXAMPLES,
    .run = employer_explain_run,
    .print = employer_explain_print,
};
