#include <stdlib.h>
#include <string.h>

#include "service/run.h"

/* Rows of a history into the order of the people: sorted by the person's number, rows of one
 * person as they stood. What fits the memory is sorted and written as a run; runs are merged by
 * always taking the least of their first rows. A row in a run file is: number, line, size, bytes.
 */
typedef struct {
    uint64_t number;
    int32_t line;
    uint32_t size_bytes;
} sort_head;

typedef struct {
    sort_head head;
    const char *bytes;
} sort_row;

typedef struct {
    arena *a;
    const run_seen *seen;
    const char *folder, *file;
    size_t memory_bytes;
    /* the run being gathered */
    arena *gathered;
    sort_row *rows;
    size_t row_count, row_capacity, row_bytes;
    size_t run_count;
} sorter;

static int row_order(const void *left, const void *right)
{
    const sort_row *a = left, *b = right;
    if (a->head.number != b->head.number) return a->head.number < b->head.number ? -1 : 1;
    return (a->head.line > b->head.line) - (a->head.line < b->head.line);
}

static const char *run_path(const sorter *s, size_t run)
{
    return text_format(s->a, "%s/%s.run-%zu", s->folder, s->file, run).bytes;
}

/* Sorts what was gathered into a file of its own. */
static err end_run(sorter *s)
{
    if (!s->row_count) return ERR_NONE;
    qsort(s->rows, s->row_count, sizeof *s->rows, row_order);
    os_writer *out;
    TRY(os_writer_open(s->a, run_path(s, s->run_count), &out));
    err e = ERR_NONE;
    text_builder b = text_builder_open(s->gathered);
    for (size_t i = 0; i < s->row_count && !e.kind; i++) {
        const sort_row *row = &s->rows[i];
        text_add(&b, (text){ (const char *)&row->head, sizeof row->head });
        text_add(&b, (text){ row->bytes, row->head.size_bytes });
        if (b.size_bytes < (1 << 18) && i + 1 < s->row_count) continue;
        e = os_writer_add(out, text_built(&b));
        b.size_bytes = 0;
    }
    if (e.kind) return os_writer_cancel(out), e;
    TRY(os_writer_commit(out));
    s->run_count++;
    arena_reset(s->gathered);
    s->rows = NULL;
    s->row_count = s->row_capacity = s->row_bytes = 0;
    return ERR_NONE;
}

static err gather_row(sorter *s, text row, uint64_t number, int32_t line)
{
    /* Rows, their heads, and the copies that a growing array leaves behind. */
    size_t costs = s->row_bytes + row.size_bytes + 3 * sizeof(sort_row) * (s->row_count + 1);
    if (costs > s->memory_bytes) TRY(end_run(s));
    sort_row made = { { number, line, (uint32_t)row.size_bytes },
                      arena_copy(s->gathered, row.bytes, row.size_bytes) };
    ARENA_PUSH(s->gathered, s->rows, s->row_count, s->row_capacity, made);
    s->row_bytes += row.size_bytes + 1;
    return ERR_NONE;
}

static err gather(sorter *s, run_history *history, run_strays *strays)
{
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (bool is_over = false; !is_over && !e.kind; arena_reset(scratch)) {
        text rows, row, id;
        int32_t line, line_count;
        e = run_source_take(&history->source, scratch, 1 << 18, &rows, &line, &line_count);
        is_over = rows.size_bytes == 0;
        for (size_t at = 0, lined = 0; !e.kind && run_source_next_row(rows, &at, true, history->key_column, &row, &id);) {
            for (; rows.bytes + lined < row.bytes; lined++) line += rows.bytes[lined] == '\n';
            uint64_t number = run_seen_find(s->seen, id);
            if (number != SIZE_MAX) {
                e = gather_row(s, row, number, line);
                continue;
            }
            run_stray stray = { history->source.file, line, text_copy(s->a, id) };
            ARENA_PUSH(s->a, strays->items, strays->count, strays->capacity, stray);
        }
    }
    arena_close(scratch);
    return e;
}

/* ---- merging ---- */

typedef struct {
    os_reader *file;
    char *buffer;
    size_t at, end, capacity;
    sort_head head; /* of the first row not yet taken */
    const char *bytes;
    bool is_over;
} sort_run;

enum { RUN_BUFFER = 1 << 18 };

static err run_fill(arena *a, sort_run *r, size_t wanted)
{
    if (r->end - r->at >= wanted) return ERR_NONE;
    memmove(r->buffer, r->buffer + r->at, r->end - r->at);
    r->end -= r->at;
    r->at = 0;
    if (wanted > r->capacity) {
        char *grown = arena_alloc(a, wanted * 2);
        memcpy(grown, r->buffer, r->end);
        r->buffer = grown;
        r->capacity = wanted * 2;
    }
    while (r->end < wanted) {
        size_t size = 0;
        TRY(os_reader_read(r->file, r->buffer + r->end, r->capacity - r->end, &size));
        if (!size) break;
        r->end += size;
    }
    return ERR_NONE;
}

static err run_advance(arena *a, sort_run *r)
{
    TRY(run_fill(a, r, sizeof r->head));
    r->is_over = r->end - r->at < sizeof r->head;
    if (r->is_over) return ERR_NONE;
    memcpy(&r->head, r->buffer + r->at, sizeof r->head);
    TRY(run_fill(a, r, sizeof r->head + r->head.size_bytes));
    r->bytes = r->buffer + r->at + sizeof r->head;
    r->at += sizeof r->head + r->head.size_bytes;
    return ERR_NONE;
}

/* Runs are few (memory against file), so the least is looked for one by one. */
static sort_run *least_run(sort_run *runs, size_t count)
{
    sort_run *least = NULL;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].is_over) continue;
        if (!least || runs[i].head.number < least->head.number ||
            (runs[i].head.number == least->head.number && runs[i].head.line < least->head.line))
            least = &runs[i];
    }
    return least;
}

static err merge_into(sorter *s, sort_run *runs, const run_source *from, os_writer *out)
{
    text_builder b = text_builder_open(s->gathered);
    codec_csv_writer w = codec_csv_write(&b, ',');
    codec_csv_add_text(&w, TEXT(""));
    for (size_t i = 0; i < from->column_count; i++) codec_csv_add_text(&w, from->header[i]);
    codec_csv_end_row(&w);
    for (size_t i = 0; i < s->run_count; i++) TRY(run_advance(s->a, &runs[i]));
    for (sort_run *r; (r = least_run(runs, s->run_count));) {
        text_add_format(&b, "%d,", r->head.line);
        text_add(&b, (text){ r->bytes, r->head.size_bytes });
        if (r->head.size_bytes && r->bytes[r->head.size_bytes - 1] != '\n') text_add_char(&b, '\n');
        if (b.size_bytes > RUN_BUFFER) {
            TRY(os_writer_add(out, text_built(&b)));
            b.size_bytes = 0;
        }
        TRY(run_advance(s->a, r));
    }
    return os_writer_add(out, text_built(&b));
}

static err merge(sorter *s, const run_source *from, const char *path)
{
    sort_run *runs = ARENA_ARRAY(s->a, sort_run, s->run_count + 1);
    os_writer *out;
    err e = ERR_NONE;
    size_t open_count = 0;
    for (; open_count < s->run_count && !e.kind; open_count++) {
        sort_run *r = &runs[open_count];
        r->capacity = RUN_BUFFER;
        r->buffer = arena_alloc(s->a, r->capacity);
        e = os_reader_open(s->a, run_path(s, open_count), &r->file);
        if (e.kind) break;
    }
    if (!e.kind) e = os_writer_open(s->a, path, &out);
    if (!e.kind) {
        e = merge_into(s, runs, from, out);
        if (e.kind) os_writer_cancel(out);
        else e = os_writer_commit(out);
    }
    for (size_t i = 0; i < open_count; i++) os_reader_close(runs[i].file);
    return e;
}

err run_sort_history(arena *a, run_history *history, const run_seen *seen, const char *folder,
                     size_t memory_bytes, run_strays *strays, const char **path)
{
    sorter s = { .a = a, .seen = seen, .folder = folder, .memory_bytes = memory_bytes,
                 .gathered = arena_open(),
                 .file = text_format(a, "history-%p", (const void *)history).bytes };
    *path = text_format(a, "%s/%s.csv", folder, s.file).bytes;
    err e = gather(&s, history, strays);
    if (!e.kind) e = end_run(&s);
    if (!e.kind) e = merge(&s, &history->source, *path);
    arena_close(s.gathered);
    return e;
}
