#include "service/three.h"

#include "codec/codec.h"

/* ---- as it is kept ---- */

void three_print(codec_json_writer *w, const three *signed_by)
{
    codec_json_key(w, TEXT("marks"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < signed_by->count; i++) {
        const three_mark *mark = &signed_by->marks[i];
        codec_json_begin_object(w);
        eventlog_body_add_text(w, "duty", mark->duty);
        eventlog_body_add_text(w, "key", mark->key);
        eventlog_body_add_int(w, "known_ms", mark->known_ms);
        eventlog_body_add_text(w, "signature", mark->signature);
        eventlog_body_add_int(w, "user", mark->user_id);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

void three_parse(const codec_json *json, three *signed_by)
{
    const codec_json *marks = codec_json_member(json, TEXT("marks"));
    signed_by->count = 0;
    for (size_t i = 0; marks && i < marks->count && i < THREE_MARKS; i++)
        signed_by->marks[signed_by->count++] = (three_mark){
            .duty = eventlog_body_text(&marks->items[i], "duty"),
            .key = eventlog_body_text(&marks->items[i], "key"),
            .signature = eventlog_body_text(&marks->items[i], "signature"),
            .user_id = eventlog_body_int(&marks->items[i], "user"),
            .known_ms = eventlog_body_int(&marks->items[i], "known_ms"),
        };
}

static text message(arena *a, text said, const three *before, text duty)
{
    text last = before->count ? before->marks[before->count - 1].signature : TEXT("");
    return text_format(a, "%.*s\n%.*s\n%.*s", TEXT_ARG(said), TEXT_ARG(duty), TEXT_ARG(last));
}

/* ---- signing ---- */

err three_may(county *office, const three *signed_by, const char *duty)
{
    staff *room;
    duty_mark done[THREE_MARKS];
    TRY(county_staff(office, &room));
    TRY(county_login(office, NULL));
    for (size_t i = 0; i < signed_by->count; i++)
        done[i] = (duty_mark){ .actor_id = signed_by->marks[i].user_id,
                               .duty = duty_find(staff_duties(room), signed_by->marks[i].duty) };
    return county_step(office, text_of(duty), done, signed_by->count);
}

static text hex_of(arena *a, const void *bytes, size_t size_bytes)
{
    char *hex = arena_alloc(a, 2 * size_bytes + 1);
    crypto_print_hex(bytes, size_bytes, hex);
    return text_of(hex);
}

err three_sign(county *office, text said, three *signed_by, const char *duty)
{
    crypto_signature made;
    arena *a = office->memory;
    TRY(staff_sign(office->session, message(a, said, signed_by, text_of(duty)), &made));
    const crypto_sm2_public *key = staff_session_key(office->session);
    signed_by->marks[signed_by->count++] = (three_mark){
        .duty = text_of(duty), .user_id = office->actor_id, .known_ms = office->now_ms,
        .key = hex_of(a, key->bytes, sizeof key->bytes), .signature = hex_of(a, made.bytes, sizeof made.bytes),
    };
    return ERR_NONE;
}

bool three_is_by(const three *signed_by, size_t step, int64_t user_id)
{
    return signed_by->count > step && signed_by->marks[step].user_id == user_id;
}

/* ---- checking ---- */

static err check_mark(county *office, text said, const three *before, const three_mark *mark, bool *fits)
{
    crypto_sm2_public key;
    crypto_signature signature;
    crypto_verifier *verifier;
    staff *room;
    int64_t owner = 0;
    arena *a = office->memory;
    *fits = false;
    if (crypto_parse_hex(mark->key, key.bytes, sizeof key.bytes).kind ||
        crypto_parse_hex(mark->signature, signature.bytes, sizeof signature.bytes).kind)
        return ERR_NONE;
    TRY(county_staff(office, &room));
    err e = staff_key_owner(room, &key, mark->known_ms, &owner);
    if (e.kind && e.kind != &STAFF_NO_KEY) return e;
    if (e.kind || owner != mark->user_id || crypto_verifier_open(a, &key, &verifier).kind) return ERR_NONE;
    *fits = !crypto_verify(verifier, message(a, said, before, mark->duty), &signature).kind;
    crypto_verifier_close(verifier);
    return ERR_NONE;
}

err three_fit(county *office, text said, const three *signed_by, const char *const duties[THREE_MARKS], bool *fits)
{
    three before = { .count = 0 };
    *fits = signed_by->count == THREE_MARKS;
    for (size_t i = 0; *fits && i < THREE_MARKS; i++) {
        const three_mark *mark = &signed_by->marks[i];
        TRY(check_mark(office, said, &before, mark, fits));
        *fits = *fits && text_equal_cstr(mark->duty, duties[i]);
        for (size_t k = 0; k < i; k++) *fits = *fits && signed_by->marks[k].user_id != mark->user_id;
        before.marks[before.count++] = *mark;
    }
    return ERR_NONE;
}
