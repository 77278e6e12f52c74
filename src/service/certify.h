/* service/certify - life certification (资格认证): who has shown to be alive, by which traces.
 *
 * A trace (痕迹) is an attribute of a person, "trace.住院结算", that holds on its day. Which kinds there are
 * and how each comes about (by data, by oneself, by a visit, at the counter) stands in
 * packs/adapters/traces.csv; how much a kind proves, and for how long, the packs decide (资格认证).
 *
 * Prefix   certify_
 */
#ifndef SERVICE_CERTIFY_H
#define SERVICE_CERTIFY_H

#include "service/benefit.h"
#include "service/month.h"

extern const err_kind CERTIFY_NO_KINDS, CERTIFY_BAD_KINDS, CERTIFY_UNKNOWN_KIND, CERTIFY_BAD_DAY;

typedef enum { CERTIFY_SILENT, CERTIFY_SELF, CERTIFY_VISIT, CERTIFY_COUNTER, CERTIFY_WAY_COUNT } certify_way;

typedef struct {
    text kind;
    certify_way way;
    int64_t word; /* of its attribute; 0: the registry has none yet */
} certify_kind;

typedef struct {
    certify_kind *items;
    size_t count;
} certify_kinds;
MUST_USE err certify_kinds_read(county *office, certify_kinds *kinds);
/* CERTIFY_UNKNOWN_KIND lists those there are. */
MUST_USE err certify_kind_of(county *office, const certify_kinds *kinds, text said, const certify_kind **kind);
/* The word of the kind's attribute, made when a writer needs it. */
MUST_USE err certify_word(county *office, text kind, int64_t *word);

/* Benefits that are certified. */
#define CERTIFY_BENEFITS_MAX 4
typedef const char *const certify_name;
extern certify_name CERTIFY_BENEFITS[CERTIFY_BENEFITS_MAX];

/* ---- deciding ---- */

typedef struct {
    int32_t day;
    size_t kind; /* of certify_kinds */
} certify_trace;

typedef struct {
    int64_t person_id, region;
    bool is_paying, is_suspended; /* suspended: for want of certification */
    int32_t first_day, death_day; /* death_day 0: not known to have died */
    certify_trace *traces;        /* up to the day, oldest first */
    size_t trace_count;
    struct { int32_t month; int64_t fen; } *withheld;
    size_t withheld_count, withheld_capacity;
    /* decided */
    enum { CERTIFY_UNDECIDED, CERTIFY_VALID, CERTIFY_DUE, CERTIFY_LAPSED } state;
    bool is_silent; /* valid by data alone */
    bool suspends, restores;
    int64_t arrears_fen;
    text why_not; /* of the undecided */
} certify_person;

typedef struct {
    month_call *m;
    benefit_call *b;
    certify_kinds kinds;
    const decide_law *law;
    const decide_plan *plan;
    decider *with;
    int64_t benefits[CERTIFY_BENEFITS_MAX], death, lapse; /* words */
    int32_t on_day;
} certifying;
MUST_USE err certify_open(month_call *m, benefit_call *b, certifying *c);
/* Everyone of a bucket who draws or has lapsed, in order of ids, not decided. */
MUST_USE err certify_read_bucket(arena *a, certifying *c, uint32_t bucket, certify_person **people, size_t *count);
/* What is known of them as lanes of a plan of the caller's. */
MUST_USE err certify_block(arena *a, certifying *c, const decide_plan *plan, decider *with, certify_person *people, size_t count,
                           decide_block *block);
/* Everyone of a bucket who draws or has lapsed, decided for the month to be paid next: on its first day. */
MUST_USE err certify_bucket(arena *a, certifying *c, uint32_t bucket, certify_person **people, size_t *count);

/* doudi certify kinds: certify_import.c. */
extern const service_op CERTIFY_KINDS_OP;

#endif
