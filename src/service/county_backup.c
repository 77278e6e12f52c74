/* doudi backup, restore: a whole copy while the office works, and the way back. */
#include "os/os.h"
#include "service/county.h"
#include "service/operations.h"
#include "service/seal.h"

/* ---- backup ---- */

static const service_field BACKUP_INPUT[] = {
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .is_positional = true, .shows = "FILE",
      .summary = "where the copy goes", .summary_zh = "副本文件" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field COPY_OUTPUT[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入" },
    { .name = "events", .type = SERVICE_COUNT, .summary = "events", .summary_zh = "事件" },
    { .name = "heads", .type = SERVICE_TEXT, .summary = "digest of the heads of all chains",
      .summary_zh = "各链头摘要" },
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

static err county_backup_run(service_call *call)
{
    county *office;
    const char *path = text_cstr(call->request, service_text_of(call, "out", TEXT_NONE));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(may_copy(office));
    TRY(store_backup(office->db, path));
    service_put_cstr(call->request, call->reply, "file", path);
    service_note(call, "the master key is not in the copy: keep it elsewhere, and safe",
                 "副本中不含主密钥：请另行妥善保管", TEXT_NONE);
    return put_heads(call, office->memory, office->log);
}

static const char *const BACKUP_EXAMPLES[] = { "doudi backup 2026-11-28.db", NULL };

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
            return err_of(&EVENTLOG_BROKEN, text_format(call->request, "%u/%lld: %s", verdict.bad_bucket,
                                                        (long long)verdict.bad_sequence,
                                                        service_say(call, verdict.bad_says, verdict.bad_says_zh)).bytes);
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
