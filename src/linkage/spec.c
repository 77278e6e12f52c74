/* A spec: one statement a line. */
#include "linkage/linkage_internal.h"

const err_kind LINKAGE_SPEC_SYNTAX = {
    "linkage.spec_syntax", ERR_BAD_INPUT,
    "This line of the spec cannot be read at '{}'; docs/linkage.md lists the statements.",
    "比对方案的这一行无法读懂：“{}”；写法见 docs/linkage.md。",
};
const err_kind LINKAGE_SPEC_NO_FIELD = {
    "linkage.spec_no_field", ERR_BAD_INPUT,
    "The spec names the field '{}', which it does not declare before.",
    "比对方案用到了字段“{}”，但前面没有声明。",
};
const err_kind LINKAGE_SPEC_NO_KEY = {
    "linkage.spec_no_key", ERR_BAD_INPUT,
    "The spec has no key: without one no pair would be compared; add a line 'key FIELD'.",
    "比对方案没有分块键，任何两行都不会被比较；请加一行“key 字段”。",
};

static const char *const KIND_NAME[LINKAGE_KIND_COUNT] = {
    [LINKAGE_CITIZEN] = "citizen-number", [LINKAGE_CREDIT] = "credit-code", [LINKAGE_HAN_NAME] = "han-name", [LINKAGE_NAME] = "name",
    [LINKAGE_WORDS] = "words",            [LINKAGE_PLACE] = "place",       [LINKAGE_DATE] = "date",
    [LINKAGE_CODE] = "code",              [LINKAGE_PHONE] = "phone",       [LINKAGE_CATEGORY] = "category",
    [LINKAGE_NUMBER] = "number",          [LINKAGE_SEX] = "sex",
};
static const char *const SHAPE_NAME[LINKAGE_SHAPE_COUNT] = {
    [LINKAGE_ALL_OF] = "",           [LINKAGE_SOUND_OF] = "sound", [LINKAGE_YEAR_OF] = "year",
    [LINKAGE_MONTHDAY_OF] = "monthday", [LINKAGE_FIRST_OF] = "first", [LINKAGE_REST_OF] = "rest",
    [LINKAGE_FIRST4_OF] = "first4",  [LINKAGE_LAST4_OF] = "last4", [LINKAGE_LOOK_OF] = "look",
    [LINKAGE_NICK_OF] = "nick",        [LINKAGE_ORGANISATION_OF] = "organisation",
};
const char *linkage_shape_name(linkage_shape shape)
{
    return SHAPE_NAME[shape];
}

static const char *const PART_NAME[] = { "whole", "year", "month", "day", "full-name" };

enum { WORDS_MAX = 64 };
typedef struct {
    arena *a;
    linkage_spec *spec;
    text word[WORDS_MAX];
    size_t count;
    source_pos at;
} reading;

static err bad(const reading *r, text word)
{
    return err_at(&LINKAGE_SPEC_SYNTAX, r->at, text_cstr(r->a, text_shown(r->a, word, 60)));
}

static int field_named(const linkage_spec *s, text name)
{
    for (int i = 0; i < s->field_count; i++)
        if (text_equal_cstr(name, s->fields[i].name)) return i;
    return -1;
}

static err want_field(const reading *r, text name, int *field)
{
    *field = field_named(r->spec, name);
    return *field >= 0 ? ERR_NONE : err_at(&LINKAGE_SPEC_NO_FIELD, r->at, text_cstr(r->a, text_shown(r->a, name, 60)));
}

static bool same_word(text t, const char *word);
static size_t input_named(const linkage_spec *spec, text name, bool (*is)(text t, const char *word));

/* An input of a field, with the words from `first` as its other names. */
static err add_input(reading *r, text name, int field, linkage_part part, size_t first)
{
    linkage_spec *s = r->spec;
    if (s->input_count == LINKAGE_INPUTS_MAX || input_named(s, name, same_word) != SIZE_MAX) return bad(r, name);
    linkage_input *in = &s->inputs[s->input_count];
    *in = (linkage_input){ .name = text_cstr(r->a, name), .field = field, .part = part };
    in->aliases = ARENA_ARRAY(r->a, const char *, r->count + 1);
    for (size_t i = first; i < r->count; i++) in->aliases[in->alias_count++] = text_cstr(r->a, r->word[i]);
    s->input_count++;
    return ERR_NONE;
}

/* field NAME KIND [OTHER NAME ...] */
static err read_field(reading *r)
{
    linkage_spec *s = r->spec;
    if (r->count < 3 || s->field_count == LINKAGE_FIELDS_MAX) return bad(r, r->word[0]);
    for (int k = 0; k < LINKAGE_KIND_COUNT; k++) {
        if (!text_equal_cstr(r->word[2], KIND_NAME[k])) continue;
        int field = s->field_count++;
        s->fields[field] = (linkage_field){ text_cstr(r->a, r->word[1]), (linkage_kind)k, -1, -1, -1 };
        if (k == LINKAGE_CITIZEN) s->citizen = field;
        if (k == LINKAGE_DATE && s->birth < 0) s->birth = field;
        if (k == LINKAGE_SEX) s->sex = field;
        return add_input(r, r->word[1], field, LINKAGE_WHOLE, 3);
    }
    return bad(r, r->word[2]);
}

/* part NAME year|month|day FIELD [OTHER NAME ...] */
static err read_part(reading *r)
{
    if (r->count < 4) return bad(r, r->word[0]);
    int field;
    TRY(want_field(r, r->word[3], &field));
    for (int p = LINKAGE_YEAR; p <= LINKAGE_DAY; p++)
        if (text_equal_cstr(r->word[2], PART_NAME[p])) return add_input(r, r->word[1], field, (linkage_part)p, 4);
    return bad(r, r->word[2]);
}

/* full-name NAME GIVEN SURNAME [OTHER NAME ...] */
static err read_full(reading *r)
{
    if (r->count < 4) return bad(r, r->word[0]);
    TRY(want_field(r, r->word[2], &r->spec->given));
    TRY(want_field(r, r->word[3], &r->spec->surname));
    return add_input(r, r->word[1], r->spec->given, LINKAGE_FULL_NAME, 4);
}

static err read_swap(reading *r)
{
    if (r->count != 3) return bad(r, r->word[0]);
    int x, y;
    TRY(want_field(r, r->word[1], &x));
    TRY(want_field(r, r->word[2], &y));
    r->spec->fields[x].swaps_with = y;
    r->spec->fields[y].swaps_with = x;
    r->spec->has_swaps = true;
    return ERR_NONE;
}

/* within FIELD OUTER: outside of the same OUTER, FIELD says nothing. */
static err read_within(reading *r)
{
    if (r->count != 3) return bad(r, r->word[0]);
    int field, outer;
    TRY(want_field(r, r->word[1], &field));
    TRY(want_field(r, r->word[2], &outer));
    if (field == outer) return bad(r, r->word[2]);
    r->spec->fields[field].within = outer;
    r->spec->has_within = true;
    return ERR_NONE;
}

/* instead-of FIELD OTHER: where some row has OTHER, FIELD is not read. */
static err read_instead(reading *r)
{
    int field, other;
    if (r->count != 3) return bad(r, r->word[0]);
    TRY(want_field(r, r->word[1], &field));
    TRY(want_field(r, r->word[2], &other));
    if (field == other || r->spec->fields[other].instead_of >= 0) return bad(r, r->word[2]);
    r->spec->fields[field].instead_of = other;
    return ERR_NONE;
}

/* by-moon FIELD: of a date. */
static err read_by_moon(reading *r)
{
    if (r->count != 2) return bad(r, r->word[0]);
    int field;
    TRY(want_field(r, r->word[1], &field));
    if (r->spec->fields[field].kind != LINKAGE_DATE) return bad(r, r->word[1]);
    r->spec->by_moon |= UINT64_C(1) << field;
    return ERR_NONE;
}

/* veto FIELD: of an identity number. */
static err read_veto(reading *r)
{
    if (r->count != 2) return bad(r, r->word[0]);
    int field;
    TRY(want_field(r, r->word[1], &field));
    if (field != r->spec->citizen) return bad(r, r->word[1]);
    r->spec->has_veto = true;
    return ERR_NONE;
}

static err read_key_part(const reading *r, text word, linkage_key *key)
{
    if (key->count == LINKAGE_KEY_PARTS) return bad(r, word);
    size_t open = text_find(word, TEXT("("));
    linkage_shape shape = LINKAGE_ALL_OF;
    text name = word;
    if (open != SIZE_MAX) {
        text spelled = text_sub(word, 0, open);
        if (!text_ends(word, TEXT(")"))) return bad(r, word);
        while (shape < LINKAGE_SHAPE_COUNT && (shape == LINKAGE_ALL_OF || !text_equal_cstr(spelled, SHAPE_NAME[shape])))
            shape++;
        if (shape == LINKAGE_SHAPE_COUNT) return bad(r, word);
        name = text_sub(word, open + 1, word.size_bytes - 1);
    }
    TRY(want_field(r, name, &key->field[key->count]));
    key->shape[key->count++] = shape;
    return ERR_NONE;
}

/* key|swapped|household|household-only PART [+ PART ...] */
static err read_key(reading *r)
{
    linkage_spec *s = r->spec;
    if (r->count < 2 || s->key_count == LINKAGE_KEYS_MAX) return bad(r, r->word[0]);
    linkage_key *key = &s->keys[s->key_count];
    *key = (linkage_key){
        .is_any_order = text_equal_cstr(r->word[0], "swapped"),
        .is_household = text_begins(r->word[0], TEXT("household")),
        .is_only_household = text_equal_cstr(r->word[0], "household-only"),
    };
    for (size_t i = 1; i < r->count; i++)
        if (!text_equal_cstr(r->word[i], "+")) TRY(read_key_part(r, r->word[i], key));
    s->key_count++;
    return ERR_NONE;
}

static err read_ids(reading *r)
{
    r->spec->ids = ARENA_ARRAY(r->a, const char *, r->count);
    r->spec->id_count = 0;
    for (size_t i = 1; i < r->count; i++) r->spec->ids[r->spec->id_count++] = text_cstr(r->a, r->word[i]);
    return ERR_NONE;
}

static const struct {
    const char *word;
    err (*read)(reading *r);
} STATEMENTS[] = {
    { "id", read_ids },       { "field", read_field }, { "part", read_part },       { "full-name", read_full },
    { "swap", read_swap },    { "key", read_key },     { "swapped", read_key },     { "household", read_key },
    { "household-only", read_key }, { "veto", read_veto },   { "within", read_within }, { "instead-of", read_instead },
    { "by-moon", read_by_moon },
};

static err read_line(reading *r, text line)
{
    size_t hash = text_find(line, TEXT("#"));
    if (hash != SIZE_MAX) line = text_sub(line, 0, hash);
    r->count = 0;
    for (size_t at = 0; at < line.size_bytes;) {
        size_t end = at;
        while (end < line.size_bytes && !strchr(" \t\r", line.bytes[end])) end++;
        if (end > at && r->count == WORDS_MAX) return bad(r, text_sub(line, at, end));
        if (end > at) r->word[r->count++] = text_sub(line, at, end);
        at = end + 1;
    }
    if (!r->count) return ERR_NONE;
    for (size_t i = 0; i < ARRAY_COUNT(STATEMENTS); i++)
        if (text_equal_cstr(r->word[0], STATEMENTS[i].word)) return STATEMENTS[i].read(r);
    return bad(r, r->word[0]);
}

err linkage_spec_read(arena *a, const char *file, text source, const linkage_spec **spec)
{
    reading r = { .a = a, .spec = ARENA_NEW(a, linkage_spec), .at = { .file = file, .column = 1 } };
    linkage_spec *s = r.spec;
    s->citizen = s->birth = s->sex = s->given = s->surname = -1;
    for (size_t at = 0; at < source.size_bytes;) {
        const char *end = memchr(source.bytes + at, '\n', source.size_bytes - at);
        size_t until = end ? (size_t)(end - source.bytes) : source.size_bytes;
        r.at.line++;
        TRY(read_line(&r, text_sub(source, at, until)));
        at = until + 1;
    }
    for (int f = 0; f < s->field_count; f++) {
        if (s->fields[f].swaps_with <= f) continue;
        s->swaps[s->swap_count][0] = f;
        s->swaps[s->swap_count++][1] = s->fields[f].swaps_with;
    }
    int pairing = 0;
    for (int i = 0; i < s->key_count; i++) pairing += !s->keys[i].is_only_household;
    if (!pairing) return err_at(&LINKAGE_SPEC_NO_KEY, (source_pos){ .file = file }, NULL);
    *spec = s;
    return ERR_NONE;
}

size_t linkage_input_count(const linkage_spec *spec)
{
    return (size_t)spec->input_count;
}

const char *linkage_input_name(const linkage_spec *spec, size_t input)
{
    return spec->inputs[input].name;
}

static bool same_word(text t, const char *word)
{
    size_t size = strlen(word);
    if (t.size_bytes != size) return false;
    for (size_t i = 0; i < size; i++) {
        char c = t.bytes[i], d = word[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (d >= 'A' && d <= 'Z') d = (char)(d - 'A' + 'a');
        if (c != d && !((c == ' ' || c == '-') && d == '_')) return false;
    }
    return true;
}

/* As files spell them: GivenName, "Given Name", given.name. Only letters, digits and characters count. */
static bool is_spelt(text t, const char *word)
{
    size_t at = 0;
    for (;; at++, word++) {
        while (at < t.size_bytes && strchr(" _-./()#:*'\t", t.bytes[at])) at++;
        while (*word && strchr("_-", *word)) word++;
        if (at >= t.size_bytes || !*word) return at >= t.size_bytes && !*word;
        char c = t.bytes[at], d = *word;
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (d >= 'A' && d <= 'Z') d = (char)(d - 'A' + 'a');
        if (c != d) return false;
    }
}

static size_t input_named(const linkage_spec *spec, text name, bool (*is)(text t, const char *word))
{
    for (int i = 0; i < spec->input_count; i++)
        if (is(name, spec->inputs[i].name)) return (size_t)i;
    for (int i = 0; i < spec->input_count; i++)
        for (size_t k = 0; k < spec->inputs[i].alias_count; k++)
            if (is(name, spec->inputs[i].aliases[k])) return (size_t)i;
    return SIZE_MAX;
}

/* How a name is written comes before how it may be spelt: birth_day is a day, and birthday a date. */
size_t linkage_input_named(const linkage_spec *spec, text name)
{
    size_t input = input_named(spec, name, same_word);
    return input != SIZE_MAX ? input : input_named(spec, name, is_spelt);
}

int linkage_id_rank(const linkage_spec *spec, text name)
{
    if (is_spelt(name, "id")) return 0;
    for (size_t i = 0; i < spec->id_count; i++)
        if (is_spelt(name, spec->ids[i])) return (int)i + 1;
    return -1;
}
