/* The window on an XML text: filling, checking characters, counting lines. */
#include <assert.h>
#include <string.h>

#include "codec/xml.h"

enum { CHUNK_BYTES = 64 * 1024 };

void codec_xml_window_open(codec_xml_window *w, arena *a, codec_source source, const char *file,
                           size_t size_bytes_max)
{
    *w = (codec_xml_window){ .memory = a, .source = source, .file = file, .line = 1, .column = 1 };
    w->size_bytes_max = size_bytes_max;
    w->capacity = CHUNK_BYTES;
    w->bytes = arena_alloc(a, w->capacity);
}

/* Characters are the bytes that do not continue one; eight bytes at a time. */
static int32_t count_runes(const char *bytes, size_t size)
{
    const uint64_t ones = 0x0101010101010101u;
    size_t i = 0, continued = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        continued += (((word >> 7) & ~(word >> 6) & ones) * ones) >> 56;
    }
    for (; i < size; i++) continued += ((unsigned char)bytes[i] & 0xC0) == 0x80;
    return (int32_t)(size - continued);
}

source_pos codec_xml_window_place(codec_xml_window *w, size_t at)
{
    while (w->mark_at < at) {
        const char *from = w->bytes + w->mark_at, *lf = memchr(from, '\n', at - w->mark_at);
        size_t size = lf ? (size_t)(lf - from) + 1 : at - w->mark_at;
        w->mark_at += size;
        w->line += lf != NULL;
        w->column = lf ? 1 : w->column + count_runes(from, size);
    }
    return (source_pos){ .file = w->file, .line = w->line, .column = w->column };
}

/* U+FFFE and U+FFFF are in UTF-8 but not in XML. */
static size_t find_no_character(text t)
{
    for (size_t from = 0; from < t.size_bytes;) {
        const char *lead = memchr(t.bytes + from, 0xEF, t.size_bytes - from);
        if (!lead) break;
        size_t at = (size_t)(lead - t.bytes);
        if (t.size_bytes - at >= 3 && (unsigned char)lead[1] == 0xBF && (unsigned char)lead[2] >= 0xBE)
            return at;
        from = at + 1;
    }
    return SIZE_MAX;
}

/* Size of the character that begins so, by its first byte. */
static size_t rune_bytes(unsigned char lead)
{
    return lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* How many of the bytes are whole and valid. */
static size_t valid_bytes(text t, bool is_last, bool *is_bad)
{
    size_t size = t.size_bytes, back = 1;
    while (back < 4 && back < size && ((unsigned char)t.bytes[size - back] & 0xC0) == 0x80) back++;
    bool is_cut = size > 0 && rune_bytes((unsigned char)t.bytes[size - back]) > back;
    if (is_cut && !is_last) size -= back;
    size_t bad_at = size;
    *is_bad = !codec_is_utf8(text_sub(t, 0, size), &bad_at);
    if (*is_bad) size = bad_at;
    size_t no_character = find_no_character(text_sub(t, 0, size));
    if (no_character == SIZE_MAX) return size;
    *is_bad = true;
    return no_character;
}

static void make_room(codec_xml_window *w)
{
    size_t kept = w->raw_end - w->at;
    (void)codec_xml_window_place(w, w->at);
    if (kept > w->capacity / 2) {
        char *grown = arena_alloc(w->memory, 2 * w->capacity);
        memcpy(grown, w->bytes + w->at, kept);
        w->bytes = grown;
        w->capacity *= 2;
    } else {
        memmove(w->bytes, w->bytes + w->at, kept);
    }
    w->mark_at = 0;
    w->end -= w->at;
    w->raw_end = kept;
    w->at = 0;
}

err codec_xml_window_more(codec_xml_window *w)
{
    if (w->is_bad || w->is_last) {
        bool is_cut = !w->is_bad || (w->is_last && rune_bytes((unsigned char)w->bytes[w->end]) >
                                                       w->raw_end - w->end);
        if (is_cut) return err_at(&CODEC_XML_END, codec_xml_window_place(w, w->end), NULL);
        return err_at(&CODEC_XML_SYNTAX, codec_xml_window_place(w, w->end), "no character");
    }
    if (w->end - w->at > w->size_bytes_max)
        return err_at(&CODEC_XML_TOO_LARGE, codec_xml_window_place(w, w->at),
                      text_format(w->memory, "tag > %zu", w->size_bytes_max).bytes);
    make_room(w);
    while (w->raw_end < w->capacity && !w->is_last) {
        size_t size_bytes = 0;
        TRY(w->source.read(w->source.context, w->bytes + w->raw_end, w->capacity - w->raw_end,
                           &size_bytes));
        w->raw_end += size_bytes;
        w->is_last = size_bytes == 0;
    }
    text fresh = { w->bytes + w->end, w->raw_end - w->end };
    w->end += valid_bytes(fresh, w->is_last, &w->is_bad);
    return ERR_NONE;
}

/* ---- what a byte is ---- */

#define STOP CODEC_XML_STOP
#define NAME (CODEC_XML_NAME)
#define START (CODEC_XML_NAME | CODEC_XML_NAME_START)
#define BLANK CODEC_XML_BLANK

/* Text stops at controls, which must not stand there but for tab and line feed, at CR, which is
 * made a line feed, at & and < and at ], which may begin what must not stand there. Bytes of other
 * characters than ASCII are looked at when they are in a name. */
const uint8_t CODEC_XML_CLASS[256] = {
    [0x00 ... 0x08] = STOP, ['\t'] = BLANK,      ['\n'] = BLANK,     [0x0B ... 0x0C] = STOP,
    ['\r'] = STOP | BLANK,  [0x0E ... 0x1F] = STOP, [' '] = BLANK,   ['&'] = STOP,
    ['<'] = STOP,           [']'] = STOP,        ['-'] = NAME,       ['.'] = NAME,
    ['0' ... '9'] = NAME,   [':'] = START,       ['A' ... 'Z'] = START, ['_'] = START,
    ['a' ... 'z'] = START,  [0x80 ... 0xFF] = CODEC_XML_NAME_START,
};

/* ---- names ---- */

static const struct {
    uint32_t first, last;
    bool may_begin;
} NAME_RUNES[] = {
    { 0xB7, 0xB7, false },      { 0xC0, 0xD6, true },       { 0xD8, 0xF6, true },
    { 0xF8, 0x2FF, true },      { 0x300, 0x36F, false },    { 0x370, 0x37D, true },
    { 0x37F, 0x1FFF, true },    { 0x200C, 0x200D, true },   { 0x203F, 0x2040, false },
    { 0x2070, 0x218F, true },   { 0x2C00, 0x2FEF, true },   { 0x3001, 0xD7FF, true },
    { 0xF900, 0xFDCF, true },   { 0xFDF0, 0xFFFD, true },   { 0x10000, 0xEFFFF, true },
};

static bool is_name_rune(uint32_t rune, bool is_first)
{
    for (size_t i = 0; i < sizeof NAME_RUNES / sizeof *NAME_RUNES; i++)
        if (rune >= NAME_RUNES[i].first && rune <= NAME_RUNES[i].last)
            return NAME_RUNES[i].may_begin || !is_first;
    return false;
}

size_t codec_xml_name_bytes(text t, size_t from)
{
    size_t at = from;
    if (at == t.size_bytes || !codec_xml_is(t.bytes[at], CODEC_XML_NAME_START)) return 0;
    for (;;) {
        while (at < t.size_bytes && codec_xml_is(t.bytes[at], NAME)) at++;
        if (at == t.size_bytes || (unsigned char)t.bytes[at] < 0x80) break;
        size_t next = at;
        uint32_t rune = text_next_rune(t, &next);
        if (!is_name_rune(rune, at == from)) break;
        at = next;
    }
    return at - from;
}

/* ---- entities ---- */

static bool is_character(uint32_t rune)
{
    return rune == '\t' || rune == '\n' || rune == '\r' || (rune >= 0x20 && rune < 0xD800) ||
           (rune >= 0xE000 && rune < 0xFFFE) || (rune >= 0x10000 && rune <= 0x10FFFF);
}

/* The number behind "&#" or "&#x", up to the semicolon. */
static bool parse_rune(text digits, uint32_t *rune)
{
    bool is_hex = digits.size_bytes > 0 && digits.bytes[0] == 'x';
    *rune = 0;
    for (size_t i = is_hex; i < digits.size_bytes; i++) {
        char c = digits.bytes[i];
        uint32_t digit = c >= '0' && c <= '9'             ? (uint32_t)(c - '0')
                         : is_hex && c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : is_hex && c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                          : 99;
        if (digit == 99) return false;
        *rune = *rune * (is_hex ? 16 : 10) + digit;
        if (*rune > 0x10FFFF) return false;
    }
    return digits.size_bytes > is_hex && is_character(*rune);
}

size_t codec_xml_add_entity(text t, text_builder *out)
{
    static const struct {
        const char *name;
        char c;
    } FIVE[] = { { "lt", '<' }, { "gt", '>' }, { "amp", '&' }, { "apos", '\'' }, { "quot", '"' } };
    enum { ENTITY_BYTES_MAX = 64 }; /* leading zeros are many already */
    size_t size = t.size_bytes < ENTITY_BYTES_MAX ? t.size_bytes : ENTITY_BYTES_MAX;
    const char *semicolon = memchr(t.bytes, ';', size);
    if (!semicolon) return size < ENTITY_BYTES_MAX ? SIZE_MAX : 0;
    text name = { t.bytes + 1, (size_t)(semicolon - t.bytes) - 1 };
    uint32_t rune;
    if (name.size_bytes > 1 && name.bytes[0] == '#') {
        if (!parse_rune(text_sub(name, 1, name.size_bytes), &rune)) return 0;
        text_add_rune(out, rune);
        return name.size_bytes + 2;
    }
    for (size_t i = 0; i < sizeof FIVE / sizeof *FIVE; i++) {
        if (!text_equal_cstr(name, FIVE[i].name)) continue;
        text_add_char(out, FIVE[i].c);
        return name.size_bytes + 2;
    }
    return 0;
}
