#include <string.h>

#include "policy/policy_internal.h"

/* The book: compiling, and what may be asked of it by name. */

const err_kind POLICY_HAS_MISTAKES = { "policy.has_mistakes", ERR_BAD_INPUT,
                                       "The packs have mistakes; nothing is computed with them.",
                                       "政策包有错误，不能用于计算。" };
const err_kind POLICY_UNKNOWN_NAME = { "policy.unknown_name", ERR_NOT_FOUND, "No pack declares {}.",
                                       "没有政策包声明“{}”。" };
const err_kind POLICY_AMBIGUOUS_NAME = { "policy.ambiguous_name", ERR_BAD_INPUT,
                                         "Several packs declare this name; write one of: {}.",
                                         "多个政策包声明了该名称，请写成其中之一：{}。" };
const err_kind POLICY_UNKNOWN_REGION = { "policy.unknown_region", ERR_NOT_FOUND,
                                         "No pack is of the region {}.",
                                         "没有“{}”这一地区的政策包。" };

static policy_book *book_open(arena *memory)
{
    policy_book *book = ARENA_NEW(memory, policy_book);
    book->memory = memory;
    book->mistakes = mistakes_open(memory);
    book->region_by_path = hash_map_open(memory);
    book->region_by_name = hash_map_open(memory);
    book->by_name = hash_map_open(memory);
    book->by_label = hash_map_open(memory);
    book->pack_by_name = hash_map_open(memory);
    book->member_by_name = hash_map_open(memory);
    return book;
}

static void list_choices(policy_book *book);

err policy_compile(arena *memory, const policy_source *sources, size_t source_count,
                   policy_book **out)
{
    policy_book *book = book_open(memory);
    *out = book;
    bind_packs(book, sources, source_count);
    versions_gather(book);
    check_decl_all(book);
    check_case_all(book);
    tests_check(book);
    proofs_check(book);
    list_choices(book);
    book->digest = digest_of(sources, source_count);
    book->region_paths = ARENA_ARRAY(memory, const char *, book->region_count + 1);
    for (size_t i = 0; i < book->region_count; i++)
        book->region_paths[i] = book->regions[i].path;
    if (mistakes_count(book->mistakes) == 0) proofs_try(book);
    if (mistakes_count(book->mistakes) == 0) trial_run(book);
    book->sorted = mistakes_sorted(book->mistakes, &book->sorted_count, &book->unshown);
    book->has_mistakes = book->sorted_count > 0;
    return book->has_mistakes ? err_of(&POLICY_HAS_MISTAKES, NULL) : ERR_NONE;
}

const policy_mistake *policy_mistakes(const policy_book *book, size_t *count, size_t *unshown)
{
    *count = book->sorted_count;
    *unshown = book->unshown;
    return book->sorted;
}

const policy_pack *policy_packs(const policy_book *book, size_t *count)
{
    *count = book->pack_count;
    return book->public_packs;
}

const policy_symbol *policy_symbols(const policy_book *book, size_t *count)
{
    *count = book->symbol_count;
    return book->public_symbols;
}

const char *const *policy_regions(const policy_book *book, size_t *count)
{
    *count = book->region_count;
    return book->region_paths;
}

/* ---- finding ---- */

/* What one asks for by name: figures first, then fields, records and the rest. */
static int rank_of(const symbol *s)
{
    switch (s->public->kind) {
    case POLICY_SYMBOL_VAR:
    case POLICY_SYMBOL_PARAM:
    case POLICY_SYMBOL_INPUT: return 0;
    case POLICY_SYMBOL_INDICATOR:
    case POLICY_SYMBOL_WATCH: return 1;
    case POLICY_SYMBOL_FIELD: return 3;
    default: return 2;
    }
}

typedef struct {
    const symbol *best;
    size_t count;
} finding;

static void consider(finding *f, const symbol *s)
{
    if (f->best && rank_of(s) > rank_of(f->best)) return;
    bool is_better = !f->best || rank_of(s) < rank_of(f->best);
    f->count = is_better ? 1 : f->count + 1;
    if (is_better) f->best = s;
}

static finding find_by_name(const policy_book *book, text pack_name, text name)
{
    finding f = { 0 };
    size_t first = hash_map_get(book->by_name, name);
    for (const symbol *s = first == SIZE_MAX ? NULL : &book->symbols[first]; s; s = s->next_named) {
        bool is_pack = !pack_name.size_bytes || text_equal_cstr(pack_name, s->public->pack) ||
                       (s->public->record && text_equal_cstr(pack_name, s->public->record));
        if (is_pack) consider(&f, s);
    }
    return f;
}

static finding find_by_label(const policy_book *book, text label)
{
    finding f = { 0 };
    arena *scratch = arena_open();
    size_t first = hash_map_get(book->by_label, bind_fold_label(scratch, label));
    arena_close(scratch);
    for (const symbol *s = first == SIZE_MAX ? NULL : &book->symbols[first]; s;
         s = s->next_labelled)
        consider(&f, s);
    return f;
}

/* Made while compiling, since a book that answers is never written to. */
static void list_choices(policy_book *book)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *first = &book->symbols[i];
        text name = text_of(first->public->name);
        if (!first->next_named || hash_map_get(book->by_name, name) != i) continue;
        text_builder b = text_builder_open(book->memory);
        for (const symbol *s = first; s; s = s->next_named)
            text_add_format(&b, "%s%s.%s", s == first ? "" : ", ",
                            s->public->record ? s->public->record : s->public->pack,
                            s->public->name);
        first->choices = text_built(&b).bytes;
    }
}

err policy_find(const policy_book *book, text name, const policy_symbol **found)
{
    name = text_trim(name);
    finding f = find_by_name(book, TEXT_NONE, name);
    size_t dot = text_find(name, TEXT("."));
    if (!f.best && dot != SIZE_MAX)
        f = find_by_name(book, text_sub(name, 0, dot), text_sub(name, dot + 1, name.size_bytes));
    if (!f.best) f = find_by_label(book, name);
    if (!f.best) return err_of(&POLICY_UNKNOWN_NAME, NULL);
    if (f.count > 1) {
        size_t first = hash_map_get(book->by_name, text_of(f.best->public->name));
        return err_of(&POLICY_AMBIGUOUS_NAME, book->symbols[first].choices);
    }
    *found = f.best->public;
    return ERR_NONE;
}
