/* The conditions of a case type over what the registry says of the subject and what the form says. */
#include "service/case.h"

#include <string.h>

#include "service/roster.h"
#include "service/subject.h"

const err_kind CASE_HAS_ROWS = {
    "case.has_rows", ERR_BAD_INPUT,
    "A condition of this case type reads rows of {}; let it read a variable, and name that in packs/adapters/office-case.csv.",
    "该事项的条件直接用到了记录“{}”的各行；请改用变量，并写入 packs/adapters/office-case.csv。"
};

static text path_of_region(void *context, int64_t code)
{
    (void)context;
    return county_region_path(code);
}

static text purpose_of(arena *a, const policy_case *type)
{
    return text_format(a, "case.%s", type->symbol->name);
}

static bool has_purpose(const decide_law *law, text purpose)
{
    size_t count;
    const char *const *purposes = decide_purposes(law, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(purpose, purposes[i])) return true;
    return false;
}

/* ---- facts ---- */

static const policy_symbol *symbol_of(const case_call *c, const char *name)
{
    const policy_symbol *symbol;
    return policy_find(c->packs, text_of(name), &symbol).kind ? NULL : symbol;
}

static void keep_lane(case_call *c, const decide_plan *plan, decider *with, const decide_results *results, size_t lane,
                      case_facts *facts)
{
    size_t count;
    const decide_answer *answers = decide_answers(plan, &count);
    for (size_t i = 0; i < count; i++) {
        const column *answer = &results->answers[i];
        case_fact one = { .symbol = symbol_of(c, answers[i].variable) };
        if (!column_reason(answer, lane)) one.value = text_copy(c->memory, decide_word(with, i, answer->value[lane]));
        if (one.symbol) ARENA_PUSH(c->memory, facts->items, facts->count, facts->capacity, one);
    }
}

static err run_block(case_call *c, const decide_plan *plan, decider *with, roster *rows, int64_t subject_id, case_facts *facts)
{
    for (;;) {
        roster_block block;
        TRY(roster_next(c->memory, rows, 1, &block));
        if (!block.people.count) return ERR_NONE;
        decide_results *results = decide_results_open(c->memory, plan, block.people.count);
        decide_run(with, &block.people, results);
        for (size_t lane = 0; lane < block.people.count; lane++)
            if (block.subject_id[lane] == subject_id) {
                keep_lane(c, plan, with, results, lane, facts);
                return ERR_NONE;
            }
    }
}

err case_facts_read(case_call *c, const policy_case *type, int64_t subject_id, case_facts *facts)
{
    const decide_plan *plan;
    registry *people;
    roster *rows;
    const roster_employers *employers;
    decide_request asked = { .purpose = purpose_of(c->memory, type), .on_day = c->day, .region = c->region };
    *facts = (case_facts){ 0 };
    if (!has_purpose(c->law, asked.purpose)) return ERR_NONE;
    TRY(decide_plan_open(c->memory, c->law, &asked, &plan));
    decider *with = decide_open(c->memory, plan);
    TRY(county_people(c->office, &people));
    TRY(roster_employers_load(c->memory, people, c->day, REGISTRY_NOW, &employers));
    roster_options options = { .bucket = eventlog_bucket_of(subject_id), .known_ms = REGISTRY_NOW, .employers = employers,
                               .region_code = c->region_code, .region_path = path_of_region, .has_subjects = true,
                               .subjects = &subject_id, .subject_count = 1 };
    TRY(roster_open(c->memory, people, plan, with, &options, &rows));
    err e = run_block(c, plan, with, rows, subject_id, facts);
    roster_close(rows);
    return e;
}

const case_fact *case_fact_of(const case_facts *facts, const policy_symbol *symbol)
{
    for (size_t i = 0; symbol && i < facts->count; i++)
        if (service_is_same(facts->items[i].symbol, symbol)) return &facts->items[i];
    return NULL;
}

/* ---- the plan ---- */

static void add_root(case_call *c, case_reckoning *r, size_t *capacity, const policy_symbol *symbol)
{
    for (size_t i = 0; i < r->root_count; i++)
        if (service_is_same(r->roots[i], symbol)) return;
    ARENA_PUSH(c->memory, r->roots, r->root_count, *capacity, symbol);
}

/* What `decide` effects name is computed beside the conditions. */
static void find_roots(case_call *c, case_reckoning *r)
{
    size_t capacity = 0;
    for (size_t s = 0; s < r->type->step_count; s++)
        for (size_t e = 0; e < r->type->steps[s].effect_count; e++) {
            const policy_case_effect *effect = &r->type->steps[s].effects[e];
            if (strcmp(effect->verb, "decide") != 0) continue;
            for (size_t i = 0; i < effect->name_count; i++) {
                const policy_symbol *symbol = policy_find_in(c->packs, text_of(r->type->symbol->pack), text_of(effect->names[i]));
                if (symbol) add_root(c, r, &capacity, symbol);
            }
        }
}

static const cases_value *value_named(const cases_value *values, size_t count, const char *field)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(values[i].field, field)) return &values[i];
    return NULL;
}

static bool is_of_form(const policy_case *type, const policy_symbol *symbol)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].symbol == symbol) return true;
    return false;
}

/* A field that takes the value of an input stands for it: what the form says of it is what is decided on. */
static const cases_value *value_for(const policy_case *type, const cases_value *values, size_t value_count, const policy_symbol *symbol)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const policy_case_field *field = &type->fields[i];
        bool is_it = field->symbol == symbol || (field->prefilled && service_is_same(field->prefilled, symbol));
        const cases_value *value = is_it ? value_named(values, value_count, field->symbol->name) : NULL;
        if (value) return value;
    }
    return NULL;
}

static void fill_input(case_call *c, case_reckoning *r, const case_facts *facts, const cases_value *values, size_t value_count,
                       column *input, const policy_symbol *symbol)
{
    text said = TEXT_NONE;
    const cases_value *value = value_for(r->type, values, value_count, symbol);
    const case_fact *fact = is_of_form(r->type, symbol) ? NULL : case_fact_of(facts, symbol);
    if (value) said = value->value;
    else if (fact) said = fact->value;
    bool is_known = said.size_bytes &&
                    !policy_parse_value(c->memory, r->codes, &symbol->type, said, &input->value[0]).kind;
    if (!is_known) column_fail(c->memory, input, 0, VM_REASON(VM_NOT_KNOWN, 0));
}

err case_reckon(case_call *c, const policy_case *type, const case_facts *facts, const cases_value *values, size_t value_count,
                case_reckoning **reckoning)
{
    arena *a = c->memory;
    case_reckoning *r = ARENA_NEW(a, case_reckoning);
    vm_program *program;
    size_t given_count = 0;
    *r = (case_reckoning){ .type = type };
    find_roots(c, r);
    const policy_symbol **given = ARENA_ARRAY(a, const policy_symbol *, facts->count + 1);
    for (size_t i = 0; i < facts->count; i++)
        if (facts->items[i].symbol->kind != POLICY_SYMBOL_INPUT) given[given_count++] = facts->items[i].symbol;
    policy_case_request asked = { .of = type, .on_day = c->day, .region = c->region, .roots = r->roots,
                                  .root_count = r->root_count, .given = given, .given_count = given_count };
    TRY(policy_case_plan(a, c->packs, &asked, &r->planned));
    vm_plan *plan = &r->planned.plan;
    if (plan->record_count) return err_of(&CASE_HAS_ROWS, plan->records[0].name);
    TRY(vm_seal(a, plan, &program));
    r->codes = policy_codes_open(a, c->packs, &r->planned);
    column *inputs = ARENA_ARRAY(a, column, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        inputs[i] = column_open(a, 1);
        fill_input(c, r, facts, values, value_count, &inputs[i], r->planned.input_symbols[i]);
    }
    policy_codes_tell(r->codes, &r->planned);
    r->outputs = ARENA_ARRAY(a, column, plan->output_count + 1);
    for (size_t i = 0; i < plan->output_count; i++) {
        r->outputs[i] = column_open(a, 1);
        column_ensure_reasons(a, &r->outputs[i]);
    }
    vm_batch batch = { .count = 1, .inputs = inputs };
    vm_run(vm_machine_open(a, program, (vm_machine_options){ 0 }), &batch, r->outputs);
    *reckoning = r;
    return ERR_NONE;
}

/* ---- answers ---- */

case_truth case_part_truth(const case_call *c, const case_reckoning *r, int32_t part, text *reason)
{
    if (part < 0) return CASE_TRUE;
    const column *out = &r->outputs[r->root_count + (size_t)part];
    uint32_t why = column_reason(out, 0);
    if (why && reason) *reason = service_reason(c->call->request, &r->planned.plan, why, c->call->is_chinese);
    return why ? CASE_UNKNOWN : out->value[0] ? CASE_TRUE : CASE_FALSE;
}

int32_t case_part_days(const case_reckoning *r, int32_t part)
{
    enum { DAYS_MOST = 36500 };
    const column *out = &r->outputs[r->root_count + (size_t)part];
    bool is_fit = !column_reason(out, 0) && out->value[0] > 0 && out->value[0] <= DAYS_MOST;
    return is_fit ? (int32_t)out->value[0] : -1;
}

text case_root_value(const case_call *c, const case_reckoning *r, const policy_symbol *symbol)
{
    for (size_t i = 0; i < r->root_count; i++)
        if (service_is_same(r->roots[i], symbol) && !column_reason(&r->outputs[i], 0))
            return policy_print_value(c->memory, r->codes, &r->planned.output_types[i], r->outputs[i].value[0]);
    return TEXT_NONE;
}

const char *case_part_unknown(const case_call *c, const case_reckoning *r, int32_t part)
{
    return service_reason_said(c->call->request, &r->planned.plan, column_reason(&r->outputs[r->root_count + (size_t)part], 0));
}

/* After its label: a label is of one language, as the reason behind it. */
const char *case_root_unknown(const case_call *c, const case_reckoning *r, const policy_symbol *symbol)
{
    arena *a = c->call->request;
    text en = TEXT("?"), zh = TEXT("?");
    for (size_t i = 0; i < r->root_count; i++) {
        uint32_t why = column_reason(&r->outputs[i], 0);
        if (!service_is_same(r->roots[i], symbol) || !why) continue;
        en = service_reason(a, &r->planned.plan, why, false);
        zh = service_reason(a, &r->planned.plan, why, true);
    }
    return text_format(a, ERR_SAID("%s: %.*s", "%s：%.*s"), symbol->label ? symbol->label : symbol->name, TEXT_ARG(en), symbol->name, TEXT_ARG(zh)).bytes;
}
