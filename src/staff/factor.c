/* A user's second factor: what the log and its table say of it. Codes are the caller's. */
#include <string.h>

#include "staff/staff_internal.h"

/* The newest event that says it: taken, a key that took nobody's place (a reset ends all there was), or the signature by which
 * two people ended it: the one without terms, which the first shows. */
static err is_in_log(arena *a, staff *office, int64_t user_id, bool *is)
{
    eventlog_entry *entries;
    size_t count;
    *is = false;
    TRY(eventlog_of_subject(a, office->log, EVENTLOG_OFFICE, user_id, &entries, &count));
    for (size_t i = count; i > 0; i--) {
        const codec_json *body;
        const eventlog_event *event = &entries[i - 1].event;
        bool is_taken = strcmp(event->kind, "staff.factor_taken") == 0, is_key = strcmp(event->kind, "staff.key_made") == 0;
        bool is_end = strcmp(event->kind, "staff.change_signed") == 0;
        if (!is_taken && !is_key && !is_end) continue;
        TRY(staff_json(a, event->body, &body));
        if (is_end && codec_json_member(body, TEXT("terms"))) continue;
        if (!is_end && staff_json_int(body, "user") != user_id) continue;
        if (is_key && staff_json_text(body, "signature").size_bytes) continue;
        *is = is_taken;
        return ERR_NONE;
    }
    return ERR_NONE;
}

err staff_factor_read(arena *a, staff *office, int64_t user_id, staff_factor *factor)
{
    store_query *q;
    bool has_row, is_known;
    *factor = (staff_factor){ TEXT_NONE, TEXT_NONE };
    TRY(store_prepare(office->db, "SELECT sealed, offered FROM staff_factor WHERE user_id = ?1", &q));
    store_bind_int(q, 1, user_id);
    TRY(store_step(q, &has_row));
    if (has_row) {
        *factor = (staff_factor){ text_copy(a, store_bytes(q, 0)), text_copy(a, store_bytes(q, 1)) };
        store_reset(q);
    }
    TRY(is_in_log(a, office, user_id, &is_known));
    return is_known && !factor->sealed.size_bytes ? err_of(&STAFF_BROKEN, "a second factor that the log knows is not in its table") : ERR_NONE;
}

err staff_factors(arena *a, staff *office, int64_t **user_ids, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *user_ids = NULL;
    *count = 0;
    TRY(store_prepare(office->db, "SELECT user_id FROM staff_factor WHERE length(sealed) > 0 ORDER BY user_id", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        ARENA_PUSH(a, *user_ids, *count, capacity, store_int(q, 0));
    }
}

static err record(staff_session *session, const staff_act *act, const char *kind, text sealed)
{
    arena *a = session->memory;
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    int64_t sequence;
    bool is_new;
    codec_json_begin_object(&w);
    if (sealed.size_bytes) staff_put_hex(&w, a, "sealed", sealed.bytes, sealed.size_bytes);
    staff_put_int(&w, "user", session->user_id);
    codec_json_end_object(&w);
    return staff_record(session->office, act, session->user_id, kind, session->user_id, text_built(&out), &sequence, &is_new);
}

err staff_factor_offer(staff_session *session, const staff_act *act, text sealed)
{
    return record(session, act, "staff.factor_offered", sealed);
}

err staff_factor_take(staff_session *session, const staff_act *act)
{
    return record(session, act, "staff.factor_taken", TEXT_NONE);
}

err staff_needs_factor(arena *a, staff_session *session, bool *needs)
{
    staff_row row;
    duty_roles roles;
    TRY(staff_row_find(a, session->office, TEXT_NONE, session->user_id, &row));
    TRY(duty_roles_parse(a, session->office->duties, row.user.roles, &roles));
    *needs = duty_needs_second(session->office->duties, roles);
    return ERR_NONE;
}
