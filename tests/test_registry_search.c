/* Names by their parts, on each driver: said one by one, loaded in bulk, renamed, made anew for a store of before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/checked.h"
#include "support/registered.h"

static int64_t new_person(registered *o, const char *name)
{
    int64_t id;
    registry_person p = { .name = text_of(name) };
    OK(registry_person_new(o->r, &o->act, &p, REGISTRY_REFUSE, &id));
    return id;
}

/* The ids found, in order, and no others. */
static void expect(registered *o, const char *part, const int64_t *ids, size_t count)
{
    registry_found *found;
    size_t found_count;
    OK(registry_search(o->memory, o->r, text_of(part), 100, &found, &found_count));
    if (found_count != count) fail_msg("%s finds %zu, not %zu", part, found_count, count);
    for (size_t i = 0; i < count; i++)
        if (found[i].subject_id != ids[i]) fail_msg("%s finds %lld at %zu", part, (long long)found[i].subject_id, i);
}
#define FINDS(o, part, ...) expect(o, part, (const int64_t[]){ __VA_ARGS__ }, sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static void people_are_found_by_parts_of_their_names(void **state)
{
    registered o = registered_create(*state);
    int64_t zhang = new_person(&o, "张伟"), other = new_person(&o, "张伟"), ming = new_person(&o, "張偉明"), shan = new_person(&o, "单雄信"), works;
    registry_employer e = { .name = TEXT("江川县化肥厂"), .code = TEXT("91350100M000100Y43") };
    OK(registry_employer_new(o.r, &o.act, &e, &works));
    FINDS(&o, "张伟", zhang, other, ming); /* the whole name first */
    FINDS(&o, "zw", zhang, other, ming);
    FINDS(&o, "zwm", ming);
    FINDS(&o, " ZhangWei ", zhang, other, ming);
    FINDS(&o, "偉明", ming);
    FINDS(&o, "shanxx", shan);
    FINDS(&o, "danxiong", shan);
    FINDS(&o, "化肥", works);
    FINDS(&o, "hfc", works);
    int64_t chang = new_person(&o, "丁长");
    FINDS(&o, "zhang", zhang, other, ming, chang); /* who is called so comes before whose name ends so */
    expect(&o, "王", NULL, 0);
    expect(&o, " · ", NULL, 0);
    expect(&o, "%", NULL, 0);
    registry_found *found;
    size_t count;
    OK(registry_search(o.memory, o.r, TEXT("z"), 2, &found, &count));
    assert_int_equal(count, 2);
    registered_later(&o);
    registry_person named = { .fact = { .subject_id = shan, .from = REGISTRY_EVER, .until = REGISTRY_OPEN }, .name = TEXT("尉迟恭") };
    OK(registry_person_correct(o.r, &o.act, &named));
    FINDS(&o, "ycg", shan);
    OK(registry_search(o.memory, o.r, TEXT("sxx"), 9, &found, &count)); /* by the former name, which is told */
    assert_int_equal(count, 1);
    assert_true(text_equal_cstr(found[0].name, "单雄信"));
    registered_close(&o);
}

static void load(registered *o, const char *const *names, size_t count, int64_t *ids)
{
    registry_load *load;
    OK(registry_load_open(o->memory, o->r, &o->act, "loaded", NULL, &load));
    for (size_t i = 0; i < count; i++) {
        registry_person p = { .name = text_of(names[i]) };
        OK(registry_load_new(load, REGISTRY_PERSON, &p, &ids[i]));
    }
    OK(registry_load_close(load, NULL));
}

static int64_t part_count(registered *o)
{
    int64_t count;
    OK(store_scalar(o->db, "SELECT count(*) FROM registry_search", &count));
    return count;
}

static void names_loaded_twice_have_their_parts_once(void **state)
{
    static const char *const FIRST[] = { "曾国藩", "张伟", "张伟" }, *const SECOND[] = { "张伟", "吕布" };
    registered o = registered_create(*state);
    int64_t ids[5];
    load(&o, FIRST, 3, ids);
    int64_t parts = part_count(&o);
    load(&o, SECOND, 1, ids + 3);
    assert_int_equal(part_count(&o), parts);
    load(&o, SECOND + 1, 1, ids + 4);
    FINDS(&o, "zhangwei", ids[1], ids[2], ids[3]);
    FINDS(&o, "lvbu", ids[4]);
    FINDS(&o, "zengg", ids[0]);
    registered_close(&o);
}

/* Names forgotten in between are asked for, and none has its parts twice. */
static void more_names_than_are_remembered_have_their_parts_once(void **state)
{
    enum { NAMES = 100, REMEMBERED = 7 };
    registered o = registered_create(*state);
    registry_load *load;
    int64_t parts = 0;
    for (int round = 0; round < 2; round++) {
        OK(registry_load_open(o.memory, o.r, &o.act, "loaded", &(registry_load_options){ .names_max = REMEMBERED }, &load));
        for (int i = 0; i < 4 * NAMES; i++) {
            int64_t id;
            registry_person p = { .name = text_format(o.memory, "欧阳%d", i * 31 % NAMES) };
            OK(registry_load_new(load, REGISTRY_PERSON, &p, &id));
            if (i % 60 == 59) OK(registry_load_flush(load));
        }
        OK(registry_load_close(load, NULL));
        if (!round) parts = part_count(&o);
    }
    assert_int_equal(part_count(&o), parts);
    OK(registry_rebuild(o.r, EVENTLOG_OFFICE));
    assert_int_equal(part_count(&o), parts);
    registered_close(&o);
}

static void a_store_of_before_gets_its_parts(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "欧阳修");
    bool is_ready;
    OK(registry_search_ready(o.r, false, &is_ready));
    assert_true(is_ready);
    int64_t parts = part_count(&o);
    OK(store_run(o.db, "DELETE FROM registry_search"));
    OK(registry_search_ready(o.r, false, &is_ready));
    assert_false(is_ready);
    FINDS(&o, "欧阳", id); /* a whole name's beginning needs no parts */
    expect(&o, "oyx", NULL, 0);
    OK(registry_search_ready(o.r, true, &is_ready));
    assert_true(is_ready);
    FINDS(&o, "oyx", id);
    assert_int_equal(part_count(&o), parts);
    OK(store_run(o.db, "DELETE FROM registry_search WHERE key <> ''"));
    OK(registry_rebuild(o.r, EVENTLOG_OFFICE));
    assert_int_equal(part_count(&o), parts);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(people_are_found_by_parts_of_their_names),
        STORE_TEST_EACH(names_loaded_twice_have_their_parts_once),
        STORE_TEST_EACH(more_names_than_are_remembered_have_their_parts_once),
        STORE_TEST_EACH(a_store_of_before_gets_its_parts),
    };
    return cmocka_run_group_tests_name("registry_search", tests, NULL, NULL);
}
