#include "policy/policy_internal.h"

/* What the checker could neither settle nor refuse: exceptions that may meet in a run, and dates on
 * which a rule is silent between two of its versions. */

typedef struct {
    policy_clash *items;
    size_t count, capacity;
} clash_list;

static bool is_asked_for(const char *name, text only_pack)
{
    return !only_pack.size_bytes || text_equal(text_of(name), only_pack);
}

static void add_clashes(arena *a, const policy_book *book, const symbol *s, const version *v,
                        clash_list *out)
{
    for (size_t i = 0; i < v->exception_count; i++) {
        const exception *later = &v->exceptions[i];
        for (size_t j = 0; later->may_clash && j < i; j++) {
            if (!later->may_clash[j]) continue;
            const exception *earlier = &v->exceptions[j];
            policy_clash one = { .name = s->public->name,
                                 .pack = v->pack->public.name,
                                 .region = book->regions[v->region].path,
                                 .condition = later->source_condition,
                                 .other = earlier->source_condition,
                                 .at = policy_pos(later->at),
                                 .other_at = policy_pos(earlier->at) };
            ARENA_PUSH(a, out->items, out->count, out->capacity, one);
        }
    }
}

const policy_clash *policy_clashes(arena *a, const policy_book *book, text only_pack, size_t *count)
{
    clash_list list = { 0 };
    for (size_t i = 0; i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        for (size_t v = 0; v < s->version_count; v++)
            if (is_asked_for(s->versions[v].pack->public.name, only_pack))
                add_clashes(a, book, s, &s->versions[v], &list);
    }
    *count = list.count;
    return list.items;
}

/* ---- gaps ---- */

typedef struct {
    policy_gap *items;
    size_t count, capacity;
} gap_list;

/* The version, of those that speak for `place`, that ends the silence: it begins on `day`. */
static const version *next_from(const policy_book *book, const symbol *s, int32_t place,
                                int32_t day)
{
    const version *found = NULL;
    for (size_t i = 0; i < s->version_count; i++) {
        const version *v = &s->versions[i];
        if (v->since_day != day || !regions_is_within(book, place, v->region)) continue;
        if (!found || book->regions[v->region].depth > book->regions[found->region].depth)
            found = v;
    }
    return found;
}

/* Is the region above silent on just these days too? Then it is said there, once. */
static bool is_from_above(const policy_book *book, const symbol *s, int32_t place,
                          const policy_gap *gap)
{
    int32_t above = book->regions[place].parent;
    if (above < 0 || !regions_is_within(book, above, s->pack->region)) return false;
    bool is_silent = !versions_at(book, s, above, gap->from_day, NULL) &&
                     !versions_at(book, s, above, gap->until_day, NULL);
    return is_silent && versions_at(book, s, above, gap->from_day - 1, NULL) &&
           versions_at(book, s, above, gap->until_day + 1, NULL);
}

static void add_gaps(arena *a, const policy_book *book, const symbol *s, int32_t place,
                     text only_pack, gap_list *out)
{
    int32_t *days;
    size_t count = versions_breaks(a, book, s, place, &days);
    bool has_spoken = false;
    int32_t silent_from = INT32_MIN;
    for (size_t i = 0; i < count; i++) {
        if (!versions_at(book, s, place, days[i], NULL)) {
            if (has_spoken && silent_from == INT32_MIN) silent_from = days[i];
            continue;
        }
        if (silent_from != INT32_MIN) {
            const version *next = next_from(book, s, place, days[i]);
            policy_gap gap = { .name = s->public->name,
                               .pack = next->pack->public.name,
                               .region = book->regions[place].path,
                               .from_day = silent_from,
                               .until_day = days[i] - 1,
                               .at = policy_pos(next->at) };
            if (is_asked_for(gap.pack, only_pack) && !is_from_above(book, s, place, &gap))
                ARENA_PUSH(a, out->items, out->count, out->capacity, gap);
        }
        has_spoken = true;
        silent_from = INT32_MIN;
    }
}

const policy_gap *policy_gaps(arena *a, const policy_book *book, text only_pack, size_t *count)
{
    gap_list list = { 0 };
    for (size_t i = 0; i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        for (size_t v = 0; v < s->version_count; v++) /* sorted by region: each once */
            if (v == 0 || s->versions[v].region != s->versions[v - 1].region)
                add_gaps(a, book, s, s->versions[v].region, only_pack, &list);
    }
    *count = list.count;
    return list.items;
}
