#include "base/err.h"

#include <string.h>

enum { DETAIL_SHOWN_MAX = 400 };

text err_sentence(arena *a, err e, bool is_chinese)
{
    text_builder b = text_builder_open(a);
    if (!e.kind) return TEXT_NONE;
    text detail = text_shown(a, e.detail ? text_of(e.detail) : TEXT("?"), DETAIL_SHOWN_MAX);
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
