/* doudi seal: the heads of all chains, signed, as a file for a third party. */
#include "os/os.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/seal.h"

static const service_field SEAL_INPUT[] = {
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .is_positional = true, .shows = "FILE",
      .summary = "the file of signed heads, for a third party to keep", .summary_zh = "链头签封文件，交第三方保存" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field SEAL_OUTPUT[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入" },
    { .name = "events", .type = SERVICE_COUNT, .summary = "events sealed", .summary_zh = "签封事件" },
    { .name = "signed_by", .type = SERVICE_VALUE, .summary = "signed by", .summary_zh = "签署人" },
    { .name = "at", .type = SERVICE_TEXT, .summary = "at", .summary_zh = "签封时间" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest, to be kept on paper too",
      .summary_zh = "摘要（可另抄存纸质）" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "sealed now", .summary_zh = "本次签封" },
};

static err seal_run(service_call *call)
{
    county *office;
    seal *made;
    bool is_new;
    text digest;
    int64_t events = 0;
    arena *a = call->request;
    const char *path = text_cstr(a, service_text_of(call, "out", TEXT_NONE));
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_ask_who(office, NULL));
    TRY(county_begin(office));
    TRY(seal_spare(office, path, NULL));
    service_put_cstr(a, call->reply, "file", path);
    TRY(seal_make(office, service_text_of(call, "why", TEXT("seal")), &made, &is_new));
    TRY(seal_spare(office, path, made));
    TRY(store_commit(office->db));
    TRY(seal_write(office, made, path));
    TRY(seal_digest(a, made, &digest));
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++) events += made->heads[i].sequence;
    service_put_count(a, call->reply, "events", events);
    if (made->user_id) service_put_text(a, call->reply, "signed_by", made->login);
    else service_put_null(a, call->reply, "signed_by");
    service_put_text(a, call->reply, "at", record_instant_text(a, made->known_ms));
    service_put_text(a, call->reply, "digest", digest);
    service_put_bool(a, call->reply, "is_new", is_new);
    if (!is_new) service_note(call, "nothing was written since this seal; it is the same", "此后没有新的事件，仍为原签封", TEXT_NONE);
    if (!made->user_id)
        service_note(call, "the office has no users yet: the heads are not signed", "机构尚未设立用户：链头未签名", TEXT_NONE);
    return ERR_NONE;
}

static const char *const SEAL_EXAMPLES[] = { "doudi seal heads-2026-11.txt --as audrey",
                                             "doudi verify --heads heads-2026-11.txt", NULL };

const service_op COUNTY_SEAL_OP = {
    .name = "county.seal",
    .command = "seal",
    .summary = "Sign the heads of all chains, as a file for a third party to keep",
    .summary_zh = "签署各事件链的链头，写成文件交第三方保存",
    .law = "《社会保险经办条例》第三十八条",
    .kind = SERVICE_WRITE,
    .permission = "audit.verify",
    .input = SEAL_INPUT,
    .input_count = ARRAY_COUNT(SEAL_INPUT),
    .output = SEAL_OUTPUT,
    .output_count = ARRAY_COUNT(SEAL_OUTPUT),
    .examples = SEAL_EXAMPLES,
    .run = seal_run,
};
