/* The law: a pack has mistakes, each with a place in the file, or it is a tree that prints and
 * parses to the same tree. Memory is bounded by the size of the pack. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/syntax_print.h"

enum { MEMORY_BASE = 4 << 20, MEMORY_FACTOR = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_mistakes(arena *a, mistakes *m, text source)
{
    size_t count, unshown;
    const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
    int32_t lines = 1;
    for (size_t i = 0; i < source.size_bytes; i++)
        lines += source.bytes[i] == '\n' || source.bytes[i] == '\r';
    for (size_t i = 0; i < count; i++) {
        assert(all[i].at.line >= 1 && all[i].at.line <= lines && all[i].at.column >= 1);
        assert(policy_mistake_print(a, &all[i], i % 2).size_bytes > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_open();
    text source = { (const char *)data, size };
    mistakes *m = mistakes_open(a);
    pack_syntax pack, again;
    syntax_parse(a, (policy_source){ "fuzz.md", source }, m, &pack);
    assert(arena_used_bytes(a) < MEMORY_BASE + MEMORY_FACTOR * size);
    if (mistakes_count(m)) {
        check_mistakes(a, m, source);
        arena_close(a);
        return 0;
    }
    text printed = syntax_print(a, &pack);
    syntax_parse(a, (policy_source){ "printed.md", printed }, m, &again);
    if (mistakes_count(m) || !syntax_same(&pack, &again)) {
        size_t count, unshown;
        const policy_mistake *all = mistakes_sorted(m, &count, &unshown);
        fprintf(stderr, "%.*s\n", TEXT_ARG(printed));
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, "%s", policy_mistake_print(a, &all[i], false).bytes);
        abort();
    }
    arena_close(a);
    return 0;
}
