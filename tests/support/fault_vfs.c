#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fault_disk.h"
#include "support/fault_vfs.h"

typedef struct {
    sqlite3_file base;
    const char *name; /* NULL: a file that is not kept */
    bool is_new;
    sqlite3_file *real; /* lies behind this struct */
} fault_file;

static sqlite3_vfs shim;
static sqlite3_io_methods methods;
static sqlite3_vfs *machine;
static fault_plan plan;
static int64_t calls;
static bool has_struck;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((fault_file *)file)->real;
}

/* ---- when ---- */

static bool is_due(void)
{
    calls++;
    if (calls == plan.at_call) has_struck = true;
    return has_struck && (calls == plan.at_call || plan.lasts || plan.kind == FAULT_POWER);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static bool is_off(void)
{
    return has_struck && plan.kind == FAULT_POWER;
}

/* SQLITE_OK, or how a call that only reads fails. */
static int reading(int code)
{
    if (is_off()) return code;
    return plan.kind == FAULT_IO && is_due() ? code : SQLITE_OK;
}

/* The same of a call that changes what is on the disk; every kind of fault counts it. */
static int changing(int code)
{
    if (!is_due()) return SQLITE_OK;
    if (plan.kind == FAULT_KILL && (code != SQLITE_IOERR_WRITE || plan.seed % 2 == 0)) die();
    return plan.kind == FAULT_FULL || plan.kind == FAULT_SHORT ? SQLITE_FULL : code;
}

/* ---- a file ---- */

/* Only a power loss asks what has not been synced. */
static disk_file *disk_behind(fault_file *f)
{
    if (!f->name || plan.kind != FAULT_POWER) return NULL;
    disk_file *disk = disk_of(f->name, f->is_new);
    f->is_new = false;
    return disk;
}

static int close_file(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *into, int size, sqlite3_int64 at)
{
    int code = reading(SQLITE_IOERR_READ);
    return code ? code : real_of(file)->pMethods->xRead(real_of(file), into, size, at);
}

static int write_file(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
{
    fault_file *f = (fault_file *)file;
    int code = changing(SQLITE_IOERR_WRITE);
    bool is_half = code && (plan.kind == FAULT_SHORT || plan.kind == FAULT_KILL) && calls == plan.at_call;
    if (code && !is_half) return code;
    if (is_half) size /= 2;
    disk_file *disk = disk_behind(f);
    if (disk) disk_write(disk, from, size, at);
    int written = f->real->pMethods->xWrite(f->real, from, size, at);
    if (code && plan.kind == FAULT_KILL) die();
    return code ? code : written;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    fault_file *f = (fault_file *)file;
    int code = changing(SQLITE_IOERR_TRUNCATE);
    if (code) return code;
    disk_file *disk = disk_behind(f);
    if (disk) disk_truncate(disk, size);
    return f->real->pMethods->xTruncate(f->real, size);
}

static int sync_file(sqlite3_file *file, int flags)
{
    fault_file *f = (fault_file *)file;
    (void)flags;
    int code = changing(SQLITE_IOERR_FSYNC);
    disk_file *disk = code ? NULL : disk_behind(f);
    if (disk) disk_sync(disk);
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = reading(SQLITE_IOERR_FSTAT);
    return code ? code : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int lock_file_(sqlite3_file *file, int level)
{
    int code = reading(SQLITE_IOERR_LOCK);
    return code ? code : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int unlock_file(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int is_reserved(sqlite3_file *file, int *answer)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), answer);
}

static int control(sqlite3_file *file, int word, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), word, argument);
}

static int sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

/* Nothing is promised: neither whole sectors nor any order. */
static int characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **into)
{
    int code = reading(SQLITE_IOERR_SHMMAP);
    return code ? code : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, into);
}

static int lock_shared(sqlite3_file *file, int from, int count, int flags)
{
    int code = flags & SQLITE_SHM_UNLOCK ? SQLITE_OK : reading(SQLITE_IOERR_SHMLOCK);
    return code ? code : real_of(file)->pMethods->xShmLock(real_of(file), from, count, flags);
}

static void order_shared(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int unmap_shared(sqlite3_file *file, int is_last)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_last);
}

static sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file_,
    .xUnlock = unlock_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
};

/* ---- the file system ---- */

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    fault_file *f = (fault_file *)file;
    (void)vfs;
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    bool is_new = name && access(name, F_OK) != 0;
    int code = is_new ? changing(SQLITE_CANTOPEN) : reading(SQLITE_CANTOPEN);
    if (!code) code = machine->xOpen(machine, name, f->real, flags, out_flags);
    if (code) return code;
    f->base.pMethods = &methods;
    f->name = name; /* SQLite keeps it until the file is closed */
    f->is_new = is_new;
    disk_behind(f);
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int is_folder_synced)
{
    (void)vfs;
    int code = changing(SQLITE_IOERR_DELETE);
    if (code) return code;
    if (plan.kind == FAULT_POWER) disk_delete(name, is_folder_synced);
    return machine->xDelete(machine, name, 0);
}

static int can_access(sqlite3_vfs *vfs, const char *name, int flags, int *answer)
{
    (void)vfs;
    int code = reading(SQLITE_IOERR_ACCESS);
    return code ? code : machine->xAccess(machine, name, flags, answer);
}

void fault_vfs_arm(fault_plan wanted)
{
    if (!machine) {
        machine = sqlite3_vfs_find(NULL);
        shim = *machine;
        shim.zName = FAULT_VFS;
        shim.pNext = NULL;
        shim.szOsFile = (int)sizeof(fault_file) + machine->szOsFile;
        shim.xOpen = open_file;
        shim.xDelete = delete_file;
        shim.xAccess = can_access;
        sqlite3_vfs_register(&shim, 0);
    }
    disk_forget();
    plan = wanted;
    calls = 0;
    has_struck = false;
}

int64_t fault_vfs_calls(void)
{
    return calls;
}

bool fault_vfs_has_struck(void)
{
    return has_struck;
}

void fault_vfs_power_on(void)
{
    disk_lose(plan.seed);
    fault_vfs_arm((fault_plan){ .kind = FAULT_NONE });
}
