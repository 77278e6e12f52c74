/* Construction projects of each contractor, as facts of watches: under way, and of them not insured or insured for too little. */
#include "base/search.h"
#include "service/watch_known_internal.h"

err watch_projects_gather(watch_known *k)
{
    if (k->has_projects) return ERR_NONE;
    TRY(projects_read(k->office, k->month, &k->projects));
    k->has_projects = true;
    return ERR_NONE;
}

/* A project that stands on several rolls is one. */
static int64_t count_of(const watch_known *k, int64_t employer_id, bool counts[PROJECTS_STATE_COUNT])
{
    int64_t found = 0;
    const projects_told *told = &k->projects;
    size_t i = SEARCH_FIRST(told->rows, told->count, employer_id, employer_id);
    while (i < told->count && told->rows[i].employer_id == employer_id) {
        text no = told->rows[i].no;
        bool is_one = false;
        for (; i < told->count && told->rows[i].employer_id == employer_id && text_equal(told->rows[i].no, no); i++)
            is_one |= counts[projects_state_of(&told->rows[i], k->day)];
        found += is_one;
    }
    return found;
}

/* Nought is known only when every department has handed in its roll. */
static bool is_known(const watch_known *k, int64_t value)
{
    return value > 0 || (k->projects.roll_count && !k->projects.missing.size_bytes);
}

bool watch_projects_bare(const watch_known *k, int64_t employer_id, int64_t *value)
{
    *value = count_of(k, employer_id, (bool[PROJECTS_STATE_COUNT]){ [PROJECTS_BARE] = true });
    return is_known(k, *value);
}

bool watch_projects_less(const watch_known *k, int64_t employer_id, int64_t *value)
{
    *value = count_of(k, employer_id, (bool[PROJECTS_STATE_COUNT]){ [PROJECTS_LARGER] = true, [PROJECTS_SHORT] = true });
    return is_known(k, *value);
}
