/* What there is to know of alerts that were kept. */
#include "alert/alert_internal.h"

#include <stdio.h>
#include <stdlib.h>

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

/* The first of the conditions says by which index rows are found; the others take away from them. */
static const char *way_of(const alert_filter *f)
{
    if (f->subject_id) return "bucket = ?9 AND subject_id = ?6 ";
    if (f->user_id) return "user_id = ?5 ";
    if (f->watch.size_bytes) return "watch = ?3 ";
    if (f->watch_until.size_bytes) return "watch >= ?11 AND watch < ?12 ";
    if (f->action) return "action = ?10 ";
    return f->region_until ? "region >= ?7 AND region < ?8 " : "";
}

/* What a parameter is the first column it is held against tells PostgreSQL. */
#define REST_SQL                                                                                   \
    "(watch = ?3 OR ?3 = '') AND (owner = ?4 OR ?4 = '') AND (user_id = ?5 OR ?5 = 0) AND (subject_id = ?6 OR ?6 = 0) " \
    "AND ((region >= ?7 AND region < ?8) OR ?8 = 0) AND (bucket = ?9 OR ?9 < 0) " \
    "AND (action = ?10 OR ?10 = 0) AND ((watch >= ?11 AND watch < ?12) OR ?12 = '') "
/* Behind the alert of this risk, severity and id. */
#define AFTER_SQL                                                                                  \
    "AND ((risk_fen <= ?15 AND (risk_fen < ?15 OR severity < ?16 OR (severity = ?16 AND alert_id > ?14))) OR ?14 = 0) "
#define ORDER_SQL "ORDER BY risk_fen DESC, severity DESC, alert_id LIMIT ?13"

static void bind_filter(store_query *q, const alert_filter *f)
{
    store_bind_text(q, 3, f->watch);
    store_bind_text(q, 4, f->owner);
    store_bind_int(q, 5, f->user_id);
    store_bind_int(q, 6, f->subject_id);
    store_bind_int(q, 7, f->region_from);
    store_bind_int(q, 8, f->region_until);
    store_bind_int(q, 9, f->subject_id ? (int64_t)eventlog_bucket_of(f->subject_id) : -1);
    store_bind_int(q, 10, f->action);
    store_bind_text(q, 11, f->watch_until.size_bytes ? f->watch_from : TEXT(""));
    store_bind_text(q, 12, f->watch_until.size_bytes ? f->watch_until : TEXT(""));
}

/* Those over stand last in the list of states. */
static alert_state first_of(const alert_filter *f)
{
    return f->has_open ? ALERT_OPEN : ALERT_MENDED;
}
static alert_state end_of(const alert_filter *f)
{
    return f->has_over ? ALERT_STATE_COUNT : f->has_open ? ALERT_MENDED : first_of(f);
}

typedef struct {
    arena *a;
    alert_book *book;
    const alert_filter *f;
    int64_t after_risk, after_severity;
} listing;

/* Of the states [from, until). */
static err take(const listing *l, alert_state from, alert_state until, alert_row **rows, size_t *count)
{
    store_query *q;
    const char *way = way_of(l->f);
    text sql = text_format(l->a, ALERT_COLUMNS_SQL "WHERE %s%s%s AND " REST_SQL AFTER_SQL ORDER_SQL, way, *way ? "AND " : "",
                           until == from + 1 ? "state = ?1 AND state < ?2" : "state >= ?1 AND state < ?2");
    TRY(store_prepare(l->book->db, text_cstr(l->a, sql), &q));
    bind_filter(q, l->f);
    store_bind_int(q, 1, from);
    store_bind_int(q, 2, until);
    store_bind_int(q, 13, l->f->limit ? l->f->limit : INT64_MAX);
    store_bind_int(q, 14, l->f->after_id);
    store_bind_int(q, 15, l->after_risk);
    store_bind_int(q, 16, l->after_severity);
    return read_rows(l->a, q, rows, count);
}

static int by_risk(const void *a, const void *b)
{
    const alert_row *x = a, *y = b;
    if (x->terms.risk_fen != y->terms.risk_fen) return x->terms.risk_fen > y->terms.risk_fen ? -1 : 1;
    if (x->terms.severity != y->terms.severity) return x->terms.severity > y->terms.severity ? -1 : 1;
    return (x->alert_id > y->alert_id) - (x->alert_id < y->alert_id);
}

/* The first of each state, along the index that has them in this order: of a few, nothing else is read. */
static err take_first(const listing *l, alert_row **rows, size_t *count)
{
    size_t capacity = 0;
    *rows = NULL;
    *count = 0;
    for (alert_state s = first_of(l->f); s < end_of(l->f); s++) {
        alert_row *some;
        size_t some_count;
        TRY(take(l, s, s + 1, &some, &some_count));
        for (size_t i = 0; i < some_count; i++) ARENA_PUSH(l->a, *rows, *count, capacity, some[i]);
    }
    if (*count) qsort(*rows, *count, sizeof **rows, by_risk);
    if (*count > (size_t)l->f->limit) *count = (size_t)l->f->limit;
    return ERR_NONE;
}

err alert_list(arena *a, alert_book *book, const alert_filter *f, alert_row **rows, size_t *count)
{
    listing l = { .a = a, .book = book, .f = f };
    if (f->after_id) {
        alert_row after;
        seen_at seen;
        TRY(find(a, book, f->after_id, &after, &seen));
        l.after_risk = after.terms.risk_fen;
        l.after_severity = after.terms.severity;
    }
    bool is_ordered = f->limit && !f->subject_id && !f->user_id && !f->action && !f->watch_until.size_bytes && (f->watch.size_bytes || !f->region_until);
    return is_ordered ? take_first(&l, rows, count) : take(&l, first_of(f), end_of(f), rows, count);
}

enum { SUBJECTS_AT_ONCE = 256 };

static int by_bucket(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    uint32_t of_x = eventlog_bucket_of(x), of_y = eventlog_bucket_of(y);
    if (of_x != of_y) return of_x < of_y ? -1 : 1;
    return (x > y) - (x < y);
}

/* The index is by bucket, then subject. */
static text subjects_sql(arena *a)
{
    text_builder out = text_builder_open(a);
    text_add_cstr(&out, ALERT_COLUMNS_SQL "WHERE bucket = ?1 AND subject_id IN (?2");
    for (int i = 1; i < SUBJECTS_AT_ONCE; i++) text_add_format(&out, ", ?%d", i + 2);
    text_add_cstr(&out, ")");
    return text_built(&out);
}

err alert_of_subjects(arena *a, alert_book *book, int64_t *ids, size_t id_count, alert_row **rows, size_t *count)
{
    const char *sql = text_cstr(a, subjects_sql(a));
    size_t capacity = 0, until;
    *rows = NULL;
    *count = 0;
    if (id_count) qsort(ids, id_count, sizeof *ids, by_bucket);
    for (size_t at = 0; at < id_count; at = until) {
        store_query *q;
        uint32_t bucket = eventlog_bucket_of(ids[at]);
        for (until = at + 1; until < id_count && until - at < SUBJECTS_AT_ONCE && eventlog_bucket_of(ids[until]) == bucket;) until++;
        TRY(store_prepare(book->db, sql, &q));
        store_bind_int(q, 1, bucket);
        for (size_t i = 0; i < SUBJECTS_AT_ONCE; i++) store_bind_int(q, (int)i + 2, ids[at + i < until ? at + i : until - 1]);
        for (bool has_row;;) {
            TRY(store_step(q, &has_row));
            if (!has_row) break;
            ARENA_PUSH(a, *rows, *count, capacity, row_of(a, q));
        }
    }
    if (*count) qsort(*rows, *count, sizeof **rows, by_risk);
    return ERR_NONE;
}

/* Without more than a watch and states the totals tell it. */
static err count_totals(alert_book *book, const alert_filter *f, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db,
                      "SELECT CAST(COALESCE(SUM(alerts), 0) AS BIGINT) FROM alert_total WHERE state >= ?1 AND state < ?2 AND (?3 = '' OR watch = ?3)", &q));
    store_bind_int(q, 1, first_of(f));
    store_bind_int(q, 2, end_of(f));
    store_bind_text(q, 3, f->watch);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

err alert_count(alert_book *book, const alert_filter *f, int64_t *count)
{
    store_query *q;
    bool has_row;
    char sql[800];
    const char *way = way_of(f);
    if (!f->owner.size_bytes && !f->user_id && !f->subject_id && !f->region_until && !f->action && !f->watch_until.size_bytes) return count_totals(book, f, count);
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM alert_alert WHERE %s%sstate >= ?1 AND state < ?2 AND " REST_SQL, way, *way ? "AND " : "");
    TRY(store_prepare(book->db, sql, &q));
    bind_filter(q, f);
    store_bind_int(q, 1, first_of(f));
    store_bind_int(q, 2, end_of(f));
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
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
                      "SELECT watch, state, alerts, risk_fen FROM alert_total ORDER BY watch, state", &q));
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
