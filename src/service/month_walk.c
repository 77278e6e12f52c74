#include "service/month_walk.h"

#include <string.h>

#include "os/os.h"

enum { READERS_MAX = 4 };

/* A handle of what is committed. */
typedef struct {
    arena *memory;
    store *db;
    eventlog *log;
    registry *people;
} reader;
struct county_readers {
    reader of[READERS_MAX];
    size_t count;
};

typedef struct {
    arena *memory;
    uint32_t bucket;
    registry_roster_options wanted;
    registry_roster_row *rows;
    size_t count, capacity;
} part;

struct month_walk {
    month_call *m;
    uint32_t bucket;
    registry_roster *live; /* rows as they are read */
    const part *kept;      /* or read before */
    size_t at;
    arena *memory;         /* of a row that is read again */
    registry_roster_row again;
};

typedef struct {
    month_call *m;
    const month_walk_hands *hands;
    uint32_t next_bucket;
    part parts[READERS_MAX + 1];
} walking;

/* ---- handles ---- */

static void close_reader(reader *r)
{
    if (r->people) registry_close(r->people);
    eventlog_close(r->log);
    store_close(r->db);
    if (r->memory) arena_close(r->memory);
    *r = (reader){ 0 };
}

static err open_reader(const char *url, reader *r)
{
    store_options options = { .url = url, .mode = STORE_READ };
    *r = (reader){ .memory = arena_open() };
    TRY(store_open(r->memory, &options, &r->db));
    TRY(store_begin(r->db));
    TRY(eventlog_open(r->memory, r->db, &r->log));
    return registry_open(r->memory, r->db, r->log, NULL, &r->people);
}

/* A store that gives no second handle is read by the one there is; so is what no second handle would see. */
static void open_readers(month_call *m)
{
    county *office = m->office;
    size_t wanted = m->call->office->settings.thread_count;
    if (office->readers || !m->walks_aside || wanted < 2 || store_is_ahead(office->db)) return;
    if (wanted > READERS_MAX) wanted = READERS_MAX;
    office->readers = ARENA_NEW(office->memory, struct county_readers);
    for (size_t i = 0; i < wanted && m->walks_aside; i++) {
        reader *r = &office->readers->of[office->readers->count++];
        if (open_reader(office->url, r).kind) m->walks_aside = false;
    }
    if (!m->walks_aside) month_walk_close(office);
}

void month_walk_close(county *office)
{
    if (!office->readers) return;
    for (size_t i = 0; i < office->readers->count; i++) close_reader(&office->readers->of[i]);
    office->readers = NULL;
}

/* ---- rows ---- */

void month_walk_changed(month_call *m, int64_t person_id)
{
    ARENA_PUSH(m->memory, m->changed, m->changed_count, m->changed_capacity, person_id);
}

static bool is_changed(const month_call *m, int64_t person_id)
{
    for (size_t i = 0; i < m->changed_count; i++)
        if (m->changed[i] == person_id) return true;
    return false;
}

static err read_again(month_walk *w, int64_t id, const registry_roster_row **row)
{
    registry *people;
    registry_roster *one;
    registry_roster_options wanted = w->kept->wanted;
    wanted.has_subjects = true;
    wanted.subjects = &id;
    wanted.subject_count = 1;
    arena_reset(w->memory);
    TRY(county_people(w->m->office, &people));
    TRY(registry_roster_open(w->memory, people, w->bucket, &wanted, &one));
    err e = registry_roster_next(one, row);
    if (!e.kind && *row) {
        w->again = **row;
        registry_roster_keep(w->memory, one, &w->again);
        *row = &w->again;
    }
    registry_roster_close(one);
    return e;
}

err month_walk_next(month_walk *w, const registry_roster_row **row)
{
    *row = NULL;
    if (w->live) return registry_roster_next(w->live, row);
    while (w->kept && !*row && w->at < w->kept->count) {
        *row = &w->kept->rows[w->at++];
        if (is_changed(w->m, (*row)->subject_id)) TRY(read_again(w, (*row)->subject_id, row));
    }
    return ERR_NONE;
}

/* ---- by one thread ---- */

static err walk_bucket(walking *all, arena *memory, registry *people, uint32_t bucket)
{
    month_walk w = { .m = all->m, .bucket = bucket };
    registry_roster_options wanted = { 0 };
    bool has_any = false;
    TRY(all->hands->want(all->hands->context, memory, people, bucket, &wanted, &has_any));
    if (has_any) TRY(registry_roster_open(memory, people, bucket, &wanted, &w.live));
    err e = all->hands->tell(all->hands->context, bucket, &w);
    registry_roster_close(w.live);
    return e;
}

static err walk_alone(walking *all)
{
    registry *people;
    TRY(county_people(all->m->office, &people));
    arena *memory = arena_open();
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        arena_reset(memory);
        e = walk_bucket(all, memory, people, bucket);
    }
    if (e.detail) e.detail = text_cstr(all->m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

/* ---- by several ---- */

static err take_part(void *context, size_t slot, bool *has_block)
{
    walking *all = context;
    *has_block = all->next_bucket < EVENTLOG_BUCKETS;
    if (*has_block) all->parts[slot].bucket = all->next_bucket++;
    return ERR_NONE;
}

static err keep_rows(part *p, registry_roster *rows)
{
    for (;;) {
        const registry_roster_row *row;
        TRY(registry_roster_next(rows, &row));
        if (!row) return ERR_NONE;
        ARENA_PUSH(p->memory, p->rows, p->count, p->capacity, *row);
        registry_roster_keep(p->memory, rows, &p->rows[p->count - 1]);
    }
}

static err read_part(void *context, size_t slot, size_t worker)
{
    walking *all = context;
    part *p = &all->parts[slot];
    const reader *r = &all->m->office->readers->of[worker];
    registry_roster *rows;
    bool has_any = false;
    if (!p->memory) p->memory = arena_open();
    arena_reset(p->memory);
    *p = (part){ .memory = p->memory, .bucket = p->bucket };
    err e = all->hands->want(all->hands->context, p->memory, r->people, p->bucket, &p->wanted, &has_any);
    if (!e.kind && has_any) {
        e = registry_roster_open(p->memory, r->people, p->bucket, &p->wanted, &rows);
        if (!e.kind) {
            e = keep_rows(p, rows);
            registry_roster_close(rows);
        }
    }
    if (e.detail) e.detail = text_cstr(p->memory, text_of(e.detail));
    return e;
}

static err tell_part(void *context, size_t slot)
{
    walking *all = context;
    month_walk w = { .m = all->m, .bucket = all->parts[slot].bucket, .kept = &all->parts[slot], .memory = arena_open() };
    err e = all->hands->tell(all->hands->context, w.bucket, &w);
    if (e.detail) e.detail = text_cstr(all->m->call->request, text_of(e.detail));
    arena_close(w.memory);
    return e;
}

static err walk_side_by_side(walking *all)
{
    size_t count = all->m->office->readers->count;
    os_blocks job = { .context = all, .worker_count = count, .slot_count = count + 1,
                      .take = take_part, .work = read_part, .finish = tell_part };
    err e = os_run_blocks(&job);
    if (e.detail) e.detail = text_cstr(all->m->call->request, text_of(e.detail));
    for (size_t i = 0; i < job.slot_count; i++)
        if (all->parts[i].memory) arena_close(all->parts[i].memory);
    return e;
}

err month_walk_all(month_call *m, const month_walk_hands *hands)
{
    walking all = { .m = m, .hands = hands };
    open_readers(m);
    return m->office->readers ? walk_side_by_side(&all) : walk_alone(&all);
}
