#include "service/grid.h"

#include "codec/codec.h"
#include "os/os.h"
#include "paper/paper.h"
#include "service/files.h"

grid grid_open(service_call *call, text title, const service_field *fields, size_t column_count, size_t first_number)
{
    text *heads = ARENA_ARRAY(call->request, text, column_count);
    for (size_t c = 0; c < column_count; c++) heads[c] = text_of(service_say(call, fields[c].summary, fields[c].summary_zh));
    return (grid){ .call = call, .title = title, .heads = heads, .column_count = column_count, .first_number = first_number };
}

void grid_line(grid *g, text line)
{
    if (g->line_count < ARRAY_COUNT(g->lines)) g->lines[g->line_count++] = line;
}

void grid_add(grid *g, text cell)
{
    ARENA_PUSH(g->call->request, g->cells, g->cell_count, g->cell_capacity, cell);
}

void grid_row(grid *g, service_value *into, const service_field *fields, const text *cells)
{
    arena *a = g->call->request;
    for (size_t c = 0; c < g->column_count; c++) {
        int64_t number;
        grid_add(g, cells[c]);
        if (!into) continue;
        if (fields[c].type != SERVICE_COUNT) service_put_text(a, into, fields[c].name, cells[c]);
        else if (codec_parse_scaled(cells[c], 0, &number)) service_put_count(a, into, fields[c].name, number);
    }
}

static text as_csv(const grid *g)
{
    text_builder out = text_builder_open(g->call->request);
    codec_csv_writer csv = codec_csv_write(&out, 0);
    for (size_t c = 0; c < g->column_count; c++) codec_csv_add_text(&csv, g->heads[c]);
    codec_csv_end_row(&csv);
    for (size_t i = 0; i < g->cell_count; i++) {
        codec_csv_add_words(&csv, g->cells[i]);
        if ((i + 1) % g->column_count == 0) codec_csv_end_row(&csv);
    }
    return text_built(&out);
}

static err as_book(const grid *g, text *bytes)
{
    codec_xlsx_writer *book = codec_xlsx_write(g->call->request, g->title);
    for (size_t c = 0; c < g->column_count; c++) codec_xlsx_add_text(book, g->heads[c]);
    TRY(codec_xlsx_end_row(book));
    for (size_t i = 0; i < g->cell_count; i++) {
        int64_t fen;
        bool is_number = i % g->column_count >= g->first_number && codec_parse_scaled(g->cells[i], 2, &fen);
        if (is_number) codec_xlsx_add_scaled(book, fen, 2);
        else codec_xlsx_add_text(book, g->cells[i]);
        if ((i + 1) % g->column_count == 0) TRY(codec_xlsx_end_row(book));
    }
    return codec_xlsx_finish(book, bytes);
}

static text as_page(const grid *g)
{
    arena *a = g->call->request;
    paper_node *body = paper_open(a), *row = NULL;
    for (size_t i = 0; i < g->line_count; i++) paper_say(a, paper_put(a, body, PAPER_PARAGRAPH), g->lines[i]);
    paper_node *table = paper_put(a, body, PAPER_TABLE);
    row = paper_put(a, table, PAPER_ROW);
    for (size_t c = 0; c < g->column_count; c++) paper_say(a, paper_put(a, row, PAPER_HEAD_CELL), g->heads[c]);
    for (size_t i = 0; i < g->cell_count; i++) {
        size_t at = i % g->column_count;
        if (!at) row = paper_put(a, table, PAPER_ROW);
        paper_say(a, paper_put(a, row, at >= g->first_number ? PAPER_NUMBER_CELL : PAPER_CELL), g->cells[i]);
    }
    paper_page page = { .title = g->title, .lang = g->call->is_chinese ? "zh-CN" : "en", .body = body };
    return paper_print_alone(a, &page);
}

static err bytes_of(const grid *g, text path, text *bytes)
{
    if (text_ends(path, TEXT(".xlsx"))) return as_book(g, bytes);
    *bytes = text_ends(path, TEXT(".html")) ? as_page(g) : as_csv(g);
    return ERR_NONE;
}

err grid_write(grid *g, text path)
{
    text bytes;
    TRY(bytes_of(g, path, &bytes));
    return service_write_file(g->call->request, path, bytes);
}

err grid_write_secret(grid *g, text path)
{
    text bytes;
    TRY(bytes_of(g, path, &bytes));
    if (text_equal_cstr(path, "-")) return service_write_file(g->call->request, path, bytes);
    return os_write_secret(g->call->request, text_cstr(g->call->request, path), bytes);
}
