#include <string.h>

#include "staff/staff_internal.h"

/* Each event of this room is put into the tables here, the first time and in every rebuild; what an
 * event means is decided nowhere else. Whether it was allowed was asked before it was written. */

typedef struct {
    staff *office;
    arena *scratch;
    const codec_json *body;
    const eventlog_event *event;
    int64_t sequence;
} applying;

static err put_files(applying *at, const text csv[DUTY_FILE_COUNT])
{
    store_query *q;
    TRY(store_run(at->office->db, "DELETE FROM staff_duty_file"));
    for (int i = 0; i < DUTY_FILE_COUNT; i++) {
        TRY(store_prepare(at->office->db, "INSERT INTO staff_duty_file (file, csv) VALUES (?1, ?2)",
                          &q));
        store_bind_int(q, 1, i);
        store_bind_text(q, 2, csv[i]);
        TRY(store_do(q, NULL));
    }
    return staff_table_load(at->office);
}

static err put_user(applying *at, int64_t id, const staff_body *user)
{
    store_query *q;
    TRY(store_prepare(at->office->db,
                      "INSERT INTO staff_user (id, login, name, state, roles, password, locked_key) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      &q));
    store_bind_int(q, 1, id);
    store_bind_text(q, 2, user->login);
    store_bind_text(q, 3, user->name);
    store_bind_int(q, 4, STAFF_NEW);
    store_bind_text(q, 5, user->roles.size_bytes ? user->roles : TEXT(""));
    store_bind_text(q, 6, user->password);
    store_bind_bytes(q, 7, TEXT(""));
    return store_do(q, NULL);
}

static err end_key(applying *at, int64_t user_id)
{
    store_query *q;
    TRY(store_prepare(at->office->db,
                      "UPDATE staff_key SET until_sequence = ?1, until_ms = ?2 "
                      "WHERE user_id = ?3 AND until_sequence = 0",
                      &q));
    store_bind_int(q, 1, at->sequence);
    store_bind_int(q, 2, at->event->known_ms);
    store_bind_int(q, 3, user_id);
    return store_do(q, NULL);
}

static err set_roles(applying *at, int64_t user_id, duty_roles roles)
{
    store_query *q;
    TRY(store_prepare(at->office->db, "UPDATE staff_user SET roles = ?1 WHERE id = ?2", &q));
    store_bind_text(q, 1, duty_roles_print(at->scratch, at->office->duties, roles));
    store_bind_int(q, 2, user_id);
    return store_do(q, NULL);
}

static err end_factor(applying *at, int64_t user_id)
{
    store_query *q;
    TRY(store_prepare(at->office->db, "DELETE FROM staff_factor WHERE user_id = ?1", &q));
    store_bind_int(q, 1, user_id);
    return store_do(q, NULL);
}

/* ---- the events ---- */

static err apply_founded(applying *at)
{
    const codec_json *files = codec_json_member(at->body, TEXT("files"));
    const codec_json *users = codec_json_member(at->body, TEXT("users"));
    if (!files || files->count != DUTY_FILE_COUNT || !users)
        return err_of(&STAFF_BROKEN, "the founding");
    text csv[DUTY_FILE_COUNT];
    for (int i = 0; i < DUTY_FILE_COUNT; i++) csv[i] = files->items[i].word;
    TRY(put_files(at, csv));
    for (size_t i = 0; i < users->count; i++) {
        staff_body user = { .login = staff_json_text(&users->items[i], "login"),
                            .name = staff_json_text(&users->items[i], "name"),
                            .roles = staff_json_text(&users->items[i], "roles"),
                            .password = staff_json_text(&users->items[i], "password") };
        TRY(put_user(at, (int64_t)i + 1, &user));
    }
    return ERR_NONE;
}

static text bytes_of_hex(arena *a, text hex)
{
    size_t size_bytes = hex.size_bytes / 2;
    char *bytes = arena_alloc(a, size_bytes + 1);
    err e = crypto_parse_hex(hex, bytes, size_bytes);
    return e.kind ? TEXT_NONE : (text){ bytes, size_bytes };
}

static err bind_employer(applying *at, const staff_body *body)
{
    store_query *q;
    TRY(store_prepare(at->office->db, "UPDATE staff_user SET employer = ?1 WHERE login = ?2", &q));
    store_bind_int(q, 1, body->employer);
    store_bind_text(q, 2, body->login);
    return store_do(q, NULL);
}

static err bind_region(applying *at, const staff_body *body)
{
    store_query *q;
    TRY(store_prepare(at->office->db, "UPDATE staff_user SET region = ?1 WHERE login = ?2", &q));
    store_bind_text(q, 1, text_equal_cstr(body->region, STAFF_WHOLE) ? TEXT("") : body->region);
    store_bind_text(q, 2, body->login);
    return store_do(q, NULL);
}

/* ---- many logins ---- */

static err joint_new(applying *at, const staff_joint_row *row)
{
    int64_t user_count;
    store_query *q;
    staff_body user = { .login = row->login, .name = row->name, .roles = row->role, .password = TEXT("") };
    TRY(store_scalar(at->office->db, "SELECT count(*) FROM staff_user", &user_count));
    TRY(put_user(at, user_count + 1, &user));
    TRY(store_prepare(at->office->db, "UPDATE staff_user SET person = ?1, number = ?2, employer = ?3 WHERE id = ?4", &q));
    store_bind_text(q, 1, row->person.size_bytes ? row->person : TEXT(""));
    if (row->number.size_bytes) store_bind_bytes(q, 2, bytes_of_hex(at->scratch, row->number));
    else store_bind_null(q, 2);
    store_bind_int(q, 3, row->employer);
    store_bind_int(q, 4, user_count + 1);
    return store_do(q, NULL);
}

/* Its key and second factor end; the role stays, or is the row's. Shut out: no role, and the password stays to be refused. */
static err joint_end(applying *at, const staff_joint_row *row)
{
    staff_row had;
    store_query *q;
    bool is_out = row->act == STAFF_JOINT_LOCK;
    TRY(staff_row_find(at->scratch, at->office, row->login, 0, &had));
    TRY(end_key(at, had.user.id));
    if (!is_out) TRY(end_factor(at, had.user.id));
    TRY(store_prepare(at->office->db, "UPDATE staff_user SET state = ?1, roles = ?2, password = ?3, locked_key = ?4 WHERE id = ?5", &q));
    store_bind_int(q, 1, is_out ? STAFF_OUT : STAFF_NEW);
    text roles = had.user.roles.size_bytes ? had.user.roles : row->role;
    store_bind_text(q, 2, is_out || !roles.size_bytes ? TEXT("") : roles);
    store_bind_text(q, 3, is_out ? had.password : TEXT(""));
    store_bind_bytes(q, 4, is_out ? had.locked_key : TEXT(""));
    store_bind_int(q, 5, had.user.id);
    return store_do(q, NULL);
}

static err make_joint(applying *at, const staff_body *body)
{
    staff_joint_row *rows;
    size_t count;
    TRY(staff_joint_take(at->scratch, body->rows, &rows, &count));
    for (size_t i = 0; i < count; i++)
        TRY(rows[i].act == STAFF_JOINT_NEW ? joint_new(at, &rows[i]) : joint_end(at, &rows[i]));
    return ERR_NONE;
}

/* A change of state 2 is made, and its passwords are out. */
static err apply_handed_out(applying *at)
{
    store_query *q;
    const codec_json *list = codec_json_member(at->body, TEXT("passwords"));
    if (!list || list->type != CODEC_JSON_ARRAY) return err_of(&STAFF_BROKEN, "the handing out of passwords");
    for (size_t i = 0; i < list->count; i++) {
        TRY(store_prepare(at->office->db, "UPDATE staff_user SET password = ?1 WHERE id = ?2", &q));
        store_bind_text(q, 1, staff_json_text(&list->items[i], "password"));
        store_bind_int(q, 2, staff_json_int(&list->items[i], "user"));
        TRY(store_do(q, NULL));
    }
    TRY(store_prepare(at->office->db, "UPDATE staff_change SET state = 2 WHERE id = ?1", &q));
    store_bind_int(q, 1, staff_json_int(at->body, "change"));
    return store_do(q, NULL);
}

static err make_change(applying *at, const staff_body *body)
{
    staff_row row;
    int64_t user_count;
    store_query *q;
    duty_roles held, more;
    switch (body->kind) {
    case STAFF_CHANGE_NEW:
        TRY(store_scalar(at->office->db, "SELECT count(*) FROM staff_user", &user_count));
        return put_user(at, user_count + 1, body);
    case STAFF_CHANGE_GRANT:
        TRY(staff_row_find(at->scratch, at->office, body->login, 0, &row));
        TRY(duty_roles_parse(at->scratch, at->office->duties, row.user.roles, &held));
        TRY(duty_roles_parse(at->scratch, at->office->duties, body->roles, &more));
        return set_roles(at, row.user.id, held | more);
    case STAFF_CHANGE_RESET:
        TRY(staff_row_find(at->scratch, at->office, body->login, 0, &row));
        TRY(end_key(at, row.user.id));
        TRY(end_factor(at, row.user.id));
        TRY(store_prepare(at->office->db,
                          "UPDATE staff_user SET state = ?1, roles = '', password = ?2, "
                          "locked_key = ?3 WHERE id = ?4",
                          &q));
        store_bind_int(q, 1, STAFF_NEW);
        store_bind_text(q, 2, body->password);
        store_bind_bytes(q, 3, TEXT(""));
        store_bind_int(q, 4, row.user.id);
        return store_do(q, NULL);
    case STAFF_CHANGE_TABLE: return put_files(at, body->csv);
    case STAFF_CHANGE_BIND:
        if (body->employer) return bind_employer(at, body);
        if (body->region.size_bytes) return bind_region(at, body);
        TRY(store_prepare(at->office->db, "UPDATE staff_user SET person = ?1, number = ?2 WHERE login = ?3", &q));
        store_bind_text(q, 1, body->person);
        store_bind_bytes(q, 2, bytes_of_hex(at->scratch, body->number));
        store_bind_text(q, 3, body->login);
        return store_do(q, NULL);
    case STAFF_CHANGE_FACTOR:
        TRY(staff_row_find(at->scratch, at->office, body->login, 0, &row));
        return end_factor(at, row.user.id);
    case STAFF_CHANGE_JOINT: return make_joint(at, body);
    default: return err_of(&STAFF_BROKEN, "a kind of change");
    }
}

static err put_mark(applying *at, int64_t change_id, size_t place)
{
    store_query *q;
    text hex = staff_json_text(at->body, "signature");
    crypto_signature signature;
    TRY(crypto_parse_hex(hex, &signature, sizeof signature));
    TRY(store_prepare(at->office->db,
                      "INSERT INTO staff_mark (change_id, place, duty, actor_id, sequence, known_ms, "
                      "signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      &q));
    store_bind_int(q, 1, change_id);
    store_bind_int(q, 2, (int64_t)place);
    store_bind_text(q, 3, staff_json_text(at->body, "duty"));
    store_bind_int(q, 4, at->event->actor_id);
    store_bind_int(q, 5, at->sequence);
    store_bind_int(q, 6, at->event->known_ms);
    store_bind_bytes(q, 7, (text){ (const char *)signature.bytes, sizeof signature.bytes });
    return store_do(q, NULL);
}

/* When the last step of the path is signed the change is made, here and in every rebuild. */
static err apply_signed(applying *at)
{
    store_query *q;
    staff_mark_row *rows;
    size_t count;
    int64_t change_id = staff_json_int(at->body, "change");
    const codec_json *json = codec_json_member(at->body, TEXT("terms"));
    staff_body body;
    if (json) {
        TRY(staff_body_read(json, &body));
        TRY(store_prepare(at->office->db,
                          "INSERT INTO staff_change (id, state, terms) VALUES (?1, 0, ?2)", &q));
        store_bind_int(q, 1, change_id);
        store_bind_text(q, 2, staff_body_print(at->scratch, &body));
        TRY(store_do(q, NULL));
    }
    TRY(staff_marks(at->scratch, at->office, change_id, &rows, &count));
    TRY(put_mark(at, change_id, count));
    TRY(staff_marks(at->scratch, at->office, change_id, &rows, &count));
    duty_mark *marks = ARENA_ARRAY(at->scratch, duty_mark, count);
    for (size_t i = 0; i < count; i++) marks[i] = rows[i].mark;
    text terms;
    staff_change_state state;
    TRY(staff_change_read(at->scratch, at->office, change_id, &terms, &state));
    TRY(staff_json(at->scratch, terms, &json));
    TRY(staff_body_read(json, &body));
    size_t path = duty_path_find(at->office->duties, TEXT("staff"));
    if (path == SIZE_MAX) return err_of(&STAFF_BROKEN, "no path 'staff'");
    bool is_whole = body.kind == STAFF_CHANGE_FACTOR ? count >= STAFF_FACTOR_SIGNERS
                                                     : duty_is_done(duty_path_at(at->office->duties, path), 0, marks, count);
    if (!is_whole) return ERR_NONE;
    TRY(make_change(at, &body));
    TRY(store_prepare(at->office->db, "UPDATE staff_change SET state = 1 WHERE id = ?1", &q));
    store_bind_int(q, 1, change_id);
    return store_do(q, NULL);
}

/* Without a duty it was withdrawn by whoever proposed it. Its marks stay, and its signatures are verified as others' are. */
static err apply_ended(applying *at)
{
    store_query *q;
    bool is_refused = staff_json_text(at->body, "duty").size_bytes > 0;
    TRY(store_prepare(at->office->db, "UPDATE staff_change SET state = ?1 WHERE id = ?2", &q));
    store_bind_int(q, 1, is_refused ? STAFF_STORED_REFUSED : STAFF_STORED_WITHDRAWN);
    store_bind_int(q, 2, staff_json_int(at->body, "change"));
    return store_do(q, NULL);
}

static err apply_revoked(applying *at)
{
    staff_row row;
    duty_roles held, less;
    TRY(staff_row_find(at->scratch, at->office, TEXT_NONE, staff_json_int(at->body, "user"), &row));
    TRY(duty_roles_parse(at->scratch, at->office->duties, row.user.roles, &held));
    TRY(duty_roles_parse(at->scratch, at->office->duties, staff_json_text(at->body, "roles"), &less));
    return set_roles(at, row.user.id, held & ~less);
}

static err apply_disabled(applying *at)
{
    store_query *q;
    int64_t user_id = staff_json_int(at->body, "user");
    TRY(end_key(at, user_id));
    TRY(store_prepare(at->office->db,
                      "UPDATE staff_user SET state = ?1, roles = '' WHERE id = ?2", &q));
    store_bind_int(q, 1, STAFF_OUT);
    store_bind_int(q, 2, user_id);
    return store_do(q, NULL);
}

static err apply_key_made(applying *at)
{
    store_query *q;
    int64_t user_id = staff_json_int(at->body, "user");
    TRY(end_key(at, user_id));
    TRY(store_prepare(at->office->db,
                      "INSERT INTO staff_key (user_id, from_sequence, until_sequence, from_ms, "
                      "until_ms, public_key, signature) VALUES (?1, ?2, 0, ?3, 0, ?4, ?5)",
                      &q));
    store_bind_int(q, 1, user_id);
    store_bind_int(q, 2, at->sequence);
    store_bind_int(q, 3, at->event->known_ms);
    store_bind_bytes(q, 4, bytes_of_hex(at->scratch, staff_json_text(at->body, "public")));
    store_bind_bytes(q, 5, bytes_of_hex(at->scratch, staff_json_text(at->body, "signature")));
    TRY(store_do(q, NULL));
    TRY(store_prepare(at->office->db,
                      "UPDATE staff_user SET state = ?1, password = '', locked_key = ?2 "
                      "WHERE id = ?3",
                      &q));
    store_bind_int(q, 1, STAFF_ACTIVE);
    store_bind_bytes(q, 2, bytes_of_hex(at->scratch, staff_json_text(at->body, "locked")));
    store_bind_int(q, 3, user_id);
    return store_do(q, NULL);
}

static err apply_factor_offered(applying *at)
{
    store_query *q;
    TRY(store_prepare(at->office->db,
                      "INSERT INTO staff_factor (user_id, sealed, offered) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (user_id) DO UPDATE SET offered = excluded.offered", &q));
    store_bind_int(q, 1, staff_json_int(at->body, "user"));
    store_bind_bytes(q, 2, TEXT(""));
    store_bind_bytes(q, 3, bytes_of_hex(at->scratch, staff_json_text(at->body, "sealed")));
    return store_do(q, NULL);
}

static err apply_factor_taken(applying *at)
{
    store_query *q;
    TRY(store_prepare(at->office->db, "UPDATE staff_factor SET sealed = offered, offered = ?2 WHERE user_id = ?1", &q));
    store_bind_int(q, 1, staff_json_int(at->body, "user"));
    store_bind_bytes(q, 2, TEXT(""));
    return store_do(q, NULL);
}

static const struct {
    const char *kind;
    err (*apply)(applying *at);
} EVENTS[] = {
    { "staff.founded", apply_founded },   { "staff.change_signed", apply_signed },
    { "staff.revoked", apply_revoked },   { "staff.disabled", apply_disabled },
    { "staff.key_made", apply_key_made }, { "staff.factor_offered", apply_factor_offered },
    { "staff.factor_taken", apply_factor_taken }, { "staff.handed_out", apply_handed_out },
    { "staff.change_ended", apply_ended },
};

err staff_apply(staff *office, const eventlog_entry *entry)
{
    for (size_t i = 0; i < ARRAY_COUNT(EVENTS); i++) {
        if (entry->event.bucket != EVENTLOG_OFFICE || strcmp(entry->event.kind, EVENTS[i].kind))
            continue;
        arena *scratch = arena_open();
        applying at = { .office = office, .scratch = scratch, .event = &entry->event,
                        .sequence = entry->sequence };
        err e = staff_json(scratch, entry->event.body, &at.body);
        if (!e.kind) e = EVENTS[i].apply(&at);
        if (e.kind == &STAFF_NO_USER || e.kind == &DUTY_UNKNOWN_ROLE || e.kind == &CRYPTO_BAD_HEX)
            e = err_of(&STAFF_BROKEN, EVENTS[i].kind);
        arena_close(scratch);
        return e;
    }
    return ERR_NONE;
}

static const eventlog_table TABLES[] = {
    { "staff_duty_file", "file", "it" },
    { "staff_user", "id", "ittittbtbit" },
    { "staff_key", "user_id, from_sequence", "iiiiibb" },
    { "staff_change", "id", "iit" },
    { "staff_mark", "change_id, place", "iitiiib" },
    { "staff_factor", "user_id", "ibb" },
};

static err apply_any(void *room, const eventlog_entry *entry)
{
    return staff_apply(room, entry);
}

eventlog_room staff_room(staff *office)
{
    return (eventlog_room){ .events = "staff.", .tables = TABLES,
                            .table_count = ARRAY_COUNT(TABLES), .apply = apply_any,
                            .room = office };
}

err staff_record(staff *office, const staff_act *act, int64_t actor_id, const char *kind,
                 int64_t user_id, text body, int64_t *sequence, bool *is_new)
{
    eventlog_entry entry = { .event = { .bucket = EVENTLOG_OFFICE, .kind = kind,
                                        .subject_id = user_id, .known_ms = act->known_ms,
                                        .actor_id = actor_id, .why = act->why, .body = body,
                                        .key = act->key } };
    TRY(eventlog_append(office->log, &entry.event, &entry.sequence, is_new));
    *sequence = entry.sequence;
    return *is_new ? staff_apply(office, &entry) : ERR_NONE;
}
