#include <string.h>

#include "cli/cli_internal.h"

const err_kind CLI_UNKNOWN_COMMAND = {
    "cli.unknown_command", ERR_BAD_INPUT,
    "There is no command called {}; `doudi --help` lists them.",
    "没有名为 {} 的命令；用 doudi --help 查看全部命令。"
};
const err_kind CLI_UNKNOWN_OPTION = {
    "cli.unknown_option", ERR_BAD_INPUT,
    "There is no option called {}; --help shows those there are.",
    "没有名为 {} 的选项；用 --help 查看有哪些。"
};
const err_kind CLI_VALUE_MISSING = {
    "cli.value_missing", ERR_BAD_INPUT,
    "A value is missing behind {}; --help shows how to write it.",
    "{} 后面缺少值；用 --help 查看写法。"
};
const err_kind CLI_NO_VALUE = {
    "cli.no_value", ERR_BAD_INPUT,
    "{} takes no value; leave out what stands behind the =.",
    "{} 不带值；请去掉等号后面的内容。"
};
const err_kind CLI_TOO_MANY_WORDS = {
    "cli.too_many_words", ERR_BAD_INPUT,
    "The command does not know what to do with {}; --help shows what it takes.",
    "命令不需要 {}；用 --help 查看参数。"
};

static const char *const BUILT_INS[] = { "help", "version", "completion" };
/* Options of every command: those of which the first is --lang take a value. */
static const char *const COMMON[] = { "lang", "json", "rehearse", "help" };

enum { WORDS_KNOWN_MAX = 256, WORD_SHOWN_MAX = 120 };

/* "chek" becomes "chek (did you mean check?)" when a known word is near. */
static const char *with_nearest(arena *request, const char *prefix, text word,
                                const char *const *known, size_t count)
{
    const char *near = service_nearest(request, word, known, count);
    if (!near) return text_format(request, "%s%.*s", prefix, TEXT_ARG(word)).bytes;
    text shown = text_shown(request, word, WORD_SHOWN_MAX);
    return err_said(request, "%s%.*s (did you mean %s%s?)", "%s%.*s（是否想写 %s%s？）", prefix, TEXT_ARG(shown), prefix, near);
}

static bool is_option(const char *word)
{
    return strncmp(word, "--", 2) == 0 && word[2];
}

bool cli_words_takes_value(const char *word)
{
    return strcmp(word, "--lang") == 0;
}

/* --json and the like, which stand anywhere; answers how many words they take, 0 for others. */
static int common_option(const char *const *words, int left, cli_words *read, err *e)
{
    const char *word = words[0];
    if (strcmp(word, "--json") == 0) return read->wants_json = true, 1;
    if (strcmp(word, "--rehearse") == 0) return read->is_rehearsal = true, 1;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return read->wants_help = true, 1;
    const char *language = NULL;
    int taken = 1;
    if (strncmp(word, "--lang=", 7) == 0) {
        language = word + 7;
    } else if (strcmp(word, "--lang") == 0) {
        language = left > 1 ? words[1] : "";
        taken = 2;
    }
    if (!language) return 0;
    if (strcmp(language, "zh") == 0) read->is_chinese = true;
    else if (strcmp(language, "en") == 0) read->is_chinese = false;
    else *e = err_of(&CLI_VALUE_MISSING, "--lang (zh | en)");
    return taken;
}

static err unknown_command(arena *request, const char *word)
{
    const char *known[WORDS_KNOWN_MAX];
    size_t count = 0;
    for (size_t i = 0; i < sizeof BUILT_INS / sizeof *BUILT_INS; i++) known[count++] = BUILT_INS[i];
    for (const service_op *const *op = service_operations(); *op && count + 2 < WORDS_KNOWN_MAX; op++) {
        if ((*op)->command) known[count++] = (*op)->command;
        known[count++] = (*op)->name;
    }
    return err_of(&CLI_UNKNOWN_COMMAND,
                  with_nearest(request, "", text_of(word), known, count));
}

/* Whether operations are named `group.…`. */
static bool is_group(const char *group)
{
    size_t size = strlen(group);
    for (const service_op *const *op = service_operations(); *op; op++)
        if (strncmp((*op)->name, group, size) == 0 && (*op)->name[size] == '.') return true;
    return false;
}

/* `payrun`, `payrun --help` and `help payrun` tell of all commands of the group. */
static err find_group(arena *request, int word_count, const char *const *words, cli_words *read)
{
    const char *group = words[read->next], *second = read->next + 1 < word_count ? words[read->next + 1] : "-";
    if (!is_group(group)) return unknown_command(request, group);
    if (second[0] != '-') return unknown_command(request, text_format(request, "%s.%s", group, second).bytes);
    read->built_in = "help";
    read->group = group;
    return read->next++, ERR_NONE;
}

/* `calc`, `policy.calc` and `policy calc` name the same operation; `packs` is one, and `packs status` another. */
static err find_command(arena *request, int word_count, const char *const *words, cli_words *read)
{
    const char *first = words[read->next];
    for (size_t i = 0; i < sizeof BUILT_INS / sizeof *BUILT_INS; i++)
        if (strcmp(first, BUILT_INS[i]) == 0) read->built_in = BUILT_INS[i];
    if (read->built_in) return read->next++, ERR_NONE;
    if (read->next + 1 < word_count) {
        read->op = service_find(text_format(request, "%s.%s", first, words[read->next + 1]));
        if (read->op) return read->next += 2, ERR_NONE;
    }
    read->op = service_find(text_of(first));
    if (read->op) return read->next++, ERR_NONE;
    return find_group(request, word_count, words, read);
}

/* `doudi help calc` is `doudi calc --help`. */
static err find_helped(arena *request, int word_count, const char *const *words, cli_words *read)
{
    if (!read->built_in || strcmp(read->built_in, "help") != 0) return ERR_NONE;
    read->wants_help = true;
    if (read->next >= word_count || is_option(words[read->next])) return ERR_NONE;
    read->built_in = NULL;
    return find_command(request, word_count, words, read);
}

err cli_words_read(arena *request, const cli_settings *settings, int word_count,
                   const char *const *words, cli_words *read)
{
    *read = (cli_words){ .is_chinese = settings->is_chinese };
    err e = ERR_NONE;
    int command_at = 0;
    for (int i = 1; i < word_count && !e.kind;) {
        if (strcmp(words[i], "--") == 0) break;
        int taken = common_option(words + i, word_count - i, read, &e);
        if (!taken && !command_at) command_at = i;
        i += taken ? taken : 1;
    }
    if (e.kind) return e;
    if (!command_at) return read->built_in = "help", ERR_NONE;
    if (strcmp(words[command_at], "--version") == 0) return read->built_in = "version", ERR_NONE;
    if (is_option(words[command_at])) {
        return err_of(&CLI_UNKNOWN_OPTION,
                      with_nearest(request, "--", text_of(words[command_at] + 2), COMMON,
                                   sizeof COMMON / sizeof *COMMON));
    }
    read->next = command_at;
    TRY(find_command(request, word_count, words, read));
    return read->group ? ERR_NONE : find_helped(request, word_count, words, read);
}

static const service_field *option_field(const service_op *op, text name)
{
    for (size_t i = 0; i < op->input_count; i++)
        if (text_equal_cstr(name, op->input[i].name)) return &op->input[i];
    return NULL;
}

static err give_option(service_call *call, const char *const *words, int left, int *taken)
{
    const char *word = words[0] + 2;
    const char *equals = strchr(word, '=');
    text name = { word, equals ? (size_t)(equals - word) : strlen(word) };
    const service_field *field = option_field(call->op, name);
    *taken = 1;
    if (!field) {
        const char *known[WORDS_KNOWN_MAX];
        size_t count = 0;
        for (size_t i = 0; i < call->op->input_count && count < WORDS_KNOWN_MAX - 3; i++)
            known[count++] = call->op->input[i].name;
        for (size_t i = 0; i < sizeof COMMON / sizeof *COMMON; i++) known[count++] = COMMON[i];
        return err_of(&CLI_UNKNOWN_OPTION,
                      with_nearest(call->request, "--", name, known, count));
    }
    const char *option = text_format(call->request, "--%s", field->name).bytes;
    if (field->type == SERVICE_FLAG)
        return equals ? err_of(&CLI_NO_VALUE, option) : service_give(call, name, TEXT("true"));
    if (equals) return service_give(call, name, text_of(equals + 1));
    if (left < 2 || is_option(words[1])) return err_of(&CLI_VALUE_MISSING, option);
    *taken = 2;
    return service_give(call, name, text_of(words[1]));
}

/* A word with `=` is a fact where the operation takes facts; else the word goes to the first
 * positional field that has room. */
static err give_word(service_call *call, const char *word)
{
    bool is_fact = strchr(word, '=') || strstr(word, "＝");
    const service_field *last = NULL;
    for (size_t i = 0; i < call->op->input_count; i++) {
        const service_field *field = &call->op->input[i];
        if (!field->is_positional) continue;
        if ((field->type == SERVICE_FACT) != is_fact && is_fact) {
            last = last ? last : field;
            continue;
        }
        if (field->type == SERVICE_FACT && !is_fact) continue;
        if (call->arguments[i].count && !field->is_list) continue;
        return service_give(call, text_of(field->name), text_of(word));
    }
    if (last) return service_give(call, text_of(last->name), text_of(word));
    return err_of(&CLI_TOO_MANY_WORDS, word);
}

err cli_words_give(service_call *call, const cli_words *read, int word_count,
                   const char *const *words)
{
    bool are_options_over = false;
    cli_words ignored = *read;
    for (int i = read->next; i < word_count;) {
        err e = ERR_NONE;
        int taken = 1;
        if (are_options_over) {
            e = give_word(call, words[i]);
        } else if (strcmp(words[i], "--") == 0) {
            are_options_over = true;
        } else if (!(taken = common_option(words + i, word_count - i, &ignored, &e))) {
            taken = 1;
            if (is_option(words[i])) e = give_option(call, words + i, word_count - i, &taken);
            else e = give_word(call, words[i]);
        }
        if (e.kind) return e;
        i += taken;
    }
    return ERR_NONE;
}
