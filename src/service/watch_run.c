/* doudi watch run: every watch of the packs over the county, and what was found kept as alerts. */
#include "service/watch_look.h"

#include "os/os.h"
#include "service/files.h"
#include "service/month.h"
#include "service/operations.h"
#include "service/watch.h"

static const service_field WATCH_INPUT[] = {
    MONTH_FIELD,
    { .name = "purpose", .type = SERVICE_NAME, .shows = "PURPOSE",
      .summary = "only these watches: watch.payment, watch.person ... (default: all)",
      .summary_zh = "只看哪一组：watch.payment、watch.person 等（默认全部）" },
    { .name = "unchecked", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",
      .summary = "list here who could not be checked, and why", .summary_zh = "将无法查的对象及原因写入此文件" },
    SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field WATCH_ROW[] = {
    { .name = "watch", .type = SERVICE_TEXT, .summary = "watch", .summary_zh = "监测" },
    { .name = "title", .type = SERVICE_TEXT, .summary = "what", .summary_zh = "内容" },
    { .name = "raised", .type = SERVICE_COUNT, .summary = "new", .summary_zh = "新报" },
    { .name = "again", .type = SERVICE_COUNT, .summary = "again", .summary_zh = "再现" },
    { .name = "standing", .type = SERVICE_COUNT, .summary = "standing", .summary_zh = "仍在" },
    { .name = "varied", .type = SERVICE_COUNT, .summary = "of them changed", .summary_zh = "其中有变" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "ended", .summary_zh = "结束" },
    { .name = "dismissed", .type = SERVICE_COUNT, .summary = "false alarms", .summary_zh = "已认定误报" },
    { .name = "unchecked", .type = SERVICE_COUNT, .summary = "not to be checked", .summary_zh = "无法查" },
    { .name = "risk", .type = SERVICE_TEXT, .summary = "at risk, yuan", .summary_zh = "涉及金额（元）" },
};
static const service_field WATCH_WHY[] = {
    { .name = "watch", .type = SERVICE_TEXT, .summary = "watch", .summary_zh = "监测" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why not", .summary_zh = "原因" },
    { .name = "count", .type = SERVICE_COUNT, .summary = "how many", .summary_zh = "数量" },
};
static const service_field WATCH_OFF[] = {
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "not watched", .summary_zh = "没有监测" },
    { .name = "reason", .type = SERVICE_TEXT, .summary = "why not", .summary_zh = "原因" },
};
static const service_field WATCH_OUTPUT[] = {
    { .name = "month", .type = SERVICE_TEXT, .summary = "month", .summary_zh = "月份" },
    { .name = "raised", .type = SERVICE_COUNT, .summary = "new", .summary_zh = "新报" },
    { .name = "again", .type = SERVICE_COUNT, .summary = "again", .summary_zh = "再现" },
    { .name = "standing", .type = SERVICE_COUNT, .summary = "standing", .summary_zh = "仍在" },
    { .name = "closed", .type = SERVICE_COUNT, .summary = "ended", .summary_zh = "结束" },
    { .name = "unchecked", .type = SERVICE_COUNT, .summary = "not to be checked", .summary_zh = "无法查" },
    { .name = "risk", .type = SERVICE_TEXT, .summary = "at risk, yuan", .summary_zh = "涉及金额（元）" },
    { .name = "changed", .type = SERVICE_FLAG, .summary = "anything was written", .summary_zh = "本次有变动" },
    { .name = "watches", .type = SERVICE_OBJECT, .is_list = true, .summary = "watches", .summary_zh = "各项监测",
      .fields = WATCH_ROW, .field_count = ARRAY_COUNT(WATCH_ROW) },
    { .name = "reasons", .type = SERVICE_OBJECT, .is_list = true, .summary = "why not", .summary_zh = "无法查的原因",
      .fields = WATCH_WHY, .field_count = ARRAY_COUNT(WATCH_WHY) },
    { .name = "not_watched", .type = SERVICE_OBJECT, .is_list = true, .summary = "not watched",
      .summary_zh = "没有监测的", .fields = WATCH_OFF, .field_count = ARRAY_COUNT(WATCH_OFF) },
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

typedef struct {
    month_call *m;
    watch_known *known;
    watch_look *look; /* at hand */
    watch_tally sum;
    service_value *watches, *reasons, *off;
    text_builder unchecked;
    bool lists_unchecked;
} watching;

static void tell_unchecked(void *context, size_t rule, int64_t subject_id, text reason)
{
    watching *w = context;
    codec_csv_writer csv = codec_csv_write(&w->unchecked, ',');
    codec_csv_add_text(&csv, text_of(alerts_key(watch_look_alerts(w->look), rule)));
    codec_csv_add_text(&csv, text_format(w->m->memory, "%lld", (long long)subject_id));
    codec_csv_add_text(&csv, reason);
    codec_csv_end_row(&csv);
}

static void put_rule(watching *w, size_t rule)
{
    service_call *call = w->m->call;
    arena *a = call->request;
    const watch_tally *t = watch_look_tally(w->look, rule);
    const char *key = alerts_key(watch_look_alerts(w->look), rule);
    service_value *v = service_put_object(a, w->watches, NULL);
    service_put_text(a, v, "watch", text_copy(a, text_of(key)));
    service_put_text(a, v, "title", watch_title(call, text_of(key)));
    service_put_count(a, v, "raised", t->raised);
    service_put_count(a, v, "again", t->again);
    service_put_count(a, v, "standing", t->stands);
    service_put_count(a, v, "varied", t->varied);
    service_put_count(a, v, "closed", t->closed);
    service_put_count(a, v, "dismissed", t->dismissed);
    service_put_count(a, v, "unchecked", t->unchecked);
    service_put_text(a, v, "risk", service_yuan(a, t->risk_fen));
    w->sum.raised += t->raised;
    w->sum.again += t->again;
    w->sum.stands += t->stands;
    w->sum.varied += t->varied;
    w->sum.closed += t->closed;
    w->sum.unchecked += t->unchecked;
    w->sum.risk_fen += t->risk_fen;
}

static void put_look(watching *w)
{
    arena *a = w->m->call->request;
    size_t rules, count;
    (void)alerts_rules(watch_look_alerts(w->look), &rules);
    for (size_t i = 0; i < rules; i++) put_rule(w, i);
    const watch_unchecked *why = watch_look_unchecked(w->look, &count);
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, w->reasons, NULL);
        service_put_text(a, v, "watch", text_copy(a, text_of(alerts_key(watch_look_alerts(w->look), why[i].rule))));
        service_put_text(a, v, "reason", text_copy(a, why[i].reason));
        service_put_count(a, v, "count", why[i].count);
    }
}

static err watch_purpose(watching *w, text purpose)
{
    month_call *m = w->m;
    arena *a = m->call->request;
    err e = watch_look_open(m->office, purpose, m->month, w->known, &w->look);
    if (watch_is_left_out(e)) {
        service_value *v = service_put_object(a, w->off, NULL);
        service_put_text(a, v, "purpose", text_copy(a, purpose));
        service_put_text(a, v, "reason", err_sentence(a, e, m->call->is_chinese));
        return ERR_NONE;
    }
    TRY(e);
    if (w->lists_unchecked) watch_look_tell_unchecked(w->look, tell_unchecked, w);
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) e = watch_look_bucket(w->look, bucket);
    if (!e.kind) put_look(w);
    watch_look_close(w->look);
    return e;
}

static err watch_all(watching *w)
{
    const decide_law *law;
    size_t count, met = 0;
    month_call *m = w->m;
    text said = service_text_of(m->call, "purpose", TEXT_NONE);
    TRY(decide_law_open(m->call, &law));
    const char *const *purposes = decide_purposes(law, &count);
    for (size_t i = 0; i < count; i++) {
        if (!text_begins(text_of(purposes[i]), TEXT("watch."))) continue;
        if (said.size_bytes && !text_equal_cstr(said, purposes[i])) continue;
        met++;
        TRY(watch_purpose(w, text_of(purposes[i])));
    }
    return met ? ERR_NONE : err_of(&DECIDE_UNKNOWN_PURPOSE, text_cstr(m->call->request, said));
}

static err keep_law(month_call *m)
{
    const decide_law *law;
    charter_act act = { .actor_id = m->office->actor_id, .known_ms = m->office->now_ms, .why = TEXT("watch.run") };
    TRY(decide_law_open(m->call, &law));
    return charter_keep_law(m->charter, &act, decide_pack_digest(law), decide_law_bytes(law));
}

static void begin_reply(watching *w)
{
    static const char *const HEAD[] = { "watch", "subject", "reason" };
    arena *a = w->m->call->request;
    w->watches = service_list(a);
    w->reasons = service_list(a);
    w->off = service_list(a);
    w->lists_unchecked = service_is_given(w->m->call, "unchecked");
    w->unchecked = text_builder_open(w->m->memory);
    codec_csv_writer csv = codec_csv_write(&w->unchecked, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEAD); i++) codec_csv_add_text(&csv, text_of(HEAD[i]));
    codec_csv_end_row(&csv);
}

static err put_reply(watching *w, int64_t begun_ns)
{
    service_call *call = w->m->call;
    arena *a = call->request;
    service_value *reply = call->reply;
    service_put_text(a, reply, "month", service_month_text(a, w->m->month));
    service_put_count(a, reply, "raised", w->sum.raised);
    service_put_count(a, reply, "again", w->sum.again);
    service_put_count(a, reply, "standing", w->sum.stands);
    service_put_count(a, reply, "closed", w->sum.closed);
    service_put_count(a, reply, "unchecked", w->sum.unchecked);
    service_put_text(a, reply, "risk", service_yuan(a, w->sum.risk_fen));
    service_put_bool(a, reply, "changed", w->sum.raised || w->sum.again || w->sum.varied || w->sum.closed);
    service_put(a, reply, "watches", w->watches);
    service_put(a, reply, "reasons", w->reasons);
    service_put(a, reply, "not_watched", w->off);
    return month_put_law(w->m, begun_ns);
}

static err watch_run_run(service_call *call)
{
    month_call m;
    int64_t begun_ns = os_monotonic_ns();
    TRY(month_begin(call, COUNTY_WRITE, &m));
    watching w = { .m = &m, .known = watch_known_open(m.office, m.month) };
    begin_reply(&w);
    err e = watch_all(&w);
    watch_known_close(w.known);
    TRY(e);
    if (w.sum.raised || w.sum.again || w.sum.varied) TRY(keep_law(&m)); /* alerts are explained by it */
    if (w.lists_unchecked)
        TRY(service_write_file(call->request, service_text_of(call, "unchecked", TEXT_NONE), text_built(&w.unchecked)));
    TRY(store_commit(m.office->db));
    return put_reply(&w, begun_ns);
}

static void watch_run_print(const service_call *call, text_builder *out)
{
    const service_value *r = call->reply;
    text_add_format(out, service_say(call, "month: %.*s  seconds: %.*s\n", "月份：%.*s  用时（秒）：%.*s\n"),
                    TEXT_ARG(service_member(r, "month")->word), TEXT_ARG(service_member(r, "seconds")->word));
    month_print_list(call, "watches", WATCH_ROW, ARRAY_COUNT(WATCH_ROW), 2, out);
    text_add_format(out, service_say(call, "in all: %lld new, %lld again, %lld standing, %lld ended; at risk %.*s yuan%s\n",
                                     "合计：新报 %lld，再现 %lld，仍在 %lld，结束 %lld；涉及金额 %.*s 元%s\n"),
                    (long long)service_member(r, "raised")->count, (long long)service_member(r, "again")->count,
                    (long long)service_member(r, "standing")->count, (long long)service_member(r, "closed")->count,
                    TEXT_ARG(service_member(r, "risk")->word),
                    service_member(r, "changed")->is_true ? "" : service_say(call, "; nothing changed", "；本次没有变动"));
    month_print_list(call, "reasons", WATCH_WHY, ARRAY_COUNT(WATCH_WHY), 2, out);
    month_print_list(call, "not_watched", WATCH_OFF, ARRAY_COUNT(WATCH_OFF), 2, out);
    text_add_format(out, "%s%.*s\n", service_say(call, "digest of packs and tables: ", "政策包和适配表的摘要："),
                    TEXT_ARG(service_member(r, "law")->word));
}

static const char *const WATCH_EXAMPLES[] = {
    "doudi watch run --month 2026-11 --as audrey",
    "doudi watch run --month 2026-11 --purpose watch.payment --unchecked unchecked.csv --as audrey", NULL };

const service_op WATCH_RUN_OP = {
    .name = "watch.run",
    .summary = "Look at the whole county by every watch of the packs, and keep what is found as alerts",
    .summary_zh = "按政策包的每一条监测查全县，查到的立为预警",
    .law = "《社会保险经办条例》第三十七条、第三十八条",
    .kind = SERVICE_WRITE,
    .permission = "watch.run",
    .is_supervision = true,
    .input = WATCH_INPUT,
    .input_count = ARRAY_COUNT(WATCH_INPUT),
    .output = WATCH_OUTPUT,
    .output_count = ARRAY_COUNT(WATCH_OUTPUT),
    .examples = WATCH_EXAMPLES,
    .run = watch_run_run,
    .print = watch_run_print,
};
