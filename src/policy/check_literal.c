#include "policy/policy_internal.h"

/* What stands for itself. */

const typed *check_literal_number(scope *s, const expr *e)
{
    const typed *plain = check_expr_number(s, e, e->num, e->den);
    if (e->unit == UNIT_NONE && !e->is_percent) return plain;
    typing type = e->is_percent ? plain->type : values_unit_type(e->unit);
    if (e->is_percent) type.base = POLICY_RATE;
    type.decimals = plain->type.decimals;
    typed *t = check_expr_node(s, e, TYPED_CONST, type);
    t->value = plain->value;
    return t;
}

const typed *check_literal_text(scope *s, const expr *e, const typing *wanted)
{
    policy_base_type base = POLICY_TEXT;
    if (wanted && !wanted->is_any && types_kind(wanted->base) == VM_CODE) base = wanted->base;
    typed *t = check_expr_node(s, e, TYPED_CONST, (typing){ .base = base });
    t->value = (constant){ .is_set = true, .den = 1, .code = e->string };
    if (base == POLICY_ENUM) {
        t->type.enumeration = wanted->enumeration;
        policy_type type = { .base = POLICY_ENUM };
        if (values_read(s->book->memory, s->book, &type, wanted->enumeration, e->string,
                        &t->value)) {
            mistakes_add(s->book->mistakes, "value.member", e->at, e->string,
                         text_of(types_print(s->book->memory, *wanted)),
                         text_of(values_choices(s->book->memory, &type, wanted->enumeration)));
            return check_expr_bad(s, e);
        }
    }
    if (base == POLICY_REGION) {
        policy_type type = { .base = POLICY_REGION };
        (void)values_read(s->book->memory, s->book, &type, NULL, e->string, &t->value);
    }
    if (!t->value.code.bytes) t->value.code = TEXT("");
    return t;
}

const typed *check_literal_point(scope *s, const expr *e)
{
    typed *t = check_expr_node(s, e, TYPED_CONST, values_unit_type(e->unit));
    t->value = (constant){ .is_set = true, .num = e->point, .den = 1 };
    return t;
}

const typed *check_literal_truth(scope *s, const expr *e)
{
    typed *t = check_expr_node(s, e, TYPED_CONST, types_bool());
    t->value = (constant){ .is_set = true, .num = e->truth, .den = 1 };
    return t;
}
