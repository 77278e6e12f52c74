#include <string.h>

#include "codec/codec_internal.h"

/* Doubling keeps the cost of a byte constant; the old copies stay in the arena. */
void codec_grow(text_builder *b, size_t more)
{
    size_t grown = b->capacity ? b->capacity : 256;
    while (grown < b->size_bytes + more + 1) grown *= 2;
    char *bytes = arena_alloc(b->memory, grown);
    if (b->size_bytes > 0) memcpy(bytes, b->bytes, b->size_bytes);
    b->bytes = bytes;
    b->capacity = grown;
}

codec_csv_writer codec_csv_write(text_builder *out, char separator)
{
    return (codec_csv_writer){
        .out = out,
        .row_at = out->size_bytes,
        .separator = separator ? separator : ',',
    };
}

/* Not zero when one of the eight bytes is that which stands in each of the other's. */
static inline uint64_t holds(uint64_t bytes, uint64_t of_one)
{
    const uint64_t ONES = 0x0101010101010101u, HIGH_BITS = 0x8080808080808080u;
    bytes ^= of_one;
    return (bytes - ONES) & ~bytes & HIGH_BITS;
}

static inline bool holds_mark(uint64_t bytes, char separator)
{
    const uint64_t ONES = 0x0101010101010101u;
    return (holds(bytes, ONES * (unsigned char)separator) | holds(bytes, ONES * '"') | holds(bytes, ONES * '\n') | holds(bytes, ONES * '\r')) != 0;
}

static bool needs_quotes(text field, char separator)
{
    if (field.size_bytes == 0) return false;
    char first = field.bytes[0], last = field.bytes[field.size_bytes - 1];
    if (first == ' ' || last == ' ' || first == '\t' || last == '\t') return true;
    if (first == '\xEF' && codec_mark_bytes(field) > 0) return true;
    uint64_t word = 0;
    if (field.size_bytes < sizeof word) {
        for (size_t at = 0; at < field.size_bytes; at++) word = word << 8 | (unsigned char)field.bytes[at]; /* no NUL is a mark */
        return holds_mark(word, separator);
    }
    for (size_t at = 0; at + sizeof word < field.size_bytes; at += sizeof word) {
        memcpy(&word, field.bytes + at, sizeof word);
        if (holds_mark(word, separator)) return true;
    }
    memcpy(&word, field.bytes + field.size_bytes - sizeof word, sizeof word);
    return holds_mark(word, separator);
}

static char *begin_field(codec_csv_writer *w, size_t size_max)
{
    char *at = codec_reserve(w->out, size_max + 1);
    if (w->has_field) {
        *at++ = w->separator;
        w->out->size_bytes++;
    }
    w->has_field = true;
    return at;
}

void codec_csv_add_text(codec_csv_writer *w, text field)
{
    if (!needs_quotes(field, w->separator)) {
        char *at = begin_field(w, field.size_bytes);
        if (field.size_bytes > 0) memcpy(at, field.bytes, field.size_bytes);
        w->out->size_bytes += field.size_bytes;
        return;
    }
    char *begin = begin_field(w, 2 * field.size_bytes + 2), *at = begin;
    *at++ = '"';
    for (size_t i = 0; i < field.size_bytes; i++) {
        if (field.bytes[i] == '"') *at++ = '"';
        *at++ = field.bytes[i];
    }
    *at++ = '"';
    w->out->size_bytes += (size_t)(at - begin);
}

bool codec_is_formula(text words)
{
    if (words.size_bytes < 2 || !memchr("=+-@\t\r", words.bytes[0], 6)) return false;
    if (words.bytes[0] != '+' && words.bytes[0] != '-') return true;
    for (size_t i = 1; i < words.size_bytes; i++)
        if (!memchr("0123456789.,%", words.bytes[i], 13)) return true;
    return false;
}

void codec_csv_add_words(codec_csv_writer *w, text words)
{
    if (!codec_is_formula(words)) {
        codec_csv_add_text(w, words);
        return;
    }
    text_builder shown = text_builder_open(w->out->memory);
    text_add_char(&shown, '\'');
    text_add(&shown, words);
    codec_csv_add_text(w, text_built(&shown));
}

void codec_csv_add_scaled(codec_csv_writer *w, int64_t scaled, int decimals)
{
    char *at = begin_field(w, CODEC_SCALED_BYTES);
    w->out->size_bytes += codec_print_scaled(scaled, decimals, at);
}

void codec_csv_end_row(codec_csv_writer *w)
{
    /* A row of one empty field must not look like a blank line, which readers pass over. */
    bool is_blank = w->has_field && w->out->size_bytes == w->row_at;
    char *begin = codec_reserve(w->out, 3), *at = begin;
    if (is_blank) {
        *at++ = '"';
        *at++ = '"';
    }
    *at++ = '\n';
    *at = '\0'; /* so that text_built stays NUL-terminated */
    w->out->size_bytes += (size_t)(at - begin);
    w->row_at = w->out->size_bytes;
    w->has_field = false;
}
