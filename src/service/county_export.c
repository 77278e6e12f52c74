#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/document.h"
#include "service/ledger.h"
#include "service/lists.h"
#include "service/operations.h"
#include "service/reveal.h"

static const service_field EXPORT_INPUT[] = {
    { .name = "what", .type = SERVICE_NAME, .is_required = true, .shows = "LIST",
      .summary = "persons, employers, members, enrolments, spells, benefits, accounts or attributes",
      .summary_zh = "清单种类：人员、单位、家庭成员、参保登记、缴费段、待遇、银行账户、部门信息" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "FILE.csv|xlsx|pdf|html",
      .endings = DOCUMENT_LIST_ENDINGS, .summary = "the file to write", .summary_zh = "写入的文件" },
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",
      .summary = "what is so on this day (default: today)", .summary_zh = "按哪一天的情况（默认今天）" },
    { .name = "reveal", .type = SERVICE_FLAG, .summary = "citizen numbers, telephones and accounts whole",
      .summary_zh = "证件号码、电话和账号不遮盖" },
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD,
};
static const service_field EXPORT_OUTPUT[] = {
    { .name = "file", .type = SERVICE_TEXT, .summary = "written", .summary_zh = "已写入" },
    { .name = "rows", .type = SERVICE_COUNT, .summary = "rows", .summary_zh = "行数" },
};

typedef struct {
    service_call *call;
    county *office;
    const list_row *list;
    size_t field_count;
    bool reveals;
    arena *row_memory;
    os_writer *file;
    codec_xlsx_writer *book; /* NULL: CSV */
    text_builder line;
    codec_csv_writer csv;
    int64_t rows;
} exporting;

/* ---- one table, two forms ---- */

static void add_cell(exporting *x, text cell)
{
    if (x->book) codec_xlsx_add_text(x->book, cell);
    else codec_csv_add_text(&x->csv, cell);
}

static err end_row(exporting *x)
{
    if (x->book) return codec_xlsx_end_row(x->book);
    codec_csv_end_row(&x->csv);
    err e = os_writer_add(x->file, text_built(&x->line));
    x->line.size_bytes = 0;
    x->csv = codec_csv_write(&x->line, 0);
    return e;
}

static err add_header(exporting *x)
{
    for (size_t i = 0; i < x->field_count; i++)
        if (!list_names_subject(&x->list->fields[i]))
            add_cell(x, list_field_name(x->call->request, &x->list->fields[i], x->call->is_chinese));
    return end_row(x);
}

static err add_fact(exporting *x, const void *fact)
{
    arena_reset(x->row_memory);
    for (size_t i = 0; i < x->field_count; i++) {
        text cell;
        if (list_names_subject(&x->list->fields[i])) continue;
        TRY(list_write(x->office, x->row_memory, &x->list->fields[i], fact, x->reveals, &cell));
        add_cell(x, cell);
    }
    x->rows++;
    return end_row(x);
}

/* ---- rows of the roster ---- */

static err add_facts(exporting *x, const void *facts, size_t count)
{
    const char *at = facts;
    for (size_t i = 0; i < count; i++) TRY(add_fact(x, at + i * x->list->size_bytes));
    return ERR_NONE;
}

static err add_subject(exporting *x, const registry_roster_row *row)
{
    switch (x->list->kind) {
    case REGISTRY_MEMBER: return row->member ? add_fact(x, row->member) : ERR_NONE;
    case REGISTRY_ENROLMENT: return add_facts(x, row->enrolments, row->enrolment_count);
    case REGISTRY_SPELL: return add_facts(x, row->spells, row->spell_count);
    case REGISTRY_BENEFIT: return add_facts(x, row->benefits, row->benefit_count);
    case REGISTRY_ACCOUNT: return add_facts(x, row->accounts, row->account_count);
    case REGISTRY_ATTRIBUTE: return add_facts(x, row->attributes, row->attribute_count);
    default: return add_fact(x, row->subject);
    }
}

static err add_bucket(exporting *x, uint32_t bucket, const registry_roster_options *options)
{
    arena *memory = arena_open();
    registry_roster *roster;
    const registry_roster_row *row;
    err e = registry_roster_open(memory, x->office->people, bucket, options, &roster);
    if (!e.kind) {
        do {
            e = registry_roster_next(roster, &row);
            if (!e.kind && row) e = add_subject(x, row);
        } while (!e.kind && row);
        registry_roster_close(roster);
    }
    arena_close(memory);
    return e;
}

static err add_all(exporting *x)
{
    service_settings *settings = &x->call->office->settings;
    int32_t day = service_day_of(x->call, "on");
    registry_roster_options options = {
        .day = day, .month = calendar_month_of_day(day), .known_ms = REGISTRY_NOW,
        .wants = 1u << x->list->kind, .has_career = true,
        .of = x->list->kind == REGISTRY_EMPLOYER ? REGISTRY_EMPLOYER : REGISTRY_PERSON,
    };
    /* Departments tell of households and employers too. */
    static const registry_kind OTHERS[] = { REGISTRY_HOUSEHOLD, REGISTRY_EMPLOYER };
    TRY(add_header(x));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(add_bucket(x, bucket, &options));
        registry_roster_options other = options;
        for (size_t i = 0; x->list->kind == REGISTRY_ATTRIBUTE && i < ARRAY_COUNT(OTHERS); i++) {
            other.of = OTHERS[i];
            TRY(add_bucket(x, bucket, &other));
        }
        if (settings->progress) settings->progress(settings->progress_context, bucket + 1, EVENTLOG_BUCKETS);
    }
    return ERR_NONE;
}

static err write_all(exporting *x, text path)
{
    registry *people;
    text bytes;
    TRY(county_people(x->office, &people));
    TRY(os_writer_open(x->call->request, text_cstr(x->call->request, path), &x->file));
    if (text_ends(path, TEXT(".xlsx"))) x->book = codec_xlsx_write(x->call->request, text_of(x->list->zh));
    TRY(add_all(x));
    if (x->book) {
        TRY(codec_xlsx_finish(x->book, &bytes));
        TRY(os_writer_add(x->file, bytes));
    }
    os_writer *whole = x->file;
    x->file = NULL;
    return os_writer_commit(whole);
}

static err county_export_run(service_call *call)
{
    text path = service_text_of(call, "out", TEXT_NONE), rows_path = path, what = service_text_of(call, "what", TEXT_NONE);
    const char *folder = NULL;
    exporting x = { .call = call, .list = list_find(what), .reveals = service_is_given(call, "reveal"),
                    .line = text_builder_open(call->request) };
    if (!x.list) return err_of(&LIST_NONE, text_cstr(call->request, what));
    x.field_count = list_field_count(x.list);
    x.csv = codec_csv_write(&x.line, 0);
    TRY(county_open(call, reveal_need(call), &x.office));
    TRY(county_ask_who(x.office, NULL)); /* a list of everybody, even masked, is somebody's duty */
    TRY(reveal_ask(x.office, 0, what));
    x.row_memory = arena_open();
    err e = ERR_NONE;
    if (document_is_pages(path)) {
        e = os_temp_folder(call->request, &folder);
        if (!e.kind) rows_path = text_format(call->request, "%s/list.csv", folder);
    }
    if (!e.kind) e = write_all(&x, rows_path);
    if (!e.kind && folder)
        e = document_print_list(x.office, text_of(service_say(call, x.list->name, x.list->zh)), rows_path, path);
    if (folder) {
        err gone = os_remove_tree(call->request, folder);
        if (!e.kind) e = gone;
    }
    if (x.file) os_writer_cancel(x.file);
    arena_close(x.row_memory);
    TRY(e);
    service_put_text(call->request, call->reply, "file", path);
    service_put_count(call->request, call->reply, "rows", x.rows);
    return ERR_NONE;
}

static const char *const EXPORT_EXAMPLES[] = { "doudi county export --what enrolments --out enrolments.xlsx --as zhangwei", NULL };

const service_op COUNTY_EXPORT_OP = {
    .name = "county.export",
    .summary = "Write a list of people, employers or facts to a file",
    .summary_zh = "把人员、单位或各项登记导出为文件",
    .kind = SERVICE_READ,
    .permission = "county.export",
    .input = EXPORT_INPUT,
    .input_count = ARRAY_COUNT(EXPORT_INPUT),
    .output = EXPORT_OUTPUT,
    .output_count = ARRAY_COUNT(EXPORT_OUTPUT),
    .examples = EXPORT_EXAMPLES,
    .run = county_export_run,
};
