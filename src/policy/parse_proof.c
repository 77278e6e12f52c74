#include "policy/parse.h"

/* SUBJECT never falls|rises as X rises [up to V]; SUBJECT always rises|falls as X rises. */
static bool monotone(parser *p, proof_syntax *proof, bool is_never)
{
    const token *t = parse_peek(p);
    bool is_rises = parse_word(p, "rises");
    if (!is_rises && !parse_word(p, "falls")) {
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
        return parse_fail(p, "proof.direction", t->at, t->bytes, TEXT_NONE);
    }
    proof->kind = POLICY_PROOF_MONOTONE;
    proof->is_strict = !is_never;
    proof->is_rising = is_rises != is_never;
    if (!parse_need_word(p, "as")) return false;
    proof->along = parse_expr_term(p);
    if (!proof->along || !parse_need_word(p, "rises")) return false;
    if (!parse_word(p, "up")) return true;
    if (!parse_need_word(p, "to")) return false;
    proof->slack = parse_expr_term(p);
    return proof->slack != NULL;
}

static bool between(parser *p, proof_syntax *proof)
{
    proof->kind = POLICY_PROOF_BETWEEN;
    proof->low = parse_expr_term(p);
    if (!proof->low || !parse_need_word(p, "and")) return false;
    proof->high = parse_expr_term(p);
    return proof->high != NULL;
}

/* cliffs of SUBJECT along X from A to B by S over T */
static bool cliffs(parser *p, proof_syntax *proof)
{
    typedef struct {
        const char *spelling;
        expr **place;
    } part;
    const part parts[] = { { "of", &proof->subject }, { "along", &proof->along },
                           { "from", &proof->from },  { "to", &proof->until },
                           { "by", &proof->by },      { "over", &proof->over } };
    proof->kind = POLICY_PROOF_CLIFFS;
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (!parse_need_word(p, parts[i].spelling)) return false;
        *parts[i].place = parse_expr_term(p);
        if (!*parts[i].place) return false;
    }
    return true;
}

static bool property(parser *p, proof_syntax *proof)
{
    if (parse_word(p, "cliffs")) return cliffs(p, proof);
    if (parse_word(p, "complete")) {
        proof->kind = POLICY_PROOF_COMPLETE;
        proof->subject = parse_expr_term(p);
        return proof->subject != NULL;
    }
    if (parse_word(p, "always")) {
        proof->kind = POLICY_PROOF_ALWAYS;
        proof->subject = parse_expr(p);
        return proof->subject != NULL;
    }
    proof->subject = parse_expr_term(p);
    if (!proof->subject) return false;
    if (parse_word(p, "never")) return monotone(p, proof, true);
    if (parse_word(p, "always")) return monotone(p, proof, false);
    if (parse_word(p, "between")) return between(p, proof);
    const token *t = parse_peek(p);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "proof.property", t->at, t->bytes, TEXT_NONE);
}

/* with NAME = VALUE, … */
static bool fixed_values(parser *p, proof_syntax *proof)
{
    size_t capacity = proof->with_count, values_capacity = proof->with_count;
    do {
        word name;
        size_t count = proof->with_count;
        if (!parse_used_name(p, true, &name) || !parse_need_mark(p, '=', "=")) return false;
        expr *value = parse_expr_term(p);
        if (!value) return false;
        ARENA_PUSH(p->memory, proof->with_names, proof->with_count, capacity, name);
        ARENA_PUSH(p->memory, proof->with_values, count, values_capacity, value);
    } while (parse_mark(p, ','));
    return true;
}

/* where, on, region, with, refuted because; in any order, each once. */
static bool conditions(parser *p, proof_syntax *proof)
{
    while (!parse_is_end(p)) {
        const token *t = parse_peek(p);
        bool is_read;
        if (!proof->where && parse_word(p, "where")) {
            proof->where = parse_expr(p);
            is_read = proof->where != NULL;
        } else if (proof->on_day == INT32_MIN && parse_word(p, "on")) {
            is_read = parse_day(p, false, &proof->on_day);
        } else if (proof->region.size_bytes == 0 && parse_word(p, "region")) {
            is_read = parse_region(p, &proof->region);
        } else if (proof->with_count == 0 && parse_word(p, "with")) {
            is_read = fixed_values(p, proof);
        } else if (!proof->is_refuted && parse_word(p, "refuted")) {
            proof->is_refuted = true;
            is_read = parse_need_word(p, "because") && parse_said(p, &proof->because, &proof->because_en);
        } else if (t->kind == TOKEN_BAD) {
            is_read = parse_fail_wanted(p, "");
        } else {
            is_read = parse_fail(p, "proof.rest", t->at, t->bytes, TEXT_NONE);
        }
        if (!is_read) return false;
    }
    return true;
}

void parse_proof(parser *p, decl *d)
{
    d->proof = ARENA_NEW(p->memory, proof_syntax);
    d->proof->on_day = INT32_MIN;
    if (!parse_new_name(p, &d->name) || !parse_label(p, &d->label) || !parse_need_mark(p, ':', ":"))
        return;
    if (property(p, d->proof)) (void)conditions(p, d->proof);
}
