/* doudi ledger vouchers: the vouchers of a fund by month, number, day, account, amount and words; as lines, or as one file. */
#include <string.h>
#include <strings.h>

#include "calendar/calendar.h"
#include "service/document.h"
#include "service/ledger.h"
#include "service/month.h"
#include "service/operations.h"

static const service_field VOUCHERS_INPUT[] = {
    SERVICE_FUND_FIELD,
    SERVICE_MONTH_FIELD,
    { .name = "from", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "from this month on (default: the month itself)",
      .summary_zh = "从哪个月起（默认本月）" },
    { .name = "voucher", .type = SERVICE_TEXT, .shows = "YYYY-MM/N", .summary = "only this one",
      .summary_zh = "只看这一张" },
    { .name = "number", .type = SERVICE_COUNT, .shows = "N", .summary = "of this number in its month", .summary_zh = "当月的第几号" },
    { .name = "since", .type = SERVICE_DATE, .shows = "DATE", .summary = "from this day on (its month, where no month is given)",
      .summary_zh = "从哪天起（未填月份时从该日所在月起）" },
    { .name = "until", .type = SERVICE_DATE, .shows = "DATE", .summary = "until this day, with it (its month, where no month is given)",
      .summary_zh = "到哪天止，含当日（未填月份时到该日所在月止）" },
    { .name = "account", .type = SERVICE_TEXT, .shows = "NUMBER", .summary = "with a line in this account or one below it",
      .summary_zh = "有该科目或其下级科目的分录" },
    { .name = "amount", .type = SERVICE_TEXT, .shows = "YUAN", .summary = "with a line of this amount, or this amount in all",
      .summary_zh = "有一条分录为此金额，或合计为此金额" },
    { .name = "words", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "with these words in what happened, reference or key",
      .summary_zh = "业务、摘要或业务键中含有这些字" },
    DOCUMENT_OUT_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field VOUCHERS_LINE[] = {
    { .name = "account", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "debit", .type = SERVICE_VALUE },  { .name = "credit", .type = SERVICE_VALUE },
};
static const service_field VOUCHERS_VOUCHER[] = {
    { .name = "voucher", .type = SERVICE_TEXT },   { .name = "day", .type = SERVICE_DATE },
    { .name = "event", .type = SERVICE_TEXT },     { .name = "name", .type = SERVICE_TEXT },
    { .name = "reference", .type = SERVICE_TEXT }, { .name = "key", .type = SERVICE_TEXT },
    { .name = "takes_back", .type = SERVICE_VALUE }, { .name = "actor", .type = SERVICE_COUNT },
    { .name = "lines", .type = SERVICE_OBJECT, .is_list = true, .fields = VOUCHERS_LINE,
      .field_count = ARRAY_COUNT(VOUCHERS_LINE) },
};
static const service_field VOUCHERS_OUTPUT[] = {
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "until", .summary_zh = "止" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "vouchers", .summary_zh = "凭证张数" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "in all, each side", .summary_zh = "借贷各合计" },
    DOCUMENT_OUTPUT,
    { .name = "vouchers", .type = SERVICE_OBJECT, .is_list = true, .fields = VOUCHERS_VOUCHER,
      .field_count = ARRAY_COUNT(VOUCHERS_VOUCHER) },
};

static void put_line(service_ledger *l, service_value *list, int32_t month, const ledger_line *line)
{
    arena *a = l->call->request;
    service_value *v = service_put_object(a, list, NULL);
    bool is_debit = line->side == LEDGER_DEBIT;
    text yuan = service_yuan(a, line->amount_fen);
    service_put_text(a, v, "account", text_format(a, "%lld", (long long)line->account));
    service_put_cstr(a, v, "name", service_account_name(l, month, line->account));
    if (is_debit) service_put_text(a, v, "debit", yuan);
    else service_put_null(a, v, "debit");
    if (is_debit) service_put_null(a, v, "credit");
    else service_put_text(a, v, "credit", yuan);
}

/* Opening balances stand in the month before the books begin, perhaps before the chart. */
static int32_t month_of_words(const ledger_voucher *voucher)
{
    return voucher->id.month + (strcmp(voucher->kind, "ledger.begun") == 0 ? 1 : 0);
}

static void put_voucher(service_ledger *l, service_value *list, const ledger_voucher *voucher)
{
    arena *a = l->call->request;
    int32_t month = month_of_words(voucher);
    service_value *v = service_put_object(a, list, NULL);
    service_put_text(a, v, "voucher", service_voucher_text(a, voucher->id));
    service_put_text(a, v, "day", service_day_text(a, voucher->day));
    service_put_cstr(a, v, "event", voucher->kind);
    service_put_cstr(a, v, "name", service_business_name(l, month, voucher->kind));
    service_put_text(a, v, "reference", voucher->reference);
    service_put_text(a, v, "key", voucher->key);
    if (voucher->reverses.number) service_put_text(a, v, "takes_back", service_voucher_text(a, voucher->reverses));
    else service_put_null(a, v, "takes_back");
    service_put_count(a, v, "actor", voucher->actor_id);
    service_value *lines = service_put_list(a, v, "lines");
    for (size_t i = 0; i < voucher->line_count; i++) put_line(l, lines, month, &voucher->lines[i]);
}

/* ---- found ---- */

typedef struct {
    int32_t from, month, since_day, until_day; /* days: 0 and INT32_MAX where none is given */
    uint64_t number;                           /* 0: any */
    text account, words;                       /* empty: any */
    bool has_amount;
    int64_t amount_fen;
} sought;

static err read_sought(service_ledger *l, sought *of)
{
    const service_call *call = l->call;
    arena *a = call->request;
    bool has_until = service_is_given(call, "until"), has_since = service_is_given(call, "since");
    *of = (sought){ .since_day = has_since ? service_day_of(call, "since") : 0,
                    .until_day = has_until ? service_day_of(call, "until") : INT32_MAX,
                    .number = service_size_of(call, "number", 0),
                    .account = text_trim(service_text_of(call, "account", TEXT(""))),
                    .words = text_trim(service_text_of(call, "words", TEXT(""))),
                    .has_amount = service_is_given(call, "amount") };
    if (has_until && !service_is_given(call, "month")) of->month = calendar_month_of_day(of->until_day);
    else TRY(service_ledger_month(l, &of->month));
    int32_t begins = has_since ? calendar_month_of_day(of->since_day) : of->month;
    TRY(service_month_of(call, "from", begins < of->month ? begins : of->month, &of->from));
    if (of->from > of->month) return err_of(&SERVICE_BAD_ARGUMENT, text_cstr(a, service_month_text(a, of->from)));
    for (size_t i = 0; i < of->account.size_bytes; i++)
        if (of->account.bytes[i] < '0' || of->account.bytes[i] > '9') return err_of(&SERVICE_BAD_ARGUMENT, text_cstr(a, of->account));
    if (of->has_amount) TRY(service_fen_of(a, service_text_of(call, "amount", TEXT("")), &of->amount_fen));
    return ERR_NONE;
}

static int64_t debit_of(const ledger_voucher *voucher)
{
    int64_t fen = 0; /* what the ledger has posted fits */
    for (size_t i = 0; i < voucher->line_count; i++)
        if (voucher->lines[i].side == LEDGER_DEBIT) fen += voucher->lines[i].amount_fen;
    return fen;
}

/* Letters of either case. */
static bool has_words(text said, text words)
{
    for (size_t at = 0; at + words.size_bytes <= said.size_bytes; at++)
        if (strncasecmp(said.bytes + at, words.bytes, words.size_bytes) == 0) return true;
    return false;
}

static bool is_sought(service_ledger *l, const sought *of, const ledger_voucher *voucher)
{
    arena *a = l->call->request;
    bool has_account = !of->account.size_bytes, has_amount = !of->has_amount || debit_of(voucher) == of->amount_fen;
    if (of->number && (uint64_t)voucher->id.number != of->number) return false;
    if (voucher->day < of->since_day || voucher->day > of->until_day) return false;
    for (size_t i = 0; i < voucher->line_count; i++) {
        const ledger_line *line = &voucher->lines[i];
        has_account = has_account || text_begins(text_format(a, "%lld", (long long)line->account), of->account);
        has_amount = has_amount || line->amount_fen == of->amount_fen;
    }
    if (!has_account || !has_amount) return false;
    return !of->words.size_bytes || has_words(voucher->reference, of->words) || has_words(voucher->key, of->words) ||
           has_words(text_of(service_business_name(l, month_of_words(voucher), voucher->kind)), of->words);
}

/* ---- as one file ---- */

/* A table that is filtered says of each line everything; pages say a voucher's head once, and what belongs together in one cell. */
enum { TABLE_COLUMNS = 8, PAGE_COLUMNS = 6 };
static const bool TABLE_IS_NUMBER[TABLE_COLUMNS] = { false, false, false, false, false, false, true, true };
static const bool PAGE_IS_NUMBER[PAGE_COLUMNS] = { false, false, false, false, true, true };

static text joined(arena *a, text one, text other)
{
    return other.size_bytes ? text_format(a, "%.*s  %.*s", TEXT_ARG(one), TEXT_ARG(other)) : one;
}

static text *add_file_row(arena *a, const service_value *v, const service_value *line, bool is_first, bool is_pages, text *at)
{
    text voucher = service_member(v, "voucher")->word, day = service_member(v, "day")->word, what = service_member(v, "name")->word,
         reference = service_member(v, "reference")->word, account = service_member(line, "account")->word, name = service_member(line, "name")->word;
    *at++ = is_first || !is_pages ? voucher : TEXT("");
    *at++ = is_first || !is_pages ? day : TEXT("");
    if (is_pages) {
        *at++ = is_first ? joined(a, what, reference) : TEXT("");
        *at++ = joined(a, account, name);
    } else {
        *at++ = what;
        *at++ = reference;
        *at++ = account;
        *at++ = name;
    }
    *at++ = service_member(line, "debit")->word;
    *at++ = service_member(line, "credit")->word;
    return at;
}

static text file_title(const service_call *call)
{
    text from = service_member(call->reply, "from")->word, month = service_member(call->reply, "month")->word;
    bool is_one = text_equal(from, month);
    return text_format(call->request, "%.*s  %s  %.*s%s%.*s", TEXT_ARG(service_member(call->reply, "fund")->word),
                       service_say(call, "vouchers", "记账凭证"), TEXT_ARG(from), is_one ? "" : " – ", TEXT_ARG(is_one ? TEXT("") : month));
}

static err write_file(service_ledger *l)
{
    static const char *const TABLE_HEADS[2][TABLE_COLUMNS] = {
        { "voucher", "day", "what happened", "reference", "account", "name", "debit", "credit" },
        { "凭证号", "日期", "业务", "摘要", "科目", "科目名称", "借方", "贷方" },
    };
    static const char *const PAGE_HEADS[2][PAGE_COLUMNS] = {
        { "voucher", "day", "what happened, reference", "account", "debit", "credit" },
        { "凭证号", "日期", "业务及摘要", "科目", "借方", "贷方" },
    };
    service_call *call = l->call;
    arena *a = call->request;
    document d;
    size_t rows = 2;
    if (!service_is_given(call, "out")) return ERR_NONE;
    const service_value *list = service_member(call->reply, "vouchers");
    bool is_pages = document_is_pages(service_text_of(call, "out", TEXT_NONE));
    size_t columns = is_pages ? PAGE_COLUMNS : TABLE_COLUMNS;
    for (const service_value *v = list->first; v; v = v->next) rows += service_member(v, "lines")->child_count;
    text *cells = ARENA_ARRAY(a, text, rows * columns), *at = cells;
    bool *is_strong = ARENA_ARRAY(a, bool, rows);
    for (size_t c = 0; c < columns; c++) *at++ = text_of(is_pages ? PAGE_HEADS[call->is_chinese][c] : TABLE_HEADS[call->is_chinese][c]);
    for (const service_value *v = list->first; v; v = v->next) {
        const service_value *lines = service_member(v, "lines");
        for (const service_value *line = lines->first; line; line = line->next) at = add_file_row(a, v, line, line == lines->first, is_pages, at);
    }
    for (size_t c = 0; c < columns; c++) at[c] = TEXT("");
    at[0] = text_of(service_say(call, "total", "合计"));
    at[columns - 2] = at[columns - 1] = service_member(call->reply, "total")->word;
    is_strong[rows - 1] = true;
    paper_node *body = document_begin(call, &d, file_title(call));
    TRY(document_office(l->county, &d));
    d.sheet = text_of(service_say(call, "Vouchers", "记账凭证"));
    document_say(call, body, text_format(a, service_say(call, "%lld vouchers", "共 %lld 张"), (long long)list->child_count));
    document_table(call, body, cells, rows, columns, is_pages ? PAGE_IS_NUMBER : TABLE_IS_NUMBER, is_strong);
    return document_write(call, &d);
}

static err answer(service_ledger *l)
{
    arena *a = l->call->request;
    service_value *reply = l->call->reply;
    const ledger_voucher *vouchers;
    size_t count = 1;
    int64_t total = 0, found = 0;
    ledger_voucher_id id;
    sought of;
    TRY(read_sought(l, &of));
    if (service_is_given(l->call, "voucher")) {
        TRY(service_voucher_of(l->call, "voucher", l->fund->number, &id));
        TRY(ledger_voucher_read(a, l->books, id, &vouchers));
        of.from = of.month = id.month;
    } else {
        TRY(ledger_vouchers(a, l->books, l->fund->number, of.from, of.month + 1, &vouchers, &count));
    }
    service_put_cstr(a, reply, "fund", service_say(l->call, l->fund->name, l->fund->name_zh));
    service_put_text(a, reply, "from", service_month_text(a, of.from));
    service_put_text(a, reply, "month", service_month_text(a, of.month));
    service_value *list = service_list(a);
    for (size_t i = 0; i < count; i++) {
        if (!is_sought(l, &of, &vouchers[i])) continue;
        put_voucher(l, list, &vouchers[i]);
        if (__builtin_add_overflow(total, debit_of(&vouchers[i]), &total)) return err_of(&SERVICE_BAD_AMOUNT, "total");
        found++;
    }
    service_put_count(a, reply, "count", found);
    service_put_text(a, reply, "total", service_yuan(a, total));
    service_put(a, reply, "vouchers", list);
    return write_file(l);
}

static err ledger_vouchers_run(service_call *call)
{
    service_ledger l;
    TRY(service_ledger_open(call, COUNTY_READ, &l));
    return answer(&l);
}

static void ledger_vouchers_print(const service_call *call, text_builder *out)
{
    static const bool IS_NUMBER[] = { false, false, false, true, true };
    arena *a = call->request;
    text_add_format(out, service_say(call, "%.*s  vouchers %lld, each side %.*s\n", "%.*s  凭证 %lld 张，借贷各 %.*s\n"),
                    TEXT_ARG(service_member(call->reply, "fund")->word), (long long)service_member(call->reply, "count")->count,
                    TEXT_ARG(service_member(call->reply, "total")->word));
    const service_value *written = service_member(call->reply, "written");
    if (written) {
        text_add_format(out, "%s %.*s\n", service_say(call, "written:", "已写入："), TEXT_ARG(written->word));
        return;
    }
    const service_value *list = service_member(call->reply, "vouchers");
    for (const service_value *v = list->first; v; v = v->next) {
        const service_value *lines = service_member(v, "lines");
        const service_value *back = service_member(v, "takes_back");
        text_add_format(out, "\n%s %.*s  %.*s  %.*s  %.*s%s%.*s\n", service_say(call, "voucher", "记字"),
                        TEXT_ARG(service_member(v, "voucher")->word), TEXT_ARG(service_member(v, "day")->word),
                        TEXT_ARG(service_member(v, "name")->word), TEXT_ARG(service_member(v, "reference")->word),
                        back->word.size_bytes ? "  ← " : "", TEXT_ARG(back->word));
        text *cells = ARENA_ARRAY(a, text, lines->child_count * 5 + 1), *at = cells;
        for (const service_value *line = lines->first; line; line = line->next) {
            *at++ = text_of(service_member(line, "debit")->kind == SERVICE_VALUE_NULL
                                ? service_say(call, "    cr", "　贷") : service_say(call, "  dr", "借"));
            *at++ = service_member(line, "account")->word;
            *at++ = service_member(line, "name")->word;
            *at++ = service_member(line, "debit")->word;
            *at++ = service_member(line, "credit")->word;
        }
        service_table(out, cells, lines->child_count, 5, IS_NUMBER);
    }
}

static const char *const VOUCHERS_EXAMPLES[] = { "doudi ledger vouchers --fund 企业养老 --month 2026-01",
                                                 "doudi ledger vouchers --fund 1 --voucher 2026-01/17",
                                                 "doudi ledger vouchers --fund 1 --since 2026-01-01 --until 2026-03-31 --account 2001 --amount 3279.50",
                                                 "doudi ledger vouchers --fund 1 --month 2026-01 --out vouchers.pdf", NULL };

const service_op LEDGER_VOUCHERS_OP = {
    .name = "ledger.vouchers",
    .summary = "The vouchers of a fund with their lines, found by number, day, account, amount and words; as one file",
    .summary_zh = "一只基金的记账凭证及分录：按号、日期、科目、金额、文字查找，可整月存为一个文件",
    .law = "财会〔2017〕28号",
    .kind = SERVICE_READ,
    .permission = "ledger.read",
    .input = VOUCHERS_INPUT,
    .input_count = ARRAY_COUNT(VOUCHERS_INPUT),
    .output = VOUCHERS_OUTPUT,
    .output_count = ARRAY_COUNT(VOUCHERS_OUTPUT),
    .examples = VOUCHERS_EXAMPLES,
    .run = ledger_vouchers_run,
    .print = ledger_vouchers_print,
};
