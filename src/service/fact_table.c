#include "service/fact_table.h"

#include <string.h>

#include "base/hash.h"
#include "service/files.h"

const err_kind FACT_TABLE_NO_FACT = {
    "fact_table.no_fact", ERR_NOT_FOUND,
    "This purpose has no fact called {}; office-facts.csv and the purpose's table list them.",
    "该用途没有名为 {} 的事实；见 office-facts.csv 和该用途的适配表。"
};
const err_kind FACT_TABLE_ID_TWICE = { "fact_table.id_twice", ERR_CONFLICT,
                                       "The id {} stands in the file twice.", "编号 {} 在文件中重复出现。" };
const err_kind FACT_TABLE_NO_ID = { "fact_table.no_id", ERR_NOT_FOUND,
                                    "No subject of the file has the id {}.", "文件中没有编号为 {} 的对象。" };
const err_kind FACT_TABLE_NEEDS_ROWS = {
    "fact_table.needs_rows", ERR_BAD_INPUT,
    "The rows of {} are needed; give them with --rows RECORD=FILE.csv.",
    "需要 {} 的各行数据；请用 --rows 记录=文件.csv 给出。"
};
const err_kind FACT_TABLE_BAD_ROW = {
    "fact_table.bad_row", ERR_BAD_INPUT,
    "A row must have as many cells as the first row and begin with an id: {}.",
    "每行的格数应与第一行相同，并以编号开头：{}。"
};

/* A column on its way: lanes in the order of the file. */
typedef struct {
    size_t fact; /* SIZE_MAX: the ids */
    int64_t *values;
    uint32_t *reasons;
    size_t capacity, reason_capacity;
} cells;

typedef struct {
    arena *a;
    const decide_plan *plan;
    decider *with;
    fact_table *table;
    const char *file;
    codec_csv_reader *reader;
    size_t record; /* SIZE_MAX: the subjects */
    cells *columns;
    size_t column_count, row_count;
    text *ids;
    size_t id_capacity;
} reading;

static source_pos place(const reading *r, size_t field)
{
    source_pos at = codec_csv_position(r->reader, field);
    at.file = r->file;
    return at;
}

/* The fact a heading means: of a record's rows also by the field alone. */
static size_t fact_of(const reading *r, text heading)
{
    size_t count;
    const decide_fact *facts = decide_facts(r->plan, &count);
    for (size_t i = 0; i < count; i++) {
        const char *point = strchr(facts[i].name, '.');
        if (facts[i].record != r->record) continue;
        if (text_equal_cstr(heading, facts[i].name)) return i;
        if (r->record != SIZE_MAX && point && text_equal_cstr(heading, point + 1)) return i;
    }
    return SIZE_MAX;
}

static err read_head(reading *r)
{
    codec_csv_row row;
    bool has_row;
    TRY(codec_csv_next(r->reader, &row, &has_row));
    if (!has_row) return err_at(&FACT_TABLE_BAD_ROW, (source_pos){ r->file, 1, 1 }, "-");
    r->column_count = row.count;
    r->columns = ARENA_ARRAY(r->a, cells, row.count);
    for (size_t c = 0; c < row.count; c++) {
        text heading = text_trim(row.field[c]);
        r->columns[c].fact = c ? fact_of(r, heading) : SIZE_MAX;
        if (c && r->columns[c].fact == SIZE_MAX)
            return err_at(&FACT_TABLE_NO_FACT, place(r, c), text_cstr(r->a, heading));
    }
    return ERR_NONE;
}

static void read_cell(reading *r, size_t c, text cell)
{
    cells *lanes = &r->columns[c];
    const policy_type *type = r->plan->facts[lanes->fact].type;
    int64_t value = 0;
    uint32_t reason = 0;
    cell = text_trim(cell);
    if (!cell.size_bytes || text_equal_cstr(cell, "?")) {
        reason = VM_REASON(VM_NOT_KNOWN, 0);
    } else if (policy_parse_value(r->a, r->with->codes, type, cell, &value).kind) {
        reason = VM_REASON(VM_BAD_CELL, 0);
        if (!r->table->bad_cell_count++)
            r->table->first_bad = err_at(&POLICY_BAD_VALUE, place(r, c), text_cstr(r->a, cell));
    }
    size_t count = r->row_count;
    ARENA_PUSH(r->a, lanes->values, count, lanes->capacity, reason ? 0 : value);
    count = r->row_count;
    ARENA_PUSH(r->a, lanes->reasons, count, lanes->reason_capacity, reason);
}

static err read_rows(reading *r)
{
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(r->reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        text id = text_trim(row.field[0]);
        if (row.count != r->column_count || !id.size_bytes)
            return err_at(&FACT_TABLE_BAD_ROW, place(r, 0),
                          text_format(r->a, "%zu/%zu", row.count, r->column_count).bytes);
        for (size_t c = 1; c < row.count; c++) read_cell(r, c, row.field[c]);
        ARENA_PUSH(r->a, r->ids, r->row_count, r->id_capacity, text_copy(r->a, id));
    }
}

static err read_file(reading *r, text path)
{
    text bytes;
    r->file = text_cstr(r->a, path);
    TRY(service_read_utf8(r->a, path, &bytes));
    r->reader = codec_csv_open_text(r->a, bytes, (codec_csv_options){ .file = r->file });
    TRY(read_head(r));
    return read_rows(r);
}

/* ---- subjects ---- */

static err take_subjects(reading *r, hash_map *by_id)
{
    for (size_t i = 0; i < r->row_count; i++) {
        if (hash_map_get(by_id, r->ids[i]) != SIZE_MAX)
            return err_at(&FACT_TABLE_ID_TWICE, (source_pos){ r->file, 0, 0 }, text_cstr(r->a, r->ids[i]));
        hash_map_put(by_id, r->ids[i], i);
    }
    for (size_t c = 1; c < r->column_count; c++)
        r->table->facts[r->columns[c].fact] =
            (column){ r->columns[c].values, r->columns[c].reasons, r->row_count };
    r->table->ids = r->ids;
    r->table->count = r->row_count;
    return ERR_NONE;
}

/* ---- rows of a record: brought into the order of their subjects ---- */

static err lanes_of_rows(const reading *r, const hash_map *by_id, uint32_t *lane_of, uint32_t *until)
{
    for (size_t i = 0; i < r->row_count; i++) {
        size_t lane = hash_map_get(by_id, r->ids[i]);
        if (lane == SIZE_MAX)
            return err_at(&FACT_TABLE_NO_ID, (source_pos){ r->file, 0, 0 }, text_cstr(r->a, r->ids[i]));
        lane_of[i] = (uint32_t)lane;
        until[lane]++;
    }
    for (size_t lane = 1; lane < r->table->count; lane++) until[lane] += until[lane - 1];
    return ERR_NONE;
}

static err take_rows(reading *r, const hash_map *by_id)
{
    uint32_t *lane_of = ARENA_ARRAY(r->a, uint32_t, r->row_count + 1);
    uint32_t *until = ARENA_ARRAY(r->a, uint32_t, r->table->count + 1);
    uint32_t *next = ARENA_ARRAY(r->a, uint32_t, r->table->count + 1);
    TRY(lanes_of_rows(r, by_id, lane_of, until));
    for (size_t lane = 1; lane < r->table->count; lane++) next[lane] = until[lane - 1];
    for (size_t c = 1; c < r->column_count; c++) {
        r->table->facts[r->columns[c].fact] = column_open(r->a, r->row_count);
        column_ensure_reasons(r->a, &r->table->facts[r->columns[c].fact]);
    }
    for (size_t i = 0; i < r->row_count; i++) {
        uint32_t at = next[lane_of[i]]++;
        for (size_t c = 1; c < r->column_count; c++) {
            column *sorted = &r->table->facts[r->columns[c].fact];
            sorted->value[at] = r->columns[c].values[i];
            sorted->reason[at] = r->columns[c].reasons[i];
        }
    }
    r->table->row_until[r->record] = until;
    return ERR_NONE;
}

static err read_record(service_call *call, reading base, text said, const hash_map *by_id)
{
    size_t equals = text_find(said, TEXT("=")), record_count;
    const char *const *records = decide_records(base.plan, &record_count);
    text name = text_trim(text_sub(said, 0, equals == SIZE_MAX ? said.size_bytes : equals));
    for (size_t r = 0; r < record_count && equals != SIZE_MAX; r++) {
        if (!text_equal_cstr(name, records[r])) continue;
        base.record = r;
        TRY(read_file(&base, text_sub(said, equals + 1, said.size_bytes)));
        return take_rows(&base, by_id);
    }
    return err_of(&FACT_TABLE_NO_FACT, text_cstr(call->request, name));
}

err fact_table_read(service_call *call, const decide_plan *plan, decider *with, fact_table *table)
{
    arena *a = call->request;
    size_t fact_count, record_count;
    const char *const *records = decide_records(plan, &record_count);
    (void)decide_facts(plan, &fact_count);
    *table = (fact_table){ .facts = ARENA_ARRAY(a, column, fact_count + 1),
                           .row_until = ARENA_ARRAY(a, const uint32_t *, record_count + 1) };
    reading base = { .a = a, .plan = plan, .with = with, .table = table, .record = SIZE_MAX };
    reading subjects = base;
    hash_map *by_id = hash_map_open(a);
    TRY(read_file(&subjects, service_text_of(call, "in", TEXT_NONE)));
    TRY(take_subjects(&subjects, by_id));
    const service_argument *rows = service_argument_of(call, "rows");
    for (size_t i = 0; i < rows->count; i++) TRY(read_record(call, base, rows->values[i], by_id));
    for (size_t r = 0; r < record_count; r++)
        if (!table->row_until[r]) return err_of(&FACT_TABLE_NEEDS_ROWS, records[r]);
    return ERR_NONE;
}

/* ---- a block of it ---- */

decide_block fact_table_block(arena *a, const decide_plan *plan, const fact_table *table,
                              size_t from, size_t count)
{
    size_t fact_count, record_count;
    const decide_fact *facts = decide_facts(plan, &fact_count);
    (void)decide_records(plan, &record_count);
    const uint32_t **untils = ARENA_ARRAY(a, const uint32_t *, record_count + 1);
    column *columns = ARENA_ARRAY(a, column, fact_count + 1);
    for (size_t r = 0; r < record_count; r++) {
        uint32_t first = from ? table->row_until[r][from - 1] : 0;
        uint32_t *until = ARENA_ARRAY(a, uint32_t, count + 1);
        for (size_t i = 0; i < count; i++) until[i] = table->row_until[r][from + i] - first;
        untils[r] = until;
    }
    for (size_t i = 0; i < fact_count; i++) {
        size_t record = facts[i].record, first = from, size = count;
        if (!table->facts[i].count) continue;
        if (record != SIZE_MAX) {
            first = from ? table->row_until[record][from - 1] : 0;
            size = count ? untils[record][count - 1] : 0;
        }
        columns[i] = column_slice(&table->facts[i], first, size);
    }
    return (decide_block){ .count = count, .facts = columns, .row_until = untils };
}
