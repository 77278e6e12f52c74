#include <string.h>

#include "policy/policy_internal.h"

/* sum, avg, fold ... over the rows of a record. */

static symbol *record_of(scope *s, const expr *e)
{
    symbol *record = bind_find_kind(s->book, s->pack, e->record.bytes, POLICY_SYMBOL_RECORD);
    if (!record) {
        text near = bind_nearest_or_dash(s->book, s->pack, e->record.bytes);
        mistakes_add(s->book->mistakes, "record.unknown", e->record.at, e->record.bytes, near,
                     TEXT_NONE);
        return NULL;
    }
    const symbol *subject = record->entity;
    if (!subject || s->record == record) return record;
    if (!s->entity) s->entity = subject;
    if (bind_related(s->entity, subject)) return record;
    mistakes_add(s->book->mistakes, "entity.mixed", e->record.at, e->record.bytes,
                 text_of(subject->public->name), text_of(s->entity->public->name));
    return NULL;
}

static scope rows_scope(const scope *s, const symbol *record)
{
    scope rows = *s;
    rows.record = record;
    rows.form_count = 0;
    rows.is_folding = false;
    if (record->entity) rows.entity = record->entity;
    return rows;
}

static bool is_refused_body(const typed *body, aggregate_kind kind)
{
    vm_kind k = types_kind(body->type.base);
    if (body->type.is_any) return false;
    switch (kind) {
    case AGG_SUM:
    case AGG_AVG: return k != VM_NUMBER || body->type.base == POLICY_YEAR;
    case AGG_MIN:
    case AGG_MAX: return k == VM_CODE || k == VM_BOOL;
    case AGG_ANY:
    case AGG_ALL: return k != VM_BOOL;
    default: return false;
    }
}

static typing type_of_group(const typed *body, aggregate_kind kind)
{
    if (kind == AGG_COUNT) return (typing){ .base = POLICY_COUNT };
    typing type = body->type;
    type.is_literal = type.is_zero = false;
    if (kind == AGG_AVG) type.decimals = DECIMALS_MANY;
    return type;
}

const typed *check_group_aggregate(scope *s, const expr *e)
{
    symbol *record = record_of(s, e);
    if (!record) return check_expr_bad(s, e);
    bool is_same = e->same.bytes.size_bytes > 0;
    if (is_same &&
        (s->record != record || (e->aggregate != AGG_SUM && e->aggregate != AGG_COUNT))) {
        mistakes_add(s->book->mistakes, "aggregate.same", e->same.at, text_of(record->public->name),
                     TEXT_NONE, TEXT_NONE);
        return check_expr_bad(s, e);
    }
    scope rows = rows_scope(s, record);
    const typed *body = e->args[0] ? check_expr(&rows, e->args[0], NULL) : NULL;
    const typed *where = e->args[1] ? check_expr_bool(&rows, e->args[1]) : NULL;
    if (body && is_refused_body(body, e->aggregate)) {
        static const char *const WORDS[] = { "sum",   "count", "avg", "min", "max",
                                             "first", "last",  "any", "all" };
        check_mistake(s, "aggregate.type", e->args[0]->at, WORDS[e->aggregate],
                      types_print(s->book->memory, body->type), NULL);
        return check_expr_bad(s, e);
    }
    typed *t = check_expr_node(s, e, is_same ? TYPED_SAME : TYPED_AGGREGATE,
                               body ? type_of_group(body, e->aggregate)
                                    : (typing){ .base = POLICY_COUNT });
    t->symbol = record;
    t->aggregate = e->aggregate;
    t->args[0] = body;
    t->args[1] = where;
    t->arg_count = 3;
    if (is_same) {
        expr *key = ARENA_NEW(s->book->memory, expr);
        *key = (expr){ .kind = EXPR_NAME, .at = e->same.at, .name = e->same };
        t->args[2] = check_expr(&rows, key, NULL);
    }
    return t;
}

/* The carried value is stored from row to row: what its places are is found by trying. */
static const typed *body_with_carry(scope *rows, const expr *e, typing start, typing *carry)
{
    enum { TRIES = 3 };
    const typed *body = NULL;
    *carry = start;
    for (int i = 0; i < TRIES; i++) {
        size_t before = mistakes_count(rows->book->mistakes);
        rows->carry_type = *carry;
        body = check_expr(rows, e->args[0], carry->is_zero ? NULL : carry);
        if (mistakes_count(rows->book->mistakes) != before || body->type.is_any) return body;
        typing both;
        if (!types_unify(*carry, body->type, &both)) {
            check_expr_mismatch(rows, e->args[0]->at, body, &(typed){ .type = *carry });
            return check_expr_bad(rows, e);
        }
        both.is_literal = both.is_zero = false;
        bool is_settled =
            both.decimals == carry->decimals && both.base == carry->base && both.per == carry->per;
        *carry = both;
        if (is_settled) return body;
    }
    return body;
}

const typed *check_group_fold(scope *s, const expr *e)
{
    symbol *record = record_of(s, e);
    if (!record) return check_expr_bad(s, e);
    if (s->is_folding) {
        check_mistake(s, "fold.nested", e->at, NULL, NULL, NULL);
        return check_expr_bad(s, e);
    }
    const typed *start = check_expr(s, e->args[2], NULL);
    scope rows = rows_scope(s, record);
    rows.is_folding = true;
    rows.carry = e->name;
    typing carry;
    const typed *body = body_with_carry(&rows, e, start->type, &carry);
    scope plain = rows_scope(s, record);
    const typed *where = e->args[1] ? check_expr_bool(&plain, e->args[1]) : NULL;
    if (body->type.is_any) return check_expr_bad(s, e);
    int places = carry.decimals;
    if (places == DECIMALS_MANY || places > DECIMALS_STORED_MAX) {
        check_mistake(s, "fold.not_stored", e->args[0]->at,
                      text_cstr(s->book->memory, e->name.bytes), NULL, NULL);
        return check_expr_bad(s, e);
    }
    typed *t = check_expr_node(s, e, TYPED_FOLD, carry);
    t->symbol = record;
    t->args[0] = body;
    t->args[1] = where;
    t->args[2] = start;
    t->arg_count = 3;
    t->carry_decimals = places;
    return t;
}
