/* doudi link ask: whom one record after another is likely to be about, of a roll that stands, by a model that was kept. */
#include <stdlib.h>

#include "os/os.h"
#include "service/files.h"
#include "service/link.h"
#include "service/operations.h"

const err_kind LINK_NOBODY_ASKED = {
    "link.nobody_asked", ERR_BAD_INPUT, "Of whom is asked? Give a second file of records, or --record FIELD=VALUE for one{}.",
    "没有说明要查谁：请给出第二个文件，或用 --record 字段=值 给出一条记录{}。",
};
const err_kind LINK_NEEDS_OUT = {
    "link.needs_out", ERR_BAD_INPUT, "Where to are the answers for the records of {} to be written? Give --out FOUND.csv.",
    "{} 中各记录的结果写到哪里？请给出 --out 文件。",
};

static const service_field ASK_INPUT[] = {
    { .name = "files", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .is_list = true, .shows = "ROLL.csv [RECORDS.csv]",
      .summary = "the roll that stands, and the records that are looked for in it", .summary_zh = "现有名册，以及要在其中查找的记录" },
    { .name = "spec", .type = SERVICE_TEXT, .is_required = true, .shows = "SPEC", .summary = "cn-person, cn-employer, latin-person or a file (docs/linkage.md)",
      .summary_zh = "比对方案：cn-person、cn-employer、latin-person 或方案文件（见 docs/linkage.md）" },
    { .name = "model", .type = SERVICE_FILE, .is_required = true, .shows = "MODEL.txt", .summary = "what doudi link --keep has written",
      .summary_zh = "doudi link --keep 保存的模型" },
    { .name = "record", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=VALUE", .summary = "of one record: said once a field",
      .summary_zh = "一条记录，每个字段说一次" },
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FOUND.csv", .summary = "the answers for all records; - is the standard output",
      .summary_zh = "全部结果文件；- 为标准输出" },
    { .name = "columns", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=COLUMN,...", .summary = "what the files call the spec's fields, and id",
      .summary_zh = "字段（及 id）在文件中的列名" },
};
static const service_field FOUND_ROW[] = {
    { .name = "record", .type = SERVICE_TEXT, .summary = "record", .summary_zh = "记录" },
    { .name = "found", .type = SERVICE_TEXT, .summary = "row of the roll", .summary_zh = "名册中的行" },
    { .name = "probability", .type = SERVICE_TEXT, .summary = "probability", .summary_zh = "可能性" },
    { .name = "tier", .type = SERVICE_STATE, .summary = "tier", .summary_zh = "等级" },
    { .name = "evidence", .type = SERVICE_TEXT, .summary = "evidence", .summary_zh = "依据（对数几率）" },
};
static const service_field ASK_OUTPUT[] = {
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows of the roll", .summary_zh = "名册行数" },
    { .name = "asked", .type = SERVICE_COUNT, .summary = "records looked for", .summary_zh = "查找的记录" },
    { .name = "confirmed", .type = SERVICE_COUNT, .summary = "as good as certain", .summary_zh = "基本确定" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to be looked at", .summary_zh = "需要核对" },
    { .name = "none", .type = SERVICE_COUNT, .summary = "like nobody there", .summary_zh = "没有相近的人" },
    { .name = "half_ns", .type = SERVICE_COUNT, .summary = "half of them within, ns", .summary_zh = "半数在此时间内（纳秒）" },
    { .name = "most_ns", .type = SERVICE_COUNT, .summary = "99 in 100 within, ns", .summary_zh = "百分之九十九在此时间内（纳秒）" },
    { .name = "found", .type = SERVICE_OBJECT, .is_list = true, .summary = "who it may be (50 at most; by pages all)", .summary_zh = "可能的人（前 50 个，分页时全部）",
      .fields = FOUND_ROW, .field_count = ARRAY_COUNT(FOUND_ROW) },
};

typedef struct {
    service_call *call;
    const linkage_spec *spec;
    linkage_set *set;
    linkage_run *run;
    linkage_finder *finder;
    os_writer *file; /* NULL: none is wanted */
    service_value *shown;
    int64_t tier[LINKAGE_TIER_COUNT];
    int64_t *times;
    size_t count, capacity;
    arena *memory;
    text_builder out;
} asking;

enum { SHOWN_MAX = 50, OUT_BYTES = 1 << 16 };

static void put_found(asking *q, text id, const linkage_pair *pair)
{
    static const char *const TIERS[LINKAGE_TIER_COUNT][2] = {
        [LINKAGE_CONFIRMED] = { "as good as certain", "基本确定" }, [LINKAGE_REVIEW] = { "to be looked at", "需要核对" }, [LINKAGE_NO] = { "no", "否" },
    };
    linkage_tier tier = pair ? linkage_tier_of(pair) : LINKAGE_NO;
    arena *a = q->memory;
    text_builder evidence = text_builder_open(a);
    int64_t part = pair ? linkage_millionths(pair) : 0;
    if (pair) linkage_evidence(q->run, pair, &evidence);
    text cells[] = { id, pair ? linkage_set_id(q->set, pair->a) : TEXT(""), text_format(a, "%lld.%06lld", (long long)(part / 1000000), (long long)(part % 1000000)),
                     text_of(linkage_tier_name(tier)), pair ? text_built(&evidence) : TEXT("") };
    codec_csv_writer row = codec_csv_write(&q->out, 0);
    for (size_t c = 0; q->file && c < ARRAY_COUNT(cells); c++) codec_csv_add_text(&row, cells[c]);
    if (q->file) codec_csv_end_row(&row);
    if (!service_takes_row(q->call, q->shown, SHOWN_MAX)) return;
    arena *kept = q->call->request;
    service_value *v = service_put_object(kept, q->shown, NULL);
    for (size_t c = 0; c < ARRAY_COUNT(cells); c++) {
        if (c == 3) service_put_state(q->call, v, "tier", linkage_tier_name(tier), TIERS[tier][0], TIERS[tier][1]);
        else service_put_text(kept, v, FOUND_ROW[c].name, text_copy(kept, cells[c]));
    }
}

static err flush(asking *q, size_t from_bytes)
{
    if (!q->file || q->out.size_bytes < from_bytes) return ERR_NONE;
    err e = os_writer_add(q->file, text_built(&q->out));
    q->out.size_bytes = 0;
    return e;
}

static err ask(void *context, text id, const text *values, const text *extra)
{
    (void)extra;
    asking *q = context;
    linkage_pair pairs[LINKAGE_FOUND_MAX];
    int64_t began = os_monotonic_ns();
    size_t found = linkage_find(q->finder, values, pairs), likely = 0;
    int64_t took = os_monotonic_ns() - began;
    ARENA_PUSH(q->call->request, q->times, q->count, q->capacity, took);
    while (likely < found && linkage_tier_of(&pairs[likely]) != LINKAGE_NO) likely++;
    for (size_t i = 0; i < likely; i++) put_found(q, id, &pairs[i]);
    if (!likely) put_found(q, id, NULL);
    q->tier[likely ? linkage_tier_of(&pairs[0]) : LINKAGE_NO]++;
    arena_reset(q->memory);
    return flush(q, OUT_BYTES);
}

/* --record FIELD=VALUE, once a field; `id` too where it may be said. */
err link_record(service_call *call, const linkage_spec *spec, text *values, text *id)
{
    const service_argument *given = service_argument_of(call, "record");
    arena *a = call->request;
    for (size_t i = 0; i < LINKAGE_INPUTS_MAX; i++) values[i] = TEXT_NONE;
    for (size_t i = 0; i < given->count; i++) {
        size_t at = text_find(given->values[i], TEXT("="));
        text field = text_trim(text_sub(given->values[i], 0, at == SIZE_MAX ? given->values[i].size_bytes : at));
        if (at == SIZE_MAX) return err_of(&LINK_BAD_COLUMNS, text_cstr(a, text_shown(a, given->values[i], 60)));
        text value = text_trim(text_sub(given->values[i], at + 1, given->values[i].size_bytes));
        size_t input = linkage_input_named(spec, field);
        if (id && text_equal_cstr(field, "id")) *id = value;
        else if (input == SIZE_MAX) return err_of(&LINK_NO_SUCH_FIELD, text_cstr(a, text_shown(a, field, 60)));
        else values[input] = value;
    }
    return ERR_NONE;
}

static err ask_one(asking *q)
{
    text values[LINKAGE_INPUTS_MAX];
    TRY(link_record(q->call, q->spec, values, NULL));
    return ask(q, TEXT("-"), values, NULL);
}

static int by_time(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (p > q) - (p < q);
}

static err ask_all(asking *q, link_columns *columns)
{
    service_call *call = q->call;
    const service_argument *files = service_argument_of(call, "files");
    text out = service_text_of(call, "out", TEXT_NONE);
    if (out.size_bytes) TRY(os_writer_open(call->request, text_cstr(call->request, out), &q->file));
    if (q->file) text_add_cstr(&q->out, "record,found,probability,tier,evidence\n");
    err e = service_is_given(call, "record") ? ask_one(q) : ERR_NONE;
    if (!e.kind && files->count == 2) link_dates(call, q->spec, columns, files->values[1], q->set);
    if (!e.kind && files->count == 2) e = link_each(call, q->spec, columns, NULL, files->values[1], ask, q);
    if (!e.kind && files->count == 2) e = link_columns_met(call, columns);
    if (!e.kind) e = flush(q, 0);
    if (q->file && e.kind) os_writer_cancel(q->file);
    else if (q->file) e = os_writer_commit(q->file);
    call->is_output_taken = text_equal_cstr(out, "-");
    return e;
}

static void put_reply(asking *q)
{
    service_value *r = q->call->reply;
    arena *a = q->call->request;
    if (q->count) qsort(q->times, q->count, sizeof *q->times, by_time);
    service_put_count(a, r, "rows", (int64_t)linkage_set_count(q->set, 0));
    service_put_count(a, r, "asked", (int64_t)q->count);
    service_put_count(a, r, "confirmed", q->tier[LINKAGE_CONFIRMED]);
    service_put_count(a, r, "review", q->tier[LINKAGE_REVIEW]);
    service_put_count(a, r, "none", q->tier[LINKAGE_NO]);
    service_put_count(a, r, "half_ns", q->count ? q->times[q->count / 2] : 0);
    service_put_count(a, r, "most_ns", q->count ? q->times[q->count * 99 / 100] : 0);
    service_put(a, r, "found", q->shown);
}

err link_model(service_call *call, linkage_options *options)
{
    if (!service_is_given(call, "model")) return ERR_NONE;
    text path = service_text_of(call, "model", TEXT_NONE);
    options->model_file = text_cstr(call->request, path);
    return service_read_utf8(call->request, path, &options->model);
}

static err ask_records(service_call *call)
{
    size_t workers = call->office->settings.thread_count;
    workers = workers < 1 ? 1 : workers > LINKAGE_WORKERS_MAX ? LINKAGE_WORKERS_MAX : workers;
    asking q = { .call = call, .shown = service_list(call->request) };
    const service_argument *files = service_argument_of(call, "files");
    linkage_options options = { .crew = { link_run_crew, &workers, workers } };
    link_columns *columns;
    if (files->count < 2 && !service_is_given(call, "record")) return err_of(&LINK_NOBODY_ASKED, "");
    if (files->count == 2 && !service_is_given(call, "out")) return err_of(&LINK_NEEDS_OUT, text_cstr(call->request, files->values[1]));
    TRY(link_spec(call, &q.spec));
    TRY(link_columns_open(call, q.spec, &columns));
    TRY(link_model(call, &options));
    q.set = linkage_set_open(q.spec);
    q.memory = arena_open();
    q.out = text_builder_open(call->request);
    err e = link_read(call, q.spec, &options.crew, columns, 1, q.set);
    if (!e.kind) e = link_named(call, columns, linkage_run_ask(q.set, options, call->request, &q.run));
    if (!e.kind) q.finder = linkage_finder_open(q.set, q.run);
    if (!e.kind) e = ask_all(&q, columns);
    if (!e.kind) put_reply(&q);
    linkage_finder_close(q.finder);
    linkage_run_close(q.run);
    linkage_set_close(q.set);
    arena_close(q.memory);
    return e;
}

static err link_ask(service_call *call)
{
    return link_told(call, ask_records(call));
}

static const char *const ASK_EXAMPLES[] = {
    "doudi link insured.csv police.csv --spec cn-person --keep model.txt --out pairs.csv",
    "doudi link ask insured.csv --spec cn-person --model model.txt --record name=王伟 --record birth_date=农历1965年八月十五 --record village=石桥村",
    "doudi link ask insured.csv visitors.csv --spec cn-person --model model.txt --out found.csv",
    NULL,
};

const service_op LINK_ASK_OP = {
    .name = "link.ask",
    .summary = "Whom one record, or each of many by itself, is likely to be about, of a roll that stands",
    .summary_zh = "在现有名册中查找一条记录（或多条记录各自）可能是谁",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = ASK_INPUT,
    .input_count = ARRAY_COUNT(ASK_INPUT),
    .output = ASK_OUTPUT,
    .output_count = ARRAY_COUNT(ASK_OUTPUT),
    .examples = ASK_EXAMPLES,
    .run = link_ask,
};
