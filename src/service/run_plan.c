#include <string.h>

#include "service/run.h"

const err_kind SERVICE_RUN_NO_INPUT = {
    "run.no_input", ERR_BAD_INPUT,
    "No column of {} is an input of what is asked; name columns as the packs do, or use --columns HEADER=INPUT.",
    "{} 中没有一列是所求变量的输入项；列名应与政策包一致，或用 --columns 列名=输入项 对应。"
};
const err_kind SERVICE_RUN_NEEDS_HISTORY = {
    "run.needs_history", ERR_BAD_INPUT,
    "The rows of {} are needed; give them with --history RECORD=FILE.csv.",
    "需要 {} 的各行数据；请用 --history 记录=文件.csv 给出。"
};
const err_kind SERVICE_RUN_ROWS_ASKED = {
    "run.rows_asked", ERR_BAD_INPUT,
    "{} belongs to the rows of a record, and a result has one line a person; ask for a variable of the person.",
    "{} 属于记录的各行，而结果每人一行；请改求个人的变量。"
};

/* Which column an input is read from: by the header's meaning, name or label. */
static size_t people_column(const run_job *job, const policy_symbol *symbol)
{
    for (size_t c = 0; c < job->people.column_count; c++) {
        text meant = job->meant[c];
        size_t dot = text_find(meant, TEXT("."));
        if (service_is_named(symbol, meant)) return c;
        if (dot == SIZE_MAX || !symbol->pack) continue;
        bool is_pack = text_equal_cstr(text_sub(meant, 0, dot), symbol->pack);
        if (is_pack && service_is_named(symbol, text_sub(meant, dot + 1, meant.size_bytes))) return c;
    }
    return SIZE_MAX;
}

static size_t history_column(const run_source *source, const policy_symbol *symbol)
{
    for (size_t c = source->is_numbered; c < source->column_count; c++)
        if (service_is_named(symbol, source->header[c])) return c;
    return SIZE_MAX;
}

static err bind(run_job *job, arena *a, run_plan *plan)
{
    const vm_plan *vm = &plan->planned.plan;
    plan->history_of = ARENA_ARRAY(a, size_t, vm->record_count + 1);
    for (size_t r = 0; r < vm->record_count; r++) {
        plan->history_of[r] = SIZE_MAX;
        for (size_t h = 0; h < job->history_count; h++)
            if (strcmp(job->histories[h].record->name, vm->records[r].name) == 0) plan->history_of[r] = h;
        if (plan->history_of[r] == SIZE_MAX) return err_of(&SERVICE_RUN_NEEDS_HISTORY, vm->records[r].name);
    }
    plan->column_of = ARENA_ARRAY(a, size_t, vm->input_count + 1);
    for (size_t i = 0; i < vm->input_count; i++) {
        const policy_symbol *symbol = plan->planned.input_symbols[i];
        uint16_t space = vm->inputs[i].space;
        plan->column_of[i] =
            space ? history_column(&job->histories[plan->history_of[space - 1]].source, symbol)
                  : people_column(job, symbol);
    }
    for (size_t i = 0; i < vm->output_count; i++)
        if (vm->nodes[vm->outputs[i].node].space)
            return err_of(&SERVICE_RUN_ROWS_ASKED, text_cstr(a, job->vars[i]));
    return ERR_NONE;
}

err run_plan_make(run_job *job, arena *a, int32_t on_day, text region, run_plan *plan)
{
    *plan = (run_plan){ .on_day = on_day, .region = text_copy(a, region) };
    policy_request wanted = { .on_day = on_day, .region = plan->region, .roots = job->vars,
                              .root_count = job->var_count, .given = job->given,
                              .given_count = job->given_count };
    vm_program *program;
    TRY(policy_plan(a, job->book, &wanted, &plan->planned));
    TRY(bind(job, a, plan));
    TRY(vm_seal(a, &plan->planned.plan, &program));
    /* Where each person may have a plan of their own, few share one: small machines. */
    bool are_many = job->on_column != SIZE_MAX || job->region_column != SIZE_MAX;
    vm_machine_options options = { .block_lanes = are_many ? 64 : 0 };
    plan->machine = vm_machine_open(a, program, options);
    return ERR_NONE;
}

run_plan *run_plan_for(run_job *job, run_worker *worker, int32_t on_day, text region)
{
    for (size_t i = worker->plan_count; i > 0; i--) {
        run_plan *plan = worker->plans[i - 1];
        if (plan->on_day == on_day && text_equal(plan->region, region)) return plan;
    }
    run_plan *plan = ARENA_NEW(worker->memory, run_plan);
    err e = run_plan_make(job, worker->memory, on_day, region, plan);
    plan->error = e;
    ARENA_PUSH(worker->memory, worker->plans, worker->plan_count, worker->plan_capacity, plan);
    return plan;
}

