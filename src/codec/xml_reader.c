/* XML events, out of the window.
 *
 * Text that needs nothing done, and whole tags, are handed out where they lie; a text with entities,
 * CDATA, comments or CRs in it, or longer than the window, is put together in `words`. */
#include <string.h>

#include "codec/xml.h"

codec_xml_outcome codec_xml_wrong(codec_xml_reader *r, const err_kind *kind, size_t at, const char *detail)
{
    r->failed = err_at(kind, codec_xml_window_place(&r->window, at), detail);
    return TOKEN_WRONG;
}

codec_xml_outcome codec_xml_syntax(codec_xml_reader *r, size_t at, const char *detail)
{
    return codec_xml_wrong(r, &CODEC_XML_SYNTAX, at, detail);
}

codec_xml_outcome codec_xml_too_large(codec_xml_reader *r, size_t at, const char *what, size_t limit)
{
    return codec_xml_wrong(r, &CODEC_XML_TOO_LARGE, at, text_format(r->memory, "%s > %zu", what, limit).bytes);
}

/* ---- opening ---- */

codec_xml_reader *codec_xml_open(arena *a, codec_source source, codec_xml_options options)
{
    codec_xml_reader *r = ARENA_NEW(a, codec_xml_reader);
    *r = (codec_xml_reader){ .memory = a, .options = options };
    if (r->options.depth_max == 0) r->options.depth_max = 64;
    if (r->options.text_bytes_max == 0) r->options.text_bytes_max = 1024 * 1024;
    if (r->options.attribute_count_max == 0) r->options.attribute_count_max = 64;
    codec_xml_window_open(&r->window, a, source, options.file, r->options.text_bytes_max);
    r->names = text_builder_open(a);
    r->words = text_builder_open(a);
    r->name_at = ARENA_ARRAY(a, size_t, r->options.depth_max + 2);
    size_t attributes_max = r->options.attribute_count_max + CODEC_XML_DECLARATIONS_MAX;
    r->attributes = ARENA_ARRAY(a, codec_xml_attribute, attributes_max);
    r->value_at = ARENA_ARRAY(a, size_t, attributes_max);
    return r;
}

void codec_xml_close(codec_xml_reader *r)
{
    (void)r; /* all is in the arena */
}

/* ---- text ---- */

static bool is_blank(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if (!codec_xml_is(t.bytes[i], CODEC_XML_BLANK)) return false;
    return true;
}

static void begin_words(codec_xml_reader *r)
{
    if (r->in_text) return;
    r->in_text = true;
    r->text_at = codec_xml_window_place(&r->window, r->window.at);
    r->words.size_bytes = 0;
}

static void add_words(codec_xml_reader *r, text t)
{
    if (t.size_bytes == 0) return;
    memcpy(codec_reserve(&r->words, t.size_bytes), t.bytes, t.size_bytes);
    r->words.size_bytes += t.size_bytes;
}

/* At a byte that plain text stops at. */
static codec_xml_outcome read_stop(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    text rest = text_sub(codec_xml_window_text(r), w->at, w->end);
    size_t size = 1;
    switch (rest.bytes[0]) {
    case '<': return TOKEN_WHOLE;
    case '&':
        size = codec_xml_add_entity(rest, &r->words);
        if (size == 0) return codec_xml_syntax(r, w->at, "undefined entity");
        if (size == SIZE_MAX) return TOKEN_UNFINISHED;
        break;
    case '\r':
        if (rest.size_bytes == 1) return TOKEN_UNFINISHED;
        size += rest.bytes[1] == '\n';
        text_add_char(&r->words, '\n');
        break;
    case ']':
        if (rest.size_bytes < 3) return TOKEN_UNFINISHED;
        if (text_begins(rest, TEXT("]]>"))) return codec_xml_syntax(r, w->at, "]]> in a text");
        text_add_char(&r->words, ']');
        break;
    default: return codec_xml_syntax(r, w->at, "a character that may not stand here");
    }
    w->at += size;
    return TOKEN_WHOLE;
}

/* White space around the root. */
static codec_xml_outcome read_outside(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    w->at = codec_xml_skip_blanks(codec_xml_window_text(r), w->at);
    if (w->at == w->end || w->bytes[w->at] == '<') return TOKEN_WHOLE;
    return codec_xml_syntax(r, w->at, r->has_root ? "junk after document element" : "no element");
}

/* A stretch of text: handed out where it lies when it is all there is between two tags. */
static codec_xml_outcome read_text(codec_xml_reader *r, codec_xml_event *event, bool *has_event)
{
    codec_xml_window *w = &r->window;
    size_t i = w->at;
    while (i < w->end && !codec_xml_is(w->bytes[i], CODEC_XML_STOP)) i++;
    text run = text_sub(codec_xml_window_text(r), w->at, i);
    if (r->words.size_bytes * r->in_text + run.size_bytes > r->options.text_bytes_max)
        return codec_xml_too_large(r, w->at, "text", r->options.text_bytes_max);
    bool is_alone = !r->in_text && i + 1 < w->end && w->bytes[i] == '<' &&
                    w->bytes[i + 1] != '!' && w->bytes[i + 1] != '?';
    if (is_alone) {
        *has_event = r->options.keeps_blank_text || !is_blank(run);
        if (*has_event)
            *event = (codec_xml_event){ .type = CODEC_XML_TEXT,
                                        .depth = r->depth,
                                        .word = run,
                                        .at = codec_xml_window_place(w, w->at) };
        w->at = i;
        return TOKEN_WHOLE;
    }
    begin_words(r);
    add_words(r, run);
    w->at = i;
    return i < w->end ? read_stop(r) : TOKEN_WHOLE;
}

/* A tag follows: the text put together is whole. */
static bool answer_words(codec_xml_reader *r, codec_xml_event *event)
{
    text word = { r->words.bytes ? r->words.bytes : "", r->words.size_bytes };
    r->in_text = false;
    if (word.size_bytes == 0 || (!r->options.keeps_blank_text && is_blank(word))) return false;
    *event = (codec_xml_event){ .type = CODEC_XML_TEXT,
                                .depth = r->depth,
                                .word = word,
                                .at = r->text_at };
    return true;
}

/* ---- what is no element ---- */

/* No control characters but white space; `at` is where t begins in the window. */
static codec_xml_outcome check_characters(codec_xml_reader *r, text t, size_t at)
{
    for (size_t i = 0; i < t.size_bytes; i++) {
        unsigned char c = (unsigned char)t.bytes[i];
        if (c < 0x20 && !codec_xml_is((char)c, CODEC_XML_BLANK))
            return codec_xml_syntax(r, at + i, "a character that may not stand here");
    }
    return TOKEN_WHOLE;
}

/* Where `end` begins, from `from` on; SIZE_MAX when it is not in the window. */
static size_t find_end(const codec_xml_reader *r, size_t from, text end)
{
    text rest = text_sub(codec_xml_window_text(r), from, r->window.end);
    const char *found =
        rest.size_bytes > 0 ? memmem(rest.bytes, rest.size_bytes, end.bytes, end.size_bytes) : NULL;
    return found ? (size_t)(found - r->window.bytes) : SIZE_MAX;
}

static codec_xml_outcome read_comment(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    size_t end = find_end(r, w->at + 4, TEXT("--"));
    if (end == SIZE_MAX || end + 2 >= w->end) return TOKEN_UNFINISHED;
    if (w->bytes[end + 2] != '>') return codec_xml_syntax(r, end, "-- in a comment");
    text inside = text_sub(codec_xml_window_text(r), w->at + 4, end);
    if (check_characters(r, inside, w->at + 4) == TOKEN_WRONG) return TOKEN_WRONG;
    w->at = end + 3;
    return TOKEN_WHOLE;
}

static codec_xml_outcome read_cdata(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    size_t begin = w->at + 9, end = find_end(r, begin, TEXT("]]>"));
    if (r->depth == 0) return codec_xml_syntax(r, w->at, "CDATA outside the document element");
    if (end == SIZE_MAX) return TOKEN_UNFINISHED;
    text inside = text_sub(codec_xml_window_text(r), begin, end);
    if (check_characters(r, inside, begin) == TOKEN_WRONG) return TOKEN_WRONG;
    begin_words(r);
    if (r->words.size_bytes + inside.size_bytes > r->options.text_bytes_max)
        return codec_xml_too_large(r, w->at, "text", r->options.text_bytes_max);
    for (size_t i = 0; i < inside.size_bytes; i++) {
        bool is_pair = i + 1 < inside.size_bytes && inside.bytes[i + 1] == '\n';
        if (inside.bytes[i] != '\r') text_add_char(&r->words, inside.bytes[i]);
        else if (!is_pair) text_add_char(&r->words, '\n');
    }
    w->at = end + 3;
    return TOKEN_WHOLE;
}

static bool is_xml_word(text t)
{
    return t.size_bytes == 3 && (t.bytes[0] | 0x20) == 'x' && (t.bytes[1] | 0x20) == 'm' &&
           (t.bytes[2] | 0x20) == 'l';
}

static codec_xml_outcome read_instruction(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    text t = codec_xml_window_text(r);
    size_t begin = w->at + 2, size = codec_xml_name_bytes(t, begin);
    if (begin + size == t.size_bytes) return TOKEN_UNFINISHED;
    if (size == 0 || is_xml_word(text_sub(t, begin, begin + size)))
        return codec_xml_syntax(r, w->at, "XML declaration not at the start");
    size_t end = find_end(r, begin + size, TEXT("?>"));
    bool is_apart = codec_xml_is(t.bytes[begin + size], CODEC_XML_BLANK) || t.bytes[begin + size] == '?';
    if (!is_apart) return codec_xml_syntax(r, begin + size, "no processing instruction");
    if (end == SIZE_MAX) return TOKEN_UNFINISHED;
    if (t.bytes[begin + size] == '?' && end != begin + size)
        return codec_xml_syntax(r, begin + size, "no processing instruction");
    text inside = text_sub(t, begin + size, end);
    if (check_characters(r, inside, begin + size) == TOKEN_WRONG) return TOKEN_WRONG;
    w->at = end + 2;
    return TOKEN_WHOLE;
}

/* At "<!". */
static codec_xml_outcome read_exclamation(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    static const struct {
        text mark;
        codec_xml_outcome (*read)(codec_xml_reader *r);
    } KINDS[] = { { { "<!--", 4 }, read_comment }, { { "<![CDATA[", 9 }, read_cdata } };
    text rest = text_sub(codec_xml_window_text(r), w->at, w->end), doctype = TEXT("<!DOCTYPE");
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (text_begins(rest, KINDS[i].mark)) return KINDS[i].read(r);
        if (text_begins(KINDS[i].mark, rest)) return TOKEN_UNFINISHED;
    }
    if (!r->has_root && text_begins(doctype, rest) && rest.size_bytes < doctype.size_bytes)
        return TOKEN_UNFINISHED;
    if (!r->has_root && text_begins(rest, doctype))
        return codec_xml_wrong(r, &CODEC_XML_DTD, w->at, NULL);
    return codec_xml_syntax(r, w->at, "no tag");
}

/* ---- the beginning ---- */

static bool is_utf8_name(text t)
{
    return t.size_bytes == 5 && (t.bytes[0] | 0x20) == 'u' && (t.bytes[1] | 0x20) == 't' &&
           (t.bytes[2] | 0x20) == 'f' && t.bytes[3] == '-' && t.bytes[4] == '8';
}

static bool is_version(text t)
{
    bool is_right = t.size_bytes >= 3 && text_begins(t, TEXT("1."));
    for (size_t i = 2; i < t.size_bytes; i++)
        is_right = is_right && t.bytes[i] >= '0' && t.bytes[i] <= '9';
    return is_right;
}

/* version, then encoding, then standalone; each after a blank. */
static codec_xml_outcome read_declaration(codec_xml_reader *r)
{
    static const char *const NAMES[] = { "version", "encoding", "standalone" };
    codec_xml_window *w = &r->window;
    text t = codec_xml_window_text(r), name, value;
    size_t at = w->at + 5, next_name = 0;
    for (;;) {
        size_t begin = codec_xml_skip_blanks(t, at);
        if (begin + 1 >= t.size_bytes) return TOKEN_UNFINISHED;
        if (t.bytes[begin] == '?' && t.bytes[begin + 1] == '>' && next_name > 0) {
            w->at = begin + 2;
            return TOKEN_WHOLE;
        }
        if (begin == at) return codec_xml_syntax(r, begin, "no XML declaration");
        at = begin;
        r->attribute_count = 0; /* for whose place in the list a value is noted */
        codec_xml_outcome result = codec_xml_read_pair(r, &at, &name, &value);
        if (result != TOKEN_WHOLE) return result;
        size_t i = next_name == 0 ? 0 : next_name;
        while (i < 3 && !text_equal_cstr(name, NAMES[i]) && next_name > 0) i++;
        if (i == 3 || !text_equal_cstr(name, NAMES[i]))
            return codec_xml_syntax(r, begin, "no XML declaration");
        if (i == 0 && !is_version(value)) return codec_xml_syntax(r, begin, "version");
        if (i == 1 && !is_utf8_name(value))
            return codec_xml_wrong(r, &CODEC_XML_ENCODING, w->at, codec_snippet(r->memory, value, 0));
        if (i == 2 && !text_equal_cstr(value, "yes") && !text_equal_cstr(value, "no"))
            return codec_xml_syntax(r, begin, "standalone");
        next_name = i + 1;
    }
}

/* Reads on until `read` has its token whole. */
static codec_xml_outcome complete(codec_xml_reader *r, codec_xml_outcome (*read)(codec_xml_reader *))
{
    for (;;) {
        codec_xml_outcome result = read(r);
        if (result != TOKEN_UNFINISHED) return result;
        r->failed = codec_xml_window_more(&r->window);
        if (r->failed.kind) return TOKEN_WRONG;
    }
}

static codec_xml_outcome begin(codec_xml_reader *r)
{
    codec_xml_window *w = &r->window;
    r->is_begun = true;
    r->failed = codec_xml_window_more(w);
    if (r->failed.kind) return TOKEN_WRONG;
    w->at = w->mark_at = codec_mark_bytes(codec_xml_window_text(r));
    text rest = text_sub(codec_xml_window_text(r), w->at, w->end);
    bool is_declared = text_begins(rest, TEXT("<?xml")) && rest.size_bytes > 5 &&
                       codec_xml_is(rest.bytes[5], CODEC_XML_BLANK);
    return is_declared ? complete(r, read_declaration) : TOKEN_WHOLE;
}

/* ---- events ---- */

/* At what begins with '<'. */
static codec_xml_outcome read_markup(codec_xml_reader *r, codec_xml_event *event, bool *has_event)
{
    codec_xml_window *w = &r->window;
    if (w->at + 1 == w->end) return TOKEN_UNFINISHED;
    char c = w->bytes[w->at + 1];
    if (c == '!') return read_exclamation(r);
    if (c == '?') return read_instruction(r);
    if (r->in_text && answer_words(r, event)) {
        *has_event = true;
        return TOKEN_WHOLE;
    }
    codec_xml_outcome result = c == '/' ? codec_xml_read_close(r, event) : codec_xml_read_open(r, event);
    *has_event = result == TOKEN_WHOLE;
    return result;
}

/* The next event, or one step towards it. */
static codec_xml_outcome step(codec_xml_reader *r, codec_xml_event *event, bool *has_event)
{
    codec_xml_window *w = &r->window;
    if (w->at == w->end) {
        bool is_over = w->is_last && !w->is_bad && r->depth == 0 && r->has_root;
        if (!is_over) return TOKEN_UNFINISHED;
        *event = (codec_xml_event){ .type = CODEC_XML_DONE, .at = codec_xml_window_place(w, w->at) };
        *has_event = true;
        return TOKEN_WHOLE;
    }
    if (w->bytes[w->at] == '<') return read_markup(r, event, has_event);
    return r->depth == 0 ? read_outside(r) : read_text(r, event, has_event);
}

err codec_xml_next(codec_xml_reader *r, codec_xml_event *event)
{
    if (!r->is_begun && !r->failed.kind) (void)begin(r);
    if (!r->failed.kind && r->closes) {
        r->closes = false;
        codec_xml_close_element(r, event);
        event->at = r->open_at;
        return ERR_NONE;
    }
    bool has_event = false;
    while (!r->failed.kind && !has_event)
        if (step(r, event, &has_event) == TOKEN_UNFINISHED)
            r->failed = codec_xml_window_more(&r->window);
    return r->failed;
}

text codec_xml_attribute_of(const codec_xml_event *event, const char *space, const char *name)
{
    for (size_t i = 0; i < event->attribute_count; i++)
        if (text_equal_cstr(event->attributes[i].name, name) &&
            text_equal_cstr(event->attributes[i].space, space))
            return event->attributes[i].value;
    return TEXT_NONE;
}
