/* Chinese characters: simplified forms, readings, surnames of two characters; and how names sound. */
#include <assert.h>

#include "ident/ident.h"
#include "linkage/linkage_internal.h"

/* A reading, then the characters read so; a blank ends them. */
static void read_readings(linkage_set *s, uint16_t *reading, text groups)
{
    enum { SYLLABLES_MAX = 640 };
    text *syllable = ARENA_ARRAY(s->han, text, SYLLABLES_MAX);
    uint16_t sound = 1;
    for (size_t at = 0, from = 0; at < groups.size_bytes;) {
        size_t begins = at;
        uint32_t rune = linkage_next_rune(groups, &at);
        if (rune == ' ') {
            sound++;
            from = at;
        } else if (rune >= 0x4E00 && rune < 0x4E00 + LINKAGE_HAN_COUNT) {
            if (!syllable[sound].size_bytes) syllable[sound] = text_sub(groups, from, begins);
            reading[rune - 0x4E00] = sound;
        }
    }
    assert(sound < SYLLABLES_MAX);
    s->syllable = syllable;
}

void linkage_han_open(linkage_set *s)
{
    uint16_t *look = ARENA_ARRAY(s->han, uint16_t, LINKAGE_HAN_COUNT);
    text *surname_letters = ARENA_ARRAY(s->han, text, LINKAGE_HAN_COUNT);
    linkage_looks_read(look);
    linkage_surnames_read(surname_letters);
    s->look = look;
    s->surname_letters = surname_letters;
    uint16_t *simplified = ARENA_ARRAY(s->han, uint16_t, LINKAGE_HAN_COUNT);
    uint16_t *reading = ARENA_ARRAY(s->han, uint16_t, LINKAGE_HAN_COUNT);
    text pairs = text_of(IDENT_SIMPLIFIED), groups = text_of(IDENT_READINGS);
    for (size_t at = 0; at < pairs.size_bytes;) {
        uint32_t from = linkage_next_rune(pairs, &at), to = linkage_next_rune(pairs, &at);
        simplified[from - 0x4E00] = (uint16_t)to;
    }
    uint16_t *in_place = ARENA_ARRAY(s->han, uint16_t, LINKAGE_HAN_COUNT);
    memcpy(in_place, simplified, LINKAGE_HAN_COUNT * sizeof *in_place);
    text digits = TEXT("零一二三四五六七八九");
    for (size_t at = 0, digit = 0; at < digits.size_bytes; digit++)
        in_place[linkage_next_rune(digits, &at) - 0x4E00] = (uint16_t)('0' + digit);
    read_readings(s, reading, groups);
    bool *opens = ARENA_ARRAY(s->han, bool, LINKAGE_HAN_COUNT);
    text surnames = text_of(IDENT_COMPOUND);
    uint32_t *compound = ARENA_ARRAY(s->han, uint32_t, surnames.size_bytes + 1);
    for (size_t at = 0, i = 0; at < surnames.size_bytes; i++) {
        uint32_t first = linkage_next_rune(surnames, &at), second = linkage_next_rune(surnames, &at);
        opens[first - 0x4E00] = true;
        compound[i] = first << 16 | second;
    }
    s->opens_surname = opens;
    s->compound = compound;
    s->simplified = simplified;
    s->in_place = in_place;
    s->reading = reading;
}

int linkage_runes(text t, uint32_t *runes)
{
    int count = 0;
    for (size_t at = 0; at < t.size_bytes && count < LINKAGE_RUNES;) runes[count++] = linkage_next_rune(t, &at);
    return count;
}

int linkage_surname_runes(const linkage_set *s, const uint32_t *runes, int count)
{
    if (count < 3) return count ? 1 : 0;
    if (runes[0] < 0x4E00 || runes[0] >= 0x4E00 + LINKAGE_HAN_COUNT || !s->opens_surname[runes[0] - 0x4E00]) return 1;
    for (const uint32_t *c = s->compound; *c && runes[1] < 0x10000; c++)
        if (*c == (runes[0] << 16 | runes[1])) return 2;
    return 1;
}

/* Soundex with six places and the first letter coded too, so that k and c begin alike; vowels at the
 * end are lost, double letters count once. */
static uint64_t sound_letters(text t)
{
    static const char CODE[] = "01230120022455012623010202";
    uint64_t key = 7;
    char last = 0;
    int places = 0;
    for (size_t i = 0; i < t.size_bytes && places < 6; i++) {
        char c = t.bytes[i];
        if (c < 'a' || c > 'z') continue;
        if (c == 'p' && i + 1 < t.size_bytes && t.bytes[i + 1] == 'h') c = 'f';
        char code = CODE[c - 'a'];
        if (!places && code == '0') code = strchr("aeiouy", c) ? '8' : '9';
        if (code != '0' && code != last) {
            key = key * 11 + (uint64_t)(code - '0');
            places++;
        }
        if (c != 'h' && c != 'w') last = code;
    }
    return places ? key : 0;
}

/* Letters as they are typed: v and yu for a u with dots. */
static uint64_t add_letters(uint64_t key, text letters)
{
    for (size_t i = 0; i < letters.size_bytes; i++) {
        char c = letters.bytes[i];
        if (c == 'y' && i && letters.bytes[i - 1] == 'l') continue;
        if (c >= 'a' && c <= 'z') key = (key ^ (uint64_t)(c == 'v' ? 'u' : c)) * UINT64_C(0x100000001B3);
    }
    return key;
}

/* By the letters of pinyin, so that a name in letters is read as one in characters. */
static uint64_t sound_han(const linkage_set *s, text t)
{
    uint32_t runes[LINKAGE_RUNES];
    int count = linkage_runes(t, runes), surname = linkage_surname_runes(s, runes, count), from = 0;
    uint64_t key = UINT64_C(0xCBF29CE484222325);
    text first = surname == 2 ? linkage_surname_of_two(runes) : TEXT_NONE;
    if (surname == 1 && count > 1 && runes[0] - 0x4E00 < LINKAGE_HAN_COUNT) first = s->surname_letters[runes[0] - 0x4E00];
    if (first.size_bytes) from = surname;
    key = add_letters(key, first);
    for (int i = from; i < count; i++) {
        uint32_t reading = linkage_reading(s, runes[i]);
        char letter = (char)(runes[i] < 0x80 ? runes[i] : 0);
        if (reading) key = add_letters(key, s->syllable[reading]);
        else if (letter >= 'a' && letter <= 'z') key = i && letter == 'y' && runes[i - 1] == 'l' ? key : add_letters(key, (text){ &letter, 1 });
        else if (runes[i] >= 0x80) key = hash_mix(key, runes[i]);
    }
    return linkage_mixed(key);
}

uint64_t linkage_sound(const linkage_set *s, linkage_kind kind, text t)
{
    return kind == LINKAGE_HAN_NAME ? sound_han(s, t) : sound_letters(t);
}

static uint64_t hash_part(text t, size_t from, size_t until)
{
    return hash_bytes(t.bytes + from, until - from, 5);
}

/* Characters that are written nearly alike as one. */
static uint64_t look_of(const linkage_set *s, text t)
{
    uint64_t key = 13;
    for (size_t at = 0; at < t.size_bytes;) {
        uint32_t rune = linkage_next_rune(t, &at);
        uint32_t look = rune - 0x4E00 < LINKAGE_HAN_COUNT ? s->look[rune - 0x4E00] : 0;
        key = hash_mix(key, look ? look : rune);
    }
    return key;
}

uint64_t linkage_shape_key(const linkage_set *s, linkage_kind kind, linkage_shape shape, text t)
{
    size_t n = t.size_bytes, first = 0;
    if (!n) return 0;
    linkage_next_rune(t, &first);
    switch (shape) {
    case LINKAGE_SOUND_OF: return linkage_sound(s, kind, t);
    case LINKAGE_YEAR_OF: return n == 8 && memcmp(t.bytes, "0000", 4) ? hash_part(t, 0, 4) : 0;
    case LINKAGE_MONTHDAY_OF: return n == 8 && memcmp(t.bytes + 4, "0000", 4) ? hash_part(t, 4, 8) : 0;
    case LINKAGE_FIRST_OF: return hash_part(t, 0, first);
    case LINKAGE_REST_OF: {
        uint32_t runes[LINKAGE_RUNES];
        int surname = kind == LINKAGE_HAN_NAME ? linkage_surname_runes(s, runes, linkage_runes(t, runes)) : 1;
        if (surname == 2) linkage_next_rune(t, &first);
        return n > first ? hash_part(t, first, n) : 0;
    }
    case LINKAGE_ORGANISATION_OF: {
        text organisation = linkage_organisation_of(t);
        return organisation.size_bytes ? hash_part(organisation, 0, organisation.size_bytes) : 0;
    }
    case LINKAGE_NICK_OF: return kind == LINKAGE_NAME ? linkage_nickname_groups(s->nicknames, t) & 0xFFFF : 0;
    case LINKAGE_LOOK_OF: return look_of(s, t);
    case LINKAGE_FIRST4_OF: return hash_part(t, 0, n < 4 ? n : 4);
    case LINKAGE_LAST4_OF: return hash_part(t, n < 4 ? 0 : n - 4, n);
    default: return hash_part(t, 0, n);
    }
}
