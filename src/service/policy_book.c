/* doudi book: the packs as a law book of plain pages. */
#include <string.h>

#include "service/book.h"
#include "service/book_pages.h"
#include "service/files.h"
#include "service/operations.h"

static const service_field BOOK_INPUT[] = {
    { .name = "out",
      .type = SERVICE_FILE_OUT,
      .shows = "DIR",
      .summary = "the folder the pages are written to (default: book)",
      .summary_zh = "网页写入的目录（默认 book）" },
    SERVICE_PACKS_FIELD,
};
static const service_field BOOK_OUTPUT[] = {
    { .name = "folder", .type = SERVICE_TEXT },
    { .name = "index", .type = SERVICE_TEXT },
    { .name = "pages", .type = SERVICE_COUNT },
    { .name = "names", .type = SERVICE_COUNT },
    { .name = "documents", .type = SERVICE_COUNT },
    { .name = "citations", .type = SERVICE_COUNT },
    { .name = "tests_passed", .type = SERVICE_COUNT },
    { .name = "tests_failed", .type = SERVICE_COUNT },
    { .name = "proofs_unexpected", .type = SERVICE_COUNT }, /* of proofs not as the pack says */
};

/* ---- file names: the English label where it has one, else the pack's name ---- */

static text slug(arena *a, const policy_pack *p)
{
    text_builder b = text_builder_open(a);
    for (const char *c = p->en ? p->en : ""; *c; c++) {
        bool is_letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (is_letter) text_add_char(&b, *c);
        else if (*c >= 'A' && *c <= 'Z') text_add_char(&b, (char)(*c + 32));
        else if ((*c == ' ' || *c == '-') && b.size_bytes && b.bytes[b.size_bytes - 1] != '-')
            text_add_char(&b, '-');
    }
    return b.size_bytes ? text_built(&b) : text_of(p->name);
}

static void name_pages(book_making *m)
{
    static const char *const TAKEN[] = { "index", "names", "documents", "guide" };
    hash_map *taken = hash_map_open(m->a);
    text *pages = ARENA_ARRAY(m->a, text, m->pack_count + 1);
    for (size_t i = 0; i < ARRAY_COUNT(TAKEN); i++)
        hash_map_put(taken, text_of(TAKEN[i]), i);
    for (size_t i = 0; i < m->pack_count; i++) {
        text stem = slug(m->a, &m->packs[i]);
        if (hash_map_get(taken, stem) != SIZE_MAX)
            stem = text_format(m->a, "%.*s-%s", TEXT_ARG(stem), m->packs[i].name);
        hash_map_put(taken, stem, i);
        hash_map_put(m->pack_index, text_of(m->packs[i].name), i);
        pages[i] = text_format(m->a, "%.*s.html", TEXT_ARG(stem));
    }
    m->pages = pages;
}

static void index_fields(book_making *m)
{
    for (size_t i = 0; i < m->symbol_count; i++) {
        const policy_symbol *s = &m->symbols[i];
        if (s->kind != POLICY_SYMBOL_FIELD || !s->record) continue;
        const policy_symbol *record = policy_find_in(m->book, text_of(s->pack), text_of(s->record));
        if (!record || record->kind != POLICY_SYMBOL_RECORD) continue; /* of a case's form */
        text key = text_format(m->a, "%s\n%s", s->pack, s->name);
        if (hash_map_get(m->field_index, key) == SIZE_MAX) hash_map_put(m->field_index, key, i);
        if (hash_map_get(m->field_index, text_of(s->name)) == SIZE_MAX)
            hash_map_put(m->field_index, text_of(s->name), i);
    }
}

static err run_tests(book_making *m, size_t *passed, size_t *failed)
{
    size_t count;
    TRY(policy_run_tests(m->a, m->book, TEXT_NONE, &m->tests, &count));
    for (size_t i = 0; i < count; i++) {
        const policy_test_result *t = &m->tests[i];
        hash_map_put(m->test_index, text_format(m->a, "%s:%d", t->at.file, (int)t->at.line), i);
        (*(t->passed ? passed : failed))++;
    }
    return ERR_NONE;
}

/* ---- writing ---- */

/* No page takes its place before all are written: a disk that fills up leaves the book of before. */
static err add_file(book_making *m, text folder, text file, text bytes)
{
    os_writer *page;
    TRY(os_writer_open(m->a, text_format(m->a, "%.*s/%.*s", TEXT_ARG(folder), TEXT_ARG(file)).bytes, &page));
    ARENA_PUSH(m->a, m->files, m->file_count, m->file_capacity, page);
    return os_writer_add(page, bytes);
}

static err write_page(book_making *m, text folder, text file, text title, const paper_node *crumbs,
                      const paper_node *body)
{
    arena *a = m->a;
    paper_page page = {
        .title = title,
        .book = text_of(service_say(m->call, "Doudi law book", "兜底 · 政策法规书")),
        .lang = service_say(m->call, "en", "zh-CN"),
        .crumbs = crumbs,
        .body = body,
        .search = text_of(
            service_say(m->call, "Search a name (Ctrl-K)", "查名称，如 计发月数（Ctrl-K）")),
        .contents = text_of(service_say(m->call, "On this page", "本页目录")),
        .footer = text_format(a,
                              service_say(m->call, "Made by Doudi from packs with digest %016llx",
                                          "由兜底根据政策包生成，政策包摘要 %016llx"),
                              (unsigned long long)policy_digest(m->book)),
    };
    return add_file(m, folder, file, paper_print(a, &page));
}

static paper_node *crumbs_of(book_making *m, const policy_pack *p)
{
    paper_node *crumbs = paper_open(m->a);
    paper_say_as(m->a, crumbs, PAPER_PLAIN, text_of(service_say(m->call, "Contents", "总目录")),
                 TEXT("index.html"));
    if (!p) return crumbs;
    paper_say(m->a, crumbs, TEXT(" › "));
    bool is_top = !strchr(p->region, '/');
    paper_say_as(m->a, crumbs, PAPER_PLAIN, text_of(p->region),
                 is_top ? TEXT("index.html#schemes")
                        : text_format(m->a, "index.html#r-%s", p->region));
    paper_say(m->a, crumbs, TEXT(" › "));
    paper_say(m->a, crumbs, text_of(p->name));
    return crumbs;
}

static const char *const FENCES[] = { "rule", "test", "proof", "case", "watch", "indicator", NULL };

static err write_pack(book_making *m, text folder, size_t index)
{
    arena *a = m->a;
    const policy_pack *p = m->pack = &m->packs[index];
    text source = TEXT_NONE;
    for (size_t i = 0; i < m->call->office->set->source_count; i++)
        if (strcmp(m->call->office->set->sources[i].file, p->file) == 0)
            source = m->call->office->set->sources[i].bytes;
    paper_node *body = paper_open(a), *about = paper_put(a, body, PAPER_LAW);
    paper_say_as(a, about, PAPER_TAG, text_of(p->region), TEXT_NONE);
    paper_say(a, about, text_format(a, "%s %s · ", p->name, p->en ? p->en : ""));
    service_book_law(m, about, p->law);
    service_book_cite(m, p->law, p->name, p->name, m->pages[index]);
    const paper_blocks blocks = { FENCES, m, service_book_block };
    paper_prose(a, body, source, &blocks);
    return write_page(m, folder, m->pages[index], text_of(p->name), crumbs_of(m, p), body);
}

static err write_rest(book_making *m, text folder)
{
    arena *a = m->a;
    const paper_node *crumbs = crumbs_of(m, NULL);
    const struct {
        text file;
        const char *title;
        const paper_node *body;
    } PAGES[] = {
        { TEXT("documents.html"), service_say(m->call, "Documents", "政策文件登记"),
          service_book_register(m) },
        { TEXT("guide.html"), service_say(m->call, "Guide", "办事指南"), m->guide },
        { TEXT("names.html"), service_say(m->call, "Names", "名称索引"), service_book_names(m) },
        { TEXT("index.html"), service_say(m->call, "Contents", "总目录"), service_book_index(m) },
    };
    for (size_t i = 0; i < ARRAY_COUNT(PAGES); i++)
        TRY(write_page(m, folder, PAGES[i].file, text_of(PAGES[i].title), crumbs, PAGES[i].body));
    size_t count;
    const policy_symbol **all = service_book_sorted_names(m, &count);
    paper_name *names = ARENA_ARRAY(a, paper_name, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = (paper_name){ text_of(all[i]->name), text_of(all[i]->label ? all[i]->label : ""),
                                 text_of(all[i]->pack), service_book_href(m, all[i]) };
    TRY(add_file(m, folder, TEXT("book.js"), paper_script(a, names, count)));
    return add_file(m, folder, TEXT("book.css"), paper_style());
}

static err write_files(book_making *m, text folder)
{
    for (size_t i = 0; i < m->pack_count; i++)
        TRY(write_pack(m, folder, i));
    TRY(write_rest(m, folder));
    while (m->done_count < m->file_count)
        TRY(os_writer_commit(m->files[m->done_count++]));
    return ERR_NONE;
}

/* A folder that was made for a book that failed goes with it. */
static err write_book(book_making *m, text folder)
{
    const char *path = text_cstr(m->a, folder);
    bool was_there = os_is_folder(path);
    TRY(os_make_folder(m->a, path));
    err e = write_files(m, folder);
    if (!e.kind) return e;
    while (m->done_count < m->file_count) os_writer_cancel(m->files[m->done_count++]);
    err removed = was_there ? ERR_NONE : os_remove_tree(m->a, path);
    return e.kind ? e : removed;
}

static int64_t documents_of(const book_making *m)
{
    int64_t count = 0;
    for (size_t i = 0; i < m->citation_count; i++)
        count += i == 0 || !text_equal(m->citations[i].document, m->citations[i - 1].document);
    return count;
}

static err policy_book_run(service_call *call)
{
    arena *a = call->request;
    book_making m = { .call = call,
                      .a = a,
                      .pack_index = hash_map_open(a),
                      .field_index = hash_map_open(a),
                      .test_index = hash_map_open(a),
                      .verdict_index = hash_map_open(a) };
    size_t passed = 0, failed = 0, broken = 0;
    TRY(service_book(call, &m.book));
    m.packs = policy_packs(m.book, &m.pack_count);
    m.symbols = policy_symbols(m.book, &m.symbol_count);
    name_pages(&m);
    index_fields(&m);
    TRY(run_tests(&m, &passed, &failed));
    TRY(service_book_prove(&m, &broken));
    m.guide = service_book_guide(&m);
    text folder = service_text_of(call, "out", TEXT("book"));
    TRY(write_book(&m, folder));
    service_put_text(a, call->reply, "folder", folder);
    service_put_text(a, call->reply, "index", text_format(a, "%.*s/index.html", TEXT_ARG(folder)));
    service_put_count(a, call->reply, "pages", (int64_t)m.pack_count + 4);
    service_put_count(a, call->reply, "names", (int64_t)m.symbol_count);
    service_put_count(a, call->reply, "documents", documents_of(&m));
    service_put_count(a, call->reply, "citations", (int64_t)m.citation_count);
    service_put_count(a, call->reply, "tests_passed", (int64_t)passed);
    service_put_count(a, call->reply, "tests_failed", (int64_t)failed);
    service_put_count(a, call->reply, "proofs_unexpected", (int64_t)broken);
    return ERR_NONE;
}

static int64_t count_of(const service_call *call, const char *name)
{
    return service_member(call->reply, name)->count;
}

static void policy_book_print(const service_call *call, text_builder *out)
{
    text_add_format(
        out,
        service_say(call,
                    "%lld pages, %lld names, %lld documents; examples: %lld passed, %lld failed\n",
                    "共 %lld 页、%lld 个名称、%lld 份文件；算例通过 %lld，未通过 %lld\n"),
        (long long)count_of(call, "pages"), (long long)count_of(call, "names"),
        (long long)count_of(call, "documents"), (long long)count_of(call, "tests_passed"),
        (long long)count_of(call, "tests_failed"));
    int64_t broken = count_of(call, "proofs_unexpected");
    if (broken)
        text_add_format(out, service_say(call, "%lld proof%s not as the packs say\n",
                                         "%lld 条证明与政策包所记不符%s\n"),
                        (long long)broken, service_plural(call, broken));
    text_add_format(out, "%.*s\n", TEXT_ARG(service_member(call->reply, "index")->word));
}

static const char *const BOOK_EXAMPLES[] = { "doudi book --out book",
                                             "doudi book --out book-en --lang en", NULL };

const service_op POLICY_BOOK_OP = {
    .name = "policy.book",
    .reach = SERVICE_AT_MACHINE, /* it writes a folder */
    .command = "book",
    .summary =
        "Write the packs as a law book: HTML pages with values over time, formulas and links",
    .summary_zh = "把政策包写成网页法规书：历年参数、公式、依据，处处可点",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = BOOK_INPUT,
    .input_count = ARRAY_COUNT(BOOK_INPUT),
    .output = BOOK_OUTPUT,
    .output_count = ARRAY_COUNT(BOOK_OUTPUT),
    .examples = BOOK_EXAMPLES,
    .run = policy_book_run,
    .print = policy_book_print,
};
