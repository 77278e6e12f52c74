/* Whose contribution is paid in full: told once, for spells and individual accounts. */
#include <string.h>

#include "collection/collection_internal.h"

/* ---- which dues have become whole ---- */

typedef struct {
    collection_payer payer;
    int32_t fund;
    collection_charge charge;
    bool is_open;
} state;

static err read_states(arena *a, collection *bills, const collection_terms *terms, uint32_t bucket,
                       state **states, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *states = NULL;
    *count = 0;
    /* Between, not equal: SQLite, which keeps no statistics here, would else read the bucket of all years. */
    TRY(store_prepare(bills->db,
                      "SELECT payer_kind, payer_id, fund, charge, due_fen > received_fen FROM collection_due "
                      "WHERE month = ?1 AND purpose = ?2 AND bucket >= ?3 AND bucket <= ?3 AND told = 0 "
                      "ORDER BY payer_kind, payer_id, fund, charge", &q));
    store_bind_int(q, 1, terms->month);
    store_bind_text(q, 2, terms->purpose);
    store_bind_int(q, 3, bucket);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        state s = { .payer = { (collection_payer_kind)store_int(q, 0), store_int(q, 1) },
                    .fund = (int32_t)store_int(q, 2), .charge = (collection_charge)store_int(q, 3),
                    .is_open = store_int(q, 4) != 0 };
        ARENA_PUSH(a, *states, *count, capacity, s);
    }
}

static bool is_same_fund(const state *a, const state *b)
{
    return a->payer.kind == b->payer.kind && a->payer.id == b->payer.id && a->fund == b->fund;
}

static void keep_told(arena *a, collection_table *told, const state *s)
{
    size_t at = collection_table_add(a, told);
    told->number[DUE_KIND][at] = s->payer.kind;
    told->number[DUE_PAYER][at] = s->payer.id;
    told->number[DUE_FUND][at] = s->fund;
    told->number[DUE_CHARGE][at] = s->charge;
    told->number[DUE_FEN][at] = 0;
}

/* A fund is whole when none of its untold dues but late fees is open. What was told once is never told
 * again, though a later charge may open it anew: the months then count already. */
static void judge(arena *scratch, const state *states, size_t count, collection_whole *whole, collection_whole_set *set,
                  collection_table *told)
{
    for (size_t from = 0, until; from < count; from = until) {
        bool is_open = false, has_premium = false;
        for (until = from; until < count && is_same_fund(&states[from], &states[until]); until++) {
            bool is_premium = states[until].charge != COLLECTION_LATE_FEE;
            has_premium |= is_premium;
            is_open |= is_premium && states[until].is_open;
        }
        if (is_open || !has_premium) continue;
        for (size_t i = from; i < until; i++) {
            if (states[i].charge == COLLECTION_LATE_FEE) continue;
            collection_whole_add(whole, set, states[i].payer, states[i].fund, states[i].charge);
            keep_told(scratch, told, &states[i]);
        }
    }
}

static err record_told(collection *bills, arena *scratch, const collection_terms *terms,
                       const collection_act *act, uint32_t bucket, const collection_table *told)
{
    text bytes;
    bool is_new;
    TRY(collection_table_bytes(scratch, told, &bytes));
    text_builder body = text_builder_open(scratch);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_int(&j, "month", terms->month);
    eventlog_body_add_text(&j, "purpose", terms->purpose);
    codec_json_end_object(&j);
    eventlog_segment segment = { .name = "dues", .row_count = (int64_t)told->row_count, .bytes = bytes };
    eventlog_event event = collection_event(act, bucket, "collection.told");
    event.key = TEXT_NONE; /* the dues themselves say whether they were told */
    event.body = text_built(&body);
    event.segments = &segment;
    event.segment_count = 1;
    return collection_record(bills, &event, &is_new);
}

static err find_whole(collection *bills, const collection_terms *terms, const collection_act *act,
                      collection_whole *whole, collection_whole_set *set)
{
    err e = ERR_NONE;
    arena *scratch = arena_open();
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        state *states;
        size_t count;
        collection_table told = collection_table_open(COLLECTION_DUE_NAMES, DUE_COLUMNS, NULL);
        e = read_states(scratch, bills, terms, bucket, &states, &count);
        if (e.kind) break;
        judge(scratch, states, count, whole, set, &told);
        if (told.row_count) e = record_told(bills, scratch, terms, act, bucket, &told);
        arena_reset(scratch);
    }
    return collection_leave(bills, scratch, e);
}

/* ---- telling ---- */

static err tell_lines(collection_cursor *cursor, const collection_whole_set *set,
                      err (*tell)(void *context, const collection_settled *settled), void *context,
                      int64_t *told_count)
{
    const collection_terms *terms = collection_cursor_terms(cursor);
    for (;;) {
        const collection_line *line;
        bool is_paid[COLLECTION_KEYS_MAX] = { false }, any = false;
        TRY(collection_next_line(cursor, &line));
        if (!line) return ERR_NONE;
        for (size_t k = 0; k < terms->key_count; k++) {
            if (!line->fen[k] || terms->keys[k].charge == COLLECTION_LATE_FEE) continue;
            is_paid[k] = collection_whole_has(set, collection_remits(terms, line, k), terms->keys[k].fund,
                                              terms->keys[k].charge);
            any |= is_paid[k];
        }
        if (!any) continue;
        collection_settled settled = { .line = line, .terms = terms, .is_paid = is_paid };
        TRY(tell(context, &settled));
        ++*told_count;
    }
}

err collection_settle(collection *bills, int64_t issue_id, const collection_act *act, collection_whole *whole,
                      err (*tell)(void *context, const collection_settled *settled), void *context,
                      int64_t *told_count)
{
    arena *scratch = arena_open();
    collection_issue_terms issue;
    collection_cursor *cursor;
    collection_whole_set *set = NULL;
    *told_count = 0;
    err e = collection_issue_find(scratch, bills, issue_id, &issue);
    if (!whole) whole = collection_whole_open(scratch);
    if (!e.kind) {
        set = collection_whole_of(whole, issue.terms.month, issue.terms.purpose);
        e = find_whole(bills, &issue.terms, act, whole, set);
    }
    if (!e.kind && collection_whole_any(set)) {
        e = collection_lines(scratch, bills, issue_id, EVENTLOG_BUCKETS, &cursor);
        if (!e.kind) {
            e = tell_lines(cursor, set, tell, context, told_count);
            collection_lines_close(cursor);
        }
        collection_whole_clear(set);
    }
    return collection_leave(bills, scratch, e);
}
