/* Drafts of forms that users keep, one script for each driver. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/crew.h"

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}
#define OK(call)         assert_string_equal(code_of(call), "no error")
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static void keep(crew *o, staff_session *session, const staff_draft *draft)
{
    OK(store_begin(o->db));
    OK(staff_draft_keep(session, draft));
    OK(store_commit(o->db));
}

static void a_draft_is_its_users_and_the_newest_stands(void **state)
{
    crew o = crew_founded(*state);
    staff_session *clara = crew_login(&o, "clara"), *rex = crew_login(&o, "rex");
    staff_draft said = { .form = TEXT("case.open"), .about = TEXT("retirement"), .subject_id = 7, .kept_ms = 1000, .sealed = TEXT("first") };
    staff_draft read = said, *all;
    size_t count;
    bool found;
    keep(&o, clara, &said);
    said.sealed = TEXT("second");
    said.kept_ms = 2000;
    keep(&o, clara, &said);
    OK(staff_draft_read(o.a, clara, 0, &read, &found));
    assert_true(found && text_equal_cstr(read.sealed, "second") && read.kept_ms == 2000);
    OK(staff_draft_read(o.a, rex, 0, &read, &found));
    assert_false(found);
    OK(staff_draft_read(o.a, clara, 2001, &read, &found));
    assert_false(found);
    said.subject_id = 8;
    keep(&o, clara, &said);
    keep(&o, rex, &said);
    OK(staff_drafts(o.a, clara, 0, &all, &count));
    assert_int_equal(count, 2);
    OK(staff_draft_drop(clara, said.form, said.about, 8));
    OK(staff_draft_drop(clara, said.form, said.about, 8));
    OK(staff_drafts(o.a, clara, 0, &all, &count));
    assert_int_equal(count, 1);
    OK(staff_drafts(o.a, rex, 0, &all, &count));
    assert_int_equal(count, 1);
    crew_leave(&o);
}

static void an_answer_is_its_users_and_keys_and_goes_with_time(void **state)
{
    crew o = crew_founded(*state);
    staff_session *clara = crew_login(&o, "clara"), *rex = crew_login(&o, "rex");
    staff_answer said = { .operation = TEXT("case.open"), .key = TEXT("k1"), .kept_ms = 1000, .asked = TEXT("digest"), .sealed = TEXT("answer") }, read = said;
    bool found;
    OK(store_begin(o.db));
    OK(staff_answer_keep(clara, 0, &said));
    OK(store_commit(o.db));
    OK(staff_answer_find(o.a, clara, 1000, &read, &found));
    assert_true(found && read.kept_ms == 1000 && text_equal_cstr(read.asked, "digest") && text_equal_cstr(read.sealed, "answer"));
    OK(staff_answer_find(o.a, clara, 1001, &read, &found));
    assert_false(found);
    OK(staff_answer_find(o.a, rex, 0, &read, &found));
    assert_false(found);
    read.operation = TEXT("case.pass");
    OK(staff_answer_find(o.a, clara, 0, &read, &found));
    assert_false(found);
    /* one that came in between is not written over */
    OK(store_begin(o.db));
    err e = staff_answer_keep(clara, 0, &said);
    if (!e.kind) e = store_commit(o.db); /* PostgreSQL tells it as late as here */
    IS(e, STORE_DUPLICATE);
    store_rollback(o.db);
    /* what is older goes with the next */
    said.kept_ms = 3000;
    OK(store_begin(o.db));
    OK(staff_answer_keep(clara, 2000, &said));
    OK(staff_answer_keep(rex, 2000, &said));
    OK(store_commit(o.db));
    read.operation = said.operation;
    OK(staff_answer_find(o.a, clara, 0, &read, &found));
    assert_true(found && read.kept_ms == 3000);
    crew_leave(&o);
}

static void drafts_go_with_time_and_with_whom_they_are_about(void **state)
{
    crew o = crew_founded(*state);
    staff_session *clara = crew_login(&o, "clara"), *rex = crew_login(&o, "rex");
    staff_draft said = { .form = TEXT("case.open"), .about = TEXT("a"), .subject_id = 7, .kept_ms = 1000, .sealed = TEXT("x") }, *all;
    size_t count;
    keep(&o, clara, &said);
    keep(&o, rex, &said);
    said.subject_id = 8;
    said.kept_ms = 3000;
    keep(&o, clara, &said);
    OK(staff_drafts_forget(o.staff, 7));
    OK(staff_drafts(o.a, rex, 0, &all, &count));
    assert_int_equal(count, 0);
    OK(staff_drafts(o.a, clara, 0, &all, &count));
    assert_int_equal(count, 1);
    OK(staff_drafts_expire(o.staff, 3000));
    OK(staff_drafts(o.a, clara, 0, &all, &count));
    assert_int_equal(count, 1);
    OK(staff_drafts_expire(o.staff, 3001));
    OK(staff_drafts(o.a, clara, 0, &all, &count));
    assert_int_equal(count, 0);
    crew_leave(&o);
}

static void what_is_no_draft_or_one_too_many_is_refused(void **state)
{
    enum { MOST = 100 };
    static const char LONG[300] = { 0 };
    crew o = crew_founded(*state);
    staff_session *clara = crew_login(&o, "clara");
    staff_draft good = { .form = TEXT("case.open"), .about = TEXT("a"), .kept_ms = 1, .sealed = TEXT("x") }, bad = good;
    bad.form = TEXT("");
    IS(staff_draft_keep(clara, &bad), STAFF_BAD_DRAFT);
    bad.form = TEXT("case\nopen");
    IS(staff_draft_keep(clara, &bad), STAFF_BAD_DRAFT);
    bad = good;
    bad.about = (text){ LONG, sizeof LONG };
    IS(staff_draft_keep(clara, &bad), STAFF_BAD_DRAFT);
    bad = good;
    bad.sealed = TEXT("");
    IS(staff_draft_keep(clara, &bad), STAFF_BAD_DRAFT);
    OK(store_begin(o.db));
    for (int i = 0; i < MOST; i++) {
        good.subject_id = i + 1;
        OK(staff_draft_keep(clara, &good));
    }
    OK(staff_draft_keep(clara, &good)); /* in the place of its own */
    good.subject_id = 0;
    IS(staff_draft_keep(clara, &good), STAFF_MANY_DRAFTS);
    store_rollback(o.db);
    crew_leave(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(a_draft_is_its_users_and_the_newest_stands),
        STORE_TEST_EACH(an_answer_is_its_users_and_keys_and_goes_with_time),
        STORE_TEST_EACH(drafts_go_with_time_and_with_whom_they_are_about),
        STORE_TEST_EACH(what_is_no_draft_or_one_too_many_is_refused),
    };
    return cmocka_run_group_tests_name("staff drafts", tests, NULL, NULL);
}
