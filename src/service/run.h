/* service/run.h - a file of people through the packs, block by block.
 *
 * A block is taken (whole rows of people, with the rows of their histories), worked on by any
 * worker, and finished in order: so the output has the same bytes for any number of workers, and
 * memory does not grow with the number of people.
 *
 *   run_source   a CSV file as blocks of whole rows, in UTF-8
 *   run_seen     which ids have been met
 *   run_history  the rows of one block's people, from a file in the people's order
 *   run_sort     brings a history into that order, by an external merge sort
 *   run_plan     a worker's plans, one a date and region
 *   run_cells    cells into lanes, and what cannot be read
 *   run_work     one block: cells, plan, lines
 *
 * Prefix   run_
 */
#ifndef SERVICE_RUN_H
#define SERVICE_RUN_H

#include "service/files.h"
#include "service/subject.h"

extern const err_kind SERVICE_RUN_EMPTY_FILE, SERVICE_RUN_HEADER_TWICE, SERVICE_RUN_HEADER_BLANK, SERVICE_RUN_NO_COLUMN,
    SERVICE_RUN_NO_INPUT, SERVICE_RUN_NEEDS_HISTORY, SERVICE_RUN_ROWS_ASKED, SERVICE_RUN_MEMORY, SERVICE_RUN_NOT_A_RECORD,
    SERVICE_RUN_STRAY_HISTORY, SERVICE_RUN_SAME_FILE, SERVICE_RUN_NOT_AGAIN, SERVICE_RUN_LONG_ROW;

/* ---- a CSV file as blocks ---- */

typedef struct {
    const char *file; /* as said, for messages */
    const text *header;
    size_t column_count;
    codec_encoding encoding;
    bool has_mark;        /* began with a byte order mark */
    bool is_numbered;     /* column 0 holds the row's line in the file it came from */
    bool is_any_header;   /* columns may lack a name or share one */
    uint64_t size_bytes;  /* of the file, 0 when unknown */
    uint64_t taken_bytes;
    /* the window: bytes [at, end) are still to be taken */
    arena *memory;
    os_reader *raw;
    codec_utf8_reader *utf8;
    codec_source source;
    char *window;
    size_t at, end, capacity;
    bool is_ended;
    int32_t line; /* of window[at] */
} run_source;

enum { RUN_ROW_BYTES_MAX = 1 << 20 };

/* Reads the header too. */
MUST_USE err run_source_open(arena *a, const char *path, const char *shown_as, run_source *source);
void run_source_close(run_source *source);
/* A pipe, a terminal: what can be read or written once only. */
bool run_source_is_stream(const char *path);
/* Makes the window hold at least so many bytes, if the file has them. */
MUST_USE err run_source_fill(run_source *source, size_t bytes_wanted);
/* Whole rows of about so many bytes, copied into `a`; none at the end. */
MUST_USE err run_source_take(run_source *source, arena *a, size_t bytes_wanted, text *rows,
                             int32_t *first_line, int32_t *line_count);
/* SIZE_MAX when there is none. */
size_t run_source_column(const run_source *source, text name);

/* One row of `rows` from *at on: its bytes and one of its fields, quotes taken off (a doubled
 * quote stays doubled). False when no whole row is left. `is_last`: nothing follows `rows`. */
bool run_source_next_row(text rows, size_t *at, bool is_last, size_t index, text *row, text *field);

/* ---- ids met ---- */

typedef struct run_seen run_seen;
run_seen *run_seen_open(size_t bytes_max);
void run_seen_close(run_seen *seen);
/* The number of the id, from 0 in the order met; *is_new is false when it was met before. */
MUST_USE err run_seen_add(run_seen *seen, text id, uint64_t *number, bool *is_new);
/* SIZE_MAX when it was never met. Only while all ids are kept. */
uint64_t run_seen_find(const run_seen *seen, text id);

/* ---- histories ---- */

typedef struct {
    const policy_symbol *record;
    const char *path;
    run_source source;
    size_t key_column;
} run_history;

/* The rows of one history for one block of people. */
typedef struct {
    text rows;
    int32_t first_line;
    size_t row_count;
    const uint32_t *until; /* by person of the block */
} run_slice;

/* Takes the rows of `people` (their ids, in order) from the front of the history. */
MUST_USE err run_history_take(run_history *history, arena *a, const text *ids, size_t id_count,
                              run_slice *slice);
/* False when rows are left. */
MUST_USE err run_history_is_over(run_history *history, bool *is_over);

/* A row that no person of the file owns. */
typedef struct {
    const char *file;
    int32_t line;
    text id;
} run_stray;
typedef struct {
    run_stray *items;
    size_t count, capacity;
} run_strays;
/* Writes the history in the order of `seen` into folder/name, with a column in front that holds
 * each row's line; rows of ids never met are strays. */
MUST_USE err run_sort_history(arena *a, run_history *history, const run_seen *seen,
                              const char *folder, size_t memory_bytes, run_strays *strays,
                              const char **path);

/* ---- the job ---- */

typedef struct {
    text name;   /* as asked */
    i128 sum;    /* of the values there are, stored */
    uint64_t valued, missing;
    i128 whole; /* the value of the row that states the whole */
    bool has_whole;
    policy_type type;
    bool is_summed; /* a sum of it says something: no rates, dates, words */
} run_total;

typedef struct run_worker run_worker;
typedef struct run_block run_block;

typedef struct {
    service_call *call;
    const policy_book *book;
    arena *process; /* of the run */
    /* what is asked */
    const text *vars;
    size_t var_count;
    const text *given;
    size_t given_count;
    int32_t on_day;
    size_t on_column, region_column; /* SIZE_MAX: fixed */
    text region;
    /* what is read */
    run_source people;
    size_t key_column;
    bool checks_ids; /* ids must be there and be met once */
    text whole_id; /* of the row that states the whole and is no part of sums; or empty */
    const size_t *kept; /* columns carried through */
    size_t kept_count;
    const text *meant; /* by people's column: what the header means, after --columns */
    run_history *histories;
    size_t history_count;
    run_seen *seen;
    bool is_in_order; /* the first attempt: histories as they are */
    bool has_rows_left; /* ... and they were not in order */
    /* what is written */
    os_writer *out, *rejects;
    const char *rejects_path;
    codec_encoding out_encoding;
    codec_converter *to_gb18030;
    run_total *totals;
    uint64_t person_count, reject_count, fault_count, unknown_count, history_row_count;
    text_builder first_rejects; /* some, to be shown */
    size_t first_reject_count;
    /* who works */
    size_t worker_count, slot_count;
    run_worker *workers;
    run_block *blocks;
} run_job;

/* ---- a worker's plans ---- */

typedef struct {
    int32_t on_day;
    text region;
    err error; /* why there is none */
    policy_planned planned;
    vm_machine *machine;
    size_t *column_of; /* by plan input: a column of people or of its history; SIZE_MAX: none */
    size_t *history_of; /* by plan record */
} run_plan;

struct run_worker {
    arena *memory; /* of plans */
    run_plan **plans;
    size_t plan_count, plan_capacity;
};

/* The plan for a date and region; may be one whose `error` says why it is none. */
run_plan *run_plan_for(run_job *job, run_worker *worker, int32_t on_day, text region);
MUST_USE err run_plan_make(run_job *job, arena *a, int32_t on_day, text region, run_plan *plan);

/* ---- a block ---- */

typedef struct {
    const char *file;
    int32_t line;
    size_t column; /* from 1 */
    text header, value, reason;
} run_reject;

/* The cells of a block of rows: cell (row, column) is cells[row * column_count + column]. */
typedef struct {
    const run_source *source;
    const text *cells;
    const int32_t *lines;
    size_t row_count, column_count;
} run_table;

struct run_block {
    arena *memory; /* from take to finish */
    text people;
    int32_t first_line, line_count;
    const bool *is_repeated; /* by person; NULL: none is */
    size_t person_count;
    run_slice *slices;
    const char **fault; /* by person: why nothing is computed for it */
    run_reject *rejects;
    size_t reject_count, reject_capacity;
    text_builder out, rejects_out;
    run_total *totals;
    uint64_t fault_count, unknown_count, history_row_count, taken_bytes;
};

MUST_USE err run_cells_read(run_job *job, run_block *block, const run_source *source, text rows,
                            int32_t first_line, size_t rows_max, run_table *table);
/* Cells of the rows `row_of` into the lanes of one input. */
void run_cells_fill(run_block *block, const run_plan *plan, policy_codes *codes, size_t input,
                     const run_table *table, const uint32_t *row_of, bool is_chinese,
                     column *lanes);
void run_cells_reject(run_block *block, const run_table *table, size_t row, size_t index,
                     text reason);
MUST_USE err run_work(void *job, size_t slot, size_t worker);

/* People of a block who share a plan, one lane each, and their results. */
typedef struct {
    run_plan *plan;
    uint32_t *row_of; /* by lane */
    size_t lane_count;
    policy_codes *codes;
    column *outputs;
} run_group;

void run_write_header(run_job *job, text_builder *out);
/* A line a person: id, kept columns, results, and why some are missing. */
void run_write_rows(run_job *job, run_block *block, const run_table *people,
                    const run_group *groups, const uint32_t *group_of, const uint32_t *lane_of);
void run_write_reject_header(run_job *job, text_builder *out);
/* The block's rejects, in the order of their lines. */
void run_write_rejects(run_block *block);

#endif
