/* tests/support/books - a store with the ledger's books open, from the tables in packs/ledger.
 *
 * Prefix   books_
 */
#ifndef TESTS_SUPPORT_BOOKS_H
#define TESTS_SUPPORT_BOOKS_H

#include "ledger/ledger.h"
#include "support/store_place.h"

enum { BOOKS_EMPLOYEE = 1, BOOKS_RESIDENT = 2, BOOKS_MEDICAL = 4, BOOKS_INJURY = 6 };

typedef struct {
    arena *memory;
    store *db;
    eventlog *log;
    ledger_chart *chart;
    ledger *ledger;
    int64_t now_ms;
    int key_count;
} books;

/* The five tables; a test may change their bytes before it loads them. */
void books_tables(arena *a, ledger_table_text tables[LEDGER_TABLE_COUNT]);
ledger_chart *books_chart(arena *a);

books *books_open(store_place *place); /* a new store */
books *books_reopen(store_place *place, store_mode mode);
void books_close(books *b);
void books_commit(books *b); /* and begins the next transaction */

/* A stamp with a key of its own, or the key given. */
ledger_stamp books_stamp(books *b, const char *key);
int32_t books_day(int year, int month, int day);

/* One amount of a business, on a day; fails the test when it is refused. */
ledger_voucher_id books_post(books *b, int32_t fund, int32_t day, const char *kind, int64_t debit,
                             int64_t credit, int64_t fen);
/* The same, answering what it says. */
err books_try(books *b, const char *key, int32_t fund, int32_t day, const char *kind,
              int64_t debit, int64_t credit, int64_t fen);
int64_t books_balance(books *b, int32_t fund, int64_t account, int32_t month); /* at its end */
/* The whole books verify, and say how many vouchers there are. */
void books_verify(books *b, int64_t voucher_count);

#define OK(call)         books_ok((call), __FILE__, __LINE__)
#define IS(call, wanted) assert_string_equal(books_code(call), (wanted).code)
const char *books_code(err e);
void books_ok(err e, const char *file, int line);

#endif
