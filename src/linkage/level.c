/* Levels: how two values of a field stand to one another. */
#include "linkage/linkage_internal.h"

static const char *const LEVEL_NAME[LINKAGE_KIND_COUNT][LINKAGE_LEVELS] = {
    [LINKAGE_CITIZEN] = { "missing", "same", "same-unfit", "one-edit", "two-edits", "differs", "two-people" },
    [LINKAGE_CREDIT] = { "missing", "same", "organisation", "one-edit", "two-edits", "differs" },
    [LINKAGE_HAN_NAME] = { "missing", "same", "alike", "moved-or-cut", "one-given", "surname", "given", "differs" },
    [LINKAGE_NAME] = { "missing", "same", "one-edit", "near", "nickname", "part", "sounds", "differs" },
    [LINKAGE_WORDS] = { "missing", "same", "one-edit", "near", "part", "sounds", "differs" },
    [LINKAGE_PLACE] = { "missing", "same", "near", "part-or-number", "differs" },
    [LINKAGE_DATE] = { "missing", "same", "one-slip", "day-off", "part-off", "two-digits", "near", "differs" },
    [LINKAGE_CODE] = { "missing", "same", "one-edit", "two-edits", "near", "beginning", "differs" },
    [LINKAGE_PHONE] = { "missing", "same", "one-edit", "two-edits", "beginning", "differs" },
    [LINKAGE_CATEGORY] = { "missing", "same", "differs" },
    [LINKAGE_NUMBER] = { "missing", "same", "next", "near", "differs" },
    [LINKAGE_SEX] = { "missing", "same", "differs" },
};

const char *linkage_level_word(linkage_kind kind, int level)
{
    return LEVEL_NAME[kind][level];
}

int linkage_levels_of(linkage_kind kind)
{
    int count = 0;
    while (count < LINKAGE_LEVELS && LEVEL_NAME[kind][count]) count++;
    return count;
}

static bool begins(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
    return nx <= ny && !memcmp(x, y, (size_t)nx * sizeof *x);
}

/* A word of two letters or more that both have. */
static bool share_word(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
    for (int i = 0; i < nx; i++) {
        int size = 0;
        while (i + size < nx && x[i + size] != ' ') size++;
        for (int j = 0; size > 1 && j + size <= ny; j++) {
            bool starts = (!j || y[j - 1] == ' ') && (j + size == ny || y[j + size] == ' ');
            if (starts && !memcmp(x + i, y + j, (size_t)size * sizeof *x)) return true;
        }
        i += size;
    }
    return false;
}

/* How many letters of `t` the other may have. */
static int shared_letters(text t, uint32_t letters)
{
    int count = 0;
    for (size_t i = 0; i < t.size_bytes && i < 64; i++) count += !!(linkage_letter_bit((unsigned char)t.bytes[i]) & letters);
    return count;
}

/* Edits, no more than 3 said, and nearness, 0 when it is below what matters: letters that only one has settle most. */
static void compare_ascii(text tx, text ty, linkage_form fx, linkage_form fy, int *edits, double *near)
{
    int nx = tx.size_bytes < 64 ? (int)tx.size_bytes : 64, ny = ty.size_bytes < 64 ? (int)ty.size_bytes : 64;
    int shared = shared_letters(tx, fy.letters), other = shared_letters(ty, fx.letters), longer = nx > ny ? nx : ny;
    if (other < shared) shared = other;
    int same = 0;
    while (same < 4 && same < nx && same < ny && tx.bytes[same] == ty.bytes[same]) same++;
    double jaro = ((double)shared / nx + (double)shared / ny + 1) / 3;
    bool may_be_near = jaro + same * 0.1 * (1 - jaro) >= 0.82;
    *edits = 3;
    *near = 0;
    if (longer - shared > 2 && !may_be_near) return;
    linkage_ascii_pair pair;
    linkage_ascii_open(&pair, tx, ty);
    if (longer - shared <= 2) *edits = linkage_ascii_osa(&pair);
    if (*edits > 3) *edits = 3;
    if (may_be_near) *near = linkage_ascii_jaro_winkler(&pair);
}

/* share_word of letters of ASCII. */
static bool share_letters(text x, text y)
{
    for (size_t i = 0; i < x.size_bytes; i++) {
        size_t size = 0;
        while (i + size < x.size_bytes && x.bytes[i + size] != ' ') size++;
        for (size_t j = 0; size > 1 && j + size <= y.size_bytes; j++) {
            bool starts = (!j || y.bytes[j - 1] == ' ') && (j + size == y.size_bytes || y.bytes[j + size] == ' ');
            if (starts && !memcmp(x.bytes + i, y.bytes + j, size)) return true;
        }
        i += size;
    }
    return false;
}

static bool is_part_of(text tx, text ty, bool is_ascii)
{
    if (is_ascii) return text_begins(tx, ty) || text_begins(ty, tx) || share_letters(tx, ty);
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
    int nx = linkage_runes(tx, x), ny = linkage_runes(ty, y);
    return begins(x, nx, y, ny) || begins(y, ny, x, nx) || share_word(x, nx, y, ny);
}

/* Of words; names have a level more between 3 and 4. */
static int level_words(const linkage_dict *d, uint32_t cx, uint32_t cy)
{
    text tx = linkage_dict_text(d, cx), ty = linkage_dict_text(d, cy);
    linkage_form fx = linkage_dict_form(d, cx), fy = linkage_dict_form(d, cy);
    bool is_ascii = !((fx.letters | fy.letters) & LINKAGE_FOREIGN) && tx.size_bytes <= LINKAGE_RUNES && ty.size_bytes <= LINKAGE_RUNES;
    int shorter = (int)(tx.size_bytes < ty.size_bytes ? tx.size_bytes : ty.size_bytes), edits;
    double near;
    if (is_ascii) {
        compare_ascii(tx, ty, fx, fy, &edits, &near);
    } else {
        uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
        int nx = linkage_runes(tx, x), ny = linkage_runes(ty, y);
        shorter = nx < ny ? nx : ny;
        edits = linkage_osa(x, nx, y, ny, 2);
        near = linkage_jaro_winkler(x, nx, y, ny);
    }
    if (edits <= 1 && shorter >= 3) return 2;
    if ((edits <= 2 && shorter >= 6) || (near >= 0.92 && shorter >= 4)) return 3;
    if (is_part_of(tx, ty, is_ascii)) return 4;
    return near >= 0.82 || (fx.sound && fx.sound == fy.sound) ? 5 : 6;
}

int linkage_level_name(const linkage_dict *d, uint32_t cx, uint32_t cy, bool is_name)
{
    int level = level_words(d, cx, cy);
    if (!is_name || level < 4) return level;
    return linkage_are_nicknames(linkage_dict_packed(d, cx), linkage_dict_packed(d, cy)) ? 4 : level + 1;
}

/* Whether one edit makes the one of the other: two short names as the 16-bit characters of a word each. */
static bool is_one_edit(uint64_t x, int nx, uint64_t y, int ny)
{
    if (nx == ny) {
        uint64_t differs = x ^ y;
        int first = __builtin_ctzll(differs) / 16;
        uint64_t left = differs >> 16 * first >> 16;
        if (!left) return true;
        bool is_next = !(left >> 16) && (x >> 16 * first & 0xFFFF) == (y >> 16 * first >> 16 & 0xFFFF);
        return is_next && (y >> 16 * first & 0xFFFF) == (x >> 16 * first >> 16 & 0xFFFF);
    }
    if (nx > ny) {
        uint64_t other = x;
        x = y;
        y = other;
    }
    if (nx - ny > 1 || ny - nx > 1) return false;
    int first = x == y ? 0 : __builtin_ctzll(x ^ y) / 16; /* the character that y has more */
    uint64_t before = first ? ~UINT64_C(0) >> (64 - 16 * first) : 0;
    return x == ((y & before) | (y >> 16 & ~before));
}

/* Characters that differ, each read or written nearly as the other. */
static bool are_alike(const linkage_set *s, uint64_t x, uint64_t y, int count)
{
    for (int i = 0; i < count; i++, x >>= 16, y >>= 16)
        if ((x ^ y) & 0xFFFF && !linkage_are_alike(s, x & 0xFFFF, y & 0xFFFF)) return false;
    return true;
}

/* Names of one surname whose given names share nothing are those of a family: with a given name of one character a slip of the
 * pen is enough for that, with more it is not, and they differ. */
static int level_short(const linkage_set *s, uint64_t x, uint32_t lx, uint64_t y, uint32_t ly)
{
    int nx = lx & 0xFF, ny = ly & 0xFF, sx = lx >> 8 & 0xFF, sy = ly >> 8 & 0xFF, shorter = nx < ny ? nx : ny;
    if (nx == ny && nx > 1 && are_alike(s, x, y, nx)) return 2;
    bool one = is_one_edit(x, nx, y, ny);
    if (one && nx != ny) return 3;
    if (one && shorter >= 2 && (x >> 16 * (shorter - 1) & 0xFFFF) == (y >> 16 * (shorter - 2) & 0xFFFF)) return 3;
    uint64_t surname = sx ? ~UINT64_C(0) >> (64 - 16 * sx) : 0;
    bool same_surname = sx == sy && ny >= sx && !((x ^ y) & surname);
    if (same_surname && one && nx > sx + 1) return LINKAGE_HAN_ONE_GIVEN;
    if (same_surname) return nx == sx + 1 && ny == nx ? LINKAGE_HAN_SURNAME : 7;
    return nx - sx == ny - sy && nx > sx && x >> 16 * sx == y >> 16 * sy ? 6 : 7;
}

int linkage_level_han(const linkage_set *s, const linkage_dict *d, uint32_t cx, uint32_t cy)
{
    linkage_form fx = linkage_dict_form(d, cx), fy = linkage_dict_form(d, cy);
    if (fx.sound == fy.sound) return 2;
    if (fx.letters & fy.letters & LINKAGE_SHORT)
        return level_short(s, linkage_dict_packed(d, cx), fx.letters, linkage_dict_packed(d, cy), fy.letters);
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
    int nx = linkage_runes(linkage_dict_text(d, cx), x), ny = linkage_runes(linkage_dict_text(d, cy), y);
    int edits = linkage_osa(x, nx, y, ny, 1), shorter = nx < ny ? nx : ny;
    if (edits == 1 && (nx != ny || (shorter >= 2 && x[shorter - 1] == y[shorter - 2]))) return 3;
    int sx = linkage_surname_runes(s, x, nx), sy = linkage_surname_runes(s, y, ny);
    bool same_surname = sx == sy && begins(x, sx, y, ny);
    if (same_surname && edits == 1 && nx > sx + 1) return LINKAGE_HAN_ONE_GIVEN;
    if (same_surname) return nx == sx + 1 && ny == nx ? LINKAGE_HAN_SURNAME : 7;
    bool same_given = nx - sx == ny - sy && nx > sx && !memcmp(x + sx, y + sy, (size_t)(nx - sx) * sizeof *x);
    return same_given ? 6 : 7;
}

static bool is_digits(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if (t.bytes[i] < '0' || t.bytes[i] > '9') return false;
    return true;
}

static bool is_ascii(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if ((unsigned char)t.bytes[i] > 127) return false;
    return true;
}

/* More than 2 are said as 3. `near` may be NULL; it is 0 where a cheaper look says enough. */
static int edits_and_near(text tx, text ty, double *near)
{
    if (near) *near = 0;
    bool is_short = tx.size_bytes > ty.size_bytes + 2 || ty.size_bytes > tx.size_bytes + 2;
    if (is_short && !near) return 3;
    if (!near && tx.size_bytes <= 64 && ty.size_bytes <= 64 && is_digits(tx) && is_digits(ty)) {
        int edits = linkage_digits_osa(tx, ty);
        return edits < 3 ? edits : 3;
    }
    if (tx.size_bytes <= 64 && ty.size_bytes <= 64 && is_ascii(tx) && is_ascii(ty)) {
        linkage_ascii_pair pair;
        linkage_ascii_open(&pair, tx, ty);
        int edits = is_short ? 3 : linkage_ascii_osa(&pair);
        if (near && edits > 2) *near = linkage_ascii_jaro_winkler(&pair);
        return edits < 3 ? edits : 3;
    }
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
    int nx = linkage_runes(tx, x), ny = linkage_runes(ty, y);
    if (near) *near = linkage_jaro_winkler(x, nx, y, ny);
    return linkage_osa(x, nx, y, ny, 2);
}

static int edits_of(text tx, text ty)
{
    return edits_and_near(tx, ty, NULL);
}

/* Of a long code, an address of mail, also how near it is. */
int linkage_level_code(text tx, text ty, bool is_phone)
{
    size_t shorter = tx.size_bytes < ty.size_bytes ? tx.size_bytes : ty.size_bytes, same = 0;
    double near = 0;
    int edits = edits_and_near(tx, ty, is_phone || shorter < 10 ? NULL : &near);
    if (edits <= 1 && shorter >= 2) return 2;
    if (edits <= 2 && shorter >= 5) return 3;
    if (near >= 0.9) return 4;
    while (same < shorter && tx.bytes[same] == ty.bytes[same]) same++;
    bool begins_alike = same >= 2 && same * 2 >= shorter;
    return (begins_alike ? 4 : 5) + !is_phone;
}

static double number_of(text t)
{
    double n = 0;
    for (size_t i = 0; i < t.size_bytes; i++)
        if (t.bytes[i] >= '0' && t.bytes[i] <= '9') n = n * 10 + (t.bytes[i] - '0');
    return n;
}

int linkage_level_number(text x, text y)
{
    double difference = fabs(number_of(x) - number_of(y));
    return difference <= 1 ? 2 : difference <= 5 ? 3 : 4;
}

/* ---- identity numbers ---- */

/* Of two dates; where the spec says so, a birthday by the moon that was written as if it were by the sun is a slip. */
static int level_dates(const linkage_set *s, int field, uint64_t x, uint64_t y)
{
    int level = linkage_level_date(x, y);
    return level > 2 && s->spec->by_moon >> field & 1 && linkage_is_same_by_moon((uint32_t)x, (uint32_t)y) ? 2 : level;
}

/* A number that is well made, and does not plainly belong to somebody else: a spouse's or an agent's number on a
 * person's row has another birthday than the row. */
static bool is_own(const linkage_set *s, uint64_t packed, uint32_t row)
{
    if (!(packed & LINKAGE_VALID)) return false;
    uint32_t code = s->spec->birth < 0 ? 0 : linkage_code(s, s->spec->birth, row);
    uint64_t birth = code ? linkage_dict_packed(&s->dict[s->spec->birth], code) : 0;
    bool is_other = birth && (uint32_t)birth != linkage_birth_of(packed);
    if (is_other && level_dates(s, s->spec->birth, birth, linkage_date_pack(linkage_birth_of(packed))) >= 4) return false;
    uint32_t sex = s->spec->sex < 0 ? 0 : linkage_code(s, s->spec->sex, row);
    return !sex || (linkage_dict_text(&s->dict[s->spec->sex], sex).bytes[0] == 'm') == !!(packed & LINKAGE_MALE);
}

enum { OWN_PART = 1 << 15, AHEAD = 24 };

void linkage_own_mark_row(linkage_set *s, uint32_t row)
{
    int place = s->spec->citizen < 0 ? -1 : s->place[s->spec->citizen];
    if (place < 0) return;
    uint32_t *cell = (uint32_t *)s->cells.items + (size_t)row * (size_t)s->stride + place, code = *cell & ~LINKAGE_OWN;
    bool is_rows = code && is_own(s, linkage_dict_packed(&s->dict[s->spec->citizen], code), row);
    *cell = is_rows ? code | LINKAGE_OWN : code;
}

static void mark_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    linkage_set *s = job;
    size_t until = (part + 1) * OWN_PART < linkage_rows(s) ? (part + 1) * OWN_PART : linkage_rows(s);
    for (size_t i = part * OWN_PART; i < until; i++) {
        if (i + AHEAD < until) linkage_dict_fetch_packed(&s->dict[s->spec->citizen], linkage_code(s, s->spec->citizen, (uint32_t)i + AHEAD));
        linkage_own_mark_row(s, (uint32_t)i);
    }
}

void linkage_own_mark(linkage_set *s, const linkage_crew *crew)
{
    if (s->spec->citizen < 0 || s->place[s->spec->citizen] < 0) return;
    linkage_spread(crew, (linkage_rows(s) + OWN_PART - 1) / OWN_PART, mark_part, s);
}

uint32_t linkage_own_number(const linkage_set *s, uint32_t row)
{
    return linkage_has_own(s, row) ? linkage_code(s, s->spec->citizen, row) : 0;
}

/* By the cells of both rows. */
static int level_citizen(const linkage_set *s, uint32_t a, uint32_t b)
{
    bool are_own = a & b & LINKAGE_OWN;
    uint32_t x = a & ~LINKAGE_OWN, y = b & ~LINKAGE_OWN;
    if (x == y) return are_own ? 1 : 2;
    if (are_own) return LINKAGE_CITIZEN_TWO;
    const linkage_dict *d = &s->dict[s->spec->citizen];
    if (linkage_dict_packed(d, x) & linkage_dict_packed(d, y) & LINKAGE_VALID) return 5;
    char room[2][LINKAGE_NUMBER_BYTES];
    int edits = edits_of(linkage_dict_read(d, x, room[0]), linkage_dict_read(d, y, room[1]));
    return edits == 1 ? 3 : edits == 2 ? 4 : 5;
}

/* ---- a pair ---- */

/* The code of the organisation is the same, though what registers it is not, or one has no more than it. */
static int level_credit(text x, text y)
{
    text one = linkage_organisation_of(x), other = linkage_organisation_of(y);
    if (one.size_bytes && text_equal(one, other)) return 2;
    int edits = edits_of(x, y);
    return edits == 1 ? 3 : edits == 2 ? 4 : 5;
}

static int level_phone(const linkage_dict *d, uint32_t x, uint32_t y)
{
    uint64_t px = linkage_dict_packed(d, x), py = linkage_dict_packed(d, y);
    if (!linkage_is_odd(px) && !linkage_is_odd(py)) return linkage_level_digits(px, py);
    char room[2][LINKAGE_NUMBER_BYTES];
    return linkage_level_code(linkage_dict_read(d, x, room[0]), linkage_dict_read(d, y, room[1]), true);
}

static int level_of(const linkage_set *s, int field, uint32_t x, uint32_t y)
{
    const linkage_dict *d = &s->dict[field];
    switch (s->spec->fields[field].kind) {
    case LINKAGE_HAN_NAME: return linkage_level_han(s, d, x, y);
    case LINKAGE_NAME: case LINKAGE_WORDS: return linkage_level_name(d, x, y, s->spec->fields[field].kind == LINKAGE_NAME);
    case LINKAGE_PLACE: return linkage_level_place(d, x, y);
    case LINKAGE_CREDIT: return level_credit(linkage_dict_text(d, x), linkage_dict_text(d, y));
    case LINKAGE_PHONE: return level_phone(d, x, y);
    case LINKAGE_CODE: return linkage_level_code(linkage_dict_text(d, x), linkage_dict_text(d, y), false);
    case LINKAGE_NUMBER: return linkage_level_number(linkage_dict_text(d, x), linkage_dict_text(d, y));
    case LINKAGE_DATE: {
        uint64_t px = linkage_dict_packed(d, x), py = linkage_dict_packed(d, y);
        if (px && py) return level_dates(s, field, px, py);
        return edits_of(linkage_dict_text(d, x), linkage_dict_text(d, y)) <= 1 ? 2 : 7;
    }
    default: return 2;
    }
}

linkage_memo *linkage_memo_open(const linkage_set *s, arena *memory)
{
    linkage_memo *memo = ARENA_NEW(memory, linkage_memo);
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        linkage_kind kind = s->spec->fields[f].kind;
        bool repeats = kind == LINKAGE_HAN_NAME || kind == LINKAGE_NAME || kind == LINKAGE_WORDS || kind == LINKAGE_PLACE ||
                       kind == LINKAGE_CODE;
        if (repeats) memo->of[f] = ARENA_ARRAY(memory, uint64_t, 1 << LINKAGE_MEMO_BITS);
    }
    return memo;
}

/* A slot of the memo: both codes of 30 bits, and the level. */
static int level_remembered(const linkage_set *s, linkage_memo *memo, int field, uint32_t x, uint32_t y)
{
    if (x == y) return 1;
    uint64_t *slots = memo ? memo->of[field] : NULL;
    if (!slots || (x | y) >> 30) return level_of(s, field, x, y);
    uint64_t pair = (uint64_t)x << 34 | (uint64_t)y << 4;
    uint64_t *slot = &slots[(pair * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - LINKAGE_MEMO_BITS)];
    if ((*slot & ~UINT64_C(15)) != pair) *slot = pair | (uint64_t)level_of(s, field, x, y);
    return (int)(*slot & 15);
}

/* Values of two fields: 2 alike but for an edit at most, 3 but for two of five letters or more, 1 one of them is not known, 0 neither. */
static int across(const linkage_set *s, int f, uint32_t x, int g, uint32_t y)
{
    if (!x || !y) return 1;
    char room[2][LINKAGE_NUMBER_BYTES];
    text tx = linkage_dict_read(&s->dict[f], x, room[0]), ty = linkage_dict_read(&s->dict[g], y, room[1]);
    if (text_equal(tx, ty)) return 2;
    size_t least = tx.size_bytes < ty.size_bytes ? tx.size_bytes : ty.size_bytes;
    int edits = least >= 4 ? edits_of(tx, ty) : 99;
    return edits <= 1 ? 2 : edits == 2 && least >= 5 ? 3 : 0;
}

/* Given name for surname and surname for given name: one at least must be alike, and the other not differ. */
static void compare_swapped(const linkage_set *s, uint32_t a, uint32_t b, linkage_levels *l)
{
    const linkage_spec *spec = s->spec;
    for (int i = 0; i < spec->swap_count; i++) {
        int f = spec->swaps[i][0], g = spec->swaps[i][1], lf = l->level[f], lg = l->level[g];
        if ((lf && lf <= 3) || (lg && lg <= 3) || !(lf | lg)) continue;
        uint32_t fa = linkage_code(s, f, a), ga = linkage_code(s, g, a), fb = linkage_code(s, f, b), gb = linkage_code(s, g, b);
        int one = across(s, f, fa, g, gb), other = one ? across(s, g, ga, f, fb) : 0;
        if (one * other < 2 || (one != 2 && other != 2)) continue;
        if (lf) l->level[f] = one * other == 4 ? 2 : 3;
        if (lg) l->level[g] = one * other == 4 ? 2 : 3;
    }
}

int linkage_compare_cells(const linkage_set *s, linkage_memo *memo, int field, uint32_t a, uint32_t b)
{
    if (field == s->spec->citizen) return level_citizen(s, a, b);
    return level_remembered(s, memo, field, a & ~LINKAGE_TOLD, b & ~LINKAGE_TOLD);
}

static linkage_levels compare_fields(const linkage_set *s, linkage_memo *memo, const uint32_t *a, const uint32_t *b)
{
    linkage_levels l = { 0 };
    bool have_numbers = linkage_have_numbers(s, a, b);
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        if (!(a[k] & ~LINKAGE_TOLD) || !(b[k] & ~LINKAGE_TOLD)) continue;
        if (have_numbers && f != s->spec->citizen && (a[k] | b[k]) & LINKAGE_TOLD) continue;
        bool is_same = !((a[k] ^ b[k]) & ~LINKAGE_TOLD) && f != s->spec->citizen;
        l.level[f] = (uint8_t)(is_same ? 1 : linkage_compare_cells(s, memo, f, a[k], b[k]));
    }
    return l;
}

linkage_levels linkage_compare_alone(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b)
{
    linkage_levels l = compare_fields(s, memo, linkage_row(s, a), linkage_row(s, b));
    if (s->spec->has_swaps) compare_swapped(s, a, b, &l);
    return l;
}

void linkage_compare_end(const linkage_set *s, uint32_t a, uint32_t b, linkage_levels *l)
{
    const linkage_spec *spec = s->spec;
    if (spec->has_swaps) compare_swapped(s, a, b, l);
    for (int f = 0; f < spec->field_count && spec->has_within; f++) {
        int outer = spec->fields[f].within;
        if (outer >= 0 && l->level[f] && l->level[outer] > 1 && l->level[outer] + 1 == linkage_levels_of(spec->fields[outer].kind)) l->level[f] = 0;
    }
}

linkage_levels linkage_compare(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b)
{
    linkage_levels l = compare_fields(s, memo, linkage_row(s, a), linkage_row(s, b));
    linkage_compare_end(s, a, b, &l);
    return l;
}
