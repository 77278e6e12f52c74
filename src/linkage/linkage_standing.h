/* linkage/ inside - the rows of a linkage that stands, and the blocks they are in.
 *
 * Prefix   linkage_standing_
 */
#ifndef LINKAGE_LINKAGE_STANDING_H
#define LINKAGE_LINKAGE_STANDING_H

#include "linkage/linkage_internal.h"

/* Of a key: rows that stand, in chains by the key's tag; rows of one tag are a block. */
typedef struct {
    uint32_t *head; /* a row and one; 0: none */
    int bits;
    size_t used;
    linkage_vec tag, next; /* by row; tag 0: in no block */
    arena *own;
} linkage_chains;

struct linkage_standing {
    arena *own;
    linkage_set *set;
    linkage_run *run;
    linkage_batch *batch;
    uint32_t base, count, standing, largest; /* rows of the base; all that ever were; those that stand */
    linkage_chains *keys;
    hash_map *later;          /* ids of rows behind the base, to the last row with that id */
    hash_map *values[LINKAGE_FIELDS_MAX]; /* that no row of the base has, to their codes */
    uint32_t room[LINKAGE_FIELDS_MAX];    /* codes that arrays by code have room for */
    float rarest[LINKAGE_FIELDS_MAX][LINKAGE_LEVELS];
    linkage_vec stands;       /* bool by row */
    linkage_vec ids;          /* text by row behind the base */
    linkage_vec cluster;      /* by row: number of its cluster; 0: none */
    linkage_vec met, place;   /* by row: the last round it was met in; its place among the rows of the round */
    linkage_vec seen;         /* by row: the last row that was looked at it from, as a count of looks */
    uint32_t round, look;
    text *name;               /* by number of a cluster */
    uint32_t *members;
    size_t name_count, name_capacity, member_capacity, member_count, clusters;
    hash_map *numbers;        /* of clusters, by name */
    linkage_moved *moved;
    size_t moved_count, moved_capacity;
    uint64_t compared;
};

static inline bool linkage_standing_is(const linkage_standing *l, uint32_t row) { return ((const bool *)l->stands.items)[row]; }
static inline text linkage_standing_id(const linkage_standing *l, uint32_t row)
{
    return row < l->base ? linkage_id(l->set, row) : ((const text *)l->ids.items)[row - l->base];
}
/* The row that stands under an id; UINT32_MAX: none. */
uint32_t linkage_standing_find(const linkage_standing *l, text id);
/* A row behind the last, in no block yet. */
MUST_USE err linkage_standing_append(linkage_standing *l, text id, const text *values, uint32_t *row);
void linkage_standing_rows_open(linkage_standing *l);
void linkage_standing_rows_close(linkage_standing *l);
void linkage_standing_enter(linkage_standing *l, uint32_t row); /* into its blocks */
void linkage_standing_leave(linkage_standing *l, uint32_t row);
/* The rows of a row's block of a key, itself among them where it is there, no more than `most`; answers how many. */
uint32_t linkage_standing_block(const linkage_standing *l, int key, uint32_t row, uint32_t *rows, uint32_t most);

#endif
