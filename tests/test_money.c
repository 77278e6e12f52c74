#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "money/money.h"

static void rounding_follows_its_mode_on_both_sides_of_zero(void **state)
{
    (void)state;
    static const struct {
        int num, den;
        int rounded[MONEY_ROUNDING_COUNT]; /* half up, half even, up, down */
    } CASES[] = {
        { 0, 2, { 0, 0, 0, 0 } },  { 1, 2, { 1, 0, 1, 0 } },  { 3, 2, { 2, 2, 2, 1 } },
        { 5, 2, { 3, 2, 3, 2 } },  { 4, 2, { 2, 2, 2, 2 } },  { 1, 3, { 0, 0, 1, 0 } },
        { 2, 3, { 1, 1, 1, 0 } },  { 7, 5, { 1, 1, 2, 1 } },  { 8, 5, { 2, 2, 2, 1 } },
        { 25, 10, { 3, 2, 3, 2 } }, { 35, 10, { 4, 4, 4, 3 } }, { 10, 1, { 10, 10, 10, 10 } },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++)
        for (int mode = 0; mode < MONEY_ROUNDING_COUNT; mode++)
            for (int signs = 0; signs < 4; signs++) {
                int num = signs & 1 ? -CASES[i].num : CASES[i].num;
                int den = signs & 2 ? -CASES[i].den : CASES[i].den;
                int expected = CASES[i].rounded[mode] * ((signs == 1 || signs == 2) ? -1 : 1);
                money_rounding rounding = (money_rounding)mode;
                /* Both ways: 64 bits, and 128 with the same factor in both terms. */
                i128 wide = i128_pow10(25);
                if (money_divide_round_i64(num, den, rounding) != expected ||
                    money_divide_round(num, den, rounding) != expected ||
                    money_divide_round(num * wide, den * wide, rounding) != expected)
                    fail_msg("%d / %d mode %d", num, den, mode);
            }
}

static void rounding_holds_at_the_ends_of_the_range(void **state)
{
    (void)state;
    assert_true(money_divide_round(I128_MAX, I128_MAX - 1, MONEY_HALF_UP) == 1);
    assert_true(money_divide_round(I128_MIN, 1, MONEY_UP) == I128_MIN);
    assert_true(money_divide_round(I128_MIN, I128_MAX, MONEY_UP) == -2);
    assert_true(money_divide_round(I128_MAX, I128_MIN, MONEY_HALF_EVEN) == -1);
    assert_true(money_divide_round(1, I128_MIN, MONEY_UP) == -1);
    assert_true(money_divide_round(INT64_MIN, -1, MONEY_UP) == -(i128)INT64_MIN);
    assert_true(money_divide_round_i64(INT64_MAX, INT64_MIN, MONEY_HALF_UP) == -1);
    i128 out = 7;
    assert_true(money_rescale(12345, 3, 2, MONEY_HALF_UP, &out) && out == 1235);
    assert_true(money_rescale(-12345, 2, 4, MONEY_DOWN, &out) && out == -1234500);
    assert_false(money_rescale(I128_MAX, 0, 1, MONEY_DOWN, &out));
    assert_true(out == -1234500);
}

typedef struct {
    const char *written;
    int decimals;
    unsigned allowed;
    const char *scaled; /* NULL: refused */
    const err_kind *kind;
} reading;

static const reading READINGS[] = {
    { "0", 2, MONEY_PLAIN, "0", NULL },
    { "-0.00", 2, MONEY_PLAIN, "0", NULL },
    { "1234.5", 2, MONEY_PLAIN, "123450", NULL },
    { "+7", 0, MONEY_PLAIN, "7", NULL },
    { "-7.25", 2, MONEY_PLAIN, "-725", NULL },
    { " 7.25 ", 2, MONEY_PLAIN, "725", NULL },
    { ".5", 1, MONEY_PLAIN, "5", NULL },
    { "00012.30", 1, MONEY_PLAIN, "123", NULL },
    { "1.50000000000000000000000000000000000000000000000000", 1, MONEY_PLAIN, "15", NULL },
    { "１２３．４５", 2, MONEY_PLAIN, "12345", NULL },
    { "－３", 0, MONEY_PLAIN, "-3", NULL },
    { "\xE2\x88\x92" "3", 0, MONEY_PLAIN, "-3", NULL },
    { "1,234,567.89", 2, MONEY_ALLOW_SEPARATORS, "123456789", NULL },
    { "1234567.89", 2, MONEY_ALLOW_SEPARATORS, "123456789", NULL },
    { "8%", 2, MONEY_ALLOW_PERCENT, "8", NULL },
    { "-0.5‰", 4, MONEY_ALLOW_PERCENT, "-5", NULL },
    { "１６％", 4, MONEY_ALLOW_PERCENT, "1600", NULL },
    { "1e3", 0, MONEY_ALLOW_EXPONENT, "1000", NULL },
    { "12.5E-1", 2, MONEY_ALLOW_EXPONENT, "125", NULL },
    { "0e999999999999999999999", 0, MONEY_ALLOW_EXPONENT, "0", NULL },
    { "1,000.5e+2%", 2, MONEY_ALLOW_ALL, "100050", NULL },
    { "170141183460469231731687303715884105727", 0, MONEY_PLAIN,
      "170141183460469231731687303715884105727", NULL },
    { "-170141183460469231731687303715884105728", 0, MONEY_PLAIN,
      "-170141183460469231731687303715884105728", NULL },
    { "0.00000000000000000000000000000000000001", 38, MONEY_PLAIN, "1", NULL },

    { "", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { " ", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "-", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { ".", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1.", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1.2.3", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "--1", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1 000", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1,000", 2, MONEY_PLAIN, NULL, &MONEY_NOT_A_NUMBER },
    { "1,00", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1000,000", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { ",100", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1,,000", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "8%", 2, MONEY_PLAIN, NULL, &MONEY_NOT_A_NUMBER },
    { "1e3", 2, MONEY_PLAIN, NULL, &MONEY_NOT_A_NUMBER },
    { "1e", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "nan", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "0x10", 2, MONEY_ALLOW_ALL, NULL, &MONEY_NOT_A_NUMBER },
    { "1.234", 2, MONEY_PLAIN, NULL, &MONEY_TOO_MANY_DECIMALS },
    { "0.5%", 2, MONEY_ALLOW_PERCENT, NULL, &MONEY_TOO_MANY_DECIMALS },
    { "1e-999999999999999999999", 2, MONEY_ALLOW_ALL, NULL, &MONEY_TOO_MANY_DECIMALS },
    { "99999999999999999999999999999999999999999999999999.001", 2, MONEY_PLAIN, NULL,
      &MONEY_TOO_MANY_DECIMALS },
    { "1e999999999999999999999", 2, MONEY_ALLOW_ALL, NULL, &MONEY_OUT_OF_RANGE },
    { "170141183460469231731687303715884105728", 0, MONEY_PLAIN, NULL, &MONEY_OUT_OF_RANGE },
    { "170141183460469231731687303715884105727", 2, MONEY_PLAIN, NULL, &MONEY_OUT_OF_RANGE },
    { "1000000000000000000000000000000000000000000000000001", 0, MONEY_PLAIN, NULL,
      &MONEY_OUT_OF_RANGE },
};

static void decimals_are_read_exactly_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(READINGS); i++) {
        const reading *r = &READINGS[i];
        i128 scaled = 77;
        err e = money_parse_decimal(text_of(r->written), r->decimals, r->allowed, &scaled);
        if (e.kind != r->kind)
            fail_msg("'%s': %s", r->written, e.kind ? e.kind->code : "no error");
        char out[48];
        i128_print(scaled, out);
        if (strcmp(out, r->scaled ? r->scaled : "77") != 0) fail_msg("'%s': %s", r->written, out);
    }
    int64_t narrow = 7;
    assert_null(money_parse_i64(TEXT("-92233720368547758.08"), 2, 0, &narrow).kind);
    assert_true(narrow == INT64_MIN);
    assert_ptr_equal(money_parse_i64(TEXT("92233720368547758.08"), 2, 0, &narrow).kind,
                     &MONEY_OUT_OF_RANGE);
    assert_true(narrow == INT64_MIN);
}

static void amounts_are_printed_in_the_wanted_style(void **state)
{
    (void)state;
    static const struct {
        int64_t scaled;
        money_style style;
        const char *printed;
    } CASES[] = {
        { 0, { 2, 2, false }, "0.00" },
        { 5, { 2, 2, false }, "0.05" },
        { -5, { 2, 2, false }, "-0.05" },
        { 123450, { 2, 2, false }, "1234.50" },
        { 123450, { 2, 0, false }, "1234.5" },
        { 123400, { 2, 0, false }, "1234" },
        { 123400, { 4, 1, false }, "12.34" },
        { 120000, { 4, 1, false }, "12.0" },
        { 0, { 2, 0, false }, "0" },
        { 100, { 4, 0, false }, "0.01" },
        { 123456789, { 2, 2, true }, "1,234,567.89" },
        { -12345600, { 2, 2, true }, "-123,456.00" },
        { 99900, { 2, 2, true }, "999.00" },
        { 100000, { 2, 2, true }, "1,000.00" },
        { 42, { 0, 0, true }, "42" },
    };
    char out[MONEY_PRINT_BYTES];
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        size_t size_bytes = money_print(CASES[i].scaled, CASES[i].style, out);
        assert_string_equal(out, CASES[i].printed);
        assert_int_equal(size_bytes, strlen(out));
    }
    money_style widest = { .decimals = 0, .has_separators = true };
    assert_true(money_print(I128_MIN, widest, out) < MONEY_PRINT_BYTES);
    money_print_fen(INT64_MIN, out);
    assert_string_equal(out, "-92233720368547758.08");
}

static void ratios_are_read_as_decimals_or_fractions(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        int64_t num, den;
        const char *printed;
        const err_kind *kind;
    } CASES[] = {
        { "8%", 2, 25, "0.08", NULL },
        { "21.75", 87, 4, "21.75", NULL },
        { "1/139", 1, 139, "1/139", NULL },
        { "-2/37", -2, 37, "-2/37", NULL },
        { "2/-4", -1, 2, "-0.5", NULL },
        { "0.5%/0.25", 1, 50, "0.02", NULL },
        { "0/5", 0, 1, "0", NULL },
        { "1e3", 1000, 1, "1000", NULL },
        { "1/0", 7, 1, "7", &MONEY_ZERO_DIVISOR },
        { "1/", 7, 1, "7", &MONEY_NOT_A_NUMBER },
        { "1/2/3", 7, 1, "7", &MONEY_NOT_A_NUMBER },
        { "一", 7, 1, "7", &MONEY_NOT_A_NUMBER },
        { "1e39", 7, 1, "7", &MONEY_OUT_OF_RANGE },
        { "1e30/1e-30", 7, 1, "7", &MONEY_OUT_OF_RANGE },
        { "1e-39", 7, 1, "7", &MONEY_TOO_MANY_DECIMALS },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        money_ratio r = { 7, 1 };
        err e = money_parse_ratio(text_of(CASES[i].written), MONEY_ALLOW_ALL, &r);
        if (e.kind != CASES[i].kind || r.num != CASES[i].num || r.den != CASES[i].den)
            fail_msg("%s: %s", CASES[i].written, e.kind ? e.kind->code : "other value");
        char out[MONEY_RATIO_PRINT_BYTES];
        size_t size_bytes = money_ratio_print(r, out);
        assert_string_equal(out, CASES[i].printed);
        assert_int_equal(size_bytes, strlen(out));
    }
}

static void ratios_are_reckoned_exactly(void **state)
{
    (void)state;
    money_ratio third = { 1, 3 }, sixth = { 1, 6 }, r;
    assert_true(money_ratio_add(third, sixth, &r) && r.num == 1 && r.den == 2);
    assert_true(money_ratio_multiply(third, sixth, &r) && r.num == 1 && r.den == 18);
    assert_int_equal(money_ratio_compare(third, sixth), 1);
    assert_int_equal(money_ratio_compare((money_ratio){ -1, 3 }, (money_ratio){ -1, 6 }), -1);
    assert_int_equal(money_ratio_compare((money_ratio){ I128_MAX, I128_MAX - 1 },
                                         (money_ratio){ I128_MAX - 1, I128_MAX - 2 }), -1);
    assert_int_equal(money_ratio_compare(third, third), 0);
    i128 scaled = 7;
    assert_true(money_ratio_round((money_ratio){ 2, 3 }, 4, MONEY_HALF_UP, &scaled));
    assert_true(scaled == 6667);
    assert_false(money_ratio_round((money_ratio){ I128_MAX, 1 }, 1, MONEY_DOWN, &scaled));
    assert_false(money_ratio_of(1, 0, &r));
    assert_false(money_ratio_of(I128_MIN, 3, &r));
    assert_true(money_ratio_of(I128_MIN, I128_MIN, &r) && r.num == 1 && r.den == 1);
    assert_false(money_ratio_multiply((money_ratio){ I128_MAX, 1 }, (money_ratio){ 2, 1 }, &r));
    assert_false(money_ratio_add((money_ratio){ I128_MAX, 1 }, (money_ratio){ 1, 1 }, &r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_follows_its_mode_on_both_sides_of_zero),
        cmocka_unit_test(rounding_holds_at_the_ends_of_the_range),
        cmocka_unit_test(decimals_are_read_exactly_or_refused),
        cmocka_unit_test(amounts_are_printed_in_the_wanted_style),
        cmocka_unit_test(ratios_are_read_as_decimals_or_fractions),
        cmocka_unit_test(ratios_are_reckoned_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
