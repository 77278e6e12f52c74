/* What stands of the bank's answers: read back from the events that keep them. */
#include <string.h>

#include "payment/payment_internal.h"

payment_name PAYMENT_RANGE_NAMES[] = { "from", "until" };
payment_name PAYMENT_EXCEPTION_NAMES[] = { "person", "number", "outcome", "reason" };

static err broken(arena *a, const payment_run *run)
{
    return err_of(&PAYMENT_BROKEN, text_format(a, "%lld", (long long)run->run_id).bytes);
}

err payment_exceptions_read(arena *a, payment *runs, uint32_t bucket, int64_t sequence,
                            payment_exception **exceptions, size_t *count)
{
    text bytes;
    int64_t *column[4];
    TRY(eventlog_segment_read(a, runs->log, bucket, sequence, "exceptions", &bytes));
    TRY(payment_unpack(a, bytes, PAYMENT_EXCEPTION_NAMES, column, 4, count));
    *exceptions = ARENA_ARRAY(a, payment_exception, *count + 1);
    for (size_t i = 0; i < *count; i++)
        (*exceptions)[i] = (payment_exception){ .person_id = column[0][i], .number = column[1][i],
                                                .outcome = (payment_outcome)column[2][i],
                                                .reason = column[3][i] };
    return ERR_NONE;
}

static bool set(payment_outcomes *outcomes, int64_t number, payment_outcome outcome)
{
    int64_t at = number - outcomes->first;
    if (at < 0 || at >= (int64_t)outcomes->count) return false;
    outcomes->of[at] = (uint8_t)outcome;
    return true;
}

/* One event's worth, laid over what stood before. */
static err lay_over(arena *scratch, payment *runs, const payment_run *run, uint32_t bucket,
                    int64_t sequence, payment_outcomes *outcomes)
{
    text bytes;
    int64_t *range[2];
    size_t range_count, count;
    payment_exception *exceptions;
    TRY(eventlog_segment_read(scratch, runs->log, bucket, sequence, "paid", &bytes));
    TRY(payment_unpack(scratch, bytes, PAYMENT_RANGE_NAMES, range, 2, &range_count));
    for (size_t i = 0; i < range_count; i++)
        for (int64_t number = range[0][i]; number < range[1][i]; number++)
            if (!set(outcomes, number, PAYMENT_PAID)) return broken(scratch, run);
    TRY(payment_exceptions_read(scratch, runs, bucket, sequence, &exceptions, &count));
    for (size_t i = 0; i < count; i++)
        if (!set(outcomes, exceptions[i].number, exceptions[i].outcome)) return broken(scratch, run);
    return ERR_NONE;
}

typedef struct {
    uint32_t bucket;
    int64_t sequence;
} answer_place;

static err answer_places(arena *a, payment *runs, int64_t run_id, answer_place **places, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *places = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT bucket, sequence FROM payment_answer_rows WHERE run_id = ?1 ORDER BY answer, bucket",
                      &q));
    store_bind_int(q, 1, run_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        answer_place place = { (uint32_t)store_int(q, 0), store_int(q, 1) };
        ARENA_PUSH(a, *places, *count, capacity, place);
    }
}

err payment_outcomes_read(arena *a, payment *runs, const payment_run *run, const payment_place *only,
                          payment_outcomes *outcomes)
{
    answer_place *places;
    size_t count;
    *outcomes = (payment_outcomes){ .first = only ? only->first_number : 1,
                                    .count = (size_t)(only ? only->line_count : run->line_count) };
    outcomes->of = ARENA_ARRAY(a, uint8_t, outcomes->count + 1);
    TRY(answer_places(a, runs, run->run_id, &places, &count));
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < count; i++) {
        if (only && places[i].bucket != only->bucket) continue;
        e = lay_over(scratch, runs, run, places[i].bucket, places[i].sequence, outcomes);
        if (e.detail) e.detail = arena_copy(a, e.detail, strlen(e.detail));
        arena_reset(scratch);
    }
    arena_close(scratch);
    return e;
}

/* ---- sums ---- */

void payment_sums_add(payment_sums *sums, const payment_rows *rows, size_t index, payment_outcome outcome,
                      int64_t times)
{
    int64_t *const COUNTS[] = { [PAYMENT_OPEN] = &sums->open_count, [PAYMENT_PAID] = &sums->paid_count,
                                [PAYMENT_REFUSED] = &sums->refused_count,
                                [PAYMENT_RETURNED] = &sums->returned_count };
    int64_t *const FEN[] = { [PAYMENT_OPEN] = sums->open_fen, [PAYMENT_PAID] = sums->paid_fen,
                             [PAYMENT_REFUSED] = sums->refused_fen,
                             [PAYMENT_RETURNED] = sums->returned_fen };
    *COUNTS[outcome] += times;
    for (size_t p = 0; p < rows->part_count; p++)
        FEN[outcome][p] += times * rows->column[PAYMENT_PART + p][index];
}

err payment_sums_of(payment *runs, int64_t run_id, payment_sums *sums)
{
    arena *memory = arena_open(), *one = arena_open();
    payment_run run;
    payment_place *places = NULL;
    payment_outcomes outcomes = { 0 };
    size_t count = 0;
    *sums = (payment_sums){ 0 };
    err e = payment_find(memory, runs, run_id, &run);
    if (!e.kind) e = payment_places(memory, runs, run_id, run.version, &places, &count);
    if (!e.kind) e = payment_outcomes_read(memory, runs, &run, NULL, &outcomes);
    for (size_t i = 0; !e.kind && i < count; i++) {
        payment_rows rows = { 0 };
        e = payment_rows_read(one, runs, &run, &places[i], &rows);
        for (size_t r = 0; !e.kind && r < rows.count; r++)
            payment_sums_add(sums, &rows, r,
                             (payment_outcome)outcomes.of[rows.first_number - 1 + (int64_t)r], 1);
        if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
        arena_reset(one);
    }
    arena_close(one);
    if (e.detail) e.detail = arena_copy(runs->process, e.detail, strlen(e.detail));
    arena_close(memory);
    return e;
}
