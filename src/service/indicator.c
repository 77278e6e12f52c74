#include "service/indicator.h"

#include <string.h>

#include "calendar/calendar.h"
#include "service/adopt.h"
#include "service/decide_internal.h"
#include "service/ledger.h"
#include "service/places.h"
#include "service/scope.h"

const err_kind INDICATOR_NONE = {
    "indicator.none", ERR_NOT_FOUND,
    "No indicator of packs/adapters/office-indicator.csv holds in {}; the region's pack declares them, and rows of that table say what they are made of.",
    "packs/adapters/office-indicator.csv 中没有适用于 {} 的指标；由本地区的政策包声明指标，并在该表写明取数。"
};
const err_kind INDICATOR_UNKNOWN = {
    "indicator.unknown", ERR_NOT_FOUND,
    "There is no indicator {} here; doudi indicator list shows those there are.",
    "本地没有指标 {}；用 doudi indicator list 查看。"
};
const err_kind INDICATOR_NO_MONTH = {
    "indicator.no_month", ERR_NOT_FOUND,
    "Nothing was computed for {}; doudi indicator run --month computes it.",
    "{} 尚未计算；请先用 doudi indicator run --month 计算。"
};
const err_kind INDICATOR_NO_PLACE = {
    "indicator.no_place", ERR_BAD_INPUT,
    "{} is no place: give the digits of a county (6), a township (9) or a village (12).",
    "{} 不是区划代码：县 6 位、乡镇 9 位、村 12 位。"
};

/* ---- plans ---- */

/* Whether what a pack says holds here: its region is this one, or one above it. */
static bool holds_in(text region, const char *above)
{
    text pack = text_of(above);
    return text_begins(region, pack) && (region.size_bytes == pack.size_bytes || region.bytes[pack.size_bytes] == '/');
}

static bool is_of_region(const decide_law *law, text purpose, text region)
{
    const decide_row *row;
    for (size_t at = 0; (row = decide_table_next(law->table, purpose, &at));) {
        if (row->way != DECIDE_WAY_OUT) continue;
        const policy_symbol *s = decide_plan_target(NULL, law->book, row->cell[DECIDE_CELL_TARGET]);
        if (s && s->kind == POLICY_SYMBOL_INDICATOR && !holds_in(region, s->region)) return false;
    }
    return true;
}

err indicator_plans_open(month_call *m, indicator_plans *plans)
{
    const decide_law *law;
    size_t count;
    *plans = (indicator_plans){ 0 };
    TRY(decide_law_open(m->call, &law));
    TRY(adopt_need(m->office));
    const char *const *all = decide_purposes(law, &count);
    plans->items = ARENA_ARRAY(m->memory, indicator_plan, count + 1);
    for (size_t i = 0; i < count; i++) {
        indicator_plan *p = &plans->items[plans->count];
        decide_request asked = { .purpose = text_of(all[i]), .on_day = calendar_last_day_of_month(m->month), .region = m->region };
        if (!text_begins(asked.purpose, TEXT("indicator.")) || !is_of_region(law, asked.purpose, m->region)) continue;
        TRY(decide_plan_open(m->memory, law, &asked, &p->plan));
        p->purpose = asked.purpose;
        p->with = decide_open(m->memory, p->plan);
        plans->count++;
    }
    return plans->count ? ERR_NONE : err_of(&INDICATOR_NONE, text_cstr(m->call->request, m->region));
}

static const policy_indicator *said_of(const policy_indicator *said, size_t count, const policy_symbol *symbol)
{
    for (size_t i = 0; symbol && i < count; i++)
        if (service_is_same(said[i].symbol, symbol)) return &said[i];
    return NULL;
}

err indicator_all(month_call *m, const indicator_plans *plans, indicator_one **ones, size_t *count)
{
    size_t said_count, capacity = 0;
    *ones = NULL;
    *count = 0;
    for (size_t p = 0; p < plans->count; p++) {
        const decide_plan *plan = plans->items[p].plan;
        const policy_book *book = decide_law_book(plan->law);
        const policy_indicator *said = policy_indicators(m->memory, book, &said_count);
        for (size_t i = 0; i < plan->answer_count; i++) {
            const policy_symbol *symbol = decide_plan_target(m->memory, book, text_of(plan->answers[i].variable));
            indicator_one one = { &plans->items[p], i, said_of(said, said_count, symbol), NULL };
            if (!one.said) continue;
            one.name = text_format(m->memory, "%s.%s", symbol->pack, symbol->name).bytes;
            ARENA_PUSH(m->memory, *ones, *count, capacity, one);
        }
    }
    return ERR_NONE;
}

err indicator_find(const month_call *m, const indicator_one *ones, size_t count, text said, const indicator_one **one)
{
    const char **names = ARENA_ARRAY(m->memory, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = ones[i].said->symbol;
        names[i] = s->name;
        if (!text_equal_cstr(said, s->name) && !text_equal_cstr(said, ones[i].name) &&
            !text_equal_cstr(said, ones[i].plan->plan->answers[ones[i].answer].key))
            continue;
        *one = &ones[i];
        return ERR_NONE;
    }
    const char *near = service_nearest(m->memory, said, names, count);
    text shown = near ? text_format(m->memory, "%.*s (→ %s?)", TEXT_ARG(said), near) : said;
    return err_of(&INDICATOR_UNKNOWN, text_cstr(m->call->request, shown));
}

text indicator_title(const service_call *call, const indicator_one *one)
{
    const policy_symbol *s = one->said->symbol;
    return text_of(call->is_chinese || !s->label ? s->name : s->label);
}

text indicator_value_text(arena *a, const indicator_one *one, int64_t stored)
{
    enum { PERCENT_PLACES = 6 }; /* rates are stored by 10^8 */
    char shown[CODEC_SCALED_BYTES];
    if (one->plan->plan->answers[one->answer].type->base == POLICY_RATE) {
        size_t size = codec_print_scaled(stored, PERCENT_PLACES, shown);
        while (shown[size - 1] == '0') size--;
        size -= shown[size - 1] == '.';
        return text_format(a, "%.*s%%", (int)size, shown);
    }
    return text_copy(a, decide_word(one->plan->with, one->answer, stored));
}

/* ---- places ---- */

enum { COUNTY = 6, TOWN = 9, VILLAGE = 12, VILLAGES = 1000, TOWNS = 1000000 };

int64_t indicator_own_place(const month_call *m)
{
    return m->region_code * TOWNS;
}

err indicator_place_asked(const month_call *m, int64_t *place)
{
    scope_span span;
    text said = service_text_of(m->call, "place", TEXT_NONE);
    TRY(scope_of(m->office, &span));
    scope_say(m->call, span);
    if (span.until && !said.size_bytes) said = scope_text(m->call->request, span);
    TRY(indicator_place_of(m, said, place));
    bool holds = scope_has_place(span, *place) && !(span.until && said.size_bytes == COUNTY);
    return holds ? ERR_NONE : err_of(&SCOPE_OTHER, scope_text(m->call->request, span).bytes);
}

err indicator_place_of(const month_call *m, text said, int64_t *place)
{
    int64_t code = 0;
    bool is_place = said.size_bytes == COUNTY || said.size_bytes == TOWN || said.size_bytes == VILLAGE;
    *place = m->region_code * TOWNS;
    if (!said.size_bytes) return ERR_NONE;
    for (size_t i = 0; is_place && i < said.size_bytes; i++) {
        is_place = said.bytes[i] >= '0' && said.bytes[i] <= '9';
        code = code * 10 + (said.bytes[i] - '0');
    }
    if (!is_place) return err_of(&INDICATOR_NO_PLACE, text_cstr(m->call->request, said));
    for (size_t i = said.size_bytes; i < VILLAGE; i++) code *= 10;
    *place = code;
    return ERR_NONE;
}

text indicator_place_text(arena *a, int64_t place)
{
    while (place >= TOWNS && place % VILLAGES == 0) place /= VILLAGES;
    return place > 0 ? text_format(a, "%lld", (long long)place) : TEXT("-");
}

indicator_level indicator_level_of(const month_call *m, int64_t place)
{
    if (place == m->region_code * TOWNS) return INDICATOR_COUNTY;
    if (m->region_code && place / TOWNS != m->region_code) return INDICATOR_ELSEWHERE;
    return place % VILLAGES ? INDICATOR_VILLAGE : INDICATOR_TOWN;
}

struct indicator_names {
    const month_call *m;
    places *said;
};

err indicator_names_open(month_call *m, indicator_names **names)
{
    indicator_names *n = *names = ARENA_NEW(m->memory, indicator_names);
    *n = (indicator_names){ .m = m };
    return places_open(m->office, m->month, &n->said);
}

text indicator_name_of(const indicator_names *names, int64_t place)
{
    text said = places_name(names->said, place);
    if (said.size_bytes) return said;
    if (indicator_level_of(names->m, place) == INDICATOR_COUNTY)
        return text_of(service_say(names->m->call, "the whole county", "全县"));
    return indicator_place_text(names->m->memory, place);
}

/* ---- goals ---- */

const char *indicator_state_code(indicator_state state)
{
    static const char *const CODES[] = { "none", "reached", "on_way", "later", "behind" };
    return CODES[state];
}

const char *indicator_state_word(const service_call *call, indicator_state state)
{
    static const char *const EN[] = { "no goal", "reached", "on its way", "not due yet", "behind" };
    static const char *const ZH[] = { "未定目标", "已达标", "按进度可达标", "未到期", "滞后" };
    return service_say(call, EN[state], ZH[state]);
}

/* The goal in force, or the first to come. One that comes later than another in force, and asks for no more, is none
 * to come: what is wanted now is what is told. */
static const policy_target *target_at(const policy_indicator *said, int32_t day)
{
    const policy_target *now = NULL;
    for (size_t i = 0; i < said->target_count; i++)
        if (said->targets[i].since_day <= day) now = &said->targets[i];
    if (now) return now;
    return said->target_count ? &said->targets[0] : NULL;
}

/* The next after it that asks for another figure; NULL: none. */
static const policy_target *target_after(const policy_indicator *said, const policy_target *now)
{
    for (size_t i = 0; i < said->target_count; i++)
        if (said->targets[i].since_day > now->since_day && said->targets[i].stored != now->stored) return &said->targets[i];
    return NULL;
}

/* What warns above wants less, else more. */
static bool is_enough(const policy_indicator *said, int64_t value, int64_t goal)
{
    return said->has_above && !said->has_below ? value <= goal : value >= goal;
}

/* Rounded towards what was: a forecast promises nothing it does not hold. */
static bool forecast_of(const gauge_value *path, size_t count, int32_t month, int64_t *forecast)
{
    const gauge_value *first = NULL, *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!path[i].is_known) continue;
        if (!first) first = &path[i];
        last = &path[i];
    }
    if (!last || last == first || month <= last->month) return false;
    i128 grown = (i128)(last->value - first->value) * (month - last->month);
    i128 whole = last->value + grown / (last->month - first->month);
    if (!i128_fits_i64(whole)) return false;
    *forecast = (int64_t)whole;
    return true;
}

indicator_goal indicator_goal_of(const indicator_one *one, const gauge_value *path, size_t count)
{
    const policy_indicator *said = one->said;
    const gauge_value *now = count ? &path[count - 1] : NULL;
    indicator_goal g = { 0 };
    if (!now || !now->is_known) return g;
    g.is_alarm = (said->has_below && now->value < said->below) || (said->has_above && now->value > said->above);
    int32_t day = calendar_last_day_of_month(now->month);
    const policy_target *target = target_at(said, day);
    if (!target) return g;
    bool is_met = is_enough(said, now->value, target->stored), is_now = target->since_day <= day;
    const policy_target *next = is_met && is_now ? target_after(said, target) : NULL;
    if (next) target = next;
    is_met = is_enough(said, now->value, target->stored);
    g.has_goal = true;
    g.goal = target->stored;
    g.goal_day = target->since_day;
    g.gap = target->stored - now->value;
    if (target->since_day > day)
        g.has_forecast = forecast_of(path, count, calendar_month_of_day(target->since_day), &g.forecast);
    bool will_be = g.has_forecast && is_enough(said, g.forecast, target->stored);
    bool is_later = target->since_day > day && !g.has_forecast;
    g.state = is_met ? INDICATOR_REACHED : is_later ? INDICATOR_LATER : will_be ? INDICATOR_ON_WAY : INDICATOR_BEHIND;
    return g;
}
