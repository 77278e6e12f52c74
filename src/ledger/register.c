#include <string.h>

#include "ledger/ledger_internal.h"

/* Balances are kept in chunks of persons in order: a batch of a whole bucket rewrites some dozens
 * of them, a single posting one. A chunk holds the persons from its from_person on and below the
 * next one's; the first begins at 0. */
enum { CHUNK_PERSONS_MAX = 1024 };

const err_kind LEDGER_BAD_BATCH = {
    "ledger.bad_batch", ERR_BAD_INPUT, "The batch cannot be posted: {}.", "该批个人账户记账有误：{}。"
};

static err bad_batch(ledger *books, const char *says, int64_t person)
{
    return err_of(&LEDGER_BAD_BATCH,
                  text_format(books->process, "%s, %lld", says, (long long)person).bytes);
}

/* ---- what a batch must be ---- */

static err check_kinds(ledger *books, const ledger_segment *s)
{
    const ledger_kind *kind = NULL;
    for (int64_t i = 0; i < s->count; i++) {
        int64_t number = s->kind[i];
        if (!kind || kind->number != number) {
            kind = number > 0 && number <= INT32_MAX ? ledger_kind_of(books->chart, (int32_t)number) : NULL;
            if (!kind) return bad_batch(books, "kind", number);
        }
        int64_t fen = s->amount_fen[i];
        if (fen == 0 || (kind->sign && (fen > 0) != (kind->sign > 0)) ||
            fen > LEDGER_AMOUNT_FEN_MAX || fen < -LEDGER_AMOUNT_FEN_MAX)
            return bad_batch(books, "amount of person", s->person_id[i]);
        if (!calendar_is_day(s->day[i]))
            return bad_batch(books, "day of person", s->person_id[i]);
    }
    return ERR_NONE;
}

static err check_batch(ledger *books, uint32_t bucket, const ledger_segment *s)
{
    const ledger_fund *fund = NULL;
    for (size_t i = 0; i < books->chart->fund_count; i++)
        if (books->chart->funds[i].number == s->fund) fund = &books->chart->funds[i];
    if (!fund || !fund->has_register) return bad_batch(books, "fund", s->fund);
    for (int64_t i = 0; i < s->count; i++) {
        int64_t person = s->person_id[i];
        if (person < 1 || (i && person < s->person_id[i - 1]) || eventlog_bucket_of(person) != bucket)
            return bad_batch(books, "order or bucket of person", person);
    }
    return check_kinds(books, s);
}

/* ---- chunks ---- */

typedef struct {
    int64_t from_person, until_person;
    int64_t *persons, *balances;
    int64_t count;
} chunk;

static err write_chunk(ledger *books, arena *scratch, uint32_t bucket, int64_t fund, const chunk *c)
{
    int64_t sum = 0;
    int64_t *bytes = ARENA_ARRAY(scratch, int64_t, 2 * c->count + 1);
    for (int64_t i = 0; i < c->count; i++) sum += c->balances[i];
    memcpy(bytes, c->persons, (size_t)c->count * sizeof *bytes);
    memcpy(bytes + c->count, c->balances, (size_t)c->count * sizeof *bytes);
    store_query *q;
    TRY(store_prepare(books->db,
                      "INSERT INTO ledger_register (bucket, fund, from_person, person_count, balance_fen, persons) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (bucket, fund, from_person) DO UPDATE SET "
                      "person_count = excluded.person_count, balance_fen = excluded.balance_fen, "
                      "persons = excluded.persons", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, c->from_person);
    store_bind_int(q, 4, c->count);
    store_bind_int(q, 5, sum);
    store_bind_bytes(q, 6, (text){ (const char *)bytes, (size_t)c->count * 2 * sizeof *bytes });
    return store_do(q, NULL);
}

/* Splits what has grown too large into equal parts; the first keeps its place. */
static err write_parts(ledger *books, arena *scratch, uint32_t bucket, int64_t fund, const chunk *c)
{
    int64_t parts = (c->count + CHUNK_PERSONS_MAX - 1) / CHUNK_PERSONS_MAX;
    for (int64_t p = 0; p < parts; p++) {
        int64_t from = c->count * p / parts, until = c->count * (p + 1) / parts;
        chunk part = { .from_person = p ? c->persons[from] : c->from_person,
                       .persons = c->persons + from, .balances = c->balances + from,
                       .count = until - from };
        TRY(write_chunk(books, scratch, bucket, fund, &part));
    }
    return ERR_NONE;
}

/* Adds the postings [*at, ...) below the chunk's end to its persons. */
static err merge(ledger *books, arena *scratch, const ledger_segment *s, int64_t *at, chunk *c)
{
    int64_t end = *at;
    while (end < s->count && s->person_id[end] < c->until_person) end++;
    chunk merged = *c;
    merged.persons = ARENA_ARRAY(scratch, int64_t, c->count + (end - *at) + 1);
    merged.balances = ARENA_ARRAY(scratch, int64_t, c->count + (end - *at) + 1);
    merged.count = 0;
    for (int64_t old = 0; old < c->count || *at < end;) {
        bool is_new = old == c->count || (*at < end && s->person_id[*at] < c->persons[old]);
        int64_t person = is_new ? s->person_id[*at] : c->persons[old];
        int64_t balance = is_new ? 0 : c->balances[old++];
        for (; *at < end && s->person_id[*at] == person; (*at)++)
            if (__builtin_add_overflow(balance, s->amount_fen[*at], &balance))
                return bad_batch(books, "amount of person", person);
        if (balance < 0 || balance > LEDGER_AMOUNT_FEN_MAX)
            return bad_batch(books, "balance below 0 of person", person);
        merged.persons[merged.count] = person;
        merged.balances[merged.count++] = balance;
    }
    *c = merged;
    return ERR_NONE;
}

/* The chunk that holds a person: *is_there false before the bucket's first. */
static err read_chunk(ledger *books, arena *scratch, uint32_t bucket, int64_t fund, int64_t person,
                      chunk *c, bool *is_there)
{
    store_query *q;
    *c = (chunk){ .from_person = 0, .until_person = INT64_MAX };
    TRY(store_prepare(books->db,
                      "SELECT from_person, person_count, persons FROM ledger_register WHERE bucket = ?1 "
                      "AND fund = ?2 AND from_person <= ?3 ORDER BY from_person DESC LIMIT 1", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, person);
    TRY(store_step(q, is_there));
    if (!*is_there) return ERR_NONE;
    c->from_person = store_int(q, 0);
    c->count = store_int(q, 1);
    text bytes = store_bytes(q, 2);
    bool is_whole = c->count >= 0 && bytes.size_bytes == (size_t)c->count * 2 * sizeof(int64_t);
    if (is_whole) {
        c->persons = (int64_t *)(void *)arena_copy(scratch, bytes.bytes, bytes.size_bytes);
        c->balances = c->persons + c->count;
    }
    store_reset(q);
    return is_whole ? ERR_NONE : err_of(&STORE_CORRUPT, "ledger_register");
}

static err read_until(ledger *books, uint32_t bucket, int64_t fund, chunk *c)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(books->db,
                      "SELECT from_person FROM ledger_register WHERE bucket = ?1 AND fund = ?2 "
                      "AND from_person > ?3 ORDER BY from_person LIMIT 1", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, c->from_person);
    TRY(store_step(q, &has_row));
    if (has_row) c->until_person = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

static err apply_to_chunks(ledger *books, arena *scratch, uint32_t bucket, const ledger_segment *s)
{
    for (int64_t at = 0; at < s->count;) {
        chunk c;
        bool is_there;
        TRY(read_chunk(books, scratch, bucket, s->fund, s->person_id[at], &c, &is_there));
        if (is_there) TRY(read_until(books, bucket, s->fund, &c));
        TRY(merge(books, scratch, s, &at, &c));
        TRY(write_parts(books, scratch, bucket, s->fund, &c));
    }
    return ERR_NONE;
}

/* ---- control totals and the batch's own row ---- */

static err add_control(ledger *books, uint32_t bucket, int64_t fund, const ledger_control *total)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "INSERT INTO ledger_control (bucket, fund, kind, posting_count, amount_fen) "
                      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (bucket, fund, kind) DO UPDATE SET "
                      "posting_count = ledger_control.posting_count + excluded.posting_count, "
                      "amount_fen = ledger_control.amount_fen + excluded.amount_fen", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_int(q, 3, total->kind);
    store_bind_int(q, 4, total->posting_count);
    store_bind_int(q, 5, total->amount_fen);
    return store_do(q, NULL);
}

/* The totals are made of the postings, the balances of the persons: two ways that must agree. */
static err apply_to_controls(ledger *books, arena *scratch, uint32_t bucket, const ledger_segment *s)
{
    size_t count = 0, last = 0;
    ledger_control *totals = ARENA_ARRAY(scratch, ledger_control, books->chart->kind_count + 1);
    for (int64_t i = 0; i < s->count; i++) {
        if (!count || totals[last].kind != s->kind[i]) {
            for (last = 0; last < count && totals[last].kind != s->kind[i];) last++;
            if (last == count) totals[count++] = (ledger_control){ .kind = (int32_t)s->kind[i] };
        }
        totals[last].posting_count++;
        totals[last].amount_fen += s->amount_fen[i];
    }
    for (size_t k = 0; k < count; k++) TRY(add_control(books, bucket, s->fund, &totals[k]));
    return ERR_NONE;
}

int64_t ledger_check_word(text bytes)
{
    return (int64_t)(hash_bytes(bytes.bytes, bytes.size_bytes, 0) >> 1);
}

static err insert_batch(ledger *books, const ledger_batch_fact *fact, const ledger_segment *s)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < s->count; i++) sum += s->amount_fen[i];
    store_query *q;
    TRY(store_prepare(books->db,
                      "INSERT INTO ledger_batch (bucket, sequence, fund, key, person_min, person_max, "
                      "posting_count, amount_fen, check_word, known_ms) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", &q));
    store_bind_int(q, 1, fact->bucket);
    store_bind_int(q, 2, fact->sequence);
    store_bind_int(q, 3, s->fund);
    store_bind_text(q, 4, fact->key);
    store_bind_int(q, 5, s->person_id[0]);
    store_bind_int(q, 6, s->person_id[s->count - 1]);
    store_bind_int(q, 7, s->count);
    store_bind_int(q, 8, sum);
    store_bind_int(q, 9, ledger_check_word(fact->bytes));
    store_bind_int(q, 10, fact->known_ms);
    return store_do(q, NULL);
}

err ledger_apply_batch(ledger *books, arena *scratch, const ledger_batch_fact *fact)
{
    ledger_segment s;
    TRY(ledger_segment_open(scratch, fact->bytes, 0, &s));
    TRY(check_batch(books, fact->bucket, &s));
    TRY(insert_batch(books, fact, &s));
    TRY(apply_to_controls(books, scratch, fact->bucket, &s));
    return apply_to_chunks(books, scratch, fact->bucket, &s);
}

/* ---- writing ---- */

static err batch_written_before(ledger *books, uint32_t bucket, int32_t fund, text key, text bytes,
                                bool *is_there)
{
    store_query *q;
    TRY(store_prepare(books->db,
                      "SELECT check_word FROM ledger_batch WHERE bucket = ?1 AND fund = ?2 AND key = ?3", &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, fund);
    store_bind_text(q, 3, key);
    TRY(store_step(q, is_there));
    bool is_same = *is_there && store_int(q, 0) == ledger_check_word(bytes);
    store_reset(q);
    return *is_there && !is_same ? ledger_err(books, &LEDGER_KEY_REUSED, key) : ERR_NONE;
}

static text batch_body(arena *a, const ledger_batch *batch, text key)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("count"));
    codec_json_add_i64(&w, (int64_t)batch->count);
    codec_json_key(&w, TEXT("fund"));
    codec_json_add_i64(&w, batch->fund);
    codec_json_key(&w, TEXT("key"));
    codec_json_add_text(&w, key);
    codec_json_end_object(&w);
    return text_built(&out);
}

static err credit(ledger *books, arena *scratch, const ledger_stamp *stamp, uint32_t bucket,
                  const ledger_batch *batch)
{
    ledger_batch_fact fact = { .bucket = bucket, .known_ms = stamp->known_ms, .key = stamp->key };
    bool is_there, is_new;
    if (!batch->count) return bad_batch(books, "count", 0);
    TRY(ledger_segment_write(scratch, batch, &fact.bytes));
    TRY(batch_written_before(books, bucket, batch->fund, stamp->key, fact.bytes, &is_there));
    if (is_there) return ERR_NONE;
    eventlog_segment segment = { .name = "postings", .row_count = (int64_t)batch->count,
                                 .bytes = fact.bytes };
    eventlog_event event = { .bucket = bucket, .kind = LEDGER_CREDITED, .known_ms = stamp->known_ms,
                             .actor_id = stamp->actor_id, .why = stamp->why,
                             .body = batch_body(scratch, batch, stamp->key), .segments = &segment,
                             .segment_count = 1 };
    event.key = text_format(scratch, "ledger.%d.%.*s", batch->fund, TEXT_ARG(stamp->key));
    TRY(eventlog_append(books->log, &event, &fact.sequence, &is_new));
    return ledger_apply_batch(books, scratch, &fact);
}

err ledger_credit(ledger *books, const ledger_stamp *stamp, uint32_t bucket, const ledger_batch *batch)
{
    arena *scratch = arena_open();
    err e = credit(books, scratch, stamp, bucket, batch);
    arena_close(scratch);
    return e;
}
