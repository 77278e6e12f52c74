/* tests/support/fault_vfs - a disk under SQLite that fails when it is told to.
 *
 * Give FAULT_VFS as store_options.vfs. Calls are counted from fault_vfs_arm on; the n-th fails as
 * planned. What is written reaches the real file at once, but the shim keeps what has not been
 * synced yet; after FAULT_POWER every call fails, and when all handles are closed
 * fault_vfs_power_on leaves in the files what a disk may hold then: writes since the last sync are
 * kept, lost, reordered or torn at sectors of 512 bytes, by the seed. A sync costs nothing here.
 *
 * Prefix   fault_
 */
#ifndef TESTS_SUPPORT_FAULT_VFS_H
#define TESTS_SUPPORT_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define FAULT_VFS "doudi-fault"

typedef enum {
    FAULT_NONE,  /* only counts */
    FAULT_IO,    /* the call fails; reads are counted too */
    FAULT_SHORT, /* a write stops half way */
    FAULT_FULL,  /* no space for a write, a sync or a longer file */
    FAULT_POWER, /* the machine is off from this call on */
    FAULT_KILL   /* the process ends by SIGKILL: before the call, or by the seed half way in a write */
} fault_kind;

typedef struct {
    fault_kind kind;
    int64_t at_call; /* from 1 */
    bool lasts;      /* every later call of the sort fails too, until armed anew */
    uint64_t seed;   /* of what a power loss leaves */
} fault_plan;

/* Registers the VFS when first called; what was written before counts as synced. */
void fault_vfs_arm(fault_plan plan);
int64_t fault_vfs_calls(void);
/* Whether the planned call was reached. */
bool fault_vfs_has_struck(void);
void fault_vfs_power_on(void);

#endif
