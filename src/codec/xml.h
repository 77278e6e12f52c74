/* codec/xml - what the files that read XML share: a window on the bytes, and the reader.
 *
 * Prefix   codec_xml_
 */
#ifndef CODEC_XML_H
#define CODEC_XML_H

#include "codec/codec_internal.h"

/* The bytes at hand. A token that is not whole is moved to the front, more is read, and the token
 * is looked at again; so tokens lie in one piece, and texts may point into the window until the
 * next one is asked for. Only whole, valid characters stand before `end`. */
typedef struct {
    arena *memory;
    codec_source source;
    const char *file;
    size_t size_bytes_max; /* of one token */
    char *bytes;
    size_t capacity, at, end;
    size_t raw_end;        /* a character cut in two, or a bad byte, stands from `end` to here */
    bool is_last;          /* the source has ended */
    bool is_bad;           /* at `end` stands what is no character */
    size_t mark_at;        /* where line and column are known */
    int32_t line, column;
} codec_xml_window;

void codec_xml_window_open(codec_xml_window *w, arena *a, codec_source source, const char *file,
                           size_t size_bytes_max);
/* More bytes behind `end`, when a token at w->at is not whole. An error when there are none. */
MUST_USE err codec_xml_window_more(codec_xml_window *w);
/* The place of an offset in the window that is not before the last one asked for. */
source_pos codec_xml_window_place(codec_xml_window *w, size_t at);

/* What a byte is, as bits. */
enum { CODEC_XML_STOP = 1, CODEC_XML_NAME = 2, CODEC_XML_NAME_START = 4, CODEC_XML_BLANK = 8 };
extern const uint8_t CODEC_XML_CLASS[256];

static inline bool codec_xml_is(char c, int class)
{
    return CODEC_XML_CLASS[(unsigned char)c] & class;
}

/* The size of the name at `at`, which may end with the window; 0: no name. */
size_t codec_xml_name_bytes(text window, size_t at);
/* "&lt;", "&#20013;" and so on at the beginning of `t`: appends what it stands for and answers its
 * size; 0: none, and SIZE_MAX: `t` ends before it can be told. */
size_t codec_xml_add_entity(text t, text_builder *out);

/* ---- the reader ---- */

enum { CODEC_XML_SPACES_MAX = 256, CODEC_XML_DECLARATIONS_MAX = 64 };

/* A prefix bound to a namespace, from the element at `depth` on. */
typedef struct {
    text prefix, uri;
    int depth;
} codec_xml_binding;

struct codec_xml_reader {
    arena *memory;
    codec_xml_options options;
    codec_xml_window window;
    err failed;
    bool is_begun, has_root;
    bool closes;  /* the element last opened was <a/> */
    bool in_text; /* one is being put together in `words` */
    source_pos text_at, open_at; /* where it begins; where the element last opened stands */
    int depth;
    text_builder names;   /* of the open elements, one behind another */
    size_t *name_at;      /* where each begins, by depth */
    text_builder words;   /* texts and attribute values that had to be put together */
    text spaces[CODEC_XML_SPACES_MAX]; /* every URI met, so that it stands for good */
    size_t space_count;
    text prefixes[CODEC_XML_SPACES_MAX];
    size_t prefix_count;
    codec_xml_binding *bindings;
    size_t binding_count, binding_capacity;
    codec_xml_attribute *attributes; /* with their prefixes, until they are resolved */
    size_t *value_at; /* where in `words` the value is; SIZE_MAX: it lies in the window */
    size_t attribute_count, declaration_count;
};

/* What looking at a token came to. */
typedef enum { TOKEN_WHOLE, TOKEN_UNFINISHED, TOKEN_WRONG } codec_xml_outcome;

/* Notes the error and answers TOKEN_WRONG. */
codec_xml_outcome codec_xml_wrong(codec_xml_reader *r, const err_kind *kind, size_t at,
                                  const char *detail);
codec_xml_outcome codec_xml_syntax(codec_xml_reader *r, size_t at, const char *detail);
codec_xml_outcome codec_xml_too_large(codec_xml_reader *r, size_t at, const char *what, size_t limit);
static inline text codec_xml_window_text(const codec_xml_reader *r)
{
    return (text){ r->window.bytes, r->window.end };
}
static inline size_t codec_xml_skip_blanks(text t, size_t at)
{
    while (at < t.size_bytes && codec_xml_is(t.bytes[at], CODEC_XML_BLANK)) at++;
    return at;
}

/* At a tag: reads it whole and moves behind it. */
codec_xml_outcome codec_xml_read_open(codec_xml_reader *r, codec_xml_event *event);
codec_xml_outcome codec_xml_read_close(codec_xml_reader *r, codec_xml_event *event);
/* The end of an element that was opened as <a/>. */
void codec_xml_close_element(codec_xml_reader *r, codec_xml_event *event);
/* Name, '=' and quoted value at *at, which moves behind them. */
codec_xml_outcome codec_xml_read_pair(codec_xml_reader *r, size_t *at, text *name, text *value);

#endif
