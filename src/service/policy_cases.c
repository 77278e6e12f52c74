#include <string.h>

#include "calendar/calendar.h"
#include "service/adapter.h"
#include "service/files.h"
#include "service/operations.h"

static const service_field CASES_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .is_required = true,
      .shows = "FILE.json", .summary = "worked examples: id, topic, inputs, expected",
      .summary_zh = "算例文件：id、topic、inputs、expected" },
    { .name = "adapters", .type = SERVICE_FILE, .shows = "DIR",
      .summary = "folder of cases*.csv (default: adapters in the folder of packs)",
      .summary_zh = "cases*.csv 所在目录（默认政策包目录下的 adapters）" },
    SERVICE_PACKS_FIELD,
};

static const service_field CASES_CASE[] = {
    { .name = "id", .type = SERVICE_TEXT },
    { .name = "passed", .type = SERVICE_FLAG },
    { .name = "says", .type = SERVICE_VALUE },
};
static const service_field CASES_OUTPUT[] = {
    { .name = "cases", .type = SERVICE_OBJECT, .is_list = true, .fields = CASES_CASE,
      .field_count = ARRAY_COUNT(CASES_CASE) },
    { .name = "passed", .type = SERVICE_COUNT },
    { .name = "failed", .type = SERVICE_COUNT },
};

const err_kind POLICY_CASES_BAD_FILE = {
    "policy_cases.bad_file", ERR_BAD_INPUT,
    "A file of cases holds {\"cases\": [{\"id\", \"topic\", \"inputs\", \"expected\"}]}.",
    "算例文件应为 {\"cases\": [{\"id\", \"topic\", \"inputs\", \"expected\"}]}。"
};

/* One case on its way: `says` is why it fails. */
typedef struct {
    service_call *call;
    const policy_book *book;
    const adapter *table;
    arena *a;
    const codec_json *inputs, *expected;
    text topic;
    text_builder says;
} case_run;

static void case_fail(case_run *r, text key, text expected, text got)
{
    const char *format = service_say(r->call, "%s%.*s: expected %.*s got %.*s",
                                     "%s%.*s：应为 %.*s，实为 %.*s");
    text_add_format(&r->says, format, r->says.size_bytes ? "; " : "", TEXT_ARG(key),
                    TEXT_ARG(expected), TEXT_ARG(got));
}

static void case_complain(case_run *r, const char *says)
{
    text_add_format(&r->says, "%s%s", r->says.size_bytes ? "; " : "", says);
}

static text shown(const codec_json *v)
{
    if (v->type == CODEC_JSON_NULL) return TEXT("null");
    if (v->type == CODEC_JSON_ARRAY) return TEXT("[…]");
    if (v->type == CODEC_JSON_OBJECT) return TEXT("{…}");
    return v->type == CODEC_JSON_BOOL ? v->is_true ? TEXT("true") : TEXT("false") : v->word;
}

static text lane_shown(case_run *r, const service_subject *s, size_t output, size_t lane)
{
    uint32_t reason = column_reason(&s->outputs[output], lane);
    if (reason) {
        text why = service_reason_by_name(r->a, &s->planned.plan, reason, r->call->is_chinese);
        return text_format(r->a, "? (%.*s)", TEXT_ARG(why));
    }
    return policy_print_value(r->a, s->codes, &s->planned.output_types[output],
                              s->outputs[output].value[lane]);
}

/* Compared as stored values of the output's type: 170.0 is 170, and nothing is rounded. */
static void compare_lane(case_run *r, const service_subject *s, size_t output,
                         const adapter_row *row, size_t lane, const codec_json *wanted)
{
    bool is_unknown = !column_is_valid(&s->outputs[output], lane);
    if (wanted->type == CODEC_JSON_NULL && is_unknown) return;
    int64_t stored = 0;
    bool is_read = wanted->type != CODEC_JSON_NULL && wanted->type != CODEC_JSON_ARRAY &&
                   wanted->type != CODEC_JSON_OBJECT &&
                   !policy_parse_value(r->a, s->codes, &s->planned.output_types[output],
                                       adapter_word(r->a, wanted, row->unit), &stored).kind;
    if (is_read && !is_unknown && stored == s->outputs[output].value[lane]) return;
    case_fail(r, row->key, shown(wanted), lane_shown(r, s, output, lane));
}

static void compare_output(case_run *r, const service_subject *s, size_t output,
                           const adapter_row *row, const codec_json *wanted)
{
    size_t lanes = service_subject_lanes(s, output);
    bool is_rows = s->planned.plan.nodes[s->planned.plan.outputs[output].node].space > 0;
    if (!is_rows) {
        compare_lane(r, s, output, row, 0, wanted);
    } else if (wanted->type != CODEC_JSON_ARRAY || wanted->count != lanes) {
        case_fail(r, row->key, text_format(r->a, "%zu", wanted->count),
                  text_format(r->a, service_say(r->call, "%zu row%s", "%zu 行%s"), lanes,
                              service_plural(r->call, (int64_t)lanes)));
    } else {
        for (size_t i = 0; i < lanes; i++) compare_lane(r, s, output, row, i, &wanted->items[i]);
    }
}

/* A keyed row whose key the case has comes before a fixed one. */
static text fixed_or_keyed(case_run *r, adapter_way way, text otherwise)
{
    text found = otherwise;
    for (size_t at = 0;;) {
        const adapter_row *row = adapter_next(r->table, r->topic, way, &at);
        if (!row) return found;
        const codec_json *value = codec_json_member(r->inputs, row->key);
        if (!row->key.size_bytes) found = row->target;
        else if (value && value->type != CODEC_JSON_NULL) return adapter_word(r->a, value, row->unit);
    }
}

/* The first row `ident` without a dot says which check reads which key; those with one name what
 * is answered. */
static err case_ident(case_run *r)
{
    for (size_t k = 0; k < r->expected->count; k++) {
        const adapter_row *out = NULL, *in = NULL;
        for (size_t at = 0;;) {
            const adapter_row *row = adapter_next(r->table, r->topic, ADAPTER_IDENT, &at);
            if (!row) break;
            bool is_answer = text_find(row->target, TEXT(".")) != SIZE_MAX;
            if (is_answer && text_equal(row->key, r->expected->keys[k])) out = row;
            if (!is_answer) in = row;
        }
        const codec_json *value = in ? codec_json_member(r->inputs, in->key) : NULL;
        text answer, wanted = shown(&r->expected->items[k]);
        if (!out || !value) {
            case_fail(r, r->expected->keys[k], wanted, TEXT("?"));
            continue;
        }
        bool is_known = adapter_ident(r->a, in->target, value->word, out->target, &answer);
        if (!is_known || !text_equal(answer, wanted))
            case_fail(r, r->expected->keys[k], wanted, is_known ? answer : TEXT("?"));
    }
    return ERR_NONE;
}

/* The expected keys as roots of the plan; *rows names the adapter's row of each. */
static size_t case_roots(case_run *r, text *roots, const adapter_row **rows)
{
    size_t count = 0;
    for (size_t k = 0; k < r->expected->count; k++) {
        const adapter_row *row = adapter_for_key(r->table, r->topic, r->expected->keys[k], true);
        if (row && row->way == ADAPTER_OUT) {
            rows[count] = row;
            roots[count++] = row->target;
            continue;
        }
        case_complain(r, text_format(r->a, service_say(r->call, "%.*s: the adapter has no `out` row",
                                                       "%.*s：适配表中没有 out 行"),
                                     TEXT_ARG(r->expected->keys[k])).bytes);
    }
    return count;
}

/* A month or a year stands for its first day; without any row, today. */
static err case_day(case_run *r, int32_t *day)
{
    text on = fixed_or_keyed(r, ADAPTER_ON, TEXT_NONE);
    *day = r->call->office->settings.today_day;
    if (!on.size_bytes) return ERR_NONE;
    int32_t month;
    if (on.size_bytes == 4) on = text_format(r->a, "%.*s-01", TEXT_ARG(on));
    if (!calendar_parse_day(on, day).kind) return ERR_NONE;
    err e = calendar_parse_month(on, &month);
    if (e.kind) return e.detail = text_cstr(r->a, on), e;
    *day = calendar_first_day_of_month(month);
    return ERR_NONE;
}

static err case_compute(case_run *r)
{
    service_facts facts = { 0 };
    const char *complaint = NULL;
    TRY(adapter_facts(r->call, r->a, r->table, r->topic, r->inputs, &facts, &complaint));
    if (complaint) case_complain(r, complaint);
    text *roots = ARENA_ARRAY(r->a, text, r->expected->count + 1);
    const adapter_row **rows = ARENA_ARRAY(r->a, const adapter_row *, r->expected->count + 1);
    service_question asked = { .roots = roots, .root_count = case_roots(r, roots, rows),
                               .region = fixed_or_keyed(r, ADAPTER_REGION, TEXT("中国")) };
    if (r->says.size_bytes) return ERR_NONE;
    TRY(case_day(r, &asked.on_day));
    service_subject s;
    TRY(service_subject_open(r->a, r->book, &asked, &facts, &s));
    for (size_t i = 0; i < asked.root_count; i++)
        compare_output(r, &s, i, rows[i], codec_json_member(r->expected, rows[i]->key));
    return ERR_NONE;
}

static err case_check(case_run *r)
{
    size_t at = 0;
    if (!adapter_next(r->table, r->topic, ADAPTER_WAY_COUNT, &at)) {
        const char *format = service_say(r->call, "no adapter knows the topic %.*s",
                                         "适配表中没有主题 %.*s");
        case_complain(r, text_format(r->a, format, TEXT_ARG(r->topic)).bytes);
        return ERR_NONE;
    }
    if (!r->expected->count)
        case_complain(r, service_say(r->call, "nothing is expected", "没有给出应得结果"));
    at = 0;
    bool is_ident = adapter_next(r->table, r->topic, ADAPTER_IDENT, &at) != NULL;
    return is_ident ? case_ident(r) : case_compute(r);
}

static text member_word(const codec_json *object, text key)
{
    const codec_json *v = codec_json_member(object, key);
    return v && v->type == CODEC_JSON_STRING ? v->word : TEXT_NONE;
}

static const codec_json *member_object(const codec_json *object, text key)
{
    const codec_json *v = codec_json_member(object, key);
    return v && v->type == CODEC_JSON_OBJECT ? v : NULL;
}

/* A case without an id is named by its place: #3 is the third. */
static text case_id(arena *a, const codec_json *item, size_t place)
{
    const codec_json *v = codec_json_member(item, TEXT("id"));
    bool is_word = v && (v->type == CODEC_JSON_STRING || v->type == CODEC_JSON_NUMBER);
    return is_word && v->word.size_bytes ? v->word : text_format(a, "#%zu", place);
}

static void put_case(service_call *call, service_value *list, const policy_book *book,
                     const adapter *table, const codec_json *item, size_t place,
                     bool *has_passed)
{
    arena *scratch = arena_open();
    case_run r = { .call = call, .book = book, .table = table, .a = scratch,
                   .inputs = member_object(item, TEXT("inputs")),
                   .expected = member_object(item, TEXT("expected")),
                   .topic = member_word(item, TEXT("topic")),
                   .says = text_builder_open(scratch) };
    err e = r.inputs && r.expected ? case_check(&r) : err_of(&POLICY_CASES_BAD_FILE, NULL);
    if (e.kind) case_complain(&r, text_cstr(scratch, err_sentence(scratch, e, call->is_chinese)));
    service_value *v = service_put_object(call->request, list, NULL);
    service_put_text(call->request, v, "id", case_id(scratch, item, place));
    *has_passed = r.says.size_bytes == 0;
    service_put_bool(call->request, v, "passed", *has_passed);
    if (*has_passed) service_put_null(call->request, v, "says");
    else service_put_text(call->request, v, "says", text_built(&r.says));
    arena_close(scratch);
}

static err read_cases(service_call *call, const codec_json **cases)
{
    text path = service_text_of(call, "file", TEXT_NONE), bytes;
    const char *file = text_cstr(call->request, path);
    const codec_json *whole;
    TRY(service_read_file(call->request, path, &bytes));
    TRY(codec_json_parse(call->request, bytes, (codec_json_options){ .file = file }, &whole));
    *cases = whole->type == CODEC_JSON_ARRAY ? whole : codec_json_member(whole, TEXT("cases"));
    if (!*cases || (*cases)->type != CODEC_JSON_ARRAY)
        return err_at(&POLICY_CASES_BAD_FILE, (source_pos){ file, 1, 1 }, NULL);
    return ERR_NONE;
}

static err read_adapters(service_call *call, adapter *table)
{
    const text *folders;
    size_t count;
    if (service_is_given(call, "adapters"))
        return adapter_read(call, service_text_of(call, "adapters", TEXT_NONE), table);
    TRY(service_pack_folders(call, &folders, &count));
    for (size_t i = 0; i < count; i++)
        TRY(adapter_read(call, text_format(call->request, "%.*s/adapters", TEXT_ARG(folders[i])), table));
    return ERR_NONE;
}

static err policy_cases(service_call *call)
{
    const codec_json *cases;
    const policy_book *book;
    adapter table = { 0 };
    TRY(read_cases(call, &cases));
    TRY(service_book(call, &book));
    TRY(read_adapters(call, &table));
    service_value *list = service_put_list(call->request, call->reply, "cases");
    int64_t passed = 0;
    for (size_t i = 0; i < cases->count; i++) {
        bool has_passed;
        put_case(call, list, book, &table, &cases->items[i], i + 1, &has_passed);
        passed += has_passed;
    }
    service_put_count(call->request, call->reply, "passed", passed);
    service_put_count(call->request, call->reply, "failed", (int64_t)cases->count - passed);
    call->has_failures = passed < (int64_t)cases->count;
    return ERR_NONE;
}

/* A case is one line, whatever the file calls it. */
static text one_line(arena *a, text id)
{
    char *bytes = text_cstr(a, id);
    for (size_t i = 0; i < id.size_bytes; i++)
        if (bytes[i] == '\n' || bytes[i] == '\r') bytes[i] = ' ';
    return (text){ bytes, id.size_bytes };
}

static void policy_cases_print(const service_call *call, text_builder *out)
{
    for (const service_value *c = service_member(call->reply, "cases")->first; c; c = c->next) {
        text id = one_line(call->request, service_member(c, "id")->word), says = service_member(c, "says")->word;
        if (service_member(c, "passed")->is_true) text_add_format(out, "pass %.*s\n", TEXT_ARG(id));
        else text_add_format(out, "FAIL %.*s: %.*s\n", TEXT_ARG(id), TEXT_ARG(says));
    }
    text_add_format(out, "%lld passed, %lld failed\n",
                    (long long)service_member(call->reply, "passed")->count,
                    (long long)service_member(call->reply, "failed")->count);
}

static const char *const CASES_EXAMPLES[] = { "doudi cases cases.json", NULL };

const service_op POLICY_CASES_OP = {
    .name = "policy.cases",
    .command = "cases",
    .summary = "Check worked examples against the packs",
    .summary_zh = "用政策包核对算例",
    .kind = SERVICE_READ,
    .permission = "policy.read",
    .input = CASES_INPUT,
    .input_count = ARRAY_COUNT(CASES_INPUT),
    .output = CASES_OUTPUT,
    .output_count = ARRAY_COUNT(CASES_OUTPUT),
    .examples = CASES_EXAMPLES,
    .run = policy_cases,
    .print = policy_cases_print,
};
