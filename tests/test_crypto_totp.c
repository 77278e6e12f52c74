/* Codes by time, against the vectors of RFC 6238 (appendix B) and RFC 4226 (appendix D). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/crypto.h"

#define SECRET TEXT("12345678901234567890")

static void codes_are_those_of_the_standards(void **state)
{
    (void)state;
    /* of eight digits there, of which these are the last six */
    static const struct {
        int64_t unix_s;
        uint32_t code;
    } VECTORS[] = { { 59, 287082 },         { 1111111109, 81804 },  { 1111111111, 50471 },
                    { 1234567890, 5924 },   { 2000000000, 279037 }, { 20000000000, 353130 } };
    static const uint32_t COUNTED[] = { 755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489 };
    uint32_t code;
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
        assert_null(crypto_totp(SECRET, (uint64_t)VECTORS[i].unix_s / CRYPTO_TOTP_STEP_S, &code).kind);
        assert_int_equal(code, VECTORS[i].code);
    }
    for (size_t i = 0; i < sizeof COUNTED / sizeof *COUNTED; i++) {
        assert_null(crypto_totp(SECRET, i, &code).kind);
        assert_int_equal(code, COUNTED[i]);
    }
}

static void another_secret_has_other_codes(void **state)
{
    (void)state;
    uint32_t one, other, same = 0;
    for (uint64_t step = 0; step < 100; step++) {
        assert_null(crypto_totp(SECRET, step, &one).kind);
        assert_null(crypto_totp(TEXT("12345678901234567891"), step, &other).kind);
        assert_in_range(one, 0, 999999);
        same += one == other;
    }
    assert_in_range(same, 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standards),
        cmocka_unit_test(another_secret_has_other_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
