#include "service/operations.h"
#include "service/service_internal.h"

static const service_field PACKS_INPUT[] = { SERVICE_PACKS_FIELD };

static const service_field PACKS_PACK[] = {
    { .name = "pack", .type = SERVICE_TEXT },   { .name = "en", .type = SERVICE_VALUE },
    { .name = "region", .type = SERVICE_TEXT }, { .name = "file", .type = SERVICE_TEXT },
    { .name = "law", .type = SERVICE_VALUE },
};
static const service_field PACKS_OUTPUT[] = {
    { .name = "packs", .type = SERVICE_OBJECT, .is_list = true, .fields = PACKS_PACK,
      .field_count = ARRAY_COUNT(PACKS_PACK) },
    { .name = "regions", .type = SERVICE_TEXT, .is_list = true, .summary = "regions",
      .summary_zh = "地区" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of all packs",
      .summary_zh = "政策包摘要" },
};

static err policy_packs_run(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    TRY(service_book(call, &book));
    size_t count;
    const policy_pack *packs = policy_packs(book, &count);
    service_value *list = service_put_list(a, call->reply, "packs");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_cstr(a, v, "pack", packs[i].name);
        service_put_cstr(a, v, "en", packs[i].en);
        service_put_cstr(a, v, "region", packs[i].region ? packs[i].region : "中国");
        service_put_cstr(a, v, "file", packs[i].file);
        service_put_cstr(a, v, "law", packs[i].law);
    }
    const char *const *regions = policy_regions(book, &count);
    list = service_put_list(a, call->reply, "regions");
    for (size_t i = 0; i < count; i++) service_put_cstr(a, list, NULL, regions[i]);
    service_put_text(a, call->reply, "digest",
                     text_format(a, "%016llx", (unsigned long long)policy_digest(book)));
    return ERR_NONE;
}

static const char *const PACKS_EXAMPLES[] = { "doudi packs", "doudi packs --packs packs --json", NULL };

const service_op POLICY_PACKS_OP = {
    .name = "policy.packs",
    .command = "packs",
    .summary = "List the packs and their regions",
    .summary_zh = "列出政策包和地区",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = PACKS_INPUT,
    .input_count = ARRAY_COUNT(PACKS_INPUT),
    .output = PACKS_OUTPUT,
    .output_count = ARRAY_COUNT(PACKS_OUTPUT),
    .examples = PACKS_EXAMPLES,
    .run = policy_packs_run,
};
