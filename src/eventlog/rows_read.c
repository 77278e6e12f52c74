#include <stddef.h>
#include <string.h>

#include "eventlog/rows_internal.h"

static uint64_t load(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t load_code(const uint8_t *at, size_t index, uint8_t width)
{
    if (width == 0) return 0;
    return load(at + index * width) & (UINT64_MAX >> (64 - 8 * width));
}

/* ---- opening ---- */

typedef struct {
    text bytes;
    size_t at;
} reader;

static const uint8_t *take(reader *r, size_t size_bytes)
{
    if (r->bytes.size_bytes - r->at < size_bytes) return NULL;
    const uint8_t *from = (const uint8_t *)r->bytes.bytes + r->at;
    r->at += size_bytes;
    return from;
}

/* Whether `count` things of `width` bytes fit behind *at, and moves on. */
static bool pass(uint64_t *at, uint64_t until, uint64_t count, uint8_t width)
{
    uint64_t size;
    if (__builtin_mul_overflow(count, (uint64_t)width, &size) || size > until - *at) return false;
    *at += size;
    return true;
}

static bool place_column(text bytes, uint64_t at, size_t row_count, eventlog_rows_column *c)
{
    const uint8_t *from = (const uint8_t *)bytes.bytes;
    uint64_t until = bytes.size_bytes - ROWS_PADDING;
    if (at > until) return false;
    c->at = from + at;
    if (!pass(&at, until, row_count, c->width)) return false;
    if (!c->is_word) return true;
    c->offsets = from + at;
    if (c->word_count == UINT64_MAX || !pass(&at, until, c->word_count + 1, c->offset_width))
        return false;
    c->heap = from + at;
    return c->heap_bytes <= until - at;
}

static bool read_heading(reader *r, size_t row_count, eventlog_rows_column *c)
{
    const uint8_t *length = take(r, 1);
    if (!length || *length == 0 || *length > ROWS_NAME_MAX) return false;
    const uint8_t *name = take(r, *length + 1u);
    const uint8_t *rest = take(r, 35);
    if (!name || !rest || strlen((const char *)name) != *length) return false;
    uint8_t flags = rest[0];
    *c = (eventlog_rows_column){
        .name = (const char *)name,
        .is_word = flags & ROWS_IS_WORD,
        .has_none = flags & ROWS_HAS_NONE,
        .is_direct = flags & ROWS_IS_DIRECT,
        .width = rest[1],
        .offset_width = rest[2],
        .least = (int64_t)load(rest + 3),
        .word_count = load(rest + 11),
        .heap_bytes = load(rest + 19),
    };
    if (flags & ~ROWS_FLAGS || c->width > 8 || c->offset_width > 8) return false;
    return place_column(r->bytes, load(rest + 27), row_count, c);
}

err eventlog_rows_open(text bytes, eventlog_rows *rows)
{
    reader r = { .bytes = bytes };
    const uint8_t *heading = take(&r, ROWS_HEADING_BYTES);
    if (!heading || bytes.size_bytes < ROWS_HEADING_BYTES + ROWS_PADDING)
        return err_of(&EVENTLOG_BAD_ROWS, "too short");
    if (memcmp(heading, ROWS_MAGIC, 8) != 0)
        return err_of(&EVENTLOG_BAD_ROWS, "not rows, or of a version this program does not know");
    uint64_t row_count = load(heading + 8), column_count = load(heading + 16);
    if (row_count > ROWS_MAX || column_count > EVENTLOG_COLUMNS_MAX)
        return err_of(&EVENTLOG_BAD_ROWS, "too many rows or columns");
    rows->row_count = (size_t)row_count;
    rows->column_count = (size_t)column_count;
    for (size_t i = 0; i < column_count; i++)
        if (!read_heading(&r, rows->row_count, &rows->columns[i]))
            return err_of(&EVENTLOG_BAD_ROWS, "a column is cut short");
    return ERR_NONE;
}

err eventlog_rows_find(const eventlog_rows *rows, const char *name, bool is_word, size_t *column)
{
    for (size_t i = 0; i < rows->column_count; i++) {
        if (strcmp(rows->columns[i].name, name) != 0) continue;
        if (rows->columns[i].is_word != is_word) break;
        *column = i;
        return ERR_NONE;
    }
    return err_of(&EVENTLOG_BAD_ROWS, name);
}

/* ---- cells ---- */

static int64_t number_of(const eventlog_rows_column *c, uint64_t code)
{
    if (c->has_none && code == 0) return EVENTLOG_NONE;
    return (int64_t)((uint64_t)c->least + code - c->has_none);
}

int64_t eventlog_rows_number(const eventlog_rows *rows, size_t column, size_t row)
{
    const eventlog_rows_column *c = &rows->columns[column];
    return number_of(c, load_code(c->at, row, c->width));
}

text eventlog_rows_word(const eventlog_rows *rows, size_t column, size_t row)
{
    const eventlog_rows_column *c = &rows->columns[column];
    uint64_t index = c->is_direct ? row : load_code(c->at, row, c->width);
    if (index >= c->word_count) return TEXT_NONE;
    uint64_t from = load_code(c->offsets, index, c->offset_width);
    uint64_t until = load_code(c->offsets, index + 1, c->offset_width);
    if (from > until || until > c->heap_bytes) return TEXT_NONE;
    return (text){ (const char *)c->heap + from, (size_t)(until - from) };
}

/* One loop a width, so that each is a plain one over known sizes. */
#define DECODE(width_bytes, type)                                                                  \
    case width_bytes:                                                                              \
        for (size_t i = 0; i < count; i++) {                                                       \
            type code;                                                                             \
            memcpy(&code, at + i * (width_bytes), sizeof code);                                    \
            into[i] = (int64_t)((uint64_t)c->least + code);                                        \
        }                                                                                          \
        return

void eventlog_rows_numbers(const eventlog_rows *rows, size_t column, size_t from, size_t count,
                           int64_t *into)
{
    const eventlog_rows_column *c = &rows->columns[column];
    const uint8_t *at = c->at + from * c->width;
    if (!c->has_none) switch (c->width) {
            DECODE(1, uint8_t);
            DECODE(2, uint16_t);
            DECODE(4, uint32_t);
            DECODE(8, uint64_t);
        default: break;
        }
    for (size_t i = 0; i < count; i++)
        into[i] = number_of(c, load_code(at, i, c->width));
}

size_t eventlog_rows_seek(const eventlog_rows *rows, size_t column, int64_t least)
{
    size_t from = 0, until = rows->row_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (eventlog_rows_number(rows, column, middle) < least) from = middle + 1;
        else until = middle;
    }
    return from;
}
