/* The layout of segments: what was written is read back, by row and by column; bytes that are not
 * rows are refused and never read past their end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checked.h"
#include "eventlog/eventlog.h"
#include "support/choices.h"

#define OK(call)         assert_null((call).kind)
#define IS(call, wanted) assert_string_equal(code_of(call), (wanted).code)

static const char *code_of(err e)
{
    return e.kind ? e.kind->code : "no error";
}

/* ---- numbers ---- */

typedef struct {
    int64_t least, greatest;
    bool has_none;
    uint8_t width;
} span;
static const span SPANS[] = {
    { 5, 5, false, 0 },
    { 0, 255, false, 1 },
    { 0, 255, true, 2 }, /* absent takes a code */
    { -128, 127, false, 1 },
    { 1000000, 1000256, false, 2 },
    { 0, 16777215, false, 3 },
    { -3, INT64_C(4294967292), false, 4 },
    { 0, INT64_C(1) << 38, true, 5 },
    { 0, INT64_C(1) << 46, false, 6 },
    { 0, INT64_C(1) << 54, false, 7 },
    { INT64_MIN + 1, INT64_MAX, true, 8 },
};

static void fill(choices *c, const span *s, int64_t *number, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t whole = (uint64_t)s->greatest - (uint64_t)s->least;
        uint64_t word = choose_word(c, 8);
        number[i] = (int64_t)((uint64_t)s->least + (whole + 1 ? word % (whole + 1) : word));
        if (s->has_none && choose(c, 4) == 0) number[i] = EVENTLOG_NONE;
    }
    number[0] = s->least;
    number[1] = s->greatest;
    if (s->has_none) number[2] = EVENTLOG_NONE;
}

static void numbers_of_every_width_come_back(void **state)
{
    (void)state;
    enum { COUNT = 1300 };
    choices c = choose_by_seed(1);
    arena *a = arena_open();
    int64_t *number = ARENA_ARRAY(a, int64_t, COUNT), *is = ARENA_ARRAY(a, int64_t, COUNT);
    for (size_t s = 0; s < ARRAY_COUNT(SPANS); s++) {
        fill(&c, &SPANS[s], number, COUNT);
        text bytes;
        eventlog_rows rows;
        size_t column;
        OK(eventlog_rows_write(a, &(eventlog_column){ .name = "n", .number = number }, 1, COUNT,
                               &bytes));
        OK(eventlog_rows_open(bytes, &rows));
        OK(eventlog_rows_find(&rows, "n", false, &column));
        assert_int_equal(rows.row_count, COUNT);
        assert_int_equal(rows.columns[column].width, SPANS[s].width);
        eventlog_rows_numbers(&rows, column, 3, COUNT - 3, is);
        assert_memory_equal(is, number + 3, sizeof *is * (COUNT - 3));
        for (size_t i = 0; i < COUNT; i++)
            assert_int_equal(eventlog_rows_number(&rows, column, i), number[i]);
    }
    arena_close(a);
}

static void a_person_is_found_by_halving(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    arena *a = arena_open();
    int64_t id[COUNT];
    for (int64_t i = 0; i < COUNT; i++)
        id[i] = 10 + i / 2 * 7;
    text bytes;
    eventlog_rows rows;
    OK(eventlog_rows_write(a, &(eventlog_column){ .name = "id", .number = id }, 1, COUNT, &bytes));
    OK(eventlog_rows_open(bytes, &rows));
    for (int64_t least = 0; least < 1800; least++) {
        size_t wanted = 0;
        while (wanted < COUNT && id[wanted] < least)
            wanted++;
        assert_int_equal(eventlog_rows_seek(&rows, 0, least), wanted);
    }
    arena_close(a);
}

/* ---- words ---- */

static void words_come_back_and_stand_once(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    arena *a = arena_open();
    text few[COUNT], many[COUNT];
    static const text WORDS[] = { { "", 0 }, { "养老", 6 }, { "a\0b", 3 } };
    for (size_t i = 0; i < COUNT; i++) {
        few[i] = WORDS[i * 7 % 3];
        many[i] = text_format(a, "王%zu", i);
    }
    const eventlog_column columns[] = { { .name = "few", .word = few },
                                        { .name = "many", .word = many } };
    text bytes;
    eventlog_rows rows;
    OK(eventlog_rows_write(a, columns, 2, COUNT, &bytes));
    assert_true(bytes.size_bytes < 12000);
    OK(eventlog_rows_open(bytes, &rows));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(text_equal(eventlog_rows_word(&rows, 0, i), few[i]));
        assert_true(text_equal(eventlog_rows_word(&rows, 1, i), many[i]));
    }
    assert_int_equal(rows.columns[0].word_count, 3);
    assert_int_equal(rows.columns[1].width, 0);
    size_t column;
    IS(eventlog_rows_find(&rows, "few", false, &column), EVENTLOG_BAD_ROWS);
    IS(eventlog_rows_find(&rows, "fewer", true, &column), EVENTLOG_BAD_ROWS);
    arena_close(a);
}

static void no_rows_and_no_columns_are_rows_too(void **state)
{
    (void)state;
    arena *a = arena_open();
    text bytes;
    eventlog_rows rows;
    const eventlog_column columns[] = { { .name = "n", .number = NULL },
                                        { .name = "w", .word = &TEXT("") } };
    OK(eventlog_rows_write(a, columns, 2, 0, &bytes));
    OK(eventlog_rows_open(bytes, &rows));
    assert_int_equal(rows.row_count, 0);
    assert_int_equal(eventlog_rows_seek(&rows, 0, 7), 0);
    OK(eventlog_rows_write(a, NULL, 0, 5, &bytes));
    OK(eventlog_rows_open(bytes, &rows));
    assert_int_equal(rows.row_count, 5);
    arena_close(a);
}

static void names_that_cannot_be_told_apart_are_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    int64_t n[1] = { 0 };
    text bytes;
    const eventlog_column twice[] = { { "n", n, NULL }, { "n", n, NULL } };
    IS(eventlog_rows_write(a, twice, 2, 1, &bytes), EVENTLOG_BAD_ROWS);
    IS(eventlog_rows_write(a, &(eventlog_column){ "", n, NULL }, 1, 1, &bytes), EVENTLOG_BAD_ROWS);
    IS(eventlog_rows_write(a, twice, EVENTLOG_COLUMNS_MAX + 1, 1, &bytes), EVENTLOG_BAD_ROWS);
    arena_close(a);
}

/* ---- bytes that are no rows ---- */

/* Reads all there is; under the sanitizers a read past the end stops the test. */
static int64_t read_all(text bytes)
{
    eventlog_rows rows;
    int64_t sum = 0, some[64];
    err e = eventlog_rows_open(bytes, &rows);
    if (e.kind) {
        assert_ptr_equal(e.kind, &EVENTLOG_BAD_ROWS);
        return 0;
    }
    for (size_t c = 0; c < rows.column_count; c++) {
        size_t count = rows.row_count < 64 ? rows.row_count : 64;
        size_t from = rows.row_count - count;
        if (!rows.columns[c].is_word) eventlog_rows_numbers(&rows, c, from, count, some);
        for (size_t i = from; i < from + count && rows.columns[c].is_word; i++) {
            text word = eventlog_rows_word(&rows, c, i);
            for (size_t k = 0; k < word.size_bytes; k++)
                sum += word.bytes[k];
        }
    }
    return sum;
}

static void altered_and_cut_bytes_are_never_read_past_their_end(void **state)
{
    (void)state;
    arena *a = arena_open();
    int64_t id[20], none[20];
    text word[20], name[20];
    for (int64_t i = 0; i < 20; i++) {
        id[i] = i * 300;
        none[i] = i % 3 ? i : EVENTLOG_NONE;
        word[i] = i % 2 ? TEXT("男") : TEXT("女");
        name[i] = text_format(a, "%d", (int)i);
    }
    const eventlog_column columns[] = {
        { "id", id, NULL }, { "none", none, NULL }, { "word", NULL, word }, { "name", NULL, name }
    };
    text bytes;
    OK(eventlog_rows_write(a, columns, 4, 20, &bytes));
    for (size_t size = 0; size < bytes.size_bytes; size++)
        read_all((text){ arena_copy(a, bytes.bytes, size), size });
    choices c = choose_by_seed(7);
    for (size_t i = 0; i < bytes.size_bytes; i++)
        for (int round = 0; round < 12; round++) {
            char *other = arena_copy(a, bytes.bytes, bytes.size_bytes);
            other[i] = (char)choose_word(&c, 1);
            if (round > 8) other[choose(&c, (uint32_t)bytes.size_bytes)] = (char)choose_word(&c, 1);
            read_all((text){ other, bytes.size_bytes });
        }
    arena_close(a);
}

static void the_layout_is_written_down(void **state)
{
    (void)state;
    arena *a = arena_open();
    const int64_t id[2] = { 258, 1 };
    const text word[2] = { TEXT("a"), TEXT("a") };
    const eventlog_column columns[] = { { "i", id, NULL }, { "w", NULL, word } };
    static const uint8_t WANTED[] = {
        'd', 'd', 'r', 'o', 'w', 's', 1, 0, 2,   0, 0, 0, 0, 0, 0,   0, 2, 0,   0, 0, 0, 0, 0,
        0,   1,   'i', 0,   0,   2,   0, 1, 0,   0, 0, 0, 0, 0, 0,   0, 0, 0,   0, 0, 0, 0, 0,
        0,   0,   0,   0,   0,   0,   0, 0, 100, 0, 0, 0, 0, 0, 0,   0, 1, 'w', 0, 1, 0, 1, 0,
        0,   0,   0,   0,   0,   0,   0, 1, 0,   0, 0, 0, 0, 0, 0,   1, 0, 0,   0, 0, 0, 0, 0,
        104, 0,   0,   0,   0,   0,   0, 0, 1,   1, 0, 0, 0, 1, 'a', 0, 0, 0,   0, 0, 0, 0, 0,
    };
    text bytes;
    OK(eventlog_rows_write(a, columns, 2, 2, &bytes));
    assert_int_equal(bytes.size_bytes, sizeof WANTED);
    assert_memory_equal(bytes.bytes, WANTED, sizeof WANTED);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_width_come_back),
        cmocka_unit_test(a_person_is_found_by_halving),
        cmocka_unit_test(words_come_back_and_stand_once),
        cmocka_unit_test(no_rows_and_no_columns_are_rows_too),
        cmocka_unit_test(names_that_cannot_be_told_apart_are_refused),
        cmocka_unit_test(altered_and_cut_bytes_are_never_read_past_their_end),
        cmocka_unit_test(the_layout_is_written_down),
    };
    return cmocka_run_group_tests_name("eventlog rows", tests, NULL, NULL);
}
