#include <string.h>

#include "oneoff/oneoff_internal.h"

const err_kind ONEOFF_NO_BATCH = {
    "oneoff.no_batch", ERR_NOT_FOUND,
    "There is no batch of one-off items {}; list the batches.",
    "没有编号为 {} 的补扣批次；请先列出批次。"
};
const err_kind ONEOFF_NO_ITEM = {
    "oneoff.no_item", ERR_NOT_FOUND,
    "This person has no one-off item {}; list the person's items.",
    "此人没有编号为 {} 的补扣项目；请先列出其补扣项目。"
};
const err_kind ONEOFF_NO_MOVE = {
    "oneoff.no_move", ERR_CONFLICT,
    "This batch of one-off items cannot take that step now: {}.",
    "该补扣批次目前不能办理此环节：{}。"
};
const err_kind ONEOFF_BAD_ITEM = {
    "oneoff.bad_item", ERR_BUG,
    "One-off items need lines with amounts, a fund, and the order of bucket and subjects (item {}).",
    "补扣项目须有基金、逐月金额，并按分片、按人员顺序提交（第 {} 项）。"
};
const err_kind ONEOFF_EMPTY = {
    "oneoff.empty", ERR_CONFLICT,
    "Batch {} holds no items; there is nothing to propose.",
    "补扣批次 {} 没有项目，无可提交。"
};
const err_kind ONEOFF_NOT_APPROVED = {
    "oneoff.not_approved", ERR_CONFLICT,
    "One-off item {} is not approved; nothing may be paid, withheld or taken back by it.",
    "补扣项目 {} 尚未审批，不得据以支付、抵扣或收回。"
};
const err_kind ONEOFF_IN_RUN = {
    "oneoff.in_run", ERR_CONFLICT,
    "A payment run holds one-off item {}; wait until the bank has answered, or withdraw the run.",
    "补扣项目 {} 已列入支付批次；请待银行回盘，或先撤回该批次。"
};
const err_kind ONEOFF_TOO_MUCH = {
    "oneoff.too_much", ERR_CONFLICT,
    "This is more than remains of one-off item {}, or nothing.",
    "金额超过补扣项目 {} 的余额，或不是正数。"
};
const err_kind ONEOFF_CLOSING_WAITS = {
    "oneoff.closing_waits", ERR_CONFLICT,
    "It is proposed to cancel or to write off what remains of one-off item {}; approve that first, or send it back.",
    "补扣项目 {} 的余额已提出取消或核销；请先审批或退回该批次。"
};
const err_kind ONEOFF_NO_RECEIPT = {
    "oneoff.no_receipt", ERR_NOT_FOUND,
    "No repayment {} stands that could be taken back; list what was entered: doudi oneoff receipts.",
    "没有可以撤销的还款 {}；请先用 doudi oneoff receipts 列出已登记的还款。"
};

/* ---- words ---- */

static const oneoff_word BATCH_STATES[] = {
    [ONEOFF_NONE] = { "none", "none", "无" },
    [ONEOFF_DRAFTED] = { "drafted", "being drafted", "编制中" },
    [ONEOFF_PROPOSED] = { "proposed", "proposed", "已提交" },
    [ONEOFF_REVIEWED] = { "reviewed", "reviewed", "已审核" },
    [ONEOFF_APPROVED] = { "approved", "approved", "已审批" },
    [ONEOFF_REFUSED] = { "refused", "refused", "已退回" },
};
_Static_assert(sizeof BATCH_STATES / sizeof BATCH_STATES[0] == ONEOFF_BATCH_STATE_COUNT, "a state has no row");

static const oneoff_word STEPS[] = {
    [ONEOFF_PROPOSE] = { "propose", "propose", "提交" },
    [ONEOFF_REVIEW] = { "review", "review", "审核" },
    [ONEOFF_APPROVE] = { "approve", "approve", "审批" },
    [ONEOFF_REFUSE] = { "refuse", "refuse", "退回" },
    [ONEOFF_CONFIRM] = { "confirm", "confirm", "确认" },
};
_Static_assert(sizeof STEPS / sizeof STEPS[0] == ONEOFF_STEP_COUNT, "a step has no row");

static const oneoff_word KINDS[] = {
    [ONEOFF_ARREARS] = { "arrears", "arrears to pay", "补发" },
    [ONEOFF_LUMP_SUM] = { "lump_sum", "lump sum to pay", "一次性待遇" },
    [ONEOFF_REFUND] = { "refund", "contributions to refund", "退费" },
    [ONEOFF_RECOVERY] = { "recovery", "overpayment to recover", "追回" },
};
_Static_assert(sizeof KINDS / sizeof KINDS[0] == ONEOFF_KIND_COUNT, "a kind has no row");

static const oneoff_word WAYS[] = {
    [ONEOFF_WAY_OPEN] = { "open", "not settled yet how", "方式未定" },
    [ONEOFF_WAY_WITHHELD] = { "withheld", "withheld from the monthly benefit", "从每月待遇抵扣" },
    [ONEOFF_WAY_GRANT] = { "grant", "taken from a grant or arrears", "从一次性待遇或补发中抵扣" },
    [ONEOFF_WAY_REPAID] = { "repaid", "paid back", "退回" },
};
_Static_assert(sizeof WAYS / sizeof WAYS[0] == ONEOFF_WAY_COUNT, "a way has no row");

static const oneoff_word STATES[] = {
    [ONEOFF_STATE_PROPOSED] = { "proposed", "proposed", "待审批" },
    [ONEOFF_STATE_APPROVED] = { "approved", "approved", "已审批" },
    [ONEOFF_STATE_IN_RUN] = { "in_run", "in a payment run", "在支付批次中" },
    [ONEOFF_STATE_SETTLED] = { "settled", "settled", "已结清" },
    [ONEOFF_STATE_CANCELLED] = { "cancelled", "cancelled", "已取消" },
    [ONEOFF_STATE_WRITTEN_OFF] = { "written_off", "written off", "已核销" },
};
_Static_assert(sizeof STATES / sizeof STATES[0] == ONEOFF_STATE_COUNT, "a state has no row");

const oneoff_word *oneoff_batch_word(oneoff_batch_state state)
{
    return &BATCH_STATES[state];
}

const oneoff_word *oneoff_step_word(oneoff_step step)
{
    return &STEPS[step];
}

const oneoff_word *oneoff_kind_word(oneoff_kind kind)
{
    return &KINDS[kind];
}

const oneoff_word *oneoff_way_word(oneoff_way way)
{
    return &WAYS[way];
}

const oneoff_word *oneoff_state_word(oneoff_state state)
{
    return &STATES[state];
}

/* Every move a batch can make; an empty cell is ONEOFF_NONE. What was approved stands: it is undone item
 * by item, by others again. */
static const uint8_t NEXT[ONEOFF_BATCH_STATE_COUNT][ONEOFF_STEP_COUNT] = {
    [ONEOFF_DRAFTED] = { [ONEOFF_PROPOSE] = ONEOFF_PROPOSED, [ONEOFF_REFUSE] = ONEOFF_REFUSED },
    [ONEOFF_PROPOSED] = { [ONEOFF_REVIEW] = ONEOFF_REVIEWED, [ONEOFF_REFUSE] = ONEOFF_REFUSED,
                          [ONEOFF_CONFIRM] = ONEOFF_APPROVED },
    [ONEOFF_REVIEWED] = { [ONEOFF_APPROVE] = ONEOFF_APPROVED, [ONEOFF_REFUSE] = ONEOFF_REFUSED },
};

oneoff_batch_state oneoff_next(oneoff_batch_state from, oneoff_step step)
{
    return (oneoff_batch_state)NEXT[from][step];
}

/* ---- the handle ---- */

err oneoff_open(arena *process, store *db, eventlog *log, oneoff_book **book)
{
    oneoff_book *b = ARENA_NEW(process, oneoff_book);
    *b = (oneoff_book){ .process = process, .db = db, .log = log };
    *book = b;
    return ERR_NONE;
}

err oneoff_leave(oneoff_book *book, arena *scratch, err e)
{
    if (e.detail) e.detail = arena_copy(book->process, e.detail, strlen(e.detail));
    arena_close(scratch);
    return e;
}

err oneoff_blame(arena *a, const err_kind *kind, int64_t number)
{
    return err_of(kind, text_format(a, "%lld", (long long)number).bytes);
}

/* ---- events ---- */

eventlog_event oneoff_event(const oneoff_act *act, uint32_t bucket, const char *kind)
{
    return (eventlog_event){ .bucket = bucket, .kind = kind, .known_ms = act->known_ms,
                             .actor_id = act->actor_id, .why = act->why, .key = act->key };
}

text oneoff_body(arena *a, const char *const *names, const int64_t *values, size_t count)
{
    text_builder body = text_builder_open(a);
    codec_json_writer w = codec_json_write(&body, false);
    codec_json_begin_object(&w);
    for (size_t i = 0; i < count; i++) eventlog_body_add_int(&w, names[i], values[i]);
    codec_json_end_object(&w);
    return text_built(&body);
}

err oneoff_record(oneoff_book *book, const eventlog_event *event, int64_t *sequence, bool *is_new)
{
    bool is_added;
    TRY(eventlog_append(book->log, event, sequence, &is_added));
    if (is_new) *is_new = is_added;
    if (!is_added) return ERR_NONE;
    eventlog_entry entry = { .event = *event, .sequence = *sequence };
    return oneoff_apply(book, &entry);
}

err oneoff_pack(arena *a, const char *const *names, int64_t *const *columns, size_t column_count, size_t row_count,
                text *bytes)
{
    eventlog_column list[EVENTLOG_COLUMNS_MAX];
    for (size_t c = 0; c < column_count; c++) list[c] = (eventlog_column){ .name = names[c], .number = columns[c] };
    return eventlog_rows_write(a, list, column_count, row_count, bytes);
}

err oneoff_unpack(arena *a, oneoff_book *book, const eventlog_entry *entry, const char *segment,
                  const char *const *names, const bool *is_word, size_t *columns, size_t column_count,
                  eventlog_rows **rows)
{
    text bytes;
    *rows = ARENA_NEW(a, eventlog_rows);
    TRY(eventlog_segment_read(a, book->log, entry->event.bucket, entry->sequence, segment, &bytes));
    TRY(eventlog_rows_open(bytes, *rows));
    for (size_t c = 0; c < column_count; c++)
        TRY(eventlog_rows_find(*rows, names[c], is_word && is_word[c], &columns[c]));
    return ERR_NONE;
}
