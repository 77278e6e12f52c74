/* Values brought to one spelling: width, case, accents, blanks, characters, numbers, dates. */
#include "ident/ident.h"
#include "linkage/linkage_internal.h"

/* ---- letters ---- */

/* Latin letters with accents, by their plain ones: U+00C0..U+017F, a character each; '*' has two, below. */
static const char PLAIN[] = "aaaaaa*ceeeeiiiidnoooooxouuuuy**aaaaaa*ceeeeiiiidnooooo ouuuuy*y"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkklllllll"
                            "lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const char *plain_letters(uint32_t rune, char one[2])
{
    switch (rune) {
    case 0xC6: case 0xE6: return "ae";
    case 0xDE: case 0xFE: return "th";
    case 0xDF: return "ss";
    case 0x132: case 0x133: return "ij";
    case 0x152: case 0x153: return "oe";
    default: break;
    }
    if (rune < 0xC0 || rune - 0xC0 >= sizeof PLAIN - 1) return NULL;
    one[0] = PLAIN[rune - 0xC0];
    return one;
}

static uint32_t narrow(uint32_t rune)
{
    if (rune >= 0xFF01 && rune <= 0xFF5E) return rune - 0xFF01 + '!';
    return rune == 0x3000 || rune == 0xA0 ? ' ' : rune;
}

typedef struct {
    char *out;
    size_t size;
} folding;

static void add(folding *f, char c)
{
    if (f->size < LINKAGE_VALUE_BYTES - 8) f->out[f->size++] = c;
}

static void add_rune(folding *f, uint32_t rune)
{
    if (f->size < LINKAGE_VALUE_BYTES - 8) f->size += linkage_put_rune(rune, f->out + f->size);
}

/* Lower case, no accents, and between words (`keeps_blanks`) one blank; other marks are passed over. */
static void fold_letters(folding *f, text value, bool keeps_blanks)
{
    bool wants_blank = false;
    for (size_t at = 0; at < value.size_bytes;) {
        uint32_t rune = narrow(linkage_next_rune(value, &at));
        char one[2] = { 0 };
        if (rune >= 'A' && rune <= 'Z') rune = rune - 'A' + 'a';
        const char *letters = rune >= 0x80 ? plain_letters(rune, one) : NULL;
        bool is_plain = (rune >= 'a' && rune <= 'z') || (rune >= '0' && rune <= '9');
        bool is_mark = rune < 0x80 ? !is_plain : (rune >= 0x300 && rune < 0x370) || (rune >= 0x2000 && rune < 0x2070);
        if (is_mark) {
            wants_blank = wants_blank || (rune != '\'' && rune != '.' && rune != 0x2019 && rune < 0x300);
            continue;
        }
        if (wants_blank && keeps_blanks && f->size) add(f, ' ');
        wants_blank = false;
        if (letters)
            for (; *letters; letters++) add(f, *letters);
        else
            add_rune(f, rune);
    }
}

/* ---- Chinese ---- */

static bool is_dot_or_blank(uint32_t rune)
{
    return rune <= ' ' || rune == 0xB7 || rune == 0x2022 || rune == 0x2027 || rune == 0x30FB || rune == 0xFF65 ||
           rune == 0x22C5 || rune == 0x2219 || rune == '.' || rune == 0x200B || rune == 0xFEFF || rune == 0x200D;
}

static void fold_other(folding *f, uint32_t rune, bool is_place)
{
    rune = narrow(rune);
    if (is_dot_or_blank(rune)) return;
    if (rune >= 'A' && rune <= 'Z') rune = rune - 'A' + 'a';
    if (is_place && (rune == ',' || rune == 0x3001)) return;
    add_rune(f, is_place && rune == 0x3007 ? '0' : rune);
}

static void fold_han(folding *f, const linkage_set *s, text value, bool is_place)
{
    const uint16_t *simplified = is_place ? s->in_place : s->simplified;
    for (size_t at = 0; at < value.size_bytes;) {
        size_t begin = at;
        uint32_t rune = linkage_next_rune(value, &at);
        if (rune >= '0' && rune <= '9') {
            add(f, (char)rune);
        } else if (rune - 0x4E00 < LINKAGE_HAN_COUNT) {
            if (simplified[rune - 0x4E00]) add_rune(f, simplified[rune - 0x4E00]);
            else if (f->size < LINKAGE_VALUE_BYTES - 8) {
                memcpy(f->out + f->size, value.bytes + begin, 3);
                f->size += 3;
            }
        } else {
            fold_other(f, rune, is_place);
        }
    }
}

/* ---- numbers ---- */

static void fold_citizen(folding *f, text value)
{
    char digits[64];
    size_t count = 0;
    for (size_t at = 0; at < value.size_bytes && count < 40;) {
        uint32_t rune = narrow(linkage_next_rune(value, &at));
        if (rune >= '0' && rune <= '9') digits[count++] = (char)rune;
        else if (rune == 'x' || rune == 'X' || rune == 0xD7 || rune == '*' || rune == 0x425 || rune == 0x445)
            digits[count++] = rune == '*' ? '*' : 'X';
        else if (rune == 'O' || rune == 'o') digits[count++] = '0';
        else if (rune == 'l' || rune == 'I') digits[count++] = '1';
    }
    char id18[IDENT_CODE_BYTES];
    if (count == 15 && !ident_upgrade_citizen((text){ digits, 15 }, id18).kind) {
        memcpy(digits, id18, 18);
        count = 18;
    }
    char check = count == 17 ? ident_citizen_check((text){ digits, 17 }) : '\0';
    if (check) digits[count++] = check; /* the X that a spreadsheet or a form lost */
    for (size_t i = 0; i < count; i++) add(f, digits[i]);
}

static void fold_digits(folding *f, text value)
{
    for (size_t at = 0; at < value.size_bytes && f->size < 40;) {
        uint32_t rune = narrow(linkage_next_rune(value, &at));
        if (rune >= '0' && rune <= '9') add(f, (char)rune);
    }
}

/* Upper case, without blanks and strokes; letters that no code has are the digits they look like. */
static void fold_credit(folding *f, text value)
{
    for (size_t at = 0; at < value.size_bytes && f->size < 40;) {
        uint32_t rune = narrow(linkage_next_rune(value, &at));
        if (rune >= 'a' && rune <= 'z') rune = rune - 'a' + 'A';
        if (rune == 'O') rune = '0';
        if (rune == 'I') rune = '1';
        if (rune == 'Z') rune = '2';
        if (rune == 'S') rune = '5';
        if ((rune >= '0' && rune <= '9') || (rune >= 'A' && rune <= 'Z')) add(f, (char)rune);
    }
}

text linkage_organisation_of(text code)
{
    enum { CREDIT = 18, ORGANISATION = 9, BEFORE = 8 };
    if (code.size_bytes == CREDIT) return text_sub(code, BEFORE, BEFORE + ORGANISATION);
    return code.size_bytes == ORGANISATION ? code : TEXT_NONE;
}

static bool is_mobile(const char *digits, size_t count)
{
    return count == 11 && digits[0] == '1' && digits[1] >= '3';
}

/* Where the number itself begins, behind the country, a way of dialling, or the code of the area of a line that stands still. */
static size_t number_begins(const char *digits, size_t count)
{
    static const char *const BEFORE[] = { "0086", "086", "86", "17951", "17911", "12593", "10193", "0" };
    for (size_t i = 0; i < ARRAY_COUNT(BEFORE); i++) {
        size_t size = strlen(BEFORE[i]);
        if (count > size && !memcmp(digits, BEFORE[i], size) && is_mobile(digits + size, count - size)) return size;
    }
    if (count == 13 && !memcmp(digits, "86", 2)) return 2;
    if (count == 15 && !memcmp(digits, "0086", 4)) return 4;
    if (count < 11 || count > 12 || digits[0] != '0') return 0;
    bool is_city = digits[1] == '1' || digits[1] == '2';
    return is_city ? (count == 11 ? 3 : 0) : digits[1] >= '3' ? 4 : 0;
}

/* One number of a cell that may hold several; a mobile telephone's is preferred to others. True: no further one is wanted. */
static bool add_phone(folding *f, const char *digits, size_t count)
{
    size_t from = number_begins(digits, count);
    bool is_nothing = true, is_best = is_mobile(digits + from, count - from);
    for (size_t i = from; i < count; i++) is_nothing = is_nothing && digits[i] == digits[from];
    if (is_nothing || (f->size && !is_best)) return false; /* 0, 99999999: filled in where there was none */
    f->size = 0;
    for (size_t i = from; i < count; i++) add(f, digits[i]);
    return is_best;
}

static void fold_phone(folding *f, text value)
{
    char digits[64];
    size_t count = 0;
    for (size_t at = 0; at < value.size_bytes && count < 40;) {
        uint32_t rune = narrow(linkage_next_rune(value, &at));
        bool ends = rune == '/' || rune == ',' || rune == ';' || rune == 0x3001 || rune == '|';
        if (rune >= '0' && rune <= '9') digits[count++] = (char)rune;
        if (!ends || !count) continue;
        if (add_phone(f, digits, count)) return;
        count = 0;
    }
    if (count) add_phone(f, digits, count);
}

static void fold_date(folding *f, text value, bool is_month_first)
{
    uint32_t date = linkage_date_written(value);
    if (!date) date = linkage_date_of(value, is_month_first);
    if (!date) {
        fold_digits(f, value);
        return;
    }
    for (uint32_t place = 10000000; place; place /= 10) add(f, (char)('0' + date / place % 10));
}

static void fold_sex(folding *f, text value)
{
    fold_letters(f, value, false);
    text t = { f->out, f->size };
    bool is_male = text_equal_cstr(t, "男") || text_equal_cstr(t, "m") || text_equal_cstr(t, "male") ||
                   text_equal_cstr(t, "1") || text_equal_cstr(t, "男性");
    bool is_female = text_equal_cstr(t, "女") || text_equal_cstr(t, "f") || text_equal_cstr(t, "female") ||
                     text_equal_cstr(t, "2") || text_equal_cstr(t, "女性");
    f->size = 0;
    if (is_male || is_female) add(f, is_male ? 'm' : 'f');
}

/* ---- what most values look like, without looking at each character's every meaning ---- */

static bool all_digits(const char *c, size_t from, size_t until)
{
    bool all = true;
    for (size_t i = from; i < until; i++) all = all && c[i] >= '0' && c[i] <= '9';
    return all;
}

static bool eight_digits(const char *c)
{
    return linkage_is_digits(linkage_word(c, 8));
}

static bool is_digit_at(const char *c)
{
    return *c >= '0' && *c <= '9';
}

/* One digit or two, into two; where they end. NULL: there are none. */
static const char *two_digits(const char *c, const char *end, char *out)
{
    if (c == end || !is_digit_at(c)) return NULL;
    bool is_two = c + 1 < end && is_digit_at(c + 1);
    out[0] = is_two ? c[0] : '0';
    out[1] = is_two ? c[1] : c[0];
    return c + 1 + is_two;
}

/* Behind `word` or, where it is not, one of the strokes that stand between numbers. */
static const char *behind(const char *c, const char *end, const char *word)
{
    if (end - c >= 3 && !memcmp(c, word, 3)) return c + 3;
    return c < end && (*c == '-' || *c == '/' || *c == '.') ? c + 1 : NULL;
}

/* yyyy-mm-dd, yyyy/m/d, yyyy年m月d日 and the like */
static bool plain_date(text t, char *out)
{
    const char *c = t.bytes, *end = c + t.size_bytes;
    if (t.size_bytes < 8 || t.size_bytes > 17 || !all_digits(c, 0, 4)) return false;
    memcpy(out, c, 4);
    c = behind(c + 4, end, "年");
    if (c) c = two_digits(c, end, out + 4);
    if (c) c = behind(c, end, "月");
    if (c) c = two_digits(c, end, out + 6);
    if (!c || (c != end && (end - c != 3 || memcmp(c, "日", 3)))) return false;
    int month = (out[4] - '0') * 10 + out[5] - '0', day = (out[6] - '0') * 10 + out[7] - '0', century = (out[0] - '0') * 10 + out[1] - '0';
    return month <= 12 && day <= 31 && century >= 10 && century <= 22;
}

static size_t fold_plain(linkage_kind kind, text t, char *out)
{
    const char *c = t.bytes;
    if (kind == LINKAGE_CITIZEN && t.size_bytes == 18 && eight_digits(c) && eight_digits(c + 8) && is_digit_at(c + 16)) {
        bool is_digit = is_digit_at(c + 17);
        if (!is_digit && c[17] != 'X' && c[17] != 'x') return 0;
        memcpy(out, c, 18);
        if (!is_digit) out[17] = 'X';
        return 18;
    }
    if (kind == LINKAGE_PHONE && t.size_bytes == 11 && eight_digits(c) && eight_digits(c + 3)) {
        bool differs = false;
        for (size_t i = 1; i < 11; i++) differs = differs || c[i] != c[0];
        if (!differs) return 0;
        memcpy(out, c, 11);
        return 11;
    }
    if (kind == LINKAGE_DATE && plain_date(t, out)) return 8;
    if (kind == LINKAGE_SEX && t.size_bytes == 3 && (!memcmp(c, "男", 3) || !memcmp(c, "女", 3))) {
        out[0] = memcmp(c, "男", 3) ? 'f' : 'm';
        return 1;
    }
    return 0;
}

/* What is written where nothing is known. */
static bool is_nothing(text t)
{
    if (!t.size_bytes || t.size_bytes > 9) return false;
    unsigned char first = (unsigned char)t.bytes[0];
    if (first != 'n' && first != 'u' && first != 0xE6 && (first != 0xE4 || t.size_bytes != 6)) return false;
    static const char *const NOTHING[] = { "null", "none", "nan", "na", "无", "不详", "unknown", "未知" };
    for (size_t i = 0; i < ARRAY_COUNT(NOTHING); i++)
        if (text_equal_cstr(t, NOTHING[i])) return true;
    return false;
}

size_t linkage_fold(const linkage_set *s, linkage_kind kind, text value, char *out)
{
    folding f = { out, 0 };
    value = text_trim(value);
    size_t plain = fold_plain(kind, value, out);
    if (plain) return plain;
    switch (kind) {
    case LINKAGE_CITIZEN: fold_citizen(&f, value); break;
    case LINKAGE_CREDIT: fold_credit(&f, value); break;
    case LINKAGE_HAN_NAME: fold_han(&f, s, value, false); break;
    case LINKAGE_PLACE: fold_han(&f, s, value, true); break;
    case LINKAGE_DATE: fold_date(&f, value, s->is_month_first); break;
    case LINKAGE_PHONE: fold_phone(&f, value); break;
    case LINKAGE_SEX: fold_sex(&f, value); break;
    case LINKAGE_CODE: case LINKAGE_NUMBER: fold_letters(&f, value, false); break;
    default: fold_letters(&f, value, true); break;
    }
    return is_nothing((text){ out, f.size }) ? 0 : f.size;
}
