/* linkage/ inside - rows being read, and what a worker has read of late: values as they stand in the files, to their codes.
 *
 * Names, villages and dates come again and again; one that is met again is neither folded nor looked for in the field's
 * table of values. A code never changes while rows are read, so that whatever is forgotten here is found there as it was.
 *
 * Prefix   linkage_
 */
#ifndef LINKAGE_LINKAGE_MET_H
#define LINKAGE_LINKAGE_MET_H

#include "linkage/linkage_internal.h"

/* Of a batch's first row; and a batch as it was opened. */
text linkage_batch_value(const linkage_batch *b, int field, uint64_t *hash, bool *is_told);
void linkage_batch_empty(linkage_batch *b);

/* A value as it stands, where it is short enough: its beginning and end, which together are all of it. */
#define LINKAGE_MET_BYTES 24
typedef struct {
    uint64_t word[3];
    uint32_t size; /* 0: too long, or of a field of which nothing is kept; LINKAGE_MET_DATE: word[0] is a day's place */
} linkage_met_key;
#define LINKAGE_MET_DATE UINT32_MAX

typedef struct linkage_met linkage_met;
linkage_met *linkage_met_open(const linkage_set *s);
void linkage_met_close(linkage_met *m);
/* Its code, or 0: then, once it has one, it may be kept by `key`. */
uint32_t linkage_met_find(const linkage_met *m, int field, text value, linkage_met_key *key);
/* The same of a date that is folded: yyyymmdd. */
uint32_t linkage_met_day(const linkage_met *m, int field, const char *folded, size_t size, linkage_met_key *key);
void linkage_met_keep(linkage_met *m, int field, const linkage_met_key *key, uint32_t code);

#endif
