/* doudi law: names, articles and text of the packs by some words of them. */
#include <stdlib.h>
#include <string.h>

#include "service/law_text.h"
#include "service/operations.h"
#include "service/tested.h"

static const err_kind SEARCH_NO_WORDS = {
    "search.no_words", ERR_BAD_INPUT,
    "Say what to look for: a name, an article or some words of the text.",
    "请输入要找的内容：名称、条文号或正文中的词。"
};

enum { FOUND_SHOWN = 40, EXCERPT_BYTES = 240 };

static const service_field SEARCH_INPUT[] = {
    { .name = "words", .type = SERVICE_TEXT, .is_list = true, .is_positional = true, .is_required = true, .shows = "WORDS",
      .summary = "what to look for; several words: all of them", .summary_zh = "要找的内容；几个词须都有" },
    SERVICE_PACKS_FIELD,
};
static const service_field SEARCH_ROW[] = {
    { .name = "name", .type = SERVICE_VALUE, .summary = "name; none of text", .summary_zh = "名称；正文没有" },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "种类" },
    { .name = "pack", .type = SERVICE_TEXT, .summary = "pack", .summary_zh = "政策包" },
    { .name = "region", .type = SERVICE_REGION, .summary = "region", .summary_zh = "地区" },
    { .name = "heading", .type = SERVICE_TEXT, .summary = "section", .summary_zh = "章节" },
    { .name = "text", .type = SERVICE_TEXT, .summary = "text", .summary_zh = "文字" },
    { .name = "law", .type = SERVICE_VALUE, .summary = "law", .summary_zh = "依据" },
    { .name = "line", .type = SERVICE_COUNT },
};
static const service_field SEARCH_OUTPUT[] = {
    { .name = "results", .type = SERVICE_OBJECT, .is_list = true, .fields = SEARCH_ROW, .field_count = ARRAY_COUNT(SEARCH_ROW) },
    { .name = "found", .type = SERVICE_COUNT, .summary = "found in all", .summary_zh = "共找到" },
};

typedef struct {
    int rank; /* less is better */
    size_t order;
    const policy_symbol *symbol; /* or a paragraph: */
    const policy_pack *pack;
    text heading, said;
    int32_t line;
} find;

typedef struct {
    service_call *call;
    arena *a;
    text *words;
    size_t word_count;
    find *items;
    size_t count, capacity;
} finder;

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Latin letters without regard to case. */
static size_t position(text in, text word)
{
    for (size_t i = 0; word.size_bytes && i + word.size_bytes <= in.size_bytes; i++) {
        size_t k = 0;
        while (k < word.size_bytes && folded(in.bytes[i + k]) == folded(word.bytes[k])) k++;
        if (k == word.size_bytes) return i;
    }
    return SIZE_MAX;
}

static bool has_all(const finder *f, text in)
{
    for (size_t i = 0; i < f->word_count; i++)
        if (position(in, f->words[i]) == SIZE_MAX) return false;
    return true;
}

static text said_or_none(const char *s)
{
    return s ? text_of(s) : TEXT("");
}

/* 0: is the name; 1: in the name; 2: in the label; 3: in the article; -1: not found. */
static int rank_of(const finder *f, const policy_symbol *s)
{
    text name = text_of(s->name), label = said_or_none(s->label), law = said_or_none(s->law);
    bool is_one = f->word_count == 1;
    if (is_one && (text_equal(name, f->words[0]) || (label.size_bytes == f->words[0].size_bytes && !position(label, f->words[0])))) return 0;
    if (has_all(f, name)) return 1;
    if (has_all(f, label)) return 2;
    if (has_all(f, law)) return 3;
    return -1;
}

static void add(finder *f, find one)
{
    one.order = f->count;
    ARENA_PUSH(f->a, f->items, f->count, f->capacity, one);
}

static void find_names(finder *f, const policy_book *book)
{
    size_t count;
    const policy_symbol *symbols = policy_symbols(book, &count);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = &symbols[i];
        if (s->kind == POLICY_SYMBOL_FIELD || s->kind == POLICY_SYMBOL_ENTITY || !s->at.file) continue;
        int rank = rank_of(f, s);
        /* What is asked of a person stands after what is decided. */
        bool is_asked = s->kind == POLICY_SYMBOL_INPUT || s->kind == POLICY_SYMBOL_ENUM || s->kind == POLICY_SYMBOL_RECORD;
        if (rank >= 0) add(f, (find){ .rank = rank * 2 + (is_asked && rank), .symbol = s, .line = s->at.line });
    }
}

static void find_prose(finder *f, const policy_book *book)
{
    enum { RANK_OF_TITLE = 8, RANK_OF_TEXT };
    size_t pack_count;
    const policy_pack *packs = policy_packs(book, &pack_count);
    for (size_t p = 0; p < pack_count; p++) {
        size_t count;
        const law_section *sections = law_sections(f->a, law_source(f->call, packs[p].file), &count);
        for (size_t i = 0; i < count; i++) {
            const law_section *s = &sections[i];
            if (has_all(f, s->title))
                add(f, (find){ .rank = RANK_OF_TITLE, .pack = &packs[p], .heading = law_heading(f->a, sections, i), .said = s->title, .line = s->line });
            for (size_t k = 0; k < s->paragraph_count; k++)
                if (has_all(f, s->paragraphs[k]))
                    add(f, (find){ .rank = RANK_OF_TEXT, .pack = &packs[p], .heading = law_heading(f->a, sections, i), .said = s->paragraphs[k],
                                   .line = s->paragraph_lines[k] });
        }
    }
}

static int by_rank(const void *left, const void *right)
{
    const find *x = left, *y = right;
    if (x->rank != y->rank) return x->rank - y->rank;
    return (x->order > y->order) - (x->order < y->order);
}

/* A long paragraph from a little before the word on, cut between characters. */
static text excerpt(arena *a, text said, text word)
{
    if (said.size_bytes <= EXCERPT_BYTES) return said;
    size_t at = position(said, word), from = at != SIZE_MAX && at > EXCERPT_BYTES / 3 ? at - EXCERPT_BYTES / 3 : 0;
    while (from && ((unsigned char)said.bytes[from] & 0xc0) == 0x80) from--;
    size_t until = from + EXCERPT_BYTES < said.size_bytes ? from + EXCERPT_BYTES : said.size_bytes;
    while (until < said.size_bytes && ((unsigned char)said.bytes[until] & 0xc0) == 0x80) until++;
    return text_format(a, "%s%.*s%s", from ? "…" : "", TEXT_ARG(text_sub(said, from, until)), until < said.size_bytes ? "…" : "");
}

static void put(finder *f, const find *one, service_value *list)
{
    arena *a = f->a;
    const service_call *call = f->call;
    const policy_symbol *s = one->symbol;
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "name", s ? s->name : NULL);
    service_put_cstr(a, v, "label", s ? s->label : NULL);
    service_put_cstr(a, v, "kind", s ? service_symbol_kind(call, s->kind) : service_say(call, "text", "正文"));
    service_put_cstr(a, v, "pack", s ? s->pack : one->pack->name);
    service_put_cstr(a, v, "region", s ? s->region : one->pack->region);
    service_put_text(a, v, "heading", one->heading);
    service_put_text(a, v, "text", s ? said_or_none(s->note) : excerpt(a, one->said, f->words[0]));
    service_put_cstr(a, v, "law", s ? s->law : NULL);
    service_put_count(a, v, "line", one->line);
}

static void take_words(finder *f)
{
    const service_argument *said = service_argument_of(f->call, "words");
    size_t capacity = 0;
    for (size_t i = 0; i < said->count; i++)
        for (text rest = text_trim(said->values[i]); rest.size_bytes;) {
            size_t end = text_find(rest, TEXT(" "));
            text word = text_sub(rest, 0, end);
            ARENA_PUSH(f->a, f->words, f->word_count, capacity, word);
            rest = end == SIZE_MAX ? TEXT_NONE : text_trim(text_sub(rest, end, rest.size_bytes));
        }
}

static err policy_search(service_call *call)
{
    const policy_book *book;
    finder f = { .call = call, .a = call->request };
    TRY(service_book(call, &book));
    take_words(&f);
    if (!f.word_count) return err_of(&SEARCH_NO_WORDS, NULL);
    find_names(&f, book);
    find_prose(&f, book);
    if (f.count) qsort(f.items, f.count, sizeof *f.items, by_rank);
    service_value *list = service_put_list(call->request, call->reply, "results");
    for (size_t i = 0; i < f.count && i < FOUND_SHOWN; i++) put(&f, &f.items[i], list);
    service_put_count(call->request, call->reply, "found", (int64_t)f.count);
    return ERR_NONE;
}

static void policy_search_print(const service_call *call, text_builder *out)
{
    const service_value *list = service_member(call->reply, "results");
    for (const service_value *r = list->first; r; r = r->next) {
        const service_value *name = service_member(r, "name"), *law = service_member(r, "law");
        bool is_name = name->kind == SERVICE_VALUE_TEXT;
        text_add_format(out, "%.*s (%.*s · %.*s)", TEXT_ARG(is_name ? name->word : service_member(r, "heading")->word),
                        TEXT_ARG(service_member(r, "pack")->word), TEXT_ARG(service_member(r, "kind")->word));
        if (law->kind == SERVICE_VALUE_TEXT) text_add_format(out, " 〔%.*s〕", TEXT_ARG(law->word));
        text said = service_member(r, "text")->word;
        text_add_format(out, "%s%.*s\n", said.size_bytes ? "\n    " : "", TEXT_ARG(said));
    }
    text_add_format(out, service_say(call, "%lld found, %zu shown\n", "共找到 %lld 处，显示 %zu 处\n"),
                    (long long)service_member(call->reply, "found")->count, list->child_count);
}

static const char *const SEARCH_EXAMPLES[] = { "doudi law 丧葬", "doudi law 社会保险法 第十六条", NULL };

const service_op POLICY_SEARCH_OP = {
    .name = "policy.search",
    .command = "law",
    .summary = "Search the packs: names, articles of law, text",
    .summary_zh = "查找政策：名称、条文号、正文",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = SEARCH_INPUT,
    .input_count = ARRAY_COUNT(SEARCH_INPUT),
    .output = SEARCH_OUTPUT,
    .output_count = ARRAY_COUNT(SEARCH_OUTPUT),
    .examples = SEARCH_EXAMPLES,
    .run = policy_search,
    .print = policy_search_print,
};
