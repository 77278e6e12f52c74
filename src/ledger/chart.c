#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_UNKNOWN_ACCOUNT = {
    "ledger.unknown_account", ERR_NOT_FOUND, "There is no account {} in chart.csv.",
    "chart.csv 中没有科目 {}。"
};
const err_kind LEDGER_FOREIGN_ACCOUNT = {
    "ledger.foreign_account", ERR_BAD_INPUT, "The account is not one of every fund named here: {}.",
    "所列基金并非都有此科目：{}。"
};
const err_kind LEDGER_TWICE = {
    "ledger.twice", ERR_CONFLICT, "'{}' stands twice for one fund and month.",
    "“{}”对同一基金、同一月份出现了两次。"
};
const err_kind LEDGER_NO_PARENT = {
    "ledger.no_parent", ERR_BAD_INPUT, "Above the detail {} there is no account for these funds.",
    "明细科目 {} 对所列基金没有上级科目。"
};

/* ---- funds ---- */

err ledger_chart_funds(ledger_chart *chart, const ledger_table_text *table)
{
    enum { NUMBER, CODE, SHORT, NAME, ENGLISH, REGISTER };
    static const char *const COLUMNS[] = { "编号", "代码", "简称", "名称", "英文", "个人账户", NULL };
    static const char *const HAS[] = { "无", "有" };
    ledger_table_reader r;
    TRY(ledger_table_open(chart->memory, table, COLUMNS, &r));
    for (;;) {
        bool has_row;
        TRY(ledger_table_next(&r, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t number;
        size_t has_register;
        TRY(ledger_cell_number(&r, NUMBER, &number));
        TRY(ledger_cell_choice(&r, REGISTER, HAS, 2, &has_register));
        if (number < 1 || number > INT32_MAX || chart->fund_count == LEDGER_FUND_COUNT_MAX)
            return ledger_cell_bad(&r, NUMBER, &LEDGER_BAD_CELL);
        for (size_t i = 0; i < chart->fund_count; i++)
            if (chart->funds[i].number == number ||
                text_equal_cstr(ledger_cell(&r, CODE), chart->funds[i].code) ||
                text_equal_cstr(ledger_cell(&r, SHORT), chart->funds[i].short_zh))
                return ledger_cell_bad(&r, CODE, &LEDGER_TWICE);
        ledger_fund fund = { .number = (int32_t)number, .code = ledger_cell_copy(&r, CODE),
                             .short_zh = ledger_cell_copy(&r, SHORT),
                             .name = ledger_cell_copy(&r, ENGLISH),
                             .name_zh = ledger_cell_copy(&r, NAME),
                             .has_register = has_register };
        ARENA_PUSH(chart->memory, chart->funds, chart->fund_count, chart->fund_capacity, fund);
    }
}

const ledger_fund *ledger_funds(const ledger_chart *chart, size_t *count)
{
    *count = chart->fund_count;
    return chart->funds;
}

/* What tells one fund from another in its names: without the words that all have, case and plurals. */
enum { NAME_BYTES_MAX = 120 };
static size_t bare_name(text name, char out[NAME_BYTES_MAX])
{
    static const char *const COMMON[] = { "（归集）", "(collected)", "基金", "保险", "险", "基本", "insurance", "basic", "fund" };
    size_t size = 0, at = 0;
    if (name.size_bytes > NAME_BYTES_MAX) return 0;
    char lower[NAME_BYTES_MAX];
    for (size_t i = 0; i < name.size_bytes; i++) {
        char c = name.bytes[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    while (at < name.size_bytes) {
        text rest = { lower + at, name.size_bytes - at };
        size_t skip = 0;
        for (size_t i = 0; i < ARRAY_COUNT(COMMON) && !skip; i++)
            if (text_begins(rest, text_of(COMMON[i]))) skip = strlen(COMMON[i]);
        char c = lower[at], next = rest.size_bytes > 1 ? lower[at + 1] : ' ';
        bool is_end = c == 's' && !(next >= 'a' && next <= 'z');
        if (!skip && (is_end || c == ' ' || c == '_' || c == '-' || c == '\'')) skip = 1;
        if (!skip) out[size++] = c;
        at += skip ? skip : 1;
    }
    return size;
}

static bool is_bare(text said, const char *name)
{
    char a[NAME_BYTES_MAX], b[NAME_BYTES_MAX];
    size_t size = bare_name(said, a);
    return size && size == bare_name(text_of(name), b) && memcmp(a, b, size) == 0;
}

const ledger_fund *ledger_fund_find(const ledger_chart *chart, text said)
{
    int64_t number = 0;
    bool is_number = codec_parse_scaled(said, 0, &number);
    const ledger_fund *found = NULL;
    for (size_t i = 0; i < chart->fund_count; i++) {
        const ledger_fund *fund = &chart->funds[i];
        if (text_equal_cstr(said, fund->code) || text_equal_cstr(said, fund->name_zh) ||
            text_equal_cstr(said, fund->short_zh) || (is_number && number == fund->number))
            return fund;
    }
    for (size_t i = 0; i < chart->fund_count; i++) {
        const ledger_fund *fund = &chart->funds[i];
        const char *const names[] = { fund->code, fund->short_zh, fund->name_zh, fund->name };
        for (size_t k = 0; k < ARRAY_COUNT(names); k++) {
            if (!is_bare(said, names[k])) continue;
            if (found && found != fund) return NULL;
            found = fund;
        }
    }
    return found;
}

ledger_fund_set ledger_fund_bit(const ledger_chart *chart, int32_t fund)
{
    for (size_t i = 0; i < chart->fund_count; i++)
        if (chart->funds[i].number == fund) return (ledger_fund_set)1 << i;
    return 0;
}

/* ---- accounts ---- */

static int depth_of(int64_t number)
{
    int depth = 0;
    for (; number > 9999; number /= 100) depth++;
    return depth;
}

bool ledger_is_below(int64_t number, int64_t above)
{
    while (number > above) number = number > 9999 ? number / 100 : 0;
    return number == above;
}

static bool holds(const ledger_chart_row *row, ledger_fund_set fund, int32_t month)
{
    return (row->funds & fund) && row->shown.from_month <= month && month < row->shown.until_month;
}

/* As the digits stand in a list: an account before its details, those before the next account. */
int ledger_compare_numbers(int64_t a, int64_t b)
{
    int64_t a_long = a, b_long = b;
    for (int d = depth_of(a); d < depth_of(b); d++) a_long *= 100;
    for (int d = depth_of(b); d < depth_of(a); d++) b_long *= 100;
    if (a_long != b_long) return a_long < b_long ? -1 : 1;
    return (a > b) - (a < b);
}

/* The first row of a number; the rows are in order once all are read. */
static size_t first_row(const ledger_chart *chart, int64_t number)
{
    size_t low = 0, high = chart->row_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ledger_compare_numbers(chart->rows[middle].shown.number, number) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

const ledger_chart_row *ledger_row_of(const ledger_chart *chart, ledger_fund_set fund,
                                      int64_t number, int32_t month)
{
    for (size_t i = first_row(chart, number);
         i < chart->row_count && chart->rows[i].shown.number == number; i++)
        if (holds(&chart->rows[i], fund, month)) return &chart->rows[i];
    return NULL;
}

bool ledger_is_leaf(const ledger_chart *chart, ledger_fund_set fund, int64_t number, int32_t month)
{
    for (size_t i = first_row(chart, number);
         i < chart->row_count && ledger_is_below(chart->rows[i].shown.number, number); i++)
        if (chart->rows[i].shown.number != number && holds(&chart->rows[i], fund, month)) return false;
    return true;
}

err ledger_check_accounts(const ledger_chart *chart, const int64_t *numbers, size_t count,
                          ledger_fund_set funds, int32_t month, source_pos at)
{
    ledger_fund_set have = 0;
    for (size_t i = 0; i < count; i++) {
        size_t row = first_row(chart, numbers[i]);
        if (row == chart->row_count || chart->rows[row].shown.number != numbers[i])
            return err_at(&LEDGER_UNKNOWN_ACCOUNT, at,
                          text_format(chart->memory, "%lld", (long long)numbers[i]).bytes);
        for (size_t f = 0; f < chart->fund_count; f++)
            if (ledger_row_of(chart, (ledger_fund_set)1 << f, numbers[i], month))
                have |= (ledger_fund_set)1 << f;
    }
    for (size_t f = 0; f < chart->fund_count; f++)
        if (funds & ~have & ((ledger_fund_set)1 << f))
            return err_at(&LEDGER_FOREIGN_ACCOUNT, at,
                          text_format(chart->memory, "%lld, %s", (long long)numbers[0],
                                      chart->funds[f].short_zh).bytes);
    return ERR_NONE;
}

/* What the account above says holds where the detail is silent. Every fund and month of a detail
 * needs one account above it, and the same one for all, so that it has one name and one class. */
static err inherit(ledger_chart *chart, ledger_chart_row *row)
{
    ledger_account *own = &row->shown;
    const ledger_chart_row *above = NULL;
    for (size_t f = 0; f < chart->fund_count; f++) {
        ledger_fund_set fund = row->funds & (ledger_fund_set)1 << f;
        if (!fund) continue;
        const ledger_chart_row *parent = ledger_row_of(chart, fund, own->number / 100,
                                                       own->from_month);
        bool is_whole = parent && parent->shown.until_month >= own->until_month;
        bool is_same = !above || (is_whole && parent->shown.carries_to == above->shown.carries_to &&
                                  parent->shown.class == above->shown.class &&
                                  strcmp(parent->shown.name_zh, above->shown.name_zh) == 0);
        if (!is_whole || !is_same)
            return err_at(&LEDGER_NO_PARENT, row->at,
                          text_format(chart->memory, "%lld", (long long)own->number).bytes);
        above = parent;
    }
    arena *a = chart->memory;
    own->name = text_format(a, "%s - %s", above->shown.name, own->name).bytes;
    own->name_zh = text_format(a, "%s—%s", above->shown.name_zh, own->name_zh).bytes;
    if (own->class == LEDGER_CLASS_COUNT) own->class = above->shown.class;
    own->normal_side = above->shown.normal_side;
    own->closes_by_year |= above->shown.closes_by_year;
    if (!own->carries_to) own->carries_to = above->shown.carries_to;
    return ERR_NONE;
}

enum { NUMBER, NAME, ENGLISH, CLASS, SIDE, FUNDS, CARRY, PERIOD, FROM, UNTIL, LAW };

static err read_account(ledger_chart *chart, ledger_table_reader *r)
{
    static const char *const CLASSES[] = { "资产", "负债", "净资产", "收入", "支出", "" };
    static const char *const SIDES[] = { "借", "贷", "" };
    static const char *const PERIODS[] = { "月", "年", "" };
    size_t class, side, period;
    ledger_chart_row row = { .at = ledger_cell_at(r, NUMBER) };
    ledger_account *own = &row.shown;
    TRY(ledger_cell_number(r, NUMBER, &own->number));
    TRY(ledger_cell_choice(r, CLASS, CLASSES, 6, &class));
    TRY(ledger_cell_choice(r, SIDE, SIDES, 3, &side));
    TRY(ledger_cell_choice(r, PERIOD, PERIODS, 3, &period));
    TRY(ledger_cell_funds(r, FUNDS, chart, &row.funds));
    TRY(ledger_cell_span(r, FROM, &own->from_month, &own->until_month));
    if (ledger_cell(r, CARRY).size_bytes) TRY(ledger_cell_number(r, CARRY, &own->carries_to));
    row.depth = depth_of(own->number);
    bool is_top = row.depth == 0;
    if (own->number < 1000 || own->number > INT64_MAX / 10000)
        return ledger_cell_bad(r, NUMBER, &LEDGER_BAD_CELL);
    if (is_top && class == LEDGER_CLASS_COUNT) return ledger_cell_bad(r, CLASS, &LEDGER_BAD_CELL);
    if (is_top && side == 2) return ledger_cell_bad(r, SIDE, &LEDGER_BAD_CELL);
    own->class = (ledger_class)class;
    own->normal_side = (ledger_side)(side & 1);
    own->closes_by_year = period == 1;
    own->name = ledger_cell_copy(r, ENGLISH);
    own->name_zh = ledger_cell_copy(r, NAME);
    own->law = ledger_cell_copy(r, LAW);
    ARENA_PUSH(chart->memory, chart->rows, chart->row_count, chart->row_capacity, row);
    return ERR_NONE;
}

static int by_number(const void *left, const void *right)
{
    const ledger_chart_row *a = left, *b = right;
    int order = ledger_compare_numbers(a->shown.number, b->shown.number);
    return order ? order : (a->at.line > b->at.line) - (a->at.line < b->at.line);
}

static err check_twice(const ledger_chart *chart)
{
    for (size_t i = 0; i + 1 < chart->row_count; i++) {
        const ledger_chart_row *a = &chart->rows[i];
        for (size_t k = i + 1; k < chart->row_count; k++) {
            const ledger_chart_row *b = &chart->rows[k];
            if (b->shown.number != a->shown.number) break;
            if ((a->funds & b->funds) && a->shown.from_month < b->shown.until_month &&
                b->shown.from_month < a->shown.until_month)
                return err_at(&LEDGER_TWICE, b->at,
                              text_format(chart->memory, "%lld", (long long)b->shown.number).bytes);
        }
    }
    return ERR_NONE;
}

/* Income and expense close into a leaf; what stands in the balance sheet closes into nothing. */
static err check_carry(const ledger_chart *chart, const ledger_chart_row *row)
{
    const ledger_account *own = &row->shown;
    bool is_of_period = own->class == LEDGER_INCOME || own->class == LEDGER_EXPENSE;
    bool has_carry = own->carries_to || own->closes_by_year;
    if (is_of_period != has_carry || (own->carries_to && own->closes_by_year))
        return err_at(&LEDGER_BAD_CELL, row->at,
                      text_format(chart->memory, "%lld", (long long)own->number).bytes);
    if (!own->carries_to) return ERR_NONE;
    TRY(ledger_check_accounts(chart, &own->carries_to, 1, row->funds, own->from_month, row->at));
    for (size_t f = 0; f < chart->fund_count; f++) {
        ledger_fund_set fund = row->funds & (ledger_fund_set)1 << f;
        if (fund && !ledger_is_leaf(chart, fund, own->carries_to, own->from_month))
            return err_at(&LEDGER_BAD_CELL, row->at,
                          text_format(chart->memory, "%lld", (long long)own->carries_to).bytes);
    }
    return ERR_NONE;
}

err ledger_chart_rows(ledger_chart *chart, const ledger_table_text *table)
{
    static const char *const COLUMNS[] = { "科目", "名称", "英文", "类别", "方向", "适用", "结转",
                                           "结转期", "起", "止", "依据", NULL };
    ledger_table_reader r;
    TRY(ledger_table_open(chart->memory, table, COLUMNS, &r));
    for (;;) {
        bool has_row;
        TRY(ledger_table_next(&r, &has_row));
        if (!has_row) break;
        TRY(read_account(chart, &r));
    }
    if (chart->row_count)
        qsort(chart->rows, chart->row_count, sizeof *chart->rows, by_number);
    TRY(check_twice(chart));
    for (size_t i = 0; i < chart->row_count; i++)
        if (chart->rows[i].depth) TRY(inherit(chart, &chart->rows[i]));
    for (size_t i = 0; i < chart->row_count; i++) TRY(check_carry(chart, &chart->rows[i]));
    return ERR_NONE;
}

err ledger_accounts(arena *a, const ledger_chart *chart, int32_t fund, int32_t month,
                    const ledger_account **accounts, size_t *count)
{
    ledger_fund_set bit = ledger_fund_bit(chart, fund);
    if (!bit) return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", fund).bytes);
    ledger_account *out = ARENA_ARRAY(a, ledger_account, chart->row_count + 1);
    *count = 0;
    for (size_t i = 0; i < chart->row_count; i++) {
        if (!holds(&chart->rows[i], bit, month)) continue;
        out[*count] = chart->rows[i].shown;
        out[(*count)++].is_leaf = ledger_is_leaf(chart, bit, chart->rows[i].shown.number, month);
    }
    *accounts = out;
    return ERR_NONE;
}

/* ---- kinds of the register ---- */

err ledger_chart_kinds(ledger_chart *chart, const ledger_table_text *table)
{
    enum { KIND_NUMBER, KIND_CODE, KIND_NAME, KIND_ENGLISH, KIND_SIGN };
    static const char *const COLUMNS[] = { "编号", "代码", "名称", "英文", "方向", NULL };
    static const char *const SIGNS[] = { "支出", "两可", "记入" };
    ledger_table_reader r;
    TRY(ledger_table_open(chart->memory, table, COLUMNS, &r));
    for (;;) {
        bool has_row;
        TRY(ledger_table_next(&r, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t number;
        size_t sign;
        TRY(ledger_cell_number(&r, KIND_NUMBER, &number));
        TRY(ledger_cell_choice(&r, KIND_SIGN, SIGNS, 3, &sign));
        if (number < 1 || number > INT32_MAX) return ledger_cell_bad(&r, KIND_NUMBER, &LEDGER_BAD_CELL);
        if (ledger_kind_of(chart, (int32_t)number))
            return ledger_cell_bad(&r, KIND_NUMBER, &LEDGER_TWICE);
        ledger_kind kind = { (int32_t)number, ledger_cell_copy(&r, KIND_CODE),
                             ledger_cell_copy(&r, KIND_ENGLISH), ledger_cell_copy(&r, KIND_NAME),
                             (int)sign - 1 };
        ARENA_PUSH(chart->memory, chart->kinds, chart->kind_count, chart->kind_capacity, kind);
    }
}

const ledger_kind *ledger_kind_of(const ledger_chart *chart, int32_t number)
{
    for (size_t i = 0; i < chart->kind_count; i++)
        if (chart->kinds[i].number == number) return &chart->kinds[i];
    return NULL;
}

const ledger_kind *ledger_kinds(const ledger_chart *chart, size_t *count)
{
    *count = chart->kind_count;
    return chart->kinds;
}

/* ---- all tables ---- */

err ledger_chart_load(arena *process, const ledger_table_text tables[LEDGER_TABLE_COUNT],
                      ledger_chart **chart)
{
    static err (*const READ[])(ledger_chart *, const ledger_table_text *) = {
        [LEDGER_FUNDS] = ledger_chart_funds,           [LEDGER_CHART] = ledger_chart_rows,
        [LEDGER_RULES] = ledger_chart_rules,           [LEDGER_STATEMENTS] = ledger_chart_forms,
        [LEDGER_KINDS] = ledger_chart_kinds,
    };
    _Static_assert(ARRAY_COUNT(READ) == LEDGER_TABLE_COUNT, "a table has no reader");
    ledger_chart *c = ARENA_NEW(process, ledger_chart);
    c->memory = process;
    for (size_t i = 0; i < LEDGER_TABLE_COUNT; i++) TRY(READ[i](c, &tables[i]));
    *chart = c;
    return ERR_NONE;
}
