/* service/payrun_summary - a run in a page: what changed against the run before, and its largest lines.
 *
 * Prefix   payrun_summary_
 */
#ifndef SERVICE_PAYRUN_SUMMARY_H
#define SERVICE_PAYRUN_SUMMARY_H

#include "service/payrun_compare.h"

#define PAYRUN_SUMMARY_LINE_COUNT 7
#define PAYRUN_SUMMARY_CHANGE_COUNT 5
extern const service_field PAYRUN_SUMMARY_LINES[PAYRUN_SUMMARY_LINE_COUNT];
extern const service_field PAYRUN_SUMMARY_CHANGES[PAYRUN_SUMMARY_CHANGE_COUNT];
#define PAYRUN_SUMMARY_OUTPUT                                                                     \
    { .name = "digest", .type = SERVICE_TEXT, .is_optional = true, .summary = "digest that is signed (SM3)", \
      .summary_zh = "签字的名册摘要（SM3）" },                                                             \
    { .name = "before", .type = SERVICE_VALUE, .is_optional = true, .summary = "compared with run", \
      .summary_zh = "对照批次" },                                                                     \
    { .name = "other_accounts", .type = SERVICE_COUNT, .is_optional = true,                       \
      .summary = "lines whose account was changed after they were drafted: draft the run again",  \
      .summary_zh = "编制后收款账户已变更的笔数（须重新编制）" },                                                     \
    { .name = "new_account_days", .type = SERVICE_COUNT, .is_optional = true },                   \
    { .name = "new_accounts", .type = SERVICE_COUNT, .is_optional = true,                         \
      .summary = "lines into an account that was changed lately", .summary_zh = "收款账户近期变更过的笔数" }, \
    { .name = "into_new", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, \
      .fields = PAYRUN_SUMMARY_LINES,                                                             \
      .field_count = PAYRUN_SUMMARY_LINE_COUNT, .summary = "into an account changed lately, largest first", \
      .summary_zh = "收款账户近期变更过的（金额从大到小）" },                                                       \
    { .name = "changes", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true,            \
      .fields = PAYRUN_SUMMARY_CHANGES,                                                           \
      .field_count = PAYRUN_SUMMARY_CHANGE_COUNT, .summary = "against the run before", .summary_zh = "与上次相比" }, \
    { .name = "moved", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = PAYRUN_SUMMARY_LINES, \
      .field_count = PAYRUN_SUMMARY_LINE_COUNT, .summary = "largest changes", .summary_zh = "变动最大的" }, \
    { .name = "largest", .type = SERVICE_OBJECT, .is_list = true, .is_optional = true, .fields = PAYRUN_SUMMARY_LINES, \
      .field_count = PAYRUN_SUMMARY_LINE_COUNT, .summary = "largest lines", .summary_zh = "金额最大的" }

/* Answers these of the run. */
MUST_USE err payrun_summary_put(payrun *p);

#endif
