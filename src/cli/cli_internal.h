/* cli/cli_internal.h - what the door's files share; of this folder only. */
#ifndef CLI_CLI_INTERNAL_H
#define CLI_CLI_INTERNAL_H

#include "cli/cli.h"

/* What the words ask for, besides the operation's own arguments. */
typedef struct {
    const service_op *op; /* NULL: none named */
    const char *built_in; /* "help", "version", "completion", or NULL */
    const char *group;    /* of a help: the first word of its commands' names; or NULL */
    bool is_chinese;
    bool wants_help;
    bool wants_json;
    bool is_rehearsal; /* nothing of it is kept */
    int next;             /* the first word behind the command's */
} cli_words;

/* Which command the words name, and --lang, --json, --help wherever they stand. */
MUST_USE err cli_words_read(arena *request, const cli_settings *settings, int word_count,
                            const char *const *words, cli_words *read);
/* The rest of the words into the call's arguments. */
MUST_USE err cli_words_give(service_call *call, const cli_words *read, int word_count,
                            const char *const *words);
/* Whether an option of every command takes the next word. */
bool cli_words_takes_value(const char *word);

void cli_help_all(text_builder *out, bool is_chinese);
/* The commands named `group.…`. */
void cli_help_group(text_builder *out, const char *group, bool is_chinese);
void cli_help_op(text_builder *out, const service_op *op, bool is_chinese);
MUST_USE err cli_completion(arena *request, text shell, text_builder *out);

/* The reply as lines, or as JSON with a line end behind it. */
void cli_reply_lines(arena *request, const service_call *call, text_builder *out);
void cli_reply_json(const service_value *reply, text_builder *out);
void cli_error_json(arena *request, err e, bool is_chinese, text_builder *out);

/* One row an exit code: cli.c maps classes by it, help prints it. */
typedef struct {
    int code;
    int error_class; /* err_class, or -1 */
    const char *says, *says_zh;
} cli_exit_row;
extern const cli_exit_row CLI_EXITS[];
extern const size_t CLI_EXIT_COUNT;

/* Where secrets come from, one after another: lines of a file or of the standard input, or a
 * person at a terminal. */
typedef struct {
    const char *file;
    bool is_chinese;
    bool is_read;
    arena *memory;
    text rest; /* lines not yet taken */
} cli_secrets;
MUST_USE err cli_secret_ask(void *secrets, arena *a, const char *prompt, bool is_new, text *secret);

/* Whether an operation, at its place in service_operations(), is the first of its group that has no word of its own. */
bool cli_begins_group(const service_op *const *op);

static inline const char *cli_say(bool is_chinese, const char *en, const char *zh)
{
    return is_chinese ? zh : en;
}

#endif
