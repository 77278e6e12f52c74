/* Citizen identity numbers: region (6), birthday (8), order (3), check character. */
#include <string.h>

#include "calendar/calendar.h"
#include "ident/ident_internal.h"

/* GB 11643-1999, after ISO 7064 MOD 11-2: weights 2^(17-i) mod 11, and the character for each
 * remainder. */
static const int WEIGHTS[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
static const char CHECKS[] = "10X98765432";

/* GB/T 2260: the first two digits are a province's. 83 is that of residence permits of people
 * from Taiwan, 81 and 82 also of those from Hong Kong and Macao. */
static const uint8_t PROVINCES[] = {
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
    44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
};

static char check_of(const char *digits)
{
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        if (!ident_is_digit(digits[i])) return '\0';
        sum += (digits[i] - '0') * WEIGHTS[i];
    }
    return CHECKS[sum % 11];
}

char ident_citizen_check(text digits17)
{
    char digits[18];
    return ident_fold(digits17, false, digits, sizeof digits) == 17 ? check_of(digits) : '\0';
}

static int number_of(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) number = number * 10 + (digits[i] - '0');
    return number;
}

static bool is_province(int code)
{
    for (size_t i = 0; i < sizeof PROVINCES; i++)
        if (PROVINCES[i] == code) return true;
    return false;
}

err ident_check_citizen(text id, ident_citizen *citizen)
{
    char folded[IDENT_CODE_BYTES];
    size_t count = ident_fold(id, false, folded, sizeof folded);
    *citizen = (ident_citizen){ 0 };
    if (count >= 17) citizen->expected_check = check_of(folded);
    if (count != 18) return err_of(&IDENT_WRONG_LENGTH, NULL);
    char check = folded[17];
    if (citizen->expected_check == '\0' || (!ident_is_digit(check) && check != 'X'))
        return err_of(&IDENT_BAD_CHARACTER, NULL);
    memcpy(citizen->id, folded, sizeof folded);
    citizen->is_region_known = is_province(number_of(folded, 2));
    citizen->is_male = (folded[16] - '0') % 2 == 1;
    if (!calendar_day_of(number_of(folded + 6, 4), number_of(folded + 10, 2),
                         number_of(folded + 12, 2), &citizen->birth_day))
        return err_of(&IDENT_NO_SUCH_BIRTHDAY, NULL);
    return check == citizen->expected_check ? ERR_NONE : err_of(&IDENT_WRONG_CHECK, NULL);
}

err ident_upgrade_citizen(text id15, char id18[IDENT_CODE_BYTES])
{
    char folded[IDENT_CODE_BYTES], made[IDENT_CODE_BYTES] = { 0 };
    if (ident_fold(id15, false, folded, sizeof folded) != 15)
        return err_of(&IDENT_WRONG_LENGTH, NULL);
    memcpy(made, folded, 6);
    memcpy(made + 6, "19", 2);
    memcpy(made + 8, folded + 6, 9);
    made[17] = check_of(made);
    if (made[17] == '\0') return err_of(&IDENT_BAD_CHARACTER, NULL);
    ident_citizen citizen;
    TRY(ident_check_citizen((text){ made, 18 }, &citizen));
    memcpy(id18, made, IDENT_CODE_BYTES);
    return ERR_NONE;
}
