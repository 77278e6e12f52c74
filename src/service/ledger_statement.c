#include "service/document.h"
#include "service/ledger.h"
#include "service/operations.h"

static const service_field STATEMENT_INPUT[] = {
    { .name = "form", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "FORM",
      .summary = "01 the balance sheet, 02 income and expense, or a form's name in statements.csv",
      .summary_zh = "01 资产负债表，02 收支表，或 statements.csv 中的表名" },
    SERVICE_FUND_FIELD,
    SERVICE_MONTH_FIELD,
    { .name = "yearly", .type = SERVICE_FLAG, .summary = "of the month's whole year", .summary_zh = "年报" },
    DOCUMENT_OUT_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field STATEMENT_ROW[] = {
    { .name = "line", .type = SERVICE_COUNT },  { .name = "level", .type = SERVICE_COUNT },
    { .name = "column", .type = SERVICE_TEXT }, { .name = "item", .type = SERVICE_TEXT },
    { .name = "first", .type = SERVICE_VALUE }, { .name = "second", .type = SERVICE_VALUE },
};
static const service_field STATEMENT_OUTPUT[] = {
    { .name = "form", .type = SERVICE_TEXT },     { .name = "title", .type = SERVICE_TEXT },
    { .name = "fund", .type = SERVICE_TEXT },     { .name = "month", .type = SERVICE_TEXT },
    { .name = "is_yearly", .type = SERVICE_FLAG }, { .name = "is_closed", .type = SERVICE_FLAG },
    { .name = "unit", .type = SERVICE_TEXT },
    { .name = "first", .type = SERVICE_TEXT },    { .name = "second", .type = SERVICE_TEXT },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .fields = STATEMENT_ROW,
      .field_count = ARRAY_COUNT(STATEMENT_ROW) },
    DOCUMENT_OUTPUT,
};

static void put_figure(arena *a, service_value *row, const char *name, bool has_figure, int64_t fen)
{
    if (has_figure) service_put_text(a, row, name, service_yuan(a, fen));
    else service_put_null(a, row, name);
}

static void put_statement(service_ledger *l, const ledger_statement *s, int32_t month, bool is_yearly)
{
    service_call *call = l->call;
    arena *a = call->request;
    service_value *r = call->reply;
    service_put_cstr(a, r, "form", s->form);
    service_put_cstr(a, r, "title", service_say(call, s->title, s->title_zh));
    service_put_cstr(a, r, "fund", service_say(call, l->fund->name, l->fund->name_zh));
    service_put_text(a, r, "month", service_month_text(a, month));
    service_put_bool(a, r, "is_yearly", is_yearly);
    service_put_bool(a, r, "is_closed", s->is_closed);
    service_put_cstr(a, r, "unit", service_say(call, "yuan", "元"));
    service_put_cstr(a, r, "first", service_say(call, s->first, s->first_zh));
    service_put_cstr(a, r, "second", service_say(call, s->second, s->second_zh));
    service_value *rows = service_put_list(a, r, "rows");
    for (size_t i = 0; i < s->row_count; i++) {
        const ledger_statement_row *row = &s->rows[i];
        service_value *v = service_put_object(a, rows, NULL);
        service_put_count(a, v, "line", row->line);
        service_put_count(a, v, "level", row->level);
        service_put_cstr(a, v, "column", row->column);
        service_put_cstr(a, v, "item", service_say(call, row->item, row->item_zh));
        put_figure(a, v, "first", row->has_figure, row->first_fen);
        put_figure(a, v, "second", row->has_figure, row->second_fen);
    }
}

/* ---- as a file ---- */

static text heading_of(const service_call *call)
{
    return text_format(call->request, "%.*s  %.*s  %.*s", TEXT_ARG(service_member(call->reply, "form")->word),
                       TEXT_ARG(service_member(call->reply, "title")->word),
                       TEXT_ARG(service_member(call->reply, "fund")->word));
}

static const char *state_of(const service_call *call)
{
    return service_member(call->reply, "is_closed")->is_true
               ? service_say(call, "closed", "已结账") : service_say(call, "open, provisional", "未结账，暂数");
}

/* A head and a row a line; what is level 0 is strong. */
static text *cells_of(const service_call *call, const char *const *indent, size_t *count, bool **is_strong)
{
    arena *a = call->request;
    const service_value *rows = service_member(call->reply, "rows");
    *count = rows->child_count + 1;
    *is_strong = ARENA_ARRAY(a, bool, *count);
    text *cells = ARENA_ARRAY(a, text, *count * 4), *at = cells;
    *at++ = text_of(service_say(call, "line", "行次"));
    *at++ = text_of(service_say(call, "item", "项目"));
    *at++ = service_member(call->reply, "first")->word;
    *at++ = service_member(call->reply, "second")->word;
    for (const service_value *v = rows->first; v; v = v->next) {
        int64_t level = service_member(v, "level")->count;
        (*is_strong)[(size_t)(at - cells) / 4] = level == 0;
        *at++ = text_format(a, "%lld", (long long)service_member(v, "line")->count);
        *at++ = text_format(a, "%s%.*s", indent[level], TEXT_ARG(service_member(v, "item")->word));
        *at++ = service_member(v, "first")->word;
        *at++ = service_member(v, "second")->word;
    }
    return cells;
}

static const bool IS_NUMBER[] = { true, false, true, true };

static err write_out(service_ledger *l)
{
    static const char *const NO_INDENT[] = { "", "", "" };
    service_call *call = l->call;
    arena *a = call->request;
    document d;
    size_t rows;
    bool *is_strong;
    if (!service_is_given(call, "out")) return ERR_NONE;
    paper_node *body = document_begin(call, &d, heading_of(call));
    TRY(document_office(l->county, &d));
    d.sheet = service_member(call->reply, "form")->word;
    document_say(call, body, text_format(a, "%.*s  %s  %s%.*s", TEXT_ARG(service_member(call->reply, "month")->word),
                                         state_of(call), service_say(call, "unit: ", "单位："),
                                         TEXT_ARG(service_member(call->reply, "unit")->word)));
    const text *cells = cells_of(call, NO_INDENT, &rows, &is_strong);
    document_table(call, body, cells, rows, 4, IS_NUMBER, is_strong);
    return document_write(call, &d);
}

/* ---- the operation ---- */

text service_form_of(const service_call *call)
{
    text said = service_text_of(call, "form", TEXT_NONE);
    bool is_number = said.size_bytes == 2 && said.bytes[0] == '0';
    return is_number ? text_format(call->request, "会社保%.*s表", TEXT_ARG(said)) : said;
}

static err answer(service_ledger *l)
{
    ledger_statement s;
    int32_t month;
    bool is_yearly = service_is_given(l->call, "yearly");
    TRY(service_ledger_month(l, &month));
    TRY(ledger_statement_of(l->call->request, l->books, l->fund->number, service_form_of(l->call), month, is_yearly, &s));
    put_statement(l, &s, month, is_yearly);
    if (!s.is_closed)
        service_note(l->call, "the month is still open: its figures are provisional, and the balance sheet need not balance",
                     "本期尚未结账：数字为暂数，资产负债表可能不平", TEXT_NONE);
    return write_out(l);
}

static err ledger_statement_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

static void ledger_statement_print(const service_call *call, text_builder *out)
{
    static const char *const INDENT[] = { "", "  ", "    " };
    size_t rows;
    bool *is_strong;
    const text *cells = cells_of(call, INDENT, &rows, &is_strong);
    text_add_format(out, "%.*s\n%.*s  %s  %s%.*s\n", TEXT_ARG(heading_of(call)),
                    TEXT_ARG(service_member(call->reply, "month")->word), state_of(call),
                    service_say(call, "unit: ", "单位："), TEXT_ARG(service_member(call->reply, "unit")->word));
    service_table(out, cells, rows, 4, IS_NUMBER);
}

static const char *const STATEMENT_EXAMPLES[] = {
    "doudi ledger statement 01 --fund 企业养老 --month 2026-01",
    "doudi ledger statement 02 --fund 企业养老 --month 2026-12 --yearly --out 2026.pdf", NULL };

const service_op LEDGER_STATEMENT_OP = {
    .name = "ledger.statement",
    .summary = "A statement of a fund: 会社保01表 (balance sheet) or 02表 (income and expense)",
    .summary_zh = "一只基金的报表：会社保01表（资产负债表）或02表（收支表）",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = STATEMENT_INPUT,
    .input_count = ARRAY_COUNT(STATEMENT_INPUT),
    .output = STATEMENT_OUTPUT,
    .output_count = ARRAY_COUNT(STATEMENT_OUTPUT),
    .examples = STATEMENT_EXAMPLES,
    .run = ledger_statement_run,
    .print = ledger_statement_print,
};
