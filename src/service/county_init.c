/* doudi init: a real office in a folder of its own: store, keys, first users, settings, and what systemd needs to keep
 * it running and copied. All of it or nothing: it is made beside its place and renamed. */
#include "crypto/crypto.h"
#include "os/os.h"
#include "service/county.h"
#include "service/files.h"
#include "service/operations.h"
#include "service/user.h"

const err_kind COUNTY_NOT_ABSOLUTE = {
    "county.not_absolute", ERR_BAD_INPUT,
    "The folder of an office is given whole, from the root: /var/lib/doudi/office, and not {}.",
    "机构目录须写完整路径，如 /var/lib/doudi/office，而不是 {}。"
};
const err_kind COUNTY_NO_HOME = {
    "county.no_home", ERR_BAD_INPUT,
    "The program does not know where it is installed (DOUDI_HOME); call it through ./doudi or the installed doudi.",
    "程序不知道安装在何处（DOUDI_HOME）；请通过 ./doudi 或已安装的 doudi 调用。"
};

static const service_field INIT_INPUT[] = {
    { .name = "folder", .type = SERVICE_TEXT, .shows = "FOLDER", .is_positional = true, .is_required = true,
      .summary = "where the office will stand, from the root; nothing may stand there yet",
      .summary_zh = "机构目录的完整路径，须尚不存在" },
    { .name = "founder", .type = SERVICE_FACT, .shows = "LOGIN=ROLES", .is_list = true, .is_positional = true, .is_required = true,
      .summary = "first users with their roles, split by commas: among them those who can grant",
      .summary_zh = "首批用户及其角色（以逗号分隔），其中须有能授予权限的三人" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name of the office", .summary_zh = "机构名称" },
    { .name = "region", .type = SERVICE_REGION, .shows = "REGION", .summary = "whose packs hold here (default: 中国)",
      .summary_zh = "适用哪个地区的政策包（默认中国）" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "the first month of business (default: this month)",
      .summary_zh = "业务起始月（默认本月）" },
    { .name = "payer", .type = SERVICE_TEXT, .shows = "ACCOUNT",
      .summary = "the account all funds pay from, until three people set another (doudi payer)",
      .summary_zh = "各基金的付款账户，此后由三人变更（doudi payer）" },
    { .name = "store", .type = SERVICE_TEXT, .shows = "URL",
      .summary = "a PostgreSQL database, postgres://...; without it a file in the folder",
      .summary_zh = "PostgreSQL 数据库地址 postgres://…；不指定则为目录内的文件" },
    { .name = "listen", .type = SERVICE_TEXT, .shows = "HOST:PORT", .summary = "where the server will listen (default 127.0.0.1:8080)",
      .summary_zh = "服务监听地址（默认 127.0.0.1:8080）" },
    { .name = "system-user", .type = SERVICE_TEXT, .shows = "USER", .summary = "who runs the server (default doudi)",
      .summary_zh = "运行服务的系统用户（默认 doudi）" },
    SERVICE_PACKS_FIELD,
};
static const service_field INIT_USER[] = {
    { .name = "user", .type = SERVICE_TEXT },
    { .name = "roles", .type = SERVICE_TEXT },
    { .name = "once", .type = SERVICE_TEXT },
};
static const service_field INIT_OUTPUT[] = {
    { .name = "folder", .type = SERVICE_TEXT, .summary = "made", .summary_zh = "已建立" },
    { .name = "settings", .type = SERVICE_TEXT, .summary = "settings", .summary_zh = "设置文件" },
    { .name = "master_key", .type = SERVICE_TEXT, .summary = "master key", .summary_zh = "主密钥" },
    { .name = "users", .type = SERVICE_OBJECT, .is_list = true, .fields = INIT_USER, .field_count = ARRAY_COUNT(INIT_USER) },
};

typedef struct {
    service_call *call;
    text folder;       /* where it will stand */
    const char *place; /* where it is made */
    const char *url;   /* of the store elsewhere, or NULL */
    user_founder *founders;
    size_t founder_count;
} init;

static const char BACKUP[] = "backup", BACKUP_ROLE[] = "operator";

static const char *in_place(const init *n, const char *name)
{
    return text_format(n->call->request, "%s/%s", n->place, name).bytes;
}

/* ---- users ---- */

/* Those named, and one who makes the nightly copies unless somebody is called so. */
static void read_founders(init *n)
{
    const service_argument *given = service_argument_of(n->call, "founder");
    bool has_backup = false;
    n->founders = ARENA_ARRAY(n->call->request, user_founder, given->count + 1);
    for (size_t i = 0; i < given->count; i++) {
        size_t at = text_find(given->values[i], TEXT("="));
        text login = text_sub(given->values[i], 0, at);
        n->founders[n->founder_count++] = (user_founder){
            .login = login, .name = login, .roles = text_sub(given->values[i], at + 1, given->values[i].size_bytes) };
        has_backup |= text_equal_cstr(login, BACKUP);
    }
    if (!has_backup)
        n->founders[n->founder_count++] = (user_founder){ .login = text_of(BACKUP), .name = text_of(BACKUP),
                                                          .roles = text_of(BACKUP_ROLE) };
}

/* The copier's password is no person's: it is drawn here, and lies where only the server reads. */
static err give_password(init *n, county *office, const user_founder *founder)
{
    staff *room;
    staff_chance chance;
    text password = user_once(n->call->request);
    TRY(county_staff(office, &room));
    os_random_bytes(&chance, sizeof chance);
    staff_act act = user_act(office);
    err e = staff_set_password(room, &act, founder->login, founder->password, password, &chance);
    crypto_wipe(&chance, sizeof chance);
    TRY(e);
    return os_write_secret(n->call->request, in_place(n, "backup.password"),
                           text_format(n->call->request, "%.*s\n", TEXT_ARG(password)));
}

static err make_users(init *n)
{
    duty_sources table;
    county *office;
    TRY(user_table_read(n->call, TEXT_NONE, &table));
    TRY(county_open(n->call, COUNTY_WRITE, &office));
    TRY(county_begin(office));
    TRY(user_found(office, &table, n->founders, n->founder_count));
    TRY(store_commit(office->db));
    const user_founder *last = &n->founders[n->founder_count - 1];
    if (n->founder_count > service_argument_of(n->call, "founder")->count) {
        TRY(county_begin(office));
        TRY(give_password(n, office, last));
        TRY(store_commit(office->db));
    }
    county_close(office);
    n->call->county = NULL;
    return ERR_NONE;
}

/* ---- settings, and what systemd reads ---- */

static err write_settings(init *n)
{
    arena *a = n->call->request;
    text_builder out = text_builder_open(a);
    text_add_format(&out, "# Settings of this office; the server and its nightly copy read them.\nDOUDI_HOME=%s\n",
                    n->call->office->settings.home);
    if (n->url) text_add_format(&out, "DOUDI_COUNTY=%s\n", n->url);
    else text_add_format(&out, "DOUDI_COUNTY=%.*s/county.db\n", TEXT_ARG(n->folder));
    text_add_format(&out, "DOUDI_KEY_FILE=%.*s/keys/master.key\n", TEXT_ARG(n->folder));
    text listen = service_text_of(n->call, "listen", TEXT("127.0.0.1:8080"));
    text_add_format(&out, "DOUDI_LISTEN=%.*s\n", TEXT_ARG(listen));
    text_add_cstr(&out, "# Where the public reaches the server, so that the square on a paper opens the page that checks it:\n"
                        "#DOUDI_PUBLIC_URL=https://sb.example.gov.cn\n");
    return os_write_secret(a, in_place(n, "doudi.env"), text_built(&out));
}

static err write_unit(init *n, const char *name)
{
    arena *a = n->call->request;
    text form;
    TRY(service_read_file(a, text_format(a, "%s/deploy/%s", n->call->office->settings.home, name), &form));
    const struct { const char *mark; text value; } MARKS[] = {
        { "@SETTINGS@", text_format(a, "%.*s/doudi.env", TEXT_ARG(n->folder)) },
        { "@OFFICE@", n->folder },
        { "@PROGRAM@", text_of(os_program(a)) },
        { "@USER@", service_text_of(n->call, "system-user", TEXT("doudi")) },
    };
    for (size_t i = 0; i < ARRAY_COUNT(MARKS); i++) {
        text_builder out = text_builder_open(a);
        text mark = text_of(MARKS[i].mark);
        size_t at;
        while ((at = text_find(form, mark)) < form.size_bytes) {
            text_add(&out, text_sub(form, 0, at));
            text_add(&out, MARKS[i].value);
            form = text_sub(form, at + mark.size_bytes, form.size_bytes);
        }
        text_add(&out, form);
        form = text_built(&out);
    }
    return service_write_file(a, text_of(in_place(n, text_format(a, "systemd/%s", name).bytes)), form);
}

/* ---- making ---- */

static err make(init *n)
{
    static const char *const UNITS[] = { "doudi.service", "doudi-backup.service", "doudi-backup.timer" };
    arena *a = n->call->request;
    TRY(os_remove_tree(a, n->place));
    TRY(os_make_private_folder(a, n->place));
    TRY(os_make_private_folder(a, in_place(n, "keys")));
    TRY(os_make_private_folder(a, in_place(n, "backups")));
    TRY(os_make_folder(a, in_place(n, "systemd")));
    TRY(write_settings(n));
    for (size_t i = 0; i < ARRAY_COUNT(UNITS); i++) TRY(write_unit(n, UNITS[i]));
    n->call->office->settings.county = n->url ? n->url : in_place(n, "county.db");
    n->call->office->settings.key_file = in_place(n, "keys/master.key");
    TRY(county_make_empty(n->call));
    TRY(make_users(n));
    return os_move_folder(a, n->place, text_cstr(a, n->folder));
}

static void answer(const init *n)
{
    arena *a = n->call->request;
    service_value *reply = n->call->reply;
    service_put_text(a, reply, "folder", n->folder);
    service_put_text(a, reply, "settings", text_format(a, "%.*s/doudi.env", TEXT_ARG(n->folder)));
    service_put_text(a, reply, "master_key", text_format(a, "%.*s/keys/master.key", TEXT_ARG(n->folder)));
    service_value *list = service_put_list(a, reply, "users");
    size_t shown = service_argument_of(n->call, "founder")->count;
    for (size_t i = 0; i < shown; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "user", n->founders[i].login);
        service_put_text(a, v, "roles", n->founders[i].roles);
        service_put_text(a, v, "once", n->founders[i].password);
    }
    service_note(n->call, "each one-time password is shown only here; its user replaces it with ",
                 "一次性密码仅此一次显示；请各用户改为自己的密码：", TEXT("doudi user passwd"));
    service_note(n->call, "keep a second copy of the master key where the copies of the store are not",
                 "请将主密钥另存一份，不要与数据库副本放在一起", TEXT_NONE);
    service_note(n->call, "to start it: install the units and enable them: ", "启动服务：安装并启用 systemd 单元：",
                 text_format(a, "cp %.*s/systemd/* /etc/systemd/system/ && systemctl enable --now doudi.service doudi-backup.timer",
                             TEXT_ARG(n->folder)));
}

static err init_run(service_call *call)
{
    init n = { .call = call, .folder = service_text_of(call, "folder", TEXT_NONE) };
    const char *home = call->office->settings.home;
    while (n.folder.size_bytes > 1 && n.folder.bytes[n.folder.size_bytes - 1] == '/') n.folder.size_bytes--;
    if (!text_begins(n.folder, TEXT("/")) || n.folder.size_bytes < 2)
        return err_of(&COUNTY_NOT_ABSOLUTE, text_cstr(call->request, n.folder));
    if (!home || home[0] != '/') return err_of(&COUNTY_NO_HOME, NULL);
    if (os_is_file(text_cstr(call->request, n.folder)) || os_is_folder(text_cstr(call->request, n.folder)))
        return err_of(&OS_EXISTS, text_cstr(call->request, n.folder));
    text url = service_text_of(call, "store", TEXT_NONE);
    if (url.size_bytes) n.url = text_cstr(call->request, url);
    n.place = text_format(call->request, "%.*s.unfinished", TEXT_ARG(n.folder)).bytes;
    read_founders(&n);
    err e = make(&n);
    if (e.kind) {
        if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
        county_close(call->county);
        call->county = NULL;
        err removed = os_remove_tree(call->request, n.place);
        return e.kind ? e : removed;
    }
    answer(&n);
    return ERR_NONE;
}

static const char *const INIT_EXAMPLES[] = {
    "doudi init /var/lib/doudi/office rita=rights-manager lea=leader audrey=auditor --name 某县社保中心 --region 云南省", NULL };

const service_op COUNTY_INIT_OP = {
    .name = "county.init",
    .reach = SERVICE_AT_MACHINE,
    .command = "init",
    .summary = "Make a real office in a folder: store, keys, first users, settings, units for systemd",
    .summary_zh = "在一个目录中建立正式机构：数据库、密钥、首批用户、设置、systemd 单元",
    .kind = SERVICE_WRITE,
    .permission = "county.new",
    .input = INIT_INPUT,
    .input_count = ARRAY_COUNT(INIT_INPUT),
    .output = INIT_OUTPUT,
    .output_count = ARRAY_COUNT(INIT_OUTPUT),
    .examples = INIT_EXAMPLES,
    .run = init_run,
};
