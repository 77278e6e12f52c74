#include "policy/lexer.h"

#include <string.h>

#include "policy/literal.h"

int32_t lexer_rune_count(text t)
{
    int32_t count = 0;
    for (size_t at = 0; at < t.size_bytes; count++) text_next_rune(t, &at);
    return count;
}

/* ---- characters ---- */

typedef struct {
    uint32_t rune, twin;
} twin_row;

static const twin_row TWINS[] = {
    { 0x00d7, '*' }, { 0x00f7, '/' }, { 0x201c, '"' }, { 0x201d, '"' },
    { 0x2212, '-' }, { 0x3000, ' ' }, { 0x3001, ',' },
};

uint32_t lexer_fold(uint32_t rune)
{
    if (rune < 0x80) return rune;
    if (rune >= 0xff01 && rune <= 0xff5e) return rune - 0xff01 + '!';
    for (size_t i = 0; i < ARRAY_COUNT(TWINS); i++)
        if (TWINS[i].rune == rune) return TWINS[i].twin;
    return rune;
}

typedef struct {
    uint32_t first, last;
} rune_range;

/* Beyond ASCII everything may stand in a name but spaces, punctuation, symbols, what cannot be
 * seen, and full-width forms, which are read as ASCII. */
static const rune_range NOT_IN_NAMES[] = {
    { 0x0080, 0x00a9 },   { 0x00ab, 0x00b4 },   { 0x00b6, 0x00b9 },   { 0x00bb, 0x00bf },
    { 0x00d7, 0x00d7 },   { 0x00f7, 0x00f7 },   { 0x061c, 0x061c },   { 0x180e, 0x180e },
    { 0x2000, 0x206f },   { 0x20a0, 0x20cf },   { 0x2100, 0x2bff },   { 0x2e00, 0x2e7f },
    { 0x3000, 0x3004 },   { 0x3008, 0x3020 },   { 0x3030, 0x3030 },   { 0x303d, 0x303f },
    { 0x30fb, 0x30fb },   { 0xd800, 0xf8ff },   { 0xfe00, 0xfe6f },   { 0xfeff, 0xff65 },
    { 0xffe0, 0xffff },   { 0x1f000, 0x1faff }, { 0xe0000, 0x10ffff },
};

bool lexer_is_name_rune(uint32_t rune, bool is_first)
{
    uint32_t low = rune | 0x20;
    if (rune < 0x80)
        return (low >= 'a' && low <= 'z') || rune == '_' ||
               (!is_first && rune >= '0' && rune <= '9');
    for (size_t i = 0; i < ARRAY_COUNT(NOT_IN_NAMES); i++)
        if (rune >= NOT_IN_NAMES[i].first && rune <= NOT_IN_NAMES[i].last) return false;
    return true;
}

static bool is_unseen(uint32_t r)
{
    return (r < 0x20 && r != '\t') || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == 0x061c ||
           (r >= 0x200b && r <= 0x200f) || (r >= 0x2028 && r <= 0x202e) ||
           (r >= 0x2060 && r <= 0x206f) || r == 0xfeff || r == 0xfff9 || r == 0xfffa || r == 0xfffb;
}

/* ---- words ---- */

static const char *const RESERVED[] = {
    "rule", "unified", "local", "param", "input", "var", "set", "entity", "enum", "record", "proof", "cliffs", "complete",
    "case", "watch", "indicator", "law", "note", "since", "always", "within", "unless",
    "overriding", "because", "of", "by", "to", "from", "at", "in", "is", "and", "or", "not", "if",
    "then", "else", "round", "where", "over", "same", "true", "false", "unknown", "exact", "per",
    "money", "rate", "number", "count", "months", "days", "year", "month", "date", "bool", "text",
    "region", "decimals", "min", "max", "clamp", "abs", "known", "month_number", "day_number",
    "first_day", "last_day", "months_between", "days_between", "monthly", "yearly", "daily", "yuan",
    "sum", "avg", "first", "last", "any", "all", "previous", "row_number", "fold", "today",
    "this_month", "this_year", "last_year", "今日", "本月", "今年", "去年",
};

bool lexer_is_reserved(text t)
{
    for (size_t i = 0; i < ARRAY_COUNT(RESERVED); i++)
        if (text_equal_cstr(t, RESERVED[i])) return true;
    return false;
}

/* ---- tokens ---- */

typedef struct {
    arena *memory;
    const char *file;
    const markdown_line *line;
    mistakes *m;
    token_list *out;
    text bytes;
    size_t at;
    int32_t column;
    bool is_first;
} lexer;

static uint32_t rune_at(const lexer *l, size_t at, size_t *next)
{
    if (at >= l->bytes.size_bytes) {
        *next = at;
        return 0;
    }
    *next = at;
    return lexer_fold(text_next_rune(l->bytes, next));
}

static span span_of(const lexer *l, size_t from, size_t until)
{
    /* l->column belongs to l->at; all spans asked for begin there or later. */
    int32_t before = from >= l->at ? lexer_rune_count(text_sub(l->bytes, l->at, from)) : 0;
    int32_t width = lexer_rune_count(text_sub(l->bytes, from, until));
    int32_t first = l->column + before;
    return (span){ l->file, l->line->line, first, l->line->line, first + (width ? width : 1) };
}

static void move_to(lexer *l, size_t until)
{
    l->column += lexer_rune_count(text_sub(l->bytes, l->at, until));
    l->at = until;
}

static void complain(lexer *l, const char *code, size_t from, size_t until, text hole)
{
    mistakes_add(l->m, code, span_of(l, from, until), hole, TEXT_NONE, TEXT_NONE);
}

static token *push(lexer *l, token_kind kind, size_t until)
{
    token one = {
        .kind = kind,
        .is_first = l->is_first,
        .indent = l->line->indent,
        .at = span_of(l, l->at, until),
        .bytes = text_sub(l->bytes, l->at, until),
    };
    one.value = one.bytes;
    l->is_first = false;
    ARENA_PUSH(l->memory, l->out->items, l->out->count, l->out->capacity, one);
    move_to(l, until);
    return &l->out->items[l->out->count - 1];
}

static void skip_blanks(lexer *l)
{
    size_t next = l->at;
    for (size_t at = l->at;; at = next) {
        uint32_t rune = rune_at(l, at, &next);
        if (next == at || (rune != ' ' && rune != '\t')) {
            move_to(l, at);
            return;
        }
    }
}

static void lex_string(lexer *l)
{
    size_t open_end, at, next;
    uint32_t rune = rune_at(l, l->at, &open_end);
    for (at = open_end; at < l->bytes.size_bytes; at = next) {
        rune = rune_at(l, at, &next);
        if (rune == '"') {
            text value = text_sub(l->bytes, open_end, at);
            push(l, TOKEN_STRING, next)->value = value;
            return;
        }
    }
    complain(l, "token.string", l->at, l->bytes.size_bytes, TEXT_NONE);
    push(l, TOKEN_BAD, l->bytes.size_bytes);
}

/* ａ or １ in a name would make it another name than with a or 1. */
static bool is_full_width(uint32_t rune)
{
    uint32_t twin = lexer_fold(rune);
    return rune != twin && lexer_is_name_rune(twin, false);
}

static void lex_name(lexer *l)
{
    size_t until = l->at, full_at = SIZE_MAX, next;
    while (until < l->bytes.size_bytes) {
        size_t raw = until;
        uint32_t rune = text_next_rune(l->bytes, &raw);
        if (is_full_width(rune) && full_at == SIZE_MAX) full_at = until;
        if (!lexer_is_name_rune(rune, false) && !is_full_width(rune)) break;
        until = raw;
    }
    if (full_at != SIZE_MAX) {
        size_t after = full_at;
        char twin = (char)lexer_fold(text_next_rune(l->bytes, &after));
        text hole = text_sub(l->bytes, full_at, after);
        mistakes_add(l->m, "token.full_width", span_of(l, full_at, after), hole,
                     text_copy(l->memory, (text){ &twin, 1 }), TEXT_NONE);
        push(l, TOKEN_BAD, until);
        return;
    }
    token *name = push(l, TOKEN_NAME, until);
    if (!text_equal_cstr(name->bytes, "law") && !text_equal_cstr(name->bytes, "note")) return;
    uint32_t rune = rune_at(l, l->at, &next);
    if (l->at < l->bytes.size_bytes && rune != ' ' && rune != '\t') return;
    skip_blanks(l);
    if (l->at == l->bytes.size_bytes) return;
    token *rest = push(l, TOKEN_REST, l->bytes.size_bytes);
    rest->value = text_trim(rest->bytes);
}

static void lex_literal(lexer *l)
{
    literal_reading reading = literal_read(text_sub(l->bytes, l->at, l->bytes.size_bytes));
    size_t until = l->at + reading.size_bytes;
    if (reading.mistake) {
        complain(l, reading.mistake, l->at, until, reading.hole);
        push(l, TOKEN_BAD, until);
        return;
    }
    token *one = push(l, TOKEN_LITERAL, until);
    one->literal = ARENA_NEW(l->memory, lexer_literal);
    *one->literal = reading.value;
}

typedef struct {
    uint32_t first, second;
    int32_t mark;
} pair_row;

static const pair_row PAIRS[] = {
    { '<', '=', MARK_LE }, { '>', '=', MARK_GE }, { '=', '=', MARK_EQ },
    { '!', '=', MARK_NE }, { '.', '.', MARK_RANGE },
};

static int32_t single_mark(uint32_t rune)
{
    if (rune == 0x2264) return MARK_LE;
    if (rune == 0x2265) return MARK_GE;
    if (rune == 0x2260) return MARK_NE;
    if (rune < 0x80 && rune && strchr("()[]{},:;=+-*/<>.@\\?!", (int)rune)) return (int32_t)rune;
    return 0;
}

static void lex_mark(lexer *l)
{
    size_t next, after;
    uint32_t rune = rune_at(l, l->at, &next);
    uint32_t second = rune_at(l, next, &after);
    int32_t mark = single_mark(rune);
    for (size_t i = 0; i < ARRAY_COUNT(PAIRS); i++)
        if (PAIRS[i].first == rune && PAIRS[i].second == second) {
            mark = PAIRS[i].mark;
            next = after;
        }
    if (mark) {
        push(l, TOKEN_MARK, next)->mark = mark;
        return;
    }
    complain(l, "token.character", l->at, next, text_sub(l->bytes, l->at, next));
    push(l, TOKEN_BAD, next);
}

static bool has_unseen(lexer *l)
{
    for (size_t at = 0, from = 0; at < l->bytes.size_bytes; from = at) {
        uint32_t rune = text_next_rune(l->bytes, &at);
        if (!is_unseen(rune)) continue;
        text hole = text_format(l->memory, "U+%04X", (unsigned)rune);
        complain(l, "file.control", from, at, hole);
        return true;
    }
    return false;
}

void lexer_line(arena *pack, const char *file, const markdown_line *line, mistakes *m,
                token_list *out)
{
    lexer l = { .memory = pack, .file = file, .line = line, .m = m, .out = out,
                .bytes = line->bytes, .column = line->column, .is_first = true };
    if (has_unseen(&l)) {
        push(&l, TOKEN_BAD, l.bytes.size_bytes);
        return;
    }
    while (skip_blanks(&l), l.at < l.bytes.size_bytes && out->count < LEXER_TOKENS_MAX) {
        size_t next;
        uint32_t rune = rune_at(&l, l.at, &next);
        size_t raw_next = l.at;
        uint32_t raw = text_next_rune(l.bytes, &raw_next);
        if (rune == '|' && l.is_first) {
            push(&l, TOKEN_ROW, l.bytes.size_bytes);
        } else if (rune == '#') {
            return;
        } else if (rune == '"') {
            lex_string(&l);
        } else if (rune >= '0' && rune <= '9') {
            lex_literal(&l);
        } else if (lexer_is_name_rune(raw, true) || is_full_width(raw)) {
            lex_name(&l);
        } else {
            lex_mark(&l);
        }
    }
}
