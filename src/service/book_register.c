/* The register of documents: which article of which document stands in which rule. */
#include <stdlib.h>
#include <string.h>

#include "service/book.h"

text service_book_document_id(arena *a, text document)
{
    char *id = text_cstr(a, text_format(a, "d-%.*s", TEXT_ARG(document)));
    for (char *c = id; *c; c++)
        if (*c == ' ') *c = '-'; /* an id has no blanks */
    return text_of(id);
}

/* The blank before the article; other blanks belong to the document ("GB/T 42195-2022"). */
static size_t gap_of(text one)
{
    static const char *const OPENS[] = { "第",   "附",   "表",   "（",   "一、",
                                         "二、", "三、", "四、", "五、", "六、",
                                         "七、", "八、", "九、", "十",   "Article" };
    for (size_t at = 0; at < one.size_bytes; at++)
        for (size_t i = 0; one.bytes[at] == ' ' && i < ARRAY_COUNT(OPENS); i++)
            if (text_begins(text_sub(one, at + 1, one.size_bytes), text_of(OPENS[i]))) return at;
    return SIZE_MAX;
}

/* "人社部发〔2018〕25号；〔2020〕49号": the second has the issuer of the first. */
static text with_issuer(arena *a, text one, text previous)
{
    bool is_year = text_begins(one, TEXT("〔"));
    bool is_number = one.bytes[0] >= '0' && one.bytes[0] <= '9';
    size_t end = is_year ? text_find(previous, TEXT("〔")) : 0;
    if (!is_year && !is_number) return one;
    while (is_number && end < previous.size_bytes &&
           !(previous.bytes[end] >= '0' && previous.bytes[end] <= '9'))
        end++;
    if (end == SIZE_MAX || end >= previous.size_bytes) return one;
    return text_format(a, "%.*s%.*s", (int)end, previous.bytes, TEXT_ARG(one));
}

/* "国发〔2005〕38号 第六条；社会保险法 第十五条": one citation after another. */
static bool next_citation(arena *a, text law, size_t *at, text *document, text *clause)
{
    static const text BREAK = { "；", 3 };
    while (*at < law.size_bytes) {
        text rest = text_sub(law, *at, law.size_bytes);
        size_t end = text_find(rest, BREAK);
        text one = text_trim(end == SIZE_MAX ? rest : text_sub(rest, 0, end));
        *at = end == SIZE_MAX ? law.size_bytes : *at + end + BREAK.size_bytes;
        if (!one.size_bytes) continue;
        one = with_issuer(a, one, *document);
        size_t gap = gap_of(one);
        *document = gap == SIZE_MAX ? one : text_sub(one, 0, gap);
        *clause = gap == SIZE_MAX ? TEXT_NONE : text_trim(text_sub(one, gap, one.size_bytes));
        return true;
    }
    return false;
}

void service_book_cite(book_making *m, const char *law, const char *name, const char *pack,
                       text href)
{
    text document = TEXT_NONE, clause;
    if (!law) return;
    for (size_t at = 0; next_citation(m->a, text_of(law), &at, &document, &clause);) {
        book_citation c = { .document = document,
                            .clause = clause,
                            .name = text_of(name),
                            .pack = text_of(pack),
                            .href = href };
        ARENA_PUSH(m->a, m->citations, m->citation_count, m->citation_capacity, c);
    }
}

void service_book_law(book_making *m, paper_node *into, const char *law)
{
    text document = TEXT_NONE, clause;
    size_t count = 0;
    if (!law) return;
    for (size_t at = 0; next_citation(m->a, text_of(law), &at, &document, &clause);) {
        if (count++) paper_say(m->a, into, TEXT("；"));
        text href = text_format(m->a, "documents.html#%.*s",
                                TEXT_ARG(service_book_document_id(m->a, document)));
        paper_say_as(m->a, into, PAPER_PLAIN, document, href);
        if (clause.size_bytes) paper_say(m->a, into, text_format(m->a, " %.*s", TEXT_ARG(clause)));
    }
}

static int citation_order(const void *left, const void *right)
{
    const book_citation *a = left, *b = right;
    int order = text_compare(a->document, b->document);
    if (!order) order = text_compare(a->clause, b->clause);
    if (!order) order = text_compare(a->pack, b->pack);
    return order ? order : text_compare(a->name, b->name);
}

static void rules_of_clause(book_making *m, paper_node *cell, size_t *at)
{
    const book_citation *first = &m->citations[*at];
    for (; *at < m->citation_count; (*at)++) {
        const book_citation *c = &m->citations[*at];
        if (citation_order(c, first) &&
            (!text_equal(c->document, first->document) || !text_equal(c->clause, first->clause)))
            break;
        if (c > first && citation_order(c, c - 1) == 0) continue;
        if (c > first) paper_say(m->a, cell, text_of(service_say(m->call, ", ", "、")));
        paper_say_as(m->a, cell, PAPER_PLAIN, c->name, c->href);
    }
}

paper_node *service_book_register(book_making *m)
{
    arena *a = m->a;
    paper_node *body = paper_open(a);
    if (m->citation_count)
        qsort(m->citations, m->citation_count, sizeof *m->citations, citation_order);
    paper_heading(a, body, 1, TEXT_NONE,
                  text_of(service_say(m->call, "Register of documents", "政策文件登记")));
    paper_say(a, paper_put(a, body, PAPER_PARAGRAPH),
              text_of(service_say(m->call,
                                  "Each document the rules cite, its articles, and the rules that "
                                  "carry them out.",
                                  "规则所依据的每一份文件、文件的条款，以及落实该条款的规则。"
                                  "列出的就是正在计算的规则，没有另外的清单。")));
    paper_node *table = NULL;
    text document = TEXT_NONE;
    for (size_t at = 0; at < m->citation_count;) {
        const book_citation *c = &m->citations[at];
        if (!table || !text_equal(document, c->document)) {
            document = c->document;
            paper_heading(a, body, 3, service_book_document_id(a, document), document);
            table = paper_put(a, body, PAPER_TABLE);
        }
        paper_node *row = paper_put(a, table, PAPER_ROW);
        paper_say(a, paper_put(a, row, PAPER_HEAD_CELL),
                  c->clause.size_bytes ? c->clause
                                       : text_of(service_say(m->call, "as a whole", "全文")));
        rules_of_clause(m, paper_put(a, row, PAPER_CELL), &at);
    }
    return body;
}
