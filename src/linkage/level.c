/* Levels: how two values of a field stand to one another. */
#include "linkage/linkage_internal.h"

static const char *const LEVEL_NAME[LINKAGE_KIND_COUNT][LINKAGE_LEVELS] = {
    [LINKAGE_CITIZEN] = { "missing", "same", "same-unfit", "one-edit", "two-edits", "differs", "two-people" },
    [LINKAGE_HAN_NAME] = { "missing", "same", "same-sound", "moved-or-cut", "one-given", "surname", "given", "differs" },
    [LINKAGE_NAME] = { "missing", "same", "one-edit", "near", "part", "sounds", "differs" },
    [LINKAGE_WORDS] = { "missing", "same", "one-edit", "near", "part", "sounds", "differs" },
    [LINKAGE_PLACE] = { "missing", "same", "near", "part-or-number", "differs" },
    [LINKAGE_DATE] = { "missing", "same", "one-edit", "day-off", "part-off", "two-digits", "near", "differs" },
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

static uint32_t letter_bit(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? UINT32_C(1) << (c - 'a') : UINT32_C(1) << (26 + (c & 3));
}

/* How many letters of `t` the other may have. */
static int shared_letters(text t, uint32_t letters)
{
    int count = 0;
    for (size_t i = 0; i < t.size_bytes && i < 64; i++) count += !!(letter_bit((unsigned char)t.bytes[i]) & letters);
    return count;
}

void linkage_forms_open(linkage_set *s, int field)
{
    linkage_dict *d = &s->dict[field];
    linkage_kind kind = s->spec->fields[field].kind;
    if (kind != LINKAGE_NAME && kind != LINKAGE_WORDS && kind != LINKAGE_HAN_NAME) return;
    linkage_form *forms = linkage_vec_need(&d->forms, d->count, sizeof *forms);
    for (uint32_t c = 1; c < d->count; c++) {
        text t = linkage_dict_text(d, c);
        uint64_t sound = linkage_sound(s, kind, t);
        forms[c].sound = sound ? (uint32_t)(hash_mix(sound, 5) >> 32) | 1 : 0;
        for (size_t i = 0; i < t.size_bytes && i < 64; i++)
            forms[c].letters |= (unsigned char)t.bytes[i] < 128 ? letter_bit((unsigned char)t.bytes[i]) : LINKAGE_FOREIGN;
    }
    linkage_vec_trim(&d->forms, d->count);
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

int linkage_level_name(const linkage_dict *d, uint32_t cx, uint32_t cy)
{
    text tx = linkage_dict_text(d, cx), ty = linkage_dict_text(d, cy);
    linkage_form fx = linkage_dict_form(d, cx), fy = linkage_dict_form(d, cy);
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
    int nx = linkage_runes(tx, x), ny = linkage_runes(ty, y), shorter = nx < ny ? nx : ny, edits;
    double near;
    if ((fx.letters | fy.letters) & LINKAGE_FOREIGN) {
        edits = linkage_osa(x, nx, y, ny, 2);
        near = linkage_jaro_winkler(x, nx, y, ny);
    } else {
        compare_ascii(tx, ty, fx, fy, &edits, &near);
    }
    if (edits <= 1 && shorter >= 3) return 2;
    if ((edits <= 2 && shorter >= 6) || (near >= 0.92 && shorter >= 4)) return 3;
    if (begins(x, nx, y, ny) || begins(y, ny, x, nx) || share_word(x, nx, y, ny)) return 4;
    return near >= 0.82 || (fx.sound && fx.sound == fy.sound) ? 5 : 6;
}

int linkage_level_han(const linkage_set *s, const linkage_dict *d, uint32_t cx, uint32_t cy)
{
    if (linkage_dict_form(d, cx).sound == linkage_dict_form(d, cy).sound) return 2;
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES];
    int nx = linkage_runes(linkage_dict_text(d, cx), x), ny = linkage_runes(linkage_dict_text(d, cy), y);
    int edits = linkage_osa(x, nx, y, ny, 1), shorter = nx < ny ? nx : ny;
    if (edits == 1 && (nx != ny || (shorter >= 2 && x[shorter - 1] == y[shorter - 2]))) return 3;
    int sx = linkage_surname_runes(s, x, nx), sy = linkage_surname_runes(s, y, ny);
    bool same_surname = sx == sy && begins(x, sx, y, ny);
    if (same_surname && edits == 1 && nx > sx + 1) return 4;
    if (same_surname) return 5;
    bool same_given = nx - sx == ny - sy && nx > sx && !memcmp(x + sx, y + sy, (size_t)(nx - sx) * sizeof *x);
    return same_given ? 6 : 7;
}

/* The digits of a place by themselves, with a blank between numbers; and the rest. */
static void part_digits(const uint32_t *x, int nx, uint32_t *digits, int *digit_count, uint32_t *rest, int *rest_count)
{
    *digit_count = *rest_count = 0;
    for (int i = 0; i < nx; i++) {
        bool is_digit = x[i] >= '0' && x[i] <= '9';
        bool breaks = is_digit && i && !(x[i - 1] >= '0' && x[i - 1] <= '9') && *digit_count;
        if (breaks) digits[(*digit_count)++] = ' ';
        if (is_digit) digits[(*digit_count)++] = x[i];
        else rest[(*rest_count)++] = x[i];
    }
}

int linkage_level_place(const linkage_set *s, text tx, text ty)
{
    uint32_t x[LINKAGE_RUNES], y[LINKAGE_RUNES], dx[2 * LINKAGE_RUNES], dy[2 * LINKAGE_RUNES], rx[LINKAGE_RUNES],
        ry[LINKAGE_RUNES];
    int nx = linkage_runes(tx, x), ny = linkage_runes(ty, y), ndx, ndy, nrx, nry;
    part_digits(x, nx, dx, &ndx, rx, &nrx);
    part_digits(y, ny, dy, &ndy, ry, &nry);
    bool same_digits = ndx == ndy && !memcmp(dx, dy, (size_t)ndx * sizeof *dx);
    bool same_sound = nrx == nry;
    for (int i = 0; i < nrx && same_sound; i++) {
        uint16_t reading = linkage_reading(s, rx[i]);
        same_sound = rx[i] == ry[i] || (reading && reading == linkage_reading(s, ry[i]));
    }
    if (same_digits && (same_sound || (nrx > 1 && nry > 1 && linkage_osa(rx, nrx, ry, nry, 1) <= 1))) return 2;
    bool is_part = begins(x, nx, y, ny) || begins(y, ny, x, nx) || (nx < ny && begins(x, nx, y + ny - nx, nx)) ||
                   (ny < nx && begins(y, ny, x + nx - ny, ny));
    return (same_digits && ndx) || is_part ? 3 : 4;
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

/* A number that is well made, and does not plainly belong to somebody else: a spouse's or an agent's number on a
 * person's row has another birthday than the row. */
static bool is_own(const linkage_set *s, uint64_t packed, uint32_t row)
{
    if (!(packed & LINKAGE_VALID)) return false;
    uint32_t code = s->spec->birth < 0 ? 0 : linkage_code(s, s->spec->birth, row);
    uint64_t birth = code ? linkage_dict_packed(&s->dict[s->spec->birth], code) : 0;
    if (birth && linkage_level_date((uint32_t)birth, LINKAGE_BIRTH_OF(packed)) >= 4) return false;
    uint32_t sex = s->spec->sex < 0 ? 0 : linkage_code(s, s->spec->sex, row);
    return !sex || (linkage_dict_text(&s->dict[s->spec->sex], sex).bytes[0] == 'm') == !!(packed & LINKAGE_MALE);
}

uint32_t linkage_own_number(const linkage_set *s, uint32_t row)
{
    uint32_t code = s->spec->citizen < 0 ? 0 : linkage_code(s, s->spec->citizen, row);
    return code && is_own(s, linkage_dict_packed(&s->dict[s->spec->citizen], code), row) ? code : 0;
}

static int level_citizen(const linkage_set *s, uint32_t a, uint32_t b, uint32_t x, uint32_t y)
{
    const linkage_dict *d = &s->dict[s->spec->citizen];
    uint64_t px = linkage_dict_packed(d, x), py = linkage_dict_packed(d, y);
    if (x == y) return is_own(s, px, a) && is_own(s, py, b) ? 1 : 2;
    if (is_own(s, px, a) && is_own(s, py, b)) return LINKAGE_CITIZEN_TWO;
    if (px & py & LINKAGE_VALID) return 5;
    int edits = edits_of(linkage_dict_text(d, x), linkage_dict_text(d, y));
    return edits == 1 ? 3 : edits == 2 ? 4 : 5;
}

/* ---- a pair ---- */

static int level_of(const linkage_set *s, int field, uint32_t x, uint32_t y)
{
    const linkage_dict *d = &s->dict[field];
    if (x == y) return 1;
    text tx = linkage_dict_text(d, x), ty = linkage_dict_text(d, y);
    switch (s->spec->fields[field].kind) {
    case LINKAGE_HAN_NAME: return linkage_level_han(s, d, x, y);
    case LINKAGE_NAME: case LINKAGE_WORDS: return linkage_level_name(d, x, y);
    case LINKAGE_PLACE: return linkage_level_place(s, tx, ty);
    case LINKAGE_CODE: case LINKAGE_PHONE:
        return linkage_level_code(tx, ty, s->spec->fields[field].kind == LINKAGE_PHONE);
    case LINKAGE_NUMBER: return linkage_level_number(tx, ty);
    case LINKAGE_DATE: {
        uint64_t px = linkage_dict_packed(d, x), py = linkage_dict_packed(d, y);
        return px && py ? linkage_level_date((uint32_t)px, (uint32_t)py) : edits_of(tx, ty) <= 1 ? 2 : 7;
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

/* Values of two fields: 2 alike but for an edit at most, 1 one of them is not known, 0 neither. */
static int across(const linkage_set *s, int f, uint32_t x, int g, uint32_t y)
{
    if (!x || !y) return 1;
    text tx = linkage_dict_text(&s->dict[f], x), ty = linkage_dict_text(&s->dict[g], y);
    if (text_equal(tx, ty)) return 2;
    bool is_long = tx.size_bytes >= 4 && ty.size_bytes >= 4;
    return is_long && edits_of(tx, ty) <= 1 ? 2 : 0;
}

/* Given name for surname and surname for given name: one at least must agree, and the other not differ. */
static void compare_swapped(const linkage_set *s, uint32_t a, uint32_t b, linkage_levels *l)
{
    const linkage_spec *spec = s->spec;
    for (int f = 0; f < spec->field_count; f++) {
        int g = spec->fields[f].swaps_with, lf = l->level[f], lg = l->level[g < 0 ? 0 : g];
        if (g <= f || (lf && lf <= 3) || (lg && lg <= 3) || !(lf | lg)) continue;
        uint32_t fa = linkage_code(s, f, a), ga = linkage_code(s, g, a), fb = linkage_code(s, f, b), gb = linkage_code(s, g, b);
        int one = across(s, f, fa, g, gb), other = one ? across(s, g, ga, f, fb) : 0;
        if (one * other < 2) continue;
        if (lf) l->level[f] = one * other == 4 ? 2 : 3;
        if (lg) l->level[g] = one * other == 4 ? 2 : 3;
    }
}

linkage_levels linkage_compare_alone(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b)
{
    const linkage_spec *spec = s->spec;
    const uint32_t *ra = linkage_row(s, a), *rb = linkage_row(s, b);
    linkage_levels l = { 0 };
    /* What a number tells is of use only beside a row that has none: two numbers have been compared themselves. */
    bool have_numbers = spec->citizen >= 0 && s->place[spec->citizen] >= 0 && ra[s->place[spec->citizen]] &&
                        rb[s->place[spec->citizen]];
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        uint32_t x = ra[k] & ~LINKAGE_TOLD, y = rb[k] & ~LINKAGE_TOLD;
        if (!x || !y || (have_numbers && (ra[k] | rb[k]) & LINKAGE_TOLD)) continue;
        l.level[f] = (uint8_t)(f == spec->citizen ? level_citizen(s, a, b, x, y) : level_remembered(s, memo, f, x, y));
    }
    compare_swapped(s, a, b, &l);
    return l;
}

linkage_levels linkage_compare(const linkage_set *s, linkage_memo *memo, uint32_t a, uint32_t b)
{
    const linkage_spec *spec = s->spec;
    linkage_levels l = linkage_compare_alone(s, memo, a, b);
    for (int f = 0; f < spec->field_count && spec->has_within; f++) {
        int outer = spec->fields[f].within;
        if (outer >= 0 && l.level[outer] + 1 == linkage_levels_of(spec->fields[outer].kind)) l.level[f] = 0;
    }
    return l;
}
