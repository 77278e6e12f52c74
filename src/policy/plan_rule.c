#include "policy/plan_internal.h"

/* A variable: the version that holds, its exceptions in the order of the law, its bounds. */

static vm_origin origin_of(const symbol *s, const version *v, vm_role role)
{
    const policy_symbol *p = s->public;
    return (vm_origin){ .role = role,
                        .name = p->name,
                        .label = p->label,
                        .law = v && v->law ? v->law : p->law,
                        .note = p->note,
                        .unit = p->type.text,
                        .unverified = v ? v->mark : NULL,
                        .source = v ? v->source : NULL,
                        .at = v ? policy_pos(v->at) : p->at,
                        .since_day = v ? v->since_day : INT32_MIN,
                        .until_day = v ? v->until_day : INT32_MAX,
                        .region = v && v->region != REGION_TOP ? v->pack->public.region : NULL };
}

/* Gives a part of a rule its role; a node that others use too gets a node of its own for it. */
static vm_node_id with_role(plan_builder *b, const typed *t, vm_node_id node, vm_origin origin,
                            bool is_wrapped)
{
    bool is_shared = policy_plan_expr_is_shared(t);
    if (is_shared && !is_wrapped) return node;
    uint32_t said = policy_plan_origin(b, origin);
    if (is_shared) {
        const vm_node *n = &b->nodes[node];
        return policy_plan_node(b, (vm_node){ .op = VM_ELSE,
                                              .kind = n->kind,
                                              .space = n->space,
                                              .a = node,
                                              .b = node,
                                              .c = VM_NONE,
                                              .origin = said });
    }
    b->nodes[node].origin = said;
    return node;
}

static vm_node_id either(plan_builder *b, plan_place *at, vm_node_id a, vm_node_id c)
{
    return a == VM_NONE ? c : policy_plan_op(b, at, VM_OR, VM_BOOL, a, c, 0);
}

/* Both hold at once, and neither is said to win: a fault, where it cannot be excluded. */
static vm_node_id guard_clash(plan_builder *b, const version *v, size_t i, plan_place *at,
                              const vm_node_id *conditions, vm_node_id value, uint32_t origin)
{
    const exception *x = &v->exceptions[i];
    vm_node_id others = VM_NONE;
    for (size_t j = 0; j < i && x->may_clash; j++)
        if (x->may_clash[j]) others = either(b, at, others, conditions[j]);
    if (others == VM_NONE) return value;
    vm_node_id fault = policy_plan_fail(b, at, b->nodes[value].kind, VM_CLASH, origin);
    return policy_plan_if(b, others, fault, value, 0);
}

static vm_node_id plan_exceptions(plan_builder *b, const symbol *s, const version *v,
                                  plan_place *at, vm_node_id result, vm_kind kind)
{
    vm_node_id *conditions = ARENA_ARRAY(b->memory, vm_node_id, v->exception_count + 1);
    for (size_t i = 0; i < v->exception_count; i++) {
        const exception *x = &v->exceptions[i];
        vm_origin said = origin_of(s, v, VM_ROLE_CONDITION);
        said.name = said.label = said.unit = NULL;
        said.note = x->because;
        said.note_en = x->because_en;
        said.law = x->law;
        said.source = x->source_condition;
        said.at = policy_pos(x->at);
        vm_node_id condition = policy_plan_expr(b, x->condition, at, VM_BOOL);
        conditions[i] = with_role(b, x->condition, condition, said, true);
        said.role = VM_ROLE_EXCEPTION;
        said.source = x->source_value;
        said.unit = s->public->type.text;
        vm_node_id value = policy_plan_expr(b, x->value, at, kind);
        value = with_role(b, x->value, value, said, true);
        value = guard_clash(b, v, i, at, conditions, value, b->nodes[conditions[i]].origin);
        result = policy_plan_if(b, conditions[i], value, result, 0);
    }
    return result;
}

static vm_node_id plan_version(plan_builder *b, const symbol *s, const version *v, plan_place *at,
                               vm_kind kind)
{
    const pack *before = b->pack;
    b->pack = v->pack;
    vm_node_id result = policy_plan_expr(b, v->body, at, kind);
    vm_origin said = origin_of(s, v, VM_ROLE_BASE);
    said.name = said.label = NULL;
    result = with_role(b, v->body, result, said, v->exception_count > 0);
    if (v->exception_count) result = plan_exceptions(b, s, v, at, result, kind);
    b->pack = before;
    return result;
}

static vm_node_id plan_missing(plan_builder *b, const symbol *s, const plan_place *at,
                               int32_t region, vm_kind kind)
{
    bool is_set = versions_has_any(b->book, s, region);
    uint32_t origin = policy_plan_origin(b, origin_of(s, NULL, VM_ROLE_VARIABLE));
    return policy_plan_fail(b, at, kind, is_set ? VM_NOT_IN_FORCE : VM_NOT_SET, origin);
}

static vm_node_id plan_at(plan_builder *b, const symbol *s, plan_place *at, int32_t region,
                          int32_t day, vm_kind kind, const version **chosen)
{
    const version *v = versions_at(b->book, s, region, day, NULL);
    *chosen = v;
    return v && v->body ? plan_version(b, s, v, at, kind) : plan_missing(b, s, at, region, kind);
}

/* Over the dates of rows: the last version whose first day is not after the row's. */
static vm_node_id plan_by_date(plan_builder *b, const symbol *s, plan_place *at, int32_t region,
                               vm_kind kind, const version **chosen)
{
    int32_t *days;
    size_t count = versions_breaks(b->memory, b->book, s, region, &days);
    size_t first = count > 1 && !versions_at(b->book, s, region, INT32_MIN, NULL) ? 0 : 0;
    vm_node_id day = policy_plan_row_day(b, at);
    if (count == 1 || day == VM_NONE)
        return plan_at(b, s, at, region, day == VM_NONE ? at->on_day : days[0], kind, chosen);
    vm_node_id result = plan_at(b, s, at, region, days[first], kind, chosen);
    for (size_t i = first + 1; i < count; i++) {
        vm_node_id since = policy_plan_constant(b, at, VM_DAY, days[i], 1, 0);
        vm_node_id is_since = policy_plan_op(b, at, VM_GE, VM_BOOL, day, since, 0);
        vm_node_id value = plan_at(b, s, at, region, days[i], kind, chosen);
        result = policy_plan_if(b, is_since, value, result, 0);
    }
    *chosen = NULL;
    return result;
}

static vm_node_id plan_body(plan_builder *b, const symbol *s, plan_place *at, vm_kind kind,
                            const version **chosen)
{
    vm_node_id place = s->has_layers ? policy_plan_row_place(b, at) : VM_NONE;
    int32_t region = s->has_layers || at->space == 0 ? at->region : s->pack->region;
    if (place == VM_NONE) return plan_by_date(b, s, at, region, kind, chosen);
    vm_node_id result = policy_plan_fail(b, at, kind, VM_NOT_SET, 0);
    for (size_t r = 0; r < b->book->region_count; r++) {
        text path = text_of(b->book->regions[r].path);
        vm_node_id code = policy_plan_constant(b, at, VM_CODE, policy_plan_code(b, path), 1, 0);
        vm_node_id is_here = policy_plan_op(b, at, VM_EQ, VM_BOOL, place, code, 0);
        vm_node_id value = plan_by_date(b, s, at, (int32_t)r, kind, chosen);
        result = policy_plan_if(b, is_here, value, result, 0);
    }
    *chosen = NULL;
    return result;
}

static vm_node_id plan_rule_at(plan_builder *b, const symbol *s, plan_place *at)
{
    vm_kind kind = types_kind(s->public->type.base);
    const version *chosen = NULL;
    vm_node_id node = plan_body(b, s, at, kind, &chosen);
    vm_origin said = origin_of(s, chosen, VM_ROLE_VARIABLE);
    if (kind == VM_NUMBER && !s->public->type.is_exact) {
        node = policy_plan_bound(b, node, &s->public->type, s->public->type.decimals,
                                 policy_plan_origin(b, said));
    } else {
        vm_role role = b->origins[b->nodes[node].origin].role;
        bool is_plain = role == VM_ROLE_NONE || role == VM_ROLE_STEP;
        if (is_plain && b->nodes[node].op != VM_INPUT && b->nodes[node].op != VM_SPREAD)
            b->nodes[node].origin = policy_plan_origin(b, said);
        else
            node = policy_plan_node(b, (vm_node){ .op = VM_ELSE,
                                                  .kind = kind,
                                                  .space = at->space,
                                                  .a = node,
                                                  .b = node,
                                                  .c = VM_NONE,
                                                  .origin = policy_plan_origin(b, said) });
    }
    return node;
}

/* Where a variable is computed: a row's in its rows, a subject's once for the subject; one that
 * says of nobody is like a figure of the law, which a row takes at its own date and region. */
static plan_place *home_of(plan_builder *b, const symbol *s, const plan_place *used_at)
{
    const symbol *record = s->entity ? s->entity : used_at->record;
    if (!record || record->public->kind != POLICY_SYMBOL_RECORD) return &b->base;
    if (!s->entity && !record->at_date && !record->at_region) return &b->base;
    return policy_plan_rows(b, record);
}

vm_node_id policy_plan_rule(plan_builder *b, const symbol *s, const plan_place *used_at)
{
    if (b->is_given[s->index]) return policy_plan_fact(b, s);
    policy_plan_touch(b, s);
    plan_place *at = home_of(b, s, used_at);
    text key = text_format(b->memory, "rule %u %u", s->index, at->space);
    size_t known = hash_map_get(b->known, key);
    if (known != SIZE_MAX) return (vm_node_id)known;
    vm_node_id node = plan_rule_at(b, s, at);
    hash_map_put(b->known, key, node);
    return node;
}
