#include <stddef.h>
#include <string.h>

#include "base/hash.h"
#include "ident/ident.h"
#include "os/os.h"
#include "service/import_said.h"
#include "service/lists.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/sheet.h"

static const service_field IMPORT_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .shows = "FILE.csv|xlsx",
      .summary = "rows, the first with the names of columns", .summary_zh = "数据文件，首行为列名" },
    { .name = "what", .type = SERVICE_NAME, .is_required = true, .shows = "LIST",
      .summary = "persons, employers, members, enrolments, spells, benefits, accounts or attributes",
      .summary_zh = "清单种类：人员、单位、家庭成员、参保登记、缴费段、待遇、银行账户、部门信息" },
    { .name = "map", .type = SERVICE_FACT, .is_list = true, .shows = "COLUMN=FIELD",
      .summary = "a column under another name; an empty field passes it over",
      .summary_zh = "列名与字段的对应；字段为空表示不用该列" },
    { .name = "dry-run", .type = SERVICE_FLAG, .summary = "say what would change, and change nothing",
      .summary_zh = "只说明会有哪些变化，不写入" },
    { .name = "rejects", .type = SERVICE_FILE_OUT, .shows = "REJECTS.csv",
      .summary = "rows that were refused, with the reason: mend them and import this file",
      .summary_zh = "退回的行及原因，改正后可直接再导入" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "case or document behind it", .summary_zh = "事由或文号" },
    SERVICE_AS_FIELD,
    SERVICE_COUNTY_FIELD,
    SERVICE_PACKS_FIELD,
};
static const service_field REJECTED[] = {
    { .name = "line", .type = SERVICE_COUNT }, { .name = "column", .type = SERVICE_TEXT },
    { .name = "code", .type = SERVICE_TEXT },  { .name = "says", .type = SERVICE_TEXT },
};
static const service_field IMPORT_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows read", .summary_zh = "读入行数" },
    { .name = "new", .type = SERVICE_COUNT, .summary = "new people or employers", .summary_zh = "新增人员或单位" },
    { .name = "changed", .type = SERVICE_COUNT, .summary = "facts that change", .summary_zh = "有变化的信息" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "facts that are so already", .summary_zh = "无变化的信息" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rows refused", .summary_zh = "退回的行" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    { .name = "passed_over", .type = SERVICE_TEXT, .is_list = true, .summary = "columns passed over",
      .summary_zh = "未使用的列", .is_optional = true },
    { .name = "rejects", .type = SERVICE_OBJECT, .is_list = true, .fields = REJECTED,
      .field_count = ARRAY_COUNT(REJECTED), .is_optional = true },
};

enum { ROWS_A_COMMIT = 50000, REJECTS_SHOWN = 10, PROGRESS_ROWS = 1024 };
#define ERROR_COLUMN    "error"
#define ERROR_COLUMN_ZH "错误"

typedef struct {
    service_call *call;
    county *office;
    const list_row *list;
    sheet *file;
    registry_load *load;
    registry_act act;
    arena *load_memory, *row_memory;
    size_t *field_of; /* by column; SIZE_MAX: passed over */
    size_t column_count, *column_of; /* by field */
    hash_map *fresh;  /* numbers and codes of who is new since the last commit, to their id */
    arena *fresh_memory;
    import_said *said; /* of subjects, since the last commit */
    list_words *words;
    os_writer *rejects;
    service_value *shown;
    registry_load_tally tally;
    int64_t rows, rejected;
    bool is_dry_run, has_users;
} importing;

/* ---- columns ---- */

/* What --map says of a column; *is_said is false when nothing. */
static text mapped(const service_call *call, text name, bool *is_said)
{
    const service_argument *map = service_argument_of(call, "map");
    *is_said = false;
    for (size_t i = 0; map && i < map->count; i++) {
        size_t at = text_find(map->values[i], TEXT("="));
        if (at == SIZE_MAX || !text_equal(text_trim(text_sub(map->values[i], 0, at)), name)) continue;
        *is_said = true;
        return text_trim(text_sub(map->values[i], at + 1, map->values[i].size_bytes));
    }
    return name;
}

static err bind_column(importing *m, size_t place, text name)
{
    bool is_said;
    text field = mapped(m->call, name, &is_said);
    size_t found = field.size_bytes ? list_field_named(m->list, field) : SIZE_MAX;
    if (is_said && field.size_bytes && found == SIZE_MAX)
        return err_of(&LIST_NO_FIELD, text_cstr(m->call->request, field));
    if (found != SIZE_MAX && m->column_of[found] != SIZE_MAX) found = SIZE_MAX; /* the first counts */
    m->field_of[place] = found;
    if (found != SIZE_MAX) {
        m->column_of[found] = place;
        return sheet_once(m->file, place);
    }
    bool is_error = text_equal_cstr(name, ERROR_COLUMN) || text_equal_cstr(name, ERROR_COLUMN_ZH);
    if (!is_error) {
        const service_value *list = service_member(m->call->reply, "passed_over");
        service_value *into = list ? (service_value *)(uintptr_t)list
                                   : service_put_list(m->call->request, m->call->reply, "passed_over");
        service_put_text(m->call->request, into, NULL, name);
    }
    return ERR_NONE;
}

static err bind_columns(importing *m)
{
    arena *a = m->call->request;
    size_t field_count = list_field_count(m->list);
    const text *columns = sheet_columns(m->file, &m->column_count);
    m->field_of = ARENA_ARRAY(a, size_t, m->column_count + 1);
    m->column_of = ARENA_ARRAY(a, size_t, field_count + 1);
    for (size_t i = 0; i < field_count; i++) m->column_of[i] = SIZE_MAX;
    for (size_t i = 0; i < m->column_count; i++) TRY(bind_column(m, i, columns[i]));
    for (size_t i = 0; i < field_count; i++) {
        const list_field *f = &m->list->fields[i];
        if (f->is_required && m->column_of[i] == SIZE_MAX)
            return err_of(&LIST_NO_COLUMN, list_field_said(a, f));
    }
    return ERR_NONE;
}

/* ---- rows that are refused ---- */

static err add_reject_row(importing *m, const text *cells, size_t count, text last)
{
    text_builder line = text_builder_open(m->row_memory);
    codec_csv_writer w = codec_csv_write(&line, 0);
    const text *columns = sheet_columns(m->file, &(size_t){ 0 });
    for (size_t i = 0; i < m->column_count; i++) {
        bool is_error = text_equal_cstr(columns[i], ERROR_COLUMN) || text_equal_cstr(columns[i], ERROR_COLUMN_ZH);
        if (!is_error) codec_csv_add_text(&w, i < count ? cells[i] : TEXT(""));
    }
    codec_csv_add_text(&w, last);
    for (size_t i = m->column_count; i < count; i++) codec_csv_add_text(&w, cells[i]); /* nothing is lost */
    codec_csv_end_row(&w);
    return os_writer_add(m->rejects, text_built(&line));
}

static err open_rejects(importing *m)
{
    size_t count;
    const text *columns = sheet_columns(m->file, &count);
    if (!service_is_given(m->call, "rejects")) return ERR_NONE;
    TRY(os_writer_open(m->call->request, text_cstr(m->call->request, service_text_of(m->call, "rejects", TEXT_NONE)),
                       &m->rejects));
    return add_reject_row(m, columns, count, text_of(service_say(m->call, ERROR_COLUMN, ERROR_COLUMN_ZH)));
}

static err reject(importing *m, const codec_csv_row *row, size_t field, err e)
{
    arena *a = m->call->request;
    text says = err_sentence(m->row_memory, (err){ .kind = e.kind, .detail = e.detail }, m->call->is_chinese);
    m->rejected++;
    m->call->has_failures = true;
    if (m->rejects) TRY(add_reject_row(m, row->field, row->count, says));
    if (m->rejected > REJECTS_SHOWN) return ERR_NONE;
    if (!m->shown) m->shown = service_put_list(a, m->call->reply, "rejects");
    service_value *v = service_put_object(a, m->shown, NULL);
    service_put_count(a, v, "line", row->line);
    service_put_text(a, v, "column", field == SIZE_MAX ? TEXT("") : list_field_name(a, &m->list->fields[field], m->call->is_chinese));
    service_put_cstr(a, v, "code", e.kind->code);
    service_put_text(a, v, "says", text_copy(a, says));
    return ERR_NONE;
}

/* What one row can be wrong in; anything else ends the import. */
static bool is_of_row(err e)
{
    static const err_kind *const OF_ROW[] = {
        &LIST_BAD_CELL, &LIST_BAD_WORD, &LIST_EMPTY_CELL, &LIST_NOBODY, &LIST_NO_SUBJECT, &RECORD_SEVERAL,
        &SHEET_ROW_WIDTH, &SHEET_LOST_DIGITS, &SHEET_ERROR_CELL, &IMPORT_AGAINST_NUMBER, &IMPORT_RENAMES, &IMPORT_RENUMBERS, &REGISTRY_BAD_FACT, &REGISTRY_DUPLICATE, &REGISTRY_NOT_FOUND, &REGISTRY_MERGED,
        &IDENT_WRONG_LENGTH, &IDENT_BAD_CHARACTER, &IDENT_NO_SUCH_BIRTHDAY, &IDENT_WRONG_CHECK,
    };
    for (size_t i = 0; i < ARRAY_COUNT(OF_ROW); i++)
        if (e.kind == OF_ROW[i]) return true;
    return false;
}

/* ---- a row ---- */

/* Of a list about others: whom the row is about stands in the fact. Of people and employers
 * themselves: who is there already is met again by its number or code. */
static err find_subject(importing *m, list_fact *fact)
{
    int64_t *id = &fact->fact.subject_id;
    text key = TEXT_NONE;
    if (m->list->kind == REGISTRY_PERSON) key = fact->person.number.plain;
    if (m->list->kind == REGISTRY_EMPLOYER) key = fact->employer.code;
    if (*id || !m->list->makes_subjects)
        return *id ? ERR_NONE : err_of(&LIST_NO_SUBJECT, ERR_SAID("whom is it about", "无法确定所属人员"));
    if (!key.size_bytes) return err_of(&LIST_NO_SUBJECT, ERR_SAID("whom is it about", "无法确定所属人员"));
    size_t fresh = hash_map_get(m->fresh, key);
    if (fresh != SIZE_MAX) {
        *id = (int64_t)fresh;
        return ERR_NONE;
    }
    bool is_employer = m->list->kind == REGISTRY_EMPLOYER;
    err e = is_employer ? registry_find_code(m->row_memory, m->office->people, key, id) : record_find_own(m->office, key, id);
    /* Of two records that are one by now, the one that is left. */
    if (e.kind == &RECORD_SEVERAL) e = record_find_person(m->office, key, id);
    return e.kind == &RECORD_NONE || e.kind == &REGISTRY_NOT_FOUND ? ERR_NONE : e;
}

/* What a row before said, or what is known already, stands where the row says nothing. */
static err begin_with_known(importing *m, int64_t subject_id, list_fact *fact)
{
    registry_record record;
    const list_fact *said = import_said_of(m->said, subject_id);
    if (said) {
        *fact = *said;
        return ERR_NONE;
    }
    TRY(registry_record_read(m->row_memory, m->office->people, subject_id, REGISTRY_NOW, &record));
    if (record.kind != m->list->kind) return err_of(&LIST_NOBODY, ERR_SAID("such subject", "此对象"));
    const char *facts = record.facts[record.kind];
    memcpy(fact, facts + (record.count[record.kind] - 1) * m->list->size_bytes, m->list->size_bytes);
    fact->fact = (registry_fact){ .subject_id = subject_id };
    return ERR_NONE;
}

static err read_cells(importing *m, const codec_csv_row *row, list_fact *fact, size_t *field)
{
    for (*field = 0; *field < list_field_count(m->list); ++*field) {
        const list_field *f = &m->list->fields[*field];
        size_t place = m->column_of[*field];
        text cell = place < row->count ? text_trim(row->field[place]) : TEXT("");
        if (!cell.size_bytes && f->is_required)
            return err_of(&LIST_EMPTY_CELL, list_field_said(m->row_memory, f));
        if (!cell.size_bytes) continue;
        err e = list_read(m->office, m->row_memory, f, cell, fact);
        bool hides = f->cell == LIST_SECRET || f->cell == LIST_NUMBER;
        if (!e.kind && f->cell == LIST_VALUE) e = list_words_take(m->words, &fact->attribute);
        if (e.kind == &LIST_BAD_CELL && !hides) e.detail = text_cstr(m->row_memory, cell);
        TRY(e);
    }
    *field = SIZE_MAX;
    if (m->list->kind == REGISTRY_PERSON) fact->person.number.plain = import_number(m->row_memory, fact->person.number.plain);
    return ERR_NONE;
}

static err say_new(importing *m, list_fact *fact)
{
    text key = m->list->kind == REGISTRY_PERSON ? fact->person.number.plain : fact->employer.code;
    int64_t id;
    TRY(registry_load_new(m->load, m->list->kind, fact, &id));
    hash_map_put(m->fresh, text_copy(m->fresh_memory, key), (size_t)id);
    fact->fact.subject_id = id;
    return ERR_NONE;
}

static err check_person(importing *m, const list_fact *before, const list_fact *now, size_t *field)
{
    const char *blamed;
    if (m->list->kind != REGISTRY_PERSON) return ERR_NONE;
    err e = import_check_person(m->office, m->row_memory, before ? &before->person : NULL, &now->person, !m->has_users, &blamed);
    if (e.kind) *field = list_field_named(m->list, text_of(blamed));
    return e;
}

static err take_subject(importing *m, const codec_csv_row *row, size_t *field)
{
    list_fact fact = { 0 }, before = { 0 };
    TRY(read_cells(m, row, &fact, field));
    TRY(find_subject(m, &fact));
    int64_t id = fact.fact.subject_id;
    if (id) {
        TRY(begin_with_known(m, id, &before));
        fact = before;
        TRY(read_cells(m, row, &fact, field));
    }
    TRY(check_person(m, id ? &before : NULL, &fact, field));
    fact.fact = (registry_fact){ .subject_id = id, .from = REGISTRY_EVER, .until = REGISTRY_OPEN };
    if (id) TRY(registry_load_say(m->load, m->list->kind, &fact));
    else TRY(say_new(m, &fact));
    import_said_keep(m->said, &fact);
    return ERR_NONE;
}

static err take_row(importing *m, const codec_csv_row *row, size_t *field)
{
    list_fact fact = { .fact = { .from = REGISTRY_EVER, .until = REGISTRY_OPEN } };
    if (m->list->makes_subjects) return take_subject(m, row, field);
    if (m->list->kind == REGISTRY_BENEFIT) fact.benefit.state = REGISTRY_PAYING;
    TRY(read_cells(m, row, &fact, field));
    TRY(find_subject(m, &fact));
    return registry_load_say(m->load, m->list->kind, &fact);
}

/* ---- the file ---- */

static void forget_rows(importing *m)
{
    arena_reset(m->fresh_memory);
    m->fresh = hash_map_open(m->fresh_memory);
    m->said = import_said_open(m->fresh_memory, m->list);
}

static err open_load(importing *m)
{
    registry_load_options options = { .is_dry_run = m->is_dry_run };
    m->load_memory = arena_open();
    m->fresh_memory = arena_open();
    forget_rows(m);
    return registry_load_open(m->load_memory, m->office->people, &m->act, "imported", &options, &m->load);
}

static err close_load(importing *m)
{
    err e = registry_load_close(m->load, &m->tally);
    arena_close(m->load_memory);
    arena_close(m->fresh_memory);
    m->load = NULL;
    return e;
}

/* So much is kept whatever happens after: the file read again passes over it. */
static err keep(importing *m)
{
    TRY(registry_load_flush(m->load));
    if (!m->is_dry_run) {
        TRY(store_commit(m->office->db));
        TRY(county_begin(m->office));
    }
    forget_rows(m);
    return ERR_NONE;
}

static void tell_progress(const importing *m)
{
    const service_settings *settings = &m->call->office->settings;
    uint64_t done, all;
    sheet_progress(m->file, &done, &all);
    if (settings->progress && all) settings->progress(settings->progress_context, done, all);
}

/* The column in which rows say a person's number; SIZE_MAX: there is none. */
static size_t number_column(const importing *m)
{
    for (size_t i = 0; i < list_field_count(m->list); i++) {
        const list_field *f = &m->list->fields[i];
        bool is_own = m->list->kind == REGISTRY_PERSON && f->offset == offsetof(registry_person, number);
        if (f->cell == LIST_NUMBER || is_own) return m->column_of[i];
    }
    return SIZE_MAX;
}

/* Whom the rows are about is asked of the store for all of them at once. */
static err expect(const importing *m, const sheet_block *block)
{
    size_t place = number_column(m), count = 0;
    if (place == SIZE_MAX) return ERR_NONE;
    text *numbers = ARENA_ARRAY(block->memory, text, block->count + 1);
    for (size_t i = 0; i < block->count; i++) {
        const codec_csv_row *row = &block->rows[i].row;
        if (place < row->count) numbers[count++] = text_trim(row->field[place]);
    }
    return registry_expect_numbers(m->office->people, numbers, count);
}

static err take_sheet_row(importing *m, const sheet_row *one)
{
    size_t field = SIZE_MAX;
    arena_reset(m->row_memory);
    err e = one->fits;
    if (!e.kind) e = take_row(m, &one->row, &field);
    if (e.kind && !is_of_row(e)) return err_at(e.kind, one->at, e.detail);
    if (e.kind) TRY(reject(m, &one->row, field, e));
    if (++m->rows % ROWS_A_COMMIT == 0) TRY(keep(m));
    if (m->rows % PROGRESS_ROWS == 0) tell_progress(m);
    return ERR_NONE;
}

static err take_block(importing *m, sheet_block *block)
{
    sheet_next_block(m->file, block);
    if (block->count) TRY(expect(m, block));
    for (size_t i = 0; i < block->count; i++) TRY(take_sheet_row(m, &block->rows[i]));
    return block->end;
}

static err take_rows(importing *m)
{
    sheet_block block = { .memory = arena_open() };
    err e;
    do e = take_block(m, &block);
    while (!e.kind && block.count == SHEET_BLOCK_ROWS);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(block.memory);
    return e;
}

static err import_file(importing *m)
{
    registry *people;
    TRY(sheet_open(m->call, service_text_of(m->call, "file", TEXT_NONE), &m->file));
    TRY(bind_columns(m));
    TRY(county_people(m->office, &people));
    TRY(open_rejects(m));
    TRY(county_begin(m->office));
    m->act.known_ms = m->office->now_ms;
    TRY(open_load(m));
    TRY(take_rows(m));
    TRY(close_load(m));
    if (m->is_dry_run) store_rollback(m->office->db);
    else TRY(store_commit(m->office->db));
    if (!m->rejects) return ERR_NONE;
    os_writer *whole = m->rejects;
    m->rejects = NULL;
    return os_writer_commit(whole);
}

static void answer(const importing *m)
{
    arena *a = m->call->request;
    service_value *reply = m->call->reply;
    service_put_count(a, reply, "rows", m->rows);
    service_put_count(a, reply, "new", m->tally.new_count);
    service_put_count(a, reply, "changed", m->tally.changed_count);
    service_put_count(a, reply, "same", m->tally.same_count);
    service_put_count(a, reply, "rejected", m->rejected);
    service_put_bool(a, reply, "written", !m->is_dry_run);
}

/* What is paid, and where to, is not a clerk's to bring in by a file once the office has users: it
 * goes by duties of its own. Before, a file is how an office begins. */
static err may_import(importing *m)
{
    bool moves_money = m->list->kind == REGISTRY_ACCOUNT || m->list->kind == REGISTRY_BENEFIT;
    TRY(county_ask_who(m->office, &m->has_users));
    if (!m->has_users || !moves_money) return ERR_NONE;
    return err_of(&LIST_BY_DUTY, text_format(m->call->request, ERR_SAID("%s", "%s"), m->list->name, m->list->zh).bytes);
}

static err county_import_run(service_call *call)
{
    importing m = { .call = call, .is_dry_run = service_is_given(call, "dry-run"),
                    .list = list_find(service_text_of(call, "what", TEXT_NONE)) };
    if (!m.list) {
        size_t count;
        const list_row *lists = list_rows(&count);
        text_builder names = text_builder_open(call->request);
        text_add(&names, service_text_of(call, "what", TEXT_NONE));
        for (size_t i = 0; i < count; i++)
            text_add_format(&names, "%s%s", i ? ", " : " — ", service_say(call, lists[i].name, lists[i].zh));
        return err_of(&LIST_NONE, text_built(&names).bytes);
    }
    TRY(county_open(call, COUNTY_WRITE, &m.office));
    TRY(may_import(&m));
    m.act = (registry_act){ .actor_id = m.office->actor_id,
                            .why = service_text_of(call, "why", service_text_of(call, "file", TEXT_NONE)) };
    m.row_memory = arena_open();
    m.words = list_words_open(call->request, m.office);
    err e = import_file(&m);
    if (e.kind && e.detail) e.detail = text_cstr(call->request, text_of(e.detail));
    if (m.load) (void)close_load(&m).kind;
    if (m.rejects) os_writer_cancel(m.rejects);
    sheet_close(m.file);
    arena_close(m.row_memory);
    TRY(e);
    answer(&m);
    return ERR_NONE;
}

static const char *const IMPORT_EXAMPLES[] = {
    "doudi county import persons.csv --what persons --dry-run",
    "doudi county import 参保.xlsx --what 参保登记 --map 身份证=citizen_number --rejects rejects.csv", NULL };

const service_op COUNTY_IMPORT_OP = {
    .name = "county.import",
    .summary = "Take a list of people, employers or facts from a file",
    .summary_zh = "从文件导入人员、单位或各项登记",
    .law = "社会保险法 第五十七条、第五十八条",
    .kind = SERVICE_WRITE,
    .permission = "import.run",
    .input = IMPORT_INPUT,
    .input_count = ARRAY_COUNT(IMPORT_INPUT),
    .output = IMPORT_OUTPUT,
    .output_count = ARRAY_COUNT(IMPORT_OUTPUT),
    .examples = IMPORT_EXAMPLES,
    .run = county_import_run,
};
