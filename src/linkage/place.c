/* Chinese addresses by their divisions: 省, 县, 镇 before a village, committees of villages, groups and houses in digits and in
 * words. Of text that linkage_fold has brought to one spelling: digits in characters are digits already. */
#include "linkage/linkage_internal.h"

typedef struct {
    const uint32_t *runes;
    int count;
} runes_of;

static bool is_digit(uint32_t rune)
{
    return rune >= '0' && rune <= '9';
}

/* Whether the runes from `at` are `word`; how many those are. */
static int starts(const runes_of *r, int at, const char *word)
{
    text t = text_of(word);
    int n = 0;
    for (size_t i = 0; i < t.size_bytes; n++)
        if (at + n >= r->count || r->runes[at + n] != linkage_next_rune(t, &i)) return 0;
    return n;
}

enum { SHI = 0x5341, BAI = 0x767E, DI = 0x7B2C };

/* 十二, 二十, 一百零二: digits here, 十 and 百 as they are. Answers how many runes the number has; 0: none begins here. */
static int number_at(const runes_of *r, int at, uint32_t *number)
{
    uint32_t sum = 0, digits = 0;
    bool has_word = false, holds = false;
    int n = 0;
    for (; at + n < r->count && n < 8; n++) {
        uint32_t rune = r->runes[at + n];
        if (is_digit(rune)) {
            digits = digits * 10 + (rune - '0');
            holds = true;
        } else if (rune == SHI || rune == BAI) {
            sum += (holds && digits ? digits : 1) * (rune == SHI ? 10 : 100);
            digits = 0;
            holds = false;
            has_word = true;
        } else {
            break;
        }
    }
    *number = sum + digits;
    return has_word ? n : 0;
}

typedef struct {
    uint32_t runes[LINKAGE_RUNES];
    int count;
} changed;

static void put(changed *to, uint32_t rune)
{
    if (to->count < LINKAGE_RUNES) to->runes[to->count++] = rune;
}

static void put_number(changed *to, uint32_t number)
{
    uint32_t place = 1;
    while (number / place >= 10) place *= 10;
    for (; place; place /= 10) put(to, '0' + number / place % 10);
}

static void put_word(changed *to, const char *word)
{
    text t = text_of(word);
    for (size_t at = 0; at < t.size_bytes;) put(to, linkage_next_rune(t, &at));
}

/* A word and what it is written as. After a digit only: what may be something else elsewhere. */
static const struct {
    const char *word, *as;
    bool follows_digit;
} WORDS[] = {
    { "村民小组", "组", false }, { "村民委员会", "村", false }, { "居民委员会", "", false }, { "居委会", "", false },
    { "村委会", "村", false },   { "居民小组", "组", false },   { "生产队", "组", false },   { "小组", "组", true },
    { "社区", "社区", false },   { "社", "组", true },          { "队", "组", true },        { "门牌号", "", false },
    { "门牌", "", false },       { "#", "号", true },         { "有限责任公司", "有限公司", false },
};

/* 村居生小社队门有#: with one of these a word begins. */
static bool may_begin(uint32_t rune)
{
    return rune == 0x6751 || rune == 0x5C45 || rune == 0x751F || rune == 0x5C0F || rune == 0x793E || rune == 0x961F || rune == 0x95E8 || rune == 0x6709 ||
           rune == '#';
}

/* Of the word that begins here its size, and what it is written as; 0: none does. */
static int word_at(const runes_of *r, int at, const char **as)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS) && may_begin(r->runes[at]); i++) {
        int n = starts(r, at, WORDS[i].word);
        if (!n || (WORDS[i].follows_digit && (!at || (!is_digit(r->runes[at - 1]) && r->runes[at - 1] != SHI)))) continue;
        *as = WORDS[i].as;
        return n;
    }
    return 0;
}

/* Between digits a stroke says where the one number ends; elsewhere nothing. */
static bool is_idle(const runes_of *r, int at)
{
    uint32_t rune = r->runes[at];
    bool next_digit = at + 1 < r->count && (is_digit(r->runes[at + 1]) || r->runes[at + 1] == SHI);
    if (rune == DI) return next_digit;
    return rune == '-' && !(next_digit && at && is_digit(r->runes[at - 1]));
}

static void spell(const runes_of *r, changed *to)
{
    for (int at = 0; at < r->count;) {
        uint32_t number;
        const char *as;
        int n = number_at(r, at, &number);
        if (n) {
            put_number(to, number);
        } else if ((n = word_at(r, at, &as)) != 0) {
            put_word(to, as);
        } else {
            n = 1;
            if (!is_idle(r, at)) put(to, r->runes[at]);
        }
        at += n;
    }
}

/* ---- divisions ---- */

static const char *const VILLAGES[] = { "村", "社区" };
static const char *const TOWNS[] = { "街道办事处", "办事处", "街道", "镇", "乡", "县", "区", "市", "省", "自治区", "自治州" };

/* 社区, 小区 and the like are no division of a county; nor is 市 of 市场. */
static bool is_town(const runes_of *r, int at, int size)
{
    static const char BEFORE[] = "社小园山院厂矿校库景宅发工";
    uint32_t rune = r->runes[at];
    if (rune == 0x5E02 && at + 1 < r->count && r->runes[at + 1] == 0x573A) return false;
    if (rune != 0x533A || size > 1 || !at) return at > 0;
    text t = text_of(BEFORE);
    for (size_t i = 0; i < t.size_bytes;)
        if (linkage_next_rune(t, &i) == r->runes[at - 1]) return false;
    return true;
}

/* Where the last of the divisions ends that are followed by so many runes more. */
static int end_of_towns(const runes_of *r, int left)
{
    int end = 0;
    for (int at = 0; at < r->count; at++)
        for (size_t i = 0; i < ARRAY_COUNT(TOWNS); i++) {
            int n = starts(r, at, TOWNS[i]);
            if (n && at + n + left <= r->count && is_town(r, at, n) && at + n > end) end = at + n;
        }
    return end;
}

/* Where a house begins behind its village: 村 or 社区 with a number behind it. */
static int end_of_village(const runes_of *r)
{
    int end = 0;
    for (int at = 1; at < r->count; at++)
        for (size_t i = 0; i < ARRAY_COUNT(VILLAGES); i++) {
            int n = starts(r, at, VILLAGES[i]);
            uint32_t next = n && at + n < r->count ? r->runes[at + n] : 0;
            if (is_digit(next) || next == SHI || next == DI) end = at + n;
        }
    return end;
}

static bool ends_as_village(const runes_of *r)
{
    for (size_t i = 0; i < ARRAY_COUNT(VILLAGES); i++) {
        int n = (int)(text_of(VILLAGES[i]).size_bytes / 3);
        if (r->count > n && starts(r, r->count - n, VILLAGES[i])) return true;
    }
    return false;
}

static size_t bytes_of(const uint32_t *runes, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++) size += runes[i] < 0x80 ? 1 : runes[i] < 0x800 ? 2 : runes[i] < 0x10000 ? 3 : 4;
    return size;
}

size_t linkage_place_cut(text t)
{
    uint32_t runes[LINKAGE_RUNES];
    runes_of r = { runes, linkage_runes(t, runes) };
    int end = end_of_village(&r);
    if (!end) end = end_of_towns(&r, 2);
    return end < r.count ? bytes_of(runes, end) : 0;
}

size_t linkage_place_upper(text t)
{
    uint32_t runes[LINKAGE_RUNES];
    runes_of r = { runes, linkage_runes(t, runes) };
    return ends_as_village(&r) ? bytes_of(runes, end_of_towns(&r, r.runes[r.count - 1] == 0x533A ? 3 : 2)) : 0;
}

size_t linkage_place_spell(text t, bool is_inner, char *out)
{
    uint32_t runes[LINKAGE_RUNES];
    runes_of r = { runes, linkage_runes(t, runes) };
    changed to = { .count = 0 };
    if (r.count == LINKAGE_RUNES) { /* longer than is looked at: as it is */
        memcpy(out, t.bytes, t.size_bytes);
        return t.size_bytes;
    }
    spell(&r, &to);
    size_t size = 0;
    for (int i = 0; i < to.count; i++) size += linkage_put_rune(to.runes[i], out + size);
    size_t cut = is_inner ? linkage_place_cut((text){ out, size }) : 0;
    memmove(out, out + cut, size - cut);
    return size - cut;
}

/* ---- levels ---- */

static int without_digits(text t, uint32_t *rest)
{
    uint32_t x[LINKAGE_RUNES];
    int n = linkage_runes(t, x), count = 0;
    for (int i = 0; i < n; i++)
        if (x[i] < '0' || x[i] > '9') rest[count++] = x[i];
    return count;
}

static size_t same_at_begin(text x, text y)
{
    size_t most = x.size_bytes < y.size_bytes ? x.size_bytes : y.size_bytes, at = 0;
    while (at < most && x.bytes[at] == y.bytes[at]) at++;
    return at;
}

static size_t same_at_end(text x, text y)
{
    size_t most = x.size_bytes < y.size_bytes ? x.size_bytes : y.size_bytes, at = 0;
    while (at < most && x.bytes[x.size_bytes - 1 - at] == y.bytes[y.size_bytes - 1 - at]) at++;
    return at;
}

/* False: more than one edit, by what is left between what both begin and end with: a character, or two that have changed places. */
static bool may_be_one_edit(text x, text y, size_t begin, size_t end)
{
    enum { CHARACTER = 4 };
    size_t shorter = x.size_bytes < y.size_bytes ? x.size_bytes : y.size_bytes;
    if (begin + end > shorter) end = shorter - begin;
    size_t nx = x.size_bytes - begin - end, ny = y.size_bytes - begin - end;
    if (nx <= CHARACTER && ny <= CHARACTER) return true;
    if (nx != ny || nx > 2 * CHARACTER) return false;
    unsigned sum_x = 0, sum_y = 0;
    for (size_t i = begin; i < begin + nx; i++) sum_x += (unsigned char)x.bytes[i];
    for (size_t i = begin; i < begin + ny; i++) sum_y += (unsigned char)y.bytes[i];
    return sum_x == sum_y;
}

int linkage_level_place(const linkage_dict *d, uint32_t cx, uint32_t cy)
{
    text tx = linkage_dict_text(d, cx), ty = linkage_dict_text(d, cy);
    linkage_form fx = linkage_dict_form(d, cx), fy = linkage_dict_form(d, cy);
    bool same_digits = fx.sound == fy.sound;
    if (same_digits && fx.letters == fy.letters) return 2;
    size_t begin = same_at_begin(tx, ty), end = same_at_end(tx, ty);
    bool is_whole = tx.size_bytes <= LINKAGE_RUNES && ty.size_bytes <= LINKAGE_RUNES && !(fx.sound | fy.sound); /* and without digits */
    if (same_digits && (!is_whole || may_be_one_edit(tx, ty, begin, end))) {
        uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
        int nx = without_digits(tx, x), ny = without_digits(ty, y);
        if (nx > 1 && ny > 1 && linkage_osa(x, nx, y, ny, 1) <= 1) return 2;
    }
    bool is_part = begin == tx.size_bytes || begin == ty.size_bytes || end == tx.size_bytes || end == ty.size_bytes;
    return (same_digits && fx.sound) || is_part ? 3 : 4;
}
