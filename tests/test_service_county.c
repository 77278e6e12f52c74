#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "os/os.h"
#include "service/county.h"
#include "support/office.h"

/* An operation that opens the office and does what the test says. */
static err (*deed)(county *c);
static county_need need;

static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, need, &c));
    return deed(c);
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD };
static const service_op OP = { .name = "test.county", .input = INPUT, .input_count = 1, .run = open_and_do };

typedef struct {
    store_place *place;
    service_settings settings;
} desk;

static err call_with(desk *d, county_need wanted, err (*what)(county *c))
{
    arena *request = arena_open(), *process = arena_open();
    service *s = service_open(process, &d->settings);
    service_call *call = service_call_open(s, request, &OP, false);
    need = wanted;
    deed = what;
    err e = service_run(call);
    if (e.detail) e.detail = arena_copy(d->place->scratch, e.detail, strlen(e.detail));
    assert_null(call->county);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return e;
}

static desk desk_at(void **state)
{
    store_place *place = *state;
    return (desk){ .place = place, .settings = { .county = place->url,
                                                 .key_file = store_place_file(place, "master.key") } };
}

static err nothing(county *c)
{
    (void)c;
    return ERR_NONE;
}

static crypto_key kept;

static err found(county *c)
{
    charter *room;
    charter_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(store_begin(c->db));
    TRY(county_charter(c, &room));
    TRY(charter_say(room, &act, TEXT("office.region"), TEXT("530523")));
    TRY(county_key(c, "key.field", true, &kept));
    return store_commit(c->db);
}

/* None shares its moment with another, however quickly they follow. */
static int64_t moments[3];
static size_t moment_count;

static err say_now(county *c)
{
    charter *room;
    TRY(county_begin(c));
    charter_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    moments[moment_count++] = c->now_ms;
    TRY(county_charter(c, &room));
    TRY(charter_say(room, &act, TEXT("office.name"), text_format(c->memory, "name %zu", moment_count)));
    return store_commit(c->db);
}

static err read_back(county *c)
{
    text region;
    crypto_key key;
    TRY(county_setting(c, "office.region", &region));
    assert_true(text_equal_cstr(region, "530523"));
    TRY(county_key(c, "key.field", false, &key));
    assert_memory_equal(&key, &kept, sizeof key);
    return ERR_NONE;
}

static void an_office_is_founded_and_opened_again(void **state)
{
    desk d = desk_at(state);
    office_ok(call_with(&d, COUNTY_NEW, found));
    office_ok(call_with(&d, COUNTY_READ, read_back));
    office_ok(call_with(&d, COUNTY_WRITE, read_back));
    struct stat facts;
    assert_int_equal(stat(d.settings.key_file, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    office_refused(call_with(&d, COUNTY_NEW, nothing), &STORE_EXISTS);
}

static err say_twice(county *c)
{
    TRY(say_now(c));
    return say_now(c);
}

static void no_two_acts_share_a_moment(void **state)
{
    desk d = desk_at(state);
    moment_count = 0;
    office_ok(call_with(&d, COUNTY_NEW, found));
    office_ok(call_with(&d, COUNTY_WRITE, say_now));
    office_ok(call_with(&d, COUNTY_WRITE, say_twice));
    assert_int_equal(moment_count, 3);
    assert_true(moments[0] < moments[1] && moments[1] < moments[2]);
}

static err unsaid(county *c)
{
    text value;
    return county_setting(c, "office.region", &value);
}

static void an_empty_store_is_no_office(void **state)
{
    desk d = desk_at(state);
    office_ok(call_with(&d, COUNTY_NEW, nothing));
    office_refused(call_with(&d, COUNTY_READ, unsaid), &COUNTY_NOT_FOUNDED);
}

static err leave_open(county *c)
{
    charter *room;
    charter_act act = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(store_begin(c->db));
    TRY(county_charter(c, &room));
    TRY(charter_say(room, &act, TEXT("office.region"), TEXT("1")));
    return err_of(&COUNTY_NOT_FOUNDED, "test");
}

static void what_was_not_committed_is_rolled_back(void **state)
{
    desk d = desk_at(state);
    office_ok(call_with(&d, COUNTY_NEW, found));
    office_refused(call_with(&d, COUNTY_WRITE, leave_open), &COUNTY_NOT_FOUNDED);
    office_ok(call_with(&d, COUNTY_READ, read_back));
}

static void put(desk *d, const char *whole)
{
    office_ok(os_remove_tree(d->place->scratch, d->settings.key_file));
    office_ok(os_write_secret(d->place->scratch, d->settings.key_file, text_of(whole)));
}

static void a_key_that_is_not_the_offices_opens_nothing(void **state)
{
    desk d = desk_at(state);
    office_ok(call_with(&d, COUNTY_NEW, found));
    text own;
    office_ok(os_read_file(d.place->scratch, d.settings.key_file, 4096, &own));
    put(&d, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    office_refused(call_with(&d, COUNTY_READ, read_back), &COUNTY_KEY_WRONG);
    put(&d, "not a key\n");
    office_refused(call_with(&d, COUNTY_READ, read_back), &COUNTY_KEY_BAD);
    office_ok(os_remove_tree(d.place->scratch, d.settings.key_file));
    office_refused(call_with(&d, COUNTY_READ, read_back), &COUNTY_KEY_MISSING);
    put(&d, own.bytes);
    office_ok(call_with(&d, COUNTY_READ, read_back));
}

static void nothing_is_written_without_the_offices_own_key(void **state)
{
    desk d = desk_at(state);
    office_ok(call_with(&d, COUNTY_NEW, found));
    text own;
    office_ok(os_read_file(d.place->scratch, d.settings.key_file, 4096, &own));
    put(&d, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    office_refused(call_with(&d, COUNTY_WRITE, nothing), &EVENTLOG_OTHER_KEY);
    office_ok(call_with(&d, COUNTY_CHECK, nothing)); /* verify tells what is amiss */
    office_ok(os_remove_tree(d.place->scratch, d.settings.key_file));
    office_refused(call_with(&d, COUNTY_WRITE, nothing), &COUNTY_KEY_MISSING);
    office_ok(os_write_file(d.place->scratch, d.settings.key_file, own)); /* anybody may read it */
    office_refused(call_with(&d, COUNTY_WRITE, nothing), &COUNTY_KEY_OPEN);
    office_refused(call_with(&d, COUNTY_READ, nothing), &COUNTY_KEY_OPEN);
    put(&d, own.bytes);
    office_ok(call_with(&d, COUNTY_WRITE, nothing));
}

static void a_secret_is_never_written_over(void **state)
{
    store_place *place = *state;
    const char *path = store_place_file(place, "secret");
    text there;
    office_ok(os_write_secret(place->scratch, path, TEXT("one")));
    office_refused(os_write_secret(place->scratch, path, TEXT("two")), &OS_EXISTS);
    office_ok(os_read_file(place->scratch, path, 100, &there));
    assert_true(text_equal_cstr(there, "one"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_BOTH(an_office_is_founded_and_opened_again),
        STORE_TEST_BOTH(no_two_acts_share_a_moment),
        STORE_TEST_BOTH(an_empty_store_is_no_office),
        STORE_TEST_BOTH(what_was_not_committed_is_rolled_back),
        STORE_TEST_BOTH(a_key_that_is_not_the_offices_opens_nothing),
        STORE_TEST_BOTH(nothing_is_written_without_the_offices_own_key),
        STORE_TEST_SQLITE(a_secret_is_never_written_over),
    };
    return cmocka_run_group_tests_name("service_county", tests, NULL, NULL);
}
