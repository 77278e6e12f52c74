#include "calendar/calendar.h"
#include "paper/paper.h"
#include "service/files.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/subject.h"

static const service_field BULLETIN_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM",
      .summary = "figures up to the end of this month", .summary_zh = "截至哪个月末" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.html|.csv", .summary = "also write it as a page or a table",
      .summary_zh = "另存为网页或表格文件" },
    SERVICE_REGION_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field BULLETIN_FUND[] = {
    { .name = "fund", .type = SERVICE_TEXT },
    { .name = "income", .type = SERVICE_TEXT },  { .name = "income_year", .type = SERVICE_TEXT },
    { .name = "expense", .type = SERVICE_TEXT }, { .name = "expense_year", .type = SERVICE_TEXT },
    { .name = "surplus", .type = SERVICE_TEXT }, { .name = "surplus_year", .type = SERVICE_TEXT },
    { .name = "balance", .type = SERVICE_TEXT }, { .name = "expense_12", .type = SERVICE_VALUE },
    { .name = "support_months", .type = SERVICE_VALUE },
    { .name = "reason", .type = SERVICE_TEXT, .is_optional = true },
    { .name = "is_closed", .type = SERVICE_FLAG },
};
static const service_field BULLETIN_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT },
    { .name = "unit", .type = SERVICE_TEXT },
    { .name = "law", .type = SERVICE_TEXT },
    { .name = "funds", .type = SERVICE_OBJECT, .is_list = true, .fields = BULLETIN_FUND,
      .field_count = ARRAY_COUNT(BULLETIN_FUND) },
    { .name = "written", .type = SERVICE_TEXT, .is_optional = true },
};

/* ---- months of support: the pack decides ---- */

static err add_fact(arena *a, service_facts *facts, text name, int64_t fen)
{
    codec_json *value = ARENA_NEW(a, codec_json);
    *value = (codec_json){ .type = CODEC_JSON_STRING, .word = service_yuan(a, fen) };
    return service_facts_add(a, facts, name, value, (source_pos){ 0 });
}

err service_put_support(service_ledger *l, int32_t month, text region, const ledger_bulletin *figures,
                        service_value *v)
{
    service_call *call = l->call;
    arena *a = call->request;
    const policy_book *book;
    service_facts facts = { 0 };
    text root = TEXT("可支付月数");
    if (!figures->has_12) {
        service_put_null(a, v, "support_months");
        service_put_cstr(a, v, "reason", service_say(call, "the books are not yet twelve months old", "账簿尚不足十二个月"));
        return ERR_NONE;
    }
    TRY(service_book(call, &book));
    TRY(add_fact(a, &facts, TEXT("累计结余"), figures->balance_fen));
    TRY(add_fact(a, &facts, TEXT("年支出"), figures->expense_12_fen));
    service_question asked = { .on_day = calendar_last_day_of_month(month),
                               .region = region, .roots = &root, .root_count = 1 };
    service_subject *s = ARENA_NEW(a, service_subject);
    TRY(service_subject_open(a, book, &asked, &facts, call->is_chinese, s));
    if (column_is_valid(&s->outputs[0], 0)) {
        service_put_text(a, v, "support_months",
                         policy_print_value(a, s->codes, &s->planned.output_types[0], s->outputs[0].value[0]));
        return ERR_NONE;
    }
    service_put_null(a, v, "support_months");
    service_put_text(a, v, "reason", service_reason(a, &s->planned.plan, column_reason(&s->outputs[0], 0), call->is_chinese));
    return ERR_NONE;
}

/* ---- figures ---- */

static err put_fund(service_ledger *l, const ledger_fund *fund, int32_t month, service_value *list)
{
    arena *a = l->call->request;
    ledger_bulletin b;
    err e = ledger_bulletin_of(a, l->books, fund->number, month, &b);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "fund", service_say(l->call, fund->name, fund->name_zh));
    service_put_text(a, v, "income", service_yuan(a, b.income_fen[0]));
    service_put_text(a, v, "income_year", service_yuan(a, b.income_fen[1]));
    service_put_text(a, v, "expense", service_yuan(a, b.expense_fen[0]));
    service_put_text(a, v, "expense_year", service_yuan(a, b.expense_fen[1]));
    service_put_text(a, v, "surplus", service_yuan(a, b.surplus_fen[0]));
    service_put_text(a, v, "surplus_year", service_yuan(a, b.surplus_fen[1]));
    service_put_text(a, v, "balance", service_yuan(a, b.balance_fen));
    if (b.has_12) service_put_text(a, v, "expense_12", service_yuan(a, b.expense_12_fen));
    else service_put_null(a, v, "expense_12");
    TRY(service_put_support(l, month, service_text_of(l->call, "region", TEXT("中国")), &b, v));
    service_put_bool(a, v, "is_closed", b.is_closed);
    if (!b.is_closed)
        service_note(l->call, "not closed, provisional: ", "尚未结账，暂数：", text_of(fund->name_zh));
    return ERR_NONE;
}

/* ---- as a table ---- */

static const struct {
    const char *member, *en, *zh;
} COLUMNS[] = {
    { "fund", "fund", "基金" },
    { "income", "income", "本月收入" },   { "income_year", "this year", "本年累计收入" },
    { "expense", "expense", "本月支出" }, { "expense_year", "this year", "本年累计支出" },
    { "surplus_year", "surplus this year", "本年结余" }, { "balance", "accumulated", "累计结余" },
    { "support_months", "months of support", "可支付月数" },
};
enum { COLUMN_COUNT = ARRAY_COUNT(COLUMNS) };

/* A head and a row a fund; what cannot be said is a dash. */
static text *cells_of(const service_call *call, size_t *rows)
{
    const service_value *list = service_member(call->reply, "funds");
    *rows = list->child_count + 1;
    text *cells = ARENA_ARRAY(call->request, text, *rows * COLUMN_COUNT), *at = cells;
    for (size_t c = 0; c < COLUMN_COUNT; c++) *at++ = text_of(service_say(call, COLUMNS[c].en, COLUMNS[c].zh));
    for (const service_value *v = list->first; v; v = v->next)
        for (size_t c = 0; c < COLUMN_COUNT; c++) {
            const service_value *cell = service_member(v, COLUMNS[c].member);
            *at++ = cell->kind == SERVICE_VALUE_NULL ? TEXT("-") : cell->word;
        }
    return cells;
}

static text heading_of(const service_call *call)
{
    return text_format(call->request, service_say(call, "Income, expense and balance of the funds, %.*s",
                                                  "社会保险基金收支结余公告  %.*s"),
                       TEXT_ARG(service_member(call->reply, "month")->word));
}

static text as_csv(const service_call *call)
{
    size_t rows;
    const text *cells = cells_of(call, &rows);
    text_builder out = text_builder_open(call->request);
    codec_csv_writer w = codec_csv_write(&out, 0);
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < COLUMN_COUNT; c++) codec_csv_add_text(&w, cells[r * COLUMN_COUNT + c]);
        codec_csv_end_row(&w);
    }
    return text_built(&out);
}

static text as_html(const service_call *call)
{
    arena *a = call->request;
    size_t rows;
    const text *cells = cells_of(call, &rows);
    paper_node *body = paper_open(a);
    paper_heading(a, body, 1, TEXT_NONE, heading_of(call));
    paper_node *table = paper_put(a, body, PAPER_TABLE);
    for (size_t r = 0; r < rows; r++) {
        paper_node *row = paper_put(a, table, PAPER_ROW);
        for (size_t c = 0; c < COLUMN_COUNT; c++) {
            paper_kind kind = r == 0 ? PAPER_HEAD_CELL : c ? PAPER_NUMBER_CELL : PAPER_CELL;
            paper_say(a, paper_put(a, row, kind), cells[r * COLUMN_COUNT + c]);
        }
    }
    paper_say(a, paper_put(a, body, PAPER_LAW),
              text_format(a, "%s%.*s  %.*s", service_say(call, "unit: ", "单位："),
                          TEXT_ARG(service_member(call->reply, "unit")->word),
                          TEXT_ARG(service_member(call->reply, "law")->word)));
    paper_page page = { .title = heading_of(call), .lang = call->is_chinese ? "zh-CN" : "en", .body = body };
    return paper_print_alone(a, &page);
}

/* ---- the operation ---- */

static err answer(service_ledger *l)
{
    service_call *call = l->call;
    arena *a = call->request;
    int32_t month;
    size_t count;
    TRY(service_month_of(call, "month", 0, &month));
    service_put_text(a, call->reply, "month", service_month_text(a, month));
    service_put_cstr(a, call->reply, "unit", service_say(call, "yuan", "元"));
    service_put_cstr(a, call->reply, "law", call->op->law);
    service_value *list = service_put_list(a, call->reply, "funds");
    const ledger_fund *funds = ledger_funds(l->chart, &count);
    for (size_t i = 0; i < count; i++) TRY(put_fund(l, &funds[i], month, list));
    text path = service_text_of(call, "out", TEXT_NONE);
    if (!path.size_bytes) return ERR_NONE;
    service_put_text(a, call->reply, "written", path);
    return service_write_file(a, path, text_ends(path, TEXT(".html")) ? as_html(call) : as_csv(call));
}

static err ledger_bulletin_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

static void ledger_bulletin_print(const service_call *call, text_builder *out)
{
    static const bool IS_NUMBER[COLUMN_COUNT] = { false, true, true, true, true, true, true, true };
    size_t rows;
    const text *cells = cells_of(call, &rows);
    text_add_format(out, "%.*s  %s%.*s\n", TEXT_ARG(heading_of(call)), service_say(call, "unit: ", "单位："),
                    TEXT_ARG(service_member(call->reply, "unit")->word));
    service_table(out, cells, rows, COLUMN_COUNT, IS_NUMBER);
    for (const service_value *v = service_member(call->reply, "funds")->first; v; v = v->next) {
        const service_value *reason = service_member(v, "reason");
        if (reason)
            text_add_format(out, "%.*s: - , %.*s\n", TEXT_ARG(service_member(v, "fund")->word), TEXT_ARG(reason->word));
    }
}

static const char *const BULLETIN_EXAMPLES[] = { "doudi ledger bulletin --month 2026-01",
                                                 "doudi ledger bulletin --month 2026-12 --out bulletin.html --lang zh", NULL };

const service_op LEDGER_BULLETIN_OP = {
    .name = "ledger.bulletin",
    .summary = "What the public is told of the funds: income, expense, balance, months of support",
    .summary_zh = "向社会公布的基金收入、支出、结余和可支付月数",
    .law = "社会保险法 第七十条",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = BULLETIN_INPUT,
    .input_count = ARRAY_COUNT(BULLETIN_INPUT),
    .output = BULLETIN_OUTPUT,
    .output_count = ARRAY_COUNT(BULLETIN_OUTPUT),
    .examples = BULLETIN_EXAMPLES,
    .run = ledger_bulletin_run,
    .print = ledger_bulletin_print,
};
