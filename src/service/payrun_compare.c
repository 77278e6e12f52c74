#include "service/payrun_compare.h"

const payrun_change_word PAYRUN_CHANGES[] = {
    [PAYRUN_SAME] = { "same", "same", "不变" },       [PAYRUN_NEW] = { "new", "new", "新增" },
    [PAYRUN_CHANGED] = { "changed", "changed", "变动" }, [PAYRUN_STOPPED] = { "stopped", "stopped", "停发" },
    [PAYRUN_ONCE] = { "once", "one-off", "一次性" },
};

/* One of the two runs; `head` is its next line. */
typedef struct {
    payment_cursor *cursor;
    payment_run run;
    payment_numbered head;
    bool has_head;
} side;

typedef struct {
    payment_numbered *items;
    text *benefits;
    bool *is_met;
    size_t count, capacity, benefit_capacity, met_capacity;
} lines_of_one;

struct payrun_comparison {
    arena *memory;
    county *office;
    payment *runs;
    payrun_table table;
    bool is_supplement;
    side now, before;
    lines_of_one own, old; /* of one person */
    size_t own_at, old_at;
    payrun_entry entry;
};

/* ---- which run is the one before ---- */

static err find_before(payrun_comparison *c)
{
    payment_run *list, best = { 0 };
    size_t count;
    TRY(payment_list(c->memory, c->runs, PAYMENT_ANY_MONTH, &list, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_alike = text_equal(list[i].terms.kind, c->now.run.terms.kind) && list[i].state != PAYMENT_WITHDRAWN;
        if (!is_alike || list[i].terms.month >= c->now.run.terms.month) continue;
        if (!best.run_id || list[i].terms.month >= best.terms.month) best = list[i];
    }
    c->before.run = best;
    return best.run_id ? payment_lines(c->memory, c->runs, best.run_id, &c->before.cursor) : ERR_NONE;
}

err payrun_compare_open(arena *a, county *office, const payment_run *run, payrun_comparison **comparison)
{
    payrun_comparison *c = ARENA_NEW(a, payrun_comparison);
    *c = (payrun_comparison){ .memory = a, .office = office, .now.run = *run,
                              .is_supplement = payrun_is_supplement(run->terms.kind) };
    *comparison = c;
    TRY(county_runs(office, &c->runs));
    TRY(payrun_table_read(office, &c->table));
    TRY(payment_lines(a, c->runs, run->run_id, &c->now.cursor));
    return c->is_supplement ? ERR_NONE : find_before(c);
}

void payrun_compare_close(payrun_comparison *c)
{
    if (!c) return;
    if (c->now.cursor) payment_lines_close(c->now.cursor);
    if (c->before.cursor) payment_lines_close(c->before.cursor);
    c->now.cursor = c->before.cursor = NULL;
}

int64_t payrun_compare_before(const payrun_comparison *comparison)
{
    return comparison->before.run.run_id;
}

/* ---- one person of both ---- */

static err look(side *s)
{
    const payment_numbered *line = NULL;
    if (s->has_head || !s->cursor) return ERR_NONE;
    TRY(payment_next_line(s->cursor, &line));
    s->has_head = line != NULL;
    if (line) s->head = *line;
    return ERR_NONE;
}

/* < 0 when the first person comes before the second. */
static int order(int64_t one, int64_t other)
{
    uint32_t a = eventlog_bucket_of(one), b = eventlog_bucket_of(other);
    if (a != b) return a < b ? -1 : 1;
    return one < other ? -1 : one > other;
}

static bool is_of_month(const payment_run *run, const payment_line *line)
{
    return line->for_month == run->terms.month && !line->reissue_of_run && !line->left_of_run && !line->item;
}

static err gather(payrun_comparison *c, side *s, int64_t person_id, bool is_own, lines_of_one *lines)
{
    lines->count = 0;
    for (;;) {
        TRY(look(s));
        if (!s->has_head || s->head.line.person_id != person_id) return ERR_NONE;
        s->has_head = false;
        if (!is_own && !is_of_month(&s->run, &s->head.line)) continue;
        size_t at = lines->count;
        ARENA_PUSH(c->memory, lines->items, lines->count, lines->capacity, s->head);
        size_t count = at;
        ARENA_PUSH(c->memory, lines->benefits, count, lines->benefit_capacity,
                   payrun_benefit_of(&c->table, &s->run, &s->head.line));
        count = at;
        ARENA_PUSH(c->memory, lines->is_met, count, lines->met_capacity, false);
    }
}

static err next_person(payrun_comparison *c, bool *is_over)
{
    TRY(look(&c->now));
    TRY(look(&c->before));
    c->own_at = c->old_at = c->own.count = c->old.count = 0;
    *is_over = !c->now.has_head && !c->before.has_head;
    if (*is_over) return ERR_NONE;
    int which = !c->now.has_head      ? 1
                : !c->before.has_head ? -1
                                      : order(c->now.head.line.person_id, c->before.head.line.person_id);
    int64_t person_id = which > 0 ? c->before.head.line.person_id : c->now.head.line.person_id;
    if (which <= 0) TRY(gather(c, &c->now, person_id, true, &c->own));
    return which >= 0 ? gather(c, &c->before, person_id, false, &c->old) : ERR_NONE;
}

static void tell_own(payrun_comparison *c)
{
    size_t at = c->own_at++;
    c->entry = (payrun_entry){ .change = PAYRUN_NEW, .at = c->own.items[at], .benefit = c->own.benefits[at],
                               .fen = payment_line_fen(&c->own.items[at].line) };
    if (c->is_supplement || !is_of_month(&c->now.run, &c->entry.at.line)) {
        c->entry.change = PAYRUN_ONCE;
        return;
    }
    for (size_t i = 0; i < c->old.count; i++) {
        if (c->old.is_met[i] || !text_equal(c->old.benefits[i], c->entry.benefit)) continue;
        c->old.is_met[i] = true;
        c->entry.before_fen = payment_line_fen(&c->old.items[i].line);
        c->entry.change = c->entry.before_fen == c->entry.fen ? PAYRUN_SAME : PAYRUN_CHANGED;
        return;
    }
}

err payrun_compare_next(payrun_comparison *c, const payrun_entry **entry)
{
    *entry = &c->entry;
    for (;;) {
        if (c->own_at < c->own.count) return tell_own(c), ERR_NONE;
        while (c->old_at < c->old.count && c->old.is_met[c->old_at]) c->old_at++;
        if (c->old_at < c->old.count) {
            size_t at = c->old_at++;
            c->entry = (payrun_entry){ .change = PAYRUN_STOPPED, .at = c->old.items[at],
                                       .benefit = c->old.benefits[at],
                                       .before_fen = payment_line_fen(&c->old.items[at].line) };
            return ERR_NONE;
        }
        bool is_over;
        TRY(next_person(c, &is_over));
        if (is_over) return *entry = NULL, ERR_NONE;
    }
}
