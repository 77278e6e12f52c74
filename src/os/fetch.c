/* Another machine by HTTP, through libcurl; loaded when it is first needed, because it brings thirty libraries that no other
 * start of the program wants. */
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "os/os.h"

const err_kind OS_NO_HTTP = {
    "os.no_http", ERR_NOT_FOUND, "This machine has no library for HTTP ({}); install package libcurl4.",
    "本机没有 HTTP 组件（{}）；请安装软件包 libcurl4。"
};
const err_kind OS_UNREACHABLE = {
    "os.unreachable", ERR_BUSY, "The other side could not be reached, and nothing was sent: {}.",
    "无法连接对方，未发送任何内容：{}。"
};
const err_kind OS_NO_REPLY = {
    "os.no_reply", ERR_BUSY, "The other side gave no whole answer; what was sent may have arrived: {}.",
    "对方没有给出完整答复；已发送的内容可能已到达：{}。"
};
const err_kind OS_REFUSED = {
    "os.refused", ERR_CONFLICT, "The other side refused: {}.", "对方拒绝：{}。"
};

typedef struct {
    __typeof__(&curl_easy_init) init;
    __typeof__(&curl_easy_setopt) setopt;
    __typeof__(&curl_easy_perform) perform;
    __typeof__(&curl_easy_getinfo) getinfo;
    __typeof__(&curl_easy_cleanup) cleanup;
    __typeof__(&curl_easy_strerror) strerror;
} library;

static err load(library *l)
{
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return err_of(&OS_NO_HTTP, "libcurl.so.4");
    const struct { const char *name; void **function; } WANTED[] = {
        { "curl_easy_init", (void **)&l->init },       { "curl_easy_setopt", (void **)&l->setopt },
        { "curl_easy_perform", (void **)&l->perform }, { "curl_easy_getinfo", (void **)&l->getinfo },
        { "curl_easy_cleanup", (void **)&l->cleanup }, { "curl_easy_strerror", (void **)&l->strerror },
    };
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++)
        if (!(*WANTED[i].function = dlsym(handle, WANTED[i].name))) return err_of(&OS_NO_HTTP, WANTED[i].name);
    return ERR_NONE;
}

typedef struct {
    os_writer *into; /* NULL: kept as words, a little of it */
    err fault;
    char words[200];
    size_t word_bytes;
    bool is_refused; /* what comes is the reason, not the file */
    CURL *curl;
    const library *l;
} hearing;

static size_t hear(char *bytes, size_t one, size_t count, void *context)
{
    hearing *h = context;
    long status = 0;
    size_t size = one * count;
    h->l->getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
    if (h->into && status == 200) {
        h->fault = os_writer_add(h->into, (text){ bytes, size });
        return h->fault.kind ? 0 : size;
    }
    size_t room = sizeof h->words - h->word_bytes, taken = size < room ? size : room;
    memcpy(h->words + h->word_bytes, bytes, taken);
    h->word_bytes += taken;
    return size;
}

/* Nothing of ours was read by anybody when it failed before a connection stood. */
static bool is_unsent(CURLcode code)
{
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT || code == CURLE_URL_MALFORMAT ||
           code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
}

static void prepare(const library *l, CURL *curl, const os_exchange *x, hearing *h)
{
    enum { CONNECT_S = 10, SILENT_S = 60 };
    l->setopt(curl, CURLOPT_URL, x->url);
    l->setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    l->setopt(curl, CURLOPT_PROXY, "");
    l->setopt(curl, CURLOPT_NOSIGNAL, 1L);
    l->setopt(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L); /* a bank that does not say "go on" is not waited for */
    l->setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    l->setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    /* A slow line may take its time; one on which nothing moves is given up. */
    l->setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    l->setopt(curl, CURLOPT_LOW_SPEED_TIME, x->silent_s ? (long)x->silent_s : (long)SILENT_S);
    l->setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)x->size_bytes_max);
    l->setopt(curl, CURLOPT_WRITEFUNCTION, hear);
    l->setopt(curl, CURLOPT_WRITEDATA, h);
}

static err told(arena *a, const os_exchange *x, const hearing *h, long status)
{
    text words = text_trim((text){ h->words, h->word_bytes });
    return err_of(&OS_REFUSED, text_format(a, "%s: HTTP %ld%s%.*s", x->url, status, words.size_bytes ? ", " : "",
                                           TEXT_ARG(text_shown(a, words, sizeof h->words))).bytes);
}

static err run(arena *a, const library *l, CURL *curl, const os_exchange *x, hearing *h, FILE *from, int64_t from_bytes)
{
    prepare(l, curl, x, h);
    if (from) {
        l->setopt(curl, CURLOPT_UPLOAD, 1L);
        l->setopt(curl, CURLOPT_READDATA, from);
        l->setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)from_bytes);
    }
    CURLcode code = l->perform(curl);
    long status = 0;
    l->getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (h->fault.kind) return h->fault;
    if (code != CURLE_OK)
        return err_of(is_unsent(code) ? &OS_UNREACHABLE : &OS_NO_REPLY,
                      text_format(a, "%s: %s", x->url, l->strerror(code)).bytes);
    return status >= 200 && status < 300 ? ERR_NONE : told(a, x, h, status);
}

err os_put_file(arena *a, const os_exchange *x)
{
    library l;
    hearing h = { .l = &l };
    int64_t size;
    TRY(load(&l));
    FILE *from = fopen(x->path, "rb");
    if (!from || !os_file_bytes(x->path, &size)) {
        if (from) fclose(from);
        return err_of(&OS_NOT_FOUND, x->path);
    }
    CURL *curl = h.curl = l.init();
    err e = curl ? run(a, &l, curl, x, &h, from, size) : err_of(&OS_NO_HTTP, "curl_easy_init");
    if (curl) l.cleanup(curl);
    fclose(from);
    return e;
}

err os_get_file(arena *a, const os_exchange *x)
{
    library l;
    hearing h = { .l = &l };
    TRY(load(&l));
    TRY(os_writer_open(a, x->path, &h.into));
    CURL *curl = h.curl = l.init();
    err e = curl ? run(a, &l, curl, x, &h, NULL, 0) : err_of(&OS_NO_HTTP, "curl_easy_init");
    if (curl) l.cleanup(curl);
    if (!e.kind) return os_writer_commit(h.into);
    os_writer_cancel(h.into);
    return e;
}

bool os_is_url(const char *path)
{
    return !strncmp(path, "http://", 7) || !strncmp(path, "https://", 8);
}
