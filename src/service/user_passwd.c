/* A password of one's own. */
#include "os/os.h"
#include "service/operations.h"
#include "service/second.h"
#include "service/user.h"

static const service_field PASSWD_INPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .shows = "LOGIN", .is_positional = true,
      .is_required = true, .summary = "your login; the old and the new password are asked for",
      .summary_zh = "本人的登录名；将询问原密码和新密码" },
    SERVICE_COUNTY_FIELD,
};
static const service_field PASSWD_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
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
    TRY(county_begin(c));
    staff_act act = user_act(c);
    err e = staff_set_password(room, &act, login, old_password, new_password, &chance);
    crypto_wipe(&chance, sizeof chance);
    TRY(e);
    TRY(staff_find(a, room, login, &user));
    TRY(second_ask(c, user.id)); /* who has the password alone changes nothing */
    TRY(store_commit(c->db));
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
    .reach = SERVICE_FOR_ALL, /* the old password is the proof */
    .permission = "user.self",
    .scope = SERVICE_SCOPE_FREE,
    .input = PASSWD_INPUT,
    .input_count = ARRAY_COUNT(PASSWD_INPUT),
    .output = PASSWD_OUTPUT,
    .output_count = ARRAY_COUNT(PASSWD_OUTPUT),
    .examples = (const char *const[]){ "doudi user passwd dora", NULL },
    .run = passwd_run,
};
