/* collection/collection_internal.h - what the files of this room share; of this folder only.
 *
 * An event's body and segments are written once and read by one function, collection_apply, both
 * when new and when the tables are rebuilt.
 */
#ifndef COLLECTION_COLLECTION_INTERNAL_H
#define COLLECTION_COLLECTION_INTERNAL_H

#include "codec/codec.h"
#include "collection/collection.h"

struct collection {
    arena *process;
    store *db;
    eventlog *log;
};

/* A collection_key with its name in memory of the reader's. */
typedef struct {
    collection_terms terms;
    int64_t issue_id;
    collection_payer_kind payer_kind;
} collection_issue_terms;

/* Puts one event of this room into its tables. */
MUST_USE err collection_apply(collection *bills, const eventlog_entry *entry);
/* By bucket, kind and id: the order of an event's rows. */
int collection_compare_payers(const collection_payer *a, const collection_payer *b);
MUST_USE err collection_apply_receipts(collection *bills, arena *a, const eventlog_entry *entry);
MUST_USE err collection_add_credit(collection *bills, collection_payer payer, int64_t fen);
/* Appends one event and applies it, unless it was there already. */
MUST_USE err collection_record(collection *bills, const eventlog_event *event, bool *is_new);
/* What an act says, as an event of this bucket. */
eventlog_event collection_event(const collection_act *act, uint32_t bucket, const char *kind);
/* The month of business, where it is another than that of what is changed. */
void collection_add_booked(codec_json_writer *j, const collection_act *act, int32_t month);
/* `e` with its detail in memory that outlives `scratch`, which is closed. */
err collection_leave(collection *bills, arena *scratch, err e);

/* ---- columns of numbers, and one of words, as a segment ---- */

enum { COLLECTION_COLUMNS_MAX = COLLECTION_KEYS_MAX + 4 };
typedef struct {
    const char *const *names;
    size_t count;
    int64_t *number[COLLECTION_COLUMNS_MAX];
    const char *word_name; /* NULL: none */
    text *word;
    size_t row_count, capacity;
} collection_table;
collection_table collection_table_open(const char *const *names, size_t count, const char *word_name);
/* Room for one more row, whose index is answered. */
size_t collection_table_add(arena *a, collection_table *table);
MUST_USE err collection_table_bytes(arena *a, const collection_table *table, text *bytes);
MUST_USE err collection_table_parse(arena *a, text bytes, collection_table *table);
MUST_USE err collection_table_read(arena *a, collection *bills, uint32_t bucket, int64_t sequence,
                                   const char *segment, collection_table *table);

/* The segments' columns, in their order. */
typedef const char *const collection_name;
enum { DUE_KIND, DUE_PAYER, DUE_FUND, DUE_CHARGE, DUE_FEN, DUE_COLUMNS };
extern collection_name COLLECTION_DUE_NAMES[];
enum { RECEIPT_KIND, RECEIPT_PAYER, RECEIPT_DAY, RECEIPT_FOR_MONTH, RECEIPT_AMOUNT, RECEIPT_ALLOCATED,
       RECEIPT_COLUMNS };
extern collection_name COLLECTION_RECEIPT_NAMES[]; /* and the word "reference" */
/* `told`: the due is whole with this, and told; where an event's body says that it tells (ALLOT_TELLS). */
enum { ALLOT_KIND, ALLOT_PAYER, ALLOT_MONTH, ALLOT_FUND, ALLOT_CHARGE, ALLOT_FEN, ALLOT_COLUMNS,
       ALLOT_TOLD = ALLOT_COLUMNS, ALLOT_TELLING_COLUMNS };
#define ALLOT_TELLS "tells"
extern collection_name COLLECTION_ALLOT_NAMES[];   /* and the word "purpose" */
enum { CREDIT_KIND, CREDIT_PAYER, CREDIT_FEN, CREDIT_COLUMNS };
extern collection_name COLLECTION_CREDIT_NAMES[];
enum { LINE_PERSON, LINE_PAYER, LINE_BASE, LINE_DECISION, LINE_KEY };
extern collection_name COLLECTION_LINE_NAMES[];

/* ---- issues ---- */

text collection_keys_print(arena *a, const collection_terms *terms);
MUST_USE err collection_keys_parse(arena *a, text printed, collection_terms *terms);
MUST_USE err collection_issue_find(arena *a, collection *bills, int64_t issue_id,
                                   collection_issue_terms *issue);
/* Who hands in the money of one key of a line. */
collection_payer collection_remits(const collection_terms *terms, const collection_line *line, size_t key);

/* ---- dues ---- */

/* The payer's agreement as it stands on a day. */
MUST_USE err collection_agreement_of(arena *a, collection *bills, collection_payer payer, int32_t on_day,
                                     collection_agreement *agreement, bool *has_one);
/* Whether an agreement made on the day is about this due. */
MUST_USE err collection_is_agreed(collection *bills, const collection_due *due, int32_t made_day, bool *is);

/* Dues with something open or not told yet, as collection_dues_of. */
MUST_USE err collection_dues_unsettled(arena *a, collection *bills, collection_payer payer, collection_due **dues,
                                       size_t *count);
void collection_bind_due(store_query *q, const collection_due *due); /* ?1 to ?7: its key */
MUST_USE err collection_due_find(arena *a, collection *bills, const collection_due *key,
                                 collection_due *due);

/* ---- what has become whole ---- */

typedef struct collection_whole_set collection_whole_set; /* of one month and purpose */
/* NULL: nothing was said of it. */
collection_whole_set *collection_whole_find(const collection_whole *whole, int32_t month, text purpose);
collection_whole_set *collection_whole_of(collection_whole *whole, int32_t month, text purpose);
void collection_whole_add(collection_whole *whole, collection_whole_set *set, collection_payer payer, int32_t fund,
                          collection_charge charge);
void collection_whole_clear(collection_whole_set *set); /* told */
bool collection_whole_any(const collection_whole_set *set);
bool collection_whole_has(const collection_whole_set *set, collection_payer payer, int32_t fund,
                          collection_charge charge);

/* ---- proposals ---- */

MUST_USE err collection_apply_case(collection *bills, const eventlog_entry *entry, const codec_json *body,
                                   bool is_entered);

#endif
