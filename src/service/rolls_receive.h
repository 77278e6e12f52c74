/* service/rolls_receive.h - a roll being received: its columns, its lines.
 *
 * Prefix   rolls_receive_
 */
#ifndef SERVICE_ROLLS_RECEIVE_H
#define SERVICE_ROLLS_RECEIVE_H

#include "base/hash.h"
#include "service/rolls.h"

typedef struct rolls_receive_why {
    roll_state state;
    text why;
    int64_t lines, first;
} rolls_receive_why;

typedef struct {
    service_call *call;
    county *office;
    registry *people;
    roll_book *book;
    const rolls_contract *contract;
    rolls_keys *keys;
    const ident_names *names;
    arena *memory, *line_memory;
    sheet *file;
    size_t place[ROLLS_COLUMNS_MAX];
    int32_t month;
    crypto_hasher *hasher;
    roll_line *lines;
    size_t count, capacity;
    text *cells[ROLLS_COLUMNS_MAX]; /* by line */
    size_t cell_capacity;
    hash_map *met;                  /* keys of lines above */
    size_t faults[ROLLS_COLUMNS_MAX], fault_line[ROLLS_COLUMNS_MAX];
    text fault_cell[ROLLS_COLUMNS_MAX];
    roll_terms terms;
    bool commits; /* what was received stands by itself; else the caller ends the transaction */
    int64_t tally[ROLL_STATE_COUNT];
    hash_map *why_places;
    struct rolls_receive_why *whys;
    size_t why_count, why_capacity;
} rolls_receive;

/* The roll of a month from CSV that the office itself has made, in the call's own county, in its transaction, which the
 * caller commits; answered as roll receive answers (ROLLS_RECEIVE_OUTPUT). */
MUST_USE err rolls_receive_words(county *office, text roll, int32_t month, const char *name, text words);
enum { ROLLS_RECEIVE_OUTPUT_COUNT = 17 };
extern const service_field ROLLS_RECEIVE_OUTPUT[ROLLS_RECEIVE_OUTPUT_COUNT];

/* Which column of the file is which of the contract. ROLLS_NO_COLUMN, SHEET_COLUMN_TWICE. */
MUST_USE err rolls_receive_bind(rolls_receive *r);
/* All lines of the file, each with its state. */
MUST_USE err rolls_receive_lines(rolls_receive *r);

#endif
