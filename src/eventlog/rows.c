#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "eventlog/rows_internal.h"

const err_kind EVENTLOG_BAD_ROWS = {
    "eventlog.bad_rows",
    ERR_BUG,
    "The rows of a segment are not in the layout they should have: {}.",
    "数据段的行不符合应有的格式：{}。",
};

static void put(text_builder *out, uint64_t value, int width)
{
    char bytes[8];
    for (int i = 0; i < width; i++)
        bytes[i] = (char)(value >> (8 * i));
    text_add(out, (text){ bytes, (size_t)width });
}

static uint8_t width_of(uint64_t greatest)
{
    uint8_t width = 0;
    for (; greatest; greatest >>= 8)
        width++;
    return width;
}

/* ---- numbers ---- */

typedef struct {
    int64_t least;
    uint64_t greatest_code;
    bool has_none;
} range;

static range range_of(const int64_t *number, size_t count)
{
    int64_t least = INT64_MAX, greatest = EVENTLOG_NONE;
    bool has_none = false;
    for (size_t i = 0; i < count; i++) {
        bool is_none = number[i] == EVENTLOG_NONE;
        has_none |= is_none;
        least = !is_none && number[i] < least ? number[i] : least;
        greatest = number[i] > greatest ? number[i] : greatest;
    }
    if (greatest == EVENTLOG_NONE) return (range){ .has_none = has_none };
    return (range){ least, (uint64_t)greatest - (uint64_t)least + has_none, has_none };
}

/* Adds the cells, `width` bytes each; the builder's memory is taken at once. */
static void put_codes(text_builder *out, const int64_t *number, size_t count, range r, int width)
{
    enum { BATCH = 512 };
    uint8_t bytes[BATCH * 8 + 8];
    for (size_t from = 0; width && from < count; from += BATCH) {
        size_t until = from + BATCH < count ? from + BATCH : count;
        uint8_t *at = bytes;
        for (size_t i = from; i < until; i++, at += width) {
            uint64_t code = (uint64_t)number[i] - (uint64_t)r.least + r.has_none;
            if (number[i] == EVENTLOG_NONE) code = 0;
            memcpy(at, &code, sizeof code); /* little-endian, as all machines we build for */
        }
        text_add(out, (text){ (const char *)bytes, (size_t)(at - bytes) });
    }
}

/* ---- words ---- */

typedef struct {
    const text *words; /* different ones, in the order met */
    int64_t *index;    /* a row each; NULL: row i has word i */
    size_t count;
    uint64_t heap_bytes;
} dictionary;

static dictionary dictionary_of(arena *a, const text *word, size_t count)
{
    dictionary d = { .words = word, .count = 0 };
    hash_map *known = hash_map_open(a);
    text *words = ARENA_ARRAY(a, text, count);
    int64_t *index = ARENA_ARRAY(a, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        size_t at = hash_map_get(known, word[i]);
        if (at == SIZE_MAX) {
            at = d.count;
            words[d.count++] = word[i];
            d.heap_bytes += word[i].size_bytes;
            hash_map_put(known, word[i], at);
        }
        index[i] = (int64_t)at;
    }
    d.words = words;
    d.index = d.count == count ? NULL : index;
    return d;
}

/* ---- a segment ---- */

typedef struct {
    range r;
    dictionary words;
    uint8_t width, offset_width;
} plan;

static plan plan_column(arena *scratch, const eventlog_column *c, size_t row_count)
{
    plan p = { .width = 0 };
    if (!c->word) {
        p.r = range_of(c->number, row_count);
    } else {
        p.words = dictionary_of(scratch, c->word, row_count);
        p.offset_width = width_of(p.words.heap_bytes);
        if (p.words.index) p.r = (range){ 0, p.words.count - 1, false };
    }
    p.width = width_of(p.r.greatest_code);
    return p;
}

static uint64_t bytes_of(const plan *p, size_t row_count)
{
    return (uint64_t)p->width * row_count + (uint64_t)p->offset_width * (p->words.count + 1) +
           p->words.heap_bytes;
}

static void put_heading(text_builder *out, const eventlog_column *c, const plan *p, uint64_t at)
{
    uint8_t flags = (uint8_t)((c->word ? ROWS_IS_WORD : 0) | (p->r.has_none ? ROWS_HAS_NONE : 0) |
                              (c->word && !p->words.index ? ROWS_IS_DIRECT : 0));
    put(out, strlen(c->name), 1);
    text_add_cstr(out, c->name);
    put(out, 0, 1);
    put(out, flags, 1);
    put(out, p->width, 1);
    put(out, p->offset_width, 1);
    put(out, (uint64_t)p->r.least, 8);
    put(out, p->words.count, 8);
    put(out, p->words.heap_bytes, 8);
    put(out, at, 8);
}

static void put_column(text_builder *out, const eventlog_column *c, const plan *p, size_t row_count)
{
    const int64_t *cells = c->word ? p->words.index : c->number;
    if (cells) put_codes(out, cells, row_count, p->r, p->width);
    if (!c->word) return;
    uint64_t offset = 0;
    for (size_t i = 0; i < p->words.count; i++) {
        put(out, offset, p->offset_width);
        offset += p->words.words[i].size_bytes;
    }
    put(out, offset, p->offset_width);
    for (size_t i = 0; i < p->words.count; i++)
        text_add(out, p->words.words[i]);
}

static err check_names(const eventlog_column *columns, size_t count)
{
    if (count > EVENTLOG_COLUMNS_MAX) return err_of(&EVENTLOG_BAD_ROWS, "too many columns");
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(columns[i].name);
        if (size == 0 || size > ROWS_NAME_MAX)
            return err_of(&EVENTLOG_BAD_ROWS, "the name of a column is empty or too long");
        for (size_t k = 0; k < i; k++)
            if (strcmp(columns[i].name, columns[k].name) == 0)
                return err_of(&EVENTLOG_BAD_ROWS, "two columns have one name");
    }
    return ERR_NONE;
}

static text write_rows(arena *a, arena *scratch, const eventlog_column *columns,
                       size_t column_count, size_t row_count)
{
    plan *plans = ARENA_ARRAY(scratch, plan, column_count);
    uint64_t heading = ROWS_HEADING_BYTES, body = 0;
    for (size_t i = 0; i < column_count; i++) {
        plans[i] = plan_column(scratch, &columns[i], row_count);
        heading += ROWS_COLUMN_BYTES + strlen(columns[i].name);
        body += bytes_of(&plans[i], row_count);
    }
    size_t whole = heading + body + ROWS_PADDING;
    /* The size is known, so the builder never grows: its memory is the answer's. */
    text_builder out = { .memory = a, .bytes = arena_alloc(a, whole + 1), .capacity = whole + 1 };
    text_add(&out, (text){ ROWS_MAGIC, 8 });
    put(&out, row_count, 8);
    put(&out, column_count, 8);
    uint64_t at = heading;
    for (size_t i = 0; i < column_count; i++) {
        put_heading(&out, &columns[i], &plans[i], at);
        at += bytes_of(&plans[i], row_count);
    }
    for (size_t i = 0; i < column_count; i++)
        put_column(&out, &columns[i], &plans[i], row_count);
    put(&out, 0, ROWS_PADDING);
    assert(out.size_bytes == whole);
    return text_built(&out);
}

err eventlog_rows_write(arena *a, const eventlog_column *columns, size_t column_count,
                        size_t row_count, text *bytes)
{
    TRY(check_names(columns, column_count));
    if (row_count > ROWS_MAX) return err_of(&EVENTLOG_BAD_ROWS, "too many rows");
    arena *scratch = arena_open();
    *bytes = write_rows(a, scratch, columns, column_count, row_count);
    arena_close(scratch);
    return ERR_NONE;
}
