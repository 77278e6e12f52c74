#include <string.h>

#include "policy/plan_internal.h"

/* Properties that packs claim: typed once with the book, planned when they are asked for. */

enum { EXTRAS_MAX = 4 };

struct checked_proof {
    const pack *pack;
    const decl *decl;
    const symbol *root; /* the subject, where it is a variable as it stands */
    const typed *extra[EXTRAS_MAX];
    const char *extra_names[EXTRAS_MAX];
    size_t extra_count;
    bool has_where;
    const symbol *along;
    const symbol **given;
    size_t given_count;
    const symbol **fixed;
    int64_t *fixed_values;
    size_t fixed_count;
    int64_t slack, from, until, step, threshold;
    int32_t on_day, place;
};

static text name_text(const expr *e)
{
    return e && e->kind == EXPR_NAME ? e->name.bytes : TEXT_NONE;
}

static bool has_order(const symbol *s)
{
    vm_kind kind = types_kind(s->public->type.base);
    return kind == VM_NUMBER || kind == VM_DAY || kind == VM_MONTH;
}

static const symbol *named(policy_book *book, const pack *p, const expr *e)
{
    size_t count;
    text pack_name = e->kind == EXPR_NAME ? e->pack.bytes : TEXT_NONE;
    symbol *s = bind_find(book, p, pack_name, name_text(e), &count);
    if (!s) return NULL;
    policy_symbol_kind kind = s->public->kind;
    bool is_value =
        kind == POLICY_SYMBOL_INPUT || kind == POLICY_SYMBOL_PARAM || kind == POLICY_SYMBOL_VAR;
    return is_value ? s : NULL;
}

/* A parameter or a variable that moves or is fixed comes in as if it were an input. */
static void give(policy_book *book, checked_proof *c, const symbol *s)
{
    if (s->public->kind == POLICY_SYMBOL_INPUT) return;
    const symbol **given = ARENA_ARRAY(book->memory, const symbol *, c->given_count + 1);
    if (c->given_count) memcpy(given, c->given, sizeof *given * c->given_count);
    given[c->given_count++] = s;
    c->given = given;
}

static bool stored_of(policy_book *book, const pack *p, const expr *e, const policy_type *type,
                      const symbol *enumeration, int64_t *out)
{
    constant value;
    policy_type wide = *type;
    wide.min = INT64_MIN;
    wide.max = INT64_MAX;
    wide.is_exact = false;
    if (!values_of_expr(book, p, e, &wide, enumeration, &value)) return false;
    if (types_kind(type->base) == VM_CODE) return false;
    int decimals = types_is_number(type->base) ? type->decimals : 0;
    return values_store(&value, decimals, out);
}

/* The unit in which a point in time moves: a date by days, a month by months, a year by years. */
static policy_type step_type(const policy_type *type)
{
    policy_type step = *type;
    if (type->base == POLICY_DATE) step = (policy_type){ .base = POLICY_DAYS, .text = "days" };
    if (type->base == POLICY_MONTH) step = (policy_type){ .base = POLICY_MONTHS, .text = "months" };
    if (type->base == POLICY_YEAR) step = (policy_type){ .base = POLICY_COUNT, .text = "count" };
    return step;
}

static void add_extra(checked_proof *c, const typed *t, const char *name)
{
    c->extra_names[c->extra_count] = name;
    c->extra[c->extra_count++] = t;
}

static policy_type type_of_subject(policy_book *book, const checked_proof *c, const typed *subject)
{
    if (c->root) return c->root->public->type;
    int places = subject->type.decimals;
    bool is_stored = places >= 0 && places <= DECIMALS_STORED_MAX;
    return (policy_type){ .base = subject->type.base,
                          .per = subject->type.per,
                          .decimals = (uint8_t)(is_stored ? places : 6),
                          .text = types_print(book->memory, subject->type) };
}

static bool check_subject(scope *s, checked_proof *c, const proof_syntax *proof, policy_type *type)
{
    bool is_truth = proof->kind == POLICY_PROOF_ALWAYS;
    const typed *subject =
        is_truth ? check_expr_bool(s, proof->subject) : check_expr(s, proof->subject, NULL);
    if (subject->type.is_any) return false;
    bool is_rule =
        subject->kind == TYPED_SYMBOL && subject->symbol->public->kind == POLICY_SYMBOL_VAR;
    if (is_rule) c->root = subject->symbol;
    else add_extra(c, subject, "subject");
    *type = type_of_subject(s->book, c, subject);
    if (proof->kind != POLICY_PROOF_BETWEEN) return true;
    const typed *low = check_expr(s, proof->low, &subject->type);
    const typed *high = check_expr(s, proof->high, &subject->type);
    typing both;
    bool is_fine = check_expr_unify(s, proof->low->at, subject, low, &both);
    is_fine = check_expr_unify(s, proof->high->at, subject, high, &both) && is_fine;
    add_extra(c, low, "low");
    add_extra(c, high, "high");
    return is_fine;
}

static bool check_along(scope *s, checked_proof *c, const proof_syntax *proof,
                        const policy_type *type)
{
    if (!proof->along) return true;
    c->along = named(s->book, s->pack, proof->along);
    if (!c->along || !has_order(c->along)) {
        text name = name_text(proof->along);
        mistakes_add(s->book->mistakes, "proof.along", proof->along->at,
                     name.size_bytes ? name : TEXT("…"), TEXT_NONE, TEXT_NONE);
        return false;
    }
    give(s->book, c, c->along);
    const policy_type *along = &c->along->public->type;
    policy_type step = step_type(along), change = step_type(type);
    policy_book *b = s->book;
    const pack *p = s->pack;
    bool is_fine = true;
    if (proof->slack) is_fine = stored_of(b, p, proof->slack, &change, NULL, &c->slack);
    if (proof->from) is_fine = stored_of(b, p, proof->from, along, NULL, &c->from) && is_fine;
    if (proof->until) is_fine = stored_of(b, p, proof->until, along, NULL, &c->until) && is_fine;
    if (proof->by) is_fine = stored_of(b, p, proof->by, &step, NULL, &c->step) && is_fine;
    if (proof->over)
        is_fine = stored_of(b, p, proof->over, &change, NULL, &c->threshold) && is_fine;
    return is_fine;
}

static bool check_fixed(scope *s, checked_proof *c, const proof_syntax *proof)
{
    arena *a = s->book->memory;
    c->fixed = ARENA_ARRAY(a, const symbol *, proof->with_count + 1);
    c->fixed_values = ARENA_ARRAY(a, int64_t, proof->with_count + 1);
    for (size_t i = 0; i < proof->with_count; i++) {
        word name = proof->with_names[i];
        expr e = { .kind = EXPR_NAME, .name = name, .at = name.at };
        size_t dot = text_find(name.bytes, TEXT("."));
        if (dot != SIZE_MAX) {
            e.pack.bytes = text_sub(name.bytes, 0, dot);
            e.name.bytes = text_sub(name.bytes, dot + 1, name.bytes.size_bytes);
        }
        const symbol *fixed = named(s->book, s->pack, &e);
        if (!fixed) {
            mistakes_add(s->book->mistakes, "proof.with", name.at, name.bytes, TEXT_NONE,
                         TEXT_NONE);
            return false;
        }
        /* Codes are known only in a plan: kept as -1 here, found when it is made. */
        constant value;
        const policy_type *type = &fixed->public->type;
        if (!values_of_expr(s->book, s->pack, proof->with_values[i], type, fixed->enumeration,
                            &value))
            return false;
        int decimals = types_is_number(type->base) ? type->decimals : 0;
        if (types_kind(type->base) == VM_CODE) c->fixed_values[i] = -1;
        else if (!values_store(&value, decimals, &c->fixed_values[i])) return false;
        c->fixed[c->fixed_count++] = fixed;
        give(s->book, c, fixed);
    }
    return true;
}

static void check_one(policy_book *book, const pack *p, const decl *d)
{
    const proof_syntax *proof = d->proof;
    checked_proof *c = ARENA_NEW(book->memory, checked_proof);
    scope s = { .book = book, .pack = p };
    policy_type type = { .base = POLICY_BOOL };
    c->pack = p;
    c->decl = d;
    if (!check_subject(&s, c, proof, &type) || !check_along(&s, c, proof, &type) ||
        !check_fixed(&s, c, proof))
        return;
    if (proof->where) {
        c->has_where = true;
        add_extra(c, check_expr_bool(&s, proof->where), "where");
    }
    c->on_day = proof->on_day != INT32_MIN ? proof->on_day : trial_newest_day(book, c->root);
    c->place = proof->region.size_bytes ? regions_find(book, proof->region) : p->region;
    if (c->place < 0) {
        mistakes_add(book->mistakes, "test.region", d->at, proof->region, TEXT_NONE, TEXT_NONE);
        return;
    }
    ARENA_PUSH(book->memory, book->proofs, book->proof_count, book->proof_capacity, c);
}

void proofs_check(policy_book *book)
{
    for (size_t p = 0; p < book->pack_count; p++)
        for (size_t i = 0; i < book->packs[p].syntax->decl_count; i++) {
            const decl *d = &book->packs[p].syntax->decls[i];
            if (d->kind == DECL_PROOF && d->proof && d->proof->subject && !d->is_broken)
                check_one(book, &book->packs[p], d);
        }
}

/* ---- planning ---- */

static void fix_inputs(arena *a, const policy_book *book, const checked_proof *c, policy_proof *out)
{
    size_t count = out->planned.plan.input_count;
    int64_t *values = ARENA_ARRAY(a, int64_t, count + 1);
    bool *is_fixed = ARENA_ARRAY(a, bool, count + 1);
    policy_codes *codes = policy_codes_open(a, book, &out->planned);
    out->along_input = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = out->planned.input_symbols[i];
        if (c->along && c->along->public == s) out->along_input = (uint32_t)i;
        for (size_t f = 0; f < c->fixed_count; f++) {
            if (c->fixed[f]->public != s) continue;
            const expr *written = c->decl->proof->with_values[f];
            text code = written->kind == EXPR_TEXT ? written->string : written->name.bytes;
            is_fixed[i] = c->fixed_values[f] != -1 || types_kind(s->type.base) != VM_CODE ||
                          !policy_parse_value(a, codes, &s->type, code, &values[i]).kind;
            if (types_kind(s->type.base) != VM_CODE) values[i] = c->fixed_values[f];
        }
    }
    policy_codes_tell(codes, &out->planned); /* a word that stands in no rule and is fixed here is read again by its code */
    out->fixed = values;
    out->is_fixed = is_fixed;
}

static err plan_one(arena *a, const policy_book *book, const checked_proof *c, policy_proof *out)
{
    const proof_syntax *proof = c->decl->proof;
    *out = (policy_proof){ .kind = proof->kind,
                           .name = text_cstr(a, c->decl->name.bytes),
                           .pack = c->pack->public.name,
                           .because = proof->is_refuted ? text_cstr(a, proof->because) : NULL,
                           .because_en = proof->because_en.size_bytes ? text_cstr(a, proof->because_en) : NULL,
                           .at = policy_pos(c->decl->at),
                           .is_rising = proof->is_rising,
                           .is_strict = proof->is_strict,
                           .is_known_refuted = proof->is_refuted,
                           .slack_stored = c->slack,
                           .from = c->from,
                           .until = c->until,
                           .step = c->step,
                           .threshold = c->threshold,
                           .on_day = c->on_day,
                           .region = book->regions[c->place].path,
                           .where_output = -1 };
    plan_wanted wanted = { .on_day = c->on_day,
                           .region = c->place,
                           .roots = &c->root,
                           .root_count = c->root ? 1 : 0,
                           .given = c->given,
                           .given_count = c->given_count,
                           .extra = c->extra,
                           .extra_names = c->extra_names,
                           .extra_count = c->extra_count,
                           .extra_pack = c->pack,
                           .opens_figures = true };
    TRY(policy_plan_make(a, book, &wanted, &out->planned));
    if (c->has_where) out->where_output = (int32_t)out->planned.plan.output_count - 1;
    fix_inputs(a, book, c, out);
    return ERR_NONE;
}

err policy_proofs(arena *a, const policy_book *book, text only_pack, const policy_proof **proofs,
                  size_t *count)
{
    if (book->has_mistakes) return err_of(&POLICY_HAS_MISTAKES, NULL);
    policy_proof *out = ARENA_ARRAY(a, policy_proof, book->proof_count + 1);
    *count = 0;
    for (size_t i = 0; i < book->proof_count; i++) {
        const checked_proof *c = book->proofs[i];
        if (only_pack.size_bytes && !text_equal_cstr(only_pack, c->pack->public.name)) continue;
        TRY(plan_one(a, book, c, &out[(*count)++]));
    }
    *proofs = out;
    return ERR_NONE;
}

/* Planned once with the book, so that a property of what has nothing to do with it is found. */
void proofs_try(policy_book *book)
{
    arena *scratch = arena_open();
    for (size_t i = 0; i < book->proof_count; i++) {
        const checked_proof *c = book->proofs[i];
        policy_proof planned;
        err e = plan_one(scratch, book, c, &planned);
        if (e.kind)
            mistakes_add(book->mistakes, "rule.not_planned", c->decl->at, c->decl->name.bytes,
                         text_copy(book->memory, err_sentence(scratch, e, false)), TEXT_NONE);
        else if (c->along && planned.along_input == UINT32_MAX)
            mistakes_add(book->mistakes, "proof.unused", c->decl->proof->along->at,
                         c->decl->proof->subject->kind == EXPR_NAME
                             ? c->decl->proof->subject->name.bytes
                             : c->decl->name.bytes,
                         text_of(c->along->public->name), TEXT_NONE);
        arena_reset(scratch);
    }
    arena_close(scratch);
}
