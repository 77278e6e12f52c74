/* os/ - the machine: files, folders, threads, the clock, the terminal.
 *
 * The one room (with `store`) that meets what can fail for no reason of ours. Decides nothing:
 * what to read, where to write and what an hour means are the caller's.
 *
 * Paths    NUL-terminated, as the machine spells them; "-" is standard input or output where a
 *          file is read or written.
 * Memory   in the arena passed first; whole files are read up to a limit the caller names.
 * Errors   only the kinds below; `detail` is the path and what the machine said.
 * Threads  a reader or writer belongs to one thread; os_run_blocks makes its own.
 */
#ifndef OS_OS_H
#define OS_OS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind OS_NOT_FOUND, OS_NOT_ALLOWED, OS_TOO_LARGE, OS_IS_FOLDER, OS_NO_SPACE,
    OS_EXISTS, OS_FAILED, OS_NO_TERMINAL, OS_SECRET_TOO_LONG;

/* ---- reading ---- */

/* The whole file, NUL-terminated; OS_TOO_LARGE past `size_bytes_max`. */
MUST_USE err os_read_file(arena *a, const char *path, size_t size_bytes_max, text *whole);

/* A file read a piece at a time; also pipes and terminals. */
typedef struct os_reader os_reader;
MUST_USE err os_reader_open(arena *a, const char *path, os_reader **reader);
/* At least one byte, or 0 at the end. Takes an os_reader as void *, so that it is the `read` of a
 * codec_source. */
MUST_USE err os_reader_read(void *reader, char *into, size_t size_max, size_t *size_bytes);
void os_reader_close(os_reader *reader);

/* ---- writing ---- */

/* A file that appears whole or not at all: it is written beside its place under another name,
 * brought to the disk and renamed. What was left there by a program that was killed meanwhile is
 * removed first. What is no plain file (a pipe, a terminal) is written as it
 * comes. */
typedef struct os_writer os_writer;
MUST_USE err os_writer_open(arena *a, const char *path, os_writer **writer);
MUST_USE err os_writer_add(os_writer *writer, text piece);
/* Puts the file in its place and closes. After an error the old file is as before. */
MUST_USE err os_writer_commit(os_writer *writer);
/* Closes and leaves no trace. Not after os_writer_commit. */
void os_writer_cancel(os_writer *writer);
MUST_USE err os_write_file(arena *a, const char *path, text whole);
/* A new file that only its owner may read (0600); OS_EXISTS rather than touching an old one. */
MUST_USE err os_write_secret(arena *a, const char *path, text whole);
/* Keeps a closed standard stream from being the next file opened, which would then hold what is
 * said to the user. First thing in main. */
void os_hold_standard_streams(void);
/* From now on SIGINT, SIGTERM and SIGHUP first remove what is being written, then end the
 * program as they would; one that is ignored stays ignored. */
void os_clear_up_when_stopped(void);

/* ---- folders ---- */

typedef struct {
    const char *name; /* without its folder */
    bool is_folder;
    bool is_special; /* neither file nor folder: a pipe or a device, that reading may wait for */
} os_entry;

/* All but "." and "..", sorted by the bytes of their names; links are followed. */
MUST_USE err os_list_folder(arena *a, const char *path, os_entry **entries, size_t *count);
/* Makes one folder; one that exists already is fine. */
MUST_USE err os_make_folder(arena *a, const char *path);
/* A new folder that only its owner may enter (0700); OS_EXISTS rather than an old one. */
MUST_USE err os_make_private_folder(arena *a, const char *path);
/* Gives a folder another name in one step; OS_EXISTS where something stands there already. */
MUST_USE err os_move_folder(arena *a, const char *from, const char *to);
/* A new empty folder of our own, under TMPDIR or /tmp; those of programs that were killed are removed
 * first. It is ours until os_remove_tree. */
MUST_USE err os_temp_folder(arena *a, const char **path);
/* Removes a file, or a folder with all that is in it; links are not followed. What is not there
 * is no error. */
MUST_USE err os_remove_tree(arena *a, const char *path);
/* One file or folder under two names? */
bool os_is_same(const char *path, const char *other);
bool os_is_file(const char *path);
/* Of a plain file; false for anything else. */
bool os_file_bytes(const char *path, int64_t *size_bytes);
bool os_is_folder(const char *path);
/* Of names, sizes and times of all files below a folder, or of one file: another when one was changed, made or removed. */
uint64_t os_tree_stamp(const char *path, uint64_t seed);

/* ---- threads ---- */

/* Work that comes in blocks: taken one after another, worked on side by side, finished one after
 * another in the order taken. A block lies in a slot, which is its alone from take to finish. */
typedef struct {
    void *context;
    size_t worker_count; /* 0: one a core; the calling thread is worker 0 */
    size_t slot_count;   /* blocks under way at once; 0: two a worker; at most 256 */
    /* Puts the next block into the slot; *has_block stays false when there is none. */
    err (*take)(void *context, size_t slot, bool *has_block);
    err (*work)(void *context, size_t slot, size_t worker);
    err (*finish)(void *context, size_t slot);
} os_blocks;

#define OS_WORKERS_MAX 64
#define OS_SLOTS_MAX 256
/* The answer does not depend on how many workers there are: the error is that of the earliest
 * block, and no block after it is finished. */
MUST_USE err os_run_blocks(const os_blocks *job);
/* Cores this process may use, at least 1; and what 0 workers mean above. */
size_t os_core_count(void);

/* ---- another machine, by HTTP ---- */

extern const err_kind OS_NO_HTTP, OS_UNREACHABLE, OS_NO_REPLY, OS_REFUSED;

typedef struct {
    const char *url;  /* http: or https:, whose certificate is checked; no proxy, no redirection */
    const char *path; /* the file to send, or to be written */
    int64_t size_bytes_max; /* of what is fetched; 0: any */
    int32_t silent_s; /* nothing moved for so long: given up; 0: 60 */
} os_exchange;
/* Sends the file (PUT). OS_UNREACHABLE: nothing was sent; OS_NO_REPLY: it may have arrived; OS_REFUSED: another
 * status than 2xx, with its words. */
MUST_USE err os_put_file(arena *a, const os_exchange *exchange);
/* Fetches one; an answer that breaks off is no answer, and the file is as before. */
MUST_USE err os_get_file(arena *a, const os_exchange *exchange);
bool os_is_url(const char *path);

/* ---- clock and chance ---- */

typedef struct {
    int32_t year, month_of_year, day_of_month;
} os_date;

int64_t os_monotonic_ns(void);
/* The running program's own file, from the root. */
const char *os_program(arena *a);
int64_t os_unix_seconds(void);
os_date os_today(void); /* by the local time zone */
void os_random_bytes(void *out, size_t size_bytes);

/* ---- terminal and surroundings ---- */

bool os_is_terminal(int descriptor);
/* Columns of the terminal behind `descriptor`, or `otherwise` when it is none. */
int os_terminal_width(int descriptor, int otherwise);
/* One line typed at the terminal of the process without being shown, at most 1,024 bytes; also when
 * the standard input is something else. OS_NO_TERMINAL when there is none. */
MUST_USE err os_ask_secret(arena *a, const char *prompt, text *secret);
/* Whether only the owner may touch this file; true for what is no plain file, or not there. */
bool os_is_private(const char *path);
/* Whether texts are wanted in Chinese: the first of LC_ALL, LC_MESSAGES and LANG that is set
 * begins with "zh". */
bool os_wants_chinese(void);
/* Of the disk on which the file or folder lies: free to whoever asks, and in all. */
bool os_disk_bytes(const char *path, int64_t *free_bytes, int64_t *all_bytes);
/* Who is at the machine: the user of the operating system who logged in, also behind sudo and su, where the kernel knows it; else whom
 * the process belongs to. Without a name "uid N"; never empty. */
const char *os_user(arena *a);
/* The most memory this process has had, so far. */
size_t os_peak_memory_bytes(void);

#endif
