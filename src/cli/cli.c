#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli_internal.h"

const cli_exit_row CLI_EXITS[] = {
    { 0, -1, "done", "完成" },
    { 1, -1, "done, and something failed its check: a test, a case, a row",
      "已完成，但有未通过的：测试、算例或数据行" },
    { 2, ERR_BAD_INPUT, "bad input: words, a file, or a pack", "输入有误：命令、文件或政策包" },
    { 3, ERR_NOT_FOUND, "not found: a name, a region, a file", "找不到：名称、地区或文件" },
    { 4, ERR_CONFLICT, "in conflict with what is there", "与现有内容冲突" },
    { 5, ERR_FORBIDDEN, "forbidden", "没有权限" },
    { 6, ERR_BUSY, "busy, or more than the limits allow: try again or give more",
      "系统忙或超出限额：稍后再试或放宽限额" },
    { 70, ERR_BUG, "a mistake of the program: please report it", "程序自身的错误：请报告" },
};
const size_t CLI_EXIT_COUNT = sizeof CLI_EXITS / sizeof *CLI_EXITS;

const err_kind CLI_CANNOT_WRITE = {
    "cli.cannot_write", ERR_BUSY,
    "The answer could not be written to the standard output: is the disk full?",
    "结果无法写到标准输出：磁盘是否已满？"
};

static int exit_code_of(err e)
{
    for (size_t i = 0; i < CLI_EXIT_COUNT; i++)
        if (CLI_EXITS[i].error_class == (int)e.kind->class) return CLI_EXITS[i].code;
    return 70;
}

static err write_out(text t)
{
    bool is_written = fwrite(t.bytes, 1, t.size_bytes, stdout) == t.size_bytes;
    return fflush(stdout) == 0 && is_written ? ERR_NONE : err_of(&CLI_CANNOT_WRITE, NULL);
}

/* Names and values of a stranger's file must not move the reader's terminal: control characters
 * are shown as their pictures, ESC as U+241B. */
static void add_harmless(text_builder *out, text t)
{
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        bool is_c1 = c == 0xC2 && i + 1 < t.size_bytes && (unsigned char)t.bytes[i + 1] < 0xA0;
        if (is_c1) text_add_cstr(out, "\xEF\xBF\xBD"), i++;
        else if (c == 0x7F) text_add_cstr(out, "\xE2\x90\xA1");
        else if (c < 0x20 && c != '\n' && c != '\t') text_add_format(out, "\xE2\x90%c", 0x80 + c);
        else text_add_char(out, (char)c);
    }
}

static void write_sentence(arena *request, const char *word, text sentence)
{
    text_builder out = text_builder_open(request);
    text_add_cstr(&out, word);
    add_harmless(&out, sentence);
    text_add_char(&out, '\n');
    fwrite(out.bytes, 1, out.size_bytes, stderr);
}

/* A bar on one line, redrawn at most once a percent. */
typedef struct {
    unsigned percent_shown;
    bool is_drawn;
} progress_bar;

static void progress_draw(void *context, uint64_t done, uint64_t all)
{
    progress_bar *bar = context;
    unsigned percent = all ? (unsigned)(done / (all / 100 + 1)) : 0;
    if (percent > 100 || done >= all) percent = 100;
    if (bar->is_drawn && percent == bar->percent_shown) return;
    bar->is_drawn = true;
    bar->percent_shown = percent;
    char line[41];
    for (unsigned i = 0; i < 40; i++) line[i] = i * 100 < percent * 40 ? '#' : '.';
    line[40] = 0;
    fprintf(stderr, "\r[%s] %3u%%", line, percent);
    if (percent == 100) fputc('\n', stderr);
    fflush(stderr);
}

static err run_op(arena *request, service *office, const cli_words *read, int word_count,
                  const char *const *words, bool *has_failures)
{
    service_call *call = service_call_open(office, request, read->op, read->is_chinese);
    TRY(cli_words_give(call, read, word_count, words));
    if (read->is_rehearsal) TRY(service_rehearse(call));
    err e = service_run(call);
    for (const service_value *n = call->notes->first; n; n = n->next)
        write_sentence(request, cli_say(read->is_chinese, "note: ", "提示："), n->word);
    TRY(e);
    *has_failures = call->has_failures;
    text_builder out = text_builder_open(request);
    if (read->wants_json) {
        cli_reply_json(call->reply, &out);
    } else {
        text_builder raw = text_builder_open(request);
        cli_reply_lines(request, call, &raw);
        add_harmless(&out, text_built(&raw));
    }
    if (!call->is_output_taken) return write_out(text_built(&out));
    fwrite(out.bytes, 1, out.size_bytes, stderr);
    return ERR_NONE;
}

static err run_built_in(arena *request, const cli_settings *settings, const cli_words *read,
                        int word_count, const char *const *words)
{
    text_builder out = text_builder_open(request);
    if (strcmp(read->built_in, "version") == 0) {
        text_add_format(&out, "doudi %s\n", settings->version);
    } else if (strcmp(read->built_in, "completion") == 0 && !read->wants_help) {
        text shell = read->next < word_count ? text_of(words[read->next]) : TEXT("");
        TRY(cli_completion(request, shell, &out));
    } else if (read->group) {
        cli_help_group(&out, read->group, read->is_chinese);
    } else {
        cli_help_all(&out, read->is_chinese);
    }
    return write_out(text_built(&out));
}

static err run_words(arena *request, arena *process, const cli_settings *settings,
                     int word_count, const char *const *words, cli_words *read,
                     bool *has_failures)
{
    TRY(cli_words_read(request, settings, word_count, words, read));
    if (read->built_in) return run_built_in(request, settings, read, word_count, words);
    if (read->wants_help) {
        text_builder out = text_builder_open(request);
        cli_help_op(&out, read->op, read->is_chinese);
        return write_out(text_built(&out));
    }
    progress_bar bar = { 0 };
    service_settings service_with = settings->service;
    if (settings->shows_progress && !service_with.progress) {
        service_with.progress = progress_draw;
        service_with.progress_context = &bar;
    }
    cli_secrets secrets = { .file = settings->password_file, .is_chinese = read->is_chinese,
                            .memory = process };
    if (!service_with.ask_secret) {
        service_with.ask_secret = cli_secret_ask;
        service_with.secret_context = &secrets;
    }
    service *office = service_open(process, &service_with);
    err e = run_op(request, office, read, word_count, words, has_failures);
    service_close(office);
    return e;
}

int cli_run(const cli_settings *settings, int word_count, const char *const *words)
{
    arena *process = arena_open();
    arena *request = arena_open();
    cli_words read = { .is_chinese = settings->is_chinese };
    bool has_failures = false;
    err e = run_words(request, process, settings, word_count, words, &read, &has_failures);
    int code = has_failures ? 1 : 0;
    if (e.kind) {
        code = exit_code_of(e);
        write_sentence(request, "doudi: ", err_sentence(request, e, read.is_chinese));
        if (read.wants_json) {
            text_builder out = text_builder_open(request);
            cli_error_json(request, e, read.is_chinese, &out);
            err lost = write_out(text_built(&out));
            (void)lost; /* the sentence above is already out */
        }
    }
    arena_close(request);
    arena_close(process);
    return code;
}
