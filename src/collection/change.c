/* Single changes of what is due: late fees, relief, deferral. */
#include <string.h>

#include "collection/collection_internal.h"

static void add_due_key(codec_json_writer *j, const collection_due *due)
{
    eventlog_body_add_int(j, "fund", due->fund);
    eventlog_body_add_int(j, "month", due->month);
    eventlog_body_add_int(j, "payer", due->payer.id);
    eventlog_body_add_int(j, "payer_kind", due->payer.kind);
    eventlog_body_add_text(j, "purpose", due->purpose);
}

static err record(collection *bills, const collection_act *act, collection_payer payer, const char *kind,
                  text body)
{
    bool is_new;
    eventlog_event event = collection_event(act, eventlog_bucket_of(payer.id), kind);
    event.subject_id = payer.id;
    event.body = body;
    return collection_record(bills, &event, &is_new);
}

static err bad_amount(arena *a, int64_t fen)
{
    char digits[CODEC_SCALED_BYTES];
    size_t size = codec_print_scaled(fen, 2, digits);
    return err_of(&COLLECTION_BAD_AMOUNT, text_format(a, "%.*s", (int)size, digits).bytes);
}

err collection_charge_due(collection *bills, const collection_due *due, const collection_act *act)
{
    if (due->due_fen <= 0 || due->payer.id <= 0) return bad_amount(bills->process, due->due_fen);
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    collection_add_booked(&j, act, due->month);
    eventlog_body_add_int(&j, "charge", due->charge);
    eventlog_body_add_int(&j, "due_day", due->due_day);
    eventlog_body_add_int(&j, "fen", due->due_fen);
    add_due_key(&j, due);
    codec_json_end_object(&j);
    return collection_leave(bills, scratch,
                            record(bills, act, due->payer, "collection.charged", text_built(&body)));
}

static err adjust(collection *bills, arena *a, const collection_due *key, int64_t delta_fen, text as,
                  const collection_act *act, int64_t *freed_fen)
{
    collection_due due;
    int64_t now_fen, done = 0;
    if (act->key.size_bytes)
        TRY(eventlog_find_key(bills->log, eventlog_bucket_of(key->payer.id), act->key, &done));
    if (done) return ERR_NONE;
    TRY(collection_due_find(a, bills, key, &due));
    if (!delta_fen || __builtin_add_overflow(due.due_fen, delta_fen, &now_fen) || now_fen < 0)
        return bad_amount(a, delta_fen);
    *freed_fen = due.received_fen > now_fen ? due.received_fen - now_fen : 0;
    text_builder body = text_builder_open(a);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    if (as.size_bytes) eventlog_body_add_text(&j, "as", as);
    collection_add_booked(&j, act, key->month);
    eventlog_body_add_int(&j, "charge", key->charge);
    eventlog_body_add_int(&j, "delta_fen", delta_fen);
    eventlog_body_add_int(&j, "freed_fen", *freed_fen);
    add_due_key(&j, key);
    codec_json_end_object(&j);
    return record(bills, act, key->payer, "collection.adjusted", text_built(&body));
}

err collection_adjust(collection *bills, const collection_due *due, int64_t delta_fen,
                      const collection_act *act)
{
    int64_t freed_fen;
    return collection_adjust_as(bills, due, delta_fen, TEXT_NONE, act, &freed_fen);
}

err collection_adjust_as(collection *bills, const collection_due *due, int64_t delta_fen, text as,
                         const collection_act *act, int64_t *freed_fen)
{
    arena *scratch = arena_open();
    *freed_fen = 0;
    return collection_leave(bills, scratch, adjust(bills, scratch, due, delta_fen, as, act, freed_fen));
}

err collection_defer(collection *bills, collection_payer payer, int32_t month, int32_t due_day,
                     const collection_act *act)
{
    return collection_defer_from(bills, payer, month, 0, due_day, act);
}

err collection_defer_from(collection *bills, collection_payer payer, int32_t month, int32_t from_day, int32_t due_day,
                          const collection_act *act)
{
    arena *scratch = arena_open();
    text_builder body = text_builder_open(scratch);
    codec_json_writer j = codec_json_write(&body, false);
    codec_json_begin_object(&j);
    collection_add_booked(&j, act, month);
    eventlog_body_add_int(&j, "due_day", due_day);
    if (from_day) eventlog_body_add_int(&j, "from_day", from_day);
    eventlog_body_add_int(&j, "month", month);
    eventlog_body_add_int(&j, "payer", payer.id);
    eventlog_body_add_int(&j, "payer_kind", payer.kind);
    codec_json_end_object(&j);
    return collection_leave(bills, scratch, record(bills, act, payer, "collection.deferred", text_built(&body)));
}
