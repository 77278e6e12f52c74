#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/office.h"
#include "survey/survey.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    survey_book *book;
} survey_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    survey_office *o = ARENA_NEW(house->memory, survey_office);
    *o = (survey_office){ .house = house, .memory = house->memory };
    ok(survey_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    survey_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static survey_act act_of(survey_office *o, int64_t actor_id)
{
    return (survey_act){ .actor_id = actor_id, .known_ms = o->house->now_ms += 10, .why = TEXT("test") };
}

static err begin(survey_office *o, const char *name, int32_t until, int64_t *round_id, bool *is_new)
{
    survey_act act = act_of(o, 3);
    survey_round round = { .name = text_of(name), .form = TEXT("{}"), .from_day = 100, .until_day = until };
    office_begin(o->house);
    return office_end(o->house, survey_begin(o->book, &act, &round, round_id, is_new));
}

/* Ids are made of one hex digit, 32 times. */
static text id_of(survey_office *o, char digit)
{
    char *bytes = arena_alloc(o->memory, SURVEY_ID_BYTES + 1);
    memset(bytes, digit, SURVEY_ID_BYTES);
    bytes[SURVEY_ID_BYTES] = 0;
    return text_of(bytes);
}

static survey_saying saying(survey_office *o, char id, const char *replaces, const char *value)
{
    text_builder ids = text_builder_open(o->memory);
    for (const char *c = replaces; *c; c++) text_add_format(&ids, "%s%.*s", c == replaces ? "" : " ", TEXT_ARG(id_of(o, *c)));
    return (survey_saying){ .id = id_of(o, id), .subject = TEXT("p7"), .question = TEXT("wish"), .replaces = text_built(&ids), .value = text_of(value),
                            .household_id = 5, .content = value[0], .phone_ms = 1 };
}

static err merge(survey_office *o, int64_t actor_id, const survey_saying *sayings, size_t count, int64_t *taken)
{
    survey_act act = act_of(o, actor_id);
    office_begin(o->house);
    return office_end(o->house, survey_merge(o->book, &act, 1, sayings, count, taken));
}

/* The values of the heads, in the order of ids. */
static text heads(survey_office *o)
{
    survey_saying *all;
    size_t count;
    text_builder out = text_builder_open(o->memory);
    ok(survey_sayings(o->memory, o->book, 1, 5, TEXT("wish"), &all, &count));
    bool *is_head = ARENA_ARRAY(o->memory, bool, count + 1);
    if (count) assert_int_equal(survey_cell_size(all, count, 0), count);
    survey_heads(o->memory, all, count, is_head);
    for (size_t i = 0; i < count; i++)
        if (is_head[i]) text_add(&out, all[i].value);
    return text_built(&out);
}

static void a_round_is_begun_once_by_its_name(void **state)
{
    survey_office *o = *state;
    int64_t id, again;
    bool is_new;
    survey_round round;
    ok(begin(o, "a", 200, &id, &is_new));
    assert_true(is_new);
    ok(begin(o, "a", 200, &again, &is_new));
    assert_false(is_new);
    assert_int_equal(id, again);
    refused(begin(o, "a", 201, &id, &is_new), &SURVEY_OTHER);
    ok(begin(o, "b", 201, &id, &is_new));
    ok(survey_round_of(o->memory, o->book, TEXT("2"), &round));
    assert_true(text_equal_cstr(round.name, "b"));
    refused(survey_round_of(o->memory, o->book, TEXT("c"), &round), &SURVEY_NO_ROUND);
    office_tables_are_the_logs(o->house, survey_room(o->book));
}

static void households_are_given_out_and_taken_over(void **state)
{
    survey_office *o = *state;
    int64_t id, changed;
    bool is_new;
    survey_visit *known, visits[] = { { 5, 590121100001, 7 }, { 6, 590121100001, 7 } };
    size_t count;
    ok(begin(o, "a", 200, &id, &is_new));
    for (int turn = 0; turn < 3; turn++) {
        survey_act act = act_of(o, 3);
        if (turn == 2) visits[1].surveyor_id = 8;
        office_begin(o->house);
        ok(office_end(o->house, survey_assign(o->book, &act, id, visits, 2, &changed)));
        assert_int_equal(changed, turn == 0 ? 2 : turn == 1 ? 0 : 1);
    }
    ok(survey_visits(o->memory, o->book, id, &known, &count));
    assert_int_equal(count, 2);
    assert_int_equal(known[1].surveyor_id, 8);
    office_tables_are_the_logs(o->house, survey_room(o->book));
}

/* Five sayings: b in view of a; c in view of a as well; d in view of both; e of its own. Whatever comes first, d and e stand. */
static void every_order_and_number_of_uploads_makes_the_same_heads(void **state)
{
    survey_office *o = *state;
    enum { COUNT = 5, ORDERS = 120 };
    survey_saying all[COUNT] = { saying(o, 'a', "", "A"), saying(o, 'b', "a", "B"), saying(o, 'c', "a", "C"), saying(o, 'd', "bc", "D"),
                                 saying(o, 'e', "", "E") };
    for (int order = 0; order < ORDERS; order++) {
        survey_saying shuffled[COUNT];
        bool is_head[COUNT], stands[COUNT] = { false };
        int left = order;
        memcpy(shuffled, all, sizeof all);
        for (int i = COUNT; i > 1; i--) {
            survey_saying held = shuffled[i - 1];
            shuffled[i - 1] = shuffled[left % i];
            shuffled[left % i] = held;
            left /= i;
        }
        survey_heads(o->memory, shuffled, COUNT, is_head);
        for (int i = 0; i < COUNT; i++) stands[shuffled[i].value.bytes[0] - 'A'] = is_head[i];
        for (int i = 0; i < COUNT; i++) assert_int_equal(stands[i], i >= 3);
    }
}

static void an_upload_doubled_late_or_before_what_it_corrects_loses_nothing(void **state)
{
    survey_office *o = *state;
    int64_t id, taken;
    bool is_new;
    ok(begin(o, "a", 200, &id, &is_new));
    survey_saying a = saying(o, 'a', "", "A"), b = saying(o, 'b', "a", "B"), c = saying(o, 'c', "a", "C"), other = saying(o, 'b', "a", "X");
    ok(merge(o, 3, &b, 1, &taken));
    assert_true(text_equal_cstr(heads(o), "B"));
    ok(merge(o, 3, &a, 1, &taken));
    assert_true(text_equal_cstr(heads(o), "B"));
    survey_saying twice[] = { a, b, a };
    ok(merge(o, 4, twice, 3, &taken));
    assert_int_equal(taken, 0);
    ok(merge(o, 4, &c, 1, &taken));
    assert_true(text_equal_cstr(heads(o), "BC"));
    survey_saying mixed[] = { saying(o, 'd', "bc", "D"), other };
    refused(merge(o, 4, mixed, 2, &taken), &SURVEY_ID_REUSED);
    assert_true(text_equal_cstr(heads(o), "BC"));
    ok(merge(o, 4, mixed, 1, &taken));
    assert_true(text_equal_cstr(heads(o), "D"));
    office_tables_are_the_logs(o->house, survey_room(o->book));
}

static void sayings_that_name_each_other_in_a_ring_are_not_hidden(void **state)
{
    survey_office *o = *state;
    bool is_head[3];
    survey_saying ring[] = { saying(o, 'a', "b", "A"), saying(o, 'b', "a", "B"), saying(o, 'c', "", "C") };
    survey_heads(o->memory, ring, 3, is_head);
    assert_true(is_head[0] && is_head[1] && is_head[2]);
    survey_saying seen[] = { saying(o, 'a', "b", "A"), saying(o, 'b', "a", "B"), saying(o, 'c', "a", "C") };
    survey_heads(o->memory, seen, 3, is_head);
    assert_true(!is_head[0] && !is_head[1] && is_head[2]);
}

static err confirm(survey_office *o, int64_t actor_id, const char *in_view, bool is_refused)
{
    survey_choice choice, cell = { .household_id = 5, .subject = TEXT("p7"), .question = TEXT("phone") };
    survey_act act = act_of(o, actor_id);
    office_begin(o->house);
    return office_end(o->house, survey_confirm(o->memory, o->book, &act, 1, &cell, text_of(in_view), is_refused, &choice));
}

static void a_choice_is_confirmed_by_another_in_view_of_what_stood(void **state)
{
    survey_office *o = *state;
    int64_t id;
    bool is_new;
    size_t count;
    survey_choice *all, choice = { .household_id = 5, .subject = TEXT("p7"), .question = TEXT("phone"), .value = TEXT("00"), .in_view = TEXT("x") };
    ok(begin(o, "a", 200, &id, &is_new));
    refused(confirm(o, 4, "x", false), &SURVEY_NO_CHOICE);
    for (int turn = 0; turn < 2; turn++) {
        survey_act act = act_of(o, 3);
        office_begin(o->house);
        ok(office_end(o->house, survey_propose(o->book, &act, id, &choice)));
    }
    refused(confirm(o, 3, "x", false), &SURVEY_SAME_PERSON);
    refused(confirm(o, 4, "y", false), &SURVEY_MOVED);
    ok(confirm(o, 4, "x", false));
    ok(survey_choices(o->memory, o->book, id, &all, &count));
    assert_int_equal(count, 0);
    survey_act act = act_of(o, 3);
    office_begin(o->house);
    ok(office_end(o->house, survey_propose(o->book, &act, id, &choice)));
    ok(confirm(o, 3, "y", true));
    office_tables_are_the_logs(o->house, survey_room(o->book));
}

/* ---- form and upload ---- */

#define QUESTION(name, kind, more) \
    "{\"name\":\"" name "\",\"zh\":\"z\",\"en\":\"e\",\"kind\":\"" kind "\",\"of\":\"person\",\"least\":0,\"most\":100,\"input\":\"\",\"registry\":\"\"," more "}"
#define NO_LISTS "\"choices\":[],\"when\":\"\",\"when_values\":[]"

static void a_form_is_written_and_read_as_it_is_and_no_other(void **state)
{
    survey_office *o = *state;
    survey_form form, again;
    text json = TEXT("{\"questions\":[" QUESTION("school", "bool", NO_LISTS) "," QUESTION("grade", "count", "\"choices\":[],\"when\":\"school\",\"when_values\":[\"true\"]") "]}");
    ok(survey_form_read(o->memory, json, &form));
    text written = survey_form_write(o->memory, &form);
    ok(survey_form_read(o->memory, written, &again));
    assert_true(text_equal(written, survey_form_write(o->memory, &again)));
    assert_int_equal(again.questions[1].most, 100);
    /* A form of before roles were told: a question is used for what its name says. */
    assert_ptr_equal(survey_question_for(&again, TEXT("grade")), &again.questions[1]);
    ok(survey_form_read(o->memory, TEXT("{\"questions\":[" QUESTION("a", "bool", "\"role\":\"wish\"," NO_LISTS) "," QUESTION("wish", "bool", "\"role\":\"\"," NO_LISTS) "]}"), &form));
    assert_ptr_equal(survey_question_for(&form, TEXT("wish")), &form.questions[0]);
    assert_null(survey_question_for(&form, TEXT("a")));
    static const char *const BAD[] = {
        "{\"questions\":[" QUESTION("a", "bool", "\"role\":\"wish\"," NO_LISTS) "," QUESTION("b", "bool", "\"role\":\"wish\"," NO_LISTS) "]}",
        "{}", "{\"questions\":[]}", "{\"questions\":[" QUESTION("a", "colour", NO_LISTS) "]}", "{\"questions\":[" QUESTION("a", "choice", NO_LISTS) "]}",
        "{\"questions\":[" QUESTION("a", "bool", NO_LISTS) "," QUESTION("a", "bool", NO_LISTS) "]}",
        "{\"questions\":[" QUESTION("a", "bool", "\"choices\":[],\"when\":\"a\",\"when_values\":[\"true\"]") "]}",
        "{\"questions\":[" QUESTION("a", "bool", NO_LISTS) "," QUESTION("b", "bool", "\"choices\":[],\"when\":\"a\",\"when_values\":[\"maybe\"]") "]}",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) refused(survey_form_read(o->memory, text_of(BAD[i]), &form), &SURVEY_BAD_FORM);
}

static void an_answer_fits_its_kind_and_bounds(void **state)
{
    static const struct {
        survey_kind kind;
        const char *value;
        bool fits;
    } CASES[] = {
        { SURVEY_BOOL, "true", true },      { SURVEY_BOOL, "yes", false },        { SURVEY_COUNT, "0", true },    { SURVEY_COUNT, "1000", true },
        { SURVEY_COUNT, "1001", false },    { SURVEY_COUNT, "-1", false },        { SURVEY_COUNT, "1.0", false }, { SURVEY_MONEY, "10.00", true },
        { SURVEY_MONEY, "10.01", false },   { SURVEY_MONEY, "1.234", false },     { SURVEY_MONEY, "1e1", false }, { SURVEY_DATE, "2024-02-29", true },
        { SURVEY_DATE, "2025-02-29", false }, { SURVEY_TEXT, "新村 12 号", true }, { SURVEY_TEXT, " a", false },   { SURVEY_TEXT, "\xff", false },
        { SURVEY_CHOICE, "a", false },      { SURVEY_DATE, "", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        survey_question q = { .kind = CASES[i].kind, .least = 0, .most = 1000 };
        if (survey_value_fits(&q, text_of(CASES[i].value)) != CASES[i].fits) fail_msg("%s of kind %d", CASES[i].value, (int)CASES[i].kind);
    }
}

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SAID(id, household, subject, replaces) \
    "{\"round\":\"r\",\"said\":[{\"id\":\"" id "\",\"household\":" household ",\"subject\":\"" subject "\",\"question\":\"q\",\"value\":\"v\",\"seen\":\"\"," \
    "\"phone_ms\":1,\"replaces\":[" replaces "]}]}"

static void an_upload_is_read_whole_or_refused_with_its_place(void **state)
{
    survey_office *o = *state;
    survey_upload upload, again;
    ok(survey_upload_read(o->memory, TEXT(SAID(ID_A, "5", "p7", "\"" ID_B "\",\"" ID_B "\"")), &upload));
    assert_true(text_equal_cstr(upload.said[0].replaces, ID_B));
    text written = survey_upload_write(o->memory, &upload);
    ok(survey_upload_read(o->memory, written, &again));
    assert_true(text_equal(written, survey_upload_write(o->memory, &again)));
    static const char *const BAD[] = {
        "[]", "{\"round\":\"r\"}", "{\"round\":\"\",\"said\":[]}", SAID("AAAA", "5", "p7", ""), SAID(ID_A, "0", "p7", ""), SAID(ID_A, "-5", "p7", ""),
        SAID(ID_A, "5.5", "p7", ""), SAID(ID_A, "5", "p0", ""), SAID(ID_A, "5", "p07", ""), SAID(ID_A, "5", "x", ""), SAID(ID_A, "5", "n7", ""),
        SAID(ID_A, "5", "p7", "\"x\""), SAID(ID_A, "5", "p7", "\"" ID_A "\""), SAID(ID_A, "5", "p1234567890123456", ""),
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) refused(survey_upload_read(o->memory, text_of(BAD[i]), &upload), &SURVEY_BAD_UPLOAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_round_is_begun_once_by_its_name),
        OFFICE_TEST_EACH(households_are_given_out_and_taken_over),
        OFFICE_TEST_EACH(every_order_and_number_of_uploads_makes_the_same_heads),
        OFFICE_TEST_EACH(an_upload_doubled_late_or_before_what_it_corrects_loses_nothing),
        OFFICE_TEST_EACH(sayings_that_name_each_other_in_a_ring_are_not_hidden),
        OFFICE_TEST_EACH(a_choice_is_confirmed_by_another_in_view_of_what_stood),
        OFFICE_TEST_EACH(a_form_is_written_and_read_as_it_is_and_no_other),
        OFFICE_TEST_EACH(an_answer_fits_its_kind_and_bounds),
        OFFICE_TEST_EACH(an_upload_is_read_whole_or_refused_with_its_place),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
