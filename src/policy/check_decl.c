#include <string.h>

#include "policy/policy_internal.h"

/* Declarations whose bodies are expressions: variables, indicators, watches. */

static const char *rounding_example(policy_base_type base, int decimals, arena *a)
{
    switch (base) {
    case POLICY_MONEY: return "分 half up";
    case POLICY_MONTHS: return "1个月 down";
    case POLICY_DAYS: return "1天 down";
    case POLICY_COUNT:
    case POLICY_YEAR: return "1 half up";
    case POLICY_RATE: return "0.01% half up";
    default: break;
    }
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, decimals ? "0." : "1");
    for (int i = 1; i < decimals; i++)
        text_add_char(&b, '0');
    text_add_cstr(&b, decimals ? "1 half up" : " half up");
    return text_built(&b).bytes;
}

const typed *check_decl_stored(scope *s, const expr *e, const policy_type *type,
                               const symbol *enumeration)
{
    typing wanted = types_of(type, enumeration);
    const typed *t = check_expr(s, e, &wanted);
    arena *a = s->book->memory;
    if (t->type.is_any) return t;
    const char *name = s->owner ? s->owner->public->name : "-";
    if (!types_fits(t->type, wanted)) {
        typed declared = { .type = wanted };
        if (t->type.is_literal && t->kind == TYPED_CONST && types_is_number(wanted.base))
            check_expr_mismatch(s, e->at, t, &declared);
        else check_mistake(s, "type.result", e->at, name, type->text, types_print(a, t->type));
        return t;
    }
    bool is_number = types_is_number(type->base);
    bool has_more = t->type.decimals == DECIMALS_MANY || t->type.decimals > type->decimals;
    if (is_number && !type->is_exact && has_more) {
        text places = text_format(a, "%d", type->decimals);
        mistakes_add(s->book->mistakes, type->decimals ? "round.missing" : "round.whole", e->at,
                     text_of(name), places,
                     text_of(rounding_example(type->base, type->decimals, a)));
    }
    return t;
}

static scope scope_of_version(policy_book *book, symbol *s, const version *v)
{
    scope sc = { .book = book, .pack = v->pack, .owner = s };
    bool is_row = s->entity && s->entity->public->kind == POLICY_SYMBOL_RECORD;
    sc.record = is_row ? s->entity : NULL;
    sc.entity = is_row ? s->entity->entity : s->entity;
    return sc;
}

static const char *source_of(policy_book *book, const pack *p, const expr *e)
{
    return syntax_source_of(book->memory, p->syntax, e->at).bytes;
}

static const char *cstr_or_null(arena *a, text t)
{
    return t.size_bytes ? text_cstr(a, t) : NULL;
}

static void check_exceptions(policy_book *book, scope *sc, symbol *s, version *v)
{
    const version_syntax *written = v->syntax;
    v->exceptions = ARENA_ARRAY(book->memory, exception, written->exception_count + 1);
    v->exception_count = written->exception_count;
    for (size_t i = 0; i < written->exception_count; i++) {
        const exception_syntax *x = &written->exceptions[i];
        exception *out = &v->exceptions[i];
        out->condition = check_expr_bool(sc, x->condition);
        out->value = check_decl_stored(sc, x->value, &s->public->type, s->enumeration);
        out->is_overriding = x->is_overriding;
        out->because = cstr_or_null(book->memory, x->because);
        out->because_en = cstr_or_null(book->memory, x->because_en);
        out->law = x->law.size_bytes ? text_cstr(book->memory, x->law) : v->law;
        out->source_condition = source_of(book, v->pack, x->condition);
        out->source_value = source_of(book, v->pack, x->value);
        out->at = x->at;
    }
}

static int decimals_of_versions(const symbol *s)
{
    int most = 0;
    for (size_t i = 0; i < s->version_count; i++) {
        const version *v = &s->versions[i];
        if (!v->body || v->body->type.decimals == DECIMALS_MANY) return DECIMALS_MANY;
        if (v->body->type.decimals > most) most = v->body->type.decimals;
        for (size_t x = 0; x < v->exception_count; x++) {
            int places = v->exceptions[x].value->type.decimals;
            if (places == DECIMALS_MANY) return DECIMALS_MANY;
            if (places > most) most = places;
        }
    }
    return most;
}

void check_decl_variable(policy_book *book, symbol *s, int depth)
{
    if (s->state != CHECK_NOT_YET) return;
    if (depth > DEPTH_MAX) {
        mistakes_add(book->mistakes, "rule.too_deep", s->decl->name.at, s->decl->name.bytes,
                     TEXT_NONE, TEXT_NONE);
        s->state = CHECK_DONE;
        return;
    }
    s->state = CHECK_RUNNING;
    s->depth = depth;
    for (size_t i = 0; i < s->version_count; i++) {
        version *v = &s->versions[i];
        if (!v->syntax || !v->syntax->value) continue;
        scope sc = scope_of_version(book, s, v);
        size_t before = mistakes_count(book->mistakes);
        v->body = check_decl_stored(&sc, v->syntax->value, &s->public->type, s->enumeration);
        check_exceptions(book, &sc, s, v);
        if (!s->entity && sc.entity) s->speaks_of = sc.entity;
        if (mistakes_count(book->mistakes) == before) clash_check(book, s, v);
    }
    s->exact_decimals = decimals_of_versions(s);
    s->state = CHECK_DONE;
    if (s->height > DEPTH_MAX)
        mistakes_add(book->mistakes, "rule.too_deep", s->decl->name.at, s->decl->name.bytes,
                     TEXT_NONE, TEXT_NONE);
}

/* An indicator's value and a watch's condition are planned like variables that always hold. */
static void give_version(policy_book *book, symbol *s, expr *value)
{
    if (!value) return;
    version_syntax *syntax = ARENA_NEW(book->memory, version_syntax);
    *syntax = (version_syntax){ .is_always = true, .value = value, .at = value->at };
    version *v = versions_push(book, s);
    v->region = s->pack->region;
    v->pack = s->pack;
    v->law = s->public->law;
    v->at = value->at;
    v->syntax = syntax;
    v->source = source_of(book, s->pack, value);
}

void check_decl_all(policy_book *book)
{
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i];
        if (s->field || s->decl->is_broken) continue;
        if (s->public->kind == POLICY_SYMBOL_INDICATOR) give_version(book, s, s->decl->value);
        if (s->public->kind != POLICY_SYMBOL_WATCH) continue;
        s->public->type = (policy_type){ .base = POLICY_BOOL, .max = 1, .text = "bool" };
        give_version(book, s, s->decl->when);
    }
    for (size_t i = 0; i < book->symbol_count; i++) {
        symbol *s = &book->symbols[i];
        policy_symbol_kind kind = s->public->kind;
        if (!s->field && (kind == POLICY_SYMBOL_VAR || kind == POLICY_SYMBOL_INDICATOR ||
                          kind == POLICY_SYMBOL_WATCH))
            check_decl_variable(book, s, 1);
    }
}
