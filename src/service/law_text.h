/* service/law_text.h - the prose of a pack: what an official reads around the blocks.
 *
 * Reads the source's own lines; decides nothing. Front matter and fences are left out, marks of emphasis taken off.
 *
 * Prefix   law_
 */
#ifndef SERVICE_LAW_TEXT_H
#define SERVICE_LAW_TEXT_H

#include "service/service_internal.h"

/* A heading and what stands below it, up to the next heading. */
typedef struct {
    int level;   /* 1: of the pack itself; 0: what stands before any heading */
    text title;
    int32_t line, line_until; /* of the heading; exclusive end */
    text *paragraphs;
    int32_t *paragraph_lines;
    size_t paragraph_count;
} law_section;

const law_section *law_sections(arena *a, text source, size_t *count);
/* The section of a line; NULL: none. */
const law_section *law_section_of(const law_section *sections, size_t count, int32_t line);
/* "城乡居民养老 › 缴费": the titles above and of section `index`. */
text law_heading(arena *a, const law_section *sections, size_t index);
/* From the declaration's line on, all that is indented below it. */
text law_declaration(arena *a, text source, int32_t line);
/* The pack's document; empty when the file is not among the packs'. */
text law_source(const service_call *call, const char *file);
/* The next line of `t`, without its end; false at the end. */
bool law_line(text t, size_t *at, text *line);

#endif
