#include <string.h>

#include "policy/policy_internal.h"

/* What a name stands for, here. */

static const struct {
    const char *name, *english;
    time_word word;
    policy_base_type base;
} TIMES[] = {
    { "今日", "today", TIME_TODAY, POLICY_DATE },
    { "本月", "this_month", TIME_MONTH, POLICY_MONTH },
    { "今年", "this_year", TIME_YEAR, POLICY_YEAR },
    { "去年", "last_year", TIME_LAST_YEAR, POLICY_YEAR },
};

static void say_text(const scope *s, const char *code, span at, text hole0, text hole1, text hole2)
{
    mistakes_add(s->book->mistakes, code, at, hole0, hole1, hole2);
}

bool check_name_entity(scope *s, const expr *e, const symbol *used)
{
    const symbol *entity = used->speaks_of ? used->speaks_of : used->entity;
    if (!entity) return true;
    text name = text_of(used->public->name);
    if (entity->public->kind == POLICY_SYMBOL_RECORD) {
        if (s->record == entity) return true;
        if (!s->owner || s->entity || s->record) {
            say_text(s, "name.row_outside", e->at, name, text_of(entity->public->name), TEXT_NONE);
            return false;
        }
        say_text(s, "name.row_outside", e->at, name, text_of(entity->public->name), TEXT_NONE);
        return false;
    }
    if (!s->entity) {
        s->entity = entity;
        return true;
    }
    if (bind_related(s->entity, entity)) {
        /* The narrower of the two is what the rule speaks of. */
        for (const symbol *up = entity; up && !s->record; up = up->entity)
            if (up == s->entity && !(s->owner && s->owner->entity)) s->entity = entity;
        return true;
    }
    say_text(s, "entity.mixed", e->at, name, text_of(entity->public->name),
             text_of(s->entity->public->name));
    return false;
}

static const typed *name_of_variable(scope *s, const expr *e, symbol *used)
{
    if (used->public->kind == POLICY_SYMBOL_VAR || used->public->kind == POLICY_SYMBOL_INDICATOR) {
        if (used->state == CHECK_RUNNING) {
            say_text(s, "name.circle", e->at, text_of(used->public->name),
                     policy_text(s->owner ? s->owner->public->name : NULL), TEXT_NONE);
            return check_expr_bad(s, e);
        }
        check_decl_variable(s->book, used, s->owner ? s->owner->depth + 1 : 1);
        if (s->owner && s->owner->height <= used->height) s->owner->height = used->height + 1;
    }
    if (!check_name_entity(s, e, used)) return check_expr_bad(s, e);
    typing type = types_of(&used->public->type, used->enumeration);
    if (used->public->type.is_exact) type.decimals = used->exact_decimals;
    typed *t = check_expr_node(s, e, TYPED_SYMBOL, type);
    t->symbol = used;
    return t;
}

static const typed *name_of_symbol(scope *s, const expr *e, symbol *used)
{
    if (used->is_doubtful) return check_expr_bad(s, e);
    switch (used->public->kind) {
    case POLICY_SYMBOL_INPUT:
    case POLICY_SYMBOL_FIELD:
    case POLICY_SYMBOL_VAR:
    case POLICY_SYMBOL_INDICATOR: return name_of_variable(s, e, used);
    case POLICY_SYMBOL_PARAM: {
        if (used->key_count) {
            say_text(s, "param.key_missing", e->at, text_of(used->public->name),
                     text_of(used->keys[0].name), TEXT_NONE);
            return check_expr_bad(s, e);
        }
        typed *t =
            check_expr_node(s, e, TYPED_PARAM, types_of(&used->public->type, used->enumeration));
        t->symbol = used;
        return t;
    }
    default: {
        static const char *const KINDS[] = {
            [POLICY_SYMBOL_RECORD] = "record", [POLICY_SYMBOL_ENUM] = "enum",
            [POLICY_SYMBOL_ENTITY] = "entity", [POLICY_SYMBOL_CASE] = "case",
            [POLICY_SYMBOL_WATCH] = "watch",   [POLICY_SYMBOL_INDICATOR] = "indicator",
        };
        say_text(s, "name.not_a_value", e->at, text_of(used->public->name),
                 text_of(KINDS[used->public->kind]), TEXT_NONE);
        return check_expr_bad(s, e);
    }
    }
}

/* Declared twice in one pack, which is reported there. */
static bool is_twin(const symbol *a, const symbol *b)
{
    return a->pack == b->pack && strcmp(a->public->name, b->public->name) == 0;
}

static const typed *name_of_member(scope *s, const expr *e, const typing *wanted)
{
    const struct member *found = NULL;
    bool is_many = false;
    for (size_t m = hash_map_get(s->book->member_by_name, e->name.bytes); m != SIZE_MAX;
         m = s->book->members[m].next) {
        const struct member *one = &s->book->members[m];
        if (wanted && wanted->enumeration == one->enumeration) {
            found = one;
            is_many = false;
            break;
        }
        if (s->pack->level[one->enumeration->pack->index] == UINT8_MAX) continue;
        if (found && is_twin(found->enumeration, one->enumeration)) continue;
        is_many = found != NULL;
        found = one;
    }
    if (!found) return NULL;
    if (is_many) {
        say_text(s, "name.ambiguous", e->at, e->name.bytes, TEXT_NONE, TEXT_NONE);
        return check_expr_bad(s, e);
    }
    typed *t = check_expr_node(s, e, TYPED_CONST,
                               (typing){ .base = POLICY_ENUM, .enumeration = found->enumeration });
    t->value = (constant){ .is_set = true,
                           .den = 1,
                           .code = text_of(found->enumeration->public->members[found->index]) };
    return t;
}

static const typed *name_of_region(scope *s, const expr *e)
{
    int32_t place = regions_find(s->book, e->name.bytes);
    if (place < 0) return NULL;
    typed *t = check_expr_node(s, e, TYPED_CONST, (typing){ .base = POLICY_REGION });
    t->value =
        (constant){ .is_set = true, .den = 1, .code = text_of(s->book->regions[place].path) };
    return t;
}

static const typed *name_unknown(scope *s, const expr *e)
{
    size_t first = hash_map_get(s->book->by_name, e->name.bytes);
    if (first != SIZE_MAX) {
        const symbol *other = &s->book->symbols[first];
        bool is_field = other->public->kind == POLICY_SYMBOL_FIELD;
        for (const symbol *o = other; o; o = o->next_named)
            if (o->public->kind != POLICY_SYMBOL_FIELD) is_field = false, other = o;
        if (is_field)
            say_text(s, "name.row_outside", e->at, e->name.bytes,
                     text_of(other->entity->public->name), TEXT_NONE);
        else
            say_text(s, "name.not_in_view", e->at, e->name.bytes, text_of(other->public->pack),
                     TEXT_NONE);
        return check_expr_bad(s, e);
    }
    text near = bind_nearest(s->book, s->pack, e->name.bytes);
    say_text(s, near.size_bytes ? "name.unknown_near" : "name.unknown", e->at, e->name.bytes, near,
             TEXT_NONE);
    return check_expr_bad(s, e);
}

static symbol *field_named(const scope *s, text name)
{
    for (size_t i = 0; s->record && i < s->record->field_count; i++)
        if (text_equal_cstr(name, s->record->fields[i]->public->name)) return s->record->fields[i];
    return NULL;
}

static const typed *name_of_form(scope *s, const expr *e)
{
    for (size_t i = 0; i < s->form_count; i++) {
        if (!text_equal_cstr(e->name.bytes, s->form[i]->public->name)) continue;
        typed *t = check_expr_node(s, e, TYPED_SYMBOL,
                                   types_of(&s->form[i]->public->type, s->form[i]->enumeration));
        t->symbol = s->form[i];
        return t;
    }
    return NULL;
}

static const typed *name_of_time(scope *s, const expr *e)
{
    for (size_t i = 0; i < ARRAY_COUNT(TIMES); i++)
        if (text_equal_cstr(e->name.bytes, TIMES[i].name) ||
            text_equal_cstr(e->name.bytes, TIMES[i].english)) {
            typed *t = check_expr_node(s, e, TYPED_TIME, (typing){ .base = TIMES[i].base });
            t->time = TIMES[i].word;
            return t;
        }
    return NULL;
}

/* pack.name arrives as a name with its pack, or as a field of a name. */
static expr flat_name(const expr *e)
{
    expr flat = *e;
    if (e->kind == EXPR_FIELD && e->arg_count && e->args[0]->kind == EXPR_NAME) {
        flat.kind = EXPR_NAME;
        flat.pack = e->args[0]->name;
    }
    return flat;
}

const typed *check_name(scope *s, const expr *written, const typing *wanted)
{
    arena *a = s->book->memory;
    expr *e = ARENA_NEW(a, expr);
    *e = flat_name(written);
    const typed *t;
    size_t count;
    if (e->pack.bytes.size_bytes) {
        if (s->record && text_equal_cstr(e->pack.bytes, s->record->public->name)) {
            symbol *of_record = field_named(s, e->name.bytes);
            if (of_record) return name_of_symbol(s, e, of_record);
        }
        symbol *of_pack = bind_find(s->book, s->pack, e->pack.bytes, e->name.bytes, &count);
        return of_pack ? name_of_symbol(s, e, of_pack) : name_unknown(s, e);
    }
    if (s->is_folding && text_equal(e->name.bytes, s->carry.bytes))
        return check_expr_node(s, e, TYPED_CARRY, s->carry_type);
    if ((t = name_of_form(s, e))) return t;
    symbol *field = field_named(s, e->name.bytes);
    if (field) return name_of_symbol(s, e, field);
    if (wanted && wanted->base == POLICY_ENUM && !wanted->is_any && wanted->enumeration) {
        for (size_t m = hash_map_get(s->book->member_by_name, e->name.bytes); m != SIZE_MAX;
             m = s->book->members[m].next)
            if (s->book->members[m].enumeration == wanted->enumeration)
                return name_of_member(s, e, wanted);
    }
    symbol *found = bind_find(s->book, s->pack, TEXT_NONE, e->name.bytes, &count);
    if (found && count > 1) {
        say_text(s, "name.ambiguous", e->at, e->name.bytes, text_of(found->public->pack),
                 TEXT_NONE);
        return check_expr_bad(s, e);
    }
    if (found) return name_of_symbol(s, e, found);
    if ((t = name_of_time(s, e))) return t;
    if (text_equal_cstr(e->name.bytes, "row_number")) return check_call(s, e, NULL);
    if ((t = name_of_member(s, e, wanted))) return t;
    if ((t = name_of_region(s, e))) return t;
    return name_unknown(s, e);
}

/* ---- parameters with keys, at a date, in a region ---- */

static const typed *key_of(scope *s, const expr *e, const param_key *key)
{
    typing wanted = types_of(&key->type, key->enumeration);
    const typed *t = check_expr(s, e, &wanted);
    arena *a = s->book->memory;
    /* A key names a row, so a plain number is enough where the row is headed by one. */
    bool is_plain = t->type.is_literal && types_is_number(key->type.base);
    if (!is_plain && !types_fits(t->type, wanted)) {
        check_mistake(s, "param.key_type", e->at, key->name, types_print(a, wanted),
                      types_print(a, t->type));
        return check_expr_bad(s, e);
    }
    return t;
}

const typed *check_name_param(scope *s, const expr *e)
{
    const expr *date = NULL, *place = NULL, *index = NULL, *name = e;
    while (name->kind == EXPR_AT || name->kind == EXPR_IN_REGION || name->kind == EXPR_INDEX) {
        if (name->kind == EXPR_AT) date = name->args[1];
        else if (name->kind == EXPR_IN_REGION) place = name->args[1];
        else index = name;
        name = name->args[0];
    }
    expr flat = flat_name(name);
    size_t count = 0;
    symbol *param = flat.kind == EXPR_NAME
                        ? bind_find(s->book, s->pack, flat.pack.bytes, flat.name.bytes, &count)
                        : NULL;
    if (!param)
        return flat.kind == EXPR_NAME
                   ? name_unknown(s, name)
                   : (check_mistake(s, "param.expected", name->at, NULL, NULL, NULL),
                      check_expr_bad(s, e));
    if (param->is_doubtful) return check_expr_bad(s, e);
    if (param->public->kind != POLICY_SYMBOL_PARAM) {
        say_text(s, index ? "param.not_keyed" : "param.expected", name->at, flat.name.bytes,
                 TEXT_NONE, TEXT_NONE);
        return check_expr_bad(s, e);
    }
    size_t given = index ? index->arg_count - 1 : 0;
    if (given != param->key_count) {
        say_text(s, param->key_count ? "param.key_count" : "param.not_keyed", e->at,
                 text_of(param->public->name),
                 text_format(s->book->memory, "%zu", param->key_count),
                 text_format(s->book->memory, "%zu", given));
        return check_expr_bad(s, e);
    }
    typed *t =
        check_expr_node(s, e, TYPED_PARAM, types_of(&param->public->type, param->enumeration));
    t->symbol = param;
    t->arg_count = given;
    for (size_t k = 0; k < given; k++) {
        t->args[k] = key_of(s, index->args[k + 1], &param->keys[k]);
        if (param->keys[k].mode == KEY_LINEAR) t->type.decimals = DECIMALS_MANY;
    }
    if (date) {
        t->date = check_expr(s, date, NULL);
        policy_base_type base = t->date->type.base;
        if (!t->date->type.is_any && base != POLICY_DATE && base != POLICY_MONTH &&
            base != POLICY_YEAR)
            check_mistake(s, "param.at", date->at, types_print(s->book->memory, t->date->type),
                          NULL, NULL);
    }
    if (place) {
        typing wanted = { .base = POLICY_REGION };
        t->place = check_expr(s, place, &wanted);
        if (!types_fits(t->place->type, wanted))
            check_mistake(s, "param.in", place->at, types_print(s->book->memory, t->place->type),
                          NULL, NULL);
    }
    return t;
}
