#include "service/reveal.h"

county_need reveal_need(const service_call *call)
{
    return service_is_given(call, "reveal") ? COUNTY_WRITE : COUNTY_READ;
}

/* A duty table of before this duty: whoever enters these numbers may also read them. */
static text permission_in(const duty_table *table)
{
    return duty_permitting(table, TEXT("person.reveal")) ? TEXT("person.reveal") : TEXT("person.enter");
}

static err note(county *office, int64_t subject_id, text what)
{
    arena *a = office->call->request;
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "operation", text_of(office->call->op->name));
    eventlog_body_add_text(&w, "what", what);
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = subject_id ? eventlog_bucket_of(subject_id) : EVENTLOG_OFFICE,
                             .kind = REVEAL_KIND, .subject_id = subject_id,
                             .actor_id = office->actor_id, .why = service_text_of(office->call, "why", TEXT("")),
                             .body = text_built(&body) };
    TRY(county_begin(office));
    event.known_ms = office->now_ms;
    err e = eventlog_append(office->log, &event, NULL, NULL);
    if (e.kind) store_rollback(office->db);
    return e.kind ? e : store_commit(office->db);
}

static err permitted(county *office, text permission, int64_t subject_id, text what)
{
    TRY(staff_permit(office->call->request, office->session, permission));
    return note(office, subject_id, what);
}

err reveal_ask_for(county *office, text permission, int64_t subject_id, text what)
{
    bool has_users;
    TRY(county_ask_who(office, &has_users));
    return has_users ? permitted(office, permission, subject_id, what) : ERR_NONE;
}

err reveal_ask(county *office, int64_t subject_id, text what)
{
    staff *room;
    bool has_users;
    if (!service_is_given(office->call, "reveal")) return ERR_NONE;
    TRY(county_ask_who(office, &has_users));
    if (!has_users) return ERR_NONE; /* nor is there a table of duties yet */
    TRY(county_staff(office, &room));
    return permitted(office, permission_in(staff_duties(room)), subject_id, what);
}
