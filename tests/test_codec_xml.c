#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "codec/codec.h"

/* A few bytes at a time: everything is cut somewhere. */
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

/* Events as "<name a=v>", "</name>", "[text]", names with their space in braces; last the error as
 * "code@line:column detail". */
static text events_of(arena *a, codec_source source, codec_xml_options options)
{
    text_builder b = text_builder_open(a);
    codec_xml_reader *r = codec_xml_open(a, source, options);
    text_add_cstr(&b, "");
    for (;;) {
        codec_xml_event event;
        err e = codec_xml_next(r, &event);
        if (e.kind) {
            text_add_format(&b, "%s@%d:%d %s", e.kind->code, e.at.line, e.at.column,
                            e.detail ? e.detail : "");
            assert_ptr_equal(codec_xml_next(r, &event).kind, e.kind);
            break;
        }
        if (event.type == CODEC_XML_DONE) break;
        if (event.type == CODEC_XML_TEXT) {
            text_add_format(&b, "[%.*s]", TEXT_ARG(event.word));
            continue;
        }
        text_add_cstr(&b, event.type == CODEC_XML_CLOSE ? "</" : "<");
        if (event.space.size_bytes) text_add_format(&b, "{%.*s}", TEXT_ARG(event.space));
        text_add(&b, event.name);
        for (size_t i = 0; i < event.attribute_count; i++) {
            const codec_xml_attribute *t = &event.attributes[i];
            text_add_cstr(&b, " ");
            if (t->space.size_bytes) text_add_format(&b, "{%.*s}", TEXT_ARG(t->space));
            text_add_format(&b, "%.*s=%.*s", TEXT_ARG(t->name), TEXT_ARG(t->value));
        }
        text_add_cstr(&b, ">");
    }
    codec_xml_close(r);
    return text_built(&b);
}

static const struct {
    const char *xml, *events;
} CASES[] = {
    { "<a/>", "<a></a>" },
    { "\xEF\xBB\xBF<a>x</a>", "<a>[x]</a>" },
    { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n <b>1</b>\n</a>\n", "<a><b>[1]</b></a>" },
    { "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?><a/>", "<a></a>" },
    { "<a>张三<!-- no --> 和<?no pi?>李四<![CDATA[<&>]]></a>", "<a>[张三 和李四<&>]</a>" },
    { "<a>&lt;&amp;&gt;&quot;&apos;&#20013;&#x6587;</a>", "<a>[<&>\"'中文]</a>" },
    { "<a>  x  </a>", "<a>[  x  ]</a>" },
    { "<a x='1' y=\"&lt;2&#10;3\"/>", "<a x=1 y=<2\n3></a>" },
    { "<a xmlns='urn:u'><b x='1'/></a>", "<{urn:u}a><{urn:u}b x=1></{urn:u}b></{urn:u}a>" },
    { "<p:a xmlns:p='urn:u'><b p:x='1'/></p:a>", "<{urn:u}a><b {urn:u}x=1></b></{urn:u}a>" },
    { "<a xmlns='u'><b xmlns='v'><c/></b><d xmlns=''/><e/></a>",
      "<{u}a><{v}b><{v}c></{v}c></{v}b><d></d><{u}e></{u}e></{u}a>" },
    { "<a xml:lang='zh'/>", "<a {http://www.w3.org/XML/1998/namespace}lang=zh></a>" },
    { "", "codec.xml_end@1:1 " },
    { "  \n", "codec.xml_end@2:1 " },
    { "<a><b>\n1</b>", "<a><b>[\n1]</b>codec.xml_end@2:6 " },
    { "<a>\n<b", "<a>codec.xml_end@2:3 " },
    { "<a>张", "<a>codec.xml_end@1:5 " },
    { "<a><![CDATA[x", "<a>codec.xml_end@1:14 " },
    { "<a></b>", "<a>codec.xml_syntax@1:6 mismatched tag" },
    { "<a/><b/>", "<a></a>codec.xml_syntax@1:5 junk after document element" },
    { "<a>\n 张&lt;&x;</a>", "<a>codec.xml_syntax@2:7 undefined entity" },
    { "<a x='1' x='2'/>", "codec.xml_syntax@1:10 duplicate attribute" },
    { "<p:a/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<a p:x='1'/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<a xmlns:p=''/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<a xmlns:p='u'><b xmlns:p=''/></a>", "<a>codec.xml_syntax@1:16 unbound prefix" },
    { "<a xmlns:='u'/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<a xmlns:p='u' p:0y='1'/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<p:-a xmlns:p='u'/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<a>\xB0\xA1</a>", "<a>codec.xml_syntax@1:4 no character" },
    { "<a>\x01</a>", "<a>codec.xml_syntax@1:4 a character that may not stand here" },
    { "a,b\n", "codec.xml_syntax@1:1 no element" },
    { "<!DOCTYPE a><a/>", "codec.xml_dtd@1:1 " },
    { "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "codec.xml_dtd@1:1 " },
    { "<!DOCTYPE a SYSTEM 'http://example.invalid/a.dtd'><a/>", "codec.xml_dtd@1:1 " },
    { "<?xml version=\"1.0\" encoding=\"GB2312\"?><a/>", "codec.xml_encoding@1:1 GB2312" },
    { "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>", "codec.xml_encoding@1:1 utf-16" },
    { "<a>1\r\n2\r3]]4</a >", "<a>[1\n2\n3]]4]</a>" },
    { "<a x='1\r\n2\t3'/>", "<a x=1 2 3></a>" },
    { "<?xml version='1.0' standalone='no'?><?p?><!----><a/><!-- z --><?q z?>\n", "<a></a>" },
    { "<a><![CDATA[]]]]><![CDATA[>\r]]></a>", "<a>[]]>\n]</a>" },
    { "<a:b:c xmlns:a='u'/>", "codec.xml_syntax@1:1 unbound prefix" },
    { "<名 号='1'/>", "<名 号=1></名>" },
    { " <?xml version='1.0'?><a/>", "codec.xml_syntax@1:2 XML declaration not at the start" },
    { "<?xml version='2.0'?><a/>", "codec.xml_syntax@1:7 version" },
    { "<?xml encoding='UTF-8'?><a/>", "codec.xml_syntax@1:7 no XML declaration" },
    { "<?xml version='1.0' standalone='on'?><a/>", "codec.xml_syntax@1:21 standalone" },
    { "<a>x]]>y</a>", "<a>codec.xml_syntax@1:5 ]]> in a text" },
    { "<a><!-- -- --></a>", "<a>codec.xml_syntax@1:9 -- in a comment" },
    { "<a>&#0;</a>", "<a>codec.xml_syntax@1:4 undefined entity" },
    { "<a>&#xD800;&#1114112;</a>", "<a>codec.xml_syntax@1:4 undefined entity" },
    { "<a>& </a>", "<a>codec.xml_end@1:10 " },
    { "<a x=1/>", "codec.xml_syntax@1:6 a value without quotes" },
    { "<a x/>", "codec.xml_syntax@1:5 an attribute without '='" },
    { "<a x='<'/>", "codec.xml_syntax@1:7 a character that may not stand here" },
    { "<a x='1'y='2'/>", "codec.xml_syntax@1:9 no tag" },
    { "<a / >", "codec.xml_syntax@1:4 a slash inside a tag" },
    { "<a 1='1'/>", "codec.xml_syntax@1:4 no attribute" },
    { "< a/>", "codec.xml_syntax@1:1 no tag" },
    { "<a></a", "<a>codec.xml_end@1:7 " },
    { "<a></>", "<a>codec.xml_syntax@1:4 no tag" },
    { "</a>", "codec.xml_syntax@1:3 mismatched tag" },
    { "<a/>x", "<a></a>codec.xml_syntax@1:5 junk after document element" },
    { "<a/><![CDATA[x]]>", "<a></a>codec.xml_syntax@1:5 CDATA outside the document element" },
    { "<a><!DOCTYPE a></a>", "<a>codec.xml_syntax@1:4 no tag" },
    { "<a>\xEF\xBF\xBF</a>", "<a>codec.xml_syntax@1:4 no character" },
    { "<a><b><c><d><e/></d></c></b></a>", "<a><b><c><d>codec.xml_too_deep@1:13 4" },
};

static void cases_read_the_same_whole_and_in_drips(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        for (size_t piece = 1; piece <= 64; piece += 63) {
            arena *a = arena_open();
            drip d = { text_of(CASES[i].xml), piece };
            text got = events_of(a, (codec_source){ read_drip, &d },
                                 (codec_xml_options){ .depth_max = 4 });
            if (strcmp(got.bytes, CASES[i].events) != 0) {
                print_error("%s\n  got  %s\n  want %s\n", CASES[i].xml, got.bytes, CASES[i].events);
                wrong++;
            }
            arena_close(a);
        }
    }
    assert_int_equal(wrong, 0);
}

static void blank_text_can_be_kept(void **state)
{
    (void)state;
    arena *a = arena_open();
    codec_xml_options options = { .keeps_blank_text = true };
    text got = events_of(a, codec_text_source(a, TEXT("<a><b> </b>\n</a>\n")), options);
    assert_string_equal(got.bytes, "<a><b>[ ]</b>[\n]</a>");
    arena_close(a);
}

/* Open, then so many bytes, then close. */
static text long_xml(arena *a, const char *before, size_t size_bytes, const char *after)
{
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, before);
    for (size_t i = 0; i < size_bytes; i++) text_add_char(&b, 'x');
    text_add_cstr(&b, after);
    return text_built(&b);
}

static void what_is_too_large_is_refused_before_it_costs_memory(void **state)
{
    (void)state;
    static const char *const AROUND[][2] = {
        { "<a>", "</a>" }, { "<a x='", "'/>" }, { "<a><!--", "--></a>" }, { "<a", "/>" },
        { "<a><?p ", "?></a>" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(AROUND); i++) {
        arena *a = arena_open();
        text large = long_xml(a, AROUND[i][0], 600000, AROUND[i][1]);
        drip d = { large, 64 * 1024 };
        text got = events_of(a, (codec_source){ read_drip, &d },
                             (codec_xml_options){ .text_bytes_max = 100000 });
        assert_true(text_find(got, TEXT("codec.xml_too_large@1:")) != SIZE_MAX);
        assert_true(d.left.size_bytes > 300000);
        d = (drip){ large, 64 * 1024 };
        got = events_of(a, (codec_source){ read_drip, &d }, (codec_xml_options){ 0 });
        assert_true(text_find(got, TEXT("codec.")) == SIZE_MAX);
        arena_close(a);
    }
}

static void attributes_and_namespaces_are_bounded(void **state)
{
    (void)state;
    arena *a = arena_open();
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, "<a");
    for (int i = 0; i < 3; i++) text_add_format(&b, " x%d='1'", i);
    text_add_cstr(&b, "/>");
    text got = events_of(a, codec_text_source(a, text_built(&b)),
                         (codec_xml_options){ .attribute_count_max = 2 });
    assert_string_equal(got.bytes, "codec.xml_too_large@1:18 attributes > 2");
    b.size_bytes = 0;
    text_add_cstr(&b, "<a>");
    for (int i = 0; i < 300; i++) text_add_format(&b, "<b xmlns='u%d'/>", i);
    text_add_cstr(&b, "</a>");
    got = events_of(a, codec_text_source(a, text_built(&b)), (codec_xml_options){ 0 });
    assert_true(text_find(got, TEXT("codec.xml_too_large@1:")) != SIZE_MAX);
    arena_close(a);
}

static void a_source_that_fails_is_told(void **state)
{
    (void)state;
    arena *a = arena_open();
    codec_utf8_reader *utf8 = codec_utf8_open(a, codec_text_source(a, TEXT("\xFF\xFE<\0a")));
    text got = events_of(a, codec_utf8_source(utf8), (codec_xml_options){ 0 });
    assert_string_equal(got.bytes, "codec.encoding_unknown@0:0 UTF-16");
    codec_utf8_close(utf8);
    arena_close(a);
}

static void attributes_are_found_by_name(void **state)
{
    (void)state;
    arena *a = arena_open();
    text xml = TEXT("<a xmlns:r='urn:r' id='1' r:id='2'/>");
    codec_xml_reader *r = codec_xml_open(a, codec_text_source(a, xml), (codec_xml_options){ 0 });
    codec_xml_event event;
    assert_null(codec_xml_next(r, &event).kind);
    assert_true(text_equal_cstr(codec_xml_attribute_of(&event, "", "id"), "1"));
    assert_true(text_equal_cstr(codec_xml_attribute_of(&event, "urn:r", "id"), "2"));
    assert_null(codec_xml_attribute_of(&event, "", "x").bytes);
    codec_xml_close(r);
    arena_close(a);
}

static void what_is_written_is_escaped_and_reads_the_same(void **state)
{
    (void)state;
    arena *a = arena_open();
    text_builder out = text_builder_open(a);
    codec_xml_writer w = codec_xml_write(&out);
    codec_xml_begin(&w, "a");
    codec_xml_add_attribute(&w, "x", TEXT("<\"&'\n\t>"));
    codec_xml_break(&w);
    codec_xml_add_leaf(&w, "b", TEXT("张三 <&>\"\r\n]]>"));
    codec_xml_add_leaf(&w, "c", TEXT(""));
    codec_xml_add_leaf(&w, "d", TEXT("\x01\xEF\xBF\xBF\xEF\xBC\x81"));
    codec_xml_end(&w);
    assert_string_equal(text_built(&out).bytes,
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<a x=\"&lt;&quot;&amp;'&#10;&#9;&gt;\">\n"
                        "<b>张三 &lt;&amp;&gt;\"&#13;\n]]&gt;</b><c/>"
                        "<d>\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBC\x81</d></a>");
    text got = events_of(a, codec_text_source(a, text_built(&out)), (codec_xml_options){ 0 });
    assert_string_equal(got.bytes, "<a x=<\"&'\n\t>><b>[张三 <&>\"\r\n]]>]</b><c></c>"
                                   "<d>[\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBC\x81]</d></a>");
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_read_the_same_whole_and_in_drips),
        cmocka_unit_test(blank_text_can_be_kept),
        cmocka_unit_test(what_is_too_large_is_refused_before_it_costs_memory),
        cmocka_unit_test(attributes_and_namespaces_are_bounded),
        cmocka_unit_test(a_source_that_fails_is_told),
        cmocka_unit_test(attributes_are_found_by_name),
        cmocka_unit_test(what_is_written_is_escaped_and_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
