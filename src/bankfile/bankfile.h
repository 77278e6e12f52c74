/* bankfile/ - what an office and its bank write to each other: files to rows and back.
 *
 * An instruction goes to the bank; an answer (and later returns) and the account's statement come
 * back. Every format is one adapter behind the same functions; docs/bank-files.md describes them.
 * Knows no payment run: which batch was sent, and what an answer does, are the caller's.
 *
 * Lines    numbered 1..line_count within their batch, in order; the pair (batch number, line) is
 *          what comes back from the bank. Who pays a returned line again puts it in a new batch.
 * Money    int64_t fen, always > 0 for a line; in a statement the sign says in (+) or out (-).
 * Days     as in calendar/.
 * Texts    UTF-8; what is handed to a callback stands until it answers.
 * Strict   a file that is cut short, or does not agree with itself or with what was sent, is
 *          refused whole. Lines are handed on while they are read, so what a callback did counts
 *          only when the function has answered ERR_NONE: book in a transaction, or read twice.
 * Memory   does not grow with the file, but for one bit a line of the batch sent.
 * Errors   only the kinds below, those of codec/, the source's, the sink's and the callbacks';
 *          `at` names the place in the file, `detail` what to blame.
 * Threads  nothing is shared; a writer belongs to one thread.
 */
#ifndef BANKFILE_BANKFILE_H
#define BANKFILE_BANKFILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "codec/codec.h"

extern const err_kind BANKFILE_NOT_THIS_FILE, BANKFILE_CUT_SHORT, BANKFILE_BAD_RECORD,
    BANKFILE_BAD_NUMBER, BANKFILE_BAD_AMOUNT, BANKFILE_BAD_DATE, BANKFILE_BAD_TEXT,
    BANKFILE_NOT_YUAN;
extern const err_kind BANKFILE_BATCH_DIFFERS, BANKFILE_PAYER_DIFFERS, BANKFILE_COUNT_DIFFERS,
    BANKFILE_TOTAL_DIFFERS, BANKFILE_BALANCE_DIFFERS;
extern const err_kind BANKFILE_LINE_ORDER, BANKFILE_LINE_UNKNOWN, BANKFILE_LINE_TWICE,
    BANKFILE_LINE_MISSING, BANKFILE_AMOUNT_DIFFERS, BANKFILE_PAYEE_DIFFERS,
    BANKFILE_STATUS_UNKNOWN, BANKFILE_REASON_UNKNOWN;

#define BANKFILE_BATCH_BYTES_MAX 24     /* batch number: A-Z a-z 0-9 - */
#define BANKFILE_LINES_MAX 999999999    /* with the batch number, 35 places in ISO 20022 */
#define BANKFILE_ACCOUNT_BYTES_MAX 34   /* A-Z a-z 0-9 - */
#define BANKFILE_TEXT_RUNES_MAX 140     /* names, purposes, notes; no control characters */

typedef enum {
    BANKFILE_ISO20022, /* pain.001.001.09, pain.002.001.10, camt.053.001.08; UTF-8 */
    BANKFILE_CSV,      /* the fixed CSV of docs/bank-files.md; GB18030 */
    BANKFILE_FORMAT_COUNT
} bankfile_format;

typedef enum {
    BANKFILE_INSTRUCTION,
    BANKFILE_ANSWER,
    BANKFILE_STATEMENT,
    BANKFILE_CONTENT_COUNT
} bankfile_content;

/* "iso20022", "csv": for settings and file names. */
const char *bankfile_format_name(bankfile_format format);
bool bankfile_format_of(text name, bankfile_format *format);
/* What a file is, by its first 4 KiB (or all of it, when it is shorter); false when it is none
 * of these. Says nothing of whether it can be read. */
bool bankfile_detect(text beginning, bankfile_format *format, bankfile_content *content);

/* ---- why a line was not paid ---- */

typedef enum {
    BANKFILE_NO_REASON, /* 0: accepted */
    BANKFILE_ACCOUNT_WRONG,
    BANKFILE_ACCOUNT_CLOSED,
    BANKFILE_ACCOUNT_BLOCKED,
    BANKFILE_ACCOUNT_FORBIDS, /* of a kind that cannot receive */
    BANKFILE_NAME_MISMATCH,
    BANKFILE_BANK_WRONG,
    BANKFILE_PAYEE_DEAD,
    BANKFILE_FUNDS_SHORT, /* the payer's balance does not suffice */
    BANKFILE_OVER_LIMIT,
    BANKFILE_DUPLICATE,
    BANKFILE_OTHER_REASON,
    BANKFILE_REASON_COUNT
} bankfile_reason;

typedef struct {
    bankfile_reason reason;
    const char *iso;      /* ExternalStatusReason1Code, also of returns: "AC04" */
    const char *csv;      /* the fixed CSV's code: "02" */
    const char *sentence; /* "the account is closed" */
    const char *sentence_zh;
} bankfile_reason_row;

/* BANKFILE_REASON_COUNT rows, in the order of the enum. */
extern const bankfile_reason_row BANKFILE_REASONS[];

/* ---- instruction: out to the bank ---- */

typedef struct {
    text batch_number;
    text payer_account;
    text payer_name;
    int32_t day; /* on which the bank shall pay */
    int64_t line_count;
    int64_t total_fen;
} bankfile_instruction;

typedef struct {
    int64_t line;
    text name;        /* the payee's */
    text account;
    text bank_number; /* 联行号, 12 digits; empty: the payer's bank knows */
    int64_t amount_fen;
    text purpose;     /* may be empty */
} bankfile_line;

typedef struct bankfile_writer bankfile_writer;
/* The writer must be closed whatever happens after. `head` is copied. */
MUST_USE err bankfile_instruction_open(arena *a, bankfile_format format, codec_sink sink,
                                       const bankfile_instruction *head, bankfile_writer **writer);
/* Lines 1, 2, 3 ...; BANKFILE_LINE_ORDER otherwise. After an error the writer takes no more. */
MUST_USE err bankfile_instruction_add(bankfile_writer *writer, const bankfile_line *line);
/* Writes the end, and frees the writer in every case. Answers the writer's first error, or
 * BANKFILE_COUNT_DIFFERS and BANKFILE_TOTAL_DIFFERS when the lines are not those of the head: the
 * file must then not be sent. */
MUST_USE err bankfile_instruction_close(bankfile_writer *writer);

/* For reading. Callbacks may be NULL, and their errors stop the reading. */
typedef struct {
    err (*head)(void *context, const bankfile_instruction *head);
    err (*line)(void *context, const bankfile_line *line);
    void *context;
} bankfile_instruction_sink;
/* `file` is for positions and may be NULL; so below. */
MUST_USE err bankfile_instruction_read(arena *a, bankfile_format format, codec_source source,
                                       const char *file, bankfile_instruction_sink to);

/* ---- answer: what the bank did ---- */

/* An answer to a batch says of every line whether it was paid, or that the batch is rejected as a
 * whole; a late answer lists lines that came back after they had been paid. */
typedef enum { BANKFILE_WHOLE, BANKFILE_BATCH_REJECTED, BANKFILE_LATE } bankfile_answer_kind;

typedef struct {
    bankfile_answer_kind kind;
    bankfile_reason reason; /* of BANKFILE_BATCH_REJECTED */
    text answer_number;     /* the bank's own: the same file sent again has the same */
    text batch_number;
    text payer_account;
    int32_t day;
    int64_t line_count;     /* lines listed: the batch's, or those returned, or 0 */
    int64_t total_fen;
    int64_t paid_count;     /* of them accepted */
    int64_t paid_fen;
} bankfile_answer;

typedef enum { BANKFILE_ACCEPTED, BANKFILE_REJECTED, BANKFILE_RETURNED } bankfile_status;

typedef struct {
    int64_t line;
    bankfile_status status;
    bankfile_reason reason;
    int64_t amount_fen;
    text account;
} bankfile_answer_line;

/* What was sent, to hold an answer against. */
typedef struct {
    text batch_number;
    text payer_account;
    int64_t line_count;
    int64_t total_fen;
    /* Of a line in 1..line_count: the amount; 0 when it cannot come (a late answer may name only
     * lines that were paid), which is BANKFILE_LINE_UNKNOWN. Puts the payee's account, or leaves
     * it empty: then it is not compared. NULL: neither amounts nor accounts are compared. */
    int64_t (*amount_of)(void *context, int64_t line, text *account);
    void *context;
} bankfile_sent;

typedef struct {
    /* Told what the answer says of itself, it fills in what was sent under that batch number;
     * NULL: nothing to hold it against. A batch it does not know is its error to answer. */
    err (*head)(void *context, const bankfile_answer *head, bankfile_sent *sent);
    err (*line)(void *context, const bankfile_answer_line *line);
    void *context;
} bankfile_answer_sink;
MUST_USE err bankfile_answer_read(arena *a, bankfile_format format, codec_source source,
                                  const char *file, bankfile_answer_sink to);

/* ---- statement: what moved on an account ---- */

typedef struct {
    text statement_number;
    text account;
    int32_t from_day, last_day; /* both included */
    int64_t opening_fen, closing_fen;
    int64_t entry_count;
} bankfile_statement;

typedef struct {
    text reference;     /* the bank's own, of the entry */
    int32_t day;        /* booked */
    int64_t amount_fen; /* + in, - out; never 0 */
    text batch_number;  /* empty: no batch of ours */
    int64_t line;       /* 0: the batch as a whole, or none */
    bankfile_reason reason; /* of a line that came back */
    text name, account; /* the other side's, may be empty */
    text note;          /* may be empty */
} bankfile_entry;

typedef struct {
    err (*head)(void *context, const bankfile_statement *head);
    err (*entry)(void *context, const bankfile_entry *entry);
    void *context;
} bankfile_statement_sink;
/* BANKFILE_BALANCE_DIFFERS unless opening plus all entries is closing. */
MUST_USE err bankfile_statement_read(arena *a, bankfile_format format, codec_source source,
                                     const char *file, bankfile_statement_sink to);

#endif
