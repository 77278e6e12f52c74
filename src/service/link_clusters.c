/* Which rows are one person's, under ids that stay: for `doudi link --clusters`, and --before those of the time before. */
#include <stdlib.h>

#include "base/hash.h"
#include "os/os.h"
#include "service/link.h"

const err_kind LINK_NO_CLUSTER = {
    "link.no_cluster", ERR_BAD_INPUT, "The clusters of before have the columns file (1 or 2), id and cluster; this is amiss: '{}'.",
    "上次的聚类文件应有 file（1 或 2）、id、cluster 三列；此处有误：“{}”。",
};
const err_kind LINK_BEFORE_ALONE = {
    "link.before_alone", ERR_BAD_INPUT, "The clusters of before are given and those of now are wanted nowhere: add --clusters FILE.csv{}.",
    "给出了上次的聚类，却没有说明本次的写到哪里：请加 --clusters 文件{}。",
};

/* A cluster of now and one of before that share rows. */
typedef struct {
    uint32_t before, root, rows;
} shared;
typedef struct {
    service_call *call;
    const linkage_set *set;
    arena *work;
    size_t rows;
    uint32_t *root;       /* by row: the first row of its cluster */
    uint32_t *before;     /* by row: its cluster of before, from 1; 0: none */
    text *name;           /* of clusters of before, from 1 */
    uint32_t *taken;      /* by row that is a root: the cluster of before whose id it has; 0: a new one */
    size_t name_count, name_capacity;
    hash_map *numbers;    /* of clusters of before */
} clustering;

static uint32_t root_of(const clustering *c, uint32_t row)
{
    while (c->root[row] != row) row = c->root[row] = c->root[c->root[row]];
    return row;
}

/* Rows that links put together; a cluster is known by its first row. */
static void join_links(clustering *c, const linkage_answer *answer)
{
    for (uint32_t i = 0; i < c->rows; i++) c->root[i] = i;
    for (size_t i = 0; i < answer->pair_count; i++) {
        const linkage_pair *p = &answer->pairs[i];
        if (!linkage_is_link(p)) continue;
        uint32_t x = root_of(c, p->a), y = root_of(c, p->b);
        if (x < y) c->root[y] = x;
        else c->root[x] = y;
    }
}

/* ---- before ---- */

static size_t column_of(const text *columns, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(text_trim(columns[i]), name)) return i;
    return SIZE_MAX;
}

static uint32_t number_of(clustering *c, text cluster)
{
    size_t number = hash_map_get(c->numbers, cluster);
    if (number != SIZE_MAX) return (uint32_t)number;
    text kept = text_copy(c->work, cluster);
    if (!c->name_count) ARENA_PUSH(c->work, c->name, c->name_count, c->name_capacity, TEXT_NONE);
    number = c->name_count;
    ARENA_PUSH(c->work, c->name, c->name_count, c->name_capacity, kept);
    hash_map_put(c->numbers, kept, number);
    return (uint32_t)number;
}

/* A row that is there no more is passed over, but its cluster's id is still not given to another. */
static err read_rows(clustering *c, sheet *file)
{
    size_t count;
    const text *columns = sheet_columns(file, &count);
    size_t at_file = column_of(columns, count, "file"), at_id = column_of(columns, count, "id"), at_cluster = column_of(columns, count, "cluster");
    arena *a = c->call->request;
    if (at_file == SIZE_MAX || at_id == SIZE_MAX || at_cluster == SIZE_MAX)
        return err_of(&LINK_NO_CLUSTER, at_file == SIZE_MAX ? "file" : at_id == SIZE_MAX ? "id" : "cluster");
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(sheet_next(file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        TRY(sheet_fits(file, &row));
        text side = text_trim(row.field[at_file]), cluster = text_trim(row.field[at_cluster]);
        bool is_second = text_equal_cstr(side, "2");
        if (!is_second && !text_equal_cstr(side, "1")) return err_at(&LINK_NO_CLUSTER, sheet_position(file, at_file), text_cstr(a, text_shown(a, side, 40)));
        if (!cluster.size_bytes) return err_at(&LINK_NO_CLUSTER, sheet_position(file, at_cluster), "");
        uint32_t number = number_of(c, cluster), at = UINT32_MAX;
        if (!is_second || linkage_set_count(c->set, 1)) at = linkage_set_find(c->set, is_second, text_trim(row.field[at_id]));
        if (at != UINT32_MAX) c->before[at] = number;
    }
}

static err read_before(clustering *c, text path)
{
    sheet *file = NULL;
    err e = sheet_open(c->call, path, &file);
    if (!e.kind) e = read_rows(c, file);
    if (e.detail) e.detail = text_cstr(c->call->request, text_of(e.detail));
    if (e.at.file) e.at.file = text_cstr(c->call->request, text_of(e.at.file));
    sheet_close(file);
    return e;
}

/* ---- ids that stay ---- */

static int by_pair(const void *x, const void *y)
{
    const shared *p = x, *q = y;
    if (p->root != q->root) return p->root < q->root ? -1 : 1;
    return (p->before > q->before) - (p->before < q->before);
}

/* Most rows first; of equals by the id of before, then by the first row. */
static int by_rows(const void *x, const void *y, void *clusters)
{
    const shared *p = x, *q = y;
    const clustering *c = clusters;
    if (p->rows != q->rows) return p->rows > q->rows ? -1 : 1;
    int order = text_compare(c->name[p->before], c->name[q->before]);
    return order ? order : (p->root > q->root) - (p->root < q->root);
}

/* A cluster has the id of that of before with which it shares most rows; of those that one was split into, the largest. */
static void keep_ids(clustering *c)
{
    size_t count = 0, sum = 0;
    shared *all = ARENA_ARRAY(c->work, shared, c->rows + 1);
    for (uint32_t i = 0; i < c->rows; i++)
        if (c->before[i]) all[count++] = (shared){ c->before[i], root_of(c, i), 1 };
    if (!count) return;
    qsort(all, count, sizeof *all, by_pair);
    for (size_t i = 0; i < count; i++) {
        bool is_same = sum && all[sum - 1].root == all[i].root && all[sum - 1].before == all[i].before;
        if (is_same) all[sum - 1].rows++;
        else all[sum++] = all[i];
    }
    qsort_r(all, sum, sizeof *all, by_rows, c);
    bool *is_gone = ARENA_ARRAY(c->work, bool, c->name_count);
    for (size_t i = 0; i < sum; i++) {
        if (c->taken[all[i].root] || is_gone[all[i].before]) continue;
        c->taken[all[i].root] = all[i].before;
        is_gone[all[i].before] = true;
    }
}

/* A new cluster is called as its first row; where that is the id of one of before, or of the other file's, with a mark behind. */
static text new_name(clustering *c, uint32_t root)
{
    text id = linkage_set_id(c->set, root), name = id;
    for (int mark = 2; hash_map_get(c->numbers, name) != SIZE_MAX; mark++) name = text_format(c->work, "%.*s~%d", TEXT_ARG(id), mark);
    hash_map_put(c->numbers, text_copy(c->work, name), c->rows + 1);
    return name;
}

static err write_rows(clustering *c, os_writer *file, link_cluster_tally *tally)
{
    enum { OUT_BYTES = 1 << 16 };
    text_builder out = text_builder_open(c->work);
    text *named = ARENA_ARRAY(c->work, text, c->rows + 1);
    text_add_cstr(&out, "file,id,cluster\n");
    codec_csv_writer row = codec_csv_write(&out, 0);
    for (uint32_t i = 0; i < c->rows; i++) {
        uint32_t root = root_of(c, i);
        if (!named[root].bytes) {
            named[root] = c->taken[root] ? c->name[c->taken[root]] : text_copy(c->work, new_name(c, root));
            tally->clusters++;
            tally->kept += c->taken[root] != 0;
        }
        codec_csv_add_text(&row, i < linkage_set_count(c->set, 0) ? TEXT("1") : TEXT("2"));
        codec_csv_add_words(&row, linkage_set_id(c->set, i));
        codec_csv_add_words(&row, named[root]);
        codec_csv_end_row(&row);
        if (out.size_bytes < OUT_BYTES) continue;
        TRY(os_writer_add(file, text_built(&out)));
        out.size_bytes = 0;
    }
    tally->gone = c->name_count ? (int64_t)c->name_count - 1 - tally->kept : 0;
    return os_writer_add(file, text_built(&out));
}

static err write_clusters(clustering *c, text path, link_cluster_tally *tally)
{
    os_writer *file;
    TRY(os_writer_open(c->call->request, text_cstr(c->call->request, path), &file));
    err e = write_rows(c, file, tally);
    if (e.kind) os_writer_cancel(file);
    else e = os_writer_commit(file);
    return e;
}

err link_clusters(service_call *call, const linkage_set *set, const linkage_answer *answer, link_cluster_tally *tally)
{
    if (!service_is_given(call, "clusters")) return service_is_given(call, "before") ? err_of(&LINK_BEFORE_ALONE, "") : ERR_NONE;
    clustering c = { .call = call, .set = set, .work = arena_open(), .rows = linkage_set_count(set, 0) + linkage_set_count(set, 1) };
    c.root = ARENA_ARRAY(c.work, uint32_t, c.rows + 1);
    c.before = ARENA_ARRAY(c.work, uint32_t, c.rows + 1);
    c.taken = ARENA_ARRAY(c.work, uint32_t, c.rows + 1);
    c.numbers = hash_map_open(c.work);
    join_links(&c, answer);
    err e = ERR_NONE;
    if (service_is_given(call, "before")) e = read_before(&c, service_text_of(call, "before", TEXT_NONE));
    if (!e.kind) keep_ids(&c);
    if (!e.kind) e = write_clusters(&c, service_text_of(call, "clusters", TEXT_NONE), tally);
    arena_close(c.work);
    return e;
}
