#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/checked.h"
#include "cli/cli_internal.h"
#include "os/os.h"

static arena *A;
static const char *FOLDER;

static int open_folder(void **state)
{
    (void)state;
    A = arena_open();
    return os_temp_folder(A, &FOLDER).kind != NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    int failed = os_remove_tree(A, FOLDER).kind != NULL;
    arena_close(A);
    return failed;
}

static const char *file_of(const char *whole, mode_t mode)
{
    const char *path = text_format(A, "%s/pw", FOLDER).bytes;
    assert_null(os_write_file(A, path, text_of(whole)).kind);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void a_file_gives_a_secret_a_line(void **state)
{
    (void)state;
    cli_secrets from = { .memory = A, .file = file_of("one two\r\n\nlast", 0600) };
    static const char *const LINES[] = { "one two", "", "last" };
    text secret;
    for (size_t i = 0; i < ARRAY_COUNT(LINES); i++) {
        assert_null(cli_secret_ask(&from, A, "Password", i % 2, &secret).kind);
        assert_true(text_equal_cstr(secret, LINES[i]));
    }
    assert_ptr_equal(cli_secret_ask(&from, A, "Password", false, &secret).kind, &CLI_NO_SECRET);
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    (void)state;
    cli_secrets from = { .memory = A, .file = file_of("x\n", 0644) };
    text secret;
    assert_ptr_equal(cli_secret_ask(&from, A, "Password", false, &secret).kind, &CLI_SECRET_OPEN);
    cli_secrets none = { .memory = A, .file = text_format(A, "%s/none", FOLDER).bytes };
    assert_ptr_equal(cli_secret_ask(&none, A, "Password", false, &secret).kind, &OS_NOT_FOUND);
}

/* A child asks at its terminal for a new secret; what it got is its exit code. */
static int typed(const char *first, const char *second)
{
    int terminal, status;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        cli_secrets from = { .memory = A };
        text secret;
        err e = cli_secret_ask(&from, A, "Password", true, &secret);
        _exit(e.kind == &CLI_SECRETS_DIFFER ? 3 : e.kind ? 1 : text_equal_cstr(secret, first) ? 0 : 2);
    }
    char shown[512] = { 0 };
    const char *const answers[] = { first, second };
    size_t answered = 0;
    for (size_t size_bytes = 0; size_bytes < sizeof shown - 1;) {
        ssize_t size = read(terminal, shown + size_bytes, sizeof shown - 1 - size_bytes);
        if (size <= 0) break;
        size_bytes += (size_t)size;
        const char *wanted = answered == 0 ? "Password: " : "again: ";
        if (answered == 2 || !strstr(shown, wanted)) continue;
        const char *answer = answers[answered++];
        assert_true(write(terminal, answer, strlen(answer)) > 0 && write(terminal, "\n", 1) == 1);
    }
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_new_secret_is_typed_twice(void **state)
{
    (void)state;
    assert_int_equal(typed("correct horse", "correct horse"), 0);
    assert_int_equal(typed("correct horse", "correct house"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_gives_a_secret_a_line),
        cmocka_unit_test(a_file_that_others_can_read_is_refused),
        cmocka_unit_test(a_new_secret_is_typed_twice),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
