#include <string.h>

#include "registry/registry_internal.h"

/* A subject's key is HMAC(field key, its salt and id): kept nowhere, and gone for good once the
 * salt is. The nonce of a sealed field comes from the keyed hash of what it holds, so the same
 * secret of the same subject seals to the same bytes and an act tried again is the same event; two
 * different secrets have different nonces, which is all a nonce owes. */

enum { SALT_BYTES = 16 };
#define KEY_MASK ((UINT64_C(1) << 59) - 1) /* 18 digits, as bodies can hold */

err secret_open(registry *r, const registry_keys *keys)
{
    static const crypto_key NONE = { { 0 } };
    if (!keys) return ERR_NONE;
    TRY(crypto_mac_open(r->memory, CRYPTO_SM3, keys->search, sizeof keys->search, &r->search));
    TRY(crypto_mac_open(r->memory, CRYPTO_SM3, keys->field, sizeof keys->field, &r->field));
    TRY(crypto_mac_open(r->memory, CRYPTO_SM3, keys->chance, sizeof keys->chance, &r->chance));
    TRY(crypto_sealer_open(r->memory, CRYPTO_SUITE_SM, CRYPTO_USE_FIELDS, &NONE, &r->sealer));
    r->has_keys = true;
    return ERR_NONE;
}

void secret_close(registry *r)
{
    if (r->search) crypto_mac_close(r->search);
    if (r->field) crypto_mac_close(r->field);
    if (r->chance) crypto_mac_close(r->chance);
    if (r->sealer) crypto_sealer_close(r->sealer);
    r->search = r->field = r->chance = NULL;
    r->sealer = NULL;
    r->has_keys = false;
    r->sealer_subject = 0;
}

static err forgotten(registry *r, int64_t subject_id)
{
    return registry_fail(r, &REGISTRY_FORGOTTEN, "%lld", (long long)subject_id);
}

/* ---- the subject's key ---- */

typedef struct {
    uint8_t bytes[SALT_BYTES];
} salt;

static salt make_salt(registry *r, int64_t subject_id)
{
    salt s;
    crypto_digest d = crypto_mac_of(r->chance, &subject_id, sizeof subject_id);
    memcpy(s.bytes, d.bytes, sizeof s.bytes);
    return s;
}

static void use_salt(registry *r, int64_t subject_id, salt s)
{
    uint8_t about[SALT_BYTES + sizeof subject_id];
    memcpy(about, s.bytes, SALT_BYTES);
    memcpy(about + SALT_BYTES, &subject_id, sizeof subject_id);
    crypto_digest d = crypto_mac_of(r->field, about, sizeof about);
    crypto_key key;
    _Static_assert(sizeof key.bytes == sizeof d.bytes, "a digest makes a key");
    memcpy(key.bytes, d.bytes, sizeof key.bytes);
    crypto_sealer_rekey(r->sealer, &key);
    crypto_wipe(&key, sizeof key);
    crypto_wipe(&d, sizeof d);
    r->sealer_subject = subject_id;
    r->sealer_transaction = store_transaction_number(r->db);
}

/* ---- salts read ahead ----
 *
 * Whoever goes through people in order asks for one salt after another, and each would be a journey to the store.
 * So where the one asked for lies behind the last ones read of its bucket, more are read at once than the last time. */

enum { AHEAD_MAX = 512, NEAR_IDS = 64 * EVENTLOG_BUCKETS /* some 64 people of a bucket */ };

typedef struct {
    int64_t subject_id;
    salt salt;
    bool is_whole;
} kept_salt;

struct salts_ahead {
    uint64_t transaction;      /* in which they were read, and stand; 0: none do */
    int64_t from_id, until_id; /* of these ids, what is not among them is nowhere */
    kept_salt *items;
    size_t count, at, wanted;
};

static void drop_ahead(registry *r, uint32_t bucket)
{
    if (r->salts[bucket]) r->salts[bucket]->transaction = 0;
}

static salts_ahead *ahead_of(registry *r, uint32_t bucket)
{
    if (!r->salts[bucket]) {
        r->salts[bucket] = ARENA_NEW(r->memory, salts_ahead);
        *r->salts[bucket] = (salts_ahead){ .wanted = 1 };
    }
    return r->salts[bucket];
}

static err read_ahead(registry *r, uint32_t bucket, int64_t subject_id, salts_ahead *s)
{
    store_query *q;
    bool has_row;
    uint64_t now = store_is_in_transaction(r->db) ? store_transaction_number(r->db) : 0;
    bool goes_on = now && s->transaction == now && subject_id >= s->until_id && subject_id < s->until_id + NEAR_IDS;
    s->wanted = goes_on ? s->wanted * 4 : 1;
    if (s->wanted > AHEAD_MAX) s->wanted = AHEAD_MAX;
    if (!s->items) s->items = ARENA_ARRAY(r->memory, kept_salt, AHEAD_MAX);
    s->count = s->at = 0;
    s->transaction = 0;
    TRY(store_prepare(r->db,
                      "SELECT subject_id, salt FROM registry_key WHERE bucket = ?1 AND subject_id >= ?2 "
                      "ORDER BY subject_id LIMIT ?3",
                      &q));
    store_bind_int(q, 1, bucket);
    store_bind_int(q, 2, subject_id);
    store_bind_int(q, 3, (int64_t)s->wanted);
    for (;;) {
        TRY(store_step(q, &has_row));
        if (!has_row) break;
        kept_salt *one = &s->items[s->count++];
        text bytes = store_bytes(q, 1);
        *one = (kept_salt){ .subject_id = store_int(q, 0), .is_whole = bytes.size_bytes == SALT_BYTES };
        if (one->is_whole) memcpy(one->salt.bytes, bytes.bytes, SALT_BYTES);
    }
    s->from_id = subject_id;
    s->until_id = s->count == s->wanted ? s->items[s->count - 1].subject_id + 1 : INT64_MAX;
    s->transaction = now;
    return ERR_NONE;
}

static err read_salt(registry *r, int64_t subject_id, bool *has_salt, salt *found)
{
    uint32_t bucket = eventlog_bucket_of(subject_id);
    salts_ahead *s = ahead_of(r, bucket);
    bool stands = store_is_in_transaction(r->db) && s->transaction == store_transaction_number(r->db);
    bool is_read = stands && subject_id >= s->from_id && subject_id < s->until_id;
    *has_salt = false;
    if (!is_read) TRY(read_ahead(r, bucket, subject_id, s));
    if (s->at >= s->count || s->items[s->at].subject_id > subject_id) s->at = 0; /* one before the last asked for */
    while (s->at < s->count && s->items[s->at].subject_id < subject_id) s->at++;
    if (s->at == s->count || s->items[s->at].subject_id != subject_id) return ERR_NONE;
    *has_salt = s->items[s->at].is_whole;
    if (*has_salt) *found = s->items[s->at].salt;
    return *has_salt ? ERR_NONE : forgotten(r, subject_id);
}

err secret_new_subjects(registry *r, const int64_t *ids, size_t count)
{
    static const char *const COLUMNS[] = { "bucket", "subject_id", "salt" };
    static const store_column_type TYPES[] = { STORE_INT_COLUMN, STORE_INT_COLUMN,
                                               STORE_BYTES_COLUMN };
    store_bulk *bulk;
    if (!r->has_keys || !count) return ERR_NONE;
    for (size_t i = 0; i < count; i++) drop_ahead(r, eventlog_bucket_of(ids[i]));
    TRY(store_bulk_open(r->db, "registry_key", COLUMNS, TYPES, 3, &bulk));
    for (size_t i = 0; i < count; i++) {
        salt s = make_salt(r, ids[i]);
        TRY(store_bulk_int(bulk, eventlog_bucket_of(ids[i])));
        TRY(store_bulk_int(bulk, ids[i]));
        TRY(store_bulk_bytes(bulk, (text){ (const char *)s.bytes, SALT_BYTES }));
    }
    return store_bulk_close(bulk, NULL);
}

/* Puts the subject's key into the sealer. A fresh subject's salt is not in the store yet. */
static err take_key(registry *r, int64_t subject_id, bool is_fresh, bool makes)
{
    if (!r->has_keys) return forgotten(r, subject_id);
    bool is_there =
        r->sealer_subject == subject_id && r->sealer_transaction == store_transaction_number(r->db);
    if (is_there) return ERR_NONE;
    salt s = make_salt(r, subject_id);
    bool has_salt = is_fresh;
    if (!is_fresh) TRY(read_salt(r, subject_id, &has_salt, &s));
    if (!has_salt && !makes) return forgotten(r, subject_id);
    if (!has_salt) TRY(secret_new_subjects(r, &subject_id, 1));
    use_salt(r, subject_id, s);
    return ERR_NONE;
}

/* ---- sealing ---- */

static crypto_digest hash_of(registry *r, const char *field, text plain)
{
    crypto_mac_begin(r->search);
    crypto_mac_add(r->search, field, strlen(field) + 1);
    crypto_mac_add(r->search, plain.bytes, plain.size_bytes);
    return crypto_mac_end(r->search);
}

static int64_t key_of(crypto_digest d)
{
    uint64_t key;
    memcpy(&key, d.bytes, sizeof key);
    key &= KEY_MASK;
    return key ? (int64_t)key : 1; /* 0 says that there is none */
}

int64_t secret_key_of(registry *r, const char *field, text plain)
{
    return r->has_keys ? key_of(hash_of(r, field, plain)) : 0;
}

/* What binds sealed bytes to their place: the subject, then the field. */
static text about(char into[72], int64_t subject_id, const char *field)
{
    size_t size = strlen(field);
    memcpy(into, &subject_id, sizeof subject_id);
    memcpy(into + sizeof subject_id, field, size);
    return (text){ into, sizeof subject_id + size };
}

static void seal(arena *a, registry *r, int64_t subject_id, const char *field, registry_secret *s)
{
    char place[72];
    crypto_digest d = hash_of(r, field, s->plain);
    crypto_nonce nonce;
    memcpy(nonce.bytes, d.bytes + sizeof(uint64_t), sizeof nonce.bytes);
    size_t size = s->plain.size_bytes + CRYPTO_SEAL_BYTES;
    uint8_t *sealed = arena_alloc(a, size);
    crypto_seal(r->sealer, nonce, about(place, subject_id, field), s->plain, sealed);
    *s = (registry_secret){ .sealed = { (const char *)sealed, size },
                            .key = key_of(d),
                            .field = field };
}

/* A secret said again as it was answered stays as it is. */
err secret_seal_fact(arena *a, registry *r, registry_kind kind, void *fact, bool is_fresh)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    int64_t subject_id = ((registry_fact *)fact)->subject_id;
    for (size_t i = 0; i < k->cell_count; i++) {
        if (k->cells[i].type != CELL_SECRET) continue;
        registry_secret *s = registry_cell_secret(fact, &k->cells[i]);
        if (!s->plain.size_bytes) continue;
        TRY(take_key(r, subject_id, is_fresh, true));
        seal(a, r, subject_id, k->cells[i].secret, s);
    }
    return ERR_NONE;
}

err secret_unseal(arena *a, registry *r, int64_t subject_id, const char *field, registry_secret *s)
{
    char place[72];
    if (!s->key) return ERR_NONE;
    TRY(take_key(r, subject_id, false, false));
    if (s->sealed.size_bytes < CRYPTO_SEAL_BYTES) return forgotten(r, subject_id);
    size_t size = s->sealed.size_bytes - CRYPTO_SEAL_BYTES;
    uint8_t *plain = arena_alloc(a, size + 1);
    TRY(crypto_unseal(r->sealer, about(place, subject_id, field), s->sealed, plain));
    s->plain = (text){ (const char *)plain, size };
    return ERR_NONE;
}

err registry_seal(arena *a, registry *r, int64_t subject_id, const char *place, text plain, text *sealed)
{
    registry_kind kind;
    registry_secret secret = { .plain = plain };
    TRY(check_subject(r, subject_id, &kind));
    TRY(take_key(r, subject_id, false, true));
    seal(a, r, subject_id, place, &secret);
    *sealed = secret.sealed;
    return ERR_NONE;
}

err registry_unseal(arena *a, registry *r, int64_t subject_id, const char *place, text sealed, text *plain)
{
    registry_secret secret = { .sealed = sealed, .key = 1 };
    TRY(secret_unseal(a, r, subject_id, place, &secret));
    *plain = secret.plain;
    return ERR_NONE;
}

err registry_forget(registry *r, const registry_act *act, int64_t subject_id)
{
    registry_kind kind;
    store_query *q;
    TRY(check_subject(r, subject_id, &kind));
    eventlog_event event = { .bucket = eventlog_bucket_of(subject_id),
                             .kind = "registry.forgotten",
                             .subject_id = subject_id,
                             .known_ms = act->known_ms,
                             .actor_id = act->actor_id,
                             .why = act->why,
                             .body = TEXT("{}"),
                             .key = act->key };
    TRY(eventlog_append(r->log, &event, NULL, NULL));
    TRY(store_prepare(r->db,
                      "INSERT INTO registry_key (bucket, subject_id, salt) VALUES (?1, ?2, ?3) "
                      "ON CONFLICT (bucket, subject_id) DO UPDATE SET salt = excluded.salt",
                      &q));
    store_bind_int(q, 1, event.bucket);
    store_bind_int(q, 2, subject_id);
    store_bind_bytes(q, 3, TEXT(""));
    r->sealer_subject = 0;
    drop_ahead(r, event.bucket);
    return store_do(q, NULL);
}
