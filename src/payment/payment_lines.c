#include <string.h>

#include "payment/payment_internal.h"

struct payment_cursor {
    payment *runs;
    arena *memory; /* one bucket at a time */
    payment_run run;
    payment_place *places;
    size_t place_count, place_index, row_index;
    payment_rows rows;
    payment_outcomes outcomes;
    payment_numbered line;
};

err payment_lines(arena *a, payment *runs, int64_t run_id, payment_cursor **cursor)
{
    payment_cursor *c = ARENA_NEW(a, payment_cursor);
    c->runs = runs;
    TRY(payment_find(a, runs, run_id, &c->run));
    TRY(payment_places(a, runs, run_id, c->run.version, &c->places, &c->place_count));
    c->memory = arena_open();
    *cursor = c;
    return ERR_NONE;
}

void payment_lines_close(payment_cursor *cursor)
{
    arena_close(cursor->memory);
    cursor->memory = NULL;
}

err payment_next_line(payment_cursor *c, const payment_numbered **line)
{
    *line = NULL;
    while (c->row_index == c->rows.count) {
        if (c->place_index == c->place_count) return ERR_NONE;
        const payment_place *place = &c->places[c->place_index++];
        arena_reset(c->memory);
        TRY(payment_rows_read(c->memory, c->runs, &c->run, place, &c->rows));
        TRY(payment_outcomes_read(c->memory, c->runs, &c->run, place, &c->outcomes));
        c->row_index = 0;
    }
    c->line = (payment_numbered){ .number = c->rows.first_number + (int64_t)c->row_index,
                                  .line = payment_rows_line(&c->rows, c->row_index),
                                  .outcome = (payment_outcome)c->outcomes.of[c->row_index] };
    c->row_index++;
    *line = &c->line;
    return ERR_NONE;
}

/* ---- one person ---- */

static size_t first_of_person(const payment_rows *rows, int64_t person_id)
{
    size_t from = 0, until = rows->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (rows->column[PAYMENT_PERSON][middle] < person_id) from = middle + 1;
        else until = middle;
    }
    return from;
}

typedef struct {
    payment_paid *items;
    size_t count, capacity;
} paid_list;

static err add_of_place(arena *a, arena *scratch, payment *runs, const payment_run *run,
                        const payment_place *place, int64_t person_id, paid_list *list)
{
    payment_rows rows;
    payment_outcomes outcomes = { 0 };
    TRY(payment_rows_read(scratch, runs, run, place, &rows));
    for (size_t r = first_of_person(&rows, person_id);
         r < rows.count && rows.column[PAYMENT_PERSON][r] == person_id; r++) {
        payment_paid paid = { .run_id = run->run_id, .number = rows.first_number + (int64_t)r,
                              .line = payment_rows_line(&rows, r) };
        if (!outcomes.count) TRY(payment_outcomes_read(scratch, runs, run, place, &outcomes));
        paid.outcome = (payment_outcome)outcomes.of[r];
        TRY(payment_reason_of(a, runs, person_id, run->run_id, paid.number, &paid.reason));
        ARENA_PUSH(a, list->items, list->count, list->capacity, paid);
    }
    return ERR_NONE;
}

static err add_of_run(arena *a, payment *runs, int64_t run_id, int64_t person_id, paid_list *list)
{
    arena *scratch = arena_open();
    payment_run run;
    payment_place *places = NULL;
    size_t count = 0;
    err e = payment_find(scratch, runs, run_id, &run);
    if (!e.kind) e = payment_places(scratch, runs, run_id, run.version, &places, &count);
    for (size_t i = 0; !e.kind && i < count; i++)
        if (places[i].bucket == eventlog_bucket_of(person_id))
            e = add_of_place(a, scratch, runs, &run, &places[i], person_id, list);
    if (e.detail) e.detail = arena_copy(a, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

static err all_runs(arena *a, payment *runs, int64_t **ids, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *ids = NULL;
    *count = 0;
    TRY(store_prepare(runs->db, "SELECT run_id FROM payment_run WHERE state <> 'withdrawn' ORDER BY run_id",
                      &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *ids, *count, capacity, store_int(q, 0));
    }
}

err payment_of_person(arena *a, payment *runs, int64_t person_id, payment_paid **found, size_t *count)
{
    int64_t *ids;
    size_t id_count;
    paid_list list = { 0 };
    TRY(all_runs(a, runs, &ids, &id_count));
    for (size_t i = 0; i < id_count; i++) TRY(add_of_run(a, runs, ids[i], person_id, &list));
    *found = list.items;
    *count = list.count;
    return ERR_NONE;
}

err payment_reason_of(arena *a, payment *runs, int64_t person_id, int64_t run_id, int64_t number, text *reason)
{
    store_query *q;
    bool has_row;
    *reason = TEXT_NONE;
    TRY(store_prepare(runs->db,
                      "SELECT reason FROM payment_exception WHERE bucket = ?1 AND person_id = ?2 AND "
                      "run_id = ?3 AND number = ?4", &q));
    store_bind_int(q, 1, eventlog_bucket_of(person_id));
    store_bind_int(q, 2, person_id);
    store_bind_int(q, 3, run_id);
    store_bind_int(q, 4, number);
    TRY(store_step(q, &has_row));
    if (has_row) *reason = text_copy(a, store_text(q, 0));
    store_reset(q);
    return ERR_NONE;
}

err payment_unpaid(arena *a, payment *runs, payment_paid **found, size_t *count)
{
    store_query *q;
    paid_list list = { 0 };
    TRY(store_prepare(runs->db,
                      "SELECT run_id, number, outcome, reason, person_id FROM payment_exception WHERE "
                      "reissued_by = 0 ORDER BY run_id, number", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        payment_paid one = { .run_id = store_int(q, 0), .number = store_int(q, 1),
                             .outcome = (payment_outcome)store_int(q, 2),
                             .reason = text_copy(a, store_text(q, 3)),
                             .line.person_id = store_int(q, 4) };
        ARENA_PUSH(a, list.items, list.count, list.capacity, one);
    }
    *found = list.items;
    *count = list.count;
    return payment_fill_lines(a, runs, list.items, list.count);
}

/* The rest of each line, from the rows of its run; `items` are in order of run and number. */
err payment_fill_lines(arena *a, payment *runs, payment_paid *items, size_t count)
{
    size_t at = 0;
    while (at < count) {
        payment_cursor *cursor;
        int64_t run_id = items[at].run_id;
        TRY(payment_lines(a, runs, run_id, &cursor));
        err e = ERR_NONE;
        while (at < count && items[at].run_id == run_id) {
            const payment_numbered *line;
            e = payment_next_line(cursor, &line);
            if (e.kind || !line) break;
            if (line->number == items[at].number) items[at++].line = line->line;
        }
        bool is_found = at == count || items[at].run_id != run_id;
        payment_lines_close(cursor);
        TRY(e);
        if (!is_found) return err_of(&PAYMENT_BROKEN, text_format(a, "%lld", (long long)run_id).bytes);
    }
    return ERR_NONE;
}
