#include <string.h>

#include "ledger/ledger_internal.h"
#include "money/money.h"

const err_kind LEDGER_UNKNOWN_KIND = {
    "ledger.unknown_kind", ERR_NOT_FOUND,
    "vouchers.csv has no business event '{}' for this fund and month.",
    "vouchers.csv 中没有适用于本基金、本月份的业务事件“{}”。"
};
const err_kind LEDGER_UNKNOWN_PART = {
    "ledger.unknown_part", ERR_BAD_INPUT, "The business event has no part '{}'.",
    "该业务事件没有“{}”这一部分。"
};
const err_kind LEDGER_NEEDS_ACCOUNT = {
    "ledger.needs_account", ERR_BAD_INPUT, "Say which account: {}.", "须指明科目：{}。"
};
const err_kind LEDGER_WRONG_ACCOUNT = {
    "ledger.wrong_account", ERR_BAD_INPUT,
    "Account {} is not one this business event may touch in this fund.",
    "在本基金中，该业务事件不得记入科目 {}。"
};
const err_kind LEDGER_BAD_AMOUNT = {
    "ledger.bad_amount", ERR_BAD_INPUT, "The amount {} yuan is not more than 0, or too large.",
    "金额 {} 元须大于 0，且不得过大。"
};

const char *ledger_yuan_text(arena *a, int64_t fen)
{
    char yuan[MONEY_PRINT_BYTES];
    money_print_fen(fen, yuan);
    return text_cstr(a, text_of(yuan));
}

/* ---- reading ---- */

enum { KIND, PART, NAME, ENGLISH, DEBIT, CREDIT, FUNDS, FROM, UNTIL, LAW };

static err read_accounts(const ledger_chart *chart, const ledger_table_reader *r, size_t column,
                         ledger_rule_row *rule, ledger_side side)
{
    text cell = ledger_cell(r, column), item;
    size_t at = 0;
    while (ledger_list_next(cell, &at, &item)) {
        int64_t number;
        if (!codec_parse_scaled(item, 0, &number) || rule->side_count[side] == LEDGER_CELL_ACCOUNTS_MAX)
            return ledger_cell_bad(r, column, &LEDGER_BAD_CELL);
        rule->side[side][rule->side_count[side]++] = number;
    }
    if (!rule->side_count[side]) return ledger_cell_bad(r, column, &LEDGER_BAD_CELL);
    int32_t month = rule->from_month;
    return ledger_check_accounts(chart, rule->side[side], rule->side_count[side], rule->funds, month,
                                 ledger_cell_at(r, column));
}

/* A pair of one account with itself would move nothing. */
static bool moves_nothing(const ledger_rule_row *rule)
{
    for (size_t i = 0; i < rule->side_count[LEDGER_DEBIT]; i++)
        for (size_t k = 0; k < rule->side_count[LEDGER_CREDIT]; k++)
            if (rule->side[LEDGER_DEBIT][i] == rule->side[LEDGER_CREDIT][k]) return true;
    return false;
}

static bool is_twice(const ledger_chart *chart, const ledger_rule_row *rule)
{
    for (size_t i = 0; i < chart->rule_count; i++) {
        const ledger_rule_row *other = &chart->rules[i];
        if (strcmp(other->kind, rule->kind) == 0 && strcmp(other->part, rule->part) == 0 &&
            (other->funds & rule->funds) && other->from_month < rule->until_month &&
            rule->from_month < other->until_month)
            return true;
    }
    return false;
}

err ledger_chart_rules(ledger_chart *chart, const ledger_table_text *table)
{
    static const char *const COLUMNS[] = { "事件", "部分", "名称", "英文", "借", "贷",
                                           "适用", "起", "止", "依据", NULL };
    ledger_table_reader r;
    TRY(ledger_table_open(chart->memory, table, COLUMNS, &r));
    for (;;) {
        bool has_row;
        TRY(ledger_table_next(&r, &has_row));
        if (!has_row) return ERR_NONE;
        ledger_rule_row rule = { .kind = ledger_cell_copy(&r, KIND), .part = ledger_cell_copy(&r, PART),
                             .name = ledger_cell_copy(&r, ENGLISH),
                             .name_zh = ledger_cell_copy(&r, NAME),
                             .law = ledger_cell_copy(&r, LAW), .at = ledger_cell_at(&r, KIND) };
        if (!rule.kind[0] || strncmp(rule.kind, "ledger.", 7) == 0)
            return ledger_cell_bad(&r, KIND, &LEDGER_BAD_CELL);
        TRY(ledger_cell_funds(&r, FUNDS, chart, &rule.funds));
        TRY(ledger_cell_span(&r, FROM, &rule.from_month, &rule.until_month));
        TRY(read_accounts(chart, &r, DEBIT, &rule, LEDGER_DEBIT));
        TRY(read_accounts(chart, &r, CREDIT, &rule, LEDGER_CREDIT));
        if (moves_nothing(&rule)) return ledger_cell_bad(&r, CREDIT, &LEDGER_BAD_CELL);
        if (is_twice(chart, &rule)) return ledger_cell_bad(&r, KIND, &LEDGER_TWICE);
        ARENA_PUSH(chart->memory, chart->rules, chart->rule_count, chart->rule_capacity, rule);
    }
}

err ledger_rules(arena *a, const ledger_chart *chart, int32_t fund, int32_t month,
                 const ledger_rule **rules, size_t *count)
{
    ledger_fund_set bit = ledger_fund_bit(chart, fund);
    if (!bit) return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", fund).bytes);
    ledger_rule *out = ARENA_ARRAY(a, ledger_rule, chart->rule_count + 1);
    *count = 0;
    for (size_t i = 0; i < chart->rule_count; i++) {
        const ledger_rule_row *row = &chart->rules[i];
        if (!(row->funds & bit) || month < row->from_month || month >= row->until_month) continue;
        out[(*count)++] = (ledger_rule){ row->kind, row->part, row->name, row->name_zh, row->law,
                                         row->side[LEDGER_DEBIT], row->side[LEDGER_CREDIT],
                                         row->side_count[LEDGER_DEBIT],
                                         row->side_count[LEDGER_CREDIT] };
    }
    *rules = out;
    return ERR_NONE;
}

/* ---- using ---- */

typedef struct {
    arena *a;
    const ledger_chart *chart;
    ledger_fund_set fund;
    int32_t month;
    ledger_line *lines;
    size_t count;
} line_making;

static err find_rule(const line_making *m, const ledger_business *business, const char *part,
                     const ledger_rule_row **rule)
{
    bool is_known = false;
    const ledger_rule_row *only = NULL;
    size_t part_count = 0;
    for (size_t i = 0; i < m->chart->rule_count; i++) {
        const ledger_rule_row *r = &m->chart->rules[i];
        if (strcmp(r->kind, business->kind) != 0 || !(r->funds & m->fund) ||
            m->month < r->from_month || m->month >= r->until_month)
            continue;
        is_known = true;
        part_count++;
        if (!part || strcmp(r->part, part) == 0) only = r;
    }
    if (!is_known)
        return err_of(&LEDGER_UNKNOWN_KIND, text_cstr(m->a, text_of(business->kind)));
    if (!only || (!part && part_count > 1))
        return err_of(&LEDGER_UNKNOWN_PART, part ? text_cstr(m->a, text_of(part)) : "");
    *rule = only;
    return ERR_NONE;
}

/* The leaves the cell of a rule leaves to choose from; names them for a person. */
static size_t choices_of(const line_making *m, const ledger_rule_row *rule, ledger_side side,
                         int64_t *only, text *says)
{
    size_t count = 0;
    text_builder names = text_builder_open(m->a);
    for (size_t i = 0; i < m->chart->row_count; i++) {
        const ledger_chart_row *row = &m->chart->rows[i];
        int64_t number = row->shown.number;
        bool is_named = false;
        for (size_t k = 0; k < rule->side_count[side]; k++)
            is_named |= ledger_is_below(number, rule->side[side][k]);
        if (!is_named || ledger_row_of(m->chart, m->fund, number, m->month) != row ||
            !ledger_is_leaf(m->chart, m->fund, number, m->month))
            continue;
        text_add_format(&names, "%s%lld %s", count ? ", " : "", (long long)number, row->shown.name_zh);
        *only = number;
        count++;
    }
    *says = text_built(&names);
    return count;
}

static err choose(const line_making *m, const ledger_rule_row *rule, ledger_side side, int64_t said,
                  int64_t *account)
{
    text says;
    int64_t only = 0;
    if (!said) {
        if (rule->side_count[side] == 1 && ledger_is_leaf(m->chart, m->fund, rule->side[side][0], m->month)) {
            *account = rule->side[side][0];
            return ERR_NONE;
        }
        if (choices_of(m, rule, side, &only, &says) != 1) return err_of(&LEDGER_NEEDS_ACCOUNT, says.bytes);
        *account = only;
        return ERR_NONE;
    }
    bool is_named = false;
    for (size_t k = 0; k < rule->side_count[side]; k++)
        is_named |= ledger_is_below(said, rule->side[side][k]);
    const ledger_chart_row *row = ledger_row_of(m->chart, m->fund, said, m->month);
    if (!is_named || !row)
        return err_of(&LEDGER_WRONG_ACCOUNT, text_format(m->a, "%lld", (long long)said).bytes);
    if (!ledger_is_leaf(m->chart, m->fund, said, m->month)) {
        choices_of(m, rule, side, &only, &says);
        return err_of(&LEDGER_NEEDS_ACCOUNT, says.bytes);
    }
    *account = said;
    return ERR_NONE;
}

static err add_line(line_making *m, int64_t account, ledger_side side, int64_t amount_fen)
{
    for (size_t i = 0; i < m->count; i++) {
        ledger_line *line = &m->lines[i];
        if (line->account != account || line->side != side) continue;
        line->amount_fen += amount_fen;
        if (line->amount_fen > LEDGER_AMOUNT_FEN_MAX)
            return err_of(&LEDGER_BAD_AMOUNT, ledger_yuan_text(m->a, line->amount_fen));
        return ERR_NONE;
    }
    m->lines[m->count++] = (ledger_line){ account, side, amount_fen };
    return ERR_NONE;
}

static void debits_first(ledger_line *lines, size_t count, arena *a)
{
    ledger_line *sorted = ARENA_ARRAY(a, ledger_line, count + 1);
    size_t at = 0;
    for (int side = LEDGER_DEBIT; side <= LEDGER_CREDIT; side++)
        for (size_t i = 0; i < count; i++)
            if (lines[i].side == (ledger_side)side) sorted[at++] = lines[i];
    if (count) memcpy(lines, sorted, count * sizeof *lines);
}

err ledger_make_lines(arena *a, const ledger_chart *chart, const ledger_business *business,
                      ledger_line **lines, size_t *count)
{
    line_making m = { .a = a, .chart = chart, .fund = ledger_fund_bit(chart, business->fund),
                      .month = calendar_month_of_day(business->day),
                      .lines = ARENA_ARRAY(a, ledger_line, 2 * business->amount_count + 1) };
    if (!m.fund) return err_of(&LEDGER_UNKNOWN_FUND, text_format(a, "%d", business->fund).bytes);
    if (!business->amount_count) return err_of(&LEDGER_BAD_AMOUNT, "0");
    for (size_t i = 0; i < business->amount_count; i++) {
        const ledger_amount *amount = &business->amounts[i];
        const ledger_rule_row *rule;
        int64_t debit, credit;
        if (amount->amount_fen <= 0 || amount->amount_fen > LEDGER_AMOUNT_FEN_MAX)
            return err_of(&LEDGER_BAD_AMOUNT, ledger_yuan_text(a, amount->amount_fen));
        TRY(find_rule(&m, business, amount->part, &rule));
        TRY(choose(&m, rule, LEDGER_DEBIT, amount->debit, &debit));
        TRY(choose(&m, rule, LEDGER_CREDIT, amount->credit, &credit));
        TRY(add_line(&m, debit, LEDGER_DEBIT, amount->amount_fen));
        TRY(add_line(&m, credit, LEDGER_CREDIT, amount->amount_fen));
    }
    debits_first(m.lines, m.count, a);
    *lines = m.lines;
    *count = m.count;
    return ERR_NONE;
}
