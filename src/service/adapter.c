#include <string.h>

#include "service/adapter.h"
#include "service/files.h"

const err_kind ADAPTER_BAD_ROW = {
    "adapter.bad_row", ERR_BAD_INPUT,
    "A row of an adapter must read topic,way,key,target,unit with a known way: {}.",
    "适配表的每行应为 topic,way,key,target,unit，且 way 须为已知方式：{}。"
};
const err_kind ADAPTER_NONE = {
    "adapter.none", ERR_NOT_FOUND,
    "There is no cases*.csv in {}; give the folder of adapters with --adapters.",
    "{} 中没有 cases*.csv；请用 --adapters 指定适配表目录。"
};

static const char *const WAYS[] = {
    [ADAPTER_IN] = "in",         [ADAPTER_GIVEN] = "given",   [ADAPTER_RECORD] = "record",
    [ADAPTER_ON] = "on",         [ADAPTER_REGION] = "region", [ADAPTER_OUT] = "out",
    [ADAPTER_IDENT] = "ident",
};
_Static_assert(ARRAY_COUNT(WAYS) == ADAPTER_WAY_COUNT, "a way has no word");

enum { ADAPTER_COLUMNS = 5 };

static err read_row(arena *a, const codec_csv_row *row, const char *file, adapter *table)
{
    source_pos at = { file, row->line, 1 };
    if (row->count != ADAPTER_COLUMNS)
        return err_at(&ADAPTER_BAD_ROW, at, text_format(a, "%zu/5", row->count).bytes);
    text cell[ADAPTER_COLUMNS];
    for (size_t i = 0; i < ADAPTER_COLUMNS; i++) cell[i] = text_copy(a, text_trim(row->field[i]));
    adapter_row made = { .topic = cell[0], .key = cell[2], .target = cell[3], .unit = cell[4],
                         .at = at, .way = ADAPTER_WAY_COUNT };
    for (size_t w = 0; w < ADAPTER_WAY_COUNT; w++)
        if (text_equal_cstr(cell[1], WAYS[w])) made.way = (adapter_way)w;
    if (made.way == ADAPTER_WAY_COUNT)
        return err_at(&ADAPTER_BAD_ROW, at, text_format(a, "way '%.*s'", TEXT_ARG(cell[1])).bytes);
    ARENA_PUSH(a, table->rows, table->count, table->capacity, made);
    return ERR_NONE;
}

static err read_table(arena *a, text path, adapter *table)
{
    const char *file = text_cstr(a, path);
    text bytes;
    TRY(service_read_utf8(a, path, &bytes));
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file });
    for (bool is_head = true;; is_head = false) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        if (!is_head && !text_begins(row.field[0], TEXT("#"))) TRY(read_row(a, &row, file, table));
    }
}

err adapter_read(service_call *call, text path, adapter *table)
{
    arena *a = call->request;
    const text *files;
    size_t count;
    if (text_ends(path, TEXT(".csv"))) return read_table(a, path, table);
    TRY(service_list_files(a, path, TEXT(".csv"), &files, &count));
    size_t read_count = 0;
    for (size_t i = 0; i < count; i++) {
        text name = text_sub(files[i], path.size_bytes + 1, files[i].size_bytes);
        if (!text_begins(name, TEXT("cases"))) continue;
        TRY(read_table(a, files[i], table));
        read_count++;
    }
    return read_count ? ERR_NONE : err_of(&ADAPTER_NONE, text_cstr(a, path));
}

const adapter_row *adapter_next(const adapter *table, text topic, adapter_way way, size_t *at)
{
    for (; *at < table->count; (*at)++) {
        const adapter_row *row = &table->rows[*at];
        if (!text_equal(row->topic, topic)) continue;
        if (way != ADAPTER_WAY_COUNT && row->way != way) continue;
        (*at)++;
        return row;
    }
    return NULL;
}

/* A list's key also stands at the beginning of its fields' keys: years in years.base. */
const adapter_row *adapter_for_key(const adapter *table, text topic, text key, bool is_out)
{
    for (size_t at = 0;;) {
        const adapter_row *row = adapter_next(table, topic, ADAPTER_WAY_COUNT, &at);
        if (!row) return NULL;
        if (row->way != ADAPTER_IDENT && (row->way == ADAPTER_OUT) != is_out) continue;
        if (text_equal(row->key, key)) return row;
    }
}

text adapter_word(arena *a, const codec_json *value, text unit)
{
    text word = service_json_word(a, value);
    if (!unit.size_bytes || value->type == CODEC_JSON_BOOL) return word;
    return text_format(a, "%.*s%.*s", TEXT_ARG(word), TEXT_ARG(unit));
}

static codec_json with_unit(arena *a, const codec_json *value, text unit)
{
    codec_json made = *value;
    if (value->type == CODEC_JSON_NUMBER || value->type == CODEC_JSON_STRING) {
        made.type = CODEC_JSON_STRING;
        made.word = adapter_word(a, value, unit);
    }
    return made;
}

/* ---- a list of objects becomes the rows of a record ---- */

typedef struct {
    service_call *call;
    arena *a;
    const adapter *table;
    text topic;
    const char **complaint;
} adapting;

static const char *no_row(adapting *d, text key)
{
    const char *format = service_say(d->call, "%.*s: the adapter has no row for this input",
                                     "%.*s：适配表中没有这一输入项");
    return text_format(d->a, format, TEXT_ARG(key)).bytes;
}

static codec_json adapt_object(adapting *d, const adapter_row *record, const codec_json *from)
{
    codec_json *items = NULL;
    text *keys = NULL;
    size_t count = 0, capacity = 0, key_count = 0, key_capacity = 0;
    static const text NAMELESS = { "", 0 };
    bool is_object = from->type == CODEC_JSON_OBJECT;
    for (size_t k = 0; k < (is_object ? from->count : 1); k++) {
        text name = is_object ? from->keys[k] : NAMELESS;
        text key = text_format(d->a, "%.*s.%.*s", TEXT_ARG(record->key), TEXT_ARG(name));
        bool is_known = false;
        for (size_t at = 0;;) {
            const adapter_row *row = adapter_next(d->table, d->topic, ADAPTER_WAY_COUNT, &at);
            if (!row) break;
            if ((row->way != ADAPTER_IN && row->way != ADAPTER_GIVEN) || !text_equal(row->key, key))
                continue;
            text prefix = text_format(d->a, "%.*s.", TEXT_ARG(record->target));
            bool is_field = text_begins(row->target, prefix);
            is_known = true;
            ARENA_PUSH(d->a, keys, key_count, key_capacity,
                       is_field ? text_sub(row->target, prefix.size_bytes, row->target.size_bytes)
                                : row->target);
            codec_json item = with_unit(d->a, is_object ? &from->items[k] : from, row->unit);
            ARENA_PUSH(d->a, items, count, capacity, item);
        }
        if (!is_known) *d->complaint = no_row(d, key);
    }
    return (codec_json){ .type = CODEC_JSON_OBJECT, .count = count, .items = items, .keys = keys };
}

static const codec_json *adapt_list(adapting *d, const adapter_row *row, const codec_json *list)
{
    if (list->type != CODEC_JSON_ARRAY) {
        *d->complaint = text_format(d->a, service_say(d->call, "%.*s: is no list", "%.*s：不是列表"),
                                    TEXT_ARG(row->key)).bytes;
        return list;
    }
    codec_json *made = ARENA_NEW(d->a, codec_json);
    codec_json *items = ARENA_ARRAY(d->a, codec_json, list->count + 1);
    for (size_t i = 0; i < list->count; i++) items[i] = adapt_object(d, row, &list->items[i]);
    *made = (codec_json){ .type = CODEC_JSON_ARRAY, .count = list->count, .items = items };
    return made;
}

err adapter_facts(service_call *call, arena *a, const adapter *table, text topic,
                  const codec_json *inputs, service_facts *facts, const char **complaint)
{
    adapting d = { call, a, table, topic, complaint };
    for (size_t k = 0; k < inputs->count; k++)
        if (!adapter_for_key(table, topic, inputs->keys[k], false))
            *complaint = no_row(&d, inputs->keys[k]);
    for (size_t at = 0; !*complaint;) {
        const adapter_row *row = adapter_next(table, topic, ADAPTER_WAY_COUNT, &at);
        if (!row) break;
        const codec_json *value = codec_json_member(inputs, row->key);
        if (!value && row->way == ADAPTER_IN && !row->key.size_bytes) {
            codec_json *fixed = ARENA_NEW(a, codec_json);
            *fixed = (codec_json){ .type = CODEC_JSON_STRING, .word = row->unit };
            TRY(service_facts_add(a, facts, row->target, fixed, row->at));
            continue;
        }
        if (!value) continue;
        if (row->way == ADAPTER_RECORD) {
            TRY(service_facts_add(a, facts, row->target, adapt_list(&d, row, value), row->at));
        } else if (row->way == ADAPTER_IN || row->way == ADAPTER_GIVEN) {
            codec_json *word = ARENA_NEW(a, codec_json);
            *word = with_unit(a, value, row->unit);
            TRY(service_facts_add(a, facts, row->target, word, row->at));
        }
    }
    return ERR_NONE;
}
