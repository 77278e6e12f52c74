/* Any bytes: refused, or rows that are read without leaving them; and what was read, written anew,
 * reads the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "eventlog/eventlog.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

enum { ROWS_MAX = 512 };

static void read_columns(arena *a, const eventlog_rows *rows, eventlog_column *columns)
{
    for (size_t c = 0; c < rows->column_count; c++) {
        int64_t *number = ARENA_ARRAY(a, int64_t, rows->row_count);
        text *word = ARENA_ARRAY(a, text, rows->row_count);
        columns[c].name = rows->columns[c].name;
        if (!rows->columns[c].is_word) eventlog_rows_numbers(rows, c, 0, rows->row_count, number);
        for (size_t i = 0; i < rows->row_count; i++) {
            if (rows->columns[c].is_word) word[i] = eventlog_rows_word(rows, c, i);
            else assert(number[i] == eventlog_rows_number(rows, c, i));
        }
        columns[c].number = rows->columns[c].is_word ? NULL : number;
        columns[c].word = rows->columns[c].is_word ? word : NULL;
    }
}

static void compare(const eventlog_rows *is, const eventlog_column *was)
{
    for (size_t c = 0; c < is->column_count; c++)
        for (size_t i = 0; i < is->row_count; i++) {
            if (was[c].word) assert(text_equal(eventlog_rows_word(is, c, i), was[c].word[i]));
            else assert(eventlog_rows_number(is, c, i) == was[c].number[i]);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *a = arena_open();
    eventlog_rows rows, again;
    eventlog_column columns[EVENTLOG_COLUMNS_MAX];
    char *copy = arena_alloc(a, size_bytes + 1);
    memcpy(copy, bytes, size_bytes);
    err e = eventlog_rows_open((text){ copy, size_bytes }, &rows);
    if (!e.kind && rows.row_count <= ROWS_MAX) {
        text written;
        read_columns(a, &rows, columns);
        e = eventlog_rows_write(a, columns, rows.column_count, rows.row_count, &written);
        if (!e.kind) {
            e = eventlog_rows_open(written, &again);
            assert(!e.kind);
            compare(&again, columns);
        }
    }
    arena_close(a);
    return 0;
}
