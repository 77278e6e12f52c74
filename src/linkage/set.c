/* Rows as columns of codes: each distinct value of a field is kept once. */
#include <stdlib.h>

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

/* ---- memory that grows and is given back ---- */

void *linkage_vec_need(linkage_vec *v, size_t count, size_t item_bytes)
{
    if (count <= v->capacity) return v->items;
    size_t capacity = v->capacity ? v->capacity + v->capacity / 2 : 1024;
    if (capacity < count) capacity = count;
    arena *own = arena_open();
    void *items = arena_alloc(own, capacity * item_bytes);
    if (v->capacity) memcpy(items, v->items, v->capacity * item_bytes);
    linkage_vec_close(v);
    *v = (linkage_vec){ own, items, capacity, item_bytes };
    return items;
}

void linkage_vec_close(linkage_vec *v)
{
    if (v->own) arena_close(v->own);
    *v = (linkage_vec){ 0 };
}

static size_t vec_bytes(const linkage_vec *v)
{
    return v->capacity * v->item_bytes;
}

/* ---- distinct values ---- */

text linkage_dict_text(const linkage_dict *d, uint32_t code)
{
    const uint32_t *from = d->from.items;
    return (text){ (const char *)d->bytes.items + from[code], from[code + 1] - from[code] };
}

static void dict_rehash(linkage_dict *d)
{
    size_t size = d->slots.capacity ? d->slots.capacity * 2 : 2048;
    linkage_vec_close(&d->slots);
    uint32_t *slots = linkage_vec_need(&d->slots, size, sizeof *slots);
    for (uint32_t c = 1; c < d->count; c++) {
        size_t at = text_hash(linkage_dict_text(d, c)) & (size - 1);
        while (slots[at]) at = (at + 1) & (size - 1);
        slots[at] = c;
    }
}

static uint32_t dict_code(linkage_dict *d, linkage_kind kind, text t)
{
    if (!t.size_bytes) return 0;
    if ((size_t)d->count * 3 >= d->slots.capacity * 2) dict_rehash(d);
    uint32_t *slots = d->slots.items;
    size_t mask = d->slots.capacity - 1, at = text_hash(t) & mask;
    for (; slots[at]; at = (at + 1) & mask)
        if (text_equal(t, linkage_dict_text(d, slots[at]))) return slots[at];
    uint32_t code = d->count++;
    slots[at] = code;
    char *bytes = linkage_vec_need(&d->bytes, d->size_bytes + t.size_bytes, 1);
    memcpy(bytes + d->size_bytes, t.bytes, t.size_bytes);
    d->size_bytes += t.size_bytes;
    ((uint32_t *)linkage_vec_need(&d->from, code + 2, 4))[code + 1] = (uint32_t)d->size_bytes;
    ((uint32_t *)linkage_vec_need(&d->counts, code + 1, 4))[code] = 0;
    if (kind == LINKAGE_CITIZEN || kind == LINKAGE_DATE)
        ((uint64_t *)linkage_vec_need(&d->packed, code + 1, 8))[code] = linkage_pack(kind, t);
    return code;
}

/* ---- rows ---- */

linkage_set *linkage_set_open(const linkage_spec *spec)
{
    arena *own = arena_open();
    linkage_set *s = ARENA_NEW(own, linkage_set);
    s->spec = spec;
    s->han = own;
    linkage_han_open(s);
    for (int f = 0; f < spec->field_count; f++) {
        s->dict[f].count = 1;
        linkage_vec_need(&s->dict[f].from, 2, 4);
        linkage_vec_need(&s->dict[f].counts, 1, 4);
        linkage_vec_need(&s->dict[f].packed, 1, 8);
    }
    linkage_vec_need(&s->id_from, 1, 8);
    return s;
}

void linkage_set_close(linkage_set *s)
{
    if (!s) return;
    for (int f = 0; f < s->spec->field_count; f++) {
        linkage_dict *d = &s->dict[f];
        linkage_vec *all[] = { &d->bytes, &d->from, &d->slots, &d->counts, &d->packed, &s->codes[f] };
        for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
    }
    linkage_vec_close(&s->id_bytes);
    linkage_vec_close(&s->id_from);
    arena_close(s->han);
}

static void set_code(linkage_set *s, int field, size_t row, text folded, uint32_t told)
{
    uint32_t code = dict_code(&s->dict[field], s->spec->fields[field].kind, folded);
    ((uint32_t *)linkage_vec_need(&s->codes[field], row + 1, 4))[row] = code ? code | told : 0;
    if (!code) return;
    ((uint32_t *)s->dict[field].counts.items)[code]++;
    s->field_seen |= UINT64_C(1) << field;
}

/* What a well-made identity number tells of a row that is silent about it. */
static void tell_by_number(linkage_set *s, size_t row)
{
    const linkage_spec *spec = s->spec;
    uint32_t number = linkage_code(s, spec->citizen, (uint32_t)row);
    uint64_t packed = number ? linkage_dict_packed(&s->dict[spec->citizen], number) : 0;
    if (!(packed & LINKAGE_VALID)) return;
    char birth[9];
    for (uint32_t i = 0, date = LINKAGE_BIRTH_OF(packed); i < 8; i++, date /= 10) birth[7 - i] = (char)('0' + date % 10);
    if (spec->birth >= 0 && !linkage_code(s, spec->birth, (uint32_t)row))
        set_code(s, spec->birth, row, (text){ birth, 8 }, LINKAGE_TOLD);
    if (spec->sex >= 0 && !linkage_code(s, spec->sex, (uint32_t)row))
        set_code(s, spec->sex, row, packed & LINKAGE_MALE ? TEXT("m") : TEXT("f"), LINKAGE_TOLD);
}

static text compose_date(arena *a, const text part[3])
{
    if (!part[0].size_bytes) return TEXT_NONE;
    uint32_t n[3] = { 0 };
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < part[i].size_bytes && part[i].bytes[k] >= '0' && part[i].bytes[k] <= '9' && k < 4; k++)
            n[i] = n[i] * 10 + (uint32_t)(part[i].bytes[k] - '0');
    return text_format(a, "%04u-%02u-%02u", n[0], n[1], n[2]);
}

/* The values of the fields: whole columns first, then what parts tell. */
static void gather(const linkage_set *s, arena *a, const text *values, text *field)
{
    const linkage_spec *spec = s->spec;
    text date[3] = { TEXT_NONE, TEXT_NONE, TEXT_NONE };
    for (int i = 0; i < spec->field_count; i++) field[i] = TEXT_NONE;
    for (int i = 0; i < spec->input_count; i++) {
        const linkage_input *in = &spec->inputs[i];
        if (in->part == LINKAGE_WHOLE) field[in->field] = values[i];
        else if (in->part != LINKAGE_FULL_NAME && values[i].bytes) date[in->part - LINKAGE_YEAR] = text_trim(values[i]);
    }
    if (spec->birth >= 0 && !field[spec->birth].size_bytes) field[spec->birth] = compose_date(a, date);
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

err linkage_set_add(linkage_set *s, arena *a, text id, const text *values)
{
    id = text_trim(id);
    if (!id.size_bytes) return err_of(&LINKAGE_ID_EMPTY, NULL);
    size_t row = linkage_rows(s);
    text field[LINKAGE_FIELDS_MAX];
    gather(s, a, values, field);
    char folded[LINKAGE_VALUE_BYTES];
    for (int f = 0; f < s->spec->field_count; f++) {
        size_t size = field[f].size_bytes ? linkage_fold(s, s->spec->fields[f].kind, field[f], folded) : 0;
        set_code(s, f, row, (text){ folded, size }, 0);
    }
    if (s->spec->citizen >= 0) tell_by_number(s, row);
    char *bytes = linkage_vec_need(&s->id_bytes, s->id_size + id.size_bytes, 1);
    memcpy(bytes + s->id_size, id.bytes, id.size_bytes);
    s->id_size += id.size_bytes;
    ((uint64_t *)linkage_vec_need(&s->id_from, row + 2, 8))[row + 1] = s->id_size;
    s->count[s->is_two]++;
    return ERR_NONE;
}

void linkage_set_second(linkage_set *s)
{
    s->is_two = true;
}

text linkage_set_id(const linkage_set *s, uint32_t row)
{
    const uint64_t *from = s->id_from.items;
    return (text){ (const char *)s->id_bytes.items + from[row], from[row + 1] - from[row] };
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
    size_t sum = vec_bytes(&s->id_bytes) + vec_bytes(&s->id_from);
    for (int f = 0; f < s->spec->field_count; f++) {
        const linkage_dict *d = &s->dict[f];
        const linkage_vec *all[] = { &d->bytes, &d->from, &d->slots, &d->counts, &d->packed, &s->codes[f] };
        for (size_t i = 0; i < ARRAY_COUNT(all); i++) sum += vec_bytes(all[i]);
    }
    return sum;
}

/* ---- order ---- */

static int by_id(const void *x, const void *y, void *set)
{
    return text_compare(linkage_set_id(set, *(const uint32_t *)x), linkage_set_id(set, *(const uint32_t *)y));
}

static void reorder_ids(linkage_set *s, const uint32_t *order)
{
    size_t rows = linkage_rows(s), size = 0;
    linkage_vec bytes = { 0 }, from = { 0 };
    char *to = linkage_vec_need(&bytes, s->id_size, 1);
    uint64_t *at = linkage_vec_need(&from, rows + 1, 8);
    for (size_t i = 0; i < rows; i++) {
        text id = linkage_set_id(s, order[i]);
        memcpy(to + size, id.bytes, id.size_bytes);
        at[i + 1] = size += id.size_bytes;
    }
    linkage_vec_close(&s->id_bytes);
    linkage_vec_close(&s->id_from);
    s->id_bytes = bytes;
    s->id_from = from;
}

err linkage_set_ready(linkage_set *s, arena *a)
{
    size_t rows = linkage_rows(s);
    if (!s->count[0]) return err_of(&LINKAGE_NO_ROWS, "A");
    if (s->is_two && !s->count[1]) return err_of(&LINKAGE_NO_ROWS, "B");
    arena *work = arena_open();
    uint32_t *order = ARENA_ARRAY(work, uint32_t, rows), *codes = ARENA_ARRAY(work, uint32_t, rows);
    for (size_t i = 0; i < rows; i++) order[i] = (uint32_t)i;
    qsort_r(order, s->count[0], sizeof *order, by_id, s);
    qsort_r(order + s->count[0], s->count[1], sizeof *order, by_id, s);
    reorder_ids(s, order);
    for (int f = 0; f < s->spec->field_count; f++) {
        memcpy(codes, s->codes[f].items, rows * sizeof *codes);
        uint32_t *to = s->codes[f].items;
        for (size_t i = 0; i < rows; i++) to[i] = codes[order[i]];
        linkage_vec_close(&s->dict[f].slots);
    }
    arena_close(work);
    s->is_ready = true;
    for (size_t i = 1; i < rows; i++)
        if (i != s->count[0] && text_equal(linkage_set_id(s, (uint32_t)i - 1), linkage_set_id(s, (uint32_t)i)))
            return err_of(&LINKAGE_ID_TWICE, text_cstr(a, text_shown(a, linkage_set_id(s, (uint32_t)i), 60)));
    return ERR_NONE;
}
