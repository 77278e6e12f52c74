#include "vm/vm_internal.h"

static const vm_op_row OPS[] = {
    /*                       name              reads                          reads_zh                        args */
    [VM_CONST]          = { "const",          "{value}",                     "{value}",                      0 },
    [VM_INPUT]          = { "input",          "{name}",                      "{name}",                       0 },
    [VM_UNKNOWN]        = { "unknown",        "unknown",                     "未知",                         0 },
    [VM_FAIL]           = { "fail",           "cannot be computed",          "不能计算",                     0 },
    [VM_CARRY]          = { "carry",          "the value so far",            "此前的值",                     0 },
    [VM_ADD]            = { "add",            "{a} + {b}",                   "{a} 加 {b}",                   2 },
    [VM_SUB]            = { "sub",            "{a} - {b}",                   "{a} 减 {b}",                   2 },
    [VM_MUL]            = { "mul",            "{a} * {b}",                   "{a} 乘以 {b}",                 2 },
    [VM_DIV]            = { "div",            "{a} / {b}",                   "{a} 除以 {b}",                 2 },
    [VM_NEG]            = { "neg",            "-{a}",                        "负 {a}",                       1 },
    [VM_ABS]            = { "abs",            "size of {a}",                 "{a} 的绝对值",                 1 },
    [VM_MIN]            = { "min",            "the lesser of {a} and {b}",   "{a} 与 {b} 中较小者",          2 },
    [VM_MAX]            = { "max",            "the greater of {a} and {b}",  "{a} 与 {b} 中较大者",          2 },
    [VM_ROUND]          = { "round",          "{a} rounded",                 "{a} 取整",                     1 },
    [VM_BOUND]          = { "bound",          "{a}",                         "{a}",                          1 },
    [VM_EQ]             = { "eq",             "{a} = {b}",                   "{a} 等于 {b}",                 2 },
    [VM_NE]             = { "ne",             "{a} is not {b}",              "{a} 不等于 {b}",               2 },
    [VM_LT]             = { "lt",             "{a} < {b}",                   "{a} 小于 {b}",                 2 },
    [VM_LE]             = { "le",             "{a} <= {b}",                  "{a} 不大于 {b}",               2 },
    [VM_GT]             = { "gt",             "{a} > {b}",                   "{a} 大于 {b}",                 2 },
    [VM_GE]             = { "ge",             "{a} >= {b}",                  "{a} 不小于 {b}",               2 },
    [VM_AND]            = { "and",            "{a} and {b}",                 "{a} 且 {b}",                   2 },
    [VM_OR]             = { "or",             "{a} or {b}",                  "{a} 或 {b}",                   2 },
    [VM_NOT]            = { "not",            "not {a}",                     "非 {a}",                       1 },
    [VM_IF]             = { "if",             "{b} if {a}, else {c}",        "如 {a} 则 {b}，否则 {c}",      3 },
    [VM_KNOWN]          = { "known",          "{a} is known",                "{a} 已知",                     1 },
    [VM_ELSE]           = { "else",           "{a}, or {b} if not known",    "{a}，未知时为 {b}",            2 },
    [VM_MONTH_OF_DAY]   = { "month_of_day",   "the month of {a}",            "{a} 所在月",                   1 },
    [VM_YEAR_OF_MONTH]  = { "year_of_month",  "the year of {a}",             "{a} 的年份",                   1 },
    [VM_MONTH_IN_YEAR]  = { "month_in_year",  "the month of year of {a}",    "{a} 是几月",                   1 },
    [VM_DAY_IN_MONTH]   = { "day_in_month",   "the day of month of {a}",     "{a} 是几日",                   1 },
    [VM_FIRST_DAY]      = { "first_day",      "the first day of {a}",        "{a} 的第一天",                 1 },
    [VM_LAST_DAY]       = { "last_day",       "the last day of {a}",         "{a} 的最后一天",               1 },
    [VM_MONTH_FROM]     = { "month_from",     "month {b} of year {a}",       "{a} 年 {b} 月",                2 },
    [VM_MONTH_ADD]      = { "month_add",      "{b} months after {a}",        "{a} 后 {b} 个月",              2 },
    [VM_MONTH_DIFF]     = { "month_diff",     "months from {b} to {a}",      "{b} 至 {a} 的月数",            2 },
    [VM_DAY_ADD]        = { "day_add",        "{b} days after {a}",          "{a} 后 {b} 天",                2 },
    [VM_DAY_DIFF]       = { "day_diff",       "days from {b} to {a}",        "{b} 至 {a} 的天数",            2 },
    [VM_DAY_ADD_MONTHS] = { "day_add_months", "{b} months after {a}",        "{a} 后 {b} 个月",              2 },
    [VM_FULL_MONTHS]    = { "full_months",    "full months from {a} to {b}", "{a} 至 {b} 的足月数",          2 },
    [VM_LOOKUP]         = { "lookup",         "{name} at {a}",               "{name} 在 {a} 处的值",         3 },
    [VM_SPREAD]         = { "spread",         "{a}",                         "{a}",                          1 },
    [VM_SUM]            = { "sum",            "sum of {a} where {b}",        "{b} 的 {a} 合计",              2 },
    [VM_COUNT]          = { "count",          "number of {a}",               "{a} 的个数",                   1 },
    [VM_AGG_MIN]        = { "agg_min",        "least {a} where {b}",         "{b} 的 {a} 最小值",            2 },
    [VM_AGG_MAX]        = { "agg_max",        "greatest {a} where {b}",      "{b} 的 {a} 最大值",            2 },
    [VM_FIRST]          = { "first",          "first {a} where {b}",         "{b} 的第一个 {a}",             2 },
    [VM_LAST]           = { "last",           "last {a} where {b}",          "{b} 的最后一个 {a}",           2 },
    [VM_ANY]            = { "any",            "some {a} where {b}",          "{b} 中有 {a}",                 2 },
    [VM_ALL]            = { "all",            "every {a} where {b}",         "{b} 中全部 {a}",               2 },
    [VM_FOLD]           = { "fold",           "{a} row by row from {c}",     "自 {c} 起逐行 {a}",            3 },
    [VM_PREVIOUS]       = { "previous",       "{a} of the row before",       "上一行的 {a}",                 1 },
    [VM_SUM_SAME]       = { "sum_same",       "sum of {a} of the same {c}",  "同一 {c} 的 {a} 合计",         3 },
    [VM_ROW_INDEX]      = { "row_index",      "number of the row",           "行号",                         0 },
};
_Static_assert(ARRAY_COUNT(OPS) == VM_OP_COUNT, "an operator has no row");

static const vm_reason_row REASONS[] = {
    /*                       code                 says                                               says_zh */
    [VM_OK]                = { "ok",                "has a value",                                     "有值" },
    [VM_NOT_KNOWN]         = { "not_known",         "a needed fact is not known",                      "所需事实未知" },
    [VM_EMPTY]             = { "empty",             "there is no row to take a value from",            "没有可取值的行" },
    [VM_OVERFLOW]          = { "overflow",          "the result is outside the bounds of its type",    "结果超出该类型的范围" },
    [VM_DIVIDED_BY_ZERO]   = { "divided_by_zero",   "division by zero",                                "除数为零" },
    [VM_OUT_OF_RANGE]      = { "out_of_range",      "an input is outside its stated bounds",           "输入超出规定范围" },
    [VM_BAD_CELL]          = { "bad_cell",          "an input could not be read",                      "输入无法读取" },
    [VM_NOT_IN_TABLE]      = { "not_in_table",      "the table has no row for this key",               "表中没有对应的行" },
    [VM_NOT_IN_FORCE]      = { "not_in_force",      "no version of the rule holds at that date",       "该日期没有有效的规定" },
    [VM_NOT_SET]           = { "not_set",           "the region has not set a local parameter",        "本地区未设定该参数" },
    [VM_DATE_OUT_OF_RANGE] = { "date_out_of_range", "a date is outside 1800 to 2299",                  "日期超出1800年至2299年" },
    [VM_CLASH]             = { "clash",             "two exceptions of one rule hold at once",         "同一规则的两个例外同时成立" },
    [VM_TOO_MANY_ROWS]     = { "too_many_rows",     "one subject has more rows than allowed",          "一个对象的行数超过上限" },
};
_Static_assert(ARRAY_COUNT(REASONS) == VM_REASON_KIND_COUNT, "a reason has no row");

const vm_op_row *vm_op_about(vm_op op)
{
    assert(op < VM_OP_COUNT);
    return &OPS[op];
}

const vm_reason_row *vm_reason_about(vm_reason_kind kind)
{
    assert(kind < VM_REASON_KIND_COUNT);
    return &REASONS[kind];
}
