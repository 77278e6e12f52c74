#include "calendar/calendar.h"
#include "money/money.h"
#include "service/document.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/subject.h"

const err_kind LEDGER_NONE_OF_MONTH = {
    "ledger.none_of_month", ERR_NOT_FOUND,
    "No fund has books of {}: the public is told of months from the first of the books up to those that stand open.",
    "没有基金有 {} 的账：可公布的是建账以后、已开账的月份。"
};

static const service_field BULLETIN_INPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .is_required = true, .shows = "YYYY-MM",
      .summary = "figures up to the end of this month", .summary_zh = "截至哪个月末" },
    DOCUMENT_OUT_FIELD,
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
    DOCUMENT_OUTPUT,
};

/* ---- months of support, collection rate: the pack decides ---- */

static err add_fact(arena *a, service_facts *facts, text name, int64_t fen)
{
    codec_json *value = ARENA_NEW(a, codec_json);
    *value = (codec_json){ .type = CODEC_JSON_STRING, .word = service_yuan(a, fen) };
    return service_facts_add(a, facts, name, value, (source_pos){ 0 });
}

typedef struct {
    const char *name; /* of the packs */
    int64_t fen;
} known;

/* Rates are kept by 10^8; the packs round this one to hundredths of a per cent. */
static text percent(arena *a, int64_t rate)
{
    enum { HUNDREDTH_OF_A_PER_CENT = 10000 };
    char shown[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(rate / HUNDREDTH_OF_A_PER_CENT, 2, shown);
    return text_format(a, "%.*s%%", (int)size, shown);
}

/* One indicator of the packs from what is known: as member `as`, null where it cannot be told, which *reason says. */
static err put_indicator(service_call *call, int32_t month, text region, const char *root_name, const known *facts_known,
                         size_t known_count, service_value *v, const char *as, text *reason)
{
    static const int64_t FEN_MAX = 99999999999, WAN = 10000;
    arena *a = call->request;
    const policy_book *book;
    service_facts facts = { 0 };
    text root = text_of(root_name);
    int64_t unit = 1;
    TRY(service_book(call, &book));
    /* The packs ask for numbers up to a thousand million, in whatever unit is the same for all: above that in 万元. */
    for (size_t i = 0; i < known_count; i++)
        while (facts_known[i].fen / unit > FEN_MAX || facts_known[i].fen / unit < -FEN_MAX) unit *= WAN;
    for (size_t i = 0; i < known_count; i++)
        TRY(add_fact(a, &facts, text_of(facts_known[i].name), money_divide_round_i64(facts_known[i].fen, unit, MONEY_HALF_UP)));
    service_question asked = { .on_day = calendar_last_day_of_month(month),
                               .region = region, .roots = &root, .root_count = 1 };
    service_subject *s = ARENA_NEW(a, service_subject);
    TRY(service_subject_open(a, book, &asked, &facts, s));
    *reason = TEXT_NONE;
    if (column_is_valid(&s->outputs[0], 0)) {
        int64_t value = s->outputs[0].value[0];
        bool is_rate = s->planned.output_types[0].base == POLICY_RATE;
        service_put_text(a, v, as, is_rate ? percent(a, value) : policy_print_value(a, s->codes, &s->planned.output_types[0], value));
        return ERR_NONE;
    }
    service_put_null(a, v, as);
    *reason = service_reason(a, &s->planned.plan, column_reason(&s->outputs[0], 0), call->is_chinese);
    return ERR_NONE;
}

err service_put_support(service_ledger *l, int32_t month, text region, const ledger_bulletin *figures,
                        service_value *v)
{
    service_call *call = l->call;
    arena *a = call->request;
    text reason;
    const known facts[] = { { "基金指标.累计结余", figures->balance_fen }, { "基金指标.年支出", figures->expense_12_fen } };
    if (!figures->has_12) {
        service_put_null(a, v, "support_months");
        service_put_cstr(a, v, "reason", service_say(call, "the books are not yet twelve months old", "账簿尚不足十二个月"));
        return ERR_NONE;
    }
    TRY(put_indicator(call, month, region, "基金指标.可支付月数", facts, ARRAY_COUNT(facts), v, "support_months", &reason));
    if (reason.size_bytes) service_put_text(a, v, "reason", reason);
    return ERR_NONE;
}

err service_put_rate(service_call *call, int32_t month, text region, int64_t due_fen, int64_t received_fen, service_value *v)
{
    text reason;
    const known facts[] = { { "基金指标.应缴额", due_fen }, { "基金指标.实缴额", received_fen } };
    return put_indicator(call, month, region, "基金指标.征缴率", facts, ARRAY_COUNT(facts), v, "rate", &reason);
}

/* ---- figures ---- */

static err put_fund(service_ledger *l, const ledger_fund *fund, int32_t month, service_value *list)
{
    arena *a = l->call->request;
    ledger_bulletin b;
    ledger_months months;
    err e = ledger_months_of(l->books, fund->number, &months);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    /* Of a month nobody could book in nothing is told: what is not known is no zero. */
    if (month < months.first_month || month > months.closed_until + 1) return ERR_NONE;
    TRY(ledger_bulletin_of(a, l->books, fund->number, month, &b));
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
        service_note(l->call, "not closed, provisional: ", "尚未结账，暂数：", text_of(service_say(l->call, fund->name, fund->name_zh)));
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

static const bool IS_NUMBER[COLUMN_COUNT] = { false, true, true, true, true, true, true, true };

/* The funds of which the same is to be said, in one line. */
static void say_reasons(service_call *call, paper_node *body)
{
    arena *a = call->request;
    text_builder open = text_builder_open(a);
    const char *comma = service_say(call, ", ", "、");
    const service_value *first = service_member(call->reply, "funds")->first;
    for (const service_value *v = first; v; v = v->next) {
        const service_value *reason = service_member(v, "reason");
        text fund = service_member(v, "fund")->word;
        bool is_said = !reason;
        if (!service_member(v, "is_closed")->is_true)
            text_add_format(&open, "%s%.*s", open.size_bytes ? comma : "", TEXT_ARG(fund));
        for (const service_value *b = first; b != v && !is_said; b = b->next)
            is_said = service_member(b, "reason") && text_equal(service_member(b, "reason")->word, reason->word);
        if (is_said) continue;
        text_builder line = text_builder_open(a);
        text_add_format(&line, service_say(call, "Months of support not stated, %.*s: %.*s", "可支付月数未列示，%.*s：%.*s"),
                        TEXT_ARG(reason->word), TEXT_ARG(fund));
        for (const service_value *b = v->next; b; b = b->next) {
            const service_value *other = service_member(b, "reason");
            if (other && text_equal(other->word, reason->word))
                text_add_format(&line, "%s%.*s", comma, TEXT_ARG(service_member(b, "fund")->word));
        }
        document_say(call, body, text_built(&line));
    }
    if (open.size_bytes)
        document_say(call, body, text_format(a, "%s%.*s", service_say(call, "Not closed, provisional figures: ", "尚未结账，为暂数："),
                                             TEXT_ARG(text_built(&open))));
}

static err write_out(service_ledger *l)
{
    service_call *call = l->call;
    document d;
    size_t rows;
    if (!service_is_given(call, "out")) return ERR_NONE;
    paper_node *body = document_begin(call, &d, heading_of(call));
    TRY(document_office(l->county, &d));
    d.sheet = text_of(service_say(call, "funds", "基金收支"));
    const text *cells = cells_of(call, &rows);
    document_table(call, body, cells, rows, COLUMN_COUNT, IS_NUMBER, NULL);
    paper_say(call->request, paper_put(call->request, body, PAPER_LAW),
              text_format(call->request, "%s%.*s  %.*s", service_say(call, "unit: ", "单位："),
                          TEXT_ARG(service_member(call->reply, "unit")->word),
                          TEXT_ARG(service_member(call->reply, "law")->word)));
    say_reasons(call, body);
    return document_write(call, &d);
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
    if (!list->child_count) return err_of(&LEDGER_NONE_OF_MONTH, text_cstr(a, service_month_text(a, month)));
    return write_out(l);
}

static err ledger_bulletin_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

static void ledger_bulletin_print(const service_call *call, text_builder *out)
{
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
                                                 "doudi ledger bulletin --month 2026-12 --out bulletin.pdf --lang zh", NULL };

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
