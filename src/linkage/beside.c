/* What a name tells by itself: two strangers of one name are mostly of one sex, and often of one age. Where a name agrees,
 * sex and date say so much less for a pair, and against it. Learned from pairs of one file that agree in a name, or in a
 * part of it, and in nothing else that could make them one person. */
#include "linkage/linkage_internal.h"

enum { DRAWN_MAX = 40000, PARTNERS = 3, PARTNERS_OF_SURNAME = 10, BUCKETS = 1 << 16, GUESS_PAIRS = 30, PARTS = 8 };

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
} beside;
typedef struct {
    const linkage_run *run;
    const uint32_t *rows; /* drawn */
    uint32_t count;
    uint64_t told; /* fields, a bit each, of which a name tells */
    uint32_t *shape[ARRAY_COUNT(PAIRED)], *before[ARRAY_COUNT(PAIRED)]; /* by row drawn, from 1: its shape, and the row before it
                                                                        * in its bucket */
    beside *parts;
} meeting;

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

static void meet(const meeting *m, uint32_t levels, uint32_t a, uint32_t b, beside *all)
{
    const linkage_set *s = m->run->set;
    int named = m->run->named;
    const uint32_t *x = linkage_row(s, a), *y = linkage_row(s, b);
    int place = s->place[named];
    int level = linkage_compare_cells(s, NULL, named, x[place], y[place]);
    if (!(levels >> level & 1) || !are_strangers(s, named, m->told, x, y)) return;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        if (!(m->told >> f & 1) || !(x[k] & ~LINKAGE_TOLD) || !(y[k] & ~LINKAGE_TOLD)) continue;
        all->met[level][f][linkage_compare_cells(s, NULL, f, x[k], y[k])]++;
    }
}

/* Rows of one shape in chains, each behind those drawn before it. */
static void chain(void *job, size_t paired, size_t worker)
{
    (void)worker;
    const meeting *m = job;
    const linkage_run *run = m->run;
    linkage_shape wanted = PAIRED[paired].shape;
    const uint32_t *column = run->blocks.shape[run->named][wanted];
    uint32_t *shape = m->shape[paired], *before = m->before[paired];
    arena *work = arena_open();
    uint32_t *head = ARENA_ARRAY(work, uint32_t, BUCKETS);
    for (uint32_t i = 1; i <= m->count; i++) {
        uint32_t code = linkage_code(run->set, run->named, m->rows[i - 1]);
        if (!code) continue;
        if (wanted == LINKAGE_ALL_OF) shape[i] = code;
        else if (column) shape[i] = column[code];
        else shape[i] = linkage_shape_code(run->set, run->named, wanted, linkage_dict_text(&run->set->dict[run->named], code));
        if (!shape[i]) continue;
        uint32_t *bucket = &head[linkage_mixed(shape[i]) & (BUCKETS - 1)];
        before[i] = *bucket;
        *bucket = i;
    }
    arena_close(work);
}

static void meet_part(void *job, size_t part, size_t worker)
{
    (void)worker;
    const meeting *m = job;
    size_t paired = part / PARTS;
    uint32_t each = m->count / PARTS + 1, from = (uint32_t)(part % PARTS) * each + 1;
    const uint32_t *shape = m->shape[paired], *before = m->before[paired];
    for (uint32_t i = from; i < from + each && i <= m->count; i++) {
        int met = 0;
        for (uint32_t k = shape[i] ? before[i] : 0; k && met < PAIRED[paired].partners; k = before[k]) {
            if (shape[k] != shape[i]) continue;
            meet(m, PAIRED[paired].levels, m->rows[k - 1], m->rows[i - 1], &m->parts[part]);
            met++;
        }
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
    meeting m = { .run = run };
    for (int f = 0; f < spec->field_count; f++) {
        linkage_kind kind = spec->fields[f].kind;
        if (kind == LINKAGE_SEX || kind == LINKAGE_DATE || (kind == LINKAGE_CATEGORY && f == spec->sex)) m.told |= UINT64_C(1) << f;
    }
    m.rows = draw(s, work, &m.count);
    size_t shapes = spec->fields[named].kind == LINKAGE_HAN_NAME ? ARRAY_COUNT(PAIRED) : 1;
    for (size_t i = 0; i < shapes; i++) {
        m.shape[i] = ARENA_ARRAY(work, uint32_t, m.count + 1);
        m.before[i] = ARENA_ARRAY(work, uint32_t, m.count + 1);
    }
    m.parts = ARENA_ARRAY(work, beside, shapes * PARTS);
    linkage_spread(&run->crew, shapes, chain, &m);
    linkage_spread(&run->crew, shapes * PARTS, meet_part, &m);
    for (int name = 1; name < LINKAGE_LEVELS; name++)
        for (int f = 0; f < spec->field_count; f++) {
            double met[LINKAGE_LEVELS] = { 0 }; /* whole numbers: their sum is the same in any order */
            for (size_t i = 0; i < shapes * PARTS; i++)
                for (int level = 1; level < LINKAGE_LEVELS; level++) met[level] += m.parts[i].met[name][f][level];
            tell(run, f, met, run->beside[name][f]);
        }
    arena_close(work);
}
