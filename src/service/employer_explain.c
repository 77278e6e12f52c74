/* doudi employer explain: what an employer's bill is made of, person by person. */
#include "service/bill_explain.h"

#include <stdlib.h>

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
static const service_field EMPLOYER_BILL[] = {
    { .name = "what", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "类别" },
    { .name = "bill", .type = SERVICE_TEXT, .summary = "bill", .summary_zh = "账单" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "base", .type = SERVICE_TEXT, .summary = "bases, yuan", .summary_zh = "缴费基数（元）" },
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
    { .name = "bills", .type = SERVICE_OBJECT, .is_list = true, .summary = "the month's bill, what was billed besides and what was taken off again",
      .summary_zh = "当月账单及其后补出、减少的账单", .fields = EMPLOYER_BILL, .field_count = ARRAY_COUNT(EMPLOYER_BILL) },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .summary = "lines, of all of them together", .summary_zh = "各项（各账单合计）",
      .fields = EMPLOYER_LINE, .field_count = ARRAY_COUNT(EMPLOYER_LINE) },
    { .name = "dues", .type = SERVICE_OBJECT, .is_list = true, .summary = "as it stands in the bill",
      .summary_zh = "账单", .fields = EMPLOYER_DUE, .field_count = ARRAY_COUNT(EMPLOYER_DUE) },
};

/* One person's line of one bill; `sign` -1 where it was taken off again. */
typedef struct {
    int64_t person_id, base_fen;
    size_t bill;
    int sign;
    int64_t *fen; /* by column */
} said_line;
typedef struct {
    text name;
    int32_t fund;
    int64_t sum_fen, people;
} said_column;
typedef struct {
    text purpose;
    int sign;
    bool is_besides;
    int64_t people, base_fen, sum_fen;
} said_bill;

enum { COLUMNS_MAX = 4 * COLLECTION_KEYS_MAX };
typedef struct {
    county *office;
    int64_t employer_id, people, base_fen;
    int32_t month;
    said_line *lines;
    said_bill *bills;
    size_t line_count, line_capacity, bill_count, bill_capacity, column_count;
    said_column columns[COLUMNS_MAX];
    text digest;
} adding;

/* ---- collecting: bills of different months of law may have other columns ---- */

static size_t column_of(adding *s, const collection_key *key)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (text_equal_cstr(s->columns[i].name, key->name)) return i;
    if (s->column_count == COLUMNS_MAX) return SIZE_MAX;
    s->columns[s->column_count] = (said_column){ .name = text_copy(s->office->memory, text_of(key->name)), .fund = key->fund };
    return s->column_count++;
}

static err add_line(adding *s, const collection_terms *terms, const collection_line *line, said_bill *bill)
{
    arena *a = s->office->memory;
    said_line said = { .person_id = line->person_id, .base_fen = line->base_fen, .bill = s->bill_count, .sign = bill->sign,
                       .fen = ARENA_ARRAY(a, int64_t, COLUMNS_MAX) };
    for (size_t k = 0; k < terms->key_count; k++) {
        size_t at = column_of(s, &terms->keys[k]);
        if (at == SIZE_MAX) return err_of(&COLLECTION_BROKEN, terms->keys[k].name);
        int64_t fen = bill->sign * line->fen[k];
        said.fen[at] += fen;
        s->columns[at].sum_fen += fen;
        bill->sum_fen += fen;
    }
    bill->people++;
    bill->base_fen += line->base_fen;
    ARENA_PUSH(a, s->lines, s->line_count, s->line_capacity, said);
    return ERR_NONE;
}

static err add_issue(adding *s, const bill_explain_issue *of, bool is_besides)
{
    collection *bills;
    collection_cursor *lines;
    const collection_line *line = NULL;
    err e = ERR_NONE;
    TRY(county_bills(s->office, &bills));
    TRY(collection_lines(s->office->memory, bills, of->issue.issue_id, EVENTLOG_BUCKETS, &lines));
    text purpose = of->issue.purpose, base = month_purpose_base(purpose);
    bool is_less = base.size_bytes < purpose.size_bytes && purpose.bytes[base.size_bytes] == '-';
    said_bill bill = { .purpose = purpose, .is_besides = is_besides, .sign = is_less ? -1 : 1 };
    do {
        e = collection_next_line(lines, &line);
        if (e.kind || !line || line->payer.kind != COLLECTION_EMPLOYER || line->payer.id != s->employer_id) continue;
        const collection_terms *terms = collection_cursor_terms(lines);
        e = add_line(s, terms, line, &bill);
    } while (!e.kind && line);
    collection_lines_close(lines);
    if (e.kind || !bill.people) return e;
    if (!s->bill_count) s->digest = of->digest;
    ARENA_PUSH(s->office->memory, s->bills, s->bill_count, s->bill_capacity, bill);
    return ERR_NONE;
}

/* By person; of one person the latest bill last. */
static int compare_lines(const void *a, const void *b)
{
    const said_line *x = a, *y = b;
    if (x->person_id != y->person_id) return x->person_id < y->person_id ? -1 : 1;
    return (x->bill > y->bill) - (x->bill < y->bill);
}

/* A person counts once, with the base they were last billed on; who was taken off whole counts no more. */
static void count_people(adding *s)
{
    said_line *sorted = ARENA_ARRAY(s->office->memory, said_line, s->line_count + 1);
    for (size_t i = 0; i < s->line_count; i++) sorted[i] = s->lines[i];
    qsort(sorted, s->line_count, sizeof *sorted, compare_lines);
    for (size_t i = 0; i < s->line_count;) {
        int64_t base_fen = 0, person_id = sorted[i].person_id, fen[COLUMNS_MAX] = { 0 };
        bool pays = false;
        for (; i < s->line_count && sorted[i].person_id == person_id; i++) {
            base_fen = sorted[i].base_fen;
            for (size_t k = 0; k < s->column_count; k++) fen[k] += sorted[i].fen[k];
        }
        for (size_t k = 0; k < s->column_count; k++) {
            pays |= fen[k] != 0;
            s->columns[k].people += fen[k] != 0;
        }
        if (!pays) continue;
        s->people++;
        s->base_fen += base_fen;
    }
}

/* A row a person and bill: what was taken off again is negative. */
static text people_file(const adding *s)
{
    arena *a = s->office->call->request;
    text_builder out = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&out, ',');
    codec_csv_add_text(&w, TEXT("person"));
    codec_csv_add_text(&w, TEXT("base"));
    for (size_t k = 0; k < s->column_count; k++) codec_csv_add_text(&w, s->columns[k].name);
    codec_csv_add_text(&w, TEXT("bill"));
    codec_csv_end_row(&w);
    for (size_t i = 0; i < s->line_count; i++) {
        codec_csv_add_text(&w, text_format(a, "%lld", (long long)s->lines[i].person_id));
        codec_csv_add_text(&w, service_yuan(a, s->lines[i].base_fen));
        for (size_t k = 0; k < s->column_count; k++) codec_csv_add_text(&w, service_yuan(a, s->lines[i].fen[k]));
        codec_csv_add_text(&w, s->bills[s->lines[i].bill].purpose);
        codec_csv_end_row(&w);
    }
    return text_built(&out);
}

/* ---- answering ---- */

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

static void put_bills(const adding *s)
{
    service_call *call = s->office->call;
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "bills");
    for (size_t i = 0; i < s->bill_count; i++) {
        const said_bill *bill = &s->bills[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "what", !bill->is_besides ? service_say(call, "bill", "账单")
                                       : bill->sign < 0 ? service_say(call, "taken off again", "更正减少")
                                                        : service_say(call, "billed besides", "另行补出"));
        service_put_text(a, v, "bill", text_copy(a, bill->purpose));
        service_put_count(a, v, "people", bill->people);
        service_put_text(a, v, "base", service_yuan(a, bill->base_fen));
        service_put_text(a, v, "sum", service_yuan(a, bill->sum_fen));
    }
}

static err put_reply(adding *s)
{
    service_call *call = s->office->call;
    arena *a = call->request;
    int64_t total = 0;
    for (size_t k = 0; k < s->column_count; k++) total += s->columns[k].sum_fen;
    service_put_count(a, call->reply, "employer", s->employer_id);
    service_put_text(a, call->reply, "month", service_month_text(a, s->month));
    service_put_count(a, call->reply, "people", s->people);
    service_put_text(a, call->reply, "base", service_yuan(a, s->base_fen));
    service_put_text(a, call->reply, "total", service_yuan(a, total));
    service_put_text(a, call->reply, "law", text_copy(a, s->digest));
    put_bills(s);
    service_value *lines = service_put_list(a, call->reply, "lines");
    for (size_t k = 0; k < s->column_count; k++) {
        service_value *v = service_put_object(a, lines, NULL);
        service_put_text(a, v, "key", text_copy(a, s->columns[k].name));
        service_put_text(a, v, "fund", text_copy(a, fund_shown(s->office, s->columns[k].fund)));
        service_put_count(a, v, "people", s->columns[k].people);
        service_put_text(a, v, "sum", service_yuan(a, s->columns[k].sum_fen));
    }
    return put_dues(s);
}

static err employer_explain_run(service_call *call)
{
    ledger *books;
    bill_explain_issue *issues;
    size_t count;
    adding *s = ARENA_NEW(call->request, adding);
    *s = (adding){ 0 };
    TRY(service_month_of(call, "bill", INT32_MIN, &s->month));
    TRY(county_open(call, COUNTY_READ, &s->office));
    TRY(county_books(s->office, &books));
    TRY(record_find_employer(s->office, service_text_of(call, "who", TEXT_NONE), &s->employer_id));
    TRY(bill_explain_issues(s->office, s->month, &issues, &count));
    for (size_t i = 0; i < count; i++) TRY(add_issue(s, &issues[i], false));
    TRY(bill_explain_changes(s->office, s->month, &issues, &count));
    for (size_t i = 0; i < count; i++) TRY(add_issue(s, &issues[i], true));
    if (!s->bill_count)
        return err_of(&BILL_EXPLAIN_NONE, text_format(call->request, "%lld", (long long)s->employer_id).bytes);
    count_people(s);
    TRY(put_reply(s));
    if (!service_is_given(call, "out")) return ERR_NONE;
    return service_write_file(call->request, service_text_of(call, "out", TEXT_NONE), people_file(s));
}

static void employer_explain_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "%.*s: %lld people, bases %.*s yuan, bill %.*s yuan\n",
                                     "%.*s：%lld 人，缴费基数合计 %.*s 元，账单 %.*s 元\n"),
                    TEXT_ARG(service_member(r, "month")->word), (long long)service_member(r, "people")->count,
                    TEXT_ARG(service_member(r, "base")->word), TEXT_ARG(service_member(r, "total")->word));
    if (service_member(r, "bills")->child_count > 1) month_print_list(call, "bills", EMPLOYER_BILL, ARRAY_COUNT(EMPLOYER_BILL), 2, out);
    month_print_list(call, "lines", EMPLOYER_LINE, ARRAY_COUNT(EMPLOYER_LINE), 2, out);
    month_print_list(call, "dues", EMPLOYER_DUE, ARRAY_COUNT(EMPLOYER_DUE), 1, out);
    text_add_cstr(out, service_say(call, "Why one person's amount: doudi person explain NUMBER --bill MONTH\n",
                                   "某个人的金额怎样算出：doudi person explain 编号 --bill 月份\n"));
}

static const char *const EMPLOYER_EXAMPLES[] = { "doudi employer explain 91350100M000100Y43 --bill 2026-11",
                                                 "doudi employer explain 12 --bill 2026-11 --out people.csv", NULL };

const service_op EMPLOYER_EXPLAIN_OP = {
    .name = "employer.explain",
    .summary = "What an employer's bill is made of, with what was billed besides or taken off again: its people, line by line",
    .summary_zh = "一个单位的账单（含补出、减少）由哪些人、哪些项组成",
    .law = "《社会保险法》第四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_employer = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = EMPLOYER_INPUT,
    .input_count = ARRAY_COUNT(EMPLOYER_INPUT),
    .output = EMPLOYER_OUTPUT,
    .output_count = ARRAY_COUNT(EMPLOYER_OUTPUT),
    .examples = EMPLOYER_EXAMPLES,
    .run = employer_explain_run,
    .print = employer_explain_print,
};
