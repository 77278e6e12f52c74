#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"

enum { DETAIL_SHOWN_MAX = 400 };

const char *err_said(arena *a, const char *en, const char *zh, ...)
{
    va_list args[4];
    va_start(args[0], zh);
    for (size_t i = 1; i < ARRAY_COUNT(args); i++) va_copy(args[i], args[0]);
    size_t en_bytes = (size_t)vsnprintf(NULL, 0, en, args[0]), zh_bytes = (size_t)vsnprintf(NULL, 0, zh, args[1]);
    char *said = arena_alloc(a, en_bytes + sizeof ERR_SAID_SIGN + zh_bytes);
    vsnprintf(said, en_bytes + 1, en, args[2]);
    said[en_bytes] = ERR_SAID_SIGN[0];
    vsnprintf(said + en_bytes + 1, zh_bytes + 1, zh, args[3]);
    for (size_t i = 0; i < ARRAY_COUNT(args); i++) va_end(args[i]);
    return said;
}

text err_detail(arena *a, err e, bool is_chinese)
{
    if (!e.detail) return TEXT_NONE;
    text said = text_of(e.detail);
    const char *sign = strchr(e.detail, ERR_SAID_SIGN[0]);
    if (sign) said = is_chinese ? text_of(sign + 1) : (text){ e.detail, (size_t)(sign - e.detail) };
    return text_shown(a, said, DETAIL_SHOWN_MAX);
}

text err_sentence(arena *a, err e, bool is_chinese)
{
    text_builder b = text_builder_open(a);
    if (!e.kind) return TEXT_NONE;
    text detail = e.detail ? err_detail(a, e, is_chinese) : TEXT("?");
    if (e.at.file) text_add_cstr(&b, e.at.file);
    if (e.at.line) text_add_format(&b, ":%d:%d", e.at.line, e.at.column);
    if (e.at.file || e.at.line) text_add_cstr(&b, ": ");
    const char *message = is_chinese ? e.kind->message_zh : e.kind->message;
    const char *hole = strstr(message, "{}");
    if (hole) {
        text_add(&b, (text){ message, (size_t)(hole - message) });
        text_add(&b, detail);
        text_add_cstr(&b, hole + 2);
    } else {
        text_add_cstr(&b, message);
        if (e.detail) text_add_format(&b, "%s%.*s", is_chinese ? "：" : " ", TEXT_ARG(detail));
    }
    return text_built(&b);
}
