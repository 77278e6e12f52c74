/* doudi certify import, record: traces told by other departments as lists, and single proofs. */
#include <string.h>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/certify.h"
#include "service/english.h"
#include "service/files.h"
#include "service/lists.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/sheet.h"

static const service_field IMPORT_INPUT[] = {
    { .name = "file", .type = SERVICE_FILE, .is_positional = true, .shows = "FILE.csv|xlsx",
      .summary = "rows of 证件号码 (or 人员), 日期, 种类, and 来源 where it is told", .summary_zh = "痕迹清单：证件号码（或人员）、日期、种类，可有来源" },
    { .name = "rejects", .type = SERVICE_FILE_OUT, .shows = "REJECTS.csv", .summary = "rows that were refused, and why",
      .summary_zh = "退回的行及原因" },
    { .name = "simulate", .type = SERVICE_COUNT, .shows = "N",
      .summary = "for demonstrations: everyone in payment leaves traces in the year to --month but N in a thousand",
      .summary_zh = "仅供演示：除千分之 N 的人外，领取待遇的人在截至 --month 的一年内都留有痕迹" },
    { .name = "month", .type = SERVICE_TEXT, .shows = "YYYY-MM", .summary = "of --simulate", .summary_zh = "配合 --simulate" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field REJECTED[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "行" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "why", .summary_zh = "原因" },
};
static const service_field IMPORT_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows read", .summary_zh = "读入行数" },
    { .name = "new", .type = SERVICE_COUNT, .summary = "new traces", .summary_zh = "新增痕迹" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "known before", .summary_zh = "此前已有" },
    { .name = "rejected", .type = SERVICE_COUNT, .summary = "rows refused", .summary_zh = "退回的行" },
    { .name = "rejects", .type = SERVICE_OBJECT, .is_list = true, .summary = "refused", .summary_zh = "退回", .fields = REJECTED,
      .field_count = ARRAY_COUNT(REJECTED) },
};

enum { NUMBER, DAY, KIND, SOURCE, COLUMN_COUNT, REJECTS_SHOWN = 10 };
enum { NAMES_MAX = 5 };
static const char *const NAMES[COLUMN_COUNT][NAMES_MAX] = {
    [NUMBER] = { "证件号码", "number", "人员", "人员编号", "person" }, [DAY] = { "日期", "day", "date" },
    [KIND] = { "种类", "kind" }, [SOURCE] = { "来源", "source" },
};

typedef struct {
    service_call *call;
    county *office;
    certify_kinds kinds;
    registry_load *load;
    sheet *file;
    size_t place[COLUMN_COUNT];
    service_value *shown;
    text_builder rejects;
    int64_t rows, rejected;
    int32_t today;
} importing;

static err bind(importing *m)
{
    size_t count;
    const text *columns = sheet_columns(m->file, &count);
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        m->place[c] = SIZE_MAX;
        for (size_t n = 0; n < NAMES_MAX && NAMES[c][n]; n++)
            for (size_t i = 0; i < count; i++)
                if (m->place[c] == SIZE_MAX && text_equal_cstr(text_trim(columns[i]), NAMES[c][n])) m->place[c] = i;
        TRY(sheet_once(m->file, m->place[c]));
        if (m->place[c] == SIZE_MAX && c != SOURCE) return err_of(&LIST_NO_COLUMN, text_format(m->call->request, ERR_SAID("%s", "%s"), NAMES[c][1], NAMES[c][0]).bytes);
    }
    return ERR_NONE;
}

static text cell(const importing *m, const codec_csv_row *row, size_t which)
{
    size_t at = m->place[which];
    return at < row->count ? text_trim(row->field[at]) : TEXT_NONE;
}

/* Kinds and days are checked before the registry is asked for the person. */
static err trace_of(importing *m, text number, text day, text kind, text source, registry_attribute *trace)
{
    const certify_kind *known;
    int32_t on;
    int64_t person_id;
    TRY(certify_kind_of(m->office, &m->kinds, kind, &known));
    if (calendar_parse_day(day, &on).kind || on > m->today) return err_of(&CERTIFY_BAD_DAY, text_cstr(m->call->request, day));
    TRY(record_find_person(m->office, number, &person_id));
    *trace = (registry_attribute){ .fact = { .subject_id = person_id, .from = on, .until = on + 1 }, .value = 1,
                                   .note = source };
    return certify_word(m->office, known->kind, &trace->name);
}

static bool is_row_error(const err_kind *kind)
{
    const err_kind *const KINDS[] = { &SHEET_ROW_WIDTH, &SHEET_LOST_DIGITS, &SHEET_ERROR_CELL, &CERTIFY_UNKNOWN_KIND, &CERTIFY_BAD_DAY, &RECORD_NONE, &RECORD_SEVERAL,
                                      &REGISTRY_NOT_FOUND, &REGISTRY_MERGED };
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (kind == KINDS[i]) return true;
    return false;
}

static void reject(importing *m, const codec_csv_row *row, err e)
{
    arena *a = m->call->request;
    text says = err_sentence(a, e, m->call->is_chinese);
    m->rejected++;
    if (m->rejected <= REJECTS_SHOWN) {
        service_value *v = service_put_object(a, m->shown, NULL);
        service_put_count(a, v, "line", sheet_position(m->file, 0).line);
        service_put_text(a, v, "says", says);
    }
    codec_csv_writer w = codec_csv_write(&m->rejects, ',');
    for (size_t i = 0; i < row->count; i++) codec_csv_add_text(&w, row->field[i]);
    codec_csv_add_text(&w, says);
    codec_csv_end_row(&w);
}

static err take_rows(importing *m)
{
    for (;;) {
        codec_csv_row row;
        bool has_row;
        registry_attribute trace;
        TRY(sheet_next(m->file, &row, &has_row));
        if (!has_row) return ERR_NONE;
        m->rows++;
        err e = sheet_fits(m->file, &row);
        if (!e.kind) e = trace_of(m, cell(m, &row, NUMBER), cell(m, &row, DAY), cell(m, &row, KIND), cell(m, &row, SOURCE), &trace);
        if (!e.kind) e = registry_load_say(m->load, REGISTRY_ATTRIBUTE, &trace);
        if (!is_row_error(e.kind)) TRY(e);
        else reject(m, &row, e);
    }
}

static err read_file(importing *m)
{
    size_t count;
    TRY(sheet_open(m->call, service_text_of(m->call, "file", TEXT_NONE), &m->file));
    err e = bind(m);
    const text *columns = sheet_columns(m->file, &count);
    codec_csv_writer w = codec_csv_write(&m->rejects, ',');
    for (size_t i = 0; i < count; i++) codec_csv_add_text(&w, columns[i]);
    codec_csv_add_text(&w, text_of(service_say(m->call, "error", "错误")));
    codec_csv_end_row(&w);
    if (!e.kind) e = take_rows(m);
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    sheet_close(m->file);
    return e;
}

/* ---- for demonstrations ---- */

static err leave(importing *m, int64_t person_id, const char *kind, int32_t day)
{
    registry_attribute trace = { .fact = { .subject_id = person_id, .from = day, .until = day + 1 }, .value = 1,
                                 .note = text_of(service_say(m->call, "simulated", "模拟")) };
    m->rows++;
    TRY(certify_word(m->office, text_of(kind), &trace.name));
    return registry_load_say(m->load, REGISTRY_ATTRIBUTE, &trace);
}

/* Most go to a doctor or into hospital; some take the bus; few show their face to a telephone. */
static err leave_traces(importing *m, int64_t person_id, int32_t month, int64_t none_of_thousand)
{
    uint64_t dice = hash_mix(UINT64_C(0x9e3779b97f4a7c15), (uint64_t)person_id);
    int32_t last = calendar_last_day_of_month(month);
    if ((int64_t)(dice % 1000) < none_of_thousand) return ERR_NONE;
    uint64_t way = dice / 1000 % 100;
    int32_t day = last - (int32_t)(dice / 100000 % 150);
    if (way < 55) {
        TRY(leave(m, person_id, "门诊就医", day));
        return leave(m, person_id, "门诊就医", day - 20);
    }
    if (way < 75) return leave(m, person_id, "住院结算", day - 100);
    if (way < 94) {
        for (int i = 0; i < 6; i++) TRY(leave(m, person_id, "乘车刷卡", day - 3 * i));
        return ERR_NONE;
    }
    return leave(m, person_id, way < 98 ? "自助人脸" : "上门见面", day);
}

static err simulate(importing *m, int32_t month, int64_t none_of_thousand)
{
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        registry_roster *rows;
        registry_roster_options wants = { .day = calendar_last_day_of_month(month), .month = month, .known_ms = REGISTRY_NOW,
                                          .wants = 1u << REGISTRY_BENEFIT };
        arena *a = arena_open();
        err e = registry_roster_open(a, m->office->people, bucket, &wants, &rows);
        while (!e.kind) {
            const registry_roster_row *row;
            e = registry_roster_next(rows, &row);
            if (e.kind || !row) break;
            if (row->benefit_count) e = leave_traces(m, row->subject_id, month, none_of_thousand);
        }
        if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
        registry_roster_close(rows);
        arena_close(a);
        TRY(e);
    }
    return ERR_NONE;
}

/* ---- the operations ---- */

static err begin(service_call *call, importing *m)
{
    *m = (importing){ .call = call, .shown = service_list(call->request), .rejects = text_builder_open(call->request),
                      .today = service_day_of(call, "on") };
    TRY(county_open(call, COUNTY_WRITE, &m->office));
    TRY(county_login(m->office, NULL));
    TRY(certify_kinds_read(m->office, &m->kinds));
    return county_begin(m->office);
}

static registry_act act_of(const importing *m)
{
    return (registry_act){ .known_ms = m->office->now_ms, .actor_id = m->office->actor_id,
                           .why = service_text_of(m->call, "why", text_of(m->call->op->name)) };
}

static err take_file(importing *m)
{
    int32_t month;
    if (!service_is_given(m->call, "simulate")) return read_file(m);
    TRY(service_month_of(m->call, "month", calendar_month_of_day(m->today), &month));
    return simulate(m, month, (int64_t)service_size_of(m->call, "simulate", 0));
}

static err certify_import_run(service_call *call)
{
    importing m;
    registry_load_tally tally;
    registry_load_options options = { 0 };
    arena *a = call->request;
    if (!service_is_given(call, "file") && !service_is_given(call, "simulate")) return err_of(&SERVICE_MISSING_ARGUMENT, "FILE");
    TRY(begin(call, &m));
    registry_act act = act_of(&m);
    TRY(registry_load_open(m.office->memory, m.office->people, &act, "imported", &options, &m.load));
    err e = take_file(&m);
    err closed = registry_load_close(m.load, &tally);
    TRY(e);
    TRY(closed);
    if (service_is_given(call, "rejects") && m.rejected)
        TRY(service_write_file(a, service_text_of(call, "rejects", TEXT_NONE), text_built(&m.rejects)));
    TRY(store_commit(m.office->db));
    service_put_count(a, call->reply, "rows", m.rows);
    service_put_count(a, call->reply, "new", tally.changed_count);
    service_put_count(a, call->reply, "same", tally.same_count);
    service_put_count(a, call->reply, "rejected", m.rejected);
    service_put(a, call->reply, "rejects", m.shown);
    call->has_failures = m.rejected > 0;
    return ERR_NONE;
}

static const service_field RECORD_INPUT[] = {
    RECORD_WHO_FIELD("citizen number, id, or whole name", "证件号码、编号，或完整姓名"),
    { .name = "kind", .type = SERVICE_TEXT, .is_required = true, .shows = "KIND",
      .summary = "how: 上门见面 (a visit), 柜面办理 (at the counter) ... (all: doudi certify kinds)",
      .summary_zh = "种类：自助人脸、上门见面、柜面办理等（全部种类见 doudi certify kinds）" },
    { .name = "day", .type = SERVICE_TEXT, .shows = "DATE", .summary = "the day (default: today)", .summary_zh = "日期（默认今天）" },
    { .name = "source", .type = SERVICE_TEXT, .shows = "TEXT", .summary = "who saw the person, or which system",
      .summary_zh = "经办人或来源系统" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field RECORD_OUTPUT[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },
    { .name = "day", .type = SERVICE_TEXT, .summary = "day", .summary_zh = "日期" },
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "种类" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "entered now, not before", .summary_zh = "本次登记" },
};

static err certify_record_run(service_call *call)
{
    importing m;
    registry_attribute trace;
    int64_t changed;
    arena *a = call->request;
    TRY(begin(call, &m));
    registry_act act = act_of(&m);
    text kind = service_text_of(call, "kind", TEXT_NONE), day = service_text_of(call, "day", service_day_text(a, m.today));
    TRY(trace_of(&m, service_text_of(call, "who", TEXT_NONE), day, kind, service_text_of(call, "source", TEXT_NONE), &trace));
    TRY(registry_say(m.office->people, &act, "attribute_said", REGISTRY_ATTRIBUTE, &trace, 1, &changed));
    TRY(store_commit(m.office->db));
    service_put_count(a, call->reply, "person", trace.fact.subject_id);
    service_put_text(a, call->reply, "day", day);
    service_put_text(a, call->reply, "kind", kind);
    service_put_bool(a, call->reply, "is_new", changed > 0);
    return ERR_NONE;
}

/* ---- kinds ---- */

static const char *const WAYS_EN[CERTIFY_WAY_COUNT] = { "silent", "by oneself", "visit", "counter" };
static const char *const WAYS_ZH[CERTIFY_WAY_COUNT] = { "静默", "自助", "上门", "柜面" };
static const service_field KINDS_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field KINDS_ROW[] = {
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "种类" },
    { .name = "says", .type = SERVICE_TEXT, .summary = "the same in the reader's language", .summary_zh = "种类名称" },
    { .name = "way", .type = SERVICE_TEXT, .summary = "way", .summary_zh = "方式" },
};
static const service_field KINDS_OUTPUT[] = {
    { .name = "kinds", .type = SERVICE_OBJECT, .is_list = true, .summary = "kinds of traces", .summary_zh = "痕迹种类", .fields = KINDS_ROW,
      .field_count = ARRAY_COUNT(KINDS_ROW) },
};

static err certify_kinds_run(service_call *call)
{
    county *office;
    certify_kinds kinds;
    english_words words;
    arena *a = call->request;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(certify_kinds_read(office, &kinds));
    TRY(english_open(call, &words));
    service_value *list = service_put_list(a, call->reply, "kinds");
    for (size_t i = 0; i < kinds.count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "kind", text_copy(a, kinds.items[i].kind));
        service_put_text(a, v, "says", text_copy(a, english_of(&words, kinds.items[i].kind)));
        service_put_cstr(a, v, "way", service_say(call, WAYS_EN[kinds.items[i].way], WAYS_ZH[kinds.items[i].way]));
    }
    return ERR_NONE;
}

static const char *const KINDS_EXAMPLES[] = { "doudi certify kinds", NULL };
static const char *const IMPORT_EXAMPLES[] = { "doudi certify import 医保就诊.csv --rejects 退回.csv --as zhangwei", NULL };
static const char *const RECORD_EXAMPLES[] = { "doudi certify record 1024 --kind 上门见面 --source 城关镇 --as zhangwei", NULL };

const service_op CERTIFY_IMPORT_OP = {
    .name = "certify.import",
    .summary = "Read a list of traces that people are alive: hospital stays, visits to doctors, visits at home ...",
    .summary_zh = "导入认证痕迹清单：住院、门诊、乘车、上门等",
    .law = "《社会保险经办条例》第二十六条",
    .kind = SERVICE_WRITE,
    .permission = "certify.import",
    .input = IMPORT_INPUT,
    .input_count = ARRAY_COUNT(IMPORT_INPUT),
    .output = IMPORT_OUTPUT,
    .output_count = ARRAY_COUNT(IMPORT_OUTPUT),
    .examples = IMPORT_EXAMPLES,
    .run = certify_import_run,
};
const service_op CERTIFY_RECORD_OP = {
    .name = "certify.record",
    .summary = "Enter that one person was seen alive",
    .summary_zh = "登记一个人的认证：自助、柜面或上门",
    .law = "《社会保险经办条例》第二十六条",
    .kind = SERVICE_WRITE,
    .permission = "certify.record",
    .scope = SERVICE_SCOPE_ID,
    .scope_of = "who",
    .input = RECORD_INPUT,
    .input_count = ARRAY_COUNT(RECORD_INPUT),
    .output = RECORD_OUTPUT,
    .output_count = ARRAY_COUNT(RECORD_OUTPUT),
    .examples = RECORD_EXAMPLES,
    .run = certify_record_run,
};
const service_op CERTIFY_KINDS_OP = {
    .name = "certify.kinds",
    .summary = "The kinds of traces that somebody is alive, as the packs have them",
    .summary_zh = "认证痕迹的种类",
    .law = "《社会保险经办条例》第二十六条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .scope = SERVICE_SCOPE_FREE,
    .input = KINDS_INPUT,
    .input_count = ARRAY_COUNT(KINDS_INPUT),
    .output = KINDS_OUTPUT,
    .output_count = ARRAY_COUNT(KINDS_OUTPUT),
    .examples = KINDS_EXAMPLES,
    .run = certify_kinds_run,
};
