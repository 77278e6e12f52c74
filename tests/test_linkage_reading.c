/* Room linkage: rows read in batches by several workers leave what rows read one by one leave; ids of whatever width are in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "linkage/linkage.h"
#include "sample/sample.h"

static arena *memory;

static int open_memory(void **state)
{
    (void)state;
    memory = arena_open();
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    arena_close(memory);
    return 0;
}

static linkage_set *open_set(void)
{
    const linkage_spec *spec;
    assert_null(linkage_spec_read(memory, "cn-person", linkage_spec_ready(TEXT("cn-person")), &spec).kind);
    return linkage_set_open(spec);
}

static codec_csv_reader *open_rows(text csv)
{
    codec_csv_reader *r = codec_csv_open_text(memory, csv, (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    assert_null(codec_csv_next(r, &row, &has_row).kind); /* the names of columns */
    return r;
}

static void add_rows(linkage_set *set, text csv)
{
    codec_csv_reader *r = open_rows(csv);
    codec_csv_row row;
    bool has_row;
    while (!codec_csv_next(r, &row, &has_row).kind && has_row) assert_null(linkage_set_add(set, memory, row.field[0], row.field + 1).kind);
}

/* `rows` to a batch, several of which are filled before the first is taken, by one worker and the other. */
static void add_batches(linkage_set *set, text csv, size_t rows)
{
    enum { UNDER_WAY = 3, WORKERS = 2 };
    linkage_batch *batch[UNDER_WAY];
    for (size_t i = 0; i < UNDER_WAY; i++) batch[i] = linkage_batch_open(set);
    codec_csv_reader *r = open_rows(csv);
    codec_csv_row row;
    bool has_row = true;
    size_t filled = 0, taken = 0;
    for (; has_row; filled++) {
        if (filled - taken == UNDER_WAY) linkage_set_take(set, batch[taken++ % UNDER_WAY]);
        linkage_batch *b = batch[filled % UNDER_WAY];
        linkage_batch_begin(b, filled / 2 % WORKERS);
        for (size_t i = 0; i < rows && !codec_csv_next(r, &row, &has_row).kind && has_row; i++)
            assert_null(linkage_batch_add(b, row.field[0], row.field + 1).kind);
        linkage_batch_end(b);
    }
    while (taken < filled) linkage_set_take(set, batch[taken++ % UNDER_WAY]);
    for (size_t i = 0; i < UNDER_WAY; i++) linkage_batch_close(batch[i]);
}

typedef struct {
    linkage_set *set;
    linkage_run *run;
    linkage_answer answer;
} linked;

static void run(linked *l)
{
    assert_null(linkage_set_ready(l->set, NULL, memory).kind);
    assert_null(linkage_run_open(l->set, (linkage_options){ 0 }, memory, &l->run, &l->answer).kind);
}

static const char *says_of(const linked *l, const linkage_pair *pair)
{
    text_builder out = text_builder_open(memory);
    linkage_evidence(l->run, pair, &out);
    return text_built(&out).bytes;
}

static void batches_leave_what_rows_leave(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 20261130, 200, 33, 100 }, &rolls);
    linked one = { .set = open_set() };
    add_rows(one.set, rolls.a);
    linkage_set_second(one.set);
    add_rows(one.set, rolls.b);
    run(&one);
    assert_true(one.answer.pair_count > 1500);
    static const size_t ROWS[] = { 1, 41, 700 };
    for (size_t k = 0; k < sizeof ROWS / sizeof *ROWS; k++) {
        linked many = { .set = open_set() };
        add_batches(many.set, rolls.a, ROWS[k]);
        linkage_set_second(many.set);
        add_batches(many.set, rolls.b, ROWS[k]);
        run(&many);
        assert_int_equal(many.answer.pair_count, one.answer.pair_count);
        for (size_t i = 0; i < one.answer.pair_count; i++) {
            const linkage_pair *x = &one.answer.pairs[i], *y = &many.answer.pairs[i];
            assert_int_equal(x->a, y->a);
            assert_int_equal(x->b, y->b);
            if (i % 16 == 0) assert_string_equal(says_of(&one, x), says_of(&many, y));
        }
        linkage_run_close(many.run);
        linkage_set_close(many.set);
    }
    linkage_run_close(one.run);
    linkage_set_close(one.set);
}

/* Ids of `count` rows in no order; from the `even`-th row on their widths differ. */
static text id_of(size_t i, size_t count, size_t even)
{
    size_t number = i * 7919 % count;
    if (i < even) return text_format(memory, "r%05zu", number);
    if (number % 50 == 0) return text_format(memory, "r%0*zu", (int)(number % 7 * 60 + 40), number);
    return text_format(memory, number % 2 ? "%zu" : "r%05zu-村", number);
}

static void order_ids(size_t count, size_t even)
{
    linkage_set *set = open_set();
    const text values[LINKAGE_INPUTS_MAX] = { TEXT("王伟") };
    for (size_t i = 0; i < count; i++) assert_null(linkage_set_add(set, memory, id_of(i, count, even), values).kind);
    linkage_set_second(set);
    for (size_t i = 0; i < count; i++) assert_null(linkage_set_add(set, memory, id_of(i, count, even), values).kind);
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    for (uint32_t row = 0; row < 2 * count; row++) {
        int file = row >= count;
        text id = linkage_set_id(set, row);
        if (row % count) assert_true(text_compare(linkage_set_id(set, row - 1), id) < 0);
        assert_int_equal(linkage_set_find(set, file, id), row);
    }
    for (size_t i = 0; i < count; i++) assert_int_equal(linkage_set_find(set, 0, id_of(i, count, even)) + count, linkage_set_find(set, 1, id_of(i, count, even)));
    linkage_set_close(set);
}

static void ids_of_any_width_are_in_order(void **state)
{
    (void)state;
    order_ids(1500, 1500);
    order_ids(1500, 700);
    order_ids(1500, 0);
    order_ids(1, 1);
}

static void an_id_that_stands_twice_is_named(void **state)
{
    (void)state;
    static const char *const IDS[][3] = { { "x17", "x18", "x17" }, { "a", "the same, longer than what is numbered of an id", "the same, longer than what is numbered of an id" } };
    for (size_t i = 0; i < 2; i++) {
        linkage_set *set = open_set();
        const text values[LINKAGE_INPUTS_MAX] = { TEXT("王伟") };
        for (size_t k = 0; k < 3; k++) assert_null(linkage_set_add(set, memory, text_of(IDS[i][k]), values).kind);
        err e = linkage_set_ready(set, NULL, memory);
        assert_ptr_equal(e.kind, &LINKAGE_ID_TWICE);
        assert_string_equal(e.detail, IDS[i][2]);
        linkage_set_close(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(batches_leave_what_rows_leave, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(ids_of_any_width_are_in_order, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(an_id_that_stands_twice_is_named, open_memory, close_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
