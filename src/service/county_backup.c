/* doudi backup, restore: a whole copy while the office works, and the way back. */
#include "calendar/calendar.h"
#include "os/os.h"
#include "service/county.h"
#include "service/operations.h"
#include "service/ledger.h"
#include "service/seal.h"

/* ---- backup ---- */

static const service_field BACKUP_INPUT[] = {
    { .name = "out", .type = SERVICE_FILE_OUT, .is_positional = true, .shows = "FILE",
      .summary = "where the copy goes", .summary_zh = "副本文件" },
    { .name = "folder", .type = SERVICE_FILE, .shows = "DIR",
      .summary = "instead of FILE: a folder, where the copy is named by its day and time",
      .summary_zh = "不指定文件时：存放副本的目录，副本按日期时间命名" },
    { .name = "keep", .type = SERVICE_COUNT,
      .summary = "of the copies named so in the folder, keep the newest N and remove the others when the new one stands",
      .summary_zh = "新副本完成后，目录中按此命名的副本只保留最近 N 份" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field COPY_OUTPUT[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入" },
    { .name = "events", .type = SERVICE_COUNT, .summary = "events", .summary_zh = "事件" },
    { .name = "heads", .type = SERVICE_TEXT, .summary = "digest of the heads of all chains",
      .summary_zh = "各链头摘要" },
    { .name = "removed", .type = SERVICE_TEXT, .is_list = true, .is_optional = true,
      .summary = "older copies removed", .summary_zh = "已清理的旧副本" },
};

/* One figure for the ends of all chains: what a copy says can be held against what the office says. */
static err put_heads(service_call *call, arena *a, eventlog *log)
{
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    crypto_hasher *hasher;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    int64_t events = 0;
    TRY(eventlog_heads(log, heads));
    TRY(crypto_hasher_open(a, eventlog_hash(log), &hasher));
    crypto_hash_begin(hasher);
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++) {
        events += heads[i].sequence;
        crypto_hash_add(hasher, heads[i].hash.bytes, CRYPTO_DIGEST_BYTES);
    }
    crypto_print_digest(crypto_hash_end(hasher), hex);
    crypto_hasher_close(hasher);
    service_put_count(call->request, call->reply, "events", events);
    service_put_text(call->request, call->reply, "heads", text_copy(call->request, text_of(hex)));
    return ERR_NONE;
}

/* An office with users asks who copies it; one without has nobody to ask. */
static err may_copy(county *office)
{
    staff *room;
    TRY(county_staff(office, &room));
    return staff_duties(room) ? county_login(office, NULL) : ERR_NONE;
}

static const char NAMED_SO[] = "doudi-0000-00-00T000000Z.db";

static bool is_named_so(text name)
{
    bool is_so = name.size_bytes == sizeof NAMED_SO - 1;
    for (size_t i = 0; is_so && i < name.size_bytes; i++)
        is_so = NAMED_SO[i] == '0' ? name.bytes[i] >= '0' && name.bytes[i] <= '9' : name.bytes[i] == NAMED_SO[i];
    return is_so;
}

/* By the time of Greenwich, so that the order of names is that of time. */
static text name_of(arena *a, int64_t unix_s)
{
    enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };
    int64_t in_day = unix_s % DAY_S;
    int32_t epoch = 0;
    (void)calendar_day_of(1970, 1, 1, &epoch);
    return text_format(a, "doudi-%.*sT%02d%02d%02dZ.db", TEXT_ARG(service_day_text(a, epoch + (int32_t)(unix_s / DAY_S))),
                       (int)(in_day / HOUR_S), (int)(in_day % HOUR_S / MINUTE_S), (int)(in_day % MINUTE_S));
}

/* The oldest copies beyond so many; never what is no copy of ours, and never the store. */
static err remove_old(county *office, text folder, uint64_t keep)
{
    arena *a = office->call->request;
    const char *store_file = county_file(a, office->url);
    os_entry *entries;
    size_t count, left = 0;
    TRY(os_list_folder(a, text_cstr(a, folder), &entries, &count));
    for (size_t i = 0; i < count; i++) left += !entries[i].is_folder && is_named_so(text_of(entries[i].name));
    service_value *removed = left > keep ? service_put_list(a, office->call->reply, "removed") : NULL;
    for (size_t i = 0; i < count && left > keep; i++) {
        const char *path = text_format(a, "%.*s/%s", TEXT_ARG(folder), entries[i].name).bytes;
        if (entries[i].is_folder || !is_named_so(text_of(entries[i].name)) || os_is_same(path, store_file)) continue;
        TRY(os_remove_tree(a, path));
        service_put_cstr(a, removed, NULL, entries[i].name);
        left--;
    }
    return ERR_NONE;
}

static err place_of(service_call *call, const char **path)
{
    text out = service_text_of(call, "out", TEXT_NONE), folder = service_text_of(call, "folder", TEXT_NONE);
    if (!out.size_bytes == !folder.size_bytes)
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("give FILE or --folder, one of them", "文件与 --folder 二者择一"));
    if (service_is_given(call, "keep") && (!folder.size_bytes || service_size_of(call, "keep", 0) == 0))
        return err_of(&SERVICE_BAD_ARGUMENT, ERR_SAID("--keep N goes with --folder, N from 1", "--keep 须与 --folder 并用，至少为 1"));
    text name = folder.size_bytes ? name_of(call->request, os_unix_seconds()) : TEXT_NONE;
    *path = folder.size_bytes ? text_format(call->request, "%.*s/%.*s", TEXT_ARG(folder), TEXT_ARG(name)).bytes
                              : text_cstr(call->request, out);
    return ERR_NONE;
}

static err county_backup_run(service_call *call)
{
    county *office;
    const char *path;
    TRY(place_of(call, &path));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(may_copy(office));
    TRY(store_backup(office->db, path));
    service_put_cstr(call->request, call->reply, "file", path);
    service_note(call, "the master key is not in the copy: keep it elsewhere, and safe",
                 "副本中不含主密钥：请另行妥善保管", TEXT_NONE);
    TRY(put_heads(call, office->memory, office->log));
    if (!service_is_given(call, "keep")) return ERR_NONE;
    return remove_old(office, service_text_of(call, "folder", TEXT_NONE), service_size_of(call, "keep", 0));
}

static const char *const BACKUP_EXAMPLES[] = { "doudi backup 2026-11-28.db", "doudi backup --folder /backups --keep 30 --as backup",
                                               NULL };

const service_op COUNTY_BACKUP_OP = {
    .name = "county.backup",
    .command = "backup",
    .summary = "Copy the office's store while it is in use, and check the copy",
    .summary_zh = "在线备份机构数据库并检查副本",
    .kind = SERVICE_READ,
    .permission = "system.backup",
    .input = BACKUP_INPUT,
    .input_count = ARRAY_COUNT(BACKUP_INPUT),
    .output = COPY_OUTPUT,
    .output_count = ARRAY_COUNT(COPY_OUTPUT),
    .examples = BACKUP_EXAMPLES,
    .run = county_backup_run,
};

/* ---- restore ---- */

static const service_field RESTORE_INPUT[] = {
    { .name = "from", .type = SERVICE_FILE, .is_required = true, .is_positional = true, .shows = "FILE",
      .summary = "a copy that doudi backup made", .summary_zh = "doudi backup 生成的副本" },
    { .name = "heads", .type = SERVICE_FILE, .shows = "FILE",
      .summary = "hold the copy against signed heads that were kept elsewhere (doudi seal)",
      .summary_zh = "先与另处保存的链头签封文件核对（doudi seal）" },
    SERVICE_COUNTY_FIELD,
};

/* The copy is checked chain by chain before and after: a broken copy makes no office. */
static err check_chains(service_call *call, arena *a, eventlog *log)
{
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict verdict;
        TRY(eventlog_verify(a, log, bucket, 1, &verdict));
        if (verdict.bad_says)
            return err_of(&EVENTLOG_BROKEN, text_format(call->request, ERR_SAID("%u/%lld: %s", "%u/%lld：%s"), verdict.bad_bucket, (long long)verdict.bad_sequence,
                                                        verdict.bad_says, verdict.bad_bucket, (long long)verdict.bad_sequence, verdict.bad_says_zh).bytes);
    }
    return ERR_NONE;
}

const err_kind COUNTY_OTHER_HEADS = {
    "county.other_heads", ERR_CONFLICT,
    "The copy is not what the heads were signed over, {}; nothing was restored.",
    "副本与链头签封不符：{}；未恢复。"
};

typedef struct {
    service_call *call;
    text first;
} misfit;

static void tell_misfit(void *context, uint32_t bucket, int64_t sequence, const char *says)
{
    misfit *m = context;
    if (!m->first.size_bytes)
        m->first = text_format(m->call->request, "%u/%lld: %s", bucket, (long long)sequence, says);
}

static err check_heads(service_call *call, arena *a, store *db, eventlog *log)
{
    seal *kept;
    misfit found = { .call = call };
    county copy = { .call = call, .need = COUNTY_READ, .memory = a, .db = db, .log = log };
    TRY(seal_read(call, text_cstr(call->request, service_text_of(call, "heads", TEXT_NONE)), &kept));
    err e = seal_compare(&copy, kept, tell_misfit, &found);
    if (copy.staff) staff_close(copy.staff);
    if (e.kind || !found.first.size_bytes) return e;
    return err_of(&COUNTY_OTHER_HEADS, found.first.bytes);
}

/* A copy of an older program is looked at when it has been brought up to this one's schema. */
static err check_copy(service_call *call, const char *path)
{
    store *db;
    eventlog *log = NULL;
    store_options options = { .url = path, .mode = STORE_READ };
    arena *a = arena_open();
    err e = store_open(a, &options, &db);
    bool is_older = e.kind == &STORE_OLDER;
    if (!e.kind) {
        e = eventlog_open(a, db, &log);
        if (!e.kind) e = check_chains(call, a, log);
        if (!e.kind && service_is_given(call, "heads")) e = check_heads(call, a, db, log);
        if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
        eventlog_close(log);
        store_close(db);
    }
    arena_close(a);
    return is_older && !service_is_given(call, "heads") ? ERR_NONE : e;
}

static err county_restore_run(service_call *call)
{
    county *office;
    const char *path = text_cstr(call->request, service_text_of(call, "from", TEXT_NONE));
    const char *set = call->office->settings.county;
    const char *url = text_cstr(call->request, service_text_of(call, "county", text_of(set && set[0] ? set : "county.db")));
    TRY(check_copy(call, path));
    TRY(store_restore(call->request, path, url));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(check_chains(call, office->memory, office->log));
    service_put_cstr(call->request, call->reply, "file", url);
    return put_heads(call, office->memory, office->log);
}

static const char *const RESTORE_EXAMPLES[] = { "doudi restore 2026-11-28.db --county county.db",
                                                "doudi restore 2026-11-28.db --heads heads-2026-11.txt", NULL };

const service_op COUNTY_RESTORE_OP = {
    .name = "county.restore",
    .reach = SERVICE_AT_MACHINE,
    .command = "restore",
    .summary = "Make a store from a copy; never over one that is there",
    .summary_zh = "由备份副本恢复数据库；不会覆盖已有数据库",
    .kind = SERVICE_WRITE,
    .permission = "system.restore",
    .input = RESTORE_INPUT,
    .input_count = ARRAY_COUNT(RESTORE_INPUT),
    .output = COPY_OUTPUT,
    .output_count = ARRAY_COUNT(COPY_OUTPUT),
    .examples = RESTORE_EXAMPLES,
    .run = county_restore_run,
};
