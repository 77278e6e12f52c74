/* The lines of a roll being received: read, put right, and found in the registry. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/record_rows.h"
#include "service/rolls_receive.h"

const err_kind ROLLS_NO_COLUMN = {
    "rolls.no_column", ERR_BAD_INPUT,
    "The roll has no column {}. What columns it must have stands in packs/ledger/rolls.csv (doudi roll list --roll ROLL); is the "
    "file of another encoding than UTF-8 or GB18030?",
    "名册缺少列 {}。应有各列见 packs/ledger/rolls.csv（doudi roll list --roll 名册）；文件编码是否不是 UTF-8 或 GB18030？"
};
/* ---- columns ---- */

static bool is_called(const rolls_column *field, text said)
{
    text rest = field->also;
    if (text_equal(said, field->zh) || text_equal(said, field->en)) return true;
    while (rest.size_bytes) {
        size_t bar = text_find(rest, TEXT("|"));
        if (text_equal(said, bar == SIZE_MAX ? rest : text_sub(rest, 0, bar))) return true;
        rest = bar == SIZE_MAX ? TEXT_NONE : text_sub(rest, bar + 1, rest.size_bytes);
    }
    return false;
}

static err no_column(const rolls_receive *r, const rolls_column *field, const text *columns, size_t count)
{
    enum { COLUMNS_SHOWN = 8, BYTES_SHOWN = 24 };
    arena *a = r->call->request;
    text_builder says = text_builder_open(a);
    text_add_format(&says, service_say(r->call, "%.*s (it has: ", "%.*s（现有："), TEXT_ARG(r->call->is_chinese ? field->zh : field->en));
    for (size_t i = 0; i < count && i < COLUMNS_SHOWN; i++) {
        if (i) text_add_cstr(&says, service_say(r->call, ", ", "、"));
        text_add(&says, text_shown(a, columns[i], BYTES_SHOWN));
    }
    text_add_cstr(&says, service_say(r->call, ")", "）"));
    return err_of(&ROLLS_NO_COLUMN, text_built(&says).bytes);
}

err rolls_receive_bind(rolls_receive *r)
{
    size_t count;
    const text *columns = sheet_columns(r->file, &count);
    bool *is_used = ARENA_ARRAY(r->memory, bool, count + 1);
    memset(is_used, 0, count + 1);
    for (size_t c = 0; c < r->contract->column_count; c++) {
        const rolls_column *field = &r->contract->columns[c];
        r->place[c] = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            if (!is_called(field, columns[i])) continue;
            if (r->place[c] != SIZE_MAX) return err_of(&SHEET_COLUMN_TWICE, text_cstr(r->call->request, columns[i]));
            r->place[c] = i;
            is_used[i] = true;
        }
        if (r->place[c] == SIZE_MAX && field->is_needed)
            return no_column(r, field, columns, count);
    }
    for (size_t i = 0; i < count; i++)
        if (!is_used[i] && columns[i].size_bytes)
            service_note(r->call, "a column that is not in the contract was passed over: ", "不在约定中的列未读入：",
                         text_copy(r->call->request, columns[i]));
    return ERR_NONE;
}

/* ---- whom a line is about ---- */

static err current_name(rolls_receive *r, int64_t person_id, text *name)
{
    registry_record record;
    *name = TEXT_NONE;
    TRY(registry_record_read(r->line_memory, r->people, person_id, REGISTRY_NOW, &record));
    const registry_person *person = record.facts[REGISTRY_PERSON];
    if (record.count[REGISTRY_PERSON]) *name = person[record.count[REGISTRY_PERSON] - 1].name;
    return ERR_NONE;
}

static err find_person(rolls_receive *r, text number, text name, roll_line *line)
{
    int64_t *ids, given_up, since_ms;
    size_t count;
    text known;
    TRY(registry_find_number(r->line_memory, r->people, number, &ids, &count));
    for (size_t i = 0; i < count; i++) TRY(record_follow(r->office, REGISTRY_NOW, &ids[i], &given_up, &since_ms));
    line->state = count ? ROLL_LINKED : ROLL_ABSENT;
    if (!count) return ERR_NONE;
    line->subject_id = ids[0];
    for (size_t i = 1; i < count; i++) {
        if (ids[i] == ids[0]) continue;
        line->state = ROLL_REVIEW;
        line->subject_id = 0;
        line->why = TEXT("several");
        return ERR_NONE;
    }
    TRY(current_name(r, ids[0], &known));
    if (text_equal(ident_name_fold(r->line_memory, r->names, known), ident_name_fold(r->line_memory, r->names, name))) return ERR_NONE;
    line->state = ROLL_REVIEW;
    line->why = TEXT("name_differs");
    return ERR_NONE;
}

static err find_employer(rolls_receive *r, text code, roll_line *line)
{
    err e = registry_find_code(r->line_memory, r->people, code, &line->subject_id);
    bool is_nobody = e.kind == &REGISTRY_NOT_FOUND || (!e.kind && !line->subject_id);
    line->state = is_nobody ? ROLL_ABSENT : ROLL_LINKED;
    if (is_nobody) line->subject_id = 0;
    return is_nobody ? ERR_NONE : e;
}

/* Birth day and sex, where the roll has them, are those of a number that is sound. */
static bool agrees(const rolls_receive *r, const text *says, const rolls_cell *number)
{
    int64_t day;
    size_t birth = rolls_column_linked(r->contract, "birth_date"), sex = rolls_column_linked(r->contract, "sex");
    if (birth != SIZE_MAX && rolls_cell_value(&r->contract->columns[birth], says[birth], &day) && day != number->birth_day) return false;
    return sex == SIZE_MAX || !says[sex].size_bytes || text_equal(says[sex], number->is_male ? TEXT("男") : TEXT("女"));
}

static err find(rolls_receive *r, const text *says, const rolls_cell *number, roll_line *line)
{
    const rolls_contract *c = r->contract;
    size_t name = rolls_column_linked(c, "name");
    if (c->is_of_employers) return find_employer(r, number->says, line);
    line->state = ROLL_REVIEW;
    line->why = TEXT("wrong_number");
    if (number->is_doubtful) return ERR_NONE;
    line->why = TEXT("birth_differs");
    if (!agrees(r, says, number)) return ERR_NONE;
    line->why = TEXT("");
    return find_person(r, number->says, says[name], line);
}

/* ---- a line ---- */

static void reject(rolls_receive *r, roll_line *line, const char *code, size_t field)
{
    const rolls_column *of = field == SIZE_MAX ? NULL : &r->contract->columns[field];
    if (line->state == ROLL_REJECTED) return; /* the first of what is wrong */
    line->state = ROLL_REJECTED;
    line->subject_id = 0;
    line->why = of ? text_format(r->memory, "%s %.*s|%.*s", code, TEXT_ARG(of->zh), TEXT_ARG(of->en)) : text_copy(r->memory, text_of(code));
}

static void keep_cells(rolls_receive *r, const text *says)
{
    if (r->count == r->cell_capacity) {
        size_t wider = r->cell_capacity ? 2 * r->cell_capacity : 1024;
        for (size_t c = 0; c < r->contract->column_count; c++) {
            text *cells = ARENA_ARRAY(r->memory, text, wider);
            if (r->count) memcpy(cells, r->cells[c], r->count * sizeof *cells);
            r->cells[c] = cells;
        }
        r->cell_capacity = wider;
    }
    for (size_t c = 0; c < r->contract->column_count; c++) r->cells[c][r->count] = text_copy(r->memory, says[c]);
}

static void read_cells(rolls_receive *r, const codec_csv_row *row, rolls_cell *cells, text *says, roll_line *line)
{
    const rolls_contract *c = r->contract;
    for (size_t i = 0; i < c->column_count; i++) {
        text said = r->place[i] < row->count ? row->field[r->place[i]] : TEXT_NONE;
        bool is_number = c->columns[i].type == ROLLS_CITIZEN_NUMBER;
        rolls_cell_read(r->line_memory, &c->columns[i], said, &cells[i]);
        says[i] = cells[i].says;
        bool is_left_out = is_number && cells[i].fault && strcmp(cells[i].fault, "empty") == 0;
        if (!cells[i].fault || is_left_out) continue; /* whoever has no number may be found by what else is said */
        if (!r->faults[i]++) {
            r->fault_line[i] = (size_t)line->line;
            r->fault_cell[i] = text_copy(r->memory, text_trim(said));
        }
        reject(r, line, cells[i].fault, i);
    }
}

static void check_days(rolls_receive *r, const text *says, roll_line *line)
{
    for (size_t i = 0; i < r->contract->column_count; i++) {
        int64_t day;
        bool is_day = r->contract->columns[i].type == ROLLS_DATE && rolls_cell_value(&r->contract->columns[i], says[i], &day);
        if (is_day && day > calendar_last_day_of_month(r->month)) reject(r, line, "ahead", i);
    }
}

static void hash_line(rolls_receive *r, const text *says, roll_line *line)
{
    text_builder key = text_builder_open(r->line_memory), all = text_builder_open(r->line_memory);
    bool is_whole = true;
    for (size_t i = 0; i < r->contract->column_count; i++) {
        text_add_format(&all, "%.*s\x1f", TEXT_ARG(says[i]));
        if (!r->contract->columns[i].is_key) continue;
        text_add_format(&key, "%.*s\x1f", TEXT_ARG(says[i]));
        is_whole &= says[i].size_bytes > 0;
    }
    crypto_hash_add(r->hasher, text_built(&all).bytes, text_built(&all).size_bytes);
    crypto_hash_add(r->hasher, "\n", 1);
    line->cells = rolls_hash(r->keys, text_built(&all));
    line->key = is_whole ? rolls_hash(r->keys, text_built(&key)) : 0;
}

static void mark_repeated(rolls_receive *r, roll_line *line)
{
    text key = text_format(r->memory, "%lld", (long long)line->key);
    if (!line->key || line->state == ROLL_REJECTED) return;
    if (hash_map_get(r->met, key) != SIZE_MAX) reject(r, line, "repeated", SIZE_MAX);
    else hash_map_put(r->met, key, r->count);
}

static err take_line(rolls_receive *r, const codec_csv_row *row, err fits, int64_t number)
{
    const rolls_contract *c = r->contract;
    rolls_cell cells[ROLLS_COLUMNS_MAX] = { { .says = TEXT_NONE } };
    text says[ROLLS_COLUMNS_MAX] = { TEXT_NONE };
    size_t who = rolls_column_linked(c, c->is_of_employers ? "code" : "id_number");
    roll_line line = { .line = number, .why = TEXT("") };
    bool is_mended = false;
    arena_reset(r->line_memory);
    if (fits.kind) reject(r, &line, "row", SIZE_MAX);
    read_cells(r, row, cells, says, &line);
    check_days(r, says, &line);
    hash_line(r, says, &line);
    mark_repeated(r, &line);
    for (size_t i = 0; i < c->column_count; i++) is_mended |= cells[i].is_mended;
    if (line.state != ROLL_REJECTED && !says[who].size_bytes) {
        line.state = ROLL_REVIEW;
        line.why = TEXT("no_number");
    } else if (line.state != ROLL_REJECTED) {
        TRY(find(r, says, &cells[who], &line));
    }
    is_mended &= line.state != ROLL_REJECTED;
    r->terms.mended += is_mended;
    if (is_mended && !line.why.size_bytes) line.why = TEXT("mended");
    keep_cells(r, says);
    ARENA_PUSH(r->memory, r->lines, r->count, r->capacity, line);
    return ERR_NONE;
}

static err expect(rolls_receive *r, const sheet_block *block)
{
    size_t who = rolls_column_linked(r->contract, "id_number");
    text *numbers = ARENA_ARRAY(block->memory, text, block->count + 1);
    if (r->contract->is_of_employers) return ERR_NONE;
    for (size_t i = 0; i < block->count; i++) {
        rolls_cell cell;
        const codec_csv_row *row = &block->rows[i].row;
        rolls_cell_read(block->memory, &r->contract->columns[who], r->place[who] < row->count ? row->field[r->place[who]] : TEXT_NONE, &cell);
        numbers[i] = cell.fault || cell.is_doubtful ? TEXT_NONE : cell.says;
    }
    return registry_expect_numbers(r->people, numbers, block->count);
}

err rolls_receive_lines(rolls_receive *r)
{
    sheet_block block = { .memory = arena_open() };
    err e = ERR_NONE;
    do {
        sheet_next_block(r->file, &block);
        if (block.count) e = expect(r, &block);
        for (size_t i = 0; !e.kind && i < block.count; i++)
            e = take_line(r, &block.rows[i].row, block.rows[i].fits, block.rows[i].at.line);
    } while (!e.kind && !block.end.kind && block.count);
    if (!e.kind) e = block.end;
    if (e.detail) e.detail = text_cstr(r->call->request, text_of(e.detail));
    arena_close(block.memory);
    return e;
}
