/* Forms: what is worked out once of each value, so that two are compared in little time. */
#include "linkage/linkage_internal.h"

static linkage_form letters_form(const linkage_set *s, linkage_kind kind, text t)
{
    uint64_t sound = linkage_sound(s, kind, t);
    linkage_form form = { .sound = sound ? (uint32_t)(hash_mix(sound, 5) >> 32) | 1 : 0 };
    for (size_t i = 0; i < t.size_bytes && i < 64; i++)
        form.letters |= (unsigned char)t.bytes[i] < 128 ? linkage_letter_bit((unsigned char)t.bytes[i]) : LINKAGE_FOREIGN;
    return form;
}

static linkage_form han_form(const linkage_set *s, text t, uint64_t *packed)
{
    enum { PACKED = 4 };
    uint32_t runes[LINKAGE_RUNES];
    int count = linkage_runes(t, runes);
    linkage_form form = { .sound = (uint32_t)(linkage_sound(s, LINKAGE_HAN_NAME, t) >> 32) | 1 };
    bool is_short = count <= PACKED;
    *packed = 0;
    for (int i = 0; i < count && is_short; i++) {
        is_short = runes[i] < 0x10000;
        *packed |= (uint64_t)runes[i] << 16 * i;
    }
    if (is_short) form.letters = LINKAGE_SHORT | (uint32_t)linkage_surname_runes(s, runes, count) << 8 | (uint32_t)count;
    return form;
}

/* The digits with a mark between numbers, and the sounds of all else. */
static linkage_form place_form(const linkage_set *s, text t)
{
    uint32_t runes[LINKAGE_RUNES];
    int count = linkage_runes(t, runes);
    uint64_t digits = 0, rest = 1;
    for (int i = 0; i < count; i++) {
        bool is_digit = runes[i] >= '0' && runes[i] <= '9', follows = i && runes[i - 1] >= '0' && runes[i - 1] <= '9';
        uint16_t reading = is_digit ? 0 : linkage_reading(s, runes[i]);
        if (is_digit && !follows) digits = linkage_mixed(digits + 1);
        if (is_digit) digits = linkage_mixed(digits ^ (runes[i] + UINT64_C(1)));
        else rest = linkage_mixed(rest ^ (reading ? reading : runes[i] + UINT64_C(0x10000)));
    }
    return (linkage_form){ digits ? (uint32_t)(digits >> 32) | 1 : 0, (uint32_t)(rest >> 32) };
}

static bool has_form(linkage_kind kind)
{
    return kind == LINKAGE_HAN_NAME || kind == LINKAGE_NAME || kind == LINKAGE_WORDS || kind == LINKAGE_PLACE;
}

void linkage_form_put(linkage_set *s, int field, uint32_t code)
{
    linkage_dict *d = &s->dict[field];
    linkage_kind kind = s->spec->fields[field].kind;
    if (!has_form(kind)) return;
    text t = linkage_dict_text(d, code);
    linkage_form *forms = d->forms.items;
    if (kind == LINKAGE_HAN_NAME) forms[code] = han_form(s, t, (uint64_t *)d->packed.items + code);
    else if (kind == LINKAGE_PLACE) forms[code] = place_form(s, t);
    else if (kind == LINKAGE_NAME || kind == LINKAGE_WORDS) forms[code] = letters_form(s, kind, t);
    if (kind == LINKAGE_NAME) ((uint64_t *)d->packed.items)[code] = linkage_nickname_groups(s->nicknames, t);
}

/* Codes of all fields in parts: those of a field after those of the one before. */
enum { PART_CODES = 1 << 14 };

static size_t parts_of(const linkage_set *s, int field)
{
    return (s->dict[field].count + PART_CODES - 1) / PART_CODES;
}

linkage_codes linkage_codes_of(const linkage_set *s, size_t part)
{
    int field = 0;
    for (; part >= parts_of(s, field); field++) part -= parts_of(s, field);
    uint32_t from = (uint32_t)part * PART_CODES, until = from + PART_CODES < s->dict[field].count ? from + PART_CODES : s->dict[field].count;
    return (linkage_codes){ field, from ? from : 1, until };
}

size_t linkage_codes_parts(const linkage_set *s)
{
    size_t parts = 0;
    for (int f = 0; f < s->spec->field_count; f++) parts += parts_of(s, f);
    return parts;
}

static void form_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    linkage_set *s = job;
    linkage_codes codes = linkage_codes_of(s, part);
    if (!has_form(s->spec->fields[codes.field].kind)) return;
    for (uint32_t c = codes.from; c < codes.until; c++) linkage_form_put(s, codes.field, c);
}

void linkage_forms_open(linkage_set *s, const linkage_crew *crew)
{
    for (int f = 0; f < s->spec->field_count; f++) {
        linkage_dict *d = &s->dict[f];
        linkage_kind kind = s->spec->fields[f].kind;
        if (has_form(kind)) linkage_vec_exact(&d->forms, d->count, sizeof(linkage_form));
        if (kind == LINKAGE_HAN_NAME || kind == LINKAGE_NAME) linkage_vec_exact(&d->packed, d->count, sizeof(uint64_t));
    }
    linkage_spread(crew, linkage_codes_parts(s), form_part, s);
}
