#include <string.h>

#include "cli/cli_internal.h"

enum { HELP_COLUMN = 26 };

/* A left and a right part, the right ones under each other. */
static void add_pair(text_builder *out, const char *left, const char *right)
{
    text_add_format(out, "  %s", left);
    int width = 2 + text_width(text_of(left));
    if (width >= HELP_COLUMN) {
        text_add_char(out, '\n');
        width = 0;
    }
    for (; width < HELP_COLUMN; width++) text_add_char(out, ' ');
    text_add_format(out, "%s\n", right);
}

/* What a group of commands is about; one without a row is shown without a title of its own. */
static const struct {
    const char *group, *says, *says_zh;
} GROUPS[] = {
    { "policy", "the policy book: packs, and what they compute", "政策包及其计算" },
    { "county", "the office as a whole", "机构" },
    { "person", "one person", "人员" },
    { "employer", "one employer", "单位" },
    { "ledger", "the funds' books", "基金账" },
    { "user", "the office's users and what they may do", "用户与权限" },
    { "duty", "the table of duties", "岗位表" },
    { "payrun", "payment runs, in the order of their steps", "待遇支付批次，按办理环节排列" },
    { "month", "a month's business, in the order of its steps", "一个月的业务，按办理顺序排列" },
    { "account", "people's bank accounts, changed by three people", "收款账户，变更须三人办理" },
};

void cli_help_group(text_builder *out, const char *group, bool is_chinese)
{
    const char *says = cli_say(is_chinese, "commands", "命令");
    size_t size = strlen(group);
    for (size_t i = 0; i < sizeof GROUPS / sizeof *GROUPS; i++)
        if (strcmp(GROUPS[i].group, group) == 0) says = cli_say(is_chinese, GROUPS[i].says, GROUPS[i].says_zh);
    text_add_format(out, "doudi %s - %s\n\n  doudi %s %s\n\n%s\n", group, says, group,
                    cli_say(is_chinese, "COMMAND [WORDS] [--OPTIONS]", "命令 [参数] [--选项]"),
                    cli_say(is_chinese, "Commands", "命令"));
    for (const service_op *const *op = service_operations(); *op; op++)
        if (strncmp((*op)->name, group, size) == 0 && (*op)->name[size] == '.')
            add_pair(out, (*op)->name + size + 1, cli_say(is_chinese, (*op)->summary, (*op)->summary_zh));
    text_add_format(out, cli_say(is_chinese, "\n`doudi %s COMMAND --help` tells how to use one of them.\n",
                                 "\n用 doudi %s 命令 --help 查看某个命令的用法。\n"), group);
}

void cli_help_all(text_builder *out, bool is_chinese)
{
    text_add_cstr(out, cli_say(is_chinese,
                               "doudi - the open social-security system\n\n"
                               "  doudi COMMAND [WORDS] [--OPTIONS]\n\nCommands\n",
                               "doudi（兜底）——开放的社会保障系统\n\n"
                               "  doudi 命令 [参数] [--选项]\n\n命令\n"));
    for (const service_op *const *op = service_operations(); *op; op++)
        add_pair(out, (*op)->command ? (*op)->command : (*op)->name,
                 cli_say(is_chinese, (*op)->summary, (*op)->summary_zh));
    add_pair(out, "completion bash|zsh",
             cli_say(is_chinese, "words for the shell's completion", "输出命令行补全脚本"));
    add_pair(out, "help COMMAND",
             cli_say(is_chinese, "how to use a command", "查看某个命令的用法"));
    add_pair(out, "version", cli_say(is_chinese, "the program's version", "查看版本"));
    text_add_cstr(out, cli_say(is_chinese, "\nOptions of every command\n", "\n通用选项\n"));
    add_pair(out, "--json", cli_say(is_chinese, "the answer as JSON", "以 JSON 输出结果"));
    add_pair(out, "--lang zh|en",
             cli_say(is_chinese, "the language of the answer (default: by locale)",
                     "输出语言（默认按系统区域设置）"));
    add_pair(out, "--help", cli_say(is_chinese, "how to use the command", "查看用法"));
}

static void add_usage(text_builder *out, const service_op *op)
{
    text_add_format(out, "\n  doudi %s", op->command ? op->command : op->name);
    for (size_t i = 0; i < op->input_count; i++) {
        const service_field *f = &op->input[i];
        if (!f->is_positional && !f->is_required) continue;
        const char *open = f->is_required ? "" : "[", *close = f->is_required ? "" : "]";
        const char *dash = f->is_positional ? "" : "--";
        text_add_format(out, " %s%s%s%s%s%s%s", open, dash, f->is_positional ? "" : f->name,
                        f->is_positional ? "" : " ", service_shows(f), f->is_list ? "..." : "",
                        close);
    }
    text_add_cstr(out, " [--options]\n");
}

static void add_fields(text_builder *out, const service_op *op, bool is_positional,
                       bool is_chinese)
{
    for (size_t i = 0; i < op->input_count; i++) {
        const service_field *f = &op->input[i];
        if (f->is_positional != is_positional) continue;
        text_builder left = text_builder_open(out->memory);
        if (!is_positional) text_add_format(&left, "--%s ", f->name);
        if (f->choices)
            for (const char *const *c = f->choices; *c; c++)
                text_add_format(&left, "%s%s", c == f->choices ? "" : "|", *c);
        else
            text_add_format(&left, "%s%s", service_shows(f), f->is_list ? "..." : "");
        add_pair(out, text_built(&left).bytes, cli_say(is_chinese, f->summary, f->summary_zh));
    }
}

void cli_help_op(text_builder *out, const service_op *op, bool is_chinese)
{
    text_add_format(out, "doudi %s - %s\n", op->command ? op->command : op->name,
                    cli_say(is_chinese, op->summary, op->summary_zh));
    add_usage(out, op);
    if (op->law) text_add_format(out, "\n  %s\n", op->law);
    text_add_cstr(out, cli_say(is_chinese, "\nWords\n", "\n参数\n"));
    add_fields(out, op, true, is_chinese);
    text_add_cstr(out, cli_say(is_chinese, "\nOptions\n", "\n选项\n"));
    add_fields(out, op, false, is_chinese);
    add_pair(out, "--json", cli_say(is_chinese, "the answer as JSON", "以 JSON 输出结果"));
    add_pair(out, "--lang zh|en", cli_say(is_chinese, "the language of the answer", "输出语言"));
    if (op->examples) {
        text_add_cstr(out, cli_say(is_chinese, "\nExamples\n", "\n示例\n"));
        for (const char *const *line = op->examples; *line; line++)
            text_add_format(out, "  %s\n", *line);
    }
    text_add_cstr(out, cli_say(is_chinese, "\nExit codes\n", "\n退出码\n"));
    for (size_t i = 0; i < CLI_EXIT_COUNT; i++) {
        char code[16];
        text t = text_format(out->memory, "%d", CLI_EXITS[i].code);
        memcpy(code, t.bytes, t.size_bytes + 1);
        add_pair(out, code, cli_say(is_chinese, CLI_EXITS[i].says, CLI_EXITS[i].says_zh));
    }
}
