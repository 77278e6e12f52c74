/* service/ask.h - how a page asks for a fact: its kind, unit and choices, in the reader's language.
 *
 * Prefix   ask_
 */
#ifndef SERVICE_ASK_H
#define SERVICE_ASK_H

#include "policy/policy.h"
#include "service/service_internal.h"

extern const service_field ASK_CHOICE_ROW[2];

/* "date", "month", "year", "bool", "choice", "text", "number" */
const char *ask_kind(const policy_type *type);
/* "yuan a month"; "-" where it has none. */
const char *ask_unit(const service_call *call, const policy_type *type);
/* A value of the type in the reader's language: the label of an enum's member; of any other type as it is. */
text ask_said(const service_call *call, const policy_book *book, const policy_type *type, text value);
/* The list `choices`: the members of an enum; of any other type it is empty. */
void ask_put_choices(const service_call *call, const policy_book *book, const policy_type *type, service_value *into);

#endif
