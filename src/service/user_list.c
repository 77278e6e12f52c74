/* Users and their roles. */
#include "service/operations.h"
#include "service/user.h"

static const service_field COUNTY_INPUT[] = { SERVICE_COUNTY_FIELD };

static const service_field LIST_USER[] = {
    { .name = "user", .type = SERVICE_TEXT }, { .name = "name", .type = SERVICE_TEXT },
    { .name = "state", .type = SERVICE_STATE }, { .name = "roles", .type = SERVICE_TEXT },
    { .name = "key", .type = SERVICE_VALUE }, { .name = "is_bound", .type = SERVICE_FLAG },
    { .name = "has_second", .type = SERVICE_FLAG, .summary = "second factor", .summary_zh = "第二重验证" },
    { .name = "region", .type = SERVICE_TEXT, .summary = "confined to", .summary_zh = "管辖范围" },
};
static const service_field LIST_OUTPUT[] = {
    { .name = "users", .type = SERVICE_OBJECT, .is_list = true, .fields = LIST_USER,
      .field_count = ARRAY_COUNT(LIST_USER) },
};

static err list_run(service_call *call)
{
    static const char *const STATES[][3] = { [STAFF_NEW] = { "new", "new", "未启用" }, [STAFF_ACTIVE] = { "active", "active", "在用" },
                                             [STAFF_OUT] = { "out", "out", "已停用" } };
    arena *a = call->request;
    staff *room;
    staff_user *users;
    int64_t *with_factor;
    size_t count, factor_count, k = 0;
    TRY(user_open_to_read(call, &room));
    TRY(staff_list(a, room, &users, &count));
    TRY(staff_factors(a, room, &with_factor, &factor_count)); /* by id, as the users are */
    service_value *list = service_put_list(a, call->reply, "users");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "user", users[i].login);
        service_put_text(a, v, "name", users[i].name);
        const char *const *state = STATES[users[i].state];
        service_put_state(call, v, "state", state[0], state[1], state[2]);
        service_put_text(a, v, "roles", users[i].roles);
        text print = TEXT_NONE;
        if (users[i].state == STAFF_ACTIVE) TRY(user_fingerprint(a, &users[i].key, &print));
        if (print.size_bytes) service_put_text(a, v, "key", print);
        else service_put_null(a, v, "key");
        service_put_bool(a, v, "is_bound", users[i].person.size_bytes > 0);
        while (k < factor_count && with_factor[k] < users[i].id) k++;
        service_put_bool(a, v, "has_second", k < factor_count && with_factor[k] == users[i].id);
        service_put_text(a, v, "region", users[i].region);
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
