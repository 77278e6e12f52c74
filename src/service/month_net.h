/* service/month_net - what the issues of a month still say of each person, after later differences.
 *
 * A bill is never changed. What turned out to be too little is an issue of its own ("employee+2026-12",
 * for the month it is of); what turned out to be too much is a reduction that names the issue it takes
 * from: "employee-2026-12.7" of issue 7, with "r" behind it when people had been told already and
 * their accounts and months were put right at once. What was not yet told is told less by it.
 *
 * Prefix   month_net_
 */
#ifndef SERVICE_MONTH_NET_H
#define SERVICE_MONTH_NET_H

#include "service/month.h"

enum { MONTH_NET_SOURCES_MAX = 24 };

/* Of an issue's purpose: whether it is a reduction, of which issue, and whether it is put right. */
bool month_net_is_reduction(text purpose, int64_t *target, bool *is_right);

typedef struct {
    int64_t person_id, payer_id, base_fen; /* the base said last */
    int64_t (*fen)[COLLECTION_KEYS_MAX];   /* by source and key: what is left of the line */
    bool is_seen;
} month_net_person;
typedef struct {
    arena *memory;
    const month_keys *keys;
    collection_issue_row *sources; /* issues of the month and purpose that people owe */
    size_t source_count;
    collection_issue_row *reductions;
    size_t reduction_count;
    collection_payer_kind payer_kind;
    registry_merged *merged; /* records given up, and who they are now */
    size_t merged_count;
    month_net_person *people; /* of a bucket */
    size_t count, capacity;
    struct hash_map *place;
} month_net;
/* MONTH_BAD_TABLE when an issue has a line that the purpose does not know any more. */
MUST_USE err month_net_open(month_call *m, text purpose, int32_t month, const month_keys *keys, month_net *net);
MUST_USE err month_net_read(month_call *m, month_net *net, uint32_t bucket, arena *memory);
/* NULL: nothing was issued for them. */
month_net_person *month_net_find(month_net *net, int64_t person_id, int64_t payer_id);
month_net_person *month_net_add(month_net *net, int64_t person_id, int64_t payer_id);

/* What is to be told less of the lines of one issue. */
typedef struct {
    struct hash_map *place;
    struct month_less_row *rows;
    size_t count, capacity;
    arena *memory;
} month_less;
MUST_USE err month_less_open(month_call *m, arena *memory, const collection_issue_row *issue, month_less *less);
/* Takes what was reduced from the line's amounts; *base_fen is the base since. */
void month_less_take(const month_less *less, const collection_terms *terms, const collection_line *line,
                     int64_t fen[COLLECTION_KEYS_MAX], int64_t *base_fen);

#endif
