/* Changes of users: those that wait, or all there were with what became of them. */
#include "service/operations.h"
#include "service/user.h"

static const service_field CHANGES_INPUT[] = {
    { .name = "all", .type = SERVICE_FLAG, .summary = "also those that are made, were taken back or refused", .summary_zh = "连同已生效、已撤回、已退回的" },
    SERVICE_COUNTY_FIELD,
};

static const service_field CHANGES_CHANGE[] = {
    { .name = "change", .type = SERVICE_COUNT }, { .name = "what", .type = SERVICE_TEXT },
    { .name = "user", .type = SERVICE_TEXT },    { .name = "roles", .type = SERVICE_TEXT },
    { .name = "region", .type = SERVICE_TEXT, .summary = "to be confined to", .summary_zh = "管辖范围" },
    { .name = "key", .type = SERVICE_VALUE },    { .name = "waits_for", .type = SERVICE_TEXT },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "logins", .type = SERVICE_COUNT, .summary = "logins of a list", .summary_zh = "名单行数" },
};
static const service_field CHANGES_OUTPUT[] = {
    { .name = "changes", .type = SERVICE_OBJECT, .is_list = true, .fields = CHANGES_CHANGE,
      .field_count = ARRAY_COUNT(CHANGES_CHANGE) },
};

static err changes_run(service_call *call)
{
    static const char *const KINDS[] = { [STAFF_CHANGE_NEW] = "new", [STAFF_CHANGE_GRANT] = "grant",
                                         [STAFF_CHANGE_RESET] = "reset",
                                         [STAFF_CHANGE_TABLE] = "table",
                                         [STAFF_CHANGE_BIND] = "bind",
                                         [STAFF_CHANGE_FACTOR] = "factor",
                                         [STAFF_CHANGE_JOINT] = "joint" };
    static const char *const STATES[][3] = { [STAFF_CHANGE_WAITS] = { "waiting", "waits", "待办" }, [STAFF_CHANGE_MADE] = { "made", "made", "已生效" },
                                             [STAFF_CHANGE_WITHDRAWN] = { "withdrawn", "taken back", "已撤回" },
                                             [STAFF_CHANGE_REFUSED] = { "refused", "refused", "已退回" } };
    arena *a = call->request;
    staff *room;
    staff_change *changes;
    size_t count;
    TRY(user_open_to_read(call, &room));
    TRY(staff_changes(a, room, service_is_given(call, "all"), &changes, &count));
    service_value *list = service_put_list(a, call->reply, "changes");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        crypto_sm2_public key;
        text print = TEXT_NONE;
        service_put_count(a, v, "change", changes[i].id);
        service_put_cstr(a, v, "what", KINDS[changes[i].kind]);
        service_put_text(a, v, "user", changes[i].login);
        service_put_text(a, v, "roles", changes[i].roles);
        service_put_text(a, v, "region", changes[i].region.size_bytes ? changes[i].region : TEXT(""));
        if (changes[i].key.size_bytes) {
            TRY(crypto_parse_hex(changes[i].key, &key, sizeof key));
            TRY(user_fingerprint(a, &key, &print));
            service_put_text(a, v, "key", print);
        } else {
            service_put_null(a, v, "key");
        }
        service_put_text(a, v, "waits_for", changes[i].waits_for);
        const char *const *state = STATES[changes[i].state];
        service_put_state(call, v, "state", state[0], state[1], state[2]);
        service_put_count(a, v, "logins", (int64_t)changes[i].row_count);
    }
    return ERR_NONE;
}

const service_op USER_CHANGES_OP = {
    .name = "user.changes",
    .summary = "List the changes of users that wait for approval or confirmation, or all there were",
    .summary_zh = "列出待审批、待确认的（或全部）用户与权限变更",
    .kind = SERVICE_READ,
    .permission = "user.read",
    .input = CHANGES_INPUT,
    .input_count = ARRAY_COUNT(CHANGES_INPUT),
    .output = CHANGES_OUTPUT,
    .output_count = ARRAY_COUNT(CHANGES_OUTPUT),
    .examples = (const char *const[]){ "doudi user changes", "doudi user changes --all", NULL },
    .run = changes_run,
};
