/* doudi dues late-fees: what came late, or did not come, by the day and the packs, charged to the due it follows.
 *
 * The whole history of an employer's due decides: each part that came late bears its fee up to the day
 * it came, what is open up to the day asked for; what was charged before is taken off. So the command
 * may run any day and any number of times. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/dues.h"
#include "service/files.h"
#include "service/operations.h"

static const service_field FEES_INPUT[] = {
    { .name = "payer", .type = SERVICE_TEXT, .is_positional = true, .shows = "CODE|ID",
      .summary = "only of this employer (default: of all)", .summary_zh = "只算某一单位（默认全部单位）" },
    { .name = "on", .type = SERVICE_DATE, .is_required = true, .summary = "fees up to and with this day",
      .summary_zh = "滞纳金算到哪一天（含当天）" },
    { .name = "list", .type = SERVICE_FILE_OUT, .shows = "FILE.csv", .summary = "write every part of every fee here",
      .summary_zh = "将逐笔计算明细写入此文件" },
    DUES_DRY_FIELD, SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field FEES_ROW[] = {
    { .name = "payer", .type = SERVICE_TEXT, .summary = "payer", .summary_zh = "缴费人" },
    { .name = "month", .type = SERVICE_TEXT, .summary = "for", .summary_zh = "所属月" },
    { .name = "fund", .type = SERVICE_TEXT, .summary = "fund", .summary_zh = "基金" },
    { .name = "arithmetic", .type = SERVICE_TEXT, .summary = "on what, how long", .summary_zh = "金额×天数" },
    { .name = "fee", .type = SERVICE_TEXT, .summary = "fee", .summary_zh = "应计（元）" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "charged before", .summary_zh = "已计（元）" },
    { .name = "now", .type = SERVICE_TEXT, .summary = "charged now", .summary_zh = "本次计收（元）" },
};
static const service_field FEES_OUTPUT[] = {
    { .name = "on", .type = SERVICE_TEXT, .summary = "up to", .summary_zh = "计至" },
    { .name = "law", .type = SERVICE_TEXT, .summary = "law", .summary_zh = "依据" },
    { .name = "charged", .type = SERVICE_COUNT, .summary = "dues charged", .summary_zh = "计收笔数" },
    { .name = "total", .type = SERVICE_TEXT, .summary = "charged now, yuan", .summary_zh = "本次计收合计（元）" },
    { .name = "written", .type = SERVICE_FLAG, .summary = "written", .summary_zh = "已写入" },
    { .name = "fees", .type = SERVICE_OBJECT, .is_list = true, .summary = "the first of them", .summary_zh = "明细（前若干笔）",
      .fields = FEES_ROW, .field_count = ARRAY_COUNT(FEES_ROW) },
};
enum { SHOWN_MAX = 50 };

typedef struct {
    int32_t day; /* cleared on; INT32_MAX: open */
    int64_t fen;
} part;
typedef struct {
    collection_due key; /* due_day: the first one */
    int64_t due_fen, received_fen, charged_fen, fee_fen;
    part *parts; /* that came after the due day */
    size_t part_count, part_capacity;
    int32_t defer_from, defer_until; /* defer_until INT32_MIN: none */
    size_t first_lane, lane_count;
} following;
typedef struct {
    dues_call *d;
    arena *memory; /* of a bucket */
    int32_t on_day;
    hash_map *place;
    following *all;
    size_t count, capacity;
    int64_t total_fen, charged_count;
    text law;
    service_value *shown;
    text_builder list;
} feeing;

/* ---- the history of dues ---- */

static following *find(feeing *f, const collection_entry *entry)
{
    text key = text_format(f->memory, "%lld/%d/%.*s/%d", (long long)entry->due.payer.id, entry->due.month,
                           TEXT_ARG(entry->due.purpose), entry->due.fund);
    size_t at = hash_map_get(f->place, key);
    if (at != SIZE_MAX) return &f->all[at];
    following fresh = { .key = entry->due, .defer_until = INT32_MIN };
    fresh.key.purpose = text_copy(f->memory, entry->due.purpose);
    fresh.key.due_day = 0;
    hash_map_put(f->place, key, f->count);
    ARENA_PUSH(f->memory, f->all, f->count, f->capacity, fresh);
    return &f->all[f->count - 1];
}

/* What was freed came last. */
static void take_back(following *w, int64_t freed_fen)
{
    w->received_fen -= freed_fen;
    while (freed_fen > 0 && w->part_count) {
        part *last = &w->parts[w->part_count - 1];
        int64_t fen = last->fen < freed_fen ? last->fen : freed_fen;
        last->fen -= fen;
        freed_fen -= fen;
        if (!last->fen) w->part_count--;
    }
}

static void lay(feeing *f, following *w, const collection_entry *entry)
{
    /* Credit stood there before: in the month of the due it clears it in time. */
    bool is_in_time = entry->day <= w->key.due_day ||
                      (entry->kind == COLLECTION_ENTRY_CREDITED &&
                       entry->booked_month <= calendar_month_of_day(w->key.due_day));
    part one = { entry->day, entry->fen };
    w->received_fen += entry->fen;
    if (!is_in_time) ARENA_PUSH(f->memory, w->parts, w->part_count, w->part_capacity, one);
}

static void defer(feeing *f, const collection_entry *entry)
{
    for (size_t i = 0; i < f->count; i++) {
        following *w = &f->all[i];
        if (w->key.payer.id != entry->due.payer.id || w->key.month != entry->due.month || w->received_fen >= w->due_fen)
            continue;
        if (w->defer_until == INT32_MIN) w->defer_from = entry->day ? entry->day : w->key.due_day + 1;
        w->defer_until = entry->due.due_day;
    }
}

static err note(void *context, const collection_entry *entry)
{
    feeing *f = context;
    if (entry->due.payer.kind != COLLECTION_EMPLOYER) return ERR_NONE; /* 用人单位：社会保险法第八十六条 */
    if (entry->kind == COLLECTION_ENTRY_DEFERRED) {
        defer(f, entry);
        return ERR_NONE;
    }
    bool has_due = entry->kind == COLLECTION_ENTRY_BILLED || entry->kind == COLLECTION_ENTRY_CHARGED ||
                   entry->kind == COLLECTION_ENTRY_ADJUSTED || entry->kind == COLLECTION_ENTRY_ALLOTTED ||
                   entry->kind == COLLECTION_ENTRY_CREDITED;
    if (!has_due || entry->due.charge == COLLECTION_LEVY) return ERR_NONE;
    following *w = find(f, entry);
    if (entry->due.charge == COLLECTION_LATE_FEE) {
        if (entry->kind == COLLECTION_ENTRY_CHARGED) w->charged_fen += entry->fen;
        return ERR_NONE;
    }
    if (entry->kind == COLLECTION_ENTRY_ALLOTTED || entry->kind == COLLECTION_ENTRY_CREDITED) {
        lay(f, w, entry);
        return ERR_NONE;
    }
    w->due_fen += entry->fen;
    if (!w->key.due_day) w->key.due_day = entry->due.due_day;
    if (entry->kind == COLLECTION_ENTRY_ADJUSTED) take_back(w, entry->freed_fen);
    return ERR_NONE;
}

/* ---- by the packs ---- */

static int32_t free_days(const following *w, int32_t paid_day)
{
    if (w->defer_until == INT32_MIN) return 0;
    int32_t from = w->defer_from > w->key.due_day + 1 ? w->defer_from : w->key.due_day + 1;
    int32_t until = w->defer_until < paid_day ? w->defer_until : paid_day;
    return until >= from ? until - from + 1 : 0;
}

static void set_lane(const feeing *f, dues_deciding *o, const following *w, size_t lane, int64_t fen, int32_t day)
{
    int32_t paid_day = day < f->on_day ? day : f->on_day;
    if (paid_day < w->key.due_day) paid_day = w->key.due_day;
    dues_fact(o, "arrears.amount", lane, fen);
    dues_fact(o, "arrears.due_day", lane, w->key.due_day);
    dues_fact(o, "arrears.paid_day", lane, paid_day);
    dues_fact(o, "arrears.deferred_days", lane, free_days(w, paid_day));
}

static err decide(feeing *f, dues_deciding *o)
{
    size_t lanes = 0;
    for (size_t i = 0; i < f->count; i++) {
        following *w = &f->all[i];
        bool is_open = w->due_fen > w->received_fen && w->key.due_day < f->on_day;
        part rest = { INT32_MAX, w->due_fen - w->received_fen };
        if (is_open) ARENA_PUSH(f->memory, w->parts, w->part_count, w->part_capacity, rest);
        w->first_lane = lanes;
        w->lane_count = w->part_count;
        lanes += w->part_count;
    }
    TRY(dues_deciding_open(f->d, "late_fee", f->on_day, lanes, o));
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < f->all[i].part_count; k++)
            set_lane(f, o, &f->all[i], f->all[i].first_lane + k, f->all[i].parts[k].fen, f->all[i].parts[k].day);
    dues_decide(o);
    f->law = text_copy(f->d->m.call->request, dues_law(o, "late_fee"));
    return ERR_NONE;
}

/* "1000.00×30 + 500.00×45": what the fee is of. */
static text arithmetic(feeing *f, const dues_deciding *o, const following *w)
{
    arena *a = f->d->m.call->request;
    text_builder out = text_builder_open(a);
    for (size_t k = 0; k < w->part_count; k++) {
        int64_t days;
        if (dues_answer(f->d, o, "days", w->first_lane + k, &days).kind) days = 0;
        text_add_format(&out, "%s%.*s×%lld", k ? " + " : "", TEXT_ARG(service_yuan(a, w->parts[k].fen)), (long long)days);
    }
    return text_built(&out);
}

static err put_fee(feeing *f, const dues_deciding *o, const following *w, int64_t now_fen)
{
    service_call *call = f->d->m.call;
    arena *a = call->request;
    text payer, sum = arithmetic(f, o, w);
    TRY(dues_payer_text(&f->d->m, w->key.payer, &payer));
    codec_csv_writer csv = codec_csv_write(&f->list, 0);
    text cells[] = { payer, service_month_text(a, w->key.month), dues_fund_text(&f->d->m, w->key.fund), sum,
                     service_yuan(a, w->fee_fen), service_yuan(a, w->charged_fen), service_yuan(a, now_fen) };
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) codec_csv_add_text(&csv, cells[i]);
    codec_csv_end_row(&csv);
    if (f->shown->child_count >= SHOWN_MAX) return ERR_NONE;
    service_value *v = service_put_object(a, f->shown, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) service_put_text(a, v, FEES_ROW[i].name, cells[i]);
    return ERR_NONE;
}

/* What the fee is of stands with it for good, behind what the user gave as their reason. */
static text reason_of(feeing *f, const dues_deciding *o, const following *w)
{
    const service_call *call = f->d->m.call;
    arena *a = call->request;
    text given = service_text_of(call, "why", TEXT_NONE);
    text sum = text_format(a, "%.*s = %.*s", TEXT_ARG(arithmetic(f, o, w)), TEXT_ARG(service_yuan(a, w->fee_fen)));
    if (w->charged_fen) sum = text_format(a, "%.*s − %.*s", TEXT_ARG(sum), TEXT_ARG(service_yuan(a, w->charged_fen)));
    return text_format(a, "%.*s%s%.*s; %.*s", TEXT_ARG(given), given.size_bytes ? "; " : "", TEXT_ARG(sum), TEXT_ARG(f->law));
}

static err charge(feeing *f, const dues_deciding *o, const following *w, int64_t now_fen)
{
    collection_due due = w->key;
    collection_act act = f->d->act;
    act.why = reason_of(f, o, w);
    due.charge = COLLECTION_LATE_FEE;
    due.due_day = f->on_day;
    due.due_fen = now_fen;
    act.key = text_format(f->memory, "late/%d/%lld/%d/%.*s/%d/%lld", f->on_day, (long long)due.payer.id, due.month,
                          TEXT_ARG(due.purpose), due.fund, (long long)w->charged_fen);
    return collection_charge_due(f->d->bills, &due, &act);
}

static err charge_bucket(feeing *f, uint32_t bucket)
{
    dues_deciding o;
    f->place = hash_map_open(f->memory);
    f->all = NULL;
    f->count = f->capacity = 0;
    TRY(collection_history(f->d->bills, bucket, f->d->payer, note, f));
    TRY(decide(f, &o));
    for (size_t i = 0; i < f->count; i++) {
        following *w = &f->all[i];
        for (size_t k = 0; k < w->lane_count; k++) {
            int64_t fen;
            TRY(dues_answer(f->d, &o, "late_fee", w->first_lane + k, &fen));
            w->fee_fen += fen;
        }
        int64_t now_fen = w->fee_fen - w->charged_fen;
        if (now_fen <= 0) continue;
        f->total_fen += now_fen;
        f->charged_count++;
        TRY(put_fee(f, &o, w, now_fen));
        TRY(charge(f, &o, w, now_fen));
    }
    return ERR_NONE;
}

static err charge_all(feeing *f)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        if (f->d->payer.id && bucket != eventlog_bucket_of(f->d->payer.id)) continue;
        f->memory = arena_open();
        err e = charge_bucket(f, bucket);
        if (e.detail) e.detail = text_cstr(f->d->m.call->request, text_of(e.detail));
        arena_close(f->memory);
        TRY(e);
    }
    return ERR_NONE;
}

static void begin_list(feeing *f)
{
    f->list = text_builder_open(f->d->m.call->request);
    codec_csv_writer csv = codec_csv_write(&f->list, 0);
    for (size_t i = 0; i < ARRAY_COUNT(FEES_ROW); i++)
        codec_csv_add_text(&csv, text_of(service_say(f->d->m.call, FEES_ROW[i].summary, FEES_ROW[i].summary_zh)));
    codec_csv_end_row(&csv);
}

static err dues_fees_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    bool is_dry = service_is_given(call, "dry-run");
    feeing f = { .d = &d, .on_day = service_day_of(call, "on") };
    TRY(dues_begin(call, COUNTY_WRITE, &d));
    service_put_text(a, call->reply, "on", service_day_text(a, f.on_day));
    f.shown = service_put_list(a, call->reply, "fees");
    begin_list(&f);
    TRY(charge_all(&f));
    if (is_dry) store_rollback(d.m.office->db);
    else TRY(store_commit(d.m.office->db));
    service_put_text(a, call->reply, "law", f.law);
    service_put_count(a, call->reply, "charged", f.charged_count);
    service_put_text(a, call->reply, "total", service_yuan(a, f.total_fen));
    service_put_bool(a, call->reply, "written", !is_dry && f.charged_count);
    if (!f.charged_count) service_note(call, "nothing to charge that was not charged before", "没有需要补计的滞纳金", TEXT_NONE);
    if (!service_is_given(call, "list")) return ERR_NONE;
    return service_write_file(a, service_text_of(call, "list", TEXT_NONE), text_built(&f.list));
}

static void dues_fees_print(const service_call *call, text_builder *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(FEES_OUTPUT); i++) {
        const service_field *field = &FEES_OUTPUT[i];
        const service_value *v = service_member(call->reply, field->name);
        if (field->type == SERVICE_OBJECT) continue;
        text_add_format(out, "%s%s", service_say(call, field->summary, field->summary_zh), service_say(call, ": ", "："));
        if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld\n", (long long)v->count);
        else if (v->kind == SERVICE_VALUE_BOOL) text_add_format(out, "%s\n", v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
        else text_add_format(out, "%.*s\n", TEXT_ARG(v->word));
    }
    month_print_list(call, "fees", FEES_ROW, ARRAY_COUNT(FEES_ROW), 4, out);
}

static const char *const FEES_EXAMPLES[] = { "doudi dues late-fees --on 2026-12-31 --dry-run --as zhangwei",
                                             "doudi dues late-fees 12 --on 2026-12-31 --as zhangwei", NULL };

const service_op DUES_LATE_FEES_OP = {
    .name = "dues.late-fees",
    .summary = "Charge late fees by the day: of what came late, and of what is open",
    .summary_zh = "按日计收滞纳金：迟缴的算到缴清日，未缴的算到指定日",
    .law = "社会保险法 第八十六条；社会保险费征缴暂行条例 第十三条",
    .kind = SERVICE_WRITE,
    .permission = "arrears.enter",
    .input = FEES_INPUT,
    .input_count = ARRAY_COUNT(FEES_INPUT),
    .output = FEES_OUTPUT,
    .output_count = ARRAY_COUNT(FEES_OUTPUT),
    .examples = FEES_EXAMPLES,
    .run = dues_fees_run,
    .print = dues_fees_print,
};
