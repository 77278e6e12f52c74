/* How many pairs of one person the keys of a spec bring together, by a kept model: at least one key must agree in all of its parts.
 *
 * Fields err independently of one another given that the records are of one person, as the model has it too; so whether a key
 * agrees hangs on which fields stand as the same, and over all such patterns the shares are summed. A part of a value (its
 * year, its first characters) agrees at least as often as the whole does, and a value that one of the two lacks agrees in nothing: what is told is a lower bound. */
#include <stdlib.h>
#include <string.h>

#include "linkage/linkage_internal.h"

typedef struct {
    const linkage_spec *spec;
    double same[LINKAGE_FIELDS_MAX], alike[LINKAGE_FIELDS_MAX]; /* of one person; alike: or sounds so */
    double share_known[LINKAGE_FIELDS_MAX]; /* of pairs, by both records */
    uint32_t known; /* bit a field of the model */
    uint32_t wants[LINKAGE_KEYS_MAX], sounds[LINKAGE_KEYS_MAX];
} reaching;

/* Whose value one of the two records lacks agrees in nothing. A model of before says nothing of it: then all are known. */
static err read_known(reaching *r, arena *a, source_pos at, const text *word, size_t count)
{
    double share;
    if (count != 3 || !linkage_model_number(a, word[2], 0, 1, &share)) return err_at(&LINKAGE_MODEL_SYNTAX, at, text_cstr(a, text_shown(a, word[0], 60)));
    for (int f = 0; f < r->spec->field_count; f++)
        if (text_equal_cstr(word[1], r->spec->fields[f].name)) r->share_known[f] = share;
    return ERR_NONE;
}

static err read_levels(reaching *r, arena *a, text model, const char *file)
{
    source_pos at = { .file = file, .column = 1 };
    text word[LINKAGE_MODEL_WORDS + 1];
    for (size_t from = 0; from < model.size_bytes;) {
        const char *end = memchr(model.bytes + from, '\n', model.size_bytes - from);
        size_t until = end ? (size_t)(end - model.bytes) : model.size_bytes, count = linkage_model_words(text_sub(model, from, until), word);
        double often;
        from = until + 1;
        at.line++;
        if (count && text_equal_cstr(word[0], "known")) TRY(read_known(r, a, at, word, count));
        if (!count || !text_equal_cstr(word[0], "level")) continue;
        bool is_level = count == LINKAGE_MODEL_WORDS && linkage_model_number(a, word[3], 1e-300, 1, &often);
        if (!is_level) return err_at(&LINKAGE_MODEL_SYNTAX, at, text_cstr(a, text_shown(a, word[0], 60)));
        for (int f = 0; f < r->spec->field_count; f++) {
            if (!text_equal_cstr(word[1], r->spec->fields[f].name)) continue;
            bool is_same = text_equal_cstr(word[2], "same") || text_begins(word[2], TEXT("same-"));
            if (is_same) r->same[f] += often;
            if (is_same || text_equal_cstr(word[2], "alike")) r->alike[f] += often;
            r->known |= UINT32_C(1) << f;
        }
    }
    for (int f = 0; f < r->spec->field_count; f++) /* levels of one field are shares of one whole */
        if (r->alike[f] > 1 + 1e-6) return err_at(&LINKAGE_MODEL_SYNTAX, at, r->spec->fields[f].name);
    for (int f = 0; f < r->spec->field_count; f++) {
        r->same[f] *= r->share_known[f];
        r->alike[f] *= r->share_known[f];
    }
    return r->known ? ERR_NONE : err_at(&LINKAGE_MODEL_SYNTAX, at, "level");
}

/* Bits of the fields that a key wants; 0: the model lacks one, or it brings households alone. */
static void read_keys(reaching *r)
{
    for (int k = 0; k < r->spec->key_count; k++) {
        const linkage_key *key = &r->spec->keys[k];
        for (int p = 0; p < key->count; p++) {
            uint32_t bit = UINT32_C(1) << key->field[p];
            bool is_sound = key->shape[p] == LINKAGE_SOUND_OF;
            if (is_sound) r->sounds[k] |= bit;
            else r->wants[k] |= bit;
        }
        bool lacks = ((r->wants[k] | r->sounds[k]) & ~r->known) || key->is_only_household;
        if (lacks) r->wants[k] = r->sounds[k] = 0;
    }
}

static double share_of(const reaching *r, uint32_t wants, uint32_t sounds)
{
    double share = 1;
    for (int f = 0; f < r->spec->field_count; f++) {
        if (wants >> f & 1) share *= r->same[f];
        else if (sounds >> f & 1) share *= r->alike[f];
    }
    return share;
}

/* Over the fields from `f` on: each stands as the same, or sounds so, or neither. */
static double missed(const reaching *r, int f, uint32_t same, uint32_t alike)
{
    for (int k = 0; k < r->spec->key_count; k++) {
        bool is_met = (r->wants[k] | r->sounds[k]) && !(r->wants[k] & ~same) && !(r->sounds[k] & ~(same | alike));
        if (is_met) return 0;
    }
    uint32_t all = 0, sounding = 0;
    for (int k = 0; k < r->spec->key_count; k++) {
        all |= r->wants[k] | r->sounds[k];
        sounding |= r->sounds[k];
    }
    while (f < r->spec->field_count && !(all >> f & 1)) f++;
    if (f == r->spec->field_count) return 1;
    uint32_t bit = UINT32_C(1) << f;
    double sum = r->same[f] * missed(r, f + 1, same | bit, alike), sounds_so = sounding & bit ? r->alike[f] - r->same[f] : 0;
    if (sounds_so > 0) sum += sounds_so * missed(r, f + 1, same, alike | bit);
    double differs = 1 - r->same[f] - (sounds_so > 0 ? sounds_so : 0);
    return differs > 0 ? sum + differs * missed(r, f + 1, same, alike) : sum;
}

static const char *key_text(arena *a, const linkage_spec *spec, const linkage_key *key)
{
    text_builder out = text_builder_open(a);
    for (int p = 0; p < key->count; p++) {
        const char *shape = linkage_shape_name(key->shape[p]), *field = spec->fields[key->field[p]].name;
        text_add_format(&out, shape[0] ? "%s%s(%s)" : "%s%s%s", p ? " + " : "", shape, field);
    }
    return text_built(&out).bytes;
}

err linkage_reach_of(arena *a, const linkage_spec *spec, text model, const char *file, linkage_reach **keys, size_t *count, int64_t *millionths)
{
    enum { MILLION = 1000000 };
    reaching r = { .spec = spec };
    size_t capacity = 0;
    *keys = NULL;
    *count = 0;
    for (int f = 0; f < spec->field_count; f++) r.share_known[f] = 1;
    TRY(read_levels(&r, a, model, file));
    read_keys(&r);
    for (int k = 0; k < spec->key_count; k++) {
        if (!(r.wants[k] | r.sounds[k])) continue;
        linkage_reach one = { key_text(a, spec, &spec->keys[k]), (int64_t)(share_of(&r, r.wants[k], r.sounds[k]) * MILLION) };
        ARENA_PUSH(a, *keys, *count, capacity, one);
    }
    *millionths = *count ? (int64_t)((1 - missed(&r, 0, 0, 0)) * MILLION) : 0;
    return ERR_NONE;
}
