#include <string.h>

#include "policy/policy_internal.h"

/* Watches as they are handed to those who run them. */

typedef struct {
    arena *a;
    const symbol *owner;
    const char **names;
    const symbol **symbols;
    size_t count, capacity, symbol_capacity;
} evidence;

static void add_symbol(evidence *e, const symbol *s)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->symbols[i] == s) return;
    size_t count = e->count;
    ARENA_PUSH(e->a, e->symbols, count, e->symbol_capacity, s);
    ARENA_PUSH(e->a, e->names, e->count, e->capacity,
               text_format(e->a, "%s.%s", s->public->pack, s->public->name).bytes);
}

/* A value of the one watched: no row of a record, no figure of the law. */
static bool is_evidence(const symbol *s)
{
    policy_symbol_kind kind = s->public->kind;
    return (kind == POLICY_SYMBOL_INPUT || kind == POLICY_SYMBOL_VAR) && !s->public->record &&
           (!s->entity || s->entity->public->kind != POLICY_SYMBOL_RECORD);
}

static void collect(evidence *e, const typed *t)
{
    if (!t) return;
    if (t->symbol && is_evidence(t->symbol)) add_symbol(e, t->symbol);
    for (size_t i = 0; i < t->arg_count; i++) collect(e, t->args[i]);
    if (t->date) collect(e, t->date);
    if (t->place) collect(e, t->place);
}

static void add_keys(const policy_book *book, evidence *e, const decl *d)
{
    for (size_t i = 0; i < d->key_count; i++) {
        size_t count;
        const symbol *s = bind_find(book, e->owner->pack, TEXT_NONE, d->keys[i].name.bytes, &count);
        if (s) add_symbol(e, s);
    }
}

static bool is_key_of(const policy_book *book, const evidence *e, const decl *d, size_t index)
{
    for (size_t i = 0; i < d->key_count; i++) {
        size_t count;
        if (bind_find(book, e->owner->pack, TEXT_NONE, d->keys[i].name.bytes, &count) ==
            e->symbols[index])
            return true;
    }
    return false;
}

static const char *or_null(arena *a, text t)
{
    return t.size_bytes ? text_cstr(a, t) : NULL;
}

static policy_watch watch_of(arena *a, const policy_book *book, const symbol *s)
{
    const decl *d = s->decl;
    evidence e = { .a = a, .owner = s };
    for (size_t v = 0; v < s->version_count; v++) collect(&e, s->versions[v].body);
    add_keys(book, &e, d);
    bool *is_key = ARENA_ARRAY(a, bool, e.count + 1);
    for (size_t i = 0; i < e.count; i++) is_key[i] = is_key_of(book, &e, d, i);
    const effect_syntax *action = d->action_count ? &d->actions[0] : NULL;
    const char *severity = or_null(a, d->severity.bytes);
    return (policy_watch){
        .symbol = s->public,
        .severity = severity ? severity : "medium",
        .owner = or_null(a, d->owner.bytes),
        .owner_en = or_null(a, d->owner_en),
        .within_days = d->within_days,
        .is_working_days = d->is_working_days,
        .verb = action ? or_null(a, action->verb.bytes) : NULL,
        .target = action && action->name_count ? or_null(a, action->names[0].bytes) : NULL,
        .message = or_null(a, d->message),
        .message_en = or_null(a, d->message_en),
        .evidence = e.names,
        .evidence_count = e.count,
        .is_key = is_key,
    };
}

const char *policy_watch_english(arena *a, const policy_book *book, text said)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        const decl *d = s->field || s->public->kind != POLICY_SYMBOL_WATCH ? NULL : s->decl;
        if (d && d->message_en.size_bytes && text_equal(d->message, said)) return text_cstr(a, d->message_en);
        if (d && d->owner_en.size_bytes && text_equal(d->owner.bytes, said)) return text_cstr(a, d->owner_en);
    }
    return NULL;
}

const policy_watch *policy_watches(arena *a, const policy_book *book, size_t *count)
{
    policy_watch *list = NULL;
    size_t capacity = 0;
    *count = 0;
    for (size_t i = 0; i < book->symbol_count; i++)
        if (!book->symbols[i].field && book->symbols[i].public->kind == POLICY_SYMBOL_WATCH)
            ARENA_PUSH(a, list, *count, capacity, watch_of(a, book, &book->symbols[i]));
    return list;
}
