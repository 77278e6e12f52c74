#include <stdio.h>
#include <string.h>

#include "policy/policy_internal.h"

/* All there is to know of a base type, in one row. */
static const struct {
    const char *name;
    vm_kind kind;
    bool is_pure;
    bool has_per;
} BASES[] = {
    [POLICY_MONEY] = { "money", VM_NUMBER, false, true },
    [POLICY_RATE] = { "rate", VM_NUMBER, true, false },
    [POLICY_NUMBER] = { "number", VM_NUMBER, true, false },
    [POLICY_COUNT] = { "count", VM_NUMBER, true, false },
    [POLICY_MONTHS] = { "months", VM_NUMBER, false, false },
    [POLICY_DAYS] = { "days", VM_NUMBER, false, false },
    [POLICY_YEAR] = { "year", VM_NUMBER, false, false },
    [POLICY_MONTH] = { "month", VM_MONTH, false, false },
    [POLICY_DATE] = { "date", VM_DAY, false, false },
    [POLICY_BOOL] = { "bool", VM_BOOL, false, false },
    [POLICY_TEXT] = { "text", VM_CODE, false, false },
    [POLICY_REGION] = { "region", VM_CODE, false, false },
    [POLICY_ENUM] = { "enum", VM_CODE, false, false },
};
_Static_assert(ARRAY_COUNT(BASES) == POLICY_ENUM + 1, "a base type has no row");

bool types_is_pure(policy_base_type base)
{
    return BASES[base].is_pure;
}

bool types_is_number(policy_base_type base)
{
    return BASES[base].kind == VM_NUMBER;
}

vm_kind types_kind(policy_base_type base)
{
    return BASES[base].kind;
}

typing types_any(void)
{
    return (typing){ .base = POLICY_NUMBER, .is_any = true };
}

typing types_pure(int decimals)
{
    return (typing){ .base = POLICY_NUMBER, .decimals = decimals };
}

typing types_bool(void)
{
    return (typing){ .base = POLICY_BOOL };
}

typing types_of(const policy_type *type, const symbol *enumeration)
{
    return (typing){ .base = type->base,
                     .per = type->per,
                     .enumeration = enumeration,
                     .decimals = type->is_exact ? DECIMALS_MANY : type->decimals };
}

static int more_decimals(int a, int b)
{
    if (a == DECIMALS_MANY || b == DECIMALS_MANY) return DECIMALS_MANY;
    return a > b ? a : b;
}

static bool is_same_unit(typing a, typing b)
{
    if (BASES[a.base].is_pure && BASES[b.base].is_pure) return true;
    if (a.base == POLICY_ENUM && b.base == POLICY_ENUM)
        return !a.enumeration || !b.enumeration || a.enumeration == b.enumeration;
    return a.base == b.base && a.per == b.per;
}

bool types_unify(typing a, typing b, typing *both)
{
    *both = a.is_any || a.is_zero ? b : a;
    if (a.is_any || b.is_any) return true;
    both->decimals = more_decimals(a.decimals, b.decimals);
    both->is_literal = a.is_literal && b.is_literal;
    both->is_zero = a.is_zero && b.is_zero;
    if (a.base != b.base && BASES[a.base].is_pure && BASES[b.base].is_pure)
        both->base = a.is_literal ? b.base : b.is_literal ? a.base : POLICY_NUMBER;
    if (a.is_zero && BASES[b.base].kind == VM_NUMBER) return true;
    if (b.is_zero && BASES[a.base].kind == VM_NUMBER) return true;
    return is_same_unit(a, b);
}

bool types_fits(typing given, typing wanted)
{
    if (given.is_any || wanted.is_any) return true;
    if (given.is_zero && BASES[wanted.base].kind == VM_NUMBER) return true;
    return is_same_unit(given, wanted);
}

const char *types_print(arena *a, typing t)
{
    static const char *const PER[] = { "", " per day", " per month", " per year" };
    if (t.is_any) return "unknown";
    if (t.is_literal && t.base != POLICY_RATE) return "number";
    if (t.base == POLICY_ENUM) return t.enumeration ? t.enumeration->public->name : "an enum";
    return text_format(a, "%s%s", BASES[t.base].name, PER[t.per]).bytes;
}

int types_decimals_of_fraction(i128 num, i128 den)
{
    if (num == 0) return 0;
    i128 shared = i128_gcd(num, den);
    den /= shared ? shared : 1;
    int twos = 0, fives = 0;
    for (; den % 2 == 0; den /= 2)
        twos++;
    for (; den % 5 == 0; den /= 5)
        fives++;
    if (den != 1) return DECIMALS_MANY;
    return twos > fives ? twos : fives;
}

static int decimals_multiplied(int a, int b)
{
    return a == DECIMALS_MANY || b == DECIMALS_MANY ? DECIMALS_MANY : a + b;
}

static bool is_length(policy_base_type base)
{
    return base == POLICY_MONTHS || base == POLICY_DAYS;
}

static policy_per per_of_length(policy_base_type base)
{
    return base == POLICY_MONTHS ? POLICY_PER_MONTH : POLICY_PER_DAY;
}

static typing with_unit(typing t, policy_base_type base, policy_per per, int decimals)
{
    (void)t;
    return (typing){ .base = base, .per = per, .decimals = decimals };
}

bool types_multiply(typing a, typing b, typing *out)
{
    if (a.is_any || b.is_any) {
        *out = types_any();
        return true;
    }
    int decimals = decimals_multiplied(a.decimals, b.decimals);
    bool is_pure_a = BASES[a.base].is_pure, is_pure_b = BASES[b.base].is_pure;
    if (is_pure_a || is_pure_b) {
        typing unit = is_pure_a ? b : a;
        if (BASES[unit.base].kind != VM_NUMBER || unit.base == POLICY_YEAR) return false;
        *out =
            with_unit(unit, is_pure_a && is_pure_b ? POLICY_NUMBER : unit.base, unit.per, decimals);
        out->is_literal = a.is_literal && b.is_literal;
        out->is_zero = a.is_zero || b.is_zero;
        return true;
    }
    typing money = a.base == POLICY_MONEY ? a : b, length = a.base == POLICY_MONEY ? b : a;
    if (money.base != POLICY_MONEY || !is_length(length.base)) return false;
    if (money.per != per_of_length(length.base)) return false;
    *out = with_unit(money, POLICY_MONEY, POLICY_PER_NONE, decimals);
    return true;
}

bool types_divide(typing a, typing b, typing *out)
{
    if (a.is_any || b.is_any) {
        *out = types_any();
        return true;
    }
    if (BASES[b.base].is_pure) {
        if (BASES[a.base].kind != VM_NUMBER || a.base == POLICY_YEAR) return false;
        *out = with_unit(a, BASES[a.base].is_pure ? POLICY_NUMBER : a.base, a.per, DECIMALS_MANY);
        out->is_literal = a.is_literal && b.is_literal;
        out->is_zero = a.is_zero;
        return true;
    }
    bool is_same = a.base == b.base && a.per == b.per;
    if (is_same && (b.base == POLICY_MONEY || is_length(b.base))) {
        *out = types_pure(DECIMALS_MANY);
        return true;
    }
    if (a.base == POLICY_MONEY && a.per == POLICY_PER_NONE && is_length(b.base)) {
        *out = with_unit(a, POLICY_MONEY, per_of_length(b.base), DECIMALS_MANY);
        return true;
    }
    if (a.is_zero && BASES[b.base].kind == VM_NUMBER) {
        *out = types_pure(0);
        out->is_zero = true;
        return true;
    }
    return false;
}
