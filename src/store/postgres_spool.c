#include <string.h>

#include "store/postgres_spool.h"

enum { SPOOL_BYTES = 4 << 20, NO_CELL = -1 };

static char *reserve(spool *s, char *old, size_t kept, size_t *capacity, size_t wanted)
{
    if (wanted <= *capacity) return old;
    size_t larger = *capacity * 2 > wanted ? *capacity * 2 : wanted;
    char *bytes = arena_alloc(s->memory, larger);
    if (kept) memcpy(bytes, old, kept);
    *capacity = larger;
    return bytes;
}

/* ---- writing ---- */

static size_t row_bytes(const text *cells, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += sizeof(int32_t) + cells[i].size_bytes;
    return size;
}

static void write_cells(char *out, const text *cells, const bool *is_null, int count)
{
    for (int i = 0; i < count; i++) {
        int32_t size = is_null[i] ? NO_CELL : (int32_t)cells[i].size_bytes;
        memcpy(out, &size, sizeof size);
        out += sizeof size;
        if (size > 0) memcpy(out, cells[i].bytes, (size_t)size);
        out += size > 0 ? size : 0;
    }
}

static bool add_to_file(spool *s, const text *cells, const bool *is_null, int count, size_t size)
{
    if (!s->rest && !(s->rest = tmpfile())) return false;
    s->row = reserve(s, s->row, 0, &s->row_capacity, size);
    write_cells(s->row, cells, is_null, count);
    return fwrite(&size, sizeof size, 1, s->rest) == 1 && fwrite(s->row, size, 1, s->rest) == 1;
}

bool spool_add(spool *s, const text *cells, const bool *is_null, int count)
{
    if (!s->memory) s->memory = arena_open();
    size_t size = row_bytes(cells, count);
    s->row_count++;
    if (s->rest || s->size_bytes + size > SPOOL_BYTES)
        return add_to_file(s, cells, is_null, count, size);
    s->bytes = reserve(s, s->bytes, s->size_bytes, &s->capacity, s->size_bytes + size);
    write_cells(s->bytes + s->size_bytes, cells, is_null, count);
    s->size_bytes += size;
    s->memory_rows++;
    return true;
}

void spool_written(spool *s)
{
    if (s->rest) rewind(s->rest);
}

/* ---- reading ---- */

static size_t read_cells(const char *from, text *cells, bool *is_null, int count)
{
    const char *at = from;
    for (int i = 0; i < count; i++) {
        int32_t size;
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        is_null[i] = size == NO_CELL;
        cells[i] = (text){ at, size > 0 ? (size_t)size : 0 };
        at += cells[i].size_bytes;
    }
    return (size_t)(at - from);
}

bool spool_take(spool *s, text *cells, bool *is_null, int count)
{
    size_t size;
    s->taken_count++;
    if (s->taken_count <= s->memory_rows) {
        s->at += read_cells(s->bytes + s->at, cells, is_null, count);
        return true;
    }
    if (!s->rest || fread(&size, sizeof size, 1, s->rest) != 1) return false;
    s->row = reserve(s, s->row, 0, &s->row_capacity, size);
    if (fread(s->row, size, 1, s->rest) != 1) return false;
    read_cells(s->row, cells, is_null, count);
    return true;
}

void spool_clear(spool *s)
{
    if (!s->memory || !s->row_count) return;
    if (s->rest) fclose(s->rest);
    arena_reset(s->memory);
    *s = (spool){ .memory = s->memory };
}

void spool_close(spool *s)
{
    spool_clear(s);
    if (s->memory) arena_close(s->memory);
    s->memory = NULL;
}
