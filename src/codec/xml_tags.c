/* Tags: names, attributes, namespaces, and which element is open. */
#include <string.h>

#include "codec/xml.h"

enum { DECLARATIONS_MAX = CODEC_XML_DECLARATIONS_MAX };

/* ---- namespaces ---- */

/* The same text, kept for good; few are ever different. */
static bool keep(codec_xml_reader *r, text *kept, size_t *count, text t, text *answer)
{
    for (size_t i = 0; i < *count; i++) {
        if (!text_equal(kept[i], t)) continue;
        *answer = kept[i];
        return true;
    }
    if (*count == CODEC_XML_SPACES_MAX) return false;
    *answer = kept[(*count)++] = text_copy(r->memory, t);
    return true;
}

/* False when a colon stands where none may, or behind it what no name begins with: alone it were no name. */
static bool split_name(text name, text *prefix, text *local)
{
    const char *colon = memchr(name.bytes, ':', name.size_bytes);
    *prefix = TEXT_NONE;
    *local = name;
    if (!colon) return true;
    size_t at = (size_t)(colon - name.bytes);
    *prefix = text_sub(name, 0, at);
    *local = text_sub(name, at + 1, name.size_bytes);
    return at > 0 && codec_xml_name_bytes(*local, 0) == local->size_bytes && local->size_bytes > 0 &&
           !memchr(local->bytes, ':', local->size_bytes);
}

static bool find_space(const codec_xml_reader *r, text prefix, text *space)
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

static bool is_declaration(text name)
{
    return text_begins(name, TEXT("xmlns")) && (name.size_bytes == 5 || name.bytes[5] == ':');
}

/* xmlns="…" and xmlns:p="…" are taken off the attributes and bound. Only what has no prefix can be of no namespace
 * (Namespaces in XML 1.0, "No Prefix Undeclaring"). */
static codec_xml_outcome bind_spaces(codec_xml_reader *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->attribute_count; i++) {
        codec_xml_attribute *a = &r->attributes[i];
        if (!is_declaration(a->name)) {
            r->attributes[kept++] = *a;
            continue;
        }
        codec_xml_binding b = { .depth = r->depth };
        text prefix = a->name.size_bytes > 6 ? text_sub(a->name, 6, a->name.size_bytes) : TEXT("");
        if (a->name.size_bytes > 5 && (!prefix.size_bytes || !a->value.size_bytes))
            return codec_xml_syntax(r, r->window.at, "unbound prefix");
        if (!keep(r, r->spaces, &r->space_count, a->value, &b.uri) ||
            !keep(r, r->prefixes, &r->prefix_count, prefix, &b.prefix))
            return codec_xml_too_large(r, r->window.at, "namespaces", CODEC_XML_SPACES_MAX);
        ARENA_PUSH(r->memory, r->bindings, r->binding_count, r->binding_capacity, b);
    }
    r->attribute_count = kept;
    return TOKEN_WHOLE;
}

static codec_xml_outcome resolve(codec_xml_reader *r, codec_xml_event *event)
{
    text prefix;
    if (r->declaration_count > 0 && bind_spaces(r) == TOKEN_WRONG) return TOKEN_WRONG;
    if (!split_name(event->name, &prefix, &event->name) || !find_space(r, prefix, &event->space))
        return codec_xml_syntax(r, r->window.at, "unbound prefix");
    for (size_t i = 0; i < r->attribute_count; i++) {
        codec_xml_attribute *a = &r->attributes[i];
        bool is_right = split_name(a->name, &prefix, &a->name);
        /* An attribute without a prefix is in no namespace, whatever the default is. */
        if (!is_right || (prefix.size_bytes > 0 && !find_space(r, prefix, &a->space)))
            return codec_xml_syntax(r, r->window.at, "unbound prefix");
    }
    event->attributes = r->attributes;
    event->attribute_count = r->attribute_count;
    return TOKEN_WHOLE;
}

/* ---- attributes ---- */

/* The value between quotes, with entities and line ends replaced, at the end of r->words. */
static codec_xml_outcome normalise(codec_xml_reader *r, text raw, size_t at, text *value)
{
    size_t begin = r->words.size_bytes;
    for (size_t i = 0; i < raw.size_bytes; i++) {
        char c = raw.bytes[i];
        if (c == '&') {
            size_t size = codec_xml_add_entity(text_sub(raw, i, raw.size_bytes), &r->words);
            if (size == 0 || size == SIZE_MAX) return codec_xml_syntax(r, at + i, "undefined entity");
            i += size - 1;
        } else if (c == '\r' && i + 1 < raw.size_bytes && raw.bytes[i + 1] == '\n') {
            continue;
        } else {
            text_add_char(&r->words, codec_xml_is(c, CODEC_XML_BLANK) ? ' ' : c);
        }
    }
    r->value_at[r->attribute_count] = begin;
    value->size_bytes = r->words.size_bytes - begin;
    return TOKEN_WHOLE;
}

/* The quoted value at *at; *at moves behind it. */
static codec_xml_outcome read_value(codec_xml_reader *r, size_t *at, text *value)
{
    text t = codec_xml_window_text(r);
    if (*at == t.size_bytes) return TOKEN_UNFINISHED;
    char quote = t.bytes[*at];
    if (quote != '"' && quote != '\'') return codec_xml_syntax(r, *at, "a value without quotes");
    size_t from = *at + 1, until = from;
    bool is_plain = true;
    for (; until < t.size_bytes && t.bytes[until] != quote; until++) {
        char c = t.bytes[until];
        if (c == '<' || (codec_xml_is(c, CODEC_XML_STOP) && (unsigned char)c < 0x20 && c != '\r'))
            return codec_xml_syntax(r, until, "a character that may not stand here");
        is_plain = is_plain && c != '&' && c != '\t' && c != '\n' && c != '\r';
    }
    if (until == t.size_bytes) return TOKEN_UNFINISHED;
    *at = until + 1;
    *value = text_sub(t, from, until);
    r->value_at[r->attribute_count] = SIZE_MAX;
    return is_plain ? TOKEN_WHOLE : normalise(r, *value, from, value);
}

static codec_xml_outcome make_room(codec_xml_reader *r, text name, size_t at)
{
    for (size_t i = 0; i < r->attribute_count; i++)
        if (text_equal(r->attributes[i].name, name)) return codec_xml_syntax(r, at, "duplicate attribute");
    bool is_space = is_declaration(name);
    size_t max = r->options.attribute_count_max;
    if (is_space && r->declaration_count == DECLARATIONS_MAX)
        return codec_xml_too_large(r, at, "namespaces", DECLARATIONS_MAX);
    if (!is_space && r->attribute_count - r->declaration_count == max)
        return codec_xml_too_large(r, at, "attributes", max);
    r->declaration_count += is_space;
    return TOKEN_WHOLE;
}

codec_xml_outcome codec_xml_read_pair(codec_xml_reader *r, size_t *at, text *name, text *value)
{
    text t = codec_xml_window_text(r);
    size_t begin = *at, size = codec_xml_name_bytes(t, begin);
    *name = text_sub(t, begin, begin + size);
    if (begin + size == t.size_bytes) return TOKEN_UNFINISHED;
    if (size == 0) return codec_xml_syntax(r, begin, "no attribute");
    *at = codec_xml_skip_blanks(t, begin + size);
    if (*at == t.size_bytes) return TOKEN_UNFINISHED;
    if (t.bytes[*at] != '=') return codec_xml_syntax(r, *at, "an attribute without '='");
    *at = codec_xml_skip_blanks(t, *at + 1);
    return read_value(r, at, value);
}

static codec_xml_outcome read_attribute(codec_xml_reader *r, size_t *at)
{
    codec_xml_attribute a = { 0 };
    size_t begin = *at;
    codec_xml_outcome result = codec_xml_read_pair(r, at, &a.name, &a.value);
    if (result == TOKEN_WHOLE) result = make_room(r, a.name, begin);
    if (result == TOKEN_WHOLE) r->attributes[r->attribute_count++] = a;
    return result;
}

/* ---- tags ---- */

static codec_xml_outcome push_element(codec_xml_reader *r, text name)
{
    if (r->depth == 0 && r->has_root) return codec_xml_syntax(r, r->window.at, "junk after document element");
    if (r->depth == r->options.depth_max)
        return codec_xml_wrong(r, &CODEC_XML_TOO_DEEP, r->window.at,
                     text_format(r->memory, "%d", r->options.depth_max).bytes);
    r->has_root = true;
    r->name_at[++r->depth] = r->names.size_bytes;
    memcpy(codec_reserve(&r->names, name.size_bytes), name.bytes, name.size_bytes);
    r->names.size_bytes += name.size_bytes;
    return TOKEN_WHOLE;
}

static void pop_element(codec_xml_reader *r)
{
    while (r->binding_count > 0 && r->bindings[r->binding_count - 1].depth == r->depth)
        r->binding_count--;
    r->names.size_bytes = r->name_at[r->depth--];
}

static text open_name(const codec_xml_reader *r)
{
    size_t at = r->name_at[r->depth];
    return (text){ r->names.bytes + at, r->names.size_bytes - at };
}

/* Attributes up to the tag's end; *at is behind it. */
static codec_xml_outcome read_attributes(codec_xml_reader *r, size_t *at)
{
    text t = codec_xml_window_text(r);
    r->attribute_count = r->declaration_count = 0;
    for (;;) {
        size_t next = codec_xml_skip_blanks(t, *at);
        if (next == t.size_bytes) return TOKEN_UNFINISHED;
        char c = t.bytes[next];
        if (c == '/' && next + 1 == t.size_bytes) return TOKEN_UNFINISHED;
        if (c == '/' && t.bytes[next + 1] != '>') return codec_xml_syntax(r, next, "a slash inside a tag");
        if (c == '/' || c == '>') {
            r->closes = c == '/';
            *at = next + 1 + r->closes;
            return TOKEN_WHOLE;
        }
        if (next == *at) return codec_xml_syntax(r, next, "no tag");
        *at = next;
        codec_xml_outcome result = read_attribute(r, at);
        if (result != TOKEN_WHOLE) return result;
    }
}

static void settle_values(codec_xml_reader *r)
{
    for (size_t i = 0; i < r->attribute_count; i++) {
        if (r->value_at[i] == SIZE_MAX) continue;
        r->attributes[i].value.bytes = r->words.bytes ? r->words.bytes + r->value_at[i] : "";
    }
}

codec_xml_outcome codec_xml_read_open(codec_xml_reader *r, codec_xml_event *event)
{
    codec_xml_window *w = &r->window;
    text t = codec_xml_window_text(r);
    size_t size = codec_xml_name_bytes(t, w->at + 1), at = w->at + 1 + size;
    r->words.size_bytes = 0;
    if (at == t.size_bytes) return TOKEN_UNFINISHED;
    if (size == 0) return codec_xml_syntax(r, w->at, "no tag");
    codec_xml_outcome result = read_attributes(r, &at);
    if (result != TOKEN_WHOLE) return result;
    settle_values(r);
    event->name = text_sub(t, w->at + 1, w->at + 1 + size);
    if (push_element(r, event->name) == TOKEN_WRONG) return TOKEN_WRONG;
    event->type = CODEC_XML_OPEN;
    event->depth = r->depth;
    event->at = r->open_at = codec_xml_window_place(w, w->at);
    if (resolve(r, event) == TOKEN_WRONG) return TOKEN_WRONG;
    w->at = at;
    return TOKEN_WHOLE;
}

void codec_xml_close_element(codec_xml_reader *r, codec_xml_event *event)
{
    text prefix, name = open_name(r);
    *event = (codec_xml_event){ .type = CODEC_XML_CLOSE, .depth = r->depth };
    (void)split_name(name, &prefix, &event->name); /* its opening tag was right */
    (void)find_space(r, prefix, &event->space);
    event->at = codec_xml_window_place(&r->window, r->window.at);
    pop_element(r);
}

codec_xml_outcome codec_xml_read_close(codec_xml_reader *r, codec_xml_event *event)
{
    codec_xml_window *w = &r->window;
    text t = codec_xml_window_text(r);
    size_t size = codec_xml_name_bytes(t, w->at + 2);
    size_t at = codec_xml_skip_blanks(t, w->at + 2 + size);
    if (at == t.size_bytes) return TOKEN_UNFINISHED;
    text name = text_sub(t, w->at + 2, w->at + 2 + size);
    if (size == 0 || t.bytes[at] != '>') return codec_xml_syntax(r, w->at, "no tag");
    if (r->depth == 0 || !text_equal(name, open_name(r))) return codec_xml_syntax(r, w->at + 2, "mismatched tag");
    codec_xml_close_element(r, event);
    w->at = at + 1;
    return TOKEN_WHOLE;
}

