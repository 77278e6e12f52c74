/* Batches as they stand, their steps and signatures. */
#include <string.h>

#include "revision/revision_internal.h"

/* ---- batches ---- */

#define BATCH                                                                                      \
    "SELECT batch_id, state, kind, benefit, purpose, law, from_month, pay_month, reverses, reversed_by, " \
    "person_count, level_fen, old_fen, new_fen, more_fen, less_fen, set_aside_count, entered_ms, digest " \
    "FROM revision_batch"

static void read_batch(arena *a, const store_query *q, revision_batch *b)
{
    *b = (revision_batch){ .batch_id = store_int(q, 0), .state = revision_state_named(store_text(q, 1)),
                           .reversed_by = store_int(q, 9), .person_count = store_int(q, 10),
                           .level_fen = store_int(q, 11), .old_fen = store_int(q, 12), .new_fen = store_int(q, 13),
                           .more_fen = store_int(q, 14), .less_fen = store_int(q, 15),
                           .set_aside_count = store_int(q, 16), .entered_ms = store_int(q, 17) };
    b->terms = (revision_terms){ .kind = text_copy(a, store_text(q, 2)), .benefit = text_copy(a, store_text(q, 3)),
                                 .purpose = text_copy(a, store_text(q, 4)), .law = text_copy(a, store_text(q, 5)),
                                 .from_month = (int32_t)store_int(q, 6), .pay_month = (int32_t)store_int(q, 7),
                                 .reverses = store_int(q, 8) };
    text digest = store_bytes(q, 18);
    if (digest.size_bytes == CRYPTO_DIGEST_BYTES) memcpy(b->digest.bytes, digest.bytes, CRYPTO_DIGEST_BYTES);
}

err revision_find(arena *a, revision_book *book, int64_t batch_id, revision_batch *batch)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db, BATCH " WHERE batch_id = ?1", &q));
    store_bind_int(q, 1, batch_id);
    TRY(store_step(q, &has_row));
    if (has_row) read_batch(a, q, batch);
    store_reset(q);
    return has_row ? ERR_NONE : revision_not_found(a, batch_id);
}

err revision_list(arena *a, revision_book *book, revision_batch **batches, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *batches = NULL;
    *count = 0;
    TRY(store_prepare(book->db, BATCH " ORDER BY batch_id", &q));
    for (;;) {
        bool has_row;
        revision_batch one;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        read_batch(a, q, &one);
        ARENA_PUSH(a, *batches, *count, capacity, one);
    }
}

err revision_marks(arena *a, revision_book *book, int64_t batch_id, revision_mark **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(book->db,
                      "SELECT step, actor_id, known_ms, signature, public_key FROM revision_mark WHERE batch_id = ?1 "
                      "ORDER BY mark", &q));
    store_bind_int(q, 1, batch_id);
    for (;;) {
        bool has_row;
        revision_mark one = { .step = REVISION_ENTER };
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        for (int s = 0; s < REVISION_STEP_COUNT; s++)
            if (text_equal_cstr(store_text(q, 0), revision_step_word((revision_step)s)->name)) one.step = (revision_step)s;
        one.actor_id = store_int(q, 1);
        one.known_ms = store_int(q, 2);
        one.signature = text_copy(a, store_bytes(q, 3));
        one.public_key = text_copy(a, store_bytes(q, 4));
        ARENA_PUSH(a, *marks, *count, capacity, one);
    }
}

/* ---- what is signed ---- */

static crypto_digest signing_digest(revision_book *book, arena *a, const revision_batch *batch, revision_step step,
                                    text before)
{
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(batch->digest, hex);
    text head = text_format(a, "doudi revision 1\n%lld\n%s\n%s\n%d %d %lld\n%lld %lld %lld %lld %lld %lld\n",
                            (long long)batch->batch_id, revision_step_word(step)->name, hex, batch->terms.from_month,
                            batch->terms.pay_month, (long long)batch->terms.reverses, (long long)batch->person_count,
                            (long long)batch->level_fen, (long long)batch->old_fen, (long long)batch->new_fen,
                            (long long)batch->more_fen, (long long)batch->less_fen);
    crypto_hash_begin(book->hasher);
    crypto_hash_add(book->hasher, head.bytes, head.size_bytes);
    crypto_hash_add(book->hasher, before.bytes, before.size_bytes);
    return crypto_hash_end(book->hasher);
}

static text last_signature(const revision_mark *marks, size_t count)
{
    return count ? marks[count - 1].signature : TEXT_NONE;
}

err revision_signing_digest(revision_book *book, int64_t batch_id, revision_step step, crypto_digest *digest)
{
    revision_batch batch;
    revision_mark *marks;
    size_t count;
    arena *scratch = arena_open();
    err e = revision_find(scratch, book, batch_id, &batch);
    if (!e.kind) e = revision_marks(scratch, book, batch_id, &marks, &count);
    if (!e.kind) *digest = signing_digest(book, scratch, &batch, step, last_signature(marks, count));
    return revision_leave(book, scratch, e);
}

static err check_signed(revision_step step, const crypto_digest *digest, text signature, text public_key)
{
    crypto_sm2_public key;
    crypto_signature made;
    crypto_verifier *verifier;
    err bad = err_of(&REVISION_BAD_SIGNATURE, revision_step_word(step)->says);
    if (signature.size_bytes != sizeof made.bytes || public_key.size_bytes != sizeof key.bytes) return bad;
    memcpy(made.bytes, signature.bytes, sizeof made.bytes);
    memcpy(key.bytes, public_key.bytes, sizeof key.bytes);
    arena *scratch = arena_open();
    err e = crypto_verifier_open(scratch, &key, &verifier);
    if (!e.kind) {
        e = crypto_verify(verifier, (text){ (const char *)digest->bytes, CRYPTO_DIGEST_BYTES }, &made);
        crypto_verifier_close(verifier);
    }
    arena_close(scratch);
    return e.kind ? bad : ERR_NONE;
}

/* ---- the rows as they stand ---- */

static err derive(revision_book *book, arena *a, int64_t batch_id, revision_totals *totals)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        revision_row *rows;
        size_t count;
        text bytes;
        TRY(revision_rows(a, book, batch_id, bucket, false, &rows, &count));
        if (!count) continue;
        TRY(revision_rows_write(a, rows, count, &bytes));
        revision_totals_add(book, totals, bucket, rows, count, bytes);
    }
    return ERR_NONE;
}

static err check_rows(revision_book *book, arena *a, const revision_batch *batch)
{
    revision_totals t = { 0 };
    TRY(derive(book, a, batch->batch_id, &t));
    bool is_whole = crypto_digest_equal(t.digest, batch->digest) && t.person_count == batch->person_count &&
                    t.level_fen == batch->level_fen && t.old_fen == batch->old_fen && t.new_fen == batch->new_fen &&
                    t.more_fen == batch->more_fen && t.less_fen == batch->less_fen;
    return is_whole ? ERR_NONE : err_of(&REVISION_BROKEN, text_format(a, "%lld", (long long)batch->batch_id).bytes);
}

/* ---- steps ---- */

static const revision_state NEXT[REVISION_STATE_COUNT][REVISION_STEP_COUNT] = {
    [REVISION_DRAFTED] = { [REVISION_ENTER] = REVISION_ENTERED },
    [REVISION_ENTERED] = { [REVISION_REVIEW] = REVISION_REVIEWED, [REVISION_WITHDRAW] = REVISION_WITHDRAWN },
    [REVISION_REVIEWED] = { [REVISION_APPROVE] = REVISION_APPROVED, [REVISION_WITHDRAW] = REVISION_WITHDRAWN },
};

static err no_move(arena *a, const revision_batch *batch, revision_step step)
{
    return err_of(&REVISION_NO_MOVE, text_format(a, "%s, %lld %s", revision_step_word(step)->name,
                                                 (long long)batch->batch_id,
                                                 revision_state_word(batch->state)->name).bytes);
}

static err set_aside_count(revision_book *book, int64_t batch_id, int64_t *count)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(book->db,
                      "SELECT COUNT(DISTINCT person_id) FROM revision_row WHERE batch_id = ?1 AND is_set_aside = 1", &q));
    store_bind_int(q, 1, batch_id);
    TRY(store_step(q, &has_row));
    *count = has_row ? store_int(q, 0) : 0;
    store_reset(q);
    return ERR_NONE;
}

static text moved_body(arena *a, const revision_batch *batch, revision_step step, int64_t mark, int64_t aside,
                       text signature, text public_key)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "batch", batch->batch_id);
    eventlog_body_add_int(&w, "mark", mark);
    eventlog_body_add_bytes(&w, "public_key", public_key);
    eventlog_body_add_int(&w, "reverses", batch->terms.reverses);
    eventlog_body_add_int(&w, "set_aside", aside);
    eventlog_body_add_bytes(&w, "signature", signature);
    eventlog_body_add_text(&w, "state", text_of(revision_state_word(NEXT[batch->state][step])->name));
    eventlog_body_add_text(&w, "step", text_of(revision_step_word(step)->name));
    codec_json_end_object(&w);
    return text_built(&body);
}

static err move(revision_book *book, arena *a, int64_t batch_id, revision_step step, const revision_act *act,
                text signature, text public_key)
{
    revision_batch batch;
    revision_mark *marks;
    size_t count;
    int64_t sequence, aside;
    TRY(revision_find(a, book, batch_id, &batch));
    TRY(revision_marks(a, book, batch_id, &marks, &count));
    if (!NEXT[batch.state][step]) return no_move(a, &batch, step);
    if (step != REVISION_WITHDRAW) {
        crypto_digest digest = signing_digest(book, a, &batch, step, last_signature(marks, count));
        TRY(check_rows(book, a, &batch));
        TRY(check_signed(step, &digest, signature, public_key));
    }
    TRY(set_aside_count(book, batch_id, &aside));
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = "revision.moved", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why,
                             .body = moved_body(a, &batch, step, (int64_t)count + 1, aside, signature, public_key) };
    return revision_record(book, &event, &sequence);
}

err revision_move(revision_book *book, int64_t batch_id, revision_step step, const revision_act *act, text signature,
                  text public_key)
{
    arena *scratch = arena_open();
    return revision_leave(book, scratch, move(book, scratch, batch_id, step, act, signature, public_key));
}

err revision_set_aside(revision_book *book, int64_t batch_id, uint32_t bucket, const revision_act *act,
                       const int64_t *person_id, size_t count)
{
    int64_t sequence;
    if (!count) return ERR_NONE;
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_int(&w, "batch", batch_id);
    codec_json_key(&w, TEXT("persons"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++)
        codec_json_add_text(&w, text_format(scratch, "%lld", (long long)person_id[i]));
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = bucket, .kind = "revision.set_aside", .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .body = text_built(&body) };
    return revision_leave(book, scratch, revision_record(book, &event, &sequence));
}

/* ---- verification ---- */

static err verify(revision_book *book, arena *a, int64_t batch_id)
{
    revision_batch batch;
    revision_mark *marks;
    size_t count;
    text before = TEXT_NONE;
    revision_state state = REVISION_DRAFTED;
    TRY(revision_find(a, book, batch_id, &batch));
    TRY(revision_marks(a, book, batch_id, &marks, &count));
    TRY(check_rows(book, a, &batch));
    for (size_t i = 0; i < count; i++) {
        state = NEXT[state][marks[i].step];
        if (marks[i].step == REVISION_WITHDRAW) continue;
        crypto_digest digest = signing_digest(book, a, &batch, marks[i].step, before);
        TRY(check_signed(marks[i].step, &digest, marks[i].signature, marks[i].public_key));
        before = marks[i].signature;
    }
    bool is_led_there = state == batch.state || (state == REVISION_APPROVED && batch.state == REVISION_REVERSED);
    return is_led_there ? ERR_NONE : err_of(&REVISION_BROKEN, text_format(a, "%lld", (long long)batch_id).bytes);
}

err revision_verify(revision_book *book, int64_t batch_id)
{
    arena *scratch = arena_open();
    return revision_leave(book, scratch, verify(book, scratch, batch_id));
}
