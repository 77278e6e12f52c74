#include "service/indicator_count.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "service/decide_internal.h"

const err_kind INDICATOR_TOO_MANY = {
    "indicator.too_many", ERR_BAD_INPUT,
    "packs/adapters/office-indicator.csv counts more than 64 figures, or by more than 8 purposes, at {}.",
    "packs/adapters/office-indicator.csv 中逐人计的数超过 64 个，或计数用途超过 8 个：{}。"
};

enum {
    PURPOSES_MAX = 8,
    FIGURES_MAX = 64, /* a bit each */
    VILLAGES = 1000,
    PLACES_A_COUNTY = 1000000
};
/* What is kept of a figure in a place. */
typedef enum { NOW, YEAR_NEW, YEAR_GONE, MONTH_NEW, MONTH_GONE, UNKNOWN, CELL_COUNT } cell;
typedef int64_t tally[CELL_COUNT];
static const char *const SUFFIXES[CELL_COUNT] = { [NOW] = "",
                                                  [YEAR_NEW] = "/year_new",
                                                  [YEAR_GONE] = "/year_gone",
                                                  [MONTH_NEW] = "/month_new",
                                                  [MONTH_GONE] = "/month_gone" };
typedef enum { YEAR, MONTH, SPAN_COUNT } span;
static const cell NEW_OF[SPAN_COUNT] = { YEAR_NEW, MONTH_NEW }, GONE_OF[SPAN_COUNT] = { YEAR_GONE, MONTH_GONE };

typedef struct {
    const char *key;
    size_t purpose, answer;
    bool is_flag;
} figure;

/* Who was of which figures at an earlier end; by bucket, in the order of ids. */
typedef struct {
    struct was {
        int64_t id;
        uint64_t is, unknown;
    } *items;
    size_t count, capacity, at;
} before;
typedef before before_all[EVENTLOG_BUCKETS];

typedef struct {
    int64_t code;
    tally *cells; /* by figure */
} place;

typedef struct {
    indicator_count *of;
    size_t purpose;
    span looks_back; /* of an earlier look */
} hand;

struct indicator_count {
    arena *memory;
    month_call *m;
    const char *purposes[PURPOSES_MAX];
    month_deciding deciding[PURPOSES_MAX];
    hand hands[PURPOSES_MAX];
    size_t purpose_count;
    figure figures[FIGURES_MAX];
    size_t figure_count;
    uint64_t back[SPAN_COUNT]; /* figures that are looked at earlier */
    before_all *earlier; /* by span and purpose */
    place *places;
    size_t place_count, place_capacity;
    hash_map *by_code;
    int64_t own, last_code;
    size_t last_place;
    int64_t *codes;
};

/* ---- what is counted ---- */

static bool is_count(const decide_row *row)
{
    return row->way == DECIDE_WAY_OUT && text_begins(row->cell[DECIDE_CELL_PURPOSE], TEXT("count."));
}

static text base_of(text fact)
{
    size_t at = text_find(fact, TEXT("/"));
    return at == SIZE_MAX ? fact : text_sub(fact, 0, at);
}

static cell cell_of(text fact)
{
    text base = base_of(fact), end = text_sub(fact, base.size_bytes, fact.size_bytes);
    for (int c = NOW; c < UNKNOWN; c++)
        if (text_equal_cstr(end, SUFFIXES[c])) return (cell)c;
    return CELL_COUNT;
}

err indicator_count_knows(service_call *call, text fact, bool *knows)
{
    const decide_law *law;
    text base = base_of(fact);
    *knows = false;
    TRY(decide_law_open(call, &law));
    for (size_t i = 0; i < law->table->row_count; i++)
        *knows |= is_count(&law->table->rows[i]) && text_equal(law->table->rows[i].cell[DECIDE_CELL_KEY], base);
    return ERR_NONE;
}

static size_t figure_of(const indicator_count *c, text fact)
{
    text base = base_of(fact);
    for (size_t i = 0; i < c->figure_count; i++)
        if (text_equal_cstr(base, c->figures[i].key)) return i;
    return SIZE_MAX;
}

static err add_figures(indicator_count *c, size_t purpose)
{
    size_t count;
    const decide_answer *answers = decide_answers(c->deciding[purpose].plan, &count);
    if (c->figure_count + count > FIGURES_MAX) return err_of(&INDICATOR_TOO_MANY, c->purposes[purpose]);
    for (size_t i = 0; i < count; i++)
        c->figures[c->figure_count++] =
            (figure){ answers[i].key, purpose, i, answers[i].type->base == POLICY_BOOL };
    return ERR_NONE;
}

static err open_purposes(indicator_count *c)
{
    const decide_law *law;
    size_t count;
    TRY(decide_law_open(c->m->call, &law));
    const char *const *all = decide_purposes(law, &count);
    for (size_t i = 0; i < count; i++) {
        size_t p = c->purpose_count;
        if (!text_begins(text_of(all[i]), TEXT("count."))) continue;
        if (p == PURPOSES_MAX) return err_of(&INDICATOR_TOO_MANY, all[i]);
        c->purposes[p] = all[i];
        TRY(month_deciding_open(c->m, text_of(all[i]), calendar_last_day_of_month(c->m->month), &c->deciding[p]));
        c->hands[p] = (hand){ .of = c, .purpose = p };
        c->purpose_count++;
        TRY(add_figures(c, p));
    }
    return ERR_NONE;
}

static void want(indicator_count *c, const char *const *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t f = figure_of(c, text_of(wanted[i]));
        cell what = cell_of(text_of(wanted[i]));
        if (f == SIZE_MAX || !c->figures[f].is_flag) continue;
        if (what == YEAR_NEW || what == YEAR_GONE) c->back[YEAR] |= UINT64_C(1) << f;
        if (what == MONTH_NEW || what == MONTH_GONE) c->back[MONTH] |= UINT64_C(1) << f;
    }
}

/* ---- places ---- */

static size_t place_of(indicator_count *c, int64_t code)
{
    text key = { (const char *)&code, sizeof code };
    if (c->place_count && code == c->last_code) return c->last_place;
    size_t at = hash_map_get(c->by_code, key);
    if (at == SIZE_MAX) {
        place one = { .code = code, .cells = ARENA_ARRAY(c->memory, tally, c->figure_count + 1) };
        memset(one.cells, 0, (c->figure_count + 1) * sizeof *one.cells);
        at = c->place_count;
        ARENA_PUSH(c->memory, c->places, c->place_count, c->place_capacity, one);
        hash_map_put(c->by_code, text_copy(c->memory, key), at);
    }
    c->last_code = code;
    c->last_place = at;
    return at;
}

static size_t place_of_lane(indicator_count *c, const roster_block *block, size_t lane)
{
    int64_t code = block->region ? block->region[lane] : 0;
    bool is_within = c->own ? code / PLACES_A_COUNTY == c->own / PLACES_A_COUNTY : code > 0;
    return place_of(c, is_within ? code : c->own);
}

static void add_into(indicator_count *c, size_t into, const place *from)
{
    for (size_t f = 0; f < c->figure_count; f++)
        for (int k = 0; k < CELL_COUNT; k++) c->places[into].cells[f][k] += from->cells[f][k];
}

static int by_code(const void *a, const void *b)
{
    int64_t left = ((const place *)a)->code, right = ((const place *)b)->code;
    return (left > right) - (left < right);
}

/* The office's own holds all, townships their villages; a township with people of its own keeps them. */
static void gather_places(indicator_count *c)
{
    size_t own = place_of(c, c->own), leaves = c->place_count;
    for (size_t i = 0; i < leaves; i++)
        if (i != own) add_into(c, own, &c->places[i]);
    for (size_t i = 0; i < leaves; i++) {
        place leaf = c->places[i];
        if (i != own && leaf.code % VILLAGES) add_into(c, place_of(c, leaf.code / VILLAGES * VILLAGES), &leaf);
    }
    place first = c->places[own];
    c->places[own] = c->places[0];
    c->places[0] = first;
    qsort(c->places + 1, c->place_count - 1, sizeof *c->places, by_code);
    c->codes = ARENA_ARRAY(c->memory, int64_t, c->place_count);
    for (size_t i = 0; i < c->place_count; i++) c->codes[i] = c->places[i].code;
}

/* ---- looking at everybody ---- */

static bool is_known_of(const figure *f, const decide_results *results, size_t lane)
{
    return column_is_valid(&results->answers[f->answer], lane);
}

static err take_earlier(void *context, uint32_t bucket, const roster_block *block)
{
    const hand *h = context;
    indicator_count *c = h->of;
    const decide_results *results = c->deciding[h->purpose].results;
    before *b = &c->earlier[h->looks_back * PURPOSES_MAX + h->purpose][bucket];
    for (size_t lane = 0; lane < block->people.count; lane++) {
        struct was one = { .id = block->subject_id[lane] };
        for (size_t f = 0; f < c->figure_count; f++) {
            if (c->figures[f].purpose != h->purpose || !(c->back[h->looks_back] >> f & 1)) continue;
            bool is_known = is_known_of(&c->figures[f], results, lane);
            if (!is_known) one.unknown |= UINT64_C(1) << f;
            else if (results->answers[c->figures[f].answer].value[lane]) one.is |= UINT64_C(1) << f;
        }
        if (one.is | one.unknown) ARENA_PUSH(c->memory, b->items, b->count, b->capacity, one);
    }
    return ERR_NONE;
}

static struct was was_of(before *b, int64_t id)
{
    while (b->at < b->count && b->items[b->at].id < id) b->at++;
    bool is_met = b->at < b->count && b->items[b->at].id == id;
    return is_met ? b->items[b->at] : (struct was){ .id = id };
}

static void compare(const indicator_count *c, int64_t *cells, size_t f, const struct was *was, bool is_now)
{
    for (int s = 0; s < SPAN_COUNT; s++) {
        uint64_t bit = UINT64_C(1) << f;
        if (!(c->back[s] & bit) || (was[s].unknown & bit)) continue;
        bool is_then = (was[s].is & bit) != 0;
        cells[NEW_OF[s]] += is_now && !is_then;
        cells[GONE_OF[s]] += is_then && !is_now;
    }
}

static err take_now(void *context, uint32_t bucket, const roster_block *block)
{
    const hand *h = context;
    indicator_count *c = h->of;
    const decide_results *results = c->deciding[h->purpose].results;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        struct was was[SPAN_COUNT];
        size_t at = place_of_lane(c, block, lane); /* may move the places */
        place *p = &c->places[at];
        for (int s = 0; s < SPAN_COUNT; s++) 
            was[s] = was_of(&c->earlier[(size_t)s * PURPOSES_MAX + h->purpose][bucket], block->subject_id[lane]);
        for (size_t f = 0; f < c->figure_count; f++) {
            if (c->figures[f].purpose != h->purpose) continue;
            if (!is_known_of(&c->figures[f], results, lane)) {
                p->cells[f][UNKNOWN]++;
                continue;
            }
            int64_t value = results->answers[c->figures[f].answer].value[lane];
            p->cells[f][NOW] += value;
            compare(c, p->cells[f], f, was, value != 0);
        }
    }
    return ERR_NONE;
}

/* The last day of the year or month before. */
static int32_t earlier_day(const indicator_count *c, span back)
{
    int32_t month = c->m->month;
    int32_t first = back == YEAR ? calendar_month_of(calendar_year_of_month(month), 1) : month;
    return calendar_first_day_of_month(first) - 1;
}

static err look_earlier(indicator_count *c, span back)
{
    for (size_t p = 0; p < c->purpose_count; p++) {
        month_hands hands = { .take = take_earlier, .context = &c->hands[p] };
        month_deciding now = c->deciding[p];
        c->hands[p].looks_back = back;
        TRY(month_deciding_open(c->m, text_of(c->purposes[p]), earlier_day(c, back), &c->deciding[p]));
        err e = month_decide_everybody(c->m, &c->deciding[p], &hands);
        month_deciding_close(&c->deciding[p]);
        c->deciding[p] = now;
        TRY(e);
    }
    return ERR_NONE;
}

static err look_now(indicator_count *c)
{
    month_hands hands[PURPOSES_MAX];
    month_decided asked[PURPOSES_MAX];
    for (size_t p = 0; p < c->purpose_count; p++) {
        hands[p] = (month_hands){ .take = take_now, .context = &c->hands[p] };
        asked[p] = (month_decided){ &c->deciding[p], &hands[p] };
    }
    return month_decide_together(c->m, asked, c->purpose_count);
}

static err count_all(indicator_count *c, const char *const *wanted, size_t wanted_count)
{
    TRY(open_purposes(c));
    want(c, wanted, wanted_count);
    for (int s = 0; s < SPAN_COUNT; s++)
        if (c->back[s]) TRY(look_earlier(c, (span)s));
    if (c->purpose_count) TRY(look_now(c));
    gather_places(c);
    return ERR_NONE;
}

err indicator_count_all(arena *a, month_call *m, const char *const *wanted, size_t wanted_count,
                        indicator_count **made)
{
    indicator_count *c = ARENA_NEW(a, indicator_count);
    *c = (indicator_count){ .memory = a, .m = m, .by_code = hash_map_open(a),
                            .own = m->region_code * PLACES_A_COUNTY };
    c->earlier = ARENA_ARRAY(a, before_all, SPAN_COUNT * PURPOSES_MAX);
    memset(c->earlier, 0, SPAN_COUNT * PURPOSES_MAX * sizeof *c->earlier);
    err e = count_all(c, wanted, wanted_count);
    for (size_t p = 0; p < c->purpose_count; p++) month_deciding_close(&c->deciding[p]);
    *made = c;
    return e;
}

const int64_t *indicator_count_places(const indicator_count *c, size_t *count)
{
    *count = c->place_count;
    return c->codes;
}

bool indicator_count_has(const indicator_count *c, const char *fact)
{
    size_t f = figure_of(c, text_of(fact));
    cell what = cell_of(text_of(fact));
    return f != SIZE_MAX && what < UNKNOWN && (what == NOW || c->figures[f].is_flag);
}

int64_t indicator_count_of(const indicator_count *c, const char *fact, size_t place_at, int64_t *unknown)
{
    const int64_t *cells = c->places[place_at].cells[figure_of(c, text_of(fact))];
    *unknown = cells[UNKNOWN];
    return cells[cell_of(text_of(fact))];
}
