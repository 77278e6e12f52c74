#include <string.h>

#include "base/hash.h"
#include "staff/staff_internal.h"

/* Many logins in one change. Its roles are those of people from outside: each duty of them shows the own record, and stands on no
 * path of the table, so that a list can give nobody what three people grant to a key. */

const err_kind STAFF_JOINT_ROLE = {
    "staff.joint_role", ERR_CONFLICT,
    "A list gives one role of people from outside the office (an insured person's, an employer's agent's); others are granted one by one: {}.",
    "批量名单只能给予一个机构外的角色（参保人、单位经办人），其他角色须逐一授予：{}。"
};
const err_kind STAFF_JOINT_OFFICIAL = {
    "staff.joint_official", ERR_CONFLICT, "'{}' is an official's login, or nobody's yet: it is changed by itself, not by a list.",
    "“{}”是机构人员的账号，或尚未绑定任何人、单位，须单独办理，不得列入批量名单。"
};
const err_kind STAFF_JOINT_TWICE = {
    "staff.joint_twice", ERR_CONFLICT, "This login, or this person, stands in the list before: {}.", "同一账号或同一人在名单中重复：{}。"
};
const err_kind STAFF_JOINT_OTHER = {
    "staff.joint_other", ERR_CONFLICT, "The login '{}' is another's: the name, role, number or employer of this row is not its own.",
    "账号“{}”属于他人：本行的姓名、角色、证件号码或单位与该账号不符。"
};
const err_kind STAFF_JOINT_OUT = {
    "staff.joint_out", ERR_CONFLICT, "The login '{}' is shut out already.", "账号“{}”已经停用。"
};
const err_kind STAFF_JOINT_LACKS = {
    "staff.joint_lacks", ERR_BAD_INPUT, "This row must also say: {}.", "本行还须填写：{}。"
};
const err_kind STAFF_JOINT_COUNT = {
    "staff.joint_count", ERR_BAD_INPUT, "A list of logins has 1 to 2000 rows: {}.", "账号名单须有 1 至 2000 行：{}。"
};
const err_kind STAFF_JOINT_WAITS = {
    "staff.joint_waits", ERR_CONFLICT, "The same list waits already, as change {}: have that one approved and confirmed.",
    "同一名单已提出，即变更 {}：请对该变更审批、确认。"
};
const err_kind STAFF_HANDED = {
    "staff.handed", ERR_CONFLICT,
    "The one-time passwords of change {} were handed out, and are kept nowhere: a login whose password was lost is reset.",
    "变更 {} 的一次性密码已发放，系统不再保存；遗失的请对该账号重置。"
};
const err_kind STAFF_HAND_OTHER = {
    "staff.hand_other", ERR_FORBIDDEN, "One-time passwords are handed out to whoever proposed the change {}, and to nobody else.",
    "一次性密码只发放给提出变更 {} 的人。"
};
const err_kind STAFF_HAND_NOTHING = {
    "staff.hand_nothing", ERR_CONFLICT, "Change {} has no one-time passwords to hand out: it is not made yet, or none of its logins waits for one.",
    "变更 {} 没有可发放的一次性密码：变更尚未生效，或其中没有待发密码的账号。"
};

const char *staff_joint_act_name(staff_joint_act act)
{
    static const char *const NAMES[STAFF_JOINT_ACT_COUNT] = { "new", "lock", "reset" };
    return NAMES[act];
}

/* ---- rows as they stand in the terms ---- */

static void put_row(codec_json_writer *w, const staff_joint_row *row)
{
    codec_json_begin_object(w);
    staff_put_text(w, "act", text_of(staff_joint_act_name(row->act)));
    if (row->employer) staff_put_int(w, "employer", row->employer);
    staff_put_text(w, "login", row->login);
    if (row->name.size_bytes) staff_put_text(w, "name", row->name);
    if (row->number.size_bytes) staff_put_text(w, "number", row->number);
    if (row->person.size_bytes) staff_put_text(w, "person", row->person);
    if (row->role.size_bytes) staff_put_text(w, "role", row->role);
    codec_json_end_object(w);
}

err staff_joint_put(arena *a, const staff_joint_row *rows, size_t count, const codec_json **json)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) put_row(&w, &rows[i]);
    codec_json_end_array(&w);
    return staff_json(a, text_built(&out), json);
}

err staff_joint_take(arena *a, const codec_json *json, staff_joint_row **rows, size_t *count)
{
    *count = json ? json->count : 0;
    *rows = ARENA_ARRAY(a, staff_joint_row, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const codec_json *one = &json->items[i];
        staff_joint_row row = { .act = STAFF_JOINT_ACT_COUNT, .login = staff_json_text(one, "login"), .name = staff_json_text(one, "name"),
                                .role = staff_json_text(one, "role"), .person = staff_json_text(one, "person"),
                                .number = staff_json_text(one, "number"), .employer = staff_json_int(one, "employer") };
        for (int act = 0; act < STAFF_JOINT_ACT_COUNT; act++)
            if (text_equal_cstr(staff_json_text(one, "act"), staff_joint_act_name((staff_joint_act)act))) row.act = (staff_joint_act)act;
        if (row.act == STAFF_JOINT_ACT_COUNT) return err_of(&STAFF_BROKEN, "a row of a joint change");
        (*rows)[i] = row;
    }
    return ERR_NONE;
}

/* ---- whether a row can be done ---- */

typedef struct {
    arena *memory;
    staff *office;
    hash_map *logins, *persons; /* of the rows before */
    duty_set own_person, own_employer;
} checking;

static bool is_outside(const checking *c, duty_roles roles)
{
    const duty_table *table = c->office->duties;
    duty_set duties = duty_of_roles(table, roles);
    if (!duties || duties & ~(c->own_person | c->own_employer)) return false;
    for (size_t p = 0; p < duty_path_count(table); p++) {
        const duty_path *path = duty_path_at(table, p);
        for (size_t s = 0; s < path->step_count; s++)
            if (duties & (duty_set)1 << path->steps[s].duty) return false;
    }
    return true;
}

/* One role, by its code. */
static err check_role(const checking *c, const staff_joint_row *row)
{
    const duty_table *table = c->office->duties;
    duty_roles roles;
    if (!row->role.size_bytes) return err_of(&STAFF_JOINT_LACKS, "role 角色");
    bool is_one = !duty_roles_parse(c->memory, table, row->role, &roles).kind && is_outside(c, roles) && !(roles & (roles - 1)) &&
                  text_equal(duty_roles_print(c->memory, table, roles), row->role);
    return is_one ? ERR_NONE : err_of(&STAFF_JOINT_ROLE, text_cstr(c->memory, row->role));
}

/* Whom a role shows is said by whom the login is bound to. */
static err check_bound(const checking *c, text role, bool has_person, bool has_employer)
{
    duty_roles roles;
    TRY(duty_roles_parse(c->memory, c->office->duties, role, &roles));
    duty_set duties = duty_of_roles(c->office->duties, roles);
    if (duties & c->own_person && !has_person) return err_of(&STAFF_JOINT_LACKS, "number 证件号码");
    if (duties & c->own_employer && !has_employer) return err_of(&STAFF_JOINT_LACKS, "employer 单位");
    return ERR_NONE;
}

static err check_new(const checking *c, const staff_joint_row *row)
{
    staff_row had;
    err e = staff_row_find(c->memory, c->office, row->login, 0, &had);
    if (!e.kind) return err_of(&STAFF_LOGIN_TAKEN, text_cstr(c->memory, row->login));
    if (e.kind != &STAFF_NO_USER) return e;
    if (!row->name.size_bytes) return err_of(&STAFF_JOINT_LACKS, "name 姓名");
    TRY(check_role(c, row));
    TRY(check_bound(c, row->role, row->person.size_bytes > 0, row->employer > 0));
    return row->person.size_bytes ? staff_person_free(c->memory, c->office, row->person, 0) : ERR_NONE;
}

static bool is_other(text said, text own)
{
    return said.size_bytes && !text_equal(said, own);
}

static err check_known(const checking *c, const staff_joint_row *row)
{
    staff_user user;
    duty_roles roles;
    const char *login = text_cstr(c->memory, row->login);
    TRY(staff_find(c->memory, c->office, row->login, &user));
    TRY(duty_roles_parse(c->memory, c->office->duties, user.roles, &roles));
    bool is_bound = user.person.size_bytes || user.employer;
    if (user.region.size_bytes || (roles ? !is_outside(c, roles) : !is_bound)) return err_of(&STAFF_JOINT_OFFICIAL, login);
    if (is_other(row->name, user.name) || is_other(row->person, user.person) || (row->employer && row->employer != user.employer) ||
        (roles && is_other(row->role, user.roles)))
        return err_of(&STAFF_JOINT_OTHER, login);
    if (row->act == STAFF_JOINT_LOCK) return user.state == STAFF_OUT ? err_of(&STAFF_JOINT_OUT, login) : ERR_NONE;
    if (!roles) TRY(check_role(c, row));
    TRY(check_bound(c, roles ? user.roles : row->role, user.person.size_bytes > 0, user.employer > 0));
    return user.person.size_bytes ? staff_person_free(c->memory, c->office, user.person, user.id) : ERR_NONE;
}

static err check_row(checking *c, const staff_joint_row *row)
{
    TRY(staff_login_check(c->memory, row->login));
    bool is_again = hash_map_get(c->logins, row->login) != SIZE_MAX ||
                    (row->person.size_bytes && hash_map_get(c->persons, row->person) != SIZE_MAX);
    hash_map_put(c->logins, row->login, 1);
    if (row->person.size_bytes) hash_map_put(c->persons, row->person, 1);
    if (is_again) return err_of(&STAFF_JOINT_TWICE, text_cstr(c->memory, row->login));
    return row->act == STAFF_JOINT_NEW ? check_new(c, row) : check_known(c, row);
}

err staff_joint_check(arena *a, staff *office, const staff_joint_row *rows, size_t count, err *reasons)
{
    if (!office->duties) return err_of(&STAFF_NOT_FOUNDED, NULL);
    checking c = { .memory = a, .office = office, .logins = hash_map_open(a), .persons = hash_map_open(a),
                   .own_person = duty_permitting(office->duties, TEXT("own.person")),
                   .own_employer = duty_permitting(office->duties, TEXT("own.employer")) };
    for (size_t i = 0; i < count; i++) {
        reasons[i] = check_row(&c, &rows[i]);
        if (reasons[i].kind && reasons[i].kind->class == ERR_BUG) return reasons[i];
    }
    return ERR_NONE;
}

static err fits(arena *a, staff *office, const staff_joint_row *rows, size_t count)
{
    err *reasons = ARENA_ARRAY(a, err, count + 1);
    if (!count || count > STAFF_JOINT_ROWS_MAX)
        return err_of(&STAFF_JOINT_COUNT, text_format(a, "%zu", count).bytes);
    TRY(staff_joint_check(a, office, rows, count, reasons));
    for (size_t i = 0; i < count; i++) TRY(reasons[i]);
    return ERR_NONE;
}

err staff_joint_fits(arena *a, staff *office, const staff_body *body)
{
    staff_joint_row *rows;
    size_t count;
    TRY(staff_joint_take(a, body->rows, &rows, &count));
    return fits(a, office, rows, count);
}

/* ---- proposing ---- */

/* A number is sealed anew each time; the person says whether it is the same. */
static bool is_same(const staff_joint_row *x, const staff_joint_row *y)
{
    return x->act == y->act && x->employer == y->employer && text_equal(x->login, y->login) && text_equal(x->name, y->name) &&
           text_equal(x->role, y->role) && text_equal(x->person, y->person);
}

static err is_waiting(arena *a, staff *office, const staff_terms *terms)
{
    staff_change *changes;
    size_t count;
    TRY(staff_changes(a, office, false, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        staff_joint joint;
        size_t same = 0;
        if (changes[i].kind != STAFF_CHANGE_JOINT || changes[i].row_count != terms->row_count) continue;
        TRY(staff_joint_read(a, office, changes[i].id, &joint));
        while (same < joint.row_count && is_same(&joint.rows[same], &terms->rows[same])) same++;
        if (same == joint.row_count) return err_of(&STAFF_JOINT_WAITS, text_format(a, "%lld", (long long)changes[i].id).bytes);
    }
    return ERR_NONE;
}

err staff_joint_may(arena *a, staff_session *session, const staff_terms *terms)
{
    static const char *const TAKES[] = { [STAFF_JOINT_NEW] = "user.grant", [STAFF_JOINT_LOCK] = "user.disable",
                                         [STAFF_JOINT_RESET] = "user.reset" };
    bool is_asked[STAFF_JOINT_ACT_COUNT] = { false };
    for (size_t i = 0; i < terms->row_count; i++) is_asked[terms->rows[i].act] = true;
    for (int act = 0; act < STAFF_JOINT_ACT_COUNT; act++)
        if (is_asked[act]) TRY(staff_permit(a, session, text_of(TAKES[act])));
    return is_waiting(a, session->office, terms);
}

static err is_handed_out(staff *office, int64_t change_id, bool *is_handed)
{
    store_query *q;
    TRY(store_prepare(office->db, "SELECT id FROM staff_change WHERE id = ?1 AND state = 2", &q));
    store_bind_int(q, 1, change_id);
    TRY(store_step(q, is_handed));
    if (*is_handed) store_reset(q);
    return ERR_NONE;
}

/* Who ended it, and why: the event of the log says it. */
static err read_end(arena *a, staff *office, int64_t change_id, staff_joint *joint)
{
    int64_t sequence = 0;
    eventlog_entry entry;
    if (joint->state != STAFF_CHANGE_WITHDRAWN && joint->state != STAFF_CHANGE_REFUSED) return ERR_NONE;
    TRY(eventlog_find_key(office->log, EVENTLOG_OFFICE, staff_end_key(a, change_id), &sequence));
    if (!sequence) return err_of(&STAFF_BROKEN, "the end of a change");
    TRY(eventlog_entry_read(a, office->log, EVENTLOG_OFFICE, sequence, &entry));
    joint->ended_by = entry.event.actor_id;
    joint->ended_why = text_copy(a, entry.event.why);
    return ERR_NONE;
}

err staff_joint_read(arena *a, staff *office, int64_t change_id, staff_joint *joint)
{
    const codec_json *json;
    staff_body body;
    text terms;
    crypto_hasher *hasher;
    staff_mark_row *marks;
    size_t mark_count;
    char shown[CRYPTO_DIGEST_HEX_BYTES];
    *joint = (staff_joint){ 0 };
    TRY(staff_change_read(a, office, change_id, &terms, &joint->state));
    joint->is_made = joint->state == STAFF_CHANGE_MADE;
    TRY(read_end(a, office, change_id, joint));
    TRY(staff_json(a, terms, &json));
    TRY(staff_body_read(json, &body));
    TRY(staff_marks(a, office, change_id, &marks, &mark_count));
    if (mark_count) joint->proposer_id = marks[0].mark.actor_id;
    if (body.kind != STAFF_CHANGE_JOINT) return ERR_NONE;
    joint->is_joint = true;
    TRY(staff_joint_take(a, body.rows, &joint->rows, &joint->row_count));
    TRY(is_handed_out(office, change_id, &joint->is_handed));
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_print_digest(crypto_hash(hasher, terms.bytes, terms.size_bytes), shown);
    crypto_hasher_close(hasher);
    memcpy(joint->digest, shown, sizeof joint->digest - 1);
    return ERR_NONE;
}

/* ---- handing out ---- */

err staff_hand_due(arena *a, staff_session *session, int64_t change_id, staff_user **users, size_t *count)
{
    staff_joint joint;
    size_t capacity = 0;
    const char *id = text_format(a, "%lld", (long long)change_id).bytes;
    *users = NULL;
    *count = 0;
    TRY(staff_permit(a, session, TEXT("user.new")));
    TRY(staff_joint_read(a, session->office, change_id, &joint));
    if (!joint.is_joint || !joint.is_made) return err_of(&STAFF_HAND_NOTHING, id);
    if (joint.is_handed) return err_of(&STAFF_HANDED, id);
    if (joint.proposer_id != session->user_id) return err_of(&STAFF_HAND_OTHER, id);
    for (size_t i = 0; i < joint.row_count; i++) {
        staff_row row;
        if (joint.rows[i].act == STAFF_JOINT_LOCK) continue;
        TRY(staff_row_find(a, session->office, joint.rows[i].login, 0, &row));
        if (row.user.state == STAFF_NEW && !row.password.size_bytes) ARENA_PUSH(a, *users, *count, capacity, row.user);
    }
    return *count ? ERR_NONE : err_of(&STAFF_HAND_NOTHING, id);
}

static err put_handed(arena *a, codec_json_writer *w, const staff_handed *one)
{
    char hash[CRYPTO_PASSWORD_HASH_BYTES];
    TRY(crypto_password_hash(one->password, one->salt, STAFF_ONCE_COST, hash));
    codec_json_begin_object(w);
    staff_put_text(w, "password", text_copy(a, text_of(hash)));
    staff_put_int(w, "user", one->user_id);
    codec_json_end_object(w);
    return ERR_NONE;
}

err staff_hand_out(staff_session *session, const staff_act *act, int64_t change_id, const staff_handed *handed, size_t count)
{
    arena *a = session->memory;
    staff_user *due;
    size_t due_count;
    TRY(staff_hand_due(a, session, change_id, &due, &due_count));
    bool is_same_list = count == due_count;
    for (size_t i = 0; is_same_list && i < count; i++) is_same_list = due[i].id == handed[i].user_id;
    if (!is_same_list) return err_of(&STAFF_BROKEN, "the users who wait for a password");
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    staff_put_int(&w, "change", change_id);
    codec_json_key(&w, TEXT("passwords"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) TRY(put_handed(a, &w, &handed[i]));
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    int64_t sequence;
    bool is_new;
    return staff_record(session->office, act, session->user_id, "staff.handed_out", 0, text_built(&out), &sequence, &is_new);
}
