#include <string.h>

#include "policy/tests_internal.h"

/* Test blocks: what each column is, which lines run together, and running them. */

const cell_syntax *tests_cell(const test_block *t, size_t line, size_t col)
{
    return &t->test->lines->cells[line * t->test->lines->column_count + col];
}

static test_role role_of(const symbol *s, bool is_given)
{
    switch (s->public->kind) {
    case POLICY_SYMBOL_INPUT:
    case POLICY_SYMBOL_PARAM: return TEST_GIVEN;
    case POLICY_SYMBOL_VAR: return is_given ? TEST_GIVEN : TEST_EXPECT;
    case POLICY_SYMBOL_INDICATOR:
    case POLICY_SYMBOL_WATCH: return TEST_EXPECT;
    default: return TEST_SKIP;
    }
}

static bool read_heading(policy_book *book, const pack *p, const cell_syntax *cell,
                         bool is_reporting, test_col *out)
{
    text head = text_trim(cell->raw);
    bool is_given = text_begins(head, TEXT("given "));
    if (is_given) head = text_trim(text_sub(head, 6, head.size_bytes));
    *out = (test_col){ TEST_SKIP, NULL };
    if (text_equal_cstr(head, "#")) out->role = TEST_LINE;
    else if (text_equal_cstr(head, "on")) out->role = TEST_ON;
    else if (text_equal_cstr(head, "region")) out->role = TEST_REGION;
    else if (text_equal_cstr(head, "note") || text_equal_cstr(head, "备注")) return true;
    if (out->role != TEST_SKIP) return true;
    const symbol *s = bind_column(book, p, head);
    if (s) out->role = role_of(s, is_given);
    out->symbol = s;
    if (out->role != TEST_SKIP) return true;
    if (is_reporting)
        mistakes_add(book->mistakes, "test.column", cell->at, head,
                     bind_nearest_or_dash(book, p, head), TEXT_NONE);
    return false;
}

/* Nothing in the pack begins or ends on some day, so that any day will do. */
static bool is_undated(const policy_book *book, const pack *p)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        const symbol *s = &book->symbols[i];
        for (size_t v = 0; s->pack == p && v < s->version_count; v++)
            if (s->versions[v].since_day != INT32_MIN || s->versions[v].until_day != INT32_MAX)
                return false;
    }
    return true;
}

bool tests_open(arena *a, policy_book *book, const pack *p, const decl *d, bool is_reporting,
                test_block *out)
{
    const test_syntax *test = d->test;
    *out = (test_block){ .book = book, .pack = p, .decl = d, .test = test };
    if (!test || !test->lines) return false;
    bool is_fine = true, has_on = test->on_day != INT32_MIN;
    out->col_count = test->lines->column_count;
    out->cols = ARENA_ARRAY(a, test_col, out->col_count + 1);
    for (size_t c = 0; c < out->col_count; c++) {
        is_fine =
            read_heading(book, p, &test->lines->header[c], is_reporting, &out->cols[c]) && is_fine;
        has_on = has_on || out->cols[c].role == TEST_ON;
    }
    if (!has_on) has_on = is_undated(book, p);
    if (!has_on && is_reporting)
        mistakes_add(book->mistakes, "test.no_date", d->at, TEXT_NONE, TEXT_NONE, TEXT_NONE);
    return is_fine && has_on;
}

static void check_records(policy_book *book, const pack *p, const decl *d)
{
    const test_syntax *test = d->test;
    for (size_t r = 0; r < test->record_count; r++) {
        word name = test->record_names[r];
        const symbol *record = bind_find_kind(book, p, name.bytes, POLICY_SYMBOL_RECORD);
        if (!record) {
            mistakes_add(book->mistakes, "test.record", name.at, name.bytes,
                         bind_nearest_or_dash(book, p, name.bytes), TEXT_NONE);
            continue;
        }
        for (size_t c = 0; c < test->records[r].column_count; c++) {
            const cell_syntax *head = &test->records[r].header[c];
            bool is_field = text_equal_cstr(head->raw, "#");
            for (size_t f = 0; f < record->field_count && !is_field; f++)
                is_field = text_equal_cstr(head->raw, record->fields[f]->public->name) ||
                           (record->fields[f]->public->label &&
                            text_equal_cstr(head->raw, record->fields[f]->public->label));
            if (!is_field)
                mistakes_add(book->mistakes, "test.field", head->at, head->raw, name.bytes,
                             TEXT_NONE);
        }
    }
}

void tests_check(policy_book *book)
{
    for (size_t p = 0; p < book->pack_count; p++) {
        const pack_syntax *syntax = book->packs[p].syntax;
        for (size_t i = 0; i < syntax->decl_count; i++) {
            const decl *d = &syntax->decls[i];
            test_block block;
            if (d->kind != DECL_TEST || d->is_broken || !d->test) continue;
            (void)tests_open(book->memory, book, &book->packs[p], d, true, &block);
            check_records(book, &book->packs[p], d);
            if (d->test->region.size_bytes && regions_find(book, d->test->region) < 0)
                mistakes_add(book->mistakes, "test.region", d->at, d->test->region, TEXT_NONE,
                             TEXT_NONE);
        }
    }
}

/* ---- lines that run together ---- */

static bool where_and_when(const test_block *t, size_t line, int32_t *day, int32_t *place)
{
    bool is_fine = true;
    *day = t->test->on_day != INT32_MIN ? t->test->on_day : 0;
    text name = t->test->region;
    if (!name.size_bytes) name = text_of(t->pack->public.region);
    for (size_t c = 0; c < t->col_count; c++) {
        const cell_syntax *cell = tests_cell(t, line, c);
        if (cell->is_empty) continue;
        if (t->cols[c].role == TEST_ON) is_fine = tables_day_of(cell->raw, false, day) && is_fine;
        if (t->cols[c].role == TEST_REGION) name = cell->raw;
    }
    *place = regions_find(t->book, name);
    return is_fine && *place >= 0;
}

static bool is_overriding(const test_col *col)
{
    return col->role == TEST_GIVEN && col->symbol->public->kind != POLICY_SYMBOL_INPUT;
}

static test_group *group_of(arena *a, const test_block *t, size_t line, hash_map *known,
                            test_group **groups, size_t *count, size_t *capacity)
{
    int32_t day, place;
    if (!where_and_when(t, line, &day, &place)) return NULL;
    text_builder key = text_builder_open(a);
    text_add_format(&key, "%d %d", (int)day, (int)place);
    for (size_t c = 0; c < t->col_count; c++)
        if (is_overriding(&t->cols[c]))
            text_add_char(&key, tests_cell(t, line, c)->is_empty ? '-' : '+');
    size_t at = hash_map_get(known, text_built(&key));
    if (at != SIZE_MAX) return &(*groups)[at];
    hash_map_put(known, text_built(&key), *count);
    test_group fresh = { .on_day = day, .region = place, .first_line = line };
    ARENA_PUSH(a, *groups, *count, *capacity, fresh);
    return &(*groups)[*count - 1];
}

static err plan_group(arena *a, const test_block *t, test_group *g)
{
    const symbol **roots = ARENA_ARRAY(a, const symbol *, t->col_count + 1);
    const symbol **given = ARENA_ARRAY(a, const symbol *, t->col_count + 1);
    plan_wanted wanted = {
        .on_day = g->on_day, .region = g->region, .roots = roots, .given = given, .touched = g->touched
    };
    g->root_cols = ARENA_ARRAY(a, size_t, t->col_count + 1);
    for (size_t c = 0; c < t->col_count; c++) {
        const test_col *col = &t->cols[c];
        if (col->role == TEST_EXPECT) {
            g->root_cols[wanted.root_count] = c;
            roots[wanted.root_count++] = col->symbol;
        }
        if (is_overriding(col) && !tests_cell(t, g->first_line, c)->is_empty)
            given[wanted.given_count++] = col->symbol;
    }
    g->root_count = wanted.root_count;
    return policy_plan_make(a, t->book, &wanted, &g->planned);
}

static err run_group(arena *a, const test_block *t, test_group *g, test_verdict *verdicts)
{
    vm_program *program;
    TRY(plan_group(a, t, g));
    TRY(vm_seal(a, &g->planned.plan, &program));
    g->codes = policy_codes_open(a, t->book, &g->planned);
    vm_batch batch = tests_compare_batch(a, t, g, verdicts);
    g->row_until = (const uint32_t **)batch.row_until;
    const vm_plan *plan = &g->planned.plan;
    g->outputs = ARENA_ARRAY(a, column, plan->output_count + 1);
    for (size_t o = 0; o < plan->output_count; o++) {
        uint16_t space = plan->nodes[plan->outputs[o].node].space;
        size_t count = space ? batch.row_until[space - 1][batch.count - 1] : batch.count;
        g->outputs[o] = column_open(a, count);
        column_ensure_reasons(a, &g->outputs[o]);
    }
    vm_machine *machine = vm_machine_open(a, program, (vm_machine_options){ 0 });
    vm_run(machine, &batch, g->outputs);
    return ERR_NONE;
}

/* ---- results ---- */

static const char *name_of(arena *a, const test_block *t, size_t line)
{
    text name = t->test->name.size_bytes ? t->test->name : text_of(t->pack->public.name);
    return text_format(a, "%.*s (%d)", TEXT_ARG(name), (int)tests_cell(t, line, 0)->at.line).bytes;
}

/* What the caller wants besides verdicts. */
typedef struct {
    bool wants_cells;
    policy_tested *tested; /* by symbol, or NULL */
} test_wish;

/* A line that passed vouches for what it expects and for all that this is computed with. */
static void vouch(const test_block *t, const test_group *g, const test_verdict *verdicts, policy_tested *tested)
{
    bool is_passed = false;
    for (size_t lane = 0; lane < g->line_count; lane++) {
        size_t line = g->lines[lane];
        if (verdicts[line].says.size_bytes) continue;
        is_passed = true;
        for (size_t c = 0; c < t->col_count; c++)
            if (t->cols[c].role == TEST_EXPECT && !tests_cell(t, line, c)->is_empty)
                tested[t->cols[c].symbol->index] = POLICY_EXPECTED;
    }
    for (size_t i = 0; is_passed && i < t->book->symbol_count; i++)
        if (g->touched[i] && tested[i] == POLICY_UNTESTED) tested[i] = POLICY_REACHED;
}

static void judge(arena *a, const test_block *t, test_group *g, const test_wish *wish, test_verdict *verdicts)
{
    arena *scratch = arena_open();
    if (wish->tested) g->touched = ARENA_ARRAY(scratch, uint8_t, t->book->symbol_count + 1);
    err e = run_group(scratch, t, g, verdicts);
    for (size_t lane = 0; lane < g->line_count; lane++) {
        test_verdict *v = &verdicts[g->lines[lane]];
        if (e.kind) {
            text_add(&v->says, text_copy(a, err_sentence(scratch, e, false)));
            text_add(&v->says_zh, text_copy(a, err_sentence(scratch, e, true)));
        } else if (v->says.size_bytes == 0) {
            tests_compare(scratch, t, g, lane, v);
        }
        if (!e.kind && wish->wants_cells) tests_compare_came(a, g, lane, v);
    }
    if (wish->tested) vouch(t, g, verdicts, wish->tested);
    arena_close(scratch);
}

typedef struct {
    policy_test_result *items;
    size_t count, capacity;
} result_list;

static void add_cells(arena *a, const test_block *t, size_t line, const test_verdict *v, policy_test_result *into)
{
    policy_test_cell *cells = ARENA_ARRAY(a, policy_test_cell, t->col_count + 1);
    int32_t day, place;
    for (size_t c = 0; c < t->col_count; c++) {
        const cell_syntax *cell = tests_cell(t, line, c);
        bool is_expected = t->cols[c].role == TEST_EXPECT;
        if (cell->is_empty || (!is_expected && t->cols[c].role != TEST_GIVEN)) continue;
        cells[into->cell_count++] = (policy_test_cell){ .symbol = t->cols[c].symbol->public,
                                                        .is_expected = is_expected,
                                                        .said = text_cstr(a, text_trim(cell->raw)),
                                                        .came = v->came[c],
                                                        .came_zh = v->came_zh[c] };
    }
    text block = t->test->name.size_bytes ? t->test->name : text_of(t->pack->public.name);
    bool is_read = where_and_when(t, line, &day, &place);
    into->cells = cells;
    into->block = text_cstr(a, block);
    into->block_at = policy_pos(t->decl->at);
    into->on_day = is_read ? day : INT32_MIN;
    into->region = is_read ? t->book->regions[place].path : t->pack->public.region;
}

static void run_block(arena *a, const test_block *t, const test_wish *wish, result_list *out)
{
    size_t count = t->test->lines->row_count, group_count = 0, group_capacity = 0;
    arena *scratch = arena_open();
    hash_map *known = hash_map_open(scratch);
    test_group *groups = NULL;
    test_verdict *verdicts = ARENA_ARRAY(scratch, test_verdict, count + 1);
    for (size_t line = 0; line < count; line++) {
        verdicts[line] = (test_verdict){ text_builder_open(a), text_builder_open(a), NULL, NULL };
        if (wish->wants_cells) {
            verdicts[line].came = ARENA_ARRAY(scratch, const char *, t->col_count + 1);
            verdicts[line].came_zh = ARENA_ARRAY(scratch, const char *, t->col_count + 1);
        }
        test_group *g = group_of(scratch, t, line, known, &groups, &group_count, &group_capacity);
        if (g) {
            ARENA_PUSH(scratch, g->lines, g->line_count, g->line_capacity, line);
            continue;
        }
        text_add_cstr(&verdicts[line].says, "the date or the region of the line cannot be read");
        text_add_cstr(&verdicts[line].says_zh, "本行的日期或地区无法识别");
    }
    for (size_t g = 0; g < group_count; g++)
        judge(a, t, &groups[g], wish, verdicts);
    for (size_t line = 0; line < count; line++) {
        const test_verdict *v = &verdicts[line];
        policy_test_result result = {
            .at = policy_pos(tests_cell(t, line, 0)->at),
            .name = name_of(a, t, line),
            .rows = t->test->mission_rows.size_bytes ? text_cstr(a, t->test->mission_rows) : NULL,
            .passed = v->says.size_bytes == 0,
            .says = v->says.size_bytes ? text_built(&v->says).bytes : NULL,
            .says_zh = v->says_zh.size_bytes ? text_built(&v->says_zh).bytes : NULL
        };
        if (wish->wants_cells) add_cells(a, t, line, v, &result);
        ARENA_PUSH(a, out->items, out->count, out->capacity, result);
    }
    arena_close(scratch);
}

static err run_all(arena *a, const policy_book *book, text only_pack, const test_wish *wish, result_list *out)
{
    if (book->has_mistakes) return err_of(&POLICY_HAS_MISTAKES, NULL);
    for (size_t p = 0; p < book->pack_count; p++) {
        const pack *from = &book->packs[p];
        if (only_pack.size_bytes && !text_equal_cstr(only_pack, from->public.name)) continue;
        for (size_t i = 0; i < from->syntax->decl_count; i++) {
            const decl *d = &from->syntax->decls[i];
            test_block block;
            if (d->kind != DECL_TEST) continue;
            /* Nothing is reported here, so the book stays as it is. */
            if (tests_open(a, (policy_book *)book, from, d, false, &block))
                run_block(a, &block, wish, out);
        }
    }
    return ERR_NONE;
}

err policy_run_tests(arena *a, const policy_book *book, text only_pack,
                     const policy_test_result **results, size_t *count)
{
    result_list out = { 0 };
    TRY(run_all(a, book, only_pack, &(test_wish){ 0 }, &out));
    *results = out.items;
    *count = out.count;
    return ERR_NONE;
}

err policy_read_tests(arena *a, const policy_book *book, text only_pack,
                      const policy_test_result **results, size_t *count)
{
    result_list out = { 0 };
    TRY(run_all(a, book, only_pack, &(test_wish){ .wants_cells = true }, &out));
    *results = out.items;
    *count = out.count;
    return ERR_NONE;
}

err policy_tested_symbols(arena *a, const policy_book *book, const policy_tested **tested)
{
    policy_tested *found = ARENA_ARRAY(a, policy_tested, book->symbol_count + 1);
    arena *scratch = arena_open();
    result_list out = { 0 };
    err e = run_all(scratch, book, TEXT_NONE, &(test_wish){ .tested = found }, &out);
    arena_close(scratch);
    *tested = found;
    return e;
}
