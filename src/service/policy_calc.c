#include <string.h>

#include "calendar/calendar.h"
#include "service/ask.h"
#include "service/operations.h"
#include "service/subject.h"

static const service_field CALC_INPUT[] = {
    { .name = "variables", .type = SERVICE_NAME, .is_list = true, .is_positional = true,
      .is_required = true, .shows = "VARIABLE",
      .summary = "what to compute: names or English labels",
      .summary_zh = "要计算的变量：名称或英文名" },
    { .name = "facts", .type = SERVICE_FACT, .is_list = true, .is_positional = true,
      .summary = "what is known; rows as RECORD=[{field:value,...},...]; ? is unknown",
      .summary_zh = "已知事项；记录写作 记录=[{字段:值,…},…]；? 表示未知" },
    SERVICE_ON_FIELD,
    SERVICE_REGION_FIELD,
    { .name = "input", .type = SERVICE_FILE, .is_list = true, .shows = "FILE.json",
      .summary = "facts from a JSON object", .summary_zh = "从 JSON 对象读取已知事项" },
    { .name = "rows", .type = SERVICE_FACT, .is_list = true, .shows = "RECORD=FILE.csv",
      .summary = "a record's rows from a CSV file", .summary_zh = "从 CSV 文件读取一个记录的各行" },
    SERVICE_PACKS_FIELD,
};

static const service_field CALC_RESULT[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "value", .type = SERVICE_ANY }, /* a text; null: see reason; of rows: a list */
    { .name = "unit", .type = SERVICE_TEXT },
    { .name = "reason", .type = SERVICE_ANY, .is_optional = true },
    { .name = "reason_code", .type = SERVICE_ANY, .is_optional = true },
};
static const service_field CALC_MISSING[] = {
    { .name = "name", .type = SERVICE_TEXT }, { .name = "type", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "record", .type = SERVICE_VALUE, .summary = "record", .summary_zh = "记录" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "how it is asked for", .summary_zh = "填法" },
    { .name = "unit", .type = SERVICE_TEXT, .summary = "unit", .summary_zh = "单位" },
    { .name = "from", .type = SERVICE_VALUE, .summary = "from", .summary_zh = "下限" },
    { .name = "until", .type = SERVICE_VALUE, .summary = "up to", .summary_zh = "上限" },
    { .name = "choices", .type = SERVICE_OBJECT, .is_list = true, .fields = ASK_CHOICE_ROW, .field_count = ARRAY_COUNT(ASK_CHOICE_ROW),
      .summary = "choices", .summary_zh = "选项" },
};
static const service_field CALC_OUTPUT[] = {
    { .name = "on", .type = SERVICE_DATE },
    { .name = "region", .type = SERVICE_REGION },
    { .name = "results", .type = SERVICE_OBJECT, .is_list = true, .fields = CALC_RESULT,
      .field_count = ARRAY_COUNT(CALC_RESULT) },
    { .name = "not_given", .type = SERVICE_OBJECT, .is_list = true, .fields = CALC_MISSING,
      .field_count = ARRAY_COUNT(CALC_MISSING) },
    { .name = "packs_digest", .type = SERVICE_TEXT },
};

/* One lane into `values` (a list, or the result itself under the name "value"). */
static void put_lane(service_call *call, const service_subject *s, size_t output, size_t lane,
                     service_value *into, const char *name)
{
    const column *c = &s->outputs[output];
    if (!column_is_valid(c, lane)) {
        service_put_null(call->request, into, name);
        return;
    }
    service_put_text(call->request, into, name,
                     policy_print_value(call->request, s->codes, &s->planned.output_types[output],
                                        c->value[lane]));
}

static void put_reason(service_call *call, const service_subject *s, size_t output, size_t lane,
                       service_value *result)
{
    uint32_t reason = column_reason(&s->outputs[output], lane);
    if (!reason) return;
    service_put_text(call->request, result, "reason",
                     service_reason_by_name(call->request, &s->planned.plan, reason, call->is_chinese));
    service_put_cstr(call->request, result, "reason_code",
                     vm_reason_about(VM_REASON_KIND(reason))->code);
    call->has_failures = true;
}

static void put_result(service_call *call, const service_subject *s, size_t output, text asked,
                       service_value *results)
{
    arena *a = call->request;
    service_value *result = service_put_object(a, results, NULL);
    const policy_symbol *symbol = s->planned.output_symbols[output];
    service_put_text(a, result, "name", symbol ? text_of(symbol->name) : asked);
    size_t lanes = service_subject_lanes(s, output);
    size_t lane_at_fault = 0;
    if (s->planned.plan.nodes[s->planned.plan.outputs[output].node].space) {
        service_value *list = service_put_list(a, result, "value");
        for (size_t lane = 0; lane < lanes; lane++) put_lane(call, s, output, lane, list, NULL);
        while (lane_at_fault < lanes && column_is_valid(&s->outputs[output], lane_at_fault))
            lane_at_fault++;
    } else {
        put_lane(call, s, output, 0, result, "value");
    }
    service_put_cstr(a, result, "unit",
                     service_unit(&s->planned.output_types[output], call->is_chinese));
    if (lane_at_fault < lanes) put_reason(call, s, output, lane_at_fault, result);
}

/* How a page asks for an input: bounds only where they are narrower than the type's own. */
static void put_asking(service_call *call, const policy_book *book, const service_subject *s, size_t input, service_value *v)
{
    arena *a = call->request;
    const policy_symbol *symbol = s->planned.input_symbols[input];
    const vm_input *in = &s->planned.plan.inputs[input];
    service_put_cstr(a, v, "record", symbol->record);
    service_put_cstr(a, v, "kind", ask_kind(&symbol->type));
    service_put_cstr(a, v, "unit", ask_unit(call, &symbol->type));
    bool is_bounded = in->kind == VM_NUMBER || in->kind == VM_DAY || in->kind == VM_MONTH;
    if (is_bounded) service_put_text(a, v, "from", policy_print_value(a, s->codes, &symbol->type, in->min));
    else service_put_null(a, v, "from");
    if (is_bounded) service_put_text(a, v, "until", policy_print_value(a, s->codes, &symbol->type, in->max));
    else service_put_null(a, v, "until");
    ask_put_choices(call, book, &symbol->type, v);
}

/* What the plan reads and nobody said: the way out when something cannot be computed. */
static void put_not_given(service_call *call, const policy_book *book, const service_subject *s)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "not_given");
    for (size_t i = 0; i < s->planned.plan.input_count; i++) {
        bool has_no_rows = s->planned.plan.inputs[i].space && !s->batch.inputs[i].count;
        if (s->is_given[i] || has_no_rows) continue;
        const policy_symbol *symbol = s->planned.input_symbols[i];
        service_value *v = service_put_object(a, list, NULL);
        text name = symbol->record ? text_format(a, "%s.%s", symbol->record, symbol->name)
                                   : text_of(symbol->name);
        service_put_text(a, v, "name", name);
        service_put_cstr(a, v, "type", symbol->type.text ? symbol->type.text : "");
        service_put_cstr(a, v, "label", symbol->label);
        put_asking(call, book, s, i, v);
    }
}

static err policy_calc(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    TRY(service_book(call, &book));
    service_facts facts = { 0 };
    TRY(service_facts_of_call(call, &facts));
    const service_argument *variables = service_argument_of(call, "variables");
    service_question asked = { .on_day = service_day_of(call, "on"),
                               .region = service_text_of(call, "region", TEXT("中国")),
                               .roots = variables->values, .root_count = variables->count };
    service_subject *s = ARENA_NEW(a, service_subject);
    TRY(service_subject_open(a, book, &asked, &facts, s));
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(asked.on_day, day);
    service_put_cstr(a, call->reply, "on", day);
    service_put_text(a, call->reply, "region", asked.region);
    service_value *results = service_put_list(a, call->reply, "results");
    for (size_t i = 0; i < variables->count; i++)
        put_result(call, s, i, variables->values[i], results);
    put_not_given(call, book, s);
    service_put_text(a, call->reply, "packs_digest",
                     text_format(a, "%016llx", (unsigned long long)policy_digest(book)));
    for (size_t i = 0; i < facts.count; i++)
        if (!facts.items[i].is_used)
            service_note(call, "not needed here: ", "此处用不到：", facts.items[i].name);
    return ERR_NONE;
}

static void print_value(text_builder *out, const service_value *v)
{
    if (v->kind == SERVICE_VALUE_LIST) {
        for (const service_value *m = v->first; m; m = m->next) {
            if (m != v->first) text_add_cstr(out, "; ");
            print_value(out, m);
        }
        return;
    }
    text_add(out, v->kind == SERVICE_VALUE_TEXT ? v->word : TEXT("?"));
}

static void policy_calc_print(const service_call *call, text_builder *out)
{
    bool is_short = false;
    for (const service_value *r = service_member(call->reply, "results")->first; r; r = r->next) {
        const service_value *reason = service_member(r, "reason");
        text name = service_member(r, "name")->word, unit = service_member(r, "unit")->word;
        text_add_format(out, "%.*s = ", TEXT_ARG(name));
        print_value(out, service_member(r, "value"));
        if (service_member(r, "value")->kind == SERVICE_VALUE_TEXT)
            unit = service_unit_behind(service_member(r, "value")->word, unit);
        if (unit.size_bytes && !reason) text_add_format(out, " %.*s", TEXT_ARG(unit));
        text_add_char(out, '\n');
        if (!reason) continue;
        is_short = true;
        text_add_format(out, service_say(call, "  cannot be computed, because %.*s\n", "  无法计算，因为%.*s\n"),
                        TEXT_ARG(reason->word));
    }
    const service_value *missing = service_member(call->reply, "not_given");
    if (!is_short || !missing->child_count) return;
    text_add_cstr(out, service_say(call, "not given:\n", "尚未给出：\n"));
    for (const service_value *m = missing->first; m; m = m->next) {
        text type = service_member(m, "type")->word;
        const service_value *label = service_member(m, "label");
        text_add_format(out, "  %.*s=…  (%.*s%s%.*s)\n", TEXT_ARG(service_member(m, "name")->word),
                        TEXT_ARG(type), label->word.size_bytes ? ", " : "", TEXT_ARG(label->word));
    }
}

static const char *const CALC_EXAMPLES[] = {
    "doudi calc 基础养老金 --on 2025-06-01 --region 示例省 平均缴费指数=0.6 累计缴费月数=180",
    "doudi calc 平均缴费指数 '缴费年度=[{年份:2022,缴费基数:4500,缴费月数:12}]'",
    "doudi calc basic_pension --input person.json --rows 缴费年度=history.csv --json",
    NULL
};

const service_op POLICY_CALC_OP = {
    .name = "policy.calc",
    .command = "calc",
    .summary = "Compute variables for one person",
    .summary_zh = "为一个人计算若干变量",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = CALC_INPUT,
    .input_count = ARRAY_COUNT(CALC_INPUT),
    .output = CALC_OUTPUT,
    .output_count = ARRAY_COUNT(CALC_OUTPUT),
    .examples = CALC_EXAMPLES,
    .run = policy_calc,
    .print = policy_calc_print,
};
