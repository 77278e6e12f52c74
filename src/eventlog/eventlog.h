/* eventlog/ - append-only events, hash-chained; the one truth of a store.
 *
 * Every change of a fact is an event: who, when, why, what. Tables of other rooms are projections
 * of events and can be rebuilt from them to the same bytes. An event belongs to a bucket (0 to 63,
 * by subject) or to the office (EVENTLOG_OFFICE); each bucket and the office have a chain of their
 * own. Bulk work (a month of bills, a payroll) is one event that owns its rows as immutable
 * segments, whose digests stand in the event.
 *
 * Chain    hash(event) = H(hash of the event before in the chain, every field of the event in a
 *          fixed binary form, name, row count and digest of each segment). H is SM3, or SHA-256 by
 *          eventlog_choose_hash before the first event. A chain cut off at its end is whole in
 *          itself: keep eventlog_heads elsewhere, signed.
 * Codes    with eventlog_use_key each event carries a code, HMAC of its hash: who writes the database
 *          but has not the key cannot make a chain that fits. The hash alone is checked without the
 *          key, by anybody.
 * Time     known_ms: when the office learned it, milliseconds since 1970 UTC, handed in; within a
 *          chain it never falls (EVENTLOG_TIME_FALLS).
 * Keys     an event may carry an idempotency key. The same key with the same event again (known_ms
 *          aside) succeeds and changes nothing; with another event it is EVENTLOG_KEY_REUSED.
 * Writing  inside the caller's transaction, together with the projections; nothing is ever
 *          updated or deleted.
 * Memory   answers live in the arena passed first.
 * Errors   only the kinds below, or the store's and crypto's; `detail` lives as long as the log.
 * Threads  one log a store handle, so one a thread; one log alone appends to a store.
 */
#ifndef EVENTLOG_EVENTLOG_H
#define EVENTLOG_EVENTLOG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "codec/codec.h"
#include "crypto/crypto.h"
#include "store/store.h"

extern const err_kind EVENTLOG_KEY_REUSED, EVENTLOG_TIME_FALLS, EVENTLOG_BROKEN, EVENTLOG_NOT_FOUND,
    EVENTLOG_BAD_EVENT, EVENTLOG_BAD_ROWS, EVENTLOG_HASH_SETTLED, EVENTLOG_OTHER_KEY,
    EVENTLOG_NEEDS_KEY;

#define EVENTLOG_BUCKETS 64
#define EVENTLOG_OFFICE  64 /* the office's own chain */
/* The bucket of a person, household or employer: computed once, never changed. */
static inline uint32_t eventlog_bucket_of(int64_t subject_id)
{
    return (uint32_t)(((uint64_t)subject_id * UINT64_C(0x9E3779B97F4A7C15)) >> 58);
}

typedef struct {
    const char *name; /* "bills.pension": unique in the event */
    int64_t row_count;
    text bytes; /* the rows: eventlog_rows_write makes them */
} eventlog_segment;

typedef struct {
    uint32_t bucket;
    const char *kind;   /* "registry.person_enrolled": room.what_happened */
    int64_t subject_id; /* person, household, employer ...; 0: none */
    int64_t known_ms;
    int64_t actor_id;                 /* the user who did it; 0: the system */
    text why;                         /* case, document or command */
    text body;                        /* the facts, canonical JSON; personal fields as ciphertext */
    text key;                         /* idempotency key, or empty; unique in the bucket */
    const eventlog_segment *segments; /* answered in the order of their names */
    size_t segment_count;
} eventlog_event;

typedef struct eventlog eventlog;
/* `db` stays the caller's and must outlive the log. */
MUST_USE err eventlog_open(arena *process, store *db, eventlog **log);
void eventlog_close(eventlog *log); /* NULL is fine */
/* For a store without an event yet (EVENTLOG_HASH_SETTLED), inside a transaction. */
MUST_USE err eventlog_choose_hash(eventlog *log, crypto_hash_name name);
crypto_hash_name eventlog_hash(const eventlog *log);
/* Events are written and verified with their code from now on. EVENTLOG_OTHER_KEY when the newest
 * event carries the code of another key, or alone of all none: the log is then for verifying, and refuses
 * to append. An event is appended only behind one that carries its code (EVENTLOG_BROKEN). */
MUST_USE err eventlog_use_key(eventlog *log, const crypto_key *key);
/* Whether the newest event carries a code: nothing is then appended without the key
 * (EVENTLOG_NEEDS_KEY). */
MUST_USE err eventlog_has_codes(eventlog *log, bool *has_codes);
/* Gives the events of an older program their codes: those that carry none. The caller has verified
 * the chains, and knows that they are those of before. */
MUST_USE err eventlog_adopt(eventlog *log, int64_t *event_count);

/* Appends inside the open transaction. *sequence counts from 1 in each chain; with *is_new false
 * (NULL: not asked for) it is that of the event already there. */
MUST_USE err eventlog_append(eventlog *log, const eventlog_event *event, int64_t *sequence,
                             bool *is_new);
/* The sequence of the event with this key, 0 when there is none. */
MUST_USE err eventlog_find_key(eventlog *log, uint32_t bucket, text key, int64_t *sequence);

typedef struct {
    eventlog_event event;
    int64_t sequence;
    crypto_digest hash;
    bool has_code, code_fits; /* told to eventlog_verify alone */
} eventlog_entry;

/* Reads a chain from `from_sequence` on, in order. Segments are listed with empty bytes; ask
 * eventlog_segment_read. The entry's memory is reused by the next step. Other queries and appends
 * may go on meanwhile. */
typedef struct eventlog_cursor eventlog_cursor;
MUST_USE err eventlog_read(arena *a, eventlog *log, uint32_t bucket, int64_t from_sequence,
                           eventlog_cursor **cursor);
MUST_USE err eventlog_next(eventlog_cursor *cursor, const eventlog_entry **entry); /* NULL: end */
void eventlog_cursor_close(eventlog_cursor *cursor);
/* One event; EVENTLOG_NOT_FOUND when there is none. */
MUST_USE err eventlog_entry_read(arena *a, eventlog *log, uint32_t bucket, int64_t sequence,
                                 eventlog_entry *entry);
/* Whether an event without segments has its hash, behind the hash kept of the one before, and the code of the
 * key: what it says was then written by who has the key. Without a key only the hash is asked. */
MUST_USE err eventlog_check_entry(arena *a, eventlog *log, uint32_t bucket, int64_t sequence, bool *fits);
/* The events about one subject, oldest first. */
MUST_USE err eventlog_of_subject(arena *a, eventlog *log, uint32_t bucket, int64_t subject_id,
                                 eventlog_entry **entries, size_t *count);
/* Across all chains, the newest first: by who did it, whom it is about, when. */
typedef struct {
    int64_t known_ms; /* 0: none */
    uint32_t bucket;
    int64_t sequence;
} eventlog_place;
typedef struct {
    int64_t actor_id, subject_id; /* 0: any */
    text kind;                    /* how it begins; empty: any */
    int64_t from_ms, until_ms;    /* [from, until) */
    eventlog_place below;         /* where the page before ended; none: from the newest on */
    size_t limit;
} eventlog_filter;
typedef struct {
    eventlog_place place;
    int64_t subject_id, actor_id;
    const char *kind;
    text why;
} eventlog_found;
/* The subject is looked up, or else the user; what else is asked for is held against at most `looked_max` events of theirs: *next tells
 * where to go on, none: that was all. */
MUST_USE err eventlog_find(arena *a, eventlog *log, const eventlog_filter *filter, size_t looked_max, eventlog_found **found,
                           size_t *count, eventlog_place *next);
/* Checks the bytes against their digest: EVENTLOG_BROKEN names the segment. */
MUST_USE err eventlog_segment_read(arena *a, eventlog *log, uint32_t bucket, int64_t sequence,
                                   const char *name, text *bytes);

typedef struct {
    uint32_t bucket;
    int64_t sequence; /* 0: nothing yet */
    int64_t known_ms;
    crypto_digest hash;
} eventlog_head;
MUST_USE err eventlog_heads(eventlog *log, eventlog_head heads[EVENTLOG_BUCKETS + 1]);
/* The hashes kept of a chain's events from `from` on, every `stride`-th: as many of `count` as there
 * are. */
MUST_USE err eventlog_hashes(eventlog *log, uint32_t bucket, int64_t from, int64_t stride,
                             size_t count, crypto_digest *hashes, size_t *found);
/* The last event of a kind in a chain; 0 when there is none. */
MUST_USE err eventlog_last(eventlog *log, uint32_t bucket, const char *kind, int64_t *sequence);

typedef struct {
    int64_t event_count, segment_count, byte_count;
    /* the first record that does not fit; bad_says NULL: all fit */
    uint32_t bad_bucket;
    int64_t bad_sequence;
    const char *bad_segment; /* its name, or NULL */
    const char *bad_says, *bad_says_zh;
} eventlog_verdict;
/* Recomputes one chain, or with `from_sequence` > 1 from a head that is trusted. What belongs to
 * no chain at all is found with the office's. */
MUST_USE err eventlog_verify(arena *a, eventlog *log, uint32_t bucket, int64_t from_sequence,
                             eventlog_verdict *verdict);

/* ---- rows: the one layout of segments ----
 *
 * Columns of whole numbers or texts, one after another, little-endian, each in the fewest whole
 * bytes that hold it (greatest less least); texts that repeat stand once. Any row of any column is
 * read in constant time, so a person is found by halving, in a column that is sorted. The version
 * stands in the first bytes; a layout never changes its meaning. */

#define EVENTLOG_NONE INT64_MIN /* a number that is absent */
enum { EVENTLOG_COLUMNS_MAX = 64 };

typedef struct {
    const char *name;      /* unique in the segment, at most 63 bytes */
    const int64_t *number; /* one of the two */
    const text *word;
} eventlog_column;
/* EVENTLOG_BAD_ROWS for more than EVENTLOG_COLUMNS_MAX columns, or bad names. */
MUST_USE err eventlog_rows_write(arena *a, const eventlog_column *columns, size_t column_count,
                                 size_t row_count, text *bytes);

typedef struct {
    const char *name; /* not copied: in the bytes */
    bool is_word, has_none, is_direct;
    uint8_t width, offset_width; /* bytes a cell, 0 to 8 */
    int64_t least;
    const uint8_t *at, *offsets, *heap;
    uint64_t word_count, heap_bytes;
} eventlog_rows_column;
typedef struct {
    size_t row_count, column_count;
    eventlog_rows_column columns[EVENTLOG_COLUMNS_MAX];
} eventlog_rows;
/* Checks the whole layout, so that no later read leaves `bytes`, which must outlive `rows`. */
MUST_USE err eventlog_rows_open(text bytes, eventlog_rows *rows);
/* The column's index; EVENTLOG_BAD_ROWS names what is missing, or is of the other type. */
MUST_USE err eventlog_rows_find(const eventlog_rows *rows, const char *name, bool is_word,
                                size_t *column);
int64_t eventlog_rows_number(const eventlog_rows *rows, size_t column, size_t row);
text eventlog_rows_word(const eventlog_rows *rows, size_t column, size_t row);
/* Rows [from, from + count) of a column of numbers. */
void eventlog_rows_numbers(const eventlog_rows *rows, size_t column, size_t from, size_t count,
                           int64_t *into);
/* The first row whose number is not below `least`, in a sorted column without EVENTLOG_NONE. */
size_t eventlog_rows_seek(const eventlog_rows *rows, size_t column, int64_t least);

/* ---- bodies: the members of an event's canonical JSON ----
 *
 * A room writes its body with these, keys in byte order, and reads it back with these, so that
 * what is read is what was written. A member that is absent reads as 0 or empty: an event of an
 * earlier form has fewer. */
int64_t eventlog_body_int(const codec_json *body, const char *key);
text eventlog_body_text(const codec_json *body, const char *key);
crypto_digest eventlog_body_digest(const codec_json *body, const char *key);
/* Bytes written as hex by eventlog_body_add_bytes. */
MUST_USE err eventlog_body_bytes(arena *a, const codec_json *body, const char *key, text *bytes);
void eventlog_body_add_int(codec_json_writer *w, const char *key, int64_t value);
void eventlog_body_add_text(codec_json_writer *w, const char *key, text value);
void eventlog_body_add_bytes(codec_json_writer *w, const char *key, text value);

/* ---- tables of other rooms, which are projections of the log ---- */

typedef struct {
    const char *name, *order; /* the table, and its key: "run_id, mark" */
    const char *columns;      /* a letter a column: i whole number, t text, b bytes */
} eventlog_table;
typedef struct {
    const char *events;       /* how the kinds of its events begin: "payment." */
    const eventlog_table *tables;
    size_t table_count;
    err (*apply)(void *room, const eventlog_entry *entry);
    void *room;
} eventlog_room;
/* Over every cell of every row, in the order of the key. `row_count` may be NULL. */
MUST_USE err eventlog_hash_table(eventlog *log, const eventlog_table *table, crypto_digest *hash,
                                 int64_t *row_count);
/* Empties the rooms' tables and hands them every event of theirs: bucket by bucket, the office last.
 * Inside the caller's transaction. */
MUST_USE err eventlog_rebuild(eventlog *log, const eventlog_room *rooms, size_t count);
typedef struct {
    int64_t table_count, row_count;
    const char *bad_table; /* the first that is not what the log says; NULL: none */
    int64_t bad_rows, rebuilt_rows;
    char bad_row[96], log_row[96]; /* keys of its first row that differs, and of what the log has there; empty: none is there */
} eventlog_tables_verdict;
/* Rebuilds in a transaction of its own, compares, and leaves all as it was. */
MUST_USE err eventlog_check_tables(eventlog *log, const eventlog_room *rooms, size_t count,
                                   eventlog_tables_verdict *verdict);

#endif
