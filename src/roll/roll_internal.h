/* roll/roll_internal.h - what the files of this room share.
 *
 *   roll        opening, words, taking a roll, settling lines
 *   roll_decide what one person says of a line, and another agrees to
 *   roll_apply  the one place that turns events into rows
 *   roll_read   receipts and lines
 *
 * Prefix   roll_
 */
#ifndef ROLL_ROLL_INTERNAL_H
#define ROLL_ROLL_INTERNAL_H

#include "codec/codec.h"
#include "roll/roll.h"

struct roll_book {
    arena *process;
    store *db;
    eventlog *log;
};

/* Ends a call's scratch; what an error says outlives it. */
err roll_leave(roll_book *book, arena *scratch, err e);
/* Where the event of a receipt stands. ROLL_NO_RECEIPT. */
MUST_USE err roll_find(arena *a, roll_book *book, int64_t receipt_id, int64_t *sequence);
/* Lines as an event told them. */
MUST_USE err roll_lines_told(arena *a, roll_book *book, int64_t sequence, const char *segment, roll_line **lines,
                             size_t *count);
/* Appends the event and makes its rows. */
MUST_USE err roll_append(roll_book *book, const eventlog_event *event);
err roll_apply(roll_book *book, const eventlog_entry *entry);

#endif
