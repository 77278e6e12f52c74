#include "service/county.h"
#include "service/operations.h"

static const service_field NEW_INPUT[] = { SERVICE_COUNTY_FIELD };
static const service_field NEW_OUTPUT[] = {
    { .name = "county", .type = SERVICE_TEXT, .summary = "made", .summary_zh = "已建立" },
};

static err county_new_run(service_call *call)
{
    county *c;
    TRY(county_open(call, COUNTY_NEW, &c));
    service_put_cstr(call->request, call->reply, "county", c->url);
    return ERR_NONE;
}

static const char *const NEW_EXAMPLES[] = { "doudi county new", "doudi county new --county my.db", NULL };

const service_op COUNTY_NEW_OP = {
    .name = "county.new",
    .summary = "Make an empty store for a county",
    .summary_zh = "建立一个空的县库",
    .kind = SERVICE_WRITE,
    .permission = "county.new",
    .input = NEW_INPUT,
    .input_count = ARRAY_COUNT(NEW_INPUT),
    .output = NEW_OUTPUT,
    .output_count = ARRAY_COUNT(NEW_OUTPUT),
    .examples = NEW_EXAMPLES,
    .run = county_new_run,
};
