/* GB18030 and UTF-8: telling them apart, and turning one into the other with libc's iconv. */
#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "codec/codec_internal.h"

/* ---- telling apart ---- */

/* Size of the beginning of a character that the end cuts off, 0 to 3. */
static size_t cut_bytes(text t)
{
    for (size_t back = 1; back <= 3 && back <= t.size_bytes; back++) {
        unsigned char c = (unsigned char)t.bytes[t.size_bytes - back];
        if ((c & 0xC0) == 0x80) continue;
        size_t size = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        return size > back ? back : 0;
    }
    return 0;
}

codec_encoding codec_detect(text bytes, bool is_whole)
{
    if (text_begins(bytes, TEXT("\xFF\xFE")) || text_begins(bytes, TEXT("\xFE\xFF")))
        return CODEC_UTF16;
    if (codec_mark_bytes(bytes) > 0) return CODEC_UTF8;
    text judged = bytes;
    if (!is_whole) judged.size_bytes -= cut_bytes(bytes);
    size_t bad_at = 0;
    /* A NUL is no sign of GB18030; the reader will refuse it as what it is. */
    while (!codec_is_utf8(judged, &bad_at)) {
        if (judged.bytes[bad_at] != '\0') return CODEC_GB18030;
        judged = text_sub(judged, bad_at + 1, judged.size_bytes);
    }
    return CODEC_UTF8;
}

/* ---- converting ---- */

struct codec_converter {
    arena *memory;
    iconv_t table;
    codec_encoding from;
    char cut[8]; /* a character that the last piece cut in two */
    size_t cut_size;
    int32_t line, column; /* of what comes next */
};

err codec_converter_open(arena *a, codec_encoding from, codec_encoding to,
                         codec_converter **converter)
{
    bool is_pair = (from == CODEC_GB18030 && to == CODEC_UTF8) ||
                   (from == CODEC_UTF8 && to == CODEC_GB18030);
    if (!is_pair) return err_of(&CODEC_ENCODING_UNKNOWN, NULL);
    static const char *const NAMES[] = { [CODEC_UTF8] = "UTF-8", [CODEC_GB18030] = "GB18030" };
    iconv_t table = iconv_open(NAMES[to], NAMES[from]);
    if (table == (iconv_t)-1) return err_of(&CODEC_ENCODING_UNKNOWN, "GB18030");
    codec_converter *c = ARENA_NEW(a, codec_converter);
    *c = (codec_converter){ .memory = a, .table = table, .from = from, .line = 1, .column = 1 };
    *converter = c;
    return ERR_NONE;
}

void codec_converter_close(codec_converter *c)
{
    iconv_close(c->table);
}

/* Moves the position past what was written (or, when that is GB18030, read): the UTF-8. */
static void move_position(codec_converter *c, text utf8)
{
    for (size_t i = 0; i < utf8.size_bytes; i++) {
        bool is_continued = ((unsigned char)utf8.bytes[i] & 0xC0) == 0x80;
        c->column += !is_continued;
        if (utf8.bytes[i] != '\n') continue;
        c->line++;
        c->column = 1;
    }
}

/* Converts as much of `in` as makes whole characters, and takes that off its front. */
static err convert(codec_converter *c, text *in, text_builder *out)
{
    for (;;) {
        /* Four bytes of GB18030 for two of UTF-8 are the worst. */
        size_t left = 2 * in->size_bytes + 16, room = left;
        char *from = (char *)(uintptr_t)in->bytes, *to = codec_reserve(out, left), *begin = to;
        size_t before = in->size_bytes;
        size_t answer = iconv(c->table, &from, &in->size_bytes, &to, &left);
        int why = errno;
        text read = { in->bytes, before - in->size_bytes };
        in->bytes += read.size_bytes;
        out->size_bytes += room - left;
        move_position(c, c->from == CODEC_UTF8 ? read : (text){ begin, room - left });
        *to = '\0';
        if (answer != (size_t)-1 || why == EINVAL) return ERR_NONE;
        if (why == E2BIG) continue;
        size_t next = 0;
        bool is_rune = text_next_rune(*in, &next) != 0xFFFD || next > 1;
        const err_kind *kind = c->from == CODEC_GB18030 ? &CODEC_NOT_GB18030
                               : is_rune                ? &CODEC_NOT_IN_GB18030
                                                        : &CODEC_NOT_UTF8;
        source_pos at = { .line = c->line, .column = c->column };
        return err_at(kind, at, codec_hex(c->memory, *in, 0));
    }
}

/* Completes the character that was cut, byte by byte, with the beginning of `piece`. */
static err complete_cut(codec_converter *c, text *piece, text_builder *out)
{
    while (c->cut_size > 0 && piece->size_bytes > 0 && c->cut_size < sizeof c->cut) {
        c->cut[c->cut_size++] = *piece->bytes;
        *piece = text_sub(*piece, 1, piece->size_bytes);
        text cut = { c->cut, c->cut_size };
        TRY(convert(c, &cut, out));
        memmove(c->cut, cut.bytes, cut.size_bytes);
        c->cut_size = cut.size_bytes;
    }
    return ERR_NONE;
}

err codec_converter_feed(codec_converter *c, text piece, bool is_last, text_builder *out)
{
    TRY(complete_cut(c, &piece, out));
    if (piece.size_bytes > 0) {
        TRY(convert(c, &piece, out));
        assert(piece.size_bytes < sizeof c->cut);
        memcpy(c->cut, piece.bytes, piece.size_bytes);
        c->cut_size = piece.size_bytes;
    }
    if (!is_last || c->cut_size == 0) return ERR_NONE;
    source_pos at = { .line = c->line, .column = c->column };
    text cut = { c->cut, c->cut_size };
    return err_at(c->from == CODEC_UTF8 ? &CODEC_NOT_UTF8 : &CODEC_NOT_GB18030, at,
                  codec_hex(c->memory, cut, 0));
}

/* ---- a source that answers UTF-8 ---- */

static const size_t PIECE_BYTES = 64 * 1024;

struct codec_utf8_reader {
    arena *memory;
    codec_source inner;
    codec_converter *converter; /* NULL: bytes pass as they are */
    codec_encoding encoding;
    bool is_begun, is_last;
    char *piece; /* what was read to detect the encoding, or to convert */
    size_t piece_size;
    text_builder ready; /* converted, and not yet handed on from `ready_at` */
    size_t ready_at;
};

codec_utf8_reader *codec_utf8_open(arena *a, codec_source inner)
{
    codec_utf8_reader *r = ARENA_NEW(a, codec_utf8_reader);
    *r = (codec_utf8_reader){ .memory = a, .inner = inner, .ready = text_builder_open(a) };
    r->piece = arena_alloc(a, PIECE_BYTES);
    return r;
}

codec_encoding codec_utf8_encoding(const codec_utf8_reader *r)
{
    return r->encoding;
}

void codec_utf8_close(codec_utf8_reader *r)
{
    if (r->converter) codec_converter_close(r->converter);
    r->converter = NULL;
}

/* Fills the piece to the brim or to the end of the source. */
static err read_piece(codec_utf8_reader *r)
{
    r->piece_size = 0;
    while (r->piece_size < PIECE_BYTES && !r->is_last) {
        size_t size_bytes = 0;
        TRY(r->inner.read(r->inner.context, r->piece + r->piece_size,
                          PIECE_BYTES - r->piece_size, &size_bytes));
        r->piece_size += size_bytes;
        r->is_last = size_bytes == 0;
    }
    return ERR_NONE;
}

static err convert_piece(codec_utf8_reader *r)
{
    r->ready.size_bytes = 0;
    r->ready_at = 0;
    text piece = { r->piece, r->piece_size };
    if (r->converter) return codec_converter_feed(r->converter, piece, r->is_last, &r->ready);
    text_add(&r->ready, piece);
    return ERR_NONE;
}

static err begin_utf8(codec_utf8_reader *r)
{
    r->is_begun = true;
    TRY(read_piece(r));
    r->encoding = codec_detect((text){ r->piece, r->piece_size }, r->is_last);
    if (r->encoding == CODEC_UTF16) return err_of(&CODEC_ENCODING_UNKNOWN, "UTF-16");
    if (r->encoding == CODEC_GB18030)
        TRY(codec_converter_open(r->memory, CODEC_GB18030, CODEC_UTF8, &r->converter));
    return convert_piece(r);
}

static err read_utf8(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    codec_utf8_reader *r = context;
    *size_bytes = 0;
    if (!r->is_begun) TRY(begin_utf8(r));
    if (r->ready_at == r->ready.size_bytes && !r->converter)
        return r->is_last ? ERR_NONE
                          : r->inner.read(r->inner.context, into, size_max, size_bytes);
    while (r->ready_at == r->ready.size_bytes && !r->is_last) {
        TRY(read_piece(r));
        TRY(convert_piece(r));
    }
    size_t left = r->ready.size_bytes - r->ready_at;
    *size_bytes = left < size_max ? left : size_max;
    if (*size_bytes > 0) memcpy(into, r->ready.bytes + r->ready_at, *size_bytes);
    r->ready_at += *size_bytes;
    return ERR_NONE;
}

codec_source codec_utf8_source(codec_utf8_reader *r)
{
    return (codec_source){ .read = read_utf8, .context = r };
}
