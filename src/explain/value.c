/* How a value is shown: yuan with separators, rates in per cent, dates as people write them. */
#include <string.h>

#include "calendar/calendar.h"
#include "explain/explain_internal.h"
#include "money/money.h"

/* One row a unit of the language: what stands behind the number. */
typedef struct {
    const char *unit;
    const char *suffix_zh;
    const char *suffix, *suffix_one; /* suffix_one: of 1, where it is another */
    int decimals;                    /* shown when the value is exact there */
    int decimals_min;
    bool is_percent;
    bool has_separators;
} unit_row;

static const unit_row UNITS[] = {
    { "money per month", " 元/月", " yuan/month", NULL, 2, 2, false, true },
    { "money per year", " 元/年", " yuan/year", NULL, 2, 2, false, true },
    { "money per day", " 元/日", " yuan/day", NULL, 2, 2, false, true },
    { "money", " 元", " yuan", NULL, 2, 2, false, true },
    { "rate", "%", "%", NULL, 8, 0, true, false },
    { "number", "", "", NULL, 9, 0, false, false },
    { "count", "", "", NULL, 0, 0, false, true },
    { "months", " 个月", " months", " month", 0, 0, false, false },
    { "days", " 天", " days", " day", 0, 0, false, false },
    { "year", " 年", "", NULL, 0, 0, false, false },
};

const char *explain_say(const teller *t, const char *english, const char *chinese)
{
    return t->is_chinese ? chinese : english;
}

static const unit_row *unit_of(const char *unit)
{
    static const unit_row PLAIN = { "", "", "", NULL, 9, 0, false, false };
    if (!unit) return &PLAIN;
    for (size_t i = 0; i < ARRAY_COUNT(UNITS); i++)
        if (strncmp(unit, UNITS[i].unit, strlen(UNITS[i].unit)) == 0) return &UNITS[i];
    return &PLAIN;
}

/* The unit of the nearest node below that says one: a rounding or a bound says none itself. */
static const char *unit_below(const vm_plan *plan, vm_node_id id)
{
    for (int hops = 0; hops < 64; hops++) {
        const vm_node *node = &plan->nodes[id];
        const char *unit = plan->origins[node->origin].unit;
        if (unit) return unit;
        switch (node->op) {
        case VM_BOUND:
        case VM_ROUND:
        case VM_SPREAD:
        case VM_SUM:
        case VM_AGG_MIN:
        case VM_AGG_MAX:
        case VM_FIRST:
        case VM_LAST:
        case VM_PREVIOUS:
        case VM_MIN:
        case VM_MAX:
        case VM_ADD:
        case VM_SUB:
        case VM_NEG:
        case VM_ABS:
        case VM_FOLD:
        case VM_ELSE:
        case VM_SUM_SAME: id = node->a; break;
        case VM_IF: id = node->b; break;
        default: return NULL;
        }
    }
    return NULL;
}

enum { PLACES_SHOWN = 6 }; /* of a fraction that has no end, or none so early */

static bool is_decimal(money_ratio ratio, int decimals)
{
    i128 scaled;
    return i128_mul(ratio.num, i128_pow10(decimals), &scaled) && scaled % ratio.den == 0;
}

static void add_number(text_builder *out, vm_value value, const unit_row *unit)
{
    char digits[MONEY_PRINT_BYTES];
    i128 num = value.num;
    if (unit->is_percent && !i128_mul(num, 100, &num)) num = value.num;
    money_ratio ratio;
    i128 scaled = 0;
    if (!money_ratio_of(num, value.den, &ratio)) {
        text_add_cstr(out, "…");
        return;
    }
    int decimals = unit->decimals;
    if (!is_decimal(ratio, decimals) && decimals < PLACES_SHOWN) decimals = PLACES_SHOWN;
    if (!is_decimal(ratio, decimals)) decimals = PLACES_SHOWN;
    if (!money_ratio_round(ratio, decimals, MONEY_HALF_UP, &scaled)) {
        text_add_cstr(out, "…");
        return;
    }
    if (value.is_approximate || !is_decimal(ratio, decimals)) text_add_cstr(out, "≈");
    int least = unit->decimals_min < decimals ? unit->decimals_min : decimals;
    money_print(scaled, (money_style){ decimals, least, unit->has_separators }, digits);
    text_add_cstr(out, digits);
}

static const char *suffix_of(const unit_row *unit, vm_value value, bool is_chinese)
{
    bool is_one = (value.num == value.den || value.num == -value.den) && !value.is_approximate;
    if (is_chinese) return unit->suffix_zh;
    return is_one && unit->suffix_one ? unit->suffix_one : unit->suffix;
}

static void add_value(text_builder *out, const vm_plan *plan, vm_node_id id, vm_value value,
                      bool is_chinese, bool has_unit)
{
    char digits[64];
    const vm_node *node = &plan->nodes[id];
    switch (node->kind) {
    case VM_BOOL:
        text_add_cstr(out, value.num ? (is_chinese ? "是" : "yes") : (is_chinese ? "否" : "no"));
        break;
    case VM_DAY:
        if (is_chinese) calendar_print_day_zh((int32_t)value.num, digits);
        else calendar_print_day((int32_t)value.num, digits);
        text_add_cstr(out, digits);
        break;
    case VM_MONTH:
        if (is_chinese) calendar_print_month_zh((int32_t)value.num, digits);
        else calendar_print_month((int32_t)value.num, digits);
        text_add_cstr(out, digits);
        break;
    case VM_CODE:
        if (value.num >= 0 && (u128)value.num < plan->code_count)
            text_add_cstr(out, plan->codes[(size_t)value.num]);
        else text_add_format(out, "#%lld", (long long)value.num);
        break;
    default: {
        const unit_row *unit = unit_of(unit_below(plan, id));
        add_number(out, value, unit);
        if (unit->is_percent) text_add_cstr(out, "%");
        else if (has_unit) text_add_cstr(out, suffix_of(unit, value, is_chinese));
        break;
    }
    }
}

text explain_value(arena *a, const vm_plan *plan, vm_node_id node, vm_value value, bool is_chinese)
{
    text_builder out = text_builder_open(a);
    add_value(&out, plan, node, value, is_chinese, true);
    return text_built(&out);
}

text value_bare(arena *a, const vm_plan *plan, vm_node_id node, vm_value value, bool is_chinese)
{
    text_builder out = text_builder_open(a);
    add_value(&out, plan, node, value, is_chinese, false);
    return text_built(&out);
}

text value_reason(const teller *t, uint32_t reason)
{
    text_builder out = text_builder_open(t->memory);
    const vm_reason_row *row = vm_reason_about(VM_REASON_KIND(reason));
    vm_node_id at = VM_REASON_NODE(reason);
    const char *name = at < t->plan->node_count ? explain_origin(t, at)->name : NULL;
    text_add_cstr(&out, explain_say(t, "cannot be computed: ", "不能计算："));
    if (name && VM_REASON_KIND(reason) == VM_NOT_KNOWN) {
        text_add_format(&out, explain_say(t, "%s is not known", "“%s”未知"), name);
        return text_built(&out);
    }
    if (name) text_add_format(&out, explain_say(t, "%s: ", "“%s”"), name);
    text_add_cstr(&out, t->is_chinese ? row->says_zh : row->says);
    return text_built(&out);
}
