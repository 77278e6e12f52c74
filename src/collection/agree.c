/* Agreements to pay old debts by instalments, and whether they are kept. */
#include <string.h>

#include "collection/collection_internal.h"

const err_kind COLLECTION_BAD_PLAN = {
    "collection.bad_plan", ERR_BAD_INPUT,
    "The instalments must fall on later and later days and come to {} yuan, which is what is open.",
    "分期须逐期推后，合计应为所欠的 {} 元。"
};

static err open_before(arena *a, collection *bills, collection_payer payer, int32_t day, int64_t *open_fen)
{
    collection_due *dues;
    size_t count;
    *open_fen = 0;
    TRY(collection_dues_of(a, bills, payer, true, &dues, &count));
    for (size_t i = 0; i < count; i++)
        if (dues[i].due_day < day) *open_fen += dues[i].due_fen - dues[i].received_fen;
    return ERR_NONE;
}

/* What an agreement made on a day is about: what was due before it, and the late fees that follow that, also those
 * charged since. Neither the bills of later months nor what is paid of them count. */
#define AGREED \
    "FROM collection_due d WHERE bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3 AND ((charge <> ?5 AND due_day < ?4) OR " \
    "(charge = ?5 AND EXISTS (SELECT 1 FROM collection_due p WHERE p.bucket = d.bucket AND p.payer_kind = d.payer_kind AND " \
    "p.payer_id = d.payer_id AND p.month = d.month AND p.purpose = d.purpose AND p.fund = d.fund AND p.charge <> ?5 AND " \
    "p.due_day < ?4)))"

static void bind_agreed(store_query *q, collection_payer payer, int32_t made_day)
{
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    store_bind_int(q, 4, made_day);
    store_bind_int(q, 5, COLLECTION_LATE_FEE);
}

static err agreed_of(collection *bills, collection_payer payer, int32_t made_day, int64_t *received_fen, int64_t *open_fen)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(bills->db,
                      "SELECT CAST(coalesce(sum(received_fen), 0) AS BIGINT), "
                      "CAST(coalesce(sum(due_fen - received_fen), 0) AS BIGINT) " AGREED, &q));
    bind_agreed(q, payer, made_day);
    TRY(store_step(q, &has_row));
    *received_fen = has_row ? store_int(q, 0) : 0;
    *open_fen = has_row ? store_int(q, 1) : 0;
    store_reset(q);
    return ERR_NONE;
}

err collection_is_agreed(collection *bills, const collection_due *due, int32_t made_day, bool *is)
{
    store_query *q;
    *is = due->charge != COLLECTION_LATE_FEE && due->due_day < made_day;
    if (due->charge != COLLECTION_LATE_FEE) return ERR_NONE;
    TRY(store_prepare(bills->db, "SELECT 1 " AGREED " AND month = ?6 AND purpose = ?7 AND fund = ?8 AND charge = ?5", &q));
    bind_agreed(q, due->payer, made_day);
    store_bind_int(q, 6, due->month);
    store_bind_text(q, 7, due->purpose);
    store_bind_int(q, 8, due->fund);
    TRY(store_step(q, is));
    store_reset(q);
    return ERR_NONE;
}

static text print_plan(arena *a, const collection_instalment *instalments, size_t count)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < count; i++)
        text_add_format(&out, "%s%d:%lld", i ? " " : "", instalments[i].day, (long long)instalments[i].amount_fen);
    return text_built(&out);
}

static bool parse_plan(arena *a, text printed, collection_agreement *agreement)
{
    size_t capacity = 0;
    while (printed.size_bytes) {
        size_t end = text_find(printed, TEXT(" "));
        if (end == SIZE_MAX) end = printed.size_bytes;
        text one = text_sub(printed, 0, end);
        size_t colon = text_find(one, TEXT(":"));
        int64_t day, fen;
        if (colon == SIZE_MAX || !codec_parse_scaled(text_sub(one, 0, colon), 0, &day) ||
            !codec_parse_scaled(text_sub(one, colon + 1, one.size_bytes), 0, &fen))
            return false;
        collection_instalment instalment = { .day = (int32_t)day, .amount_fen = fen };
        ARENA_PUSH(a, agreement->instalments, agreement->count, capacity, instalment);
        printed = text_sub(printed, end < printed.size_bytes ? end + 1 : end, printed.size_bytes);
    }
    return true;
}

static err check_plan(arena *a, int32_t made_day, const collection_instalment *instalments, size_t count,
                      int64_t open_fen)
{
    int64_t sum = 0;
    bool is_sound = count > 0;
    for (size_t i = 0; i < count; i++) {
        int32_t before = i ? instalments[i - 1].day : made_day - 1;
        is_sound &= instalments[i].amount_fen > 0 && instalments[i].day > before;
        sum += instalments[i].amount_fen;
    }
    if (is_sound && sum == open_fen) return ERR_NONE;
    char digits[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(open_fen, 2, digits);
    return err_of(&COLLECTION_BAD_PLAN, text_format(a, "%.*s", (int)size, digits).bytes);
}

static err agree(collection *bills, arena *a, collection_payer payer, int32_t made_day,
                 const collection_instalment *instalments, size_t count, const collection_act *act)
{
    int64_t open_fen, received_fen, with_fees_fen, done = 0;
    bool is_new;
    if (act->key.size_bytes)
        TRY(eventlog_find_key(bills->log, eventlog_bucket_of(payer.id), act->key, &done));
    if (done) return ERR_NONE;
    TRY(open_before(a, bills, payer, made_day, &open_fen));
    TRY(check_plan(a, made_day, instalments, count, open_fen));
    TRY(agreed_of(bills, payer, made_day, &received_fen, &with_fees_fen));
    text_builder body = text_builder_open(a);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    eventlog_body_add_text(&j, "instalments", print_plan(a, instalments, count));
    eventlog_body_add_int(&j, "made_day", made_day);
    eventlog_body_add_int(&j, "payer", payer.id);
    eventlog_body_add_int(&j, "payer_kind", payer.kind);
    eventlog_body_add_int(&j, "received_before_fen", received_fen);
    codec_json_end_object(&j);
    eventlog_event event = collection_event(act, eventlog_bucket_of(payer.id), "collection.agreed");
    event.subject_id = payer.id;
    event.body = text_built(&body);
    return collection_record(bills, &event, &is_new);
}

err collection_agree(collection *bills, collection_payer payer, int32_t made_day,
                     const collection_instalment *instalments, size_t count, const collection_act *act)
{
    arena *scratch = arena_open();
    return collection_leave(bills, scratch, agree(bills, scratch, payer, made_day, instalments, count, act));
}

/* ---- reading ---- */

/* Kept while as much came as was agreed up to the day, wherever the order of clearing laid it; or while no more is open
 * than the instalments to come: what was relieved or written off meanwhile need not be paid. */
static err judge(arena *a, collection *bills, const store_query *q, int32_t on_day,
                 collection_agreement *agreement)
{
    int64_t received_fen, open_fen, total_fen = 0, before = store_int(q, 3);
    *agreement = (collection_agreement){
        .payer = { (collection_payer_kind)store_int(q, 0), store_int(q, 1) },
        .made_day = (int32_t)store_int(q, 2) };
    text printed = text_copy(a, store_text(q, 4));
    if (!parse_plan(a, printed, agreement)) return err_of(&COLLECTION_BROKEN, "instalments");
    TRY(agreed_of(bills, agreement->payer, agreement->made_day, &received_fen, &open_fen));
    agreement->received_fen = received_fen > before ? received_fen - before : 0;
    for (size_t i = 0; i < agreement->count; i++) {
        total_fen += agreement->instalments[i].amount_fen;
        if (agreement->instalments[i].day < on_day) agreement->agreed_fen += agreement->instalments[i].amount_fen;
    }
    agreement->is_kept = agreement->received_fen >= agreement->agreed_fen || open_fen <= total_fen - agreement->agreed_fen;
    return ERR_NONE;
}

#define AGREEMENT_FIELDS "SELECT payer_kind, payer_id, made_day, received_before_fen, instalments FROM collection_agreement "

err collection_agreement_of(arena *a, collection *bills, collection_payer payer, int32_t on_day,
                            collection_agreement *agreement, bool *has_one)
{
    store_query *q;
    TRY(store_prepare(bills->db, AGREEMENT_FIELDS "WHERE bucket = ?1 AND payer_kind = ?2 AND payer_id = ?3", &q));
    store_bind_int(q, 1, eventlog_bucket_of(payer.id));
    store_bind_int(q, 2, payer.kind);
    store_bind_int(q, 3, payer.id);
    TRY(store_step(q, has_one));
    err e = *has_one ? judge(a, bills, q, on_day, agreement) : ERR_NONE;
    store_reset(q);
    return e;
}

err collection_agreements(arena *a, collection *bills, int32_t on_day, collection_agreement **agreements,
                          size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *agreements = NULL;
    *count = 0;
    TRY(store_prepare(bills->db, AGREEMENT_FIELDS "ORDER BY payer_kind, payer_id", &q));
    for (;;) {
        bool has_row;
        collection_agreement one;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        err e = judge(a, bills, q, on_day, &one);
        if (e.kind) {
            store_reset(q);
            return e;
        }
        ARENA_PUSH(a, *agreements, *count, capacity, one);
    }
}
