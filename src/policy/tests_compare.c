#include <string.h>

#include "policy/tests_internal.h"

/* Cells of a test → lanes of a batch, and what came against what was expected. */

void tests_compare_failure(test_verdict *v, const char *name, const char *wanted, const char *came,
                           const char *came_zh)
{
    if (v->says.size_bytes) {
        text_add_cstr(&v->says, "; ");
        text_add_cstr(&v->says_zh, "；");
    }
    text_add_format(&v->says, "%s: expected %s, came %s", name, wanted, came);
    text_add_format(&v->says_zh, "%s：应为 %s，得到 %s", name, wanted, came_zh);
}

/* ---- inputs ---- */

static void fill_lane(arena *a, const test_group *g, size_t input, column *c, size_t lane,
                      const cell_syntax *cell, test_verdict *v)
{
    const policy_symbol *s = g->planned.input_symbols[input];
    text raw = cell ? text_trim(cell->raw) : TEXT_NONE;
    bool is_unknown =
        !cell || cell->is_empty || text_equal_cstr(raw, "?") || text_equal_cstr(raw, "？");
    if (is_unknown) {
        c->reason[lane] = VM_REASON(VM_NOT_KNOWN, 0);
        return;
    }
    err e = policy_parse_value(a, g->codes, &s->type, raw, &c->value[lane]);
    if (!e.kind) return;
    c->reason[lane] = VM_REASON(VM_BAD_CELL, 0);
    text bad = text_format(a, "“%.*s”", TEXT_ARG(raw));
    tests_compare_failure(v, s->name, s->type.text, bad.bytes, bad.bytes);
}

static size_t col_of_input(const test_block *t, const policy_symbol *s)
{
    for (size_t c = 0; c < t->col_count; c++)
        if (t->cols[c].role == TEST_GIVEN && t->cols[c].symbol->public == s) return c;
    return SIZE_MAX;
}

static const table_syntax *rows_of(const test_block *t, const char *record)
{
    for (size_t r = 0; r < t->test->record_count; r++) {
        text name = t->test->record_names[r].bytes;
        size_t dot = text_find(name, TEXT("."));
        if (dot != SIZE_MAX) name = text_sub(name, dot + 1, name.size_bytes);
        if (text_equal_cstr(name, record)) return &t->test->records[r];
    }
    return NULL;
}

static size_t col_headed(const table_syntax *table, const char *name, const char *label)
{
    for (size_t c = 0; table && c < table->column_count; c++) {
        text head = text_trim(table->header[c].raw);
        if (text_equal_cstr(head, name) || (label && text_equal_cstr(head, label))) return c;
    }
    return SIZE_MAX;
}

static text line_number(const test_block *t, size_t line)
{
    for (size_t c = 0; c < t->col_count; c++)
        if (t->cols[c].role == TEST_LINE) return text_trim(tests_cell(t, line, c)->raw);
    return TEXT_NONE;
}

typedef struct {
    const table_syntax *table;
    size_t *rows;  /* in the order of lanes */
    size_t *lanes; /* whose row it is */
    size_t count, capacity, lane_count, lane_capacity;
    uint32_t *until;
} record_rows;

static void choose_rows(arena *a, const test_block *t, const test_group *g, record_rows *r)
{
    size_t number = col_headed(r->table, "#", NULL);
    r->until = ARENA_ARRAY(a, uint32_t, g->line_count + 1);
    for (size_t lane = 0; lane < g->line_count; lane++) {
        text mine = line_number(t, g->lines[lane]);
        for (size_t row = 0; r->table && row < r->table->row_count; row++) {
            const cell_syntax *cells = &r->table->cells[row * r->table->column_count];
            bool is_mine = number == SIZE_MAX || mine.size_bytes == 0 ||
                           text_equal(text_trim(cells[number].raw), mine);
            if (!is_mine) continue;
            ARENA_PUSH(a, r->rows, r->count, r->capacity, row);
            ARENA_PUSH(a, r->lanes, r->lane_count, r->lane_capacity, lane);
        }
        r->until[lane] = (uint32_t)r->count;
    }
}

static column fill_rows(arena *a, const test_group *g, size_t input, const record_rows *r,
                        test_verdict *verdicts)
{
    const policy_symbol *s = g->planned.input_symbols[input];
    column c = column_open(a, r->count);
    column_ensure_reasons(a, &c);
    size_t col = col_headed(r->table, s->name, s->label);
    for (size_t i = 0; i < r->count; i++) {
        const cell_syntax *cell =
            col == SIZE_MAX ? NULL : &r->table->cells[r->rows[i] * r->table->column_count + col];
        fill_lane(a, g, input, &c, i, cell, &verdicts[g->lines[r->lanes[i]]]);
    }
    return c;
}

vm_batch tests_compare_batch(arena *a, const test_block *t, test_group *g, test_verdict *verdicts)
{
    const vm_plan *plan = &g->planned.plan;
    record_rows *records = ARENA_ARRAY(a, record_rows, plan->record_count + 1);
    const uint32_t **until = ARENA_ARRAY(a, const uint32_t *, plan->record_count + 1);
    for (size_t r = 0; r < plan->record_count; r++) {
        records[r].table = rows_of(t, plan->records[r].name);
        choose_rows(a, t, g, &records[r]);
        until[r] = records[r].until;
    }
    column *inputs = ARENA_ARRAY(a, column, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++) {
        uint16_t space = plan->inputs[i].space;
        if (space) {
            inputs[i] = fill_rows(a, g, i, &records[space - 1], verdicts);
            continue;
        }
        inputs[i] = column_open(a, g->line_count);
        column_ensure_reasons(a, &inputs[i]);
        size_t col = col_of_input(t, g->planned.input_symbols[i]);
        for (size_t lane = 0; lane < g->line_count; lane++)
            fill_lane(a, g, i, &inputs[i], lane,
                      col == SIZE_MAX ? NULL : tests_cell(t, g->lines[lane], col),
                      &verdicts[g->lines[lane]]);
    }
    return (vm_batch){ g->line_count, inputs, until };
}

/* ---- outputs ---- */

static const char *name_of_reason(const test_group *g, uint32_t reason)
{
    vm_node_id node = VM_REASON_NODE(reason);
    const vm_plan *plan = &g->planned.plan;
    if (node >= plan->node_count) return NULL;
    const vm_origin *o = &plan->origins[plan->nodes[node].origin];
    return o->name ? o->name : o->source;
}

static const char *print_lane(arena *a, const test_group *g, size_t output, size_t lane,
                              bool is_chinese)
{
    const column *c = &g->outputs[output];
    uint32_t reason = column_reason(c, lane);
    if (reason == 0)
        return text_cstr(
            a, policy_print_value(a, g->codes, &g->planned.output_types[output], c->value[lane]));
    const vm_reason_row *row = vm_reason_about(VM_REASON_KIND(reason));
    const char *name = name_of_reason(g, reason);
    return text_format(a, "%s%s (%s%s%s)", vm_reason_is_unknown(reason) ? "?" : "!", row->code,
                       name ? name : "", name ? ": " : "", is_chinese ? row->says_zh : row->says)
        .bytes;
}

/* Of one line: its value, or those of its rows. */
static const char *print_lanes(arena *a, const test_group *g, size_t output, size_t lane,
                               bool is_chinese)
{
    uint16_t space = g->planned.plan.nodes[g->planned.plan.outputs[output].node].space;
    if (!space) return print_lane(a, g, output, lane, is_chinese);
    const uint32_t *until = g->row_until[space - 1];
    size_t from = lane ? until[lane - 1] : 0;
    text_builder came = text_builder_open(a);
    for (size_t i = from; i < until[lane]; i++)
        text_add_format(&came, "%s%s", i > from ? "; " : "", print_lane(a, g, output, i, is_chinese));
    return came.size_bytes ? text_cstr(a, text_built(&came)) : "";
}

static bool is_as_expected(arena *a, const test_group *g, size_t output, size_t lane, text wanted)
{
    const column *c = &g->outputs[output];
    uint32_t reason = column_reason(c, lane);
    if (text_equal_cstr(wanted, "?") || text_equal_cstr(wanted, "？"))
        return vm_reason_is_unknown(reason);
    bool is_fault = text_begins(wanted, TEXT("!"));
    if (is_fault || text_begins(wanted, TEXT("！"))) {
        text code = text_sub(wanted, is_fault ? 1 : 3, wanted.size_bytes);
        return reason != 0 && !vm_reason_is_unknown(reason) &&
               text_equal_cstr(code, vm_reason_about(VM_REASON_KIND(reason))->code);
    }
    int64_t stored;
    if (policy_parse_value(a, g->codes, &g->planned.output_types[output], wanted, &stored).kind)
        return false;
    return reason == 0 && stored == c->value[lane];
}

static text next_part(text *rest)
{
    static const text WIDE = { "；", 3 };
    size_t narrow = text_find(*rest, TEXT(";")), wide = text_find(*rest, WIDE);
    size_t at = narrow < wide ? narrow : wide;
    text part = text_trim(text_sub(*rest, 0, at));
    *rest = at == SIZE_MAX ? TEXT_NONE
                           : text_sub(*rest, at + (narrow < wide ? 1 : 3), rest->size_bytes);
    return part;
}

static void compare_rows(arena *a, const test_group *g, size_t output, size_t lane, text wanted,
                         const char *name, test_verdict *v)
{
    uint16_t space = g->planned.plan.nodes[g->planned.plan.outputs[output].node].space;
    const uint32_t *until = g->row_until[space - 1];
    size_t from = lane ? until[lane - 1] : 0, row = from;
    bool is_equal = true;
    for (text rest = wanted; rest.size_bytes; row++) {
        text part = next_part(&rest);
        is_equal = is_equal && row < until[lane] &&
                   (part.size_bytes == 0 || is_as_expected(a, g, output, row, part));
    }
    if (is_equal && row == until[lane]) return;
    tests_compare_failure(v, name, text_cstr(a, wanted), print_lanes(a, g, output, lane, false),
                          print_lanes(a, g, output, lane, true));
}

void tests_compare_came(arena *a, const test_group *g, size_t lane, test_verdict *v)
{
    for (size_t o = 0; o < g->root_count; o++) {
        v->came[g->root_cols[o]] = print_lanes(a, g, o, lane, false);
        v->came_zh[g->root_cols[o]] = print_lanes(a, g, o, lane, true);
    }
}

void tests_compare(arena *a, const test_block *t, const test_group *g, size_t lane, test_verdict *v)
{
    for (size_t o = 0; o < g->root_count; o++) {
        size_t col = g->root_cols[o];
        const cell_syntax *cell = tests_cell(t, g->lines[lane], col);
        const char *name = t->cols[col].symbol->public->name;
        if (cell->is_empty) continue;
        text wanted = text_trim(cell->raw);
        uint16_t space = g->planned.plan.nodes[g->planned.plan.outputs[o].node].space;
        if (space) {
            compare_rows(a, g, o, lane, wanted, name, v);
            continue;
        }
        if (is_as_expected(a, g, o, lane, wanted)) continue;
        tests_compare_failure(v, name, text_cstr(a, wanted), print_lane(a, g, o, lane, false),
                              print_lane(a, g, o, lane, true));
    }
}
