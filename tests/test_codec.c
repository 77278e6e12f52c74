#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "codec/codec.h"

/* Two bytes at a time: every row and character is cut somewhere. */
typedef struct {
    text left;
    const err_kind *fails_at_end;
} drip;

static err read_drip(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    drip *d = context;
    size_t size = d->left.size_bytes < 2 ? d->left.size_bytes : 2;
    if (size > size_max) size = size_max;
    if (size == 0 && d->fails_at_end) return err_of(d->fails_at_end, NULL);
    memcpy(into, d->left.bytes, size);
    d->left = text_sub(d->left, size, d->left.size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

/* All rows as "line:field|field\n", or the error as "code@line:column detail". */
static text rows_of(arena *a, codec_csv_reader *reader)
{
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, "");
    for (;;) {
        codec_csv_row row;
        bool has_row;
        err e = codec_csv_next(reader, &row, &has_row);
        if (e.kind) {
            text_add_format(&b, "%s@%d:%d %s", e.kind->code, (int)e.at.line, (int)e.at.column,
                            e.detail ? e.detail : "");
            return text_built(&b);
        }
        if (!has_row) return text_built(&b);
        text_add_format(&b, "%d:", (int)row.line);
        for (size_t i = 0; i < row.count; i++)
            text_add_format(&b, "%s%.*s", i ? "|" : "", TEXT_ARG(row.field[i]));
        text_add_cstr(&b, "\n");
    }
}

static const struct {
    const char *csv;
    const char *rows;
} CSV_CASES[] = {
    { "", "" },
    { "a", "1:a\n" },
    { "a\n", "1:a\n" },
    { "a,b,c\n1,2,3\n", "1:a|b|c\n2:1|2|3\n" },
    { "a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n" },
    { "a,b\r", "1:a|b\n" },
    { "\xEF\xBB\xBFname,x\n", "1:name|x\n" },
    { ",\n", "1:|\n" },
    { ",,\n,", "1:||\n2:|\n" },
    { "a\n\n\r\nb\n", "1:a\n4:b\n" },
    { "\"\"\n", "1:\n" },
    { "\"a,b\",c\n", "1:a,b|c\n" },
    { "\"a\"\"b\",\"\"\"\",\"\"\n", "1:a\"b|\"|\n" },
    { "\"two\nlines\",x\nnext\n", "1:two\nlines|x\n3:next\n" },
    { "\"end\"", "1:end\n" },
    { "\"a\",\"b\"\r\n\"c\",\"d\"\r\n", "1:a|b\n2:c|d\n" },
    { "张三,\"李,四\"\n", "1:张三|李,四\n" },
    { "a b , c\n", "1:a b | c\n" },
    { "0123456789012345678901234567890123456789012345678901234567890123,x\n",
      "1:0123456789012345678901234567890123456789012345678901234567890123|x\n" },
    { "a,b\nc,d\"e\n", "1:a|b\ncodec.csv_stray_quote@2:4 \"e" },
    { "a, \"b\"\n", "codec.csv_stray_quote@1:4 \"b\"" },
    { "张三,\"b\"x,y\n", "codec.csv_after_quote@1:7 x,y" },
    { "a\n\"b\nc\n", "1:a\ncodec.csv_open_quote@2:1 \"b" },
    { "a,\"b\"\"", "codec.csv_open_quote@1:3 \"b\"\"" },
    { "a\rb\n", "codec.csv_bare_cr@1:2 " },
    { "a\n\xB0\xA1,b\n", "1:a\ncodec.not_utf8@2:1 0xB0 0xA1 0x2C 0x62" },
    { "x,\"\xE5\xBC\"\n", "codec.not_utf8@1:4 0xE5 0xBC 0x22 0x0A" },
    { "12345678,1,2,3,4,5,6,7,8\n",
      "codec.csv_too_many_fields@1:24 8" },
};

static void csv_is_read_the_same_whole_and_in_drips(void **state)
{
    (void)state;
    codec_csv_options options = { .field_count_max = 8 };
    for (size_t i = 0; i < ARRAY_COUNT(CSV_CASES); i++) {
        arena *scratch = arena_open();
        text csv = text_of(CSV_CASES[i].csv), wanted = text_of(CSV_CASES[i].rows);
        drip d = { .left = csv };
        text whole = rows_of(scratch, codec_csv_open_text(scratch, csv, options));
        text dripped = rows_of(
            scratch, codec_csv_open(scratch, (codec_source){ read_drip, &d }, options));
        bool is_limit = text_find(wanted, TEXT("too_many_fields")) != SIZE_MAX;
        if (is_limit ? !text_begins(whole, TEXT("codec.csv_too_many_fields@1:24"))
                     : !text_equal(whole, wanted))
            fail_msg("'%s' gave '%s'", CSV_CASES[i].csv, whole.bytes);
        if (!text_equal(dripped, whole))
            fail_msg("'%s' dripped gave '%s'", CSV_CASES[i].csv, dripped.bytes);
        arena_close(scratch);
    }
}

static void csv_refuses_nul_and_rows_that_are_too_long(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    codec_csv_options none = { 0 };
    static const char NUL[] = "a,b\nc\0d,e\n", QUOTED_NUL[] = "\"a\0b\"\n";
    text rows = rows_of(scratch, codec_csv_open_text(scratch, TEXT(NUL), none));
    assert_true(text_begins(rows, TEXT("1:a|b\ncodec.has_nul@2:2")));
    rows = rows_of(scratch, codec_csv_open_text(scratch, TEXT(QUOTED_NUL), none));
    assert_true(text_begins(rows, TEXT("codec.has_nul@1:3")));

    size_t size_bytes = 700000;
    char *long_row = arena_alloc(scratch, size_bytes);
    memset(long_row, 'x', size_bytes);
    for (size_t i = 0; i < size_bytes; i += 7) long_row[i] = ',';
    long_row[size_bytes - 1] = '\n';
    text t = { long_row, size_bytes };
    codec_csv_options wide = { .field_count_max = 200000 };
    codec_csv_reader *r = codec_csv_open(scratch, codec_text_source(scratch, t), wide);
    codec_csv_row row;
    bool has_row;
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    assert_true(has_row && row.count == 100001);
    codec_csv_options narrow = { .field_count_max = 200000, .row_bytes_max = 600000 };
    r = codec_csv_open(scratch, codec_text_source(scratch, t), narrow);
    err e = codec_csv_next(r, &row, &has_row);
    assert_ptr_equal(e.kind, &CODEC_CSV_ROW_TOO_LONG);
    assert_string_equal(e.detail, "600000");
    assert_false(has_row);
    arena_close(scratch);
}

static void csv_hands_on_an_error_of_its_source(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    drip d = { .left = TEXT("a,b\nc"), .fails_at_end = &CODEC_JSON_END };
    codec_csv_reader *r =
        codec_csv_open(scratch, (codec_source){ read_drip, &d }, (codec_csv_options){ 0 });
    text rows = rows_of(scratch, r);
    assert_true(text_begins(rows, TEXT("codec.json_end")));
    arena_close(scratch);
}

static void csv_says_where_a_field_stands(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    codec_csv_options options = { .file = "people.csv", .separator = ';' };
    text csv = TEXT("a;b\n张三;\"x;\ny\";z\n");
    codec_csv_reader *r = codec_csv_open_text(scratch, csv, options);
    codec_csv_row row;
    bool has_row;
    for (int i = 0; i < 2; i++) assert_null(codec_csv_next(r, &row, &has_row).kind);
    assert_int_equal(row.count, 3);
    static const int PLACES[][2] = { { 2, 1 }, { 2, 4 }, { 3, 4 }, { 3, 5 } };
    for (size_t i = 0; i < ARRAY_COUNT(PLACES); i++) {
        source_pos at = codec_csv_position(r, i);
        assert_string_equal(at.file, "people.csv");
        assert_int_equal(at.line, PLACES[i][0]);
        assert_int_equal(at.column, PLACES[i][1]);
    }
    arena_close(scratch);
}

static void blank_lines_can_be_kept(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    codec_csv_options keep = { .keeps_blank_lines = true };
    text rows = rows_of(scratch, codec_csv_open_text(scratch, TEXT("a\n\n\r\nb"), keep));
    assert_true(text_equal(rows, TEXT("1:a\n2:\n3:\n4:b\n")));
    arena_close(scratch);
}

static void blocks_of_whole_rows_read_as_the_whole(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    text csv = TEXT("a,b\n\"1\n2\",\"x\"\"\n\"\n3,4\r\n\n5,\"6\n7\"\n8,9");
    text whole = rows_of(scratch, codec_csv_open_text(scratch, csv, (codec_csv_options){ 0 }));
    for (size_t block = 1; block <= csv.size_bytes; block++) {
        text_builder joined = text_builder_open(scratch);
        int32_t line = 1;
        for (size_t at = 0, size = block; at < csv.size_bytes;) {
            text piece = text_sub(csv, at, at + size);
            int32_t first_line = line;
            size_t rows = codec_csv_whole_rows(piece, &line);
            bool is_rest = at + size >= csv.size_bytes;
            if (rows == 0 && !is_rest) {
                size += block;
                continue;
            }
            if (!is_rest) piece.size_bytes = rows;
            codec_csv_options options = { .first_line = first_line };
            text_add(&joined, rows_of(scratch, codec_csv_open_text(scratch, piece, options)));
            at += piece.size_bytes;
            size = block;
        }
        if (!text_equal(text_built(&joined), whole)) fail_msg("blocks of %zu", block);
    }
    arena_close(scratch);
}

static void what_csv_writes_it_reads_again(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    static const char *const FIELDS[] = {
        "plain", "", "a,b", "q\"q", "\"", "two\nlines", "cr\r", " blank", "blank ", "张三",
        "\xEF\xBB\xBF", "\t",
    };
    text_builder out = text_builder_open(scratch);
    codec_csv_writer w = codec_csv_write(&out, 0);
    for (size_t i = 0; i < ARRAY_COUNT(FIELDS); i++) {
        codec_csv_add_text(&w, text_of(FIELDS[i]));
        codec_csv_end_row(&w);
    }
    for (size_t i = 0; i < ARRAY_COUNT(FIELDS); i++) codec_csv_add_text(&w, text_of(FIELDS[i]));
    codec_csv_add_scaled(&w, -123456, 2);
    codec_csv_end_row(&w);
    codec_csv_reader *r =
        codec_csv_open_text(scratch, text_built(&out), (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row;
    for (size_t i = 0; i < ARRAY_COUNT(FIELDS); i++) {
        assert_null(codec_csv_next(r, &row, &has_row).kind);
        assert_true(has_row && row.count == 1 && text_equal_cstr(row.field[0], FIELDS[i]));
    }
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    assert_int_equal(row.count, ARRAY_COUNT(FIELDS) + 1);
    for (size_t i = 0; i < ARRAY_COUNT(FIELDS); i++)
        assert_true(text_equal_cstr(row.field[i], FIELDS[i]));
    assert_true(text_equal_cstr(row.field[ARRAY_COUNT(FIELDS)], "-1234.56"));
    assert_null(codec_csv_next(r, &row, &has_row).kind);
    assert_false(has_row);
    arena_close(scratch);
}

static void plain_numbers_are_scaled_and_printed(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        int decimals;
        int64_t scaled;
        bool is_plain;
    } CASES[] = {
        { "0", 2, 0, true },           { "1234.5", 2, 123450, true },
        { "-7.25", 2, -725, true },    { "999999999999999999", 0, 999999999999999999, true },
        { "007", 0, 7, true },         { "-0", 0, 0, true },
        { "", 2, 77, false },          { "-", 2, 77, false },
        { "1.", 2, 77, false },        { ".5", 2, 77, false },
        { "1.234", 2, 77, false },     { "+1", 2, 77, false },
        { " 1", 2, 77, false },        { "1e3", 2, 77, false },
        { "1,000", 2, 77, false },     { "1234567890123456789", 0, 77, false },
        { "999999999999999999", 2, 77, false }, { "1.2.3", 2, 77, false },
    };
    char out[CODEC_SCALED_BYTES + 1];
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        int64_t scaled = 77;
        bool is_plain = codec_parse_scaled(text_of(CASES[i].written), CASES[i].decimals, &scaled);
        if (is_plain != CASES[i].is_plain || scaled != CASES[i].scaled)
            fail_msg("'%s'", CASES[i].written);
    }
    static const struct {
        int64_t scaled;
        int decimals;
        const char *printed;
    } PRINTED[] = {
        { 0, 0, "0" },          { 0, 2, "0.00" },          { 5, 2, "0.05" },
        { -5, 2, "-0.05" },     { 123450, 2, "1234.50" },  { 99, 0, "99" },
        { 100, 0, "100" },      { INT64_MIN, 0, "-9223372036854775808" },
        { INT64_MAX, 18, "9.223372036854775807" },         { 1, 18, "0.000000000000000001" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(PRINTED); i++) {
        size_t size_bytes = codec_print_scaled(PRINTED[i].scaled, PRINTED[i].decimals, out);
        out[size_bytes] = '\0';
        assert_string_equal(out, PRINTED[i].printed);
    }
}

/* "中" and "𠮷" (outside the 16-bit plane), with a line of ASCII between. */
static const char GB[] = "\xD6\xD0\nx\x95\x34\xB2\x35";
static const char UTF8[] = "中\nx𠮷";

static text convert_in_pieces(arena *a, codec_encoding from, codec_encoding to, text in,
                              size_t piece_bytes, err *e)
{
    codec_converter *c;
    text_builder out = text_builder_open(a);
    text_add_cstr(&out, "");
    *e = codec_converter_open(a, from, to, &c);
    if (e->kind) return TEXT_NONE;
    for (size_t at = 0; at < in.size_bytes && !e->kind; at += piece_bytes)
        *e = codec_converter_feed(c, text_sub(in, at, at + piece_bytes),
                                  at + piece_bytes >= in.size_bytes, &out);
    codec_converter_close(c);
    return text_built(&out);
}

static void gb18030_and_utf8_turn_into_each_other_in_any_pieces(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    err e;
    for (size_t piece = 1; piece <= 10; piece++) {
        text out =
            convert_in_pieces(scratch, CODEC_GB18030, CODEC_UTF8, TEXT(GB), piece, &e);
        assert_true(!e.kind && text_equal(out, TEXT(UTF8)));
        out = convert_in_pieces(scratch, CODEC_UTF8, CODEC_GB18030, TEXT(UTF8), piece, &e);
        assert_true(!e.kind && text_equal(out, TEXT(GB)));
    }
    arena_close(scratch);
}

static void what_is_in_no_known_encoding_is_refused_with_its_place(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    err e;
    for (size_t piece = 1; piece <= 8; piece += 7) {
        convert_in_pieces(scratch, CODEC_GB18030, CODEC_UTF8, TEXT("a\n\xD6\xD0\xFF"), piece, &e);
        assert_ptr_equal(e.kind, &CODEC_NOT_GB18030);
        assert_true(e.at.line == 2 && e.at.column == 2);
        convert_in_pieces(scratch, CODEC_GB18030, CODEC_UTF8, TEXT("a\xD6"), piece, &e);
        assert_ptr_equal(e.kind, &CODEC_NOT_GB18030);
        convert_in_pieces(scratch, CODEC_UTF8, CODEC_GB18030, TEXT("a\xE5"), piece, &e);
        assert_ptr_equal(e.kind, &CODEC_NOT_UTF8);
        convert_in_pieces(scratch, CODEC_UTF8, CODEC_GB18030, TEXT("a\xFF"), piece, &e);
        assert_ptr_equal(e.kind, &CODEC_NOT_UTF8);
    }
    convert_in_pieces(scratch, CODEC_UTF8, CODEC_GB18030, TEXT("a\xEE\x9E\x8D\xFF"), 9, &e);
    assert_ptr_equal(e.kind, &CODEC_NOT_IN_GB18030);
    assert_true(e.at.line == 1 && e.at.column == 2);
    convert_in_pieces(scratch, CODEC_UTF16, CODEC_UTF8, TEXT("a"), 1, &e);
    assert_ptr_equal(e.kind, &CODEC_ENCODING_UNKNOWN);
    arena_close(scratch);
}

static void encodings_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(codec_detect(TEXT(""), true), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT("plain"), true), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT(UTF8), true), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT(GB), true), CODEC_GB18030);
    assert_int_equal(codec_detect(TEXT("\xEF\xBB\xBF\xFF"), true), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT("\xFF\xFE" "a"), true), CODEC_UTF16);
    assert_int_equal(codec_detect(TEXT("a\0b"), true), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT("中\xE4\xB8"), false), CODEC_UTF8);
    assert_int_equal(codec_detect(TEXT("中\xE4\xB8"), true), CODEC_GB18030);
}

static void csv_in_gb18030_reads_as_in_utf8(void **state)
{
    (void)state;
    arena *scratch = arena_open();
    static const text INPUTS[] = { { GB, sizeof GB - 1 }, { UTF8, sizeof UTF8 - 1 } };
    for (size_t i = 0; i < ARRAY_COUNT(INPUTS); i++) {
        drip d = { .left = INPUTS[i] };
        codec_utf8_reader *utf8 = codec_utf8_open(scratch, (codec_source){ read_drip, &d });
        codec_csv_reader *r =
            codec_csv_open(scratch, codec_utf8_source(utf8), (codec_csv_options){ 0 });
        assert_true(text_equal(rows_of(scratch, r), TEXT("1:中\n2:x𠮷\n")));
        assert_int_equal(codec_utf8_encoding(utf8), i == 0 ? CODEC_GB18030 : CODEC_UTF8);
        codec_utf8_close(utf8);
    }
    codec_utf8_reader *utf16 =
        codec_utf8_open(scratch, codec_text_source(scratch, TEXT("\xFF\xFE" "a\0")));
    codec_csv_reader *r =
        codec_csv_open(scratch, codec_utf8_source(utf16), (codec_csv_options){ 0 });
    assert_true(text_begins(rows_of(scratch, r), TEXT("codec.encoding_unknown")));
    codec_utf8_close(utf16);
    arena_close(scratch);
}

static void utf8_is_checked_to_the_letter(void **state)
{
    (void)state;
    for (uint32_t rune = 1; rune < 0x110000; rune += rune < 0x3000 ? 1 : 61) {
        if (rune >= 0xD800 && rune < 0xE000) continue;
        arena *scratch = arena_open();
        text_builder b = text_builder_open(scratch);
        text_add_rune(&b, rune);
        if (!codec_is_utf8(text_built(&b), NULL)) fail_msg("U+%04X", (unsigned)rune);
        arena_close(scratch);
    }
    /* Against the slow form, on all beginnings of two bytes with two tails. */
    for (int first = 1; first < 256; first++)
        for (int second = 1; second < 256; second++)
            for (int tail = 0; tail < 2; tail++) {
                char bytes[12] = { (char)first, (char)second };
                memset(bytes + 2, tail ? 0x81 : 'a', 3);
                size_t fast_at = 99, slow_at = 99;
                text t = { bytes, strlen(bytes) };
                bool is_fast = codec_is_utf8(t, &fast_at), is_slow = text_is_utf8(t, &slow_at);
                if (is_fast != is_slow || fast_at != slow_at) fail_msg("%02x%02x", first, second);
            }
}

/* Rows of characters of all sizes and of what is none, as they fall on the sixty-four bytes that are looked at together: a row is
 * refused where the letter-by-letter look refuses it. */
static void rows_are_refused_that_are_no_utf8(void **state)
{
    (void)state;
    static const char *const PIECES[] = {
        "a", "0123456", "李", "王小明", "石桥村三组", "\u00E9", "\u0300", "\U0001F600", "\uFF0C", "\uE000", "\uD7A3", "\u0800",
        "\x80", "\xE6", "\xE6\x9D", "\xE0\x80\x80", "\xED\xA0\x80", "\xC1\xBF", "\xF0\x80\x80\x80", "\xF5\x80\x80\x80", "\xFF", ",", "\n",
    };
    enum { WHOLE = 12, PLAIN = 5, COUNT = sizeof PIECES / sizeof *PIECES, ROUNDS = 20000 };
    arena *a = arena_open();
    uint64_t dice = 1;
    size_t refused = 0, read = 0;
    for (int round = 0; round < ROUNDS; round++) {
        text_builder b = text_builder_open(a);
        int kinds = round % 3 == 0 ? PLAIN : round % 3 == 1 ? WHOLE : COUNT;
        for (int i = round % 40; i >= 0; i--) {
            dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            size_t piece = (dice >> 33) % (uint64_t)(kinds + 2);
            text_add_cstr(&b, PIECES[piece < (size_t)kinds ? piece : COUNT - 2 + piece - (size_t)kinds]);
        }
        text csv = text_built(&b), left = csv;
        codec_csv_reader *r = codec_csv_open_text(a, csv, (codec_csv_options){ .keeps_blank_lines = true });
        while (left.size_bytes) {
            size_t end = text_find(left, TEXT("\n")), size = end == SIZE_MAX ? left.size_bytes : end;
            codec_csv_row row;
            bool has_row;
            err e = codec_csv_next(r, &row, &has_row);
            bool is_good = codec_is_utf8(text_sub(left, 0, size), NULL);
            assert_ptr_equal(e.kind, is_good ? NULL : &CODEC_NOT_UTF8);
            refused += !is_good;
            if (!is_good) break;
            assert_true(has_row);
            text last = row.field[row.count - 1];
            assert_true(last.bytes + last.size_bytes == left.bytes + size);
            left = text_sub(left, end == SIZE_MAX ? size : size + 1, left.size_bytes);
            read++;
        }
        arena_reset(a);
    }
    assert_true(refused > ROUNDS / 10 && read > ROUNDS);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_read_the_same_whole_and_in_drips),
        cmocka_unit_test(csv_refuses_nul_and_rows_that_are_too_long),
        cmocka_unit_test(csv_hands_on_an_error_of_its_source),
        cmocka_unit_test(csv_says_where_a_field_stands),
        cmocka_unit_test(blank_lines_can_be_kept),
        cmocka_unit_test(blocks_of_whole_rows_read_as_the_whole),
        cmocka_unit_test(what_csv_writes_it_reads_again),
        cmocka_unit_test(plain_numbers_are_scaled_and_printed),
        cmocka_unit_test(gb18030_and_utf8_turn_into_each_other_in_any_pieces),
        cmocka_unit_test(what_is_in_no_known_encoding_is_refused_with_its_place),
        cmocka_unit_test(encodings_are_told_apart),
        cmocka_unit_test(csv_in_gb18030_reads_as_in_utf8),
        cmocka_unit_test(utf8_is_checked_to_the_letter),
        cmocka_unit_test(rows_are_refused_that_are_no_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
