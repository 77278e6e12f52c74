/* doudi person try: a variable of the packs tried for one person, with what the registry knows of them filled in. Nothing is kept. */
#include "codec/codec.h"
#include "service/county.h"
#include "service/decide.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/roster.h"
#include "service/subject.h"
#include "service/watch_known.h"
#include "service/words.h"

static const service_field INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "variable", .type = SERVICE_NAME, .is_positional = true, .is_required = true, .shows = "VARIABLE",
      .summary = "what to compute: a name or English label", .summary_zh = "要试算的变量：名称或英文名" },
    SERVICE_ON_FIELD,
    { .name = "region", .type = SERVICE_REGION, .shows = "REGION", .summary = "where it is decided (default: the office's)", .summary_zh = "核定地（默认本机构）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field KNOWN[] = {
    { .name = "name", .type = SERVICE_TEXT, .summary = "input", .summary_zh = "事项" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "by the registry", .summary_zh = "登记库所知" },
    { .name = "record", .type = SERVICE_TEXT, .summary = "record", .summary_zh = "记录" },
    { .name = "row", .type = SERVICE_COUNT, .summary = "row", .summary_zh = "行" },
};
static const service_field OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "on", .type = SERVICE_TEXT, .summary = "by the law of", .summary_zh = "按此日政策" },
    { .name = "region", .type = SERVICE_TEXT, .summary = "where", .summary_zh = "核定地" },
    { .name = "variable", .type = SERVICE_TEXT, .summary = "variable", .summary_zh = "变量" },
    { .name = "value", .type = SERVICE_VALUE, .summary = "comes to", .summary_zh = "试算结果" },
    { .name = "unit", .type = SERVICE_TEXT, .summary = "unit", .summary_zh = "单位" },
    { .name = "reason", .type = SERVICE_VALUE, .summary = "why not", .summary_zh = "算不出的原因" },
    { .name = "known", .type = SERVICE_OBJECT, .is_list = true, .summary = "what the registry knows of it", .summary_zh = "登记库已有的事项", .fields = KNOWN, .field_count = ARRAY_COUNT(KNOWN) },
    { .name = "unknown", .type = SERVICE_TEXT, .is_list = true, .summary = "what it does not", .summary_zh = "登记库没有的事项" },
};

typedef struct {
    service_call *call;
    county *office;
    int64_t person_id;
    text region;
    const decide_plan *plan;
    decider *with;
} trial;

static text path_of_region(void *context, int64_t code)
{
    (void)context;
    return county_region_path(code);
}

/* Behind the pack's name, as forms call it. */
static text bare(text name)
{
    size_t dot = text_find(name, TEXT("."));
    return dot == SIZE_MAX ? name : text_sub(name, dot + 1, name.size_bytes);
}

/* The registry may well have what it is made of: it is counted for all together, and not for one who is tried. */
static bool is_of_all(const trial *t, text input)
{
    size_t count;
    const decide_fact *facts = decide_facts(t->plan, &count);
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(input, facts[i].input)) return watch_known_has(facts[i].name);
    return false;
}

static text unknown_says(const trial *t, text input)
{
    arena *a = t->call->request;
    text name = bare(input);
    const char *format = service_say(t->call, "%.*s (counted for the whole office together, not for one person)", "%.*s（全机构一起汇总，不为一人单独汇总）");
    return is_of_all(t, input) ? text_format(a, format, TEXT_ARG(name)) : text_copy(a, name);
}

static void put_known(const trial *t, service_value *known, service_value *unknown, text name, const codec_json *value, text record, int64_t row)
{
    arena *a = t->call->request;
    if (value->type != CODEC_JSON_STRING) {
        if (!record.size_bytes) service_put_text(a, unknown, NULL, unknown_says(t, name));
        return;
    }
    service_value *v = service_put_object(a, known, NULL);
    service_put_text(a, v, "name", text_copy(a, record.size_bytes ? name : bare(name)));
    service_put_text(a, v, "value", text_copy(a, value->word));
    service_put_text(a, v, "record", text_copy(a, record));
    service_put_count(a, v, "row", row);
}

static err put_facts(const trial *t, text said)
{
    const codec_json *whole;
    arena *a = t->call->request;
    TRY(codec_json_parse(a, said, (codec_json_options){ 0 }, &whole));
    const codec_json *inputs = codec_json_member(whole, TEXT("inputs")), *records = codec_json_member(whole, TEXT("records"));
    service_value *known = service_put_list(a, t->call->reply, "known"), *unknown = service_put_list(a, t->call->reply, "unknown");
    for (size_t i = 0; i < inputs->count; i++) put_known(t, known, unknown, inputs->keys[i], &inputs->items[i], TEXT(""), 0);
    for (size_t r = 0; r < records->count; r++)
        for (size_t row = 0; row < records->items[r].count; row++) {
            const codec_json *one = &records->items[r].items[row];
            for (size_t i = 0; i < one->count; i++) put_known(t, known, unknown, one->keys[i], &one->items[i], bare(records->keys[r]), (int64_t)row + 1);
        }
    return ERR_NONE;
}

static err put_answer(const trial *t, const decide_block *block, const decide_results *results, size_t lane)
{
    size_t count;
    arena *a = t->call->request;
    service_value *reply = t->call->reply;
    const decide_answer *answer = decide_answers(t->plan, &count);
    const column *c = &results->answers[0];
    uint32_t reason = column_reason(c, lane);
    service_put_cstr(a, reply, "variable", answer->variable);
    if (reason) service_put_null(a, reply, "value");
    else service_put_text(a, reply, "value", text_copy(a, decide_word(t->with, 0, c->value[lane])));
    service_put_cstr(a, reply, "unit", service_unit(answer->type, t->call->is_chinese));
    if (reason) service_put_text(a, reply, "reason", text_copy(a, decide_reason(t->office->memory, t->plan, reason, t->call->is_chinese)));
    else service_put_null(a, reply, "reason");
    return put_facts(t, decide_record(t->office->memory, t->with, block, lane));
}

static err run_one(const trial *t, roster *rows, bool *is_found)
{
    *is_found = false;
    for (;;) {
        roster_block block;
        TRY(roster_next(t->office->memory, rows, 1, &block));
        if (!block.people.count) return ERR_NONE;
        decide_results *results = decide_results_open(t->office->memory, t->plan, block.people.count);
        decide_run(t->with, &block.people, results);
        for (size_t lane = 0; lane < block.people.count; lane++) {
            if (block.subject_id[lane] != t->person_id) continue;
            *is_found = true;
            return put_answer(t, &block.people, results, lane);
        }
    }
}

static err try_run(service_call *call)
{
    registry *people;
    roster *rows;
    charter *room;
    const decide_law *law;
    const roster_employers *employers;
    int64_t region_code = 0;
    text code;
    bool is_found;
    trial t = { .call = call };
    int32_t on_day = service_day_of(call, "on");
    TRY(decide_law_open(call, &law));
    TRY(county_open(call, COUNTY_READ, &t.office));
    arena *a = t.office->memory;
    TRY(record_find_person(t.office, service_text_of(call, "who", TEXT_NONE), &t.person_id));
    TRY(county_charter(t.office, &room));
    TRY(charter_read(a, room, TEXT("office.region_code"), CHARTER_NOW, &code));
    (void)codec_parse_scaled(code, 0, &region_code);
    TRY(county_setting(t.office, "office.region", &t.region));
    t.region = service_text_of(call, "region", t.region);
    TRY(decide_try_plan(a, law, service_text_of(call, "variable", TEXT_NONE), on_day, t.region, &t.plan));
    t.with = decide_open(a, t.plan);
    TRY(county_people(t.office, &people));
    TRY(roster_employers_load(a, people, on_day, REGISTRY_NOW, &employers));
    service_put_count(call->request, call->reply, "person", t.person_id);
    service_put_text(call->request, call->reply, "on", service_day_text(call->request, on_day));
    service_put_text(call->request, call->reply, "region", text_copy(call->request, t.region));
    roster_options options = { .bucket = eventlog_bucket_of(t.person_id), .known_ms = REGISTRY_NOW, .employers = employers, .region_code = region_code,
                               .region_path = path_of_region, .has_subjects = true, .subjects = &t.person_id, .subject_count = 1 };
    TRY(roster_open(a, people, t.plan, t.with, &options, &rows));
    err e = run_one(&t, rows, &is_found);
    roster_close(rows);
    if (e.kind || is_found) return e;
    return err_of(&REGISTRY_NOT_FOUND, text_format(call->request, "%lld", (long long)t.person_id).bytes);
}

static void try_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply, *value = service_member(r, "value"), *unknown = service_member(r, "unknown");
    text unit = service_member(r, "unit")->word;
    text_add_format(out, "%.*s = ", TEXT_ARG(service_member(r, "variable")->word));
    if (value->kind == SERVICE_VALUE_TEXT) text_add_format(out, "%.*s %.*s\n", TEXT_ARG(value->word), TEXT_ARG(service_unit_behind(value->word, unit)));
    else text_add_format(out, service_say(call, "cannot be computed, because %.*s\n", "无法计算，因为%.*s\n"), TEXT_ARG(service_member(r, "reason")->word));
    month_print_list(call, "known", KNOWN, ARRAY_COUNT(KNOWN), ARRAY_COUNT(KNOWN), out);
    for (const service_value *one = unknown->first; one; one = one->next)
        text_add_format(out, service_say(call, "not known: %.*s\n", "未知：%.*s\n"), TEXT_ARG(one->word));
}

const service_op PERSON_TRY_OP = {
    .name = "person.try",
    .summary = "Try a variable of the packs for a person: what the registry knows is filled in, nothing is kept",
    .summary_zh = "为一个人试算政策变量：登记库已有的自动带出，不留存结果",
    .law = "《社会保险法》第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = INPUT, .input_count = ARRAY_COUNT(INPUT),
    .output = OUTPUT, .output_count = ARRAY_COUNT(OUTPUT),
    .examples = (const char *const[]){ "doudi person try 1024 退休年龄.法定退休月", NULL },
    .run = try_run,
    .print = try_print,
};
