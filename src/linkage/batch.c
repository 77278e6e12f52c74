/* Batches: rows read by themselves, on a thread of their own, and taken into the set one batch after another. */
#include <assert.h>
#include <stdio.h>

#include "linkage/linkage_met.h"

/* A value whose code is not known yet; a number that is all said by a word, where the batch is a worker's, has no bytes. */
typedef struct {
    uint64_t hash; /* of the bytes, or of the number */
    union {
        uint64_t number;
        struct {
            uint32_t at, size; /* in `bytes` */
        };
    };
    uint32_t row;
    bool is_told, is_number;
} read_value;
/* One that its worker keeps as soon as it has a code. */
typedef struct {
    linkage_met_key key;
    uint32_t row;
    int field;
} asked_value;

enum { WANTED_MAX = 8, HELD_ROWS = 64 };
/* Rows whose fields are read together, one field of all after another. */
typedef struct {
    text value[LINKAGE_FIELDS_MAX][HELD_ROWS];
    char date[HELD_ROWS][24];     /* composed of parts */
    uint64_t has[HELD_ROWS];      /* bit a field */
    uint64_t number[HELD_ROWS];   /* of citizens; LINKAGE_ODD: none that is a word */
    size_t from, count;           /* the first of them; how many */
} held_rows;
struct linkage_batch {
    const linkage_set *set;
    arena *work;
    linkage_met *met;       /* of the worker whose batch this is; NULL: nobody's */
    linkage_vec cells;      /* a row's codes beside one another, those that are known; when it is taken, all */
    linkage_vec values[LINKAGE_FIELDS_MAX], asked; /* by field, in order of rows: the others */
    size_t value_count[LINKAGE_FIELDS_MAX], asked_count;
    uint64_t seen;          /* bit a field: some row has it */
    held_rows held;
    bool is_whole;          /* each input is a field */
    linkage_vec bytes, ids, id_bytes; /* ids: where each ends in `id_bytes` */
    size_t size_bytes, id_size, rows;
    uint32_t id_width;      /* of all ids; 0: they have not one */
    struct {
        char *from;
        size_t size_bytes;
    } wanted[WANTED_MAX]; /* pages that the set will write soon */
    int wanted_count;
};

linkage_batch *linkage_batch_open(const linkage_set *set)
{
    arena *own = arena_open();
    linkage_batch *b = ARENA_NEW(own, linkage_batch);
    b->set = set;
    b->work = own;
    b->is_whole = true;
    for (int i = 0; i < set->spec->input_count; i++) b->is_whole = b->is_whole && set->spec->inputs[i].part == LINKAGE_WHOLE;
    return b;
}

void linkage_batch_close(linkage_batch *b)
{
    if (!b) return;
    linkage_vec *all[] = { &b->bytes, &b->ids, &b->id_bytes, &b->cells, &b->asked };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) linkage_vec_close(all[i]);
    for (int f = 0; f < LINKAGE_FIELDS_MAX; f++) linkage_vec_close(&b->values[f]);
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

static uint32_t *cells_of(const linkage_batch *b, size_t row)
{
    return (uint32_t *)b->cells.items + row * (size_t)b->set->spec->field_count;
}

static void put_known(linkage_batch *b, size_t i, int field, uint32_t cell)
{
    cells_of(b, b->held.from + i)[field] = cell;
    b->held.has[i] |= UINT64_C(1) << field;
}

static void ask_code(linkage_batch *b, size_t i, int field, const linkage_met_key *key)
{
    asked_value *asked = linkage_vec_need(&b->asked, b->asked_count + 1, sizeof *asked);
    asked[b->asked_count++] = (asked_value){ *key, (uint32_t)(b->held.from + i), field };
}

/* There is room: all rows that are held may have two. */
static inline void put_read(linkage_batch *b, size_t i, int field, read_value value)
{
    read_value *v = b->values[field].items;
    value.row = (uint32_t)(b->held.from + i);
    v[b->value_count[field]++] = value;
    b->held.has[i] |= UINT64_C(1) << field;
}

/* The value's bytes stand at the end of `bytes` already. */
static void put_value(linkage_batch *b, size_t i, int field, size_t size, bool is_told)
{
    if (!size) return;
    const char *bytes = (const char *)b->bytes.items + b->size_bytes;
    if (b->met && b->set->spec->fields[field].kind == LINKAGE_DATE) {
        linkage_met_key key;
        uint32_t code = linkage_met_day(b->met, field, bytes, size, &key);
        if (code) {
            put_known(b, i, field, is_told ? code | LINKAGE_TOLD : code);
            return;
        }
        if (key.size) ask_code(b, i, field, &key);
    }
    put_read(b, i, field, (read_value){ .hash = linkage_text_hash(bytes, size), .at = (uint32_t)b->size_bytes, .size = (uint32_t)size, .is_told = is_told });
    b->size_bytes += size;
}

static char *free_bytes(linkage_batch *b)
{
    return (char *)linkage_vec_need(&b->bytes, b->size_bytes + LINKAGE_VALUE_BYTES + LINKAGE_SLACK, 1) + b->size_bytes;
}

/* What well-made identity numbers tell of rows that are silent about it. */
static void tell_by_number(linkage_batch *b)
{
    const linkage_spec *spec = b->set->spec;
    uint64_t told = (spec->birth >= 0 ? UINT64_C(1) << spec->birth : 0) | (spec->sex >= 0 ? UINT64_C(1) << spec->sex : 0);
    for (size_t i = 0; i < b->held.count; i++) {
        uint64_t packed = b->held.number[i], wants = told & ~b->held.has[i];
        if (linkage_is_odd(packed) || !(packed & LINKAGE_VALID) || !wants) continue;
        char *birth = free_bytes(b);
        for (uint32_t k = 0, date = linkage_birth_of(packed); k < 8; k++, date /= 10) birth[7 - k] = (char)('0' + date % 10);
        if (spec->birth >= 0 && wants >> spec->birth & 1) put_value(b, i, spec->birth, 8, true);
        *free_bytes(b) = packed & LINKAGE_MALE ? 'm' : 'f';
        if (spec->sex >= 0 && wants >> spec->sex & 1) put_value(b, i, spec->sex, 1, true);
    }
}

/* An address whose village has no column of its own, or an empty one, tells it. */
static void tell_by_address(linkage_batch *b)
{
    const linkage_spec *spec = b->set->spec;
    for (int f = 0; f < spec->field_count; f++) {
        int outer = spec->fields[f].within;
        if (outer < 0 || spec->fields[f].kind != LINKAGE_PLACE) continue;
        for (size_t i = 0; i < b->held.count; i++) {
            if (!(b->held.has[i] >> f & 1) || b->held.has[i] >> outer & 1) continue;
            char *address = free_bytes(b); /* its code may be known, and it was not folded then */
            size_t size = linkage_fold(b->set, LINKAGE_PLACE, b->held.value[f][i], address);
            put_value(b, i, outer, linkage_place_cut((text){ address, size }), false);
        }
    }
}

static void read_numbers(linkage_batch *b, int f)
{
    const linkage_set *s = b->set;
    linkage_kind kind = s->spec->fields[f].kind;
    for (size_t i = 0; i < b->held.count; i++) {
        text value = b->held.value[f][i];
        if (!value.size_bytes) continue;
        uint64_t number = b->met ? linkage_pack_plain(kind, value) : LINKAGE_ODD;
        size_t size = 0;
        if (linkage_is_odd(number)) {
            char *bytes = free_bytes(b);
            size = linkage_fold(s, kind, value, bytes);
            number = size ? linkage_pack(kind, (text){ bytes, size }) : LINKAGE_ODD;
        }
        if (f == s->spec->citizen) b->held.number[i] = number;
        if (b->met && !linkage_is_odd(number)) put_read(b, i, f, (read_value){ .hash = linkage_mixed(number), .number = number, .is_number = true });
        else put_value(b, i, f, size, false);
    }
}

static void read_texts(linkage_batch *b, int f)
{
    const linkage_set *s = b->set;
    linkage_kind kind = s->spec->fields[f].kind;
    for (size_t i = 0; i < b->held.count; i++) {
        text value = b->held.value[f][i];
        if (!value.size_bytes) continue;
        linkage_met_key key = { .size = 0 };
        uint32_t code = b->met ? linkage_met_find(b->met, f, value, &key) : 0;
        if (code) {
            put_known(b, i, f, code);
            continue;
        }
        size_t size = linkage_fold(s, kind, value, free_bytes(b));
        if (size && key.size) ask_code(b, i, f, &key);
        put_value(b, i, f, size, false);
    }
}

/* The rows that are held. */
static void read_held(linkage_batch *b)
{
    const linkage_spec *spec = b->set->spec;
    size_t fields = (size_t)spec->field_count, count = b->held.count;
    if (!count) return;
    b->held.from = b->rows - count;
    linkage_vec_need(&b->cells, b->rows * fields, 4);
    memset(cells_of(b, b->held.from), 0, count * fields * 4);
    for (size_t i = 0; i < count; i++) b->held.has[i] = 0;
    for (size_t i = 0; i < count; i++) b->held.number[i] = LINKAGE_ODD;
    for (int f = 0; f < spec->field_count; f++) linkage_vec_need(&b->values[f], b->value_count[f] + 2 * count, sizeof(read_value));
    for (int f = 0; f < spec->field_count; f++) {
        if (linkage_is_number(spec->fields[f].kind)) read_numbers(b, f);
        else read_texts(b, f);
    }
    if (spec->citizen >= 0) tell_by_number(b);
    if (spec->has_within) tell_by_address(b);
    for (size_t i = 0; i < count; i++) b->seen |= b->held.has[i];
    b->held.count = 0;
}

void linkage_batch_begin(linkage_batch *b, size_t worker)
{
    const linkage_set *s = b->set;
    assert(worker < LINKAGE_WORKERS_MAX);
    if (!s->met[worker]) s->met[worker] = linkage_met_open(s);
    b->met = s->met[worker];
    const asked_value *asked = b->asked.items;
    for (size_t i = 0; i < b->asked_count; i++) {
        uint32_t code = cells_of(b, asked[i].row)[asked[i].field] & ~LINKAGE_TOLD;
        if (code) linkage_met_keep(b->met, asked[i].field, &asked[i].key, code);
    }
    b->asked_count = 0;
}

void linkage_batch_end(linkage_batch *b)
{
    read_held(b);
}

static void hold(linkage_batch *b, size_t at, const text *values)
{
    const linkage_spec *spec = b->set->spec;
    if (b->is_whole) {
        for (int i = 0; i < spec->input_count; i++) b->held.value[spec->inputs[i].field][at] = values[i];
        return;
    }
    text field[LINKAGE_FIELDS_MAX];
    gather(b->set, b->held.date[at], values, field);
    for (int f = 0; f < spec->field_count; f++) b->held.value[f][at] = field[f];
}

static void meet_wanted(linkage_batch *b)
{
    while (b->wanted_count) {
        b->wanted_count--;
        arena_meet(b->wanted[b->wanted_count].from, b->wanted[b->wanted_count].size_bytes);
    }
}

err linkage_batch_add(linkage_batch *b, text id, const text *values)
{
    size_t at = b->held.count;
    meet_wanted(b);
    id = text_trim(id);
    if (!id.size_bytes) return err_of(&LINKAGE_ID_EMPTY, NULL);
    hold(b, at, values);
    b->id_width = !b->rows || b->id_width == id.size_bytes ? (uint32_t)id.size_bytes : 0;
    memcpy((char *)linkage_vec_need(&b->id_bytes, b->id_size + id.size_bytes + LINKAGE_SLACK, 1) + b->id_size, id.bytes, id.size_bytes);
    ((uint32_t *)linkage_vec_need(&b->ids, b->rows + 1, 4))[b->rows] = (uint32_t)(b->id_size += id.size_bytes);
    b->rows++;
    b->held.count++;
    if (!b->met || b->held.count == HELD_ROWS) read_held(b);
    return ERR_NONE;
}

void linkage_batch_empty(linkage_batch *b)
{
    b->rows = b->size_bytes = b->id_size = b->held.count = 0;
    memset(b->value_count, 0, sizeof b->value_count);
    b->seen = 0;
}

text linkage_batch_value(const linkage_batch *b, int field, uint64_t *hash, bool *is_told)
{
    const read_value *v = b->values[field].items;
    *hash = 0;
    *is_told = false;
    if (!b->value_count[field]) return TEXT_NONE;
    *hash = v->hash;
    *is_told = v->is_told;
    return (text){ (const char *)b->bytes.items + v->at, v->size };
}

/* ---- taken ---- */

/* `size` bytes of ids, each of which ends where `ends` says, behind those there are: with its length before it. */
static void put_ids(linkage_ids *ids, size_t row, const char *from, const uint32_t *ends, size_t count)
{
    char *bytes = linkage_vec_need(&ids->bytes, ids->size_bytes + (count ? ends[count - 1] : 0) + 5 * count + LINKAGE_SLACK, 1);
    uint32_t *at = linkage_vec_need(&ids->from, row + count, 4), begin = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t size = ends[i] - begin;
        at[row + i] = (uint32_t)ids->size_bytes;
        unsigned char mark = size < 255 ? (unsigned char)size : 255;
        bytes[ids->size_bytes++] = (char)mark;
        if (mark == 255) memcpy(bytes + ids->size_bytes, &size, 4);
        if (mark == 255) ids->size_bytes += 4;
        linkage_copy_bytes(bytes + ids->size_bytes, from + begin, size);
        ids->size_bytes += size;
        begin = ends[i];
    }
    assert(ids->size_bytes < UINT32_MAX);
}

/* Another width follows. */
static void spread_ids(linkage_ids *ids, size_t rows)
{
    linkage_ids were = *ids;
    *ids = (linkage_ids){ 0 };
    for (size_t row = 0; row < rows; row++) put_ids(ids, row, (const char *)were.bytes.items + row * were.width, &were.width, 1);
    linkage_vec_close(&were.bytes);
}

static void take_ids(linkage_set *s, const linkage_batch *b)
{
    linkage_ids *ids = &s->ids[s->is_two];
    size_t rows = s->count[s->is_two];
    if (!b->rows) return;
    if (!rows) ids->width = b->id_width;
    else if (ids->width && ids->width != b->id_width) spread_ids(ids, rows);
    if (!ids->width) {
        put_ids(ids, rows, b->id_bytes.items, b->ids.items, b->rows);
        return;
    }
    char *bytes = linkage_vec_need(&ids->bytes, ids->size_bytes + b->id_size + LINKAGE_SLACK, 1);
    memcpy(bytes + ids->size_bytes, b->id_bytes.items, b->id_size);
    ids->size_bytes += b->id_size;
}

/* Of a large dictionary a value's slot, then its code's place, then its bytes are asked of the memory some values ahead. */
static void take_field(linkage_set *s, linkage_batch *b, int f)
{
    enum { AHEAD = 16, LARGE_SLOTS = 1 << 13 };
    size_t count = b->value_count[f];
    linkage_dict *d = &s->dict[f];
    const read_value *v = b->values[f].items;
    for (size_t i = 0; i < count; i++) {
        if (d->slots.capacity >= LARGE_SLOTS && i + 4 * AHEAD < count) {
            linkage_dict_fetch(d, v[i + 4 * AHEAD].hash);
            linkage_dict_fetch_place(d, v[i + 2 * AHEAD].hash);
            linkage_dict_fetch_bytes(d, v[i + AHEAD].hash);
        }
        text t = v[i].is_number ? TEXT_NONE : (text){ (const char *)b->bytes.items + v[i].at, v[i].size };
        uint32_t code = v[i].is_number ? linkage_dict_number(d, v[i].number, v[i].hash) : linkage_dict_code(d, t, v[i].hash);
        cells_of(b, v[i].row)[f] = v[i].is_told ? code | LINKAGE_TOLD : code;
    }
}

/* One batch is taken at a time, and much of that time goes by until the machine gives pages to write to. Of what is large and grows by
 * and by they are so met a little before, by whoever reads the next batch. */
static void want_step(linkage_batch *b, linkage_vec *v)
{
    enum { STEP_BYTES = 2 << 20 };
    size_t left = linkage_vec_bytes(v) - v->met_bytes, size = left < STEP_BYTES ? left : STEP_BYTES;
    if (!size || b->wanted_count == WANTED_MAX) return;
    b->wanted[b->wanted_count].from = (char *)v->items + v->met_bytes;
    b->wanted[b->wanted_count++].size_bytes = size;
    v->met_bytes += size;
}

static void want_pages(linkage_batch *b, linkage_vec *v, size_t used_bytes)
{
    enum { LARGE_BYTES = 8 << 20, AHEAD_BYTES = 1 << 20 };
    assert(used_bytes <= linkage_vec_bytes(v)); /* else pages of somebody else would be asked for */
    if (used_bytes < LARGE_BYTES) return;
    if (v->met_bytes < used_bytes) v->met_bytes = used_bytes;
    if (v->met_bytes <= used_bytes + AHEAD_BYTES) want_step(b, v);
}

/* A table of values that will soon be full: the next, twice as large, and some of what is to stand there. */
static void want_slots(linkage_batch *b, linkage_dict *d)
{
    enum { LARGE_SLOTS = 1 << 20, MOVED_TOGETHER = 1 << 15 };
    size_t slots = d->slots.capacity;
    if (slots < LARGE_SLOTS || (size_t)d->count * 100 < slots * 70) return;
    if (!d->next.items) linkage_vec_exact(&d->next, 2 * slots, sizeof(uint32_t));
    if (d->next.met_bytes < linkage_vec_bytes(&d->next)) want_step(b, &d->next);
    else linkage_dict_move(d, MOVED_TOGETHER);
}

static void want_all(linkage_set *s, linkage_batch *b)
{
    size_t rows = linkage_rows(s);
    want_pages(b, &s->cells, rows * (size_t)s->spec->field_count * 4);
    linkage_ids *ids = &s->ids[s->is_two];
    want_pages(b, &ids->bytes, ids->size_bytes);
    if (!ids->width) want_pages(b, &ids->from, s->count[s->is_two] * 4);
    for (int f = 0; f < s->spec->field_count; f++) {
        linkage_dict *d = &s->dict[f];
        want_pages(b, &d->bytes, d->size_bytes);
        want_pages(b, &d->from, linkage_dict_texts(d) * 4);
        if (d->packed.capacity) want_pages(b, &d->packed, (size_t)d->count * 8);
        want_slots(b, d);
    }
}

void linkage_set_take(linkage_set *s, linkage_batch *b)
{
    size_t fields = (size_t)s->spec->field_count, row = linkage_rows(s);
    assert(!b->held.count);
    for (int f = 0; f < s->spec->field_count; f++) take_field(s, b, f);
    uint32_t *cells = (uint32_t *)linkage_vec_need(&s->cells, (row + b->rows) * fields, 4) + row * fields;
    if (b->rows) memcpy(cells, b->cells.items, b->rows * fields * 4);
    s->field_seen |= b->seen;
    take_ids(s, b);
    s->count[s->is_two] += b->rows;
    want_all(s, b);
    linkage_batch_empty(b);
}
