/* What there is to know of alerts that were kept. */
#include "alert/alert_internal.h"

#define ALERT_COLUMNS_SQL                                                                          \
    "SELECT alert_id, subject_kind, subject_id, watch, cause, state, severity, action, target, region, owner, " \
    "user_id, since_day, opened_day, seen_day, due_day, risk_fen, facts FROM alert_alert "

static alert_row row_of(arena *a, const store_query *q)
{
    return (alert_row){ .alert_id = store_int(q, 0),
                        .state = (alert_state)store_int(q, 5),
                        .terms = { .subject_kind = store_int(q, 1), .subject_id = store_int(q, 2),
                                   .watch = text_copy(a, store_text(q, 3)), .cause = store_int(q, 4),
                                   .severity = store_int(q, 6), .action = store_int(q, 7),
                                   .target = text_copy(a, store_text(q, 8)), .region = store_int(q, 9),
                                   .owner = text_copy(a, store_text(q, 10)),
                                   .since_day = (int32_t)store_int(q, 12), .due_day = (int32_t)store_int(q, 15),
                                   .risk_fen = store_int(q, 16), .facts = store_int(q, 17) },
                        .user_id = store_int(q, 11),
                        .opened_day = (int32_t)store_int(q, 13),
                        .seen_day = (int32_t)store_int(q, 14) };
}

static err read_rows(arena *a, store_query *q, alert_row **rows, size_t *count)
{
    size_t capacity = 0;
    *rows = NULL;
    *count = 0;
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *rows, *count, capacity, row_of(a, q));
    }
}

/* ---- one ---- */

typedef struct {
    uint32_t bucket;
    int64_t sequence;
    size_t row;
} seen_at;

static err find(arena *a, alert_book *book, int64_t alert_id, alert_row *row, seen_at *seen)
{
    alert_row *rows;
    size_t count;
    bool has_row;
    store_query *q;
    TRY(store_prepare(book->db, ALERT_COLUMNS_SQL "WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    TRY(read_rows(a, q, &rows, &count));
    if (!count) return err_of(&ALERT_NOT_FOUND, text_format(a, "%lld", (long long)alert_id).bytes);
    *row = rows[0];
    TRY(store_prepare(book->db, "SELECT bucket, seen_sequence, seen_row FROM alert_alert WHERE alert_id = ?1", &q));
    store_bind_int(q, 1, alert_id);
    TRY(store_step(q, &has_row));
    *seen = (seen_at){ (uint32_t)store_int(q, 0), store_int(q, 1), (size_t)store_int(q, 2) };
    store_reset(q);
    return ERR_NONE;
}

err alert_read(arena *a, alert_book *book, int64_t alert_id, alert_row *row)
{
    seen_at seen;
    alert_terms said;
    eventlog_entry entry;
    const codec_json *body;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    TRY(find(a, book, alert_id, row, &seen));
    TRY(eventlog_entry_read(a, book->log, seen.bucket, seen.sequence, &entry));
    TRY(codec_json_parse(a, entry.event.body, (codec_json_options){ 0 }, &body));
    TRY(alert_rows_of(a, book, seen.bucket, seen.sequence, rows));
    if (seen.row >= rows->row_count) return err_of(&EVENTLOG_BROKEN, "alerts");
    alert_terms_of_row(rows, seen.row, &said);
    row->terms.law = said.law;
    row->terms.says = said.says;
    row->terms.evidence = said.evidence;
    row->terms.record = said.record;
    row->digest = eventlog_body_text(body, "law");
    row->purpose = eventlog_body_text(body, "purpose");
    return ERR_NONE;
}

/* ---- many ---- */

err alert_list(arena *a, alert_book *book, const alert_filter *f, alert_row **rows, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db,
                      ALERT_COLUMNS_SQL
                      "WHERE ((?1 = 1 AND state >= ?10) OR (?2 = 1 AND state < ?10)) AND (?3 = '' OR watch = ?3) "
                      "AND (?4 = '' OR owner = ?4) AND user_id BETWEEN ?5 AND ?11 AND subject_id BETWEEN ?6 AND ?12 "
                      "AND region >= ?7 AND region < ?8 "
                      "ORDER BY risk_fen DESC, severity DESC, alert_id LIMIT ?9", &q));
    store_bind_int(q, 1, f->has_over);
    store_bind_int(q, 2, f->has_open);
    store_bind_text(q, 3, f->watch);
    store_bind_text(q, 4, f->owner);
    store_bind_int(q, 5, f->user_id ? f->user_id : INT64_MIN);
    store_bind_int(q, 11, f->user_id ? f->user_id : INT64_MAX);
    store_bind_int(q, 6, f->subject_id ? f->subject_id : INT64_MIN);
    store_bind_int(q, 12, f->subject_id ? f->subject_id : INT64_MAX);
    store_bind_int(q, 7, f->region_until ? f->region_from : INT64_MIN);
    store_bind_int(q, 8, f->region_until ? f->region_until : INT64_MAX);
    store_bind_int(q, 9, f->limit ? f->limit : INT64_MAX);
    store_bind_int(q, 10, ALERT_MENDED); /* those over stand last in the list of states */
    return read_rows(a, q, rows, count);
}

err alert_of_bucket(arena *a, alert_book *book, uint32_t bucket, alert_row **rows, size_t *count)
{
    store_query *q;
    TRY(store_prepare(book->db, ALERT_COLUMNS_SQL "WHERE bucket = ?1 ORDER BY subject_id, alert_id", &q));
    store_bind_int(q, 1, bucket);
    return read_rows(a, q, rows, count);
}

err alert_marks(arena *a, alert_book *book, int64_t alert_id, alert_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT what, day, known_ms, actor_id, user_id, note FROM alert_step WHERE alert_id = ?1 "
                      "ORDER BY step", &q));
    store_bind_int(q, 1, alert_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        alert_mark mark = { .what = (alert_step)store_int(q, 0), .day = (int32_t)store_int(q, 1),
                            .known_ms = store_int(q, 2), .actor_id = store_int(q, 3), .user_id = store_int(q, 4),
                            .note = text_copy(a, store_text(q, 5)) };
        ARENA_PUSH(a, *marks, *count, capacity, mark);
    }
}

err alert_held_of(arena *a, alert_book *book, int64_t alert_id, alert_held **held, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *held = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT person_id, month, benefit, fen, released_ms FROM alert_held WHERE alert_id = ?1 "
                      "ORDER BY month, person_id, benefit", &q));
    store_bind_int(q, 1, alert_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        alert_held one = { .alert_id = alert_id, .person_id = store_int(q, 0), .month = (int32_t)store_int(q, 1),
                           .benefit = text_copy(a, store_text(q, 2)), .fen = store_int(q, 3),
                           .released_ms = store_int(q, 4) };
        ARENA_PUSH(a, *held, *count, capacity, one);
    }
}

err alert_sums(arena *a, alert_book *book, alert_sum **sums, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *sums = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT watch, state, COUNT(*), "
                      "CAST(COALESCE(SUM(CASE WHEN risk_fen > 0 THEN risk_fen ELSE 0 END), 0) AS BIGINT) "
                      "FROM alert_alert GROUP BY watch, state ORDER BY watch, state", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        text watch = store_text(q, 0);
        alert_state state = (alert_state)store_int(q, 1);
        if (!*count || !text_equal((*sums)[*count - 1].watch, watch)) {
            alert_sum sum = { .watch = text_copy(a, watch) };
            ARENA_PUSH(a, *sums, *count, capacity, sum);
        }
        alert_sum *sum = &(*sums)[*count - 1];
        sum->count[state] = store_int(q, 2);
        if (!alert_is_over(state)) sum->risk_fen += store_int(q, 3);
    }
}
