/* service/grid - a table of words that a person takes away: CSV, a workbook, or a page to print.
 *
 * Prefix   grid_
 */
#ifndef SERVICE_GRID_H
#define SERVICE_GRID_H

#include "service/service_internal.h"

typedef struct {
    service_call *call;
    text title;
    text lines[4]; /* above the table of a page: whose, when */
    size_t line_count;
    const text *heads;
    size_t column_count, first_number; /* columns from there on are amounts */
    text *cells;
    size_t cell_count, cell_capacity;
} grid;

/* `fields` name the columns by their summaries. */
grid grid_open(service_call *call, text title, const service_field *fields, size_t column_count, size_t first_number);
void grid_line(grid *g, text line);
/* The cells of a row one after another. */
void grid_add(grid *g, text cell);
/* A whole row, and the same into an object of the reply (NULL: it is not shown), each cell as its field's type says: a number where
 * it counts or names somebody by id. An empty cell of a number is left out of the object. */
void grid_row(grid *g, service_value *into, const service_field *fields, const text *cells);
/* By the name's end: .xlsx a workbook, .html a page, else CSV. */
MUST_USE err grid_write(grid *g, text path);
/* The same, and nobody else can read the file. */
MUST_USE err grid_write_secret(grid *g, text path);

#endif
