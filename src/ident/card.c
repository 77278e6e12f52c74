/* Bank card numbers. */
#include <string.h>

#include "ident/ident_internal.h"

/* ISO/IEC 7812-1: from the right, every second digit counts double, and a double above 9 counts
 * as the sum of its digits; the check digit brings the sum to a multiple of ten. */
static char check_of(const char *digits, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        int counted = i % 2 == 0 ? 2 * digit : digit;
        sum += counted > 9 ? counted - 9 : counted;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

err ident_check_card(text number, ident_card *card)
{
    char folded[IDENT_CARD_DIGITS_MAX + 1];
    size_t count = ident_fold(number, true, folded, sizeof folded);
    *card = (ident_card){ 0 };
    if (count < IDENT_CARD_DIGITS_MIN || count > IDENT_CARD_DIGITS_MAX)
        return err_of(&IDENT_WRONG_LENGTH, NULL);
    if (strspn(folded, "0123456789") != count) return err_of(&IDENT_BAD_CHARACTER, NULL);
    memcpy(card->number, folded, count + 1);
    card->expected_check = check_of(folded, count - 1);
    return folded[count - 1] == card->expected_check ? ERR_NONE
                                                     : err_of(&IDENT_WRONG_CHECK, NULL);
}
