#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/reveal.h"

static const service_field SHOW_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",
      .summary = "what is so on this day (default: today)", .summary_zh = "按哪一天的情况（默认今天）" },
    RECORD_KNOWN_FIELD,
    RECORD_REVEAL_FIELD,
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field SHOW_OUTPUT[] = { RECORD_SHOW_OUTPUT };

static err person_show_run(service_call *call)
{
    county *c;
    int64_t id;
    TRY(county_open(call, reveal_need(call), &c));
    TRY(record_find_person(c, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(reveal_ask(c, id, TEXT("person")));
    return record_show(c, id, REGISTRY_PERSON, service_is_given(call, "reveal"));
}

static const char *const PERSON_EXAMPLES[] = { "doudi person show 1024", "doudi person show 张三 --on 2026-01-01 --reveal --why 来访核实 --as zhangwei", NULL };

const service_op PERSON_SHOW_OP = {
    .name = "person.show",
    .summary = "Everything the office holds for true of one person",
    .summary_zh = "一个人的全部登记信息",
    .law = "社会保险法 第七十四条",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .own_person = "who",
    .scope = SERVICE_SCOPE_ID,
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = PERSON_EXAMPLES,
    .run = person_show_run,
    .print = record_show_print,
};

