#include <string.h>

#include "payment/payment_internal.h"

int64_t payment_line_fen(const payment_line *line)
{
    int64_t sum = 0;
    for (int p = 0; p < PAYMENT_PARTS_MAX; p++)
        if (__builtin_add_overflow(sum, line->part_fen[p], &sum)) return -1;
    return sum;
}

payment_rows payment_rows_open(uint32_t bucket, int64_t first_number, size_t part_count)
{
    return (payment_rows){ .bucket = bucket, .first_number = first_number, .part_count = part_count };
}

static size_t column_count(const payment_rows *rows)
{
    return PAYMENT_PART + rows->part_count;
}

static void grow(arena *a, payment_rows *rows)
{
    size_t wider = rows->capacity ? 2 * rows->capacity : 256;
    for (size_t c = 0; c < column_count(rows); c++) {
        int64_t *column = ARENA_ARRAY(a, int64_t, wider);
        if (rows->count) memcpy(column, rows->column[c], rows->count * sizeof *column);
        rows->column[c] = column;
    }
    for (size_t c = 0; c < PAYMENT_MORE_COUNT; c++) {
        int64_t *more = ARENA_ARRAY(a, int64_t, wider);
        if (rows->count) memcpy(more, rows->more[c], rows->count * sizeof *more);
        rows->more[c] = more;
    }
    rows->capacity = wider;
}

static void add_more(payment_rows *rows, size_t at, const payment_line *line, payment_left_reason reason)
{
    const int64_t more[PAYMENT_MORE_COUNT] = {
        [PAYMENT_ITEM] = line->item,         [PAYMENT_ITEM_SUBJECT] = line->item_subject,
        [PAYMENT_WITHHELD_ITEM] = line->withheld_item, [PAYMENT_WITHHELD_FEN] = line->withheld_fen,
        [PAYMENT_WITHHELD_PART] = line->withheld_part, [PAYMENT_LEFT_RUN] = line->left_of_run,
        [PAYMENT_LEFT_NUMBER] = line->left_number,     [PAYMENT_REASON] = reason,
    };
    for (size_t c = 0; c < PAYMENT_MORE_COUNT; c++) {
        rows->more[c][at] = more[c];
        rows->has_more |= more[c] != 0;
    }
}

static void read_more(const payment_rows *rows, size_t at, payment_line *line)
{
    if (!rows->has_more) return;
    line->item = rows->more[PAYMENT_ITEM][at];
    line->item_subject = rows->more[PAYMENT_ITEM_SUBJECT][at];
    line->withheld_item = rows->more[PAYMENT_WITHHELD_ITEM][at];
    line->withheld_fen = rows->more[PAYMENT_WITHHELD_FEN][at];
    line->withheld_part = rows->more[PAYMENT_WITHHELD_PART][at];
    line->left_of_run = rows->more[PAYMENT_LEFT_RUN][at];
    line->left_number = rows->more[PAYMENT_LEFT_NUMBER][at];
}

void payment_rows_add(arena *a, payment_rows *rows, const payment_line *line, payment_left_reason reason)
{
    if (rows->count == rows->capacity) grow(a, rows);
    size_t at = rows->count++;
    rows->column[PAYMENT_PERSON][at] = line->person_id;
    rows->column[PAYMENT_ACCOUNT][at] = line->account;
    rows->column[PAYMENT_DECISION][at] = line->decision;
    rows->column[PAYMENT_FOR_MONTH][at] = line->for_month;
    rows->column[PAYMENT_REISSUE_RUN][at] = line->reissue_of_run;
    rows->column[PAYMENT_REISSUE_LINE][at] = line->reissue_of_line;
    add_more(rows, at, line, reason);
    for (size_t p = 0; p < rows->part_count; p++) {
        rows->column[PAYMENT_PART + p][at] = line->part_fen[p];
        rows->total_fen += line->part_fen[p];
    }
}

payment_line payment_rows_line(const payment_rows *rows, size_t index)
{
    payment_line line = { .person_id = rows->column[PAYMENT_PERSON][index],
                          .account = rows->column[PAYMENT_ACCOUNT][index],
                          .decision = rows->column[PAYMENT_DECISION][index],
                          .for_month = rows->column[PAYMENT_FOR_MONTH][index],
                          .reissue_of_run = rows->column[PAYMENT_REISSUE_RUN][index],
                          .reissue_of_line = rows->column[PAYMENT_REISSUE_LINE][index] };
    for (size_t p = 0; p < rows->part_count; p++)
        line.part_fen[p] = rows->column[PAYMENT_PART + p][index];
    read_more(rows, index, &line);
    return line;
}

int64_t payment_rows_fen(const payment_rows *rows, size_t index)
{
    int64_t sum = 0;
    for (size_t p = 0; p < rows->part_count; p++) sum += rows->column[PAYMENT_PART + p][index];
    return sum;
}

err payment_pack(arena *a, const char *const *names, int64_t *const *columns, size_t column_count,
                 size_t row_count, text *bytes)
{
    eventlog_column packed[PAYMENT_COLUMNS_MAX];
    for (size_t c = 0; c < column_count; c++)
        packed[c] = (eventlog_column){ .name = names[c], .number = columns[c] };
    return eventlog_rows_write(a, packed, column_count, row_count, bytes);
}

err payment_unpack(arena *a, text bytes, const char *const *names, int64_t **columns, size_t column_count,
                   size_t *row_count)
{
    eventlog_rows rows;
    TRY(eventlog_rows_open(bytes, &rows));
    for (size_t c = 0; c < column_count; c++) {
        size_t at;
        TRY(eventlog_rows_find(&rows, names[c], false, &at));
        columns[c] = ARENA_ARRAY(a, int64_t, rows.row_count + 1);
        eventlog_rows_numbers(&rows, at, 0, rows.row_count, columns[c]);
    }
    *row_count = rows.row_count;
    return ERR_NONE;
}

static const char *const NAMES[] = {
    [PAYMENT_PERSON] = "person", [PAYMENT_ACCOUNT] = "account", [PAYMENT_DECISION] = "decision",
    [PAYMENT_FOR_MONTH] = "for_month", [PAYMENT_REISSUE_RUN] = "reissue_run",
    [PAYMENT_REISSUE_LINE] = "reissue_line",
    [PAYMENT_PART] = "part1", "part2", "part3", "part4", "part5", "part6", "part7", "part8",
};
_Static_assert(sizeof NAMES / sizeof NAMES[0] == PAYMENT_COLUMNS_PLAIN, "a column has no name");
static const char *const MORE_NAMES[] = {
    [PAYMENT_ITEM] = "item", [PAYMENT_ITEM_SUBJECT] = "item_subject", [PAYMENT_WITHHELD_ITEM] = "withheld_item",
    [PAYMENT_WITHHELD_FEN] = "withheld_fen", [PAYMENT_WITHHELD_PART] = "withheld_part",
    [PAYMENT_LEFT_RUN] = "left_run", [PAYMENT_LEFT_NUMBER] = "left_number", [PAYMENT_REASON] = "reason",
};
_Static_assert(sizeof MORE_NAMES / sizeof MORE_NAMES[0] == PAYMENT_MORE_COUNT, "a column has no name");

err payment_rows_bytes(arena *a, const payment_rows *rows, text *bytes)
{
    const char *names[PAYMENT_COLUMNS_MAX];
    int64_t *columns[PAYMENT_COLUMNS_MAX];
    size_t count = column_count(rows);
    memcpy(names, NAMES, count * sizeof *names);
    memcpy(columns, rows->column, count * sizeof *columns);
    for (size_t c = 0; rows->has_more && c < PAYMENT_MORE_COUNT; c++, count++) {
        names[count] = MORE_NAMES[c];
        columns[count] = rows->more[c];
    }
    return payment_pack(a, names, columns, count, rows->count, bytes);
}

/* Rows without such columns were written before there were any, or had nothing there. */
static err parse_more(arena *a, text bytes, payment_rows *rows)
{
    eventlog_rows found;
    size_t at;
    TRY(eventlog_rows_open(bytes, &found));
    rows->has_more = !eventlog_rows_find(&found, MORE_NAMES[0], false, &at).kind;
    if (!rows->has_more) return ERR_NONE;
    return payment_unpack(a, bytes, MORE_NAMES, rows->more, PAYMENT_MORE_COUNT, &rows->count);
}

err payment_rows_parse(arena *a, text bytes, payment_rows *rows)
{
    TRY(payment_unpack(a, bytes, NAMES, rows->column, column_count(rows), &rows->count));
    TRY(parse_more(a, bytes, rows));
    rows->capacity = rows->count;
    rows->total_fen = 0;
    for (size_t i = 0; i < rows->count; i++) rows->total_fen += payment_rows_fen(rows, i);
    return ERR_NONE;
}

static void read_place(const store_query *q, payment_place *place)
{
    *place = (payment_place){ .bucket = (uint32_t)store_int(q, 0), .first_number = store_int(q, 1),
                              .line_count = store_int(q, 2), .total_fen = store_int(q, 3),
                              .sequence = store_int(q, 4) };
    text digest = store_bytes(q, 5);
    if (digest.size_bytes == CRYPTO_DIGEST_BYTES)
        memcpy(place->digest.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
}

err payment_places(arena *a, payment *runs, int64_t run_id, int64_t version, payment_place **places,
                   size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *places = NULL;
    *count = 0;
    TRY(store_prepare(runs->db,
                      "SELECT bucket, first_number, line_count, total_fen, sequence, digest FROM "
                      "payment_rows WHERE run_id = ?1 AND version = ?2 ORDER BY bucket", &q));
    store_bind_int(q, 1, run_id);
    store_bind_int(q, 2, version);
    for (;;) {
        bool has_row;
        payment_place place;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_place(q, &place);
        ARENA_PUSH(a, *places, *count, capacity, place);
    }
}

err payment_rows_read(arena *a, payment *runs, const payment_run *run, const payment_place *place,
                      payment_rows *rows)
{
    text bytes;
    const char *which = text_format(a, "%lld", (long long)run->run_id).bytes;
    *rows = payment_rows_open(place->bucket, place->first_number, run->terms.part_count);
    TRY(eventlog_segment_read(a, runs->log, place->bucket, place->sequence, "lines", &bytes));
    crypto_digest digest = crypto_hash(runs->hasher, bytes.bytes, bytes.size_bytes);
    if (!crypto_digest_equal(digest, place->digest)) return err_of(&PAYMENT_BROKEN, which);
    TRY(payment_rows_parse(a, bytes, rows));
    bool is_whole = (int64_t)rows->count == place->line_count && rows->total_fen == place->total_fen;
    return is_whole ? ERR_NONE : err_of(&PAYMENT_BROKEN, which);
}

static void add_number(crypto_hasher *hasher, int64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)number >> (8 * (7 - i)));
    crypto_hash_add(hasher, bytes, sizeof bytes);
}

crypto_digest payment_digest_of_places(payment *runs, const payment_place *places, size_t count)
{
    crypto_hash_begin(runs->hasher);
    for (size_t i = 0; i < count; i++) {
        add_number(runs->hasher, places[i].bucket);
        add_number(runs->hasher, places[i].first_number);
        add_number(runs->hasher, places[i].line_count);
        add_number(runs->hasher, places[i].total_fen);
        crypto_hash_add(runs->hasher, places[i].digest.bytes, CRYPTO_DIGEST_BYTES);
    }
    return crypto_hash_end(runs->hasher);
}
