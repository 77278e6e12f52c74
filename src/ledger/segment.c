#include "ledger/ledger_internal.h"

/* A batch as rows of an event. A column whose values are all the same takes no room. */

enum { PERSON, AMOUNT, DAY, KIND, FUND, COLUMN_COUNT };
static const char *const NAMES[COLUMN_COUNT] = { "person", "amount_fen", "day", "kind", "fund" };

static const int64_t *widened(arena *a, const int32_t *column, int64_t all, size_t count)
{
    int64_t *wide = ARENA_ARRAY(a, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) wide[i] = column ? column[i] : all;
    return wide;
}

err ledger_segment_write(arena *a, const ledger_batch *b, text *bytes)
{
    const int64_t *columns[COLUMN_COUNT] = {
        [PERSON] = b->person_id,
        [AMOUNT] = b->amount_fen,
        [DAY] = widened(a, b->day, b->all_day, b->count),
        [KIND] = widened(a, b->kind, b->all_kind, b->count),
        [FUND] = widened(a, NULL, b->fund, b->count),
    };
    eventlog_column rows[COLUMN_COUNT];
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        rows[i] = (eventlog_column){ .name = NAMES[i], .number = columns[i] };
    return eventlog_rows_write(a, rows, COLUMN_COUNT, b->count, bytes);
}

err ledger_segment_open(arena *a, text bytes, int64_t person, ledger_segment *s)
{
    eventlog_rows rows;
    size_t column[COLUMN_COUNT];
    const int64_t *read[COLUMN_COUNT];
    TRY(eventlog_rows_open(bytes, &rows));
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        TRY(eventlog_rows_find(&rows, NAMES[i], false, &column[i]));
    size_t from = 0, until = rows.row_count;
    if (person) {
        from = eventlog_rows_seek(&rows, column[PERSON], person);
        until = eventlog_rows_seek(&rows, column[PERSON], person + 1);
    }
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        int64_t *numbers = ARENA_ARRAY(a, int64_t, until - from + 1);
        eventlog_rows_numbers(&rows, column[i], from, until - from, numbers);
        read[i] = numbers;
    }
    *s = (ledger_segment){ .count = (int64_t)(until - from), .fund = read[FUND][0],
                           .person_id = read[PERSON], .amount_fen = read[AMOUNT],
                           .day = read[DAY], .kind = read[KIND] };
    return ERR_NONE;
}
