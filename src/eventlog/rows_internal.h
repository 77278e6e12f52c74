/* eventlog/ rows inside - the layout of a segment's rows, version 1.
 *
 * Prefix   ROWS_
 *
 * Heading  magic and version (8 bytes), row count (8), column count (8)
 * Column   length of the name (1), name, NUL, flags (1), bytes a cell (1), bytes an offset (1),
 *          least (8), words (8), bytes of their heap (8), where its cells begin (8)
 * Cells    number - least, or with ROWS_HAS_NONE that + 1 and 0 for none; of words the index of the
 *          word, or with ROWS_IS_DIRECT nothing: row i has word i. Then, of words, where each
 *          begins in the heap, and the heap.
 * Padding  8 bytes, so that a cell can be read as eight bytes wherever it stands.
 */
#ifndef EVENTLOG_ROWS_INTERNAL_H
#define EVENTLOG_ROWS_INTERNAL_H

#include "eventlog/eventlog.h"

#define ROWS_MAGIC "ddrows\x01\x00"
#define ROWS_MAX   UINT32_MAX
enum {
    ROWS_HEADING_BYTES = 24,
    ROWS_COLUMN_BYTES = 37, /* and the name */
    ROWS_NAME_MAX = 63,
    ROWS_PADDING = 8,
};
enum { ROWS_IS_WORD = 1, ROWS_HAS_NONE = 2, ROWS_IS_DIRECT = 4, ROWS_FLAGS = 7 };

#endif
