/* Changes of users and their rights: by three people, or by one who takes away. */
#include <string.h>

#include "os/os.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/scope.h"
#include "service/user.h"

staff_act user_act(const county *office)
{
    return (staff_act){ .known_ms = office->now_ms,
                        .why = service_text_of(office->call, "why", text_of(office->call->op->name)) };
}

text user_once(arena *a)
{
    static const char LETTERS[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* 31; no i, l, o, 0, 1 */
    enum { GROUPS = 4, IN_GROUP = 5 };
    uint8_t chance[GROUPS * IN_GROUP];
    os_random_bytes(chance, sizeof chance);
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < sizeof chance; i++) {
        if (i && i % IN_GROUP == 0) text_add_char(&out, '-');
        text_add_char(&out, LETTERS[chance[i] % (sizeof LETTERS - 1)]);
    }
    crypto_wipe(chance, sizeof chance);
    return text_built(&out);
}

err user_fingerprint(arena *a, const crypto_sm2_public *key, text *print)
{
    enum { BYTES = 10 };
    crypto_hasher *hasher;
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_digest digest = crypto_hash(hasher, key->bytes, sizeof key->bytes);
    crypto_hasher_close(hasher);
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < BYTES; i++)
        text_add_format(&out, "%s%02x", i && i % 2 == 0 ? "-" : "", digest.bytes[i]);
    *print = text_built(&out);
    return ERR_NONE;
}

enum { TABLE_BYTES_MAX = 1 << 20 };

static err read_folder(service_call *call, text folder, duty_sources *sources)
{
    sources->folder = text_cstr(call->request, folder);
    for (int i = 0; i < DUTY_FILE_COUNT; i++) {
        const char *path = text_format(call->request, "%s/%s", sources->folder,
                                       duty_file_name((duty_file)i)).bytes;
        TRY(os_read_file(call->request, path, TABLE_BYTES_MAX, &sources->csv[i]));
        if (!text_is_utf8(sources->csv[i], NULL))
            return err_at(&DUTY_BAD_TABLE, (source_pos){ .file = path }, "UTF-8");
    }
    return ERR_NONE;
}

err user_table_read(service_call *call, text folder, duty_sources *sources)
{
    const text *folders;
    size_t count;
    if (folder.size_bytes) return read_folder(call, folder, sources);
    TRY(service_pack_folders(call, &folders, &count));
    for (size_t i = 0; i < count; i++) {
        text below = text_format(call->request, "%.*s/duties", TEXT_ARG(folders[i]));
        if (os_is_folder(below.bytes)) return read_folder(call, below, sources);
    }
    return read_folder(call, TEXT("packs/duties"), sources);
}

err user_open_to_read(service_call *call, staff **room)
{
    county *c;
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(county_staff(c, room));
    return staff_duties(*room) ? ERR_NONE : err_of(&STAFF_NOT_FOUNDED, NULL);
}

/* ---- fields ---- */

#define USER_FIELD                                                                               \
    { .name = "user", .type = SERVICE_TEXT, .shows = "LOGIN", .is_positional = true,             \
      .is_required = true, .summary = "the user's login", .summary_zh = "用户的登录名" }
#define ROLES_FIELD                                                                              \
    { .name = "roles", .type = SERVICE_TEXT, .shows = "ROLES", .is_required = true,              \
      .summary = "roles of the duty table, split by commas",                                     \
      .summary_zh = "岗位表中的角色，以逗号分隔" }
#define CHANGE_FIELD                                                                             \
    { .name = "change", .type = SERVICE_COUNT, .shows = "NUMBER", .is_positional = true,         \
      .is_required = true, .summary = "the number of the change",                                \
      .summary_zh = "变更编号" }
#define WHY_FIELD                                                                                \
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document this rests on",          \
      .summary_zh = "依据的事项或文件" }

static const service_field NEW_INPUT[] = {
    USER_FIELD,
    { .name = "name", .type = SERVICE_TEXT, .is_required = true, .summary = "the person's name",
      .summary_zh = "姓名" },
    SERVICE_AS_FIELD, WHY_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field BIND_INPUT[] = {
    USER_FIELD,
    { .name = "number", .type = SERVICE_TEXT, .shows = "NUMBER",
      .summary = "the person's citizen number", .summary_zh = "本人身份证号" },
    { .name = "employer", .type = SERVICE_TEXT, .shows = "CODE|ID",
      .summary = "or the employer they act for: its credit code or id", .summary_zh = "或者：所代表的单位（统一社会信用代码或编号）" },
    { .name = "region", .type = SERVICE_TEXT, .shows = "CODE|county",
      .summary = "or the township (9 digits) or village (12) to which an official is confined; county: to none any more",
      .summary_zh = "或者：经办人员的管辖范围，乡镇 9 位或村 12 位区划代码；county 为恢复全县" },
    SERVICE_AS_FIELD, WHY_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field USER_INPUT[] = { USER_FIELD, SERVICE_AS_FIELD, WHY_FIELD,
                                            SERVICE_COUNTY_FIELD };
static const service_field ROLES_INPUT[] = { USER_FIELD, ROLES_FIELD, SERVICE_AS_FIELD, WHY_FIELD,
                                             SERVICE_COUNTY_FIELD };
static const service_field TABLE_INPUT[] = {
    { .name = "table", .type = SERVICE_FILE, .shows = "DIR", .is_positional = true,
      .summary = "folder of the new duty table (default: the one beside the packs of this program)",
      .summary_zh = "新岗位表所在目录（默认本程序所附）" },
    SERVICE_PACKS_FIELD,
    SERVICE_AS_FIELD, WHY_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field CHANGE_INPUT[] = {
    CHANGE_FIELD,
    { .name = "digest", .type = SERVICE_TEXT, .summary = "of a change of many logins: the digest that user change shows",
      .summary_zh = "批量账号变更：user change 所示名单的摘要" },
    { .name = "refuse", .type = SERVICE_FLAG, .summary = "refuse it instead, and say why", .summary_zh = "不同意：退回，并写明理由" },
    SERVICE_AS_FIELD, WHY_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field WITHDRAW_INPUT[] = {
    CHANGE_FIELD,
    { .name = "why", .type = SERVICE_TEXT, .is_required = true, .summary = "why it is taken back", .summary_zh = "撤回的理由" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};

static const service_field PROPOSED[] = {
    { .name = "change", .type = SERVICE_COUNT, .summary = "number of the change, for approve and confirm",
      .summary_zh = "变更编号，供审批和确认" },
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "duties still to be done",
      .summary_zh = "待办环节" },
    { .name = "once", .type = SERVICE_TEXT, .is_optional = true,
      .summary = "one-time password, shown only here", .summary_zh = "一次性密码，仅此一次显示" },
};
static const service_field SIGNED[] = {
    { .name = "change", .type = SERVICE_COUNT, .summary = "change", .summary_zh = "变更编号" },
    { .name = "is_made", .type = SERVICE_FLAG, .summary = "whether the change is now made",
      .summary_zh = "变更是否已生效" },
    { .name = "is_ended", .type = SERVICE_FLAG, .is_optional = true, .summary = "taken back or refused: nothing comes of it", .summary_zh = "已撤回或退回，不再办理" },
};
static const service_field TAKEN[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "roles", .type = SERVICE_TEXT, .summary = "roles left", .summary_zh = "剩余角色" },
};

/* ---- running ---- */

static text waits_for(const staff_change *changes, size_t count, int64_t change_id)
{
    for (size_t i = 0; i < count; i++)
        if (changes[i].id == change_id) return changes[i].waits_for;
    return TEXT("");
}

/* To the person they are, to the employer they act for, or to the township that is theirs. */
static err bind_to(county *c, staff_terms *terms)
{
    bool has_number = service_is_given(c->call, "number"), has_employer = service_is_given(c->call, "employer");
    bool has_region = service_is_given(c->call, "region");
    int said = has_number + has_employer + has_region;
    if (said != 1) return err_of(said ? &SERVICE_ARGUMENT_TWICE : &SERVICE_MISSING_ARGUMENT, "--number | --employer | --region");
    if (has_region) return scope_read(c, service_text_of(c->call, "region", TEXT_NONE), &terms->region);
    if (has_number) return user_person(c, terms->login, service_text_of(c->call, "number", TEXT_NONE), terms);
    registry_record record;
    TRY(record_find_employer(c, service_text_of(c->call, "employer", TEXT_NONE), &terms->employer));
    TRY(registry_record_read(c->memory, c->people, terms->employer, REGISTRY_NOW, &record));
    return record.kind == REGISTRY_EMPLOYER ? ERR_NONE : err_of(&RECORD_OTHER_KIND, ERR_SAID("employer", "单位编号"));
}

static err propose(service_call *call, staff_terms *terms)
{
    arena *a = call->request;
    county *c;
    staff_session *session;
    staff_change *changes;
    size_t count;
    int64_t change_id;
    bool has_once = terms->kind == STAFF_CHANGE_NEW || terms->kind == STAFF_CHANGE_RESET;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_login(c, &session));
    terms->login = service_text_of(call, "user", TEXT_NONE);
    if (has_once) {
        terms->password = user_once(a);
        os_random_bytes(&terms->salt, sizeof terms->salt);
    }
    if (terms->kind == STAFF_CHANGE_BIND) TRY(bind_to(c, terms));
    TRY(county_begin(c));
    staff_act act = user_act(c);
    TRY(staff_propose(session, &act, terms, &change_id));
    TRY(store_commit(c->db));
    TRY(staff_changes(a, c->staff, false, &changes, &count));
    service_put_count(a, call->reply, "change", change_id);
    service_put_text(a, call->reply, "waits_for", waits_for(changes, count, change_id));
    if (has_once) service_put_text(a, call->reply, "once", terms->password);
    return ERR_NONE;
}

static err new_run(service_call *call)
{
    staff_terms terms = { .kind = STAFF_CHANGE_NEW,
                          .name = service_text_of(call, "name", TEXT_NONE) };
    return propose(call, &terms);
}

static err grant_run(service_call *call)
{
    staff_terms terms = { .kind = STAFF_CHANGE_GRANT,
                          .roles = service_text_of(call, "roles", TEXT_NONE) };
    return propose(call, &terms);
}

static err bind_run(service_call *call)
{
    staff_terms terms = { .kind = STAFF_CHANGE_BIND };
    return propose(call, &terms);
}

static err reset_run(service_call *call)
{
    staff_terms terms = { .kind = STAFF_CHANGE_RESET };
    return propose(call, &terms);
}

static err second_reset_run(service_call *call)
{
    staff_terms terms = { .kind = STAFF_CHANGE_FACTOR };
    return propose(call, &terms);
}

static err table_run(service_call *call)
{
    duty_sources table;
    staff_terms terms = { .kind = STAFF_CHANGE_TABLE, .table = &table };
    TRY(user_table_read(call, service_text_of(call, "table", TEXT_NONE), &table));
    return propose(call, &terms);
}

/* Taken back, or by who should sign it refused: with a reason that somebody wrote. */
static err end_change(service_call *call, text duty)
{
    county *c;
    staff_session *session;
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_login(c, &session));
    int64_t change_id = (int64_t)service_size_of(call, "change", 0);
    TRY(county_begin(c));
    staff_act act = user_act(c);
    act.why = service_text_of(call, "why", TEXT(""));
    TRY(duty.size_bytes ? staff_change_refuse(session, &act, change_id, duty) : staff_change_withdraw(session, &act, change_id));
    TRY(store_commit(c->db));
    service_put_count(call->request, call->reply, "change", change_id);
    service_put_bool(call->request, call->reply, "is_made", false);
    service_put_bool(call->request, call->reply, "is_ended", true);
    return ERR_NONE;
}

static err withdraw_run(service_call *call)
{
    return end_change(call, TEXT_NONE);
}

static err sign(service_call *call, text duty)
{
    county *c;
    staff_session *session;
    bool is_made;
    if (service_is_given(call, "refuse")) return end_change(call, duty);
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_login(c, &session));
    int64_t change_id = (int64_t)service_size_of(call, "change", 0);
    TRY(county_begin(c));
    TRY(user_was_shown(call, c->staff, change_id));
    staff_act act = user_act(c);
    TRY(staff_change_sign(session, &act, change_id, duty, &is_made));
    TRY(store_commit(c->db));
    service_put_count(call->request, call->reply, "change", change_id);
    service_put_bool(call->request, call->reply, "is_made", is_made);
    return ERR_NONE;
}

static err approve_run(service_call *call)
{
    return sign(call, TEXT("staff.approve"));
}

static err confirm_run(service_call *call)
{
    return sign(call, TEXT("staff.confirm"));
}

static err take_away(service_call *call, bool is_all)
{
    county *c;
    staff_session *session;
    staff_user user;
    text login = service_text_of(call, "user", TEXT_NONE);
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_login(c, &session));
    TRY(county_begin(c));
    staff_act act = user_act(c);
    if (is_all) TRY(staff_disable(session, &act, login));
    else TRY(staff_revoke(session, &act, login, service_text_of(call, "roles", TEXT_NONE)));
    TRY(store_commit(c->db));
    TRY(staff_find(call->request, c->staff, login, &user));
    service_put_text(call->request, call->reply, "user", user.login);
    service_put_text(call->request, call->reply, "roles", user.roles);
    return ERR_NONE;
}

static err revoke_run(service_call *call)
{
    return take_away(call, false);
}

static err disable_run(service_call *call)
{
    return take_away(call, true);
}

/* ---- rows ---- */

#define USER_ROW(op_name, says, says_zh, input_fields, output_fields, runs, ...)                 \
    {                                                                                            \
        .name = op_name, .summary = says, .summary_zh = says_zh,                                 \
        .law = "《社会保险法》第七十三条", .kind = SERVICE_WRITE, .permission = op_name,         \
        .input = input_fields, .input_count = ARRAY_COUNT(input_fields),                         \
        .output = output_fields, .output_count = ARRAY_COUNT(output_fields),                     \
        .examples = (const char *const[]){ __VA_ARGS__, NULL }, .run = runs                      \
    }

const service_op USER_NEW_OP =
    USER_ROW("user.new", "Propose a new user", "提出新增用户", NEW_INPUT, PROPOSED, new_run,
             "doudi user new dora --name 朵拉 --as rita");
const service_op USER_GRANT_OP =
    USER_ROW("user.grant", "Propose to grant roles to a user's key", "提出授予角色", ROLES_INPUT,
             PROPOSED, grant_run, "doudi user grant dora --roles reviewer,head --as rita");
const service_op USER_RESET_OP =
    USER_ROW("user.reset", "Propose a one-time password for a user, whose roles then end",
             "提出重置密码，原有角色随之失效", USER_INPUT, PROPOSED, reset_run,
             "doudi user reset dora --as rita");
/* By the permission to reset: a duty table of before this operation has none of its own. */
const service_op USER_SECOND_RESET_OP = {
    .name = "user.second-reset",
    .summary = "Propose to end a user's second factor that was lost; a second person's signature ends it, password, key and roles stay",
    .summary_zh = "提出解除用户已遗失的第二重验证，经第二人审批即解除；密码、密钥和角色不变", .law = "《社会保险法》第七十三条", .kind = SERVICE_WRITE,
    .permission = "user.reset", .input = USER_INPUT, .input_count = ARRAY_COUNT(USER_INPUT), .output = PROPOSED,
    .output_count = ARRAY_COUNT(PROPOSED), .examples = (const char *const[]){ "doudi user second-reset carl --as rita", NULL },
    .run = second_reset_run,
};
const service_op USER_TABLE_OP =
    USER_ROW("user.table", "Propose another duty table", "提出更换岗位表", TABLE_INPUT, PROPOSED,
             table_run, "doudi user table packs/duties --as rita");
const service_op USER_APPROVE_OP =
    USER_ROW("user.approve", "Approve a proposed change of users", "审批用户与权限变更", CHANGE_INPUT,
             SIGNED, approve_run, "doudi user approve 3 --as lea", "doudi user approve 3 --refuse --why 角色不符 --as lea");
const service_op USER_CONFIRM_OP =
    USER_ROW("user.confirm", "Confirm a proposed change of users, as auditor", "稽核确认用户与权限变更",
             CHANGE_INPUT, SIGNED, confirm_run, "doudi user confirm 3 --as audrey");
/* By the permission to propose: a duty table of before this operation has none of its own. Then it is for whoever proposed it. */
const service_op USER_WITHDRAW_OP = {
    .name = "user.withdraw", .summary = "Take back a change of users that one has proposed and that waits", .summary_zh = "撤回本人提出、尚未生效的用户与权限变更",
    .law = "《社会保险法》第七十三条", .kind = SERVICE_WRITE, .permission = "user.new", .input = WITHDRAW_INPUT, .input_count = ARRAY_COUNT(WITHDRAW_INPUT),
    .output = SIGNED, .output_count = ARRAY_COUNT(SIGNED), .examples = (const char *const[]){ "doudi user withdraw 3 --why 名单有误 --as rita", NULL },
    .run = withdraw_run,
};
const service_op USER_REVOKE_OP =
    USER_ROW("user.revoke", "Take roles away from a user", "收回角色", ROLES_INPUT, TAKEN, revoke_run,
             "doudi user revoke dora --roles head --as rita");
const service_op USER_DISABLE_OP =
    USER_ROW("user.disable", "Shut a user out", "停用用户", USER_INPUT, TAKEN, disable_run,
             "doudi user disable dora --as rita");

/* By the permission to grant: a duty table of before this operation has none of its own. */
const service_op USER_BIND_OP = {
    .name = "user.bind", .summary = "Propose which person a user is, for which employer they act, or to which township they are confined",
    .summary_zh = "提出绑定用户本人身份证号（一人一用户）、其所代表的单位，或其管辖的乡镇", .law = "《社会保险法》第七十三条", .kind = SERVICE_WRITE,
    .permission = "user.grant", .input = BIND_INPUT, .input_count = ARRAY_COUNT(BIND_INPUT), .output = PROPOSED,
    .output_count = ARRAY_COUNT(PROPOSED),
    .examples = (const char *const[]){ "doudi user bind dora --number 11010519491231002X --as rita",
                                      "doudi user bind dora --region 590121001 --as rita", NULL },
    .run = bind_run,
};
