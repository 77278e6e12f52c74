/* A batch being entered: rows bucket by bucket, then its head. */
#include "revision/revision_internal.h"

struct revision_draft {
    arena *memory;
    revision_book *book;
    revision_terms terms;
    revision_act act;
    int64_t batch_id;
    int64_t next_bucket;
    revision_totals totals;
};

static err next_id(revision_book *book, int64_t *id)
{
    TRY(store_scalar(book->db, "SELECT COALESCE(MAX(batch_id), 0) + 1 FROM revision_batch", id));
    return ERR_NONE;
}

err revision_draft_open(arena *a, revision_book *book, const revision_terms *terms, const revision_act *act,
                        revision_draft **draft)
{
    revision_draft *d = ARENA_NEW(a, revision_draft);
    *d = (revision_draft){ .memory = a, .book = book, .terms = *terms, .act = *act };
    TRY(next_id(book, &d->batch_id));
    *draft = d;
    return ERR_NONE;
}

static bool has_good_pieces(const revision_row *row)
{
    for (size_t i = 0; i < row->piece_count; i++) {
        const revision_piece *piece = &row->pieces[i];
        if (piece->from_month >= piece->until_month || !piece->fen) return false;
        if (i && row->pieces[i - 1].until_month > piece->from_month) return false;
    }
    return true;
}

static bool has_good_parts(const revision_row *row)
{
    int64_t sum = 0;
    for (size_t i = 0; i < row->part_count; i++) {
        sum += row->parts[i].fen;
        if (!row->parts[i].name.size_bytes || text_find(row->parts[i].name, TEXT(" ")) != SIZE_MAX) return false;
    }
    return sum == row->new_fen - row->old_fen;
}

static err check(revision_draft *d, uint32_t bucket, const revision_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_in_order = eventlog_bucket_of(rows[i].person_id) == bucket && bucket >= d->next_bucket &&
                           (!i || rows[i - 1].person_id <= rows[i].person_id);
        if (!is_in_order || !has_good_pieces(&rows[i]) || !has_good_parts(&rows[i]))
            return err_of(&REVISION_BAD_ROW, text_format(d->memory, "%u/%zu", bucket, i + 1).bytes);
    }
    return ERR_NONE;
}

static err add(revision_draft *d, arena *a, uint32_t bucket, const revision_row *rows, size_t count)
{
    text bytes;
    int64_t sequence;
    TRY(check(d, bucket, rows, count));
    TRY(revision_rows_write(a, rows, count, &bytes));
    revision_totals_add(d->book, &d->totals, bucket, rows, count, bytes);
    d->next_bucket = (int64_t)bucket + 1;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "batch", d->batch_id);
    codec_json_end_object(&w);
    eventlog_segment segment = { .name = "rows", .row_count = (int64_t)count, .bytes = bytes };
    eventlog_event event = { .bucket = bucket, .kind = "revision.rows", .known_ms = d->act.known_ms,
                             .actor_id = d->act.actor_id, .why = d->act.why, .body = text_built(&body),
                             .segments = &segment, .segment_count = 1,
                             .key = text_format(a, "revision/%lld", (long long)d->batch_id) };
    return revision_record(d->book, &event, &sequence);
}

err revision_draft_add(revision_draft *draft, uint32_t bucket, const revision_row *rows, size_t count)
{
    if (!count) return ERR_NONE;
    arena *scratch = arena_open();
    return revision_leave(draft->book, scratch, add(draft, scratch, bucket, rows, count));
}

static text body_of(const revision_draft *d)
{
    const revision_totals *t = &d->totals;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    text_builder body = text_builder_open(d->memory);
    codec_json_writer w = codec_json_write(&body, false);
    crypto_print_digest(t->digest, hex);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "batch", d->batch_id);
    eventlog_body_add_text(&w, "benefit", d->terms.benefit);
    eventlog_body_add_text(&w, "digest", text_of(hex));
    eventlog_body_add_int(&w, "from", d->terms.from_month);
    eventlog_body_add_text(&w, "kind", d->terms.kind);
    eventlog_body_add_text(&w, "law", d->terms.law);
    eventlog_body_add_int(&w, "less", t->less_fen);
    eventlog_body_add_int(&w, "level", t->level_fen);
    eventlog_body_add_int(&w, "more", t->more_fen);
    eventlog_body_add_int(&w, "new", t->new_fen);
    eventlog_body_add_int(&w, "old", t->old_fen);
    eventlog_body_add_int(&w, "pay", d->terms.pay_month);
    eventlog_body_add_int(&w, "persons", t->person_count);
    eventlog_body_add_text(&w, "purpose", d->terms.purpose);
    eventlog_body_add_int(&w, "reverses", d->terms.reverses);
    codec_json_end_object(&w);
    return text_built(&body);
}

void revision_draft_due(revision_draft *draft, int32_t from_month)
{
    draft->terms.from_month = from_month;
}

err revision_draft_end(revision_draft *draft, int64_t *batch_id)
{
    revision_draft *d = draft;
    int64_t sequence;
    if (!d->totals.person_count) return err_of(&REVISION_EMPTY, NULL);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "revision.drafted", .known_ms = d->act.known_ms,
                             .actor_id = d->act.actor_id, .why = d->act.why, .body = body_of(d),
                             .key = text_format(d->memory, "revision/%lld", (long long)d->batch_id) };
    *batch_id = d->batch_id;
    return revision_record(d->book, &event, &sequence);
}
