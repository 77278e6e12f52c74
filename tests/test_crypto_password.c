#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/checked.h"
#include "crypto/crypto.h"

static const crypto_cost CHEAP = { .log2_n = 4, .r = 8, .p = 1 };
static const crypto_salt SALT = { "sixteen bytes .." };

static void scrypt_is_that_of_rfc_7914(void **state)
{
    (void)state;
    static const struct {
        const char *password, *salt;
        crypto_cost cost;
        const char *hex;
    } CASES[] = {
        { "", "", { 4, 1, 1 },
          "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
          "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906" },
        { "password", "NaCl", { 10, 8, 16 },
          "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
          "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640" },
        { "pleaseletmein", "SodiumChloride", { 14, 8, 1 },
          "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
          "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        uint8_t out[64];
        char hex[129];
        assert_null(crypto_scrypt(text_of(CASES[i].password), text_of(CASES[i].salt), CASES[i].cost,
                                  out, sizeof out)
                        .kind);
        crypto_print_hex(out, sizeof out, hex);
        assert_string_equal(hex, CASES[i].hex);
    }
}

static void costs_out_of_bounds_are_refused_unpaid(void **state)
{
    (void)state;
    static const crypto_cost REFUSED[] = {
        { 0, 8, 1 }, { 21, 1, 1 },  { 15, 0, 1 },  { 15, 33, 1 },  { 15, 8, 0 },
        { 4, 8, 17 }, { 20, 16, 1 }, { 20, 8, 4 }, { 255, 255, 255 },
    };
    uint8_t out[32] = { 7 };
    for (size_t i = 0; i < ARRAY_COUNT(REFUSED); i++)
        assert_ptr_equal(crypto_scrypt(TEXT("p"), TEXT("s"), REFUSED[i], out, 32).kind,
                         &CRYPTO_COST_REFUSED);
    assert_int_equal(out[0], 7);
    assert_ptr_equal(
        crypto_password_verify(TEXT("p"), TEXT("$scrypt$ln=20,r=32,p=16$aM15713r3Xsvxbi31lqr1Q$"
                                               "nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"))
            .kind,
        &CRYPTO_COST_REFUSED);
}

/* The sanitizers' allocator ends the process instead of answering NULL. */
static void too_little_memory_is_an_error(void **state)
{
    (void)state;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        uint8_t out[32];
        struct rlimit limit = { 1 << 25, 1 << 25 };
        setrlimit(RLIMIT_DATA, &limit);
        err e = crypto_scrypt(TEXT("p"), TEXT("s"), CRYPTO_COST_VAULT, out, sizeof out);
        _exit(e.kind == &CRYPTO_NO_MEMORY ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
#endif
    assert_int_equal(CRYPTO_NO_MEMORY.class, ERR_BUSY);
}

static void a_password_is_verified_and_no_other(void **state)
{
    (void)state;
    char encoded[CRYPTO_PASSWORD_HASH_BYTES];
    assert_null(crypto_password_hash(TEXT("兜底1号口令"), SALT, CHEAP, encoded).kind);
    assert_true(text_begins(text_of(encoded), TEXT("$scrypt$ln=4,r=8,p=1$")));
    assert_null(crypto_password_verify(TEXT("兜底1号口令"), text_of(encoded)).kind);
    static const char *const WRONG[] = { "", "兜底1号口", "兜底1号口令 ", "兜底2号口令" };
    for (size_t i = 0; i < ARRAY_COUNT(WRONG); i++)
        assert_ptr_equal(crypto_password_verify(text_of(WRONG[i]), text_of(encoded)).kind,
                         &CRYPTO_WRONG_PASSWORD);
    assert_true(crypto_password_has_cost(text_of(encoded), CHEAP));
    assert_false(crypto_password_has_cost(text_of(encoded), CRYPTO_COST_LOGIN));
    assert_false(crypto_password_has_cost(TEXT("x"), CHEAP));
    /* The dearest there is still fits its bytes. */
    assert_null(crypto_password_hash(TEXT(""), SALT, (crypto_cost){ 10, 16, 16 }, encoded).kind);
    assert_null(crypto_password_verify(TEXT(""), text_of(encoded)).kind);
    /* Made by another program (the example in passlib's manual). */
    assert_null(crypto_password_verify(TEXT("password"),
                                       TEXT("$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$"
                                            "nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"))
                    .kind);
}

static void an_altered_encoding_never_verifies(void **state)
{
    (void)state;
    char encoded[CRYPTO_PASSWORD_HASH_BYTES];
    assert_null(crypto_password_hash(TEXT("secret"), SALT, CHEAP, encoded).kind);
    size_t size_bytes = strlen(encoded);
    for (size_t at = 0; at < size_bytes; at++) {
        char kept = encoded[at];
        for (int bit = 0; bit < 8; bit++) {
            encoded[at] = (char)(kept ^ (1 << bit));
            const err_kind *kind =
                crypto_password_verify(TEXT("secret"), (text){ encoded, size_bytes }).kind;
            assert_true(kind == &CRYPTO_BAD_PASSWORD_HASH || kind == &CRYPTO_WRONG_PASSWORD ||
                        kind == &CRYPTO_COST_REFUSED);
        }
        encoded[at] = kept;
        assert_ptr_equal(crypto_password_verify(TEXT("secret"), (text){ encoded, at }).kind,
                         &CRYPTO_BAD_PASSWORD_HASH);
    }
    static const char *const REFUSED[] = {
        "", "$scrypt$", "$scrypt$ln=04,r=8,p=1$", "$scrypt$ln=256,r=8,p=1$", "$2b$12$",
    };
    for (size_t i = 0; i < ARRAY_COUNT(REFUSED); i++)
        assert_ptr_equal(crypto_password_verify(TEXT("secret"), text_of(REFUSED[i])).kind,
                         &CRYPTO_BAD_PASSWORD_HASH);
}

static void a_locked_secret_opens_with_its_password_only(void **state)
{
    (void)state;
    for (int suite = 0; suite < CRYPTO_SUITE_COUNT; suite++) {
        crypto_lock_options options = { (crypto_suite)suite, CHEAP, SALT };
        uint8_t locked[6 + CRYPTO_LOCK_BYTES], out[6];
        text l = { (const char *)locked, sizeof locked };
        assert_null(crypto_lock(&options, TEXT("pw"), TEXT("user 7"), TEXT("secret"), locked).kind);
        assert_null(crypto_unlock(TEXT("pw"), TEXT("user 7"), l, out).kind);
        assert_memory_equal(out, "secret", 6);
        memset(out, 0xa5, sizeof out);
        assert_ptr_equal(crypto_unlock(TEXT("pW"), TEXT("user 7"), l, out).kind,
                         &CRYPTO_WRONG_PASSWORD);
        assert_ptr_equal(crypto_unlock(TEXT("pw"), TEXT("user 8"), l, out).kind,
                         &CRYPTO_WRONG_PASSWORD);
        for (size_t bit = 0; bit < 8 * sizeof locked; bit++) {
            locked[bit / 8] ^= (uint8_t)(1 << bit % 8);
            /* another form, cost or suite is told apart; all else is a wrong password */
            bool is_dear = bit / 8 == 1 && locked[1] > 12;
            const err_kind *kind =
                is_dear ? &CRYPTO_COST_REFUSED : crypto_unlock(TEXT("pw"), TEXT("user 7"), l, out).kind;
            assert_true(kind == &CRYPTO_WRONG_PASSWORD ||
                        (bit / 8 < 4 && (kind == &CRYPTO_BAD_SEAL || kind == &CRYPTO_COST_REFUSED ||
                                         kind == &CRYPTO_OTHER_SUITE)) ||
                        (bit / 8 == 20 &&
                         (kind == &CRYPTO_BAD_SEAL || kind == &CRYPTO_OTHER_SUITE)));
            locked[bit / 8] ^= (uint8_t)(1 << bit % 8);
            for (size_t i = 0; i < sizeof out; i++) assert_true(out[i] == 0xa5 || out[i] == 0);
        }
        for (size_t size_bytes = 0; size_bytes < sizeof locked; size_bytes++)
            assert_non_null(crypto_unlock(TEXT("pw"), TEXT("user 7"),
                                          (text){ (const char *)locked, size_bytes }, out)
                                .kind);
        options.cost.r = 0;
        assert_ptr_equal(crypto_lock(&options, TEXT("pw"), TEXT("x"), TEXT("y"), locked).kind,
                         &CRYPTO_COST_REFUSED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrypt_is_that_of_rfc_7914),
        cmocka_unit_test(costs_out_of_bounds_are_refused_unpaid),
        cmocka_unit_test(too_little_memory_is_an_error),
        cmocka_unit_test(a_password_is_verified_and_no_other),
        cmocka_unit_test(an_altered_encoding_never_verifies),
        cmocka_unit_test(a_locked_secret_opens_with_its_password_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
