/* A linkage that stands: what a change reaches is settled anew, and nothing else.
 *
 * Rows hang together by pairs that are likelier than not, and clusters are made within what hangs together. A change moves the pairs of its row, and of
 * rows whose block becomes too large by it, or no longer is; so what hung together with any of these before, or does so
 * afterwards, is all that can be settled otherwise. */
#include <stdlib.h>

#include "linkage/linkage_standing.h"

const err_kind LINKAGE_NO_ROW = {
    "linkage.no_row", ERR_NOT_FOUND, "No row with the id '{}' stands; see the ids of the kept roll, or insert it.",
    "没有编号为“{}”的在册记录；请核对名册中的编号，或将其新增。",
};
const err_kind LINKAGE_ROW_STANDS = {
    "linkage.row_stands", ERR_CONFLICT, "A row with the id '{}' stands already; correct it, or withdraw it first.",
    "编号“{}”的记录已在册；请改为更正，或先将其撤出。",
};

enum { LARGEST = 256 };

/* Rows that a change reaches. */
typedef struct {
    uint32_t *rows;
    size_t count, capacity;
    linkage_pair *pairs; /* a stands before b by id */
    size_t pair_count, pair_capacity;
    uint32_t *block; /* room for one */
    arena *work;
} reach;

static reach open_reach(const linkage_standing *l)
{
    arena *work = arena_open();
    return (reach){ .work = work, .block = ARENA_ARRAY(work, uint32_t, (size_t)l->largest + 2) };
}

linkage_standing *linkage_standing_open(linkage_set *set, linkage_run *run, uint32_t largest)
{
    arena *own = arena_open();
    linkage_standing *l = ARENA_NEW(own, linkage_standing);
    l->own = own;
    l->set = set;
    l->run = run;
    l->batch = linkage_batch_open(set);
    l->base = l->count = (uint32_t)set->count[0];
    l->largest = largest ? largest : LARGEST;
    l->later = hash_map_open(own);
    l->numbers = hash_map_open(own);
    ARENA_PUSH(own, l->name, l->name_count, l->name_capacity, TEXT_NONE);
    ARENA_PUSH(own, l->members, l->member_count, l->member_capacity, 0);
    linkage_standing_rows_open(l);
    return l;
}

void linkage_standing_close(linkage_standing *l)
{
    if (!l) return;
    linkage_standing_rows_close(l);
    linkage_batch_close(l->batch);
    arena_close(l->own);
}

/* ---- what hangs together ---- */

static bool is_before(const linkage_standing *l, uint32_t x, uint32_t y)
{
    if (x < l->base && y < l->base) return x < y;
    return text_compare(linkage_standing_id(l, x), linkage_standing_id(l, y)) < 0;
}

static void reach_row(linkage_standing *l, reach *r, uint32_t row)
{
    uint32_t *met = l->met.items;
    if (met[row] == l->round) return;
    met[row] = l->round;
    ARENA_PUSH(r->work, r->rows, r->count, r->capacity, row);
}

/* Two well-made numbers are two people, whatever else they share. */
static bool are_two_people(const linkage_standing *l, uint32_t x, uint32_t y)
{
    if (!l->set->spec->has_veto) return false;
    uint32_t own = linkage_own_number(l->set, x), other = linkage_own_number(l->set, y);
    return own && other && own != other;
}

/* Reaches the rows that a row is likelier than not one person with. Of a pair the row that comes first by id keeps it. */
static void reach_pairs(linkage_standing *l, reach *r, uint32_t row, bool keeps)
{
    uint32_t *seen = l->seen.items, look = ++l->look;
    for (int k = 0; k < l->run->blocks.count; k++) {
        uint32_t count = linkage_standing_block(l, k, row, r->block, l->largest + 1);
        for (uint32_t i = 0; i < count && count <= l->largest; i++) {
            uint32_t other = r->block[i];
            if (other == row || seen[other] == look) continue;
            seen[other] = look;
            if (are_two_people(l, row, other)) continue;
            bool is_first = is_before(l, row, other);
            linkage_pair pair = linkage_weigh(l->run, NULL, is_first ? row : other, is_first ? other : row);
            l->compared++;
            if (pair.odds <= 0) continue;
            if (keeps && is_first) ARENA_PUSH(r->work, r->pairs, r->pair_count, r->pair_capacity, pair);
            reach_row(l, r, other);
        }
    }
}

/* All that hangs together with the rows that are reached. */
static void reach_all(linkage_standing *l, reach *r, bool keeps)
{
    for (size_t i = 0; i < r->count; i++)
        if (linkage_standing_is(l, r->rows[i])) reach_pairs(l, r, r->rows[i], keeps);
}

static uint32_t tag_of(const linkage_standing *l, int key, uint32_t row)
{
    return row == UINT32_MAX ? 0 : ((const uint32_t *)l->keys[key].tag.items)[row];
}

/* The rows of blocks that one row's going or another's coming makes small enough to be compared, or too large. */
static void reach_blocks(linkage_standing *l, reach *r, uint32_t gone, uint32_t comes)
{
    for (int k = 0; k < l->run->blocks.count; k++) {
        uint32_t from = tag_of(l, k, gone), to = tag_of(l, k, comes), count;
        if (from == to) continue;
        count = from ? linkage_standing_block(l, k, gone, r->block, l->largest + 2) : 0;
        for (uint32_t i = 0; i < count && count == l->largest + 1; i++) reach_row(l, r, r->block[i]);
        count = to ? linkage_standing_block(l, k, comes, r->block, l->largest + 1) : 0;
        for (uint32_t i = 0; i < count && count == l->largest; i++) reach_row(l, r, r->block[i]);
    }
}

/* ---- names ---- */

/* A cluster of now and one of before that share rows. */
typedef struct {
    uint32_t before, first, rows;
    text name;
    bool has_namesake; /* the row that the cluster of before is called after */
} shared;

static int by_pair(const void *x, const void *y)
{
    const shared *p = x, *q = y;
    if (p->first != q->first) return p->first < q->first ? -1 : 1;
    return (p->before > q->before) - (p->before < q->before);
}

/* Most rows first; of equals what has the row that the name is of, then by the name of before, then by the first row. */
static int by_rows(const void *x, const void *y)
{
    const shared *p = x, *q = y;
    if (p->rows != q->rows) return p->rows > q->rows ? -1 : 1;
    if (p->has_namesake != q->has_namesake) return p->has_namesake ? -1 : 1;
    int order = text_compare(p->name, q->name);
    return order ? order : (p->first > q->first) - (p->first < q->first);
}

static uint32_t number_of(linkage_standing *l, text name)
{
    size_t number = hash_map_get(l->numbers, name);
    if (number != SIZE_MAX) return (uint32_t)number;
    number = l->name_count;
    ARENA_PUSH(l->own, l->name, l->name_count, l->name_capacity, text_copy(l->own, name));
    ARENA_PUSH(l->own, l->members, l->member_count, l->member_capacity, 0);
    hash_map_put(l->numbers, l->name[number], number);
    return (uint32_t)number;
}

static void count_member(linkage_standing *l, uint32_t number, bool joins)
{
    if (!number) return;
    if (joins) l->clusters += !l->members[number]++;
    else l->clusters -= !--l->members[number];
}

/* Its first row's id; where a cluster is called so that holds another, with a mark behind. */
static uint32_t new_name(linkage_standing *l, text id, arena *work)
{
    uint32_t number = number_of(l, id);
    for (int mark = 2; l->members[number]; mark++) number = number_of(l, text_format(work, "%.*s~%d", TEXT_ARG(id), mark));
    return number;
}

/* By place: the number of the cluster; `first` is made the first place of each. */
static uint32_t *name_clusters(linkage_standing *l, const reach *r, uint32_t *first, const uint32_t *before)
{
    size_t n = r->count, count = 0, sum = 0;
    uint32_t *now = ARENA_ARRAY(r->work, uint32_t, n + 1), *root = ARENA_ARRAY(r->work, uint32_t, n + 1);
    shared *all = ARENA_ARRAY(r->work, shared, n + 1);
    for (size_t i = n; i-- > 0;) root[first[i]] = (uint32_t)i;
    for (size_t i = 0; i < n; i++) first[i] = root[first[i]];
    for (size_t i = 0; i < n; i++) {
        text name = l->name[before[i]];
        if (before[i]) all[count++] = (shared){ before[i], first[i], 1, name, text_equal(name, linkage_standing_id(l, r->rows[i])) };
    }
    if (count) qsort(all, count, sizeof *all, by_pair);
    for (size_t i = 0; i < count; i++) {
        bool is_same = sum && all[sum - 1].first == all[i].first && all[sum - 1].before == all[i].before;
        bool has_namesake = all[i].has_namesake || (is_same && all[sum - 1].has_namesake);
        if (is_same) all[sum - 1].rows++;
        else all[sum++] = all[i];
        all[sum - 1].has_namesake = has_namesake;
    }
    if (sum) qsort(all, sum, sizeof *all, by_rows);
    for (size_t i = 0; i < sum; i++) { /* a name that is taken has members again */
        if (now[all[i].first] || l->members[all[i].before]) continue;
        now[all[i].first] = all[i].before;
        count_member(l, all[i].before, true);
    }
    for (size_t i = 0; i < n; i++) {
        bool is_taken = now[first[i]] != 0;
        if (first[i] == i && !is_taken) {
            now[i] = new_name(l, linkage_standing_id(l, r->rows[i]), r->work);
            count_member(l, now[i], true);
        }
        now[i] = now[first[i]];
        if (first[i] != i) count_member(l, now[i], true);
    }
    return now;
}

/* ---- settled ---- */

static int by_id(const void *x, const void *y, void *of)
{
    const linkage_standing *l = of;
    uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
    if (p == q) return 0;
    return is_before(l, p, q) ? -1 : 1;
}

static int by_places(const void *x, const void *y)
{
    const linkage_pair *p = x, *q = y;
    if (p->a != q->a) return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static text name_at(const linkage_standing *l, uint32_t number)
{
    return number ? l->name[number] : TEXT_NONE;
}

static void tell_moved(linkage_standing *l, text id, uint32_t before, uint32_t now)
{
    if (before == now) return;
    linkage_moved moved = { id, name_at(l, before), name_at(l, now) };
    ARENA_PUSH(l->own, l->moved, l->moved_count, l->moved_capacity, moved);
}

/* The rows that are reached and stand. */
static void settle(linkage_standing *l, reach *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++)
        if (linkage_standing_is(l, r->rows[i])) r->rows[kept++] = r->rows[i];
    r->count = kept;
    if (r->count) qsort_r(r->rows, r->count, sizeof *r->rows, by_id, l);
    uint32_t *place = l->place.items, *cluster = l->cluster.items;
    for (size_t i = 0; i < r->count; i++) place[r->rows[i]] = (uint32_t)i;
    for (size_t i = 0; i < r->pair_count; i++) {
        r->pairs[i].a = place[r->pairs[i].a];
        r->pairs[i].b = place[r->pairs[i].b];
    }
    if (r->pair_count) qsort(r->pairs, r->pair_count, sizeof *r->pairs, by_places);
    const uint32_t *root = linkage_cluster_some(l->run, r->rows, r->count, r->pairs, r->pair_count, r->work);
    uint32_t *before = ARENA_ARRAY(r->work, uint32_t, r->count + 1), *first = ARENA_ARRAY(r->work, uint32_t, r->count + 1);
    for (size_t i = 0; i < r->count; i++) {
        before[i] = cluster[r->rows[i]];
        first[i] = root[i];
        count_member(l, before[i], false);
    }
    const uint32_t *now = name_clusters(l, r, first, before);
    for (size_t i = 0; i < r->count; i++) {
        cluster[r->rows[i]] = now[i];
        tell_moved(l, linkage_standing_id(l, r->rows[i]), before[i], now[i]);
    }
}

void linkage_standing_settle(linkage_standing *l)
{
    reach r = open_reach(l);
    l->moved_count = 0;
    l->round++;
    for (uint32_t row = 0; row < l->count; row++)
        if (linkage_standing_is(l, row)) reach_row(l, &r, row);
    reach_all(l, &r, true);
    settle(l, &r);
    arena_close(r.work);
}

/* ---- changes ---- */

/* One row goes and another comes; either may be none. */
static void change(linkage_standing *l, uint32_t gone, uint32_t comes)
{
    uint32_t *cluster = l->cluster.items;
    reach r = open_reach(l);
    l->moved_count = 0;
    l->round++;
    if (gone != UINT32_MAX) reach_row(l, &r, gone);
    reach_blocks(l, &r, gone, comes);
    reach_all(l, &r, false);
    if (gone != UINT32_MAX) {
        linkage_standing_leave(l, gone);
        if (comes != UINT32_MAX) cluster[comes] = cluster[gone];
        else count_member(l, cluster[gone], false);
        if (comes == UINT32_MAX) tell_moved(l, linkage_standing_id(l, gone), cluster[gone], 0);
        cluster[gone] = 0;
    }
    if (comes != UINT32_MAX) {
        linkage_standing_enter(l, comes);
        reach_row(l, &r, comes);
    }
    reach_all(l, &r, true);
    settle(l, &r);
    arena_close(r.work);
}

static err no_row(arena *a, text id) { return err_of(&LINKAGE_NO_ROW, text_cstr(a, text_shown(a, id, 60))); }
static err row_stands(arena *a, text id) { return err_of(&LINKAGE_ROW_STANDS, text_cstr(a, text_shown(a, id, 60))); }

err linkage_standing_insert(linkage_standing *l, arena *a, text id, const text *values)
{
    uint32_t comes;
    if (linkage_standing_find(l, id) != UINT32_MAX) return row_stands(a, id);
    TRY(linkage_standing_append(l, id, values, &comes));
    change(l, UINT32_MAX, comes);
    return ERR_NONE;
}

err linkage_standing_correct(linkage_standing *l, arena *a, text id, const text *values)
{
    uint32_t gone = linkage_standing_find(l, id), comes;
    if (gone == UINT32_MAX) return no_row(a, id);
    TRY(linkage_standing_append(l, id, values, &comes));
    change(l, gone, comes);
    return ERR_NONE;
}

err linkage_standing_withdraw(linkage_standing *l, arena *a, text id)
{
    uint32_t gone = linkage_standing_find(l, id);
    if (gone == UINT32_MAX) return no_row(a, id);
    change(l, gone, UINT32_MAX);
    return ERR_NONE;
}

/* ---- as it was kept ---- */

err linkage_standing_drop(linkage_standing *l, arena *a, text id)
{
    uint32_t row = linkage_standing_find(l, id);
    if (row == UINT32_MAX) return no_row(a, id);
    count_member(l, ((const uint32_t *)l->cluster.items)[row], false);
    ((uint32_t *)l->cluster.items)[row] = 0;
    linkage_standing_leave(l, row);
    return ERR_NONE;
}

err linkage_standing_put(linkage_standing *l, arena *a, text id, const text *values)
{
    uint32_t row;
    if (linkage_standing_find(l, id) != UINT32_MAX) return row_stands(a, id);
    TRY(linkage_standing_append(l, id, values, &row));
    linkage_standing_enter(l, row);
    return ERR_NONE;
}

err linkage_standing_name(linkage_standing *l, arena *a, text id, text cluster)
{
    uint32_t row = linkage_standing_find(l, id);
    if (row == UINT32_MAX) return no_row(a, id);
    uint32_t *at = (uint32_t *)l->cluster.items + row;
    count_member(l, *at, false);
    *at = cluster.size_bytes ? number_of(l, cluster) : 0;
    count_member(l, *at, true);
    return ERR_NONE;
}

const linkage_moved *linkage_standing_moved(const linkage_standing *l, size_t *count)
{
    *count = l->moved_count;
    return l->moved;
}

text linkage_standing_cluster(const linkage_standing *l, text id)
{
    uint32_t row = linkage_standing_find(l, id);
    return row == UINT32_MAX ? TEXT_NONE : name_at(l, ((const uint32_t *)l->cluster.items)[row]);
}

size_t linkage_standing_count(const linkage_standing *l) { return l->standing; }
size_t linkage_standing_clusters(const linkage_standing *l) { return l->clusters; }
uint64_t linkage_standing_compared(const linkage_standing *l) { return l->compared; }
