#include <string.h>

#include "staff/staff_internal.h"

const err_kind STAFF_NO_USER = {
    "staff.no_user", ERR_NOT_FOUND, "There is no user '{}'.", "没有用户“{}”。"
};
const err_kind STAFF_NO_KEY = {
    "staff.no_key", ERR_CONFLICT, "The user has not yet set a password of their own: {}.",
    "该用户尚未设置自己的密码：{}。"
};
const err_kind STAFF_NO_CHANGE = {
    "staff.no_change", ERR_NOT_FOUND, "There is no change of rights with this number waiting.",
    "没有该编号的待办权限变更。"
};
const err_kind STAFF_SAME_PERSON = {
    "staff.same_person", ERR_CONFLICT,
    "This person is the user '{}' already; one person is one user, so that two signatures are two people's.",
    "此人已是用户“{}”；一人只能有一个用户，以保证两个签名出自两个人。"
};
const err_kind STAFF_BOUND = {
    "staff.bound", ERR_CONFLICT, "The user '{}' is bound to another person or employer; a login is not handed on: make a new user.",
    "用户“{}”已绑定他人或其他单位；用户不得转手，请新增用户。"
};
const err_kind STAFF_BROKEN = {
    "staff.broken", ERR_BUG, "The record of users does not fit: {}.", "用户记录不一致：{}。"
};

err staff_open(arena *process, store *db, eventlog *log, const crypto_cost *cost, staff **office)
{
    staff *made = ARENA_NEW(process, staff);
    *made = (staff){ .process = process, .db = db, .log = log,
                     .cost = cost ? *cost : CRYPTO_COST_LOGIN };
    err e = staff_table_load(made);
    if (e.kind) {
        staff_close(made);
        return e;
    }
    *office = made;
    return ERR_NONE;
}

void staff_close(staff *office)
{
    if (office && office->table_memory) arena_close(office->table_memory);
    if (office) office->table_memory = NULL;
}

const duty_table *staff_duties(const staff *office)
{
    return office->duties;
}

static err read_sources(arena *a, staff *office, duty_sources *sources, size_t *count)
{
    store_query *q;
    *sources = (duty_sources){ .folder = "duties" };
    *count = 0;
    TRY(store_prepare(office->db, "SELECT file, csv FROM staff_duty_file ORDER BY file", &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        int64_t file = store_int(q, 0);
        if (file >= 0 && file < DUTY_FILE_COUNT) sources->csv[file] = text_copy(a, store_text(q, 1));
        ++*count;
    }
}

err staff_duty_sources(arena *a, staff *office, duty_sources *sources)
{
    size_t count;
    TRY(read_sources(a, office, sources, &count));
    return count ? ERR_NONE : err_of(&STAFF_NOT_FOUNDED, NULL);
}

err staff_table_load(staff *office)
{
    arena *memory = arena_open();
    duty_sources sources;
    duty_table *table = NULL;
    size_t count;
    err e = read_sources(memory, office, &sources, &count);
    if (!e.kind && count > 0) e = duty_read(memory, &sources, &table);
    if (e.kind) {
        /* The detail lives in `memory`; what it says is lost with it, and the kind stays. */
        arena_close(memory);
        return e.kind == &DUTY_BAD_TABLE ? err_of(&STAFF_BROKEN, "the duty table in force") : e;
    }
    if (office->table_memory) arena_close(office->table_memory);
    office->table_memory = memory;
    office->duties = table;
    return ERR_NONE;
}

/* ---- users ---- */

#define USER_COLUMNS                                                                             \
    "SELECT u.id, u.login, u.name, u.roles, u.state, u.password, u.locked_key, k.public_key, "   \
    "u.person, u.number, u.employer, u.region "                                                            \
    "FROM staff_user u LEFT JOIN staff_key k ON k.user_id = u.id AND k.until_sequence = 0 "

static text hex_of(arena *a, text bytes)
{
    char *hex = arena_alloc(a, 2 * bytes.size_bytes + 1);
    crypto_print_hex(bytes.bytes, bytes.size_bytes, hex);
    return (text){ hex, 2 * bytes.size_bytes };
}

static void take_user(arena *a, const store_query *q, staff_row *row)
{
    *row = (staff_row){ .user = { .id = store_int(q, 0),
                                  .login = text_copy(a, store_text(q, 1)),
                                  .name = text_copy(a, store_text(q, 2)),
                                  .roles = text_copy(a, store_text(q, 3)),
                                  .state = (staff_state)store_int(q, 4),
                                  .person = text_copy(a, store_text(q, 8)),
                                  .number = hex_of(a, store_bytes(q, 9)),
                                  .employer = store_int(q, 10),
                                  .region = text_copy(a, store_text(q, 11)) },
                        .password = text_copy(a, store_text(q, 5)),
                        .locked_key = text_copy(a, store_bytes(q, 6)) };
    text key = store_bytes(q, 7);
    if (key.size_bytes == sizeof row->user.key.bytes)
        memcpy(row->user.key.bytes, key.bytes, key.size_bytes);
}

err staff_row_find(arena *a, staff *office, text login, int64_t id, staff_row *row)
{
    store_query *q;
    bool has_row;
    if (login.size_bytes) {
        TRY(store_prepare(office->db, USER_COLUMNS "WHERE u.login = ?1", &q));
        store_bind_text(q, 1, login);
    } else {
        TRY(store_prepare(office->db, USER_COLUMNS "WHERE u.id = ?1", &q));
        store_bind_int(q, 1, id);
    }
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&STAFF_NO_USER, text_cstr(a, login));
    take_user(a, q, row);
    store_reset(q);
    return ERR_NONE;
}

err staff_find(arena *a, staff *office, text login, staff_user *user)
{
    staff_row row;
    if (!login.size_bytes) return err_of(&STAFF_NO_USER, "");
    TRY(staff_row_find(a, office, login, 0, &row));
    *user = row.user;
    return ERR_NONE;
}

err staff_list(arena *a, staff *office, staff_user **users, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *users = NULL;
    *count = 0;
    TRY(store_prepare(office->db, USER_COLUMNS "ORDER BY u.id", &q));
    for (;;) {
        bool has_row;
        staff_row row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        take_user(a, q, &row);
        ARENA_PUSH(a, *users, *count, capacity, row.user);
    }
}

err staff_user_read(arena *a, staff *office, int64_t user_id, staff_user *user)
{
    staff_row row = { 0 };
    err e = staff_row_find(a, office, TEXT(""), user_id, &row);
    *user = row.user;
    return e.kind == &STAFF_NO_USER ? ERR_NONE : e;
}

err staff_person_of(staff *office, int64_t user_id, int64_t *first_id)
{
    store_query *q;
    bool has_row;
    *first_id = user_id;
    TRY(store_prepare(office->db,
                      "SELECT min(o.id) FROM staff_user u JOIN staff_user o ON o.person = u.person "
                      "WHERE u.id = ?1 AND u.person <> ''",
                      &q));
    store_bind_int(q, 1, user_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    if (!store_is_null(q, 0)) *first_id = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

err staff_person_free(arena *a, staff *office, text person, int64_t but_id)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(office->db,
                      "SELECT login FROM staff_user WHERE person = ?1 AND id <> ?2 AND state <> ?3 "
                      "ORDER BY id LIMIT 1",
                      &q));
    store_bind_text(q, 1, person);
    store_bind_int(q, 2, but_id);
    store_bind_int(q, 3, STAFF_OUT);
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    const char *login = text_cstr(a, store_text(q, 0));
    store_reset(q);
    return err_of(&STAFF_SAME_PERSON, login);
}

err staff_key_owner(staff *office, const crypto_sm2_public *key, int64_t known_ms,
                    int64_t *user_id)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(office->db,
                      "SELECT user_id FROM staff_key WHERE public_key = ?1 AND from_ms <= ?2 AND "
                      "(until_sequence = 0 OR until_ms >= ?2) ORDER BY user_id",
                      &q));
    store_bind_bytes(q, 1, (text){ (const char *)key->bytes, sizeof key->bytes });
    store_bind_int(q, 2, known_ms);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&STAFF_NO_KEY, "");
    *user_id = store_int(q, 0);
    store_reset(q);
    return ERR_NONE;
}

static err can_grant_of(arena *a, staff *office, int64_t but_id, duty_roles but_roles, bool is_of_bound, bool *can_grant)
{
    staff_user *users;
    size_t count, held_count = 0, path = duty_path_find(office->duties, TEXT("staff"));
    duty_set held[64], steps = 0;
    *can_grant = false;
    if (path == SIZE_MAX) return ERR_NONE;
    const duty_path *way = duty_path_at(office->duties, path);
    for (size_t i = 0; i < way->step_count; i++) steps |= (duty_set)1 << way->steps[i].duty;
    TRY(staff_list(a, office, &users, &count));
    for (size_t i = 0; i < count && held_count < ARRAY_COUNT(held); i++) {
        if (users[i].region.size_bytes) continue; /* who is confined changes no rights */
        if (is_of_bound && (users[i].state != STAFF_ACTIVE || !users[i].person.size_bytes)) continue;
        duty_roles roles = but_roles;
        if (users[i].id != but_id) {
            if (users[i].state == STAFF_OUT) continue;
            TRY(duty_roles_parse(a, office->duties, users[i].roles, &roles));
        }
        duty_set duties = duty_of_roles(office->duties, roles);
        if (duties & steps) held[held_count++] = duties;
    }
    *can_grant = duty_can_go(way, held, held_count);
    return ERR_NONE;
}

err staff_can_grant(arena *a, staff *office, int64_t but_id, duty_roles but_roles, bool *can_grant)
{
    return can_grant_of(a, office, but_id, but_roles, false, can_grant);
}

err staff_bound_can_grant(arena *a, staff *office, int64_t but_id, duty_roles but_roles, bool *can_grant)
{
    return can_grant_of(a, office, but_id, but_roles, true, can_grant);
}

/* ---- changes ---- */

static staff_change_state state_of(int64_t stored)
{
    static const staff_change_state STATES[] = { [STAFF_STORED_WAITS] = STAFF_CHANGE_WAITS, [STAFF_STORED_MADE] = STAFF_CHANGE_MADE,
                                                 [STAFF_STORED_HANDED] = STAFF_CHANGE_MADE, [STAFF_STORED_WITHDRAWN] = STAFF_CHANGE_WITHDRAWN,
                                                 [STAFF_STORED_REFUSED] = STAFF_CHANGE_REFUSED };
    return stored >= 0 && stored < (int64_t)ARRAY_COUNT(STATES) ? STATES[stored] : STAFF_CHANGE_MADE;
}

err staff_change_read(arena *a, staff *office, int64_t change_id, text *terms, staff_change_state *state)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(office->db, "SELECT terms, state FROM staff_change WHERE id = ?1", &q));
    store_bind_int(q, 1, change_id);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&STAFF_NO_CHANGE, NULL);
    *terms = text_copy(a, store_text(q, 0));
    *state = state_of(store_int(q, 1));
    store_reset(q);
    return ERR_NONE;
}

err staff_marks(arena *a, staff *office, int64_t change_id, staff_mark_row **marks, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *marks = NULL;
    *count = 0;
    TRY(store_prepare(office->db,
                      "SELECT duty, actor_id, sequence, known_ms, signature FROM staff_mark "
                      "WHERE change_id = ?1 ORDER BY place",
                      &q));
    store_bind_int(q, 1, change_id);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        staff_mark_row row = { .duty = text_copy(a, store_text(q, 0)),
                               .sequence = store_int(q, 2),
                               .known_ms = store_int(q, 3),
                               .signature = text_copy(a, store_bytes(q, 4)) };
        row.mark = (duty_mark){ duty_find(office->duties, row.duty), store_int(q, 1) };
        ARENA_PUSH(a, *marks, *count, capacity, row);
    }
}

static text waits_for(arena *a, const staff *office, staff_change_kind kind, const staff_mark_row *marks, size_t count)
{
    text_builder out = text_builder_open(a);
    size_t path = duty_path_find(office->duties, TEXT("staff"));
    const duty_path *way = path == SIZE_MAX ? NULL : duty_path_at(office->duties, path);
    for (size_t k = 0; way && k < way->step_count; k++) {
        bool is_done = false;
        for (size_t i = 0; i < count; i++) is_done |= marks[i].mark.duty == way->steps[k].duty;
        if (is_done || (kind == STAFF_CHANGE_FACTOR && k >= STAFF_FACTOR_SIGNERS)) continue;
        if (out.size_bytes) text_add_char(&out, ' ');
        text_add(&out, duty_at(office->duties, way->steps[k].duty)->code);
    }
    return text_built(&out);
}

err staff_changes(arena *a, staff *office, bool has_made, staff_change **changes, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *changes = NULL;
    *count = 0;
    TRY(store_prepare(office->db,
                      "SELECT id, terms, state FROM staff_change WHERE state <= ?1 ORDER BY id",
                      &q));
    store_bind_int(q, 1, has_made ? STAFF_STORED_REFUSED : STAFF_STORED_WAITS);
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        const codec_json *json;
        staff_body body;
        staff_mark_row *marks;
        size_t mark_count;
        staff_change change = { .id = store_int(q, 0), .state = state_of(store_int(q, 2)) };
        change.is_made = change.state == STAFF_CHANGE_MADE;
        TRY(staff_json(a, text_copy(a, store_text(q, 1)), &json));
        TRY(staff_body_read(json, &body));
        TRY(staff_marks(a, office, change.id, &marks, &mark_count));
        change.kind = body.kind;
        change.login = body.login;
        change.name = body.name;
        change.roles = body.roles;
        change.region = body.region;
        change.key = body.key;
        change.row_count = body.rows ? body.rows->count : 0;
        change.waits_for = change.state != STAFF_CHANGE_WAITS ? TEXT_NONE : waits_for(a, office, body.kind, marks, mark_count);
        ARENA_PUSH(a, *changes, *count, capacity, change);
    }
}
