#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "service/roster.h"
#include "support/registered.h"

/* A few people of the registry, decided by packs/ in the sample county. */

enum { DAY = 46325, MONTH = 1522 }; /* 2026-11-01 */
static const char REGION[] = "中国/示例省/示例市/示例县";

typedef struct {
    registered o;
    service *office;
    const decide_law *law;
    roster_options options;
} county;

static void open_county(county *c, void **state)
{
    *c = (county){ .o = registered_create(*state) };
    service_settings settings = { .packs = "packs", .thread_count = 1 };
    c->office = service_open(c->o.memory, &settings);
    service_call *call =
        service_call_open(c->office, c->o.memory, service_find(TEXT("check")), false);
    OK(decide_law_open(call, &c->law));
}

static void close_county(county *c)
{
    service_close(c->office);
    registered_close(&c->o);
}

/* ---- who there is ---- */

static int64_t word(county *c, const char *name)
{
    int64_t id;
    OK(registry_word_add(c->o.r, &c->o.act, text_of(name), &id));
    return id;
}

static int64_t born(county *c, int32_t birth_day)
{
    int64_t id;
    registry_person p = { .name = TEXT("李四"), .sex = 1, .birth_day = birth_day };
    OK(registry_person_new(c->o.r, &c->o.act, &p, REGISTRY_REFUSE, &id));
    return id;
}

static int64_t employer(county *c, const char *code, const char *trade)
{
    int64_t id;
    registry_employer e = { .name = TEXT("某厂"), .code = text_of(code), .industry = word(c, trade) };
    OK(registry_employer_new(c->o.r, &c->o.act, &e, &id));
    return id;
}

static registry_fact from_on(int64_t subject, int64_t from)
{
    return (registry_fact){ .subject_id = subject, .from = from, .until = REGISTRY_OPEN };
}

static void told(county *c, int64_t subject, const char *name, int64_t value, const char *note)
{
    registry_attribute a = { .fact = from_on(subject, 40000), .name = word(c, name),
                             .value = value, .note = text_of(note) };
    OK(registry_attribute_say(c->o.r, &c->o.act, &a));
}

static void enrol(county *c, int64_t person, const char *scheme, const char *standing,
                  int64_t employer_id, int64_t base_fen)
{
    registry_enrolment e = { .fact = from_on(person, 40000), .scheme = word(c, scheme),
                             .standing = word(c, standing), .employer_id = employer_id,
                             .base_fen = base_fen };
    OK(registry_enrol(c->o.r, &c->o.act, &e));
}

static void career(county *c, int64_t person, const char *kind, int64_t from, int64_t until,
                   int64_t base_fen)
{
    registry_spell s = { .fact = { .subject_id = person, .from = from, .until = until },
                         .scheme = word(c, "employee_pension"), .kind = word(c, kind),
                         .base_fen = base_fen };
    OK(registry_spell_say(c->o.r, &c->o.act, &s));
}

/* ---- deciding a whole county ---- */

typedef struct {
    const decide_plan *plan;
    decider *with;
    roster_block block;
    decide_results *results;
} decided;

/* All buckets, of which people stand in a few: the first block that has somebody. */
static decided decide_all(county *c, const char *purpose)
{
    arena *a = c->o.memory;
    decided d;
    decide_request asked = { text_of(purpose), DAY, text_of(REGION) };
    OK(decide_plan_open(a, c->law, &asked, &d.plan));
    d.with = decide_open(a, d.plan);
    d.results = decide_results_open(a, d.plan, 1024);
    roster_options options = c->options;
    options.known_ms = REGISTRY_NOW;
    OK(roster_employers_load(a, c->o.r, DAY, REGISTRY_NOW, &options.employers));
    for (options.bucket = 0; options.bucket < EVENTLOG_BUCKETS; options.bucket++) {
        roster *people;
        OK(roster_open(a, c->o.r, d.plan, d.with, &options, &people));
        OK(roster_next(a, people, 100, &d.block));
        roster_close(people);
        if (d.block.people.count) break;
    }
    assert_true(d.block.people.count > 0);
    decide_run(d.with, &d.block.people, d.results);
    if (d.results->undecided) {
        size_t lane = 0;
        while (d.results->status[lane] != DECIDE_UNDECIDED) lane++;
        print_message("%s\n", decide_reason(a, d.plan, d.results->reason[lane], false).bytes);
    }
    return d;
}

static int64_t fen(const decided *d, const char *key, size_t lane)
{
    return d->results->answers[decide_answer_index(d->plan, key)].value[lane];
}

static const char *const FIVE[] = { "employee_pension", "employee_medical", "unemployment",
                                    "work_injury", "maternity" };

static void an_employee_of_two_employers_has_two_bills(void **state)
{
    county c;
    open_county(&c, state);
    int64_t works = employer(&c, "91590121MA00000013", "机械汽车");
    int64_t mine = employer(&c, "91590121MA00000026", "煤炭开采");
    told(&c, works, "employer.injury_step", 100000000, "");
    told(&c, mine, "employer.injury_step", 150000000, "");
    int64_t person = born(&c, 33000);
    for (size_t i = 0; i < ARRAY_COUNT(FIVE); i++) enrol(&c, person, FIVE[i], "employee", works, 600000);
    enrol(&c, person, "work_injury", "employee", mine, 500000);
    decided d = decide_all(&c, "bill.employee");
    assert_int_equal(d.block.people.count, 2);
    assert_int_equal(d.results->done, 2);
    size_t at = d.block.employer_id[0] == works ? 0 : 1;
    assert_int_equal(d.block.subject_id[at], person);
    assert_int_equal(fen(&d, "pension.employer", at), 96000);
    assert_int_equal(fen(&d, "pension.person", at), 48000);
    assert_int_equal(fen(&d, "medical.employer", at), 45000);
    assert_int_equal(fen(&d, "unemployment.person", at), 3000);
    assert_int_equal(fen(&d, "injury.employer", at), 5400);
    assert_int_equal(fen(&d, "total", at), 96000 + 48000 + 45000 + 12000 + 6000 + 5400);
    assert_int_equal(fen(&d, "total", 1 - at), 14250); /* 5000 at 2.85% */
    close_county(&c);
}

static void who_pays_alone_chooses_base_and_period(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 33000);
    enrol(&c, person, "employee_pension", "flexible", 0, 0);
    told(&c, person, "flexible.ratio", 60000000, "");
    told(&c, person, "flexible.frequency", 0, "按季");
    decided d = decide_all(&c, "bill.flexible");
    assert_int_equal(d.results->done, 1);
    assert_int_equal(fen(&d, "base", 0), 450000);
    /* A line a month; the quarter's other months are bills of their own (month_bill_ahead.c). */
    assert_int_equal(fen(&d, "total", 0), 90000);
    assert_int_equal(fen(&d, "pension.account", 0), 36000);
    assert_int_equal(d.results->answers[decide_answer_index(d.plan, "months")].value[0], 3);
    close_county(&c);
}

static void a_word_the_packs_do_not_know_is_not_decided(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 33000);
    enrol(&c, person, "employee_pension", "flexible", 0, 0);
    told(&c, person, "flexible.ratio", 60000000, "");
    told(&c, person, "flexible.frequency", 0, "每周");
    decided d = decide_all(&c, "bill.flexible");
    assert_int_equal(d.results->undecided, 1);
    assert_int_equal(VM_REASON_KIND(d.results->reason[0]), VM_BAD_CELL);
    close_county(&c);
}

static void a_career_becomes_years_and_a_pension(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 23742); /* 1965-01-01 */
    told(&c, person, "person.category", 0, "男职工");
    told(&c, person, "person.deemed_index", 1000000, "");
    told(&c, person, "account.balance", 12000000, "");
    career(&c, person, "deemed", 1068, 1152, 0);               /* 1989-01 to 1995-12 */
    career(&c, person, "paid", 1152, 1446, 300000);            /* 1996-01 to 2020-06 */
    career(&c, person, "paid", 1446, REGISTRY_OPEN, 650000);   /* and goes on */
    decided d = decide_all(&c, "award.retirement");
    assert_int_equal(d.results->done, 1);
    assert_int_equal(fen(&d, "months", 0), MONTH - 1068);
    const uint32_t *until = d.block.people.row_until[0];
    assert_int_equal(until[0], 31 + 1); /* a row a year, two in 2020 */
    int64_t sum = fen(&d, "basic", 0) + fen(&d, "account", 0) + fen(&d, "transitional", 0);
    assert_true(fen(&d, "basic", 0) > 0 && fen(&d, "account", 0) > 0 && fen(&d, "transitional", 0) > 0);
    assert_int_equal(fen(&d, "total", 0), sum);
    close_county(&c);
}

static text path_of(void *context, int64_t code)
{
    (void)context;
    return code == 590121 ? text_of(REGION) : TEXT_NONE;
}

static void months_of_a_place_nobody_knows_are_not_decided(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 23742);
    told(&c, person, "person.category", 0, "男职工");
    told(&c, person, "person.deemed_index", 1000000, "");
    told(&c, person, "account.balance", 12000000, "");
    registry_spell s = { .fact = { .subject_id = person, .from = 1152, .until = 1500 },
                         .scheme = word(&c, "employee_pension"), .kind = word(&c, "paid"),
                         .base_fen = 300000, .region = 440000 };
    OK(registry_spell_say(c.o.r, &c.o.act, &s));
    c.options = (roster_options){ .region_path = path_of };
    decided d = decide_all(&c, "award.retirement");
    assert_int_equal(d.results->undecided, 1);
    s.region = 590121;
    OK(registry_spell_say(c.o.r, &c.o.act, &s));
    d = decide_all(&c, "award.retirement");
    assert_int_equal(d.results->done, 1);
    close_county(&c);
}

static void a_resident_on_no_list_pays_all(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 33000);
    registry_enrolment e = { .fact = from_on(person, 40000), .scheme = word(&c, "resident_pension"),
                             .standing = word(&c, "resident"), .tier = 50000 };
    OK(registry_enrol(c.o.r, &c.o.act, &e));
    decided d = decide_all(&c, "bill.resident");
    assert_int_equal(d.results->done, 1);
    assert_int_equal(fen(&d, "pension.person", 0), 50000);
    assert_int_equal(fen(&d, "pension.on_behalf", 0), 0);
    assert_int_equal(fen(&d, "pension.subsidy", 0), 7000);
    assert_int_equal(fen(&d, "medical.person", 0), 0);
    told(&c, person, "resident.group", 0, "重度残疾人");
    d = decide_all(&c, "bill.resident");
    assert_int_equal(fen(&d, "pension.person", 0), 30000);
    assert_int_equal(fen(&d, "pension.on_behalf", 0), 20000);
    close_county(&c);
}

static void one_who_draws_is_adjusted_and_others_are_not_asked(void **state)
{
    county c;
    open_county(&c, state);
    int64_t person = born(&c, 20000);
    registry_benefit b = { .fact = { .subject_id = person, .from = 1400, .until = REGISTRY_OPEN },
                           .benefit = word(&c, "employee_pension"), .state = REGISTRY_PAYING,
                           .amount_fen = 300000 };
    int64_t changed;
    OK(registry_say(c.o.r, &c.o.act, "granted", REGISTRY_BENEFIT, &b, 1, &changed));
    told(&c, person, "pension.months_counted", 360, "");
    told(&c, person, "pension.retired_on", 42000, "");
    decided d = decide_all(&c, "adjust.yearly");
    assert_int_equal(d.block.people.count, 1);
    assert_int_equal(d.results->done, 1);
    assert_int_equal(fen(&d, "fixed", 0), 2500);
    assert_int_equal(fen(&d, "by_level", 0), 1800);
    close_county(&c);
}

static void a_record_the_registry_does_not_keep_is_refused(void **state)
{
    county c;
    open_county(&c, state);
    const decide_plan *plan;
    decide_request asked = { TEXT("watch.certification"), DAY, text_of(REGION) };
    OK(decide_plan_open(c.o.memory, c.law, &asked, &plan));
    roster *people;
    roster_options options = { .known_ms = REGISTRY_NOW };
    IS(roster_open(c.o.memory, c.o.r, plan, decide_open(c.o.memory, plan), &options, &people),
       ROSTER_NO_SOURCE);
    close_county(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_SQLITE(an_employee_of_two_employers_has_two_bills),
        STORE_TEST_SQLITE(who_pays_alone_chooses_base_and_period),
        STORE_TEST_SQLITE(a_word_the_packs_do_not_know_is_not_decided),
        STORE_TEST_SQLITE(a_career_becomes_years_and_a_pension),
        STORE_TEST_SQLITE(months_of_a_place_nobody_knows_are_not_decided),
        STORE_TEST_SQLITE(a_resident_on_no_list_pays_all),
        STORE_TEST_SQLITE(one_who_draws_is_adjusted_and_others_are_not_asked),
        STORE_TEST_SQLITE(a_record_the_registry_does_not_keep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
