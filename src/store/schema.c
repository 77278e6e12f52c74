#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/store_internal.h"

enum { DIGEST_BYTES = 33 };

typedef struct {
    const store_migration *migrations;
    size_t count;
} schema;

/* Guards against an edit by oversight, not against an enemy: 128 bits of a fast hash do. */
static void digest_of(const char *sql, char out[DIGEST_BYTES])
{
    size_t size = strlen(sql);
    snprintf(out, DIGEST_BYTES, "%016" PRIx64 "%016" PRIx64, hash_bytes(sql, size, 1),
             hash_bytes(sql, size, 2));
}

static const store_migration *find(const schema *program, int64_t number)
{
    for (size_t i = 0; i < program->count; i++)
        if (program->migrations[i].number == number) return &program->migrations[i];
    return NULL;
}

/* ---- what the store has ---- */

static err compare_row(store *db, const schema *program, const store_query *row, bool *is_applied)
{
    int64_t number = store_int(row, 0);
    const store_migration *own = find(program, number);
    text name = store_text(row, 1);
    if (!own) return store_fail(db, &STORE_NEWER, "%.*s", TEXT_ARG(name));
    char digest[DIGEST_BYTES];
    digest_of(own->sql, digest);
    if (!text_equal_cstr(store_text(row, 2), digest))
        return store_fail(db, &STORE_EDITED, "%.*s", TEXT_ARG(name));
    is_applied[own - program->migrations] = true;
    db->schema_version = (int32_t)number;
    return ERR_NONE;
}

static err compare(store *db, const schema *program, bool *is_applied)
{
    store_query *query;
    bool has_row;
    TRY(store_prepare(db, "SELECT number, name, digest FROM store_migration ORDER BY number",
                      &query));
    for (;;) {
        TRY(store_step(query, &has_row));
        if (!has_row) return ERR_NONE;
        err e = compare_row(db, program, query, is_applied);
        if (!e.kind) continue;
        store_reset(query);
        return e;
    }
}

/* ---- bringing it up ---- */

static err verify_line(store *db, const store_migration *own, const char *line, size_t size)
{
    int64_t wanted, got;
    int sql_at = 0;
    char text_of_line[1024];
    if (size >= sizeof text_of_line || size < 10)
        return store_fail(db, &STORE_UNVERIFIED, "%s: a verify line cannot be read", own->name);
    memcpy(text_of_line, line, size);
    text_of_line[size] = 0;
    if (sscanf(text_of_line, "-- verify %" SCNd64 ": %n", &wanted, &sql_at) != 1 || !sql_at)
        return store_fail(db, &STORE_UNVERIFIED, "%s: a verify line cannot be read", own->name);
    TRY(store_scalar(db, text_of_line + sql_at, &got));
    if (got == wanted) return ERR_NONE;
    return store_fail(db, &STORE_UNVERIFIED, "%s: %" PRId64 ", not %" PRId64 ": %.150s", own->name,
                      got, wanted, text_of_line + sql_at);
}

static err verify(store *db, const store_migration *own)
{
    static const char MARK[] = "-- verify ";
    for (const char *at = own->sql; *at;) {
        size_t size = strcspn(at, "\n");
        if (strncmp(at, MARK, sizeof MARK - 1) == 0) TRY(verify_line(db, own, at, size));
        at += size + (at[size] == '\n');
    }
    return ERR_NONE;
}

static err record(store *db, const store_migration *own)
{
    store_query *query;
    char digest[DIGEST_BYTES];
    digest_of(own->sql, digest);
    TRY(store_prepare(db, "INSERT INTO store_migration (number, name, digest) VALUES (?1, ?2, ?3)",
                      &query));
    store_bind_int(query, 1, own->number);
    store_bind_text(query, 2, text_of(own->name));
    store_bind_text(query, 3, text_of(digest));
    return store_do(query, NULL);
}

static err apply(store *db, const store_migration *own)
{
    err e = store_run(db, own->sql);
    if (e.kind) return store_fail(db, e.kind, "%s: %.180s", own->name, e.detail ? e.detail : "");
    TRY(verify(db, own));
    return record(db, own);
}

static err give_birth(store *db)
{
    TRY(store_run(db, db->port->birth));
    return store_run(db, "CREATE TABLE store_migration ("
                         "    number BIGINT NOT NULL,"
                         "    name TEXT NOT NULL,"
                         "    digest TEXT NOT NULL,"
                         "    PRIMARY KEY (number))");
}

static err bring_up(store *db, const schema *program, const bool *is_applied)
{
    if (db->mode == STORE_CREATE) TRY(give_birth(db));
    for (size_t i = 0; i < program->count; i++) {
        if (is_applied[i]) continue;
        TRY(apply(db, &program->migrations[i]));
        if (program->migrations[i].number > db->schema_version)
            db->schema_version = program->migrations[i].number;
    }
    return store_commit(db);
}

/* All that is missing in one transaction: a store is never between two programs. */
static err bring_up_whole(store *db, const schema *program, const bool *is_applied)
{
    TRY(store_begin(db));
    err e = bring_up(db, program, is_applied);
    if (e.kind) store_rollback(db);
    return e;
}

static err check_place(store *db, const char *url)
{
    bool is_store, is_empty;
    TRY(db->port->look(db, &is_store, &is_empty));
    if (db->mode != STORE_CREATE) return is_store ? ERR_NONE : err_of(&STORE_NOT_A_STORE, url);
    if (is_store) return err_of(&STORE_EXISTS, url);
    return is_empty ? ERR_NONE : err_of(&STORE_NOT_A_STORE, url);
}

err schema_settle(store *db, const store_options *options, bool accepts_older)
{
    schema program = { options->migrations, options->migration_count };
    if (!program.migrations) program = (schema){ STORE_MIGRATIONS, STORE_MIGRATION_COUNT };
    bool *is_applied = ARENA_ARRAY(db->memory, bool, program.count + 1);
    size_t missing = program.count;
    TRY(check_place(db, db->place));
    if (db->mode != STORE_CREATE) TRY(compare(db, &program, is_applied));
    for (size_t i = 0; i < program.count; i++)
        missing -= is_applied[i];
    if (!missing && db->mode != STORE_CREATE) return ERR_NONE;
    if (db->mode == STORE_READ && accepts_older) return ERR_NONE;
    if (db->mode == STORE_READ)
        return store_fail(db, &STORE_OLDER, "version %d", (int)db->schema_version);
    return bring_up_whole(db, &program, is_applied);
}
