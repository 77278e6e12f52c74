#include <string.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"

const policy_symbol *decide_plan_target(arena *a, const policy_book *book, text target)
{
    (void)a;
    const policy_symbol *symbol;
    if (!policy_find(book, target, &symbol).kind) return symbol;
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < target.size_bytes; i++)
        if (target.bytes[i] == '.') dot = i;
    if (dot == SIZE_MAX || policy_find(book, text_sub(target, 0, dot), &symbol).kind) return NULL;
    if (symbol->kind != POLICY_SYMBOL_RECORD) return NULL;
    return service_field_symbol(book, symbol, text_sub(target, dot + 1, target.size_bytes));
}

/* ---- what is asked ---- */

static err nearest_purpose(arena *a, const decide_law *law, text purpose)
{
    const decide_table *t = law->table;
    const char *near = service_nearest(a, purpose, t->purposes, t->purpose_count);
    text shown =
        near ? text_format(a, "%.*s (→ %s?)", TEXT_ARG(purpose), near) : text_copy(a, purpose);
    return err_of(&DECIDE_UNKNOWN_PURPOSE, text_cstr(a, shown));
}

static const decide_answer_kind KIND_OF[DECIDE_WAY_COUNT] = {
    [DECIDE_WAY_GATE] = DECIDE_GATE,
    [DECIDE_WAY_TOTAL] = DECIDE_TOTAL,
    [DECIDE_WAY_OUT] = DECIDE_OUT,
    [DECIDE_WAY_LINE] = DECIDE_LINE,
    [DECIDE_WAY_WATCH] = DECIDE_WATCH,
};

static const char *or_null(arena *a, text t)
{
    return t.size_bytes ? text_cstr(a, t) : NULL;
}

typedef struct {
    arena *a;
    decide_plan *plan;
    text *roots, *given;
    size_t root_capacity, given_capacity, answer_capacity, watch_capacity;
} asking;

static void add_answer(asking *k, decide_answer answer)
{
    size_t count = k->plan->answer_count;
    ARENA_PUSH(k->a, k->roots, count, k->root_capacity, text_of(answer.variable));
    ARENA_PUSH(k->a, k->plan->answers, k->plan->answer_count, k->answer_capacity, answer);
}

/* The evidence of a watch stands behind its condition, as "key/包.名". */
static void add_watch(asking *k, const decide_answer *answer, const policy_watch *said)
{
    decide_watch watch = { said, k->plan->answer_count - 1 };
    ARENA_PUSH(k->a, k->plan->watches, k->plan->watch_count, k->watch_capacity, watch);
    for (size_t i = 0; i < said->evidence_count; i++)
        add_answer(k, (decide_answer){
                          .kind = DECIDE_OUT,
                          .key = text_format(k->a, "%s/%s", answer->key, said->evidence[i]).bytes,
                          .variable = said->evidence[i] });
}

static const policy_watch *watch_named(const decide_law *law, const char *variable)
{
    const policy_symbol *symbol = decide_plan_target(NULL, law->book, text_of(variable));
    for (size_t i = 0; symbol && i < law->watch_count; i++)
        if (service_is_same(law->watches[i].symbol, symbol)) return &law->watches[i];
    return NULL;
}

static void ask(arena *a, decide_plan *plan)
{
    asking k = { .a = a, .plan = plan };
    const decide_table *table = plan->law->table;
    const decide_row *row;
    for (size_t at = 0; (row = decide_table_next(table, plan->asked.purpose, &at));) {
        if (row->way == DECIDE_WAY_GIVEN)
            ARENA_PUSH(a, k.given, plan->given_count, k.given_capacity,
                       row->cell[DECIDE_CELL_TARGET]);
        if (row->way == DECIDE_WAY_EACH) plan->each = row;
        if (row->way < DECIDE_WAY_GATE) continue;
        decide_answer answer = { .kind = KIND_OF[row->way],
                                 .key = text_cstr(a, row->cell[DECIDE_CELL_KEY]),
                                 .variable = text_cstr(a, row->cell[DECIDE_CELL_TARGET]),
                                 .fund = or_null(a, row->cell[DECIDE_CELL_FUND]),
                                 .payer = row->payer,
                                 .is_account = row->is_account,
                                 .item = or_null(a, row->cell[DECIDE_CELL_ITEM]) };
        add_answer(&k, answer);
        const policy_watch *said = NULL;
        if (row->way == DECIDE_WAY_WATCH) said = watch_named(plan->law, answer.variable);
        if (said) add_watch(&k, &answer, said);
    }
    plan->roots = k.roots;
    plan->given = k.given;
}

static bool is_word(const policy_type *type)
{
    return type->base == POLICY_TEXT || type->base == POLICY_ENUM || type->base == POLICY_REGION;
}

static err name_answers(decide_plan *plan)
{
    for (size_t i = 0; i < plan->answer_count; i++) {
        const vm_plan *vm = &plan->planned.plan;
        if (vm->nodes[vm->outputs[i].node].space)
            return err_of(&DECIDE_BAD_TABLE, plan->answers[i].variable);
        const policy_symbol *symbol = plan->planned.output_symbols[i];
        plan->answers[i].type = &plan->planned.output_types[i];
        plan->answers[i].is_word = is_word(&plan->planned.output_types[i]);
        plan->answers[i].law = symbol ? symbol->law : NULL;
    }
    return ERR_NONE;
}

/* ---- where each input comes from ---- */

static bool is_source(decide_way way)
{
    return way == DECIDE_WAY_IN || way == DECIDE_WAY_GIVEN || way == DECIDE_WAY_FIXED ||
           way == DECIDE_WAY_NEVER;
}

static const decide_row *source_of(const decide_plan *plan, const policy_symbol *input)
{
    const decide_table *table = plan->law->table;
    const decide_row *row;
    for (size_t at = 0; (row = decide_table_next(table, plan->asked.purpose, &at));) {
        if (!is_source(row->way)) continue;
        const policy_symbol *target =
            decide_plan_target(NULL, plan->law->book, row->cell[DECIDE_CELL_TARGET]);
        if (target && service_is_same(target, input)) return row;
    }
    return NULL;
}

static err no_fact(arena *a, const decide_plan *plan, const char *pack, const char *name)
{
    size_t at = 0;
    const decide_row *first = decide_table_next(plan->law->table, plan->asked.purpose, &at);
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(plan->asked.on_day, day);
    text shown = text_format(a, "%s.%s (%.*s, %s, %.*s)", pack ? pack : "", name,
                             TEXT_ARG(plan->asked.purpose), day, TEXT_ARG(plan->asked.region));
    return err_at(&DECIDE_NO_FACT, decide_table_at(first, DECIDE_CELL_PURPOSE), shown.bytes);
}

static err bind_records(arena *a, decide_plan *plan)
{
    const vm_plan *vm = &plan->planned.plan;
    plan->records = ARENA_ARRAY(a, const char *, vm->record_count + 1);
    for (size_t r = 0; r < vm->record_count; r++) {
        const decide_row *row;
        for (size_t at = 0;
             (row = decide_table_next(plan->law->table, plan->asked.purpose, &at));) {
            if (row->way != DECIDE_WAY_RECORD) continue;
            const policy_symbol *s =
                decide_plan_target(a, plan->law->book, row->cell[DECIDE_CELL_TARGET]);
            if (s && strcmp(s->name, vm->records[r].name) == 0)
                plan->records[r] = text_cstr(a, row->cell[DECIDE_CELL_KEY]);
        }
        if (!plan->records[r]) return no_fact(a, plan, NULL, vm->records[r].name);
    }
    return ERR_NONE;
}

static size_t fact_for(arena *a, decide_plan *plan, const decide_row *row, size_t input)
{
    const char *name = text_cstr(a, row->cell[DECIDE_CELL_KEY]);
    size_t known = decide_fact_index(plan, name);
    if (known != SIZE_MAX) return known;
    uint16_t space = plan->planned.plan.inputs[input].space;
    const policy_type *type = &plan->planned.input_symbols[input]->type;
    plan->fact_input[plan->fact_count] = input;
    plan->facts[plan->fact_count] =
        (decide_fact){ .name = name,
                       .input = text_cstr(a, row->cell[DECIDE_CELL_TARGET]),
                       .type = type,
                       .is_word = is_word(type),
                       .record = space ? (size_t)space - 1 : SIZE_MAX };
    return plan->fact_count++;
}

static err bind_inputs(arena *a, decide_plan *plan)
{
    size_t count = plan->planned.plan.input_count;
    plan->bound = ARENA_ARRAY(a, decide_bound, count + 1);
    plan->facts = ARENA_ARRAY(a, decide_fact, count + 1);
    plan->fact_input = ARENA_ARRAY(a, size_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *symbol = plan->planned.input_symbols[i];
        const decide_row *row = source_of(plan, symbol);
        if (!row) return no_fact(a, plan, symbol->pack, symbol->name);
        bool is_fact = row->way == DECIDE_WAY_IN || row->way == DECIDE_WAY_GIVEN;
        plan->bound[i] = (decide_bound){ row, is_fact ? fact_for(a, plan, row, i) : SIZE_MAX };
    }
    return ERR_NONE;
}

static err first_mistake(arena *a, const decide_table *table)
{
    if (!table->mistake_count) return ERR_NONE;
    return err_at(&DECIDE_BAD_TABLE, table->mistakes[0].at,
                  text_cstr(a, text_of(table->mistakes[0].says)));
}

err decide_plan_open(arena *a, const decide_law *law, const decide_request *asked,
                     const decide_plan **made)
{
    decide_plan *plan = ARENA_NEW(a, decide_plan);
    size_t at = 0;
    *plan = (decide_plan){ .law = law, .asked = *asked };
    plan->asked.purpose = text_copy(a, asked->purpose);
    plan->asked.region = asked->region.size_bytes ? text_copy(a, asked->region) : TEXT("中国");
    TRY(first_mistake(a, law->table));
    if (!decide_table_next(law->table, asked->purpose, &at))
        return nearest_purpose(a, law, asked->purpose);
    ask(a, plan);
    policy_request wanted = { .on_day = asked->on_day,
                              .region = plan->asked.region,
                              .roots = plan->roots,
                              .root_count = plan->answer_count,
                              .given = plan->given,
                              .given_count = plan->given_count };
    TRY(policy_plan(a, law->book, &wanted, &plan->planned));
    TRY(name_answers(plan));
    TRY(bind_records(a, plan));
    TRY(bind_inputs(a, plan));
    TRY(vm_seal(a, &plan->planned.plan, &plan->program));
    *made = plan;
    return ERR_NONE;
}
