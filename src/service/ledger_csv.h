/* service/ledger_csv - the CSV files an accountant hands in: opening balances, business, bank lines.
 *
 * A header may be Chinese or English; rows and cells are blamed with their place.
 *
 * Prefix   service_csv_
 */
#ifndef SERVICE_LEDGER_CSV_H
#define SERVICE_LEDGER_CSV_H

#include "codec/codec.h"
#include "service/ledger.h"

extern const err_kind SERVICE_CSV_NO_COLUMN, SERVICE_CSV_BAD_CELL, SERVICE_CSV_COLUMN_TWICE, SERVICE_CSV_UNEVEN,
    SERVICE_CSV_WORKBOOK;

enum { SERVICE_CSV_COLUMNS_MAX = 16 };
typedef struct {
    const char *zh, *en;
    bool is_optional;
} service_csv_column;
typedef struct {
    arena *memory;
    codec_csv_reader *reader;
    codec_csv_row row;
    size_t header_count;
    const service_csv_column *columns;
    size_t place[SERVICE_CSV_COLUMNS_MAX]; /* SIZE_MAX: not there */
} service_csv;

/* `columns` end with a row of NULLs. */
MUST_USE err service_csv_open(service_call *call, text path, const service_csv_column *columns, service_csv *csv);
/* The same of a file whose bytes are at hand. */
MUST_USE err service_csv_read(service_call *call, text path, text bytes, const service_csv_column *columns,
                              service_csv *csv);
/* SERVICE_CSV_UNEVEN for a row of more or fewer fields than the first row names. */
MUST_USE err service_csv_next(service_csv *csv, bool *has_row);
text service_csv_cell(const service_csv *csv, size_t index);
MUST_USE err service_csv_day(const service_csv *csv, size_t index, int32_t *day);
/* Empty is 0. */
MUST_USE err service_csv_fen(const service_csv *csv, size_t index, int64_t *fen);
MUST_USE err service_csv_number(const service_csv *csv, size_t index, int64_t *number);
/* The bank's lines that argument `lines` names, as an answer holds them against the books, and the file's digest (SM3). */
MUST_USE err service_csv_bank(service_call *call, ledger_bank *bank, text *digest);
/* An error of the row, at its place. */
err service_csv_blame(const service_csv *csv, size_t index, err e);

#endif
