/* doudi revision explain: what a batch made of a person's benefit, or of everybody's: before, each change, after. */
#include <stdlib.h>

#include "service/amount.h"
#include "service/operations.h"
#include "service/revise.h"
#include "service/words.h"

static const service_field EXPLAIN_INPUT[] = {
    { .name = "batch", .type = SERVICE_COUNT, .shows = "BATCH", .is_required = true, .is_positional = true,
      .summary = "number of the batch", .summary_zh = "批量变更编号" },
    { .name = "person", .type = SERVICE_COUNT, .shows = "PERSON", .summary = "only this person (default: those whom it changes most)",
      .summary_zh = "只看一个人（默认列出变动最大的人）" },
    SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};
static const service_field EXPLAIN_OUTPUT[] = { AMOUNT_OUTPUT };
enum { SHOWN_MAX = 100 };

typedef struct {
    int64_t person_id, fen;
} change;
typedef struct {
    county *office;
    amount amount;
    revision_batch batch;
    int64_t person_id, level_fen, sum_fen;
    const revision_row **rows; /* of one person */
    size_t row_count, row_capacity;
    change *all;
    size_t count, capacity;
} telling;

static text months_of(const service_call *call, const revision_row *row)
{
    arena *a = call->request;
    text_builder b = text_builder_open(a);
    text_add_format(&b, service_say(call, "decision %lld, due from %.*s", "核定 %lld，%.*s 起"), (long long)row->decision_id,
                    TEXT_ARG(service_month_text(a, row->from_month)));
    for (size_t k = 0; k < row->piece_count; k++)
        text_add_format(&b, service_say(call, "; %.*s to %.*s: %.*s a month at once", "；%.*s 至 %.*s 每月 %.*s 一次结清"),
                        TEXT_ARG(service_month_text(a, row->pieces[k].from_month)), TEXT_ARG(service_month_text(a, row->pieces[k].until_month - 1)),
                        TEXT_ARG(service_yuan(a, row->pieces[k].fen)));
    return text_built(&b);
}

/* Lines of the award; a row whose amounts are known undivided is one part. */
static void add_row(telling *t, const revision_row *row)
{
    service_call *call = t->office->call;
    arena *a = call->request;
    int64_t rest = row->is_paid ? row->new_fen - row->old_fen : 0;
    text how = months_of(call, row);
    for (size_t k = 0; k < row->part_count && row->is_paid; k++) {
        service_value *v = amount_add(&t->amount, row->parts[k].name.size_bytes ? county_word_shown(t->office, row->parts[k].name)
                                                                                : text_of(service_say(call, "change", "变动")), how, row->parts[k].fen);
        rest -= row->parts[k].fen;
        amount_asks(&t->amount, v, "person.explain", text_format(a, "person=%lld", (long long)row->person_id));
        amount_asks(&t->amount, v, "person.explain", text_format(a, "decision=%lld", (long long)row->decision_id));
    }
    if (rest || !row->is_paid) amount_add(&t->amount, text_of(service_say(call, "change", "变动")), how, rest);
}

static err read_bucket(telling *t, uint32_t bucket)
{
    revision_row *rows;
    size_t count;
    TRY(revision_rows(t->office->memory, t->office->revisions, t->batch.batch_id, bucket, false, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t fen = rows[i].is_paid ? rows[i].new_fen - rows[i].old_fen : 0;
        if (t->person_id && rows[i].person_id != t->person_id) continue;
        t->level_fen += rows[i].is_paid ? rows[i].level_fen : 0;
        t->sum_fen += fen;
        if (t->person_id) ARENA_PUSH(t->office->memory, t->rows, t->row_count, t->row_capacity, &rows[i]);
        change *last = t->count ? &t->all[t->count - 1] : NULL;
        change one = { rows[i].person_id, fen };
        if (last && last->person_id == one.person_id) last->fen += fen;
        else ARENA_PUSH(t->office->memory, t->all, t->count, t->capacity, one);
    }
    return ERR_NONE;
}

static int by_change(const void *a, const void *b)
{
    const change *x = a, *y = b;
    int64_t one = x->fen < 0 ? -x->fen : x->fen, other = y->fen < 0 ? -y->fen : y->fen;
    if (one != other) return one > other ? -1 : 1;
    return x->person_id < y->person_id ? -1 : x->person_id > y->person_id;
}

static void add_everybody(telling *t)
{
    int64_t rest = 0, people = 0;
    service_call *call = t->office->call;
    arena *a = call->request;
    if (t->count) qsort(t->all, t->count, sizeof *t->all, by_change);
    for (size_t i = 0; i < t->count; i++) {
        if (i >= SHOWN_MAX) {
            rest += t->all[i].fen;
            people++;
            continue;
        }
        text id = text_format(a, "%lld", (long long)t->all[i].person_id);
        service_value *v = amount_add(&t->amount, text_format(a, service_say(call, "person %.*s", "人员 %.*s"), TEXT_ARG(id)), TEXT(""), t->all[i].fen);
        amount_asks(&t->amount, v, "revision.explain", text_format(a, "batch=%lld", (long long)t->batch.batch_id));
        amount_asks(&t->amount, v, "revision.explain", text_format(a, "person=%.*s", TEXT_ARG(id)));
    }
    if (people)
        amount_add(&t->amount, text_format(a, service_say(call, "%lld more people", "其余 %lld 人"), (long long)people), TEXT(""), rest);
}

static err revision_explain_run(service_call *call)
{
    revision_book *book;
    arena *a = call->request;
    telling t = { .person_id = (int64_t)service_size_of(call, "person", 0) };
    TRY(county_open(call, COUNTY_READ, &t.office));
    TRY(county_revisions(t.office, &book));
    TRY(revision_find(t.office->memory, book, (int64_t)service_size_of(call, "batch", 0), &t.batch));
    text whose = t.person_id ? text_format(a, service_say(call, "person %lld", "人员 %lld"), (long long)t.person_id)
                             : text_format(a, service_say(call, "%lld people", "%lld 人"), (long long)t.batch.person_count);
    t.amount = amount_begin(call, text_format(a, service_say(call, "batch %lld, %.*s, a month after it", "批量变更 %lld，%.*s，变更后每月"),
                                              (long long)t.batch.batch_id, TEXT_ARG(whose)));
    for (uint32_t bucket = 0; bucket < EVENTLOG_BUCKETS; bucket++)
        if (!t.person_id || bucket == eventlog_bucket_of(t.person_id)) TRY(read_bucket(&t, bucket));
    if (!t.count) return err_of(&REVISION_NOT_FOUND, text_format(a, "%lld/%lld", (long long)t.batch.batch_id, (long long)t.person_id).bytes);
    amount_add(&t.amount, text_of(service_say(call, "before", "变更前")), TEXT(""), t.level_fen);
    for (size_t i = 0; i < t.row_count; i++) add_row(&t, t.rows[i]);
    if (!t.person_id) add_everybody(&t);
    int64_t after = t.person_id ? t.level_fen + t.sum_fen : t.batch.level_fen + t.batch.new_fen - t.batch.old_fen;
    return amount_end(&t.amount, after, "not told by its rows", "明细未能说明");
}

static const char *const EXPLAIN_EXAMPLES[] = { "doudi revision explain 2", "doudi revision explain 2 --person 1024", NULL };

const service_op REVISE_EXPLAIN_OP = {
    .name = "revision.explain",
    .summary = "What a batch makes of a benefit: what was paid a month before, each change of it, and what is paid after",
    .summary_zh = "批量变更前后对比：变更前每月金额、每一项变动、变更后每月金额",
    .law = "社会保险法 第十八条",
    .kind = SERVICE_READ,
    .permission = "desk.read",
    .input = EXPLAIN_INPUT,
    .input_count = ARRAY_COUNT(EXPLAIN_INPUT),
    .output = EXPLAIN_OUTPUT,
    .output_count = ARRAY_COUNT(EXPLAIN_OUTPUT),
    .examples = EXPLAIN_EXAMPLES,
    .run = revision_explain_run,
    .print = amount_print,
};
