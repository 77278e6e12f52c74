/* The ledger's tables: what stands in packs/ledger, and what is refused where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "support/books.h"

static arena *memory;

static int set_up(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

static const ledger_account *account_of(const ledger_chart *chart, int32_t fund, int64_t number)
{
    const ledger_account *accounts;
    size_t count;
    OK(ledger_accounts(memory, chart, fund, calendar_month_of(2026, 1), &accounts, &count));
    for (size_t i = 0; i < count; i++)
        if (accounts[i].number == number) return &accounts[i];
    return NULL;
}

static void every_fund_has_the_accounts_of_its_own(void **state)
{
    (void)state;
    ledger_chart *chart = books_chart(memory);
    size_t count;
    ledger_funds(chart, &count);
    assert_int_equal(count, 9);
    /* 1002 and 1003 to 1005 are everybody's: three accounts a fund, and the treasury. */
    for (int32_t fund = 1; fund <= 9; fund++)
        for (int64_t number = 1002; number <= 1005; number++)
            assert_non_null(account_of(chart, fund, number));
    assert_non_null(account_of(chart, 9, 1006)); /* 归集户 is the occupational annuity's alone */
    assert_null(account_of(chart, BOOKS_EMPLOYEE, 1006));
    assert_non_null(account_of(chart, BOOKS_INJURY, 3201));
    assert_null(account_of(chart, BOOKS_EMPLOYEE, 3201));
    assert_null(account_of(chart, BOOKS_RESIDENT, 5101));
    assert_null(account_of(chart, BOOKS_EMPLOYEE, 500121));
}

static void a_detail_takes_what_its_account_says(void **state)
{
    (void)state;
    ledger_chart *chart = books_chart(memory);
    const ledger_account *monthly = account_of(chart, BOOKS_EMPLOYEE, 5001010201);
    assert_string_equal(monthly->name_zh, "社会保险待遇支出—基本养老金—个人账户养老金—按月支付");
    assert_true(monthly->is_leaf && monthly->class == LEDGER_EXPENSE);
    assert_int_equal(monthly->carries_to, 3001);
    assert_false(account_of(chart, BOOKS_EMPLOYEE, 5001)->is_leaf);
    /* Pooled money and individual accounts of one fund close into their own balances. */
    assert_int_equal(account_of(chart, BOOKS_MEDICAL, 50012101)->carries_to, 300101);
    assert_int_equal(account_of(chart, BOOKS_MEDICAL, 50012203)->carries_to, 300102);
    assert_int_equal(account_of(chart, BOOKS_MEDICAL, 4301)->carries_to, 300102);
    assert_true(account_of(chart, BOOKS_MEDICAL, 4601)->closes_by_year);
}

static void a_fund_is_found_by_each_of_its_names(void **state)
{
    (void)state;
    ledger_chart *chart = books_chart(memory);
    static const char *const SAID[] = { "employee_pension", "企业养老", "企业职工基本养老保险基金", "1", "企业职工基本养老保险",
                                        "企业养老保险", "Employee pension fund", "employees' pension", "EMPLOYEE PENSION" };
    static const char *const OTHERS[] = { "年金", "养老", "保险", "基金", "fund", "", "10", "医疗", "pension" };
    for (size_t i = 0; i < ARRAY_COUNT(SAID); i++)
        assert_int_equal(ledger_fund_find(chart, text_of(SAID[i]))->number, 1);
    for (size_t i = 0; i < ARRAY_COUNT(OTHERS); i++) assert_null(ledger_fund_find(chart, text_of(OTHERS[i])));
    /* Each is found by all it is called, and is no other. */
    size_t count;
    const ledger_fund *funds = ledger_funds(chart, &count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(ledger_fund_find(chart, text_of(funds[i].short_zh)), &funds[i]);
        assert_ptr_equal(ledger_fund_find(chart, text_of(funds[i].name)), &funds[i]);
        assert_ptr_equal(ledger_fund_find(chart, text_of(funds[i].name_zh)), &funds[i]);
        assert_ptr_equal(ledger_fund_find(chart, text_of(funds[i].code)), &funds[i]);
    }
    /* The registry's word for the insurance is no other thing than the books' for its fund. */
    assert_int_equal(ledger_fund_find(chart, TEXT("机关事业单位养老保险"))->number, 3);
    assert_int_equal(ledger_fund_find(chart, TEXT("residents' medical insurance"))->number, 5);
}

/* ---- mistakes in tables ---- */

typedef struct {
    ledger_table table;
    const char *old, *new; /* old NULL: a line at the end */
    const err_kind *kind;
    const char *cell; /* "line:column", of the table changed */
    const char *detail;
} mistake;

static text replaced(text bytes, const char *old, const char *new)
{
    text_builder out = text_builder_open(memory);
    size_t at = old ? text_find(bytes, text_of(old)) : bytes.size_bytes;
    assert_true(at != SIZE_MAX);
    text_add(&out, text_sub(bytes, 0, at));
    text_add_cstr(&out, new);
    text_add(&out, text_sub(bytes, at + (old ? strlen(old) : 0), bytes.size_bytes));
    return text_built(&out);
}

static void a_mistake_in_a_table_is_named_with_its_place(void **state)
{
    (void)state;
    static const mistake MISTAKES[] = {
        { LEDGER_FUNDS, "简称", "短名", &LEDGER_NO_COLUMN, "1:1", "简称" },
        { LEDGER_FUNDS, "2,resident", "1,resident", &LEDGER_TWICE, "3:3", "resident_pension" },
        { LEDGER_FUNDS, "fund,有", "fund,也许", &LEDGER_BAD_CELL, "2:60", "也许" },
        { LEDGER_CHART, "除职工医保", "除职工医疗", &LEDGER_UNKNOWN_FUND, NULL, "职工医疗" },
        { LEDGER_CHART, NULL, "1003,又一个,Again,资产,借,工伤,,,2020-01,,,\n", &LEDGER_TWICE, NULL, "1003" },
        { LEDGER_CHART, NULL, "600101,明细,Detail,,,全部,,,2020-01,,,\n", &LEDGER_NO_PARENT, NULL, "600101" },
        { LEDGER_CHART, NULL, "320101,明细,Detail,,,全部,,,2020-01,,,\n", &LEDGER_NO_PARENT, NULL, "320101" },
        { LEDGER_CHART, NULL, "4801,收入,Income,收入,贷,工伤,,,2020-01,,,\n", &LEDGER_BAD_CELL, NULL, "4801" },
        { LEDGER_CHART, NULL, "4801,收入,Income,收入,贷,工伤,3009,月,2020-01,,,\n", &LEDGER_UNKNOWN_ACCOUNT, NULL, "3009" },
        { LEDGER_CHART, NULL, "4801,收入,Income,收入,贷,生育,3201,月,2020-01,,,\n", &LEDGER_FOREIGN_ACCOUNT, NULL, "3201, 生育" },
        { LEDGER_CHART, NULL, "4801,收入,Income,收入,贷,工伤,5001,月,2020-01,,,\n", &LEDGER_BAD_CELL, NULL, "5001" },
        { LEDGER_CHART, NULL, "4801,收入,Income,收入,贷,工伤,3201,月,2020-01,2019-01,,\n", &LEDGER_BAD_CELL, NULL, "2019-01" },
        { LEDGER_CHART, NULL, "180,短,Short,资产,借,工伤,,,2020-01,,,\n", &LEDGER_BAD_CELL, NULL, "180" },
        { LEDGER_RULES, NULL, "a.b,,甲,A,1009,1003,全部,2020-01,,\n", &LEDGER_UNKNOWN_ACCOUNT, NULL, "1009" },
        { LEDGER_RULES, NULL, "a.b,,甲,A,3201,1003,企业养老,2020-01,,\n", &LEDGER_FOREIGN_ACCOUNT, NULL, "3201, 企业养老" },
        { LEDGER_RULES, NULL, "a.b,,甲,A,1003、1004,1004,全部,2020-01,,\n", &LEDGER_BAD_CELL, NULL, "1004" },
        { LEDGER_RULES, NULL, "a.b,,甲,A,1003,,全部,2020-01,,\n", &LEDGER_BAD_CELL, NULL, "" },
        { LEDGER_RULES, NULL, "ledger.x,,甲,A,1003,1004,全部,2020-01,,\n", &LEDGER_BAD_CELL, NULL, "ledger.x" },
        { LEDGER_RULES, NULL, "plan.funded,,甲,A,1004,1003,工伤,2020-01,,\n", &LEDGER_TWICE, NULL, "plan.funded" },
        { LEDGER_STATEMENTS, NULL, "会社保02表,,90,1,,甲,A,借方净额,9999,全部,2020-01,,\n", &LEDGER_UNKNOWN_ACCOUNT, NULL, "9999" },
        { LEDGER_STATEMENTS, NULL, "会社保02表,,90,1,,甲,A,合计,1++2,全部,2020-01,\n", &LEDGER_BAD_CELL, NULL, "1++2" },
        { LEDGER_STATEMENTS, NULL, "会社保02表,,90,1,,甲,A,合计,777,全部,2020-01,\n", &LEDGER_BAD_CELL, NULL, "777" },
        { LEDGER_STATEMENTS, NULL, "会社保02表,,80,1,,甲,A,合计,1,工伤,2020-01,\n", &LEDGER_TWICE, NULL, "80" },
        { LEDGER_STATEMENTS, NULL, "会社保02表,,91,3,,甲,A,合计,1,工伤,2020-01,\n", &LEDGER_BAD_CELL, NULL, "3" },
        { LEDGER_KINDS, NULL, "1,again,又,Again,记入\n", &LEDGER_TWICE, NULL, "1" },
        { LEDGER_KINDS, NULL, "0,zero,零,Zero,记入\n", &LEDGER_BAD_CELL, NULL, "0" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(MISTAKES); i++) {
        const mistake *m = &MISTAKES[i];
        ledger_table_text tables[LEDGER_TABLE_COUNT];
        ledger_chart *chart;
        books_tables(memory, tables);
        tables[m->table].bytes = replaced(tables[m->table].bytes, m->old, m->new);
        err e = ledger_chart_load(memory, tables, &chart);
        if (e.kind != m->kind || strcmp(e.detail, m->detail) != 0 || e.at.line < 1 ||
            strcmp(e.at.file, tables[m->table].file) != 0)
            fail_msg("mistake %zu: %s '%s' %s:%d:%d", i, books_code(e), e.detail ? e.detail : "",
                     e.at.file ? e.at.file : "", e.at.line, e.at.column);
        text place = text_format(memory, "%d:%d", e.at.line, e.at.column);
        if (m->cell && !text_equal_cstr(place, m->cell)) fail_msg("mistake %zu stands at %s", i, place.bytes);
    }
}

static void a_number_of_later_years_is_not_there_before(void **state)
{
    (void)state;
    ledger_table_text tables[LEDGER_TABLE_COUNT];
    ledger_chart *chart;
    const ledger_account *accounts;
    size_t before, after;
    books_tables(memory, tables);
    tables[LEDGER_CHART].bytes = replaced(tables[LEDGER_CHART].bytes, NULL,
                                          "1006,归集户存款,Gathering account,资产,借,机关养老,,,2022-01,,,\n");
    OK(ledger_chart_load(memory, tables, &chart));
    OK(ledger_accounts(memory, chart, 3, calendar_month_of(2021, 12), &accounts, &before));
    OK(ledger_accounts(memory, chart, 3, calendar_month_of(2022, 1), &accounts, &after));
    assert_int_equal(after, before + 1);
    IS(ledger_accounts(memory, chart, 99, 1, &accounts, &before), LEDGER_UNKNOWN_FUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_fund_has_the_accounts_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_detail_takes_what_its_account_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fund_is_found_by_each_of_its_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mistake_in_a_table_is_named_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_of_later_years_is_not_there_before, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("ledger_chart", tests, NULL, NULL);
}
