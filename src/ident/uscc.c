/* Unified social credit codes: registering department, kind of body, region (6 digits), the body
 * itself (9), check character. */
#include <string.h>

#include "ident/ident_internal.h"

/* GB 32100-2015: I, O, S, V and Z are left out, being too like 1, 0, 5, U and 2. */
static const char ALPHABET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
_Static_assert(sizeof ALPHABET == 31 + 1, "31 characters");

/* The character's value, 0..30, or -1. */
static int value_of(char c)
{
    const char *at = c ? strchr(ALPHABET, c) : NULL;
    return at ? (int)(at - ALPHABET) : -1;
}

/* The sum of values by weights 3^i mod 31, brought to 31. */
static char check_of(const char *code)
{
    int sum = 0;
    for (int i = 0, weight = 1; i < 17; i++, weight = weight * 3 % 31) {
        int value = value_of(code[i]);
        if (value < 0) return '\0';
        sum += value * weight;
    }
    return ALPHABET[(31 - sum % 31) % 31];
}

static bool has_region(const char *code)
{
    for (int i = 2; i < 8; i++)
        if (!ident_is_digit(code[i])) return false;
    return true;
}

err ident_check_uscc(text code, ident_uscc *uscc)
{
    char folded[IDENT_CODE_BYTES];
    size_t count = ident_fold(code, false, folded, sizeof folded);
    *uscc = (ident_uscc){ 0 };
    if (count >= 17) uscc->expected_check = check_of(folded);
    if (count != 18) return err_of(&IDENT_WRONG_LENGTH, NULL);
    if (uscc->expected_check == '\0' || value_of(folded[17]) < 0 || !has_region(folded))
        return err_of(&IDENT_BAD_CHARACTER, NULL);
    memcpy(uscc->code, folded, sizeof folded);
    return folded[17] == uscc->expected_check ? ERR_NONE : err_of(&IDENT_WRONG_CHECK, NULL);
}
