#include <string.h>

#include "staff/staff_internal.h"

const err_kind STAFF_WRONG_LOGIN = {
    "staff.wrong_login", ERR_FORBIDDEN, "The user or the password is wrong.", "用户名或密码不正确。"
};
const err_kind STAFF_MUST_CHANGE = {
    "staff.must_change", ERR_FORBIDDEN,
    "The one-time password must first be replaced by one of your own.",
    "请先将一次性密码改为自己的密码。"
};
const err_kind STAFF_DISABLED = {
    "staff.disabled", ERR_FORBIDDEN, "This user was shut out.", "该用户已停用。"
};
const err_kind STAFF_ENDED = {
    "staff.ended", ERR_FORBIDDEN, "This session has ended: log in again.", "会话已失效，请重新登录。"
};
const err_kind STAFF_WEAK_PASSWORD = {
    "staff.weak_password", ERR_BAD_INPUT,
    "The password is too weak: at least 12 bytes, 5 different characters, and not the login.",
    "密码过弱：至少 12 个字节、5 种不同字符，且不得包含登录名。"
};

bool staff_password_is_strong(text login, text password)
{
    enum { BYTES_MIN = 12, DIFFERENT_MIN = 5, BYTES_MAX = 1024 };
    if (password.size_bytes < BYTES_MIN || password.size_bytes > BYTES_MAX) return false;
    if (text_find(password, login) != SIZE_MAX) return false;
    uint32_t seen[DIFFERENT_MIN];
    size_t seen_count = 0;
    for (size_t at = 0; at < password.size_bytes && seen_count < DIFFERENT_MIN;) {
        uint32_t rune = text_next_rune(password, &at);
        bool is_new = true;
        for (size_t i = 0; i < seen_count; i++) is_new &= seen[i] != rune;
        if (is_new) seen[seen_count++] = rune;
    }
    return seen_count == DIFFERENT_MIN;
}

text staff_key_about(arena *a, int64_t user_id)
{
    return text_format(a, "doudi user %lld", (long long)user_id);
}

text staff_key_message(arena *a, int64_t user_id, text public_hex)
{
    return text_format(a, "doudi user %lld goes on with key %.*s", (long long)user_id,
                       TEXT_ARG(public_hex));
}

/* Takes as long as a password that is looked at, so that nobody learns which logins there are. */
static err refuse_slowly(staff *office, text password)
{
    uint8_t out[CRYPTO_KEY_BYTES];
    TRY(crypto_scrypt(password, TEXT("nobody has this salt"), office->cost, out, sizeof out));
    crypto_wipe(out, sizeof out);
    return err_of(&STAFF_WRONG_LOGIN, NULL);
}

/* One that is not handed out yet opens nothing; one that is kept with little work is refused as slowly as any. */
static err check_one_time(staff *office, const staff_row *row, text password)
{
    if (!row->password.size_bytes) return refuse_slowly(office, password);
    err e = crypto_password_verify(password, row->password);
    if (e.kind != &CRYPTO_WRONG_PASSWORD) return e;
    return text_begins(row->password, TEXT(STAFF_ONCE_PREFIX)) ? refuse_slowly(office, password) : err_of(&STAFF_WRONG_LOGIN, NULL);
}

/* The key under the password: what is sealed by it opens. */
static err open_key(arena *a, const staff_row *row, text password, crypto_sm2_private *own)
{
    if (row->locked_key.size_bytes != sizeof own->bytes + CRYPTO_LOCK_BYTES)
        return err_of(&STAFF_BROKEN, "a sealed key");
    err e = crypto_unlock(password, staff_key_about(a, row->user.id), row->locked_key, own->bytes);
    return e.kind == &CRYPTO_WRONG_PASSWORD ? err_of(&STAFF_WRONG_LOGIN, NULL) : e;
}


/* The user's row, or the slow refusal. */
static err find_for_login(arena *a, staff *office, text login, text password, staff_row *row)
{
    if (!office->duties) return err_of(&STAFF_NOT_FOUNDED, NULL);
    err e = login.size_bytes ? staff_row_find(a, office, login, 0, row)
                             : err_of(&STAFF_NO_USER, NULL);
    return e.kind == &STAFF_NO_USER ? refuse_slowly(office, password) : e;
}

/* Tables can be written by who has the database; the event of a key cannot, by who has not the master key. */
static err key_is_of_log(arena *a, staff *office, int64_t user_id, const crypto_sm2_public *key)
{
    eventlog_entry *entries;
    size_t count;
    char hex[2 * sizeof key->bytes + 1];
    bool is_theirs = false;
    crypto_print_hex(key->bytes, sizeof key->bytes, hex);
    TRY(eventlog_of_subject(a, office->log, EVENTLOG_OFFICE, user_id, &entries, &count));
    for (size_t i = count; i > 0 && !is_theirs; i--) {
        const codec_json *body;
        const eventlog_entry *entry = &entries[i - 1];
        if (strcmp(entry->event.kind, "staff.key_made")) continue;
        TRY(staff_json(a, entry->event.body, &body));
        if (!text_equal_cstr(staff_json_text(body, "public"), hex) || staff_json_int(body, "user") != user_id) continue;
        TRY(eventlog_check_entry(a, office->log, EVENTLOG_OFFICE, entry->sequence, &is_theirs));
    }
    return is_theirs ? ERR_NONE : err_of(&STAFF_BROKEN, "a key that no event of this office made");
}

/* The user's row and key, when the password is theirs and they may work. */
static err know(arena *a, staff *office, text login, text password, staff_row *row,
                crypto_sm2_private *own)
{
    crypto_sm2_public shown;
    TRY(find_for_login(a, office, login, password, row));
    if (row->user.state == STAFF_NEW) {
        TRY(check_one_time(office, row, password));
        return err_of(&STAFF_MUST_CHANGE, NULL);
    }
    if (row->user.state == STAFF_OUT && !row->locked_key.size_bytes)
        return refuse_slowly(office, password);
    TRY(open_key(a, row, password, own));
    err e = ERR_NONE;
    if (row->user.state == STAFF_OUT)
        e = err_of(&STAFF_DISABLED, NULL);
    else if (crypto_sm2_public_of(own, &shown).kind || memcmp(&shown, &row->user.key, sizeof shown))
        e = err_of(&STAFF_BROKEN, "a sealed key is not the user's");
    else
        e = key_is_of_log(a, office, row->user.id, &row->user.key);
    if (e.kind) crypto_wipe(own, sizeof *own);
    return e;
}

static staff_session *session_of(arena *a, staff *office, int64_t user_id, const crypto_sm2_public *key,
                                 const crypto_sm2_private *own)
{
    staff_session *made = ARENA_NEW(a, staff_session);
    *made = (staff_session){ .office = office, .memory = a, .user_id = user_id, .key = *key, .is_open = true, .own = *own };
    return made;
}

static err signer_of(staff_session *session, crypto_signer **signer)
{
    if (!session->signer) TRY(crypto_signer_open(session->memory, &session->own, &session->signer));
    *signer = session->signer;
    return ERR_NONE;
}

err staff_login(arena *a, staff *office, text login, text password, staff_session **session)
{
    staff_row row;
    crypto_sm2_private own;
    TRY(know(a, office, login, password, &row, &own));
    *session = session_of(a, office, row.user.id, &row.user.key, &own);
    crypto_wipe(&own, sizeof own);
    return ERR_NONE;
}

/* ---- sessions that go on without the password ---- */

static text ticket_about(arena *a, int64_t user_id)
{
    return text_format(a, "doudi session %lld", (long long)user_id);
}

err staff_ticket_make(arena *a, staff *office, text login, text password, const crypto_key *with,
                      crypto_nonce nonce, staff_ticket *ticket)
{
    staff_row row;
    crypto_sm2_private own;
    crypto_sealer *sealer;
    TRY(know(a, office, login, password, &row, &own));
    err e = crypto_sealer_open(a, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, with, &sealer);
    if (!e.kind) {
        *ticket = (staff_ticket){ .user_id = row.user.id, .key = row.user.key };
        crypto_seal(sealer, nonce, ticket_about(a, row.user.id),
                    (text){ (const char *)own.bytes, sizeof own.bytes }, ticket->sealed);
        crypto_sealer_close(sealer);
    }
    crypto_wipe(&own, sizeof own);
    return e;
}

err staff_ticket_use(arena *a, staff *office, const staff_ticket *ticket, const crypto_key *with,
                     staff_session **session)
{
    crypto_sm2_private own;
    crypto_sealer *sealer;
    if (!office->duties) return err_of(&STAFF_NOT_FOUNDED, NULL);
    TRY(crypto_sealer_open(a, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, with, &sealer));
    err e = crypto_unseal(sealer, ticket_about(a, ticket->user_id),
                          (text){ (const char *)ticket->sealed, sizeof ticket->sealed }, own.bytes);
    crypto_sealer_close(sealer);
    if (e.kind) return err_of(&STAFF_ENDED, NULL);
    *session = session_of(a, office, ticket->user_id, &ticket->key, &own);
    crypto_wipe(&own, sizeof own);
    return ERR_NONE;
}

void staff_session_close(staff_session *session)
{
    if (!session) return;
    if (session->signer) crypto_signer_close(session->signer);
    crypto_wipe(&session->own, sizeof session->own);
    session->signer = NULL;
    session->is_open = false;
}

int64_t staff_session_user(const staff_session *session)
{
    return session->user_id;
}

const crypto_sm2_public *staff_session_key(const staff_session *session)
{
    return &session->key;
}

/* ---- what the session may ---- */

static err roles_now(arena *a, staff_session *session, duty_roles *roles)
{
    staff_row row;
    TRY(staff_row_find(a, session->office, TEXT_NONE, session->user_id, &row));
    if (row.user.state != STAFF_ACTIVE || !session->is_open ||
        memcmp(&row.user.key, &session->key, sizeof session->key))
        return err_of(&STAFF_ENDED, NULL);
    return duty_roles_parse(a, session->office->duties, row.user.roles, roles);
}

err staff_permit(arena *a, staff_session *session, text permission)
{
    duty_roles roles;
    TRY(roles_now(a, session, &roles));
    return duty_permit(a, session->office->duties, roles, permission);
}

err staff_step(arena *a, staff_session *session, text duty, const duty_mark *done,
               size_t done_count)
{
    duty_roles roles;
    size_t index = duty_find(session->office->duties, duty);
    TRY(roles_now(a, session, &roles));
    if (index == SIZE_MAX) return err_of(&DUTY_NOT_IN_TABLE, text_cstr(a, duty));
    /* Who took part is counted by persons: a login that was shut out and another of the same hand are one. */
    duty_mark mine = { index, session->user_id }, *marks = ARENA_ARRAY(a, duty_mark, done_count + 1);
    TRY(staff_person_of(session->office, session->user_id, &mine.actor_id));
    for (size_t i = 0; i < done_count; i++) {
        marks[i] = done[i];
        TRY(staff_person_of(session->office, done[i].actor_id, &marks[i].actor_id));
    }
    return duty_step(a, session->office->duties, roles, mine, marks, done_count);
}

err staff_sign(staff_session *session, text message, crypto_signature *signature)
{
    duty_roles roles;
    crypto_signer *signer;
    TRY(roles_now(session->memory, session, &roles));
    TRY(signer_of(session, &signer));
    *signature = crypto_sign(signer, message);
    return ERR_NONE;
}

/* ---- a password of one's own ---- */

/* The new key's event; `before` is the key that makes way, or NULL. */
static err make_key(arena *a, staff *office, const staff_act *act, int64_t user_id, text password,
                    const staff_chance *chance, crypto_signer *before)
{
    crypto_sm2_private own;
    crypto_sm2_public shown;
    crypto_signature signature;
    uint8_t locked[sizeof own.bytes + CRYPTO_LOCK_BYTES];
    crypto_lock_options options = { CRYPTO_SUITE_SM, office->cost, chance->salt };
    crypto_sm2_from_seed(chance->seed, &own, &shown);
    err e = crypto_lock(&options, password, staff_key_about(a, user_id),
                        (text){ (const char *)own.bytes, sizeof own.bytes }, locked);
    crypto_wipe(&own, sizeof own);
    TRY(e);
    char hex[2 * sizeof shown.bytes + 1];
    crypto_print_hex(shown.bytes, sizeof shown.bytes, hex);
    if (before) signature = crypto_sign(before, staff_key_message(a, user_id, text_of(hex)));
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    staff_put_hex(&w, a, "locked", locked, sizeof locked);
    staff_put_text(&w, "public", text_of(hex));
    staff_put_hex(&w, a, "signature", &signature, before ? sizeof signature : 0);
    staff_put_int(&w, "user", user_id);
    codec_json_end_object(&w);
    int64_t sequence;
    bool is_new;
    return staff_record(office, act, user_id, "staff.key_made", user_id, text_built(&out), &sequence,
                        &is_new);
}

static err set_password(arena *a, staff *office, const staff_act *act, text login,
                        text old_password, text new_password, const staff_chance *chance)
{
    staff_row row;
    TRY(find_for_login(a, office, login, old_password, &row));
    if (row.user.state == STAFF_NEW) {
        TRY(check_one_time(office, &row, old_password));
    } else {
        staff_session *session;
        crypto_signer *before = NULL;
        TRY(staff_login(a, office, login, old_password, &session));
        bool is_strong = staff_password_is_strong(login, new_password) && !text_equal(old_password, new_password);
        err e = is_strong ? signer_of(session, &before) : err_of(&STAFF_WEAK_PASSWORD, NULL);
        if (!e.kind) e = make_key(a, office, act, row.user.id, new_password, chance, before);
        staff_session_close(session);
        return e;
    }
    if (!staff_password_is_strong(login, new_password) || text_equal(old_password, new_password))
        return err_of(&STAFF_WEAK_PASSWORD, NULL);
    return make_key(a, office, act, row.user.id, new_password, chance, NULL);
}

err staff_set_password(staff *office, const staff_act *act, text login, text old_password,
                       text new_password, const staff_chance *chance)
{
    arena *scratch = arena_open();
    err e = set_password(scratch, office, act, login, old_password, new_password, chance);
    if (e.detail) e.detail = text_cstr(office->process, text_of(e.detail)); /* it lived in `scratch` */
    arena_close(scratch);
    return e;
}
