/* store/postgres_query - statements of the PostgreSQL driver.
 *
 * Prefix   postgres_
 */
#ifndef STORE_POSTGRES_QUERY_H
#define STORE_POSTGRES_QUERY_H

#include "store/postgres_internal.h"

err postgres_prepare(store_query *query);
void postgres_unprepare(store_query *query);
void postgres_bind_int(store_query *query, int index, int64_t value);
void postgres_bind_text(store_query *query, int index, text value);
void postgres_bind_bytes(store_query *query, int index, text value);
void postgres_bind_null(store_query *query, int index);
err postgres_send(store_query *query);
err postgres_step(store_query *query, bool *has_row, int64_t *changed);
int64_t postgres_get_int(const store_query *query, int column);
text postgres_get_bytes(const store_query *query, int column);
bool postgres_is_null(const store_query *query, int column);
void postgres_clear(store_query *query);
void postgres_reset(store_query *query);

#endif
