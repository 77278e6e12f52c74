/* Showing the place to blame. */
#include "codec/codec_internal.h"

static const size_t SNIPPET_BYTES = 24;

const char *codec_snippet(arena *a, text t, size_t at)
{
    text_builder b = text_builder_open(a);
    while (at < t.size_bytes && b.size_bytes < SNIPPET_BYTES) {
        uint32_t rune = text_next_rune(t, &at);
        if (rune == '\n' || rune == '\r') break;
        text_add_rune(&b, rune < ' ' ? 0x2400 + rune : rune);
    }
    return text_cstr(a, text_built(&b));
}

const char *codec_hex(arena *a, text t, size_t at)
{
    text_builder b = text_builder_open(a);
    for (size_t i = at; i < t.size_bytes && i < at + 4; i++)
        text_add_format(&b, "%s0x%02X", i > at ? " " : "", (unsigned)(unsigned char)t.bytes[i]);
    return text_cstr(a, text_built(&b));
}

source_pos codec_locate(const char *file, int32_t line, text t, size_t at)
{
    source_pos pos = { .file = file, .line = line, .column = 1 };
    for (size_t i = 0; i < at && i < t.size_bytes;) {
        bool is_line_end = t.bytes[i] == '\n';
        (void)text_next_rune(t, &i);
        pos.column = is_line_end ? 1 : pos.column + 1;
        pos.line += is_line_end;
    }
    return pos;
}
