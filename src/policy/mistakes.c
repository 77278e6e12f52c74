#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy/syntax.h"

typedef struct {
    policy_mistake shown;
    size_t file_index, order;
} kept_mistake;

typedef struct {
    const char *file;
    text bytes;
    size_t kept;
} mistakes_file;

struct mistakes {
    arena *memory;
    kept_mistake *items;
    size_t count, capacity, unshown;
    mistakes_file *files;
    size_t file_count, file_capacity;
};

mistakes *mistakes_open(arena *pack)
{
    mistakes *m = ARENA_NEW(pack, mistakes);
    m->memory = pack;
    return m;
}

static size_t file_index(mistakes *m, const char *file)
{
    for (size_t i = m->file_count; i-- > 0;)
        if (m->files[i].file == file || strcmp(m->files[i].file, file) == 0) return i;
    ARENA_PUSH(m->memory, m->files, m->file_count, m->file_capacity,
               ((mistakes_file){ .file = file }));
    return m->file_count - 1;
}

void mistakes_source(mistakes *m, const char *file, text bytes)
{
    size_t index = file_index(m, file); /* may move m->files */
    m->files[index].bytes = bytes;
}

static const mistake_row *row_of(const char *code)
{
    static const mistake_row *const TABLES[] = { MISTAKES_SYNTAX, MISTAKES_CHECK };
    for (size_t t = 0; t < ARRAY_COUNT(TABLES); t++)
        for (const mistake_row *row = TABLES[t]; row->code; row++)
            if (strcmp(row->code, code) == 0) return row;
    return NULL;
}

/* The sentence with its holes filled; a hole longer than a line of text is cut with "…", one of a
 * single control character is `at_end`. */
static const char *filled(arena *a, const char *sentence, const text *holes, const char *at_end)
{
    enum { HOLE_BYTES_MAX = 160 };
    if (!sentence) return NULL;
    text_builder b = text_builder_open(a);
    for (const char *at = sentence; *at; at++) {
        bool is_hole = at[0] == '{' && at[1] >= '0' && at[1] <= '2' && at[2] == '}';
        if (!is_hole) {
            text_add_char(&b, *at);
            continue;
        }
        text hole = holes[at[1] - '0'];
        if (text_equal(hole, MISTAKES_AT_END)) hole = text_of(at_end);
        text_add(&b, text_shown(a, hole, HOLE_BYTES_MAX));
        at += 2;
    }
    return text_built(&b).bytes;
}

void mistakes_add(mistakes *m, const char *code, span at, text hole0, text hole1, text hole2)
{
    static const char END[] = "the end of the declaration", END_ZH[] = "声明的结尾";
    const mistake_row *row = row_of(code);
    assert(row && "a mistake's code has no row");
    size_t file = file_index(m, at.file ? at.file : "");
    for (size_t i = 0; i < m->count; i++) {
        const policy_mistake *old = &m->items[i].shown;
        if (m->items[i].file_index == file && old->at.line == at.line &&
            old->at.column == at.column && strcmp(old->code, code) == 0)
            return;
    }
    if (m->files[file].kept == POLICY_MISTAKES_MAX) {
        m->unshown++;
        return;
    }
    m->files[file].kept++;
    text holes[] = { hole0, hole1, hole2 };
    kept_mistake kept = { .file_index = file, .order = m->count };
    kept.shown = (policy_mistake){
        .at = { m->files[file].file, at.line, at.column },
        .column_until = at.line_until == at.line ? at.column_until
                        : at.line_until > at.line ? INT32_MAX
                                                  : 0,
        .code = row->code,
        .says = filled(m->memory, row->says, holes, END),
        .says_zh = filled(m->memory, row->says_zh, holes, END_ZH),
        .mend = filled(m->memory, row->mend, holes, END),
        .mend_zh = filled(m->memory, row->mend_zh, holes, END_ZH),
    };
    ARENA_PUSH(m->memory, m->items, m->count, m->capacity, kept);
}

size_t mistakes_count(const mistakes *m)
{
    return m->count + m->unshown;
}

static int mistake_order(const void *left, const void *right)
{
    const kept_mistake *a = left, *b = right;
    if (a->file_index != b->file_index) return a->file_index < b->file_index ? -1 : 1;
    if (a->shown.at.line != b->shown.at.line) return a->shown.at.line < b->shown.at.line ? -1 : 1;
    if (a->shown.at.column != b->shown.at.column)
        return a->shown.at.column < b->shown.at.column ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Lines end at LF, CR LF or CR, as in Markdown. */
static text line_of(text bytes, int32_t line)
{
    size_t at = 0;
    for (int32_t now = 1; now < line && at < bytes.size_bytes; at++) {
        char c = bytes.bytes[at];
        bool is_split = c == '\r' && at + 1 < bytes.size_bytes && bytes.bytes[at + 1] == '\n';
        if ((c == '\n' || c == '\r') && !is_split) now++;
    }
    size_t until = at;
    while (until < bytes.size_bytes && bytes.bytes[until] != '\n' && bytes.bytes[until] != '\r')
        until++;
    return text_sub(bytes, at, until);
}

static int32_t rune_count(text t)
{
    int32_t count = 0;
    for (size_t at = 0; at < t.size_bytes; count++) text_next_rune(t, &at);
    return count;
}

const policy_mistake *mistakes_sorted(mistakes *m, size_t *count, size_t *unshown)
{
    if (m->count) qsort(m->items, m->count, sizeof *m->items, mistake_order);
    policy_mistake *sorted = ARENA_ARRAY(m->memory, policy_mistake, m->count + 1);
    for (size_t i = 0; i < m->count; i++) {
        policy_mistake *one = &m->items[i].shown;
        if (!one->line_text && one->at.line > 0) {
            text line = line_of(m->files[m->items[i].file_index].bytes, one->at.line);
            one->line_text = text_cstr(m->memory, line);
            int32_t end = rune_count(line) + 1;
            if (one->column_until > end) one->column_until = end;
        }
        sorted[i] = *one;
    }
    *count = m->count;
    *unshown = m->unshown;
    return sorted;
}

/* ---- printing ---- */

enum { SHOWN_WIDTH_MAX = 160 };

/* Blanks as wide as the line's beginning, so that the caret stands under its column. */
static void add_blanks_under(text_builder *b, text before)
{
    for (size_t at = 0; at < before.size_bytes;) {
        size_t from = at;
        uint32_t rune = text_next_rune(before, &at);
        int width = text_width(text_sub(before, from, at));
        bool is_tab = rune == '\t';
        for (int i = 0; i < (is_tab ? 1 : width); i++) text_add_char(b, is_tab ? '\t' : ' ');
    }
}

static size_t byte_of_column(text line, int32_t number)
{
    size_t at = 0;
    for (int32_t i = 1; i < number && at < line.size_bytes; i++) text_next_rune(line, &at);
    return at;
}

/* The part of a long line around the mistake. */
static text shown_part(text line, size_t from, size_t *cut)
{
    *cut = 0;
    if (text_width(line) <= SHOWN_WIDTH_MAX) return line;
    size_t start = from;
    for (int width = 0; start > 0 && width < SHOWN_WIDTH_MAX / 2; width++) {
        start--;
        while (start > 0 && ((unsigned char)line.bytes[start] & 0xc0) == 0x80) start--;
    }
    size_t until = start;
    for (int width = 0; until < line.size_bytes && width < SHOWN_WIDTH_MAX;) {
        size_t before = until;
        text_next_rune(line, &until);
        width += text_width(text_sub(line, before, until));
    }
    *cut = start;
    return text_sub(line, start, until);
}

static void add_source_line(text_builder *b, const policy_mistake *one)
{
    text line = text_of(one->line_text);
    size_t from = byte_of_column(line, one->at.column);
    size_t until = byte_of_column(line, one->column_until);
    size_t cut;
    text part = shown_part(line, from, &cut);
    from -= cut;
    until = until > cut ? until - cut : 0;
    if (until > part.size_bytes) until = part.size_bytes;
    text_add_format(b, "%6d | ", (int)one->at.line);
    text_add(b, part);
    text_add_cstr(b, "\n       | ");
    add_blanks_under(b, text_sub(part, 0, from));
    int carets = until > from ? text_width(text_sub(part, from, until)) : 1;
    for (int i = 0; i < carets; i++) text_add_char(b, '^');
    text_add_char(b, '\n');
}

text policy_mistake_print(arena *a, const policy_mistake *mistake, bool is_chinese)
{
    text_builder b = text_builder_open(a);
    const char *mend = is_chinese ? mistake->mend_zh : mistake->mend;
    text_add_cstr(&b, mistake->at.file ? mistake->at.file : "");
    if (mistake->at.line > 0)
        text_add_format(&b, ":%d:%d", (int)mistake->at.line, (int)mistake->at.column);
    text_add_cstr(&b, is_chinese ? ": 错误: " : ": mistake: ");
    text_add_cstr(&b, is_chinese ? mistake->says_zh : mistake->says);
    text_add_format(&b, " [%s]\n", mistake->code);
    if (mistake->line_text && mistake->at.line > 0) add_source_line(&b, mistake);
    if (mend) {
        text_add_cstr(&b, is_chinese ? "    改法: " : "    mend: ");
        text_add_cstr(&b, mend);
        text_add_char(&b, '\n');
    }
    return text_built(&b);
}
