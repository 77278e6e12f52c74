#include <string.h>

#include "os/os.h"
#include "service/adopt.h"
#include "service/county.h"
#include "service/ledger.h"
#include "service/once.h"
#include "service/own.h"
#include "service/scope.h"
#include "service/second.h"
#include "service/month_walk.h"

const err_kind COUNTY_NOT_FOUNDED = {
    "county.not_founded", ERR_CONFLICT,
    "This store holds no office yet ({} is not set); make one with doudi county new.",
    "该数据库尚未建立机构（未设置 {}）；请用 doudi county new 建立。"
};

const err_kind COUNTY_NO_ACTOR = {
    "county.no_actor", ERR_FORBIDDEN, "This is somebody's duty: say who acts with --as USER.",
    "此操作须由专人办理：请用 --as 指定用户。"
};
const err_kind COUNTY_NOBODY_TO_ASK = {
    "county.nobody_to_ask", ERR_FORBIDDEN, "There is nobody to ask for the password.",
    "无法询问密码。"
};
const err_kind COUNTY_UNFINISHED = {
    "county.unfinished", ERR_CONFLICT,
    "The store {} is unfinished: making it was stopped in the middle. doudi county new makes it anew.",
    "数据库 {} 未建完：建立过程被中断。再次执行 doudi county new 即可重新建立。"
};

const err_kind COUNTY_WRITTEN_OVER = {
    "county.written_over", ERR_CONFLICT,
    "{} belongs to the office's store and would be written over; name another file.",
    "{} 属于本机构的数据库，不得覆盖；请指定其他文件。"
};

static const char *url_of(service_call *call)
{
    const char *set = call->office->settings.county;
    text said = service_text_of(call, "county", text_of(set && set[0] ? set : "county.db"));
    return text_cstr(call->request, said);
}

const char *county_file(arena *a, const char *url)
{
    text path = text_of(url);
    if (text_begins(path, TEXT("sqlite:"))) path = text_sub(path, strlen("sqlite:"), path.size_bytes);
    return text_cstr(a, path);
}

/* A whole file takes the place of what was there: told to write over the store it would be the end of
 * the office, whoever the user is. */
static err spare(service_call *call, const char *out)
{
    static const char *const BESIDE[] = { "", "-wal", "-shm", "-journal", "-lock", ".key" };
    const char *key = call->office->settings.key_file;
    const char *file = county_file(call->request, url_of(call));
    bool is_ours = key && key[0] && os_is_same(out, key);
    for (size_t i = 0; i < ARRAY_COUNT(BESIDE) && !is_ours; i++)
        is_ours = os_is_same(out, text_format(call->request, "%s%s", file, BESIDE[i]).bytes);
    return is_ours ? err_of(&COUNTY_WRITTEN_OVER, out) : ERR_NONE;
}

err county_spare_files(service_call *call)
{
    for (size_t i = 0; i < call->op->input_count; i++)
        for (size_t k = 0; call->op->input[i].type == SERVICE_FILE_OUT && k < call->arguments[i].count; k++)
            TRY(spare(call, text_cstr(call->request, call->arguments[i].values[k])));
    return ERR_NONE;
}

/* The log's time never falls, whatever the machine's clock does. It is `step_ms` later than all that stands. */
static err now(county *c, int64_t step_ms)
{
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    int64_t last_ms = 0;
    TRY(eventlog_heads(c->log, heads));
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++)
        if (heads[i].known_ms > last_ms) last_ms = heads[i].known_ms;
    c->now_ms = os_unix_seconds() * 1000;
    if (last_ms + step_ms > c->now_ms) c->now_ms = last_ms + step_ms;
    return ERR_NONE;
}

/* Two acts within one second of the clock are still one after the other: what is asked as known at an act's time
 * holds nothing of a later one. */
err county_begin(county *office)
{
    TRY(store_begin(office->db));
    if (office->need == COUNTY_WRITE || office->need == COUNTY_NEW) TRY(now(office, 1));
    return ERR_NONE;
}

err county_turn(county *office, int64_t *turn)
{
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    if (!office->turn) {
        TRY(eventlog_heads(office->log, heads));
        for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++) office->turn += heads[i].sequence;
    }
    *turn = office->turn;
    return ERR_NONE;
}

static err refuse_unfinished(county *c)
{
    charter *room;
    text state;
    TRY(county_charter(c, &room));
    TRY(charter_read(c->memory, room, TEXT(COUNTY_STATE), CHARTER_NOW, &state));
    return text_equal_cstr(state, "loading") ? err_of(&COUNTY_UNFINISHED, c->url) : ERR_NONE;
}

/* ---- the store ---- */

enum { ERRANDS_MAX = 1000 };

void county_drop_reader(service *office)
{
    service_kept_drop(&office->reader);
}

/* What is open already, if it is of this store and still answers; else it is opened. */
static err open_kept(county *c, service_kept *kept, store_mode mode)
{
    store_options options = { .url = c->url, .mode = mode };
    if (kept->db && (strcmp(kept->url, c->url) != 0 || !store_wake(kept->db))) service_kept_drop(kept);
    if (!kept->db) {
        kept->memory = arena_open();
        kept->url = text_cstr(kept->memory, text_of(c->url));
        err e = store_open(kept->memory, &options, &kept->db);
        if (e.kind) {
            if (e.detail) e.detail = text_cstr(c->call->request, text_of(e.detail));
            arena_close(kept->memory);
            *kept = (service_kept){ 0 };
            return e;
        }
    }
    kept->is_out = true;
    c->kept = kept;
    c->db = kept->db;
    return ERR_NONE;
}

static service_shelf *shelf_of(const county *c)
{
    return c->call->office->settings.shelf;
}

static err open_reader(county *c)
{
    store_options options = { .url = c->url, .mode = STORE_READ };
    service_kept *reader = &c->call->office->reader;
    return reader->is_out ? store_open(c->memory, &options, &c->db) : open_kept(c, reader, STORE_READ);
}

static err open_writer(county *c)
{
    store_options options = { .url = c->url, .mode = STORE_WRITE };
    service_kept *writer = service_shelf_writer(shelf_of(c));
    if (!writer) return store_open(c->memory, &options, &c->db);
    err e = open_kept(c, writer, STORE_WRITE);
    if (e.kind) service_shelf_give_back(shelf_of(c), writer);
    return e;
}

static err open_store(county *c, store_mode mode)
{
    store_options options = { .url = c->url, .mode = mode };
    if (shelf_of(c) && mode == STORE_READ) return open_reader(c);
    if (shelf_of(c) && c->need == COUNTY_WRITE) return open_writer(c);
    return store_open(c->memory, &options, &c->db);
}

static void close_store(county *c)
{
    service_kept *kept = c->kept;
    if (!kept) {
        store_close(c->db);
        return;
    }
    kept->is_out = c->need == COUNTY_WRITE; /* until it is given back */
    if (!store_rest(c->db) || ++kept->errands == ERRANDS_MAX) service_kept_drop(kept);
    if (c->need == COUNTY_WRITE) service_shelf_give_back(shelf_of(c), kept);
}

void service_tidy(service *office)
{
    service_shelf *shelf = office->settings.shelf;
    service_kept *writer = shelf ? service_shelf_writer(shelf) : NULL;
    if (!writer) return;
    if (writer->db) store_tidy(writer->db);
    service_shelf_give_back(shelf, writer);
}

static const char *store_url(const service_settings *settings)
{
    return settings->county && settings->county[0] ? settings->county : "county.db";
}

void service_settle(const service_settings *settings)
{
    store *db;
    service_kept *writer = settings->shelf ? service_shelf_writer(settings->shelf) : NULL;
    if (writer) {
        service_kept_drop(writer); /* the last to close takes the log in */
        service_shelf_give_back(settings->shelf, writer);
    }
    arena *scratch = arena_open();
    store_options options = { .url = store_url(settings), .mode = STORE_WRITE };
    const char *log = text_format(scratch, "%s-wal", county_file(scratch, options.url)).bytes;
    if (os_is_file(log) && !store_open(scratch, &options, &db).kind) store_close(db);
    arena_close(scratch);
}

err county_open(service_call *call, county_need need, county **office)
{
    static const store_mode MODES[] = { [COUNTY_READ] = STORE_READ, [COUNTY_WRITE] = STORE_WRITE,
                                        [COUNTY_LOOK] = STORE_READ, [COUNTY_CHECK] = STORE_WRITE,
                                        [COUNTY_NEW] = STORE_CREATE };
    county *asked = call->county && call->county->is_admission ? call->county : NULL;
    if (asked && MODES[need] == STORE_READ) {
        asked->is_admission = false;
        asked->need = need;
        *office = asked;
        return need == COUNTY_LOOK ? ERR_NONE : refuse_unfinished(asked);
    }
    county_close(asked);
    county *c = ARENA_NEW(call->request, county);
    *c = (county){ .call = call, .need = need, .memory = arena_open(), .url = url_of(call) };
    call->county = c; /* closed by service_run from here on */
    TRY(open_store(c, MODES[need]));
    TRY(eventlog_open(c->memory, c->db, &c->log));
    TRY(county_key_log(c, &c->has_key));
    TRY(now(c, 0));
    if (MODES[need] == STORE_WRITE && c->has_key) TRY(county_adopt(c));
    if (MODES[need] != STORE_READ && (call->is_rehearsal || once_holds(call))) TRY(store_rehearse(c->db));
    *office = c;
    if (need != COUNTY_LOOK && need != COUNTY_NEW) TRY(refuse_unfinished(c));
    if (!call->session) return ERR_NONE;
    TRY(county_resume(c));
    return county_permit(c);
}

void county_close(county *office)
{
    if (!office) return;
    month_walk_close(office);
    staff_session_close(office->session);
    staff_close(office->staff);
    if (office->runs) payment_close(office->runs);
    revision_close(office->revisions);
    if (office->people) registry_close(office->people);
    eventlog_close(office->log);
    close_store(office);
    arena_close(office->memory);
}

/* As the first writer of an office does, also before the codes of its log were made (county_adopt). */
static err renew(service *office, arena *scratch)
{
    county *opened;
    service_call *call = service_call_open(office, scratch, service_find(TEXT("county.status")), false);
    err e = county_open(call, COUNTY_CHECK, &opened);
    county_close(call->county);
    return e;
}

err service_renew(arena *a, const service_settings *settings, bool *is_renewed)
{
    store *db;
    arena *scratch = arena_open();
    store_options options = { .url = store_url(settings), .mode = STORE_READ };
    err e = store_open(scratch, &options, &db);
    *is_renewed = e.kind == &STORE_OLDER;
    if (!e.kind) store_close(db);
    e = ERR_NONE; /* what else is in its way is told to who asks for it */
    if (*is_renewed) {
        service *office = service_open(scratch, settings);
        e = renew(office, scratch);
        service_close(office);
    }
    if (e.kind && e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- rooms ---- */

err county_charter(county *office, charter **room)
{
    if (!office->charter) TRY(charter_open(office->memory, office->db, office->log, &office->charter));
    *room = office->charter;
    return ERR_NONE;
}

err county_decisions(county *office, decision_book **room)
{
    if (!office->decisions) TRY(decision_open(office->memory, office->db, office->log, &office->decisions));
    *room = office->decisions;
    return ERR_NONE;
}

err county_alerts(county *office, alert_book **room)
{
    if (!office->alerts) TRY(alert_open(office->memory, office->db, office->log, &office->alerts));
    *room = office->alerts;
    return ERR_NONE;
}

err county_cases(county *office, cases_book **room)
{
    if (!office->cases) TRY(cases_open(office->memory, office->db, office->log, &office->cases));
    *room = office->cases;
    return ERR_NONE;
}

err county_gauge(county *office, gauge **room)
{
    if (!office->gauge) TRY(gauge_open(office->memory, office->db, office->log, &office->gauge));
    *room = office->gauge;
    return ERR_NONE;
}

err county_archive(county *office, archive_book **room)
{
    if (!office->archive) TRY(archive_open(office->memory, office->db, office->log, &office->archive));
    *room = office->archive;
    return ERR_NONE;
}

err county_bills(county *office, collection **room)
{
    if (!office->bills) TRY(collection_open(office->memory, office->db, office->log, &office->bills));
    *room = office->bills;
    return ERR_NONE;
}

err county_runs(county *office, payment **room)
{
    if (!office->runs) TRY(payment_open(office->memory, office->db, office->log, &office->runs));
    *room = office->runs;
    return ERR_NONE;
}

err county_books(county *office, ledger **room)
{
    TRY(adopt_need(office));
    if (!office->chart) TRY(service_ledger_chart(office->call, office->memory, &office->chart));
    if (!office->books)
        TRY(ledger_open(office->memory, office->db, office->log, office->chart, &office->books));
    *room = office->books;
    return ERR_NONE;
}

err county_oneoffs(county *office, oneoff_book **room)
{
    if (!office->oneoffs) TRY(oneoff_open(office->memory, office->db, office->log, &office->oneoffs));
    *room = office->oneoffs;
    return ERR_NONE;
}

err county_revisions(county *office, revision_book **room)
{
    if (!office->revisions) TRY(revision_open(office->memory, office->db, office->log, &office->revisions));
    *room = office->revisions;
    return ERR_NONE;
}

static err open_people(county *office, const registry_keys *keys)
{
    TRY(registry_open(office->memory, office->db, office->log, keys, &office->people));
    registry_speak(office->people, office->call->is_chinese);
    return ERR_NONE;
}

err county_people(county *office, registry **room)
{
    crypto_key field = { 0 }, search = { 0 };
    registry_keys keys;
    err e = ERR_NONE;
    if (!office->people) {
        e = county_key(office, "key.field", false, &field);
        if (!e.kind) e = county_key(office, "key.search", false, &search);
        memcpy(keys.field, field.bytes, sizeof keys.field);
        memcpy(keys.search, search.bytes, sizeof keys.search);
        os_random_bytes(keys.chance, sizeof keys.chance);
        bool is_reader = office->need != COUNTY_WRITE && office->need != COUNTY_NEW;
        bool is_sealed = e.kind && is_reader;
        if (!e.kind || is_sealed) e = open_people(office, is_sealed ? NULL : &keys);
        crypto_wipe(&field, sizeof field);
        crypto_wipe(&search, sizeof search);
        crypto_wipe(&keys, sizeof keys);
    }
    *room = office->people;
    return e;
}

err county_setting(county *office, const char *name, text *value)
{
    charter *room;
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, text_of(name), CHARTER_NOW, value));
    return value->size_bytes ? ERR_NONE : err_of(&COUNTY_NOT_FOUNDED, name);
}

/* ---- who acts ---- */

err county_staff(county *office, staff **room)
{
    charter *room_of_settings;
    text practice;
    *room = office->staff;
    if (*room) return ERR_NONE;
    TRY(county_charter(office, &room_of_settings));
    TRY(charter_read(office->memory, room_of_settings, TEXT(COUNTY_PRACTICE), CHARTER_NOW, &practice));
    const crypto_cost *cost = practice.size_bytes ? &CRYPTO_COST_PRACTICE : &CRYPTO_COST_LOGIN;
    TRY(staff_open(office->memory, office->db, office->log, cost, &office->staff));
    *room = office->staff;
    return ERR_NONE;
}

err county_ask(county *office, const char *prompt, bool is_new, text *secret)
{
    service_call *call = office->call;
    const service_settings *settings = &call->office->settings;
    if (call->ask_secret)
        return call->ask_secret(call->secret_context, call->request, prompt, is_new, secret);
    if (call->is_remote || !settings->ask_secret) return err_of(&COUNTY_NOBODY_TO_ASK, NULL);
    return settings->ask_secret(settings->secret_context, office->call->request, prompt, is_new,
                                secret);
}

static err log_in(county *office)
{
    staff *room;
    text password, login = service_text_of(office->call, "as", TEXT_NONE);
    if (!login.size_bytes) return err_of(&COUNTY_NO_ACTOR, NULL);
    TRY(county_staff(office, &room));
    if (!staff_duties(room)) return err_of(&STAFF_NOT_FOUNDED, NULL);
    const char *form = service_say(office->call, "Password of %.*s", "%.*s 的密码");
    TRY(county_ask(office, text_format(office->call->request, form, TEXT_ARG(login)).bytes, false,
                   &password));
    TRY(staff_login(office->memory, room, login, password, &office->session));
    err e = second_ask(office, staff_session_user(office->session));
    if (e.kind) {
        staff_session_close(office->session);
        office->session = NULL;
        return e;
    }
    office->actor_id = staff_session_user(office->session);
    return ERR_NONE;
}

err county_permit(county *office)
{
    const char *permission = office->call->op->permission;
    err e = staff_permit(office->call->request, office->session, text_of(permission));
    bool is_any_user = strcmp(permission, "user.self") == 0;
    if (!e.kind || is_any_user) {
        TRY(e.kind == &DUTY_NOT_HELD || e.kind == &DUTY_NOT_IN_TABLE ? ERR_NONE : e);
        TRY(second_permit(office));
        return scope_permit(office);
    }
    if (e.kind != &DUTY_NOT_HELD && e.kind != &DUTY_NOT_IN_TABLE) return e;
    TRY(own_permit(office, e));
    return second_permit(office);
}

err county_login(county *office, staff_session **session)
{
    if (!office->session) TRY(log_in(office));
    TRY(county_permit(office));
    if (session) *session = office->session;
    return ERR_NONE;
}

err county_ask_who(county *office, bool *has_users)
{
    staff *room;
    staff_user *users;
    size_t count;
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &count));
    if (has_users) *has_users = count > 0;
    return count ? county_login(office, NULL) : ERR_NONE;
}

err county_step(county *office, text duty, const duty_mark *done, size_t done_count)
{
    TRY(county_login(office, NULL));
    return staff_step(office->call->request, office->session, duty, done, done_count);
}
