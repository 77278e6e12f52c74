/* Files and their columns, for `doudi link`. */
#include <string.h>

#include "os/os.h"
#include "service/files.h"
#include "service/link.h"
#include "service/run.h"

const err_kind LINK_NO_ID_COLUMN = {
    "link.no_id_column", ERR_BAD_INPUT,
    "No column of {} holds the rows' ids; name the one that does with --columns id=COLUMN.",
    "没有编号列的文件：{}；请用 --columns id=列名 指明哪一列是编号。",
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
    "link.no_spec", ERR_NOT_FOUND, "There is no spec {}: give cn-person, cn-employer, latin-person or a file.",
    "没有比对方案“{}”：可用 cn-person、cn-employer、latin-person，或给出方案文件。",
};
const err_kind LINK_TOO_MANY_FILES = {
    "link.too_many_files", ERR_BAD_INPUT, "One file is searched for duplicates, two are linked; there are more: {}.",
    "一个文件查重，两个文件比对；给出的文件太多：{}。",
};
const err_kind LINK_BAD_COLUMNS = {
    "link.bad_columns", ERR_BAD_INPUT, "--columns {} names no field and column: write FIELD=COLUMN,FIELD=COLUMN.",
    "--columns {} 没有写明字段和列：应写作 字段=列名,字段=列名。",
};

err link_spec(service_call *call, const linkage_spec **spec)
{
    arena *a = call->request;
    text name = service_text_of(call, "spec", TEXT_NONE), source = linkage_spec_ready(name);
    const char *path = text_cstr(a, name);
    if (source.bytes) return linkage_spec_read(a, path, source, spec);
    if (call->is_remote) return err_of(&LINK_NO_SPEC, text_cstr(a, text_shown(a, name, 100))); /* no file of the machine */
    if (!os_is_file(path)) return err_of(&LINK_NO_SPEC, text_cstr(a, text_shown(a, name, 100)));
    TRY(service_read_utf8(a, name, &source));
    return linkage_spec_read(a, path, source, spec);
}

/* Whoever calls from elsewhere knows a file by its name: where it lies is the server's own. */
err link_told(service_call *call, err e)
{
    for (size_t i = 0; call->is_remote && e.detail && i < call->op->input_count; i++) {
        service_type type = call->op->input[i].type;
        for (size_t k = 0; (type == SERVICE_FILE || type == SERVICE_FILE_OUT) && k < call->arguments[i].count; k++) {
            text path = call->arguments[i].values[k], says = text_of(e.detail), name = path;
            for (size_t at = text_find(name, TEXT("/")); at != SIZE_MAX; at = text_find(name, TEXT("/"))) name = text_sub(name, at + 1, name.size_bytes);
            size_t at = path.size_bytes ? text_find(says, path) : SIZE_MAX;
            if (at == SIZE_MAX) continue;
            text rest = text_sub(says, at + path.size_bytes, says.size_bytes);
            e.detail = text_format(call->request, "%.*s%.*s%.*s", TEXT_ARG(text_sub(says, 0, at)), TEXT_ARG(name), TEXT_ARG(rest)).bytes;
        }
    }
    return e;
}

/* ---- columns ---- */

typedef struct {
    text field, column;
    bool is_met; /* some file has the column */
} said;
struct link_columns {
    said *items;
    size_t count, capacity;
    text met; /* what the last file that was read calls its columns */
};
typedef link_columns all_said;

/* What a file calls its columns, as many as one can read. */
static text names_of(service_call *call, const text *columns, size_t count)
{
    enum { NAMED = 24, NAME_BYTES = 32 };
    text_builder out = text_builder_open(call->request);
    for (size_t i = 0; i < count && i < NAMED; i++) {
        text name = text_shown(call->request, text_trim(columns[i]), NAME_BYTES);
        text_add_format(&out, "%s%.*s", i ? service_say(call, ", ", "、") : "", TEXT_ARG(name));
    }
    if (count > NAMED) text_add_format(&out, service_say(call, " and more, %zu in all", " 等 %zu 列"), count);
    return text_built(&out);
}

err link_named(service_call *call, const link_columns *columns, err e)
{
    if (e.kind != &LINKAGE_NOTHING_TO_COMPARE || !columns->met.bytes) return e;
    e.detail = text_format(call->request, service_say(call, " (%.*s)", "（%.*s）"), TEXT_ARG(columns->met)).bytes;
    return e;
}

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
    size_t count; /* columns of the file */
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

/* Two columns of one name, one of which would be taken. */
static err bound_once(service_call *call, const linkage_spec *spec, const text *columns, size_t count, const char *path,
                      const binding *b)
{
    for (size_t c = 0; c < count; c++)
        for (size_t other = 0; other < count && (c == b->id || is_bound(b, spec, c)); other++)
            if (other != c && text_equal(text_trim(columns[other]), text_trim(columns[c])))
                return err_at(&SHEET_COLUMN_TWICE, (source_pos){ text_cstr(call->request, text_of(path)), 1, 1 },
                              text_cstr(call->request, columns[c]));
    return ERR_NONE;
}

static err bind(service_call *call, all_said *all, const linkage_spec *spec, const text *columns, size_t count,
                const char *path, binding *b)
{
    b->count = count;
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
    all->met = names_of(call, columns, count);
    if (b->id == SIZE_MAX) {
        text says = text_format(call->request, service_say(call, "%s (it has %.*s)", "%s（现有列：%.*s）"), path, TEXT_ARG(all->met));
        return err_of(&LINK_NO_ID_COLUMN, says.bytes);
    }
    for (size_t c = 0; c < count; c++) {
        size_t input = linkage_input_named(spec, text_trim(columns[c]));
        if (input != SIZE_MAX && b->column[input] == SIZE_MAX && !is_bound(b, spec, c)) b->column[input] = c;
    }
    return bound_once(call, spec, columns, count, path, b);
}

/* ---- rows ---- */

enum { BLOCK_BYTES = 1 << 17, PROGRESS_ROWS = 4096 };

typedef struct {
    service_call *call;
    const linkage_spec *spec;
    linkage_set *set;
    const char *path;
    binding columns;
} reading;

/* `place` is where the row's id stands. What lies outside of `steady`, where there is one, will not stay where it is. */
static err add_row(const reading *r, linkage_batch *batch, arena *a, const codec_csv_row *row, text steady, source_pos place)
{
    if (row->count != r->columns.count) {
        text found = text_format(a, service_say(r->call, "%zu columns, not %zu,", "%zu 列，应为 %zu 列"), row->count, r->columns.count);
        return err_at(&LINK_WRONG_COLUMNS, (source_pos){ r->path, row->line, 1 }, found.bytes);
    }
    text values[LINKAGE_INPUTS_MAX];
    const text *field = row->field;
    const size_t *columns = r->columns.column, inputs = linkage_input_count(r->spec);
    for (size_t i = 0; i < inputs; i++) values[i] = columns[i] == SIZE_MAX ? TEXT_NONE : field[columns[i]];
    for (size_t i = 0; i < inputs && steady.size_bytes; i++) {
        bool stays = (uintptr_t)values[i].bytes - (uintptr_t)steady.bytes < steady.size_bytes || !values[i].size_bytes;
        if (!stays) values[i] = text_copy(a, values[i]);
    }
    err e = linkage_batch_add(batch, row->field[r->columns.id], values);
    if (e.kind) e.at = place;
    return e;
}

/* ---- a CSV: blocks read side by side, taken in order ---- */

typedef struct {
    arena *memory;
    text rows;
    int32_t first_line;
    linkage_batch *batch;
} block;
typedef struct {
    const reading *r;
    run_source source;
    block slots[OS_SLOTS_MAX];
} blocks;

static err take_block(void *context, size_t slot, bool *has_block)
{
    blocks *all = context;
    block *b = &all->slots[slot];
    int32_t lines;
    arena_reset(b->memory);
    TRY(run_source_take(&all->source, b->memory, BLOCK_BYTES, &b->rows, &b->first_line, &lines));
    *has_block = b->rows.size_bytes > 0;
    service_call *call = all->r->call;
    if (call->office->settings.progress)
        call->office->settings.progress(call->office->settings.progress_context, all->source.taken_bytes, all->source.size_bytes);
    return ERR_NONE;
}

static err read_block(void *context, size_t slot, size_t worker)
{
    blocks *all = context;
    block *b = &all->slots[slot];
    linkage_batch_begin(b->batch, worker);
    codec_csv_options options = { .file = all->r->path, .first_line = b->first_line };
    codec_csv_reader *csv = codec_csv_open_text(b->memory, b->rows, options);
    bool has_quotes = memchr(b->rows.bytes, '"', b->rows.size_bytes); /* what is put together of quotes stands until the next row */
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(csv, &row, &has_row));
        if (!has_row) break;
        bool is_whole = row.count == all->r->columns.count;
        source_pos place = { 0 };
        if (is_whole && !row.field[all->r->columns.id].size_bytes) place = codec_csv_position(csv, all->r->columns.id);
        TRY(add_row(all->r, b->batch, b->memory, &row, has_quotes ? b->rows : TEXT_NONE, place));
    }
    linkage_batch_end(b->batch);
    return ERR_NONE;
}

static err finish_block(void *context, size_t slot)
{
    blocks *all = context;
    linkage_set_take(all->r->set, all->slots[slot].batch);
    return ERR_NONE;
}

static err read_blocks(reading *r, blocks *all, size_t workers)
{
    os_blocks job = { .context = all, .worker_count = workers, .slot_count = 4 * workers,
                      .take = take_block, .work = read_block, .finish = finish_block };
    for (size_t i = 0; i < job.slot_count; i++)
        all->slots[i] = (block){ .memory = arena_open(), .batch = linkage_batch_open(r->set) };
    err e = os_run_blocks(&job);
    if (e.detail) e.detail = text_cstr(r->call->request, text_of(e.detail));
    if (e.kind && e.at.line) e.at.file = r->path;
    for (size_t i = 0; i < job.slot_count; i++) {
        arena_close(all->slots[i].memory);
        linkage_batch_close(all->slots[i].batch);
    }
    return e;
}

static err read_csv(reading *r, all_said *said_of, size_t workers)
{
    arena *memory = arena_open();
    blocks *all = ARENA_NEW(memory, blocks);
    all->r = r;
    all->source.is_any_header = true;
    err e = run_source_open(memory, r->path, r->path, &all->source);
    if (e.kind == &SERVICE_RUN_EMPTY_FILE) e = err_of(&SHEET_NO_HEADER, r->path);
    if (!e.kind) {
        e = bind(r->call, said_of, r->spec, all->source.header, all->source.column_count, r->path, &r->columns);
        if (!e.kind) e = read_blocks(r, all, workers);
        run_source_close(&all->source);
    }
    if (e.detail) e.detail = text_cstr(r->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

/* ---- a workbook, row by row ---- */

static err read_sheet(reading *r, all_said *said_of, sheet *file)
{
    size_t count;
    const text *columns = sheet_columns(file, &count);
    TRY(bind(r->call, said_of, r->spec, columns, count, r->path, &r->columns));
    linkage_batch *batch = linkage_batch_open(r->set);
    err e;
    for (size_t rows = 1;; rows++) {
        codec_csv_row row;
        bool has_row = false;
        e = sheet_next(file, &row, &has_row);
        if (!e.kind && has_row) e = add_row(r, batch, r->call->request, &row, TEXT_NONE, sheet_position(file, r->columns.id));
        if (e.kind || !has_row) break;
        if (rows % PROGRESS_ROWS == 0) linkage_set_take(r->set, batch);
    }
    if (!e.kind) linkage_set_take(r->set, batch);
    linkage_batch_close(batch);
    return e;
}

static err is_workbook(service_call *call, const char *path, bool *yes)
{
    enum { HEAD_BYTES = 64 };
    char head[HEAD_BYTES];
    size_t size = 0;
    *yes = false;
    if (run_source_is_stream(path)) return ERR_NONE;
    os_reader *file;
    TRY(os_reader_open(call->request, path, &file));
    err e = os_reader_read(file, head, HEAD_BYTES, &size);
    os_reader_close(file);
    *yes = !e.kind && codec_is_xlsx((text){ head, size });
    return e;
}

/* Whether a file writes the month before the day, by its first rows; what cannot be read is said when the rows are. */
static bool is_month_first(const reading *r, const all_said *said_of)
{
    enum { LOOKED_AT = 4000, SURE = 10 };
    sheet *file = NULL;
    size_t count = 0, months = 0, days = 0;
    binding b;
    all_said columns = *said_of;
    codec_csv_row row;
    bool has_row = true;
    err e = run_source_is_stream(r->path) ? err_of(&SHEET_NO_HEADER, r->path) : sheet_open(r->call, text_of(r->path), &file);
    const text *names = e.kind ? NULL : sheet_columns(file, &count);
    if (!e.kind) e = bind(r->call, &columns, r->spec, names, count, r->path, &b);
    for (int n = 0; !e.kind && has_row && n < LOOKED_AT; n++) {
        e = sheet_next(file, &row, &has_row);
        for (size_t i = 0; !e.kind && has_row && i < linkage_input_count(r->spec); i++) {
            int order = b.column[i] < row.count ? linkage_input_order(r->spec, i, row.field[b.column[i]]) : 0;
            months += order > 0;
            days += order < 0;
        }
    }
    sheet_close(file);
    return months > SURE * days;
}

static err read_file(service_call *call, const linkage_spec *spec, all_said *all, text path, size_t workers, linkage_set *set)
{
    reading r = { .call = call, .spec = spec, .set = set, .path = text_cstr(call->request, path) };
    bool is_book;
    TRY(is_workbook(call, r.path, &is_book));
    linkage_set_month_first(set, !is_book && is_month_first(&r, all));
    if (!is_book) return read_csv(&r, all, workers);
    sheet *file = NULL;
    err e = sheet_open(call, path, &file);
    if (!e.kind) e = read_sheet(&r, all, file);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = r.path;
    sheet_close(file);
    return e;
}

err link_columns_open(service_call *call, const linkage_spec *spec, link_columns **columns)
{
    *columns = ARENA_NEW(call->request, link_columns);
    return split_columns(call, spec, *columns);
}

err link_columns_met(service_call *call, const link_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        if (!columns->items[i].is_met)
            return err_of(&LINK_NO_COLUMN, text_cstr(call->request, text_shown(call->request, columns->items[i].column, 60)));
    return ERR_NONE;
}

err link_read(service_call *call, const linkage_spec *spec, const linkage_crew *crew, link_columns *columns, size_t count, linkage_set *set)
{
    const service_argument *files = service_argument_of(call, "files");
    if (files->count > 2) return err_of(&LINK_TOO_MANY_FILES, text_cstr(call->request, files->values[2]));
    for (size_t i = 0; i < count; i++) {
        if (i) linkage_set_second(set);
        TRY(read_file(call, spec, columns, files->values[i], crew->workers, set));
    }
    if (count == files->count) TRY(link_columns_met(call, columns));
    err e = linkage_set_ready(set, crew, call->request);
    if (e.kind == &LINKAGE_NO_ROWS) {
        bool is_first = !linkage_set_count(set, 0);
        e.detail = text_cstr(call->request, files->values[is_first ? 0 : 1]);
    }
    return e;
}

/* Where the columns beyond the fields stand. */
static err find_extra(const reading *r, const char *const *extra, const text *columns, size_t count, size_t *at)
{
    for (size_t i = 0; extra && extra[i]; i++) {
        at[i] = SIZE_MAX;
        for (size_t c = 0; c < count && at[i] == SIZE_MAX; c++)
            if (text_equal_cstr(text_trim(columns[c]), extra[i])) at[i] = c;
        if (at[i] == SIZE_MAX) return err_at(&LINK_NO_COLUMN, (source_pos){ r->path, 1, 1 }, extra[i]);
    }
    return ERR_NONE;
}

static err visit_rows(const reading *r, sheet *file, const char *const *extra, const size_t *at, link_visit visit, void *context)
{
    for (;;) {
        codec_csv_row row;
        bool has_row = false;
        text values[LINKAGE_INPUTS_MAX], more[LINK_EXTRA_MAX];
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &row));
        for (size_t i = 0; i < linkage_input_count(r->spec); i++)
            values[i] = r->columns.column[i] < row.count ? row.field[r->columns.column[i]] : TEXT_NONE;
        for (size_t i = 0; extra && extra[i]; i++) more[i] = at[i] < row.count ? text_trim(row.field[at[i]]) : TEXT("");
        err e = visit(context, r->columns.id < row.count ? row.field[r->columns.id] : TEXT(""), values, more);
        if (e.kind && !e.at.line) e.at = sheet_position(file, r->columns.id);
        TRY(e);
    }
}

void link_dates(service_call *call, const linkage_spec *spec, const link_columns *columns, text path, linkage_set *set)
{
    reading r = { .call = call, .spec = spec, .path = text_cstr(call->request, path) };
    bool is_book;
    err e = is_workbook(call, r.path, &is_book);
    linkage_set_month_first(set, !e.kind && !is_book && is_month_first(&r, columns));
}

err link_each(service_call *call, const linkage_spec *spec, link_columns *columns, const char *const *extra, text path, link_visit visit, void *context)
{
    reading r = { .call = call, .spec = spec, .path = text_cstr(call->request, path) };
    link_columns none = { 0 };
    sheet *file = NULL;
    size_t count = 0, at[LINK_EXTRA_MAX];
    err e = sheet_open(call, path, &file);
    const text *names = e.kind ? NULL : sheet_columns(file, &count);
    if (!e.kind) e = bind(call, columns ? columns : &none, spec, names, count, r.path, &r.columns);
    if (!e.kind) e = find_extra(&r, extra, names, count, at);
    if (!e.kind) e = visit_rows(&r, file, extra, at, visit, context);
    if (e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (e.at.file) e.at.file = r.path;
    sheet_close(file);
    return e;
}
