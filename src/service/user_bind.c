/* Who a user is: a citizen number, checked, hashed with a key and sealed. */
#include "ident/ident.h"
#include "os/os.h"
#include "service/user.h"

static err hash_number(county *office, text number, text *hex)
{
    crypto_key search;
    crypto_mac *mac;
    arena *a = office->call->request;
    char *shown = arena_alloc(a, CRYPTO_DIGEST_HEX_BYTES);
    TRY(county_key(office, "key.search", false, &search));
    err e = crypto_mac_open(a, CRYPTO_SM3, search.bytes, sizeof search.bytes, &mac);
    crypto_wipe(&search, sizeof search);
    TRY(e);
    crypto_mac_add(mac, "staff person\n", 13);
    crypto_mac_add(mac, number.bytes, number.size_bytes);
    crypto_print_digest(crypto_mac_end(mac), shown);
    crypto_mac_close(mac);
    *hex = text_of(shown);
    return ERR_NONE;
}

static err seal_number(county *office, text login, text number, text *hex)
{
    crypto_key field;
    crypto_nonce nonce;
    crypto_sealer *sealer;
    uint8_t sealed[IDENT_CODE_BYTES + CRYPTO_SEAL_BYTES];
    arena *a = office->call->request;
    size_t size = number.size_bytes + CRYPTO_SEAL_BYTES;
    char *shown = arena_alloc(a, 2 * size + 1);
    TRY(county_key(office, "key.field", false, &field));
    err e = crypto_sealer_open(a, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &field, &sealer);
    crypto_wipe(&field, sizeof field);
    TRY(e);
    os_random_bytes(nonce.bytes, sizeof nonce.bytes);
    crypto_seal(sealer, nonce, text_format(a, "staff number of %.*s", TEXT_ARG(login)), number, sealed);
    crypto_sealer_close(sealer);
    crypto_print_hex(sealed, size, shown);
    *hex = text_of(shown);
    return ERR_NONE;
}

err user_number(county *office, text login, text hex, text *number)
{
    crypto_key field;
    crypto_sealer *sealer;
    arena *a = office->call->request;
    size_t size = hex.size_bytes / 2;
    uint8_t *sealed = arena_alloc(a, size + 1), *plain = arena_alloc(a, size + 1);
    if (size < CRYPTO_SEAL_BYTES) return err_of(&STAFF_BROKEN, "a number");
    TRY(crypto_parse_hex(hex, sealed, size));
    TRY(county_key(office, "key.field", false, &field));
    err e = crypto_sealer_open(a, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &field, &sealer);
    crypto_wipe(&field, sizeof field);
    TRY(e);
    e = crypto_unseal(sealer, text_format(a, "staff number of %.*s", TEXT_ARG(login)), (text){ (const char *)sealed, size }, plain);
    crypto_sealer_close(sealer);
    *number = (text){ (const char *)plain, size - CRYPTO_SEAL_BYTES };
    return e;
}

err user_person(county *office, text login, text said, staff_terms *terms)
{
    ident_citizen citizen;
    err e = ident_check_citizen(said, &citizen);
    if (e.kind) return (err){ .kind = e.kind }; /* the number itself is told to nobody */
    TRY(hash_number(office, text_of(citizen.id), &terms->person));
    return seal_number(office, login, text_of(citizen.id), &terms->number);
}
