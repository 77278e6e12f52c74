#include <string.h>

#include "collection/collection_internal.h"

static err read_issue(arena *a, const store_query *q, collection_issue_terms *issue)
{
    *issue = (collection_issue_terms){
        .issue_id = store_int(q, 0), .payer_kind = (collection_payer_kind)store_int(q, 5),
        .terms = { .purpose = text_copy(a, store_text(q, 1)), .month = (int32_t)store_int(q, 2),
                   .due_day = (int32_t)store_int(q, 3), .government_id = store_int(q, 4) } };
    return collection_keys_parse(a, text_copy(a, store_text(q, 6)), &issue->terms);
}

err collection_issue_find(arena *a, collection *bills, int64_t issue_id, collection_issue_terms *issue)
{
    store_query *q;
    bool has_row;
    const char *which = text_format(a, "%lld", (long long)issue_id).bytes;
    TRY(store_prepare(bills->db,
                      "SELECT issue_id, purpose, month, due_day, government_id, payer_kind, keys FROM "
                      "collection_issue WHERE issue_id = ?1", &q));
    store_bind_int(q, 1, issue_id);
    TRY(store_step(q, &has_row));
    err e = has_row ? read_issue(a, q, issue) : err_of(&COLLECTION_BROKEN, which);
    store_reset(q);
    return e;
}

err collection_issues(arena *a, collection *bills, int32_t month, collection_issue_row **issues,
                      size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *issues = NULL;
    *count = 0;
    TRY(store_prepare(bills->db,
                      "SELECT issue_id, purpose, month, due_day, line_count, payer_count, total_fen FROM "
                      "collection_issue WHERE ?2 = 1 OR month = ?1 ORDER BY month, issue_id", &q));
    store_bind_int(q, 1, month);
    store_bind_int(q, 2, month == INT32_MIN);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        collection_issue_row row = { .issue_id = store_int(q, 0), .purpose = text_copy(a, store_text(q, 1)),
                                     .month = (int32_t)store_int(q, 2), .due_day = (int32_t)store_int(q, 3),
                                     .line_count = store_int(q, 4), .payer_count = store_int(q, 5),
                                     .total_fen = store_int(q, 6) };
        ARENA_PUSH(a, *issues, *count, capacity, row);
    }
}

/* ---- lines, a bucket in memory at a time ---- */

typedef struct {
    uint32_t bucket;
    int64_t sequence, line_count;
} place;

struct collection_cursor {
    collection *bills;
    arena *memory;
    collection_issue_terms issue;
    place *places;
    size_t place_count, place_index, row_index;
    collection_table rows;
    collection_line line;
};

static err read_places(arena *a, collection_cursor *c, uint32_t bucket)
{
    store_query *q;
    size_t capacity = 0;
    TRY(store_prepare(c->bills->db,
                      "SELECT bucket, sequence, line_count FROM collection_rows WHERE issue_id = ?1 AND "
                      "(?2 = 1 OR bucket = ?3) ORDER BY bucket", &q));
    store_bind_int(q, 1, c->issue.issue_id);
    store_bind_int(q, 2, bucket == EVENTLOG_BUCKETS);
    store_bind_int(q, 3, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        place p = { (uint32_t)store_int(q, 0), store_int(q, 1), store_int(q, 2) };
        ARENA_PUSH(a, c->places, c->place_count, capacity, p);
    }
}

err collection_lines(arena *a, collection *bills, int64_t issue_id, uint32_t bucket,
                     collection_cursor **cursor)
{
    collection_cursor *c = ARENA_NEW(a, collection_cursor);
    c->bills = bills;
    TRY(collection_issue_find(a, bills, issue_id, &c->issue));
    TRY(read_places(a, c, bucket));
    c->memory = arena_open();
    *cursor = c;
    return ERR_NONE;
}

const collection_terms *collection_cursor_terms(const collection_cursor *cursor)
{
    return &cursor->issue.terms;
}

void collection_lines_close(collection_cursor *cursor)
{
    if (cursor->memory) arena_close(cursor->memory);
    cursor->memory = NULL;
}

static err next_bucket(collection_cursor *c)
{
    const place *p = &c->places[c->place_index++];
    arena_reset(c->memory);
    c->rows = collection_table_open(COLLECTION_LINE_NAMES, LINE_KEY + c->issue.terms.key_count, NULL);
    TRY(collection_table_read(c->memory, c->bills, p->bucket, p->sequence, "lines", &c->rows));
    c->row_index = 0;
    bool is_whole = (int64_t)c->rows.row_count == p->line_count;
    return is_whole ? ERR_NONE
                    : err_of(&COLLECTION_BROKEN,
                             text_format(c->bills->process, "%lld", (long long)c->issue.issue_id).bytes);
}

err collection_next_line(collection_cursor *c, const collection_line **line)
{
    *line = NULL;
    while (c->row_index == c->rows.row_count) {
        if (c->place_index == c->place_count) return ERR_NONE;
        TRY(next_bucket(c));
    }
    size_t r = c->row_index++;
    c->line = (collection_line){ .person_id = c->rows.number[LINE_PERSON][r],
                                 .payer = { c->issue.payer_kind, c->rows.number[LINE_PAYER][r] },
                                 .base_fen = c->rows.number[LINE_BASE][r],
                                 .decision = c->rows.number[LINE_DECISION][r] };
    for (size_t k = 0; k < c->issue.terms.key_count; k++) c->line.fen[k] = c->rows.number[LINE_KEY + k][r];
    *line = &c->line;
    return ERR_NONE;
}
