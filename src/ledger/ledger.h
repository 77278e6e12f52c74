/* ledger/ - double-entry books of every fund, and the register of individual accounts.
 *
 * Posts vouchers by business event, answers balances and statements, closes months. Which accounts
 * there are, which pair of accounts a business event touches and what stands in a statement is
 * read from tables (packs/ledger), handed in as text. Knows neither people nor law: amounts come
 * decided, persons are numbers, and only the register knows those.
 *
 * Funds    each has books of its own, and no voucher names two.
 * Money    int64_t fen, > 0; the side carries the sign. Only a reversal repeats the lines of its
 *          original with the amounts negated (红字冲销), so turnovers are as if it had not been.
 * Months   int32_t months since 1900-01, days likewise since 1900-01-01. A voucher belongs to the
 *          month of its day. A closed month takes no voucher, for ever.
 * Writing  inside the caller's transaction: an event in `eventlog` and its projection in tables,
 *          made by ledger_apply, which also serves the rebuild. Nothing is updated or deleted but
 *          balances, which ledger_verify derives again.
 * Keys     every write has an idempotency key: the same write with it again succeeds, changes
 *          nothing and answers what the first answered; another is LEDGER_KEY_REUSED.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, or those of store, eventlog and codec. After an error of a write
 *          the caller rolls back.
 * Threads  one ledger per thread; a chart is read by any.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

/* Of the tables; `at` is the cell. */
extern const err_kind LEDGER_NO_COLUMN, LEDGER_BAD_CELL, LEDGER_UNKNOWN_FUND,
    LEDGER_UNKNOWN_ACCOUNT, LEDGER_FOREIGN_ACCOUNT, LEDGER_TWICE, LEDGER_NO_PARENT;
/* Of posting and closing. */
extern const err_kind LEDGER_NO_BOOKS, LEDGER_HAS_BOOKS, LEDGER_UNKNOWN_KIND, LEDGER_UNKNOWN_PART,
    LEDGER_NEEDS_ACCOUNT, LEDGER_WRONG_ACCOUNT, LEDGER_BAD_AMOUNT, LEDGER_UNBALANCED,
    LEDGER_MONTH_CLOSED, LEDGER_MONTH_NOT_OPEN, LEDGER_NOT_IN_ORDER, LEDGER_NOT_CLEARED,
    LEDGER_KEY_REUSED, LEDGER_NO_VOUCHER, LEDGER_REVERSED, LEDGER_NO_STATEMENT, LEDGER_BAD_BATCH,
    LEDGER_BAD_EVENT;

/* ---- tables: what an official can correct without a programmer ----------------------------- */

typedef enum {
    LEDGER_FUNDS,      /* funds.csv: number, code, names, whether it has individual accounts */
    LEDGER_CHART,      /* chart.csv: accounts and their details, dated, by fund */
    LEDGER_RULES,      /* vouchers.csv: business event -> debit and credit accounts */
    LEDGER_STATEMENTS, /* statements.csv: rows of the statements and where they take figures */
    LEDGER_KINDS,      /* register.csv: kinds of postings to individual accounts */
    LEDGER_TABLE_COUNT
} ledger_table;

typedef struct {
    const char *file; /* for positions */
    text bytes;
} ledger_table_text;

typedef struct ledger_chart ledger_chart;
/* Reads and checks all tables together: every account a rule, a carry-forward or a statement names
 * must stand in the chart for that fund and those months. */
MUST_USE err ledger_chart_load(arena *process, const ledger_table_text tables[LEDGER_TABLE_COUNT],
                               ledger_chart **chart);

typedef enum { LEDGER_DEBIT, LEDGER_CREDIT } ledger_side;

typedef struct {
    int32_t number;   /* never given to another fund */
    const char *code;     /* "employee_pension" */
    const char *short_zh; /* 企业养老 */
    const char *name, *name_zh;
    bool has_register; /* individual accounts */
} ledger_fund;
const ledger_fund *ledger_funds(const ledger_chart *chart, size_t *count);
/* By code, number or name in either language, however much of its insurance, basic and fund is said
 * (工伤保险, 工伤保险基金, Work injury); NULL when there is none, or more than one. */
const ledger_fund *ledger_fund_find(const ledger_chart *chart, text said);

typedef enum {
    LEDGER_ASSET, LEDGER_LIABILITY, LEDGER_NET, LEDGER_INCOME, LEDGER_EXPENSE, LEDGER_CLASS_COUNT
} ledger_class;

typedef struct {
    int64_t number; /* 5001; its details 500101, 50010101 */
    const char *name, *name_zh;
    ledger_class class;
    ledger_side normal_side;
    int64_t carries_to;         /* closes into this account; 0: keeps its balance */
    bool closes_by_year;        /* may keep a balance at a month's end, must be clear at a year's */
    bool is_leaf;               /* for this fund; only leaves take lines */
    int32_t from_month, until_month;
    const char *law;
} ledger_account;
/* Of one fund in one month, by number; parents stand before their details. */
MUST_USE err ledger_accounts(arena *a, const ledger_chart *chart, int32_t fund, int32_t month,
                             const ledger_account **accounts, size_t *count);

typedef struct {
    const char *kind, *part; /* "bond.redeemed", "本金"; part "" when it is the only one */
    const char *name, *name_zh, *law;
    const int64_t *debit, *credit; /* to choose from; of an account with details one of those */
    size_t debit_count, credit_count;
} ledger_rule;
/* The business events of one fund in one month, in the order of vouchers.csv. */
MUST_USE err ledger_rules(arena *a, const ledger_chart *chart, int32_t fund, int32_t month,
                          const ledger_rule **rules, size_t *count);

typedef struct {
    int32_t number;
    const char *code, *name, *name_zh;
    int sign; /* 1 in, -1 out, 0 either */
} ledger_kind;
/* The kinds of postings to individual accounts. */
const ledger_kind *ledger_kinds(const ledger_chart *chart, size_t *count);

/* ---- vouchers ------------------------------------------------------------------------------ */

typedef struct ledger ledger;
/* `db`, `log` and `chart` stay the caller's and must outlive the books. `log` is NULL for books
 * that are only read. */
MUST_USE err ledger_open(arena *process, store *db, eventlog *log, const ledger_chart *chart,
                         ledger **books);

/* Who writes, when and why. */
typedef struct {
    text key; /* idempotency: unique in a fund's books; of a register batch, in its bucket */
    int64_t known_ms, actor_id;
    text why; /* case, document or command */
} ledger_stamp;

/* One pair of accounts of a rule, with its amount. */
typedef struct {
    const char *part;       /* of the rule; NULL when the rule has one part */
    int64_t debit, credit;  /* 0 where the rule leaves no choice */
    int64_t amount_fen;
} ledger_amount;

typedef struct {
    int32_t fund, day;
    const char *kind; /* "benefit.paid": a row of vouchers.csv */
    text reference;   /* of the business: run, receipt, bill */
    const ledger_amount *amounts;
    size_t amount_count;
} ledger_business;

typedef struct {
    int32_t fund, month, number; /* 记字第 number 号 */
} ledger_voucher_id;

typedef struct {
    int64_t account;
    ledger_side side;
    int64_t amount_fen;
} ledger_line;

/* Begins a fund's books with what was there before `month` (启动资金): balanced lines, or none.
 * They stand as the voucher of the month before, which is closed. */
MUST_USE err ledger_begin(ledger *books, const ledger_stamp *stamp, int32_t fund, int32_t month,
                          const ledger_line *lines, size_t line_count);
/* Makes and posts the voucher of a business event. Two months take vouchers: the first not closed
 * and the one behind it, also when the first has none; a month passed over so stays open until it is
 * closed. */
MUST_USE err ledger_post(ledger *books, const ledger_stamp *stamp, const ledger_business *business,
                         ledger_voucher_id *voucher);
/* Takes a voucher back, on a day of an open month; once. */
MUST_USE err ledger_reverse(ledger *books, const ledger_stamp *stamp, ledger_voucher_id original,
                            int32_t day, ledger_voucher_id *voucher);
/* Carries income and expense forward and closes the month; months close in order. A year's last
 * month also needs every account that closes by year to be clear: LEDGER_NOT_CLEARED names it. */
MUST_USE err ledger_close_month(ledger *books, const ledger_stamp *stamp, int32_t fund,
                                int32_t month, ledger_voucher_id *voucher);

typedef struct {
    ledger_voucher_id id;
    int32_t day;
    const char *kind; /* a rule's, or "ledger.begun", "ledger.reversed", "ledger.closed" */
    text reference, key;
    ledger_voucher_id reverses; /* number 0: nothing */
    int64_t known_ms, actor_id;
    const ledger_line *lines;
    size_t line_count;
} ledger_voucher;
/* Of one fund, in order, months [from, until). */
MUST_USE err ledger_vouchers(arena *a, ledger *books, int32_t fund, int32_t from_month,
                             int32_t until_month, const ledger_voucher **vouchers, size_t *count);
/* One; LEDGER_NO_VOUCHER when there is none. */
MUST_USE err ledger_voucher_read(arena *a, ledger *books, ledger_voucher_id id,
                                 const ledger_voucher **voucher);

/* ---- balances and statements --------------------------------------------------------------- */

typedef struct {
    int64_t account;
    int64_t opening_fen, debit_fen, credit_fen, closing_fen; /* balances: debit > 0, credit < 0 */
    int64_t carried_fen; /* what closing moved, debit > 0; not part of the turnovers */
} ledger_balance;
/* The trial balance of months [from, until): leaves that ever had a line, by number. Debits equal
 * credits, and the closing balances add up to 0. */
MUST_USE err ledger_balances(arena *a, ledger *books, int32_t fund, int32_t from_month,
                             int32_t until_month, const ledger_balance **balances, size_t *count);

typedef struct {
    int32_t first_month, last_month; /* of the books; last: the last with a voucher, closed or not */
    int32_t closed_until;            /* the first month not closed */
} ledger_months;
/* LEDGER_NO_BOOKS before ledger_begin. */
MUST_USE err ledger_months_of(ledger *books, int32_t fund, ledger_months *months);

typedef enum {
    LEDGER_NOT_PUBLIC, LEDGER_PUBLIC_INCOME, LEDGER_PUBLIC_EXPENSE, LEDGER_PUBLIC_SURPLUS,
    LEDGER_PUBLIC_BALANCE, LEDGER_PUBLIC_COUNT
} ledger_public;

typedef struct {
    int32_t line;                 /* 行次 */
    int32_t level;                /* 0 a sum, 1 below it, 2 其中 */
    const char *item, *item_zh;
    const char *column;           /* "left", "right" of a balance sheet; "" */
    bool has_figure;              /* else a heading */
    ledger_public public_as;
    int64_t first_fen, second_fen; /* 年初余额 期末余额 | 本月数 本年累计数 | 本年数 上年数 */
} ledger_statement_row;

typedef struct {
    const char *form;             /* "会社保01表" */
    const char *title, *title_zh;
    const char *first, *first_zh, *second, *second_zh; /* heads of the two columns */
    const ledger_statement_row *rows;
    size_t row_count;
    bool is_closed; /* else figures are of a month still open, and 01 does not balance yet */
} ledger_statement;
/* `form` as statements.csv names it; yearly: of the year of `month`. */
MUST_USE err ledger_statement_of(arena *a, ledger *books, int32_t fund, text form, int32_t month,
                                 bool is_yearly, ledger_statement *statement);

/* One account of a figure of a statement, with its sign in it. */
typedef struct {
    int64_t account;
    int32_t from_month, until_month; /* of turnovers; of a balance: what stands before until_month */
    bool is_balance;
    int64_t fen;
} ledger_statement_part;
/* The accounts that the figure of a line is the sum of; `column` 0 the first, 1 the second. LEDGER_NO_STATEMENT also when
 * there is no such line. */
MUST_USE err ledger_statement_parts(arena *a, ledger *books, int32_t fund, text form, int32_t month, bool is_yearly,
                                    int32_t line, int column, const ledger_statement_part **parts, size_t *count);

/* What the public is told of a fund (社会保险法 第七十条), from the lines statements.csv marks. */
typedef struct {
    int64_t income_fen[2], expense_fen[2], surplus_fen[2]; /* of the month, of the year so far */
    int64_t balance_fen;                                   /* 累计结余 at the month's end, with what open months brought */
    int64_t expense_12_fen;                                /* of the twelve months up to this one */
    bool has_12;                                           /* the books are that old */
    bool is_closed;
} ledger_bulletin;
MUST_USE err ledger_bulletin_of(arena *a, ledger *books, int32_t fund, int32_t month,
                                ledger_bulletin *bulletin);

/* ---- the register of individual accounts (a memorandum beside the books) --------------------- */

/* Postings of one bucket, by person. Every array has `count` items; persons never fall. */
typedef struct {
    int32_t fund;
    const int64_t *person_id;
    const int64_t *amount_fen; /* > 0 in, < 0 out */
    const int32_t *day;        /* NULL: all on `all_day` */
    const int32_t *kind;       /* of register.csv; NULL: all `all_kind` */
    int32_t all_day, all_kind;
    size_t count;
} ledger_batch;
/* One event with one segment. Balances may not fall below 0: LEDGER_BAD_BATCH names the person. */
MUST_USE err ledger_credit(ledger *books, const ledger_stamp *stamp, uint32_t bucket,
                           const ledger_batch *batch);

typedef struct {
    const int64_t *person_id, *balance_fen;
    size_t count;
} ledger_register;
/* Everyone's balance in a bucket, by person. */
MUST_USE err ledger_register_read(arena *a, ledger *books, uint32_t bucket, int32_t fund,
                                  ledger_register *everyone);
MUST_USE err ledger_person_balance(ledger *books, int64_t person_id, int32_t fund,
                                   int64_t *balance_fen);

typedef struct {
    int32_t day, kind;
    int64_t amount_fen, balance_fen; /* after it */
    int64_t known_ms;
} ledger_posting;
/* All postings of a person, in the order they became known. */
MUST_USE err ledger_person_postings(arena *a, ledger *books, int64_t person_id, int32_t fund,
                                    const ledger_posting **postings, size_t *count);

typedef struct {
    int64_t person_id, amount_fen;
    int32_t day, kind;
} ledger_register_posting;
/* All postings of a bucket in a fund, person by person, each in the order they became known. */
MUST_USE err ledger_register_postings(arena *a, ledger *books, uint32_t bucket, int32_t fund,
                                      const ledger_register_posting **postings, size_t *count);

typedef struct {
    int32_t kind;
    int64_t posting_count, amount_fen;
} ledger_control;
/* Control totals of a fund by kind; their sum is the sum of all persons' balances. */
MUST_USE err ledger_controls(arena *a, ledger *books, int32_t fund, const ledger_control **totals,
                             size_t *count, int64_t *persons_fen);

/* ---- against the bank ------------------------------------------------------------------------ */

typedef struct {
    int32_t day;
    int64_t amount_fen; /* > 0 received, < 0 paid */
    text reference;
} ledger_bank_line;

typedef enum { LEDGER_MATCHED, LEDGER_IN_TRANSIT, LEDGER_NOT_BOOKED } ledger_match;
typedef struct {
    ledger_match how;        /* IN_TRANSIT: booked, not at the bank; NOT_BOOKED: the reverse */
    const char *by;          /* "reference", "amount and day" */
    size_t line;             /* of the bank; SIZE_MAX: none */
    ledger_voucher_id voucher; /* number 0: none */
    int32_t day, age_days;
    int64_t amount_fen;
    text reference;
} ledger_item;
typedef struct {
    const ledger_item *items;
    size_t count;
    int64_t book_fen, bank_fen;               /* as they stand */
    int64_t adjusted_book_fen, adjusted_bank_fen; /* after the items; equal when all is explained */
} ledger_reconciliation;
/* Holds an account (1002 to 1005) against the bank's lines since `opening_fen`, both up to a day.
 * Lines are matched once: by reference and amount, then by amount within `days_apart`. */
typedef struct {
    int32_t fund, from_day, on_day, days_apart;
    int64_t account, bank_opening_fen;
    const ledger_bank_line *lines;
    size_t line_count;
} ledger_bank;
MUST_USE err ledger_reconcile(arena *a, ledger *books, const ledger_bank *bank,
                              ledger_reconciliation *result);
/* What is still held in a suspense account (2001, 1101): lines by reference not yet settled. */
MUST_USE err ledger_open_items(arena *a, ledger *books, int32_t fund, int64_t account,
                               int32_t on_day, const ledger_item **items, size_t *count);

/* ---- rebuild and verify ---------------------------------------------------------------------- */

/* Applies one event to the tables; events of other rooms are passed over. */
MUST_USE err ledger_apply(ledger *books, const eventlog_entry *entry);

typedef struct {
    int64_t voucher_count, line_count, balance_count, posting_count, person_count;
    /* the first record that does not fit; NULL: all fit */
    const char *bad_record; /* "voucher 1/2026-03/17" */
    const char *says, *says_zh;
} ledger_verdict;
/* Derives everything again from vouchers, and vouchers from events. */
MUST_USE err ledger_verify(arena *a, ledger *books, ledger_verdict *verdict);

#endif
