#include "support/plan_diff.h"

#include "support/plan_build.h"

/* The kinds that a result of each operator can be of: bits of vm_kind. */
enum { N = 1 << VM_NUMBER, B = 1 << VM_BOOL, D = 1 << VM_DAY, M = 1 << VM_MONTH,
       ORDERED = N | D | M, EVERY = (1 << VM_KIND_COUNT) - 1 };

static const struct {
    uint8_t kinds;
    bool can_fail; /* a reason can arise here */
} PLACES[] = {
    [VM_CONST] = { EVERY, false }, [VM_INPUT] = { EVERY, true }, [VM_UNKNOWN] = { 0, true },
    [VM_FAIL] = { 0, true }, [VM_CARRY] = { N, false }, [VM_ADD] = { N, false },
    [VM_SUB] = { N, false }, [VM_MUL] = { N, false }, [VM_DIV] = { N, true }, [VM_NEG] = { N, false },
    [VM_ABS] = { N, false }, [VM_MIN] = { ORDERED, false }, [VM_MAX] = { ORDERED, false },
    [VM_ROUND] = { N, false }, [VM_BOUND] = { N, true }, [VM_EQ] = { B, false },
    [VM_NE] = { B, false }, [VM_LT] = { B, false }, [VM_LE] = { B, false }, [VM_GT] = { B, false },
    [VM_GE] = { B, false }, [VM_AND] = { B, false }, [VM_OR] = { B, false }, [VM_NOT] = { B, false },
    [VM_IF] = { EVERY, false }, [VM_KNOWN] = { B, false }, [VM_ELSE] = { EVERY, false },
    [VM_MONTH_OF_DAY] = { M, false }, [VM_YEAR_OF_MONTH] = { N, false },
    [VM_MONTH_IN_YEAR] = { N, false }, [VM_DAY_IN_MONTH] = { N, false }, [VM_FIRST_DAY] = { D, false },
    [VM_LAST_DAY] = { D, false }, [VM_MONTH_FROM] = { M, true }, [VM_MONTH_ADD] = { M, true },
    [VM_MONTH_DIFF] = { N, false }, [VM_DAY_ADD] = { D, true }, [VM_DAY_DIFF] = { N, false },
    [VM_DAY_ADD_MONTHS] = { D, true }, [VM_FULL_MONTHS] = { N, false }, [VM_LOOKUP] = { EVERY, true },
    [VM_SPREAD] = { EVERY, false }, [VM_SUM] = { N, true }, [VM_COUNT] = { N, true },
    [VM_AGG_MIN] = { ORDERED, true }, [VM_AGG_MAX] = { ORDERED, true }, [VM_FIRST] = { EVERY, true },
    [VM_LAST] = { EVERY, true }, [VM_ANY] = { B, true }, [VM_ALL] = { B, true },
    [VM_FOLD] = { N, true }, [VM_PREVIOUS] = { EVERY, true }, [VM_SUM_SAME] = { N, true },
    [VM_ROW_INDEX] = { N, true },
};
_Static_assert(ARRAY_COUNT(PLACES) == VM_OP_COUNT, "an operator has no place in the coverage");

static size_t print_count(FILE *out, uint64_t count, bool is_wanted)
{
    if (!is_wanted)
        fprintf(out, " %11s", "");
    else
        fprintf(out, " %11llu%s", (unsigned long long)count, count == 0 ? "!" : "");
    return is_wanted && count == 0;
}

size_t diff_print_coverage(FILE *out, const diff_coverage *c)
{
    size_t holes = 0;
    fprintf(out, "%-16s", "lanes with value");
    for (int kind = 0; kind < VM_KIND_COUNT; kind++) fprintf(out, " %11s", plan_kind_name((vm_kind)kind));
    fprintf(out, " %11s\n", "reasons");
    for (int op = 0; op < VM_OP_COUNT; op++) {
        fprintf(out, "%-16s", plan_op_name((vm_op)op));
        for (int kind = 0; kind < VM_KIND_COUNT; kind++)
            holes += print_count(out, c->values[op][kind], PLACES[op].kinds & 1 << kind);
        holes += print_count(out, c->reasons_by_op[op], PLACES[op].can_fail);
        fprintf(out, "\n");
    }
    fprintf(out, "%-16s %11s %11s\n", "rounding", "other", "ties");
    for (int mode = 0; mode < MONEY_ROUNDING_COUNT; mode++) {
        fprintf(out, "%-16s", plan_rounding_name((money_rounding)mode));
        for (int is_tie = 0; is_tie < 2; is_tie++) holes += print_count(out, c->roundings[mode][is_tie], true);
        fprintf(out, "\n");
    }
    static const char *const MODES[] = { "exact", "band", "linear" };
    fprintf(out, "%-16s %11s %11s %11s   keys:", "last key", "1 key", "2 keys", "3 keys");
    for (int kind = 0; kind < VM_KIND_COUNT; kind++) fprintf(out, " %11s", plan_kind_name((vm_kind)kind));
    fprintf(out, "\n");
    for (int mode = 0; mode < 3; mode++) {
        fprintf(out, "%-16s", MODES[mode]);
        for (int keys = 0; keys < VM_TABLE_KEYS_MAX; keys++) holes += print_count(out, c->lookups[mode][keys], true);
        fprintf(out, "        ");
        for (int kind = 0; kind < VM_KIND_COUNT; kind++)
            holes += print_count(out, c->key_kinds[mode][kind],
                                 mode == VM_KEY_EXACT || ORDERED & 1 << kind);
        fprintf(out, "\n");
    }
    fprintf(out, "reasons of outputs\n");
    for (int kind = 0; kind < VM_REASON_KIND_COUNT; kind++) {
        fprintf(out, "  %-18s", plan_reason_name((vm_reason_kind)kind));
        holes += print_count(out, c->reasons[kind], true);
        fprintf(out, "\n");
    }
    fprintf(out, "fractions past 128 bits: %llu\n", (unsigned long long)c->past_128_bits);
    return holes + (c->past_128_bits == 0);
}
