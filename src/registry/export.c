#include <stdio.h>
#include <string.h>

#include "registry/registry_internal.h"

/* The canonical export: a line a row, cells apart by tabs; bytes in hex, and in words a backslash,
 * a tab and the end of a line written with a backslash. */

typedef struct {
    registry *r;
    crypto_hasher *hasher;
    registry_sink sink;
    void *context;
    int64_t row_count;
    text_builder line;
} exporter;

static void add_word(text_builder *out, text word)
{
    for (size_t i = 0; i < word.size_bytes; i++) {
        char c = word.bytes[i];
        if (c == '\t' || c == '\n' || c == '\\') {
            text_add_char(out, '\\');
            c = c == '\t' ? 't' : c == '\n' ? 'n' : '\\';
        }
        text_add_char(out, c);
    }
}

static void add_number(text_builder *out, int64_t number)
{
    char digits[32];
    text_add(out, (text){ digits, codec_print_scaled(number, 0, digits) });
}

static void add_bytes(text_builder *out, text bytes)
{
    static const char HEX[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size_bytes; i++) {
        text_add_char(out, HEX[(uint8_t)bytes.bytes[i] >> 4]);
        text_add_char(out, HEX[bytes.bytes[i] & 15]);
    }
}

static err end_line(exporter *x)
{
    text_add_char(&x->line, '\n');
    crypto_hash_add(x->hasher, x->line.bytes, x->line.size_bytes);
    x->row_count++;
    return x->sink ? x->sink(x->context, text_built(&x->line)) : ERR_NONE;
}

static void begin_line(exporter *x, const char *table)
{
    x->line.size_bytes = 0;
    text_add_cstr(&x->line, table);
}

static err export_rows(exporter *x, store_query *q, const char *table,
                       const store_column_type *types, size_t count)
{
    bool has_row;
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        begin_line(x, table);
        for (size_t i = 0; i < count; i++) {
            text_add_char(&x->line, '\t');
            if (types[i] == STORE_INT_COLUMN) add_number(&x->line, store_int(q, (int)i));
            else if (types[i] == STORE_TEXT_COLUMN) add_word(&x->line, store_text(q, (int)i));
            else add_bytes(&x->line, store_bytes(q, (int)i));
        }
        err e = end_line(x);
        if (e.kind) {
            store_reset(q);
            return e;
        }
    }
}

static err export_table(exporter *x, const char *table, const char *sql,
                        const store_column_type *types, size_t count, int64_t bucket)
{
    store_query *q;
    TRY(store_prepare(x->r->db, sql, &q));
    if (bucket >= 0) store_bind_int(q, 1, bucket);
    return export_rows(x, q, table, types, count);
}

static const store_column_type INTS[7] = { STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN,
                                           STORE_INT_COLUMN, STORE_INT_COLUMN, STORE_INT_COLUMN,
                                           STORE_INT_COLUMN };

static err export_bucket(exporter *x, uint32_t bucket)
{
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++)
        TRY(export_table(x, REGISTRY_KINDS[kind].table, x->r->sql[kind].export,
                         x->r->sql[kind].types, x->r->sql[kind].column_count, bucket));
    return export_table(x, "registry_spell_segment",
                        "SELECT bucket, sequence, part, known_ms, first_id, last_id, row_count "
                        "FROM registry_spell_segment WHERE bucket = ?1 ORDER BY sequence, part",
                        INTS, 7, bucket);
}

static err export_office(exporter *x)
{
    static const store_column_type WORD[] = { STORE_INT_COLUMN, STORE_TEXT_COLUMN };
    static const store_column_type NAME[] = { STORE_TEXT_COLUMN, STORE_INT_COLUMN };
    TRY(export_table(x, "registry_word", "SELECT id, word FROM registry_word ORDER BY id", WORD, 2,
                     -1));
    TRY(export_table(x, "registry_lookup",
                     "SELECT kind, key, subject_id FROM registry_lookup "
                     "ORDER BY kind, key, subject_id",
                     INTS, 3, -1));
    return export_table(x, "registry_name",
                        "SELECT name, subject_id FROM registry_name ORDER BY name, subject_id",
                        NAME, 2, -1);
}

err registry_export(registry *r, uint32_t bucket, registry_sink sink, void *context,
                    crypto_digest *hash, int64_t *row_count)
{
    arena *scratch = arena_open();
    exporter x = { .r = r, .sink = sink, .context = context, .line = text_builder_open(scratch) };
    err e = crypto_hasher_open(scratch, CRYPTO_SM3, &x.hasher);
    if (!e.kind) {
        crypto_hash_begin(x.hasher);
        e = bucket == EVENTLOG_OFFICE ? export_office(&x) : export_bucket(&x, bucket);
        crypto_digest is = crypto_hash_end(x.hasher);
        if (!e.kind && hash) *hash = is;
        if (!e.kind && row_count) *row_count = x.row_count;
        crypto_hasher_close(x.hasher);
    }
    arena_close(scratch);
    return e;
}
