/* Users and changes as lists; a user's own password; the founding. */
#include "os/os.h"
#include "service/operations.h"
#include "service/user.h"

/* ---- lists ---- */

static const service_field COUNTY_INPUT[] = { SERVICE_COUNTY_FIELD };

static const service_field LIST_USER[] = {
    { .name = "user", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "state", .type = SERVICE_TEXT }, { .name = "roles", .type = SERVICE_TEXT },
    { .name = "key", .type = SERVICE_VALUE },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "users", .type = SERVICE_OBJECT, .is_list = true, .fields = LIST_USER,
      .field_count = ARRAY_COUNT(LIST_USER) },
};

static err open_to_read(service_call *call, staff **room)
{
    county *c;
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(county_staff(c, room));
    return staff_duties(*room) ? ERR_NONE : err_of(&STAFF_NOT_FOUNDED, NULL);
}

static err list_run(service_call *call)
{
    static const char *const STATES[] = { [STAFF_NEW] = "new", [STAFF_ACTIVE] = "active",
                                          [STAFF_OUT] = "out" };
    arena *a = call->request;
    staff *room;
    staff_user *users;
    size_t count;
    TRY(open_to_read(call, &room));
    TRY(staff_list(a, room, &users, &count));
    service_value *list = service_put_list(a, call->reply, "users");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "user", users[i].login);
        service_put_text(a, v, "name", users[i].name);
        service_put_cstr(a, v, "state", STATES[users[i].state]);
        service_put_text(a, v, "roles", users[i].roles);
        text print = TEXT_NONE;
        if (users[i].state == STAFF_ACTIVE) TRY(user_fingerprint(a, &users[i].key, &print));
        if (print.size_bytes) service_put_text(a, v, "key", print);
        else service_put_null(a, v, "key");
    }
    return ERR_NONE;
}

const service_op USER_LIST_OP = {
    .name = "user.list",
    .summary = "List the users and their roles",
    .summary_zh = "列出用户及其角色",
    .kind = SERVICE_READ,
    .permission = "user.read",
    .input = COUNTY_INPUT,
    .input_count = ARRAY_COUNT(COUNTY_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = (const char *const[]){ "doudi user list", NULL },
    .run = list_run,
};

static const service_field CHANGES_CHANGE[] = {
    { .name = "change", .type = SERVICE_COUNT }, { .name = "what", .type = SERVICE_TEXT },
    { .name = "user", .type = SERVICE_TEXT },    { .name = "roles", .type = SERVICE_TEXT },
    { .name = "key", .type = SERVICE_VALUE },    { .name = "waits_for", .type = SERVICE_TEXT },
};
static const service_field CHANGES_OUTPUT[] = {
    { .name = "changes", .type = SERVICE_OBJECT, .is_list = true, .fields = CHANGES_CHANGE,
      .field_count = ARRAY_COUNT(CHANGES_CHANGE) },
};

static err changes_run(service_call *call)
{
    static const char *const KINDS[] = { [STAFF_CHANGE_NEW] = "new", [STAFF_CHANGE_GRANT] = "grant",
                                         [STAFF_CHANGE_RESET] = "reset",
                                         [STAFF_CHANGE_TABLE] = "table" };
    arena *a = call->request;
    staff *room;
    staff_change *changes;
    size_t count;
    TRY(open_to_read(call, &room));
    TRY(staff_changes(a, room, false, &changes, &count));
    service_value *list = service_put_list(a, call->reply, "changes");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        crypto_sm2_public key;
        text print = TEXT_NONE;
        service_put_count(a, v, "change", changes[i].id);
        service_put_cstr(a, v, "what", KINDS[changes[i].kind]);
        service_put_text(a, v, "user", changes[i].login);
        service_put_text(a, v, "roles", changes[i].roles);
        if (changes[i].key.size_bytes) {
            TRY(crypto_parse_hex(changes[i].key, &key, sizeof key));
            TRY(user_fingerprint(a, &key, &print));
            service_put_text(a, v, "key", print);
        } else {
            service_put_null(a, v, "key");
        }
        service_put_text(a, v, "waits_for", changes[i].waits_for);
    }
    return ERR_NONE;
}

const service_op USER_CHANGES_OP = {
    .name = "user.changes",
    .summary = "List the changes of users that wait for approval or confirmation",
    .summary_zh = "列出待审批、待确认的用户与权限变更",
    .kind = SERVICE_READ,
    .permission = "user.read",
    .input = COUNTY_INPUT,
    .input_count = ARRAY_COUNT(COUNTY_INPUT),
    .output = CHANGES_OUTPUT,
    .output_count = ARRAY_COUNT(CHANGES_OUTPUT),
    .examples = (const char *const[]){ "doudi user changes", NULL },
    .run = changes_run,
};

/* ---- a password of one's own ---- */

static const service_field PASSWD_INPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .shows = "LOGIN", .is_positional = true,
      .is_required = true, .summary = "your login; the old and the new password are asked for",
      .summary_zh = "本人的登录名；将询问原密码和新密码" },
    SERVICE_COUNTY_FIELD,
};
static const service_field PASSWD_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT },
    { .name = "key", .type = SERVICE_TEXT,
      .summary = "your new key: read it out to those who grant you roles",
      .summary_zh = "本人的新密钥：授予角色时请与审批人核对" },
};

static err passwd_run(service_call *call)
{
    arena *a = call->request;
    text old_password, new_password, print, login = service_text_of(call, "user", TEXT_NONE);
    county *c;
    staff *room;
    staff_user user;
    staff_chance chance;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_staff(c, &room));
    TRY(county_ask(c, service_say(call, "Old password", "原密码"), false, &old_password));
    TRY(county_ask(c, service_say(call, "New password", "新密码"), true, &new_password));
    os_random_bytes(&chance, sizeof chance);
    staff_act act = user_act(c);
    TRY(store_begin(c->db));
    err e = staff_set_password(room, &act, login, old_password, new_password, &chance);
    crypto_wipe(&chance, sizeof chance);
    TRY(e);
    TRY(store_commit(c->db));
    TRY(staff_find(a, room, login, &user));
    TRY(user_fingerprint(a, &user.key, &print));
    service_put_text(a, call->reply, "user", user.login);
    service_put_text(a, call->reply, "key", print);
    return ERR_NONE;
}

const service_op USER_PASSWD_OP = {
    .name = "user.passwd",
    .summary = "Set a password of your own; it makes your signing key",
    .summary_zh = "设置本人密码，同时生成本人的签名密钥",
    .kind = SERVICE_WRITE,
    .permission = "user.self",
    .input = PASSWD_INPUT,
    .input_count = ARRAY_COUNT(PASSWD_INPUT),
    .output = PASSWD_OUTPUT,
    .output_count = ARRAY_COUNT(PASSWD_OUTPUT),
    .examples = (const char *const[]){ "doudi user passwd dora", NULL },
    .run = passwd_run,
};

/* ---- the founding ---- */

err user_found(county *office, const duty_sources *table, user_founder *founders,
               size_t founder_count)
{
    arena *a = office->call->request;
    staff *room;
    staff_founder *made = ARENA_ARRAY(a, staff_founder, founder_count);
    for (size_t i = 0; i < founder_count; i++) {
        founders[i].password = user_once(a);
        made[i] = (staff_founder){ .login = founders[i].login, .name = founders[i].name,
                                   .roles = founders[i].roles, .password = founders[i].password };
        os_random_bytes(&made[i].salt, sizeof made[i].salt);
    }
    TRY(county_staff(office, &room));
    staff_act act = user_act(office);
    return staff_found(room, &act, table, made, founder_count);
}

static const service_field FOUND_INPUT[] = {
    { .name = "founder", .type = SERVICE_FACT, .shows = "LOGIN=ROLES", .is_list = true,
      .is_positional = true, .is_required = true,
      .summary = "first users with their roles, split by commas: among them those who can grant",
      .summary_zh = "首批用户及其角色（以逗号分隔），其中须有能授予权限的三人" },
    { .name = "table", .type = SERVICE_FILE, .shows = "DIR",
      .summary = "folder of the duty table (default: duties in the folder of packs)",
      .summary_zh = "岗位表所在目录（默认政策包目录下的 duties）" },
    { .name = "create", .type = SERVICE_FLAG, .summary = "make the store first",
      .summary_zh = "先建立数据库" },
    SERVICE_PACKS_FIELD,
    SERVICE_COUNTY_FIELD,
};
static const service_field FOUND_USER[] = {
    { .name = "user", .type = SERVICE_TEXT },
    { .name = "roles", .type = SERVICE_TEXT },
    { .name = "once", .type = SERVICE_TEXT },
};
static const service_field FOUND_OUTPUT[] = {
    { .name = "users", .type = SERVICE_OBJECT, .is_list = true, .fields = FOUND_USER,
      .field_count = ARRAY_COUNT(FOUND_USER) },
};

static err found_run(service_call *call)
{
    arena *a = call->request;
    const service_argument *given = service_argument_of(call, "founder");
    user_founder *founders = ARENA_ARRAY(a, user_founder, given->count + 1);
    duty_sources table;
    county *c;
    for (size_t i = 0; i < given->count; i++) {
        size_t at = text_find(given->values[i], TEXT("="));
        text login = text_sub(given->values[i], 0, at);
        founders[i] = (user_founder){ .login = login, .name = login,
                                      .roles = text_sub(given->values[i], at + 1,
                                                        given->values[i].size_bytes) };
    }
    TRY(user_table_read(call, service_text_of(call, "table", TEXT_NONE), &table));
    TRY(county_open(call, service_is_given(call, "create") ? COUNTY_NEW : COUNTY_WRITE, &c));
    TRY(store_begin(c->db));
    TRY(user_found(c, &table, founders, given->count));
    TRY(store_commit(c->db));
    service_value *list = service_put_list(a, call->reply, "users");
    for (size_t i = 0; i < given->count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "user", founders[i].login);
        service_put_text(a, v, "roles", founders[i].roles);
        service_put_text(a, v, "once", founders[i].password);
    }
    service_note(call, "each one-time password is shown only here; its user replaces it with ",
                 "一次性密码仅此一次显示；请各用户改为自己的密码：",
                 TEXT("doudi user passwd"));
    return ERR_NONE;
}

const service_op USER_FOUND_OP = {
    .name = "user.found",
    .summary = "Make the first users of an office, each with a one-time password",
    .summary_zh = "设立首批用户，各给一个一次性密码",
    .law = "《社会保险法》第七十三条",
    .kind = SERVICE_WRITE,
    .permission = "user.found",
    .input = FOUND_INPUT,
    .input_count = ARRAY_COUNT(FOUND_INPUT),
    .output = FOUND_OUTPUT,
    .output_count = ARRAY_COUNT(FOUND_OUTPUT),
    .examples = (const char *const[]){
        "doudi user found rita=rights-manager lea=leader audrey=auditor --county county.db", NULL },
    .run = found_run,
};
