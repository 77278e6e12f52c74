/* codec/ - CSV, JSON, XML, XLSX and GB18030: bytes to values and back.
 *
 * Reads what other programs wrote and writes what they read; knows no schema. Nothing is opened
 * here: bytes are handed in, or asked for through a codec_source.
 *
 * Text     UTF-8 throughout, checked on reading; codec_utf8_source makes it of GB18030. A NUL is
 *          refused everywhere.
 * Numbers  stay decimal text: no number passes through floating point. Shifting them to scaled
 *          integers is codec_parse_scaled for the plain ones, and `money` for all others.
 * Bounds   every reader has limits, and its memory is bounded by them and by its input.
 * Memory   in the arena passed first; a writer writes into a text_builder.
 * Errors   only the kinds below, or the source's; `at` names line and column, `detail` the text
 *          to blame, in the same arena. After an error a reader is finished.
 * Threads  one reader or writer a thread.
 */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind CODEC_NOT_UTF8, CODEC_NOT_GB18030, CODEC_NOT_IN_GB18030,
    CODEC_ENCODING_UNKNOWN, CODEC_HAS_NUL;
extern const err_kind CODEC_CSV_STRAY_QUOTE, CODEC_CSV_AFTER_QUOTE, CODEC_CSV_OPEN_QUOTE,
    CODEC_CSV_BARE_CR, CODEC_CSV_ROW_TOO_LONG, CODEC_CSV_TOO_MANY_FIELDS;
extern const err_kind CODEC_JSON_SYNTAX, CODEC_JSON_END, CODEC_JSON_BAD_NUMBER,
    CODEC_JSON_BAD_STRING, CODEC_JSON_DUPLICATE_KEY, CODEC_JSON_TOO_DEEP, CODEC_JSON_TOO_LARGE;
extern const err_kind CODEC_XML_SYNTAX, CODEC_XML_END, CODEC_XML_DTD, CODEC_XML_ENCODING,
    CODEC_XML_TOO_DEEP, CODEC_XML_TOO_LARGE;
extern const err_kind CODEC_XLSX_NOT_WORKBOOK, CODEC_XLSX_OLD, CODEC_XLSX_DAMAGED,
    CODEC_XLSX_NO_SHEET, CODEC_XLSX_TOO_LARGE, CODEC_XLSX_BAD_CELL, CODEC_XLSX_MERGED,
    CODEC_XLSX_UNCOMPUTED;

/* ---- bytes and their encoding ---- */

/* Where bytes come from: puts at most `size_max` into `into`; 0 bytes say the end. */
typedef struct {
    err (*read)(void *context, char *into, size_t size_max, size_t *size_bytes);
    void *context;
} codec_source;

/* A source over text in memory; `t` must stay where it is. */
codec_source codec_text_source(arena *a, text t);

/* Where bytes go, a piece at a time; the piece stands only until it answers. */
typedef struct {
    err (*write)(void *context, text piece);
    void *context;
} codec_sink;

typedef enum { CODEC_UTF8, CODEC_GB18030, CODEC_UTF16, CODEC_ENCODING_COUNT } codec_encoding;

/* By byte order mark, else UTF-8 where all is valid UTF-8, else GB18030. With `is_whole` false,
 * `bytes` are a beginning and may stop inside a character. */
codec_encoding codec_detect(text bytes, bool is_whole);
/* Whether all is UTF-8 without NUL; a fast form of text_is_utf8. */
bool codec_is_utf8(text t, size_t *bad_at);

/* A converter between GB18030 and UTF-8, a piece at a time. CODEC_ENCODING_UNKNOWN for other
 * pairs, or when the machine's libc has no table of GB18030. Close it: it holds one. */
typedef struct codec_converter codec_converter;
MUST_USE err codec_converter_open(arena *a, codec_encoding from, codec_encoding to,
                                  codec_converter **converter);
/* Appends the piece, converted, to `out`; a character cut in two waits for the next piece, and
 * with `is_last` is an error. */
MUST_USE err codec_converter_feed(codec_converter *converter, text piece, bool is_last,
                                  text_builder *out);
void codec_converter_close(codec_converter *converter);

/* UTF-8 of a source in UTF-8 or GB18030, told apart by its first 64 KiB; UTF-16 is refused as
 * CODEC_ENCODING_UNKNOWN. `inner` stays the caller's. */
typedef struct codec_utf8_reader codec_utf8_reader;
codec_utf8_reader *codec_utf8_open(arena *a, codec_source inner);
codec_source codec_utf8_source(codec_utf8_reader *reader);
/* CODEC_UTF8 until the first byte has been asked for. */
codec_encoding codec_utf8_encoding(const codec_utf8_reader *reader);
void codec_utf8_close(codec_utf8_reader *reader);

/* ---- CSV in: RFC 4180, with LF or CRLF, and a byte order mark passed over ---- */

typedef struct {
    const char *file;        /* for positions; may be NULL */
    int32_t first_line;      /* line number of the first byte; 0 means 1 */
    char separator;          /* 0 means ',' */
    bool keeps_blank_lines;  /* else a line with nothing in it is passed over */
    size_t row_bytes_max;    /* 0 means 1 MiB */
    size_t field_count_max;  /* 0 means 4096 */
} codec_csv_options;

/* A row; its fields, quotes taken off, stand until the next row is asked for. */
typedef struct {
    const text *field;
    size_t count;
    int32_t line; /* of its first byte */
} codec_csv_row;

typedef struct codec_csv_reader codec_csv_reader;
/* Over a source. */
codec_csv_reader *codec_csv_open(arena *a, codec_source source, codec_csv_options options);
/* Over text in memory, which is not copied and must outlive the reader: for whole files, and for
 * one of the blocks that codec_csv_whole_rows cuts. */
codec_csv_reader *codec_csv_open_text(arena *a, text t, codec_csv_options options);
/* The next row; `*has_row` is false after the last. */
MUST_USE err codec_csv_next(codec_csv_reader *reader, codec_csv_row *row, bool *has_row);
/* Whether no cell of it says anything: spreadsheets leave such rows (,,,) below what was filled in. */
bool codec_csv_is_blank(const codec_csv_row *row);
/* Where a field of the row last answered stands, to blame it; `column` is that of its first
 * character. A field past the last stands at the row's end. */
source_pos codec_csv_position(const codec_csv_reader *reader, size_t field);

/* How many bytes of `bytes`, which begin with a row, are whole rows; 0 when not one is. Adds the
 * line ends among them to *line_count. So a large file is cut into blocks that several threads
 * read, each with its first_line; if the file is badly quoted, some block reports it. */
size_t codec_csv_whole_rows(text bytes, int32_t *line_count);

/* ---- numbers in plain decimal text ---- */

/* [-]digits[.digits], at most 18 digits, places at most `decimals` (0..18): the form that fills
 * large files, read fast. False for every other text, also for numbers that only a full reader
 * (money_parse_decimal) accepts. */
bool codec_parse_scaled(text t, int decimals, int64_t *scaled);
/* Writes `scaled` / 10^decimals with all its places; returns the size, at most 24 bytes. */
#define CODEC_SCALED_BYTES 24
size_t codec_print_scaled(int64_t scaled, int decimals, char *out);

/* ---- CSV out ---- */

/* Makes room for `more` bytes behind the builder's end and answers where they go; the caller
 * writes and adds to size_bytes. */
void codec_grow(text_builder *b, size_t more);
static inline char *codec_reserve(text_builder *b, size_t more)
{
    if (b->capacity < b->size_bytes + more + 1) codec_grow(b, more);
    return b->bytes + b->size_bytes;
}

/* A row being written: fields are separated by themselves. */
typedef struct {
    text_builder *out;
    size_t row_at; /* where the row begins in `out` */
    char separator;
    bool has_field;
} codec_csv_writer;

/* With `separator` 0 meaning ','. Lines end with LF. */
codec_csv_writer codec_csv_write(text_builder *out, char separator);
/* Quoted only where it must be; beginning or ending blanks count. */
void codec_csv_add_text(codec_csv_writer *w, text field);
/* Words that others have written, for a list that a person opens: what a spreadsheet would compute (it begins with
 * = + - @ or a tab, and is no number) gets an apostrophe before it, by which it is shown as it stands. */
void codec_csv_add_words(codec_csv_writer *w, text words);
bool codec_is_formula(text words);
void codec_csv_add_scaled(codec_csv_writer *w, int64_t scaled, int decimals);
void codec_csv_end_row(codec_csv_writer *w);

/* ---- JSON in: RFC 8259, strict ---- */

typedef enum {
    CODEC_JSON_NULL,
    CODEC_JSON_BOOL,
    CODEC_JSON_NUMBER,
    CODEC_JSON_STRING,
    CODEC_JSON_ARRAY,
    CODEC_JSON_OBJECT,
    CODEC_JSON_TYPE_COUNT
} codec_json_type;

typedef struct codec_json codec_json;
struct codec_json {
    codec_json_type type;
    bool is_true;            /* BOOL */
    int32_t line, column;    /* where the value begins */
    text word;               /* NUMBER: as written; STRING: its characters */
    size_t count;            /* ARRAY, OBJECT */
    const codec_json *items; /* ARRAY: elements; OBJECT: values, in the order written */
    const text *keys;        /* OBJECT: no two are the same */
    const uint32_t *sorted;  /* OBJECT of more than 16: indexes in order of keys; else NULL */
};

typedef struct {
    const char *file;       /* for positions; may be NULL */
    size_t size_bytes_max;  /* 0 means 16 MiB */
    size_t value_count_max; /* 0 means 2,000,000; a value costs about 200 bytes while reading */
    int depth_max;          /* 0 means 64, which is also the most */
} codec_json_options;

/* Reads one value and nothing behind it. Strings and keys may point into `input`, which must
 * outlive the answer. Refused: duplicate keys, \u0000, halves of surrogate pairs. */
MUST_USE err codec_json_parse(arena *a, text input, codec_json_options options,
                              const codec_json **value);
/* The member's value, or NULL; also NULL when `object` is NULL or no object. */
const codec_json *codec_json_member(const codec_json *object, text key);
source_pos codec_json_position(const codec_json *value, const char *file);

/* ---- JSON out ---- */

#define CODEC_JSON_DEPTH_MAX 64
/* Commas, colons and indents are put in by the writer; to begin and end, and to name each member
 * of an object before its value, is the caller's part, and asserted. */
typedef struct {
    text_builder *out;
    uint64_t is_object; /* a bit a level */
    uint64_t has_item;
    int depth;
    bool is_pretty; /* two blanks a level */
    bool has_key;   /* a key waits for its value */
} codec_json_writer;

codec_json_writer codec_json_write(text_builder *out, bool is_pretty);
void codec_json_begin_object(codec_json_writer *w);
void codec_json_end_object(codec_json_writer *w);
void codec_json_begin_array(codec_json_writer *w);
void codec_json_end_array(codec_json_writer *w);
void codec_json_key(codec_json_writer *w, text key);
/* `t` is UTF-8; bytes that are not become U+FFFD. */
void codec_json_add_text(codec_json_writer *w, text t);
/* A number in JSON's form, as a number. */
void codec_json_add_number(codec_json_writer *w, text digits);
void codec_json_add_i64(codec_json_writer *w, int64_t number);
/* As a decimal string, "1234.50": how amounts travel. */
void codec_json_add_scaled(codec_json_writer *w, int64_t scaled, int decimals);
void codec_json_add_bool(codec_json_writer *w, bool is_true);
void codec_json_add_null(codec_json_writer *w);
void codec_json_add_value(codec_json_writer *w, const codec_json *value);

/* ---- XML in: 1.0 in UTF-8, event by event; a DTD is refused, and so all entities but the five ---- */

typedef struct {
    const char *file;           /* for positions; may be NULL */
    int depth_max;              /* 0 means 64 */
    size_t text_bytes_max;      /* of one text, one tag, one comment; 0 means 1 MiB */
    size_t attribute_count_max; /* of one element; 0 means 64 */
    bool keeps_blank_text;      /* else text of nothing but white space is passed over */
} codec_xml_options;

typedef enum { CODEC_XML_OPEN, CODEC_XML_CLOSE, CODEC_XML_TEXT, CODEC_XML_DONE } codec_xml_type;

/* `space` is the namespace's URI, empty without one; `name` has no prefix. */
typedef struct {
    text space, name, value;
} codec_xml_attribute;

/* Its texts stand until the next is asked for. Text between two tags comes in one piece. */
typedef struct {
    codec_xml_type type;
    int depth;        /* of the element: 1 for the root; of a text, that of its element */
    text space, name; /* OPEN, CLOSE */
    text word;        /* TEXT */
    const codec_xml_attribute *attributes; /* OPEN */
    size_t attribute_count;
    source_pos at;
} codec_xml_event;

typedef struct codec_xml_reader codec_xml_reader;
/* Close it whatever happens after. */
codec_xml_reader *codec_xml_open(arena *a, codec_source source, codec_xml_options options);
/* DONE, again and again, after the root's end and the source's. */
MUST_USE err codec_xml_next(codec_xml_reader *reader, codec_xml_event *event);
void codec_xml_close(codec_xml_reader *reader);
/* The attribute's value; bytes NULL without it. `space` empty: one without a prefix. */
text codec_xml_attribute_of(const codec_xml_event *event, const char *space, const char *name);

/* ---- XML out ---- */

#define CODEC_XML_DEPTH_MAX 32
/* Elements are closed in their order; names are literals and are written as they are. */
typedef struct {
    text_builder *out;
    const char *name[CODEC_XML_DEPTH_MAX];
    int depth;
    bool is_tag_open; /* attributes may follow */
} codec_xml_writer;

/* Begins with the declaration. */
codec_xml_writer codec_xml_write(text_builder *out);
void codec_xml_begin(codec_xml_writer *w, const char *name);
void codec_xml_add_attribute(codec_xml_writer *w, const char *name, text value);
/* `t` is UTF-8; what XML does not allow becomes U+FFFD. */
void codec_xml_add_text(codec_xml_writer *w, text t);
void codec_xml_end(codec_xml_writer *w);
/* An element with this text and nothing else. */
void codec_xml_add_leaf(codec_xml_writer *w, const char *name, text t);
/* A line's end between elements, so that large files have lines. */
void codec_xml_break(codec_xml_writer *w);

/* ---- XLSX in: the rows of one sheet, as those of a CSV file ---- */

typedef struct {
    const char *file;          /* for positions; may be NULL */
    text sheet;                /* its name; empty: the first that is not hidden */
    size_t inflated_bytes_max; /* of all that is unpacked; 0 means 1 GiB */
    size_t string_bytes_max;   /* of the shared strings, which are kept; 0 means 128 MiB */
    size_t field_count_max;    /* 0 means 4096 */
} codec_xlsx_options;

/* Whether it can be a workbook: a ZIP, or (refused as CODEC_XLSX_OLD) an .xls or a protected one. */
bool codec_is_xlsx(text beginning);

/* `bytes` are the whole file and must outlive the reader. Close it when it was opened. */
typedef struct codec_xlsx_reader codec_xlsx_reader;
MUST_USE err codec_xlsx_open(arena *a, text bytes, codec_xlsx_options options,
                             codec_xlsx_reader **reader);
size_t codec_xlsx_sheet_count(const codec_xlsx_reader *reader);
text codec_xlsx_sheet_name(const codec_xlsx_reader *reader, size_t sheet);
size_t codec_xlsx_sheet_read(const codec_xlsx_reader *reader); /* which it is */
/* Of the rows read so far: those that a person does not see, as behind a filter. */
int64_t codec_xlsx_hidden_rows(const codec_xlsx_reader *reader);
/* The next row that is not empty; row->line is its number. Fields are as a person sees them: numbers
 * in plain decimals, rounded to the 15 digits that Excel shows; days as 2026-03-05, with a time
 * behind it where there is one. A number of more than 15 digits before its point is given
 * with an exponent: Excel has lost its last digits. */
MUST_USE err codec_xlsx_next(codec_xlsx_reader *reader, codec_csv_row *row, bool *has_row);
/* `column` counts the sheet's columns. */
source_pos codec_xlsx_position(const codec_xlsx_reader *reader, size_t field);
void codec_xlsx_close(codec_xlsx_reader *reader);

/* ---- XLSX out: one sheet, its first row as a header; the same rows give the same bytes ---- */

typedef struct codec_xlsx_writer codec_xlsx_writer;
codec_xlsx_writer *codec_xlsx_write(arena *a, text sheet);
/* Always text, never a formula. */
void codec_xlsx_add_text(codec_xlsx_writer *w, text field);
/* At most 15 digits are a number; what has more is written as text. */
void codec_xlsx_add_scaled(codec_xlsx_writer *w, int64_t scaled, int decimals);
/* Days since 1900-01-01. */
void codec_xlsx_add_day(codec_xlsx_writer *w, int32_t day);
void codec_xlsx_add_empty(codec_xlsx_writer *w);
/* CODEC_XLSX_TOO_LARGE past 1,048,576 rows; a field past the 16,384th is a mistake of ours. */
MUST_USE err codec_xlsx_end_row(codec_xlsx_writer *w);
/* The workbook's bytes, in the arena. */
MUST_USE err codec_xlsx_finish(codec_xlsx_writer *w, text *bytes);

#endif
