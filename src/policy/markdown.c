#include "policy/markdown.h"

#include <md4c.h>
#include <string.h>
#include <strings.h>

#include "policy/lexer.h"

static const char *const KINDS[] = { "rule", "test", "case", "watch", "indicator", "proof" };

typedef struct {
    arena *memory;
    mistakes *m;
    const char *file;
    text bytes;        /* the file */
    char *skeleton;    /* what md4c sees: as long as the file, from body_at on */
    size_t body_at;
    size_t *line_starts;
    size_t line_count, line_capacity;
    markdown_document *out;
    size_t block_capacity;
    /* the block being read */
    bool is_wanted, is_indented_code;
    markdown_block block;
    size_t content_capacity;
    int32_t indent, newlines;
    char fence;
} reader;

span markdown_span(const char *file, const markdown_line *line)
{
    int32_t width = lexer_rune_count(line->bytes);
    return (span){ file, line->line, line->column, line->line, line->column + (width ? width : 1) };
}

/* ---- places ---- */

static void find_lines(reader *r)
{
    ARENA_PUSH(r->memory, r->line_starts, r->line_count, r->line_capacity, 0);
    for (size_t at = 0; at < r->bytes.size_bytes; at++) {
        char c = r->bytes.bytes[at];
        if (c == '\r' && at + 1 < r->bytes.size_bytes && r->bytes.bytes[at + 1] == '\n') continue;
        if (c == '\n' || c == '\r')
            ARENA_PUSH(r->memory, r->line_starts, r->line_count, r->line_capacity, at + 1);
    }
}

static size_t line_index(const reader *r, size_t offset)
{
    size_t low = 0, high = r->line_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (r->line_starts[middle] <= offset) low = middle;
        else high = middle;
    }
    return low;
}

static text line_bytes(const reader *r, size_t index)
{
    size_t from = r->line_starts[index];
    size_t until = index + 1 < r->line_count ? r->line_starts[index + 1] : r->bytes.size_bytes;
    while (until > from && (r->bytes.bytes[until - 1] == '\n' || r->bytes.bytes[until - 1] == '\r'))
        until--;
    return text_sub(r->bytes, from, until);
}

static markdown_line line_at(const reader *r, size_t offset, size_t size_bytes)
{
    size_t index = line_index(r, offset);
    size_t start = r->line_starts[index];
    return (markdown_line){
        .bytes = text_sub(r->bytes, offset, offset + size_bytes),
        .line = (int32_t)index + 1,
        .column = lexer_rune_count(text_sub(r->bytes, start, offset)) + 1,
    };
}

static text trim_end(text t)
{
    text whole = text_trim(t);
    size_t from = whole.size_bytes ? (size_t)(whole.bytes - t.bytes) : 0;
    return text_sub(t, 0, from + whole.size_bytes);
}

static void complain(reader *r, const char *code, const markdown_line *line, text hole)
{
    mistakes_add(r->m, code, markdown_span(r->file, line), hole, TEXT_NONE, TEXT_NONE);
}

/* ---- the skeleton ----
 *
 * md4c is asked for the block structure only. Its work on what stands inside a line (links,
 * emphasis) can be quadratic on hostile input, and its answers on info strings with `\` or `&`
 * are copies without a place. So it gets the document with those characters blanked beyond the
 * part of a line that can decide a block; every byte keeps its offset. */

static bool is_structure(char c)
{
    return c == ' ' || c == '\t' || c == '>' || c == '-' || c == '+' || c == '*' || c == '#' ||
           c == '=' || c == '_' || c == '`' || c == '~' || c == '.' || c == ')' ||
           (c >= '0' && c <= '9');
}

enum { HTML_OPENING_BYTES = 9 }; /* as long as <![CDATA[, the longest */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* How many quotes and lists the beginning of a line opens: > - + * 1. 1) */
static int nesting_of(const char *line, size_t size_bytes)
{
    int nesting = 0;
    bool is_one_mark = true; /* * * *: a rule, not lists */
    size_t at = 0;
    char mark = 0;
    for (;;) {
        while (at < size_bytes && is_space(line[at])) at++;
        size_t digits = at;
        while (digits < size_bytes && line[digits] >= '0' && line[digits] <= '9') digits++;
        if (digits == size_bytes) break;
        bool is_list = strchr(digits > at ? ".)" : "-+*", line[digits]) &&
                       (digits + 1 == size_bytes || is_space(line[digits + 1]));
        if (!is_list && line[digits] != '>') break;
        if (mark && mark != line[digits]) is_one_mark = false;
        mark = line[digits];
        nesting++;
        at = digits + 1;
    }
    bool is_rule = is_one_mark && at == size_bytes && mark != '>';
    return is_rule ? 0 : nesting;
}

/* Blanks one line from its first ordinary character on. */
static void blank_line(char *line, size_t size_bytes)
{
    size_t at = 0;
    while (at < size_bytes && is_structure(line[at])) at++;
    bool is_html = at < size_bytes && line[at] == '<';
    bool is_fence = memmem(line, at, "```", 3) != NULL; /* a tick in its info makes it none */
    for (size_t i = at + (is_html ? HTML_OPENING_BYTES : 0); i < size_bytes; i++) {
        bool is_closing_tag = line[i] == '<' && i + 1 < size_bytes && line[i + 1] == '/';
        bool is_kept = is_closing_tag || (is_fence && line[i] == '`');
        if (!is_kept && strchr("[*_!&\\`<:|~", line[i])) line[i] = 'x';
    }
}

static bool make_skeleton(reader *r)
{
    r->skeleton = arena_copy(r->memory, r->bytes.bytes, r->bytes.size_bytes);
    for (size_t i = line_index(r, r->body_at); i < r->line_count; i++) {
        text line = line_bytes(r, i);
        blank_line(r->skeleton + r->line_starts[i], line.size_bytes);
        if (nesting_of(line.bytes, line.size_bytes) <= MARKDOWN_NESTING_MAX) continue;
        markdown_line at = line_at(r, r->line_starts[i], line.size_bytes);
        complain(r, "block.nesting", &at, TEXT_NONE);
        return false;
    }
    return true;
}

/* ---- md4c's callbacks ---- */

static text first_word(text info)
{
    size_t until = 0;
    while (until < info.size_bytes && info.bytes[until] != ' ' && info.bytes[until] != '\t') until++;
    return text_sub(info, 0, until);
}

static bool is_kind(text t)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (text_equal_cstr(t, KINDS[i])) return true;
    return false;
}

/* `Rule`, `rules`: most likely meant to be a block. */
static const char *meant_kind(text t)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++) {
        size_t size = strlen(KINDS[i]);
        if (t.size_bytes < size || strncasecmp(t.bytes, KINDS[i], size) != 0) continue;
        text rest = text_sub(t, size, t.size_bytes);
        if (rest.size_bytes == 0 || text_equal_cstr(rest, "s") || text_equal_cstr(rest, "es") ||
            text_equal_cstr(rest, ":"))
            return KINDS[i];
    }
    return NULL;
}

static bool is_inside(const reader *r, const char *at)
{
    return at >= r->skeleton && at < r->skeleton + r->bytes.size_bytes;
}

static int on_enter(MD_BLOCKTYPE type, void *detail, void *user)
{
    reader *r = user;
    if (type != MD_BLOCK_CODE) return 0;
    const MD_BLOCK_CODE_DETAIL *code = detail;
    r->block = (markdown_block){ .line_count = 0 };
    r->content_capacity = 0;
    r->indent = r->newlines = 0;
    r->fence = code->fence_char;
    r->is_indented_code = code->fence_char == 0;
    r->is_wanted = false;
    if (r->is_indented_code || code->info.size == 0 || !is_inside(r, code->info.text)) return 0;
    size_t offset = (size_t)(code->info.text - r->skeleton);
    markdown_line info = line_at(r, offset, code->info.size);
    text kind = first_word(info.bytes);
    const char *meant = is_kind(kind) ? NULL : meant_kind(kind);
    if (meant) complain(r, "block.kind", &info, text_of(meant));
    r->is_wanted = is_kind(kind);
    r->block.info = info;
    if (r->is_wanted && r->out->block_count == MARKDOWN_BLOCKS_MAX) {
        complain(r, "block.count", &info, TEXT_NONE);
        return -1; /* md4c goes on after a positive answer */
    }
    return 0;
}

/* A fence four or more columns in is a quotation to Markdown; the law in it would not run. */
static void check_indented(reader *r, size_t offset, size_t size_bytes)
{
    text line = text_sub(r->bytes, offset, offset + size_bytes);
    size_t ticks = 0;
    while (ticks < line.size_bytes && (line.bytes[ticks] == '`' || line.bytes[ticks] == '~')) ticks++;
    text kind = first_word(text_trim(text_sub(line, ticks, line.size_bytes)));
    if (ticks < 3 || !is_kind(kind)) return;
    markdown_line at = line_at(r, offset, size_bytes);
    complain(r, "block.indented", &at, kind);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE size, void *user)
{
    reader *r = user;
    if (type != MD_TEXT_CODE || (!r->is_wanted && !r->is_indented_code)) return 0;
    if (is_inside(r, bytes)) {
        size_t offset = (size_t)(bytes - r->skeleton);
        if (r->is_indented_code) {
            check_indented(r, offset, size);
            return 0;
        }
        text line = trim_end(text_sub(r->bytes, offset, offset + size));
        if (line.size_bytes == 0) return 0;
        markdown_line one = line_at(r, offset, line.size_bytes);
        one.indent = r->indent;
        ARENA_PUSH(r->memory, r->block.lines, r->block.line_count, r->content_capacity, one);
    } else if (size == 1 && bytes[0] == '\n') {
        r->indent = 0;
        r->newlines++;
    } else {
        r->indent += (int32_t)size;
    }
    return 0;
}

/* A block that is not closed takes the rest of the document with it. */
static void check_closed(reader *r)
{
    size_t index = (size_t)(r->block.info.line + r->newlines);
    text line = index < r->line_count ? line_bytes(r, index) : TEXT_NONE;
    size_t at = 0, ticks = 0;
    while (at < line.size_bytes && strchr(" \t>", line.bytes[at])) at++;
    while (at + ticks < line.size_bytes && line.bytes[at + ticks] == r->fence) ticks++;
    bool is_closed = ticks >= 3 && text_trim(text_sub(line, at + ticks, line.size_bytes)).size_bytes == 0;
    if (!is_closed) complain(r, "block.unclosed", &r->block.info, first_word(r->block.info.bytes));
}

static int on_leave(MD_BLOCKTYPE type, void *detail, void *user)
{
    (void)detail;
    reader *r = user;
    if (type != MD_BLOCK_CODE || !r->is_wanted) return 0;
    check_closed(r);
    ARENA_PUSH(r->memory, r->out->blocks, r->out->block_count, r->block_capacity, r->block);
    r->is_wanted = false;
    return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *user)
{
    (void)type, (void)detail, (void)user;
    return 0;
}

/* ---- the document ---- */

static bool is_front_rule(text line)
{
    return text_equal_cstr(trim_end(line), "---");
}

/* Reads the lines between the rules at the top; false when they are not there. */
static bool read_front(reader *r)
{
    size_t skip = text_begins(r->bytes, TEXT("\xef\xbb\xbf")) ? 3 : 0;
    text first = line_bytes(r, 0);
    markdown_line top = line_at(r, 0, first.size_bytes);
    if (!is_front_rule(text_sub(first, skip, first.size_bytes))) {
        complain(r, "front.missing", &top, TEXT_NONE);
        r->body_at = skip;
        return true;
    }
    size_t end = 1, capacity = 0;
    while (end < r->line_count && !is_front_rule(line_bytes(r, end))) end++;
    if (end == r->line_count) {
        complain(r, "front.unclosed", &top, TEXT_NONE);
        return false;
    }
    r->out->has_front = true;
    for (size_t i = 1; i < end; i++) {
        text bytes = line_bytes(r, i);
        text inner = text_trim(bytes);
        if (inner.size_bytes == 0 || inner.bytes[0] == '#') continue;
        markdown_line line = line_at(r, (size_t)(inner.bytes - r->bytes.bytes), inner.size_bytes);
        ARENA_PUSH(r->memory, r->out->front, r->out->front_count, capacity, line);
    }
    r->body_at = end + 1 < r->line_count ? r->line_starts[end + 1] : r->bytes.size_bytes;
    return true;
}

static bool check_bytes(reader *r)
{
    markdown_line top = { .line = 1, .column = 1 };
    if (r->bytes.size_bytes > MARKDOWN_BYTES_MAX) {
        complain(r, "file.too_big", &top, TEXT_NONE);
        return false;
    }
    find_lines(r);
    size_t bad_at = 0;
    const char *nul = memchr(r->bytes.bytes, 0, r->bytes.size_bytes);
    if (text_is_utf8(r->bytes, &bad_at) && !nul) return true;
    bool is_nul = nul && ((size_t)(nul - r->bytes.bytes) < bad_at || text_is_utf8(r->bytes, NULL));
    markdown_line at = line_at(r, is_nul ? (size_t)(nul - r->bytes.bytes) : bad_at, 1);
    at.bytes.size_bytes = 0;
    complain(r, is_nul ? "file.control" : "file.not_utf8", &at, TEXT("U+0000"));
    return false;
}

bool markdown_read(arena *pack, policy_source source, mistakes *m, markdown_document *out)
{
    *out = (markdown_document){ .front_count = 0 };
    reader r = { .memory = pack, .m = m, .file = source.file, .bytes = source.bytes, .out = out };
    if (!source.bytes.bytes) r.bytes = TEXT("");
    if (!check_bytes(&r) || !read_front(&r) || !make_skeleton(&r)) return false;
    MD_PARSER parser = {
        .flags = MD_FLAG_NOHTMLSPANS,
        .enter_block = on_enter,
        .leave_block = on_leave,
        .enter_span = on_span,
        .leave_span = on_span,
        .text = on_text,
    };
    /* Not zero only when a callback stopped it (already reported) or memory is out. */
    (void)md_parse(r.skeleton + r.body_at, (MD_SIZE)(r.bytes.size_bytes - r.body_at), &parser, &r);
    return true;
}
