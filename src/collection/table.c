#include <string.h>

#include "collection/collection_internal.h"

collection_name COLLECTION_DUE_NAMES[] = { "payer_kind", "payer", "fund", "charge", "fen" };
collection_name COLLECTION_RECEIPT_NAMES[] = { "payer_kind", "payer", "day", "for_month", "fen",
                                                 "allocated_fen" };
collection_name COLLECTION_ALLOT_NAMES[] = { "payer_kind", "payer", "month", "fund", "charge", "fen", "told" };
collection_name COLLECTION_CREDIT_NAMES[] = { "payer_kind", "payer", "fen" };
collection_name COLLECTION_LINE_NAMES[] = {
    "person", "payer", "base_fen", "decision", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "k10",
    "k11", "k12", "k13", "k14", "k15", "k16", "k17", "k18", "k19", "k20", "k21", "k22", "k23", "k24",
};
_Static_assert(sizeof COLLECTION_LINE_NAMES / sizeof COLLECTION_LINE_NAMES[0] == COLLECTION_COLUMNS_MAX,
               "a column of lines has no name");

collection_table collection_table_open(const char *const *names, size_t count, const char *word_name)
{
    return (collection_table){ .names = names, .count = count, .word_name = word_name };
}

static void grow(arena *a, collection_table *t)
{
    size_t wider = t->capacity ? 2 * t->capacity : 256;
    for (size_t c = 0; c < t->count; c++) {
        int64_t *column = ARENA_ARRAY(a, int64_t, wider);
        if (t->row_count) memcpy(column, t->number[c], t->row_count * sizeof *column);
        t->number[c] = column;
    }
    if (t->word_name) {
        text *words = ARENA_ARRAY(a, text, wider);
        if (t->row_count) memcpy(words, t->word, t->row_count * sizeof *words);
        t->word = words;
    }
    t->capacity = wider;
}

size_t collection_table_add(arena *a, collection_table *table)
{
    if (table->row_count == table->capacity) grow(a, table);
    return table->row_count++;
}

err collection_table_bytes(arena *a, const collection_table *table, text *bytes)
{
    eventlog_column columns[COLLECTION_COLUMNS_MAX + 1];
    size_t count = table->count;
    for (size_t c = 0; c < count; c++)
        columns[c] = (eventlog_column){ .name = table->names[c], .number = table->number[c] };
    /* A table of no rows has no arrays yet, and a column must say which of the two it is. */
    if (table->word_name)
        columns[count++] = (eventlog_column){ .name = table->word_name,
                                              .word = table->word ? table->word : ARENA_NEW(a, text) };
    return eventlog_rows_write(a, columns, count, table->row_count, bytes);
}

err collection_table_parse(arena *a, text bytes, collection_table *table)
{
    eventlog_rows rows;
    size_t at;
    TRY(eventlog_rows_open(bytes, &rows));
    for (size_t c = 0; c < table->count; c++) {
        TRY(eventlog_rows_find(&rows, table->names[c], false, &at));
        table->number[c] = ARENA_ARRAY(a, int64_t, rows.row_count + 1);
        eventlog_rows_numbers(&rows, at, 0, rows.row_count, table->number[c]);
    }
    if (table->word_name) {
        TRY(eventlog_rows_find(&rows, table->word_name, true, &at));
        table->word = ARENA_ARRAY(a, text, rows.row_count + 1);
        for (size_t r = 0; r < rows.row_count; r++) table->word[r] = eventlog_rows_word(&rows, at, r);
    }
    table->row_count = table->capacity = rows.row_count;
    return ERR_NONE;
}

err collection_table_read(arena *a, collection *bills, uint32_t bucket, int64_t sequence,
                          const char *segment, collection_table *table)
{
    text bytes;
    TRY(eventlog_segment_read(a, bills->log, bucket, sequence, segment, &bytes));
    return collection_table_parse(a, bytes, table);
}
