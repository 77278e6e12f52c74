#include "bankfile/csv.h"

#include <assert.h>
#include <string.h>

#include "calendar/calendar.h"

#define MEMBER(type, base, cell) (*(type *)(void *)((char *)(base) + (cell)->offset))
#define MEMBER_OF(type, base, cell) (*(const type *)(const void *)((const char *)(base) + (cell)->offset))

/* ---- writing ---- */

static void add_day(codec_csv_writer *w, int32_t day)
{
    calendar_date date = calendar_split_day(day);
    codec_csv_add_scaled(w, date.year * 10000 + date.month_of_year * 100 + date.day_of_month, 0);
}

static void add_cell(codec_csv_writer *w, const csv_cell *cell, const void *from)
{
    switch (cell->type) {
    case CSV_COUNT: codec_csv_add_scaled(w, MEMBER_OF(int64_t, from, cell), 0); break;
    case CSV_FEN:
    case CSV_FEN_SIGNED: codec_csv_add_scaled(w, MEMBER_OF(int64_t, from, cell), 2); break;
    case CSV_DAY: add_day(w, MEMBER_OF(int32_t, from, cell)); break;
    case CSV_COUNT_OR_NONE:
    case CSV_CHOICE:
    case CSV_REASON: assert(!"only read"); break;
    default: codec_csv_add_text(w, MEMBER_OF(text, from, cell)); break;
    }
}

void csv_add_record(text_builder *out, const csv_record *record, const void *from)
{
    codec_csv_writer w = codec_csv_write(out, 0);
    codec_csv_add_text(&w, text_of(record->word));
    for (size_t i = 0; i < record->cell_count; i++) add_cell(&w, &record->cells[i], from);
    codec_csv_end_row(&w);
}

/* ---- reading: the file ---- */

/* Hands on and remembers the last byte, which must be a line's end. */
static err read_watched(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    csv_file *f = context;
    TRY(f->inner.read(f->inner.context, into, size_max, size_bytes));
    f->is_at_end = *size_bytes == 0;
    if (*size_bytes > 0) f->last_byte = into[*size_bytes - 1];
    return ERR_NONE;
}

void csv_open(csv_file *f, bankfile_input in)
{
    *f = (csv_file){ .memory = in.memory, .file = in.file, .inner = in.source, .line = 1 };
    f->utf8 = codec_utf8_open(in.memory, (codec_source){ read_watched, f });
    codec_csv_options options = { .file = in.file,
                                  .keeps_blank_lines = true,
                                  .row_bytes_max = 16 * 1024,
                                  .field_count_max = 32 };
    f->reader = codec_csv_open(in.memory, codec_utf8_source(f->utf8), options);
}

void csv_close(csv_file *f)
{
    codec_utf8_close(f->utf8);
}

static err cut_short(const csv_file *f, const char *detail)
{
    source_pos at = { .file = f->file, .line = f->line, .column = 1 };
    return err_at(&BANKFILE_CUT_SHORT, at, detail);
}

static bool is_cut(const csv_file *f)
{
    return f->is_at_end && f->last_byte != '\n';
}

/* What a cut does to quotes and characters is told as the cut it is. */
static err next_row(csv_file *f)
{
    bool has_row = false;
    err e = codec_csv_next(f->reader, &f->row, &has_row);
    bool is_of_cut = e.kind == &CODEC_CSV_OPEN_QUOTE || e.kind == &CODEC_NOT_GB18030 ||
                     e.kind == &CODEC_NOT_UTF8;
    if (is_of_cut && is_cut(f)) return cut_short(f, "");
    if (e.kind) return e;
    if (!has_row) {
        f->is_ended = true;
        return is_cut(f) ? cut_short(f, "") : ERR_NONE;
    }
    f->line = f->row.line;
    return ERR_NONE;
}

err csv_blame(const csv_file *f, err e, size_t cell)
{
    e.at = codec_csv_position(f->reader, cell);
    return e;
}

err csv_blame_end(const csv_file *f, err e)
{
    e.at = (source_pos){ .file = f->file, .line = f->line, .column = 1 };
    return e;
}

/* ---- reading: cells ---- */

/* 1 to 18 digits and nothing else. */
static bool parse_count(text t, int64_t *count)
{
    return t.size_bytes > 0 && t.bytes[0] != '-' && codec_parse_scaled(t, 0, count);
}

static bool parse_day(text t, int32_t *day)
{
    int64_t digits;
    if (t.size_bytes != 8 || !parse_count(t, &digits)) return false;
    return calendar_day_of((int32_t)(digits / 10000), (int32_t)(digits / 100 % 100),
                           (int32_t)(digits % 100), day);
}

static bool parse_choice(text t, const char *const *words, int *choice)
{
    for (int i = 0; words[i]; i++) {
        if (!text_equal_cstr(t, words[i])) continue;
        *choice = i;
        return true;
    }
    return false;
}

static bool parse_reason(text t, bankfile_reason *reason)
{
    for (int i = 0; i < BANKFILE_REASON_COUNT; i++) {
        if (!text_equal_cstr(t, BANKFILE_REASONS[i].csv)) continue;
        *reason = (bankfile_reason)i;
        return true;
    }
    return false;
}

static const err_kind *take_text(const csv_cell *cell, text t, void *into)
{
    bool is_right;
    switch (cell->type) {
    case CSV_BATCH: is_right = bankfile_is_code(t, BANKFILE_BATCH_BYTES_MAX); break;
    case CSV_ACCOUNT: is_right = bankfile_is_code(t, BANKFILE_ACCOUNT_BYTES_MAX); break;
    case CSV_BATCH_OR_NONE:
        is_right = t.size_bytes == 0 || bankfile_is_code(t, BANKFILE_BATCH_BYTES_MAX);
        break;
    case CSV_ACCOUNT_OR_NONE:
        is_right = t.size_bytes == 0 || bankfile_is_code(t, BANKFILE_ACCOUNT_BYTES_MAX);
        break;
    case CSV_NAME: is_right = bankfile_is_name(t); break;
    default: is_right = bankfile_is_note(t); break;
    }
    MEMBER(text, into, cell) = t;
    return is_right ? NULL : &BANKFILE_BAD_TEXT;
}

static const err_kind *take_number(const csv_cell *cell, text t, int64_t *number)
{
    if (cell->type == CSV_COUNT_OR_NONE && t.size_bytes == 0) return *number = 0, NULL;
    if (cell->type == CSV_COUNT || cell->type == CSV_COUNT_OR_NONE)
        return parse_count(t, number) ? NULL : &BANKFILE_BAD_NUMBER;
    bool may_be_negative = cell->type == CSV_FEN_SIGNED;
    bool is_amount = codec_parse_scaled(t, 2, number) && (may_be_negative || t.bytes[0] != '-');
    return is_amount ? NULL : &BANKFILE_BAD_AMOUNT;
}

static const err_kind *take_cell(const csv_cell *cell, text t, void *into)
{
    switch (cell->type) {
    case CSV_COUNT:
    case CSV_COUNT_OR_NONE:
    case CSV_FEN:
    case CSV_FEN_SIGNED: return take_number(cell, t, &MEMBER(int64_t, into, cell));
    case CSV_DAY: return parse_day(t, &MEMBER(int32_t, into, cell)) ? NULL : &BANKFILE_BAD_DATE;
    case CSV_CHOICE:
        return parse_choice(t, cell->words, &MEMBER(int, into, cell)) ? NULL
                                                                      : &BANKFILE_STATUS_UNKNOWN;
    case CSV_REASON:
        return parse_reason(t, &MEMBER(bankfile_reason, into, cell)) ? NULL
                                                                     : &BANKFILE_REASON_UNKNOWN;
    default: return take_text(cell, t, into);
    }
}

/* ---- reading: records ---- */

static err take_record(csv_file *f, const csv_record *record, void *into)
{
    text word = f->row.field[0];
    if (!text_equal_cstr(word, record->word))
        return csv_blame(f, err_of(&BANKFILE_BAD_RECORD, text_cstr(f->memory, word)), 0);
    if (f->row.count != record->cell_count + 1)
        return csv_blame(f,
                         err_of(&BANKFILE_BAD_RECORD,
                                bankfile_count_detail(f->memory, (int64_t)f->row.count,
                                                      (int64_t)record->cell_count + 1)),
                         0);
    for (size_t i = 0; i < record->cell_count; i++) {
        const err_kind *wrong = take_cell(&record->cells[i], f->row.field[i + 1], into);
        if (wrong)
            return csv_blame(f, err_of(wrong, text_cstr(f->memory, f->row.field[i + 1])), i + 1);
    }
    return ERR_NONE;
}

/* A last row that is not what it should be, and has no line's end, was cut in two. */
static err take_or_cut(csv_file *f, const csv_record *record, void *into)
{
    err e = take_record(f, record, into);
    if (!e.kind || !is_cut(f)) return e;
    codec_csv_row after;
    bool has_row = false;
    err e_after = codec_csv_next(f->reader, &after, &has_row);
    return !e_after.kind && !has_row ? cut_short(f, "") : e;
}

err csv_read(csv_file *f, const csv_record *record, void *into)
{
    TRY(next_row(f));
    return f->is_ended ? ERR_NONE : take_or_cut(f, record, into);
}

err csv_read_head(csv_file *f, const csv_record *record, void *into)
{
    TRY(next_row(f));
    if (f->is_ended) return cut_short(f, "");
    if (!text_equal_cstr(f->row.field[0], record->word))
        return csv_blame(
            f, err_of(&BANKFILE_NOT_THIS_FILE, text_cstr(f->memory, f->row.field[0])), 0);
    TRY(take_or_cut(f, record, into));
    for (size_t i = 0; i < record->cell_count; i++)
        if (record->cells[i].type <= CSV_NOTE)
            MEMBER(text, into, &record->cells[i]) =
                text_copy(f->memory, MEMBER(text, into, &record->cells[i]));
    return ERR_NONE;
}
