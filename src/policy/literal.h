/* policy/literal - numbers, lengths of time, amounts and points in time, as they are written.
 *
 * 8%  2.5万元/月  12个月  12 months  2025年  2025-01  2025年1月1日. A unit may stand after blanks. A number is
 * an exact fraction. Inside the room only.
 *
 * Prefix   literal_
 */
#ifndef POLICY_LITERAL_H
#define POLICY_LITERAL_H

#include "policy/lexer.h"

typedef struct {
    lexer_literal value;
    size_t size_bytes;   /* of what was read, also when it is mistaken */
    const char *mistake; /* its code, or NULL */
    text hole;
} literal_reading;

/* `t` begins with a digit and goes on to the end of its line. */
literal_reading literal_read(text t);
/* A unit word alone, as after `round to`: 分, 百元. */
bool literal_round_unit(text t, lexer_literal *out);

#endif
