#include <assert.h>
#include <string.h>

#include "store/store_internal.h"

/* Bulks are opened once a batch for as long as a handle lives: their memory is used again. */
static store_bulk *new_bulk(store *db)
{
    store_bulk *bulk = db->free_bulks;
    if (bulk) db->free_bulks = bulk->next;
    else bulk = ARENA_NEW(db->memory, store_bulk);
    bulk->db = db;
    bulk->next = db->open_bulks;
    db->open_bulks = bulk;
    return bulk;
}

static void free_bulk(store_bulk *bulk)
{
    store *db = bulk->db;
    db->port->bulk_drop(bulk);
    for (store_bulk **at = &db->open_bulks; *at; at = &(*at)->next)
        if (*at == bulk) {
            *at = bulk->next;
            break;
        }
    bulk->next = db->free_bulks;
    db->free_bulks = bulk;
}

void bulk_cut_transaction(store *db)
{
    while (db->open_bulks)
        free_bulk(db->open_bulks);
}

err store_bulk_open(store *db, const char *table, const char *const *columns,
                    const store_column_type *types, size_t column_count, store_bulk **bulk)
{
    assert(column_count > 0 && column_count <= STORE_BULK_COLUMNS);
    if (db->spoilt.kind) return db->spoilt;
    if (!db->is_in_transaction)
        return store_fail(db, &STORE_REFUSED, "a bulk needs an open transaction");
    store_bulk *b = new_bulk(db);
    b->table = table;
    memcpy(b->columns, columns, column_count * sizeof *columns);
    memcpy(b->types, types, column_count * sizeof *types);
    b->column_count = column_count;
    b->cell = 0;
    b->row_count = 0;
    err e = db->port->bulk_open(b);
    if (e.kind) {
        free_bulk(b);
        return store_spoil(db, e);
    }
    *bulk = b;
    return ERR_NONE;
}

static err end_cell(store_bulk *bulk, err e)
{
    if (!e.kind && ++bulk->cell == bulk->column_count) {
        bulk->cell = 0;
        bulk->row_count++;
        e = bulk->db->port->bulk_row(bulk);
    }
    return e.kind ? store_spoil(bulk->db, e) : ERR_NONE;
}

static err cell(store_bulk *bulk, store_column_type type, int64_t number, text value)
{
    assert(bulk->types[bulk->cell] == type);
    if (bulk->db->spoilt.kind) return bulk->db->spoilt;
    return end_cell(bulk, bulk->db->port->bulk_cell(bulk, type, number, value));
}

err store_bulk_int(store_bulk *bulk, int64_t value)
{
    return cell(bulk, STORE_INT_COLUMN, value, TEXT_NONE);
}

err store_bulk_text(store_bulk *bulk, text value)
{
    if (query_is_text(value)) return cell(bulk, STORE_TEXT_COLUMN, 0, value);
    return store_spoil(bulk->db,
                       store_fail(bulk->db, &STORE_REFUSED,
                                  "row %lld, column %s: no UTF-8 text, or it holds a NUL",
                                  (long long)bulk->row_count + 1, bulk->columns[bulk->cell]));
}

err store_bulk_bytes(store_bulk *bulk, text value)
{
    return cell(bulk, STORE_BYTES_COLUMN, 0, value);
}

err store_bulk_null(store_bulk *bulk)
{
    if (bulk->db->spoilt.kind) return bulk->db->spoilt;
    return end_cell(bulk, bulk->db->port->bulk_null(bulk));
}

err store_bulk_close(store_bulk *bulk, int64_t *row_count)
{
    store *db = bulk->db;
    if (db->spoilt.kind) return db->spoilt;
    assert(bulk->cell == 0); /* no row half told */
    err e = db->port->bulk_close(bulk);
    if (row_count) *row_count = bulk->row_count;
    free_bulk(bulk);
    return store_spoil(db, e);
}
