#include <stdlib.h>
#include <string.h>

#include "policy/plan_internal.h"

/* Every rule is planned and sealed once for the first day of each of its versions, in the region
 * that made it, so that what does not fit 128 bits is found while checking and not while paying. */

typedef struct {
    const symbol *root;
    const symbol *entity;
    int32_t day, place;
} trial;

typedef struct {
    trial *items;
    size_t count, capacity;
} trial_list;

int32_t trial_newest_day(const policy_book *book, const symbol *root)
{
    int32_t newest = 0, last = INT32_MAX, first = INT32_MIN;
    for (size_t v = 0; root && v < root->version_count; v++) {
        if (root->versions[v].since_day < first) continue;
        first = root->versions[v].since_day;
        last = root->versions[v].until_day;
    }
    if (book->newest_day > newest) newest = book->newest_day;
    return newest < last ? newest : last;
}

static const symbol *top_entity(const symbol *s)
{
    const symbol *e = s->speaks_of ? s->speaks_of : s->entity;
    if (e && e->public->kind == POLICY_SYMBOL_RECORD) e = e->entity;
    while (e && e->entity)
        e = e->entity;
    return e;
}

static int trial_order(const void *left, const void *right)
{
    const trial *a = left, *b = right;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    if (a->place != b->place) return a->place < b->place ? -1 : 1;
    size_t x = a->entity ? a->entity->index + 1 : 0, y = b->entity ? b->entity->index + 1 : 0;
    if (x != y) return x < y ? -1 : 1;
    return (a->root->index > b->root->index) - (a->root->index < b->root->index);
}

static void gather(const policy_book *book, arena *scratch, trial_list *out)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        policy_symbol_kind kind = s->public->kind;
        if (kind != POLICY_SYMBOL_VAR && kind != POLICY_SYMBOL_INDICATOR &&
            kind != POLICY_SYMBOL_WATCH)
            continue;
        for (size_t v = 0; v < s->version_count; v++) {
            int32_t day = s->versions[v].since_day;
            if (day == INT32_MIN) day = trial_newest_day(book, s);
            trial one = { s, top_entity(s), day, s->versions[v].region };
            ARENA_PUSH(scratch, out->items, out->count, out->capacity, one);
        }
    }
    if (out->count) qsort(out->items, out->count, sizeof *out->items, trial_order);
}

static err try_together(arena *scratch, const policy_book *book, const trial *items, size_t count)
{
    const symbol **roots = ARENA_ARRAY(scratch, const symbol *, count);
    for (size_t i = 0; i < count; i++)
        roots[i] = items[i].root;
    plan_wanted wanted = {
        .on_day = items->day, .region = items->place, .roots = roots, .root_count = count
    };
    policy_planned planned;
    vm_program *program;
    TRY(policy_plan_make(scratch, book, &wanted, &planned));
    return vm_seal(scratch, &planned.plan, &program);
}

static void report(policy_book *book, const trial *one, err e)
{
    span at = one->root->decl->name.at;
    if (e.at.line) at = (span){ e.at.file, e.at.line, e.at.column, e.at.line, e.at.column + 1 };
    bool is_wide = e.kind == &VM_TOO_WIDE;
    arena *scratch = arena_open();
    text why = is_wide ? TEXT_NONE : text_copy(book->memory, err_sentence(scratch, e, false));
    arena_close(scratch);
    mistakes_add(book->mistakes, is_wide ? "rule.too_wide" : "rule.not_planned", at,
                 text_of(one->root->public->name), why, TEXT_NONE);
}

static bool is_one_group(const trial *a, const trial *b)
{
    return a->day == b->day && a->place == b->place && a->entity == b->entity;
}

void trial_run(policy_book *book)
{
    arena *list_memory = arena_open(), *scratch = arena_open();
    trial_list list = { 0 };
    gather(book, list_memory, &list);
    for (size_t from = 0, until; from < list.count; from = until) {
        until = from + 1;
        while (until < list.count && is_one_group(&list.items[from], &list.items[until]))
            until++;
        err e = try_together(scratch, book, &list.items[from], until - from);
        arena_reset(scratch);
        for (size_t i = from; e.kind && i < until; i++) {
            err alone = try_together(scratch, book, &list.items[i], 1);
            if (alone.kind) report(book, &list.items[i], alone);
            arena_reset(scratch);
        }
    }
    for (size_t i = 0; i < book->symbol_count; i++)
        for (size_t v = 0; v < book->symbols[i].version_count; v++) {
            trial_clash(book, scratch, &book->symbols[i], &book->symbols[i].versions[v]);
            arena_reset(scratch);
        }
    arena_close(scratch);
    arena_close(list_memory);
}
