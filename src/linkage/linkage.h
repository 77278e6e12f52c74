/* linkage/ - which records are of one person: blocking, comparing, weighing, clusters.
 *
 * Takes the rows of one file (duplicates within it) or of two (links between them) and answers weighed pairs. Learns
 * from the rows alone: how often two records of one person agree in a field, and how often those of two people do
 * (Fellegi and Sunter 1969), by EM in each blocking key by itself. Weighs; never merges two people.
 *
 * Spec     the fields, how each is compared, and the keys that bring pairs together: a text, docs/linkage.md.
 * Order    rows are put in order of their ids first, so that neither the order of rows nor chance changes a byte.
 * Weights  natural logarithms of odds; the terms of a pair's evidence add up to the odds of its probability.
 * Memory   a set keeps a few bytes a field and row, and each distinct value once; a run works in arenas of its own.
 * Errors   only the kinds below.
 * Threads  nothing is shared between sets; a run uses those of its crew, and answers the same whatever their number.
 */
#ifndef LINKAGE_LINKAGE_H
#define LINKAGE_LINKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind LINKAGE_SPEC_SYNTAX, LINKAGE_SPEC_NO_FIELD, LINKAGE_SPEC_NO_KEY, LINKAGE_ID_EMPTY,
    LINKAGE_ID_TWICE, LINKAGE_NO_ROWS, LINKAGE_NOTHING_TO_COMPARE, LINKAGE_MODEL_SYNTAX, LINKAGE_MODEL_LACKS, LINKAGE_NO_ROW, LINKAGE_ROW_STANDS;

#define LINKAGE_FIELDS_MAX 20
#define LINKAGE_INPUTS_MAX 40

/* ---- what is compared ---- */

typedef struct linkage_spec linkage_spec;
MUST_USE err linkage_spec_read(arena *a, const char *file, text source, const linkage_spec **spec);
/* The text of a spec that comes with the program: cn-person, cn-employer, latin-person; bytes NULL for another name. */
text linkage_spec_ready(text name);
/* The columns a file may have: fields, and parts of fields (a year of birth). */
size_t linkage_input_count(const linkage_spec *spec);
const char *linkage_input_name(const linkage_spec *spec, size_t input);
/* By name or by another name of the spec, in any case; SIZE_MAX: none. */
size_t linkage_input_named(const linkage_spec *spec, text name);
/* Whether `name` is one of those that the id's column has unless somebody says so; the lower, the likelier; -1: no. */
int linkage_id_rank(const linkage_spec *spec, text name);

/* ---- who does the work ---- */

/* Does `part` of `job`; two of one worker are never under way at once. */
typedef void (*linkage_task)(void *job, size_t part, size_t worker);
#define LINKAGE_WORKERS_MAX 64
/* Has all parts done, in whatever order, by workers 0..workers - 1. `run` NULL: one after another. */
typedef struct {
    void (*run)(void *context, size_t parts, linkage_task task, void *job);
    void *context;
    size_t workers;
} linkage_crew;

/* ---- rows ---- */

typedef struct linkage_set linkage_set;
linkage_set *linkage_set_open(const linkage_spec *spec);
void linkage_set_close(linkage_set *set);
/* A row of the first file or, after linkage_set_second, of the second. `values` go by input; bytes NULL: none. */
MUST_USE err linkage_set_add(linkage_set *set, arena *a, text id, const text *values);
void linkage_set_second(linkage_set *set);
/* Of a date that stands in a file's cell of this input: 1 when the month comes first (3/25/1965), -1 the day (25/3/1965), 0 not told. */
int linkage_input_order(const linkage_spec *spec, size_t input, text value);
/* How the rows that follow write dates of which both can be. */
void linkage_set_month_first(linkage_set *set, bool is);
/* The value as it stands, but a date that could be read either way as it is read now: 1965-03-04. */
text linkage_input_plain(const linkage_set *set, arena *a, size_t input, text value);
/* The same for many rows: a batch reads them by itself, on a thread of its own; the set takes batches one by one, in
 * the order of the rows. A batch that was taken is empty. */
typedef struct linkage_batch linkage_batch;
linkage_batch *linkage_batch_open(const linkage_set *set);
void linkage_batch_close(linkage_batch *batch);
/* Between the two one worker reads: what it has read of late, in whatever batch, it has at hand, and values must stay where they are
 * until the end. Rows without a worker are read one by one. */
void linkage_batch_begin(linkage_batch *batch, size_t worker);
void linkage_batch_end(linkage_batch *batch);
MUST_USE err linkage_batch_add(linkage_batch *batch, text id, const text *values);
void linkage_set_take(linkage_set *set, linkage_batch *batch);
/* Puts the rows in order; LINKAGE_ID_TWICE, LINKAGE_NO_ROWS. No row may follow. `crew` NULL: one after another. */
MUST_USE err linkage_set_ready(linkage_set *set, const linkage_crew *crew, arena *a);
/* Rows of a file (0, 1) in order of their ids; those of the second follow those of the first. */
size_t linkage_set_count(const linkage_set *set, int file);
text linkage_set_id(const linkage_set *set, uint32_t row);
/* Soon to be asked for: so many ids at once are read in less time. */
void linkage_set_fetch_ids(const linkage_set *set, const uint32_t *rows, size_t count);
/* The row with this id in a file; UINT32_MAX: none. */
uint32_t linkage_set_find(const linkage_set *set, int file, text id);
size_t linkage_set_bytes(const linkage_set *set);

/* ---- pairs ---- */

typedef enum { LINKAGE_CONFIRMED, LINKAGE_REVIEW, LINKAGE_NO, LINKAGE_TIER_COUNT } linkage_tier;
const char *linkage_tier_name(linkage_tier tier);

typedef struct {
    uint32_t a, b; /* rows; a < b */
    float fields;  /* sum of the fields' weights */
    float kin;     /* against the pair's being two people of one household: 0 or less */
    float rivals;  /* against its being another of the pairs of these records: 0 or less; in clusters also more */
    float odds;    /* prior + the three above; of two files, less what a false link is worth more than a missed one */
} linkage_pair;

/* A pair that somebody has decided. */
typedef struct {
    uint32_t a, b;
    bool is_match;
} linkage_label;

typedef struct {
    const linkage_label *labels; /* may be NULL */
    size_t label_count;
    linkage_crew crew;
    text model;              /* as linkage_model_write has it: how records differ is taken from there; bytes NULL: learned */
    const char *model_file;  /* for errors */
} linkage_options;

/* Blocks of a key that were too large for all their pairs to be compared. */
typedef struct {
    const char *key, *value; /* as in the spec; what the rows of the largest have */
    const char *narrowed_by; /* fields in which rows of one block had to agree besides; "": no field is left */
    uint32_t blocks, largest; /* rows of the largest */
    uint64_t seekers;         /* rows that looked for their like there */
} linkage_crowd;

typedef struct {
    double prior;            /* log odds that two records drawn at random are of one person; of two files: when neither has
                              * another like it */
    double matches;          /* expected */
    uint64_t compared;       /* pairs */
    linkage_pair *pairs;     /* in order of a, then b; those not hopeless */
    size_t pair_count;
    const linkage_crowd *crowds; /* a key each, in the spec's order; the run's */
    size_t crowd_count;
    uint64_t alone;          /* rows that for those blocks were compared with no other */
} linkage_answer;

typedef struct linkage_run linkage_run;
MUST_USE err linkage_run_open(linkage_set *set, linkage_options options, arena *a, linkage_run **run,
                              linkage_answer *answer);
/* The same for linkage_find alone, of a set of one file: by options.model, without any pair of its own. */
MUST_USE err linkage_run_ask(linkage_set *set, linkage_options options, arena *a, linkage_run **run);
void linkage_run_close(linkage_run *run);
/* What was learned, as a text: the same of the same rows. */
void linkage_model_write(const linkage_run *run, text_builder *out);
/* A level in two models: [0] before, [1] now. */
typedef struct {
    const char *field, *level;
    bool is_known[2];
    int64_t millionths[2]; /* of records of one person that stand so */
    int64_t weight[2];     /* log(m / u) in ten thousandths */
} linkage_drift;
/* Those whose drift matters most first. LINKAGE_MODEL_SYNTAX. */
MUST_USE err linkage_drift_of(arena *a, const text model[2], const char *const file[2], linkage_drift **rows, size_t *count);

/* Of pairs of one person the share that each key of the spec brings together, and any of them, at least; of a model that does not tell
 * what is unknown, of pairs whose values are known. A key with a field that the model lacks is left out. LINKAGE_MODEL_SYNTAX. */
typedef struct {
    const char *key;
    int64_t millionths;
} linkage_reach;
MUST_USE err linkage_reach_of(arena *a, const linkage_spec *spec, text model, const char *file, linkage_reach **keys, size_t *count, int64_t *millionths);

double linkage_probability(double odds);
linkage_tier linkage_tier_of(const linkage_pair *pair);
/* Of a pair, in millionths; a link: above half. */
int64_t linkage_millionths(const linkage_pair *pair);
bool linkage_is_link(const linkage_pair *pair);
/* Soon to be asked for their evidence: so many pairs at once are read in less time. */
void linkage_fetch_evidence(const linkage_run *run, const linkage_pair *pairs, size_t count);
/* "prior -12.34; name exact +9.10; ...; total +20.00": the terms, rounded so that they add up to the total. */
void linkage_evidence(const linkage_run *run, const linkage_pair *pair, text_builder *out);

/* ---- one record ---- */

/* Finds the like of one record after another among the rows of the first file, by what the run has learned. It is one
 * thread's, and keeps the set and the run for itself until it is closed; about 100 bytes a row are its own. */
typedef struct linkage_finder linkage_finder;
linkage_finder *linkage_finder_open(linkage_set *set, linkage_run *run);
void linkage_finder_close(linkage_finder *finder);
/* `values` by input, as of a row. Into `pairs`, the likeliest first; answers how many there are. `b` is the record, for
 * linkage_evidence until the next is looked for. A record that is sure of a row by the first key looks at no other, and none
 * looks at more than 48, those of the smallest blocks; the dearest fields are compared of the ten likeliest of them. */
#define LINKAGE_FOUND_MAX 8
size_t linkage_find(linkage_finder *finder, const text *values, linkage_pair pairs[LINKAGE_FOUND_MAX]);

/* ---- a linkage that stands ---- */

/* Whose the rows of one file are, while rows are put in, corrected and taken out one by one: what a change does not reach is not
 * looked at, and what stands after it is what linkage_standing_settle would find in all rows. How records differ is the run's
 * (linkage_run_ask), how rare values are is that of the set's rows, its base, whatever rows come and go. Rows that share a block of a key of no more
 * than `largest` rows are compared (0: as many as there usually are). It keeps the set and the run for itself until it is closed.
 *
 * A cluster is called as its first row by id; when rows change it keeps the name of that of before with which it shares
 * most rows, of equals where the row is that the name is of, then the name that comes first: of one that is split the largest part has
 * it, of two that are joined the larger's stays. What a change does not reach is called as before. */
typedef struct linkage_standing linkage_standing;
linkage_standing *linkage_standing_open(linkage_set *set, linkage_run *run, uint32_t largest);
void linkage_standing_close(linkage_standing *l);
/* All rows anew; the names stay as they do when rows change. */
void linkage_standing_settle(linkage_standing *l);
/* What a change did: of each row whose cluster has another name now. before, now: bytes NULL where the row is in none. */
typedef struct {
    text id, before, now;
} linkage_moved;
MUST_USE err linkage_standing_insert(linkage_standing *l, arena *a, text id, const text *values); /* LINKAGE_ROW_STANDS */
MUST_USE err linkage_standing_correct(linkage_standing *l, arena *a, text id, const text *values); /* LINKAGE_NO_ROW */
MUST_USE err linkage_standing_withdraw(linkage_standing *l, arena *a, text id);
const linkage_moved *linkage_standing_moved(const linkage_standing *l, size_t *count); /* by the last change, in order of ids */
/* As it was kept: a row of the base that is gone, one that came later, and what a row's cluster is called; nothing is settled. */
MUST_USE err linkage_standing_drop(linkage_standing *l, arena *a, text id);
MUST_USE err linkage_standing_put(linkage_standing *l, arena *a, text id, const text *values);
MUST_USE err linkage_standing_name(linkage_standing *l, arena *a, text id, text cluster);
/* Of a row that stands, its cluster's name; bytes NULL: there is no such row. */
text linkage_standing_cluster(const linkage_standing *l, text id);
size_t linkage_standing_count(const linkage_standing *l); /* rows that stand */
size_t linkage_standing_clusters(const linkage_standing *l);
uint64_t linkage_standing_compared(const linkage_standing *l); /* pairs, by all changes so far */

/* ---- what was learned ---- */

typedef struct {
    const char *field, *level;
    double m, u; /* how often two records of one person, or of two people, stand so */
} linkage_level;
size_t linkage_level_count(const linkage_run *run);
linkage_level linkage_level_at(const linkage_run *run, size_t index);

#endif
