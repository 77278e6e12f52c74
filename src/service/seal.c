/* Sealing: the message is made, signed, and kept as an event of the office's chain. */
#include "codec/codec.h"
#include "os/os.h"
#include "service/record_rows.h"
#include "service/seal.h"

const err_kind SEAL_OTHER_FILE = {
    "seal.other_file", ERR_CONFLICT,
    "{} is there already and is not this seal; signed heads are never written over: name another file.",
    "{} 已存在且不是本次签封；签封文件不得覆盖：请指定其他文件名。"
};

/* ---- in the log ---- */

static err read_event(arena *a, const eventlog_event *event, seal *made)
{
    const codec_json *body;
    text rest;
    TRY(codec_json_parse(a, event->body, (codec_json_options){ 0 }, &body));
    TRY(seal_parse(a, eventlog_body_text(body, "message"), made, &rest));
    text hex = eventlog_body_text(body, "signature");
    if (made->user_id && crypto_parse_hex(hex, made->signature.bytes, sizeof made->signature.bytes).kind)
        return err_of(&SEAL_BAD_FILE, "signature");
    return ERR_NONE;
}

/* The last seal in the log; *sequence 0 when there is none. */
static err last_seal(county *office, seal *made, int64_t *sequence)
{
    eventlog_entry entry;
    arena *a = office->call->request;
    TRY(eventlog_last(office->log, EVENTLOG_OFFICE, SEAL_KIND, sequence));
    if (!*sequence) return ERR_NONE;
    TRY(eventlog_entry_read(a, office->log, EVENTLOG_OFFICE, *sequence, &entry));
    return read_event(a, &entry.event, made);
}

err seal_first_within(county *office, int64_t from_ms, int64_t until_ms, seal *found, int64_t *sequence)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    arena *a = office->call->request;
    *sequence = 0;
    TRY(eventlog_read(a, office->log, EVENTLOG_OFFICE, 1, &cursor));
    err e = eventlog_next(cursor, &entry);
    for (; !e.kind && entry && !*sequence; e = eventlog_next(cursor, &entry)) {
        if (entry->event.known_ms < from_ms || entry->event.known_ms >= until_ms || !entry->event.actor_id || !text_equal_cstr(text_of(entry->event.kind), SEAL_KIND)) continue;
        e = read_event(a, &entry->event, found);
        if (e.kind) break;
        *sequence = entry->sequence;
    }
    eventlog_cursor_close(cursor);
    return e;
}

static err append(county *office, const seal *made)
{
    arena *a = office->call->request;
    char hex[2 * sizeof made->signature.bytes + 1];
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    crypto_print_hex(made->signature.bytes, sizeof made->signature.bytes, hex);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "message", made->message);
    if (made->user_id) eventlog_body_add_text(&w, "signature", text_of(hex));
    codec_json_end_object(&w);
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = SEAL_KIND, .known_ms = made->known_ms,
                             .actor_id = made->user_id, .why = made->why, .body = text_built(&body) };
    return eventlog_append(office->log, &event, NULL, NULL);
}

/* ---- making ---- */

static err sign(county *office, seal *made)
{
    arena *a = office->call->request;
    made->user_id = office->session ? office->actor_id : 0;
    if (office->session) made->key = *staff_session_key(office->session);
    made->login = service_text_of(office->call, "as", TEXT_NONE);
    made->message = seal_print(a, made, record_instant_text(a, made->known_ms));
    return office->session ? staff_sign(office->session, made->message, &made->signature) : ERR_NONE;
}

static err marks_of(county *office, seal *made)
{
    crypto_hasher *hasher;
    arena *a = office->call->request;
    char *hex = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    TRY(seal_marks_print(a, office->log, made, &made->marks));
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, made->marks.bytes, made->marks.size_bytes), hex);
    crypto_hasher_close(hasher);
    made->marks_digest = text_of(hex);
    return ERR_NONE;
}

/* Nothing but the seal itself came into the log since. */
static bool stands(const seal *last, int64_t sequence, const eventlog_head *now)
{
    for (size_t i = 0; i < EVENTLOG_OFFICE; i++)
        if (!crypto_digest_equal(last->heads[i].hash, now[i].hash)) return false;
    return now[EVENTLOG_OFFICE].sequence == sequence && last->heads[EVENTLOG_OFFICE].sequence == sequence - 1;
}

err seal_make(county *office, text why, seal **made, bool *is_new)
{
    arena *a = office->call->request;
    seal last;
    int64_t sequence;
    seal *s = *made = ARENA_NEW(a, seal);
    *s = (seal){ .known_ms = office->now_ms, .why = text_shown(a, why, 200) };
    TRY(eventlog_heads(office->log, s->heads));
    TRY(last_seal(office, &last, &sequence));
    *is_new = !sequence || !stands(&last, sequence, s->heads) ||
              last.user_id != (office->session ? office->actor_id : 0);
    if (!*is_new) {
        *s = last;
        return seal_marks_print(a, office->log, s, &s->marks);
    }
    TRY(county_setting(office, "office.name", &s->office));
    s->office = text_shown(a, s->office, 200);
    TRY(marks_of(office, s));
    TRY(sign(office, s));
    return append(office, s);
}

/* ---- the file ---- */

err seal_spare(county *office, const char *path, const seal *made)
{
    arena *a = office->call->request;
    text there;
    seal last;
    if (!os_is_file(path)) return ERR_NONE;
    TRY(os_read_file(a, path, SIZE_MAX, &there));
    if (!made) {
        int64_t sequence;
        TRY(last_seal(office, &last, &sequence));
        if (sequence) TRY(seal_marks_print(a, office->log, &last, &last.marks));
        made = sequence ? &last : NULL;
    }
    return made && text_equal(there, seal_whole(a, made)) ? ERR_NONE : err_of(&SEAL_OTHER_FILE, path);
}

err seal_write(county *office, const seal *made, const char *path)
{
    arena *a = office->call->request;
    TRY(seal_spare(office, path, made));
    return os_is_file(path) ? ERR_NONE : os_write_file(a, path, seal_whole(a, made));
}

/* ---- all that were made ---- */

static err key_of_its_time(county *office, const seal *made, int64_t actor_id, bool *is_theirs)
{
    staff *room;
    int64_t owner = 0;
    TRY(county_staff(office, &room));
    err e = made->user_id ? staff_key_owner(room, &made->key, made->known_ms, &owner) : ERR_NONE;
    *is_theirs = !e.kind && owner == actor_id && made->user_id == actor_id;
    return e.kind && e.kind != &STAFF_NO_KEY ? e : ERR_NONE;
}

static err check_event(county *office, const eventlog_entry *entry, seal_report *report, void *context)
{
    service_call *call = office->call;
    arena *a = arena_open();
    seal made;
    bool is_theirs = true;
    err e = read_event(a, &entry->event, &made);
    if (!e.kind) e = seal_check_signature(a, &made);
    bool is_bad = e.kind != NULL;
    if (!e.kind) e = key_of_its_time(office, &made, entry->event.actor_id, &is_theirs);
    if (is_bad || !is_theirs)
        report(context, EVENTLOG_OFFICE, entry->sequence,
               service_say(call, "the signature of this seal does not fit", "该签封的签名不符"));
    if (is_bad) e = ERR_NONE;
    for (uint32_t i = 0; i <= EVENTLOG_OFFICE && !e.kind && !is_bad; i++) {
        crypto_digest is;
        size_t found = 1;
        const eventlog_head *head = &made.heads[i];
        if (head->sequence) e = eventlog_hashes(office->log, i, head->sequence, 1, 1, &is, &found);
        if (!e.kind && head->sequence && (!found || !crypto_digest_equal(is, head->hash)))
            report(context, i, head->sequence,
                   text_format(call->request,
                               service_say(call, "the event is not the one that seal %u/%lld was made over",
                                           "该事件与签封 %u/%lld 所签的不同"),
                               EVENTLOG_OFFICE, (long long)entry->sequence).bytes);
    }
    arena_close(a);
    return e;
}

err seal_check_log(county *office, int64_t *count, seal_report *report, void *context)
{
    eventlog_cursor *cursor;
    const eventlog_entry *entry;
    *count = 0;
    TRY(eventlog_read(office->call->request, office->log, EVENTLOG_OFFICE, 1, &cursor));
    err e = eventlog_next(cursor, &entry);
    for (; !e.kind && entry; e = eventlog_next(cursor, &entry)) {
        if (!text_equal_cstr(text_of(entry->event.kind), SEAL_KIND)) continue;
        ++*count;
        e = check_event(office, entry, report, context);
        if (e.kind) break;
    }
    eventlog_cursor_close(cursor);
    return e;
}
