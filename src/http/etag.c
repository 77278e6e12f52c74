/* If-None-Match: whether the caller has this answer at hand (RFC 9110, 13.1.2). */
#include "http/http_internal.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

/* Weak and strong are the same here: what is compared is whether the answer must be sent again. */
bool http_etag_is_among(text list, text etag)
{
    size_t at = 0;
    if (text_equal_cstr(text_trim(list), "*")) return true;
    while (at < list.size_bytes) {
        while (at < list.size_bytes && is_blank(list.bytes[at])) at++;
        if (text_begins(text_sub(list, at, list.size_bytes), TEXT("W/"))) at += 2;
        if (at >= list.size_bytes || list.bytes[at] != '"') return false; /* no list of tags, from here on */
        size_t end = at + 1;
        while (end < list.size_bytes && list.bytes[end] != '"') end++;
        if (end == list.size_bytes) return false;
        if (text_equal(text_sub(list, at, end + 1), etag)) return true;
        at = end + 1;
    }
    return false;
}
