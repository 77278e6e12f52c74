/* service/amount - an amount told as the sum of its parts: what each is, how it came about, and where more is told of it.
 *
 * What the parts leave over is a part of its own and said to be that, so that they always come to the amount; `is_whole`
 * is false then. Nothing is computed here but the sum.
 *
 * Prefix   amount_
 */
#ifndef SERVICE_AMOUNT_H
#define SERVICE_AMOUNT_H

#include "service/service_internal.h"

enum { AMOUNT_PART_FIELDS = 6 };
extern const service_field AMOUNT_PART[AMOUNT_PART_FIELDS];
#define AMOUNT_OUTPUT                                                                            \
    { .name = "title", .type = SERVICE_TEXT, .summary = "what it is", .summary_zh = "名目" },    \
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount, yuan", .summary_zh = "金额（元）" }, \
    { .name = "is_whole", .type = SERVICE_FLAG, .summary = "what is kept tells all of it",       \
      .summary_zh = "全部有据可查" },                                                            \
    { .name = "law", .type = SERVICE_TEXT, .is_optional = true, .summary = "law", .summary_zh = "依据" }, \
    { .name = "parts", .type = SERVICE_OBJECT, .is_list = true, .summary = "parts", .summary_zh = "组成", \
      .fields = AMOUNT_PART, .field_count = AMOUNT_PART_FIELDS }

typedef struct {
    service_call *call;
    service_value *parts;
    int64_t fen;
    bool is_over; /* of int64_t: no amount of an office is so large */
} amount;
amount amount_begin(service_call *call, text title);
/* `how`: the arithmetic, the reference, the reason; or empty. */
service_value *amount_add(amount *f, text name, text how, int64_t fen);
/* The same part the time before. */
void amount_before(amount *f, service_value *part, int64_t fen);
/* The operation that tells more of the part, and with what: "person=12". May be called again for another word. */
void amount_asks(amount *f, service_value *part, const char *operation, text with);
/* Answers the amount; `rest` names what the parts leave over. */
MUST_USE err amount_end(amount *f, int64_t fen, const char *rest, const char *rest_zh);
void amount_print(const service_call *call, text_builder *out);

#endif
