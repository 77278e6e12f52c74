/* counterparty/counterparty_internal.h - what the bank's files share; of this folder only. */
#ifndef COUNTERPARTY_COUNTERPARTY_INTERNAL_H
#define COUNTERPARTY_COUNTERPARTY_INTERNAL_H

#include "base/arena.h"
#include "base/hash.h"
#include "codec/codec.h"
#include "counterparty/counterparty.h"

/* ---- words of the command ---- */

typedef enum { BANK_CSV, BANK_ISO, BANK_FORMAT_COUNT } bank_format;

/* What an answer says that is not so. */
typedef enum {
    BANK_TRUTH,
    BANK_LOST,         /* no answer at all */
    BANK_CUT_SHORT,    /* the file breaks off in its last third */
    BANK_UNKNOWN_LINE, /* a line that was never sent, in place of the last one */
    BANK_OTHER_AMOUNT, /* one fen more for the first line */
    BANK_OTHER_PAYEE,  /* another account for the first line */
    BANK_OTHER_COUNT,
    BANK_OTHER_TOTAL,
    BANK_OTHER_BATCH,
    BANK_OTHER_PAYER,
    BANK_LINE_TWICE,   /* the first line also in place of the last */
    BANK_LINE_MISSING, /* the last line left out */
    BANK_BAD_STATUS,   /* a status that no one knows, for the first line */
    BANK_TWO_FILES,    /* the same answer under two names */
    BANK_FAULT_COUNT
} bank_fault;

typedef enum {
    BANK_NO_REASON,
    BANK_WRONG,
    BANK_CLOSED,
    BANK_BLOCKED,
    BANK_FORBIDS,
    BANK_MISMATCH,
    BANK_NO_BANK,
    BANK_DEAD,
    BANK_FUNDS,
    BANK_LIMIT,
    BANK_DUPLICATE,
    BANK_OTHER,
    BANK_REASON_COUNT
} bank_reason;

typedef struct {
    const char *word, *iso, *csv;
} bank_reason_row;
extern const bank_reason_row COUNTERPARTY_REASONS[]; /* BANK_REASON_COUNT */
bool counterparty_reason_of(text word, bank_reason *reason);

typedef struct {
    arena *memory;
    bool is_chinese;
    const char *inbox, *outbox, *books, *plan;
    text account;      /* empty: as the books say */
    text batch;        /* of `query` */
    int64_t opening_fen;
    bool has_opening;
    int32_t day, from_day;
    int64_t reject_per_mille, late_per_mille, late_days, seed, port;
    bank_fault fault;
    bank_format format; /* of a statement */
    int64_t amount_fen; /* of `move`, signed */
    text name, other_account, note;
    text_builder *said;
    hash_map *planned;   /* account -> index into plan_rows */
    struct bank_plan_row *plan_rows;
    size_t plan_count;
} bank;

/* Fills in the settings; `*word` is the command. */
MUST_USE err counterparty_words(bank *b, int word_count, const char *const *words,
                                const char **command);
const char *counterparty_usage(void);
/* Says one line, in the language wanted. */
void counterparty_say(bank *b, const char *english, const char *chinese, ...);

/* ---- instructions, as the bank reads them ---- */

typedef struct {
    bank_format format;
    text batch, payer;
    int32_t day;
    int64_t count, total_fen;
} bank_order;

typedef struct {
    int64_t line;
    text name, account;
    int64_t fen;
} bank_order_line;

typedef struct {
    err (*order)(void *context, const bank_order *order);
    err (*line)(void *context, const bank_order_line *line);
    void *context;
} bank_order_sink;

/* The file's instruction in either format, streamed. COUNTERPARTY_BAD_ORDER with its place. */
MUST_USE err counterparty_read_order(const char *path, arena *answers, bank_order_sink to);
MUST_USE err counterparty_order_csv(arena *a, codec_source source, const char *file,
                                    bank_order_sink to);
MUST_USE err counterparty_order_iso(arena *a, codec_source source, const char *file,
                                    bank_order_sink to);

/* ---- what becomes of a line ---- */

typedef struct bank_plan_row {
    text account;
    bank_reason reason;
    int64_t late_days; /* 0: rejected at once */
} bank_plan_row;
MUST_USE err counterparty_plan_read(bank *b);

typedef struct {
    bank_reason rejected; /* or BANK_NO_REASON: paid, */
    bank_reason late;     /* and comes back for this reason, or not */
    int64_t late_days;
} bank_fate;
bank_fate counterparty_fate(const bank *b, text batch, const bank_order_line *line);

/* ---- the books ---- */

typedef struct {
    text batch;
    bank_format format;
    uint64_t digest; /* of what was sent, to know it again */
    int32_t day;
    int64_t count, total_fen, paid_count, paid_fen;
    int64_t late_count, late_fen;
    int32_t late_day;   /* when returns are sent */
    bool is_late_sent;
    bank_reason rejected; /* the batch as a whole */
} bank_batch;

typedef struct {
    int32_t day;
    int64_t fen; /* + in, - out */
    text name, account, note;
} bank_move;

typedef struct {
    text account;
    int64_t opening_fen;
    bank_batch *batches;
    size_t batch_count, batch_capacity;
    bank_move *moves;
    size_t move_count, move_capacity;
} bank_books;

/* Makes them when they are not there and the account is named. */
MUST_USE err counterparty_books_open(bank *b, bank_books *books);
MUST_USE err counterparty_books_save(bank *b, const bank_books *books);
int64_t counterparty_balance(const bank_books *books);
bank_batch *counterparty_batch(const bank_books *books, text batch);

/* One line of a paid batch, in its file. */
typedef struct {
    int64_t line;
    text account, name;
    int64_t fen;
    bank_reason rejected, late;
} bank_line;
typedef struct {
    err (*line)(void *context, const bank_line *line);
    void *context;
} bank_line_sink;
const char *counterparty_lines_path(bank *b, text batch);
MUST_USE err counterparty_lines_read(bank *b, text batch, bank_line_sink to);
void counterparty_lines_add(text_builder *out, const bank_line *line);

/* ---- what goes out ---- */

/* A file that is written by pieces. */
typedef struct {
    struct os_writer *file;
    text_builder out;
    codec_converter *converter; /* NULL: UTF-8 */
    text_builder converted;
    codec_xml_writer xml;
} bank_out;
MUST_USE err counterparty_out_open(bank *b, const char *path, bank_format format, bank_out *out);
/* Hands on what has gathered, when it is much or `is_last`. */
MUST_USE err counterparty_out_flush(bank_out *out, bool is_last);
/* Puts the file in its place when `e` is none; answers the first error. */
MUST_USE err counterparty_out_close(bank_out *out, err e);

typedef enum { BANK_WHOLE, BANK_BATCH_REJECTED, BANK_LATE } bank_answer_kind;

/* What an answer says of itself. */
typedef struct {
    bank_answer_kind kind;
    text number, batch, payer;
    int32_t day;
    int64_t batch_count, batch_fen; /* sent */
    int64_t count, fen;             /* listed */
    int64_t paid_count, paid_fen;
    bank_reason reason;
} bank_answer;

/* How an answer is written in a format. */
typedef struct {
    const char *ending;
    void (*head)(bank_out *out, const bank_answer *head);
    void (*line)(bank_out *out, const bank_answer *head, const bank_line *line, bool is_status_bad);
    void (*end)(bank_out *out);
} bank_answer_row;
extern const bank_answer_row COUNTERPARTY_ANSWERS[]; /* BANK_FORMAT_COUNT */

/* Puts the answer to a batch, or its late returns, into the outbox; false where it must be. */
MUST_USE err counterparty_answer(bank *b, const bank_books *books, const bank_batch *batch,
                                 bool is_late);
MUST_USE err counterparty_statement(bank *b, const bank_books *books);

/* <a><b>t</b></a>, for names a, b, and so on; ends with NULL. */
void counterparty_xml_nested(codec_xml_writer *x, const char *const *names, text t);
#define BANK_PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })
void counterparty_xml_number(codec_xml_writer *x, const char *name, int64_t scaled, int decimals);
void counterparty_xml_day(codec_xml_writer *x, const char *name, int32_t day, const char *time);
void counterparty_xml_fen(codec_xml_writer *x, const char *name, int64_t fen);
/* 20260305 */
void counterparty_csv_day(codec_csv_writer *w, int32_t day);

/* ---- commands ---- */

MUST_USE err counterparty_take_inbox(bank *b);
MUST_USE err counterparty_serve(bank *b);

#endif
