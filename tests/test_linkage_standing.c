/* A linkage that stands: rows are put in, corrected and taken out one by one, and whose they are is what a look at all rows finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "codec/codec.h"
#include "linkage/linkage.h"
#include "sample/sample.h"
#include "support/ready_spec.h"

enum { ROWS_MAX = 4000 };
typedef struct row {
    text id, value[LINKAGE_INPUTS_MAX], first[LINKAGE_INPUTS_MAX]; /* as it is now; as it was in the base */
    bool stands, is_base, is_corrected;
} row;
typedef struct {
    arena *memory;
    const linkage_spec *spec;
    row rows[ROWS_MAX];
    size_t count, base;
    text model;
    uint64_t seed;
} world;
typedef struct {
    linkage_set *set;
    linkage_run *run;
    linkage_standing *l;
} stand;

static size_t drawn(world *w, size_t below)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((w->seed >> 33) % below);
}

static void add_rows(world *w, text csv)
{
    codec_csv_reader *r = codec_csv_open_text(w->memory, csv, (codec_csv_options){ 0 });
    codec_csv_row line;
    bool has_row = true;
    assert_null(codec_csv_next(r, &line, &has_row).kind);
    while (!codec_csv_next(r, &line, &has_row).kind && has_row && w->count < ROWS_MAX) {
        struct row *to = &w->rows[w->count++];
        to->id = text_copy(w->memory, line.field[0]);
        for (size_t f = 1; f < line.count; f++) to->first[f - 1] = to->value[f - 1] = text_copy(w->memory, line.field[f]);
    }
}

static linkage_set *base_set(const world *w)
{
    linkage_set *set = linkage_set_open(w->spec);
    for (size_t i = 0; i < w->count; i++)
        if (w->rows[i].is_base) assert_null(linkage_set_add(set, w->memory, w->rows[i].id, w->rows[i].first).kind);
    assert_null(linkage_set_ready(set, NULL, w->memory).kind);
    return set;
}

/* Two rolls in one, of which some rows are the base; what is learned of the base is the model. */
static world *make_world(uint64_t seed, int64_t people, size_t *links)
{
    arena *memory = arena_open();
    world *w = ARENA_NEW(memory, world);
    *w = (world){ .memory = memory, .seed = seed };
    w->spec = ready_spec(memory, "cn-person");
    sample_rolls rolls;
    sample_rolls_make(memory, &(sample_rolls_options){ people, seed, 200, 33, 100 }, &rolls);
    add_rows(w, rolls.a);
    add_rows(w, rolls.b);
    for (size_t i = 0; i < w->count; i++) {
        w->rows[i].is_base = w->rows[i].stands = drawn(w, 4) != 0;
        w->base += w->rows[i].is_base;
    }
    linkage_set *set = base_set(w);
    linkage_run *run;
    linkage_answer answer;
    assert_null(linkage_run_open(set, (linkage_options){ 0 }, memory, &run, &answer).kind);
    text_builder model = text_builder_open(memory);
    linkage_model_write(run, &model);
    w->model = text_copy(memory, text_built(&model));
    *links = 0;
    for (size_t i = 0; i < answer.pair_count; i++) *links += linkage_is_link(&answer.pairs[i]);
    linkage_run_close(run);
    linkage_set_close(set);
    return w;
}

static stand open_stand(const world *w, uint32_t largest)
{
    stand s = { .set = base_set(w) };
    linkage_options options = { .model = w->model, .model_file = "model.txt" };
    assert_null(linkage_run_ask(s.set, options, w->memory, &s.run).kind);
    s.l = linkage_standing_open(s.set, s.run, largest);
    return s;
}

static void close_stand(stand *s)
{
    linkage_standing_close(s->l);
    linkage_run_close(s->run);
    linkage_set_close(s->set);
}

/* All rows looked at anew: those that came later in another order than they came. */
static stand look_anew(const world *w, uint32_t largest)
{
    stand s = open_stand(w, largest);
    for (size_t i = w->count; i-- > 0;) {
        const row *r = &w->rows[i];
        if (r->is_base && (!r->stands || r->is_corrected)) assert_null(linkage_standing_drop(s.l, w->memory, r->id).kind);
        if (r->stands && (!r->is_base || r->is_corrected)) assert_null(linkage_standing_put(s.l, w->memory, r->id, r->value).kind);
    }
    linkage_standing_settle(s.l);
    return s;
}

static size_t row_named(const world *w, text id)
{
    for (size_t i = 0; i < w->count; i++)
        if (text_equal(w->rows[i].id, id)) return i;
    return SIZE_MAX;
}

/* The same rows are together, whatever they are called. */
static void assert_same(const world *w, const linkage_standing *x, const linkage_standing *y)
{
    arena *work = arena_open();
    hash_map *to = hash_map_open(work), *back = hash_map_open(work);
    for (size_t i = 0; i < w->count; i++) {
        text p = linkage_standing_cluster(x, w->rows[i].id), q = linkage_standing_cluster(y, w->rows[i].id);
        if ((p.bytes != NULL) != w->rows[i].stands || (q.bytes != NULL) != w->rows[i].stands) fail_msg("row %.*s: stands or not", TEXT_ARG(w->rows[i].id));
        if (!p.bytes) continue;
        size_t there = hash_map_get(to, p), here = hash_map_get(back, q);
        if (there == SIZE_MAX) hash_map_put(to, p, i);
        if (here == SIZE_MAX) hash_map_put(back, q, i);
        if (there != here) fail_msg("row %.*s is in '%.*s', and in '%.*s' when all is looked at anew", TEXT_ARG(w->rows[i].id), TEXT_ARG(p), TEXT_ARG(q));
    }
    assert_int_equal(linkage_standing_clusters(x), linkage_standing_clusters(y));
    assert_int_equal(linkage_standing_count(x), linkage_standing_count(y));
    arena_close(work);
}

/* Whether some row was together with this one and is no more, or the other way round. */
static bool is_other_cluster(const world *w, const linkage_standing *l, const text *before, size_t at)
{
    text now = linkage_standing_cluster(l, w->rows[at].id);
    for (size_t i = 0; i < w->count; i++) {
        text other = linkage_standing_cluster(l, w->rows[i].id);
        bool was = before[i].bytes && text_equal(before[i], before[at]), is = other.bytes && text_equal(other, now);
        if (was != is) return true;
    }
    return false;
}

/* What a change says has moved is what has, and nothing else; and a cluster of the same rows is called the same. */
static void assert_moved(const world *w, const linkage_standing *l, text *before)
{
    size_t count, met = 0;
    const linkage_moved *moved = linkage_standing_moved(l, &count);
    for (size_t i = 0; i < count; i++) {
        size_t at = row_named(w, moved[i].id);
        assert_true(text_equal(before[at], moved[i].before));
        assert_true(text_equal(linkage_standing_cluster(l, moved[i].id), moved[i].now));
        assert_true(is_other_cluster(w, l, before, at));
    }
    for (size_t i = 0; i < w->count; i++) {
        text now = linkage_standing_cluster(l, w->rows[i].id);
        met += !text_equal(before[i], now);
        before[i] = now;
    }
    assert_int_equal(met, count);
}

/* A slip of the pen, a lost value, or another row's. */
static void spoil(world *w, row *r)
{
    size_t f = drawn(w, 7), how = drawn(w, 3);
    const row *other = &w->rows[drawn(w, w->count)];
    if (how == 0) r->value[f] = TEXT("");
    else if (how == 1) r->value[f] = other->value[f];
    else memcpy(r->value, drawn(w, 2) ? other->value : r->first, sizeof r->value);
}

static void change(world *w, linkage_standing *l)
{
    row *r = &w->rows[drawn(w, w->count)];
    size_t kind = drawn(w, 3);
    if (!r->stands) {
        assert_ptr_equal(linkage_standing_withdraw(l, w->memory, r->id).kind, &LINKAGE_NO_ROW);
        assert_ptr_equal(linkage_standing_correct(l, w->memory, r->id, r->value).kind, &LINKAGE_NO_ROW);
        assert_null(linkage_standing_insert(l, w->memory, r->id, r->value).kind);
        r->is_corrected = r->is_base;
        r->stands = true;
    } else if (kind) {
        assert_ptr_equal(linkage_standing_insert(l, w->memory, r->id, r->value).kind, &LINKAGE_ROW_STANDS);
        spoil(w, r);
        assert_null(linkage_standing_correct(l, w->memory, r->id, r->value).kind);
        r->is_corrected = true;
    } else {
        assert_null(linkage_standing_withdraw(l, w->memory, r->id).kind);
        r->stands = false;
    }
}

static void walk(uint64_t seed, uint32_t largest, int changes)
{
    size_t links;
    world *w = make_world(seed, 500, &links);
    assert_true(links > 100);
    stand s = open_stand(w, largest);
    linkage_standing_settle(s.l);
    text *before = ARENA_ARRAY(w->memory, text, w->count);
    for (size_t i = 0; i < w->count; i++) before[i] = linkage_standing_cluster(s.l, w->rows[i].id);
    for (int i = 1; i <= changes; i++) {
        change(w, s.l);
        assert_moved(w, s.l, before);
        if (i % (changes / 8)) continue;
        stand anew = look_anew(w, largest);
        assert_same(w, s.l, anew.l);
        close_stand(&anew);
        size_t moved;
        linkage_standing_settle(s.l);
        linkage_standing_moved(s.l, &moved);
        assert_int_equal(moved, 0);
    }
    close_stand(&s);
    arena_close(w->memory);
}

static void changes_leave_what_a_look_at_all_rows_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) walk(seed, 0, 800);
}

static void blocks_that_become_too_large_and_small_again_are_no_exception(void **state)
{
    (void)state;
    for (uint64_t seed = 4; seed <= 6; seed++) walk(seed, 2 + (uint32_t)seed % 4, 800);
}

/* ---- what stands before any change is what the run found ---- */

static size_t root_of(size_t *root, size_t at)
{
    while (root[at] != at) at = root[at] = root[root[at]];
    return at;
}

static void it_begins_as_the_run_ends(void **state)
{
    (void)state;
    size_t links, differ = 0;
    world *w = make_world(9, 900, &links);
    linkage_set *set = base_set(w);
    linkage_run *run;
    linkage_answer answer;
    assert_null(linkage_run_open(set, (linkage_options){ 0 }, w->memory, &run, &answer).kind);
    size_t rows = linkage_set_count(set, 0), *root = ARENA_ARRAY(w->memory, size_t, rows);
    for (size_t i = 0; i < rows; i++) root[i] = i;
    for (size_t i = 0; i < answer.pair_count; i++)
        if (linkage_is_link(&answer.pairs[i])) root[root_of(root, answer.pairs[i].b)] = root_of(root, answer.pairs[i].a);
    stand s = open_stand(w, 0);
    linkage_standing_settle(s.l);
    for (size_t i = 0; i < answer.pair_count; i++) {
        const linkage_pair *p = &answer.pairs[i];
        bool is_one = text_equal(linkage_standing_cluster(s.l, linkage_set_id(set, p->a)), linkage_standing_cluster(s.l, linkage_set_id(set, p->b)));
        differ += is_one != (root_of(root, p->a) == root_of(root, p->b));
    }
    assert_int_equal(differ, 0);
    linkage_run_close(run);
    linkage_set_close(set);
    close_stand(&s);
    arena_close(w->memory);
}

/* ---- names ---- */

static void a_name_stays_with_the_larger_part_and_comes_back(void **state)
{
    (void)state;
    size_t links, count;
    world *w = make_world(12, 500, &links);
    stand s = open_stand(w, 0);
    linkage_standing_settle(s.l);
    for (size_t i = 0, tried = 0; i < w->count && tried < 60; i++) {
        row *r = &w->rows[i];
        if (!r->stands) continue;
        tried++;
        text was = text_copy(w->memory, linkage_standing_cluster(s.l, r->id));
        size_t clusters = linkage_standing_clusters(s.l);
        assert_null(linkage_standing_withdraw(s.l, w->memory, r->id).kind);
        const linkage_moved *moved = linkage_standing_moved(s.l, &count);
        assert_true(count >= 1 && text_equal(moved[0].id, r->id) && text_equal(moved[0].before, was) && !moved[0].now.bytes);
        assert_null(linkage_standing_insert(s.l, w->memory, r->id, r->value).kind);
        assert_int_equal(linkage_standing_clusters(s.l), clusters);
        if (!text_equal(linkage_standing_cluster(s.l, r->id), was)) fail_msg("row %.*s was in %.*s", TEXT_ARG(r->id), TEXT_ARG(was));
    }
    assert_ptr_equal(linkage_standing_insert(s.l, w->memory, TEXT(" "), w->rows[0].value).kind, &LINKAGE_ID_EMPTY);
    close_stand(&s);
    arena_close(w->memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_leave_what_a_look_at_all_rows_finds),
        cmocka_unit_test(blocks_that_become_too_large_and_small_again_are_no_exception),
        cmocka_unit_test(it_begins_as_the_run_ends),
        cmocka_unit_test(a_name_stays_with_the_larger_part_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
