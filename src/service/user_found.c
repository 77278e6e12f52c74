/* The first users of an office. */
#include "os/os.h"
#include "service/operations.h"
#include "service/user.h"

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
    TRY(county_open(call, COUNTY_WRITE, &c));
    TRY(county_begin(c));
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
    .reach = SERVICE_AT_MACHINE,
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
