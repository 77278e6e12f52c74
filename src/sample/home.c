/* Souls and homes: people of the census's ages, in one block, put into households. Everybody is
 * drawn first, so that ages are the census's; then couples find each other, children are given
 * mothers and the old move in with their children, as far as the block has them. */
#include <string.h>

#include "sample/sample_internal.h"

enum { AGE_MAX = 106, ADULT = 18, NOBODY = -1 };

/* Of a thousand women of each five years from 20 on, those with a husband: shares as in the
 * census of 2020, rounded. */
static const uint16_t MARRIED[] = { 180, 620, 870, 920, 930, 940, 940, 930,
                                    890, 830, 720, 570, 390, 220, 110, 50 };

/* ---- souls ---- */

static int64_t weight_of(int age, int sex)
{
    const sample_census_row *row = &SAMPLE_CENSUS[age];
    return row->people[sex] + (int64_t)SAMPLE_DEATH_YEARS * row->deaths[sex];
}

/* One draw from each of soul_count equal parts of the census, in order of age: a block is a small
 * census, and so is the county. */
void sample_make_souls(sample_maker *m, sample_dice *dice)
{
    int64_t total = 0;
    for (int age = 0; age < SAMPLE_AGES; age++)
        total += weight_of(age, 0) + weight_of(age, 1);
    int64_t passed = 0, share = total / m->soul_count;
    int cell = 0;
    for (int i = 0; i < m->soul_count; i++) {
        int64_t at = share * i + (int64_t)(sample_roll(dice) % (uint64_t)share);
        while (at >= passed + weight_of(cell / 2, cell % 2)) {
            passed += weight_of(cell / 2, cell % 2);
            cell++;
        }
        const sample_census_row *row = &SAMPLE_CENSUS[cell / 2];
        int64_t living = row->people[cell % 2];
        int16_t age = (int16_t)(cell / 2);
        if (age == SAMPLE_AGES - 1)
            while (age < AGE_MAX && sample_chance(dice, 500))
                age++;
        m->souls[i] = (sample_soul){ .age = age,
                                     .sex = (uint8_t)(cell % 2),
                                     .partner = NOBODY,
                                     .home = NOBODY,
                                     .next = NOBODY,
                                     .is_dead = at - passed >= living };
    }
}

/* ---- homes ---- */

typedef struct {
    sample_maker *m;
    sample_dice *dice;
    int16_t men[AGE_MAX + 1];     /* bachelors by age, linked by soul.next */
    int16_t mothers[AGE_MAX + 1]; /* homes by the wife's age that have room, by home.next */
} matching;

static int16_t take(int16_t heads[], const sample_soul *souls, int age)
{
    if (age < 0 || age > AGE_MAX || heads[age] == NOBODY) return NOBODY;
    int16_t taken = heads[age];
    heads[age] = souls[taken].next;
    return taken;
}

/* The first of ages at, at+1, at-1, at+2 .. that has somebody. */
static int16_t take_near(matching *x, int at, int spread, int age_min)
{
    for (int step = 0; step <= 2 * spread; step++) {
        int age = step % 2 ? at + (step + 1) / 2 : at - step / 2;
        int16_t found = age < age_min ? NOBODY : take(x->men, x->m->souls, age);
        if (found != NOBODY) return found;
    }
    return NOBODY;
}

static int16_t open_home(matching *x, int16_t head)
{
    sample_maker *m = x->m;
    int16_t home = (int16_t)m->home_count++;
    m->homes[home] = (sample_home){ .head = head, .next = NOBODY, .wife_age = m->souls[head].age };
    m->souls[head].home = home;
    m->souls[head].relation = SAMPLE_HEAD;
    return home;
}

static void wed(matching *x, int16_t wife, int16_t husband)
{
    sample_maker *m = x->m;
    int16_t home = open_home(x, husband);
    sample_home *h = &m->homes[home];
    sample_soul *w = &m->souls[wife], *man = &m->souls[husband];
    int32_t size = sample_below(x->dice, 100);
    h->child_max = size < 45 ? 1 : size < 85 ? 2 : 3;
    h->wife_age = w->age;
    h->next = x->mothers[w->age];
    x->mothers[w->age] = home;
    w->home = home;
    w->partner = husband;
    man->partner = wife;
    w->relation = SAMPLE_SPOUSE;
    if (man->is_dead && !w->is_dead) { /* the register names a head who lives */
        h->head = wife;
        w->relation = SAMPLE_HEAD;
        man->relation = SAMPLE_SPOUSE;
    }
}

static void make_couples(matching *x)
{
    sample_maker *m = x->m;
    for (int16_t i = 0; i < m->soul_count; i++) {
        sample_soul *s = &m->souls[i];
        if (s->sex != SAMPLE_MALE || s->age < 22) continue;
        s->next = x->men[s->age];
        x->men[s->age] = i;
    }
    for (int16_t i = 0; i < m->soul_count; i++) {
        const sample_soul *s = &m->souls[i];
        if (s->sex != SAMPLE_FEMALE || s->age < 20) continue;
        size_t row = (size_t)(s->age - 20) / 5;
        if (row >= ARRAY_COUNT(MARRIED)) row = ARRAY_COUNT(MARRIED) - 1;
        if (!sample_chance(x->dice, MARRIED[row])) continue;
        int at = s->age + sample_below(x->dice, 6) - 1;
        int16_t husband = take_near(x, at, 6, 22);
        if (husband != NOBODY) wed(x, i, husband);
    }
}

static void add_child(matching *x, int16_t child, int16_t home, bool is_grandchild)
{
    sample_soul *s = &x->m->souls[child];
    s->home = home;
    x->m->homes[home].child_count++;
    bool is_girl = s->sex == SAMPLE_FEMALE;
    s->relation = is_grandchild ? (is_girl ? SAMPLE_GRANDDAUGHTER : SAMPLE_GRANDSON)
                                : (is_girl ? SAMPLE_DAUGHTER : SAMPLE_SON);
}

/* A home whose wife was about `mother_age` at the child's birth and that wants another child. */
static int16_t find_mother(matching *x, int child_age, int mother_age)
{
    for (int step = 0; step <= 16; step++) {
        int then = step % 2 ? mother_age + (step + 1) / 2 : mother_age - step / 2;
        int age = child_age + then;
        if (then < 18 || then > 46 || age > AGE_MAX || x->mothers[age] == NOBODY) continue;
        int16_t home = x->mothers[age];
        sample_home *h = &x->m->homes[home];
        if (h->child_count + 1 >= h->child_max) x->mothers[age] = h->next;
        return home;
    }
    return NOBODY;
}

/* Any home with a woman or man old enough, beginning at a random one; else none. */
static int16_t find_any_home(matching *x, int child_age)
{
    const sample_maker *m = x->m;
    int begin = m->home_count ? sample_below(x->dice, m->home_count) : 0;
    for (int i = 0; i < m->home_count; i++) {
        int16_t home = (int16_t)((begin + i) % m->home_count);
        if (m->homes[home].wife_age >= child_age + 20 && m->homes[home].child_count < 4)
            return home;
    }
    return NOBODY;
}

static int32_t stays_permille(int age)
{
    return age < ADULT ? 1000 : age < 25 ? 800 : age < 35 ? 420 : 0;
}

static void place_children(matching *x)
{
    sample_maker *m = x->m;
    for (int16_t i = 0; i < m->soul_count; i++) {
        const sample_soul *s = &m->souls[i];
        if (s->home != NOBODY || !sample_chance(x->dice, stays_permille(s->age))) continue;
        int mother_age = 20 + sample_below(x->dice, 9) + sample_below(x->dice, 9);
        int16_t home = find_mother(x, s->age, mother_age);
        if (home != NOBODY) {
            add_child(x, i, home, false);
        } else if (s->age < ADULT && (home = find_any_home(x, s->age)) != NOBODY) {
            add_child(x, i, home, m->homes[home].wife_age > s->age + 45);
        }
    }
}

/* A home one generation younger than `age`, without elders. */
static int16_t find_younger_home(matching *x, int age)
{
    const sample_maker *m = x->m;
    int wanted = age - 24 - sample_below(x->dice, 9);
    int begin = sample_below(x->dice, m->home_count);
    for (int i = 0; i < m->home_count && i < 64; i++) {
        int16_t home = (int16_t)((begin + i) % m->home_count);
        const sample_home *h = &m->homes[home];
        if (h->is_gone || h->has_elders || m->souls[h->head].age > age - 18) continue;
        if (h->wife_age >= wanted - 3 && h->wife_age <= wanted + 3) return home;
    }
    return NOBODY;
}

static void join(matching *x, int16_t elder, int16_t home)
{
    sample_soul *s = &x->m->souls[elder];
    s->home = home;
    s->relation = s->sex == SAMPLE_MALE ? SAMPLE_FATHER : SAMPLE_MOTHER;
    x->m->homes[home].has_elders = true;
}

static void place_elders(matching *x)
{
    sample_maker *m = x->m;
    for (int16_t i = 0; i < m->soul_count && m->home_count > 0; i++) {
        sample_soul *s = &m->souls[i];
        if (s->age < 60 || (s->partner != NOBODY && s->relation != SAMPLE_HEAD)) continue;
        bool is_couple = s->partner != NOBODY;
        if (is_couple && (m->homes[s->home].child_count > 0 || m->homes[s->home].has_elders))
            continue;
        if (!sample_chance(x->dice, is_couple ? 300 : 550)) continue;
        int16_t home = find_younger_home(x, s->age);
        if (home == NOBODY || home == s->home) continue;
        if (is_couple) {
            if (m->souls[s->partner].age < m->souls[m->homes[home].head].age + 18) continue;
            m->homes[s->home].is_gone = true;
            join(x, s->partner, home);
        }
        join(x, i, home);
    }
}

/* Who is left lives alone; children without any home too, in a last block of very few people. */
static void place_others(matching *x)
{
    for (int16_t i = 0; i < x->m->soul_count; i++)
        if (x->m->souls[i].home == NOBODY) open_home(x, i);
}

/* ---- order: homes shuffled, in each the members by relation ---- */

static void shuffle(sample_dice *dice, int16_t *items, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int other = sample_below(dice, i + 1);
        int16_t kept = items[i];
        items[i] = items[other];
        items[other] = kept;
    }
}

static void put_in_order(sample_maker *m, sample_dice *dice)
{
    int16_t homes[SAMPLE_BLOCK_PEOPLE], begin[SAMPLE_BLOCK_PEOPLE],
        size[SAMPLE_BLOCK_PEOPLE] = { 0 };
    for (int i = 0; i < m->home_count; i++)
        homes[i] = (int16_t)i;
    shuffle(dice, homes, m->home_count);
    for (int i = 0; i < m->soul_count; i++)
        size[m->souls[i].home]++;
    int16_t at = 0;
    for (int i = 0; i < m->home_count; i++) {
        begin[homes[i]] = at;
        at = (int16_t)(at + size[homes[i]]);
        size[homes[i]] = 0;
    }
    for (int16_t i = 0; i < m->soul_count; i++) {
        int16_t home = m->souls[i].home, place = begin[home],
                last = (int16_t)(place + size[home]++);
        for (; last > place && m->souls[m->order[last - 1]].relation > m->souls[i].relation; last--)
            m->order[last] = m->order[last - 1];
        m->order[last] = i;
    }
}

void sample_make_homes(sample_maker *m, sample_dice *dice)
{
    matching x = { .m = m, .dice = dice };
    memset(x.men, 0xFF, sizeof x.men); /* NOBODY */
    memset(x.mothers, 0xFF, sizeof x.mothers);
    m->home_count = 0;
    make_couples(&x);
    place_children(&x);
    place_elders(&x);
    place_others(&x);
    put_in_order(m, dice);
}
