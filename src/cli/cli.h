/* cli/ - the terminal's door: words and exit codes.
 *
 * Finds the operation that the words name, hands it the arguments, and prints its reply: as lines
 * for a person in Chinese or English, or as JSON. Help and shell completion come from the table of
 * operations. Knows no operation by name; docs/cli.md is its contract.
 *
 * Output   replies on stdout, all else on stderr. With --json an error is an object on stdout too.
 * Codes    0 done; 1 done, and something failed its check; 2 bad input; 3 not found; 4 conflict;
 *          5 forbidden; 6 busy; 70 our mistake.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/err.h"
#include "service/service.h"

extern const err_kind CLI_UNKNOWN_COMMAND, CLI_UNKNOWN_OPTION, CLI_VALUE_MISSING, CLI_NO_VALUE,
    CLI_TOO_MANY_WORDS, CLI_UNKNOWN_SHELL, CLI_CANNOT_WRITE,
    CLI_NO_SECRET, CLI_SECRET_OPEN, CLI_SECRETS_DIFFER;

typedef struct {
    service_settings service;
    bool is_chinese;     /* by locale; --lang says otherwise */
    bool shows_progress; /* stderr is a terminal */
    const char *version;
    const char *password_file; /* secrets, a line each; NULL: the standard input, or a terminal */
} cli_settings;

/* Runs one command line (words[0] is the program's name) and answers the exit code. */
int cli_run(const cli_settings *settings, int word_count, const char *const *words);

#endif
