/* Packs that the services of a server share: what is read, when it is read again, and by several at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "os/os.h"
#include "service/service_internal.h"

typedef struct {
    arena *memory;
    const char *folder, *pack;
    service_settings settings;
} place;

/* A pack of one variable. */
static void write_pack(place *p, const char *value)
{
    text pack = text_format(p->memory, "---\npack: 试行\nregion: 中国\n---\n\n# 试行\n\n```rule\nvar 数 : count = %s\n```\n", value);
    assert_null(os_write_file(p->memory, p->pack, pack).kind);
}

static int set_up(void **state)
{
    arena *a = arena_open();
    place *p = ARENA_NEW(a, place);
    p->memory = a;
    assert_null(os_temp_folder(a, &p->folder).kind);
    p->pack = text_format(a, "%s/trial.md", p->folder).bytes;
    p->settings = (service_settings){ .packs = p->folder, .thread_count = 1, .today_day = 46341 };
    write_pack(p, "1");
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    assert_null(os_remove_tree(p->memory, p->folder).kind);
    arena_close(p->memory);
    return 0;
}

/* The set that a call goes by. */
static service_set *set_of_call(service *office, arena *a)
{
    const policy_book *book;
    service_call *call = service_call_open(office, a, service_find(TEXT("policy.packs")), false);
    err e = service_book(call, &book);
    if (e.kind) fail_msg("%s", err_sentence(a, e, false).bytes);
    return office->set;
}

static void services_of_one_shelf_read_once_and_again_when_a_file_changes(void **state)
{
    place *p = *state;
    p->settings.shelf = service_shelf_open(p->memory);
    service *one = service_open(p->memory, &p->settings), *other = service_open(p->memory, &p->settings);
    service_set *first = set_of_call(one, p->memory);
    assert_ptr_equal(set_of_call(other, p->memory), first);
    assert_ptr_equal(set_of_call(one, p->memory), first);
    write_pack(p, "2");
    service_set *second = set_of_call(other, p->memory);
    assert_ptr_not_equal(second, first);
    assert_ptr_equal(one->set, first); /* which it may still be reading */
    assert_ptr_equal(set_of_call(one, p->memory), second);
    /* a file that comes, and one that goes */
    assert_null(os_write_file(p->memory, text_format(p->memory, "%s/office-x.csv", p->folder).bytes, TEXT("a\n")).kind);
    service_set *third = set_of_call(one, p->memory);
    assert_ptr_not_equal(third, second);
    service_close(one);
    service_close(other);
    service_shelf_close(p->settings.shelf);
}

/* A call goes by what it first read to its end, whatever becomes of the files. */
static void a_call_goes_by_one_set(void **state)
{
    place *p = *state;
    const policy_book *before, *after;
    p->settings.shelf = service_shelf_open(p->memory);
    service *office = service_open(p->memory, &p->settings);
    service_call *call = service_call_open(office, p->memory, service_find(TEXT("policy.packs")), false);
    assert_null(service_book(call, &before).kind);
    write_pack(p, "3");
    assert_null(service_book(call, &after).kind);
    assert_ptr_equal(before, after);
    service_close(office);
    service_shelf_close(p->settings.shelf);
}

/* Without a shelf packs are read once for the life of the service: on a command line it has one call. */
static void without_a_shelf_packs_are_read_once(void **state)
{
    place *p = *state;
    service *office = service_open(p->memory, &p->settings);
    service_set *first = set_of_call(office, p->memory);
    write_pack(p, "4");
    assert_ptr_equal(set_of_call(office, p->memory), first);
    service_close(office);
}

enum { THREADS = 4, TURNS = 60 };

static void *ask_often(void *context)
{
    const place *p = context;
    arena *a = arena_open();
    service *office = service_open(a, &p->settings);
    for (int i = 0; i < TURNS; i++) {
        const policy_book *book;
        service_call *call = service_call_open(office, a, service_find(TEXT("policy.packs")), false);
        if (service_book(call, &book).kind) return "a pack that could not be read"; /* files appear whole or not at all */
        size_t count;
        (void)policy_symbols(book, &count);
        if (count != 1) return "another count of symbols";
    }
    service_close(office);
    arena_close(a);
    return NULL;
}

static void many_read_while_files_change(void **state)
{
    place *p = *state;
    pthread_t threads[THREADS];
    p->settings.shelf = service_shelf_open(p->memory);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, ask_often, p), 0);
    for (int i = 0; i < TURNS; i++) write_pack(p, i % 2 ? "5" : "6");
    for (int i = 0; i < THREADS; i++) {
        void *says;
        pthread_join(threads[i], &says);
        if (says) fail_msg("%s", (const char *)says);
    }
    service_shelf_close(p->settings.shelf);
}

/* A server lives longer than a day. */
static void the_day_of_a_service_moves_on(void **state)
{
    place *p = *state;
    service *office = service_open(p->memory, &p->settings);
    service_call *call = service_call_open(office, p->memory, service_find(TEXT("policy.calc")), false);
    assert_int_equal(service_day_of(call, "on"), 46341);
    service_set_today(office, 46342);
    assert_int_equal(service_day_of(call, "on"), 46342);
    service_close(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(services_of_one_shelf_read_once_and_again_when_a_file_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_goes_by_one_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_shelf_packs_are_read_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_read_while_files_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_day_of_a_service_moves_on, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
