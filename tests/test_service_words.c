#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "os/os.h"
#include "service/words.h"
#include "support/registered.h"

/* ---- the table ---- */

static void a_name_stands_once_in_a_kind(void **state)
{
    (void)state;
    size_t count;
    const county_word_row *rows = county_words(&count);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(rows[i].en);
        assert_non_null(rows[i].zh);
        assert_ptr_equal(county_word_row_of(rows[i].kind, text_of(rows[i].name)), &rows[i]);
        assert_ptr_equal(county_word_row_of(rows[i].kind, text_of(rows[i].zh)), &rows[i]);
    }
    assert_null(county_word_row_of(COUNTY_SCHEME, TEXT("no such")));
}

static void provinces_have_their_codes(void **state)
{
    (void)state;
    assert_int_equal(county_region_code(TEXT("中国/云南省")), 530000);
    assert_int_equal(county_region_code(TEXT("中国/示例省/示例市/示例县")), 590121);
    assert_int_equal(county_region_code(TEXT("中国/某省")), 0);
}

/* ---- in a registry ---- */

typedef struct {
    arena *memory;
    const char *folder;
    service *office;
    service_call *call;
} making;

static int set_up(void **state)
{
    arena *memory = arena_open();
    making *m = ARENA_NEW(memory, making);
    m->memory = memory;
    OK(os_temp_folder(m->memory, &m->folder));
    service_settings settings = { .today_day = 46000,
        .county = text_format(m->memory, "%s/c.db", m->folder).bytes };
    m->office = service_open(m->memory, &settings);
    m->call = service_call_open(m->office, m->memory, service_find(TEXT("county.new")), false);
    OK(service_run(m->call));
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    making *m = *state;
    service_close(m->office);
    OK(os_remove_tree(m->memory, m->folder));
    arena_close(m->memory);
    return 0;
}

static void words_of_the_table_are_given_out_with_the_office(void **state)
{
    making *m = *state;
    county *c;
    int64_t pension, again, paid;
    text word;
    OK(county_open(m->call, COUNTY_READ, &c));
    OK(county_word(c, "employee_pension", &pension));
    OK(county_word(c, "employee_pension", &again));
    OK(county_word(c, "paid", &paid));
    assert_int_equal(pension, again);
    assert_int_not_equal(pension, paid);
    OK(county_word_text(c, paid, &word));
    assert_true(text_equal_cstr(word, "paid"));
    assert_true(text_equal_cstr(county_word_shown(c, TEXT("work_injury")), "work injury insurance"));
    assert_true(text_equal_cstr(county_word_shown(c, TEXT("示例银行")), "示例银行"));
    county_close(c);
    m->call->county = NULL;
}

static void a_reader_is_told_of_a_word_that_is_not_there_and_a_writer_gives_it_out(void **state)
{
    making *m = *state;
    county *c;
    int64_t id, again;
    OK(county_open(m->call, COUNTY_READ, &c));
    IS(county_word(c, "示例银行", &id), COUNTY_WORD_UNKNOWN);
    county_close(c);
    OK(county_open(m->call, COUNTY_WRITE, &c));
    OK(store_begin(c->db));
    OK(county_word(c, "示例银行", &id));
    OK(store_commit(c->db));
    county_close(c);
    OK(county_open(m->call, COUNTY_READ, &c));
    OK(county_word(c, "示例银行", &again));
    assert_int_equal(id, again);
    county_close(c);
    m->call->county = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_stands_once_in_a_kind),
        cmocka_unit_test(provinces_have_their_codes),
        cmocka_unit_test_setup_teardown(words_of_the_table_are_given_out_with_the_office, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_is_told_of_a_word_that_is_not_there_and_a_writer_gives_it_out,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
