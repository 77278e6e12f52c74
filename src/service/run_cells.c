#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/run.h"

/* ---- a block of rows as a table of cells ---- */

static void stable_cell(arena *a, text rows, const text *field, text *cell)
{
    bool is_in_rows = field->bytes >= rows.bytes && field->bytes <= rows.bytes + rows.size_bytes;
    *cell = is_in_rows || !field->size_bytes ? *field : text_copy(a, *field);
}

/* The line a row stood in, for a history that was sorted. */
static int32_t numbered_line(text cell)
{
    int64_t line = 0;
    return codec_parse_scaled(cell, 0, &line) ? (int32_t)line : 0;
}

static const char *ragged(run_job *job, run_block *block, size_t count, size_t wanted)
{
    const char *format = service_say(job->call, "the row has %zu fields, the header %zu",
                                     "该行有 %zu 个字段，表头有 %zu 个");
    return text_format(block->memory, format, count, wanted).bytes;
}

/* A row with too many or too few fields says nothing reliable: all its cells are made empty, and
 * the row is rejected. Of people the person's results are, too. */
static void read_ragged(run_job *job, run_block *block, const run_table *table, size_t row,
                        size_t count, bool is_people)
{
    size_t first = table->source->is_numbered;
    const char *why = ragged(job, block, count - first, table->column_count - first);
    run_reject made = { table->source->file, table->lines[row], 0, TEXT_NONE, TEXT_NONE, text_of(why) };
    ARENA_PUSH(block->memory, block->rejects, block->reject_count, block->reject_capacity, made);
    if (is_people) block->fault[row] = why;
}

err run_cells_read(run_job *job, run_block *block, const run_source *source, text rows,
                   int32_t first_line, size_t rows_max, run_table *table)
{
    arena *a = block->memory;
    size_t columns = source->column_count;
    text *cells = ARENA_ARRAY(a, text, rows_max * columns + 1);
    int32_t *lines = ARENA_ARRAY(a, int32_t, rows_max + 1);
    *table = (run_table){ .source = source, .cells = cells, .lines = lines, .column_count = columns };
    bool is_people = source == &job->people;
    codec_csv_options options = { .file = source->file, .first_line = first_line };
    codec_csv_reader *reader = codec_csv_open_text(a, rows, options);
    for (size_t row = 0;; row++) {
        codec_csv_row read;
        bool has_row;
        TRY(codec_csv_next(reader, &read, &has_row));
        if (!has_row) return ERR_NONE;
        if (row == rows_max) return err_at(&SERVICE_RUN_STRAY_HISTORY, (source_pos){ source->file, read.line, 1 }, "");
        table->row_count = row + 1;
        lines[row] = source->is_numbered ? numbered_line(read.field[0]) : read.line;
        size_t kept = read.count < columns ? read.count : columns;
        if (read.count != columns) {
            read_ragged(job, block, table, row, read.count, is_people);
            kept = is_people && kept > job->key_column ? job->key_column + 1 : 0;
            if (kept && job->key_column) memset(cells + row * columns, 0, sizeof(text) * job->key_column);
        }
        size_t from = read.count != columns && kept ? job->key_column : 0;
        for (size_t c = from; c < kept; c++) stable_cell(a, rows, &read.field[c], &cells[row * columns + c]);
    }
}

void run_cells_reject(run_block *block, const run_table *table, size_t row, size_t index,
                     text reason)
{
    const run_source *source = table->source;
    run_reject made = { source->file, table->lines[row],
                        index == SIZE_MAX ? 0 : index + 1 - source->is_numbered,
                        index == SIZE_MAX ? TEXT_NONE : source->header[index],
                        index == SIZE_MAX ? TEXT_NONE : table->cells[row * table->column_count + index],
                        reason };
    ARENA_PUSH(block->memory, block->rejects, block->reject_count, block->reject_capacity, made);
}

/* ---- cells into lanes ---- */

typedef struct {
    run_block *block;
    policy_codes *codes;
    const run_table *table;
    const policy_symbol *symbol;
    size_t index; /* of the column */
    bool is_chinese;
    column *lanes;
    /* words read before in this block */
    hash_map *known;
    int64_t *known_value;
    size_t known_count, known_capacity;
} filling;

static void reject_lane(filling *f, size_t lane, size_t row, const char *en, const char *zh)
{
    text reason = text_format(f->block->memory, f->is_chinese ? zh : en, f->symbol->type.text);
    column_fail(f->block->memory, f->lanes, lane, VM_REASON(VM_BAD_CELL, 0));
    run_cells_reject(f->block, f->table, row, f->index, reason);
}

/* Whatever the language of packs accepts as a value of the type. */
static void parse_slowly(filling *f, size_t lane, size_t row, text cell)
{
    text trimmed = text_trim(cell);
    if (!trimmed.size_bytes) {
        column_fail(f->block->memory, f->lanes, lane, VM_REASON(VM_NOT_KNOWN, 0));
        return;
    }
    if (!policy_parse_value(f->block->memory, f->codes, &f->symbol->type, trimmed, &f->lanes->value[lane]).kind)
        return;
    bool is_word = f->symbol->type.base == POLICY_ENUM || f->symbol->type.base == POLICY_REGION;
    if (is_word) reject_lane(f, lane, row, "is no word of %s", "不是 %s 的取值");
    else reject_lane(f, lane, row, "cannot be read as %s", "无法读作 %s");
}

static bool is_digits(const char *p, int count)
{
    for (int i = 0; i < count; i++)
        if (p[i] < '0' || p[i] > '9') return false;
    return true;
}

static int32_t digits(const char *p, int count)
{
    int32_t n = 0;
    for (int i = 0; i < count; i++) n = n * 10 + (p[i] - '0');
    return n;
}

static bool parse_month_fast(text cell, int64_t *value)
{
    const char *p = cell.bytes;
    if (cell.size_bytes != 7 || p[4] != '-' || !is_digits(p, 4) || !is_digits(p + 5, 2)) return false;
    int32_t month = digits(p + 5, 2), of_year = calendar_month_of(digits(p, 4), month);
    if (month < 1 || month > 12 || !calendar_is_month(of_year)) return false;
    *value = of_year;
    return true;
}

static bool parse_day_fast(text cell, int64_t *value)
{
    const char *p = cell.bytes;
    int32_t day;
    if (cell.size_bytes != 10 || p[4] != '-' || p[7] != '-') return false;
    if (!is_digits(p, 4) || !is_digits(p + 5, 2) || !is_digits(p + 8, 2)) return false;
    if (!calendar_day_of(digits(p, 4), digits(p + 5, 2), digits(p + 8, 2), &day)) return false;
    *value = day;
    return true;
}

/* Enum words and the like repeat: each is read once a block. */
static void parse_word(filling *f, size_t lane, size_t row, text cell)
{
    size_t known = hash_map_get(f->known, cell);
    if (known != SIZE_MAX) {
        f->lanes->value[lane] = f->known_value[known];
        return;
    }
    parse_slowly(f, lane, row, cell);
    if (!column_is_valid(f->lanes, lane)) return;
    hash_map_put(f->known, cell, f->known_count);
    ARENA_PUSH(f->block->memory, f->known_value, f->known_count, f->known_capacity,
               f->lanes->value[lane]);
}

/* The machine refuses such lanes by itself; here they are told to whoever gave the file. */
static void check_range(filling *f, const vm_input *input, const uint32_t *row_of)
{
    if (input->kind == VM_CODE || input->kind == VM_BOOL) return;
    for (size_t lane = 0; lane < f->lanes->count; lane++) {
        int64_t v = f->lanes->value[lane];
        if ((v >= input->min && v <= input->max) || !column_is_valid(f->lanes, lane)) continue;
        text low = policy_print_value(f->block->memory, f->codes, &f->symbol->type, input->min);
        text high = policy_print_value(f->block->memory, f->codes, &f->symbol->type, input->max);
        const char *format = f->is_chinese ? "应在 %.*s 至 %.*s 之间" : "is not from %.*s to %.*s";
        run_cells_reject(f->block, f->table, row_of[lane], f->index,
                        text_format(f->block->memory, format, TEXT_ARG(low), TEXT_ARG(high)));
    }
}

void run_cells_fill(run_block *block, const run_plan *plan, policy_codes *codes, size_t input,
                     const run_table *table, const uint32_t *row_of, bool is_chinese,
                     column *lanes)
{
    filling f = { .block = block, .codes = codes, .table = table,
                  .symbol = plan->planned.input_symbols[input], .index = plan->column_of[input],
                  .is_chinese = is_chinese, .lanes = lanes };
    column_ensure_reasons(block->memory, lanes);
    if (f.index == SIZE_MAX) {
        for (size_t lane = 0; lane < lanes->count; lane++)
            lanes->reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
        return;
    }
    const text *cells = table->cells + f.index;
    size_t stride = table->column_count;
    vm_kind kind = plan->planned.plan.inputs[input].kind;
    int decimals = plan->planned.plan.inputs[input].decimals;
    bool is_year = f.symbol->type.base == POLICY_YEAR;
    if (kind == VM_CODE || kind == VM_BOOL) f.known = hash_map_open(block->memory);
    for (size_t lane = 0; lane < lanes->count; lane++) {
        text cell = cells[row_of[lane] * stride];
        int64_t *value = &lanes->value[lane];
        if (!cell.size_bytes) {
            lanes->reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
            continue;
        }
        bool is_read = false;
        switch (kind) {
        case VM_NUMBER:
            is_read = (!is_year || cell.size_bytes == 4) && codec_parse_scaled(cell, decimals, value);
            break;
        case VM_DAY: is_read = parse_day_fast(cell, value); break;
        case VM_MONTH: is_read = parse_month_fast(cell, value); break;
        default: parse_word(&f, lane, row_of[lane], cell); continue;
        }
        if (!is_read) parse_slowly(&f, lane, row_of[lane], cell);
    }
    check_range(&f, &plan->planned.plan.inputs[input], row_of);
}
