/* service/behalf - whom government pays for as residents: by the rolls of departments, on record, and billed.
 *
 * The packs say of each person (purpose behalf.month) which group the rolls make them of, which one the office has on
 * record, whether they are to be paid for, and whether the place pays for that group. The year's bills say who was paid for,
 * and how much. What the office has on record is changed by `behalf match` alone, and billed by the month as ever.
 *
 * Prefix   behalf_
 */
#ifndef SERVICE_BEHALF_H
#define SERVICE_BEHALF_H

#include "service/month.h"
#include "service/scope.h"

extern const err_kind BEHALF_NO_ROLL;
extern const service_op BEHALF_MATCH_OP, BEHALF_LIST_OP;

typedef enum {
    BEHALF_BILLED,
    BEHALF_NOT_HERE,  /* this place pays nothing for the group */
    BEHALF_TO_RECORD, /* the record says another group, or none */
    BEHALF_UNINSURED, /* not in the residents' pension */
    BEHALF_NO_BILL,   /* no bill this year */
    BEHALF_BARE_BILL, /* this year's bill was made without it */
    BEHALF_LEAVES,    /* on record, and by the rolls no longer */
    BEHALF_BY_RECORD, /* on record, of a group that no roll tells */
    BEHALF_NO_LONGER, /* of no group now, and paid for in this year's bill */
    BEHALF_LEFT_OUT,  /* on a roll, and not to be paid for: dead, at school, of another age, insured otherwise */
    BEHALF_STATE_COUNT
} behalf_state;
typedef struct {
    int64_t person_id, region;
    text group, marked; /* the packs' words */
    bool is_listed, is_recorded, is_of_rolls; /* on a roll; of a group on record; one that rolls tell */
    bool is_due, is_insured;
    int64_t fen; /* of this year's bills */
    behalf_state state;
} behalf_person;
typedef struct {
    behalf_person *people; /* by bucket and id; who is of no group, has none on record and was not paid for is not among them */
    size_t count, capacity;
    int64_t unknown; /* of whom it cannot be said */
    text reason;     /* of the first of them */
    int32_t fund;    /* into which the bills pay; 0: none was made */
} behalf_told;
/* As of the month's last day, by the bills of its year up to it. Of people in the span. */
MUST_USE err behalf_read(month_call *m, scope_span span, behalf_told *told);

#endif
