/* base/text - UTF-8 bytes with a length, and a builder for making them.
 *
 * Memory   a text does not own its bytes; text_* functions that make one take the arena first.
 * Locale   none: bytes are compared as bytes.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct {
    const char *bytes; /* not NUL-terminated unless a comment says so */
    size_t size_bytes;
} text;

#define TEXT(literal) ((text){ (literal), sizeof(literal) - 1 })
#define TEXT_NONE ((text){ NULL, 0 })
/* For printf's "%.*s". */
#define TEXT_ARG(t) (int)(t).size_bytes, ((t).bytes ? (t).bytes : "")

text text_of(const char *nul_terminated);
text text_copy(arena *a, text t);
text text_format(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* NUL-terminated copy. */
char *text_cstr(arena *a, text t);
bool text_equal(text a, text b);
bool text_equal_cstr(text a, const char *b);
int text_compare(text a, text b); /* byte order: <0, 0, >0 */
bool text_begins(text t, text prefix);
bool text_ends(text t, text suffix);
text text_trim(text t); /* spaces, tabs, CR, LF, and U+3000 at both ends */
text text_sub(text t, size_t from, size_t until);
/* Index of the first occurrence, or SIZE_MAX. */
size_t text_find(text t, text needle);
uint64_t text_hash(text t);

/* Reads one code point at *at and moves on; a malformed byte gives U+FFFD and moves one byte. */
uint32_t text_next_rune(text t, size_t *at);
bool text_is_utf8(text t, size_t *bad_at);
/* Columns in a terminal: wide characters (CJK, full-width) count two. */
int text_width(text t);

/* As a message shows what somebody gave: what no eye sees by its code point, ‹U+200B›, what is no
 * UTF-8 by its byte, line ends and tabs as blanks, and cut with … after about `size_max` bytes. */
text text_shown(arena *a, text t, size_t size_max);

/* A text being made; grows in its arena. */
typedef struct {
    arena *memory;
    char *bytes;
    size_t size_bytes;
    size_t capacity;
} text_builder;

text_builder text_builder_open(arena *memory);
void text_add(text_builder *b, text t);
void text_add_cstr(text_builder *b, const char *nul_terminated);
void text_add_char(text_builder *b, char c);
void text_add_format(text_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_add_rune(text_builder *b, uint32_t rune);
text text_built(const text_builder *b); /* NUL-terminated; valid until the next text_add */

#endif
