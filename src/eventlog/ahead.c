/* Segments read ahead: who goes through a chain asks for one after another, and each would be a journey to the store.
 * So where one is asked for behind the last ones read, more are read at once than the last time, up to a number and so
 * many bytes. What was read stands until the transaction ends: of an event's segments none is ever changed or added. */
#include <string.h>

#include "eventlog/eventlog_internal.h"

enum { ROWS_MAX = 64, BYTES_MAX = 4 << 20, NEAR = 16 /* events of others between two */ };

typedef struct {
    int64_t sequence;
    text name, digest, bytes;
} row;

struct eventlog_ahead {
    arena *memory;        /* of the rows */
    uint64_t transaction; /* in which they were read; 0: none are */
    uint32_t bucket;
    row rows[ROWS_MAX];
    size_t count, at, wanted;
    int64_t byte_count;
};

static eventlog_ahead *ahead_of(eventlog *log)
{
    if (log->ahead) return log->ahead;
    log->ahead = ARENA_NEW(log->memory, eventlog_ahead);
    *log->ahead = (eventlog_ahead){ .memory = arena_open(), .wanted = 1 };
    return log->ahead;
}

void eventlog_ahead_close(eventlog *log)
{
    if (log->ahead) arena_close(log->ahead->memory);
    log->ahead = NULL;
}

/* Below 0: the row lies before the segment asked for. */
static int compare(const row *x, int64_t sequence, text name)
{
    if (x->sequence != sequence) return x->sequence < sequence ? -1 : 1;
    return text_compare(x->name, name);
}

/* Whether the segment asked for is what a reader of this chain comes to soon. */
static bool goes_on(const eventlog *log, const eventlog_ahead *x, uint32_t bucket, int64_t sequence, text name)
{
    bool stands = store_is_in_transaction(log->db) && x->transaction == store_transaction_number(log->db) && x->count;
    if (!stands || x->bucket != bucket) return false;
    const row *last = &x->rows[x->count - 1];
    return compare(last, sequence, name) < 0 && sequence - last->sequence <= NEAR;
}

static void choose_wanted(eventlog_ahead *x, bool is_going_on)
{
    int64_t average = x->count ? x->byte_count / (int64_t)x->count + 1 : BYTES_MAX, fit = BYTES_MAX / average;
    x->wanted = is_going_on ? x->wanted * 4 : 1;
    if (x->wanted > ROWS_MAX) x->wanted = ROWS_MAX;
    if (is_going_on && (int64_t)x->wanted > fit) x->wanted = fit > 1 ? (size_t)fit : 1;
}

static err read_rows(eventlog *log, eventlog_ahead *x, uint32_t bucket, int64_t sequence, text name)
{
    store_query *q;
    bool has_row;
    choose_wanted(x, goes_on(log, x, bucket, sequence, name));
    arena_reset(x->memory);
    x->count = x->at = 0;
    x->byte_count = 0;
    x->transaction = 0;
    TRY(store_prepare(log->db,
                      "SELECT sequence, name, digest, bytes FROM eventlog_segment WHERE bucket = ?1 "
                      "AND (sequence, name) >= (?2, ?3) ORDER BY sequence, name LIMIT ?4",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, sequence);
    store_bind_text(q, 3, name);
    store_bind_int(q, 4, (int64_t)x->wanted);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        row *one = &x->rows[x->count++];
        *one = (row){ store_int(q, 0), text_copy(x->memory, store_text(q, 1)), text_copy(x->memory, store_bytes(q, 2)),
                      text_copy(x->memory, store_bytes(q, 3)) };
        x->byte_count += (int64_t)one->bytes.size_bytes;
    }
    x->bucket = bucket;
    x->transaction = store_is_in_transaction(log->db) ? store_transaction_number(log->db) : 0;
    return ERR_NONE;
}

/* Whether it lies among the rows that were read, there or not. */
static bool is_read(const eventlog *log, const eventlog_ahead *x, uint32_t bucket, int64_t sequence, text name)
{
    bool stands = store_is_in_transaction(log->db) && x->transaction == store_transaction_number(log->db) && x->count;
    return stands && x->bucket == bucket && compare(&x->rows[0], sequence, name) <= 0 &&
           compare(&x->rows[x->count - 1], sequence, name) >= 0;
}

err eventlog_ahead_take(eventlog *log, uint32_t bucket, int64_t sequence, const char *name, text *digest, text *bytes,
                        bool *has_row)
{
    eventlog_ahead *x = ahead_of(log);
    text wanted = text_of(name);
    if (!is_read(log, x, bucket, sequence, wanted)) TRY(read_rows(log, x, bucket, sequence, wanted));
    if (x->at >= x->count || compare(&x->rows[x->at], sequence, wanted) > 0) x->at = 0;
    while (x->at < x->count && compare(&x->rows[x->at], sequence, wanted) < 0) x->at++;
    *has_row = x->at < x->count && compare(&x->rows[x->at], sequence, wanted) == 0;
    if (!*has_row) return ERR_NONE;
    *digest = x->rows[x->at].digest;
    *bytes = x->rows[x->at].bytes;
    return ERR_NONE;
}
