/* doudi revision list, show: batches of changed benefits; one, with who did what and its people. */
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/files.h"
#include "service/operations.h"
#include "service/record_rows.h"
#include "service/revise.h"
#include "service/words.h"

text revise_kind_text(const service_call *call, text kind)
{
    static const struct { const char *name, *en, *zh; } KINDS[] = {
        { "adjust", "yearly adjustment", "年度调整" }, { "recompute", "provisional awards computed again", "预发重算" },
        { "retro", "law changed for past months", "政策追溯重核" }, { "reverse", "reversal", "冲回" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (text_equal_cstr(kind, KINDS[i].name)) return text_of(service_say(call, KINDS[i].en, KINDS[i].zh));
    return kind;
}

static void put_id(service_call *call, service_value *into, const char *name, int64_t id)
{
    if (id) service_put_text(call->request, into, name, text_format(call->request, "%lld", (long long)id));
    else service_put_null(call->request, into, name);
}

void revise_put(service_call *call, service_value *into, const revision_batch *b)
{
    arena *a = call->request;
    const revision_word *state = revision_state_word(b->state);
    service_put_count(a, into, "batch", b->batch_id);
    service_put_text(a, into, "kind", text_copy(a, revise_kind_text(call, b->terms.kind)));
    service_put_text(a, into, "benefit", text_copy(a, county_word_shown(call->county, b->terms.benefit)));
    service_put_state(call, into, "state", state->name, state->says, state->says_zh);
    service_put_text(a, into, "due_from", service_month_text(a, b->terms.from_month));
    service_put_text(a, into, "paid_from", service_month_text(a, b->terms.pay_month));
    service_put_count(a, into, "people", b->person_count);
    service_put_text(a, into, "before", service_yuan(a, b->level_fen));
    service_put_text(a, into, "difference", service_yuan(a, b->new_fen - b->old_fen));
    service_put_text(a, into, "after", service_yuan(a, b->level_fen + b->new_fen - b->old_fen));
    service_put_text(a, into, "arrears", service_yuan(a, b->more_fen));
    service_put_text(a, into, "recovery", service_yuan(a, b->less_fen));
    service_put_count(a, into, "set_aside", b->set_aside_count);
    put_id(call, into, "reverses", b->terms.reverses);
    put_id(call, into, "reversed_by", b->reversed_by);
}

static const service_field LIST_INPUT[] = { SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD };
static const service_field BATCH_FIELDS[] = { REVISE_BATCH_FIELDS };
static const service_field LIST_OUTPUT[] = {
    { .name = "batches", .type = SERVICE_OBJECT, .is_list = true, .fields = BATCH_FIELDS,
      .field_count = ARRAY_COUNT(BATCH_FIELDS), .summary = "batches", .summary_zh = "批量变更" },
};

static err revision_list_run(service_call *call)
{
    county *office;
    revision_book *book;
    revision_batch *batches;
    size_t count;
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_revisions(office, &book));
    TRY(revision_list(office->memory, book, &batches, &count));
    service_value *list = service_put_list(call->request, call->reply, "batches");
    for (size_t i = 0; i < count; i++) revise_put(call, service_put_object(call->request, list, NULL), &batches[i]);
    return ERR_NONE;
}

const service_op REVISE_LIST_OP = {
    .name = "revision.list",
    .summary = "List batches of changed benefits and their states",
    .summary_zh = "列出待遇批量变更及其状态",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = LIST_INPUT,
    .input_count = ARRAY_COUNT(LIST_INPUT),
    .output = LIST_OUTPUT,
    .output_count = ARRAY_COUNT(LIST_OUTPUT),
    .examples = (const char *const[]){ "doudi revision list", NULL },
    .run = revision_list_run,
};

/* ---- one batch ---- */

static const service_field SHOW_INPUT[] = {
    { .name = "batch", .type = SERVICE_COUNT, .shows = "BATCH", .is_required = true, .is_positional = true,
      .summary = "number of the batch", .summary_zh = "批量变更编号" },
    REVISE_LIST_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field MARK_FIELDS[] = {
    { .name = "step", .type = SERVICE_TEXT, .summary = "step", .summary_zh = "步骤" },
    { .name = "by", .type = SERVICE_TEXT, .summary = "by", .summary_zh = "办理人" },
    { .name = "at", .type = SERVICE_TEXT, .summary = "at", .summary_zh = "时间" },
    { .name = "signed", .type = SERVICE_FLAG, .summary = "signed", .summary_zh = "签名" },
};
static const service_field SHOW_OUTPUT[] = {
    REVISE_BATCH_FIELDS,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "digest", .type = SERVICE_TEXT, .summary = "digest of the rows", .summary_zh = "明细摘要" },
    { .name = "steps", .type = SERVICE_OBJECT, .is_list = true, .fields = MARK_FIELDS,
      .field_count = ARRAY_COUNT(MARK_FIELDS), .summary = "who did what", .summary_zh = "办理经过" },
};

static text user_name(arena *a, const staff_user *users, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (users[i].id == id) return text_copy(a, users[i].name.size_bytes ? users[i].name : users[i].login);
    return text_format(a, "%lld", (long long)id);
}

static err put_marks(county *office, const revision_batch *batch)
{
    service_call *call = office->call;
    arena *a = call->request;
    staff *room;
    staff_user *users;
    revision_mark *marks;
    size_t user_count, count;
    TRY(county_staff(office, &room));
    TRY(staff_list(office->memory, room, &users, &user_count));
    TRY(revision_marks(office->memory, office->revisions, batch->batch_id, &marks, &count));
    service_value *list = service_put_list(a, call->reply, "steps");
    for (size_t i = 0; i < count; i++) {
        service_value *v = service_put_object(a, list, NULL);
        const revision_word *step = revision_step_word(marks[i].step);
        service_put_cstr(a, v, "step", service_say(call, step->says, step->says_zh));
        service_put_text(a, v, "by", user_name(a, users, user_count, marks[i].actor_id));
        service_put_text(a, v, "at", record_instant_text(a, marks[i].known_ms));
        service_put_bool(a, v, "signed", marks[i].signature.size_bytes > 0);
    }
    return ERR_NONE;
}

static text pieces_of(arena *a, const revision_row *row)
{
    text_builder b = text_builder_open(a);
    for (size_t k = 0; k < row->piece_count; k++)
        text_add_format(&b, "%s%.*s-%.*s %.*s", k ? "; " : "", TEXT_ARG(service_month_text(a, row->pieces[k].from_month)),
                        TEXT_ARG(service_month_text(a, row->pieces[k].until_month - 1)), TEXT_ARG(service_yuan(a, row->pieces[k].fen)));
    return text_built(&b);
}

static err list_rows(county *office, const revision_batch *batch)
{
    static const char *const HEADS[] = { "person", "decision", "replaces", "due_from", "before", "after", "difference",
                                         "months", "arrears" };
    service_call *call = office->call;
    arena *a = office->memory;
    text_builder csv = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&csv, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEADS); i++) codec_csv_add_text(&w, text_of(HEADS[i]));
    codec_csv_end_row(&w);
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++) {
        revision_row *rows;
        size_t count;
        TRY(revision_rows(a, office->revisions, batch->batch_id, bucket, false, &rows, &count));
        for (size_t i = 0; i < count; i++) {
            const revision_row *row = &rows[i];
            codec_csv_add_text(&w, text_format(a, "%lld", (long long)row->person_id));
            codec_csv_add_text(&w, text_format(a, "%lld", (long long)row->decision_id));
            codec_csv_add_text(&w, row->replaces_id ? text_format(a, "%lld", (long long)row->replaces_id) : TEXT_NONE);
            codec_csv_add_text(&w, service_month_text(a, row->from_month));
            codec_csv_add_text(&w, service_yuan(a, row->old_fen));
            codec_csv_add_text(&w, service_yuan(a, row->new_fen));
            codec_csv_add_text(&w, service_yuan(a, row->is_paid ? row->new_fen - row->old_fen : 0));
            codec_csv_add_text(&w, pieces_of(a, row));
            codec_csv_add_text(&w, service_yuan(a, revision_piece_fen(row)));
            codec_csv_end_row(&w);
        }
    }
    return service_write_file(call->request, service_text_of(call, "list", TEXT_NONE), text_built(&csv));
}

static err revision_show_run(service_call *call)
{
    county *office;
    revision_book *book;
    revision_batch batch;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    TRY(county_open(call, COUNTY_READ, &office));
    TRY(county_revisions(office, &book));
    TRY(revision_find(office->memory, book, (int64_t)service_size_of(call, "batch", 0), &batch));
    revise_put(call, call->reply, &batch);
    crypto_print_digest(batch.digest, hex);
    service_put_text(call->request, call->reply, "law", text_copy(call->request, batch.terms.law));
    service_put_cstr(call->request, call->reply, "digest", text_cstr(call->request, text_of(hex)));
    TRY(put_marks(office, &batch));
    return service_is_given(call, "list") ? list_rows(office, &batch) : ERR_NONE;
}

const service_op REVISE_SHOW_OP = {
    .name = "revision.show",
    .summary = "Show a batch of changed benefits: its totals, who signed, and its people with --list",
    .summary_zh = "查看一个待遇批量变更：合计、签名经过，用 --list 导出明细",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = SHOW_INPUT,
    .input_count = ARRAY_COUNT(SHOW_INPUT),
    .output = SHOW_OUTPUT,
    .output_count = ARRAY_COUNT(SHOW_OUTPUT),
    .examples = (const char *const[]){ "doudi revision show 3 --list rows.csv", NULL },
    .run = revision_show_run,
};
