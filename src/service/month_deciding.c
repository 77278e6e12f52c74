/* Everybody decided: bucket by bucket, a block of lanes at a time; several purposes over one walk. */
#include "service/adopt.h"
#include "service/month_walk.h"
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

/* The next lanes: of the rows of a walk, or, with none, of those the roster reads itself. */
static err next_block(arena *a, roster *people, month_walk *walk, roster_block *block)
{
    size_t lane_count = 0;
    if (!walk) return roster_next(a, people, BLOCK_LANES, block);
    roster_begin(a, people);
    while (lane_count < BLOCK_LANES) {
        const registry_roster_row *row;
        TRY(month_walk_next(walk, &row));
        if (!row) break;
        TRY(roster_add(people, row, &lane_count));
    }
    roster_end(people, block);
    return ERR_NONE;
}

static err decide_blocks(month_deciding *d, uint32_t bucket, roster *people, month_walk *walk, const month_hands *hands)
{
    for (;;) {
        roster_block block;
        arena *a = d->block_memory;
        arena_reset(a);
        TRY(next_block(a, people, walk, &block));
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

static err decide_roster(month_call *m, month_deciding *d, uint32_t bucket, month_walk *walk, const month_hands *hands)
{
    registry *people;
    roster *rows;
    arena *worker = arena_open();
    roster_options options = options_of(m, d, bucket);
    err e = county_people(m->office, &people);
    if (!e.kind && walk) e = roster_bind(worker, people, d->plan, d->with, &options, &rows);
    else if (!e.kind) e = roster_open(worker, people, d->plan, d->with, &options, &rows);
    if (!e.kind) {
        e = decide_blocks(d, bucket, rows, walk, hands);
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

static err look_first(first_look *f, uint32_t bucket, roster *people, month_walk *walk)
{
    for (;;) {
        roster_block block;
        arena_reset(f->d->block_memory);
        TRY(next_block(f->d->block_memory, people, walk, &block));
        if (!block.people.count) return ERR_NONE;
        f->d->results = decide_results_open(f->d->block_memory, f->d->plan, block.people.count);
        decide_run(f->d->with, &block.people, f->d->results);
        TRY(sort_out(f, bucket, &block));
    }
}

static roster_options first_options(const month_call *m, const month_deciding *d, uint32_t bucket)
{
    roster_options options = options_of(m, d, bucket);
    options.is_first_look = true;
    return options;
}

/* Whether a first look could settle anybody. */
static err may_look(month_call *m, first_look *f, bool *may)
{
    registry *people;
    roster *rows;
    size_t fact_count, answer_count;
    roster_options options = first_options(m, f->d, 0);
    *may = false;
    (void)decide_facts(f->d->plan, &fact_count);
    (void)decide_answers(f->d->plan, &answer_count);
    bool *is_known = ARENA_ARRAY(f->memory, bool, fact_count + 1), *shuts = ARENA_ARRAY(f->memory, bool, answer_count + 1);
    TRY(county_people(m->office, &people));
    TRY(roster_bind(f->memory, people, f->d->plan, f->d->with, &options, &rows));
    if (!roster_is_of_everybody(rows)) return ERR_NONE;
    roster_known_first(rows, is_known);
    *may = decide_shutting(f->memory, f->d->plan, is_known, shuts);
    f->shuts = shuts;
    return ERR_NONE;
}

static err look(month_call *m, first_look *f, uint32_t bucket, month_walk *walk)
{
    registry *people;
    roster *rows;
    roster_options options = first_options(m, f->d, bucket);
    TRY(county_people(m->office, &people));
    if (walk) TRY(roster_bind(f->memory, people, f->d->plan, f->d->with, &options, &rows));
    else TRY(roster_open(f->memory, people, f->d->plan, f->d->with, &options, &rows));
    err e = look_first(f, bucket, rows, walk);
    roster_close(rows);
    return e;
}

err month_decide_bucket(month_call *m, month_deciding *d, uint32_t bucket, const month_hands *hands)
{
    bool looks = false;
    first_look f = { .d = d, .hands = hands, .memory = arena_open() };
    err e = hands->asks && !d->has_subjects ? may_look(m, &f, &looks) : ERR_NONE;
    if (!e.kind && looks) e = look(m, &f, bucket, NULL);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    if (!e.kind && looks) {
        d->has_subjects = true;
        d->subjects = f.left;
        d->subject_count = f.left_count;
    }
    if (!e.kind && !(looks && !f.left_count)) e = decide_roster(m, d, bucket, NULL, hands);
    if (looks) d->has_subjects = false;
    arena_close(f.memory);
    return e;
}

/* ---- everybody ---- */

typedef struct {
    month_call *m;
    first_look look;
    bool looks;
    struct {
        int64_t *items;
        size_t count;
    } left[EVENTLOG_BUCKETS];
} everybody;

/* Asked by any thread: nothing is written here. */
static err want(const everybody *all, const roster_options *options, arena *a, registry *people, registry_roster_options *wanted)
{
    roster *rows;
    const month_deciding *d = all->look.d;
    TRY(roster_bind(a, people, d->plan, d->with, options, &rows));
    return roster_wants(rows, wanted);
}

static err want_first(void *context, arena *a, registry *people, uint32_t bucket, registry_roster_options *wanted, bool *has_any)
{
    const everybody *all = context;
    roster_options options = first_options(all->m, all->look.d, bucket);
    *has_any = true;
    return want(all, &options, a, people, wanted);
}

static err tell_first(void *context, uint32_t bucket, month_walk *rows)
{
    everybody *all = context;
    first_look *f = &all->look;
    f->left = NULL;
    f->left_count = f->left_capacity = 0;
    if (f->hands->begin) TRY(f->hands->begin(f->hands->context, bucket));
    TRY(look(all->m, f, bucket, rows));
    all->left[bucket].items = f->left;
    all->left[bucket].count = f->left_count;
    return ERR_NONE;
}

static err want_left(void *context, arena *a, registry *people, uint32_t bucket, registry_roster_options *wanted, bool *has_any)
{
    const everybody *all = context;
    roster_options options = options_of(all->m, all->look.d, bucket);
    options.has_subjects = all->looks;
    options.subjects = all->left[bucket].items;
    options.subject_count = all->left[bucket].count;
    *has_any = !all->looks || options.subject_count;
    return *has_any ? want(all, &options, a, people, wanted) : ERR_NONE;
}

static err tell_left(void *context, uint32_t bucket, month_walk *rows)
{
    everybody *all = context;
    const month_hands *hands = all->look.hands;
    if (hands->begin) TRY(hands->begin(hands->context, bucket));
    if (!all->looks || all->left[bucket].count) TRY(decide_roster(all->m, all->look.d, bucket, rows, hands));
    return hands->end ? hands->end(hands->context, bucket) : ERR_NONE;
}

static err decide_all(everybody *all)
{
    const month_hands *hands = all->look.hands;
    month_walk_hands first = { .want = want_first, .tell = tell_first, .context = all };
    month_walk_hands then = { .want = want_left, .tell = tell_left, .context = all };
    if (hands->asks) TRY(may_look(all->m, &all->look, &all->looks));
    if (all->looks) TRY(month_walk_all(all->m, &first));
    return month_walk_all(all->m, &then);
}

err month_decide_everybody(month_call *m, month_deciding *d, const month_hands *hands)
{
    everybody *all = ARENA_NEW(m->memory, everybody);
    *all = (everybody){ .m = m, .look = { .d = d, .hands = hands, .memory = arena_open() } };
    err e = decide_all(all);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(all->look.memory);
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

static err walk_together(companion *companions, size_t count, uint32_t bucket, month_walk *walk)
{
    const registry_roster_row *row;
    for (size_t i = 0; i < count; i++) {
        arena_reset(companions[i].of->d->block_memory);
        roster_begin(companions[i].of->d->block_memory, companions[i].rows);
    }
    TRY(month_walk_next(walk, &row));
    while (row) {
        TRY(hand_to_all(companions, count, bucket, row));
        TRY(month_walk_next(walk, &row));
    }
    for (size_t i = 0; i < count; i++) TRY(end_block(&companions[i], bucket));
    return ERR_NONE;
}

typedef struct {
    month_call *m;
    const month_decided *purposes;
    bool *goes_along; /* by purpose: it is asked of everybody, on the day of the others */
    size_t count, joined;
    registry_roster_options wanted; /* of those that go along */
} together;

static err bind_one(const together *t, arena *a, size_t purpose, uint32_t bucket, roster **rows)
{
    registry *people;
    const month_deciding *d = t->purposes[purpose].d;
    roster_options options = options_of(t->m, d, bucket);
    TRY(county_people(t->m->office, &people));
    return roster_bind(a, people, d->plan, d->with, &options, rows);
}

static err join(together *t, arena *a)
{
    t->goes_along = ARENA_ARRAY(a, bool, t->count + 1);
    for (size_t i = 0; i < t->count; i++) {
        roster *rows;
        TRY(bind_one(t, a, i, 0, &rows));
        registry_roster_options own = roster_wanted(rows);
        t->goes_along[i] = roster_is_of_everybody(rows) &&
                           (!t->joined || (own.day == t->wanted.day && own.month == t->wanted.month));
        if (!t->goes_along[i]) continue;
        own.wants |= t->wanted.wants;
        own.has_career |= t->wanted.has_career;
        own.attributes = NULL;
        t->wanted = own;
        t->joined++;
    }
    return ERR_NONE;
}

static err want_together(void *context, arena *a, registry *people, uint32_t bucket, registry_roster_options *wanted, bool *has_any)
{
    const together *t = context;
    (void)a;
    (void)people;
    (void)bucket;
    *wanted = t->wanted;
    *has_any = t->joined > 0;
    return ERR_NONE;
}

static err tell_bucket(const together *t, arena *worker, uint32_t bucket, month_walk *walk)
{
    companion *companions = ARENA_ARRAY(worker, companion, t->count + 1);
    size_t joined = 0;
    for (size_t i = 0; i < t->count; i++) {
        companion one = { .of = &t->purposes[i] };
        if (!t->goes_along[i]) {
            TRY(month_decide_bucket(t->m, t->purposes[i].d, bucket, t->purposes[i].hands));
            continue;
        }
        TRY(bind_one(t, worker, i, bucket, &one.rows));
        companions[joined++] = one;
    }
    return walk_together(companions, joined, bucket, walk);
}

static err tell_together(void *context, uint32_t bucket, month_walk *walk)
{
    const together *t = context;
    arena *worker = arena_open();
    err e = tell_bucket(t, worker, bucket, walk);
    if (e.detail) e.detail = text_cstr(t->m->call->request, text_of(e.detail));
    arena_close(worker);
    return e;
}

err month_decide_together(month_call *m, const month_decided *purposes, size_t count)
{
    together t = { .m = m, .purposes = purposes, .count = count };
    month_walk_hands hands = { .want = want_together, .tell = tell_together, .context = &t };
    arena *memory = arena_open();
    err e = join(&t, memory);
    if (!e.kind) e = month_walk_all(m, &hands);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}
