/* Everybody decided: bucket by bucket, a block of lanes at a time; several purposes over one walk. */
#include "service/adopt.h"
#include "service/month.h"
#include "service/words.h"

enum { BLOCK_LANES = 2048 };

err month_deciding_open(month_call *m, text purpose, int32_t on_day, month_deciding *d)
{
    registry *people;
    decide_request asked = { .purpose = purpose, .on_day = on_day, .region = m->region };
    *d = (month_deciding){ 0 };
    TRY(decide_law_open(m->call, &d->law));
    TRY(adopt_need(m->office));
    TRY(decide_plan_open(m->memory, d->law, &asked, &d->plan));
    d->with = decide_open(m->memory, d->plan);
    TRY(county_people(m->office, &people));
    if (!m->employers || m->employers_day != on_day)
        TRY(roster_employers_load(m->memory, people, on_day, REGISTRY_NOW, &m->employers));
    m->employers_day = on_day;
    d->employers = m->employers;
    d->block_memory = arena_open();
    return ERR_NONE;
}

void month_deciding_close(month_deciding *d)
{
    if (d->block_memory) arena_close(d->block_memory);
    d->block_memory = NULL;
}

static text path_of_region(void *context, int64_t code)
{
    (void)context;
    return county_region_path(code);
}

static err decide_block_at_hand(month_deciding *d, uint32_t bucket, roster_block *block, const month_hands *hands)
{
    d->results = decide_results_open(d->block_memory, d->plan, block->people.count);
    if (hands->fill) TRY(hands->fill(hands->context, bucket, block));
    decide_run(d->with, &block->people, d->results);
    return hands->take(hands->context, bucket, block);
}

static err decide_blocks(month_deciding *d, uint32_t bucket, roster *people, const month_hands *hands)
{
    for (;;) {
        roster_block block;
        arena *a = d->block_memory;
        arena_reset(a);
        TRY(roster_next(a, people, BLOCK_LANES, &block));
        if (!block.people.count) return ERR_NONE;
        TRY(decide_block_at_hand(d, bucket, &block, hands));
    }
}

static roster_options options_of(const month_call *m, const month_deciding *d, uint32_t bucket)
{
    return (roster_options){ .bucket = bucket, .known_ms = REGISTRY_NOW, .employers = d->employers,
                             .facts_day = d->facts_day, .region_code = m->region_code, .region_path = path_of_region,
                             .has_subjects = d->has_subjects, .subjects = d->subjects,
                             .subject_count = d->subject_count };
}

static err decide_roster(month_call *m, month_deciding *d, uint32_t bucket, const month_hands *hands)
{
    registry *people;
    roster *rows;
    arena *worker = arena_open();
    roster_options options = options_of(m, d, bucket);
    err e = county_people(m->office, &people);
    if (!e.kind) e = roster_open(worker, people, d->plan, d->with, &options, &rows);
    if (!e.kind) {
        e = decide_blocks(d, bucket, rows, hands);
        roster_close(rows);
    }
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(worker);
    return e;
}

/* ---- at first sight: most people of a county are too young for most of what it pays ---- */

typedef struct {
    month_deciding *d;
    const month_hands *hands;
    const bool *shuts; /* by answer */
    arena *memory;
    int64_t *left; /* whom it takes all facts to decide */
    size_t left_count, left_capacity;
} first_look;

/* The lanes that are settled move to the front of the block, as refused. */
static err sort_out(first_look *f, uint32_t bucket, roster_block *block)
{
    decide_results *results = f->d->results;
    int64_t *subjects = (int64_t *)block->subject_id; /* made by the roster for this block */
    size_t settled = 0;
    for (size_t lane = 0; lane < block->people.count; lane++) {
        int64_t id = subjects[lane];
        bool is_settled = decide_is_shut(f->d->plan, results, f->shuts, lane) ||
                          !f->hands->asks(f->hands->context, bucket, id);
        if (is_settled) subjects[settled++] = id;
        else ARENA_PUSH(f->memory, f->left, f->left_count, f->left_capacity, id);
    }
    for (size_t lane = 0; lane < settled; lane++) {
        results->status[lane] = DECIDE_REFUSED;
        results->reason[lane] = 0;
    }
    block->people.count = results->count = settled;
    return settled ? f->hands->take(f->hands->context, bucket, block) : ERR_NONE;
}

static err look_first(first_look *f, uint32_t bucket, roster *people)
{
    for (;;) {
        roster_block block;
        arena_reset(f->d->block_memory);
        TRY(roster_next(f->d->block_memory, people, BLOCK_LANES, &block));
        if (!block.people.count) return ERR_NONE;
        f->d->results = decide_results_open(f->d->block_memory, f->d->plan, block.people.count);
        decide_run(f->d->with, &block.people, f->d->results);
        TRY(sort_out(f, bucket, &block));
    }
}

/* Answers whether a first look could settle anybody. */
static err look(month_call *m, first_look *f, uint32_t bucket, bool *looked)
{
    registry *people;
    roster *rows;
    size_t fact_count, answer_count;
    roster_options options = options_of(m, f->d, bucket);
    options.is_first_look = true;
    *looked = false;
    (void)decide_facts(f->d->plan, &fact_count);
    (void)decide_answers(f->d->plan, &answer_count);
    bool *is_known = ARENA_ARRAY(f->memory, bool, fact_count + 1), *shuts = ARENA_ARRAY(f->memory, bool, answer_count + 1);
    TRY(county_people(m->office, &people));
    TRY(roster_bind(f->memory, people, f->d->plan, f->d->with, &options, &rows));
    if (!roster_is_of_everybody(rows)) return ERR_NONE;
    roster_known_first(rows, is_known);
    if (!decide_shutting(f->memory, f->d->plan, is_known, shuts)) return ERR_NONE;
    *looked = true;
    f->shuts = shuts;
    TRY(roster_open(f->memory, people, f->d->plan, f->d->with, &options, &rows));
    err e = look_first(f, bucket, rows);
    roster_close(rows);
    return e;
}

err month_decide_bucket(month_call *m, month_deciding *d, uint32_t bucket, const month_hands *hands)
{
    bool looked = false;
    first_look f = { .d = d, .hands = hands, .memory = arena_open() };
    err e = hands->asks && !d->has_subjects ? look(m, &f, bucket, &looked) : ERR_NONE;
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    if (!e.kind && looked) {
        d->has_subjects = true;
        d->subjects = f.left;
        d->subject_count = f.left_count;
    }
    if (!e.kind && !(looked && !f.left_count)) e = decide_roster(m, d, bucket, hands);
    if (looked) d->has_subjects = false;
    arena_close(f.memory);
    return e;
}

/* ---- several purposes over one walk ---- */

/* A purpose that goes along. */
typedef struct {
    const month_decided *of;
    roster *rows;
    size_t lane_count;
} companion;

static err end_block(companion *c, uint32_t bucket)
{
    roster_block block;
    roster_end(c->rows, &block);
    if (c->lane_count) TRY(decide_block_at_hand(c->of->d, bucket, &block, c->of->hands));
    arena_reset(c->of->d->block_memory);
    roster_begin(c->of->d->block_memory, c->rows);
    c->lane_count = 0;
    return ERR_NONE;
}

static err hand_to_all(companion *companions, size_t count, uint32_t bucket, const registry_roster_row *row)
{
    for (size_t i = 0; i < count; i++) {
        TRY(roster_add(companions[i].rows, row, &companions[i].lane_count));
        if (companions[i].lane_count >= BLOCK_LANES) TRY(end_block(&companions[i], bucket));
    }
    return ERR_NONE;
}

static err walk_together(arena *worker, registry *people, const registry_roster_options *wanted, companion *companions,
                         size_t count, uint32_t bucket)
{
    registry_roster *walk;
    const registry_roster_row *row;
    for (size_t i = 0; i < count; i++) {
        arena_reset(companions[i].of->d->block_memory);
        roster_begin(companions[i].of->d->block_memory, companions[i].rows);
    }
    TRY(registry_roster_open(worker, people, bucket, wanted, &walk));
    err e = registry_roster_next(walk, &row);
    while (!e.kind && row) {
        e = hand_to_all(companions, count, bucket, row);
        if (!e.kind) e = registry_roster_next(walk, &row);
    }
    registry_roster_close(walk);
    for (size_t i = 0; !e.kind && i < count; i++) e = end_block(&companions[i], bucket);
    return e;
}

static err decide_together(month_call *m, arena *worker, uint32_t bucket, const month_decided *purposes, size_t count)
{
    registry *people;
    companion *companions = ARENA_ARRAY(worker, companion, count + 1);
    registry_roster_options wanted = { 0 };
    size_t joined = 0;
    TRY(county_people(m->office, &people));
    for (size_t i = 0; i < count; i++) {
        month_deciding *d = purposes[i].d;
        companion one = { .of = &purposes[i] };
        roster_options options = options_of(m, d, bucket);
        TRY(roster_bind(worker, people, d->plan, d->with, &options, &one.rows));
        registry_roster_options own = roster_wanted(one.rows);
        bool goes_along = roster_is_of_everybody(one.rows) && (!joined || (own.day == wanted.day && own.month == wanted.month));
        if (!goes_along) {
            TRY(month_decide_bucket(m, d, bucket, purposes[i].hands));
            continue;
        }
        own.wants |= wanted.wants;
        own.has_career |= wanted.has_career;
        own.attributes = NULL;
        wanted = own;
        companions[joined++] = one;
    }
    return joined ? walk_together(worker, people, &wanted, companions, joined, bucket) : ERR_NONE;
}

err month_decide_together(month_call *m, uint32_t bucket, const month_decided *purposes, size_t count)
{
    arena *worker = arena_open();
    err e = decide_together(m, worker, bucket, purposes, count);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(worker);
    return e;
}
