#include <assert.h>
#include <string.h>

#include "codec/codec.h"

codec_json_writer codec_json_write(text_builder *out, bool is_pretty)
{
    return (codec_json_writer){ .out = out, .is_pretty = is_pretty };
}

static void put(codec_json_writer *w, const char *bytes, size_t size_bytes)
{
    char *at = codec_reserve(w->out, size_bytes);
    memcpy(at, bytes, size_bytes);
    at[size_bytes] = '\0'; /* so that text_built stays NUL-terminated */
    w->out->size_bytes += size_bytes;
}

static void new_line(codec_json_writer *w)
{
    if (!w->is_pretty) return;
    size_t size_bytes = 1 + 2 * (size_t)w->depth;
    char *at = codec_reserve(w->out, size_bytes);
    at[0] = '\n';
    memset(at + 1, ' ', size_bytes - 1);
    w->out->size_bytes += size_bytes;
}

static uint64_t level_bit(const codec_json_writer *w)
{
    return (uint64_t)1 << (w->depth - 1);
}

/* The comma and line before an element or a key. */
static void begin_item(codec_json_writer *w)
{
    if (w->depth == 0) return;
    if (w->has_item & level_bit(w)) put(w, ",", 1);
    w->has_item |= level_bit(w);
    new_line(w);
}

static void begin_value(codec_json_writer *w)
{
    bool is_member = w->depth > 0 && (w->is_object & level_bit(w));
    assert(is_member == w->has_key);
    if (!is_member) begin_item(w);
    w->has_key = false;
}

static void begin_nested(codec_json_writer *w, bool is_object)
{
    begin_value(w);
    assert(w->depth < CODEC_JSON_DEPTH_MAX);
    w->depth++;
    w->has_item &= ~level_bit(w);
    w->is_object = is_object ? w->is_object | level_bit(w) : w->is_object & ~level_bit(w);
    put(w, is_object ? "{" : "[", 1);
}

static void end_nested(codec_json_writer *w, bool is_object)
{
    assert(w->depth > 0 && !w->has_key && is_object == !!(w->is_object & level_bit(w)));
    bool has_item = w->has_item & level_bit(w);
    w->depth--;
    if (has_item) new_line(w);
    put(w, is_object ? "}" : "]", 1);
}

void codec_json_begin_object(codec_json_writer *w)
{
    begin_nested(w, true);
}

void codec_json_end_object(codec_json_writer *w)
{
    end_nested(w, true);
}

void codec_json_begin_array(codec_json_writer *w)
{
    begin_nested(w, false);
}

void codec_json_end_array(codec_json_writer *w)
{
    end_nested(w, false);
}

/* Characters that must be escaped; the letter that follows the backslash, or 'u' for a number. */
static char escape_of(unsigned char c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    default: return c < ' ' ? 'u' : '\0';
    }
}

static char *put_escape(char *at, unsigned char c)
{
    static const char HEX[] = "0123456789abcdef";
    char letter = escape_of(c);
    *at++ = '\\';
    *at++ = letter;
    if (letter != 'u') return at;
    *at++ = '0';
    *at++ = '0';
    *at++ = HEX[c >> 4];
    *at++ = HEX[c & 15];
    return at;
}

static void put_valid(codec_json_writer *w, text t)
{
    char *begin = codec_reserve(w->out, 6 * t.size_bytes + 2), *at = begin;
    *at++ = '"';
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        if (escape_of(c)) at = put_escape(at, c);
        else *at++ = (char)c;
    }
    *at++ = '"';
    *at = '\0';
    w->out->size_bytes += (size_t)(at - begin);
}

static void put_string(codec_json_writer *w, text t)
{
    if (text_is_utf8(t, NULL)) {
        put_valid(w, t);
        return;
    }
    text_builder mended = text_builder_open(w->out->memory);
    for (size_t at = 0; at < t.size_bytes;) text_add_rune(&mended, text_next_rune(t, &at));
    put_valid(w, text_built(&mended));
}

void codec_json_key(codec_json_writer *w, text key)
{
    assert(w->depth > 0 && (w->is_object & level_bit(w)) && !w->has_key);
    begin_item(w);
    put_string(w, key);
    put(w, ": ", w->is_pretty ? 2 : 1);
    w->has_key = true;
}

void codec_json_add_text(codec_json_writer *w, text t)
{
    begin_value(w);
    put_string(w, t);
}

void codec_json_add_number(codec_json_writer *w, text digits)
{
    assert(digits.size_bytes > 0);
    begin_value(w);
    put(w, digits.bytes, digits.size_bytes);
}

void codec_json_add_i64(codec_json_writer *w, int64_t number)
{
    char out[CODEC_SCALED_BYTES];
    begin_value(w);
    put(w, out, codec_print_scaled(number, 0, out));
}

void codec_json_add_scaled(codec_json_writer *w, int64_t scaled, int decimals)
{
    char out[CODEC_SCALED_BYTES];
    begin_value(w);
    put(w, "\"", 1);
    put(w, out, codec_print_scaled(scaled, decimals, out));
    put(w, "\"", 1);
}

void codec_json_add_bool(codec_json_writer *w, bool is_true)
{
    begin_value(w);
    put(w, is_true ? "true" : "false", is_true ? 4 : 5);
}

void codec_json_add_null(codec_json_writer *w)
{
    begin_value(w);
    put(w, "null", 4);
}

static void add_nested(codec_json_writer *w, const codec_json *value)
{
    bool is_object = value->type == CODEC_JSON_OBJECT;
    begin_nested(w, is_object);
    for (size_t i = 0; i < value->count; i++) {
        if (is_object) codec_json_key(w, value->keys[i]);
        codec_json_add_value(w, &value->items[i]);
    }
    end_nested(w, is_object);
}

void codec_json_add_value(codec_json_writer *w, const codec_json *value)
{
    switch (value->type) {
    case CODEC_JSON_NULL: codec_json_add_null(w); break;
    case CODEC_JSON_BOOL: codec_json_add_bool(w, value->is_true); break;
    case CODEC_JSON_NUMBER: codec_json_add_number(w, value->word); break;
    case CODEC_JSON_STRING: codec_json_add_text(w, value->word); break;
    case CODEC_JSON_ARRAY:
    case CODEC_JSON_OBJECT: add_nested(w, value); break;
    case CODEC_JSON_TYPE_COUNT: assert(!"no such type");
    }
}
