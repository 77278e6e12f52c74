/* Files, columns and labels of `doudi link`. */
#include <string.h>

#include "service/files.h"
#include "service/link.h"

const err_kind LINK_NO_ID_COLUMN = {
    "link.no_id_column", ERR_BAD_INPUT,
    "No column of {} holds the rows' ids; name it with --columns id=COLUMN.",
    "{} 中没有编号列；请用 --columns id=列名 指明。",
};
const err_kind LINK_NO_COLUMN = {
    "link.no_column", ERR_BAD_INPUT, "No file has a column called {}; the first row names the columns.",
    "没有一个文件有名为“{}”的列；第一行应是列名。",
};
const err_kind LINK_NO_SUCH_FIELD = {
    "link.no_such_field", ERR_BAD_INPUT, "The spec has no field {}; write --columns FIELD=COLUMN.",
    "比对方案没有字段“{}”；写法为 --columns 字段=列名。",
};
const err_kind LINK_WRONG_COLUMNS = {
    "link.wrong_columns", ERR_BAD_INPUT,
    "This row has {} as the first row has; a blank, comma or quote may be amiss.",
    "这一行的列数与首行不同（{}）；请检查逗号或引号。",
};
const err_kind LINK_NO_SPEC = {
    "link.no_spec", ERR_NOT_FOUND, "There is no spec {}: give cn-person, latin-person or a file.",
    "没有比对方案“{}”：可用 cn-person、latin-person，或给出方案文件。",
};
const err_kind LINK_TOO_MANY_FILES = {
    "link.too_many_files", ERR_BAD_INPUT, "One file is searched for duplicates, two are linked; there are more: {}.",
    "一个文件查重，两个文件比对；给出的文件太多：{}。",
};
const err_kind LINK_BAD_LABEL = {
    "link.bad_label", ERR_BAD_INPUT, "A label is 1 (one person) or 0 (two people), not '{}'.",
    "标注只能是 1（同一人）或 0（不是同一人），不能是“{}”。",
};
const err_kind LINK_NO_SUCH_ID = {
    "link.no_such_id", ERR_NOT_FOUND, "No row has the id {} that the labels name.",
    "标注里的编号“{}”在文件中找不到。",
};
const err_kind LINK_BAD_COLUMNS = {
    "link.bad_columns", ERR_BAD_INPUT, "--columns {} names no field and column: write FIELD=COLUMN,FIELD=COLUMN.",
    "--columns {} 没有写明字段和列：应写作 字段=列名,字段=列名。",
};

enum { SPEC_BYTES_MAX = 1 << 20 };

err link_spec(service_call *call, const linkage_spec **spec)
{
    arena *a = call->request;
    text name = service_text_of(call, "spec", TEXT_NONE), source = linkage_spec_ready(name);
    const char *path = text_cstr(a, name);
    if (source.bytes) return linkage_spec_read(a, path, source, spec);
    if (!os_is_file(path)) return err_of(&LINK_NO_SPEC, text_cstr(a, text_shown(a, name, 100)));
    TRY(service_read_utf8(a, name, &source));
    return linkage_spec_read(a, path, source, spec);
}

/* ---- columns ---- */

typedef struct {
    text field, column;
    bool is_met; /* some file has the column */
} said;
typedef struct {
    said *items;
    size_t count, capacity;
} all_said;

static err split_columns(service_call *call, const linkage_spec *spec, all_said *all)
{
    const service_argument *given = service_argument_of(call, "columns");
    for (size_t i = 0; given && i < given->count; i++) {
        text rest = given->values[i];
        while (rest.size_bytes) {
            size_t comma = text_find(rest, TEXT(","));
            text one = text_trim(text_sub(rest, 0, comma == SIZE_MAX ? rest.size_bytes : comma));
            rest = comma == SIZE_MAX ? TEXT_NONE : text_sub(rest, comma + 1, rest.size_bytes);
            size_t at = text_find(one, TEXT("="));
            if (!one.size_bytes) continue;
            if (at == SIZE_MAX || !at || at + 1 == one.size_bytes)
                return err_of(&LINK_BAD_COLUMNS, text_cstr(call->request, text_shown(call->request, one, 60)));
            said s = { text_trim(text_sub(one, 0, at)), text_trim(text_sub(one, at + 1, one.size_bytes)), false };
            if (!text_equal_cstr(s.field, "id") && linkage_input_named(spec, s.field) == SIZE_MAX)
                return err_of(&LINK_NO_SUCH_FIELD, text_cstr(call->request, text_shown(call->request, s.field, 60)));
            ARENA_PUSH(call->request, all->items, all->count, all->capacity, s);
        }
    }
    return ERR_NONE;
}

typedef struct {
    size_t id;
    size_t column[LINKAGE_INPUTS_MAX]; /* by input; SIZE_MAX: the file has none */
} binding;

static void bind_said(all_said *all, const linkage_spec *spec, const text *columns, size_t count, binding *b)
{
    for (size_t i = 0; i < all->count; i++) {
        said *s = &all->items[i];
        for (size_t c = 0; c < count; c++) {
            if (!text_equal(text_trim(columns[c]), s->column)) continue;
            s->is_met = true;
            if (text_equal_cstr(s->field, "id")) b->id = c;
            else b->column[linkage_input_named(spec, s->field)] = c;
            break;
        }
    }
}

static bool is_bound(const binding *b, const linkage_spec *spec, size_t at)
{
    bool bound = b->id == at;
    for (size_t i = 0; i < linkage_input_count(spec); i++) bound = bound || b->column[i] == at;
    return bound;
}

static err bind(service_call *call, all_said *all, const linkage_spec *spec, const sheet *file, const char *path,
                binding *b)
{
    size_t count;
    const text *columns = sheet_columns(file, &count);
    b->id = SIZE_MAX;
    for (size_t i = 0; i < LINKAGE_INPUTS_MAX; i++) b->column[i] = SIZE_MAX;
    bind_said(all, spec, columns, count, b);
    int best = -1;
    size_t id = SIZE_MAX;
    for (size_t c = 0; c < count && b->id == SIZE_MAX; c++) {
        int rank = linkage_id_rank(spec, text_trim(columns[c]));
        if (rank < 0 || (best >= 0 && rank >= best) || is_bound(b, spec, c)) continue;
        best = rank;
        id = c;
    }
    if (b->id == SIZE_MAX) b->id = id;
    if (b->id == SIZE_MAX) return err_of(&LINK_NO_ID_COLUMN, text_cstr(call->request, text_of(path)));
    for (size_t c = 0; c < count; c++) {
        size_t input = linkage_input_named(spec, text_trim(columns[c]));
        if (input != SIZE_MAX && b->column[input] == SIZE_MAX && !is_bound(b, spec, c)) b->column[input] = c;
    }
    return ERR_NONE;
}

/* ---- rows ---- */

enum { PROGRESS_ROWS = 4096 };

static err read_rows(service_call *call, sheet *file, const linkage_spec *spec, const binding *b, const char *path,
                     linkage_set *set)
{
    arena *row_memory = arena_open();
    size_t count, inputs = linkage_input_count(spec), rows = 0;
    sheet_columns(file, &count);
    text values[LINKAGE_INPUTS_MAX];
    err e = ERR_NONE;
    for (;;) {
        codec_csv_row row;
        bool has_row;
        e = sheet_next(file, &row, &has_row);
        if (e.kind || !has_row) break;
        if (row.count != count) {
            const char *found = text_format(call->request, service_say(call, "%zu columns, not %zu,", "%zu 列，应为 %zu 列"),
                                            row.count, count).bytes;
            e = err_at(&LINK_WRONG_COLUMNS, (source_pos){ path, row.line, 1 }, found);
            break;
        }
        for (size_t i = 0; i < inputs; i++)
            values[i] = b->column[i] == SIZE_MAX ? TEXT_NONE : row.field[b->column[i]];
        e = linkage_set_add(set, row_memory, row.field[b->id], values);
        if (e.kind) {
            e.at = sheet_position(file, b->id);
            break;
        }
        arena_reset(row_memory);
        if (++rows % PROGRESS_ROWS == 0 && call->office->settings.progress) {
            uint64_t done, all;
            sheet_progress(file, &done, &all);
            call->office->settings.progress(call->office->settings.progress_context, done, all);
        }
    }
    arena_close(row_memory);
    return e;
}

static err read_file(service_call *call, const linkage_spec *spec, all_said *all, text path, linkage_set *set)
{
    sheet *file = NULL;
    const char *shown = text_cstr(call->request, path);
    binding b;
    err e = sheet_open(call, path, &file);
    if (!e.kind) e = bind(call, all, spec, file, shown, &b);
    if (!e.kind) e = read_rows(call, file, spec, &b, shown, set);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = shown;
    sheet_close(file);
    return e;
}

err link_read(service_call *call, const linkage_spec *spec, linkage_set *set)
{
    const service_argument *files = service_argument_of(call, "files");
    if (files->count > 2) return err_of(&LINK_TOO_MANY_FILES, text_cstr(call->request, files->values[2]));
    all_said all = { 0 };
    TRY(split_columns(call, spec, &all));
    for (size_t i = 0; i < files->count; i++) {
        if (i) linkage_set_second(set);
        TRY(read_file(call, spec, &all, files->values[i], set));
    }
    for (size_t i = 0; i < all.count; i++)
        if (!all.items[i].is_met)
            return err_of(&LINK_NO_COLUMN, text_cstr(call->request, text_shown(call->request, all.items[i].column, 60)));
    err e = linkage_set_ready(set, call->request);
    if (e.kind == &LINKAGE_NO_ROWS) {
        bool is_first = !linkage_set_count(set, 0);
        e.detail = text_cstr(call->request, files->values[is_first ? 0 : 1]);
    }
    return e;
}

/* ---- labels ---- */

static size_t column_named(const text *columns, size_t count, const char *const *names)
{
    for (const char *const *n = names; *n; n++)
        for (size_t c = 0; c < count; c++)
            if (text_equal_cstr(text_trim(columns[c]), *n)) return c;
    return SIZE_MAX;
}

static err find_row(service_call *call, const linkage_set *set, int side, text id, uint32_t *row)
{
    id = text_trim(id);
    *row = linkage_set_find(set, side && linkage_set_count(set, 1) ? 1 : 0, id);
    if (*row != UINT32_MAX) return ERR_NONE;
    return err_of(&LINK_NO_SUCH_ID, text_cstr(call->request, text_shown(call->request, id, 60)));
}

static err read_labels(service_call *call, const linkage_set *set, sheet *file, linkage_options *options)
{
    static const char *const A[] = { "id_a", "a", NULL }, *const B[] = { "id_b", "b", NULL },
                      *const MATCH[] = { "match", "is_match", "label", NULL };
    size_t count, label_count = 0, capacity = 0;
    const text *columns = sheet_columns(file, &count);
    size_t at_a = column_named(columns, count, A), at_b = column_named(columns, count, B),
           at_match = column_named(columns, count, MATCH);
    if (at_a == SIZE_MAX || at_b == SIZE_MAX || at_match == SIZE_MAX)
        return err_of(&LINK_NO_COLUMN, at_a == SIZE_MAX ? "id_a" : at_b == SIZE_MAX ? "id_b" : "match");
    linkage_label *labels = NULL;
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) break;
        linkage_label label = { 0 };
        text says = at_match < row.count ? text_trim(row.field[at_match]) : TEXT("");
        label.is_match = text_equal_cstr(says, "1");
        if (!label.is_match && !text_equal_cstr(says, "0"))
            return err_at(&LINK_BAD_LABEL, sheet_position(file, at_match), text_cstr(call->request, text_shown(call->request, says, 40)));
        TRY(find_row(call, set, 0, at_a < row.count ? row.field[at_a] : TEXT(""), &label.a));
        TRY(find_row(call, set, 1, at_b < row.count ? row.field[at_b] : TEXT(""), &label.b));
        ARENA_PUSH(call->request, labels, label_count, capacity, label);
    }
    options->labels = labels;
    options->label_count = label_count;
    return ERR_NONE;
}

err link_labels(service_call *call, const linkage_set *set, linkage_options *options)
{
    if (!service_is_given(call, "train")) return ERR_NONE;
    sheet *file = NULL;
    err e = sheet_open(call, service_text_of(call, "train", TEXT_NONE), &file);
    if (!e.kind) e = read_labels(call, set, file, options);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(call->request, text_of(e.at.file));
    sheet_close(file);
    return e;
}
