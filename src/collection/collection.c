#include <string.h>

#include "collection/collection_internal.h"

const err_kind COLLECTION_BROKEN = {
    "collection.broken", ERR_CONFLICT,
    "The bills of issue {} cannot be read back as they were issued; stop, and run doudi verify.",
    "第 {} 批账单无法按原样读出；请停止操作并运行 doudi verify。"
};

err collection_open(arena *process, store *db, eventlog *log, collection **bills)
{
    collection *c = ARENA_NEW(process, collection);
    *c = (collection){ .process = process, .db = db, .log = log };
    *bills = c;
    return ERR_NONE;
}

eventlog_event collection_event(const collection_act *act, uint32_t bucket, const char *kind)
{
    return (eventlog_event){ .bucket = bucket, .kind = kind, .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .key = act->key };
}

err collection_record(collection *bills, const eventlog_event *event, bool *is_new)
{
    int64_t sequence = 0;
    TRY(eventlog_append(bills->log, event, &sequence, is_new));
    if (!*is_new) return ERR_NONE;
    eventlog_entry entry = { .event = *event, .sequence = sequence };
    return collection_apply(bills, &entry);
}

void collection_add_booked(codec_json_writer *j, const collection_act *act, int32_t month)
{
    if (act->month && act->month != month) eventlog_body_add_int(j, "booked", act->month);
}

err collection_leave(collection *bills, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(bills->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- the keys of an issue, as they stand in its event ---- */

text collection_keys_print(arena *a, const collection_terms *terms)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_array(&w);
    for (size_t k = 0; k < terms->key_count; k++) {
        codec_json_begin_object(&w);
        eventlog_body_add_int(&w, "charge", terms->keys[k].charge);
        eventlog_body_add_int(&w, "fund", terms->keys[k].fund);
        eventlog_body_add_text(&w, "name", text_of(terms->keys[k].name));
        eventlog_body_add_int(&w, "remitter", terms->keys[k].remitter);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    return text_built(&out);
}

err collection_keys_parse(arena *a, text printed, collection_terms *terms)
{
    const codec_json *list;
    TRY(codec_json_parse(a, printed, (codec_json_options){ 0 }, &list));
    if (list->count > COLLECTION_KEYS_MAX) return err_of(&COLLECTION_BROKEN, "keys");
    collection_key *keys = ARENA_ARRAY(a, collection_key, list->count + 1);
    for (size_t k = 0; k < list->count; k++)
        keys[k] = (collection_key){
            .name = text_cstr(a, eventlog_body_text(&list->items[k], "name")),
            .fund = (int32_t)eventlog_body_int(&list->items[k], "fund"),
            .charge = (collection_charge)eventlog_body_int(&list->items[k], "charge"),
            .remitter = (collection_remitter)eventlog_body_int(&list->items[k], "remitter"),
        };
    terms->keys = keys;
    terms->key_count = list->count;
    return ERR_NONE;
}

collection_payer collection_remits(const collection_terms *terms, const collection_line *line, size_t key)
{
    switch (terms->keys[key].remitter) {
    case COLLECTION_BY_PERSON: return (collection_payer){ COLLECTION_PERSON, line->person_id };
    case COLLECTION_BY_GOVERNMENT: return (collection_payer){ COLLECTION_GOVERNMENT, terms->government_id };
    case COLLECTION_BY_PAYER: break;
    }
    return line->payer;
}
