/* XML out: tags, attributes and escaped text. */
#include <assert.h>
#include <string.h>

#include "codec/codec_internal.h"

static void add_bytes(text_builder *out, const char *bytes, size_t size_bytes)
{
    memcpy(codec_reserve(out, size_bytes), bytes, size_bytes);
    out->size_bytes += size_bytes;
    out->bytes[out->size_bytes] = '\0';
}

#define ADD(out, literal) add_bytes((out), (literal), sizeof(literal) - 1)

/* What stands for the byte; NULL: the byte itself. Line ends and tabs in attributes are written as
 * references, or a reader would make blanks of them; a CR nowhere survives otherwise. */
static const char *escape_of(unsigned char c, bool is_attribute)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\r': return "&#13;";
    case '"': return is_attribute ? "&quot;" : NULL;
    case '\n': return is_attribute ? "&#10;" : NULL;
    case '\t': return is_attribute ? "&#9;" : NULL;
    default: return c < 0x20 ? "\xEF\xBF\xBD" : NULL;
    }
}

/* U+FFFE and U+FFFF are characters that XML does not have. */
static bool is_forbidden(text t, size_t at)
{
    return t.size_bytes - at >= 3 && memcmp(t.bytes + at, "\xEF\xBF", 2) == 0 &&
           (unsigned char)t.bytes[at + 2] >= 0xBE;
}

static void add_escaped(text_builder *out, text t, bool is_attribute)
{
    size_t from = 0;
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        bool is_plain = c > '>' && c != 0xEF;
        if (is_plain) continue;
        bool is_bad = c == 0xEF && is_forbidden(t, i);
        const char *escape = is_bad ? "\xEF\xBF\xBD" : escape_of(c, is_attribute);
        if (!escape) continue;
        add_bytes(out, t.bytes + from, i - from);
        add_bytes(out, escape, strlen(escape));
        if (is_bad) i += 2;
        from = i + 1;
    }
    if (from < t.size_bytes) add_bytes(out, t.bytes + from, t.size_bytes - from);
}

static void close_tag(codec_xml_writer *w)
{
    if (w->is_tag_open) ADD(w->out, ">");
    w->is_tag_open = false;
}

codec_xml_writer codec_xml_write(text_builder *out)
{
    ADD(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return (codec_xml_writer){ .out = out };
}

void codec_xml_begin(codec_xml_writer *w, const char *name)
{
    assert(w->depth < CODEC_XML_DEPTH_MAX);
    close_tag(w);
    ADD(w->out, "<");
    add_bytes(w->out, name, strlen(name));
    w->name[w->depth++] = name;
    w->is_tag_open = true;
}

void codec_xml_add_attribute(codec_xml_writer *w, const char *name, text value)
{
    assert(w->is_tag_open);
    ADD(w->out, " ");
    add_bytes(w->out, name, strlen(name));
    ADD(w->out, "=\"");
    add_escaped(w->out, value, true);
    ADD(w->out, "\"");
}

void codec_xml_add_text(codec_xml_writer *w, text t)
{
    assert(w->depth > 0);
    if (t.size_bytes == 0) return;
    close_tag(w);
    add_escaped(w->out, t, false);
}

void codec_xml_end(codec_xml_writer *w)
{
    assert(w->depth > 0);
    const char *name = w->name[--w->depth];
    if (w->is_tag_open) {
        ADD(w->out, "/>");
    } else {
        ADD(w->out, "</");
        add_bytes(w->out, name, strlen(name));
        ADD(w->out, ">");
    }
    w->is_tag_open = false;
}

void codec_xml_add_leaf(codec_xml_writer *w, const char *name, text t)
{
    codec_xml_begin(w, name);
    codec_xml_add_text(w, t);
    codec_xml_end(w);
}

void codec_xml_break(codec_xml_writer *w)
{
    close_tag(w);
    ADD(w->out, "\n");
}
