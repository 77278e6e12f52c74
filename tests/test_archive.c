#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/archive.h"
#include "support/office.h"

#define ok office_ok
#define refused office_refused

typedef struct {
    office *house;
    arena *memory;
    archive_book *book;
} archive_office;

static int set_up(void **state)
{
    office *house = office_open(state);
    archive_office *o = ARENA_NEW(house->memory, archive_office);
    *o = (archive_office){ .house = house, .memory = house->memory };
    ok(archive_open(o->memory, house->db, house->log, &o->book));
    *state = o;
    return 0;
}

static int tear_down(void **state)
{
    archive_office *o = *state;
    return office_close(o->house, state);
}

OFFICE_SET_UPS

static archive_act act_now(archive_office *o)
{
    return (archive_act){ .actor_id = 3, .known_ms = ++o->house->now_ms, .why = TEXT("test") };
}

static int64_t issue(archive_office *o, const char *kind, int64_t subject_id, const char *digest)
{
    archive_act act = act_now(o);
    archive_paper p = { .kind = text_of(kind), .about = TEXT("person=7"), .subject_kind = 1, .subject_id = subject_id, .case_id = 4,
                        .whom = TEXT("王**"), .day = 46350, .law = TEXT("aa01"), .digest = text_of(digest) };
    office_begin(o->house);
    ok(archive_next_paper(o->book, &p.number));
    ok(office_end(o->house, archive_issue(o->book, &act, &p, TEXT("sealed words"))));
    return p.number;
}

static void a_paper_is_numbered_found_and_read_as_it_was_sealed(void **state)
{
    archive_office *o = *state;
    archive_paper p, *list;
    size_t count;
    text sealed;
    assert_int_equal(issue(o, "参保证明", 7, "d1"), 1);
    assert_int_equal(issue(o, "缴费凭证", 7, "d2"), 2);
    assert_int_equal(issue(o, "参保证明", 8, "d3"), 3);
    ok(archive_paper_read(o->memory, o->book, 2, &p));
    assert_true(text_equal_cstr(p.kind, "缴费凭证") && text_equal_cstr(p.whom, "王**") && p.actor_id == 3 && p.day == 46350);
    ok(archive_paper_sealed(o->memory, o->book, &p, &sealed));
    assert_true(text_equal_cstr(sealed, "sealed words"));
    refused(archive_paper_read(o->memory, o->book, 4, &p), &ARCHIVE_NO_PAPER);
    ok(archive_paper_same(o->memory, o->book, TEXT("参保证明"), TEXT("person=7"), TEXT("d1"), &p));
    assert_int_equal(p.number, 1);
    ok(archive_paper_same(o->memory, o->book, TEXT("参保证明"), TEXT("person=7"), TEXT("d2"), &p));
    assert_int_equal(p.number, 0);
    ok(archive_papers(o->memory, o->book, &(archive_filter){ .kind = TEXT(""), .subject_id = 7, .subject_kind = 1 }, &list, &count));
    assert_true(count == 2 && list[0].number == 2 && list[1].number == 1);
    ok(archive_papers(o->memory, o->book, &(archive_filter){ .kind = TEXT("参保证明"), .case_id = 4, .limit = 1 }, &list, &count));
    assert_true(count == 1 && list[0].number == 3);
}

static void a_file_of_a_case_is_kept_with_what_was_said_of_it(void **state)
{
    archive_office *o = *state;
    archive_file f = { .case_id = 4, .paper = TEXT("身份凭证"), .name = TEXT("身份证.jpg"), .media = TEXT("image/jpeg"), .size_bytes = 9,
                       .digest = TEXT("d9"), .day = 46350 }, read, *list;
    int64_t id;
    size_t count;
    text sealed;
    for (int i = 0; i < 2; i++) {
        archive_act act = act_now(o);
        office_begin(o->house);
        ok(office_end(o->house, archive_hand_in(o->book, &act, &f, TEXT("sealed file"), &id)));
        assert_int_equal(id, i + 1);
    }
    ok(archive_file_read(o->memory, o->book, 2, &read));
    assert_true(text_equal_cstr(read.name, "身份证.jpg") && read.size_bytes == 9 && read.case_id == 4);
    ok(archive_file_sealed(o->memory, o->book, &read, &sealed));
    assert_true(text_equal_cstr(sealed, "sealed file"));
    ok(archive_files(o->memory, o->book, 4, &list, &count));
    assert_int_equal(count, 2);
    refused(archive_file_read(o->memory, o->book, 9, &read), &ARCHIVE_NO_FILE);
}

static void tables_rebuilt_from_the_log_are_the_same(void **state)
{
    archive_office *o = *state;
    eventlog_tables_verdict verdict;
    a_paper_is_numbered_found_and_read_as_it_was_sealed(state);
    a_file_of_a_case_is_kept_with_what_was_said_of_it(state);
    office_tables_are_the_logs(o->house, archive_room(o->book));
    /* Whoever writes the table by hand is found out. */
    eventlog_room room = archive_room(o->book);
    office_begin(o->house);
    ok(office_end(o->house, store_run(o->house->db, "UPDATE archive_paper SET whom = '-' WHERE number = 1")));
    ok(eventlog_check_tables(o->house->log, &room, 1, &verdict));
    assert_string_equal(verdict.bad_table, "archive_paper");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST_EACH(a_paper_is_numbered_found_and_read_as_it_was_sealed),
        OFFICE_TEST_EACH(a_file_of_a_case_is_kept_with_what_was_said_of_it),
        OFFICE_TEST_EACH(tables_rebuilt_from_the_log_are_the_same),
    };
    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
