/* service/payrun_bank - the bank over HTTP, where DOUDI_BANK_URL says one is.
 *
 * An order is PUT to <url>/orders/<name of its file>; what the bank answers is got from <url>/answers/<name>. Nothing is sent before
 * the step is on the disk, and the bank knows a batch by its number: given again it is answered again and not paid again.
 *
 * Prefix   payrun_
 */
#ifndef SERVICE_PAYRUN_BANK_H
#define SERVICE_PAYRUN_BANK_H

#include "service/payrun.h"

extern const err_kind PAYRUN_NO_BANK, PAYRUN_UNDELIVERED;

#define PAYRUN_DELIVER_FIELD                                                                     \
    { .name = "deliver", .type = SERVICE_FLAG,                                                   \
      .summary = "also give the file to the bank at DOUDI_BANK_URL",                             \
      .summary_zh = "同时把报盘文件送到 DOUDI_BANK_URL 所指的银行" }

/* With --deliver: a bank must be set (asked before the step), and the file is given to it (after). */
MUST_USE err payrun_has_bank(const service_call *call);
MUST_USE err payrun_deliver(service_call *call, text file);

/* Fetches the values of the argument that begin with "bank:" and puts their files in their place. `*folder`, when it is set, is
 * removed by payrun_forget, which answers the first error. */
MUST_USE err payrun_fetch(service_call *call, const char *argument, const char **folder);
MUST_USE err payrun_forget(service_call *call, const char *folder, err e);

#endif
