/* How rare a value is: to agree on a rare one says more. Of Chinese names also how rare a part is that two of them share. */
#include "linkage/linkage_internal.h"

#define LEAST_U 1e-9

/* What a value met r times is expected to be met next time (Good 1953), for the values met once or twice: where most
 * are met once there are many more than were seen, and to agree on one says more than its count does. */
static void expected_counts(const uint32_t *met, uint32_t codes, double expected[3])
{
    double with[4] = { 0 };
    for (uint32_t c = 1; c < codes; c++)
        if (met[c] && met[c] < 4) with[met[c]]++;
    for (int r = 1; r <= 2; r++) {
        double e = with[r] > 0 ? (r + 1) * with[r + 1] / with[r] : r;
        expected[r] = e < 0.02 * r ? 0.02 * r : e > r ? r : e;
    }
    expected[0] = expected[1];
}

static double bounded(double u)
{
    return u < LEAST_U ? LEAST_U : u > 1 ? 1 : u;
}

/* ---- parts of names ---- */

/* Rows by what their values' shape is, in a table by hash. */
typedef struct {
    uint32_t *key, *rows;
    size_t mask;
} shapes;

static shapes open_shapes(arena *work, size_t count)
{
    shapes t = { .mask = 1 };
    while (t.mask < 2 * count) t.mask = t.mask * 2 + 1;
    t.key = ARENA_ARRAY(work, uint32_t, t.mask + 1);
    t.rows = ARENA_ARRAY(work, uint32_t, t.mask + 1);
    return t;
}

static uint32_t *rows_of(const shapes *t, uint32_t key)
{
    size_t at = linkage_mixed(key) & t->mask;
    while (t->key[at] && t->key[at] != key) at = (at + 1) & t->mask;
    t->key[at] = key;
    return &t->rows[at];
}

/* Of two people's names at a level that a shape makes: `is_rest`, those of another surname or, of a sound, of other
 * characters; else how often the level is met moves with how often the shape is. */
static void learn_part(linkage_run *run, int field, int level, linkage_shape shape, bool is_rest, const uint32_t *met, double known)
{
    const linkage_set *s = run->set;
    const linkage_dict *d = &s->dict[field];
    arena *work = arena_open();
    shapes t = open_shapes(work, d->count);
    uint32_t *column = ARENA_ARRAY(work, uint32_t, d->count);
    for (uint32_t c = 1; c < d->count; c++) {
        column[c] = linkage_shape_code(s, field, shape, linkage_dict_text(d, c));
        if (column[c]) *rows_of(&t, column[c]) += met[c];
    }
    double mean = 0;
    for (uint32_t c = 1; c < d->count; c++) {
        double others = column[c] ? *rows_of(&t, column[c]) - (is_rest ? met[c] : 0) : 0;
        mean += met[c] / (known + 1) * bounded((others + 0.5) / (known + 1));
    }
    if (is_rest) run->model.u[field][level] = mean;
    float *rare = run->model.rare[field][level];
    for (uint32_t c = 1; c < d->count; c++) {
        double others = column[c] ? *rows_of(&t, column[c]) - (is_rest ? met[c] : 0) : 0;
        rare[c] = (float)log(mean / bounded((others + 0.5) / (known + 1)));
    }
    arena_close(work);
}

/* The given name's characters by their place, with the surname; and a given name that is one character. */
enum { FIRST_GIVEN = 1, SECOND_GIVEN, ONLY_GIVEN };
typedef struct {
    uint32_t surname, given[2];
    int count; /* of the given name's characters, when it has one or two and the surname is not left out */
} han_name;

static han_name split(const linkage_set *s, text name)
{
    uint32_t runes[LINKAGE_RUNES];
    int count = linkage_runes(name, runes), surname = linkage_surname_runes(s, runes, count);
    han_name n = { .count = count - surname };
    if (surname < 1 || surname > 2 || n.count < 1 || n.count > 2) return (han_name){ 0 };
    n.surname = runes[0] << 16 | (surname > 1 ? runes[1] : 0);
    for (int i = 0; i < n.count; i++) n.given[i] = runes[surname + i];
    return n;
}

static uint32_t *rows_with(const shapes *t, const han_name *n, int which, int place)
{
    uint32_t key = (uint32_t)(hash_mix((uint64_t)n->surname << 32 | n->given[which], (uint64_t)place) >> 20);
    return rows_of(t, key ? key : 1);
}

/* Names that differ from this one in a character of the given name, or in having it at all. */
static void others_of(const shapes *t, const han_name *n, uint32_t met, double others[2])
{
    others[0] = others[1] = 0;
    if (n->count == 2) {
        others[0] = *rows_with(t, n, 0, FIRST_GIVEN) + *rows_with(t, n, 1, SECOND_GIVEN) - 2.0 * met;
        others[1] = *rows_with(t, n, 0, ONLY_GIVEN) + *rows_with(t, n, 1, ONLY_GIVEN);
    } else if (n->count == 1) {
        others[1] = *rows_with(t, n, 0, FIRST_GIVEN) + *rows_with(t, n, 0, SECOND_GIVEN);
    }
}

static void learn_given(linkage_run *run, int field, const uint32_t *met, double known)
{
    static const int LEVEL[2] = { LINKAGE_HAN_ONE_GIVEN, LINKAGE_HAN_MOVED_OR_CUT };
    const linkage_set *s = run->set;
    const linkage_dict *d = &s->dict[field];
    arena *work = arena_open();
    shapes t = open_shapes(work, 2 * (size_t)d->count);
    for (uint32_t c = 1; c < d->count; c++) {
        han_name n = split(s, linkage_dict_text(d, c));
        for (int i = 0; i < n.count; i++) *rows_with(&t, &n, i, n.count == 1 ? ONLY_GIVEN : FIRST_GIVEN + i) += met[c];
    }
    double mean[2] = { 0 }, others[2];
    for (uint32_t c = 1; c < d->count; c++) {
        han_name n = split(s, linkage_dict_text(d, c));
        others_of(&t, &n, met[c], others);
        for (int i = 0; i < 2; i++) {
            double u = bounded((others[i] + 0.5) / (known + 1));
            mean[i] += met[c] / (known + 1) * u;
            run->model.rare[field][LEVEL[i]][c] = (float)u;
        }
    }
    for (int i = 0; i < 2; i++) {
        float *rare = run->model.rare[field][LEVEL[i]];
        run->model.u[field][LEVEL[i]] = mean[i];
        for (uint32_t c = 1; c < d->count; c++) rare[c] = (float)log(mean[i] / (double)rare[c]);
    }
    arena_close(work);
}

static const struct {
    int level;
    linkage_shape shape;
    bool is_rest;
} PARTS[] = {
    { LINKAGE_HAN_SOUND, LINKAGE_SOUND_OF, true },
    { LINKAGE_HAN_GIVEN, LINKAGE_REST_OF, true },
    { LINKAGE_HAN_SURNAME, LINKAGE_FIRST_OF, false },
};

/* ---- values ---- */

static void learn_field(void *job, size_t part, size_t worker)
{
    (void)worker;
    linkage_run *run = job;
    const linkage_set *s = run->set;
    int field = s->seen[part];
    const linkage_dict *d = &s->dict[field];
    arena *work = arena_open();
    uint32_t *met = ARENA_ARRAY(work, uint32_t, d->count);
    int larger = s->is_two && s->count[1] > s->count[0];
    size_t from = larger ? s->count[0] : 0, rows = s->count[larger];
    uint64_t known = 0;
    for (size_t i = from; i < from + rows; i++) {
        uint32_t code = linkage_code(s, field, (uint32_t)i);
        met[code] += code != 0;
        known += code != 0;
    }
    bool has_parts = s->spec->fields[field].kind == LINKAGE_HAN_NAME;
    for (size_t i = 0; i < ARRAY_COUNT(PARTS) && has_parts; i++)
        learn_part(run, field, PARTS[i].level, PARTS[i].shape, PARTS[i].is_rest, met, (double)known);
    if (has_parts) learn_given(run, field, met, (double)known);
    if (!s->is_two) /* of a pair that agrees, one row is the pair's own */
        for (uint32_t c = 1; c < d->count; c++) met[c] -= met[c] > 1;
    double expected[3];
    expected_counts(met, d->count, expected);
    float *rare = run->model.rare[field][1];
    double mean = 0;
    for (uint32_t c = 1; c < d->count; c++) {
        double times = met[c] < 3 ? expected[met[c]] : met[c], u = times / (double)(known + 1);
        if (field == s->spec->citizen) u = met[c] > 2 ? u : LINKAGE_SAME_NUMBER_OF_TWO;
        rare[c] = (float)bounded(u);
        mean += met[c] / (double)(known + 1) * (double)rare[c];
    }
    if (field != s->spec->citizen && mean > 0) run->model.u[field][1] = mean; /* pairs drawn at random seldom agree */
    for (uint32_t c = 1; c < d->count; c++) rare[c] = (float)log(run->model.u[field][1] / (double)rare[c]);
    arena_close(work);
}

void linkage_rare_learn(linkage_run *run)
{
    const linkage_set *s = run->set;
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        run->model.rare[f][1] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
        for (size_t i = 0; i < ARRAY_COUNT(PARTS) && s->spec->fields[f].kind == LINKAGE_HAN_NAME; i++)
            run->model.rare[f][PARTS[i].level] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
        for (int level = LINKAGE_HAN_MOVED_OR_CUT; level <= LINKAGE_HAN_ONE_GIVEN && s->spec->fields[f].kind == LINKAGE_HAN_NAME; level++)
            run->model.rare[f][level] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
    }
    linkage_spread(&run->crew, (size_t)s->seen_count, learn_field, run);
}
