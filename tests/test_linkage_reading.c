/* Room linkage: rows read in batches by several workers leave what rows read one by one leave; ids of whatever width are in order;
 * what is done in parts is the same whoever does them; what is large, and a machine that gives little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "linkage/linkage_internal.h"
#include "sample/sample.h"
#include "support/ready_spec.h"

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

/* Rows of a file, whose values go by the inputs that its columns are named as. */
typedef struct {
    codec_csv_reader *csv;
    size_t inputs, column[LINKAGE_INPUTS_MAX];
    text id, values[LINKAGE_INPUTS_MAX];
} rows;

static rows open_rows(const linkage_spec *spec, text csv)
{
    rows r = { .csv = codec_csv_open_text(memory, csv, (codec_csv_options){ 0 }), .inputs = linkage_input_count(spec) };
    codec_csv_row names;
    bool has_row;
    assert_null(codec_csv_next(r.csv, &names, &has_row).kind);
    for (size_t c = 1; c < names.count; c++) {
        size_t input = linkage_input_named(spec, names.field[c]);
        if (input != SIZE_MAX) r.column[input] = c;
    }
    return r;
}

static bool next_row(rows *r)
{
    codec_csv_row row;
    bool has_row;
    assert_null(codec_csv_next(r->csv, &row, &has_row).kind);
    if (!has_row) return false;
    r->id = row.field[0];
    for (size_t i = 0; i < r->inputs; i++) r->values[i] = r->column[i] ? row.field[r->column[i]] : TEXT_NONE;
    return true;
}

static void add_rows(linkage_set *set, const linkage_spec *spec, text csv)
{
    rows r = open_rows(spec, csv);
    while (next_row(&r)) assert_null(linkage_set_add(set, memory, r.id, r.values).kind);
}

/* `size` rows to a batch, several of which are filled before the first is taken, by one worker and the other. */
static void add_batches(linkage_set *set, const linkage_spec *spec, text csv, size_t size)
{
    enum { UNDER_WAY = 3, WORKERS = 2 };
    linkage_batch *batch[UNDER_WAY];
    for (size_t i = 0; i < UNDER_WAY; i++) batch[i] = linkage_batch_open(set);
    rows r = open_rows(spec, csv);
    bool has_row = true;
    size_t filled = 0, taken = 0;
    for (; has_row; filled++) {
        if (filled - taken == UNDER_WAY) linkage_set_take(set, batch[taken++ % UNDER_WAY]);
        linkage_batch *b = batch[filled % UNDER_WAY];
        linkage_batch_begin(b, filled / 2 % WORKERS);
        for (size_t i = 0; i < size && (has_row = next_row(&r)); i++) assert_null(linkage_batch_add(b, r.id, r.values).kind);
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

/* `b` bytes NULL: one file. */
static void hold_batches(const linkage_spec *spec, text a, text b, size_t pairs_at_least)
{
    linked one = { .set = linkage_set_open(spec) };
    add_rows(one.set, spec, a);
    if (b.bytes) linkage_set_second(one.set);
    if (b.bytes) add_rows(one.set, spec, b);
    run(&one);
    assert_true(one.answer.pair_count > pairs_at_least);
    static const size_t SIZES[] = { 1, 41, 700 };
    for (size_t k = 0; k < sizeof SIZES / sizeof *SIZES; k++) {
        linked many = { .set = linkage_set_open(spec) };
        add_batches(many.set, spec, a, SIZES[k]);
        if (b.bytes) linkage_set_second(many.set);
        if (b.bytes) add_batches(many.set, spec, b, SIZES[k]);
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

static void batches_leave_what_rows_leave(void **state)
{
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ 3000, 20261130, 200, 33, 100 }, &rolls);
    hold_batches(ready_spec(memory, "cn-person"), rolls.a, rolls.b, 1500);
}

/* Names in one column, dates in three. */
static void batches_gather_what_parts_tell(void **state)
{
    (void)state;
    static const char *const GIVEN[] = { "William", "Mary Ann", "John", "Elizabeth", "Jos\u00E9", "Anna" };
    static const char *const SURNAME[] = { "Smith", "Jones", "O'Neill", "Vanderberg", "Ng", "Taylor-Brown", "Archer" };
    text_builder csv = text_builder_open(memory);
    text_add_cstr(&csv, "id,full_name,birth_year,birth_month,birth_day,city\n");
    for (unsigned i = 0; i < 900; i++) {
        unsigned who = i / 2 * 7919;
        const char *given = GIVEN[who % 6], *surname = SURNAME[who % 7];
        if (i % 3) text_add_format(&csv, "r%u,%s %s,", i, given, surname);
        else text_add_format(&csv, "r%u,\"%s, %s\",", i, surname, given);
        text_add_format(&csv, "%u,%u,%u,Hull\n", 1900 + who % 97, who % 12 + 1, who % 28 + 1 + (i % 10 == 1));
    }
    hold_batches(ready_spec(memory, "latin-person"), text_built(&csv), TEXT_NONE, 300);
}

/* Ids of `count` rows in no order, that all begin with `before`; from the `even`-th row on their widths differ. */
static text id_of(const char *before, size_t i, size_t count, size_t even)
{
    size_t number = i * 7919 % count;
    if (i < even) return text_format(memory, "%sr%05zu", before, number);
    if (number % 50 == 0) return text_format(memory, "%sr%0*zu", before, (int)(number % 7 * 60 + 40), number);
    return text_format(memory, number % 2 ? "%s%zu" : "%sr%05zu-村", before, number);
}

static void order_ids(const char *before, size_t count, size_t even)
{
    linkage_set *set = linkage_set_open(ready_spec(memory, "cn-person"));
    const text values[LINKAGE_INPUTS_MAX] = { TEXT("王伟") };
    for (size_t i = 0; i < count; i++) assert_null(linkage_set_add(set, memory, id_of(before, i, count, even), values).kind);
    linkage_set_second(set);
    for (size_t i = 0; i < count; i++) assert_null(linkage_set_add(set, memory, id_of(before, i, count, even), values).kind);
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    for (uint32_t row = 0; row < 2 * count; row++) {
        int file = row >= count;
        text id = linkage_set_id(set, row);
        if (row % count) assert_true(text_compare(linkage_set_id(set, row - 1), id) < 0);
        assert_int_equal(linkage_set_find(set, file, id), row);
    }
    for (size_t i = 0; i < count; i++) assert_int_equal(linkage_set_find(set, 0, id_of(before, i, count, even)) + count, linkage_set_find(set, 1, id_of(before, i, count, even)));
    linkage_set_close(set);
}

static void ids_of_any_width_are_in_order(void **state)
{
    (void)state;
    static const char *const BEFORE[] = { "", "urn:doudi:", "https://roll.example/of/a/county/of/many/people/who/are/called/alike/" };
    for (size_t i = 0; i < sizeof BEFORE / sizeof *BEFORE; i++) {
        order_ids(BEFORE[i], 1500, 1500);
        order_ids(BEFORE[i], 1500, 700);
        order_ids(BEFORE[i], 1500, 0);
        order_ids(BEFORE[i], 1, 1);
    }
}

static void an_id_that_stands_twice_is_named(void **state)
{
    (void)state;
    static const char *const IDS[][3] = { { "x17", "x18", "x17" }, { "a", "the same, longer than what is numbered of an id", "the same, longer than what is numbered of an id" } };
    for (size_t i = 0; i < 2; i++) {
        linkage_set *set = linkage_set_open(ready_spec(memory, "cn-person"));
        const text values[LINKAGE_INPUTS_MAX] = { TEXT("王伟") };
        for (size_t k = 0; k < 3; k++) assert_null(linkage_set_add(set, memory, text_of(IDS[i][k]), values).kind);
        err e = linkage_set_ready(set, NULL, memory);
        assert_ptr_equal(e.kind, &LINKAGE_ID_TWICE);
        assert_string_equal(e.detail, IDS[i][2]);
        linkage_set_close(set);
    }
}

/* ---- in parts ---- */

/* The last part first, by three workers in turn. */
static void run_backwards(void *context, size_t parts, linkage_task task, void *job)
{
    (void)context;
    for (size_t i = parts; i-- > 0;) task(job, i, i % 3);
}

/* So many that pairs, and records that have several, are settled in parts: the same whoever does them and in whatever order, each record
 * linked once at most, and as near to the truth where a part ends as elsewhere. */
static void parts_are_the_same_whoever_does_them(void **state)
{
    enum { PEOPLE = 48000, PART_PAIRS = 1 << 15, OF_ALL = 200 };
    (void)state;
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ PEOPLE, 20261130, 200, 33, 0 }, &rolls);
    linked l[2];
    for (size_t i = 0; i < 2; i++) {
        linkage_options options = { .crew = { i ? run_backwards : NULL, NULL, 3 } };
        l[i].set = linkage_set_open(ready_spec(memory, "cn-person"));
        add_rows(l[i].set, ready_spec(memory, "cn-person"), rolls.a);
        linkage_set_second(l[i].set);
        add_rows(l[i].set, ready_spec(memory, "cn-person"), rolls.b);
        assert_null(linkage_set_ready(l[i].set, &options.crew, memory).kind);
        assert_null(linkage_run_open(l[i].set, options, memory, &l[i].run, &l[i].answer).kind);
    }
    assert_true(l[0].answer.pair_count > PART_PAIRS);
    assert_int_equal(l[0].answer.pair_count, l[1].answer.pair_count);
    assert_memory_equal(l[0].answer.pairs, l[1].answer.pairs, l[0].answer.pair_count * sizeof(linkage_pair));
    bool *is_linked = ARENA_ARRAY(memory, bool, linkage_rows(l[0].set));
    size_t links = 0;
    for (size_t i = 0; i < l[0].answer.pair_count; i++) {
        const linkage_pair *p = &l[0].answer.pairs[i];
        if (!linkage_is_link(p)) continue;
        assert_false(is_linked[p->b]);
        is_linked[p->b] = true;
        links++;
    }
    assert_true(links + links / OF_ALL > rolls.pair_count && links < rolls.pair_count + rolls.pair_count / OF_ALL);
    for (size_t i = 0; i < 2; i++) {
        linkage_run_close(l[i].run);
        linkage_set_close(l[i].set);
    }
}

/* ---- large ---- */

static linkage_set *open_telephones(void)
{
    const linkage_spec *spec;
    assert_null(linkage_spec_read(memory, "t.spec", TEXT("id id\nfield phone phone\nkey phone\n"), &spec).kind);
    return linkage_set_open(spec);
}

/* So many numbers that the pages of tables are asked for before they are written: of the tables that are, and no further than they go. */
static void many_numbers_are_kept_and_found(void **state)
{
    enum { ROWS = 2200000, TOGETHER = 4096 };
    (void)state;
    linkage_set *set = open_telephones();
    char *phones = arena_alloc(memory, ROWS * 12);
    linkage_batch *batch = linkage_batch_open(set);
    linkage_batch_begin(batch, 0);
    for (size_t i = 0; i < ROWS; i++) {
        char id[16], *phone = phones + i * 12;
        snprintf(id, sizeof id, "%07zu", i);
        snprintf(phone, 12, "139%08zu", i * 37 % 100000000);
        text values[LINKAGE_INPUTS_MAX] = { { phone, 11 } };
        assert_null(linkage_batch_add(batch, (text){ id, 7 }, values).kind);
        if ((i + 1) % TOGETHER) continue;
        linkage_batch_end(batch);
        linkage_set_take(set, batch);
        linkage_batch_begin(batch, 0);
    }
    linkage_batch_end(batch);
    linkage_set_take(set, batch);
    linkage_batch_close(batch);
    const linkage_dict *d = &set->dict[0];
    const linkage_vec *all[] = { &set->cells, &set->ids[0].bytes, &set->ids[0].from, &d->bytes, &d->from, &d->slots, &d->next, &d->packed };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) assert_true(all[i]->met_bytes <= linkage_vec_bytes(all[i]));
    assert_true(d->packed.met_bytes > 0);
    assert_int_equal(d->count, ROWS + 1);
    assert_null(linkage_set_ready(set, NULL, memory).kind);
    for (size_t i = 0; i < ROWS; i += 9973) {
        char room[LINKAGE_NUMBER_BYTES];
        text is = linkage_dict_read(d, linkage_code(set, 0, (uint32_t)i), room);
        assert_true(text_equal(is, text_format(memory, "139%08zu", i * 37 % 100000000)));
    }
    linkage_set_close(set);
}

/* ---- a machine that gives little ---- */

static size_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Half a gigabyte more than there is: what is large cannot be reserved as largely as it would be, and is made as large as it has to be. */
static void little_is_enough_where_little_is_needed(void **state)
{
    enum { ROWS = 120000, MORE_BYTES = 512 << 20 };
    (void)state;
    linkage_set *set = open_telephones();
    size_t all = mapped_bytes() + MORE_BYTES;
    pid_t child = fork();
    if (!child) {
        const struct rlimit limit = { all, all };
        if (setrlimit(RLIMIT_AS, &limit)) _exit(2);
        for (size_t i = 0; i < ROWS; i++) {
            char id[64];
            int size = snprintf(id, sizeof id, "a row of many, of a name that is long: %07zu", i);
            if (linkage_set_add(set, memory, (text){ id, (size_t)size }, (text[LINKAGE_INPUTS_MAX]){ { 0 } }).kind) _exit(3);
        }
        _exit(linkage_set_ready(set, NULL, memory).kind ? 4 : 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    linkage_set_close(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(batches_leave_what_rows_leave, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(batches_gather_what_parts_tell, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(ids_of_any_width_are_in_order, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(an_id_that_stands_twice_is_named, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(parts_are_the_same_whoever_does_them, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(many_numbers_are_kept_and_found, open_memory, close_memory),
        cmocka_unit_test_setup_teardown(little_is_enough_where_little_is_needed, open_memory, close_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
