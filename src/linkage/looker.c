/* Pairs weighed: the cheapest fields of all that a row has found, then others of what is left, then the dear ones. */
#include <stdlib.h>

#include "linkage/linkage_looking.h"

/* Odds below which a pair is forgotten; of two files, where the prior holds that nobody else claims its records. */
#define HOPELESS_OF_ONE (-6.0)
#define HOPELESS_OF_TWO (-4.0)
/* So sure of a row of the first file that no other is looked for: beyond what any rival could say. */
#define SURE 16.0
enum { SEEN_BITS = 13 };

static double hopeless(const linkage_run *run)
{
    return run->set->is_two ? HOPELESS_OF_TWO : HOPELESS_OF_ONE;
}

bool linkage_is_sure(const linkage_pair *pair)
{
    return (double)pair->odds > SURE;
}

linkage_looker *linkage_looker_open(const linkage_set *s)
{
    arena *own = arena_open();
    linkage_looker *l = ARENA_NEW(own, linkage_looker);
    l->own = own;
    l->memo = linkage_memo_open(s, own);
    l->seen = ARENA_ARRAY(own, uint32_t, 1 << SEEN_BITS);
    l->used = ARENA_ARRAY(own, uint32_t, LINKAGE_LOOKED_AT);
    return l;
}

void linkage_looker_close(linkage_looker *l)
{
    arena_close(l->own);
}

bool linkage_is_new(linkage_looker *l, uint32_t row)
{
    uint32_t at = (row * UINT32_C(0x9E3779B1)) >> (32 - SEEN_BITS);
    while (l->seen[at]) {
        if (l->seen[at] == row + 1) return false;
        at = (at + 1) & ((1 << SEEN_BITS) - 1);
    }
    if (l->used_count == LINKAGE_LOOKED_AT) return false;
    l->seen[at] = row + 1;
    l->used[l->used_count++] = at;
    return true;
}

void linkage_new_again(linkage_looker *l)
{
    for (uint32_t k = 0; k < l->used_count; k++) l->seen[l->used[k]] = 0;
    l->used_count = 0;
}

/* The likeliest first; of equals, the earlier row. */
static void keep(linkage_looker *l, const linkage_pair *pair, int most)
{
    int at = l->kept_count;
    while (at && (l->kept[at - 1].odds < pair->odds || (l->kept[at - 1].odds == pair->odds && l->kept[at - 1].a > pair->a))) {
        l->kept[at] = l->kept[at - 1];
        at--;
    }
    if (at == most) return;
    l->kept[at] = *pair;
    if (l->kept_count < most) l->kept_count++;
}

/* ---- bounds ---- */

/* linkage_weight of a level that is known. */
static inline double weight_of(const linkage_run *run, int field, int level, uint32_t code)
{
    return run->log_m[field][level] + linkage_rareness(run, field, level, code);
}

/* What a value that is not the same can say for a pair at most. */
static double most_of(const linkage_run *run, int field, uint32_t code)
{
    double most = run->most[field];
    for (int level = 2; run->has_parts >> field & 1 && level < LINKAGE_LEVELS; level++) {
        double weight = run->model.rare[field][level] ? linkage_weight(run, field, level, code) : most;
        if (weight > most) most = weight;
    }
    return most;
}

static void take_bounds(const linkage_run *run, const uint32_t *row, linkage_seeking *g)
{
    for (int k = 0; k < run->set->seen_count; k++) {
        int f = run->set->seen[k];
        uint32_t code = row[k] & ~LINKAGE_TOLD;
        double same = code ? linkage_weight(run, f, 1, code) : 0, other = code ? most_of(run, f, code) : 0;
        if (same < other) same = other;
        bool is_within = run->set->spec->fields[f].within >= 0;
        g->most.same[k] = is_within && same < 0 ? 0 : same;
        g->most.other[k] = is_within && other < 0 ? 0 : other;
    }
}

/* Begins a pair with what each field can add; false when that is not enough. */
static bool begin_pair(const linkage_run *run, const linkage_seeking *g, const uint32_t *x, const uint32_t *y, linkage_underway *w)
{
    const linkage_set *s = run->set;
    w->bound = run->model.prior;
    for (int p = 0; p < s->seen_count; p++) {
        double adds = !x[p] ? 0 : (x[p] ^ y[p]) & ~LINKAGE_TOLD ? g->most.other[p] : g->most.same[p];
        w->bound += adds < 0 && (x[p] | y[p]) & LINKAGE_TOLD ? 0 : adds; /* what is told may be passed over */
    }
    w->l = (linkage_levels){ 0 };
    int number = s->spec->has_veto ? s->place[s->spec->citizen] : -1;
    if (number >= 0 && x[number] & y[number] & LINKAGE_OWN && x[number] != y[number]) return false;
    return w->bound >= hopeless(run);
}

/* Goes on with the fields from..until - 1 of the order, and gives up as soon as what is left cannot make it likely. */
static bool compare_on(const linkage_run *run, linkage_memo *memo, const linkage_seeking *g, const uint32_t *x, const uint32_t *y,
                       int from, int until, linkage_underway *w)
{
    const linkage_set *s = run->set;
    bool have_numbers = linkage_have_numbers(s, x, y);
    double bound = w->bound, least = hopeless(run);
    for (const linkage_ask *k = &run->asks[from]; k < &run->asks[until]; k++) {
        uint32_t cx = x[k->place], cy = y[k->place], code = cx & ~LINKAGE_TOLD;
        bool is_told = (cx | cy) & LINKAGE_TOLD && !k->is_citizen, is_same = !((cx ^ cy) & ~LINKAGE_TOLD);
        if (!code || !(cy & ~LINKAGE_TOLD) || (have_numbers && is_told)) continue;
        int level = is_same && !k->is_citizen ? 1 : linkage_compare_cells(s, memo, k->field, cx, cy);
        w->l.level[k->field] = (uint8_t)level;
        if (level == 1 || k->is_swapped) continue;
        double now = weight_of(run, k->field, level, code), before = is_same ? g->most.same[k->place] : g->most.other[k->place];
        if (now < 0 && (is_told || k->is_within)) now = 0;
        if (before < 0 && (cx | cy) & LINKAGE_TOLD) before = 0;
        bound += now - before;
        if (bound < least) return false;
    }
    w->bound = bound;
    return true;
}

/* ---- what is asked of the memory ---- */

/* What comparing reads of values of the fields from..until - 1. */
static inline void fetch_value(const linkage_ask *ask, uint32_t code)
{
    for (int k = 0; k < ask->count; k++) linkage_fetch(ask->from[k] + (size_t)code * ask->size[k]);
}

static void fetch_row(const linkage_run *run, const uint32_t *x, int from, int until)
{
    for (int i = from; i < until; i++) {
        uint32_t code = x[run->order[i]] & ~LINKAGE_TOLD;
        if (code) fetch_value(&run->asks[i], code);
    }
}

/* The same of the fields in which a pair differs. */
static void fetch_values(const linkage_run *run, uint32_t a, const uint32_t *y, int from, int until)
{
    if (!linkage_is_far(run->set)) return;
    const uint32_t *x = linkage_row(run->set, a);
    for (int i = from; i < until; i++) {
        int p = run->asks[i].place;
        if (y[p] && x[p] & ~LINKAGE_TOLD && (x[p] ^ y[p]) & ~LINKAGE_TOLD) fetch_value(&run->asks[i], x[p] & ~LINKAGE_TOLD);
    }
}

/* Of dear fields also the texts, when their places have come. `y` NULL: all. */
static void fetch_texts(const linkage_run *run, const uint32_t *x, const uint32_t *y)
{
    const linkage_set *s = run->set;
    for (int i = run->cheap_count[1]; i < s->seen_count && run->has_far_texts; i++) {
        int p = run->order[i];
        uint32_t code = x[p] & ~LINKAGE_TOLD;
        const linkage_dict *d = &s->dict[s->seen[p]];
        if (!code || linkage_is_number(d->kind) || (y && (!y[p] || !((x[p] ^ y[p]) & ~LINKAGE_TOLD)))) continue;
        linkage_fetch(linkage_dict_text(d, code).bytes);
    }
}

static void take_ask(linkage_ask *ask, const void *from, size_t size)
{
    if (!from) return;
    ask->from[ask->count] = from;
    ask->size[ask->count++] = size;
}

void linkage_asks_take(linkage_run *run)
{
    const linkage_set *s = run->set;
    run->has_far_texts = false;
    for (int i = 0; i < s->seen_count; i++) {
        const linkage_dict *d = &s->dict[s->seen[run->order[i]]];
        bool has_text = i >= run->cheap_count[1] && !linkage_is_number(d->kind);
        const linkage_field *field = &s->spec->fields[s->seen[run->order[i]]];
        run->asks[i] = (linkage_ask){ .place = run->order[i], .field = s->seen[run->order[i]], .is_citizen = s->seen[run->order[i]] == s->spec->citizen,
                                      .is_swapped = field->swaps_with >= 0, .is_within = field->within >= 0 };
        if (has_text) take_ask(&run->asks[i], d->from.items, sizeof(uint32_t));
        take_ask(&run->asks[i], d->packed.items, sizeof(uint64_t));
        take_ask(&run->asks[i], d->forms.items, sizeof(linkage_form));
        run->has_far_texts = run->has_far_texts || has_text;
    }
}

/* ---- steps ---- */

static void ask_rows(const linkage_run *run, const linkage_looker *l, const linkage_seeking *g)
{
    const linkage_set *s = run->set;
    for (uint32_t i = g->from; i < g->until && linkage_is_far(s); i++) {
        const uint32_t *x = linkage_row(s, l->found[i]);
        linkage_fetch(x);
        linkage_fetch(x + s->stride - 1); /* it may lie across two lines */
    }
    if (g->until > g->from && linkage_is_far(s)) fetch_row(run, linkage_row(s, g->b), g->is_one ? 0 : run->cheap_count[0], s->seen_count);
}

static void begin(const linkage_run *run, linkage_looker *l, linkage_seeking *g)
{
    enum { AHEAD = 4 };
    const linkage_set *s = run->set;
    const uint32_t *y = linkage_row(s, g->b);
    g->left = g->from;
    if (g->until == g->from) return;
    if (g->is_one) {
        l->left[g->left++].a = l->found[g->from];
        fetch_values(run, l->found[g->from], y, 0, s->seen_count);
        return;
    }
    take_bounds(run, y, g);
    for (uint32_t i = g->from; i < g->until; i++) {
        const uint32_t *x = linkage_row(s, l->found[i]);
        if (i + AHEAD < g->until) fetch_values(run, l->found[i + AHEAD], y, 0, run->cheap_count[0]);
        linkage_underway *w = &l->left[g->left];
        w->a = l->found[i];
        if (!begin_pair(run, g, x, y, w) || !compare_on(run, l->memo, g, x, y, 0, run->cheap_count[0], w)) continue;
        fetch_values(run, w->a, y, run->cheap_count[0], run->cheap_count[1]);
        g->left++;
    }
}

static void go_on(const linkage_run *run, linkage_looker *l, linkage_seeking *g)
{
    const linkage_set *s = run->set;
    const uint32_t *y = linkage_row(s, g->b);
    const int *cheap = run->cheap_count;
    if (g->is_one) return;
    uint32_t begun = g->left;
    g->left = g->from;
    for (uint32_t i = g->from; i < begun; i++) {
        linkage_underway *w = &l->left[i];
        if (!compare_on(run, l->memo, g, linkage_row(s, w->a), y, cheap[0], cheap[1], w)) continue;
        fetch_values(run, w->a, y, cheap[1], s->seen_count);
        l->left[g->left++] = *w;
    }
}

static void ask_values(const linkage_run *run, const linkage_looker *l, const linkage_seeking *g)
{
    const linkage_set *s = run->set;
    const uint32_t *y = linkage_row(s, g->b);
    if (!linkage_is_far(s)) return;
    if (g->left > g->from) fetch_texts(run, y, NULL);
    for (uint32_t i = g->from; i < g->left && run->has_far_texts; i++) fetch_texts(run, linkage_row(s, l->left[i].a), y);
}

void linkage_seek(const linkage_run *run, linkage_looker *l)
{
    for (int i = 0; i < l->seeking_count; i++) ask_rows(run, l, &l->seeking[i]);
    for (int i = 0; i < l->seeking_count; i++) begin(run, l, &l->seeking[i]);
    for (int i = 0; i < l->seeking_count; i++) go_on(run, l, &l->seeking[i]);
    for (int i = 0; i < l->seeking_count; i++) ask_values(run, l, &l->seeking[i]);
}

void linkage_seek_end(const linkage_run *run, linkage_looker *l, linkage_seeking *g, int kept_max)
{
    const linkage_set *s = run->set;
    const uint32_t *y = linkage_row(s, g->b);
    for (uint32_t i = g->from; i < g->left; i++) {
        linkage_underway *w = &l->left[i];
        linkage_pair pair;
        if (g->is_one) {
            pair = linkage_weigh(run, l->memo, w->a, g->b);
        } else {
            if (!compare_on(run, l->memo, g, linkage_row(s, w->a), y, run->cheap_count[1], s->seen_count, w)) continue;
            linkage_compare_end(s, w->a, g->b, &w->l);
            pair = linkage_weigh_levels(run, &w->l, w->a, g->b);
        }
        if ((double)pair.odds >= hopeless(run)) keep(l, &pair, kept_max);
    }
}

/* ---- the record of an asker ---- */

static int by_bound(const void *x, const void *y)
{
    const linkage_underway *p = x, *q = y;
    if (p->bound != q->bound) return p->bound > q->bound ? -1 : 1;
    return p->a < q->a ? -1 : p->a > q->a;
}

/* Of more than `most` the likeliest so far. */
static uint32_t likeliest(linkage_underway *w, uint32_t count, uint32_t most)
{
    if (count <= most) return count;
    qsort(w, count, sizeof *w, by_bound);
    return most;
}

/* After each step only the likeliest stay. */
size_t linkage_look(const linkage_run *run, linkage_looker *l, uint32_t b, const uint32_t *rows, uint32_t count, linkage_pair *pairs,
                    size_t kept)
{
    enum { ASKED_MIDDLE = 32, ASKED_DEAR = 10 };
    linkage_memo *memo = l->memo;
    l->memo = NULL; /* the codes of a record's own values stand for others with the next */
    memcpy(l->kept, pairs, kept * sizeof *pairs);
    memcpy(l->found, rows, count * sizeof *rows);
    l->kept_count = (int)kept;
    linkage_seeking *g = &l->seeking[0];
    g->b = b;
    g->from = 0;
    g->until = count;
    g->is_one = false;
    ask_rows(run, l, g);
    begin(run, l, g);
    g->left = likeliest(l->left, g->left, ASKED_MIDDLE);
    go_on(run, l, g);
    g->left = likeliest(l->left, g->left, ASKED_DEAR);
    ask_values(run, l, g);
    linkage_seek_end(run, l, g, LINKAGE_FOUND_MAX);
    l->memo = memo;
    kept = (size_t)l->kept_count;
    l->kept_count = 0;
    memcpy(pairs, l->kept, kept * sizeof *pairs);
    return kept;
}
