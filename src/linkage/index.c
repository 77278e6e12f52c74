/* Blocks: of a key, which rows of the first file stand beside the rows that look.
 *
 * Only the keys of the rows that look are put into a table; the first file is then read through once, in ranges side
 * by side, and what is in no block of theirs is passed over by a filter of bits. */
#include <stdlib.h>

#include "linkage/linkage_internal.h"

enum { RANGE_ROWS = 1 << 16, RUN_ROWS = 512, FILTER_BITS_A_ROW = 8 };

typedef struct {
    uint32_t slot, row;
} member;
typedef struct {
    linkage_vec members[2];
    size_t count[2];
} range;
/* A place of the table: the upper half of a key's hash, and its block; WANTS_OWN: some row without a number of its own is
 * in the block. Keys that this takes for one bring a pair more to compare, and nothing else. */
typedef struct {
    uint32_t tag, slot;
} entry;
#define WANTS_OWN (UINT32_C(1) << 31)
/* An index in the making. */
typedef struct {
    const linkage_blocks *blocks;
    linkage_index *at;
    arena *work;
    int key;
    bool is_by_code;
    entry *table;
    size_t mask;
    uint64_t *filter[2]; /* of all, and of those that want rows with a number of their own */
    int filter_shift;
    range *ranges;
} making;
typedef struct {
    making *all;
    const linkage_seekers *seekers;
    size_t rows, ranges;
} makings;

/* ---- the table of the rows that look ---- */

static entry *find_entry(const making *m, uint64_t h)
{
    size_t at = h & m->mask;
    while (m->table[at].slot && m->table[at].tag != h >> 32) at = (at + 1) & m->mask;
    return &m->table[at];
}

static void mark_filter(making *m, int c, uint64_t h)
{
    uint64_t bit = h >> m->filter_shift;
    m->filter[c][bit >> 6] |= UINT64_C(1) << (bit & 63);
}

static uint32_t put_entry(making *m, uint64_t h, bool wants_own, uint32_t *slots)
{
    entry *to = find_entry(m, h);
    if (!to->slot) {
        *to = (entry){ .tag = (uint32_t)(h >> 32), .slot = (*slots)++ };
        mark_filter(m, 0, h);
    }
    if (wants_own && !(to->slot & WANTS_OWN)) {
        to->slot |= WANTS_OWN;
        mark_filter(m, 1, h);
    }
    return to->slot & ~WANTS_OWN;
}

static void fill_table(making *m, const linkage_seekers *seekers)
{
    const linkage_set *s = m->blocks->set;
    size_t n = seekers->count, size = 1024;
    int bits = 13;
    while (size < 2 * n) size *= 2;
    while ((UINT64_C(1) << bits) < n * FILTER_BITS_A_ROW) bits++;
    m->table = ARENA_ARRAY(m->work, entry, size);
    m->mask = size - 1;
    m->filter_shift = 64 - bits;
    for (int c = 0; c < 2; c++) m->filter[c] = ARENA_ARRAY(m->work, uint64_t, (UINT64_C(1) << bits) / 64);
    m->at->slot = ARENA_ARRAY(m->at->own, uint32_t, n + 1);
    uint32_t slots = 1;
    for (size_t from = 0; from < n; from += RUN_ROWS) {
        size_t count = n - from < RUN_ROWS ? n - from : RUN_ROWS;
        uint32_t row[RUN_ROWS];
        uint64_t hash[RUN_ROWS];
        for (size_t i = 0; i < count; i++) row[i] = linkage_seeker(seekers, from + i);
        linkage_block_keys(m->blocks, m->key, row, count, hash);
        for (size_t i = 0; i < count; i++) linkage_fetch(&m->table[hash[i] & m->mask]);
        for (size_t i = 0; i < count; i++) {
            if (!hash[i] || (seekers->only && !seekers->only[from + i])) continue;
            m->at->slot[from + i] = put_entry(m, hash[i], m->at->lists == 1 || !linkage_has_own(s, row[i]), &slots);
        }
    }
    m->at->slots = slots;
}

static void prepare(void *job, size_t part, size_t worker)
{
    (void)worker;
    makings *all = job;
    making *m = &all->all[part];
    m->work = arena_open();
    m->ranges = ARENA_ARRAY(m->work, range, all->ranges);
    if (m->is_by_code) m->at->slots = m->blocks->set->dict[m->at->field].count;
    else fill_table(m, all->seekers);
}

/* ---- the first file, read through ---- */

/* The rows of a run that may be in a block, by the filter: their places in the table are asked for. */
typedef struct {
    uint64_t hash[RUN_ROWS];
    uint32_t row[RUN_ROWS];
    bool is_own[RUN_ROWS];
    size_t count;
} candidates;

static void filter_run(const makings *all, const making *m, size_t from, size_t until, candidates *c)
{
    const linkage_set *s = m->blocks->set;
    const uint32_t *shown = all->seekers->shown, *rows = shown ? shown + from : NULL;
    uint64_t hash[RUN_ROWS];
    for (size_t i = from; i < until && !shown; i++) c->row[i - from] = (uint32_t)i;
    linkage_block_keys(m->blocks, m->key, shown ? rows : c->row, until - from, hash);
    c->count = 0;
    /* Those with a number of their own and those without have filters of their own. */
    bool has_numbers = s->spec->citizen >= 0 && s->place[s->spec->citizen] >= 0;
    const uint32_t *cell = linkage_row(s, 0) + (has_numbers ? s->place[s->spec->citizen] : 0), own = has_numbers ? LINKAGE_OWN : 0;
    size_t stride = (size_t)s->stride;
    int shift = m->filter_shift;
    for (size_t i = 0; i < until - from; i++) {
        uint32_t row = shown ? rows[i] : (uint32_t)(from + i);
        bool is_own = cell[row * stride] & own;
        uint64_t h = hash[i], bit = h >> shift;
        c->hash[c->count] = h;
        c->row[c->count] = row;
        c->is_own[c->count] = is_own;
        c->count += h && m->filter[is_own][bit >> 6] >> (bit & 63) & 1;
    }
    for (size_t i = 0; i < c->count; i++) linkage_fetch(&m->table[c->hash[i] & m->mask]);
}

static uint32_t slot_of(const making *m, uint64_t h, bool is_own)
{
    uint32_t slot = find_entry(m, h)->slot;
    return is_own && !(slot & WANTS_OWN) ? 0 : slot & ~WANTS_OWN;
}

static void put_member(const making *m, range *r, uint32_t slot, uint32_t row, bool is_own)
{
    int c = is_own && m->at->lists == 2;
    member *members = r->members[c].items;
    members[r->count[c]] = (member){ slot, row };
    r->count[c] += slot != 0;
}

static void read_range(void *job, size_t part, size_t worker)
{
    (void)worker;
    makings *all = job;
    making *m = &all->all[part / all->ranges];
    const linkage_set *s = m->blocks->set;
    range *r = &m->ranges[part % all->ranges];
    size_t from = part % all->ranges * RANGE_ROWS, until = from + RANGE_ROWS < all->rows ? from + RANGE_ROWS : all->rows;
    candidates found;
    for (size_t run = from; run < until; run += RUN_ROWS) {
        size_t end = run + RUN_ROWS < until ? run + RUN_ROWS : until;
        for (int c = 0; c < m->at->lists; c++) linkage_vec_need(&r->members[c], r->count[c] + RUN_ROWS, sizeof(member));
        if (m->is_by_code) {
            for (size_t i = run; i < end; i++) {
                uint32_t row = all->seekers->shown ? all->seekers->shown[i] : (uint32_t)i;
                put_member(m, r, linkage_code(s, m->at->field, row), row, linkage_has_own(s, row));
            }
            continue;
        }
        filter_run(all, m, run, end, &found);
        for (size_t i = 0; i < found.count; i++)
            put_member(m, r, slot_of(m, found.hash[i], found.is_own[i]), found.row[i], found.is_own[i]);
    }
}

/* Counted into their blocks and then put there, in their order. */
static void put_blocks(void *job, size_t part, size_t worker)
{
    (void)worker;
    makings *all = job;
    making *m = &all->all[part];
    linkage_index *at = m->at;
    for (int c = 0; c < at->lists; c++) {
        size_t sum = 0;
        uint32_t *from = at->from[c] = ARENA_ARRAY(at->own, uint32_t, at->slots + 2);
        for (size_t r = 0; r < all->ranges; r++) {
            const member *members = m->ranges[r].members[c].items;
            for (size_t i = 0; i < m->ranges[r].count[c]; i++) from[members[i].slot + 1]++;
            sum += m->ranges[r].count[c];
        }
        uint32_t most = 0;
        for (size_t i = 1; i <= at->slots; i++) {
            most = from[i + 1] > most ? from[i + 1] : most;
            from[i + 1] += from[i];
        }
        at->most += most;
        uint32_t *rows = at->rows[c] = ARENA_ARRAY(at->own, uint32_t, sum + 1);
        for (size_t r = 0; r < all->ranges; r++) {
            const member *members = m->ranges[r].members[c].items;
            for (size_t i = 0; i < m->ranges[r].count[c]; i++) rows[from[members[i].slot]++] = members[i].row;
        }
        /* Each beginning has moved to its end, that is to the next one's beginning. */
        memmove(from + 1, from, (at->slots + 1) * sizeof *from);
        from[0] = 0;
    }
    for (size_t r = 0; r < all->ranges; r++)
        for (int c = 0; c < 2; c++) linkage_vec_close(&m->ranges[r].members[c]);
    arena_close(m->work);
}

/* All of a key's, where there are several: so few are under way at once. */
static void make_one(void *job, size_t part, size_t worker)
{
    makings *all = job;
    prepare(job, part, worker);
    for (size_t r = 0; r < all->ranges; r++) read_range(job, part * all->ranges + r, worker);
    put_blocks(job, part, worker);
}

void linkage_indexes_open(linkage_index *at, const int *keys, int count, const linkage_blocks *b,
                          const linkage_seekers *seekers, const linkage_crew *crew)
{
    const linkage_set *s = b->set;
    arena *work = arena_open();
    makings all = { .seekers = seekers, .rows = s->is_two ? s->count[0] : linkage_rows(s) };
    if (seekers->shown) all.rows = seekers->shown_count;
    all.ranges = (all.rows + RANGE_ROWS - 1) / RANGE_ROWS;
    all.all = ARENA_ARRAY(work, making, count);
    for (int i = 0; i < count; i++) {
        const linkage_key *key = b->keys[keys[i]];
        bool is_plain = key->count == 1 && key->shape[0] == LINKAGE_ALL_OF;
        bool is_number = false;
        for (int p = 0; p < key->count; p++)
            is_number = is_number || (key->field[p] == s->spec->citizen && key->shape[p] == LINKAGE_ALL_OF);
        bool is_whole = seekers->is_whole || is_number || !s->spec->has_veto;
        at[i] = (linkage_index){ .own = arena_open(), .lists = is_whole ? 1 : 2, .field = key->field[0] };
        all.all[i] = (making){ .blocks = b, .at = &at[i], .key = keys[i],
                               .is_by_code = is_plain && !seekers->only &&
                                             seekers->count * 2 > linkage_rows(s) - s->count[0] * s->is_two };
    }
    if (count > 1) {
        linkage_spread(crew, (size_t)count, make_one, &all);
    } else if (count) {
        prepare(&all, 0, 0);
        linkage_spread(crew, all.ranges, read_range, &all);
        put_blocks(&all, 0, 0);
    }
    arena_close(work);
}

void linkage_index_close(linkage_index *at)
{
    if (at->own) arena_close(at->own);
    *at = (linkage_index){ 0 };
}
