/* doudi pack: a pack as it is read: its sections with their text, and the names each of them declares. */
#include <string.h>

#include "service/law_text.h"
#include "service/operations.h"
#include "service/tested.h"

const err_kind SERVICE_PACK_UNKNOWN = {
    "service.pack_unknown", ERR_NOT_FOUND,
    "There is no pack called {}; `doudi packs` lists them.",
    "没有名为“{}”的政策包；用 doudi packs 查看有哪些。"
};

static const service_field PACK_INPUT[] = {
    { .name = "pack", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "PACK",
      .summary = "the pack, by its name", .summary_zh = "政策包名称" },
    SERVICE_PACKS_FIELD,
};
static const service_field PACK_NAME[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "种类" },
    { .name = "law", .type = SERVICE_VALUE, .summary = "law", .summary_zh = "依据" },
    { .name = "line", .type = SERVICE_COUNT },
    { .name = "tested", .type = SERVICE_TEXT, .summary = "tested: expected, reached, none; - where no test could speak of it",
      .summary_zh = "测试：expected 有应得值、reached 算到、none 没有、- 不适用" },
};
static const service_field PACK_SECTION[] = {
    { .name = "level", .type = SERVICE_COUNT },
    { .name = "title", .type = SERVICE_TEXT },
    { .name = "line", .type = SERVICE_COUNT },
    { .name = "text", .type = SERVICE_TEXT, .is_list = true },
    { .name = "names", .type = SERVICE_OBJECT, .is_list = true, .fields = PACK_NAME, .field_count = ARRAY_COUNT(PACK_NAME) },
};
static const service_field PACK_OUTPUT[] = {
    { .name = "pack", .type = SERVICE_TEXT },
    { .name = "en", .type = SERVICE_VALUE },
    { .name = "region", .type = SERVICE_REGION },
    { .name = "law", .type = SERVICE_VALUE },
    { .name = "file", .type = SERVICE_TEXT },
    { .name = "sections", .type = SERVICE_OBJECT, .is_list = true, .fields = PACK_SECTION, .field_count = ARRAY_COUNT(PACK_SECTION) },
};

err service_pack_named(service_call *call, const policy_book *book, text name, const policy_pack **found)
{
    size_t count;
    const policy_pack *packs = policy_packs(book, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(name, packs[i].name)) return *found = &packs[i], ERR_NONE;
    return err_of(&SERVICE_PACK_UNKNOWN, text_cstr(call->request, name));
}

static bool is_declared(const policy_symbol *s)
{
    return s->kind != POLICY_SYMBOL_FIELD && s->at.file;
}

static void put_names(const service_call *call, const policy_book *book, const policy_pack *p, const law_section *section,
                      const policy_tested *tested, service_value *list)
{
    arena *a = call->request;
    size_t count;
    const policy_symbol *symbols = policy_symbols(book, &count);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = &symbols[i];
        bool is_here = is_declared(s) && s->at.line >= section->line && s->at.line < section->line_until;
        if (!is_here || strcmp(s->pack, p->name) != 0 || strcmp(s->at.file, p->file) != 0) continue;
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "name", s->name);
        service_put_cstr(a, v, "label", s->label);
        service_put_cstr(a, v, "kind", service_symbol_kind(call, s->kind));
        service_put_cstr(a, v, "law", s->law);
        service_put_count(a, v, "line", s->at.line);
        service_put_cstr(a, v, "tested", service_is_provision(s) ? service_tested_word(tested[i]) : "-");
    }
}

static err policy_pack_run(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    const policy_tested *tested;
    const policy_pack *found;
    size_t count;
    TRY(service_book(call, &book));
    TRY(service_pack_named(call, book, service_text_of(call, "pack", TEXT_NONE), &found));
    TRY(service_tested(call, book, &tested));
    service_put_cstr(a, call->reply, "pack", found->name);
    service_put_cstr(a, call->reply, "en", found->en);
    service_put_cstr(a, call->reply, "region", found->region);
    service_put_cstr(a, call->reply, "law", found->law);
    service_put_cstr(a, call->reply, "file", found->file);
    const law_section *sections = law_sections(a, law_source(call, found->file), &count);
    service_value *list = service_put_list(a, call->reply, "sections");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_count(a, v, "level", sections[i].level);
        service_put_text(a, v, "title", sections[i].title);
        service_put_count(a, v, "line", sections[i].line);
        service_value *said = service_put_list(a, v, "text");
        for (size_t k = 0; k < sections[i].paragraph_count; k++) service_put_text(a, said, NULL, sections[i].paragraphs[k]);
        put_names(call, book, found, &sections[i], tested, service_put_list(a, v, "names"));
    }
    return ERR_NONE;
}

static void policy_pack_print(const service_call *call, text_builder *out)
{
    text_add_format(out, "%.*s · %.*s\n", TEXT_ARG(service_member(call->reply, "pack")->word),
                    TEXT_ARG(service_member(call->reply, "region")->word));
    for (const service_value *s = service_member(call->reply, "sections")->first; s; s = s->next) {
        text title = service_member(s, "title")->word;
        if (title.size_bytes) text_add_format(out, "\n%.*s\n", TEXT_ARG(title));
        for (const service_value *p = service_member(s, "text")->first; p; p = p->next)
            text_add_format(out, "  %.*s\n", TEXT_ARG(p->word));
        for (const service_value *n = service_member(s, "names")->first; n; n = n->next)
            text_add_format(out, "    · %.*s (%.*s)\n", TEXT_ARG(service_member(n, "name")->word), TEXT_ARG(service_member(n, "kind")->word));
    }
}

static const char *const PACK_EXAMPLES[] = { "doudi pack 退休年龄", NULL };

const service_op POLICY_PACK_OP = {
    .name = "policy.pack",
    .command = "pack",
    .summary = "Read a pack: its sections, their text, and the names they declare",
    .summary_zh = "阅读一个政策包：各章节的文字和其中的规定",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = PACK_INPUT,
    .input_count = ARRAY_COUNT(PACK_INPUT),
    .output = PACK_OUTPUT,
    .output_count = ARRAY_COUNT(PACK_OUTPUT),
    .examples = PACK_EXAMPLES,
    .run = policy_pack_run,
    .print = policy_pack_print,
};
