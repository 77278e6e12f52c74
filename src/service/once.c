#include "service/once.h"

#include <string.h>

#include "os/os.h"

const err_kind SERVICE_KEY_REUSED = {
    "http.key_reused", ERR_CONFLICT,
    "The Idempotency-Key {} was used for another request: take a new key for a new request.",
    "幂等键 {} 已用于另一个请求：新的请求请换新的键。"
};
const err_kind SERVICE_BAD_KEY = {
    "http.bad_key", ERR_BAD_INPUT, "An Idempotency-Key has 1 to 200 bytes of UTF-8 without control characters: {}.",
    "幂等键须为 1 至 200 字节的 UTF-8 文本，不含控制字符：{}。"
};
enum { KEY_BYTES = 200 };
#define DAY_MS INT64_C(86400000)

bool once_hands_out(const service_op *op)
{
    static const char *const HANDED_OUT[] = { "once", "secret" };
    for (size_t i = 0; i < op->output_count; i++)
        for (size_t k = 0; k < ARRAY_COUNT(HANDED_OUT); k++)
            if (strcmp(op->output[i].name, HANDED_OUT[k]) == 0) return true;
    return false;
}

static bool is_kept(const service_call *call)
{
    return call->once && call->session && !call->is_rehearsal && call->op->kind == SERVICE_WRITE && !once_hands_out(call->op);
}

bool once_holds(const service_call *call)
{
    return is_kept(call) && !service_is_given(call, "deliver");
}

/* ---- sealed, and told apart ---- */

static text about(county *office)
{
    const service_call *call = office->call;
    return text_format(call->request, "answer %lld %s %.*s", (long long)office->actor_id, call->op->name, TEXT_ARG(call->once->key));
}

static err sealer_of(county *office, crypto_sealer **sealer)
{
    crypto_key key;
    TRY(county_derived_key(office, "doudi 1 kept answers", &key));
    err e = crypto_sealer_open(office->memory, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &key, sealer);
    crypto_wipe(&key, sizeof key);
    return e;
}

static err digest_of(county *office, text *digest)
{
    crypto_key key;
    crypto_mac *mac;
    const service_once *once = office->call->once;
    TRY(county_derived_key(office, "doudi 1 hmac-sm3 kept answers", &key));
    err e = crypto_mac_open(office->memory, CRYPTO_SM3, key.bytes, sizeof key.bytes, &mac);
    crypto_wipe(&key, sizeof key);
    TRY(e);
    crypto_digest made = crypto_mac_of(mac, once->asked.bytes, once->asked.size_bytes);
    crypto_mac_close(mac);
    *digest = text_copy(office->call->request, (text){ (const char *)made.bytes, sizeof made.bytes });
    return ERR_NONE;
}

static err seal(county *office, text plain, text *sealed)
{
    crypto_sealer *sealer;
    crypto_nonce nonce;
    uint8_t *bytes = arena_alloc(office->memory, plain.size_bytes + CRYPTO_SEAL_BYTES);
    TRY(sealer_of(office, &sealer));
    os_random_bytes(nonce.bytes, sizeof nonce.bytes);
    crypto_seal(sealer, nonce, about(office), plain, bytes);
    crypto_sealer_close(sealer);
    *sealed = (text){ (const char *)bytes, plain.size_bytes + CRYPTO_SEAL_BYTES };
    return ERR_NONE;
}

static err unseal(county *office, text sealed, text *plain)
{
    crypto_sealer *sealer;
    size_t size = sealed.size_bytes > CRYPTO_SEAL_BYTES ? sealed.size_bytes - CRYPTO_SEAL_BYTES : 0;
    uint8_t *bytes = arena_alloc(office->call->request, size + 1);
    TRY(sealer_of(office, &sealer));
    err e = crypto_unseal(sealer, about(office), sealed, bytes);
    crypto_sealer_close(sealer);
    *plain = (text){ (const char *)bytes, size };
    return e;
}

/* ---- kept ---- */

static err check_key(const service_call *call)
{
    size_t bad_at;
    text key = call->once->key;
    bool is_fine = key.size_bytes > 0 && key.size_bytes <= KEY_BYTES && text_is_utf8(key, &bad_at);
    for (size_t i = 0; is_fine && i < key.size_bytes; i++) is_fine = (unsigned char)key.bytes[i] >= 0x20;
    return is_fine ? ERR_NONE : err_of(&SERVICE_BAD_KEY, text_cstr(call->request, text_shown(call->request, key, 60)));
}

err once_find(county *office)
{
    service_call *call = office->call;
    service_once *once = call->once;
    bool is_found;
    text digest;
    if (!is_kept(call)) return ERR_NONE;
    TRY(check_key(call));
    staff_answer kept = { .operation = text_of(call->op->name), .key = once->key };
    TRY(staff_answer_find(call->request, office->session, os_unix_seconds() * 1000 - DAY_MS, &kept, &is_found));
    if (!is_found) return ERR_NONE;
    TRY(digest_of(office, &digest));
    if (!text_equal(digest, kept.asked)) return err_of(&SERVICE_KEY_REUSED, text_cstr(call->request, text_shown(call->request, once->key, 60)));
    TRY(unseal(office, kept.sealed, &once->answer));
    once->is_again = true;
    return ERR_NONE;
}

static err keep(county *office)
{
    service_call *call = office->call;
    staff_answer kept = { .operation = text_of(call->op->name), .key = call->once->key, .kept_ms = os_unix_seconds() * 1000 };
    call->once->answer = call->once->print(call->once->context, call);
    TRY(digest_of(office, &kept.asked));
    TRY(seal(office, call->once->answer, &kept.sealed));
    store_rollback(office->db); /* a step that was only tried, or found nothing to do, leaves off within its own */
    TRY(store_begin(office->db));
    TRY(staff_answer_keep(office->session, kept.kept_ms - DAY_MS, &kept));
    return store_commit(office->db);
}

/* Where the answer cannot be kept, nothing that was held is: closing takes it back. */
err once_end(service_call *call, err e)
{
    county *office = call->county;
    bool is_writer = office && office->need == COUNTY_WRITE && office->session;
    if (!is_kept(call) || !is_writer) return e;
    if (!e.kind) TRY(keep(office));
    err held = store_keep(office->db);
    return e.kind ? e : held;
}
