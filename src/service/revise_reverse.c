/* doudi revision reverse: an approved batch taken back by its mirror, with the same approvals. */
#include "os/os.h"
#include "service/operations.h"
#include "service/revise.h"

const err_kind REVISE_NOT_APPROVED = {
    "revise.not_approved", ERR_CONFLICT,
    "Batch {} is not in force; only an approved batch is taken back.", "批量变更 {} 未生效；只有已审批生效的可以冲回。"
};
const err_kind REVISE_BUILT_UPON = {
    "revise.built_upon", ERR_CONFLICT,
    "Batch {} later changed some of the same people; take that one back first.",
    "其后的批量变更 {} 涉及部分相同人员；请先冲回该批次。"
};

static const service_field REVERSE_INPUT[] = {
    { .name = "batch", .type = SERVICE_COUNT, .shows = "BATCH", .is_required = true, .is_positional = true,
      .summary = "number of the batch", .summary_zh = "批量变更编号" },
    REVISE_PAY_FIELD, REVISE_DRY_FIELD, REVISE_LIST_FIELD, MONTH_UNDECIDED_FIELD,
    SERVICE_WHY_FIELD, SERVICE_AS_FIELD, SERVICE_COUNTY_FIELD, SERVICE_PACKS_FIELD,
};

static err refuse_built_upon(const revise *r, const revise_person *who)
{
    for (size_t i = 0; i < who->said_count; i++)
        if (who->said[i].batch_id > r->reverses && revision_counts(&who->said[i]))
            return err_of(&REVISE_BUILT_UPON,
                          text_format(r->m.call->request, "%lld", (long long)who->said[i].batch_id).bytes);
    return ERR_NONE;
}

/* What was more becomes less, in the months settled once and in those paid since. */
static revision_row mirror_of(const revise *r, const revise_person *who, const revision_row *row, int32_t paid_from)
{
    revision_row since = { 0 };
    revision_row made = { .decision_id = row->before_id, .replaces_id = row->decision_id, .before_id = row->decision_id,
                          .from_month = row->from_month, .old_fen = row->new_fen, .new_fen = row->old_fen };
    int64_t diff = row->old_fen - row->new_fen;
    if (row->is_paid) revise_pieces(r->bucket_memory, who, paid_from, r->pay_month, diff, &since);
    revision_piece *pieces = ARENA_ARRAY(r->bucket_memory, revision_piece, row->piece_count + since.piece_count + 1);
    for (size_t k = 0; k < row->piece_count; k++) {
        pieces[made.piece_count] = row->pieces[k];
        pieces[made.piece_count++].fen = -row->pieces[k].fen;
    }
    for (size_t k = 0; k < since.piece_count; k++) pieces[made.piece_count++] = since.pieces[k];
    made.pieces = pieces;
    revision_part *parts = ARENA_ARRAY(r->bucket_memory, revision_part, row->part_count + 1);
    for (; made.part_count < row->part_count; made.part_count++) {
        parts[made.part_count] = row->parts[made.part_count];
        parts[made.part_count].fen = -parts[made.part_count].fen;
    }
    made.parts = parts;
    return made;
}

static err reverse_person(revise *r, const revision_batch *batch, const revision_row *rows, size_t count)
{
    revise_person who;
    TRY(revise_person_read(r, rows[0].person_id, &who));
    TRY(refuse_built_upon(r, &who));
    revision_row *made = ARENA_ARRAY(r->bucket_memory, revision_row, count + 1);
    for (size_t i = 0; i < count; i++) made[i] = mirror_of(r, &who, &rows[count - 1 - i], batch->terms.pay_month);
    return revise_add(r, &who, made, count);
}

static err reverse_bucket(revise *r, const revision_batch *batch, uint32_t bucket)
{
    revision_row *rows;
    size_t count;
    TRY(revision_rows(r->bucket_memory, r->book, batch->batch_id, bucket, true, &rows, &count));
    for (size_t i = 0, until; i < count; i = until) {
        until = i + 1;
        while (until < count && rows[until].person_id == rows[i].person_id) until++;
        TRY(reverse_person(r, batch, &rows[i], until - i));
    }
    return revise_flush(r, bucket);
}

static err reverse_all(revise *r, const revision_batch *batch)
{
    err e = ERR_NONE;
    for (uint32_t bucket = 0; !e.kind && bucket < EVENTLOG_BUCKETS; bucket++) {
        TRY(revise_bucket_open(r));
        e = revise_bucket_close(r, reverse_bucket(r, batch, bucket));
    }
    return e;
}

static err revision_reverse_run(service_call *call)
{
    revise r;
    revision_batch batch, waiting;
    bool is_there;
    int64_t begun_ns = os_monotonic_ns(), batch_id = (int64_t)service_size_of(call, "batch", 0);
    TRY(revise_begin(call, "reverse", &r));
    TRY(revision_find(r.m.memory, r.book, batch_id, &batch));
    r.reverses = batch_id;
    r.from_month = batch.terms.from_month;
    TRY(revise_benefit(&r, batch.terms.benefit, batch.terms.pay_month));
    TRY(revise_waiting(&r, batch.terms.purpose, &waiting, &is_there));
    if (is_there) return revise_end_same(&r, &waiting, begun_ns);
    if (batch.state != REVISION_APPROVED || batch.terms.reverses)
        return err_of(&REVISE_NOT_APPROVED, text_format(call->request, "%lld", (long long)batch_id).bytes);
    TRY(revise_open(&r, batch.terms.purpose, batch.terms.law));
    TRY(reverse_all(&r, &batch));
    return revise_end(&r, begun_ns);
}

static const char *const REVERSE_EXAMPLES[] = { "doudi revision reverse 3 --dry-run", "doudi revision reverse 3 --as zhangwei",
                                                NULL };

const service_op REVISE_REVERSE_OP = {
    .name = "revision.reverse",
    .summary = "Enter the batch that takes an approved one back: amounts, arrears and months paid since",
    .summary_zh = "录入冲回批次：恢复原标准，冲回补发和已按新标准发放的差额",
    .law = "《社会保险经办条例》第三十七条",
    .kind = SERVICE_WRITE,
    .permission = "revision.reverse",
    .input = REVERSE_INPUT,
    .input_count = ARRAY_COUNT(REVERSE_INPUT),
    .output = REVISE_OUTPUT,
    .output_count = REVISE_OUTPUT_COUNT,
    .examples = REVERSE_EXAMPLES,
    .run = revision_reverse_run,
    .print = revise_print,
};
