#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { GOLDEN_BYTES_MAX = 4 << 20 };

static size_t line_length(const char *from, const char *end)
{
    const char *newline = memchr(from, '\n', (size_t)(end - from));
    return (size_t)((newline ? newline : end) - from);
}

static void report_first_difference(const char *path, const char *want, size_t want_size,
                                    const char *got, size_t got_size)
{
    const char *want_end = want + want_size, *got_end = got + got_size;
    for (int line = 1;; line++) {
        size_t want_length = line_length(want, want_end), got_length = line_length(got, got_end);
        if (want_length != got_length || memcmp(want, got, want_length) != 0 ||
            want + want_length == want_end || got + got_length == got_end) {
            print_error("%s:%d: differs\n  want %.*s\n  got  %.*s\n", path, line, (int)want_length,
                        want, (int)got_length, got);
            return;
        }
        want += want_length + 1;
        got += got_length + 1;
    }
}

void golden_expect(const char *room, const char *name, const char *got, size_t size_bytes)
{
    char path[512];
    const char *mode = getenv("DOUDI_GOLDEN");
    bool is_writing = mode && strcmp(mode, "write") == 0;
    snprintf(path, sizeof path, "tests/golden/%s", room);
    if (is_writing) {
        (void)mkdir("tests/golden", 0777);
        (void)mkdir(path, 0777);
    }
    snprintf(path, sizeof path, "tests/golden/%s/%s.txt", room, name);
    FILE *file = fopen(path, is_writing ? "wb" : "rb");
    if (!file) fail_msg("%s cannot be opened; `make golden` writes it", path);
    if (is_writing) {
        assert_int_equal(fwrite(got, 1, size_bytes, file), size_bytes);
        assert_int_equal(fclose(file), 0);
        return;
    }
    char *want = malloc(GOLDEN_BYTES_MAX);
    assert_non_null(want);
    size_t want_size = fread(want, 1, GOLDEN_BYTES_MAX, file);
    fclose(file);
    bool is_same = want_size == size_bytes && memcmp(want, got, size_bytes) == 0;
    if (!is_same) report_first_difference(path, want, want_size, got, size_bytes);
    free(want);
    if (!is_same) fail_msg("%s is not what was computed", path);
}
