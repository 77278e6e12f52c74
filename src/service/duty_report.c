/* doudi duty report: who can do what in this office today, how many people each way of moving money takes, and whether the table
 * of duties in force is that of this program. */
#include <string.h>

#include "service/audit.h"
#include "service/operations.h"
#include "service/user.h"

enum { SETS_MAX = 20, PEOPLE_MAX = 8 };

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field DIFFERENCE[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "file", .summary_zh = "表" },
    { .name = "row", .type = SERVICE_TEXT, .summary = "row", .summary_zh = "行" },
    { .name = "change", .type = SERVICE_STATE, .summary = "change", .summary_zh = "变化" },
    { .name = "now", .type = SERVICE_TEXT, .summary = "in force", .summary_zh = "现行" },
    { .name = "then", .type = SERVICE_TEXT, .summary = "of this program", .summary_zh = "新表" },
};
static const service_field USER[] = {
    { .name = "user", .type = SERVICE_TEXT, .summary = "user", .summary_zh = "用户" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "roles", .type = SERVICE_TEXT, .summary = "roles", .summary_zh = "角色" },
    { .name = "duties", .type = SERVICE_TEXT, .summary = "duties", .summary_zh = "职责" },
    { .name = "region", .type = SERVICE_TEXT, .summary = "confined to", .summary_zh = "管辖范围" },
    { .name = "is_bound", .type = SERVICE_FLAG, .summary = "bound to a person", .summary_zh = "已绑定本人" },
    { .name = "has_second", .type = SERVICE_FLAG, .summary = "second factor", .summary_zh = "第二重验证" },
};
static const service_field DUTY[] = {
    { .name = "duty", .type = SERVICE_TEXT, .summary = "duty", .summary_zh = "职责代码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "what it is", .summary_zh = "职责" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "people", .type = SERVICE_TEXT, .summary = "who", .summary_zh = "人员" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "law", .summary_zh = "依据" },
};
static const service_field STEP[] = {
    { .name = "duty", .type = SERVICE_TEXT, .summary = "duty", .summary_zh = "职责代码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "环节" },
    { .name = "people", .type = SERVICE_TEXT, .summary = "who can", .summary_zh = "可办人员" },
};
static const service_field PATH[] = {
    { .name = "path", .type = SERVICE_TEXT, .summary = "way", .summary_zh = "途径代码" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "way in which money moves", .summary_zh = "动钱的途径" },
    { .name = "fewest", .type = SERVICE_COUNT, .summary = "fewest people of today; 0: these cannot", .summary_zh = "现有人员最少须几人（0 为走不通）" },
    { .name = "steps", .type = SERVICE_OBJECT, .is_list = true, .fields = STEP, .field_count = ARRAY_COUNT(STEP), .summary = "steps", .summary_zh = "环节" },
};
static const service_field OUTPUT[] = {
    { .name = "table", .type = SERVICE_STATE, .summary = "table of duties in force", .summary_zh = "现行岗位表" },
    { .name = "change", .type = SERVICE_COUNT, .is_optional = true, .summary = "the new table waits as change", .summary_zh = "新岗位表待办变更编号" },
    { .name = "waits_for", .type = SERVICE_TEXT, .is_optional = true, .summary = "which waits for", .summary_zh = "等待" },
    { .name = "takes_three", .type = SERVICE_FLAG, .summary = "whether fewer than three people can move no money", .summary_zh = "是否少于三人不能使资金流出" },
    { .name = "role_sets", .type = SERVICE_COUNT, .summary = "sets of roles one person may hold", .summary_zh = "一人可兼任的角色组合数" },
    { .name = "tried", .type = SERVICE_COUNT, .summary = "ways to be one or two people, all tried", .summary_zh = "已逐一枚举的一人、两人组合数" },
    { .name = "unbound", .type = SERVICE_COUNT, .summary = "users who are bound to no person", .summary_zh = "未绑定本人的用户数" },
    { .name = "unbound_users", .type = SERVICE_TEXT, .summary = "who they are: a second login of one hand could sign what is about themselves", .summary_zh = "未绑定本人的用户：同一人另用一个账号，就能办理关于自己的事项" },
    { .name = "paths", .type = SERVICE_OBJECT, .is_list = true, .fields = PATH, .field_count = ARRAY_COUNT(PATH), .summary = "ways in which money moves", .summary_zh = "动钱的途径" },
    { .name = "users", .type = SERVICE_OBJECT, .is_list = true, .fields = USER, .field_count = ARRAY_COUNT(USER), .summary = "users", .summary_zh = "用户" },
    { .name = "duties", .type = SERVICE_OBJECT, .is_list = true, .fields = DUTY, .field_count = ARRAY_COUNT(DUTY), .summary = "duties", .summary_zh = "职责" },
    { .name = "differences", .type = SERVICE_OBJECT, .is_list = true, .fields = DIFFERENCE, .field_count = ARRAY_COUNT(DIFFERENCE), .summary = "what the new table changes", .summary_zh = "新表的变化" },
};

typedef struct {
    service_call *call;
    county *office;
    const duty_table *table;
    audit_people people;
    duty_set *held; /* by user, of those who are not shut out */
    const int64_t *with_second;
    size_t second_count;
} report;

static text name_of(const report *r, const duty_row *row)
{
    return r->call->is_chinese ? row->name : row->name_en;
}

/* ---- users and duties ---- */

static err read_held(report *r)
{
    r->held = ARENA_ARRAY(r->call->request, duty_set, r->people.count + 1);
    for (size_t i = 0; i < r->people.count; i++) {
        duty_roles roles;
        if (r->people.users[i].state == STAFF_OUT) continue;
        TRY(duty_roles_parse(r->call->request, r->table, r->people.users[i].roles, &roles));
        r->held[i] = duty_of_roles(r->table, roles);
    }
    return ERR_NONE;
}

static text people_with(const report *r, size_t duty, int64_t *count)
{
    text_builder out = text_builder_open(r->call->request);
    *count = 0;
    for (size_t i = 0; i < r->people.count; i++) {
        if (!(r->held[i] >> duty & 1)) continue;
        if ((*count)++) text_add_cstr(&out, service_say(r->call, ", ", "、"));
        text_add(&out, r->people.users[i].name);
    }
    return text_built(&out);
}

static void put_users(const report *r)
{
    arena *a = r->call->request;
    size_t k = 0;
    service_value *list = service_put_list(a, r->call->reply, "users");
    for (size_t i = 0; i < r->people.count; i++) {
        const staff_user *user = &r->people.users[i];
        if (user->state == STAFF_OUT) continue;
        text_builder duties = text_builder_open(a);
        for (size_t d = 0; d < duty_count(r->table); d++) {
            if (!(r->held[i] >> d & 1)) continue;
            if (duties.size_bytes) text_add_cstr(&duties, service_say(r->call, "; ", "；"));
            text_add(&duties, name_of(r, duty_at(r->table, d)));
        }
        while (k < r->second_count && r->with_second[k] < user->id) k++;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "user", user->login);
        service_put_text(a, v, "name", user->name);
        service_put_text(a, v, "roles", audit_roles(r->call, &r->people, user));
        service_put_text(a, v, "duties", text_built(&duties));
        service_put_text(a, v, "region", user->region);
        service_put_bool(a, v, "is_bound", user->person.size_bytes > 0);
        service_put_bool(a, v, "has_second", k < r->second_count && r->with_second[k] == user->id);
    }
}

static err put_unbound(const report *r)
{
    arena *a = r->call->request;
    text_builder who = text_builder_open(a);
    int64_t count;
    TRY(audit_unbound(a, &r->people, &who, &count));
    service_put_count(a, r->call->reply, "unbound", count);
    service_put_text(a, r->call->reply, "unbound_users", text_built(&who));
    return ERR_NONE;
}

static void put_duties(const report *r)
{
    arena *a = r->call->request;
    service_value *list = service_put_list(a, r->call->reply, "duties");
    for (size_t d = 0; d < duty_count(r->table); d++) {
        int64_t count;
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "duty", duty_at(r->table, d)->code);
        service_put_text(a, v, "name", name_of(r, duty_at(r->table, d)));
        text people = people_with(r, d, &count);
        service_put_count(a, v, "count", count);
        service_put_text(a, v, "people", people);
        service_put_text(a, v, "law", duty_at(r->table, d)->law);
    }
}

/* ---- ways in which money moves ---- */

typedef struct {
    duty_set sets[SETS_MAX];
    size_t people[SETS_MAX]; /* who have the same */
    size_t count;
} crowd;

/* Of the duties of a path alone: whoever has the same of them is as good. */
static crowd crowd_of(const report *r, const duty_path *path)
{
    crowd c = { .count = 0 };
    duty_set steps = 0;
    for (size_t i = 0; i < path->step_count; i++) steps |= (duty_set)1 << path->steps[i].duty;
    for (size_t i = 0; i < r->people.count; i++) {
        duty_set set = r->held[i] & steps;
        size_t k = 0;
        if (!set) continue;
        while (k < c.count && c.sets[k] != set) k++;
        if (k == c.count && c.count == SETS_MAX) continue;
        if (k == c.count) c.sets[c.count++] = set;
        c.people[k]++;
    }
    return c;
}

static bool some_can(const duty_path *path, const crowd *c, size_t from, duty_set *chosen, size_t chosen_count, size_t wanted)
{
    if (chosen_count == wanted) return duty_can_go(path, chosen, wanted);
    for (size_t k = from; k < c->count; k++) {
        size_t taken = 0;
        for (size_t i = 0; i < chosen_count; i++) taken += chosen[i] == c->sets[k];
        if (taken == c->people[k]) continue;
        chosen[chosen_count] = c->sets[k];
        if (some_can(path, c, k, chosen, chosen_count + 1, wanted)) return true;
    }
    return false;
}

static int64_t fewest(const report *r, const duty_path *path)
{
    crowd c = crowd_of(r, path);
    duty_set chosen[PEOPLE_MAX];
    for (size_t wanted = 1; wanted <= PEOPLE_MAX; wanted++)
        if (some_can(path, &c, 0, chosen, 0, wanted)) return (int64_t)wanted;
    return 0;
}

static void put_paths(const report *r)
{
    arena *a = r->call->request;
    service_value *list = service_put_list(a, r->call->reply, "paths");
    for (size_t i = 0; i < duty_path_count(r->table); i++) {
        const duty_path *path = duty_path_at(r->table, i);
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "path", path->code);
        service_put_text(a, v, "name", r->call->is_chinese ? path->name : path->name_en);
        service_put_count(a, v, "fewest", fewest(r, path));
        service_value *steps = service_put_list(a, v, "steps");
        for (size_t s = 0; s < path->step_count; s++) {
            int64_t count;
            const duty_row *row = duty_at(r->table, path->steps[s].duty);
            service_value *step = service_put_object(a, steps, NULL);
            service_put_text(a, step, "duty", row->code);
            service_put_text(a, step, "name", name_of(r, row));
            service_put_text(a, step, "people", people_with(r, path->steps[s].duty, &count));
        }
    }
}

static void put_proof(const report *r)
{
    uint64_t tried = 0, role_sets = 0;
    bool takes_three = true;
    for (size_t people = 1; people <= 2 && takes_three; people++) {
        duty_verdict verdict = duty_prove(r->call->request, r->table, people);
        tried += verdict.tried;
        role_sets = verdict.role_sets;
        takes_three = !verdict.can_move_money && !verdict.is_cut_short;
    }
    service_put_bool(r->call->request, r->call->reply, "takes_three", takes_three);
    service_put_count(r->call->request, r->call->reply, "role_sets", (int64_t)role_sets);
    service_put_count(r->call->request, r->call->reply, "tried", (int64_t)tried);
    r->call->has_failures = !takes_three;
}

/* ---- the table of this program ---- */

static bool next_line(text *rest, text *line)
{
    if (!rest->size_bytes) return false;
    size_t end = 0;
    while (end < rest->size_bytes && rest->bytes[end] != '\n') end++;
    *line = text_trim(text_sub(*rest, 0, end));
    *rest = text_sub(*rest, end < rest->size_bytes ? end + 1 : end, rest->size_bytes);
    return true;
}

/* What names a row: its first cell, of pairs its first two. */
static text key_of(text line, duty_file file)
{
    int cells = file == DUTY_FILE_APART ? 2 : 1;
    size_t end = 0;
    while (end < line.size_bytes && !(line.bytes[end] == ',' && --cells == 0)) end++;
    return text_sub(line, 0, end);
}

static text line_with(text csv, text key, duty_file file)
{
    text line;
    while (next_line(&csv, &line))
        if (line.size_bytes && text_equal(key_of(line, file), key)) return line;
    return TEXT_NONE;
}

static void put_difference(const report *r, service_value *list, duty_file file, text key, text now, text then)
{
    arena *a = r->call->request;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "file", duty_file_name(file));
    service_put_text(a, v, "row", key);
    if (!now.size_bytes) service_put_state(r->call, v, "change", "added", "new", "新增");
    else if (!then.size_bytes) service_put_state(r->call, v, "change", "gone", "gone", "删去");
    else service_put_state(r->call, v, "change", "changed", "changed", "变动");
    service_put_text(a, v, "now", now.size_bytes ? now : TEXT(""));
    service_put_text(a, v, "then", then.size_bytes ? then : TEXT(""));
}

static bool compare(const report *r, service_value *list, const duty_sources *now, const duty_sources *then)
{
    bool is_same = true;
    for (int f = 0; f < DUTY_FILE_COUNT; f++) {
        text rest = now->csv[f], line;
        is_same &= text_equal(now->csv[f], then->csv[f]);
        while (next_line(&rest, &line)) {
            text key = key_of(line, (duty_file)f), other = line_with(then->csv[f], key, (duty_file)f);
            if (line.size_bytes && !text_equal(line, other)) put_difference(r, list, (duty_file)f, key, line, other);
        }
        for (rest = then->csv[f]; next_line(&rest, &line);) {
            text key = key_of(line, (duty_file)f);
            if (line.size_bytes && !line_with(now->csv[f], key, (duty_file)f).size_bytes) put_difference(r, list, (duty_file)f, key, TEXT_NONE, line);
        }
    }
    return is_same;
}

static err put_waiting(const report *r)
{
    staff_change *changes;
    size_t count;
    TRY(staff_changes(r->call->request, r->office->staff, false, &changes, &count));
    for (size_t i = count; i > 0; i--) {
        if (changes[i - 1].kind != STAFF_CHANGE_TABLE) continue;
        service_put_count(r->call->request, r->call->reply, "change", changes[i - 1].id);
        service_put_text(r->call->request, r->call->reply, "waits_for", changes[i - 1].waits_for);
        break;
    }
    return ERR_NONE;
}

static err put_table(const report *r)
{
    service_call *call = r->call;
    duty_sources now, then;
    service_value *list = service_put_list(call->request, call->reply, "differences");
    TRY(staff_duty_sources(call->request, r->office->staff, &now));
    TRY(user_table_read(call, TEXT_NONE, &then));
    bool is_same = compare(r, list, &now, &then);
    if (is_same) service_put_state(call, call->reply, "table", "today", "that of this program", "与本程序所附一致");
    else service_put_state(call, call->reply, "table", "other", "another than this program's: three people adopt it (doudi user table)", "与本程序所附不同：由三人更换（doudi user table）");
    return put_waiting(r);
}

static err report_run(service_call *call)
{
    report r = { .call = call };
    staff *room;
    int64_t *with_second;
    TRY(county_open(call, COUNTY_READ, &r.office));
    TRY(audit_people_read(r.office, &r.people));
    TRY(county_staff(r.office, &room));
    r.table = r.people.duties;
    if (!r.table) return err_of(&STAFF_NOT_FOUNDED, NULL);
    TRY(staff_factors(call->request, room, &with_second, &r.second_count));
    r.with_second = with_second;
    TRY(read_held(&r));
    TRY(put_table(&r));
    put_proof(&r);
    TRY(put_unbound(&r));
    put_users(&r);
    put_duties(&r);
    put_paths(&r);
    return ERR_NONE;
}

static text word_of(const service_value *object, const char *name)
{
    return service_member(object, name)->word;
}

static void report_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    bool takes_three = service_member(r, "takes_three")->is_true;
    text_add_format(out, service_say(call, "fewer than three people can move money: %s (%lld ways to be one or two people tried)\n", "少于三人能否使资金流出：%s（已枚举一人、两人组合 %lld 种）\n"),
                    takes_three ? service_say(call, "no", "不能") : service_say(call, "YES", "能"), (long long)service_member(r, "tried")->count);
    text_add_format(out, service_say(call, "table of duties: %.*s\n", "岗位表：%.*s\n"), TEXT_ARG(word_of(r, "table")));
    if (service_member(r, "unbound")->count)
        text_add_format(out, service_say(call, "users with duties who are bound to no person (a second login of one hand could sign what is about themselves): %.*s\n", "有岗位而未绑定本人的用户（同一人另用一个账号，就能办理关于自己的事项）：%.*s\n"),
                        TEXT_ARG(word_of(r, "unbound_users")));
    for (const service_value *p = service_member(r, "paths")->first; p; p = p->next) {
        int64_t count = service_member(p, "fewest")->count;
        text_add_format(out, "\n%.*s", TEXT_ARG(word_of(p, "name")));
        if (count) text_add_format(out, service_say(call, "  (at least %lld people)\n", "（至少 %lld 人）\n"), (long long)count);
        else text_add_cstr(out, service_say(call, "  (these people cannot: a step has nobody)\n", "（现有人员走不通：有环节无人可办）\n"));
        for (const service_value *s = service_member(p, "steps")->first; s; s = s->next)
            text_add_format(out, "    %.*s: %.*s\n", TEXT_ARG(word_of(s, "name")), TEXT_ARG(word_of(s, "people")));
    }
    text_add_char(out, '\n');
    for (const service_value *u = service_member(r, "users")->first; u; u = u->next)
        text_add_format(out, "%.*s  %.*s  %.*s\n", TEXT_ARG(word_of(u, "user")), TEXT_ARG(word_of(u, "name")), TEXT_ARG(word_of(u, "roles")));
}

const service_op DUTY_REPORT_OP = {
    .name = "duty.report",
    .summary = "Who can do what in this office today, how many people each way of moving money takes, and whether its table of duties is this program's",
    .summary_zh = "岗位报告：现在谁能办什么、各条动钱途径最少须几人、岗位表是否为本程序所附",
    .law = "《社会保险法》第七十三条",
    .kind = SERVICE_READ,
    .permission = "user.read",
    .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT),
    .examples = (const char *const[]){ "doudi duty report", "doudi duty report --json", NULL },
    .run = report_run,
    .print = report_print,
};
