#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "ident/ident.h"

static void citizen_numbers_are_valid_or_refused_with_the_check_that_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const err_kind *kind;
        char expected_check;
    } CASES[] = {
        { "11010519491231002X", NULL, 'X' },
        { "110105194912310020", &IDENT_WRONG_CHECK, 'X' },
        { "11010519491231002x", NULL, 'X' },
        { "１１０１０５１９４９１２３１００２ｘ", NULL, 'X' },
        { " 11010519491231002X\r\n", NULL, 'X' },
        { "530523189802280065", NULL, '5' }, /* born in 1898 */
        { "440524188001010014", NULL, '4' },
        { "331003190007111237", NULL, '7' },
        { "110105194902290021", &IDENT_NO_SUCH_BIRTHDAY, 0 },
        { "110105174912310020", &IDENT_NO_SUCH_BIRTHDAY, 0 },
        { "110105194913310020", &IDENT_NO_SUCH_BIRTHDAY, 0 },
        { "11010519491231002", &IDENT_WRONG_LENGTH, 'X' },
        { "11010519491231002X0", &IDENT_WRONG_LENGTH, 'X' },
        { "331003000711123", &IDENT_WRONG_LENGTH, '\0' },
        { "", &IDENT_WRONG_LENGTH, '\0' },
        { "1101051949123100X2", &IDENT_BAD_CHARACTER, '\0' },
        { "11010519491231002A", &IDENT_BAD_CHARACTER, 'X' },
        { "110105 9491231002X", &IDENT_BAD_CHARACTER, '\0' },
        { "11010519491231002张", &IDENT_BAD_CHARACTER, 'X' },
        { "110105-19491231-002X", &IDENT_WRONG_LENGTH, '\0' },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ident_citizen citizen;
        err e = ident_check_citizen(text_of(CASES[i].id), &citizen);
        if (e.kind != CASES[i].kind)
            fail_msg("%s: %s", CASES[i].id, e.kind ? e.kind->code : "accepted");
        bool is_asked = CASES[i].kind != &IDENT_NO_SUCH_BIRTHDAY;
        if (is_asked && citizen.expected_check != CASES[i].expected_check)
            fail_msg("%s: expected check %c", CASES[i].id, citizen.expected_check);
        assert_true(citizen.expected_check || CASES[i].kind);
    }
}

static void a_citizen_number_tells_birthday_sex_and_region(void **state)
{
    (void)state;
    ident_citizen citizen;
    int32_t day;
    assert_null(ident_check_citizen(TEXT("11010519491231002x"), &citizen).kind);
    assert_true(calendar_day_of(1949, 12, 31, &day));
    assert_int_equal(citizen.birth_day, day);
    assert_false(citizen.is_male);
    assert_true(citizen.is_region_known);
    assert_string_equal(citizen.id, "11010519491231002X");
    assert_null(ident_check_citizen(TEXT("331003190007111237"), &citizen).kind);
    assert_true(citizen.is_male);
    char id[19] = "99010519491231002";
    id[17] = ident_citizen_check((text){ id, 17 });
    assert_null(ident_check_citizen(text_of(id), &citizen).kind);
    assert_false(citizen.is_region_known);
    assert_int_equal(ident_citizen_check(TEXT("1101051949123100")), '\0');
    assert_int_equal(ident_citizen_check(TEXT("1101051949123100X")), '\0');
}

static void any_one_wrong_digit_and_any_swap_is_found(void **state)
{
    (void)state;
    static const char RIGHT[] = "53010219200508011X";
    ident_citizen citizen;
    assert_null(ident_check_citizen(text_of(RIGHT), &citizen).kind);
    for (int i = 0; i < 17; i++) {
        for (char c = '0'; c <= '9'; c++) {
            char id[sizeof RIGHT];
            memcpy(id, RIGHT, sizeof id);
            if (id[i] == c) continue;
            id[i] = c;
            assert_non_null(ident_check_citizen(text_of(id), &citizen).kind);
        }
        char id[sizeof RIGHT];
        memcpy(id, RIGHT, sizeof id);
        if (id[i] == id[i + 1]) continue;
        id[i] = RIGHT[i + 1];
        id[i + 1] = RIGHT[i];
        assert_non_null(ident_check_citizen(text_of(id), &citizen).kind);
    }
}

static void fifteen_digits_become_eighteen(void **state)
{
    (void)state;
    static const struct {
        const char *id15, *id18;
        const err_kind *kind;
    } CASES[] = {
        { "331003000711123", "331003190007111237", NULL },
        { "110105491231002", "11010519491231002X", NULL },
        { " １１０１０５４９１２３１００２ ", "11010519491231002X", NULL },
        { "110105490229002", "", &IDENT_NO_SUCH_BIRTHDAY },
        { "110105000229002", "", &IDENT_NO_SUCH_BIRTHDAY }, /* 1900 had no leap day */
        { "11010549123100", "", &IDENT_WRONG_LENGTH },
        { "11010519491231002X", "", &IDENT_WRONG_LENGTH },
        { "11010549123100X", "", &IDENT_BAD_CHARACTER },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        char id18[IDENT_CODE_BYTES] = "";
        err e = ident_upgrade_citizen(text_of(CASES[i].id15), id18);
        if (e.kind != CASES[i].kind) fail_msg("%s", CASES[i].id15);
        assert_string_equal(id18, CASES[i].id18);
    }
}

static void credit_codes_are_valid_or_refused_with_the_check_that_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        const err_kind *kind;
        char expected_check;
    } CASES[] = {
        { "91110000802100433B", NULL, 'B' },
        { "91110000802100433b", NULL, 'B' },
        { "９１１１００００８０２１００４３３Ｂ", NULL, 'B' },
        { "91110000802100433C", &IDENT_WRONG_CHECK, 'B' },
        { "91110000802100434B", &IDENT_WRONG_CHECK, 'E' },
        { "91350100M000100Y43", NULL, '3' }, /* the standard's own example */
        { "91110000802100433", &IDENT_WRONG_LENGTH, 'B' },
        { "91110000802100433BB", &IDENT_WRONG_LENGTH, 'B' },
        { "", &IDENT_WRONG_LENGTH, '\0' },
        { "911100008O2100433B", &IDENT_BAD_CHARACTER, '\0' },
        { "91110000802100433I", &IDENT_BAD_CHARACTER, 'B' },
        { "911100008 2100433B", &IDENT_BAD_CHARACTER, '\0' },
        { "9111000A802100433B", &IDENT_BAD_CHARACTER, '\1' },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ident_uscc uscc;
        err e = ident_check_uscc(text_of(CASES[i].code), &uscc);
        if (e.kind != CASES[i].kind)
            fail_msg("%s: %s", CASES[i].code, e.kind ? e.kind->code : "accepted");
        if (CASES[i].expected_check != '\1' && uscc.expected_check != CASES[i].expected_check)
            fail_msg("%s: expected check %c", CASES[i].code, uscc.expected_check);
        assert_int_equal(uscc.code[0] != '\0', !e.kind || e.kind == &IDENT_WRONG_CHECK);
    }
}

static void card_numbers_are_checked_by_luhn(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        const err_kind *kind;
        char expected_check;
        const char *folded;
    } CASES[] = {
        { "4111111111111111", NULL, '1', "4111111111111111" },
        { "4111 1111 1111 1111", NULL, '1', "4111111111111111" },
        { "4111-1111-1111-1111", NULL, '1', "4111111111111111" },
        { "4111111111111112", &IDENT_WRONG_CHECK, '1', "4111111111111112" },
        { "79927398713000000", NULL, '0', "79927398713000000" },
        { "6222020000000000001", &IDENT_WRONG_CHECK, '0', "6222020000000000001" },
        { "41111111111", &IDENT_WRONG_LENGTH, '\0', "" },
        { "41111111111111111111", &IDENT_WRONG_LENGTH, '\0', "" },
        { "411111111111111X", &IDENT_BAD_CHARACTER, '\0', "" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        ident_card card;
        err e = ident_check_card(text_of(CASES[i].number), &card);
        if (e.kind != CASES[i].kind) fail_msg("%s", CASES[i].number);
        assert_string_equal(card.number, CASES[i].folded);
        if (CASES[i].expected_check) assert_int_equal(card.expected_check, CASES[i].expected_check);
    }
}

/* ---- names ---- */

static bool has_key(const text *keys, size_t count, text key)
{
    for (size_t i = 0; i < count; i++) {
        bool is_whole = text_begins(keys[i], TEXT(IDENT_NAME_WHOLE));
        if (text_begins(text_sub(keys[i], is_whole ? 1 : 0, keys[i].size_bytes), key)) return true;
    }
    return false;
}

/* By beginnings of keys, words split by blanks. */
static void expect_found(arena *a, const ident_names *names, const char *name, const char *by, bool is_found)
{
    text *keys;
    size_t count = ident_name_keys(a, names, text_of(name), &keys);
    for (text rest = text_of(by); rest.size_bytes;) {
        size_t end = text_find(rest, TEXT(" "));
        if (end == SIZE_MAX) end = rest.size_bytes;
        text typed = ident_name_query(a, names, text_sub(rest, 0, end));
        if (has_key(keys, count, typed) != is_found)
            fail_msg("%s %s by %.*s", name, is_found ? "is not found" : "is found", TEXT_ARG(typed));
        rest = text_sub(rest, end < rest.size_bytes ? end + 1 : end, rest.size_bytes);
    }
    for (size_t i = 1; i < count; i++) assert_true(text_compare(keys[i - 1], keys[i]) < 0);
}

static void a_name_is_found_by_its_parts_and_by_how_it_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *by, *not_by;
    } NAMES[] = {
        { "张伟明", "张 张伟 伟明 明 張偉明 zhangweiming ZhangWei zwm zhangwm weiming wm 张·伟明 　张伟明", "伟张 mw zhang明 x" },
        { "張偉", "张伟 張 zw zhangw", "李" },
        { "单雄信", "shanxiongxin danxiongxin sxx dxx shanxx", "cxx2" },
        { "曾国藩", "zengguofan zgf cgf", "" },
        { "欧阳修", "ouyangxiu oyx ouyangx xiu 阳修", "yangxiu" },
        { "万俟卨", "moqi mq", "" },
        { "尉迟恭", "yuchigong ycg weichi", "" },
        { "吕布", "lvbu lubu lb lübu 呂布", "" },
        { "仇英", "qiuying chouying qy", "" },
        { "李喆", "lizhe lz", "" },
        { "朴树", "piaoshu pushu", "" },
        { "解放", "xiefang jiefang", "" },
        { "重庆银行（江川）支行", "重庆 银行江川支行 重慶銀行 cqyh zqyx yhjc zhongqing", "庆重" },
        { "阿依古丽·买买提", "阿依古丽买买提 买买提 aygl mmt", "" },
        { "John von Neumann", "john JohnVon neumann von", "ohn eumann" },
        { "１２３厂", "123 123chang 厂", "" },
    };
    arena *a = arena_open();
    const ident_names *names = ident_names_open(a);
    for (size_t i = 0; i < ARRAY_COUNT(NAMES); i++) {
        expect_found(a, names, NAMES[i].name, NAMES[i].by, true);
        expect_found(a, names, NAMES[i].name, NAMES[i].not_by, false);
    }
    text *keys;
    assert_int_equal(ident_name_keys(a, names, TEXT(""), &keys), 0);
    assert_int_equal(ident_name_keys(a, names, TEXT(" ·（）"), &keys), 0);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_by_its_parts_and_by_how_it_is_read),
        cmocka_unit_test(
            citizen_numbers_are_valid_or_refused_with_the_check_that_would_be_right),
        cmocka_unit_test(a_citizen_number_tells_birthday_sex_and_region),
        cmocka_unit_test(any_one_wrong_digit_and_any_swap_is_found),
        cmocka_unit_test(fifteen_digits_become_eighteen),
        cmocka_unit_test(credit_codes_are_valid_or_refused_with_the_check_that_would_be_right),
        cmocka_unit_test(card_numbers_are_checked_by_luhn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
