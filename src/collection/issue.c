/* A month's bills: lines of persons are kept packed, a bucket at a time; they and the dues of payers go to the log at
 * the end. So several issues can be filled in one walk over the people, and their events still stand issue by issue. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "collection/collection_internal.h"

const err_kind COLLECTION_BAD_LINE = {
    "collection.bad_line", ERR_BAD_INPUT,
    "Line {} does not fit an issue of bills: people in order, amounts not below zero, one kind of payer.",
    "第 {} 行不能列入账单：人员须按顺序，金额不得为负，缴费主体须为同一类。"
};
const err_kind COLLECTION_EMPTY = {
    "collection.empty", ERR_BAD_INPUT,
    "There is nothing to bill; no bills were issued.",
    "没有应缴明细；未出账单。"
};
const err_kind COLLECTION_ISSUED = {
    "collection.issued", ERR_CONFLICT,
    "Bills of {} were issued before; adjust them instead.",
    "{} 的账单已经出过；请对已出账单作调整。"
};

/* A payer's due as it grows; an open-addressing table keeps them. */
typedef struct {
    int64_t payer_id, fen;
    int32_t fund;
    uint8_t payer_kind, charge;
    bool is_used;
} sum;

/* A bucket's lines, packed. */
typedef struct {
    uint32_t bucket;
    int64_t row_count;
    text bytes;
} packed;

struct collection_issue {
    collection *bills;
    arena *memory, *rows_memory;
    collection_terms terms;
    collection_act act;
    int64_t issue_id;
    collection_payer_kind payer_kind;
    collection_table rows;
    uint32_t bucket;
    int64_t last_person, last_payer;
    bool has_begun;
    packed *packed;
    size_t packed_count, packed_capacity;
    int64_t line_count, total_fen, payer_count;
    sum *sums;
    size_t sum_count, sum_room;
};

static err next_issue(collection *bills, const collection_terms *terms, const collection_act *act,
                      int64_t *issue_id, arena *a)
{
    store_query *q;
    bool has_row;
    int64_t sequence = 0;
    if (act->key.size_bytes) TRY(eventlog_find_key(bills->log, EVENTLOG_OFFICE, act->key, &sequence));
    TRY(store_prepare(bills->db, "SELECT issue_id FROM collection_issue WHERE month = ?1 AND purpose = ?2", &q));
    store_bind_int(q, 1, terms->month);
    store_bind_text(q, 2, terms->purpose);
    TRY(store_step(q, &has_row));
    if (has_row) *issue_id = store_int(q, 0);
    store_reset(q);
    if (has_row && !sequence) return err_of(&COLLECTION_ISSUED, text_cstr(a, terms->purpose));
    if (has_row) return ERR_NONE;
    return store_scalar(bills->db, "SELECT coalesce(max(issue_id), 0) + 1 FROM collection_issue", issue_id);
}

err collection_issue_open(arena *a, collection *bills, const collection_terms *terms,
                          const collection_act *act, collection_issue **issue)
{
    int64_t issue_id;
    if (!terms->key_count || terms->key_count > COLLECTION_KEYS_MAX) return err_of(&COLLECTION_EMPTY, NULL);
    TRY(next_issue(bills, terms, act, &issue_id, a));
    collection_issue *w = ARENA_NEW(a, collection_issue);
    *w = (collection_issue){ .bills = bills, .memory = a, .rows_memory = arena_open(), .terms = *terms,
                             .act = *act, .issue_id = issue_id, .sum_room = 1024 };
    w->sums = ARENA_ARRAY(a, sum, w->sum_room);
    *issue = w;
    return ERR_NONE;
}

void collection_issue_cancel(collection_issue *issue)
{
    if (issue->rows_memory) arena_close(issue->rows_memory);
    issue->rows_memory = NULL;
}

/* ---- dues ---- */

static size_t sum_place(const sum *sums, size_t room, const sum *key)
{
    uint64_t h = hash_mix((uint64_t)key->payer_id,
                          (uint64_t)key->fund << 16 | (uint64_t)key->payer_kind << 8 | key->charge);
    size_t at = h & (room - 1);
    while (sums[at].is_used &&
           (sums[at].payer_id != key->payer_id || sums[at].fund != key->fund ||
            sums[at].payer_kind != key->payer_kind || sums[at].charge != key->charge))
        at = (at + 1) & (room - 1);
    return at;
}

static void widen(collection_issue *w)
{
    size_t room = 2 * w->sum_room;
    sum *sums = ARENA_ARRAY(w->memory, sum, room);
    for (size_t i = 0; i < w->sum_room; i++)
        if (w->sums[i].is_used) sums[sum_place(sums, room, &w->sums[i])] = w->sums[i];
    w->sums = sums;
    w->sum_room = room;
}

static bool add_due(collection_issue *w, collection_payer payer, const collection_key *key, int64_t fen)
{
    sum wanted = { .payer_id = payer.id, .payer_kind = (uint8_t)payer.kind, .fund = key->fund,
                   .charge = (uint8_t)key->charge, .is_used = true };
    if (2 * (w->sum_count + 1) > w->sum_room) widen(w);
    size_t at = sum_place(w->sums, w->sum_room, &wanted);
    if (!w->sums[at].is_used) {
        w->sums[at] = wanted;
        w->sum_count++;
    }
    return !__builtin_add_overflow(w->sums[at].fen, fen, &w->sums[at].fen) &&
           !__builtin_add_overflow(w->total_fen, fen, &w->total_fen);
}

/* ---- lines ---- */

static err finish_bucket(collection_issue *w)
{
    if (!w->rows.row_count) return ERR_NONE;
    packed one = { .bucket = w->bucket, .row_count = (int64_t)w->rows.row_count };
    TRY(collection_table_bytes(w->rows_memory, &w->rows, &one.bytes));
    one.bytes = text_copy(w->memory, one.bytes);
    ARENA_PUSH(w->memory, w->packed, w->packed_count, w->packed_capacity, one);
    w->line_count += one.row_count;
    w->rows.row_count = 0;
    arena_reset(w->rows_memory);
    return ERR_NONE;
}

static err keep_lines(collection_issue *w, const packed *lines)
{
    text_builder body = text_builder_open(w->rows_memory);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "count", lines->row_count);
    eventlog_body_add_int(&j, "issue", w->issue_id);
    codec_json_end_object(&j);
    eventlog_segment segment = { .name = "lines", .row_count = lines->row_count, .bytes = lines->bytes };
    eventlog_event event = collection_event(&w->act, lines->bucket, "collection.rows");
    event.body = text_built(&body);
    event.segments = &segment;
    event.segment_count = 1;
    if (event.key.size_bytes) event.key = text_format(w->rows_memory, "%.*s/rows", TEXT_ARG(w->act.key));
    bool is_new;
    err e = collection_record(w->bills, &event, &is_new);
    arena_reset(w->rows_memory);
    return e;
}

static bool is_sound(const collection_issue *w, uint32_t bucket, const collection_line *line)
{
    bool has_any = false;
    for (size_t k = 0; k < COLLECTION_KEYS_MAX; k++) {
        if (line->fen[k] < 0 || (k >= w->terms.key_count && line->fen[k])) return false;
        has_any |= line->fen[k] > 0;
    }
    bool is_later = !w->has_begun || bucket > w->bucket ||
                    (bucket == w->bucket &&
                     (line->person_id > w->last_person ||
                      (line->person_id == w->last_person && line->payer.id > w->last_payer)));
    bool is_same_kind = !w->has_begun || line->payer.kind == w->payer_kind;
    return has_any && is_later && is_same_kind && line->person_id > 0 && line->payer.id > 0 &&
           line->payer.kind >= COLLECTION_EMPLOYER && line->payer.kind <= COLLECTION_FUND;
}

static void keep_row(collection_issue *w, const collection_line *line)
{
    size_t at = collection_table_add(w->rows_memory, &w->rows);
    w->rows.number[LINE_PERSON][at] = line->person_id;
    w->rows.number[LINE_PAYER][at] = line->payer.id;
    w->rows.number[LINE_BASE][at] = line->base_fen;
    w->rows.number[LINE_DECISION][at] = line->decision;
    for (size_t k = 0; k < w->terms.key_count; k++) w->rows.number[LINE_KEY + k][at] = line->fen[k];
}

static err bad_line(collection_issue *w)
{
    long long number = (long long)(w->line_count + (int64_t)w->rows.row_count + 1);
    return err_of(&COLLECTION_BAD_LINE, text_format(w->memory, "%lld", number).bytes);
}

err collection_issue_add(collection_issue *w, const collection_line *line)
{
    uint32_t bucket = eventlog_bucket_of(line->person_id);
    if (!is_sound(w, bucket, line)) return bad_line(w);
    if (!w->has_begun || bucket != w->bucket) {
        TRY(finish_bucket(w));
        w->rows = collection_table_open(COLLECTION_LINE_NAMES, LINE_KEY + w->terms.key_count, NULL);
        w->bucket = bucket;
        w->payer_kind = line->payer.kind;
        w->has_begun = true;
    }
    keep_row(w, line);
    w->last_person = line->person_id;
    w->last_payer = line->payer.id;
    for (size_t k = 0; k < w->terms.key_count; k++)
        if (line->fen[k] && !add_due(w, collection_remits(&w->terms, line, k), &w->terms.keys[k], line->fen[k]))
            return bad_line(w);
    return ERR_NONE;
}

/* ---- finishing ---- */

static int by_payer(const void *left, const void *right)
{
    const sum *a = left, *b = right;
    uint32_t one = eventlog_bucket_of(a->payer_id), other = eventlog_bucket_of(b->payer_id);
    if (one != other) return one < other ? -1 : 1;
    if (a->payer_kind != b->payer_kind) return a->payer_kind < b->payer_kind ? -1 : 1;
    if (a->payer_id != b->payer_id) return a->payer_id < b->payer_id ? -1 : 1;
    if (a->fund != b->fund) return a->fund < b->fund ? -1 : 1;
    return (a->charge > b->charge) - (a->charge < b->charge);
}

static void gather(collection_issue *w)
{
    size_t count = 0;
    for (size_t i = 0; i < w->sum_room; i++)
        if (w->sums[i].is_used) w->sums[count++] = w->sums[i];
    qsort(w->sums, count, sizeof *w->sums, by_payer);
    for (size_t i = 0; i < count; i++)
        w->payer_count += !i || w->sums[i].payer_id != w->sums[i - 1].payer_id ||
                          w->sums[i].payer_kind != w->sums[i - 1].payer_kind;
}

static err keep_dues(collection_issue *w, uint32_t bucket, size_t from, size_t until)
{
    collection_table dues = collection_table_open(COLLECTION_DUE_NAMES, DUE_COLUMNS, NULL);
    text bytes;
    for (size_t i = from; i < until; i++) {
        size_t at = collection_table_add(w->rows_memory, &dues);
        dues.number[DUE_KIND][at] = w->sums[i].payer_kind;
        dues.number[DUE_PAYER][at] = w->sums[i].payer_id;
        dues.number[DUE_FUND][at] = w->sums[i].fund;
        dues.number[DUE_CHARGE][at] = w->sums[i].charge;
        dues.number[DUE_FEN][at] = w->sums[i].fen;
    }
    TRY(collection_table_bytes(w->rows_memory, &dues, &bytes));
    text_builder body = text_builder_open(w->rows_memory);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    collection_add_booked(&j, &w->act, w->terms.month);
    eventlog_body_add_int(&j, "due_day", w->terms.due_day);
    eventlog_body_add_int(&j, "issue", w->issue_id);
    eventlog_body_add_int(&j, "month", w->terms.month);
    eventlog_body_add_text(&j, "purpose", w->terms.purpose);
    codec_json_end_object(&j);
    eventlog_segment segment = { .name = "dues", .row_count = (int64_t)dues.row_count, .bytes = bytes };
    eventlog_event event = collection_event(&w->act, bucket, "collection.dues");
    event.body = text_built(&body);
    event.segments = &segment;
    event.segment_count = 1;
    if (event.key.size_bytes) event.key = text_format(w->rows_memory, "%.*s/dues", TEXT_ARG(w->act.key));
    bool is_new;
    err e = collection_record(w->bills, &event, &is_new);
    arena_reset(w->rows_memory);
    return e;
}

static text issued_body(collection_issue *w)
{
    text_builder body = text_builder_open(w->memory);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "count", w->line_count);
    eventlog_body_add_int(&j, "due_day", w->terms.due_day);
    eventlog_body_add_int(&j, "government", w->terms.government_id);
    eventlog_body_add_int(&j, "issue", w->issue_id);
    eventlog_body_add_text(&j, "keys", collection_keys_print(w->memory, &w->terms));
    eventlog_body_add_int(&j, "month", w->terms.month);
    eventlog_body_add_int(&j, "payer_kind", w->payer_kind);
    eventlog_body_add_int(&j, "payers", w->payer_count);
    eventlog_body_add_text(&j, "purpose", w->terms.purpose);
    eventlog_body_add_int(&j, "total_fen", w->total_fen);
    codec_json_end_object(&j);
    return text_built(&body);
}

static err finish(collection_issue *w, collection_issued *issued)
{
    if (!w->has_begun) return err_of(&COLLECTION_EMPTY, NULL);
    TRY(finish_bucket(w));
    /* Another that was open beside this one may have been issued since. */
    TRY(next_issue(w->bills, &w->terms, &w->act, &w->issue_id, w->memory));
    for (size_t i = 0; i < w->packed_count; i++) TRY(keep_lines(w, &w->packed[i]));
    gather(w);
    for (size_t from = 0, until; !w->terms.is_reduction && from < w->sum_count; from = until) {
        uint32_t bucket = eventlog_bucket_of(w->sums[from].payer_id);
        for (until = from; until < w->sum_count && eventlog_bucket_of(w->sums[until].payer_id) == bucket;)
            until++;
        TRY(keep_dues(w, bucket, from, until));
    }
    eventlog_event event = collection_event(&w->act, EVENTLOG_OFFICE, "collection.issued");
    event.body = issued_body(w);
    event.subject_id = w->issue_id;
    *issued = (collection_issued){ .issue_id = w->issue_id, .line_count = w->line_count,
                                   .payer_count = w->payer_count, .total_fen = w->total_fen };
    return collection_record(w->bills, &event, &issued->is_new);
}

err collection_issue_finish(collection_issue *issue, collection_issued *issued)
{
    err e = finish(issue, issued);
    collection_issue_cancel(issue);
    return e;
}
