#include <string.h>
#include <sys/stat.h>

#include "service/run.h"

const err_kind SERVICE_RUN_EMPTY_FILE = {
    "run.empty_file", ERR_BAD_INPUT,
    "The file {} is empty; its first row must name the columns.",
    "文件 {} 是空的；第一行必须是列名。"
};
const err_kind SERVICE_RUN_HEADER_TWICE = {
    "run.header_twice", ERR_BAD_INPUT,
    "Two columns are called {}; give each a name of its own.",
    "有两列都叫 {}；请使用不同的列名。"
};
const err_kind SERVICE_RUN_HEADER_BLANK = {
    "run.header_blank", ERR_BAD_INPUT,
    "Column {} has no name; the first row must name every column.",
    "第 {} 列没有名称；第一行必须给出每一列的名称。"
};

enum { WINDOW_BYTES = 1 << 18 };

/* ---- the window ---- */

err run_source_fill(run_source *s, size_t bytes_wanted)
{
    if (s->end - s->at >= bytes_wanted || s->is_ended) return ERR_NONE;
    if (s->at && s->capacity - s->at < bytes_wanted + 1) {
        memmove(s->window, s->window + s->at, s->end - s->at);
        s->end -= s->at;
        s->at = 0;
    }
    while (s->capacity < bytes_wanted + 1) {
        char *grown = arena_alloc(s->memory, s->capacity * 2);
        memcpy(grown, s->window, s->end);
        s->window = grown;
        s->capacity *= 2;
    }
    while (s->end - s->at < bytes_wanted && !s->is_ended) {
        size_t size = 0;
        err e = s->source.read(s->source.context, s->window + s->end, s->capacity - s->end - 1, &size);
        if (e.kind && !e.at.file) e.at.file = s->file;
        if (e.kind) return e;
        s->end += size;
        s->is_ended = size == 0;
    }
    return ERR_NONE;
}

/* The whole rows in the window, or all that is left when the file is over. */
static err whole_rows(run_source *s, size_t bytes_wanted, size_t *size, int32_t *lines)
{
    for (;; bytes_wanted *= 2) {
        TRY(run_source_fill(s, bytes_wanted));
        text left = { s->window + s->at, s->end - s->at };
        bool is_rest = s->is_ended && left.size_bytes <= bytes_wanted;
        if (left.size_bytes > bytes_wanted) left.size_bytes = bytes_wanted;
        *lines = 0;
        *size = codec_csv_whole_rows(left, lines);
        /* A row too long to be one is handed on as it is: the reader says what is wrong. */
        bool is_too_long = *size == 0 && left.size_bytes > RUN_ROW_BYTES_MAX;
        if (*size && !is_rest) return ERR_NONE;
        if (!is_rest && !is_too_long) continue;
        *lines += *size < left.size_bytes;
        *size = left.size_bytes;
        return ERR_NONE;
    }
}

err run_source_take(run_source *s, arena *a, size_t bytes_wanted, text *rows, int32_t *first_line,
                    int32_t *line_count)
{
    size_t size;
    *rows = TEXT_NONE;
    TRY(whole_rows(s, bytes_wanted, &size, line_count));
    *first_line = s->line;
    if (!size) return ERR_NONE;
    *rows = (text){ arena_copy(a, s->window + s->at, size), size };
    s->at += size;
    s->line += *line_count;
    s->taken_bytes += size;
    return ERR_NONE;
}

/* ---- opening ---- */

static err header_check(const run_source *s, arena *a)
{
    for (size_t i = 0; i < s->column_count; i++) {
        source_pos at = { s->file, 1, (int32_t)i + 1 };
        if (!s->header[i].size_bytes && !(s->is_numbered && i == 0))
            return err_at(&SERVICE_RUN_HEADER_BLANK, at, text_format(a, "%zu", i + 1).bytes);
        for (size_t j = 0; j < i; j++)
            if (text_equal(s->header[i], s->header[j]))
                return err_at(&SERVICE_RUN_HEADER_TWICE, at, text_cstr(a, s->header[i]));
    }
    return ERR_NONE;
}

/* The bytes of the first row that is not blank: where the quotes before a line end are even. */
static err header_bytes(run_source *s, size_t *size, int32_t *lines)
{
    for (size_t wanted = WINDOW_BYTES;; wanted *= 2) {
        TRY(run_source_fill(s, wanted));
        const char *from = s->window + s->at;
        size_t left = s->end - s->at;
        bool is_quoted = false;
        *lines = 0;
        for (size_t i = 0; i < left; i++) {
            is_quoted ^= from[i] == '"';
            *lines += from[i] == '\n';
            bool is_blank = i == (size_t)*lines - 1;
            if (from[i] != '\n' || is_quoted || is_blank) continue;
            *size = i + 1;
            return ERR_NONE;
        }
        *size = left;
        if (s->is_ended || left > RUN_ROW_BYTES_MAX) return ERR_NONE;
    }
}

static err read_header(run_source *s, arena *a)
{
    size_t size;
    int32_t lines;
    TRY(header_bytes(s, &size, &lines));
    text t = { arena_copy(a, s->window + s->at, size), size };
    codec_csv_reader *reader = codec_csv_open_text(a, t, (codec_csv_options){ .file = s->file });
    codec_csv_row row;
    bool has_row;
    TRY(codec_csv_next(reader, &row, &has_row));
    if (!has_row) return err_of(&SERVICE_RUN_EMPTY_FILE, s->file);
    text *names = ARENA_ARRAY(a, text, row.count + 1);
    for (size_t i = 0; i < row.count; i++) names[i] = text_copy(a, text_trim(row.field[i]));
    s->header = names;
    s->column_count = row.count;
    s->at += size;
    s->line += lines;
    s->taken_bytes += size;
    return s->is_any_header ? ERR_NONE : header_check(s, a);
}

err run_source_open(arena *a, const char *path, const char *shown_as, run_source *s)
{
    bool is_numbered = s->is_numbered, is_any = s->is_any_header;
    *s = (run_source){ .file = shown_as, .memory = a, .line = 1, .is_numbered = is_numbered, .is_any_header = is_any };
    struct stat about;
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode)) s->size_bytes = (uint64_t)about.st_size;
    TRY(os_reader_open(a, path, &s->raw));
    s->utf8 = codec_utf8_open(a, (codec_source){ os_reader_read, s->raw });
    s->source = codec_utf8_source(s->utf8);
    s->capacity = 2 * WINDOW_BYTES;
    s->window = arena_alloc(a, s->capacity);
    err e = run_source_fill(s, 3);
    if (!e.kind) {
        s->encoding = codec_utf8_encoding(s->utf8);
        text begin = { s->window, s->end };
        s->has_mark = text_begins(begin, TEXT("\xEF\xBB\xBF"));
        if (s->has_mark) s->at = 3;
        e = read_header(s, a);
    }
    if (e.kind) run_source_close(s);
    return e;
}

bool run_source_is_stream(const char *path)
{
    struct stat about;
    if (strcmp(path, "-") == 0) return true;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

void run_source_close(run_source *s)
{
    if (!s->raw) return;
    codec_utf8_close(s->utf8);
    os_reader_close(s->raw);
    s->raw = NULL;
}

size_t run_source_column(const run_source *s, text name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (text_equal(s->header[i], name)) return i;
    return SIZE_MAX;
}

/* ---- rows without reading them whole ---- */

/* Where the row ends (behind its line end), or SIZE_MAX when it is not whole. */
static size_t row_end(text rows, size_t at, bool is_last, bool *has_quote)
{
    *has_quote = false;
    bool is_open = false;
    for (size_t from = at; from < rows.size_bytes;) {
        const char *end = memchr(rows.bytes + from, '\n', rows.size_bytes - from);
        size_t until = end ? (size_t)(end - rows.bytes) + 1 : rows.size_bytes;
        for (const char *q = memchr(rows.bytes + from, '"', until - from); q;) {
            *has_quote = true;
            is_open = !is_open;
            q++;
            q = memchr(q, '"', until - (size_t)(q - rows.bytes));
        }
        if (!end) return is_last ? rows.size_bytes : SIZE_MAX;
        if (!is_open) return until;
        from = until;
    }
    return is_last && at < rows.size_bytes ? rows.size_bytes : SIZE_MAX;
}

static text field_plain(text row, size_t index)
{
    const char *at = row.bytes, *end = row.bytes + row.size_bytes;
    for (; index; index--) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (!comma) return TEXT_NONE;
        at = comma + 1;
    }
    const char *comma = memchr(at, ',', (size_t)(end - at));
    return (text){ at, (size_t)((comma ? comma : end) - at) };
}

static text field_quoted(text row, size_t index)
{
    bool is_open = false;
    size_t from = 0, i = 0;
    for (; i < row.size_bytes; i++) {
        is_open ^= row.bytes[i] == '"';
        if (row.bytes[i] != ',' || is_open) continue;
        if (!index) break;
        index--;
        from = i + 1;
    }
    if (index) return TEXT_NONE;
    text field = text_sub(row, from, i);
    if (field.size_bytes >= 2 && field.bytes[0] == '"') field = text_sub(field, 1, field.size_bytes - 1);
    return field;
}

bool run_source_next_row(text rows, size_t *at, bool is_last, size_t index, text *row, text *field)
{
    for (;;) {
        bool has_quote;
        size_t end = row_end(rows, *at, is_last, &has_quote);
        if (end == SIZE_MAX) return false;
        *row = text_sub(rows, *at, end);
        *at = end;
        if (row->bytes[0] == '\n' || row->bytes[0] == '\r') continue; /* a blank line is no row */
        text bare = *row;
        while (bare.size_bytes && (bare.bytes[bare.size_bytes - 1] == '\n' ||
                                   bare.bytes[bare.size_bytes - 1] == '\r'))
            bare.size_bytes--;
        *field = has_quote ? field_quoted(bare, index) : field_plain(bare, index);
        return true;
    }
}
