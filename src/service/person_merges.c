/* doudi person merges: merges and splits that wait, or all there were. */
#include "service/month.h"
#include "service/operations.h"
#include "service/person_merge.h"
#include "service/record_rows.h"

static const char *const STATES[] = { "waiting", "done", "refused", "all", NULL };
static const service_field MERGES_INPUT[] = {
    { .name = "state", .type = SERVICE_TEXT, .choices = STATES, .summary = "waiting (default), done, refused or all",
      .summary_zh = "waiting 待办（默认）、done 已办结、refused 已退回、all 全部" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
enum { ROW_COLUMNS = 9 };
static const service_field ROW[ROW_COLUMNS] = {
    { .name = "act", .type = SERVICE_STATE, .summary = "act", .summary_zh = "事项" },
    { .name = "kept", .type = SERVICE_COUNT, .summary = "kept", .summary_zh = "甲（保留）" },
    { .name = "kept_name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "given", .type = SERVICE_COUNT, .summary = "given up", .summary_zh = "乙（被并）" },
    { .name = "given_name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },
    { .name = "waits_for", .type = SERVICE_TEXT, .summary = "waits for", .summary_zh = "待办岗位" },
    { .name = "since", .type = SERVICE_TEXT, .summary = "last step", .summary_zh = "最近办理" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "事由" },
};
static const service_field MERGES_OUTPUT[] = {
    { .name = "merges", .type = SERVICE_OBJECT, .is_list = true, .fields = ROW, .field_count = ROW_COLUMNS, .summary = "merges and splits",
      .summary_zh = "合并、拆分" },
};

static err name_of(county *office, registry *people, int64_t id, text *name)
{
    registry_record record;
    TRY(registry_record_read(office->call->request, people, id, REGISTRY_NOW, &record));
    *name = person_merge_name(&record);
    return ERR_NONE;
}

static err put(county *office, registry *people, service_value *list, const person_merge_terms *t)
{
    static const struct { const char *code, *en, *zh; } WORDS[] = {
        { "waiting", "waits", "待办" }, { "done", "done", "已办结" }, { "refused", "refused", "已退回" },
    };
    service_call *call = office->call;
    arena *a = call->request;
    text kept, given;
    size_t state = 0;
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(t->state, WORDS[i].code)) state = i;
    const char *duty = person_merge_waits_for(t);
    TRY(name_of(office, people, t->kept, &kept));
    TRY(name_of(office, people, t->other, &given));
    service_value *v = service_put_object(a, list, NULL);
    service_put_state(call, v, "act", t->is_split ? "split" : "merge", t->is_split ? "split" : "merge", t->is_split ? "拆分" : "合并");
    service_put_count(a, v, "kept", t->kept);
    service_put_text(a, v, "kept_name", kept);
    service_put_count(a, v, "given", t->other);
    service_put_text(a, v, "given_name", given);
    service_put_state(call, v, "state", WORDS[state].code, WORDS[state].en, WORDS[state].zh);
    service_put_cstr(a, v, "waits_for", duty ? duty : "");
    service_put_text(a, v, "since", t->by.count ? record_instant_text(a, t->by.marks[t->by.count - 1].known_ms) : TEXT(""));
    service_put_text(a, v, "why", text_copy(a, t->why));
    return ERR_NONE;
}

static err person_merges_run(service_call *call)
{
    county *office;
    registry *people;
    person_merge_terms *terms;
    size_t count;
    text state = service_text_of(call, "state", TEXT("waiting"));
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_people(office, &people));
    TRY(person_merge_list(office, &terms, &count));
    service_value *list = service_put_list(call->request, call->reply, "merges");
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(state, "all") || text_equal(state, terms[i].state)) TRY(put(office, people, list, &terms[i]));
    return ERR_NONE;
}

static void person_merges_print(const service_call *call, text_builder *out)
{
    month_print_list(call, "merges", ROW, ROW_COLUMNS, ROW_COLUMNS, out);
    if (!service_member(call->reply, "merges")->child_count) text_add_cstr(out, service_say(call, "none\n", "无\n"));
}

static const char *const MERGES_EXAMPLES[] = { "doudi person merges", "doudi person merges --state all", NULL };

const service_op PERSON_MERGES_OP = {
    .name = "person.merges",
    .summary = "List merges and splits of records, those that wait or all",
    .summary_zh = "列出记录的合并、拆分（默认待办的）",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = MERGES_INPUT,
    .input_count = ARRAY_COUNT(MERGES_INPUT),
    .output = MERGES_OUTPUT,
    .output_count = ARRAY_COUNT(MERGES_OUTPUT),
    .examples = MERGES_EXAMPLES,
    .run = person_merges_run,
    .print = person_merges_print,
};
