/* Who is it, and what may they do: for a caller who shows only what there is to do. */
#include "base/checked.h"
#include "service/operations.h"
#include "service/own.h"
#include "service/user.h"

static err run_whoami(service_call *call)
{
    county *office;
    staff *room;
    staff_user *users;
    size_t count;
    int64_t person_id = 0, employer_id = 0;
    bool is_confined = false;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_login(office, NULL));
    TRY(county_staff(office, &room));
    TRY(staff_list(a, room, &users, &count));
    for (size_t i = 0; i < count; i++) {
        if (users[i].id != office->actor_id) continue;
        service_put_text(a, call->reply, "user", users[i].login);
        service_put_text(a, call->reply, "name", users[i].name);
        service_put_text(a, call->reply, "roles", users[i].roles);
        if (users[i].region.size_bytes) service_put_text(a, call->reply, "region", users[i].region);
        is_confined = users[i].region.size_bytes > 0;
    }
    bool needs = false;
    staff_factor factor;
    TRY(staff_factor_read(a, room, office->actor_id, &factor));
    TRY(staff_needs_factor(a, office->session, &needs));
    service_put_bool(a, call->reply, "has_second", factor.sealed.size_bytes > 0);
    service_put_bool(a, call->reply, "needs_second", needs);
    if (own_may(office, &PERSON_SHOW_OP)) TRY(own_person(office, &person_id));
    if (own_may(office, &EMPLOYER_SHOW_OP)) TRY(own_employer(office, &employer_id));
    if (person_id) service_put_count(a, call->reply, "person", person_id);
    if (employer_id) service_put_count(a, call->reply, "employer", employer_id);
    service_value *may = service_put_list(a, call->reply, "operations");
    for (const service_op *const *op = service_operations(); *op; op++) {
        if ((*op)->reach == SERVICE_AT_MACHINE) continue;
        if ((*op)->reach == SERVICE_FOR_ALL || own_may(office, *op) ||
            ((!is_confined || (*op)->scope != SERVICE_SCOPE_NONE) && !staff_permit(a, office->session, text_of((*op)->permission)).kind))
            service_put_cstr(a, may, NULL, (*op)->name);
    }
    return ERR_NONE;
}

static const service_field WHOAMI_INPUT[] = { SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD };
static const service_field WHOAMI_OUTPUT[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "login", .summary_zh = "用户名" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "roles", .type = SERVICE_TEXT, .summary = "roles, split by blanks",
      .summary_zh = "角色，空格分隔" },
    { .name = "person", .type = SERVICE_COUNT, .is_optional = true, .summary = "who they are in the registry",
      .summary_zh = "本人的人员编号" },
    { .name = "employer", .type = SERVICE_COUNT, .is_optional = true, .summary = "for which employer they act",
      .summary_zh = "所代表单位的编号" },
    { .name = "region", .type = SERVICE_TEXT, .is_optional = true, .summary = "the township to which they are confined",
      .summary_zh = "管辖范围（区划代码）" },
    { .name = "has_second", .type = SERVICE_FLAG, .summary = "logs in with a second factor", .summary_zh = "已启用第二重验证" },
    { .name = "needs_second", .type = SERVICE_FLAG, .summary = "their roles ask for one", .summary_zh = "岗位要求启用第二重验证" },
    { .name = "operations", .type = SERVICE_TEXT, .is_list = true,
      .summary = "operations this user may do", .summary_zh = "可办理的业务操作" },
};
static const char *const WHOAMI_EXAMPLES[] = { "doudi user whoami --as clara", NULL };
const service_op USER_WHOAMI_OP = {
    .name = "user.whoami",
    .summary = "Say who acts, and what their duties let them do",
    .summary_zh = "显示当前用户及其岗位可办理的操作",
    .kind = SERVICE_READ,
    .permission = "user.self",
    .scope = SERVICE_SCOPE_FREE,
    .input = WHOAMI_INPUT, .input_count = ARRAY_COUNT(WHOAMI_INPUT),
    .output = WHOAMI_OUTPUT, .output_count = ARRAY_COUNT(WHOAMI_OUTPUT),
    .examples = WHOAMI_EXAMPLES,
    .run = run_whoami,
};
