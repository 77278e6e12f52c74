/* A purpose made for one question: a variable of the packs over a person, from whichever facts the office's tables give its inputs. */
#include "service/decide_internal.h"

#include <string.h>

#define TRIED "try"

typedef struct {
    arena *a;
    const decide_law *law;
    const policy_planned *planned;
    decide_table *table;
} trying;

static void add(trying *t, const decide_row *from)
{
    decide_row row = *from;
    row.cell[DECIDE_CELL_PURPOSE] = TEXT(TRIED);
    ARENA_PUSH(t->a, t->table->rows, t->table->row_count, t->table->row_capacity, row);
}

/* A purpose's lanes are persons unless it says otherwise. */
static bool is_of_persons(const decide_law *law, text purpose)
{
    const decide_row *row;
    for (size_t at = 0; (row = decide_table_next(law->table, purpose, &at));)
        if (row->way == DECIDE_WAY_EACH && row->each != DECIDE_EACH_PERSON) return false;
    return true;
}

/* "years" of "years.months". */
static text record_key(const decide_row *row)
{
    text key = row->cell[DECIDE_CELL_KEY];
    size_t dot = text_find(key, TEXT("."));
    return dot == SIZE_MAX ? key : text_sub(key, 0, dot);
}

/* Whether the rows of this record come from another record of the registry already. */
static bool has_other_record(const trying *t, const policy_symbol *input, text key)
{
    for (size_t i = 0; i < t->table->row_count; i++) {
        const decide_row *row = &t->table->rows[i];
        const policy_symbol *target = row->way == DECIDE_WAY_RECORD ? decide_plan_target(t->a, t->law->book, row->cell[DECIDE_CELL_TARGET]) : NULL;
        if (target && strcmp(target->name, input->record) == 0) return !text_equal(row->cell[DECIDE_CELL_KEY], key);
    }
    return false;
}

/* The rows of the record itself, once. */
static bool add_record(trying *t, const decide_row *in, const policy_symbol *input)
{
    const decide_row *row;
    text key = record_key(in);
    for (size_t i = 0; i < t->table->row_count; i++)
        if (t->table->rows[i].way == DECIDE_WAY_RECORD && text_equal(t->table->rows[i].cell[DECIDE_CELL_KEY], key)) return true;
    for (size_t at = 0; (row = decide_table_next(t->law->table, in->cell[DECIDE_CELL_PURPOSE], &at));) {
        if (row->way != DECIDE_WAY_RECORD || !text_equal(row->cell[DECIDE_CELL_KEY], key)) continue;
        const policy_symbol *target = decide_plan_target(t->a, t->law->book, row->cell[DECIDE_CELL_TARGET]);
        if (!target || strcmp(target->name, input->record) != 0) continue;
        add(t, row);
        return true;
    }
    return false;
}

static void add_input(trying *t, const policy_symbol *input)
{
    bool is_field = input->kind == POLICY_SYMBOL_FIELD;
    for (size_t i = 0; i < t->law->table->row_count; i++) {
        const decide_row *row = &t->law->table->rows[i];
        if (row->way != DECIDE_WAY_IN || !is_of_persons(t->law, row->cell[DECIDE_CELL_PURPOSE])) continue;
        const policy_symbol *target = decide_plan_target(NULL, t->law->book, row->cell[DECIDE_CELL_TARGET]);
        if (!target || !service_is_same(target, input)) continue;
        if (is_field && (has_other_record(t, input, record_key(row)) || !add_record(t, row, input))) continue;
        add(t, row);
        return;
    }
    decide_row never = { .way = DECIDE_WAY_NEVER };
    never.cell[DECIDE_CELL_TARGET] = is_field ? text_format(t->a, "%s.%s.%s", input->pack, input->record, input->name) : text_format(t->a, "%s.%s", input->pack, input->name);
    add(t, &never);
}

/* A record of whose rows the registry knows none has none: it is bound to a name that nothing is kept under. */
static void add_empty_records(trying *t)
{
    for (size_t r = 0; r < t->planned->plan.record_count; r++) {
        const policy_symbol *field = NULL;
        bool is_bound = false;
        for (size_t i = 0; i < t->planned->plan.input_count && !field; i++)
            if (t->planned->plan.inputs[i].space == r + 1 && t->planned->input_symbols[i]->kind == POLICY_SYMBOL_FIELD) field = t->planned->input_symbols[i];
        for (size_t i = 0; field && i < t->table->row_count && !is_bound; i++) {
            const policy_symbol *target = t->table->rows[i].way == DECIDE_WAY_RECORD
                                              ? decide_plan_target(t->a, t->law->book, t->table->rows[i].cell[DECIDE_CELL_TARGET]) : NULL;
            is_bound = target && strcmp(target->name, field->record) == 0;
        }
        if (!field || is_bound) continue;
        decide_row row = { .way = DECIDE_WAY_RECORD };
        row.cell[DECIDE_CELL_KEY] = text_of(field->record);
        row.cell[DECIDE_CELL_TARGET] = text_format(t->a, "%s.%s", field->pack, field->record);
        add(t, &row);
    }
}

err decide_try_plan(arena *a, const decide_law *law, text variable, int32_t on_day, text region, const decide_plan **plan)
{
    const policy_symbol *symbol;
    policy_planned planned;
    decide_law *tried = ARENA_NEW(a, decide_law);
    decide_table *table = ARENA_NEW(a, decide_table);
    TRY(service_symbol(a, law->book, variable, &symbol));
    text root = text_format(a, "%s.%s", symbol->pack, symbol->name);
    policy_request wanted = { .on_day = on_day, .region = region, .roots = &root, .root_count = 1 };
    TRY(policy_plan(a, law->book, &wanted, &planned));
    *table = (decide_table){ .facts = law->table->facts, .fact_count = law->table->fact_count };
    *tried = *law;
    tried->table = table;
    trying t = { .a = a, .law = law, .planned = &planned, .table = table };
    for (size_t i = 0; i < planned.plan.input_count; i++) add_input(&t, planned.input_symbols[i]);
    add_empty_records(&t);
    decide_row out = { .way = DECIDE_WAY_OUT };
    out.cell[DECIDE_CELL_KEY] = TEXT(TRIED);
    out.cell[DECIDE_CELL_TARGET] = root;
    add(&t, &out);
    decide_request asked = { .purpose = TEXT(TRIED), .on_day = on_day, .region = region };
    return decide_plan_open(a, tried, &asked, plan);
}
