/* bench_codec - CSV and JSON in MB/s; the reference is copying the same bytes in the same run. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "codec/codec.h"
#include "support/figures.h"

/* Contribution history: person, month, base, months: the narrow rows there are most of. */
static text make_history(arena *a, int64_t rows)
{
    text_builder out = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&out, 0);
    for (int64_t i = 0; i < rows; i++) {
        codec_csv_add_scaled(&w, 1000000 + i / 12, 0);
        codec_csv_add_text(&w, TEXT("2024-07"));
        codec_csv_add_scaled(&w, 400000 + i * 7919 % 1500000, 2);
        codec_csv_add_scaled(&w, i % 12 + 1, 0);
        codec_csv_end_row(&w);
    }
    return text_built(&out);
}

/* Persons: longer rows, with Chinese and now and then a quoted field. */
static text make_persons(arena *a, int64_t rows)
{
    text_builder out = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&out, 0);
    for (int64_t i = 0; i < rows; i++) {
        codec_csv_add_scaled(&w, 110105194912310000 + i, 0);
        codec_csv_add_text(&w, i % 50 ? TEXT("欧阳小明") : TEXT("欧阳,\"小\"明"));
        codec_csv_add_text(&w, TEXT("1965-09-10"));
        codec_csv_add_text(&w, i % 2 ? TEXT("男") : TEXT("女"));
        codec_csv_add_text(&w, TEXT("企业职工"));
        for (int64_t k = 0; k < 5; k++) codec_csv_add_scaled(&w, i * 31 * (k + 1) % 2000000, 2);
        codec_csv_end_row(&w);
    }
    return text_built(&out);
}

static uint64_t copy_bytes(arena *a, text csv)
{
    memcpy(arena_alloc(a, csv.size_bytes), csv.bytes, csv.size_bytes);
    return 0;
}

static uint64_t find_rows(arena *a, text csv)
{
    (void)a;
    int32_t lines = 0;
    size_t rows = codec_csv_whole_rows(csv, &lines);
    assert(rows == csv.size_bytes);
    return (uint64_t)lines;
}

static uint64_t read_rows(arena *a, text csv)
{
    codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    uint64_t rows = 0;
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) rows++;
    return rows;
}

static uint64_t read_source(arena *a, text csv)
{
    codec_utf8_reader *utf8 = codec_utf8_open(a, codec_text_source(a, csv));
    codec_csv_reader *r = codec_csv_open(a, codec_utf8_source(utf8), (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    uint64_t rows = 0;
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) rows++;
    codec_utf8_close(utf8);
    return rows;
}

/* Reads, scales what are numbers, and writes all again. */
static uint64_t rewrite_rows(arena *a, text csv)
{
    text_builder out = text_builder_open(a);
    (void)codec_reserve(&out, csv.size_bytes);
    codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ 0 });
    codec_csv_writer w = codec_csv_write(&out, 0);
    codec_csv_row row;
    bool has_row = true;
    uint64_t rows = 0;
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) {
        for (size_t i = 0; i < row.count; i++) {
            int64_t scaled;
            if (codec_parse_scaled(row.field[i], 2, &scaled)) codec_csv_add_scaled(&w, scaled, 2);
            else codec_csv_add_text(&w, row.field[i]);
        }
        codec_csv_end_row(&w);
        rows++;
    }
    return rows;
}

/* MB/s, the best of four. */
static double measure(uint64_t (*run)(arena *, text), text bytes)
{
    double best = 1e9;
    for (int attempt = 0; attempt < 4; attempt++) {
        arena *scratch = arena_open();
        double begin = figure_seconds();
        run(scratch, bytes);
        double spent = figure_seconds() - begin;
        if (spent < best) best = spent;
        arena_close(scratch);
    }
    return (double)bytes.size_bytes / 1e6 / best;
}

static void print(const char *what, const char *how, uint64_t (*run)(arena *, text), text bytes,
                  double copied)
{
    char name[96];
    snprintf(name, sizeof name, "%s, %s", what, how);
    figure_print((figure){ name, "MB/s", measure(run, bytes), copied, 0, 0 });
}

static void measure_all(const char *what, text csv)
{
    double copied = measure(copy_bytes, csv);
    print(what, "cut into blocks", find_rows, csv, copied);
    print(what, "rows read, in memory", read_rows, csv, copied);
    print(what, "rows read, from a source", read_source, csv, copied);
    print(what, "read, scaled, written", rewrite_rows, csv, copied);
}

static uint64_t read_json(arena *a, text json)
{
    const codec_json *value;
    err e = codec_json_parse(a, json, (codec_json_options){ .size_bytes_max = SIZE_MAX }, &value);
    assert(!e.kind);
    return value->count;
}

static text make_json(arena *a, int64_t rows)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_array(&w);
    for (int64_t i = 0; i < rows; i++) {
        codec_json_begin_object(&w);
        codec_json_key(&w, TEXT("姓名"));
        codec_json_add_text(&w, TEXT("欧阳小明"));
        codec_json_key(&w, TEXT("基数"));
        codec_json_add_scaled(&w, 400000 + i, 2);
        codec_json_key(&w, TEXT("月数"));
        codec_json_add_i64(&w, i % 500);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    return text_built(&out);
}

int main(int argument_count, char **arguments)
{
    bool is_long = argument_count > 1 && strcmp(arguments[1], "--long") == 0;
    int64_t rows = is_long ? 4000000 : 500000;
    arena *process = arena_open();
    measure_all("history CSV", make_history(process, 2 * rows));
    measure_all("persons CSV", make_persons(process, rows));
    text json = make_json(process, 200000);
    print("JSON", "read", read_json, json, measure(copy_bytes, json));
    arena_close(process);
    return 0;
}
