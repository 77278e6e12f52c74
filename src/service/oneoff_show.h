/* service/oneoff_show - what an answer shows of batches and items of room oneoff.
 *
 * Prefix   oneoff_
 */
#ifndef SERVICE_ONEOFF_SHOW_H
#define SERVICE_ONEOFF_SHOW_H

#include "service/words.h"

extern const err_kind ONEOFF_BY_WRITE_OFF, ONEOFF_NO_WRITE_OFF, ONEOFF_UNKNOWN_WAY, ONEOFF_BAD_LIMIT,
    ONEOFF_REFERENCE_USED, ONEOFF_CAME, ONEOFF_NOT_COVERED, ONEOFF_BY_CONFIRM, ONEOFF_NO_CONFIRM;

/* Purpose of a batch that takes back a repayment which never came. */
#define ONEOFF_NEVER_CAME "oneoff.never-came"

#define ONEOFF_BATCH_FIELD                                                                       \
    { .name = "batch", .type = SERVICE_COUNT, .shows = "BATCH", .is_required = true,             \
      .is_positional = true, .summary = "number of the batch of one-off items",                  \
      .summary_zh = "补扣批次编号" }
#define ONEOFF_BATCH_OUTPUT                                                                      \
    { .name = "batch", .type = SERVICE_COUNT, .summary = "batch", .summary_zh = "批次" },        \
    { .name = "purpose", .type = SERVICE_TEXT, .summary = "purpose", .summary_zh = "用途" },     \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },         \
    { .name = "count", .type = SERVICE_COUNT, .summary = "items", .summary_zh = "项目数" },      \
    { .name = "pay", .type = SERVICE_TEXT, .summary = "to pay, yuan", .summary_zh = "应补（元）" }, \
    { .name = "recover", .type = SERVICE_TEXT, .summary = "to recover, yuan", .summary_zh = "应追回（元）" }, \
    { .name = "changes", .type = SERVICE_COUNT, .summary = "benefits changed", .summary_zh = "待遇变化" }, \
    { .name = "closings", .type = SERVICE_COUNT, .summary = "items given up", .summary_zh = "取消或核销" }, \
    { .name = "undoings", .type = SERVICE_COUNT, .summary = "repayments that never came", .summary_zh = "未到账还款" }, \
    { .name = "since", .type = SERVICE_TEXT, .summary = "since", .summary_zh = "建立时间" }
#define ONEOFF_ITEM_OUTPUT                                                                       \
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员" },      \
    { .name = "item", .type = SERVICE_COUNT, .summary = "item", .summary_zh = "项目" },          \
    { .name = "kind", .type = SERVICE_TEXT, .summary = "kind", .summary_zh = "类别" },           \
    { .name = "benefit", .type = SERVICE_TEXT, .summary = "benefit", .summary_zh = "待遇或险种" }, \
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "起" },             \
    { .name = "until", .type = SERVICE_TEXT, .summary = "to", .summary_zh = "止" },              \
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },       \
    { .name = "settled", .type = SERVICE_TEXT, .summary = "settled", .summary_zh = "已结" },     \
    { .name = "remaining", .type = SERVICE_TEXT, .summary = "remaining", .summary_zh = "余额" }, \
    { .name = "state", .type = SERVICE_STATE, .summary = "state", .summary_zh = "状态" },         \
    { .name = "reason", .type = SERVICE_TEXT, .summary = "reason", .summary_zh = "原因" },       \
    { .name = "way", .type = SERVICE_TEXT, .summary = "how", .summary_zh = "方式" },             \
    { .name = "limit", .type = SERVICE_TEXT, .summary = "a month at most", .summary_zh = "每月上限" }, \
    { .name = "batch", .type = SERVICE_COUNT, .summary = "batch", .summary_zh = "批次" },        \
    { .name = "run", .type = SERVICE_COUNT, .summary = "in run", .summary_zh = "支付批次" }

/* --limit, above nothing; 0: not said. */
MUST_USE err oneoff_limit_of(service_call *call, int64_t *fen);
void oneoff_put_batch(service_call *call, service_value *into, const oneoff_batch *batch);
void oneoff_put_item(county *office, service_value *into, const oneoff_standing *item);
/* A user's login, or #id. */
MUST_USE err oneoff_login_of(county *office, int64_t actor_id, text *login);
/* The repayments that a batch takes back, into the reply. */
MUST_USE err oneoff_put_undoings(county *office, int64_t batch_id);
#define ONEOFF_UNDOING_FIELD_COUNT 9
extern const service_field ONEOFF_UNDOING_FIELDS[ONEOFF_UNDOING_FIELD_COUNT];
/* The reply as lines, and its lists as tables under heads. */
void oneoff_print(const service_call *call, text_builder *out);
err oneoff_batch_error(service_call *call, const err_kind *kind, int64_t batch_id);
/* A batch with all that is in it, into the reply. */
MUST_USE err oneoff_reply(county *office, int64_t batch_id);

#endif
