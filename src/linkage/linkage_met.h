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

/* What falls on another's place takes it. */
typedef struct {
    uint64_t word[3];
    uint32_t size, code;
} linkage_met_value;
typedef struct linkage_met {
    arena *own;
    struct {
        linkage_met_value *values; /* NULL: none are kept */
        int shift;
        uint32_t *days;            /* by place, of a field of dates */
    } of[LINKAGE_FIELDS_MAX];
} linkage_met;
linkage_met *linkage_met_open(const linkage_set *s);
void linkage_met_close(linkage_met *m);

static inline uint64_t linkage_met_part(const char *bytes, size_t size)
{
    uint32_t first, last;
    if (size >= 4) {
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + size - 4, 4);
        return (uint64_t)last << 32 | first;
    }
    return (uint64_t)(unsigned char)bytes[0] | (uint64_t)(unsigned char)bytes[size / 2] << 8 | (uint64_t)(unsigned char)bytes[size - 1] << 16;
}
static inline linkage_met_key linkage_met_key_of(text t)
{
    linkage_met_key key = { .size = (uint32_t)t.size_bytes };
    if (t.size_bytes < 8) {
        key.word[0] = linkage_met_part(t.bytes, t.size_bytes);
        return key;
    }
    memcpy(&key.word[0], t.bytes, 8);
    memcpy(&key.word[1], t.bytes + t.size_bytes - 8, 8);
    if (t.size_bytes > 16) memcpy(&key.word[2], t.bytes + 8, 8);
    return key;
}
static inline linkage_met_value *linkage_met_place(const linkage_met *m, int field, const linkage_met_key *key)
{
    uint64_t h = (key->word[0] ^ key->word[2] * UINT64_C(0xd6e8feb86659fd93)) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 32 ^ key->word[1] ^ key->size) * UINT64_C(0xC2B2AE3D27D4EB4F);
    return &m->of[field].values[(h ^ h >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> m->of[field].shift];
}
/* Its code, or 0: then, once it has one, it may be kept by `key`. */
static inline uint32_t linkage_met_find(const linkage_met *m, int field, text value, linkage_met_key *key)
{
    key->size = 0;
    if (!m->of[field].values || !value.size_bytes || value.size_bytes > LINKAGE_MET_BYTES) return 0;
    *key = linkage_met_key_of(value);
    const linkage_met_value *v = linkage_met_place(m, field, key);
    uint64_t differs = (v->word[0] ^ key->word[0]) | (v->word[1] ^ key->word[1]) | (v->word[2] ^ key->word[2]) | (v->size ^ key->size);
    return differs ? 0 : v->code;
}
/* The same of a date that is folded: yyyymmdd. */
uint32_t linkage_met_day(const linkage_met *m, int field, const char *folded, size_t size, linkage_met_key *key);
void linkage_met_keep(linkage_met *m, int field, const linkage_met_key *key, uint32_t code);

#endif
