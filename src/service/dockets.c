#include "service/dockets.h"

#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/adopt.h"
#include "service/decide.h"

const err_kind DOCKETS_BAD_TABLE = {
    "dockets.bad_table", ERR_BAD_INPUT,
    "This row of packs/adapters/office-docket.csv cannot be used: {}.", "packs/adapters/office-docket.csv 的这一行无法使用：{}。"
};
const err_kind DOCKETS_UNKNOWN = {
    "dockets.unknown", ERR_NOT_FOUND,
    "There is no docket {}; doudi docket types shows those there are.", "没有台账 {}；用 doudi docket types 查看。"
};
const err_kind DOCKETS_BAD_ROW = {
    "dockets.bad_row", ERR_BAD_INPUT,
    "This row cannot be taken: {}. Nothing was written.", "这一行无法采用：{}。本次没有写入。"
};

static const char PLACE[] = "place";
static const char *const KINDS[DOCKETS_KIND_COUNT] = {
    [DOCKETS_KEY] = "key",   [DOCKETS_TEXT] = "text",   [DOCKETS_DATE] = "date",    [DOCKETS_DUE] = "due",
    [DOCKETS_DONE] = "done", [DOCKETS_COUNT] = "count", [DOCKETS_CHOICE] = "choice",
};
static const char *const CHECKS[DOCKETS_CHECK_COUNT] = {
    [DOCKETS_MATRIX] = "matrix", [DOCKETS_MISSING] = "missing", [DOCKETS_SUM] = "sum", [DOCKETS_SHARE] = "share",
    [DOCKETS_SHORT] = "short",   [DOCKETS_OVER] = "over",       [DOCKETS_PARTS] = "parts", [DOCKETS_EACH] = "each",
    [DOCKETS_TWICE] = "twice",   [DOCKETS_SAME] = "same",     [DOCKETS_CASES] = "cases",
    [DOCKETS_BOOKS] = "books",
};

static size_t word_of(text word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(word, words[i])) return i;
    return SIZE_MAX;
}

/* ---- the table ---- */

enum { AT_DOCKET, AT_WAY, AT_NAME, AT_KIND, AT_ZH, AT_EN, AT_SAYS, AT_COUNT };

typedef struct {
    arena *a;
    codec_csv_reader *reader;
    text cell[AT_COUNT];
    dockets_type *types;
    size_t count, capacity;
} reading;

static err bad(const reading *r, const char *what, text detail)
{
    return err_at(&DOCKETS_BAD_TABLE, codec_csv_position(r->reader, 0), text_format(r->a, "%s %.*s", what, TEXT_ARG(detail)).bytes);
}

static dockets_type *type_of(const reading *r, text name)
{
    for (size_t i = 0; i < r->count; i++)
        if (text_equal(r->types[i].name, name)) return &r->types[i];
    return NULL;
}

static err add_column(reading *r, dockets_type *t)
{
    size_t kind = word_of(r->cell[AT_KIND], KINDS, DOCKETS_KIND_COUNT);
    if (kind == SIZE_MAX || t->column_count == DOCKETS_COLUMNS_MAX || dockets_column_of(t, r->cell[AT_NAME]) != SIZE_MAX)
        return bad(r, "column", r->cell[AT_NAME]);
    bool is_words = kind == DOCKETS_KEY || kind == DOCKETS_TEXT, is_place = is_words && text_equal_cstr(r->cell[AT_SAYS], PLACE);
    if (is_place && t->place != SIZE_MAX) return bad(r, "a second place:", r->cell[AT_NAME]);
    if (is_place) t->place = t->column_count;
    t->columns[t->column_count++] = (dockets_column){ .name = r->cell[AT_NAME], .zh = r->cell[AT_ZH], .en = r->cell[AT_EN],
                                                      .says = r->cell[AT_SAYS], .kind = (dockets_kind)kind };
    return ERR_NONE;
}

static err add_check(reading *r, dockets_type *t, size_t kind)
{
    bool is_other_docket = kind == DOCKETS_MISSING;
    if (t->check_count == DOCKETS_CHECKS_MAX || dockets_column_of(t, r->cell[AT_NAME]) == SIZE_MAX ||
        (!is_other_docket && dockets_column_of(t, r->cell[AT_KIND]) == SIZE_MAX))
        return bad(r, CHECKS[kind], r->cell[AT_NAME]);
    t->checks[t->check_count++] = (dockets_check){ .kind = (dockets_check_kind)kind, .column = r->cell[AT_NAME],
                                                   .other = r->cell[AT_KIND], .zh = r->cell[AT_ZH], .en = r->cell[AT_EN], .says = r->cell[AT_SAYS] };
    return ERR_NONE;
}

static err read_row(reading *r, const codec_csv_row *row)
{
    if (row->count != AT_COUNT) return bad(r, "columns", TEXT("docket,way,name,kind,zh,en,says"));
    for (int c = 0; c < AT_COUNT; c++) r->cell[c] = text_copy(r->a, text_trim(row->field[c]));
    dockets_type *t = type_of(r, r->cell[AT_DOCKET]);
    if (text_equal_cstr(r->cell[AT_WAY], "docket")) {
        dockets_type one = { .name = r->cell[AT_DOCKET], .zh = r->cell[AT_ZH], .en = r->cell[AT_EN], .law = r->cell[AT_SAYS], .place = SIZE_MAX };
        if (t) return bad(r, "twice", one.name);
        if (text_begins(one.name, TEXT("campaign"))) return bad(r, "kept by doudi campaign:", one.name); /* campaign.h */
        ARENA_PUSH(r->a, r->types, r->count, r->capacity, one);
        return ERR_NONE;
    }
    if (!t) return bad(r, "no docket", r->cell[AT_DOCKET]);
    if (text_equal_cstr(r->cell[AT_WAY], "column")) return add_column(r, t);
    size_t check = word_of(r->cell[AT_WAY], CHECKS, DOCKETS_CHECK_COUNT);
    return check == SIZE_MAX ? bad(r, "way", r->cell[AT_WAY]) : add_check(r, t, check);
}

err dockets_types(service_call *call, dockets_type **types, size_t *count)
{
    const decide_law *law;
    text bytes;
    reading r = { .a = call->request };
    TRY(decide_law_open(call, &law));
    TRY(decide_law_aside(call->request, law, "office-docket.csv", &bytes));
    r.reader = codec_csv_open_text(r.a, bytes, (codec_csv_options){ .file = "office-docket.csv" });
    for (bool is_head = true;; is_head = false) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(r.reader, &row, &has_row));
        if (!has_row) break;
        bool is_remark = text_begins(row.field[0], TEXT("#")) || text_equal_cstr(row.field[0], "docket");
        if (!is_head && !is_remark) TRY(read_row(&r, &row));
    }
    *types = r.types;
    *count = r.count;
    return ERR_NONE;
}

err dockets_find(service_call *call, text said, const dockets_type **type)
{
    dockets_type *types;
    size_t count;
    TRY(dockets_types(call, &types, &count));
    const char **names = ARENA_ARRAY(call->request, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        names[i] = text_cstr(call->request, types[i].name);
        if (!text_equal(said, types[i].name) && !text_equal(said, types[i].zh) && !text_equal(said, types[i].en)) continue;
        *type = &types[i];
        return ERR_NONE;
    }
    const char *near = service_nearest(call->request, said, names, count);
    text shown = near ? text_format(call->request, "%.*s (→ %s?)", TEXT_ARG(said), near) : said;
    return err_of(&DOCKETS_UNKNOWN, text_cstr(call->request, shown));
}

size_t dockets_column_of(const dockets_type *type, text said)
{
    for (size_t i = 0; i < type->column_count; i++) {
        const dockets_column *c = &type->columns[i];
        if (text_equal(said, c->name) || text_equal(said, c->zh) || text_equal(said, c->en)) return i;
    }
    return SIZE_MAX;
}

text dockets_title(const service_call *call, const dockets_type *type)
{
    return call->is_chinese ? type->zh : type->en;
}

text dockets_column_title(const service_call *call, const dockets_column *at_column)
{
    return call->is_chinese ? at_column->zh : at_column->en;
}

const char *dockets_kind_word(const dockets_type *type, size_t at_column)
{
    return at_column == type->place && type->columns[at_column].kind == DOCKETS_TEXT ? PLACE : KINDS[type->columns[at_column].kind];
}

/* ---- rows ---- */

err dockets_book(county *office, docket_book **book)
{
    return docket_open(office->memory, office->db, office->log, book);
}

err dockets_rows(county *office, const dockets_type *type, dockets_row **rows, size_t *count)
{
    docket_book *book;
    docket_row *said;
    arena *a = office->call->request;
    TRY(dockets_book(office, &book));
    TRY(docket_rows(a, book, type->name, &said, count));
    *rows = ARENA_ARRAY(a, dockets_row, *count + 1);
    for (size_t i = 0; i < *count; i++) {
        const codec_json *cells;
        (*rows)[i] = (dockets_row){ .said = said[i] };
        TRY(codec_json_parse(a, said[i].cells, (codec_json_options){ 0 }, &cells));
        for (size_t k = 0; k < cells->count; k++) {
            size_t at_column = dockets_column_of(type, cells->keys[k]);
            if (at_column != SIZE_MAX) (*rows)[i].cells[at_column] = cells->items[k].word;
        }
    }
    return ERR_NONE;
}

bool dockets_holds(scope_span span, const dockets_type *type, const text *cells)
{
    int64_t place = 0;
    if (!span.until) return true;
    return type->place != SIZE_MAX && codec_parse_scaled(cells[type->place], 0, &place) && place > 0 && scope_has_place(span, place);
}

err dockets_keep_held(service_call *call, scope_span span, const dockets_type *type, dockets_row *rows, size_t *count)
{
    size_t kept = 0;
    if (span.until && type->place == SIZE_MAX) return err_of(&SCOPE_WHOLE, scope_text(call->request, span).bytes);
    for (size_t i = 0; i < *count; i++)
        if (dockets_holds(span, type, rows[i].cells)) rows[kept++] = rows[i];
    *count = kept;
    scope_say(call, span);
    return ERR_NONE;
}

static bool is_digits(text t)
{
    enum { DIGITS_MAX = 15 };
    for (size_t i = 0; i < t.size_bytes; i++)
        if (t.bytes[i] < '0' || t.bytes[i] > '9') return false;
    return t.size_bytes && t.size_bytes <= DIGITS_MAX;
}

static bool is_choice(text choices, text said)
{
    while (choices.size_bytes) {
        size_t at = text_find(choices, TEXT("|"));
        text one = at == SIZE_MAX ? choices : text_sub(choices, 0, at);
        if (text_equal(one, said)) return true;
        if (at == SIZE_MAX) return false;
        choices = text_sub(choices, at + 1, choices.size_bytes);
    }
    return false;
}

/* What a column of the kind holds; an empty cell only where nothing is named by it. */
static const char *unfit(const service_call *call, const dockets_column *c, text cell)
{
    int32_t day;
    if (!cell.size_bytes) return c->kind == DOCKETS_KEY ? service_say(call, "is empty", "为空") : NULL;
    switch (c->kind) {
    case DOCKETS_DATE:
    case DOCKETS_DUE:
    case DOCKETS_DONE: return calendar_parse_day(cell, &day).kind ? service_say(call, "is no date as 2026-11-30", "不是 2026-11-30 这样的日期") : NULL;
    case DOCKETS_COUNT: return is_digits(cell) ? NULL : service_say(call, "is no whole number", "不是整数");
    case DOCKETS_CHOICE: return is_choice(c->says, cell) ? NULL : service_say(call, "is none of the choices", "不在可选项中");
    default: return NULL;
    }
}

err dockets_fits(service_call *call, const dockets_type *type, const text *cells)
{
    for (size_t i = 0; i < type->column_count; i++) {
        const char *says = unfit(call, &type->columns[i], cells[i]);
        if (!says) continue;
        text shown = text_format(call->request, service_say(call, "%.*s “%.*s” %s%s%.*s", "%.*s“%.*s”%s%s%.*s"),
                                 TEXT_ARG(dockets_column_title(call, &type->columns[i])), TEXT_ARG(cells[i]), says,
                                 type->columns[i].kind == DOCKETS_CHOICE ? ": " : "",
                                 TEXT_ARG(type->columns[i].kind == DOCKETS_CHOICE ? type->columns[i].says : TEXT("")));
        return err_of(&DOCKETS_BAD_ROW, shown.bytes);
    }
    return ERR_NONE;
}

typedef struct {
    text name, cell;
} member;

static int by_name(const void *a, const void *b)
{
    return text_compare(((const member *)a)->name, ((const member *)b)->name);
}

text dockets_cells(arena *a, const dockets_type *type, const text *cells)
{
    member members[DOCKETS_COLUMNS_MAX];
    text_builder b = text_builder_open(a);
    codec_json_writer w = codec_json_write(&b, false);
    for (size_t i = 0; i < type->column_count; i++) members[i] = (member){ type->columns[i].name, cells[i] };
    qsort(members, type->column_count, sizeof *members, by_name);
    codec_json_begin_object(&w);
    for (size_t i = 0; i < type->column_count; i++) {
        codec_json_key(&w, members[i].name);
        codec_json_add_text(&w, members[i].cell);
    }
    codec_json_end_object(&w);
    return text_built(&b);
}

static text keys_joined(arena *a, const dockets_type *type, const text *cells, const char *between)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < type->column_count; i++) {
        if (type->columns[i].kind != DOCKETS_KEY) continue;
        if (b.size_bytes) text_add_cstr(&b, between);
        text_add(&b, cells[i]);
    }
    return text_built(&b);
}

text dockets_key(arena *a, const dockets_type *type, const text *cells)
{
    return keys_joined(a, type, cells, "\n");
}

text dockets_shown_key(arena *a, const dockets_type *type, const text *cells)
{
    return keys_joined(a, type, cells, " · ");
}

int64_t dockets_number(text cell)
{
    int64_t value = 0;
    if (!is_digits(cell)) return 0;
    for (size_t i = 0; i < cell.size_bytes; i++) value = value * 10 + (cell.bytes[i] - '0');
    return value;
}
