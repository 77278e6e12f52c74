#include <string.h>

#include "calendar/calendar.h"
#include "service/decide_internal.h"

/* Every row against the packs, then every purpose planned on the days and in the regions that its
 * `check` rows name: what a plan needs and no row brings is a mistake of the table. */

typedef struct {
    arena *a;
    const decide_law *law;
    decide_table *table; /* collects */
} checking;

static void complain(checking *c, const char *code, const decide_row *row, int cell, text detail)
{
    decide_table_complain(c->a, c->table, code, row, cell, detail);
}

static void wrong_type(checking *c, const decide_row *row, int cell, text have, const char *wanted)
{
    text shown = text_format(c->a, "%.*s / %s", TEXT_ARG(have), wanted);
    complain(c, "office.wrong_type", row, cell, shown);
}

/* ---- a row ---- */

static bool is_kind_for(decide_way way, const policy_symbol *s)
{
    bool is_figure = s->kind == POLICY_SYMBOL_PARAM || s->kind == POLICY_SYMBOL_VAR;
    bool is_fact = s->kind == POLICY_SYMBOL_INPUT || s->kind == POLICY_SYMBOL_FIELD;
    switch (way) {
    case DECIDE_WAY_IN:
    case DECIDE_WAY_FIXED:
    case DECIDE_WAY_NEVER: return is_fact;
    case DECIDE_WAY_GIVEN: return is_figure;
    case DECIDE_WAY_RECORD: return s->kind == POLICY_SYMBOL_RECORD;
    case DECIDE_WAY_WATCH: return s->kind == POLICY_SYMBOL_WATCH;
    case DECIDE_WAY_OUT: return is_figure || s->kind == POLICY_SYMBOL_INPUT || s->kind == POLICY_SYMBOL_INDICATOR;
    default: return is_figure || s->kind == POLICY_SYMBOL_INPUT;
    }
}

/* An answer's type: a gate is true or false, a line and a total are money. */
static bool is_type_for(decide_way way, const policy_type *type)
{
    if (way == DECIDE_WAY_GATE) return type->base == POLICY_BOOL;
    if (way == DECIDE_WAY_TOTAL || way == DECIDE_WAY_LINE) return type->base == POLICY_MONEY;
    return true;
}

static void check_fact(checking *c, const decide_row *row, const policy_symbol *target)
{
    text key = row->cell[DECIDE_CELL_KEY];
    const decide_known_fact *fact = decide_table_fact(c->table, key);
    if (!fact) {
        complain(c, "office.unknown_fact", row, DECIDE_CELL_KEY, key);
        return;
    }
    const char *wanted = decide_table_type(&target->type);
    if (!text_equal_cstr(fact->type, wanted))
        wrong_type(c, row, DECIDE_CELL_TARGET,
                   text_format(c->a, "%.*s: %.*s", TEXT_ARG(key), TEXT_ARG(fact->type)), wanted);
}

static void check_fixed(checking *c, const decide_row *row, const policy_symbol *target)
{
    policy_request wanted = { .roots = &row->cell[DECIDE_CELL_TARGET], .root_count = 1 };
    policy_planned planned;
    int64_t stored;
    text value = row->cell[DECIDE_CELL_UNIT];
    if (policy_plan(c->a, c->law->book, &wanted, &planned).kind) return;
    policy_codes *codes = policy_codes_open(c->a, c->law->book, &planned);
    if (policy_parse_value(c->a, codes, &target->type, value, &stored).kind)
        wrong_type(c, row, DECIDE_CELL_UNIT, value, target->type.text);
}

/* Only those of whom a fact is told are decided: it must be one. */
static void check_told(checking *c, const decide_row *row)
{
    text told = row->cell[DECIDE_CELL_TARGET];
    bool names_fact = row->each == DECIDE_EACH_PERSON || row->each == DECIDE_EACH_HOUSEHOLD;
    if (names_fact && told.size_bytes && !decide_table_fact(c->table, told))
        complain(c, "office.unknown_fact", row, DECIDE_CELL_TARGET, told);
}

static void check_row(checking *c, const decide_row *row)
{
    if (row->way == DECIDE_WAY_EACH) check_told(c, row);
    if (row->way == DECIDE_WAY_CHECK || row->way == DECIDE_WAY_EACH) return;
    text name = row->cell[DECIDE_CELL_TARGET];
    const policy_symbol *target = decide_plan_target(c->a, c->law->book, name);
    if (!target) {
        complain(c, "office.unknown_name", row, DECIDE_CELL_TARGET, name);
        return;
    }
    if (!is_kind_for(row->way, target)) {
        complain(c, "office.wrong_kind", row, DECIDE_CELL_TARGET, name);
        return;
    }
    if (!is_type_for(row->way, &target->type))
        wrong_type(c, row, DECIDE_CELL_TARGET, name,
                   row->way == DECIDE_WAY_GATE ? "bool" : "money");
    if (row->way == DECIDE_WAY_IN || row->way == DECIDE_WAY_GIVEN) check_fact(c, row, target);
    if (row->way == DECIDE_WAY_FIXED) check_fixed(c, row, target);
}

/* ---- a purpose ---- */

/* Lines that make a total are of its unit. */
static void check_total(checking *c, const decide_plan *plan)
{
    size_t total = SIZE_MAX;
    for (size_t i = 0; i < plan->answer_count; i++)
        if (plan->answers[i].kind == DECIDE_TOTAL) total = i;
    if (total == SIZE_MAX) return;
    const policy_type *whole = plan->answers[total].type;
    const decide_row *row;
    size_t i = 0;
    for (size_t at = 0; (row = decide_table_next(c->table, plan->asked.purpose, &at));) {
        if (row->way < DECIDE_WAY_GATE) continue;
        const decide_answer *answer = &plan->answers[i++];
        if (answer->kind == DECIDE_LINE && answer->type->per != whole->per)
            wrong_type(c, row, DECIDE_CELL_TARGET, row->cell[DECIDE_CELL_TARGET], whole->text);
    }
}

static void check_plan(checking *c, const decide_row *row)
{
    decide_request asked = { .purpose = row->cell[DECIDE_CELL_PURPOSE],
                             .region = row->cell[DECIDE_CELL_TARGET] };
    const decide_plan *plan;
    text day = row->cell[DECIDE_CELL_KEY];
    err e = calendar_parse_day(day, &asked.on_day);
    if (e.kind) {
        complain(c, "office.check", row, DECIDE_CELL_KEY, day);
        return;
    }
    e = decide_plan_open(c->a, c->law, &asked, &plan);
    if (!e.kind) {
        check_total(c, plan);
        return;
    }
    bool is_input = e.kind == &DECIDE_NO_FACT;
    text detail = is_input ? text_of(e.detail) : err_sentence(c->a, e, false);
    complain(c, is_input ? "office.missing_input" : "office.check", row, DECIDE_CELL_PURPOSE,
             detail);
}

err decide_check(arena *a, const decide_law *law, const policy_mistake **mistakes, size_t *count)
{
    decide_table *table = ARENA_NEW(a, decide_table);
    *table = *law->table;
    table->mistakes = NULL;
    table->mistake_count = table->mistake_capacity = 0;
    for (size_t i = 0; i < law->table->mistake_count; i++)
        ARENA_PUSH(a, table->mistakes, table->mistake_count, table->mistake_capacity,
                   law->table->mistakes[i]);
    checking c = { a, law, table };
    for (size_t i = 0; i < table->row_count; i++)
        check_row(&c, &table->rows[i]);
    TRY(decide_check_words(a, law, table));
    /* A table with mistakes in its rows is not planned: they would be told twice. */
    bool is_planned = table->mistake_count == 0;
    for (size_t i = 0; i < table->row_count && is_planned; i++)
        if (table->rows[i].way == DECIDE_WAY_CHECK) check_plan(&c, &table->rows[i]);
    *mistakes = table->mistakes;
    *count = table->mistake_count;
    return ERR_NONE;
}
