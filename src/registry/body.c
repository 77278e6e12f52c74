#include <string.h>

#include "registry/registry_internal.h"

/* ---- printing: canonical JSON, keys in order of bytes, what is 0 or empty left out ---- */

enum { MEMBERS_MAX = 4 + 2 * REGISTRY_CELLS_MAX };
typedef struct {
    const char *name;
    int64_t number;
    text word; /* printed when its bytes are not NULL */
    bool is_true;
} member;
typedef struct {
    member of[MEMBERS_MAX];
    size_t count;
} members;

static void put(members *m, member one)
{
    size_t at = m->count++;
    for (; at > 0 && strcmp(m->of[at - 1].name, one.name) > 0; at--)
        m->of[at] = m->of[at - 1];
    m->of[at] = one;
}

static text hex_of(arena *a, text bytes)
{
    char *out = arena_alloc(a, 2 * bytes.size_bytes + 1);
    crypto_print_hex(bytes.bytes, bytes.size_bytes, out);
    return (text){ out, 2 * bytes.size_bytes };
}

static void put_secret(arena *a, members *m, const registry_cell *c, const registry_secret *s)
{
    if (!s->key) return;
    put(m, (member){ .name = text_cstr(a, text_format(a, "%s_key", c->name)), .number = s->key });
    put(m, (member){ .name = text_cstr(a, text_format(a, "%s_sealed", c->name)),
                     .word = hex_of(a, s->sealed) });
}

static members members_of(arena *a, registry_kind kind, const registry_fact *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    members m = { .count = 0 };
    put(&m, (member){ .name = "fact", .word = text_of(k->name) });
    put(&m, (member){ .name = k->from, .number = fact->from });
    put(&m, (member){ .name = k->until, .number = fact->until });
    if (fact->is_void) put(&m, (member){ .name = "void", .is_true = true });
    for (size_t i = 0; i < k->cell_count; i++) {
        const registry_cell *c = &k->cells[i];
        if (c->type == CELL_SECRET) {
            put_secret(a, &m, c, registry_cell_secret(fact, c));
        } else if (c->type == CELL_WORD) {
            text word = *registry_cell_word(fact, c);
            if (word.size_bytes) put(&m, (member){ .name = c->name, .word = word });
        } else if (*registry_cell_number(fact, c)) {
            put(&m, (member){ .name = c->name, .number = *registry_cell_number(fact, c) });
        }
    }
    return m;
}

static void print_members(codec_json_writer *w, const members *m)
{
    codec_json_begin_object(w);
    for (size_t i = 0; i < m->count; i++) {
        codec_json_key(w, text_of(m->of[i].name));
        if (m->of[i].word.bytes) codec_json_add_text(w, m->of[i].word);
        else if (m->of[i].is_true) codec_json_add_bool(w, true);
        else codec_json_add_i64(w, m->of[i].number);
    }
    codec_json_end_object(w);
}

text body_print(arena *a, registry_kind kind, const void *facts, size_t count, const char *more,
                int64_t more_value)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("facts"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        members m = members_of(a, kind, registry_fact_at(kind, facts, i));
        print_members(&w, &m);
    }
    codec_json_end_array(&w);
    if (more) {
        codec_json_key(&w, text_of(more));
        codec_json_add_i64(&w, more_value);
    }
    codec_json_end_object(&w);
    return text_built(&out);
}

/* ---- parsing ---- */

static bool number_of(const codec_json *object, const char *name, int64_t *number)
{
    const codec_json *v = codec_json_member(object, text_of(name));
    *number = 0;
    if (!v) return true;
    return v->type == CODEC_JSON_NUMBER && codec_parse_scaled(v->word, 0, number);
}

static bool word_of(arena *a, const codec_json *object, const char *name, text *word)
{
    const codec_json *v = codec_json_member(object, text_of(name));
    *word = TEXT_NONE;
    if (!v) return true;
    *word = text_copy(a, v->word);
    return v->type == CODEC_JSON_STRING;
}

static bool secret_of(arena *a, const codec_json *object, const char *name, registry_secret *s)
{
    text hex;
    char *key = text_cstr(a, text_format(a, "%s_key", name));
    char *sealed = text_cstr(a, text_format(a, "%s_sealed", name));
    if (!number_of(object, key, &s->key) || !word_of(a, object, sealed, &hex)) return false;
    char *bytes = arena_alloc(a, hex.size_bytes / 2 + 1);
    s->sealed = (text){ bytes, hex.size_bytes / 2 };
    return !crypto_parse_hex(hex, bytes, hex.size_bytes / 2).kind;
}

static bool parse_cell(arena *a, const codec_json *object, const registry_cell *c, void *fact)
{
    switch (c->type) {
    case CELL_NUMBER: return number_of(object, c->name, registry_cell_number(fact, c));
    case CELL_WORD: return word_of(a, object, c->name, registry_cell_word(fact, c));
    case CELL_SECRET: return secret_of(a, object, c->name, registry_cell_secret(fact, c));
    }
    return false;
}

static bool parse_fact(arena *a, const codec_json *object, registry_kind kind, registry_fact *fact)
{
    const registry_kind_row *k = &REGISTRY_KINDS[kind];
    const codec_json *is_void = codec_json_member(object, TEXT("void"));
    fact->is_void = is_void && is_void->is_true;
    if (!number_of(object, k->from, &fact->from) || !number_of(object, k->until, &fact->until))
        return false;
    for (size_t i = 0; i < k->cell_count; i++)
        if (!parse_cell(a, object, &k->cells[i], fact)) return false;
    return true;
}

static err bad_body(registry *r, const eventlog_event *event)
{
    return registry_fail(r, &REGISTRY_BROKEN, "%s", event->kind);
}

err body_parse(arena *a, registry *r, const eventlog_event *event, registry_kind *kind,
               void **facts, size_t *count)
{
    const codec_json *body;
    TRY(codec_json_parse(a, event->body, (codec_json_options){ 0 }, &body));
    const codec_json *list = codec_json_member(body, TEXT("facts"));
    *count = list ? list->count : 0;
    *kind = REGISTRY_PERSON;
    if (!*count) return ERR_NONE;
    const codec_json *name = codec_json_member(&list->items[0], TEXT("fact"));
    if (!name || !kinds_find(name->word, kind)) return bad_body(r, event);
    *facts = arena_alloc(a, *count * REGISTRY_KINDS[*kind].size_bytes);
    for (size_t i = 0; i < *count; i++) {
        registry_fact *fact = registry_fact_at(*kind, *facts, i);
        fact->subject_id = event->subject_id;
        if (!parse_fact(a, &list->items[i], *kind, fact)) return bad_body(r, event);
    }
    return ERR_NONE;
}

int64_t body_number(arena *a, text body, const char *name)
{
    const codec_json *value;
    int64_t number = 0;
    if (codec_json_parse(a, body, (codec_json_options){ 0 }, &value).kind) return 0;
    return number_of(value, name, &number) ? number : 0;
}
