#include "policy/literal.h"

#include "calendar/calendar.h"

enum { DIGITS_MAX = 30 }; /* as read, and in 元; so that × 万亿 still fits 128 bits */

typedef enum { WORD_UNIT, WORD_YEARS, WORD_MONTH_ALONE } word_kind;

typedef struct {
    const char *spelling;
    word_kind kind;
    literal_unit unit;
    int64_t num, den;
    bool is_round_unit; /* may stand without a number after `round to` */
} unit_row;

static const unit_row UNITS[] = {
    { "元", WORD_UNIT, UNIT_YUAN, 1, 1, true },
    { "角", WORD_UNIT, UNIT_YUAN, 1, 10, true },
    { "分", WORD_UNIT, UNIT_YUAN, 1, 100, true },
    { "十元", WORD_UNIT, UNIT_YUAN, 10, 1, true },
    { "百元", WORD_UNIT, UNIT_YUAN, 100, 1, true },
    { "千元", WORD_UNIT, UNIT_YUAN, 1000, 1, true },
    { "万元", WORD_UNIT, UNIT_YUAN, 10000, 1, true },
    { "百万元", WORD_UNIT, UNIT_YUAN, 1000000, 1, false },
    { "千万元", WORD_UNIT, UNIT_YUAN, 10000000, 1, false },
    { "亿元", WORD_UNIT, UNIT_YUAN, 100000000, 1, true },
    { "万亿元", WORD_UNIT, UNIT_YUAN, 1000000000000, 1, false },
    { "yuan", WORD_UNIT, UNIT_YUAN, 1, 1, true },
    { "jiao", WORD_UNIT, UNIT_YUAN, 1, 10, true },
    { "fen", WORD_UNIT, UNIT_YUAN, 1, 100, true },
    { "万", WORD_UNIT, UNIT_NONE, 10000, 1, false },
    { "亿", WORD_UNIT, UNIT_NONE, 100000000, 1, false },
    { "倍", WORD_UNIT, UNIT_NONE, 1, 1, false },
    { "个月", WORD_UNIT, UNIT_MONTHS, 1, 1, false },
    { "months", WORD_UNIT, UNIT_MONTHS, 1, 1, false },
    { "month", WORD_UNIT, UNIT_MONTHS, 1, 1, false },
    { "年", WORD_YEARS, UNIT_MONTHS, 12, 1, false },
    { "years", WORD_UNIT, UNIT_MONTHS, 12, 1, false },
    { "year", WORD_UNIT, UNIT_MONTHS, 12, 1, false },
    { "天", WORD_UNIT, UNIT_DAYS, 1, 1, false },
    { "日", WORD_UNIT, UNIT_DAYS, 1, 1, false },
    { "days", WORD_UNIT, UNIT_DAYS, 1, 1, false },
    { "day", WORD_UNIT, UNIT_DAYS, 1, 1, false },
    { "月", WORD_MONTH_ALONE, UNIT_NONE, 1, 1, false },
};

typedef struct {
    const char *spelling;
    literal_unit unit;
} per_row;

static const per_row PERS[] = {
    { "日", UNIT_YUAN_PER_DAY },     { "天", UNIT_YUAN_PER_DAY },
    { "day", UNIT_YUAN_PER_DAY },    { "月", UNIT_YUAN_PER_MONTH },
    { "month", UNIT_YUAN_PER_MONTH }, { "年", UNIT_YUAN_PER_YEAR },
    { "year", UNIT_YUAN_PER_YEAR },
};

/* ---- reading forward ---- */

static uint32_t peek(text t, size_t at, size_t *next)
{
    *next = at;
    return at < t.size_bytes ? lexer_fold(text_next_rune(t, next)) : 0;
}

static size_t skip_blanks(text t, size_t at)
{
    size_t next;
    for (uint32_t r = peek(t, at, &next); r == ' ' || r == '\t'; r = peek(t, at, &next)) at = next;
    return at;
}

/* A run of name characters from `at` on. */
static text name_run(text t, size_t at)
{
    size_t until = at;
    while (until < t.size_bytes) {
        size_t next = until;
        if (!lexer_is_name_rune(text_next_rune(t, &next), false)) break;
        until = next;
    }
    return text_sub(t, at, until);
}

typedef struct {
    i128 value;
    int count;    /* digits read */
    size_t until; /* after them */
} digits;

/* Goes on with a value of `so_far`, that has `count_before` digits. */
static digits read_on(text t, size_t at, i128 so_far, int count_before)
{
    digits d = { so_far, 0, at };
    size_t next;
    for (uint32_t r = peek(t, at, &next); r >= '0' && r <= '9'; r = peek(t, d.until, &next)) {
        if (++d.count + count_before <= DIGITS_MAX) d.value = d.value * 10 + (r - '0');
        d.until = next;
    }
    return d;
}

static digits read_digits(text t, size_t at)
{
    return read_on(t, at, 0, 0);
}

/* ---- points in time ---- */

static bool is_year(const digits *d)
{
    return d->count == 4 && d->value >= CALENDAR_YEAR_MIN && d->value <= CALENDAR_YEAR_MAX;
}

static literal_reading point_of(literal_unit unit, int32_t point, size_t size_bytes)
{
    literal_reading done = { .size_bytes = size_bytes };
    done.value = (lexer_literal){ .unit = unit, .is_point = true, .point = point };
    return done;
}

static literal_reading mistaken(const char *code, text t, size_t size_bytes)
{
    return (literal_reading){ .size_bytes = size_bytes, .mistake = code,
                              .hole = text_sub(t, 0, size_bytes) };
}

static literal_reading day_or_month(text t, i128 year, const digits *month, const digits *day,
                                    size_t size_bytes)
{
    int32_t found;
    bool is_month = month->value >= 1 && month->value <= 12;
    if (!day && is_month)
        return point_of(UNIT_MONTH, calendar_month_of((int32_t)year, (int32_t)month->value),
                        size_bytes);
    if (day && is_month && day->count <= 2 &&
        calendar_day_of((int32_t)year, (int32_t)month->value, (int32_t)day->value, &found))
        return point_of(UNIT_DATE, found, size_bytes);
    return mistaken("literal.no_such_date", t, size_bytes);
}

/* 2025-01 and 2025-01-01; false when it is a number and a minus. */
static bool read_iso(text t, const digits *year, literal_reading *done)
{
    size_t next, after;
    if (!is_year(year) || peek(t, year->until, &next) != '-') return false;
    digits month = read_digits(t, next);
    if (month.count == 0 || month.count > 2) return false;
    bool has_day = peek(t, month.until, &after) == '-';
    digits day = has_day ? read_digits(t, after) : (digits){ 0, 0, month.until };
    if (day.count == 0) day.until = month.until;
    if (month.count != 2 || (day.count != 0 && day.count != 2)) {
        *done = mistaken("literal.date_form", t, day.until);
        return true;
    }
    *done = day_or_month(t, year->value, &month, day.count ? &day : NULL, day.until);
    return true;
}

/* 2025年, 2025年1月, 2025年1月1日; false when it is another unit. */
static bool read_chinese(text t, const digits *year, literal_reading *done)
{
    static const text YEAR = { "年", 3 }, MONTH = { "月", 3 }, DAY = { "日", 3 };
    text rest = text_sub(t, year->until, t.size_bytes);
    if (!is_year(year) || !text_begins(rest, YEAR)) return false;
    size_t after_year = year->until + YEAR.size_bytes;
    digits month = read_digits(t, after_year);
    if (month.count == 0) {
        if (!text_equal(name_run(t, year->until), YEAR)) return false;
        *done = point_of(UNIT_YEAR, (int32_t)year->value, after_year);
        return true;
    }
    if (month.count > 2 || !text_begins(text_sub(t, month.until, t.size_bytes), MONTH)) return false;
    size_t after_month = month.until + MONTH.size_bytes;
    digits day = read_digits(t, after_month);
    bool has_day = day.count && text_begins(text_sub(t, day.until, t.size_bytes), DAY);
    size_t size_bytes = has_day ? day.until + DAY.size_bytes : after_month;
    *done = day_or_month(t, year->value, &month, has_day ? &day : NULL, size_bytes);
    return true;
}

/* ---- numbers ---- */

static const unit_row *unit_of(text t)
{
    for (size_t i = 0; i < ARRAY_COUNT(UNITS); i++)
        if (text_equal_cstr(t, UNITS[i].spelling)) return &UNITS[i];
    return NULL;
}

static bool scale(lexer_literal *value, i128 num, i128 den)
{
    i128 shared = i128_gcd(value->num, den), other = i128_gcd(num, value->den);
    if (!i128_mul(value->num / shared, num / other, &value->num)) return false;
    if (!i128_mul(value->den / other, den / shared, &value->den)) return false;
    i128 common = i128_gcd(value->num, value->den);
    value->num /= common;
    value->den /= common;
    return true;
}

/* Whether it can be written with DIGITS_MAX digits in its own unit. */
static bool is_short(const lexer_literal *value)
{
    lexer_literal shown = *value;
    int decimals = 0, digits_count = 1;
    if (value->is_percent && !scale(&shown, 100, 1)) return false;
    for (; shown.den > 1 && decimals <= DIGITS_MAX; decimals++)
        if (!scale(&shown, 10, 1)) return false;
    for (i128 rest = shown.num; rest >= 10; rest /= 10) digits_count++;
    return shown.den == 1 && digits_count <= DIGITS_MAX && decimals < DIGITS_MAX;
}

/* After 元 and its like: /月, or " per month". */
static void read_per(text t, literal_reading *done)
{
    size_t next, at = done->size_bytes;
    if (peek(t, at, &next) == '/') {
        at = next;
    } else {
        at = skip_blanks(t, at);
        text per = name_run(t, at);
        if (!text_equal_cstr(per, "per")) return;
        at = skip_blanks(t, at + per.size_bytes);
    }
    text run = name_run(t, at);
    for (size_t i = 0; i < ARRAY_COUNT(PERS); i++)
        if (text_equal_cstr(run, PERS[i].spelling)) {
            done->value.unit = PERS[i].unit;
            done->size_bytes = at + run.size_bytes;
        }
}

static literal_reading read_unit(text t, literal_reading done)
{
    size_t next, at = skip_blanks(t, done.size_bytes);
    bool is_adjacent = at == done.size_bytes;
    uint32_t rune = peek(t, at, &next);
    if (rune == '%' || rune == 0x2030) {
        done.value.is_percent = true;
        done.size_bytes = next;
        bool is_kept = scale(&done.value, 1, rune == '%' ? 100 : 1000) && is_short(&done.value);
        return is_kept ? done : mistaken("literal.too_long", t, next);
    }
    text run = name_run(t, at);
    if (run.size_bytes == 0) return done;
    const unit_row *unit = unit_of(run);
    if (!unit) {
        if (!is_adjacent) return done;
        literal_reading bad = mistaken("literal.unit", t, at + run.size_bytes);
        bad.hole = run;
        return bad;
    }
    if (unit->kind == WORD_MONTH_ALONE)
        return mistaken("literal.month_alone", t, at + run.size_bytes);
    done.value.unit = unit->unit;
    done.size_bytes = at + run.size_bytes;
    if (!scale(&done.value, unit->num, unit->den) || !is_short(&done.value))
        return mistaken("literal.too_long", t, done.size_bytes);
    if (unit->unit == UNIT_YUAN) read_per(t, &done);
    return done;
}

literal_reading literal_read(text t)
{
    literal_reading done;
    digits whole = read_digits(t, 0);
    if (read_iso(t, &whole, &done) || read_chinese(t, &whole, &done)) return done;
    size_t next, after;
    digits part = { whole.value, 0, whole.until };
    if (peek(t, whole.until, &next) == '.') {
        uint32_t rune = peek(t, next, &after);
        if (rune >= '0' && rune <= '9')
            part = read_on(t, next, whole.value, whole.count);
    }
    if (whole.count + part.count > DIGITS_MAX) return mistaken("literal.too_long", t, part.until);
    done = (literal_reading){ .size_bytes = part.until };
    done.value.num = part.value;
    done.value.den = 1;
    (void)scale(&done.value, 1, i128_pow10(part.count));
    return read_unit(t, done);
}

bool literal_round_unit(text t, lexer_literal *out)
{
    const unit_row *unit = unit_of(t);
    if (!unit || !unit->is_round_unit) return false;
    *out = (lexer_literal){ .unit = unit->unit, .num = 1, .den = 1 };
    return scale(out, unit->num, unit->den);
}
