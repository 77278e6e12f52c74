/* policy/markdown - finds a pack's front matter and its fenced blocks, with exact places.
 *
 * md4c decides what is a fenced block (inside lists and quotes too); the bytes it hands to the
 * text callback point into the file, and from that the places are derived: it reports none itself.
 * Inside the room only.
 *
 * Prefix   markdown_
 */
#ifndef POLICY_MARKDOWN_H
#define POLICY_MARKDOWN_H

#include "policy/syntax.h"

enum {
    MARKDOWN_BYTES_MAX = 4 << 20, /* a pack; beyond it nothing is read */
    MARKDOWN_BLOCKS_MAX = 5000,
    MARKDOWN_NESTING_MAX = 16     /* quotes and lists in one another: md4c is slow far beyond */
};

/* A line of a block: a part of one line of the file. */
typedef struct {
    text bytes;     /* without the indentation and the line's end */
    int32_t indent; /* columns after the fence's own; 0: at the left edge */
    int32_t line, column; /* of bytes */
} markdown_line;

typedef struct {
    markdown_line info; /* the info string as written */
    markdown_line *lines; /* those with anything in them */
    size_t line_count;
} markdown_block;

typedef struct {
    bool has_front;
    markdown_line *front; /* lines between the two `---` */
    size_t front_count;
    markdown_block *blocks; /* of the six kinds only */
    size_t block_count;
} markdown_document;

/* False when the file cannot be read at all (too big, not UTF-8); the mistake is then added. */
bool markdown_read(arena *pack, policy_source source, mistakes *m, markdown_document *out);
span markdown_span(const char *file, const markdown_line *line);

#endif
