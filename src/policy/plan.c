#include <string.h>

#include "policy/plan_internal.h"

const err_kind POLICY_NOT_COMPUTABLE = { "policy.not_computable", ERR_BAD_INPUT,
                                         "This cannot be computed: {}.", "无法计算：{}。" };

/* ---- pieces of a plan ---- */

vm_node_id policy_plan_node(plan_builder *b, vm_node node)
{
    if (b->node_count >= PLAN_NODES_MAX) {
        b->is_too_large = true;
        return 0;
    }
    ARENA_PUSH(b->memory, b->nodes, b->node_count, b->node_capacity, node);
    return (vm_node_id)(b->node_count - 1);
}

uint32_t policy_plan_rational(plan_builder *b, i128 num, i128 den)
{
    money_ratio r = { num, den };
    if (den <= 0 || !money_ratio_of(num, den, &r)) r = (money_ratio){ num, den };
    ARENA_PUSH(b->memory, b->constants, b->constant_count, b->constant_capacity,
               ((vm_constant){ r.num, r.den }));
    return (uint32_t)(b->constant_count - 1);
}

vm_node_id policy_plan_constant(plan_builder *b, const plan_place *at, vm_kind kind, i128 num,
                                i128 den, uint32_t origin)
{
    return policy_plan_node(b, (vm_node){ .op = VM_CONST,
                                          .kind = kind,
                                          .space = at->space,
                                          .a = VM_NONE,
                                          .b = VM_NONE,
                                          .c = VM_NONE,
                                          .aux = policy_plan_rational(b, num, den ? den : 1),
                                          .origin = origin });
}

vm_node_id policy_plan_op(plan_builder *b, const plan_place *at, vm_op op, vm_kind kind,
                          vm_node_id a, vm_node_id c, uint32_t origin)
{
    return policy_plan_node(b, (vm_node){ .op = op,
                                          .kind = kind,
                                          .space = at->space,
                                          .a = a,
                                          .b = c,
                                          .c = VM_NONE,
                                          .origin = origin });
}

vm_node_id policy_plan_if(plan_builder *b, vm_node_id condition, vm_node_id yes, vm_node_id no,
                          uint32_t origin)
{
    const vm_node *value = &b->nodes[yes];
    return policy_plan_node(b, (vm_node){ .op = VM_IF,
                                          .kind = value->kind,
                                          .space = value->space,
                                          .a = condition,
                                          .b = yes,
                                          .c = no,
                                          .origin = origin });
}

vm_node_id policy_plan_fail(plan_builder *b, const plan_place *at, vm_kind kind, vm_reason_kind why,
                            uint32_t origin)
{
    return policy_plan_node(b, (vm_node){ .op = VM_FAIL,
                                          .kind = kind,
                                          .space = at->space,
                                          .a = VM_NONE,
                                          .b = VM_NONE,
                                          .c = VM_NONE,
                                          .aux = why,
                                          .origin = origin });
}

vm_node_id policy_plan_bound(plan_builder *b, vm_node_id a, const policy_type *type, int decimals,
                             uint32_t origin)
{
    vm_bound bound = { (uint8_t)decimals, type->min, type->max };
    ARENA_PUSH(b->memory, b->bounds, b->bound_count, b->bound_capacity, bound);
    return policy_plan_node(b, (vm_node){ .op = VM_BOUND,
                                          .kind = VM_NUMBER,
                                          .space = b->nodes[a].space,
                                          .a = a,
                                          .b = VM_NONE,
                                          .c = VM_NONE,
                                          .aux = (uint32_t)(b->bound_count - 1),
                                          .origin = origin });
}

uint32_t policy_plan_origin(plan_builder *b, vm_origin origin)
{
    ARENA_PUSH(b->memory, b->origins, b->origin_count, b->origin_capacity, origin);
    return (uint32_t)(b->origin_count - 1);
}

uint32_t policy_plan_code(plan_builder *b, text t)
{
    size_t known = hash_map_get(b->codes_by_text, t);
    if (known != SIZE_MAX) return (uint32_t)known;
    const char *kept = text_cstr(b->memory, t);
    hash_map_put(b->codes_by_text, text_of(kept), b->code_count);
    ARENA_PUSH(b->memory, b->codes, b->code_count, b->code_capacity, kept);
    return (uint32_t)(b->code_count - 1);
}

vm_node_id policy_plan_spread(plan_builder *b, vm_node_id node, uint16_t space)
{
    if (b->nodes[node].space == space) return node;
    text key = text_format(b->memory, "spread %u %u", node, space);
    size_t known = hash_map_get(b->known, key);
    if (known != SIZE_MAX) return (vm_node_id)known;
    vm_node_id made = policy_plan_node(b, (vm_node){ .op = VM_SPREAD,
                                                     .kind = b->nodes[node].kind,
                                                     .space = space,
                                                     .a = node,
                                                     .b = VM_NONE,
                                                     .c = VM_NONE,
                                                     .origin = b->nodes[node].origin });
    hash_map_put(b->known, key, made);
    return made;
}

plan_place *policy_plan_rows(plan_builder *b, const symbol *record)
{
    plan_place **slot = &b->rows[record->record_index];
    if (*slot) return *slot;
    uint32_t origin = policy_plan_origin(b, (vm_origin){ .name = record->public->name,
                                                         .label = record->public->label,
                                                         .at = record->public->at });
    ARENA_PUSH(b->memory, b->records, b->record_count, b->record_capacity,
               ((vm_record){ record->public->name, origin }));
    *slot = ARENA_NEW(b->memory, plan_place);
    **slot = b->base;
    (*slot)->space = (uint16_t)b->record_count;
    (*slot)->record = record;
    return *slot;
}

/* What a region may set is all that a local parameter can be. */
static void narrow_to_within(const symbol *s, vm_input *input)
{
    if (input->kind != VM_NUMBER) return;
    i128 low, high;
    money_ratio from = { s->within_low.num, s->within_low.den };
    money_ratio until = { s->within_high.num, s->within_high.den };
    if (s->within_low.is_set &&
        money_ratio_round(from, input->decimals, MONEY_HALF_UP, &low) && low > input->min)
        input->min = (int64_t)low;
    if (s->within_high.is_set &&
        money_ratio_round(until, input->decimals, MONEY_HALF_UP, &high) && high < input->max)
        input->max = (int64_t)high;
}

void policy_plan_touch(const plan_builder *b, const symbol *s)
{
    if (b->touched && !b->is_given[s->index]) b->touched[s->index] = 1;
}

vm_node_id policy_plan_fact(plan_builder *b, const symbol *s)
{
    policy_plan_touch(b, s);
    if (b->made[s->index] != VM_NONE) return b->made[s->index];
    const policy_symbol *p = s->public;
    bool is_row = s->entity && s->entity->public->kind == POLICY_SYMBOL_RECORD;
    uint16_t space = is_row ? policy_plan_rows(b, s->entity)->space : 0;
    vm_kind kind = types_kind(p->type.base);
    uint32_t origin = policy_plan_origin(b, (vm_origin){ .role = VM_ROLE_INPUT,
                                                         .name = p->name,
                                                         .label = p->label,
                                                         .law = p->law,
                                                         .unit = p->type.text,
                                                         .at = p->at,
                                                         .since_day = INT32_MIN,
                                                         .until_day = INT32_MAX,
                                                         .region = NULL,
                                                         .note = p->note });
    vm_input input = { .name = p->name,
                       .kind = kind,
                       .space = space,
                       .decimals = kind == VM_NUMBER ? p->type.decimals : 0,
                       .min = p->type.min,
                       .max = p->type.max,
                       .origin = origin };
    narrow_to_within(s, &input);
    ARENA_PUSH(b->memory, b->inputs, b->input_count, b->input_capacity, input);
    ARENA_PUSH(b->memory, b->input_symbols, b->input_symbol_count, b->input_symbol_capacity, p);
    b->made[s->index] = policy_plan_node(b, (vm_node){ .op = VM_INPUT,
                                                       .kind = kind,
                                                       .space = space,
                                                       .a = VM_NONE,
                                                       .b = VM_NONE,
                                                       .c = VM_NONE,
                                                       .aux = (uint32_t)(b->input_count - 1),
                                                       .origin = origin });
    return b->made[s->index];
}

/* ---- when and where a row is ---- */

vm_node_id policy_plan_row_day(plan_builder *b, plan_place *at)
{
    if (!at->record || !at->record->at_date) return VM_NONE;
    if (at->day != VM_NONE) return at->day;
    vm_node_id field = policy_plan_fact(b, at->record->at_date);
    switch (at->record->at_date->public->type.base) {
    case POLICY_YEAR:
        at->year = field;
        at->month = policy_plan_op(b, at, VM_MONTH_FROM, VM_MONTH, field,
                                   policy_plan_constant(b, at, VM_NUMBER, 1, 1, 0), 0);
        at->day = policy_plan_op(b, at, VM_FIRST_DAY, VM_DAY, at->month, VM_NONE, 0);
        break;
    case POLICY_MONTH:
        at->month = field;
        at->day = policy_plan_op(b, at, VM_FIRST_DAY, VM_DAY, at->month, VM_NONE, 0);
        at->year = policy_plan_op(b, at, VM_YEAR_OF_MONTH, VM_NUMBER, at->month, VM_NONE, 0);
        break;
    default:
        at->day = field;
        at->month = policy_plan_op(b, at, VM_MONTH_OF_DAY, VM_MONTH, field, VM_NONE, 0);
        at->year = policy_plan_op(b, at, VM_YEAR_OF_MONTH, VM_NUMBER, at->month, VM_NONE, 0);
        break;
    }
    return at->day;
}

vm_node_id policy_plan_row_place(plan_builder *b, plan_place *at)
{
    if (!at->record || !at->record->at_region) return VM_NONE;
    if (at->place == VM_NONE) at->place = policy_plan_fact(b, at->record->at_region);
    return at->place;
}

/* ---- values known while planning ---- */

static bool constant_of_pair(vm_op op, vm_constant x, vm_constant y, vm_constant *out)
{
    money_ratio r, right = { y.num, y.den };
    switch (op) {
    case VM_SUB: right.num = -right.num; /* fall through */
    case VM_ADD:
        if (!money_ratio_add((money_ratio){ x.num, x.den }, right, &r)) return false;
        break;
    case VM_MUL:
        if (!money_ratio_multiply((money_ratio){ x.num, x.den }, right, &r)) return false;
        break;
    case VM_MONTH_ADD:
    case VM_DAY_ADD:
        if (!i128_fits_i64(x.num) || !i128_fits_i64(y.num) || y.den != 1) return false;
        r = (money_ratio){ x.num + y.num, 1 };
        break;
    case VM_MONTH_FROM:
        if (x.den != 1 || y.den != 1 || y.num < 1 || y.num > 12 || x.num < CALENDAR_YEAR_MIN ||
            x.num > CALENDAR_YEAR_MAX)
            return false;
        r = (money_ratio){ calendar_month_of((int32_t)x.num, (int32_t)y.num), 1 };
        break;
    default: return false;
    }
    *out = (vm_constant){ r.num, r.den };
    return true;
}

static bool constant_of_one(vm_op op, vm_constant x, vm_constant *out)
{
    int64_t at = i128_fits_i64(x.num) ? (int64_t)x.num : INT64_MIN;
    bool is_day = calendar_is_day(at), is_month = calendar_is_month(at);
    i128 whole;
    if (op == VM_MONTH_OF_DAY && is_day) whole = calendar_month_of_day((int32_t)at);
    else if (op == VM_YEAR_OF_MONTH && is_month) whole = calendar_year_of_month((int32_t)at);
    else if (op == VM_FIRST_DAY && is_month) whole = calendar_first_day_of_month((int32_t)at);
    else if (op == VM_LAST_DAY && is_month) whole = calendar_last_day_of_month((int32_t)at);
    else if (op == VM_NEG) whole = -x.num;
    else return false;
    *out = (vm_constant){ whole, op == VM_NEG ? x.den : 1 };
    return true;
}

/* Keys and dates are short: what is longer is left to the machine. */
static bool constant_within(const plan_builder *b, vm_node_id node, int depth, vm_constant *value)
{
    const vm_node *n = &b->nodes[node];
    vm_constant x, y;
    if (n->op == VM_CONST) {
        *value = b->constants[n->aux];
        return true;
    }
    if (depth == 0 || n->a == VM_NONE || n->c != VM_NONE) return false;
    if (!constant_within(b, n->a, depth - 1, &x)) return false;
    if (n->b == VM_NONE) return constant_of_one(n->op, x, value);
    return constant_within(b, n->b, depth - 1, &y) && constant_of_pair(n->op, x, y, value);
}

bool policy_plan_is_constant(const plan_builder *b, vm_node_id node, vm_constant *value)
{
    enum { DEPTH = 5 };
    return constant_within(b, node, DEPTH, value);
}

/* ---- the whole ---- */

static plan_builder builder_open(arena *request, const policy_book *book, const plan_wanted *wanted)
{
    plan_builder b = { .memory = request, .book = book };
    b.base = (plan_place){ .on_day = wanted->on_day,
                           .region = wanted->region,
                           .day = VM_NONE,
                           .month = VM_NONE,
                           .year = VM_NONE,
                           .place = VM_NONE,
                           .carry = VM_NONE };
    b.rows = ARENA_ARRAY(request, plan_place *, book->record_count + 1);
    b.made = ARENA_ARRAY(request, vm_node_id, book->symbol_count + 1);
    memset(b.made, 0xff, sizeof *b.made * (book->symbol_count + 1));
    b.is_given = ARENA_ARRAY(request, bool, book->symbol_count + 1);
    b.opens_figures = wanted->opens_figures;
    b.touched = wanted->touched;
    b.known = hash_map_open(request);
    b.codes_by_text = hash_map_open(request);
    policy_plan_origin(&b, (vm_origin){ .since_day = INT32_MIN, .until_day = INT32_MAX });
    for (size_t i = 0; i < wanted->given_count; i++)
        b.is_given[wanted->given[i]->index] = true;
    return b;
}

static void add_output(plan_builder *b, const char *name, vm_node_id node)
{
    ARENA_PUSH(b->memory, b->outputs, b->output_count, b->output_capacity,
               ((vm_output){ name, node, b->nodes[node].origin }));
}

/* What is shown has the places of its type; an exact fraction is rounded for it. */
static vm_node_id shown(plan_builder *b, vm_node_id node, const policy_type *type)
{
    const vm_node *n = &b->nodes[node];
    uint32_t origin = n->origin;
    if (n->kind != VM_NUMBER) return node;
    if (n->op == VM_BOUND && b->bounds[n->aux].decimals == type->decimals) return node;
    if (type->is_exact) {
        vm_node round = { .op = VM_ROUND,
                          .kind = VM_NUMBER,
                          .space = n->space,
                          .mode = MONEY_HALF_UP,
                          .a = node,
                          .b = VM_NONE,
                          .c = VM_NONE };
        round.aux = policy_plan_rational(b, 1, i128_pow10(type->decimals));
        node = policy_plan_node(b, round);
    }
    return policy_plan_bound(b, node, type, type->decimals, origin);
}

static err add_root(plan_builder *b, const symbol *s)
{
    typed t = { .symbol = s };
    plan_place *at = &b->base;
    vm_node_id node;
    switch (s->public->kind) {
    case POLICY_SYMBOL_PARAM:
        if (s->key_count && !b->is_given[s->index])
            return err_of(
                &POLICY_NOT_COMPUTABLE,
                text_format(b->memory, "%s[%s ...]", s->public->name, s->keys[0].name).bytes);
        t.kind = TYPED_PARAM;
        node = policy_plan_param(b, &t, at);
        break;
    case POLICY_SYMBOL_VAR:
    case POLICY_SYMBOL_INDICATOR:
    case POLICY_SYMBOL_WATCH: node = policy_plan_rule(b, s, at); break;
    case POLICY_SYMBOL_INPUT:
    case POLICY_SYMBOL_FIELD: node = policy_plan_fact(b, s); break;
    default: return err_of(&POLICY_NOT_COMPUTABLE, s->public->name);
    }
    add_output(b, s->public->name, shown(b, node, &s->public->type));
    return ERR_NONE;
}

static void add_extra(plan_builder *b, const plan_wanted *wanted, size_t i, policy_type *out)
{
    const typed *t = wanted->extra[i];
    b->pack = wanted->extra_pack;
    vm_node_id node = policy_plan_expr(b, t, &b->base, VM_NUMBER);
    policy_type type = { .base = t->type.base, .per = t->type.per };
    if (b->nodes[node].kind == VM_NUMBER) {
        type.decimals = 6;
        type.is_exact = true;
        if (t->type.decimals >= 0 && t->type.decimals <= DECIMALS_STORED_MAX) {
            type.decimals = (uint8_t)t->type.decimals;
            type.is_exact = false;
        }
        type.max = (int64_t)(i128_pow10(18));
        type.min = -type.max;
        node = shown(b, node, &type);
    }
    type.text = types_print(b->memory, t->type);
    *out = type;
    add_output(b, wanted->extra_names[i], node);
}

/* One entity for the roots, or those of a chain of `is`. */
static err refuse_mixed(arena *a, const plan_wanted *wanted)
{
    const symbol *entity = NULL;
    for (size_t i = 0; i < wanted->root_count; i++) {
        const symbol *s = wanted->roots[i];
        const symbol *own = s->speaks_of ? s->speaks_of : s->entity;
        if (own && own->public->kind == POLICY_SYMBOL_RECORD) own = own->entity;
        if (!own) continue;
        if (entity && !bind_related(entity, own))
            return err_of(&POLICY_NOT_COMPUTABLE,
                          text_format(a, "%s (%s, %s)", s->public->name, own->public->name,
                                      entity->public->name)
                              .bytes);
        if (!entity) entity = own;
    }
    return ERR_NONE;
}

err policy_plan_make(arena *request, const policy_book *book, const plan_wanted *wanted,
                     policy_planned *planned)
{
    TRY(refuse_mixed(request, wanted));
    plan_builder b = builder_open(request, book, wanted);
    const policy_symbol **outputs =
        ARENA_ARRAY(request, const policy_symbol *, wanted->root_count + wanted->extra_count + 1);
    policy_type *types =
        ARENA_ARRAY(request, policy_type, wanted->root_count + wanted->extra_count + 1);
    for (size_t i = 0; i < wanted->root_count; i++) {
        TRY(add_root(&b, wanted->roots[i]));
        outputs[i] = wanted->roots[i]->public;
        types[i] = wanted->roots[i]->public->type;
    }
    for (size_t i = 0; i < wanted->extra_count; i++)
        add_extra(&b, wanted, i, &types[wanted->root_count + i]);
    if (b.is_too_large) return err_of(&POLICY_NOT_COMPUTABLE, "too many steps");
    *planned = (policy_planned){ .plan = { .nodes = b.nodes,
                                           .node_count = b.node_count,
                                           .constants = b.constants,
                                           .constant_count = b.constant_count,
                                           .inputs = b.inputs,
                                           .input_count = b.input_count,
                                           .bounds = b.bounds,
                                           .bound_count = b.bound_count,
                                           .tables = b.tables,
                                           .table_count = b.table_count,
                                           .records = b.records,
                                           .record_count = b.record_count,
                                           .origins = b.origins,
                                           .origin_count = b.origin_count,
                                           .outputs = b.outputs,
                                           .output_count = b.output_count,
                                           .codes = b.codes,
                                           .code_count = b.code_count,
                                           .rows_max = PLAN_ROWS_MAX },
                                 .input_symbols = b.input_symbols,
                                 .output_symbols = outputs,
                                 .output_types = types };
    return ERR_NONE;
}

err policy_plan(arena *request, const policy_book *book, const policy_request *wanted,
                policy_planned *planned)
{
    if (book->has_mistakes) return err_of(&POLICY_HAS_MISTAKES, NULL);
    int32_t region = regions_find(book, wanted->region);
    if (region < 0) return err_of(&POLICY_UNKNOWN_REGION, text_cstr(request, wanted->region));
    size_t total = wanted->root_count + wanted->given_count;
    const symbol **symbols = ARENA_ARRAY(request, const symbol *, total + 1);
    for (size_t i = 0; i < total; i++) {
        const policy_symbol *found;
        bool is_root = i < wanted->root_count;
        text name = is_root ? wanted->roots[i] : wanted->given[i - wanted->root_count];
        err e = policy_find(book, name, &found);
        if (e.kind && !e.detail) e.detail = text_cstr(request, name);
        TRY(e);
        symbols[i] = bind_symbol_of(book, found);
    }
    plan_wanted w = { .on_day = wanted->on_day,
                      .region = region,
                      .roots = symbols,
                      .root_count = wanted->root_count,
                      .given = symbols + wanted->root_count,
                      .given_count = wanted->given_count };
    return policy_plan_make(request, book, &w, planned);
}
