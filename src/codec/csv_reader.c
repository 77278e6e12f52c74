/* CSV rows out of a window of bytes.
 *
 * The window is the caller's text, or a buffer filled from a source, in which the row being read
 * always lies whole: an unfinished row is moved to the buffer's front and read again once more
 * bytes are there. The bytes that mean something (separator, quote, line ends, NUL) are found 64
 * at a time, as bits of a mask; what lies between two of them is never looked at, unless it is
 * not ASCII. Behind the window's end the mask pretends a NUL, which so ends every loop.
 */
#include <assert.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "codec/codec_internal.h"

static const size_t BUFFER_BYTES = 256 * 1024;

/* ---- finding special bytes ---- */

/* Where the search stands: the 64 bytes at `base`, with a bit for each special byte not yet met. */
typedef struct {
    const char *bytes;
    size_t end;
    size_t base;
    uint64_t mask;
    uint64_t open;        /* bits of bytes behind the 64 that go on with a character that begins in them */
    uint64_t block_doubt; /* not zero when the 64 may be no UTF-8 */
    uint64_t row_doubt;   /* so for all blocks of the row so far */
    char separator;
} scan;

#ifdef __SSE2__
/* ASCII and characters of three bytes, whose leads E1 to EC are never too long and no surrogates, are seen to be well made; all else
 * is left in doubt. */
static inline uint64_t find_special(const char *p, char separator, uint64_t *open, uint64_t *doubt)
{
    const __m128i comma = _mm_set1_epi8(separator), quote = _mm_set1_epi8('"'),
                  lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), nul = _mm_setzero_si128(),
                  first_lead = _mm_set1_epi8((char)0xC0), to_leads = _mm_set1_epi8((char)(0x80 - 0xE1)), leads = _mm_set1_epi8((char)(0x80 + 12));
    uint64_t mask = 0, high = 0, inner = 0, lead = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr));
        __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, quote));
        __m128i any = _mm_or_si128(_mm_or_si128(ends, marks), _mm_cmpeq_epi8(v, nul));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(any) << (16 * i);
        high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v) << (16 * i);
        inner |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmplt_epi8(v, first_lead)) << (16 * i);
        lead |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmplt_epi8(_mm_add_epi8(v, to_leads), leads)) << (16 * i);
    }
    *doubt = (high & ~(inner | lead)) | ((lead << 1 | lead << 2 | *open) ^ inner);
    *open = lead >> 63 | lead >> 62;
    return mask;
}
#else
static inline uint64_t find_special(const char *p, char separator, uint64_t *open, uint64_t *doubt)
{
    uint64_t mask = 0;
    *open = *doubt = 0;
    for (int i = 0; i < 64; i++) {
        char c = p[i];
        bool is_special = c == separator || c == '"' || c == '\n' || c == '\r' || c == '\0';
        mask |= (uint64_t)is_special << i;
        *doubt |= (unsigned char)c & 0x80;
    }
    return mask;
}
#endif

static void scan_tail(scan *s)
{
    char tail[64] = { 0 };
    memcpy(tail, s->bytes + s->base, s->end - s->base);
    s->mask = find_special(tail, s->separator, &s->open, &s->block_doubt);
}

static inline void scan_block(scan *s)
{
    if (s->end - s->base >= 64)
        s->mask = find_special(s->bytes + s->base, s->separator, &s->open, &s->block_doubt);
    else
        scan_tail(s);
    s->row_doubt |= s->block_doubt;
}

/* A character begins there. */
static inline void scan_from(scan *s, size_t at)
{
    s->base = at;
    s->open = 0;
    scan_block(s);
}

/* Where the next special byte stands; s->end when there is none in the window. */
static inline size_t scan_next(scan *s)
{
    while (s->mask == 0) {
        s->base += 64;
        scan_block(s);
    }
    size_t at = s->base + (size_t)__builtin_ctzll(s->mask);
    s->mask &= s->mask - 1;
    return at;
}

/* ---- opening and filling ---- */

struct codec_csv_reader {
    arena *memory;
    codec_source source; /* read == NULL: the window is all there is */
    codec_csv_options options;

    char *buffer; /* of the source; NULL over text */
    size_t buffer_bytes;
    const char *window;
    size_t end;     /* bytes in the window */
    size_t at;      /* where the next row begins */
    bool is_last;   /* nothing follows the window */
    bool is_begun;  /* the byte order mark has been looked for */
    int32_t line;   /* of `at` */

    scan scan;      /* stands at `at` between rows */
    bool is_scanned; /* false once the window has moved */

    text *fields;
    size_t field_capacity;
    text_builder unquoted; /* fields that held doubled quotes */
    size_t row_at;         /* the row last answered, for positions */
    size_t row_end;
    int32_t row_line;
};

static codec_csv_reader *reader_new(arena *a, codec_csv_options options)
{
    codec_csv_reader *r = ARENA_NEW(a, codec_csv_reader);
    assert(!options.separator || !strchr("\"\r\n", options.separator));
    r->memory = a;
    r->options = options;
    if (r->options.separator == 0) r->options.separator = ',';
    if (r->options.first_line == 0) r->options.first_line = 1;
    if (r->options.row_bytes_max == 0) r->options.row_bytes_max = 1024 * 1024;
    if (r->options.field_count_max == 0) r->options.field_count_max = 4096;
    r->line = r->options.first_line;
    r->unquoted = text_builder_open(a);
    return r;
}

codec_csv_reader *codec_csv_open(arena *a, codec_source source, codec_csv_options options)
{
    codec_csv_reader *r = reader_new(a, options);
    r->source = source;
    r->buffer_bytes = BUFFER_BYTES;
    r->buffer = arena_alloc(a, r->buffer_bytes);
    r->window = r->buffer;
    return r;
}

codec_csv_reader *codec_csv_open_text(arena *a, text t, codec_csv_options options)
{
    codec_csv_reader *r = reader_new(a, options);
    r->window = t.bytes ? t.bytes : "";
    r->end = t.size_bytes;
    r->is_last = true;
    return r;
}

/* Moves the unfinished row to the front and fills the buffer behind it; the buffer grows only
 * when one row fills it. */
static err fill(codec_csv_reader *r)
{
    size_t kept = r->end - r->at;
    if (kept == r->buffer_bytes) {
        char *grown = arena_alloc(r->memory, 2 * r->buffer_bytes);
        memcpy(grown, r->buffer + r->at, kept);
        r->buffer = grown;
        r->buffer_bytes *= 2;
    } else {
        memmove(r->buffer, r->buffer + r->at, kept);
    }
    r->window = r->buffer;
    r->is_scanned = false;
    r->at = 0;
    r->end = kept;
    while (r->end < r->buffer_bytes && !r->is_last) {
        size_t size_bytes = 0;
        TRY(r->source.read(r->source.context, r->buffer + r->end, r->buffer_bytes - r->end,
                           &size_bytes));
        assert(size_bytes <= r->buffer_bytes - r->end);
        r->end += size_bytes;
        r->is_last = size_bytes == 0;
    }
    return ERR_NONE;
}

/* ---- one row ---- */

typedef enum { ROW_WHOLE, ROW_UNFINISHED, ROW_WRONG } row_outcome;

/* The row so far. `at` is where it ended, or what is wrong stands. */
typedef struct {
    size_t count;
    size_t at;
    const err_kind *wrong;
    size_t limit;      /* the bound that was passed, for `wrong` */
    int32_t line_ends; /* inside quotes */
} row_state;

static row_outcome row_wrong(row_state *row, const err_kind *kind, size_t at)
{
    row->wrong = kind;
    row->at = at;
    return ROW_WRONG;
}

/* Makes room for one field more; false at the limit. */
static bool grow_fields(codec_csv_reader *r)
{
    if (r->field_capacity >= r->options.field_count_max) return false;
    r->fields = arena_grow(r->memory, r->fields, &r->field_capacity, sizeof *r->fields);
    return true;
}

static inline bool row_add(codec_csv_reader *r, row_state *row, text field)
{
    if (row->count == r->field_capacity && !grow_fields(r)) return false;
    if (row->count == r->options.field_count_max) return false;
    r->fields[row->count++] = field;
    return true;
}

/* Reads from the opening quote at `open` to the closing one and answers what is between, with
 * doubled quotes made single; *next is behind the closing quote. */
static row_outcome read_quoted(codec_csv_reader *r, row_state *row, size_t open, text *field,
                               size_t *next)
{
    const char *bytes = r->window;
    size_t from = open + 1;
    size_t unquoted_at = r->unquoted.size_bytes;
    for (;;) {
        const char *quote = memchr(bytes + from, '"', r->end - from);
        if (!quote) return r->is_last ? row_wrong(row, &CODEC_CSV_OPEN_QUOTE, open)
                                      : ROW_UNFINISHED;
        size_t at = (size_t)(quote - bytes);
        if (at + 1 == r->end && !r->is_last) return ROW_UNFINISHED;
        bool is_doubled = at + 1 < r->end && bytes[at + 1] == '"';
        bool is_pieced = r->unquoted.size_bytes > unquoted_at;
        if (!is_doubled && !is_pieced) {
            *field = (text){ bytes + from, at - from };
            *next = at + 1;
            return ROW_WHOLE;
        }
        text_add(&r->unquoted, (text){ bytes + from, at - from + is_doubled });
        from = at + 1 + is_doubled;
        if (is_doubled) continue;
        *next = from;
        *field = text_sub(text_built(&r->unquoted), unquoted_at, r->unquoted.size_bytes);
        return ROW_WHOLE;
    }
}

/* A quoted field and what must stand behind it; the scan goes on from there. The raw bytes are
 * looked at once more for NUL and line ends, which the search for quotes passed over. */
static row_outcome take_quoted(codec_csv_reader *r, row_state *row, size_t open, size_t *start)
{
    text field;
    size_t next;
    row_outcome outcome = read_quoted(r, row, open, &field, &next);
    if (outcome != ROW_WHOLE) return outcome;
    const char *nul = memchr(r->window + open, '\0', next - open);
    if (nul) return row_wrong(row, &CODEC_HAS_NUL, (size_t)(nul - r->window));
    for (size_t i = open; i < next; i++) {
        row->line_ends += r->window[i] == '\n';
        r->scan.row_doubt |= (unsigned char)r->window[i] & 0x80;
    }
    if (!row_add(r, row, field)) {
        row->limit = r->options.field_count_max;
        return row_wrong(row, &CODEC_CSV_TOO_MANY_FIELDS, open);
    }
    if (next < r->end) {
        char c = r->window[next];
        if (c != r->options.separator && c != '\n' && c != '\r')
            return row_wrong(row, &CODEC_CSV_AFTER_QUOTE, next);
    }
    *start = next;
    scan_from(&r->scan, next);
    return ROW_WHOLE;
}

/* What a special byte that is no separator does; `*is_end` says that the row is over, and
 * row->at where the next begins. */
static row_outcome take_special(codec_csv_reader *r, row_state *row, size_t at, bool *is_end)
{
    *is_end = true;
    if (at == r->end) {
        row->at = at;
        return r->is_last ? ROW_WHOLE : ROW_UNFINISHED;
    }
    switch (r->window[at]) {
    case '\n': row->at = at + 1; return ROW_WHOLE;
    case '\r':
        if (at + 1 == r->end) {
            row->at = at + 1;
            return r->is_last ? ROW_WHOLE : ROW_UNFINISHED;
        }
        if (r->window[at + 1] != '\n') return row_wrong(row, &CODEC_CSV_BARE_CR, at);
        row->at = scan_next(&r->scan) + 1;
        return ROW_WHOLE;
    case '"': return row_wrong(row, &CODEC_CSV_STRAY_QUOTE, at);
    default: return row_wrong(row, &CODEC_HAS_NUL, at);
    }
}

/* Fields as they stand, up to the row's end, as far as there is room for them; answers where the next begins. */
static inline size_t take_plain(codec_csv_reader *r, row_state *row, size_t start, bool *is_end)
{
    size_t room = r->field_capacity < r->options.field_count_max ? r->field_capacity : r->options.field_count_max, count = row->count;
    scan *s = &r->scan;
    text *fields = r->fields;
    const char *window = r->window;
    const char separator = r->options.separator;
    while (count < room && !*is_end) {
        while (s->mask == 0) {
            s->base += 64;
            scan_block(s);
        }
        size_t at = s->base + (size_t)__builtin_ctzll(s->mask);
        if (at >= r->end || (window[at] != separator && window[at] != '\n')) break;
        *is_end = window[at] != separator;
        fields[count++] = (text){ window + start, at - start };
        start = at + 1;
        s->mask &= s->mask - 1;
    }
    row->count = count;
    row->at = start;
    return start;
}

/* Rows are short: most begin in the 64 bytes where the one before ended, already looked at. */
static void begin_scan(codec_csv_reader *r)
{
    if (r->is_scanned) {
        r->scan.row_doubt = r->scan.block_doubt;
        return;
    }
    r->scan = (scan){ .bytes = r->window, .end = r->end, .separator = r->options.separator };
    scan_from(&r->scan, r->at);
    r->is_scanned = true;
}

static row_outcome read_row(codec_csv_reader *r, row_state *row)
{
    *row = (row_state){ 0 };
    r->unquoted.size_bytes = 0;
    begin_scan(r);
    size_t start = r->at;
    bool is_quoted = false; /* the field at `start` is already in the row */
    for (;;) {
        bool is_end = false;
        if (!is_quoted) start = take_plain(r, row, start, &is_end);
        if (is_end) return ROW_WHOLE;
        size_t at = scan_next(&r->scan);
        bool is_separator = at < r->end && r->window[at] == r->options.separator;
        if (!is_separator && at < r->end && r->window[at] == '"' && at == start && !is_quoted) {
            row_outcome outcome = take_quoted(r, row, at, &start);
            if (outcome != ROW_WHOLE) return outcome;
            is_quoted = true;
            continue;
        }
        row_outcome outcome = ROW_WHOLE;
        if (!is_separator) outcome = take_special(r, row, at, &is_end);
        if (outcome != ROW_WHOLE) return outcome;
        if (!is_quoted && !row_add(r, row, (text){ r->window + start, at - start })) {
            row->limit = r->options.field_count_max;
            return row_wrong(row, &CODEC_CSV_TOO_MANY_FIELDS, start);
        }
        if (is_end) return ROW_WHOLE;
        start = at + 1;
        is_quoted = false;
    }
}

static err row_error(const codec_csv_reader *r, const err_kind *kind, size_t at, size_t limit)
{
    text whole = { r->window + r->at, r->end - r->at };
    source_pos pos = codec_locate(r->options.file, r->line, whole, at - r->at);
    const char *detail = limit ? text_cstr(r->memory, text_format(r->memory, "%zu", limit))
                         : kind == &CODEC_NOT_UTF8 ? codec_hex(r->memory, whole, at - r->at)
                                                   : codec_snippet(r->memory, whole, at - r->at);
    return err_at(kind, pos, detail);
}

/* Reads the row at r->at, fetching more until it is whole. */
static err complete_row(codec_csv_reader *r, row_state *row)
{
    for (;;) {
        row_outcome outcome = read_row(r, row);
        if (outcome == ROW_WRONG) return row_error(r, row->wrong, row->at, row->limit);
        size_t row_bytes = (outcome == ROW_WHOLE ? row->at : r->end) - r->at;
        if (row_bytes > r->options.row_bytes_max)
            return row_error(r, &CODEC_CSV_ROW_TOO_LONG, r->at, r->options.row_bytes_max);
        if (outcome == ROW_WHOLE) return ERR_NONE;
        TRY(fill(r)); /* which also has the row scanned again from its beginning */
    }
}

static err begin(codec_csv_reader *r)
{
    r->is_begun = true;
    if (r->source.read) TRY(fill(r));
    /* Only at a file's beginning is it a mark; in a later block it is someone's character. */
    if (r->line == 1) r->at = codec_mark_bytes((text){ r->window, r->end });
    return ERR_NONE;
}

err codec_csv_next(codec_csv_reader *r, codec_csv_row *answer, bool *has_row)
{
    *has_row = false;
    if (!r->is_begun) TRY(begin(r));
    for (;;) {
        if (r->at == r->end && !r->is_last) TRY(fill(r));
        if (r->at == r->end) return ERR_NONE;
        row_state row;
        TRY(complete_row(r, &row));
        text raw = { r->window + r->at, row.at - r->at };
        size_t bad_at;
        if (r->scan.row_doubt && !codec_is_utf8(raw, &bad_at))
            return row_error(r, &CODEC_NOT_UTF8, r->at + bad_at, 0);
        r->row_at = r->at;
        r->row_end = row.at;
        r->row_line = r->line;
        r->at = row.at;
        r->line += row.line_ends + 1;
        bool is_blank = raw.bytes[0] == '\n' || raw.bytes[0] == '\r';
        if (is_blank && !r->options.keeps_blank_lines) continue;
        *answer = (codec_csv_row){ .field = r->fields, .count = row.count, .line = r->row_line };
        *has_row = true;
        return ERR_NONE;
    }
}

bool codec_csv_is_blank(const codec_csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (text_trim(row->field[i]).size_bytes) return false;
    return true;
}

source_pos codec_csv_position(const codec_csv_reader *r, size_t field)
{
    bool is_quoted = false;
    size_t at = r->row_at;
    for (; at < r->row_end && field > 0; at++) {
        char c = r->window[at];
        is_quoted ^= c == '"';
        field -= c == r->options.separator && !is_quoted;
    }
    while (field > 0 && at > r->row_at && (r->window[at - 1] == '\n' || r->window[at - 1] == '\r'))
        at--;
    text row = { r->window + r->row_at, r->row_end - r->row_at };
    return codec_locate(r->options.file, r->row_line, row, at - r->row_at);
}
