/* service/rolls.h - rolls that departments hand in: their contracts (packs/ledger/rolls.csv), reading, receipts.
 *
 * A contract says which department hands in which columns, what each cell is, by which day of the month, and how many
 * lines in a hundred may be broken before the whole file is sent back. Room roll keeps what was received; here cells are
 * read, people found, and two months held against each other.
 *
 * Cells    as the contract knows them: full width made narrow, blanks and a spreadsheet's apostrophe taken off, 15 digits
 *          made 18, days ISO, choices by the first word that means the same. What was put right is counted.
 * Secrets  what lines say is sealed under the office's key; lines are told apart by keyed hashes.
 * Prefix   rolls_
 */
#ifndef SERVICE_ROLLS_H
#define SERVICE_ROLLS_H

#include "ident/ident.h"
#include "roll/roll.h"
#include "service/scope.h"
#include "service/sheet.h"

extern const err_kind ROLLS_NO_ROLL, ROLLS_BAD_TABLE, ROLLS_NO_COLUMN, ROLLS_AHEAD, ROLLS_WHICH_OF_THREE, ROLLS_OF_EMPLOYERS;
extern const service_op ROLLS_RECEIVE_OP, ROLLS_LIST_OP, ROLLS_SHOW_OP, ROLLS_DIFFERENCES_OP, ROLLS_MATCH_OP, ROLLS_DECIDE_OP,
    ROLLS_CONFIRM_OP, ROLLS_SETTLE_OP, ROLLS_AGREE_OP, ROLLS_ENTER_OP;

/* ---- contracts ---- */

typedef enum {
    ROLLS_TEXT,
    ROLLS_NAME,
    ROLLS_CITIZEN_NUMBER,
    ROLLS_USCC,
    ROLLS_SEX,
    ROLLS_DATE,
    ROLLS_TERM, /* a day that may lie ahead: until when something holds; of several the last counts */
    ROLLS_MONTH,
    ROLLS_COUNT,
    ROLLS_CHOICE,
    ROLLS_TYPE_COUNT
} rolls_type;

enum { ROLLS_COLUMNS_MAX = 12 };
typedef struct {
    text zh, en, also;  /* what files call it; `also` split by '|' */
    rolls_type type;
    text choices;       /* of a choice: 甲|乙, or 甲=1|乙=2 */
    text link;          /* which field of the linkage it is; empty: none */
    text fact;          /* which fact it tells; empty: none */
    bool is_needed, is_key;
} rolls_column;

typedef struct {
    text name, zh, en, department, department_en;
    bool is_of_employers;
    int64_t due_day;        /* the day of the month by which the roll of that month is there */
    int64_t broken_percent; /* more lines than that rejected: the file is sent back whole */
    text digest;            /* of these rows */
    rolls_column columns[ROLLS_COLUMNS_MAX];
    size_t column_count;
} rolls_contract;
/* All, in the order of the table. ROLLS_BAD_TABLE. */
MUST_USE err rolls_contracts(county *office, rolls_contract **contracts, size_t *count);
/* By name or title; ROLLS_NO_ROLL tells which there are. */
MUST_USE err rolls_contract_of(county *office, text said, const rolls_contract **contract);
/* SIZE_MAX: there is none. */
size_t rolls_column_linked(const rolls_contract *contract, const char *link);
text rolls_title(const service_call *call, const rolls_contract *contract);
text rolls_department(const service_call *call, const rolls_contract *contract);
/* The month whose roll must be there on this day. */
int32_t rolls_month_due(const rolls_contract *contract, int32_t day);

/* ---- cells ---- */

/* Reads a cell as its column wants it. `fault` is NULL, or the code of what is wrong; a number that is well written but
 * cannot be anybody's is `is_doubtful`, and no fault. */
typedef struct {
    text says;          /* as it is kept */
    const char *fault;
    bool is_mended, is_doubtful;
    int32_t birth_day;  /* of a citizen number */
    bool is_male;
} rolls_cell;
void rolls_cell_read(arena *a, const rolls_column *field, text said, rolls_cell *cell);
/* A fact's value: days and months of calendar, counts, a choice's number or its place from 1; false: it says none. */
bool rolls_cell_value(const rolls_column *field, text says, int64_t *value);
/* A code of why a line was rejected, is to be reviewed, or was mended, as a sentence. */
text rolls_why_text(arena *a, const service_call *call, text why);
/* Two people have said that a line, which had to be reviewed, is about nobody here; this month or before. */
bool rolls_is_nobody(const roll_line *line);

/* ---- what lines say, sealed ---- */

typedef struct rolls_keys rolls_keys;
MUST_USE err rolls_keys_open(county *office, rolls_keys **keys);
void rolls_keys_close(rolls_keys *keys); /* NULL is fine */
int64_t rolls_hash(rolls_keys *keys, text what); /* > 0 */
/* `cells` of all lines, column by column. */
MUST_USE err rolls_seal(arena *a, rolls_keys *keys, const roll_terms *terms, size_t column_count, text *const *cells,
                        size_t count, text *sealed);
MUST_USE err rolls_unseal(arena *a, rolls_keys *keys, roll_book *book, const roll_receipt *receipt, eventlog_rows *cells);

/* ---- two months ---- */

typedef enum { ROLLS_ADDED, ROLLS_REMOVED, ROLLS_CHANGED, ROLLS_DIFFERENCE_COUNT } rolls_difference_kind;
typedef struct {
    rolls_difference_kind kind;
    size_t before, now; /* places among the lines; SIZE_MAX: not there */
} rolls_difference;
/* Lines that were taken, by key; rejected ones and those without a key are compared with none. In the order of `now`,
 * then those removed in the order of `before`. */
void rolls_compare(arena *a, const roll_line *before, size_t before_count, const roll_line *now, size_t count,
                   rolls_difference **differences, size_t *difference_count);
/* The receipt that counts of the last month before this one; 0: none. */
MUST_USE err rolls_before(roll_book *book, text roll, int32_t month, int64_t *receipt_id);

MUST_USE err rolls_open(county *office, roll_book **book);

/* ---- places that lines name ---- */

typedef struct rolls_places rolls_places;
MUST_USE err rolls_places_open(service_call *call, county *office, rolls_places **places);
/* By code, or by the name of one of the office's areas; else the county itself. */
int64_t rolls_place_of(const rolls_places *places, text said);
bool rolls_place_is_within(const rolls_places *places, int64_t region); /* a township or village, not the county */

/* ---- a receipt as it is shown ---- */

typedef struct {
    service_call *call;
    county *office;
    roll_book *book;
    rolls_keys *keys;
    const rolls_contract *contract;
    roll_receipt receipt;
    roll_line *lines;
    size_t count;
    eventlog_rows *cells; /* by column of the contract, and line */
} rolls_shown;
/* For the call's argument `receipt`; keys are to be closed. */
MUST_USE err rolls_shown_begin(service_call *call, rolls_shown *shown);
/* Another receipt of the same office. */
MUST_USE err rolls_shown_open(rolls_shown *shown, int64_t receipt_id);
/* Of lines those about somebody in the span, as many of each state; a line that is linked to nobody is nobody's. */
MUST_USE err rolls_keep_held(county *office, scope_span span, roll_line *lines, size_t count, bool *holds, int64_t now[ROLL_STATE_COUNT]);
text rolls_shown_number(const rolls_shown *shown, size_t line); /* of a person with stars */
text rolls_shown_name(const rolls_shown *shown, size_t line);
/* Columns that are neither number nor name. */
text rolls_shown_says(const rolls_shown *shown, size_t line);

/* ---- whom lines are likely to be about ---- */

/* Lines that no number has settled, of which one person alone can be meant, who is meant by no other line, and that say more
 * than a name: by line. One in a thousand may be wrong at most. */
typedef struct {
    size_t line; /* place */
    int64_t person_id, millionths;
} rolls_likely;
/* `is_any`: everybody whom an open line may be about, as `doudi roll match` lists them. */
MUST_USE err rolls_likely_find(rolls_shown *shown, bool is_any, rolls_likely **likely, size_t *count);

enum { ROLLS_SHOWN_LINES = 50 };
#define ROLLS_RECEIPT_FIELD                                                                      \
    { .name = "receipt", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "RECEIPT", \
      .summary = "number of the receipt (doudi roll list --roll ROLL)", .summary_zh = "回执编号（见 doudi roll list --roll 名册）" }
#define ROLLS_LINE_FIELD                                                                         \
    { .name = "line", .type = SERVICE_COUNT, .is_positional = true, .is_required = true, .shows = "LINE", \
      .summary = "the line, as the file numbers it", .summary_zh = "行号（文件中的）" }
#define ROLLS_OUT_FIELD                                                                          \
    { .name = "out", .type = SERVICE_FILE_OUT, .shows = "FILE.csv|xlsx|html", .summary = "write all of them here", \
      .summary_zh = "将全部明细写入此文件" }

#endif
