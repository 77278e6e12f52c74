/* doudi packs refuse: a proposed law that is not to be adopted, taken back by who proposed it or refused by who should
 * have signed it. It changes nothing the office decides by. */
#include "codec/codec.h"
#include "service/adopt.h"
#include "service/ledger.h"
#include "service/operations.h"
#include "service/payrun.h"
#include "service/record_rows.h"

#define KEPT "law.refused"

/* ---- as it is kept ---- */

static text print(arena *a, const adopt_refusal *refusal)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "digest", refusal->digest);
    eventlog_body_add_int(&w, "from", refusal->from_day);
    eventlog_body_add_int(&w, "known_ms", refusal->known_ms);
    eventlog_body_add_int(&w, "user", refusal->user_id);
    eventlog_body_add_text(&w, "why", refusal->why);
    codec_json_end_object(&w);
    return text_built(&out);
}

err adopt_refused(county *office, adopt_refusal *refusal)
{
    charter *room;
    text said;
    const codec_json *json;
    *refusal = (adopt_refusal){ .user_id = 0 };
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT(KEPT), CHARTER_NOW, &said));
    if (!said.size_bytes) return ERR_NONE;
    TRY(codec_json_parse(office->memory, said, (codec_json_options){ 0 }, &json));
    refusal->digest = eventlog_body_text(json, "digest");
    refusal->why = eventlog_body_text(json, "why");
    refusal->from_day = (int32_t)eventlog_body_int(json, "from");
    refusal->known_ms = eventlog_body_int(json, "known_ms");
    refusal->user_id = eventlog_body_int(json, "user");
    return ERR_NONE;
}

/* ---- the step ---- */

static const service_field REFUSE_INPUT[] = {
    { .name = "digest", .type = SERVICE_TEXT, .is_positional = true, .is_required = true, .shows = "DIGEST",
      .summary = "of the law that waits, as packs status shows it; its first 12 digits will do",
      .summary_zh = "等待中的政策包摘要（packs status 所示），前 12 位即可" },
    { .name = "why", .type = SERVICE_TEXT, .is_required = true, .shows = "TEXT", .summary = "why it is not to be adopted",
      .summary_zh = "不予采用的理由" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field REFUSE_OUTPUT[] = {
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "state", .type = SERVICE_TEXT, .summary = "state", .summary_zh = "状态" },
    { .name = "why", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "理由" },
};

static err put(county *office, const adopt_refusal *refusal, bool is_again)
{
    service_call *call = office->call;
    service_put_text(call->request, call->reply, "digest", text_copy(call->request, refusal->digest));
    service_put_cstr(call->request, call->reply, "state", service_say(call, "refused", "已退回"));
    service_put_text(call->request, call->reply, "why", text_copy(call->request, refusal->why));
    if (is_again) service_note(call, "done before, nothing changed", "此前已办理，未作改动", TEXT_NONE);
    return ERR_NONE;
}

static err say(county *office, const adopt_refusal *refusal)
{
    charter *room;
    charter_act act = { .actor_id = office->actor_id, .known_ms = office->now_ms, .why = refusal->why };
    TRY(county_charter(office, &room));
    TRY(charter_say(room, &act, TEXT(KEPT), print(office->memory, refusal)));
    return charter_say(room, &act, TEXT(ADOPT_WAITING), TEXT("-"));
}

static err packs_refuse_run(service_call *call)
{
    county *office;
    adopt_terms waiting;
    adopt_refusal last;
    text digest;
    TRY(county_open(call, COUNTY_WRITE, &office));
    TRY(county_login(office, NULL));
    TRY(adopt_digest_said(call, &digest));
    TRY(county_begin(office));
    TRY(adopt_waiting(office, &waiting));
    TRY(adopt_refused(office, &last));
    bool is_again = !waiting.digest.size_bytes && text_begins(last.digest, digest) && last.user_id == office->actor_id;
    if (is_again) return put(office, &last, true);
    if (!waiting.digest.size_bytes) return err_of(&ADOPT_NONE_WAITS, "");
    if (!text_begins(waiting.digest, digest)) return err_of(&ADOPT_OTHER_DIGEST, text_cstr(call->request, adopt_digest_short(waiting.digest)));
    adopt_refusal made = { .digest = waiting.digest, .from_day = waiting.from_day, .user_id = office->actor_id,
                           .known_ms = office->now_ms, .why = service_text_of(call, "why", TEXT_NONE) };
    TRY(say(office, &made));
    TRY(store_commit(office->db));
    return put(office, &made, false);
}

const service_op ADOPT_REFUSE_OP = {
    .name = "packs.refuse", .summary = "Take back or refuse the law that was proposed, with the reason",
    .summary_zh = "撤回或退回提出的政策包，并说明理由", .law = "《社会保险经办条例》第三十七条", .kind = SERVICE_WRITE,
    .permission = "parameter.refuse", .input = REFUSE_INPUT, .input_count = ARRAY_COUNT(REFUSE_INPUT),
    .output = REFUSE_OUTPUT, .output_count = ARRAY_COUNT(REFUSE_OUTPUT),
    .examples = (const char *const[]){ "doudi packs refuse f9497497979491b6 --why 计发基数有误 --as lea", NULL },
    .run = packs_refuse_run, .print = payrun_print,
};
