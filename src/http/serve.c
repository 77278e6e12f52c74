/* `doudi serve`: its words, and waiting until it is told to stop. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "http/http_internal.h"
#include "os/os.h"

const err_kind HTTP_BAD_WORDS = {
    "http.bad_words", ERR_BAD_INPUT, "doudi serve does not take this: {}; --help shows what it takes.",
    "doudi serve 不接受：{}；用 --help 查看用法。"
};

static const struct {
    const char *name, *shows, *says, *says_zh;
} WORDS[] = {
    { "listen", "HOST:PORT", "where to listen (default 127.0.0.1:8080; port 0: any that is free)",
      "监听地址（默认 127.0.0.1:8080；端口 0 为任意空闲端口）" },
    { "county", "STORE", "the office's store, instead of DOUDI_COUNTY or ./county.db",
      "机构数据库，代替 DOUDI_COUNTY 或 ./county.db" },
    { "packs", "DIR", "folder of packs, instead of DOUDI_PACKS, ./packs or the installed ones",
      "政策包所在目录" },
    { "web", "DIR", "folder of the console (default ./web/dist, or the installed one)", "界面文件所在目录" },
    { "certificate", "FILE.pem", "serve over TLS with this certificate", "使用该证书提供 TLS 服务" },
    { "key", "FILE.pem", "the certificate's private key", "证书私钥" },
    { "workers", "N", "operations run at once (default two a core)", "同时执行的操作数（默认每核两个）" },
    { "session-minutes", "N", "a session ends after so long without use (default 30)",
      "会话闲置多少分钟后失效（默认 30）" },
    { "rate", "N", "requests a second of one address (default 1000; 0: no limit)",
      "每个地址每秒请求数（默认 1000；0 为不限）" },
    { "proxy", "ADDRESS", "the reverse proxy before it: its X-Forwarded-For says who calls (default: nobody's is believed)",
      "前置反向代理的地址：来访者以其 X-Forwarded-For 为准（默认不采信）" },
    { "uploads", "MIB", "room for all files that were sent, in MiB (default 8192)",
      "全部上传文件合计最多占用多少 MiB（默认 8192）" },
    { "port-file", "FILE", "write the port there once it listens", "开始监听后将端口写入该文件" },
    { "lang", "zh|en", "language", "语言" },
};

typedef struct {
    const char *values[ARRAY_COUNT(WORDS)];
    bool wants_help;
} words_given;

static const char *say(bool is_chinese, const char *en, const char *zh)
{
    return is_chinese ? zh : en;
}

static void print_help(bool is_chinese)
{
    printf("doudi serve [%s]\n\n%s\n\n", say(is_chinese, "options", "选项"),
           say(is_chinese, "Serve the console and the API (/v1) of an office until told to stop.",
               "提供本机构的界面与接口（/v1），直至被停止。"));
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        printf("  --%s %s\n      %s\n", WORDS[i].name, WORDS[i].shows,
               say(is_chinese, WORDS[i].says, WORDS[i].says_zh));
}

static err read_words(int word_count, const char *const *words, words_given *given)
{
    for (int i = 0; i < word_count; i++) {
        const char *name = words[i];
        size_t w = 0;
        if (strcmp(name, "--help") == 0) {
            given->wants_help = true;
            continue;
        }
        while (w < ARRAY_COUNT(WORDS) && (strncmp(name, "--", 2) != 0 || strcmp(name + 2, WORDS[w].name) != 0)) w++;
        if (w == ARRAY_COUNT(WORDS) || i + 1 == word_count) return err_of(&HTTP_BAD_WORDS, name);
        given->values[w] = words[++i];
    }
    return ERR_NONE;
}

static const char *value_of(const words_given *given, const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (strcmp(WORDS[i].name, name) == 0) return given->values[i];
    return NULL;
}

static err number_of(const words_given *given, const char *name, long most, long otherwise, long *number)
{
    char *end;
    const char *value = value_of(given, name);
    *number = otherwise;
    if (!value) return ERR_NONE;
    *number = strtol(value, &end, 10);
    return *end || end == value || *number < 0 || *number > most ? err_of(&HTTP_BAD_WORDS, value) : ERR_NONE;
}

static err read_listen(arena *a, const words_given *given, http_options *o)
{
    const char *value = value_of(given, "listen");
    if (!value) value = "127.0.0.1:8080";
    const char *colon = strrchr(value, ':');
    char *end;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (port < 0 || port > 65535 || *end || end == colon + 1) return err_of(&HTTP_BAD_WORDS, value);
    text host = { value, (size_t)(colon - value) };
    if (text_begins(host, TEXT("[")) && text_ends(host, TEXT("]"))) host = text_sub(host, 1, host.size_bytes - 1);
    o->host = host.size_bytes ? text_cstr(a, host) : "127.0.0.1";
    o->port = (uint16_t)port;
    return ERR_NONE;
}

static const char *web_of(arena *a, const words_given *given, const char *home)
{
    const char *web = value_of(given, "web");
    if (web) return web;
    if (os_is_folder("web/dist")) return "web/dist";
    if (!home) return NULL;
    web = text_format(a, "%s/web/dist", home).bytes;
    return os_is_folder(web) ? web : NULL;
}

static err options_of(arena *a, const http_settings *settings, const words_given *given, http_options *o)
{
    long workers, minutes, rate, uploads;
    char shown[64];
    TRY(read_listen(a, given, o));
    TRY(number_of(given, "workers", 64, 0, &workers));
    TRY(number_of(given, "session-minutes", 1440, 30, &minutes));
    TRY(number_of(given, "rate", 1000000, 1000, &rate));
    TRY(number_of(given, "uploads", 1 << 30, 8192, &uploads));
    const char *proxy = value_of(given, "proxy");
    if (proxy && !http_address_read(text_of(proxy), shown)) return err_of(&HTTP_BAD_WORDS, proxy);
    if (proxy) o->proxy = text_copy(a, text_of(shown)).bytes;
    if (!uploads) return err_of(&HTTP_BAD_WORDS, "--uploads 0");
    o->uploads_max = (int64_t)uploads << 20;
    o->service = settings->service;
    o->today = settings->today;
    o->version = settings->version;
    o->certificate = value_of(given, "certificate");
    o->key = value_of(given, "key");
    if (!o->certificate != !o->key) return err_of(&HTTP_BAD_WORDS, "--certificate, --key");
    if (value_of(given, "county")) o->service.county = value_of(given, "county");
    if (value_of(given, "packs")) o->service.packs = value_of(given, "packs");
    o->web = web_of(a, given, settings->service.home);
    o->worker_count = (uint32_t)workers;
    o->idle_s = minutes * 60;
    o->rate = (uint32_t)rate;
    o->logs = true;
    return ERR_NONE;
}

/* Told before any thread begins, so that all inherit it: the signals are this thread's to wait for. */
static void hold_signals(sigset_t *stops)
{
    sigemptyset(stops);
    sigaddset(stops, SIGTERM);
    sigaddset(stops, SIGINT);
    sigaddset(stops, SIGHUP);
    pthread_sigmask(SIG_BLOCK, stops, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Passwords and records would be read by whoever is on the way. */
static void warn_of_plain_speech(const http_options *o, bool is_chinese)
{
    bool is_here = strncmp(o->host, "127.", 4) == 0 || strcmp(o->host, "::1") == 0;
    if (o->certificate || is_here) return;
    fprintf(stderr, say(is_chinese,
                        "doudi: warning: %s is reached from other machines and speaks without TLS: passwords and records can be read on the way. "
                        "Give --certificate and --key, or listen on 127.0.0.1 behind a reverse proxy (docs/install.md).\n",
                        "doudi：警告：%s 可从其他机器访问而未启用 TLS，口令和个人信息可能在途中被窃取。请给出 --certificate 和 --key，"
                        "或只监听 127.0.0.1 并置于反向代理之后（见 docs/install.md）。\n"), o->host);
}

static err serve(arena *process, const http_settings *settings, const words_given *given, bool is_chinese)
{
    sigset_t stops;
    http_server *server;
    bool is_renewed;
    http_options options = { .port = 0 };
    TRY(options_of(process, settings, given, &options));
    TRY(service_renew(process, &options.service, &is_renewed));
    if (is_renewed)
        fputs(say(is_chinese, "doudi: the store was made by an older program and is brought up to this one.\n",
                  "doudi：数据库由旧版本程序建立，已升级到本版本。\n"), stderr);
    hold_signals(&stops);
    warn_of_plain_speech(&options, is_chinese);
    TRY(http_start(process, &options, &server));
    printf(say(is_chinese, "Doudi serves at %s://%s:%u/\n", "兜底服务已启动：%s://%s:%u/\n"),
           options.certificate ? "https" : "http", options.host, http_port(server));
    fflush(stdout);
    const char *port_file = value_of(given, "port-file");
    err e = port_file ? os_write_file(process, port_file, text_format(process, "%u\n", http_port(server))) : ERR_NONE;
    int number = 0;
    if (!e.kind) sigwait(&stops, &number);
    http_stop(server);
    return e;
}

static int exit_code_of(err e)
{
    static const int CODES[ERR_CLASS_COUNT] = { 2, 3, 4, 5, 6, 70 };
    return CODES[e.kind->class];
}

int http_run(const http_settings *settings, int word_count, const char *const *words)
{
    arena *process = arena_open();
    words_given given = { .wants_help = false };
    bool is_chinese = settings->is_chinese;
    int code = 0;
    err e = read_words(word_count, words, &given);
    if (value_of(&given, "lang")) is_chinese = strncmp(value_of(&given, "lang"), "zh", 2) == 0;
    if (!e.kind && given.wants_help) print_help(is_chinese);
    else if (!e.kind) e = serve(process, settings, &given, is_chinese);
    if (e.kind) {
        text sentence = err_sentence(process, e, is_chinese);
        fprintf(stderr, "doudi: %.*s\n", TEXT_ARG(sentence));
        code = exit_code_of(e);
    }
    arena_close(process);
    return code;
}
