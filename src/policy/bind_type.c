#include <string.h>

#include "policy/policy_internal.h"

/* What a declaration says of itself: its type, its entity, its keys. */

/* Decimals and bounds of each base type, as docs/policy-language.md states them. */
static const struct {
    const char *name;
    uint8_t decimals;
    int64_t min, max;
} TYPES[] = {
    [POLICY_MONEY] = { "money", 2, -INT64_C(10000000000000000), INT64_C(10000000000000000) },
    [POLICY_RATE] = { "rate", 8, -INT64_C(100000000000), INT64_C(100000000000) },
    [POLICY_NUMBER] = { "number", 6, -1000000000, 1000000000 }, /* times its own decimals */
    [POLICY_COUNT] = { "count", 0, -1000000000, 1000000000 },
    [POLICY_MONTHS] = { "months", 0, -12000, 12000 },
    [POLICY_DAYS] = { "days", 0, -400000, 400000 },
    [POLICY_YEAR] = { "year", 0, CALENDAR_YEAR_MIN, CALENDAR_YEAR_MAX },
    [POLICY_MONTH] = { "month", 0, CALENDAR_MONTH_MIN, CALENDAR_MONTH_MAX },
    [POLICY_DATE] = { "date", 0, CALENDAR_DAY_MIN, CALENDAR_DAY_MAX },
    [POLICY_BOOL] = { "bool", 0, 0, 1 },
    [POLICY_TEXT] = { "text", 0, 0, INT32_MAX },
    [POLICY_REGION] = { "region", 0, 0, INT32_MAX },
};

static text other_type_name(text name)
{
    static const struct {
        const char *written, *meant;
    } OFTEN[] = {
        { "int", "count" },      { "integer", "count" },     { "float", "number" },
        { "decimal", "number" }, { "string", "text" },       { "boolean", "bool" },
        { "percent", "rate" },   { "day", "days, or date" }, { "years", "count, or year" },
        { "yuan", "money" },     { "ratio", "rate" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(OFTEN); i++)
        if (text_equal_cstr(name, OFTEN[i].written)) return text_of(OFTEN[i].meant);
    return TEXT("money, rate, number, count, months, days, year, month, date, bool, text, region");
}

static void narrow(policy_book *book, const pack *from, const expr *bound, policy_type *type,
                   symbol *enumeration, int64_t *out)
{
    constant value;
    if (!bound || !values_of_expr(book, from, bound, type, enumeration, &value)) return;
    int64_t stored = 0;
    int decimals = types_is_number(type->base) ? type->decimals : 0;
    if (!values_store(&value, decimals, &stored) || stored < type->min || stored > type->max) {
        mistakes_add(book->mistakes, "type.bound", bound->at,
                     text_of(values_print(book->memory, type, &value)), text_of(type->text),
                     TEXT_NONE);
        return;
    }
    *out = stored;
}

static bool base_of(text name, policy_base_type *base)
{
    for (size_t i = 0; i < ARRAY_COUNT(TYPES); i++)
        if (text_equal_cstr(name, TYPES[i].name)) {
            *base = (policy_base_type)i;
            return true;
        }
    return false;
}

policy_type bind_type(policy_book *book, const pack *from, const type_syntax *type,
                      symbol **enumeration)
{
    policy_type t = { .base = POLICY_NUMBER };
    *enumeration = NULL;
    if (base_of(type->name.bytes, &t.base)) {
        t.decimals = TYPES[t.base].decimals;
        t.min = TYPES[t.base].min;
        t.max = TYPES[t.base].max;
    } else if ((*enumeration = bind_find_kind(book, from, type->name.bytes, POLICY_SYMBOL_ENUM))) {
        t = (policy_type){ .base = POLICY_ENUM,
                           .max = INT32_MAX,
                           .enum_name = (*enumeration)->public->name };
    } else {
        if (type->name.bytes.size_bytes)
            mistakes_add(book->mistakes, "type.unknown", type->name.at, type->name.bytes,
                         other_type_name(type->name.bytes), TEXT_NONE);
        t.decimals = 6;
    }
    if (type->per != POLICY_PER_NONE && t.base != POLICY_MONEY)
        mistakes_add(book->mistakes, "type.per_where", type->at, type->name.bytes, TEXT_NONE,
                     TEXT_NONE);
    else t.per = type->per;
    if (type->decimals >= 0 && (t.base != POLICY_NUMBER || type->decimals > DECIMALS_STORED_MAX))
        mistakes_add(book->mistakes, "type.decimals_where", type->at, type->name.bytes, TEXT_NONE,
                     TEXT_NONE);
    else if (type->decimals >= 0) t.decimals = (uint8_t)type->decimals;
    if (t.base == POLICY_NUMBER) {
        t.max = (int64_t)(1000000000 * i128_pow10(t.decimals));
        t.min = -t.max;
    }
    t.is_exact = type->is_exact;
    if (t.is_exact && !types_is_number(t.base))
        mistakes_add(book->mistakes, "type.exact", type->at, type->name.bytes, TEXT_NONE,
                     TEXT_NONE);
    typing shown = types_of(&t, *enumeration);
    t.text = types_print(book->memory, shown);
    if (t.base == POLICY_RATE || t.base == POLICY_COUNT || t.base == POLICY_NUMBER)
        t.text = TYPES[t.base].name;
    policy_type whole = t;
    narrow(book, from, type->from, &whole, *enumeration, &t.min);
    narrow(book, from, type->until, &whole, *enumeration, &t.max);
    if (t.min > t.max)
        mistakes_add(book->mistakes, "type.bounds_crossed", type->at, TEXT_NONE, TEXT_NONE,
                     TEXT_NONE);
    return t;
}

/* ---- entities ---- */

static symbol *entity_of(policy_book *book, const symbol *s, word name)
{
    if (name.bytes.size_bytes == 0) return NULL;
    symbol *entity = bind_find_kind(book, s->pack, name.bytes, POLICY_SYMBOL_ENTITY);
    if (!entity) entity = bind_find_kind(book, s->pack, name.bytes, POLICY_SYMBOL_RECORD);
    if (!entity)
        mistakes_add(book->mistakes, "entity.unknown", name.at, name.bytes,
                     bind_nearest_or_dash(book, s->pack, name.bytes), TEXT_NONE);
    return entity;
}

static void bind_entity(policy_book *book, symbol *s)
{
    if (s->field) return;
    s->entity = entity_of(book, s, s->decl->of_entity);
    bool is_record = s->entity && s->entity->public->kind == POLICY_SYMBOL_RECORD;
    policy_symbol_kind kind = s->public->kind;
    if (is_record && (kind == POLICY_SYMBOL_RECORD || kind == POLICY_SYMBOL_ENTITY ||
                      kind == POLICY_SYMBOL_CASE || kind == POLICY_SYMBOL_WATCH)) {
        mistakes_add(book->mistakes, "entity.is_record", s->decl->of_entity.at,
                     s->decl->of_entity.bytes, TEXT_NONE, TEXT_NONE);
        s->entity = NULL;
        return;
    }
    if (s->entity) s->public->entity = s->entity->public->name;
    if (is_record) s->public->record = s->entity->public->name;
}

/* `is` that leads back to itself. */
static void break_circle(policy_book *book, symbol *s)
{
    size_t steps = 0;
    for (const symbol *up = s->entity; up; up = up->entity) {
        if (up != s && ++steps < book->symbol_count) continue;
        mistakes_add(book->mistakes, "entity.circle", s->decl->name.at, s->decl->name.bytes,
                     TEXT_NONE, TEXT_NONE);
        s->entity = NULL;
        s->public->entity = NULL;
        return;
    }
}

/* ---- keys and fields ---- */

static void bind_keys(policy_book *book, symbol *s)
{
    const decl *d = s->decl;
    if (d->key_count > KEYS_MAX)
        mistakes_add(book->mistakes, "param.keys", d->keys[KEYS_MAX].name.at, TEXT_NONE, TEXT_NONE,
                     TEXT_NONE);
    for (size_t i = 0; i < d->key_count && i < KEYS_MAX; i++) {
        const key_syntax *key = &d->keys[i];
        param_key *k = &s->keys[s->key_count++];
        symbol *enumeration;
        k->name = text_cstr(book->memory, key->name.bytes);
        k->type = bind_type(book, s->pack, &key->type, &enumeration);
        k->enumeration = enumeration;
        k->mode = key->mode;
        bool is_code = types_kind(k->type.base) == VM_CODE || k->type.base == POLICY_BOOL;
        bool is_last = i + 1 == d->key_count;
        bool is_numeric = types_is_number(s->public->type.base);
        if ((k->mode != KEY_EXACT && is_code) || (k->mode == KEY_LINEAR && !is_last) ||
            (k->mode == KEY_LINEAR && (!is_numeric || !types_is_number(k->type.base)))) {
            mistakes_add(book->mistakes, "param.key_mode", key->name.at, key->name.bytes, TEXT_NONE,
                         TEXT_NONE);
            k->mode = KEY_EXACT;
        }
    }
}

static void bind_fields(policy_book *book, symbol *record)
{
    for (size_t i = 0; i < record->field_count; i++) {
        symbol *f = record->fields[i];
        for (size_t j = 0; j < i; j++)
            if (text_equal(record->fields[j]->field->name.bytes, f->field->name.bytes))
                mistakes_add(
                    book->mistakes, "name.twice", f->field->name.at, f->field->name.bytes,
                    text_format(book->memory, "%d", (int)record->fields[j]->field->name.at.line),
                    TEXT_NONE);
        symbol *enumeration;
        f->public->type = bind_type(book, record->pack, &f->field->type, &enumeration);
        f->enumeration = enumeration;
        f->public->entity = record->public->name;
        if (!f->field->type.is_at) continue;
        policy_base_type base = f->public->type.base;
        bool is_time = base == POLICY_DATE || base == POLICY_MONTH || base == POLICY_YEAR;
        symbol **at = is_time ? &record->at_date : &record->at_region;
        if ((!is_time && base != POLICY_REGION) || *at)
            mistakes_add(book->mistakes, "record.at", f->field->name.at, f->field->name.bytes,
                         TEXT_NONE, TEXT_NONE);
        else *at = f;
    }
}

static bool is_typed(policy_symbol_kind kind)
{
    return kind == POLICY_SYMBOL_INPUT || kind == POLICY_SYMBOL_PARAM ||
           kind == POLICY_SYMBOL_VAR || kind == POLICY_SYMBOL_INDICATOR;
}

void bind_type_all(policy_book *book)
{
    for (size_t i = 0; i < book->symbol_count; i++)
        bind_entity(book, &book->symbols[i]);
    for (size_t i = 0; i < book->symbol_count; i++)
        if (book->symbols[i].public->kind == POLICY_SYMBOL_ENTITY)
            break_circle(book, &book->symbols[i]);
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i], *enumeration = NULL;
        if (!s->field && is_typed(s->public->kind)) {
            size_t before = mistakes_count(book->mistakes);
            s->public->type = bind_type(book, s->pack, &s->decl->type, &enumeration);
            s->enumeration = enumeration;
            s->is_doubtful = mistakes_count(book->mistakes) != before || s->decl->is_broken;
        }
        s->exact_decimals = DECIMALS_MANY;
        if (s->public->kind == POLICY_SYMBOL_PARAM) bind_keys(book, s);
        if (s->field_count) bind_fields(book, s);
    }
}
