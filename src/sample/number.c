/* Numbers that are well made and nobody's.
 *
 * Region codes  of GB/T 2260 begin with 11 to 65, 71, 81 and 82; none with 59, which is this
 *               county's province, so its citizen numbers and credit codes can be no one's. 9,
 *               which is not assigned either, begins the numbers of foreigners' permits.
 * Telephones    begin with 154, which no operator was given.
 * Cards         begin with 9156: 9 is for national numbering, 156 China, whose banks use 62.
 */
#include <string.h>

#include "ident/ident.h"
#include "sample/sample_internal.h"

enum { COUNTY_CODE = 590121, ELSEWHERE_CODE = 590221 };

void sample_digits(char *out, int count, int64_t number)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + number % 10);
        number /= 10;
    }
}

/* Two people share a birthday only when their blocks or their turns within it differ, so that
 * turn alone need tell them apart: 500 turns a region code, each with an odd and an even number.
 * 137 has no factor in common with 500 and scatters the turns. */
void sample_citizen_number(int32_t birth_day, sample_sex sex, int64_t turn, bool is_from_elsewhere,
                           char number[28])
{
    calendar_date born = calendar_split_day(birth_day);
    int64_t code = (is_from_elsewhere ? ELSEWHERE_CODE : COUNTY_CODE) + turn / 500;
    int64_t pair = (turn % 500 * 137 + born.day_of_month * 7) % 500;
    sample_digits(number, 6, code);
    sample_digits(number + 6, 4, born.year);
    sample_digits(number + 10, 2, born.month_of_year);
    sample_digits(number + 12, 2, born.day_of_month);
    sample_digits(number + 14, 3, pair * 2 + (sex == SAMPLE_MALE));
    number[17] = ident_citizen_check((text){ number, 17 });
    number[18] = '\0';
}

/* The multipliers below have no factor in common with 10, so that no two ids get one number. */
void sample_phone(int64_t person_id, char phone[12])
{
    memcpy(phone, "154", 3);
    sample_digits(phone + 3, 8, (person_id * 62135927 + 20090901) % 100000000);
    phone[11] = '\0';
}

void sample_card(int64_t person_id, uint8_t bank, char number[20])
{
    memcpy(number, "9156", 4);
    sample_digits(number + 4, 2, bank + 1);
    sample_digits(number + 6, 12, (person_id * 573259433 + 140221) % INT64_C(1000000000000));
    int sum = 0; /* of the Luhn digits, the check itself being the 19th from the left */
    for (int i = 0; i < 18; i++) {
        int digit = (number[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    number[18] = (char)('0' + (10 - sum % 10) % 10);
    number[19] = '\0';
}

static char organisation_check(const char *digits8)
{
    static const int WEIGHTS[8] = { 3, 7, 9, 10, 5, 8, 4, 2 }; /* GB 11714 */
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += (digits8[i] - '0') * WEIGHTS[i];
    return "0X987654321"[sum % 11];
}

void sample_uscc(int64_t employer_id, sample_employer_kind kind, char uscc[19])
{
    static const char *const BEGINS[SAMPLE_EMPLOYER_KIND_COUNT] = { "11", "12", "91", "92" };
    memcpy(uscc, BEGINS[kind], 2);
    sample_digits(uscc + 2, 6, COUNTY_CODE);
    sample_digits(uscc + 8, 8, (employer_id * 39916801 + 10000019) % 100000000);
    uscc[16] = organisation_check(uscc + 8);
    memcpy(uscc + 17, "0", 2);
    ident_uscc checked;
    err wrong = ident_check_uscc((text){ uscc, 18 }, &checked);
    if (wrong.kind) uscc[17] = checked.expected_check;
}
