#include <string.h>

#include "cli/cli_internal.h"

const err_kind CLI_UNKNOWN_SHELL = {
    "cli.unknown_shell", ERR_BAD_INPUT,
    "Completion is made for bash and zsh: write `doudi completion bash` (not: {}).",
    "只支持 bash 和 zsh 的补全：请写 doudi completion bash（而不是：{}）。"
};

/* Which kinds of value a shell can complete by itself: files. */
static bool is_file(const service_field *field)
{
    return field->type == SERVICE_FILE || field->type == SERVICE_FILE_OUT;
}

static void add_options(text_builder *out, const service_op *op)
{
    for (size_t i = 0; i < op->input_count; i++) {
        const service_field *f = &op->input[i];
        if (f->is_positional) continue;
        text_add_format(out, "%s--%s", out->size_bytes ? " " : "", f->name);
    }
}

bool cli_begins_group(const service_op *const *op)
{
    size_t size = strcspn((*op)->name, ".");
    if ((*op)->command || !(*op)->name[size]) return false;
    for (const service_op *const *one = service_operations(); one != op; one++)
        if (!(*one)->command && strncmp((*one)->name, (*op)->name, size + 1) == 0) return false;
    return true;
}

/* The commands of a group, ` draft check ...`, without the group's name. */
static void add_members(text_builder *out, const char *name)
{
    size_t size = strcspn(name, ".") + 1;
    for (const service_op *const *op = service_operations(); *op; op++)
        if (!(*op)->command && strncmp((*op)->name, name, size) == 0)
            text_add_format(out, " %s", (*op)->name + size);
}

/* What may be the first word: commands with a word of their own, and groups. */
static void add_first_words(text_builder *out)
{
    for (const service_op *const *op = service_operations(); *op; op++) {
        if ((*op)->command || !strchr((*op)->name, '.')) text_add_format(out, " %s", (*op)->command ? (*op)->command : (*op)->name);
        else if (cli_begins_group(op)) text_add_format(out, " %.*s", (int)strcspn((*op)->name, "."), (*op)->name);
    }
}

static void add_bash(arena *request, text_builder *out)
{
    text_add_cstr(out, "_doudi() {\n"
                       "  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}\n"
                       "  local commands=\"bank completion help serve version");
    add_first_words(out);
    text_add_cstr(out, "\" options=\"--json --lang --rehearse --help\"\n"
                       "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                       "    COMPREPLY=($(compgen -W \"$commands $options\" -- \"$word\")); return\n"
                       "  fi\n"
                       "  if [ \"$COMP_CWORD\" -ge 2 ]; then\n"
                       "    local members=\n"
                       "    case $command in\n");
    for (const service_op *const *op = service_operations(); *op; op++)
        if (cli_begins_group(op)) {
            text_add_format(out, "    %.*s) members=\"", (int)strcspn((*op)->name, "."), (*op)->name);
            add_members(out, (*op)->name);
            text_add_cstr(out, "\" ;;\n");
        }
    text_add_cstr(out, "    esac\n"
                       "    if [ -n \"$members\" ]; then\n"
                       "      if [ \"$COMP_CWORD\" -eq 2 ] && [ \"${word#-}\" = \"$word\" ]; then COMPREPLY=($(compgen -W \"$members\" -- \"$word\")); return; fi\n"
                       "      command=$command.${COMP_WORDS[2]}\n"
                       "    fi\n"
                       "  fi\n"
                       "  case $command in\n"
                       "  completion) COMPREPLY=($(compgen -W \"bash zsh\" -- \"$word\")); return ;;\n"
                       "  help) COMPREPLY=($(compgen -W \"$commands\" -- \"$word\")); return ;;\n");
    for (const service_op *const *op = service_operations(); *op; op++) {
        text_builder options = text_builder_open(request);
        add_options(&options, *op);
        text_add_format(out, "  %s) options=\"$options %s\" ;;\n",
                        (*op)->command ? (*op)->command : (*op)->name, text_built(&options).bytes);
    }
    text_add_cstr(out, "  esac\n"
                       "  case $word in\n"
                       "  -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
                       "  *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
                       "  esac\n"
                       "}\n"
                       "complete -o filenames -F _doudi doudi\n");
}

/* Inside '...' of zsh a quote is written '\''; brackets and colons have a meaning of their own. */
static void add_zsh_text(text_builder *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'') text_add_cstr(out, "'\\''");
        else if (*s == '[' || *s == ']' || *s == ':') text_add_format(out, "\\%c", *s);
        else text_add_char(out, *s);
    }
}

static void add_zsh(text_builder *out)
{
    text_add_cstr(out, "#compdef doudi\n_doudi() {\n  local -a commands\n  commands=(\n");
    for (const service_op *const *op = service_operations(); *op; op++) {
        text_add_format(out, "    '%s:", (*op)->command ? (*op)->command : (*op)->name);
        add_zsh_text(out, (*op)->summary);
        text_add_cstr(out, "'\n");
    }
    text_add_cstr(out, "    'completion:words for the shell'\n    'help:how to use a command'\n"
                       "    'version:the version'\n  )\n"
                       "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
                       "  case $words[2] in\n"
                       "  completion) _values shell bash zsh ;;\n"
                       "  help) _describe command commands ;;\n");
    for (const service_op *const *op = service_operations(); *op; op++) {
        text_add_format(out, "  %s) _arguments", (*op)->command ? (*op)->command : (*op)->name);
        for (size_t i = 0; i < (*op)->input_count; i++) {
            const service_field *f = &(*op)->input[i];
            if (f->is_positional) continue;
            text_add_format(out, " '%s--%s[", f->is_list ? "*" : "", f->name);
            add_zsh_text(out, f->summary);
            text_add_cstr(out, "]");
            if (f->type != SERVICE_FLAG) text_add_format(out, ":%s:%s", service_shows(f), is_file(f) ? "_files" : "");
            text_add_cstr(out, "'");
        }
        text_add_cstr(out, " '--json[as JSON]' '--rehearse[keep nothing]' '--lang[language]:language:(zh en)' '--help[help]' '*:file:_files' ;;\n");
    }
    text_add_cstr(out, "  esac\n}\ncompdef _doudi doudi\n");
}

err cli_completion(arena *request, text shell, text_builder *out)
{
    if (text_equal_cstr(shell, "bash")) add_bash(request, out);
    else if (text_equal_cstr(shell, "zsh")) add_zsh(out);
    else return err_of(&CLI_UNKNOWN_SHELL, shell.size_bytes ? text_cstr(request, shell) : "-");
    return ERR_NONE;
}
