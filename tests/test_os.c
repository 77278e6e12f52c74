#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"

static arena *scratch;
static const char *folder;

static int open_folder(void **state)
{
    (void)state;
    scratch = arena_open();
    return os_temp_folder(scratch, &folder).kind != NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    int failed = os_remove_tree(scratch, folder).kind != NULL || os_is_folder(folder);
    arena_close(scratch);
    return failed;
}

static const char *in_folder(const char *name)
{
    return text_cstr(scratch, text_format(scratch, "%s/%s", folder, name));
}

static size_t entry_count(void)
{
    os_entry *entries;
    size_t count;
    assert_null(os_list_folder(scratch, folder, &entries, &count).kind);
    return count;
}

static void a_file_is_read_as_it_was_written(void **state)
{
    (void)state;
    text whole;
    const char *path = in_folder("a");
    assert_null(os_write_file(scratch, path, TEXT("one\0two")).kind);
    assert_null(os_read_file(scratch, path, 7, &whole).kind);
    assert_true(text_equal(whole, TEXT("one\0two")));
    assert_int_equal(whole.bytes[7], '\0');
    assert_null(os_write_file(scratch, path, TEXT("")).kind);
    assert_null(os_read_file(scratch, path, 0, &whole).kind);
    assert_int_equal(whole.size_bytes, 0);
    assert_int_equal(entry_count(), 1);
}

static void a_reader_answers_pieces_and_then_the_end(void **state)
{
    (void)state;
    const char *path = in_folder("a");
    assert_null(os_write_file(scratch, path, TEXT("hello")).kind);
    os_reader *r;
    char piece[4];
    size_t size_bytes;
    assert_null(os_reader_open(scratch, path, &r).kind);
    assert_null(os_reader_read(r, piece, sizeof piece, &size_bytes).kind);
    assert_true(size_bytes == 4 && memcmp(piece, "hell", 4) == 0);
    assert_null(os_reader_read(r, piece, sizeof piece, &size_bytes).kind);
    assert_int_equal(size_bytes, 1);
    assert_null(os_reader_read(r, piece, sizeof piece, &size_bytes).kind);
    assert_int_equal(size_bytes, 0);
    os_reader_close(r);
}

static void what_cannot_be_read_is_refused_by_kind(void **state)
{
    (void)state;
    text whole = TEXT_NONE;
    err e = os_read_file(scratch, in_folder("none"), 10, &whole);
    assert_ptr_equal(e.kind, &OS_NOT_FOUND);
    assert_non_null(strstr(e.detail, "none: "));
    assert_ptr_equal(os_read_file(scratch, folder, 10, &whole).kind, &OS_IS_FOLDER);
    assert_null(os_write_file(scratch, in_folder("a"), TEXT("12345")).kind);
    assert_ptr_equal(os_read_file(scratch, in_folder("a"), 4, &whole).kind, &OS_TOO_LARGE);
    assert_ptr_equal(os_read_file(scratch, in_folder("a/b"), 4, &whole).kind, &OS_NOT_FOUND);
    assert_null(whole.bytes);
    char name[300];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_ptr_equal(os_read_file(scratch, in_folder(name), 4, &whole).kind, &OS_FAILED);
}

static void what_cannot_be_written_is_refused_and_leaves_no_trace(void **state)
{
    (void)state;
    os_writer *w;
    assert_ptr_equal(os_writer_open(scratch, in_folder("no/file"), &w).kind, &OS_NOT_FOUND);
    assert_ptr_equal(os_writer_open(scratch, folder, &w).kind, &OS_IS_FOLDER);
    assert_ptr_equal(os_write_file(scratch, "/dev/full", TEXT("x")).kind, &OS_NO_SPACE);
    assert_null(os_write_file(scratch, "/dev/null", TEXT("x")).kind);
    assert_int_equal(entry_count(), 0);
}

static void a_folder_of_others_is_not_written_to(void **state)
{
    (void)state;
    bool is_root = geteuid() == 0; /* who may do anything, until it is somebody else */
    assert_int_equal(chmod(folder, 0500), 0);
    if (is_root) assert_int_equal(seteuid(65534), 0);
    const err_kind *kind = os_write_file(scratch, in_folder("a"), TEXT("x")).kind;
    if (is_root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_ptr_equal(kind, &OS_NOT_ALLOWED);
    assert_int_equal(entry_count(), 0);
}

static void a_file_appears_whole_or_not_at_all(void **state)
{
    (void)state;
    const char *path = in_folder("a");
    text whole;
    os_writer *w;
    assert_null(os_write_file(scratch, path, TEXT("old")).kind);
    assert_int_equal(chmod(path, 0640), 0);
    assert_null(os_writer_open(scratch, path, &w).kind);
    assert_null(os_writer_add(w, TEXT("new")).kind);
    assert_null(os_read_file(scratch, path, 10, &whole).kind);
    assert_true(text_equal(whole, TEXT("old")));
    os_writer_cancel(w);
    assert_int_equal(entry_count(), 1);
    assert_null(os_read_file(scratch, path, 10, &whole).kind);
    assert_true(text_equal(whole, TEXT("old")));
    assert_int_equal(symlink("a", in_folder("link")), 0);
    assert_null(os_write_file(scratch, in_folder("link"), TEXT("new")).kind);
    assert_null(os_read_file(scratch, path, 10, &whole).kind);
    assert_true(text_equal(whole, TEXT("new")));
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
    assert_int_equal(entry_count(), 2);
}

static void put(const char *name, text content)
{
    assert_null(os_write_file(scratch, in_folder(name), content).kind);
}

static void what_a_killed_writer_left_is_removed_and_nothing_else(void **state)
{
    (void)state;
    static const char *const OTHERS[] = { "out.csv.0123456789abcde.tmp", "out.csv.0123456789abcdef.tmp2",
                                          "other.csv.0123456789abcdef.tmp", "out.csv.tmp",
                                          "xout.csv.0123456789abcdef.tmp" };
    for (size_t i = 0; i < ARRAY_COUNT(OTHERS); i++)
        put(OTHERS[i], TEXT("kept"));
    put("out.csv.0123456789abcdef.tmp", TEXT("left behind"));
    assert_int_equal(symlink(in_folder("out.csv.tmp"), in_folder("out.csv.00000000000000aa.tmp")), 0);
    os_writer *first, *second;
    assert_null(os_writer_open(scratch, in_folder("out.csv"), &first).kind);
    assert_false(os_is_file(in_folder("out.csv.0123456789abcdef.tmp")));
    /* another of the same file is still being written */
    assert_null(os_writer_open(scratch, in_folder("out.csv"), &second).kind);
    assert_null(os_writer_add(first, TEXT("first")).kind);
    assert_null(os_writer_commit(first).kind);
    assert_null(os_writer_add(second, TEXT("second")).kind);
    assert_null(os_writer_commit(second).kind);
    text whole;
    assert_null(os_read_file(scratch, in_folder("out.csv"), 100, &whole).kind);
    assert_true(text_equal(whole, TEXT("second")));
    assert_int_equal(entry_count(), ARRAY_COUNT(OTHERS) + 2);
}

static void the_folder_of_a_killed_program_is_removed_and_no_living_ones(void **state)
{
    (void)state;
    const char *kept = getenv("TMPDIR") ? text_cstr(scratch, text_of(getenv("TMPDIR"))) : NULL;
    setenv("TMPDIR", in_folder(""), 1);
    assert_null(os_make_folder(scratch, in_folder("doudi-AbCdEf")).kind);
    put("doudi-AbCdEf/run-0", TEXT("rows"));
    assert_null(os_make_folder(scratch, in_folder("doudi-longer-name")).kind);
    const char *one, *two;
    assert_null(os_temp_folder(scratch, &one).kind);
    assert_false(os_is_folder(in_folder("doudi-AbCdEf")));
    assert_true(os_is_folder(in_folder("doudi-longer-name")));
    assert_null(os_temp_folder(scratch, &two).kind);
    assert_true(os_is_folder(one) && os_is_folder(two));
    assert_null(os_remove_tree(scratch, one).kind);
    assert_null(os_remove_tree(scratch, two).kind);
    if (kept) setenv("TMPDIR", kept, 1);
    else unsetenv("TMPDIR");
}

static void a_folder_is_listed_in_order_and_removed_with_all_in_it(void **state)
{
    (void)state;
    static const char *const NAMES[] = { "b", "a", "B", "中", ".hidden" };
    for (size_t i = 0; i < ARRAY_COUNT(NAMES); i++)
        assert_null(os_write_file(scratch, in_folder(NAMES[i]), TEXT("x")).kind);
    assert_null(os_make_folder(scratch, in_folder("c")).kind);
    assert_null(os_make_folder(scratch, in_folder("c")).kind);
    assert_non_null(os_make_folder(scratch, in_folder("a")).kind);
    assert_null(os_write_file(scratch, in_folder("c/deep"), TEXT("x")).kind);
    os_entry *entries;
    size_t count;
    assert_null(os_list_folder(scratch, folder, &entries, &count).kind);
    static const char *const SORTED[] = { ".hidden", "B", "a", "b", "c", "中" };
    assert_int_equal(count, ARRAY_COUNT(SORTED));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(entries[i].name, SORTED[i]);
        assert_int_equal(entries[i].is_folder, i == 4);
    }
    assert_ptr_equal(os_list_folder(scratch, in_folder("none"), &entries, &count).kind,
                     &OS_NOT_FOUND);
    assert_null(os_remove_tree(scratch, in_folder("c")).kind);
    assert_null(os_remove_tree(scratch, in_folder("c")).kind);
    assert_false(os_is_folder(in_folder("c")));
    assert_true(os_is_file(in_folder("a")));
}

/* Blocks are the numbers below `count`; each is squared by a worker. */
typedef struct {
    size_t count, taken;
    size_t fails_at, finish_fails_at, take_fails_at;
    size_t slot_number[OS_SLOTS_MAX];
    size_t slot_square[OS_SLOTS_MAX];
    size_t finished;
    size_t sum;
    bool is_in_order;
} squares;

static err take_number(void *context, size_t slot, bool *has_block)
{
    squares *s = context;
    if (s->taken == s->take_fails_at) return err_of(&OS_TOO_LARGE, NULL);
    *has_block = s->taken < s->count;
    s->slot_number[slot] = s->taken++;
    return ERR_NONE;
}

static err square(void *context, size_t slot, size_t worker)
{
    squares *s = context;
    assert_true(worker < 5);
    size_t number = s->slot_number[slot];
    for (volatile size_t idle = 0; idle < (number * 7919) % 2000;) idle = idle + 1;
    s->slot_square[slot] = number * number;
    return number >= s->fails_at ? err_of(number == s->fails_at ? &OS_FAILED : &OS_NO_SPACE, NULL)
                                 : ERR_NONE;
}

static err add_square(void *context, size_t slot)
{
    squares *s = context;
    s->is_in_order &= s->slot_number[slot] == s->finished;
    if (s->finished == s->finish_fails_at) return err_of(&OS_IS_FOLDER, NULL);
    s->finished++;
    s->sum += s->slot_square[slot];
    return ERR_NONE;
}

static err run_squares(squares *s, size_t worker_count, size_t slot_count)
{
    s->is_in_order = true;
    os_blocks job = { .context = s, .worker_count = worker_count, .slot_count = slot_count,
                      .take = take_number, .work = square, .finish = add_square };
    return os_run_blocks(&job);
}

static void blocks_are_finished_in_order_by_any_number_of_workers(void **state)
{
    (void)state;
    for (size_t workers = 1; workers <= 5; workers++)
        for (size_t slots = 0; slots <= 4; slots++) {
            squares s = { .count = 500, .fails_at = SIZE_MAX, .finish_fails_at = SIZE_MAX,
                          .take_fails_at = SIZE_MAX };
            assert_null(run_squares(&s, workers, slots).kind);
            assert_true(s.is_in_order && s.finished == 500);
            assert_int_equal(s.sum, 499u * 500 * 999 / 6);
        }
    squares none = { .fails_at = SIZE_MAX, .take_fails_at = SIZE_MAX };
    assert_null(run_squares(&none, 0, 0).kind);
    assert_int_equal(none.finished, 0);
    assert_true(os_core_count() >= 1);
}

static void the_earliest_blocks_error_is_the_answer(void **state)
{
    (void)state;
    for (size_t workers = 1; workers <= 5; workers++) {
        squares s = { .count = 500, .fails_at = 100, .finish_fails_at = SIZE_MAX,
                      .take_fails_at = SIZE_MAX };
        assert_ptr_equal(run_squares(&s, workers, 0).kind, &OS_FAILED);
        assert_true(s.is_in_order && s.finished == 100);
        s = (squares){ .count = 500, .fails_at = 103, .finish_fails_at = 100,
                       .take_fails_at = 105 };
        assert_ptr_equal(run_squares(&s, workers, 0).kind, &OS_IS_FOLDER);
        assert_int_equal(s.finished, 100);
        s = (squares){ .count = 500, .fails_at = SIZE_MAX, .finish_fails_at = SIZE_MAX,
                       .take_fails_at = 100 };
        assert_ptr_equal(run_squares(&s, workers, 0).kind, &OS_TOO_LARGE);
        assert_int_equal(s.finished, 100);
    }
}

static void the_language_is_that_of_the_first_variable_set(void **state)
{
    (void)state;
    static const struct {
        const char *all, *messages, *lang;
        bool is_chinese;
    } CASES[] = {
        { "", "", "", false },
        { "", "", "zh_CN.UTF-8", true },
        { "", "en_US.UTF-8", "zh_CN.UTF-8", false },
        { "zh_CN", "en_US.UTF-8", "C", true },
        { "C", "zh_CN", "zh_CN", false },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        setenv("LC_ALL", CASES[i].all, 1);
        setenv("LC_MESSAGES", CASES[i].messages, 1);
        setenv("LANG", CASES[i].lang, 1);
        assert_int_equal(os_wants_chinese(), CASES[i].is_chinese);
    }
}

static void the_machine_answers_sensibly(void **state)
{
    (void)state;
    int64_t before = os_monotonic_ns();
    assert_true(os_monotonic_ns() >= before);
    assert_true(os_unix_seconds() > 1700000000);
    os_date today = os_today();
    assert_true(today.year >= 2024 && today.month_of_year >= 1 && today.month_of_year <= 12 &&
                today.day_of_month >= 1 && today.day_of_month <= 31);
    uint64_t chance[2] = { 0, 0 };
    os_random_bytes(chance, sizeof chance);
    assert_true(chance[0] != chance[1]);
    assert_true(os_peak_memory_bytes() > 100000);
    assert_false(os_is_terminal(-1));
    assert_int_equal(os_terminal_width(-1, 80), 80);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file_is_read_as_it_was_written),
        IN_FOLDER(a_reader_answers_pieces_and_then_the_end),
        IN_FOLDER(what_cannot_be_read_is_refused_by_kind),
        IN_FOLDER(what_cannot_be_written_is_refused_and_leaves_no_trace),
        IN_FOLDER(a_folder_of_others_is_not_written_to),
        IN_FOLDER(a_file_appears_whole_or_not_at_all),
        IN_FOLDER(what_a_killed_writer_left_is_removed_and_nothing_else),
        IN_FOLDER(the_folder_of_a_killed_program_is_removed_and_no_living_ones),
        IN_FOLDER(a_folder_is_listed_in_order_and_removed_with_all_in_it),
        cmocka_unit_test(blocks_are_finished_in_order_by_any_number_of_workers),
        cmocka_unit_test(the_earliest_blocks_error_is_the_answer),
        cmocka_unit_test(the_language_is_that_of_the_first_variable_set),
        cmocka_unit_test(the_machine_answers_sensibly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
