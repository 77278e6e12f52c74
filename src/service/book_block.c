/* The blocks of a pack, each shown in its own way where it stands in the prose. */
#include <string.h>

#include "service/book.h"

bool service_book_line(text t, size_t *at, text *line)
{
    if (*at >= t.size_bytes) return false;
    const char *end = memchr(t.bytes + *at, '\n', t.size_bytes - *at);
    size_t until = end ? (size_t)(end - t.bytes) : t.size_bytes;
    *line = text_sub(t, *at, until);
    *at = until + 1;
    return true;
}

static text word_at(text line, size_t *at)
{
    while (*at < line.size_bytes && line.bytes[*at] == ' ')
        (*at)++;
    size_t from = *at;
    while (*at < line.size_bytes && !strchr(" :\"=", line.bytes[*at]))
        (*at)++;
    text word = text_sub(line, from, *at);
    size_t wide = text_find(word, TEXT("："));
    return wide == SIZE_MAX ? word : text_sub(word, 0, wide);
}

/* The kind and the name that a declaration's first line begins with. */
static bool head_of(text line, text *kind, text *name)
{
    size_t at = 0;
    if (!line.size_bytes || strchr(" \t#|", line.bytes[0])) return false;
    *kind = word_at(line, &at);
    if (text_equal_cstr(*kind, "local") || text_equal_cstr(*kind, "unified"))
        *kind = word_at(line, &at);
    *name = word_at(line, &at);
    return name->size_bytes > 0;
}

static void put_source(book_making *m, paper_node *into, const paper_block *block)
{
    paper_node *fold = paper_put(m->a, into, PAPER_FOLD);
    paper_say(m->a, paper_put(m->a, fold, PAPER_FOLD_TITLE),
              text_of(service_say(m->call, "as written", "规则原文")));
    paper_put(m->a, fold, PAPER_SOURCE)->words = block->body;
}

/* ---- rules ---- */

static void show_rules(book_making *m, paper_node *into, const paper_block *block)
{
    const policy_symbol **inputs = NULL;
    size_t count = 0, capacity = 0;
    text line, kind, name;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t at = 0; service_book_line(block->body, &at, &line);) {
            if (!head_of(line, &kind, &name)) continue;
            const policy_symbol *s = policy_find_in(m->book, text_of(m->pack->name), name);
            if (!s) continue;
            bool is_fact = text_equal_cstr(kind, "input") || text_equal_cstr(kind, "entity");
            if (is_fact && pass == 0) ARENA_PUSH(m->a, inputs, count, capacity, s);
            if (is_fact || pass == 0) continue;
            if (text_equal_cstr(kind, "set")) service_book_set_card(m, into, s);
            else service_book_symbol_card(m, into, s);
        }
        if (pass == 0) service_book_input_table(m, into, inputs, count);
    }
    put_source(m, into, block);
}

/* ---- tests ---- */

static bool is_ruler(text line)
{
    for (size_t i = 0; i < line.size_bytes; i++)
        if (!strchr("|-: ", line.bytes[i])) return false;
    return true;
}

/* Before the figures: a wide table is cut at its right. */
static void test_mark(book_making *m, paper_node *row, const policy_test_result *result)
{
    paper_node *mark = paper_put(m->a, row, PAPER_CELL);
    if (result->passed) paper_say_as(m->a, mark, PAPER_GOOD, TEXT("✓"), TEXT_NONE);
    else
        paper_say_as(m->a, mark, PAPER_BAD,
                     text_format(m->a, "✗ %s", service_say(m->call, result->says, result->says_zh)),
                     TEXT_NONE);
}

/* Figures stand under each other by their ends, words by their beginnings. */
static bool is_figure(text cell)
{
    return cell.size_bytes && strchr("0123456789-?!", cell.bytes[0]);
}

static void test_row(book_making *m, paper_node *table, text line, bool is_head,
                     const policy_test_result *result)
{
    paper_node *row = paper_put(m->a, table, PAPER_ROW);
    line = text_trim(line);
    if (result && is_head) paper_put(m->a, row, PAPER_HEAD_CELL);
    else if (result) test_mark(m, row, result);
    for (size_t at = 1; at < line.size_bytes;) {
        const char *end = memchr(line.bytes + at, '|', line.size_bytes - at);
        if (!end) break;
        size_t until = (size_t)(end - line.bytes);
        text cell = text_trim(text_sub(line, at, until));
        at = until + 1;
        if (is_head) {
            paper_node *h = paper_put(m->a, row, PAPER_HEAD_CELL);
            bool is_given = text_begins(cell, TEXT("given "));
            if (is_given) cell = text_sub(cell, 6, cell.size_bytes);
            service_book_formula(m, h, m->pack->name, cell, false);
        } else {
            paper_say(m->a, paper_put(m->a, row, is_figure(cell) ? PAPER_NUMBER_CELL : PAPER_CELL),
                      cell);
        }
    }
}

static const policy_test_result *result_at(const book_making *m, int32_t line)
{
    text key = text_format(m->a, "%s:%d", m->pack->file, (int)line);
    size_t index = hash_map_get(m->test_index, key);
    return index == SIZE_MAX ? NULL : &m->tests[index];
}

static void show_test(book_making *m, paper_node *into, const paper_block *block)
{
    text title = text_trim(text_sub(block->info, strlen("test"), block->info.size_bytes));
    paper_node *p = paper_put(m->a, into, PAPER_PARAGRAPH);
    paper_say_as(m->a, p, PAPER_TAG, text_of(service_say(m->call, "worked examples", "算例")),
                 TEXT_NONE);
    paper_say(m->a, p, title);
    paper_node *table = NULL;
    text line;
    int32_t number = block->line;
    for (size_t at = 0; service_book_line(block->body, &at, &line);) {
        number++;
        text t = text_trim(line);
        bool is_row = text_begins(t, TEXT("|"));
        if (!is_row) {
            table = NULL;
            if (text_begins(t, TEXT("rows ")))
                service_book_formula(m, paper_put(m->a, into, PAPER_LAW), m->pack->name,
                                     text_sub(t, 5, t.size_bytes), false);
            continue;
        }
        if (is_ruler(t)) continue;
        bool is_head = !table;
        if (is_head) table = paper_put(m->a, into, PAPER_TABLE);
        const policy_test_result *result = result_at(m, is_head ? number + 1 : number);
        test_row(m, table, t, is_head, result);
    }
}

/* ---- cases, watches, indicators: their lines, with links ---- */

static const struct {
    const char *word, *zh;
} CLAUSES[] = {
    { "form", "填写" },     { "paper", "材料" },  { "step", "环节" },   { "next", "　下一步" },
    { "effect", "　结果" }, { "end", "办结" },    { "law", "依据" },    { "when", "条件" },
    { "severity", "级别" }, { "owner", "责任" },  { "action", "处置" }, { "message", "提示" },
    { "value", "算式" },    { "target", "目标" }, { "warn", "预警线" }, { "by", "分组" },
    { "note", "说明" },
};
/* Longest first where one begins another. */
static const struct {
    const char *is, *zh;
} PHRASES[] = {
    { " working days", "个工作日" },
    { " within ", "，限 " },
    { " by ", "，由" },
    { " not ", "，不得同为 " },
    { " required", "（必交）" },
    { " promise", "（可告知承诺）" },
    { " supplement", "（可容缺后补）" },
    { " when ", "，条件：" },
    { "decide ", "核定 " },
    { "event ", "记录 " },
    { " days", "天" },
    { "open case ", "立案 " },
    { "hold payment", "暂停支付" },
    { "notify", "通知" },
    { " : date", "（日期）" },
    { " : money per month", "（每月金额）" },
    { " : money", "（金额）" },
    { " : bool", "（是否）" },
    { " : months", "（月数）" },
    { " : count", "（个数）" },
    { " : text", "（文字）" },
};

/* ` "household register"`: the English name beside a Chinese one. */
static size_t label_end(text t, size_t at)
{
    if (!text_begins(text_sub(t, at, t.size_bytes), TEXT(" \""))) return at;
    size_t end = at + 2;
    while (end < t.size_bytes && t.bytes[end] != '"' && (unsigned char)t.bytes[end] < 0x80)
        end++;
    return end < t.size_bytes && t.bytes[end] == '"' ? end + 1 : at;
}

static text clause_in_chinese(arena *a, text t)
{
    text_builder b = text_builder_open(a);
    for (size_t at = 0; at < t.size_bytes;) {
        size_t i = 0;
        at = label_end(t, at);
        while (i < ARRAY_COUNT(PHRASES) &&
               !text_begins(text_sub(t, at, t.size_bytes), text_of(PHRASES[i].is)))
            i++;
        if (i == ARRAY_COUNT(PHRASES)) {
            if (at < t.size_bytes) text_add_char(&b, t.bytes[at++]);
            continue;
        }
        text_add_cstr(&b, PHRASES[i].zh);
        at += strlen(PHRASES[i].is);
    }
    return text_built(&b);
}

/* The label in brackets, one day in the singular. */
static text clause_in_english(arena *a, text t)
{
    text_builder b = text_builder_open(a);
    for (size_t at = 0; at < t.size_bytes;) {
        size_t end = label_end(t, at);
        if (end > at) {
            text_add_format(&b, " (%.*s)", TEXT_ARG(text_sub(t, at + 2, end - 1)));
            at = end;
        } else if (text_begins(text_sub(t, at, t.size_bytes), TEXT(" within 1 working days"))) {
            text_add_cstr(&b, " within 1 working day");
            at += strlen(" within 1 working days");
        } else {
            text_add_char(&b, t.bytes[at++]);
        }
    }
    return text_built(&b);
}

static void clause_row(book_making *m, paper_node *table, text line)
{
    size_t at = 0, known = 0;
    text t = text_trim(line), word = word_at(t, &at);
    while (known < ARRAY_COUNT(CLAUSES) && !text_equal_cstr(word, CLAUSES[known].word))
        known++;
    bool is_clause = known < ARRAY_COUNT(CLAUSES);
    paper_node *row = paper_put(m->a, table, PAPER_ROW);
    text head = is_clause ? text_of(service_say(m->call, CLAUSES[known].word, CLAUSES[known].zh))
                          : TEXT_NONE;
    paper_say(m->a, paper_put(m->a, row, PAPER_HEAD_CELL), head);
    text rest = is_clause ? text_sub(t, at, t.size_bytes) : t;
    paper_node *cell = paper_put(m->a, row, PAPER_CELL);
    if (text_equal_cstr(word, "law")) service_book_law(m, cell, text_cstr(m->a, text_trim(rest)));
    else
        service_book_formula(m, cell, m->pack->name,
                             text_trim(m->call->is_chinese ? clause_in_chinese(m->a, rest)
                                                           : clause_in_english(m->a, rest)),
                             false);
}

static void show_clauses(book_making *m, paper_node *into, const paper_block *block, bool is_guide)
{
    paper_node *table = NULL;
    text line, kind, name;
    for (size_t at = 0; service_book_line(block->body, &at, &line);) {
        if (!text_trim(line).size_bytes) continue;
        if (!head_of(line, &kind, &name)) {
            if (table) clause_row(m, table, line);
            continue;
        }
        const policy_symbol *s = policy_find_in(m->book, text_of(m->pack->name), name);
        table = NULL;
        if (!s) continue;
        service_book_symbol_card(m, into, s);
        if (is_guide) {
            paper_node *from = paper_put(m->a, into->last, PAPER_PARAGRAPH);
            size_t index = hash_map_get(m->pack_index, text_of(m->pack->name));
            paper_say(m->a, from, text_of(service_say(m->call, "Rules: ", "所依规则：")));
            paper_say_as(m->a, from, PAPER_PLAIN, text_of(m->pack->name), m->pages[index]);
        }
        table = paper_put(m->a, into->last, PAPER_TABLE);
    }
}

void service_book_block(void *making, paper_node *into, const paper_block *block)
{
    book_making *m = making;
    size_t at = 0;
    text kind = word_at(block->info, &at);
    if (text_equal_cstr(kind, "rule")) show_rules(m, into, block);
    else if (text_equal_cstr(kind, "test")) show_test(m, into, block);
    else if (text_equal_cstr(kind, "proof")) service_book_proofs(m, into, block);
    else show_clauses(m, into, block, false);
    if (text_equal_cstr(kind, "case")) show_clauses(m, m->guide, block, true);
}
