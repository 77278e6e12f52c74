/* registry/ - who there is, and what is so about them: a record that never forgets.
 *
 * Keeps people, households, employers and the facts about them: enrolments, contribution spells,
 * benefits, bank accounts, attributes told by other departments. Knows no law and no balance.
 *
 * Facts    a fact is said of a subject over a span of the world, in a lane (an enrolment's lane is
 *          scheme and employer, an attribute's its name). What is said later wins over its span
 *          and leaves the rest: to begin, to change, to stop and to correct are one act, `say`,
 *          and a void fact clears its span. Nothing is lost: what was believed before stays, closed
 *          at the instant it ceased to be believed.
 * Spans    [from, until), in days of calendar, but in months for spells and benefits (FACTS says
 *          so); REGISTRY_EVER and REGISTRY_OPEN leave an end open.
 * Known    a second span, in milliseconds since 1970 UTC: when the office held the fact for true.
 *          'As of' is an instant; REGISTRY_NOW is the newest knowledge.
 * Words    schemes, kinds, reasons and names of attributes are small whole numbers given out by
 *          registry_word_add; 0 is no word. Regions are the digits of GB/T 2260.
 * Ids      people, households and employers share one row of ids, from 1; see eventlog_bucket_of.
 * Writing  inside the caller's transaction; each act is one event a subject (bulk: a bucket), and
 *          tables are written by the function that also rebuilds them from events.
 * Secrets  citizen numbers, telephones and accounts are sealed under a key of their subject and
 *          found by keyed hash; registry_forget destroys the key, and with it what was sealed.
 * Memory   answers live in the arena passed first; a roster's row until the next step.
 * Errors   the kinds below, those of eventlog, store, crypto and ident; `detail` never holds a
 *          secret. REGISTRY_NOT_FOUND, _BAD_FACT, _DUPLICATE, _MERGED and ident's kinds refuse what
 *          was said before anything is written, and one may go on; after others rollback follows.
 * Threads  one registry a store handle, so one a thread.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "eventlog/eventlog.h"
#include "store/store.h"

extern const err_kind REGISTRY_NOT_FOUND, /* no such subject, or not yet known then */
    REGISTRY_DUPLICATE,                   /* the citizen number or employer code is taken */
    REGISTRY_BAD_FACT, /* a span that ends before it begins, a field out of range */
    REGISTRY_MERGED,   /* the person was merged into another: detail says which */
    REGISTRY_NOT_MERGED, REGISTRY_FORGOTTEN, REGISTRY_BROKEN;

#define REGISTRY_EVER (-36524)  /* the first day of calendar; before its first month */
#define REGISTRY_OPEN 146097    /* behind the last day of calendar, and behind its last month */
#define REGISTRY_NOW  INT64_MAX /* an instant: what is known now */

/* Handed in, kept nowhere: `field` seals, `search` hashes; `chance` is fresh entropy at each
 * opening, from which the keys of new subjects are made. */
typedef struct {
    uint8_t field[32], search[32], chance[32];
} registry_keys;

typedef struct registry registry;
/* `db` and `log` stay the caller's and must outlive the registry. `keys` may be NULL: secrets can
 * then neither be written nor read (REGISTRY_FORGOTTEN), all else can. */
MUST_USE err registry_open(arena *process, store *db, eventlog *log, const registry_keys *keys,
                           registry **r);
void registry_close(registry *r); /* wipes keys */
/* In which language the detail of REGISTRY_BAD_FACT says why; English at first. */
void registry_speak(registry *r, bool is_chinese);

/* ---- facts ---- */

typedef enum {
    REGISTRY_PERSON,
    REGISTRY_HOUSEHOLD,
    REGISTRY_EMPLOYER,
    REGISTRY_MEMBER,
    REGISTRY_ENROLMENT,
    REGISTRY_BENEFIT,
    REGISTRY_ACCOUNT,
    REGISTRY_ATTRIBUTE,
    REGISTRY_REVIEW,
    REGISTRY_SPELL, /* said in segments and rows, see below */
    REGISTRY_KIND_COUNT
} registry_kind;

/* What every fact begins with. */
typedef struct {
    int64_t subject_id;
    int64_t from, until;
    bool is_void; /* when said: nothing is so in this lane over this span */
    /* answered, and passed over when said: */
    int64_t known_from_ms, known_until_ms;
    int64_t sequence; /* of the event that said it, in the subject's bucket */
    int64_t item;     /* its place among the rows of the subject in that event */
} registry_fact;

/* Say it with `plain`; it is answered as `sealed` and `key`, and `plain` when asked for. */
typedef struct {
    text plain, sealed;
    int64_t key;       /* keyed hash of plain; 0: there is none */
    const char *field; /* answered: what it is */
} registry_secret;

typedef struct {
    registry_fact fact; /* lane: the person */
    text name;
    registry_secret number; /* citizen number, 15 or 18 places; kept as 18 */
    registry_secret phone;
    int64_t sex;       /* 1 male, 2 female, 0 unknown */
    int64_t birth_day; /* of calendar */
    int64_t region;    /* of residence */
    int64_t hukou_region, hukou_kind;
    int64_t merged_into; /* answered: the person this one turned out to be, or 0 */
} registry_person;

typedef struct {
    registry_fact fact; /* lane: the household */
    int64_t region, kind;
    text address;
} registry_household;

typedef struct {
    registry_fact fact; /* lane: the employer */
    text name;
    text code; /* USCC, upper case; unique */
    int64_t region, kind, industry, size;
} registry_employer;

typedef struct {
    registry_fact fact; /* lane: the person: one household at a time */
    int64_t household_id, relation;
} registry_member;

typedef struct {
    registry_fact fact;  /* lane: scheme, employer_id */
    int64_t scheme;      /* one line of insurance, or several that always go together */
    int64_t employer_id; /* 0: by oneself */
    int64_t standing;    /* employee, flexible, resident ... */
    int64_t region;      /* of insurance */
    int64_t base_fen;    /* declared; 0: none */
    int64_t tier;        /* chosen; 0: none */
} registry_enrolment;

typedef enum {
    REGISTRY_ENTITLED = 1,
    REGISTRY_PAYING,
    REGISTRY_SUSPENDED,
    REGISTRY_STOPPED
} registry_benefit_state;

typedef struct {
    registry_fact fact; /* lane: benefit; months */
    int64_t benefit;    /* which: employees' pension, minimum living ... */
    int64_t state;      /* registry_benefit_state */
    int64_t amount_fen; /* a month */
    int64_t region;
    int64_t reason;      /* why suspended or stopped */
    int64_t decision_id; /* what fixed the amount */
} registry_benefit;

typedef struct {
    registry_fact fact; /* lane: purpose */
    int64_t purpose;    /* 0: for everything */
    int64_t bank;
    registry_secret number;
    text holder;
} registry_account;

typedef struct {
    registry_fact fact; /* lane: name */
    int64_t name;       /* death_day, disability_grade, low_income, prison, student ... */
    int64_t value;
    text note; /* a short text, or empty */
} registry_attribute;

typedef struct {
    registry_fact fact; /* lane: reason, other_id */
    int64_t reason;     /* duplicate number, overlapping spells, ... */
    int64_t other_id;
} registry_review;

/* Months contributed, or deemed. Lane: scheme, employer_id. */
typedef struct {
    registry_fact fact; /* months */
    int64_t scheme, employer_id;
    int64_t kind; /* paid, deemed, paid back ... */
    int64_t region;
    int64_t base_fen;
} registry_spell;

/* ---- single acts ---- */

typedef struct {
    int64_t known_ms; /* now; never before what the chain already knows */
    int64_t actor_id;
    text why;
    text key; /* idempotency: the same act again changes nothing; empty: none */
} registry_act;

MUST_USE err registry_word_add(registry *r, const registry_act *act, text word, int64_t *id);
/* 0 when there is no such word. */
MUST_USE err registry_word_find(registry *r, text word, int64_t *id);
MUST_USE err registry_word_read(arena *a, registry *r, int64_t id, text *word);

typedef enum {
    REGISTRY_REFUSE,    /* REGISTRY_DUPLICATE, detail the id of the other */
    REGISTRY_TO_REVIEW, /* both stand, and a review of each names the other */
} registry_on_duplicate;

/* New subjects. A person's number is checked by room ident (and 15 places made 18); a person
 * without a number is let in. */
MUST_USE err registry_person_new(registry *r, const registry_act *act,
                                 const registry_person *person, registry_on_duplicate on_duplicate,
                                 int64_t *person_id);
MUST_USE err registry_household_new(registry *r, const registry_act *act,
                                    const registry_household *household, int64_t *household_id);
MUST_USE err registry_employer_new(registry *r, const registry_act *act,
                                   const registry_employer *employer, int64_t *employer_id);

/* Says facts of one kind (an array of that kind's struct) of one subject, as one event named
 * `event`, "registry.<event>": one act may say several. Facts that are already so are passed
 * over; *changed is how many were not, and with 0 no event is written. */
MUST_USE err registry_say(registry *r, const registry_act *act, const char *event,
                          registry_kind kind, const void *facts, size_t count, int64_t *changed);

/* The same by name; `changed` may be NULL. */
MUST_USE err registry_person_correct(registry *r, const registry_act *act,
                                     const registry_person *person);
MUST_USE err registry_enrol(registry *r, const registry_act *act, const registry_enrolment *e);
/* Ends from `until_day` on. */
MUST_USE err registry_stop(registry *r, const registry_act *act, int64_t person_id, int64_t scheme,
                           int64_t employer_id, int64_t until_day);
MUST_USE err registry_spell_say(registry *r, const registry_act *act, const registry_spell *spell);
MUST_USE err registry_attribute_say(registry *r, const registry_act *act,
                                    const registry_attribute *attribute);
MUST_USE err registry_account_say(registry *r, const registry_act *act,
                                  const registry_account *account);
/* Seals the account's number as saying it would, and says nothing: for one that waits to be confirmed. */
MUST_USE err registry_account_seal(arena *a, registry *r, registry_account *account);
/* A new state from `from_month` on; amount, region and decision stay as they were. */
MUST_USE err registry_benefit_move(registry *r, const registry_act *act, int64_t person_id,
                                   int64_t benefit, registry_benefit_state state,
                                   int64_t from_month, int64_t reason);

/* ---- two records of one person ---- */

/* What the record given up holds, next to what the one kept holds in the same place: the same lane, but an
 * enrolment and a spell meet whatever stands in their scheme at the time, by whichever employer. Of the
 * person itself (REGISTRY_PERSON) each cell that differs is one, `cell` its name. */
typedef enum {
    REGISTRY_UNDECIDED, /* of what meets: it stays with the record given up, and a review is opened */
    REGISTRY_KEEP,      /* the kept record's stands where they meet, what is beside it comes along */
    REGISTRY_TAKE,      /* the given-up record's stands instead */
    REGISTRY_BOTH       /* both stand, where they are of two lanes: two employers at a time */
} registry_choice;
typedef struct {
    registry_kind kind;
    const char *cell;
    const void *theirs;      /* a fact of the kind; NULL where the given-up record is silent */
    const void *const *ours; /* what it meets */
    size_t our_count;
    bool is_alike;  /* ours says the very same */
    bool must_choose;
    bool may_both;
    registry_choice choice; /* the caller's */
} registry_meeting;
/* In order of kind and lane. `asked` are attributes that must be chosen also where only one record tells
 * them: a death. REGISTRY_MERGED, REGISTRY_BAD_FACT unless both are people and neither was merged. */
MUST_USE err registry_merge_look(arena *a, registry *r, int64_t person_id, int64_t other_id, const int64_t *asked,
                                 size_t asked_count, registry_meeting **meetings, size_t *count);

/* `other` turns out to be `person`: says of `person` what the meetings bring, which registry_merge_look has
 * answered in this transaction; NULL: what is free comes, and nothing is chosen. Benefits stay with the
 * record they were paid on when `leaves_benefits`. Reviews that named the two as duplicates are settled. */
typedef struct {
    const registry_meeting *meetings;
    size_t count;
    bool leaves_benefits;
} registry_merging;
MUST_USE err registry_person_merge(registry *r, const registry_act *act, int64_t person_id,
                                   int64_t other_id, const registry_merging *how, int64_t *conflict_count);

/* What a split will do: each fact the merge changed and nothing has changed since goes back to what it was;
 * what was said of the person since is listed, and stays. */
typedef struct {
    registry_kind kind;
    const void *fact;
    bool is_since;
    bool is_taken; /* the fact goes from the person; else it stands again */
} registry_parting;
MUST_USE err registry_split_look(arena *a, registry *r, int64_t person_id, int64_t other_id,
                                 registry_parting **partings, size_t *count);
MUST_USE err registry_person_split(registry *r, const registry_act *act, int64_t person_id,
                                   int64_t other_id);
/* When the record was merged into which, as known at an instant: 0 and 0 if it was not. */
MUST_USE err registry_merged_into(registry *r, int64_t person_id, int64_t known_ms, int64_t *into, int64_t *since_ms);
/* The records merged into this one now, in order of ids; with 0 all that are merged into any. */
typedef struct {
    int64_t other_id, into;
} registry_merged;
MUST_USE err registry_merged_of(arena *a, registry *r, int64_t person_id, registry_merged **merged, size_t *count);

/* Other words about a subject, sealed under its key: for what stands in no fact. `place` of up to 60 bytes says where they stand;
 * elsewhere they do not open, nor once the subject is forgotten (REGISTRY_FORGOTTEN). In a transaction that writes. */
MUST_USE err registry_seal(arena *a, registry *r, int64_t subject_id, const char *place, text plain, text *sealed);
MUST_USE err registry_unseal(arena *a, registry *r, int64_t subject_id, const char *place, text sealed, text *plain);
/* Destroys the subject's key. Rebuild and verify still agree; the sealed stays sealed. */
MUST_USE err registry_forget(registry *r, const registry_act *act, int64_t subject_id);
/* Opens a secret answered of `subject_id`. */
MUST_USE err registry_reveal(arena *a, registry *r, int64_t subject_id, registry_secret *secret);

/* ---- bulk ---- */

/* Gathers facts and writes them as one event a bucket, whose rows are segments; rows that belong
 * to tables go there too. Facts of a subject may come in any order; those of one lane win in the
 * order they came. */
typedef struct registry_load registry_load;
typedef struct {
    bool is_dry_run;     /* counts, writes nothing */
    bool trusts_numbers; /* new people's numbers are known to be unique (county new) */
    size_t names_max;    /* names remembered, so that the store need not be asked for them; 0: 262,144 */
} registry_load_options;
typedef struct {
    int64_t row_count, new_count, changed_count, same_count, event_count, segment_byte_count;
} registry_load_tally;

MUST_USE err registry_load_open(arena *a, registry *r, const registry_act *act, const char *event,
                                const registry_load_options *options, registry_load **load);
/* Gives out an id and says the fact that makes the subject (PERSON, HOUSEHOLD, EMPLOYER). */
MUST_USE err registry_load_new(registry_load *load, registry_kind kind, const void *fact,
                               int64_t *subject_id);
MUST_USE err registry_load_say(registry_load *load, registry_kind kind, const void *fact);
/* Writes what was gathered; the caller may then commit and begin anew. Gathered rows are also
 * written when there are many, so a transaction must be open from load_open to load_close. */
MUST_USE err registry_load_flush(registry_load *load);
MUST_USE err registry_load_close(registry_load *load, registry_load_tally *tally);

/* The month's paid contributions of a bucket: columns in person order, one event, segments only. */
typedef struct {
    const int64_t *person_id, *scheme, *employer_id, *kind, *region, *from_month, *until_month,
        *base_fen;
} registry_spell_columns;
MUST_USE err registry_spells_extend(registry *r, const registry_act *act, uint32_t bucket,
                                    const registry_spell_columns *columns, size_t count,
                                    bool *is_new);

/* ---- the roster: everybody of a bucket, in the order of ids ---- */

typedef struct {
    int64_t day;               /* facts by day that hold on it */
    int64_t month;             /* benefits that hold in it, spells that reach it */
    int64_t known_ms;          /* REGISTRY_NOW, or an instant */
    uint32_t wants;            /* bits 1u << REGISTRY_ENROLMENT ...; PERSON is always there */
    const int64_t *attributes; /* only these names; NULL: all */
    size_t attribute_count;
    bool has_career;  /* spells: all, not only those that hold in `month` */
    bool reveals;     /* secrets are opened */
    bool has_merged;  /* also people merged into others */
    registry_kind of; /* REGISTRY_PERSON (0), or households or employers */
    bool has_subjects; /* only those of `subjects`, which are in the order of ids */
    const int64_t *subjects;
    size_t subject_count;
} registry_roster_options;

typedef struct {
    int64_t subject_id;
    const void *subject;           /* registry_person, or household or employer */
    const registry_member *member; /* or NULL */
    const registry_enrolment *enrolments;
    const registry_benefit *benefits;
    const registry_account *accounts;
    const registry_attribute *attributes;
    const registry_spell *spells; /* by scheme, employer, month */
    size_t enrolment_count, benefit_count, account_count, attribute_count, spell_count;
} registry_roster_row;

typedef struct registry_roster registry_roster;
MUST_USE err registry_roster_open(arena *a, registry *r, uint32_t bucket,
                                  const registry_roster_options *options, registry_roster **roster);
/* The subjects of a bucket who have, on a day or in a month, the attribute (REGISTRY_ATTRIBUTE) or benefit
 * (REGISTRY_BENEFIT) `name`, in the order of ids: where they are few, a roster of them alone reads little. */
typedef struct {
    registry_kind kind;
    int64_t name, at, known_ms;
} registry_holding;
MUST_USE err registry_roster_who(arena *a, registry *r, uint32_t bucket, registry_holding what, int64_t **subjects,
                                 size_t *count);
/* NULL at the end. */
MUST_USE err registry_roster_next(registry_roster *roster, const registry_roster_row **row);
/* Copies into `a` all that the row at hand points to, so that it outlives the roster. */
void registry_roster_keep(arena *a, const registry_roster *roster, registry_roster_row *row);
void registry_roster_close(registry_roster *roster);

/* ---- one subject ---- */

/* All that was known at the instant, over all spans, in order of lane and from. */
typedef struct {
    registry_kind kind;                     /* PERSON, HOUSEHOLD or EMPLOYER */
    const void *facts[REGISTRY_KIND_COUNT]; /* arrays of the kind's struct */
    size_t count[REGISTRY_KIND_COUNT];
} registry_record;
MUST_USE err registry_record_read(arena *a, registry *r, int64_t subject_id, int64_t known_ms,
                                  registry_record *record);
/* What makes the subject and nothing else, as it is now: who is in a list of many is not read whole. */
MUST_USE err registry_record_who(arena *a, registry *r, int64_t subject_id, registry_record *record);
/* Where a person, household or employer lives or stands by that record, and nothing else of it; 0: it does not say, or there is none.
 * `is_merged`: a person whose record is another's. */
MUST_USE err registry_place(registry *r, int64_t subject_id, int64_t *region, bool *is_merged);
/* Every row there ever was, in the order it became known: what was believed, and until when. */
MUST_USE err registry_history_read(arena *a, registry *r, int64_t subject_id,
                                   registry_record *record);
/* The events a subject's rows come from, oldest first; bulk events among them. */
MUST_USE err registry_events_of(arena *a, registry *r, int64_t subject_id, eventlog_entry **entries,
                                size_t *count);

/* Calls about people with these citizen numbers will follow in this transaction: what they ask first is asked of
 * the store for all of them at once, and forgotten by the next call of this kind. Changes no answer. */
MUST_USE err registry_expect_numbers(registry *r, const text *numbers, size_t count);
/* Each answers ids in order; what they match is what was ever said, so ask the record. */
MUST_USE err registry_find_number(arena *a, registry *r, text number, int64_t **ids, size_t *count);
MUST_USE err registry_find_account(arena *a, registry *r, text number, int64_t **ids,
                                   size_t *count);
/* What stands as `key` in the registry_secret of an account of this number. */
int64_t registry_account_key(registry *r, text number);
/* Who was ever said to live or stand in one of these regions, half-open, by the numbers as they were said; and whose record was
 * merged into another's, wherever that one lives. Ask registry_place of each. */
typedef struct {
    int64_t from, until;
} registry_regions;
MUST_USE err registry_find_placed(arena *a, registry *r, const registry_regions *regions, size_t region_count, int64_t **ids, size_t *count);
MUST_USE err registry_find_phone(arena *a, registry *r, text phone, int64_t **ids, size_t *count);
MUST_USE err registry_find_name(arena *a, registry *r, text beginning, size_t count_max,
                                int64_t **ids, size_t *count);
/* Who is called something that has this part: a beginning of the name or of it from any character on, in simplified
 * or traditional characters, or its pinyin whole or by initials (ident_name_keys); the whole name first. By names that
 * were ever said; `name` is the one. */
typedef struct {
    int64_t subject_id;
    text name;
} registry_found;
MUST_USE err registry_search(arena *a, registry *r, text part, size_t count_max, registry_found **found, size_t *count);
/* Whether names are found by their parts as this program cuts them; of a store of before they are not. With `makes`
 * they then are, in the open transaction. */
MUST_USE err registry_search_ready(registry *r, bool makes, bool *is_ready);
MUST_USE err registry_find_code(arena *a, registry *r, text employer_code, int64_t *employer_id);
MUST_USE err registry_find_staff(arena *a, registry *r, int64_t employer_id, int64_t **ids,
                                 size_t *count);
MUST_USE err registry_find_members(arena *a, registry *r, int64_t household_id, int64_t **ids,
                                   size_t *count);
/* Reviews that are open now. */
MUST_USE err registry_reviews(arena *a, registry *r, registry_review **reviews, size_t *count);

/* ---- upkeep ---- */

/* The canonical export: every table row as a line of text, in order of keys; its hash says whether
 * two stores hold the same. `bucket` 0..63, or EVENTLOG_OFFICE for words. `sink` may be NULL. */
typedef err (*registry_sink)(void *context, text line);
MUST_USE err registry_export(registry *r, uint32_t bucket, registry_sink sink, void *context,
                             crypto_digest *hash, int64_t *row_count);
/* Empties a bucket's tables and makes them anew from its events; EVENTLOG_OFFICE, last of all, also
 * makes anew what is looked up by number, name, employer and household. */
MUST_USE err registry_rebuild(registry *r, uint32_t bucket);
/* Rebuilds aside and compares: REGISTRY_BROKEN when tables and events disagree. Leaves all as it
 * was; needs a store open for writing, and no transaction. */
MUST_USE err registry_verify(registry *r, uint32_t bucket, int64_t *row_count); /* NULL is fine */
enum { REGISTRY_TABLE_COUNT = REGISTRY_KIND_COUNT + 4 }; /* and segments of spells, words, lookups, names */
MUST_USE err registry_person_count(registry *r, int64_t *count);

#endif
