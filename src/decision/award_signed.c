/* What was signed of awards: each batch's step once, from the events of all buckets. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "decision/decision_internal.h"

typedef struct {
    decision_book *book;
    arena *memory; /* of what is answered */
    const decision_award *awards; /* all, by bucket, person and decision */
    size_t award_count;
    hash_map *by_signature;
    decision_award_signed *steps;
    size_t *capacity_of; /* of a step's awards */
    size_t count, capacity;
} signed_reading;

static int by_place(const void *one, const void *other)
{
    const decision_award *a = one, *b = other;
    uint32_t x = eventlog_bucket_of(a->person_id), y = eventlog_bucket_of(b->person_id);
    if (x != y) return x < y ? -1 : 1;
    if (a->person_id != b->person_id) return a->person_id < b->person_id ? -1 : 1;
    return (a->decision_id > b->decision_id) - (a->decision_id < b->decision_id);
}

static err step_of(signed_reading *r, arena *scratch, const eventlog_entry *entry, const codec_json *body, size_t *at)
{
    text signature, public_key;
    TRY(eventlog_body_bytes(scratch, body, "signature", &signature));
    TRY(eventlog_body_bytes(scratch, body, "public_key", &public_key));
    text key = text_format(r->memory, "%lld %lld %.*s", (long long)eventlog_body_int(body, "to"), (long long)entry->event.actor_id,
                           TEXT_ARG(signature.size_bytes ? signature : TEXT("")));
    *at = hash_map_get(r->by_signature, key);
    if (*at != SIZE_MAX) return ERR_NONE;
    *at = r->count;
    hash_map_put(r->by_signature, key, *at);
    if (r->count == r->capacity) { /* both grow together */
        size_t room = r->capacity ? r->capacity * 2 : 16;
        decision_award_signed *steps = ARENA_ARRAY(r->memory, decision_award_signed, room);
        size_t *capacity_of = ARENA_ARRAY(r->memory, size_t, room);
        if (r->count) memcpy(steps, r->steps, r->count * sizeof *steps);
        if (r->count) memcpy(capacity_of, r->capacity_of, r->count * sizeof *capacity_of);
        r->steps = steps;
        r->capacity_of = capacity_of;
        r->capacity = room;
    }
    r->capacity_of[r->count] = 0;
    decision_award_signed *step = &r->steps[r->count++];
    *step = (decision_award_signed){ .bucket = entry->event.bucket, .sequence = entry->sequence,
                                     .actor_id = entry->event.actor_id, .known_ms = entry->event.known_ms };
    step->step.to = (decision_award_state)eventlog_body_int(body, "to");
    step->step.signature = text_copy(r->memory, signature);
    step->step.public_key = text_copy(r->memory, public_key);
    step->is_said_well = !crypto_parse_digest(eventlog_body_text(body, "shown"), &step->step.shown).kind;
    return ERR_NONE;
}

static err take_entry(signed_reading *r, arena *scratch, const eventlog_entry *entry)
{
    const codec_json *body;
    text bytes;
    size_t person, decision, at;
    eventlog_rows *rows = ARENA_NEW(scratch, eventlog_rows);
    TRY(codec_json_parse(scratch, entry->event.body, (codec_json_options){ 0 }, &body));
    TRY(step_of(r, scratch, entry, body, &at));
    TRY(eventlog_segment_read(scratch, r->book->log, entry->event.bucket, entry->sequence, "awards", &bytes));
    TRY(eventlog_rows_open(bytes, rows));
    TRY(eventlog_rows_find(rows, "person", false, &person));
    TRY(eventlog_rows_find(rows, "decision", false, &decision));
    decision_award_signed *step = &r->steps[at];
    for (size_t i = 0; i < rows->row_count; i++) {
        decision_award sought = { .person_id = eventlog_rows_number(rows, person, i),
                                  .decision_id = eventlog_rows_number(rows, decision, i) };
        const decision_award *found = r->award_count ? bsearch(&sought, r->awards, r->award_count, sizeof sought, by_place) : NULL;
        if (!found) step->is_said_well = false;
        else ARENA_PUSH(r->memory, step->awards, step->count, r->capacity_of[at], *found);
    }
    return ERR_NONE;
}

static err read_bucket(signed_reading *r, arena *scratch, uint32_t bucket)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry = NULL;
    arena *of_entry = arena_open();
    TRY(eventlog_read(scratch, r->book->log, bucket, 1, &cursor));
    err e = eventlog_next(cursor, &entry);
    while (!e.kind && entry) {
        text kind = text_of(entry->event.kind);
        if (text_equal_cstr(kind, "decision.reviewed") || text_equal_cstr(kind, "decision.approved"))
            e = take_entry(r, of_entry, entry);
        arena_reset(of_entry);
        if (!e.kind) e = eventlog_next(cursor, &entry);
    }
    eventlog_cursor_close(cursor);
    arena_close(of_entry);
    return e;
}

err decision_award_steps(arena *a, decision_book *book, decision_award_signed **steps, size_t *count)
{
    decision_award *awards;
    signed_reading r = { .book = book, .memory = a, .by_signature = hash_map_open(a) };
    TRY(decision_awards(a, book, &(decision_award_filter){ .purpose = TEXT("") }, &awards, &r.award_count));
    r.awards = awards;
    arena *scratch = arena_open();
    err e = ERR_NONE;
    for (uint32_t bucket = 0; r.award_count && !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = read_bucket(&r, scratch, bucket);
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(scratch);
    *steps = r.steps;
    *count = r.count;
    return e;
}
