#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "service/alerts.h"

/* The watches of packs/ over hand-made people of the sample county. */

static const int32_t DAY_2026_11_01 = 46325;
enum { MONTH_2026_11 = 1522, PEOPLE = 6 };

typedef struct {
    arena *a;
    service *office;
    const decide_plan *plan;
    alerts *list;
    column *facts;
    size_t fact_count;
    uint32_t no_rows[PEOPLE];
    const uint32_t *untils[4];
} county;

static void open_county(county *c, const char *purpose)
{
    c->a = arena_open();
    service_settings settings = { .packs = "packs", .thread_count = 1 };
    c->office = service_open(c->a, &settings);
    service_call *call = service_call_open(c->office, c->a, service_find(TEXT("check")), false);
    const decide_law *law;
    assert_null(decide_law_open(call, &law).kind);
    decide_request asked = { text_of(purpose), DAY_2026_11_01, TEXT("中国/示例省/示例市/示例县") };
    err e = decide_plan_open(c->a, law, &asked, &c->plan);
    if (e.kind) print_message("%s\n", err_sentence(c->a, e, false).bytes);
    assert_null(e.kind);
    c->list = alerts_open(c->a, c->plan, true);
    (void)decide_facts(c->plan, &c->fact_count);
    c->facts = ARENA_ARRAY(c->a, column, c->fact_count + 1);
    memset(c->no_rows, 0, sizeof c->no_rows);
    for (size_t r = 0; r < ARRAY_COUNT(c->untils); r++) c->untils[r] = c->no_rows;
}

static void close_county(county *c)
{
    service_close(c->office);
    arena_close(c->a);
}

/* A fact of all people; INT64_MIN is not known. */
static void set(county *c, const char *name, const int64_t *values)
{
    size_t index = decide_fact_index(c->plan, name);
    assert_true(index != SIZE_MAX);
    c->facts[index] = column_open(c->a, PEOPLE);
    for (size_t lane = 0; lane < PEOPLE; lane++) {
        if (values[lane] == INT64_MIN) column_fail(c->a, &c->facts[index], lane, VM_REASON(VM_NOT_KNOWN, 0));
        else c->facts[index].value[lane] = values[lane];
    }
}

#define NONE INT64_MIN
#define SET(c, name, ...) set((c), (name), (const int64_t[PEOPLE]){ __VA_ARGS__ })

static watch_finds look(county *c, const watch_standing *standing, size_t count)
{
    static const uint64_t SUBJECTS[PEOPLE] = { 1, 2, 3, 4, 5, 6 };
    alerts_block block = { .people = { .count = PEOPLE, .facts = c->facts, .row_until = c->untils },
                           .subjects = SUBJECTS, .standing = standing, .standing_count = count };
    return alerts_run(c->a, c->list, &block);
}

static const watch_find *find_of(const county *c, const watch_finds *f, uint64_t subject, const char *key)
{
    for (size_t i = 0; i < f->find_count; i++)
        if (f->finds[i].subject == subject && strcmp(alerts_key(c->list, f->finds[i].rule), key) == 0)
            return &f->finds[i];
    return NULL;
}

/* 1 dead and paid on, 2 draws two pensions, 3 in prison and paid, 4 works and draws unemployment
 * benefit, 5 and 6 nothing. */
static void make_people(county *c)
{
    SET(c, "person.death_day", 46200, NONE, NONE, NONE, NONE, NONE);
    SET(c, "person.in_prison", 0, 0, 1, 0, 0, 0);
    SET(c, "enrolled.by_employer", 0, 0, 0, 1, 1, 0);
    SET(c, "benefit.employee_pension", 1, 1, 1, 0, 0, 0);
    SET(c, "benefit.resident_pension", 0, 1, 0, 0, 0, 0);
    SET(c, "benefit.unemployment", 0, 0, 0, 1, 0, 0);
    SET(c, "benefit.last_month", MONTH_2026_11, MONTH_2026_11, MONTH_2026_11, MONTH_2026_11, NONE, NONE);
    SET(c, "benefit.amount", 300000, 320000, 310000, 150000, 0, 0);
    SET(c, "benefit.pension_amount", 300000, 320000, 310000, 0, 0, 0);
    SET(c, "benefit.resident_amount", 0, 20500, 0, 0, 0, 0);
    SET(c, "benefit.unemployment_amount", 0, 0, 0, 150000, 0, 0);
}

static void the_detectors_find_whom_they_should(void **state)
{
    (void)state;
    county c;
    open_county(&c, "watch.payment");
    make_people(&c);
    watch_finds f = look(&c, NULL, 0);
    /* At risk: five months at 3,000 yuan for the dead, July to November; else what is paid a month. */
    static const struct { uint64_t subject; const char *key; int64_t risk_fen; } WANTED[] = {
        { 1, "R01", 5 * 300000 }, { 2, "R02", 20500 }, { 3, "R03", 310000 }, { 4, "R04", 150000 },
    };
    assert_int_equal(f.raised, ARRAY_COUNT(WANTED));
    for (size_t i = 0; i < ARRAY_COUNT(WANTED); i++) {
        int64_t fen;
        const watch_find *find = find_of(&c, &f, WANTED[i].subject, WANTED[i].key);
        assert_non_null(find);
        assert_int_equal(find->state, WATCH_RAISED);
        assert_int_equal(alerts_rules(c.list, &(size_t){ 0 })[find->rule].action, WATCH_HOLD);
        assert_true(alerts_risk(c.list, find, &fen));
        assert_int_equal(fen, WANTED[i].risk_fen);
    }
    int32_t since;
    assert_true(alerts_since(c.list, find_of(&c, &f, 1, "R01"), &since));
    assert_int_equal(since, 46202); /* 2026-07-01, the month after 2026-06-29 */
    assert_false(alerts_since(c.list, find_of(&c, &f, 2, "R02"), &since));
    close_county(&c);
}

static void an_alert_tells_its_evidence_law_and_what_is_missing(void **state)
{
    (void)state;
    county c;
    open_county(&c, "watch.payment");
    make_people(&c);
    SET(&c, "person.in_prison", 0, 0, 1, 0, 0, NONE);
    SET(&c, "benefit.employee_pension", 1, 1, 1, 0, 0, 1);
    watch_finds f = look(&c, NULL, 0);
    const watch_find *dead = find_of(&c, &f, 1, "R01");
    text told = alerts_evidence(c.a, c.list, dead);
    assert_string_equal(text_cstr(c.a, told), "{\"待遇监测.最近发放月\":\"2026-11\",\"待遇监测.死后多发额\":\"15000.00\","
                                              "\"待遇监测.死后首月\":\"2026-07\",\"经办待遇.死亡日\":\"2026-06-29\"}");
    size_t count;
    const watch_rule *rules = alerts_rules(c.list, &count);
    assert_int_equal(alerts_rule_of(c.list, TEXT("R01")), dead->rule);
    assert_true(alerts_rule_of(c.list, TEXT("R99")) == SIZE_MAX);
    assert_string_equal(rules[dead->rule].owner, "稽核股");
    assert_int_equal(rules[dead->rule].severity, WATCH_HIGH);
    assert_int_equal(rules[dead->rule].within_days, 5);
    assert_non_null(rules[dead->rule].law);
    const watch_find *unknown = find_of(&c, &f, 6, "R03");
    assert_int_equal(unknown->state, WATCH_UNCHECKED);
    assert_string_equal(text_cstr(c.a, alerts_reason(c.a, c.list, unknown, true)), "服刑中 未知");
    close_county(&c);
}

static void an_alert_of_last_month_stands_and_is_closed_when_mended(void **state)
{
    (void)state;
    county c;
    open_county(&c, "watch.payment");
    make_people(&c);
    watch_finds f = look(&c, NULL, 0);
    watch_standing standing[2];
    const watch_find *dead = find_of(&c, &f, 1, "R01"), *twice = find_of(&c, &f, 2, "R02");
    standing[0] = (watch_standing){ 1, dead->key, dead->rule, 46300 };
    standing[1] = (watch_standing){ 2, twice->key, twice->rule, 46301 };
    SET(&c, "benefit.resident_pension", 0, 0, 0, 0, 0, 0);
    f = look(&c, standing, 2);
    dead = find_of(&c, &f, 1, "R01");
    assert_int_equal(dead->state, WATCH_STANDS);
    assert_int_equal(dead->since_day, 46300);
    assert_int_equal(find_of(&c, &f, 2, "R02")->state, WATCH_CLOSED);
    close_county(&c);
}

static void many_changes_to_one_account_are_found(void **state)
{
    (void)state;
    county c;
    open_county(&c, "watch.account");
    size_t index = decide_fact_index(c.plan, "changes.day");
    uint32_t until[PEOPLE] = { 5, 9, 9, 9, 9, 9 };
    c.untils[0] = until;
    c.facts[index] = column_open(c.a, 9);
    for (size_t row = 0; row < 9; row++) c.facts[index].value[row] = DAY_2026_11_01 - 3;
    watch_finds f = look(&c, NULL, 0);
    assert_int_equal(f.raised, 1);
    assert_int_equal(f.finds[0].subject, 1);
    assert_string_equal(alerts_key(c.list, f.finds[0].rule), "R10");
    close_county(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_detectors_find_whom_they_should),
        cmocka_unit_test(an_alert_tells_its_evidence_law_and_what_is_missing),
        cmocka_unit_test(an_alert_of_last_month_stands_and_is_closed_when_mended),
        cmocka_unit_test(many_changes_to_one_account_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
