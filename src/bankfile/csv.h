/* bankfile/csv - records of the fixed CSV: a table of cells each, read and written by it.
 *
 * A record is a row whose first field is a fixed word; every further field is a cell of its table,
 * and goes to or comes from one member of the struct that the record fills. Words are Chinese, so
 * that a file's encoding shows in its first bytes.
 *
 * Prefix   csv_
 */
#ifndef BANKFILE_CSV_H
#define BANKFILE_CSV_H

#include "bankfile/bankfile_internal.h"

typedef enum {
    CSV_BATCH,      /* text: a batch number */
    CSV_BATCH_OR_NONE,
    CSV_ACCOUNT,    /* text */
    CSV_ACCOUNT_OR_NONE,
    CSV_NAME,       /* text, not empty */
    CSV_NOTE,       /* text, may be empty */
    CSV_COUNT,      /* int64_t >= 0 */
    CSV_COUNT_OR_NONE, /* empty is 0 */
    CSV_FEN,        /* int64_t >= 0 */
    CSV_FEN_SIGNED, /* int64_t, not 0 unless it is a balance */
    CSV_DAY,        /* int32_t, 20260305 */
    CSV_CHOICE,     /* int: the index in `words` */
    CSV_REASON      /* bankfile_reason; empty is none */
} csv_type;

typedef struct {
    csv_type type;
    size_t offset;            /* of the member */
    const char *const *words; /* of CSV_CHOICE, ends with NULL */
} csv_cell;

typedef struct {
    const char *word;
    const csv_cell *cells;
    size_t cell_count;
} csv_record;

void csv_add_record(text_builder *out, const csv_record *record, const void *from);

/* A file being read, record by record; nothing may lie between records. */
typedef struct {
    arena *memory;
    const char *file;
    codec_source inner;
    char last_byte;
    bool is_begun, is_at_end; /* of the bytes */
    bool is_ended;            /* of the records */
    int32_t line;             /* of the record last read, or where the file ends */
    codec_utf8_reader *utf8;
    codec_csv_reader *reader;
    codec_csv_row row;
} csv_file;

/* In place: `f` must not move. Close it whatever happens. */
void csv_open(csv_file *f, bankfile_input in);
void csv_close(csv_file *f);
/* The first record, which must be there; its texts are copied into the file's memory. */
MUST_USE err csv_read_head(csv_file *f, const csv_record *record, void *into);
/* The next, until f->is_ended; its texts stand until the next call. */
MUST_USE err csv_read(csv_file *f, const csv_record *record, void *into);
/* Gives an error the place of a cell of the record last read: 0 is its word. */
err csv_blame(const csv_file *f, err e, size_t cell);
/* The same with the place where the file ends. */
err csv_blame_end(const csv_file *f, err e);

#endif
