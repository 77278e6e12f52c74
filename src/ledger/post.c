#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_KEY_REUSED = {
    "ledger.key_reused", ERR_CONFLICT, "The key '{}' was used before, for something else.",
    "幂等键“{}”已用于另一笔业务。"
};
const err_kind LEDGER_NO_VOUCHER = {
    "ledger.no_voucher", ERR_NOT_FOUND, "There is no voucher {}.", "没有凭证 {}。"
};
const err_kind LEDGER_REVERSED = {
    "ledger.reversed", ERR_CONFLICT,
    "The voucher {} is taken back already, or is of a kind that cannot be.",
    "凭证 {} 已经冲销，或属于不能冲销的种类。"
};

err ledger_open(arena *process, store *db, eventlog *log, const ledger_chart *chart, ledger **books)
{
    ledger *b = ARENA_NEW(process, ledger);
    *b = (ledger){ process, db, log, chart };
    *books = b;
    return ERR_NONE;
}

err ledger_written_before(ledger *books, arena *scratch, const ledger_stamp *stamp,
                          const ledger_voucher *voucher, bool *is_there, ledger_voucher_id *id)
{
    store_query *q;
    TRY(store_prepare(books->db, "SELECT month, number FROM ledger_voucher WHERE fund = ?1 AND key = ?2", &q));
    store_bind_int(q, 1, voucher->id.fund);
    store_bind_text(q, 2, stamp->key);
    TRY(store_step(q, is_there));
    if (!*is_there) return ERR_NONE;
    *id = (ledger_voucher_id){ voucher->id.fund, (int32_t)store_int(q, 0), (int32_t)store_int(q, 1) };
    store_reset(q);
    const ledger_voucher *old;
    TRY(ledger_voucher_read(scratch, books, *id, &old));
    bool is_same = strcmp(old->kind, voucher->kind) == 0 && old->day == voucher->day &&
                   text_equal(old->reference, voucher->reference) &&
                   old->reverses.month == voucher->reverses.month &&
                   old->reverses.number == voucher->reverses.number &&
                   ledger_same_lines(old->lines, old->line_count, voucher->lines, voucher->line_count);
    return is_same ? ERR_NONE : ledger_err(books, &LEDGER_KEY_REUSED, stamp->key);
}

static err next_number(ledger *books, const ledger_voucher *v, int32_t *number)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT COALESCE(MAX(number), 0) FROM ledger_voucher WHERE fund = ?1 AND month = ?2", &q));
    store_bind_int(q, 1, v->id.fund);
    store_bind_int(q, 2, v->id.month);
    bool has_row;
    TRY(store_step(q, &has_row));
    *number = (int32_t)store_int(q, 0) + 1;
    store_reset(q);
    return ERR_NONE;
}

static const char *event_kind_of(const ledger_voucher *v)
{
    return ledger_is_voucher_event(v->kind) ? v->kind : LEDGER_POSTED;
}

err ledger_write(ledger *books, arena *scratch, const ledger_stamp *stamp, ledger_voucher *v,
                 ledger_voucher_id *id)
{
    ledger_fact fact;
    bool is_new;
    v->key = stamp->key;
    v->known_ms = stamp->known_ms;
    v->actor_id = stamp->actor_id;
    TRY(next_number(books, v, &v->id.number));
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = event_kind_of(v),
                             .known_ms = stamp->known_ms, .actor_id = stamp->actor_id,
                             .why = stamp->why, .body = ledger_fact_body(scratch, v) };
    event.key = text_format(scratch, "ledger.%d.%.*s", v->id.fund, TEXT_ARG(stamp->key));
    TRY(eventlog_append(books->log, &event, &fact.sequence, &is_new));
    fact.voucher = *v;
    TRY(ledger_apply_voucher(books, &fact));
    *id = v->id;
    return ERR_NONE;
}

static err post(ledger *books, arena *scratch, const ledger_stamp *stamp,
                const ledger_business *business, ledger_voucher_id *id)
{
    bool is_there;
    ledger_line *lines;
    ledger_voucher v = { .id = { business->fund, calendar_month_of_day(business->day), 0 },
                         .day = business->day, .kind = business->kind,
                         .reference = business->reference };
    TRY(ledger_make_lines(scratch, books->chart, business, &lines, &v.line_count));
    v.lines = lines;
    TRY(ledger_written_before(books, scratch, stamp, &v, &is_there, id));
    if (is_there) return ERR_NONE;
    TRY(ledger_check_month(books, scratch, v.id.fund, v.id.month));
    return ledger_write(books, scratch, stamp, &v, id);
}

/* Details made in `scratch` must outlive it. */
static err keep_detail(ledger *books, arena *scratch, err e)
{
    if (e.detail) e.detail = text_cstr(books->process, text_of(e.detail));
    arena_close(scratch);
    return e;
}

err ledger_post(ledger *books, const ledger_stamp *stamp, const ledger_business *business,
                ledger_voucher_id *voucher)
{
    arena *scratch = arena_open();
    return keep_detail(books, scratch, post(books, scratch, stamp, business, voucher));
}

/* 红字冲销: the same lines with the amounts negated. Opening and closing cannot be taken back, nor
 * can a taking back: the business is posted again instead. */
static err reverse(ledger *books, arena *scratch, const ledger_stamp *stamp,
                   ledger_voucher_id original, int32_t day, ledger_voucher_id *id)
{
    bool is_there;
    const ledger_voucher *old;
    TRY(ledger_voucher_read(scratch, books, original, &old));
    text shown = text_format(scratch, "%d/%.*s/%d", original.fund,
                             TEXT_ARG(ledger_month_text(scratch, original.month)), original.number);
    ledger_line *lines = ARENA_ARRAY(scratch, ledger_line, old->line_count + 1);
    for (size_t i = 0; i < old->line_count; i++) {
        lines[i] = old->lines[i];
        lines[i].amount_fen = -lines[i].amount_fen;
    }
    ledger_voucher v = { .id = { original.fund, calendar_month_of_day(day), 0 }, .day = day,
                         .kind = LEDGER_TAKEN_BACK, .reference = old->reference,
                         .reverses = original, .lines = lines, .line_count = old->line_count };
    TRY(ledger_written_before(books, scratch, stamp, &v, &is_there, id));
    if (is_there) return ERR_NONE;
    if (ledger_is_voucher_event(old->kind)) return ledger_err(books, &LEDGER_REVERSED, shown);
    TRY(ledger_check_month(books, scratch, v.id.fund, v.id.month));
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT number FROM ledger_voucher WHERE fund = ?1 AND reverses_month = ?2 "
                      "AND reverses_number = ?3", &q));
    store_bind_int(q, 1, original.fund);
    store_bind_int(q, 2, original.month);
    store_bind_int(q, 3, original.number);
    TRY(store_step(q, &is_there));
    store_reset(q);
    if (is_there) return ledger_err(books, &LEDGER_REVERSED, shown);
    return ledger_write(books, scratch, stamp, &v, id);
}

err ledger_reverse(ledger *books, const ledger_stamp *stamp, ledger_voucher_id original, int32_t day,
                   ledger_voucher_id *voucher)
{
    arena *scratch = arena_open();
    return keep_detail(books, scratch, reverse(books, scratch, stamp, original, day, voucher));
}
