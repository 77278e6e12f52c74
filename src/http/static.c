/* The console's files: what was built from web/, as it is. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "http/http_internal.h"
#include "os/os.h"

static const struct {
    const char *ending, *type;
} TYPES[] = {
    { ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },   { ".json", "application/json; charset=utf-8" },
    { ".svg", "image/svg+xml" },             { ".png", "image/png" },
    { ".ico", "image/x-icon" },              { ".woff2", "font/woff2" },
    { ".txt", "text/plain; charset=utf-8" }, { ".webmanifest", "application/manifest+json" },
};

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_COUNT(TYPES); i++)
        if (text_ends(text_of(path), text_of(TYPES[i].ending))) return TYPES[i].type;
    return "application/octet-stream";
}

/* Letters, digits, - _ . and / only, and no part that begins with a point. */
static bool is_harmless(const char *url)
{
    for (const char *at = url; *at; at++) {
        bool is_fine = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
                       (*at >= 'A' && *at <= 'Z') || strchr("-_./", *at);
        if (!is_fine || (*at == '/' && at[1] == '.') || (*at == '/' && at[1] == '/')) return false;
    }
    return url[0] == '/';
}

/* A browser at the door of a server whose console was not built. */
static const char NOT_BUILT[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>兜底 Doudi</title>"
    "<h1>界面尚未生成</h1>"
    "<p>运行 ./doudi build 生成界面；接口 /v1 "
    "可用。</p>"
    "<h1 lang=\"en\">The console is not built</h1><p lang=\"en\">./doudi build makes it; the API at /v1 works.</p></html>\n";

static bool say_not_built(http_request *r)
{
    r->status = 404;
    r->content_type = "text/html; charset=utf-8";
    r->answer = TEXT(NOT_BUILT);
    return true;
}

bool http_static(http_request *r)
{
    const char *web = r->server->options.web;
    if (!is_harmless(r->url) || strcmp(r->url, "/v1") == 0) return false; /* a program that asks there wants no page */
    bool is_door = strcmp(r->url, "/") == 0;
    if (!web) return is_door && say_not_built(r);
    const char *path = text_format(r->memory, "%s%s", web, r->url).bytes;
    /* Every page of the console is one page: a path without an ending is its own to show. */
    if (!os_is_file(path)) {
        const char *last = strrchr(r->url, '/');
        if (strchr(last, '.')) return false;
        path = text_format(r->memory, "%s/index.html", web).bytes;
        if (!os_is_file(path)) return is_door && say_not_built(r);
    }
    r->status = 200;
    r->content_type = type_of(path);
    r->file = path;
    return true;
}
