#include <stdlib.h>
#include <string.h>

#include "policy/policy_internal.h"

/* Names of one pack, and of the packs it uses; looking one up is one hash and a short chain. */

enum { LEVEL_OUT_OF_VIEW = 255 };

static const policy_symbol_kind SYMBOL_OF_DECL[] = {
    [DECL_ENTITY] = POLICY_SYMBOL_ENTITY,       [DECL_ENUM] = POLICY_SYMBOL_ENUM,
    [DECL_RECORD] = POLICY_SYMBOL_RECORD,       [DECL_INPUT] = POLICY_SYMBOL_INPUT,
    [DECL_PARAM] = POLICY_SYMBOL_PARAM,         [DECL_VAR] = POLICY_SYMBOL_VAR,
    [DECL_CASE] = POLICY_SYMBOL_CASE,           [DECL_WATCH] = POLICY_SYMBOL_WATCH,
    [DECL_INDICATOR] = POLICY_SYMBOL_INDICATOR,
};

static bool is_symbol(const decl *d)
{
    return d->kind != DECL_SET && d->kind != DECL_TEST && d->kind != DECL_PROOF &&
           d->name.bytes.size_bytes > 0;
}

text bind_fold_label(arena *a, text label)
{
    char *folded = text_cstr(a, text_trim(label));
    for (char *p = folded; *p; p++) {
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p - 'A' + 'a');
        if (*p == ' ') *p = '_';
    }
    return text_of(folded);
}

/* ---- packs and what they see ---- */

static void read_packs(policy_book *book, const policy_source *sources, size_t count)
{
    book->packs = ARENA_ARRAY(book->memory, pack, count + 1);
    book->public_packs = ARENA_ARRAY(book->memory, policy_pack, count + 1);
    book->pack_count = count;
    regions_add(book, TEXT("中国"));
    for (size_t i = 0; i < count; i++) {
        pack *p = &book->packs[i];
        p->index = (uint32_t)i;
        p->syntax = ARENA_NEW(book->memory, pack_syntax);
        syntax_parse(book->memory, sources[i], book->mistakes, p->syntax);
        const pack_syntax *s = p->syntax;
        p->region = regions_add(book, s->region);
        text name = s->name.bytes.size_bytes ? s->name.bytes : text_of(sources[i].file);
        p->public =
            (policy_pack){ .name = text_cstr(book->memory, name),
                           .en = text_cstr(book->memory, s->en.bytes),
                           .region = book->regions[p->region].path,
                           .law = s->law.size_bytes ? text_cstr(book->memory, s->law) : NULL,
                           .file = sources[i].file };
        book->public_packs[i] = p->public;
        if (hash_map_get(book->pack_by_name, name) == SIZE_MAX)
            hash_map_put(book->pack_by_name, text_of(p->public.name), i);
        else if (s->name.bytes.size_bytes)
            mistakes_add(book->mistakes, "pack.twice", s->name.at, name,
                         text_of(book->packs[hash_map_get(book->pack_by_name, name)].public.file),
                         TEXT_NONE);
    }
}

static text nearest_pack(const policy_book *book, text name);

static void see_used(policy_book *book)
{
    size_t count = book->pack_count;
    uint32_t *queue = ARENA_ARRAY(book->memory, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        pack *p = &book->packs[i];
        p->level = ARENA_ARRAY(book->memory, uint8_t, count + 1);
        memset(p->level, LEVEL_OUT_OF_VIEW, count);
        p->level[i] = 0;
        for (size_t u = 0; u < p->syntax->use_count; u++) {
            word use = p->syntax->uses[u];
            if (hash_map_get(book->pack_by_name, use.bytes) == SIZE_MAX)
                mistakes_add(book->mistakes, "pack.unknown", use.at, use.bytes,
                             nearest_pack(book, use.bytes), TEXT_NONE);
        }
    }
    for (size_t i = 0; i < count; i++) {
        pack *p = &book->packs[i];
        size_t from = 0, until = 0;
        queue[until++] = (uint32_t)i;
        while (from < until) {
            const pack *at = &book->packs[queue[from++]];
            for (size_t u = 0; u < at->syntax->use_count; u++) {
                size_t used = hash_map_get(book->pack_by_name, at->syntax->uses[u].bytes);
                if (used == SIZE_MAX || p->level[used] != LEVEL_OUT_OF_VIEW) continue;
                int level = p->level[at->index] + 1;
                p->level[used] = (uint8_t)(level < 250 ? level : 250);
                queue[until++] = (uint32_t)used;
            }
        }
    }
}

/* ---- finding ---- */

symbol *bind_find(const policy_book *book, const pack *from, text pack_name, text name,
                  size_t *count)
{
    *count = 0;
    size_t first = hash_map_get(book->by_name, name);
    if (first == SIZE_MAX) return NULL;
    size_t wanted_pack = pack_name.size_bytes ? hash_map_get(book->pack_by_name, pack_name) : 0;
    symbol *best = NULL;
    int best_level = LEVEL_OUT_OF_VIEW;
    for (symbol *s = &book->symbols[first]; s; s = s->next_named) {
        if (s->public->kind == POLICY_SYMBOL_FIELD) continue;
        if (pack_name.size_bytes && s->pack->index != wanted_pack) continue;
        int level = pack_name.size_bytes || !from ? 0 : from->level[s->pack->index];
        if (level == LEVEL_OUT_OF_VIEW || level > best_level) continue;
        /* twins of one pack are reported where they are declared, not at each use */
        if (level == best_level) *count += s->pack != best->pack;
        else *count = 1;
        if (level < best_level) best = s;
        best_level = level;
    }
    return best;
}

symbol *bind_find_kind(const policy_book *book, const pack *from, text name,
                       policy_symbol_kind kind)
{
    size_t dot = text_find(name, TEXT("."));
    size_t wanted_pack = SIZE_MAX;
    if (dot != SIZE_MAX) {
        wanted_pack = hash_map_get(book->pack_by_name, text_sub(name, 0, dot));
        name = text_sub(name, dot + 1, name.size_bytes);
    }
    size_t first = hash_map_get(book->by_name, name);
    symbol *best = NULL;
    if (first == SIZE_MAX) return NULL;
    for (symbol *s = &book->symbols[first]; s; s = s->next_named) {
        if (dot != SIZE_MAX && s->pack->index != wanted_pack) continue;
        if (s->public->kind != kind || from->level[s->pack->index] == LEVEL_OUT_OF_VIEW) continue;
        if (!best || from->level[s->pack->index] < from->level[best->pack->index]) best = s;
    }
    return best;
}

symbol *bind_column(const policy_book *book, const pack *from, text name)
{
    size_t count;
    symbol *found = bind_find(book, from, TEXT_NONE, name, &count);
    if (found) return found;
    size_t dot = text_find(name, TEXT("."));
    if (dot != SIZE_MAX) {
        found = bind_find(book, from, text_sub(name, 0, dot),
                          text_sub(name, dot + 1, name.size_bytes), &count);
        if (found) return found;
    }
    arena *scratch = arena_open();
    size_t first = hash_map_get(book->by_label, bind_fold_label(scratch, name));
    arena_close(scratch);
    for (symbol *s = first == SIZE_MAX ? NULL : &book->symbols[first]; s; s = s->next_labelled)
        if (s->public->kind != POLICY_SYMBOL_FIELD &&
            (!from || from->level[s->pack->index] != LEVEL_OUT_OF_VIEW))
            return s;
    return bind_find(book, NULL, TEXT_NONE, name, &count);
}

const symbol *bind_symbol_of(const policy_book *book, const policy_symbol *public)
{
    return &book->symbols[public - book->public_symbols];
}

bool bind_related(const symbol *a, const symbol *b)
{
    for (const symbol *s = a; s; s = s->public->kind == POLICY_SYMBOL_ENTITY ? s->entity : NULL)
        if (s == b) return true;
    for (const symbol *s = b; s; s = s->public->kind == POLICY_SYMBOL_ENTITY ? s->entity : NULL)
        if (s == a) return true;
    return false;
}

/* ---- the name that was perhaps meant ---- */

enum { RUNES_MAX = 48 };

static size_t runes_of(text t, uint32_t *out)
{
    size_t count = 0;
    for (size_t at = 0; at < t.size_bytes && count < RUNES_MAX;)
        out[count++] = text_next_rune(t, &at);
    return count;
}

static size_t edits_between(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[RUNES_MAX + 1];
    for (size_t j = 0; j <= b_count; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            size_t least = corner + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < least) least = row[j] + 1;
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            corner = row[j];
            row[j] = least;
        }
    }
    return row[b_count];
}

static void keep_nearer(const uint32_t *name, size_t count, const char *other, size_t *least,
                        const char **best)
{
    uint32_t runes[RUNES_MAX];
    size_t other_count = runes_of(text_of(other), runes);
    size_t gap = other_count > count ? other_count - count : count - other_count;
    if (gap >= *least) return;
    size_t edits = edits_between(name, count, runes, other_count);
    size_t longer = count > other_count ? count : other_count;
    if (edits < *least && edits * 2 <= longer) {
        *least = edits;
        *best = other;
    }
}

text bind_nearest(const policy_book *book, const pack *from, text name)
{
    uint32_t runes[RUNES_MAX];
    size_t count = runes_of(name, runes), least = NEAR_NAME_MAX + 1;
    const char *best = NULL;
    for (size_t i = 0; i < book->symbol_count && least > 0; i++) {
        const symbol *s = &book->symbols[i];
        if (from->level[s->pack->index] == LEVEL_OUT_OF_VIEW) continue;
        keep_nearer(runes, count, s->public->name, &least, &best);
    }
    for (size_t i = 0; i < book->member_count && least > 0; i++) {
        const struct member *m = &book->members[i];
        keep_nearer(runes, count, m->enumeration->public->members[m->index], &least, &best);
    }
    return policy_text(best);
}

text bind_nearest_or_dash(const policy_book *book, const pack *from, text name)
{
    text near = bind_nearest(book, from, name);
    return near.size_bytes ? near : TEXT("-");
}

static text nearest_pack(const policy_book *book, text name)
{
    uint32_t runes[RUNES_MAX];
    size_t count = runes_of(name, runes), least = NEAR_NAME_MAX + 1;
    const char *best = NULL;
    for (size_t i = 0; i < book->pack_count; i++)
        keep_nearer(runes, count, book->packs[i].public.name, &least, &best);
    return policy_text(best ? best : "-");
}

/* ---- making the symbols ---- */

static const char *cstr_or_null(arena *a, text t)
{
    return t.size_bytes ? text_cstr(a, t) : NULL;
}

static symbol *symbol_push(policy_book *book, const pack *p, const decl *d,
                           const field_syntax *field)
{
    symbol *s = &book->symbols[book->symbol_count];
    policy_symbol *public = &book->public_symbols[book->symbol_count];
    arena *a = book->memory;
    word name = field ? field->name : d->name, label = field ? field->label : d->label;
    *s = (symbol){ .public = public,
                   .index = (uint32_t)book->symbol_count,
                   .pack = p,
                   .decl = d,
                   .field = field };
    *public = (policy_symbol){
        .kind = field ? POLICY_SYMBOL_FIELD : SYMBOL_OF_DECL[d->kind],
        .name = text_cstr(a, name.bytes),
        .label = cstr_or_null(a, label.bytes),
        .pack = p->public.name,
        .region = p->public.region,
        .law = field ? NULL : cstr_or_null(a, d->law.size_bytes ? d->law : p->syntax->law),
        .note = field ? NULL : cstr_or_null(a, d->note),
        .record = field && d->kind == DECL_RECORD ? text_cstr(a, d->name.bytes) : NULL,
        .is_local = !field && d->local == LOCALITY_LOCAL,
        .at = policy_pos(name.at),
    };
    book->symbol_count++;
    return s;
}

static void name_symbol(policy_book *book, symbol *s)
{
    text name = text_of(s->public->name);
    size_t first = hash_map_get(book->by_name, name);
    if (first == SIZE_MAX) {
        hash_map_put(book->by_name, name, s->index);
    } else {
        symbol *other = &book->symbols[first];
        s->next_named = other->next_named;
        other->next_named = s;
    }
    if (!s->public->label) return;
    text label = bind_fold_label(book->memory, text_of(s->public->label));
    first = hash_map_get(book->by_label, label);
    if (first == SIZE_MAX) {
        hash_map_put(book->by_label, label, s->index);
    } else {
        symbol *other = &book->symbols[first];
        s->next_labelled = other->next_labelled;
        other->next_labelled = s;
    }
}

static void refuse_twins(policy_book *book, const symbol *s)
{
    size_t first = hash_map_get(book->by_name, text_of(s->public->name));
    for (symbol *other = first == SIZE_MAX ? NULL : &book->symbols[first]; other;
         other = other->next_named)
        if (other->pack == s->pack && other->public->kind != POLICY_SYMBOL_FIELD) {
            text where = text_format(book->memory, "%d", (int)other->public->at.line);
            mistakes_add(book->mistakes, "name.twice", s->decl->name.at, s->decl->name.bytes, where,
                         TEXT_NONE);
            return;
        }
}

static void add_members(policy_book *book, symbol *s)
{
    const decl *d = s->decl;
    const char **names = ARENA_ARRAY(book->memory, const char *, d->member_count + 1);
    const char **labels = ARENA_ARRAY(book->memory, const char *, d->member_count + 1);
    for (size_t i = 0; i < d->member_count; i++) {
        text name = d->members[i].name.bytes;
        names[i] = text_cstr(book->memory, name);
        labels[i] = cstr_or_null(book->memory, d->members[i].label.bytes);
        size_t known = hash_map_get(book->member_by_name, name);
        for (size_t m = known; m != SIZE_MAX; m = book->members[m].next)
            if (book->members[m].enumeration == s)
                mistakes_add(book->mistakes, "enum.member_twice", d->members[i].name.at, name,
                             TEXT_NONE, TEXT_NONE);
        struct member row = { s, (uint32_t)i, known };
        hash_map_put(book->member_by_name, text_of(names[i]), book->member_count);
        ARENA_PUSH(book->memory, book->members, book->member_count, book->member_capacity, row);
    }
    s->public->members = names;
    s->public->member_labels = labels;
    s->public->member_count = d->member_count;
}

static void make_symbols(policy_book *book)
{
    size_t total = 0;
    for (size_t p = 0; p < book->pack_count; p++)
        for (size_t i = 0; i < book->packs[p].syntax->decl_count; i++)
            total += 1 + book->packs[p].syntax->decls[i].field_count;
    book->symbols = ARENA_ARRAY(book->memory, symbol, total + 1);
    book->public_symbols = ARENA_ARRAY(book->memory, policy_symbol, total + 1);
    book->records = ARENA_ARRAY(book->memory, symbol *, total + 1);
    for (size_t p = 0; p < book->pack_count; p++) {
        const pack_syntax *syntax = book->packs[p].syntax;
        for (size_t i = 0; i < syntax->decl_count; i++) {
            const decl *d = &syntax->decls[i];
            if (!is_symbol(d)) continue;
            symbol *s = symbol_push(book, &book->packs[p], d, NULL);
            refuse_twins(book, s);
            name_symbol(book, s);
            if (d->kind == DECL_ENUM) add_members(book, s);
            if (d->kind == DECL_RECORD) {
                s->record_index = (uint32_t)book->record_count;
                book->records[book->record_count++] = s;
            }
            s->fields = ARENA_ARRAY(book->memory, symbol *, d->field_count + 1);
            for (size_t f = 0; f < d->field_count; f++) {
                s->fields[s->field_count] = symbol_push(book, &book->packs[p], d, &d->fields[f]);
                s->fields[s->field_count]->entity = s;
                name_symbol(book, s->fields[s->field_count++]);
            }
        }
    }
}

void bind_packs(policy_book *book, const policy_source *sources, size_t source_count)
{
    read_packs(book, sources, source_count);
    see_used(book);
    make_symbols(book);
    bind_type_all(book);
}
