/* The law an office goes by: every table a step reads is of it; a no stays a no; what was adopted before the ledger's
 * tables were part of it is held to what it was; adoptions that three people did not sign are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "calendar/calendar.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/decide_internal.h"
#include "service/payrun.h"
#include "support/office.h"

static store_place *place;
static err (*deed)(county *c);
static county_need need;
static const char *packs;
static size_t note_count;

static err open_and_do(service_call *call)
{
    county *c;
    TRY(county_open(call, need, &c));
    err e = deed(c);
    note_count = call->notes ? call->notes->child_count : 0;
    return e;
}

static const service_field INPUT[] = {
    { .name = "digest", .type = SERVICE_TEXT, .summary = "", .summary_zh = "" }, SERVICE_COUNTY_FIELD, SERVICE_AS_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_op OP = { .name = "test.adopt", .input = INPUT, .input_count = ARRAY_COUNT(INPUT), .run = open_and_do };

static err act_with(county_need wanted, err (*what)(county *c), const char *digest)
{
    arena *request = arena_open(), *process = arena_open();
    service_settings settings = { .county = place->url, .packs = packs, .today_day = 46350,
                                  .key_file = store_place_file(place, "master.key") };
    service *s = service_open(process, &settings);
    service_call *call = service_call_open(s, request, &OP, false);
    if (digest) office_ok(service_give(call, TEXT("digest"), text_of(digest)));
    need = wanted;
    deed = what;
    err e = service_run(call);
    if (e.detail) e.detail = arena_copy(place->scratch, e.detail, strlen(e.detail) + 1);
    service_close(s);
    arena_close(request);
    arena_close(process);
    return e;
}

static err act(county_need wanted, err (*what)(county *c))
{
    return act_with(wanted, what, NULL);
}

/* ---- a small folder of packs ---- */

static const char *folder(void)
{
    return store_place_file(place, "packs");
}

static void put_file(const char *name, const char *says)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    office_ok(os_write_file(place->scratch, path, text_of(says)));
}

static void make_packs(void)
{
    static const char *const FOLDERS[] = { "", "/ledger", "/adapters" };
    packs = folder();
    for (size_t i = 0; i < ARRAY_COUNT(FOLDERS); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s", folder(), FOLDERS[i]);
        office_ok(os_make_folder(place->scratch, path));
    }
    put_file("one.md", "---\npack: 甲\nen: One\nregion: 中国\n---\n");
    put_file("ledger/stops.csv", "a,b\n1,2\n");
    put_file("adapters/traces.csv", "种类,方式\n柜面办理,柜面\n");
    put_file("adapters/cases-x.csv", "a\n1\n");
}

/* ---- deeds ---- */

static err found_county(county *c)
{
    TRY(store_begin(c->db));
    TRY(adopt_found(c));
    return store_commit(c->db);
}

static err adopt_in_form(county *c, decide_law_form form, const char *name, const char *marks)
{
    charter *room;
    text bytes, digest;
    charter_act how = { .known_ms = c->now_ms, .why = TEXT("test") };
    TRY(decide_files_bytes(c->call, c->memory, form, &bytes));
    TRY(decide_files_digest(c->call, form, &digest));
    assert_int_equal(decide_law_form_of(bytes), form);
    TRY(county_charter(c, &room));
    TRY(store_begin(c->db));
    TRY(charter_keep_law(room, &how, digest, bytes));
    TRY(charter_say(room, &how, text_of(name),
                    text_format(c->memory, "{\"digest\":\"%.*s\",\"from\":%d,\"marks\":%s}", TEXT_ARG(digest), CALENDAR_DAY_MIN, marks)));
    return store_commit(c->db);
}

static err adopt_before(county *c)
{
    return adopt_in_form(c, DECIDE_LAW_PACKS, "law.adopted.1", "[]");
}

static err adopt_unsigned(county *c)
{
    return adopt_in_form(c, DECIDE_LAW_WHOLE, "law.adopted.2",
                         "[{\"duty\":\"parameter.enter\",\"key\":\"04\",\"known_ms\":1,\"signature\":\"00\",\"user\":1}]");
}

static err need_law(county *c)
{
    return adopt_need(c);
}

/* Whoever passes over the first no gets another. */
static err need_law_twice(county *c)
{
    err first = adopt_need(c);
    assert_ptr_equal(first.kind, &ADOPT_OTHER_LAW);
    return adopt_need(c);
}

static const service_csv_column COLUMNS[] = { { "种类", "kind", false }, { "方式", "way", false }, { NULL, NULL, false } };

static err read_traces(county *c)
{
    service_csv csv;
    bool has_row;
    TRY(adopt_csv_open(c, "adapters/traces.csv", COLUMNS, err_of(&PAYRUN_NO_TABLE, "x"), &csv));
    TRY(service_csv_next(&csv, &has_row));
    assert_true(has_row && text_equal_cstr(service_csv_cell(&csv, 1), "柜面"));
    return adopt_csv_open(c, "ledger/none.csv", COLUMNS, err_of(&PAYRUN_NO_TABLE, "none.csv"), &csv);
}

static err is_of_before(county *c)
{
    adopt_terms *list;
    size_t count;
    bool is;
    TRY(adopt_list(c, &list, &count));
    assert_int_equal(count, 1);
    TRY(adopt_is_of_before(c, adopt_in_force(list, count, 46350), &is));
    assert_true(is);
    return ERR_NONE;
}

static const char *bad_wanted;
static err check_all(county *c)
{
    const char *bad;
    TRY(adopt_verify_all(c, &bad));
    if (bad_wanted) assert_string_equal(bad, bad_wanted);
    else assert_null(bad);
    return ERR_NONE;
}

static err nothing_waits(county *c)
{
    adopt_terms waiting;
    adopt_refusal refused;
    text digest;
    TRY(adopt_waiting(c, &waiting));
    TRY(adopt_refused(c, &refused));
    assert_int_equal(waiting.digest.size_bytes, 0);
    assert_int_equal(refused.digest.size_bytes, 0);
    return adopt_digest_said(c->call, &digest);
}

/* ---- tests ---- */

static void every_table_that_a_step_reads_is_of_the_law(void **state)
{
    static const char *const FILES[] = { "ledger/stops.csv", "ledger/new.csv", "adapters/traces.csv", "adapters/office-x.csv", "one.md" };
    place = *state;
    make_packs();
    office_ok(act(COUNTY_NEW, found_county));
    office_ok(act(COUNTY_WRITE, need_law));
    office_refused(act(COUNTY_WRITE, read_traces), &PAYRUN_NO_TABLE);
    put_file("adapters/cases-x.csv", "a\n2\n"); /* of calculators */
    office_ok(act(COUNTY_WRITE, need_law));
    for (size_t i = 0; i < ARRAY_COUNT(FILES); i++) {
        make_packs();
        put_file(FILES[i], i == ARRAY_COUNT(FILES) - 1 ? "---\npack: 乙\n---\n" : "种类,方式\n住院,柜面\n");
        office_refused(act(COUNTY_WRITE, need_law_twice), &ADOPT_OTHER_LAW);
        office_refused(act(COUNTY_WRITE, read_traces), &ADOPT_OTHER_LAW);
        office_ok(act(COUNTY_READ, need_law)); /* a reader may try any */
        if (strcmp(FILES[i], "one.md")) remove(text_format(place->scratch, "%s/%s", folder(), FILES[i]).bytes);
    }
    bad_wanted = NULL;
    office_ok(act(COUNTY_READ, check_all));
}

static void a_law_of_before_is_held_to_what_it_was_and_says_so(void **state)
{
    place = *state;
    make_packs();
    office_ok(act(COUNTY_NEW, adopt_before));
    office_ok(act(COUNTY_WRITE, is_of_before));
    office_ok(act(COUNTY_WRITE, need_law));
    assert_int_equal(note_count, 1);
    put_file("ledger/stops.csv", "a,b\n1,3\n");
    office_ok(act(COUNTY_WRITE, need_law));
    put_file("one.md", "---\npack: 乙\n---\n");
    office_refused(act(COUNTY_WRITE, need_law_twice), &ADOPT_OTHER_LAW);
}

static void adoptions_without_three_signatures_are_named(void **state)
{
    place = *state;
    make_packs();
    office_ok(act(COUNTY_NEW, found_county));
    office_ok(act(COUNTY_WRITE, adopt_unsigned));
    bad_wanted = "2";
    office_ok(act(COUNTY_READ, check_all));
    office_refused(act_with(COUNTY_READ, nothing_waits, "12345678901"), &ADOPT_BAD_DIGEST);
    office_ok(act_with(COUNTY_READ, nothing_waits, "123456789012"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(every_table_that_a_step_reads_is_of_the_law),
        STORE_TEST_EACH(a_law_of_before_is_held_to_what_it_was_and_says_so),
        STORE_TEST_EACH(adoptions_without_three_signatures_are_named),
    };
    return cmocka_run_group_tests_name("service_adopt", tests, NULL, NULL);
}
