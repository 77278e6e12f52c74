#include <string.h>

#include "service/law_text.h"
#include "service/operations.h"
#include "service/subject.h"
#include "service/tested.h"

static const service_field SHOW_INPUT[] = {
    { .name = "name", .type = SERVICE_NAME, .is_positional = true, .is_required = true,
      .summary = "a variable, parameter, input, record, enum ...: name, pack.name or label",
      .summary_zh = "变量、参数、输入项、记录或枚举：名称、包名.名称或英文名" },
    SERVICE_PACKS_FIELD,
};

static const service_field SHOW_PLACE[] = {
    { .name = "file", .type = SERVICE_TEXT }, { .name = "line", .type = SERVICE_COUNT },
    { .name = "text", .type = SERVICE_TEXT },
};
static const service_field SHOW_MEMBER[] = {
    { .name = "name", .type = SERVICE_TEXT }, { .name = "label", .type = SERVICE_VALUE },
};
static const service_field SHOW_OUTPUT[] = {
    { .name = "name", .type = SERVICE_TEXT }, { .name = "kind", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE }, { .name = "type", .type = SERVICE_VALUE },
    { .name = "of", .type = SERVICE_VALUE }, { .name = "record", .type = SERVICE_VALUE },
    { .name = "pack", .type = SERVICE_VALUE }, { .name = "region", .type = SERVICE_VALUE },
    { .name = "law", .type = SERVICE_VALUE }, { .name = "note", .type = SERVICE_VALUE },
    { .name = "is_local", .type = SERVICE_FLAG },
    { .name = "file", .type = SERVICE_VALUE }, { .name = "line", .type = SERVICE_COUNT },
    { .name = "source", .type = SERVICE_TEXT },
    { .name = "heading", .type = SERVICE_TEXT, .summary = "heading", .summary_zh = "章节" },
    { .name = "prose", .type = SERVICE_TEXT, .is_list = true, .summary = "text of the document", .summary_zh = "条文说明" },
    { .name = "tested", .type = SERVICE_TEXT, .summary = "tested: expected, reached or none", .summary_zh = "测试：expected 有应得值、reached 算到、none 没有" },
    { .name = "members", .type = SERVICE_OBJECT, .is_list = true, .fields = SHOW_MEMBER,
      .field_count = ARRAY_COUNT(SHOW_MEMBER) },
    { .name = "set_at", .type = SERVICE_OBJECT, .is_list = true, .fields = SHOW_PLACE,
      .field_count = ARRAY_COUNT(SHOW_PLACE) },
    { .name = "used_at", .type = SERVICE_OBJECT, .is_list = true, .fields = SHOW_PLACE,
      .field_count = ARRAY_COUNT(SHOW_PLACE) },
};

static const struct { const char *en, *zh; } KINDS[] = {
    [POLICY_SYMBOL_INPUT] = { "input", "输入项" },   [POLICY_SYMBOL_PARAM] = { "parameter", "参数" },
    [POLICY_SYMBOL_VAR] = { "variable", "变量" },    [POLICY_SYMBOL_RECORD] = { "record", "记录" },
    [POLICY_SYMBOL_FIELD] = { "field", "字段" },     [POLICY_SYMBOL_ENUM] = { "enum", "枚举" },
    [POLICY_SYMBOL_ENTITY] = { "entity", "实体" },   [POLICY_SYMBOL_CASE] = { "case", "业务" },
    [POLICY_SYMBOL_WATCH] = { "watch", "预警" },     [POLICY_SYMBOL_INDICATOR] = { "indicator", "指标" },
};

const char *service_symbol_kind(const service_call *call, policy_symbol_kind kind)
{
    return service_say(call, KINDS[kind].en, KINDS[kind].zh);
}

/* ---- the packs' own words: lines of a source ---- */

static bool is_fence(text line)
{
    return text_begins(line, TEXT("```"));
}

/* Part of a longer name? Names are letters, digits and _ of any script. */
static bool is_name_byte(unsigned char c)
{
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The full-width marks of the language are bytes >= 0x80 too, and end a name. */
static bool is_mark_before(text line, size_t at)
{
    static const char *const MARKS[] = { "（", "［", "｛", "，", "：", "；", "＝", "＋", "－", "＊", "／",
                                         "＜", "＞", "）", "］", "｝", "％", "｜", "×", "÷", "≤", "≥", "≠" };
    for (size_t i = 0; i < ARRAY_COUNT(MARKS); i++) {
        text mark = text_of(MARKS[i]);
        if (text_ends(text_sub(line, 0, at), mark)) return true;
    }
    return false;
}
static bool is_mark_after(text line, size_t at)
{
    size_t next = at;
    if (at >= line.size_bytes) return true;
    uint32_t rune = text_next_rune(line, &next);
    return (rune >= 0xff00 && rune < 0xff10) || (rune >= 0xff1a && rune < 0xff21) || rune == 0xff3b ||
           rune == 0xff3d || rune == 0xff5b || rune == 0xff5c || rune == 0xff5d || rune == 0xd7 ||
           rune == 0xf7 || (rune >= 0x2260 && rune <= 0x2265);
}

static bool says_name(text line, text name)
{
    for (size_t from = 0; from + name.size_bytes <= line.size_bytes;) {
        size_t found = text_find(text_sub(line, from, line.size_bytes), name);
        if (found == SIZE_MAX) return false;
        size_t at = from + found, until = at + name.size_bytes;
        bool begins = at == 0 || !is_name_byte((unsigned char)line.bytes[at - 1]) || is_mark_before(line, at);
        bool ends = until >= line.size_bytes || !is_name_byte((unsigned char)line.bytes[until]) ||
                    is_mark_after(line, until);
        if (begins && ends) return true;
        from = at + 1;
    }
    return false;
}

static void put_place(arena *a, service_value *list, const char *file, int32_t line, text t)
{
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "file", file);
    service_put_count(a, v, "line", line);
    service_put_text(a, v, "text", text_trim(t));
}

static void put_uses(service_call *call, const policy_symbol *s)
{
    arena *a = call->request;
    service_value *set_at = service_put_list(a, call->reply, "set_at");
    service_value *used_at = service_put_list(a, call->reply, "used_at");
    text name = text_of(s->name);
    for (size_t i = 0; i < call->office->set->source_count; i++) {
        const policy_source *source = &call->office->set->sources[i];
        bool is_code = false;
        text line;
        int32_t number = 0;
        for (size_t at = 0; law_line(source->bytes, &at, &line);) {
            number++;
            if (is_fence(line)) is_code = !is_code;
            bool is_itself = number == s->at.line && s->at.file && strcmp(source->file, s->at.file) == 0;
            if (is_fence(line) || !is_code || is_itself || !says_name(line, name)) continue;
            put_place(a, text_begins(line, TEXT("set ")) ? set_at : used_at, source->file, number, line);
        }
    }
}

/* What the document says where the name is declared, for people to read beside the rule. */
static void put_prose(service_call *call, const policy_symbol *s)
{
    arena *a = call->request;
    size_t count;
    const law_section *sections = law_sections(a, law_source(call, s->at.file), &count);
    const law_section *section = law_section_of(sections, count, s->at.line);
    service_put_text(a, call->reply, "heading", section ? law_heading(a, sections, (size_t)(section - sections)) : TEXT(""));
    service_value *list = service_put_list(a, call->reply, "prose");
    for (size_t i = 0; section && i < section->paragraph_count; i++)
        service_put_text(a, list, NULL, section->paragraphs[i]);
}

static err put_tested(service_call *call, const policy_book *book, const policy_symbol *s)
{
    const policy_tested *tested;
    size_t count;
    TRY(service_tested(call, book, &tested));
    const policy_symbol *symbols = policy_symbols(book, &count);
    service_put_cstr(call->request, call->reply, "tested", service_tested_word(tested[s - symbols]));
    return ERR_NONE;
}

static err policy_show(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    const policy_symbol *s;
    TRY(service_book(call, &book));
    TRY(service_symbol(a, book, service_text_of(call, "name", TEXT_NONE), &s));
    service_value *r = call->reply;
    service_put_cstr(a, r, "name", s->name);
    service_put_cstr(a, r, "kind", service_symbol_kind(call, s->kind));
    service_put_cstr(a, r, "label", s->label);
    service_put_cstr(a, r, "type", s->type.text);
    service_put_cstr(a, r, "of", s->entity);
    service_put_cstr(a, r, "record", s->record);
    service_put_cstr(a, r, "pack", s->pack);
    service_put_cstr(a, r, "region", s->region);
    service_put_cstr(a, r, "law", s->law);
    service_put_cstr(a, r, "note", s->note);
    service_put_bool(a, r, "is_local", s->is_local);
    service_put_cstr(a, r, "file", s->at.file);
    service_put_count(a, r, "line", s->at.line);
    service_put_text(a, r, "source", law_declaration(a, law_source(call, s->at.file), s->at.line));
    put_prose(call, s);
    TRY(put_tested(call, book, s));
    service_value *members = service_put_list(a, r, "members");
    for (size_t i = 0; i < s->member_count; i++) {
        service_value *v = service_put_object(a, members, NULL);
        service_put_cstr(a, v, "name", s->members[i]);
        service_put_cstr(a, v, "label", s->member_labels ? s->member_labels[i] : NULL);
    }
    put_uses(call, s);
    return ERR_NONE;
}

static void print_places(const service_call *call, const char *member, const char *heading,
                         text_builder *out)
{
    const service_value *list = service_member(call->reply, member);
    if (!list->child_count) return;
    text_add_format(out, "\n%s\n", heading);
    for (const service_value *p = list->first; p; p = p->next)
        text_add_format(out, "  %.*s:%lld: %.*s\n", TEXT_ARG(service_member(p, "file")->word),
                        (long long)service_member(p, "line")->count,
                        TEXT_ARG(service_member(p, "text")->word));
}

static void policy_show_print(const service_call *call, text_builder *out)
{
    static const struct { const char *member, *en, *zh; } LINES[] = {
        { "kind", "kind", "类别" },     { "label", "English", "英文名" }, { "type", "type", "类型" },
        { "of", "of", "属于" },         { "record", "record", "记录" },   { "pack", "pack", "政策包" },
        { "region", "region", "地区" }, { "law", "law", "依据" },         { "note", "note", "说明" },
    };
    text_add_format(out, "%.*s\n", TEXT_ARG(service_member(call->reply, "name")->word));
    for (size_t i = 0; i < ARRAY_COUNT(LINES); i++) {
        const service_value *v = service_member(call->reply, LINES[i].member);
        if (v->kind == SERVICE_VALUE_TEXT)
            text_add_format(out, "  %s: %.*s\n", service_say(call, LINES[i].en, LINES[i].zh),
                            TEXT_ARG(v->word));
    }
    const service_value *file = service_member(call->reply, "file");
    if (file->kind == SERVICE_VALUE_TEXT)
        text_add_format(out, "\n%.*s:%lld\n%.*s", TEXT_ARG(file->word),
                        (long long)service_member(call->reply, "line")->count,
                        TEXT_ARG(service_member(call->reply, "source")->word));
    print_places(call, "set_at", service_say(call, "set by regions", "地方设定"), out);
    print_places(call, "used_at", service_say(call, "used", "用于"), out);
}

static const char *const SHOW_EXAMPLES[] = { "doudi show 基础养老金", "doudi show basic_pension", NULL };

const service_op POLICY_SHOW_OP = {
    .name = "policy.show",
    .command = "show",
    .summary = "Show a name of the packs: its type, law, versions and uses",
    .summary_zh = "查看政策包中的一个名称：类型、依据、各版本和用处",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = SHOW_EXAMPLES,
    .run = policy_show,
    .print = policy_show_print,
};
