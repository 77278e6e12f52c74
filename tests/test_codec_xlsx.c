#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zip.h>

#include "base/checked.h"
#include "codec/codec.h"
#include "os/os.h"

/* ---- workbooks by hand ---- */

typedef struct {
    const char *workbook, *strings, *styles, *rows; /* what stands inside the root; NULL: no part */
    bool has_no_sheet_part;
} parts;

#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
static const char TOP[] = "<Relationships><Relationship Id='a' Type='" TYPE
                          "officeDocument' Target='/x/book.xml'/></Relationships>";
static const char BOOK_RELATIONS[] =
    "<Relationships><Relationship Id='s1' Type='" TYPE "worksheet' Target='../y/one.xml'/>"
    "<Relationship Id='s2' Type='" TYPE "worksheet' Target='two.xml'/>"
    "%s%s</Relationships>";

static void add(zip_t *zip, arena *a, const char *name, const char *format, const char *inside)
{
    text whole = text_format(a, format, inside);
    zip_source_t *source = zip_source_buffer(zip, whole.bytes, whole.size_bytes, 0);
    assert_non_null(source);
    assert_true(zip_file_add(zip, name, source, 0) >= 0);
}

static text packed(arena *a, zip_source_t *source, zip_t *zip)
{
    zip_source_keep(source);
    assert_int_equal(zip_close(zip), 0);
    zip_stat_t facts;
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_stat(source, &facts), 0);
    char *bytes = arena_alloc(a, facts.size + 1);
    assert_int_equal(zip_source_read(source, bytes, facts.size), facts.size);
    zip_source_close(source);
    zip_source_free(source);
    return (text){ bytes, facts.size };
}

static text workbook(arena *a, parts p)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    add(zip, a, "_rels/.rels", "%s", TOP);
    add(zip, a, "x/book.xml",
        "<workbook xmlns:r='urn:r'>%s<sheets><sheet name='一' r:id='s1'/><sheet name='two' "
        "r:id='s2'/></sheets></workbook>",
        p.workbook ? p.workbook : "");
    text relations = text_format(
        a, BOOK_RELATIONS,
        p.strings ? "<Relationship Id='s3' Type='" TYPE "sharedStrings' Target='strings.xml'/>" : "",
        p.styles ? "<Relationship Id='s4' Type='" TYPE "styles' Target='styles.xml'/>" : "");
    add(zip, a, "x/_rels/book.xml.rels", "%s", relations.bytes);
    if (p.strings) add(zip, a, "x/strings.xml", "<sst>%s</sst>", p.strings);
    if (p.styles) add(zip, a, "x/styles.xml", "<styleSheet>%s</styleSheet>", p.styles);
    if (!p.has_no_sheet_part)
        add(zip, a, "y/one.xml", "<worksheet><sheetData>%s</sheetData></worksheet>", p.rows);
    add(zip, a, "x/two.xml", "%s",
        "<worksheet><sheetData><row><c t='str'><v>2nd</v></c></row></sheetData></worksheet>");
    return packed(a, source, zip);
}

/* Rows as "line:field|field\n", or the error as "code@line:column detail". */
static text rows_of(arena *a, text bytes, codec_xlsx_options options)
{
    text_builder b = text_builder_open(a);
    codec_xlsx_reader *r = NULL;
    text_add_cstr(&b, "");
    err e = codec_xlsx_open(a, bytes, options, &r);
    bool has_row = !e.kind;
    while (!e.kind && has_row) {
        codec_csv_row row;
        e = codec_xlsx_next(r, &row, &has_row);
        if (e.kind || !has_row) break;
        assert_int_equal(codec_xlsx_position(r, 2).line, row.line);
        assert_int_equal(codec_xlsx_position(r, 2).column, 3);
        text_add_format(&b, "%d:", row.line);
        for (size_t i = 0; i < row.count; i++)
            text_add_format(&b, "%s%.*s", i ? "|" : "", TEXT_ARG(row.field[i]));
        text_add_cstr(&b, "\n");
    }
    if (e.kind)
        text_add_format(&b, "%s@%d:%d %s", e.kind->code, e.at.line, e.at.column,
                        e.detail ? e.detail : "");
    if (r) codec_xlsx_close(r);
    return text_built(&b);
}

static void expect(parts p, const char *rows)
{
    arena *a = arena_open();
    assert_string_equal(rows_of(a, workbook(a, p), (codec_xlsx_options){ 0 }).bytes, rows);
    arena_close(a);
}

/* ---- reading ---- */

static text golden(arena *a)
{
    text whole = TEXT_NONE;
    err e = os_read_file(a, "tests/golden/codec/people.xlsx", 1 << 20, &whole);
    assert_null(e.kind);
    return whole;
}

static void a_workbook_of_another_program_is_read(void **state)
{
    (void)state;
    arena *a = arena_open();
    text got = rows_of(a, golden(a), (codec_xlsx_options){ .sheet = TEXT("人员") });
    assert_string_equal(got.bytes,
                        "1:姓名|证件号码|出生日期|基数|在保|备注\n"
                        "2:张三|110105194912310021|1965-09-10|3456.78|TRUE\n"
                        "4:李四 <&>|1.1010519491231E+17|2026-03-05 13:45:30|0.3|FALSE|张三x\n"
                        "5:|||0.125||半粗\n");
    got = rows_of(a, golden(a), (codec_xlsx_options){ 0 });
    assert_string_equal(got.bytes, "1:第二张表才是数据\n");
    arena_close(a);
}

static void what_is_merged_or_not_computed_is_refused_with_its_place(void **state)
{
    (void)state;
#define MERGED(ref) "</sheetData><mergeCells count='1'><x:mergeCell xmlns:x='urn:x' ref='" ref "'/></mergeCells><sheetData>"
    expect((parts){ .rows = "<row><c t='str'><v>a</v></c></row>" MERGED("A2:A9") }, "codec.xlsx_merged@0:0 A2:A9");
    expect((parts){ .rows = "<row><c t='str'><v>a</v></c></row>" MERGED("A1:B2") }, "codec.xlsx_merged@0:0 A1:B2");
    expect((parts){ .rows = "<row><c t='str'><v>a</v></c></row>" MERGED("A1:F1") }, "1:a\n");
    expect((parts){ .rows = "<row><c t='str'><v>mergeCell ref='A2:A9'</v></c></row>" }, "1:mergeCell ref='A2:A9'\n");
    expect((parts){ .rows = "<row><c t='str'><v>a</v></c></row><row><c/><c><f>A1</f><v>7</v></c><c t='str'><f>B1</f><v/></c>"
                            "<c r='AB2'><f>1+1</f><v></v></c></row>" },
           "1:a\ncodec.xlsx_uncomputed@2:28 AB2");
}

static void the_first_sheet_that_is_seen_is_read_and_hidden_rows_are_counted(void **state)
{
    (void)state;
    arena *a = arena_open();
    codec_xlsx_reader *r;
    codec_csv_row row;
    bool has_row = true;
    text bytes = workbook(a, (parts){ .workbook = "<sheets><sheet name='old' state='veryHidden' r:id='s2'/></sheets>",
                                      .rows = "<row><c><v>1</v></c></row><row hidden='1'><c><v>2</v></c></row>"
                                              "<row hidden='1'/><row hidden='true'><c><v>4</v></c></row>" });
    assert_null(codec_xlsx_open(a, bytes, (codec_xlsx_options){ 0 }, &r).kind);
    assert_int_equal(codec_xlsx_sheet_read(r), 1);
    while (has_row) assert_null(codec_xlsx_next(r, &row, &has_row).kind);
    assert_int_equal(codec_xlsx_hidden_rows(r), 2);
    codec_xlsx_close(r);
    arena_close(a);
}

static void a_workbook_cut_or_changed_anywhere_is_never_more_than_refused(void **state)
{
    (void)state;
    arena *a = arena_open();
    text whole = golden(a);
    codec_xlsx_options options = { .sheet = TEXT("人员") };
    for (size_t size = 0; size < whole.size_bytes; size += 61) {
        text got = rows_of(a, text_sub(whole, 0, size), options);
        assert_true(text_find(got, TEXT("codec.xlsx_")) != SIZE_MAX);
    }
    for (size_t at = 0; at < whole.size_bytes; at += 37) {
        char *bytes = arena_copy(a, whole.bytes, whole.size_bytes);
        bytes[at] ^= 0x10;
        (void)rows_of(a, (text){ bytes, whole.size_bytes }, options);
    }
    arena_close(a);
}

static void sheets_are_listed_and_chosen_by_name(void **state)
{
    (void)state;
    arena *a = arena_open();
    text bytes = workbook(a, (parts){ .rows = "<row r='1'><c r='A1'><v>1</v></c></row>" });
    codec_xlsx_reader *r;
    assert_null(codec_xlsx_open(a, bytes, (codec_xlsx_options){ 0 }, &r).kind);
    assert_int_equal(codec_xlsx_sheet_count(r), 2);
    assert_true(text_equal_cstr(codec_xlsx_sheet_name(r, 0), "一"));
    codec_xlsx_close(r);
    text got = rows_of(a, bytes, (codec_xlsx_options){ .sheet = TEXT("two") });
    assert_string_equal(got.bytes, "1:2nd\n");
    got = rows_of(a, bytes, (codec_xlsx_options){ .file = "f", .sheet = TEXT("三") });
    assert_string_equal(got.bytes, "codec.xlsx_no_sheet@0:0 三");
    arena_close(a);
}

static void cells_of_every_kind_are_read(void **state)
{
    (void)state;
    expect((parts){ .strings = "<si><t>甲</t></si><si><r><t>乙</t></r><r><t xml:space='preserve'> "
                               "丙</t></r><rPh><t>yi</t></rPh></si>",
                    .rows = "<row r='2'> <c r='A2' t='s'><v>1</v></c><c r='C2' t='s'><v>0</v></c></row>"
                            "<row/><row><c t='inlineStr'><is><t>x</t></is></c><c><f>1+1</f><v>2</v></c>"
                            "<c t='e'><v>#N/A</v></c><c t='b'><v>0</v></c><c t='d'><v>2026-03-05</v></c>"
                            "<c r='F4'/></row>" },
           "2:乙 丙||甲\n4:x|2|#N/A|FALSE|2026-03-05\n");
}

static const struct {
    const char *number, *plain, *date;
} NUMBERS[] = {
    { "0", "0", "00:00:00" },
    { "-0", "0", "0" },
    { "1", "1", "1900-01-01" },
    { "59", "59", "1900-02-28" },
    { "60", "60", "60" },
    { "61", "61", "1900-03-01" },
    { "46086", "46086", "2026-03-05" },
    { "46086.573263888888", "46086.5732638889", "2026-03-05 13:45:30" },
    { "46085.999999", "46085.999999", "2026-03-05" },
    { "0.25", "0.25", "06:00:00" },
    { "2958465", "2958465", "9999-12-31" },
    { "2958466", "2958466", "2958466" },
    { "-1", "-1", "-1" },
    { "3456.7800000000002", "3456.78", NULL },
    { "0.30000000000000004", "0.3", NULL },
    { "9.9999999999999995E-2", "0.1", NULL },
    { "999999999999999.96", "1E+15", NULL },
    { "1E-3", "0.001", NULL },
    { "1.5E+3", "1500", NULL },
    { "-12.50", "-12.5", "-12.5" },
    { "000.10", "0.1", NULL },
    { "123456789012345", "123456789012345", NULL },
    { "1.1010519491231002E+17", "1.1010519491231002E+17", "1.1010519491231002E+17" },
    { "110105194912310021", "1.1010519491231E+17", NULL },
    { "1E-300", "1E-300", NULL },
    { "1E9999", "1E9999", "1E9999" },
    { "x", "x", "x" },
    { "1.2.3", "1.2.3", "1.2.3" },
    { "", "", "" },
};

static void numbers_are_as_a_person_sees_them(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_COUNT(NUMBERS); i++) {
        arena *a = arena_open();
        text row = text_format(a,
                               "<row><c s='1'><v>%s</v></c><c s='2'><v>%s</v></c><c t='str'><v>.</v>"
                               "</c></row>",
                               NUMBERS[i].number, NUMBERS[i].number);
        text bytes = workbook(a, (parts){ .styles = "<cellXfs><xf numFmtId='0'/><xf numFmtId='4'/>"
                                                    "<xf numFmtId='14'/></cellXfs>",
                                          .rows = row.bytes });
        text got = rows_of(a, bytes, (codec_xlsx_options){ 0 });
        text want = text_format(a, "1:%s|%s", NUMBERS[i].plain, NUMBERS[i].date ? NUMBERS[i].date : "");
        if (!text_begins(got, want) && ++wrong)
            print_error("%s: got %s want %s\n", NUMBERS[i].number, got.bytes, want.bytes);
        arena_close(a);
    }
    assert_int_equal(wrong, 0);
}

static void styles_tell_days_from_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool is_day;
    } CODES[] = {
        { "yyyy-mm-dd", true },
        { "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", true },
        { "[$-804]d/m/yy;@", true },
        { "mmm", true },
        { "General", false },
        { "0.00&quot;days&quot;", false },
        { "[Red]#,##0.00;[Yellow]-0", false },
        { "\\d0", false },
        { "0.00E+00", false },
        { "@", false },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CODES); i++) {
        arena *a = arena_open();
        text styles = text_format(a,
                                  "<numFmts><numFmt numFmtId='170' formatCode='%s'/></numFmts>"
                                  "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
                                  "<cellXfs><xf/><xf numFmtId='170'/></cellXfs>",
                                  CODES[i].code);
        text bytes = workbook(a, (parts){ .styles = styles.bytes,
                                          .rows = "<row><c s='1'><v>46086</v></c></row>" });
        assert_string_equal(rows_of(a, bytes, (codec_xlsx_options){ 0 }).bytes,
                            CODES[i].is_day ? "1:2026-03-05\n" : "1:46086\n");
        arena_close(a);
    }
    expect((parts){ .workbook = "<workbookPr date1904='1'/>",
                    .styles = "<cellXfs><xf numFmtId='14'/></cellXfs>",
                    .rows = "<row><c><v>44624</v></c><c s='9'><v>1</v></c></row>" },
           "1:2026-03-05|1\n");
}

static void what_is_no_workbook_is_refused_and_named(void **state)
{
    (void)state;
    arena *a = arena_open();
#define REFUSED(file, said) \
    assert_string_equal(rows_of(a, (file), (codec_xlsx_options){ 0 }).bytes, said)
    REFUSED(TEXT(""), "codec.xlsx_not_workbook@0:0 no ZIP");
    REFUSED(TEXT("姓名,1\n"), "codec.xlsx_not_workbook@0:0 no ZIP");
    REFUSED(TEXT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..."), "codec.xlsx_old@0:0 ");
    text damaged = rows_of(a, TEXT("PK\x03\x04..."), (codec_xlsx_options){ 0 });
    assert_true(text_begins(damaged, TEXT("codec.xlsx_damaged@0:0 ")));
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    add(zip, a, "a.txt", "%s", "no workbook");
    REFUSED(packed(a, source, zip), "codec.xlsx_not_workbook@0:0 ZIP");
    REFUSED(workbook(a, (parts){ .has_no_sheet_part = true }), "codec.xlsx_damaged@0:0 y/one.xml?");
    REFUSED(workbook(a, (parts){ .rows = "<row>" }),
            "codec.xlsx_damaged@0:0 y/one.xml: codec.xml_syntax");
    REFUSED(workbook(a, (parts){ .strings = "<!DOCTYPE x>", .rows = "" }),
            "codec.xlsx_damaged@0:0 x/strings.xml: codec.xml_syntax");
    REFUSED(workbook(a, (parts){ .rows = "<row><c t='s'><v>0</v></c></row>" }),
            "codec.xlsx_bad_cell@1:1 0");
    REFUSED(workbook(a, (parts){ .rows = "<row r='3'><c r='ZZZZ3'><v>0</v></c></row>" }),
            "codec.xlsx_bad_cell@3:1 ZZZZ3");
    REFUSED(workbook(a, (parts){ .rows = "<row><c r='B1'><v>0</v></c><c r='B1'><v>0</v></c></row>" }),
            "codec.xlsx_bad_cell@1:3 B1");
    REFUSED(workbook(a, (parts){ .rows = "<row r='2'/><row r='2'/>" }), "codec.xlsx_bad_cell@2:1 2");
    REFUSED(workbook(a, (parts){ .rows = "<row r='1048577'/>" }), "codec.xlsx_bad_cell@0:1 1048577");
    arena_close(a);
}

static void a_bomb_is_refused_by_what_comes_out(void **state)
{
    (void)state;
    arena *a = arena_open();
    text_builder rows = text_builder_open(a);
    for (int i = 0; i < 200000; i++) text_add_cstr(&rows, "<row><c/></row>");
    text bomb = workbook(a, (parts){ .rows = text_built(&rows).bytes });
    assert_true(bomb.size_bytes < 50000);
    text got = rows_of(a, bomb, (codec_xlsx_options){ .inflated_bytes_max = 1000000 });
    assert_string_equal(got.bytes, "codec.xlsx_too_large@0:0 unpacked");
    assert_string_equal(rows_of(a, bomb, (codec_xlsx_options){ 0 }).bytes, "");
    rows.size_bytes = 0;
    for (int i = 0; i < 10000; i++) text_add_cstr(&rows, "<si><t>0123456789</t></si>");
    bomb = workbook(a, (parts){ .strings = text_built(&rows).bytes, .rows = "" });
    got = rows_of(a, bomb, (codec_xlsx_options){ .string_bytes_max = 50000 });
    assert_string_equal(got.bytes, "codec.xlsx_too_large@0:0 shared strings");
    arena_close(a);
}

/* ---- writing ---- */

static text written(arena *a)
{
    codec_xlsx_writer *w = codec_xlsx_write(a, TEXT("名单<&>"));
    for (int i = 0; i < 30; i++) codec_xlsx_add_text(w, i < 3 ? TEXT("标题") : TEXT("…"));
    assert_null(codec_xlsx_end_row(w).kind);
    codec_xlsx_add_text(w, TEXT("=1+1 <张三> "));
    codec_xlsx_add_empty(w);
    codec_xlsx_add_scaled(w, -123456, 2);
    codec_xlsx_add_scaled(w, 42, 0);
    codec_xlsx_add_day(w, 46084);
    codec_xlsx_add_day(w, 0);
    codec_xlsx_add_day(w, 58);
    codec_xlsx_add_scaled(w, INT64_MAX, 2);
    assert_null(codec_xlsx_end_row(w).kind);
    assert_null(codec_xlsx_end_row(w).kind);
    codec_xlsx_add_text(w, TEXT("末"));
    assert_null(codec_xlsx_end_row(w).kind);
    text bytes;
    assert_null(codec_xlsx_finish(w, &bytes).kind);
    return bytes;
}

static void what_is_written_reads_the_same_and_is_the_same_bytes_again(void **state)
{
    (void)state;
    arena *a = arena_open();
    text bytes = written(a);
    text got = rows_of(a, bytes, (codec_xlsx_options){ .sheet = TEXT("名单<&>") });
    assert_true(text_begins(got, TEXT("1:标题|标题|标题|…")));
    got = text_sub(got, text_find(got, TEXT("\n")) + 1, got.size_bytes);
    assert_string_equal(got.bytes, "2:=1+1 <张三> ||-1234.56|42|2026-03-05|1900-01-01|1900-02-28|"
                                   "92233720368547758.07\n4:末\n");
    assert_true(text_equal(bytes, written(a)));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_of_another_program_is_read),
        cmocka_unit_test(what_is_merged_or_not_computed_is_refused_with_its_place),
        cmocka_unit_test(the_first_sheet_that_is_seen_is_read_and_hidden_rows_are_counted),
        cmocka_unit_test(a_workbook_cut_or_changed_anywhere_is_never_more_than_refused),
        cmocka_unit_test(sheets_are_listed_and_chosen_by_name),
        cmocka_unit_test(cells_of_every_kind_are_read),
        cmocka_unit_test(numbers_are_as_a_person_sees_them),
        cmocka_unit_test(styles_tell_days_from_numbers),
        cmocka_unit_test(what_is_no_workbook_is_refused_and_named),
        cmocka_unit_test(a_bomb_is_refused_by_what_comes_out),
        cmocka_unit_test(what_is_written_reads_the_same_and_is_the_same_bytes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
