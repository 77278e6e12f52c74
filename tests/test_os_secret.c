#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "base/checked.h"
#include "os/os.h"

typedef struct {
    char shown[8192]; /* what the terminal printed */
    int code;         /* of the child; -1: ended by a signal */
    int signal;
} asked;

/* Reads what the terminal shows until `last` stands in it. */
static void read_until(int terminal, asked *all, size_t *size_bytes, const char *last)
{
    while (!strstr(all->shown, last)) {
        ssize_t size = read(terminal, all->shown + *size_bytes, sizeof all->shown - 1 - *size_bytes);
        assert_true(size > 0);
        *size_bytes += (size_t)size;
    }
}

/* A child at a terminal of its own asks for a secret; it ends with 0 when it was `expected`, with 7 when
 * it was too long. What is typed is typed after the prompt stands there. The parent keeps the child's side open and writes an end
 * mark to it: a terminal whose last user has gone may lose what it had not yet shown. */
static asked ask(const char *typed, const char *expected)
{
    asked all = { .code = -1 };
    int terminal, side;
    assert_int_equal(openpty(&terminal, &side, NULL, NULL, NULL), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(terminal);
        if (login_tty(side) != 0) _exit(9);
        arena *a = arena_open();
        text secret;
        err e = os_ask_secret(a, "Password: ", &secret);
        if (e.kind == &OS_SECRET_TOO_LONG) _exit(7);
        _exit(!e.kind && text_equal_cstr(secret, expected) ? 0 : 1);
    }
    size_t size_bytes = 0;
    read_until(terminal, &all, &size_bytes, "Password: ");
    size_t typed_bytes = strlen(typed);
    assert_int_equal(write(terminal, typed, typed_bytes), typed_bytes);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) all.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) all.signal = WTERMSIG(status);
    static const char END[] = "<end>";
    assert_int_equal(write(side, END, sizeof END - 1), sizeof END - 1);
    read_until(terminal, &all, &size_bytes, END);
    *strstr(all.shown, END) = 0;
    close(side);
    close(terminal);
    return all;
}

static void a_secret_is_read_and_not_shown(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *secret;
    } CASES[] = {
        { "open sesame\n", "open sesame" },
        { "\n", "" },
        { "abc\x7f\x7fx\n", "ax" },           /* erased */
        { "兜底\x7f\n", "兜" },               /* a whole character */
        { "all wrong\x15right\n", "right" },  /* Ctrl-U */
        { "ended\x04", "ended" },             /* Ctrl-D */
        { "\x7f\x7fq\r", "q" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        asked all = ask(CASES[i].typed, CASES[i].secret);
        if (all.code != 0) fail_msg("case %zu: code %d signal %d", i, all.code, all.signal);
        assert_string_equal(all.shown, "Password: \r\n");
    }
}

static void control_c_ends_the_program(void **state)
{
    (void)state;
    asked all = ask("half\x03", "");
    assert_int_equal(all.signal, SIGINT);
    all = ask("\x04", "");
    assert_int_equal(all.signal, SIGINT);
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    char typed[1100];
    memset(typed, 'x', sizeof typed - 1);
    typed[sizeof typed - 1] = 0;
    assert_int_equal(ask(typed, "").code, 7);
}

static void without_a_terminal_nobody_is_asked(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        arena *a = arena_open();
        text secret;
        setsid();
        _exit(os_ask_secret(a, "Password: ", &secret).kind == &OS_NO_TERMINAL ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_private_file_is_its_owners_alone(void **state)
{
    (void)state;
    arena *a = arena_open();
    const char *folder;
    assert_null(os_temp_folder(a, &folder).kind);
    const char *path = text_format(a, "%s/secret", folder).bytes;
    assert_true(os_is_private(path));
    assert_null(os_write_file(a, path, TEXT("x")).kind);
    static const struct {
        mode_t mode;
        bool is_private;
    } CASES[] = { { 0600, true }, { 0400, true }, { 0640, false }, { 0604, false }, { 0620, false } };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        assert_int_equal(chmod(path, CASES[i].mode), 0);
        assert_int_equal(os_is_private(path), CASES[i].is_private);
    }
    assert_true(os_is_private("/dev/null"));
    assert_null(os_remove_tree(a, folder).kind);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_read_and_not_shown),
        cmocka_unit_test(control_c_ends_the_program),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(without_a_terminal_nobody_is_asked),
        cmocka_unit_test(a_private_file_is_its_owners_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
