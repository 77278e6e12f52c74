/* service/lists.h - the lists an office exchanges as files: which columns, and what each cell is.
 *
 * One table serves import and export, so that what was written can be read back. Columns are known
 * by their Chinese and English names; words, days, months and amounts are read as people write
 * them. A cell that is empty says nothing: of somebody who is there already it changes nothing.
 *
 * Prefix   list_
 */
#ifndef SERVICE_LISTS_H
#define SERVICE_LISTS_H

#include "service/words.h"

extern const err_kind LIST_NONE, LIST_NO_COLUMN, LIST_NO_FIELD, LIST_NO_SUBJECT,
    LIST_BY_DUTY;
extern const err_kind LIST_BAD_CELL, LIST_BAD_WORD, LIST_EMPTY_CELL, LIST_NOBODY;

typedef enum {
    LIST_TEXT,
    LIST_NAME,     /* a person's: see list_joined_name */
    LIST_SECRET,   /* masked cells ("*") say nothing */
    LIST_DAY,
    LIST_MONTH,
    LIST_FEN,
    LIST_CLOSED_WORD, /* of the office's own table; `words` says which kind */
    LIST_OPEN_WORD,
    LIST_SEX,
    LIST_REGION,   /* digits of GB/T 2260, or a path of the packs */
    LIST_STATE,    /* of a benefit */
    LIST_SUBJECT,  /* an id of the registry: whom the row is about */
    LIST_NUMBER,   /* a citizen number: whom the row is about, when no id says it */
    LIST_EMPLOYER, /* an id or a credit code */
    LIST_OF_EMPLOYER, /* the same: whom the row is about, when no id says it */
    LIST_ID,
    LIST_VALUE     /* of an attribute: by its unit, words into the note */
} list_cell;

typedef struct {
    const char *zh; /* names, split by '|', the first is written */
    const char *en;
    list_cell cell;
    size_t offset;
    bool is_required;
    county_word_kind words;
} list_field;

enum { LIST_FIELDS_MAX = 12 };
typedef struct {
    const char *name, *zh; /* "persons" */
    registry_kind kind;
    size_t size_bytes;
    bool is_by_month;
    bool makes_subjects; /* rows are people or employers themselves */
    list_field fields[LIST_FIELDS_MAX];
} list_row;

/* NULL when there is none. All: list_rows. */
const list_row *list_find(text name);
const list_row *list_rows(size_t *count);
size_t list_field_count(const list_row *list);
/* Read, and not written: an id says whom a row is about. */
bool list_names_subject(const list_field *field);
/* SIZE_MAX: no field has this name. */
size_t list_field_named(const list_row *list, text column);
text list_field_name(arena *a, const list_field *field, bool is_chinese);
/* As what is put into a message, in both languages. */
const char *list_field_said(arena *a, const list_field *field);

/* What a fact can be read of. */
typedef union {
    registry_fact fact;
    registry_person person;
    registry_household household;
    registry_employer employer;
    registry_member member;
    registry_enrolment enrolment;
    registry_spell spell;
    registry_benefit benefit;
    registry_account account;
    registry_attribute attribute;
} list_fact;

/* Spreadsheets space names of two characters out to three (王　五): between characters beyond ASCII a blank is layout,
 * and goes; beside Latin letters it stays. */
text list_joined_name(arena *a, text cell);
/* Reads a cell into the fact. SUBJECT, NUMBER and EMPLOYER of lists that are about others are looked
 * up: LIST_NOBODY. */
MUST_USE err list_read(county *office, arena *a, const list_field *field, text cell, list_fact *fact);
/* An attribute's word as the packs know it, by its name, its English or another way to write it; LIST_BAD_WORD tells
 * those there are. One for a file: it keeps what it looked up. */
typedef struct list_words list_words;
list_words *list_words_open(arena *a, county *office);
MUST_USE err list_words_take(list_words *words, registry_attribute *told);
/* What was said, and the words that can stand there. */
const char *list_say_words(county *office, text said, const text *words, size_t count);
/* The cell of a fact; `reveals`: secrets whole. */
MUST_USE err list_write(county *office, arena *a, const list_field *field, const void *fact, bool reveals,
                        text *cell);

#endif
