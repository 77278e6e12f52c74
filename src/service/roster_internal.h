/* service/roster_internal.h - where each fact stands in the registry, and what is read of a lane.
 *
 *   roster_facts      the table FACTS: a fact's name, and how it is read of a lane
 *   roster_history    facts of what was so before: months drawn, the state at death
 *   roster_rows       the rows of a record: spells as they are, or cut into calendar years
 *   roster_employers  what lanes need of their employers
 *
 * Prefix   roster_
 */
#ifndef SERVICE_ROSTER_INTERNAL_H
#define SERVICE_ROSTER_INTERNAL_H

#include "base/hash.h"
#include "service/decide_internal.h"
#include "service/roster.h"

typedef struct {
    int64_t employer_id;
    const char *industry; /* the word; NULL: none */
    const registry_attribute *attributes;
    size_t attribute_count;
} roster_employer;

/* NULL when there is none. */
const roster_employer *roster_employers_find(const roster_employers *list, int64_t employer_id);

/* What a lane stands for, while the registry's row is at hand. */
typedef struct {
    const registry_roster_row *row;
    const roster_employer *employer; /* or NULL */
    int64_t employer_id;
    int64_t office_region;           /* digits of GB/T 2260; 0: not known */
    int32_t day, month;              /* asked */
    int32_t known_month;             /* of the day whose facts hold: what was paid up to it is known */
    const registry_record *record;   /* all that is known of the subject; NULL: no fact of the plan needs it */
} roster_lane;

enum { ROSTER_WORDS_MAX = 4 };

typedef struct roster_reading roster_reading;
/* False: not known. A word is answered as text, anything else as a value. */
typedef bool (*roster_read)(const roster_reading *r, const roster_lane *lane, int64_t *value,
                            text *word);

/* A fact bound to where it stands. */
struct roster_reading {
    roster_read read;
    int64_t words[ROSTER_WORDS_MAX]; /* of the registry; 0: it knows none of that name */
    size_t word_count;
    const char *otherwise;           /* the first of the words, as said */
    const char *said[ROSTER_WORDS_MAX]; /* the words themselves; NULL behind the last */
    int64_t attribute;               /* the word of the attribute of the fact's name */
    bool needs_record;
};

/* A fact of what was so before today; the same as roster_read, with the lane's record at hand. */
typedef struct {
    const char *name;
    roster_read read;
    const char *words[ROSTER_WORDS_MAX];
} roster_fact;
const roster_fact *roster_history_find(const char *name);

/* The attribute of a name among those of a subject; NULL: nobody told it. */
const registry_attribute *roster_attribute(const registry_attribute *list, size_t count, int64_t name);

/* Finds where a fact stands; one that FACTS does not name is an attribute of its name. */
MUST_USE err roster_facts_bind(registry *r, const char *name, roster_reading *reading);

/* What it is read of, as bits 1u << REGISTRY_ENROLMENT ...: 0, the person's own row or the employer; and of attributes
 * which one (0: none, or all of them with ROSTER_WANTS_ALL). */
#define ROSTER_WANTS_ALL (1u << REGISTRY_ENROLMENT | 1u << REGISTRY_BENEFIT | 1u << REGISTRY_ATTRIBUTE | 1u << REGISTRY_SPELL)
uint32_t roster_facts_wants(const roster_reading *reading, int64_t *attribute_name);
/* Whether it is read of the person's own row, and of nothing told about them. */
bool roster_facts_is_of_subject(const roster_reading *reading);

/* How the rows of a record come from the spells of a person. */
typedef struct {
    int64_t from_month, until_month;
    int64_t base_fen, region, year, months;
} roster_row;
typedef struct {
    roster_row *items;
    size_t count, capacity;
} roster_row_list;
typedef struct {
    const char *record;
    bool is_by_year;
    bool is_elsewhere; /* its rows are of other subjects: whoever decides fills them in */
} roster_rows_source;
/* NULL: the registry does not keep this record. */
const roster_rows_source *roster_rows_find(const char *record);
/* The paid spells of a scheme, in order of months. */
void roster_rows_take(arena *a, const roster_rows_source *source, const roster_lane *lane,
                      int64_t scheme, int64_t paid, roster_row_list *rows);
/* A field of a row by its name behind the point: "base". False: the rows have none of that name. */
bool roster_rows_field(const roster_row *row, const char *field, int64_t *value);

#endif
