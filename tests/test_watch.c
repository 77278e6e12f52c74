#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "policy/policy.h"
#include "watch/watch.h"

static const char PACK[] = "---\npack: 监测例\nen: Watches\nregion: 中国\n---\n\n```rule\n"
    "entity 人 \"person\"\n"
    "enum 状态 \"status\" = 正常 \"fine\", 服刑 \"in prison\"\n"
    "input 死亡日 : date of 人 \"day of death\"\n"
    "input 发放月 : month of 人 \"month paid\"\n"
    "input 现状 : 状态 of 人 \"status now\"\n"
    "param 宽限 : months \"grace\"\n"
    "  law 示例法 第一条\n"
    "  = 1\n"
    "```\n\n```watch\n"
    "watch 死后发放 \"paid after death\" of 人\n"
    "  law 示例法 第二条\n"
    "  when 发放月 > month(死亡日) + 宽限\n"
    "  by 死亡日\n"
    "  severity high\n"
    "  owner 待遇股 within 5 working days\n"
    "  action hold payment\n"
    "  message \"死亡后仍在发放\"\n"
    "watch 服刑发放 \"paid while in prison\" of 人\n"
    "  law 示例法 第三条\n"
    "  when known(发放月) and 现状 is 服刑\n"
    "  by 现状\n"
    "```\n";

typedef struct {
    const policy_watch *said;
    watch_rule *rules;
    watcher *watcher;
    policy_codes *codes;
    policy_planned planned;
} watching;

static const char *word(void *context, size_t output, int64_t code)
{
    watching *w = context;
    arena *a = arena_open();
    text t = policy_print_value(a, w->codes, &w->planned.output_types[output], code);
    const char *kept = text_equal_cstr(t, "服刑") ? "服刑" : "正常";
    arena_close(a);
    return kept;
}

/* Both watches in one plan: conditions first, then the evidence of each. */
static watching *watching_of(arena *a, bool tells_unchecked)
{
    policy_source source = { "watch.md", text_of(PACK) };
    policy_book *book;
    size_t count;
    watching *w = ARENA_NEW(a, watching);
    assert_null(policy_compile(a, &source, 1, &book).kind);
    w->said = policy_watches(a, book, &count);
    assert_int_equal(count, 2);
    text roots[8];
    size_t root_count = 0;
    w->rules = ARENA_ARRAY(a, watch_rule, 2);
    for (size_t i = 0; i < 2; i++) {
        const policy_watch *p = &w->said[i];
        size_t *evidence = ARENA_ARRAY(a, size_t, 4);
        w->rules[i] = (watch_rule){ .name = p->symbol->name, .condition = root_count,
                                    .evidence = evidence, .is_key = p->is_key,
                                    .evidence_count = p->evidence_count };
        roots[root_count++] = text_of(p->symbol->name);
        for (size_t e = 0; e < p->evidence_count; e++) {
            evidence[e] = root_count;
            roots[root_count++] = text_of(p->evidence[e]);
        }
    }
    policy_request wanted = { .on_day = 45807, .roots = roots, .root_count = root_count };
    vm_program *program;
    assert_null(policy_plan(a, book, &wanted, &w->planned).kind);
    assert_null(vm_seal(a, &w->planned.plan, &program).kind);
    w->codes = policy_codes_open(a, book, &w->planned);
    watch_options options = { .word = word, .context = w, .tells_unchecked = tells_unchecked };
    w->watcher = watch_open(a, program, w->rules, 2, options);
    return w;
}

/* A lane an input: INT64_MIN is not known. */
static watch_finds look(arena *a, watching *w, const int64_t (*people)[3], size_t count,
                        const watch_standing *standing, size_t standing_count)
{
    const vm_plan *plan = &w->planned.plan;
    column *inputs = ARENA_ARRAY(a, column, plan->input_count);
    static const char *const NAMES[] = { "死亡日", "发放月", "现状" };
    for (size_t i = 0; i < plan->input_count; i++) {
        inputs[i] = column_open(a, count);
        for (size_t n = 0; n < 3; n++)
            for (size_t lane = 0; strcmp(plan->inputs[i].name, NAMES[n]) == 0 && lane < count; lane++) {
                if (people[lane][n] == INT64_MIN) column_fail(a, &inputs[i], lane, VM_REASON(VM_NOT_KNOWN, 0));
                else inputs[i].value[lane] = people[lane][n];
            }
    }
    uint64_t *subjects = ARENA_ARRAY(a, uint64_t, count);
    for (size_t lane = 0; lane < count; lane++) subjects[lane] = 100 + lane;
    vm_batch batch = { .count = count, .inputs = inputs };
    watch_block block = { .on_day = 45807, .batch = &batch, .subjects = subjects,
                          .standing = standing, .standing_count = standing_count };
    return watch_run(a, w->watcher, &block);
}

static const int64_t NONE = INT64_MIN;

static int64_t status(arena *a, watching *w, const char *name)
{
    int64_t code = 0;
    for (size_t i = 0; i < w->planned.plan.input_count; i++)
        if (strcmp(w->planned.plan.inputs[i].name, "现状") == 0)
            assert_null(policy_parse_value(a, w->codes, &w->planned.input_symbols[i]->type, text_of(name), &code).kind);
    return code;
}

static void what_a_watch_says_is_handed_over(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    const policy_watch *p = &w->said[0];
    assert_string_equal(p->symbol->name, "死后发放");
    assert_string_equal(p->symbol->law, "示例法 第二条");
    assert_string_equal(p->severity, "high");
    assert_string_equal(p->owner, "待遇股");
    assert_int_equal(p->within_days, 5);
    assert_true(p->is_working_days);
    assert_string_equal(p->verb, "hold");
    assert_string_equal(p->target, "payment");
    assert_string_equal(p->message, "死亡后仍在发放");
    assert_int_equal(p->evidence_count, 2);
    assert_string_equal(p->evidence[0], "监测例.发放月");
    assert_string_equal(p->evidence[1], "监测例.死亡日");
    assert_false(p->is_key[0]);
    assert_true(p->is_key[1]);
    assert_string_equal(w->said[1].severity, "medium");
    assert_null(w->said[1].verb);
    arena_close(a);
}

static void an_alert_is_raised_stands_and_is_closed(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    int64_t fine = status(a, w, "正常");
    /* died in 2025-01 (1500 months since 1900-01): paid in month 1503, then 1504, then never */
    int64_t first[1][3] = { { 45671, 1503, fine } };
    watch_finds f = look(a, w, first, 1, NULL, 0);
    assert_int_equal(f.raised, 1);
    assert_int_equal(f.find_count, 1);
    assert_int_equal(f.finds[0].state, WATCH_RAISED);
    assert_int_equal(f.finds[0].subject, 100);
    assert_int_equal(f.finds[0].since_day, 45807);
    assert_int_equal(f.finds[0].evidence[0], 1503);
    assert_int_equal(f.finds[0].evidence[1], 45671);
    watch_standing stood = { .subject = 100, .key = f.finds[0].key, .rule = 0, .since_day = 45000 };
    int64_t later[1][3] = { { 45671, 1504, fine } };
    f = look(a, w, later, 1, &stood, 1);
    assert_int_equal(f.stands, 1);
    assert_int_equal(f.finds[0].state, WATCH_STANDS);
    assert_int_equal(f.finds[0].since_day, 45000);
    assert_int_equal(f.finds[0].evidence[0], 1504);
    int64_t stopped[1][3] = { { 45671, 1501, fine } };
    f = look(a, w, stopped, 1, &stood, 1);
    assert_int_equal(f.closed, 1);
    assert_int_equal(f.finds[0].state, WATCH_CLOSED);
    assert_int_equal(f.finds[0].since_day, 45000);
    arena_close(a);
}

static void other_evidence_is_another_alert(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    int64_t fine = status(a, w, "正常");
    int64_t people[1][3] = { { 45671, 1503, fine } }, corrected[1][3] = { { 45640, 1503, fine } };
    watch_finds f = look(a, w, people, 1, NULL, 0);
    watch_standing stood = { .subject = 100, .key = f.finds[0].key, .rule = 0, .since_day = 45000 };
    f = look(a, w, corrected, 1, &stood, 1);
    assert_int_equal(f.closed, 1);
    assert_int_equal(f.raised, 1);
    assert_int_equal(f.finds[0].state, WATCH_CLOSED);
    assert_int_equal(f.finds[0].key, stood.key);
    assert_int_equal(f.finds[1].state, WATCH_RAISED);
    assert_true(f.finds[1].key != stood.key);
    arena_close(a);
}

static void what_cannot_be_known_is_told_and_closes_nothing(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    int64_t people[2][3] = { { NONE, 1503, NONE }, { 45671, 1503, status(a, w, "正常") } };
    watch_standing stood = { .subject = 100, .key = 7, .rule = 0, .since_day = 45000 };
    watch_finds f = look(a, w, people, 2, &stood, 1);
    assert_int_equal(f.unchecked, 2);
    assert_int_equal(f.closed, 0);
    assert_int_equal(f.finds[0].state, WATCH_UNCHECKED);
    assert_true(f.finds[0].is_standing);
    assert_int_equal(VM_REASON_KIND(f.finds[0].reason), VM_NOT_KNOWN);
    assert_int_equal(VM_REASON_KIND(f.finds[0].reasons[1]), VM_NOT_KNOWN);
    assert_false(f.finds[1].is_standing);
    watching *quiet = watching_of(a, false);
    f = look(a, quiet, people, 2, &stood, 1);
    assert_int_equal(f.unchecked, 2);
    assert_int_equal(f.find_count, 2); /* the standing one, and the alert of the other person */
    arena_close(a);
}

static void words_make_the_same_key_on_every_run(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *one = watching_of(a, true), *two = watching_of(a, true);
    int64_t other;
    /* A word met before gives the status another code in the second run. */
    for (size_t i = 0; i < two->planned.plan.input_count; i++)
        if (strcmp(two->planned.plan.inputs[i].name, "现状") == 0)
            assert_null(policy_parse_value(a, two->codes, &two->planned.input_symbols[i]->type, TEXT("正常"), &other).kind);
    int64_t first[1][3] = { { NONE, 1503, status(a, one, "服刑") } };
    int64_t second[1][3] = { { NONE, 1503, status(a, two, "服刑") } };
    watch_finds f = look(a, one, first, 1, NULL, 0), g = look(a, two, second, 1, NULL, 0);
    assert_int_equal(f.raised, 1);
    assert_int_equal(g.raised, 1);
    uint64_t key = f.finds[f.find_count - 1].key;
    assert_int_equal(f.finds[f.find_count - 1].rule, 1);
    assert_true(key == g.finds[g.find_count - 1].key);
    arena_close(a);
}

static void standing_alerts_are_matched_person_by_person(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    int64_t fine = status(a, w, "正常"), prison = status(a, w, "服刑");
    int64_t people[3][3] = { { 45671, 1500, fine }, { 45671, 1503, prison }, { 45671, 1500, fine } };
    /* of someone before, of the first (both), and of the last */
    watch_standing stood[] = { { 50, 1, 0, 1 }, { 100, 1, 0, 2 }, { 100, 2, 1, 3 }, { 102, 9, 1, 4 }, { 200, 1, 0, 5 } };
    watch_finds f = look(a, w, people, 3, stood, 5);
    assert_int_equal(f.closed, 3);
    assert_int_equal(f.raised, 2);
    static const struct { uint64_t subject; uint32_t rule; watch_state state; } WANTED[] = {
        { 100, 0, WATCH_CLOSED }, { 100, 1, WATCH_CLOSED }, { 101, 0, WATCH_RAISED },
        { 101, 1, WATCH_RAISED }, { 102, 1, WATCH_CLOSED },
    };
    assert_int_equal(f.find_count, ARRAY_COUNT(WANTED));
    for (size_t i = 0; i < f.find_count; i++) {
        assert_int_equal(f.finds[i].subject, WANTED[i].subject);
        assert_int_equal(f.finds[i].rule, WANTED[i].rule);
        assert_int_equal(f.finds[i].state, WANTED[i].state);
    }
    arena_close(a);
}

static void nobody_makes_no_finds(void **state)
{
    (void)state;
    arena *a = arena_open();
    watching *w = watching_of(a, true);
    watch_finds f = look(a, w, NULL, 0, NULL, 0);
    assert_int_equal(f.find_count, 0);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_watch_says_is_handed_over),
        cmocka_unit_test(an_alert_is_raised_stands_and_is_closed),
        cmocka_unit_test(other_evidence_is_another_alert),
        cmocka_unit_test(what_cannot_be_known_is_told_and_closes_nothing),
        cmocka_unit_test(words_make_the_same_key_on_every_run),
        cmocka_unit_test(standing_alerts_are_matched_person_by_person),
        cmocka_unit_test(nobody_makes_no_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
