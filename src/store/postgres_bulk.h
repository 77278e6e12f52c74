/* store/postgres_bulk - rows in bulk of the PostgreSQL driver.
 *
 * Rows are gathered and sent by one COPY BINARY a chunk, so that between chunks the connection is
 * free for other bulks and for queries.
 *
 * Prefix   postgres_
 */
#ifndef STORE_POSTGRES_BULK_H
#define STORE_POSTGRES_BULK_H

#include "store/postgres_internal.h"

err postgres_bulk_open(store_bulk *bulk);
err postgres_bulk_cell(store_bulk *bulk, store_column_type type, int64_t number, text value);
err postgres_bulk_null(store_bulk *bulk);
err postgres_bulk_row(store_bulk *bulk);
err postgres_bulk_close(store_bulk *bulk);
void postgres_bulk_drop(store_bulk *bulk);

#endif
