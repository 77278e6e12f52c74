/* store/sqlite_query - statements and rows in bulk of the SQLite driver.
 *
 * Prefix   sqlite_
 */
#ifndef STORE_SQLITE_QUERY_H
#define STORE_SQLITE_QUERY_H

#include "store/sqlite_internal.h"

err sqlite_prepare(store_query *query);
void sqlite_unprepare(store_query *query);
void sqlite_bind_int(store_query *query, int index, int64_t value);
void sqlite_bind_text(store_query *query, int index, text value);
void sqlite_bind_bytes(store_query *query, int index, text value);
void sqlite_bind_null(store_query *query, int index);
err sqlite_step(store_query *query, bool *has_row, int64_t *changed);
int64_t sqlite_get_int(const store_query *query, int column);
text sqlite_get_bytes(const store_query *query, int column);
bool sqlite_is_null(const store_query *query, int column);
void sqlite_clear(store_query *query);
void sqlite_reset(store_query *query);
err sqlite_bulk_open(store_bulk *bulk);
err sqlite_bulk_cell(store_bulk *bulk, store_column_type type, int64_t number, text value);
err sqlite_bulk_null(store_bulk *bulk);
err sqlite_bulk_row(store_bulk *bulk);
err sqlite_bulk_close(store_bulk *bulk);
void sqlite_bulk_drop(store_bulk *bulk);

#endif
