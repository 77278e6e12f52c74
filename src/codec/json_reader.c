/* A strict JSON reader that keeps numbers as the text they were written as: see
 * docs/decisions/0002-json-numbers-as-text.md. */
#include <string.h>

#include "codec/codec_internal.h"

typedef struct {
    arena *memory;
    codec_json_options options;
    text input;
    size_t at;
    int32_t line;
    size_t column_at; /* columns are counted on from here: a long line is walked once only */
    int32_t column;
    int depth;
    size_t value_count;
    /* Values and keys of all arrays and objects still open; each copies its own when it closes. */
    codec_json *pending;
    size_t pending_count, pending_capacity;
    text *pending_keys;
    size_t key_count, key_capacity;
} reader;

static err read_value(reader *r, codec_json *value);

/* ---- places ---- */

static source_pos here(reader *r)
{
    /* The input is known to be UTF-8: a character is a byte that continues no other. */
    for (; r->column_at < r->at; r->column_at++)
        r->column += ((unsigned char)r->input.bytes[r->column_at] & 0xC0) != 0x80;
    return (source_pos){ .file = r->options.file, .line = r->line, .column = r->column };
}

static err fail(reader *r, const err_kind *kind)
{
    return err_at(kind, here(r), codec_snippet(r->memory, r->input, r->at));
}

static err fail_with(reader *r, const err_kind *kind, text detail)
{
    return err_at(kind, here(r), text_cstr(r->memory, detail));
}

static bool is_at_end(const reader *r)
{
    return r->at == r->input.size_bytes;
}

static char peek(const reader *r)
{
    return is_at_end(r) ? '\0' : r->input.bytes[r->at];
}

/* What is there is not what must come; at the end that is another error. */
static err unexpected(reader *r)
{
    return fail(r, is_at_end(r) ? &CODEC_JSON_END : &CODEC_JSON_SYNTAX);
}

static void skip_blanks(reader *r)
{
    for (; !is_at_end(r); r->at++) {
        char c = r->input.bytes[r->at];
        if (c == '\n') {
            r->line++;
            r->column_at = r->at + 1;
            r->column = 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

/* ---- numbers and words ---- */

static size_t skip_digits(const reader *r, size_t at)
{
    while (at < r->input.size_bytes && r->input.bytes[at] >= '0' && r->input.bytes[at] <= '9')
        at++;
    return at;
}

static bool is_char(const reader *r, size_t at, char a, char b)
{
    return at < r->input.size_bytes && (r->input.bytes[at] == a || r->input.bytes[at] == b);
}

/* Where the number that begins at `at` ends, or `at` when there is none. */
static size_t number_end(const reader *r, size_t at)
{
    size_t begin = at;
    at += is_char(r, at, '-', '-');
    size_t whole = at;
    at = skip_digits(r, at);
    bool has_leading_zero = at - whole > 1 && r->input.bytes[whole] == '0';
    if (at == whole || has_leading_zero) return begin;
    if (is_char(r, at, '.', '.')) {
        size_t places = at + 1;
        at = skip_digits(r, places);
        if (at == places) return begin;
    }
    if (is_char(r, at, 'e', 'E')) {
        size_t power = at + 1;
        power += is_char(r, power, '+', '-');
        at = skip_digits(r, power);
        if (at == power) return begin;
    }
    return at;
}

static err read_number(reader *r, codec_json *value)
{
    size_t end = number_end(r, r->at);
    bool runs_on = end < r->input.size_bytes && strchr("+-.0123456789eE", r->input.bytes[end]);
    if (end == r->at || runs_on) return fail(r, &CODEC_JSON_BAD_NUMBER);
    value->type = CODEC_JSON_NUMBER;
    value->word = text_sub(r->input, r->at, end);
    r->at = end;
    return ERR_NONE;
}

static err read_literal(reader *r, codec_json *value)
{
    static const struct {
        text word;
        codec_json_type type;
        bool is_true;
    } WORDS[] = {
        { { "true", 4 }, CODEC_JSON_BOOL, true },
        { { "false", 5 }, CODEC_JSON_BOOL, false },
        { { "null", 4 }, CODEC_JSON_NULL, false },
    };
    text left = text_sub(r->input, r->at, r->input.size_bytes);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (!text_begins(left, WORDS[i].word)) continue;
        value->type = WORDS[i].type;
        value->is_true = WORDS[i].is_true;
        r->at += WORDS[i].word.size_bytes;
        return ERR_NONE;
    }
    return unexpected(r);
}

/* ---- strings ---- */

/* Four hexadecimal digits at `at`; UINT32_MAX when they are not there. */
static uint32_t read_hex(const reader *r, size_t at)
{
    uint32_t number = 0;
    if (r->input.size_bytes - at < 4) return UINT32_MAX;
    for (size_t i = at; i < at + 4; i++) {
        unsigned char c = (unsigned char)r->input.bytes[i];
        uint32_t digit = c - (uint32_t)'0';
        if (digit > 9) digit = (c | 0x20u) - 'a' <= 5 ? (c | 0x20u) - 'a' + 10 : UINT32_MAX;
        if (digit > 15) return UINT32_MAX;
        number = number * 16 + digit;
    }
    return number;
}

/* The escape at r->at, a backslash; false when there is no such escape. */
static bool read_escape(reader *r, text_builder *b)
{
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    size_t left = r->input.size_bytes - r->at;
    if (left < 2) return false;
    char c = r->input.bytes[r->at + 1];
    const char *simple = c ? strchr(FROM, c) : NULL;
    if (simple) {
        text_add_char(b, TO[simple - FROM]);
        r->at += 2;
        return true;
    }
    if (c != 'u') return false;
    uint32_t rune = read_hex(r, r->at + 2);
    size_t size = 6;
    if (rune >= 0xD800 && rune < 0xDC00) {
        if (left < 12 || r->input.bytes[r->at + 6] != '\\' || r->input.bytes[r->at + 7] != 'u')
            return false;
        uint32_t low = read_hex(r, r->at + 8);
        if (low < 0xDC00 || low > 0xDFFF) return false;
        rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
        size = 12;
    } else if (rune == 0 || rune > 0xFFFF || (rune >= 0xDC00 && rune < 0xE000)) {
        return false;
    }
    text_add_rune(b, rune);
    r->at += size;
    return true;
}

/* The string whose opening quote is at r->at. Without escapes it points into the input. */
static err read_string(reader *r, text *word)
{
    const char *bytes = r->input.bytes;
    size_t from = ++r->at;
    text_builder b = text_builder_open(r->memory);
    for (;;) {
        while (!is_at_end(r) && bytes[r->at] != '"' && bytes[r->at] != '\\' &&
               (unsigned char)bytes[r->at] >= ' ')
            r->at++;
        if (is_at_end(r)) return fail(r, &CODEC_JSON_END);
        text piece = { bytes + from, r->at - from };
        if (bytes[r->at] == '"') {
            r->at++;
            if (b.size_bytes > 0) text_add(&b, piece);
            *word = b.size_bytes > 0 ? text_built(&b) : piece;
            return ERR_NONE;
        }
        if (bytes[r->at] != '\\') return fail(r, &CODEC_JSON_BAD_STRING);
        text_add(&b, piece);
        if (!read_escape(r, &b)) return fail(r, &CODEC_JSON_BAD_STRING);
        from = r->at;
    }
}

/* ---- arrays and objects ---- */

static void push_value(reader *r, codec_json value)
{
    ARENA_PUSH(r->memory, r->pending, r->pending_count, r->pending_capacity, value);
}

/* Behind an element: true at the closing mark, which is passed; else the comma was. */
static err read_next(reader *r, char closing, bool *is_closed)
{
    skip_blanks(r);
    char c = peek(r);
    if (c != closing && c != ',') return unexpected(r);
    r->at++;
    *is_closed = c == closing;
    if (!*is_closed) skip_blanks(r);
    return ERR_NONE;
}

/* Takes what was pushed since `from` into an array of its own. */
static void close_items(reader *r, codec_json *value, size_t from)
{
    value->count = r->pending_count - from;
    if (value->count > 0)
        value->items =
            (const codec_json *)arena_copy(r->memory, r->pending + from,
                                           value->count * sizeof *r->pending);
    r->pending_count = from;
}

static err read_array(reader *r, codec_json *value)
{
    size_t from = r->pending_count;
    value->type = CODEC_JSON_ARRAY;
    r->at++;
    skip_blanks(r);
    bool is_closed = peek(r) == ']';
    if (is_closed) r->at++;
    while (!is_closed) {
        codec_json element;
        TRY(read_value(r, &element));
        push_value(r, element);
        TRY(read_next(r, ']', &is_closed));
    }
    close_items(r, value, from);
    return ERR_NONE;
}

static void sift(uint32_t *heap, size_t count, const text *keys, size_t root)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && text_compare(keys[heap[child]], keys[heap[child + 1]]) < 0)
            child++;
        if (text_compare(keys[heap[root]], keys[heap[child]]) >= 0) return;
        uint32_t kept = heap[root];
        heap[root] = heap[child];
        heap[child] = kept;
    }
}

/* Indexes in the order of keys. A heap sort: no choice of keys makes it slow, as it could make a
 * hash table. */
static uint32_t *sort_keys(arena *a, const text *keys, size_t count)
{
    uint32_t *order = ARENA_ARRAY(a, uint32_t, count);
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
    for (size_t i = count / 2; i-- > 0;) sift(order, count, keys, i);
    for (size_t i = count; i-- > 1;) {
        uint32_t largest = order[0];
        order[0] = order[i];
        order[i] = largest;
        sift(order, i, keys, 0);
    }
    return order;
}

static const size_t UNSORTED_MAX = 16;

/* An index of a key that stands twice, or SIZE_MAX. */
static size_t find_duplicate(reader *r, codec_json *object)
{
    if (object->count > UNSORTED_MAX) {
        object->sorted = sort_keys(r->memory, object->keys, object->count);
        for (size_t i = 1; i < object->count; i++)
            if (text_equal(object->keys[object->sorted[i - 1]], object->keys[object->sorted[i]]))
                return object->sorted[i - 1] > object->sorted[i] ? object->sorted[i - 1]
                                                                 : object->sorted[i];
        return SIZE_MAX;
    }
    for (size_t i = 1; i < object->count; i++)
        for (size_t k = 0; k < i; k++)
            if (text_equal(object->keys[i], object->keys[k])) return i;
    return SIZE_MAX;
}

static err close_object(reader *r, codec_json *value, size_t from, size_t keys_from)
{
    close_items(r, value, from);
    if (value->count > 0)
        value->keys = (const text *)arena_copy(r->memory, r->pending_keys + keys_from,
                                               value->count * sizeof(text));
    r->key_count = keys_from;
    size_t twice = find_duplicate(r, value);
    if (twice == SIZE_MAX) return ERR_NONE;
    err e = fail_with(r, &CODEC_JSON_DUPLICATE_KEY, value->keys[twice]);
    e.at = codec_json_position(&value->items[twice], r->options.file);
    return e;
}

static err read_object(reader *r, codec_json *value)
{
    size_t from = r->pending_count, keys_from = r->key_count;
    value->type = CODEC_JSON_OBJECT;
    r->at++;
    skip_blanks(r);
    bool is_closed = peek(r) == '}';
    if (is_closed) r->at++;
    while (!is_closed) {
        if (peek(r) != '"') return unexpected(r);
        text key;
        TRY(read_string(r, &key));
        ARENA_PUSH(r->memory, r->pending_keys, r->key_count, r->key_capacity, key);
        skip_blanks(r);
        if (peek(r) != ':') return unexpected(r);
        r->at++;
        skip_blanks(r);
        codec_json member;
        TRY(read_value(r, &member));
        push_value(r, member);
        TRY(read_next(r, '}', &is_closed));
    }
    return close_object(r, value, from, keys_from);
}

static err read_nested(reader *r, codec_json *value)
{
    if (r->depth == r->options.depth_max)
        return fail_with(r, &CODEC_JSON_TOO_DEEP, text_format(r->memory, "%d", r->depth));
    r->depth++;
    TRY(peek(r) == '[' ? read_array(r, value) : read_object(r, value));
    r->depth--;
    return ERR_NONE;
}

static err read_value(reader *r, codec_json *value)
{
    if (r->value_count++ == r->options.value_count_max)
        return fail_with(r, &CODEC_JSON_TOO_LARGE,
                         text_format(r->memory, "> %zu", r->options.value_count_max));
    source_pos at = here(r);
    *value = (codec_json){ .line = at.line, .column = at.column };
    char c = peek(r);
    if (c == '[' || c == '{') return read_nested(r, value);
    if (c == '"') {
        value->type = CODEC_JSON_STRING;
        return read_string(r, &value->word);
    }
    if (c == '-' || (c >= '0' && c <= '9')) return read_number(r, value);
    return read_literal(r, value);
}

/* ---- the whole ---- */

static void set_limits(codec_json_options *o)
{
    if (o->size_bytes_max == 0) o->size_bytes_max = 16 * 1024 * 1024;
    if (o->value_count_max == 0) o->value_count_max = 2000000;
    if (o->depth_max <= 0 || o->depth_max > CODEC_JSON_DEPTH_MAX)
        o->depth_max = CODEC_JSON_DEPTH_MAX;
}

static err check_bytes(reader *r)
{
    size_t bad_at;
    if (r->input.size_bytes > r->options.size_bytes_max)
        return err_of(&CODEC_JSON_TOO_LARGE,
                      text_cstr(r->memory, text_format(r->memory, "> %zu bytes",
                                                       r->options.size_bytes_max)));
    if (codec_is_utf8(r->input, &bad_at)) return ERR_NONE;
    source_pos at = codec_locate(r->options.file, 1, r->input, bad_at);
    if (r->input.bytes[bad_at] == '\0') return err_at(&CODEC_HAS_NUL, at, NULL);
    return err_at(&CODEC_NOT_UTF8, at, codec_hex(r->memory, r->input, bad_at));
}

err codec_json_parse(arena *a, text input, codec_json_options options, const codec_json **value)
{
    reader r = { .memory = a, .options = options, .input = input, .line = 1, .column = 1 };
    if (!input.bytes) r.input = TEXT("");
    set_limits(&r.options);
    TRY(check_bytes(&r));
    r.at = r.column_at = codec_mark_bytes(r.input);
    skip_blanks(&r);
    codec_json root;
    TRY(read_value(&r, &root));
    skip_blanks(&r);
    if (!is_at_end(&r)) return unexpected(&r);
    codec_json *answer = ARENA_NEW(a, codec_json);
    *answer = root;
    *value = answer;
    return ERR_NONE;
}

const codec_json *codec_json_member(const codec_json *object, text key)
{
    if (!object || object->type != CODEC_JSON_OBJECT) return NULL;
    if (!object->sorted) {
        for (size_t i = 0; i < object->count; i++)
            if (text_equal(object->keys[i], key)) return &object->items[i];
        return NULL;
    }
    size_t low = 0, high = object->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(object->keys[object->sorted[middle]], key);
        if (order == 0) return &object->items[object->sorted[middle]];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

source_pos codec_json_position(const codec_json *value, const char *file)
{
    return (source_pos){ .file = file, .line = value->line, .column = value->column };
}
