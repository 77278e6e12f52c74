/* What is proved by shape, by cases or by Z3 holds for everyone: thousands of small plans by chance,
 * of which all subjects can be run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/share.h"
#include "support/small_plan.h"

enum { PROPERTIES = 1600, ROW_PROPERTIES = 500, Z3_EACH = 6 };

typedef struct {
    size_t proved, refuted, by_composition, by_cases, by_z3;
} tally;

static void look(uint64_t seed, bool has_rows, bool has_z3, tally *t)
{
    arena *memory = arena_open();
    choices c = choose_by_seed(seed);
    prove_property p;
    if (small_property(memory, &c, has_rows, &p)) {
        p.is_unscanned = true;
        p.has_z3 = has_z3;
        prove_result r = prove_run(memory, &p);
        bool is_broken = r.verdict != PROVE_NOT_PROVED && small_is_broken(memory, &c, &p);
        bool is_wrong = (r.verdict == PROVE_PROVED && is_broken) ||
                        (r.verdict == PROVE_REFUTED && !is_broken);
        if (is_wrong) {
            text shown = vm_program_print(memory, p.program);
            printf("seed %llu: kind %d %s by %s, rising %d strict %d slack %lld where %d\n%.*s\n",
                   (unsigned long long)seed, p.kind, prove_verdict_name(r.verdict, false), r.way,
                   p.is_rising, p.is_strict, (long long)p.slack, p.where, (int)shown.size_bytes,
                   shown.bytes);
        }
        assert_false(is_wrong);
        t->proved += r.verdict == PROVE_PROVED;
        t->refuted += r.verdict == PROVE_REFUTED;
        if (r.verdict == PROVE_PROVED) {
            t->by_composition += strcmp(r.way, "composition") == 0;
            t->by_cases += strcmp(r.way, "cases") == 0;
            t->by_z3 += strcmp(r.way, "z3") == 0;
        }
    }
    arena_close(memory);
}

static void what_is_proved_holds_for_everyone(void **state)
{
    (void)state;
    tally t = { 0 };
    for (uint64_t seed = 0; seed < share_of(PROPERTIES); seed++)
        look(0x70726f7665u + seed, false, seed % Z3_EACH == 0, &t);
    printf("proved %zu (composition %zu, cases %zu, z3 %zu), refuted %zu\n", t.proved,
           t.by_composition, t.by_cases, t.by_z3, t.refuted);
    /* a test of nothing would pass too */
    assert_true(t.by_composition > share_of(250) && t.by_cases > share_of(5) && t.by_z3 > share_of(15));
}

static void what_is_proved_of_rows_holds_for_everyone(void **state)
{
    (void)state;
    tally t = { 0 };
    for (uint64_t seed = 0; seed < share_of(ROW_PROPERTIES); seed++)
        look(0x726f7773u + seed, true, false, &t);
    printf("of rows: proved %zu (composition %zu, cases %zu)\n", t.proved, t.by_composition,
           t.by_cases);
    assert_true(t.proved > share_of(80));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_proved_holds_for_everyone),
        cmocka_unit_test(what_is_proved_of_rows_holds_for_everyone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
