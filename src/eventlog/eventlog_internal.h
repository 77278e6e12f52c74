/* eventlog/ inside - the handle, and what append, read and verify share. */
#ifndef EVENTLOG_EVENTLOG_INTERNAL_H
#define EVENTLOG_EVENTLOG_INTERNAL_H

#include "eventlog/eventlog.h"

enum { EVENTLOG_DETAIL_BYTES = 200, EVENTLOG_CODE_BYTES = 16 };

/* A segment whose bytes were found to fit their digest since the transaction began. */
typedef struct {
    int64_t sequence; /* 0: free */
    uint32_t bucket;
    uint64_t name, bytes; /* hashes */
} eventlog_fitted;

typedef struct eventlog_ahead eventlog_ahead;
struct eventlog {
    store *db;
    arena *memory;
    crypto_hash_name hash_name;
    crypto_hasher *hasher, *digester; /* of events, and of the segments of one */
    crypto_mac *coder;                /* NULL: no key */
    bool needs_key;                   /* events carry codes that none of ours is like */
    store_query *insert[2]; /* without and with a key; kept, since an append is so short */
    /* The ends of the chains, as of the open transaction: another may have been rolled back. */
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    uint64_t head_of_transaction[EVENTLOG_BUCKETS + 1];
    eventlog_fitted *fitted; /* open addressing, of fitted_of_transaction */
    size_t fitted_count, fitted_room;
    uint64_t fitted_of_transaction;
    eventlog_ahead *ahead; /* ahead.c; NULL: nothing was read ahead yet */
    char detail[EVENTLOG_DETAIL_BYTES];
};

err eventlog_fail(eventlog *log, const err_kind *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The hash of an event behind `before`; `digests` are of its segments, in the order of names. */
crypto_digest eventlog_hash_event(eventlog *log, crypto_digest before, const eventlog_event *event,
                                  int64_t sequence, const crypto_digest *digests);
/* Whether an event's code, as the table has it, is that of its hash; true without a key. */
bool eventlog_code_fits(eventlog *log, crypto_digest hash, text code);
/* Whether these bytes fit the digest kept of the segment. Read again inside one transaction, bytes that did are known
 * by a quick hash: it finds what a disk or a memory damages, and nobody else can write meanwhile. */
bool eventlog_segment_fits(eventlog *log, const eventlog_fitted *place, text bytes, text digest);
/* These bytes are the segment's, by a digest made of them just now. */
void eventlog_segment_fitted(eventlog *log, const eventlog_fitted *place);
eventlog_fitted eventlog_place_of(uint32_t bucket, int64_t sequence, const char *name, text bytes);
/* The row of a segment, read with those behind it where the ones before were asked for in order; stands until the next
 * is asked for. `has_row` false: there is none. */
err eventlog_ahead_take(eventlog *log, uint32_t bucket, int64_t sequence, const char *name, text *digest, text *bytes,
                        bool *has_row);
void eventlog_ahead_close(eventlog *log);
/* A copy of the segments in the order of their names. */
const eventlog_segment *eventlog_sort_segments(arena *a, const eventlog_segment *segments,
                                               size_t count);

/* For verify: a record that is not whole is handed on, not refused. */
void eventlog_cursor_be_lenient(eventlog_cursor *cursor);

#endif
