/* doudi user change: what a change of users would do, row by row, with what its signers say they were shown; and the handing out of
 * the one-time passwords of one that is made. */
#include "os/os.h"
#include "service/grid.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/user.h"

const err_kind USER_NOT_SHOWN = {
    "user.not_shown", ERR_CONFLICT,
    "A change of many logins is signed by whoever was shown it: look at its rows (doudi user change {}) and give the digest that stands there (--digest).",
    "批量变更须看过名单再签：先用 doudi user change {} 查看各行，再用 --digest 填写其中的摘要。"
};

#define CHANGE_FIELD                                                                             \
    { .name = "change", .type = SERVICE_COUNT, .shows = "NUMBER", .is_positional = true,         \
      .is_required = true, .summary = "the number of the change", .summary_zh = "变更编号" }

err user_was_shown(service_call *call, staff *room, int64_t change_id)
{
    staff_joint joint;
    TRY(staff_joint_read(call->request, room, change_id, &joint));
    if (!joint.is_joint || text_equal_cstr(service_text_of(call, "digest", TEXT_NONE), joint.digest)) return ERR_NONE;
    return err_of(&USER_NOT_SHOWN, text_format(call->request, "%lld", (long long)change_id).bytes);
}

/* ---- shown ---- */

static const service_field CHANGE_INPUT[] = { CHANGE_FIELD, SERVICE_COUNTY_FIELD };
enum { ROW_FIELDS = 7 };
static const service_field ROW[ROW_FIELDS] = {
    { .name = "row", .type = SERVICE_COUNT, .summary = "row", .summary_zh = "序号" },
    { .name = "act", .type = SERVICE_STATE, .summary = "act", .summary_zh = "事项" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "login", .summary_zh = "登录名" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "role", .type = SERVICE_TEXT, .summary = "role", .summary_zh = "角色" },
    { .name = "number", .type = SERVICE_TEXT, .summary = "citizen number", .summary_zh = "证件号码" },
    { .name = "employer", .type = SERVICE_TEXT, .summary = "employer", .summary_zh = "单位" },
};
static const service_field CHANGE_OUTPUT[] = {
    { .name = "change", .type = SERVICE_COUNT, .summary = "change", .summary_zh = "变更编号" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "proposed by", .summary_zh = "提出人" },
    { .name = "ended_by", .type = SERVICE_TEXT, .is_optional = true, .summary = "taken back or refused by", .summary_zh = "撤回或退回人" },
    { .name = "reason", .type = SERVICE_TEXT, .is_optional = true, .summary = "why", .summary_zh = "理由" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of the rows, which signers give with --digest", .summary_zh = "名单摘要，签署时用 --digest 填写" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ROW_FIELDS, .summary = "rows", .summary_zh = "逐行" },
};

static err employer_of(county *office, registry *people, int64_t id, text *shown)
{
    arena *a = office->call->request;
    registry_record record;
    *shown = TEXT("");
    if (!id) return ERR_NONE;
    TRY(registry_record_read(a, people, id, REGISTRY_NOW, &record));
    if (record.kind != REGISTRY_EMPLOYER || !record.count[REGISTRY_EMPLOYER]) return ERR_NONE;
    const registry_employer *named = record.facts[REGISTRY_EMPLOYER];
    *shown = text_format(a, "%.*s (%lld)", TEXT_ARG(named[record.count[REGISTRY_EMPLOYER] - 1].name), (long long)id);
    return ERR_NONE;
}

static err put_row(county *office, registry *people, const staff_joint_row *row, size_t place, service_value *list)
{
    service_call *call = office->call;
    arena *a = call->request;
    text number = TEXT_NONE, employer;
    if (row->number.size_bytes) TRY(user_number(office, row->login, row->number, &number));
    TRY(employer_of(office, people, row->employer, &employer));
    const char *act = user_act_said(call, row->act).bytes;
    service_value *v = service_put_object(a, list, NULL);
    service_put_count(a, v, "row", (int64_t)place + 1);
    service_put_state(call, v, "act", staff_joint_act_name(row->act), act, act);
    service_put_text(a, v, "user", row->login);
    service_put_text(a, v, "name", row->name.size_bytes ? row->name : TEXT(""));
    service_put_text(a, v, "role", row->role.size_bytes ? row->role : TEXT(""));
    service_put_text(a, v, "number", user_number_masked(a, number));
    service_put_text(a, v, "employer", employer);
    return ERR_NONE;
}

static text login_of(const staff_user *users, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (users[i].id == id) return users[i].login;
    return TEXT("");
}

/* A change of one user is one row. */
static err put_single(service_call *call, staff *room, int64_t change_id, service_value *list)
{
    static const char *const ACTS[STAFF_CHANGE_COUNT][3] = {
        [STAFF_CHANGE_NEW] = { "new", "new", "新增" },       [STAFF_CHANGE_GRANT] = { "grant", "grant", "授予角色" },
        [STAFF_CHANGE_RESET] = { "reset", "reset", "重置" }, [STAFF_CHANGE_TABLE] = { "table", "duty table", "更换岗位表" },
        [STAFF_CHANGE_BIND] = { "bind", "bind", "绑定" },    [STAFF_CHANGE_FACTOR] = { "factor", "end second factor", "解除第二重验证" },
        [STAFF_CHANGE_JOINT] = { "joint", "list", "批量" },
    };
    arena *a = call->request;
    staff_change *changes;
    size_t count;
    TRY(staff_changes(a, room, true, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        if (changes[i].id != change_id) continue;
        const char *const *act = ACTS[changes[i].kind];
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "row", 1);
        service_put_state(call, v, "act", act[0], act[1], act[2]);
        service_put_text(a, v, "user", changes[i].login.size_bytes ? changes[i].login : TEXT(""));
        service_put_text(a, v, "name", changes[i].name.size_bytes ? changes[i].name : TEXT(""));
        service_put_text(a, v, "role", changes[i].roles.size_bytes ? changes[i].roles : TEXT(""));
        service_put_text(a, v, "number", TEXT(""));
        service_put_text(a, v, "employer", TEXT(""));
    }
    return ERR_NONE;
}

static err change_run(service_call *call)
{
    static const char *const STATES[][3] = { { "waiting", "waits", "待办" }, { "made", "made", "已生效" },
                                             { "handed", "made, passwords handed out", "已生效，密码已发" },
                                             { "withdrawn", "taken back", "已撤回" }, { "refused", "refused", "已退回" } };
    county *office;
    staff *room;
    registry *people;
    staff_joint joint;
    staff_user *users;
    size_t count;
    int64_t change_id = (int64_t)service_size_of(call, "change", 0);
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_staff(office, &room));
    TRY(county_people(office, &people));
    TRY(staff_joint_read(call->request, room, change_id, &joint));
    TRY(staff_list(call->request, room, &users, &count));
    const char *const *state = STATES[joint.state == STAFF_CHANGE_WITHDRAWN ? 3 : joint.state == STAFF_CHANGE_REFUSED ? 4 : joint.is_handed ? 2 : joint.is_made];
    service_put_count(call->request, call->reply, "change", change_id);
    service_put_state(call, call->reply, "state", state[0], state[1], state[2]);
    service_put_text(call->request, call->reply, "by", login_of(users, count, joint.proposer_id));
    if (joint.ended_by) {
        service_put_text(call->request, call->reply, "ended_by", login_of(users, count, joint.ended_by));
        service_put_text(call->request, call->reply, "reason", joint.ended_why);
    }
    service_put_cstr(call->request, call->reply, "digest", text_copy(call->request, text_of(joint.digest)).bytes);
    service_value *list = service_put_list(call->request, call->reply, "rows");
    if (!joint.is_joint) return put_single(call, room, change_id, list);
    for (size_t i = 0; i < joint.row_count; i++) TRY(put_row(office, people, &joint.rows[i], i, list));
    return ERR_NONE;
}

static void change_print(const service_call *call, text_builder *out)
{
    text_add_format(out, service_say(call, "change %lld by %.*s, digest %.*s\n", "变更 %lld，提出人 %.*s，摘要 %.*s\n"),
                    (long long)service_member(call->reply, "change")->count, TEXT_ARG(service_member(call->reply, "by")->word),
                    TEXT_ARG(service_member(call->reply, "digest")->word));
    month_print_list(call, "rows", ROW, ROW_FIELDS, ROW_FIELDS, out);
}

const service_op USER_CHANGE_OP = {
    .name = "user.change",
    .summary = "Show a change of users row by row, as those who sign it must see it",
    .summary_zh = "逐行显示一次用户变更，供审批、确认前查看",
    .kind = SERVICE_READ,
    .permission = "user.read",
    .input = CHANGE_INPUT,
    .input_count = ARRAY_COUNT(CHANGE_INPUT),
    .output = CHANGE_OUTPUT,
    .output_count = ARRAY_COUNT(CHANGE_OUTPUT),
    .examples = (const char *const[]){ "doudi user change 4", NULL },
    .run = change_run,
    .print = change_print,
};

/* ---- handed out ---- */

static const service_field HAND_INPUT[] = {
    CHANGE_FIELD,
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .is_required = true,
      .summary = "write logins and one-time passwords here", .summary_zh = "登录名和一次性密码写入此文件" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document this rests on", .summary_zh = "依据的事项或文件" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field HAND_OUTPUT[] = {
    { .name = "change", .type = SERVICE_COUNT, .summary = "change", .summary_zh = "变更编号" },
    { .name = "logins", .type = SERVICE_COUNT, .summary = "logins with a one-time password", .summary_zh = "发放一次性密码的账号数" },
};
enum { SLIP_USER, SLIP_NAME, SLIP_ONCE, SLIP_COLUMNS };
static const service_field SLIP[SLIP_COLUMNS] = {
    [SLIP_USER] = { .name = "user", .type = SERVICE_TEXT, .summary = "login", .summary_zh = "登录名" },
    [SLIP_NAME] = { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    [SLIP_ONCE] = { .name = "once", .type = SERVICE_TEXT, .summary = "one-time password", .summary_zh = "一次性密码" },
};

/* The file comes before the event is kept: one that cannot be written hands out nothing. */
static err hand_run(service_call *call)
{
    arena *a = call->request;
    county *office;
    staff_session *session;
    staff_user *due;
    size_t count;
    int64_t change_id = (int64_t)service_size_of(call, "change", 0);
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, &session));
    TRY(county_begin(office));
    TRY(staff_hand_due(a, session, change_id, &due, &count));
    grid slips = grid_open(call, text_of(service_say(call, "One-time passwords", "一次性密码")), SLIP, SLIP_COLUMNS, SLIP_COLUMNS);
    staff_handed *handed = ARENA_ARRAY(a, staff_handed, count);
    for (size_t i = 0; i < count; i++) {
        handed[i] = (staff_handed){ .user_id = due[i].id, .password = user_once(a) };
        os_random_bytes(&handed[i].salt, sizeof handed[i].salt);
        text cells[SLIP_COLUMNS] = { [SLIP_USER] = due[i].login, [SLIP_NAME] = due[i].name, [SLIP_ONCE] = handed[i].password };
        for (size_t c = 0; c < SLIP_COLUMNS; c++) grid_add(&slips, cells[c]);
    }
    staff_act act = user_act(office);
    TRY(staff_hand_out(session, &act, change_id, handed, count));
    TRY(grid_write_secret(&slips, service_text_of(call, "out", TEXT_NONE)));
    TRY(store_commit(office->db));
    service_put_count(a, call->reply, "change", change_id);
    service_put_count(a, call->reply, "logins", (int64_t)count);
    return ERR_NONE;
}

/* By the permission to make users, and then to whoever proposed the change: a duty table of before this operation has none of its own. */
const service_op USER_HAND_OUT_OP = {
    .name = "user.hand-out",
    .summary = "Write the one-time passwords of a change of many logins to a file: once, for whoever proposed it",
    .summary_zh = "将一次批量变更的一次性密码写入文件：只此一次，只给提出人",
    .law = "《社会保险法》第七十四条",
    .kind = SERVICE_WRITE,
    .permission = "user.new",
    .input = HAND_INPUT,
    .input_count = ARRAY_COUNT(HAND_INPUT),
    .output = HAND_OUTPUT,
    .output_count = ARRAY_COUNT(HAND_OUTPUT),
    .examples = (const char *const[]){ "doudi user hand-out 4 --out passwords.csv --as rita", NULL },
    .run = hand_run,
};
