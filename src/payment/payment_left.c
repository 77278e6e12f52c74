/* Lines that could not be paid: left out of a run, refused, or returned; each waits for a later run. */
#include <stdlib.h>
#include <string.h>

#include "payment/payment_internal.h"

static const payment_word LEFT[] = {
    [PAYMENT_LEFT_NONE] = { "none", "none", "无" },
    [PAYMENT_LEFT_NO_ACCOUNT] = { "no_account", "no bank account", "没有收款账户" },
    [PAYMENT_LEFT_ACCOUNT_REFUSED] = { "account_refused", "the bank refused the account", "银行拒收该账户" },
    [PAYMENT_LEFT_PAYEE_DEAD] = { "payee_dead", "the bank says the payee has died", "银行称收款人已死亡" },
    [PAYMENT_LEFT_HELD] = { "held", "held by an alert", "因预警暂停发放" },
};
_Static_assert(sizeof LEFT / sizeof LEFT[0] == PAYMENT_LEFT_REASON_COUNT, "a reason has no row");

const payment_word *payment_left_word(payment_left_reason reason)
{
    return &LEFT[reason];
}

/* ---- keeping ---- */

err payment_left_keep(payment *runs, arena *a, const payment_act *act, int64_t run_id, int64_t version,
                      const payment_rows *rows)
{
    text bytes;
    bool is_new;
    TRY(payment_rows_bytes(a, rows, &bytes));
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "count", (int64_t)rows->count);
    eventlog_body_add_int(&w, "parts", (int64_t)rows->part_count);
    eventlog_body_add_int(&w, "run", run_id);
    eventlog_body_add_int(&w, "version", version);
    codec_json_end_object(&w);
    eventlog_segment segment = { .name = "lines", .row_count = (int64_t)rows->count, .bytes = bytes };
    eventlog_event event = { .bucket = rows->bucket, .kind = "payment.left", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = text_built(&body),
                             .segments = &segment, .segment_count = 1 };
    if (act->key.size_bytes) event.key = text_format(a, "%.*s/left/%lld", TEXT_ARG(act->key), (long long)version);
    return payment_record(runs, &event, NULL, &is_new);
}

static err read_rows(arena *a, payment *runs, uint32_t bucket, int64_t sequence, int64_t part_count, payment_rows *rows)
{
    text bytes;
    bool is_sound = part_count > 0 && part_count <= PAYMENT_PARTS_MAX;
    if (!is_sound) return err_of(&PAYMENT_BROKEN, NULL);
    *rows = payment_rows_open(bucket, 1, (size_t)part_count);
    TRY(eventlog_segment_read(a, runs->log, bucket, sequence, "lines", &bytes));
    return payment_rows_parse(a, bytes, rows);
}

err payment_left_apply(payment *runs, arena *a, const eventlog_entry *entry, const codec_json *body)
{
    payment_rows rows;
    store_query *q;
    TRY(read_rows(a, runs, entry->event.bucket, entry->sequence, eventlog_body_int(body, "parts"), &rows));
    for (size_t i = 0; i < rows.count && rows.has_more; i++) {
        TRY(store_prepare(runs->db, "INSERT INTO payment_left VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
                          &q));
        store_bind_int(q, 1, eventlog_body_int(body, "run"));
        store_bind_int(q, 2, eventlog_body_int(body, "version"));
        store_bind_int(q, 3, entry->event.bucket);
        store_bind_int(q, 4, (int64_t)i + 1);
        store_bind_int(q, 5, rows.column[PAYMENT_PERSON][i]);
        store_bind_int(q, 6, rows.more[PAYMENT_REASON][i]);
        store_bind_int(q, 7, rows.column[PAYMENT_FOR_MONTH][i]);
        store_bind_int(q, 8, payment_rows_fen(&rows, i));
        store_bind_int(q, 9, entry->event.known_ms);
        store_bind_int(q, 10, entry->sequence);
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

err payment_left_void(payment *runs, int64_t run_id, int64_t version)
{
    store_query *q;
    TRY(store_prepare(runs->db, "DELETE FROM payment_left WHERE run_id = ?1 AND version < ?2", &q));
    store_bind_int(q, 1, run_id);
    store_bind_int(q, 2, version);
    return store_do(q, NULL);
}

err payment_left_take(payment *runs, int64_t run_id, const codec_json *list)
{
    store_query *q;
    TRY(store_prepare(runs->db, "UPDATE payment_left SET taken_by = 0 WHERE taken_by = ?1", &q));
    store_bind_int(q, 1, run_id);
    TRY(store_do(q, NULL));
    for (size_t i = 0; list && i + 2 < list->count; i += 3) {
        TRY(store_prepare(runs->db,
                          "UPDATE payment_left SET taken_by = ?1 WHERE run_id = ?2 AND bucket = ?3 AND number = ?4",
                              &q));
        store_bind_int(q, 1, run_id);
        for (int k = 0; k < 3; k++) {
            int64_t value = 0;
            if (!codec_parse_scaled(list->items[i + (size_t)k].word, 0, &value)) return err_of(&PAYMENT_BROKEN, NULL);
            store_bind_int(q, k + 2, value);
        }
        TRY(store_do(q, NULL));
    }
    return ERR_NONE;
}

err payment_left_check(arena *a, payment *runs, int64_t by_run, uint32_t bucket, const payment_line *line)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db,
                      "SELECT taken_by FROM payment_left WHERE run_id = ?1 AND bucket = ?2 AND number = ?3 AND "
                      "person_id = ?4 AND for_month = ?5 AND fen = ?6", &q));
    store_bind_int(q, 1, line->left_of_run);
    store_bind_int(q, 2, bucket);
    store_bind_int(q, 3, line->left_number);
    store_bind_int(q, 4, line->person_id);
    store_bind_int(q, 5, line->for_month);
    store_bind_int(q, 6, payment_line_fen(line));
    TRY(store_step(q, &has_row));
    bool is_waiting = has_row && (store_int(q, 0) == 0 || store_int(q, 0) == by_run);
    store_reset(q);
    if (is_waiting) return ERR_NONE;
    return err_of(&PAYMENT_NOT_UNPAID, text_format(a, "%lld/%lld", (long long)line->left_of_run,
                                                   (long long)line->left_number).bytes);
}

err payment_left_count(payment *runs, int64_t run_id, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(runs->db, "SELECT count(*) FROM payment_left WHERE run_id = ?1", &q));
    store_bind_int(q, 1, run_id);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

/* ---- what waits ---- */

typedef struct {
    payment_waiting *items;
    int64_t *sequences; /* of the event with the rows of one left out; 0: rows of the run */
    size_t count, capacity, sequence_capacity;
} waiting_list;

static void push(arena *a, waiting_list *list, payment_waiting one, int64_t sequence)
{
    size_t at = list->count;
    ARENA_PUSH(a, list->items, list->count, list->capacity, one);
    ARENA_PUSH(a, list->sequences, at, list->sequence_capacity, sequence);
}

static err find_refused(arena *a, payment *runs, uint32_t bucket, int64_t by_run, waiting_list *list)
{
    store_query *q;
    TRY(store_prepare(runs->db,
                      "SELECT run_id, number, outcome, reason, person_id, known_ms FROM payment_exception WHERE "
                      "bucket = ?1 AND (reissued_by = 0 OR reissued_by = ?2) ORDER BY run_id, number", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, by_run);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        push(a, list, (payment_waiting){ .run_id = store_int(q, 0), .number = store_int(q, 1),
                                         .outcome = (payment_outcome)store_int(q, 2),
                                         .reason = text_copy(a, store_text(q, 3)), .is_final = true,
                                         .line.person_id = store_int(q, 4), .known_ms = store_int(q, 5) }, 0);
    }
}

static err find_left(arena *a, payment *runs, uint32_t bucket, int64_t by_run, waiting_list *list)
{
    store_query *q;
    TRY(store_prepare(runs->db,
                      "SELECT run_id, number, reason, person_id, known_ms, sequence FROM payment_left WHERE "
                      "bucket = ?1 AND (taken_by = 0 OR taken_by = ?2) ORDER BY run_id, number", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, by_run);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t reason = store_int(q, 2);
        if (reason <= PAYMENT_LEFT_NONE || reason >= PAYMENT_LEFT_REASON_COUNT) reason = PAYMENT_LEFT_NO_ACCOUNT;
        push(a, list, (payment_waiting){ .run_id = store_int(q, 0), .number = store_int(q, 1),
                                         .left = (payment_left_reason)reason, .line.person_id = store_int(q, 3),
                                         .known_ms = store_int(q, 4) }, store_int(q, 5));
    }
}

static bool was_sent(payment_state state)
{
    return state >= PAYMENT_SENT && state <= PAYMENT_CLOSED;
}

/* The rows of one run in the bucket: of its lines, or of those left out of it. */
static err fill_one(arena *scratch, payment *runs, const payment_run *run, uint32_t bucket, int64_t sequence,
                    payment_waiting *items, size_t count)
{
    payment_rows rows = { 0 };
    payment_place *places;
    size_t place_count;
    if (sequence) TRY(read_rows(scratch, runs, bucket, sequence, (int64_t)run->terms.part_count, &rows));
    else TRY(payment_places(scratch, runs, run->run_id, run->version, &places, &place_count));
    for (size_t i = 0; !sequence && i < place_count; i++)
        if (places[i].bucket == bucket) TRY(payment_rows_read(scratch, runs, run, &places[i], &rows));
    for (size_t i = 0; i < count; i++) {
        int64_t at = items[i].number - rows.first_number;
        if (at < 0 || at >= (int64_t)rows.count || rows.column[PAYMENT_PERSON][at] != items[i].line.person_id)
            return err_of(&PAYMENT_BROKEN, text_format(runs->process, "%lld", (long long)run->run_id).bytes);
        items[i].line = payment_rows_line(&rows, (size_t)at);
    }
    return ERR_NONE;
}

static err fill(arena *a, payment *runs, uint32_t bucket, waiting_list *list)
{
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t from = 0, until; !e.kind && from < list->count; from = until) {
        payment_run *run = ARENA_NEW(a, payment_run);
        for (until = from; until < list->count && list->items[until].run_id == list->items[from].run_id &&
                           list->sequences[until] == list->sequences[from];) until++;
        e = payment_find(a, runs, list->items[from].run_id, run);
        if (!e.kind) e = fill_one(scratch, runs, run, bucket, list->sequences[from], list->items + from, until - from);
        for (size_t i = from; i < until; i++) {
            list->items[i].terms = &run->terms;
            list->items[i].is_final = was_sent(run->state);
        }
        arena_reset(scratch);
    }
    arena_close(scratch);
    return e;
}

static int by_person(const void *a, const void *b)
{
    const payment_waiting *x = a, *y = b;
    if (x->line.person_id != y->line.person_id) return x->line.person_id < y->line.person_id ? -1 : 1;
    if (x->run_id != y->run_id) return x->run_id < y->run_id ? -1 : 1;
    if (!x->left != !y->left) return x->left ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

err payment_waiting_of(arena *a, payment *runs, uint32_t bucket, int64_t by_run, payment_waiting **found, size_t *count)
{
    waiting_list list = { 0 };
    TRY(find_refused(a, runs, bucket, by_run, &list));
    TRY(find_left(a, runs, bucket, by_run, &list));
    TRY(fill(a, runs, bucket, &list));
    if (list.count) qsort(list.items, list.count, sizeof *list.items, by_person);
    *found = list.items;
    *count = list.count;
    return ERR_NONE;
}

/* ---- where a line began ---- */

static err find_line(arena *a, payment *runs, int64_t run_id, int64_t person_id, int64_t number, payment_line *line)
{
    payment_run run;
    payment_place *places;
    size_t count;
    uint32_t bucket = eventlog_bucket_of(person_id);
    TRY(payment_find(a, runs, run_id, &run));
    TRY(payment_places(a, runs, run_id, run.version, &places, &count));
    for (size_t i = 0; i < count; i++) {
        payment_rows rows;
        if (places[i].bucket != bucket) continue;
        TRY(payment_rows_read(a, runs, &run, &places[i], &rows));
        int64_t at = number - rows.first_number;
        if (at < 0 || at >= (int64_t)rows.count) break;
        *line = payment_rows_line(&rows, (size_t)at);
        return ERR_NONE;
    }
    return err_of(&PAYMENT_BROKEN, text_format(a, "%lld", (long long)run_id).bytes);
}

err payment_line_root(arena *a, payment *runs, int64_t run_id, const payment_numbered *line, int64_t *root_run,
                      payment_line *root)
{
    *root_run = run_id;
    *root = line->line;
    while (root->reissue_of_run) {
        int64_t of_run = root->reissue_of_run, number = root->reissue_of_line;
        if (of_run >= *root_run) return err_of(&PAYMENT_BROKEN, text_format(a, "%lld", (long long)*root_run).bytes);
        TRY(find_line(a, runs, of_run, root->person_id, number, root));
        *root_run = of_run;
    }
    return ERR_NONE;
}
