#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "os/os.h"
#include "support/books.h"

const char *books_code(err e)
{
    return e.kind ? e.kind->code : "no error";
}

void books_ok(err e, const char *file, int line)
{
    if (!e.kind) return;
    print_error("%s: %s (%s:%d:%d)\n", e.kind->code, e.detail ? e.detail : "",
                e.at.file ? e.at.file : "", e.at.line, e.at.column);
    _fail(file, line);
}

void books_tables(arena *a, ledger_table_text tables[LEDGER_TABLE_COUNT])
{
    static const char *const FILES[] = {
        [LEDGER_FUNDS] = "packs/ledger/funds.csv",
        [LEDGER_CHART] = "packs/ledger/chart.csv",
        [LEDGER_RULES] = "packs/ledger/vouchers.csv",
        [LEDGER_STATEMENTS] = "packs/ledger/statements.csv",
        [LEDGER_KINDS] = "packs/ledger/register.csv",
    };
    _Static_assert(ARRAY_COUNT(FILES) == LEDGER_TABLE_COUNT, "a table has no file");
    for (size_t i = 0; i < LEDGER_TABLE_COUNT; i++) {
        tables[i].file = FILES[i];
        OK(os_read_file(a, FILES[i], 1 << 20, &tables[i].bytes));
    }
}

ledger_chart *books_chart(arena *a)
{
    ledger_table_text tables[LEDGER_TABLE_COUNT];
    ledger_chart *chart;
    books_tables(a, tables);
    OK(ledger_chart_load(a, tables, &chart));
    return chart;
}

books *books_reopen(store_place *place, store_mode mode)
{
    arena *memory = arena_open();
    books *b = ARENA_NEW(memory, books);
    b->memory = memory;
    b->now_ms = INT64_C(1767225600000);
    b->db = store_place_open(place, mode);
    b->chart = books_chart(memory);
    OK(eventlog_open(memory, b->db, &b->log));
    OK(ledger_open(memory, b->db, b->log, b->chart, &b->ledger));
    OK(store_begin(b->db));
    return b;
}

books *books_open(store_place *place)
{
    return books_reopen(place, STORE_CREATE);
}

void books_close(books *b)
{
    eventlog_close(b->log);
    store_close(b->db);
    arena_close(b->memory);
}

void books_commit(books *b)
{
    OK(store_commit(b->db));
    OK(store_begin(b->db));
}

ledger_stamp books_stamp(books *b, const char *key)
{
    text own = text_format(b->memory, "key-%d", ++b->key_count);
    return (ledger_stamp){ .key = key ? text_of(key) : own, .known_ms = ++b->now_ms, .actor_id = 7,
                           .why = TEXT("a test") };
}

int32_t books_day(int year, int month, int day)
{
    int32_t number;
    assert_true(calendar_day_of(year, month, day, &number));
    return number;
}

err books_try(books *b, const char *key, int32_t fund, int32_t day, const char *kind,
              int64_t debit, int64_t credit, int64_t fen)
{
    ledger_stamp stamp = books_stamp(b, key);
    ledger_amount amount = { .debit = debit, .credit = credit, .amount_fen = fen };
    ledger_business business = { .fund = fund, .day = day, .kind = kind,
                                 .reference = TEXT("ref"), .amounts = &amount, .amount_count = 1 };
    ledger_voucher_id id;
    return ledger_post(b->ledger, &stamp, &business, &id);
}

ledger_voucher_id books_post(books *b, int32_t fund, int32_t day, const char *kind, int64_t debit,
                             int64_t credit, int64_t fen)
{
    ledger_stamp stamp = books_stamp(b, NULL);
    ledger_amount amount = { .debit = debit, .credit = credit, .amount_fen = fen };
    ledger_business business = { .fund = fund, .day = day, .kind = kind, .reference = stamp.key,
                                 .amounts = &amount, .amount_count = 1 };
    ledger_voucher_id id;
    OK(ledger_post(b->ledger, &stamp, &business, &id));
    return id;
}

int64_t books_balance(books *b, int32_t fund, int64_t account, int32_t month)
{
    const ledger_balance *balances;
    size_t count;
    OK(ledger_balances(b->memory, b->ledger, fund, month, month + 1, &balances, &count));
    for (size_t i = 0; i < count; i++)
        if (balances[i].account == account) return balances[i].closing_fen;
    return 0;
}

void books_verify(books *b, int64_t voucher_count)
{
    ledger_verdict verdict;
    OK(ledger_verify(b->memory, b->ledger, &verdict));
    if (verdict.bad_record) fail_msg("%s: %s", verdict.bad_record, verdict.says);
    assert_int_equal(verdict.voucher_count, voucher_count);
}
