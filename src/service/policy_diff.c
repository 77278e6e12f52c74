/* doudi diff: what differs between two regions, two dates, or the law and a reform. */
#include <string.h>

#include "calendar/calendar.h"
#include "service/diff.h"
#include "service/operations.h"
#include "service/subject.h"

const err_kind SERVICE_DIFF_NEEDS_VARS = {
    "service.diff_needs_vars", ERR_BAD_INPUT,
    "With --in say which variables to compare: --vars 基础养老金,账户养老金.",
    "使用 --in 时请用 --vars 指定要比较的变量，例如 --vars 基础养老金,账户养老金。"
};

static const service_field DIFF_INPUT[] = {
    { .name = "a",
      .type = SERVICE_TEXT,
      .is_positional = true,
      .is_required = true,
      .shows = "A",
      .summary = "the first side: REGION, DATE or REGION@DATE",
      .summary_zh = "甲方：地区、日期，或 地区@日期" },
    { .name = "b",
      .type = SERVICE_TEXT,
      .is_positional = true,
      .shows = "B",
      .summary = "the second side (with --reform it may be left out: the same as A)",
      .summary_zh = "乙方（使用 --reform 时可省略，即与甲方相同）" },
    { .name = "reform",
      .type = SERVICE_FILE,
      .is_list = true,
      .shows = "PACK.md",
      .summary = "B has this pack in place of the one of its name",
      .summary_zh = "乙方用此政策包替换同名政策包" },
    { .name = "pack",
      .type = SERVICE_TEXT,
      .shows = "PACK",
      .summary = "only what this pack declares",
      .summary_zh = "只比较这一政策包中的内容" },
    { .name = "in",
      .type = SERVICE_FILE,
      .shows = "PEOPLE.csv",
      .summary = "people: who gains and who loses",
      .summary_zh = "人员文件：谁增谁减、增减多少" },
    { .name = "vars",
      .type = SERVICE_NAME,
      .is_list = true,
      .shows = "A,B",
      .summary = "the variables to compare for people",
      .summary_zh = "要逐人比较的变量" },
    { .name = "history",
      .type = SERVICE_FACT,
      .is_list = true,
      .shows = "RECORD=FILE.csv",
      .summary = "rows of a record, joined by the key",
      .summary_zh = "记录的各行，按编号列对应" },
    { .name = "key",
      .type = SERVICE_TEXT,
      .shows = "COLUMN",
      .summary = "the column of ids",
      .summary_zh = "编号列" },
    { .name = "columns",
      .type = SERVICE_FACT,
      .is_list = true,
      .shows = "HEADER=INPUT,...",
      .summary = "what headers mean that are no names of the packs",
      .summary_zh = "列名与输入项的对应" },
    { .name = "out",
      .type = SERVICE_FILE_OUT,
      .shows = "CHANGES.csv",
      .summary = "a line a person: before, after and the change",
      .summary_zh = "逐人结果：变动前、变动后和差额" },
    SERVICE_PACKS_FIELD,
};

static const service_field DIFF_CELL[] = {
    { .name = "key", .type = SERVICE_TEXT },
    { .name = "value", .type = SERVICE_TEXT },
    { .name = "law", .type = SERVICE_VALUE },
};
static const service_field DIFF_SAYS[] = {
    { .name = "says", .type = SERVICE_VALUE },
    { .name = "region", .type = SERVICE_VALUE },
    { .name = "since", .type = SERVICE_VALUE },
    { .name = "law", .type = SERVICE_VALUE },
    { .name = "rows", /* of a table; a row's law is the table's where it names none of its own */
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = DIFF_CELL,
      .field_count = ARRAY_COUNT(DIFF_CELL) },
};
static const service_field DIFF_ROW[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "pack", .type = SERVICE_TEXT },
    { .name = "kind", .type = SERVICE_TEXT },
    { .name = "a",
      .type = SERVICE_OBJECT,
      .fields = DIFF_SAYS,
      .field_count = ARRAY_COUNT(DIFF_SAYS) },
    { .name = "b",
      .type = SERVICE_OBJECT,
      .fields = DIFF_SAYS,
      .field_count = ARRAY_COUNT(DIFF_SAYS) },
};
static const service_field DIFF_PERSONS[] = {
    { .name = "name", .type = SERVICE_TEXT },          { .name = "gain", .type = SERVICE_COUNT },
    { .name = "gain_sum", .type = SERVICE_TEXT },      { .name = "lose", .type = SERVICE_COUNT },
    { .name = "lose_sum", .type = SERVICE_TEXT },      { .name = "same", .type = SERVICE_COUNT },
    { .name = "not_compared", .type = SERVICE_COUNT }, { .name = "change", .type = SERVICE_TEXT },
};
static const service_field DIFF_OUTPUT[] = {
    { .name = "a", .type = SERVICE_TEXT },
    { .name = "b", .type = SERVICE_TEXT },
    { .name = "differences",
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = DIFF_ROW,
      .field_count = ARRAY_COUNT(DIFF_ROW) },
    { .name = "people",
      .type = SERVICE_OBJECT,
      .is_list = true,
      .is_optional = true,
      .fields = DIFF_PERSONS,
      .field_count = ARRAY_COUNT(DIFF_PERSONS) },
};

static err side_of(service_call *call, text said, diff_side *side)
{
    arena *a = call->request;
    side->said = said;
    side->region = TEXT("中国");
    side->on_day = call->office->settings.today_day;
    size_t at = text_find(said, TEXT("@"));
    text region = at == SIZE_MAX ? said : text_sub(said, 0, at);
    text day = at == SIZE_MAX ? TEXT_NONE : text_sub(said, at + 1, said.size_bytes);
    if (at == SIZE_MAX && !calendar_parse_day(said, &side->on_day).kind) return ERR_NONE;
    if (region.size_bytes) side->region = region;
    if (!day.size_bytes) return ERR_NONE;
    err e = calendar_parse_day(day, &side->on_day);
    if (e.kind) e.detail = text_cstr(a, day);
    return e;
}

static text key_of(arena *a, const policy_cell *c)
{
    return text_format(a, "%s%s%s", c->keys[0] ? c->keys[0] : "", c->keys[1] ? "/" : "",
                       c->keys[1] ? c->keys[1] : "");
}

static text says_of(arena *a, const policy_version *v)
{
    if (v->says) return text_of(v->says);
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < v->cell_count; i++) {
        const policy_cell *c = &v->cells[i];
        text_add_format(&b, "%s%.*s: %s", i ? "; " : "", TEXT_ARG(key_of(a, c)),
                        c->value ? c->value : "-");
    }
    return text_built(&b);
}

static bool is_same(arena *a, const policy_version *x, const policy_version *y)
{
    if (!x || !y) return x == y;
    return text_equal(says_of(a, x), says_of(a, y));
}

static void put_or_null(arena *a, service_value *into, const char *name, const char *word)
{
    if (word) service_put_text(a, into, name, text_copy(a, text_of(word)));
    else service_put_null(a, into, name);
}

static void put_rows(arena *a, service_value *into, const policy_version *v)
{
    service_value *list = service_put_list(a, into, "rows");
    for (size_t i = 0; v && i < v->cell_count; i++) {
        const policy_cell *c = &v->cells[i];
        service_value *row = service_put_object(a, list, NULL);
        service_put_text(a, row, "key", key_of(a, c));
        service_put_text(a, row, "value", text_copy(a, text_of(c->value ? c->value : "-")));
        put_or_null(a, row, "law", c->law ? c->law : v->law);
    }
}

static void put_side(const service_call *call, service_value *row, const char *name,
                     const policy_symbol *s, const policy_version *v)
{
    arena *a = call->request;
    char day[32];
    service_value *o = service_put_object(a, row, name);
    const char *unit =
        s->kind == POLICY_SYMBOL_PARAM ? service_unit(&s->type, call->is_chinese) : "";
    if (v) {
        text says = says_of(a, v), behind = service_unit_behind(says, text_of(unit));
        service_put_text(
            a, o, "says",
            text_format(a, "%.*s%s%.*s", TEXT_ARG(says), *unit ? " " : "", TEXT_ARG(behind)));
    } else service_put_null(a, o, "says");
    put_or_null(a, o, "region", v ? v->region : NULL);
    bool has_day = v && v->since_day > CALENDAR_DAY_MIN;
    if (has_day) calendar_print_day(v->since_day, day);
    put_or_null(a, o, "since", has_day ? day : NULL);
    put_or_null(a, o, "law", v ? v->law : NULL);
    put_rows(a, o, v);
}

/* The same symbol in the other book; NULL when it is not there. */
static const policy_symbol *twin(arena *a, const diff_side *other, const policy_symbol *s)
{
    const policy_symbol *found = NULL;
    text name = text_format(a, "%s.%s", s->pack, s->name);
    return policy_find(other->book, name, &found).kind ? NULL : found;
}

static err compare_symbol(service_call *call, const diff_side sides[2], const policy_symbol *s,
                          service_value *list)
{
    arena *a = call->request;
    const policy_version *v[2] = { NULL, NULL };
    TRY(policy_version_at(a, sides[0].book, s, sides[0].region, sides[0].on_day, &v[0]));
    const policy_symbol *t = sides[1].book == sides[0].book ? s : twin(a, &sides[1], s);
    if (t) TRY(policy_version_at(a, sides[1].book, t, sides[1].region, sides[1].on_day, &v[1]));
    if (is_same(a, v[0], v[1])) return ERR_NONE;
    service_value *row = service_put_object(a, list, NULL);
    service_put_text(a, row, "name", text_copy(a, text_of(s->name)));
    service_put_text(a, row, "pack", text_copy(a, text_of(s->pack)));
    bool is_param = s->kind == POLICY_SYMBOL_PARAM;
    service_put_cstr(a, row, "kind",
                     is_param ? service_say(call, "parameter", "参数")
                              : service_say(call, "variable", "变量"));
    put_side(call, row, "a", s, v[0]);
    put_side(call, row, "b", s, v[1]);
    return ERR_NONE;
}

static err list_differences(service_call *call, const diff_side sides[2])
{
    text only = service_text_of(call, "pack", TEXT_NONE);
    service_value *list = service_put_list(call->request, call->reply, "differences");
    size_t count;
    const policy_symbol *symbols = policy_symbols(sides[0].book, &count);
    for (size_t i = 0; i < count; i++) {
        const policy_symbol *s = &symbols[i];
        if (s->kind != POLICY_SYMBOL_PARAM && s->kind != POLICY_SYMBOL_VAR) continue;
        if (only.size_bytes && !text_equal_cstr(only, s->pack)) continue;
        TRY(compare_symbol(call, sides, s, list));
    }
    return ERR_NONE;
}

static err policy_diff(service_call *call)
{
    diff_side sides[2] = { 0 };
    text a = service_text_of(call, "a", TEXT_NONE);
    TRY(side_of(call, a, &sides[0]));
    TRY(side_of(call, service_text_of(call, "b", a), &sides[1]));
    TRY(service_book(call, &sides[0].book));
    sides[1].book = sides[0].book;
    const service_argument *reform = service_argument_of(call, "reform");
    bool has_people = service_is_given(call, "in");
    if (has_people && !service_is_given(call, "vars"))
        return err_of(&SERVICE_DIFF_NEEDS_VARS, NULL);
    if (reform && reform->count) TRY(diff_reform(call, reform, &sides[1]));
    service_put_text(call->request, call->reply, "a", sides[0].said);
    service_put_text(call->request, call->reply, "b", sides[1].said);
    err e = list_differences(call, sides);
    if (!e.kind && has_people) e = diff_people(call, sides);
    diff_reform_clean(call, &sides[1]);
    return e;
}

static bool is_same_word(const service_value *x, const service_value *y)
{
    return x->kind == y->kind && text_equal(x->word, y->word);
}

/* Has a row of the table a law of its own? */
static bool has_own_laws(const service_value *side)
{
    const service_value *law = service_member(side, "law");
    for (const service_value *r = service_member(side, "rows")->first; r; r = r->next)
        if (!is_same_word(service_member(r, "law"), law)) return true;
    return false;
}

static bool has_row(const service_value *side, const service_value *row)
{
    for (const service_value *r = service_member(side, "rows")->first; r; r = r->next)
        if (is_same_word(service_member(r, "key"), service_member(row, "key")) &&
            is_same_word(service_member(r, "value"), service_member(row, "value")))
            return true;
    return false;
}

static void print_law(const service_value *of, text_builder *out)
{
    const service_value *law = service_member(of, "law");
    if (law->kind == SERVICE_VALUE_TEXT) text_add_format(out, "  〔%.*s〕", TEXT_ARG(law->word));
}

/* The rows that the other side has not, a line each. */
static void print_rows(const service_value *side, const service_value *other, text_builder *out)
{
    for (const service_value *r = service_member(side, "rows")->first; r; r = r->next) {
        if (has_row(other, r)) continue;
        text_add_format(out, "        %.*s: %.*s", TEXT_ARG(service_member(r, "key")->word),
                        TEXT_ARG(service_member(r, "value")->word));
        print_law(r, out);
        text_add_char(out, '\n');
    }
}

static void print_side(const service_call *call, const service_value *side,
                       const service_value *other, const char *mark, text_builder *out)
{
    const service_value *says = service_member(side, "says");
    const service_value *since = service_member(side, "since");
    bool is_by_row = has_own_laws(side);
    text_add_format(out, "    %s ", mark);
    if (says->kind != SERVICE_VALUE_TEXT)
        text_add_cstr(out, service_say(call, "nothing in force", "没有规定"));
    else if (is_by_row) text_add_cstr(out, service_say(call, "a table", "表"));
    else text_add(out, says->word);
    if (since->kind == SERVICE_VALUE_TEXT)
        text_add_format(out, service_say(call, "  since %.*s", "  %.*s起"), TEXT_ARG(since->word));
    print_law(side, out);
    text_add_char(out, '\n');
    if (is_by_row) print_rows(side, other, out);
}

static void print_people(const service_call *call, const service_value *people, text_builder *out)
{
    for (const service_value *p = people->first; p; p = p->next)
        text_add_format(
            out,
            service_say(call,
                        "%.*s: %lld gain %.*s, %lld lose %.*s, %lld the same, %lld not compared; "
                        "in all %.*s\n",
                        "%.*s：%lld 人增加 %.*s，%lld 人减少 %.*s，%lld 人不变，%lld "
                        "人未比较；合计 %.*s\n"),
            TEXT_ARG(service_member(p, "name")->word), (long long)service_member(p, "gain")->count,
            TEXT_ARG(service_member(p, "gain_sum")->word),
            (long long)service_member(p, "lose")->count,
            TEXT_ARG(service_member(p, "lose_sum")->word),
            (long long)service_member(p, "same")->count,
            (long long)service_member(p, "not_compared")->count,
            TEXT_ARG(service_member(p, "change")->word));
}

static void policy_diff_print(const service_call *call, text_builder *out)
{
    const service_value *list = service_member(call->reply, "differences");
    text_add_format(out, "A %.*s\nB %.*s\n", TEXT_ARG(service_member(call->reply, "a")->word),
                    TEXT_ARG(service_member(call->reply, "b")->word));
    for (const service_value *d = list->first; d; d = d->next) {
        text_add_format(out, "%.*s  (%.*s · %.*s)\n", TEXT_ARG(service_member(d, "name")->word),
                        TEXT_ARG(service_member(d, "pack")->word),
                        TEXT_ARG(service_member(d, "kind")->word));
        const service_value *a = service_member(d, "a"), *b = service_member(d, "b");
        print_side(call, a, b, "A", out);
        print_side(call, b, a, "B", out);
    }
    text_add_format(out, service_say(call, "%zu difference%s\n", "共 %zu 处不同%s\n"),
                    list->child_count, service_plural(call, list->child_count));
    const service_value *people = service_member(call->reply, "people");
    if (people) print_people(call, people, out);
}

static const char *const DIFF_EXAMPLES[] = {
    "doudi diff 2024-12-31 2025-01-01", "doudi diff 云南省@2025-06-01 浙江省@2025-06-01",
    "doudi diff 示例县 --reform reform.md --in people.csv --vars 基础养老金 --out changes.csv", NULL
};

const service_op POLICY_DIFF_OP = {
    .name = "policy.diff",
    .command = "diff",
    .summary = "What differs between two regions, two dates, or the law and a reform",
    .summary_zh = "比较两个地区、两个日期，或现行规定与改革方案",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = DIFF_INPUT,
    .input_count = ARRAY_COUNT(DIFF_INPUT),
    .output = DIFF_OUTPUT,
    .output_count = ARRAY_COUNT(DIFF_OUTPUT),
    .examples = DIFF_EXAMPLES,
    .run = policy_diff,
    .print = policy_diff_print,
};
