#include <string.h>

#include "duty/duty_internal.h"

/* Past it a table sets so little apart that trying all would take minutes. */
enum { ROLE_SETS_MAX = 4096 };

/* What a person could be: every set of roles that fits. */
typedef struct {
    duty_roles *roles;
    duty_set *duties;
    size_t count, roles_capacity, duties_capacity;
} kinds_of_person;

/* Adds every fitting set that takes `roles` so far and more of the roles from `next` on. What does
 * not fit is not made to fit by more roles, so a branch ends there. */
static void gather(arena *scratch, const duty_table *t, kinds_of_person *kinds, duty_roles roles,
                   size_t next)
{
    size_t count = kinds->count;
    if (count == ROLE_SETS_MAX) return;
    ARENA_PUSH(scratch, kinds->roles, kinds->count, kinds->roles_capacity, roles);
    ARENA_PUSH(scratch, kinds->duties, count, kinds->duties_capacity, duty_of_roles(t, roles));
    for (size_t i = next; i < t->role_count; i++) {
        duty_set duties = duty_of_roles(t, roles | (duty_roles)1 << i);
        bool is_apart = false;
        for (size_t d = 0; d < t->duty_count; d++)
            is_apart |= (duties >> d & 1) && (duties & t->apart[d]);
        if (!is_apart) gather(scratch, t, kinds, roles | (duty_roles)1 << i, i + 1);
    }
}

/* Whether the steps from `step` on can be shared; `busy` are those who already have one in this
 * business. */
static bool can_go_from(const duty_path *path, size_t step, const duty_set *held,
                        size_t person_count, uint64_t busy)
{
    if (step == path->step_count) return true;
    if (step > 0 && path->steps[step].business != path->steps[step - 1].business) busy = 0;
    for (size_t i = 0; i < person_count; i++)
        if (!(busy >> i & 1) && (held[i] >> path->steps[step].duty & 1) &&
            can_go_from(path, step + 1, held, person_count, busy | (uint64_t)1 << i))
            return true;
    return false;
}

bool duty_can_go(const duty_path *path, const duty_set *held, size_t person_count)
{
    return can_go_from(path, 0, held, person_count < 64 ? person_count : 64, 0);
}

static bool try_paths(const duty_table *t, const duty_set *held, size_t person_count, size_t *path)
{
    for (size_t i = 0; i < t->path_count; i++)
        if (duty_can_go(&t->paths[i], held, person_count)) {
            *path = i;
            return true;
        }
    return false;
}

typedef struct {
    const duty_table *table;
    const kinds_of_person *kinds;
    size_t person_count;
    duty_set held[DUTY_PERSONS_MAX];
    duty_verdict *verdict;
} search;

/* People are alike: each is of a kind not before that of the one before. */
static bool choose(search *s, size_t person, size_t from_kind)
{
    if (person == s->person_count) {
        s->verdict->tried++;
        return try_paths(s->table, s->held, s->person_count, &s->verdict->path);
    }
    for (size_t kind = from_kind; kind < s->kinds->count; kind++) {
        s->held[person] = s->kinds->duties[kind];
        s->verdict->roles[person] = s->kinds->roles[kind];
        if (choose(s, person + 1, kind)) return true;
    }
    return false;
}

duty_verdict duty_prove(arena *scratch, const duty_table *table, size_t person_count)
{
    assert(person_count >= 1 && person_count <= DUTY_PERSONS_MAX);
    kinds_of_person kinds = { 0 };
    gather(scratch, table, &kinds, 0, 0);
    duty_verdict verdict = { .role_sets = kinds.count, .is_cut_short = kinds.count == ROLE_SETS_MAX };
    if (verdict.is_cut_short) return verdict;
    search s = { .table = table, .kinds = &kinds, .person_count = person_count,
                 .verdict = &verdict };
    verdict.can_move_money = choose(&s, 0, 0);
    if (!verdict.can_move_money) memset(verdict.roles, 0, sizeof verdict.roles);
    return verdict;
}
