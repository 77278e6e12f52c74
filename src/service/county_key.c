/* The master key's file, and the data keys it wraps. */
#include <string.h>

#include "os/os.h"
#include "service/county.h"

const err_kind COUNTY_KEY_MISSING = {
    "county.key_missing", ERR_NOT_FOUND,
    "The master key is not where it should be: {}; without it nothing can be written, and no personal field be read.",
    "找不到主密钥：{}；没有它，任何业务都不能写入，个人敏感信息也不能读取。"
};
const err_kind COUNTY_KEY_OPEN = {
    "county.key_open", ERR_FORBIDDEN,
    "Others than its owner may read or write the file of the master key, {}; make it private first (chmod 600).",
    "主密钥文件 {} 可被他人读写；请先改为仅本人可读写（chmod 600）。"
};
const err_kind COUNTY_KEY_BAD = {
    "county.key_bad", ERR_BAD_INPUT,
    "This file is no master key of 64 hexadecimal digits: {}.",
    "该文件不是 64 位十六进制的主密钥：{}。"
};
const err_kind COUNTY_KEY_WRONG = {
    "county.key_wrong", ERR_FORBIDDEN,
    "The master key does not open this office's keys ({}); use the key made with it.",
    "主密钥与本机构不符（{}）；请使用建立机构时的主密钥。"
};

static const char *key_file(county *c)
{
    const char *set = c->call->office->settings.key_file;
    if (set && set[0]) return set;
    if (store_driver_of(c->db) == STORE_POSTGRES) return "doudi.key";
    return text_format(c->memory, "%s.key", county_file(c->memory, c->url)).bytes;
}

static err read_master(county *c, crypto_key *master)
{
    const char *path = key_file(c);
    text hex;
    if (!os_is_private(path)) return err_of(&COUNTY_KEY_OPEN, path);
    err e = os_read_file(c->memory, path, 4096, &hex);
    if (e.kind == &OS_NOT_FOUND) return err_of(&COUNTY_KEY_MISSING, path);
    TRY(e);
    e = crypto_parse_hex(text_trim(hex), master->bytes, sizeof master->bytes);
    return e.kind ? err_of(&COUNTY_KEY_BAD, path) : ERR_NONE;
}

/* Made with the office, unless one is there: several stores may share a key, and none is written over. */
static err make_master(county *c)
{
    const char *path = key_file(c);
    crypto_key master;
    char hex[2 * CRYPTO_KEY_BYTES + 2];
    if (os_is_file(path)) {
        crypto_key there;
        return read_master(c, &there);
    }
    os_random_bytes(master.bytes, sizeof master.bytes);
    crypto_print_hex(master.bytes, sizeof master.bytes, hex);
    hex[2 * CRYPTO_KEY_BYTES] = '\n';
    err e = os_write_secret(c->memory, path, (text){ hex, 2 * CRYPTO_KEY_BYTES + 1 });
    crypto_wipe(&master, sizeof master);
    crypto_wipe(hex, sizeof hex);
    if (!e.kind) c->made_key = path;
    return e;
}

err county_derived_key(county *office, const char *label, crypto_key *key)
{
    crypto_key master;
    TRY(read_master(office, &master));
    err e = crypto_key_derive(&master, label, key);
    crypto_wipe(&master, sizeof master);
    return e;
}

err county_factor_key(county *office, crypto_key *key)
{
    return county_derived_key(office, "doudi 1 second factor", key);
}

static err key_log(county *c)
{
    crypto_key master, code;
    if (c->need == COUNTY_NEW) TRY(make_master(c));
    TRY(read_master(c, &master));
    err e = crypto_key_derive(&master, "doudi 1 hmac-sm3 eventlog", &code);
    crypto_wipe(&master, sizeof master);
    if (!e.kind) e = eventlog_use_key(c->log, &code);
    crypto_wipe(&code, sizeof code);
    return e;
}

err county_key_log(county *office, bool *has_key)
{
    bool has_codes;
    err e = key_log(office);
    *has_key = !e.kind || e.kind == &EVENTLOG_OTHER_KEY;
    if (!e.kind || e.kind == &COUNTY_KEY_OPEN) return e;
    if (office->need == COUNTY_NEW) return e;
    /* Who only reads, or looks into what is broken, goes on; so does an office of before the codes. */
    if (office->need != COUNTY_WRITE) return ERR_NONE;
    TRY(eventlog_has_codes(office->log, &has_codes));
    return has_codes ? e : ERR_NONE;
}

/* ---- a store of before the codes ---- */

static err chains_are_whole(county *c, bool *are_whole)
{
    eventlog *keyless;
    arena *a = arena_open();
    err e = eventlog_open(a, c->db, &keyless);
    *are_whole = true;
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE && !e.kind && *are_whole; bucket++) {
        eventlog_verdict verdict;
        e = eventlog_verify(a, keyless, bucket, 1, &verdict);
        *are_whole = !e.kind && !verdict.bad_says;
    }
    eventlog_close(keyless);
    arena_close(a);
    return e;
}

static err adopt(county *c)
{
    int64_t count;
    TRY(eventlog_adopt(c->log, &count));
    eventlog_event event = { .bucket = EVENTLOG_OFFICE, .kind = COUNTY_ADOPTED, .known_ms = c->now_ms,
                             .why = TEXT("a store of an earlier program"),
                             .body = text_format(c->memory, "{\"events\":%lld}", (long long)count) };
    TRY(eventlog_append(c->log, &event, NULL, NULL));
    service_note(c->call, "the events of an earlier program were given the codes of the master key",
                 "已为旧版程序写入的事件补上主密钥校验码", text_format(c->memory, "%lld", (long long)count));
    return ERR_NONE;
}

/* Only where there is no code at all: one event without its code, among others, is for verify to name. */
err county_adopt(county *office)
{
    bool has_codes, are_whole;
    int64_t coded, events;
    TRY(eventlog_has_codes(office->log, &has_codes));
    if (has_codes) return ERR_NONE;
    TRY(store_scalar(office->db, "SELECT count(*) FROM (SELECT 1 FROM eventlog_event LIMIT 1) AS one", &events));
    TRY(store_scalar(office->db, "SELECT count(*) FROM (SELECT 1 FROM eventlog_event WHERE code IS NOT NULL LIMIT 1) "
                                 "AS one", &coded));
    if (!events || coded) return ERR_NONE;
    TRY(chains_are_whole(office, &are_whole));
    if (!are_whole) return ERR_NONE;
    TRY(county_begin(office));
    err e = adopt(office);
    if (e.kind) store_rollback(office->db);
    return e.kind ? e : store_commit(office->db);
}

static err wrap_new(county *c, charter *room, crypto_sealer *sealer, const char *name, crypto_key *key)
{
    crypto_nonce nonce;
    char hex[2 * CRYPTO_WRAPPED_BYTES + 1];
    os_random_bytes(key->bytes, sizeof key->bytes);
    os_random_bytes(nonce.bytes, sizeof nonce.bytes);
    crypto_wrapped wrapped = crypto_wrap(sealer, nonce, text_of(name), key);
    crypto_print_hex(wrapped.bytes, sizeof wrapped.bytes, hex);
    charter_act act = { .actor_id = c->actor_id, .known_ms = c->now_ms, .why = TEXT("keys") };
    return charter_say(room, &act, text_of(name), text_of(hex));
}

static err unwrap(county *c, crypto_sealer *sealer, const char *name, crypto_key *key)
{
    text hex;
    crypto_wrapped wrapped;
    TRY(county_setting(c, name, &hex));
    if (crypto_parse_hex(hex, wrapped.bytes, sizeof wrapped.bytes).kind) return err_of(&COUNTY_KEY_WRONG, name);
    return crypto_unwrap(sealer, text_of(name), &wrapped, key).kind ? err_of(&COUNTY_KEY_WRONG, name) : ERR_NONE;
}

err county_key(county *office, const char *name, bool is_new, crypto_key *key)
{
    charter *room;
    crypto_key master;
    crypto_sealer *sealer;
    TRY(county_charter(office, &room));
    if (is_new) TRY(make_master(office));
    TRY(read_master(office, &master));
    TRY(crypto_sealer_open(office->memory, CRYPTO_SUITE_SM, CRYPTO_USE_KEYS, &master, &sealer));
    crypto_wipe(&master, sizeof master);
    err e = is_new ? wrap_new(office, room, sealer, name, key) : unwrap(office, sealer, name, key);
    crypto_sealer_close(sealer);
    return e;
}
