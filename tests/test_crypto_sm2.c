#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "crypto/crypto.h"
#include "support/dice.h"

static arena *A;
static dice D = { 31 };

static int open_arena(void **state)
{
    (void)state;
    A = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(A);
    return 0;
}

/* GB/T 32918.5-2017 annex A.2 */
static const char PRIVATE_HEX[] = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
static const char PUBLIC_HEX[] =
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
static const char SIGNATURE_HEX[] =
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

static void parse(const char *hex, void *out, size_t size_bytes)
{
    assert_null(crypto_parse_hex(text_of(hex), out, size_bytes).kind);
}

static crypto_verifier *verifier_of(const crypto_sm2_public *shown)
{
    crypto_verifier *verifier;
    assert_null(crypto_verifier_open(A, shown, &verifier).kind);
    return verifier;
}

static void the_signature_of_the_standard_is_verified(void **state)
{
    (void)state;
    crypto_sm2_private own;
    crypto_sm2_public shown, expected;
    crypto_signature signature;
    parse(PRIVATE_HEX, &own, sizeof own);
    parse(PUBLIC_HEX, &expected, sizeof expected);
    parse(SIGNATURE_HEX, &signature, sizeof signature);
    assert_null(crypto_sm2_public_of(&own, &shown).kind);
    assert_memory_equal(&shown, &expected, sizeof shown);
    crypto_verifier *verifier = verifier_of(&shown);
    assert_null(crypto_verify(verifier, TEXT("message digest"), &signature).kind);
    assert_ptr_equal(crypto_verify(verifier, TEXT("message digesT"), &signature).kind,
                     &CRYPTO_BAD_SIGNATURE);
    crypto_verifier_close(verifier);
}

static void what_is_signed_is_verified_and_no_altered_bit_is(void **state)
{
    (void)state;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES];
    crypto_sm2_private own;
    crypto_sm2_public shown;
    dice_fill(&D, seed, sizeof seed);
    crypto_sm2_from_seed(seed, &own, &shown);
    crypto_signer *signer;
    assert_null(crypto_signer_open(A, &own, &signer).kind);
    crypto_verifier *verifier = verifier_of(&shown);
    char message[32];
    dice_fill(&D, message, sizeof message);
    text m = { message, sizeof message };
    crypto_signature signature = crypto_sign(signer, m);
    assert_null(crypto_verify(verifier, m, &signature).kind);
    for (size_t bit = 0; bit < 8 * sizeof signature; bit += 5) {
        crypto_signature altered = signature;
        altered.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_ptr_equal(crypto_verify(verifier, m, &altered).kind, &CRYPTO_BAD_SIGNATURE);
    }
    for (size_t bit = 0; bit < 8 * sizeof message; bit += 5) {
        message[bit / 8] ^= (char)(1 << bit % 8);
        assert_ptr_equal(crypto_verify(verifier, m, &signature).kind, &CRYPTO_BAD_SIGNATURE);
        message[bit / 8] ^= (char)(1 << bit % 8);
    }
    static const crypto_signature ZEROS;
    crypto_signature ones;
    memset(&ones, 0xff, sizeof ones);
    assert_ptr_equal(crypto_verify(verifier, m, &ZEROS).kind, &CRYPTO_BAD_SIGNATURE);
    assert_ptr_equal(crypto_verify(verifier, m, &ones).kind, &CRYPTO_BAD_SIGNATURE);
    crypto_verifier_close(verifier);
    crypto_signer_close(signer);
}

static void another_pair_does_not_verify(void **state)
{
    (void)state;
    uint8_t seed[CRYPTO_SM2_SEED_BYTES] = { 0 };
    crypto_sm2_private own, again, other;
    crypto_sm2_public shown, shown_again, shown_other;
    crypto_sm2_from_seed(seed, &own, &shown);
    crypto_sm2_from_seed(seed, &again, &shown_again);
    assert_memory_equal(&own, &again, sizeof own);
    assert_memory_equal(&shown, &shown_again, sizeof shown);
    seed[39] = 1;
    crypto_sm2_from_seed(seed, &other, &shown_other);
    crypto_signer *signer;
    assert_null(crypto_signer_open(A, &own, &signer).kind);
    crypto_signature signature = crypto_sign(signer, TEXT("run 17"));
    crypto_verifier *verifier = verifier_of(&shown_other);
    assert_ptr_equal(crypto_verify(verifier, TEXT("run 17"), &signature).kind,
                     &CRYPTO_BAD_SIGNATURE);
    crypto_verifier_close(verifier);
    crypto_signer_close(signer);
}

static void seeds_are_brought_into_the_range(void **state)
{
    (void)state;
    /* n - 2 gives d = 1, the base point; the seed before it gives d = n - 2. */
    static const char *const SEEDS[] = {
        "0000000000000000fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121",
        "0000000000000000fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54120",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    static const char *const D_HEX[] = {
        "0000000000000000000000000000000000000000000000000000000000000001",
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121", NULL,
    };
    for (size_t i = 0; i < ARRAY_COUNT(SEEDS); i++) {
        uint8_t seed[CRYPTO_SM2_SEED_BYTES];
        crypto_sm2_private own;
        crypto_sm2_public shown, again;
        char hex[65];
        parse(SEEDS[i], seed, sizeof seed);
        crypto_sm2_from_seed(seed, &own, &shown);
        crypto_print_hex(&own, sizeof own, hex);
        if (D_HEX[i]) assert_string_equal(hex, D_HEX[i]);
        assert_null(crypto_sm2_public_of(&own, &again).kind);
        assert_memory_equal(&shown, &again, sizeof shown);
    }
}

static void keys_off_the_curve_or_out_of_range_are_refused(void **state)
{
    (void)state;
    static const char *const REFUSED[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122", /* n - 1 */
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", /* n */
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    crypto_sm2_public shown;
    crypto_signer *signer;
    crypto_verifier *verifier;
    for (size_t i = 0; i < ARRAY_COUNT(REFUSED); i++) {
        crypto_sm2_private own;
        parse(REFUSED[i], &own, sizeof own);
        assert_ptr_equal(crypto_sm2_public_of(&own, &shown).kind, &CRYPTO_BAD_KEY);
        assert_ptr_equal(crypto_signer_open(A, &own, &signer).kind, &CRYPTO_BAD_KEY);
    }
    parse(PUBLIC_HEX, &shown, sizeof shown);
    assert_null(crypto_sm2_check(&shown).kind);
    for (size_t bit = 0; bit < 8 * sizeof shown; bit += 3) {
        crypto_sm2_public altered = shown;
        altered.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_ptr_equal(crypto_sm2_check(&altered).kind, &CRYPTO_BAD_KEY);
        assert_ptr_equal(crypto_verifier_open(A, &altered, &verifier).kind, &CRYPTO_BAD_KEY);
    }
}

static void a_public_key_and_a_signature_are_written_for_other_tools(void **state)
{
    (void)state;
    crypto_sm2_public shown;
    crypto_signature signature;
    parse(PUBLIC_HEX, &shown, sizeof shown);
    parse(SIGNATURE_HEX, &signature, sizeof signature);
    text pem = crypto_sm2_public_pem(A, &shown);
    assert_string_equal(pem.bytes, "-----BEGIN PUBLIC KEY-----\n"
                                   "MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAECfnfMR5UIaFQ3X0WHkvFxnIXn60Y\n"
                                   "M/wHa7CP81bzUCDM6kkM4md1pS3G6nGMwapgCu0F+/NeCEpmMvYHLamtEw==\n"
                                   "-----END PUBLIC KEY-----\n");
    text der = crypto_signature_der(A, &signature);
    char hex[160];
    crypto_print_hex(der.bytes, der.size_bytes, hex);
    assert_string_equal(hex, "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eace"
                             "ee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69"
                             "c485bbc1aa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signature_of_the_standard_is_verified),
        cmocka_unit_test(what_is_signed_is_verified_and_no_altered_bit_is),
        cmocka_unit_test(another_pair_does_not_verify),
        cmocka_unit_test(seeds_are_brought_into_the_range),
        cmocka_unit_test(keys_off_the_curve_or_out_of_range_are_refused),
        cmocka_unit_test(a_public_key_and_a_signature_are_written_for_other_tools),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
