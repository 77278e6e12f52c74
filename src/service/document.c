#include "service/document.h"

#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/files.h"
#include "service/sheet.h"

const err_kind DOCUMENT_TOO_LONG = {
    "document.too_long", ERR_BUSY, "{} rows are too many to be printed; write .csv or .xlsx instead.",
    "共 {} 行，太多，无法打印成页；请改写为 .csv 或 .xlsx。"
};

enum { PRINTED_ROWS_MAX = 50000 };

/* ---- composing ---- */

paper_node *document_begin(service_call *call, document *d, text title)
{
    paper_node *body = paper_open(call->request);
    *d = (document){ .title = title, .body = body };
    paper_heading(call->request, body, 1, TEXT_NONE, title);
    return body;
}

void document_say(service_call *call, paper_node *into, text words)
{
    paper_say(call->request, paper_put(call->request, into, PAPER_PARAGRAPH), words);
}

void document_table(service_call *call, paper_node *into, const text *cells, size_t rows, size_t columns,
                    const bool *is_number, const bool *is_strong)
{
    arena *a = call->request;
    paper_node *table = paper_put(a, into, PAPER_TABLE);
    for (size_t r = 0; r < rows; r++) {
        paper_node *row = paper_put(a, table, PAPER_ROW);
        paper_tone tone = is_strong && is_strong[r] ? PAPER_STRONG : PAPER_PLAIN;
        for (size_t c = 0; c < columns; c++) {
            paper_kind kind = r == 0 ? PAPER_HEAD_CELL : is_number[c] ? PAPER_NUMBER_CELL : PAPER_CELL;
            paper_say_as(a, paper_put(a, row, kind), tone, cells[r * columns + c], TEXT_NONE);
        }
    }
}

err document_office(county *office, document *d)
{
    charter *room;
    TRY(county_charter(office, &room));
    return charter_read(office->call->request, room, TEXT("office.name"), CHARTER_NOW, &d->office);
}

/* ---- the tables of a tree, a row after the other ---- */

typedef struct {
    arena *memory;
    text_builder line;
    codec_csv_writer csv;
    codec_xlsx_writer *book; /* NULL: CSV */
    size_t rows;
    bool has_table;
} tables;

/* "-1234.50" as 123450 with two decimals. */
static bool is_decimal(text t, int64_t *scaled, int *decimals)
{
    enum { DIGITS_MAX = 15 };
    size_t at = t.size_bytes && t.bytes[0] == '-', digits = 0;
    *scaled = 0;
    *decimals = -1;
    for (; at < t.size_bytes; at++) {
        if (t.bytes[at] == '.' && *decimals < 0 && digits) {
            *decimals = 0;
            continue;
        }
        if (t.bytes[at] < '0' || t.bytes[at] > '9' || ++digits > DIGITS_MAX) return false;
        *scaled = *scaled * 10 + (t.bytes[at] - '0');
        if (*decimals >= 0) ++*decimals;
    }
    if (!digits || *decimals == 0) return false;
    if (*decimals < 0) *decimals = 0;
    if (t.bytes[0] == '-') *scaled = -*scaled;
    return true;
}

static void add_cell_words(text_builder *b, const paper_node *n)
{
    text_add(b, n->words);
    for (const paper_node *child = n->first; child; child = child->next) add_cell_words(b, child);
}

static void add_cell(tables *t, const paper_node *cell)
{
    int64_t scaled;
    int decimals;
    text_builder b = text_builder_open(t->memory);
    add_cell_words(&b, cell);
    text words = text_built(&b);
    if (!t->book) codec_csv_add_words(&t->csv, words);
    else if (cell->kind == PAPER_NUMBER_CELL && is_decimal(words, &scaled, &decimals))
        codec_xlsx_add_scaled(t->book, scaled, decimals);
    else codec_xlsx_add_text(t->book, words);
}

static err end_row(tables *t)
{
    t->rows++;
    if (t->book) return codec_xlsx_end_row(t->book);
    codec_csv_end_row(&t->csv);
    return ERR_NONE;
}

static err add_tables(tables *t, const paper_node *n)
{
    if (n->kind == PAPER_TABLE) {
        if (t->has_table) TRY(end_row(t)); /* an empty line between two */
        t->has_table = true;
        for (const paper_node *row = n->first; row; row = row->next) {
            for (const paper_node *cell = row->first; cell; cell = cell->next) add_cell(t, cell);
            TRY(end_row(t));
        }
        return ERR_NONE;
    }
    for (const paper_node *child = n->first; child; child = child->next) TRY(add_tables(t, child));
    return ERR_NONE;
}

static err as_rows(service_call *call, const document *d, bool is_book, text *bytes)
{
    tables t = { .memory = call->request, .line = text_builder_open(call->request) };
    t.csv = codec_csv_write(&t.line, 0);
    if (is_book) t.book = codec_xlsx_write(call->request, d->sheet.size_bytes ? d->sheet : d->title);
    TRY(add_tables(&t, d->body));
    if (is_book) return codec_xlsx_finish(t.book, bytes);
    *bytes = text_built(&t.line);
    return ERR_NONE;
}

/* ---- pages ---- */

static size_t rows_of(const paper_node *n)
{
    size_t count = n->kind == PAPER_ROW;
    for (const paper_node *child = n->first; child; child = child->next) count += rows_of(child);
    return count;
}

static err as_pages(service_call *call, const document *d, text path, text *bytes)
{
    arena *a = call->request;
    int32_t today = call->office->settings.today_day;
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(today, day);
    paper_page page = { .title = d->title, .book = d->office, .lang = call->is_chinese ? "zh-CN" : "en", .body = d->body,
                        .footer = text_format(a, service_say(call, "printed on %s", "打印日期 %s"), day) };
    size_t rows = rows_of(d->body);
    if (rows > PRINTED_ROWS_MAX) return err_of(&DOCUMENT_TOO_LONG, text_format(a, "%zu", rows).bytes);
    if (text_ends(path, TEXT(".pdf"))) return paper_pdf(a, &page, today, bytes);
    page.footer = TEXT_NONE;
    *bytes = paper_print_alone(a, &page);
    return ERR_NONE;
}

bool document_is_pages(text path)
{
    return text_ends(path, TEXT(".pdf")) || text_ends(path, TEXT(".html"));
}

err document_write(service_call *call, const document *d)
{
    text path = service_text_of(call, "out", TEXT_NONE), bytes;
    if (!path.size_bytes) return ERR_NONE;
    if (document_is_pages(path)) TRY(as_pages(call, d, path, &bytes));
    else TRY(as_rows(call, d, text_ends(path, TEXT(".xlsx")), &bytes));
    TRY(service_write_file(call->request, path, bytes));
    service_put_text(call->request, call->reply, "written", path);
    return ERR_NONE;
}

/* ---- lists ---- */

/* The cells of a table, a row after the other; what a row has too little is empty. */
static err read_list(service_call *call, sheet *s, text **cells, size_t *rows, size_t *columns)
{
    arena *a = call->request;
    size_t count = 0, capacity = 0;
    bool has_row;
    const text *heads = sheet_columns(s, columns);
    *cells = NULL;
    for (size_t c = 0; c < *columns; c++) ARENA_PUSH(a, *cells, count, capacity, text_copy(a, heads[c]));
    for (*rows = 1;; ++*rows) {
        codec_csv_row row;
        TRY(sheet_next(s, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (*rows > PRINTED_ROWS_MAX) return err_of(&DOCUMENT_TOO_LONG, text_format(a, "> %d", PRINTED_ROWS_MAX).bytes);
        for (size_t c = 0; c < *columns; c++) {
            text cell = c < row.count ? text_copy(a, row.field[c]) : TEXT_NONE;
            ARENA_PUSH(a, *cells, count, capacity, cell);
        }
    }
}

/* Amounts are what has two decimals wherever something stands; ids and years stay words. */
static bool is_amounts(const text *cells, size_t rows, size_t columns, size_t at)
{
    size_t amounts = 0;
    for (size_t r = 1; r < rows; r++) {
        int64_t scaled;
        int decimals;
        text cell = cells[r * columns + at];
        if (!cell.size_bytes) continue;
        if (!is_decimal(cell, &scaled, &decimals) || decimals != 2) return false;
        amounts++;
    }
    return amounts > 0;
}

err document_print_list(county *office, text title, text path, text out)
{
    service_call *call = office->call;
    sheet *s;
    text *cells, bytes;
    size_t rows, columns;
    document d;
    TRY(sheet_open(call, path, &s));
    err e = read_list(call, s, &cells, &rows, &columns);
    sheet_close(s);
    TRY(e);
    bool *is_number = ARENA_ARRAY(call->request, bool, columns + 1);
    for (size_t c = 0; c < columns; c++) is_number[c] = is_amounts(cells, rows, columns, c);
    paper_node *body = document_begin(call, &d, title);
    TRY(document_office(office, &d));
    document_table(call, body, cells, rows, columns, is_number, NULL);
    TRY(as_pages(call, &d, out, &bytes));
    return service_write_file(call->request, out, bytes);
}
