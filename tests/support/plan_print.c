#include "support/plan_build.h"

#include <assert.h>

static const char *const OPS[] = {
    [VM_CONST] = "const", [VM_INPUT] = "input", [VM_UNKNOWN] = "unknown", [VM_FAIL] = "fail",
    [VM_CARRY] = "carry", [VM_ADD] = "add", [VM_SUB] = "sub", [VM_MUL] = "mul", [VM_DIV] = "div",
    [VM_NEG] = "neg", [VM_ABS] = "abs", [VM_MIN] = "min", [VM_MAX] = "max", [VM_ROUND] = "round",
    [VM_BOUND] = "bound", [VM_EQ] = "eq", [VM_NE] = "ne", [VM_LT] = "lt", [VM_LE] = "le",
    [VM_GT] = "gt", [VM_GE] = "ge", [VM_AND] = "and", [VM_OR] = "or", [VM_NOT] = "not",
    [VM_IF] = "if", [VM_KNOWN] = "known", [VM_ELSE] = "else",
    [VM_MONTH_OF_DAY] = "month_of_day", [VM_YEAR_OF_MONTH] = "year_of_month",
    [VM_MONTH_IN_YEAR] = "month_in_year", [VM_DAY_IN_MONTH] = "day_in_month",
    [VM_FIRST_DAY] = "first_day", [VM_LAST_DAY] = "last_day", [VM_MONTH_FROM] = "month_from",
    [VM_MONTH_ADD] = "month_add", [VM_MONTH_DIFF] = "month_diff", [VM_DAY_ADD] = "day_add",
    [VM_DAY_DIFF] = "day_diff", [VM_DAY_ADD_MONTHS] = "day_add_months",
    [VM_FULL_MONTHS] = "full_months", [VM_LOOKUP] = "lookup", [VM_SPREAD] = "spread",
    [VM_SUM] = "sum", [VM_COUNT] = "count", [VM_AGG_MIN] = "agg_min", [VM_AGG_MAX] = "agg_max",
    [VM_FIRST] = "first", [VM_LAST] = "last", [VM_ANY] = "any", [VM_ALL] = "all",
    [VM_FOLD] = "fold", [VM_PREVIOUS] = "previous", [VM_SUM_SAME] = "sum_same",
    [VM_ROW_INDEX] = "row_index",
};
_Static_assert(ARRAY_COUNT(OPS) == VM_OP_COUNT, "an operator has no name");

static const char *const KINDS[] = {
    [VM_NUMBER] = "number", [VM_BOOL] = "bool", [VM_DAY] = "day", [VM_MONTH] = "month",
    [VM_CODE] = "code",
};
_Static_assert(ARRAY_COUNT(KINDS) == VM_KIND_COUNT, "a kind has no name");

static const char *const REASONS[] = {
    [VM_OK] = "ok", [VM_NOT_KNOWN] = "not_known", [VM_EMPTY] = "empty", [VM_OVERFLOW] = "overflow",
    [VM_DIVIDED_BY_ZERO] = "divided_by_zero", [VM_OUT_OF_RANGE] = "out_of_range",
    [VM_BAD_CELL] = "bad_cell", [VM_NOT_IN_TABLE] = "not_in_table",
    [VM_NOT_IN_FORCE] = "not_in_force", [VM_NOT_SET] = "not_set",
    [VM_DATE_OUT_OF_RANGE] = "date_out_of_range", [VM_CLASH] = "clash",
    [VM_TOO_MANY_ROWS] = "too_many_rows",
};
_Static_assert(ARRAY_COUNT(REASONS) == VM_REASON_KIND_COUNT, "a reason has no name");

static const char *const ROUNDINGS[] = {
    [MONEY_HALF_UP] = "half_up", [MONEY_HALF_EVEN] = "half_even", [MONEY_UP] = "up",
    [MONEY_DOWN] = "down",
};
_Static_assert(ARRAY_COUNT(ROUNDINGS) == MONEY_ROUNDING_COUNT, "a rounding has no name");

static const char *const KEY_MODES[] = {
    [VM_KEY_EXACT] = "exact", [VM_KEY_BAND] = "band", [VM_KEY_LINEAR] = "linear",
};

const char *plan_op_name(vm_op op) { return OPS[op]; }
const char *plan_kind_name(vm_kind kind) { return KINDS[kind]; }
const char *plan_reason_name(vm_reason_kind kind)
{
    return (size_t)kind < ARRAY_COUNT(REASONS) ? REASONS[kind] : "no such reason";
}
const char *plan_rounding_name(money_rounding mode) { return ROUNDINGS[mode]; }

static void print_fraction(FILE *out, vm_constant value)
{
    char digits[48];
    i128_print(value.num, digits);
    fprintf(out, " %s", digits);
    if (value.den == 1) return;
    i128_print(value.den, digits);
    fprintf(out, "/%s", digits);
}

static void print_aux(FILE *out, const vm_plan *plan, const vm_node *node)
{
    switch (node->op) {
    case VM_CONST: print_fraction(out, plan->constants[node->aux]); break;
    case VM_INPUT: {
        const vm_input *input = &plan->inputs[node->aux];
        fprintf(out, " %s in %lld..%lld, %d decimals", input->name, (long long)input->min,
                (long long)input->max, input->decimals);
        break;
    }
    case VM_FAIL: fprintf(out, " %s", plan_reason_name((vm_reason_kind)node->aux)); break;
    case VM_ROUND:
        fprintf(out, " %s to", ROUNDINGS[node->mode]);
        print_fraction(out, plan->constants[node->aux]);
        break;
    case VM_BOUND: {
        const vm_bound *bound = &plan->bounds[node->aux];
        fprintf(out, " in %lld..%lld, %d decimals", (long long)bound->min, (long long)bound->max,
                bound->decimals);
        break;
    }
    case VM_LOOKUP: fprintf(out, " in %s", plan->tables[node->aux].name); break;
    default: break;
    }
}

static void print_table(FILE *out, const vm_table *table)
{
    fprintf(out, "%s: %s, %d decimals; keys", table->name, KINDS[table->kind], table->decimals);
    for (int k = 0; k < table->key_count; k++)
        fprintf(out, " [%s %s, %d decimals]", KEY_MODES[table->key_mode[k]],
                KINDS[table->key_kind[k]], table->key_decimals[k]);
    for (size_t c = 0; c < table->cell_count; c++) {
        const vm_cell *cell = &table->cells[c];
        fprintf(out, "\n   ");
        for (int k = 0; k < table->key_count; k++) fprintf(out, " %lld", (long long)cell->key[k]);
        if (cell->is_absent)
            fprintf(out, " = absent, %s", REASONS[cell->why]);
        else
            fprintf(out, " = %lld", (long long)cell->value);
    }
    fprintf(out, "\n");
}

static bool is_looked_up(const vm_plan *plan, size_t table)
{
    for (size_t n = 0; n < plan->node_count; n++)
        if (plan->nodes[n].op == VM_LOOKUP && plan->nodes[n].aux == table) return true;
    return false;
}

void plan_print(FILE *out, const vm_plan *plan)
{
    fprintf(out, "rows_max %d\n", plan->rows_max);
    for (size_t t = 0; t < plan->table_count; t++)
        if (is_looked_up(plan, t)) print_table(out, &plan->tables[t]);
    for (size_t n = 0; n < plan->node_count; n++) {
        const vm_node *node = &plan->nodes[n];
        fprintf(out, "%4zu space %u %-6s %s", n, node->space, KINDS[node->kind], OPS[node->op]);
        const vm_node_id args[3] = { node->a, node->b, node->c };
        for (int i = 0; i < 3; i++) {
            if (args[i] != VM_NONE)
                fprintf(out, " #%u", args[i]);
            else if (i < 2 && (args[i + 1] != VM_NONE || (i == 0 && args[2] != VM_NONE)))
                fprintf(out, " -");
        }
        print_aux(out, plan, node);
        fprintf(out, "\n");
    }
    for (size_t i = 0; i < plan->output_count; i++)
        fprintf(out, "%s = #%u\n", plan->outputs[i].name, plan->outputs[i].node);
}

static void print_cells(FILE *out, const column *cells, size_t from, size_t until)
{
    for (size_t lane = from; lane < until; lane++) {
        uint32_t reason = column_reason(cells, lane);
        if (reason)
            fprintf(out, " %s", plan_reason_name(VM_REASON_KIND(reason)));
        else
            fprintf(out, " %lld", (long long)cells->value[lane]);
    }
}

void plan_print_batch(FILE *out, const vm_plan *plan, const vm_batch *batch)
{
    for (size_t s = 0; s < batch->count; s++) {
        fprintf(out, "subject %zu\n", s);
        for (size_t r = 0; r < plan->record_count; r++)
            fprintf(out, "  record %zu: rows until %u\n", r, batch->row_until[r][s]);
        for (size_t i = 0; i < plan->input_count; i++) {
            const uint32_t *ends = plan->inputs[i].space ? batch->row_until[plan->inputs[i].space - 1] : NULL;
            size_t from = !ends ? s : s == 0 ? 0 : ends[s - 1];
            size_t until = !ends ? s + 1 : ends[s];
            fprintf(out, "  %s:", plan->inputs[i].name);
            print_cells(out, &batch->inputs[i], from, until);
            fprintf(out, "\n");
        }
    }
}
