#include <stdlib.h>
#include <string.h>

#include "policy/plan_internal.h"

/* Looks for a person on whom two exceptions clash: at the edges of the comparisons, which are the
 * constants of the plan and their neighbours. None found proves nothing; the fault stays in. */

enum { VALUES_MAX = 48, PEOPLE_MAX = 20000, SHOWN_MAX = 6, EXCEPTIONS_MAX = 64 };

typedef struct {
    int64_t values[VALUES_MAX];
    size_t count;
} edge_list;

static void add_edge(edge_list *edges, const vm_input *input, i128 stored)
{
    if (stored < input->min || stored > input->max || edges->count == VALUES_MAX) return;
    for (size_t i = 0; i < edges->count; i++)
        if (edges->values[i] == stored) return;
    edges->values[edges->count++] = (int64_t)stored;
}

static void add_around(edge_list *edges, const vm_input *input, i128 stored)
{
    for (int i = -1; i <= 1; i++)
        add_edge(edges, input, stored + i);
}

static void edges_of_number(const vm_plan *plan, const vm_input *input, edge_list *edges)
{
    i128 scale = i128_pow10(input->decimals), stored;
    add_edge(edges, input, 0);
    add_edge(edges, input, input->min);
    add_edge(edges, input, input->max);
    for (size_t n = 0; n < plan->node_count; n++) {
        if (plan->nodes[n].op != VM_CONST || plan->nodes[n].kind != VM_NUMBER) continue;
        vm_constant c = plan->constants[plan->nodes[n].aux];
        if (i128_mul(c.num, scale, &stored)) add_around(edges, input, stored / c.den);
    }
}

static void edges_of_point(const vm_plan *plan, const vm_input *input, int32_t on_day,
                           edge_list *edges)
{
    int32_t now = input->kind == VM_DAY ? on_day : calendar_month_of_day(on_day);
    add_around(edges, input, now);
    for (size_t n = 0; n < plan->node_count; n++)
        if (plan->nodes[n].op == VM_CONST && plan->nodes[n].kind == input->kind)
            add_around(edges, input, plan->constants[plan->nodes[n].aux].num);
}

static void edges_of(const policy_book *book, policy_codes *codes, const policy_planned *planned,
                     size_t i, int32_t on_day, edge_list *edges)
{
    const vm_plan *plan = &planned->plan;
    const vm_input *input = &plan->inputs[i];
    const policy_symbol *s = planned->input_symbols[i];
    const symbol *e = bind_symbol_of(book, s)->enumeration;
    switch (input->kind) {
    case VM_NUMBER: edges_of_number(plan, input, edges); break;
    case VM_DAY:
    case VM_MONTH: edges_of_point(plan, input, on_day, edges); break;
    case VM_BOOL:
        add_edge(edges, input, 0);
        add_edge(edges, input, 1);
        break;
    default:
        for (size_t m = 0; e && m < e->public->member_count; m++) {
            int64_t code;
            arena *scratch = arena_open();
            if (!policy_parse_value(scratch, codes, &s->type, text_of(e->public->members[m]), &code)
                     .kind)
                add_edge(edges, input, code);
            arena_close(scratch);
        }
        for (size_t c = 0; !e && c < plan->code_count; c++)
            add_edge(edges, input, (i128)c);
        break;
    }
    if (edges->count == 0) add_edge(edges, input, input->min);
}

typedef struct {
    policy_planned planned;
    policy_codes *codes;
    edge_list *edges;
    column *inputs, *outputs;
    size_t people;
} search;

/* Every combination where they are few, else a fixed pseudo-random choice of them. */
static void fill_people(arena *a, search *s)
{
    size_t input_count = s->planned.plan.input_count, all = 1;
    for (size_t i = 0; i < input_count && all <= PEOPLE_MAX; i++)
        all *= s->edges[i].count;
    bool is_all = all <= PEOPLE_MAX;
    s->people = is_all ? all : PEOPLE_MAX;
    s->inputs = ARENA_ARRAY(a, column, input_count + 1);
    for (size_t i = 0; i < input_count; i++)
        s->inputs[i] = column_open(a, s->people);
    for (size_t n = 0; n < s->people; n++) {
        size_t rest = n;
        for (size_t i = 0; i < input_count; i++) {
            size_t count = s->edges[i].count;
            size_t pick = is_all ? rest % count : hash_mix(hash_mix(n, i), 7) % count;
            rest /= count;
            s->inputs[i].value[n] = s->edges[i].values[pick];
        }
    }
}

static bool open_search(arena *a, policy_book *book, const symbol *owner, const version *v,
                        search *s)
{
    const typed **conditions = ARENA_ARRAY(a, const typed *, v->exception_count);
    const char **names = ARENA_ARRAY(a, const char *, v->exception_count);
    for (size_t i = 0; i < v->exception_count; i++) {
        conditions[i] = v->exceptions[i].condition;
        names[i] = "condition";
    }
    int32_t day = v->since_day == INT32_MIN ? trial_newest_day(book, owner) : v->since_day;
    plan_wanted wanted = { .on_day = day,
                           .region = v->region,
                           .extra = conditions,
                           .extra_names = names,
                           .extra_count = v->exception_count,
                           .extra_pack = v->pack };
    vm_program *program;
    if (policy_plan_make(a, book, &wanted, &s->planned).kind) return false;
    const vm_plan *plan = &s->planned.plan;
    if (plan->record_count || vm_seal(a, plan, &program).kind) return false;
    s->codes = policy_codes_open(a, book, &s->planned);
    s->edges = ARENA_ARRAY(a, edge_list, plan->input_count + 1);
    for (size_t i = 0; i < plan->input_count; i++)
        edges_of(book, s->codes, &s->planned, i, day, &s->edges[i]);
    fill_people(a, s);
    s->outputs = ARENA_ARRAY(a, column, plan->output_count + 1);
    for (size_t o = 0; o < plan->output_count; o++) {
        s->outputs[o] = column_open(a, s->people);
        column_ensure_reasons(a, &s->outputs[o]);
    }
    vm_batch batch = { s->people, s->inputs, NULL };
    vm_run(vm_machine_open(a, program, (vm_machine_options){ 0 }), &batch, s->outputs);
    return true;
}

static bool holds(const search *s, size_t condition, size_t lane)
{
    const column *c = &s->outputs[condition];
    return column_is_valid(c, lane) && c->value[lane] == 1;
}

static bool is_clash(const search *s, const version *v, size_t i, size_t j, size_t lane)
{
    if (!holds(s, i, lane) || !holds(s, j, lane)) return false;
    for (size_t k = i + 1; k < v->exception_count; k++)
        if (v->exceptions[k].is_overriding && holds(s, k, lane)) return false;
    return true;
}

static text person(arena *a, const search *s, size_t lane)
{
    text_builder b = text_builder_open(a);
    size_t count = s->planned.plan.input_count;
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
        const policy_symbol *input = s->planned.input_symbols[i];
        text value = policy_print_value(a, s->codes, &input->type, s->inputs[i].value[lane]);
        text_add_format(&b, "%s%s = %.*s", i ? ", " : "", input->name, TEXT_ARG(value));
    }
    return text_built(&b);
}

void trial_clash(policy_book *book, arena *scratch, const symbol *owner, const version *v)
{
    bool is_row = owner->entity && owner->entity->public->kind == POLICY_SYMBOL_RECORD;
    bool may_clash = false;
    for (size_t i = 0; i < v->exception_count; i++)
        may_clash = may_clash || v->exceptions[i].may_clash;
    search s = { 0 };
    if (!may_clash || is_row || v->exception_count > EXCEPTIONS_MAX ||
        !open_search(scratch, book, owner, v, &s))
        return;
    for (size_t i = 1; i < v->exception_count; i++)
        for (size_t j = 0; j < i; j++) {
            if (!v->exceptions[i].may_clash || !v->exceptions[i].may_clash[j]) continue;
            for (size_t lane = 0; lane < s.people; lane++) {
                if (!is_clash(&s, v, i, j, lane)) continue;
                mistakes_add(book->mistakes, "rule.clash", v->exceptions[i].at,
                             text_of(owner->public->name), person(scratch, &s, lane), TEXT_NONE);
                break;
            }
        }
}
