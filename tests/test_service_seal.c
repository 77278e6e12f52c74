/* What somebody with the database, and even with the master key, does to the log by hand: each is found by
 * the seal that was kept elsewhere, at its first event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"
#include "service/seal.h"
#include "support/office.h"

/* ---- an office, opened for one deed at a time ---- */

static err (*deed)(county *c);
static county_need need;

static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, need, &c));
    return deed(c);
}

static const service_field INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_AS_FIELD };
static const service_op OP = { .name = "test.seal", .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
                               .run = open_and_do };

/* What a deed works on: where the store stands, the seal that is elsewhere, and what was found. */
static struct {
    store_place *place;
    const char *url, *heads;
    int events; /* of a chain */
    char found[400];
} T;

static err act(county_need wanted, err (*what)(county *c))
{
    arena *request = arena_open(), *process = arena_open();
    service_settings settings = { .county = T.url, .key_file = store_place_file(T.place, "master.key") };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, &OP, false);
    need = wanted;
    deed = what;
    err e = service_run(call);
    if (e.detail) e.detail = arena_copy(T.place->scratch, e.detail, strlen(e.detail) + 1);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return e;
}

static err append(county *c, uint32_t bucket, int64_t from, int64_t until)
{
    for (int64_t i = from; i < until; i++) {
        arena *a = c->memory;
        eventlog_event e = { .bucket = bucket, .kind = "test.said", .known_ms = 1000 + i,
                             .body = text_format(a, "{\"n\":%d}", (int)i) };
        TRY(eventlog_append(c->log, &e, NULL, NULL));
    }
    return ERR_NONE;
}

static err found_office(county *c)
{
    charter *room;
    charter_act how = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(county_charter(c, &room));
    TRY(store_begin(c->db));
    TRY(charter_say(room, &how, TEXT("office.name"), TEXT("示例县社保中心")));
    TRY(append(c, 5, 0, T.events));
    TRY(append(c, 6, 50, 53));
    return store_commit(c->db);
}

static err seal_it(county *c)
{
    seal *made;
    bool is_new;
    TRY(store_begin(c->db));
    TRY(seal_make(c, TEXT("test"), &made, &is_new));
    TRY(store_commit(c->db));
    return seal_write(c, made, T.heads);
}

static void note(void *context, uint32_t bucket, int64_t sequence, const char *says)
{
    (void)context;
    (void)says;
    size_t at = strlen(T.found);
    snprintf(T.found + at, sizeof T.found - at, "%s%u/%lld", at ? " " : "", bucket, (long long)sequence);
}

static err compare(county *c)
{
    seal *kept;
    T.found[0] = 0;
    TRY(seal_read(c->call, T.heads, &kept));
    return seal_compare(c, kept, note, NULL);
}

/* Chains with their codes, as verify does; then the seals in the log. */
static err verify(county *c)
{
    int64_t count;
    T.found[0] = 0;
    for (uint32_t bucket = 0; bucket <= EVENTLOG_OFFICE; bucket++) {
        eventlog_verdict v;
        TRY(eventlog_verify(c->memory, c->log, bucket, 1, &v));
        if (v.bad_says) note(NULL, v.bad_bucket, v.bad_sequence, v.bad_says);
    }
    return seal_check_log(c, &count, note, NULL);
}

static void finds(err (*look)(county *c), const char *what)
{
    office_ok(act(COUNTY_CHECK, look));
    assert_string_equal(T.found, what);
}

static void sealed_office(void **state, int events)
{
    T.place = *state;
    T.url = T.place->url;
    T.heads = store_place_file(T.place, "heads.txt");
    T.events = events;
    office_ok(act(COUNTY_NEW, found_office));
    office_ok(act(COUNTY_WRITE, seal_it));
}

/* ---- deeds ---- */

static err go_on(county *c)
{
    TRY(store_begin(c->db));
    TRY(append(c, 5, T.events, T.events + 4));
    TRY(append(c, 7, 0, 1));
    return store_commit(c->db);
}

static err cut_off(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence = 6"));
    return store_commit(c->db);
}

static err take_out(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 6"));
    return store_commit(c->db);
}

/* With the master key, as a sysadmin has it: hashes and codes are right. */
static err rewrite(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence > 2"));
    eventlog_event e = { .bucket = 5, .kind = "test.said", .known_ms = 1002, .body = TEXT("{\"n\":999}") };
    TRY(eventlog_append(c->log, &e, NULL, NULL));
    TRY(append(c, 5, 3, T.events));
    return store_commit(c->db);
}

static err replace(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 5"));
    TRY(append(c, 5, 100, 100 + T.events));
    return store_commit(c->db);
}

static err swap_plainly(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "UPDATE eventlog_event SET bucket = 8 WHERE bucket = 5;"
                         "UPDATE eventlog_event SET bucket = 5 WHERE bucket = 6;"
                         "UPDATE eventlog_event SET bucket = 6 WHERE bucket = 8"));
    return store_commit(c->db);
}

static err swap_with_key(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 5 OR bucket = 6"));
    TRY(append(c, 6, 0, T.events));
    TRY(append(c, 5, 50, 53));
    return store_commit(c->db);
}

static err replace_office(county *c)
{
    charter *room;
    charter_act how = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 64; DELETE FROM charter_setting"));
    TRY(county_charter(c, &room));
    TRY(charter_say(room, &how, TEXT("office.name"), TEXT("示例县社保中心二")));
    return store_commit(c->db);
}

/* ---- tests ---- */

static void an_honest_log_grows_beyond_its_seal(void **state)
{
    sealed_office(state, 6);
    finds(compare, "");
    finds(verify, "");
    office_ok(act(COUNTY_WRITE, go_on));
    finds(compare, "");
    finds(verify, "");
}

static void a_chain_cut_off_at_its_end_is_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_WRITE, cut_off));
    finds(compare, "5/6");
    finds(verify, "5/6"); /* by the seal in the log, too */
    office_ok(act(COUNTY_WRITE, take_out));
    finds(compare, "5/6 6/1");
}

static void a_chain_written_anew_with_the_key_is_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_WRITE, rewrite));
    finds(compare, "5/3");
    finds(verify, "5/6"); /* the seal in the log knows the head alone */
}

static void a_chain_replaced_as_a_whole_is_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_WRITE, replace));
    finds(compare, "5/1");
}

static void two_chains_put_in_each_others_place_are_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_CHECK, swap_plainly));
    office_ok(act(COUNTY_CHECK, verify)); /* an event's hash holds the number of its chain */
    assert_true(strncmp(T.found, "5/1 6/1", 7) == 0);
    finds(compare, "5/1 6/1");
}

static void two_chains_exchanged_with_the_key_are_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_WRITE, swap_with_key));
    finds(compare, "5/1 6/1");
}

static void the_offices_chain_begun_anew_is_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_CHECK, replace_office));
    finds(compare, "64/1");
    finds(verify, ""); /* the seal went with it: that is why one is kept elsewhere */
}

static err copy(county *c)
{
    return store_backup(c->db, store_place_file(T.place, "copy.db"));
}

static void an_older_backup_put_in_place_is_found(void **state)
{
    sealed_office(state, 6);
    office_ok(act(COUNTY_READ, copy));
    office_ok(act(COUNTY_WRITE, go_on));
    T.heads = store_place_file(T.place, "later.txt");
    office_ok(act(COUNTY_WRITE, seal_it));
    finds(compare, "");
    T.url = store_place_file(T.place, "restored.db");
    office_ok(store_restore(T.place->scratch, store_place_file(T.place, "copy.db"), T.url));
    finds(verify, "");
    finds(compare, "5/7 7/1");
}

/* Of a long chain every second event, every third ... has its mark: the first mark that is another says
 * between which two events. */
static err rewrite_late(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "DELETE FROM eventlog_event WHERE bucket = 5 AND sequence > 1500"));
    TRY(append(c, 5, 5000, 5000 + T.events - 1500));
    return store_commit(c->db);
}

static void of_a_long_chain_the_stretch_is_named(void **state)
{
    sealed_office(state, 2001); /* a mark every third event */
    office_ok(act(COUNTY_WRITE, rewrite_late));
    finds(compare, "5/1501"); /* marks stand at 1500, which fits, and 1503 */
}

/* Whoever takes every code away leaves a store that looks like an earlier program's: it is taken over, and that
 * this was done on this day stands in the log. */
static err strip(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "UPDATE eventlog_event SET code = NULL"));
    return store_commit(c->db);
}

static err strip_one(county *c)
{
    TRY(store_begin(c->db));
    TRY(store_run(c->db, "UPDATE eventlog_event SET code = NULL WHERE bucket = 64"));
    return store_commit(c->db);
}

static err codes_begun(county *c)
{
    int64_t sequence;
    T.found[0] = 0;
    TRY(eventlog_last(c->log, EVENTLOG_OFFICE, COUNTY_ADOPTED, &sequence));
    if (sequence) note(NULL, EVENTLOG_OFFICE, sequence, "");
    return ERR_NONE;
}

static void a_store_without_codes_is_taken_over_and_says_so(void **state)
{
    sealed_office(state, 6);
    finds(codes_begun, "");
    office_ok(act(COUNTY_WRITE, strip_one));
    finds(codes_begun, "");
    finds(verify, "64/1");
    office_ok(act(COUNTY_CHECK, strip));
    finds(codes_begun, "64/3");
    finds(verify, "");
    finds(codes_begun, "64/3");
}

/* ---- the file ---- */

static void alter_file(const char *was, const char *to)
{
    text whole;
    office_ok(os_read_file(T.place->scratch, T.heads, 1 << 20, &whole));
    size_t at = text_find(whole, text_of(was));
    assert_true(at != SIZE_MAX && strlen(was) == strlen(to));
    char *bytes = arena_copy(T.place->scratch, whole.bytes, whole.size_bytes);
    memcpy(bytes + at, to, strlen(to));
    office_ok(os_write_file(T.place->scratch, T.heads, (text){ bytes, whole.size_bytes }));
}

static void an_altered_file_is_refused(void **state)
{
    sealed_office(state, 6);
    alter_file("\nchain 5 6", "\nchein 5 6");
    office_refused(act(COUNTY_CHECK, compare), &SEAL_BAD_FILE);
    alter_file("\nchein 5 6", "\nchain 5 6");
    finds(compare, "");
    alter_file("mark 5 1 ", "mark 5 2 ");
    office_refused(act(COUNTY_CHECK, compare), &SEAL_BAD_FILE);
}

static err seal_again(county *c)
{
    seal *made;
    bool is_new;
    TRY(store_begin(c->db));
    TRY(seal_make(c, TEXT("another reason"), &made, &is_new));
    assert_false(is_new);
    TRY(store_commit(c->db));
    return seal_write(c, made, T.heads);
}

static void sealing_again_is_the_same_seal_and_no_file_is_written_over(void **state)
{
    sealed_office(state, 6);
    text first, again;
    office_ok(os_read_file(T.place->scratch, T.heads, 1 << 20, &first));
    office_ok(act(COUNTY_WRITE, seal_again));
    office_ok(os_remove_tree(T.place->scratch, T.heads));
    office_ok(act(COUNTY_WRITE, seal_again));
    office_ok(os_read_file(T.place->scratch, T.heads, 1 << 20, &again));
    assert_true(text_equal(first, again));
    office_ok(act(COUNTY_WRITE, go_on));
    office_refused(act(COUNTY_WRITE, seal_it), &SEAL_OTHER_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(an_honest_log_grows_beyond_its_seal),
        STORE_TEST_EACH(a_chain_cut_off_at_its_end_is_found),
        STORE_TEST_EACH(a_chain_written_anew_with_the_key_is_found),
        STORE_TEST_EACH(a_chain_replaced_as_a_whole_is_found),
        STORE_TEST_EACH(two_chains_put_in_each_others_place_are_found),
        STORE_TEST_EACH(two_chains_exchanged_with_the_key_are_found),
        STORE_TEST_EACH(the_offices_chain_begun_anew_is_found),
        STORE_TEST_EACH(an_older_backup_put_in_place_is_found),
        STORE_TEST_EACH(a_store_without_codes_is_taken_over_and_says_so),
        STORE_TEST_EACH(of_a_long_chain_the_stretch_is_named),
        STORE_TEST_SQLITE(an_altered_file_is_refused),
        STORE_TEST_EACH(sealing_again_is_the_same_seal_and_no_file_is_written_over),
    };
    return cmocka_run_group_tests_name("service_seal", tests, NULL, NULL);
}
