/* payment/payment_internal.h - what the files of this room share; of this folder only.
 *
 * An event's body is written once and read by one function, payment_apply, both when it is new and
 * when the tables are rebuilt: nothing stands in a table that is in no event.
 */
#ifndef PAYMENT_PAYMENT_INTERNAL_H
#define PAYMENT_PAYMENT_INTERNAL_H

#include "codec/codec.h"
#include "payment/payment.h"

struct payment {
    arena *process;
    store *db;
    eventlog *log;
    crypto_hasher *hasher;
};

/* Puts one event of this room into its tables. */
MUST_USE err payment_apply(payment *runs, const eventlog_entry *entry);
/* Appends one event and applies it, unless it was there already. *sequence may be NULL. */
MUST_USE err payment_record(payment *runs, const eventlog_event *event, int64_t *sequence,
                            bool *is_new);

/* One line of an answer that is not simply paid; `reason` is an index into the event's own list. */
typedef struct {
    int64_t person_id, number;
    payment_outcome outcome;
    int64_t reason;
} payment_exception;
MUST_USE err payment_exceptions_read(arena *a, payment *runs, uint32_t bucket, int64_t sequence,
                                     payment_exception **exceptions, size_t *count);

/* Columns of numbers as a segment and back; all of `names` must be there. */
MUST_USE err payment_pack(arena *a, const char *const *names, int64_t *const *columns,
                          size_t column_count, size_t row_count, text *bytes);
MUST_USE err payment_unpack(arena *a, text bytes, const char *const *names, int64_t **columns,
                            size_t column_count, size_t *row_count);

/* The columns of the two segments of an answer. */
typedef const char *const payment_name;
extern payment_name PAYMENT_RANGE_NAMES[], PAYMENT_EXCEPTION_NAMES[];

/* ---- rows of lines ---- */

typedef enum {
    PAYMENT_PERSON, PAYMENT_ACCOUNT, PAYMENT_DECISION, PAYMENT_FOR_MONTH, PAYMENT_REISSUE_RUN,
    PAYMENT_REISSUE_LINE,
    PAYMENT_PART, /* the first of part_count */
    PAYMENT_COLUMNS_PLAIN = PAYMENT_PART + PAYMENT_PARTS_MAX
} payment_column;
/* Columns that stand in a segment only when some row of it has something there. */
typedef enum {
    PAYMENT_ITEM, PAYMENT_ITEM_SUBJECT, PAYMENT_WITHHELD_ITEM, PAYMENT_WITHHELD_FEN, PAYMENT_WITHHELD_PART,
    PAYMENT_LEFT_RUN, PAYMENT_LEFT_NUMBER,
    PAYMENT_REASON, /* of lines left out */
    PAYMENT_MORE_COUNT,
    PAYMENT_COLUMNS_MAX = PAYMENT_COLUMNS_PLAIN + PAYMENT_MORE_COUNT
} payment_more;

/* The rows of one bucket in memory: one array a column, in the order of the run's lines. */
typedef struct {
    uint32_t bucket;
    int64_t first_number, total_fen;
    size_t count, capacity, part_count;
    int64_t *column[PAYMENT_COLUMNS_PLAIN];
    int64_t *more[PAYMENT_MORE_COUNT]; /* NULL where the segment has none */
    bool has_more;
} payment_rows;

payment_rows payment_rows_open(uint32_t bucket, int64_t first_number, size_t part_count);
void payment_rows_add(arena *a, payment_rows *rows, const payment_line *line, payment_left_reason reason);
payment_line payment_rows_line(const payment_rows *rows, size_t index);
int64_t payment_rows_fen(const payment_rows *rows, size_t index);
MUST_USE err payment_rows_bytes(arena *a, const payment_rows *rows, text *bytes);
/* PAYMENT_BROKEN when the bytes are no rows of so many columns. */
MUST_USE err payment_rows_parse(arena *a, text bytes, payment_rows *rows);

/* Where the rows of one bucket of a run stand. */
typedef struct {
    uint32_t bucket;
    int64_t first_number, line_count, total_fen, sequence;
    crypto_digest digest;
} payment_place;
/* All buckets of one version, in order. */
MUST_USE err payment_places(arena *a, payment *runs, int64_t run_id, int64_t version,
                            payment_place **places, size_t *count);
/* Reads and checks the rows: PAYMENT_BROKEN when they are not those of the place. */
MUST_USE err payment_rows_read(arena *a, payment *runs, const payment_run *run,
                               const payment_place *place, payment_rows *rows);
crypto_digest payment_digest_of_places(payment *runs, const payment_place *places, size_t count);

/* ---- outcomes ---- */

/* What the bank said of the lines from number `first` on: the whole run, or one bucket of it. */
typedef struct {
    int64_t first;
    size_t count;
    uint8_t *of; /* a payment_outcome each */
} payment_outcomes;
/* All buckets when `only` is NULL. */
MUST_USE err payment_outcomes_read(arena *a, payment *runs, const payment_run *run,
                                   const payment_place *only, payment_outcomes *outcomes);
MUST_USE err payment_fill_lines(arena *a, payment *runs, payment_paid *items, size_t count);

void payment_sums_add(payment_sums *sums, const payment_rows *rows, size_t index,
                      payment_outcome outcome, int64_t times);

/* ---- lines left out ---- */

/* Keeps the rows gathered in one bucket as an event. */
MUST_USE err payment_left_keep(payment *runs, arena *a, const payment_act *act, int64_t run_id, int64_t version,
                               const payment_rows *rows);
MUST_USE err payment_left_apply(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body);
/* Rows of versions before this one are void; INT64_MAX: all, since the run was withdrawn. */
MUST_USE err payment_left_void(payment *runs, int64_t run_id, int64_t version);
/* What the run takes of those left out before: triples of run, bucket, number; NULL: nothing. */
MUST_USE err payment_left_take(payment *runs, int64_t run_id, const codec_json *list);
/* PAYMENT_NOT_UNPAID when the line is not one that was left out of that run and waits. */
MUST_USE err payment_left_check(arena *a, payment *runs, int64_t by_run, uint32_t bucket, const payment_line *line);

/* ---- accounts ---- */

MUST_USE err payment_account_apply(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body);

/* ---- steps ---- */

/* Pieces of what is signed, each told by its size. */
void payment_sign_piece(crypto_hasher *hasher, text piece);
void payment_sign_number(crypto_hasher *hasher, int64_t number);
/* PAYMENT_BAD_SIGNATURE naming `says` when it is not by this key over the digest. */
MUST_USE err payment_check_signature(const char *says, const crypto_digest *digest, text signature, text public_key);
/* Whether this person may take this step in this run: PAYMENT_SAME_PERSON names the step taken. */
MUST_USE err payment_check_actor(arena *a, payment *runs, int64_t run_id, payment_step step,
                                 int64_t actor_id);
/* Whether the act was done before: then nothing is left to do. */
MUST_USE err payment_was_done(payment *runs, int64_t run_id, payment_step step, text key,
                              bool *was_done);

#endif
