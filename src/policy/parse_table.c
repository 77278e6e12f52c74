#include <string.h>

#include "policy/parse.h"

typedef struct {
    cell_syntax *items;
    size_t count, capacity;
} cell_list;

typedef struct {
    parser *p;
    const token *row;
    size_t at;          /* in row->bytes */
    int32_t place;      /* the column of `at` */
} row_reader;

/* `12116 [K]`: the mark is taken off. */
static void take_mark(cell_syntax *cell)
{
    static const char *const MARKS[] = { "[K]", "[?]", "［K］", "［?］", "［？］" };
    for (size_t i = 0; i < ARRAY_COUNT(MARKS); i++) {
        text mark = text_of(MARKS[i]);
        if (!text_ends(cell->raw, mark)) continue;
        cell->mark = i == 0 || i == 2 ? TEXT("K") : TEXT("?");
        cell->raw = text_trim(text_sub(cell->raw, 0, cell->raw.size_bytes - mark.size_bytes));
        return;
    }
}

static void add_cell(row_reader *r, cell_list *out, size_t from, int32_t from_place, size_t until)
{
    text whole = text_sub(r->row->bytes, from, until), raw = text_trim(whole);
    size_t before = raw.size_bytes ? (size_t)(raw.bytes - whole.bytes) : 0;
    int32_t first = from_place + lexer_rune_count(text_sub(whole, 0, before));
    int32_t width = lexer_rune_count(raw);
    int32_t line = r->row->at.line;
    cell_syntax cell = { .raw = raw };
    cell.at = (span){ r->p->file, line, first, line, first + (width ? width : 1) };
    take_mark(&cell);
    cell.is_empty = cell.raw.size_bytes == 0 || text_equal_cstr(cell.raw, "-");
    ARENA_PUSH(r->p->memory, out->items, out->count, out->capacity, cell);
}

/* What stands behind the last bar: nothing, or a comment. */
static bool is_after_table(text rest)
{
    size_t next = 0;
    rest = text_trim(rest);
    if (rest.size_bytes == 0) return true;
    if (lexer_fold(text_next_rune(rest, &next)) != '#') return false;
    for (size_t at = 0; at < rest.size_bytes;)
        if (lexer_fold(text_next_rune(rest, &at)) == '|') return false;
    return true;
}

/* Splits one row at its bars; `\|` is a bar in a cell. */
static void split_row(parser *p, const token *row, cell_list *out)
{
    row_reader r = { .p = p, .row = row, .place = row->at.column };
    text bytes = row->bytes;
    (void)text_next_rune(bytes, &r.at);
    r.place++;
    size_t from = r.at;
    int32_t from_place = r.place;
    while (!is_after_table(text_sub(bytes, from, bytes.size_bytes))) {
        bool is_bar = false;
        size_t until = r.at;
        while (r.at < bytes.size_bytes && !is_bar) {
            until = r.at;
            bool is_escaped = until > from && bytes.bytes[until - 1] == '\\';
            is_bar = lexer_fold(text_next_rune(bytes, &r.at)) == '|' && !is_escaped;
            r.place++;
        }
        if (!is_bar) until = r.at;
        add_cell(&r, out, from, from_place, until);
        if (p->cell_count++ > PARSE_CELLS_MAX) {
            parse_fail(p, "table.cells", row->at, TEXT_NONE, TEXT_NONE);
            return;
        }
        from = r.at;
        from_place = r.place;
        if (!is_bar) return;
    }
}

/* | --- | :-: |, as Markdown writes under a heading. */
static bool is_rule(const cell_syntax *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text raw = cells[i].raw;
        size_t dashes = 0;
        for (size_t j = 0; j < raw.size_bytes; j++) {
            if (!strchr("-:", raw.bytes[j])) return false;
            dashes += raw.bytes[j] == '-';
        }
        bool is_dash_alone = dashes == 1 && raw.size_bytes == 1; /* no value */
        if (dashes == 0 || is_dash_alone) return false;
    }
    return count > 0;
}

static bool check_header(parser *p, const cell_list *header, const token *row)
{
    if (header->count == 0) return parse_fail(p, "table.empty", row->at, TEXT_NONE, TEXT_NONE);
    if (header->count > PARSE_COLUMNS_MAX)
        return parse_fail_too_many(p, "table.wide", row->at, PARSE_COLUMNS_MAX);
    for (size_t i = 0; i < header->count; i++) {
        const cell_syntax *cell = &header->items[i];
        if (cell->raw.size_bytes == 0)
            return parse_fail(p, "table.heading", cell->at, TEXT_NONE, TEXT_NONE);
        for (size_t j = 0; j < i; j++)
            if (text_equal(cell->raw, header->items[j].raw))
                return parse_fail(p, "table.heading_twice", cell->at, cell->raw, TEXT_NONE);
    }
    return true;
}

static void skip_rows(parser *p)
{
    while (parse_peek(p)->kind == TOKEN_ROW) parse_take(p);
}

bool parse_table(parser *p, table_syntax **out)
{
    const token *first = parse_take(p);
    cell_list header = { 0 }, cells = { 0 };
    split_row(p, first, &header);
    if (p->is_failed || !check_header(p, &header, first)) {
        skip_rows(p);
        return false;
    }
    table_syntax *table = ARENA_NEW(p->memory, table_syntax);
    for (bool is_second = true; parse_peek(p)->kind == TOKEN_ROW && !p->is_failed; is_second = false) {
        const token *row = parse_take(p);
        size_t before = cells.count;
        split_row(p, row, &cells);
        size_t width = cells.count - before;
        if (is_second && width == header.count && is_rule(cells.items + before, width)) {
            cells.count = before;
            continue;
        }
        if (width != header.count) {
            text have = text_format(p->memory, "%zu", width);
            parse_fail(p, "table.width", row->at, have, text_format(p->memory, "%zu", header.count));
            break;
        }
        table->row_count++;
    }
    if (p->is_failed) {
        skip_rows(p);
        return false;
    }
    if (table->row_count == 0) return parse_fail(p, "table.no_rows", first->at, TEXT_NONE, TEXT_NONE);
    table->header = header.items;
    table->column_count = header.count;
    table->cells = cells.items;
    table->at = parse_span_from(p, first->at);
    *out = table;
    return true;
}
