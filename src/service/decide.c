#include <assert.h>
#include <string.h>

#include "service/decide_internal.h"

const err_kind DECIDE_UNKNOWN_PURPOSE = { "decide.unknown_purpose", ERR_NOT_FOUND,
                                          "The office's tables know no purpose called {}.",
                                          "经办适配表中没有名为 {} 的用途。" };
const err_kind DECIDE_BAD_TABLE = {
    "decide.bad_table", ERR_BAD_INPUT,
    "The office's tables have mistakes, and nothing is decided by them; `doudi check` shows all. "
    "The first: {}",
    "经办适配表有错误，不能据以核定；用 doudi check 查看全部。第一处：{}"
};
const err_kind DECIDE_BAD_RECORD = { "decide.bad_record", ERR_BAD_INPUT,
                                     "This is no record of a decision, or no kept law: {}.",
                                     "这不是核定记录或所存政策：{}。" };
const err_kind DECIDE_NO_FACT = {
    "decide.no_fact", ERR_BAD_INPUT,
    "The packs need {}, and no row of the office's tables says where it comes from.",
    "政策包需要 {}，而经办适配表没有说明它从哪里来。"
};
const err_kind DECIDE_UNKNOWN_WORD = { "decide.unknown_word", ERR_BAD_INPUT,
                                       "The packs know no such word for this fact: {}.",
                                       "政策包中这一事实没有这个取值：{}。" };

/* ---- asking ---- */

text decide_pack_digest(const decide_law *law)
{
    return law->digest;
}

const char *const *decide_purposes(const decide_law *law, size_t *count)
{
    *count = law->table->purpose_count;
    return law->table->purposes;
}

const decide_request *decide_plan_asked(const decide_plan *plan)
{
    return &plan->asked;
}

const decide_law *decide_plan_law(const decide_plan *plan)
{
    return plan->law;
}

decide_lane decide_plan_lane(const decide_plan *plan)
{
    if (!plan->each) return (decide_lane){ .each = DECIDE_EACH_PERSON };
    return (decide_lane){ .each = plan->each->each,
                          .word = plan->each->cell[DECIDE_CELL_TARGET],
                          .scheme = plan->each->cell[DECIDE_CELL_UNIT] };
}

const decide_fact *decide_facts(const decide_plan *plan, size_t *count)
{
    *count = plan->fact_count;
    return plan->facts;
}

size_t decide_fact_index(const decide_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->fact_count; i++)
        if (strcmp(plan->facts[i].name, name) == 0) return i;
    return SIZE_MAX;
}

const char *const *decide_records(const decide_plan *plan, size_t *count)
{
    *count = plan->planned.plan.record_count;
    return plan->records;
}

const decide_answer *decide_answers(const decide_plan *plan, size_t *count)
{
    *count = plan->answer_count;
    return plan->answers;
}

size_t decide_answer_index(const decide_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->answer_count; i++)
        if (strcmp(plan->answers[i].key, key) == 0) return i;
    return SIZE_MAX;
}

text decide_reason(arena *a, const decide_plan *plan, uint32_t reason, bool is_chinese)
{
    return service_reason(a, &plan->planned.plan, reason, is_chinese);
}

const char *decide_reason_said(arena *a, const decide_plan *plan, uint32_t reason)
{
    return service_reason_said(a, &plan->planned.plan, reason);
}

/* ---- a worker ---- */

/* What FIXED rows say; that it can be read was seen when the tables were checked, and one that
 * cannot is a cell nobody could read, in every lane. */
static void read_constants(decider *worker)
{
    const vm_plan *vm = &worker->plan->planned.plan;
    for (size_t i = 0; i < vm->input_count; i++) {
        const decide_row *row = worker->plan->bound[i].row;
        worker->constant[i] = INT64_MIN;
        if (row->way != DECIDE_WAY_FIXED) continue;
        const policy_type *type = &worker->plan->planned.input_symbols[i]->type;
        err e = policy_parse_value(worker->memory, worker->codes, type, row->cell[DECIDE_CELL_UNIT],
                                   &worker->constant[i]);
        if (e.kind) worker->constant[i] = INT64_MIN;
    }
}

decider *decide_open(arena *a, const decide_plan *plan)
{
    const vm_plan *vm = &plan->planned.plan;
    decider *worker = ARENA_NEW(a, decider);
    *worker = (decider){ .memory = a,
                         .plan = plan,
                         .codes = policy_codes_open(a, plan->law->book, &plan->planned),
                         .machine = vm_machine_open(a, plan->program, (vm_machine_options){ 0 }),
                         .inputs = ARENA_ARRAY(a, column, vm->input_count + 1),
                         .constant_room = ARENA_ARRAY(a, size_t, vm->input_count + 1),
                         .constant = ARENA_ARRAY(a, int64_t, vm->input_count + 1) };
    read_constants(worker);
    return worker;
}

err decide_code(decider *worker, size_t fact, text word, int64_t *code)
{
    const policy_type *type = worker->plan->facts[fact].type;
    err e = policy_parse_value(worker->memory, worker->codes, type, word, code);
    return e.kind ? err_of(&DECIDE_UNKNOWN_WORD, text_cstr(worker->memory, word)) : ERR_NONE;
}

text decide_word(const decider *worker, size_t answer, int64_t code)
{
    return policy_print_value(worker->memory, worker->codes, worker->plan->answers[answer].type,
                              code);
}

/* ---- a block ---- */

/* A column of one value, or of nothing known, of at least so many lanes. */
static void make_constant(decider *worker, size_t input, size_t count)
{
    if (worker->constant_room[input] < count) {
        size_t room = count + count / 2;
        worker->inputs[input] = column_open(worker->memory, room);
        worker->constant_room[input] = room;
        bool is_known = worker->constant[input] != INT64_MIN;
        if (!is_known) column_ensure_reasons(worker->memory, &worker->inputs[input]);
        for (size_t lane = 0; lane < room; lane++) {
            if (is_known) worker->inputs[input].value[lane] = worker->constant[input];
            else worker->inputs[input].reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
        }
    }
    worker->inputs[input].count = count;
}

void decide_hand_in(decider *worker, const decide_block *block)
{
    const vm_plan *vm = &worker->plan->planned.plan;
    for (size_t i = 0; i < vm->input_count; i++) {
        uint16_t space = vm->inputs[i].space;
        size_t fact = worker->plan->bound[i].fact;
        size_t count = block->count;
        if (space) count = count ? block->row_until[space - 1][block->count - 1] : 0;
        if (fact != SIZE_MAX && block->facts[fact].count) {
            assert(block->facts[fact].count == count);
            worker->inputs[i] = block->facts[fact];
            worker->constant_room[i] = 0;
        } else {
            make_constant(worker, i, count);
        }
    }
}

decide_results *decide_results_open(arena *a, const decide_plan *plan, size_t capacity)
{
    decide_results *r = ARENA_NEW(a, decide_results);
    *r = (decide_results){ .capacity = capacity,
                           .answers = ARENA_ARRAY(a, column, plan->answer_count + 1),
                           .status = ARENA_ARRAY(a, uint8_t, capacity + 1),
                           .reason = ARENA_ARRAY(a, uint32_t, capacity + 1) };
    for (size_t i = 0; i < plan->answer_count; i++) {
        r->answers[i] = column_open(a, capacity);
        column_ensure_reasons(a, &r->answers[i]);
    }
    return r;
}

/* The first reason of the answers that must have a value; of lanes refused none. */
static void join_reasons(const decide_plan *plan, decide_results *r)
{
    memset(r->reason, 0, r->count * sizeof *r->reason);
    for (size_t i = 0; i < plan->answer_count; i++) {
        if (plan->answers[i].kind >= DECIDE_OUT) continue;
        const uint32_t *reason = r->answers[i].reason;
        for (size_t lane = 0; lane < r->count; lane++)
            r->reason[lane] = r->reason[lane] ? r->reason[lane] : reason[lane];
    }
    for (size_t lane = 0; lane < r->count; lane++)
        r->status[lane] = r->reason[lane] ? DECIDE_UNDECIDED : DECIDE_DONE;
}

static void refuse(const decide_plan *plan, decide_results *r)
{
    for (size_t i = 0; i < plan->answer_count; i++) {
        if (plan->answers[i].kind != DECIDE_GATE) continue;
        const column *gate = &r->answers[i];
        for (size_t lane = 0; lane < r->count; lane++) {
            if (gate->reason[lane] || gate->value[lane]) continue;
            r->status[lane] = DECIDE_REFUSED;
            r->reason[lane] = 0;
        }
    }
}

/* Amounts are within 10^16 fen, and a purpose has far fewer than 900 lines: sums fit. */
static void hold_total(const decide_plan *plan, decide_results *r, const column *total)
{
    for (size_t lane = 0; lane < r->count; lane++) {
        if (r->status[lane] != DECIDE_DONE) continue;
        int64_t left = total->value[lane];
        for (size_t i = 0; i < plan->answer_count; i++)
            if (plan->answers[i].kind == DECIDE_LINE) left -= r->answers[i].value[lane];
        if (left) r->status[lane] = DECIDE_NOT_WHOLE;
    }
}

static void count_status(decide_results *r)
{
    size_t count[DECIDE_NOT_WHOLE + 1] = { 0 };
    for (size_t lane = 0; lane < r->count; lane++)
        count[r->status[lane]]++;
    r->done = count[DECIDE_DONE];
    r->refused = count[DECIDE_REFUSED];
    r->undecided = count[DECIDE_UNDECIDED];
    r->not_whole = count[DECIDE_NOT_WHOLE];
}

void decide_run(decider *worker, const decide_block *block, decide_results *results)
{
    const decide_plan *plan = worker->plan;
    assert(block->count <= results->capacity);
    results->count = block->count;
    decide_hand_in(worker, block);
    for (size_t i = 0; i < plan->answer_count; i++)
        results->answers[i].count = block->count;
    vm_batch batch = { .count = block->count,
                       .inputs = worker->inputs,
                       .row_until = block->row_until };
    if (block->count) vm_run(worker->machine, &batch, results->answers);
    join_reasons(plan, results);
    refuse(plan, results);
    for (size_t i = 0; i < plan->answer_count; i++)
        if (plan->answers[i].kind == DECIDE_TOTAL) hold_total(plan, results, &results->answers[i]);
    count_status(results);
}
