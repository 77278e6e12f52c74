#include <string.h>

#include "policy/policy_internal.h"

/* Text ↔ constant of a type. One reader serves table cells, tests, command lines and CSV. */

typedef struct {
    const char *suffix;
    int64_t num, den;
} unit_suffix;

/* Longest first: the first that fits is taken. */
static const unit_suffix MONEY_SUFFIXES[] = {
    { "亿元", 100000000, 1 }, { "万元", 10000, 1 }, { "千元", 1000, 1 }, { "百元", 100, 1 },
    { "元", 1, 1 },           { "角", 1, 10 },      { "分", 1, 100 },    { "亿", 100000000, 1 },
    { "万", 10000, 1 },       { NULL, 0, 0 },
};
static const struct {
    const char *suffix;
    policy_per per;
} PER_SUFFIXES[] = {
    { "/月", POLICY_PER_MONTH }, { "/年", POLICY_PER_YEAR }, { "/日", POLICY_PER_DAY }, { "/天", POLICY_PER_DAY },
};
static const unit_suffix MONTH_SUFFIXES[] = {
    { "个月", 1, 1 },  { "months", 1, 1 }, { "month", 1, 1 }, { "years", 12, 1 },
    { "year", 12, 1 }, { "月", 1, 1 },     { "年", 12, 1 },   { NULL, 0, 0 },
};
static const unit_suffix DAY_SUFFIXES[] = {
    { "天", 1, 1 }, { "日", 1, 1 }, { "days", 1, 1 }, { "day", 1, 1 }, { NULL, 0, 0 },
};
static const unit_suffix YEAR_SUFFIXES[] = { { "年", 1, 1 }, { NULL, 0, 0 } };

static unit_suffix take_suffix(text *t, const unit_suffix *rows)
{
    for (; rows->suffix; rows++)
        if (text_ends(*t, text_of(rows->suffix))) {
            *t = text_trim(text_sub(*t, 0, t->size_bytes - strlen(rows->suffix)));
            return *rows;
        }
    return (unit_suffix){ NULL, 1, 1 };
}

/* 元/月 said of what is 元/年 is another amount, and not the type's. */
static bool take_period(text *t, policy_per per)
{
    for (size_t i = 0; i < ARRAY_COUNT(PER_SUFFIXES); i++)
        if (text_ends(*t, text_of(PER_SUFFIXES[i].suffix))) {
            *t = text_trim(text_sub(*t, 0, t->size_bytes - strlen(PER_SUFFIXES[i].suffix)));
            return PER_SUFFIXES[i].per == per;
        }
    return true;
}

static const char *read_number(const policy_type *type, text t, constant *out)
{
    unit_suffix unit = { NULL, 1, 1 };
    if (type->base == POLICY_MONEY) {
        if (!take_period(&t, type->per)) return "value.bad";
        unit = take_suffix(&t, MONEY_SUFFIXES);
    } else if (type->base == POLICY_MONTHS) {
        unit = take_suffix(&t, MONTH_SUFFIXES);
    } else if (type->base == POLICY_DAYS) {
        unit = take_suffix(&t, DAY_SUFFIXES);
    } else if (type->base == POLICY_YEAR) {
        unit = take_suffix(&t, YEAR_SUFFIXES);
    }
    unsigned allowed = MONEY_ALLOW_SEPARATORS;
    if (types_is_pure(type->base)) allowed |= MONEY_ALLOW_PERCENT;
    money_ratio r;
    if (money_parse_ratio(t, allowed, &r).kind) return "value.bad";
    if (!money_ratio_multiply(r, (money_ratio){ unit.num, unit.den }, &r)) return "value.bad";
    out->num = r.num;
    out->den = r.den;
    return NULL;
}

static bool read_bool(text t, constant *out)
{
    static const struct {
        const char *word;
        bool truth;
    } WORDS[] = {
        { "true", true }, { "false", false }, { "是", true },   { "否", false },
        { "yes", true },  { "no", false },    { "TRUE", true }, { "FALSE", false },
        { "1", true },    { "0", false },     { "真", true },   { "假", false },
    };
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(t, WORDS[i].word)) {
            out->num = WORDS[i].truth;
            return true;
        }
    return false;
}

static bool read_member(arena *a, const policy_book *book, const policy_type *type,
                        const symbol *enumeration, text t, constant *out)
{
    for (size_t m = hash_map_get(book->member_by_name, t); m != SIZE_MAX;
         m = book->members[m].next) {
        const symbol *e = book->members[m].enumeration;
        if (enumeration ? e == enumeration : strcmp(e->public->name, type->enum_name) == 0) {
            out->code = text_of(e->public->members[book->members[m].index]);
            return true;
        }
    }
    text folded = bind_fold_label(a, t);
    for (size_t m = 0; m < book->member_count; m++) {
        const symbol *e = book->members[m].enumeration;
        if (enumeration ? e != enumeration : strcmp(e->public->name, type->enum_name) != 0)
            continue;
        const char *label = e->public->member_labels[book->members[m].index];
        if (!label || !text_equal(bind_fold_label(a, text_of(label)), folded)) continue;
        out->code = text_of(e->public->members[book->members[m].index]);
        return true;
    }
    return false;
}

static text unquoted(text t)
{
    bool is_quoted = t.size_bytes >= 2 && t.bytes[0] == '"' && t.bytes[t.size_bytes - 1] == '"';
    return is_quoted ? text_sub(t, 1, t.size_bytes - 1) : t;
}

static void read_region(arena *a, const policy_book *book, text t, constant *out)
{
    int32_t region = regions_find(book, t);
    out->code = region >= 0 && t.size_bytes ? text_of(book->regions[region].path) : text_copy(a, t);
}

const char *values_read(arena *a, const policy_book *book, const policy_type *type,
                        const symbol *enumeration, text t, constant *out)
{
    t = text_trim(t);
    *out = (constant){ .is_set = true, .den = 1 };
    int32_t point;
    if (types_is_number(type->base)) {
        const char *code = read_number(type, t, out);
        if (code) return code;
        bool is_year =
            type->base != POLICY_YEAR ||
            (out->den == 1 && out->num >= CALENDAR_YEAR_MIN && out->num <= CALENDAR_YEAR_MAX);
        return is_year ? NULL : "value.bad";
    }
    switch (type->base) {
    case POLICY_MONTH:
        if (calendar_parse_month(t, &point).kind) return "value.bad";
        out->num = point;
        return NULL;
    case POLICY_DATE:
        if (calendar_parse_day(t, &point).kind) return "value.bad";
        out->num = point;
        return NULL;
    case POLICY_BOOL: return read_bool(t, out) ? NULL : "value.bad";
    case POLICY_ENUM:
        return read_member(a, book, type, enumeration, unquoted(t), out) ? NULL : "value.member";
    case POLICY_REGION: read_region(a, book, unquoted(t), out); return NULL;
    default: out->code = text_copy(a, unquoted(t)); return NULL;
    }
}

const char *values_example(policy_base_type base)
{
    static const char *const EXAMPLES[] = {
        [POLICY_MONEY] = "1234.50",
        [POLICY_RATE] = "8%",
        [POLICY_NUMBER] = "0.6",
        [POLICY_COUNT] = "3",
        [POLICY_MONTHS] = "180",
        [POLICY_DAYS] = "98",
        [POLICY_YEAR] = "2025",
        [POLICY_MONTH] = "2025-01",
        [POLICY_DATE] = "2025-01-31",
        [POLICY_BOOL] = "true, false",
        [POLICY_TEXT] = "\"text\"",
        [POLICY_REGION] = "\"中国/云南省\"",
        [POLICY_ENUM] = "one of its names",
    };
    return EXAMPLES[base];
}

bool values_store(const constant *value, int decimals, int64_t *stored)
{
    i128 scaled;
    i128 den = value->den ? value->den : 1;
    if (!i128_mul(value->num, i128_pow10(decimals), &scaled)) return false;
    if (scaled % den != 0 || !i128_fits_i64(scaled / den)) return false;
    *stored = (int64_t)(scaled / den);
    return true;
}

const char *values_choices(arena *a, const policy_type *type, const symbol *enumeration)
{
    if (!enumeration) return values_example(type->base);
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < enumeration->public->member_count; i++)
        text_add_format(&b, "%s%s", i ? " " : "", enumeration->public->members[i]);
    return text_built(&b).bytes;
}

const char *values_print(arena *a, const policy_type *type, const constant *value)
{
    char out[MONEY_RATIO_PRINT_BYTES + CALENDAR_PRINT_BYTES];
    money_ratio percent = { value->num, value->den };
    if (type->base == POLICY_RATE && value->den &&
        money_ratio_multiply(percent, (money_ratio){ 100, 1 }, &percent))
        strcpy(out + money_ratio_print(percent, out), "%");
    else if (types_is_number(type->base))
        money_ratio_print((money_ratio){ value->num, value->den ? value->den : 1 }, out);
    else if (type->base == POLICY_MONTH) calendar_print_month((int32_t)value->num, out);
    else if (type->base == POLICY_DATE) calendar_print_day((int32_t)value->num, out);
    else if (type->base == POLICY_BOOL) return value->num ? "true" : "false";
    else return text_cstr(a, value->code);
    return text_cstr(a, text_of(out));
}

/* ---- values written as expressions: `= 60%`, `from 0 to 720` ---- */

static const struct {
    policy_base_type base;
    policy_per per;
} UNITS[] = {
    [UNIT_NONE] = { POLICY_NUMBER, POLICY_PER_NONE },
    [UNIT_YUAN] = { POLICY_MONEY, POLICY_PER_NONE },
    [UNIT_YUAN_PER_DAY] = { POLICY_MONEY, POLICY_PER_DAY },
    [UNIT_YUAN_PER_MONTH] = { POLICY_MONEY, POLICY_PER_MONTH },
    [UNIT_YUAN_PER_YEAR] = { POLICY_MONEY, POLICY_PER_YEAR },
    [UNIT_MONTHS] = { POLICY_MONTHS, POLICY_PER_NONE },
    [UNIT_DAYS] = { POLICY_DAYS, POLICY_PER_NONE },
    [UNIT_YEAR] = { POLICY_YEAR, POLICY_PER_NONE },
    [UNIT_MONTH] = { POLICY_MONTH, POLICY_PER_NONE },
    [UNIT_DATE] = { POLICY_DATE, POLICY_PER_NONE },
};

typing values_unit_type(literal_unit unit)
{
    return (typing){ .base = UNITS[unit].base, .per = UNITS[unit].per };
}

static bool refuse(policy_book *book, const char *code, const expr *e, const policy_type *type)
{
    mistakes_add(book->mistakes, code, e->at, text_of(type->text),
                 text_of(values_example(type->base)), TEXT_NONE);
    return false;
}

static bool is_unit_of(literal_unit unit, const policy_type *type)
{
    if (unit == UNIT_NONE) return true;
    if (UNITS[unit].base != type->base) return false;
    return type->base != POLICY_MONEY || UNITS[unit].per == type->per ||
           UNITS[unit].per == POLICY_PER_NONE;
}

static bool number_of_expr(policy_book *book, const expr *e, const policy_type *type,
                           money_ratio *out)
{
    money_ratio right;
    if (e->kind == EXPR_NUMBER) {
        if (!is_unit_of(e->unit, type)) return refuse(book, "value.unit", e, type);
        *out = (money_ratio){ e->num, e->den };
        return true;
    }
    if (e->kind == EXPR_POINT && e->unit == UNIT_YEAR && type->base == POLICY_YEAR) {
        *out = (money_ratio){ e->point, 1 };
        return true;
    }
    if (e->kind == EXPR_UNARY && e->op == OP_NEG) {
        if (!number_of_expr(book, e->args[0], type, out)) return false;
        out->num = -out->num;
        return true;
    }
    if (e->kind != EXPR_BINARY || !types_is_pure(type->base))
        return refuse(book, "value.not_constant", e, type);
    if (!number_of_expr(book, e->args[0], type, out) ||
        !number_of_expr(book, e->args[1], type, &right))
        return false;
    bool is_fine = false;
    if (e->op == OP_SUB) right.num = -right.num;
    if (e->op == OP_ADD || e->op == OP_SUB) is_fine = money_ratio_add(*out, right, out);
    if (e->op == OP_MUL) is_fine = money_ratio_multiply(*out, right, out);
    if (e->op == OP_DIV && right.num != 0)
        is_fine =
            money_ratio_of(right.den, right.num, &right) && money_ratio_multiply(*out, right, out);
    return is_fine || refuse(book, "value.not_constant", e, type);
}

static bool is_stored(policy_book *book, const expr *e, const policy_type *type,
                      const constant *value)
{
    int64_t stored;
    if (!type->is_exact && !values_store(value, type->decimals, &stored)) {
        mistakes_add(book->mistakes, "value.decimals", e->at,
                     text_of(values_print(book->memory, type, value)), text_of(type->text),
                     text_format(book->memory, "%d", type->decimals));
        return false;
    }
    if (!type->is_exact && (stored < type->min || stored > type->max)) {
        mistakes_add(book->mistakes, "value.out_of_bounds", e->at,
                     text_of(values_print(book->memory, type, value)), text_of(type->text),
                     TEXT_NONE);
        return false;
    }
    return true;
}

bool values_of_expr(policy_book *book, const pack *from, const expr *e, const policy_type *type,
                    const symbol *enumeration, constant *out)
{
    (void)from;
    *out = (constant){ .is_set = true, .den = 1 };
    if (types_is_number(type->base)) {
        money_ratio r;
        if (!number_of_expr(book, e, type, &r)) return false;
        out->num = r.num;
        out->den = r.den;
        return is_stored(book, e, type, out);
    }
    if (type->base == POLICY_MONTH || type->base == POLICY_DATE) {
        if (e->kind != EXPR_POINT || UNITS[e->unit].base != type->base)
            return refuse(book, "value.not_constant", e, type);
        out->num = e->point;
        return true;
    }
    if (type->base == POLICY_BOOL && e->kind == EXPR_BOOL) {
        out->num = e->truth;
        return true;
    }
    text name = e->kind == EXPR_NAME ? e->name.bytes : e->kind == EXPR_TEXT ? e->string : TEXT_NONE;
    if (!name.bytes || type->base == POLICY_BOOL)
        return refuse(book, "value.not_constant", e, type);
    const char *code = values_read(book->memory, book, type, enumeration, name, out);
    if (code)
        mistakes_add(book->mistakes, code, e->at, name, text_of(type->text),
                     text_of(values_choices(book->memory, type, enumeration)));
    return code == NULL;
}
