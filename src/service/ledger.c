#include "service/ledger.h"

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "money/money.h"
#include "service/decide.h"

const err_kind SERVICE_NO_LEDGER_TABLES = {
    "service.no_ledger_tables", ERR_NOT_FOUND,
    "There are no tables of the ledger in {}; packs/ledger is the folder that holds them.",
    "{} 中没有账务各表；它们在 packs/ledger 目录。"
};
const err_kind SERVICE_BAD_AMOUNT = {
    "service.bad_amount", ERR_BAD_INPUT, "This is no amount in yuan and fen: {}.", "不是以元和分表示的金额：{}。"
};

/* ---- opening ---- */

static err no_tables(service_call *call)
{
    const text *folders;
    size_t count;
    TRY(service_pack_folders(call, &folders, &count));
    text_builder tried = text_builder_open(call->request);
    for (size_t i = 0; i < count; i++) text_add_format(&tried, "%s%.*s", i ? ", " : "", TEXT_ARG(folders[i]));
    return err_of(&SERVICE_NO_LEDGER_TABLES, count ? text_built(&tried).bytes : "packs");
}

/* The chart outlives what the call keeps of its folders: texts are copied. */
err service_ledger_chart(service_call *call, arena *a, ledger_chart **chart)
{
    static const char *const FILES[] = {
        [LEDGER_FUNDS] = "ledger/funds.csv",   [LEDGER_CHART] = "ledger/chart.csv",
        [LEDGER_RULES] = "ledger/vouchers.csv", [LEDGER_STATEMENTS] = "ledger/statements.csv",
        [LEDGER_KINDS] = "ledger/register.csv",
    };
    _Static_assert(ARRAY_COUNT(FILES) == LEDGER_TABLE_COUNT, "a table has no file");
    ledger_table_text tables[LEDGER_TABLE_COUNT];
    for (size_t i = 0; i < LEDGER_TABLE_COUNT; i++) {
        const decide_file *file;
        TRY(decide_file_find(call, FILES[i], &file));
        if (!file) return no_tables(call);
        tables[i] = (ledger_table_text){ .file = text_cstr(a, file->path), .bytes = text_copy(a, file->bytes) };
    }
    return ledger_chart_load(a, tables, chart);
}

err service_fund_find(service_call *call, const ledger_chart *chart, text said, const ledger_fund **fund)
{
    enum { NAMES = 4, FUND_SHOWN_MAX = 120 };
    arena *a = call->request;
    size_t count;
    *fund = ledger_fund_find(chart, said);
    if (*fund) return ERR_NONE;
    const ledger_fund *funds = ledger_funds(chart, &count);
    const char **names = ARENA_ARRAY(a, const char *, NAMES * count + 1);
    text_builder all = text_builder_open(a), all_zh = text_builder_open(a);
    for (size_t i = 0; i < count; i++) {
        const char *const one[NAMES] = { funds[i].short_zh, funds[i].name_zh, funds[i].code, funds[i].name };
        for (size_t k = 0; k < NAMES; k++) names[NAMES * i + k] = one[k];
        text_add_format(&all, "%s%s", i ? ", " : "", funds[i].code);
        text_add_format(&all_zh, "%s%s", i ? "、" : "", funds[i].short_zh);
    }
    const char *near = service_nearest(a, said, names, NAMES * count);
    text shown = text_shown(a, said, FUND_SHOWN_MAX), perhaps = TEXT("."), perhaps_zh = TEXT("。");
    for (size_t i = 0; near && i < NAMES * count; i++)
        if (names[i] == near) {
            perhaps = text_format(a, "; perhaps %s?", funds[i / NAMES].code);
            perhaps_zh = text_format(a, "，是否指 %s？", funds[i / NAMES].short_zh);
            break;
        }
    return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, ERR_SAID("%.*s%.*s There are: %s", "%.*s%.*s现有：%s"), TEXT_ARG(shown), TEXT_ARG(perhaps), text_built(&all).bytes,
                                                    TEXT_ARG(shown), TEXT_ARG(perhaps_zh), text_built(&all_zh).bytes).bytes);
}

err service_ledger_fund(service_call *call, const ledger_chart *chart, const ledger_fund **fund)
{
    return service_fund_find(call, chart, service_text_of(call, "fund", TEXT_NONE), fund);
}

err service_ledger_open(service_call *call, county_need need, service_ledger *l)
{
    *l = (service_ledger){ .call = call };
    TRY(county_open(call, need, &l->county));
    if (need == COUNTY_WRITE) TRY(county_ask_who(l->county, NULL));
    TRY(county_books(l->county, &l->books));
    l->chart = l->county->chart;
    if (service_is_given(call, "fund")) TRY(service_ledger_fund(call, l->chart, &l->fund));
    TRY(county_begin(l->county));
    return need == COUNTY_WRITE ? county_turn(l->county, &l->turn) : ERR_NONE;
}

/* What was done before under the same key is answered again, and said to be so. */
err service_ledger_commit(service_ledger *l)
{
    int64_t before = l->turn, now;
    l->county->turn = 0;
    TRY(county_turn(l->county, &now));
    if (now == before) service_note(l->call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return store_commit(l->county->db);
}

/* ---- words ---- */

const err_kind LEDGER_BEFORE_BOOKS = {
    "ledger.before_books", ERR_NOT_FOUND,
    "The books of this fund begin with {}: of an earlier month they hold no figures.", "本基金自 {} 建账，此前月份账上没有数字。"
};

err service_month_of(const service_call *call, const char *name, int32_t otherwise, int32_t *month)
{
    *month = otherwise;
    text said = service_text_of(call, name, TEXT_NONE);
    if (!service_is_given(call, name) || !calendar_parse_month(said, month).kind) return ERR_NONE;
    return err_of(&SERVICE_BAD_ARGUMENT,
                  err_said(call->request, "--%s %.*s (write it like this: 2026-01)", "--%s %.*s（应写作：2026-01）",
                              name, TEXT_ARG(said)));
}

err service_ledger_month(service_ledger *l, int32_t *month)
{
    ledger_months months;
    TRY(ledger_months_of(l->books, l->fund->number, &months));
    TRY(service_month_of(l->call, "month", months.last_month, month));
    if (*month >= months.first_month - 1) return ERR_NONE; /* what the books began with stands in the month before */
    return err_of(&LEDGER_BEFORE_BOOKS, service_month_text(l->call->request, months.first_month).bytes);
}

err service_fen_of(arena *a, text word, int64_t *fen)
{
    if (!money_parse_i64(word, 2, MONEY_ALLOW_SEPARATORS, fen).kind) return ERR_NONE;
    return err_of(&SERVICE_BAD_AMOUNT, text_cstr(a, word));
}

text service_yuan(arena *a, int64_t fen)
{
    char out[MONEY_PRINT_BYTES];
    money_print_fen(fen, out);
    return text_copy(a, text_of(out));
}

text service_month_text(arena *a, int32_t month)
{
    char out[CALENDAR_PRINT_BYTES];
    calendar_print_month(month, out);
    return text_copy(a, text_of(out));
}

text service_day_text(arena *a, int32_t day)
{
    char out[CALENDAR_PRINT_BYTES];
    calendar_print_day(day, out);
    return text_copy(a, text_of(out));
}

text service_voucher_text(arena *a, ledger_voucher_id id)
{
    return text_format(a, "%.*s/%d", TEXT_ARG(service_month_text(a, id.month)), id.number);
}

err service_voucher_of(const service_call *call, const char *name, int32_t fund, ledger_voucher_id *id)
{
    text said = service_text_of(call, name, TEXT_NONE);
    size_t slash = text_find(said, TEXT("/"));
    int64_t number = 0;
    *id = (ledger_voucher_id){ .fund = fund };
    bool is_read = slash != SIZE_MAX && !calendar_parse_month(text_sub(said, 0, slash), &id->month).kind &&
                   codec_parse_scaled(text_sub(said, slash + 1, said.size_bytes), 0, &number) &&
                   number > 0 && number <= INT32_MAX;
    id->number = (int32_t)number;
    if (is_read) return ERR_NONE;
    return err_of(&SERVICE_BAD_ARGUMENT,
                  err_said(call->request, "--%s %.*s (write it like this: 2026-01/17)", "--%s %.*s（应写作：2026-01/17）",
                              name, TEXT_ARG(said)));
}

ledger_stamp service_stamp(const service_ledger *l, text key_otherwise)
{
    return (ledger_stamp){ .key = service_text_of(l->call, "key", key_otherwise),
                           .known_ms = l->county->now_ms, .actor_id = l->county->actor_id,
                           .why = service_text_of(l->call, "why", text_of(l->call->op->name)) };
}

const char *service_account_name(const service_ledger *l, int32_t month, int64_t number)
{
    const ledger_account *accounts;
    size_t count;
    if (ledger_accounts(l->call->request, l->chart, l->fund->number, month, &accounts, &count).kind) return "";
    for (size_t i = 0; i < count; i++)
        if (accounts[i].number == number) return service_say(l->call, accounts[i].name, accounts[i].name_zh);
    return "";
}

const char *service_business_name(const service_ledger *l, int32_t month, const char *kind)
{
    static const struct {
        const char *kind, *en, *zh;
    } OWN[] = { { "ledger.begun", "Opening balances", "期初余额" },
                { "ledger.reversed", "Taken back", "红字冲销" },
                { "ledger.closed", "Carried forward", "期末结转" } };
    const ledger_rule *rules;
    size_t count;
    for (size_t i = 0; i < ARRAY_COUNT(OWN); i++)
        if (text_equal_cstr(text_of(kind), OWN[i].kind)) return service_say(l->call, OWN[i].en, OWN[i].zh);
    if (ledger_rules(l->call->request, l->chart, l->fund->number, month, &rules, &count).kind) return "";
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(text_of(kind), rules[i].kind)) return service_say(l->call, rules[i].name, rules[i].name_zh);
    return "";
}

const char *service_kind_name(const service_ledger *l, int32_t number)
{
    size_t count;
    const ledger_kind *kinds = ledger_kinds(l->chart, &count);
    for (size_t i = 0; i < count; i++)
        if (kinds[i].number == number) return service_say(l->call, kinds[i].name, kinds[i].name_zh);
    return "";
}

void service_put_voucher(service_ledger *l, ledger_voucher_id id)
{
    service_put_text(l->call->request, l->call->reply, "voucher", service_voucher_text(l->call->request, id));
}

void service_table(text_builder *out, const text *cells, size_t rows, size_t columns, const bool *is_number)
{
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            int width = 0, own = text_width(cells[r * columns + c]);
            for (size_t k = 0; k < rows; k++)
                if (text_width(cells[k * columns + c]) > width) width = text_width(cells[k * columns + c]);
            bool is_last = c + 1 == columns;
            for (int pad = own; is_number[c] && pad < width; pad++) text_add_char(out, ' ');
            text_add(out, cells[r * columns + c]);
            for (int pad = own; !is_number[c] && !is_last && pad < width; pad++) text_add_char(out, ' ');
            text_add_cstr(out, is_last ? "\n" : "  ");
        }
    }
}
