/* XML events out of expat.
 *
 * Expat calls back while it parses a chunk; the calls are queued, with their texts in `words`, and
 * handed out one by one. The next chunk is parsed when the queue is empty. A text that may go on
 * in the next chunk is held back, so that text between two tags is always one event.
 */
#include <assert.h>
#include <expat.h>
#include <string.h>

#include "codec/codec_internal.h"

enum { CHUNK_BYTES = 64 * 1024, SPACES_MAX = 256 };

/* A stretch of `words`: they move while they grow. */
typedef struct {
    size_t at, size_bytes;
} stretch;

typedef struct {
    text space;
    stretch name, value;
} queued_attribute;

typedef struct {
    codec_xml_type type;
    int depth;
    text space;
    stretch word; /* the name, or the text */
    size_t attribute_at, attribute_count;
    int32_t line, column;
} queued_event;

/* A prefix bound to a namespace, from the element at `depth` on. */
typedef struct {
    text prefix, uri;
    int depth;
} binding;

struct codec_xml_reader {
    arena *memory;
    codec_source source;
    codec_xml_options options;
    XML_Parser parser;
    char *chunk;
    bool is_ended; /* the parser has seen the end */
    uint64_t fed_bytes;
    err failed;    /* answered once the queue is empty */

    queued_event *events;
    size_t event_count, event_capacity, event_next;
    queued_attribute *queued;
    size_t queued_count, queued_capacity;
    text_builder words;
    int depth;

    text spaces[SPACES_MAX]; /* every URI met, so that it stands for good */
    size_t space_count;
    text prefixes[SPACES_MAX]; /* and every prefix */
    size_t prefix_count;
    binding *bindings;
    size_t binding_count, binding_capacity;

    codec_xml_attribute *attributes; /* of the event last answered */
};

/* ---- errors ---- */

static source_pos here(const codec_xml_reader *r)
{
    return (source_pos){ .file = r->options.file,
                         .line = (int32_t)XML_GetCurrentLineNumber(r->parser),
                         .column = (int32_t)XML_GetCurrentColumnNumber(r->parser) + 1 };
}

static void refuse(codec_xml_reader *r, const err_kind *kind, const char *detail)
{
    if (r->failed.kind) return;
    r->failed = err_at(kind, here(r), detail);
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *limit_text(codec_xml_reader *r, const char *what, size_t limit)
{
    return text_format(r->memory, "%s > %zu", what, limit).bytes;
}

/* ---- namespaces ---- */

/* The same text, kept for good; few are ever different. */
static bool keep(codec_xml_reader *r, text *kept, size_t *count, text t, text *answer)
{
    for (size_t i = 0; i < *count; i++) {
        if (!text_equal(kept[i], t)) continue;
        *answer = kept[i];
        return true;
    }
    if (*count == SPACES_MAX) {
        refuse(r, &CODEC_XML_TOO_LARGE, limit_text(r, "namespaces", SPACES_MAX));
        return false;
    }
    *answer = kept[(*count)++] = text_copy(r->memory, t);
    return true;
}

static text prefix_of(text name, text *local)
{
    const char *colon = memchr(name.bytes, ':', name.size_bytes);
    size_t at = colon ? (size_t)(colon - name.bytes) : 0;
    *local = colon ? text_sub(name, at + 1, name.size_bytes) : name;
    return text_sub(name, 0, at);
}

static bool find_space(codec_xml_reader *r, text prefix, text *space)
{
    *space = TEXT_NONE;
    for (size_t i = r->binding_count; i-- > 0;) {
        if (!text_equal(r->bindings[i].prefix, prefix)) continue;
        *space = r->bindings[i].uri;
        return true;
    }
    if (text_equal_cstr(prefix, "xml")) *space = TEXT("http://www.w3.org/XML/1998/namespace");
    return prefix.size_bytes == 0 || space->size_bytes > 0;
}

/* The element's own declarations: xmlns="…" and xmlns:p="…". */
static void bind_spaces(codec_xml_reader *r, const XML_Char **attributes)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        text name = text_of(attributes[i]), uri = text_of(attributes[i + 1]), local;
        if (!text_begins(name, TEXT("xmlns"))) continue;
        text prefix = prefix_of(name, &local);
        if (prefix.size_bytes == 0 && local.size_bytes != 5) continue;
        binding b = { .depth = r->depth };
        if (!keep(r, r->spaces, &r->space_count, uri, &b.uri)) return;
        if (!keep(r, r->prefixes, &r->prefix_count, prefix.size_bytes ? local : TEXT(""), &b.prefix))
            return;
        ARENA_PUSH(r->memory, r->bindings, r->binding_count, r->binding_capacity, b);
    }
}

static bool is_declaration(const char *name)
{
    return strncmp(name, "xmlns", 5) == 0 && (name[5] == '\0' || name[5] == ':');
}

/* ---- the queue ---- */

static stretch add_words(codec_xml_reader *r, text t)
{
    stretch s = { r->words.size_bytes, t.size_bytes };
    memcpy(codec_reserve(&r->words, t.size_bytes), t.bytes, t.size_bytes);
    r->words.size_bytes += t.size_bytes;
    return s;
}

static text words_of(const codec_xml_reader *r, stretch s)
{
    return (text){ r->words.bytes ? r->words.bytes + s.at : "", s.size_bytes };
}

static bool is_blank(text t)
{
    for (size_t i = 0; i < t.size_bytes; i++)
        if (!strchr(" \t\r\n", t.bytes[i])) return false;
    return true;
}

/* The last event, when it is a text that goes on. */
static queued_event *open_text(codec_xml_reader *r)
{
    queued_event *last = r->event_count > 0 ? &r->events[r->event_count - 1] : NULL;
    return last && last->type == CODEC_XML_TEXT ? last : NULL;
}

/* A tag follows: the text before it is whole. */
static void end_text(codec_xml_reader *r)
{
    queued_event *last = open_text(r);
    if (last && !r->options.keeps_blank_text && is_blank(words_of(r, last->word))) r->event_count--;
}

static queued_event *push(codec_xml_reader *r, codec_xml_type type)
{
    source_pos at = here(r);
    queued_event e = { .type = type, .depth = r->depth, .line = at.line, .column = at.column };
    ARENA_PUSH(r->memory, r->events, r->event_count, r->event_capacity, e);
    return &r->events[r->event_count - 1];
}

/* ---- what expat calls ---- */

static void add_attributes(codec_xml_reader *r, queued_event *event, const XML_Char **attributes)
{
    event->attribute_at = r->queued_count;
    for (size_t i = 0; attributes[i]; i += 2) {
        if (is_declaration(attributes[i])) continue;
        queued_attribute a = { 0 };
        text local, prefix = prefix_of(text_of(attributes[i]), &local);
        /* An attribute without a prefix is in no namespace, whatever the default is. */
        if (prefix.size_bytes > 0 && !find_space(r, prefix, &a.space)) {
            refuse(r, &CODEC_XML_SYNTAX, "unbound prefix");
            return;
        }
        a.name = add_words(r, local);
        a.value = add_words(r, text_of(attributes[i + 1]));
        if (event->attribute_count++ == r->options.attribute_count_max) {
            refuse(r, &CODEC_XML_TOO_LARGE,
                   limit_text(r, "attributes", r->options.attribute_count_max));
            return;
        }
        ARENA_PUSH(r->memory, r->queued, r->queued_count, r->queued_capacity, a);
    }
}

static void on_open(void *context, const XML_Char *name, const XML_Char **attributes)
{
    codec_xml_reader *r = context;
    if (r->failed.kind) return;
    end_text(r);
    if (++r->depth > r->options.depth_max) {
        refuse(r, &CODEC_XML_TOO_DEEP, text_format(r->memory, "%d", r->options.depth_max).bytes);
        return;
    }
    if (attributes[0]) bind_spaces(r, attributes);
    queued_event *event = push(r, CODEC_XML_OPEN);
    text local, prefix = prefix_of(text_of(name), &local);
    if (!find_space(r, prefix, &event->space)) refuse(r, &CODEC_XML_SYNTAX, "unbound prefix");
    event->word = add_words(r, local);
    if (attributes[0]) add_attributes(r, event, attributes);
    if (r->failed.kind) r->event_count--; /* a tag that is refused is no event */
}

static void on_close(void *context, const XML_Char *name)
{
    codec_xml_reader *r = context;
    if (r->failed.kind) return;
    end_text(r);
    queued_event *event = push(r, CODEC_XML_CLOSE);
    text local, prefix = prefix_of(text_of(name), &local);
    (void)find_space(r, prefix, &event->space); /* its opening tag found it */
    event->word = add_words(r, local);
    while (r->binding_count > 0 && r->bindings[r->binding_count - 1].depth == r->depth)
        r->binding_count--;
    r->depth--;
}

static void on_text(void *context, const XML_Char *bytes, int size_bytes)
{
    codec_xml_reader *r = context;
    if (r->failed.kind) return;
    queued_event *event = open_text(r);
    if (!event) {
        event = push(r, CODEC_XML_TEXT);
        event->word.at = r->words.size_bytes;
    }
    (void)add_words(r, (text){ bytes, (size_t)size_bytes });
    event->word.size_bytes += (size_t)size_bytes;
    if (event->word.size_bytes > r->options.text_bytes_max)
        refuse(r, &CODEC_XML_TOO_LARGE, limit_text(r, "text", r->options.text_bytes_max));
}

static void on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_subset)
{
    (void)name, (void)system_id, (void)public_id, (void)has_subset;
    refuse(context, &CODEC_XML_DTD, NULL);
}

static void on_declaration(void *context, const XML_Char *version, const XML_Char *encoding,
                           int standalone)
{
    codec_xml_reader *r = context;
    (void)version, (void)standalone;
    bool is_utf8 = !encoding || (strlen(encoding) == 5 && (encoding[0] | 0x20) == 'u' &&
                                 (encoding[1] | 0x20) == 't' && (encoding[2] | 0x20) == 'f' &&
                                 strcmp(encoding + 3, "-8") == 0);
    if (!is_utf8)
        refuse(r, &CODEC_XML_ENCODING, codec_snippet(r->memory, text_of(encoding), 0));
}

/* ---- opening, feeding ---- */

codec_xml_reader *codec_xml_open(arena *a, codec_source source, codec_xml_options options)
{
    codec_xml_reader *r = ARENA_NEW(a, codec_xml_reader);
    *r = (codec_xml_reader){ .memory = a, .source = source, .options = options };
    if (r->options.depth_max == 0) r->options.depth_max = 64;
    if (r->options.text_bytes_max == 0) r->options.text_bytes_max = 1024 * 1024;
    if (r->options.attribute_count_max == 0) r->options.attribute_count_max = 64;
    r->words = text_builder_open(a);
    r->chunk = arena_alloc(a, CHUNK_BYTES);
    r->attributes = ARENA_ARRAY(a, codec_xml_attribute, r->options.attribute_count_max);
    /* Whatever the text declares: other encodings are refused, not guessed. */
    r->parser = XML_ParserCreate("UTF-8");
    if (!r->parser) {
        r->failed = err_of(&CODEC_XML_TOO_LARGE, "memory");
        return r;
    }
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_open, on_close);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    XML_SetXmlDeclHandler(r->parser, on_declaration);
    return r;
}

void codec_xml_close(codec_xml_reader *r)
{
    if (r->parser) XML_ParserFree(r->parser);
    r->parser = NULL;
}

static bool is_end_error(enum XML_Error code)
{
    return code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
           code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
}

static void parser_failed(codec_xml_reader *r)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);
    if (r->is_ended && is_end_error(code)) r->failed = err_at(&CODEC_XML_END, here(r), NULL);
    else r->failed = err_at(&CODEC_XML_SYNTAX, here(r), XML_ErrorString(code));
}

/* The queue is empty but for a text that may go on: that one goes to the front. */
static void rewind_queue(codec_xml_reader *r)
{
    bool has_text = r->event_next < r->event_count;
    queued_event held = has_text ? r->events[r->event_next] : (queued_event){ 0 };
    if (has_text && held.word.size_bytes > 0)
        memmove(r->words.bytes, r->words.bytes + held.word.at, held.word.size_bytes);
    r->words.size_bytes = held.word.size_bytes;
    held.word.at = 0;
    if (has_text) r->events[0] = held;
    r->event_count = has_text;
    r->event_next = 0;
    r->queued_count = 0;
}

static void feed(codec_xml_reader *r)
{
    size_t size_bytes = 0;
    rewind_queue(r);
    err e = r->source.read(r->source.context, r->chunk, CHUNK_BYTES, &size_bytes);
    if (e.kind) {
        r->failed = e;
        return;
    }
    r->is_ended = size_bytes == 0;
    r->fed_bytes += size_bytes;
    enum XML_Status status = XML_Parse(r->parser, r->chunk, (int)size_bytes, r->is_ended);
    if (status != XML_STATUS_OK && !r->failed.kind) parser_failed(r);
    if (r->failed.kind || r->is_ended) return;
    /* What expat keeps back is the beginning of one tag, comment or the like. */
    XML_Index at = XML_GetCurrentByteIndex(r->parser);
    if (at >= 0 && r->fed_bytes - (uint64_t)at > r->options.text_bytes_max + CHUNK_BYTES)
        refuse(r, &CODEC_XML_TOO_LARGE, limit_text(r, "tag", r->options.text_bytes_max));
}

/* ---- handing out ---- */

static bool is_ready(const codec_xml_reader *r)
{
    if (r->event_next == r->event_count) return false;
    bool is_open = r->event_next + 1 == r->event_count &&
                   r->events[r->event_next].type == CODEC_XML_TEXT;
    return !is_open;
}

static void answer(codec_xml_reader *r, const queued_event *q, codec_xml_event *event)
{
    text word = words_of(r, q->word);
    bool is_text = q->type == CODEC_XML_TEXT;
    for (size_t i = 0; i < q->attribute_count; i++) {
        const queued_attribute *a = &r->queued[q->attribute_at + i];
        r->attributes[i] = (codec_xml_attribute){ .space = a->space,
                                                  .name = words_of(r, a->name),
                                                  .value = words_of(r, a->value) };
    }
    *event = (codec_xml_event){
        .type = q->type,
        .depth = q->depth,
        .space = q->space,
        .name = is_text ? TEXT_NONE : word,
        .word = is_text ? word : TEXT_NONE,
        .attributes = r->attributes,
        .attribute_count = q->attribute_count,
        .at = { .file = r->options.file, .line = q->line, .column = q->column },
    };
}

err codec_xml_next(codec_xml_reader *r, codec_xml_event *event)
{
    while (!is_ready(r)) {
        if (r->failed.kind) return r->failed;
        if (r->is_ended) {
            *event = (codec_xml_event){ .type = CODEC_XML_DONE, .at = here(r) };
            return ERR_NONE;
        }
        feed(r);
    }
    answer(r, &r->events[r->event_next++], event);
    return ERR_NONE;
}

text codec_xml_attribute_of(const codec_xml_event *event, const char *space, const char *name)
{
    for (size_t i = 0; i < event->attribute_count; i++)
        if (text_equal_cstr(event->attributes[i].name, name) &&
            text_equal_cstr(event->attributes[i].space, space))
            return event->attributes[i].value;
    return TEXT_NONE;
}
