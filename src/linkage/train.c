/* What is learned before pairs are weighed: how strangers, one person's records and a household's stand. */
#include "linkage/linkage_internal.h"

enum { STRANGERS_MIN = 20000, STRANGERS_MAX = 60000, STRANGERS_A_ROW = 2, STRANGERS_PART = 2048, SESSION_PAIRS = 3000 };
/* One person holds two well-made numbers, each fitting the row's birthday, so seldom. */
#define TWO_NUMBERS_OF_ONE 1e-7

/* ---- strangers ---- */

/* Pairs drawn at random hold a few of one person; those alike in more than half of what is known are left out. */
static bool is_alike(const linkage_levels *l, int field_count)
{
    int known = 0, same = 0;
    for (int f = 0; f < field_count; f++) {
        known += l->level[f] != 0;
        same += l->level[f] == 1;
    }
    return same * 2 > known;
}

typedef struct {
    uint64_t met[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], kept;
} strangers;
typedef struct {
    linkage_run *run;
    linkage_memo *memo[LINKAGE_WORKERS_MAX];
    arena *memory[LINKAGE_WORKERS_MAX];
    strangers *parts;
    uint64_t count;
} meeting;

static void meet_part(void *job, size_t part, size_t worker)
{
    meeting *m = job;
    const linkage_set *s = m->run->set;
    if (!m->memory[worker]) {
        m->memory[worker] = arena_open();
        m->memo[worker] = linkage_memo_open(s, m->memory[worker]);
    }
    uint64_t n = s->count[0], rows = linkage_rows(s), until = (part + 1) * STRANGERS_PART;
    for (uint64_t i = part * STRANGERS_PART; i < until && i < m->count; i++) {
        uint64_t dice = hash_mix(i, 71), other = hash_mix(i, 1009);
        uint32_t a = (uint32_t)(dice % n), b = (uint32_t)(s->is_two ? n + other % (rows - n) : other % n);
        if (a == b) continue;
        linkage_levels l = linkage_compare_alone(s, m->memo[worker], a, b);
        if (is_alike(&l, s->spec->field_count)) continue;
        m->parts[part].kept++;
        for (int f = 0; f < s->spec->field_count; f++) m->parts[part].met[f][l.level[f]]++;
    }
}

static void learn_strangers(linkage_run *run, double known[LINKAGE_FIELDS_MAX])
{
    const linkage_set *s = run->set;
    const linkage_spec *spec = s->spec;
    uint64_t n = s->count[0], rows = linkage_rows(s), all = s->is_two ? n * s->count[1] : n * (n - 1) / 2;
    uint64_t wanted = rows * STRANGERS_A_ROW;
    wanted = wanted < STRANGERS_MIN ? STRANGERS_MIN : wanted > STRANGERS_MAX ? STRANGERS_MAX : wanted;
    meeting m = { .run = run, .count = all < wanted ? all : wanted };
    size_t parts = (size_t)((m.count + STRANGERS_PART - 1) / STRANGERS_PART);
    arena *work = arena_open();
    m.parts = ARENA_ARRAY(work, strangers, parts);
    linkage_spread(&run->crew, parts, meet_part, &m);
    strangers sum = { 0 };
    for (size_t i = 0; i < parts; i++) {
        sum.kept += m.parts[i].kept;
        for (int f = 0; f < spec->field_count; f++)
            for (int level = 0; level < LINKAGE_LEVELS; level++) sum.met[f][level] += m.parts[i].met[f][level];
    }
    for (size_t i = 0; i < LINKAGE_WORKERS_MAX; i++)
        if (m.memory[i]) arena_close(m.memory[i]);
    arena_close(work);
    for (int f = 0; f < spec->field_count; f++) {
        int levels = linkage_levels_of(spec->fields[f].kind);
        double met = 0;
        for (int level = 1; level < levels; level++) met += (double)sum.met[f][level];
        for (int level = 1; level < levels; level++)
            run->model.u[f][level] = ((double)sum.met[f][level] + 0.5) / (met + 0.5 * (levels - 1));
        known[f] = sum.kept ? met / (double)sum.kept : 0;
    }
    if (spec->citizen >= 0) run->model.u[spec->citizen][1] = LINKAGE_SAME_NUMBER_OF_TWO;
}

/* ---- one person's records ---- */

static void first_guess(const linkage_spec *spec, double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS])
{
    for (int f = 0; f < spec->field_count; f++) {
        int levels = linkage_levels_of(spec->fields[f].kind);
        double left = 0.15, same = 0.85;
        m[f][1] = same;
        for (int level = 2; level < levels; level++) {
            m[f][level] = level + 1 < levels ? left / 2 : left;
            left -= m[f][level];
        }
    }
}

static uint64_t fields_of(const linkage_key *key)
{
    uint64_t fields = 0;
    for (int p = 0; p < key->count; p++) fields |= UINT64_C(1) << key->field[p];
    return fields;
}

/* A row is looked at beside so many others at most a key; what a key brings beyond its budget is passed over, the
 * largest blocks first: they say little of anybody, and other keys have their rows. In large sets names are borne by more
 * people, not by likelier ones: rows beyond MANY_ROWS add less to the budget. */
enum { BUDGET_PAIRS = 300000, BUDGET_A_ROW = 20, BUDGET_OF_MANY = 2, MANY_ROWS = 2 << 20, BLOCK_MAX = 2048 };

static uint64_t budget_of(const linkage_set *s)
{
    uint64_t rows = linkage_rows(s), few = rows < MANY_ROWS ? rows : MANY_ROWS, budget = few * BUDGET_A_ROW + (rows - few) * BUDGET_OF_MANY;
    return budget < BUDGET_PAIRS ? BUDGET_PAIRS : budget;
}
/* Sessions are held over a sample of both files that keeps about so many rows of each. */
enum { SAMPLE_ROWS = 80000 };

typedef struct {
    double m[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS], weight[LINKAGE_FIELDS_MAX];
    linkage_run *run;
    linkage_seekers seekers;
    double one_in, shown_one_in;   /* of the rows that could look, or be shown */
    linkage_index index[LINKAGE_KEYS_MAX];
    linkage_patterns patterns[LINKAGE_KEYS_MAX];
    linkage_session session[LINKAGE_KEYS_MAX];
    double times[LINKAGE_KEYS_MAX];
    double share[LINKAGE_KEYS_MAX];
} learning;

/* Of the rows that stand beside the i-th that looks; `*rows` are in order. */
static uint32_t block_of(const learning *all, int k, size_t i, const uint32_t **rows)
{
    const linkage_index *at = &all->index[k];
    uint32_t slot = linkage_slot(all->run->set, at, i, linkage_seeker(&all->seekers, i));
    *rows = slot ? at->rows[0] + at->from[0][slot] : NULL;
    return linkage_block_size(at, 0, slot);
}

/* How large a block may be, so that the pairs that the key brings stay within the budget. Answers how many of the
 * sample's pairs those are, about. */
static uint64_t bound_blocks(learning *all, int k)
{
    const linkage_set *s = all->run->set;
    uint64_t sum[33] = { 0 }, met[33] = { 0 }, budget = budget_of(s), pairs = 0;
    for (size_t i = 0; i < all->seekers.count; i++) {
        const uint32_t *rows;
        uint32_t size = block_of(all, k, i, &rows), whole = (uint32_t)(size * all->shown_one_in + 0.5);
        if (!s->is_two) size = (size - (size > 0)) / 2; /* only rows before it, and not itself */
        if (!s->is_two) whole = (whole - (whole > 0)) / 2;
        if (!size) continue;
        sum[32 - __builtin_clz(whole)] += whole;
        met[32 - __builtin_clz(whole)] += size;
    }
    uint32_t log = 1, most = s->is_two ? BLOCK_MAX : 2 * BLOCK_MAX, *largest = &all->run->blocks.largest[k];
    double taken = 0;
    while (log <= 32 && (taken + (double)sum[log]) * all->one_in <= (double)budget) {
        taken += (double)sum[log];
        pairs += met[log++];
    }
    *largest = log > 16 ? most : (UINT32_C(1) << (log - 1)) * (s->is_two ? 1 : 2);
    if (*largest > most) *largest = most;
    return pairs;
}

/* The patterns of a key's pairs, or of those of a share of the rows; answers all pairs / those taken. */
static double gather_session(learning *all, int k, linkage_patterns *p)
{
    const linkage_set *s = all->run->set;
    uint32_t step = (uint32_t)(bound_blocks(all, k) / SESSION_PAIRS + 1);
    uint64_t taken = 0;
    arena *work = arena_open();
    linkage_memo *memo = linkage_memo_open(s, work);
    for (size_t i = 0; i < all->seekers.count; i++) {
        const uint32_t *rows;
        uint32_t b = linkage_seeker(&all->seekers, i), size;
        if (!linkage_is_drawn(b + UINT32_C(0x5bd1e995), step)) continue;
        size = block_of(all, k, i, &rows);
        if (size * all->shown_one_in > all->run->blocks.largest[k]) continue;
        for (uint32_t j = 0; j < size && (s->is_two || rows[j] < b); j++, taken++) {
            linkage_levels l = linkage_compare(s, memo, rows[j], b);
            linkage_patterns_add(p, linkage_pattern_of(&l, s->spec->field_count), 1);
        }
    }
    arena_close(work);
    linkage_patterns_sort(p);
    return taken ? step * all->one_in * all->shown_one_in : 0;
}


/* How often one person's records meet under a key, by what is known of its fields. */
static double recall_of(const linkage_model *model, const linkage_key *key, const double *known)
{
    double recall = 1;
    for (int p = 0; p < key->count; p++) {
        const double *m = model->m[key->field[p]];
        recall *= (key->shape[p] == LINKAGE_ALL_OF ? m[1] : m[1] + m[2]) * known[key->field[p]];
    }
    return recall > 0.02 ? recall : 0.02;
}

/* Once it is known how people of one household stand: twins in a key of birthdays and villages are no matches. */
static linkage_session with_kin(const linkage_session *session, const linkage_model *model)
{
    linkage_session with = *session;
    with.h = model->h;
    with.kin = 0.05;
    return with;
}

static void run_session(learning *all, int k)
{
    const linkage_run *run = all->run;
    linkage_session *session = &all->session[k];
    *session = (linkage_session){ .share = 0.3 };
    memcpy(session->m, run->model.m, sizeof session->m);
    memcpy(session->u, run->model.u, sizeof session->u);
    if (run->model.has_kin) *session = with_kin(session, &run->model);
    linkage_em(&all->patterns[k], run->set->spec, ~fields_of(run->blocks.keys[k]), false, session);
    all->share[k] = session->share;
}

static void learn_key(void *job, size_t part, size_t worker)
{
    (void)worker;
    learning *all = job;
    linkage_run *run = all->run;
    int k = (int)part;
    linkage_indexes_open(&all->index[k], &k, 1, &run->blocks, &all->seekers, NULL);
    linkage_patterns_open(&all->patterns[k]);
    all->times[k] = gather_session(all, k, &all->patterns[k]);
    linkage_index_close(&all->index[k]);
    if (!run->blocks.keys[k]->is_household && all->times[k] > 0) run_session(all, k);
}

static void add_session(learning *all, int k)
{
    const linkage_session *session = &all->session[k];
    double weight = session->pairs * all->times[k] * session->share * session->share;
    if (session->share < 0.02) return;
    uint64_t in_key = fields_of(all->run->blocks.keys[k]);
    for (int f = 0; f < all->run->set->spec->field_count; f++) {
        if (in_key >> f & 1) continue;
        for (int level = 1; level < LINKAGE_LEVELS; level++) all->m[f][level] += weight * session->m[f][level];
        all->weight[f] += weight;
    }
}

static void hold_sessions(void *job, size_t part, size_t worker)
{
    (void)worker;
    learning *all = job;
    if (!all->run->blocks.keys[part]->is_household && all->times[part] > 0) run_session(all, (int)part);
}

static void take_means(linkage_run *run, learning *all)
{
    const linkage_spec *spec = run->set->spec;
    memset(all->m, 0, sizeof all->m);
    memset(all->weight, 0, sizeof all->weight);
    for (int k = 0; k < run->blocks.count; k++)
        if (!run->blocks.keys[k]->is_household && all->times[k] > 0) add_session(all, k);
    for (int f = 0; f < spec->field_count; f++)
        for (int level = 1; level < LINKAGE_LEVELS && all->weight[f] > 0; level++)
            run->model.m[f][level] = all->m[f][level] / all->weight[f];
    if (spec->citizen >= 0 && run->model.m[spec->citizen][LINKAGE_CITIZEN_TWO] > TWO_NUMBERS_OF_ONE)
        run->model.m[spec->citizen][LINKAGE_CITIZEN_TWO] = TWO_NUMBERS_OF_ONE;
}

/* ---- households ---- */

static void learn_households(linkage_run *run, const learning *all, double pairs_all)
{
    const linkage_spec *spec = run->set->spec;
    linkage_model *model = &run->model;
    double weight[LINKAGE_FIELDS_MAX] = { 0 }, most = 0;
    memset(model->h, 0, sizeof model->h);
    for (int k = 0; k < run->blocks.count; k++) {
        const linkage_key *key = run->blocks.keys[k];
        if (!key->is_household || !all->patterns[k].size) continue;
        linkage_session session = { .share = 0.3 };
        memcpy(session.m, model->m, sizeof session.m);
        memcpy(session.u, model->u, sizeof session.u);
        uint64_t in_key = fields_of(key);
        linkage_em(&all->patterns[k], spec, ~in_key, true, &session);
        double kin = session.pairs * all->times[k] * (1 - session.share);
        if (kin > most) most = kin;
        for (int f = 0; f < spec->field_count; f++) {
            if (in_key >> f & 1) continue;
            for (int level = 1; level < LINKAGE_LEVELS; level++) model->h[f][level] += kin * session.u[f][level];
            weight[f] += kin;
        }
    }
    for (int f = 0; f < spec->field_count; f++)
        for (int level = 1; level < LINKAGE_LEVELS; level++)
            model->h[f][level] = weight[f] > 0 ? model->h[f][level] / weight[f] : model->m[f][level];
    model->has_kin = most > 30;
    model->kin_prior = most > 30 ? log(most / pairs_all) : 0;
    if (spec->citizen >= 0) model->h[spec->citizen][1] = LINKAGE_SAME_NUMBER_OF_TWO;
}

/* ---- what people have decided ---- */

static void learn_labels(linkage_run *run, const linkage_options *options)
{
    const linkage_spec *spec = run->set->spec;
    for (int f = 0; f < spec->field_count; f++) {
        double met[LINKAGE_LEVELS] = { 0 }, sum = 50;
        for (size_t i = 0; i < options->label_count; i++) {
            const linkage_label *label = &options->labels[i];
            if (!label->is_match) continue;
            linkage_levels l = linkage_compare(run->set, NULL, label->a, label->b);
            met[l.level[f]]++;
            sum += l.level[f] != 0;
        }
        for (int level = 1; level < LINKAGE_LEVELS; level++)
            run->model.m[f][level] = (met[level] + 50 * run->model.m[f][level]) / sum;
    }
}

/* Who was said to be two people looked like one: how two that look so stand to one another, as of a household's. */
static void learn_refused(linkage_run *run, const linkage_options *options, double pairs_all)
{
    const linkage_spec *spec = run->set->spec;
    double refused = 0;
    for (size_t i = 0; i < options->label_count; i++) refused += !options->labels[i].is_match;
    if (refused <= 0) return;
    if (!run->model.has_kin) run->model.kin_prior = log(refused / pairs_all);
    run->model.has_kin = true;
    for (int f = 0; f < spec->field_count; f++) {
        double met[LINKAGE_LEVELS] = { 0 }, sum = 50;
        for (size_t i = 0; i < options->label_count; i++) {
            const linkage_label *label = &options->labels[i];
            if (label->is_match) continue;
            linkage_levels l = linkage_compare(run->set, NULL, label->a, label->b);
            met[l.level[f]]++;
            sum += l.level[f] != 0;
        }
        for (int level = 1; level < LINKAGE_LEVELS; level++)
            run->model.h[f][level] = (met[level] + 50 * run->model.h[f][level]) / sum;
    }
    if (spec->citizen >= 0) run->model.h[spec->citizen][1] = LINKAGE_SAME_NUMBER_OF_TWO;
}

/* About SAMPLE_ROWS of so many rows, in order. */
static uint32_t *draw_rows(const linkage_run *run, size_t from, size_t count, uint32_t draw, size_t *drawn)
{
    uint32_t share = (uint32_t)(count / SAMPLE_ROWS + 1), *rows = ARENA_ARRAY(run->memory, uint32_t, count / share * 2 + 1024);
    size_t n = 0;
    for (size_t i = from; i < from + count; i++)
        if (linkage_is_drawn((uint32_t)i + draw, share)) rows[n++] = (uint32_t)i;
    *drawn = n;
    return rows;
}

/* The rows that look in sessions, and those they are shown. */
static void draw_seekers(learning *all)
{
    const linkage_set *s = all->run->set;
    size_t shown = s->is_two ? s->count[0] : linkage_rows(s), from = s->is_two ? s->count[0] : 0, count = linkage_rows(s) - from;
    linkage_seekers *seekers = &all->seekers;
    seekers->is_whole = true;
    seekers->rows = draw_rows(all->run, from, count, UINT32_C(0x9E3779B1), &seekers->count);
    seekers->shown = draw_rows(all->run, 0, shown, 1, &seekers->shown_count);
    all->one_in = seekers->count ? (double)count / (double)seekers->count : 1;
    all->shown_one_in = seekers->shown_count ? (double)shown / (double)seekers->shown_count : 1;
}

void linkage_train(linkage_run *run, const linkage_options *options)
{
    const linkage_set *s = run->set;
    double known[LINKAGE_FIELDS_MAX], n = (double)s->count[0], rows = (double)linkage_rows(s);
    double pairs_all = s->is_two ? n * (double)s->count[1] : n * (n - 1) / 2;
    learn_strangers(run, known);
    linkage_rare_learn(run);
    linkage_beside_learn(run);
    first_guess(s->spec, run->model.m);
    learning *all = ARENA_NEW(run->memory, learning);
    all->run = run;
    draw_seekers(all);
    linkage_spread(&run->crew, (size_t)run->blocks.count, learn_key, all);
    take_means(run, all);
    learn_households(run, all, pairs_all);
    if (run->model.has_kin) {
        linkage_spread(&run->crew, (size_t)run->blocks.count, hold_sessions, all);
        take_means(run, all);
    }
    if (options->label_count) learn_labels(run, options);
    double matches = 0, weight = 0;
    for (int k = 0; k < run->blocks.count; k++) {
        if (run->blocks.keys[k]->is_household || all->share[k] < 0.02) continue;
        double found = 0;
        for (size_t i = 0; i < all->patterns[k].size; i++) found += all->patterns[k].count[i];
        found *= all->times[k] * all->share[k];
        matches += found * all->share[k] * found / recall_of(&run->model, run->blocks.keys[k], known);
        weight += found * all->share[k];
    }
    run->matches = weight > 0 ? matches / weight : rows / 4;
    double most = s->is_two ? 2 * (n < rows - n ? n : rows - n) : pairs_all / 2;
    if (run->matches > most) run->matches = most;
    linkage_prior_set(run, run->matches, run->matches);
    learn_households(run, all, pairs_all);
    learn_refused(run, options, pairs_all);
    for (int k = 0; k < run->blocks.count; k++) arena_close(all->patterns[k].own);
}
