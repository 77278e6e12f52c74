#include "policy/syntax.h"

#include <string.h>

#include "policy/parse.h"

/* A pack while it is read. */
typedef struct {
    arena *memory;
    mistakes *m;
    pack_syntax *pack;
    size_t decl_capacity, uses_capacity;
    size_t token_count, cell_count;
} reader;

static void complain(reader *r, const char *code, span at, text hole0, text hole1)
{
    mistakes_add(r->m, code, at, hole0, hole1, TEXT_NONE);
}

/* ---- front matter ---- */

typedef struct {
    text key, value;
    span key_at, value_at;
} front_line;

static bool is_name(text t)
{
    for (size_t at = 0; at < t.size_bytes;) {
        bool is_first = at == 0;
        if (!lexer_is_name_rune(text_next_rune(t, &at), is_first)) return false;
    }
    return t.size_bytes > 0;
}

/* The part of a line from `from` on, with its place. */
static word part_of(const reader *r, const markdown_line *line, text part)
{
    markdown_line one = *line;
    one.bytes = part;
    size_t before = part.size_bytes ? (size_t)(part.bytes - line->bytes.bytes) : 0;
    one.column += lexer_rune_count(text_sub(line->bytes, 0, before));
    return (word){ part, markdown_span(r->pack->file, &one) };
}

static bool split_front(reader *r, const markdown_line *line, word *key, word *value)
{
    size_t at = 0, next = 0;
    for (; at < line->bytes.size_bytes; at = next) {
        next = at;
        if (lexer_fold(text_next_rune(line->bytes, &next)) == ':') break;
    }
    if (at == line->bytes.size_bytes) {
        complain(r, "front.line", markdown_span(r->pack->file, line), line->bytes, TEXT_NONE);
        return false;
    }
    *key = part_of(r, line, text_trim(text_sub(line->bytes, 0, at)));
    *value = part_of(r, line, text_trim(text_sub(line->bytes, next, line->bytes.size_bytes)));
    text t = value->bytes;
    bool is_quoted = t.size_bytes >= 2 && t.bytes[0] == '"' && t.bytes[t.size_bytes - 1] == '"';
    if (is_quoted) *value = part_of(r, line, text_sub(t, 1, t.size_bytes - 1));
    return true;
}

static void front_uses(reader *r, const markdown_line *line, text value)
{
    for (size_t from = 0; from < value.size_bytes;) {
        size_t until = from, next = from;
        for (; until < value.size_bytes; until = next)
            if (next = until, lexer_fold(text_next_rune(value, &next)) == ',') break;
        word name = part_of(r, line, text_trim(text_sub(value, from, until)));
        if (is_name(name.bytes))
            ARENA_PUSH(r->memory, r->pack->uses, r->pack->use_count, r->uses_capacity, name);
        else
            complain(r, "front.name", name.at, name.bytes, TEXT_NONE);
        from = until < value.size_bytes ? next : until;
    }
}

/* 中国/云南省/保山市, with any slash. */
static void front_region(reader *r, word value)
{
    text_builder b = text_builder_open(r->memory);
    bool is_good = true;
    for (size_t from = 0; from <= value.bytes.size_bytes && is_good;) {
        size_t until = from, next = from;
        for (; until < value.bytes.size_bytes; until = next)
            if (next = until, lexer_fold(text_next_rune(value.bytes, &next)) == '/') break;
        text name = text_trim(text_sub(value.bytes, from, until));
        is_good = is_name(name) && (from > 0 || text_equal_cstr(name, "中国"));
        if (from > 0) text_add_char(&b, '/');
        text_add(&b, name);
        from = until < value.bytes.size_bytes ? next : value.bytes.size_bytes + 1;
    }
    if (is_good) r->pack->region = text_built(&b);
    else complain(r, "front.region", value.at, value.bytes, TEXT_NONE);
}

static void front_pair(reader *r, const markdown_line *line, word key, word value)
{
    pack_syntax *pack = r->pack;
    if (text_equal_cstr(key.bytes, "pack")) {
        pack->name = value;
        if (!is_name(value.bytes)) complain(r, "front.name", value.at, value.bytes, TEXT_NONE);
    } else if (text_equal_cstr(key.bytes, "en")) {
        pack->en = value;
    } else if (text_equal_cstr(key.bytes, "region")) {
        front_region(r, value);
    } else if (text_equal_cstr(key.bytes, "uses")) {
        front_uses(r, line, value.bytes);
    } else if (text_equal_cstr(key.bytes, "law")) {
        pack->law = value.bytes;
    } else if (text_equal_cstr(key.bytes, "language")) {
        if (!text_equal_cstr(value.bytes, "1"))
            complain(r, "front.language", value.at, value.bytes, TEXT_NONE);
    } else {
        complain(r, "front.key", key.at, key.bytes, TEXT_NONE);
    }
}

enum { FRONT_LINES_MAX = 100 };

static void read_front(reader *r, const markdown_document *document)
{
    r->pack->region = TEXT("中国");
    size_t count = document->front_count;
    if (count > FRONT_LINES_MAX) {
        text most = text_format(r->memory, "%d", FRONT_LINES_MAX);
        span at = markdown_span(r->pack->file, &document->front[FRONT_LINES_MAX]);
        complain(r, "front.long", at, most, TEXT_NONE);
        count = FRONT_LINES_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        const markdown_line *line = &document->front[i];
        word key, value;
        if (!split_front(r, line, &key, &value)) continue;
        bool is_again = false;
        for (size_t j = 0; j < i && !is_again; j++) {
            text before = text_sub(document->front[j].bytes, 0, key.bytes.size_bytes);
            size_t next = key.bytes.size_bytes;
            is_again = text_equal(before, key.bytes) && next < document->front[j].bytes.size_bytes &&
                       lexer_fold(text_next_rune(document->front[j].bytes, &next)) == ':';
        }
        if (is_again) complain(r, "front.twice", key.at, key.bytes, TEXT_NONE);
        else if (value.bytes.size_bytes == 0) complain(r, "front.empty", key.at, key.bytes, TEXT_NONE);
        else front_pair(r, line, key, value);
    }
    if (r->pack->name.bytes.size_bytes) return;
    span top = { r->pack->file, 1, 1, 1, 4 };
    if (document->has_front) complain(r, "front.no_pack", top, TEXT_NONE, TEXT_NONE);
}

/* ---- declarations ---- */

typedef struct {
    const char *spelling;
    decl_kind kind;
    const char *block; /* it stands in */
    bool may_be_local;
} kind_row;

static const kind_row KINDS[] = {
    { "entity", DECL_ENTITY, "rule", false },
    { "enum", DECL_ENUM, "rule", false },
    { "record", DECL_RECORD, "rule", false },
    { "input", DECL_INPUT, "rule", false },
    { "param", DECL_PARAM, "rule", true },
    { "var", DECL_VAR, "rule", true },
    { "set", DECL_SET, "rule", false },
    { "proof", DECL_PROOF, "proof", false },
    { "case", DECL_CASE, "case", false },
    { "watch", DECL_WATCH, "watch", false },
    { "indicator", DECL_INDICATOR, "indicator", false },
};

static const kind_row *kind_of(const token *t)
{
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (parse_is_word(t, KINDS[i].spelling)) return &KINDS[i];
    return NULL;
}

/* [unified | local] KIND; NULL after a mistake. */
static const kind_row *read_kind(parser *p, decl *d, text block)
{
    const token *first = parse_peek(p);
    bool is_local = parse_word(p, "local");
    bool is_said = is_local || parse_word(p, "unified");
    const token *t = parse_peek(p);
    const kind_row *row = kind_of(t);
    d->local = is_local ? LOCALITY_LOCAL : LOCALITY_UNIFIED;
    if (!row) {
        if (t->kind == TOKEN_BAD) parse_fail_wanted(p, "");
        else parse_fail(p, "decl.unknown", t->at, t->bytes, block);
        return NULL;
    }
    if (is_said && !row->may_be_local) {
        parse_fail(p, "decl.local", first->at, first->bytes, t->bytes);
        return NULL;
    }
    if (!text_equal_cstr(block, row->block)) {
        parse_fail(p, "decl.block", t->at, t->bytes, text_of(row->block));
        return NULL;
    }
    parse_take(p);
    d->kind = row->kind;
    return row;
}

/* To the last token of the declaration's first line. */
static span head_span(const token *tokens, size_t count)
{
    size_t last = 0;
    while (last + 1 < count && !tokens[last + 1].is_first) last++;
    return parse_join(tokens[0].at, tokens[last].at);
}

static parser parser_open(reader *r, const token *tokens, size_t count)
{
    span end = tokens[count - 1].at;
    end.line = end.line_until;
    end.column = end.column_until;
    end.column_until++;
    return (parser){ .memory = r->memory, .m = r->m, .file = r->pack->file, .tokens = tokens,
                     .count = count, .end = { .kind = TOKEN_END, .is_first = true, .at = end,
                              .bytes = MISTAKES_AT_END },
                     .cell_count = r->cell_count };
}

static void keep(reader *r, const parser *p, decl *d)
{
    d->is_broken = p->is_broken;
    r->cell_count = p->cell_count;
    ARENA_PUSH(r->memory, r->pack->decls, r->pack->decl_count, r->decl_capacity, *d);
}

static void read_decl(reader *r, text block, const token *tokens, size_t count)
{
    parser p = parser_open(r, tokens, count);
    decl d = { .at = head_span(tokens, count) };
    if (!read_kind(&p, &d, block)) return;
    parse_decl(&p, &d);
    if (d.name.bytes.size_bytes) keep(r, &p, &d);
}

/* A declaration goes from a token at the left edge to the next; tables may stand there too. */
static void split_decls(reader *r, text block, const token *tokens, size_t count)
{
    size_t from = 0;
    if (count && (tokens[0].indent > 0 || tokens[0].kind == TOKEN_ROW))
        complain(r, "decl.indent", tokens[0].at, block, TEXT_NONE);
    for (size_t i = 0; i < count; i++) {
        bool is_edge = tokens[i].is_first && tokens[i].indent == 0 && tokens[i].kind != TOKEN_ROW;
        if (!is_edge) continue;
        size_t until = i + 1;
        while (until < count && !(tokens[until].is_first && tokens[until].indent == 0 &&
                                  tokens[until].kind != TOKEN_ROW))
            until++;
        read_decl(r, block, tokens + i, until - i);
        from = until;
        i = from - 1;
    }
}

static void read_test(reader *r, const token *tokens, size_t count)
{
    parser p = parser_open(r, tokens, count);
    decl d = { .kind = DECL_TEST, .at = head_span(tokens, count) };
    parse_take(&p); /* test */
    parse_decl(&p, &d);
    keep(r, &p, &d);
}

/* The info string's tokens and the block's together; false when there are too many. */
static bool read_tokens(reader *r, const markdown_block *block, token_list *out)
{
    lexer_line(r->memory, r->pack->file, &block->info, r->m, out);
    for (size_t i = 0; i < block->line_count; i++) {
        lexer_line(r->memory, r->pack->file, &block->lines[i], r->m, out);
        if (r->token_count + out->count < LEXER_TOKENS_MAX) continue;
        complain(r, "file.tokens", markdown_span(r->pack->file, &block->lines[i]), TEXT_NONE, TEXT_NONE);
        return false;
    }
    r->token_count += out->count;
    return true;
}

static bool read_block(reader *r, const markdown_block *block)
{
    token_list list = { 0 };
    if (!read_tokens(r, block, &list)) return false;
    text kind = list.items[0].bytes;
    size_t info = 1; /* tokens of the info string */
    while (info < list.count && !list.items[info].is_first) info++;
    if (info == list.count) {
        complain(r, "block.empty", list.items[0].at, kind, TEXT_NONE);
    } else if (text_equal_cstr(kind, "test")) {
        read_test(r, list.items, list.count);
    } else {
        if (info > 1) complain(r, "block.info", list.items[1].at, kind, TEXT_NONE);
        split_decls(r, kind, list.items + info, list.count - info);
    }
    return true;
}

/* Lines end at LF, CR LF or CR, as in Markdown. */
static void find_lines(arena *a, pack_syntax *pack)
{
    size_t capacity = 0;
    const text bytes = pack->bytes;
    ARENA_PUSH(a, pack->line_starts, pack->line_count, capacity, (size_t)0);
    for (size_t at = 0; at < bytes.size_bytes; at++) {
        char c = bytes.bytes[at];
        bool is_split = c == '\r' && at + 1 < bytes.size_bytes && bytes.bytes[at + 1] == '\n';
        if ((c == '\n' || c == '\r') && !is_split)
            ARENA_PUSH(a, pack->line_starts, pack->line_count, capacity, at + 1);
    }
}

void syntax_parse(arena *pack, policy_source source, mistakes *m, pack_syntax *out)
{
    *out = (pack_syntax){ .file = source.file, .bytes = source.bytes };
    find_lines(pack, out);
    mistakes_source(m, source.file, source.bytes);
    reader r = { .memory = pack, .m = m, .pack = out };
    markdown_document document;
    if (!markdown_read(pack, source, m, &document)) return;
    read_front(&r, &document);
    for (size_t i = 0; i < document.block_count; i++)
        if (!read_block(&r, &document.blocks[i])) return;
}

/* ---- the source of an expression ---- */

static size_t byte_at(const pack_syntax *pack, int32_t line, int32_t place)
{
    if (line < 1 || (size_t)line > pack->line_count) return pack->bytes.size_bytes;
    size_t at = pack->line_starts[line - 1];
    for (int32_t i = 1; i < place && at < pack->bytes.size_bytes; i++)
        text_next_rune(pack->bytes, &at);
    return at;
}

text syntax_source_of(arena *a, const pack_syntax *pack, span at)
{
    size_t from = byte_at(pack, at.line, at.column);
    size_t until = byte_at(pack, at.line_until, at.column_until);
    text_builder b = text_builder_open(a);
    bool is_blank = false, is_comment = false, is_string = false;
    for (size_t i = from; i < until && i < pack->bytes.size_bytes; i++) {
        char c = pack->bytes.bytes[i];
        bool is_line_end = c == '\n' || c == '\r';
        if (c == '"') is_string = !is_string && !is_comment;
        if (c == '#' && !is_string) is_comment = true;
        if (is_line_end) is_comment = false;
        if (is_comment || is_line_end || c == ' ' || c == '\t') {
            is_blank = true;
            continue;
        }
        if (is_blank && b.size_bytes) text_add_char(&b, ' ');
        is_blank = false;
        text_add_char(&b, c);
    }
    return text_built(&b);
}
