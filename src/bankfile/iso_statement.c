/* The account's statement as camt.053.001.08, one statement a message. */
#include "bankfile/iso.h"
#include "base/checked.h"

enum { MONEY_IN, MONEY_OUT };
static const char *const DIRECTIONS[] = { [MONEY_IN] = "CRDT", [MONEY_OUT] = "DBIT", NULL };
enum { BALANCE_OPENING, BALANCE_CLOSING };
static const char *const BALANCES[] = { [BALANCE_OPENING] = "OPBD", [BALANCE_CLOSING] = "CLBD",
                                        NULL };
/* Only what is booked can be reconciled. */
static const char *const BOOKED[] = { "BOOK", NULL };

static const iso_cell HEAD_CELLS[] = {
    { "Stmt/Id", ISO_NAME, true, offsetof(bankfile_statement, statement_number), NULL },
    { "Stmt/FrToDt/FrDtTm", ISO_DAY, true, offsetof(bankfile_statement, from_day), NULL },
    { "Stmt/FrToDt/ToDtTm", ISO_DAY, true, offsetof(bankfile_statement, last_day), NULL },
    { "Stmt/Acct/Id/Othr/Id", ISO_ACCOUNT, true, offsetof(bankfile_statement, account), NULL },
    { "Stmt/TxsSummry/TtlNtries/NbOfNtries", ISO_COUNT, true,
      offsetof(bankfile_statement, entry_count), NULL },
};
enum { HEAD_LAST_DAY = 2 };
enum { CHILD_BALANCE, CHILD_ENTRY };
static const char *const HEAD_CHILDREN[] = { [CHILD_BALANCE] = "Stmt/Bal",
                                             [CHILD_ENTRY] = "Stmt/Ntry",
                                             NULL };
static const iso_record HEAD_RECORD = { HEAD_CELLS, ARRAY_COUNT(HEAD_CELLS), HEAD_CHILDREN };

typedef struct {
    int64_t amount_fen;
    int kind, direction;
} iso_balance;

static const iso_cell BALANCE_CELLS[] = {
    { "Tp/CdOrPrtry/Cd", ISO_CHOICE, true, offsetof(iso_balance, kind), BALANCES },
    { "Amt", ISO_FEN, true, offsetof(iso_balance, amount_fen), NULL },
    { "CdtDbtInd", ISO_CHOICE, true, offsetof(iso_balance, direction), DIRECTIONS },
};
static const iso_record BALANCE_RECORD = { BALANCE_CELLS, ARRAY_COUNT(BALANCE_CELLS), NULL };

/* The other side is the debtor of money that came in, and the creditor of what went out. */
typedef struct {
    bankfile_entry entry;
    int direction, booked;
    iso_reference reference;
    text batch_number;
    text debtor, debtor_account, creditor, creditor_account;
} iso_entry;

#define DETAIL "NtryDtls/TxDtls/"
enum { ENTRY_REFERENCE, ENTRY_AMOUNT, ENTRY_DIRECTION, ENTRY_STATUS, ENTRY_DAY, ENTRY_BATCH,
       ENTRY_LINE };
static const iso_cell ENTRY_CELLS[] = {
    { "NtryRef", ISO_NAME, true, offsetof(iso_entry, entry.reference), NULL },
    { "Amt", ISO_FEN, true, offsetof(iso_entry, entry.amount_fen), NULL },
    { "CdtDbtInd", ISO_CHOICE, true, offsetof(iso_entry, direction), DIRECTIONS },
    { "Sts/Cd", ISO_CHOICE, true, offsetof(iso_entry, booked), BOOKED },
    { "BookgDt/Dt", ISO_DAY, true, offsetof(iso_entry, entry.day), NULL },
    { "NtryDtls/Btch/PmtInfId", ISO_BATCH, false, offsetof(iso_entry, batch_number), NULL },
    { DETAIL "Refs/EndToEndId", ISO_REFERENCE, false, offsetof(iso_entry, reference), NULL },
    { DETAIL "RltdPties/Dbtr/Pty/Nm", ISO_NAME, false, offsetof(iso_entry, debtor), NULL },
    { DETAIL "RltdPties/DbtrAcct/Id/Othr/Id", ISO_ACCOUNT, false,
      offsetof(iso_entry, debtor_account), NULL },
    { DETAIL "RltdPties/Cdtr/Pty/Nm", ISO_NAME, false, offsetof(iso_entry, creditor), NULL },
    { DETAIL "RltdPties/CdtrAcct/Id/Othr/Id", ISO_ACCOUNT, false,
      offsetof(iso_entry, creditor_account), NULL },
    { DETAIL "RtrInf/Rsn/Cd", ISO_REASON, false, offsetof(iso_entry, entry.reason), NULL },
    { "AddtlNtryInf", ISO_NAME, false, offsetof(iso_entry, entry.note), NULL },
};
_Static_assert(ARRAY_COUNT(ENTRY_CELLS) <= ISO_CELLS_MAX, "room for the cells' places");
static const iso_record ENTRY_RECORD = { ENTRY_CELLS, ARRAY_COUNT(ENTRY_CELLS), NULL };

/* ---- the head ---- */

static err read_balance(iso_file *f, bankfile_statement *head, bool *has_balance)
{
    iso_frame frame;
    iso_balance balance;
    TRY(iso_read(f, &frame, &BALANCE_RECORD, &balance));
    if (has_balance[balance.kind])
        return iso_blame(&frame, err_of(&BANKFILE_BAD_RECORD, BALANCES[balance.kind]), 0);
    has_balance[balance.kind] = true;
    int64_t fen = balance.direction == MONEY_OUT ? -balance.amount_fen : balance.amount_fen;
    if (balance.kind == BALANCE_OPENING) head->opening_fen = fen;
    else head->closing_fen = fen;
    return ERR_NONE;
}

static err begin_entries(iso_file *f, iso_frame *frame, const bankfile_statement *head,
                         const bool *has_balance, bankfile_statement_law *law)
{
    TRY(iso_require(f, frame));
    for (int i = 0; i < 2; i++)
        if (!has_balance[i])
            return iso_blame_end(f, err_of(&BANKFILE_BAD_RECORD,
                                           i == BALANCE_OPENING ? "OPBD?" : "CLBD?"));
    frame->is_sealed = true;
    err e = bankfile_statement_law_open(f->memory, head, law);
    return e.kind ? iso_blame(frame, e, HEAD_LAST_DAY) : ERR_NONE;
}

/* ---- the entries ---- */

static size_t entry_cell(const err_kind *kind)
{
    return kind == &BANKFILE_BAD_AMOUNT     ? ENTRY_AMOUNT
           : kind == &BANKFILE_BAD_DATE     ? ENTRY_DAY
           : kind == &BANKFILE_LINE_UNKNOWN ? ENTRY_LINE
                                            : ENTRY_REFERENCE;
}

static text or_empty(text t)
{
    return t.bytes ? t : TEXT("");
}

static void settle_entry(iso_entry *row)
{
    bool is_out = row->direction == MONEY_OUT;
    if (is_out) row->entry.amount_fen = -row->entry.amount_fen;
    bool has_batch = row->batch_number.size_bytes > 0;
    row->entry.batch_number = has_batch ? row->batch_number : or_empty(row->reference.batch_number);
    row->entry.line = row->reference.line;
    row->entry.name = or_empty(is_out ? row->creditor : row->debtor);
    row->entry.account = or_empty(is_out ? row->creditor_account : row->debtor_account);
    row->entry.note = or_empty(row->entry.note);
}

static err read_entry(iso_file *f, bankfile_statement_law *law, bankfile_statement_sink to)
{
    iso_frame frame;
    iso_entry row = { .direction = MONEY_IN };
    TRY(iso_read(f, &frame, &ENTRY_RECORD, &row));
    settle_entry(&row);
    /* When both name a batch it is the same one. */
    text other = row.reference.batch_number;
    if (other.size_bytes > 0 && !text_equal(other, row.entry.batch_number))
        return iso_blame(&frame,
                         err_of(&BANKFILE_BATCH_DIFFERS,
                                bankfile_text_detail(f->memory, other, row.entry.batch_number)),
                         ENTRY_LINE);
    err e = bankfile_statement_law_entry(law, &row.entry);
    if (e.kind) return iso_blame(&frame, e, entry_cell(e.kind));
    return to.entry ? to.entry(to.context, &row.entry) : ERR_NONE;
}

static err read_all(iso_file *f, bankfile_statement_sink to)
{
    iso_frame frame;
    bankfile_statement head = { .entry_count = 0 };
    bankfile_statement_law law;
    bool has_balance[2] = { false, false };
    int child;
    iso_enter(f, &frame, &HEAD_RECORD, &head);
    frame.keeps = true;
    for (;;) {
        TRY(iso_step(f, &frame, &child));
        if (child == CHILD_BALANCE) {
            if (frame.is_sealed)
                return iso_blame_end(f, err_of(&BANKFILE_BAD_RECORD, HEAD_CHILDREN[child]));
            TRY(read_balance(f, &head, has_balance));
            continue;
        }
        if (!frame.is_sealed) {
            TRY(begin_entries(f, &frame, &head, has_balance, &law));
            if (to.head) TRY(to.head(to.context, &head));
        }
        if (child == ISO_END) break;
        TRY(read_entry(f, &law, to));
    }
    err e = bankfile_statement_law_end(&law);
    return e.kind ? iso_blame_end(f, e) : iso_end(f);
}

err bankfile_iso_read_statement(bankfile_input in, bankfile_statement_sink to)
{
    iso_file *f = ARENA_NEW(in.memory, iso_file);
    err e = iso_open(f, in, ISO_CAMT_053, "BkToCstmrStmt");
    if (!e.kind) e = read_all(f, to);
    iso_close(f);
    return e;
}
