/* registry/ inside - the table of kinds, and what the files of this folder share.
 *
 * Every kind of fact is a struct of the public header, a table and a member of an event's body, and
 * all three follow from its row in REGISTRY_KINDS: cells are reached by their offset. So painting
 * a lane, writing a row, printing a body, filling a segment and reading each of them back are
 * written once.
 */
#ifndef REGISTRY_REGISTRY_INTERNAL_H
#define REGISTRY_REGISTRY_INTERNAL_H

#include "base/checked.h"
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "ident/ident.h"
#include "registry/registry.h"

/* ---- kinds ---- */

typedef enum { CELL_NUMBER, CELL_WORD, CELL_SECRET } cell_type;
typedef struct {
    const char *name;
    size_t offset;
    cell_type type;
    bool is_lane;
    const char *secret; /* of a secret: what binds it to its place, and what it is found as */
} registry_cell;

enum { REGISTRY_CELLS_MAX = 12, REGISTRY_COMMON = 8 };
typedef struct {
    const char *name, *table;
    size_t size_bytes;
    const char *from, *until; /* what the columns are called, which says the unit */
    bool is_subject;          /* makes its subject */
    size_t cell_count;
    registry_cell cells[REGISTRY_CELLS_MAX];
} registry_kind_row;
extern const registry_kind_row REGISTRY_KINDS[REGISTRY_KIND_COUNT];

static inline registry_fact *registry_fact_at(registry_kind kind, const void *facts, size_t index)
{
    return (registry_fact *)((char *)facts + index * REGISTRY_KINDS[kind].size_bytes);
}
static inline int64_t *registry_cell_number(const void *fact, const registry_cell *c)
{
    return (int64_t *)((char *)fact + c->offset);
}
static inline text *registry_cell_word(const void *fact, const registry_cell *c)
{
    return (text *)((char *)fact + c->offset);
}
static inline registry_secret *registry_cell_secret(const void *fact, const registry_cell *c)
{
    return (registry_secret *)((char *)fact + c->offset);
}

bool kinds_same_cell(const registry_cell *c, const void *a, const void *b);
bool kinds_same_lane(registry_kind kind, const void *a, const void *b);
/* Same cells, lane included; secrets by their key. */
bool kinds_same_cells(registry_kind kind, const void *a, const void *b);
/* By lane, then from: how a record is ordered. */
int kinds_compare(registry_kind kind, const void *a, const void *b);
/* Copies the words of a fact into `a`. */
void kinds_keep(arena *a, registry_kind kind, void *fact);
bool kinds_find(text name, registry_kind *kind);

/* ---- the handle ---- */

/* Subjects asked for in one journey to the store; of a bucket, where they lie near one another, in one range. */
enum { REGISTRY_SOME = 32, REGISTRY_RANGE = 512 };
typedef struct {
    const char *insert, *close, *live, *known, *all, *roster, *roster_named, *who, *export;
    const char *live_range; /* of all subjects between two */
    const char *live_some, *roster_some, *roster_some_named; /* of REGISTRY_SOME subjects at once */
    const char *columns[REGISTRY_COMMON + 2 * REGISTRY_CELLS_MAX];
    store_column_type types[REGISTRY_COMMON + 2 * REGISTRY_CELLS_MAX];
    size_t column_count;
} registry_sql;

typedef struct salts_ahead salts_ahead;
typedef struct expectation expectation;
enum { REGISTRY_DETAIL_BYTES = 160 };
struct registry {
    store *db;
    eventlog *log;
    arena *memory;
    bool has_keys, is_chinese;
    crypto_mac *search, *field, *chance;
    crypto_sealer *sealer;
    int64_t sealer_subject; /* whose key the sealer holds; 0: nobody's */
    uint64_t sealer_transaction;
    const ident_names *names; /* NULL until asked for: search.c */
    arena *word_memory; /* registry.c; NULL: none was asked for */
    hash_map *words;    /* found in this transaction, or outside of any, with their ids */
    uint64_t words_of_transaction;
    expectation *expected; /* expect.c; NULL: never asked */
    salts_ahead *salts[EVENTLOG_BUCKETS]; /* secret.c: of each bucket, those read ahead */
    int64_t next_id; /* 0: not asked yet. Never falls, so a rollback leaves a gap and no twin */
    registry_sql sql[REGISTRY_KIND_COUNT];
    char detail[REGISTRY_DETAIL_BYTES];
};

err registry_fail(registry *r, const err_kind *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
err registry_take_ids(registry *r, int64_t count, int64_t *first);
err registry_apply_word(registry *r, int64_t id, text word);

/* ---- rows.c: facts in their tables ---- */

void rows_make_sql(arena *a, registry_kind kind, registry_sql *sql);
/* Fills a fact of the row the query stands on; words point into the row. */
void rows_take(registry_kind kind, const store_query *q, void *fact);
err rows_insert(registry *r, registry_kind kind, uint32_t bucket, const void *facts, size_t count);
err rows_close(registry *r, registry_kind kind, uint32_t bucket, const registry_fact *fact,
               int64_t known_ms);
/* Facts of one subject, words copied: `sql` is one of the kind's that binds bucket, subject and
 * (with known_ms >= 0) an instant. */
err rows_read(arena *a, registry *r, registry_kind kind, const char *sql, int64_t subject_id,
              int64_t known_ms, void **facts, size_t *count);

/* The live facts of subjects of a bucket, in order of subjects; others' between them may be there too. */
err rows_read_live(arena *a, registry *r, registry_kind kind, uint32_t bucket, const int64_t *some, size_t some_count,
                   void **facts, size_t *count);
/* How many of the subjects, which rise, to ask for in one journey: many where they lie so near that all between the first
 * and the last can be read, else REGISTRY_SOME. */
size_t rows_ahead(const int64_t *subjects, size_t count);
/* Binds REGISTRY_SOME parameters from `first` on, which rise: where there are fewer, the last again. */
void rows_bind_some(store_query *q, int first, const int64_t *some, size_t count);

/* ---- paint.c: what is said later wins over its span and leaves the rest ---- */

/* The rows of one subject and kind while something is said over them; used again and again. */
typedef struct {
    registry_kind kind;
    arena *memory;
    int64_t sequence, known_ms; /* of the event that speaks */
    void *rows;                 /* those from old_count on are new */
    bool *is_gone;              /* closed, or new and overtaken in the same event */
    size_t old_count, count, capacity;
    int64_t changed; /* facts that were not so before, since paint_open */
} painting;

void paint_open(painting *p, arena *a, registry_kind kind, int64_t sequence, int64_t known_ms);
/* Begins with the live rows of a subject, and forgets the one before. */
void paint_begin(painting *p, const void *live, size_t count);
void paint_say(painting *p, const void *fact);

typedef struct lookup_batch lookup_batch;

/* ---- apply.c: the one way into the tables ---- */

typedef struct {
    const void *facts; /* in order of subject, and of what was said first */
    size_t count;
} registry_said;
typedef struct {
    uint32_t bucket;
    int64_t sequence, known_ms;
    int64_t fresh_from; /* subjects from here on have no rows yet */
    registry_said of[REGISTRY_KIND_COUNT];
    bool stops_early; /* apply_would_change: the first change is answer enough */
    bool is_replay;   /* what is looked up is made anew from all rows, when the buckets are done */
    lookup_batch *batch; /* NULL: what is looked up is written at once */
    int64_t changed;     /* answered */
} application;
err apply_event(registry *r, application *a);
/* Whether anything of it would change a table; writes nothing. */
err apply_would_change(registry *r, application *a);
/* Spells of a bulk event: their segments are noted, their rows stay there. */
err apply_spell_segment(registry *r, uint32_t bucket, int64_t sequence, int64_t part,
                        int64_t known_ms, int64_t first_id, int64_t last_id, int64_t row_count);

/* ---- body.c: an event's body, and segments ---- */

text body_print(arena *a, registry_kind kind, const void *facts, size_t count, const char *more,
                int64_t more_value);
err body_parse(arena *a, registry *r, const eventlog_event *event, registry_kind *kind,
               void **facts, size_t *count);
/* The number of one member of the body; 0 when there is none. */
int64_t body_number(arena *a, text body, const char *member);
err segment_write(arena *a, registry_kind kind, const void *facts, size_t count, text *bytes);
err segment_read(arena *a, registry_kind kind, text bytes, void **facts, size_t *count);

/* ---- check.c ---- */

/* REGISTRY_BAD_FACT with its reason in the language that is spoken. */
err registry_refuse(registry *r, const char *en, const char *zh);
/* REGISTRY_BAD_FACT for a word that is empty or that a spreadsheet would compute. */
err check_word(registry *r, text word);
/* REGISTRY_BAD_FACT when it cannot be so. */
err check_fact(registry *r, registry_kind kind, const void *fact);
/* Whose id this is: REGISTRY_NOT_FOUND, REGISTRY_MERGED. */
err check_subject(registry *r, int64_t subject_id, registry_kind *kind);

/* ---- say.c, person.c ---- */

/* Facts that are checked and sealed, of one subject, as one event; `more` is a further member of
 * its body, with which the event is written even if nothing changes. */
typedef struct {
    const char *event, *more;
    int64_t more_value, fresh_from; /* INT64_MAX: the subject was there before */
} saying;
err say_ready(arena *a, registry *r, const registry_act *act, const saying *how, registry_kind kind,
              const void *facts, size_t count, int64_t *changed);
/* Folds and checks the number, and answers who else has it now. */
err person_check_number(arena *a, registry *r, registry_person *person, bool refuses,
                        int64_t *other_id, bool *is_wrong);
/* Folds and checks what only one subject may have: a citizen number, an employer's code. */
err person_check_unique(arena *a, registry *r, registry_kind kind, void *fact);
err person_review(arena *a, registry *r, const registry_act *act, const char *reason,
                  int64_t subject_id, int64_t other_id, bool is_settled);

/* ---- record.c ---- */

void record_sort(arena *a, registry_kind kind, void *facts, size_t count);

/* ---- merge.c, split.c ---- */

typedef struct {
    arena *scratch;
    registry *r;
    const registry_act *act;
    int64_t person_id, other_id;
    int64_t conflict_count;
} merging;
enum { MERGE_MOVED_COUNT = 6 };
extern const registry_kind MERGE_MOVED[MERGE_MOVED_COUNT];
registry_act merge_act(merging *m, registry_kind kind, const char *what);
/* Says of every row of the other whom it was merged into, or 0. */
err merge_point(merging *m, const char *event, int64_t into);
/* Whether the act was done before: its last event is there, and is about the same two. */
err merge_was_done(merging *m, const char *event, bool *is_done);
/* The facts' words live where the facts do. */
bool merge_same_place(registry_kind kind, const void *a, const void *b);

/* ---- secret.c ---- */

err secret_open(registry *r, const registry_keys *keys);
void secret_close(registry *r);
/* Makes the key of a new subject. */
err secret_new_subjects(registry *r, const int64_t *ids, size_t count);
/* Seals each secret said in the fact; `a` holds the sealed bytes. */
err secret_seal_fact(arena *a, registry *r, registry_kind kind, void *fact, bool is_fresh);
int64_t secret_key_of(registry *r, const char *field, text plain);
err secret_unseal(arena *a, registry *r, int64_t subject_id, const char *field,
                  registry_secret *secret);

/* ---- lookup.c ---- */

typedef enum {
    LOOKUP_NUMBER = 1,
    LOOKUP_PHONE,
    LOOKUP_ACCOUNT,
    LOOKUP_CODE,
    LOOKUP_STAFF,
    LOOKUP_MEMBER,
    LOOKUP_REVIEW,
    LOOKUP_MERGED, /* by whom a record was merged into: the record */
    LOOKUP_PLACED  /* by the region it was ever said to live or stand in: the subject */
} lookup_kind;
typedef struct {
    int64_t kind, key, subject_id;
} lookup_entry;
typedef struct {
    text name;
    int64_t subject_id;
} lookup_name;
/* Names that are found by their parts already, while many are added. */
typedef struct search_known search_known;

/* Entries that wait to be written, many at once and in order: keys are hashes, so one by one each would meet another
 * page. Of new subjects nothing can be there yet; the others' may be. */
struct lookup_batch {
    arena *memory; /* of names; entries outlive a pouring */
    int64_t fresh_from;
    lookup_entry *entries, *others;
    lookup_name *names;
    size_t entry_count, entry_capacity, other_count, other_capacity, name_count, name_capacity;
    search_known *known; /* names met so far; NULL until asked for */
    size_t names_max;    /* how many of them */
    bool leaves_search;  /* parts of names are made anew apart, or not at all */
};
void lookup_close(lookup_batch *batch);
err lookup_pour(registry *r, lookup_batch *batch);
/* Adds what is found by: to the batch, but for numbers, codes and names of subjects before `batch->fresh_from`, which
 * must be found at once. */
err lookup_add(registry *r, registry_kind kind, const void *facts, size_t count,
               lookup_batch *batch);
err lookup_find(arena *a, registry *r, lookup_kind kind, int64_t key, int64_t **ids, size_t *count);
/* Of any key. */
err lookup_find_all(arena *a, registry *r, lookup_kind kind, int64_t **ids, size_t *count);
int64_t lookup_code_key(text code);
/* What a citizen number is found by, folded. */
int64_t lookup_number_key(arena *a, registry *r, text number);
err lookup_rebuild(registry *r);

/* ---- search.c: names by their parts ---- */

/* A name that nobody had before; one by one, or many in order, of which `known` remembers what was met. */
err search_add(registry *r, text name);
err search_pour(registry *r, const lookup_name *names, size_t count, size_t names_max, search_known **known);
void search_known_close(search_known *known);
err search_make_anew(registry *r);

/* ---- expect.c: what many rows will ask, asked at once ---- */

/* False: it was not asked for, and the store must be asked. */
bool expect_held(arena *a, registry *r, int64_t key, int64_t **ids, size_t *count);
bool expect_alive(registry *r, int64_t subject_id, int64_t *merged_into);
/* A row of a person or a number was written. */
void expect_nothing(registry *r);
void expect_close(registry *r);

/* ---- spell.c ---- */

/* The spells of a bucket in person order, from segments and rows, as known at an instant. */
typedef struct spell_scan spell_scan;
err spell_scan_open(arena *a, registry *r, uint32_t bucket, int64_t known_ms, int64_t from_id,
                    int64_t until_id, spell_scan **scan);
/* What was said of this person (ids must rise), in the order it was said; stands until the next. */
err spell_scan_of(spell_scan *scan, int64_t person_id, const registry_spell **said, size_t *count);
void spell_scan_close(spell_scan *scan);
/* Paints what was said: effective spells by lane and month. Joins neighbours that are alike when
 * `joins`. */
size_t spell_paint(arena *a, const registry_spell *said, size_t count, bool joins,
                   registry_spell **spells);
err spell_read(arena *a, registry *r, int64_t person_id, int64_t known_ms, bool joins,
               registry_spell **spells, size_t *count);

#endif
