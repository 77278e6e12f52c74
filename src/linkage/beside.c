/* What a name tells by itself: two strangers of one name are mostly of one sex, and often of one age. Where a name agrees,
 * sex and date say so much less for a pair, and against it. Learned from pairs of one file that agree in a name, or in a
 * part of it, and in nothing else that could make them one person. */
#include "linkage/linkage_internal.h"

enum { DRAWN_MAX = 40000, PARTNERS = 3, PARTNERS_OF_SURNAME = 10, BUCKETS = 1 << 16, GUESS_PAIRS = 30 };

/* Which levels of a name the pairs that agree in a shape may stand at. */
static const struct {
    linkage_shape shape;
    int partners;
    uint32_t levels; /* a bit each */
} PAIRED[] = {
    { LINKAGE_ALL_OF, PARTNERS, 1u << 1 },
    { LINKAGE_SOUND_OF, PARTNERS, 1u << LINKAGE_HAN_SOUND },
    { LINKAGE_REST_OF, PARTNERS, 1u << LINKAGE_HAN_GIVEN },
    { LINKAGE_FIRST_OF, PARTNERS_OF_SURNAME, 1u << LINKAGE_HAN_ONE_GIVEN },
};

typedef struct {
    double met[LINKAGE_LEVELS][LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    uint64_t told; /* fields, a bit each, of which a name tells */
} beside;

/* Rows of the larger file, so many at most, in an order in which the members of a household are not neighbours. */
static uint32_t *draw(const linkage_set *s, arena *work, uint32_t *drawn)
{
    int larger = s->is_two && s->count[1] > s->count[0];
    uint64_t n = s->count[larger], from = larger ? s->count[0] : 0, size = 1;
    while (size < n) size *= 2;
    uint32_t *rows = ARENA_ARRAY(work, uint32_t, DRAWN_MAX);
    *drawn = 0;
    for (uint64_t i = 0; i < size && *drawn < DRAWN_MAX; i++) {
        uint64_t row = i * UINT64_C(0x9E3779B1) & (size - 1);
        if (row < n) rows[(*drawn)++] = (uint32_t)(from + row);
    }
    return rows;
}

/* That they agree in nothing else, and do differ in something else. */
static bool are_strangers(const linkage_set *s, int named, uint64_t told, const uint32_t *x, const uint32_t *y)
{
    bool differ = false;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        uint32_t cx = x[k] & ~LINKAGE_TOLD, cy = y[k] & ~LINKAGE_TOLD;
        if (f == named || told >> f & 1 || s->spec->fields[f].kind == LINKAGE_CATEGORY || !cx || !cy) continue;
        if (cx == cy) return false;
        differ = true;
    }
    return differ;
}

static void meet(const linkage_set *s, int named, uint32_t levels, uint32_t a, uint32_t b, beside *all)
{
    const uint32_t *x = linkage_row(s, a), *y = linkage_row(s, b);
    int place = s->place[named];
    int level = linkage_compare_cells(s, NULL, named, x[place], y[place]);
    if (!(levels >> level & 1) || !are_strangers(s, named, all->told, x, y)) return;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        if (!(all->told >> f & 1) || !(x[k] & ~LINKAGE_TOLD) || !(y[k] & ~LINKAGE_TOLD)) continue;
        all->met[level][f][linkage_compare_cells(s, NULL, f, x[k], y[k])]++;
    }
}

static void meet_all(const linkage_set *s, int named, size_t paired, const uint32_t *rows, uint32_t count, arena *work, beside *all)
{
    uint32_t *head = ARENA_ARRAY(work, uint32_t, BUCKETS), *before = ARENA_ARRAY(work, uint32_t, count + 1);
    uint32_t *shape = ARENA_ARRAY(work, uint32_t, count + 1);
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t code = linkage_code(s, named, rows[i - 1]);
        if (!code) continue;
        bool is_whole = PAIRED[paired].shape == LINKAGE_ALL_OF;
        shape[i] = is_whole ? code : linkage_shape_code(s, named, PAIRED[paired].shape, linkage_dict_text(&s->dict[named], code));
        if (!shape[i]) continue;
        uint32_t *bucket = &head[linkage_mixed(shape[i]) & (BUCKETS - 1)];
        int met = 0;
        for (uint32_t k = *bucket; k && met < PARTNERS_OF_SURNAME && met < PAIRED[paired].partners; k = before[k]) {
            if (shape[k] != shape[i]) continue;
            meet(s, named, PAIRED[paired].levels, rows[k - 1], rows[i - 1], all);
            met++;
        }
        before[i] = *bucket;
        *bucket = i;
    }
}

/* Of a sex each level by itself. Of a date that it is alike at all: those of one age are no likelier born on one day than on
 * days that a slip of the pen makes of each other. */
static void tell(const linkage_run *run, int field, const double *met, double *less)
{
    linkage_kind kind = run->set->spec->fields[field].kind;
    const double *u = run->model.u[field];
    int last = linkage_levels_of(kind) - 1;
    double sum = 0, alike = 0, alike_u = 0;
    for (int level = 1; level <= last; level++) sum += met[level];
    for (int level = 1; level < last; level++) alike += met[level];
    for (int level = 1; level < last; level++) alike_u += u[level];
    if (sum <= 0) return;
    for (int level = 1; level <= last; level++) {
        bool is_alike = kind == LINKAGE_DATE && level < last;
        double usual = is_alike ? alike_u : u[level], here = is_alike ? alike : met[level];
        less[level] = log(usual * (sum + GUESS_PAIRS) / (here + GUESS_PAIRS * usual));
    }
}

void linkage_beside_learn(linkage_run *run)
{
    const linkage_set *s = run->set;
    const linkage_spec *spec = s->spec;
    int named = -1;
    for (int f = 0; f < spec->field_count && named < 0; f++)
        if (s->place[f] >= 0 && (spec->fields[f].kind == LINKAGE_HAN_NAME || f == spec->given)) named = f;
    run->named = named;
    if (named < 0) return;
    arena *work = arena_open();
    beside *all = ARENA_NEW(work, beside);
    for (int f = 0; f < spec->field_count; f++) {
        linkage_kind kind = spec->fields[f].kind;
        if (kind == LINKAGE_SEX || kind == LINKAGE_DATE || (kind == LINKAGE_CATEGORY && f == spec->sex)) all->told |= UINT64_C(1) << f;
    }
    uint32_t count, *rows = draw(s, work, &count);
    size_t shapes = spec->fields[named].kind == LINKAGE_HAN_NAME ? ARRAY_COUNT(PAIRED) : 1;
    for (size_t i = 0; i < shapes; i++) meet_all(s, named, i, rows, count, work, all);
    for (int name = 1; name < LINKAGE_LEVELS; name++)
        for (int f = 0; f < spec->field_count; f++) tell(run, f, all->met[name][f], run->beside[name][f]);
    arena_close(work);
}
