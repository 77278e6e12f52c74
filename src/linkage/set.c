/* Rows: read in batches, kept as codes of their values, put in order of their ids. */
#include <assert.h>
#include <stdio.h>

#include "linkage/linkage_internal.h"

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
    "No key of the spec can be made of the columns the files have; map them with --columns FIELD=COLUMN.",
    "文件里的列凑不出方案中的任何一个分块键；请用 --columns 字段=列名 指明对应关系。",
};

linkage_set *linkage_set_open(const linkage_spec *spec)
{
    arena *own = arena_open();
    linkage_set *s = ARENA_NEW(own, linkage_set);
    s->spec = spec;
    s->han = own;
    s->stride = spec->field_count;
    linkage_han_open(s);
    for (int f = 0; f < spec->field_count; f++) {
        linkage_dict_open(&s->dict[f]);
        s->place[f] = f;
    }
    s->single = linkage_batch_open(s);
    return s;
}

void linkage_set_close(linkage_set *s)
{
    if (!s) return;
    for (int f = 0; f < s->spec->field_count; f++) linkage_dict_close(&s->dict[f]);
    linkage_batch_close(s->single);
    linkage_vec_close(&s->cells);
    linkage_vec_close(&s->id_bytes);
    linkage_vec_close(&s->id_from);
    arena_close(s->han);
}

/* ---- a batch ---- */

typedef struct {
    uint32_t at, size; /* of the folded value, in `bytes` */
    uint64_t hash;
    bool is_told;
} read_value;

struct linkage_batch {
    const linkage_set *set;
    arena *work;
    linkage_vec bytes, values, ids; /* values: a row's beside one another; ids: where each ends in `id_bytes` */
    linkage_vec id_bytes;
    size_t size_bytes, id_size, rows;
};

linkage_batch *linkage_batch_open(const linkage_set *set)
{
    arena *own = arena_open();
    linkage_batch *b = ARENA_NEW(own, linkage_batch);
    b->set = set;
    b->work = own;
    return b;
}

void linkage_batch_close(linkage_batch *b)
{
    if (!b) return;
    linkage_vec *all[] = { &b->bytes, &b->values, &b->ids, &b->id_bytes };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
    arena_close(b->work);
}

/* yyyy-mm-dd of its parts; empty without a year. */
static text compose_date(char out[24], const text part[3])
{
    if (!part[0].size_bytes) return TEXT_NONE;
    uint32_t n[3] = { 0 };
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < part[i].size_bytes && part[i].bytes[k] >= '0' && part[i].bytes[k] <= '9' && k < 4; k++)
            n[i] = n[i] * 10 + (uint32_t)(part[i].bytes[k] - '0');
    for (int i = 0; i < 3; i++) n[i] %= i ? 100 : 10000;
    int size = snprintf(out, 24, "%04u-%02u-%02u", n[0], n[1], n[2]);
    return (text){ out, (size_t)size };
}

/* The values of the fields: whole columns first, then what parts tell. */
static void gather(const linkage_set *s, char out[24], const text *values, text *field)
{
    const linkage_spec *spec = s->spec;
    text date[3] = { TEXT_NONE, TEXT_NONE, TEXT_NONE };
    for (int i = 0; i < spec->field_count; i++) field[i] = TEXT_NONE;
    for (int i = 0; i < spec->input_count; i++) {
        const linkage_input *in = &spec->inputs[i];
        if (in->part == LINKAGE_WHOLE) field[in->field] = values[i];
        else if (in->part != LINKAGE_FULL_NAME && values[i].bytes) date[in->part - LINKAGE_YEAR] = text_trim(values[i]);
    }
    if (spec->birth >= 0 && !field[spec->birth].size_bytes) field[spec->birth] = compose_date(out, date);
    for (int i = 0; i < spec->input_count; i++) {
        if (spec->inputs[i].part != LINKAGE_FULL_NAME || field[spec->given].bytes || field[spec->surname].bytes) continue;
        text whole = text_trim(values[i]);
        size_t cut = whole.size_bytes, comma = text_find(whole, TEXT(","));
        while (cut && whole.bytes[cut - 1] != ' ') cut--;
        if (comma != SIZE_MAX) { /* Surname, Given */
            field[spec->surname] = text_sub(whole, 0, comma);
            field[spec->given] = text_sub(whole, comma + 1, whole.size_bytes);
        } else {
            field[spec->surname] = text_sub(whole, cut, whole.size_bytes);
            field[spec->given] = text_sub(whole, 0, cut);
        }
    }
}

/* The value's bytes stand at the end of `bytes` already. */
static void put_value(linkage_batch *b, int field, size_t size, bool is_told)
{
    read_value *v = (read_value *)b->values.items + b->rows * (size_t)b->set->spec->field_count + (size_t)field;
    *v = (read_value){ .at = (uint32_t)b->size_bytes, .size = (uint32_t)size, .is_told = is_told };
    if (size) v->hash = hash_bytes((const char *)b->bytes.items + b->size_bytes, size, 31);
    b->size_bytes += size;
}

static char *free_bytes(const linkage_batch *b)
{
    return (char *)b->bytes.items + b->size_bytes;
}

/* What a well-made identity number tells of a row that is silent about it. */
static void tell_by_number(linkage_batch *b)
{
    const linkage_spec *spec = b->set->spec;
    const read_value *row = (const read_value *)b->values.items + b->rows * (size_t)spec->field_count;
    const read_value *number = &row[spec->citizen];
    bool wants_birth = spec->birth >= 0 && !row[spec->birth].size, wants_sex = spec->sex >= 0 && !row[spec->sex].size;
    if (!number->size || (!wants_birth && !wants_sex)) return;
    uint64_t packed = linkage_pack(LINKAGE_CITIZEN, (text){ (const char *)b->bytes.items + number->at, number->size });
    if (!(packed & LINKAGE_VALID)) return;
    char *birth = free_bytes(b);
    for (uint32_t i = 0, date = LINKAGE_BIRTH_OF(packed); i < 8; i++, date /= 10) birth[7 - i] = (char)('0' + date % 10);
    if (wants_birth) put_value(b, spec->birth, 8, true);
    *free_bytes(b) = packed & LINKAGE_MALE ? 'm' : 'f';
    if (wants_sex) put_value(b, spec->sex, 1, true);
}

err linkage_batch_add(linkage_batch *b, text id, const text *values)
{
    const linkage_set *s = b->set;
    id = text_trim(id);
    if (!id.size_bytes) return err_of(&LINKAGE_ID_EMPTY, NULL);
    text field[LINKAGE_FIELDS_MAX];
    char date[24];
    gather(s, date, values, field);
    linkage_vec_need(&b->values, (b->rows + 1) * (size_t)s->spec->field_count, sizeof(read_value));
    linkage_vec_need(&b->bytes, b->size_bytes + (size_t)(s->spec->field_count + 1) * LINKAGE_VALUE_BYTES, 1);
    for (int f = 0; f < s->spec->field_count; f++) {
        size_t size = field[f].size_bytes ? linkage_fold(s, s->spec->fields[f].kind, field[f], free_bytes(b)) : 0;
        put_value(b, f, size, false);
    }
    if (s->spec->citizen >= 0) tell_by_number(b);
    memcpy((char *)linkage_vec_need(&b->id_bytes, b->id_size + id.size_bytes, 1) + b->id_size, id.bytes, id.size_bytes);
    ((uint32_t *)linkage_vec_need(&b->ids, b->rows + 1, 4))[b->rows] = (uint32_t)(b->id_size += id.size_bytes);
    b->rows++;
    return ERR_NONE;
}

static void take_ids(linkage_set *s, const linkage_batch *b)
{
    size_t row = linkage_rows(s), from = 0;
    char *bytes = linkage_vec_need(&s->id_bytes, s->id_size + b->id_size + 5 * b->rows, 1);
    uint32_t *at = linkage_vec_need(&s->id_from, row + b->rows, 4);
    for (size_t i = 0; i < b->rows; i++) {
        uint32_t until = ((const uint32_t *)b->ids.items)[i], size = until - (uint32_t)from;
        at[row + i] = (uint32_t)s->id_size;
        unsigned char mark = size < 255 ? (unsigned char)size : 255;
        bytes[s->id_size++] = (char)mark;
        if (mark == 255) memcpy(bytes + s->id_size, &size, 4);
        if (mark == 255) s->id_size += 4;
        memcpy(bytes + s->id_size, (const char *)b->id_bytes.items + from, size);
        s->id_size += size;
        from = until;
    }
    assert(s->id_size < UINT32_MAX);
}

void linkage_set_take(linkage_set *s, linkage_batch *b)
{
    enum { AHEAD = 12 };
    size_t fields = (size_t)s->spec->field_count, row = linkage_rows(s);
    uint32_t *cells = (uint32_t *)linkage_vec_need(&s->cells, (row + b->rows) * fields, 4) + row * fields;
    const read_value *values = b->values.items;
    for (size_t f = 0; f < fields; f++) {
        linkage_dict *d = &s->dict[f];
        for (size_t i = 0; i < b->rows; i++) {
            if (i + AHEAD < b->rows) linkage_dict_fetch(d, values[(i + AHEAD) * fields + f].hash);
            const read_value *v = &values[i * fields + f];
            text t = { (const char *)b->bytes.items + v->at, v->size };
            uint32_t code = v->size ? linkage_dict_code(d, s->spec->fields[f].kind, t, v->hash) : 0;
            cells[i * fields + f] = v->is_told ? code | LINKAGE_TOLD : code;
        }
        if (d->count > 1) s->field_seen |= UINT64_C(1) << f;
    }
    take_ids(s, b);
    s->count[s->is_two] += b->rows;
    b->rows = b->size_bytes = b->id_size = 0;
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

text linkage_set_id(const linkage_set *s, uint32_t row)
{
    const char *at = (const char *)s->id_bytes.items + ((const uint32_t *)s->id_from.items)[row];
    uint32_t size = (unsigned char)*at++;
    if (size < 255) return (text){ at, size };
    memcpy(&size, at, 4);
    return (text){ at + 4, size };
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
    size_t sum = linkage_vec_bytes(&s->id_bytes) + linkage_vec_bytes(&s->id_from) + linkage_vec_bytes(&s->cells);
    for (int f = 0; f < s->spec->field_count; f++) sum += linkage_dict_bytes(&s->dict[f]);
    return sum;
}

/* Only the fields that some row has stay, packed in place. */
static void pack_cells(linkage_set *s)
{
    size_t rows = linkage_rows(s), fields = (size_t)s->spec->field_count, to = 0;
    uint32_t *cells = s->cells.items;
    for (int f = 0; f < s->spec->field_count; f++) {
        bool is_seen = s->field_seen >> f & 1;
        s->place[f] = is_seen ? s->seen_count : -1;
        if (is_seen) s->seen[s->seen_count++] = f;
    }
    s->stride = s->seen_count;
    if (s->stride < s->spec->field_count)
        for (size_t i = 0; i < rows; i++)
            for (int k = 0; k < s->seen_count; k++) cells[to++] = cells[i * fields + (size_t)s->seen[k]];
    linkage_vec_trim(&s->cells, rows * (size_t)s->stride);
}

/* Rows move along the cycles of the order, so that no second copy is needed. */
static void reorder(linkage_set *s, uint32_t *order)
{
    size_t rows = linkage_rows(s), stride = (size_t)s->stride;
    uint32_t *cells = s->cells.items, *from = s->id_from.items, held[LINKAGE_FIELDS_MAX];
    for (uint32_t i = 0; i < rows; i++) {
        if (order[i] == i) continue;
        memcpy(held, cells + i * stride, stride * 4);
        uint32_t held_id = from[i], to = i;
        for (uint32_t next = order[to]; next != i; next = order[to]) {
            memcpy(cells + to * stride, cells + next * stride, stride * 4);
            from[to] = from[next];
            order[to] = to;
            to = next;
        }
        memcpy(cells + to * stride, held, stride * 4);
        from[to] = held_id;
        order[to] = to;
    }
}

err linkage_set_ready(linkage_set *s, arena *a)
{
    if (!s->count[0]) return err_of(&LINKAGE_NO_ROWS, "A");
    if (s->is_two && !s->count[1]) return err_of(&LINKAGE_NO_ROWS, "B");
    for (int f = 0; f < s->spec->field_count; f++) {
        linkage_dict_trim(&s->dict[f]);
        linkage_forms_open(s, f);
    }
    linkage_vec_trim(&s->id_bytes, s->id_size);
    linkage_vec_trim(&s->id_from, linkage_rows(s));
    arena *work = arena_open();
    uint32_t twice;
    uint32_t *order = linkage_id_order(s, work, &twice);
    err e = ERR_NONE;
    if (twice != UINT32_MAX) e = err_of(&LINKAGE_ID_TWICE, text_cstr(a, text_shown(a, linkage_set_id(s, twice), 60)));
    pack_cells(s);
    reorder(s, order);
    arena_close(work);
    s->is_ready = true;
    return e;
}
