/* Rows: read in batches, kept as codes of their values, put in order of their ids. */
#include <assert.h>
#include <stdio.h>

#include "linkage/linkage_met.h"

const err_kind LINKAGE_ID_EMPTY = {
    "linkage.id_empty", ERR_BAD_INPUT,
    "This row has no id; each row needs one to be named in the pairs.",
    "这一行没有编号；每行都要有编号，才能在比对结果中指明。",
};
const err_kind LINKAGE_ID_TWICE = {
    "linkage.id_twice", ERR_BAD_INPUT,
    "The id '{}' stands in two rows of one file; give each row an id of its own.",
    "同一文件中编号“{}”出现了两次；请让每行的编号各不相同。",
};
const err_kind LINKAGE_NO_ROWS = {
    "linkage.no_rows", ERR_BAD_INPUT,
    "The file {} has no rows to compare.",
    "{}文件没有可比对的数据行。",
};
const err_kind LINKAGE_NOTHING_TO_COMPARE = {
    "linkage.nothing_to_compare", ERR_BAD_INPUT,
    "No key of the spec can be made of the columns the files have{}; map them with --columns FIELD=COLUMN.",
    "文件里的列{}凑不出方案中的任何一个分块键；请用 --columns 字段=列名 指明对应关系。",
};

linkage_set *linkage_set_open(const linkage_spec *spec)
{
    arena *own = arena_open();
    linkage_set *s = ARENA_NEW(own, linkage_set);
    s->spec = spec;
    s->han = own;
    s->stride = spec->field_count;
    linkage_han_open(s);
    s->nicknames = linkage_nicknames_open(own);
    for (int f = 0; f < spec->field_count; f++) {
        linkage_dict_open(&s->dict[f], spec->fields[f].kind);
        s->place[f] = f;
    }
    s->met = ARENA_ARRAY(own, linkage_met *, LINKAGE_WORKERS_MAX);
    s->single = linkage_batch_open(s);
    return s;
}

static void close_met(linkage_set *s)
{
    for (size_t w = 0; w < LINKAGE_WORKERS_MAX; w++) {
        linkage_met_close(s->met[w]);
        s->met[w] = NULL;
    }
}

void linkage_set_close(linkage_set *s)
{
    if (!s) return;
    close_met(s);
    for (int f = 0; f < s->spec->field_count; f++) linkage_dict_close(&s->dict[f]);
    linkage_batch_close(s->single);
    linkage_vec_close(&s->cells);
    for (int file = 0; file < 2; file++) linkage_vec_close(&s->ids[file].bytes);
    for (int file = 0; file < 2; file++) linkage_vec_close(&s->ids[file].from);
    arena_close(s->han);
}

/* ---- rows ---- */

err linkage_set_add(linkage_set *s, arena *a, text id, const text *values)
{
    (void)a;
    TRY(linkage_batch_add(s->single, id, values));
    linkage_set_take(s, s->single);
    return ERR_NONE;
}

void linkage_set_second(linkage_set *s)
{
    s->is_two = true;
}

int linkage_input_order(const linkage_spec *spec, size_t input, text value)
{
    const linkage_input *in = &spec->inputs[input];
    return in->part == LINKAGE_WHOLE && spec->fields[in->field].kind == LINKAGE_DATE ? linkage_date_order(value) : 0;
}

text linkage_input_plain(const linkage_set *s, arena *a, size_t input, text value)
{
    const linkage_input *in = &s->spec->inputs[input];
    bool is_date = in->part == LINKAGE_WHOLE && s->spec->fields[in->field].kind == LINKAGE_DATE;
    uint32_t read = is_date && value.size_bytes ? linkage_date_of(value, s->is_month_first) : 0;
    if (!read || read == linkage_date_of(value, !s->is_month_first)) return value;
    return text_format(a, "%04u-%02u-%02u", read / 10000, read / 100 % 100, read % 100);
}

void linkage_set_month_first(linkage_set *s, bool is)
{
    s->is_month_first = is;
}

text linkage_set_id(const linkage_set *s, uint32_t row)
{
    return linkage_id(s, row);
}

void linkage_set_fetch_ids(const linkage_set *s, const uint32_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int file = rows[i] >= s->count[0];
        if (!s->ids[file].width) linkage_fetch((const uint32_t *)s->ids[file].from.items + (rows[i] - (file ? s->count[0] : 0)));
    }
    for (size_t i = 0; i < count; i++) {
        int file = rows[i] >= s->count[0];
        size_t at = rows[i] - (file ? s->count[0] : 0), width = s->ids[file].width;
        const char *bytes = s->ids[file].bytes.items;
        linkage_fetch(bytes + (width ? at * width : ((const uint32_t *)s->ids[file].from.items)[at]));
    }
}

size_t linkage_set_count(const linkage_set *s, int file)
{
    return s->count[file];
}

uint32_t linkage_set_find(const linkage_set *s, int file, text id)
{
    size_t low = file ? s->count[0] : 0, high = low + s->count[file], end = high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (text_compare(linkage_set_id(s, (uint32_t)middle), id) < 0) low = middle + 1;
        else high = middle;
    }
    return low < end && text_equal(linkage_set_id(s, (uint32_t)low), id) ? (uint32_t)low : UINT32_MAX;
}

size_t linkage_set_bytes(const linkage_set *s)
{
    size_t sum = linkage_vec_bytes(&s->cells);
    for (int file = 0; file < 2; file++) sum += linkage_vec_bytes(&s->ids[file].bytes) + linkage_vec_bytes(&s->ids[file].from);
    for (int f = 0; f < s->spec->field_count; f++) sum += linkage_dict_bytes(&s->dict[f]);
    return sum;
}

/* Only the fields that some row has stay. */
static void choose_fields(linkage_set *s)
{
    uint64_t seen = s->field_seen;
    for (int f = 0; f < s->spec->field_count; f++)
        if (s->spec->fields[f].instead_of >= 0 && seen >> s->spec->fields[f].instead_of & 1) s->field_seen &= ~(UINT64_C(1) << f);
    for (int f = 0; f < s->spec->field_count; f++) {
        bool is_seen = s->field_seen >> f & 1;
        s->place[f] = is_seen ? s->seen_count : -1;
        if (is_seen) s->seen[s->seen_count++] = f;
    }
    s->stride = s->seen_count;
}

typedef struct {
    linkage_set *set;
    const uint32_t *order;
    uint32_t *cells;
    int file; /* whose ids are moved */
    void *ids;
} moving;
enum { MOVED_TOGETHER = 1 << 14, AHEAD = 24 };

/* Rows are read from anywhere, and so asked of the memory some rows ahead; they are written one after another. */
static void move_cells(void *job, size_t part, size_t worker)
{
    (void)worker;
    const moving *m = job;
    const linkage_set *s = m->set;
    size_t fields = (size_t)s->spec->field_count, stride = (size_t)s->stride, rows = linkage_rows(s);
    size_t from = part * MOVED_TOGETHER, until = from + MOVED_TOGETHER < rows ? from + MOVED_TOGETHER : rows;
    const uint32_t *cells = s->cells.items;
    for (size_t i = from; i < until; i++) {
        if (i + AHEAD < until) {
            const uint32_t *far = cells + m->order[i + AHEAD] * fields;
            linkage_fetch(far);
            linkage_fetch(far + fields - 1);
        }
        const uint32_t *row = cells + m->order[i] * fields;
        uint32_t *to = m->cells + i * stride;
        for (size_t k = 0; k < stride; k++) to[k] = row[s->seen[k]];
    }
}

/* Of a file the ids themselves, where they have one width, or where they begin. */
static void move_ids(void *job, size_t part, size_t worker)
{
    (void)worker;
    const moving *m = job;
    const linkage_ids *ids = &m->set->ids[m->file];
    uint32_t before = m->file ? (uint32_t)m->set->count[0] : 0;
    const uint32_t *order = m->order + before;
    size_t rows = m->set->count[m->file], width = ids->width ? ids->width : 4;
    size_t from = part * MOVED_TOGETHER, until = from + MOVED_TOGETHER < rows ? from + MOVED_TOGETHER : rows;
    const char *bytes = ids->width ? ids->bytes.items : ids->from.items;
    char *to = m->ids;
    for (size_t i = from; i < until; i++) {
        if (i + AHEAD < until) linkage_fetch(bytes + (order[i + AHEAD] - before) * width);
        memcpy(to + i * width, bytes + (order[i] - before) * width, width);
    }
}

static size_t moved_parts(size_t rows)
{
    return (rows + MOVED_TOGETHER - 1) / MOVED_TOGETHER;
}

/* What was read stands beside what is put in order for so long, when the tables that values were found by are gone: first the cells,
 * then the ids of a file. */
static void move_rows(linkage_set *s, const uint32_t *order, const linkage_crew *crew)
{
    size_t rows = linkage_rows(s);
    linkage_vec cells = { 0 };
    moving m = { .set = s, .order = order, .cells = linkage_vec_exact(&cells, (rows + 1) * (size_t)s->stride, 4) };
    linkage_spread(crew, moved_parts(rows), move_cells, &m);
    linkage_vec_close(&s->cells);
    s->cells = cells;
    for (m.file = 0; m.file < 2; m.file++) {
        linkage_ids *ids = &s->ids[m.file];
        linkage_vec moved = { 0 }, *is = ids->width ? &ids->bytes : &ids->from;
        if (!s->count[m.file]) continue;
        m.ids = ids->width ? linkage_vec_exact(&moved, ids->size_bytes + LINKAGE_SLACK, 1) : linkage_vec_exact(&moved, s->count[m.file], 4);
        linkage_spread(crew, moved_parts(s->count[m.file]), move_ids, &m);
        linkage_vec_close(is);
        *is = moved;
    }
}

err linkage_set_ready(linkage_set *s, const linkage_crew *crew, arena *a)
{
    if (!s->count[0]) return err_of(&LINKAGE_NO_ROWS, "A");
    if (s->is_two && !s->count[1]) return err_of(&LINKAGE_NO_ROWS, "B");
    close_met(s);
    linkage_places_join(s, crew);
    for (int f = 0; f < s->spec->field_count; f++) linkage_dict_trim(&s->dict[f]);
    for (int file = 0; file < 2; file++) linkage_vec_trim(&s->ids[file].bytes, s->ids[file].size_bytes + LINKAGE_SLACK);
    arena *work = arena_open();
    uint32_t twice;
    uint32_t *order = linkage_id_order(s, crew, work, &twice);
    err e = ERR_NONE;
    if (twice != UINT32_MAX) e = err_of(&LINKAGE_ID_TWICE, text_cstr(a, text_shown(a, linkage_set_id(s, twice), 60)));
    choose_fields(s);
    move_rows(s, order, crew);
    arena_close(work);
    s->is_ready = true;
    return e;
}
