/* doudi health: what the maintainer of an office looks at in the morning: the store, the disk, the last copy and verification, and
 * what to do about what is not well. A server adds what it knows of itself. */
#include "os/os.h"
#include "service/audit.h"
#include "service/county_tables.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "trail/trail.h"

/* What the office is told of, by this program's own measure: no law says it. */
enum { COPY_HOURS_MAX = 48, VERIFY_DAYS_MAX = 35, DISK_PERCENT_MIN = 10 };
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD };
static const service_field ACT[] = {
    { .name = "known", .type = SERVICE_VALUE, .summary = "when", .summary_zh = "时间" },
    { .name = "user", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理人" },
    { .name = "hours_ago", .type = SERVICE_COUNT, .is_optional = true, .summary = "hours ago", .summary_zh = "距今小时" },
};
static const service_field WARNING[] = {
    { .name = "level", .type = SERVICE_STATE, .summary = "how much", .summary_zh = "程度" },
    { .name = "code", .type = SERVICE_TEXT, .summary = "code", .summary_zh = "代码" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "what is not well", .summary_zh = "问题" },
    { .name = "way", .type = SERVICE_TEXT, .summary = "what to do", .summary_zh = "办法" },
};
static const service_field SERVER[] = {
    { .name = "version", .type = SERVICE_TEXT, .summary = "version", .summary_zh = "版本" },
    { .name = "up_seconds", .type = SERVICE_COUNT, .summary = "runs since (seconds)", .summary_zh = "已运行（秒）" },
    { .name = "sessions", .type = SERVICE_COUNT, .summary = "open sessions", .summary_zh = "在线会话" },
    { .name = "requests", .type = SERVICE_COUNT, .summary = "requests answered", .summary_zh = "已答复请求" },
    { .name = "last_minute", .type = SERVICE_COUNT, .summary = "in the last minute", .summary_zh = "最近一分钟" },
    { .name = "half_within_ms", .type = SERVICE_TEXT, .summary = "half within (ms)", .summary_zh = "半数不超过（毫秒）" },
    { .name = "p99_within_ms", .type = SERVICE_TEXT, .summary = "99 of 100 within (ms)", .summary_zh = "99% 不超过（毫秒）" },
    { .name = "failed", .type = SERVICE_COUNT, .summary = "answered 500: our mistakes", .summary_zh = "程序出错（500）" },
    { .name = "busy", .type = SERVICE_COUNT, .summary = "answered 503: another was writing, or the queue was full", .summary_zh = "繁忙（503：等待写锁或排队已满）" },
    { .name = "working", .type = SERVICE_COUNT, .summary = "at work", .summary_zh = "办理中" },
    { .name = "waiting", .type = SERVICE_COUNT, .summary = "waiting for a worker", .summary_zh = "排队" },
    { .name = "is_writing", .type = SERVICE_FLAG, .summary = "one is writing", .summary_zh = "正在写入" },
    { .name = "peak_memory_bytes", .type = SERVICE_COUNT, .summary = "most memory so far (bytes)", .summary_zh = "内存峰值（字节）" },
};
static const service_field OUTPUT[] = {
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "store", .type = SERVICE_TEXT, .summary = "store", .summary_zh = "数据库" },
    { .name = "schema", .type = SERVICE_COUNT, .summary = "schema", .summary_zh = "结构版本" },
    { .name = "bytes", .type = SERVICE_COUNT, .is_optional = true, .summary = "bytes of the store", .summary_zh = "数据库字节" },
    { .name = "log_bytes", .type = SERVICE_COUNT, .is_optional = true, .summary = "bytes of its write-ahead log", .summary_zh = "预写日志字节" },
    { .name = "disk_free", .type = SERVICE_COUNT, .is_optional = true, .summary = "bytes free on its disk", .summary_zh = "磁盘可用字节" },
    { .name = "disk_all", .type = SERVICE_COUNT, .is_optional = true, .summary = "bytes of its disk", .summary_zh = "磁盘总字节" },
    { .name = "events", .type = SERVICE_COUNT, .summary = "events", .summary_zh = "事件" },
    { .name = "key", .type = SERVICE_STATE, .summary = "master key", .summary_zh = "主密钥" },
    { .name = "copy", .type = SERVICE_OBJECT, .fields = ACT, .field_count = ARRAY_COUNT(ACT), .summary = "last copy", .summary_zh = "最近备份" },
    { .name = "verify", .type = SERVICE_OBJECT, .fields = ACT, .field_count = ARRAY_COUNT(ACT), .summary = "last verification", .summary_zh = "最近核验" },
    { .name = "server", .type = SERVICE_OBJECT, .is_optional = true, .fields = SERVER, .field_count = ARRAY_COUNT(SERVER), .summary = "the server that answers", .summary_zh = "答复的服务" },
    { .name = "warnings", .type = SERVICE_OBJECT, .is_list = true, .fields = WARNING, .field_count = ARRAY_COUNT(WARNING), .summary = "what is not well", .summary_zh = "须处理的问题" },
};

typedef struct {
    service_call *call;
    county *office;
    service_value *warnings;
    bool is_bad;
    audit_people people;
    int64_t real_ms; /* of the machine's clock */
} looking;

static void warn(looking *l, bool is_bad, const char *code, const char *says, const char *says_zh, const char *way, const char *way_zh)
{
    service_value *v = service_put_object(l->call->request, l->warnings, NULL);
    l->is_bad |= is_bad;
    if (is_bad) service_put_state(l->call, v, "level", "bad", "to be mended", "须处理");
    else service_put_state(l->call, v, "level", "notice", "to be looked at", "请留意");
    service_put_cstr(l->call->request, v, "code", code);
    service_put_cstr(l->call->request, v, "says", service_say(l->call, says, says_zh));
    service_put_cstr(l->call->request, v, "way", service_say(l->call, way, way_zh));
}

/* ---- the store and its disk ---- */

static void tell_disk(looking *l)
{
    arena *a = l->call->request;
    int64_t bytes = 0, log_bytes = 0, free_bytes, all_bytes;
    if (store_driver_of(l->office->db) != STORE_SQLITE) return;
    const char *file = county_file(a, l->office->url);
    if (os_file_bytes(file, &bytes)) service_put_count(a, l->call->reply, "bytes", bytes);
    if (os_file_bytes(text_format(a, "%s-wal", file).bytes, &log_bytes)) service_put_count(a, l->call->reply, "log_bytes", log_bytes);
    if (!os_disk_bytes(file, &free_bytes, &all_bytes)) return;
    service_put_count(a, l->call->reply, "disk_free", free_bytes);
    service_put_count(a, l->call->reply, "disk_all", all_bytes);
    if (free_bytes < bytes)
        warn(l, true, "disk.copy", "The disk has less room than one copy of the store takes.", "磁盘剩余空间不足以存放一份副本。", "Make room, or keep copies on another disk (doudi backup --folder DIR).",
             "请清理磁盘，或把副本存到另一块磁盘（doudi backup --folder 目录）。");
    else if (free_bytes < all_bytes / 100 * DISK_PERCENT_MIN)
        warn(l, false, "disk.low", "Less than a tenth of the disk is free.", "磁盘剩余空间不足十分之一。", "Make room before it is full: a full disk refuses all business.", "请尽早清理：磁盘写满后一切业务都会被拒绝。");
}

static err tell_store(looking *l)
{
    arena *a = l->call->request;
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    int64_t events = 0, last_ms = 0;
    TRY(eventlog_heads(l->office->log, heads));
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++) {
        events += heads[i].sequence;
        if (heads[i].known_ms > last_ms) last_ms = heads[i].known_ms;
    }
    service_put_cstr(a, l->call->reply, "store", store_driver_of(l->office->db) == STORE_SQLITE ? "SQLite" : "PostgreSQL");
    service_put_count(a, l->call->reply, "schema", store_schema_version(l->office->db));
    tell_disk(l);
    service_put_count(a, l->call->reply, "events", events);
    if (last_ms > l->real_ms + HOUR_MS)
        warn(l, true, "clock.behind", "The machine's clock stands more than an hour before the last event of the log.", "本机时钟比日志中最近的事件早一小时以上。",
             "Set the clock (timedatectl): until then each act is dated by the log and not by the day.", "请校准时钟（timedatectl）；在此之前办理时间以日志为准，与实际日期不符。");
    return ERR_NONE;
}

static void tell_key(looking *l)
{
    crypto_key key;
    err e = county_key(l->office, "key.field", false, &key);
    crypto_wipe(&key, sizeof key);
    if (!e.kind) {
        service_put_state(l->call, l->call->reply, "key", "present", "present, and this office's", "在，且属于本机构");
        return;
    }
    service_put_state(l->call, l->call->reply, "key", "missing", "missing, or another office's", "缺失，或不属于本机构");
    warn(l, true, "key.missing", "The master key is missing, or is another office's: nothing can be written, no number read.", "主密钥缺失或不属于本机构：不能办理业务，也不能查看号码。",
         "Bring back the copy that is kept elsewhere (docs/install.md).", "请从另处保管的副本恢复（docs/install.md）。");
}

/* ---- what was done last ---- */

/* Of those the trail has: a copy that was made at the machine by nobody of the office is its operating system's user's; a verification is
 * noted when its user has logged in. */
static err tell_last(looking *l, const char *name, const char *operation, int64_t *age_ms, int64_t *rows)
{
    arena *a = l->call->request;
    trail_filter filter = { .operation = text_of(operation), .machine = TEXT(""), .until_ms = INT64_MAX, .limit = 1 };
    trail_look *looks;
    size_t count;
    int64_t next;
    TRY(trail_find(a, l->office->db, &filter, 1, &looks, &count, &next));
    service_value *v = service_put_object(a, l->call->reply, name);
    *age_ms = -1;
    *rows = count ? looks[0].row_count : 0;
    if (!count) {
        service_put_null(a, v, "known");
        service_put_text(a, v, "user", TEXT(""));
        return ERR_NONE;
    }
    const staff_user *user = audit_user(&l->people, looks[0].actor_id);
    *age_ms = l->real_ms > looks[0].known_ms ? l->real_ms - looks[0].known_ms : 0;
    service_put_text(a, v, "known", record_instant_text(a, looks[0].known_ms));
    service_put_text(a, v, "user", user ? user->login : looks[0].machine);
    service_put_count(a, v, "hours_ago", *age_ms / HOUR_MS);
    return ERR_NONE;
}

static err tell_acts(looking *l)
{
    int64_t copy_ms, verify_ms, removed, faults;
    TRY(tell_last(l, "copy", "county.backup", &copy_ms, &removed));
    TRY(tell_last(l, "verify", "county.verify", &verify_ms, &faults)); /* its one list is that of faults */
    if (faults)
        warn(l, true, "verify.faults", "The last verification found what does not fit.", "最近一次核验发现不符之处。", "Stop payments, look at what doudi verify names, and compare with the last good copy (docs/install.md).",
             "请先停止支付，查看 doudi verify 列出的不符之处，并与最近完好的副本核对（docs/install.md）。");
    if (copy_ms < 0 || copy_ms > COPY_HOURS_MAX * HOUR_MS)
        warn(l, true, copy_ms < 0 ? "copy.none" : "copy.old", copy_ms < 0 ? "No copy of the store is known of." : "The last copy of the store is more than two days old.",
             copy_ms < 0 ? "没有备份记录。" : "最近一次备份已超过两天。", "doudi backup --folder DIR --keep 30 --as USER; nightly: systemctl enable --now doudi-backup.timer.",
             "doudi backup --folder 目录 --keep 30 --as 用户；每夜自动：systemctl enable --now doudi-backup.timer。");
    if (verify_ms < 0 || verify_ms > VERIFY_DAYS_MAX * DAY_MS)
        warn(l, false, verify_ms < 0 ? "verify.none" : "verify.old", verify_ms < 0 ? "No verification of the store is known of." : "The last verification is more than five weeks old.",
             verify_ms < 0 ? "没有核验记录。" : "最近一次核验已超过五周。", "An auditor verifies at each close: doudi verify --as USER, or on the page System.", "稽核员于每次结账时核验：doudi verify --as 用户，或在“系统”页办理。");
    return ERR_NONE;
}

/* A new program brings tables that an office goes by only when three people have taken them over. */
static err tell_tables(looking *l)
{
    county_tables t;
    arena *a = l->call->request;
    TRY(county_tables_compare(l->office, &t));
    if (t.duty_count)
        warn(l, false, "tables.duties", text_format(a, "The duty table of this program is another than the office has adopted: %.*s.", TEXT_ARG(t.duties)).bytes,
             text_format(a, "本程序所附的岗位职责表与本机构已采用的不同：%.*s。", TEXT_ARG(t.duties)).bytes,
             "Look at what differs (doudi duty report), then three people take it over: doudi user table DIR, user approve, user confirm. Until then the duties of new steps are nobody's.",
             "先看差异（doudi duty report），再由三人更换：doudi user table 目录、user approve、user confirm。更换前，新增事项的职责无人担任。");
    if (t.law_count)
        warn(l, false, "tables.law", text_format(a, "Packs and tables of this program are others than the law the office has adopted: %.*s.", TEXT_ARG(t.law)).bytes,
             text_format(a, "本程序所附的政策包和各表与本机构已采用的不同：%.*s。", TEXT_ARG(t.law)).bytes,
             "Look at what changes (doudi packs status), then three people adopt it: doudi packs adopt, packs approve, packs confirm. Until then no step is decided by it.",
             "先看变动（doudi packs status），再由三人采用：doudi packs adopt、packs approve、packs confirm。采用前，业务不按其办理。");
    if (t.has_no_law)
        warn(l, false, "tables.no_law", "The office has adopted no law: its steps go by whatever packs the program finds.", "本机构尚未采用政策包：办理业务时以程序找到的政策包为准。",
             "Three people adopt what it is to go by: doudi packs adopt, packs approve, packs confirm.", "请由三人采用：doudi packs adopt、packs approve、packs confirm。");
    return ERR_NONE;
}

/* That nobody decides about themselves is asked of persons: a second login that says of nobody who it is goes unseen. */
static err tell_unbound(looking *l)
{
    arena *a = l->call->request;
    text_builder who = text_builder_open(a);
    int64_t count;
    TRY(audit_unbound(a, &l->people, &who, &count));
    if (count)
        warn(l, false, "users.unbound", text_format(a, "Users with duties of whom it is not told which person they are: %.*s.", TEXT_ARG(text_built(&who))).bytes,
             text_format(a, "有岗位而未绑定本人的用户：%.*s。", TEXT_ARG(text_built(&who))).bytes,
             "Bind each to their citizen number (doudi user bind LOGIN --number N): a second login of one hand could else sign what is about themselves.",
             "请逐一绑定身份证号（doudi user bind 用户 --number 号码）：否则同一人另用一个账号，就能办理关于自己的事项而不被发现。");
    return ERR_NONE;
}

static err health_run(service_call *call)
{
    looking l = { .call = call, .real_ms = os_unix_seconds() * 1000, .warnings = service_list(call->request) };
    TRY(county_open(call, COUNTY_LOOK, &l.office));
    TRY(audit_people_read(l.office, &l.people));
    TRY(tell_store(&l));
    tell_key(&l);
    TRY(tell_acts(&l));
    TRY(tell_tables(&l));
    TRY(tell_unbound(&l));
    if (l.is_bad) service_put_state(call, call->reply, "state", "bad", "something is to be mended", "有问题须处理");
    else if (l.warnings->child_count) service_put_state(call, call->reply, "state", "notice", "works; something is to be looked at", "运行正常，有事项请留意");
    else service_put_state(call, call->reply, "state", "well", "well", "一切正常");
    service_put(call->request, call->reply, "warnings", l.warnings);
    call->has_failures = l.is_bad;
    return ERR_NONE;
}

const service_op COUNTY_HEALTH_OP = {
    .name = "county.health",
    .command = "health",
    .summary = "How the office's store and server are: disk, last copy, last verification, key, load, and what to do about what is not well",
    .summary_zh = "运行状况：数据库、磁盘、最近备份与核验、主密钥、服务负荷，以及问题和办法",
    .kind = SERVICE_READ,
    .permission = "county.health",
    .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT),
    .examples = (const char *const[]){ "doudi health", "doudi health --json", NULL },
    .run = health_run,
};
