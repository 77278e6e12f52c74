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
    uint32_t key, rows;
} shape_rows;
typedef struct {
    shape_rows *at;
    size_t mask;
} shapes;

static shapes open_shapes(arena *work, size_t count)
{
    shapes t = { .mask = 1 };
    while (t.mask < 2 * count) t.mask = t.mask * 2 + 1;
    t.at = ARENA_ARRAY(work, shape_rows, t.mask + 1);
    return t;
}

static uint32_t place_of(const shapes *t, uint32_t key)
{
    size_t at = linkage_mixed(key) & t->mask;
    while (t->at[at].key && t->at[at].key != key) at = (at + 1) & t->mask;
    t->at[at].key = key;
    return (uint32_t)at;
}

/* Of a field: how often each value is met in the larger file, and how many rows have one. */
typedef struct {
    uint32_t *met;
    double known;
} tally;
typedef struct {
    linkage_run *run;
    tally tallies[LINKAGE_FIELDS_MAX];
    struct {
        int field, part; /* of PARTS; then the given name, then whole values */
    } tasks[LINKAGE_FIELDS_MAX * 8];
    size_t task_count;
} learning;

/* Of two people's names at a level that a shape makes: `is_rest`, those of another surname or, of a sound, of other
 * characters; else how often the level is met moves with how often the shape is. */
static void learn_part(linkage_run *run, int field, int level, linkage_shape shape, bool is_rest, const tally *all)
{
    const linkage_set *s = run->set;
    const linkage_dict *d = &s->dict[field];
    const uint32_t *met = all->met, *column = run->blocks.shape[field][shape];
    double known = all->known;
    arena *work = arena_open();
    shapes t = open_shapes(work, d->count);
    uint32_t *place = ARENA_ARRAY(work, uint32_t, d->count); /* UINT32_MAX: no such shape */
    for (uint32_t c = 1; c < d->count; c++) {
        uint32_t key = column ? column[c] : linkage_shape_code(s, field, shape, linkage_dict_text(d, c));
        place[c] = key ? place_of(&t, key) : UINT32_MAX;
        if (key) t.at[place[c]].rows += met[c];
    }
    double mean = 0;
    float *rare = run->model.rare[field][level];
    for (uint32_t c = 1; c < d->count; c++) {
        double others = place[c] != UINT32_MAX ? t.at[place[c]].rows - (is_rest ? met[c] : 0) : 0;
        double u = bounded((others + 0.5) / (known + 1));
        mean += met[c] / (known + 1) * u;
    }
    if (is_rest) run->model.u[field][level] = mean;
    for (uint32_t c = 1; c < d->count; c++) {
        double others = place[c] != UINT32_MAX ? t.at[place[c]].rows - (is_rest ? met[c] : 0) : 0;
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

static han_name split(const linkage_set *s, const linkage_dict *d, uint32_t code)
{
    uint32_t runes[LINKAGE_RUNES], letters = linkage_dict_form(d, code).letters;
    int count = (int)(letters & 255), surname = (int)(letters >> 8 & 255);
    if (letters & LINKAGE_SHORT) {
        for (int i = 0; i < count; i++) runes[i] = (uint32_t)(linkage_dict_packed(d, code) >> 16 * i & 0xFFFF);
    } else {
        count = linkage_runes(linkage_dict_text(d, code), runes);
        surname = linkage_surname_runes(s, runes, count);
    }
    han_name n = { .count = count - surname };
    if (surname < 1 || surname > 2 || n.count < 1 || n.count > 2) return (han_name){ 0 };
    n.surname = runes[0] << 16 | (surname > 1 ? runes[1] : 0);
    for (int i = 0; i < n.count; i++) n.given[i] = runes[surname + i];
    return n;
}

static uint32_t *rows_with(const shapes *t, const han_name *n, int which, int place)
{
    uint32_t key = (uint32_t)(hash_mix((uint64_t)n->surname << 32 | n->given[which], (uint64_t)place) >> 20);
    return &t->at[place_of(t, key ? key : 1)].rows;
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

static void learn_given(linkage_run *run, int field, const tally *all)
{
    static const int LEVEL[2] = { LINKAGE_HAN_ONE_GIVEN, LINKAGE_HAN_MOVED_OR_CUT };
    const linkage_set *s = run->set;
    const linkage_dict *d = &s->dict[field];
    const uint32_t *met = all->met;
    double known = all->known;
    arena *work = arena_open();
    shapes t = open_shapes(work, 2 * (size_t)d->count);
    for (uint32_t c = 1; c < d->count; c++) {
        han_name n = split(s, d, c);
        for (int i = 0; i < n.count; i++) *rows_with(&t, &n, i, n.count == 1 ? ONLY_GIVEN : FIRST_GIVEN + i) += met[c];
    }
    double mean[2] = { 0 }, others[2];
    for (uint32_t c = 1; c < d->count; c++) {
        han_name n = split(s, d, c);
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
enum { GIVEN_PART = ARRAY_COUNT(PARTS), WHOLE_PART, NICK_PART };

/* ---- values ---- */

static void count_field(void *job, size_t part, size_t worker)
{
    (void)worker;
    learning *all = job;
    const linkage_set *s = all->run->set;
    int field = s->seen[part], larger = s->is_two && s->count[1] > s->count[0];
    size_t from = larger ? s->count[0] : 0, rows = s->count[larger];
    uint32_t *met = all->tallies[field].met;
    for (size_t i = from; i < from + rows; i++) met[linkage_code(s, field, (uint32_t)i)]++;
    all->tallies[field].known = (double)(rows - met[0]);
    met[0] = 0;
}

static void learn_values(linkage_run *run, int field, const tally *all)
{
    const linkage_set *s = run->set;
    const linkage_dict *d = &s->dict[field];
    uint32_t *met = all->met;
    double known = all->known;
    arena *work = arena_open();
    if (!s->is_two) { /* of a pair that agrees, one row is the pair's own */
        met = ARENA_ARRAY(work, uint32_t, d->count);
        for (uint32_t c = 1; c < d->count; c++) met[c] = all->met[c] - (all->met[c] > 1);
    }
    double expected[3];
    expected_counts(met, d->count, expected);
    float *rare = run->model.rare[field][1];
    double mean = 0;
    for (uint32_t c = 1; c < d->count; c++) {
        double times = met[c] < 3 ? expected[met[c]] : met[c], u = times / (known + 1);
        if (field == s->spec->citizen) u = met[c] > 2 ? u : LINKAGE_SAME_NUMBER_OF_TWO;
        rare[c] = (float)bounded(u);
        mean += met[c] / (known + 1) * (double)rare[c];
    }
    if (field != s->spec->citizen && mean > 0) run->model.u[field][1] = mean; /* pairs drawn at random seldom agree */
    double same = run->model.u[field][1];
    float last = 0, last_log = 0; /* values met once come one after another */
    for (uint32_t c = 1; c < d->count; c++) {
        if (c == 1 || rare[c] > last || rare[c] < last) {
            last = rare[c];
            last_log = (float)log(same / (double)last);
        }
        rare[c] = last_log;
    }
    arena_close(work);
}

static void learn_task(void *job, size_t at, size_t worker)
{
    (void)worker;
    learning *all = job;
    int field = all->tasks[at].field, part = all->tasks[at].part;
    const tally *t = &all->tallies[field];
    if (part == WHOLE_PART) learn_values(all->run, field, t);
    else if (part == NICK_PART) learn_part(all->run, field, LINKAGE_NAME_NICKNAME, LINKAGE_NICK_OF, true, t);
    else if (part == GIVEN_PART) learn_given(all->run, field, t);
    else learn_part(all->run, field, PARTS[part].level, PARTS[part].shape, PARTS[part].is_rest, t);
}

static void add_task(learning *all, int field, int part)
{
    all->tasks[all->task_count].field = field;
    all->tasks[all->task_count++].part = part;
}

/* What takes longest is begun first. */
void linkage_rare_learn(linkage_run *run)
{
    const linkage_set *s = run->set;
    arena *work = arena_open();
    learning *all = ARENA_NEW(work, learning);
    all->run = run;
    for (int part = GIVEN_PART; part >= 0; part--)
        for (int k = 0; k < s->seen_count; k++)
            if (s->spec->fields[s->seen[k]].kind == LINKAGE_HAN_NAME) add_task(all, s->seen[k], part);
    for (int k = 0; k < s->seen_count; k++) {
        int f = s->seen[k];
        bool has_parts = s->spec->fields[f].kind == LINKAGE_HAN_NAME;
        run->model.rare[f][1] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
        for (size_t i = 0; i < ARRAY_COUNT(PARTS) && has_parts; i++)
            run->model.rare[f][PARTS[i].level] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
        for (int level = LINKAGE_HAN_MOVED_OR_CUT; level <= LINKAGE_HAN_ONE_GIVEN && has_parts; level++)
            run->model.rare[f][level] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
        if (s->spec->fields[f].kind == LINKAGE_NAME) {
            run->model.rare[f][LINKAGE_NAME_NICKNAME] = ARENA_ARRAY(run->memory, float, s->dict[f].count);
            add_task(all, f, NICK_PART);
        }
        all->tallies[f].met = ARENA_ARRAY(work, uint32_t, s->dict[f].count);
        add_task(all, f, WHOLE_PART);
    }
    linkage_spread(&run->crew, (size_t)s->seen_count, count_field, all);
    linkage_spread(&run->crew, all->task_count, learn_task, all);
    arena_close(work);
}
