/* The pages that lead to the packs: by region, by scheme, by name. */
#include <stdlib.h>
#include <string.h>

#include "service/book.h"
#include "service/book_pages.h"

static paper_node *open_page(book_making *m, const char *en, const char *zh, const char *about_en,
                             const char *about_zh)
{
    paper_node *body = paper_open(m->a);
    paper_heading(m->a, body, 1, TEXT_NONE, text_of(service_say(m->call, en, zh)));
    paper_say(m->a, paper_put(m->a, body, PAPER_PARAGRAPH),
              text_of(service_say(m->call, about_en, about_zh)));
    return body;
}

static void put_pack(book_making *m, paper_node *into, size_t index)
{
    const policy_pack *p = &m->packs[index];
    paper_node *item = paper_put(m->a, into, PAPER_ITEM);
    paper_say_as(m->a, item, PAPER_PLAIN, text_of(p->name), m->pages[index]);
    if (p->en && *p->en)
        paper_say_as(m->a, item, PAPER_QUIET, text_format(m->a, "　%s", p->en), TEXT_NONE);
}

/* Which packs set something that another declares. */
static bool *who_sets(book_making *m)
{
    bool *sets = ARENA_ARRAY(m->a, bool, m->pack_count * m->pack_count + 1);
    for (size_t i = 0; i < m->symbol_count; i++) {
        const policy_symbol *s = &m->symbols[i];
        size_t count, owner = hash_map_get(m->pack_index, text_of(s->pack));
        if (s->kind != POLICY_SYMBOL_PARAM && s->kind != POLICY_SYMBOL_VAR) continue;
        const policy_version *v = policy_versions(m->a, m->book, s, &count);
        for (size_t k = 0; k < count; k++) {
            size_t by = hash_map_get(m->pack_index, text_of(v[k].pack));
            if (by != SIZE_MAX && by != owner) sets[owner * m->pack_count + by] = true;
        }
    }
    return sets;
}

static void by_scheme(book_making *m, paper_node *body, const char *top)
{
    paper_node *table = paper_put(m->a, body, PAPER_TABLE);
    paper_node *head = paper_put(m->a, table, PAPER_ROW);
    const bool *sets = who_sets(m);
    const char *const words[] = { service_say(m->call, "scheme", "制度"),
                                  service_say(m->call, "law", "依据"),
                                  service_say(m->call, "set by", "地方规定") };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        paper_say(m->a, paper_put(m->a, head, PAPER_HEAD_CELL), text_of(words[i]));
    for (size_t i = 0; i < m->pack_count; i++) {
        const policy_pack *p = &m->packs[i];
        if (strcmp(p->region, top)) continue;
        paper_node *row = paper_put(m->a, table, PAPER_ROW);
        paper_node *name = paper_put(m->a, row, PAPER_CELL);
        paper_say_as(m->a, name, PAPER_STRONG, text_of(p->name), m->pages[i]);
        if (p->en && *p->en)
            paper_say_as(m->a, name, PAPER_QUIET, text_format(m->a, "　%s", p->en), TEXT_NONE);
        service_book_law(m, paper_put(m->a, row, PAPER_CELL), p->law);
        paper_node *cell = paper_put(m->a, row, PAPER_CELL);
        for (size_t k = 0; k < m->pack_count; k++) {
            if (!sets[i * m->pack_count + k]) continue;
            if (cell->first) paper_say(m->a, cell, text_of(service_say(m->call, ", ", "、")));
            paper_say_as(m->a, cell, PAPER_PLAIN, text_of(m->packs[k].name), m->pages[k]);
        }
    }
}

static int path_order(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

paper_node *service_book_index(book_making *m)
{
    paper_node *body = open_page(
        m, "The law book", "政策法规书",
        "Every page is made from the packs that compute: what is read here is what is paid by.",
        "每一页都由正在计算的政策包生成：这里读到的，就是据以发放的规定。");
    paper_node *links = paper_put(m->a, body, PAPER_LIST);
    static const struct {
        const char *href, *en, *zh;
    } PAGES[] = {
        { "documents.html", "Register of documents: document → article → rule",
          "政策文件登记：文号 → 条款 → 规则" },
        { "guide.html", "Guide: what to bring, who decides, within how long",
          "办事指南：交什么、谁来办、多久办完" },
        { "names.html", "Index of names", "名称索引" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(PAGES); i++)
        paper_say_as(m->a, paper_put(m->a, links, PAPER_ITEM), PAPER_PLAIN,
                     text_of(service_say(m->call, PAGES[i].en, PAGES[i].zh)),
                     text_of(PAGES[i].href));
    size_t count;
    const char *const *regions = policy_regions(m->book, &count);
    const char **sorted = ARENA_ARRAY(m->a, const char *, count + 1);
    memcpy(sorted, regions, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, path_order);
    const char *top = count ? sorted[0] : "中国";
    paper_heading(m->a, body, 2, TEXT("schemes"),
                  text_of(service_say(m->call, "By scheme", "按制度（全国）")));
    by_scheme(m, body, top);
    paper_heading(m->a, body, 2, TEXT("regions"),
                  text_of(service_say(m->call, "By region", "按地区")));
    for (size_t r = 0; r < count; r++) {
        paper_node *list = NULL;
        for (size_t i = 0; i < m->pack_count; i++) {
            if (strcmp(m->packs[i].region, sorted[r]) || strcmp(sorted[r], top) == 0) continue;
            if (!list) {
                paper_heading(m->a, body, 3, text_format(m->a, "r-%s", sorted[r]),
                              text_of(sorted[r]));
                list = paper_put(m->a, body, PAPER_LIST);
            }
            put_pack(m, list, i);
        }
    }
    return body;
}

static int symbol_order(const void *left, const void *right)
{
    const policy_symbol *a = *(const policy_symbol *const *)left,
                        *b = *(const policy_symbol *const *)right;
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->pack, b->pack);
}

const policy_symbol **service_book_sorted_names(book_making *m, size_t *count)
{
    const policy_symbol **all = ARENA_ARRAY(m->a, const policy_symbol *, m->symbol_count + 1);
    *count = 0;
    for (size_t i = 0; i < m->symbol_count; i++)
        if (m->symbols[i].kind != POLICY_SYMBOL_FIELD) all[(*count)++] = &m->symbols[i];
    if (*count) qsort(all, *count, sizeof *all, symbol_order);
    return all;
}

paper_node *service_book_names(book_making *m)
{
    paper_node *body =
        open_page(m, "Index of names", "名称索引", "All parameters, rules, facts and choices.",
                  "全部参数、规则、要素和类别。");
    size_t count;
    const policy_symbol **all = service_book_sorted_names(m, &count);
    paper_node *table = paper_put(m->a, body, PAPER_TABLE);
    for (size_t i = 0; i < count; i++) {
        paper_node *row = paper_put(m->a, table, PAPER_ROW);
        paper_say_as(m->a, paper_put(m->a, row, PAPER_CELL), PAPER_PLAIN, text_of(all[i]->name),
                     service_book_href(m, all[i]));
        paper_say_as(m->a, paper_put(m->a, row, PAPER_CELL), PAPER_QUIET,
                     text_of(all[i]->label ? all[i]->label : ""), TEXT_NONE);
        paper_say(m->a, paper_put(m->a, row, PAPER_CELL), text_of(all[i]->pack));
    }
    return body;
}

paper_node *service_book_guide(book_making *m)
{
    return open_page(
        m, "Guide", "办事指南",
        "Each business below is a case of the packs: its papers, steps and days are those "
        "the office works by.",
        "以下每一项业务都取自政策包中的业务定义：材料、环节、时限就是经办时执行的，改了规则，指南随"
        "之改变。");
}
