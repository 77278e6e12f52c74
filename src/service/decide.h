/* service/decide.h - who decides a yuan: people as columns in, lines of a bill or an award out.
 *
 * A purpose ("bill.employee", "award.retirement") is a topic of packs/adapters/office-*.csv: which
 * fact of the registry is which input of the packs, and which variable is which line. Nothing is
 * computed here: a plan of the packs is made once a date and region, facts are handed to it as
 * columns, and its answers come back as columns.
 *
 *   decide_law     the packs and the office's tables, compiled: read-only, one a process
 *   decide_plan    a purpose at one date and region: read-only, shared by workers
 *   decider        a plan's machine: one a worker
 *
 * Facts    by decide_facts, in its order; stored as the packs store: money in fen, days since
 *          1900-01-01, months since 1900-01, years as they are, rates by 10^8, words by
 * decide_code. A lane may carry VM_REASON(VM_NOT_KNOWN, 0); a column of no lanes is known of
 * nobody. Answers  by decide_answers; a lane without a value carries its reason and is never a
 * zero. Memory   as the arena passed first; a plan keeps pointers into its law. Threads  law and
 * plan are read-only; a decider belongs to one thread.
 */
#ifndef SERVICE_DECIDE_H
#define SERVICE_DECIDE_H

#include "explain/explain.h"
#include "service/service_internal.h"

extern const err_kind DECIDE_UNKNOWN_PURPOSE, DECIDE_NO_FACT, DECIDE_BAD_TABLE, DECIDE_BAD_RECORD,
    DECIDE_UNKNOWN_WORD;

/* ---- the law ------------------------------------------------------------------------------- */

typedef struct decide_law decide_law;

/* The packs and the tables (folders adapters/ and ledger/ beside them) of the call. */
MUST_USE err decide_law_open(service_call *call, const decide_law **law);
/* The same from bytes kept by a store: what decide_law_bytes gave then. */
MUST_USE err decide_law_of(arena *a, text bytes, const decide_law **law);
const policy_book *decide_law_book(const decide_law *law);
/* All sources, packs and tables, in canonical order: to be kept by digest. Compiled again they
 * decide the same fen. */
text decide_law_bytes(const decide_law *law);
/* The files they are made of: packs and tables. */
MUST_USE err decide_law_sources(arena *a, text bytes, policy_source **sources, size_t *count);
/* A table that is kept with the law, of this name ("office-duties.csv"), of each folder that
 * has one, one behind the other; empty: there is none. */
MUST_USE err decide_law_aside(arena *a, const decide_law *law, const char *name, text *bytes);
/* The enums of the packs that a fact is an input of: which words it can take. None: it is no word of theirs. */
void decide_fact_words(arena *a, const decide_law *law, text fact, const policy_symbol ***enums, size_t *count);
/* The member that was said by its name or English label; NULL: none. */
const char *decide_member(const policy_symbol *const *enums, size_t count, text said);
/* How else people write the words of a fact: office-words.csv. */
typedef struct {
    text said, word;
} decide_said;
MUST_USE err decide_said_words(arena *a, const decide_law *law, text fact, decide_said **said, size_t *count);
/* SM3 of decide_law_bytes as lower-case hex. */
text decide_pack_digest(const decide_law *law);
/* How much of the folders a kept law holds: at first packs and the office's tables, since then all that a step reads. */
typedef enum { DECIDE_LAW_PACKS, DECIDE_LAW_WHOLE, DECIDE_LAW_FORM_COUNT } decide_law_form;
/* DECIDE_LAW_FORM_COUNT: these are no bytes of a law. */
decide_law_form decide_law_form_of(text bytes);

/* A table of the call's folders: read once, for all that the call asks. */
typedef struct {
    const char *name; /* whatever folder it stands in: "ledger/stops.csv" */
    text path, bytes;
} decide_file;
/* Of the first folder that has it; NULL: there is none. Whoever writes asks adopt_table. */
MUST_USE err decide_file_find(service_call *call, const char *name, const decide_file **file);
/* The digest the law at hand has in either form. Nothing is compiled. */
MUST_USE err decide_files_digest(service_call *call, decide_law_form form, text *digest);

/* The purposes the tables know. */
const char *const *decide_purposes(const decide_law *law, size_t *count);

/* ---- a plan -------------------------------------------------------------------------------- */

typedef struct {
    const char *name;        /* of the registry: "wage"; "years.base" of a record's row */
    const char *input;       /* of the packs: 职工养老缴费.申报工资 */
    const policy_type *type; /* how lanes are stored */
    bool is_word;            /* lanes are codes of decide_code */
    size_t record;           /* index into decide_records, SIZE_MAX: of the subject */
} decide_fact;

typedef enum {
    DECIDE_LINE,  /* money that someone pays or gets */
    DECIDE_GATE,  /* true or false: whether there is anything to decide for this person */
    DECIDE_TOTAL, /* what the lines must come to */
    DECIDE_OUT,   /* anything else wanted: a base, months, a date; the evidence of a watch */
    DECIDE_WATCH  /* true or false: the condition of a watch; see alerts.h */
} decide_answer_kind;

typedef enum {
    DECIDE_EMPLOYER,
    DECIDE_PERSON,
    DECIDE_GOVERNMENT,
    DECIDE_COLLECTIVE,
    DECIDE_FUND,
    DECIDE_SUBSIDY, /* government adds to what others pay; on their behalf it is DECIDE_GOVERNMENT */
    DECIDE_PAYER_COUNT
} decide_payer;

typedef struct {
    decide_answer_kind kind;
    const char *key;         /* stable: "pension.employer" */
    const char *variable;    /* of the packs: 职工养老缴费.单位养老缴费 */
    const char *law;         /* citation, or NULL */
    const policy_type *type; /* money per month, money per year, money ... */
    bool is_word;            /* lanes are codes: decide_word tells the word */
    /* of a line */
    const char *fund; /* "employee_pension" */
    decide_payer payer;
    bool is_account;  /* into, or out of, the person's own account */
    const char *item; /* detail of account 5001 or 4001: 基础养老金; or NULL */
} decide_answer;

typedef struct {
    text purpose; /* "bill.employee" */
    int32_t on_day;
    text region;
} decide_request;

/* What a lane stands for. */
typedef enum {
    DECIDE_EACH_PERSON,
    DECIDE_EACH_EMPLOYMENT, /* a person with one employer; `word`: of this standing */
    DECIDE_EACH_STANDING,   /* a person enrolled in the standing `word` */
    DECIDE_EACH_BENEFIT,    /* a person to whom the benefit `word` is paid */
    DECIDE_EACH_HOUSEHOLD,
    DECIDE_EACH_EMPLOYER,
    DECIDE_EACH_ACCOUNT,
    DECIDE_EACH_COUNT
} decide_each;
typedef struct {
    decide_each each;
    text word, scheme; /* empty: any */
} decide_lane;

typedef struct decide_plan decide_plan;
/* DECIDE_NO_FACT: the packs need an input that the purpose's table does not name. */
MUST_USE err decide_plan_open(arena *a, const decide_law *law, const decide_request *asked,
                              const decide_plan **plan);
/* A plan of one variable of the packs over a person, its only answer: each of its inputs from the first fact that a purpose about persons
 * makes it of; what no such purpose knows is never known. */
MUST_USE err decide_try_plan(arena *a, const decide_law *law, text variable, int32_t on_day, text region, const decide_plan **plan);
const decide_request *decide_plan_asked(const decide_plan *plan);
const decide_law *decide_plan_law(const decide_plan *plan);
decide_lane decide_plan_lane(const decide_plan *plan);
const decide_fact *decide_facts(const decide_plan *plan, size_t *count);
/* SIZE_MAX: the plan does not need it. */
size_t decide_fact_index(const decide_plan *plan, const char *name);
/* The registry's names of the records ("years") whose rows are needed. */
const char *const *decide_records(const decide_plan *plan, size_t *count);
const decide_answer *decide_answers(const decide_plan *plan, size_t *count);
size_t decide_answer_index(const decide_plan *plan, const char *key);

/* ---- running ------------------------------------------------------------------------------- */

typedef struct decider decider;
decider *decide_open(arena *worker, const decide_plan *plan);
/* A word of an enum (name or English label), a region or a text as a lane's value. */
MUST_USE err decide_code(decider *worker, size_t fact, text word, int64_t *code);
text decide_word(const decider *worker, size_t answer, int64_t code);

typedef struct {
    size_t count;                     /* subjects */
    const column *facts;              /* by decide_facts */
    const uint32_t *const *row_until; /* by decide_records: where each subject's rows end */
} decide_block;

typedef enum {
    DECIDE_DONE,      /* every line has its fen */
    DECIDE_REFUSED,   /* the gate says no */
    DECIDE_UNDECIDED, /* the gate, a line or the total has a reason instead of a value */
    DECIDE_NOT_WHOLE  /* the lines do not come to the total: a mistake in the tables */
} decide_status;

typedef struct {
    size_t count, capacity;
    column *answers;  /* by decide_answers */
    uint8_t *status;  /* decide_status of each subject */
    uint32_t *reason; /* of the undecided: the first reason, else 0 */
    size_t done, refused, undecided, not_whole;
} decide_results;

/* Room for `capacity` subjects, to be used for any number of blocks. */
decide_results *decide_results_open(arena *a, const decide_plan *plan, size_t capacity);
/* The same bytes for any size of block. */
void decide_run(decider *worker, const decide_block *block, decide_results *results);
/* Where only the facts `is_known` (by decide_facts) were handed in: `shuts` (by decide_answers) marks the gates whose
 * false then stays false whatever the others turn out to be; answers how many there are. */
size_t decide_shutting(arena *a, const decide_plan *plan, const bool *is_known, bool *shuts);
bool decide_is_shut(const decide_plan *plan, const decide_results *results, const bool *shuts, size_t lane);
/* A reason of results as one sentence. */
text decide_reason(arena *a, const decide_plan *plan, uint32_t reason, bool is_chinese);
/* As what is put into a message, in both languages. */
const char *decide_reason_said(arena *a, const decide_plan *plan, uint32_t reason);

/* ---- why, a year later --------------------------------------------------------------------- */

/* What decided this subject, as canonical JSON: purpose, date, region, digest of the law, the names
 * of what was asked and every input by its name in the packs. */
text decide_record(arena *a, decider *worker, const decide_block *block, size_t lane);

typedef struct {
    text purpose, region, digest; /* as recorded */
    int32_t on_day;
    const char *const *keys; /* by answer */
    const text *names;       /* of the packs, without the pack's: 基础养老金 */
    const text *values;      /* as the packs print them; empty where there is none */
    const text *reasons;     /* empty where there is a value */
    size_t answer_count;
} decide_replay;

/* Recorded decisions of one purpose as lanes of a plan, of the law of then or of another: facts by the
 * names of their inputs in the packs. What a record does not tell is not known. */
MUST_USE err decide_block_of_records(arena *a, decider *worker, const text *records, size_t count,
                                     decide_block *block);

/* Runs the recorded decision again by the law of its digest. */
MUST_USE err decide_record_replay(arena *a, const decide_law *law, text record, bool is_chinese,
                                  decide_replay *replay);
/* The tree of reasons of one answer ("pension.employer") of a recorded decision. */
MUST_USE err decide_record_explain(arena *a, const decide_law *law, text record, const char *key,
                                   explain_options options, explain_answer *answer);

/* ---- checking the tables ------------------------------------------------------------------- */

/* Every mistake of the tables against the packs; `doudi check` shows them. */
MUST_USE err decide_check(arena *a, const decide_law *law, const policy_mistake **mistakes,
                          size_t *count);

#endif
