/* service/dues_tally - what the log tells of dues, summed up: by fund, and by month of business.
 *
 * Prefix   dues_tally_
 */
#ifndef SERVICE_DUES_TALLY_H
#define SERVICE_DUES_TALLY_H

#include "service/dues.h"

typedef struct {
    int32_t fund;
    int64_t billed_fen;     /* bills and differences */
    int64_t charged_fen;    /* late fees and others besides */
    int64_t relief_fen, write_off_fen, correction_fen; /* taken off */
    int64_t laid_fen;       /* receipts laid over dues */
    int64_t credited_fen;   /* credit laid over dues */
    int64_t freed_fen;      /* of what was laid: back to the credit */
} dues_tally_row;
typedef struct {
    dues_tally_row *rows; /* a fund each */
    size_t count, capacity;
    int64_t came_fen;     /* receipts in all */
    int64_t above_fen;    /* of them above the dues */
    int64_t refunded_fen;
} dues_tally;

void dues_tally_add(arena *a, dues_tally *tally, const collection_entry *entry);
/* billed + charged - taken off - laid - credited + freed. */
int64_t dues_tally_open(const dues_tally_row *row);
/* above + freed - credited - refunded. */
int64_t dues_tally_credit(const dues_tally *tally);
/* The row of a fund; NULL: nothing was ever owed for it. */
const dues_tally_row *dues_tally_of(const dues_tally *tally, int32_t fund);

#endif
