/* The ledger's tables: a chart, or one mistake with its place, never both; and what stands in a chart is
 * whole: leaves have no details, income and expense close somewhere, rules have two sides. The five files
 * stand one after another, each ended by a line "==". */
#include <assert.h>
#include <string.h>

#include "calendar/calendar.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static void split(text whole, ledger_table_text tables[LEDGER_TABLE_COUNT])
{
    text between = TEXT("\n==\n");
    for (size_t i = 0; i < LEDGER_TABLE_COUNT; i++) {
        size_t end = text_find(whole, between);
        size_t size = end == SIZE_MAX ? whole.size_bytes : end;
        tables[i] = (ledger_table_text){ "table.csv", text_sub(whole, 0, size) };
        whole = end == SIZE_MAX ? TEXT("") : text_sub(whole, end + between.size_bytes, whole.size_bytes);
    }
}

/* Leaves are never above one another, and a detail has its account above it. */
static void check_accounts(arena *a, const ledger_chart *chart, int32_t fund, int32_t month)
{
    const ledger_account *accounts;
    size_t count;
    err e = ledger_accounts(a, chart, fund, month, &accounts, &count);
    assert(!e.kind);
    for (size_t i = 0; i < count; i++) {
        bool has_detail = i + 1 < count && accounts[i + 1].number > 9999 &&
                          accounts[i + 1].number / 100 == accounts[i].number;
        assert(accounts[i].is_leaf == !has_detail);
        bool is_of_period = accounts[i].class == LEDGER_INCOME || accounts[i].class == LEDGER_EXPENSE;
        assert(is_of_period == (accounts[i].carries_to || accounts[i].closes_by_year));
    }
}

static void check_rules(arena *a, const ledger_chart *chart, int32_t fund, int32_t month)
{
    const ledger_rule *rules;
    size_t count;
    err e = ledger_rules(a, chart, fund, month, &rules, &count);
    assert(!e.kind);
    for (size_t i = 0; i < count; i++) assert(rules[i].debit_count && rules[i].credit_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *a = arena_open();
    ledger_table_text tables[LEDGER_TABLE_COUNT];
    ledger_chart *chart = NULL;
    split((text){ (const char *)bytes, size_bytes }, tables);
    err e = ledger_chart_load(a, tables, &chart);
    assert(!e.kind == !!chart);
    if (e.kind) {
        assert(e.at.line > 0);
    } else {
        size_t count;
        const ledger_fund *funds = ledger_funds(chart, &count);
        for (size_t i = 0; i < count; i++)
            for (int32_t year = 2017; year <= 2027; year += 5) {
                check_accounts(a, chart, funds[i].number, calendar_month_of(year, 6));
                check_rules(a, chart, funds[i].number, calendar_month_of(year, 6));
            }
    }
    arena_close(a);
    return 0;
}
