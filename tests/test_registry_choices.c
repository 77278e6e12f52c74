/* What meets in two records of one person is chosen, and a split brings back each as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/registered.h"

enum { PENSION = 1, MEDICAL = 2, MILL = 71, SHOP = 72, DEATH = 31, GRADE = 32, SEX_MALE = 1, SEX_FEMALE = 2 };

typedef struct {
    registered o;
    int64_t person, other;
} two;

static int64_t new_person(registered *o, registry_person p)
{
    int64_t id;
    OK(registry_person_new(o->r, &o->act, &p, REGISTRY_REFUSE, &id));
    return id;
}

static void enrol(two *t, int64_t id, int64_t scheme, int64_t employer, int64_t from, int64_t until)
{
    registry_enrolment e = { .fact = { .subject_id = id, .from = from, .until = until }, .scheme = scheme,
                             .employer_id = employer, .base_fen = 1000 * id };
    OK(registry_enrol(t->o.r, &t->o.act, &e));
}

static void pay(two *t, int64_t id, int64_t employer, int64_t from, int64_t until, int64_t base_fen)
{
    registry_spell s = { .fact = { .subject_id = id, .from = from, .until = until }, .scheme = PENSION,
                         .employer_id = employer, .kind = 1, .base_fen = base_fen };
    OK(registry_spell_say(t->o.r, &t->o.act, &s));
}

static void tell(two *t, int64_t id, int64_t name, int64_t value)
{
    registry_attribute a = { .fact = { .subject_id = id, .from = 1000, .until = REGISTRY_OPEN }, .name = name, .value = value };
    OK(registry_attribute_say(t->o.r, &t->o.act, &a));
}

static void account(two *t, int64_t id, const char *number)
{
    registry_account a = { .fact = { .subject_id = id, .from = 0, .until = REGISTRY_OPEN }, .number.plain = text_of(number) };
    OK(registry_account_say(t->o.r, &t->o.act, &a));
}

/* The kept one: 30000-32000 at the mill, account 111. The other: 31000-33000 at the shop, account 222, a telephone. */
static void make_pair(two *pair)
{
    two t = *pair;
    t.person = new_person(&t.o, (registry_person){ .name = TEXT("王小明"), .sex = SEX_MALE, .birth_day = 20000 });
    t.other = new_person(&t.o, (registry_person){ .name = TEXT("王晓明"), .sex = SEX_MALE, .birth_day = 20001,
                                                  .phone.plain = TEXT("13900001234") });
    enrol(&t, t.person, PENSION, MILL, 30000, 32000);
    enrol(&t, t.other, PENSION, SHOP, 31000, 33000);
    pay(&t, t.person, MILL, 1200, 1260, 300000);
    pay(&t, t.other, SHOP, 1250, 1270, 400000);
    account(&t, t.person, "111");
    account(&t, t.other, "222");
    registered_later(&t.o);
    *pair = t;
}

static two begin(void **state)
{
    two t = { .o = registered_create(*state) };
    make_pair(&t);
    return t;
}

/* What is so of a person, as one line. */
static text summary(two *t, int64_t id, int64_t known_ms)
{
    registry_record record;
    text_builder out = text_builder_open(t->o.memory);
    OK(registry_record_read(t->o.memory, t->o.r, id, known_ms, &record));
    const registry_person *p = record.facts[REGISTRY_PERSON];
    const registry_enrolment *e = record.facts[REGISTRY_ENROLMENT];
    const registry_spell *s = record.facts[REGISTRY_SPELL];
    const registry_account *a = record.facts[REGISTRY_ACCOUNT];
    const registry_attribute *w = record.facts[REGISTRY_ATTRIBUTE];
    text_add_format(&out, "%.*s %d %s", TEXT_ARG(p->name), (int)p->birth_day, p->phone.key ? "phone" : "-");
    for (size_t i = 0; i < record.count[REGISTRY_ENROLMENT]; i++)
        text_add_format(&out, "; E%d@%d %d-%d", (int)e[i].scheme, (int)e[i].employer_id, (int)e[i].fact.from, (int)e[i].fact.until);
    for (size_t i = 0; i < record.count[REGISTRY_SPELL]; i++)
        text_add_format(&out, "; S@%d %d-%d", (int)s[i].employer_id, (int)s[i].fact.from, (int)s[i].fact.until);
    for (size_t i = 0; i < record.count[REGISTRY_ACCOUNT]; i++) {
        registry_secret number = a[i].number;
        OK(registry_reveal(t->o.memory, t->o.r, id, &number));
        text_add_format(&out, "; %.*s", TEXT_ARG(number.plain));
    }
    for (size_t i = 0; i < record.count[REGISTRY_ATTRIBUTE]; i++) text_add_format(&out, "; A%d=%d", (int)w[i].name, (int)w[i].value);
    return text_copy(t->o.memory, text_built(&out));
}

static void assert_is(two *t, int64_t id, const char *wanted)
{
    text is = summary(t, id, REGISTRY_NOW);
    if (!text_equal_cstr(is, wanted)) fail_msg("is     %.*s\n     wanted %s", TEXT_ARG(is), wanted);
}

static registry_merging look(two *t, registry_choice choice, const int64_t *asked, size_t asked_count)
{
    registry_meeting *items;
    registry_merging how = { .count = 0 };
    OK(registry_merge_look(t->o.memory, t->o.r, t->person, t->other, asked, asked_count, &items, &how.count));
    for (size_t i = 0; i < how.count; i++)
        items[i].choice = choice == REGISTRY_BOTH && !items[i].may_both ? REGISTRY_KEEP : choice;
    how.meetings = items;
    return how;
}

static void merge(two *t, registry_choice choice)
{
    int64_t conflicts = -1;
    registry_merging how = look(t, choice, NULL, 0);
    OK(registry_person_merge(t->o.r, &t->o.act, t->person, t->other, &how, &conflicts));
    assert_int_equal(conflicts, 0);
}

static void what_meets_is_shown(void **state)
{
    two t = begin(state);
    registry_merging how = look(&t, REGISTRY_KEEP, NULL, 0);
    size_t cells = 0, choose = 0, both = 0;
    for (size_t i = 0; i < how.count; i++) {
        cells += how.meetings[i].cell != NULL;
        choose += how.meetings[i].must_choose;
        both += how.meetings[i].may_both;
    }
    assert_int_equal(how.count, 6);  /* name, telephone, birthday; enrolment, account, spell */
    assert_int_equal(cells, 3);
    assert_int_equal(choose, 5); /* the telephone is free */
    assert_int_equal(both, 2);   /* two employers at a time: enrolment and spell */
    registered_close(&t.o);
}

#define WAS "王小明 20000 -; E1@71 30000-32000; S@71 1200-1260; 111"
#define OTHER_WAS "王晓明 20001 phone; E1@72 31000-33000; S@72 1250-1270; 222"

static void each_choice_does_as_it_says_and_a_split_restores(void **state)
{
    static const struct { registry_choice choice; const char *is; } CASES[] = {
        { REGISTRY_KEEP, "王小明 20000 phone; E1@71 30000-32000; E1@72 32000-33000; S@71 1200-1260; S@72 1260-1270; 111" },
        { REGISTRY_TAKE, "王晓明 20001 phone; E1@71 30000-31000; E1@72 31000-33000; S@71 1200-1250; S@72 1250-1270; 222" },
        { REGISTRY_BOTH, "王小明 20000 phone; E1@71 30000-32000; E1@72 31000-33000; S@71 1200-1260; S@72 1250-1270; 111" },
    };
    two t = begin(state);
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        int64_t before_ms = t.o.act.known_ms - 1;
        merge(&t, CASES[i].choice);
        assert_is(&t, t.person, CASES[i].is);
        assert_true(text_equal_cstr(summary(&t, t.person, before_ms), WAS));
        assert_true(text_equal_cstr(summary(&t, t.other, before_ms), OTHER_WAS));
        registered_later(&t.o);
        OK(registry_person_split(t.o.r, &t.o.act, t.person, t.other));
        assert_is(&t, t.person, WAS);
        assert_is(&t, t.other, OTHER_WAS);
        registered_later(&t.o);
    }
    registered_close(&t.o);
}

static void what_is_undecided_stays_and_is_counted(void **state)
{
    two t = begin(state);
    int64_t conflicts;
    registry_merging how = look(&t, REGISTRY_UNDECIDED, NULL, 0);
    OK(registry_person_merge(t.o.r, &t.o.act, t.person, t.other, &how, &conflicts));
    assert_int_equal(conflicts, 5);
    assert_is(&t, t.person, "王小明 20000 phone; E1@71 30000-32000; S@71 1200-1260; 111");
    registered_close(&t.o);
}

static void both_is_refused_where_only_one_can_stand(void **state)
{
    two t = begin(state);
    registry_merging how = look(&t, REGISTRY_KEEP, NULL, 0);
    for (size_t i = 0; i < how.count; i++)
        if (how.meetings[i].kind == REGISTRY_ACCOUNT) ((registry_meeting *)(uintptr_t)how.meetings)[i].choice = REGISTRY_BOTH;
    IS(registry_person_merge(t.o.r, &t.o.act, t.person, t.other, &how, NULL), REGISTRY_BAD_FACT);
    store_rollback(t.o.db);
    OK(store_begin(t.o.db));
    registered_close(&t.o);
}

static void a_death_is_asked_for_whichever_record_tells_it(void **state)
{
    static const int64_t ASKED[] = { DEATH };
    two t = begin(state);
    for (int whose = 0; whose < 2; whose++)
        for (int takes = 0; takes < 2; takes++) {
            if (whose || takes) make_pair(&t);
            tell(&t, whose ? t.person : t.other, DEATH, 40000);
            tell(&t, t.other, GRADE, 3);
            registered_later(&t.o);
            registry_merging how = look(&t, takes ? REGISTRY_TAKE : REGISTRY_KEEP, ASKED, 1);
            size_t asked = 0;
            for (size_t i = 0; i < how.count; i++) asked += how.meetings[i].kind == REGISTRY_ATTRIBUTE && how.meetings[i].must_choose;
            assert_int_equal(asked, 1);
            OK(registry_person_merge(t.o.r, &t.o.act, t.person, t.other, &how, NULL));
            /* Kept: dead if the kept record was; taken: dead if the other was. */
            bool is_dead = takes ? !whose : whose;
            text is = summary(&t, t.person, REGISTRY_NOW);
            assert_int_equal(text_find(is, TEXT("A31=40000")) != SIZE_MAX, is_dead);
            assert_true(text_find(is, TEXT("A32=3")) != SIZE_MAX);
            registered_later(&t.o);
            OK(registry_person_split(t.o.r, &t.o.act, t.person, t.other));
            assert_int_equal(text_find(summary(&t, t.person, REGISTRY_NOW), TEXT("A31=40000")) != SIZE_MAX, whose);
            registered_later(&t.o);
        }
    registered_close(&t.o);
}

static void what_was_said_since_stays_and_is_listed(void **state)
{
    two t = begin(state);
    registry_parting *items;
    size_t count, since = 0, ended = 0;
    merge(&t, REGISTRY_BOTH);
    registered_later(&t.o);
    enrol(&t, t.person, MEDICAL, 0, 34000, REGISTRY_OPEN);
    OK(registry_stop(t.o.r, &t.o.act, t.person, PENSION, SHOP, 32500));
    OK(registry_split_look(t.o.memory, t.o.r, t.person, t.other, &items, &count));
    for (size_t i = 0; i < count; i++) {
        since += items[i].is_since;
        ended += items[i].is_since && items[i].is_taken;
    }
    assert_int_equal(since, 2); /* a new enrolment, and an end */
    assert_int_equal(ended, 1);
    registered_later(&t.o);
    OK(registry_person_split(t.o.r, &t.o.act, t.person, t.other));
    assert_is(&t, t.person, "王小明 20000 -; E1@71 30000-32000; E2@0 34000-146097; S@71 1200-1260; 111");
    assert_is(&t, t.other, OTHER_WAS);
    registered_close(&t.o);
}

static void chains_and_circles(void **state)
{
    two t = begin(state);
    int64_t third = new_person(&t.o, (registry_person){ .name = TEXT("王小名") }), into, since_ms;
    registry_merged *merged;
    size_t count;
    registered_later(&t.o);
    merge(&t, REGISTRY_KEEP);
    IS(registry_person_merge(t.o.r, &t.o.act, t.other, t.person, NULL, NULL), REGISTRY_MERGED);
    IS(registry_person_merge(t.o.r, &t.o.act, third, t.other, NULL, NULL), REGISTRY_MERGED);
    registered_later(&t.o);
    OK(registry_person_merge(t.o.r, &t.o.act, third, t.person, NULL, NULL));
    OK(registry_merged_into(t.o.r, t.other, REGISTRY_NOW, &into, &since_ms));
    assert_int_equal(into, t.person);
    IS(registry_person_split(t.o.r, &t.o.act, t.person, t.other), REGISTRY_MERGED); /* first the last one */
    OK(registry_merged_of(t.o.memory, t.o.r, 0, &merged, &count));
    assert_int_equal(count, 2);
    OK(registry_merged_of(t.o.memory, t.o.r, third, &merged, &count));
    assert_int_equal(count, 1);
    assert_int_equal(merged[0].other_id, t.person);
    registered_later(&t.o);
    OK(registry_person_split(t.o.r, &t.o.act, third, t.person));
    registered_later(&t.o);
    OK(registry_person_split(t.o.r, &t.o.act, t.person, t.other));
    assert_is(&t, t.person, WAS);
    OK(registry_merged_of(t.o.memory, t.o.r, 0, &merged, &count));
    assert_int_equal(count, 0);
    registered_close(&t.o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(what_meets_is_shown),
        STORE_TEST_EACH(each_choice_does_as_it_says_and_a_split_restores),
        STORE_TEST_EACH(what_is_undecided_stays_and_is_counted),
        STORE_TEST_EACH(both_is_refused_where_only_one_can_stand),
        STORE_TEST_EACH(a_death_is_asked_for_whichever_record_tells_it),
        STORE_TEST_EACH(what_was_said_since_stays_and_is_listed),
        STORE_TEST_EACH(chains_and_circles),
    };
    return cmocka_run_group_tests_name("registry choices", tests, NULL, NULL);
}
