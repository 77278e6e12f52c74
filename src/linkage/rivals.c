/* Pairs of two files held against one another: a record of the second file is of one person of the first at most, and one
 * of the first is seldom met twice in the second.
 *
 * A pair stands against the two records' being nobody's, as well as against their other pairs. How many records are
 * nobody's is learned: where nearly all are somebody's, two that are left over and alike are each other's. Each record tells
 * those it may belong to how likely it is to be free for them, by what all its others have told it (belief propagation on
 * matchings); a few rounds settle that, since most records have one pair or two.
 *
 * Two rows of the first file that are one person's are no rivals: the likelier has the link, of equals the earlier row. */
#include <assert.h>
#include <stdlib.h>

#include "linkage/linkage_internal.h"

enum { ROUNDS = 4, SWEEPS = 3, PART_GROUPS = 1 << 13, PART_PAIRS = 1 << 15, RIVALS_MAX = 64 };
/* A claim beyond e^7 is sure but for the other claims. */
#define SURE_CLAIM 1096.6
/* At least so many records of a file are held to be nobody's: what is in sight is never all. */
#define FREE_MIN 0.02
/* False links expected, of all rows; a few times as many are met, since pairs that are sure are held too sure. */
#define FALSE_MAX 0.000065
#define WORTH_MAX 20.0
/* Log odds at most of a pair that leaves the link to a duplicate of its row: 1 in 4. */
#define DOUBLE_ODDS (-1.09861228866811)
/* Log odds from which two rows of the first file are held to be one person's: so sure that no relatives are. */
#define DOUBLE_FROM 12.0
/* A claim a thousand times weaker than another costs it nothing. */
#define CLOSE_CLAIM 1000.0

typedef struct {
    double weight;     /* of the pair by itself, over chance */
    float to_a, to_b;  /* how likely it is, by all the one record's other pairs, as told to the other */
    uint32_t pair;
    bool is_double;    /* leaves the link to a duplicate of its row */
} claim;
typedef struct {
    linkage_run *run;
    double chance;          /* that two records at random are a pair */
    double free_a, free_b;  /* shares of nobody's records */
    double doubled;         /* log odds that two rows of the first file are one person's, before they are compared */
    double again;           /* of a record that is claimed: how likely another claim is, against one of a free record */
    claim *claims;          /* in order of a, then b; those that have rivals */
    uint32_t count, *by_b;
    uint32_t *group_a, *group_b, groups_a, groups_b; /* where each record's claims begin, and the end */
} rivalry;

double linkage_free_share(double matches, double rows)
{
    double share = 1 - matches / rows;
    return share < FREE_MIN ? FREE_MIN : share;
}

void linkage_prior_set(linkage_run *run, double matches_a, double matches)
{
    const linkage_set *s = run->set;
    double n = (double)s->count[0], all = s->is_two ? n * (double)s->count[1] : n * (n - 1) / 2;
    run->matches = matches < 1 ? 1 : matches;
    run->model.alone = 0;
    if (s->is_two)
        run->model.alone = -log(linkage_free_share(matches_a, n)) - log(linkage_free_share(matches, (double)s->count[1]));
    run->model.prior = log(run->matches / all) + run->model.alone;
}

/* Straight lines from (-worth, -worth) by (worth, 0) to (6 worth, 6 worth): neither order nor a sure pair is changed. What is
 * likely is held too likely by what fields say of one another, so that the way back is long. */
double linkage_cautious(double odds, double worth)
{
    if (odds <= -worth || odds >= 6 * worth) return odds;
    return odds < worth ? (odds - worth) / 2 : (odds - worth) * 1.2;
}

/* ---- which pairs have rivals ---- */

static void find_groups(rivalry *r, arena *work)
{
    const linkage_run *run = r->run;
    const linkage_pair *pairs = run->pairs.items;
    size_t first = run->set->count[0], second = run->set->count[1], n = run->pair_count;
    uint32_t *met = ARENA_ARRAY(work, uint32_t, second + 2); /* of the second file, then where its claims begin */
    for (size_t i = 0; i < n; i++) met[pairs[i].b - first]++;
    for (size_t i = 0; i < n; i++) {
        bool has_next = i + 1 < n && pairs[i + 1].a == pairs[i].a, has_last = i && pairs[i - 1].a == pairs[i].a;
        r->count += has_next || has_last || met[pairs[i].b - first] > 1;
    }
    r->claims = ARENA_ARRAY(work, claim, r->count + 1);
    r->by_b = ARENA_ARRAY(work, uint32_t, r->count + 1);
    r->group_a = ARENA_ARRAY(work, uint32_t, r->count + 2);
    r->group_b = ARENA_ARRAY(work, uint32_t, r->count + 2);
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool has_next = i + 1 < n && pairs[i + 1].a == pairs[i].a, has_last = i && pairs[i - 1].a == pairs[i].a;
        if (!has_next && !has_last && met[pairs[i].b - first] == 1) {
            met[pairs[i].b - first] = 0;
            continue;
        }
        if (!has_last) r->group_a[r->groups_a++] = count;
        r->claims[count].pair = (uint32_t)i;
        r->claims[count++].weight = exp((double)pairs[i].fields + (double)pairs[i].kin);
    }
    r->group_a[r->groups_a] = count;
    uint32_t sum = 0;
    for (size_t b = 0; b < second; b++) {
        uint32_t own = met[b];
        if (own) r->group_b[r->groups_b++] = sum;
        met[b] = sum;
        sum += own;
    }
    r->group_b[r->groups_b] = sum;
    assert(sum == count);
    for (uint32_t i = 0; i < count; i++) r->by_b[met[pairs[r->claims[i].pair].b - first]++] = i;
}

/* ---- what records tell one another ---- */

/* One of the first file: free for a claim unless another is true, and then for one of a duplicate. */
static void tell_second(void *job, size_t part, size_t worker)
{
    (void)worker;
    rivalry *r = job;
    uint32_t until = (uint32_t)(part + 1) * PART_GROUPS;
    for (uint32_t g = (uint32_t)part * PART_GROUPS; g < until && g < r->groups_a; g++) {
        claim *from = r->claims + r->group_a[g], *end = r->claims + r->group_a[g + 1];
        double all = 0;
        for (claim *c = from; c < end && end - from > 1; c++) all += log1p(r->again * (double)c->to_a);
        for (claim *c = from; c < end; c++) {
            double others = end - from > 1 ? all - log1p(r->again * (double)c->to_a) : 0;
            double is_free = 1 / r->free_a;
            if (others > 0) is_free = others > 500 ? r->again : exp(others) / (r->free_a + expm1(others) / r->again);
            c->to_b = (float)(r->chance * c->weight * is_free);
        }
    }
}

static void tell_first(void *job, size_t part, size_t worker)
{
    enum { AHEAD = 12 };
    (void)worker;
    rivalry *r = job;
    uint32_t until = (uint32_t)(part + 1) * PART_GROUPS;
    for (uint32_t g = (uint32_t)part * PART_GROUPS; g < until && g < r->groups_b; g++) {
        for (uint32_t k = g + AHEAD < r->groups_b ? r->group_b[g + AHEAD] : r->count; k < r->count && k < r->group_b[g + AHEAD + 1]; k++)
            linkage_fetch(&r->claims[r->by_b[k]]);
        const uint32_t *from = r->by_b + r->group_b[g];
        uint32_t count = r->group_b[g + 1] - r->group_b[g];
        double before[RIVALS_MAX + 1], after = 0; /* never the sum less its own: the smaller would be lost */
        assert(count <= RIVALS_MAX);
        before[0] = 0;
        for (uint32_t k = 0; k < count; k++) before[k + 1] = before[k] + (double)r->claims[from[k]].to_b;
        for (uint32_t k = count; k-- > 0;) {
            claim *c = &r->claims[from[k]];
            c->to_a = (float)(r->chance * c->weight / (r->free_b + before[k] + after));
            after += (double)c->to_b;
        }
    }
}

/* How often the second file has duplicates is seen in the claims that are sure anyway. */
static double learn_again(const rivalry *r)
{
    double first = 0, again = 0;
    for (uint32_t g = 0; g < r->groups_a; g++) {
        const claim *from = r->claims + r->group_a[g], *end = r->claims + r->group_a[g + 1];
        uint32_t sure = 0;
        for (const claim *c = from; c < end; c++) sure += (double)c->to_a > SURE_CLAIM;
        again += sure > 1 ? sure - 1 : 0;
    }
    first = r->run->matches - again;
    return 2 * (again + 0.5) / ((first < 1 ? 1 : first) + 1) * (double)r->run->set->count[0] / r->run->matches;
}

/* ---- duplicates in the first file ---- */

/* How many there are is seen in records of the second file that claim two of the first beyond doubt. */
static double learn_doubled(const rivalry *r)
{
    double first = 0, again = 0;
    for (uint32_t g = 0; g < r->groups_b; g++) {
        uint32_t sure = 0;
        for (uint32_t k = r->group_b[g]; k < r->group_b[g + 1]; k++) sure += r->chance * r->claims[r->by_b[k]].weight > SURE_CLAIM;
        again += sure > 1 ? sure - 1 : 0;
        first += sure > 0;
    }
    return log((again + 0.5) / (first + 1) / (double)r->run->set->count[0]);
}

static bool are_doubled(const rivalry *r, const claim *x, const claim *y)
{
    const linkage_pair *pairs = r->run->pairs.items;
    linkage_pair both = linkage_weigh(r->run, NULL, pairs[x->pair].a, pairs[y->pair].a);
    return both.odds > LINKAGE_VETOED && r->doubled + (double)both.fields + (double)both.kin > DOUBLE_FROM;
}

static double odds_claimed(const rivalry *r, const claim *c)
{
    return (double)c->to_a * (double)c->to_b / (r->chance * c->weight);
}

/* The likeliest claim of a record of the second file is held against others, but not against its row's duplicates. */
static void leave_to_doubles(void *job, size_t part, size_t worker)
{
    (void)worker;
    rivalry *r = job;
    uint32_t until = (uint32_t)(part + 1) * PART_GROUPS;
    for (uint32_t g = (uint32_t)part * PART_GROUPS; g < until && g < r->groups_b; g++) {
        const uint32_t *from = r->by_b + r->group_b[g];
        uint32_t count = r->group_b[g + 1] - r->group_b[g], met = 0;
        claim *top = &r->claims[from[0]];
        for (uint32_t k = 1; k < count; k++)
            if (odds_claimed(r, &r->claims[from[k]]) > odds_claimed(r, top)) top = &r->claims[from[k]];
        double others = r->free_b;
        for (uint32_t k = 0; k < count; k++) {
            claim *c = &r->claims[from[k]];
            c->is_double = c != top && (double)c->to_b * CLOSE_CLAIM > (double)top->to_b && are_doubled(r, top, c);
            met += c->is_double;
            if (c != top && !c->is_double) others += (double)c->to_b;
        }
        if (!met) continue;
        double was = (double)top->to_a;
        top->to_a = (float)(r->chance * top->weight / others);
        if (odds_claimed(r, top) > 1) continue;
        top->to_a = (float)was; /* nobody has the link */
        for (uint32_t k = 0; k < count; k++) r->claims[from[k]].is_double = false;
    }
}

/* What rivals cost such a claim's pair: it is said below a link. */
static float of_double(const linkage_run *run, const linkage_pair *p)
{
    double odds = run->model.prior + (double)p->fields + (double)p->kin + (double)p->rivals;
    return odds > DOUBLE_ODDS ? (float)((double)p->rivals - (odds - DOUBLE_ODDS)) : p->rivals;
}

static void keep_doubles(const rivalry *r)
{
    linkage_run *run = r->run;
    const linkage_pair *pairs = run->pairs.items;
    for (uint32_t i = 0; i < r->count; i++) {
        if (!r->claims[i].is_double) continue;
        linkage_double *doubles = linkage_vec_need(&run->doubles, run->double_count + 1, sizeof *doubles);
        doubles[run->double_count++] = (linkage_double){ pairs[r->claims[i].pair].a, pairs[r->claims[i].pair].b };
    }
}

bool linkage_is_double(const linkage_run *run, const linkage_pair *pair)
{
    const linkage_double *doubles = run->doubles.items;
    size_t low = 0, high = run->double_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const linkage_double *d = &doubles[middle];
        if (d->a < pair->a || (d->a == pair->a && d->b < pair->b)) low = middle + 1;
        else high = middle;
    }
    return low < run->double_count && doubles[low].a == pair->a && doubles[low].b == pair->b;
}

/* ---- all together ---- */

/* Sums are made part after part, of parts of fixed size: the same whoever makes them. */
typedef struct {
    rivalry *r;
    double prior;
    double *matches, *matches_a; /* by part of the pairs, or of the first file's groups */
} counting;

static uint32_t first_claim(const rivalry *r, size_t pair)
{
    uint32_t low = 0, high = r->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (r->claims[middle].pair < pair) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Pairs without a rival. */
static void count_alone(void *job, size_t part, size_t worker)
{
    (void)worker;
    const counting *all = job;
    const rivalry *r = all->r;
    const linkage_pair *pairs = r->run->pairs.items;
    size_t from = part * PART_PAIRS, until = from + PART_PAIRS < r->run->pair_count ? from + PART_PAIRS : r->run->pair_count;
    uint32_t k = first_claim(r, from);
    double matches = 0;
    for (size_t i = from; i < until; i++) {
        if (k < r->count && r->claims[k].pair == i) {
            k++;
            continue;
        }
        double odds = all->prior + (double)pairs[i].fields + (double)pairs[i].kin;
        matches += odds > 20 ? 1 : linkage_probability(odds);
    }
    all->matches[part] = matches;
}

static void count_claimed(void *job, size_t part, size_t worker)
{
    (void)worker;
    const counting *all = job;
    const rivalry *r = all->r;
    uint32_t until = (uint32_t)(part + 1) * PART_GROUPS;
    double matches = 0, matches_a = 0;
    for (uint32_t g = (uint32_t)part * PART_GROUPS; g < until && g < r->groups_a; g++) {
        double none = 1;
        for (const claim *c = r->claims + r->group_a[g]; c < r->claims + r->group_a[g + 1]; c++) {
            double odds = (double)c->to_a * (double)c->to_b / (r->chance * c->weight), is_match = odds / (1 + odds);
            matches += is_match;
            none *= 1 - is_match;
        }
        matches_a += 1 - none;
    }
    all->matches[part] = matches;
    all->matches_a[part] = matches_a;
}

/* How many records are somebody's, by what all pairs say; those of the first file apart. */
static double count_matches(rivalry *r, double *matches_a)
{
    size_t parts = (r->run->pair_count + PART_PAIRS - 1) / PART_PAIRS, parts_a = (r->groups_a + PART_GROUPS - 1) / PART_GROUPS;
    size_t most = parts > parts_a ? parts : parts_a;
    arena *work = arena_open();
    counting all = { r, log(r->chance) - log(r->free_a) - log(r->free_b), ARENA_ARRAY(work, double, most + 1), ARENA_ARRAY(work, double, most + 1) };
    double matches = 0;
    linkage_spread(&r->run->crew, parts, count_alone, &all);
    for (size_t i = 0; i < parts; i++) matches += all.matches[i];
    *matches_a = matches;
    linkage_spread(&r->run->crew, parts_a, count_claimed, &all);
    for (size_t i = 0; i < parts_a; i++) {
        matches += all.matches[i];
        *matches_a += all.matches_a[i];
    }
    arena_close(work);
    return matches;
}

static void take_prior(rivalry *r)
{
    const linkage_set *s = r->run->set;
    r->chance = r->run->matches / ((double)s->count[0] * (double)s->count[1]);
}

static double odds_of(const linkage_run *run, const linkage_pair *p)
{
    return run->model.prior + (double)p->fields + (double)p->kin + (double)p->rivals;
}

/* ---- caution ---- */

enum { WORTH_STEPS = 54, WORTH_ALL = 400 };
typedef struct {
    rivalry *r;
    double (*falsely)[WORTH_ALL + 1]; /* by part of the pairs: false links expected, by steps of the odds */
} weighing;

static double worth_step(void)
{
    return log(WORTH_MAX) / WORTH_STEPS;
}

/* What rivals cost each pair, and so what its odds are. */
static void put_rivals(void *job, size_t part, size_t worker)
{
    (void)worker;
    const weighing *all = job;
    const rivalry *r = all->r;
    linkage_run *run = r->run;
    linkage_pair *pairs = run->pairs.items;
    const double step = worth_step();
    size_t from = part * PART_PAIRS, until = from + PART_PAIRS < run->pair_count ? from + PART_PAIRS : run->pair_count;
    uint32_t k = first_claim(r, from);
    for (size_t i = from; i < until; i++) {
        linkage_pair *p = &pairs[i];
        p->rivals = 0;
        if (k < r->count && r->claims[k].pair == i) {
            const claim *c = &r->claims[k++];
            double alone = r->chance * c->weight;
            p->rivals = (float)(log((double)c->to_b / alone * r->free_a) + log((double)c->to_a / alone * r->free_b));
            if (c->is_double) p->rivals = of_double(run, p);
        }
        double odds = odds_of(run, p), at = odds / step;
        if (odds > 0 && odds < 20) all->falsely[part][at < WORTH_ALL ? (int)at : WORTH_ALL] += 1 - linkage_probability(odds);
    }
}

static void put_odds(void *job, size_t part, size_t worker)
{
    (void)worker;
    const weighing *all = job;
    const linkage_run *run = all->r->run;
    linkage_pair *pairs = run->pairs.items;
    size_t from = part * PART_PAIRS, until = from + PART_PAIRS < run->pair_count ? from + PART_PAIRS : run->pair_count;
    for (size_t i = from; i < until; i++) pairs[i].odds = (float)linkage_cautious(odds_of(run, &pairs[i]), run->model.worth);
}

/* As little caution as keeps the false links that the pairs themselves expect within FALSE_MAX of the rows. */
static void take_worth(const weighing *all, size_t parts)
{
    linkage_run *run = all->r->run;
    double falsely[WORTH_ALL + 1] = { 0 }, sum = 0, bound = FALSE_MAX * (double)linkage_rows(run->set);
    for (size_t part = 0; part < parts; part++)
        for (int i = 0; i <= WORTH_ALL; i++) falsely[i] += all->falsely[part][i];
    int least = WORTH_ALL + 1;
    while (least && sum + falsely[least - 1] <= bound) sum += falsely[--least];
    run->model.worth = least < WORTH_STEPS ? least * worth_step() : log(WORTH_MAX);
}

static void settle_odds(rivalry *r, arena *work)
{
    linkage_run *run = r->run;
    size_t parts = (run->pair_count + PART_PAIRS - 1) / PART_PAIRS;
    weighing all = { r, arena_alloc(work, (parts + 1) * sizeof *all.falsely) };
    linkage_spread(&run->crew, parts, put_rivals, &all);
    take_worth(&all, parts);
    linkage_spread(&run->crew, parts, put_odds, &all);
}

void linkage_settle_rivals(linkage_run *run)
{
    arena *work = arena_open();
    rivalry r = { .run = run, .again = 0.5 };
    double matches_a = run->matches, matches = run->matches;
    find_groups(&r, work);
    size_t parts_a = (r.groups_a + PART_GROUPS - 1) / PART_GROUPS, parts_b = (r.groups_b + PART_GROUPS - 1) / PART_GROUPS;
    for (int round = 0; round < ROUNDS; round++) {
        linkage_prior_set(run, matches_a, matches);
        take_prior(&r);
        r.free_a = linkage_free_share(matches_a, (double)run->set->count[0]);
        r.free_b = linkage_free_share(matches, (double)run->set->count[1]);
        if (!round)
            for (uint32_t i = 0; i < r.count; i++) r.claims[i].to_b = (float)(r.chance * r.claims[i].weight / r.free_a);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            linkage_spread(&run->crew, parts_b, tell_first, &r);
            if (!sweep) r.again = learn_again(&r);
            if (r.again > 1 / r.free_a) r.again = 1 / r.free_a;
            linkage_spread(&run->crew, parts_a, tell_second, &r);
        }
        linkage_spread(&run->crew, parts_b, tell_first, &r);
        matches = count_matches(&r, &matches_a);
    }
    r.doubled = learn_doubled(&r);
    linkage_spread(&run->crew, parts_b, leave_to_doubles, &r);
    keep_doubles(&r);
    settle_odds(&r, work);
    run->matches = matches;
    arena_close(work);
}
