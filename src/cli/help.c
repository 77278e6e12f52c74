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
    { "county", "the office as a whole", "机构" },
    { "month", "a month's business, in the order of its steps", "一个月的业务，按办理顺序排列" },
    { "person", "one person", "人员" },
    { "employer", "one employer", "单位" },
    { "contribution", "contribution bases", "缴费基数" },
    { "dues", "what is owed: receipts, arrears, late fees, instalments, relief, refunds", "应缴：到账、欠费、滞纳金、分期、减免、退费" },
    { "award", "awards of a month, proposed, reviewed and approved", "当月待遇核定：拟定、复核、审批" },
    { "benefit", "benefits in payment: stop, suspend, resume, adjust", "在发待遇：停发、暂停、恢复、调整" },
    { "oneoff", "amounts owed once: arrears, grants, recoveries", "一次性款项：补发、一次性待遇、追回" },
    { "revision", "batches that change many benefits", "批量调整" },
    { "certify", "life certification", "资格认证" },
    { "indicator", "indicators of the packs: values, goals, ranks", "指标：值、目标、排名" },
    { "docket", "standing books: tasks, seats, visits, opinions, risks", "台账：任务、成员、走访、意见、风险" },
    { "campaign", "campaigns of the coverage drive: targets, contacts, who was enrolled by them", "扩面行动：对象、联系、参保与归因" },
    { "watch", "watches: the packs look at the whole county", "监测：政策包查全县" },
    { "alert", "what the watches found, and what becomes of it", "预警及其处置" },
    { "paper", "papers handed to people: issued, printed again, told genuine", "文书：出具、补印、核验" },
    { "payrun", "payment runs, in the order of their steps", "待遇支付批次，按办理环节排列" },
    { "payer", "the accounts that pay, set by three people", "付款账户，变更须三人办理" },
    { "account", "people's bank accounts, changed by three people", "收款账户，变更须三人办理" },
    { "ledger", "the funds' books", "基金账" },
    { "packs", "the law the office has adopted", "机构采用的政策包" },
    { "user", "the office's users and what they may do", "用户与权限" },
    { "duty", "the table of duties", "岗位表" },
    { "decide", "decisions over a file of facts", "对文件中的事实作出核定" },
    { "policy", "the policy book: packs, and what they compute", "政策包及其计算" },
};

static const char *group_says(const char *group, size_t size, bool is_chinese)
{
    for (size_t i = 0; i < sizeof GROUPS / sizeof *GROUPS; i++)
        if (strlen(GROUPS[i].group) == size && memcmp(GROUPS[i].group, group, size) == 0)
            return cli_say(is_chinese, GROUPS[i].says, GROUPS[i].says_zh);
    return cli_say(is_chinese, "commands", "命令");
}

void cli_help_group(text_builder *out, const char *group, bool is_chinese)
{
    size_t size = strlen(group);
    const char *says = group_says(group, size, is_chinese);
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
        if ((*op)->command) add_pair(out, (*op)->command, cli_say(is_chinese, (*op)->summary, (*op)->summary_zh));
    text_add_cstr(out, cli_say(is_chinese, "\nThe office (`doudi GROUP` lists the commands of a group)\n",
                               "\n机构业务（doudi 组名 列出该组的命令）\n"));
    for (const service_op *const *op = service_operations(); *op; op++)
        if (cli_begins_group(op)) {
            size_t size = strcspn((*op)->name, ".");
            add_pair(out, text_format(out->memory, "%.*s ...", (int)size, (*op)->name).bytes,
                     group_says((*op)->name, size, is_chinese));
        }
    text_add_cstr(out, cli_say(is_chinese, "\nBesides\n", "\n其他\n"));
    for (const service_op *const *op = service_operations(); *op; op++)
        if (!(*op)->command && !strchr((*op)->name, '.'))
            add_pair(out, (*op)->name, cli_say(is_chinese, (*op)->summary, (*op)->summary_zh));
    add_pair(out, "serve", cli_say(is_chinese, "the console and the API of an office, over HTTP (serve --help)",
                                   "提供控制台和 HTTP 接口（serve --help）"));
    add_pair(out, "bank", cli_say(is_chinese, "a simulated bank over files or HTTP (bank --help)",
                                  "模拟银行，经文件或 HTTP（bank --help）"));
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
    add_pair(out, "--rehearse", cli_say(is_chinese, "do a step to its end, answer, and keep nothing of it",
                                        "试办：办到底、给出结果，但什么都不保存"));
    add_pair(out, "--help", cli_say(is_chinese, "how to use the command", "查看用法"));
}

/* As one types it: `payrun draft`. */
static const char *typed(arena *memory, const service_op *op)
{
    if (op->command) return op->command;
    text name = text_format(memory, "%s", op->name);
    char *dot = strchr((char *)name.bytes, '.');
    if (dot) *dot = ' ';
    return name.bytes;
}

static void add_usage(text_builder *out, const service_op *op)
{
    text_add_format(out, "\n  doudi %s", typed(out->memory, op));
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
    text_add_format(out, "doudi %s - %s\n", typed(out->memory, op),
                    cli_say(is_chinese, op->summary, op->summary_zh));
    add_usage(out, op);
    if (op->law) text_add_format(out, "\n  %s\n", op->law);
    bool has_words = false;
    for (size_t i = 0; i < op->input_count; i++) has_words |= op->input[i].is_positional;
    if (has_words) text_add_cstr(out, cli_say(is_chinese, "\nWords\n", "\n参数\n"));
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
