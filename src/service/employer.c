#include "service/operations.h"
#include "service/record_rows.h"

static const service_field EMPLOYER_INPUT[] = {
    RECORD_WHO_FIELD("credit code or id", "统一社会信用代码或编号"),
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",
      .summary = "what is so on this day (default: today)", .summary_zh = "按哪一天的情况（默认今天）" },
    RECORD_KNOWN_FIELD,
    SERVICE_COUNTY_FIELD,
};
static const service_field SHOW_OUTPUT[] = { RECORD_SHOW_OUTPUT };

static err employer_show_run(service_call *call)
{
    county *c;
    int64_t id, *enrolled;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &c));
    TRY(record_find_employer(c, service_text_of(call, "who", TEXT_NONE), &id));
    TRY(record_show(c, id, REGISTRY_EMPLOYER, false));
    TRY(registry_find_staff(call->request, c->people, id, &enrolled, &count));
    service_put_count(call->request, call->reply, "staff", (int64_t)count);
    return ERR_NONE;
}

static const char *const EMPLOYER_EXAMPLES[] = { "doudi employer show 12", NULL };

const service_op EMPLOYER_SHOW_OP = {
    .name = "employer.show",
    .summary = "Everything the office holds for true of one employer",
    .summary_zh = "一个单位的全部登记信息",
    .kind = SERVICE_READ,
    .permission = "employer.read",
    .input = EMPLOYER_INPUT,
    .input_count = ARRAY_COUNT(EMPLOYER_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = EMPLOYER_EXAMPLES,
    .run = employer_show_run,
    .print = record_show_print,
};
