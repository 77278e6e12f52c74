#include <string.h>

#include "staff/staff_internal.h"

_Static_assert(STAFF_OUT == 2, "the state that verify's query names");

/* The key of a user that was in force just before an event. */
static err key_before(staff *office, int64_t user_id, int64_t sequence, crypto_sm2_public *key)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(office->db,
                      "SELECT public_key FROM staff_key WHERE user_id = ?1 AND from_sequence < ?2 "
                      "AND (until_sequence = 0 OR until_sequence >= ?2)",
                      &q));
    store_bind_int(q, 1, user_id);
    store_bind_int(q, 2, sequence);
    TRY(store_step(q, &has_row));
    if (!has_row) return err_of(&STAFF_BROKEN, "a signature by a user without a key");
    text bytes = store_bytes(q, 0);
    bool is_key = bytes.size_bytes == sizeof key->bytes;
    if (is_key) memcpy(key->bytes, bytes.bytes, sizeof key->bytes);
    store_reset(q);
    return is_key ? ERR_NONE : err_of(&STAFF_BROKEN, "a public key");
}

static err check(arena *a, const crypto_sm2_public *key, text message, text signature,
                 const char *blame)
{
    crypto_verifier *verifier;
    crypto_signature given;
    if (signature.size_bytes != sizeof given.bytes ||
        crypto_verifier_open(a, key, &verifier).kind)
        return err_of(&STAFF_BROKEN, blame);
    memcpy(given.bytes, signature.bytes, sizeof given.bytes);
    err e = crypto_verify(verifier, message, &given);
    crypto_verifier_close(verifier);
    return e.kind ? err_of(&STAFF_BROKEN, blame) : ERR_NONE;
}

static err verify_change(arena *a, staff *office, int64_t change_id)
{
    text terms, before = TEXT_NONE;
    staff_change_state state;
    staff_mark_row *marks;
    size_t count;
    TRY(staff_change_read(a, office, change_id, &terms, &state));
    TRY(staff_marks(a, office, change_id, &marks, &count));
    const char *blame =
        text_format(a, "a signature of change %lld", (long long)change_id).bytes;
    for (size_t i = 0; i < count; i++) {
        crypto_sm2_public key;
        TRY(key_before(office, marks[i].mark.actor_id, marks[i].sequence, &key));
        TRY(check(a, &key, staff_change_message(a, change_id, terms, marks[i].duty, before),
                  marks[i].signature, blame));
        before = marks[i].signature;
    }
    return ERR_NONE;
}

typedef struct {
    int64_t user_id, from_sequence;
    text public_key, signature;
} key_row;

static err read_keys(arena *a, staff *office, key_row **keys, size_t *count)
{
    store_query *q;
    size_t capacity = 0;
    *keys = NULL;
    *count = 0;
    TRY(store_prepare(office->db,
                      "SELECT user_id, from_sequence, public_key, signature FROM staff_key "
                      "ORDER BY user_id, from_sequence",
                      &q));
    for (;;) {
        bool has_row;
        TRY(store_step(q, &has_row));
        if (!has_row) return ERR_NONE;
        key_row row = { store_int(q, 0), store_int(q, 1), text_copy(a, store_bytes(q, 2)),
                        text_copy(a, store_bytes(q, 3)) };
        ARENA_PUSH(a, *keys, *count, capacity, row);
    }
}

/* A key that took another's place was signed by it; one without a signature took nobody's. */
static err verify_key(arena *a, staff *office, const key_row *key)
{
    const char *blame =
        text_format(a, "a key of user %lld", (long long)key->user_id).bytes;
    crypto_sm2_public before;
    err e = key_before(office, key->user_id, key->from_sequence, &before);
    bool had_key = e.kind == NULL;
    if (e.kind && e.kind != &STAFF_BROKEN) return e;
    if (!had_key)
        return key->signature.size_bytes ? err_of(&STAFF_BROKEN, blame) : ERR_NONE;
    char *hex = arena_alloc(a, 2 * key->public_key.size_bytes + 1);
    crypto_print_hex(key->public_key.bytes, key->public_key.size_bytes, hex);
    return check(a, &before, staff_key_message(a, key->user_id, text_of(hex)), key->signature,
                 blame);
}

err staff_verify(arena *a, staff *office)
{
    int64_t change_count;
    key_row *keys;
    size_t key_count;
    if (!office->duties) return ERR_NONE;
    TRY(store_scalar(office->db, "SELECT count(*) FROM staff_change", &change_count));
    for (int64_t id = 1; id <= change_count; id++) TRY(verify_change(a, office, id));
    TRY(read_keys(a, office, &keys, &key_count));
    for (size_t i = 0; i < key_count; i++) TRY(verify_key(a, office, &keys[i]));
    int64_t doubled;
    TRY(store_scalar(office->db,
                     "SELECT count(*) FROM (SELECT person FROM staff_user WHERE person <> '' AND state <> 2 "
                     "GROUP BY person HAVING count(*) > 1) AS doubled",
                     &doubled));
    return doubled ? err_of(&STAFF_BROKEN, "one person is two users") : ERR_NONE;
}
