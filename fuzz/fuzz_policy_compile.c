/* The law: a book of two packs has mistakes, each with a place in a file, or every rule in it makes
 * a plan that the vm seals, on any day, in any of its regions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_mistakes(arena *a, const policy_book *book)
{
    size_t count, unshown;
    const policy_mistake *all = policy_mistakes(book, &count, &unshown);
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert(all[i].at.file && all[i].at.line >= 1 && all[i].at.column >= 1);
        assert(policy_mistake_print(a, &all[i], i % 2).size_bytes > 0);
    }
}

static void plan_each(arena *a, const policy_book *book, int32_t on_day)
{
    size_t symbol_count, region_count;
    const policy_symbol *symbols = policy_symbols(book, &symbol_count);
    const char *const *regions = policy_regions(book, &region_count);
    for (size_t i = 0; i < symbol_count; i++) {
        text name = text_format(a, "%s.%s", symbols[i].pack, symbols[i].name);
        policy_request wanted = { .on_day = on_day,
                                  .region = text_of(regions[i % region_count]),
                                  .roots = &name,
                                  .root_count = 1 };
        policy_planned planned;
        vm_program *program;
        if (policy_plan(a, book, &wanted, &planned).kind) continue;
        err e = vm_seal(a, &planned.plan, &program);
        assert(e.kind != &VM_BAD_PLAN);
    }
}

/* Packs of one book are divided by a line of percent signs. */
static size_t divide(arena *a, const uint8_t *data, size_t size, policy_source *sources, size_t max)
{
    text rest = { (const char *)data, size };
    size_t count = 0;
    for (;;) {
        size_t at = count + 1 < max ? text_find(rest, TEXT("\n%%%%\n")) : SIZE_MAX;
        text one = text_sub(rest, 0, at);
        sources[count] = (policy_source){ text_format(a, "%zu.md", count).bytes, one };
        count++;
        if (at == SIZE_MAX) break;
        rest = text_sub(rest, at + 6, rest.size_bytes);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_open();
    policy_source sources[3];
    size_t count = divide(a, data, size, sources, 3);
    policy_book *book;
    err e = policy_compile(a, sources, count, &book);
    if (e.kind) {
        assert(e.kind == &POLICY_HAS_MISTAKES);
        check_mistakes(a, book);
    } else {
        const policy_test_result *results;
        const policy_proof *proofs;
        size_t result_count, proof_count;
        plan_each(a, book, 45000);
        plan_each(a, book, 36525);
        assert(!policy_run_tests(a, book, TEXT_NONE, &results, &result_count).kind);
        assert(!policy_proofs(a, book, TEXT_NONE, &proofs, &proof_count).kind);
    }
    arena_close(a);
    return 0;
}
