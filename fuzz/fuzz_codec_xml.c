/* XML: events or one error with a place; the same whole and in small pieces; tags nest; what is
 * written from the events reads the same; and expat takes and refuses the same texts, with the same
 * number of elements and the same characters in them. */
#include <assert.h>
#include <expat.h>
#include <string.h>

#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

typedef struct {
    text left;
    size_t piece;
} drip;

static err read_drip(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    drip *d = context;
    size_t size = d->left.size_bytes < d->piece ? d->left.size_bytes : d->piece;
    if (size > size_max) size = size_max;
    if (size > 0) memcpy(into, d->left.bytes, size);
    d->left = text_sub(d->left, size, d->left.size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

/* Writes the events without their namespaces; the error, if any, is answered. */
static err copy_events(arena *a, codec_source source, text_builder *out)
{
    codec_xml_reader *r =
        codec_xml_open(a, source, (codec_xml_options){ .depth_max = 16, .text_bytes_max = 4096 });
    codec_xml_writer w = codec_xml_write(out);
    codec_xml_event event;
    err e;
    int depth = 0;
    while (!(e = codec_xml_next(r, &event)).kind && event.type != CODEC_XML_DONE) {
        assert(event.at.line > 0 && event.at.column > 0);
        if (event.type == CODEC_XML_OPEN) {
            assert(event.depth == ++depth);
            codec_xml_begin(&w, text_cstr(a, event.name));
            for (size_t i = 0; i < event.attribute_count; i++)
                if (event.attributes[i].space.size_bytes == 0)
                    codec_xml_add_attribute(&w, text_cstr(a, event.attributes[i].name),
                                            event.attributes[i].value);
        } else if (event.type == CODEC_XML_CLOSE) {
            assert(event.depth == depth--);
            codec_xml_end(&w);
        } else {
            assert(event.depth == depth && event.word.size_bytes > 0);
            codec_xml_add_text(&w, event.word);
        }
    }
    assert(e.kind ? e.at.line > 0 : depth == 0);
    codec_xml_close(r);
    return e;
}

/* ---- expat ---- */

typedef struct {
    size_t elements;
    text_builder words;
} content;

static void on_open(void *context, const XML_Char *name, const XML_Char **attributes)
{
    (void)name, (void)attributes;
    ((content *)context)->elements++;
}

static void on_text(void *context, const XML_Char *bytes, int size_bytes)
{
    text_add(&((content *)context)->words, (text){ bytes, (size_t)size_bytes });
}

static bool expat_takes(text xml, content *c)
{
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, c);
    XML_SetStartElementHandler(parser, on_open);
    XML_SetCharacterDataHandler(parser, on_text);
    bool is_taken = XML_Parse(parser, xml.bytes, (int)xml.size_bytes, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    return is_taken;
}

static err content_of(arena *a, text xml, content *c)
{
    codec_xml_reader *r = codec_xml_open(a, codec_text_source(a, xml),
                                         (codec_xml_options){ .keeps_blank_text = true });
    codec_xml_event event;
    err e;
    while (!(e = codec_xml_next(r, &event)).kind && event.type != CODEC_XML_DONE) {
        c->elements += event.type == CODEC_XML_OPEN;
        if (event.type == CODEC_XML_TEXT) text_add(&c->words, event.word);
    }
    codec_xml_close(r);
    return e;
}

/* Where what begins with `begin` at `at` ends; 0 when it does not begin there. */
static size_t passed(text xml, size_t at, const char *begin, const char *end)
{
    if (!text_begins(text_sub(xml, at, xml.size_bytes), text_of(begin))) return 0;
    size_t behind = text_find(text_sub(xml, at, xml.size_bytes), text_of(end));
    return behind == SIZE_MAX ? xml.size_bytes : at + behind + strlen(end);
}

/* Whether a name may be of other characters than ASCII: one stands in a tag out of quotes, or in a processing instruction. */
static bool may_have_other_names(text xml)
{
    char quote = 0;
    bool is_tag = false;
    for (size_t i = 0; i < xml.size_bytes; i++) {
        char c = xml.bytes[i];
        if (is_tag && !quote && (unsigned char)c >= 0x80) return true;
        if (quote) quote = c == quote ? 0 : quote;
        else if (is_tag && (c == '"' || c == '\'')) quote = c;
        else if (is_tag) is_tag = c != '>';
        else if (c == '<') {
            size_t behind = passed(xml, i, "<?", "?>"), comment = passed(xml, i, "<!--", "-->");
            size_t cdata = passed(xml, i, "<![CDATA[", "]]>");
            for (size_t k = i; k < behind; k++)
                if ((unsigned char)xml.bytes[k] >= 0x80) return true;
            if (!behind) behind = comment ? comment : cdata;
            is_tag = !behind;
            if (behind) i = behind - 1;
        }
    }
    return false;
}

/* What we refuse on purpose: a DTD, other encodings, namespaces that are not bound, limits, and
 * versions that are none. Names of other characters than ASCII follow the fifth edition of XML, expat's
 * the fourth, which has fewer. */
static void compare_with_expat(arena *a, text xml)
{
    content ours = { .words = text_builder_open(a) }, theirs = { .words = text_builder_open(a) };
    err e = content_of(a, xml, &ours);
    bool is_taken = expat_takes(xml, &theirs);
    bool is_on_purpose = e.kind && (e.kind != &CODEC_XML_SYNTAX && e.kind != &CODEC_XML_END);
    const char *detail = e.detail ? e.detail : "";
    if (is_on_purpose || strcmp(detail, "unbound prefix") == 0 || strcmp(detail, "version") == 0)
        return;
    if (e.kind) {
        assert(!is_taken);
        return;
    }
    if (!is_taken && may_have_other_names(xml)) return;
    assert(is_taken && ours.elements == theirs.elements);
    assert(text_equal(text_built(&ours.words), text_built(&theirs.words)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (size_bytes == 0) return 0;
    arena *scratch = arena_open();
    drip d = { .left = { (const char *)bytes + 1, size_bytes - 1 }, .piece = bytes[0] % 16 + 1 };
    compare_with_expat(scratch, d.left);
    text_builder whole = text_builder_open(scratch), dripped = text_builder_open(scratch),
                 again = text_builder_open(scratch);
    err e = copy_events(scratch, codec_text_source(scratch, d.left), &whole);
    err e_dripped = copy_events(scratch, (codec_source){ read_drip, &d }, &dripped);
    /* How much of a tag was there when it was found too large depends on the pieces. */
    if (e.kind != &CODEC_XML_TOO_LARGE && e_dripped.kind != &CODEC_XML_TOO_LARGE) {
        assert(e.kind == e_dripped.kind);
        assert(text_equal(text_built(&whole), text_built(&dripped)));
    }
    if (!e.kind) {
        assert(!copy_events(scratch, codec_text_source(scratch, text_built(&whole)), &again).kind);
        assert(text_equal(text_built(&whole), text_built(&again)));
    }
    arena_close(scratch);
    return 0;
}
