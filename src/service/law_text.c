#include <string.h>

#include "service/law_text.h"

bool law_line(text t, size_t *at, text *line)
{
    if (*at >= t.size_bytes) return false;
    const char *end = memchr(t.bytes + *at, '\n', t.size_bytes - *at);
    size_t until = end ? (size_t)(end - t.bytes) : t.size_bytes;
    *line = text_sub(t, *at, until);
    if (text_ends(*line, TEXT("\r"))) line->size_bytes--;
    *at = until + 1;
    return true;
}

text law_source(const service_call *call, const char *file)
{
    const service_set *set = call->office->set;
    for (size_t i = 0; file && i < set->source_count; i++)
        if (strcmp(set->sources[i].file, file) == 0) return set->sources[i].bytes;
    return TEXT("");
}

text law_declaration(arena *a, text source, int32_t line_wanted)
{
    text_builder b = text_builder_open(a);
    text line;
    int32_t number = 0;
    for (size_t at = 0; law_line(source, &at, &line);) {
        if (++number < line_wanted) continue;
        bool is_more = number == line_wanted || text_begins(line, TEXT(" ")) ||
                       text_begins(line, TEXT("\t")) || !line.size_bytes;
        if (!is_more) break;
        text_add_format(&b, "%.*s\n", TEXT_ARG(line));
    }
    while (b.size_bytes > 1 && b.bytes[b.size_bytes - 2] == '\n') b.size_bytes--;
    return (text){ b.bytes ? b.bytes : "", b.size_bytes };
}

/* ---- sections ---- */

typedef struct {
    arena *a;
    law_section *items;
    size_t count, capacity;
    size_t paragraph_capacity, line_capacity;
    text_builder open;  /* the paragraph being read */
    int32_t open_line;
} section_reader;

/* `**` and `` ` `` mark words for the page they were written for. */
static text bare(arena *a, text t)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < t.size_bytes; i++) {
        bool is_bold = t.bytes[i] == '*' && i + 1 < t.size_bytes && t.bytes[i + 1] == '*';
        if (is_bold) i++;
        else if (t.bytes[i] != '`') text_add_char(&b, t.bytes[i]);
    }
    return b.size_bytes ? text_copy(a, text_built(&b)) : TEXT("");
}

static void close_paragraph(section_reader *r)
{
    if (!r->open.size_bytes) return;
    law_section *s = &r->items[r->count - 1];
    size_t lines = s->paragraph_count;
    text said = bare(r->a, text_trim(text_built(&r->open)));
    ARENA_PUSH(r->a, s->paragraphs, s->paragraph_count, r->paragraph_capacity, said);
    ARENA_PUSH(r->a, s->paragraph_lines, lines, r->line_capacity, r->open_line);
    r->open = text_builder_open(r->a);
}

static void open_section(section_reader *r, int level, text title, int32_t line)
{
    if (r->count) r->items[r->count - 1].line_until = line;
    law_section fresh = { .level = level, .title = bare(r->a, title), .line = line };
    ARENA_PUSH(r->a, r->items, r->count, r->capacity, fresh);
    r->paragraph_capacity = r->line_capacity = 0;
}

static int heading_level(text line)
{
    int level = 0;
    while ((size_t)level < line.size_bytes && line.bytes[level] == '#') level++;
    bool is_heading = level > 0 && level <= 6 && (size_t)level < line.size_bytes && line.bytes[level] == ' ';
    return is_heading ? level : 0;
}

/* Rows of tables, items of lists and lines of quotes stand by themselves; other lines run on. */
static bool stands_alone(text line)
{
    return text_begins(line, TEXT("|")) || text_begins(line, TEXT("- ")) || text_begins(line, TEXT("> "));
}

static void add_line(section_reader *r, text line, int32_t number)
{
    if (stands_alone(line)) close_paragraph(r);
    if (!r->open.size_bytes) r->open_line = number;
    bool needs_blank = r->open.size_bytes && (unsigned char)line.bytes[0] < 0x80;
    if (needs_blank) text_add_char(&r->open, ' ');
    text_add(&r->open, line);
    if (stands_alone(line)) close_paragraph(r);
}

const law_section *law_sections(arena *a, text source, size_t *count)
{
    section_reader r = { .a = a, .open = text_builder_open(a) };
    bool is_front = false, is_fenced = false;
    text line;
    int32_t number = 0;
    open_section(&r, 0, TEXT(""), 1);
    for (size_t at = 0; law_line(source, &at, &line);) {
        number++;
        text t = text_trim(line);
        if (number == 1 && text_equal_cstr(t, "---")) { is_front = true; continue; }
        if (is_front) { is_front = !text_equal_cstr(t, "---"); continue; }
        bool is_fence = text_begins(t, TEXT("```"));
        if (is_fence) is_fenced = !is_fenced;
        int level = is_fenced || is_fence ? 0 : heading_level(line);
        if (level || is_fenced || is_fence || !t.size_bytes) close_paragraph(&r);
        if (level) open_section(&r, level, text_trim(text_sub(line, (size_t)level, line.size_bytes)), number);
        else if (!is_fenced && !is_fence && t.size_bytes) add_line(&r, t, number);
    }
    close_paragraph(&r);
    r.items[r.count - 1].line_until = number + 1;
    *count = r.count;
    return r.items;
}

const law_section *law_section_of(const law_section *sections, size_t count, int32_t line)
{
    for (size_t i = 0; i < count; i++)
        if (line >= sections[i].line && line < sections[i].line_until) return &sections[i];
    return NULL;
}

text law_heading(arena *a, const law_section *sections, size_t index)
{
    text said = sections[index].title;
    int level = sections[index].level;
    for (size_t i = index; i-- > 0;) {
        if (sections[i].level >= level || sections[i].level == 0) continue;
        level = sections[i].level;
        said = text_format(a, "%.*s › %.*s", TEXT_ARG(sections[i].title), TEXT_ARG(said));
    }
    return said;
}
