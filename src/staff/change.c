#include <string.h>

#include "staff/staff_internal.h"

const err_kind STAFF_KEY_CHANGED = {
    "staff.key_changed", ERR_CONFLICT,
    "The user has another key since this was proposed: propose it again.",
    "提出以后该用户已更换密钥，请重新提出。"
};

const err_kind STAFF_NO_FACTOR = {
    "staff.no_factor", ERR_CONFLICT,
    "The user {} has no second factor that could be ended: they log in with their password alone.",
    "用户 {} 没有启用第二重验证，无须重置：凭密码即可登录。"
};

const err_kind STAFF_NOT_PROPOSER = {
    "staff.not_proposer", ERR_FORBIDDEN, "Change {} is withdrawn by whoever proposed it; others who should sign it refuse it.",
    "变更 {} 只能由提出人撤回；应审批、确认的人可予退回。"
};
const err_kind STAFF_WHY_ENDED = {
    "staff.why_ended", ERR_BAD_INPUT, "Whoever takes back or refuses change {} says why (--why): the reason stays in the log.",
    "撤回、退回变更 {} 须写明理由（--why），理由留在日志中。"
};

const err_kind STAFF_OWN_CHANGE = {
    "staff.own_change", ERR_FORBIDDEN, "Change {} is about yourself: somebody else who has this duty signs or refuses it.",
    "变更 {} 涉及本人：须由其他有此职责的人审批、确认或退回。"
};

const err_kind STAFF_UNBOUND = {
    "staff.unbound", ERR_FORBIDDEN, "The login {} is bound to no person, so that nobody can tell whether a change is about whoever signs it: others of this office are bound and sign it, or have this login bound first (doudi user bind).",
    "用户“{}”未绑定本人，无从判断所签变更是否涉及签署人自己：请由已绑定本人的人员办理，或先绑定此用户（doudi user bind）。"
};

text staff_change_message(arena *a, int64_t change_id, text terms, text duty,
                          text signature_before)
{
    text_builder out = text_builder_open(a);
    text_add_format(&out, "doudi change of rights %lld\n", (long long)change_id);
    text_add(&out, terms);
    text_add_format(&out, "\n%.*s\n", TEXT_ARG(duty));
    char *hex = arena_alloc(a, 2 * signature_before.size_bytes + 1);
    crypto_print_hex(signature_before.bytes, signature_before.size_bytes, hex);
    text_add_cstr(&out, hex);
    return text_built(&out);
}

/* ---- whether a change can be made now: asked when proposed, and before each signature ---- */

static err check_new(arena *a, staff *office, const staff_body *body)
{
    staff_row row;
    TRY(staff_login_check(a, body->login));
    err e = staff_row_find(a, office, body->login, 0, &row);
    if (!e.kind) return err_of(&STAFF_LOGIN_TAKEN, text_cstr(a, body->login));
    return e.kind == &STAFF_NO_USER ? ERR_NONE : e;
}

static text key_hex(arena *a, const crypto_sm2_public *key)
{
    char *hex = arena_alloc(a, 2 * sizeof key->bytes + 1);
    crypto_print_hex(key->bytes, sizeof key->bytes, hex);
    return text_of(hex);
}

static err check_grant(arena *a, staff *office, const staff_body *body)
{
    staff_user user;
    duty_roles held, more;
    TRY(staff_find(a, office, body->login, &user));
    if (user.state != STAFF_ACTIVE) return err_of(&STAFF_NO_KEY, text_cstr(a, body->login));
    if (!text_equal(body->key, key_hex(a, &user.key))) return err_of(&STAFF_KEY_CHANGED, NULL);
    TRY(duty_roles_parse(a, office->duties, user.roles, &held));
    TRY(duty_roles_parse(a, office->duties, body->roles, &more));
    if (!more) return err_of(&DUTY_UNKNOWN_ROLE, "");
    return duty_roles_fit(a, office->duties, held | more);
}

static err check_reset(arena *a, staff *office, const staff_body *body)
{
    staff_user user;
    bool can_grant;
    TRY(staff_find(a, office, body->login, &user));
    if (user.person.size_bytes) TRY(staff_person_free(a, office, user.person, user.id));
    TRY(staff_can_grant(a, office, user.id, 0, &can_grant));
    return can_grant ? ERR_NONE
                     : err_of(&STAFF_CANNOT_GRANT, "staff.propose, staff.approve, staff.confirm");
}

/* Nobody is confined who must be free for anybody to be let in. */
static err check_region(arena *a, staff *office, const staff_user *user, text region)
{
    bool can_grant, is_place = region.size_bytes == 9 || region.size_bytes == 12;
    if (text_equal_cstr(region, STAFF_WHOLE)) return ERR_NONE;
    for (size_t i = 0; i < region.size_bytes; i++) is_place &= region.bytes[i] >= '0' && region.bytes[i] <= '9';
    if (!is_place) return err_of(&STAFF_BROKEN, "a region");
    TRY(staff_can_grant(a, office, user->id, 0, &can_grant));
    return can_grant ? ERR_NONE : err_of(&STAFF_CANNOT_GRANT, "staff.propose, staff.approve, staff.confirm");
}

static err check_bind(arena *a, staff *office, const staff_body *body)
{
    staff_user user;
    if (!body->person.size_bytes && !body->employer && !body->region.size_bytes) return err_of(&STAFF_BROKEN, "a person");
    TRY(staff_find(a, office, body->login, &user));
    if (user.state == STAFF_OUT) return err_of(&STAFF_DISABLED, NULL);
    if (body->region.size_bytes) return check_region(a, office, &user, body->region);
    if (body->employer && user.employer && user.employer != body->employer) return err_of(&STAFF_BOUND, text_cstr(a, body->login));
    if (body->employer) return ERR_NONE;
    if (user.person.size_bytes && !text_equal(user.person, body->person))
        return err_of(&STAFF_BOUND, text_cstr(a, body->login));
    return staff_person_free(a, office, body->person, user.id);
}

static err check_table(arena *a, staff *office, const staff_body *body)
{
    duty_sources sources = { .folder = "duties" };
    duty_table *table;
    staff_user *users;
    size_t count, held_count = 0;
    duty_set held[64];
    memcpy(sources.csv, body->csv, sizeof sources.csv);
    TRY(duty_read(a, &sources, &table));
    TRY(staff_table_prove(a, table));
    TRY(staff_list(a, office, &users, &count));
    for (size_t i = 0; i < count; i++) {
        duty_roles roles;
        if (duty_roles_parse(a, table, users[i].roles, &roles).kind ||
            duty_roles_fit(a, table, roles).kind)
            return err_of(&STAFF_UNFIT, text_cstr(a, users[i].login));
        if (roles && !users[i].region.size_bytes && held_count < ARRAY_COUNT(held)) held[held_count++] = duty_of_roles(table, roles);
    }
    const duty_path *way = duty_path_at(table, duty_path_find(table, TEXT("staff")));
    return duty_can_go(way, held, held_count)
               ? ERR_NONE
               : err_of(&STAFF_CANNOT_GRANT, "staff.propose, staff.approve, staff.confirm");
}

static err check_factor(arena *a, staff *office, const staff_body *body)
{
    staff_user user;
    staff_factor factor;
    TRY(staff_find(a, office, body->login, &user));
    TRY(staff_factor_read(a, office, user.id, &factor));
    return factor.sealed.size_bytes ? ERR_NONE : err_of(&STAFF_NO_FACTOR, text_cstr(a, body->login));
}

static const struct {
    const char *permission; /* to propose it */
    err (*check)(arena *a, staff *office, const staff_body *body);
} CHANGES[] = {
    [STAFF_CHANGE_NEW] = { "user.new", check_new },
    [STAFF_CHANGE_GRANT] = { "user.grant", check_grant },
    [STAFF_CHANGE_RESET] = { "user.reset", check_reset },
    [STAFF_CHANGE_TABLE] = { "user.table", check_table },
    /* No permission of its own: a table of before this change has none. */
    [STAFF_CHANGE_BIND] = { "user.grant", check_bind },
    [STAFF_CHANGE_FACTOR] = { "user.reset", check_factor },
    /* What each row takes is asked of it: staff_joint_may. */
    [STAFF_CHANGE_JOINT] = { "user.new", staff_joint_fits },
};
_Static_assert(ARRAY_COUNT(CHANGES) == STAFF_CHANGE_COUNT, "a kind of change has no row");

/* ---- about oneself ---- */

/* Whoever a change is about decides nothing of it, by whichever of their logins. That a user is bound to the person they are gives
 * nothing; in an office where nobody else could sign it they may. A list of logins is of people from outside. */
static err not_own(arena *a, staff_session *session, const staff_body *body, int64_t change_id, bool signs)
{
    staff_user about, self = { 0 }, *users;
    size_t count;
    bool can_others = true;
    staff *office = session->office;
    if (!body->login.size_bytes || body->kind == STAFF_CHANGE_NEW) return ERR_NONE;
    err e = staff_find(a, office, body->login, &about);
    if (e.kind == &STAFF_NO_USER) return ERR_NONE;
    TRY(e);
    TRY(staff_list(a, office, &users, &count));
    for (size_t i = 0; i < count; i++)
        if (users[i].id == session->user_id) self = users[i];
    bool is_own = about.id == self.id || (about.person.size_bytes && text_equal(about.person, self.person));
    if (is_own && signs && body->kind == STAFF_CHANGE_BIND && body->person.size_bytes) TRY(staff_can_grant(a, office, self.id, 0, &can_others));
    return is_own && can_others ? err_of(&STAFF_OWN_CHANGE, text_format(a, "%lld", (long long)change_id).bytes) : ERR_NONE;
}

/* A second login of one hand is seen only by the person it is bound to: once those who are bound can grant by themselves, nobody else
 * signs. Until then an office that begins to bind its users goes on as before. */
static err need_bound(arena *a, const staff_session *session)
{
    staff_user self;
    bool can_bound;
    TRY(staff_user_read(a, session->office, session->user_id, &self));
    if (self.person.size_bytes) return ERR_NONE;
    TRY(staff_bound_can_grant(a, session->office, 0, 0, &can_bound));
    return can_bound ? err_of(&STAFF_UNBOUND, text_cstr(a, self.login)) : ERR_NONE;
}

static err read_body(arena *a, text terms, staff_body *body)
{
    const codec_json *json;
    TRY(staff_json(a, terms, &json));
    return staff_body_read(json, body);
}

/* ---- signing ---- */

/* The same key, kind and actor again is the same act; anything else under that key is not. */
static err find_done(arena *a, staff_session *session, const staff_act *act, const char *kind,
                     const codec_json **done)
{
    int64_t sequence = 0;
    eventlog_entry entry;
    *done = NULL;
    if (!act->key.size_bytes) return ERR_NONE;
    TRY(eventlog_find_key(session->office->log, EVENTLOG_OFFICE, act->key, &sequence));
    if (!sequence) return ERR_NONE;
    TRY(eventlog_entry_read(a, session->office->log, EVENTLOG_OFFICE, sequence, &entry));
    if (strcmp(entry.event.kind, kind) || entry.event.actor_id != session->user_id)
        return err_of(&EVENTLOG_KEY_REUSED, NULL);
    return staff_json(a, text_copy(a, entry.event.body), done);
}

/* Of a factor's end the event stands with its user, where the factor's own events do: factor.c. */
static err subject_of(arena *a, staff *office, const staff_body *body, int64_t *user_id)
{
    staff_user user;
    *user_id = 0;
    if (body->kind != STAFF_CHANGE_FACTOR) return ERR_NONE;
    TRY(staff_find(a, office, body->login, &user));
    *user_id = user.id;
    return ERR_NONE;
}

/* `terms_shown` are part of the first event only. */
static err sign(arena *a, staff_session *session, const staff_act *act, int64_t change_id,
                int64_t about, text terms, bool terms_shown, text duty)
{
    staff *office = session->office;
    staff_mark_row *rows;
    size_t count;
    crypto_signature signature;
    TRY(staff_marks(a, office, change_id, &rows, &count));
    duty_mark *marks = ARENA_ARRAY(a, duty_mark, count);
    for (size_t i = 0; i < count; i++) marks[i] = rows[i].mark;
    TRY(staff_step(a, session, duty, marks, count));
    text before = count ? rows[count - 1].signature : TEXT_NONE;
    TRY(staff_sign(session, staff_change_message(a, change_id, terms, duty, before), &signature));
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    staff_put_int(&w, "change", change_id);
    staff_put_text(&w, "duty", duty);
    staff_put_hex(&w, a, "signature", &signature, sizeof signature);
    if (terms_shown) {
        const codec_json *json;
        TRY(staff_json(a, terms, &json));
        codec_json_key(&w, TEXT("terms"));
        codec_json_add_value(&w, json);
    }
    codec_json_end_object(&w);
    int64_t sequence;
    bool is_new;
    return staff_record(office, act, session->user_id, "staff.change_signed", about, text_built(&out),
                        &sequence, &is_new);
}

static err body_of(arena *a, staff *office, const staff_terms *terms, staff_body *body)
{
    *body = (staff_body){ .kind = terms->kind };
    if (terms->kind == STAFF_CHANGE_TABLE) {
        memcpy(body->csv, terms->table->csv, sizeof body->csv);
        return ERR_NONE;
    }
    if (terms->kind == STAFF_CHANGE_JOINT) return staff_joint_put(a, terms->rows, terms->row_count, &body->rows);
    body->login = terms->login;
    if (terms->kind == STAFF_CHANGE_GRANT) {
        staff_user user;
        duty_roles roles;
        TRY(staff_find(a, office, terms->login, &user));
        TRY(duty_roles_parse(a, office->duties, terms->roles, &roles));
        body->roles = duty_roles_print(a, office->duties, roles);
        body->key = key_hex(a, &user.key);
        return ERR_NONE;
    }
    if (terms->kind == STAFF_CHANGE_BIND) {
        body->person = terms->person;
        body->number = terms->number;
        body->employer = terms->employer;
        body->region = terms->region;
        return ERR_NONE;
    }
    if (terms->kind == STAFF_CHANGE_FACTOR) return ERR_NONE;
    if (terms->kind == STAFF_CHANGE_NEW) body->name = terms->name;
    char *password = arena_alloc(a, CRYPTO_PASSWORD_HASH_BYTES);
    TRY(crypto_password_hash(terms->password, terms->salt, office->cost, password));
    body->password = text_of(password);
    return ERR_NONE;
}

static err propose(arena *a, staff_session *session, const staff_act *act,
                   const staff_terms *terms, int64_t *change_id)
{
    staff *office = session->office;
    const codec_json *done;
    staff_body body;
    int64_t about;
    TRY(find_done(a, session, act, "staff.change_signed", &done));
    if (done) {
        *change_id = staff_json_int(done, "change");
        return ERR_NONE;
    }
    TRY(staff_permit(a, session, text_of(CHANGES[terms->kind].permission)));
    TRY(need_bound(a, session));
    if (terms->kind == STAFF_CHANGE_JOINT) TRY(staff_joint_may(a, session, terms));
    TRY(body_of(a, office, terms, &body));
    TRY(CHANGES[body.kind].check(a, office, &body));
    TRY(store_scalar(office->db, "SELECT count(*) + 1 FROM staff_change", change_id));
    TRY(subject_of(a, office, &body, &about));
    return sign(a, session, act, *change_id, about, staff_body_print(a, &body), true,
                TEXT("staff.propose"));
}

static err sign_change(arena *a, staff_session *session, const staff_act *act, int64_t change_id,
                       text duty, bool *is_made)
{
    staff *office = session->office;
    const codec_json *done;
    staff_body body;
    int64_t about;
    text terms;
    staff_change_state state;
    TRY(find_done(a, session, act, "staff.change_signed", &done));
    TRY(staff_change_read(a, office, change_id, &terms, &state));
    *is_made = state == STAFF_CHANGE_MADE;
    if (done) return ERR_NONE;
    if (state != STAFF_CHANGE_WAITS) return err_of(&STAFF_NO_CHANGE, NULL);
    TRY(read_body(a, terms, &body));
    TRY(need_bound(a, session));
    TRY(not_own(a, session, &body, change_id, true));
    TRY(CHANGES[body.kind].check(a, office, &body));
    TRY(subject_of(a, office, &body, &about));
    TRY(sign(a, session, act, change_id, about, terms, false, duty));
    TRY(staff_change_read(a, office, change_id, &terms, &state));
    *is_made = state == STAFF_CHANGE_MADE;
    return ERR_NONE;
}

/* ---- ended without being made ---- */

text staff_end_key(arena *a, int64_t change_id)
{
    return text_format(a, "staff.change_ended/%lld", (long long)change_id);
}

/* Nothing of the change is asked again: what can no longer be made can be ended all the same. */
static err end_change(arena *a, staff_session *session, const staff_act *act, int64_t change_id, text duty)
{
    staff *office = session->office;
    staff_change_state state;
    staff_mark_row *marks;
    size_t count;
    text terms;
    const char *number = text_format(a, "%lld", (long long)change_id).bytes;
    TRY(staff_change_read(a, office, change_id, &terms, &state));
    if (state != STAFF_CHANGE_WAITS) return err_of(&STAFF_NO_CHANGE, NULL);
    TRY(staff_marks(a, office, change_id, &marks, &count));
    bool is_own = count && marks[0].mark.actor_id == session->user_id;
    if (!duty.size_bytes && !is_own) return err_of(&STAFF_NOT_PROPOSER, number);
    if (duty.size_bytes) TRY(staff_permit(a, session, text_equal_cstr(duty, "staff.approve") ? TEXT("user.approve") : TEXT("user.confirm")));
    if (duty.size_bytes) {
        staff_body body;
        TRY(read_body(a, terms, &body));
        TRY(not_own(a, session, &body, change_id, false));
    }
    if (!text_trim(act->why).size_bytes) return err_of(&STAFF_WHY_ENDED, number);
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    staff_put_int(&w, "change", change_id);
    if (duty.size_bytes) staff_put_text(&w, "duty", duty);
    codec_json_end_object(&w);
    staff_act ends = *act;
    ends.key = staff_end_key(a, change_id);
    int64_t sequence;
    bool is_new;
    return staff_record(office, &ends, session->user_id, "staff.change_ended", 0, text_built(&out), &sequence, &is_new);
}

err staff_change_withdraw(staff_session *session, const staff_act *act, int64_t change_id)
{
    return end_change(session->memory, session, act, change_id, TEXT_NONE);
}

err staff_change_refuse(staff_session *session, const staff_act *act, int64_t change_id, text duty)
{
    return end_change(session->memory, session, act, change_id, duty);
}

/* ---- changes by one ---- */

/* Else one who is bound to nobody took from those who are what they need to sign alone, and a second login signed as before. */
static err keep_bound(arena *a, const staff_session *session, int64_t user_id, duty_roles left)
{
    staff_user self;
    bool can_now, can_then;
    TRY(staff_user_read(a, session->office, session->user_id, &self));
    if (self.person.size_bytes) return ERR_NONE;
    TRY(staff_bound_can_grant(a, session->office, 0, 0, &can_now));
    TRY(staff_bound_can_grant(a, session->office, user_id, left, &can_then));
    return can_now && !can_then ? err_of(&STAFF_UNBOUND, text_cstr(a, self.login)) : ERR_NONE;
}

static err take_away(arena *a, staff_session *session, const staff_act *act, text login,
                     const char *permission, bool is_all, text roles)
{
    staff *office = session->office;
    staff_user user;
    duty_roles held, less = ~(duty_roles)0;
    bool can_grant;
    TRY(staff_permit(a, session, text_of(permission)));
    TRY(staff_find(a, office, login, &user));
    TRY(duty_roles_parse(a, office->duties, user.roles, &held));
    if (!is_all) TRY(duty_roles_parse(a, office->duties, roles, &less));
    TRY(staff_can_grant(a, office, user.id, held & ~less, &can_grant));
    if (!can_grant)
        return err_of(&STAFF_CANNOT_GRANT, "staff.propose, staff.approve, staff.confirm");
    TRY(keep_bound(a, session, user.id, held & ~less));
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    if (!is_all) staff_put_text(&w, "roles", duty_roles_print(a, office->duties, held & less));
    staff_put_int(&w, "user", user.id);
    codec_json_end_object(&w);
    int64_t sequence;
    bool is_new;
    return staff_record(office, act, session->user_id, is_all ? "staff.disabled" : "staff.revoked",
                        user.id, text_built(&out), &sequence, &is_new);
}

err staff_revoke(staff_session *session, const staff_act *act, text login, text roles)
{
    return take_away(session->memory, session, act, login, "user.revoke", false, roles);
}

err staff_disable(staff_session *session, const staff_act *act, text login)
{
    return take_away(session->memory, session, act, login, "user.disable", true, TEXT_NONE);
}

err staff_propose(staff_session *session, const staff_act *act, const staff_terms *terms,
                  int64_t *change_id)
{
    return propose(session->memory, session, act, terms, change_id);
}

err staff_change_sign(staff_session *session, const staff_act *act, int64_t change_id, text duty,
                      bool *is_made)
{
    return sign_change(session->memory, session, act, change_id, duty, is_made);
}
