/* The rows of one sheet of a workbook, read from the sheet's part as it is unpacked. */
#include <string.h>

#include "codec/xlsx.h"

enum { SHEETS_MAX = 4096, ROWS_MAX = 1048576, COLUMNS_MAX = 16384 };

typedef struct {
    text name, relation;
    bool is_hidden;
} sheet;

/* A cell's text: kept by the workbook, or a stretch of `words` until the row is whole. */
typedef struct {
    text kept;
    size_t at, size_bytes;
} cell;

typedef enum { TYPE_NUMBER, TYPE_SHARED, TYPE_PLAIN } cell_type;

struct codec_xlsx_reader {
    arena *memory;
    codec_xlsx_options options;
    xlsx_zip zip;
    sheet *sheets;
    size_t sheet_count, sheet_capacity, sheet_read;
    bool is_1904;
    text *strings;
    size_t string_count;
    xlsx_look *looks;
    size_t look_count;

    xlsx_part part;
    codec_xml_reader *xml;
    const char *part_name;

    cell *cells;
    text *fields;
    size_t cell_count;
    text_builder words, value;
    int64_t row; /* number of the row last read */
    bool is_row_hidden;
    int64_t hidden_row_count;
};

static err bad_cell(const codec_xlsx_reader *r, size_t column, const char *detail)
{
    source_pos at = { .file = r->options.file,
                      .line = (int32_t)r->row,
                      .column = (int32_t)column + 1 };
    return err_at(&CODEC_XLSX_BAD_CELL, at, detail);
}

/* ---- opening ---- */

static err collect_sheets(codec_xlsx_reader *r, codec_xml_reader *xml)
{
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(xml, &event));
        if (event.type == CODEC_XML_DONE) return ERR_NONE;
        if (event.type != CODEC_XML_OPEN) continue;
        if (text_equal_cstr(event.name, "workbookPr")) {
            text is_1904 = codec_xml_attribute_of(&event, "", "date1904");
            r->is_1904 = text_equal_cstr(is_1904, "1") || text_equal_cstr(is_1904, "true");
        }
        if (!text_equal_cstr(event.name, "sheet") || r->sheet_count == SHEETS_MAX) continue;
        text state = codec_xml_attribute_of(&event, "", "state");
        sheet s = { .name = text_copy(r->memory, codec_xml_attribute_of(&event, "", "name")),
                    .is_hidden = text_equal_cstr(state, "hidden") || text_equal_cstr(state, "veryHidden") };
        for (size_t i = 0; i < event.attribute_count; i++)
            if (event.attributes[i].space.size_bytes > 0 &&
                text_equal_cstr(event.attributes[i].name, "id"))
                s.relation = text_copy(r->memory, event.attributes[i].value);
        ARENA_PUSH(r->memory, r->sheets, r->sheet_count, r->sheet_capacity, s);
    }
}

static err read_workbook(codec_xlsx_reader *r, const char *name)
{
    xlsx_part part;
    TRY(codec_xlsx_part_open(&r->zip, name, &part));
    codec_xml_reader *xml =
        codec_xml_open(r->memory, codec_xlsx_part_source(&part), (codec_xml_options){ 0 });
    err e = collect_sheets(r, xml);
    codec_xml_close(xml);
    codec_xlsx_part_close(&part);
    return codec_xlsx_damaged(&r->zip, name, e);
}

static const char *target_of(const xlsx_relation *all, size_t count, const char *type)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(all[i].type, type)) return all[i].target;
    return NULL;
}

/* Where none is asked for, the first that is seen. */
static bool is_wanted(const codec_xlsx_reader *r, size_t i, bool shows_one)
{
    text wanted = r->options.sheet;
    return wanted.size_bytes ? text_equal(r->sheets[i].name, wanted) : !shows_one || !r->sheets[i].is_hidden;
}

static err find_sheet(codec_xlsx_reader *r, const xlsx_relation *all, size_t count)
{
    bool shows_one = false;
    for (size_t i = 0; i < r->sheet_count; i++) shows_one |= !r->sheets[i].is_hidden;
    for (size_t i = 0; i < r->sheet_count; i++) {
        if (!is_wanted(r, i, shows_one)) continue;
        r->sheet_read = i;
        for (size_t k = 0; k < count; k++) {
            if (!text_equal(all[k].id, r->sheets[i].relation)) continue;
            r->part_name = all[k].target;
            return ERR_NONE;
        }
        return err_at(&CODEC_XLSX_DAMAGED, (source_pos){ .file = r->options.file },
                      text_cstr(r->memory, r->sheets[i].name));
    }
    return err_at(&CODEC_XLSX_NO_SHEET, (source_pos){ .file = r->options.file },
                  text_cstr(r->memory, r->options.sheet));
}

static err open_parts(codec_xlsx_reader *r)
{
    xlsx_relation *all;
    size_t count;
    TRY(codec_xlsx_relations(&r->zip, "", &all, &count));
    const char *workbook = target_of(all, count, "officeDocument");
    if (!workbook)
        return err_at(&CODEC_XLSX_NOT_WORKBOOK, (source_pos){ .file = r->options.file }, "ZIP");
    TRY(read_workbook(r, workbook));
    TRY(codec_xlsx_relations(&r->zip, workbook, &all, &count));
    TRY(find_sheet(r, all, count));
    const char *strings = target_of(all, count, "sharedStrings");
    const char *styles = target_of(all, count, "styles");
    size_t size_max = r->options.string_bytes_max;
    if (strings)
        TRY(codec_xlsx_read_strings(&r->zip, strings, size_max, &r->strings, &r->string_count));
    if (styles) TRY(codec_xlsx_read_styles(&r->zip, styles, &r->looks, &r->look_count));
    TRY(codec_xlsx_refuse_merged(&r->zip, r->part_name));
    return codec_xlsx_part_open(&r->zip, r->part_name, &r->part);
}

err codec_xlsx_open(arena *a, text bytes, codec_xlsx_options options, codec_xlsx_reader **reader)
{
    codec_xlsx_reader *r = ARENA_NEW(a, codec_xlsx_reader);
    *r = (codec_xlsx_reader){ .memory = a, .options = options };
    if (r->options.field_count_max == 0) r->options.field_count_max = 4096;
    if (r->options.field_count_max > COLUMNS_MAX) r->options.field_count_max = COLUMNS_MAX;
    if (r->options.string_bytes_max == 0) r->options.string_bytes_max = (size_t)128 << 20;
    TRY(codec_xlsx_zip_open(a, bytes, options, &r->zip));
    err e = open_parts(r);
    if (e.kind) {
        codec_xlsx_zip_close(&r->zip);
        return e;
    }
    r->xml = codec_xml_open(a, codec_xlsx_part_source(&r->part),
                            (codec_xml_options){ .keeps_blank_text = true });
    r->cells = ARENA_ARRAY(a, cell, r->options.field_count_max);
    r->fields = ARENA_ARRAY(a, text, r->options.field_count_max);
    r->words = text_builder_open(a);
    r->value = text_builder_open(a);
    *reader = r;
    return ERR_NONE;
}

void codec_xlsx_close(codec_xlsx_reader *r)
{
    codec_xml_close(r->xml);
    codec_xlsx_part_close(&r->part);
    codec_xlsx_zip_close(&r->zip);
}

size_t codec_xlsx_sheet_count(const codec_xlsx_reader *r)
{
    return r->sheet_count;
}

text codec_xlsx_sheet_name(const codec_xlsx_reader *r, size_t index)
{
    return r->sheets[index].name;
}

size_t codec_xlsx_sheet_read(const codec_xlsx_reader *r)
{
    return r->sheet_read;
}

int64_t codec_xlsx_hidden_rows(const codec_xlsx_reader *r)
{
    return r->hidden_row_count;
}

/* ---- cells ---- */

/* "AB12": the column from 0; without a reference, the one after the last. */
static err column_of(const codec_xlsx_reader *r, text reference, size_t *column)
{
    *column = r->cell_count;
    if (!reference.bytes) return ERR_NONE;
    size_t number = 0, i = 0;
    for (; i < reference.size_bytes && reference.bytes[i] >= 'A' && reference.bytes[i] <= 'Z'; i++) {
        number = number * 26 + (size_t)(reference.bytes[i] - 'A') + 1;
        if (number > COLUMNS_MAX) break;
    }
    if (number == 0 || number > COLUMNS_MAX || number <= r->cell_count)
        return bad_cell(r, r->cell_count, codec_snippet(r->memory, reference, 0));
    *column = number - 1;
    return ERR_NONE;
}

static const char *reference_of(const codec_xlsx_reader *r, size_t column)
{
    char letters[8];
    size_t at = sizeof letters;
    letters[--at] = '\0';
    for (size_t left = column + 1; left; left = (left - 1) / 26) letters[--at] = (char)('A' + (left - 1) % 26);
    return text_format(r->memory, "%s%lld", letters + at, (long long)r->row).bytes;
}

/* The text inside <v>, or inside <t> of <is>, up to the cell's end. */
static err read_value(codec_xlsx_reader *r, bool *is_formula)
{
    int in_value = 0, in_reading = 0;
    r->value.size_bytes = 0;
    *is_formula = false;
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(r->xml, &event));
        int step = event.type == CODEC_XML_OPEN ? 1 : -1;
        if (event.type == CODEC_XML_TEXT) {
            if (in_value && !in_reading) text_add(&r->value, event.word);
            continue;
        }
        if (text_equal_cstr(event.name, "c") && step < 0) return ERR_NONE;
        if (text_equal_cstr(event.name, "v") || text_equal_cstr(event.name, "t")) in_value += step;
        if (text_equal_cstr(event.name, "rPh")) in_reading += step;
        *is_formula |= text_equal_cstr(event.name, "f");
    }
}

static err set_cell(codec_xlsx_reader *r, size_t column, cell_type type, xlsx_look look)
{
    text value = { r->value.bytes, r->value.size_bytes };
    cell *c = &r->cells[column];
    *c = (cell){ .at = r->words.size_bytes };
    int64_t index;
    switch (type) {
    case TYPE_SHARED:
        if (value.size_bytes == 0 || !codec_parse_scaled(value, 0, &index) || index < 0 ||
            (uint64_t)index >= r->string_count)
            return bad_cell(r, column, codec_snippet(r->memory, value, 0));
        c->kept = r->strings[index];
        break;
    case TYPE_NUMBER:
        if (value.size_bytes > 0) codec_xlsx_add_number(&r->words, value, look, r->is_1904);
        break;
    case TYPE_PLAIN: text_add(&r->words, value); break;
    }
    c->size_bytes = r->words.size_bytes - c->at;
    return ERR_NONE;
}

static cell_type type_of(text t, bool *is_bool)
{
    *is_bool = text_equal_cstr(t, "b");
    if (text_equal_cstr(t, "s")) return TYPE_SHARED;
    return !t.bytes || text_equal_cstr(t, "n") ? TYPE_NUMBER : TYPE_PLAIN;
}

static err read_cell(codec_xlsx_reader *r, const codec_xml_event *open)
{
    size_t column;
    TRY(column_of(r, codec_xml_attribute_of(open, "", "r"), &column));
    if (column >= r->options.field_count_max)
        return bad_cell(r, column,
                        text_format(r->memory, "> %zu", r->options.field_count_max).bytes);
    bool is_bool, is_formula;
    cell_type type = type_of(codec_xml_attribute_of(open, "", "t"), &is_bool);
    int64_t style = 0;
    text written = codec_xml_attribute_of(open, "", "s");
    if (written.size_bytes > 0) (void)codec_parse_scaled(written, 0, &style);
    bool has_look = style >= 0 && (uint64_t)style < r->look_count;
    TRY(read_value(r, &is_formula));
    if (is_formula && !r->value.size_bytes && type == TYPE_NUMBER)
        return err_at(&CODEC_XLSX_UNCOMPUTED, bad_cell(r, column, NULL).at, reference_of(r, column));
    if (is_bool) {
        bool is_true = text_equal((text){ r->value.bytes, r->value.size_bytes }, TEXT("1"));
        r->value.size_bytes = 0;
        text_add_cstr(&r->value, is_true ? "TRUE" : "FALSE");
    }
    for (size_t i = r->cell_count; i < column; i++) r->cells[i] = (cell){ 0 };
    TRY(set_cell(r, column, type, has_look ? r->looks[style] : XLSX_NUMBER));
    r->cell_count = column + 1;
    return ERR_NONE;
}

/* ---- rows ---- */

static err begin_row(codec_xlsx_reader *r, const codec_xml_event *open)
{
    int64_t number = r->row + 1;
    text written = codec_xml_attribute_of(open, "", "r");
    if (written.bytes && (written.size_bytes == 0 || !codec_parse_scaled(written, 0, &number)))
        number = 0;
    if (number <= r->row || number > ROWS_MAX)
        return bad_cell(r, 0, codec_snippet(r->memory, written, 0));
    text hidden = codec_xml_attribute_of(open, "", "hidden");
    r->row = number;
    r->is_row_hidden = text_equal_cstr(hidden, "1") || text_equal_cstr(hidden, "true");
    r->cell_count = 0;
    r->words.size_bytes = 0;
    return ERR_NONE;
}

/* Whether a row with something in it ends here. */
static bool is_row(codec_xlsx_reader *r)
{
    while (r->cell_count > 0) {
        const cell *last = &r->cells[r->cell_count - 1];
        if (last->kept.size_bytes + last->size_bytes > 0) return true;
        r->cell_count--;
    }
    return false;
}

static err read_row(codec_xlsx_reader *r, bool *has_row)
{
    for (;;) {
        codec_xml_event event;
        TRY(codec_xml_next(r->xml, &event));
        if (event.type == CODEC_XML_DONE) return ERR_NONE;
        if (event.type == CODEC_XML_TEXT) continue;
        bool is_open = event.type == CODEC_XML_OPEN;
        if (text_equal_cstr(event.name, "row")) {
            if (is_open) TRY(begin_row(r, &event));
            else if (is_row(r)) {
                r->hidden_row_count += r->is_row_hidden;
                return *has_row = true, ERR_NONE;
            }
        } else if (is_open && text_equal_cstr(event.name, "c")) {
            TRY(read_cell(r, &event));
        }
    }
}

err codec_xlsx_next(codec_xlsx_reader *r, codec_csv_row *row, bool *has_row)
{
    *has_row = false;
    err e = read_row(r, has_row);
    if (e.kind) return codec_xlsx_damaged(&r->zip, r->part_name, e);
    if (!*has_row) return ERR_NONE;
    text words = text_built(&r->words);
    for (size_t i = 0; i < r->cell_count; i++) {
        const cell *c = &r->cells[i];
        r->fields[i] = c->kept.bytes ? c->kept : text_sub(words, c->at, c->at + c->size_bytes);
    }
    *row = (codec_csv_row){ .field = r->fields, .count = r->cell_count, .line = (int32_t)r->row };
    return ERR_NONE;
}

source_pos codec_xlsx_position(const codec_xlsx_reader *r, size_t field)
{
    return (source_pos){ .file = r->options.file,
                         .line = (int32_t)r->row,
                         .column = (int32_t)field + 1 };
}
