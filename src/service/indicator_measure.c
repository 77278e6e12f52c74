/* What each indicator comes to in each place: facts as columns, a lane a place, computed by the packs' plan and kept. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "money/money.h"
#include "service/decide_internal.h"
#include "service/indicator.h"
#include "service/ledger.h"

/* ---- what the books tell of the county ---- */

/* Funds are told in 万元 with two places, as bulletins tell them. */
enum { FEN_A_HUNDREDTH_OF_WAN = 10000 };
typedef enum { BALANCE, EXPENSE_12, INCOME_YEAR, EXPENSE_YEAR, INCOME_MONTH, EXPENSE_MONTH, BOOKED_COUNT } booked;
static const char *const BOOKED[BOOKED_COUNT] = {
    [BALANCE] = ".balance",           [EXPENSE_12] = ".expense_12",     [INCOME_YEAR] = ".income_year",
    [EXPENSE_YEAR] = ".expense_year", [INCOME_MONTH] = ".income_month", [EXPENSE_MONTH] = ".expense_month",
};

static booked booked_of(text fact, text *fund)
{
    size_t head = strlen("fund.");
    for (int i = 0; i < BOOKED_COUNT; i++)
        if (text_begins(fact, TEXT("fund.")) && text_ends(fact, text_of(BOOKED[i]))) {
            *fund = text_sub(fact, head, fact.size_bytes - strlen(BOOKED[i]));
            return (booked)i;
        }
    return BOOKED_COUNT;
}

static bool is_of_dues(text fact)
{
    return text_equal_cstr(fact, "dues.year_due") || text_equal_cstr(fact, "dues.year_received");
}

bool indicator_is_booked(text fact)
{
    text fund;
    return is_of_dues(fact) || booked_of(fact, &fund) != BOOKED_COUNT;
}

static err of_dues(month_call *m, text fact, bool *is_known, int64_t *value)
{
    collection *bills;
    bool is_due = text_equal_cstr(fact, "dues.year_due");
    TRY(county_bills(m->office, &bills));
    for (int32_t month = calendar_month_of(calendar_year_of_month(m->month), 1); month <= m->month; month++) {
        collection_total *totals;
        size_t count;
        TRY(collection_totals(m->memory, bills, month, &totals, &count));
        for (size_t i = 0; i < count; i++) {
            if (totals[i].charge != COLLECTION_PREMIUM) continue;
            *is_known = true;
            *value += is_due ? totals[i].due_fen : totals[i].received_fen;
        }
    }
    return ERR_NONE;
}

static err of_fund(month_call *m, booked what, text code, bool *is_known, int64_t *value)
{
    ledger *books;
    ledger_bulletin b;
    TRY(county_books(m->office, &books));
    const ledger_fund *fund = ledger_fund_find(m->office->chart, code);
    if (!fund) return ERR_NONE;
    err e = ledger_bulletin_of(m->memory, books, fund->number, m->month, &b);
    if (e.kind == &LEDGER_NO_BOOKS) return ERR_NONE;
    TRY(e);
    const int64_t fen[BOOKED_COUNT] = {
        [BALANCE] = b.balance_fen,           [EXPENSE_12] = b.expense_12_fen,    [INCOME_YEAR] = b.income_fen[1],
        [EXPENSE_YEAR] = b.expense_fen[1], [INCOME_MONTH] = b.income_fen[0], [EXPENSE_MONTH] = b.expense_fen[0],
    };
    *is_known = what != EXPENSE_12 || b.has_12;
    *value = *is_known ? money_divide_round_i64(fen[what], FEN_A_HUNDREDTH_OF_WAN, MONEY_HALF_UP) : 0;
    return ERR_NONE;
}

err indicator_booked(month_call *m, text fact, bool *is_known, int64_t *value)
{
    text fund;
    *is_known = false;
    *value = 0;
    if (is_of_dues(fact)) return of_dues(m, fact, is_known, value);
    booked what = booked_of(fact, &fund);
    return what == BOOKED_COUNT ? ERR_NONE : of_fund(m, what, fund, is_known, value);
}

/* ---- a plan's facts as columns ---- */

typedef struct {
    month_call *m;
    const indicator_count *counted;
    const int64_t *places;
    size_t place_count;
    arena *a;
} measuring;

static size_t lane_of(const measuring *g, int64_t place)
{
    size_t low = 1, high = g->place_count;
    if (place == g->places[0]) return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->places[middle] < place) low = middle + 1;
        else high = middle;
    }
    return low < g->place_count && g->places[low] == place ? low : SIZE_MAX;
}

/* The latest of the month or before it. What cannot be read as the fact is not known. */
static err hand_in(measuring *g, const indicator_plan *p, size_t fact, column *c)
{
    gauge *book;
    gauge_figure *figures;
    size_t count;
    const decide_fact *f = &p->plan->facts[fact];
    TRY(county_gauge(g->m->office, &book));
    TRY(gauge_figures(g->a, book, text_of(f->name), g->m->month, &figures, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t stored;
        size_t lane = lane_of(g, figures[i].region);
        if (lane == SIZE_MAX) continue;
        bool is_read = !policy_parse_value(g->a, p->with->codes, f->type, figures[i].value, &stored).kind;
        c->value[lane] = is_read ? stored : 0;
        c->reason[lane] = is_read ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
    }
    return ERR_NONE;
}

static err fill_column(measuring *g, const indicator_plan *p, size_t fact, column *c)
{
    const char *name = p->plan->facts[fact].name;
    if (indicator_count_has(g->counted, name)) {
        for (size_t i = 0; i < g->place_count; i++) {
            int64_t unknown;
            c->value[i] = indicator_count_of(g->counted, name, i, &unknown);
            c->reason[i] = 0;
        }
        return ERR_NONE;
    }
    if (indicator_is_surveyed(text_of(name))) return indicator_surveyed(g->m, text_of(name), g->places, g->place_count, c);
    if (!indicator_is_booked(text_of(name))) return hand_in(g, p, fact, c);
    bool is_known;
    TRY(indicator_booked(g->m, text_of(name), &is_known, &c->value[0]));
    c->reason[0] = is_known ? 0 : VM_REASON(VM_NOT_KNOWN, 0);
    return ERR_NONE;
}

static err fill_block(measuring *g, const indicator_plan *p, decide_block *block)
{
    column *facts = ARENA_ARRAY(g->a, column, p->plan->fact_count + 1);
    for (size_t f = 0; f < p->plan->fact_count; f++) {
        facts[f] = column_open(g->a, g->place_count);
        column_ensure_reasons(g->a, &facts[f]);
        for (size_t i = 0; i < g->place_count; i++) facts[f].reason[i] = VM_REASON(VM_NOT_KNOWN, 0);
        TRY(fill_column(g, p, f, &facts[f]));
    }
    *block = (decide_block){ .count = g->place_count, .facts = facts };
    return ERR_NONE;
}

/* ---- values ---- */

/* Of a township nothing may have been handed in of what only the county publishes: that is no value that failed. */
static bool is_told(const decide_results *results, size_t answer, size_t lane)
{
    uint32_t reason = column_reason(&results->answers[answer], lane);
    return lane == 0 || !reason || VM_REASON_KIND(reason) != VM_NOT_KNOWN;
}

static int by_indicator(const void *a, const void *b)
{
    const gauge_value *left = a, *right = b;
    int order = text_compare(left->indicator, right->indicator);
    return order ? order : (left->region > right->region) - (left->region < right->region);
}

static gauge_value value_of(measuring *g, const indicator_one *one, const decide_results *results, size_t lane,
                            const text *records)
{
    const column *c = &results->answers[one->answer];
    gauge_value v = { .indicator = text_of(one->name), .region = g->places[lane], .is_known = column_is_valid(c, lane),
                      .record_row = (int64_t)lane };
    if (v.is_known) v.value = c->value[lane];
    v.facts = (int64_t)(hash_bytes(records[lane].bytes, records[lane].size_bytes, 5) >> 1);
    return v;
}

static err measure_plan(measuring *g, const indicator_plan *p, const indicator_one *ones, size_t one_count,
                        indicator_tally *tally)
{
    decide_block block;
    gauge *book;
    bool is_new;
    gauge_act act = { .actor_id = g->m->office->actor_id, .known_ms = g->m->office->now_ms,
                      .why = text_of(g->m->call->op->name) };
    text *records = ARENA_ARRAY(g->a, text, g->place_count + 1);
    gauge_value *values = ARENA_ARRAY(g->a, gauge_value, one_count * g->place_count + 1);
    gauge_look look = { .month = g->m->month, .purpose = p->purpose, .law = decide_pack_digest(p->plan->law),
                        .values = values, .records = records, .record_count = g->place_count };
    decide_results *results = decide_results_open(g->a, p->plan, g->place_count);
    TRY(fill_block(g, p, &block));
    decide_run(p->with, &block, results);
    for (size_t i = 0; i < g->place_count; i++) records[i] = decide_record(g->a, p->with, &block, i);
    for (size_t o = 0; o < one_count; o++)
        for (size_t i = 0; ones[o].plan == p && i < g->place_count; i++) {
            if (!is_told(results, ones[o].answer, i)) continue;
            values[look.value_count++] = value_of(g, &ones[o], results, i, records);
            tally->unknown += !column_is_valid(&results->answers[ones[o].answer], i);
        }
    qsort(values, look.value_count, sizeof *values, by_indicator);
    tally->values += (int64_t)look.value_count;
    TRY(county_gauge(g->m->office, &book));
    TRY(gauge_measure(book, &act, &look, &is_new));
    tally->changed += is_new;
    return ERR_NONE;
}

err indicator_measure(month_call *m, const indicator_plans *plans, const indicator_count *counted, indicator_tally *tally)
{
    indicator_one *ones;
    size_t one_count;
    measuring g = { .m = m, .counted = counted, .a = m->memory };
    g.places = indicator_count_places(counted, &g.place_count);
    *tally = (indicator_tally){ .places = (int64_t)g.place_count };
    TRY(indicator_all(m, plans, &ones, &one_count));
    for (size_t p = 0; p < plans->count; p++) TRY(measure_plan(&g, &plans->items[p], ones, one_count, tally));
    return ERR_NONE;
}
