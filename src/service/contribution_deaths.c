/* doudi contribution deaths: who has died and is enrolled still, or was billed for months after the death. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/contribution.h"
#include "service/deaths.h"
#include "service/files.h"
#include "service/grid.h"
#include "service/operations.h"
#include "service/words.h"

static const service_field DEATHS_INPUT[] = {
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write every row here",
      .summary_zh = "将全部名单写入此文件" },
    { .name = "ends", .type = SERVICE_FILE_OUT, .shows = "FILE.csv",
      .summary = "write the ends of these enrolments here, for county import --what enrolments",
      .summary_zh = "将应停保的登记写入此文件，核对后用 county import --what enrolments 导入" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field DEATHS_ROW[] = {
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "参保人" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "died", .type = SERVICE_TEXT, .summary = "died on", .summary_zh = "死亡日期" },
    { .name = "enrolled", .type = SERVICE_TEXT, .summary = "enrolled still", .summary_zh = "仍在保险种" },
    { .name = "billed", .type = SERVICE_TEXT, .summary = "billed for months after, yuan", .summary_zh = "死亡次月起已开账单（元）" },
    { .name = "months", .type = SERVICE_COUNT, .summary = "months", .summary_zh = "月数" },
};
static const service_field DEATHS_OUTPUT[] = {
    { .name = "deaths", .type = SERVICE_COUNT, .summary = "deaths known", .summary_zh = "已登记死亡" },
    { .name = "enrolled", .type = SERVICE_COUNT, .summary = "of them enrolled still", .summary_zh = "其中仍在保" },
    { .name = "billed_people", .type = SERVICE_COUNT, .summary = "billed for months after the death", .summary_zh = "其中死亡次月起已开账单" },
    { .name = "billed", .type = SERVICE_TEXT, .summary = "of them billed, yuan", .summary_zh = "已开账单合计（元）" },
    { .name = "rows", .type = SERVICE_OBJECT, .is_list = true, .summary = "rows (50 at most; by pages all)", .summary_zh = "明细（前 50 行，分页时全部）",
      .fields = DEATHS_ROW, .field_count = ARRAY_COUNT(DEATHS_ROW) },
};
enum { ROWS_SHOWN = 50, ROW_COLUMNS = ARRAY_COUNT(DEATHS_ROW), FIRST_NUMBER = 4 };

typedef struct {
    dues_call *d;
    int64_t deaths, enrolled, billed_people, billed_fen;
    deaths_bills bills; /* of the bucket at hand */
    text_builder ends;
    grid grid;
    service_value *shown;
} listing;

/* ---- enrolments that reach beyond the month of the death ---- */

/* One row a scheme and employer: what was said of a base or a tier since makes no second one. */
static bool is_said_before(const registry_enrolment *all, size_t at, int32_t day)
{
    for (size_t i = 0; i < at; i++)
        if (all[i].fact.until > day && all[i].scheme == all[at].scheme && all[i].employer_id == all[at].employer_id) return true;
    return false;
}

static err add_end(listing *l, int64_t person_id, const registry_enrolment *e, text scheme, int32_t day)
{
    arena *a = l->d->m.call->request;
    codec_csv_writer csv = codec_csv_write(&l->ends, 0);
    codec_csv_add_text(&csv, text_format(a, "%lld", (long long)person_id));
    codec_csv_add_text(&csv, scheme);
    codec_csv_add_text(&csv, TEXT("停保"));
    codec_csv_add_text(&csv, e->employer_id ? text_format(a, "%lld", (long long)e->employer_id) : TEXT_NONE);
    codec_csv_add_text(&csv, service_day_text(a, day));
    codec_csv_end_row(&csv);
    return ERR_NONE;
}

static err find_enrolled(listing *l, const deaths_one *died, text *schemes)
{
    registry *people;
    registry_record record;
    county *office = l->d->m.office;
    arena *scratch = arena_open();
    text_builder says = text_builder_open(l->d->m.call->request);
    int32_t day = calendar_first_day_of_month(died->month + 1);
    err e = county_people(office, &people);
    if (!e.kind) e = registry_record_read(scratch, people, died->person_id, REGISTRY_NOW, &record);
    const registry_enrolment *all = e.kind ? NULL : record.facts[REGISTRY_ENROLMENT];
    for (size_t i = 0; !e.kind && i < record.count[REGISTRY_ENROLMENT]; i++) {
        text scheme;
        if (all[i].fact.until <= day || is_said_before(all, i, day)) continue;
        e = county_word_text(office, all[i].scheme, &scheme);
        if (e.kind) break;
        if (says.size_bytes) text_add(&says, text_of(service_say(office->call, ", ", "、")));
        text_add(&says, county_word_shown(office, scheme));
        e = add_end(l, died->person_id, &all[i], scheme, day);
    }
    arena_close(scratch);
    *schemes = text_built(&says);
    return e.kind ? err_of(e.kind, NULL) : ERR_NONE;
}

/* ---- a row ---- */

static err put(listing *l, const deaths_one *died)
{
    service_call *call = l->d->m.call;
    arena *a = call->request;
    text schemes, name;
    int64_t billed = 0, months = 0;
    TRY(find_enrolled(l, died, &schemes));
    for (size_t i = 0; i < l->bills.count; i++) {
        if (l->bills.items[i].person_id != died->person_id) continue;
        bool is_first = true;
        for (size_t j = 0; j < i; j++)
            is_first &= l->bills.items[j].person_id != died->person_id || l->bills.items[j].month != l->bills.items[i].month;
        billed += l->bills.items[i].fen;
        months += is_first;
    }
    l->enrolled += schemes.size_bytes > 0;
    l->billed_people += billed > 0;
    l->billed_fen += billed;
    if (!schemes.size_bytes && !billed) return ERR_NONE;
    TRY(dues_payer_name(&l->d->m, died->person_id, &name));
    text cells[ROW_COLUMNS] = { text_format(a, "%lld", (long long)died->person_id), name, service_day_text(a, died->day), schemes.size_bytes ? schemes : TEXT("-"), service_yuan(a, billed),
                                text_format(a, "%lld", (long long)months) };
    service_value *v = service_takes_row(l->d->m.call, l->shown, ROWS_SHOWN) ? service_put_object(a, l->shown, NULL) : NULL;
    grid_row(&l->grid, v, DEATHS_ROW, cells);
    return ERR_NONE;
}

static err list_bucket(listing *l, uint32_t bucket)
{
    deaths dead;
    month_call *m = &l->d->m;
    arena *memory = arena_open();
    l->bills = (deaths_bills){ 0 };
    bool has_month = calendar_is_month(m->month); /* none before the office's first is opened */
    int32_t until_day = has_month ? calendar_last_day_of_month(m->month) : m->call->office->settings.today_day;
    err e = deaths_read(memory, m, bucket, until_day, &dead);
    if (!e.kind) e = deaths_bills_read(memory, m, bucket, &dead, 0, &l->bills);
    for (size_t i = 0; !e.kind && i < dead.count; i++) e = put(l, &dead.items[i]);
    if (!e.kind) l->deaths += (int64_t)dead.count;
    if (e.detail) e.detail = text_cstr(m->call->request, text_of(e.detail));
    arena_close(memory);
    return e;
}

static void begin_ends(listing *l)
{
    static const char *const HEADS[] = { "person", "scheme", "standing", "employer", "from" };
    codec_csv_writer csv = codec_csv_write(&l->ends, 0);
    for (size_t i = 0; i < ARRAY_COUNT(HEADS); i++) codec_csv_add_text(&csv, text_of(HEADS[i]));
    codec_csv_end_row(&csv);
}

static void say_next(const listing *l)
{
    service_call *call = l->d->m.call;
    if (!l->enrolled && !l->billed_people)
        service_note(call, "nobody whose death is known is enrolled or billed", "已登记死亡的人员都已停保，也没有死亡次月以后的账单", TEXT_NONE);
    if (l->enrolled)
        service_note(call, "end these enrolments: ", "请停保：",
                     TEXT("doudi contribution deaths --ends ended.csv; doudi county import ended.csv --what enrolments"));
    if (l->billed_people)
        service_note(call, "take off what was billed after the death: ", "请退收死亡次月起的账单：",
                     text_format(call->request, "doudi month correct --month %.*s --after-death",
                                 TEXT_ARG(service_month_text(call->request, l->d->m.month))));
}

static err contribution_deaths_run(service_call *call)
{
    dues_call d;
    arena *a = call->request;
    listing l = { .d = &d, .shown = service_list(a), .ends = text_builder_open(a) };
    TRY(dues_begin(call, COUNTY_READ, &d));
    l.grid = grid_open(call, text_of(service_say(call, "Who has died and is enrolled or billed", "死亡后仍在保、仍有账单的人员")), DEATHS_ROW,
                       ROW_COLUMNS, FIRST_NUMBER);
    begin_ends(&l);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) TRY(list_bucket(&l, bucket));
    service_put_count(a, call->reply, "deaths", l.deaths);
    service_put_count(a, call->reply, "enrolled", l.enrolled);
    service_put_count(a, call->reply, "billed_people", l.billed_people);
    service_put_text(a, call->reply, "billed", service_yuan(a, l.billed_fen));
    service_put(a, call->reply, "rows", l.shown);
    say_next(&l);
    if (service_is_given(call, "ends")) TRY(service_write_file(a, service_text_of(call, "ends", TEXT_NONE), text_built(&l.ends)));
    return service_is_given(call, "out") ? grid_write(&l.grid, service_text_of(call, "out", TEXT_NONE)) : ERR_NONE;
}

static void contribution_deaths_print(const service_call *call, text_builder *out)
{
    contribution_print_fields(call, out);
    month_print_list(call, "rows", DEATHS_ROW, ROW_COLUMNS, FIRST_NUMBER, out);
}

static const char *const DEATHS_EXAMPLES[] = { "doudi contribution deaths --out deaths.xlsx", "doudi contribution deaths --ends ended.csv",
                                               NULL };

const service_op CONTRIBUTION_DEATHS_OP = {
    .name = "contribution.deaths",
    .summary = "Who has died and is enrolled still, or was billed for months after the death, and what to do",
    .summary_zh = "死亡后仍在保、死亡次月起仍有账单的人员，以及怎样办理",
    .law = "社会保险法 第十四条；社会保险经办条例 第二十五条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = DEATHS_INPUT,
    .input_count = ARRAY_COUNT(DEATHS_INPUT),
    .output = DEATHS_OUTPUT,
    .output_count = ARRAY_COUNT(DEATHS_OUTPUT),
    .examples = DEATHS_EXAMPLES,
    .run = contribution_deaths_run,
    .print = contribution_deaths_print,
};
