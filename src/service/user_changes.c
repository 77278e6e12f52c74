/* Changes of users that wait. */
#include "service/operations.h"
#include "service/user.h"

static const service_field COUNTY_INPUT[] = { SERVICE_COUNTY_FIELD };

static const service_field CHANGES_CHANGE[] = {
    { .name = "change", .type = SERVICE_COUNT }, { .name = "what", .type = SERVICE_TEXT },
    { .name = "user", .type = SERVICE_TEXT },    { .name = "roles", .type = SERVICE_TEXT },
    { .name = "region", .type = SERVICE_TEXT, .summary = "to be confined to", .summary_zh = "管辖范围" },
    { .name = "key", .type = SERVICE_VALUE },    { .name = "waits_for", .type = SERVICE_TEXT },
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
    arena *a = call->request;
    staff *room;
    staff_change *changes;
    size_t count;
    TRY(user_open_to_read(call, &room));
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
        service_put_text(a, v, "region", changes[i].region.size_bytes ? changes[i].region : TEXT(""));
        if (changes[i].key.size_bytes) {
            TRY(crypto_parse_hex(changes[i].key, &key, sizeof key));
            TRY(user_fingerprint(a, &key, &print));
            service_put_text(a, v, "key", print);
        } else {
            service_put_null(a, v, "key");
        }
        service_put_text(a, v, "waits_for", changes[i].waits_for);
        service_put_count(a, v, "logins", (int64_t)changes[i].row_count);
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
