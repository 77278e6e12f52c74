/* Places of one field brought to one value each: spelt one way, and a village that one file names with its town and county and
 * the other without is one village, unless several of that name are met. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

static bool is_outer(const linkage_spec *spec, int field)
{
    return spec->fields[field].kind == LINKAGE_PLACE && spec->fields[field].within < 0;
}

/* Spelt one way: a dictionary of its own; `code` by the code of before. */
static void spell_all(linkage_set *s, int field, linkage_dict *to, uint32_t *code)
{
    const linkage_dict *from = &s->dict[field];
    bool is_inner = !is_outer(s->spec, field);
    char bytes[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
    for (uint32_t c = 1; c < from->count; c++) {
        size_t size = linkage_place_spell(linkage_dict_text(from, c), is_inner, bytes);
        text t = { bytes, size };
        code[c] = size ? linkage_dict_code(to, t, linkage_text_hash(bytes, size)) : 0;
    }
}

static bool is_changed(const linkage_set *s, int field)
{
    const linkage_dict *d = &s->dict[field];
    bool is_inner = !is_outer(s->spec, field);
    char bytes[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
    for (uint32_t c = 1; c < d->count; c++) {
        text t = linkage_dict_text(d, c);
        size_t size = linkage_place_spell(t, is_inner, bytes);
        if (size != t.size_bytes || memcmp(bytes, t.bytes, size) || (!is_inner && linkage_place_upper(t))) return true;
    }
    return false;
}

/* ---- villages with and without their divisions ---- */

typedef struct {
    text local, upper;
    uint32_t code, kept; /* the value it is one with */
} placed;

static int by_local(const void *x, const void *y)
{
    const placed *p = x, *q = y;
    int order = text_compare(p->local, q->local);
    if (order) return order;
    if (p->upper.size_bytes != q->upper.size_bytes) return p->upper.size_bytes > q->upper.size_bytes ? -1 : 1;
    return text_compare(p->upper, q->upper);
}

/* Of one village's name, the longest first: one whose divisions end another's are that one's, if they end no third's. Answers how
 * many villages there are. */
static size_t join_uppers(placed *all, size_t count)
{
    size_t villages = 0;
    for (size_t i = 0; i < count; i++) {
        size_t fits = 0, with = 0;
        for (size_t k = 0; k < i; k++) {
            if (all[k].kept != all[k].code || !text_ends(all[k].upper, all[i].upper)) continue;
            fits++;
            with = k;
        }
        all[i].kept = fits == 1 ? all[with].code : all[i].code;
        villages += fits != 1;
    }
    return villages;
}

static size_t list_placed(const linkage_dict *d, placed *all)
{
    size_t count = 0;
    for (uint32_t c = 1; c < d->count; c++) {
        text t = linkage_dict_text(d, c);
        size_t upper = linkage_place_upper(t);
        if (upper) all[count++] = (placed){ text_sub(t, upper, t.size_bytes), text_sub(t, 0, upper), c, c };
    }
    return count;
}

enum { VILLAGES_MAX = 64 }; /* of one name: more are not held against one another */

/* `one[code]`: the value that stands for it; `told[code]`: a name that is met with divisions too. */
static void join_villages(linkage_dict *d, uint32_t *one, bool *told, arena *work)
{
    placed *all = ARENA_ARRAY(work, placed, d->count);
    size_t count = list_placed(d, all);
    for (uint32_t c = 0; c < d->count; c++) one[c] = c;
    if (!count) return;
    linkage_dict_index(d);
    qsort(all, count, sizeof *all, by_local);
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from + 1; until < count && text_equal(all[until].local, all[from].local);) until++;
        bool are_few = until - from <= VILLAGES_MAX;
        size_t villages = are_few ? join_uppers(all + from, until - from) : 2;
        text local = all[from].local;
        char bytes[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
        memcpy(bytes, local.bytes, local.size_bytes);
        uint32_t alone = linkage_dict_find(d, (text){ bytes, local.size_bytes }, linkage_text_hash(bytes, local.size_bytes));
        told[alone] = alone != 0;
        for (size_t i = from; i < until; i++) one[all[i].code] = villages == 1 && alone ? alone : all[i].kept;
    }
}

/* ---- rows ---- */

typedef struct {
    linkage_set *set;
    int field;
    const uint32_t *code;
} renaming;
enum { PART_ROWS = 1 << 16 };

static void rename_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    const renaming *r = job;
    size_t until = (part + 1) * PART_ROWS < linkage_rows(r->set) ? (part + 1) * PART_ROWS : linkage_rows(r->set);
    size_t stride = (size_t)r->set->stride;
    uint32_t *cells = (uint32_t *)r->set->cells.items + r->field;
    for (size_t i = part * PART_ROWS; i < until; i++) cells[i * stride] = r->code[cells[i * stride]];
}

static void join_field(linkage_set *s, int field, const linkage_crew *crew)
{
    if (!is_changed(s, field)) return;
    arena *work = arena_open();
    uint32_t *code = ARENA_ARRAY(work, uint32_t, s->dict[field].count);
    linkage_dict to;
    linkage_dict_open(&to, LINKAGE_PLACE);
    spell_all(s, field, &to, code);
    uint32_t *one = ARENA_ARRAY(s->han, uint32_t, to.count);
    if (is_outer(s->spec, field)) {
        bool *told = ARENA_ARRAY(s->han, bool, to.count);
        join_villages(&to, one, told, work);
        s->told[field] = told;
        for (uint32_t c = 1; c < s->dict[field].count; c++) code[c] = one[code[c]];
        s->village[field] = one;
    }
    linkage_spread(crew, (linkage_rows(s) + PART_ROWS - 1) / PART_ROWS, rename_part, &(renaming){ s, field, code });
    linkage_dict_close(&s->dict[field]);
    linkage_dict_trim(&to);
    s->dict[field] = to;
    arena_close(work);
}

void linkage_places_join(linkage_set *s, const linkage_crew *crew)
{
    for (int f = 0; f < s->spec->field_count; f++)
        if (s->spec->fields[f].kind == LINKAGE_PLACE && s->field_seen >> f & 1) join_field(s, f, crew);
}

uint32_t linkage_place_find(const linkage_set *s, int field, text *value, char *bytes)
{
    size_t size = linkage_place_spell(*value, !is_outer(s->spec, field), bytes);
    *value = (text){ bytes, size };
    uint32_t code = size ? linkage_dict_find(&s->dict[field], *value, linkage_text_hash(bytes, size)) : 0;
    size_t upper = !code && size && is_outer(s->spec, field) ? linkage_place_upper(*value) : 0;
    if (upper) { /* with divisions that no row names: the village that is named without any */
        char local[LINKAGE_VALUE_BYTES + LINKAGE_SLACK];
        memcpy(local, bytes + upper, size - upper);
        code = linkage_dict_find(&s->dict[field], (text){ local, size - upper }, linkage_text_hash(local, size - upper));
        if (code && s->told[field] && s->told[field][code]) code = 0;
    }
    return code && s->village[field] ? s->village[field][code] : code;
}
