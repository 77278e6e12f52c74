/* What a batch comes to, person by person and in all. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "os/os.h"
#include "service/files.h"
#include "service/revise.h"
#include "service/words.h"

enum { FEN_A_THOUSAND_YUAN = 100000 };

static const service_field BAND[] = {
    { .name = "before", .type = SERVICE_TEXT, .summary = "a month before, yuan", .summary_zh = "调整前（元/月）" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference, yuan", .summary_zh = "月差额（元）" },
    { .name = "average", .type = SERVICE_TEXT, .summary = "a head, yuan", .summary_zh = "人均（元）" },
    { .name = "percent", .type = SERVICE_TEXT, .summary = "of before", .summary_zh = "占调整前" },
};
const service_field REVISE_OUTPUT[REVISE_OUTPUT_COUNT] = {
    { .name = "batch", .type = SERVICE_VALUE, .summary = "batch", .summary_zh = "批次" },
    { .name = "is_new", .type = SERVICE_FLAG, .summary = "entered now", .summary_zh = "本次新录入" },
    { .name = "is_dry_run", .type = SERVICE_FLAG, .summary = "dry run", .summary_zh = "只测算" },
    { .name = "due_from", .type = SERVICE_VALUE, .summary = "due from", .summary_zh = "执行起始月" },
    { .name = "paid_from", .type = SERVICE_TEXT, .summary = "paid from", .summary_zh = "按新标准发放月" },
    { .name = "people", .type = SERVICE_COUNT, .summary = "people", .summary_zh = "人数" },
    { .name = "more", .type = SERVICE_COUNT, .summary = "get more", .summary_zh = "增加" },
    { .name = "less", .type = SERVICE_COUNT, .summary = "get less", .summary_zh = "减少" },
    { .name = "same", .type = SERVICE_COUNT, .summary = "confirmed, the same", .summary_zh = "重算后不变" },
    { .name = "stopped", .type = SERVICE_COUNT, .summary = "only months before: no longer paid",
      .summary_zh = "只涉及以前月份（已停发）" },
    { .name = "already", .type = SERVICE_COUNT, .summary = "done before", .summary_zh = "此前已办" },
    { .name = "refused", .type = SERVICE_COUNT, .summary = "not of the scope", .summary_zh = "不在范围" },
    { .name = "undecided", .type = SERVICE_COUNT, .summary = "not decided", .summary_zh = "无法核定" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "a month before, yuan", .summary_zh = "调整前月合计（元）" },
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference a month, yuan", .summary_zh = "月差额合计（元）" },
    { .name = "after", .type = SERVICE_TEXT, .summary = "a month after, yuan", .summary_zh = "调整后月合计（元）" },
    { .name = "average", .type = SERVICE_TEXT, .summary = "difference a head, yuan", .summary_zh = "人均月差额（元）" },
    { .name = "percent", .type = SERVICE_TEXT, .summary = "of before", .summary_zh = "占调整前" },
    { .name = "greatest", .type = SERVICE_TEXT, .summary = "the largest difference, yuan", .summary_zh = "最大差额（元）" },
    { .name = "greatest_person", .type = SERVICE_COUNT, .summary = "of person", .summary_zh = "最大差额人员" },
    { .name = "arrears", .type = SERVICE_TEXT, .summary = "to pay for months before, yuan", .summary_zh = "补发（元）" },
    { .name = "recovery", .type = SERVICE_TEXT, .summary = "to recover for months before, yuan", .summary_zh = "追回（元）" },
    { .name = "bands", .type = SERVICE_OBJECT, .is_list = true, .fields = BAND, .field_count = ARRAY_COUNT(BAND) },
    MONTH_REASONS_OUTPUT,
    { .name = "law", .type = SERVICE_TEXT, .summary = "digest of packs and tables", .summary_zh = "政策包和适配表的摘要" },
    { .name = "seconds", .type = SERVICE_TEXT, .summary = "seconds", .summary_zh = "用时（秒）" },
};

/* ---- the list ---- */

static void list_head(revise *r)
{
    static const char *const HEADS[] = { "person", "name", "state", "before", "difference", "after", "due_from", "months",
                                         "arrears" };
    size_t count = 0;
    const decide_answer *answers = r->plan ? decide_answers(r->plan, &count) : NULL;
    codec_csv_writer w = codec_csv_write(r->list, ',');
    for (size_t i = 0; i < ARRAY_COUNT(HEADS); i++) codec_csv_add_text(&w, text_of(HEADS[i]));
    for (size_t i = 0; i < count; i++) codec_csv_add_text(&w, text_format(r->m.memory, "decided.%s", answers[i].key));
    codec_csv_end_row(&w);
}

static const char *state_of(const service_call *call, const registry_benefit *span)
{
    if (!span || span->state == REGISTRY_STOPPED) return service_say(call, "stopped", "停发");
    return span->state == REGISTRY_PAYING ? service_say(call, "paying", "在发") : service_say(call, "suspended", "暂停");
}

static void list_person(revise *r, const revise_person *who, const revision_row *rows, size_t count, int64_t diff)
{
    arena *a = r->bucket_memory;
    size_t answer_count = 0;
    int64_t months = 0, fen = 0;
    int32_t from = rows[0].from_month;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].from_month < from) from = rows[i].from_month;
        fen += revision_piece_fen(&rows[i]);
        int64_t of_row = 0;
        for (size_t k = 0; k < rows[i].piece_count; k++) of_row += rows[i].pieces[k].until_month - rows[i].pieces[k].from_month;
        if (of_row > months) months = of_row;
    }
    if (!text_built(r->list).size_bytes) list_head(r);
    codec_csv_writer w = codec_csv_write(r->list, ',');
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)who->person_id));
    codec_csv_add_text(&w, who->name);
    codec_csv_add_text(&w, text_of(state_of(r->m.call, revise_coming(who, r->pay_month))));
    codec_csv_add_text(&w, service_yuan(a, rows[0].level_fen));
    codec_csv_add_text(&w, service_yuan(a, diff));
    codec_csv_add_text(&w, service_yuan(a, rows[0].level_fen + diff));
    codec_csv_add_text(&w, service_month_text(a, from));
    codec_csv_add_text(&w, text_format(a, "%lld", (long long)months));
    codec_csv_add_text(&w, service_yuan(a, fen));
    if (r->plan) (void)decide_answers(r->plan, &answer_count);
    for (size_t i = 0; i < answer_count; i++) codec_csv_add_text(&w, r->cells ? r->cells[i] : TEXT_NONE);
    codec_csv_end_row(&w);
}

/* ---- the tally ---- */

static struct revise_band *band_of(revise *r, int64_t before_fen)
{
    revise_tally *t = &r->tally;
    int64_t thousand = before_fen / FEN_A_THOUSAND_YUAN;
    size_t at = 0;
    while (at < t->band_count && t->bands[at].thousand < thousand) at++;
    if (at < t->band_count && t->bands[at].thousand == thousand) return &t->bands[at];
    struct revise_band fresh = { .thousand = thousand };
    ARENA_PUSH(r->m.memory, t->bands, t->band_count, t->band_capacity, fresh);
    memmove(&t->bands[at + 1], &t->bands[at], (t->band_count - 1 - at) * sizeof *t->bands);
    t->bands[at] = fresh;
    return &t->bands[at];
}

static void tally_paid(revise *r, const revise_person *who, int64_t level, int64_t diff)
{
    revise_tally *t = &r->tally;
    struct revise_band *band = band_of(r, level);
    t->before_fen += level;
    t->diff_fen += diff;
    t->more_persons += diff > 0;
    t->less_persons += diff < 0;
    t->same_persons += !diff;
    band->persons++;
    band->before_fen += level;
    band->diff_fen += diff;
    int64_t size = diff < 0 ? -diff : diff, greatest = t->greatest_fen < 0 ? -t->greatest_fen : t->greatest_fen;
    if (size <= greatest) return;
    t->greatest_fen = diff;
    t->greatest_person = who->person_id;
}

err revise_add(revise *r, const revise_person *who, const revision_row *rows, size_t count)
{
    revise_tally *t = &r->tally;
    const registry_benefit *span = revise_coming(who, r->pay_month);
    bool is_paid = span != NULL;
    int64_t diff = 0;
    size_t first = r->row_count;
    for (size_t i = 0; i < count; i++) {
        revision_row row = rows[i];
        int64_t fen = revision_piece_fen(&row);
        row.person_id = who->person_id;
        row.is_paid = is_paid;
        row.level_fen = !i && is_paid ? span->amount_fen : 0;
        diff += is_paid ? row.new_fen - row.old_fen : 0;
        *(fen > 0 ? &t->more_fen : &t->less_fen) += fen > 0 ? fen : -fen;
        ARENA_PUSH(r->bucket_memory, r->rows, r->row_count, r->row_capacity, row);
    }
    t->persons++;
    if (is_paid) tally_paid(r, who, r->rows[first].level_fen, diff);
    else t->stopped++;
    if (r->list) list_person(r, who, &r->rows[first], count, diff);
    return ERR_NONE;
}

/* ---- the reply ---- */

static text percent_of(arena *a, int64_t part, int64_t whole)
{
    enum { HUNDREDTHS = 10000 };
    char out[CODEC_SCALED_BYTES];
    if (!whole) return TEXT("-");
    size_t size = codec_print_scaled((int64_t)((i128)part * HUNDREDTHS / whole), 2, out);
    return text_format(a, "%.*s%%", (int)size, out);
}

static text average_of(arena *a, int64_t sum, int64_t count)
{
    return count ? service_yuan(a, sum / count) : TEXT("-");
}

static void put_bands(const revise *r)
{
    service_call *call = r->m.call;
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "bands");
    for (size_t i = 0; i < r->tally.band_count; i++) {
        const struct revise_band *band = &r->tally.bands[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "before", text_format(a, "%lld000-%lld999.99", (long long)band->thousand, (long long)band->thousand));
        if (!band->thousand) v->last->word = TEXT("0-999.99");
        service_put_count(a, v, "people", band->persons);
        service_put_text(a, v, "difference", service_yuan(a, band->diff_fen));
        service_put_text(a, v, "average", average_of(a, band->diff_fen, band->persons));
        service_put_text(a, v, "percent", percent_of(a, band->diff_fen, band->before_fen));
    }
}

static err put_reply(revise *r, int64_t batch_id, bool is_new, int64_t begun_ns)
{
    service_call *call = r->m.call;
    arena *a = call->request;
    const revise_tally *t = &r->tally;
    service_value *v = call->reply;
    if (batch_id) service_put_text(a, v, "batch", text_format(a, "%lld", (long long)batch_id));
    else service_put_null(a, v, "batch");
    service_put_bool(a, v, "is_new", is_new);
    service_put_bool(a, v, "is_dry_run", service_is_given(call, "dry-run"));
    if (r->from_month == INT32_MIN) service_put_null(a, v, "due_from");
    else service_put_text(a, v, "due_from", service_month_text(a, r->from_month));
    service_put_text(a, v, "paid_from", service_month_text(a, r->pay_month));
    service_put_count(a, v, "people", t->persons);
    service_put_count(a, v, "more", t->more_persons);
    service_put_count(a, v, "less", t->less_persons);
    service_put_count(a, v, "same", t->same_persons);
    service_put_count(a, v, "stopped", t->stopped);
    service_put_count(a, v, "already", t->already);
    service_put_count(a, v, "refused", t->refused);
    service_put_count(a, v, "undecided", t->undecided);
    service_put_text(a, v, "before", service_yuan(a, t->before_fen));
    service_put_text(a, v, "difference", service_yuan(a, t->diff_fen));
    service_put_text(a, v, "after", service_yuan(a, t->before_fen + t->diff_fen));
    service_put_text(a, v, "average", average_of(a, t->diff_fen, t->persons - t->stopped));
    service_put_text(a, v, "percent", percent_of(a, t->diff_fen, t->before_fen));
    service_put_text(a, v, "greatest", service_yuan(a, t->greatest_fen));
    service_put_count(a, v, "greatest_person", t->greatest_person);
    service_put_text(a, v, "arrears", service_yuan(a, t->more_fen));
    service_put_text(a, v, "recovery", service_yuan(a, t->less_fen));
    put_bands(r);
    TRY(month_undecided_close(r->undecided, v));
    if (r->list && !text_built(r->list).size_bytes) list_head(r);
    if (r->list) TRY(service_write_file(a, service_text_of(call, "list", TEXT_NONE), text_built(r->list)));
    return month_put_law(&r->m, begun_ns);
}

err revise_end(revise *r, int64_t begun_ns)
{
    int64_t batch_id = 0;
    bool has_people = r->tally.persons > 0;
    if (r->draft && has_people) {
        revision_draft_due(r->draft, r->from_month);
        TRY(revision_draft_end(r->draft, &batch_id));
        TRY(revise_step(r->m.office, batch_id, REVISION_ENTER));
    }
    TRY(put_reply(r, batch_id, r->draft && has_people, begun_ns));
    /* Without people nothing is kept, not even the law they were decided by. */
    return batch_id ? store_commit(r->m.office->db) : ERR_NONE;
}

err revise_end_same(revise *r, const revision_batch *batch, int64_t begun_ns)
{
    if (batch) {
        r->from_month = batch->terms.from_month;
        r->pay_month = batch->terms.pay_month;
        r->tally.persons = batch->person_count;
        r->tally.before_fen = batch->level_fen;
        r->tally.diff_fen = batch->new_fen - batch->old_fen;
        r->tally.more_fen = batch->more_fen;
        r->tally.less_fen = batch->less_fen;
    }
    return put_reply(r, batch ? batch->batch_id : 0, false, begun_ns);
}

/* ---- for a person ---- */

static bool is_shown(const service_call *call, const char *name)
{
    static const char *const ONLY_IF[] = { "more", "less", "same", "stopped", "already", "refused", "undecided" };
    for (size_t i = 0; i < ARRAY_COUNT(ONLY_IF); i++)
        if (!strcmp(ONLY_IF[i], name)) return service_member(call->reply, name)->count > 0;
    return true;
}

static void print_line(const service_call *call, const service_field *field, text_builder *out)
{
    const service_value *v = service_member(call->reply, field->name);
    if (!v || v->kind == SERVICE_VALUE_NULL || !is_shown(call, field->name)) return;
    text_add_format(out, "%s%s", service_say(call, field->summary, field->summary_zh), service_say(call, ": ", "："));
    if (v->kind == SERVICE_VALUE_COUNT) text_add_format(out, "%lld\n", (long long)v->count);
    else if (v->kind == SERVICE_VALUE_BOOL) text_add_format(out, "%s\n", v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    else text_add_format(out, "%.*s\n", TEXT_ARG(v->word));
}

void revise_print(const service_call *call, text_builder *out)
{
    bool is_dry = service_member(call->reply, "is_dry_run")->is_true, is_new = service_member(call->reply, "is_new")->is_true;
    const service_value *batch = service_member(call->reply, "batch");
    if (is_dry) text_add_cstr(out, service_say(call, "dry run: nothing was entered\n", "只测算，未录入\n"));
    else if (batch->kind == SERVICE_VALUE_NULL) text_add_cstr(out, service_say(call, "nobody is to be changed; nothing was entered\n", "没有需要变更的人员，未录入\n"));
    else if (!is_new) text_add_cstr(out, service_say(call, "entered before, nothing changed\n", "此前已录入，未作变更\n"));
    for (size_t i = 0; i < REVISE_OUTPUT_COUNT; i++) {
        const service_field *field = &REVISE_OUTPUT[i];
        bool is_plain = !field->is_list && strcmp(field->name, "law") && strcmp(field->name, "is_new") && strcmp(field->name, "is_dry_run");
        if (is_plain) print_line(call, field, out);
    }
    text_add_char(out, '\n');
    month_print_list(call, "bands", BAND, ARRAY_COUNT(BAND), 1, out);
    month_print_law(call, out);
}
