#include <stdio.h>
#include <unistd.h>

#include "cli/cli_internal.h"
#include "os/os.h"

const err_kind CLI_NO_SECRET = {
    "cli.no_secret", ERR_BAD_INPUT,
    "A password is needed: type it at a terminal, or give it on a line of DOUDI_PASSWORD_FILE or of "
    "the standard input.",
    "需要密码：请在终端输入，或写在 DOUDI_PASSWORD_FILE 所指文件或标准输入中，每行一个。"
};
const err_kind CLI_SECRET_OPEN = {
    "cli.secret_open", ERR_FORBIDDEN,
    "Others may read the file of passwords {}; let only its owner (chmod 600).",
    "密码文件 {} 可被他人读取；请改为仅本人可读（chmod 600）。"
};
const err_kind CLI_SECRETS_DIFFER = {
    "cli.secrets_differ", ERR_BAD_INPUT, "The two passwords typed are not the same.",
    "两次输入的密码不一致。"
};

enum { SECRET_FILE_BYTES_MAX = 1 << 16 };

static err next_line(cli_secrets *from, text *secret)
{
    if (!from->is_read) {
        if (from->file && !os_is_private(from->file))
            return err_of(&CLI_SECRET_OPEN, from->file);
        TRY(os_read_file(from->memory, from->file ? from->file : "-", SECRET_FILE_BYTES_MAX,
                         &from->rest));
        from->is_read = true;
    }
    if (!from->rest.size_bytes) return err_of(&CLI_NO_SECRET, NULL);
    size_t end = text_find(from->rest, TEXT("\n"));
    size_t size_bytes = end == SIZE_MAX ? from->rest.size_bytes : end;
    *secret = text_sub(from->rest, 0, size_bytes);
    from->rest = text_sub(from->rest, size_bytes + (end != SIZE_MAX), from->rest.size_bytes);
    if (text_ends(*secret, TEXT("\r"))) secret->size_bytes--;
    return ERR_NONE;
}

static err ask_at_terminal(const cli_secrets *from, arena *a, const char *prompt, bool is_new,
                           text *secret)
{
    text again, first;
    const char *form = cli_say(from->is_chinese, "%s: ", "%s：");
    TRY(os_ask_secret(a, text_format(a, form, prompt).bytes, &first));
    if (is_new) {
        form = cli_say(from->is_chinese, "%s, again: ", "%s（再次输入）：");
        TRY(os_ask_secret(a, text_format(a, form, prompt).bytes, &again));
        if (!text_equal(first, again)) return err_of(&CLI_SECRETS_DIFFER, NULL);
    }
    *secret = first;
    return ERR_NONE;
}

err cli_secret_ask(void *secrets, arena *a, const char *prompt, bool is_new, text *secret)
{
    cli_secrets *from = secrets;
    bool has_file = from->file && from->file[0];
    if (!has_file) from->file = NULL;
    if (has_file || !os_is_terminal(STDIN_FILENO)) return next_line(from, secret);
    return ask_at_terminal(from, a, prompt, is_new, secret);
}
