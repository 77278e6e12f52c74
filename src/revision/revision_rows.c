/* Rows of a batch: columns of a segment, and back. Pieces are texts, "from until fen;...", and so are
 * parts, "name account fen;...". */
#include <string.h>

#include "revision/revision_internal.h"

enum { PERSON, DECISION, REPLACES, BEFORE, FROM, PAID, LEVEL, OLD, NEW, NUMBER_COUNT };
static const char *const NUMBERS[NUMBER_COUNT] = {
    [PERSON] = "person", [DECISION] = "decision", [REPLACES] = "replaces", [BEFORE] = "before", [FROM] = "from",
    [PAID] = "paid",     [LEVEL] = "level",       [OLD] = "old",           [NEW] = "new",
};

static int64_t number_of(const revision_row *row, int column)
{
    const int64_t values[NUMBER_COUNT] = {
        [PERSON] = row->person_id,  [DECISION] = row->decision_id, [REPLACES] = row->replaces_id,
        [BEFORE] = row->before_id,  [FROM] = row->from_month,      [PAID] = row->is_paid,
        [LEVEL] = row->level_fen,   [OLD] = row->old_fen,          [NEW] = row->new_fen,
    };
    return values[column];
}

static text pieces_text(arena *a, const revision_row *row)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < row->piece_count; i++)
        text_add_format(&b, "%d %d %lld;", row->pieces[i].from_month, row->pieces[i].until_month,
                        (long long)row->pieces[i].fen);
    return text_built(&b);
}

static text parts_text(arena *a, const revision_row *row)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < row->part_count; i++)
        text_add_format(&b, "%.*s %d %lld;", TEXT_ARG(row->parts[i].name), row->parts[i].is_account,
                        (long long)row->parts[i].fen);
    return text_built(&b);
}

static bool take_number(text *left, char end, int64_t *value)
{
    size_t at = text_find(*left, (text){ &end, 1 });
    if (at == SIZE_MAX || !codec_parse_scaled(text_sub(*left, 0, at), 0, value)) return false;
    *left = text_sub(*left, at + 1, left->size_bytes);
    return true;
}

static err read_pieces(arena *a, text said, revision_row *row)
{
    revision_piece *pieces = NULL;
    size_t count = 0, capacity = 0;
    while (said.size_bytes) {
        int64_t from, until, fen;
        if (!take_number(&said, ' ', &from) || !take_number(&said, ' ', &until) || !take_number(&said, ';', &fen))
            return err_of(&REVISION_BROKEN, "months");
        revision_piece piece = { (int32_t)from, (int32_t)until, fen };
        ARENA_PUSH(a, pieces, count, capacity, piece);
    }
    row->pieces = pieces;
    row->piece_count = count;
    return ERR_NONE;
}

static err read_parts(arena *a, text said, revision_row *row)
{
    revision_part *parts = NULL;
    size_t count = 0, capacity = 0;
    while (said.size_bytes) {
        size_t blank = text_find(said, TEXT(" "));
        int64_t is_account, fen;
        text name = text_sub(said, 0, blank == SIZE_MAX ? 0 : blank);
        said = text_sub(said, blank == SIZE_MAX ? 0 : blank + 1, said.size_bytes);
        if (blank == SIZE_MAX || !take_number(&said, ' ', &is_account) || !take_number(&said, ';', &fen))
            return err_of(&REVISION_BROKEN, "parts");
        revision_part part = { name, is_account != 0, fen };
        ARENA_PUSH(a, parts, count, capacity, part);
    }
    row->parts = parts;
    row->part_count = count;
    return ERR_NONE;
}

err revision_rows_write(arena *a, const revision_row *rows, size_t count, text *bytes)
{
    eventlog_column columns[NUMBER_COUNT + 2];
    for (int c = 0; c < NUMBER_COUNT; c++) {
        int64_t *values = ARENA_ARRAY(a, int64_t, count + 1);
        for (size_t i = 0; i < count; i++) values[i] = number_of(&rows[i], c);
        columns[c] = (eventlog_column){ .name = NUMBERS[c], .number = values };
    }
    text *pieces = ARENA_ARRAY(a, text, count + 1);
    text *parts = ARENA_ARRAY(a, text, count + 1);
    for (size_t i = 0; i < count; i++) pieces[i] = pieces_text(a, &rows[i]);
    for (size_t i = 0; i < count; i++) parts[i] = parts_text(a, &rows[i]);
    columns[NUMBER_COUNT] = (eventlog_column){ .name = "pieces", .word = pieces };
    columns[NUMBER_COUNT + 1] = (eventlog_column){ .name = "parts", .word = parts };
    return eventlog_rows_write(a, columns, NUMBER_COUNT + 2, count, bytes);
}

err revision_rows_open(arena *a, revision_book *book, uint32_t bucket, int64_t sequence, eventlog_rows *rows)
{
    text bytes;
    TRY(eventlog_segment_read(a, book->log, bucket, sequence, "rows", &bytes));
    return eventlog_rows_open(bytes, rows);
}

err revision_rows_read(arena *a, const eventlog_rows *rows, size_t at, revision_row *row)
{
    int64_t v[NUMBER_COUNT];
    size_t column;
    for (int c = 0; c < NUMBER_COUNT; c++) {
        TRY(eventlog_rows_find(rows, NUMBERS[c], false, &column));
        v[c] = eventlog_rows_number(rows, column, at);
    }
    *row = (revision_row){ .person_id = v[PERSON], .decision_id = v[DECISION], .replaces_id = v[REPLACES],
                           .before_id = v[BEFORE], .from_month = (int32_t)v[FROM], .is_paid = v[PAID] != 0,
                           .level_fen = v[LEVEL], .old_fen = v[OLD], .new_fen = v[NEW] };
    TRY(eventlog_rows_find(rows, "pieces", true, &column));
    TRY(read_pieces(a, eventlog_rows_word(rows, column, at), row));
    TRY(eventlog_rows_find(rows, "parts", true, &column));
    return read_parts(a, eventlog_rows_word(rows, column, at), row);
}

/* The digest of what came before and this bucket's rows: in the order of buckets. */
static crypto_digest chained(revision_book *book, crypto_digest before, uint32_t bucket, text bytes)
{
    uint8_t head[4] = { (uint8_t)bucket };
    crypto_digest rows = crypto_hash(book->hasher, bytes.bytes, bytes.size_bytes);
    crypto_hash_begin(book->hasher);
    crypto_hash_add(book->hasher, before.bytes, CRYPTO_DIGEST_BYTES);
    crypto_hash_add(book->hasher, head, sizeof head);
    crypto_hash_add(book->hasher, rows.bytes, CRYPTO_DIGEST_BYTES);
    return crypto_hash_end(book->hasher);
}

void revision_totals_add(revision_book *book, revision_totals *t, uint32_t bucket, const revision_row *rows,
                         size_t count, text bytes)
{
    for (size_t i = 0; i < count; i++) {
        const revision_row *row = &rows[i];
        int64_t fen = revision_piece_fen(row);
        bool is_first = !i || rows[i - 1].person_id != row->person_id;
        t->person_count += is_first;
        if (row->is_paid) {
            t->level_fen += row->level_fen;
            t->old_fen += row->old_fen;
            t->new_fen += row->new_fen;
        }
        *(fen > 0 ? &t->more_fen : &t->less_fen) += fen > 0 ? fen : -fen;
    }
    t->digest = chained(book, t->digest, bucket, bytes);
}

/* ---- reading them back ---- */

static err set_aside_of(arena *a, revision_book *book, int64_t batch_id, uint32_t bucket, size_t row_count,
                        bool **is_aside)
{
    store_query *q;
    *is_aside = ARENA_ARRAY(a, bool, row_count + 1);
    TRY(store_prepare(book->db,
                      "SELECT place FROM revision_row WHERE batch_id = ?1 AND bucket = ?2 AND is_set_aside = 1", &q));
    store_bind_int(q, 1, batch_id);
    store_bind_int(q, 2, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        if ((size_t)store_int(q, 0) < row_count) (*is_aside)[store_int(q, 0)] = true;
    }
}

static err sequence_of(revision_book *book, int64_t batch_id, uint32_t bucket, int64_t *sequence)
{
    store_query *q;
    bool has_row;
    *sequence = 0;
    TRY(store_prepare(book->db, "SELECT sequence FROM revision_rows WHERE batch_id = ?1 AND bucket = ?2", &q));
    store_bind_int(q, 1, batch_id);
    store_bind_int(q, 2, bucket);
    TRY(store_step(q, &has_row));
    if (has_row) *sequence = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err revision_rows(arena *a, revision_book *book, int64_t batch_id, uint32_t bucket, bool counting,
                  revision_row **rows, size_t *count)
{
    int64_t sequence;
    bool *is_aside;
    eventlog_rows *said = ARENA_NEW(a, eventlog_rows);
    *count = 0;
    *rows = NULL;
    TRY(sequence_of(book, batch_id, bucket, &sequence));
    if (!sequence) return ERR_NONE;
    TRY(revision_rows_open(a, book, bucket, sequence, said));
    TRY(set_aside_of(a, book, batch_id, bucket, said->row_count, &is_aside));
    *rows = ARENA_ARRAY(a, revision_row, said->row_count + 1);
    for (size_t i = 0; i < said->row_count; i++) {
        if (counting && is_aside[i]) continue;
        TRY(revision_rows_read(a, said, i, &(*rows)[*count]));
        ++*count;
    }
    return ERR_NONE;
}

typedef struct {
    int64_t batch_id, place, sequence;
    bool is_aside;
} found_row;

static err find_rows(arena *a, revision_book *book, int64_t person_id, found_row **found, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *found = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT r.batch_id, r.place, r.is_set_aside, s.sequence FROM revision_row AS r JOIN revision_rows "
                      "AS s ON s.batch_id = r.batch_id AND s.bucket = r.bucket WHERE r.bucket = ?1 AND r.person_id = ?2 "
                      "ORDER BY r.batch_id, r.place", &q));
    store_bind_int(q, 1, eventlog_bucket_of(person_id));
    store_bind_int(q, 2, person_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        found_row one = { store_int(q, 0), store_int(q, 1), store_int(q, 3), store_int(q, 2) != 0 };
        ARENA_PUSH(a, *found, *count, capacity, one);
    }
}

typedef struct kept_batch {
    int64_t sequence;
    uint32_t bucket;
    revision_batch batch;
    eventlog_rows rows;
    struct kept_batch *next;
} kept_batch;

struct revision_reader {
    arena *memory;
    revision_book *book;
    kept_batch *first;
};

revision_reader *revision_reader_open(arena *a, revision_book *book)
{
    revision_reader *reader = ARENA_NEW(a, revision_reader);
    *reader = (revision_reader){ .memory = a, .book = book };
    return reader;
}

static err batch_of(revision_reader *reader, uint32_t bucket, const found_row *found, const kept_batch **batch)
{
    for (const kept_batch *b = reader->first; b; b = b->next)
        if (b->sequence == found->sequence && b->bucket == bucket) {
            *batch = b;
            return ERR_NONE;
        }
    kept_batch *b = ARENA_NEW(reader->memory, kept_batch);
    *b = (kept_batch){ .sequence = found->sequence, .bucket = bucket, .next = reader->first };
    TRY(revision_rows_open(reader->memory, reader->book, bucket, found->sequence, &b->rows));
    TRY(revision_find(reader->memory, reader->book, found->batch_id, &b->batch));
    reader->first = b;
    *batch = b;
    return ERR_NONE;
}

err revision_of_person(revision_reader *reader, int64_t person_id, revision_said **rows, size_t *count)
{
    found_row *found;
    arena *a = reader->memory;
    TRY(find_rows(a, reader->book, person_id, &found, count));
    *rows = ARENA_ARRAY(a, revision_said, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const kept_batch *b;
        TRY(batch_of(reader, eventlog_bucket_of(person_id), &found[i], &b));
        (*rows)[i] = (revision_said){ .batch_id = b->batch.batch_id, .state = b->batch.state, .terms = b->batch.terms,
                                      .is_set_aside = found[i].is_aside };
        TRY(revision_rows_read(a, &b->rows, (size_t)found[i].place, &(*rows)[i].row));
    }
    return ERR_NONE;
}
