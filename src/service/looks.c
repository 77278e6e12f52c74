#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "os/os.h"
#include "service/looks.h"
#include "service/operations.h"

const err_kind LOOKS_FULL = {
    "looks.full", ERR_BUSY, "More reads wait to be noted than the server keeps: what concerns people is read again when the work that is under way has ended.",
    "待登记的查阅记录过多：正在办理的业务结束后，方可再查阅涉及个人的信息。"
};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

static bool answers_of_people(const service_field *fields, size_t count)
{
    static const char *const NAMES[] = { "person", "subject" };
    for (size_t i = 0; i < count; i++)
        if (is_one_of(fields[i].name, NAMES, ARRAY_COUNT(NAMES)) || answers_of_people(fields[i].fields, fields[i].field_count)) return true;
    return false;
}

static bool asks_about_people(const service_op *op)
{
    static const char *const NAMES[] = { "who", "person", "subject", "employer", "payer", "case", "for" };
    for (size_t i = 0; i < op->input_count; i++)
        if (op->input[i].type == SERVICE_FILE_OUT || is_one_of(op->input[i].name, NAMES, ARRAY_COUNT(NAMES))) return true;
    return false;
}

bool looks_are_of(const service_op *op)
{
    if (strcmp(op->name, "county.verify") == 0) return true; /* about nobody: that it was done is to be found */
    if (op->kind != SERVICE_READ || op->reach != SERVICE_LOGGED_IN || !op->permission) return false;
    /* What is everybody's but lists the office's people, as far as each may see them: the search, one's to-do. */
    if (op->scope == SERVICE_SCOPE_LIST && strcmp(op->permission, "user.self") == 0) return true;
    if (strcmp(op->permission, "user.self") == 0 || strcmp(op->permission, "policy.read") == 0) return false;
    return op->own_person || op->own_employer || asks_about_people(op) || answers_of_people(op->output, op->output_count);
}

/* Of a step that was only rehearsed, or tried by its own dry run, no event tells: what it answered was a read like another. */
static bool is_of_call(const service_call *call)
{
    bool is_tried = call->is_rehearsal || (call->op->kind == SERVICE_WRITE && service_is_given(call, "dry-run"));
    bool has_seen = call->county && (call->county->seen_id || call->county->shown_count);
    return looks_are_of(call->op) || (is_tried && (has_seen || asks_about_people(call->op) || answers_of_people(call->op->output, call->op->output_count)));
}

err looks_may(const service_call *call)
{
    const service_shelf *shelf = call->office->settings.shelf;
    return shelf && call->session && is_of_call(call) && service_shelf_is_full((service_shelf *)shelf) ? err_of(&LOOKS_FULL, NULL) : ERR_NONE;
}

void looks_showed(county *office, int64_t subject_id)
{
    if (subject_id > 0) ARENA_PUSH(office->call->request, office->shown, office->shown_count, office->shown_capacity, subject_id);
}

void looks_saw(county *office, int64_t subject_id)
{
    if (!office->seen_id) office->seen_id = subject_id;
    else looks_showed(office, subject_id);
}

/* Each number in a list that says whose it is. */
static void gather(county *office, const service_value *v, bool is_row)
{
    static const char *const NAMES[] = { "person", "subject", "employer", "household", "payer", "member" };
    for (const service_value *m = v->first; m; m = m->next) {
        if (m->kind == SERVICE_VALUE_LIST || m->kind == SERVICE_VALUE_OBJECT) gather(office, m, is_row || v->kind == SERVICE_VALUE_LIST);
        else if (m->kind == SERVICE_VALUE_COUNT && m->name && is_row && is_one_of(m->name, NAMES, ARRAY_COUNT(NAMES))) looks_showed(office, m->count);
    }
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Each once, and not whom the look is about anyhow. */
static void put_shown(const service_call *call, trail_look *look)
{
    county *office = call->county;
    if (call->op == &AUDIT_LOOKS_OP) return; /* it tells of reads: noted of each again they would double with each look */
    gather(office, call->reply, false);
    qsort(office->shown, office->shown_count, sizeof *office->shown, by_id);
    size_t count = 0;
    for (size_t i = 0; i < office->shown_count; i++)
        if (office->shown[i] != look->subject_id && (!count || office->shown[count - 1] != office->shown[i])) office->shown[count++] = office->shown[i];
    if (count > LOOKS_SHOWN_MAX) return;
    look->shown = office->shown;
    look->shown_count = count;
}

/* Whom it was about: found on the way, told at the head of the answer, or named by id. */
static int64_t subject_of(const service_call *call)
{
    static const char *const TOLD[] = { "person", "subject" };
    enum { ID_DIGITS = 14 };
    static const char *const NAMED[] = { "person", "subject", "who", "employer", "payer" };
    int64_t id = call->county->seen_id;
    for (size_t i = 0; i < ARRAY_COUNT(TOLD) && !id; i++) {
        const service_value *v = service_member(call->reply, TOLD[i]);
        if (v && v->kind == SERVICE_VALUE_COUNT) id = v->count;
    }
    for (size_t i = 0; i < ARRAY_COUNT(NAMED) && !id; i++) {
        text said = service_text_of(call, NAMED[i], TEXT("-"));
        if (said.size_bytes > ID_DIGITS || !codec_parse_scaled(said, 0, &id) || id < 0) id = 0; /* longer: a citizen number */
    }
    return id;
}

static int64_t rows_of(const service_value *reply)
{
    int64_t most = 0;
    for (const service_value *m = reply->first; m; m = m->next)
        if (m->kind == SERVICE_VALUE_LIST && (int64_t)m->child_count > most) most = (int64_t)m->child_count;
    return most;
}

/* Whose login that is; an office without users, or without this one, knows nobody. */
static int64_t user_called(county *office, text login)
{
    staff *room;
    staff_user user;
    return county_staff(office, &room).kind || staff_find(office->memory, room, login, &user).kind ? 0 : user.id;
}

bool looks_of(const service_call *call, trail_look *look)
{
    county *office = call->county;
    bool is_machine = !call->is_remote && looks_are_of(call->op) && call->op != &COUNTY_VERIFY_OP;
    if (!office || (!office->actor_id && !is_machine) || !is_of_call(call)) return false;
    *look = (trail_look){ .known_ms = os_unix_seconds() * 1000, .actor_id = office->actor_id, .subject_id = subject_of(call),
                          .row_count = rows_of(call->reply), .operation = text_of(call->op->name), .machine = TEXT("") };
    if (!call->is_remote) look->machine = text_of(os_user(call->request));
    if (!look->actor_id) look->actor_id = user_called(office, look->machine);
    put_shown(call, look);
    return true;
}

/* ---- keeping ---- */

static const char *store_of(const service *office)
{
    const char *set = office->settings.county;
    return set && set[0] ? set : "county.db";
}

static err write_looks(store *db, const trail_look *looks, size_t count)
{
    TRY(store_begin(db));
    err e = trail_add(db, looks, count);
    if (!e.kind) return store_commit(db);
    store_rollback(db);
    return e;
}

/* The writer of the shelf, as county_open has it; whoever has it is alone. */
static err write_with(const service *office, service_kept *writer, const trail_look *looks, size_t count)
{
    store_options options = { .url = store_of(office), .mode = STORE_WRITE };
    if (writer->db && (strcmp(writer->url, options.url) != 0 || !store_wake(writer->db))) {
        service_kept_drop(writer);
        writer->is_out = true;
    }
    if (!writer->db) {
        arena *memory = arena_open();
        err e = store_open(memory, &options, &writer->db);
        if (e.kind) {
            arena_close(memory);
            writer->db = NULL;
            return (err){ .kind = e.kind };
        }
        writer->memory = memory;
        writer->url = text_cstr(memory, text_of(options.url));
    }
    err e = write_looks(writer->db, looks, count);
    if (!store_rest(writer->db)) {
        service_kept_drop(writer);
        writer->is_out = true;
    }
    return (err){ .kind = e.kind };
}

bool service_has_looks(service *office)
{
    return office->settings.shelf && service_shelf_looks(office->settings.shelf, NULL, 0, NULL) > 0;
}

void service_keep_looks(service *office)
{
    enum { AT_ONCE = 4096 };
    service_shelf *shelf = office->settings.shelf;
    service_kept *writer = shelf ? service_shelf_writer(shelf) : NULL;
    if (!writer) return;
    arena *scratch = arena_open();
    trail_look *looks = ARENA_ARRAY(scratch, trail_look, AT_ONCE);
    int64_t *shown = ARENA_ARRAY(scratch, int64_t, SERVICE_SHOWN_AT_ONCE + LOOKS_SHOWN_MAX);
    for (;;) {
        size_t count = service_shelf_looks(shelf, looks, AT_ONCE, shown);
        if (!count || write_with(office, writer, looks, count).kind) break; /* they wait for the next time */
        service_shelf_looks_kept(shelf, count);
    }
    arena_close(scratch);
    service_shelf_give_back(shelf, writer);
}

void looks_keep(service_call *call, const trail_look *look)
{
    enum { TRIES = 12 };
    store *db;
    service_shelf *shelf = call->office->settings.shelf;
    if (shelf) {
        service_shelf_look(shelf, look);
        return;
    }
    arena *scratch = arena_open();
    store_options options = { .url = text_cstr(scratch, service_text_of(call, "county", text_of(store_of(call->office)))), .mode = STORE_WRITE };
    err e = store_open(scratch, &options, &db);
    for (int i = 1; i < TRIES && e.kind == &STORE_LOCKED; i++) e = store_open(scratch, &options, &db); /* each waits a moment itself */
    if (!e.kind) {
        e = write_looks(db, look, 1);
        store_close(db);
    }
    if (e.kind) service_note(call, "this read could not be noted in the trail: ", "本次查阅未能记入痕迹：", err_sentence(call->request, e, call->is_chinese));
    arena_close(scratch);
}
