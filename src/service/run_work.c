#include <string.h>

#include "calendar/calendar.h"
#include "service/run.h"

const err_kind SERVICE_RUN_STRAY_HISTORY = {
    "run.stray_history", ERR_BAD_INPUT,
    "The rows of this file do not fit together; check the quotes in it.{}",
    "该文件的各行对不上；请检查其中的引号。{}"
};

enum { PLANS_KEPT = 64 };

/* Why a person is not computed at all, before any plan: no id, an id met before. */
static void check_ids(run_job *job, run_block *block, const run_table *people)
{
    if (!job->checks_ids) return;
    const char *none = service_say(job->call, "the id is empty", "编号为空");
    const char *again = service_say(job->call, "the id stands in the file twice", "编号重复出现");
    for (size_t row = 0; row < people->row_count; row++) {
        if (block->fault[row]) continue;
        text id = people->cells[row * people->column_count + job->key_column];
        if (!id.size_bytes) block->fault[row] = none;
        else if (block->is_repeated && block->is_repeated[row]) block->fault[row] = again;
        if (block->fault[row]) run_cells_reject(block, people, row, job->key_column, text_of(block->fault[row]));
    }
}

/* The date of a row: the job's, or its cell's; a month stands for its first day. */
static bool row_day(const run_job *job, const run_table *people, size_t row, int32_t *day)
{
    *day = job->on_day;
    if (job->on_column == SIZE_MAX) return true;
    text cell = people->cells[row * people->column_count + job->on_column];
    int32_t month;
    if (!calendar_parse_day(cell, day).kind) return true;
    if (calendar_parse_month(cell, &month).kind) return false;
    *day = calendar_first_day_of_month(month);
    return true;
}

/* The plan a row is computed by; NULL when its date or region is none, which is a reject. */
static run_plan *row_plan(run_job *job, run_worker *worker, run_block *block,
                          const run_table *people, size_t row, run_plan *last)
{
    int32_t day;
    text region = job->region;
    if (!row_day(job, people, row, &day)) {
        block->fault[row] = service_say(job->call, "is no date", "不是日期");
        run_cells_reject(block, people, row, job->on_column, text_of(block->fault[row]));
        return NULL;
    }
    if (job->region_column != SIZE_MAX) region = people->cells[row * people->column_count + job->region_column];
    run_plan *plan = last && last->on_day == day && text_equal(last->region, region)
                         ? last
                         : run_plan_for(job, worker, day, region);
    if (!plan->error.kind) return plan;
    text says = err_sentence(block->memory, plan->error, job->call->is_chinese);
    block->fault[row] = text_cstr(block->memory, says);
    run_cells_reject(block, people, row, job->region_column, says);
    return NULL;
}

typedef struct {
    run_group *items;
    size_t count, capacity;
    uint32_t *group_of, *lane_of; /* by row */
} grouping;

static size_t group_for(run_block *block, grouping *g, run_plan *plan, size_t row_count)
{
    for (size_t i = g->count; i > 0; i--)
        if (g->items[i - 1].plan == plan) return i - 1;
    run_group made = { .plan = plan, .row_of = ARENA_ARRAY(block->memory, uint32_t, row_count + 1) };
    ARENA_PUSH(block->memory, g->items, g->count, g->capacity, made);
    return g->count - 1;
}

static void group_rows(run_job *job, run_worker *worker, run_block *block, const run_table *people,
                       grouping *g)
{
    g->group_of = ARENA_ARRAY(block->memory, uint32_t, people->row_count + 1);
    g->lane_of = ARENA_ARRAY(block->memory, uint32_t, people->row_count + 1);
    run_plan *last = NULL;
    for (size_t row = 0; row < people->row_count; row++) {
        if (block->fault[row]) continue;
        run_plan *plan = row_plan(job, worker, block, people, row, last);
        if (!plan) continue;
        last = plan;
        size_t i = group_for(block, g, plan, people->row_count);
        g->group_of[row] = (uint32_t)i;
        g->lane_of[row] = (uint32_t)g->items[i].lane_count;
        g->items[i].row_of[g->items[i].lane_count++] = (uint32_t)row;
    }
}

/* ---- one group through the machine ---- */

/* The rows of one record: which row of the slice each lane is, and where each person's end. */
typedef struct {
    uint32_t *until;
    uint32_t *row_of;
    size_t count;
} record_lanes;

static record_lanes lanes_of_record(run_block *block, const run_group *group, const run_slice *slice)
{
    record_lanes lanes = { .until = ARENA_ARRAY(block->memory, uint32_t, group->lane_count + 1),
                           .row_of = ARENA_ARRAY(block->memory, uint32_t, slice->row_count + 1) };
    for (size_t lane = 0; lane < group->lane_count; lane++) {
        uint32_t person = group->row_of[lane];
        uint32_t from = person ? slice->until[person - 1] : 0;
        for (uint32_t row = from; row < slice->until[person]; row++) lanes.row_of[lanes.count++] = row;
        lanes.until[lane] = (uint32_t)lanes.count;
    }
    return lanes;
}

static void run_group_lanes(run_job *job, run_block *block, const run_table *people,
                            const run_table *tables, run_group *group)
{
    arena *a = block->memory;
    const run_plan *plan = group->plan;
    const vm_plan *vm = &plan->planned.plan;
    group->codes = policy_codes_open(a, job->book, &plan->planned);
    record_lanes *records = ARENA_ARRAY(a, record_lanes, vm->record_count + 1);
    const uint32_t **until = ARENA_ARRAY(a, const uint32_t *, vm->record_count + 1);
    for (size_t r = 0; r < vm->record_count; r++) {
        records[r] = lanes_of_record(block, group, &block->slices[plan->history_of[r]]);
        until[r] = records[r].until;
    }
    column *inputs = ARENA_ARRAY(a, column, vm->input_count + 1);
    for (size_t i = 0; i < vm->input_count; i++) {
        uint16_t space = vm->inputs[i].space;
        inputs[i] = column_open(a, space ? records[space - 1].count : group->lane_count);
        run_cells_fill(block, plan, group->codes, i,
                        space ? &tables[plan->history_of[space - 1]] : people,
                        space ? records[space - 1].row_of : group->row_of, job->call->is_chinese,
                        &inputs[i]);
    }
    group->outputs = ARENA_ARRAY(a, column, vm->output_count + 1);
    for (size_t i = 0; i < vm->output_count; i++) {
        group->outputs[i] = column_open(a, group->lane_count);
        column_ensure_reasons(a, &group->outputs[i]);
    }
    vm_batch batch = { .count = group->lane_count, .inputs = inputs, .row_until = until };
    vm_run(plan->machine, &batch, group->outputs);
}

static err read_histories(run_job *job, run_block *block, run_table **tables)
{
    *tables = ARENA_ARRAY(block->memory, run_table, job->history_count + 1);
    for (size_t h = 0; h < job->history_count; h++) {
        const run_slice *slice = &block->slices[h];
        const run_source *source = &job->histories[h].source;
        TRY(run_cells_read(job, block, source, slice->rows, slice->first_line, slice->row_count, &(*tables)[h]));
        if ((*tables)[h].row_count != slice->row_count)
            return err_at(&SERVICE_RUN_STRAY_HISTORY, (source_pos){ source->file, slice->first_line, 1 }, "");
        block->history_row_count += slice->row_count;
    }
    return ERR_NONE;
}

static void close_plans(run_worker *worker)
{
    if (worker->plan_count < PLANS_KEPT) return;
    arena_reset(worker->memory);
    *worker = (run_worker){ .memory = worker->memory };
}

err run_work(void *context, size_t slot, size_t worker_index)
{
    run_job *job = context;
    run_block *block = &job->blocks[slot];
    run_worker *worker = &job->workers[worker_index];
    run_table people, *tables;
    close_plans(worker);
    block->fault = ARENA_ARRAY(block->memory, const char *, block->person_count + 1);
    TRY(run_cells_read(job, block, &job->people, block->people, block->first_line,
                       block->person_count, &people));
    if (people.row_count != block->person_count)
        return err_at(&SERVICE_RUN_STRAY_HISTORY, (source_pos){ job->people.file, block->first_line, 1 }, "");
    TRY(read_histories(job, block, &tables));
    check_ids(job, block, &people);
    grouping g = { 0 };
    group_rows(job, worker, block, &people, &g);
    for (size_t i = 0; i < g.count; i++) run_group_lanes(job, block, &people, tables, &g.items[i]);
    run_write_rows(job, block, &people, g.items, g.group_of, g.lane_of);
    run_write_rejects(block);
    return ERR_NONE;
}
