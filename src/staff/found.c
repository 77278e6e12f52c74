#include "staff/staff_internal.h"

const err_kind STAFF_FOUNDED = {
    "staff.founded", ERR_CONFLICT, "The office has its first users already.", "本机构已设立首批用户。"
};
const err_kind STAFF_NOT_FOUNDED = {
    "staff.not_founded", ERR_CONFLICT, "The office has no users yet.", "本机构尚未设立用户。"
};
const err_kind STAFF_CANNOT_GRANT = {
    "staff.cannot_grant", ERR_CONFLICT,
    "Nobody would be left who could grant roles: it takes three people, for {}.",
    "将无人能够授予权限：须有三人分别承担 {}。"
};
const err_kind STAFF_WEAK_TABLE = {
    "staff.weak_table", ERR_FORBIDDEN,
    "By this duty table fewer than three people could move money: {}.",
    "按此岗位表，少于三人即可使资金流出：{}。"
};
const err_kind STAFF_UNFIT = {
    "staff.unfit", ERR_CONFLICT, "The roles of user '{}' do not fit this duty table.",
    "用户“{}”现有角色与此岗位表不符。"
};
const err_kind STAFF_BAD_LOGIN = {
    "staff.bad_login", ERR_BAD_INPUT,
    "A login is 2 to 32 letters a to z, digits, '-', '_' or '.': {}.",
    "登录名须为 2 至 32 位小写字母、数字、-、_ 或 .：{}。"
};
const err_kind STAFF_LOGIN_TAKEN = {
    "staff.login_taken", ERR_CONFLICT, "There is a user '{}' already.", "用户“{}”已存在。"
};

err staff_login_check(arena *a, text login)
{
    bool is_good = login.size_bytes >= 2 && login.size_bytes <= 32;
    for (size_t i = 0; is_good && i < login.size_bytes; i++) {
        char c = login.bytes[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
    return is_good ? ERR_NONE : err_of(&STAFF_BAD_LOGIN, text_cstr(a, login));
}

err staff_table_prove(arena *a, const duty_table *table)
{
    size_t path = duty_path_find(table, TEXT("staff"));
    if (path == SIZE_MAX) return err_of(&STAFF_WEAK_TABLE, "paths.csv: staff");
    for (size_t people = 1; people <= 2; people++) {
        duty_verdict verdict = duty_prove(a, table, people);
        if (verdict.is_cut_short) return err_of(&STAFF_WEAK_TABLE, "apart.csv");
        if (!verdict.can_move_money) continue;
        text_builder out = text_builder_open(a);
        text_add(&out, duty_path_at(table, verdict.path)->code);
        for (size_t i = 0; i < people; i++)
            text_add_format(&out, "%s%.*s", i ? " + " : ": ",
                            TEXT_ARG(duty_roles_print(a, table, verdict.roles[i])));
        return err_of(&STAFF_WEAK_TABLE, text_built(&out).bytes);
    }
    return ERR_NONE;
}

static void put_founder(codec_json_writer *w, const staff_founder *founder, text roles,
                        const char *password)
{
    codec_json_begin_object(w);
    staff_put_text(w, "login", founder->login);
    staff_put_text(w, "name", founder->name);
    staff_put_text(w, "password", text_of(password));
    staff_put_text(w, "roles", roles);
    codec_json_end_object(w);
}

/* Whether these can go the path `staff` once they have keys. */
static err check_founders(arena *a, const duty_table *table, const staff_founder *founders,
                          size_t count)
{
    duty_set held[64];
    size_t held_count = count < ARRAY_COUNT(held) ? count : ARRAY_COUNT(held);
    for (size_t i = 0; i < count; i++) {
        duty_roles roles;
        TRY(staff_login_check(a, founders[i].login));
        for (size_t k = 0; k < i; k++)
            if (text_equal(founders[i].login, founders[k].login))
                return err_of(&STAFF_LOGIN_TAKEN, text_cstr(a, founders[i].login));
        TRY(duty_roles_parse(a, table, founders[i].roles, &roles));
        TRY(duty_roles_fit(a, table, roles));
        if (i < held_count) held[i] = duty_of_roles(table, roles);
    }
    const duty_path *way = duty_path_at(table, duty_path_find(table, TEXT("staff")));
    return duty_can_go(way, held, held_count)
               ? ERR_NONE
               : err_of(&STAFF_CANNOT_GRANT, "staff.propose, staff.approve, staff.confirm");
}

static err found(arena *a, staff *office, const staff_act *act, const duty_sources *sources,
                 const staff_founder *founders, size_t count)
{
    duty_table *table;
    TRY(duty_read(a, sources, &table));
    TRY(staff_table_prove(a, table));
    TRY(check_founders(a, table, founders, count));
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("files"));
    codec_json_begin_array(&w);
    for (int i = 0; i < DUTY_FILE_COUNT; i++) codec_json_add_text(&w, sources->csv[i]);
    codec_json_end_array(&w);
    codec_json_key(&w, TEXT("users"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        char password[CRYPTO_PASSWORD_HASH_BYTES];
        duty_roles roles;
        TRY(crypto_password_hash(founders[i].password, founders[i].salt, office->cost, password));
        TRY(duty_roles_parse(a, table, founders[i].roles, &roles));
        put_founder(&w, &founders[i], duty_roles_print(a, table, roles), password);
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    int64_t sequence;
    bool is_new;
    return staff_record(office, act, 0, "staff.founded", 0, text_built(&out), &sequence, &is_new);
}

err staff_found(staff *office, const staff_act *act, const duty_sources *table,
                const staff_founder *founders, size_t founder_count)
{
    if (office->duties) return err_of(&STAFF_FOUNDED, NULL);
    return found(office->process, office, act, table, founders, founder_count);
}
