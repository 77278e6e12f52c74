#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"

text text_of(const char *nul_terminated)
{
    return (text){ nul_terminated, nul_terminated ? strlen(nul_terminated) : 0 };
}

text text_copy(arena *a, text t)
{
    return (text){ arena_copy(a, t.bytes, t.size_bytes), t.size_bytes };
}

char *text_cstr(arena *a, text t)
{
    return arena_copy(a, t.bytes, t.size_bytes);
}

text text_format(arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0) size = 0;
    char *bytes = arena_alloc(a, (size_t)size + 1);
    vsnprintf(bytes, (size_t)size + 1, format, again);
    va_end(again);
    return (text){ bytes, (size_t)size };
}

bool text_equal(text a, text b)
{
    return a.size_bytes == b.size_bytes &&
           (a.size_bytes == 0 || memcmp(a.bytes, b.bytes, a.size_bytes) == 0);
}

bool text_equal_cstr(text a, const char *b)
{
    return text_equal(a, text_of(b));
}

int text_compare(text a, text b)
{
    size_t shared = a.size_bytes < b.size_bytes ? a.size_bytes : b.size_bytes;
    int order = shared ? memcmp(a.bytes, b.bytes, shared) : 0;
    if (order) return order;
    return (a.size_bytes > b.size_bytes) - (a.size_bytes < b.size_bytes);
}

bool text_begins(text t, text prefix)
{
    return t.size_bytes >= prefix.size_bytes &&
           text_equal(text_sub(t, 0, prefix.size_bytes), prefix);
}

bool text_ends(text t, text suffix)
{
    return t.size_bytes >= suffix.size_bytes &&
           text_equal(text_sub(t, t.size_bytes - suffix.size_bytes, t.size_bytes), suffix);
}

text text_sub(text t, size_t from, size_t until)
{
    if (until > t.size_bytes) until = t.size_bytes;
    if (from > until) from = until;
    return (text){ t.bytes ? t.bytes + from : NULL, until - from };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

text text_trim(text t)
{
    static const text WIDE_SPACE = { "\xe3\x80\x80", 3 };
    if (!t.size_bytes) return t;
    char first = t.bytes[0], last = t.bytes[t.size_bytes - 1];
    bool is_trim = !is_blank(first) && first != WIDE_SPACE.bytes[0] && !is_blank(last) && last != WIDE_SPACE.bytes[2];
    if (is_trim) return t; /* nearly all are */
    for (;;) {
        if (t.size_bytes && is_blank(t.bytes[0])) t = text_sub(t, 1, t.size_bytes);
        else if (text_begins(t, WIDE_SPACE)) t = text_sub(t, 3, t.size_bytes);
        else break;
    }
    for (;;) {
        if (t.size_bytes && is_blank(t.bytes[t.size_bytes - 1])) t.size_bytes--;
        else if (text_ends(t, WIDE_SPACE)) t.size_bytes -= 3;
        else break;
    }
    return t;
}

size_t text_find(text t, text needle)
{
    if (needle.size_bytes == 0) return 0;
    if (t.size_bytes < needle.size_bytes) return SIZE_MAX;
    const char *at = memmem(t.bytes, t.size_bytes, needle.bytes, needle.size_bytes);
    return at ? (size_t)(at - t.bytes) : SIZE_MAX;
}

uint64_t text_hash(text t)
{
    return hash_bytes(t.bytes, t.size_bytes, 0);
}

uint32_t text_next_rune(text t, size_t *at)
{
    const unsigned char *p = (const unsigned char *)t.bytes + *at;
    size_t left = t.size_bytes - *at;
    uint32_t lead = p[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3
                  : lead < 0xf5 ? 4 : 0;
    if (size == 1) {
        (*at)++;
        return lead;
    }
    if (size == 0 || size > left) {
        (*at)++;
        return 0xfffd;
    }
    uint32_t rune = lead & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            (*at)++;
            return 0xfffd;
        }
        rune = rune << 6 | (p[i] & 0x3f);
    }
    static const uint32_t LEAST[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (rune < LEAST[size] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) {
        (*at)++;
        return 0xfffd;
    }
    *at += size;
    return rune;
}

bool text_is_utf8(text t, size_t *bad_at)
{
    for (size_t at = 0; at < t.size_bytes;) {
        size_t from = at;
        uint32_t rune = text_next_rune(t, &at);
        if (rune == 0xfffd && at - from == 1) {
            if (bad_at) *bad_at = from;
            return false;
        }
    }
    return true;
}

static bool is_wide(uint32_t r)
{
    return (r >= 0x1100 && r <= 0x115f) || (r >= 0x2e80 && r <= 0xa4cf) ||
           (r >= 0xac00 && r <= 0xd7a3) || (r >= 0xf900 && r <= 0xfaff) ||
           (r >= 0xfe30 && r <= 0xfe6f) || (r >= 0xff00 && r <= 0xff60) ||
           (r >= 0xffe0 && r <= 0xffe6) || (r >= 0x20000 && r <= 0x3fffd);
}

int text_width(text t)
{
    int width = 0;
    for (size_t at = 0; at < t.size_bytes;) width += is_wide(text_next_rune(t, &at)) ? 2 : 1;
    return width;
}

/* What stands for nothing, or for a blank that is none of the usual ones. U+3000 is a blank that
 * Chinese is written with; controls are shown by whoever writes to a terminal. */
static bool is_unseen(uint32_t rune)
{
    static const struct {
        uint32_t from, until; /* inclusive */
    } UNSEEN[] = {
        { 0x0, 0x1f },      { 0x7f, 0xa0 },     { 0xad, 0xad },     { 0x34f, 0x34f },   { 0x61c, 0x61c },
        { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2000, 0x200f },
        { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
        { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
    };
    for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++)
        if (rune >= UNSEEN[i].from && rune <= UNSEEN[i].until) return true;
    return false;
}

text text_shown(arena *a, text t, size_t size_max)
{
    text_builder b = text_builder_open(a);
    for (size_t at = 0; at < t.size_bytes;) {
        size_t from = at;
        uint32_t rune = text_next_rune(t, &at);
        if (b.size_bytes + (at - from) > size_max) {
            text_add_cstr(&b, "…");
            break;
        }
        if (rune == '\n' || rune == '\r' || rune == '\t') text_add_char(&b, ' ');
        else if (rune == 0xfffd && at - from == 1)
            text_add_format(&b, "‹%02X›", (unsigned)(unsigned char)t.bytes[from]);
        else if (is_unseen(rune)) text_add_format(&b, "‹U+%04X›", (unsigned)rune);
        else text_add(&b, text_sub(t, from, at));
    }
    return text_built(&b);
}

text_builder text_builder_open(arena *memory)
{
    return (text_builder){ .memory = memory };
}

static void text_room(text_builder *b, size_t more)
{
    if (b->size_bytes + more + 1 <= b->capacity) return;
    size_t grown = b->capacity ? b->capacity : 128;
    while (grown < b->size_bytes + more + 1) grown *= 2;
    char *bytes = arena_alloc(b->memory, grown);
    if (b->size_bytes) memcpy(bytes, b->bytes, b->size_bytes);
    b->bytes = bytes;
    b->capacity = grown;
}

void text_add(text_builder *b, text t)
{
    text_room(b, t.size_bytes);
    if (t.size_bytes) memcpy(b->bytes + b->size_bytes, t.bytes, t.size_bytes);
    b->size_bytes += t.size_bytes;
    b->bytes[b->size_bytes] = 0;
}

void text_add_cstr(text_builder *b, const char *nul_terminated)
{
    text_add(b, text_of(nul_terminated));
}

void text_add_char(text_builder *b, char c)
{
    text_add(b, (text){ &c, 1 });
}

void text_add_format(text_builder *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size > 0) {
        text_room(b, (size_t)size);
        vsnprintf(b->bytes + b->size_bytes, (size_t)size + 1, format, again);
        b->size_bytes += (size_t)size;
    }
    va_end(again);
}

void text_add_rune(text_builder *b, uint32_t r)
{
    char out[4];
    size_t size;
    if (r < 0x80) {
        out[0] = (char)r;
        size = 1;
    } else if (r < 0x800) {
        out[0] = (char)(0xc0 | r >> 6);
        out[1] = (char)(0x80 | (r & 0x3f));
        size = 2;
    } else if (r < 0x10000) {
        out[0] = (char)(0xe0 | r >> 12);
        out[1] = (char)(0x80 | (r >> 6 & 0x3f));
        out[2] = (char)(0x80 | (r & 0x3f));
        size = 3;
    } else {
        out[0] = (char)(0xf0 | r >> 18);
        out[1] = (char)(0x80 | (r >> 12 & 0x3f));
        out[2] = (char)(0x80 | (r >> 6 & 0x3f));
        out[3] = (char)(0x80 | (r & 0x3f));
        size = 4;
    }
    text_add(b, (text){ out, size });
}

text text_built(const text_builder *b)
{
    return (text){ b->bytes ? b->bytes : "", b->size_bytes };
}
