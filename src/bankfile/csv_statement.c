/* The account's statement in the fixed CSV: 对账, then 明细 for each entry. */
#include "bankfile/csv.h"
#include "base/checked.h"

#define HEAD(member) offsetof(bankfile_statement, member)
#define ENTRY(member) offsetof(csv_entry, member)

static const csv_cell HEAD_CELLS[] = {
    { .type = CSV_NAME, .offset = HEAD(statement_number) },
    { .type = CSV_ACCOUNT, .offset = HEAD(account) },
    { .type = CSV_DAY, .offset = HEAD(from_day) },
    { .type = CSV_DAY, .offset = HEAD(last_day) },
    { .type = CSV_FEN_SIGNED, .offset = HEAD(opening_fen) },
    { .type = CSV_FEN_SIGNED, .offset = HEAD(closing_fen) },
    { .type = CSV_COUNT, .offset = HEAD(entry_count) },
};
static const csv_record HEAD_RECORD = { "对账", HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS) };

/* In the file the direction stands beside the amount. */
typedef struct {
    bankfile_entry entry;
    int direction;
} csv_entry;

enum { MONEY_IN, MONEY_OUT };
static const char *const DIRECTIONS[] = { [MONEY_IN] = "收入", [MONEY_OUT] = "支出", NULL };
static const csv_cell ENTRY_CELLS[] = {
    { .type = CSV_NAME, .offset = ENTRY(entry.reference) },
    { .type = CSV_DAY, .offset = ENTRY(entry.day) },
    { .type = CSV_CHOICE, .offset = ENTRY(direction), .words = DIRECTIONS },
    { .type = CSV_FEN, .offset = ENTRY(entry.amount_fen) },
    { .type = CSV_BATCH_OR_NONE, .offset = ENTRY(entry.batch_number) },
    { .type = CSV_COUNT_OR_NONE, .offset = ENTRY(entry.line) },
    { .type = CSV_REASON, .offset = ENTRY(entry.reason) },
    { .type = CSV_NOTE, .offset = ENTRY(entry.name) },
    { .type = CSV_ACCOUNT_OR_NONE, .offset = ENTRY(entry.account) },
    { .type = CSV_NOTE, .offset = ENTRY(entry.note) },
};
static const csv_record ENTRY_RECORD = { "明细", ENTRY_CELLS, ARRAY_COUNT(ENTRY_CELLS) };

/* Which cell is to blame for what the law finds. */
static size_t entry_cell(const err_kind *kind)
{
    return kind == &BANKFILE_BAD_AMOUNT      ? 4
           : kind == &BANKFILE_BAD_DATE      ? 2
           : kind == &BANKFILE_LINE_UNKNOWN  ? 6
                                             : 1;
}

static err read_entries(csv_file *f, bankfile_statement_law *law, bankfile_statement_sink to)
{
    for (;;) {
        csv_entry row;
        TRY(csv_read(f, &ENTRY_RECORD, &row));
        if (f->is_ended) return ERR_NONE;
        if (row.direction == MONEY_OUT) row.entry.amount_fen = -row.entry.amount_fen;
        err e = bankfile_statement_law_entry(law, &row.entry);
        if (e.kind) return csv_blame(f, e, entry_cell(e.kind));
        if (to.entry) TRY(to.entry(to.context, &row.entry));
    }
}

static err read_all(csv_file *f, bankfile_statement_sink to)
{
    bankfile_statement head;
    TRY(csv_read_head(f, &HEAD_RECORD, &head));
    bankfile_statement_law law;
    err e = bankfile_statement_law_open(f->memory, &head, &law);
    if (e.kind) return csv_blame(f, e, 4);
    if (to.head) TRY(to.head(to.context, &head));
    TRY(read_entries(f, &law, to));
    e = bankfile_statement_law_end(&law);
    return e.kind ? csv_blame_end(f, e) : ERR_NONE;
}

err bankfile_csv_read_statement(bankfile_input in, bankfile_statement_sink to)
{
    csv_file f;
    csv_open(&f, in);
    err e = read_all(&f, to);
    csv_close(&f);
    return e;
}
