/* The bank's books: small CSV files, written whole and put in place at once. */
#include <string.h>

#include "counterparty/counterparty_internal.h"
#include "os/os.h"

enum { BOOKS_BYTES_MAX = 256 * 1024 * 1024 };

static const char *path_of(bank *b, const char *name)
{
    return text_format(b->memory, "%s/%s", b->books, name).bytes;
}

const char *counterparty_lines_path(bank *b, text batch)
{
    return text_format(b->memory, "%s/%.*s.lines.csv", b->books, TEXT_ARG(batch)).bytes;
}

static err damaged(const codec_csv_reader *csv, const char *name)
{
    return err_at(&COUNTERPARTY_BAD_BOOKS, codec_csv_position(csv, 0), name);
}

/* ---- reading ---- */

/* All numbers of a row from field `from` on; fen and days are whole numbers here. */
static bool numbers_of(const codec_csv_row *row, size_t from, int64_t *numbers, size_t count)
{
    if (row->count < from + count) return false;
    for (size_t i = 0; i < count; i++)
        if (row->field[from + i].size_bytes == 0 ||
            !codec_parse_scaled(row->field[from + i], 0, &numbers[i]))
            return false;
    return true;
}

static bool take_account(bank *b, bank_books *books, const codec_csv_row *row)
{
    books->account = text_copy(b->memory, row->field[0]);
    return numbers_of(row, 1, &books->opening_fen, 1);
}

static bool take_batch(bank *b, bank_books *books, const codec_csv_row *row)
{
    int64_t n[12];
    if (row->count != 14 || !numbers_of(row, 1, n, 12)) return false;
    bank_batch one = { .batch = text_copy(b->memory, row->field[0]),
                       .format = (bank_format)n[0],
                       .digest = (uint64_t)n[1],
                       .day = (int32_t)n[2],
                       .count = n[3],
                       .total_fen = n[4],
                       .paid_count = n[5],
                       .paid_fen = n[6],
                       .late_count = n[7],
                       .late_fen = n[8],
                       .late_day = (int32_t)n[9],
                       .is_late_sent = n[10] != 0,
                       .rejected = (bank_reason)n[11] };
    ARENA_PUSH(b->memory, books->batches, books->batch_count, books->batch_capacity, one);
    return n[0] < BANK_FORMAT_COUNT && n[11] < BANK_REASON_COUNT;
}

static bool take_move(bank *b, bank_books *books, const codec_csv_row *row)
{
    int64_t n[2];
    if (row->count != 5 || !numbers_of(row, 0, n, 2)) return false;
    bank_move one = { .day = (int32_t)n[0],
                      .fen = n[1],
                      .name = text_copy(b->memory, row->field[2]),
                      .account = text_copy(b->memory, row->field[3]),
                      .note = text_copy(b->memory, row->field[4]) };
    ARENA_PUSH(b->memory, books->moves, books->move_count, books->move_capacity, one);
    return true;
}

static err read_book(bank *b, const char *name, bank_books *books,
                     bool (*take)(bank *, bank_books *, const codec_csv_row *))
{
    text whole;
    const char *path = path_of(b, name);
    if (!os_is_file(path)) return ERR_NONE;
    TRY(os_read_file(b->memory, path, BOOKS_BYTES_MAX, &whole));
    codec_csv_options options = { .file = path };
    codec_csv_reader *csv = codec_csv_open_text(b->memory, whole, options);
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(csv, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (!take(b, books, &row)) return damaged(csv, name);
    }
}

static err make_books(bank *b, bank_books *books)
{
    if (b->account.size_bytes == 0) return err_of(&COUNTERPARTY_NO_ACCOUNT, b->books);
    TRY(os_make_folder(b->memory, b->books));
    books->account = b->account;
    books->opening_fen = b->opening_fen;
    return counterparty_books_save(b, books);
}

err counterparty_books_open(bank *b, bank_books *books)
{
    *books = (bank_books){ .account = TEXT("") };
    if (!b->books) return err_of(&COUNTERPARTY_VALUE, "--books");
    if (!os_is_file(path_of(b, "account.csv"))) return make_books(b, books);
    TRY(read_book(b, "account.csv", books, take_account));
    TRY(read_book(b, "batches.csv", books, take_batch));
    TRY(read_book(b, "moves.csv", books, take_move));
    bool is_other = b->account.size_bytes > 0 && !text_equal(b->account, books->account);
    if (b->has_opening && b->opening_fen != books->opening_fen) is_other = true;
    return is_other ? err_of(&COUNTERPARTY_OTHER_ACCOUNT, text_cstr(b->memory, books->account))
                    : ERR_NONE;
}

/* ---- writing ---- */

static void add_batch(codec_csv_writer *w, const bank_batch *one)
{
    codec_csv_add_text(w, one->batch);
    const int64_t numbers[] = { one->format,     (int64_t)one->digest, one->day,
                                one->count,      one->total_fen,       one->paid_count,
                                one->paid_fen,   one->late_count,      one->late_fen,
                                one->late_day,   one->is_late_sent,    one->rejected };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        codec_csv_add_scaled(w, numbers[i], 0);
    codec_csv_add_text(w, text_of(COUNTERPARTY_REASONS[one->rejected].word));
    codec_csv_end_row(w);
}

static void add_move(codec_csv_writer *w, const bank_move *one)
{
    codec_csv_add_scaled(w, one->day, 0);
    codec_csv_add_scaled(w, one->fen, 0);
    codec_csv_add_text(w, one->name);
    codec_csv_add_text(w, one->account);
    codec_csv_add_text(w, one->note);
    codec_csv_end_row(w);
}

err counterparty_books_save(bank *b, const bank_books *books)
{
    text_builder batches = text_builder_open(b->memory), moves = text_builder_open(b->memory),
                 account = text_builder_open(b->memory);
    codec_csv_writer w = codec_csv_write(&batches, 0);
    for (size_t i = 0; i < books->batch_count; i++) add_batch(&w, &books->batches[i]);
    w = codec_csv_write(&moves, 0);
    for (size_t i = 0; i < books->move_count; i++) add_move(&w, &books->moves[i]);
    w = codec_csv_write(&account, 0);
    codec_csv_add_text(&w, books->account);
    codec_csv_add_scaled(&w, books->opening_fen, 0);
    codec_csv_end_row(&w);
    TRY(os_write_file(b->memory, path_of(b, "batches.csv"), text_built(&batches)));
    TRY(os_write_file(b->memory, path_of(b, "moves.csv"), text_built(&moves)));
    return os_write_file(b->memory, path_of(b, "account.csv"), text_built(&account));
}

/* ---- asking ---- */

int64_t counterparty_balance(const bank_books *books)
{
    int64_t fen = books->opening_fen;
    for (size_t i = 0; i < books->batch_count; i++) {
        fen -= books->batches[i].paid_fen;
        if (books->batches[i].is_late_sent) fen += books->batches[i].late_fen;
    }
    for (size_t i = 0; i < books->move_count; i++) fen += books->moves[i].fen;
    return fen;
}

bank_batch *counterparty_batch(const bank_books *books, text batch)
{
    for (size_t i = 0; i < books->batch_count; i++)
        if (text_equal(books->batches[i].batch, batch)) return &books->batches[i];
    return NULL;
}

/* ---- lines of one batch ---- */

void counterparty_lines_add(text_builder *out, const bank_line *line)
{
    codec_csv_writer w = codec_csv_write(out, 0);
    codec_csv_add_scaled(&w, line->line, 0);
    codec_csv_add_text(&w, line->account);
    codec_csv_add_text(&w, line->name);
    codec_csv_add_scaled(&w, line->fen, 0);
    codec_csv_add_text(&w, line->rejected ? TEXT("rejected") : TEXT("paid"));
    codec_csv_add_text(&w, text_of(COUNTERPARTY_REASONS[line->rejected].word));
    codec_csv_add_text(&w, text_of(COUNTERPARTY_REASONS[line->late].word));
    codec_csv_end_row(&w);
}

static err take_lines(codec_csv_reader *csv, bank_line_sink to)
{
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(csv, &row, &has_row));
        if (!has_row) return ERR_NONE;
        bank_line line;
        bool is_right = row.count == 7 && numbers_of(&row, 0, &line.line, 1) &&
                        numbers_of(&row, 3, &line.fen, 1) &&
                        counterparty_reason_of(row.field[5], &line.rejected) &&
                        counterparty_reason_of(row.field[6], &line.late);
        if (!is_right) return damaged(csv, "lines");
        line.account = row.field[1];
        line.name = row.field[2];
        TRY(to.line(to.context, &line));
    }
}

err counterparty_lines_read(bank *b, text batch, bank_line_sink to)
{
    arena *scratch = arena_open();
    os_reader *reader;
    const char *path = counterparty_lines_path(b, batch);
    err e = os_reader_open(b->memory, path, &reader);
    if (!e.kind) {
        codec_csv_options options = { .file = path };
        e = take_lines(codec_csv_open(scratch, (codec_source){ os_reader_read, reader }, options), to);
        os_reader_close(reader);
    }
    if (e.detail) e.detail = text_cstr(b->memory, text_of(e.detail));
    arena_close(scratch);
    return e;
}
