/* service/sheet.h - a file of rows, CSV in UTF-8 or GB18030 or a workbook, read a row at a time.
 *
 * The first row names the columns. CSV is read as it comes, whatever its size; a workbook is read
 * whole: its first sheet that is seen. That there are other sheets, and rows that a filter hides, is noted.
 *
 * Prefix   sheet_
 */
#ifndef SERVICE_SHEET_H
#define SERVICE_SHEET_H

#include "codec/codec.h"
#include "service/service_internal.h"

extern const err_kind SHEET_NO_HEADER, SHEET_COLUMN_TWICE, SHEET_ROW_WIDTH, SHEET_LOST_DIGITS, SHEET_ERROR_CELL;

typedef struct sheet sheet;
/* "-" is the standard input. Close it whatever happens after. */
MUST_USE err sheet_open(service_call *call, text path, sheet **opened);
/* Over CSV that the office itself has made; `name` is how it is called. */
MUST_USE err sheet_open_words(service_call *call, const char *name, text words, sheet **opened);
void sheet_close(sheet *s); /* NULL is fine */
const text *sheet_columns(const sheet *s, size_t *count);
/* That no other column is named as this one, which is going to be used; SIZE_MAX is none. */
MUST_USE err sheet_once(const sheet *s, size_t place);
/* The next row stands until the one after; *has_row is false at the end. */
MUST_USE err sheet_next(sheet *s, codec_csv_row *row, bool *has_row);
/* That the row can be taken: no number whose last digits a spreadsheet has dropped, no error for a value, and the fields
 * that the first row names. Of a workbook, whose rows end with their last
 * cell, only that it has none beyond them. Blank ones beyond them are no harm. */
MUST_USE err sheet_fits(const sheet *s, const codec_csv_row *row);
/* Rows read together, so that what they will ask of the store can be asked at once. */
enum { SHEET_BLOCK_ROWS = 512 };
typedef struct {
    codec_csv_row row;
    err fits;      /* what sheet_fits says */
    source_pos at; /* of its first field */
} sheet_row;
typedef struct {
    arena *memory; /* of the rows: until the next block */
    sheet_row *rows;
    size_t count;
    err end; /* what stopped the reading behind these rows */
} sheet_block;
/* The next rows, copied; none at the end, or where the first cannot be read. */
void sheet_next_block(sheet *s, sheet_block *block);
source_pos sheet_position(const sheet *s, size_t field);
/* Bytes taken so far, and of the whole file (0: not known). */
void sheet_progress(const sheet *s, uint64_t *done, uint64_t *all);

#endif
