#include <string.h>

#include "service/files.h"
#include "service/subject.h"

const err_kind SERVICE_BAD_FACT = {
    "service.bad_fact", ERR_BAD_INPUT,
    "This cannot be read as a fact: {}. Write name=value, or record=[{field:value,…},…].",
    "无法读懂这一项：{}。请写作 名称=值，或 记录=[{字段:值,…},…]。"
};
const err_kind SERVICE_FACT_TWICE = {
    "service.fact_twice", ERR_BAD_INPUT,
    "{} is given twice; give it once.", "{} 给了两次；只能给一次。"
};

/* A stranger may send a hundred thousand: each is looked for once, and not held against all before it. */
static bool is_given(arena *a, service_facts *facts, text name)
{
    enum { FEW = 32 };
    if (!facts->names && facts->count < FEW) {
        for (size_t i = 0; i < facts->count; i++)
            if (text_equal(facts->items[i].name, name)) return true;
        return false;
    }
    if (!facts->names) {
        facts->names = hash_map_open(a);
        for (size_t i = 0; i < facts->count; i++) hash_map_put(facts->names, facts->items[i].name, i);
    }
    if (hash_map_get(facts->names, name) != SIZE_MAX) return true;
    hash_map_put(facts->names, name, facts->count);
    return false;
}

err service_facts_add(arena *a, service_facts *facts, text name, const codec_json *value,
                      source_pos at)
{
    if (is_given(a, facts, name)) return err_at(&SERVICE_FACT_TWICE, at, text_cstr(a, name));
    service_fact fact = { .name = name, .value = value, .at = at };
    ARENA_PUSH(a, facts->items, facts->count, facts->capacity, fact);
    return ERR_NONE;
}

static codec_json *json_word(arena *a, text word)
{
    codec_json *v = ARENA_NEW(a, codec_json);
    bool is_unknown = word.size_bytes == 0 || text_equal_cstr(word, "?");
    *v = (codec_json){ .type = is_unknown ? CODEC_JSON_NULL : CODEC_JSON_STRING, .word = word };
    return v;
}

enum { JSON_DECIMALS = 18 };

text service_json_word(arena *a, const codec_json *value)
{
    i128 scaled;
    char plain[MONEY_PRINT_BYTES];
    if (value->type == CODEC_JSON_BOOL) return value->is_true ? TEXT("true") : TEXT("false");
    bool has_exponent = value->type == CODEC_JSON_NUMBER && (memchr(value->word.bytes, 'e', value->word.size_bytes) ||
                                                             memchr(value->word.bytes, 'E', value->word.size_bytes));
    if (!has_exponent) return value->word;
    if (money_parse_decimal(value->word, JSON_DECIMALS, MONEY_ALLOW_EXPONENT, &scaled).kind) return value->word;
    money_print(scaled, (money_style){ JSON_DECIMALS, 0, false }, plain);
    return text_copy(a, text_of(plain));
}

/* ---- rows written in a word: [{年份:2022, 缴费基数:4500}, {…}] ---- */

typedef struct {
    arena *memory;
    text t;
    size_t at;
} row_reader;

static void rows_skip(row_reader *r)
{
    while (r->at < r->t.size_bytes && strchr(" \t\r\n", r->t.bytes[r->at])) r->at++;
}

/* Passes over one of two spellings of a mark: ASCII or full-width. */
static bool rows_take(row_reader *r, const char *mark, const char *wide)
{
    rows_skip(r);
    text left = text_sub(r->t, r->at, r->t.size_bytes);
    const char *found = text_begins(left, text_of(mark))   ? mark
                        : text_begins(left, text_of(wide)) ? wide
                                                           : NULL;
    if (found) r->at += strlen(found);
    return found != NULL;
}

static bool rows_at_mark(text left)
{
    static const char *const MARKS[] = { ",", "，", ":", "：", "}", "｝", "]", "］" };
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
        if (text_begins(left, text_of(MARKS[i]))) return true;
    return false;
}

/* A word in quotes, or all until the next mark. */
static bool rows_word(row_reader *r, text *word)
{
    rows_skip(r);
    size_t from = r->at;
    if (from < r->t.size_bytes && r->t.bytes[from] == '"') {
        const char *end = memchr(r->t.bytes + from + 1, '"', r->t.size_bytes - from - 1);
        if (!end) return false;
        r->at = (size_t)(end - r->t.bytes) + 1;
        *word = text_sub(r->t, from + 1, r->at - 1);
        return true;
    }
    while (r->at < r->t.size_bytes && !rows_at_mark(text_sub(r->t, r->at, r->t.size_bytes))) r->at++;
    *word = text_trim(text_sub(r->t, from, r->at));
    return true;
}

static bool rows_object(row_reader *r, codec_json *object)
{
    text *keys = NULL;
    codec_json *items = NULL;
    size_t key_count = 0, key_capacity = 0, count = 0, capacity = 0;
    if (!rows_take(r, "{", "｛")) return false;
    while (!rows_take(r, "}", "｝")) {
        text key, word;
        if (count && !rows_take(r, ",", "，")) return false;
        if (!rows_word(r, &key) || !key.size_bytes || !rows_take(r, ":", "：")) return false;
        if (!rows_word(r, &word)) return false;
        for (size_t i = 0; i < count; i++)
            if (text_equal(keys[i], key)) return false;
        ARENA_PUSH(r->memory, keys, key_count, key_capacity, key);
        ARENA_PUSH(r->memory, items, count, capacity, *json_word(r->memory, word));
    }
    *object = (codec_json){ .type = CODEC_JSON_OBJECT, .count = count, .items = items, .keys = keys };
    return true;
}

static const codec_json *rows_read(arena *a, text t)
{
    row_reader r = { .memory = a, .t = t };
    codec_json *items = NULL;
    size_t count = 0, capacity = 0;
    if (!rows_take(&r, "[", "［")) return NULL;
    while (!rows_take(&r, "]", "］")) {
        codec_json object;
        if (count && !rows_take(&r, ",", "，")) return NULL;
        if (!rows_object(&r, &object)) return NULL;
        ARENA_PUSH(a, items, count, capacity, object);
    }
    rows_skip(&r);
    if (r.at != t.size_bytes) return NULL;
    codec_json *list = ARENA_NEW(a, codec_json);
    *list = (codec_json){ .type = CODEC_JSON_ARRAY, .count = count, .items = items };
    return list;
}

/* Splits at the first = or ＝; false when there is none or nothing before it. */
static bool split_word(text word, text *name, text *value)
{
    size_t narrow = text_find(word, TEXT("=")), wide = text_find(word, TEXT("＝"));
    size_t at = narrow < wide ? narrow : wide;
    if (at == SIZE_MAX) return false;
    *name = text_trim(text_sub(word, 0, at));
    *value = text_trim(text_sub(word, at + (narrow < wide ? 1 : 3), word.size_bytes));
    return name->size_bytes > 0;
}

err service_facts_add_word(arena *a, service_facts *facts, text word)
{
    text name, value;
    if (!split_word(word, &name, &value)) return err_of(&SERVICE_BAD_FACT, text_cstr(a, word));
    const codec_json *v;
    if (text_begins(value, TEXT("[")) || text_begins(value, TEXT("［"))) v = rows_read(a, value);
    else v = json_word(a, value);
    if (!v) return err_of(&SERVICE_BAD_FACT, text_cstr(a, word));
    return service_facts_add(a, facts, name, v, (source_pos){ 0 });
}

/* ---- facts in files ---- */

static err facts_add_json(service_call *call, service_facts *facts, text path)
{
    arena *a = call->request;
    text bytes;
    TRY(service_read_file(a, path, &bytes));
    const char *file = text_cstr(a, path);
    const codec_json *whole;
    TRY(codec_json_parse(a, bytes, (codec_json_options){ .file = file }, &whole));
    if (whole->type != CODEC_JSON_OBJECT)
        return err_at(&SERVICE_BAD_FACT, codec_json_position(whole, file),
                      ERR_SAID("not an object", "不是对象"));
    for (size_t i = 0; i < whole->count; i++)
        TRY(service_facts_add(a, facts, whole->keys[i], &whole->items[i],
                              codec_json_position(&whole->items[i], file)));
    return ERR_NONE;
}

static err csv_object(arena *a, const codec_csv_reader *reader, const codec_csv_row *head,
                      const codec_csv_row *row, const char *file, codec_json *object)
{
    (void)reader;
    if (row->count != head->count)
        return err_at(&SERVICE_BAD_FACT, (source_pos){ file, row->line, 1 },
                      text_format(a, "%zu/%zu", row->count, head->count).bytes);
    codec_json *items = ARENA_ARRAY(a, codec_json, row->count);
    for (size_t i = 0; i < row->count; i++)
        items[i] = *json_word(a, text_copy(a, text_trim(row->field[i])));
    *object = (codec_json){ .type = CODEC_JSON_OBJECT, .line = row->line, .column = 1,
                            .count = row->count, .items = items, .keys = head->field };
    return ERR_NONE;
}

static err facts_add_csv(service_call *call, service_facts *facts, text record, text path)
{
    arena *a = call->request;
    const char *file = text_cstr(a, path);
    text bytes;
    TRY(service_read_utf8(a, path, &bytes));
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = file });
    codec_csv_row head = { 0 }, row;
    bool has_row;
    TRY(codec_csv_next(reader, &head, &has_row));
    if (!has_row)
        return err_at(&SERVICE_BAD_FACT, (source_pos){ file, 1, 1 },
                      ERR_SAID("an empty file", "空文件"));
    text *names = ARENA_ARRAY(a, text, head.count + 1);
    for (size_t i = 0; i < head.count; i++) names[i] = text_copy(a, text_trim(head.field[i]));
    head.field = names;
    codec_json *items = NULL;
    size_t count = 0, capacity = 0;
    for (;;) {
        codec_json object;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) break;
        TRY(csv_object(a, reader, &head, &row, file, &object));
        ARENA_PUSH(a, items, count, capacity, object);
    }
    codec_json *list = ARENA_NEW(a, codec_json);
    *list = (codec_json){ .type = CODEC_JSON_ARRAY, .count = count, .items = items };
    return service_facts_add(a, facts, record, list, (source_pos){ file, 1, 1 });
}

err service_facts_of_call(service_call *call, service_facts *facts)
{
    const service_argument *words = service_argument_of(call, "facts");
    for (size_t i = 0; i < words->count; i++)
        TRY(service_facts_add_word(call->request, facts, words->values[i]));
    const service_argument *inputs = service_argument_of(call, "input");
    for (size_t i = 0; i < inputs->count; i++)
        TRY(facts_add_json(call, facts, inputs->values[i]));
    const service_argument *rows = service_argument_of(call, "rows");
    for (size_t i = 0; i < rows->count; i++) {
        text record, path;
        if (!split_word(rows->values[i], &record, &path) || !path.size_bytes)
            return err_of(&SERVICE_BAD_FACT, text_cstr(call->request, rows->values[i]));
        TRY(facts_add_csv(call, facts, record, path));
    }
    return ERR_NONE;
}
