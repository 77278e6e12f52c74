/* Calls of somebody who has shown their password once: for doors that keep sessions. */
#include <string.h>

#include "codec/codec.h"
#include "os/os.h"
#include "service/county.h"
#include "service/once.h"
#include "service/second.h"

const err_kind SERVICE_NOT_HERE = {
    "service.not_here", ERR_FORBIDDEN, "This is done at the machine itself, on the command line: {}.",
    "此操作只能在服务器上用命令行办理：{}。"
};

_Static_assert(SERVICE_SECRET_BYTES == CRYPTO_KEY_BYTES, "the secret of a session is a key");
_Static_assert(sizeof(staff_ticket) <= SERVICE_TICKET_BYTES, "a session holds a ticket of staff");

static crypto_key key_of(const service_secret *secret)
{
    crypto_key key;
    memcpy(key.bytes, secret->bytes, sizeof key.bytes);
    return key;
}

/* ---- the operation behind a login; no door lists it ---- */

static err run_login(service_call *call)
{
    county *office;
    staff *room;
    text password;
    staff_ticket ticket;
    staff_user user;
    crypto_nonce nonce;
    service_session *session = call->answer;
    crypto_key key = key_of(&session->secret);
    text login = service_text_of(call, "user", TEXT_NONE);
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_staff(office, &room));
    const char *form = service_say(call, "Password of %.*s", "%.*s 的密码");
    TRY(county_ask(office, text_format(call->request, form, TEXT_ARG(login)).bytes, false, &password));
    os_random_bytes(&nonce, sizeof nonce);
    err e = staff_ticket_make(office->memory, room, login, password, &key, nonce, &ticket);
    crypto_wipe(&key, sizeof key);
    TRY(e);
    TRY(staff_find(call->request, room, login, &user));
    TRY(second_ask(office, user.id));
    memcpy(session->ticket, &ticket, sizeof ticket);
    session->user_id = user.id;
    return ERR_NONE;
}

static const service_field LOGIN_INPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .is_required = true },
    SERVICE_COUNTY_FIELD,
};
static const service_op LOGIN_OP = {
    .name = "session.open", .kind = SERVICE_READ, .reach = SERVICE_FOR_ALL,
    .input = LOGIN_INPUT, .input_count = sizeof LOGIN_INPUT / sizeof *LOGIN_INPUT, .run = run_login,
};

err service_log_in(service *office, arena *request, text login,
                   err (*ask)(void *context, arena *a, const char *prompt, bool is_new, text *secret),
                   void *context, service_session *session)
{
    service_call *call = service_call_open(office, request, &LOGIN_OP, false);
    call->ask_secret = ask;
    call->secret_context = context;
    os_random_bytes(session->secret.bytes, sizeof session->secret.bytes);
    call->answer = session;
    TRY(service_give(call, TEXT("user"), login));
    return service_run(call);
}

err county_stay(service_call *call)
{
    text login = service_text_of(call, "as", TEXT_NONE);
    if (call->is_remote || call->session) return ERR_NONE;
    if (!login.size_bytes) return err_of(&COUNTY_NO_ACTOR, NULL);
    service_session *session = ARENA_NEW(call->request, service_session);
    service_call *asked = service_call_open(call->office, call->request, &LOGIN_OP, call->is_chinese);
    asked->ask_secret = call->ask_secret;
    asked->secret_context = call->secret_context;
    os_random_bytes(session->secret.bytes, sizeof session->secret.bytes);
    asked->answer = session;
    TRY(service_give(asked, TEXT("user"), login));
    if (service_is_given(call, "county")) TRY(service_give(asked, TEXT("county"), service_text_of(call, "county", TEXT_NONE)));
    TRY(service_run(asked));
    call->session = session;
    return ERR_NONE;
}

err county_write_after(service_call *call, county **office)
{
    enum { TRIES = 12 };
    for (int i = 1;; i++) {
        county_close(call->county);
        call->county = NULL;
        err e = county_open(call, COUNTY_WRITE, office);
        if (e.kind != &STORE_LOCKED || i == TRIES) return e; /* each waits a moment itself */
    }
}

/* ---- whoever comes back ---- */

/* The session of the call, in this office; its permission for the operation is asked for. */
err county_resume(county *office)
{
    staff *room;
    staff_ticket ticket;
    const service_session *shown = office->call->session;
    crypto_key key = key_of(&shown->secret);
    memcpy(&ticket, shown->ticket, sizeof ticket);
    TRY(county_staff(office, &room));
    err e = staff_ticket_use(office->memory, room, &ticket, &key, &office->session);
    crypto_wipe(&key, sizeof key);
    TRY(e);
    office->actor_id = staff_session_user(office->session);
    return ERR_NONE;
}

/* What no operation over the office asks by itself: whether the user may do this at all. One that only reads goes on
 * with what was opened for this. */
static err admit(service_call *call)
{
    county *office;
    TRY(county_open(call, COUNTY_LOOK, &office)); /* asks it, and notes it in the call */
    office->is_admission = true;
    if (call->op->kind == SERVICE_READ) return ERR_NONE;
    TRY(once_find(office));
    county_close(call->county);
    call->county = NULL;
    return ERR_NONE;
}

err service_admit(service_call *call)
{
    if (!call->is_remote) return ERR_NONE;
    if (call->op->reach == SERVICE_AT_MACHINE) return err_of(&SERVICE_NOT_HERE, call->op->name);
    if (call->op->reach == SERVICE_FOR_ALL) return ERR_NONE;
    if (!call->session) return err_of(&COUNTY_NO_ACTOR, NULL);
    return admit(call);
}

bool service_wants_login(err e)
{
    return e.kind == &STAFF_ENDED || e.kind == &STAFF_WRONG_LOGIN || e.kind == &COUNTY_NO_ACTOR || e.kind == &SECOND_NEEDED ||
           e.kind == &SECOND_WRONG;
}
