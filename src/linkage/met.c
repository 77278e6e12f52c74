/* Values met of late, in tables small enough to stay at hand: what falls on another's place takes it. */
#include "linkage/linkage_met.h"

/* Days of the years FIRST_YEAR.., each month as if it had 31. */
enum { FIRST_YEAR = 1900, YEARS = 140, DAYS_A_YEAR = 12 * 31 };

/* So many values of a kind are worth keeping, as a power of two: as many as repeat, as few as stay at hand. */
static int bits_of(linkage_kind kind)
{
    switch (kind) {
    case LINKAGE_HAN_NAME: case LINKAGE_NAME: return 13;
    case LINKAGE_PLACE: case LINKAGE_WORDS: return 12;
    case LINKAGE_SEX: case LINKAGE_CATEGORY: return 6;
    default: return 0;
    }
}

linkage_met *linkage_met_open(const linkage_set *s)
{
    arena *own = arena_open();
    linkage_met *m = ARENA_NEW(own, linkage_met);
    m->own = own;
    for (int f = 0; f < s->spec->field_count; f++) {
        linkage_kind kind = s->spec->fields[f].kind;
        int bits = bits_of(kind);
        if (kind == LINKAGE_DATE) m->of[f].days = ARENA_ARRAY(own, uint32_t, YEARS * DAYS_A_YEAR);
        if (bits) m->of[f].values = ARENA_ARRAY(own, linkage_met_value, (size_t)1 << bits);
        m->of[f].shift = 64 - bits;
    }
    return m;
}

void linkage_met_close(linkage_met *m)
{
    if (m) arena_close(m->own);
}

uint32_t linkage_met_day(const linkage_met *m, int field, const char *folded, size_t size, linkage_met_key *key)
{
    key->size = 0;
    if (!m->of[field].days || size != 8) return 0;
    uint64_t pairs; /* of digits: a number each, sixteen bits apart */
    memcpy(&pairs, folded, 8);
    pairs = (pairs & UINT64_C(0x0F0F0F0F0F0F0F0F)) * 2561 >> 8;
    uint32_t year = (uint32_t)(pairs & 0xFF) * 100 + (uint32_t)(pairs >> 16 & 0xFF) - FIRST_YEAR;
    uint32_t month = (uint32_t)(pairs >> 32 & 0xFF) - 1, day = (uint32_t)(pairs >> 48 & 0xFF) - 1;
    if (year >= YEARS || month >= 12 || day >= 31) return 0;
    key->word[0] = year * DAYS_A_YEAR + month * 31 + day;
    key->size = LINKAGE_MET_DATE;
    return m->of[field].days[key->word[0]];
}

void linkage_met_keep(linkage_met *m, int field, const linkage_met_key *key, uint32_t code)
{
    if (key->size == LINKAGE_MET_DATE) {
        m->of[field].days[key->word[0]] = code;
        return;
    }
    linkage_met_value *v = linkage_met_place(m, field, key);
    memcpy(v->word, key->word, sizeof v->word);
    v->size = key->size;
    v->code = code;
}
