/* service/decide_internal.h - the office's tables as read, and what law and plan are made of.
 *
 *   decide_table   packs/adapters/office-*.csv: rows with their places
 *   decide_files   what of the folders decides beside the packs
 *   decide_law     packs and tables together, from folders or from kept bytes
 *   decide_plan    a purpose's rows bound to a plan
 *   decide_try     a purpose made for one variable and person
 *   decide_first   what a first look at few facts can settle
 *   decide_check   every mistake of the tables
 *   decide_words   which words a fact can take, and how else they are written
 *   decide_record  a lane as canonical JSON, and back
 *
 * Prefix   decide_
 */
#ifndef SERVICE_DECIDE_INTERNAL_H
#define SERVICE_DECIDE_INTERNAL_H

#include "service/decide.h"
#include "service/subject.h"

typedef enum {
    DECIDE_WAY_CHECK,  /* a date and region for which `doudi check` plans the purpose */
    DECIDE_WAY_IN,     /* a fact is an input */
    DECIDE_WAY_GIVEN,  /* a fact stands for a parameter or variable */
    DECIDE_WAY_FIXED,  /* an input that is always the same */
    DECIDE_WAY_NEVER,  /* an input the office never knows */
    DECIDE_WAY_EACH,   /* what a lane stands for */
    DECIDE_WAY_RECORD, /* a record of the registry is a record of the packs */
    DECIDE_WAY_GATE,
    DECIDE_WAY_TOTAL,
    DECIDE_WAY_OUT,
    DECIDE_WAY_LINE,
    DECIDE_WAY_WATCH, /* a watch of the packs, with its evidence */
    DECIDE_WAY_COUNT
} decide_way;

enum {
    DECIDE_CELL_PURPOSE,
    DECIDE_CELL_WAY,
    DECIDE_CELL_KEY,
    DECIDE_CELL_TARGET,
    DECIDE_CELL_UNIT,
    DECIDE_CELL_FUND,
    DECIDE_CELL_PAYER,
    DECIDE_CELL_PURSE,
    DECIDE_CELL_ITEM,
    DECIDE_CELL_COUNT
};

typedef struct {
    text cell[DECIDE_CELL_COUNT];
    decide_way way;
    decide_payer payer;
    bool is_account;
    decide_each each;
    const char *file;
    int32_t line;
    int32_t column[DECIDE_CELL_COUNT];
} decide_row;

/* What the registry can say, from office-facts.csv. */
typedef struct {
    text name, type;
    source_pos at;
} decide_known_fact;

typedef struct {
    decide_row *rows;
    size_t row_count, row_capacity;
    decide_known_fact *facts;
    size_t fact_count, fact_capacity;
    const char **purposes;
    size_t purpose_count, purpose_capacity;
    /* rows that could not be read */
    policy_mistake *mistakes;
    size_t mistake_count, mistake_capacity;
} decide_table;

/* Reads one file into the table; what is wrong in it becomes a mistake. */
MUST_USE err decide_table_read(arena *a, const char *file, text bytes, decide_table *table);
/* The rows of a purpose, from *at on; NULL after the last. */
const decide_row *decide_table_next(const decide_table *table, text purpose, size_t *at);
const decide_known_fact *decide_table_fact(const decide_table *table, text name);
void decide_table_complain(arena *a, decide_table *table, const char *code, const decide_row *row,
                           int cell, text detail);
source_pos decide_table_at(const decide_row *row, int cell);
/* How the registry's type is called that fits a type of the packs: "fen", "month" ... */
const char *decide_table_type(const policy_type *type);

struct decide_law {
    arena *memory;
    const policy_book *book;
    decide_table *table;
    const policy_watch *watches;
    size_t watch_count;
    text bytes, digest;
};

/* ---- decide_files.c ---- */

typedef struct decide_files {
    decide_file *items;
    size_t count, capacity;
} decide_files;
MUST_USE err decide_files_open(service_call *call, const decide_files **files);
MUST_USE err decide_files_bytes(service_call *call, arena *a, decide_law_form form, text *bytes);
MUST_USE err decide_bytes_digest(arena *a, text bytes, text *digest);
/* By its canonical name, or any path. */
bool decide_is_office_table(const char *name);
bool decide_is_pack(const char *name);

/* ---- decide_words.c: mistakes of office-words.csv, into the table ---- */
MUST_USE err decide_check_words(arena *a, const decide_law *law, decide_table *into);

/* ---- decide_law.c: sources in canonical order, which sorts them ---- */
text decide_law_print(arena *a, decide_law_form form, policy_source *sources, size_t count);

/* The symbol a target names: 包.名, 包.记录.字段; NULL when there is none. */
const policy_symbol *decide_plan_target(arena *a, const policy_book *book, text target);

typedef struct {
    const decide_row *row; /* IN, GIVEN, FIXED or NEVER */
    size_t fact;           /* index into facts, SIZE_MAX for FIXED and NEVER */
} decide_bound;

/* A watch among the answers: its condition, and behind it its evidence. */
typedef struct {
    const policy_watch *said;
    size_t answer;
} decide_watch;

struct decide_plan {
    decide_request asked;
    const decide_law *law;
    policy_planned planned;
    vm_program *program;
    decide_bound *bound; /* by plan input */
    decide_fact *facts;
    size_t *fact_input; /* by fact: one plan input that it fills */
    size_t fact_count;
    const char **records; /* by plan record: the registry's name */
    decide_answer *answers;
    const text *roots; /* by answer */
    size_t answer_count;
    decide_watch *watches;
    size_t watch_count;
    const decide_row *each; /* or NULL: a person */
    const text *given;
    size_t given_count;
};

/* Names in order of their bytes, for canonical JSON. */
typedef struct {
    const char *name; /* 包.名, or the field's name within its record */
    size_t index;     /* of the input, record or answer */
} decide_name;
typedef struct {
    decide_name *names;
    size_t count;
} decide_names;

struct decider {
    arena *memory;
    const decide_plan *plan;
    policy_codes *codes;
    vm_machine *machine;
    column *inputs;        /* by plan input: of the block, or a constant one */
    size_t *constant_room; /* by plan input: lanes made of it */
    int64_t *constant;     /* by plan input: the value of FIXED */
    decide_names *inputs_named; /* by space; NULL until a record is made */
    decide_names records_named, answers_named;
};

/* Puts the block's columns, and constant ones, in the order of the plan's inputs. */
void decide_hand_in(decider *worker, const decide_block *block);

#endif
