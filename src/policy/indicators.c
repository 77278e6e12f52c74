#include <stdlib.h>
#include <string.h>

#include "policy/policy_internal.h"

/* Indicators as they are handed to those who compute them for places and months. */

static bool stored_of(const policy_type *type, const typed *t, int64_t *stored)
{
    return t && t->kind == TYPED_CONST && values_store(&t->value, type->decimals, stored);
}

static int by_day(const void *a, const void *b)
{
    int32_t left = ((const policy_target *)a)->since_day, right = ((const policy_target *)b)->since_day;
    return (left > right) - (left < right);
}

static policy_indicator indicator_of(arena *a, const symbol *s)
{
    const decl *d = s->decl;
    const policy_type *type = &s->public->type;
    policy_target *targets = ARENA_ARRAY(a, policy_target, d->target_count + 1);
    policy_indicator one = { .symbol = s->public, .targets = targets };
    for (size_t i = 0; i < d->target_count; i++) {
        policy_target *t = &targets[one.target_count];
        t->since_day = d->targets[i].since_day;
        one.target_count += s->targets && stored_of(type, s->targets[i], &t->stored);
    }
    if (one.target_count) qsort(targets, one.target_count, sizeof *targets, by_day);
    one.has_below = stored_of(type, s->below, &one.below);
    one.has_above = stored_of(type, s->above, &one.above);
    return one;
}

const policy_indicator *policy_indicators(arena *a, const policy_book *book, size_t *count)
{
    policy_indicator *list = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < book->symbol_count; i++)
        if (!book->symbols[i].field && book->symbols[i].public->kind == POLICY_SYMBOL_INDICATOR)
            ARENA_PUSH(a, list, *count, capacity, indicator_of(a, &book->symbols[i]));
    return list;
}
