#include "ident/ident_internal.h"

const err_kind IDENT_WRONG_LENGTH = {
    "ident.wrong_length", ERR_BAD_INPUT,
    "The number has not as many characters as it must have.",
    "号码的位数不对。",
};
const err_kind IDENT_BAD_CHARACTER = {
    "ident.bad_character", ERR_BAD_INPUT,
    "The number holds a character that cannot stand there.",
    "号码中有不该出现的字符。",
};
const err_kind IDENT_NO_SUCH_BIRTHDAY = {
    "ident.no_such_birthday", ERR_BAD_INPUT,
    "The day of birth in the number does not exist.",
    "号码中的出生日期不存在。",
};
const err_kind IDENT_WRONG_CHECK = {
    "ident.wrong_check", ERR_BAD_INPUT,
    "The check character at the number's end does not fit the others.",
    "号码末位的校验码与前面各位不符。",
};

static char fold_rune(uint32_t rune)
{
    if (rune >= 0xFF01 && rune <= 0xFF5E) rune = rune - 0xFF01 + '!';
    if (rune >= 'a' && rune <= 'z') rune = rune - 'a' + 'A';
    bool is_usual = (rune >= '0' && rune <= '9') || (rune >= 'A' && rune <= 'Z');
    return is_usual ? (char)rune : '?';
}

static bool is_group_mark(uint32_t rune)
{
    return rune == ' ' || rune == '-' || rune == 0x3000 || rune == 0xFF0D;
}

size_t ident_fold(text t, bool has_groups, char *out, size_t size_max)
{
    t = text_trim(t);
    size_t count = 0;
    for (size_t at = 0; at < t.size_bytes;) {
        uint32_t rune = text_next_rune(t, &at);
        if (has_groups && is_group_mark(rune)) continue;
        if (count + 1 < size_max) out[count] = fold_rune(rune);
        count++;
    }
    out[count < size_max ? count : size_max - 1] = '\0';
    return count;
}
