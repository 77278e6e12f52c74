#include <stdio.h>

#include "policy/policy_internal.h"

/* Texts of VM_CODE values while a plan runs: the plan's own first, what files bring after. */

const err_kind POLICY_BAD_VALUE = { "policy.bad_value", ERR_BAD_INPUT,
                                    "This is not a value of its type: {}.",
                                    "这不是该类型的值：{}。" };

struct policy_codes {
    arena *memory;
    const policy_book *book;
    hash_map *by_text;
    const char **texts;
    size_t count, capacity;
};

static int64_t code_of(policy_codes *codes, text t)
{
    size_t known = hash_map_get(codes->by_text, t);
    if (known != SIZE_MAX) return (int64_t)known;
    const char *kept = text_cstr(codes->memory, t);
    hash_map_put(codes->by_text, text_of(kept), codes->count);
    ARENA_PUSH(codes->memory, codes->texts, codes->count, codes->capacity, kept);
    return (int64_t)codes->count - 1;
}

policy_codes *policy_codes_open(arena *a, const policy_book *book, const policy_planned *planned)
{
    policy_codes *codes = ARENA_NEW(a, policy_codes);
    *codes = (policy_codes){ .memory = a, .book = book, .by_text = hash_map_open(a) };
    for (size_t i = 0; i < planned->plan.code_count; i++)
        code_of(codes, text_of(planned->plan.codes[i]));
    return codes;
}

void policy_codes_tell(const policy_codes *codes, policy_planned *planned)
{
    planned->plan.codes = codes->texts;
    planned->plan.code_count = codes->count;
}

err policy_parse_value(arena *a, policy_codes *codes, const policy_type *type, text t,
                       int64_t *stored)
{
    constant value;
    if (values_read(a, codes->book, type, NULL, t, &value))
        return err_of(&POLICY_BAD_VALUE, text_cstr(a, t));
    if (types_kind(type->base) == VM_CODE) {
        *stored = code_of(codes, value.code);
        return ERR_NONE;
    }
    int decimals = types_is_number(type->base) ? type->decimals : 0;
    if (!values_store(&value, decimals, stored)) return err_of(&POLICY_BAD_VALUE, text_cstr(a, t));
    return ERR_NONE;
}

text policy_print_value(arena *a, const policy_codes *codes, const policy_type *type,
                        int64_t stored)
{
    char out[MONEY_PRINT_BYTES + CALENDAR_PRINT_BYTES];
    switch (types_kind(type->base)) {
    case VM_NUMBER: {
        int least = type->base == POLICY_MONEY ? type->decimals : 0;
        money_print(stored, (money_style){ type->decimals, least, false }, out);
        break;
    }
    case VM_DAY: calendar_print_day((int32_t)stored, out); break;
    case VM_MONTH: calendar_print_month((int32_t)stored, out); break;
    case VM_BOOL: return text_of(stored ? "true" : "false");
    default:
        return stored >= 0 && (size_t)stored < codes->count ? text_of(codes->texts[stored])
                                                            : TEXT_NONE;
    }
    return text_copy(a, text_of(out));
}
