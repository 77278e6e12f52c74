#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "codec/codec.h"

static text print(arena *a, const codec_json *value, bool is_pretty)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, is_pretty);
    codec_json_add_value(&w, value);
    return text_built(&out);
}

static void json_is_read_and_printed_as_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        const char *printed;
    } CASES[] = {
        { "null", "null" },
        { " true ", "true" },
        { "[ ]", "[]" },
        { "{ }", "{}" },
        { "\xEF\xBB\xBF[false]", "[false]" },
        { "-0", "-0" },
        { "1234.50", "1234.50" },
        { "[0.1,1e400,12345678901234567890.00,-1E-2]",
          "[0.1,1e400,12345678901234567890.00,-1E-2]" },
        { "{\"a\":1,\r\n\"b\":[1,{\"c\":null}]}", "{\"a\":1,\"b\":[1,{\"c\":null}]}" },
        { "\"\\u4e2d\\uD842\\udfb7\\n\\/\\\"\\\\\\b\\f\\t\\r\\u0001\"",
          "\"中𠮷\\n/\\\"\\\\\\b\\f\\t\\r\\u0001\"" },
        { "\"\"", "\"\"" },
        { "{\"\":\"\",\"姓名\":\"张三\"}", "{\"\":\"\",\"姓名\":\"张三\"}" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        arena *scratch = arena_open();
        const codec_json *value = NULL, *again = NULL;
        codec_json_options none = { 0 };
        err e = codec_json_parse(scratch, text_of(CASES[i].written), none, &value);
        if (e.kind) fail_msg("%s: %s", CASES[i].written, e.kind->code);
        text printed = print(scratch, value, false);
        assert_string_equal(printed.bytes, CASES[i].printed);
        assert_null(codec_json_parse(scratch, print(scratch, value, true), none, &again).kind);
        assert_string_equal(print(scratch, again, false).bytes, CASES[i].printed);
        arena_close(scratch);
    }
}

static const struct {
    const char *written;
    const err_kind *kind;
    int line, column;
} WRONG[] = {
    { "", &CODEC_JSON_END, 1, 1 },
    { "\n  ", &CODEC_JSON_END, 2, 3 },
    { "[1", &CODEC_JSON_END, 1, 3 },
    { "[1,", &CODEC_JSON_END, 1, 4 },
    { "{\"a\"", &CODEC_JSON_END, 1, 5 },
    { "{\"a\":", &CODEC_JSON_END, 1, 6 },
    { "\"abc", &CODEC_JSON_END, 1, 5 },
    { "[1,]", &CODEC_JSON_SYNTAX, 1, 4 },
    { "{\"a\":1,}", &CODEC_JSON_SYNTAX, 1, 8 },
    { "{a:1}", &CODEC_JSON_SYNTAX, 1, 2 },
    { "{\"a\" 1}", &CODEC_JSON_SYNTAX, 1, 6 },
    { "[1 2]", &CODEC_JSON_SYNTAX, 1, 4 },
    { "1 2", &CODEC_JSON_SYNTAX, 1, 3 },
    { "[1]]", &CODEC_JSON_SYNTAX, 1, 4 },
    { "{\n \"姓名\": tru}", &CODEC_JSON_SYNTAX, 2, 8 },
    { "'a'", &CODEC_JSON_SYNTAX, 1, 1 },
    { "NaN", &CODEC_JSON_SYNTAX, 1, 1 },
    { "+1", &CODEC_JSON_SYNTAX, 1, 1 },
    { ".5", &CODEC_JSON_SYNTAX, 1, 1 },
    { "// x\n1", &CODEC_JSON_SYNTAX, 1, 1 },
    { "01", &CODEC_JSON_BAD_NUMBER, 1, 1 },
    { "-", &CODEC_JSON_BAD_NUMBER, 1, 1 },
    { "1.", &CODEC_JSON_BAD_NUMBER, 1, 1 },
    { "1e", &CODEC_JSON_BAD_NUMBER, 1, 1 },
    { "[1e+]", &CODEC_JSON_BAD_NUMBER, 1, 2 },
    { "1.2.3", &CODEC_JSON_BAD_NUMBER, 1, 1 },
    { "\"a\tb\"", &CODEC_JSON_BAD_STRING, 1, 3 },
    { "\"a\nb\"", &CODEC_JSON_BAD_STRING, 1, 3 },
    { "\"\\x\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\u12g4\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\u0000\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\uD800\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\uD800\\u0041\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\uDC00\"", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "\"\\u12", &CODEC_JSON_BAD_STRING, 1, 2 },
    { "{\"a\":1,\n\"b\":2,\"\\u0061\":3}", &CODEC_JSON_DUPLICATE_KEY, 2, 16 },
    { "\n\"中\xFF\"", &CODEC_NOT_UTF8, 2, 3 },
};

static void what_is_no_json_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(WRONG); i++) {
        arena *scratch = arena_open();
        const codec_json *value = NULL;
        codec_json_options options = { .file = "body.json" };
        err e = codec_json_parse(scratch, text_of(WRONG[i].written), options, &value);
        if (e.kind != WRONG[i].kind || e.at.line != WRONG[i].line ||
            e.at.column != WRONG[i].column || value)
            fail_msg("%s: %s at %d:%d", WRONG[i].written, e.kind ? e.kind->code : "no error",
                     (int)e.at.line, (int)e.at.column);
        assert_string_equal(e.at.file, "body.json");
        arena_close(scratch);
    }
    arena *scratch = arena_open();
    const codec_json *value = NULL;
    err e = codec_json_parse(scratch, TEXT("\"a\0b\""), (codec_json_options){ 0 }, &value);
    assert_ptr_equal(e.kind, &CODEC_HAS_NUL);
    assert_true(e.at.line == 1 && e.at.column == 3);
    arena_close(scratch);
}

static void json_keeps_to_its_bounds(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    const codec_json *value = NULL;
    text_builder deep = text_builder_open(scratch);
    for (int i = 0; i < 65; i++) text_add_cstr(&deep, "[");
    for (int i = 0; i < 65; i++) text_add_cstr(&deep, "]");
    text t = text_built(&deep);
    codec_json_options none = { 0 };
    assert_null(codec_json_parse(scratch, text_sub(t, 1, 129), none, &value).kind);
    assert_string_equal(print(scratch, value, false).bytes,
                        text_cstr(scratch, text_sub(t, 1, 129)));
    err e = codec_json_parse(scratch, t, none, &value);
    assert_ptr_equal(e.kind, &CODEC_JSON_TOO_DEEP);
    assert_int_equal(e.at.column, 65);
    codec_json_options few = { .value_count_max = 3 };
    assert_null(codec_json_parse(scratch, TEXT("[1,2]"), few, &value).kind);
    assert_ptr_equal(codec_json_parse(scratch, TEXT("[1,2,3]"), few, &value).kind,
                     &CODEC_JSON_TOO_LARGE);
    codec_json_options small = { .size_bytes_max = 4 };
    assert_ptr_equal(codec_json_parse(scratch, TEXT("[1,2]"), small, &value).kind,
                     &CODEC_JSON_TOO_LARGE);
    arena_close(scratch);
}

static void members_are_found_in_small_and_large_objects(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    for (int count = 0; count < 60; count += 7) {
        text_builder b = text_builder_open(scratch);
        text_add_cstr(&b, "{");
        for (int i = 0; i < count; i++)
            text_add_format(&b, "%s\"k%d\": %d", i ? "," : "", i * 37 % 101, i);
        text_add_cstr(&b, "}");
        const codec_json *value = NULL;
        assert_null(
            codec_json_parse(scratch, text_built(&b), (codec_json_options){ 0 }, &value).kind);
        for (int i = 0; i < count; i++) {
            const codec_json *member =
                codec_json_member(value, text_format(scratch, "k%d", i * 37 % 101));
            assert_non_null(member);
            assert_true(text_equal(member->word, text_format(scratch, "%d", i)));
        }
        assert_null(codec_json_member(value, TEXT("k")));
        assert_null(codec_json_member(value, TEXT("z")));
        if (count == 0) continue;
        b.size_bytes--;
        text_add_format(&b, ",\"k%d\": 1}", (count - 1) * 37 % 101);
        err e = codec_json_parse(scratch, text_built(&b), (codec_json_options){ 0 }, &value);
        assert_ptr_equal(e.kind, &CODEC_JSON_DUPLICATE_KEY);
    }
    assert_null(codec_json_member(NULL, TEXT("k")));
    arena_close(scratch);
}

static void values_know_where_they_stand(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    const codec_json *value = NULL;
    text t = TEXT("{\n  \"姓名\": \"张三\",\n  \"x\": [1, \"中\", 3]\n}");
    assert_null(codec_json_parse(scratch, t, (codec_json_options){ 0 }, &value).kind);
    source_pos at = codec_json_position(codec_json_member(value, TEXT("姓名")), "f");
    assert_true(at.line == 2 && at.column == 9);
    at = codec_json_position(&codec_json_member(value, TEXT("x"))->items[2], "f");
    assert_true(at.line == 3 && at.column == 17);
    arena_close(scratch);
}

static void the_writer_puts_in_commas_indents_and_escapes(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    text_builder out = text_builder_open(scratch);
    codec_json_writer w = codec_json_write(&out, true);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("amount"));
    codec_json_add_scaled(&w, -123450, 2);
    codec_json_key(&w, TEXT("list"));
    codec_json_begin_array(&w);
    codec_json_add_i64(&w, INT64_MIN);
    codec_json_add_bool(&w, false);
    codec_json_add_null(&w);
    codec_json_begin_object(&w);
    codec_json_end_object(&w);
    codec_json_end_array(&w);
    codec_json_key(&w, TEXT("bad\xFF"));
    codec_json_add_text(&w, TEXT("a\x01\xFF"));
    codec_json_key(&w, TEXT("n"));
    codec_json_add_number(&w, TEXT("0.50"));
    codec_json_end_object(&w);
    assert_string_equal(text_built(&out).bytes,
                        "{\n  \"amount\": \"-1234.50\",\n  \"list\": [\n"
                        "    -9223372036854775808,\n    false,\n    null,\n    {}\n  ],\n"
                        "  \"bad\xEF\xBF\xBD\": \"a\\u0001\xEF\xBF\xBD\",\n  \"n\": 0.50\n}");
    arena_close(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_read_and_printed_as_it_was),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(json_keeps_to_its_bounds),
        cmocka_unit_test(members_are_found_in_small_and_large_objects),
        cmocka_unit_test(values_know_where_they_stand),
        cmocka_unit_test(the_writer_puts_in_commas_indents_and_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
