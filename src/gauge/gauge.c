#include "gauge/gauge.h"

#include <string.h>

#include "codec/codec.h"

const err_kind GAUGE_NO_VALUE = {
    "gauge.no_value", ERR_NOT_FOUND,
    "Nothing was computed of {}; doudi indicator run computes a month.",
    "没有 {} 的计算结果；用 doudi indicator run 计算当月。"
};

struct gauge {
    arena *process;
    store *db;
    eventlog *log;
};

err gauge_open(arena *process, store *db, eventlog *log, gauge **book)
{
    gauge *g = ARENA_NEW(process, gauge);
    *g = (gauge){ .process = process, .db = db, .log = log };
    *book = g;
    return ERR_NONE;
}

static err leave(gauge *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- the one place that turns events into rows ---- */

typedef struct {
    eventlog_rows rows;
    const eventlog_entry *entry;
} reading;

static err open_rows(arena *a, gauge *book, const eventlog_entry *entry, const char *segment, reading **opened)
{
    text bytes;
    reading *r = ARENA_NEW(a, reading);
    r->entry = entry;
    TRY(eventlog_segment_read(a, book->log, entry->event.bucket, entry->sequence, segment, &bytes));
    TRY(eventlog_rows_open(bytes, &r->rows));
    *opened = r;
    return ERR_NONE;
}

static err word_at(const reading *r, const char *name, size_t row, text *word)
{
    size_t column;
    TRY(eventlog_rows_find(&r->rows, name, true, &column));
    *word = eventlog_rows_word(&r->rows, column, row);
    return ERR_NONE;
}

static err number_at(const reading *r, const char *name, size_t row, int64_t *number)
{
    size_t column;
    TRY(eventlog_rows_find(&r->rows, name, false, &column));
    *number = eventlog_rows_number(&r->rows, column, row);
    return ERR_NONE;
}

static err apply_figure(gauge *book, const reading *r, size_t row)
{
    store_query *q;
    gauge_figure f;
    int64_t month;
    TRY(word_at(r, "figure", row, &f.figure));
    TRY(number_at(r, "region", row, &f.region));
    TRY(number_at(r, "month", row, &month));
    TRY(word_at(r, "value", row, &f.value));
    TRY(word_at(r, "source", row, &f.source));
    TRY(store_prepare(book->db, "DELETE FROM gauge_figure WHERE figure = ?1 AND region = ?2 AND month = ?3", &q));
    store_bind_text(q, 1, f.figure);
    store_bind_int(q, 2, f.region);
    store_bind_int(q, 3, month);
    TRY(store_do(q, NULL));
    TRY(store_prepare(book->db, "INSERT INTO gauge_figure VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &q));
    store_bind_text(q, 1, f.figure);
    store_bind_int(q, 2, f.region);
    store_bind_int(q, 3, month);
    store_bind_text(q, 4, f.value);
    store_bind_text(q, 5, f.source);
    store_bind_int(q, 6, r->entry->event.known_ms);
    store_bind_int(q, 7, r->entry->event.actor_id);
    return store_do(q, NULL);
}

static err apply_value(gauge *book, const reading *r, int64_t month, text purpose, size_t row)
{
    store_query *q;
    text indicator;
    int64_t region, known, value, facts, record;
    TRY(word_at(r, "indicator", row, &indicator));
    TRY(number_at(r, "region", row, &region));
    TRY(number_at(r, "known", row, &known));
    TRY(number_at(r, "value", row, &value));
    TRY(number_at(r, "facts", row, &facts));
    TRY(number_at(r, "record", row, &record));
    TRY(store_prepare(book->db, "INSERT INTO gauge_value VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &q));
    store_bind_text(q, 1, indicator);
    store_bind_int(q, 2, region);
    store_bind_int(q, 3, month);
    store_bind_text(q, 4, purpose);
    store_bind_int(q, 5, known);
    store_bind_int(q, 6, value);
    store_bind_int(q, 7, facts);
    store_bind_int(q, 8, r->entry->sequence);
    store_bind_int(q, 9, record);
    return store_do(q, NULL);
}

static err apply_measured(gauge *book, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    store_query *q;
    reading *r;
    int64_t month = eventlog_body_int(body, "month");
    text purpose = eventlog_body_text(body, "purpose");
    TRY(store_prepare(book->db, "DELETE FROM gauge_value WHERE month = ?1 AND purpose = ?2", &q));
    store_bind_int(q, 1, month);
    store_bind_text(q, 2, purpose);
    TRY(store_do(q, NULL));
    TRY(open_rows(a, book, entry, "values", &r));
    for (size_t row = 0; row < r->rows.row_count; row++) TRY(apply_value(book, r, month, purpose, row));
    return ERR_NONE;
}

static err apply(gauge *book, arena *a, const eventlog_entry *entry)
{
    const codec_json *body;
    reading *r;
    text kind = text_of(entry->event.kind);
    TRY(codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body));
    if (text_equal_cstr(kind, "gauge.measured")) return apply_measured(book, a, entry, body);
    if (!text_equal_cstr(kind, "gauge.said")) return ERR_NONE;
    TRY(open_rows(a, book, entry, "figures", &r));
    for (size_t row = 0; row < r->rows.row_count; row++) TRY(apply_figure(book, r, row));
    return ERR_NONE;
}

static err apply_any(void *room, const eventlog_entry *entry)
{
    gauge *book = room;
    arena *scratch = arena_open();
    return leave(book, scratch, apply(book, scratch, entry));
}

static const eventlog_table TABLES[] = {
    { "gauge_figure", "figure, region, month", "tiittii" },
    { "gauge_value", "indicator, region, month", "tiitiiiii" },
};

eventlog_room gauge_room(gauge *book)
{
    return (eventlog_room){ .events = "gauge.", .tables = TABLES, .table_count = sizeof TABLES / sizeof TABLES[0],
                            .apply = apply_any, .room = book };
}

static err record(gauge *book, const eventlog_event *event)
{
    eventlog_entry entry = { .event = *event };
    TRY(eventlog_append(book->log, event, &entry.sequence, NULL));
    return apply_any(book, &entry);
}

static eventlog_event event_of(const gauge_act *act, const char *kind, const eventlog_segment *segments, size_t count)
{
    return (eventlog_event){ .bucket = EVENTLOG_OFFICE, .kind = kind, .known_ms = act->known_ms, .actor_id = act->actor_id,
                             .why = act->why, .body = TEXT("{}"), .segments = segments, .segment_count = count };
}

/* ---- figures ---- */

static err is_said(gauge *book, const gauge_figure *f, bool *is)
{
    store_query *q;
    TRY(store_prepare(book->db, "SELECT 1 FROM gauge_figure WHERE figure = ?1 AND region = ?2 AND month = ?3 AND "
                                "value = ?4 AND source = ?5", &q));
    store_bind_text(q, 1, f->figure);
    store_bind_int(q, 2, f->region);
    store_bind_int(q, 3, f->month);
    store_bind_text(q, 4, f->value);
    store_bind_text(q, 5, f->source);
    TRY(store_step(q, is));
    if (*is) store_reset(q);
    return ERR_NONE;
}

static err say(gauge *book, arena *a, const gauge_act *act, const gauge_figure *figures, size_t count, size_t *said)
{
    int64_t *region = ARENA_ARRAY(a, int64_t, count + 1), *month = ARENA_ARRAY(a, int64_t, count + 1);
    text *figure = ARENA_ARRAY(a, text, count + 1), *value = ARENA_ARRAY(a, text, count + 1);
    text *source = ARENA_ARRAY(a, text, count + 1);
    eventlog_column columns[] = { { "region", region, NULL }, { "month", month, NULL }, { "figure", NULL, figure },
                                  { "value", NULL, value },   { "source", NULL, source } };
    text bytes;
    *said = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_known;
        TRY(is_said(book, &figures[i], &is_known));
        if (is_known) continue;
        region[*said] = figures[i].region;
        month[*said] = figures[i].month;
        figure[*said] = figures[i].figure;
        value[*said] = figures[i].value;
        source[(*said)++] = figures[i].source;
    }
    if (!*said) return ERR_NONE;
    TRY(eventlog_rows_write(a, columns, sizeof columns / sizeof columns[0], *said, &bytes));
    eventlog_segment segment = { .name = "figures", .row_count = (int64_t)*said, .bytes = bytes };
    eventlog_event event = event_of(act, "gauge.said", &segment, 1);
    return record(book, &event);
}

err gauge_say(gauge *book, const gauge_act *act, const gauge_figure *figures, size_t count, size_t *said)
{
    arena *scratch = arena_open();
    return leave(book, scratch, say(book, scratch, act, figures, count, said));
}

err gauge_figures(arena *a, gauge *book, text figure, int32_t until_month, gauge_figure **figures, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *figures = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT figure, region, month, value, source, known_ms, actor_id FROM gauge_figure "
                      "WHERE (figure = ?1 OR ?1 = '') AND month <= ?2 ORDER BY figure, region, month", &q));
    store_bind_text(q, 1, figure);
    store_bind_int(q, 2, until_month);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        gauge_figure one = { .figure = text_copy(a, store_text(q, 0)), .region = store_int(q, 1),
                             .month = (int32_t)store_int(q, 2), .value = text_copy(a, store_text(q, 3)),
                             .source = text_copy(a, store_text(q, 4)), .known_ms = store_int(q, 5),
                             .actor_id = store_int(q, 6) };
        ARENA_PUSH(a, *figures, *count, capacity, one);
    }
}

/* ---- values ---- */

static err is_measured(gauge *book, const gauge_look *look, bool *is)
{
    store_query *q;
    size_t met = 0;
    TRY(store_prepare(book->db,
                      "SELECT indicator, region, is_known, value, facts FROM gauge_value WHERE month = ?1 AND "
                      "purpose = ?2 ORDER BY indicator, region", &q));
    store_bind_int(q, 1, look->month);
    store_bind_text(q, 2, look->purpose);
    *is = true;
    for (;; met++) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        const gauge_value *v = &look->values[met];
        *is = met < look->value_count && text_equal(store_text(q, 0), v->indicator) && store_int(q, 1) == v->region &&
              (store_int(q, 2) != 0) == v->is_known && store_int(q, 3) == v->value && store_int(q, 4) == v->facts;
        if (*is) continue;
        store_reset(q);
        return ERR_NONE;
    }
    *is = met == look->value_count;
    return ERR_NONE;
}

static err write_values(arena *a, const gauge_look *look, text *bytes)
{
    size_t n = look->value_count;
    enum { REGION, KNOWN, VALUE, FACTS, RECORD, NUMBERS };
    static const char *const NAMES[NUMBERS] = { "region", "known", "value", "facts", "record" };
    int64_t *number[NUMBERS];
    text *indicator = ARENA_ARRAY(a, text, n + 1);
    eventlog_column columns[NUMBERS + 1];
    for (int c = 0; c < NUMBERS; c++) {
        number[c] = ARENA_ARRAY(a, int64_t, n + 1);
        columns[c] = (eventlog_column){ .name = NAMES[c], .number = number[c] };
    }
    columns[NUMBERS] = (eventlog_column){ .name = "indicator", .word = indicator };
    for (size_t i = 0; i < n; i++) {
        const gauge_value *v = &look->values[i];
        number[REGION][i] = v->region;
        number[KNOWN][i] = v->is_known;
        number[VALUE][i] = v->value;
        number[FACTS][i] = v->facts;
        number[RECORD][i] = v->record_row;
        indicator[i] = v->indicator;
    }
    return eventlog_rows_write(a, columns, NUMBERS + 1, n, bytes);
}

static err measure(gauge *book, arena *a, const gauge_act *act, const gauge_look *look, bool *is_new)
{
    bool is_known;
    text values, records;
    TRY(is_measured(book, look, &is_known));
    *is_new = !is_known;
    if (is_known) return ERR_NONE;
    TRY(write_values(a, look, &values));
    eventlog_column column = { .name = "record", .word = look->records };
    TRY(eventlog_rows_write(a, &column, 1, look->record_count, &records));
    eventlog_segment segments[] = { { "records", (int64_t)look->record_count, records },
                                    { "values", (int64_t)look->value_count, values } };
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "law", look->law);
    eventlog_body_add_int(&w, "month", look->month);
    eventlog_body_add_text(&w, "purpose", look->purpose);
    codec_json_end_object(&w);
    eventlog_event event = event_of(act, "gauge.measured", segments, 2);
    event.body = text_built(&body);
    return record(book, &event);
}

err gauge_measure(gauge *book, const gauge_act *act, const gauge_look *look, bool *is_new)
{
    arena *scratch = arena_open();
    return leave(book, scratch, measure(book, scratch, act, look, is_new));
}

err gauge_values(arena *a, gauge *book, const gauge_asked *asked, gauge_value **values, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *values = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT indicator, region, month, is_known, value, facts, record_row FROM gauge_value "
                      "WHERE (indicator = ?1 OR ?1 = '') AND (region = ?2 OR ?3 = 1) AND month >= ?4 AND month <= ?5 "
                      "ORDER BY indicator, month, region", &q));
    store_bind_text(q, 1, asked->indicator);
    store_bind_int(q, 2, asked->region);
    store_bind_int(q, 3, asked->region == GAUGE_ANY_REGION);
    store_bind_int(q, 4, asked->from_month);
    store_bind_int(q, 5, asked->until_month);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        gauge_value one = { .indicator = text_copy(a, store_text(q, 0)), .region = store_int(q, 1),
                            .month = (int32_t)store_int(q, 2), .is_known = store_int(q, 3) != 0, .value = store_int(q, 4),
                            .facts = store_int(q, 5), .record_row = store_int(q, 6) };
        ARENA_PUSH(a, *values, *count, capacity, one);
    }
}

static err find_record(gauge *book, text indicator, int64_t region, int32_t month, int64_t *sequence, int64_t *row)
{
    store_query *q;
    bool has_row;
    *sequence = *row = 0;
    TRY(store_prepare(book->db, "SELECT sequence, record_row FROM gauge_value WHERE indicator = ?1 AND region = ?2 AND "
                                "month = ?3", &q));
    store_bind_text(q, 1, indicator);
    store_bind_int(q, 2, region);
    store_bind_int(q, 3, month);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *sequence = store_int(q, 0);
    *row = store_int(q, 1);
    store_reset(q);
    return ERR_NONE;
}

err gauge_record(arena *a, gauge *book, text indicator, int64_t region, int32_t month, text *word)
{
    int64_t sequence, row;
    size_t column;
    text bytes;
    eventlog_rows *rows = ARENA_NEW(a, eventlog_rows);
    TRY(find_record(book, indicator, region, month, &sequence, &row));
    if (!sequence) return err_of(&GAUGE_NO_VALUE, text_cstr(a, indicator));
    TRY(eventlog_segment_read(a, book->log, EVENTLOG_OFFICE, sequence, "records", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    TRY(eventlog_rows_find(rows, "record", true, &column));
    if (row < 0 || (size_t)row >= rows->row_count) return err_of(&GAUGE_NO_VALUE, text_cstr(a, indicator));
    *word = eventlog_rows_word(rows, column, (size_t)row);
    return ERR_NONE;
}

err gauge_last_month(gauge *book, int32_t until_month, int32_t *month)
{
    store_query *q;
    bool has_row;
    *month = INT32_MIN;
    TRY(store_prepare(book->db, "SELECT month FROM gauge_value WHERE month <= ?1 ORDER BY month DESC LIMIT 1", &q));
    store_bind_int(q, 1, until_month);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    *month = (int32_t)store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}
