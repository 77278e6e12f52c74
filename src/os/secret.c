/* A secret typed at the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "os/os_internal.h"

const err_kind OS_NO_TERMINAL = {
    "os.no_terminal", ERR_BAD_INPUT, "There is no terminal to ask at.", "没有可供输入的终端。"
};
const err_kind OS_SECRET_TOO_LONG = {
    "os.secret_too_long", ERR_BAD_INPUT, "What was typed is too long.", "输入过长。"
};

enum { SECRET_BYTES_MAX = 1024, CONTROL_C = 3, CONTROL_D = 4, CONTROL_U = 21, DELETE = 127 };

static void say(int terminal, const char *what)
{
    size_t size_bytes = strlen(what);
    while (size_bytes > 0) {
        ssize_t size = write(terminal, what, size_bytes);
        if (size < 0 && errno != EINTR) return;
        if (size > 0) what += size, size_bytes -= (size_t)size;
    }
}

/* Back over one whole character. */
static size_t erase(const char *line, size_t size_bytes)
{
    while (size_bytes > 0 && (line[--size_bytes] & 0xC0) == 0x80)
        ;
    return size_bytes;
}

typedef enum { TYPED, STOPPED, TOO_LONG } typed;

static typed read_line(int terminal, char *line, size_t *size_bytes)
{
    *size_bytes = 0;
    for (;;) {
        char c;
        ssize_t size = read(terminal, &c, 1);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0 || c == CONTROL_C) return STOPPED;
        if (c == CONTROL_D && *size_bytes == 0) return STOPPED;
        if (c == '\n' || c == '\r' || c == CONTROL_D) return TYPED;
        if (c == CONTROL_U) *size_bytes = 0;
        else if (c == DELETE || c == '\b') *size_bytes = erase(line, *size_bytes);
        else if (*size_bytes == SECRET_BYTES_MAX) return TOO_LONG;
        else line[(*size_bytes)++] = c;
    }
}

/* Keys are taken one by one and raise no signal, so that nothing ends the program while the
 * terminal shows no letters: Ctrl-C stops it as soon as the terminal is as before. */
err os_ask_secret(arena *a, const char *prompt, text *secret)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    if (terminal < 0) return err_of(&OS_NO_TERMINAL, NULL);
    if (tcgetattr(terminal, &before) != 0) {
        close(terminal);
        return err_of(&OS_NO_TERMINAL, NULL);
    }
    silent = before;
    silent.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    char line[SECRET_BYTES_MAX];
    size_t size_bytes;
    tcsetattr(terminal, TCSAFLUSH, &silent);
    say(terminal, prompt);
    typed how = read_line(terminal, line, &size_bytes);
    tcsetattr(terminal, TCSAFLUSH, &before);
    say(terminal, "\n");
    close(terminal);
    if (how == STOPPED) raise(SIGINT);
    if (how == TYPED) *secret = (text){ arena_copy(a, line, size_bytes), size_bytes };
    explicit_bzero(line, sizeof line);
    if (how == TYPED) return ERR_NONE;
    return err_of(how == TOO_LONG ? &OS_SECRET_TOO_LONG : &OS_NO_TERMINAL, NULL);
}

bool os_is_private(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) return true; /* reading it will say what is wrong */
    return !S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}
