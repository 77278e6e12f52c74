/* ledger/ledger_internal.h - what the files of this room share; of this folder only. */
#ifndef LEDGER_LEDGER_INTERNAL_H
#define LEDGER_LEDGER_INTERNAL_H

#include "base/checked.h"
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "ledger/ledger.h"
#include "money/money.h"

/* Larger amounts are a mistake: 10 trillion yuan, far above every fund of the country together.
 * So sums of millions of lines fit 64 bits. */
#define LEDGER_AMOUNT_FEN_MAX INT64_C(1000000000000000)
#define LEDGER_MONTH_NONE INT32_MAX
enum { LEDGER_FUND_COUNT_MAX = 63, LEDGER_CELL_ACCOUNTS_MAX = 16 };

typedef uint64_t ledger_fund_set; /* a bit for each fund's place in the table */

/* ---- the chart ---- */

typedef struct {
    ledger_account shown; /* names in full; is_leaf is decided by fund and month */
    int32_t depth;        /* of the number: 0 is an account of the ministry */
    ledger_fund_set funds;
    source_pos at;
} ledger_chart_row;

typedef struct {
    const char *kind, *part;
    const char *name, *name_zh, *law;
    int64_t side[2][LEDGER_CELL_ACCOUNTS_MAX]; /* by ledger_side: the accounts to choose from */
    size_t side_count[2];
    ledger_fund_set funds;
    int32_t from_month, until_month;
    source_pos at;
} ledger_rule_row;

typedef enum {
    FORM_TITLE, FORM_HEADING, FORM_SUM, FORM_DEBIT_BALANCE, FORM_CREDIT_BALANCE, FORM_NET_DEBIT,
    FORM_NET_CREDIT, FORM_DEBIT, FORM_CREDIT, FORM_TAKE_COUNT
} ledger_take;

typedef struct {
    const char *form, *column, *item, *item_zh;
    bool is_monthly, is_yearly;
    int32_t line, level;
    ledger_take take;
    ledger_public public_as;
    text source;
    int64_t term[32]; /* accounts, or lines; negative: taken off */
    size_t term_count;
    ledger_fund_set funds;
    int32_t from_month, until_month;
    source_pos at;
} ledger_form_row;

struct ledger_chart {
    arena *memory;
    ledger_fund *funds;
    size_t fund_count, fund_capacity;
    ledger_chart_row *rows; /* by number, then as written */
    size_t row_count, row_capacity;
    ledger_rule_row *rules;
    size_t rule_count, rule_capacity;
    ledger_form_row *forms;
    size_t form_count, form_capacity;
    ledger_kind *kinds;
    size_t kind_count, kind_capacity;
};

/* ---- table.c: one CSV file with a header ---- */

enum { LEDGER_COLUMNS_MAX = 16 };
typedef struct {
    arena *memory;
    const char *file;
    codec_csv_reader *reader;
    codec_csv_row row;
    size_t place[LEDGER_COLUMNS_MAX]; /* of each wanted column */
} ledger_table_reader;
/* `columns` are names the header must have, ended by NULL. */
MUST_USE err ledger_table_open(arena *a, const ledger_table_text *table, const char *const *columns,
                               ledger_table_reader *reader);
MUST_USE err ledger_table_next(ledger_table_reader *r, bool *has_row);
text ledger_cell(const ledger_table_reader *r, size_t column);
const char *ledger_cell_copy(const ledger_table_reader *r, size_t column);
source_pos ledger_cell_at(const ledger_table_reader *r, size_t column);
err ledger_cell_bad(const ledger_table_reader *r, size_t column, const err_kind *kind);
MUST_USE err ledger_cell_number(const ledger_table_reader *r, size_t column, int64_t *number);
/* The place of the cell's word among `words`. */
MUST_USE err ledger_cell_choice(const ledger_table_reader *r, size_t column,
                                const char *const *words, size_t count, size_t *choice);
/* Columns `from` and `from` + 1: a span of months, open where empty. */
MUST_USE err ledger_cell_span(const ledger_table_reader *r, size_t from, int32_t *from_month,
                              int32_t *until_month);
MUST_USE err ledger_cell_funds(const ledger_table_reader *r, size_t column,
                               const ledger_chart *chart, ledger_fund_set *funds);
/* The next name of a list written with 、 between; false at its end. */
bool ledger_list_next(text list, size_t *at, text *item);

/* ---- chart.c, rules.c, forms.c ---- */

MUST_USE err ledger_chart_funds(ledger_chart *chart, const ledger_table_text *table);
MUST_USE err ledger_chart_rows(ledger_chart *chart, const ledger_table_text *table);
MUST_USE err ledger_chart_kinds(ledger_chart *chart, const ledger_table_text *table);
MUST_USE err ledger_chart_rules(ledger_chart *chart, const ledger_table_text *table);
MUST_USE err ledger_chart_forms(ledger_chart *chart, const ledger_table_text *table);

ledger_fund_set ledger_fund_bit(const ledger_chart *chart, int32_t fund); /* 0: no such fund */
/* The row of an account for a fund in a month, or NULL. */
const ledger_chart_row *ledger_row_of(const ledger_chart *chart, ledger_fund_set fund,
                                      int64_t number, int32_t month);
int ledger_compare_numbers(int64_t a, int64_t b);
/* Whether `number` is `above` or a detail of it. */
bool ledger_is_below(int64_t number, int64_t above);
bool ledger_is_leaf(const ledger_chart *chart, ledger_fund_set fund, int64_t number, int32_t month);
/* Every account named must exist: somewhere, and for each of `funds` at least one of the list. */
MUST_USE err ledger_check_accounts(const ledger_chart *chart, const int64_t *numbers, size_t count,
                                   ledger_fund_set funds, int32_t month, source_pos at);
const ledger_kind *ledger_kind_of(const ledger_chart *chart, int32_t number);
/* The lines of a business event: merged, debits first. */
MUST_USE err ledger_make_lines(arena *a, const ledger_chart *chart, const ledger_business *business,
                               ledger_line **lines, size_t *count);

/* ---- the books ---- */

struct ledger {
    arena *process;
    store *db;
    eventlog *log;
    const ledger_chart *chart;
};

#define LEDGER_BEGUN "ledger.begun"
#define LEDGER_POSTED "ledger.posted"
#define LEDGER_TAKEN_BACK "ledger.reversed"
#define LEDGER_CLOSED "ledger.closed"
#define LEDGER_CREDITED "ledger.credited"

/* What an event of the books says; of a register batch the batch is in its segment. */
typedef struct {
    ledger_voucher voucher; /* kind: of the business, or of the event where there is no business */
    int64_t sequence;
} ledger_fact;

/* event.c */
text ledger_fact_body(arena *a, const ledger_voucher *voucher);
MUST_USE err ledger_fact_read(arena *a, const eventlog_entry *entry, ledger_fact *fact);
bool ledger_is_voucher_event(const char *kind);
bool ledger_same_lines(const ledger_line *a, size_t a_count, const ledger_line *b, size_t b_count);
/* apply.c */
MUST_USE err ledger_apply_voucher(ledger *books, const ledger_fact *fact);
/* post.c: numbers the voucher, makes its event and applies it. */
MUST_USE err ledger_write(ledger *books, arena *scratch, const ledger_stamp *stamp,
                          ledger_voucher *voucher, ledger_voucher_id *id);
/* An earlier write with the key: *is_there, and whether it said the same. */
MUST_USE err ledger_written_before(ledger *books, arena *scratch, const ledger_stamp *stamp,
                                   const ledger_voucher *voucher, bool *is_there,
                                   ledger_voucher_id *id);
/* month.c */
MUST_USE err ledger_check_month(ledger *books, arena *scratch, int32_t fund, int32_t month);
/* voucher.c */
text ledger_month_text(arena *a, int32_t month);

/* The detail of an error lives as long as the process. */
static inline err ledger_err(ledger *books, const err_kind *kind, text detail)
{
    return err_of(kind, text_cstr(books->process, detail));
}

/* ---- the register ---- */

typedef struct {
    int64_t fund, count;
    const int64_t *person_id, *amount_fen, *day, *kind;
} ledger_segment;
/* segment.c */
MUST_USE err ledger_segment_write(arena *a, const ledger_batch *batch, text *bytes);
/* Of everyone, or of one person when `person` is not 0. */
MUST_USE err ledger_segment_open(arena *a, text bytes, int64_t person, ledger_segment *segment);
/* register.c */
typedef struct {
    uint32_t bucket;
    int64_t sequence, known_ms;
    text key;
    text bytes;
} ledger_batch_fact;
/* Of the bytes of a batch's segment. */
int64_t ledger_check_word(text bytes);
/* The key in an event of postings. */
MUST_USE err ledger_batch_key(ledger *books, arena *a, const eventlog_entry *entry, text *key);
MUST_USE err ledger_apply_batch(ledger *books, arena *scratch, const ledger_batch_fact *fact);
/* verify_register.c */
MUST_USE err ledger_verify_register(arena *a, ledger *books, ledger_verdict *verdict);
/* verify.c: keeps the first record that does not fit. */
void ledger_blame(ledger_verdict *verdict, const char *record, const char *says, const char *says_zh);

/* "1234.50", for errors. */
const char *ledger_yuan_text(arena *a, int64_t fen);

#endif
